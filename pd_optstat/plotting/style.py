"""Pictures in the colours of a palette, which is chosen by name or by the ground."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb, to_rgba

from ..errors import InvalidRequest
from .palettes import COLOURS, PALETTES, Palette

__all__ = ["COLOURS", "Palette", "check_theme", "colormap", "contrast", "dress", "palette_of"]


def check_theme(theme: Any) -> str | None:
    """Return `theme` if it is one."""
    if theme is not None and (not isinstance(theme, str) or theme not in PALETTES):
        raise InvalidRequest(f"theme={theme!r}: 'light', 'dark', or None for what matplotlib's style says")
    return theme


def palette_of(ax: Axes, theme: str | None) -> Palette:
    """Return the palette of `theme`, else the one for the ground that `ax` has."""
    if theme is not None:
        return PALETTES[theme]
    for colour in (ax.get_facecolor(), ax.figure.get_facecolor()):
        red, green, blue, opaque = to_rgba(colour)
        if opaque > 0.5:
            return PALETTES["dark"] if _luminance((red, green, blue)) < 0.4 else PALETTES["light"]
    # Nothing is painted behind the picture: whoever set the style knows what text can be read there.
    from matplotlib import rcParams

    return PALETTES["light"] if _luminance(to_rgb(rcParams["text.color"])) < 0.5 else PALETTES["dark"]


def colormap(palette: Palette) -> LinearSegmentedColormap:
    """Return the map from low (blue) over usual (the ground) to high (vermillion)."""
    return LinearSegmentedColormap.from_list("optstat", list(palette.low_to_high))


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
