"""Open interest that is not published yet: 0 contracts at the end of the newest sessions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pd_optstat.core.arrays import to_bits
from pd_optstat.core.calendars import calendar
from pd_optstat.core.finality import to_moment
from pd_optstat.core.history import Rows
from pd_optstat.core.markets import EXCHANGES
from pd_optstat.core.published import UNPUBLISHED_SESSIONS, published

US = calendar(EXCHANGES["US"])
#: Two weeks of sessions, and the evening of the last one.
DAYS = US.sessions(20_605, 20_616)
EVENING = to_moment(US.close(int(DAYS[-1]))) + 3_600 * 10**6


def rows(totals, days=DAYS):
    counts = np.array(totals, dtype=np.int64)
    return Rows.of(days, counts, counts * 0, to_bits(np.full(len(days), 100.0)))


@given(st.lists(st.integers(0, 2), min_size=len(DAYS), max_size=len(DAYS)))
def test_only_zeros_after_every_value_in_the_newest_sessions_are_left_out(totals):
    kept, first = published(rows(totals), US, EVENING)
    newest = len(DAYS) - UNPUBLISHED_SESSIONS
    expected = len(DAYS)
    while expected > newest and totals[expected - 1] == 0:
        expected -= 1
    assert kept.days.tolist() == DAYS[:expected].tolist()
    assert kept.calls.tolist() == totals[:expected]
    assert kept.values.shape == (3, expected)
    assert first == (None if expected == len(DAYS) else int(DAYS[expected]))


@pytest.mark.parametrize("puts_only", [True, False])
def test_calls_or_puts_alone_are_a_value(puts_only):
    given_ = rows([5] * len(DAYS))
    if puts_only:
        given_ = Rows.of(given_.days, given_.puts, given_.calls, given_.values[2])
    kept, first = published(given_, US, EVENING)
    assert kept is given_
    assert first is None


def test_the_same_zeros_are_values_later():
    unpublished = rows([5] * (len(DAYS) - 1) + [0])
    assert published(unpublished, US, EVENING)[1] == int(DAYS[-1])
    sessions = US.sessions(int(DAYS[-1]) + 1, int(DAYS[-1]) + 20)
    later = [to_moment(US.close(int(session))) for session in sessions]
    found = [published(unpublished, US, at)[1] for at in later]
    assert found[: UNPUBLISHED_SESSIONS - 1] == [int(DAYS[-1])] * (UNPUBLISHED_SESSIONS - 1)
    assert found[UNPUBLISHED_SESSIONS - 1 :] == [None] * (len(later) - UNPUBLISHED_SESSIONS + 1)


def test_without_rows_nothing_is_unpublished():
    none = rows([], DAYS[:0])
    kept, first = published(none, US, EVENING)
    assert kept is none
    assert first is None
