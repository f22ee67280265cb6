"""The protocol's markets and data types, and the exchange clock that each market lives by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

__all__ = ["EXCHANGES", "Exchange", "OptionMarket", "OptionStatisticDataType", "VolatilityDataType", "exchange_of"]


class OptionMarket(IntEnum):
    """Option market, with the protocol's numbers (``Qot_OptionCommon.OptionMarket``)."""

    US_SECURITY = 1
    US_INDEX = 2
    HK_SECURITY = 3
    HK_INDEX = 4


class OptionStatisticDataType(IntEnum):
    """What is counted, with the protocol's numbers (``Qot_OptionCommon.OptionStatisticDataType``)."""

    VOLUME = 0
    OPEN_INTEREST = 1


class VolatilityDataType(IntEnum):
    """The data type of the volatilities of an underlying. The protocol has a request of its own for them (3304)."""

    VOLATILITY = 2


@dataclass(frozen=True)
class Exchange:
    """The exchange whose clock and sessions a market follows.

    Attributes
    ----------
    calendar : str
        Code of the calendar in `exchange_calendars`.
    zone : str
        IANA time zone of the exchange.
    """

    calendar: str
    zone: str


EXCHANGES = {
    "US": Exchange(calendar="XNYS", zone="America/New_York"),
    "HK": Exchange(calendar="XHKG", zone="Asia/Hong_Kong"),
}


def exchange_of(market: OptionMarket) -> Exchange:
    """Return the exchange whose sessions `market` trades on."""
    return EXCHANGES[market.name.partition("_")[0]]
