"""Every formula against a loop written from its definition, also where rolling sums usually go wrong."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.quick import examples, slow

from pd_optstat.analysis import metrics
from pd_optstat.analysis.counts import Counts
from pd_optstat.errors import InvalidRequest

NAN = math.nan
KINDS = ["plain", "huge", "constant", "gaps", "floats"]


def make(kind, n=90, seed=0):
    """Return counts with one kind of difficulty."""
    rng = np.random.default_rng(seed)
    days = pd.DatetimeIndex(np.datetime64("2020-01-01") + np.cumsum(rng.integers(1, 4, n)), name="time")
    calls, puts = rng.integers(0, 6, n), rng.integers(0, 9, n)
    valid = np.ones(n, dtype=bool)
    if kind == "huge":  # a huge ratio, then small ones and zeros
        calls, puts = rng.choice([1, 3, 10**9], n), rng.choice([0, 1, 10**9], n, p=[0.6, 0.3, 0.1])
        puts[20:70] = 0
    elif kind == "constant":
        calls, puts = np.full(n, 10), np.full(n, 3)
        calls[5], puts[5] = 1, 10**9
    elif kind == "gaps":
        valid = rng.random(n) > 0.4
    elif kind == "floats":
        calls, puts = rng.random(n) * 10.0 ** rng.integers(-9, 9, n), rng.random(n)
    return Counts(days, np.where(valid, calls, 0), np.where(valid, puts, 0), valid)


def ratios(counts):
    rows = zip(counts.calls.tolist(), counts.puts.tolist(), counts.valid, strict=True)
    return [put / call if ok and call else NAN for call, put, ok in rows]


def windows(counts, window, counted):
    """Return each row's window as a list of row numbers: of n rows the last that count, none for others."""
    n = len(counts.days)
    if isinstance(window, int):
        return [[j for j in range(i + 1) if counted[j]][-window:] if counted[i] else [] for i in range(n)]
    span = pd.Timedelta(window)
    return [[j for j in range(i + 1) if counts.days[j] > counts.days[i] - span] for i in range(n)]


def has_ratio(counts):
    return [value == value for value in ratios(counts)]


def least(window, min_periods):
    return min_periods or (window if isinstance(window, int) else 1)


def present(values, rows):
    return [values[j] for j in rows if values[j] == values[j]]


def rolling(counts, window, min_periods, formula):
    """Return `formula` of the ratios in each window that has enough of them."""
    values = ratios(counts)
    found = [present(values, rows) for rows in windows(counts, window, has_ratio(counts))]
    return [formula(part) if len(part) >= least(window, min_periods) else NAN for part in found]


def mean(values):
    return math.fsum(values) / len(values)


def deviation(values):
    if len(values) < 2:
        return NAN
    middle = mean(values)
    return 0.0 if len(set(values)) == 1 else math.sqrt(math.fsum((v - middle) ** 2 for v in values) / (len(values) - 1))


def close(result, expected, scale=None):
    """Compare to 1e-12 of the largest ratio; NaN exactly where NaN is expected."""
    result, expected = np.asarray(result, dtype=float), np.asarray(expected, dtype=float)
    np.testing.assert_array_equal(np.isnan(result), np.isnan(expected))
    largest = np.nanmax(np.abs(expected), initial=0.0) if scale is None else scale
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-12 * largest)


every = pytest.mark.parametrize("kind", KINDS)
spans = pytest.mark.parametrize(
    ("window", "min_periods"),
    [(1, None), slow(7, None), (7, 2), slow(200, 3), slow("1D", None), slow("12D", None), ("12D", 4)],
)


@every
@spans
class TestAgainstLoops:
    def test_sum(self, kind, window, min_periods):
        counts = make(kind)
        expected = []
        for rows in windows(counts, window, counts.valid):
            good = [j for j in rows if counts.valid[j]]
            calls, puts = (math.fsum(part[j] for j in good) for part in (counts.calls, counts.puts))
            expected.append(puts / calls if len(good) >= least(window, min_periods) and calls else NAN)
        close(metrics.rolling_ratio(counts, metrics.put_call_ratio(counts), window, "sum", min_periods), expected)

    def test_mean(self, kind, window, min_periods):
        counts = make(kind)
        result = metrics.rolling_ratio(counts, metrics.put_call_ratio(counts), window, "mean", min_periods).to_numpy()
        expected = np.array(rolling(counts, window, min_periods, mean))
        close(result, expected)
        # Stricter than asked: nothing of a huge ratio stays behind in the windows after it.
        np.testing.assert_allclose(result, expected, rtol=1e-12)

    def test_median(self, kind, window, min_periods):
        counts = make(kind)
        result = metrics.rolling_ratio(counts, metrics.put_call_ratio(counts), window, "median", min_periods)
        close(result, rolling(counts, window, min_periods, statistics.median))

    def test_zscore(self, kind, window, min_periods):
        counts = make(kind)
        values = ratios(counts)
        middles = rolling(counts, window, min_periods, mean)
        widths = rolling(counts, window, min_periods, deviation)
        rows = zip(values, middles, widths, strict=True)
        expected = [(v - middle) / s if s > 0 else NAN for v, middle, s in rows]
        result = metrics.zscore(metrics.put_call_ratio(counts), window, min_periods)
        close(result, expected, scale=max(1.0, np.nanmax(values)))
        np.testing.assert_allclose(result, expected, rtol=0, atol=1e-9)

    def test_bands(self, kind, window, min_periods):
        counts = make(kind)
        result = metrics.bands(metrics.put_call_ratio(counts), window, 1.5, min_periods)
        middles = np.array(rolling(counts, window, min_periods, mean))
        widths = 1.5 * np.array(rolling(counts, window, min_periods, deviation))
        scale = np.nanmax(ratios(counts))
        close(result["middle"], middles, scale)
        close(result["upper"], middles + widths, scale)
        close(result["lower"], middles - widths, scale)

    def test_percentile(self, kind, window, min_periods):
        counts = make(kind)
        values = ratios(counts)
        expected = []
        for i, rows in enumerate(windows(counts, window, has_ratio(counts))):
            part = present(values, rows)
            below, same = sum(v < values[i] for v in part), sum(v == values[i] for v in part)
            enough = len(part) >= least(window, min_periods) and same
            expected.append((below + (same + 1) / 2) / len(part) if enough else NAN)
        close(metrics.percentile(metrics.put_call_ratio(counts), window, min_periods), expected)


@every
def test_ratio_and_share(kind):
    counts = make(kind)
    close(metrics.put_call_ratio(counts), ratios(counts), 0.0)
    rows = zip(counts.calls, counts.puts, counts.valid, strict=True)
    close(metrics.put_share(counts), [p / (c + p) if ok and c + p else NAN for c, p, ok in rows])


@every
def test_ema_skips_missing_ratios(kind):
    counts = make(kind)
    state, seen, expected = NAN, 0, []
    for value in ratios(counts):
        if value == value:
            seen += 1
            state = value if seen == 1 else state + 2 / 8 * (value - state)
        expected.append(state if seen >= 7 and value == value else NAN)
    close(metrics.rolling_ratio(counts, metrics.put_call_ratio(counts), 7, "ema"), expected, np.nanmax(ratios(counts)))


@every
def test_detrend_and_momentum(kind):
    counts = make(kind)
    short, long = (np.array(rolling(counts, w, 3, mean)) for w in (4, 9))
    result = metrics.detrend(metrics.put_call_ratio(counts), 4, 9, 3).to_numpy()
    with np.errstate(all="ignore"):
        expected = np.where(long != 0, short / long - 1, NAN)
    close(result, expected)
    values, found = present(ratios(counts), range(len(counts.days))), iter([NAN] * 3)
    found = iter([NAN] * 3 + [after - before for before, after in zip(values, values[3:], strict=False)])
    expected = [next(found) if there else NAN for there in has_ratio(counts)]
    close(metrics.momentum(metrics.put_call_ratio(counts), 3), expected)


def test_detrend_caps_min_periods_at_the_short_window():
    ratio = metrics.put_call_ratio(make("plain"))
    short, long = (metrics.rolling_ratio(make("plain"), ratio, w, "mean", p) for w, p in ((2, 2), (9, 5)))
    np.testing.assert_array_equal(metrics.detrend(ratio, 2, 9, 5), short / long - 1)


def test_constant_windows_have_no_deviation():
    counts = make("constant")  # a ratio of 1e9, then 0.3 for ever
    for window in (10, "20D"):
        ratio = metrics.put_call_ratio(counts)
        assert metrics.zscore(ratio, window, 2).iloc[40:].isna().all()
        bands = metrics.bands(ratio, window, 2.0, 2).iloc[40:]
        assert (bands["upper"] == bands["lower"]).all()


def test_a_value_before_the_window_cannot_overflow_its_deviation():
    ratio = pd.Series([1.0, 2.0, 1e300, 1e300, 1.0, 2.0])
    assert metrics.zscore(ratio, 2).tolist()[-1] == pytest.approx(0.5**0.5)
    assert metrics.bands(ratio, 2, 1.0)["upper"].iloc[-1] == pytest.approx(1.5 + 0.5**0.5)


def test_long_series_after_a_huge_value():
    # pandas' own rolling().std() is wrong by 1e-3 and more here.
    rng = np.random.default_rng(3)
    values = 1 + rng.random(30_000) * 1e-3
    values[100] = 1e12
    ratio = pd.Series(values, pd.date_range("1950", periods=len(values), freq="D"))
    result = metrics.zscore(ratio, 50)
    for i in rng.integers(200, len(values), 200):
        part = values[i - 49 : i + 1]
        assert result.iloc[i] == pytest.approx((values[i] - mean(part)) / deviation(part), abs=1e-9)


@pytest.mark.parametrize("size", [2**61, 2**55])
def test_sums_beyond_int64_do_not_wrap(size):
    days = pd.date_range("2020", periods=300, freq="D")
    counts = Counts(days, np.full(300, size), np.full(300, size), np.ones(300, dtype=bool))
    assert metrics.rolling_ratio(counts, metrics.put_call_ratio(counts), 200, "sum").iloc[-1] == pytest.approx(1)


def test_extremes_of_rows_and_spans():
    days = pd.date_range("2020", periods=40, freq="D")
    ratio = pd.Series(np.arange(40.0), days)
    ratio.iloc[30] = -1.0
    rows = metrics.extremes(ratio, 10, 0.1, 0.9)
    assert rows.dtype == "Int8"
    assert rows.iloc[:9].isna().all()
    assert rows.iloc[9:30].eq(1).all()
    assert rows.iloc[30] == -1
    span = metrics.extremes(ratio, "100D", 0.1, 0.9)
    assert span.iloc[:19].isna().all()  # fewer than 20 ratios
    assert span.iloc[19] == 1
    assert metrics.extremes(ratio, "100D", 0.1, 0.9, 1).iloc[:5].tolist() == [0, 0, 0, 0, 1]
    # The thresholds themselves are extreme.
    two = pd.Series([1.0, 2.0], days[:2])
    assert metrics.extremes(two, 2, 0.25, 0.75, 1).tolist() == [0, 1]
    assert metrics.extremes(two, 2, 0.25, 0.76, 1).tolist() == [0, 0]
    assert metrics.extremes(two, 2, 0.4, 1.0, 1, "pct").tolist() == [1, 1]


def test_metrics_columns_equal_the_single_formulas():
    for kind in KINDS:
        counts = make(kind)
        ratio = metrics.put_call_ratio(counts)
        for back in (20, "60D"):
            table = metrics.metrics_columns(counts, ratio, (3, 8), back)
            for w in (3, 8):
                for how in ("sum", "mean", "ema"):
                    single = metrics.rolling_ratio(counts, ratio, w, how)
                    np.testing.assert_array_equal(table[f"ratio_{how}_{w}"], single)
            np.testing.assert_array_equal(table[f"zscore_{back}"], metrics.zscore(ratio, back))
            np.testing.assert_array_equal(table[f"percentile_{back}"], metrics.percentile(ratio, back))
            for ranking in metrics.RANKINGS:
                table = metrics.metrics_columns(counts, ratio, (3,), back, 0.1, 0.9, ranking)
                single = metrics.extremes(ratio, back, 0.1, 0.9, None, ranking)
                assert pd.Series(table[f"extreme_{back}"], ratio.index).equals(single)


@pytest.mark.parametrize("value", [0, -1, True, False, 2.0, NAN, None, "", "x", "30", "5B", "ME", "-3D", [3], pd.NaT])
def test_bad_windows_name_argument_and_value(value):
    counts = make("plain")
    ratio = metrics.put_call_ratio(counts)
    for name, call in {
        "window": lambda: metrics.zscore(ratio, value),
        "short": lambda: metrics.detrend(ratio, value, 9),
        "long": lambda: metrics.detrend(ratio, 2, value),
        "lookback": lambda: metrics.metrics_columns(counts, ratio, (3,), value),
        "windows": lambda: metrics.metrics_columns(counts, ratio, (value,), 9),
    }.items():
        with pytest.raises(InvalidRequest, match=f"{name}=") as caught:
            call()
        assert repr(value) in str(caught.value)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda c, r: metrics.rolling_ratio(c, r, 5, "max"), r"how='max'.*'sum', 'mean', 'median', 'ema'"),
        (lambda c, r: metrics.rolling_ratio(c, r, "5D", "ema"), "window='5D'.*ema"),
        (lambda c, r: metrics.zscore(r, 5, 6), "min_periods=6"),
        (lambda c, r: metrics.zscore(r, 5, 0), "min_periods=0"),
        (lambda c, r: metrics.zscore(r, 5, True), "min_periods=True"),
        (lambda c, r: metrics.bands(r, 5, 0), "k=0"),
        (lambda c, r: metrics.bands(r, 5, -1.0), "k=-1.0"),
        (lambda c, r: metrics.bands(r, 5, math.inf), "k=inf"),
        (lambda c, r: metrics.bands(r, 5, True), "k=True"),
        (lambda c, r: metrics.detrend(r, 9, 9), "short=9, long=9"),
        (lambda c, r: metrics.detrend(r, "9D", "8D"), "short='9D', long='8D'"),
        (lambda c, r: metrics.momentum(r, 0), "periods=0"),
        (lambda c, r: metrics.momentum(r, 1.5), "periods=1.5"),
        (lambda c, r: metrics.extremes(r, 5, 0.9, 0.1), "lower=0.9, upper=0.1"),
        (lambda c, r: metrics.extremes(r, 5, 0.5, 0.5), "lower=0.5, upper=0.5"),
        (lambda c, r: metrics.extremes(r, 5, -0.1, 0.5), "lower=-0.1"),
        (lambda c, r: metrics.extremes(r, 5, 0.1, NAN), "upper=nan"),
        (lambda c, r: metrics.resample(c, "h", sums=True), "rule='h'"),
        (lambda c, r: metrics.resample(c, None, sums=True), "rule=None"),
        (lambda c, r: metrics.resample(c, "nonsense", sums=True), "rule='nonsense'"),
        (lambda c, r: metrics.resample(c, "-1W", sums=True), "rule='-1W'"),
    ],
)
def test_bad_arguments(call, words):
    counts = make("plain")
    with pytest.raises(InvalidRequest, match=words):
        call(counts, metrics.put_call_ratio(counts))


pairs = st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=40)


def of(rows, start="2020-01-01"):
    calls, puts = np.array(rows, dtype=np.int64).T
    days = pd.date_range(start, periods=len(rows), freq="D", name="time")
    return Counts(days, calls, puts, np.ones(len(rows), dtype=bool))


@examples(60)
@given(rows=pairs, factor=st.integers(2, 1000), window=st.integers(1, 12))
def test_scale_invariance(rows, factor, window):
    one, other = of(rows), of([(factor * call, factor * put) for call, put in rows])
    first, second = metrics.put_call_ratio(one), metrics.put_call_ratio(other)
    for how in metrics.HOWS:
        a, b = metrics.rolling_ratio(one, first, window, how, 1), metrics.rolling_ratio(other, second, window, how, 1)
        pd.testing.assert_series_equal(a, b, rtol=1e-13)
    pd.testing.assert_series_equal(metrics.percentile(first, window, 1), metrics.percentile(second, window, 1))


@examples(60)
@given(rows=pairs)
def test_a_window_of_one_is_the_ratio_itself(rows):
    counts = of(rows)
    ratio = metrics.put_call_ratio(counts)
    for how in ("sum", "mean", "median"):
        for window in (1, "1D"):
            np.testing.assert_array_equal(metrics.rolling_ratio(counts, ratio, window, how), ratio)
    assert metrics.zscore(ratio, 1).isna().all()
    assert metrics.percentile(ratio, 1).dropna().eq(1).all()


@examples(40)
@given(rows=pairs, days=st.integers(-5000, 5000), window=st.integers(1, 12))
def test_a_shift_in_time_shifts_the_results(rows, days, window):
    one, other = of(rows), of(rows, pd.Timestamp("2020-01-01") + pd.Timedelta(days=days))
    for span in (window, f"{window}D"):
        first, second = (
            metrics.zscore(metrics.put_call_ratio(one), span),
            metrics.zscore(metrics.put_call_ratio(other), span),
        )
        np.testing.assert_array_equal(first, second)
        assert (second.index - first.index).unique().tolist() == [pd.Timedelta(days=days)]


@examples(60)
@given(
    rows=st.lists(st.tuples(*[st.floats(0, 1e100)] * 2), min_size=1, max_size=20),
    window=st.sampled_from([1, 2, 5, "3D"]),
)
def test_nothing_is_ever_infinite(rows, window):
    calls, puts = np.array(rows).T
    counts = Counts(pd.date_range("2020", periods=len(rows)), calls, puts, np.ones(len(rows), dtype=bool))
    ratio = metrics.put_call_ratio(counts)
    results = [
        ratio,
        metrics.put_share(counts),
        metrics.zscore(ratio, window, 1),
        *metrics.bands(ratio, window, 2.0, 1).T.to_numpy(),
    ]
    results += [metrics.rolling_ratio(counts, ratio, window, how, 1) for how in ("sum", "mean")]
    results += [
        metrics.detrend(ratio, 1, 4, 1),
        metrics.momentum(ratio, 1),
        *metrics.resample(counts, "W", sums=True).T.to_numpy(),
    ]
    for result in results:
        assert not np.isinf(np.asarray(result, dtype=float)).any()


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Hong_Kong", "Europe/Berlin"])
@pytest.mark.parametrize("span", ["7D", "28D", "91D"])
def test_a_span_counts_days_where_clocks_are_put_forward_and_back(zone, span):
    counts = make("plain", n=400)
    ratio = metrics.put_call_ratio(counts)
    there = counts._replace(days=counts.days.tz_localize(zone))
    zoned = metrics.put_call_ratio(there)
    pairs = [
        (metrics.rolling_ratio(counts, ratio, span, how), metrics.rolling_ratio(there, zoned, span, how))
        for how in ("sum", "mean", "median")
    ]
    pairs += [(metrics.bands(ratio, span, 2.0), metrics.bands(zoned, span, 2.0))]
    pairs += [(metrics.extremes(ratio, span, 0.1, 0.9), metrics.extremes(zoned, span, 0.1, 0.9))]
    pairs += [(function(ratio, span), function(zoned, span)) for function in (metrics.zscore, metrics.percentile)]
    for plain, other in pairs:
        assert other.index.equals(there.days)
        np.testing.assert_array_equal(other.to_numpy(), plain.to_numpy())


def test_a_span_may_begin_in_the_hour_that_autumn_repeats():
    days = pd.date_range("2026-11-01 00:30", periods=6, freq="30min", tz="America/New_York")
    counts = Counts(days, np.full(6, 2), np.arange(6), np.ones(6, dtype=bool))
    for how in ("sum", "mean", "median"):
        result = metrics.rolling_ratio(counts, metrics.put_call_ratio(counts), "1D", how)
        assert result.iloc[-1] == 1.25
        assert result.index.equals(days)


@pytest.mark.parametrize(
    "span", ["30D", pd.Timedelta("30D"), pd.offsets.Day(30), pd.Timedelta(30, "D").to_pytimedelta()]
)
def test_columns_name_a_span_by_the_same_text_however_it_is_given(span):
    counts = make("plain")
    ratio = metrics.put_call_ratio(counts)
    assert metrics.rolling_ratio(counts, ratio, span, "sum").name == "ratio_sum_30D"
    assert "zscore_30D" in metrics.metrics_columns(counts, ratio, (5,), span)
    assert metrics.rolling_ratio(counts, ratio, pd.Timedelta("36h"), "sum").name == "ratio_sum_129600s"
