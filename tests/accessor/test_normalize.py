"""``normalize`` on columns of texts, ratios without totals, and long tables; and the methods on frames of ratios."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
import pytest

import pd_optstat as po

matplotlib.use("Agg")

DAYS = ["2026-06-10", "2026-06-11", "2026-06-12"]


def texts(*calls, puts=None):
    return pd.DataFrame({"time": DAYS[: len(calls)], "call_value": calls, "put_value": puts or ["1"] * len(calls)})


# -- Separators of thousands, and texts for missing numbers --------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["1,401,036", "1 401 036", "1\u202f401\u202f036", "1\u00a0401\u00a0036", "1'401'036", "1’401’036",
             "1_401_036", "1.401.036", " 1,401,036 ", "+1,401,036", "1,401,036.00", "1401036"],
)  # fmt: skip
def test_separators_of_thousands(text):
    assert texts(text).optstat.normalize()["call_value"].tolist() == [1_401_036]


def test_short_groups_and_points_beside_long_ones():
    assert texts("987", "1,401", "12,401,036").optstat.normalize()["call_value"].tolist() == [987, 1_401, 12_401_036]
    assert texts("987", "987.123", "1.401.036").optstat.normalize()["call_value"].tolist() == [987, 987_123, 1_401_036]
    assert texts("1.5", "1.401", "2").optstat.normalize()["call_value"].tolist() == [1.5, 1.401, 2.0]


@pytest.mark.parametrize("text", ["1,40", "0,845", "1,401,03", "14,01,036", "1,401 036", ",401", "1.401,036", "1,4e3"])
def test_what_may_mean_something_else_is_refused(text):
    with pytest.raises(po.InvalidData, match="not numbers"):
        texts(text).optstat.normalize()


@pytest.mark.parametrize("text", ["N/A", "n/a", "-", "--", "–", "NA", "null", "#N/A", "", " ", "NaN", "None", None])
def test_texts_for_missing_numbers(text):
    result = texts("5", text, "7").optstat.normalize()
    assert result["call_value"].isna().tolist() == [False, True, False]
    assert result["ratio"].isna().tolist() == [False, True, False]


def test_the_frame_is_not_changed():
    frame = texts("1,000", "n/a")
    before = frame.copy(deep=True)
    frame.optstat.normalize()
    pd.testing.assert_frame_equal(frame, before)


def test_the_source_can_be_named():
    result = texts("1", "2").optstat.normalize(source="OCC", market="US_SECURITY")
    assert result.attrs["optstat"]["source"] == "OCC"
    assert repr(result.optstat).startswith("df.optstat: US_SECURITY, 2 rows\n")
    assert "source unknown" in repr(texts("1", "2").optstat.normalize().optstat)
    panel = log().optstat.normalize(source="my log")
    assert "source unknown" not in repr(panel.optstat)
    with pytest.raises(po.InvalidRequest, match="source=7 must be a text"):
        texts("1").optstat.normalize(source=7)


# -- Several columns of ratios -------------------------------------------------------------------------------------


def test_each_of_several_ratio_columns_is_checked():
    sample = po.sample()
    same = pd.concat([sample, sample[["ratio"]]], axis=1)
    assert same.optstat.validate() is same
    for columns in (["ratio", "other"], ["other", "ratio"]):
        both = sample.assign(other=sample["ratio"] + 1).rename(columns={"ratio": "ratio"})
        both = both[["call_value", "put_value", *columns]].set_axis(
            ["call_value", "put_value", "ratio", "ratio"], axis=1
        )
        with pytest.raises(po.InvalidData, match=r"(?i)ratio is not put / call, in 4 of 5 rows"):
            both.optstat.validate()
    np.testing.assert_array_equal(same.optstat.put_call_ratio, sample["ratio"])
    with pytest.raises(po.InvalidData, match="several columns named 'ratio'"):
        same.optstat.metrics()


# -- Ratios without totals -----------------------------------------------------------------------------------------


def ratios():
    frame = po.sample()[["ratio"]]
    frame.attrs = {"optstat": {"market": "US_SECURITY", "data_type": "VOLUME", "source": "pcratioarchive"}}
    return frame


RATIO_METHODS = {
    "put_call_ratio": lambda o: o.put_call_ratio,
    "put_share": lambda o: o.put_share,
    "mean": lambda o: o.rolling_ratio(2, "mean"),
    "median": lambda o: o.rolling_ratio(2, "median"),
    "ema": lambda o: o.rolling_ratio(2, "ema"),
    "zscore": lambda o: o.zscore(4, min_periods=2),
    "percentile": lambda o: o.percentile("4D"),
    "bands": lambda o: o.bands(2),
    "detrend": lambda o: o.detrend(1, 2),
    "momentum": lambda o: o.momentum(1),
    "extremes": lambda o: o.extremes(4, 0.4, min_periods=2),
    "events": lambda o: o.events(4, 0.4, min_periods=2),
    "forward": lambda o: o.forward(
        pd.Series(range(1, 7), pd.bdate_range("2026-06-08", periods=6), float), 1, window=4, resamples=0
    ),
    "seasonal": lambda o: o.seasonal(),
    "adjusted_ratio": lambda o: o.adjusted_ratio(min_periods=1),
    "summary": lambda o: o.summary(lookback=3),
}
TOTAL_METHODS = {
    "sum": lambda o: o.rolling_ratio(2),
    "smooth": lambda o: o.events(2, smooth=2),
    "metrics": lambda o: o.metrics((2,)),
    "resample": lambda o: o.resample("W"),
    "turnover": lambda o: o.turnover(log().iloc[3:].optstat.normalize()),
    "digest": lambda o: o.digest(),
    "validate": lambda o: o.validate(),
    "volume": lambda o: o.plot("volume"),
    "overview": lambda o: o.plot((2,)),
    "heatmap": lambda o: o.plot("heatmap"),
}


def without_day_without_calls(result):
    """Return a result of the sample without its day without calls, whose share is known from totals only."""
    return result.drop(pd.Timestamp("2026-06-10"), errors="ignore")


@pytest.mark.parametrize("name", RATIO_METHODS)
def test_methods_of_ratios_need_no_totals(name):
    result, expected = RATIO_METHODS[name](ratios().optstat), RATIO_METHODS[name](po.sample().optstat)
    compare = pd.testing.assert_frame_equal if expected.ndim == 2 else pd.testing.assert_series_equal
    if name == "put_share":
        result, expected = map(without_day_without_calls, (result, expected))
    compare(result, expected)


@pytest.mark.parametrize("name", TOTAL_METHODS)
def test_methods_of_totals_say_that_they_need_them(name):
    with pytest.raises(po.InvalidData, match=r"no column 'call_value' and no column 'put_value'"):
        TOTAL_METHODS[name](ratios().optstat)


def test_ratios_in_words_and_pictures():
    text = repr(ratios().optstat)
    assert text.startswith("df.optstat: US_SECURITY VOLUME, 5 rows\n")
    assert "none: the frame has ratios only" in text
    for kind in ("ratio", "bands", "percentile"):
        assert ratios().optstat.plot(kind, (2,), window=2, lookback=3) is not None


def test_normalize_ratios():
    raw = pd.DataFrame({"day": ["1995-09-27", "1995-09-28", "1995-09-29"], "p/c": ["0.61", "N/A", 0.75]})
    result = raw.optstat.normalize(time="day", ratio="p/c", market="US_INDEX", data_type="VOLUME")
    assert list(result.columns) == ["timestamp", "ratio"]
    np.testing.assert_array_equal(result["ratio"], [0.61, np.nan, 0.75])
    assert result.attrs["optstat"] == {"market": "US_INDEX", "data_type": "VOLUME"}
    again = result.optstat.normalize()
    pd.testing.assert_frame_equal(again, result)
    assert result.optstat.missing_sessions().tolist() == []
    with pytest.raises(po.InvalidData, match="negative"):
        raw.assign(**{"p/c": [-1, 0, 1]}).optstat.normalize(time="day", ratio="p/c")
    with pytest.raises(po.InvalidData, match="no column 'x'"):
        raw.optstat.normalize(time="day", ratio="x")


# -- Long tables -----------------------------------------------------------------------------------------------------


def occ(**changes):
    """Return rows as OCC's volume reports have them: one for calls, one for puts."""
    columns = {
        "quantity": ["1,000", 500, 3000, 900, 2000, 800], "underlying": ["AAPL", "AAPL", "SPY", "SPY", "AAPL", "AAPL"],
        "porc": ["C", "P", "C", "P", "P", "C"], "actdate": [DAYS[0]] * 4 + [DAYS[1]] * 2,
    }  # fmt: skip
    return pd.DataFrame(columns | changes)


def test_rows_of_calls_and_of_puts():
    apple = occ()[occ()["underlying"] == "AAPL"]
    result = apple.optstat.normalize(time="actdate", market="US_SECURITY")
    assert result["call_value"].tolist() == [1000, 800]
    assert result["put_value"].tolist() == [500, 2000]
    named = apple.rename(columns={"porc": "x", "quantity": "y"}).assign(x=["call", "PUT", "Puts", "c"])
    other = named.optstat.normalize(time="actdate", side="x", value="y", market="US_SECURITY")
    pd.testing.assert_frame_equal(other, result)


def test_several_underlyings_become_a_panel():
    panel = occ().optstat.normalize(time="actdate", by="underlying")
    assert panel.columns.names == ["underlying", "field"]
    assert panel["AAPL"]["call_value"].tolist() == [1000, 800]
    assert panel["SPY"]["put_value"].tolist() == [900, pd.NA]
    assert str(panel.dtypes["SPY", "put_value"]) == "Int64"
    assert panel.optstat.put_call_ratio["AAPL"].tolist() == [0.5, 2.5]


def test_rows_that_contradict_are_refused():
    with pytest.raises(po.InvalidData, match=r"several values of 'quantity' for one side .* 2026-06-10.*by="):
        occ().optstat.normalize(time="actdate")
    repeated = pd.concat([occ().iloc[:2], occ().iloc[:1]])
    assert len(repeated.optstat.normalize(time="actdate")) == 1
    with pytest.raises(po.InvalidData, match=r"'porc' must say call or put .* not 'X'"):
        occ(porc=list("CPCPPX")).optstat.normalize(time="actdate", side="porc", by="underlying")
    with pytest.raises(po.InvalidRequest, match=r"value=None .* 'quantity', 'volume'"):
        occ(volume=1).optstat.normalize(time="actdate", by="underlying")


def test_a_side_without_rows_is_missing():
    result = occ().iloc[[0]].optstat.normalize(time="actdate")
    assert result["put_value"].isna().all()
    assert result["ratio"].isna().all()


def log(**changes):
    """Return rows as a program logs OpenD's: volume and open interest below one another."""
    columns = {
        "time": DAYS * 2, "kind": ["VOLUME"] * 3 + ["Open interest"] * 3, "call_value": [1, 2, 3, 40, 50, 60],
        "put_value": [1, 1, 1, 20, 20, 20],
    }  # fmt: skip
    return pd.DataFrame(columns | changes)


def test_a_log_of_two_kinds_becomes_a_panel():
    panel = log().optstat.normalize(market="US_SECURITY")
    assert panel.columns.names == ["data_type", "field"]
    assert panel["VOLUME"]["call_value"].tolist() == [1, 2, 3]
    assert panel["OPEN_INTEREST"]["put_value"].tolist() == [20, 20, 20]
    assert panel.optstat.turnover()["put_turnover"].tolist() == [0.05] * 3
    assert panel.optstat.resample("W")["OPEN_INTEREST"]["call_value"].tolist() == [60]


def test_a_log_of_two_markets_is_a_panel_as_that_of_load_panel():
    both = pd.concat([log().assign(market="us_security"), log().assign(market=4)])
    panel = both.sample(frac=1, random_state=1).optstat.normalize()
    loaded = po.load_panel(["US_SECURITY", "HK_INDEX"], None, *DAYS[::2], source="simulator:", cache=False)
    assert panel.columns.names == loaded.columns.names
    assert set(panel.columns) == set(loaded.columns)
    assert panel.dtypes.sort_index().tolist() == loaded.dtypes.sort_index().tolist()
    assert {(info["market"], info["data_type"]) for info in panel.attrs["optstat"]["series"]} == {
        (market, kind) for market in ("US_SECURITY", "HK_INDEX") for kind in ("VOLUME", "OPEN_INTEREST")
    }
    with pytest.raises(po.InvalidData, match="differ"):
        pd.concat([both, both.assign(call_value=7)]).optstat.normalize()


def test_one_kind_is_one_series():
    volume = log().iloc[:3].optstat.normalize(market="US_SECURITY")
    assert volume.attrs["optstat"] == {"market": "US_SECURITY", "data_type": "VOLUME"}
    assert list(volume.columns) == list(po.sample().columns)
    panel = log().iloc[:3].optstat.normalize(by="kind")
    assert panel.columns.names == ["data_type", "field"]


def test_other_kinds_are_no_data_types():
    frame = log(kind=list("abcabc")).iloc[:3]
    assert frame.optstat.normalize()["call_value"].tolist() == [1, 2, 3]
    with pytest.raises(po.InvalidData, match="no column 'series'"):
        log().optstat.normalize(by=["series"])


def test_several_series_in_one_frame_are_told_apart_by_a_column_or_a_level():
    one = po.sample()[["call_value", "put_value"]].drop(pd.Timestamp("2026-06-10"))
    both = pd.concat([one.assign(symbol="SPX"), (one * 2).assign(symbol="VIX")])
    advice = r"make a panel with df\.optstat\.normalize\(by='symbol'\)"
    for frame in (both, both.reset_index(names="time"), both.sort_index()):
        with pytest.raises(po.InvalidData, match=advice):
            frame.optstat.put_share  # noqa: B018
    with pytest.raises(po.InvalidData, match=r"normalize\(by=\.\.\.\)"):
        both.optstat.normalize()
    levels = both.set_index("symbol", append=True)
    with pytest.raises(po.InvalidData, match=r"make a panel with df\.optstat\.normalize\(by=\.\.\., time=\.\.\.\)"):
        levels.optstat.put_share  # noqa: B018
    expected = both.optstat.normalize(by="symbol")
    assert expected["VIX"]["call_value"].tolist() == (one["call_value"] * 2).tolist()
    pd.testing.assert_frame_equal(levels.optstat.normalize(by="symbol"), expected)
    pd.testing.assert_frame_equal(levels.reorder_levels([1, 0]).optstat.normalize(by=["symbol"]), expected)


def test_the_advice_names_all_columns_that_tell_series_apart():
    panel = po.load_panel("US_SECURITY", start="2026-06-01", end="2026-06-12", source="simulator:", cache=False)
    rows = panel.stack([0, 1], future_stack=True).reset_index()
    with pytest.raises(po.InvalidData, match=r"normalize\(by='data_type'\)"):
        rows.optstat.put_share  # noqa: B018
    both = pd.concat([rows, rows.assign(market="US_INDEX")])
    with pytest.raises(po.InvalidData, match=r"normalize\(by=\['market', 'data_type'\]\)"):
        both.optstat.put_share  # noqa: B018
    assert both.optstat.normalize(by=["market", "data_type"])["US_INDEX"]["VOLUME"].shape == (10, 5)


def test_rows_without_a_series_are_refused():
    with pytest.raises(po.InvalidData, match="'underlying' names no series in 1 of 6 rows"):
        occ(underlying=["A", None, "A", "B", "B", "B"]).optstat.normalize(time="actdate", by="underlying")
    with pytest.raises(po.InvalidData, match="no rows, so by='kind'"):
        log().iloc[:0].optstat.normalize(by="kind")
    assert len(log().iloc[:0].optstat.normalize()) == 0


@pytest.mark.slow
def test_many_series_take_little_time():
    names = [f"S{i}" for i in range(300)]
    long = pd.DataFrame(
        [(day, name, side, 10 + i) for day in DAYS for i, name in enumerate(names) for side in "CP"],
        columns=["time", "underlying", "porc", "quantity"],
    )
    panel = long.optstat.normalize(by=["underlying"])
    assert panel.shape == (3, 4 * 300)
    assert panel["S7"]["call_value"].tolist() == [17] * 3


def test_synthetic_rows_of_a_long_table_stay_labelled():
    parts = [
        po.load("US_SECURITY", kind, "2026-03-02", "2026-04-30", source="simulator:", cache=False)
        .reset_index()
        .assign(kind=kind)
        for kind in ("VOLUME", "OPEN_INTEREST")
    ]
    long = pd.concat([pd.DataFrame({name: list(values) for name, values in part.items()}) for part in parts])
    panel = long.optstat.normalize(market="US_SECURITY")
    assert panel.attrs["optstat"]["synthetic"] is True
    assert ", SYNTHETIC" in repr(panel.optstat)
