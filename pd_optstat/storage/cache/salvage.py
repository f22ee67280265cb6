"""What becomes of a database that is not accepted: it is renamed, and what is sound in it is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from .inspection import PLAIN
from .sqlite import DATABASE, MAX_VALUE_BYTES, SIDE_FILES, connect

__all__ = ["IsSound", "salvage", "set_aside"]

#: Tells whether a value is what was once stored under its key.
IsSound = Callable[[str, bytes], bool]

#: More than the cache of 10,000 underlyings with 20 years of three data types has, and as many bytes as a database may.
MAX_RECORDS = 200_000
MAX_SALVAGED_BYTES = 4 * 1024**3
#: How many bytes of records are in memory at once.
BATCH_BYTES = 16 * 2**20


def set_aside(folder: Path) -> Path:
    """Rename the database in `folder`, and what SQLite keeps beside it; return the new name."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    aside = folder / f"{DATABASE}.set-aside-{stamp}"
    for suffix in ("", *SIDE_FILES):
        source = folder / f"{DATABASE}{suffix}"
        if not suffix and source.is_file() and not source.is_symlink():
            source.rename(aside)
        elif source.exists() or source.is_symlink():
            # Under a name that SQLite does not look for: examining the database must not run its journal.
            source.rename(f"{aside}.odd{suffix}")
    return aside


def salvage(database: Path, is_sound: IsSound) -> Iterator[dict[str, bytes]]:
    """Yield, in batches, the values in a database that was set aside which can be read and `is_sound` accepts."""
    found: set[str] = set()
    batch: dict[str, bytes] = {}
    total = in_batch = 0
    # Beyond a damaged page nothing follows, so the table is read from both ends.
    for order in ("ASC", "DESC"):
        try:
            with closing(connect(database, immutable=True)) as opened:
                opened.text_factory = bytes  # one key that is not UTF-8 must not cost the others
                query = (
                    "SELECT key, value FROM Cache NOT INDEXED"
                    f" WHERE {PLAIN} AND length(value) <= {MAX_VALUE_BYTES} ORDER BY rowid {order} LIMIT {MAX_RECORDS}"
                )
                for encoded, value in opened.execute(query):
                    key = encoded.decode(errors="replace")
                    if key in found or total + len(value) > MAX_SALVAGED_BYTES or not is_sound(key, value):
                        continue
                    found.add(key)
                    batch[key] = value
                    total += len(value)
                    in_batch += len(value)
                    if in_batch >= BATCH_BYTES:
                        yield batch
                        batch, in_batch = {}, 0
        except (sqlite3.Error, ValueError, OverflowError):
            continue
    yield batch
