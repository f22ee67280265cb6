"""OpenD's rate limit, 60 counted requests in any 30 seconds, kept by all processes of a user on a machine together.

Each protocol has a limit of its own, and a file of its own, so that none waits for another.

Only the first page of a paginated request counts. When the server counts it is unknown: at some moment between our
sending it and its reply. So a request takes a slot before it is sent and keeps it until 30 seconds after its reply;
then no interval of 30 seconds at the server can hold more than 60 counted requests.

A slot in use is a lease. While a request is in flight, its session renews the lease every few seconds; a process that
was killed, suspended, or interrupted between two steps renews nothing, and its slots expire. So every slot frees itself
within `LEASE` seconds, without asking whether a process lives: process ids mean nothing to other containers, and are
reused. What a file holds that could not have been written within that time (zeros, another machine's clock) is ignored.

The rules are pure functions on lists of slots; `SharedSlots` keeps the list in a small file. Moments are
`time.monotonic()` seconds, which all processes of a machine share, and which do not jump when its clock is set.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from .._util import cancellation
from .._util.warn import warn
from ..errors import OptStatWarning
from .packets import ProtoId

__all__ = [
    "LEASE",
    "LIMIT",
    "LIMITS",
    "PERIOD",
    "RATE_LIMIT_ADVICE",
    "RENEWAL_INTERVAL",
    "UNDERLYING_STATISTIC_LIMIT",
    "UNDERLYING_VOLATILITY_LIMIT",
    "Account",
    "SharedSlots",
    "Slot",
    "is_rate_limit_message",
    "shared_slots",
]

_T = TypeVar("_T")

LIMIT = 60
PERIOD = 30.0
#: The limits of 3302 and 3304, assumed to be that of 3301, as no documentation is known. Each protocol has its own.
UNDERLYING_STATISTIC_LIMIT = 60
UNDERLYING_VOLATILITY_LIMIT = 60
#: First pages in `PERIOD` for each protocol that is counted.
LIMITS = {
    ProtoId.GET_OPTION_MARKET_STATISTIC: LIMIT,
    ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC: UNDERLYING_STATISTIC_LIMIT,
    ProtoId.GET_OPTION_UNDERLYING_HIS_VOLATILITY: UNDERLYING_VOLATILITY_LIMIT,
}
#: How often a session renews the slots of its requests in flight, in seconds.
RENEWAL_INTERVAL = 5.0
#: A process that has renewed nothing for so long is taken for dead: three renewals, as a machine may be busy.
_GRACE = 3 * RENEWAL_INTERVAL
#: The longest time that a slot lasts without a renewal. Its request may have been counted until the process died.
LEASE = _GRACE + PERIOD
#: `now` is read before the wait for the file, so slots that others took meanwhile seem to come from the future.
_LEEWAY = 2.0

#: A process that holds the file's lock for so long has been suspended in the few microseconds that this takes.
_LOCK_TIMEOUT = 1.0
_LOCK_POLL = 0.005
#: Twice the slots of ten busy logins; the rest of a larger file is not read.
_MAX_SLOTS = 1200

#: Words by which OpenD's messages report the rate limit, in the languages that it has.
_RATE_LIMIT_WORDS = ("frequen", "too many", "rate limit", "频率", "頻率", "频繁", "頻繁")
RATE_LIMIT_ADVICE = (
    "OpenD allows 60 requests in 30 s, and other programs use them too. Wait half a minute, then load again; complete "
    "windows are cached."
)

#: id, expiry, host, login; little-endian.
_SLOT = struct.Struct("<QdQQ")
#: Changes with the format, so that versions of this package do not misread each other's files. That of 3301 is the
#: file of version 0.1, which may run at the same time.
_FILE_NAMES = {
    ProtoId.GET_OPTION_MARKET_STATISTIC: "rate-limit-2.slots",
    ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC: "rate-limit-2-3302.slots",
    ProtoId.GET_OPTION_UNDERLYING_HIS_VOLATILITY: "rate-limit-2-3304.slots",
}


@dataclass(frozen=True, slots=True)
class Account:
    """Whom OpenD counts requests for. 0 stands for an unknown host or login.

    TCP connections know the login, from InitConnect; WebSocket connections know only the host; a vendor's context
    knows only the login.
    """

    host: int
    login: int

    def overlaps(self, other: Account) -> bool:
        """Return whether both may be the same: the same login, or, if one is unknown, the same host."""
        if self.login and other.login:
            return self.login == other.login
        return bool(self.host) and self.host == other.host


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot in use until `expires_at`. `id` is 0 once the request was answered: then it is not renewed any more."""

    id: int
    expires_at: float
    account: Account


def is_rate_limit_message(message: str) -> bool:
    """Return whether OpenD's `message` says that there were too many requests."""
    return any(word in message.lower() for word in _RATE_LIMIT_WORDS)


def in_use(slots: Iterable[Slot], now: float) -> list[Slot]:
    """Return the slots that are in use at `now`.

    A slot that would expire later than any slot can is damaged, or was written before the machine restarted.
    """
    return [slot for slot in slots if now < slot.expires_at <= now + LEASE + _LEEWAY]


def renewed(slots: list[Slot], ids: Iterable[int], account: Account, expires_at: float) -> list[Slot]:
    """Return `slots` with the expiry of those with `ids` set; ids that had expired are taken again."""
    wanted = set(ids)
    others = [slot for slot in slots if slot.id not in wanted]
    return others + [Slot(one, expires_at, account) for one in wanted]


def answered(slots: list[Slot], moments: Mapping[int, float], account: Account) -> list[Slot]:
    """Return `slots` with those answered at `moments`, by their id, kept for a period more."""
    others = [slot for slot in slots if slot.id not in moments]
    return others + [Slot(0, moment + PERIOD, account) for moment in moments.values()]


def next_free(slots: list[Slot], now: float, limit: int) -> float:
    """Return in how many seconds a slot may be free, if `slots` are those in use.

    A request in flight may be answered at once; then its slot is free in a period, if its lease does not end before.
    """
    excess = len(slots) - limit
    if excess < 0:
        return 0.0
    left = sorted(slot.expires_at - now if slot.id == 0 else min(slot.expires_at - now, PERIOD) for slot in slots)
    return left[excess]


class SharedSlots:
    """The slots of one account of OpenD, for one protocol. Every method is safe from any thread and process.

    Parameters
    ----------
    host : str or None
        Address of OpenD; None if unknown.
    login : int or None
        User id that OpenD is logged in with; None if unknown.
    folder : Path, optional
        Where the file is; by default in a folder of the user's own below the system's temporary one.
    proto_id : ProtoId
        One of `LIMITS`.

    Examples
    --------
    >>> import tempfile
    >>> slots = SharedSlots("127.0.0.1", 11111, Path(tempfile.mkdtemp()))
    >>> first = slots.acquire(50, now=1000.0)
    >>> second = slots.acquire(50, now=1001.0)
    >>> len(first), len(second), slots.seconds_until_free(now=1001.0)
    (50, 10, 30.0)
    >>> slots.release(dict.fromkeys(first + second, 1002.0), now=1002.0)
    >>> len(slots.acquire(1, now=1031.9)), len(slots.acquire(1, now=1032.0))
    (0, 1)
    """

    def __init__(
        self,
        host: str | None,
        login: int | None,
        folder: Path | None = None,
        proto_id: ProtoId = ProtoId.GET_OPTION_MARKET_STATISTIC,
    ) -> None:
        self._proto_id = proto_id
        self._account = Account(_hash(host) if host else 0, login or 0)
        self._folder = folder
        self._path: Path | None = None
        self._is_shared = True

    def acquire(self, wanted: int, now: float) -> list[int]:
        """Take up to `wanted` slots, and return their ids: fewer if fewer are free."""

        def change(slots: list[Slot]) -> tuple[list[Slot], list[int]]:
            free = max(0, LIMITS[self._proto_id] - len(self._overlapping(slots)))
            ids = [int.from_bytes(os.urandom(8), "little") or 1 for _ in range(min(wanted, free))]
            return renewed(slots, ids, self._account, now + LEASE), ids

        return self._update(change, now)

    def renew(self, ids: Iterable[int], now: float) -> None:
        """Keep slots whose requests are still in flight. Call this every `RENEWAL_INTERVAL` seconds."""
        self._update(lambda slots: (renewed(slots, ids, self._account, now + LEASE), None), now)

    def release(self, moments: Mapping[int, float], now: float) -> None:
        """Free slots, by their ids, a period after the moments at which their requests were answered or given up."""
        if moments:
            self._update(lambda slots: (in_use(answered(slots, moments, self._account), now), None), now)

    def seconds_until_free(self, now: float) -> float:
        """Return in how many seconds a slot may be free."""
        limit = LIMITS[self._proto_id]
        return self._update(lambda slots: (slots, next_free(self._overlapping(slots), now, limit)), now)

    def _overlapping(self, slots: list[Slot]) -> list[Slot]:
        return [slot for slot in slots if slot.account.overlaps(self._account)]

    def _update(self, change: Callable[[list[Slot]], tuple[list[Slot], _T]], now: float) -> _T:
        """Replace the slots in use by those that `change` returns, and return its result."""
        if self._is_shared:
            try:
                return self._update_shared(change, now)
            except OSError as error:
                self._is_shared = False
                warn(
                    f"The rate limit of 60 requests in 30 s cannot be shared with other processes ({error}). This "
                    "process keeps to it alone, and OpenD may refuse requests while others load too.",
                    OptStatWarning,
                )
        with _own_lock:
            _own_slots[self._proto_id], result = change(in_use(_own_slots.get(self._proto_id, []), now))
        return result

    def _update_shared(self, change: Callable[[list[Slot]], tuple[list[Slot], _T]], now: float) -> _T:
        if self._path is not None:
            try:
                return _update_file(self._path, change, now)
            except FileNotFoundError:
                pass  # temporary folders are cleaned up; other processes make the folder again, too
        self._path = (self._folder or _own_folder()) / _FILE_NAMES[self._proto_id]
        return _update_file(self._path, change, now)


#: The slots of this process for each protocol, if it cannot share them.
_own_slots: dict[ProtoId, list[Slot]] = {}
_own_lock = threading.Lock()
#: One object for each account and protocol, so that a folder is looked for, and its absence reported, once.
_shared: dict[tuple[str | None, int | None, ProtoId], SharedSlots] = {}


def shared_slots(
    host: str | None, login: int | None, proto_id: ProtoId = ProtoId.GET_OPTION_MARKET_STATISTIC
) -> SharedSlots:
    """Return the slots of a protocol at the OpenD at `host` that is logged in as `login`; None for what is unknown."""
    return _shared.setdefault((host, login, proto_id), SharedSlots(host, login, proto_id=proto_id))


def _reset_after_fork() -> None:
    """Make a new lock in a forked child: another thread of the parent may have held this one."""
    global _own_lock
    _own_lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)


# -- The file ------------------------------------------------------------------------------------------------------


def _update_file(path: Path, change: Callable[[list[Slot]], tuple[list[Slot], _T]], now: float) -> _T:
    # In one function, and with an explicit unlock: an interrupt between two of these lines closes the file, and a
    # child that was forked meanwhile, which inherits the descriptor, does not inherit the lock.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        deadline = time.monotonic() + _LOCK_TIMEOUT
        # Whoever still holds the lock then was suspended in the middle; the slots are read and written without it.
        while not (locked := _try_lock(descriptor)) and time.monotonic() < deadline:
            cancellation.sleep(_LOCK_POLL)
        try:
            before = _decode(os.read(descriptor, _MAX_SLOTS * _SLOT.size))
            after, result = change(in_use(before, now))
            if after != before:
                content = b"".join(
                    _SLOT.pack(slot.id, slot.expires_at, slot.account.host, slot.account.login) for slot in after
                )
                os.lseek(descriptor, 0, os.SEEK_SET)
                os.write(descriptor, content)
                os.ftruncate(descriptor, len(content))  # last: a process that is killed before it loses no slot
            return result
        finally:
            if locked:
                _unlock(descriptor)
    finally:
        os.close(descriptor)


def _decode(content: bytes) -> list[Slot]:
    whole = content[: len(content) - len(content) % _SLOT.size]
    return [Slot(id, expires_at, Account(host, login)) for id, expires_at, host, login in _SLOT.iter_unpack(whole)]


if sys.platform == "win32":
    import msvcrt

    #: Windows locks bytes, and others cannot read them: one far behind the slots.
    _LOCKED_BYTE = 1 << 30

    def _try_lock(descriptor: int) -> bool:
        try:
            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _hash(host: str) -> int:
    return int.from_bytes(hashlib.sha256(host.encode()).digest()[:8], "little") or 1


def _own_folder() -> Path:
    """Return a folder that only this user can write to, and that all processes of this user find.

    In the temporary folder, which containers may share; if another user made the folder there, in the user's cache
    folder.
    """
    tried = []
    for folder in _candidate_folders():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.lstat()
        except OSError:
            found = None
        if found is not None and _is_private(found):
            return folder
        tried.append(str(folder))
    raise PermissionError(f"no folder that this user alone can write to: {' or '.join(tried)}")


def _candidate_folders() -> Iterator[Path]:
    from platformdirs import user_cache_path

    user = os.getuid() if hasattr(os, "getuid") else 0
    with suppress(OSError):  # no temporary folder can be written to
        yield Path(tempfile.gettempdir()) / f"pd_optstat-{user}"
    folder = user_cache_path("pd_optstat-rate-limit", appauthor=False)
    if folder.is_absolute():  # it begins with ~ where the user has no home
        yield folder


def _is_private(found: os.stat_result) -> bool:
    """Return whether this is a folder of the user's own that others cannot write to; Windows keeps that by itself."""
    if not hasattr(os, "getuid"):
        return stat.S_ISDIR(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022
