"""A slider that changes a plot in place under JupyterLab, Notebook 7 and Voilà, as the explorer requires."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from .pages import Watched
from .servers import Server

pytestmark = pytest.mark.browser

CELL = """
import ipywidgets as widgets
import plotly.graph_objects as go

figure = go.FigureWidget(go.Scatter(x=[1, 2, 3], y=[1, 2, 3]))
slider = widgets.IntSlider(value=1, min=1, max=9, description="Factor")

def redraw(change):
    with figure.batch_update():
        figure.data[0].y = [change.new * n for n in (1, 2, 3)]

slider.observe(redraw, "value")
widgets.VBox([slider, figure])
"""


def write_notebook(folder: Path, name: str, *cells: str) -> str:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / name)
    return name


def the_slider_moves_the_figure(watched: Watched) -> None:
    watched.figure().evaluate("gd => { gd.mark = 'same figure'; }")
    watched.wait_for_figure("gd.data[0].y[2] === 3")
    slider = watched.page.get_by_role("slider")
    slider.press("PageUp")  # Notebook 7 uses the arrow keys for its cells
    watched.wait_for_figure("gd.data[0].y[2] === 18 && gd.mark === 'same figure'")
    watched.assert_quiet()


@pytest.mark.parametrize("host", ["lab", "notebook"])
def test_a_slider_moves_a_figure_in_a_notebook(watched: Watched, jupyter: Server, host: str) -> None:
    name = write_notebook(jupyter.root, f"slider-{host}.ipynb", CELL)
    watched.open_notebook(jupyter, name, host=host)
    watched.run_all()
    the_slider_moves_the_figure(watched)


def test_a_slider_moves_a_figure_under_voila(watched: Watched, voila: Server) -> None:
    write_notebook(voila.root, "slider.ipynb", CELL)
    watched.open_voila(voila, "slider.ipynb")
    the_slider_moves_the_figure(watched)


def test_requests_to_other_hosts_are_blocked_and_recorded(watched: Watched) -> None:
    answer = watched.page.evaluate("() => fetch('http://192.0.2.1/x', {mode: 'no-cors'}).then(() => 'ok', () => 'no')")
    assert answer == "no"
    assert watched.foreign == ["http://192.0.2.1/x"]
    assert any("192.0.2.1" in failure for failure in watched.failed)
    with pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        watched.assert_quiet()


def test_errors_of_scripts_are_recorded(watched: Watched) -> None:
    watched.page.evaluate("() => { console.error('seen'); setTimeout(() => { throw new Error('thrown'); }); }")
    watched.page.wait_for_function("() => new Promise(done => setTimeout(() => done(true), 0))")
    assert any("seen" in error for error in watched.errors)
    assert any("thrown" in error for error in watched.errors)
