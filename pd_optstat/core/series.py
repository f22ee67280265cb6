"""A series, a span of days of it, and the dates of one request for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .dates import Day, to_date
from .markets import Exchange, OptionMarket, OptionStatisticDataType, exchange_of

__all__ = ["Query", "SeriesKey", "Span"]


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """One series of the protocol: a market, and what is counted in it."""

    market: OptionMarket
    data_type: OptionStatisticDataType

    @property
    def exchange(self) -> Exchange:
        """The exchange on whose sessions the series has rows."""
        return exchange_of(self.market)

    def __str__(self) -> str:
        return f"{self.market.name}/{self.data_type.name}"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both inclusive; empty if `last` is before `first`."""

    first: Day
    last: Day

    def __str__(self) -> str:
        return f"{to_date(self.first)}..{to_date(self.last)}"


@dataclass(frozen=True, slots=True)
class Query:
    """The dates of one request for one series: at most 365, both ends inclusive."""

    series: SeriesKey
    first: Day
    last: Day

    def __str__(self) -> str:
        return f"{self.series} {to_date(self.first)}..{to_date(self.last)}"
