"""The interval algebra against plain sets, and the windows against brute force."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pd_optstat.core.intervals import merge, request_windows, subtract

days = st.integers(0, 60)
intervals = st.lists(st.tuples(days, days), max_size=8)


def as_set(parts):
    return {day for first, last in parts for day in range(first, last + 1)}


@given(intervals)
def test_merge_keeps_the_days_and_is_normal(parts):
    merged = merge(parts)
    assert as_set(merged) == as_set(parts)
    assert all(first <= last for first, last in merged)
    assert all(before[1] + 1 < after[0] for before, after in itertools.pairwise(merged))


@given(st.tuples(days, days), intervals)
def test_subtract_is_set_difference(whole, parts):
    left = subtract(whole, merge(parts))
    assert as_set(left) == as_set([whole]) - as_set(parts)
    assert left == merge(left)


@given(st.sets(st.integers(0, 30)), st.integers(1, 12), st.data())
def test_windows_are_as_few_as_can_be(sessions, limit, data):
    needed = {day for day in sorted(sessions) if data.draw(st.booleans())}
    known = sessions - needed
    found = request_windows(np.array(sorted(needed), dtype=int), np.array(sorted(known), dtype=int), limit)
    asked = [day for first, last in found for day in range(first, last + 1)]
    assert len(asked) == len(set(asked))
    assert needed <= set(asked)
    assert not known & set(asked)
    assert all(last - first < limit for first, last in found)
    assert len(found) == fewest(tuple(sorted(needed)), frozenset(known), limit)


def fewest(needed, known, limit):
    """Return the least number of windows, by trying every way to cut `needed` into runs."""

    @cache
    def from_(at):
        if at == len(needed):
            return 0
        ways = []
        for end in range(at, len(needed)):
            run = range(needed[at], needed[end] + 1)
            if len(run) <= limit and not known & set(run):
                ways.append(1 + from_(end + 1))
        return min(ways)

    return from_(0)
