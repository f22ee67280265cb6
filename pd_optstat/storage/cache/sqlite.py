"""How a cache database is opened with `sqlite3`: its name, its settings, limits on what a query may cost."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

__all__ = [
    "BUSY_SLICE",
    "BUSY_TIMEOUT",
    "COUNTERS",
    "DATABASE",
    "MAX_VALUE_BYTES",
    "SETTINGS",
    "SIDE_FILES",
    "ForeignDatabase",
    "connect",
    "is_busy",
    "is_damage",
    "limit",
]

DATABASE = "cache.db"
#: What SQLite may keep beside a database, and obeys.
SIDE_FILES = ("-journal", "-wal", "-shm")

#: How long to wait for another process that has the database locked before an error is raised, in seconds.
BUSY_TIMEOUT = 60.0
#: How long SQLite itself waits at a time. Its wait cannot be interrupted, and holds up forks.
BUSY_SLICE = 0.1

#: Everything that diskcache may find in its Settings table; it would obey other keys as well.
#: No eviction: all series for all time are a few megabytes. A rollback journal rather than a write-ahead
#: log: one file, readable from a read-only folder, and sound on network file systems.
SETTINGS: dict[str, int | str] = {
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

#: The longest value that is read; ours are below a tenth of it.
MAX_VALUE_BYTES = 16 * 1024 * 1024
#: Instructions of SQLite's virtual machine that one statement may run, about a second. A thousand series take a
#: hundredth of it; a tree of pages that leads back to itself never ends.
MAX_STEPS = 10_000_000


class ForeignDatabase(Exception):
    """The database, or a row of it, is not as this package makes it."""


def is_damage(error: BaseException) -> bool:
    """Return whether `error` is about the database's content rather than a full disk, a lock or permissions."""
    if isinstance(error, sqlite3.OperationalError):
        # "interrupted" is what MAX_STEPS causes.
        content = ("no such table", "no such column", "malformed", "Could not decode", "interrupted")
        return str(error).startswith(content)
    # ValueError and OverflowError: a number or a text, also that of SQLite's own message, that is not valid.
    return isinstance(error, ForeignDatabase | ValueError | OverflowError | sqlite3.DataError) or (
        type(error) is sqlite3.DatabaseError
    )


def is_busy(error: BaseException) -> bool:
    """Return whether `error` says that another connection has the database locked."""
    code = getattr(error, "sqlite_errorcode", None) or 0
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def connect(database: Path, mode: Literal["ro", "rw"] = "ro", *, immutable: bool = False) -> sqlite3.Connection:
    """Open `database` for queries only, with limits on what one of them may cost.

    With ``"ro"`` no file is changed; with ``"rw"`` SQLite restores what a killed writer left unfinished.
    An `immutable` database is read as its file is, whatever lies beside it, and without locks.
    """
    uri = f"{database.absolute().as_uri()}?mode={mode}{'&immutable=1' if immutable else ''}"
    opened = sqlite3.connect(uri, uri=True, timeout=BUSY_SLICE, isolation_level=None)
    limit(opened)
    opened.execute("PRAGMA query_only = ON")
    return opened


def limit(connection: sqlite3.Connection) -> None:
    """Bound what one statement on `connection` may cost, whatever the database's pages say."""
    # Some room for the other columns of a row.
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES + 64 * 1024)
    # Called every so many steps of one statement; what it returns ends the statement.
    connection.set_progress_handler(lambda: 1, MAX_STEPS)
    connection.execute("PRAGMA trusted_schema = OFF")
