"""``df.optstat.plot()``: pictures of one series or of a panel. This module and those below it draw with matplotlib."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .._util.validation import check_int
from ..analysis import metrics as _m
from ..analysis.counts import Counts
from ..analysis.windows import WindowLike
from ..core.arrays import BoolArray
from ..errors import InvalidRequest
from .elements import (
    draw_bands,
    draw_bars,
    draw_dates,
    draw_legend,
    draw_percentile,
    draw_ratio,
    shade,
    thousands,
    width_of,
)
from .heatmap import draw_heatmap, height_of, monthly
from .style import COLOURS, Palette, check_theme, dress, palette_of

__all__ = ["COLOURS", "Kind", "Options", "PlottedSeries", "plot", "plot_panel", "thousands"]

Kind: TypeAlias = Literal["overview", "ratio", "volume", "bands", "percentile", "heatmap"]

#: The height of each kind's axes, in inches, where the figure is made here; the heatmap's depends on its years.
_HEIGHTS = {"overview": 5.2, "ratio": 4.0, "volume": 4.0, "bands": 4.4, "percentile": 3.6}
_WIDTH = 10.0


@dataclass(frozen=True, slots=True)
class Options:
    """What a picture shows and how, as given to ``df.optstat.plot``."""

    kind: Kind = "overview"
    windows: Iterable[int] = (10, 63)
    lookback: WindowLike = 252
    lower: float = 0.1
    upper: float = 0.9
    extremes: bool = True
    window: WindowLike = 20
    k: float = 2.0
    start: Any = None
    end: Any = None
    title: str | None = None
    theme: str | None = None

    def check(self) -> None:
        """Raise `InvalidRequest` if there is no such kind, theme, or windows are no numbers."""
        if not isinstance(self.kind, str) or self.kind not in get_args(Kind):
            raise InvalidRequest(f"kind={self.kind!r} is not known. Valid: {', '.join(get_args(Kind))}.")
        check_theme(self.theme)
        self.spans()

    def spans(self) -> list[int]:
        """Return the windows of the rolling means."""
        if isinstance(self.windows, str) or not isinstance(self.windows, Iterable):
            raise InvalidRequest(f"windows={self.windows!r}: several numbers of rows are needed, as in (10, 63)")
        return [check_int(window, "windows") for window in self.windows]


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
        What the picture must say about its data, whatever its title.
    """

    counts: Counts
    name: str
    info: Mapping[str, object]
    notes: Sequence[str]

    @property
    def synthetic(self) -> bool:
        return "synthetic data" in self.notes


@dataclass(frozen=True, slots=True)
class _PlotData:
    """What is drawn of a series: computed from all its days, cut to those that are shown."""

    counts: Counts
    ratio: pd.Series[Any]
    means: Mapping[int, pd.Series[Any]]
    marks: pd.Series[Any] | None
    percentile: pd.Series[Any] | None
    bands: pd.DataFrame | None


def plot(series: PlottedSeries, options: Options, *, ax: Axes | None = None) -> Axes:
    """Draw one series.

    Parameters
    ----------
    series : PlottedSeries
    options : Options
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure of `matplotlib.pyplot`.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given or made; that of the bars in an overview, where the ratio has a twin of its own.
    """
    options.check()
    _check_axes([] if ax is None else [ax])
    drawn = _compute(series.counts, options)
    if ax is None:
        ax = _figure([drawn], options).add_subplot()
    _draw(ax, drawn, options, series)
    return ax


def plot_panel(panel: Sequence[PlottedSeries], options: Options, *, ax: Any = None) -> npt.NDArray[Any]:
    """Draw the series of a panel one below the other, over the same days.

    Returns
    -------
    ndarray of matplotlib Axes
        One for each series, in the panel's order.
    """
    options.check()
    drawn = [_compute(series.counts, options) for series in panel]
    if ax is None:
        axes = list(_figure(drawn, options).subplots(len(drawn), squeeze=False)[:, 0])
    else:
        axes = list(np.ravel(ax)) if isinstance(ax, Sequence | np.ndarray) else [ax]
        if len(axes) != len(drawn):
            raise InvalidRequest(f"ax={ax!r} must be {len(drawn)} Axes, as the panel has {len(drawn)} series.")
        _check_axes(axes)
    for one, part, series in zip(axes, drawn, panel, strict=True):
        _draw(one, part, options, series)
    shown = [part.counts.days for part in drawn if len(part.ratio)]
    if options.kind != "heatmap" and shown:
        whole_range = pd.DatetimeIndex([min(days[0] for days in shown), max(days[-1] for days in shown)])
        for one, part in zip(axes, drawn, strict=True):
            if len(part.ratio):
                draw_dates(one, whole_range.unique())
    return np.array(axes, dtype=object)


def _figure(drawn: Sequence[_PlotData], options: Options) -> Figure:
    if options.kind == "heatmap":
        heights = [height_of(part.counts.days.year.nunique()) for part in drawn]
    else:
        each = _HEIGHTS[options.kind]
        heights = [each if len(drawn) == 1 else 0.75 * each] * len(drawn)
    made: Figure = plt.figure(figsize=(_WIDTH, min(sum(heights), 40)), layout="constrained")
    if options.theme is not None:
        made.set_facecolor(palette_of(made.add_subplot(), options.theme).ground)
        made.clear()
    return made


def _compute(counts: Counts, options: Options) -> _PlotData:
    kind, ratio = options.kind, _m.put_call_ratio(counts)
    marks = percentile = bands = None
    means: dict[int, pd.Series[Any]] = {}
    if kind in ("overview", "ratio"):
        means = {w: _m.rolling_ratio(counts, ratio, w, "mean") for w in options.spans()}
        if options.extremes:
            marks = _m.extremes(ratio, options.lookback, options.lower, options.upper)
    if kind == "percentile":
        _m.extremes(ratio, options.lookback, options.lower, options.upper)  # refuses limits that are none
        percentile = _m.percentile(ratio, options.lookback)
    if kind == "bands":
        bands = _m.bands(ratio, options.window, options.k)
    shown = _between(counts.days, options.start, options.end)
    return _PlotData(
        Counts(counts.days[shown], counts.calls[shown], counts.puts[shown], counts.valid[shown]),
        ratio[shown],
        {w: mean[shown] for w, mean in means.items()},
        None if marks is None else marks[shown],
        None if percentile is None else percentile[shown],
        None if bands is None else bands[shown],
    )


def _check_axes(axes: Sequence[Any]) -> None:
    from matplotlib.axes import Axes

    for ax in axes:
        if not isinstance(ax, Axes):
            raise InvalidRequest(
                f"ax={type(ax).__name__}: matplotlib Axes are needed, such as plt.figure().add_subplot()"
            )


def _between(days: pd.DatetimeIndex, start: Any, end: Any) -> BoolArray:
    """Return which `days` are to be drawn."""
    first, last = _limit("start", start), _limit("end", end)
    if first is not None and last is not None and first > last:
        raise InvalidRequest(f"start={start!r} is after end={end!r}. Exchange them.")
    drawn = np.ones(len(days), dtype=np.bool_)
    days = days.tz_localize(None).normalize()
    if first is not None:
        drawn &= np.asarray(days >= first)
    if last is not None:
        drawn &= np.asarray(days <= last)
    return drawn


def _limit(name: str, value: Any) -> pd.Timestamp | None:
    """Return the day that `value`, `start` or `end`, means on the frame's own clock."""
    if value is None:
        return None
    try:
        return pd.Timestamp(value).tz_localize(None).normalize()
    except (ValueError, TypeError, AttributeError) as error:  # NaT has no normalize()
        raise InvalidRequest(f"{name}={value!r} is not a date such as '2026-06-12': {error}") from None


def _draw(ax: Axes, drawn: _PlotData, options: Options, series: PlottedSeries) -> None:
    info = series.info
    palette = palette_of(ax, options.theme)
    if options.theme is not None:
        ax.set_facecolor(palette.ground)
    parts = [ax]
    lines = 0
    if not len(drawn.ratio):
        ax.text(
            0.5, 0.5, "no rows", transform=ax.transAxes, ha="center", va="center", fontsize=14, color=palette.muted
        )  # fmt: skip
        ax.set_xticks([])
        ax.set_yticks([])
    elif options.kind == "heatmap":
        last = info.get("data_type") == "OPEN_INTEREST"
        label = "Put/call ratio at the month's end" if last else "Put/call ratio of the month"
        table = monthly(drawn.counts, last=last)
        draw_heatmap(ax, table, palette, label, dressed=options.theme is not None)
    else:
        parts += _draw_kind(ax, drawn, options, info)
        draw_dates(ax, drawn.counts.days)
        lines = draw_legend(ax, parts)
        for part in parts:
            part.spines["top"].set_visible(False)
    title = _title(series, options) if options.title is None else options.title
    size, width = (12, 0.118) if width_of(ax) > 6 else (10, 0.1)
    fitting = textwrap.fill(title, max(int(width_of(ax) / width), 12)) if options.title is None else title
    ax.set_title(fitting, loc="left", fontsize=size, weight="bold", pad=10 + 15 * lines)
    if series.notes:
        _label(ax, " · ".join(series.notes), options.kind, palette)
    if options.theme is not None:
        for part in parts:
            dress(part, palette)


def _label(ax: Axes, text: str, kind: Kind, palette: Palette) -> None:
    """Write `text` inside the axes, as the title can be replaced."""
    if kind == "heatmap":
        ax.set_xlabel(text, loc="right", fontsize=8, style="italic", color=palette.muted)
        return
    ground = {"facecolor": palette.ground, "alpha": 0.75, "edgecolor": "none", "pad": 1.5}
    ax.text(
        0.993, 0.02, text, transform=ax.transAxes, ha="right", va="bottom", fontsize=8, style="italic",
        color=palette.muted, zorder=6, bbox=ground,
    )  # fmt: skip


def _draw_kind(ax: Axes, drawn: _PlotData, options: Options, info: Mapping[str, Any]) -> list[Axes]:
    """Draw a picture over days into `ax`; return the axes that were added."""
    palette = palette_of(ax, options.theme)
    what = {"VOLUME": "Volume", "OPEN_INTEREST": "Open interest"}.get(str(info.get("data_type")), "Calls and puts")
    added = []
    if options.kind == "overview":
        twin = ax.twinx()
        added.append(twin)
        # The bars keep to the lower half, the ratio has the upper one.
        draw_bars(ax, drawn.counts, room=1.9)
        draw_ratio(twin, drawn.ratio, drawn.means, palette, below=1.15)
        ax.set_ylabel(f"{what} (contracts)", loc="bottom")
        twin.set_ylabel("Put/call ratio", loc="top")
    elif options.kind == "volume":
        draw_bars(ax, drawn.counts, room=1.05)
        ax.set_ylabel(f"{what} (contracts)")
    elif options.kind == "percentile" and drawn.percentile is not None:
        draw_percentile(ax, drawn.percentile, options.lower, options.upper, palette)
        ax.set_ylabel("Percentile of the ratio")
    elif options.kind == "bands" and drawn.bands is not None:
        label = f"mean of {_length(options.window)} ± {options.k:g} std"
        draw_bands(ax, drawn.ratio, drawn.bands, palette, label)
        ax.set_ylabel("Put/call ratio")
    else:
        draw_ratio(ax, drawn.ratio, drawn.means, palette, below=0.08)
        ax.set_ylabel("Put/call ratio")
    if drawn.marks is not None:
        shade(ax, drawn.marks, options.lower, options.upper, palette)
    return added


def _length(window: WindowLike) -> str:
    return f"{window} days" if isinstance(window, int | np.integer) else str(window)


def _title(series: PlottedSeries, options: Options) -> str:
    info = series.info
    kind = {"VOLUME": "volume", "OPEN_INTEREST": "open interest"}.get(str(info.get("data_type")), "")
    head = series.name
    if kind and isinstance(info.get("market"), str):
        head = f"{info['market']} option {kind}"
    elif kind and info.get("source") == "cboe":
        product = [str(info["product"])] if info.get("product") else []
        head = " ".join(["Cboe", *product, f"option {kind}"])
    told = {
        "overview": " and put/call ratio",
        "ratio": ": put/call ratio",
        "volume": "",
        "bands": ": put/call ratio and its band",
        "percentile": f": percentile of the put/call ratio among {_length(options.lookback)}",
        "heatmap": ": put/call ratio by month",
    }[options.kind]
    return head + told + (" (synthetic)" if series.synthetic else "")
