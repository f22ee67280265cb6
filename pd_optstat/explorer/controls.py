"""The widgets of an explorer, each with a label, in rows that wrap. They hold no rules: `state` does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as w

from ..core.markets import OptionMarket, OptionStatisticDataType
from .state import ARRANGEMENTS, LOOKBACKS, METRICS, PRESETS, THEMES, WINDOWS, View

__all__ = ["Controls"]

FORMATS = ("CSV", "Parquet", "PNG")


class Controls:
    """The controls, by name; `rows` are to be shown.

    Parameters
    ----------
    view : View
        What they say at first.
    sources : sequence of str
        What the box of sources offers; the first is in use.
    series : sequence of str, optional
        Of a frame that was given: there is nothing to load then, so instead of markets its series can be chosen.
    """

    def __init__(self, view: View, sources: Sequence[str], series: Sequence[str] | None = None) -> None:
        self.markets = _checks([market.name for market in OptionMarket], view.markets)
        self.data_types = _checks([kind.name for kind in OptionStatisticDataType], view.data_types)
        self.series = _checks(list(series or ()), tuple(series or ()))
        self.preset = w.ToggleButtons(options=PRESETS, value=view.preset, description="Range")
        self.start = w.DatePicker(value=view.start, description="From", layout=w.Layout(width="220px"))
        self.end = w.DatePicker(value=view.end, description="To", layout=w.Layout(width="220px"))
        self.window = _slider("Window", view.window, WINDOWS, "sessions of the rolling mean and of the band")
        self.lookback = _slider("Lookback", view.lookback, LOOKBACKS, "sessions that a day is compared with")
        metrics = [(metric.title, name) for name, metric in METRICS.items()]
        self.metric = w.Dropdown(options=metrics, value=view.metric, description="Metric")
        self.arrangement = w.Dropdown(options=ARRANGEMENTS, value=view.arrangement, description="Arrange")
        self.theme = w.Dropdown(options=THEMES, value=view.theme, description="Theme", layout=w.Layout(width="190px"))
        self.source = w.Combobox(
            options=tuple(dict.fromkeys((*sources, "simulator:"))), value=sources[0] if sources else "",
            description="Source", continuous_update=False, layout=w.Layout(width="330px"),
        )  # fmt: skip
        self.refresh = _button("Refresh", "ask for the range anew", "refresh")
        self.cancel = _button("Cancel", "stop loading", "stop")
        self.progress = w.IntProgress(value=0, min=0, max=1, layout=w.Layout(width="160px"))
        self.copy = _button("Copy as code", "the cell that shows this again", "copy")
        self.format = w.Dropdown(options=FORMATS, description="Save as", layout=w.Layout(width="180px"))
        self.name = w.Text(placeholder="file name", description="File", layout=w.Layout(width="260px"))
        self.save = _button("Save", "write a file into the current folder", "save")
        self.code = w.Textarea(description="Code", rows=12, layout=w.Layout(width="100%", display="none"))
        loading = [self.source, self.refresh, self.cancel, self.progress]
        what = [_group("Market", self.markets), _group("Data type", self.data_types)]
        if series is not None:
            what, loading = ([_group("Series", self.series)] if len(series) > 1 else []), []
        self.rows = [
            _row(what),
            _row([self.preset, self.start, self.end]),
            _row([self.window, self.lookback, self.metric, self.arrangement, self.theme]),
            _row(loading),
            _row([self.copy, self.format, self.name, self.save]),
        ]
        self.busy(False)

    def busy(self, loading: bool, done: int = 0, total: int = 1) -> None:
        """Show or hide that something is being loaded."""
        self.progress.max, self.progress.value = max(total, 1), done
        self.progress.layout.visibility = "visible" if loading else "hidden"
        self.cancel.disabled = not loading

    def chosen(self, checks: Sequence[w.Checkbox]) -> tuple[str, ...]:
        """Return the names that are ticked."""
        return tuple(check.description for check in checks if check.value)


def _checks(names: Sequence[str], ticked: Sequence[str]) -> list[w.Checkbox]:
    layout = w.Layout(width="auto")
    return [w.Checkbox(value=name in ticked, description=name, indent=False, layout=layout) for name in names]


def _slider(label: str, value: int, limits: tuple[int, int], tip: str) -> w.IntSlider:
    low, high = min(limits[0], value), max(limits[1], value)
    layout = w.Layout(width="340px")
    return w.IntSlider(value=value, min=low, max=high, description=label, tooltip=tip, layout=layout)


def _button(label: str, tip: str, icon: str) -> w.Button:
    return w.Button(description=label, tooltip=tip, icon=icon, layout=w.Layout(width="auto"))


def _group(label: str, checks: Sequence[Any]) -> w.HBox:
    box = w.HBox([w.Label(f"{label}:"), *checks])
    box.add_class("optstat-checks")
    return box


def _row(widgets: Sequence[Any]) -> w.HBox:
    box = w.HBox(list(widgets))
    box.add_class("optstat-row")
    return box
