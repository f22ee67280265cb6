"""The same numbers through implementations written by others: TA-Lib, scipy, numpy."""

from __future__ import annotations

import importlib

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from support.quick import slow

from pd_optstat.core.frame import build_frame
from pd_optstat.core.markets import EXCHANGES

ROWS = 900
WINDOWS = [slow(2), 5, slow(21), slow(252)]

windows = pytest.mark.parametrize("window", WINDOWS)


@pytest.fixture(scope="module", params=["smooth", "ties", "wide"])
def frame(request):
    """Return ten years of one kind: like a market, of few different ratios, or over nine orders of magnitude."""
    random = np.random.default_rng(11)
    days = np.arange(ROWS, dtype=np.int64) + 15_000
    calls = random.integers(10**6, 4 * 10**6, ROWS)
    puts = (calls * random.lognormal(-0.4, 0.2, ROWS)).astype(np.int64)
    if request.param == "ties":
        calls, puts = random.integers(1, 4, ROWS), random.integers(0, 4, ROWS)
    elif request.param == "wide":
        calls, puts = (random.integers(1, 10**9, ROWS) // 10 ** random.integers(0, 9, ROWS) + 1 for _ in "cp")
    return build_frame(days, calls, puts, EXCHANGES["US"], {"market": "US_SECURITY", "data_type": "VOLUME"})


@pytest.fixture(scope="module")
def talib():
    return importlib.import_module("talib")


@pytest.fixture(scope="module")
def ratio(frame):
    return (frame["put_value"] / frame["call_value"]).to_numpy()


def agree(ours, theirs, ratio, tolerance=1e-12, power=1):
    """Compare to `tolerance` times the largest ratio (raised to a power), after the first rows of TA-Lib."""
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    assert np.isfinite(theirs).any()
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * max(ratio.max(), 1) ** power)


@pytest.mark.vendor
@windows
def test_simple_means(talib, frame, ratio, window):
    agree(frame.optstat.rolling_ratio(window, "mean"), talib.SMA(ratio, window), ratio)


@pytest.mark.vendor
@windows
def test_ratios_of_sums(talib, frame, ratio, window):
    puts, calls = (talib.SUM(frame[name].to_numpy(dtype=float), window) for name in ("put_value", "call_value"))
    agree(frame.optstat.rolling_ratio(window), puts / calls, ratio)


@pytest.mark.vendor
@pytest.mark.parametrize("window", [2, 5, 21])
def test_exponential_means(talib, frame, ratio, window):
    ours, theirs = frame.optstat.rolling_ratio(window, "ema").to_numpy(), talib.EMA(ratio, window)
    # TA-Lib begins with the mean of the first window, we with the first ratio; that fades, by 2 / (window + 1) a row.
    faded = 40 * window
    agree(ours[faded:], theirs[faded:], ratio)
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))


@pytest.mark.vendor
@windows
@pytest.mark.parametrize("k", [1.0, 2.0, 2.5])
def test_bands(talib, frame, ratio, window, k):
    ours = frame.optstat.bands(window, k)
    # TA-Lib divides by n; and it takes the difference of large squares, which costs it half of its digits.
    wider = k * np.sqrt(window / (window - 1))
    upper, middle, lower = talib.BBANDS(ratio, window, wider, wider)
    agree(ours["middle"], middle, ratio)
    agree(ours["upper"], upper, ratio, 1e-6)
    agree(ours["lower"], lower, ratio, 1e-6)
    parts = np.lib.stride_tricks.sliding_window_view(ratio, window)
    width = k * parts.std(axis=1, ddof=1)
    agree(ours["upper"][window - 1 :], parts.mean(axis=1) + width, ratio)
    agree(ours["lower"][window - 1 :], parts.mean(axis=1) - width, ratio)


@windows
def test_zscores(frame, ratio, window):
    theirs = [
        scipy.stats.zscore(part, ddof=1)[-1] if np.ptp(part) > 0 else np.nan
        for part in np.lib.stride_tricks.sliding_window_view(ratio, window)
    ]
    agree(frame.optstat.zscore(window).iloc[window - 1 :], theirs, ratio, 1e-11, power=0)


@windows
def test_percentiles(frame, ratio, window):
    theirs = [
        scipy.stats.percentileofscore(part, part[-1], kind="rank") / 100
        for part in np.lib.stride_tricks.sliding_window_view(ratio, window)
    ]
    ours = frame.optstat.percentile(window)
    agree(ours.iloc[window - 1 :], theirs, ratio, power=0)
    middles = [
        scipy.stats.percentileofscore(part, part[-1], kind="mean") / 100
        for part in np.lib.stride_tricks.sliding_window_view(ratio, window)
    ]
    for ranking, shares in (("symmetric", middles), ("pct", theirs)):
        marks = np.where(np.array(shares) > 0.9 - 1e-9, 1, 0) - np.where(np.array(shares) < 0.1 + 1e-9, 1, 0)
        found = frame.optstat.extremes(window, ranking=ranking)
        assert found.iloc[: window - 1].isna().all()
        np.testing.assert_array_equal(found.iloc[window - 1 :].astype(np.int8), marks)


@windows
def test_percentiles_of_spans(frame, ratio, window):
    for i in (0, 1, window, ROWS - 1):
        part = ratio[max(0, i - window + 1) : i + 1]
        expected = scipy.stats.percentileofscore(part, ratio[i], kind="rank") / 100
        assert frame.optstat.percentile(f"{window}D").iloc[i] == pytest.approx(expected, abs=1e-12)


@windows
def test_medians(frame, ratio, window):
    theirs = np.median(np.lib.stride_tricks.sliding_window_view(ratio, window), axis=1)
    agree(frame.optstat.rolling_ratio(window, "median").iloc[window - 1 :], theirs, ratio)


@pytest.mark.vendor
@pytest.mark.parametrize("periods", [1, 5, 60])
def test_momentum(talib, frame, ratio, periods):
    agree(frame.optstat.momentum(periods), talib.MOM(ratio, periods), ratio)


@pytest.mark.vendor
@pytest.mark.parametrize(("short", "long"), [(2, 5), (10, 127)])
def test_detrend_is_the_percentage_price_oscillator(talib, frame, ratio, short, long):
    theirs = talib.PPO(ratio, short, long, matype=talib.MA_Type.SMA) / 100
    # It divides by the long mean, which may be small beside the largest ratio, so the error is that of the quotient.
    agree(frame.optstat.detrend(short, long), theirs, ratio, 1e-9)


def test_the_index_is_untouched(frame):
    assert isinstance(frame.optstat.rolling_ratio(5).index, pd.DatetimeIndex)
    pd.testing.assert_index_equal(frame.optstat.bands(5).index, frame.index)
