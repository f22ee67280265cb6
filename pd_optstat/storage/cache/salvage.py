"""What becomes of a database that is not accepted: it is renamed, and what is sound in it is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from .inspection import PLAIN
from .sqlite import DATABASE, MAX_VALUE_BYTES, SIDE_FILES, connect

__all__ = ["IsSound", "salvage", "set_aside"]

#: Tells whether a value is what was once stored under its key.
IsSound = Callable[[str, bytes], bool]

#: More than a cache of every series has.
MAX_RECORDS = 10_000
MAX_SALVAGED_BYTES = 256 * 1024 * 1024


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


def salvage(database: Path, is_sound: IsSound) -> dict[str, bytes]:
    """Return the values that can still be read from a database that was set aside, and that `is_sound` accepts."""
    found: dict[str, bytes] = {}
    size = 0
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
                    if key not in found and size + len(value) <= MAX_SALVAGED_BYTES and is_sound(key, value):
                        found[key] = value
                        size += len(value)
        except (sqlite3.Error, ValueError, OverflowError):
            continue
    return found
