"""The controls of an explorer, each with a label, in rows that wrap. `state` holds the rules for their values."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as widgets

from ..core.markets import OptionMarket, OptionStatisticDataType
from .save import ENDINGS
from .state import ARRANGEMENTS, LOOKBACKS, METRICS, PRESETS, THEMES, WINDOWS, View

__all__ = ["Controls"]


class Controls:
    """The controls by name, and the `rows` in which they are shown.

    Parameters
    ----------
    view : View
        The initial values.
    sources : sequence of str
        The sources offered; the first is the current one.
    series : sequence of str, optional
        The titles of the series of a frame. Given if the explorer was opened on one: it then offers these series, and
        no markets or sources.
    """

    def __init__(self, view: View, sources: Sequence[str], series: Sequence[str] | None = None) -> None:
        self.markets = _checks([market.name for market in OptionMarket], view.markets)
        self.data_types = _checks([kind.name for kind in OptionStatisticDataType], view.data_types)
        self.series = _checks(list(series or ()), tuple(series or ()))
        self.preset = widgets.ToggleButtons(options=PRESETS, value=view.preset, description="Range")
        self.start = widgets.DatePicker(value=view.start, description="From", layout=widgets.Layout(width="220px"))
        self.end = widgets.DatePicker(value=view.end, description="To", layout=widgets.Layout(width="220px"))
        self.window = _slider("Window", view.window, WINDOWS, "sessions of the rolling mean and the band")
        self.lookback = _slider("Lookback", view.lookback, LOOKBACKS, "sessions that a day is compared with")
        metrics = [(metric.title, name) for name, metric in METRICS.items()]
        self.metric = widgets.Dropdown(options=metrics, value=view.metric, description="Metric")
        self.arrangement = widgets.Dropdown(options=ARRANGEMENTS, value=view.arrangement, description="Arrange")
        self.theme = widgets.Dropdown(
            options=THEMES, value=view.theme, description="Theme", layout=widgets.Layout(width="190px")
        )
        self.source = widgets.Combobox(
            options=tuple(dict.fromkeys((*sources, "simulator:"))), value=sources[0] if sources else "",
            description="Source", continuous_update=False, layout=widgets.Layout(width="330px"),
        )  # fmt: skip
        self.refresh = _button("Refresh", "request the range again", "refresh")
        self.cancel = _button("Cancel", "stop loading", "stop")
        self.progress = widgets.IntProgress(value=0, min=0, max=1, layout=widgets.Layout(width="160px"))
        self.copy = _button("Copy as code", "copy code that reproduces this view", "copy")
        self.format = widgets.Dropdown(
            options=tuple(ENDINGS), description="Save as", layout=widgets.Layout(width="180px")
        )
        self.name = widgets.Text(placeholder="file name", description="File", layout=widgets.Layout(width="260px"))
        self.save = _button("Save", "save a file in the current folder", "save")
        self.code = widgets.Textarea(description="Code", rows=12, layout=widgets.Layout(width="100%", display="none"))
        loading = [self.source, self.refresh, self.cancel, self.progress]
        chosen = [_group("Market", self.markets), _group("Data type", self.data_types)]
        if series is not None:
            chosen, loading = ([_group("Series", self.series)] if len(series) > 1 else []), []
        self.rows = [
            _row(chosen),
            _row([self.preset, self.start, self.end]),
            _row([self.window, self.lookback, self.metric, self.arrangement, self.theme]),
            _row(loading),
            _row([self.copy, self.format, self.name, self.save]),
        ]
        self.busy(False)

    def busy(self, loading: bool, done: int = 0, total: int = 1) -> None:
        """Show the progress of a load, or hide it if `loading` is False."""
        self.progress.max, self.progress.value = max(total, 1), done
        self.progress.layout.visibility = "visible" if loading else "hidden"
        self.cancel.disabled = not loading

    def chosen(self, checks: Sequence[widgets.Checkbox]) -> tuple[str, ...]:
        """Return the names of the ticked boxes."""
        return tuple(check.description for check in checks if check.value)


def _checks(names: Sequence[str], ticked: Sequence[str]) -> list[widgets.Checkbox]:
    layout = widgets.Layout(width="auto")
    return [widgets.Checkbox(value=name in ticked, description=name, indent=False, layout=layout) for name in names]


def _slider(label: str, value: int, limits: tuple[int, int], tip: str) -> widgets.IntSlider:
    low, high = min(limits[0], value), max(limits[1], value)
    layout = widgets.Layout(width="340px")
    return widgets.IntSlider(value=value, min=low, max=high, description=label, tooltip=tip, layout=layout)


def _button(label: str, tip: str, icon: str) -> widgets.Button:
    return widgets.Button(description=label, tooltip=tip, icon=icon, layout=widgets.Layout(width="auto"))


def _group(label: str, checks: Sequence[widgets.Checkbox]) -> widgets.HBox:
    box = widgets.HBox([widgets.Label(f"{label}:"), *checks])
    box.add_class("optstat-checks")
    return box


def _row(children: Sequence[widgets.Widget]) -> widgets.HBox:
    box = widgets.HBox(list(children))
    box.add_class("optstat-row")
    return box
