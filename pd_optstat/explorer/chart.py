"""The explorer's figure in the page: plotly's FigureWidget, whose arrays are replaced in place.

plotly, as it is kept well, speaks ipywidgets by itself (FigureWidget: no frame, no server, nothing fetched from
elsewhere), sends arrays as bytes, keeps a zoom while traces change, and shows the values of all views of a column
at once. bqplot has no unified hover; Bokeh needs its own bridge for ipywidgets; Altair draws anew at each change.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import date
from threading import RLock
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.basedatatypes import Undefined

from ..plotting.palettes import PALETTES, Palette
from .content import Content
from .figure import Shape, arrays_of, figure_of, shape_of
from .state import View

__all__ = ["Chart"]

# A page may ask for a figure's state while a thread of ours changes it.
_changing = RLock()


class Figure(go.FigureWidget):  # type: ignore[misc]
    """A FigureWidget that shows the same in a view that comes later: Voilà's, a second one, or one after `wait`.

    plotly's own state is what it was made with: changes are sent as messages, which only reach pages that are there.
    And where a page keeps what it was told for its next view, "leave this as it is" in a message becomes a value.
    """

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """Return the traits, as ipywidgets asks for them when a page opens."""
        with _changing:
            state: dict[str, Any] = super().get_state(key, drop_defaults)
            if key is None and getattr(self, "_layout_obj", None) is not None:
                now = {"_widget_data": self._data, "_widget_layout": self._layout_obj._props}
                for name, value in now.items():
                    state[name] = self.trait_metadata(name, "to_json")(deepcopy(value), self)
        return state

    def _send_update_msg(
        self, restyle_data: dict[str, Any], relayout_data: Any, trace_indexes: Any = None, source_view_id: Any = None
    ) -> None:
        """Send a batch of changes, in which every changed trace has a value of its own for every property."""
        traces = [self._data[number] for number in self._normalize_trace_indexes(trace_indexes)]
        whole = dict(restyle_data)
        for name, values in restyle_data.items():
            if isinstance(values, list) and any(value is Undefined for value in values):
                both = zip(traces, values, strict=True)
                whole[name] = [_at(trace, name) if value is Undefined else value for trace, value in both]
        super()._send_update_msg(whole, relayout_data, trace_indexes, source_view_id)


class Chart:
    """A FigureWidget, and what it shows.

    Attributes
    ----------
    figure : plotly.graph_objects.FigureWidget
    zoom : (date, date) or None
        The days that the user zoomed to.
    """

    def __init__(self, shape: Shape, view: View) -> None:
        palette = PALETTES["light" if view.theme == "auto" else view.theme]
        self._shape = shape
        self._dressed: tuple[Any, ...] = ()
        self._watching: list[Callable[[], None]] = []
        self._ours = False
        self.zoom: tuple[date, date] | None = None
        # With all of its traces and axes at once, as yet without numbers: what is built later flickers.
        traces, layout = figure_of(shape, view, palette, synthetic=False)
        self._shown: list[dict[str, Any]] = [{} for _ in traces]
        self.figure: Any = Figure(traces, layout)
        # Without the button that would upload the chart to plotly's servers.
        own = {"displaylogo": False, "responsive": True, "showSendToCloud": False}
        self.figure._config = {**self.figure._config, **own}
        self.figure.layout.on_change(self._zoomed, "xaxis.range", "xaxis.autorange")

    def on_zoom(self, call: Callable[[], None]) -> None:
        """Have `call` called when the user zooms."""
        self._watching.append(call)

    def show(
        self, contents: list[Content], view: View, palette: Palette, synthetic: bool, *, unzoom: bool = False
    ) -> None:
        """Show `contents`; only what changed is sent. A zoom stays unless `unzoom` says that the range is another."""
        shape = shape_of(contents, view)
        arrays = arrays_of(contents, shape, view)
        dressed = (view.metric, view.lower, view.upper, view.k, view.lookback, palette, synthetic)
        self._ours = True
        _changing.acquire()
        try:
            if shape != self._shape:
                zoomed = None if unzoom or self.zoom is None else self.figure.layout.xaxis.range
                self._rebuild(shape, arrays, view, palette, synthetic, zoomed)
            else:
                with self.figure.batch_update():
                    if dressed != self._dressed:
                        self._dress(view, palette, synthetic)
                    for trace, new, old in zip(self.figure.data, arrays, self._shown, strict=True):
                        for name, value in new.items():
                            if not _same(value, old.get(name)):
                                trace[name] = value
                    if unzoom:
                        self.figure.layout.xaxis.autorange = True
        finally:
            _changing.release()
            self._ours = False
        self._shape, self._shown, self._dressed = shape, arrays, dressed
        if unzoom:
            self.zoom = None

    def _rebuild(
        self, shape: Shape, arrays: list[dict[str, Any]], view: View, palette: Palette, synthetic: bool, zoomed: Any
    ) -> None:
        traces, layout = figure_of(shape, view, palette, synthetic)
        if zoomed is not None:
            for name in layout:
                if name.startswith("xaxis"):
                    layout[name] |= {"range": zoomed, "autorange": False}
        self.figure.data = []
        self.figure.add_traces([trace | own for trace, own in zip(traces, arrays, strict=True)])
        # Axis by axis, not as a whole: that would also take back what the page has settled, such as the width.
        with self.figure.batch_update():
            for name, value in layout.items():
                self.figure.layout[name] = value
        self.figure.layout.on_change(self._zoomed, "xaxis.range", "xaxis.autorange")

    def _dress(self, view: View, palette: Palette, synthetic: bool) -> None:
        """Give colours, titles and marks anew, and leave the axes' ranges as they are."""
        traces, layout = figure_of(self._shape, view, palette, synthetic)
        for shown, trace in zip(self.figure.data, traces, strict=True):
            shown.update({name: value for name, value in trace.items() if name not in ("type", "name")})
        for name in layout:
            if name.startswith("xaxis"):
                layout[name].pop("autorange")
        lists = {name: layout.pop(name) for name in ("shapes", "annotations")}
        self.figure.layout.update(layout)
        for name, value in lists.items():
            self.figure.layout[name] = value

    def _zoomed(self, *_: Any) -> None:
        if self._ours:
            return
        axis = self.figure.layout.xaxis
        zoom = None
        with suppress(ValueError, TypeError):
            if axis.range is not None:
                first, last = sorted(_moment(end) for end in axis.range)
                zoom = first.ceil("D").date(), last.floor("D").date()
        self.zoom = zoom
        for call in self._watching:
            call()


def _moment(end: Any) -> pd.Timestamp:
    """Return an end of a date axis' range, which may also be milliseconds since 1970."""
    return pd.Timestamp(end, unit="ms") if isinstance(end, int | float) else pd.Timestamp(end)


def _at(trace: Any, path: str) -> Any:
    """Return what the trace has at a path such as "line.color", or None."""
    for name in path.split("."):
        trace = trace.get(name) if isinstance(trace, dict) else None
    return trace


def _same(one: Any, other: Any) -> bool:
    if not isinstance(one, np.ndarray):
        return bool(one == other)
    if not isinstance(other, np.ndarray) or one.shape != other.shape or one.dtype != other.dtype:
        return False
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
