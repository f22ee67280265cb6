"""Each notebook runs from top to bottom to the outputs that are committed, and reports the cells that it skips."""

from __future__ import annotations

import ast
import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient.exceptions import CellExecutionError
from support.notebook_checks import CHECKS, ERRORS

import pd_optstat as po

sys.path.insert(0, str(Path(__file__).parents[2] / "notebooks"))
import run as runner

pytestmark = pytest.mark.notebooks

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SKIPPED = {"real_opend": ["first", "years", "yours", "sdk-yours"]}
"""The ids of the cells that are skipped in these tests."""

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@each_notebook
def test_notebook_is_valid(path: Path) -> None:
    nbformat.validate(_read(path))


@each_notebook
def test_notebook_has_an_introduction_and_next_steps(path: Path) -> None:
    cells = _read(path).cells
    first, last = cells[0], cells[-1]
    assert first.source.startswith("# ")
    for text in ("You will learn", "It takes", "ynthetic"):
        assert text in first.source, text
    assert "**Where to go next**" in last.source
    for cell in cells:
        for target in re.findall(r"\]\(([^)#:]+)\)", cell.source):
            assert (path.parent / target).exists(), f"cell {cell.id} leads to {target}"


@each_notebook
def test_cells_that_need_opend_are_also_skipped_by_other_tools(path: Path) -> None:
    tags = [set(cell.metadata.get("tags", ())) for cell in _read(path).cells]
    assert all(("needs-opend" in own) == ("skip-execution" in own) for own in tags)


@each_notebook
def test_notebook_runs(path: Path, tmp_path: Path, kernels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # the vendor's SDK logs there
    folder = tmp_path / "work"
    folder.mkdir()
    pinned = {pin.name: pin.read_bytes() for pin in FOLDER.glob("*.optstat")} if path.stem == "extremes" else {}
    for name, content in pinned.items():
        (folder / name).write_bytes(content)
    notebook = _read(path)
    committed = {cell.id: _texts(cell) for cell in notebook.cells}
    skipped = runner.execute(notebook, folder, checks=CHECKS.get(path.stem))
    assert {cell.id: _texts(cell) for cell in notebook.cells} == committed, "run notebooks/run.py --in-place"
    assert skipped == SKIPPED.get(path.stem, [])
    outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    for cell in skipped:
        assert [output.text for output in outputs[cell]] == [
            "Skipped: this cell needs an OpenD that is running and logged in.\n"
        ]
    for cell, names in ERRORS.get(path.stem, {}).items():
        assert re.findall(r"^ *(\w+): ", "".join(output.text for output in outputs[cell]), re.M) == names
    every = [output for own in outputs.values() for output in own]
    assert not [output.text for output in every if output.get("name") == "stderr" and "Warning" in output.text]
    assert any("image/png" in output.get("data", {}) for output in every), "no picture"
    left = {left.name: left.read_bytes() for left in folder.iterdir()}
    assert left == pinned, "the notebook leaves or changes files where it runs"
    # The notebook has its own cache, and leaves the user's alone.
    assert not list((tmp_path / ".cache").rglob("*.db")), "the notebook used the user's cache"


def test_numbers_of_the_research_note() -> None:
    """Compute the numbers from the pinned counts with plain pandas and NumPy."""
    df = po.load("US_SECURITY", "VOLUME", "2016-01-04", "2026-06-12", source=f"snapshot:{FOLDER / 'extremes.optstat'}")
    percentile = ((df["put_value"] / df["call_value"]).rolling(252).rank() - 0.5) / 252
    marks = np.where(percentile >= 0.9, 1, np.where(percentile <= 0.1, -1, 0))
    begins = (marks != 0) & (marks != np.append(0, marks[:-1]))
    fear = np.flatnonzero(begins & (marks == 1))

    steps = np.random.default_rng(7).normal(0.0003, 0.01, len(df))
    gains = np.zeros(len(df))
    for first in fear:
        gains[first + 2 : first + 7] += 0.004

    def after(steps: Any) -> Any:
        """Return the return of five sessions after an entry at the next close."""
        price = 100 * np.exp(steps.cumsum())
        return np.append(price[6:] / price[1:-5] - 1, np.full(6, np.nan))

    nothing, planted, judged = after(steps), after(steps + gains), percentile.notna().to_numpy()
    ours = {
        "sessions": len(df),
        "fear_events": len(fear),
        "greed_events": int((begins & (marks == -1)).sum()),
        "nothing_mean_5": np.nanmean(nothing[fear]),
        "nothing_all_mean_5": np.nanmean(nothing[judged]),
        "planted_mean_5": np.nanmean(planted[fear]),
        "planted_all_mean_5": np.nanmean(planted[judged]),
        "hit_rate_5": np.mean(nothing[fear][~np.isnan(nothing[fear])] > 0),
    }
    assert ours == pytest.approx(_assigned(FOLDER / "extremes.ipynb", "expected"), abs=5e-6)


# -- The runner -------------------------------------------------------------------------------------------------


def _notebook(*sources: str, tags: tuple[str, ...] = ()) -> Any:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]  # type: ignore[no-untyped-call]
    cells[-1].metadata["tags"] = list(tags)
    return nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]


def test_only_skipped_cells_have_a_reason() -> None:
    notebook = _notebook("1", "2", tags=("needs-opend", "skip-execution"))
    here, there = notebook.cells
    assert runner.skip_reason(here) is None
    assert runner.skip_reason(there) == "Skipped: this cell needs an OpenD that is running and logged in."
    assert runner.skip_reason(there, frozenset({"needs-opend"})) is None
    text = nbformat.v4.new_markdown_cell("words", metadata={"tags": ["needs-opend"]})  # type: ignore[no-untyped-call]
    assert runner.skip_reason(text) is None


@pytest.mark.parametrize("with_opend", [False, True])
def test_tagged_cell_runs_with_opend(with_opend: bool, tmp_path: Path, kernels: Path) -> None:
    notebook = _notebook("print('always')", "open('ran', 'w').close()", tags=("needs-opend", "skip-execution"))
    skipped = runner.execute(notebook, tmp_path, with_opend=with_opend)
    assert (tmp_path / "ran").exists() == with_opend
    assert skipped == ([] if with_opend else [notebook.cells[1].id])
    assert notebook.cells[0].outputs[0].text == "always\n"
    assert bool(notebook.cells[1].outputs) != with_opend


def test_failing_cell_is_reported(tmp_path: Path, kernels: Path) -> None:
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        runner.execute(_notebook("1 / 0"), tmp_path)


def test_command_does_not_change_notebooks(tmp_path: Path, kernels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.ipynb"
    nbformat.write(_notebook("6 * 7", "1 / 0", tags=("needs-opend",)), path)  # type: ignore[no-untyped-call]
    before = path.read_bytes()
    assert runner.main([str(path), "--out", str(tmp_path / "executed")]) == 0
    assert path.read_bytes() == before
    executed = _read(tmp_path / "executed" / "own.ipynb")
    assert executed.cells[0].outputs[0].data["text/plain"] == "42"
    assert f"skipped {executed.cells[1].id}" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        runner.main([str(path), "--out", str(tmp_path)])
    assert "overwritten" in capsys.readouterr().err
    assert runner.main([str(tmp_path / "none.ipynb")]) == 1


def test_a_failing_notebook_does_not_stop_the_others(
    tmp_path: Path, kernels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"good": "6 * 7", "bad": "1 / 0", "late": "print('late')"}
    for name, source in names.items():
        nbformat.write(_notebook(source), tmp_path / f"{name}.ipynb")  # type: ignore[no-untyped-call]
    (tmp_path / "no.ipynb").write_text("{")
    paths = [str(tmp_path / f"{name}.ipynb") for name in ("good", "bad", "no", "none", "late")]
    assert runner.main(["--in-place", *paths]) == 1
    told = capsys.readouterr().out
    assert "2 of 5 notebooks ran." in told
    assert f"{paths[1]} failed: ZeroDivisionError: division by zero" in told
    assert f"{paths[2]} failed: " in told
    assert f"{paths[3]} failed: " in told
    assert _read(Path(paths[4])).cells[0].outputs[0].text == "late\n"
    assert not _read(Path(paths[1])).cells[0].outputs
    with pytest.raises(SystemExit):
        runner.main(["--in-place", "--with-opend", *paths])


def test_checks_leave_no_trace_and_can_fail(tmp_path: Path, kernels: Path) -> None:
    notebook = _notebook("a = 1", "a")
    first, second = (cell.id for cell in notebook.cells)
    runner.execute(notebook, tmp_path, checks={first: "assert a == 1\nprint('seen')"})
    assert [(cell.id, cell.source, cell.execution_count) for cell in notebook.cells] == [
        (first, "a = 1", 1),
        (second, "a", 2),
    ]
    assert not notebook.cells[0].outputs
    with pytest.raises(CellExecutionError, match="AssertionError"):
        runner.execute(notebook, tmp_path, checks={second: "assert a == 2"})


def test_outputs_have_no_widgets_ports_and_folders(tmp_path: Path, kernels: Path) -> None:
    source = """
import ipywidgets, sys, tempfile
from IPython.display import display
display(ipywidgets.IntProgress())
print("127.0.0.1:54321", "127.0.0.1:11111", tempfile.mkdtemp(dir="/tmp"))
sys.stdout.flush()
print("more")
"""
    notebook = _notebook(source)
    runner.execute(notebook, tmp_path)
    (output,) = notebook.cells[0].outputs
    assert output.text == "127.0.0.1:… 127.0.0.1:11111 /tmp/…\nmore\n"
    assert set(notebook.metadata) == {"language_info", "outputs_of"}
    assert notebook.metadata["language_info"] == {"name": "python"}
    assert set(notebook.cells[0].metadata) == {"tags"}


# -- Helpers ----------------------------------------------------------------------------------------------------


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let kernels import the package under test, and keep their files in `tmp_path`."""
    package = str(Path(po.__file__).parents[1])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH")))))
    monkeypatch.delenv("MPLBACKEND", raising=False)  # the kernel draws inline by default
    monkeypatch.delenv("PD_OPTSTAT_SOURCE", raising=False)
    monkeypatch.delenv("PD_OPTSTAT_CACHE_DIR", raising=False)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    return scratch


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def _texts(cell: Any) -> list[str]:
    """Return what is written below a cell; pictures depend on fonts, and HTML says the same as the text."""
    return [
        output.text if output.output_type == "stream" else output.data["text/plain"]
        for output in cell.get("outputs", ())
    ]


def _assigned(path: Path, name: str) -> Any:
    """Return the literal that a notebook assigns to a name."""
    for cell in _read(path).cells:
        if cell.cell_type == "code":
            for statement in ast.parse(cell.source).body:
                if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
                    return ast.literal_eval(statement.value)
    raise AssertionError(f"{path.name} assigns no {name}")
