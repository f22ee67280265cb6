"""Colours of pictures: those of Okabe & Ito, which the colour-blind can tell apart, on light and on dark ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb, to_rgba

from .errors import InvalidRequest

__all__ = ["COLOURS", "Palette", "check_theme", "contrast", "dress", "palette_of"]

#: Okabe & Ito's colours: sky blue and orange for the bars, vermillion and bluish green for the extremes.
COLOURS = {"call": "#56B4E9", "put": "#E69F00", "ratio": "#8A8A8A", "fear": "#D55E00", "greed": "#009E73"}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme: of the ground, of text, of lines, of shades, and from low to high."""

    ground: str
    text: str
    muted: str
    ratio: str
    means: tuple[str, ...]
    band: str
    shade: float
    low_to_high: tuple[str, str, str]

    @property
    def colormap(self) -> LinearSegmentedColormap:
        """From low (blue) over usual (the ground) to high (vermillion)."""
        return LinearSegmentedColormap.from_list("optstat", list(self.low_to_high))


#: The rolling means: black, blue, reddish purple, vermillion; on dark ground white and yellow come first.
_LIGHT = Palette(
    "#FFFFFF", "#1A1A1A", "#6B6B6B", COLOURS["ratio"], ("#000000", "#0072B2", "#CC79A7", "#D55E00"), "#0072B2",
    0.22,
    ("#0072B2", "#F2F2F2", "#D55E00"),
)  # fmt: skip
_DARK = Palette(
    "#15181C", "#E6E6E6", "#9A9A9A", "#A8A8A8", ("#FFFFFF", "#F0E442", "#CC79A7", "#D55E00"), "#56B4E9",
    0.38,
    ("#3FA3DC", "#2C3036", "#E9731A"),
)  # fmt: skip
_THEMES = {"light": _LIGHT, "dark": _DARK}


def check_theme(theme: Any) -> str | None:
    """Return `theme` if it is one."""
    if theme is not None and (not isinstance(theme, str) or theme not in _THEMES):
        raise InvalidRequest(f"theme={theme!r}: 'light', 'dark', or None for what matplotlib's style says")
    return theme


def palette_of(ax: Axes, theme: str | None) -> Palette:
    """Return the palette of `theme`, else the one for the ground that `ax` has."""
    if theme is not None:
        return _THEMES[theme]
    for colour in (ax.get_facecolor(), ax.figure.get_facecolor()):
        red, green, blue, opaque = to_rgba(colour)
        if opaque > 0.5:
            return _DARK if _luminance((red, green, blue)) < 0.4 else _LIGHT
    # Nothing is painted behind the picture: whoever set the style knows what text can be read there.
    from matplotlib import rcParams

    return _LIGHT if _luminance(to_rgb(rcParams["text.color"])) < 0.5 else _DARK


def contrast(colour: Any) -> str:
    """Return black or white, whichever can be read on `colour`."""
    return "#000000" if _luminance(to_rgb(colour)) > 0.4 else "#FFFFFF"


def dress(ax: Axes, palette: Palette) -> None:
    """Paint the ground, spines, ticks and texts of `ax` in the palette's colours."""
    ax.set_facecolor(palette.ground)
    for spine in ax.spines.values():
        spine.set_edgecolor(palette.muted)
    ax.tick_params(which="both", color=palette.muted, labelcolor=palette.text)
    texts = [ax.xaxis.label, ax.yaxis.label, ax.xaxis.get_offset_text(), ax.yaxis.get_offset_text(), ax._left_title]  # type: ignore[attr-defined]
    legend = ax.get_legend()
    for text in [*texts, *(legend.get_texts() if legend else [])]:
        text.set_color(palette.text)


def _luminance(colour: tuple[float, float, float]) -> float:
    red, green, blue = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
