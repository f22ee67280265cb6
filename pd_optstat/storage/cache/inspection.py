"""A look at a cache database without diskcache, before diskcache may open it; and what can be saved of a bad one.

diskcache unpickles what a row says is a pickle, opens and deletes the files that a row names, and runs the
settings that it finds. Here a database is read with `sqlite3` alone, with queries only, and nothing of it is run.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

__all__ = [
    "BUSY_TIMEOUT",
    "COUNTERS",
    "DATABASE",
    "SETTINGS",
    "ForeignDatabase",
    "connect",
    "inspect",
    "is_damage",
    "salvage",
    "set_aside",
]

DATABASE = "cache.db"
#: What SQLite may keep beside a database, and obeys.
BESIDE = ("-journal", "-wal", "-shm")
#: How long another process may hold the database before we say so, in seconds.
BUSY_TIMEOUT = 60.0

#: Everything that diskcache may find in its Settings table; it would obey other keys as well.
#: No eviction: all series for all time are a few megabytes. A rollback journal rather than a write-ahead
#: log: one file, readable from a read-only folder, and sound on network file systems.
SETTINGS: dict[str, Any] = {
    "statistics": 0,
    "tag_index": 0,
    "eviction_policy": "none",
    "size_limit": 2**62,
    "cull_limit": 0,
    "sqlite_auto_vacuum": 1,
    "sqlite_cache_size": 2**13,
    "sqlite_journal_mode": "delete",
    "sqlite_mmap_size": 0,
    "sqlite_synchronous": 2,
    "disk_min_file_size": 2**62,
    "disk_pickle_protocol": 0,
}
COUNTERS = ("count", "size", "hits", "misses")

#: SHA-256 of the schema that diskcache 5.6 makes, as `_schema` renders it.
SCHEMA = "f95ea099245f9c8ba7c360f73453a1a7bc10a7d5783c12610c5035d669ef2089"

#: The table of values, as `_schema` renders it.
TABLE = (
    "CREATE TABLE Cache ( rowid INTEGER PRIMARY KEY, key BLOB, raw INTEGER, store_time REAL, expire_time REAL,"
    " access_time REAL, access_count INTEGER DEFAULT 0, tag BLOB, size INTEGER DEFAULT 0, mode INTEGER DEFAULT 0,"
    " filename TEXT, value BLOB)"
)
#: What every row of ours is: text under which plain bytes lie in the database, for ever.
PLAIN = (
    "(typeof(key) = 'text' AND raw IS 1 AND mode IS 1 AND filename IS NULL AND typeof(value) = 'blob'"
    " AND expire_time IS NULL AND tag IS NULL AND size IS 0)"
)
#: The longest value that is worth saving; ours are below a tenth of it.
MAX_VALUE_BYTES = 16 * 1024 * 1024


class ForeignDatabase(Exception):
    """The database, or a row of it, is not as this package makes it."""


def is_damage(error: BaseException) -> bool:
    """Return whether `error` speaks of the database's content rather than of a full disk, a lock or permissions."""
    if isinstance(error, sqlite3.OperationalError):
        return str(error).startswith(("no such table", "no such column", "malformed", "Could not decode"))
    # ValueError and OverflowError: a number or a text, also that of SQLite's own message, that cannot be one.
    return isinstance(error, ForeignDatabase | ValueError | OverflowError) or type(error) is sqlite3.DatabaseError


def set_aside(folder: Path) -> Path:
    """Rename the database in `folder`, and what SQLite keeps beside it; return the new name."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    aside = folder / f"{DATABASE}.set-aside-{stamp}"
    for suffix in ("", *BESIDE):
        source = folder / f"{DATABASE}{suffix}"
        if source.is_file() and not source.is_symlink():
            source.rename(f"{aside}{suffix}")
        elif source.exists() or source.is_symlink():
            source.rename(f"{aside}.odd{suffix}")  # under no name that SQLite would open
    return aside


def inspect(database: Path, *, thorough: bool = False) -> None:
    """Look at a database without diskcache, and without writing.

    Parameters
    ----------
    database : Path
    thorough : bool
        Also check that SQLite's own structures are sound, in every page.

    Raises
    ------
    Foreign
        If its schema, its settings or any of its rows is not as this package makes them.
    sqlite3.DatabaseError
        If it is no database, or too damaged to be read.
    """
    if database.is_symlink() or not database.is_file():
        raise ForeignDatabase("cache.db is not a plain file")
    for suffix in BESIDE:
        beside = database.with_name(database.name + suffix)
        if beside.is_symlink() or (beside.exists() and not beside.is_file()):
            raise ForeignDatabase(f"{beside.name} is not a plain file")
    with closing(connect(database)) as found:
        if hashlib.sha256(_schema(found).encode()).hexdigest() != SCHEMA:
            raise ForeignDatabase("the tables of cache.db are not diskcache's")
        _check_settings(found)
        _check_rows(found)
        if thorough and (found.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",)):
            raise ForeignDatabase("pages of cache.db are damaged")


def salvage(database: Path) -> dict[str, bytes]:
    """Return the plain values that can still be read from a database that was set aside.

    Whether they are what they were is for the caller to check.
    """
    found: dict[str, bytes] = {}
    # Beyond a damaged page nothing follows, so the table is read from both ends.
    for order in ("ASC", "DESC"):
        try:
            with closing(connect(database)) as opened:
                if _table(opened) != TABLE:
                    return {}
                opened.text_factory = bytes  # one key that is no UTF-8 must not cost the others
                query = f"SELECT key, value FROM Cache NOT INDEXED WHERE {PLAIN} ORDER BY rowid {order}"
                for key, value in opened.execute(query):
                    if len(value) <= MAX_VALUE_BYTES:
                        found[key.decode(errors="replace")] = value
        except (sqlite3.Error, ForeignDatabase, ValueError, OverflowError):
            continue
    return found


def connect(database: Path, mode: Literal["ro", "rw"] = "rw") -> sqlite3.Connection:
    """Open `database` for queries only; with ``"rw"`` SQLite may roll back what a crash left unfinished."""
    opened = sqlite3.connect(f"{database.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT)
    opened.execute("PRAGMA query_only = ON")
    opened.execute("PRAGMA trusted_schema = OFF")
    return opened


def _table(database: sqlite3.Connection) -> str:
    rows = database.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'Cache'").fetchall()
    return str(rows[0][0]) if len(rows) == 1 else ""


def _schema(database: sqlite3.Connection) -> str:
    """Render all that the database defines, in a stable order and without differences in white space."""
    found = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    return "\n".join(" ".join(str(part) for part in row).replace("\n", " ") for row in found)


def _check_settings(database: sqlite3.Connection) -> None:
    for key, value in database.execute("SELECT key, value FROM Settings"):
        if key in COUNTERS:
            if type(value) is not int:
                raise ForeignDatabase(f"setting {key!r} is not a number")
        elif key not in SETTINGS or type(value) is not type(SETTINGS[key]) or value != SETTINGS[key]:
            raise ForeignDatabase(f"setting {str(key)[:40]!r} is not one of ours")


def _check_rows(database: sqlite3.Connection) -> None:
    odd = database.execute(f"SELECT count(*) FROM Cache WHERE NOT {PLAIN}").fetchone()[0]
    if odd:
        raise ForeignDatabase(f"{odd} rows that are not plain bytes")
    database.execute("SELECT key FROM Cache").fetchall()  # raises where a key is no UTF-8
