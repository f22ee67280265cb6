"""The pictures of a report."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..analysis.walk_forward_result import WalkForward
from ..plotting.event_paths import PathPicture, draw_event_paths
from ..plotting.palettes import PALETTES
from ..plotting.plot import PlotSettings, plot
from ..plotting.study_pictures import draw_equity, draw_quantiles
from ..plotting.svg import draw_svg
from .findings import Findings
from .parts import Picture

__all__ = ["draw_equity_picture", "draw_event_picture", "draw_overview", "draw_quantile_picture"]

_LIGHT = PALETTES["light"]
_WIDTH = 9.0


def draw_overview(findings: Findings) -> Picture:
    """Return the picture of calls, puts, the ratio and its extremes."""
    settings, ratios_only = findings.settings, findings.ratios_only
    chosen = PlotSettings(
        "ratio" if ratios_only else "overview",
        lookback=settings.lookback, lower=settings.lower, upper=settings.upper, theme="light",
    )  # fmt: skip

    def draw(figure: Any) -> None:
        plot(findings.series, chosen, ax=figure.add_subplot())

    what = "The put/call ratio" if ratios_only else "Calls and puts, their ratio and its rolling means"
    note = " Synthetic data." if findings.synthetic else ""
    return Picture(draw_svg("overview", (_WIDTH, 4.8), draw), f"{what}; extreme days in the strip on top.{note}")


def draw_quantile_picture(table: pd.DataFrame) -> Picture:
    """Return the picture of mean returns by bucket."""
    svg = draw_svg("quantiles", (_WIDTH, 2.9), lambda figure: draw_quantiles(figure, table, _LIGHT))
    return Picture(svg, "Mean return by bucket of the signal (1: lowest ratios), two standard errors on either side.")


def draw_event_picture(table: pd.DataFrame, *, synthetic: bool) -> Picture:
    """Return the picture of mean paths around events."""
    picture = PathPicture("", 0.95, "pointwise", ["synthetic data"] if synthetic else [], "light")

    def draw(figure: Any) -> None:
        draw_event_paths(table, picture, figure.add_subplot())

    caption = "Mean price around the beginnings of runs, relative to the entry, with a band for each session by itself."
    return Picture(draw_svg("event-study", (_WIDTH, 4.0), draw), caption)


def draw_equity_picture(found: WalkForward) -> Picture:
    """Return the picture of the equity out of sample."""
    starts = found.blocks["test_start"].tolist()
    svg = draw_svg("equity", (_WIDTH, 3.2), lambda figure: draw_equity(figure, found.returns, starts, _LIGHT))
    return Picture(svg, "Equity of the chosen rules out of sample, after costs; dotted lines: where a block begins.")
