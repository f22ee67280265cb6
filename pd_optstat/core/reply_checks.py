"""Checks that the replies of all protocols share: days, page keys, and fields that follow from others. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from ..errors import InvalidData
from .arrays import ABSENT, BoolArray, Float64Array, Int64Array
from .calendars import midnights
from .dates import Day, to_date
from .markets import Exchange
from .pages import MAX_PAGE_KEY_BYTES, MAX_TIME_LENGTH

__all__ = [
    "MAX_COUNT",
    "MAX_NOTES",
    "MAX_PRICE",
    "MAX_VOLATILITY",
    "PageKeys",
    "all_rows",
    "count_problem",
    "day_problem",
    "first_row",
    "invalid_reply",
    "ratio_notes",
    "timestamp_notes",
]

#: After lost page keys all pages may come again. This many losses are taken into account when pages are counted.
MAX_RESTARTS = 4
#: At most this many notes are kept of one request whose derived fields do not fit.
MAX_NOTES = 50
#: Far more contracts than any market has, and small enough that call + put cannot overflow int64.
MAX_COUNT = 2**60
#: Far more than any price, in any currency.
MAX_PRICE = 1e12
#: Far more percent than any volatility.
MAX_VOLATILITY = 1e6
#: The documented samples round the timestamp to 7 digits (up to 500 s off) and the ratio to 6.
TIMESTAMP_TOLERANCE = 600.0
RATIO_TOLERANCE = 5e-5


def invalid_reply(query: object, what: str) -> InvalidData:
    """Return the error of a reply to the request for `query` that is wrong in the way that `what` says."""
    return InvalidData(
        f"The reply to the request for {query} is invalid: {what}. No row of it was used. Load again later; "
        "if the error persists, the server, or a proxy before it, is at fault."
    )


def first_row(rows: BoolArray) -> list[int]:
    """Return the first row that is true, if there is one."""
    return [int(rows.argmax())] if rows.any() else []


def all_rows(rows: BoolArray) -> list[int]:
    """Return the rows that are true."""
    return np.flatnonzero(rows).tolist() if rows.any() else []


def day_problem(days: Int64Array, unreadable: str | None, first: Day, last: Day) -> str | None:
    """Return what is wrong with the days of a page of a request for ``first..last``; None if nothing is."""
    if unreadable is not None:
        return f"{unreadable[:MAX_TIME_LENGTH]!r} is not a trading day (YYYY-MM-DD)"
    if len(days) > last - first + 1:
        return f"a page has {len(days)} rows, but only {last - first + 1} dates were asked for"
    for row in first_row((days < first) | (days > last)):
        return f"{to_date(days[row])} is outside the dates asked for"
    return None


def count_problem(days: Int64Array, values: Int64Array, name: str) -> str | None:
    """Return what is wrong with counts, which must be there and possible; None if nothing is."""
    for row in first_row((values < 0) | (values > MAX_COUNT)):
        found = f"no {name}" if values[row] == ABSENT else f"{name} {values[row]}"
        return f"{to_date(days[row])} has {found}"
    return None


def timestamp_notes(days: Int64Array, timestamps: Float64Array, exchange: Exchange) -> Iterator[str]:
    """Yield a note for each timestamp that is not the midnight of its day."""
    right = midnights(days, exchange)
    for row in all_rows(~(np.abs(timestamps - right) <= TIMESTAMP_TOLERANCE) & ~np.isnan(timestamps)):
        yield f"{to_date(days[row])} has timestamp {timestamps[row].item()!r}, not {right[row].item()!r}"


def ratio_notes(
    days: Int64Array, calls: Int64Array, puts: Int64Array, ratios: Float64Array, name: str = "ratio"
) -> Iterator[str]:
    """Yield a note for each ratio that is not that of its counts."""
    as_floats = calls.astype(np.float64)
    expected = np.divide(puts.astype(np.float64), as_floats, out=np.full(len(calls), np.nan), where=calls != 0)
    fits = np.abs(ratios - expected) <= RATIO_TOLERANCE * np.maximum(1.0, expected)
    for row in all_rows(~fits & ~np.isnan(ratios)):
        yield f"{to_date(days[row])} has {name} {ratios[row].item()!r} for call/put {calls[row]}/{puts[row]}"


@dataclass
class PageKeys:
    """The page keys of one request, which must end.

    Parameters
    ----------
    sessions : int
        The calendar's sessions among the dates; they bound the number of pages.
    """

    sessions: int
    pages: int = 0
    # Digests, as a key may have 64 KiB, and there may be a key for every day.
    _digests: set[bytes] = field(default_factory=set)
    _restarts: int = 0

    def problem(self, key: bytes, restart: bool, rows: int) -> str | None:
        """Count a page, and return what is wrong with its key; None if nothing is.

        `restart` is that of the page, `rows` the number of days that all pages have had so far.
        """
        self.pages += 1
        if restart:
            self._digests.clear()
            self._restarts = min(self._restarts + 1, MAX_RESTARTS)
        if not key:
            return None
        if len(key) > MAX_PAGE_KEY_BYTES:
            return f"a page key has {len(key)} bytes, more than {MAX_PAGE_KEY_BYTES}"
        digest = hashlib.blake2b(key, digest_size=16).digest()
        if digest in self._digests:
            return f"the key of page {self.pages} was given before, so the pages would never end"
        self._digests.add(digest)
        # Every page but the last has at least one row. The server may know more sessions than the calendar, and pages
        # that did not come newest first come again if their keys were lost.
        if self.pages > (1 + self._restarts) * max(self.sessions, rows):
            return f"there are {self.pages} pages so far for at most {self.sessions} sessions"
        return None
