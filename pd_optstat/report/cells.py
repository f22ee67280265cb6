"""Numbers as a reader wants them, and frames as tables of texts. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

__all__ = [
    "Columns", "Table", "format_count", "format_day", "format_number", "format_p", "format_percent", "make_table",
]  # fmt: skip

#: For each column its heading, and what formats its values.
Columns: TypeAlias = Mapping[str, tuple[str, Callable[[Any], str]]]

#: A true minus, as wide as a plus, and what stands for a value that does not exist.
_MINUS, _NONE = "\u2212", "\u2013"


class Table(NamedTuple):
    """A table of texts.

    Attributes
    ----------
    caption : str
    columns : sequence of str
    rows : sequence of sequence of str
    words : int
        How many columns, from the left, hold words and not numbers.
    marked : frozenset of int
        The rows to emphasize.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    marked: frozenset[int] = frozenset()


def _known(value: Any) -> bool:
    return value is not None and not pd.isna(value) and not (isinstance(value, float) and math.isinf(value))


def format_number(value: Any, digits: int = 2) -> str:
    """Return a number with a fixed number of decimals.

    >>> format_number(-0.001), format_number(-1.5), format_number(float("nan"))
    ('0.00', '−1.50', '–')
    """
    if not _known(value):
        return _NONE
    shown = f"{float(value):.{digits}f}"
    if float(shown) == 0:
        shown = shown.lstrip("-")
    return shown.replace("-", _MINUS)


def format_percent(value: Any, digits: int = 2, *, signed: bool = False) -> str:
    """Return a fraction in percent.

    >>> format_percent(0.0123, signed=True), format_percent(-0.5, 0)
    ('+1.23 %', '−50 %')
    """
    if not _known(value):
        return _NONE
    shown = format_number(100 * float(value), digits)
    positive = signed and not shown.startswith(_MINUS) and float(shown) > 0
    return f"{'+' if positive else ''}{shown} %"


def format_p(value: Any) -> str:
    """Return a p-value.

    >>> format_p(0.0341), format_p(0.00004), format_p(1.0)
    ('0.034', '<0.001', '1.000')
    """
    if not _known(value):
        return _NONE
    return "<0.001" if float(value) < 0.001 else f"{float(value):.3f}"


def format_count(value: Any) -> str:
    """Return a whole number, in groups of three digits.

    >>> format_count(12345)
    '12,345'
    """
    return f"{int(value):,}" if _known(value) else _NONE


def format_day(value: Any) -> str:
    """Return a day as an ISO date."""
    return f"{pd.Timestamp(value):%Y-%m-%d}" if _known(value) else _NONE


def make_table(
    caption: str,
    frame: pd.DataFrame,
    columns: Columns,
    *,
    words: int = 1,
    marked: Iterable[int] = (),
) -> Table:
    """Return some columns of a frame, or levels of its index, as a table.

    Parameters
    ----------
    caption : str
    frame : DataFrame
    columns : dict of str to (str, callable)
        For each column its heading, and what formats its values. Columns that the frame does not have are left out.
    words, marked : as in `Table`
    """
    flat = frame.reset_index()
    names = [name for name in columns if name in flat.columns]
    rows = [[columns[name][1](value) for name, value in zip(names, row, strict=True)] for row in _rows(flat, names)]
    return Table(caption, [columns[name][0] for name in names], rows, words, frozenset(marked))


def _rows(flat: pd.DataFrame, names: list[str]) -> Iterable[tuple[Any, ...]]:
    return zip(*(flat[name].tolist() for name in names), strict=True) if names else []
