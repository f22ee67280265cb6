"""Notebooks are committed with the outputs of their cells, which are small, and the same from run to run."""

from __future__ import annotations

import base64
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "notebooks"))
from outputs import SOURCES, sources_digest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
#: What GitHub still shows, with room.
LARGEST = 500_000

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_all_notebooks_exist():
    assert {path.stem for path in NOTEBOOKS} >= {
        "cboe",
        "explorer",
        "extremes",
        "from_the_sdk",
        "quickstart",
        "real_opend",
        "underlyings",
    }


@each_notebook
def test_the_outputs_are_those_of_the_cells(path):
    notebook = read(path)
    renew = f"the outputs are older than the cells: python notebooks/run.py notebooks/{path.name} --in-place"
    assert notebook["metadata"].get(SOURCES) == sources_digest(notebook), renew
    counts = [cell["execution_count"] for cell in code_cells(notebook) if "needs-opend" not in tags(cell)]
    assert counts == list(range(1, len(counts) + 1)), renew


@each_notebook
def test_readers_see_pictures_and_no_widgets(path):
    notebook = read(path)
    data = [output.get("data", {}) for cell in code_cells(notebook) for output in cell["outputs"]]
    pictures = [base64.b64decode("".join(each["image/png"])) for each in data if "image/png" in each]
    assert pictures
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    kinds = {kind for each in data for kind in each}
    assert kinds <= {"text/plain", "text/html", "image/png"}
    if path.stem == "explorer":
        shown = [cell for cell in code_cells(notebook) if cell["id"] in ("open", "two", "frame")]
        assert all("image/png" in cell["outputs"][-1]["data"] for cell in shown)
    assert path.stat().st_size < LARGEST


@each_notebook
def test_nothing_is_kept_that_changes_or_that_only_tests_need(path):
    notebook = read(path)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) >= (4, 5), "cells need ids"
    assert set(notebook["metadata"]) == {"kernelspec", "language_info", SOURCES}
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags"}, cell["id"]
        assert not re.search(r"/(home|root|work|tmp|Users)/|[A-Z]:\\\\", "".join(cell["source"])), cell["id"]
    for cell in code_cells(notebook):
        assert not re.search(r"^\s*(assert|raise AssertionError)\b", "".join(cell["source"]), re.MULTILINE), (
            f"{cell['id']}: put what only tests need into tests/support/notebook_checks.py"
        )
        text = json.dumps([output for output in cell["outputs"] if "image/png" not in output.get("data", {})])
        assert not re.search(r"/(home|root|work|Users)/|/tmp/\w| at 0x[0-9a-f]+|Traceback|Warning:", text), cell["id"]


def test_the_digest_is_of_code_alone():
    notebook = read(FOLDER / "quickstart.ipynb")
    before = sources_digest(notebook)
    code_cells(notebook)[0]["outputs"] = []
    notebook["cells"][0]["source"] = "# Another title"
    assert sources_digest(notebook) == before
    code_cells(notebook)[0]["source"] = "import this"
    assert sources_digest(notebook) != before


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def tags(cell: Any) -> list[str]:
    found: list[str] = cell["metadata"].get("tags", [])
    return found
