"""The explorer as a user sees it: at length in JupyterLab, and shortly in Notebook 7 and Voilà.

Each page is used for many checks, because opening one takes longest.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Locator, expect

from .pages import TIMEOUT_MS, Watched
from .servers import Server
from .test_harness import write_notebook

pytestmark = pytest.mark.browser

RANGE = '"2016-06-13", "2026-06-12"'
CELL = f"""
import pd_optstat as po
explorer = po.explore(["US_SECURITY", "HK_INDEX"], "VOLUME", {RANGE})
explorer
"""
SMALL = """
import pd_optstat as po
po.explore("US_SECURITY", "VOLUME", "2026-01-02", "2026-06-12", lookback=20)
"""
FRAME = """
import pd_optstat as po
df = po.load_panel(["US_SECURITY", "HK_INDEX"], "VOLUME", "2025-06-13", "2026-06-12")
df.optstat.explore(window=5, lookback=20)
"""
TRACES = 12  # per series
RATIO, METRIC = 7, 10
CONTROLS = [
    "US_SECURITY", "US_INDEX", "HK_SECURITY", "HK_INDEX", "VOLUME", "OPEN_INTEREST", "1M", "3M", "YTD", "1Y", "5Y",
    "Max", "From", "To", "Window", "Window, as a number", "Lookback", "Lookback, as a number", "Metric", "Arrange",
    "Theme", "Source", "Refresh", "Copy as code", "Save as", "File", "Save",
]  # fmt: skip

# The names of what has the focus, from the first checkbox on, as a screen reader would say them.
_NAME = """() => {
    const one = document.activeElement;
    const name = one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent || one.title;
    return name.trim();
}"""
# Every control that has no name.
_NAMELESS = """root => [...root.querySelectorAll('button, input, select, textarea, [role=slider], [role=img]')]
    .filter(one => one.checkVisibility())
    .filter(one => !(one.getAttribute('aria-label') || one.labels?.length || one.textContent.trim() || one.title))
    .map(one => one.outerHTML)"""


class Page:
    """The explorer in a page, through what a user sees."""

    def __init__(self, watched: Watched) -> None:
        self.watched, self.page = watched, watched.page
        self.root = self.page.locator(".optstat-explorer")
        self.status = self.root.locator(".optstat-status")  # a status to screen readers; the table has one too
        self.alert = self.root.get_by_role("alert")
        self.drawn()

    def drawn(self, condition: str = "true", argument: Any = None) -> None:
        """Wait until the figure has data and `condition` is true."""
        self.watched.wait_for_figure(f"gd._fullData?.[{RATIO}]?.y?.length && ({condition})", argument)

    def control(self, name: str, role: Any) -> Locator:
        return self.root.get_by_role(role, name=name, exact=True)

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name)

    def tick(self, name: str) -> None:
        self.control(name, "checkbox").click()

    def choose(self, name: str, value: str) -> None:
        self.control(name, "combobox").select_option(value)

    def enter(self, name: str, value: str) -> None:
        """Type into a box, and move the focus away."""
        box = self.root.get_by_label(name, exact=True)
        box.fill(value)
        box.press("Enter")
        box.blur()

    def figure(self, what: str) -> Any:
        return self.watched.figure().evaluate(f"gd => {what}")

    def values(self, trace: int) -> list[float]:
        return list(self.figure(f"Array.from(gd._fullData[{trace}].y)"))

    def refused(self, *says: str) -> None:
        """Expect an error with this text, and the figure still in place."""
        for text in says:
            expect(self.alert).to_contain_text(text, timeout=TIMEOUT_MS)
        expect(self.alert).to_contain_text("The plot below is the last valid one.")
        assert self.figure(f"gd.data[{RATIO}].y.length") > 0

    def fine(self) -> None:
        expect(self.alert).to_have_count(0, timeout=TIMEOUT_MS)

    def copied(self) -> str:
        self.page.evaluate("() => navigator.clipboard.writeText('')")
        self.button("Copy as code").click()
        self.page.wait_for_function("() => navigator.clipboard.readText()", timeout=TIMEOUT_MS)
        expect(self.status).to_contain_text("Copied.", timeout=TIMEOUT_MS)
        code = str(self.page.evaluate("() => navigator.clipboard.readText()"))
        assert self.root.get_by_label("Code", exact=True).input_value() == code
        return code

    def saved(self, kind: str, name: str, folder: Path) -> Path:
        self.choose("Save as", kind)
        self.enter("File", name)
        self.button("Save").click()
        path = folder / f"{name}.{kind.lower()}"
        expect(self.status).to_contain_text(f"Saved {path}", timeout=TIMEOUT_MS)
        return path


def in_a_fresh_process(code: str, metric: str, server: Server, folder: Path) -> dict[str, Any]:
    """Run copied code as a script, and return its digests and each series' values of the metric."""
    tail = f"""
import json
infos = df.attrs["optstat"].get("series") or [df.attrs["optstat"]]
columns = [{metric}[name].dropna() for name in {metric}.columns] if {metric}.ndim == 2 else [{metric}.dropna()]
print(json.dumps({{"digests": [info["digest"] for info in infos], "values": [list(one) for one in columns]}}))
"""
    own = {"PD_OPTSTAT_SOURCE": "simulator:", "PD_OPTSTAT_CACHE_DIR": str(server.cache_dir), "MPLBACKEND": "agg"}
    ended = subprocess.run(
        [sys.executable, "-c", code + tail], env={**os.environ, **own}, cwd=folder, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def test_the_explorer_in_jupyterlab(watched: Watched, jupyter: Server, tmp_path: Path) -> None:
    watched.open_notebook(jupyter, write_notebook(jupyter.root, "explorer.ipynb", CELL))
    watched.run_all()
    page = Page(watched)
    page.drawn(f"gd._fullData.length === {2 * TRACES}")
    says_where_numbers_come_from(page)
    fits_and_is_named(page)
    tab_reaches_every_control(page)
    looks_change_by_keyboard(page)
    hover_shows_all_columns(page)
    zoom_stays_and_reaches_the_code(page, jupyter, tmp_path)
    stacked(page)
    watched.assert_quiet()


def says_where_numbers_come_from(page: Page) -> None:
    for text in ("SYNTHETIC", "requests", "source simulator", "newest 2026-06-12", "observed"):
        expect(page.status).to_contain_text(text)
    assert page.figure("gd._fullLayout.annotations.filter(one => one.text.includes('synthetic')).length") == 2
    page.button("Refresh").click()
    expect(page.status).to_contain_text(re.compile(r"[1-9]\d* requests?"), timeout=TIMEOUT_MS)
    page.fine()


def fits_and_is_named(page: Page) -> None:
    expect(page.root.locator("table.dataTable tbody tr").first).to_be_visible(timeout=TIMEOUT_MS)
    too_wide = """root => {
        const all = [];
        for (let one = root; one; one = one.parentElement) if (one.scrollWidth > one.clientWidth + 1) all.push(one);
        return all.map(one => one.className);
    }"""
    assert page.root.evaluate(too_wide) == []
    assert page.root.evaluate(_NAMELESS) == []
    expect(page.root.get_by_role("img", name="put/call ratio").first).to_be_attached()
    assert page.root.get_by_role("button", name="Share").count() == 0  # plotly's upload to its own servers


def tab_reaches_every_control(page: Page) -> None:
    page.control("US_SECURITY", "checkbox").focus()
    reached = [page.page.evaluate(_NAME)]
    for _ in range(60):
        page.page.keyboard.press("Tab")
        name = page.page.evaluate(_NAME)
        if name != reached[-1]:  # a date picker has several focusable parts
            reached.append(name)
        if name == CONTROLS[-1]:
            break
    assert reached == CONTROLS


def looks_change_by_keyboard(page: Page) -> None:
    page.figure("{ gd.mark = 'same figure'; }")
    page.control("Window", "slider").press("ArrowRight")
    page.drawn("gd._fullData[8].name === 'mean 11' && gd.mark === 'same figure'")
    page.control("Lookback", "slider").press("ArrowLeft")
    page.drawn("gd._fullData[9].name === 'mean 251' && gd._fullData[21].name === 'mean 251'")
    for title, name in (("percentile", "percentile"), ("put share", "put share"), ("z-score", "z-score")):
        page.choose("Metric", title)
        page.drawn(f"gd._fullData[{METRIC}].name === arg", name)
    assert page.figure("gd.mark") == "same figure"
    page.fine()


def hover_shows_all_columns(page: Page) -> None:
    page.watched.figure().scroll_into_view_if_needed()
    box = page.watched.figure().locator(".nsewdrag").nth(1).bounding_box()
    assert box is not None
    page.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.page.mouse.move(box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 2)
    page.drawn("new Set((gd._hoverdata || []).map(one => one.xaxis._id)).size === 2")
    page.drawn("new Set(gd._hoverdata.map(one => one.x)).size === 1")
    said = page.figure("gd.querySelector('.hoverlayer').textContent")
    assert "US_SECURITY VOLUME" in said
    assert "HK_INDEX VOLUME" in said


def zoom_stays_and_reaches_the_code(page: Page, server: Server, folder: Path) -> None:
    box = page.watched.figure().locator(".nsewdrag").nth(1).bounding_box()
    assert box is not None
    mouse, middle = page.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + 0.5 * box["width"], middle)
    mouse.down()
    mouse.move(box["x"] + 0.7 * box["width"], middle + 2, steps=5)
    mouse.up()
    page.drawn("gd._fullLayout.xaxis.autorange === false || !gd._fullLayout.xaxis.autorange")
    zoom = page.figure("gd._fullLayout.xaxis.range")
    assert page.figure("gd._fullLayout.xaxis2.range") == zoom
    page.control("Window", "slider").press("ArrowRight")
    page.drawn("gd._fullData[8].name === 'mean 12'")
    assert page.figure("gd._fullLayout.xaxis.range") == zoom
    expect(page.root.locator("table.dataTable tbody tr td").nth(1)).not_to_have_text("2026-06-12", timeout=TIMEOUT_MS)
    code = page.copied()
    first, last = (str(day.date()) for day in (pd.Timestamp(zoom[0]).ceil("D"), pd.Timestamp(zoom[1]).floor("D")))
    assert f'.loc["{first}":"{last}"]' in code
    found = in_a_fresh_process(code, "zscore", server, folder)
    for digest in found["digests"]:
        assert digest in code
    days = [one[:10] for one in page.figure(f"Array.from(gd._fullData[{METRIC}].x, d => new Date(d).toISOString())")]
    shown = [value for day, value in zip(days, page.values(METRIC), strict=True) if first <= day <= last]
    pd.testing.assert_series_equal(pd.Series(sorted(found["values"], key=len)[-1]), pd.Series(shown))


def stacked(page: Page) -> None:
    """Another arrangement rebuilds the figure and keeps the zoom."""
    zoom = page.figure("gd._fullLayout.xaxis.range")
    page.choose("Arrange", "stacked")
    page.drawn("gd._fullLayout._subplots.xaxis.length === 1 && gd._fullLayout.height > 900")
    assert page.figure("gd._fullLayout.width === gd.clientWidth")
    page.drawn("String(gd._fullLayout.xaxis.range) === String(arg)", zoom)
    page.watched.figure().scroll_into_view_if_needed()
    page.watched.screenshot("explorer-stacked")
    page.choose("Arrange", "side by side")
    page.drawn("gd._fullLayout._subplots.xaxis.length === 2")
    page.drawn("String(gd._fullLayout.xaxis2.range) === String(arg)", zoom)
    page.watched.screenshot("explorer-side-by-side")


def test_a_later_view_shows_the_same(watched: Watched, jupyter: Server) -> None:
    opened = SMALL.replace("po.explore", "explorer = po.explore") + "explorer.wait()"
    moved = "explorer.controls.window.value = 21\nexplorer.wait()"
    watched.open_notebook(jupyter, write_notebook(jupyter.root, "later.ipynb", opened, moved))
    watched.run_all()
    page = Page(watched)
    page.drawn("gd._fullData[8].name === 'mean 21'")
    watched.wait_for_figure("gd._fullData?.[8]?.name === 'mean 21'", number=1)
    shown = """() => [...document.querySelectorAll('.js-plotly-plot')].map(
        gd => gd.data.map(trace => [trace.name, Array.from(trace.y ?? []), trace.value ?? null]))"""
    first, second = page.page.evaluate(shown)
    assert first == second
    assert [name for name, _, _ in first][1:5] == ["fear", "greed", "calls", "puts"]
    assert all(len(y) > 1 for _, y, _ in first[:-1])
    watched.assert_quiet()


def test_a_frame_in_notebook_7(watched: Watched, jupyter: Server) -> None:
    watched.open_notebook(jupyter, write_notebook(jupyter.root, "frame.ipynb", FRAME), host="notebook")
    watched.run_all()
    page = Page(watched)
    page.drawn(f"gd._fullData.length === {2 * TRACES}")
    assert page.root.get_by_role("button", name="Refresh").count() == 0
    expect(page.status).to_contain_text("SYNTHETIC")
    page.control("Window", "slider").press("ArrowRight")
    page.drawn("gd._fullData[8].name === 'mean 6'")
    page.tick("HK_INDEX VOLUME")
    page.drawn(f"gd._fullData.length === {TRACES}")
    assert "# df is the frame" in page.copied()
    assert page.root.evaluate(_NAMELESS) == []
    watched.assert_quiet()


def test_the_explorer_under_voila(watched: Watched, voila: Server) -> None:
    watched.open_voila(voila, write_notebook(voila.root, "explorer.ipynb", SMALL))
    page = Page(watched)
    expect(page.status).to_contain_text("SYNTHETIC")
    page.control("Window", "slider").press("ArrowRight")
    page.drawn("gd._fullData[8].name === 'mean 11'")
    page.tick("HK_INDEX")
    page.drawn(f"gd._fullData.length === {2 * TRACES}")
    page.enter("From", "2026-08-03")
    page.refused("InvalidRequest")
    page.enter("From", "2026-03-02")
    page.fine()
    page.drawn("gd._fullData[7].x.length < 80")
    assert "po.load_panel" in page.copied()
    assert page.root.evaluate(_NAMELESS) == []
    watched.assert_quiet()
