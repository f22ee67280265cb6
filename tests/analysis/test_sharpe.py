"""Sharpe ratios: the examples of the papers, scipy's moments, and simulations whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pd_optstat.analysis.sharpe import (
    ReturnMoments,
    best_of_luck,
    deflated_sharpe,
    describe_returns,
    expected_maximum_sharpe,
    max_drawdown,
    probabilistic_sharpe,
    sharpe_p_value,
)


def test_moments_are_those_of_scipy():
    returns = stats.skewnorm.rvs(4, size=500, random_state=1) / 100
    found = describe_returns(returns)
    assert found.length == 500
    assert found.sharpe == pytest.approx(returns.mean() / returns.std(ddof=1), rel=1e-12)
    assert found.skewness == pytest.approx(stats.skew(returns), rel=1e-10)
    assert found.kurtosis == pytest.approx(stats.kurtosis(returns, fisher=False), rel=1e-10)


@pytest.mark.parametrize("returns", [[], [0.1], [0.0, 0.0, 0.0], [0.1, 0.1, 0.1]])
def test_returns_that_do_not_vary_have_no_sharpe_ratio(returns):
    found = describe_returns(np.array(returns))
    assert math.isnan(found.sharpe)
    assert math.isnan(probabilistic_sharpe(found))
    assert math.isnan(best_of_luck(found, 3))


def test_example_of_the_paper():
    """Bailey & López de Prado (2014): an annual Sharpe ratio of 2.5 over five years, the best of 100, or of 46."""
    found, variance = ReturnMoments(1250, 2.5 / math.sqrt(250), -3.0, 10.0), 0.5 / 250
    assert expected_maximum_sharpe(variance, 100) == pytest.approx(0.1132, abs=5e-5)
    assert deflated_sharpe(found, variance, 100) == pytest.approx(0.9004, abs=5e-5)
    assert deflated_sharpe(found, variance, 46) == pytest.approx(0.9505, abs=5e-5)
    assert deflated_sharpe(found, variance, 1) == probabilistic_sharpe(found)


def test_expected_maximum_is_that_of_independent_normals():
    draws = np.random.default_rng(3).normal(0, 0.05, (20_000, 50)).max(axis=1)
    assert expected_maximum_sharpe(0.05**2, 50) == pytest.approx(draws.mean(), rel=0.02)  # the formula is asymptotic


def test_probability_is_calibrated_where_there_is_no_merit():
    rng = np.random.default_rng(5)
    found = np.array([probabilistic_sharpe(describe_returns(rng.standard_t(5, 250))) for _ in range(2000)])
    for level in (0.05, 0.5, 0.95):
        assert (found <= level).mean() == pytest.approx(level, abs=3 * math.sqrt(level * (1 - level) / 2000))


def test_best_of_independent_rules_is_calibrated():
    rng = np.random.default_rng(6)
    best = [
        max((describe_returns(rng.normal(0, 1, 200)) for _ in range(10)), key=lambda m: m.sharpe) for _ in range(800)
    ]
    found = np.array([best_of_luck(moments, 10) for moments in best])
    assert (found <= 0.05).mean() == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / 800))


def test_few_trades_do_not_make_the_p_value_too_small():
    """With ten trades in 560 sessions, the probabilistic Sharpe ratio is too confident, as documented."""
    rng, found = np.random.default_rng(1), []
    for _ in range(1500):
        returns = np.zeros(560)
        returns[rng.choice(560, 10, replace=False)] = rng.standard_t(4, 10)
        found.append(describe_returns(returns))
    p_values = np.array([sharpe_p_value(moments) for moments in found])
    assert (p_values < 0.05).mean() == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / 1500))
    assert (p_values < 0.001).mean() <= 0.001
    confident = np.array([probabilistic_sharpe(moments) for moments in found])
    assert (confident > 0.95).mean() == pytest.approx(0.12, abs=0.03)


@given(st.floats(-1, 1), st.integers(1, 500), st.integers(2, 3000), st.floats(1e-6, 1e-2))
def test_more_trials_are_less_convincing(sharpe, trials, length, variance):
    moments = ReturnMoments(length, sharpe, 0.0, 3.0)
    assert deflated_sharpe(moments, variance, trials + 1) <= deflated_sharpe(moments, variance, trials) + 1e-12
    assert best_of_luck(moments, trials + 1) >= best_of_luck(moments, trials)
    assert best_of_luck(moments, 1) == pytest.approx(sharpe_p_value(moments), abs=1e-9)


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=30))
def test_drawdown_against_a_loop(equity):
    worst, highest = 0.0, 1.0
    for value in equity:
        highest = max(highest, value)
        worst = max(worst, 1 - value / highest)
    assert max_drawdown(np.array(equity)) == pytest.approx(worst, abs=1e-12)
    assert max_drawdown(np.array([])) == 0
