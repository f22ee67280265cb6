"""The widget's model: what Python and the page share.

Each choice is a trait, so that other widgets can be linked to it.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from importlib import resources
from typing import Any

import anywidget
import traitlets

from .._util.validation import shorten
from ..errors import InvalidRequest
from .content import make_vocabulary
from .state import EARLIEST, View, change_view

__all__ = ["CHOICES", "LOAD_CHOICES", "ExplorerModel"]

#: The choices that decide what is loaded, and all of a `View`.
LOAD_CHOICES = ("markets", "data_types", "preset", "start", "end")
CHOICES = (*LOAD_CHOICES, "window", "lookback", "metric", "lower", "upper", "k", "arrangement", "theme")


def _read_script() -> str:
    return resources.files("pd_optstat.explorer").joinpath("static", "widget.js").read_text(encoding="utf-8")


class ExplorerModel(anywidget.AnyWidget):  # type: ignore[misc]
    """The traits of an explorer. Jupyter saves them with the notebook, so none of them may ever hold a key."""

    _esm = _read_script()

    vocabulary = traitlets.Dict().tag(sync=True)
    content = traitlets.Dict().tag(sync=True)
    busy = traitlets.Dict({"loading": False, "done": 0, "total": 1}).tag(sync=True)
    error = traitlets.Unicode("").tag(sync=True)
    retryable = traitlets.Bool(False).tag(sync=True)
    dark = traitlets.Bool(False).tag(sync=True)

    markets = traitlets.List(traitlets.Unicode()).tag(sync=True)
    data_types = traitlets.List(traitlets.Unicode()).tag(sync=True)
    series = traitlets.List(traitlets.Unicode(), default_value=None, allow_none=True).tag(sync=True)
    preset = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    start = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    end = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    window = traitlets.Int(10).tag(sync=True)
    lookback = traitlets.Int(252).tag(sync=True)
    metric = traitlets.Unicode("zscore").tag(sync=True)
    lower = traitlets.Float(0.1).tag(sync=True)
    upper = traitlets.Float(0.9).tag(sync=True)
    k = traitlets.Float(2.0).tag(sync=True)
    arrangement = traitlets.Unicode("side by side").tag(sync=True)
    theme = traitlets.Unicode("auto").tag(sync=True)
    zoom = traitlets.List(traitlets.Unicode(), default_value=None, allow_none=True).tag(sync=True)
    hidden = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, view: View) -> None:
        super().__init__(vocabulary=make_vocabulary(), **_to_traits(view))

    def _read_view(self) -> View:
        """Return the choices as a view, or raise `InvalidRequest`."""
        values: dict[str, Any] = {name: getattr(self, name) for name in CHOICES}
        for name in ("markets", "data_types"):
            values[name] = tuple(values[name])
        for name in ("start", "end"):
            values[name] = _parse_day(values[name], name)
        return change_view(View(), **values)

    def _write_view(self, view: View, names: tuple[str, ...] = CHOICES) -> None:
        """Set the choices called `names` to those of a view."""
        values = _to_traits(view)
        with self.hold_trait_notifications():
            for name in names:
                setattr(self, name, values[name])


def _to_traits(view: View) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(view, name) for name in CHOICES}
    for name in ("markets", "data_types"):
        values[name] = list(values[name])
    for name in ("start", "end"):
        values[name] = None if values[name] is None else values[name].isoformat()
    for name in ("lower", "upper", "k"):
        values[name] = float(values[name])
    return values


def _parse_day(text: str | None, name: str) -> date | None:
    if text is None:
        return None
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if day >= EARLIEST:
            return day
    raise InvalidRequest(f"{name}={shorten(text)} is not a day from {EARLIEST} on, such as '2026-06-12'.")
