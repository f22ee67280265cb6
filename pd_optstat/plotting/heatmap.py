"""The heatmap: the ratio of each month, a row a year."""

from __future__ import annotations

from calendar import month_abbr
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..analysis.counts import Counts
from ..core.arrays import Float64Array
from .elements import width_of
from .palettes import Palette
from .style import colormap, contrast, dress

__all__ = ["draw_heatmap", "height_of", "monthly"]

#: With more years than that the numbers would not fit into the cells.
_NUMBERS_UP_TO = 25


def monthly(counts: Counts, *, last: bool) -> pd.DataFrame:
    """Return the put/call ratio of each month, indexed by year, columns 1 to 12; NaN where there is none.

    Σput / Σcall of the month's days that have both; if `last` (open interest), the ratio of its last such day.
    """
    rows = counts.valid
    days = counts.days.tz_localize(None)[rows]
    values = pd.DataFrame({"call": counts.calls[rows], "put": counts.puts[rows]}, dtype=np.float64)
    months = values.groupby([days.year, days.month])
    of_month = months.last() if last else months.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (of_month["put"] / of_month["call"]).where(of_month["call"] > 0)
    table = ratio.unstack() if len(ratio) else pd.DataFrame()
    years = range(int(days.year.min()), int(days.year.max()) + 1) if len(days) else []
    return table.reindex(index=list(years), columns=list(range(1, 13)))


def height_of(years: int) -> float:
    """Return how high, in inches, a heatmap of so many years is."""
    return float(np.clip(1.5 + 0.34 * years, 2.4, 9))


def draw_heatmap(ax: Axes, table: pd.DataFrame, palette: Palette, label: str, *, dressed: bool) -> None:
    """Draw the months as cells, blue where the ratio is low and vermillion where it is high; years from the top."""
    values = table.to_numpy(dtype=np.float64)
    norm = _norm(values)
    mesh = ax.pcolormesh(
        np.arange(13) + 0.5, np.arange(len(table) + 1) - 0.5, np.ma.masked_invalid(values), cmap=colormap(palette),
        norm=norm, edgecolors=[ax.get_facecolor()], linewidth=1,
    )  # fmt: skip
    width = width_of(ax)
    letters = 3 if width > 5 else 1
    ax.set_xticks(range(1, 13), [month_abbr[month][:letters] for month in range(1, 13)])
    ax.set_ylim(max(len(table), 1) - 0.5, -0.5)
    if len(table) <= _NUMBERS_UP_TO:
        ax.set_yticks(range(len(table)), [str(year) for year in table.index])
        if width > 3.6:
            _write_numbers(ax, values, palette, norm, small=width < 5)
    else:
        first = int(table.index[0])
        ax.yaxis.set_major_locator(MaxNLocator(12, integer=True))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{first + at:.0f}"))
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    bar = ax.figure.colorbar(mesh, ax=ax, fraction=0.03, pad=0.015)
    bar.set_label(label)
    bar.outline.set_visible(False)
    if dressed:
        dress(bar.ax, palette)


def _norm(values: Float64Array) -> TwoSlopeNorm:
    """Return colours that are neutral at the median, and equally far from it on both sides."""
    there = values[np.isfinite(values)]
    middle = float(np.median(there)) if len(there) else 1.0
    reach = float(np.abs(there - middle).max(initial=0.0)) or max(abs(middle) * 0.1, 0.1)
    return TwoSlopeNorm(middle, middle - reach, middle + reach)


def _write_numbers(ax: Axes, values: Float64Array, palette: Palette, norm: Any, *, small: bool) -> None:
    for row, column in np.argwhere(np.isfinite(values)).tolist():
        value = values[row, column]
        ax.text(
            column + 1, row, f"{value:.2f}" if abs(value) < 100 else f"{value:.3g}", ha="center", va="center",
            fontsize=6 if small else 8, color=contrast(colormap(palette)(norm(value))),
        )  # fmt: skip
