"""The table of the benchmarks is the same in README and docs, and can be updated."""

from __future__ import annotations

import importlib
import sys
from datetime import date
from pathlib import Path

import pytest

# Last, so that an installed package is still the one that is tested.
sys.path.append(str(Path(__file__).parents[2]))

from benchmarks import report
from benchmarks.__main__ import TOPICS, main
from benchmarks.measurement import Result

RESULTS = [
    Result("a load", 0.001, "a loop", 0.004, 5.0, True),
    Result("an import", 0.5, "another", 0.4, 1.5),
    Result("just missed", 0.001, "a file", 0.00397, 4.0, True),
    Result("requests", 1, "theirs", 31, None, unit="requests"),
    Result("on disk", 3e6, "20 MB", 20e6, 1.0, unit="B"),
    Result("in a step", 120, "424 kB", 424e3, 1.0, unit="B"),
]


def test_readme_shows_some_rows_of_the_table_in_docs() -> None:
    readme, docs = (report.block(page.read_text(encoding="utf-8")).splitlines() for page in report.PAGES)
    rows = [line for line in readme if line.startswith("|")]
    assert len(rows) == 2 + len(report.README_ROWS)
    assert set(readme) < set(docs), "python -m benchmarks --write"
    assert all(" times as fast " in row for row in rows[2:])


def test_docs_show_the_picture() -> None:
    assert report.PICTURE.read_text(encoding="utf-8").startswith("<?xml")
    assert report.PICTURE.name in report.PAGES[1].read_text(encoding="utf-8")


def test_the_table_has_ratios_and_marks_missed_promises() -> None:
    rows = report.table(RESULTS, date(2026, 11, 25)).splitlines()[2:8]
    assert rows == [
        "| a load | 1 ms | a loop | 4 ms | 4 times as fast | at least 5 times as fast: **no** |",
        "| an import | 500 ms | another | 400 ms | 1.25 times as long | at most 1.5 times as long |",
        "| just missed | 1 ms | a file | 3.97 ms | 3.97 times as fast | at least 4 times as fast: **no** |",
        "| requests | 1 | theirs | 31 | 0.0323 times as many |  |",
        "| on disk | 3.00 MB | 20 MB | 20.00 MB | 0.15 times as much | at most 1 times as much |",
        "| in a step | 0.12 kB | 424 kB | 0.42 MB | 0.000283 times as much | at most 1 times as much |",
    ]


def test_pages_and_picture_are_written(tmp_path, monkeypatch) -> None:
    pages = tmp_path / "README.md", tmp_path / "page.md"
    for page in pages:
        page.write_text(f"{page.name}\n{report.BEGIN}\nold\n{report.END}\nrest\n", encoding="utf-8")
    monkeypatch.setattr(report, "PAGES", pages)
    monkeypatch.setattr(report, "PICTURE", tmp_path / "picture.svg")
    monkeypatch.setattr("matplotlib.use", lambda backend: None)  # other tests draw with theirs
    monkeypatch.setattr(report, "README_ROWS", [("a load", "a loop")])
    for _ in range(2):
        report.write(RESULTS, date(2026, 11, 25))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"{page.name}\n{report.BEGIN}\n\n| measured")
        assert text.endswith(f"{report.END}\nrest\n")
        assert "old" not in text
        assert "| a load |" in text
        assert ("| an import |" in text) == (page == pages[1])
    assert "<svg" in report.PICTURE.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["", report.BEGIN, f"{report.END} {report.BEGIN}", f"{report.BEGIN * 2} {report.END}"])
def test_page_without_markers_is_refused(text) -> None:
    with pytest.raises(ValueError, match="marks"):
        report.block(text)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_is_a_runnable_module(topic) -> None:
    assert callable(importlib.import_module(f"benchmarks.{topic}").run)


def test_partial_results_cannot_be_published(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "metrics", "--write"])
    assert "--only" in capsys.readouterr().err
