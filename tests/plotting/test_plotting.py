"""Figures: what is drawn, labelled and shaded."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num
from support.quick import slow

import pd_optstat.accessor  # noqa: F401  (registers df.optstat)
from pd_optstat.core.frame import build_frame
from pd_optstat.core.markets import EXCHANGES
from pd_optstat.errors import InvalidRequest


def loaded(n, source="opend://127.0.0.1:11111", seed=0):
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2000-01-03", periods=n).to_numpy().astype("datetime64[D]").astype(np.int64)
    calls, puts = rng.integers(10**6, 10**7, n), rng.integers(10**6, 10**7, n)
    info = {"market": "US_SECURITY", "data_type": "VOLUME", "source": source}
    return build_frame(days, calls, puts, EXCHANGES["US"], info)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def lines(ax):
    twin = next(other for other in ax.figure.axes if other is not ax)
    return {line.get_label(): line for line in twin.get_lines()}


def labelled(ax):
    """Return what the legend of `ax` explains, by label."""
    twins = [other for other in ax.figure.axes if other is not ax and other.bbox.bounds == ax.bbox.bounds]
    return {
        label: handle
        for part in (ax, *twins)
        for handle, label in zip(*part.get_legend_handles_labels(), strict=True)
    }  # fmt: skip


def extents(rectangles):
    """Return left, right, low and high of the rectangles of a collection, one row each."""
    corners = [path.vertices for path in rectangles.get_paths()]
    return np.array([[*(c[:, 0].min(), c[:, 0].max()), *(c[:, 1].min(), c[:, 1].max())] for c in corners])


def test_bars_and_lines_show_the_values():
    frame = loaded(100)
    ax = frame.optstat.plot(windows=(10, 63), lookback=20)
    calls, puts = labelled(ax)["calls"], labelled(ax)["puts"]
    tops = [path.vertices[:, 1].max() for path in calls.get_paths()]
    np.testing.assert_allclose(tops, frame["call_value"])
    heights = [np.ptp(path.vertices[:, 1]) for path in puts.get_paths()]
    np.testing.assert_allclose(heights, frame["put_value"])
    drawn = lines(ax)
    assert [name for name in drawn if name[0] != "_"] == ["ratio", "mean of 10 days", "mean of 63 days"]
    np.testing.assert_array_equal(drawn["ratio"].get_xdata(), date2num(frame.index.to_numpy()))
    np.testing.assert_array_equal(drawn["ratio"].get_ydata(), frame["ratio"])
    np.testing.assert_array_equal(drawn["mean of 10 days"].get_ydata(), frame.optstat.rolling_ratio(10, "mean"))
    assert "contracts" in ax.get_ylabel()


def test_extremes_are_shaded_where_they_are():
    frame = loaded(100)
    marks = frame.optstat.extremes(20).fillna(0)
    ax = frame.optstat.plot(lookback=20)
    days = date2num(frame.index.to_numpy())
    drawn = labelled(ax)
    covered, middles = np.zeros(len(frame), dtype=int), set()
    for sign, name in ((1, "top 10% (fear)"), (-1, "bottom 10% (greed)")):
        for left, right, low, high in extents(drawn[name]):
            covered[(days > left) & (days < right)] += sign
            assert 0.9 < low < high <= 1  # in the strip at the top
            middles.add(round(low if sign == 1 else high, 9))
    assert len(middles) == 1  # fear lies above the middle of the strip, greed below it
    np.testing.assert_array_equal(covered, marks)
    (unknown,) = extents(drawn["unknown: fewer than 20 days"])
    assert ((days > unknown[0]) & (days < unknown[1])).sum() == 19
    assert drawn["unknown: fewer than 20 days"].get_hatch()
    assert {"ratio", "calls", "puts"} == set(labelled(frame.optstat.plot(extremes=False, windows=())))


@pytest.mark.parametrize("n", [0, 1, 2, 400])
def test_every_length_can_be_drawn(n):
    ax = loaded(n).optstat.plot()
    ax.figure.canvas.draw()
    said = [text.get_text() for text in ax.texts]
    assert said == (["no rows"] if n == 0 else [])


def test_missing_numbers_can_be_drawn():
    frame = loaded(30).astype({"put_value": "Int64"})
    frame.iloc[3:6, frame.columns.get_loc("put_value")] = pd.NA
    ax = frame.optstat.plot()
    ax.figure.canvas.draw()
    assert np.isnan(lines(ax)["ratio"].get_ydata()).sum() == 3
    frame["call_value"] = 0
    assert np.isnan(lines(frame.optstat.plot())["ratio"].get_ydata()).all()


def test_titles_name_the_series():
    assert loaded(5).optstat.plot().get_title("left") == "US_SECURITY option volume and put/call ratio"
    assert "(synthetic)" in loaded(5, "simulator:?seed=7").optstat.plot().get_title("left")
    assert loaded(5, "simulator:").optstat.plot(title="mine").get_title("left") == "mine"
    unknown = loaded(5)
    unknown.attrs.clear()
    assert unknown.optstat.plot().get_title("left") == "series and put/call ratio"


def test_given_axes_are_used_and_no_figure_is_opened():
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    assert loaded(20).optstat.plot(ax=ax) is ax
    assert plt.get_fignums() == []
    frame = loaded(20)
    before = frame.copy(deep=True)
    frame.optstat.plot()
    pd.testing.assert_frame_equal(frame, before)


def test_many_rows_are_not_drawn_one_by_one():
    axes = loaded(5000).optstat.plot().figure.axes
    assert sum(len(ax.patches) + len(ax.collections) + len(ax.lines) for ax in axes) < 2500


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"windows": 5}, "windows=5"),
        ({"windows": ("30D",)}, "windows='30D'"),
        ({"windows": (0,)}, "windows=0"),
        ({"lookback": -1}, "window=-1"),
        ({"lower": 0.9, "upper": 0.1}, "lower=0.9, upper=0.1"),
    ],
)
def test_bad_arguments_open_no_figure(options, words):
    with pytest.raises(InvalidRequest, match=words):
        loaded(5).optstat.plot(**options)
    assert plt.get_fignums() == []


def test_colours_are_those_of_okabe_and_ito():
    from pd_optstat.plotting.plot import COLOURS

    okabe_ito = {"#56B4E9", "#E69F00", "#D55E00", "#0072B2"}
    assert okabe_ito == set(COLOURS.values()) - {COLOURS["ratio"]}


def test_start_and_end_limit_what_is_drawn_and_not_what_it_is_computed_from():
    frame = loaded(60)
    whole, part = (
        lines(frame.optstat.plot((10,), lookback=20)),
        frame.optstat.plot((10,), lookback=20, start=frame.index[40], end=str(frame.index[49].date())),
    )
    drawn = lines(part)["mean of 10 days"]
    assert len(drawn.get_ydata()) == 10
    np.testing.assert_array_equal(drawn.get_ydata(), whole["mean of 10 days"].get_ydata()[40:50])
    closes = frame.set_axis(frame.index.tz_localize("Asia/Hong_Kong") + pd.Timedelta(hours=16))
    for start, end in ((frame.index[40].date(), str(frame.index[49].date())), (closes.index[40], closes.index[49])):
        there = lines(closes.optstat.plot((10,), lookback=20, start=start, end=end))["mean of 10 days"]
        np.testing.assert_array_equal(there.get_ydata(), drawn.get_ydata())
    with pytest.raises(InvalidRequest, match="start='soon'"):
        frame.optstat.plot(start="soon")


def test_a_start_after_the_last_row_draws_nothing():
    assert [text.get_text() for text in loaded(5).optstat.plot(start="2030-01-01").texts] == ["no rows"]


# The kinds

KINDS = ["overview", "ratio", "volume", "bands", "percentile", "heatmap"]


@pytest.mark.parametrize("theme", [slow(None), slow("light"), "dark"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [0, slow(1), slow(2), 30, slow(900)])
def test_every_kind_of_every_length_in_both_themes(kind, theme, n):
    ax = loaded(n).optstat.plot(kind, theme=theme)
    ax.figure.canvas.draw()
    assert ax.get_title("left").startswith("US_SECURITY option volume")
    if theme is not None:
        light = sum(ax.get_facecolor()[:3]) > 1.5
        assert light == (theme == "light")
        assert (sum(ax.figure.get_facecolor()[:3]) > 1.5) == light
        for text in [*ax.get_xticklabels(), *ax.get_yticklabels(), ax.yaxis.label]:
            assert (sum(matplotlib.colors.to_rgb(text.get_color())) > 1.5) != light


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "pie"}, "kind='pie' is not known. Valid: overview, ratio, volume, bands, percentile, heatmap"),
        ({"theme": "blue"}, "theme='blue'"),
        ({"kind": "bands", "window": 0}, "window=0"),
        ({"kind": "bands", "k": -1}, "k=-1"),
        ({"kind": "percentile", "lower": 0.9, "upper": 0.1}, "lower=0.9"),
        ({"kind": "heatmap", "start": "soon"}, "start='soon'"),
        ({"start": "2026-06-12", "end": "2026-06-11"}, "start='2026-06-12' is after end='2026-06-11'"),
    ],
)
def test_bad_arguments_of_the_kinds_open_no_figure(options, words):
    for frame in (loaded(5), panel(5)):
        with pytest.raises(InvalidRequest, match=words):
            frame.optstat.plot(**options)
    assert plt.get_fignums() == []


def test_labels_of_the_axes():
    frame = loaded(100)
    labels = {kind: frame.optstat.plot(kind).get_ylabel() for kind in KINDS}
    assert labels == {
        "overview": "Volume (contracts)",
        "ratio": "Put/call ratio",
        "volume": "Volume (contracts)",
        "bands": "Put/call ratio",
        "percentile": "Percentile of the ratio",
        "heatmap": "",
    }
    frame.attrs["optstat"]["data_type"] = "OPEN_INTEREST"
    assert frame.optstat.plot("volume").get_ylabel() == "Open interest (contracts)"
    assert "open interest" in frame.optstat.plot("heatmap").get_title("left")
    percents = [text.get_text() for text in frame.optstat.plot("percentile").get_yticklabels()]
    assert percents == ["0%", "25%", "50%", "75%", "100%"]


@pytest.mark.parametrize("kind", KINDS)
def test_synthetic_data_is_labelled_whatever_the_title(kind):
    for frame in (loaded(40, "simulator:7"), panel(40, "simulator:7")):
        axes = np.ravel(frame.optstat.plot(kind, title="mine"))
        axes[0].figure.draw_without_rendering()
        for ax in axes:
            (note,) = (text for text in ax.texts if text.get_text().startswith("synthetic data"))
            assert note.get_window_extent().y0 >= ax.bbox.y1  # above the axes, where it hides nothing
    ax = loaded(40).optstat.plot(kind)
    assert not [text for text in ax.texts if "synthetic" in text.get_text()]


def test_the_current_style_chooses_the_palette():
    with plt.style.context("dark_background"):
        dark = loaded(100).optstat.plot("ratio", (10,)).get_lines()[1].get_color()
    assert (dark, loaded(100).optstat.plot("ratio", (10,)).get_lines()[1].get_color()) == ("#FFFFFF", "#000000")
    with plt.rc_context({"axes.facecolor": "none", "figure.facecolor": "none", "text.color": "white"}):
        assert loaded(100).optstat.plot("ratio", (10,)).get_lines()[1].get_color() == "#FFFFFF"


def panel(n, source="opend"):
    from pd_optstat.core.frame import join_frames

    parts = []
    for market, seed in (("US_SECURITY", 1), ("US_INDEX", 2)):
        one = loaded(n - (market == "US_INDEX"), source, seed)
        extra = {"requests": 0, "first_page_requests": 0, "version": "0", "synthetic": source.startswith("simulator")}
        one.attrs["optstat"] |= {"market": market, **extra}
        parts.append(one)
    return join_frames(parts)


@pytest.mark.parametrize("kind", KINDS)
def test_a_panel_has_a_picture_for_each_series_over_the_same_days(kind):
    frame = panel(100)
    axes = frame.optstat.plot(kind)
    assert axes.shape == (2,)
    axes[0].figure.canvas.draw()
    assert [ax.get_title("left").split()[0] for ax in axes] == ["US_SECURITY", "US_INDEX"]
    assert axes[0].get_xlim() == axes[1].get_xlim()
    _, given = plt.subplots(2, 1)
    assert list(frame.optstat.plot(kind, ax=given)) == list(given)
    with pytest.raises(InvalidRequest, match="must be 2 Axes"):
        frame.optstat.plot(kind, ax=given[0])
    for panel_or_one, wrong in ((frame, [3, 4]), (loaded(9), 3), (loaded(9), given)):
        with pytest.raises(InvalidRequest, match="must be matplotlib Axes"):
            panel_or_one.optstat.plot(kind, ax=wrong)


def test_the_heatmap_holds_the_ratios_of_the_months():
    frame = loaded(700)
    ax = frame.optstat.plot("heatmap")
    (mesh,) = (part for part in ax.collections if isinstance(part, matplotlib.collections.QuadMesh))
    drawn = mesh.get_array().reshape(-1, 12)
    expected = frame.optstat.resample("ME")["ratio"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["2000", "2001", "2002"]
    for month, ratio in expected.items():
        assert drawn[month.year - 2000, month.month - 1] == pytest.approx(ratio, rel=1e-12)
    assert drawn.count() == len(expected)
    texts = [text.get_text() for text in ax.texts]
    assert texts[-1] == "* part of the month"
    whole, last = texts[:-2], texts[-2]  # 700 weekdays from 2000-01-03 end on 2002-09-06
    assert last == f"{expected.iloc[-1]:.2f}*"
    assert [text.rstrip("*") for text in whole] == [f"{ratio:.2f}" for ratio in expected[:-1]]
    frame.attrs["optstat"]["data_type"] = "OPEN_INTEREST"
    (mesh,) = (
        part for part in frame.optstat.plot("heatmap").collections if isinstance(part, matplotlib.collections.QuadMesh)
    )
    last = frame.groupby([frame.index.year, frame.index.month])["ratio"].last()
    np.testing.assert_array_equal(mesh.get_array().compressed(), last)


def test_a_heatmap_of_gaps_and_of_many_years():
    frame = loaded(300)
    frame = frame[frame.index.month != 3].copy()
    frame.loc[frame.index.month == 5, "call_value"] = 0
    (mesh,) = (
        part for part in frame.optstat.plot("heatmap").collections if isinstance(part, matplotlib.collections.QuadMesh)
    )
    assert mesh.get_array().reshape(-1, 12).mask[0, [1, 2, 4]].tolist() == [False, True, True]
    ax = loaded(9000).optstat.plot("heatmap")
    ax.figure.canvas.draw()
    assert not ax.texts
    assert 5 < len([text for text in ax.get_yticklabels() if text.get_text()]) < 16


# Nothing lies on anything else


def boxes(texts, renderer):
    return [text.get_window_extent(renderer) for text in texts if text.get_text() and text.get_visible()]


def overlap(one, other):
    return one.overlaps(other) and min(one.x1, other.x1) - max(one.x0, other.x0) > 1 and (
        min(one.y1, other.y1) - max(one.y0, other.y0) > 1
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [slow(1), slow(5), 30, slow(2500)])
@pytest.mark.parametrize("columns", [slow(1), slow(2), 3])
def test_labels_do_not_overlap_and_legends_fit(kind, n, columns):
    figure, axes = plt.subplots(1, columns, figsize=(12, 4.5), layout="constrained", squeeze=False)
    for ax in axes[0]:
        loaded(n, "simulator:7").optstat.plot(kind, ax=ax)
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    for ax in axes[0]:
        for labels in (ax.get_xticklabels(), ax.get_yticklabels()):
            found = boxes(labels, renderer)
            assert not [1 for at, one in enumerate(found) for other in found[at + 1 :] if overlap(one, other)]
        above = boxes([ax._left_title], renderer)
        if ax.get_legend():
            legend = ax.get_legend().get_window_extent(renderer)
            assert not overlap(above[0], legend)
            above.append(legend)
        for box in above:
            assert box.x0 >= -2
            assert box.x1 <= figure.bbox.width + 2
            assert box.y1 <= figure.bbox.height + 2
