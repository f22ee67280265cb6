"""The table of js/src/table.js in Chromium: sorted, paged, narrow, and by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

SOURCES = Path(__file__).parents[2] / "js" / "src"
ADDRESS = "http://127.0.0.1:1/"  # nothing listens: the route below answers
PAGE = """<!doctype html><meta charset="utf-8"><title>Table</title><link rel="stylesheet" href="table.css">
<body><main id="here"></main><script type="module">
import { createTable } from "./table.js";
const days = Int32Array.from({ length: 60 }, (_, i) => 20616 - i);
const titles = (window) => ["Day", "Calls", `Mean ${window}`, "Extreme"];
const kinds = ["day", "count", "number", "text"];
const values = (window) => [
  (row) => days[row],
  (row) => (row === 5 ? NaN : 1_000_000 + ((row * 37) % 60) * 1000),
  (row) => (window + row) / 8,
  (row) => ["fear", "", "greed"][row % 3],
];
window.rowsOf = (count, window = 10) => ({
  columns: titles(window).map((title, i) => ({ title, kind: kinds[i], digits: 3 })),
  at: (column, row) => values(window)[column](row),
  count,
});
window.table = createTable(document.getElementById("here"), { label: "Rows" });
window.table.update(rowsOf(60));
</script>"""


@pytest.fixture
def page(watched):
    def answer(route):
        name = route.request.url.removeprefix(ADDRESS)
        if name:
            route.fulfill(path=str(SOURCES / name))
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    watched.page.route(f"{ADDRESS}**", answer)
    watched.page.goto(ADDRESS)
    watched.page.wait_for_function("window.table")
    return watched.page


def shown(page):
    """Return the texts of the table's cells, row by row."""
    return page.evaluate(
        "[...document.querySelectorAll('tbody tr')].map((r) => [...r.cells].map((c) => c.textContent))"
    )


def column(page, number):
    return [row[number] for row in shown(page)]


def test_rows_are_shown_as_given_with_thousands_separators(page):
    assert shown(page)[0] == ["2026-06-12", "1,000,000", "1.250", "fear"]
    assert shown(page)[5][1] == "–"
    assert len(shown(page)) == 25
    assert page.get_by_role("status").text_content() == "1–25 of 60"


def test_pages_are_turned_and_sized(page):
    page.get_by_role("button", name="Next page").click()
    assert page.get_by_role("status").text_content() == "26–50 of 60"
    page.get_by_role("button", name="Last page").click()
    assert (page.get_by_role("status").text_content(), len(shown(page))) == ("51–60 of 60", 10)
    page.get_by_role("button", name="Next page").click(force=True)
    assert page.get_by_role("status").text_content() == "51–60 of 60"
    page.get_by_role("combobox").select_option("100")
    assert (page.get_by_role("status").text_content(), len(shown(page))) == ("1–60 of 60", 60)


def test_a_column_is_sorted_up_then_down_then_as_given(page):
    header = page.get_by_role("columnheader", name="Calls")
    orders = []
    for _ in range(3):
        header.get_by_role("button").click()
        orders.append((header.get_attribute("aria-sort"), column(page, 1)[:2]))
    assert orders == [
        ("ascending", ["1,000,000", "1,001,000"]),
        ("descending", ["1,059,000", "1,058,000"]),
        ("none", ["1,000,000", "1,037,000"]),
    ]


def test_missing_values_are_sorted_to_the_end(page):
    page.get_by_role("button", name="Calls").click()
    page.get_by_role("button", name="Last page").click()
    assert column(page, 1)[-1] == "–"


def test_an_update_keeps_the_sorting_the_page_and_the_cells(page):
    page.get_by_role("button", name="Mean 10").click()
    page.get_by_role("button", name="Mean 10").click()
    page.get_by_role("button", name="Next page").click()
    page.evaluate("document.querySelector('tbody td').dataset.kept = 'yes'")
    page.evaluate("window.table.update(window.rowsOf(60, 18))")
    assert page.get_by_role("status").text_content() == "26–50 of 60"
    assert page.get_by_role("columnheader", name="Mean 18").get_attribute("aria-sort") == "descending"
    assert column(page, 2)[0] == "6.500"  # (18 + 59 - 25) / 8
    assert page.evaluate("document.querySelector('tbody td').dataset.kept") == "yes"


def test_other_rows_begin_at_the_first_page_and_none_are_said_to_be_none(page):
    page.get_by_role("button", name="Last page").click()
    page.evaluate("window.table.update(window.rowsOf(30))")
    assert page.get_by_role("status").text_content() == "1–25 of 30"
    page.evaluate("window.table.update(window.rowsOf(0))")
    assert (page.get_by_role("status").text_content(), shown(page)) == ("No rows", [])
    page.evaluate("window.table.update(window.rowsOf(1))")
    assert (page.get_by_role("status").text_content(), len(shown(page))) == ("1–1 of 1", 1)


def test_the_keyboard_sorts_and_turns_and_keeps_its_place(page):
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_role("columnheader", name="Calls").get_attribute("aria-sort") == "ascending"
    page.get_by_role("button", name="Last page").focus()
    page.keyboard.press("Space")
    assert page.get_by_role("status").text_content() == "51–60 of 60"
    assert page.evaluate("document.activeElement.title") == "Last page"


def test_a_narrow_page_scrolls_the_table_only(page):
    page.set_viewport_size({"width": 300, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 300


def test_destroyed_table_leaves_nothing(page):
    page.evaluate("window.table.destroy()")
    assert page.evaluate("document.getElementById('here').outerHTML") == '<main id="here" class=""></main>'
