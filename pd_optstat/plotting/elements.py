"""The parts of a figure: bars, lines, shaded runs, dates, the legend. Each function draws given numbers into axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.ticker import FuncFormatter

from ..analysis.counts import Column, Counts
from ..core.arrays import BoolArray, Float64Array
from .style import COLOURS, Palette

__all__ = [
    "axes_width",
    "draw_bands",
    "draw_bars",
    "draw_dates",
    "draw_legend",
    "draw_percentile",
    "draw_ratio",
    "shade_runs",
    "thousands",
]

#: Bars leave a gap to the next day. With more rows, the gaps would be thinner than a pixel.
_GAPS_UP_TO = 150
_DASHES = ("-", "--", ":", "-.")


def thousands(value: float, _position: object = None) -> str:
    """Return a number of contracts as the label of a tick.

    >>> [thousands(v) for v in (0, 950, 1500, 250e3, 32.5e6, 1.2e9)]
    ['0', '950', '1.5k', '250k', '32.5M', '1.2bn']
    """
    for unit, name in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= unit:
            return f"{value / unit:.4g}{name}"
    return f"{value:.4g}"


def draw_bars(ax: Axes, counts: Counts, *, room: float) -> None:
    """Draw puts stacked on calls as bars; the y axis is `room` times as high as the highest bar.

    All bars of a colour are one collection, as `Axes.bar` takes seconds for 5,000 rows.
    """
    valid = counts.valid
    days = _date_numbers(counts.days)[valid]
    calls, puts = (part[valid].astype(np.float64) for part in (counts.calls, counts.puts))
    left, right = days - 0.4, days + 0.4
    if len(days) > _GAPS_UP_TO:  # half-way to the next days, but not further than half a long weekend
        half = np.minimum(np.diff(days) / 2, 2)
        left, right = days - np.append(0.5, half), days + np.append(half, 0.5)
    for low, high, name in ((np.zeros(len(days)), calls, "call"), (calls, calls + puts, "put")):
        corners = np.empty((len(days), 4, 2))
        corners[:, :, 0] = np.stack([left, left, right, right], axis=1)
        corners[:, :, 1] = np.stack([low, high, high, low], axis=1)
        colour = COLOURS[name]
        edge = colour if len(days) > _GAPS_UP_TO else "none"  # a bar thinner than a pixel fades without an edge
        bars = PolyCollection(
            list(corners), facecolors=colour, edgecolors=edge, linewidths=0.2, zorder=1,
            label=f"{name}s",
        )  # fmt: skip
        ax.add_collection(bars)
    top = float((calls + puts).max(initial=0.0)) or 1.0
    ax.set_ylim(0, top * room)
    ax.yaxis.set_major_formatter(FuncFormatter(thousands))
    ax.set_yticks([tick for tick in ax.get_yticks() if tick <= top * min(room, 1.02)])


def draw_ratio(ax: Axes, ratio: Column, means: Mapping[int, Column], palette: Palette, *, below: float) -> None:
    """Draw the ratio and its means; `below` is the room under the lines, as a multiple of their height."""
    days = _date_numbers(ratio.index)
    many = len(ratio) > _GAPS_UP_TO
    ax.plot(
        days, ratio.to_numpy(), color=palette.ratio, linewidth=0.7 if many else 1.1, alpha=0.9,
        marker="" if many else "o", markersize=3, label="ratio",
    )  # fmt: skip
    for position, (window, mean) in enumerate(means.items()):
        if not mean.notna().any():
            continue  # fewer rows than the window: without a line there is no entry in the legend
        round_of_colours, colour = divmod(position, len(palette.means))
        ax.plot(
            days, mean.to_numpy(), color=palette.means[colour], linestyle=_DASHES[round_of_colours % len(_DASHES)],
            linewidth=1.8, label=f"mean of {window} days",
        )  # fmt: skip
    low, high = float(ratio.min()), float(ratio.max())
    if not np.isfinite(low):
        low, high = 0.0, 1.0
    room = (high - low) or max(abs(high), 1.0) * 0.2
    ax.set_ylim(low - below * room, high + 0.08 * room)
    if below > 0.1:
        ax.set_yticks([tick for tick in ax.get_yticks() if low - 0.1 * room <= tick <= high + 0.08 * room])
    if high == low:
        ax.set_yticks([low])


def draw_bands(ax: Axes, ratio: Column, bands: pd.DataFrame, palette: Palette, label: str) -> None:
    """Draw the ratio, the band around its rolling mean, and a mark on each day outside the band."""
    days = _date_numbers(ratio.index)
    values, middle, upper, lower = (
        part.to_numpy(dtype=np.float64) for part in (ratio, bands["middle"], bands["upper"], bands["lower"])
    )
    ax.fill_between(days, lower, upper, color=palette.band, alpha=palette.shade, linewidth=0, label=label)
    ax.plot(days, middle, color=palette.means[0], linewidth=1.6, label="mean")
    ax.plot(days, values, color=palette.ratio, linewidth=0.8 if len(days) > _GAPS_UP_TO else 1.1, label="ratio")
    for outside, name, marker, side in (
        (values > upper, "fear", "^", "above"),
        (values < lower, "greed", "v", "below"),
    ):
        ax.plot(
            days[outside], values[outside], marker, color=COLOURS[name], markersize=5, label=f"{side} the band"
        )  # fmt: skip


def draw_percentile(ax: Axes, percentile: Column, lower: float, upper: float, palette: Palette) -> None:
    """Draw the percentile, and fill the areas where it is extreme."""
    days, values = _date_numbers(percentile.index), percentile.to_numpy(dtype=np.float64)
    ax.plot(days, values, color=palette.ratio, linewidth=0.6 if len(days) > _GAPS_UP_TO else 1.1, label="percentile")
    for limit, name, label, extreme in (
        (upper, "fear", f"top {1 - upper:.0%} (fear)", values >= upper),
        (lower, "greed", f"bottom {lower:.0%} (greed)", values <= lower),
    ):
        ax.axhline(limit, color=COLOURS[name], linewidth=1, linestyle="--")
        ax.fill_between(
            days, limit, values, where=extreme.tolist(), interpolate=True, color=COLOURS[name], alpha=0.6, linewidth=0,
            label=label,
        )  # fmt: skip
        # The filled area of a single day is empty, so points are drawn.
        ax.plot(days[extreme], values[extreme], ".", color=COLOURS[name], markersize=2.5)
    ax.set_ylim(-0.02, 1.02)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))


def shade_runs(ax: Axes, marks: Column, lower: float, upper: float, palette: Palette) -> None:
    """Shade each run of extreme days over the whole height of the axes."""
    days = _date_numbers(marks.index)
    values = marks.to_numpy()
    named = {1: ("fear", f"top {1 - upper:.0%} (fear)"), -1: ("greed", f"bottom {lower:.0%} (greed)")}
    for sign, (name, label) in named.items():
        first, last = _run_ends(values == sign)
        for number, (begin, end) in enumerate(zip(days[first], days[last], strict=True)):
            ax.axvspan(
                begin - 0.5, end + 0.5, color=COLOURS[name], alpha=palette.shade, linewidth=0, zorder=0,
                label=label if number == 0 else "_",
            )  # fmt: skip


def draw_dates(ax: Axes, days: pd.DatetimeIndex) -> None:
    """Label the x axis with as many dates as there is room for."""
    numbers = _date_numbers(days)
    margin = max(0.01 * (numbers[-1] - numbers[0]), 0.7)
    ax.xaxis_date()
    ax.set_xlim(numbers[0] - margin, numbers[-1] + margin)
    if len(numbers) == 1:
        ax.set_xticks([numbers[0]], [f"{days[0]:%Y-%m-%d}"])
        return
    most = int(np.clip(axes_width(ax) * 1.1, 3, 9))
    locator = mdates.AutoDateLocator(minticks=min(4, most - 1), maxticks=most)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))


def draw_legend(ax: Axes, parts: Sequence[Axes]) -> int:
    """Draw one legend for all `parts` above the axes, where it hides no data; return its number of lines."""
    entries = [pair for part in parts for pair in zip(*part.get_legend_handles_labels(), strict=True)]
    if not entries:
        return 0
    handles, labels = zip(*entries, strict=True)
    columns = _columns(labels, axes_width(ax))
    ax.legend(
        handles, labels, loc="lower left", bbox_to_anchor=(-0.005, 1.0), ncols=columns, frameon=False,
        fontsize=8.5, handlelength=1.4, columnspacing=1.3, borderaxespad=0.2,
    )  # fmt: skip
    return math.ceil(len(labels) / columns)


def _columns(labels: Sequence[str], width: float) -> int:
    """Return the most columns with which a legend fits into `width` inches; matplotlib fills it column by column.

    >>> _columns(["calls", "puts", "mean of 10 days"], 9), _columns(["calls", "puts", "mean of 10 days"], 2.6)
    (3, 2)
    """
    widths = [0.42 + 0.066 * len(label) for label in labels]
    for columns in range(len(labels), 1, -1):
        if sum(float(part.max()) for part in np.array_split(widths, columns)) <= width:
            return columns
    return 1


def axes_width(ax: Axes) -> float:
    """Return the width in inches that `ax` has, or will have once the figure is laid out."""
    current = ax.get_window_extent().width / ax.figure.dpi
    cell = ax.get_subplotspec()
    if cell is None or ax.figure.get_layout_engine() is None:
        return float(current)
    # A layout engine sets the width when the figure is drawn; until then it is estimated.
    columns = cell.get_gridspec().ncols
    return float(0.88 * ax.figure.get_figwidth() * len(cell.colspan) / columns - 0.3)  # type: ignore[union-attr]


def _run_ends(is_inside: BoolArray) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the first and the last row of each run of True."""
    edges = np.diff(np.concatenate([[False], is_inside, [False]]).astype(np.int8))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1


def _date_numbers(days: pd.Index) -> Float64Array:
    moments = pd.DatetimeIndex(days).tz_localize(None).to_numpy()
    return np.asarray(mdates.date2num(moments), dtype=np.float64)
