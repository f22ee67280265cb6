"""What to ask for: from what is known of a series to the windows of a load. Pure, but for the calendar that advises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..core import history, intervals
from ..core.arrays import Int64Array
from ..core.calendars import SessionCalendar, only_weekend, sessions_in
from ..core.dates import Day, is_weekend
from ..core.finality import Moment, Rules, final_until, to_moment
from ..core.history import History
from ..core.intervals import MAX_WINDOW_DAYS, Interval, merge, subtract
from ..core.pages import Query
from ..core.request import SeriesKey, Span

__all__ = ["Plan", "PlannedRequest", "closed_span", "plan"]

DEFAULT_RULES = Rules()
#: Gives the calendar; called only when it is needed, as it is slow to build.
CalendarOf = Callable[[], SessionCalendar]


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """A query to send, the days that its answer settles, and the calendar's sessions among those asked for."""

    query: Query
    covers: Interval
    sessions: Int64Array


@dataclass(frozen=True, slots=True)
class Plan:
    """The windows to ask for, and stretches without any session that need no asking, now or ever again."""

    windows: tuple[PlannedRequest, ...] = ()
    idle: tuple[Interval, ...] = ()


def closed_span(span: Span, today: Day, calendar: CalendarOf, now: float) -> Span:
    """Return `span` without today's session if that has not closed yet."""
    if span.last < today or is_weekend(today) or calendar().close(today) <= now:
        return span
    return Span(span.first, today - 1)


def plan(
    series: SeriesKey,
    span: Span,
    known: History,
    calendar: CalendarOf,
    now: Moment,
    *,
    rules: Rules = DEFAULT_RULES,
    refresh: bool = False,
    include_open: bool = False,
) -> Plan:
    """Return what to ask for so that all of `span` is answered for."""

    def closes(day: Day) -> Moment:
        return to_moment(calendar().close(day))

    if refresh:
        gaps = [(span.first, span.last)] if span.first <= span.last else []
    else:
        ttl = rules.provisional_ttl
        gaps = history.gaps(known, span.first, span.last, now, ttl=ttl, closes=None if include_open else closes)
    sessions = sessions_in(gaps, calendar)
    if not len(sessions):
        # Weekends are seen without a calendar. Holidays are not: remember those that are past any change.
        holidays = [gap for gap in gaps if not only_weekend(gap)]
        past = final_until(series.data_type, calendar(), now, rules) if holidays else 0
        return Plan(idle=tuple(gap for gap in holidays if gap[1] <= past))
    asked = intervals.request_windows(sessions, _sessions_not_to_ask(span, gaps, known, calendar))
    covers = _covers(asked, gaps)
    return Plan(
        tuple(
            PlannedRequest(
                _query(series, window, cover), cover, sessions[(sessions >= window[0]) & (sessions <= window[1])]
            )
            for window, cover in zip(asked, covers, strict=True)
        )
    )


def _sessions_not_to_ask(span: Span, gaps: Sequence[Interval], known: History, calendar: CalendarOf) -> Int64Array:
    """Return the sessions of `span` that lie in no gap, by the calendar or because a row says so."""
    settled = subtract((span.first, span.last), list(gaps))
    rows = history.rows(known, span.first, span.last).days
    inside = [rows[(rows >= first) & (rows <= last)] for first, last in settled]
    return np.unique(np.concatenate([sessions_in(settled, calendar), *inside]))


def _covers(asked: Sequence[Interval], gaps: Sequence[Interval]) -> list[Interval]:
    """Return for each window what its answer settles: itself, and the days of gaps beside it, which hold no session."""
    covers = list(asked)
    windows = merge(asked)
    for gap in gaps:
        for first, last in subtract(gap, windows):
            for index, (begin, end) in enumerate(covers):
                if end + 1 == first:
                    covers[index] = (begin, last)
                    break
                if begin - 1 == last:
                    covers[index] = (first, end)
                    break
    return covers


def _query(series: SeriesKey, window: Interval, cover: Interval) -> Query:
    """Return the query for `window`, which also asks for the days beside it as far as a request may go.

    The calendar takes them for closed; if it is wrong, the server's rows decide.
    """
    first = max(cover[0], window[1] - MAX_WINDOW_DAYS + 1)
    return Query(series, first, min(cover[1], first + MAX_WINDOW_DAYS - 1))
