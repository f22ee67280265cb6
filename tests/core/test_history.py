"""Histories: what is answered, final, missing or revised, against a plain dictionary."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.quick import examples

from pd_optstat.core import history, observations
from pd_optstat.core.finality import ABSENCE_AGREES_AFTER, DAY, PROVISIONAL_TTL
from pd_optstat.core.history import EMPTY, Answer, Rows

OLD = 20_000  # a day in 2024
LATER = (OLD + 400) * DAY  # a moment at which days around OLD are final


def answer(first, last, values, at, sessions=None, covers=None, final=None):
    held = sorted(values)
    table = np.array([(day, *values[day]) for day in held], dtype=np.int64).reshape(-1, 3)
    rows = Rows.of(table[:, 0], table[:, 1], table[:, 2])
    known = np.array(sorted(set(held) if sessions is None else sessions), dtype=np.int64)
    covers = covers or (first, last)
    return Answer(first, last, covers, rows, known, at, covers[1] if final is None else final, "opend://test:1")


def recorded(*answers):
    kept = EMPTY
    for one in answers:
        kept, _ = observations.record(kept, one)
    return kept


def values(kept, first, last, as_of=None):
    rows = history.rows(kept, first, last, as_of)
    return {d: (c, p) for d, c, p in zip(rows.days.tolist(), rows.calls.tolist(), rows.puts.tolist(), strict=True)}


def test_an_old_answer_is_final_and_never_asked_for_again():
    kept = recorded(answer(OLD, OLD + 9, {OLD: (1, 2), OLD + 9: (3, 4)}, LATER))
    assert history.gaps(kept, OLD, OLD + 9, LATER + 1000 * DAY) == []
    assert history.gaps(kept, OLD - 1, OLD + 11, LATER) == [(OLD - 1, OLD - 1), (OLD + 10, OLD + 11)]
    assert history.settled(kept, OLD, OLD + 9, LATER)
    assert not history.settled(kept, OLD, OLD + 10, LATER)


def test_a_young_answer_is_served_for_15_minutes():
    at = (OLD + 1) * DAY
    kept = recorded(answer(OLD, OLD, {OLD: (1, 2)}, at, final=OLD - 1))
    assert history.gaps(kept, OLD, OLD, at + PROVISIONAL_TTL - 1) == []
    assert history.gaps(kept, OLD, OLD, at + PROVISIONAL_TTL) == [(OLD, OLD)]
    # However old the day gets: it was seen when it was young, and never since.
    assert history.gaps(kept, OLD, OLD, at + 3000 * DAY) == [(OLD, OLD)]
    assert not history.final_days(kept, np.array([OLD]))[0]


def test_an_answer_is_final_up_to_a_day():
    kept = recorded(answer(OLD - 20, OLD, {OLD - 9: (1, 1), OLD: (2, 2)}, LATER, final=OLD - 8))
    assert history.answered(kept, LATER, ttl=0) == [(OLD - 20, OLD - 8)]
    assert history.final_days(kept, np.array([OLD - 9, OLD])).tolist() == [True, False]
    later, _ = observations.record(kept, answer(OLD - 7, OLD, {OLD: (2, 2)}, LATER + 5))
    assert history.settled(later, OLD - 20, OLD, LATER + 6)
    assert history.final_days(later, np.array([OLD - 9, OLD]), as_of=LATER + 4).tolist() == [True, False]


def test_what_was_final_once_stays_so():
    kept = recorded(answer(OLD, OLD, {OLD: (1, 1)}, LATER), answer(OLD, OLD, {OLD: (1, 1)}, LATER + 5, final=OLD - 1))
    assert history.settled(kept, OLD, OLD, LATER + PROVISIONAL_TTL + 6)


def test_an_answer_stamped_in_the_future_proves_nothing():
    kept = recorded(answer(OLD, OLD, {OLD: (1, 2)}, LATER))
    assert history.gaps(kept, OLD, OLD, (OLD + 1) * DAY) == [(OLD, OLD)]
    assert not history.settled(kept, OLD, OLD, LATER - 1)


def test_an_answer_from_before_the_close_does_not_count_for_that_session():
    at = OLD * DAY + DAY // 2
    kept = recorded(answer(OLD - 1, OLD, {OLD - 1: (1, 1), OLD: (2, 2)}, at, final=OLD - 1))
    closes = {OLD - 1: at - 1, OLD: at + 1}.__getitem__
    assert history.gaps(kept, OLD - 1, OLD, at + 5) == []
    assert history.gaps(kept, OLD - 1, OLD, at + 5, closes=closes) == [(OLD, OLD)]


def test_an_absence_is_final_after_two_answers_a_day_apart():
    sessions = [OLD, OLD + 1]
    once = recorded(answer(OLD, OLD + 1, {OLD: (1, 1)}, LATER, sessions))
    assert history.missing(once, OLD, OLD + 1).tolist() == [OLD + 1]
    assert not history.settled(once, OLD, OLD + 1, LATER)
    assert history.gaps(once, OLD, OLD + 1, LATER + 1) == []
    assert history.gaps(once, OLD, OLD + 1, LATER + PROVISIONAL_TTL) == [(OLD + 1, OLD + 1)]
    soon = recorded(
        answer(OLD, OLD + 1, {OLD: (1, 1)}, LATER, sessions),
        answer(OLD + 1, OLD + 1, {}, LATER + ABSENCE_AGREES_AFTER - 1, [OLD + 1]),
    )
    assert history.gaps(soon, OLD, OLD + 1, LATER + 9 * DAY) == [(OLD + 1, OLD + 1)]
    later = recorded(
        answer(OLD, OLD + 1, {OLD: (1, 1)}, LATER, sessions),
        answer(OLD + 1, OLD + 1, {}, LATER + ABSENCE_AGREES_AFTER, [OLD + 1]),
    )
    assert history.gaps(later, OLD, OLD + 1, LATER + 9 * DAY) == []
    assert history.missing(later, OLD, OLD + 1).tolist() == [OLD + 1]


def test_a_row_that_comes_late_ends_the_absence():
    kept = recorded(answer(OLD, OLD, {}, LATER, [OLD]), answer(OLD, OLD, {OLD: (5, 6)}, LATER + PROVISIONAL_TTL, [OLD]))
    assert history.missing(kept, OLD, OLD).tolist() == []
    assert history.settled(kept, OLD, OLD, LATER + DAY)


def test_revisions_are_kept_and_told():
    first = recorded(answer(OLD, OLD + 1, {OLD: (1, 1), OLD + 1: (2, 2)}, LATER))
    second, changes = observations.record(first, answer(OLD, OLD + 1, {OLD: (1, 1), OLD + 1: (9, 9)}, LATER + 7))
    assert changes.revised == (OLD + 1,)
    assert values(second, OLD, OLD + 1) == {OLD: (1, 1), OLD + 1: (9, 9)}
    assert values(second, OLD, OLD + 1, as_of=LATER + 6) == {OLD: (1, 1), OLD + 1: (2, 2)}
    assert len(second.row_day) == 3  # only what changed costs space
    third, changes = observations.record(second, answer(OLD, OLD + 1, {OLD: (1, 1)}, LATER + 9, [OLD, OLD + 1]))
    assert changes.vanished == (OLD + 1,)
    assert values(third, OLD, OLD + 1) == values(second, OLD, OLD + 1)


def test_a_young_value_that_changes_is_no_news():
    at = (OLD + 1) * DAY
    kept = recorded(answer(OLD, OLD, {OLD: (1, 1)}, at, final=OLD - 1))
    _, changes = observations.record(kept, answer(OLD, OLD, {OLD: (2, 2)}, at + PROVISIONAL_TTL))
    assert changes == history.Changes()


def test_what_an_answer_covers_may_be_more_than_it_asked():
    kept = recorded(answer(OLD, OLD, {OLD: (1, 1)}, LATER, covers=(OLD - 2, OLD + 2)))
    assert history.known(kept) == [(OLD - 2, OLD + 2)]


steps = st.lists(
    st.tuples(
        st.integers(0, 20), st.integers(0, 6), st.integers(1, 3), st.integers(0, 2 * DAY), st.sets(st.integers(0, 26))
    ),
    max_size=8,
)


@examples(200)
@given(steps, st.integers(0, 20), st.integers(0, 26))
def test_against_a_dictionary(steps, begin, end):
    """Newest values, knowledge and moments, after any answers, are those of a dictionary day by day."""
    kept, newest, answered_at, log, now = EMPTY, {}, {}, [], LATER
    for first, length, value, pause, sessions in steps:
        now += pause + 1
        last = first + length
        rows = {OLD + day: (value, day) for day in sessions if first <= day <= last}
        kept, _ = observations.record(kept, answer(OLD + first, OLD + last, rows, now))
        newest.update(rows)
        answered_at.update(dict.fromkeys(range(OLD + first, OLD + last + 1), now))
        log.append((now, dict(newest), set(answered_at)))
    assert values(kept, OLD, OLD + 26) == newest
    for at, then, known_then in log:
        assert values(kept, OLD, OLD + 26, as_of=at) == then
        assert {d for a, b in history.known(kept, at) for d in range(a, b + 1)} == known_then
    spans = zip(kept.span_first.tolist(), kept.span_last.tolist(), kept.span_last_at.tolist(), strict=True)
    assert {d: at for a, b, at in spans for d in range(a, b + 1)} == answered_at
    if begin <= end:
        asked = {d for a, b in history.gaps(kept, OLD + begin, OLD + end, now) for d in range(a, b + 1)}
        assert asked == set(range(OLD + begin, OLD + end + 1)) - set(answered_at)
        covered = not asked and not len(history.missing(kept, OLD + begin, OLD + end))
        assert history.settled(kept, OLD + begin, OLD + end, now) == covered


@examples(100)
@given(steps, st.lists(st.integers(0, 26), max_size=3, unique=True))
def test_cutting_and_joining_changes_nothing(steps, borders):
    kept, now = EMPTY, LATER
    for first, length, value, pause, sessions in steps:
        now += pause + 1
        rows = {OLD + day: (value, day) for day in sessions if first <= day <= first + length}
        kept, _ = observations.record(
            kept, answer(OLD + first, OLD + first + length, rows, now, sessions=range(OLD, OLD + 26))
        )
    edges = [OLD - 1, *sorted(OLD + border for border in borders), OLD + 60]
    parts = [history.cut(kept, before + 1, after) for before, after in itertools.pairwise(edges)]
    joined = history.concat(parts)
    assert values(joined, OLD, OLD + 60) == values(kept, OLD, OLD + 60)
    assert history.known(joined) == history.known(kept)
    assert history.answered(joined, now) == history.answered(kept, now)
    assert history.missing(joined, OLD, OLD + 60).tolist() == history.missing(kept, OLD, OLD + 60).tolist()


@pytest.mark.parametrize(("first", "last"), [(OLD, OLD - 1), (OLD, OLD)])
def test_nothing_known(first, last):
    assert len(history.rows(EMPTY, first, last)) == 0
    assert history.gaps(EMPTY, first, last, LATER) == ([(first, last)] if first <= last else [])
    assert history.observed_at(EMPTY, first, last) is None
