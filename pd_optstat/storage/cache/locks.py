"""Locks on files of the cache folder, which keep other threads and processes out while one of them fetches or opens.

The locks are the operating system's: those of a process that dies are free.
"""

from __future__ import annotations

import _thread
import os
import queue
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from ..._util import cancellation
from ..._util.warn import warn
from ...errors import CacheWarning

__all__ = ["describe_holder", "held_briefly", "hold"]

#: How often to look whether another process has released a lock, in seconds.
POLL_INTERVAL = 0.02
#: How often a thread that waits looks whether its load was cancelled.
CANCELLATION_INTERVAL = 0.1
#: More than it takes to release a lock.
RELEASE_TIMEOUT = 1.0
#: How long to wait silently for a process that is stopped, and for one that runs.
STOPPED_NOTICE_AFTER = 2.0
NOTICE_AFTER = 60.0

#: What each thread holds: its token by path, weakly. Replaced in a forked child, which holds nothing.
_tokens = threading.local()
#: One for each path that was ever locked, so that threads of one process hand it over without polling.
_in_process: dict[Path, threading.Lock] = {}


def hold(paths: Sequence[Path]) -> AbstractContextManager[object]:
    """Return a context within which no other thread or process holds any of `paths`; wait until that can be.

    Paths that this thread holds already are not waited for. The locks are taken and released by a thread of their
    own, for as long as the returned token lives: there is no moment at which KeyboardInterrupt could leave one taken.

    Raises
    ------
    OSError
        If a lock file cannot be created.
    Cancelled
        If the load is cancelled while waiting.
    """
    tokens: dict[Path, weakref.ref[threading.Lock]] = _tokens.__dict__.setdefault("by_path", {})
    # In the same order everywhere, so that there is no deadlock.
    wanted = sorted(path for path in set(paths) if path not in tokens or tokens[path]() is None)
    if not wanted:
        return nullcontext()
    keeper = _Keeper(wanted)
    token = None
    try:
        keeper.start()
        keeper.wait()
        # A threading.Lock, because its context is entered and left without executing Python code, and so is the
        # callback when it is freed. The last callback that was registered is called first.
        token = threading.Lock()
        keeper.references.append(weakref.ref(token, keeper.wait_for_end))
        keeper.references.append(weakref.ref(token, keeper.done.put))
        tokens.update(dict.fromkeys(wanted, keeper.references[-1]))
        return token
    except BaseException:
        keeper.done.put(None)  # first of all, as this one call cannot be interrupted
        token = None  # the traceback must not keep it alive
        raise


class _Keeper(threading.Thread):
    """Takes file locks, keeps them until told, and releases them."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(name="pd_optstat-locks", daemon=True)
        self._paths = paths
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        #: The path that is being waited for.
        self._pending = paths[0]
        self.references: list[weakref.ref[threading.Lock]] = []
        #: Anything that is put here ends the locks.
        self.done: queue.SimpleQueue[object] = queue.SimpleQueue()

    def run(self) -> None:
        with ExitStack() as held:
            try:
                for path in self._paths:
                    self._pending = path
                    if not self._take(path, held):
                        return
            except BaseException as error:
                self._failure = error
                return
            finally:
                self._ready.set()
            self.done.get()

    def wait(self) -> None:
        """Wait until all locks are taken; say for whom, if that takes long."""
        begun, noticed = time.monotonic(), False
        while not self._ready.wait(CANCELLATION_INTERVAL):
            cancellation.check()
            waited = time.monotonic() - begun
            if not noticed and waited > STOPPED_NOTICE_AFTER:
                holder = _find_holder(self._pending)
                if waited > NOTICE_AFTER or (holder is not None and holder.stopped):
                    noticed = True
                    warn(
                        f"This load waits, as {describe_holder(self._pending)} is fetching the same series into "
                        f"{self._pending.parent}.",
                        CacheWarning,
                    )
        if self._failure is not None:
            raise self._failure

    def wait_for_end(self, _: object) -> None:
        """Wait until the locks are released: after the context the folder may be deleted, or locked again."""
        try:
            with suppress(RuntimeError):  # in this very thread, by the garbage collector
                self.join(RELEASE_TIMEOUT)
        except KeyboardInterrupt:
            _thread.interrupt_main()  # once more, as what a callback raises is ignored

    def _take(self, path: Path, held: ExitStack) -> bool:
        """Take the lock on `path`; return False if it is no longer wanted."""
        inner = _in_process.setdefault(path, threading.Lock())
        while not inner.acquire(timeout=CANCELLATION_INTERVAL):
            if not self.done.empty():
                return False
        held.callback(inner.release)
        lock = FileLock(path, mode=0o600)
        while self.done.empty():
            try:
                held.enter_context(lock.acquire(timeout=CANCELLATION_INTERVAL, poll_interval=POLL_INTERVAL))
            except Timeout:
                continue
            return True
        return False


class Holder(NamedTuple):
    """A process that has a file locked."""

    pid: int
    name: str
    stopped: bool


@contextmanager
def held_briefly(path: Path, timeout: float, *, mode: int = 0o600) -> Iterator[None]:
    """Hold a lock that others hold for moments only; to be used where KeyboardInterrupt cannot strike.

    Raises
    ------
    TimeoutError
        If another process holds it for longer than `timeout` seconds; the message names that process.
    """
    deadline = time.monotonic() + timeout
    lock = FileLock(path, mode=mode)
    while True:
        cancellation.check()
        try:
            held = lock.acquire(timeout=CANCELLATION_INTERVAL, poll_interval=POLL_INTERVAL)
            break
        except Timeout:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{describe_holder(path)} has held {path.name} for {timeout:.0f} s") from None
    with held:
        yield


def describe_holder(path: Path) -> str:
    """Return in words which process has the file at `path` locked, as far as that can be found out."""
    holder = _find_holder(path)
    if holder is None:
        return "another process"
    if holder.pid == os.getpid():
        return "another thread of this process"
    if holder.stopped:
        return f"process {holder.pid} ({holder.name}), which is stopped (kill -CONT {holder.pid} continues it),"
    return f"process {holder.pid} ({holder.name})"


def _find_holder(path: Path) -> Holder | None:
    """Return the process that has a file locked, where Linux lists it."""
    try:
        status = os.stat(path)
        device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}"
        found = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
        # A line: "1: FLOCK ADVISORY WRITE 1234 fd:01:5678 0 EOF"; those who wait have an arrow after the number.
        places = {line[5]: int(line[4]) for line in found if line[1] != "->" and line[5].endswith(f":{status.st_ino}")}
        if not places:
            return None
        # Some file systems show another device number to the kernel's list than to stat.
        pid = places.get(f"{device}:{status.st_ino}", next(iter(places.values())))
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
        return Holder(pid, name, rest.split()[0] in "Tt")
    except (OSError, ValueError, IndexError, AttributeError):
        return None  # another system, or the process has ended meanwhile


def _after_fork_in_child() -> None:
    """Replace all locks: what another thread of the parent held will never be released here."""
    global _tokens
    _tokens = threading.local()
    _in_process.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
