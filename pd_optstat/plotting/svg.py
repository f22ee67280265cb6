"""Figures as SVG for a page that has a light and a dark theme: the same bytes for the same figure."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .palettes import PALETTES

__all__ = ["THEME_VARIABLES", "draw_svg", "theme_css"]

_LIGHT, _DARK = PALETTES["light"], PALETTES["dark"]
#: Colours that differ between the themes, as names of CSS variables: light, dark.
THEME_VARIABLES = {
    "--figure-background": (_LIGHT.background, _DARK.background),
    "--figure-text": (_LIGHT.text, _DARK.text),
    "--figure-muted": (_LIGHT.muted, _DARK.muted),
    "--figure-ratio": (_LIGHT.ratio, _DARK.ratio),
    "--figure-mean-1": (_LIGHT.means[0], _DARK.means[0]),
    "--figure-mean-2": (_LIGHT.means[1], _DARK.means[1]),
}
#: Settings of matplotlib that a user's style could change, and those that make the bytes depend on the figure alone.
_SETTINGS = {
    "svg.fonttype": "none",  # text stays text: it can be searched, copied and read aloud
    "svg.image_inline": True,
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so the layout is the same everywhere
    "font.size": 10.0,
    "path.simplify": True,
}
_ID = re.compile(r'(\bid="|url\(#|href="#)')


def theme_css(theme: int) -> str:
    """Return the declarations of the variables: those of the light theme for 0, of the dark theme for 1."""
    return " ".join(f"{name}: {colours[theme]};" for name, colours in THEME_VARIABLES.items())


def draw_svg(name: str, size: tuple[float, float], draw: Callable[[Figure], object]) -> str:
    """Return a figure as an ``<svg>`` element whose colours follow the variables of `theme_css`.

    Parameters
    ----------
    name : str
        Of letters and hyphens, unique on the page: what the element refers to within itself begins with it.
    size : (float, float)
        Width and height in inches.
    draw : callable
        Draws into the figure, in the light theme.
    """
    settings: dict[Any, Any] = {**mpl.rcParamsDefault, **_SETTINGS, "svg.hashsalt": name}
    with mpl.rc_context(), mpl.rc_context(settings):
        figure = Figure(figsize=size, layout="constrained", facecolor=_LIGHT.background)
        draw(figure)
        for ax in figure.axes:
            _clear_background(ax)
        figure.patch.set_alpha(0)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _adapt(text.getvalue(), name)


def _clear_background(ax: Axes) -> None:
    ax.patch.set_alpha(0)


def _adapt(document: str, name: str) -> str:
    """Return the element of an SVG document, without a fixed size, and with variables for what a theme changes."""
    element = document[document.index("<svg") :].rstrip()
    element = re.sub(r"<metadata>.*?</metadata>\s*", "", element, flags=re.DOTALL)
    element = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", element, count=1)
    element = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", element, count=1)
    element = _ID.sub(rf"\g<1>{name}-", element)
    # Only within style attributes, so that no text on the page changes.
    colours = {light.lower(): variable for variable, (light, _) in THEME_VARIABLES.items()}
    pattern = re.compile("|".join(colours))
    return re.sub(
        r'style="[^"]*"', lambda style: pattern.sub(lambda c: f"var({colours[c.group()]})", style.group()), element
    )
