"""How axes get the colours of a palette, which is chosen by name or by the background."""

# pyright: reportArgumentType=false
from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb, to_rgba
from matplotlib.typing import ColorType

from ..errors import InvalidRequest
from .palettes import COLOURS, PALETTES, Palette

__all__ = [
    "COLOURS", "Palette", "apply_palette", "check_theme", "choose_palette", "colormap", "contrast_ratio",
    "readable_on",
]  # fmt: skip

#: The luminance that has the same contrast to black and to white.
_MIDDLE = 0.179


def check_theme(theme: object) -> None:
    """Raise `InvalidRequest` unless `theme` is the name of a palette or None."""
    if theme is not None and (not isinstance(theme, str) or theme not in PALETTES):
        raise InvalidRequest(f"theme={theme!r} must be 'light', 'dark', or None for the style of matplotlib.")


def choose_palette(ax: Axes, theme: str | None) -> Palette:
    """Return the palette of `theme`, or if it is None the one that suits the background of `ax`."""
    if theme is not None:
        return PALETTES[theme]
    for colour in (ax.get_facecolor(), ax.figure.get_facecolor()):
        red, green, blue, alpha = to_rgba(colour)
        if alpha > 0.5:
            return PALETTES["dark"] if _luminance((red, green, blue)) < _MIDDLE else PALETTES["light"]
    # The background is transparent, so the colour of the text tells what the style expects behind the figure.
    from matplotlib import rcParams

    return PALETTES["light"] if _luminance(to_rgb(rcParams["text.color"])) < _MIDDLE else PALETTES["dark"]


def colormap(palette: Palette) -> LinearSegmentedColormap:
    """Return the colormap from low (blue) over usual (neutral) to high (vermillion)."""
    return LinearSegmentedColormap.from_list("optstat", list(palette.low_to_high))


def contrast_ratio(one: ColorType, other: ColorType) -> float:
    """Return the contrast of two opaque colours, from 1 to 21, as WCAG 2.2 defines it.

    >>> contrast_ratio("white", "black")
    21.0
    """
    darker, lighter = sorted((_luminance(to_rgb(one)), _luminance(to_rgb(other))))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(colour: ColorType) -> str:
    """Return black or white, whichever has the higher contrast to `colour`: at least 4.58."""
    return max("#000000", "#FFFFFF", key=lambda text: contrast_ratio(text, to_rgb(colour)))


def apply_palette(ax: Axes, palette: Palette) -> None:
    """Set the background, spines, ticks and texts of `ax` to the palette's colours."""
    ax.set_facecolor(palette.background)
    for spine in ax.spines.values():
        spine.set_edgecolor(palette.muted)
    ax.tick_params(which="both", color=palette.muted, labelcolor=palette.text)
    texts = [ax.xaxis.label, ax.yaxis.label, ax.xaxis.get_offset_text(), ax.yaxis.get_offset_text(), ax._left_title]  # type: ignore[attr-defined]
    legend = ax.get_legend()
    for text in [*texts, *(legend.get_texts() if legend else [])]:
        text.set_color(palette.text)


def _luminance(colour: tuple[float, float, float]) -> float:
    """Return the relative luminance of an sRGB colour, as WCAG 2.2 defines it."""
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
