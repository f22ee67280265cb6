"""A window that the frame cannot fill is told once; what is known is not."""

from __future__ import annotations

import warnings

import pytest

import pd_optstat as po
from pd_optstat.accessor import lookbacks


@pytest.fixture(autouse=True)
def nothing_was_said(monkeypatch):
    monkeypatch.setattr(lookbacks, "_warned", set())


@pytest.fixture(scope="module")
def frame():
    return po.load("US_SECURITY", "VOLUME", "2025-06-16", "2026-06-12", source="simulator:?seed=7", cache=False)


SHORT = {
    "metrics": lambda o: o.metrics(),
    "zscore": lambda o: o.zscore(),
    "percentile": lambda o: o.percentile(),
    "extremes": lambda o: o.extremes(),
    "bands": lambda o: o.bands(252),
    "detrend": lambda o: o.detrend(10, 252),
    "mean": lambda o: o.rolling_ratio(252, "mean"),
    "events": lambda o: o.events(),
    "summary": lambda o: o.summary(),
    "plot": lambda o: o.plot("percentile"),
}


@pytest.mark.parametrize("name", SHORT)
def test_a_window_that_the_frame_cannot_fill_is_told_once(name, frame):
    with pytest.warns(po.LookbackWarning, match=r"252 rows .*US_SECURITY VOLUME has 250 with .*warmup=252") as caught:
        SHORT[name](frame.optstat)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for method in SHORT.values():
            method(frame.optstat)


def test_another_series_and_another_window_are_told_again(frame):
    other = frame.copy()
    other.attrs["optstat"]["data_type"] = "OPEN_INTEREST"
    for one, window in ((frame, 252), (other, 252), (frame, 300)):
        with pytest.warns(po.LookbackWarning, match=f"A window of {window} rows"):
            one.optstat.zscore(window)


def test_nothing_is_said_where_anything_is_known(frame):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame.optstat.metrics(lookback=250)
        frame.optstat.zscore(252, min_periods=20)
        frame.optstat.percentile("365D")
        frame.iloc[:0].optstat.metrics()
        frame.assign(call_value=0).optstat.metrics()  # no ratio at all, for which no load can be blamed
        frame.optstat.rolling_ratio(250)
        warm = po.load(
            "US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", warmup=252, source="simulator:", cache=False
        )
        warm.optstat.metrics()
        warm.optstat.plot("percentile")


def test_each_series_of_a_panel_is_told():
    panel = po.load_panel(
        ["US_SECURITY", "HK_SECURITY"], "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=False
    )
    with pytest.warns(po.LookbackWarning) as caught:
        panel.optstat.zscore()
    assert sorted(str(one.message).split(" as ")[1].split()[0] for one in caught) == ["HK_SECURITY", "US_SECURITY"]
