"""Bytes under text keys in a folder: the only module that knows diskcache, and that trusts none of it.

diskcache unpickles values and keys whose row says so (CVE-2025-69872), opens and deletes files that a
row names, and runs the settings that it finds in the database. So

- `BytesDisk` stores and returns plain bytes, and refuses everything else that a row may claim;
- before diskcache opens a database that this process did not make, `inspect` looks at it without
  diskcache: its schema, its settings against a list, every row. What does not pass is set aside.

The database is made whole under another name and then linked into place, so nobody ever sees half of one.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import diskcache
from filelock import FileLock

from .errors import CacheError, CacheWarning

__all__ = ["Store", "open_store"]

DATABASE = "cache.db"

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

#: How long another process may hold the database before we say so, in seconds.
BUSY_TIMEOUT = 60.0


class BytesDisk(diskcache.Disk):  # type: ignore[misc]
    """Text keys and plain bytes in the database; never a pickle, never a file."""

    def put(self, key: Any) -> tuple[str, bool]:
        if type(key) is not str:
            _refuse(f"a key of type {type(key).__name__}")
        return key, True

    def get(self, key: Any, raw: Any) -> str:
        if type(key) is not str or not raw:
            _refuse("a key that is not text")
        return key

    def store(self, value: Any, read: bool, key: Any = None) -> tuple[int, int, None, sqlite3.Binary]:
        if type(value) is not bytes:
            _refuse(f"a value of type {type(value).__name__}")
        return 0, diskcache.core.MODE_RAW, None, sqlite3.Binary(value)

    def fetch(self, mode: Any, filename: Any, value: Any, read: bool) -> bytes:
        if mode != diskcache.core.MODE_RAW or filename is not None or type(value) is not bytes:
            _refuse("a value that is not plain bytes")
        return value

    def filename(self, key: Any = None, value: Any = None) -> NoReturn:
        _refuse("a value in a file")

    def remove(self, file_path: Any) -> None:
        """Remove nothing: no row of ours has a file, and a foreign row must not make us delete one."""


class _QuietCache(diskcache.Cache):  # type: ignore[misc]
    """Opens a database whose settings are right already without writing to it.

    diskcache writes every setting anew, twice, each in a transaction of its own that is synced to the
    disk: ten milliseconds and two dozen locks that every other process would have to wait for.
    """

    @property
    def _sql_retry(self) -> Any:
        execute = super()._sql_retry

        def unless_there(statement: str, *arguments: Any) -> Any:
            if statement == "INSERT OR REPLACE INTO Settings VALUES (?, ?)":
                ((key, value),) = arguments
                if execute("SELECT value FROM Settings WHERE key = ?", (key,)).fetchone() == (value,):
                    return None
            return execute(statement, *arguments)

        return unless_there

    def reset(self, key: str, value: Any = diskcache.core.ENOVAL, update: bool = True) -> Any:
        if update and value is not diskcache.core.ENOVAL:
            update = super().reset(key) != value
        return super().reset(key, value, update)


class Foreign(Exception):
    """The database, or a row of it, is not as this package makes it."""


_FAILURES = (sqlite3.Error, OSError, diskcache.Timeout, Foreign)


def _is_damage(error: BaseException) -> bool:
    """Return whether `error` speaks of the database's content rather than of a full disk, a lock or permissions."""
    return isinstance(error, Foreign) or type(error) is sqlite3.DatabaseError


def _refuse(what: str) -> NoReturn:
    raise Foreign(f"{what} in the cache")


class Store:
    """An open cache folder. Every method is safe from any thread and process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._database = str(folder / DATABASE)
        self._cache = _QuietCache(str(folder), timeout=BUSY_TIMEOUT, disk=BytesDisk, **SETTINGS)
        self._identity = _file_identity(self._database)
        #: Something came back that this package never wrote: the database wants another, thorough look.
        self.suspect = False

    def is_current(self) -> bool:
        """Return whether the database that was opened is still the one in the folder, and unsuspected."""
        return not self.suspect and self._identity == _file_identity(self._database) is not None

    def get(self, key: str) -> bytes | None:
        """Return the value under `key`, or None."""
        try:
            value: bytes | None = self._cache.get(key)
        except _FAILURES as error:
            raise self._failed("read", error) from error
        return value

    def set(self, key: str, value: bytes) -> None:
        """Store `value` under `key`."""
        with self._errors("written"):
            self._cache.set(key, value)

    def delete(self, key: str) -> bool:
        """Forget `key`; return whether it was there."""
        with self._errors("written"):
            return bool(self._cache.delete(key))

    def list_keys(self) -> list[str]:
        """Return all keys, sorted."""
        with self._errors("read"):
            return sorted(self._cache.iterkeys())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make reads and writes within it one step: all of them, or on an error none."""
        with self._errors("written"), self._cache.transact():
            yield

    def close(self) -> None:
        """Close this thread's connection; it opens again by itself when needed."""
        self._cache.close()

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except _FAILURES as error:
            raise self._failed(what, error) from error

    def _failed(self, what: str, error: BaseException) -> CacheError:
        self.suspect = self.suspect or _is_damage(error)
        return CacheError(
            f"The cache in {self.folder} could not be {what} ({type(error).__name__}: {error}). "
            "Free some disk space or repair the folder's permissions if that is the reason; "
            "or use another folder (cache='PATH' or $PD_OPTSTAT_CACHE_DIR), none (cache=False), "
            f"or begin anew by moving {self.folder / DATABASE} away."
        )


_open: dict[Path, Store] = {}
_opening = threading.Lock()


def open_store(folder: Path) -> Store:
    """Return the store in `folder`, creating it (for its owner only) where there is none.

    Raises
    ------
    CacheError
        If the folder cannot be created, is no folder, or cannot be written.

    Warns
    -----
    CacheWarning
        If what was there was not made by this package, and was set aside.
    """
    with _opening:
        store = _open.get(folder)
        if store is None or not store.is_current():
            store = _open[folder] = _open_anew(folder, thorough=store is not None and store.suspect)
        return store


def forget_stores() -> None:
    """Close this thread's connections and forget the open stores (after a fork, in tests)."""
    with _opening:
        for store in _open.values():
            store.close()
        _open.clear()


os.register_at_fork(after_in_child=_open.clear) if hasattr(os, "register_at_fork") else None


def _open_anew(folder: Path, thorough: bool) -> Store:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # One opener at a time: two that both find a foreign database must not set each other's new one aside.
        with FileLock(folder / "open.lock", timeout=BUSY_TIMEOUT, mode=0o600):
            if (folder / DATABASE).exists() or (folder / DATABASE).is_symlink():
                _inspect_or_set_aside(folder, thorough)
            if not (folder / DATABASE).exists():
                _create(folder)
            return Store(folder)
    except (OSError, sqlite3.Error, TimeoutError, diskcache.Timeout) as error:
        raise CacheError(
            f"{folder} cannot serve as the cache folder ({type(error).__name__}: {error}). Give another one with "
            "cache='PATH', po.configure(cache_dir='PATH') or $PD_OPTSTAT_CACHE_DIR, or none with cache=False."
        ) from error


def _create(folder: Path) -> None:
    descriptor, fresh = tempfile.mkstemp(prefix=".new-", dir=folder)  # for its owner only
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_empty_database())
            file.flush()
            os.fsync(descriptor)
        os.replace(fresh, folder / DATABASE)
    except BaseException:
        os.unlink(fresh)
        raise


@lru_cache(maxsize=1)
def _empty_database() -> bytes:
    """Return the bytes of a database as diskcache makes it, without a value in it."""
    unsynced = SETTINGS | {"sqlite_synchronous": 0, "sqlite_journal_mode": "memory"}
    with tempfile.TemporaryDirectory(prefix="pd_optstat-") as scratch:
        diskcache.Cache(scratch, disk=BytesDisk, **unsynced).close()
        database = Path(scratch) / DATABASE
        with closing(sqlite3.connect(database)) as opened, opened:
            for key in ("sqlite_synchronous", "sqlite_journal_mode"):
                opened.execute("UPDATE Settings SET value = ? WHERE key = ?", (SETTINGS[key], key))
        return database.read_bytes()


def _inspect_or_set_aside(folder: Path, thorough: bool) -> None:
    try:
        inspect(folder / DATABASE, thorough=thorough)
    except (Foreign, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise
        aside = _set_aside(folder)
        warnings.warn(
            f"The cache in {folder} was not made by this package, or is damaged ({error}). It was set aside as "
            f"{aside.name}, unopened, and a new one begun: what it held will be asked for again.",
            CacheWarning,
            stacklevel=2,
        )


def _set_aside(folder: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    aside = folder / f"{DATABASE}.set-aside-{stamp}"
    for suffix in ("", "-journal", "-wal", "-shm"):
        source = folder / f"{DATABASE}{suffix}"
        if source.exists() or source.is_symlink():
            source.rename(f"{aside}{suffix}")
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
        raise Foreign("cache.db is not a plain file")
    # query_only rather than mode=ro: after a crash, SQLite must be able to roll the journal back.
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_TIMEOUT)) as found:
        found.execute("PRAGMA query_only = ON")
        found.execute("PRAGMA trusted_schema = OFF")
        if hashlib.sha256(_schema(found).encode()).hexdigest() != SCHEMA:
            raise Foreign("the tables of cache.db are not diskcache's")
        _check_settings(found)
        _check_rows(found)
        if thorough and (found.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",)):
            raise Foreign("pages of cache.db are damaged")


def _schema(database: sqlite3.Connection) -> str:
    """Render all that the database defines, in a stable order and without differences in white space."""
    found = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    return "\n".join(" ".join(str(part) for part in row).replace("\n", " ") for row in found)


def _check_settings(database: sqlite3.Connection) -> None:
    for key, value in database.execute("SELECT key, value FROM Settings"):
        if key in COUNTERS:
            if type(value) is not int:
                raise Foreign(f"setting {key!r} is not a number")
        elif key not in SETTINGS or type(value) is not type(SETTINGS[key]) or value != SETTINGS[key]:
            raise Foreign(f"setting {str(key)[:40]!r} is not one of ours")


def _check_rows(database: sqlite3.Connection) -> None:
    odd = database.execute(
        "SELECT count(*) FROM Cache WHERE NOT (typeof(key) = 'text' AND raw IS 1 AND mode IS 1"
        " AND filename IS NULL AND typeof(value) = 'blob' AND expire_time IS NULL AND tag IS NULL AND size IS 0)"
    ).fetchone()[0]
    if odd:
        raise Foreign(f"{odd} rows that are not plain bytes")


def _file_identity(database: str) -> tuple[int, int] | None:
    try:
        status = os.stat(database)
    except OSError:
        return None
    return status.st_dev, status.st_ino
