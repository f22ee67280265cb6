"""Observations: add an answer to a history, mend what a wrong clock left, merge what two caches know. Pure.

Also: judge what was answered by a calendar that the user has overridden since.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .arrays import BoolArray, Int64Array
from .calendar_overrides import CalendarOverrides
from .dates import Day
from .finality import DAY, SECOND, Moment
from .history import TABLES, Answer, Changes, History, Rows, final_days, join, rows
from .intervals import Interval, merge, subtract

__all__ = ["mend", "merge_histories", "record", "with_absences", "with_overrides"]

#: An answer that is this much later than a session is final for it, whatever hours overrides give that session.
_LONG_AFTER = 40 * DAY


def record(history: History, answer: Answer) -> tuple[History, Changes]:
    """Return the history with `answer` added as the newest one, and what that changed.

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
    if len(old):
        differs[seen] = (known.values[:, old] != answer.rows.values[:, seen]).any(axis=0)
    believed = final_days(history, answer.rows.days)
    changes = Changes(
        revised=tuple(answer.rows.days[seen & differs & believed].tolist()),
        vanished=tuple(_without(known.days, answer.rows.days).tolist()),
    )
    new = Rows(answer.rows.days[differs], answer.rows.values[:, differs])
    return _with_answer(_with_rows(history, new, answer.at), answer), changes


def _without_future(history: History, covers: Interval, at: Moment) -> History:
    """Return the history without moments after `at`, when an answer for `covers` arrived.

    What has a later moment was observed earlier all the same, by a clock that was ahead. On the answered days such
    moments become earlier ones, so that the order of moments is that of the observations (earlier versions sort by
    them), and no answer that was final at a moment in the future makes this one final. Other days are only no longer
    final, so that they are requested again: a later load could not tell that it was wrong.
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
    """Return a stored history without the errors of version 0.1.0, which sorted observations by their moments.

    Where a clock had been ahead, its value was sorted after those that were observed later, and stayed the newest. Two
    things show that, and have no other cause: a value that was observed before its day was first answered (by
    more than the microseconds of `_without_future`), and the same value twice in a row. Such days are no longer
    final, so that they are requested again.
    """
    if not len(history.row_day) or not len(history.span_first):
        return history
    same_day = history.row_day[1:] == history.row_day[:-1]
    repeated = np.zeros(len(history.row_day), dtype=np.bool_)
    if same_day.any():
        repeated[1:] = same_day & (history.row_values[:, 1:] == history.row_values[:, :-1]).all(axis=0)
    span = np.maximum(np.searchsorted(history.span_first, history.row_day, side="right") - 1, 0)
    covered = _covered(history, history.row_day)
    too_early = covered & (history.row_observed_at < history.span_first_at[span] - SECOND)
    if not repeated.any() and not too_early.any():
        return history
    doubtful = np.unique(history.row_day[repeated | too_early])
    days, starts = np.unique(history.row_day, return_index=True)
    first_seen = np.minimum.reduceat(history.row_observed_at, starts)[np.searchsorted(days, doubtful)]
    spans: list[_Span] = []
    for found in (_Span(*one) for one in _table(history, 1)):
        inside = slice(*np.searchsorted(doubtful, (found.first, found.last + 1)).tolist())
        spans += _split(found, doubtful[inside].tolist(), first_seen[inside].tolist())
    kept = {name: getattr(history, name)[..., ~repeated] for name in TABLES[0]}
    return _replace(history, **kept, **dict(zip(TABLES[1], _columns(spans, 5), strict=True)))


def _split(span: _Span, days: Sequence[Day], first_seen: Sequence[Moment]) -> list[_Span]:
    """Return `span` with each of `days`, first seen at those moments, as a span of its own that is not final."""
    alone = [_Span(day, day, min(span.first_at, at), span.last_at, 0) for day, at in zip(days, first_seen, strict=True)]
    rest = [_Span(*part, *span[2:]) for part in subtract((span.first, span.last), [(day, day) for day in days])]
    return sorted([*alone, *rest])


def with_absences(history: History, kept: BoolArray) -> History:
    """Return the history with those of its absences that are `kept`; the history itself if all are."""
    if kept.all():
        return history
    return _replace(history, **{name: getattr(history, name)[kept] for name in TABLES[2]})


def with_overrides(
    history: History,
    overrides: CalendarOverrides,
    previous_session: Callable[[Day], Day],
    final_until: Callable[[Moment], Day],
) -> History:
    """Return a history as it is to be read with the sessions that the user has added or taken out.

    An added session without a row was never asked for, whatever covered it: it is requested, and missing until it
    comes. Of an overridden day and of the session before it, whose open interest is published before the next session,
    an answer is final only if it is by the overridden calendar.

    Parameters
    ----------
    history : History
    overrides : CalendarOverrides
        Those of the exchange.
    previous_session : callable
        Returns the last session before a day. It and the next one are called only if they matter, as they need the
        calendar, which is slow to build.
    final_until : callable
        Returns the last day of which an answer at a moment is final.
    """
    closed = np.array(overrides.closed, dtype=np.int64)
    added = np.array([one.day for one in overrides.sessions], dtype=np.int64)
    unasked = np.setdiff1d(added[_covered(history, added)], history.row_day)
    new = np.setdiff1d(unasked, history.absent_day).tolist()
    if new:
        table = sorted([*_table(history, 2), *((day, 0, 0) for day in new)])
        history = _replace(history, **dict(zip(TABLES[2], _columns(table, 3), strict=True)))
    early = [day for day in sorted({*closed.tolist(), *added.tolist()}) if _answered_early(history, day)]
    doubtful = {
        day for day in (*early, *map(previous_session, early)) if _is_final_by(history, day, final_until) is False
    }
    doubtful.update(new)
    if not doubtful:
        return history
    spans: list[_Span] = []
    for found in (_Span(*one) for one in _table(history, 1)):
        inside = [day for day in sorted(doubtful) if found.first <= day <= found.last]
        spans += _split(found, inside, [found.first_at] * len(inside))
    return _replace(history, **dict(zip(TABLES[1], _columns(spans, 5), strict=True)))


def _covered(history: History, days: Int64Array) -> BoolArray:
    """Return which of `days` were answered for."""
    if not len(history.span_first):
        return np.zeros(len(days), dtype=np.bool_)
    span = np.maximum(np.searchsorted(history.span_first, days, side="right") - 1, 0)
    covered: BoolArray = (history.span_first[span] <= days) & (days <= history.span_last[span])
    return covered


def _answered_early(history: History, day: Day) -> bool:
    """Return whether an answer for `day`, or for days before it, came so soon that hours may matter to its finality."""
    near = (history.span_first <= day) & (history.span_last >= day - _LONG_AFTER // DAY)
    return bool((near & (history.span_final_at > 0) & (history.span_last_at < day * DAY + _LONG_AFTER)).any())


def _is_final_by(history: History, day: Day, final_until: Callable[[Moment], Day]) -> bool | None:
    """Return whether the last answer for `day` is final by `final_until`; None if there is no answer."""
    span = (history.span_first <= day) & (day <= history.span_last)
    return final_until(int(history.span_last_at[span][0])) >= day if span.any() else None


def _with_rows(history: History, new: Rows, at: Moment) -> History:
    """Return `history` with values observed at the moment `at`."""
    if not len(new):
        return history
    observed = np.concatenate([history.row_observed_at, np.full(len(new), at)])
    days = np.concatenate([history.row_day, new.days])
    order = np.argsort(days, kind="stable")  # of a day the new value comes last, whatever the moments are
    return _replace(
        history,
        row_day=days[order],
        row_values=join(history.row_values, new.values)[:, order],
        row_observed_at=observed[order],
    )


class _Span(NamedTuple):
    """Days that were answered for, with the first, the last and the first final moment (0: none) of an answer."""

    first: Day
    last: Day
    first_at: Moment
    last_at: Moment
    final_at: Moment


def _with_answer(history: History, answer: Answer) -> History:
    """Return `history` with the spans and absences that `answer` adds."""
    first, last = answer.covers
    spans: Iterable[_Span] = (_Span(*span) for span in _table(history, 1))
    border = answer.final_until
    for part, final_at in (((first, min(last, border)), answer.at), ((max(first, border + 1), last), 0)):
        if part[0] <= part[1]:
            spans = _overlay(spans, part, answer.at, final_at)
    begun_at = answer.at if answer.begun_at is None else answer.begun_at
    if answer.running_from is not None and answer.running_from <= last:
        # A request sent before a close, and answered after it, may have returned running totals.
        spans = _answered_at(spans, (max(first, answer.running_from), last), begun_at)
    with_row = rows(history, answer.first, answer.last).days
    absent = {day: (first_at, last_at) for day, first_at, last_at in _table(history, 2)}
    for day in _without(answer.sessions, with_row).tolist():
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
        # There could be no row yet. Keep a moment before the one from which the absence counts.
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
    # A moment after `at` is of a clock that was ahead.
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
    """Return disjoint spans in order, with equal neighbours joined."""
    joined: list[_Span] = []
    for piece in sorted(pieces):
        if joined and joined[-1].last + 1 == piece.first and joined[-1][2:] == piece[2:]:
            joined[-1] = _Span(joined[-1].first, *piece[1:])
        else:
            joined.append(piece)
    return joined


def merge_histories(one: History, other: History, now: Moment | None = None) -> History:
    """Return what two observers of the same origin know together.

    Of a day, the value that was first seen last is the newest; what either knows as final is final. With `now`, what is
    stamped later by more than `MAX_SKEW` is of a clock that was ahead: it comes before what has a moment of the past,
    and makes nothing final. Where one observer has found out that such a moment was wrong, the other's copy of the
    observation is moved as well.
    """
    limit = LAST if now is None else now + MAX_SKEW
    endpoints = dict.fromkeys((*one.endpoints, *other.endpoints), "")
    for part in (one, other):
        endpoints.update({at: name for at, name in part.endpoints.items() if name})
    absent: dict[Day, tuple[Moment, Moment]] = {}
    for day, first_at, last_at in (*_table(one, 2), *_table(other, 2)):
        first, last = absent.get(day, (first_at, last_at))
        absent[day] = (min(first, first_at, limit), min(max(last, last_at), limit))
    spans = _columns(_united([_Span(*span) for part in (one, other) for span in _table(part, 1)], limit), 5)
    missing = _columns(sorted((day, *moments) for day, moments in absent.items()), 3)
    return History(
        **_united_rows(one, other, limit),
        **dict(zip(TABLES[1], spans, strict=True)),
        **dict(zip(TABLES[2], missing, strict=True)),
        endpoints=endpoints,
    )


#: How far the clocks of two machines that are both right may differ.
MAX_SKEW = 300 * SECOND
#: Later than every moment.
LAST = 2**62
#: `_without_future` moves by this much at most, and no server answers for a day twice within it.
_MOST_MOVED = SECOND // 1000


def _united_rows(one: History, other: History, limit: Moment) -> dict[str, Int64Array]:
    """Return the values of two histories in the order of observation, without repeats."""
    moments = _with_moved_moments(one, other), _with_moved_moments(other, one)
    day, values = (join(getattr(one, name), getattr(other, name)) for name in ("row_day", "row_values"))
    at = np.concatenate(moments)
    places = np.concatenate([_places(part.row_day) for part in (one, other)])
    ranks = np.concatenate(
        [_ranks(part.row_day, known, limit) for part, known in zip((one, other), moments, strict=True)]
    )
    # Rows of one moment are sorted by value, so that the order of the observers does not matter.
    places = np.where(ranks == at, LAST, places)
    order = np.lexsort((places, ranks, *values[::-1], at, day))
    day, values, at, ranks, places = (column[..., order] for column in (day, values, at, ranks, places))
    again = np.zeros(len(day), dtype=np.bool_)  # one observation that both have; the earlier rank is the better known
    again[1:] = (day[1:] == day[:-1]) & (at[1:] == at[:-1]) & (values[:, 1:] == values[:, :-1]).all(axis=0)
    day, values, at, ranks, places = (column[..., ~again] for column in (day, values, at, ranks, places))
    order = np.lexsort((*values[::-1], places, ranks, day))
    day, values, at = day[order], values[:, order], at[order]
    new = np.ones(len(day), dtype=np.bool_)  # a value that was observed before is not a revision
    new[1:] = (day[1:] != day[:-1]) | (values[:, 1:] != values[:, :-1]).any(axis=0)
    return dict(zip(TABLES[0], (day[new], values[:, new], at[new]), strict=True))


def _places(days: Int64Array) -> Int64Array:
    """Return the number of each row among those of its day."""
    return np.arange(len(days)) - np.searchsorted(days, days)


def _ranks(days: Int64Array, moments: Int64Array, limit: Moment) -> Int64Array:
    """Return moments to sort the rows of two observers by, which agree with the order of this one's rows.

    A moment beyond `limit` is only known to come after the row before it, and one that is later than that of the next
    row was stamped by a clock that was ahead.
    """
    ranks = moments.copy()
    same_day = days[1:] == days[:-1]
    for row in np.flatnonzero(moments > limit).tolist():
        ranks[row] = ranks[row - 1] + 1 if row and same_day[row - 1] else -1
    if (same_day & (ranks[1:] < ranks[:-1])).any():
        for row in np.flatnonzero(same_day)[::-1].tolist():
            ranks[row] = min(ranks[row], ranks[row + 1])
    return ranks


def _with_moved_moments(history: History, other: History) -> Int64Array:
    """Return the moments of the rows of `history`, those moved that `_without_future` has moved in `other`.

    It leaves a trace: the moment is microseconds before that of the next value, or of the first answer for the day.
    """
    moments = history.row_observed_at
    if not len(moments) or not len(other.row_day) or not len(other.span_first):
        return moments
    observed, days = other.row_observed_at, other.row_day
    span = np.maximum(np.searchsorted(other.span_first, days, side="right") - 1, 0)
    until = other.span_first_at[span] - observed
    moved = (until > 0) & (until <= _MOST_MOVED)
    gap = observed[1:] - observed[:-1]
    moved[:-1] |= (days[1:] == days[:-1]) & (gap > 0) & (gap <= _MOST_MOVED)
    if not moved.any():
        return moments
    moments = moments.copy()
    for row in np.flatnonzero(moved).tolist():
        same = (history.row_day == days[row]) & (history.row_values == other.row_values[:, [row]]).all(axis=0)
        copies = np.flatnonzero(same & (moments > observed[row]))
        moments[copies[:1]] = observed[row]
    return moments


def _united(spans: list[_Span], limit: Moment) -> list[_Span]:
    """Return the spans of two observers, each of which has a day at most once, as those of one."""
    edges = sorted({edge for span in spans for edge in (span.first, span.last + 1)})
    pieces = []
    for first, after in itertools.pairwise(edges):
        here = [span for span in spans if span.first <= first < after <= span.last + 1]
        if here:
            final_at = min((span.final_at for span in here if 0 < span.final_at <= limit), default=0)
            last = [span.last_at for span in here if span.last_at <= limit] or [span.last_at for span in here]
            pieces.append(_Span(first, after - 1, min(span.first_at for span in here), max(last), final_at))
    return _joined(pieces)


def _without(days: Int64Array, others: Int64Array) -> Int64Array:
    """Return those of `days` that are not in `others`; both ascending, without repetition."""
    if not len(days) or not len(others):
        return days
    at = np.minimum(np.searchsorted(others, days), len(others) - 1)
    lacking: Int64Array = days[others[at] != days]
    return lacking


def _replace(history: History, **changed: Any) -> History:
    """Return `history` with some of its fields changed."""
    return History(**{name: changed.get(name, getattr(history, name)) for name in History.__dataclass_fields__})


def _table(history: History, index: int) -> Iterable[tuple[int, ...]]:
    """Return the rows of one of the history's tables, by its number in `TABLES`."""
    return zip(*(getattr(history, name).tolist() for name in TABLES[index]), strict=True)


def _columns(table: Sequence[tuple[int, ...]], width: int) -> list[Int64Array]:
    """Return the columns of a table of `width` columns, which may have no rows."""
    array = np.array(table, dtype=np.int64).reshape(-1, width)
    return [np.ascontiguousarray(array[:, column]) for column in range(width)]
