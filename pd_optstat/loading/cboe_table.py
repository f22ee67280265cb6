"""What the readers of Cboe's files share: the table that they return, counts, and products. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..core.dates import Day

__all__ = ["DOWNLOAD_AGAIN", "ROUNDING", "CboeTable", "is_missing", "parse_count", "ratio_differs"]

#: Cboe rounds its ratios to two decimals.
ROUNDING = 0.00501
DOWNLOAD_AGAIN = (
    "Download it again from Cboe's page of historical options data (totalpc.csv, equitypc.csv, indexpc.csv, ...)."
)

#: Digits, perhaps with one kind of separator between thousands, and perhaps written as a float by a spreadsheet.
_COUNT = re.compile(r"(\d{1,15}|\d{1,3}(?:([,' \u00a0\u202f\u2019])\d{3})(?:\2\d{3}){0,3})(?:\.0*)?", re.ASCII)
#: European spreadsheets separate thousands by dots. One dot alone could be a decimal point.
_COUNT_WITH_DOTS = re.compile(r"\d{1,3}(?:\.\d{3}){2,4}", re.ASCII)
_MISSING = {"", "-", "--", "\u2013", "\u2014", "n/a", "#n/a", "na", "nan", "null", "none", "."}


@dataclass(slots=True)
class CboeTable:
    """The rows of a file: calls and puts by day, or ratios by day if the file has no counts.

    Attributes
    ----------
    name : str
        Of the file, for messages.
    product : str or None
        None if neither the file nor its name tells it.
    rows : dict
        (calls, puts) by day.
    ratios : dict
        Put/call ratios by day.
    notes : list of str
        What the caller should be warned of.
    """

    name: str
    product: str | None
    rows: dict[Day, tuple[int, int]] = field(default_factory=dict)
    ratios: dict[Day, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def is_missing(text: str) -> bool:
    """Return whether a cell says that there is no value.

    >>> is_missing("#N/A"), is_missing("0")
    (True, False)
    """
    return text.strip().lower() in _MISSING


def parse_count(text: str) -> int | None:
    """Return a number of contracts, or None if the text is not one.

    >>> parse_count("1,401,036"), parse_count("1.401.036"), parse_count("20.0"), parse_count("1.401")
    (1401036, 1401036, 20, None)
    """
    if match := _COUNT.fullmatch(text):
        return int(re.sub(r"\D", "", match[1]))
    return int(text.replace(".", "")) if _COUNT_WITH_DOTS.fullmatch(text) else None


def ratio_differs(calls: int, puts: int, ratio: float) -> bool:
    """Return whether a ratio as Cboe rounds it is not put / call. Where there are no calls, none is right or wrong."""
    return bool(calls) and abs(puts / calls - ratio) > ROUNDING
