"""The open database of a cache folder: bytes under text keys, safe from any thread and process.

Nothing in the folder is trusted. Before diskcache opens a database, and whenever its file has changed since,
`inspection` looks at it. One that does not pass is set aside, and a new one begun with what is still sound in it.

A new database is made whole under another name and then moved into place, so that no process ever sees half of one.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from ..._util import cancellation
from ..._util.warn import warn
from ...errors import CacheError, CacheWarning
from .backend import Backend, DiskBackend, ReadOnlyBackend, empty_database
from .inspection import inspect
from .locks import CANCELLATION_INTERVAL, describe_holder, held_briefly, hold
from .process import call_uninterrupted, retry_while_locked, without_fork
from .salvage import IsSound, salvage, set_aside
from .sqlite import BUSY_TIMEOUT, DATABASE, ForeignDatabase, is_busy, is_damage

__all__ = ["Database", "close_databases", "close_thread_connections", "open_database"]

_T = TypeVar("_T")

#: Folders that stay open, each with a connection for each thread that uses it.
MAX_OPEN = 16

#: More files than SQLite opens for one transaction: database, journal, folder.
DESCRIPTORS = 8

_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
#: What else a folder can suffer from that says nothing about its content.
_UNAVAILABLE = (*_READ_ONLY, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOLCK, errno.ENOTSUP)
#: What SQLite, diskcache and `backend` raise (ValueError where the text of SQLite's message is damaged too).
_FAILURES = (sqlite3.Error, OSError, ValueError, OverflowError, ForeignDatabase)

#: Device, inode, time of modification and size of a file.
_FileState = tuple[int, int, int, int]


class Database:
    """An open cache folder. Every method is safe from any thread and process."""

    def __init__(
        self, folder: Path, state: _FileState | None, *, writable: bool = True, thorough: bool = False
    ) -> None:
        self.folder = folder
        self.writable = writable
        #: Whether every page was looked at.
        self.thorough = thorough
        #: Something came back that this package never wrote: the database needs another, thorough look.
        self.suspect = False
        #: The state of the file that was last looked at.
        self.state = state
        self._backend: Backend = DiskBackend(folder) if writable else ReadOnlyBackend(folder)

    def get(self, key: str) -> bytes | None:
        """Return the value under `key`, or None."""
        with self._errors("read"):
            return retry_while_locked(lambda: self._backend.get(key))

    def get_each(self, keys: Sequence[str]) -> list[bytes | None]:
        """Return the value under each of `keys`, or None, all as of one moment."""
        with self._errors("read"):
            return retry_while_locked(lambda: self._backend.get_each(keys))

    def set(self, key: str, value: bytes) -> None:
        """Store `value` under `key`."""
        self.transact(lambda: self._backend.set(key, value))

    def set_all(self, values: Mapping[str, bytes]) -> None:
        """Store every value under its key, in one step."""

        def set_each() -> None:
            for key, value in values.items():
                self._backend.set(key, value)

        self.transact(set_each)

    def delete(self, key: str) -> bool:
        """Delete `key`; return whether it existed."""
        return self.transact(lambda: self._backend.delete(key))

    def list_keys(self) -> list[str]:
        """Return all keys, sorted."""
        with self._errors("read"):
            return retry_while_locked(self._backend.list_keys)

    def transact(self, action: Callable[[], _T]) -> _T:
        """Run `action`, whose reads and writes become one step: all of them are done, or on an error none."""
        caller = threading.current_thread()

        def transact() -> _T:
            try:
                return retry_while_locked(lambda: self._backend.transact(action))
            finally:
                if threading.current_thread() is not caller:
                    self.close()  # the thread ends, and no other thread could close its connection

        with self._errors("written"):
            return call_uninterrupted(transact)

    def exclusive(self, names: Sequence[str]) -> AbstractContextManager[object]:
        """Return a context that keeps every other thread and process out of contexts of the same names."""
        with self._errors("written"):
            return hold([self.folder / f"{name}.lock" for name in names])

    def close(self) -> None:
        """Close this thread's connection; it opens again by itself when needed."""
        with without_fork():
            self._backend.close()

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except _FAILURES as error:
            raise self._failed(what, error) from error

    def _failed(self, what: str, error: BaseException) -> CacheError:
        self.suspect = self.suspect or is_damage(error)
        return _cache_error(
            f"The cache in {self.folder} could not be {what} ({_reason(error, self.folder)}). "
            "Free some disk space or repair the folder's permissions if that is the reason; "
            "or use another folder (cache='PATH' or $PD_OPTSTAT_CACHE_DIR), none (cache=False), "
            f"or start again with an empty cache by moving {self.folder / DATABASE} away.",
            error,
        )


_open: dict[Path, Database] = {}
#: Guards `_open`. Nothing is waited for while it is held.
_registry = threading.Lock()
#: One for each folder: two threads must not both open it, and those of other folders need not wait.
_opening: dict[Path, threading.Lock] = {}


def _nothing_is_sound(key: str, value: bytes) -> bool:
    return False


def open_database(folder: Path, is_sound: IsSound = _nothing_is_sound) -> Database:
    """Return the open database in `folder`; create it, for its owner only, where there is none.

    A folder that cannot be written gives a database that can only be read.

    Raises
    ------
    CacheError
        If the folder cannot be created, is not a folder, or is neither writable nor holds a database.

    Warns
    -----
    CacheWarning
        If what was there was not made by this package, or is damaged, and was set aside.
    """
    database = _open.get(folder)
    if database is None or database.suspect or database.state != _file_state(folder) or _has_journal(folder):
        database = call_uninterrupted(lambda: _look_or_open(folder, is_sound))
    with _registry:
        _open.pop(folder, None)
        _open[folder] = database  # the one that was used last comes last
        closed = [_open.pop(next(iter(_open))) for _ in range(len(_open) - MAX_OPEN)]
    for other in closed:
        other.close()
    return database


def close_thread_connections() -> None:
    """Close the connections of this thread, which is about to end."""
    for database in list(_open.values()):
        database.close()


def close_databases() -> None:
    """Close this thread's connections, and forget the open databases."""
    with _registry:
        databases = list(_open.values())
        _open.clear()
    for database in databases:
        database.close()


def _after_fork_in_child() -> None:
    """Forget all databases in a child: a lock that another thread of the parent held is never released here."""
    global _registry
    _registry = threading.Lock()
    _opening.clear()
    _open.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def _look_or_open(folder: Path, is_sound: IsSound) -> Database:
    """Return the database that is open already if it passes another look, else open it."""
    lock = _opening.setdefault(folder, threading.Lock())
    while not lock.acquire(timeout=CANCELLATION_INTERVAL):
        cancellation.check()
    try:
        database, state = _open.get(folder), _file_state(folder)
        if database is None or database.suspect or state is None or database.state is None:
            return _open_again(folder, is_sound, database is not None and database.suspect)
        if database.state != state or _has_journal(folder):
            # Somebody has written to the file, most likely a load in another process, or replaced it.
            if database.state[:2] != state[:2] or not _passes(folder):
                return _open_again(folder, is_sound, thorough=False)
            database.state = state
        return database
    finally:
        lock.release()


def _passes(folder: Path) -> bool:
    """Return whether the database in a folder may be opened."""
    try:
        retry_while_locked(lambda: inspect(folder / DATABASE))
    except _FAILURES as error:
        if not is_damage(error):
            raise _unusable(folder, error) from error
        return False
    return True


def _open_again(folder: Path, is_sound: IsSound, thorough: bool) -> Database:
    try:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # One opener at a time: two that both find a bad database must not set each other's new one aside.
            with held_briefly(folder / "open.lock", BUSY_TIMEOUT):
                return retry_while_locked(lambda: _inspect_and_open(folder, is_sound, thorough))
        except OSError as error:
            if error.errno not in _READ_ONLY or not (folder / DATABASE).is_file():
                raise
            state = _file_state(folder)
            retry_while_locked(lambda: inspect(folder / DATABASE, thorough=thorough))
            return Database(folder, state, writable=False, thorough=thorough)
    except _FAILURES as error:
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: BaseException) -> CacheError:
    return _cache_error(
        f"{folder} cannot be used as the cache folder ({_reason(error, folder)}). Give another one with "
        "cache='PATH', po.configure(cache_dir='PATH') or $PD_OPTSTAT_CACHE_DIR, or none with cache=False.",
        error,
    )


def _cache_error(message: str, error: BaseException) -> CacheError:
    """Return a `CacheError` that says whether `error` is about the folder only."""
    raised = CacheError(message)
    if isinstance(error, sqlite3.Error):
        # Without file descriptors nothing else would work either.
        raised.unavailable = not is_damage(error) and not _lacks_descriptors()
    else:
        raised.unavailable = isinstance(error, TimeoutError) or getattr(error, "errno", None) in _UNAVAILABLE
    return raised


def _inspect_and_open(folder: Path, is_sound: IsSound, thorough: bool) -> Database:
    aside: tuple[Path, Exception] | None = None
    state = _file_state(folder)
    if (folder / DATABASE).exists() or (folder / DATABASE).is_symlink():
        try:
            inspect(folder / DATABASE, thorough=thorough)
        except (ForeignDatabase, sqlite3.Error, ValueError, OverflowError) as error:
            if not is_damage(error):
                raise  # a lock, a full disk, ...: that is not about the content
            aside = set_aside(folder), error
    if not (folder / DATABASE).exists():
        set_aside(folder)  # a journal without its database would be restored into the new one
        _create(folder)
        state = _file_state(folder)
    database = Database(folder, state, thorough=thorough)
    if aside is not None:
        _restore(database, *aside, is_sound)
    return database


def _restore(database: Database, aside: Path, error: Exception, is_sound: IsSound) -> None:
    """Write what is sound in a database that was set aside into the new one."""
    restored = 0
    try:
        for saved in salvage(aside, is_sound):
            database.set_all(saved)
            restored += len(saved)
    finally:
        warn(
            f"The cache in {database.folder} was not made by this package, or is damaged ({error}). It was set aside "
            f"as {aside.name}, and a new one was created with the {restored} records of it that are sound. What else "
            "it held is requested again.",
            CacheWarning,
        )


def _create(folder: Path) -> None:
    descriptor, fresh = tempfile.mkstemp(prefix=".new-", dir=folder)  # for its owner only
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(empty_database(folder))
            file.flush()
            os.fsync(descriptor)
        os.replace(fresh, folder / DATABASE)
    except BaseException:
        os.unlink(fresh)
        raise


def _reason(error: BaseException, folder: Path) -> str:
    if is_busy(error):
        return f"{describe_holder(folder / DATABASE)} has had it locked for {BUSY_TIMEOUT:.0f} s"
    code = getattr(error, "sqlite_errorcode", None) or 0
    if code & 0xFF == sqlite3.SQLITE_CANTOPEN and _lacks_descriptors():
        return "Too many open files in this process: close some, or raise the limit (ulimit -n)"
    return f"{type(error).__name__}: {error}"


def _has_journal(folder: Path) -> bool:
    """Return whether a journal lies beside the database: of a writer, or planted for SQLite to obey."""
    return os.path.lexists(folder / f"{DATABASE}-journal")


def _lacks_descriptors() -> bool:
    """Return whether this process can hardly open another file: SQLite does not say so."""
    opened: list[int] = []
    try:
        for _ in range(DESCRIPTORS):
            opened.append(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.errno in (errno.EMFILE, errno.ENFILE)
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return False


def _file_state(folder: Path) -> _FileState | None:
    """Return what changes if the database's file is replaced or written; None if there is none."""
    try:
        status = os.stat(folder / DATABASE)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size
