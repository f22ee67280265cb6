"""The rate-limit slots that one session holds, of every protocol that it uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .packets import ProtoId
from .rate_limit import RENEWAL_INTERVAL, SharedSlots, shared_slots

__all__ = ["HeldSlot", "SessionSlots"]


class HeldSlot(NamedTuple):
    """A slot of a protocol's limit, taken for one request."""

    proto_id: ProtoId
    id: int


class SessionSlots:
    """Takes, renews and frees the slots of a session's requests. Moments are `time.monotonic()` seconds.

    Parameters
    ----------
    host : str or None
    login : int or None
        As for `rate_limit.SharedSlots`.
    now : float
    """

    def __init__(self, host: str | None, login: int | None, now: float) -> None:
        self._host, self._login = host, login
        #: Slots whose requests were answered or given up, and when: freed in batches, as that takes a lock.
        self._answered: dict[HeldSlot, float] = {}
        self._renewed_at = now

    def acquire(self, proto_id: ProtoId, wanted: int, now: float) -> list[HeldSlot]:
        """Take up to `wanted` slots of a protocol: fewer if fewer are free."""
        self.release(now)
        return [HeldSlot(proto_id, one) for one in self._shared(proto_id).acquire(wanted, now)]

    def answer(self, slots: Iterable[HeldSlot], now: float) -> None:
        """Record that the requests of `slots` were answered or given up. `release` frees them, a period after `now`."""
        self._answered |= dict.fromkeys(slots, now)

    def release(self, now: float) -> None:
        """Free the slots of all requests that were answered."""
        answered, self._answered = self._answered, {}
        for proto_id in sorted({slot.proto_id for slot in answered}):
            moments = {slot.id: moment for slot, moment in answered.items() if slot.proto_id == proto_id}
            self._shared(proto_id).release(moments, now)

    def renew(self, slots: Iterable[HeldSlot], now: float) -> float:
        """Renew the slots of requests in flight if it is time, and return the seconds until it is time again."""
        left = self._renewed_at + RENEWAL_INTERVAL - now
        if left > 0:
            return left
        held = list(slots)
        for proto_id in sorted({slot.proto_id for slot in held}):
            self._shared(proto_id).renew([slot.id for slot in held if slot.proto_id == proto_id], now)
        self._renewed_at = now
        return RENEWAL_INTERVAL

    def seconds_until_free(self, proto_ids: Iterable[ProtoId], now: float) -> float:
        """Return in how many seconds a slot of one of the protocols may be free."""
        return min((self._shared(proto_id).seconds_until_free(now) for proto_id in proto_ids), default=0.0)

    def _shared(self, proto_id: ProtoId) -> SharedSlots:
        return shared_slots(self._host, self._login, proto_id)
