"""The explorer in JupyterLab, Notebook 7 and Voilà: what needs the kernel, and what goes on without it.

Each page is used for many checks, because opening one takes longest. What the page does by itself is tested in
test_html_file.py.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import expect

from .explorer_page import NAMELESS, TOO_WIDE, ExplorerPage
from .pages import TIMEOUT_MS, Watched
from .servers import Server
from .test_harness import write_notebook

pytestmark = pytest.mark.browser

CELL = """
import pd_optstat as po
explorer = po.explore(["US_SECURITY", "HK_INDEX"], "VOLUME", "2016-06-13", "2026-06-12")
explorer
"""
SMALL = """
import pd_optstat as po
explorer = po.explore("US_SECURITY", "VOLUME", "2026-01-02", "2026-06-12", lookback=20)
explorer
"""
FRAME = """
import pd_optstat as po
df = po.load_panel(["US_SECURITY", "HK_INDEX"], "VOLUME", "2025-06-13", "2026-06-12")
df.optstat.explore(window=5, lookback=20)
"""
# A simulator that answers after half a minute, so that a load can be cancelled.
SLOW = """
from datetime import date
from pd_optstat.simulator.server import SimulatorServer
slow = SimulatorServer(until=date(2026, 6, 12), latency=30.0)
slow.start()
print(slow.url)
"""

# The controls, from the toolbar's first on, as the Tab key reaches them with the drawer open.
CONTROLS = [
    "1M", "3M", "YTD", "1Y", "5Y", "Max", "From", "To", "Window", "Window, as a number", "Lookback",
    "Lookback, as a number", "Metric", "More", "US_SECURITY", "US_INDEX", "HK_SECURITY", "HK_INDEX", "Add code",
    "VOLUME", "OPEN_INTEREST", "Arrange", "Theme", "Lower", "Upper", "Band", "Source", "Refresh", "Copy as code",
    "Save as", "File", "Save", "Table", "Chart",
]  # fmt: skip
# The name of what has the focus, as a screen reader would say it.
_NAME = """() => {
    const one = document.activeElement;
    return (one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent || one.title).trim();
}"""


def in_a_fresh_process(code: str, server: Server, folder: Path) -> dict[str, Any]:
    """Run copied code as a script, and return its digests and the last z-score of each series."""
    tail = """
import json
infos = df.attrs["optstat"].get("series") or [df.attrs["optstat"]]
parts = [zscore[name].dropna() for name in zscore.columns] if zscore.ndim == 2 else [zscore]
last = [float(part.iloc[-1]) for part in parts]
print(json.dumps({"digests": [info["digest"] for info in infos], "last": last}))
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
    page = ExplorerPage(watched)
    page.open_drawer()
    says_where_numbers_come_from(page)
    fits_and_is_named(page)
    tab_reaches_every_control(page)
    code_of_the_zoom_gives_the_numbers_shown(page, jupyter, tmp_path)
    other_series_and_ranges_are_loaded(page)
    codes_are_typed(page)
    files_are_saved(page, jupyter)
    watched.assert_quiet()


def says_where_numbers_come_from(page: ExplorerPage) -> None:
    for text in ("SYNTHETIC", "requests", "source simulator", "newest 2026-06-12", "observed"):
        expect(page.status).to_contain_text(text, timeout=TIMEOUT_MS)
    page.button("Refresh").click()  # nothing is provisional, so nothing is requested
    expect(page.status).to_contain_text("nothing requested", timeout=TIMEOUT_MS)
    expect(page.alert).to_have_count(0)


def fits_and_is_named(page: ExplorerPage) -> None:
    assert page.root.evaluate(TOO_WIDE) == []
    assert page.root.evaluate(NAMELESS) == []
    expect(page.root.get_by_role("img", name="put/call ratio").first).to_be_attached()


def tab_reaches_every_control(page: ExplorerPage) -> None:
    page.button("1M").focus()
    reached = [page.page.evaluate(_NAME)]
    for _ in range(60):
        page.page.keyboard.press("Tab")
        name = page.page.evaluate(_NAME)
        if name != reached[-1]:  # a date has several focusable parts
            reached.append(name)
        if name == CONTROLS[-1]:
            break
    assert reached == CONTROLS


def code_of_the_zoom_gives_the_numbers_shown(page: ExplorerPage, server: Server, folder: Path) -> None:
    page.zoom(0.5, 0.7)
    page.page.mouse.move(0, 0)
    code = page.copied()
    found = in_a_fresh_process(code, server, folder)
    for digest in found["digests"]:
        assert digest in code
    shown = page.root.locator("[data-panel=metric]").locator("xpath=preceding-sibling::div[1]//b").all_inner_texts()
    ends = {block.inner_text() for block in page.root.locator(".optstat-day").all()}
    assert len(ends) == 1
    assert [float(text) for text in shown if text != "–"] == [pytest.approx(one, abs=0.005) for one in found["last"]][
        : len([text for text in shown if text != "–"])
    ]
    page.page.keyboard.press("Escape")


def codes_are_typed(page: ExplorerPage) -> None:
    code = page.box("Add code")
    code.fill("us.aapl")
    code.press("Enter")
    expect(page.control("US.AAPL", "checkbox")).to_be_checked()
    expect(page.heads).to_have_count(3, timeout=TIMEOUT_MS)
    expect(page.heads.last).to_contain_text("US.AAPL VOLUME")
    expect(code).to_have_value("")
    code.fill("AAPL")
    code.press("Enter")
    expect(page.alert).to_contain_text("Did you mean US.AAPL?", timeout=TIMEOUT_MS)
    expect(page.heads).to_have_count(3)
    page.control("US.AAPL", "checkbox").uncheck()
    expect(page.heads).to_have_count(2, timeout=TIMEOUT_MS)
    expect(page.control("US.AAPL", "checkbox")).not_to_be_checked()
    expect(page.control("AAPL", "checkbox")).to_have_count(0)


def other_series_and_ranges_are_loaded(page: ExplorerPage) -> None:
    page.button("1Y").click()  # ends with the newest day, which is later than what is loaded
    expect(page.button("1Y")).to_have_attribute("aria-pressed", "true")
    expect(page.status).not_to_contain_text("not loaded", timeout=TIMEOUT_MS)
    page.control("US_INDEX", "checkbox").check()
    expect(page.heads).to_have_count(3, timeout=TIMEOUT_MS)
    page.control("US_INDEX", "checkbox").uncheck()
    expect(page.heads).to_have_count(2)


def files_are_saved(page: ExplorerPage, server: Server) -> None:
    for kind in ("Parquet", "HTML"):
        page.box("Save as").select_option(kind)
        page.box("File").fill("mine")
        page.button("Save").click()
        path = server.root / f"mine.{kind.lower()}"
        expect(page.status).to_contain_text(f"Saved {path}", timeout=TIMEOUT_MS)
        assert path.stat().st_size > 10_000
    page.box("File").fill("../mine")
    page.button("Save").click()
    expect(page.alert).to_contain_text("outside", timeout=TIMEOUT_MS)


def test_a_busy_kernel_stops_nothing_that_the_page_can_do(watched: Watched, jupyter: Server) -> None:
    wait = "import time\nwhile not go.exists():\n    time.sleep(0.05)"
    prepare = f"from pathlib import Path\ngo = Path({str(jupyter.home / 'go')!r})\nexplorer.wait()\n0"
    watched.open_notebook(jupyter, write_notebook(jupyter.root, "busy.ipynb", SMALL, prepare, wait))
    run = "() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
    watched.page.evaluate(run)
    page = ExplorerPage(watched)
    watched.page.wait_for_function(
        """() => document.querySelectorAll('.jp-InputPrompt').length >= 3
            && [...document.querySelectorAll('.jp-InputPrompt')].filter(({ textContent }) =>
                textContent.includes('*')).length === 1
            && document.querySelector('.jp-OutputArea-output pre')?.textContent.trim() === '0'""",
        timeout=TIMEOUT_MS,
    )
    page.slide("Window", 5)
    expect(page.legend("mean 15")).to_be_visible()
    page.button("1M").click()
    page.zoom(0.4, 0.8)
    expect(page.status).to_contain_text("the kernel is busy or gone", timeout=TIMEOUT_MS)
    (jupyter.home / "go").touch()
    expect(page.status).not_to_contain_text("the kernel is busy", timeout=TIMEOUT_MS)
    watched.assert_quiet()


def test_a_restarted_kernel_stops_nothing_that_the_page_can_do(watched: Watched, jupyter: Server) -> None:
    watched.open_notebook(jupyter, write_notebook(jupyter.root, "restart.ipynb", SMALL))
    watched.run_all()
    page = ExplorerPage(watched)
    expect(page.status).to_contain_text("SYNTHETIC", timeout=TIMEOUT_MS)
    restart = "() => window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.restart()"
    watched.page.evaluate(restart)
    page.slide("Window", 3)
    expect(page.legend("mean 13")).to_be_visible()
    page.button("1M").click()
    page.expect_range("2026-05-12", "2026-06-12")
    page.open_drawer()
    assert "start='2026-05-12'" in page.copied()
    page.button("Refresh").click()
    expect(page.status).to_contain_text("the kernel is busy or gone", timeout=TIMEOUT_MS)
    watched.assert_quiet()


def test_cancel_restores_the_controls(watched: Watched, jupyter: Server) -> None:
    watched.open_notebook(jupyter, write_notebook(jupyter.root, "cancel.ipynb", SMALL, SLOW))
    watched.run_all()
    page = ExplorerPage(watched)
    page.open_drawer()
    page.expect_range("2026-01-02", "2026-06-12")
    page.box("Source").fill(re.findall(r"opend://127\.0\.0\.1:\d+", watched.page.content())[-1] + "?namespace=slow")
    page.box("Source").press("Enter")
    page.button("Cancel").click(timeout=TIMEOUT_MS)
    expect(page.status).to_contain_text("Loading was cancelled.", timeout=TIMEOUT_MS)
    page.box("File").focus()
    expect(page.box("Source")).to_have_value("simulator:")
    expect(page.heads).to_have_count(1)
    page.slide("Window", 1)
    expect(page.legend("mean 11")).to_be_visible()
    watched.assert_quiet()


def test_views_show_the_same_and_a_failed_load_keeps_them(watched: Watched, jupyter: Server) -> None:
    name = write_notebook(jupyter.root, "views.ipynb", SMALL + "explorer.wait()", "explorer.window = 21\nexplorer")
    watched.open_notebook(jupyter, name)
    watched.run_all()
    one, other = ExplorerPage(watched), ExplorerPage(watched, 1)
    expect(one.legend("mean 21")).to_be_visible()
    other.button("1M").click()
    other.legend("calls").click()
    for page in (one, other):
        expect(page.button("1M")).to_have_attribute("aria-pressed", "true", timeout=TIMEOUT_MS)
        expect(page.legend("calls")).to_have_attribute("aria-pressed", "false")
    one.open_drawer()
    before = one.heads.inner_text()
    one.box("Source").fill("ws://:sesame@127.0.0.1:9")
    one.box("Source").press("Enter")
    expect(one.alert).to_contain_text("ConnectionFailed", timeout=TIMEOUT_MS)
    expect(one.alert).to_contain_text("The chart shows the last valid view.")
    assert one.heads.inner_text() == before
    one.box("Source").fill("sesame")
    one.box("Source").press("Enter")
    expect(one.alert).to_contain_text("does not have a known scheme", timeout=TIMEOUT_MS)
    watched.assert_quiet()


def test_a_saved_notebook_is_live_without_its_kernel(watched: Watched, jupyter: Server) -> None:
    path = jupyter.root / "saved.ipynb"
    write_notebook(jupyter.root, path.name, SMALL + "explorer.wait()")
    notebook = nbformat.read(path, as_version=4)
    environment = jupyter.environment()
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(jupyter.root)}}).execute(env=environment)
    nbformat.write(notebook, path)
    # JupyterLab shows widgets of trusted notebooks only, such as those that were saved in it.
    subprocess.run([sys.executable, "-m", "jupyter", "trust", path], env=environment, check=True, capture_output=True)
    assert len(path.read_bytes()) < 1_000_000
    watched.open_notebook(jupyter, path.name)  # with a kernel that knows nothing of the explorer
    page = ExplorerPage(watched)
    expect(page.status).to_contain_text("SYNTHETIC")
    page.slide("Window", 2)
    expect(page.legend("mean 12")).to_be_visible()
    page.button("1M").click()
    page.open_drawer()
    assert "po.load('US_SECURITY'" in page.copied()
    expect(page.status).to_contain_text("the kernel is busy or gone", timeout=TIMEOUT_MS)
    page.control("HK_INDEX", "checkbox").check()
    expect(page.status).to_contain_text("not loaded: HK_INDEX VOLUME")
    watched.assert_quiet()


def test_a_frame_in_notebook_7(watched: Watched, jupyter: Server) -> None:
    watched.open_notebook(jupyter, write_notebook(jupyter.root, "frame.ipynb", FRAME), host="notebook")
    watched.run_all()
    page = ExplorerPage(watched)
    page.slide("Window", 1)
    expect(page.legend("mean 6")).to_be_visible()
    page.open_drawer()
    assert page.root.get_by_role("button", name="Refresh").is_hidden()
    expect(page.status).to_contain_text("rows of a frame")
    page.control("HK_INDEX VOLUME", "checkbox").uncheck()
    expect(page.heads).to_have_count(1)
    assert "# df is the frame" in page.copied()
    assert page.root.evaluate(NAMELESS) == []
    watched.assert_quiet()


def test_several_explorers_and_a_dark_page_in_jupyterlab(watched: Watched, jupyter: Server) -> None:
    watched.open_notebook(jupyter, write_notebook(jupyter.root, "several.ipynb", *[SMALL] * 4))
    watched.run_all()
    pages = [ExplorerPage(watched, number) for number in range(4)]
    assert {page.root.get_attribute("data-theme") for page in pages} == {"light"}
    theme = (
        "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'}).then(() => null)"
    )
    watched.page.evaluate(theme)
    for page in pages:
        expect(page.root).to_have_attribute("data-theme", "dark", timeout=TIMEOUT_MS)
    pages[0].open_drawer()
    assert "theme='dark'" in pages[0].copied()
    watched.screenshot("explorer-lab-dark")
    watched.page.evaluate(theme.replace("JupyterLab Dark", "JupyterLab Light"))
    watched.assert_quiet()


def test_the_explorer_under_voila(watched: Watched, voila: Server) -> None:
    watched.open_voila(voila, write_notebook(voila.root, "explorer.ipynb", SMALL))
    page = ExplorerPage(watched)
    page.slide("Window", 1)
    expect(page.legend("mean 11")).to_be_visible()
    page.open_drawer()
    page.control("HK_INDEX", "checkbox").check()
    expect(page.heads).to_have_count(2, timeout=TIMEOUT_MS)
    page.box("From").fill("2026-03-02")
    page.box("From").press("Enter")
    page.expect_range("2026-03-02", "2026-06-12")
    assert re.search(r"po\.load_panel\(.*'HK_INDEX'", page.copied())
    assert page.root.evaluate(NAMELESS) == []
    watched.assert_quiet()
