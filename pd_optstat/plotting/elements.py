"""The parts of a figure: bars, lines, areas. Each function draws given numbers into axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.ticker import FuncFormatter, Locator, MaxNLocator

from ..analysis.counts import Column, Counts
from ..core.arrays import BoolArray, Float64Array
from .slots import Bins, Slots, bin_counts, bin_means, bin_ranges, break_lines
from .style import COLOURS, Palette

__all__ = [
    "PartLocator", "View", "add_rectangles", "draw_bands", "draw_bars", "draw_daily", "draw_percentile", "draw_ratio",
    "fit_values", "format_percent", "thousands",
]  # fmt: skip

_STEPS = [1, 2, 2.5, 3, 4, 5, 10]
_DASHES = ("-", "--", ":", "-.")
#: Bars of at least so many pixels leave a gap to the next one.
_GAP_FROM = 5.0
#: A line whose window is narrower than this is drawn thin, as it is nearly as rough as the days.
_SMOOTH_FROM = 6.0


class View(NamedTuple):
    """What the elements need to know of their axes.

    Attributes
    ----------
    slots : Slots
        Where the rows lie.
    bins : Bins or None
        What is drawn instead of rows if there are more rows than pixels.
    pixels : float
        The width of a row.
    top : float
        The part of the height, from 0 to 1, that the data must leave free at the top.
    palette : Palette
    """

    slots: Slots
    bins: Bins | None
    pixels: float
    top: float
    palette: Palette

    @property
    def shown(self) -> Slots:
        """The slots of what is drawn: bins, or rows."""
        return self.slots if self.bins is None else self.bins.slots


def thousands(value: float, _position: object = None) -> str:
    """Return a number of contracts as the label of a tick.

    >>> [thousands(v) for v in (0, 950, 1500, 250e3, 32.5e6, 1.2e9)]
    ['0', '950', '1.5k', '250k', '32.5M', '1.2bn']
    """
    for unit, name in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= unit:
            return f"{value / unit:.4g}{name}"
    return f"{value:.4g}"


def format_percent(share: float) -> str:
    """Return a share with as many digits as it needs.

    >>> format_percent(1 - 0.9), format_percent(0.025)
    ('10%', '2.5%')
    """
    return f"{100 * share:.4g}%"


def draw_bars(ax: Axes, counts: Counts, view: View, *, room: float, peaks: bool, partial: str) -> None:
    """Draw puts stacked on calls as bars; the y axis is `room` times as high as the highest bar.

    A bin's bar is the mean of its days, with `peaks` below a line at its highest day. All bars of a colour are one
    collection, as `Axes.bar` takes seconds for 5,000 rows. If `partial` is not empty, the last bar is hatched, and
    the legend says this of it.
    """
    slots = view.shown
    if view.bins is None:
        calls, puts = (np.where(counts.valid, part, np.nan).astype(np.float64) for part in (counts.calls, counts.puts))
        highest = calls + puts
    else:
        calls, puts, highest = bin_counts(counts, view.bins.starts)
    filled = np.isfinite(calls)
    left, right = _bar_edges(view, filled)
    calls, puts = calls[filled], puts[filled]
    for low, high, name in ((np.zeros(len(left)), calls, "call"), (calls, calls + puts, "put")):
        colour = COLOURS[name]
        # Bars that touch would show their background through a seam without an edge.
        width = 0.0 if view.bins is None and view.pixels >= _GAP_FROM else 0.6
        add_rectangles(
            ax, left, right, low, high, facecolors=colour, edgecolors=colour, linewidths=width, zorder=1,
            label=f"{name}s",
        )  # fmt: skip
    if view.bins is not None and peaks:
        _draw_highest(ax, highest, slots, view.palette)
    if partial and len(left):
        add_rectangles(
            ax, left[-1:], right[-1:], np.zeros(1), (calls + puts)[-1:], facecolors="none",
            edgecolors=view.palette.text, hatch="///", linewidths=0.5, zorder=1.2, label=partial,
        )  # fmt: skip
    top = float((highest[filled] if peaks else calls + puts).max(initial=0.0)) or 1.0
    ax.set_ylim(0, top * room / (1 - view.top))
    ax.yaxis.set_major_formatter(FuncFormatter(thousands))
    ax.yaxis.set_major_locator(PartLocator(0, top))


def _bar_edges(view: View, filled: BoolArray) -> tuple[Float64Array, Float64Array]:
    """Return where each bar begins and ends."""
    left, right = view.shown.left[filled], view.shown.right[filled]
    if view.bins is not None:
        return left, right
    if view.pixels >= _GAP_FROM:
        gap = 0.1 * (right - left)
        return left + gap, right - gap
    # Without gaps at weekends and holidays, which would look like ruled lines.
    apart = left[1:] - right[:-1]
    reach = np.where(apart < 5, apart / 2, 0.0)
    return left - np.append(0.0, reach), right + np.append(reach, 0.0)


def _draw_highest(ax: Axes, highest: Float64Array, slots: Slots, palette: Palette) -> None:
    """Draw the highest day of each bin as the outline that bars of that height would have."""
    ends = np.stack([slots.left, slots.right], axis=1).ravel()
    line = np.repeat(highest, 2)
    ax.plot(
        np.insert(ends, 2 * slots.holes, np.nan), np.insert(line, 2 * slots.holes, np.nan), color=palette.muted,
        linewidth=0.8, label="highest day", zorder=1.5,
    )  # fmt: skip


def add_rectangles(
    ax: Axes, left: Float64Array, right: Float64Array, low: Float64Array, high: Float64Array, **style: object
) -> PolyCollection:
    """Add a collection of rectangles, and return it."""
    corners = np.empty((len(left), 4, 2))
    corners[:, :, 0] = np.stack([left, left, right, right], axis=1)
    corners[:, :, 1] = np.stack([low, high, high, low], axis=1)
    rectangles = PolyCollection(list(corners), **style)  # type: ignore[arg-type]
    ax.add_collection(rectangles, autolim=False)
    return rectangles


def draw_ratio(ax: Axes, ratio: Column, means: Mapping[int, Column], view: View, *, below: float) -> None:
    """Draw the ratio and its means; `below` is the room under the lines, as a multiple of their height.

    Of bins, the range of their days and the mean of the daily ratios are drawn.
    """
    values = ratio.to_numpy(dtype=np.float64)
    draw_daily(ax, values, view, "ratio", marked=True)
    palette = view.palette
    for position, (window, mean) in enumerate(means.items()):
        if not mean.notna().any():
            continue  # fewer rows than the window: without a line there is no entry in the legend
        dashes, colour = divmod(position, len(palette.means))
        _draw_line(
            ax, *break_lines(view.slots, mean.to_numpy(dtype=np.float64)), color=palette.means[colour],
            linestyle=_DASHES[dashes % len(_DASHES)],
            linewidth=1.8 if window * view.pixels >= _SMOOTH_FROM else 0.8,
            label=f"mean of {window} {view.slots.unit.one if window == 1 else view.slots.unit.many}",
        )  # fmt: skip
    fit_values(ax, values, view, below)


def _draw_line(ax: Axes, x: Float64Array, y: Float64Array, *, points: bool = False, **style: Any) -> None:
    """Draw a line, with a point on each value that has no neighbour, of which a line alone would show nothing."""
    known = np.isfinite(y)
    before, after = np.append(False, known[:-1]), np.append(known[1:], False)
    alone = np.flatnonzero(known & ~before & ~after)
    marked = points or len(alone) > 0
    ax.plot(
        x, y, marker="o" if marked else "", markersize=3, markevery=None if points or not marked else alone.tolist(),
        **style,
    )  # fmt: skip


def draw_daily(
    ax: Axes, values: Float64Array, view: View, name: str, *, marked: bool = False, colour: str | None = None
) -> None:
    """Draw values as a line; of bins, their mean as a line and their range as an area. By default as ratios are."""
    colour = view.palette.ratio if colour is None else colour
    if view.bins is None:
        _draw_line(
            ax, *break_lines(view.slots, values), points=marked and view.pixels >= _GAP_FROM, color=colour,
            linewidth=1.1 if view.pixels >= _GAP_FROM else 0.8, label=name, zorder=2,
        )  # fmt: skip
        return
    slots, starts = view.bins.slots, view.bins.starts
    centre, low, high = break_lines(slots, *bin_ranges(values, starts))
    ax.fill_between(centre, low, high, color=colour, alpha=0.35, linewidth=0, label="range of days")
    middle = break_lines(slots, bin_means(values, starts))
    _draw_line(ax, *middle, color=colour, linewidth=1.3, label=name, zorder=2)


def fit_values(ax: Axes, values: Float64Array, view: View, below: float) -> None:
    """Set the y axis to the finite values, with room below, and free space at the top."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        ax.set_yticks([])  # a scale without values would look like one
        return
    low, high = float(finite.min()), float(finite.max())
    room = (high - low) or max(abs(high), 1.0) * 0.2
    bottom, top = low - below * room, high + 0.08 * room
    ax.set_ylim(bottom, bottom + (top - bottom) / (1 - view.top))
    ax.yaxis.set_major_locator(PartLocator(low, high))


class PartLocator(Locator):
    """Round ticks between `low` and `high`, a part of the axis: as many as there is room for, but at most five."""

    def __init__(self, low: float, high: float) -> None:
        self.limits = low, high

    def __call__(self) -> Sequence[float]:
        """Return the ticks."""
        low, high = sorted(self.axis.get_view_interval().tolist())  # type: ignore[union-attr]
        return self.tick_values(low, high)

    def tick_values(self, vmin: float, vmax: float) -> Sequence[float]:
        """Return the ticks, if `vmin` and `vmax` are the ends of the axis."""
        low, high = self.limits
        if high <= low:
            return [low]
        most = int(np.clip(self.axis.get_tick_space() * (high - low) / (vmax - vmin) * 1.2, 2, 5))  # type: ignore[union-attr]
        room, best = 0.03 * (high - low), np.array([low])
        for bins in range(1, 12):
            ticks = np.asarray(MaxNLocator(bins, steps=_STEPS, min_n_ticks=1).tick_values(low, high))
            ticks = ticks[(ticks >= low - room) & (ticks <= high + room)]
            if len(best) < len(ticks) <= most:
                best = ticks
        return list(map(float, best))


def draw_bands(ax: Axes, ratio: Column, bands: pd.DataFrame, view: View, label: str) -> None:
    """Draw the ratio, the band around its rolling mean, and a mark on each day outside the band.

    Of bins, the mean band is drawn, and the highest and the lowest day outside of it.
    """
    palette, values = view.palette, ratio.to_numpy(dtype=np.float64)
    middle, upper, lower = (bands[name].to_numpy(dtype=np.float64) for name in ("middle", "upper", "lower"))
    shown = [middle, upper, lower]
    if view.bins is not None:
        shown = [bin_means(part, view.bins.starts) for part in shown]
    centre, middle_line, top, bottom = break_lines(view.shown, *shown)
    ax.fill_between(
        centre, bottom, top, facecolor=(palette.band, palette.shade), edgecolor=palette.band, linewidth=0.8,
        linestyle="--", label=label,
    )  # fmt: skip
    _draw_line(ax, centre, middle_line, color=palette.means[0], linewidth=1.6, label="mean")
    draw_daily(ax, values, view, "ratio")
    for sign, limit, name, marker, side in ((1, upper, "fear", "^", "above"), (-1, lower, "greed", "v", "below")):
        outside = sign * (values - limit) > 0
        rows = _strongest(outside, sign * values, view.bins)
        ax.plot(
            view.slots.centre[rows], values[rows], marker, color=COLOURS[name],
            markersize=5 if view.bins is None else 3.5, label=f"{side} the band", zorder=3,
        )  # fmt: skip
    fit_values(ax, np.concatenate([values, bottom, top]), view, 0.04)


def _strongest(marked: BoolArray, strength: Float64Array, bins: Bins | None) -> npt.NDArray[np.intp]:
    """Return the rows that are marked; of each bin only the one with the greatest strength."""
    rows = np.flatnonzero(marked)
    if bins is None or not len(rows):
        return rows
    group = np.searchsorted(bins.starts, rows, side="right")
    order = np.lexsort((-strength[rows], group))
    is_first = np.diff(group[order], prepend=-1) > 0
    return np.sort(rows[order[is_first]])


def draw_percentile(ax: Axes, percentile: Column, lower: float, upper: float, view: View) -> None:
    """Draw the percentile, and fill the areas where it is extreme; of bins, their mean and their range."""
    values = percentile.to_numpy(dtype=np.float64)
    if view.bins is None:
        draw_daily(ax, values, view, "percentile")
    else:
        middle = break_lines(view.bins.slots, bin_means(values, view.bins.starts))
        _draw_line(ax, *middle, color=view.palette.text, linewidth=1.3, label="percentile")
    for limit, name, label, extreme in (
        (upper, "fear", f"top {format_percent(1 - upper)} (fear)", values >= upper),
        (lower, "greed", f"bottom {format_percent(lower)} (greed)", values <= lower),
    ):
        ax.axhline(limit, color=COLOURS[name], linewidth=1, linestyle="--")
        if view.bins is not None:
            continue  # the strip above shows how many days are extreme
        centre, broken = break_lines(view.slots, values)
        inside = (broken >= upper) if limit == upper else (broken <= lower)
        ax.fill_between(
            centre, limit, broken, where=inside.tolist(), interpolate=True, color=COLOURS[name], linewidth=0,
            label=label,
        )  # fmt: skip
        # The filled area of a single day is empty, so points are drawn.
        ax.plot(view.slots.centre[extreme], values[extreme], ".", color=COLOURS[name], markersize=3)
    ax.set_ylim(-0.02, -0.02 + 1.04 / (1 - view.top))
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
