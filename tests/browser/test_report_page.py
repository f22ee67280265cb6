"""The report in a browser: in light and dark, on wide and narrow screens, on paper, and without a network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.plotting.style import contrast_ratio

from .pages import Watched

pytestmark = pytest.mark.browser

COLOURS = """() => ['body', 'h1', '.synthetic', 'figcaption', 'td', 'pre', 'svg text'].map(name => {
  const style = getComputedStyle(document.querySelector(name));
  return [name, name === 'svg text' ? style.fill : style.color];
}).concat([['page', getComputedStyle(document.body).backgroundColor]])"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    df = po.load("US_SECURITY", "VOLUME", "2023-06-13", "2026-06-12", source="simulator:", cache=False)
    steps = np.random.default_rng(7).normal(0.0003, 0.01, len(df))
    close = pd.Series(100 * np.exp(steps.cumsum()), df.index, name="random walk")
    path = tmp_path_factory.mktemp("report") / "report.html"
    grid = {"windows": [1, 5], "lookbacks": [60], "thresholds": [0.1]}
    df.optstat.report(close, path, lookback=60, grid=grid, resamples=400, n_splits=2)
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1100])
def test_it_is_readable(watched: Watched, report: Path, artefacts: Path, scheme: str, width: int) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(report.as_uri())
    page.screenshot(path=artefacts / f"report-{scheme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    colours = {name: to_hex(colour) for name, colour in page.evaluate(COLOURS)}
    ground = colours.pop("page")
    assert (contrast_ratio(ground, "#ffffff") < 2) == (scheme == "light")
    for name, colour in colours.items():
        assert contrast_ratio(colour, ground) >= 4.5, name
    assert page.locator("svg").count() == 4
    assert page.locator("svg text").first.is_visible()
    assert not watched.foreign
    watched.assert_quiet()


def test_it_is_light_on_paper(watched: Watched, report: Path, artefacts: Path) -> None:
    page = watched.page
    page.goto(report.as_uri())
    page.emulate_media(color_scheme="dark", media="print")
    colours = dict(page.evaluate(COLOURS))
    assert to_hex(colours["page"]) == "#ffffff"
    assert contrast_ratio(to_hex(colours["svg text"]), "#ffffff") > 10
    pdf = page.pdf(path=artefacts / "report.pdf", prefer_css_page_size=True)
    assert 4 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 12
    page.emulate_media(media="screen")


def to_hex(colour: str) -> str:
    """Return ``rgb(1, 2, 3)`` as ``#010203``."""
    return "#" + "".join(f"{int(part):02x}" for part in colour[colour.index("(") + 1 : -1].split(",")[:3])
