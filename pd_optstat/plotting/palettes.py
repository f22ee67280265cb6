"""The palettes of the two themes, from the colours of Okabe & Ito (2008), which are safe for the colour-blind. Pure."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COLOURS", "PALETTES", "Palette"]

#: Sky blue and orange for the bars, vermillion for fear and blue for greed, grey for the ratio. Vermillion and blue
#: have a contrast of at least 3:1 to both backgrounds, and deuteranopes see them as yellow and blue.
COLOURS = {"call": "#56B4E9", "put": "#E69F00", "ratio": "#8A8A8A", "fear": "#D55E00", "greed": "#0072B2"}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme.

    Attributes
    ----------
    background, text, muted : str
        Of the figure, of its texts, and of spines, notes and what is unknown.
    ratio, band : str
        Of the line of ratios, and of the area of a band.
    means : tuple of str
        Of the rolling means, in order.
    shade : float
        Opacity of shaded areas.
    low_to_high : tuple of str
        Of a low, a usual and a high ratio.
    """

    background: str
    text: str
    muted: str
    ratio: str
    means: tuple[str, ...]
    band: str
    shade: float
    low_to_high: tuple[str, str, str]


# The means are black, bluish green and reddish purple; on a dark background white and yellow come first. None of them
# has a colour of the extremes.
_LIGHT = Palette(
    "#FFFFFF", "#1A1A1A", "#6B6B6B", COLOURS["ratio"], ("#000000", "#009E73", "#CC79A7"), "#009E73", 0.22,
    (COLOURS["greed"], "#F2F2F2", COLOURS["fear"]),
)  # fmt: skip
_DARK = Palette(
    "#15181C", "#E6E6E6", "#9A9A9A", "#A8A8A8", ("#FFFFFF", "#F0E442", "#CC79A7"), "#009E73", 0.38,
    (COLOURS["greed"], "#2C3036", COLOURS["fear"]),
)  # fmt: skip
PALETTES = {"light": _LIGHT, "dark": _DARK}
