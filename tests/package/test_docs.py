"""The examples in the documentation give the output that the pages show, and each promise names tests that exist."""

from __future__ import annotations

import ast
import doctest
import re
import sys
from pathlib import Path
from typing import get_args

import pytest

import pd_optstat as po

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "count"),
    [("README.md", 4), ("docs/signals.md", 6), ("docs/faq.md", 12), ("docs/evidence.md", 8)],
)
def test_examples_of_a_page(page, count):
    text = (ROOT / page).read_text(encoding="utf-8").replace("```", "")
    examples = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
    assert len(examples.examples) >= count
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert runner.run(examples).failed == 0


def test_the_readme_stays_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150


def read_promises():
    """Return the rows of the page of promises: the page, the words quoted from it, and the tests."""
    page, rows = "", []
    for line in (DOCS / "promises.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            page = line.removeprefix("## ")
        elif line.startswith("| ") and not line.startswith(("| promise |", "| --- |")):
            quote, tests = line.strip("| ").rsplit(" | ", 1)
            rows.append((page, quote, re.findall("`([^`]+)`", tests)))
    return rows


def plain(text):
    return " ".join(text.split())


def test_every_promise_is_on_its_page():
    rows = read_promises()
    assert len(rows) > 150
    pages = {page: plain((ROOT / page).read_text("utf-8")) for page, _, _ in rows}
    assert [(page, quote) for page, quote, _ in rows if plain(quote) not in pages[page]] == []


def names_in(path):
    """Return the tests of a file: functions, classes, and methods as ``Class::method``."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return found


def test_every_promise_names_tests_that_exist():
    rows = read_promises()
    assert [quote for _, quote, tests in rows if not tests] == []
    missing = []
    for one in sorted({one for _, _, tests in rows for one in tests}):
        path, _, name = one.partition("::")
        place = ROOT / "tests" / path
        if not place.exists() or (name and name not in names_in(place)):
            missing.append(one)
    assert missing == []


# -- The gallery -------------------------------------------------------------------------------------------------


@pytest.fixture
def pictures(monkeypatch, tmp_path):
    """Return the module that makes the pictures."""
    monkeypatch.syspath_prepend(str(DOCS))
    po.configure(cache_dir=tmp_path)
    yield __import__("pictures")
    po.configure(cache_dir=None)
    sys.modules.pop("pictures", None)


def test_the_gallery_shows_every_kind(pictures):
    from pd_optstat.plotting.plot import PlotKind

    found = list(pictures.blocks((DOCS / "gallery.md").read_text("utf-8")))
    shown = [picture for _, picture in found if picture]
    assert len(set(shown)) == len(shown) >= 10
    assert all((DOCS / picture).read_bytes().startswith(b"\x89PNG") for picture in shown)
    code = "".join(code for code, _ in found)
    assert [kind for kind in get_args(PlotKind) if kind != "overview" and f'plot("{kind}"' not in code] == []
    assert "optstat.plot()" in code
    assert "explore(" in code


@pytest.mark.slow
def test_the_code_of_the_gallery_draws(pictures, tmp_path):
    names = {}
    for code, picture in pictures.blocks((DOCS / "gallery.md").read_text("utf-8")):
        value = pictures.value_of(code, names)
        assert (value is None) == (picture is None)
        if picture is not None and not hasattr(value, "to_html"):
            pictures.save(value, tmp_path / picture.rpartition("/")[2])
    assert len(list(tmp_path.glob("*.png"))) >= 8
