"""The heatmap of the put/call ratio: a column per month, a row per year."""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Collection

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..analysis.counts import Counts
from ..core.arrays import Float64Array
from ..core.calendars import calendar
from ..core.dates import to_day
from ..core.markets import Exchange
from .header import axes_size
from .palettes import Palette
from .style import apply_palette, colormap, readable_on

__all__ = ["draw_heatmap", "heatmap_height", "lacks_sessions", "monthly_ratios", "partial_months"]

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


def lacks_sessions(loaded_until: pd.Timestamp, until: pd.Timestamp, exchange: Exchange | None) -> bool:
    """Return whether there is a session, or if the exchange is not known a weekday, after one day up to another."""
    after = loaded_until + pd.Timedelta(days=1)
    if exchange is None:
        return len(pd.bdate_range(after, until)) > 0
    return len(calendar(exchange).sessions(to_day(after.date()), to_day(until.date()))) > 0


def partial_months(days: pd.DatetimeIndex, exchange: Exchange | None, *, last: bool) -> set[tuple[int, int]]:
    """Return the months, as (year, month), whose ratio is not yet or not fully that of the month.

    These are the months of which `days` lack sessions; if `last`, as for open interest, the last session. Without a
    known exchange only the last month is judged: it lacks sessions if a weekday follows its last day.
    """
    if not len(days):
        return set()
    days = days.tz_localize(None).normalize()
    month_end = days[-1] + pd.offsets.MonthEnd(0)
    if exchange is None:
        return {(days[-1].year, days[-1].month)} if lacks_sessions(days[-1], month_end, None) else set()
    numbers = calendar(exchange).sessions(to_day(days[0].replace(day=1).date()), to_day(month_end.date()))
    sessions = pd.DatetimeIndex(numbers.astype("datetime64[D]").astype("datetime64[s]"))
    if last:
        is_last = np.append(sessions.month[1:] != sessions.month[:-1], [True] * min(len(sessions), 1))
        sessions = sessions[is_last]
    lacking = sessions.difference(days)
    return set(zip(lacking.year.tolist(), lacking.month.tolist(), strict=True))


def heatmap_height(years: int, *, alone: bool = True) -> float:
    """Return the height in inches of a heatmap of so many years, less if it is one of several."""
    return float(np.clip((1.3 if alone else 0.85) + (0.34 if alone else 0.27) * years, 1.3, 9))


def draw_heatmap(
    ax: Axes, table: pd.DataFrame, partial: Collection[tuple[int, int]], palette: Palette, label: str, *, themed: bool
) -> bool:
    """Draw a table of `monthly_ratios` as cells, blue where the ratio is low and vermillion where it is high.

    A `partial` month gets a dashed frame, and an asterisk if there is room for numbers. If `themed`, the colour bar
    gets the colours of the palette, too. Returns whether any month is marked as partial.
    """
    values = table.to_numpy(dtype=np.float64)
    marked: list[Rectangle] = []
    norm = _norm(values)
    mesh = ax.pcolormesh(
        np.arange(13) + 0.5, np.arange(len(table) + 1) - 0.5, np.ma.masked_invalid(values), cmap=colormap(palette),
        norm=norm, edgecolors=[ax.get_facecolor()], linewidth=1,
    )  # fmt: skip
    width, height = axes_size(ax)
    ax.set_xticks(range(1, 13), [month_abbr[month][: 3 if width > 5 else 1] for month in range(1, 13)])
    ax.set_ylim(max(len(table), 1) - 0.5, -0.5)
    if len(table) <= _NUMBERS_UP_TO:
        ax.set_yticks(range(len(table)), [str(year) for year in table.index])
        if width > 3.3:
            _write_numbers(ax, table, partial, palette, norm, small=width < 5)
        for row, column in np.argwhere(np.isfinite(values)).tolist():
            if (int(table.index[row]), column + 1) in partial:
                colour = readable_on(colormap(palette)(norm(values[row, column]))[:3])
                marked.append(
                    Rectangle((column + 0.56, row - 0.42), 0.88, 0.84, fill=False, linestyle="--", edgecolor=colour)
                )
                ax.add_patch(marked[-1])
    else:
        first = int(table.index[0])
        ax.yaxis.set_major_locator(MaxNLocator(12, integer=True))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda row, _: f"{first + row:.0f}"))
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    # Within the axes' own children, so that it moves with them when they make room for their texts.
    bar = ax.figure.colorbar(mesh, cax=ax.inset_axes((1.015, 0, 0.16 / width, 1)))
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_major_locator(MaxNLocator(max(2, min(6, int(height / 0.4)))))
    bar.ax.tick_params(labelsize=8)
    bar.set_label(label if height > 2 else "", fontsize=8)
    if themed:
        apply_palette(bar.ax, palette)
    return bool(marked)


def _norm(values: Float64Array) -> TwoSlopeNorm:
    """Return a norm that is neutral at the median and reaches equally far on both sides."""
    finite = values[np.isfinite(values)]
    middle = float(np.median(finite)) if len(finite) else 1.0
    reach = float(np.abs(finite - middle).max(initial=0.0)) or max(abs(middle) * 0.1, 0.1)  # not 0: it is divided by
    return TwoSlopeNorm(middle, middle - reach, middle + reach)


def _write_numbers(
    ax: Axes, table: pd.DataFrame, partial: Collection[tuple[int, int]], palette: Palette, norm: TwoSlopeNorm, *,
    small: bool,
) -> None:  # fmt: skip
    values = table.to_numpy(dtype=np.float64)
    for row, column in np.argwhere(np.isfinite(values)).tolist():
        value = values[row, column]
        colour = readable_on(colormap(palette)(norm(value))[:3])
        text = f"{value:.2f}" if abs(value) < 100 else f"{value:.3g}"
        if (table.index[row], column + 1) in partial:
            text += "*"
        ax.text(column + 1, row, text, ha="center", va="center", fontsize=6 if small else 8, color=colour)
