"""The explorer's figure as plotly describes figures: traces, axes, and the arrays that change. Pure, without plotly.

Each series has a group of views, one above the other over the same days: a gauge of the percentile, the call and
put bars, the ratio, the metric. Groups that stand in one column share their x axis, and so the hover.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..plotting.palettes import COLOURS, Palette
from .content import Content
from .state import METRICS, View

__all__ = ["MOST_BARS", "Shape", "arrays_of", "expected_shape", "figure_of", "layout_of", "shape_of"]

#: More bars than this are drawn as one stepped area: narrower than a pixel they look the same, and a browser
#: takes ten times as long to draw them one by one.
MOST_BARS = 600
#: The height in pixels of a group, and of the axis and legend around all.
_GROUP_HEIGHT, _MARGINS = 430, 110
#: From where to where each view of a group reaches, as shares of its height.
_GAUGE, _BARS, _RATIO, _METRIC = (0.93, 0.99), (0.65, 0.86), (0.27, 0.61), (0.04, 0.23)
#: Traces of a group, in the order in which they are drawn.
TRACES = ("days", "fear", "greed", "call", "put", "upper", "lower", "ratio", "mean", "slow", "metric", "gauge")
_AXES = 4  # y axes of a group: bars, ratio, shade, metric


@dataclass(frozen=True, slots=True)
class Shape:
    """What a figure's structure depends on; while it stays, only arrays are replaced."""

    titles: tuple[str, ...]
    columns: int
    areas: bool


def shape_of(contents: list[Content], view: View) -> Shape:
    """Return the structure that `contents` need."""
    longest = max((len(content.days) for content in contents), default=0)
    return expected_shape([content.title for content in contents], longest, view)


def expected_shape(titles: list[str], longest: int, view: View) -> Shape:
    """Return the structure that series of at most `longest` days need."""
    columns = 2 if view.arrangement == "side by side" and len(titles) > 1 else 1
    return Shape(tuple(titles), columns, longest > MOST_BARS)


def figure_of(
    shape: Shape, view: View, palette: Palette, synthetic: bool
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return traces without numbers, and the layout."""
    traces = [trace for group in range(len(shape.titles)) for trace in _traces(group, shape, view, palette)]
    return traces, layout_of(shape, view, palette, synthetic)


def arrays_of(contents: list[Content], shape: Shape, view: View) -> list[dict[str, Any]]:
    """Return what each trace shows: its arrays and names, by property."""
    return [arrays for content in contents for arrays in _arrays(content, shape, view)]


def _arrays(content: Content, shape: Shape, view: View) -> list[dict[str, Any]]:
    title = METRICS[view.metric].title
    # Milliseconds since 1970, as a date axis has them in the browser: texts would have to be read at every change.
    days = content.days.astype("datetime64[ms]").astype(np.float64)
    put: dict[str, Any] = {"x": days, "y": content.put}
    if shape.areas:
        put = {"x": days, "y": content.call + content.put, "customdata": content.put}
    latest = content.percentile[~np.isnan(content.percentile)]
    found: dict[str, dict[str, Any]] = {
        "days": _ends(content.days),
        "fear": _runs(content.days, content.extreme > 0),
        "greed": _runs(content.days, content.extreme < 0),
        "call": {"x": days, "y": content.call},
        "put": put,
        "upper": {"x": days, "y": content.upper},
        "lower": {"x": days, "y": content.lower},
        "ratio": {"x": days, "y": content.ratio},
        "mean": {"x": days, "y": content.mean, "name": f"mean {view.window}"},
        "slow": {"x": days, "y": content.slow_mean, "name": f"mean {view.lookback}"},
        "metric": {"x": days, "y": content.metric, "name": title},
        "gauge": {"value": round(100 * float(latest[-1]), 1) if len(latest) else None},
    }
    return [found[name] for name in TRACES]


def _ends(days: Any) -> dict[str, Any]:
    """Return the first and the last day, as texts, on a line that is not seen.

    Of the first trace's x, plotly reads whether its axis has dates, anew whenever a trace changes; and only texts
    tell it so. Reading all days as texts would take it a fifth of the time in which it draws.
    """
    return {"x": np.datetime_as_string(days[[0, -1]], unit="D").astype(object) if len(days) else [], "y": [0.0, 0.0]}


def _runs(days: Any, there: Any) -> dict[str, Any]:
    """Return the corners of the runs of days that are `there`, as a line between 0 and 1, from half a day before."""
    half = np.timedelta64(12, "h")
    edges = np.diff(np.concatenate(([0], there.astype(np.int8), [0])))
    begins, ends = days[edges[:-1] == 1] - half, days[edges[1:] == -1] + half
    x = np.concatenate([days[:1] - half, np.stack([begins, begins, ends, ends], axis=1).ravel(), days[-1:] + half])
    y = np.concatenate([[0.0] * len(days[:1]), np.tile([0.0, 1.0, 1.0, 0.0], len(begins)), [0.0] * len(days[-1:])])
    return {"x": x.astype("datetime64[ms]").astype(np.float64), "y": y}


def _traces(group: int, shape: Shape, view: View, palette: Palette) -> list[dict[str, Any]]:
    x = f"x{_number(_column(group, shape))}"
    bars, ratio, shade, metric = (f"y{_number(_AXES * group + at)}" for at in range(_AXES))
    first = group == 0
    # The values of all series are shown in one box.
    whose = "" if len(shape.titles) == 1 else f"  <i>{_plain(shape.titles[group])}</i>"

    def line(name: str, y: str, colour: str, width: float = 1.5, **more: Any) -> dict[str, Any]:
        own: dict[str, Any] = {"type": "scatter", "mode": "lines", "name": name, "legendgroup": name}
        own |= {"xaxis": x, "yaxis": y}
        own |= {"line": {"color": colour, "width": width}, "showlegend": first, "hovertemplate": "%{y:.3f}" + whose}
        return own | more

    def extremes(name: str) -> dict[str, Any]:
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
        _counts("call", x, bars, shape.areas, first, whose),
        _counts("put", x, bars, shape.areas, first, whose),
        band | {"name": f"band ± {view.k:g} std"},
        filled | {"name": f"band ± {view.k:g} std"},
        line("put/call ratio", ratio, palette.ratio, 1.0),
        line("mean", ratio, palette.means[0], 1.8),
        line("slow mean", ratio, palette.means[1], 1.8),
        line("metric", metric, palette.means[2], 1.4),
        _gauge(group, shape, view, palette),
    ]


def _counts(side: str, x: str, y: str, areas: bool, first: bool, whose: str) -> dict[str, Any]:
    own = {"name": f"{side}s", "xaxis": x, "yaxis": y, "legendgroup": f"{side}s", "showlegend": first}
    if not areas:
        return own | {"type": "bar", "marker": {"color": COLOURS[side]}, "hovertemplate": "%{y:,.0f}" + whose}
    hover = "%{y:,.0f}" if side == "call" else "%{customdata:,.0f}"
    return own | {
        "type": "scatter", "mode": "lines", "line": {"shape": "hvh", "width": 0, "color": COLOURS[side]},
        "fill": "tozeroy" if side == "call" else "tonexty", "fillcolor": COLOURS[side], "hovertemplate": hover + whose,
    }  # fmt: skip


def _gauge(group: int, shape: Shape, view: View, palette: Palette) -> dict[str, Any]:
    left, right = _across(group, shape)
    low, high = 100 * view.lower, 100 * view.upper
    steps = [
        {"range": [0, low], "color": _faint(COLOURS["greed"], 0.5)},
        {"range": [high, 100], "color": _faint(COLOURS["fear"], 0.5)},
    ]
    return {
        "type": "indicator", "mode": "number+gauge", "name": "gauge",
        "number": {"font": {"size": 15}, "valueformat": ".0f"},
        "domain": {"x": [right - 0.42 * (right - left), right - 0.06 * (right - left)], "y": _up(group, shape, _GAUGE)},
        "gauge": {
            "shape": "bullet", "axis": {"range": [0, 100], "visible": False}, "bar": {"color": palette.ratio},
            "bgcolor": "rgba(0,0,0,0)", "steps": steps, "borderwidth": 1, "bordercolor": palette.muted,
        },
    }  # fmt: skip


def layout_of(shape: Shape, view: View, palette: Palette, synthetic: bool) -> dict[str, Any]:
    """Return the layout: axes, texts and colours. `uirevision` stands, so that a zoom stays what it was."""
    rows = _rows(shape)
    layout: dict[str, Any] = {
        "height": _GROUP_HEIGHT * rows + _MARGINS, "uirevision": "stays", "barmode": "stack",
        "bargap": 0.1, "hovermode": "x unified", "hoversubplots": "axis", "dragmode": "zoom",
        "margin": {"l": 56, "r": 16, "t": 64, "b": 36}, "font": {"color": palette.text, "size": 12},
        "paper_bgcolor": palette.ground, "plot_bgcolor": palette.ground,
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        "hoverlabel": {"bgcolor": palette.ground, "font": {"color": palette.text}},
        "shapes": [], "annotations": [],
    }  # fmt: skip
    for column in range(shape.columns):
        layout[f"xaxis{_number(column)}"] = _x_axis(column, shape, palette)
    for group in range(len(shape.titles)):
        layout |= _y_axes(group, shape, view, palette)
        layout["annotations"] += _annotations(group, shape, view, synthetic)
        layout["shapes"] += _marks(group, shape, view, palette)
    return layout


def _x_axis(column: int, shape: Shape, palette: Palette) -> dict[str, Any]:
    lowest = max(group for group in range(len(shape.titles)) if _column(group, shape) == column)
    axis = {
        "type": "date", "domain": list(_across(column, shape)), "anchor": f"y{_number(_AXES * lowest + 3)}",
        "gridcolor": _faint(palette.muted, 0.25), "showspikes": True, "spikemode": "across", "spikethickness": 1,
        "spikedash": "dot", "spikecolor": palette.muted, "hoverformat": "%a %Y-%m-%d", "autorange": True,
        "ticklabeloverflow": "allow",  # measuring each label takes a tenth of the time in which all is drawn
    }  # fmt: skip
    return axis if column == 0 else axis | {"matches": "x"}


def _y_axes(group: int, shape: Shape, view: View, palette: Palette) -> dict[str, Any]:
    x = f"x{_number(_column(group, shape))}"
    kinds = {"anchor": x, "gridcolor": _faint(palette.muted, 0.25), "zeroline": False, "ticklabeloverflow": "allow"}

    def axis(where: tuple[float, float], text: str, **more: Any) -> dict[str, Any]:
        title = {"text": text, "standoff": 4, "font": {"size": 11}}
        return kinds | {"domain": _up(group, shape, where), "title": title, "nticks": 5} | more

    ratio = f"y{_number(_AXES * group + 1)}"
    hidden = {"overlaying": ratio, "visible": False, "range": [0.0, 1.0], "fixedrange": True}
    title = METRICS[view.metric].title
    axes = [
        axis(_BARS, "contracts", rangemode="tozero", tickformat="~s"),
        axis(_RATIO, "put/call"),
        {"anchor": x, **hidden},
        axis(_METRIC, title if len(title) < 14 else title.partition(" ")[0]),
    ]
    return {f"yaxis{_number(_AXES * group + at)}": own for at, own in enumerate(axes)}


def _annotations(group: int, shape: Shape, view: View, synthetic: bool) -> list[dict[str, Any]]:
    left, right = _across(group, shape)
    low, high = _up(group, shape, _GAUGE)
    common = {"xref": "paper", "yref": "paper", "y": (low + high) / 2, "yanchor": "middle", "showarrow": False}
    title = f"<b>{_plain(shape.titles[group])}</b>" + (" (synthetic)" if synthetic else "")
    texts = [common | {"text": title, "x": left, "xanchor": "left"}]
    words = common | {"text": f"percentile of {view.lookback}", "xanchor": "right"}
    if shape.columns == 1:
        words |= {"x": right - 0.43 * (right - left)}
    else:  # the title needs the room beside the gauge
        words |= {"x": right - 0.06 * (right - left), "y": low, "yanchor": "top", "font": {"size": 10}}
    return [*texts, words]


def _marks(group: int, shape: Shape, view: View, palette: Palette) -> list[dict[str, Any]]:
    own = {"type": "line", "xref": "paper", "yref": f"y{_number(_AXES * group + 3)}", "layer": "below"}
    left, right = _across(group, shape)
    marks = (view.lower, view.upper) if view.metric == "percentile" else METRICS[view.metric].marks
    line = {"color": palette.muted, "width": 1, "dash": "dash"}
    return [own | {"x0": left, "x1": right, "y0": mark, "y1": mark, "line": line} for mark in marks]


def _column(group: int, shape: Shape) -> int:
    return group % shape.columns


def _rows(shape: Shape) -> int:
    return max(-(-len(shape.titles) // shape.columns), 1)


def _across(group: int, shape: Shape) -> tuple[float, float]:
    """Return from where to where a group reaches, as shares of the width."""
    if shape.columns == 1:
        return 0.0, 1.0
    return ((0.0, 0.46), (0.54, 1.0))[_column(group, shape)]


def _up(group: int, shape: Shape, where: tuple[float, float]) -> list[float]:
    """Return from where to where a view reaches, as shares of the height."""
    rows = _rows(shape)
    row = rows - 1 - group // shape.columns
    return [round((row + share) / rows, 6) for share in where]


def _number(index: int) -> str:
    """Return how plotly counts axes: the first has no number."""
    return "" if index == 0 else str(index + 1)


def _faint(colour: str, alpha: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def _plain(text: str) -> str:
    """Return `text` without what plotly would take for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
