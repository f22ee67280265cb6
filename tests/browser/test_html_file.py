"""The HTML file of an explorer: opened from disk, without a network and without Python."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

import pd_optstat as po

from .explorer_page import NAMELESS, TOO_WIDE, ExplorerPage
from .pages import Watched

pytestmark = pytest.mark.browser

SOURCE: dict[str, Any] = {"source": "simulator:", "cache": False}


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return po.load_panel(["US_SECURITY", "HK_INDEX"], "VOLUME", "2016-06-13", "2026-06-12", **SOURCE)


def opened(watched: Watched, folder: Path, frame: pd.DataFrame, **options: Any) -> ExplorerPage:
    path = frame.optstat.explore(**options).to_html(folder / "explorer.html")
    watched.page.goto(path.as_uri())
    return ExplorerPage(watched)


def test_the_file_is_live_without_network_or_python(watched: Watched, tmp_path: Path, panel: pd.DataFrame) -> None:
    page = opened(watched, tmp_path, panel, preset="1Y")
    assert (tmp_path / "explorer.html").stat().st_size < 600_000
    watched.page.context.set_offline(True)
    watched.page.reload()
    page.drawn()
    us = panel["US_SECURITY"]["VOLUME"].dropna()
    expect(page.heads.first).to_contain_text(f"{us['ratio'].iloc[-1]:.3f}")
    expect(page.heads.first).to_contain_text("synthetic")
    expect(page.status).to_contain_text("SYNTHETIC")
    assert page.range() == ("2025-06-12", "2026-06-12")
    page.slide("Window", 11)
    expect(page.legend("mean 21")).to_contain_text(f"{us.optstat.bands(21)['middle'].iloc[-1]:.2f}")
    page.box("Metric").select_option("percentile")
    expect(page.legend("percentile")).to_contain_text(f"{us.optstat.percentile().iloc[-1]:.3f}")
    page.open_drawer()
    assert page.root.evaluate(NAMELESS) == []
    assert page.root.get_by_role("button", name="Refresh").is_hidden()
    page.control("HK_INDEX VOLUME", "checkbox").uncheck()
    expect(page.root.locator(".optstat-block")).to_have_count(1)
    page.control("US_SECURITY VOLUME", "checkbox").click()  # the last one cannot be hidden
    expect(page.alert).to_contain_text("Choose at least one series.")
    expect(page.control("US_SECURITY VOLUME", "checkbox")).to_be_checked()
    assert not watched.foreign
    watched.page.context.set_offline(False)
    watched.assert_quiet()


def test_zoom_then_presets_then_double_click(watched: Watched, tmp_path: Path, panel: pd.DataFrame) -> None:
    page = opened(watched, tmp_path, panel, preset="1Y")
    page.open_drawer()
    page.zoom(0.5, 0.75)
    watched.page.mouse.move(0, 0)
    expect(page.day()).not_to_have_text("2026-06-12")
    code = page.copied()
    first, last = (code.partition(word)[2].split("'")[1] for word in (" start=", " end="))
    days = panel.index[(panel.index >= "2025-06-12")]
    inside = days[(days >= first) & (days <= last)]
    assert len(inside) == pytest.approx(len(days) / 4, abs=3)
    rows = pd.read_csv(io.BytesIO(page.downloaded("CSV")))
    assert (rows["time"].min(), rows["time"].max()) == (first, last)
    assert page.file_name.endswith("-synthetic.csv")
    page.button("3M").click()
    page.expect_range("2026-03-12", "2026-06-12")
    expect(page.day()).to_have_text("2026-06-12")
    assert "start='2026-03-12', end=None" in page.copied()
    page.button("Max").click()
    page.expect_range("2016-06-13", "2026-06-12")
    page.zoom(0.2, 0.4)
    watched.page.mouse.move(0, 0)
    expect(page.day()).not_to_have_text("2026-06-12")
    page.root.locator(".u-over").first.dblclick()
    watched.page.mouse.move(0, 0)
    expect(page.day()).to_have_text("2026-06-12")
    assert "start=None, end=None" in page.copied()
    watched.assert_quiet()


def test_saved_rows_are_those_of_python(watched: Watched, tmp_path: Path, panel: pd.DataFrame) -> None:
    page = opened(watched, tmp_path, panel, preset="1Y", window=7, lookback=63, metric="momentum")
    page.open_drawer()
    rows = pd.read_csv(io.BytesIO(page.downloaded("CSV")), index_col="time", parse_dates=True)
    own = rows[rows["series"] == "HK_INDEX VOLUME"]
    frame = panel["HK_INDEX"]["VOLUME"].dropna()
    expected = frame.optstat.metrics((7,), lookback=63).loc["2025-06-12":]
    for name in ("ratio", "ratio_mean_7", "zscore_63", "percentile_63", "extreme_63"):
        np.testing.assert_allclose(
            own[name], expected["put_call_ratio" if name == "ratio" else name], rtol=1e-12, atol=1e-12
        )
    np.testing.assert_allclose(own["momentum"], frame.optstat.momentum(7).loc["2025-06-12":], rtol=1e-12, atol=1e-12)
    picture = page.downloaded("PNG")
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(picture) > 20_000
    watched.assert_quiet()


def test_the_keyboard_moves_the_crosshair_zooms_and_chooses_presets(
    watched: Watched, tmp_path: Path, panel: pd.DataFrame
) -> None:
    page = opened(watched, tmp_path, panel, preset="1Y")
    page.chart.focus()
    page.page.keyboard.press("ArrowLeft")
    page.page.keyboard.press("ArrowLeft")
    expect(page.day()).to_have_text("2026-06-11")
    expect(page.day(1)).to_have_text("2026-06-11")  # one crosshair through all columns
    expect(page.root.locator("[aria-live]").last).to_contain_text("2026-06-11. US_SECURITY VOLUME: puts")
    page.page.keyboard.press("Escape")
    page.press("+")
    page.press("+")
    page.page.keyboard.press("Home")
    zoomed = page.day().inner_text()
    assert zoomed > "2025-09-01"
    page.press("Shift+ArrowLeft")
    page.page.keyboard.press("Home")
    assert page.day().inner_text() < zoomed
    page.press("0")
    page.page.keyboard.press("Home")
    expect(page.day()).to_have_text("2025-06-12")
    page.page.keyboard.press("1")
    page.expect_range("2026-05-12", "2026-06-12")
    expect(page.button("1M")).to_have_attribute("aria-pressed", "true")
    watched.assert_quiet()


def test_a_date_typed_slowly_counts_once_and_an_invalid_one_never(
    watched: Watched, tmp_path: Path, panel: pd.DataFrame
) -> None:
    page = opened(watched, tmp_path, panel, preset="1Y")
    begin = page.box("From")
    page.page.evaluate("""() => {
        window.ranges = new Set();
        const box = document.querySelector('input[type=date]');
        document.addEventListener('optstat-drawn', () => window.ranges.add(box.dataset.shown));
    }""")
    begin.focus()
    for key in "01022026":
        page.page.keyboard.press(key, delay=60)
        page.page.wait_for_timeout(40)  # slower than a redraw
    assert begin.get_attribute("data-shown") == "2025-06-12"
    page.page.keyboard.press("Enter")
    page.expect_range("2026-01-02", "2026-06-12")
    assert page.page.evaluate("() => [...window.ranges]") == ["2026-01-02"]
    begin.fill("2026-07-01")
    begin.blur()
    expect(page.alert).to_contain_text("From 2026-07-01 is after To 2026-06-12. Swap them?")
    page.expect_range("2026-01-02", "2026-06-12")
    watched.assert_quiet()


def test_hidden_lines_stay_hidden_over_ranges_and_metrics(
    watched: Watched, tmp_path: Path, panel: pd.DataFrame
) -> None:
    page = opened(watched, tmp_path, panel, preset="1Y")
    page.legend("puts").click()
    page.legend("fear").click()
    for name in ("3M", "5Y"):
        page.button(name).click()
        for column in (0, 1):
            for line in ("puts", "fear"):
                expect(page.legend(line, column)).to_have_attribute("aria-pressed", "false")
            expect(page.legend("calls", column)).to_have_attribute("aria-pressed", "true")
    watched.assert_quiet()


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_few_rows_are_drawn(watched: Watched, tmp_path: Path, panel: pd.DataFrame, rows: int) -> None:
    frame = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", **SOURCE).iloc[:rows]
    page = opened(watched, tmp_path, frame, window=2, lookback=3)
    expect(page.heads).to_contain_text("No session in the range." if rows == 0 else "percentile –")
    for name in ("1M", "Max"):
        page.button(name).click()
    page.open_drawer()
    page.button("Table").click()
    watched.assert_quiet()


def test_the_table_shows_the_visible_rows(watched: Watched, tmp_path: Path, panel: pd.DataFrame) -> None:
    page = opened(watched, tmp_path, panel, preset="1M")
    page.open_drawer()
    table = page.root.get_by_role("table")
    expect(table).to_have_count(0)
    page.button("Table").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("45,658,870")
    page.button("3M").click()
    table.get_by_role("button", name="Day").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("2026-03-12")
    watched.assert_quiet()


def test_prices_and_comparison(watched: Watched, tmp_path: Path, panel: pd.DataFrame) -> None:
    closes = pd.DataFrame({"US_SECURITY": np.linspace(90.0, 100.0, len(panel))}, index=panel.index)
    closes["HK_SECURITY"] = 1.0  # of a market that is not shown
    page = opened(watched, tmp_path, panel, preset="1Y", prices=closes)
    expect(page.legend("Price")).to_contain_text("100.00")
    assert page.root.locator("[data-panel=price]").count() == 1
    page.open_drawer()
    page.box("Arrange").select_option("compare")
    expect(page.root.locator(".optstat-block")).to_have_count(1)
    expected = panel["HK_INDEX"]["VOLUME"].dropna().optstat.zscore().iloc[-1]
    expect(page.legend("HK_INDEX VOLUME")).to_contain_text(f"{expected:.2f}")
    watched.assert_quiet()


def test_texts_from_outside_are_shown_as_text(watched: Watched, tmp_path: Path) -> None:
    evil = "</script><img src=x onerror=document.title='broken'>\n<!--"
    frame = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", **SOURCE)
    frame = pd.concat({evil: frame[["call_value", "put_value"]]}, axis=1)
    page = opened(watched, tmp_path, frame, window=2, lookback=3)
    expect(page.heads).to_contain_text("</script><img src=x")
    assert page.root.locator("img").count() == 0
    assert watched.page.title().startswith("pd_optstat: </script>")
    watched.assert_quiet()


SIZES = [(1280, 800), (1920, 1080), (800, 900), (390, 844)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_it_fits_every_screen(
    watched: Watched, tmp_path: Path, panel: pd.DataFrame, size: tuple[int, int], scheme: Any
) -> None:
    watched.page.set_viewport_size({"width": size[0], "height": size[1]})
    watched.page.emulate_media(color_scheme=scheme)
    page = opened(watched, tmp_path, panel, preset="1Y")
    page.open_drawer()
    assert page.root.get_attribute("data-theme") == scheme
    assert page.root.evaluate(TOO_WIDE) == []
    blocks = page.root.locator(".optstat-block")
    tops = {round(blocks.nth(number).bounding_box()["y"]) for number in (0, 1)}  # type: ignore[index]
    assert len(tops) == (1 if size[0] >= 900 else 2)
    watched.page.screenshot(path=watched.artefacts / f"html-{size[0]}-{scheme}.png", full_page=True)
    watched.assert_quiet()
