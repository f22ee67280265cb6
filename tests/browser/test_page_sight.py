"""Panels of the explorer that are out of sight are not painted at each step, but whenever they can be seen."""

from __future__ import annotations

import numpy as np
import pytest

from pd_optstat.explorer.content import make_vocabulary
from pd_optstat.explorer.html_file import build_html

pytestmark = pytest.mark.browser

#: Two of the eight blocks, of three panels each, are in sight at first.
ADDRESS = "http://127.0.0.1:1/explorer.html"
SERIES = 8
HASHES = """() => [...document.querySelectorAll(".optstat-plot canvas")].map((canvas) => canvas.toDataURL())"""
DRAWN = "(before) => Number(document.querySelector('.optstat-explorer').dataset.drawn) > before"


def one_series(number):
    generator = np.random.default_rng(number)
    days = np.arange(20000, 20400, dtype="<i4")
    call, put = (generator.integers(1000, 9000, len(days)).astype("<f8") for _ in range(2))
    return {
        "title": f"Series {number}",
        "literal": repr(f"Series {number}"),
        "source": "test",
        "synthetic": False,
        "digest": None,
        "provisional": [],
        "days": days.tobytes(),
        "call": call.tobytes(),
        "put": put.tobytes(),
    }


def explorer_file():
    choices = {"preset": "Max", "start": None, "end": None, "zoom": None, "hidden": [], "series": None}
    settings = {"window": 10, "lookback": 50, "metric": "zscore", "lower": 0.1, "upper": 0.9, "k": 2.0}
    look = {"arrangement": "stacked", "theme": "light", "markets": [], "data_types": []}
    loaded = {
        "given": True, "first": None, "last": None, "view": {"preset": "Max", "start": None, "end": None},
        "today": "2026-06-12", "source": "", "refreshable": False,
    }  # fmt: skip
    content = {
        "series": [one_series(number) for number in range(SERIES)],
        "loaded": loaded,
        "status": {"before": [], "after": [], "observed": None},
        "notes": [],
        "code": {"head": []},
    }
    return build_html({"vocabulary": make_vocabulary(), **choices, **settings, **look}, content, "Explorer")


@pytest.fixture
def page(browser_context):
    context = browser_context.browser.new_context(viewport={"width": 1000, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.route(ADDRESS, lambda route: route.fulfill(body=explorer_file(), content_type="text/html"))
    page.goto(ADDRESS)
    page.wait_for_function(DRAWN, arg=0)
    page.wait_for_function("() => document.querySelectorAll('.optstat-plot').length === 24")
    two_frames(page)  # the observer has told which panels are in sight
    yield page
    context.close()


def two_frames(page):
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def step(page):
    """Move Lookback by one, which changes the second and the third panel of each block."""
    before = int(page.locator(".optstat-explorer").get_attribute("data-drawn"))
    page.get_by_label("Lookback", exact=True).press("ArrowRight")
    page.wait_for_function(DRAWN, arg=before)
    two_frames(page)


def changed(page, before):
    """Return the numbers of the panels that are not painted as before."""
    after = page.evaluate(HASHES)
    return {number for number, (one, other) in enumerate(zip(before, after, strict=True)) if one != other}


def test_only_panels_in_sight_are_painted_at_a_step(page):
    before = page.evaluate(HASHES)
    step(page)
    assert changed(page, before) >= {1, 2}
    assert max(changed(page, before)) < 9


def test_panels_are_painted_when_they_come_into_sight(page):
    before = page.evaluate(HASHES)
    step(page)
    assert 22 not in changed(page, before)
    page.locator(".optstat-plot").nth(22).scroll_into_view_if_needed()
    two_frames(page)
    assert {22, 23} <= changed(page, before)


def test_a_picture_shows_all_panels_as_chosen(page):
    before = page.evaluate(HASHES)
    step(page)
    page.get_by_role("button", name="More").click()
    page.get_by_label("Save as").select_option("PNG")
    with page.expect_download():
        page.get_by_role("button", name="Save", exact=True).click()
    assert changed(page, before) == {number for number in range(24) if number % 3}


def test_lines_are_thin_where_sessions_are_closer_than_pixels(page):
    """Wide lines with thousands of corners take longest to paint."""
    page.evaluate("""() => {
        const { stroke } = CanvasRenderingContext2D.prototype;
        window.widths = new Set();
        CanvasRenderingContext2D.prototype.stroke = function (...given) {
            window.widths.add(this.lineWidth);
            return stroke.apply(this, given);
        };
    }""")
    step(page)
    assert page.evaluate("Math.max(...window.widths)") == 2
    page.set_viewport_size({"width": 350, "height": 800})
    two_frames(page)
    page.evaluate("window.widths.clear()")
    step(page)
    assert page.evaluate("Math.max(...window.widths)") == 1
