"""Pages of a window, newest day first, as one checked series. Pure.

Everything a page says is checked against what was asked, and against the other pages. What does not
fit is an `InvalidData`, and nothing of that window is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from .days import Day, to_date, to_day
from .errors import InvalidData
from .frame import midnights
from .history import Rows
from .request import Series

__all__ = ["Page", "Query", "Stitcher"]

#: Page keys are opaque to us and echoed back; a longer one is a mistake or an attack.
MAX_PAGE_KEY_BYTES = 64 * 1024
#: ``YYYY-MM-DD HH:MM:SS.ffffff``, and some room.
MAX_TIME_LENGTH = 40
#: No market has ever had so many contracts; call + put stays far from the limits of int64.
MAX_COUNT = 2**60
#: The documented samples round the timestamp to 7 digits (so it is up to 500 s off) and the ratio to 6.
TIMESTAMP_TOLERANCE = 600.0
RATIO_TOLERANCE = 5e-5

_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?)?")


@lru_cache(maxsize=16_384)
def _parse_day(text: str) -> Day | None:
    """Return the trading day that `text` says; the same days come in every series, so they are remembered."""
    match = _TIME.fullmatch(text)
    try:
        return to_day(date.fromisoformat(match[1])) if match else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Query:
    """One window of one series: at most 365 dates, both ends inclusive."""

    series: Series
    first: Day
    last: Day

    def __str__(self) -> str:
        return f"{self.series} {to_date(self.first)}..{to_date(self.last)}"


@dataclass(frozen=True, slots=True)
class Page:
    """One reply, as the server gave it: a column per field, None where a row does not have it."""

    market: int | None
    data_type: int | None
    times: Sequence[str]
    timestamps: Sequence[float | None]
    calls: Sequence[int | None]
    puts: Sequence[int | None]
    totals: Sequence[int | None]
    ratios: Sequence[float | None]
    next_key: bytes = b""


@dataclass
class Stitcher:
    """Collects the pages of one query.

    Parameters
    ----------
    query : Query
    sessions : int
        How many sessions the calendar has in the window; bounds the number of pages.
    """

    query: Query
    sessions: int
    notes: list[str] = field(default_factory=list)
    _values: dict[Day, tuple[int, int]] = field(default_factory=dict)
    _keys: set[bytes] = field(default_factory=set)
    pages: int = 0

    def add(self, page: Page) -> bool:
        """Check `page` and take it in; return whether it was the last one.

        Raises
        ------
        InvalidData
            If it does not fit what was asked, or the pages before.
        """
        self.pages += 1
        self._check_identity(page)
        days = self._days(page.times)
        calls = self._counts(page.calls, "call", days)
        puts = self._counts(page.puts, "put", days)
        for day, call, put, total in zip(days, calls, puts, page.totals, strict=True):
            if total is not None and total != call + put:
                self._fail(f"{to_date(day)} has total {total}, which is not call {call} + put {put}")
            before = self._values.setdefault(day, (call, put))
            if before != (call, put):
                self._fail(f"{to_date(day)} came twice, as call/put {before[0]}/{before[1]} and {call}/{put}")
        if days:
            self._note_derived(page, np.array(days, dtype=np.int64))
        return self._check_key(page.next_key)

    def rows(self) -> Rows:
        """Return the rows of all pages, one a day, ascending."""
        table = np.array([(day, *self._values[day]) for day in sorted(self._values)], dtype=np.int64).reshape(-1, 3)
        return Rows(*(np.ascontiguousarray(table[:, column]) for column in range(3)))

    def _check_identity(self, page: Page) -> None:
        series = self.query.series
        if page.market != series.market.value:
            self._fail(f"the reply is for market {page.market}, not {series.market.value}")
        if page.data_type != series.data_type.value:
            self._fail(f"the reply is for data type {page.data_type}, not {series.data_type.value}")

    def _days(self, times: Sequence[str]) -> list[Day]:
        days = []
        for text in times:
            day = _parse_day(text) if len(text) <= MAX_TIME_LENGTH else None
            if day is None:
                self._fail(f"{text[:MAX_TIME_LENGTH]!r} is not a trading day (YYYY-MM-DD)")
            if not self.query.first <= day <= self.query.last:
                self._fail(f"{text!r} lies outside the dates asked for")
            days.append(day)
        return days

    def _counts(self, values: Sequence[int | None], name: str, days: Sequence[Day]) -> list[int]:
        counts = []
        for day, value in zip(days, values, strict=True):
            if value is None or not 0 <= value <= MAX_COUNT:
                self._fail(f"{to_date(day)} has {name} total {value}")
            counts.append(value)
        return counts

    def _check_key(self, key: bytes) -> bool:
        if not key:
            return True
        if len(key) > MAX_PAGE_KEY_BYTES:
            self._fail(f"a page key of {len(key)} bytes")
        if key in self._keys:
            self._fail(f"page {self.pages} leads back to a page that was already given")
        self._keys.add(key)
        # A page holds a row at least, but for a last empty one. The server may know more sessions than the calendar.
        if self.pages > max(self.sessions, len(self._values)):
            self._fail(f"{self.pages} pages and no end, for at most {self.sessions} sessions")
        return False

    def _note_derived(self, page: Page, days: npt.NDArray[np.int64]) -> None:
        """Note the fields that the server derived differently; ours are computed from the counts and the day."""
        calls, puts = np.array(page.calls, dtype=np.float64), np.array(page.puts, dtype=np.float64)
        given = np.array(page.timestamps, dtype=np.float64)  # None becomes NaN
        right = midnights(days, self.query.series.exchange)
        for row in np.flatnonzero(~(np.abs(given - right) <= TIMESTAMP_TOLERANCE)).tolist():
            if page.timestamps[row] is not None:
                self.notes.append(f"{to_date(days[row])} has timestamp {page.timestamps[row]!r}, not {right[row]!r}")
        given = np.array(page.ratios, dtype=np.float64)
        expected = np.divide(puts, calls, out=np.full(len(days), np.nan), where=calls != 0)
        for row in np.flatnonzero(~(np.abs(given - expected) <= RATIO_TOLERANCE * np.maximum(1.0, expected))).tolist():
            if page.ratios[row] is not None:
                counts = f"{page.calls[row]}/{page.puts[row]}"
                self.notes.append(f"{to_date(days[row])} has ratio {page.ratios[row]!r} for call/put {counts}")

    def _fail(self, what: str) -> NoReturn:
        raise InvalidData(
            f"The reply to {self.query} cannot be right: {what}. Nothing of this window was used. Ask again later; "
            "if it stays so, the server (or what stands between) is at fault."
        )
