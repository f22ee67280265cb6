"""The metrics that the explorer's page computes (js/src) are those of ``df.optstat``, to 1e-12 on any series."""

from __future__ import annotations

import json
import select
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.external_tools import lacking
from support.quick import examples, slow

import pd_optstat as po  # noqa: F401  (registers df.optstat)

NAN = np.nan
SERVER = Path(__file__).with_name("metrics_server.mjs")


class Page:
    """A node process that computes metrics as the page does."""

    def __init__(self) -> None:
        if shutil.which("node") is None:
            lacking("no node")
        if not (SERVER.parents[2] / "js" / "src").is_dir():
            lacking("no js/ beside the tests")
        self._node = subprocess.Popen(
            ["node", str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, frame: pd.DataFrame, formula: str, *settings: object) -> Any:
        """Return a result; raise `ValueError` with the page's message if there is none."""
        parts = {name: _to_list(frame[f"{name}_value"]) for name in ("call", "put")}
        days = (frame.index - pd.Timestamp("1970-01-01")).days.tolist()
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps({**parts, "days": days, "formula": formula, "settings": settings}) + "\n")
        self._node.stdin.flush()
        assert select.select([self._node.stdout], [], [], 30)[0], f"{formula}{settings} of {len(frame)} rows never ends"
        reply = json.loads(self._node.stdout.readline())
        if "error" in reply:
            raise ValueError(reply["error"])
        return reply["result"]

    def close(self) -> None:
        try:
            self._node.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self._node.kill()
        assert self._node.wait() == 0


def _to_list(column: pd.Series[Any]) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in column]


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    page = Page()
    yield page
    page.close()


def make(calls, puts, days=None, dtype="Float64"):
    index = pd.date_range("2020-01-01", periods=len(calls)) if days is None else pd.DatetimeIndex(days)
    counts = {"call_value": pd.array(calls, dtype=dtype), "put_value": pd.array(puts, dtype=dtype)}
    return pd.DataFrame(counts, index=index.rename("time"))


def realistic(n, missing=0.0, seed=7):
    """Return volumes as exchanges have them, with ties in the ratio where both counts are small."""
    generator = np.random.default_rng(seed)
    calls = generator.integers(1_000_000, 40_000_000, n).astype(float)
    puts = np.round(calls * np.exp(generator.normal(-0.2, 0.3, n).cumsum() % 2 - 1))
    calls[generator.random(n) < missing] = NAN
    return make(calls, puts, pd.bdate_range("2010-01-04", periods=n))


def spiked():
    """Return a series whose largest value leaves every window long before the end."""
    calls, puts = [7.0] * 60, [3.0] * 60
    calls[5], puts[5], puts[6] = 1.0, 2.0**53, 2.0**53
    return make(calls, puts)


SERIES = {
    "no row": make([], []),
    "one row": make([4], [3]),
    "one row without calls": make([0], [3]),
    "two rows": make([4, 5], [3, 3]),
    "short": make([4, 5, 9, 2, 4], [3, 1, 9, 0, 8]),
    "zeros": make([0, 4, 0, 4, 0, 0, 5, 1, 0, 2, 3, 0], [0, 0, 3, 0, 0, 0, 1, 0, 2, 2, 0, 7]),
    "no calls": make([0] * 12, [1, 2, 3] * 4),
    "all missing": make([None] * 9, [None] * 9),
    "missing": make([None, 4, 3, None, None, 8, 9, 1, None, 2, 3, 3], [2, 4, None, None, 5, 8, 1, 2, 2, None, 1, 1]),
    "first days missing": make([None] * 7 + [3, 4, 5, 6], [1] * 7 + [2, 2, 2, 9]),
    "ties": make([2, 4, 6, 8, 2, 2, 4, 4, 3, 9, 1, 2] * 3, [1, 2, 3, 4, 2, 1, 2, 3, 1, 3, 1, 1] * 3),
    "constant": make([3] * 40, [1] * 40),
    "constant for a while": make([3] * 15 + [2] * 2 + [3] * 15, [1] * 32),
    "nearly constant": make([10**9] * 40, [7 * 10**8 + (i * 7) % 5 for i in range(40)]),
    "gaps": make([4, 5, 9, 2], [3, 1, 0, 8], ["2020-01-02", "2020-03-02", "2020-03-03", "2024-02-29"]),
    "spike": spiked(),
    "huge whole numbers": make([2**53, 2**53 - 1, 2**52 + 1, 3] * 6, [2**53 - 1, 1, 2**53, 2**51] * 6, dtype="Int64"),
    "sums beyond int64": make([2**61 - 1, 2**61, 2**60] * 8, [2**61, 5, 2**59 + 1] * 8, dtype="Int64"),
    "fractions": make([0.1, 0.3, 1e-9, 7.5, 2.25, 1 / 3] * 4, [0.2, 1e9, 0.7, 0.1, 1 / 7, 3.0] * 4),
    "tiny and huge ratios": make([2.0**53, 1, 5, 2.0**53] * 6, [1, 2.0**53, 5, 3] * 6),
    "a year": realistic(260),
    "a year with holes": realistic(260, missing=0.2),
    "two years with few holes": realistic(520, missing=0.01),
}  # fmt: skip


def formulas(window, lookback, lower, upper, k):
    """Return (name, the page's formula and settings, what Python gives) of every metric."""
    short, long = sorted((window, lookback + (window == lookback)))
    yield "put/call ratio", ("ratio",), lambda o: o.put_call_ratio
    yield "put share", ("putShare",), lambda o: o.put_share
    for how in ("sum", "mean", "median", "ema"):
        yield how, ("rollingRatio", window, how), lambda o, how=how: o.rolling_ratio(window, how)
    yield "slow mean", ("rollingRatio", lookback, "mean"), lambda o: o.rolling_ratio(lookback, "mean")
    yield "z-score", ("zscore", lookback), lambda o: o.zscore(lookback)
    yield "percentile", ("percentile", lookback), lambda o: o.percentile(lookback)
    yield "extremes", ("extremes", lookback, lower, upper), lambda o: o.extremes(lookback, lower=lower, upper=upper)
    yield "bands", ("bands", window, k), lambda o: o.bands(window, k)
    yield "detrend", ("detrend", short, long), lambda o: o.detrend(short, long)
    yield "momentum", ("momentum", window), lambda o: o.momentum(window)


def partial_formulas(window, least):
    """Return the metrics that take `min_periods`."""
    for how in ("sum", "mean", "median", "ema"):
        expected = lambda o, how=how: o.rolling_ratio(window, how, min_periods=least)  # noqa: E731
        yield f"{how} of {least}", ("rollingRatio", window, how, least), expected
    yield f"z-score of {least}", ("zscore", window, least), lambda o: o.zscore(window, min_periods=least)
    yield f"percentile of {least}", ("percentile", window, least), lambda o: o.percentile(window, min_periods=least)
    yield f"bands of {least}", ("bands", window, 1.5, least), lambda o: o.bands(window, 1.5, min_periods=least)


def assert_same(ours, expected, name):
    floats = (
        expected.to_numpy(float, na_value=np.nan) if isinstance(expected, pd.Series) else np.asarray(expected, float)
    )
    np.testing.assert_allclose(np.array(ours, dtype=float), floats, rtol=1e-12, atol=0, err_msg=name)


def check(page, frame, listed):
    for name, asked, expected in listed:
        ours, reference = page.ask(frame, *asked), expected(frame.optstat)
        if isinstance(reference, pd.DataFrame):
            assert list(ours) == list(reference)
            for column in reference:
                assert_same(ours[column], reference[column], f"{name}: {column}")
        else:
            assert_same(ours, reference, name)


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize(("window", "lookback"), [(1, 2), (3, 5), (10, 252), slow(2, 20), slow(8, 8), slow(126, 756)])
def test_every_metric_is_that_of_python(page, name, window, lookback):
    check(page, SERIES[name], formulas(window, lookback, 0.1, 0.9, 2.0))


@pytest.mark.parametrize("name", SERIES)
def test_windows_that_are_not_full_are_those_of_python(page, name):
    for window, least in ((4, 1), (4, 3), (300, 2)):
        check(page, SERIES[name], partial_formulas(window, least))


@pytest.mark.parametrize(("window", "lookback"), [(10, 252), slow(126, 756)])
def test_fourteen_years_with_missing_days(page, window, lookback):
    check(page, realistic(3_500, missing=0.03), formulas(window, lookback, 0.05, 0.95, 1.0))


counts = st.one_of(
    st.none(), st.integers(0, 5), st.integers(0, 2**53), st.floats(0, 1e9), st.sampled_from([0, 2**53 - 1, 1e-9, 1e15])
)
series = st.lists(st.tuples(st.integers(1, 9), counts, counts), max_size=40)


@examples(100)
@given(series, st.integers(1, 15), st.integers(2, 30), st.integers(1, 9), st.integers(1, 9))
def test_any_series_has_the_metrics_of_python(page, rows, window, lookback, tenths, more):
    days = np.datetime64("2020-01-01") + np.cumsum([row[0] for row in rows], dtype=np.int64)
    frame = make([row[1] for row in rows], [row[2] for row in rows], days)
    lower = tenths / 20
    check(page, frame, formulas(window, lookback, lower, lower + more / 20, 0.5 * more))
    check(page, frame, partial_formulas(lookback, min(tenths, lookback)))


def view(window=3, lookback=20, metric="zscore", lower=0.1, upper=0.9, k=2.0):
    return {"window": window, "lookback": lookback, "metric": metric, "lower": lower, "upper": upper, "k": k}


#: What `compute` shows as the metric of the lowest panel, by the names of the explorer.
METRICS = {
    "zscore": lambda o: o.zscore(20),
    "percentile": lambda o: o.percentile(20),
    "rolling_ratio": lambda o: o.rolling_ratio(3),
    "ema": lambda o: o.rolling_ratio(3, "ema"),
    "median": lambda o: o.rolling_ratio(3, "median"),
    "detrend": lambda o: o.detrend(3, 20),
    "momentum": lambda o: o.momentum(3),
    "put_share": lambda o: o.put_share,
}


@pytest.mark.parametrize("metric", METRICS)
def test_arrays_to_plot_are_those_of_python(page, metric):
    frame = SERIES["two years with few holes"]
    shown, reference = page.ask(frame, "compute", view(metric=metric)), frame.optstat
    bands = reference.bands(3, 2.0)
    expected = {
        "ratio": reference.put_call_ratio,
        "mean": bands["middle"],
        "upper": bands["upper"],
        "lower": bands["lower"],
        "slow_mean": reference.rolling_ratio(20, "mean"),
        "metric": METRICS[metric](reference),
        "zscore": reference.zscore(20),
        "percentile": reference.percentile(20),
        "extreme": reference.extremes(20, lower=0.1, upper=0.9),
    }
    assert set(shown) == set(expected)
    for name, values in expected.items():
        assert_same(shown[name], values, name)
        assert np.isfinite(pd.Series(values).to_numpy(float, na_value=np.nan)).sum() > 300


def test_invalid_settings_are_refused_with_the_reason(page):
    frame = SERIES["ties"]
    with pytest.raises(ValueError, match=r"Window 20 is not shorter than Lookback 20, as the detrended"):
        page.ask(frame, "compute", view(window=20, metric="detrend"))
    with pytest.raises(ValueError, match=r"k=0 must be a number above 0\."):
        page.ask(frame, "compute", view(k=0))
    with pytest.raises(ValueError, match=r"lower=0\.5, upper=0\.5: lower must be below upper\."):
        page.ask(frame, "compute", view(lower=0.5, upper=0.5))
    with pytest.raises(ValueError, match=r"metric=mean must be one of zscore, percentile, rolling_ratio, ema, median"):
        page.ask(frame, "compute", view(metric="mean"))


def headline(frame, lookback, lower, upper):
    """Return what the explorer says of the last row with a ratio, from the events of Python."""
    ratio = frame.optstat.put_call_ratio
    known = np.flatnonzero(ratio.notna())
    row = int(known[-1]) if len(known) else -1
    until = frame.iloc[: row + 1]
    events = until.optstat.events(lookback, lower=lower, upper=upper)
    last = events.iloc[-1] if len(events) else None
    since = None if last is None else row - until.index.get_loc(last["end"])
    at = lambda values: values.iloc[row] if row >= 0 else NAN  # noqa: E731
    return {
        "row": row,
        "day": (frame.index[row] - pd.Timestamp("1970-01-01")).days if row >= 0 else None,
        "ratio": at(ratio),
        "change": at(frame.optstat.momentum(1)),
        "mean": at(frame.optstat.rolling_ratio(3, "mean")),
        "metric": at(frame.optstat.zscore(lookback)),
        "percentile": at(frame.optstat.percentile(lookback)),
        "zscore": at(frame.optstat.zscore(lookback)),
        "side": int(last["side"]) if since == 0 else 0,
        "age": int(last["length"]) if since == 0 else 0,
        "since": since,
    }


@pytest.mark.parametrize("name", SERIES)
def test_headline_is_that_of_the_events_of_python(page, name):
    frame = SERIES[name]
    for end in {len(frame), len(frame) // 2, max(len(frame) - 1, 0), min(len(frame), 1)}:
        for lower, upper in ((0.2, 0.8), (0.4, 0.6), (0.01, 1.0)):
            settings = view(lookback=5, lower=lower, upper=upper)
            ours, expected = page.ask(frame, "latest", settings, end), headline(frame.iloc[:end], 5, lower, upper)
            assert list(ours) == list(expected)
            for key in ("row", "day", "side", "age", "since"):
                assert ours[key] == expected[key], key
            numbers = [key for key in expected if key not in ("row", "day", "side", "age", "since")]
            assert_same([ours[key] for key in numbers], [expected[key] for key in numbers], f"headline at {end}")


@pytest.mark.parametrize("gap", [0, 1, 3])
def test_runs_of_extremes_are_the_events_of_python(page, gap):
    frame = SERIES["two years with few holes"]
    runs = page.ask(frame, "findRuns", 20, 0.2, 0.8, gap)
    events = frame.optstat.events(20, lower=0.2, upper=0.8, gap=gap)
    assert len(events) > 10
    days = frame.index
    assert [(run["side"], days[run["first"]], days[run["last"]]) for run in runs] == [
        (event.side, event.start, event.end) for event in events.itertuples()
    ]
