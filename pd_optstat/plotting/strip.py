"""The strip above the data that shows which days are extreme, which are not, and of which it is unknown."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from ..analysis.counts import Column
from ..core.arrays import BoolArray, Float64Array
from .elements import View, add_rectangles, format_percent
from .slots import bin_means
from .style import COLOURS, contrast_ratio

__all__ = ["Marks", "draw_strip", "hatch_unknown", "strip_share"]

#: The height of the strip in inches, and the most of the axes that it takes.
_HEIGHT, _MOST = 0.24, 0.12
#: Runs of days are shaded over the whole height only where a day has so many pixels; else they would be a bar code.
_SHADE_FROM = 3.0
#: What WCAG 2.2 asks for graphics.
_LEAST_CONTRAST = 3.0


class Marks:
    """Which days are extreme.

    Parameters
    ----------
    marks : Series
        +1, -1 or 0; missing where nothing is known of a day, as it has no percentile.
    lower, upper : float
        The percentiles from which a day is extreme.
    unknown : str
        Why a day may be unknown, for the legend.
    """

    def __init__(self, marks: Column, lower: float, upper: float, unknown: str) -> None:
        self.values: Float64Array = marks.to_numpy(dtype=np.float64, na_value=0.0)
        self.known: BoolArray = marks.notna().to_numpy()
        self.labels = {
            1: ("fear", f"top {format_percent(1 - upper)} (fear)"),
            -1: ("greed", f"bottom {format_percent(lower)} (greed)"),
        }
        self.unknown = unknown


def strip_share(height: float) -> float:
    """Return the part of axes of `height` inches that the strip takes."""
    return min(_HEIGHT / max(height, 0.1), _MOST)


def draw_strip(ax: Axes, marks: Marks, view: View, *, shaded: Axes) -> None:
    """Draw the strip at the top of `ax`: fear above its middle, greed below it; of bins, their shares of days.

    Wide enough runs of extreme days are also shaded over the height of `shaded`, the axes with the background. Where
    that has too little contrast to a colour, as in some styles, the colour gets an edge.
    """
    slots, top = view.shown, 1 - view.top
    middle = top + view.top / 2
    ax.hlines([top, middle], 0, 1, transform=ax.transAxes, color=view.palette.muted, linewidth=0.5, zorder=0.5)
    for sign, (name, label) in marks.labels.items():
        share = (marks.values == sign).astype(np.float64)
        if view.bins is not None:
            share = bin_means(np.where(marks.known, share, np.nan), view.bins.starts)
        drawn = share > 0
        if view.bins is None:
            left, right = slots.runs(drawn)
            height = np.full(len(left), 0.9 * view.top / 2)
        else:
            left, right, height = slots.left[drawn], slots.right[drawn], share[drawn] * 0.9 * view.top / 2
        if not len(left):
            continue
        add_rectangles(
            ax, left, right, np.full(len(left), middle), middle + sign * height, transform=ax.get_xaxis_transform(),
            facecolors=COLOURS[name], edgecolors=_edge_colour(COLOURS[name], shaded, view), linewidths=0.5, zorder=2,
            label=label,
        )  # fmt: skip
        if view.bins is None and view.pixels >= _SHADE_FROM:
            add_rectangles(
                shaded, left, right, np.zeros(len(left)), np.ones(len(left)), transform=shaded.get_xaxis_transform(),
                facecolors=COLOURS[name], edgecolors="none", alpha=view.palette.shade, zorder=0,
            )  # fmt: skip
    _hatch(ax, marks, view, top, "//////")


def _edge_colour(colour: str, background: Axes, view: View) -> str:
    """Return the colour itself, or that of texts if the background has too little contrast to it."""
    faces = (background.get_facecolor(), background.figure.get_facecolor())
    shown = next((face for face in map(to_rgba, faces) if face[3] > 0.5), None)
    clear = shown is None or contrast_ratio(colour, shown[:3]) >= _LEAST_CONTRAST
    return colour if clear else view.palette.text


def hatch_unknown(ax: Axes, marks: Marks, view: View) -> None:
    """Hatch the whole height of the axes where nothing is known."""
    _hatch(ax, marks, view, 0.0, "//")


def _hatch(ax: Axes, marks: Marks, view: View, low: float, pattern: str) -> None:
    unknown = ~marks.known
    if view.bins is not None:
        unknown = ~(bin_means(marks.known.astype(np.float64), view.bins.starts) > 0)
    left, right = view.shown.runs(unknown)
    if not len(left):
        return
    add_rectangles(
        ax, left, right, np.full(len(left), low), np.ones(len(left)), transform=ax.get_xaxis_transform(),
        facecolors="none", edgecolors=view.palette.muted, hatch=pattern, linewidths=0.5, zorder=0.6,
        label=marks.unknown,
    )  # fmt: skip
