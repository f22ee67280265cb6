"""The messages between the explorer and its page, its labels and its theme."""

from __future__ import annotations

import re
from typing import Any

import pytest
from plotly.basedatatypes import Undefined
from support.explorers import opened

import pd_optstat as po


def test_keys_are_not_shown_in_the_page() -> None:
    explorer = po.explore(start="2026-06-01", end="2026-06-12", source="ws://:sesame@127.0.0.1:9").wait(60)
    assert "ConnectionFailed" in explorer.error.value
    explorer.controls.source.value = "ws://:sesame@127.0.0.1:10"
    explorer.wait(60)
    for widget in po_widgets(explorer):
        assert "sesame" not in str(widget.get_state())
    assert "sesame" not in repr(explorer)
    with pytest.raises(po.InvalidRequest, match="Nothing is loaded yet"):
        explorer.code()
    explorer.controls.copy.click()
    assert "Nothing is loaded yet" in explorer.error.value


def po_widgets(widget: Any) -> list[Any]:
    return [widget, *(one for child in getattr(widget, "children", ()) for one in po_widgets(child))]


def test_every_control_has_a_label() -> None:
    import ipywidgets as w

    controls = [
        one
        for one in po_widgets(opened())
        if isinstance(
            one,
            w.Button
            | w.IntSlider
            | w.Dropdown
            | w.Text
            | w.Checkbox
            | w.DatePicker
            | w.ToggleButtons
            | w.Combobox
            | w.Textarea,
        )
    ]
    assert len(controls) > 20
    for control in controls:
        assert control.description, control


def test_the_theme_follows_the_page() -> None:
    explorer = opened()
    explorer.page.dark = True
    explorer.wait(60)
    assert explorer.chart.figure.layout.paper_bgcolor == "#15181C"
    assert "theme='dark'" in explorer.code()
    explorer.controls.theme.value = "light"
    explorer.wait(60)
    assert explorer.chart.figure.layout.paper_bgcolor == "#FFFFFF"


def test_the_page_reports_whether_it_copied() -> None:
    explorer = opened()
    explorer.controls.copy.click()
    explorer.page.answer = {"number": 1, "done": True}
    assert "Copied" in explorer.status.value
    explorer.controls.copy.click()
    explorer.page.answer = {"number": 2, "done": False}
    assert re.search("Select the code", explorer.status.value)


def test_messages_to_the_page_have_no_undefined_values() -> None:
    """A page that stores a message for its next view would store plotly's `Undefined` as a value."""
    explorer = opened()
    sent: list[dict[str, Any]] = []
    explorer.chart.figure.observe(lambda change: sent.append(change["new"]), "_py2js_update")
    explorer.controls.window.value = 21
    explorer.wait(60)
    explorer.controls.lookback.value = 63
    explorer.wait(60)
    explorer.controls.theme.value = "dark"
    explorer.wait(60)
    messages = [message for message in sent if message]
    assert len(messages) >= 3
    data = explorer.chart.figure.data
    for message in messages:
        for name, values in message["style_data"].items():
            assert len(values) == len(message["style_traces"]), name
            assert not any(value is Undefined for value in values), name
    for number, name in zip(messages[0]["style_traces"], messages[0]["style_data"]["name"], strict=True):
        assert name == data[number].name


def test_a_closed_explorer_leaves_no_widgets() -> None:
    import ipywidgets as w

    before = set(w.Widget.get_manager_state(drop_defaults=True)["state"])
    explorer = opened()
    explorer.wait(60)
    explorer.close()
    left = {
        one["model_name"]
        for key, one in w.Widget.get_manager_state(drop_defaults=True)["state"].items()
        if key not in before
    }
    assert all(name == "LayoutModel" or "Style" in name for name in left), left  # layouts and styles are shared
