"""Everything that was ever observed of one series, and what follows from it. Pure.

A `History` is immutable; `observations.record` returns a new one. It holds three tables, as parallel arrays: every
distinct value of a day with the moment at which it was first observed, the spans of days that were answered for, and
the sessions that an answer left out. For which days an answer is final is decided when it is recorded, by the rules in
`finality`; everything else is derived from the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .arrays import BoolArray, Int64Array
from .dates import Day
from .finality import DAY, PROVISIONAL_TTL, Moment, absence_is_final
from .intervals import Interval, merge, subtract

__all__ = [
    "EMPTY",
    "Answer",
    "Changes",
    "History",
    "Rows",
    "answered",
    "closed_days_answer",
    "concat",
    "cut",
    "final_days",
    "gaps",
    "join",
    "known",
    "missing",
    "observed_at",
    "rows",
    "settled",
    "unfinished_from",
]


def _none() -> Int64Array:
    return np.empty(0, dtype=np.int64)


def _no_values() -> Int64Array:
    return np.empty((2, 0), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Rows:
    """One row a day: days ascending and unique, and an array with a line for each of the series' columns.

    Counts are integers. Floats are kept as their bits (`arrays.to_bits`), so that all rules compare integers.
    """

    days: Int64Array
    values: Int64Array

    @classmethod
    def of(cls, days: Int64Array, *columns: Int64Array) -> Rows:
        """Return rows with these columns."""
        return cls(days, np.stack(columns))

    @property
    def calls(self) -> Int64Array:
        """The calls, of a series that counts them."""
        calls: Int64Array = self.values[0]
        return calls

    @property
    def puts(self) -> Int64Array:
        """The puts, of a series that counts them."""
        puts: Int64Array = self.values[1]
        return puts

    def __len__(self) -> int:
        return len(self.days)


@dataclass(frozen=True, slots=True)
class History:
    """Every observation of one series; `cache.proto` documents the tables.

    Arrays of a table have its rows along their last axis.
    """

    row_day: Int64Array = field(default_factory=_none)
    #: As in `Rows`, a line for each column. A history without rows may have any number of lines.
    row_values: Int64Array = field(default_factory=_no_values)
    row_observed_at: Int64Array = field(default_factory=_none)
    span_first: Int64Array = field(default_factory=_none)
    span_last: Int64Array = field(default_factory=_none)
    span_first_at: Int64Array = field(default_factory=_none)
    span_last_at: Int64Array = field(default_factory=_none)
    span_final_at: Int64Array = field(default_factory=_none)
    absent_day: Int64Array = field(default_factory=_none)
    absent_first_at: Int64Array = field(default_factory=_none)
    absent_last_at: Int64Array = field(default_factory=_none)
    endpoints: Mapping[Moment, str] = field(default_factory=dict)


EMPTY = History()

#: The tables of a History: the names of each one's arrays, the day-like one first.
TABLES = (
    ("row_day", "row_values", "row_observed_at"),
    ("span_first", "span_last", "span_first_at", "span_last_at", "span_final_at"),
    ("absent_day", "absent_first_at", "absent_last_at"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer of a server for one window.

    Attributes
    ----------
    first, last : int
        The days that were asked for.
    covers : tuple of int
        The days that the answer settles: the window, and the days around it that hold no session.
    rows : Rows
    sessions : ndarray of int64
        The calendar's sessions in the window.
    at : int
        When it was complete.
    final_until : int
        The last day of which it is final.
    endpoint : str
        Where it came from.
    begun_at : int, optional
        When it was requested: the server may have read its values at that moment already. By default `at`.
    running_from : int, optional
        The first day whose session had not closed by `begun_at`. By default all had.
    row_due : callable, optional
        When the server has the row of a session at the latest: its absence counts only from then on.
        By default it always counts.
    """

    first: Day
    last: Day
    covers: Interval
    rows: Rows
    sessions: Int64Array
    at: Moment
    final_until: Day
    endpoint: str
    begun_at: Moment | None = None
    running_from: Day | None = None
    row_due: Callable[[Day], Moment] | None = None


def closed_days_answer(days: Interval, at: Moment) -> Answer:
    """Return the answer for days without a session, for which a load at the moment `at` sends no request.

    It is never final: no server was asked, and the calendar may have been wrong.
    """
    first, last = days
    return Answer(first, last, days, Rows(_none(), _no_values()), _none(), at, first - 1, "")


@dataclass(frozen=True, slots=True)
class Changes:
    """What an answer changed: the days whose final rows were revised, and those whose rows it no longer has."""

    revised: tuple[Day, ...] = ()
    vanished: tuple[Day, ...] = ()


def rows(history: History, first: Day, last: Day, as_of: Moment | None = None) -> Rows:
    """Return the newest value of each day in ``first..last``, as known at the moment `as_of`."""
    low, high = np.searchsorted(history.row_day, (first, last + 1))
    days = history.row_day[low:high]
    keep: slice | BoolArray = slice(None)
    if as_of is not None:
        keep = history.row_observed_at[low:high] <= as_of
        days = days[keep]
    values = history.row_values[:, low:high][:, keep]
    newest = np.empty(len(days), dtype=np.bool_)
    newest[-1:] = True
    np.not_equal(days[1:], days[:-1], out=newest[:-1])  # rows of a day are in the order of observation
    if newest.all():
        return Rows(days, values)
    return Rows(days[newest], values[:, newest])


def final_days(history: History, days: Int64Array, as_of: Moment | None = None) -> BoolArray:
    """Return, for each of `days`, whether an answer that covers it was final (by the moment `as_of`)."""
    if not len(history.span_first) or not len(days):
        return np.zeros(len(days), dtype=np.bool_)
    at = np.maximum(np.searchsorted(history.span_first, days, side="right") - 1, 0)
    inside = (history.span_first[at] <= days) & (days <= history.span_last[at])
    final_at = history.span_final_at[at]
    final: BoolArray = inside & (final_at > 0)
    return final if as_of is None else final & (final_at <= as_of)


def answered(
    history: History,
    now: Moment,
    *,
    ttl: int = PROVISIONAL_TTL,
    closes: Callable[[Day], Moment] | None = None,
    row_due: Callable[[Day], Moment] | None = None,
) -> list[Interval]:
    """Return the days that need not be asked for at `now`, as a normal list of intervals.

    Those are the days whose answer is final, and those answered less than `ttl` ago, except for
    sessions without a row whose absence is not final and was last seen longer ago.

    Parameters
    ----------
    history : History
    now : int
    ttl : int
        How long a provisional answer is served again, in microseconds; 0 leaves the final ones only.
    closes : callable, optional
        When the session of a day closes. If given, an answer from before a session's close does not
        count for that session: its totals were still running.
    row_due : callable, optional
        When the server has the row of a session at the latest. If given, the absence of a session is not
        final by an answer from before that.
    """
    at = history.span_last_at
    final = _is_final(history, now)
    fresh = ~final & (at <= now) & (now - at < ttl)
    last = np.where(final | fresh, history.span_last, history.span_first - 1)
    if closes is not None:
        for index in np.flatnonzero(fresh & (last >= at // DAY - 1)).tolist():
            last[index] = _closed_until(int(last[index]), int(at[index]), int(history.span_first[index]), closes)
    spans = list(zip(history.span_first.tolist(), last.tolist(), strict=True))
    good = absence_is_final(history.absent_first_at, history.absent_last_at) & (history.absent_last_at <= now)
    if row_due is not None:
        for index in np.flatnonzero(good).tolist():
            good[index] = history.absent_first_at[index] >= row_due(int(history.absent_day[index]))
    good |= (history.absent_last_at <= now) & (now - history.absent_last_at < ttl)
    good |= np.isin(history.absent_day, history.row_day)  # it came later
    holes = history.absent_day[~np.asarray(good, dtype=np.bool_)]
    if not len(holes):
        return merge(spans)
    doubtful = merge((day, day) for day in holes.tolist())
    return [rest for span in merge(spans) for rest in subtract(span, doubtful)]


def _is_final(history: History, now: Moment) -> BoolArray:
    """Return which spans are final. A moment in the future is of a wrong clock, and makes nothing final."""
    final: BoolArray = (history.span_final_at > 0) & (history.span_final_at <= now)
    return final


def _closed_until(last: Day, at: Moment, first: Day, closes: Callable[[Day], Moment]) -> Day:
    """Return the last day up to `last` whose session had closed at the moment `at`, else the day before `first`."""
    while last >= first and closes(last) > at:
        last -= 1
    return last


def gaps(history: History, first: Day, last: Day, now: Moment, **rules: Any) -> list[Interval]:
    """Return the days in ``first..last`` that must be asked for at `now`; `rules` as of `answered`."""
    return subtract((first, last), answered(history, now, **rules)) if first <= last else []


def settled(history: History, first: Day, last: Day, now: Moment) -> bool:
    """Return whether all of ``first..last`` has final answers with a row for each session: the usual case."""
    low = int(np.searchsorted(history.span_last, first))
    high = int(np.searchsorted(history.span_first, last, side="right"))
    if low >= high:
        return False
    begins, ends = history.span_first[low:high], history.span_last[low:high]
    covered = begins[0] <= first and ends[-1] >= last and bool((begins[1:] == ends[:-1] + 1).all())
    final_at = history.span_final_at[low:high]
    if not covered or not ((final_at > 0) & (final_at <= now)).all():
        return False
    return not len(missing(history, first, last))


def known(history: History, as_of: Moment | None = None) -> list[Interval]:
    """Return the days that were ever answered for, by the moment `as_of`, as a normal list of intervals."""
    by_then = slice(None) if as_of is None else history.span_first_at <= as_of
    return merge(zip(history.span_first[by_then].tolist(), history.span_last[by_then].tolist(), strict=True))


def unfinished_from(history: History) -> Day:
    """Return the first day that was answered for and is not final, else the last day that was answered for."""
    open_ = history.span_first[history.span_final_at == 0]
    return int(open_[0]) if len(open_) else int(history.span_last[-1])


def missing(history: History, first: Day, last: Day, as_of: Moment | None = None) -> Int64Array:
    """Return the calendar's sessions in ``first..last`` that were answered for, by `as_of`, and have no row."""
    low, high = np.searchsorted(history.absent_day, (first, last + 1))
    days = history.absent_day[low:high]
    if as_of is not None and len(days):
        # Not by `absent_first_at`, which begins again with the first answer that was due.
        days = days[_answered_by(history, days, as_of)]
    return days[~np.isin(days, rows(history, first, last, as_of).days)] if len(days) else days


def _answered_by(history: History, days: Int64Array, as_of: Moment) -> BoolArray:
    """Return, for each of `days`, whether it was answered by the moment `as_of`."""
    if not len(history.span_first):
        return np.zeros(len(days), dtype=np.bool_)
    span = np.maximum(np.searchsorted(history.span_first, days, side="right") - 1, 0)
    inside = (history.span_first[span] <= days) & (days <= history.span_last[span])
    answered_by: BoolArray = inside & (history.span_first_at[span] <= as_of)
    return answered_by


def observed_at(history: History, first: Day, last: Day, as_of: Moment | None = None) -> Moment | None:
    """Return the newest moment, by `as_of`, at which a server answered for days of ``first..last``."""
    touched = (history.span_first <= last) & (history.span_last >= first)
    moments = history.span_last_at[touched]
    low, high = np.searchsorted(history.row_day, (first, last + 1))
    if as_of is None and high > low:
        # Running totals came after the request by whose moment their span is stamped.
        moments = np.append(moments, history.row_observed_at[low:high].max())
    elif as_of is not None:
        moments = np.concatenate([moments, history.span_first_at[touched], history.row_observed_at[low:high]])
        moments = moments[moments <= as_of]
    moments = np.array([at for at in moments.tolist() if history.endpoints.get(at)], dtype=np.int64)
    return int(moments.max()) if len(moments) else None


def cut(history: History, first: Day, last: Day) -> History:
    """Return the part of `history` that concerns ``first..last``."""
    row = slice(*np.searchsorted(history.row_day, (first, last + 1)))
    absent = slice(*np.searchsorted(history.absent_day, (first, last + 1)))
    span = (history.span_first <= last) & (history.span_last >= first)
    parts = {name: getattr(history, name)[..., row] for name in TABLES[0]}
    parts |= {name: getattr(history, name)[span] for name in TABLES[1]}
    parts |= {name: getattr(history, name)[absent] for name in TABLES[2]}
    parts["span_first"] = np.maximum(parts["span_first"], first)
    parts["span_last"] = np.minimum(parts["span_last"], last)
    used = {*parts["row_observed_at"].tolist(), *parts["span_first_at"].tolist(), *parts["span_last_at"].tolist()}
    endpoints = {at: endpoint for at, endpoint in history.endpoints.items() if at in used}
    return History(**parts, endpoints=endpoints)


def join(*arrays: Int64Array) -> Int64Array:
    """Return the columns of tables as those of one table; arrays without rows may have any number of lines."""
    return np.concatenate([one for one in arrays if one.shape[-1]] or arrays[:1], axis=-1)


def concat(parts: Sequence[History]) -> History:
    """Return the parts, which must concern ascending and disjoint days, as one history."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return EMPTY
    arrays = {name: join(*(getattr(part, name) for part in parts)) for table in TABLES for name in table}
    endpoints: dict[Moment, str] = {}
    for part in parts:
        endpoints.update({at: name for at, name in part.endpoints.items() if name or at not in endpoints})
    return History(**arrays, endpoints=endpoints)
