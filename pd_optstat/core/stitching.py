"""Join the pages of one request into rows, and check them. Pure.

Each page is checked against the request and against the pages before it. If anything does not fit, `InvalidData` is
raised and no row of that request is used.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np

from ..errors import InvalidData
from .arrays import ABSENT, BoolArray
from .calendars import midnights
from .dates import to_date
from .history import Rows
from .pages import MAX_PAGE_KEY_BYTES, MAX_TIME_LENGTH, Page
from .series import Query

__all__ = ["Stitcher"]


#: After lost page keys all pages may come again. This many losses are taken into account when pages are counted.
MAX_RESTARTS = 4
#: At most this many notes are kept of one request whose derived fields do not fit.
MAX_NOTES = 50
#: Far more contracts than any market has, and small enough that call + put cannot overflow int64.
MAX_COUNT = 2**60
#: The documented samples round the timestamp to 7 digits (up to 500 s off) and the ratio to 6.
TIMESTAMP_TOLERANCE = 600.0
RATIO_TOLERANCE = 5e-5


@dataclass
class Stitcher:
    """Collects and checks the pages of one request.

    Parameters
    ----------
    query : Query
    sessions : int
        The calendar's sessions among the dates; they bound the number of pages.
    """

    query: Query
    sessions: int
    notes: list[str] = field(default_factory=list)
    pages: int = 0

    def __post_init__(self) -> None:
        days = self.query.last - self.query.first + 1
        # One row for each date asked for: call, put.
        self._values = np.zeros((days, 2), dtype=np.int64)
        self._seen = np.zeros(days, dtype=np.bool_)
        # Digests, as a key may have 64 KiB, and there may be a key for every day.
        self._keys: set[bytes] = set()
        self._restarts = 0

    def add(self, page: Page) -> bool:
        """Add a page, and return whether it was the last one.

        Raises
        ------
        InvalidData
            If it does not fit the request, or the pages before it.
        """
        self.pages += 1
        self._check_identity(page)
        self._check_days(page)
        self._check_counts(page)
        at = page.days - self.query.first
        values = np.column_stack([page.calls, page.puts])
        new = ~self._seen[at]
        self._values[at[new]] = values[new]
        self._seen[at] = True
        for row in _first((self._values[at] != values).any(axis=1)):
            before, now = self._values[at[row]], values[row]
            day = to_date(page.days[row])
            self._fail(f"{day} has call/put {before[0]}/{before[1]} on one page and {now[0]}/{now[1]} on another")
        if len(at):
            self._note_derived(page)
        return self._check_key(page)

    def rows(self) -> Rows:
        """Return the rows of all pages, one per day, ascending."""
        at = np.flatnonzero(self._seen)
        values = self._values[at]
        return Rows(at + self.query.first, *(np.ascontiguousarray(values[:, column]) for column in range(2)))

    def _check_identity(self, page: Page) -> None:
        """Fail unless the page is of the requested series."""
        series = self.query.series
        if page.market != series.market.value:
            self._fail(f"the reply is for market {page.market}, not {series.market.value}")
        if page.data_type != series.data_type.value:
            self._fail(f"the reply is for data type {page.data_type}, not {series.data_type.value}")

    def _check_days(self, page: Page) -> None:
        """Fail unless all days are readable and were asked for."""
        if page.unreadable is not None:
            self._fail(f"{page.unreadable[:MAX_TIME_LENGTH]!r} is not a trading day (YYYY-MM-DD)")
        if len(page.days) > len(self._seen):
            self._fail(f"a page has {len(page.days)} rows, but only {len(self._seen)} dates were asked for")
        for row in _first((page.days < self.query.first) | (page.days > self.query.last)):
            self._fail(f"{to_date(page.days[row])} is outside the dates asked for")

    def _check_counts(self, page: Page) -> None:
        """Fail unless counts are possible, and each total given is their sum."""
        for name, values in (("call", page.calls), ("put", page.puts)):
            for row in _first((values < 0) | (values > MAX_COUNT)):
                value = None if values[row] == ABSENT else values[row]
                self._fail(f"{to_date(page.days[row])} has {name} total {value}")
        for row in _first((page.totals != ABSENT) & (page.totals != page.calls + page.puts)):
            given, call, put = page.totals[row], page.calls[row], page.puts[row]
            self._fail(f"{to_date(page.days[row])} has total {given}, which is not call {call} + put {put}")

    def _check_key(self, page: Page) -> bool:
        """Return whether this is the last page; fail if its key leads to pages without end."""
        key = page.next_key
        if page.restart:
            self._keys.clear()
            self._restarts = min(self._restarts + 1, MAX_RESTARTS)
        if not key:
            return True
        if len(key) > MAX_PAGE_KEY_BYTES:
            self._fail(f"a page key has {len(key)} bytes, more than {MAX_PAGE_KEY_BYTES}")
        digest = hashlib.blake2b(key, digest_size=16).digest()
        if digest in self._keys:
            self._fail(f"the key of page {self.pages} was given before, so the pages would never end")
        self._keys.add(digest)
        # Every page but the last has at least one row. The server may know more sessions than the calendar, and pages
        # that did not come newest first come again if their keys were lost.
        if self.pages > (1 + self._restarts) * max(self.sessions, int(self._seen.sum())):
            self._fail(f"there are {self.pages} pages so far for at most {self.sessions} sessions")
        return False

    def _note_derived(self, page: Page) -> None:
        """Note fields that do not follow from the day and the counts. Frames never use them, so this is no error."""
        right = midnights(page.days, self.query.series.exchange)
        for row in _all(~(np.abs(page.timestamps - right) <= TIMESTAMP_TOLERANCE)):
            given = page.timestamps[row].item()
            self._note(given, f"{to_date(page.days[row])} has timestamp {given!r}, not {right[row]!r}")
        calls, puts = page.calls.astype(np.float64), page.puts.astype(np.float64)
        expected = np.divide(puts, calls, out=np.full(len(calls), np.nan), where=calls != 0)
        fits = np.abs(page.ratios - expected) <= RATIO_TOLERANCE * np.maximum(1.0, expected)
        for row in _all(~fits):
            given = page.ratios[row].item()
            counts = f"{page.calls[row]}/{page.puts[row]}"
            self._note(given, f"{to_date(page.days[row])} has ratio {given!r} for call/put {counts}")

    def _note(self, given: float, text: str) -> None:
        if not math.isnan(given) and len(self.notes) < MAX_NOTES:
            self.notes.append(text)

    def _fail(self, what: str) -> NoReturn:
        raise InvalidData(
            f"The reply to the request for {self.query} is invalid: {what}. No row of it was used. Load again later; "
            "if the error persists, the server, or a proxy before it, is at fault."
        )


def _first(rows: BoolArray) -> list[int]:
    """Return the first row that is true, if there is one."""
    return [int(rows.argmax())] if rows.any() else []


def _all(rows: BoolArray) -> list[int]:
    """Return the rows that are true."""
    return np.flatnonzero(rows).tolist() if rows.any() else []
