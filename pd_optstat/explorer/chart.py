"""The explorer's figure in the page: plotly's FigureWidget, whose arrays are replaced in place.

Why plotly: it is maintained, its FigureWidget is an ipywidget (no iframe, no server, no network access), sends arrays
as bytes, keeps the zoom while traces change, and has one hover label for all plots of a column. bqplot has no unified
hover label, Bokeh needs a bridge to ipywidgets, and Altair redraws everything at each change.
"""

# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import deepcopy
from datetime import date, datetime
from threading import RLock
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.basedatatypes import Undefined

from ..plotting.palettes import PALETTES, Palette
from .figure import PlotlyDict, Shape, build_figure, shape_for, trace_arrays
from .plot_data import PlotData
from .state import View

__all__ = ["Chart"]

# A page may request a figure's state while the worker's thread changes it.
_lock = RLock()

#: A trace of a figure, a value of plotly's traces, or a value that a page sends: plotly has no types for these.
_PlotlyValue: TypeAlias = Any


class Figure(go.FigureWidget):  # type: ignore[misc]
    """A FigureWidget whose changes are also visible in views that open later.

    plotly sends changes as messages, which reach only views that are open, while its own state remains the initial one.
    And a page that stores messages for its next view would store "leave unchanged" (`Undefined`) as a value.
    """

    def get_state(self, key: str | Iterable[str] | None = None, drop_defaults: bool = False) -> dict[str, object]:
        """Return the traits that ipywidgets sends when a view opens, with the current data and layout."""
        with _lock:
            state: dict[str, object] = super().get_state(key, drop_defaults)
            if key is None and getattr(self, "_layout_obj", None) is not None:
                current = {"_widget_data": self._data, "_widget_layout": self._layout_obj._props}
                for name, value in current.items():
                    state[name] = self.trait_metadata(name, "to_json")(deepcopy(value), self)
        return state

    def _send_update_msg(
        self,
        restyle_data: PlotlyDict,
        relayout_data: PlotlyDict,
        trace_indexes: int | Iterable[int] | None = None,
        source_view_id: str | None = None,
    ) -> None:
        """Send a batch of changes with a value, never `Undefined`, for each property of each trace."""
        traces = [self._data[number] for number in self._normalize_trace_indexes(trace_indexes)]
        complete = dict(restyle_data)
        for name, values in restyle_data.items():
            if isinstance(values, list) and any(value is Undefined for value in values):
                pairs = zip(traces, values, strict=True)
                complete[name] = [_get(trace, name) if value is Undefined else value for trace, value in pairs]
        super()._send_update_msg(complete, relayout_data, trace_indexes, source_view_id)


class Chart:
    """The figure of an explorer, and what it shows.

    Attributes
    ----------
    figure : plotly.graph_objects.FigureWidget
    zoom : (date, date) or None
        The first and the last day of the user's zoom.
    """

    def __init__(self, shape: Shape, view: View) -> None:
        palette = PALETTES["light" if view.theme == "auto" else view.theme]
        self._shape = shape
        self._style: tuple[object, ...] = ()
        self._zoom_callbacks: list[Callable[[], None]] = []
        self._is_updating = False
        self.zoom: tuple[date, date] | None = None
        # All traces and axes from the start, though without numbers: adding them later would flicker.
        traces, layout = build_figure(shape, view, palette, synthetic=False)
        self._arrays: list[PlotlyDict] = [{} for _ in traces]
        self.figure = Figure(traces, layout)
        # Hide the button that uploads the chart to plotly's servers.
        own = {"displaylogo": False, "responsive": True, "showSendToCloud": False}
        self.figure._config = {**self.figure._config, **own}
        self.figure.layout.on_change(self._zoomed, "xaxis.range", "xaxis.autorange")

    def on_zoom(self, callback: Callable[[], None]) -> None:
        """Register a callback for when the user zooms."""
        self._zoom_callbacks.append(callback)

    def show(
        self, plots: list[PlotData], view: View, palette: Palette, synthetic: bool, *, unzoom: bool = False
    ) -> None:
        """Show `plots`, sending only what changed. `unzoom` resets the zoom, for another range."""
        shape = shape_for(plots, view)
        arrays = trace_arrays(plots, shape, view)
        style = (view.metric, view.lower, view.upper, view.k, view.lookback, palette, synthetic)
        self._is_updating = True
        _lock.acquire()
        try:
            if shape != self._shape:
                zoomed = None if unzoom or self.zoom is None else self.figure.layout.xaxis.range
                self._rebuild(shape, arrays, view, palette, synthetic, zoomed)
            else:
                with self.figure.batch_update():
                    if style != self._style:
                        self._restyle(view, palette, synthetic)
                    for trace, new, old in zip(self.figure.data, arrays, self._arrays, strict=True):
                        for name, value in new.items():
                            if not _same(value, old.get(name)):
                                trace[name] = value  # pyright: ignore[reportIndexIssue]
                    if unzoom:
                        self.figure.layout.xaxis.autorange = True
        finally:
            _lock.release()
            self._is_updating = False
        self._shape, self._arrays, self._style = shape, arrays, style
        if unzoom:
            self.zoom = None

    def _rebuild(
        self,
        shape: Shape,
        arrays: list[PlotlyDict],
        view: View,
        palette: Palette,
        synthetic: bool,
        zoomed: _PlotlyValue,
    ) -> None:
        """Replace all traces and axes, and keep the x axis's range `zoomed` unless it is None."""
        traces, layout = build_figure(shape, view, palette, synthetic)
        if zoomed is not None:
            for name in layout:
                if name.startswith("xaxis"):
                    layout[name] |= {"range": zoomed, "autorange": False}
        self.figure.data = []
        self.figure.add_traces([trace | own for trace, own in zip(traces, arrays, strict=True)])
        # Axis by axis: replacing the whole layout would also reset what the page has set, such as the width.
        with self.figure.batch_update():
            for name, value in layout.items():
                self.figure.layout[name] = value
        self.figure.layout.on_change(self._zoomed, "xaxis.range", "xaxis.autorange")

    def _restyle(self, view: View, palette: Palette, synthetic: bool) -> None:
        """Update colours, titles and marks, and keep the ranges of the axes."""
        traces, layout = build_figure(self._shape, view, palette, synthetic)
        for shown, trace in zip(self.figure.data, traces, strict=True):
            shown.update({name: value for name, value in trace.items() if name not in ("type", "name")})
        for name in layout:
            if name.startswith("xaxis"):
                layout[name].pop("autorange")
        lists = {name: layout.pop(name) for name in ("shapes", "annotations")}
        self.figure.layout.update(layout)
        for name, value in lists.items():
            self.figure.layout[name] = value

    def _zoomed(self, *_: object) -> None:
        if self._is_updating:
            return
        axis = self.figure.layout.xaxis
        zoom = None
        with suppress(ValueError, TypeError):
            if axis.range is not None:
                first, last = sorted(_to_timestamp(end) for end in axis.range)
                zoom = first.ceil("D").date(), last.floor("D").date()
        self.zoom = zoom
        for callback in self._zoom_callbacks:
            callback()


def _to_timestamp(end: str | float | datetime) -> pd.Timestamp:
    """Return an end of the range of a date axis, which may be in milliseconds since 1970."""
    return pd.Timestamp(end, unit="ms") if isinstance(end, int | float) else pd.Timestamp(end)


def _get(trace: _PlotlyValue, path: str) -> _PlotlyValue:
    """Return the value at a path such as "line.color" of a trace, or None."""
    for name in path.split("."):
        trace = trace.get(name) if isinstance(trace, dict) else None
    return trace


def _same(one: object, other: object) -> bool:
    if not isinstance(one, np.ndarray):
        return bool(one == other)
    if not isinstance(other, np.ndarray) or one.shape != other.shape or one.dtype != other.dtype:
        return False
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
