"""The browser side of an explorer: `page.js` and the style sheet."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

__all__ = ["STYLE", "PageModel"]


class PageModel(anywidget.AnyWidget):  # type: ignore[misc]
    """The model of `page.js`: detects a dark page, writes to the clipboard, and labels controls for screen readers.

    Attributes
    ----------
    dark, ready : bool
        Set by the page: whether it is dark, and whether it has been rendered.
    summary : str
        A description of the figure.
    request, answer : dict
        A text for the clipboard, and whether it was copied.
    """

    _esm = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
    dark = traitlets.Bool(False).tag(sync=True)
    ready = traitlets.Bool(False).tag(sync=True)
    summary = traitlets.Unicode("").tag(sync=True)
    request = traitlets.Dict({"number": 0, "text": ""}).tag(sync=True)
    answer = traitlets.Dict({"number": 0, "done": False}).tag(sync=True)

    def copy_text(self, text: str) -> None:
        """Write `text` to the clipboard; the page sets `answer` when it has done so."""
        self.request = {"number": self.request["number"] + 1, "text": text}  # pyright: ignore[reportOperatorIssue]


#: Uses the colours of the page where it defines them, so that text is legible on light and dark backgrounds.
STYLE = """<style>
.optstat-explorer { width: 100%; max-width: 100%; color: var(--jp-ui-font-color1, inherit); }
.optstat-explorer .optstat-row { flex-flow: row wrap; gap: 2px 12px; align-items: center; overflow: visible; }
.optstat-explorer .optstat-checks { flex-flow: row wrap; border: 0; width: auto; }
.optstat-explorer .widget-toggle-button { width: auto; min-width: 3.2em; }
.optstat-explorer :focus-visible { outline: 2px solid #0072B2; outline-offset: 1px; }
.optstat-explorer.optstat-on-dark :focus-visible { outline-color: #56B4E9; }
.optstat-explorer .js-plotly-plot { width: 100%; min-width: 0; }
.optstat-status, .optstat-note { font-size: 12px; line-height: 1.5; white-space: normal; }
.optstat-synthetic { background: #FFE08A; color: #1A1A1A; padding: 0 5px; border-radius: 3px; }
.optstat-error { white-space: pre-line; line-height: 1.5; border-left: 4px solid #D55E00; padding: 4px 10px;
  margin: 4px 0; background: rgba(213, 94, 0, .12); overflow-wrap: anywhere; }
.optstat-explorer textarea { font-family: var(--jp-code-font-family, monospace); font-size: 12px; }
</style>"""
