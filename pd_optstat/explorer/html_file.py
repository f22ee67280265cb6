"""An explorer as one HTML file: what it draws and the script that draws it, without anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from .content import Content

__all__ = ["build_html"]

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
html {{ color-scheme: light dark; }}
body {{ margin: 0; background: #fff; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #15181c; }} }}
noscript {{ display: block; padding: 1em; font: 14px sans-serif; }}
</style>
</head>
<body>
<div id="optstat"></div>
<noscript>This page draws its chart with JavaScript, which is switched off.</noscript>
<script type="application/json" id="optstat-state">{state}</script>
<script>{script}</script>
</body>
</html>
"""


def build_html(state: Mapping[str, object], content: Content, title: str) -> str:
    """Return an HTML page that shows an explorer with live controls, without network access or Python.

    Parameters
    ----------
    state : mapping
        The choices and the vocabulary, by the names that the page reads.
    content : Content
        The series. The page offers these, and nothing that would need a load.
    title : str
        Of the browser's tab.
    """
    # Texts and arrays come from servers and files: nothing in them may end the element that holds them.
    whole = {**state, "content": _encode(content), "busy": {}, "error": "", "retryable": False}
    text = json.dumps(whole, allow_nan=False, separators=(",", ":"))
    escaped = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    script = _script()
    return _PAGE.format(policy=_policy(script), title=html.escape(title), state=escaped, script=script)


@cache
def _script() -> str:
    text = resources.files("pd_optstat.explorer").joinpath("static", "page.js").read_text(encoding="utf-8")
    if "</script" in text.lower() or "<!--" in text:
        raise AssertionError("page.js would end its own element")
    return text


def _policy(script: str) -> str:
    """Return a policy that allows this script alone, and no request at all."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _encode(value: object) -> object:
    """Return a value with bytes as base64 texts."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return {name: _encode(one) for name, one in value.items()}
    return [_encode(one) for one in value] if isinstance(value, list) else value
