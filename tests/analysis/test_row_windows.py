"""A window of rows counts the rows that have a ratio; and fear and greed mirror each other."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.quick import examples

import pd_optstat as po

NAN = math.nan

#: Few different counts, so that ratios are often equal; None is missing, and a day without calls has no ratio.
counts = st.sampled_from([0, 1, 1, 2, 3, 5, 8, 1000, None])
rows = st.lists(st.tuples(counts, counts), max_size=40)
window_lengths = st.integers(1, 12)


def make(listed, start="2020-01-01"):
    calls, puts = ([row[place] for row in listed] for place in (0, 1))
    index = pd.bdate_range(start, periods=len(listed), name="time")
    return pd.DataFrame({"call_value": pd.array(calls, "Int64"), "put_value": pd.array(puts, "Int64")}, index)


def every_rolling_method(window, min_periods=None):
    """Return each method whose window is a number of rows that have a ratio."""
    least = {"min_periods": min_periods}
    return {
        "mean": lambda o: o.rolling_ratio(window, "mean", **least),
        "median": lambda o: o.rolling_ratio(window, "median", **least),
        "ema": lambda o: o.rolling_ratio(window, "ema", **least),
        "zscore": lambda o: o.zscore(window, **least),
        "percentile": lambda o: o.percentile(window, **least),
        "extremes": lambda o: o.extremes(window, 0.2, 0.8, **least),
        "bands": lambda o: o.bands(window, 1.5, **least),
        "detrend": lambda o: o.detrend(window, window + 3, **least),
        "momentum": lambda o: o.momentum(window),
        "adjusted_ratio": lambda o: o.adjusted_ratio("weekday", window=window, min_periods=1),
    }


def by_pandas(frame, window, least):
    """Return what pandas computes of the ratios that there are."""
    ratio = (frame["put_value"] / frame["call_value"].where(frame["call_value"] > 0)).astype(float).dropna()
    rolling, short = ratio.rolling(window, min_periods=least), ratio.rolling(window, min_periods=least)
    both = frame.dropna().astype(float).rolling(window, min_periods=least).sum()
    sizes = np.minimum(np.arange(1, len(ratio) + 1), window)
    symmetric = (rolling.rank() - 0.5) / sizes
    marks = (symmetric >= 0.8).astype("Int8") - (symmetric <= 0.2).astype("Int8")
    middle, width = rolling.mean(), 1.5 * rolling.std()
    long = ratio.rolling(window + 3, min_periods=least).mean()
    found = {
        "sum": both["put_value"] / both["call_value"].where(both["call_value"] > 0),
        "mean": rolling.mean(),
        "median": rolling.median(),
        "ema": ratio.ewm(span=window, adjust=False, min_periods=least or window).mean(),
        "zscore": (ratio - middle) / rolling.std().where(rolling.std() > 1e-9),
        "percentile": rolling.rank(pct=True),
        "extremes": marks.where(symmetric.notna()),
        "bands": pd.DataFrame({"middle": middle, "upper": middle + width, "lower": middle - width}),
        "detrend": short.mean() / long.where(long > 1e-9) - 1,
        "momentum": ratio.diff(window),
    }
    return {name: result.reindex(frame.index) for name, result in found.items()}


def numbers(result):
    return result.to_numpy(dtype=float, na_value=NAN)


@examples(150)
@given(listed=rows, window=window_lengths, least=st.one_of(st.none(), st.integers(1, 12)))
def test_every_metric_is_that_of_pandas_over_the_ratios_that_there_are(listed, window, least):
    least = None if least is None else min(least, window)
    frame = make(listed)
    expected = by_pandas(frame, window, least)
    methods = every_rolling_method(window, least)
    del methods["adjusted_ratio"]
    methods["sum"] = lambda o: o.rolling_ratio(window, min_periods=least)
    if least is not None:
        del methods["detrend"]  # whose windows have different lengths
    for name, method in methods.items():
        ours, theirs = numbers(method(frame.optstat)), numbers(expected[name])
        exact = name in ("percentile", "extremes", "momentum", "ema")
        np.testing.assert_allclose(ours, theirs, rtol=0 if exact else 1e-9, atol=0 if exact else 1e-9, err_msg=name)


@examples(100)
@given(listed=rows, window=window_lengths, seed=st.integers(0, 99))
def test_rows_without_a_ratio_change_no_other_row(listed, window, seed):
    """Removing any of them, or adding some, leaves the same bits on all other days."""
    frame = make(listed)
    lacks = frame.optstat.put_call_ratio.isna().to_numpy()
    gone = lacks & (np.random.default_rng(seed).random(len(frame)) < 0.5)
    kept = frame[~gone]
    for name, method in every_rolling_method(window).items():
        whole, part = method(frame.optstat), method(kept.optstat)
        np.testing.assert_array_equal(numbers(part), numbers(whole)[~gone], err_msg=name)
        assert np.isnan(numbers(whole)[lacks]).all(), name
    table = frame.optstat.metrics((window,), lookback=window)
    part = kept.optstat.metrics((window,), lookback=window)
    for name in (f"ratio_mean_{window}", f"ratio_ema_{window}", f"zscore_{window}", f"extreme_{window}"):
        np.testing.assert_array_equal(numbers(part[name]), numbers(table[name])[~gone], err_msg=name)
    events = frame.optstat.events(window, 0.2, 0.8, gap=1)
    pd.testing.assert_frame_equal(kept.optstat.events(window, 0.2, 0.8, gap=1), events)


@examples(60)
@given(listed=rows, window=window_lengths, seed=st.integers(0, 99))
def test_rows_without_both_counts_change_no_sum(listed, window, seed):
    frame = make(listed)
    lacks = frame.isna().any(axis=1).to_numpy()
    gone = lacks & (np.random.default_rng(seed).random(len(frame)) < 0.5)
    whole, part = (one.optstat.rolling_ratio(window) for one in (frame, frame[~gone]))
    np.testing.assert_array_equal(part, whole[~gone])
    assert whole[lacks].isna().all()


@examples(60)
@given(listed=rows, window=window_lengths)
def test_panels_and_resampled_frames_count_the_same_rows(listed, window):
    one, other = make(listed), make(listed[::2], "2020-03-02")
    keys = [("US_SECURITY", "VOLUME"), ("HK_SECURITY", "VOLUME")]
    panel = pd.concat([one, other], axis=1, keys=keys, names=["market", "data_type", "field"])
    for method in (lambda o: o.rolling_ratio(window), lambda o: o.zscore(window), lambda o: o.extremes(window)):
        joined = method(panel.optstat)
        for key, frame in zip(keys, (one, other), strict=True):
            single = method(frame.optstat).dropna()
            pd.testing.assert_series_equal(joined[key].dropna(), single, check_names=False, check_freq=False)
    weeks = one.optstat.resample("W", data_type="VOLUME")
    expected = weeks["ratio"].dropna().rolling(window).mean().reindex(weeks.index)
    np.testing.assert_allclose(weeks.optstat.rolling_ratio(window, "mean"), expected, rtol=1e-9, atol=1e-9)


@examples(100)
@given(listed=rows, window=window_lengths, least=st.integers(1, 12), lower=st.sampled_from([0.05, 0.1, 0.25, 0.4]))
def test_extremes_mirror_where_calls_and_puts_are_exchanged(listed, window, least, lower):
    """1/r has the opposite order of r, so its fear is the greed of r. Ranked as pct, they would differ."""
    both = [row for row in listed if row[0] and row[1]]
    frame = make(both)
    mirrored = frame.rename(columns={"call_value": "put_value", "put_value": "call_value"})
    limits = {"lower": lower, "upper": 1 - lower, "min_periods": min(least, window)}
    for size in (window, f"{window}D"):
        marks, other = frame.optstat.extremes(size, **limits), mirrored.optstat.extremes(size, **limits)
        pd.testing.assert_series_equal(other, -marks)


def test_fear_and_greed_are_equally_frequent_on_independent_days():
    random = np.random.default_rng(11)
    frame = make(list(zip([10**6] * 40_000, random.integers(1, 10**6, 40_000).tolist(), strict=True)))
    for window, expected in ((10, 0.1), (21, 2 / 21), (252, 25 / 252)):
        marks = frame.optstat.extremes(window).dropna()
        for side in (1, -1):
            assert (marks == side).mean() == pytest.approx(expected, abs=0.008)
    old = frame.optstat.extremes(10, ranking="pct").dropna()
    assert [(old == side).mean() for side in (1, -1)] == pytest.approx([0.2, 0.1], abs=0.01)


def test_a_day_without_a_ratio_blanks_one_row_and_not_a_year():
    df = po.load("US_SECURITY", "VOLUME", "2020-01-02", "2022-12-30", source="simulator:?seed=7", cache=False)
    broken = df.copy()
    broken.iloc[400, [1, 2, 3]] = [0, 5, 5]
    for name, method in every_rolling_method(252).items():
        whole, part = method(df.optstat), method(broken.optstat)
        unknown = part.isna().to_numpy() & whole.notna().to_numpy()
        assert np.flatnonzero(np.atleast_2d(unknown.T).any(axis=0)).tolist() in ([400], [400, 652]), name


@pytest.mark.parametrize("how", ["sum", "mean", "median", "ema"])
def test_a_frame_without_any_ratio_has_no_result(how):
    frame = make([(0, 1), (None, 2), (0, 0)])
    assert frame.optstat.rolling_ratio(2, how).isna().all()
    assert frame.optstat.extremes(2).isna().all()
    assert frame.optstat.metrics((2,), lookback=2)["extreme_2"].dtype == "Int8"
    assert frame.optstat.events(2).empty
