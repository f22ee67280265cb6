"""A page: one reply of a server, as columns. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from .arrays import ABSENT, Float64Array, Int64Array
from .dates import Day, to_day

__all__ = ["MAX_PAGE_KEY_BYTES", "MAX_TIME_LENGTH", "Page", "parse_days", "to_floats", "to_integers"]

#: Page keys are opaque to us and echoed back; a longer one is a mistake or an attack.
MAX_PAGE_KEY_BYTES = 64 * 1024
#: ``YYYY-MM-DD HH:MM:SS.ffffff``, and some room.
MAX_TIME_LENGTH = 40
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?)?")


@lru_cache(maxsize=16_384)
def _parse_day(text: str) -> Day | None:
    """Return the trading day in `text`, None if there is none; cached, as every series has the same days."""
    match = _TIME.fullmatch(text)
    try:
        return to_day(date.fromisoformat(match[1])) if match else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Page:
    """One reply as the server gave it, with an array for each field.

    Attributes
    ----------
    market, data_type : int or None
        What the reply says that it is for.
    days, timestamps, calls, puts, totals, ratios : ndarray
        A missing integer is `ABSENT`, a missing float NaN. A NaN that the server sent is stored as infinity, so that
        it is found wrong like any other impossible value.
    next_key : bytes
        The page key of the next page; empty on the last page.
    unreadable : str or None
        The first text that should have been a trading day and is not.
    restart : bool
        Whether this is the first page of the remainder of a request whose page keys were lost.
    lost, lost_first : int
        The requests, and the first-page requests among them, that were sent for this page without a reply.
    """

    market: int | None
    data_type: int | None
    days: Int64Array
    timestamps: Float64Array
    calls: Int64Array
    puts: Int64Array
    totals: Int64Array
    ratios: Float64Array
    next_key: bytes = b""
    unreadable: str | None = None
    restart: bool = False
    lost: int = 0
    lost_first: int = 0

    @classmethod
    def of(
        cls,
        market: int | None,
        data_type: int | None,
        times: Sequence[str],
        timestamps: Sequence[float | None],
        calls: Sequence[int | None],
        puts: Sequence[int | None],
        totals: Sequence[int | None],
        ratios: Sequence[float | None],
        next_key: bytes = b"",
    ) -> Page:
        """Build a page from lists, with None for a missing value."""
        days, unreadable = parse_days(times)
        return cls(
            market,
            data_type,
            days,
            to_floats(timestamps),
            to_integers(calls),
            to_integers(puts),
            to_integers(totals),
            to_floats(ratios),
            next_key,
            unreadable,
        )


def parse_days(times: Sequence[str]) -> tuple[Int64Array, str | None]:
    """Return trading days, and the first text that is none; its day is `ABSENT`."""
    days = [_parse_day(text) if len(text) <= MAX_TIME_LENGTH else None for text in times]
    unreadable = next((text for text, day in zip(times, days, strict=True) if day is None), None)
    return to_integers(days), unreadable


def to_integers(values: Sequence[int | None]) -> Int64Array:
    """Return integers as an array, `ABSENT` where there is None."""
    return np.array([ABSENT if value is None else value for value in values], dtype=np.int64)


def to_floats(values: Sequence[float | None]) -> Float64Array:
    """Return floats as an array, NaN where there is None, and infinity where there is NaN."""
    given = [math.nan if value is None else math.inf if math.isnan(value) else value for value in values]
    return np.array(given, dtype=np.float64)
