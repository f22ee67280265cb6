"""The picture: what is drawn, named and shaded; and how long it takes."""

from __future__ import annotations

import time

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.dates import date2num

import pd_optstat.accessor  # noqa: F401  (registers df.optstat)
from pd_optstat.errors import InvalidRequest
from pd_optstat.frame import build
from pd_optstat.markets import EXCHANGES


def loaded(n, source="opend://127.0.0.1:11111", seed=0):
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2000-01-03", periods=n).to_numpy().astype("datetime64[D]").astype(np.int64)
    calls, puts = rng.integers(10**6, 10**7, n), rng.integers(10**6, 10**7, n)
    info = {"market": "US_SECURITY", "data_type": "VOLUME", "source": source}
    return build(days, calls, puts, EXCHANGES["US"], info)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def lines(ax):
    twin = next(other for other in ax.figure.axes if other is not ax)
    return {line.get_label(): line for line in twin.get_lines()}


def test_bars_and_lines_hold_the_numbers():
    frame = loaded(100)
    ax = frame.optstat.plot(windows=(10, 63), lookback=20)
    calls, puts = (part for part in ax.collections if isinstance(part, PolyCollection))
    tops = [path.vertices[:, 1].max() for path in calls.get_paths()]
    np.testing.assert_allclose(tops, frame["call_value"])
    heights = [np.ptp(path.vertices[:, 1]) for path in puts.get_paths()]
    np.testing.assert_allclose(heights, frame["put_value"])
    drawn = lines(ax)
    assert list(drawn) == ["ratio", "mean of 10 days", "mean of 63 days"]
    np.testing.assert_array_equal(drawn["ratio"].get_xdata(), date2num(frame.index.to_numpy()))
    np.testing.assert_array_equal(drawn["ratio"].get_ydata(), frame["ratio"])
    np.testing.assert_array_equal(drawn["mean of 10 days"].get_ydata(), frame.optstat.rolling_ratio(10, "mean"))
    assert "contracts" in ax.get_ylabel()


def test_extremes_are_shaded_where_they_are():
    frame = loaded(100)
    marks = frame.optstat.extremes(20)
    ax = frame.optstat.plot(lookback=20)
    covered = np.zeros(len(frame))
    days = date2num(frame.index.to_numpy())
    for patch in ax.patches:
        left, right = patch.get_x(), patch.get_x() + patch.get_width()
        covered += (days > left) & (days < right)
    np.testing.assert_array_equal(covered, marks.abs())
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "top 10% (fear)" in named
    assert "bottom 10% (greed)" in named
    assert not frame.optstat.plot(extremes=False).patches


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


def test_title_says_what_it_is():
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


def test_many_rows_do_not_take_seconds():
    frame = loaded(5000)
    began = time.perf_counter()
    frame.optstat.plot().figure.canvas.draw()
    assert time.perf_counter() - began < 4


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


def test_colours_are_the_ones_for_the_colour_blind():
    from pd_optstat.plotting import COLOURS

    okabe_ito = {"#56B4E9", "#E69F00", "#D55E00", "#009E73"}
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
    with pytest.raises(InvalidRequest, match="start='soon'"):
        frame.optstat.plot(start="soon")


def test_a_start_after_the_last_row_draws_nothing():
    assert [text.get_text() for text in loaded(5).optstat.plot(start="2030-01-01").texts] == ["no rows"]
