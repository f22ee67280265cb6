"""Join the pages of one request for an underlying into rows, and check them. Pure.

As in `stitching`, each page is checked against the request and against the pages before it, and if anything does not
fit, `InvalidData` is raised and no row of that request is used.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from .arrays import ABSENT, BoolArray, Float64Array, Int64Array, to_bits
from .dates import to_date
from .history import Rows
from .markets import OptionStatisticDataType, VolatilityDataType
from .reply_checks import (
    MAX_COUNT,
    MAX_NOTES,
    MAX_PRICE,
    MAX_VOLATILITY,
    PageKeys,
    count_problem,
    day_problem,
    first_row,
    invalid_reply,
    ratio_notes,
    timestamp_notes,
)
from .series import SeriesKey, UnderlyingSeries
from .underlying import Underlying
from .underlying_pages import (
    Counts,
    StatisticPage,
    StatisticRows,
    UnderlyingPage,
    UnderlyingQuery,
    VolatilityPage,
    VolatilityRows,
)

__all__ = ["StatisticStitcher", "VolatilityStitcher"]

_PageT = TypeVar("_PageT", bound=UnderlyingPage)
_Column = npt.NDArray[Any]


class _UnderlyingStitcher(ABC, Generic[_PageT]):
    """Collects and checks the pages of one request.

    Parameters
    ----------
    query : UnderlyingQuery
    sessions : int
        The calendar's sessions among the dates; they bound the number of pages.

    Attributes
    ----------
    notes : list of str
        What does not fit, but is not used: the loader warns of it.
    """

    def __init__(self, query: UnderlyingQuery, sessions: int) -> None:
        self.query = query
        self.notes: list[str] = []
        self._seen = np.zeros(query.last - query.first + 1, dtype=np.bool_)
        #: A value for each date asked for, by the column's name.
        self._values: dict[str, _Column] = {}
        self._keys = PageKeys(sessions)

    @property
    def pages(self) -> int:
        """The number of pages so far."""
        return self._keys.pages

    def add(self, page: _PageT) -> bool:
        """Add a page, and return whether it was the last one.

        Raises
        ------
        InvalidData
            If it does not fit the request, or the pages before it.
        """
        query = self.query
        self._raise_if(self._owner_problem(page))
        self._raise_if(day_problem(page.days, page.unreadable, query.first, query.last))
        self._raise_if(self._value_problem(page))
        self._merge(page.days - query.first, self._columns(page))
        self.notes += timestamp_notes(page.days, page.timestamps, query.underlying.exchange)
        self._note_derived(page)
        del self.notes[MAX_NOTES:]
        self._raise_if(self._keys.problem(page.next_key, page.restart, int(self._seen.sum())))
        return not page.next_key

    @abstractmethod
    def by_series(self) -> dict[SeriesKey, Rows]:
        """Return the rows of all pages for each series that the reply fills, ascending by day."""

    @abstractmethod
    def _value_problem(self, page: _PageT) -> str | None:
        """Return what is impossible in the page; None if nothing is."""

    @abstractmethod
    def _columns(self, page: _PageT) -> Mapping[str, _Column]:
        """Return the columns to keep, which must be the same wherever a day appears."""

    def _note_derived(self, page: _PageT) -> None:
        """Note fields that do not follow from the others."""

    def _owner_problem(self, page: _PageT) -> str | None:
        underlying = self.query.underlying
        if page.owner_market != underlying.security_market:
            return f"the reply is for market {page.owner_market}, not {underlying.security_market}"
        if page.owner_code != underlying.code:
            code = "(absent)" if page.owner_code is None else f"{page.owner_code[:40]!r}"
            return f"the reply is for code {code}, not {underlying.code!r}"
        return None

    def _merge(self, at: Int64Array, columns: Mapping[str, _Column]) -> None:
        new = ~self._seen[at]
        for name, values in columns.items():
            if name not in self._values:
                self._values[name] = np.zeros(len(self._seen), dtype=values.dtype)
            self._values[name][at[new]] = values[new]
        self._seen[at] = True
        for name, values in columns.items():
            kept = self._values[name]
            for row in first_row((kept[at] != values) & ~(np.isnan(kept[at]) & np.isnan(values))):
                one, other = kept[at[row]].item(), values[row].item()
                day = to_date(at[row] + self.query.first)
                raise invalid_reply(self.query, f"{day} has {name} {one!r} in one row and {other!r} in another")

    def _kept(self, name: str) -> _Column:
        """Return a column on the days that have a row."""
        return self._values[name][self._seen] if self._values else np.empty(0)

    @property
    def _days(self) -> Int64Array:
        return np.flatnonzero(self._seen) + self.query.first

    def _raise_if(self, problem: str | None) -> None:
        if problem is not None:
            raise invalid_reply(self.query, problem)


class StatisticStitcher(_UnderlyingStitcher[StatisticPage]):
    """Collects and checks the pages of one request of 3302.

    ``optionVolume`` may be more than call + put: then call and put are kept, and the first such row is noted. The total
    of open interest is documented as the sum, and any other is an error.

    Parameters
    ----------
    query, sessions : as in `_UnderlyingStitcher`
    noted : set of Underlying, optional
        Those with such a row so far, which are not noted again; for all requests of a load.
    """

    def __init__(self, query: UnderlyingQuery, sessions: int, noted: set[Underlying] | None = None) -> None:
        super().__init__(query, sessions)
        self._noted = set() if noted is None else noted

    def by_series(self) -> dict[SeriesKey, Rows]:
        """Return the rows of all pages for each series that the reply fills."""
        rows, prices = self.rows(), to_bits(self._kept("price"))
        counts = {
            OptionStatisticDataType.VOLUME: (rows.call_volumes, rows.put_volumes),
            OptionStatisticDataType.OPEN_INTEREST: (rows.call_interests, rows.put_interests),
        }
        return {
            UnderlyingSeries(self.query.underlying, data_type): Rows.of(rows.days, *columns, prices)
            for data_type, columns in counts.items()
        }

    def rows(self) -> StatisticRows:
        """Return the rows of all pages, one per day, ascending."""
        return StatisticRows(
            self._days,
            self._kept("call volume").astype(np.int64),
            self._kept("put volume").astype(np.int64),
            self._kept("call open interest").astype(np.int64),
            self._kept("put open interest").astype(np.int64),
            self._kept("price").astype(np.float64),
        )

    def _value_problem(self, page: StatisticPage) -> str | None:
        days = page.days
        return (
            count_problem(days, page.volumes.calls, "call volume")
            or count_problem(days, page.volumes.puts, "put volume")
            or count_problem(days, page.interests.calls, "call open interest")
            or count_problem(days, page.interests.puts, "put open interest")
            or _total_problem(days, page.volumes, "volume", exact=False)
            or _total_problem(days, page.interests, "open interest", exact=True)
            or _float_problem(days, page.prices, "price", MAX_PRICE)
        )

    def _columns(self, page: StatisticPage) -> Mapping[str, _Column]:
        return {
            "call volume": page.volumes.calls,
            "put volume": page.volumes.puts,
            "call open interest": page.interests.calls,
            "put open interest": page.interests.puts,
            "price": _without_zeros(page.prices),
        }

    def _note_derived(self, page: StatisticPage) -> None:
        volumes, interests = page.volumes, page.interests
        self.notes += ratio_notes(page.days, volumes.calls, volumes.puts, volumes.ratios, "volume ratio")
        self.notes += ratio_notes(page.days, interests.calls, interests.puts, interests.ratios, "open interest ratio")
        larger = (volumes.totals != ABSENT) & (volumes.totals > volumes.calls + volumes.puts)
        for row in [] if self.query.underlying in self._noted else first_row(larger):
            self._noted.add(self.query.underlying)
            counts = f"call {volumes.calls[row]} + put {volumes.puts[row]}"
            self.notes.append(f"{to_date(page.days[row])} has total volume {volumes.totals[row]}, more than {counts}")


class VolatilityStitcher(_UnderlyingStitcher[VolatilityPage]):
    """Collects and checks the pages of one request of 3304. A row without numbers stays."""

    def by_series(self) -> dict[SeriesKey, Rows]:
        """Return the rows of all pages for the one series that the reply fills."""
        rows = self.rows()
        series = UnderlyingSeries(self.query.underlying, VolatilityDataType.VOLATILITY)
        return {series: Rows.of(rows.days, *map(to_bits, (rows.ivs, rows.hvs, rows.prices)))}

    def rows(self) -> VolatilityRows:
        """Return the rows of all pages, one per day, ascending."""
        ivs, hvs, prices = (self._kept(name).astype(np.float64) for name in ("iv", "hv", "price"))
        return VolatilityRows(self._days, ivs, hvs, prices)

    def _value_problem(self, page: VolatilityPage) -> str | None:
        return (
            _float_problem(page.days, page.ivs, "iv", MAX_VOLATILITY)
            or _float_problem(page.days, page.hvs, "hv", MAX_VOLATILITY)
            or _float_problem(page.days, page.prices, "price", MAX_PRICE)
        )

    def _columns(self, page: VolatilityPage) -> Mapping[str, _Column]:
        return {"iv": page.ivs, "hv": page.hvs, "price": _without_zeros(page.prices)}


def _total_problem(days: Int64Array, counts: Counts, name: str, *, exact: bool) -> str | None:
    sums = counts.calls + counts.puts
    wrong: BoolArray = (counts.totals < sums) | (counts.totals > (sums if exact else 2 * MAX_COUNT))
    for row in first_row(wrong & (counts.totals != ABSENT)):
        relation = "not" if exact else "not at least"
        parts = f"call {counts.calls[row]} + put {counts.puts[row]}"
        return f"{to_date(days[row])} has total {name} {counts.totals[row]}, which is {relation} {parts}"
    return None


def _float_problem(days: Int64Array, values: Float64Array, name: str, most: float) -> str | None:
    """Return which value is negative, infinite or absurdly large; NaN is an absent one."""
    for row in first_row((values < 0) | (values > most)):
        return f"{to_date(days[row])} has {name} {values[row].item()!r}"
    return None


def _without_zeros(prices: Float64Array) -> Float64Array:
    """Return prices with NaN for 0, which no price is: it is how some programs write that there is none."""
    return np.where(prices == 0, np.nan, prices)
