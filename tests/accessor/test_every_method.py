"""Rules that hold for every public method of ``df.optstat``. A new method needs a case in `CASES`."""

from __future__ import annotations

import contextlib
import copy
import doctest
import inspect

import matplotlib
import numpy as np
import pandas as pd
import pytest
from support.quick import slow

import pd_optstat as po
from pd_optstat.accessor import OptStatAccessor
from pd_optstat.core.frame import build_frame
from pd_optstat.core.markets import EXCHANGES

matplotlib.use("Agg")

METHODS = [name for name in dir(OptStatAccessor) if not name.startswith("_")]
ABOUT = {"market": "US_SECURITY", "data_type": "VOLUME", "source": "simulator:", "missing": [], "synthetic": True}


def frame(n=60, seed=0, **about):
    """Return weekdays of one series, one of them without calls."""
    random = np.random.default_rng(seed)
    days = pd.bdate_range("2026-01-05", periods=n).to_numpy().astype("datetime64[D]").astype(np.int64)
    calls, puts = random.integers(1, 10**7, n), random.integers(0, 10**7, n)
    calls[n // 2 :][:1] = 0 if n > 1 else 5
    return build_frame(days, calls, puts, EXCHANGES["US"], copy.deepcopy(ABOUT) | about)


def raw(n=60):
    """Return the same as a vendor's SDK would."""
    result = frame(n).reset_index()[::-1].astype({"ratio": object})
    result["time"] = result["time"].dt.strftime("%Y-%m-%d")
    result.loc[result["ratio"].isna(), "ratio"] = "N/A"
    return result.reset_index(drop=True)


def priced(n=60):
    """Return the same with the price that frames of a single underlying have, absent on one day."""
    prices = np.linspace(100.0, 130.0, n)
    prices[n // 3 :][:1] = np.nan
    return frame(n).assign(underlying_price=prices)


def interest(n=60):
    return frame(n, seed=2, data_type="OPEN_INTEREST")


def closes():
    return pd.Series(np.linspace(100.0, 130.0, 90), pd.bdate_range("2026-01-05", periods=90))


#: How each is called, on a frame of any length. `US` is what the frame of a vendor's SDK cannot tell.
US = {"market": "US_SECURITY"}
CASES = {
    "adjusted_ratio": [lambda o: o.adjusted_ratio(**US)],
    "bands": [lambda o: o.bands(5), lambda o: o.bands("9D", 1.5, min_periods=2)],
    "detrend": [lambda o: o.detrend(2, 5), lambda o: o.detrend("3D", "9D")],
    "digest": [lambda o: o.digest()],
    "events": [lambda o: o.events(5)],
    "event_study": [lambda o: o.event_study(closes(), "put_call_ratio", 1, 3, window=5, lag=1, resamples=20)],
    "explore": [lambda o: o.explore(window=2, lookback=5).wait(60)],
    "extremes": [lambda o: o.extremes(5), lambda o: o.extremes("30D", 0.2, 0.8, min_periods=3)],
    "forward": [lambda o: o.forward(closes(), (1, 5), 1, window=5, resamples=20, data_type="VOLUME")],
    "ic": [lambda o: o.ic(closes(), "put_call_ratio", (1, 5), lag=1)],
    "lead_lag": [lambda o: o.lead_lag(closes(), "put_call_ratio", 2, lag=1)],
    "metrics": [lambda o: o.metrics(), lambda o: o.metrics((2, 3), lookback="30D")],
    "missing_sessions": [lambda o: o.missing_sessions(**US)],
    "momentum": [lambda o: o.momentum(1)],
    "normalize": [lambda o: o.normalize(), lambda o: o.normalize(**US, data_type="VOLUME")],
    "open_interest_change": [lambda o: interest().optstat.open_interest_change(o._frame)],
    "percentile": [lambda o: o.percentile(5), lambda o: o.percentile("30D")],
    "plot": [
        lambda o, kind=kind: o.plot(kind, (5,), lookback=5, window=5)
        for kind in ("overview", "ratio", "volume", "bands", "percentile", "heatmap")
    ],
    "plot_event_study": [lambda o: o.plot_event_study(closes(), "put_call_ratio", 1, 3, window=5, lag=1, resamples=20)],
    "put_call_ratio": [lambda o: o.put_call_ratio],
    "put_share": [lambda o: o.put_share],
    "quantiles": [lambda o: o.quantiles(closes(), q=2, horizons=(1, 5), window=5, lag=1, resamples=20)],
    "regress": [lambda o: o.regress(closes(), "put_call_ratio", horizons=(1, 5), lag=1)],
    "report": [lambda o: o.report(path=None, lookback=5)],
    "resample": [lambda o: o.resample("W", data_type="VOLUME"), lambda o: o.resample("ME", data_type="OPEN_INTEREST")],
    "rolling_ratio": [lambda o, how=how: o.rolling_ratio(5, how) for how in ("sum", "mean", "median", "ema")],
    "seasonal": [lambda o: o.seasonal(**US)],
    "spread": [
        lambda o: pd.concat({"a": frame(), "b": o._frame}, axis=1, names=["market", "field"]).optstat.spread("a", "b")
    ],
    "summary": [lambda o: o.summary(lookback=5, **US)],
    "turnover": [lambda o: o.turnover(interest())],
    "validate": [lambda o: o.validate()],
    "zscore": [lambda o: o.zscore(5), lambda o: o.zscore("30D", min_periods=3)],
}
CALLS = [pytest.param(name, call, id=f"{name}-{i}") for name, calls in CASES.items() for i, call in enumerate(calls)]

every = pytest.mark.parametrize("name", METHODS)
calls = pytest.mark.parametrize(("name", "call"), CALLS)


def test_every_method_has_a_case():
    assert sorted(CASES) == METHODS


def same(frame, before, attrs):
    pd.testing.assert_frame_equal(frame, before, check_freq=False)
    assert frame.attrs == attrs
    assert all(a is b for a, b in zip(frame.dtypes, before.dtypes, strict=True)) or list(frame.dtypes) == list(
        before.dtypes
    )


@calls
@pytest.mark.parametrize("n", [60, slow(1), slow(0)])
@pytest.mark.parametrize("make", [frame, raw, priced], ids=["loaded", "raw", "priced"])
def test_nothing_is_changed_and_short_frames_are_fine(name, call, n, make):
    given = make(n)
    if not n:  # pandas would give an empty frame's columns of texts another dtype
        given = given.astype(make(60).dtypes)
    before, attrs = given.copy(deep=True), copy.deepcopy(given.attrs)
    result = call(given.optstat)
    same(given, before, attrs)
    if name == "validate":
        assert result is given
        return
    if isinstance(result, pd.DataFrame | pd.Series):
        numbers = result.select_dtypes("number") if result.ndim == 2 else result
        assert not np.isinf(numbers.to_numpy(dtype=float, na_value=np.nan)).any()
        result.attrs["optstat"] = {"changed": True}
        result.attrs["new"] = 1
        result.iloc[:1] = result.iloc[:1].copy()  # what is returned can be written to
    same(given, before, attrs)


@calls
@pytest.mark.parametrize("n", [60, slow(1), slow(0)])
def test_panels_are_not_changed_either(name, call, n):
    parts = {("US_SECURITY", "VOLUME"): frame(n), ("HK_INDEX", "OPEN_INTEREST"): interest(60).iloc[: max(n - 3, 0)]}
    given = pd.concat(parts, axis=1, names=["market", "data_type", "field"], sort=True)
    given.attrs = {"optstat": {"source": "simulator:", "missing": []}}
    before, attrs = given.copy(deep=True), copy.deepcopy(given.attrs)
    with contextlib.suppress(po.InvalidData, po.InvalidRequest):  # some methods work on one series only
        result = call(given.optstat)
        if isinstance(result, pd.DataFrame) and result is not given:
            result.iloc[:1] = result.iloc[:1].copy()
            result.attrs["new"] = 1
    same(given, before, attrs)


@calls
@pytest.mark.parametrize("n", [slow(1), 0])
def test_short_results_look_like_long_ones(name, call, n):
    result, usual = call(frame(n).optstat), call(frame().optstat)
    # By name: each widget has a class of its own, to which traits can be added.
    assert (type(result).__module__, type(result).__qualname__) == (type(usual).__module__, type(usual).__qualname__)
    if isinstance(result, pd.DataFrame):
        assert list(result.columns) == list(usual.columns)
    if isinstance(result, pd.DataFrame | pd.Series):
        assert type(result.index) is type(usual.index)
        assert result.index.names == usual.index.names


@calls
def test_results_have_a_copy_of_the_attributes(name, call):
    given = frame()
    result = call(given.optstat)
    if isinstance(result, pd.DataFrame | pd.Series) and result is not given:
        kept = result.attrs["optstat"]
        assert kept.items() >= {"market": "US_SECURITY", "source": "simulator:"}.items()
        assert kept["missing"] is not given.attrs["optstat"]["missing"]


@every
def test_docstrings_are_complete(name):
    text = inspect.getdoc(getattr(OptStatAccessor, name))
    first, _, rest = text.partition("\n")
    assert first.endswith((".", '".')) or rest.startswith("\n")
    assert len(first) <= 118
    sections = ["Returns\n-------", "Examples\n--------"]
    if not isinstance(getattr(OptStatAccessor, name), property):
        takes = list(inspect.signature(getattr(OptStatAccessor, name)).parameters)[1:]
        sections += ["Parameters\n----------"] if takes else []
        described = text.partition("Parameters\n---")[2]
        assert [argument for argument in takes if argument not in described] == []
    assert [section for section in sections if section not in text] == []
    assert doctest.DocTestParser().get_examples(text)


def test_the_overview_names_every_method():
    accessor = frame().optstat
    for text in (repr(accessor), accessor._repr_html_()):
        assert [name for name in METHODS if name not in text] == []


@pytest.mark.parametrize("odd", ["<script>alert(1)</script>", "a&b", "\"'><img src=x onerror=alert(1)>"])
def test_the_overview_escapes_everything(odd):
    flat = frame(market=odd, source=odd, data_type=odd)
    panel = pd.concat({(odd, odd): frame()}, axis=1, names=["market", "data_type", "field"])
    lost = frame().rename(columns={"put_value": odd})
    for given in (flat, panel, lost):
        page = given.optstat._repr_html_()
        assert odd not in page
        assert "<script" not in page
        assert "<img" not in page


@pytest.mark.parametrize(
    "given",
    [
        frame(0), frame(1), raw(), pd.DataFrame(), pd.DataFrame({"call_value": ["x"], "put_value": [1]}),
        frame().assign(call_value=np.inf), pd.DataFrame(columns=pd.MultiIndex.from_tuples([("a", "b")])),
        frame(60, market=3, source=None),
    ],
)  # fmt: skip
def test_the_overview_never_raises(given):
    assert "Methods: " in repr(given.optstat)
    assert given.optstat._repr_html_().startswith("<div>")


@pytest.mark.slow
def test_tab_shows_every_method_in_ipython(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    from IPython.core.completer import provisionalcompleter
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.push({"df": frame(), "po": po})
    with provisionalcompleter():
        found = {completion.text for completion in shell.Completer.completions("df.optstat.", len("df.optstat."))}
    assert found >= set(METHODS)
    inspected = shell.object_inspect("df.optstat.zscore", detail_level=0)
    assert inspected["docstring"] == inspect.getdoc(OptStatAccessor.zscore)
    assert "min_periods" in inspected["definition"]
    shell.history_manager.end_session()
