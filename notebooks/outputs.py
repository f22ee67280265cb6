"""What is kept of a notebook's outputs: no more than a reader needs, and the same from run to run."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import json
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

#: The entry of a notebook's metadata that tells of which sources its outputs are.
SOURCES = "outputs_of"

#: The time on the clock of pages that pictures are taken of: the day after the newest one of all notebooks.
NEWEST = datetime(2026, 6, 13, tzinfo=UTC)

_WIDGET = "application/vnd.jupyter.widget-view+json"
#: What differs from run to run, and what is kept instead.
_VARYING = ((r"127\.0\.0\.1:(?!11111\b|11112\b)\d{4,5}\b", "127.0.0.1:…"), (r"/tmp/tmp\w+", "/tmp/…"))


def sources_digest(notebook: Any) -> str:
    """Return a digest of the cells without their outputs; `notebook` may also be what ``json.load`` returns."""
    sources = [
        [cell["id"], cell["cell_type"], "".join(cell["source"]), sorted(cell["metadata"].get("tags", ()))]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]
    return "sha256:" + hashlib.sha256(json.dumps(sources).encode()).hexdigest()


def stable_text(text: str) -> str:
    """Return an output's text without the ports and temporary folders of the run."""
    for varying, kept in _VARYING:
        text = re.sub(varying, kept, text)
    return text


def keep_what_stays(notebook: Any, pages: Path) -> None:
    """Leave out what differs from run to run, replace widgets by pictures of their `pages`, and note the sources."""
    executed = itertools.count(1)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if cell.execution_count is not None:
            cell.execution_count = next(executed)  # as if nothing had been run in between
        cell.metadata.pop("execution", None)
        cell.outputs = _joined([output for output in cell.outputs if is_explorer(output) or not _is_widget(output)])
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
            if output.output_type == "stream":
                output.text = stable_text(output.text)
                continue
            data = output.get("data", {})
            if data.pop(_WIDGET, None):
                picture = picture_of(pages / f"{cell.id}.html")
                if picture is not None:
                    data["image/png"] = base64.b64encode(picture).decode() + "\n"
            if "image/png" in data:
                data["image/png"] = base64.b64encode(smaller(base64.b64decode(data["image/png"]))).decode() + "\n"
            for kind in ("text/plain", "text/html"):
                if kind in data:
                    data[kind] = stable_text(data[kind])
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata[SOURCES] = sources_digest(notebook)


def _is_widget(output: Any) -> bool:
    return _WIDGET in output.get("data", {})


def is_explorer(output: Any) -> bool:
    """Return whether an output is a widget that is the value of its cell, and not a progress bar."""
    return _is_widget(output) and output.output_type == "execute_result"


def _joined(outputs: Sequence[Any]) -> list[Any]:
    """Return outputs with neighbouring parts of one stream joined: how it was cut depends on the moment."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last is not None and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def smaller(png: bytes) -> bytes:
    """Return a picture in 256 colours: a third of the bytes, and no difference that can be seen in charts."""
    from PIL import Image

    smaller = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(smaller, "PNG", optimize=True)
    return smaller.getvalue()


def picture_of(page: Path, *, width: int = 960) -> bytes | None:
    """Return a picture of an explorer's page as PNG; None without playwright and its browser."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError:
        return None
    chromium = Path("/usr/bin/chromium")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium if chromium.exists() else None)
            shown = browser.new_page(viewport={"width": width, "height": 600})
            shown.clock.set_fixed_time(NEWEST)
            shown.goto(page.as_uri())
            shown.wait_for_selector("canvas")
            shown.evaluate("document.fonts.ready")
            picture: bytes = shown.screenshot(full_page=True, animations="disabled")
            browser.close()
    except Error as error:
        print(f"No picture of {page.stem}: {error}", file=sys.stderr)
        return None
    return picture
