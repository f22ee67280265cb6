"""The pages and servers of these tests: notebooks are written, and foreign requests and errors are recorded."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from .pages import Watched

pytestmark = pytest.mark.browser


def write_notebook(folder: Path, name: str, *cells: str) -> str:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / name)
    return name


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
