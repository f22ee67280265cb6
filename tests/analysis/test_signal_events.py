"""`signal=`, `levels=`, `by=` and `log=` of events, forward, sweep, zscore and bands."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import pd_optstat as po

N = 240
DAYS = pd.bdate_range("2025-01-02", periods=N, name="time").as_unit(po.sample().index.unit)


def frame(seed=0, **info):
    rng = np.random.default_rng(seed)
    walk = np.convolve(rng.normal(size=N + 4), np.ones(5), "valid")[:N]
    calls = rng.integers(500, 1500, N)
    result = pd.DataFrame({"call_value": calls, "put_value": (calls * np.exp(walk / 3)).astype(np.int64)}, DAYS)
    result.attrs["optstat"] = {"market": "US_SECURITY", "data_type": "VOLUME"} | info
    return result


DF = frame()
CLOSE = pd.Series(100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.01, N))), DAYS)
RULE = {"window": 30, "lower": 0.2, "upper": 0.8}
REGIME = pd.Series(np.where(np.arange(N) // 29 % 2 == 0, "calm", "wild"), DAYS)


def runs(marks):
    """Return the side and the first and last day of each run."""
    found = []
    for row, mark in enumerate(marks):
        if mark and found and found[-1][0] == mark and found[-1][2] == row - 1:
            found[-1][2] = row
        elif mark:
            found.append([mark, row, row])
    return [(side, DAYS[first], DAYS[last]) for side, first, last in found]


def test_events_of_a_signal_by_percentile():
    z = DF.optstat.zscore(20)
    share = (z.rolling(30).rank() - 0.5) / 30
    expected = runs(np.where(share >= 0.8, 1, np.where(share <= 0.2, -1, 0)).tolist())
    for signal in ("zscore_20", z, lambda f: f.optstat.zscore(20)):
        events = DF.optstat.events(**RULE, signal=signal)
        assert list(events[["side", "start", "end"]].itertuples(index=False, name=None)) == expected
        assert events["peak"].tolist() == z[events["peak_time"]].tolist()


def test_events_of_a_signal_by_levels():
    z = DF.optstat.zscore(20)
    events = DF.optstat.events(signal="zscore_20", levels=(-1.5, 1.5))
    marks = np.where(z >= 1.5, 1, np.where(z <= -1.5, -1, 0)).tolist()
    assert list(events[["side", "start", "end"]].itertuples(index=False, name=None)) == runs(marks)
    ratio = DF.optstat.rolling_ratio(5)
    events = DF.optstat.events(smooth=5, levels=(0.8, 1.2))
    marks = np.where(ratio >= 1.2, 1, np.where(ratio <= 0.8, -1, 0)).tolist()
    assert list(events[["side", "start", "end"]].itertuples(index=False, name=None)) == runs(marks)


def test_forward_of_a_signal_agrees_with_its_rows():
    rows = DF.optstat.forward(CLOSE, (1, 5), **RULE, signal="ratio_ema_5", detail=True)
    assert rows["start"].tolist() == DF.optstat.events(**RULE, signal="ratio_ema_5")["start"].tolist()
    table = DF.optstat.forward(CLOSE, (1, 5), **RULE, signal="ratio_ema_5", resamples=0)
    for (side, horizon), row in table.iterrows():
        own = rows.loc[rows["side"] == side, f"return_{horizon}"].dropna()
        assert (row["count"], row["mean"]) == (len(own), pytest.approx(own.mean()))


def test_forward_in_regimes():
    table = DF.optstat.forward(CLOSE, (1, 5), **RULE, signal="put_call_ratio", by=REGIME, resamples=20)
    rows = DF.optstat.forward(CLOSE, (1, 5), **RULE, signal="put_call_ratio", by=REGIME, detail=True)
    assert table.index.names == ["regime", "side", "horizon"]
    assert rows["regime"].tolist() == REGIME[rows["start"]].tolist()
    for (name, side, horizon), row in table.iterrows():
        own = rows.loc[(rows["side"] == side) & (rows["regime"] == name), f"return_{horizon}"].dropna()
        assert (row["count"], row["mean"]) == (len(own), pytest.approx(own.mean()))
    whole = DF.optstat.forward(CLOSE, (1, 5), **RULE, signal="put_call_ratio", resamples=0)
    for name in ("count", "baseline_count", "all_count"):
        assert table[name].groupby(["side", "horizon"]).sum().sort_index().tolist() == whole[name].sort_index().tolist()


def test_forward_of_the_past_does_not_know_what_comes_later():
    cut = DAYS[150]
    changed = DF.copy()
    changed.loc[changed.index > cut, "put_value"] = np.arange((changed.index > cut).sum()) + 1
    prices = CLOSE.where(CLOSE.index <= DAYS[150 + 1 + 5], 7.0)
    by = pd.Series(np.where(cut >= DAYS, "past", "later"), DAYS)
    for signal, levels in (("zscore_20", None), ("zscore_20", (-1, 1)), ("momentum", None)):
        arguments = {**RULE, "signal": signal, "levels": levels, "by": by, "resamples": 0, "each": "day"}
        one, other = (
            df.optstat.forward(p, (1, 5), **arguments).loc["past"] for df, p in ((DF, CLOSE), (changed, prices))
        )
        assert one["count"].min() > 5
        pd.testing.assert_frame_equal(one, other)


def test_sweep_of_a_signal_gives_the_rows_of_forward():
    grid = {"lookbacks": [30, 60], "thresholds": [0.2], "horizons": [1, 5]}
    for signal, name in (
        ("zscore_20", "zscore_20"),
        ("adjusted_ratio", "adjusted_ratio"),
        (lambda f: f["put_value"].diff(), "<lambda>"),
    ):
        table = po.sweep(DF, CLOSE, grid, signal=signal, resamples=0)
        assert table["signal"].unique().tolist() == [name]
        assert table.columns[:3].tolist() == ["series", "signal", "window"]
        for (lookback, side, horizon), row in table.set_index(["lookback", "side", "horizon"]).iterrows():
            rule = {"window": lookback, "lower": 0.2, "upper": 0.8, "signal": signal}
            single = DF.optstat.forward(CLOSE, horizon, **rule, resamples=0).loc[(side, horizon)]
            assert row["count"] == single["count"] > 0
            assert row["mean"] == single["mean"]
    assert "signal" not in po.sweep(DF, CLOSE, grid, resamples=0)
    with pytest.raises(po.InvalidRequest, match="grid\\['windows'\\] are those of the put/call ratio"):
        po.sweep(DF, CLOSE, {"windows": [5]}, signal="zscore", resamples=0)
    with pytest.raises(po.InvalidRequest, match="Did you mean zscore"):
        po.sweep(DF, CLOSE, grid, signal="zscroe", resamples=0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"signal": "zscroe"}, "Did you mean zscore"), ({"signal": "zscore", "smooth": 5}, "smooth=5 is the window"),
        ({"levels": (1, 1)}, "below the upper"), ({"signal": "zscore", "window": 0}, "window=0"),
        ({"signal": "zscore", "gap": -1}, "gap=-1"),
    ],
)  # fmt: skip
def test_bad_arguments(arguments, words):
    with pytest.raises(po.InvalidRequest, match=words):
        DF.optstat.events(**arguments)
    with pytest.raises(po.InvalidRequest, match=words):
        DF.optstat.forward(CLOSE, **arguments)


def test_logarithms():
    df = DF.copy()
    df.iloc[100, 1] = 0  # a ratio of 0
    logs = np.log(df.optstat.put_call_ratio.where(lambda ratio: ratio > 0))
    z = df.optstat.zscore(20, log=True)
    known = logs.dropna()
    expected = (known - known.rolling(20).mean()) / known.rolling(20).std()
    pd.testing.assert_series_equal(
        z.drop(DAYS[range(100, 120)]),
        expected.reindex(DAYS).drop(DAYS[range(100, 120)]),
        check_names=False,
        check_freq=False,
    )
    assert np.isnan(z.iloc[100])
    pd.testing.assert_series_equal(df.optstat._resolve_signal("log_zscore_20"), z, check_names=False, check_freq=False)
    bands = df.optstat.bands(20, log=True)[:100]
    middle, width = logs[:100].rolling(20).mean(), 2 * logs[:100].rolling(20).std()
    np.testing.assert_allclose(bands, np.exp(np.stack([middle, middle + width, middle - width], axis=1)))
    with pytest.raises(po.InvalidRequest, match="log=1"):
        df.optstat.zscore(log=1)


def test_rows_that_the_load_kept_before_the_frame_serve_as_history():
    span = ("US_SECURITY", "VOLUME", "2025-01-02", "2025-12-31")
    warm = po.load(*span, source="simulator:", cache=False, warmup=100)
    longer = po.load(*span[:2], "2024-06-03", "2025-12-31", source="simulator:", cache=False)
    close = pd.Series(100 * np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.01, len(longer)))), longer.index)
    own = np.asarray(longer.index >= warm.index[0])
    for name in ("zscore_60", "ratio_mean_10", "adjusted_ratio"):
        marks = {"signal": name, "window": 40, "each": "day", "detail": True}
        one, other = (df.optstat.forward(close, 1, **marks) for df in (warm, longer))
        other = other[other["start"] >= warm.index[0]].reset_index(drop=True).rename_axis("event")
        assert len(one) > 20
        if name != "adjusted_ratio":  # which averages all earlier days
            pd.testing.assert_frame_equal(one, other)
    zscores = longer.optstat.zscore(60)[own]
    found = warm.optstat.ic(close, "zscore_60", 1).loc[(1, "all")]
    assert found["count"] == zscores.notna().sum() - 2
    assert warm.optstat.quantiles(close, horizons=1, window=60, resamples=0)["count"].sum() == len(warm) - 2
    assert warm.optstat.lead_lag(close, "zscore_60", 1).loc[0, "count"] == len(warm)
