"""What a client asks for: the fields of its requests, checked by OpenD's rules. No I/O."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any, TypeAlias

from ..core.dates import Day, to_day
from ..core.markets import OptionMarket, OptionStatisticDataType
from ..core.series import MarketSeries
from ..core.underlying import SECURITY_MARKETS, IndexOptionType, Underlying
from ..errors import InvalidRequest
from ..opend.messages import GetOptionMarketStatistic
from .universe import Listing, listing_of

__all__ = [
    "MAX_UNDERLYING_SPAN_DAYS",
    "Message",
    "Refusal",
    "describe_request",
    "parse_series",
    "parse_span",
    "parse_underlying",
]

#: A protobuf message of any type. Faults and handlers know which, but the type checker cannot.
Message: TypeAlias = Any

#: Most days from the begin to the end of a request of 3302 or 3304, as documented. 3301 takes one more.
MAX_UNDERLYING_SPAN_DAYS = 364


class Refusal(Exception):
    """The request cannot be answered; the text becomes the reply's ``retMsg``."""


def parse_series(c2s: GetOptionMarketStatistic.C2S) -> MarketSeries:
    """Return market and data type of a request of 3301."""
    try:
        market = OptionMarket(c2s.optionMarket)
    except ValueError:
        raise Refusal(f"unknown optionMarket {c2s.optionMarket}") from None
    try:
        if not c2s.HasField("dataType"):
            raise ValueError
        return MarketSeries(market, OptionStatisticDataType(c2s.dataType))
    except ValueError:
        raise Refusal(f"unknown dataType {c2s.dataType if c2s.HasField('dataType') else '(absent)'}") from None


def parse_underlying(c2s: Message) -> tuple[Underlying, Listing]:
    """Return the underlying of a request of 3302 or 3304. Its code must be written as the exchange does."""
    names = {number: name for name, number in SECURITY_MARKETS.items()}
    market, code = names.get(c2s.owner.market), c2s.owner.code
    if market is None:
        raise Refusal(f"unknown owner.market {c2s.owner.market if c2s.owner.HasField('market') else '(absent)'}")
    kind = c2s.indexOptionType if c2s.HasField("indexOptionType") else IndexOptionType.NORMAL.value
    if kind not in set(IndexOptionType):
        raise Refusal(f"unknown indexOptionType {kind}")
    underlying = None
    for option_type in dict.fromkeys((kind, IndexOptionType.NORMAL.value)):
        # What has no small options gives its only ones.
        with suppress(InvalidRequest):
            underlying = underlying or Underlying(market, code, option_type)
    listing = listing_of(underlying) if underlying is not None and underlying.code == code else None
    if underlying is None or listing is None:
        raise Refusal(f"unknown security {market}.{code[:40]}")
    return underlying, listing


def parse_span(c2s: Message, most_days: int) -> tuple[Day, Day]:
    """Return the first and the last day of a request; refuse more than `most_days` between them, if that is not 0."""
    first, last = _parse_day(c2s, "beginTime"), _parse_day(c2s, "endTime")
    if first > last:
        raise Refusal(f"beginTime {c2s.beginTime} is later than endTime {c2s.endTime}")
    if most_days and last - first > most_days:
        raise Refusal(f"the span from beginTime to endTime is {last - first} days; it must not exceed {most_days}")
    return first, last


def _parse_day(c2s: Message, name: str) -> Day:
    text: str = getattr(c2s, name)
    for format_ in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):
        try:
            return to_day(datetime.strptime(text, format_).date())
        except ValueError:
            continue
    raise Refusal(f"{name} {text[:40]!r} is not a date YYYY-MM-DD")


def describe_request(c2s: Message) -> str:
    """Return all that a page key is bound to: the protocol, the series and the dates of its request."""
    if isinstance(c2s, GetOptionMarketStatistic.C2S):
        series = f"{c2s.optionMarket}|{c2s.dataType}"
    else:
        series = f"{c2s.DESCRIPTOR.full_name}|{c2s.owner.market}|{c2s.owner.code}|{c2s.indexOptionType}"
    return f"{series}|{c2s.beginTime}|{c2s.endTime}"
