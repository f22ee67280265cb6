"""When a value can no longer be expected to change, by the exchange's clock. Pure: moments are passed in.

A session's *volume* is corrected for some hours after its close: late and out-of-sequence trade
reports, cancelled trades, the clearing house's evening run. Its *open interest* is computed overnight
by the clearing house and published before the next session opens. So, by default, a value of volume is *final* if it
was observed `VOLUME_FINAL_AFTER` after the session's close or later, and a value of open interest if it was observed
at the next session's open or later; both delays can be set with `pd_optstat.configure`. A value observed earlier is
*provisional*: it is served for `PROVISIONAL_TTL`, then requested again.

What counts is when a value was observed, not the age of its day: one that was last observed on its own day stays
provisional until it is requested again, however long ago that was.

A session without a row is *absent*. Its absence is final only when two answers at least `ABSENCE_AGREES_AFTER` apart
agree on it, both given when its row was due: one answer, given without quote rights for example, must not be final.

Moments are microseconds since 1970-01-01 UTC, days are counted from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from ..errors import InvalidRequest
from .arrays import BoolArray, Int64Array
from .dates import Day, is_weekend
from .markets import OptionStatisticDataType, VolatilityDataType

__all__ = [
    "ABSENCE_AGREES_AFTER",
    "DAY",
    "OPEN_INTEREST_FINAL_AFTER",
    "PROVISIONAL_TTL",
    "VOLUME_FINAL_AFTER",
    "Moment",
    "Rules",
    "SessionTimes",
    "absence_is_final",
    "check_clock",
    "final_until",
    "row_due",
    "running_from",
    "to_moment",
]

Moment = int
_Moments = TypeVar("_Moments", int, Int64Array)

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR

#: After the close: the clearing houses' evening runs are over, the next morning has not begun.
VOLUME_FINAL_AFTER = 12 * HOUR
#: After the next session's open: the figure that the market opens with is the official one.
OPEN_INTEREST_FINAL_AFTER = 0
#: Long enough to spare OpenD, short enough to follow a session.
PROVISIONAL_TTL = HOUR // 4
ABSENCE_AGREES_AFTER = DAY

#: The start of 2014, in Unix seconds: years before this package was released.
EARLIEST_CLOCK = 1_388_534_400.0


@dataclass(frozen=True, slots=True)
class Rules:
    """The delays in force, in microseconds."""

    volume_final_after: int = VOLUME_FINAL_AFTER
    open_interest_final_after: int = OPEN_INTEREST_FINAL_AFTER
    provisional_ttl: int = PROVISIONAL_TTL


class SessionTimes(Protocol):
    """The methods of a calendar that the rules call; moments in Unix seconds."""

    def close(self, day: Day) -> float:
        """Return when trading of `day` is over."""
        ...

    def open(self, day: Day) -> float:
        """Return when trading of the session `day` begins."""
        ...

    def next_session(self, day: Day) -> Day:
        """Return the first session after `day`."""
        ...

    def last_session(self, day: Day) -> Day:
        """Return the last session up to `day`."""
        ...


def check_clock(seconds: float) -> None:
    """Raise `InvalidRequest` if the system clock shows a date at which this package did not exist.

    Such a clock was reset, by an empty battery for example. Loads would request the wrong days, with wrong moments.
    """
    if not seconds >= EARLIEST_CLOCK:
        said = datetime.fromtimestamp(max(seconds, 0.0), UTC).isoformat(sep=" ", timespec="minutes")
        raise InvalidRequest(f"The system clock is wrong: it says {said} UTC. Set it, then load again.")


def to_moment(seconds: float) -> Moment:
    """Return Unix `seconds` as a moment."""
    return round(seconds * SECOND)


def final_until(
    data_type: OptionStatisticDataType | VolatilityDataType, sessions: SessionTimes, at: Moment, rules: Rules
) -> Day:
    """Return the last day of which an answer at the moment `at` is final.

    A weekend is as final as the session before it. A holiday is final when it would be if it were a session, as the
    calendar may be wrong.
    """
    session = sessions.last_session(at // DAY + 1)
    while _final_at(data_type, sessions, session, rules) > at:
        session = sessions.last_session(session - 1)
    last, next_session = session, sessions.next_session(session)
    while last + 1 < next_session and (is_weekend(last + 1) or _final_at(data_type, sessions, last + 1, rules) <= at):
        last += 1
    return last


def running_from(sessions: SessionTimes, at: Moment) -> Day:
    """Return the first day whose session had not closed at the moment `at`."""
    session = sessions.last_session(at // DAY + 1)
    while to_moment(sessions.close(session)) > at:
        session = sessions.last_session(session - 1)
    return session + 1


def row_due(data_type: OptionStatisticDataType | VolatilityDataType, sessions: SessionTimes, session: Day) -> Moment:
    """Return when a server has the row of `session` at the latest: at its close; open interest overnight."""
    if data_type is OptionStatisticDataType.OPEN_INTEREST:
        return to_moment(sessions.open(sessions.next_session(session)))
    return to_moment(sessions.close(session))


def _final_at(
    data_type: OptionStatisticDataType | VolatilityDataType, sessions: SessionTimes, session: Day, rules: Rules
) -> Moment:
    if data_type is OptionStatisticDataType.OPEN_INTEREST:
        return to_moment(sessions.open(sessions.next_session(session))) + rules.open_interest_final_after
    return to_moment(sessions.close(session)) + rules.volume_final_after


def absence_is_final(first_at: _Moments, last_at: _Moments) -> bool | BoolArray:
    """Return whether the answers without a session lie far enough apart for its absence to be final."""
    return last_at - first_at >= ABSENCE_AGREES_AFTER
