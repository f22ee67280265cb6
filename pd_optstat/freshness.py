"""When a number can no longer be expected to change. Pure: moments are passed in.

A session's totals are corrected for a while after its close (late trade reports; open interest is
computed overnight and published the next morning). The rule here is the simplest sound one: what the
server said of a day is *final* once it said so a week or more after that day, and *provisional*
before; a provisional answer is served again for `PROVISIONAL_TTL`, then asked for anew.

What matters is the moment of the answer, not the age of the day: a number that was last seen on its
own day stays provisional until it is asked for again, however long ago that was.

A session that the server left out is *absent*. Its absence is final only when two answers at least
`ABSENCE_AGREES_AFTER` apart agree on it, so that one answer, given without quote rights, say, cannot
freeze a hole.

Moments are microseconds since 1970-01-01 UTC, days are counted from there.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

__all__ = [
    "ABSENCE_AGREES_AFTER",
    "DAY",
    "FINAL_AFTER_DAYS",
    "PROVISIONAL_TTL",
    "Moment",
    "absence_is_final",
    "final_until",
    "is_fresh",
    "moment",
]

Moment = int
_Moments = TypeVar("_Moments", int, npt.NDArray[np.int64])

SECOND = 1_000_000
DAY = 86_400 * SECOND

#: A week: longer than any correction that exchanges announce, short enough to ask for again.
FINAL_AFTER_DAYS = 7
PROVISIONAL_TTL = 15 * 60 * SECOND
ABSENCE_AGREES_AFTER = DAY


def moment(seconds: float) -> Moment:
    """Return Unix `seconds` as a moment."""
    return round(seconds * SECOND)


def final_until(answered_at: _Moments) -> _Moments:
    """Return the last day of which an answer at that moment is final.

    The day is over everywhere when the next one ends in UTC, so the count begins there.
    """
    return answered_at // DAY - (FINAL_AFTER_DAYS + 1)


def is_fresh(answered_at: Moment, now: Moment) -> bool:
    """Return whether a provisional answer may be served again; one from the future may not."""
    return 0 <= now - answered_at < PROVISIONAL_TTL


def absence_is_final(first_at: _Moments, last_at: _Moments) -> bool | npt.NDArray[np.bool_]:
    """Return whether the answers without a session lie far enough apart to believe them."""
    return last_at - first_at >= ABSENCE_AGREES_AFTER
