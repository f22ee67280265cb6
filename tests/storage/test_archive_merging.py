"""Merging the histories of a cache and an archive, in any order and any number of times."""

from __future__ import annotations

import hashlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.archive_fixtures import VOLUME

from pd_optstat.core import history as histories
from pd_optstat.core import observations
from pd_optstat.core.history import Answer, Rows
from pd_optstat.storage.archive import manifest, parquet_file

moments = st.integers(1, 20)
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
        rows = Rows(days[:-1], np.full(len(days) - 1, calls), np.full(len(days) - 1, 1))
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
