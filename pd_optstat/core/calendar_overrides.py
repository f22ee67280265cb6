"""Sessions that the user adds to an exchange's calendar, or takes out of it, without waiting for a release of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._util.inheritance import inherited
from .dates import EPOCH, Day, is_weekend
from .markets import EXCHANGES, Exchange

__all__ = [
    "REGULAR_CLOSE",
    "REGULAR_OPEN",
    "CalendarOverrides",
    "SessionHours",
    "holds_added_session",
    "overrides_of",
    "use_overrides",
]

#: The hours of both exchanges on a regular day, on their own clocks, in seconds after midnight.
REGULAR_OPEN, REGULAR_CLOSE = 34_200, 57_600

#: The last date that overrides may name: 2105-01-01.
LAST_DAY = 49_308
#: More overrides than any exchange needs, and few enough for the environment variable that worker processes inherit.
MAX_DAYS = 1_000


@dataclass(frozen=True, slots=True)
class SessionHours:
    """When a session opens and closes, in seconds after midnight on the exchange's clock; None: opens as usual."""

    day: Day
    open: int | None
    close: int


@dataclass(frozen=True, slots=True)
class CalendarOverrides:
    """What the user knows better than the calendar of one exchange.

    Attributes
    ----------
    closed : tuple of int
        Days that hold no session, ascending.
    sessions : tuple of SessionHours
        Days that hold one, ascending.
    """

    closed: tuple[Day, ...] = ()
    sessions: tuple[SessionHours, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the overrides as JSON, for `from_json` in a worker process."""
        return {"closed": list(self.closed), "sessions": [[one.day, one.open, one.close] for one in self.sessions]}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> CalendarOverrides:
        """Return the overrides that `to_json` wrote; ValueError, TypeError or KeyError if it did not write these."""
        closed, sessions = list(given["closed"]), [SessionHours(*one) for one in given["sessions"]]
        days = [*closed, *(one.day for one in sessions)]
        seconds = [moment for one in sessions for moment in (one.close, one.open or 0)]
        if not all(type(number) is int for number in (*days, *seconds)) or len(days) > MAX_DAYS:
            raise ValueError
        if not all(-EPOCH < day <= LAST_DAY for day in days) or not all(0 <= second < 86_400 for second in seconds):
            raise ValueError
        return cls(tuple(closed), tuple(sessions))


def _from_parent() -> dict[str, CalendarOverrides]:
    """Return the overrides that this process inherits, by the code of their calendar."""
    found = inherited("calendar_overrides")
    try:
        known = {exchange.calendar for exchange in EXCHANGES.values()}
        return {name: CalendarOverrides.from_json(one) for name, one in found.items() if name in known}
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}  # none, or not ours


#: The overrides in force, by the code of their calendar. Replaced as a whole, so that threads need no lock.
_in_force: dict[str, CalendarOverrides] = _from_parent()


def use_overrides(overrides: Mapping[str, CalendarOverrides]) -> None:
    """Let `overrides`, by the code of their calendar, be in force instead of all earlier ones."""
    global _in_force
    _in_force = dict(overrides)


def overrides_of(exchange: Exchange) -> CalendarOverrides | None:
    """Return the overrides in force for the calendar of `exchange`, if there are any."""
    return _in_force.get(exchange.calendar)


def holds_added_session(interval: tuple[Day, Day]) -> bool:
    """Return whether any calendar has a session on a Saturday or Sunday in `interval` by its overrides."""
    first, last = interval
    return any(
        first <= one.day <= last and is_weekend(one.day) for given in _in_force.values() for one in given.sessions
    )
