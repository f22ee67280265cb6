"""A look at a cache database before diskcache may open it.

diskcache unpickles what a row says is a pickle, opens and deletes the files that a row names, and runs the
settings that it finds. SQLite runs the triggers of a database, and rolls back a journal that lies beside it,
which may name another file to delete. So a database is first read with queries alone, on a connection that
cannot write, within a bounded number of steps.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from .backend import installed_schema
from .schema import find_foreign
from .sqlite import COUNTERS, DATABASE, SETTINGS, SIDE_FILES, ForeignDatabase, connect

__all__ = ["PLAIN", "inspect"]

#: What every row of ours is: text under which plain bytes lie in the database, for ever.
PLAIN = (
    "(typeof(key) = 'text' AND raw IS 1 AND mode IS 1 AND filename IS NULL AND typeof(value) = 'blob'"
    " AND expire_time IS NULL AND tag IS NULL AND size IS 0)"
)
#: Far more than ours can be. A crafted journal could let SQLite make the file as long as its header says.
MAX_DATABASE_BYTES = 4 * 1024**3
MAX_DEFINITIONS = 64

_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
_JOURNAL_HEADER_BYTES = 28


def inspect(database: Path, *, thorough: bool = False) -> None:
    """Check a database without diskcache, and without writing anything that was not checked.

    Parameters
    ----------
    database : Path
    thorough : bool
        Also check that SQLite's own structures are sound, in every page.

    Raises
    ------
    ForeignDatabase
        If its schema, its settings, any of its rows or a file beside it is not as this package makes them.
    sqlite3.DatabaseError
        If it is not a database, or too damaged to be read.
    """
    _check_files(database)
    try:
        _look(database, thorough)
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_READONLY_ROLLBACK:
            raise
        # A writer was killed, and left a journal from which SQLite restores the pages that it had overwritten.
        _check_journal(_beside(database, "-journal"))
        with closing(connect(database, "rw")) as found:
            found.execute("PRAGMA schema_version").fetchone()
        _look(database, thorough)


def _beside(database: Path, suffix: str) -> Path:
    return database.with_name(database.name + suffix)


def _check_files(database: Path) -> None:
    """Raise unless the database and its side files are plain files, of those that this package makes."""
    if database.is_symlink() or not database.is_file():
        raise ForeignDatabase("cache.db is not a plain file")
    for suffix in SIDE_FILES:
        beside = _beside(database, suffix)
        if beside.is_symlink() or (beside.exists() and not beside.is_file()):
            raise ForeignDatabase(f"{beside.name} is not a plain file")
    for suffix in ("-wal", "-shm"):
        if _beside(database, suffix).exists():
            raise ForeignDatabase(f"{DATABASE}{suffix} lies beside it, which this package never makes")


def _check_journal(journal: Path) -> None:
    """Raise `ForeignDatabase` if restoring from a journal could do more than restore pages of the database."""
    try:
        descriptor = os.open(journal, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return  # another process has restored the database meanwhile
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ForeignDatabase(f"{journal.name} is not a plain file")
        header = file.read(_JOURNAL_HEADER_BYTES)
        file.seek(max(0, status.st_size - len(_JOURNAL_MAGIC)))
        # SQLite deletes the file that the end of a journal names. Only transactions on several databases, of which
        # this package has none, write such a name; it is followed by the magic number.
        if file.read() == _JOURNAL_MAGIC:
            raise ForeignDatabase(f"{journal.name} names another file")
    pages, page_size = int.from_bytes(header[16:20], "big"), int.from_bytes(header[24:28], "big")
    if header.startswith(_JOURNAL_MAGIC) and pages * page_size > MAX_DATABASE_BYTES:
        raise ForeignDatabase(f"{journal.name} would make the database {pages * page_size} bytes long")


def _look(database: Path, thorough: bool) -> None:
    """Raise unless the database holds exactly what this package writes."""
    with closing(connect(database)) as found:
        found.execute("BEGIN")  # one state of the database for all queries
        if found.execute("PRAGMA journal_mode").fetchone() == ("wal",):
            raise ForeignDatabase("it has a write-ahead log, which this package never uses")
        _check_schema(found, database.parent)
        _check_settings(found)
        _check_rows(found)
        if thorough and (found.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",)):
            raise ForeignDatabase("pages of cache.db are damaged")


def _check_schema(database: sqlite3.Connection, folder: Path) -> None:
    """Raise unless tables, indexes and triggers are those of diskcache."""
    query = f"SELECT type, name, sql FROM sqlite_master LIMIT {MAX_DEFINITIONS + 1}"
    found = database.execute(query).fetchall()
    texts = all(type(kind) is type(name) is str and type(sql) in (str, type(None)) for kind, name, sql in found)
    if len(found) > MAX_DEFINITIONS or not texts:
        raise ForeignDatabase("its schema is not diskcache's")
    problem = find_foreign(found, lambda: installed_schema(folder))
    if problem is not None:
        raise ForeignDatabase(f"its schema is not diskcache's: {problem}")


def _check_settings(database: sqlite3.Connection) -> None:
    """Raise unless all settings are those that this package makes."""
    for key, value in database.execute("SELECT key, value FROM Settings"):
        if key in COUNTERS:
            if type(value) is not int:
                raise ForeignDatabase(f"setting {key!r} is not a number")
        elif key not in SETTINGS or type(value) is not type(SETTINGS[key]) or value != SETTINGS[key]:
            raise ForeignDatabase(f"setting {str(key)[:40]!r} is not one of ours")


def _check_rows(database: sqlite3.Connection) -> None:
    """Raise unless each row is a text key with bytes within the database."""
    odd = database.execute(f"SELECT count(*) FROM Cache NOT INDEXED WHERE NOT {PLAIN}").fetchone()[0]
    if odd:
        raise ForeignDatabase(f"{odd} rows are not plain bytes")
    # The index is a tree of its own: keys are found, and listed, by it. Reading them also finds text that is not
    # UTF-8. Only one is in memory at a time.
    last = None
    for (key,) in database.execute("SELECT key FROM Cache INDEXED BY Cache_key_raw ORDER BY key, raw"):
        # The index is checked by itself: its entries may differ from the rows, which are known to be text.
        if type(key) is not str or (last is not None and key <= last):
            raise ForeignDatabase("its index is out of order")
        last = key
