"""Sessions of the exchanges. The only module that uses `exchange_calendars`.

A calendar decides what to request. It never decides whether a row of a server is right: the server may know of a
session that the calendar does not. A calendar takes about 0.1 s to build, so it is built on first use, once per
process, and never for a load that the cache can answer with final rows alone.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from .arrays import Float64Array, Int64Array
from .calendar_overrides import REGULAR_OPEN, CalendarOverrides, SessionHours, holds_added_session, overrides_of
from .dates import EPOCH, Day, is_weekend, to_date
from .intervals import Interval
from .markets import Exchange

__all__ = [
    "FIRST_SESSION_KNOWN",
    "SessionCalendar",
    "calendar",
    "midnights",
    "only_weekend",
    "published_calendar",
    "sessions_in",
    "today",
]

#: Listed options begin with Cboe in April 1973, so no earlier date can have a row. exchange_calendars starts in 2006
#: unless told otherwise.
FIRST_SESSION_KNOWN = date(1973, 1, 1)

#: Longer than either exchange was ever closed (New York in September 2001: six days).
LONGEST_CLOSURE = 30

#: Midnights are looked up in a table of this many days from 1970-01-01 (until 2105), as converting between time
#: zones would cost more than all the rest of a warm load.
_TABLE_DAYS = 49_500

_building = threading.Lock()
_NO_DAYS: Int64Array = np.empty(0, dtype=np.int64)


class SessionCalendar:
    """Sessions of one exchange, and when each closes.

    Parameters
    ----------
    exchange : Exchange
    sessions : ndarray of int64
        Days that hold a session, ascending.
    opens, closes : ndarray of int64
        When those sessions open and close, in Unix seconds.
    published_until : int, optional
        The last day that the calendar knows of; by default that of its last session.
    closed : ndarray of int64, optional
        Days after that one which hold no session all the same, ascending.
    """

    def __init__(
        self,
        exchange: Exchange,
        sessions: Int64Array,
        opens: Int64Array,
        closes: Int64Array,
        published_until: Day | None = None,
        closed: Int64Array = _NO_DAYS,
    ) -> None:
        self.exchange = exchange
        self._sessions = sessions
        self._opens = opens
        self._closes = closes
        self._published_until = int(sessions[-1]) if published_until is None else published_until
        self._closed = closed

    def overridden(self, overrides: CalendarOverrides) -> SessionCalendar:
        """Return the calendar with the sessions that `overrides` add, and without those that they take out."""
        hours = {
            int(day): (int(opens), int(closes))
            for day, opens, closes in zip(self._sessions, self._opens, self._closes, strict=True)
        }
        for day in overrides.closed:
            hours.pop(day, None)
        for session in overrides.sessions:
            hours[session.day] = self._hours(session)
        table = np.array([(day, *hours[day]) for day in sorted(hours)], dtype=np.int64)
        days, opens, closes = (np.ascontiguousarray(table[:, column]) for column in range(3))
        closed = np.array(overrides.closed, dtype=np.int64)
        return SessionCalendar(self.exchange, days, opens, closes, self._published_until, closed)

    def _hours(self, session: SessionHours) -> tuple[int, int]:
        """Return when an overridden session opens and closes, in Unix seconds."""
        at = self._index(session.day)
        as_usual = self._seconds(session.day, REGULAR_OPEN) if at is None else int(self._opens[at])
        opens = as_usual if session.open is None else self._seconds(session.day, session.open)
        return opens, self._seconds(session.day, session.close)

    def sessions(self, first: Day, last: Day) -> Int64Array:
        """Return the days in ``first..last`` (both inclusive) that hold a session, ascending.

        After the last session that the calendar knows, every weekday counts as one: requesting a day that turns out
        to be a holiday does no harm, and never requesting a session would.
        """
        if first > last:
            return _NO_DAYS
        known = self._sessions[np.searchsorted(self._sessions, first) : np.searchsorted(self._sessions, last, "right")]
        beyond = _weekdays(max(first, self._published_until + 1), last)
        return np.union1d(known, np.setdiff1d(beyond, self._closed)) if len(beyond) else known

    def close(self, day: Day) -> float:
        """Return when trading closes on `day`, in Unix seconds.

        For a day that is not a session, that is the end of the day on the exchange's clock.
        """
        at = self._index(day)
        return self._midnight(day + 1) if at is None else float(self._closes[at])

    def open(self, day: Day) -> float:
        """Return when trading opens on `day`, in Unix seconds.

        For a day that is not a session, that is noon on the exchange's clock.
        """
        at = self._index(day)
        return self._midnight(day) + 43_200.0 if at is None else float(self._opens[at])

    def next_session(self, day: Day) -> Day:
        """Return the first session after `day`."""
        reach = LONGEST_CLOSURE
        while not len(found := self.sessions(day + 1, day + reach)):  # overrides may close an exchange for longer
            reach *= 2
        return int(found[0])

    def last_session(self, day: Day) -> Day:
        """Return the last session up to `day`."""
        reach = LONGEST_CLOSURE
        while not len(found := self.sessions(day - reach, day)) and day - reach >= self._sessions[0]:
            reach *= 2
        return int(found[-1])

    def _index(self, day: Day) -> int | None:
        at = int(np.searchsorted(self._sessions, day))
        return at if at < len(self._sessions) and self._sessions[at] == day else None

    def _seconds(self, day: Day, clock: int) -> int:
        """Return the Unix seconds of a time of day, which is in seconds after midnight, on the exchange's clock."""
        moment = datetime.combine(to_date(day), time(clock // 3_600, clock // 60 % 60, clock % 60))
        return int(moment.replace(tzinfo=ZoneInfo(self.exchange.zone)).timestamp())

    def _midnight(self, day: Day) -> float:
        midnight = datetime.combine(to_date(day), datetime.min.time())
        return midnight.replace(tzinfo=ZoneInfo(self.exchange.zone)).timestamp()


def _weekdays(first: Day, last: Day) -> Int64Array:
    days = np.arange(first, last + 1, dtype=np.int64)
    return days[(days + 3) % 7 < 5]  # 1970-01-01 was a Thursday


@cache
def _build(exchange: Exchange) -> SessionCalendar:
    """Build the calendar of an exchange, which takes about 0.1 s."""
    import exchange_calendars

    with warnings.catch_warnings():
        # exchange_calendars 4.13 uses functions that pandas 3.1 deprecates. Our users can do nothing about it.
        warnings.simplefilter("ignore", DeprecationWarning)
        built = exchange_calendars.get_calendar(exchange.calendar, start=FIRST_SESSION_KNOWN.isoformat())
    seconds = "datetime64[s]"
    return SessionCalendar(
        exchange,
        built.sessions.to_numpy().astype("datetime64[D]").astype(np.int64),
        built.opens.dt.tz_localize(None).to_numpy().astype(seconds).astype(np.int64),
        built.closes.dt.tz_localize(None).to_numpy().astype(seconds).astype(np.int64),
    )


def published_calendar(exchange: Exchange) -> SessionCalendar:
    """Return the session calendar of `exchange` as exchange_calendars has it, building it on first use."""
    with _building:
        return _build(exchange)


def calendar(exchange: Exchange) -> SessionCalendar:
    """Return the session calendar of `exchange` with the user's overrides, building it on first use."""
    published, overrides = published_calendar(exchange), overrides_of(exchange)
    return published if overrides is None else _overridden(published, overrides)


@lru_cache(maxsize=8)
def _overridden(published: SessionCalendar, overrides: CalendarOverrides) -> SessionCalendar:
    return published.overridden(overrides)


def sessions_in(intervals: Iterable[Interval], calendar_of: Callable[[], SessionCalendar]) -> Int64Array:
    """Return the sessions in `intervals`, which are ascending; the calendar is built only if they hold a weekday."""
    parts = [calendar_of().sessions(*interval) for interval in intervals if not only_weekend(interval)]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def only_weekend(interval: Interval) -> bool:
    """Return whether `interval` holds neither a weekday nor a session that the user added on a weekend."""
    first, last = interval
    return last - first < 2 and is_weekend(first) and is_weekend(last) and not holds_added_session(interval)


def today(exchange: Exchange, now: float) -> Day:
    """Return the date on the exchange's clock at `now` (Unix seconds)."""
    return datetime.fromtimestamp(now, ZoneInfo(exchange.zone)).date().toordinal() - EPOCH


@cache
def _midnight_table(zone: str) -> Int64Array:
    days = np.arange(_TABLE_DAYS).astype("datetime64[D]").astype("datetime64[s]")
    utc = pd.DatetimeIndex(days).tz_localize(zone).tz_convert(None)
    return utc.to_numpy().astype("datetime64[s]").astype(np.int64)


def midnights(days: Int64Array, exchange: Exchange) -> Float64Array:
    """Return the Unix seconds at which each of `days` begins on the exchange's clock.

    Examples
    --------
    >>> import numpy as np
    >>> from pd_optstat.core.markets import EXCHANGES
    >>> midnights(np.array([20616]), EXCHANGES["US"])  # 2026-06-12, as in the documented sample
    array([1.7812368e+09])
    """
    return _midnight_table(exchange.zone)[days].astype(np.float64)


def _after_fork() -> None:
    """Replace the lock in a forked child: a thread of the parent may have held it, and does not exist here."""
    global _building
    _building = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
