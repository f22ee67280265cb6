"""``df.optstat.plot()``: a figure of one series or of a panel, drawn with matplotlib."""

# pyright: reportArgumentType=false, reportCallIssue=false
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..errors import InvalidRequest
from .date_axis import draw_dates
from .elements import PartLocator, View, draw_bands, draw_bars, draw_percentile, draw_ratio
from .header import axes_size, draw_header, fit_into_figure, fonts_for, legend_entries
from .heatmap import draw_heatmap, heatmap_height, lacks_sessions, monthly_ratios, partial_months
from .palettes import PALETTES
from .plotted import PlotData, PlotKind, PlotSettings, PlottedSeries, compute, compute_means, describe_window
from .price import draw_price, price_label
from .slots import Slots, choose_bins
from .strip import draw_strip, hatch_unknown, strip_share
from .style import COLOURS, Palette, apply_palette, choose_palette

__all__ = ["COLOURS", "PlotKind", "PlotSettings", "PlottedSeries", "plot", "plot_panel"]


#: Height of the axes of each kind, in inches, in a figure made here; that of a heatmap depends on its years.
_HEIGHTS = {"overview": 5.2, "ratio": 4.0, "volume": 4.0, "bands": 4.4, "percentile": 3.6, "price": 4.0}
_WIDTH = 10.0
#: Of a panel: each series' share of that height, the series from which on there are two columns, and limits in inches.
_PANEL_SHARE, _TWO_COLUMNS_FROM, _TWO_COLUMNS_WIDTH, _MAX_HEIGHT = 0.48, 5, 13.0, 24.0
#: Axes of less than so many inches have no room for long labels beside them.
_LOW = 2.0


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
    _check_axes([] if ax is None else [ax], settings)
    data = compute(series, settings)
    if ax is None:
        ax = _make_figure([data], settings).add_subplot()
    drawn = _draw(ax, data, settings, series)
    _finish(drawn, settings, series, legend_of=drawn.parts)
    return ax


def plot_panel(
    panel: Sequence[PlottedSeries], settings: PlotSettings, *, ax: Axes | Iterable[Axes] | None = None
) -> npt.NDArray[np.object_]:
    """Draw the series of a panel, over the same days: one below the other, and from five on in two columns.

    One legend, above the first series, serves all.

    Returns
    -------
    ndarray of matplotlib Axes
        One for each series, in the panel's order.
    """
    settings = settings.checked()
    computed = [compute(series, settings) for series in panel]
    axes: list[Axes]
    if ax is None:
        axes = _make_panel_axes(computed, settings)
    else:
        axes = list(np.ravel(ax)) if isinstance(ax, Sequence | np.ndarray) else [ax]  # type: ignore[list-item]
        if len(axes) != len(computed):
            kind = "series with a price" if settings.kind == "price" else "series"
            raise InvalidRequest(f"ax={ax!r} must be {len(computed)} Axes, as the panel has {len(computed)} {kind}.")
        _check_axes(axes, settings)
    with_rows = [data.slots for data in computed if len(data.ratio)]
    limits = None
    if with_rows:
        limits = min(slots.left[0] for slots in with_rows), max(slots.right[-1] for slots in with_rows)
    drawn = [
        _draw(panel_ax, data, settings, series, limits)
        for panel_ax, data, series in zip(axes, computed, panel, strict=True)
    ]
    legend_of = [part for one in drawn for part in one.parts]
    for one, series in zip(drawn, panel, strict=True):
        _finish(one, settings, series, legend_of=legend_of if one is drawn[0] else [], in_panel=True)
    if ax is None and settings.kind != "heatmap" and len(with_rows) == len(drawn):
        columns = 1 if len(drawn) < _TWO_COLUMNS_FROM else 2
        for panel_ax in axes[:-columns]:  # the same dates stand below the last of each column
            panel_ax.tick_params(axis="x", labelbottom=False)
    return np.array(axes, dtype=object)


def _make_panel_axes(drawn: Sequence[PlotData], settings: PlotSettings) -> list[Axes]:
    columns = 1 if len(drawn) < _TWO_COLUMNS_FROM else 2
    rows = -(-len(drawn) // columns)
    grid = _make_figure(drawn, settings, columns).add_gridspec(rows, columns)
    figure: Figure = grid.figure  # type: ignore[assignment]
    return [figure.add_subplot(grid[divmod(number, columns)]) for number in range(len(drawn))]


def _make_figure(drawn: Sequence[PlotData], settings: PlotSettings, columns: int = 1) -> Figure:
    alone = len(drawn) == 1
    if settings.kind == "heatmap":
        heights = [heatmap_height(data.counts.days.year.nunique(), alone=alone) for data in drawn]
    else:
        heights = [_HEIGHTS[settings.kind] * (1 if alone else _PANEL_SHARE)] * len(drawn)
    rows = [max(heights[start : start + columns]) for start in range(0, len(heights), columns)]
    size = _WIDTH if columns == 1 else _TWO_COLUMNS_WIDTH, min(sum(rows) + (0 if alone else 0.7), _MAX_HEIGHT)
    figure: Figure = plt.figure(figsize=settings.figsize or size, layout="constrained")
    if settings.theme is not None:
        figure.set_facecolor(PALETTES[settings.theme].background)
    return figure


def _check_axes(axes: Iterable[object], settings: PlotSettings) -> None:
    given = False
    for ax in axes:
        given = True
        if not isinstance(ax, Axes):
            raise InvalidRequest(f"ax={type(ax).__name__} must be matplotlib Axes, as plt.figure().add_subplot().")
    if given and settings.figsize is not None:
        width, height = settings.figsize
        raise InvalidRequest(
            f"figsize=({width:g}, {height:g}) is the size of a new figure, and ax= draws into one that exists. Leave "
            "one of them out, or call ax.figure.set_size_inches(width, height)."
        )


class _Drawn(NamedTuple):
    """The axes of a series, with those that were added to them, and what their header says besides its notes."""

    parts: list[Axes]
    slots: Slots
    notes: list[str]


def _draw(
    ax: Axes, data: PlotData, settings: PlotSettings, series: PlottedSeries, limits: tuple[float, float] | None = None
) -> _Drawn:
    """Draw the data into `ax`, but no header."""
    palette = choose_palette(ax, settings.theme)
    if settings.theme is not None:
        ax.set_facecolor(palette.background)
    drawn = _Drawn([ax], data.slots, [])
    if not len(data.ratio):
        _draw_no_rows(ax, palette)
    elif settings.kind == "heatmap":
        last = series.info.get("data_type") == "OPEN_INTEREST"
        label = "Put/call ratio at month's end" if last else "Put/call ratio of the month"
        table, partial = monthly_ratios(data.counts, last=last), _partial_months(data, series)
        if draw_heatmap(ax, table, partial, palette, label, themed=settings.theme is not None):
            drawn.notes.append("* part of the month")
    else:
        limits = limits or (float(data.slots.left[0]), float(data.slots.right[-1]))
        _draw_kind(drawn, data, settings, series, limits)
    fonts = fonts_for(axes_size(ax)[0])
    for part in drawn.parts:
        part.tick_params(labelsize=fonts.label)
        part.yaxis.label.set_fontsize(fonts.label)
    return drawn


def _partial_months(data: PlotData, series: PlottedSeries) -> set[tuple[int, int]]:
    if series.info.get("resampled") is not None:  # of earlier rows it is not known which days they lack
        last = data.slots.days[-1]
        return {(last.year, last.month)} if _ends_early(data, series) else set()
    valid = data.counts.days[data.counts.valid]
    return partial_months(valid, series.exchange, last=series.info.get("data_type") == "OPEN_INTEREST")


def _ends_early(data: PlotData, series: PlottedSeries) -> bool:
    """Return whether the last resampled row lacks sessions, as the load ended before its period did."""
    end = series.info.get("end")
    if series.info.get("resampled") is None or not isinstance(end, str):
        return False
    try:
        loaded_until = pd.Timestamp(end)
    except ValueError:  # attributes that others wrote
        return False
    last = data.slots.days[-1].tz_localize(None)
    if pd.isna(loaded_until) or loaded_until.tzinfo is not None or loaded_until >= last:
        return False
    return lacks_sessions(loaded_until, last, series.exchange)


def _finish(
    drawn: _Drawn, settings: PlotSettings, series: PlottedSeries, *, legend_of: Sequence[Axes], in_panel: bool = False
) -> None:
    """Write legend, notes and title above the axes, in their colours, and make room for them."""
    ax, parts = drawn.parts[0], drawn.parts
    palette = choose_palette(ax, settings.theme)
    title = settings.title
    if title is None:
        title = _title(series, settings, drawn.slots, in_panel=in_panel)
    fit_into_figure(ax, parts, top=False)
    notes = [*series.notes, *drawn.notes]
    draw_header(ax, title, notes, legend_entries(legend_of), palette, wrapped=settings.title is None)
    fit_into_figure(ax, parts, top=True)
    if settings.theme is not None:
        for part in parts:
            apply_palette(part, palette)


def _draw_no_rows(ax: Axes, palette: Palette) -> None:
    ax.text(
        0.5, 0.5, "no rows", transform=ax.transAxes, ha="center", va="center", fontsize=14, color=palette.muted
    )  # fmt: skip
    ax.set_xticks([])
    ax.set_yticks([])


def _draw_kind(
    drawn: _Drawn, data: PlotData, settings: PlotSettings, series: PlottedSeries, limits: tuple[float, float]
) -> None:
    """Draw the settings' kind over days."""
    ax, kind = drawn.parts[0], settings.kind
    view = _view(ax, data, settings, limits)
    upper = ax
    if kind == "overview":
        upper = ax.twinx()
        drawn.parts.append(upper)
    if kind in ("overview", "volume"):
        # In an overview the bars take the lower half of the axes, the ratio the upper half.
        draw_bars(
            ax, data.counts, view, room=1.9 if kind == "overview" else 1.05,
            peaks=series.info.get("data_type") != "OPEN_INTEREST",  # which hardly differs within a month
            partial=f"part of the {data.slots.unit.one}" if _ends_early(data, series) else "",
        )  # fmt: skip
        ax.set_ylabel(
            _bars_label(view, series.info, axes_size(ax)[1]), loc="bottom" if kind == "overview" else "center"
        )
    if kind in ("overview", "ratio"):
        means = compute_means(data, view.pixels, settings.windows)
        draw_ratio(upper, data.ratio, means, view, below=1.15 if kind == "overview" else 0.08)
    elif kind == "percentile" and data.percentile is not None:
        draw_percentile(ax, data.percentile, settings.lower, settings.upper, view)
        ax.set_ylabel("Percentile of the ratio" if axes_size(ax)[1] >= _LOW else "Percentile")
    elif kind == "bands" and data.bands is not None:
        label = f"mean of {describe_window(settings.window, data.slots)} ± {settings.k:g} std"
        draw_bands(ax, data.ratio, data.bands, view, label)
    elif kind == "price":
        draw_price(ax, data.prices, data.marks, view)
        ax.set_ylabel(price_label(series.info.get("market"), short=axes_size(ax)[1] < _LOW))
    if kind in ("overview", "ratio", "bands"):
        upper.set_ylabel("Put/call ratio", loc="top" if kind == "overview" else "center")
    if data.marks is not None and view.top:
        draw_strip(upper, data.marks, view, shaded=ax)
    elif data.marks is not None:
        hatch_unknown(ax, data.marks, view)
    if view.bins is not None:
        strip = ", strip: share of days" if view.top else ""
        drawn.notes.append(f"means of each {view.bins.slots.unit.one}{strip}")
    draw_dates(ax, data.slots, limits, axes_size(ax)[0])
    _trim_spines(ax, upper)


def _view(ax: Axes, data: PlotData, settings: PlotSettings, limits: tuple[float, float]) -> View:
    width, height = axes_size(ax)
    pixels = width * ax.figure.dpi * data.slots.span / (limits[1] - limits[0])
    bins = choose_bins(data.slots, pixels)
    # A percentile of days shows by itself which of them are extreme.
    stripped = data.marks is not None and (settings.kind != "percentile" or bins is not None)
    top = strip_share(height) if stripped else 0.0
    return View(data.slots, bins, pixels / len(data.ratio), top, choose_palette(ax, settings.theme))


def _trim_spines(ax: Axes, upper: Axes) -> None:
    """Leave only spines that carry ticks, in an overview only the halves that do."""
    for part in (ax, upper):
        part.spines[["top", "right"]].set_visible(False)
    if upper is not ax:
        upper.spines[["left", "bottom"]].set_visible(False)
        upper.spines["right"].set_visible(True)
        for part, side in ((ax, "left"), (upper, "right")):
            locator = part.yaxis.get_major_locator()
            if isinstance(locator, PartLocator):
                part.spines[side].set_bounds(*locator.limits)
            else:
                part.spines[side].set_visible(False)


def _bars_label(view: View, info: Mapping[str, object], height: float) -> str:
    """Return what the bars count; without the data type in low axes, where only the unit fits."""
    counted = {"VOLUME": "Volume", "OPEN_INTEREST": "Open interest"}.get(str(info.get("data_type")), "Calls and puts")
    is_volume, unit = info.get("data_type") == "VOLUME", "contracts"
    if is_volume and (view.bins is not None or info.get("resampled") is not None):
        unit = f"contracts per {view.slots.unit.one}"
    return f"{counted} ({unit})" if height >= _LOW else unit.capitalize()


def _title(series: PlottedSeries, settings: PlotSettings, slots: Slots, *, in_panel: bool) -> str:
    """Return the series and what is drawn of it; in a panel only the series, as legend and axis tell the rest."""
    info = series.info
    data_type = {"VOLUME": "volume", "OPEN_INTEREST": "open interest"}.get(str(info.get("data_type")), "")
    subject = series.name
    if settings.kind == "price":
        subject = f"{info['market'] if isinstance(info.get('market'), str) else series.name}: price"
        if settings.extremes:
            subject += ", and extremes of the put/call ratio" + (f" ({data_type})" if data_type else "")
    elif data_type and isinstance(info.get("market"), str):
        subject = f"{info['market']} option {data_type}"
    elif data_type and info.get("source") == "cboe":
        product = [str(info["product"])] if info.get("product") else []
        subject = " ".join(["Cboe", *product, f"option {data_type}"])
    by_period = f" by {slots.unit.one}" if info.get("resampled") is not None and slots.unit.one != "period" else ""
    shown = {
        "overview": " and put/call ratio",
        "ratio": ": put/call ratio",
        "volume": "",
        "bands": ": put/call ratio and its band",
        "percentile": f": percentile of the put/call ratio among {describe_window(settings.lookback, slots)}",
        "heatmap": ": put/call ratio by month",
        "price": "",
    }[settings.kind]
    if in_panel and settings.kind != "heatmap":
        shown = ""
    if settings.kind not in ("heatmap", "percentile"):
        shown += by_period
    return subject + shown + (" (synthetic)" if series.synthetic else "")
