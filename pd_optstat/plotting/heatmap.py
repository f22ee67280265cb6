"""The heatmap of the put/call ratio: a column per month, a row per year."""

from __future__ import annotations

from calendar import month_abbr

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..analysis.counts import Counts
from ..core.arrays import Float64Array
from .elements import axes_width
from .palettes import Palette
from .style import apply_palette, colormap, contrast

__all__ = ["draw_heatmap", "heatmap_height", "monthly_ratios"]

#: With more years, the numbers do not fit into the cells.
_NUMBERS_UP_TO = 25


def monthly_ratios(counts: Counts, *, last: bool) -> pd.DataFrame:
    """Return the put/call ratio of each month, indexed by year, columns 1 to 12; NaN where a month has none.

    It is Σput / Σcall over the days of the month that have both; if `last`, as for open interest, the ratio of the
    last such day.
    """
    valid = counts.valid
    days = counts.days.tz_localize(None)[valid]
    values = pd.DataFrame({"call": counts.calls[valid], "put": counts.puts[valid]}, dtype=np.float64)
    by_month = values.groupby([days.year, days.month])
    of_month = by_month.last() if last else by_month.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (of_month["put"] / of_month["call"]).where(of_month["call"] > 0)
    table = ratio.unstack() if len(ratio) else pd.DataFrame()
    years = range(int(days.year.min()), int(days.year.max()) + 1) if len(days) else []
    return table.reindex(index=list(years), columns=list(range(1, 13)))


def heatmap_height(years: int) -> float:
    """Return the height in inches of a heatmap of so many years."""
    return float(np.clip(1.5 + 0.34 * years, 2.4, 9))


def draw_heatmap(ax: Axes, table: pd.DataFrame, palette: Palette, label: str, *, themed: bool) -> None:
    """Draw a table of `monthly_ratios` as cells, blue where the ratio is low and vermillion where it is high.

    `themed`: the colour bar gets the colours of the palette, too.
    """
    values = table.to_numpy(dtype=np.float64)
    norm = _norm(values)
    mesh = ax.pcolormesh(
        np.arange(13) + 0.5, np.arange(len(table) + 1) - 0.5, np.ma.masked_invalid(values), cmap=colormap(palette),
        norm=norm, edgecolors=[ax.get_facecolor()], linewidth=1,
    )  # fmt: skip
    width = axes_width(ax)
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
        ax.yaxis.set_major_formatter(FuncFormatter(lambda row, _: f"{first + row:.0f}"))
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    bar = ax.figure.colorbar(mesh, ax=ax, fraction=0.03, pad=0.015)
    bar.set_label(label)
    bar.outline.set_visible(False)
    if themed:
        apply_palette(bar.ax, palette)


def _norm(values: Float64Array) -> TwoSlopeNorm:
    """Return a norm that is neutral at the median and reaches equally far on both sides."""
    finite = values[np.isfinite(values)]
    middle = float(np.median(finite)) if len(finite) else 1.0
    reach = float(np.abs(finite - middle).max(initial=0.0)) or max(abs(middle) * 0.1, 0.1)  # not 0: it is divided by
    return TwoSlopeNorm(middle, middle - reach, middle + reach)


def _write_numbers(ax: Axes, values: Float64Array, palette: Palette, norm: TwoSlopeNorm, *, small: bool) -> None:
    for row, column in np.argwhere(np.isfinite(values)).tolist():
        value = values[row, column]
        ax.text(
            column + 1, row, f"{value:.2f}" if abs(value) < 100 else f"{value:.3g}", ha="center", va="center",
            fontsize=6 if small else 8, color=contrast(colormap(palette)(norm(value))),
        )  # fmt: skip
