"""Plan of a load: from what is known of series to the requests that are missing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..core import history as histories
from ..core.arrays import Int64Array
from ..core.calendars import SessionCalendar, only_weekend, sessions_in
from ..core.dates import Day
from ..core.finality import Moment, Rules, final_until, row_due, to_moment
from ..core.history import History
from ..core.intervals import MAX_REQUEST_DAYS, Interval, merge, request_windows, subtract
from ..core.series import MarketSeries, Query, SeriesKey, Span, UnderlyingSeries
from ..core.underlying_pages import AnyQuery, UnderlyingQuery, UnderlyingTable

__all__ = ["Plan", "PlannedRequest", "plan"]

DEFAULT_RULES = Rules()
#: Returns the calendar. Called only when it is needed, as it is slow to build.
CalendarOf = Callable[[], SessionCalendar]


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """A request to send.

    Attributes
    ----------
    query : Query or UnderlyingQuery
        The dates to ask for.
    covers : tuple of int
        The days that its answer settles: those of the query, and days beside it without a session.
    sessions : ndarray of int64
        The calendar's sessions among the dates asked for.
    """

    query: AnyQuery
    covers: Interval
    sessions: Int64Array


@dataclass(frozen=True, slots=True)
class Plan:
    """What series of a load lack: requests to send, and days without a session that need no request."""

    requests: tuple[PlannedRequest, ...] = ()
    closed_days: tuple[Interval, ...] = ()


def plan(
    wanted: Mapping[SeriesKey, History],
    span: Span,
    calendar: CalendarOf,
    now: Moment,
    *,
    rules: Rules = DEFAULT_RULES,
    refresh: bool = False,
    include_open: bool = False,
) -> Plan:
    """Return what to request so that all of `span` is answered.

    Parameters
    ----------
    wanted : mapping of SeriesKey to History
        Series that the same requests fill, and what the cache holds of each.
    span : Span
        The days that the load asks for.
    calendar : callable
        Returns the sessions of the exchange.
    now : int
        Microseconds since 1970.
    rules : Rules
        When an answer is final, and for how long a provisional one is served again.
    refresh : bool
        Request everything again.
    include_open : bool
        Whether an answer from before a session's close counts for that session.
    """

    series = next(iter(wanted))
    if refresh:
        gaps = [(span.first, span.last)] if span.first <= span.last else []
    else:
        gaps = merge(
            gap
            for one, known in wanted.items()
            for gap in _gaps(one, span, known, calendar, now, rules, include_open=include_open)
        )
    sessions = sessions_in(gaps, calendar)
    if not len(sessions) and refresh and gaps:
        return _every_day(series, span)
    if not len(sessions):
        # Weekends are recognised without a calendar, holidays are not. Remember those that can no longer change, so
        # that the next load need not build the calendar.
        holidays = [gap for gap in gaps if not only_weekend(gap)]
        past = min(final_until(one.data_type, calendar(), now, rules) for one in wanted) if holidays else 0
        return Plan(closed_days=tuple(gap for gap in holidays if gap[1] <= past))
    windows = request_windows(sessions, _answered_sessions(span, gaps, list(wanted.values()), calendar))
    covers = _covers(windows, gaps)
    return Plan(
        tuple(
            PlannedRequest(
                _query(series, window, cover), cover, sessions[(sessions >= window[0]) & (sessions <= window[1])]
            )
            for window, cover in zip(windows, covers, strict=True)
        )
    )


def _gaps(
    series: SeriesKey,
    span: Span,
    known: History,
    calendar: CalendarOf,
    now: Moment,
    rules: Rules,
    *,
    include_open: bool,
) -> list[Interval]:
    """Return the days of `span` that must be asked for, as far as one series is concerned."""

    def closes(day: Day) -> Moment:
        return to_moment(calendar().close(day))

    def due(day: Day) -> Moment:
        return row_due(series.data_type, calendar(), day)

    return histories.gaps(
        known,
        span.first,
        span.last,
        now,
        ttl=rules.provisional_ttl,
        closes=None if include_open else closes,
        row_due=due,
    )


def _every_day(series: SeriesKey, span: Span) -> Plan:
    """Return the plan of a refresh of days that hold no session by the calendar, which may be wrong."""
    none = np.empty(0, dtype=np.int64)
    windows = request_windows(np.arange(span.first, span.last + 1), none)
    return Plan(tuple(PlannedRequest(_query(series, window, window), window, none) for window in windows))


def _answered_sessions(
    span: Span, gaps: Sequence[Interval], known: Sequence[History], calendar: CalendarOf
) -> Int64Array:
    """Return the sessions of `span` that lie in no gap, by the calendar or because there is a row."""
    settled = subtract((span.first, span.last), list(gaps))
    rows = [histories.rows(one, span.first, span.last).days for one in known]
    inside = [days[(days >= first) & (days <= last)] for days in rows for first, last in settled]
    return np.unique(np.concatenate([sessions_in(settled, calendar), *inside]))


def _covers(windows: Sequence[Interval], gaps: Sequence[Interval]) -> list[Interval]:
    """Return for each window the days that its answer settles: itself, and days of gaps beside it without a session."""
    covers = list(windows)
    merged = merge(windows)
    for gap in gaps:
        for first, last in subtract(gap, merged):
            for index, (begin, end) in enumerate(covers):
                if end + 1 == first:
                    covers[index] = (begin, last)
                    break
                if begin - 1 == last:
                    covers[index] = (first, end)
                    break
    return covers


def _query(series: SeriesKey, window: Interval, cover: Interval) -> AnyQuery:
    """Return the query for `window`, which also asks for the days beside it as far as one request may reach.

    The calendar takes those for closed. If it is wrong, the server's rows decide.
    """
    first = max(cover[0], window[1] - MAX_REQUEST_DAYS + 1)
    last = min(cover[1], first + MAX_REQUEST_DAYS - 1)
    if isinstance(series, MarketSeries):
        return Query(series, first, last)
    assert isinstance(series, UnderlyingSeries)
    table = UnderlyingTable.VOLATILITY if series.is_volatility else UnderlyingTable.STATISTIC
    return UnderlyingQuery(series.underlying, table, first, last)
