"""At most 60 counted requests in any 30 seconds, as OpenD wants it.

Only the first request of a paginated window counts. When exactly OpenD counts it, between our sending
and its reply, cannot be known, so a slot is taken from before the request is sent until 30 seconds
after its reply: no interval of 30 seconds on the server's side can then hold more than 60.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

__all__ = ["LIMIT", "PERIOD", "Slots"]

LIMIT = 60
PERIOD = 30.0


@dataclass
class Slots:
    """The slots of one OpenD, shared by all threads that talk to it; moments are `time.monotonic` seconds.

    Examples
    --------
    >>> slots = Slots(limit=1, period=30.0)
    >>> slots.take(now=0.0), slots.take(now=1.0)
    (True, False)
    >>> slots.give_back(now=2.0)
    >>> slots.wait(now=2.0)
    30.0
    >>> slots.take(now=32.0)
    True
    """

    limit: int = LIMIT
    period: float = PERIOD
    _in_flight: int = 0
    _free_at: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, now: float) -> bool:
        """Take a slot if there is one."""
        with self._lock:
            self._free_at = [at for at in self._free_at if at > now]
            if self._in_flight + len(self._free_at) >= self.limit:
                return False
            self._in_flight += 1
            return True

    def give_back(self, now: float) -> None:
        """Say that a request that holds a slot was replied to, or given up, just now."""
        with self._lock:
            self._in_flight -= 1
            self._free_at.append(now + self.period)

    def wait(self, now: float) -> float:
        """Return in how many seconds a slot may be free; that of a request in flight is not before the period."""
        with self._lock:
            return max(0.0, min(self._free_at, default=now + self.period) - now)
