"""What the servers have ever said of one series, and what follows from it. Pure.

A `History` is a value: nothing changes it, `record` returns a new one. It holds three tables, as
parallel arrays: every distinct value ever observed of a day with the moment it was first seen, the
spans of days that were answered for, and the sessions that an answer left out. Which days an answer was
final for is decided when it is recorded, by the rules in `freshness`; all else is derived from these.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from .arrays import BoolArray, Int64Array
from .dates import Day
from .finality import DAY, PROVISIONAL_TTL, SECOND, Moment, absence_is_final
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
    "known",
    "mend",
    "merge_histories",
    "missing",
    "observed_at",
    "record",
    "rows",
    "settled",
    "unfinished_from",
]


def _none() -> Int64Array:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Rows:
    """One value a day: parallel arrays, days ascending and unique."""

    days: Int64Array
    calls: Int64Array
    puts: Int64Array

    def __len__(self) -> int:
        return len(self.days)


@dataclass(frozen=True, slots=True)
class History:
    """Every observation of one series; `cache.proto` documents the tables."""

    row_day: Int64Array = field(default_factory=_none)
    row_call: Int64Array = field(default_factory=_none)
    row_put: Int64Array = field(default_factory=_none)
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
    ("row_day", "row_call", "row_put", "row_observed_at"),
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
        When it was requested: the server may have read its values as early as that. By default `at`.
    running_from : int, optional
        The first day whose session had not closed by `begun_at`. By default all had.
    row_due : callable, optional
        When the server has the row of a session at the latest: only from then on its absence means something. By
        default it always does.
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
    """Return the answer that days without a session need no request for, as a load at the moment `at` concludes.

    It is never final: no server was asked, and the calendar may have been wrong.
    """
    first, last = days
    return Answer(first, last, days, Rows(_none(), _none(), _none()), _none(), at, first - 1, "")


@dataclass(frozen=True, slots=True)
class Changes:
    """What an answer changed of what was believed: days of revised final rows, and of rows it no longer has."""

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
    calls = history.row_call[low:high][keep]
    puts = history.row_put[low:high][keep]
    newest = np.empty(len(days), dtype=np.bool_)
    newest[-1:] = True
    np.not_equal(days[1:], days[:-1], out=newest[:-1])  # rows of a day are in the order of observation
    if newest.all():
        return Rows(days, calls, puts)
    return Rows(days[newest], calls[newest], puts[newest])


def record(history: History, answer: Answer) -> tuple[History, Changes]:
    """Return the history with `answer` added as the newest one, and what that changed of what was believed.

    The order of calls counts, not that of the clock's moments: a clock may have been wrong, and set since.
    """
    history = _without_future(history, answer.covers, answer.at)
    known = rows(history, answer.first, answer.last)
    at = np.searchsorted(known.days, answer.rows.days)
    seen = np.zeros(len(answer.rows), dtype=np.bool_)
    inside = at < len(known)
    seen[inside] = known.days[at[inside]] == answer.rows.days[inside]
    old = at[seen]
    differs = np.ones(len(answer.rows), dtype=np.bool_)
    differs[seen] = (known.calls[old] != answer.rows.calls[seen]) | (known.puts[old] != answer.rows.puts[seen])
    believed = final_days(history, answer.rows.days)
    changes = Changes(
        revised=tuple(answer.rows.days[seen & differs & believed].tolist()),
        vanished=tuple(known.days[~np.isin(known.days, answer.rows.days)].tolist()),
    )
    new = Rows(answer.rows.days[differs], answer.rows.calls[differs], answer.rows.puts[differs])
    return _with_answer(_with_rows(history, new, answer.at), answer), changes


def _without_future(history: History, covers: Interval, at: Moment) -> History:
    """Return the history as an answer for `covers` at the moment `at` shows it to be.

    What is stamped later than `at` was observed before it all the same, by a clock that was ahead. On the answered
    days such moments become earlier ones, so that the order of moments is that of the observations (earlier versions
    sort by them), and no answer that was final "in the future" makes this one final. Of the other days only finality
    is taken back, so that they are requested again: later nobody could tell that it was wrong.
    """
    low, high = (int(index) for index in np.searchsorted(history.row_day, (covers[0], covers[1] + 1)))
    observed, days = history.row_observed_at[low:high], history.row_day[low:high]
    absent = (history.absent_day >= covers[0]) & (history.absent_day <= covers[1])
    changed: dict[str, object] = {}
    future = observed > at
    if future.any():
        # Microseconds before `at`, as many as there are rows of the same day from this one on.
        earlier = at - (np.searchsorted(days, days, side="right") - np.arange(len(days)))
        moved = {
            new: history.endpoints.get(old, "") for old, new in zip(observed.tolist(), earlier.tolist(), strict=True)
        }
        changed["endpoints"] = {**moved, **history.endpoints}
        parts = [history.row_observed_at[:low], np.where(future, earlier, observed), history.row_observed_at[high:]]
        changed["row_observed_at"] = np.concatenate(parts)
    if (history.span_final_at > at).any():
        changed["span_final_at"] = np.where(history.span_final_at > at, 0, history.span_final_at)
    for name in ("absent_first_at", "absent_last_at"):
        moments = getattr(history, name)
        if (moments[absent] > at).any():
            changed[name] = np.where(absent, np.minimum(moments, at), moments)
    return _replace(history, **changed) if changed else history


def mend(history: History) -> History:
    """Return a stored history without the traces of an earlier version, which sorted observations by their moments.

    Where a clock had been ahead, its value came after those that were observed later, and stayed the newest. Two
    things show that, and neither can be otherwise: a value that was observed before its day was first answered (by
    more than the microseconds of `_without_future`), and the same value twice in a row. Such days are no longer
    final, so that they are requested again.
    """
    if not len(history.row_day) or not len(history.span_first):
        return history
    same_day = history.row_day[1:] == history.row_day[:-1]
    repeated = np.zeros(len(history.row_day), dtype=np.bool_)
    if same_day.any():
        same_call = history.row_call[1:] == history.row_call[:-1]
        repeated[1:] = same_day & same_call & (history.row_put[1:] == history.row_put[:-1])
    span = np.maximum(np.searchsorted(history.span_first, history.row_day, side="right") - 1, 0)
    covered = (history.span_first[span] <= history.row_day) & (history.row_day <= history.span_last[span])
    too_early = covered & (history.row_observed_at < history.span_first_at[span] - SECOND)
    if not repeated.any() and not too_early.any():
        return history
    doubtful = np.unique(history.row_day[repeated | too_early])
    spans: list[_Span] = [_Span(*found) for found in _table(history, 1)]
    for day in doubtful.tolist():
        first_seen = int(history.row_observed_at[history.row_day == day].min())
        spans = [piece for found in spans for piece in _split(found, day, first_seen)]
    kept = {name: getattr(history, name)[~repeated] for name in TABLES[0]}
    return _replace(history, **kept, **dict(zip(TABLES[1], _columns(spans, 5), strict=True)))


def _split(span: _Span, day: Day, first_seen: Moment) -> list[_Span]:
    """Return `span` with `day`, which was seen at `first_seen` already, as a span of its own that is not final."""
    if not span.first <= day <= span.last:
        return [span]
    alone = _Span(day, day, min(span.first_at, first_seen), span.last_at, 0)
    rest = [_Span(*part, *span[2:]) for part in subtract((span.first, span.last), [(day, day)])]
    return sorted([alone, *rest])


def _with_rows(history: History, new: Rows, at: Moment) -> History:
    if not len(new):
        return history
    observed = np.concatenate([history.row_observed_at, np.full(len(new), at)])
    days = np.concatenate([history.row_day, new.days])
    order = np.argsort(days, kind="stable")  # of a day the new value comes last, whatever the moments are
    return _replace(
        history,
        row_day=days[order],
        row_call=np.concatenate([history.row_call, new.calls])[order],
        row_put=np.concatenate([history.row_put, new.puts])[order],
        row_observed_at=observed[order],
    )


class _Span(NamedTuple):
    first: Day
    last: Day
    first_at: Moment
    last_at: Moment
    final_at: Moment


def _with_answer(history: History, answer: Answer) -> History:
    first, last = answer.covers
    spans: Iterable[_Span] = (_Span(*span) for span in _table(history, 1))
    border = answer.final_until
    for part, final_at in (((first, min(last, border)), answer.at), ((max(first, border + 1), last), 0)):
        if part[0] <= part[1]:
            spans = _overlay(spans, part, answer.at, final_at)
    begun_at = answer.at if answer.begun_at is None else answer.begun_at
    if answer.running_from is not None and answer.running_from <= last:
        # What was requested before a close and came after it holds running totals.
        spans = _answered_at(spans, (max(first, answer.running_from), last), begun_at)
    with_row = rows(history, answer.first, answer.last).days
    absent = {day: (first_at, last_at) for day, first_at, last_at in _table(history, 2)}
    for day in np.setdiff1d(answer.sessions, with_row).tolist():
        absent[day] = _absence(absent.get(day), day, answer, begun_at)
    columns = _columns(list(spans), 5)
    missing = _columns(sorted((day, *moments) for day, moments in absent.items()), 3)
    return _replace(
        history,
        **dict(zip(TABLES[1], columns, strict=True)),
        **dict(zip(TABLES[2], missing, strict=True)),
        endpoints=dict.fromkeys((answer.at, begun_at), "")
        | dict(history.endpoints)
        | (dict.fromkeys((answer.at, begun_at), answer.endpoint) if answer.endpoint else {}),
    )


def _absence(known: tuple[Moment, Moment] | None, day: Day, answer: Answer, begun_at: Moment) -> tuple[Moment, Moment]:
    """Return the first and the last moment at which `day`, which `answer` lacks, was seen missing."""
    if answer.row_due is None:
        return (answer.at if known is None else known[0]), answer.at
    due = answer.row_due(day)
    if begun_at < due:
        # Nothing could be there yet. The moment is kept below the one from which it would count.
        early = min(answer.at, due - 1)
        return early, early
    return (known[0] if known is not None and known[0] >= due else answer.at), answer.at


def _answered_at(spans: Iterable[_Span], days: Interval, at: Moment) -> list[_Span]:
    """Return the spans with `days` last answered at the moment `at`."""
    pieces: list[_Span] = []
    for span in spans:
        inner = (max(span.first, days[0]), min(span.last, days[1]))
        if inner[0] > inner[1]:
            pieces.append(span)
            continue
        pieces.append(_Span(*inner, span.first_at, at, span.final_at))
        pieces += [_Span(*rest, *span[2:]) for rest in subtract((span.first, span.last), [inner])]
    return _joined(pieces)


def _overlay(spans: Iterable[_Span], covers: Interval, at: Moment, final_at: Moment) -> list[_Span]:
    """Return the spans with the days of `covers` answered at `at`, finally if `final_at` is not 0.

    Days that were answered before keep their first moment, and the first one that was final.
    """
    # A moment later than `at` is of a clock that was ahead.
    pieces: list[_Span] = []
    overlapped: list[Interval] = []
    for span in spans:
        inner = (max(span.first, covers[0]), min(span.last, covers[1]))
        if inner[0] > inner[1]:
            pieces.append(span)
            continue
        overlapped.append(inner)
        pieces.append(_Span(*inner, min(span.first_at, at), at, span.final_at or final_at))
        pieces += [_Span(*rest, *span[2:]) for rest in subtract((span.first, span.last), [inner])]
    pieces += [_Span(*gap, at, at, final_at) for gap in subtract(covers, merge(overlapped))]
    return _joined(pieces)


def _joined(pieces: Iterable[_Span]) -> list[_Span]:
    """Return disjoint spans in order, neighbours that say the same as one."""
    joined: list[_Span] = []
    for piece in sorted(pieces):
        if joined and joined[-1].last + 1 == piece.first and joined[-1][2:] == piece[2:]:
            joined[-1] = _Span(joined[-1].first, *piece[1:])
        else:
            joined.append(piece)
    return joined


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
        When the server has the row of a session at the latest. If given, a session does not count as absent for good
        on the word of an answer from before that.
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
    """Return which spans are final. An answer "from the future" was stamped by a wrong clock: it proves nothing."""
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
    """Return whether all of ``first..last`` was answered for, finally, with a row for each session: the usual case."""
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
    """Return the newest moment, by `as_of`, at which the server said something of ``first..last``."""
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
    parts = {name: getattr(history, name)[row] for name in TABLES[0]}
    parts |= {name: getattr(history, name)[span] for name in TABLES[1]}
    parts |= {name: getattr(history, name)[absent] for name in TABLES[2]}
    parts["span_first"] = np.maximum(parts["span_first"], first)
    parts["span_last"] = np.minimum(parts["span_last"], last)
    used = {*parts["row_observed_at"].tolist(), *parts["span_first_at"].tolist(), *parts["span_last_at"].tolist()}
    endpoints = {at: endpoint for at, endpoint in history.endpoints.items() if at in used}
    return History(**parts, endpoints=endpoints)


def concat(parts: Sequence[History]) -> History:
    """Return the parts, which must concern ascending and disjoint days, as one history."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return EMPTY
    arrays = {name: np.concatenate([getattr(part, name) for part in parts]) for table in TABLES for name in table}
    endpoints: dict[Moment, str] = {}
    for part in parts:
        endpoints.update({at: name for at, name in part.endpoints.items() if name or at not in endpoints})
    return History(**arrays, endpoints=endpoints)


def merge_histories(one: History, other: History) -> History:
    """Return what two observers of the same origin know together.

    Of a day, the value that was first seen last is the newest; what either knows as final is final.
    """
    endpoints = dict.fromkeys((*one.endpoints, *other.endpoints), "")
    for part in (one, other):
        endpoints.update({at: name for at, name in part.endpoints.items() if name})
    absent: dict[Day, tuple[Moment, Moment]] = {}
    for day, first_at, last_at in (*_table(one, 2), *_table(other, 2)):
        first, last = absent.get(day, (first_at, last_at))
        absent[day] = (min(first, first_at), max(last, last_at))
    spans = _columns(_united([_Span(*span) for part in (one, other) for span in _table(part, 1)]), 5)
    missing = _columns(sorted((day, *moments) for day, moments in absent.items()), 3)
    return History(
        **_united_rows(one, other),
        **dict(zip(TABLES[1], spans, strict=True)),
        **dict(zip(TABLES[2], missing, strict=True)),
        endpoints=endpoints,
    )


def _united_rows(one: History, other: History) -> dict[str, Int64Array]:
    day, call, put, at = (np.concatenate([getattr(one, name), getattr(other, name)]) for name in TABLES[0])
    order = np.lexsort((put, call, at, day))
    day, call, put, at = day[order], call[order], put[order], at[order]
    new = np.ones(len(day), dtype=np.bool_)  # a value that was seen before is no revision
    new[1:] = (day[1:] != day[:-1]) | (call[1:] != call[:-1]) | (put[1:] != put[:-1])
    return dict(zip(TABLES[0], (day[new], call[new], put[new], at[new]), strict=True))


def _united(spans: list[_Span]) -> list[_Span]:
    """Return the spans of two observers, each of which has a day at most once, as those of one."""
    edges = sorted({edge for span in spans for edge in (span.first, span.last + 1)})
    pieces = []
    for first, after in itertools.pairwise(edges):
        here = [span for span in spans if span.first <= first < after <= span.last + 1]
        if here:
            final_at = min((span.final_at for span in here if span.final_at), default=0)
            seen = min(span.first_at for span in here), max(span.last_at for span in here)
            pieces.append(_Span(first, after - 1, *seen, final_at))
    return _joined(pieces)


def _replace(history: History, **changed: Any) -> History:
    return History(**{name: changed.get(name, getattr(history, name)) for name in History.__dataclass_fields__})


def _table(history: History, index: int) -> Iterable[tuple[int, ...]]:
    return zip(*(getattr(history, name).tolist() for name in TABLES[index]), strict=True)


def _columns(table: Sequence[tuple[int, ...]], width: int) -> list[Int64Array]:
    array = np.array(table, dtype=np.int64).reshape(-1, width)
    return [np.ascontiguousarray(array[:, column]) for column in range(width)]
