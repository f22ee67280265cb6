"""Pages of one underlying: replies of the protocols 3302 and 3304 as columns, and the rows that they become. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypeAlias

from .arrays import BoolArray, Float64Array, Int64Array
from .dates import Day, to_date
from .pages import Page
from .series import Query
from .underlying import Underlying

__all__ = [
    "AnyPage",
    "AnyQuery",
    "Counts",
    "StatisticPage",
    "StatisticRows",
    "UnderlyingPage",
    "UnderlyingQuery",
    "UnderlyingTable",
    "VolatilityPage",
    "VolatilityRows",
]


class UnderlyingTable(Enum):
    """What OpenD has of one underlying, each in a protocol of its own."""

    STATISTIC = "statistics"
    VOLATILITY = "volatilities"


@dataclass(frozen=True, slots=True)
class UnderlyingQuery:
    """The dates of one request for one table of one underlying: at most 365, both ends inclusive."""

    underlying: Underlying
    table: UnderlyingTable
    first: Day
    last: Day

    def __str__(self) -> str:
        return f"{self.table.value} of {self.underlying} {to_date(self.first)}..{to_date(self.last)}"


class Counts(NamedTuple):
    """Calls, puts, and what the server says that they add up to and that their ratio is."""

    calls: Int64Array
    puts: Int64Array
    totals: Int64Array
    ratios: Float64Array


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderlyingPage:
    """One reply as the server gave it; `core.pages.Page` says how missing values are written.

    Attributes
    ----------
    owner_market, owner_code : int and str, or None
        The underlying that the reply says that it is for.
    days, timestamps, prices : ndarray
    next_key, unreadable, restart, lost, lost_first
        As those of `core.pages.Page`.
    """

    owner_market: int | None
    owner_code: str | None
    days: Int64Array
    timestamps: Float64Array
    prices: Float64Array
    next_key: bytes = b""
    unreadable: str | None = None
    restart: bool = False
    lost: int = 0
    lost_first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticPage(UnderlyingPage):
    """A page of 3302: volume and open interest."""

    volumes: Counts
    interests: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class VolatilityPage(UnderlyingPage):
    """A page of 3304: implied and historical volatility, in percent."""

    ivs: Float64Array
    hvs: Float64Array


#: What a session is asked for, and the pages that it yields.
AnyQuery: TypeAlias = Query | UnderlyingQuery
AnyPage: TypeAlias = Page | StatisticPage | VolatilityPage


@dataclass(frozen=True, slots=True)
class StatisticRows:
    """Checked rows of 3302, one per day, ascending. Prices are NaN where there is none."""

    days: Int64Array
    call_volumes: Int64Array
    put_volumes: Int64Array
    call_interests: Int64Array
    put_interests: Int64Array
    prices: Float64Array

    @property
    def has_interest(self) -> BoolArray:
        """Which rows have an open interest. On the newest day, 0 contracts mean that it is not published yet."""
        return (self.call_interests > 0) | (self.put_interests > 0)


@dataclass(frozen=True, slots=True)
class VolatilityRows:
    """Checked rows of 3304, one per day, ascending. Each value is NaN where there is none."""

    days: Int64Array
    ivs: Float64Array
    hvs: Float64Array
    prices: Float64Array
