"""What is drawn where rows are narrower than pixels, where rows are missing, and of resampled rows."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num
from support.quick import slow
from test_plotting import extents, labelled, loaded

import pd_optstat.accessor  # noqa: F401  (registers df.optstat)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def shown_widths(ax, rectangles):
    """Return the widths of bars in pixels."""
    ax.figure.draw_without_rendering()
    left, right = extents(rectangles)[:, :2].T
    return ax.transData.transform(np.c_[right, right])[:, 0] - ax.transData.transform(np.c_[left, left])[:, 0]


@pytest.mark.parametrize("n", [60, 250, slow(400), 700, 2500, slow(9000)])
@pytest.mark.parametrize("size", [(10, 4), (5, 3)])
def test_no_bar_is_narrower_than_a_pixel(n, size):
    ax = loaded(n).optstat.plot("volume", figsize=size)
    for name in ("calls", "puts"):
        assert shown_widths(ax, labelled(ax)[name]).max() >= 2
        assert np.median(shown_widths(ax, labelled(ax)[name])) > 1.4


def test_bars_of_long_ranges_are_the_means_of_months_below_their_highest_days():
    frame = loaded(2500)
    ax = frame.optstat.plot("volume")
    month = frame.index.to_period("M")
    means = frame[["call_value", "put_value"]].groupby(month).mean()
    calls, puts = (extents(labelled(ax)[name]) for name in ("calls", "puts"))
    np.testing.assert_allclose(calls[:, 3], means["call_value"])
    np.testing.assert_allclose(puts[:, 3] - puts[:, 2], means["put_value"])
    begins = np.maximum(date2num(means.index.start_time), date2num(frame.index[0])) - 0.5
    np.testing.assert_allclose(calls[:, 0], begins)
    np.testing.assert_allclose(calls[1:, 0], calls[:-1, 1])  # months touch
    highest = (frame["call_value"] + frame["put_value"]).groupby(month).max()
    np.testing.assert_array_equal(labelled(ax)["highest day"].get_ydata(), np.repeat(highest, 2))
    assert ax.get_ylim()[1] >= highest.max()
    assert ax.get_ylabel() == "Volume (contracts per day)"
    assert any("means of each month" in text.get_text() for text in ax.texts)


def test_lines_of_long_ranges_are_those_of_months_and_marks_their_shares():
    frame = loaded(2500)
    ax = frame.optstat.plot("ratio", lookback=252)
    drawn = labelled(ax)
    month = frame.index.to_period("M")
    mean = frame["ratio"].groupby(month).mean()
    np.testing.assert_allclose(drawn["ratio"].get_ydata(), mean)
    (area,) = drawn["range of days"].get_paths()
    assert area.vertices[:, 1].max() == frame["ratio"].max()
    assert area.vertices[:, 1].min() == frame["ratio"].min()
    marks = frame.optstat.extremes(252)
    known = frame.optstat.percentile(252).notna()
    share = (marks[known] == 1).groupby(month[known]).mean()
    fear = extents(drawn["top 10% (fear)"])
    heights = fear[:, 3] - fear[:, 2]
    np.testing.assert_allclose(heights / heights.max(), share[share > 0] / share.max(), rtol=1e-9)
    assert [name for name in drawn if "mean of" in name] == ["mean of 63 days", "mean of 252 days"]


def test_windows_that_are_asked_for_are_drawn_thin_where_they_are_narrow():
    line = labelled(loaded(2500).optstat.plot("ratio", (10,)))["mean of 10 days"]
    assert line.get_linewidth() < 1
    assert labelled(loaded(250).optstat.plot("ratio", (10,)))["mean of 10 days"].get_linewidth() > 1.5


@pytest.mark.parametrize("kind", ["overview", "ratio", "percentile", "bands"])
def test_long_ranges_have_few_artists_and_few_points(kind):
    axes = loaded(9000).optstat.plot(kind).figure.axes
    drawn = [part for ax in axes for part in (*ax.lines, *ax.collections)]
    assert len(drawn) < 25
    assert max(len(part.get_paths()) for ax in axes for part in ax.collections) <= 420


@pytest.mark.parametrize("kind", ["ratio", "bands", "percentile", "overview"])
@pytest.mark.parametrize("n", [300, 2500])
def test_nothing_is_drawn_across_removed_months(kind, n):
    frame = loaded(n)
    frame = frame[(frame.index.month != 3) & (frame.index.month != 8)]
    ax = frame.optstat.plot(kind, (5,), lookback=20)
    holes = [
        (date2num(before) + 1, date2num(after) - 1)
        for before, after in zip(frame.index[:-1], frame.index[1:], strict=True)
        if after - before > pd.Timedelta(days=10)
    ]
    assert len(holes) >= 2
    for part in ax.figure.axes:
        for line in part.get_lines():
            if line.get_linestyle() == "None" or line.get_transform() != part.transData:
                continue
            x, y = line.get_xdata(), line.get_ydata()
            whole = np.isfinite(y[:-1]) & np.isfinite(y[1:])
            for begin, end in holes:
                assert not (whole & (x[:-1] < begin) & (x[1:] > end)).any(), line.get_label()
        for collection in part.collections:
            if collection.get_label() in ("", "_"):
                continue
            for path in collection.get_paths():
                left, right = path.vertices[:, 0].min(), path.vertices[:, 0].max()
                inside = [(begin, end) for begin, end in holes if left < begin and right > end]
                assert not inside, collection.get_label()


def test_an_ordinary_closure_is_no_hole():
    frame = loaded(40)
    frame = frame.drop(frame.index[[10, 11, 12]])
    line = labelled(frame.optstat.plot("ratio", ()))["ratio"]
    assert np.isfinite(line.get_ydata()).all()


@pytest.mark.parametrize(
    ("rule", "unit", "windows"),
    [("ME", "month", (3, 12)), ("W", "week", (4, 13)), ("QE", "quarter", (4,)), ("MS", "month", (3, 12))],
)
def test_resampled_rows_take_their_periods_and_captions_count_them(rule, unit, windows):
    frame = loaded(1500).optstat.resample(rule)
    ax = frame.optstat.plot("overview", lookback=20)
    drawn = labelled(ax)
    bars = extents(drawn["calls"])
    spacing = np.diff(date2num(frame.index))
    np.testing.assert_allclose(bars[:, 3], frame["call_value"])
    assert (bars[1:, 1] - bars[1:, 0] >= 0.79 * spacing).all()  # most of its period, without a gap or with a small one
    assert (bars[1:, 0] >= bars[:-1, 1] - 1e-9).all()
    centres, labels = drawn["ratio"].get_xdata(), date2num(frame.index)
    assert (centres <= labels).all()
    np.testing.assert_array_equal(drawn["ratio"].get_ydata(), frame["ratio"])
    assert [name for name in drawn if "mean of" in name] == [f"mean of {window} {unit}s" for window in windows]
    assert f"unknown: fewer than 20 {unit}s" in drawn
    assert ax.get_ylabel() == f"Volume (contracts per {unit})"
    assert ax.get_title("left").endswith(f"put/call ratio by {unit}")
    assert not [name for name in drawn if "days" in name]


def test_ten_resampled_months_are_not_days():
    drawn = labelled(loaded(205).optstat.resample("ME").optstat.plot((5,)))
    assert "mean of 5 months" in drawn
    one = loaded(15).optstat.resample("ME")
    assert len(one) == 1
    assert one.optstat.plot("volume").get_title("left") == "US_SECURITY option volume"


def test_unknown_days_are_hatched_in_a_percentile():
    frame = loaded(100)
    drawn = labelled(frame.optstat.plot("percentile", lookback=30))
    (left, right, low, high), *others = extents(drawn["unknown: fewer than 30 days"])
    assert not others
    assert (low, high) == (0, 1)
    assert (date2num(frame.index[28]) < right) & (right < date2num(frame.index[29]))
    assert left < date2num(frame.index[0])
    assert "unknown: fewer than 20 days in 30D" in labelled(frame.optstat.plot("ratio", lookback="30D"))
    assert "unknown: fewer than 252 days" in labelled(frame.optstat.plot())
    assert not [name for name in labelled(frame.optstat.plot(lookback=1)) if "unknown" in name]


def test_days_without_a_ratio_are_hatched():
    frame = loaded(100)
    frame.iloc[60, frame.columns.get_indexer(["call_value", "total_value", "ratio"])] = [0, 1, np.nan]
    label = "unknown: no ratio, or fewer than 30 days"
    drawn = labelled(frame.optstat.plot("percentile", lookback=30))
    before, (left, right, *_) = extents(drawn[label])
    assert before[1] < left < date2num(frame.index[60]) < right < date2num(frame.index[61])
    assert "unknown: no ratio" in labelled(frame.optstat.plot("ratio", lookback=30, start=frame.index[40]))
    assert "unknown: fewer than 30 days" in labelled(frame.optstat.plot("ratio", lookback=30, end=frame.index[40]))


def test_a_resampled_period_that_the_load_did_not_finish_is_marked():
    frame = loaded(205)  # until 2000-10-13, a Friday
    frame.attrs["optstat"]["end"] = "2000-10-13"
    for rule, label in (("ME", "part of the month"), ("QE", "part of the quarter")):
        resampled = frame.optstat.resample(rule)
        drawn = labelled(resampled.optstat.plot("volume"))
        ((left, right, low, high),) = extents(drawn[label])
        np.testing.assert_allclose((left, right), extents(drawn["calls"])[-1, :2])
        assert (low, high) == (0, resampled["total_value"].iloc[-1])
        (star,) = [text.get_text() for text in resampled.optstat.plot("heatmap").texts if text.get_text()[-1] == "*"]
        assert star == f"{resampled['ratio'].iloc[-1]:.2f}*"
    assert not [name for name in labelled(frame.optstat.resample("W").optstat.plot("volume")) if "part" in name]
    for end in (None, 5, "soon", "2000-10-31", "NaT"):
        frame.attrs["optstat"]["end"] = end
        assert "part of the month" not in labelled(frame.optstat.resample("ME").optstat.plot("volume"))


def test_open_interest_has_no_highest_days():
    frame = loaded(2500)
    frame.attrs["optstat"]["data_type"] = "OPEN_INTEREST"
    ax = frame.optstat.plot("volume")
    assert set(labelled(ax)) == {"calls", "puts"}
    means = frame["total_value"].groupby(frame.index.to_period("M")).mean()
    assert ax.get_ylim()[1] == pytest.approx(1.05 * means.max())


def test_rows_of_one_weekday_are_rows_and_two_distant_days_are_days():
    frame = loaded(250)
    mondays = frame[frame.index.day_of_week == 0]
    drawn = labelled(mondays.optstat.plot("overview", (5,)))
    assert "mean of 5 rows" in drawn
    centres = extents(drawn["calls"])[:, :2].mean(axis=1)
    np.testing.assert_allclose(centres, date2num(mondays.index))
    two = frame.iloc[[0, 200]]
    left, right = extents(labelled(two.optstat.plot("volume"))["calls"])[:, :2].T
    assert (right - left <= 1).all()
