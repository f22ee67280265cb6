"""Intervals and p-values against loops, arch and statsmodels; that they agree; the size of the test."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from arch.bootstrap import StationaryBootstrap, optimal_block_length
from hypothesis import given
from hypothesis import strategies as st

from pd_optstat.analysis.bootstrap import BootstrapSettings, Contrast, compare, count_apart
from pd_optstat.analysis.prices import Prices
from pd_optstat.analysis.resampling import block_length, resampled_paths


def walk(n=400, seed=0, scale=0.01):
    moves = np.random.default_rng(seed).normal(0.0003, scale, n - 1)
    return Prices(np.arange(n), 100 * np.cumprod(np.concatenate([[1.0], 1 + moves])))


def groups(n, horizon, every=9, seed=2):
    rows = np.arange(n - horizon)
    own = np.random.default_rng(seed).random(len(rows)) < 1 / every
    return Contrast(rows[own], rows[~own], horizon)


def loop_statistics(values, contrast, center):
    """Return |t| of the excess and of the mean, from the definition."""
    h = contrast.horizon
    own = [values[row + h] / values[row] - 1 for row in contrast.events]
    base = [values[row + h] / values[row] - 1 for row in contrast.baseline]
    mean = math.fsum(own) / len(own)
    square = sum(
        max(0, 1 - abs(int(a) - int(b)) / (2 * h)) * (x - mean) * (y - mean)
        for a, x in zip(contrast.events, own, strict=True)
        for b, y in zip(contrast.events, own, strict=True)
    )
    error = math.sqrt(square) / len(own)
    excess = mean - math.fsum(base) / len(base)
    return excess, error, abs(excess) / error, abs(mean - center) / error


@pytest.mark.parametrize("horizon", [1, 5])
def test_against_a_loop_over_the_same_draws(horizon):
    prices, contrast = walk(150), groups(150, horizon)
    found = compare(prices, [contrast], BootstrapSettings(0.9, 99, 7, 11))[0]
    moves = prices.values[1:] / prices.values[:-1] - 1
    generator = np.random.default_rng(np.random.SeedSequence(11))
    values = prices.values
    center = np.mean(values[horizon:] / values[:-horizon] - 1)
    excess, error, size, _ = loop_statistics(values, contrast, center)
    nulls = []
    for (drawn,), _ in StationaryBootstrap(7, np.arange(149), seed=generator).bootstrap(99):
        path = np.cumprod(np.concatenate([[1.0], 1 + moves[drawn]]))
        nulls.append(loop_statistics(path, contrast, center)[2:])
    excesses, means = np.array(nulls).T
    assert found.null.tolist() == pytest.approx(excesses.tolist(), rel=1e-9)
    assert found.statistic == pytest.approx(size, rel=1e-12)
    assert found.p_value == (1 + sum(null >= size for null in excesses)) / 100
    # Of 99 resamples, 9 may be larger: p = 0.1.
    assert [found.excess_low, found.excess_high] == pytest.approx(
        [excess - np.sort(excesses)[-10] * error, excess + np.sort(excesses)[-10] * error], rel=1e-9
    )
    assert found.ci_high - found.ci_low == pytest.approx(2 * np.sort(means)[-10] * error, rel=1e-9)


@pytest.mark.parametrize("horizon", [1, 5, 21])
def test_the_standard_error_is_that_of_statsmodels(horizon):
    """HAC errors of the mean of a series with the events' deviations at their sessions and 0 at all others."""
    prices, contrast = walk(500), groups(500, horizon, 5)
    found = compare(prices, [contrast], BootstrapSettings(resamples=19))[0]
    own = prices.values[contrast.events + horizon] / prices.values[contrast.events] - 1
    scores = np.zeros(len(prices.values))
    scores[contrast.events] = own - own.mean()
    fit = sm.OLS(scores, np.ones(len(scores))).fit(
        cov_type="HAC", cov_kwds={"maxlags": 2 * horizon - 1, "use_correction": False}
    )
    error = fit.bse[0] * len(scores) / len(own)
    assert found.statistic == pytest.approx(abs(found.excess) / error, rel=1e-9)


@given(st.integers(0, 10**6), st.sampled_from([0.5, 0.9, 0.95, 0.99]), st.integers(1, 200), st.sampled_from([1, 5, 21]))
def test_interval_and_p_value_never_contradict_each_other(seed, level, resamples, horizon):
    prices, contrast = walk(120, seed, 0.02), groups(120, horizon, 12, seed)
    found = compare(prices, [contrast], BootstrapSettings(level, resamples, 5, seed))[0]
    if np.isnan(found.p_value):
        assert len(contrast.events) < 2
    elif np.isnan(found.excess_low):
        assert 1 / (1 + resamples) > 1 - level + 1e-12
    else:
        excludes = found.excess_low > 0 or found.excess_high < 0
        assert excludes == (found.p_value <= 1 - level + 1e-12)
        assert found.excess_low <= found.excess <= found.excess_high


def test_every_contrast_is_as_if_alone_and_parts_do_not_matter(monkeypatch):
    prices = walk(300)
    contrasts = [groups(300, h, every, seed) for h in (1, 5, 40) for every, seed in ((9, 1), (3, 2))]
    settings = BootstrapSettings(resamples=50)
    together = compare(prices, contrasts, settings)
    monkeypatch.setattr("pd_optstat.analysis.resampling._CHUNK", 300 * 10)
    for contrast, found in zip(contrasts, together, strict=True):
        alone = compare(prices, [contrast], settings)[0]
        assert alone[:7] == found[:7]
        assert alone.null.tolist() == found.null.tolist()
        assert found.block >= contrast.horizon


def test_a_part_of_the_rows_has_the_sum_of_all_less_the_rest():
    """The mean of many rows is computed from the few that are left out."""
    prices = walk(300)
    many = np.delete(np.arange(20, 290), [3, 50, 51, 200])
    twice = np.sort(np.concatenate([many, many]))  # rows that are there twice are added one by one
    events = np.array([5, 30, 31, 100])
    one, two = compare(prices, [Contrast(events, many, 5), Contrast(events, twice, 5)], BootstrapSettings(resamples=30))
    assert one.null.tolist() == pytest.approx(two.null.tolist(), rel=1e-9)
    assert one.excess == pytest.approx(two.excess, rel=1e-12)


def garch(rng, n, persistence=0.88):
    noise, moves, variance = rng.standard_t(5, n) / math.sqrt(5 / 3), np.empty(n), 1e-4
    for i in range(n):
        moves[i] = math.sqrt(variance) * noise[i]
        variance = 3e-6 + (0.97 - persistence) * moves[i] ** 2 + persistence * variance
    return moves


@pytest.mark.slow
@pytest.mark.parametrize(("horizon", "events"), [(1, 20), (5, 60), (21, 20), (21, 60)])
def test_p_values_of_groups_that_differ_by_chance(horizon, events):
    """Of groups that follow from falls and say nothing, one in twenty has p <= 0.05, also if volatility clusters."""
    rng, small, runs = np.random.default_rng(4), 0, 250
    for _ in range(runs):
        moves = garch(rng, 900)
        prices = Prices(np.arange(901), 100 * np.cumprod(np.concatenate([[1.0], 1 + moves])))
        mood = pd.Series(rng.normal(size=900) - moves / 0.01).ewm(span=15).mean().to_numpy()[: 900 - horizon]
        high = np.flatnonzero((mood > np.quantile(mood, 0.85)) & ~(np.roll(mood, 1) > np.quantile(mood, 0.85)))
        own = np.sort(rng.permutation(high)[:events]) + 1
        found = compare(
            prices, [Contrast(own, np.flatnonzero(mood < np.quantile(mood, 0.85)) + 1, horizon)],
            BootstrapSettings(resamples=199, seed=1),
        )[0]  # fmt: skip
        small += found.p_value <= 0.05
    assert abs(small / runs - 0.05) < 3 * math.sqrt(0.05 * 0.95 / runs)


def test_too_few_events_give_nan():
    prices = walk(50)
    nothing, rows = np.zeros(0, dtype=np.int64), np.arange(49)
    none, one, bare = compare(
        prices, [Contrast(nothing, rows, 1), Contrast(rows[3:4], rows, 1), Contrast(rows, nothing, 1)],
        BootstrapSettings(resamples=20),
    )  # fmt: skip
    assert np.isnan(none[:7]).all()
    assert one.excess == pytest.approx(np.diff(prices.values)[3] / prices.values[3] - np.mean(
        np.diff(prices.values) / prices.values[:-1]))  # fmt: skip
    assert np.isnan([one.ci_low, one.ci_high, one.excess_low, one.excess_high, one.p_value]).all()
    assert np.isnan(bare[:7]).all()
    empty = Prices(nothing, np.zeros(0))
    assert np.isnan(compare(empty, [Contrast(nothing, nothing, 1)], BootstrapSettings())[0][:7]).all()


def test_constant_returns():
    prices = Prices(np.arange(40), 1.5 ** np.arange(40))
    rows = np.arange(39)
    found = compare(prices, [Contrast(rows[rows % 9 == 0], rows, 1)], BootstrapSettings(resamples=30))[0]
    assert found[:6] == pytest.approx((0.5, 0.5, 0.0, 0.0, 0.0, 1.0))


def test_the_block_length_is_the_optimal_one_of_arch():
    moves = garch(np.random.default_rng(7), 2000)
    prices = Prices(np.arange(2001), np.cumprod(np.concatenate([[1.0], 1 + moves])))
    lengths = [optimal_block_length(values)["stationary"].iloc[0] for values in (moves, (moves - moves.mean()) ** 2)]
    assert block_length(prices) == round(max(lengths)) > 10
    assert block_length(walk(20)) == block_length(Prices(np.arange(90), np.full(90, 2.0))) == 1


def test_paths_do_not_hold_returns_across_holes():
    prices = walk(100)
    days = np.where(np.arange(100) < 50, np.arange(100), np.arange(100) + 30)
    values = np.where(np.arange(100) < 50, 1.0, 5.0) * prices.values
    paths = np.concatenate(list(resampled_paths(Prices(days, values), 4, 50, 1)), axis=1)
    assert paths.shape == (100, 50)
    assert np.abs(paths[1:] / paths[:-1] - 1).max() < 0.1


def test_events_that_do_not_overlap_are_counted():
    assert count_apart(np.array([], dtype=np.int64), 5) == 0
    assert count_apart(np.array([1, 1, 5, 6, 12]), 5) == 3
