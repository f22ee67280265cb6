"""Adversarial frames through ``df.optstat``, against exact fractions; and properties that hold for all frames."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.quick import examples

import pd_optstat as po  # noqa: F401  (registers df.optstat)
from pd_optstat.analysis import windows

NAN = math.nan
HOWS = ("sum", "mean", "median", "ema")

#: Zeros, ones, neighbours, the last whole floats, and ratios from 1e-16 to 1e16; None is missing.
COUNTS = [0, 0, 1, 1, 2, 3, 7, 999_999_999, 10**9, 2**53 - 1, 2**53, None]

rows = st.lists(st.tuples(st.integers(1, 9), st.sampled_from(COUNTS), st.sampled_from(COUNTS)), min_size=0, max_size=45)
spans = st.one_of(st.integers(1, 14), st.sampled_from(["1D", "3D", "10D", "40D"]))
least = st.one_of(st.none(), st.integers(1, 5))


def make(listed, start="2020-01-01"):
    """Return a frame of (days since the row before, call, put)."""
    gaps, calls, puts = (list(part) for part in zip(*listed, strict=True)) if listed else ([], [], [])
    index = pd.DatetimeIndex(np.datetime64(start, "D") + np.cumsum(np.array(gaps, dtype=np.int64)), name="time")
    counts = {"call_value": pd.array(calls, dtype="Int64"), "put_value": pd.array(puts, dtype="Int64")}
    return pd.DataFrame(counts, index=index)


def ratios(listed):
    return [put / call if call and put is not None else None for _, call, put in listed]


def window_rows(listed, window, counted):
    """Yield the rows of each row's window: of n rows the last that count, none for others."""
    days = np.cumsum([gap for gap, _, _ in listed])
    for i in range(len(listed)):
        if isinstance(window, int):
            yield [j for j in range(i + 1) if counted[j]][-window:] if counted[i] else []
        else:
            yield [j for j in range(i + 1) if days[j] > days[i] - int(window[:-1])]


def enough(window, min_periods):
    """Return `min_periods` as documented, at most the window."""
    if isinstance(window, int):
        return window if min_periods is None else min(min_periods, window)
    return 1 if min_periods is None else min_periods


def loops(listed, window, needed):
    """Return every rolling measure from its formula, in exact fractions until the last step."""
    values = ratios(listed)
    out = {name: [] for name in ("sum", "mean", "median", "ema", "deviation", "score", "rank")}
    state, seen = None, 0
    has_both = [call is not None and put is not None for _, call, put in listed]
    sum_rows = window_rows(listed, window, has_both)
    ratio_rows = window_rows(listed, window, [value is not None for value in values])
    for i, (rows_of_sum, rows_) in enumerate(zip(sum_rows, ratio_rows, strict=True)):
        both = [j for j in rows_of_sum if has_both[j]]
        calls, puts = (sum(listed[j][k] for j in both) for k in (1, 2))
        out["sum"].append(float(Fraction(puts, calls)) if len(both) >= needed and calls else NAN)
        part = sorted(Fraction(values[j]) for j in rows_ if values[j] is not None)
        n, full = len(part), len(part) >= needed and bool(part)
        mean = sum(part, Fraction(0)) / max(n, 1)
        out["mean"].append(float(mean) if full else NAN)
        out["median"].append(float((part[(n - 1) // 2] + part[n // 2]) / 2) if full else NAN)
        squares = sum(((value - mean) ** 2 for value in part), Fraction(0)) / max(n - 1, 1)
        out["deviation"].append(math.sqrt(squares) if full and n > 1 else NAN)
        own = None if values[i] is None else Fraction(values[i])
        known = full and n > 1 and own is not None and squares > 0
        out["score"].append(float((own - mean) / Fraction(math.sqrt(squares))) if known else NAN)
        below, equal = (0, 0) if own is None else (sum(v < own for v in part), part.count(own))
        out["rank"].append((below + (equal + 1) / 2) / n if full and own is not None else NAN)
        if values[i] is not None:
            seen += 1
            state = (
                values[i]
                if seen == 1
                else state + 2 / (int(window) + 1) * (values[i] - state)
                if isinstance(window, int)
                else None
            )
        out["ema"].append(state if seen >= needed and state is not None and own is not None else NAN)
    return {name: np.array(column, dtype=float) for name, column in out.items()}


def close(result, expected, largest):
    """Compare to 1e-12 of the largest ratio in the frame, and NaN exactly where NaN is expected.

    The ratio of sums may be larger than that of any day: puts of a day without calls count in it.
    """
    result = np.asarray(result, dtype=float)
    largest = max(largest, np.nanmax(np.abs(expected), initial=0.0))
    np.testing.assert_array_equal(np.isnan(result), np.isnan(expected))
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-12 * largest)


@examples(150)
@given(listed=rows, window=spans, min_periods=least)
def test_every_rolling_measure(listed, window, min_periods):
    if isinstance(window, int) and min_periods is not None:
        min_periods = min(min_periods, window)
    o, expected = make(listed).optstat, loops(listed, window, enough(window, min_periods))
    largest = max((ratio for ratio in ratios(listed) if ratio), default=1.0)
    for how in HOWS if isinstance(window, int) else HOWS[:3]:
        close(o.rolling_ratio(window, how, min_periods=min_periods), expected[how], largest)
    bands = o.bands(window, 2.0, min_periods=min_periods)
    close(bands["middle"], expected["mean"], largest)
    close(bands["upper"], expected["mean"] + 2 * expected["deviation"], largest)
    close(bands["lower"], expected["mean"] - 2 * expected["deviation"], largest)
    close(o.zscore(window, min_periods=min_periods), expected["score"], max(largest, 1.0))
    close(o.percentile(window, min_periods=min_periods), expected["rank"], 1.0)
    # Stricter than promised: what is long gone leaves nothing behind, however large it was.
    for how in HOWS[: 2 if isinstance(window, int) else 3]:
        result = o.rolling_ratio(window, how, min_periods=min_periods)
        np.testing.assert_allclose(result, expected[how], rtol=1e-12)


@examples(60)
@given(listed=rows, periods=st.integers(1, 9))
def test_daily_measures(listed, periods):
    o, values = make(listed).optstat, ratios(listed)
    expected = np.array([NAN if value is None else value for value in values], dtype=float)
    np.testing.assert_array_equal(o.put_call_ratio, expected)
    shares = [p / (c + p) if c is not None and p is not None and c + p else NAN for _, c, p in listed]
    # Sums beyond 2**53 are rounded before they divide.
    np.testing.assert_allclose(o.put_share, np.array(shares, dtype=float), rtol=1e-15)
    momentum = o.put_call_ratio.dropna().diff(periods).reindex(o.put_call_ratio.index)
    np.testing.assert_array_equal(o.momentum(periods), momentum)
    changes = o.open_interest_change()["call_change"]
    calls = [call if call is not None and put is not None else None for _, call, put in listed]
    after = [b - a if a is not None and b is not None else None for a, b in pairwise(calls)]
    assert [None if value is pd.NA else value for value in changes] == [None, *after][: len(listed)]


@examples(80)
@given(first=rows, second=rows, windows=st.lists(st.integers(1, 9), min_size=1, max_size=2, unique=True))
def test_concatenation(first, second, windows):
    """Later rows do not change earlier results, nor earlier rows later results once they have left the windows."""
    whole, part = make(first + second), make(first)
    reach = max(windows)
    table = whole.optstat.metrics(windows, lookback=reach)
    largest = max((ratio for ratio in ratios(first + second) if ratio), default=1.0)
    numbers = [name for name in table.columns[2:] if "ema" not in name and "zscore" not in name]
    early = part.optstat.metrics(windows, lookback=reach)
    for name in numbers:
        close(
            early[name].to_numpy(dtype=float, na_value=NAN),
            table[name].to_numpy(dtype=float, na_value=NAN)[: len(part)],
            largest,
        )
    late = make(second).optstat.metrics(windows, lookback=reach)
    settled = np.cumsum([value is not None for value in ratios(second)]) >= reach
    for name in numbers:
        after = table[name].to_numpy(dtype=float, na_value=NAN)[len(part) :]
        close(late[name].to_numpy(dtype=float, na_value=NAN)[settled], after[settled], largest)


@examples(60)
@given(listed=rows, days=st.integers(-9000, 9000), window=spans)
def test_a_shift_in_time_shifts_the_results(listed, days, window):
    here, there = make(listed), make(listed, np.datetime64("2020-01-01") + days)
    for call in (
        lambda o: o.rolling_ratio(window), lambda o: o.zscore(window), lambda o: o.bands(window),
        lambda o: o.percentile(window), lambda o: o.extremes(window), lambda o: o.metrics((3,), lookback=window),
    ):  # fmt: skip
        one, other = call(here.optstat), call(there.optstat)
        np.testing.assert_array_equal(one.to_numpy(float, na_value=NAN), other.to_numpy(float, na_value=NAN))
        assert ((other.index - one.index) == pd.Timedelta(days=days)).all()


@examples(60)
@given(listed=rows, power=st.integers(1, 9), window=st.integers(1, 9))
def test_counts_in_other_units_give_the_same(listed, power, window):
    """Results do not depend on the scale; exactly so for powers of two, which lose no digit."""
    small = [(gap, call and call % 10**9, put and put % 10**9) for gap, call, put in listed]
    large = [(gap, call and call * 2**power, put and put * 2**power) for gap, call, put in small]
    pd.testing.assert_frame_equal(
        make(small).optstat.metrics((window,), lookback=window).iloc[:, 2:],
        make(large).optstat.metrics((window,), lookback=window).iloc[:, 2:],
        check_exact=True,
    )


@examples(60)
@given(listed=rows)
def test_a_window_of_one_is_the_ratio_itself(listed):
    o = make(listed).optstat
    expected = o.put_call_ratio.to_numpy()
    for window in (1, "1D"):
        for how in HOWS if window == 1 else HOWS[:3]:
            result = o.rolling_ratio(window, how).to_numpy()
            there = ~np.isnan(expected)
            np.testing.assert_array_equal(result[there], expected[there])
            assert np.isnan(result[~there]).all()
        bands = o.bands(window, min_periods=1)
        np.testing.assert_array_equal(bands["middle"], expected)
        assert bands["upper"].isna().all()  # one number has no sample deviation


@examples(40)
@given(listed=rows, seed=st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(listed, seed):
    frame = make(listed)
    mixed = frame.sample(frac=1, random_state=seed)
    repeated = pd.concat([mixed, frame.iloc[: len(frame) // 2]])
    expected = frame.optstat.metrics((2, 5), lookback=4)
    for other in (mixed, repeated):
        pd.testing.assert_frame_equal(other.optstat.metrics((2, 5), lookback=4), expected, check_freq=False)


@pytest.mark.parametrize("window", [2, 5, 63, 252, 5000, 20_000, 100_000])
@pytest.mark.parametrize("holes", [False, True])
def test_stretches_join_without_a_seam(window, holes, monkeypatch):
    """Long series are computed in stretches, with the same bits as in one piece."""
    random = np.random.default_rng(window)
    values = random.lognormal(0, 2, 70_001)
    valid = random.random(len(values)) > 0.3 * holes
    values[~valid] = 0.0
    rows_ = windows.Window(window, None, window, window)
    joined = windows.rolling_sums(values, rows_), *windows.rolling_deviations(values, valid, rows_)
    monkeypatch.setattr(windows, "_STRETCH_ROWS", 1 << 40)
    for one, other in zip(
        joined, (windows.rolling_sums(values, rows_), *windows.rolling_deviations(values, valid, rows_)), strict=True
    ):
        np.testing.assert_array_equal(one, other)
