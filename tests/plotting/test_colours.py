"""Contrast, by the formula of WCAG 2.2, and how colours look to deuteranopes."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from test_plotting import labelled, loaded

import pd_optstat.accessor  # noqa: F401  (registers df.optstat)
from pd_optstat.plotting.palettes import COLOURS, PALETTES
from pd_optstat.plotting.style import colormap, contrast_ratio

#: Deuteranopia, in linear RGB: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A physiologically-based model for
#: simulation of color vision deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), 2009.
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
#: From linear RGB to XYZ under D65 (IEC 61966-2-1).
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def linear(colour):
    parts = np.array(to_rgb(colour))
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def wcag(one, other):
    light, dark = sorted((XYZ[1] @ linear(one), XYZ[1] @ linear(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def difference(one, other, vision=None):
    """Return the distance of two colours in CIE L*a*b*, as a deuteranope sees them if `vision` says so."""

    def lab(colour):
        seen = linear(colour) if vision is None else np.clip(vision @ linear(colour), 0, 1)
        x, y, z = np.cbrt(np.maximum(XYZ @ seen / (XYZ @ np.ones(3)), 0.008856))
        return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])

    return float(np.linalg.norm(lab(one) - lab(other)))


def test_the_formula_of_the_contrast():
    for one, other in itertools.product(["#FFFFFF", "#0072B2", "#777777", "#15181C"], repeat=2):
        assert contrast_ratio(one, other) == pytest.approx(wcag(one, other), rel=1e-3)
    assert contrast_ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)  # the example of WebAIM


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize(("kind", "n"), [("overview", 300), ("ratio", 300), ("ratio", 2500), ("percentile", 2500)])
def test_fear_and_greed_stand_out_from_the_background_and_from_each_other(theme, kind, n):
    ax = loaded(n).optstat.plot(kind, theme=theme, lookback=100)
    drawn = labelled(ax)
    fear, greed = (drawn[name].get_facecolor()[0] for name in ("top 10% (fear)", "bottom 10% (greed)"))
    for colour in (fear, greed):
        assert colour[3] == 1
        assert wcag(colour[:3], ax.get_facecolor()[:3]) >= 3
    assert difference(fear[:3], greed[:3], DEUTERANOPIA) > 60
    unknown = next(handle for name, handle in drawn.items() if name.startswith("unknown"))
    assert wcag(unknown.get_edgecolor()[0][:3], ax.get_facecolor()[:3]) >= 3


@pytest.mark.parametrize("style", ["ggplot", "seaborn-v0_8", "dark_background", "grayscale", "Solarize_Light2", "bmh"])
def test_fear_and_greed_stand_out_in_styles_of_matplotlib(style):
    with plt.style.context(style):
        for n in (300, 2500):
            ax = loaded(n).optstat.plot(lookback=20)
            for name in ("top 10% (fear)", "bottom 10% (greed)"):
                drawn = labelled(ax)[name]
                shown = (drawn.get_facecolor()[0][:3], drawn.get_edgecolor()[0][:3])
                assert max(wcag(colour, ax.get_facecolor()[:3]) for colour in shown) >= 3


@pytest.mark.parametrize("theme", PALETTES)
def test_shades_of_runs_differ_for_deuteranopes(theme):
    palette = PALETTES[theme]
    shades = [
        palette.shade * np.array(to_rgb(COLOURS[name])) + (1 - palette.shade) * np.array(to_rgb(palette.background))
        for name in ("fear", "greed")
    ]
    assert difference(*shades, DEUTERANOPIA) > 20


def test_vermillion_and_green_would_differ_less():
    assert difference("#D55E00", "#009E73", DEUTERANOPIA) < difference(COLOURS["fear"], COLOURS["greed"], DEUTERANOPIA)


@pytest.mark.parametrize("theme", PALETTES)
def test_lines_and_texts_stand_out(theme):
    palette = PALETTES[theme]
    for colour in (palette.ratio, palette.band, *palette.means):
        assert wcag(colour, palette.background) >= 3
    for colour in (palette.text, palette.muted):
        assert wcag(colour, palette.background) >= 4.5
    assert not {COLOURS["fear"], COLOURS["greed"]} & {palette.band, palette.ratio, *palette.means}


@pytest.mark.parametrize("theme", PALETTES)
def test_numbers_of_the_heatmap_are_readable(theme):
    ax = loaded(2500).optstat.plot("heatmap", theme=theme)
    mesh = next(part for part in ax.collections if hasattr(part, "get_coordinates"))
    cells = mesh.to_rgba(mesh.get_array()).reshape(-1, 12, 4)
    numbers = [text for text in ax.texts if text.get_transform() == ax.transData]
    assert len(numbers) > 100
    for text in numbers:
        column, row = text.get_position()
        assert wcag(text.get_color(), cells[int(row), int(column) - 1][:3]) >= 4.5


@pytest.mark.parametrize("theme", PALETTES)
def test_fear_and_greed_have_one_colour_each_everywhere(theme):
    frame = loaded(300)
    for kind in ("overview", "percentile"):
        drawn = labelled(frame.optstat.plot(kind, theme=theme, lookback=20))
        assert np.allclose(drawn["top 10% (fear)"].get_facecolor()[0][:3], to_rgb(COLOURS["fear"]))
        assert np.allclose(drawn["bottom 10% (greed)"].get_facecolor()[0][:3], to_rgb(COLOURS["greed"]))
    marks = labelled(frame.optstat.plot("bands", theme=theme))
    assert marks["above the band"].get_color() == COLOURS["fear"]
    assert marks["below the band"].get_color() == COLOURS["greed"]
    for end, name in ((0.0, "greed"), (1.0, "fear")):
        assert np.allclose(colormap(PALETTES[theme])(end)[:3], to_rgb(COLOURS[name]), atol=0.005)


@pytest.mark.parametrize("theme", PALETTES)
def test_hatches_can_be_seen_in_the_legend(theme):
    frame = loaded(205)
    frame.attrs["optstat"]["end"] = str(frame.index[-1].date())
    ax = frame.optstat.resample("ME").optstat.plot(theme=theme)
    for name in ("part of the month", "unknown: fewer than 252 months"):
        assert wcag(labelled(ax)[name].get_edgecolor()[0][:3], ax.get_facecolor()[:3]) >= 3
