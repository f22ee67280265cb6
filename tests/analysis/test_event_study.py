"""Mean paths of prices around events, against loops, and their picture."""

from __future__ import annotations

import math

import matplotlib
import numpy as np
import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.plotting.event_paths import PathPicture, draw_event_paths

matplotlib.use("Agg")

N = 260
RULE = {"window": 40, "lower": 0.2, "upper": 0.8}
DAYS = pd.bdate_range("2025-01-02", periods=N, name="time").as_unit(po.sample().index.unit)


def frame(seed=0, **info):
    """Return weekdays with persistent ratios, as `load` does."""
    rng = np.random.default_rng(seed)
    walk = np.convolve(rng.normal(size=N + 4), np.ones(5), "valid")[:N]
    calls = rng.integers(500, 1500, N)
    result = pd.DataFrame({"call_value": calls, "put_value": (calls * np.exp(walk / 3)).astype(np.int64)}, DAYS)
    result.attrs["optstat"] = {"market": "US_SECURITY", "data_type": "VOLUME"} | info
    return result


DF = frame()
CLOSE = pd.Series(100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.01, N))), DAYS)


def flags(ratio, window=40, lower=0.2, upper=0.8):
    """Return the marks of the symmetric percentile, from its definition; None where unknown."""
    found = []
    for row in range(len(ratio)):
        part = ratio[max(row - window + 1, 0) : row + 1]
        if row + 1 < window:
            found.append(None)
            continue
        share = (np.sum(part < part[-1]) + np.sum(part == part[-1]) / 2) / window
        found.append(1 if share >= upper else -1 if share <= lower else 0)
    return found


def starts(marks, side):
    return [row for row in range(1, len(marks)) if marks[row] == side and marks[row - 1] != side]


@pytest.mark.parametrize("lag", [1, 3])
def test_against_a_loop(lag):
    table = DF.optstat.event_study(CLOSE, before=4, after=9, **RULE, lag=lag, resamples=0)
    marks = flags(DF.optstat.put_call_ratio.to_numpy())
    price = CLOSE.to_numpy()
    for (side, session), row in table.iterrows():

        def path(rows, session=session):
            entered = [at + lag for at in rows if at + lag < N]
            return [price[at + session] / price[at] - 1 for at in entered if 0 <= at + session < N]

        own = path(starts(marks, side))
        every = path([at for at in range(N) if marks[at] is not None])
        assert len(own) > 8
        assert row["count"] == len(own)
        assert row["mean"] == pytest.approx(np.mean(own), abs=1e-14)
        assert row["all_mean"] == pytest.approx(np.mean(every), abs=1e-14)
        assert row["excess"] == pytest.approx(np.mean(own) - np.mean(every), abs=1e-14)
    assert table[["low", "high"]].isna().all().all()
    assert table.index.levels[1].tolist() == list(range(-4, 10))


def test_paths_end_with_what_forward_returns():
    study = DF.optstat.event_study(CLOSE, after=21, levels=None, window=40, resamples=0, each="day")
    sums = DF.optstat.quantiles(CLOSE, horizons=(1, 5, 21), window=40, q=10, resamples=0)
    for horizon in (1, 5, 21):
        assert study.loc[(1, horizon), "mean"] == pytest.approx(sums.loc[(horizon, 10), "mean"])
        assert study.loc[(-1, horizon), "mean"] == pytest.approx(sums.loc[(horizon, 1), "mean"])


def test_levels():
    study = DF.optstat.event_study(CLOSE, "zscore_40", 0, 1, levels=(-1.5, 1.5), resamples=0)
    z = DF.optstat.zscore(40).to_numpy()
    marks = np.where(z >= 1.5, 1, np.where(z <= -1.5, -1, 0)).tolist()
    assert study.loc[(1, 0), "count"] == len(starts(marks, 1))
    assert study.loc[(-1, 0), "count"] == len(starts(marks, -1))


def test_bands_hold_the_mean_and_uniform_ones_are_wider():
    bands = {
        name: DF.optstat.event_study(CLOSE, after=20, **RULE, band=name, resamples=300)
        for name in ("pointwise", "uniform")
    }
    width = {}
    for name, table in bands.items():
        rows = table.drop(0, level="session")
        assert (rows["low"] <= rows["mean"]).all()
        assert (rows["mean"] <= rows["high"]).all()
        assert table.xs(0, level="session")[["low", "high"]].abs().max().max() == 0
        width[name] = (rows["high"] - rows["low"]).mean()
    assert width["uniform"] > 1.2 * width["pointwise"]
    again = DF.optstat.event_study(CLOSE, after=20, **RULE, band="uniform", resamples=300)
    pd.testing.assert_frame_equal(again, bands["uniform"])


@pytest.mark.slow
def test_bands_cover_the_true_path():
    """On a random walk, the true mean of every session is 0."""
    rng = np.random.default_rng(11)
    outside = np.zeros(2)
    for seed in range(60):
        df = frame(seed)
        close = pd.Series(100 * np.exp(np.cumsum(rng.normal(0, 0.01, N))), DAYS)
        for place, band in enumerate(("pointwise", "uniform")):
            row = df.optstat.event_study(close, before=0, after=10, **RULE, band=band, resamples=200).loc[1]
            out = ((row["excess_low"] > 0) | (row["excess_high"] < 0))[1:]
            outside[place] += out.mean() if band == "pointwise" else out.any()
    assert (outside / 60 < 0.17).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"before": -1}, "before=-1"), ({"after": 0}, "after=0"), ({"band": "wide"}, "band='wide'"),
        ({"each": "week"}, "each='week'"), ({"levels": (2, -2)}, "below the upper"), ({"levels": 2}, "levels=2"),
        ({"lower": 0.9, "upper": 0.1}, "below upper"), ({"gap": -1}, "gap=-1"), ({"level": 1}, "level=1"),
        ({"signal": "nothing"}, "not a known signal"),
    ],
)  # fmt: skip
def test_bad_arguments(arguments, words):
    before = matplotlib.pyplot.get_fignums()
    with pytest.raises(po.InvalidRequest, match=words):
        DF.optstat.event_study(CLOSE, **arguments)
    with pytest.raises(po.InvalidRequest, match=words):
        DF.optstat.plot_event_study(CLOSE, **arguments)
    assert matplotlib.pyplot.get_fignums() == before


def test_without_events():
    table = DF.optstat.event_study(CLOSE, levels=(-5, 100))
    assert table["count"].sum() == 0
    assert table["mean"].isna().all()
    assert table["all_mean"].notna().all()


class TestPicture:
    def close(self):
        matplotlib.pyplot.close("all")

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("size", [(10, 4.6), (5, 3)])
    def test_texts_lie_within_the_figure_and_off_the_data(self, theme, size):
        ax = DF.optstat.plot_event_study(CLOSE, **RULE, theme=theme, figsize=size, resamples=50)
        figure = ax.figure
        figure.canvas.draw()
        box = figure.bbox
        renderer = figure.canvas.get_renderer()
        area = ax.get_window_extent()
        texts = [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label, *ax.texts, *ax.get_legend().get_texts()]
        for text in [text for text in texts if text.get_text()]:
            extent = text.get_window_extent(renderer)
            assert extent.x0 >= box.x0 - 1
            assert extent.x1 <= box.x1 + 1
            assert extent.y1 <= box.y1 + 1
            assert not extent.overlaps(area) or extent.y0 >= area.y1 - 1 or extent.x1 <= area.x0 + 1
        self.close()

    def test_it_shows_the_numbers(self):
        table = DF.optstat.event_study(CLOSE, **RULE, resamples=50)
        ax = draw_event_paths(table, PathPicture("title", 0.9, "uniform", ["synthetic data"]))
        lines = {line.get_label(): line for line in ax.lines}
        for side, label in ((1, "high (fear)"), (-1, "low (greed)")):
            count = table.loc[side, "count"].max()
            assert lines[f"{label}: {count} events"].get_ydata().tolist() == table.loc[side, "mean"].tolist()
        assert lines["all days"].get_ydata().tolist() == table.loc[1, "all_mean"].tolist()
        assert "bands: 90%, uniform" in ax.texts[0].get_text()
        assert "synthetic data" in ax.texts[0].get_text()
        assert ax.get_title(loc="left") == "title"
        self.close()

    def test_without_events(self):
        ax = DF.optstat.plot_event_study(CLOSE, levels=(-5, 100), resamples=0)
        assert ax.texts[0].get_text() == "no events"
        self.close()

    def test_given_axes_and_titles(self):
        ax = matplotlib.pyplot.figure().add_subplot()
        assert DF.optstat.plot_event_study(CLOSE, "zscore_40", ax=ax, resamples=0) is ax
        assert (
            ax.get_title(loc="left").replace("\n", " ")
            == "US_SECURITY VOLUME: prices around extremes of the z-score 40"
        )
        with pytest.raises(po.InvalidRequest, match="figsize= is the size of a new figure"):
            DF.optstat.plot_event_study(CLOSE, ax=ax, figsize=(3, 3))
        self.close()

    def test_panels_and_bad_arguments(self):
        before = matplotlib.pyplot.get_fignums()
        panel = pd.concat({("US_SECURITY", "VOLUME"): DF}, axis=1, names=["market", "data_type", "field"])
        with pytest.raises(po.InvalidRequest, match="draws one series"):
            panel.optstat.plot_event_study(CLOSE)
        for arguments, words in (({"theme": "red"}, "theme='red'"), ({"ax": 3}, "ax=int"), ({"title": 3}, "title=3")):
            with pytest.raises(po.InvalidRequest, match=words):
                DF.optstat.plot_event_study(CLOSE, **arguments)
        assert matplotlib.pyplot.get_fignums() == before


def test_a_count_of_zero_is_not_infinite():
    close = pd.Series(np.full(N, 1e-308), DAYS)
    close.iloc[::2] = 1e308
    table = DF.optstat.event_study(close, **RULE, resamples=20)
    assert not np.isinf(table.to_numpy()).any()
    assert math.isfinite(table["all_mean"].iloc[20])
