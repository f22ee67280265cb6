"""Join the pages of one request into rows, and check them. Pure.

Each page is checked against the request and against the pages before it. If anything does not fit, `InvalidData` is
raised and no row of that request is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .arrays import ABSENT
from .dates import to_date
from .history import Rows
from .pages import Page
from .reply_checks import (
    MAX_NOTES,
    PageKeys,
    count_problem,
    day_problem,
    first_row,
    invalid_reply,
    ratio_notes,
    timestamp_notes,
)
from .series import Query, SeriesKey

__all__ = ["Stitcher"]


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

    def __post_init__(self) -> None:
        days = self.query.last - self.query.first + 1
        # One row for each date asked for: call, put.
        self._values = np.zeros((days, 2), dtype=np.int64)
        self._seen = np.zeros(days, dtype=np.bool_)
        self._keys = PageKeys(self.sessions)

    @property
    def pages(self) -> int:
        """The number of pages so far."""
        return self._keys.pages

    def add(self, page: Page) -> bool:
        """Add a page, and return whether it was the last one.

        Raises
        ------
        InvalidData
            If it does not fit the request, or the pages before it.
        """
        self._check_identity(page)
        self._raise_if(day_problem(page.days, page.unreadable, self.query.first, self.query.last))
        self._check_counts(page)
        at = page.days - self.query.first
        values = np.column_stack([page.calls, page.puts])
        new = ~self._seen[at]
        self._values[at[new]] = values[new]
        self._seen[at] = True
        for row in first_row((self._values[at] != values).any(axis=1)):
            before, now = self._values[at[row]], values[row]
            what = f"call/put {before[0]}/{before[1]} on one page and {now[0]}/{now[1]} on another"
            raise invalid_reply(self.query, f"{to_date(page.days[row])} has {what}")
        if len(at):
            self._note_derived(page)
        self._raise_if(self._keys.problem(page.next_key, page.restart, int(self._seen.sum())))
        return not page.next_key

    def by_series(self) -> dict[SeriesKey, Rows]:
        """Return the rows of all pages for the one series that the reply fills."""
        return {self.query.series: self.rows()}

    def rows(self) -> Rows:
        """Return the rows of all pages, one per day, ascending."""
        at = np.flatnonzero(self._seen)
        return Rows(at + self.query.first, np.ascontiguousarray(self._values[at].T))

    def _check_identity(self, page: Page) -> None:
        """Fail unless the page is of the requested series."""
        series = self.query.series
        if page.market != series.market.value:
            raise invalid_reply(self.query, f"the reply is for market {page.market}, not {series.market.value}")
        if page.data_type != series.data_type.value:
            what = f"data type {page.data_type}, not {series.data_type.value}"
            raise invalid_reply(self.query, f"the reply is for {what}")

    def _check_counts(self, page: Page) -> None:
        """Fail unless counts are possible, and each total given is their sum."""
        for name, values in (("call total", page.calls), ("put total", page.puts)):
            self._raise_if(count_problem(page.days, values, name))
        for row in first_row((page.totals != ABSENT) & (page.totals != page.calls + page.puts)):
            given, call, put = page.totals[row], page.calls[row], page.puts[row]
            what = f"total {given}, which is not call {call} + put {put}"
            raise invalid_reply(self.query, f"{to_date(page.days[row])} has {what}")

    def _note_derived(self, page: Page) -> None:
        """Note fields that do not follow from the day and the counts. Frames never use them, so this is no error."""
        self.notes += timestamp_notes(page.days, page.timestamps, self.query.series.exchange)
        self.notes += ratio_notes(page.days, page.calls, page.puts, page.ratios)
        del self.notes[MAX_NOTES:]

    def _raise_if(self, problem: str | None) -> None:
        if problem is not None:
            raise invalid_reply(self.query, problem)
