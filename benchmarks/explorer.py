"""The explorer: the time from a slider's move to the new figure, in the kernel and in a page, and the time to open."""

from __future__ import annotations

import tempfile
import textwrap
import time
from pathlib import Path
from typing import Any

from .measurement import Result, median, print_progress, run_in_new_interpreter, time_in_turn

__all__ = ["run"]

#: Promised seconds in the kernel and in the page, and ratios to a bare plotly update and to importing the libraries.
KERNEL, PAGE, BARE, OPENING = 0.060, 0.250, 3.0, 1.5
REPETITIONS = 15

_ARGUMENTS = '["US_SECURITY", "HK_INDEX"], "VOLUME", "2016-06-13", "2026-06-12"'
_CACHED = """
import time
import pd_optstat as po
po.configure(source="simulator:", cache_dir={folder!r})
"""
_OPEN = """
begin = time.perf_counter()
explorer = po.explore({arguments})
explorer._redraws.wait()
explorer._redraws.wait()
print(time.perf_counter() - begin)
"""
_PARTS = """
import time
import pandas
begin = time.perf_counter()
import ipywidgets
from plotly.graph_objects import FigureWidget
print(time.perf_counter() - begin)
"""
#: The same figure without an explorer: the traces that depend on the window are replaced by prepared arrays.
_BARE = """
import ipywidgets, plotly.graph_objects as go
bare = go.FigureWidget(explorer.chart.figure)
changing = [(trace, trace.y) for trace in bare.data if trace.name.startswith(("mean 10", "band"))]
slider = ipywidgets.IntSlider(value=10, min=2, max=126, description="Bare")
def replace(change):
    with bare.batch_update():
        for trace, y in changing:
            trace.y = y * (1 + change["new"] / 1000)
        bare.data[8].name = f"mean {change['new']}"
slider.observe(replace, "value")
ipywidgets.VBox([slider, bare])
"""
_WATCH = """([number, n]) => {
    const figure = document.querySelectorAll(".js-plotly-plot")[number];
    window.optstatTaken = new Promise((done) => {
        let begin;
        document.addEventListener("keydown", () => { begin = performance.now(); }, { capture: true, once: true });
        const drawn = () => {
            if (figure.data[8].name !== `mean ${n}`) return;
            figure.removeListener("plotly_afterplot", drawn);
            done(performance.now() - begin);
        };
        figure.on("plotly_afterplot", drawn);
    });
}"""


def run() -> list[Result]:
    """Return the results, without those of the page if there is no Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        return [_in_the_kernel(folder), *_in_a_page(folder), _opening(folder)]


def _in_the_kernel(folder: str) -> Result:
    import pd_optstat as po

    options = {"source": "simulator:", "cache": str(Path(folder) / "cache")}
    explorer = po.explore(["US_SECURITY", "HK_INDEX"], "VOLUME", "2016-06-13", "2026-06-12", **options).wait()
    taken = []
    for window in range(11, 11 + REPETITIONS):
        begin = time.perf_counter()
        explorer.controls.window.value = window
        explorer._redraws.wait()
        taken.append(time.perf_counter() - begin)
        explorer.wait()
    ours = median(taken)
    print_progress(f"explorer, kernel: {ours * 1e3:.0f} ms from a slider's value to the arrays sent, two series")
    return Result("a slider of the explorer, ten years of two series, in the kernel", ours, "60 ms", KERNEL, 1.0)


def _in_a_page(folder: str) -> list[Result]:
    try:
        from tests.browser.conftest import CHROMIUM, FLAGS, missing
    except ImportError:
        print_progress("explorer, page: not measured, because this is not a checkout")
        return []
    if (reason := missing()) is not None:
        print_progress(f"explorer, page: not measured: {reason}")
        return []
    from playwright.sync_api import sync_playwright

    from tests.browser.pages import Watched
    from tests.browser.servers import start_jupyter

    server = start_jupyter(Path(folder) / "jupyter")
    try:
        _write_notebook(server.root / "explorer.ipynb")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            watched = Watched(page, Path(folder))
            watched.open_notebook(server, "explorer.ipynb")
            watched.run_all()
            for number in (0, 1):
                watched.wait_for_figure("gd.data.length === 24 && gd.data[8].y.length > 2000", number=number)
            ours, bare = _time_sliders(page)
            browser.close()
    finally:
        server.stop()
    print_progress(
        f"explorer, page: {ours * 1e3:.0f} ms from a key press to the figure, bare plotly {bare * 1e3:.0f} ms"
    )
    what = "a slider of the explorer, ten years of two series, in the page"
    return [Result(what, ours, "250 ms", PAGE, 1.0), Result(what, ours, "the same plotly update bare", bare, BARE)]


def _time_sliders(page: Any) -> tuple[float, float]:
    """Return the median times of the explorer's slider and of the bare one, moved in turn."""
    handles = page.locator(".noUi-handle")
    taken: list[list[float]] = [[], []]
    for step in range(REPETITIONS):
        for number, handle in enumerate((handles.first, handles.last)):
            handle.focus()
            page.evaluate(_WATCH, [number, 11 + step])
            handle.press("ArrowRight")
            taken[number].append(page.evaluate("() => window.optstatTaken") / 1e3)
            page.wait_for_timeout(700)  # until the table is drawn, which is not measured
    return median(taken[0]), median(taken[1])


def _write_notebook(path: Path) -> None:
    import nbformat

    cells = [f"import pd_optstat as po\nexplorer = po.explore({_ARGUMENTS}).wait()\nexplorer", textwrap.dedent(_BARE)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


def _opening(folder: str) -> Result:
    code = _CACHED.format(folder=str(Path(folder) / "cache")) + _OPEN.format(arguments=_ARGUMENTS)
    opened: list[float] = []
    imported: list[float] = []
    time_in_turn(
        [
            lambda: opened.append(run_in_new_interpreter(code)[0]),
            lambda: imported.append(run_in_new_interpreter(_PARTS)[0]),
        ],
        5,
    )
    ours, least = min(opened), min(imported)
    print_progress(
        f"explorer: opened in {ours * 1e3:.0f} ms, importing plotly's FigureWidget and ipywidgets {least * 1e3:.0f} ms"
    )
    return Result("opening the explorer, warm cache", ours, "importing plotly and ipywidgets", least, OPENING)
