"""When to give up waiting for a reply, when to reconnect, and when to give up reconnecting. Pure.

Moments are `time.monotonic()` seconds, passed in by the caller.
"""

from __future__ import annotations

from ..errors import ConnectionFailed

__all__ = [
    "FIRST_DELAY",
    "LONGEST_DELAY",
    "MAX_FRUITLESS",
    "RECONNECT_TIMEOUTS",
    "TRICKLE_TIMEOUTS",
    "ReconnectPolicy",
    "ReplyTimer",
    "backoff",
]

#: A reply may arrive slowly for this many timeouts, as long as none passes without a byte of it.
TRICKLE_TIMEOUTS = 6
#: Connections that may be lost in a row without any new data. A request that makes OpenD close the connection would
#: otherwise be repeated for ever.
MAX_FRUITLESS = 4
#: Timeouts during which reconnecting is tried: 20 s by default, in which OpenD can restart.
RECONNECT_TIMEOUTS = 4
#: Seconds before the first reconnection attempt, doubled for each further one up to the longest.
FIRST_DELAY, LONGEST_DELAY = 0.1, 2.0


def backoff(attempt: int, jitter: float) -> float:
    """Return the seconds to wait before an attempt to reconnect.

    Parameters
    ----------
    attempt : int
        From 0.
    jitter : float
        From 0 to 1, at random, so that many clients of one OpenD do not reconnect at the same moment.

    Examples
    --------
    >>> [backoff(attempt, 0.0) for attempt in (0, 1, 2, 9)]
    [0.05, 0.1, 0.2, 1.0]
    """
    return min(FIRST_DELAY * 2.0 ** min(attempt, 30), LONGEST_DELAY) * (0.5 + jitter / 2)


class ReplyTimer:
    """Deadline for the next reply: a timeout after the last reply, or the last byte of one that arrives slowly."""

    def __init__(self, timeout: float, now: float) -> None:
        self._timeout = timeout
        self.restart(now)

    def restart(self, now: float) -> None:
        """Start again: a reply has arrived, or the first request was sent."""
        self._started = self._last_byte = now

    def extend(self, now: float) -> None:
        """Record that bytes of a reply have arrived."""
        self._last_byte = now

    @property
    def deadline(self) -> float:
        """The moment to give up."""
        return min(self._last_byte + self._timeout, self._started + TRICKLE_TIMEOUTS * self._timeout)


class ReconnectPolicy:
    """Losses of the connection since the last new data, and how long to go on after them.

    Attributes
    ----------
    losses : int
        Connections lost since data last arrived.
    """

    def __init__(self, timeout: float) -> None:
        self._time_limit = RECONNECT_TIMEOUTS * timeout
        self.reset()

    def reset(self) -> None:
        """Forget all losses: new data has arrived."""
        self.losses = self._attempts = 0
        self._first_loss_at = 0.0

    def record_loss(self, error: ConnectionFailed, now: float, *, was_idle: bool = False, limited: bool = True) -> None:
        """Record a lost connection; raise `ConnectionFailed` if it is time to give up.

        Parameters
        ----------
        error : ConnectionFailed
            What ended the connection.
        was_idle : bool
            Whether it had been idle since an earlier load. Its loss says nothing about the server, so the first
            attempt to reconnect does not wait.
        limited : bool
            Whether the number of losses is limited. An OpenD that restarts and is not logged in yet accepts
            connections, so only the time is limited then.
        """
        if not self.losses:
            self._first_loss_at = now
        self.losses += 1
        self._loss = error
        if was_idle:
            self._attempts = -1
        if limited and self.losses > MAX_FRUITLESS:
            raise ConnectionFailed(f"{error} Gave up after {self.losses} lost connections without new data.") from error
        self._check_time(error, now)

    def record_failure(self, error: ConnectionFailed, now: float) -> None:
        """Record a failed attempt to reconnect; raise `ConnectionFailed` if it is time to give up."""
        self._check_time(error, now)

    def next_delay(self, now: float, jitter: float) -> float:
        """Return the seconds to wait before the next attempt to reconnect; they grow with each call."""
        attempt = self._attempts
        self._attempts += 1
        if attempt < 0:
            return 0.0
        # The last attempt is made when the time is over, not long before.
        return max(0.0, min(backoff(attempt, jitter), self._first_loss_at + self._time_limit - now))

    def _check_time(self, error: ConnectionFailed, now: float) -> None:
        elapsed = now - self._first_loss_at
        if elapsed >= self._time_limit:
            reason = "" if error is self._loss else f": {error}"
            raise ConnectionFailed(f"{self._loss} Gave up reconnecting after {elapsed:.0f} s{reason or '.'}") from error
