"""The stationary bootstrap against loops and scipy; coverage of its intervals, size of its p-values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap
from scipy import stats

from pd_optstat.analysis.bootstrap import BootstrapSettings, block_length, compare_means


def returns(n=800, seed=0, persistence=0.0):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=n)
    for i in range(1, n):
        values[i] += persistence * values[i - 1]
    return values, rng.random(n) < 0.1


def test_against_a_loop_over_the_same_draws():
    values, own = returns()
    plan = BootstrapSettings(0.9, 150, 7, 11)
    (found,) = compare_means(own[None, :], values, 3, plan)
    generator = np.random.default_rng(np.random.SeedSequence(11, spawn_key=(3,)))
    means, apart = [], []
    for (drawn,), _ in StationaryBootstrap(7, np.arange(len(values)), seed=generator).bootstrap(150):
        picked = [values[i] for i in drawn if own[i]]
        means.append(math.fsum(picked) / len(picked))
        apart.append(means[-1] - math.fsum(values[drawn]) / len(values))
    excess = values[own].mean() - values.mean()
    expected = [*np.quantile(means, [0.05, 0.95]), excess, *np.quantile(apart, [0.05, 0.95])]
    assert list(found[:5]) == pytest.approx(expected, abs=1e-12)
    far = sum(abs(d - excess) >= abs(excess) for d in apart)
    assert found.p_value == (1 + far) / 151


def test_blocks_of_one_day_are_scipys_bootstrap():
    values, own = returns(400, 2)
    own[:] = True
    (found,) = compare_means(own[None, :], values, 1, BootstrapSettings(resamples=4000, block=1))
    draws = {"n_resamples": 4000, "method": "percentile", "random_state": np.random.default_rng(1)}
    other = stats.bootstrap((values,), np.mean, **draws)
    width = other.confidence_interval.high - other.confidence_interval.low
    assert found.ci_low == pytest.approx(other.confidence_interval.low, abs=0.06 * width)
    assert found.ci_high == pytest.approx(other.confidence_interval.high, abs=0.06 * width)
    assert (found.excess, found.p_value) == (0.0, 1.0)


def test_blocks_account_for_dependence():
    values, _ = returns(2000, 3, persistence=0.8)
    every = np.ones((1, len(values)), dtype=bool)
    single, blocks = (compare_means(every, values, 1, BootstrapSettings(resamples=500, block=b))[0] for b in (1, 30))
    # The true deviation of the mean is sqrt((1 + 0.8) / (1 - 0.8)) = 3 times that of independent days.
    assert 2.0 < (blocks.ci_high - blocks.ci_low) / (single.ci_high - single.ci_low) < 3.5


def test_p_values_of_groups_that_differ_by_chance():
    """Of groups that differ by chance alone, about one in twenty has p < 0.05, also where returns overlap."""
    rng = np.random.default_rng(4)
    small = 0
    for _ in range(150):
        moves = rng.standard_t(4, 605)
        values = np.convolve(moves, np.ones(5), "valid")
        mood = np.convolve(rng.normal(size=605), np.ones(5), "valid")
        (found,) = compare_means(
            (mood > np.quantile(mood, 0.85))[None, :], values, 5, BootstrapSettings(resamples=99, seed=1)
        )
        small += found.p_value <= 0.05
    assert 1 <= small <= 20


def test_intervals_have_their_coverage():
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(150):
        values = np.convolve(rng.normal(size=605), np.ones(5), "valid") + 0.3
        own = rng.random(len(values)) < 0.2
        (found,) = compare_means(own[None, :], values, 5, BootstrapSettings(0.9, 99, seed=1))
        inside += found.ci_low <= 0.3 <= found.ci_high
    assert 120 <= inside <= 147  # 135 expected


def test_too_few_events_give_nan():
    values, own = returns(50)
    own[:] = False
    none = compare_means(own[None, :], values, 1, BootstrapSettings(resamples=20))[0]
    own[3] = True
    one = compare_means(own[None, :], values, 1, BootstrapSettings(resamples=20))[0]
    assert np.isnan(none).all()
    assert one.excess == values[3] - values.mean()
    assert np.isnan([one.ci_low, one.ci_high, one.excess_low, one.excess_high, one.p_value]).all()
    assert np.isnan(compare_means(np.zeros((2, 0), dtype=bool), np.zeros(0), 1, BootstrapSettings())).all()


def test_constant_returns():
    own = np.arange(100) % 9 == 0
    (found,) = compare_means(own[None, :], np.full(100, 0.5), 1, BootstrapSettings(resamples=30))
    assert (found.ci_low, found.ci_high, found.excess, found.p_value) == (0.5, 0.5, 0.0, 1.0)


def test_block_length():
    assert block_length(1, 21) == 1
    assert block_length(30, 21) == 30
    assert block_length(1000, 1) == 10
    assert block_length(10**6, 21) == 100
