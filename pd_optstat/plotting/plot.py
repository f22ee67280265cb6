"""``df.optstat.plot()``: a figure of one series or of a panel, drawn with matplotlib."""

# pyright: reportArgumentType=false, reportCallIssue=false
from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias, get_args

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .._types import DateLike
from .._util.validation import check_int
from ..analysis import metrics
from ..analysis.counts import Column, Counts
from ..analysis.windows import WindowLike
from ..core.arrays import BoolArray
from ..errors import InvalidRequest
from .elements import (
    axes_width,
    draw_bands,
    draw_bars,
    draw_dates,
    draw_legend,
    draw_percentile,
    draw_ratio,
    shade_runs,
)
from .heatmap import draw_heatmap, heatmap_height, monthly_ratios
from .style import COLOURS, Palette, apply_palette, check_theme, choose_palette

__all__ = ["COLOURS", "PlotKind", "PlotSettings", "PlottedSeries", "plot", "plot_panel"]

PlotKind: TypeAlias = Literal["overview", "ratio", "volume", "bands", "percentile", "heatmap"]

#: Height of the axes of each kind, in inches, in a figure made here; that of a heatmap depends on its years.
_HEIGHTS = {"overview": 5.2, "ratio": 4.0, "volume": 4.0, "bands": 4.4, "percentile": 3.6}
_WIDTH = 10.0
_MAX_HEIGHT = 40.0


@dataclass(frozen=True, slots=True)
class PlotSettings:
    """What a figure shows and how: the arguments of ``df.optstat.plot``."""

    kind: PlotKind = "overview"
    windows: Iterable[int] = (10, 63)
    lookback: WindowLike = 252
    lower: float = 0.1
    upper: float = 0.9
    extremes: bool = True
    window: WindowLike = 20
    k: float = 2.0
    start: DateLike | None = None
    end: DateLike | None = None
    title: str | None = None
    theme: str | None = None

    def checked(self) -> PlotSettings:
        """Return these settings with listed windows, or raise `InvalidRequest` naming the invalid argument."""
        if not isinstance(self.kind, str) or self.kind not in get_args(PlotKind):
            raise InvalidRequest(f"kind={self.kind!r} is not known. Valid: {', '.join(get_args(PlotKind))}.")
        check_theme(self.theme)
        if isinstance(self.windows, str) or not isinstance(self.windows, Iterable):
            raise InvalidRequest(f"windows={self.windows!r} must be several numbers of rows, such as (10, 63).")
        return replace(self, windows=[check_int(window, "windows") for window in self.windows])


class PlottedSeries(NamedTuple):
    """A series to draw.

    Attributes
    ----------
    counts : Counts
    name : str
        The series' name in the title, if `info` has no market.
    info : mapping
        The frame's ``attrs["optstat"]``.
    notes : sequence of str
        What the figure must say about its data, whatever its title.
    """

    counts: Counts
    name: str
    info: Mapping[str, object]
    notes: Sequence[str]

    @property
    def synthetic(self) -> bool:
        """Whether the notes say that the data is synthetic."""
        return "synthetic data" in self.notes


@dataclass(frozen=True, slots=True)
class _PlotData:
    """What is drawn of a series: computed from all its days, then cut to those that are shown."""

    counts: Counts
    ratio: Column
    means: Mapping[int, Column]
    marks: Column | None
    percentile: Column | None
    bands: pd.DataFrame | None


def plot(series: PlottedSeries, settings: PlotSettings, *, ax: Axes | None = None) -> Axes:
    """Draw one series.

    Parameters
    ----------
    series : PlottedSeries
    settings : PlotSettings
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure of `matplotlib.pyplot`.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given or made. In an overview these are the axes of the bars; the ratio has twin axes.
    """
    settings = settings.checked()
    _check_axes([] if ax is None else [ax])
    data = _compute(series.counts, settings)
    if ax is None:
        ax = _make_figure([data], settings).add_subplot()
    _draw(ax, data, settings, series)
    return ax


def plot_panel(
    panel: Sequence[PlottedSeries], settings: PlotSettings, *, ax: Axes | Iterable[Axes] | None = None
) -> npt.NDArray[np.object_]:
    """Draw the series of a panel one below the other, over the same days.

    Returns
    -------
    ndarray of matplotlib Axes
        One for each series, in the panel's order.
    """
    settings = settings.checked()
    drawn = [_compute(series.counts, settings) for series in panel]
    if ax is None:
        axes = list(_make_figure(drawn, settings).subplots(len(drawn), squeeze=False)[:, 0])
    else:
        axes = list(np.ravel(ax)) if isinstance(ax, Sequence | np.ndarray) else [ax]
        if len(axes) != len(drawn):
            raise InvalidRequest(f"ax={ax!r} must be {len(drawn)} Axes, as the panel has {len(drawn)} series.")
        _check_axes(axes)
    for panel_ax, data, series in zip(axes, drawn, panel, strict=True):
        _draw(panel_ax, data, settings, series)  # pyright: ignore[reportArgumentType]
    shown = [data.counts.days for data in drawn if len(data.ratio)]
    if settings.kind != "heatmap" and shown:
        whole_range = pd.DatetimeIndex([min(days[0] for days in shown), max(days[-1] for days in shown)])
        for panel_ax, data in zip(axes, drawn, strict=True):
            if len(data.ratio):
                draw_dates(panel_ax, whole_range.unique())  # pyright: ignore[reportArgumentType]
    return np.array(axes, dtype=object)


def _make_figure(drawn: Sequence[_PlotData], settings: PlotSettings) -> Figure:
    if settings.kind == "heatmap":
        heights = [heatmap_height(data.counts.days.year.nunique()) for data in drawn]
    else:
        height = _HEIGHTS[settings.kind]
        heights = [height if len(drawn) == 1 else 0.75 * height] * len(drawn)
    figure: Figure = plt.figure(figsize=(_WIDTH, min(sum(heights), _MAX_HEIGHT)), layout="constrained")
    if settings.theme is not None:
        figure.set_facecolor(choose_palette(figure.add_subplot(), settings.theme).background)
        figure.clear()
    return figure


def _compute(counts: Counts, settings: PlotSettings) -> _PlotData:
    kind, ratio = settings.kind, metrics.put_call_ratio(counts)
    marks = percentile = bands = None
    means: dict[int, Column] = {}
    if kind in ("overview", "ratio"):
        means = {window: metrics.rolling_ratio(counts, ratio, window, "mean") for window in settings.windows}
        if settings.extremes:
            marks = metrics.extremes(ratio, settings.lookback, settings.lower, settings.upper)
    if kind == "percentile":
        metrics.extremes(ratio, settings.lookback, settings.lower, settings.upper)  # raises if the limits are invalid
        percentile = metrics.percentile(ratio, settings.lookback)
    if kind == "bands":
        bands = metrics.bands(ratio, settings.window, settings.k)
    shown = _select_days(counts.days, settings.start, settings.end)
    return _PlotData(
        Counts(counts.days[shown], counts.calls[shown], counts.puts[shown], counts.valid[shown]),
        ratio[shown],
        {window: mean[shown] for window, mean in means.items()},
        None if marks is None else marks[shown],
        None if percentile is None else percentile[shown],
        None if bands is None else bands[shown],
    )


def _check_axes(axes: Iterable[object]) -> None:
    for ax in axes:
        if not isinstance(ax, Axes):
            raise InvalidRequest(f"ax={type(ax).__name__} must be matplotlib Axes, as plt.figure().add_subplot().")


def _select_days(days: pd.DatetimeIndex, start: DateLike | None, end: DateLike | None) -> BoolArray:
    """Return which days lie between `start` and `end`."""
    first, last = _parse_limit("start", start), _parse_limit("end", end)
    if first is not None and last is not None and first > last:
        raise InvalidRequest(f"start={start!r} is after end={end!r}. Exchange them.")
    shown = np.ones(len(days), dtype=np.bool_)
    days = days.tz_localize(None).normalize()
    if first is not None:
        shown &= np.asarray(days >= first)
    if last is not None:
        shown &= np.asarray(days <= last)
    return shown


def _parse_limit(name: str, value: DateLike | None) -> pd.Timestamp | None:
    """Return the day that `value` shows on its own clock."""
    if value is None:
        return None
    try:
        return pd.Timestamp(value).tz_localize(None).normalize()
    except (ValueError, TypeError, AttributeError) as error:  # NaT has no normalize()
        raise InvalidRequest(f"{name}={value!r} is not a date such as '2026-06-12': {error}.") from None


def _draw(ax: Axes, data: _PlotData, settings: PlotSettings, series: PlottedSeries) -> None:
    palette = choose_palette(ax, settings.theme)
    if settings.theme is not None:
        ax.set_facecolor(palette.background)
    parts = [ax]
    legend_lines = 0
    if not len(data.ratio):
        _draw_no_rows(ax, palette)
    elif settings.kind == "heatmap":
        last = series.info.get("data_type") == "OPEN_INTEREST"
        label = "Put/call ratio at the month's end" if last else "Put/call ratio of the month"
        table = monthly_ratios(data.counts, last=last)
        draw_heatmap(ax, table, palette, label, themed=settings.theme is not None)
    else:
        parts += _draw_kind(ax, data, settings, series.info)
        draw_dates(ax, data.counts.days)
        legend_lines = draw_legend(ax, parts)
        for part in parts:
            part.spines["top"].set_visible(False)
    _draw_title(ax, settings, series, legend_lines)
    if series.notes:
        _draw_note(ax, " · ".join(series.notes), settings.kind, palette)
    if settings.theme is not None:
        for part in parts:
            apply_palette(part, palette)


def _draw_no_rows(ax: Axes, palette: Palette) -> None:
    ax.text(
        0.5, 0.5, "no rows", transform=ax.transAxes, ha="center", va="center", fontsize=14, color=palette.muted
    )  # fmt: skip
    ax.set_xticks([])
    ax.set_yticks([])


def _draw_title(ax: Axes, settings: PlotSettings, series: PlottedSeries, legend_lines: int) -> None:
    """Set the title given by the user as it is, or else one that is wrapped to the width of the axes."""
    size, character = (12, 0.118) if axes_width(ax) > 6 else (10, 0.1)
    title = settings.title
    if title is None:
        title = textwrap.fill(_title(series, settings), max(int(axes_width(ax) / character), 12))
    ax.set_title(title, loc="left", fontsize=size, weight="bold", pad=10 + 15 * legend_lines)


def _draw_note(ax: Axes, text: str, kind: PlotKind, palette: Palette) -> None:
    """Write `text` inside the axes, as the title can be replaced."""
    if kind == "heatmap":
        ax.set_xlabel(text, loc="right", fontsize=8, style="italic", color=palette.muted)
        return
    box = {"facecolor": palette.background, "alpha": 0.75, "edgecolor": "none", "pad": 1.5}
    ax.text(
        0.993, 0.02, text, transform=ax.transAxes, ha="right", va="bottom", fontsize=8, style="italic",
        color=palette.muted, zorder=6, bbox=box,
    )  # fmt: skip


def _draw_kind(ax: Axes, data: _PlotData, settings: PlotSettings, info: Mapping[str, object]) -> list[Axes]:
    """Draw the settings' kind over days into `ax`; return the axes that were added."""
    palette = choose_palette(ax, settings.theme)
    counted = {"VOLUME": "Volume", "OPEN_INTEREST": "Open interest"}.get(str(info.get("data_type")), "Calls and puts")
    added = []
    if settings.kind == "overview":
        twin = ax.twinx()
        added.append(twin)
        # The bars take the lower half of the axes, the ratio the upper half.
        draw_bars(ax, data.counts, room=1.9)
        draw_ratio(twin, data.ratio, data.means, palette, below=1.15)
        ax.set_ylabel(f"{counted} (contracts)", loc="bottom")
        twin.set_ylabel("Put/call ratio", loc="top")
    elif settings.kind == "volume":
        draw_bars(ax, data.counts, room=1.05)
        ax.set_ylabel(f"{counted} (contracts)")
    elif settings.kind == "percentile" and data.percentile is not None:
        draw_percentile(ax, data.percentile, settings.lower, settings.upper, palette)
        ax.set_ylabel("Percentile of the ratio")
    elif settings.kind == "bands" and data.bands is not None:
        label = f"mean of {_describe_window(settings.window)} ± {settings.k:g} std"
        draw_bands(ax, data.ratio, data.bands, palette, label)
        ax.set_ylabel("Put/call ratio")
    else:
        draw_ratio(ax, data.ratio, data.means, palette, below=0.08)
        ax.set_ylabel("Put/call ratio")
    if data.marks is not None:
        shade_runs(ax, data.marks, settings.lower, settings.upper, palette)
    return added


def _describe_window(window: WindowLike) -> str:
    return f"{window} days" if isinstance(window, int | np.integer) else str(window)


def _title(series: PlottedSeries, settings: PlotSettings) -> str:
    info = series.info
    data_type = {"VOLUME": "volume", "OPEN_INTEREST": "open interest"}.get(str(info.get("data_type")), "")
    subject = series.name
    if data_type and isinstance(info.get("market"), str):
        subject = f"{info['market']} option {data_type}"
    elif data_type and info.get("source") == "cboe":
        product = [str(info["product"])] if info.get("product") else []
        subject = " ".join(["Cboe", *product, f"option {data_type}"])
    shown = {
        "overview": " and put/call ratio",
        "ratio": ": put/call ratio",
        "volume": "",
        "bands": ": put/call ratio and its band",
        "percentile": f": percentile of the put/call ratio among {_describe_window(settings.lookback)}",
        "heatmap": ": put/call ratio by month",
    }[settings.kind]
    return subject + shown + (" (synthetic)" if series.synthetic else "")
