"""``load(warmup=n)``: rows before the first day, for lookbacks, which the frame does not show."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle

import numpy as np
import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.core.loaded_rows import LoadedRows

WHERE = {"source": "simulator:?seed=7", "cache": False}
START, END = "2025-06-12", "2026-06-12"


@pytest.fixture(scope="module")
def long():
    return po.load("US_SECURITY", "VOLUME", "2023-06-12", END, **WHERE)


@pytest.fixture
def warm():
    return po.load("US_SECURITY", "VOLUME", START, END, warmup=252, **WHERE)


@pytest.fixture(scope="module")
def plain():
    return po.load("US_SECURITY", "VOLUME", START, END, **WHERE)


METHODS = {
    "sum": lambda o: o.rolling_ratio(63),
    "mean": lambda o: o.rolling_ratio(63, "mean"),
    "median": lambda o: o.rolling_ratio("90D", "median"),
    "zscore": lambda o: o.zscore(),
    "percentile": lambda o: o.percentile("300D"),
    "extremes": lambda o: o.extremes(),
    "bands": lambda o: o.bands(100),
    "detrend": lambda o: o.detrend(),
    "momentum": lambda o: o.momentum(20),
    "adjusted_ratio": lambda o: o.adjusted_ratio("weekday", window=20),
    "metrics": lambda o: o.metrics().drop(columns=[f"ratio_ema_{w}" for w in (5, 10, 21, 63)]),
}


@pytest.mark.parametrize("name", METHODS)
def test_metrics_use_the_rows_before_the_first_one(name, warm, long, plain):
    found, expected = METHODS[name](warm.optstat), METHODS[name](long.optstat).loc[START:]
    assert found.index.equals(plain.index)
    np.testing.assert_allclose(found.to_numpy(float), expected.to_numpy(float), rtol=1e-9)
    assert not METHODS[name](plain.optstat).equals(found)


def test_an_exponential_mean_starts_with_the_first_row_that_is_kept(warm, long):
    first = pd.Timestamp(str(warm.attrs["optstat"]["warmup"]).split()[3])
    expected = long.loc[first:].optstat.rolling_ratio(10, "ema").loc[START:]
    np.testing.assert_array_equal(warm.optstat.rolling_ratio(10, "ema"), expected)


def test_events_returns_summary_and_pictures_use_them_too(warm, long, plain):
    close = pd.Series(100 + np.sin(np.arange(len(plain))), plain.index)
    marks = warm.optstat.extremes().tolist()
    events = warm.optstat.events()
    assert events["start"].iloc[0] <= plain.index[60]
    assert sum(events["length"]) == sum(mark != 0 for mark in marks)
    assert warm.optstat.forward(close, 1, each="day", detail=True)["start"].tolist() == [
        day for day, mark in zip(plain.index, marks, strict=True) if mark
    ]
    summary = warm.optstat.summary().iloc[0]
    assert (summary["rows"], summary["first"]) == (len(plain), plain.index[0])
    assert summary["percentile"] == long.optstat.percentile().iloc[-1]
    ax = warm.optstat.plot("percentile")
    line = next(line for line in ax.lines if line.get_label() == "percentile")
    np.testing.assert_allclose(line.get_ydata(), long.optstat.percentile().loc[START:])
    assert not [text for text in ax.get_legend_handles_labels()[1] if "unknown" in text]


def test_the_frame_and_its_attributes_are_those_of_the_load_without(warm, plain):
    pd.testing.assert_frame_equal(warm, plain)
    info, other = dict(warm.attrs["optstat"]), dict(plain.attrs["optstat"])
    assert info.pop("warmup").startswith("252 rows from 2024-06-10 to 2025-06-11, not shown: sha256:")
    for name in ("requests", "first_page_requests", "observed_at"):  # those of the longer load
        info.pop(name)
        other.pop(name)
    assert info == other
    assert warm.optstat.digest() == info["digest"]
    assert "Warm-up" in repr(warm.optstat)
    assert "Warm-up" not in repr(plain.optstat)
    assert "Note" not in repr(warm.optstat)


def test_attributes_stay_what_json_can_hold_and_copies_keep_the_rows(warm, tmp_path):
    text = json.dumps(warm.attrs)
    assert json.loads(text) == warm.attrs
    expected = warm.optstat.zscore()
    for other in (
        copy.deepcopy(warm), warm.copy(), pickle.loads(pickle.dumps(warm)), pd.concat([warm, warm.iloc[:0]]),  # noqa: S301
        warm.assign(more=1), warm.iloc[:100], warm[["put_value", "call_value"]],
    ):  # fmt: skip
        pd.testing.assert_series_equal(other.optstat.zscore(), expected.iloc[: len(other)], check_freq=False)
    assert copy.deepcopy(warm.attrs)["optstat"]["warmup"] is warm.attrs["optstat"]["warmup"]
    pytest.importorskip("pyarrow")
    warm.to_parquet(tmp_path / "warm.parquet")
    read = pd.read_parquet(tmp_path / "warm.parquet")
    assert read.attrs == warm.attrs
    assert read.optstat.zscore().isna().sum() == 251  # a file has the text only


@pytest.mark.parametrize(
    "change",
    [
        lambda df: df.iloc[1:],
        lambda df: df.iloc[::2],
        lambda df: df.drop(df.index[100]),
        lambda df: df.assign(put_value=df["put_value"] * 2),
        lambda df: df.set_axis(df.index + pd.Timedelta(days=1)),
        lambda df: df.assign(call_value=df["call_value"].where(df.index != df.index[7])),
        lambda df: df.optstat.resample("W"),
    ],
)
def test_rows_that_are_not_those_of_the_load_have_none_before_them(change, warm):
    changed = change(warm)
    bare = changed.copy()
    bare.attrs = {}
    pd.testing.assert_series_equal(changed.optstat.zscore(20), bare.optstat.zscore(20), check_freq=False)
    assert changed.optstat.zscore(20).isna().sum() >= 19


def test_panels_keep_the_rows_of_each_series():
    keys = ["US_SECURITY", "HK_SECURITY"]
    panel = po.load_panel(keys, ["VOLUME", "OPEN_INTEREST"], START, END, warmup=100, **WHERE)
    json.dumps(panel.attrs)
    scores = panel.optstat.zscore(100)
    assert list(panel.index) == list(po.load_panel(keys, ["VOLUME", "OPEN_INTEREST"], START, END, **WHERE).index)
    for market in keys:
        for kind in ("VOLUME", "OPEN_INTEREST"):
            long = po.load(market, kind, "2024-06-12", END, **WHERE)
            expected = long.optstat.zscore(100).loc[START:]
            np.testing.assert_allclose(scores[market][kind].dropna(), expected, rtol=1e-9)
            one = panel[market, kind].astype({"call_value": "int64", "put_value": "int64"}, errors="ignore")
            assert one.optstat.zscore(100).dropna().size == expected.size
    assert panel.optstat.extremes(100).isna().sum().max() < 20


def test_all_ways_to_load_take_it(tmp_path):
    frame = asyncio.run(po.aload("US_SECURITY", "VOLUME", START, END, warmup=252, **WHERE))
    assert frame.optstat.zscore().notna().all()
    panel = asyncio.run(po.aload_panel("US_SECURITY", "VOLUME", START, END, warmup=252, **WHERE))
    assert panel.optstat.zscore().notna().all().all()


def test_it_is_a_load_with_an_earlier_start_for_cache_and_pins(tmp_path):
    where = {"source": "simulator:?seed=7", "cache": tmp_path / "cache"}
    first = po.load("US_SECURITY", "VOLUME", START, END, warmup=252, **where)
    assert first.attrs["optstat"]["requests"] > 0
    for more in ({}, {"offline": True}, {"warmup": 100, "offline": True}):
        again = po.load("US_SECURITY", "VOLUME", START, END, **({"warmup": 252, **where} | more))
        assert again.attrs["optstat"]["requests"] == 0
        pd.testing.assert_frame_equal(again, first)
    with pytest.raises(po.OfflineMiss):
        po.load("US_SECURITY", "VOLUME", START, END, warmup=300, offline=True, **where)
    with po.pin(tmp_path / "study.optstat", mode="record"):
        po.load("US_SECURITY", "VOLUME", START, END, warmup=252, **where)
    with po.pin(tmp_path / "study.optstat", mode="replay"):
        replayed = po.load("US_SECURITY", "VOLUME", START, END, warmup=252, source="simulator:?seed=7")
        pd.testing.assert_frame_equal(replayed, first)
        pd.testing.assert_frame_equal(replayed.optstat.metrics(), first.optstat.metrics())
        with pytest.raises(po.InvalidRequest, match=r"start=None, warmup=252.*Give its start"):
            po.load("US_SECURITY", "VOLUME", warmup=252, source="simulator:?seed=7")
    as_of = po.load("US_SECURITY", "VOLUME", START, END, warmup=252, as_of="2099-01-01", **where)
    assert as_of.optstat.zscore().notna().all()


def test_without_a_start_it_begins_before_the_default_one():
    frame = po.load("US_SECURITY", warmup=252, **WHERE)
    plain = po.load("US_SECURITY", **WHERE)
    assert frame.index.equals(plain.index)
    assert frame.optstat.extremes().notna().all()


@pytest.mark.parametrize("warmup", [-1, True, 1.5, "252", None])
def test_what_is_no_number_of_sessions_is_refused(warmup):
    with pytest.raises(po.InvalidRequest, match="warmup="):
        po.load("US_SECURITY", warmup=warmup, **WHERE)


def test_nothing_kept_is_nothing_said():
    rows = LoadedRows.of(*np.zeros((3, 0), dtype=np.int64), hidden=0)
    assert rows.startswith("0 rows: sha256:")
    frame = po.load("US_SECURITY", "VOLUME", "1973-01-02", "1973-02-01", warmup=252, **WHERE)
    assert frame.optstat.put_call_ratio.size == len(frame)
