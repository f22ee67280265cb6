"""At most 60 counted requests in any 30 seconds, as OpenD wants it, for all processes of a machine together.

Only the first request of a paginated window counts. When exactly OpenD counts it, between our sending
and its reply, cannot be known, so a slot is taken from before the request is sent until 30 seconds
after its reply: no interval of 30 seconds on the server's side can then hold more than 60.

The rules are pure functions on the list of slots in use; `SharedSlots` keeps that list in a small file.
Moments are `time.monotonic` seconds, which all processes of a machine share until it restarts.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock

__all__ = [
    "LIMIT",
    "PERIOD",
    "TOO_OFTEN",
    "SharedSlots",
    "Slot",
    "is_about_frequency",
    "next_free",
    "slots_of",
    "taken",
    "used",
]

LIMIT = 60
PERIOD = 30.0

#: How OpenD says that it was asked too often, in the languages that it speaks.
_FREQUENCY_WORDS = ("frequen", "too many", "rate limit", "频率", "頻率", "频繁", "頻繁")
#: What to do then.
TOO_OFTEN = (
    "OpenD allows 60 requests in 30 s, and other programs use them too. Wait half a minute and load again: what was "
    "complete is cached."
)

#: How often to look whether another process has done with the file, in seconds.
POLL_INTERVAL = 0.005

_SLOT = struct.Struct("<qdd")


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot in use: by a request in flight (`free_at` is 0), or by one that was answered, until `free_at`."""

    pid: int
    taken_at: float
    free_at: float = 0.0


def is_about_frequency(reason: str) -> bool:
    """Return whether OpenD's words say that it was asked too often."""
    return any(word in reason.lower() for word in _FREQUENCY_WORDS)


def used(slots: list[Slot], now: float, is_alive: Callable[[int], bool]) -> list[Slot]:
    """Return the slots that are in use at `now`.

    A request of a process that died may have been counted up to now, so its slot is free a period
    from now. A moment in the future is from before the machine restarted.
    """
    found = []
    for slot in slots:
        # `now` was read before the wait for the file: what others took meanwhile is a little in its future.
        if slot.taken_at > now + PERIOD or 0.0 < slot.free_at <= now:
            continue
        died = not slot.free_at and not is_alive(slot.pid)
        found.append(Slot(slot.pid, slot.taken_at, now + PERIOD) if died else slot)
    return found


def taken(slots: list[Slot], wanted: int, pid: int, now: float, limit: int = LIMIT) -> tuple[list[Slot], int]:
    """Return `slots`, all in use, with as many of the `wanted` ones taken as there are; and how many that is."""
    count = max(0, min(wanted, limit - len(slots)))
    return [*slots, *[Slot(pid, now)] * count], count


def replied(slots: list[Slot], pid: int, moments: list[float]) -> list[Slot]:
    """Return `slots` with those of requests of `pid` that were replied to at `moments` free a period later."""
    left = list(moments)
    return [
        Slot(pid, slot.taken_at, left.pop() + PERIOD) if left and slot.pid == pid and not slot.free_at else slot
        for slot in slots
    ]


def next_free(slots: list[Slot], now: float, limit: int = LIMIT) -> float:
    """Return in how many seconds a slot may be free; that of a request in flight is not before the period."""
    if len(slots) < limit:
        return 0.0
    return max(0.0, min((slot.free_at for slot in slots if slot.free_at), default=now + PERIOD) - now)


@dataclass
class SharedSlots:
    """The slots of one OpenD. Every method is safe from any thread and process.

    Parameters
    ----------
    host, port
        Which OpenD.
    folder : Path, optional
        Where the file is; by default in a folder of the user's own below the system's temporary one.

    Examples
    --------
    >>> import tempfile
    >>> slots = SharedSlots("127.0.0.1", 11111, Path(tempfile.mkdtemp()))
    >>> slots.take(50, now=1000.0), slots.take(50, now=1001.0), slots.wait(now=1001.0)
    (50, 10, 30.0)
    >>> slots.give_back([1002.0] * 60)
    >>> slots.take(1, now=1031.9), slots.take(1, now=1032.0)
    (0, 1)
    """

    host: str
    port: int
    folder: Path | None = None
    _path: Path | None = field(default=None, init=False)
    #: The slots, where they cannot be shared.
    _alone: list[Slot] | None = field(default=None, init=False)

    def take(self, wanted: int, now: float) -> int:
        """Take up to `wanted` slots; return how many were had."""
        with self._slots() as slots:
            slots[:], count = taken(used(slots, now, _is_alive), wanted, os.getpid(), now)
            return count

    def give_back(self, moments: list[float]) -> None:
        """Say that requests of this process, which hold slots, were replied to, or given up, at `moments`."""
        if moments:
            with self._slots() as slots:
                slots[:] = replied(slots, os.getpid(), moments)

    def wait(self, now: float) -> float:
        """Return in how many seconds a slot may be free."""
        with self._slots() as slots:
            return next_free(used(slots, now, _is_alive), now)

    @contextmanager
    def _slots(self) -> Iterator[list[Slot]]:
        """Give the list of slots, for nobody else to see until it is written back."""
        if self._alone is not None:
            yield self._alone
            return
        try:
            if self._path is None:
                name = hashlib.sha256(f"{self.host}:{self.port}".encode()).hexdigest()[:32]
                self._path = (self.folder or _own_folder()) / f"{name}.slots"
            lock = FileLock(self._path.with_suffix(".lock"), mode=0o600).acquire(poll_interval=POLL_INTERVAL)
            before = _read(self._path)
        except OSError:
            self._alone = []  # a full disk, say: this process then keeps to the limit by itself
            yield self._alone
            return
        with lock:
            slots = list(before)
            yield slots
            if slots != before:
                try:
                    _write(self._path, slots)
                except OSError:
                    self._alone = slots


_shared: dict[tuple[str, int], SharedSlots] = {}


def slots_of(host: str, port: int) -> SharedSlots:
    """Return the slots of the OpenD at an address."""
    return _shared.setdefault((host, port), SharedSlots(host, port))


def _read(path: Path) -> list[Slot]:
    try:
        content = path.read_bytes()[: _SLOT.size * LIMIT * 2]
    except FileNotFoundError:
        return []
    whole = len(content) - len(content) % _SLOT.size
    return [Slot(*fields) for fields in _SLOT.iter_unpack(content[:whole])]


def _write(path: Path, slots: list[Slot]) -> None:
    content = b"".join(_SLOT.pack(slot.pid, slot.taken_at, slot.free_at) for slot in slots)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, content)
        os.ftruncate(descriptor, len(content))  # afterwards: a kill in between forgets nothing
    finally:
        os.close(descriptor)


def _own_folder() -> Path:
    """Return a folder below the temporary one that nobody but this user can write to."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"pd_optstat-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if hasattr(os, "getuid") and (not stat.S_ISDIR(found.st_mode) or found.st_uid != user or found.st_mode & 0o022):
        return Path(tempfile.mkdtemp(prefix="pd_optstat-"))  # somebody else's: share with nobody rather than with them
    return folder


def _is_alive(pid: int) -> bool:
    if pid == os.getpid():
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
