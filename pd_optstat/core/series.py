"""A series, a span of days of it, and the dates of one request for it. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from .dates import Day, to_date
from .markets import Exchange, OptionMarket, OptionStatisticDataType, VolatilityDataType, exchange_of
from .underlying import IndexOptionType, Underlying

__all__ = [
    "MarketSeries",
    "Query",
    "SeriesDataType",
    "SeriesKey",
    "Span",
    "UnderlyingSeries",
    "instrument_exchange",
    "instrument_name",
    "series_of",
]

#: What a series counts or measures.
SeriesDataType = OptionStatisticDataType | VolatilityDataType


class SeriesKey(ABC):
    """One series: of what, and what is counted or measured in it."""

    __slots__ = ()

    data_type: SeriesDataType

    @property
    @abstractmethod
    def name(self) -> str:
        """The market's name, or the underlying's code: ``"US_SECURITY"``, ``"US.AAPL"``."""

    @property
    @abstractmethod
    def exchange(self) -> Exchange:
        """The exchange on whose sessions the series has rows."""

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """What each row holds: ``call`` and ``put`` are counts, ``price``, ``iv`` and ``hv`` are floats."""

    @property
    @abstractmethod
    def request_name(self) -> str:
        """Name of what is requested for the series, the same for series that one reply fills; fit for a file name."""

    @property
    @abstractmethod
    def order(self) -> tuple[int, str, int, int]:
        """Key to sort series by: markets in the protocol's order, then underlyings by their codes."""

    def __str__(self) -> str:
        return f"{self.name}/{self.data_type.name}"


@dataclass(frozen=True, slots=True)
class MarketSeries(SeriesKey):
    """A series of protocol 3301: an option market, and what is counted in it."""

    market: OptionMarket
    data_type: OptionStatisticDataType  # pyright: ignore[reportIncompatibleVariableOverride]: it cannot be assigned

    @property
    def name(self) -> str:
        return self.market.name

    @property
    def exchange(self) -> Exchange:
        return exchange_of(self.market)

    @property
    def columns(self) -> tuple[str, ...]:
        return ("call", "put")

    @property
    def request_name(self) -> str:
        return f"{self.market.name}-{self.data_type.name}"

    @property
    def order(self) -> tuple[int, str, int, int]:
        return (self.market.value, "", 0, self.data_type.value)

    __str__ = SeriesKey.__str__


@dataclass(frozen=True, slots=True)
class UnderlyingSeries(SeriesKey):
    """A series of one underlying: volume and open interest of 3302, or the volatilities of 3304."""

    underlying: Underlying
    data_type: SeriesDataType

    @property
    def name(self) -> str:
        return str(self.underlying)

    @property
    def exchange(self) -> Exchange:
        return self.underlying.exchange

    @property
    def is_volatility(self) -> bool:
        """Whether it comes from 3304."""
        return self.data_type is VolatilityDataType.VOLATILITY

    @property
    def columns(self) -> tuple[str, ...]:
        return ("iv", "hv", "price") if self.is_volatility else ("call", "put", "price")

    @property
    def request_name(self) -> str:
        small = "" if self.underlying.index_option_type is IndexOptionType.NORMAL else "-SMALL"
        return f"{self.underlying.symbol}{small}-{'volatility' if self.is_volatility else 'statistic'}"

    @property
    def order(self) -> tuple[int, str, int, int]:
        underlying = self.underlying
        return (len(OptionMarket) + 1, underlying.symbol, underlying.index_option_type.value, self.data_type.value)

    __str__ = SeriesKey.__str__


def series_of(market: OptionMarket | Underlying, data_type: SeriesDataType) -> SeriesKey:
    """Return the series of an option market or of an underlying."""
    if isinstance(market, Underlying):
        return UnderlyingSeries(market, data_type)
    assert isinstance(data_type, OptionStatisticDataType)
    return MarketSeries(market, data_type)


def instrument_name(instrument: OptionMarket | Underlying) -> str:
    """Return the name of a market or underlying in attributes and columns: ``"US_SECURITY"``, ``"US.AAPL"``."""
    return str(instrument) if isinstance(instrument, Underlying) else instrument.name


def instrument_exchange(instrument: OptionMarket | Underlying) -> Exchange:
    """Return the exchange on whose sessions a market or underlying has rows."""
    return instrument.exchange if isinstance(instrument, Underlying) else exchange_of(instrument)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both inclusive; empty if `last` is before `first`."""

    first: Day
    last: Day

    def __str__(self) -> str:
        return f"{to_date(self.first)}..{to_date(self.last)}"


@dataclass(frozen=True, slots=True)
class Query:
    """The dates of one request for one series of a market: at most 365, both ends inclusive."""

    series: MarketSeries
    first: Day
    last: Day

    def __str__(self) -> str:
        return f"{self.series} {to_date(self.first)}..{to_date(self.last)}"
