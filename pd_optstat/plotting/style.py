"""How axes get the colours of a palette, which is chosen by name or by the background."""

# pyright: reportArgumentType=false
from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb, to_rgba

from ..errors import InvalidRequest
from .palettes import COLOURS, PALETTES, Palette

__all__ = ["COLOURS", "Palette", "apply_palette", "check_theme", "choose_palette", "colormap", "contrast"]


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
            return PALETTES["dark"] if _luminance((red, green, blue)) < 0.4 else PALETTES["light"]
    # The background is transparent, so the colour of the text tells what the style expects behind the figure.
    from matplotlib import rcParams

    return PALETTES["light"] if _luminance(to_rgb(rcParams["text.color"])) < 0.5 else PALETTES["dark"]


def colormap(palette: Palette) -> LinearSegmentedColormap:
    """Return the colormap from low (blue) over usual (neutral) to high (vermillion)."""
    return LinearSegmentedColormap.from_list("optstat", list(palette.low_to_high))


def contrast(colour: tuple[float, ...]) -> str:
    """Return black or white, whichever is readable on `colour`."""
    return "#000000" if _luminance(to_rgb(colour)) > 0.4 else "#FFFFFF"


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
    """Return the relative luminance of a colour, by the weights of ITU-R BT.709."""
    red, green, blue = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
