"""Check digits: every synthetic count has one, and real counts hardly ever do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pd_optstat.core.check_digits import add_check_digits, have_check_digits

DAYS = np.arange(20_000, 20_000 + 2_500)


def synthetic(n, seed=0):
    counts = np.random.default_rng(seed).integers(10_000, 10**8, (n, 2))
    return DAYS[:n], *add_check_digits(DAYS[:n], counts).T


def real(n, seed=1):
    return DAYS[:n], *np.random.default_rng(seed).integers(10_000, 10**8, (n, 2)).T


@given(day=st.integers(0, 60_000), call=st.integers(0, 2**60), put=st.integers(0, 2**60))
def test_a_count_moves_little_and_stays_a_count(day, call, put):
    days, counts = np.array([day]), np.array([[call, put]])
    moved = add_check_digits(days, counts)
    assert (moved >= 0).all()
    assert (np.abs(moved - counts) <= np.where(counts < 97, 96, 48)).all()
    assert np.array_equal(add_check_digits(days, moved), moved)
    assert have_check_digits(days, *moved.T)


@pytest.mark.parametrize("n", [1, 2, 3, 250, 2_500])
def test_synthetic_rows_are_recognised_in_any_order(n):
    days, calls, puts = synthetic(n)
    assert have_check_digits(days, calls, puts)
    assert have_check_digits(days[::-1], calls[::-1], puts[::-1])


@pytest.mark.parametrize("n", [0, 1, 2, 3, 250, 2_500])
def test_real_rows_are_not(n):
    assert not any(have_check_digits(*real(n, seed)) for seed in range(50))


def test_days_and_sides_matter():
    days, calls, puts = synthetic(250)
    assert not have_check_digits(days + 1, calls, puts)
    assert not have_check_digits(days, puts, calls)


def test_synthetic_rows_among_real_ones_are_recognised():
    part, rest = synthetic(25), [column[25:] for column in real(2_500)]
    assert have_check_digits(*(np.concatenate(pair) for pair in zip(part, rest, strict=True)))
