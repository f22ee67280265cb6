"""Pages of a window, newest day first, as one checked series. Pure.

Everything a page says is checked against what was asked, and against the other pages. What does not
fit is an `InvalidData`, and nothing of that window is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from .days import Day, to_date
from .errors import InvalidData
from .frame import midnights
from .history import Rows
from .request import Series

__all__ = ["Page", "Query", "Stitcher"]

#: Page keys are opaque to us and echoed back; a longer one is a mistake or an attack.
MAX_PAGE_KEY_BYTES = 64 * 1024
#: No market has ever had so many contracts; call + put stays far from the limits of int64.
MAX_COUNT = 2**60
#: The documented samples round the timestamp to 7 digits (so it is up to 500 s off) and the ratio to 6.
TIMESTAMP_TOLERANCE = 600.0
RATIO_TOLERANCE = 5e-5

_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?)?")


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
        self._note_derived(page, np.array(days, dtype=np.int64), calls, puts)
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
            match = _TIME.fullmatch(text)
            try:
                day = int(np.datetime64(match[1], "D").astype(np.int64)) if match else None
            except ValueError:
                day = None
            if day is None:
                self._fail(f"{text[:40]!r} is not a trading day (YYYY-MM-DD)")
            if not self.query.first <= day <= self.query.last:
                self._fail(f"{text[:40]!r} lies outside the dates asked for")
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

    def _note_derived(self, page: Page, days: npt.NDArray[np.int64], calls: Sequence[int], puts: Sequence[int]) -> None:
        """Note the fields that the server derived differently; ours are computed from the counts and the day."""
        if not len(days):
            return
        expected = midnights(days, self.query.series.exchange)
        for day, given, right in zip(days.tolist(), page.timestamps, expected.tolist(), strict=True):
            if given is not None and not abs(given - right) <= TIMESTAMP_TOLERANCE:
                self.notes.append(f"{to_date(day)} has timestamp {given!r}, its midnight is {right!r}")
        for day, given, call, put in zip(days.tolist(), page.ratios, calls, puts, strict=True):
            if given is None:
                continue
            if not call or not abs(given - put / call) <= RATIO_TOLERANCE * max(1.0, put / call):
                self.notes.append(f"{to_date(day)} has ratio {given!r} for call/put {call}/{put}")

    def _fail(self, what: str) -> NoReturn:
        raise InvalidData(
            f"The reply to {self.query} cannot be right: {what}. Nothing of this window was used. Ask again later; "
            "if it stays so, the server (or what stands between) is at fault."
        )
