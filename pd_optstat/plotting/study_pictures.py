"""Pictures of what followed a signal: means by quantile, and the equity of a walk-forward test."""

# pyright: reportArgumentType=false
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from .style import COLOURS, Palette, apply_palette

__all__ = ["draw_equity", "draw_quantiles"]


def draw_quantiles(figure: Figure, table: pd.DataFrame, palette: Palette) -> None:
    """Draw the mean return of each bucket and two standard errors on either side, for each horizon.

    `table` is as ``df.optstat.quantiles`` returns it.
    """
    horizons = list(dict.fromkeys(table.index.get_level_values("horizon")))
    axes = figure.subplots(1, len(horizons), squeeze=False)[0]
    for ax, horizon in zip(axes, horizons, strict=True):
        part = table.xs(horizon, level="horizon")
        buckets, mean = part.index.to_numpy(), part["mean"].to_numpy(dtype=np.float64)
        error = 2 * part["std_error"].to_numpy(dtype=np.float64)
        middle = (buckets.min() + buckets.max()) / 2
        colours = [
            COLOURS["greed"] if b < middle else COLOURS["fear"] if b > middle else palette.ratio for b in buckets
        ]
        ax.axhline(0, color=palette.muted, linewidth=0.8)
        ax.bar(buckets, mean, color=colours, width=0.7, alpha=0.85)
        ax.errorbar(buckets, mean, yerr=error, fmt="none", ecolor=palette.text, elinewidth=1, capsize=3)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlabel("Bucket of the signal")
        _percent(ax)
        _finish(ax, f"{horizon} session" + ("s" if horizon != 1 else ""), palette)
    axes[0].set_ylabel("Mean return ± 2 std. errors", color=palette.text)


def draw_equity(figure: Figure, returns: pd.DataFrame, starts: Sequence[pd.Timestamp], palette: Palette) -> None:
    """Draw the equity of the chosen rules and that of holding throughout, and where blocks begin.

    `returns` is that of a `WalkForward`.
    """
    ax = figure.add_subplot()
    held = (1.0 + returns["market"]).cumprod()
    for start in starts:
        ax.axvline(
            start,  # type: ignore[arg-type]
            color=palette.muted,
            linewidth=0.7,
            linestyle=":",
        )
    ax.axhline(1, color=palette.muted, linewidth=0.8)
    ax.plot(returns.index, held, color=palette.ratio, linewidth=1.1, label="price, held throughout")
    ax.plot(returns.index, returns["equity"], color=palette.means[1], linewidth=1.8, label="chosen rules, after costs")
    locator = AutoDateLocator(maxticks=8)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.2f}"))
    ax.set_ylabel("Equity, from 1")
    ax.margins(x=0.01)
    _finish(ax, "", palette)


def _percent(ax: Axes) -> None:
    ax.yaxis.set_major_locator(MaxNLocator(6))
    ticks = ax.get_yticks()
    step = float(ticks[1] - ticks[0]) if len(ticks) > 1 else 0.01
    decimals = next((places for places in range(3) if abs(step * 10 ** (places + 2) % 1 - 0.5) > 0.499), 3)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=decimals))


def _finish(ax: Axes, title: str, palette: Palette) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_title(title, loc="left", fontsize=11, weight="bold", color=palette.text)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(frameon=False, fontsize=8.5, loc="best")
    apply_palette(ax, palette)
