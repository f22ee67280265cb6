"""The explorer: the time from a slider's step to the painted frame, the time to open, and the bytes of both."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .measurement import Result, median, print_progress

__all__ = ["run"]

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "pd_optstat" / "explorer" / "static" / "widget.js"
UPLOT = ROOT / "js" / "node_modules" / "uplot" / "dist" / "uPlot.iife.min.js"

#: Promised seconds from a step to the painted frame and of drawing alone, with two and eight series; and to open.
PAINTED, DRAWN, PAINTED_EIGHT, OPENED = 0.033, 0.016, 0.100, 0.7
#: Promised bytes of the JavaScript, and of the HTML file of two series.
SCRIPT_BYTES, FILE_BYTES = 400e3, 600e3
#: What the former explorer took on the same machine, with plotly and redrawn by the kernel.
OLD_STEP, OLD_BYTES = 0.384, 424e3
REPETITIONS = 40

SLIDERS = ("Window", "Lookback")
TWO = (["US_SECURITY", "HK_INDEX"], "VOLUME", "2016-06-13", "2026-06-12")
EIGHT = (None, None, "2012-06-13", "2026-06-12")

_CELLS = (
    "import pd_optstat as po\npo.configure(source='simulator:', cache_dir={cache!r})\n"
    "first = po.explore(*{arguments}).wait()",
    "po.explore(*{arguments})",
)
# The painted frame: a message that is posted after drawing is received after the browser has painted.
_WATCH = """(drawn) => {
    window.optstatTaken = new Promise((done) => {
        let begin;
        document.addEventListener("keydown", ({ timeStamp }) => { begin = timeStamp; }, { capture: true, once: true });
        document.addEventListener(drawn, ({ detail }) => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => done([performance.now() - begin, detail.ms]);
            port2.postMessage(null);
        }, { once: true });
    });
}"""
# Run the second cell, and wait until the explorer that it makes has been painted.
_OPEN = """async () => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = 1;
    const before = new Set(document.querySelectorAll(".optstat-explorer"));
    const begin = performance.now();
    const painted = new Promise((done) => {
        document.addEventListener("optstat-drawn", ({ target }) => {
            if (before.has(target)) return;
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => done(performance.now() - begin);
            port2.postMessage(null);
        });
    });
    window.jupyterapp.commands.execute("notebook:run-cell");
    return painted;
}"""


def run() -> list[Result]:
    """Return the results; without a checkout and Chromium, those of the sizes alone."""
    with tempfile.TemporaryDirectory() as folder:
        files = [_write_file(folder, "two", TWO), _write_file(folder, "eight", EIGHT)]
        results = _sizes(files[0])
        with _browser(folder) as browser:
            if browser is not None:
                results = [*_steps(browser, files), *_in_a_notebook(browser, folder), *results]
        return results


def _write_file(folder: str, name: str, arguments: Sequence[Any]) -> Path:
    import pd_optstat as po

    path = Path(folder) / f"{name}.html"
    explorer = po.explore(*arguments, source="simulator:", cache=str(Path(folder) / "cache")).wait()
    explorer.to_html(path)
    return path


def _sizes(file: Path) -> list[Result]:
    script, page = SCRIPT.stat().st_size, file.stat().st_size
    print_progress(f"explorer: {script / 1e3:.0f} kB of JavaScript, HTML file of two series {page / 1e3:.0f} kB")
    return [
        Result("JavaScript of the explorer", script, "400 kB", SCRIPT_BYTES, 1.0, unit="B"),
        Result("HTML file of the explorer, ten years of two series", page, "600 kB", FILE_BYTES, 1.0, unit="B"),
    ]


@contextmanager
def _browser(folder: str) -> Iterator[Any]:
    """Yield a browser context of 1280 x 900, or None."""
    try:
        from tests.browser.conftest import CHROMIUM, FLAGS, missing
    except ImportError:
        print_progress("explorer, page: not measured, because this is not a checkout")
        yield None
        return
    if (reason := missing()) is not None:
        print_progress(f"explorer, page: not measured: {reason}")
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        # The file allows no script but its own, which would keep these functions out as well.
        yield browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
        browser.close()


def _steps(browser: Any, files: Sequence[Path]) -> list[Result]:
    """Return the results of both sliders with two and eight series, beside a bare redraw."""
    bare = _time_bare(browser)
    results = []
    cases = (("ten years of two series", PAINTED), ("14 years of eight series", PAINTED_EIGHT))
    for file, (what, limit) in zip(files, cases, strict=True):
        page = browser.new_page()
        page.goto(file.as_uri())
        page.wait_for_function("document.querySelector('.optstat-explorer')?.dataset.drawn > 0")
        for name in SLIDERS:
            slider = page.get_by_label(name, exact=True)
            painted, drawn = _time_steps(page, slider, "optstat-drawn")
            print_progress(f"explorer, {what}: {name} painted in {painted * 1e3:.1f} ms, drawing {drawn * 1e3:.1f} ms")
            step = f"a step of {name} in the explorer, {what}"
            results.append(Result(f"{step}, painted", painted, f"{limit * 1e3:.0f} ms", limit, 1.0))
            if file is files[0]:
                results.append(Result(f"{step}, drawing", drawn, f"{DRAWN * 1e3:.0f} ms", DRAWN, 1.0))
                results.append(Result(f"{step}, painted", painted, "the former one, with plotly", OLD_STEP, None, True))
                if bare is not None:
                    results.append(Result(f"{step}, painted", painted, "a bare uPlot redraw of the panes", bare, None))
        page.close()
    return results


def _time_steps(page: Any, slider: Any, event: str) -> tuple[float, float]:
    """Return the median seconds from a key press to the painted frame, and of drawing."""
    slider.focus()
    taken = []
    for _ in range(REPETITIONS):
        page.evaluate(_WATCH, event)
        slider.press("ArrowRight")
        taken.append(page.evaluate("window.optstatTaken"))
    painted, drawn = (median(part) / 1e3 for part in zip(*taken[3:], strict=True))  # the first ones compile
    return painted, drawn


def _time_bare(browser: Any) -> float | None:
    if not UPLOT.exists():
        print_progress("explorer, bare uPlot: not measured (npm ci in js/)")
        return None
    page = browser.new_page()
    page.set_content("<!doctype html><button>Step</button>")
    page.add_script_tag(path=str(UPLOT))
    page.add_script_tag(path=str(Path(__file__).with_name("bare_uplot.js")))
    painted, drawn = _time_steps(page, page.get_by_role("button"), "bare-drawn")
    print_progress(f"explorer, bare uPlot: painted in {painted * 1e3:.1f} ms, drawing {drawn * 1e3:.1f} ms")
    page.close()
    return painted


def _in_a_notebook(browser: Any, folder: str) -> list[Result]:
    """Return how long a second explorer takes to open in Notebook 7, and what steps cost the kernel."""
    from tests.browser.pages import Watched
    from tests.browser.servers import start_jupyter

    server = start_jupyter(Path(folder) / "jupyter")
    try:
        _write_notebook(server.root / "explorer.ipynb", str(Path(folder) / "cache"))
        page = browser.new_page()
        received: list[int] = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
        watched = Watched(page, Path(folder))
        watched.open_notebook(server, "explorer.ipynb", host="notebook")
        watched.run_all()
        opened = [page.evaluate(_OPEN) / 1e3 for _ in range(9)][2:]
        page.evaluate("document.querySelector('.optstat-explorer input[type=range]').focus()")
        del received[:]
        for _ in range(REPETITIONS):
            page.keyboard.press("ArrowRight")
        page.wait_for_timeout(2000)  # the page tells the kernel of the last step only, and some time after it
        steps = sum(received) / REPETITIONS
    finally:
        server.stop()
    print_progress(f"explorer: opened in {median(opened) * 1e3:.0f} ms, {steps:.0f} bytes from the kernel a step")
    return [
        Result("opening the explorer in a notebook, kernel and cache warm", median(opened), "0.7 s", OPENED, 1.0),
        Result("a step of Window, from the kernel", steps, "the former one, with plotly", OLD_BYTES, 0.001, unit="B"),
    ]


def _write_notebook(path: Path, cache: str) -> None:
    import nbformat

    cells = [nbformat.v4.new_code_cell(cell.format(cache=cache, arguments=TWO)) for cell in _CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)
