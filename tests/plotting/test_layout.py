"""Titles, legends, notes, ticks, spines and the sizes of figures."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num
from support.quick import slow
from test_plotting import KINDS, labelled, loaded, panel

import pd_optstat.accessor  # noqa: F401  (registers df.optstat)
from pd_optstat.core.calendars import calendar
from pd_optstat.core.dates import to_day
from pd_optstat.core.markets import EXCHANGES
from pd_optstat.errors import InvalidRequest

DATED = [kind for kind in KINDS if kind != "heatmap"]


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("layout", [None, "constrained"])
@pytest.mark.parametrize("n", [60, slow(2500)])
@pytest.mark.parametrize("kind", KINDS)
def test_small_axes_hold_all_their_texts(kind, n, layout):
    figure = plt.figure(figsize=(5, 3), layout=layout)
    ax = figure.add_subplot()
    loaded(n, "simulator:7").optstat.plot(kind, ax=ax)
    figure.draw_without_rendering()
    boxes = [part.get_tightbbox() for part in figure.axes]
    assert min(box.x0 for box in boxes) >= -1
    assert min(box.y0 for box in boxes) >= -1
    assert max(box.x1 for box in boxes) <= figure.bbox.width + 1
    assert max(box.y1 for box in boxes) <= figure.bbox.height + 1
    title = ax._left_title
    assert title.get_window_extent().x1 <= ax.bbox.x1 + 3
    title.set_text(title.get_text().splitlines()[-1])  # a note may stand beside the last line
    for text in ax.texts:
        if text.get_text().startswith("synthetic"):
            assert not title.get_window_extent().overlaps(text.get_window_extent())
    assert ax.bbox.height > 0.3 * figure.bbox.height


def test_axes_in_a_grid_stay_in_their_cells():
    figure, axes = plt.subplots(2, 2, figsize=(10, 7))
    for ax in axes.flat:
        loaded(100).optstat.plot("ratio", lookback=20, ax=ax)
    figure.draw_without_rendering()
    for row, ax in enumerate(axes[:, 0]):
        box = ax.get_tightbbox()
        assert box.y1 <= (2 - row) * 350 + 1
        assert box.y0 >= (1 - row) * 350 - 1


def test_axes_placed_by_hand_are_not_moved():
    figure = plt.figure(figsize=(5, 3))
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    loaded(60).optstat.plot(ax=ax)
    np.testing.assert_allclose(ax.get_position().bounds, (0.1, 0.1, 0.8, 0.8))


@pytest.mark.parametrize("n", [60, 250, 700, 2500])
@pytest.mark.parametrize("kind", ["overview", *(slow(kind) for kind in DATED[1:])])
def test_dates_are_those_of_rows_and_show_their_years(kind, n):
    frame = loaded(n)
    frame = frame.drop(frame.index[frame.index.day <= 3])  # so that no month begins with a session
    ax = frame.optstat.plot(kind)
    ax.figure.draw_without_rendering()
    low, high = ax.get_xlim()
    ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
    assert len(ticks) >= 3
    assert set(ticks) <= set(date2num(frame.index))
    shown = [text.get_text() for text in ax.get_xticklabels()]
    days = frame.index[np.searchsorted(date2num(frame.index), ticks)]
    for label, day, before in zip(shown, days, [None, *days[:-1]], strict=True):
        assert (str(day.year) in label) == (before is None or day.year != before.year or label == str(day.year))


def test_dates_of_resampled_rows_stand_below_their_bars():
    frame = loaded(205).optstat.resample("ME")
    ax = frame.optstat.plot("volume")
    ax.figure.draw_without_rendering()
    assert ax.get_xticklabels()[0].get_text() == f"{frame.index[0]:%b}\n2000"
    bars = [path.vertices[:, 0] for path in labelled(ax)["calls"].get_paths()]
    for tick in ax.get_xticks():
        assert min(abs(tick - (x.min() + x.max()) / 2) for x in bars) < 1e-6


@pytest.mark.parametrize("n", [30, 250, 2500])
@pytest.mark.parametrize("seed", [0, slow(1), slow(2)])
def test_the_ratio_has_enough_ticks_among_its_values(n, seed):
    frame = loaded(n, seed=seed)
    for kind in ("overview", "ratio", "bands"):
        ax = frame.optstat.plot(kind)
        ax.figure.draw_without_rendering()
        ratio_axes = ax.figure.axes[-1]
        ticks = ratio_axes.get_yticks()
        assert 3 <= len(ticks) <= 5
        if kind != "bands":
            assert frame["ratio"].min() - 0.3 <= ticks[0] < ticks[-1] <= frame["ratio"].max() + 0.3


def test_spines_stand_only_where_there_are_ticks():
    for kind in DATED:
        ax = loaded(60).optstat.plot(kind)
        twins = ax.figure.axes[1:]
        for part in ax.figure.axes:
            assert not part.spines["top"].get_visible()
        assert not ax.spines["right"].get_visible()
        assert all(not twin.spines["left"].get_visible() and twin.spines["right"].get_visible() for twin in twins)
    frame = loaded(60)
    ax = frame.optstat.plot("overview")
    twin = ax.figure.axes[-1]
    left, right = ax.spines["left"].get_bounds(), twin.spines["right"].get_bounds()
    assert left == (0, (frame["call_value"] + frame["put_value"]).max())
    assert right == (frame["ratio"].min(), frame["ratio"].max())
    to_pixels = [part.transData.transform((0, y))[1] for part, y in ((ax, left[1]), (twin, right[0]))]
    assert to_pixels[0] < to_pixels[1] + 0.04 * ax.bbox.height


def many(n, series):
    frames = {("US_SECURITY", f"S{number}"): loaded(n, seed=number) for number in range(series)}
    return pd.concat(frames, axis=1, names=["market", "data_type", "field"])


@pytest.mark.parametrize("kind", ["overview", *(slow(kind) for kind in DATED[1:])])
@pytest.mark.parametrize(("series", "highest"), [(2, 6), slow(4, 11), (8, 11), slow(20, 24.1)])
def test_panels_are_low_and_have_one_legend(kind, series, highest):
    axes = many(100, series).optstat.plot(kind, lookback=20)
    figure = axes[0].figure
    assert figure.get_figheight() <= highest
    assert [ax.get_legend() is not None for ax in axes] == [True] + [False] * (series - 1)
    named = {text.get_text() for text in axes[0].get_legend().get_texts()}
    drawn = {label for part in figure.axes for label in part.get_legend_handles_labels()[1]}
    assert named == drawn
    figure.draw_without_rendering()
    columns = 1 if series < 5 else 2
    with_dates = [any(text.get_text() for text in ax.get_xticklabels() if text.get_visible()) for ax in axes]
    assert with_dates == [False] * (series - columns) + [True] * columns


def test_figsize_is_that_of_the_new_figure():
    assert loaded(9).optstat.plot(figsize=(6, 2.5)).figure.get_size_inches().tolist() == [6, 2.5]
    assert panel(9).optstat.plot(figsize=np.array([7, 8]))[0].figure.get_size_inches().tolist() == [7, 8]


@pytest.mark.parametrize("figsize", [5, "wide", (5,), (0, 3), (1, 2, 3), (float("nan"), 3), ("5", 3)])
def test_invalid_sizes_are_refused(figsize):
    for frame in (loaded(9), panel(9)):
        with pytest.raises(InvalidRequest, match="figsize="):
            frame.optstat.plot(figsize=figsize)
    assert plt.get_fignums() == []


def test_figsize_and_ax_exclude_each_other():
    ax = plt.figure().add_subplot()
    with pytest.raises(InvalidRequest, match=r"figsize=\(5, 3\).*ax\.figure\.set_size_inches"):
        loaded(9).optstat.plot(ax=ax, figsize=(5, 3))


def stars(ax):
    return {
        (int(text.get_position()[1]), int(text.get_position()[0]))
        for text in ax.texts
        if text.get_text().endswith("*")
    }  # fmt: skip


def test_months_that_lack_sessions_are_marked():
    first, last = (to_day(pd.Timestamp(day).date()) for day in ("2024-01-01", "2025-06-10"))
    sessions = calendar(EXCHANGES["US"]).sessions(first, last)
    frame = loaded(len(sessions))
    frame.index = pd.DatetimeIndex(sessions.astype("datetime64[D]").astype("datetime64[s]"), name="time")
    assert stars(frame.optstat.plot("heatmap")) == {(1, 6)}
    assert len(frame.optstat.plot("heatmap").patches) == 1
    assert not stars(frame[:"2025-05-30"].optstat.plot("heatmap"))
    assert not stars(frame[:"2024-03-28"].optstat.plot("heatmap"))  # followed by Good Friday
    assert stars(frame.drop(frame.index[35]).optstat.plot("heatmap")) == {(0, 2), (1, 6)}
    assert stars(frame["2024-01-10":].optstat.plot("heatmap")) == {(0, 1), (1, 6)}
    frame.attrs["optstat"]["data_type"] = "OPEN_INTEREST"  # which is that of the month's last session
    assert stars(frame.drop(frame.index[35]).optstat.plot("heatmap")) == {(1, 6)}
    frame.attrs.clear()
    assert stars(frame.optstat.plot("heatmap")) == {(1, 6)}
    assert not stars(frame[:"2025-05-30"].optstat.plot("heatmap"))


def test_a_ratio_without_values_has_no_scale():
    ax = loaded(30).assign(call_value=0).optstat.plot()
    twin = ax.figure.axes[-1]
    assert not len(twin.get_yticks())
    assert not twin.spines["right"].get_visible()
    assert labelled(ax)["puts"].get_paths()
    for kind in ("ratio", "bands", "percentile", "heatmap"):
        loaded(30).assign(call_value=0).optstat.plot(kind).figure.draw_without_rendering()
