"""The mean path of prices around events, with its band."""

# pyright: reportArgumentType=false
from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..errors import InvalidRequest
from .header import axes_size, draw_header, fit_into_figure, fonts_for, legend_entries
from .palettes import COLOURS, PALETTES, Palette
from .plotted import check_figsize
from .style import apply_palette, check_theme, choose_palette

__all__ = ["PathPicture", "draw_event_paths"]

_SIZE = (10.0, 4.6)
#: The sides, each with its colour, its name, and the line that tells it apart without colours.
_SIDES = ((1, "fear", "high (fear)", "-"), (-1, "greed", "low (greed)", (0, (5, 1.5))))


class PathPicture(NamedTuple):
    """What a picture shows besides the numbers, and how.

    Attributes
    ----------
    title, level, band : str, float, str
    notes : sequence of str
        What the picture must say about its data.
    theme, figsize
        As in ``df.optstat.plot``.
    """

    title: str
    level: float
    band: str
    notes: Sequence[str] = ()
    theme: str | None = None
    figsize: tuple[float, float] | None = None

    def checked(self, ax: object) -> PathPicture:
        """Return this with a checked size, or raise `InvalidRequest` naming the invalid argument."""
        check_theme(self.theme)
        if not isinstance(self.title, str):
            raise InvalidRequest(f"title={self.title!r} must be a text, or None for the series' name.")
        if ax is not None and not isinstance(ax, Axes):
            raise InvalidRequest(f"ax={type(ax).__name__} must be matplotlib Axes, as plt.figure().add_subplot().")
        size = check_figsize(self.figsize)
        if ax is not None and size is not None:
            raise InvalidRequest("figsize= is the size of a new figure, and ax= draws into one that exists. Leave one.")
        return self._replace(figsize=size)


def draw_event_paths(paths: pd.DataFrame, picture: PathPicture, ax: Axes | None = None) -> Axes:
    """Draw the table of ``df.optstat.event_study`` of one series.

    Parameters
    ----------
    paths : DataFrame
    picture : PathPicture
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure of `matplotlib.pyplot`.

    Returns
    -------
    matplotlib.axes.Axes
    """
    picture = picture.checked(ax)
    if ax is None:
        figure = plt.figure(figsize=picture.figsize or _SIZE, layout="constrained")
        if picture.theme is not None:
            figure.set_facecolor(PALETTES[picture.theme].background)
        ax = figure.add_subplot()
    palette = choose_palette(ax, picture.theme)
    if picture.theme is not None:
        ax.set_facecolor(palette.background)
    drawn = _draw_lines(ax, paths, palette)
    fonts = fonts_for(axes_size(ax)[0])
    ax.tick_params(labelsize=fonts.label)
    ax.set_xlabel("Sessions from the entry" if drawn else "", fontsize=fonts.label)
    ax.set_ylabel("Price relative to the entry" if drawn else "", fontsize=fonts.label)
    ax.spines[["top", "right"]].set_visible(False)
    fit_into_figure(ax, [ax], top=False)
    notes = [*picture.notes, f"bands: {100 * picture.level:g}%, {picture.band}"] if drawn else [*picture.notes]
    draw_header(ax, picture.title, notes, legend_entries([ax]), palette)
    fit_into_figure(ax, [ax], top=True)
    if picture.theme is not None:
        apply_palette(ax, palette)
    return ax


def _draw_lines(ax: Axes, paths: pd.DataFrame, palette: Palette) -> bool:
    """Draw the paths of both sides and of all days; return whether there is any."""
    drawn = False
    for side, colour, label, dashes in _SIDES:
        table = paths.loc[side]
        if not table["mean"].notna().any():
            continue
        sessions, count = table.index.to_numpy(), int(table["count"].max())
        low, high = (table[name].to_numpy(dtype=np.float64) for name in ("low", "high"))
        ax.fill_between(sessions, low, high, color=COLOURS[colour], alpha=palette.shade / 2, linewidth=0, zorder=1)
        for edge in (low, high):  # where bands overlap, only their edges tell which is which
            ax.plot(sessions, edge, color=COLOURS[colour], linestyle=dashes, linewidth=0.7, zorder=1.5)
        ax.plot(
            sessions, table["mean"].to_numpy(), color=COLOURS[colour], linestyle=dashes, linewidth=1.8, zorder=3,
            label=f"{label}: {count} event{'' if count == 1 else 's'}",
        )  # fmt: skip
        drawn = True
    if not drawn:
        ax.text(
            0.5, 0.5, "no events", transform=ax.transAxes, ha="center", va="center", fontsize=14, color=palette.muted
        )  # fmt: skip
        ax.set_xticks([])
        ax.set_yticks([])
        return False
    every = paths["all_mean"].xs(1, level="side")
    sessions = every.index.to_numpy()
    ax.plot(sessions, every.to_numpy(), color=palette.text, linewidth=1.2, linestyle=":", zorder=2, label="all days")
    ax.set_xlim(sessions[0], sessions[-1])
    ax.axvline(0, color=palette.muted, linewidth=0.8, zorder=0.5)
    ax.axhline(0, color=palette.muted, linewidth=0.8, zorder=0.5)
    ax.xaxis.set_major_locator(MaxNLocator(9, integer=True, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_locator(MaxNLocator(6))
    ax.yaxis.set_major_formatter(FuncFormatter(_percent))
    return True


def _percent(value: float, _position: object = None) -> str:
    """Return a return as the label of a tick.

    >>> _percent(0.025), _percent(-0.01), _percent(0.0)
    ('+2.5%', '−1%', '0%')
    """
    rounded = round(100 * value, 6)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):g}%"
