"""The explorer's figure in plotly's format: traces, axes, and the arrays that change. Pure, without importing plotly.

Each series has a group of plots, one above the other over the same days: a gauge of the percentile, the call and
put bars, the ratio, and the metric. Groups in one column share their x axis, and so the hover label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..core.arrays import BoolArray
from ..plotting.palettes import COLOURS, Palette
from .plot_data import PlotData
from .state import METRICS, View

__all__ = [
    "MOST_BARS",
    "PlotlyDict",
    "Shape",
    "build_figure",
    "build_layout",
    "make_shape",
    "shape_for",
    "trace_arrays",
]

#: A trace, a layout or a part of one, as plotly takes them.
PlotlyDict: TypeAlias = dict[str, Any]

#: More bars than this are drawn as one stepped area, which looks the same and which a browser draws ten times as fast.
MOST_BARS = 600
#: Heights in pixels: of a group, and of the axis and legend around all groups.
_GROUP_HEIGHT, _MARGINS = 430, 110
#: The lower and upper edge of each plot of a group, as shares of the group's height.
_GAUGE, _BARS, _RATIO, _METRIC = (0.93, 0.99), (0.65, 0.86), (0.27, 0.61), (0.04, 0.23)
#: The traces of a group, in drawing order.
TRACES = ("days", "fear", "greed", "call", "put", "upper", "lower", "ratio", "mean", "slow", "metric", "gauge")
_Y_AXES = 4  # of a group: bars, ratio, shade, metric


@dataclass(frozen=True, slots=True)
class Shape:
    """What the structure of a figure depends on. While it is unchanged, only arrays are replaced."""

    titles: tuple[str, ...]
    columns: int
    areas: bool


def shape_for(plots: list[PlotData], view: View) -> Shape:
    """Return the shape of a figure of `plots`."""
    longest = max((len(plot.days) for plot in plots), default=0)
    return make_shape([plot.title for plot in plots], longest, view)


def make_shape(titles: list[str], longest: int, view: View) -> Shape:
    """Return the shape of a figure of series with at most `longest` days."""
    columns = 2 if view.arrangement == "side by side" and len(titles) > 1 else 1
    return Shape(tuple(titles), columns, longest > MOST_BARS)


def build_figure(shape: Shape, view: View, palette: Palette, synthetic: bool) -> tuple[list[PlotlyDict], PlotlyDict]:
    """Return the traces, without numbers, and the layout."""
    traces = [trace for group in range(len(shape.titles)) for trace in _traces(group, shape, view, palette)]
    return traces, build_layout(shape, view, palette, synthetic)


def trace_arrays(plots: list[PlotData], shape: Shape, view: View) -> list[PlotlyDict]:
    """Return the arrays and names of each trace, by property."""
    return [arrays for plot in plots for arrays in _arrays(plot, shape, view)]


def _arrays(plot: PlotData, shape: Shape, view: View) -> list[PlotlyDict]:
    title = METRICS[view.metric].title
    # Milliseconds since 1970, which plotly uses internally: it would parse strings again at every change.
    days = plot.days.astype("datetime64[ms]").astype(np.float64)
    put: PlotlyDict = {"x": days, "y": plot.put}
    if shape.areas:
        put = {"x": days, "y": plot.call + plot.put, "customdata": plot.put}
    latest = plot.percentile[~np.isnan(plot.percentile)]
    found: dict[str, PlotlyDict] = {
        "days": _ends(plot.days),
        "fear": _runs(plot.days, plot.extreme > 0),
        "greed": _runs(plot.days, plot.extreme < 0),
        "call": {"x": days, "y": plot.call},
        "put": put,
        "upper": {"x": days, "y": plot.upper},
        "lower": {"x": days, "y": plot.lower},
        "ratio": {"x": days, "y": plot.ratio},
        "mean": {"x": days, "y": plot.mean, "name": f"mean {view.window}"},
        "slow": {"x": days, "y": plot.slow_mean, "name": f"mean {view.lookback}"},
        "metric": {"x": days, "y": plot.metric, "name": title},
        "gauge": {"value": round(100 * float(latest[-1]), 1) if len(latest) else None},
    }
    return [found[name] for name in TRACES]


def _ends(days: npt.NDArray[np.datetime64]) -> PlotlyDict:
    """Return an invisible line from the first to the last day, with days as strings.

    plotly infers from the first trace whether the axis has dates, again at every change, and only strings tell it so.
    Parsing all days as strings would take a fifth of the drawing time.
    """
    return {"x": np.datetime_as_string(days[[0, -1]], unit="D").astype(object) if len(days) else [], "y": [0.0, 0.0]}


def _runs(days: npt.NDArray[np.datetime64], selected: BoolArray) -> PlotlyDict:
    """Return a line that is 1 over the runs of `selected` days, half a day wider at both ends, and 0 elsewhere."""
    half = np.timedelta64(12, "h")
    edges = np.diff(np.concatenate(([0], selected.astype(np.int8), [0])))
    begins, ends = days[edges[:-1] == 1] - half, days[edges[1:] == -1] + half
    x = np.concatenate([days[:1] - half, np.stack([begins, begins, ends, ends], axis=1).ravel(), days[-1:] + half])
    y = np.concatenate([[0.0] * len(days[:1]), np.tile([0.0, 1.0, 1.0, 0.0], len(begins)), [0.0] * len(days[-1:])])
    return {"x": x.astype("datetime64[ms]").astype(np.float64), "y": y}


def _traces(group: int, shape: Shape, view: View, palette: Palette) -> list[PlotlyDict]:
    x = f"x{_axis_suffix(_column(group, shape))}"
    bars, ratio, shade, metric = (f"y{_axis_suffix(_Y_AXES * group + number)}" for number in range(_Y_AXES))
    first = group == 0
    # The hover label shows the values of all series, so each names its own.
    suffix = "" if len(shape.titles) == 1 else f"  <i>{_escape(shape.titles[group])}</i>"

    def line(name: str, y: str, colour: str, width: float = 1.5, **more: object) -> PlotlyDict:
        own: PlotlyDict = {"type": "scatter", "mode": "lines", "name": name, "legendgroup": name}
        own |= {"xaxis": x, "yaxis": y}
        own |= {"line": {"color": colour, "width": width}, "showlegend": first, "hovertemplate": "%{y:.3f}" + suffix}
        return own | more

    def extremes(name: str) -> PlotlyDict:
        edge = {"color": COLOURS[name], "width": 0}
        return line(
            name, shade, COLOURS[name], line=edge, fill="tozeroy", fillcolor=_faint(COLOURS[name], palette.shade),
            hoverinfo="skip", hovertemplate=None,
        )  # fmt: skip

    unseen = {"hoverinfo": "skip", "hovertemplate": None, "showlegend": False}
    band = line("band", ratio, palette.band, 0.0, **unseen)
    filled = band | {"fill": "tonexty", "fillcolor": _faint(palette.band, 0.15), "showlegend": first}
    return [
        line("days", shade, palette.muted, 0.0, **unseen),
        extremes("fear"),
        extremes("greed"),
        _counts("call", x, bars, shape.areas, first, suffix),
        _counts("put", x, bars, shape.areas, first, suffix),
        band | {"name": f"band ± {view.k:g} std"},
        filled | {"name": f"band ± {view.k:g} std"},
        line("put/call ratio", ratio, palette.ratio, 1.0),
        line("mean", ratio, palette.means[0], 1.8),
        line("slow mean", ratio, palette.means[1], 1.8),
        line("metric", metric, palette.means[2], 1.4),
        _gauge(group, shape, view, palette),
    ]


def _counts(side: str, x: str, y: str, areas: bool, first: bool, suffix: str) -> PlotlyDict:
    own = {"name": f"{side}s", "xaxis": x, "yaxis": y, "legendgroup": f"{side}s", "showlegend": first}
    if not areas:
        return own | {"type": "bar", "marker": {"color": COLOURS[side]}, "hovertemplate": "%{y:,.0f}" + suffix}
    hover = "%{y:,.0f}" if side == "call" else "%{customdata:,.0f}"
    return own | {
        "type": "scatter", "mode": "lines", "line": {"shape": "hvh", "width": 0, "color": COLOURS[side]},
        "fill": "tozeroy" if side == "call" else "tonexty", "fillcolor": COLOURS[side], "hovertemplate": hover + suffix,
    }  # fmt: skip


def _gauge(group: int, shape: Shape, view: View, palette: Palette) -> PlotlyDict:
    left, right = _x_domain(group, shape)
    low, high = 100 * view.lower, 100 * view.upper
    steps = [
        {"range": [0, low], "color": _faint(COLOURS["greed"], 0.5)},
        {"range": [high, 100], "color": _faint(COLOURS["fear"], 0.5)},
    ]
    return {
        "type": "indicator", "mode": "number+gauge", "name": "gauge",
        "number": {"font": {"size": 15}, "valueformat": ".0f"},
        "domain": {
            "x": [right - 0.42 * (right - left), right - 0.06 * (right - left)],
            "y": _y_domain(group, shape, _GAUGE),
        },
        "gauge": {
            "shape": "bullet", "axis": {"range": [0, 100], "visible": False}, "bar": {"color": palette.ratio},
            "bgcolor": "rgba(0,0,0,0)", "steps": steps, "borderwidth": 1, "bordercolor": palette.muted,
        },
    }  # fmt: skip


def build_layout(shape: Shape, view: View, palette: Palette, synthetic: bool) -> PlotlyDict:
    """Return the layout: axes, texts and colours. A constant `uirevision` keeps the user's zoom."""
    rows = _rows(shape)
    layout: PlotlyDict = {
        "height": _GROUP_HEIGHT * rows + _MARGINS, "uirevision": "constant", "barmode": "stack",
        "bargap": 0.1, "hovermode": "x unified", "hoversubplots": "axis", "dragmode": "zoom",
        "margin": {"l": 56, "r": 16, "t": 64, "b": 36}, "font": {"color": palette.text, "size": 12},
        "paper_bgcolor": palette.background, "plot_bgcolor": palette.background,
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        "hoverlabel": {"bgcolor": palette.background, "font": {"color": palette.text}},
        "shapes": [], "annotations": [],
    }  # fmt: skip
    for column in range(shape.columns):
        layout[f"xaxis{_axis_suffix(column)}"] = _x_axis(column, shape, palette)
    for group in range(len(shape.titles)):
        layout |= _y_axes(group, shape, view, palette)
        layout["annotations"] += _annotations(group, shape, view, synthetic)
        layout["shapes"] += _marks(group, shape, view, palette)
    return layout


def _x_axis(column: int, shape: Shape, palette: Palette) -> PlotlyDict:
    lowest = max(group for group in range(len(shape.titles)) if _column(group, shape) == column)
    axis = {
        "type": "date", "domain": list(_x_domain(column, shape)), "anchor": f"y{_axis_suffix(_Y_AXES * lowest + 3)}",
        "gridcolor": _faint(palette.muted, 0.25), "showspikes": True, "spikemode": "across", "spikethickness": 1,
        "spikedash": "dot", "spikecolor": palette.muted, "hoverformat": "%a %Y-%m-%d", "autorange": True,
        "ticklabeloverflow": "allow",  # measuring the labels takes a tenth of the drawing time
    }  # fmt: skip
    return axis if column == 0 else axis | {"matches": "x"}


def _y_axes(group: int, shape: Shape, view: View, palette: Palette) -> PlotlyDict:
    x = f"x{_axis_suffix(_column(group, shape))}"
    common = {"anchor": x, "gridcolor": _faint(palette.muted, 0.25), "zeroline": False, "ticklabeloverflow": "allow"}

    def make_axis(edges: tuple[float, float], text: str, **more: object) -> PlotlyDict:
        title = {"text": text, "standoff": 4, "font": {"size": 11}}
        return common | {"domain": _y_domain(group, shape, edges), "title": title, "nticks": 5} | more

    ratio = f"y{_axis_suffix(_Y_AXES * group + 1)}"
    hidden = {"overlaying": ratio, "visible": False, "range": [0.0, 1.0], "fixedrange": True}
    title = METRICS[view.metric].title
    axes = [
        make_axis(_BARS, "contracts", rangemode="tozero", tickformat="~s"),
        make_axis(_RATIO, "put/call"),
        {"anchor": x, **hidden},
        make_axis(_METRIC, title if len(title) < 14 else title.partition(" ")[0]),
    ]
    return {f"yaxis{_axis_suffix(_Y_AXES * group + number)}": axis for number, axis in enumerate(axes)}


def _annotations(group: int, shape: Shape, view: View, synthetic: bool) -> list[PlotlyDict]:
    left, right = _x_domain(group, shape)
    low, high = _y_domain(group, shape, _GAUGE)
    common = {"xref": "paper", "yref": "paper", "y": (low + high) / 2, "yanchor": "middle", "showarrow": False}
    title = f"<b>{_escape(shape.titles[group])}</b>" + (" (synthetic)" if synthetic else "")
    texts = [common | {"text": title, "x": left, "xanchor": "left"}]
    words = common | {"text": f"percentile of {view.lookback}", "xanchor": "right"}
    if shape.columns == 1:
        words |= {"x": right - 0.43 * (right - left)}
    else:  # the title needs the space beside the gauge
        words |= {"x": right - 0.06 * (right - left), "y": low, "yanchor": "top", "font": {"size": 10}}
    return [*texts, words]


def _marks(group: int, shape: Shape, view: View, palette: Palette) -> list[PlotlyDict]:
    own = {"type": "line", "xref": "paper", "yref": f"y{_axis_suffix(_Y_AXES * group + 3)}", "layer": "below"}
    left, right = _x_domain(group, shape)
    marks = (view.lower, view.upper) if view.metric == "percentile" else METRICS[view.metric].marks
    line = {"color": palette.muted, "width": 1, "dash": "dash"}
    return [own | {"x0": left, "x1": right, "y0": mark, "y1": mark, "line": line} for mark in marks]


def _column(group: int, shape: Shape) -> int:
    return group % shape.columns


def _rows(shape: Shape) -> int:
    return max(-(-len(shape.titles) // shape.columns), 1)


def _x_domain(group: int, shape: Shape) -> tuple[float, float]:
    """Return the left and right edge of a group, as shares of the width."""
    if shape.columns == 1:
        return 0.0, 1.0
    return ((0.0, 0.46), (0.54, 1.0))[_column(group, shape)]


def _y_domain(group: int, shape: Shape, edges: tuple[float, float]) -> list[float]:
    """Return the lower and upper edge of a plot, as shares of the height."""
    rows = _rows(shape)
    row = rows - 1 - group // shape.columns
    return [round((row + share) / rows, 6) for share in edges]


def _axis_suffix(index: int) -> str:
    """Return the suffix of an axis: plotly numbers axes from the second on."""
    return "" if index == 0 else str(index + 1)


def _faint(colour: str, alpha: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def _escape(text: str) -> str:
    """Return `text` with plotly's markup escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
