"""Bytes under text keys in a folder: the only module that knows diskcache, and that trusts none of it.

diskcache unpickles values and keys whose row says so (CVE-2025-69872), opens and deletes files that a
row names, and runs the settings that it finds in the database. So

- `BytesDisk` stores and returns plain bytes, and refuses everything else that a row may claim;
- before diskcache opens a database that this process did not make, `vetting.inspect` looks at it without
  diskcache. What does not pass is set aside, and a new one begun with what is still sound in it.

A database is made whole under another name and then moved into place, so nobody ever sees half of one.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import diskcache
from filelock import FileLock, Timeout

from ..._util import cancellation
from ..._util.warn import warn
from ...errors import CacheError, CacheWarning
from .inspection import (
    BUSY_TIMEOUT,
    DATABASE,
    SETTINGS,
    ForeignDatabase,
    connect,
    inspect,
    is_damage,
    salvage,
    set_aside,
)

__all__ = ["Database", "open_database"]

#: Tells whether a value that was saved from a bad database is what was once stored under its key.
IsSound = Callable[[str, bytes], bool]

#: How often to look whether another process has done with a fetch, in seconds.
POLL_INTERVAL = 0.02
#: How long a load that may be told to stop waits at a time.
INTERRUPTIBLE_WAIT = 0.1

#: How long a fork waits for another thread to have opened a cache, in seconds.
LONGEST_OPENING = 2.0

#: Folders that stay open, each with a file a thread.
MAX_OPEN = 16

_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


class BytesDisk(diskcache.Disk):  # type: ignore[misc]
    """Text keys and plain bytes in the database; never a pickle, never a file."""

    def put(self, key: Any) -> tuple[str, bool]:  # pyright: ignore[reportIncompatibleMethodOverride]
        if type(key) is not str:
            _refuse(f"a key of type {type(key).__name__}")
        return key, True

    def get(self, key: Any, raw: Any) -> str:
        if type(key) is not str or not raw:
            _refuse("a key that is not text")
        return key

    def store(  # pyright: ignore[reportIncompatibleMethodOverride]: diskcache's types are guessed from its bodies
        self, value: Any, read: bool, key: Any = None
    ) -> tuple[int, int, None, sqlite3.Binary]:
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


class _ReadOnly:
    """Stands for diskcache on a folder that cannot be written, which diskcache cannot open."""

    def __init__(self, folder: Path) -> None:
        self._database = folder / DATABASE
        self._local = threading.local()

    def get(self, key: str) -> bytes | None:
        rows = self._rows("SELECT raw, mode, filename, value FROM Cache WHERE key = ? AND raw = 1", (key,))
        if not rows:
            return None
        raw, mode, filename, value = rows[0]
        if (raw, mode, filename, type(value)) != (1, diskcache.core.MODE_RAW, None, bytes):
            _refuse("a value that is not plain bytes")
        found: bytes = value
        return found

    def iterkeys(self) -> list[str]:
        return [key for (key,) in self._rows("SELECT key FROM Cache ORDER BY key") if type(key) is str]

    def set(self, *arguments: Any) -> NoReturn:
        raise OSError(errno.EROFS, "the folder is read-only")

    delete = transact = set

    def close(self) -> None:
        if hasattr(self._local, "opened"):
            self._local.opened.close()
            del self._local.opened

    def _rows(self, query: str, arguments: tuple[str, ...] = ()) -> list[Any]:
        if not hasattr(self._local, "opened"):
            self._local.opened = connect(self._database, "ro")
        found: list[Any] = self._local.opened.execute(query, arguments).fetchall()
        return found


#: What SQLite raises (ValueError where the text of its message is damaged too), diskcache, and `BytesDisk`.
_FAILURES = (sqlite3.Error, OSError, ValueError, OverflowError, diskcache.Timeout, ForeignDatabase)


def _refuse(what: str) -> NoReturn:
    raise ForeignDatabase(f"{what} in the cache")


class Database:
    """An open cache folder. Every method is safe from any thread and process."""

    def __init__(self, folder: Path, *, writable: bool = True, thorough: bool = False) -> None:
        self.folder = folder
        self.writable = writable
        #: Whether every page of the database was looked at.
        self.thorough = thorough
        self._held = threading.local()
        self._database = str(folder / DATABASE)
        if writable:
            options: dict[str, Any] = {"timeout": BUSY_TIMEOUT, "disk": BytesDisk, **SETTINGS}
            self._cache: Any = _QuietCache(str(folder), **options)
        else:
            self._cache = _ReadOnly(folder)
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

    @contextmanager
    def exclusive(self, names: Sequence[str]) -> Iterator[None]:
        """Keep everybody else, in any process, out of sections of the same names.

        The locks are the operating system's: those of a process that dies are free.
        """
        mine: set[str] = self._held.__dict__.setdefault("names", set())
        with ExitStack() as held:
            # Always in the same order: nobody waits in a circle. Not twice: a progress callable may load as well.
            for name in sorted(set(names) - mine):
                lock = FileLock(self.folder / f"{name}.lock", mode=0o600)
                try:
                    held.enter_context(_acquired(lock))
                except OSError as error:
                    raise self._failed("written", error) from error
                mine.add(name)
                held.callback(mine.discard, name)
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
        if "no transaction is active" in str(error) and error.__context__ is not None:
            error = error.__context__  # SQLite had rolled back by itself; that was why
        self.suspect = self.suspect or is_damage(error)
        return CacheError(
            f"The cache in {self.folder} could not be {what} ({type(error).__name__}: {error}). "
            "Free some disk space or repair the folder's permissions if that is the reason; "
            "or use another folder (cache='PATH' or $PD_OPTSTAT_CACHE_DIR), none (cache=False), "
            f"or begin anew by moving {self.folder / DATABASE} away."
        )


_open: dict[Path, Database] = {}
_opening = threading.Lock()


def _nothing_is_sound(key: str, value: bytes) -> bool:
    return False


def open_database(folder: Path, is_sound: IsSound = _nothing_is_sound) -> Database:
    """Return the store in `folder`, creating it (for its owner only) where there is none.

    A folder that cannot be written gives a store that can be read only.

    Raises
    ------
    CacheError
        If the folder cannot be created, is no folder, or is neither writable nor holds a database.

    Warns
    -----
    CacheWarning
        If what was there was not made by this package, or is damaged, and was set aside.
    """
    with _opening:
        store = _open.get(folder)
        if store is None or not store.is_current():
            store = _open_anew(folder, is_sound, store is not None and store.suspect)
        _open.pop(folder, None)
        _open[folder] = store  # the one that was used last is the last one
        while len(_open) > MAX_OPEN:
            _open.pop(next(iter(_open))).close()
        return store


def close_thread_connections() -> None:
    """Close the connections of this thread, which is about to end."""
    with _opening:
        for store in _open.values():
            store.close()


def close_databases() -> None:
    """Close this thread's connections and forget the open stores (after a fork, in tests)."""
    close_thread_connections()
    with _opening:
        _open.clear()


#: What this thread knows of the fork that it is in the middle of.
_forking = threading.local()


def _before_fork() -> None:
    """Let no thread be in the middle of opening: the child would inherit SQLite's locks as that thread held them."""
    _forking.holds = _opening.acquire(timeout=LONGEST_OPENING)


def _after_fork_in_parent() -> None:
    if _forking.holds:
        _opening.release()


def _after_fork_in_child() -> None:
    """Begin anew in a child: a lock that another thread of the parent held is held for ever here."""
    global _opening
    _opening = threading.Lock()
    _open.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)


def _open_anew(folder: Path, is_sound: IsSound, thorough: bool) -> Database:
    try:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # One opener at a time: two that both find a bad database must not set each other's new one aside.
            with FileLock(folder / "open.lock", timeout=BUSY_TIMEOUT, mode=0o600):
                return _vet_and_open(folder, is_sound, thorough)
        except OSError as error:
            if error.errno not in _READ_ONLY or not (folder / DATABASE).is_file():
                raise
            inspect(folder / DATABASE, thorough=thorough)
            return Database(folder, writable=False, thorough=thorough)
    except _FAILURES as error:
        raise CacheError(
            f"{folder} cannot serve as the cache folder ({type(error).__name__}: {error}). Give another one with "
            "cache='PATH', po.configure(cache_dir='PATH') or $PD_OPTSTAT_CACHE_DIR, or none with cache=False."
        ) from error


def _vet_and_open(folder: Path, is_sound: IsSound, thorough: bool) -> Database:
    saved: dict[str, bytes] = {}
    if (folder / DATABASE).exists() or (folder / DATABASE).is_symlink():
        try:
            inspect(folder / DATABASE, thorough=thorough)
        except (ForeignDatabase, sqlite3.Error, ValueError, OverflowError) as error:
            if not is_damage(error):
                raise  # a lock, a full disk, ...: it says nothing of the content
            saved = _save(folder, is_sound, error)
    if not (folder / DATABASE).exists():
        set_aside(folder)  # a journal without its database would be rolled back into the new one
        _create(folder)
    store = Database(folder, thorough=thorough)
    if saved:
        with store.transaction():
            for key, value in saved.items():
                store.set(key, value)
    return store


def _acquired(lock: FileLock) -> Any:
    """Acquire `lock`, unless the load is told to stop while another process has it."""
    if cancellation.current() is None:
        return lock.acquire(poll_interval=POLL_INTERVAL)
    while True:
        cancellation.check()
        with suppress(Timeout):
            return lock.acquire(timeout=INTERRUPTIBLE_WAIT, poll_interval=POLL_INTERVAL)


def _save(folder: Path, is_sound: IsSound, error: Exception) -> dict[str, bytes]:
    """Set the database aside and return what is sound in it."""
    aside = set_aside(folder)
    saved = {key: value for key, value in salvage(aside).items() if is_sound(key, value)}
    warn(
        f"The cache in {folder} was not made by this package, or is damaged ({error}). It was set aside as "
        f"{aside.name}, and a new one begun with the {len(saved)} records of it that are sound; what else it held "
        "will be asked for again.",
        CacheWarning,
    )
    return saved


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


def _file_identity(database: str) -> tuple[int, int] | None:
    try:
        status = os.stat(database)
    except OSError:
        return None
    return status.st_dev, status.st_ino
