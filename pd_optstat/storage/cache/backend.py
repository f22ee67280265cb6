"""diskcache as this package uses it: plain bytes under text keys. The only module that knows diskcache.

diskcache unpickles values and keys whose row says so (CVE-2025-69872), opens and deletes the files that a row
names, and runs the settings that it finds in the database. Here it does none of that.
"""

# pyright: reportArgumentType=false
from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn, Protocol, TypeVar

import diskcache

from .schema import Definition
from .sqlite import BUSY_SLICE, BUSY_TIMEOUT, DATABASE, SETTINGS, ForeignDatabase, connect, is_busy, limit

__all__ = ["Backend", "DiskBackend", "ReadOnlyBackend", "empty_database", "installed_schema"]

_T = TypeVar("_T")


class Backend(Protocol):
    """What `Database` needs of the file: values by key, and transactions."""

    def get(self, key: str) -> bytes | None: ...
    def get_each(self, keys: Sequence[str]) -> list[bytes | None]: ...
    def set(self, key: str, value: bytes) -> None: ...
    def delete(self, key: str) -> bool: ...
    def list_keys(self) -> list[str]: ...
    def transact(self, action: Callable[[], _T]) -> _T: ...
    def close(self) -> None: ...


class BytesDisk(diskcache.Disk):  # type: ignore[misc]
    """Text keys and plain bytes in the database; never a pickle, never a file."""

    def put(self, key: object) -> tuple[str, bool]:  # pyright: ignore[reportIncompatibleMethodOverride]
        if type(key) is not str:
            _refuse(f"a key of type {type(key).__name__}")
        return key, True

    def get(self, key: object, raw: object) -> str:
        if type(key) is not str or not raw:
            _refuse("a key that is not text")
        return key

    def store(  # pyright: ignore[reportIncompatibleMethodOverride]: diskcache's types are guessed from its bodies
        self, value: object, read: bool, key: object = None
    ) -> tuple[int, int, None, sqlite3.Binary]:
        if type(value) is not bytes:
            _refuse(f"a value of type {type(value).__name__}")
        return 0, diskcache.core.MODE_RAW, None, sqlite3.Binary(value)

    def fetch(self, mode: object, filename: object, value: object, read: bool) -> bytes:
        return _plain(mode, filename, value)

    def filename(self, key: object = None, value: object = None) -> NoReturn:
        _refuse("a value in a file")

    def remove(self, file_path: object) -> None:
        """Remove nothing: no row of ours has a file, and a foreign row must not make us delete one."""


class _SettledCache(diskcache.Cache):  # type: ignore[misc]
    """A `diskcache.Cache` whose settings are ours, whatever the database says.

    diskcache runs the settings that it finds, and writes all of them again when it opens a database, twice, each in a
    transaction of its own that is synced to the disk: ten milliseconds and two dozen locks that every other process
    would have to wait for.
    """

    @property
    def _txn_id(self) -> int | None:
        # By thread: where all threads share one, the end of one's transaction is taken for that of the next one's.
        found: int | None = getattr(self._local, "transaction", None)
        return found

    @_txn_id.setter
    def _txn_id(self, value: int | None) -> None:
        self._local.transaction = value

    @property
    def _con(self) -> sqlite3.Connection:
        """This thread's connection."""
        local = self._local
        if getattr(local, "pid", None) != os.getpid():
            # In a forked child. The parent's connection is not closed: that could undo the parent's transaction.
            _abandoned.append(getattr(local, "con", None))
            local.con, local.pid = None, os.getpid()
        opened: sqlite3.Connection | None = getattr(local, "con", None)
        if opened is None:
            path = Path(self._directory) / DATABASE
            opened = sqlite3.connect(path, timeout=self._timeout, isolation_level=None)
            limit(opened)
            for key, value in SETTINGS.items():
                # The others hold for the file, not for a connection.
                if key in ("sqlite_cache_size", "sqlite_mmap_size", "sqlite_synchronous"):
                    opened.execute(f"PRAGMA {key.removeprefix('sqlite_')} = {value}")
            local.con = opened
        return opened

    @property
    def _sql_retry(self) -> Any:
        # diskcache would wait for a minute, and no fork or cancellation could end that; `process` waits instead.
        execute = self._con.execute

        def execute_if_needed(statement: str, *arguments: Any) -> Any:
            if statement == "SELECT key, value FROM Settings":
                return execute("SELECT key, value FROM Settings WHERE 0")  # those given to __init__ count
            if (
                statement == "INSERT OR IGNORE INTO Settings VALUES (?, ?)"
                and execute(_SETTING, arguments[0][:1]).fetchone()
            ):
                return None  # it would wait for whoever writes, only to change nothing
            if statement == "INSERT OR REPLACE INTO Settings VALUES (?, ?)":
                ((key, value),) = arguments
                # One that only a later diskcache knows stays out: an earlier one would not accept the database.
                if key not in SETTINGS or execute(_SETTING, (key,)).fetchone() == (value,):
                    return None
            return execute(statement, *arguments)

        return execute_if_needed

    def reset(self, key: str, value: Any = diskcache.core.ENOVAL, update: bool = True) -> Any:
        if update and value is not diskcache.core.ENOVAL:
            update = key in SETTINGS and self._sql_retry(_SETTING, (key,)).fetchone() != (value,)
        return super().reset(key, value, update)

    def close(self) -> None:
        opened, self._local.con = getattr(self._local, "con", None), None
        if opened is not None and getattr(self._local, "pid", None) == os.getpid():
            opened.close()


_SETTING = "SELECT value FROM Settings WHERE key = ?"
#: Connections of a parent process, kept so that they are never closed in the child.
_abandoned: list[sqlite3.Connection | None] = []


class DiskBackend:
    """diskcache on a folder that can be written."""

    def __init__(self, folder: Path) -> None:
        self._cache = _SettledCache(str(folder), timeout=BUSY_SLICE, disk=BytesDisk, **SETTINGS)
        self._cache.close()  # this thread may end now; a connection opens by itself when needed

    def close(self) -> None:
        self._cache.close()

    def get(self, key: str) -> bytes | None:
        found: bytes | None = self._cache.get(key)  # pyright: ignore[reportAssignmentType]
        return found

    def get_each(self, keys: Sequence[str]) -> list[bytes | None]:
        # One statement, so that all values are of one moment; diskcache would take one for each, and most of a load.
        query = " UNION ALL ".join(
            f"SELECT {index}, mode, filename, value FROM Cache WHERE key = ? AND raw = 1" for index in range(len(keys))
        )
        values: list[bytes | None] = [None] * len(keys)
        for index, *row in self._cache._con.execute(query, keys).fetchall() if keys else ():
            values[index] = _plain(*row)
        return values

    def set(self, key: str, value: bytes) -> None:
        self._cache.set(key, value)

    def delete(self, key: str) -> bool:
        return bool(self._cache.delete(key))

    def list_keys(self) -> list[str]:
        return sorted(self._cache.iterkeys())  # pyright: ignore[reportReturnType]

    def transact(self, action: Callable[[], _T]) -> _T:
        """Run `action` in a transaction of this thread. One that fails leaves no transaction open."""
        connection, cache = self._cache._con, self._cache
        if connection.in_transaction:
            return action()
        connection.execute("BEGIN IMMEDIATE")
        try:
            cache._txn_id = threading.get_ident()  # so that diskcache begins none of its own
            result = action()
            cache._txn_id = None
            _commit(connection)
        finally:
            cache._txn_id = None
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return result


class ReadOnlyBackend:
    """A folder that cannot be written, which diskcache cannot open."""

    def __init__(self, folder: Path) -> None:
        self._database = folder / DATABASE
        self._local = threading.local()

    def get(self, key: str) -> bytes | None:
        rows = self._rows("SELECT mode, filename, value FROM Cache WHERE key = ? AND raw = 1", (key,))
        return _plain(*rows[0]) if rows else None

    def get_each(self, keys: Sequence[str]) -> list[bytes | None]:
        return [self.get(key) for key in keys]

    def list_keys(self) -> list[str]:
        return [key for (key,) in self._rows("SELECT key FROM Cache ORDER BY key") if type(key) is str]

    def set(self, key: str, value: bytes) -> NoReturn:
        raise OSError(errno.EROFS, "the folder is read-only")

    def delete(self, key: str) -> NoReturn:
        raise OSError(errno.EROFS, "the folder is read-only")

    def transact(self, action: Callable[[], _T]) -> NoReturn:
        raise OSError(errno.EROFS, "the folder is read-only")

    def close(self) -> None:
        opened = getattr(self._local, "opened", None)
        if opened is not None:
            self._local.opened = None
            opened.close()

    def _rows(self, query: str, arguments: tuple[str, ...] = ()) -> list[tuple[object, ...]]:
        if getattr(self._local, "opened", None) is None:
            self._local.opened = connect(self._database, "ro")
        found: list[tuple[object, ...]] = self._local.opened.execute(query, arguments).fetchall()
        return found


_empty: list[bytes] = []


def empty_database(folder: Path) -> bytes:
    """Return the bytes of a database as diskcache creates it; the first call does so below `folder`."""
    if not _empty:
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as scratch:
            # Nobody else sees it, so nothing need be synced.
            unsynced = SETTINGS | {"sqlite_synchronous": 0, "sqlite_journal_mode": "memory"}
            _SettledCache(scratch, disk=BytesDisk, **unsynced).close()  # pyright: ignore[reportArgumentType]
            database = Path(scratch) / DATABASE
            with closing(sqlite3.connect(database)) as opened, opened:
                for key in ("sqlite_synchronous", "sqlite_journal_mode"):
                    opened.execute("UPDATE Settings SET value = ? WHERE key = ?", (SETTINGS[key], key))
            _empty.append(database.read_bytes())
    return _empty[0]


def installed_schema(folder: Path) -> list[Definition]:
    """Return what a database that the installed diskcache creates defines."""
    with closing(sqlite3.connect(":memory:")) as opened:
        opened.deserialize(empty_database(folder))
        return opened.execute("SELECT type, name, sql FROM sqlite_master").fetchall()


def _commit(connection: sqlite3.Connection) -> None:
    """Commit, waiting for those who read: what a transaction did is not to be done again for them."""
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            connection.execute("COMMIT")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise


def _plain(mode: object, filename: object, value: object) -> bytes:
    if mode != diskcache.core.MODE_RAW or filename is not None or type(value) is not bytes:
        _refuse("a value that is not plain bytes")
    return value


def _refuse(what: str) -> NoReturn:
    raise ForeignDatabase(f"{what} in the cache")
