"""What stands above the axes: legend, notes, title; and how given axes make room for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.gridspec import SubplotSpec
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

from .style import Palette

__all__ = ["Fonts", "axes_size", "draw_header", "fit_into_figure", "fonts_for", "legend_entries", "wrap"]


class Fonts(NamedTuple):
    """Sizes in points."""

    title: float
    legend: float
    note: float
    label: float


def fonts_for(width: float) -> Fonts:
    """Return the sizes for axes of `width` inches."""
    return Fonts(9.5, 7.0, 7.0, 8.0) if width < 5.5 else Fonts(12.0, 8.5, 8.0, 10.0)


def _text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line of text in inches."""
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    width = text_to_path.get_text_width_height_descent(text.replace("$", "S"), font, ismath=False)[0]
    return float(width) / 72


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return the text in lines of at most `width` inches; a longer word has a line of its own.

    >>> wrap("put/call ratio by month", 1.0, 12).splitlines()
    ['put/call', 'ratio by', 'month']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def legend_entries(parts: Sequence[Axes]) -> dict[str, Artist]:
    """Return the entries of the legend of all `parts`, each label once."""
    entries: dict[str, Artist] = {}
    for part in parts:
        for handle, label in zip(*part.get_legend_handles_labels(), strict=True):
            entries.setdefault(label, handle)
    return entries


def draw_header(
    ax: Axes, title: str, notes: Sequence[str], entries: Mapping[str, Artist], palette: Palette, *, wrapped: bool = True
) -> None:
    """Draw the legend above the axes, above it the notes, and the title on top.

    Nothing of it lies on the data. The notes are a text of their own, as the title can be replaced.
    """
    width = axes_size(ax)[0]
    fonts = fonts_for(width)
    pad = 6.0
    if entries:
        columns = _legend_columns(list(entries), width, fonts.legend)
        ax.legend(
            entries.values(), entries.keys(), loc="lower left", bbox_to_anchor=(-0.005, 1.0), ncols=columns,
            frameon=False, fontsize=fonts.legend, handlelength=1.4, columnspacing=1.3, borderaxespad=0.2,
        )  # fmt: skip
        pad += 4 + 1.75 * fonts.legend * math.ceil(len(entries) / columns)
    if wrapped:
        title = wrap(title, width - 0.2, fonts.title, bold=True)  # a layout engine may leave less than estimated
    note = " · ".join(notes)
    if note:
        last = title.splitlines()[-1] if title else ""
        room = width - _text_width(last, fonts.title, bold=True) - 0.15
        beside = _text_width(note, fonts.note) <= room
        shown = note if beside else wrap(note, width, fonts.note)
        ax.annotate(
            shown, (1.0 if beside else 0.0, 1.0), xycoords="axes fraction", xytext=(0, pad), textcoords="offset points",
            ha="right" if beside else "left", va="bottom", fontsize=fonts.note, style="italic", color=palette.muted,
            annotation_clip=False,
        )  # fmt: skip
        if not beside:
            pad += 3 + 1.25 * fonts.note * len(shown.splitlines())
    ax.set_title(title, loc="left", fontsize=fonts.title, weight="bold", pad=pad)


def _legend_columns(labels: Sequence[str], width: float, size: float) -> int:
    """Return the most columns with which a legend fits into `width` inches; matplotlib fills it column by column.

    >>> labels = ["calls", "puts", "mean of 10 days"]
    >>> _legend_columns(labels, 9, 8.5), _legend_columns(labels, 2.3, 8.5)
    (3, 2)
    """
    widths = [_text_width(label, size) + 3.7 * size / 72 for label in labels]
    for columns in range(len(labels), 1, -1):
        if sum(float(part.max()) for part in np.array_split(widths, columns)) <= width:
            return columns
    return 1


def axes_size(ax: Axes) -> tuple[float, float]:
    """Return width and height in inches that `ax` has, or about has once the figure is laid out."""
    extent, dpi = ax.get_window_extent(), ax.figure.dpi
    cell = ax.get_subplotspec()
    if cell is None or ax.figure.get_layout_engine() is None:
        return extent.width / dpi, extent.height / dpi
    # A layout engine sets the size when the figure is drawn; until then it is estimated.
    columns = cell.get_gridspec().ncols
    width = 0.88 * ax.figure.get_figwidth() * len(cell.colspan) / columns - 0.3  # type: ignore[union-attr]
    return float(width), extent.height / dpi


def fit_into_figure(ax: Axes, parts: Sequence[Axes], *, top: bool) -> None:
    """Shrink axes of a figure without a layout engine so that their texts lie within their part of the figure.

    The upper side is mended only if `top`. Axes that were placed by hand are left alone.
    """
    spec, figure = ax.get_subplotspec(), ax.figure
    if spec is None or figure.get_layout_engine() is not None:
        return
    for _ in range(3):  # smaller axes have other ticks, whose labels may be longer
        if not _shrink(ax, parts, spec, top=top):
            return


def _shrink(ax: Axes, parts: Sequence[Axes], spec: SubplotSpec, *, top: bool) -> bool:
    """Shrink the axes by what their texts reach out of their cell of the grid; return whether they did."""
    figure = ax.figure
    rows, columns = spec.get_gridspec().get_geometry()
    cell = Bbox.from_extents(
        min(spec.colspan) / columns, 1 - (max(spec.rowspan) + 1) / rows,
        (max(spec.colspan) + 1) / columns, 1 - min(spec.rowspan) / rows,
    )  # fmt: skip
    boxes = [box for part in parts if (box := part.get_tightbbox()) is not None]
    if not boxes:
        return False
    used = Bbox.union(boxes).transformed(figure.transFigure.inverted())
    margin = 3 / 72 / np.asarray(figure.get_size_inches())  # type: ignore[union-attr]
    place = ax.get_position()
    x0, y0, x1, y1 = place.extents
    x0 += max(cell.x0 + margin[0] - used.x0, 0)
    x1 -= max(used.x1 - cell.x1 + margin[0], 0)
    y0 += max(cell.y0 + margin[1] - used.y0, 0)
    y1 -= max(used.y1 - cell.y1 + margin[1], 0) if top else 0
    if np.allclose((x0, y0, x1, y1), place.extents, atol=1e-6):
        return False
    # Less than a quarter of the cell would show nothing; rather let a text reach out.
    if x1 - x0 < 0.25 * cell.width or y1 - y0 < 0.25 * cell.height:
        return False
    ax.set_position((x0, y0, x1 - x0, y1 - y0))
    return True
