"""The picture of an underlying's price."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import num2date

import pd_optstat as po

OPTIONS = {"source": "simulator:", "cache": False, "progress": False}
RANGE = ("2025-01-02", "2026-06-12")


@pytest.fixture(scope="module")
def apple():
    return po.load("US.AAPL", "VOLUME", *RANGE, **OPTIONS)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def points(ax):
    """Return the days that have a point, by colour."""
    return {
        line.get_color(): {num2date(day).date() for day in line.get_xdata()}
        for line in ax.get_lines()
        if line.get_marker() == "o"
    }


def test_the_line_is_the_price_and_extremes_are_marked(apple):
    ax = apple.optstat.plot("price", lookback=60, start="2026-01-02")
    (line,) = [one for one in ax.get_lines() if one.get_label() == "price"]
    shown = apple.loc["2026-01-02":]
    np.testing.assert_array_equal(line.get_ydata(), shown["underlying_price"])
    marks = apple.optstat.extremes(60).loc["2026-01-02":]
    from pd_optstat.plotting.style import COLOURS

    for sign, name in ((1, "fear"), (-1, "greed")):
        assert points(ax)[COLOURS[name]] == {
            day.date() for day in marks.index[marks.eq(sign).fillna(False).astype(bool)]
        }
    assert ax.get_ylabel() == "Price of the underlying (USD)"
    assert ax.get_title("left") == "US.AAPL: price, and extremes of the put/call ratio (volume) (synthetic)"
    assert any("synthetic data" in text.get_text() for text in ax.texts)
    bare = apple.optstat.plot("price", extremes=False, start="2026-01-02")
    assert not points(bare)
    assert bare.get_title("left") == "US.AAPL: price (synthetic)"


def test_gaps_and_long_ranges(apple):
    gap = apple.copy()
    gap.iloc[-5:, 5] = np.nan
    (line,) = [one for one in gap.optstat.plot("price", start="2026-01-02").get_lines() if one.get_label() == "price"]
    assert np.isnan(line.get_ydata()[-5:]).all()
    long = po.load("US.AAPL", "VOLUME", "2016-06-13", "2026-06-12", **OPTIONS).optstat.plot("price", figsize=(6, 4))
    assert not points(long)
    assert "range of days" in long.get_legend_handles_labels()[1]


def test_panels_draw_what_has_a_price():
    panel = po.load_panel(["US_SECURITY", "US.AAPL"], "VOLUME", *RANGE, **OPTIONS)
    (drawn,) = panel.optstat.plot("price")
    texts = [text.get_text() for text in drawn.texts]
    assert "no prices" not in texts
    assert any("without a price: US_SECURITY VOLUME" in text for text in texts)
    assert drawn.get_title("left").startswith("US.AAPL: price")
    given = plt.figure().subplots(2)
    with pytest.raises(po.InvalidRequest, match="must be 1 Axes, as the panel has 1 series with a price"):
        panel.optstat.plot("price", ax=given)
    assert [*panel.optstat.plot("price", ax=given[1])] == [given[1]]
    plt.close(given[0].figure)
    with pytest.raises(po.InvalidData, match="underlying_price"):
        panel["US_SECURITY"].optstat.plot("price")
    assert len(plt.get_fignums()) == 1


def test_resampled_frames_have_a_price_too(apple):
    assert apple.optstat.resample("W").optstat.plot("price").get_ylabel() == "Price of the underlying (USD)"


@pytest.mark.parametrize(("code", "currency"), [("HK.00700", " (HKD)"), ("HK.800000", ""), ("US.SPY", " (USD)")])
def test_the_axis_names_the_currency(code, currency):
    frame = po.load(code, "VOLUME", "2026-05-01", "2026-06-12", **OPTIONS)
    assert frame.optstat.plot("price", extremes=False).get_ylabel() == f"Price of the underlying{currency}"
    low = frame.optstat.plot("price", extremes=False, figsize=(6, 1.5))
    assert low.get_ylabel() == f"Price{currency}"


@pytest.mark.parametrize("kind", ["price", "ratio", "overview", "bands"])
def test_a_value_without_neighbours_is_a_point(apple, kind):
    gaps = apple.iloc[-12:].astype(float)
    gaps.iloc[::2] = np.nan
    for frame, days in ((apple.iloc[:1], 1), (gaps, 6)):
        ax = frame.optstat.plot(kind, lookback=1, window=2, windows=(), extremes=False)
        lines = [line for part in ax.figure.axes for line in part.get_lines()]
        (line,) = [line for line in lines if line.get_label() == ("price" if kind == "price" else "ratio")]
        assert line.get_marker() == "o"
        assert np.isfinite(line.get_ydata()).sum() == days


def test_points_stand_only_on_values_without_neighbours(apple):
    gap = apple.iloc[-200:].copy()
    gap.iloc[[50, 52], 5] = np.nan
    (line,) = [one for one in gap.optstat.plot("price").get_lines() if one.get_label() == "price"]
    assert [*np.asarray(line.get_xdata())[line.get_markevery()]] == [line.get_xdata()[51]]
    (whole,) = [one for one in apple.iloc[-200:].optstat.plot("price").get_lines() if one.get_label() == "price"]
    assert whole.get_marker() in ("", "None")


@pytest.mark.parametrize("rows", [0, 1])
def test_short_frames(apple, rows):
    assert apple.iloc[:rows].optstat.plot("price") is not None


def test_frames_without_a_price_are_refused_before_a_figure_is_made(apple):
    with pytest.raises(po.InvalidData, match="underlying_price"):
        apple.drop(columns="underlying_price").optstat.plot("price")
    bad = apple.assign(underlying_price=np.inf)
    with pytest.raises(po.InvalidData, match="infinite"):
        bad.optstat.plot("price")
    assert plt.get_fignums() == []
    absent = apple.assign(underlying_price=pd.Series(np.nan, apple.index))
    assert "no prices" in [text.get_text() for text in absent.optstat.plot("price").texts]
