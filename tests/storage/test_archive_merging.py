"""Merging the histories of a cache and an archive, in any order and any number of times."""

from __future__ import annotations

import hashlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.archive_fixtures import VOLUME

from pd_optstat.core import history as histories
from pd_optstat.core import observations
from pd_optstat.core.finality import SECOND
from pd_optstat.core.history import Answer, Rows
from pd_optstat.storage.archive import manifest, parquet_file

moments = st.integers(1, 20).map(lambda seconds: seconds * SECOND)
observed_values = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 3), moments, st.booleans()),
    max_size=6,
    unique_by=lambda one: one[3],
)


def history_of(observed):
    history = histories.EMPTY
    for first, last, calls, at_, final in sorted(observed, key=lambda one: one[3]):
        first, last = min(first, last), max(first, last)
        days = np.arange(first, last + 1)
        rows = Rows.of(days[:-1], np.full(len(days) - 1, calls), np.full(len(days) - 1, 1))
        until = last if final else first - 1
        history, _ = observations.record(history, Answer(first, last, (first, last), rows, days, at_, until, f"e{at_}"))
    return history


def tables(history):
    return {name: getattr(history, name).tolist() for table in histories.TABLES for name in table} | {
        "endpoints": dict(history.endpoints)
    }


@given(observed_values, observed_values)
def test_merge_is_commutative_and_idempotent(one, other):
    a, b = history_of(one), history_of(other)
    both = observations.merge_histories(a, b)
    assert tables(both) == tables(observations.merge_histories(b, a))
    assert tables(observations.merge_histories(both, a)) == tables(both)
    assert tables(observations.merge_histories(a, histories.EMPTY)) == tables(a)
    days = np.arange(6)
    for number in range(6):
        known = [histories.known(part) for part in (a, b)]
        assert any(first <= number <= last for part in known for first, last in part) == any(
            first <= number <= last for first, last in histories.known(both)
        )
    expected = histories.final_days(a, days) | histories.final_days(b, days)
    assert histories.final_days(both, days).tolist() == expected.tolist()
    key = manifest.PartKey("opend", VOLUME, 1970)
    record = parquet_file.encode_record(key, both)  # what the cache's own checks accept
    data, version = parquet_file.write(key, both, record)
    assert tables(parquet_file.read(key, data, "here")) == tables(both)
    assert (version.size, version.sha256) == (len(data), hashlib.sha256(data).hexdigest())


@given(observed_values)
def test_merging_a_history_with_a_part_of_itself_changes_nothing(observed):
    whole = history_of(observed)
    part = histories.cut(whole, 1, 3)
    merged = observations.merge_histories(whole, part)
    assert histories.rows(merged, 0, 5).calls.tolist() == histories.rows(whole, 0, 5).calls.tolist()
    assert histories.known(merged) == histories.known(whole)


# -- Clocks that were wrong ----------------------------------------------------------------------------------------

HOURS = 3600 * SECOND
NOW = 10_000 * HOURS


def seen(*values, final=False):
    """Return the history of one day of which `values`, pairs of calls and a moment, were observed in this order."""
    history, days = histories.EMPTY, np.array([7])
    for calls, at_ in values:
        rows = Rows.of(days, np.array([calls]), np.array([1]))
        answer = Answer(7, 7, (7, 7), rows, days, at_, 7 if final else 6, "x")
        history, _ = observations.record(history, answer)
    return history


def merged(one, other, now=NOW):
    """Return the calls of the merged history in their order; the order of the two must not matter."""
    both = observations.merge_histories(one, other, now)
    assert tables(both) == tables(observations.merge_histories(other, one, now))
    assert tables(observations.merge_histories(both, one, now)) == tables(both)
    return both.row_values[0].tolist()


def test_what_a_clock_stamped_that_was_ahead_comes_before_the_newest_answer():
    ahead = seen((1, NOW + 24 * HOURS), final=True)
    right = seen((2, NOW - HOURS))
    assert merged(ahead, right) == [1, 2]
    both = observations.merge_histories(ahead, right, NOW)
    assert not histories.final_days(both, np.array([7])).any()
    assert both.span_last_at.tolist() == [NOW - HOURS]
    # Once that moment has passed, the order that is known counts, not the moment.
    assert merged(both, right, NOW + 48 * HOURS) == [1, 2]
    assert merged(both, ahead, NOW + 48 * HOURS) == [1, 2]
    assert merged(both, seen((3, NOW + 20 * HOURS)), NOW + 48 * HOURS) == [1, 2, 3]


def test_values_of_the_future_keep_the_order_in_which_they_came():
    assert merged(seen((1, NOW - 9 * HOURS), (2, NOW + HOURS), (3, NOW + 2 * HOURS)), seen((4, NOW - HOURS))) == [
        1,
        2,
        3,
        4,
    ]
    assert merged(seen((1, NOW + HOURS), (2, NOW + 2 * HOURS)), histories.EMPTY) == [1, 2]


def test_a_copy_is_moved_with_the_observation_that_was_found_to_be_of_the_future():
    """The archive was written while the clock was ahead; days later, its moment is one of the past."""
    copy = seen((1, NOW - 5 * HOURS))
    for first in ([], [(9, NOW - 99 * HOURS)]):
        found = seen(*first, (1, NOW - 5 * HOURS), (2, NOW - 20 * HOURS))
        assert found.row_values[0].tolist() == [calls for calls, _ in first] + [1, 2]
        assert merged(copy, found) == [calls for calls, _ in first] + [1, 2]


def test_a_value_that_came_back_is_the_newest():
    assert merged(seen((1, NOW - 9 * HOURS), (2, NOW - 8 * HOURS)), seen((1, NOW - 7 * HOURS))) == [1, 2, 1]


def test_clocks_that_differ_by_minutes_are_both_right():
    assert merged(seen((1, NOW - HOURS)), seen((2, NOW + 200 * SECOND))) == [1, 2]
