"""The examples in the documentation give the output that the pages show, and each promise names tests that exist."""

from __future__ import annotations

import ast
import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.mark.slow
@pytest.mark.parametrize(("page", "count"), [("README.md", 4), ("docs/signals.md", 6)])
def test_examples_of_a_page(page, count):
    text = (ROOT / page).read_text(encoding="utf-8").replace("```", "")
    examples = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
    assert len(examples.examples) >= count
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    assert runner.run(examples).failed == 0


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
