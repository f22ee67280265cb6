"""The explorer in a page, through what a user sees and does."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from .pages import TIMEOUT_MS, Watched

_ANY_NUMBER = re.compile(r"\d+")
# Every control that has no name.
NAMELESS = """root => [...root.querySelectorAll('button, input, select, textarea, [role=img], [role=application]')]
    .filter(one => one.checkVisibility())
    .filter(one => !(one.getAttribute('aria-label') || one.labels?.length || one.textContent.trim() || one.title))
    .map(one => one.outerHTML)"""
# Elements that are wider than they can show, from the explorer to the page.
TOO_WIDE = """root => {
    const all = [];
    for (let one = root; one; one = one.parentElement) if (one.scrollWidth > one.clientWidth + 1) all.push(one);
    return all.map(one => one.className);
}"""


class ExplorerPage:
    """The n-th explorer of a page."""

    def __init__(self, watched: Watched, number: int = 0) -> None:
        self.watched, self.page = watched, watched.page
        self.root = self.page.locator(".optstat-explorer").nth(number)
        self.status = self.root.locator(".optstat-status")
        self.alert = self.root.get_by_role("alert")
        self.chart = self.root.get_by_role("application", name="Chart")
        self.heads = self.root.locator(".optstat-card")
        self.drawn()

    def drawn(self) -> None:
        """Wait until the chart has been drawn."""
        expect(self.root).to_have_attribute("data-drawn", _ANY_NUMBER, timeout=TIMEOUT_MS)

    def control(self, name: str, role: Any) -> Locator:
        return self.root.get_by_role(role, name=name, exact=True)

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def box(self, name: str) -> Locator:
        return self.root.get_by_label(name, exact=True)

    def open_drawer(self) -> None:
        self.button("More").click()
        expect(self.button("Copy as code")).to_be_visible()

    def range(self) -> tuple[str, str]:
        return self.box("From").input_value(), self.box("To").input_value()

    def expect_range(self, first: str, last: str) -> None:
        expect(self.box("From")).to_have_value(first, timeout=TIMEOUT_MS)
        expect(self.box("To")).to_have_value(last, timeout=TIMEOUT_MS)

    def legend(self, text: str, number: int = 0) -> Locator:
        """Return the switch of a line in the n-th block."""
        return self.root.locator(".optstat-block").nth(number).get_by_role("button", name=text)

    def day(self, number: int = 0) -> Locator:
        """Return the day whose values the legends of the n-th block show."""
        return self.root.locator(".optstat-day").nth(number)

    def slide(self, name: str, steps: int) -> None:
        """Move a slider with the arrow keys."""
        for _ in range(steps):
            self.control(name, "slider").press("ArrowRight")

    def zoom(self, begin: float, end: float) -> None:
        """Drag across the first panel, from and to a share of its width."""
        over = self.root.locator(".u-over").first
        over.scroll_into_view_if_needed()
        box = over.bounding_box()
        assert box is not None
        mouse, middle = self.page.mouse, box["y"] + box["height"] / 2
        mouse.move(box["x"] + begin * box["width"], middle)
        mouse.down()
        mouse.move(box["x"] + (begin + end) / 2 * box["width"], middle + 1, steps=3)
        mouse.move(box["x"] + end * box["width"], middle + 2, steps=3)
        mouse.up()

    def press(self, key: str) -> None:
        """Press a key that changes the zoom, and wait until the chart is drawn again."""
        before = str(self.root.get_attribute("data-drawn"))
        self.page.keyboard.press(key)
        expect(self.root).not_to_have_attribute("data-drawn", before)

    def copied(self) -> str:
        self.page.evaluate("() => navigator.clipboard.writeText('')")
        self.button("Copy as code").click()
        expect(self.status).to_contain_text("Copied.", timeout=TIMEOUT_MS)
        code = str(self.page.evaluate("() => navigator.clipboard.readText()"))
        assert self.box("Code").input_value() == code
        return code

    def downloaded(self, kind: str) -> bytes:
        """Save in the page, and return the content of the file."""
        self.box("Save as").select_option(kind)
        with self.page.expect_download() as download:
            self.button("Save").click()
        self.file_name = download.value.suggested_filename
        return download.value.path().read_bytes()
