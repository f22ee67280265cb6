"""What may be asked: every argument of `load` is checked here, once, before anything else happens. Pure."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from .._util.validation import did_you_mean
from ..errors import InvalidRequest
from .calendars import FIRST_SESSION_KNOWN, today
from .dates import Day, to_date, to_day
from .markets import Exchange, OptionMarket, OptionStatisticDataType, exchange_of

__all__ = [
    "SeriesKey",
    "Span",
    "name_or_number",
    "parse_data_type",
    "parse_date",
    "parse_market",
    "parse_moment",
    "parse_span",
]

#: `start=None` means this many days before the end, as in the vendor's SDK.
DEFAULT_DAYS = 364

_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_Member = TypeVar("_Member", bound=IntEnum)


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """One series of the protocol: a market and what is counted in it."""

    market: OptionMarket
    data_type: OptionStatisticDataType

    @property
    def exchange(self) -> Exchange:
        """The exchange whose sessions the series has."""
        return exchange_of(self.market)

    def __str__(self) -> str:
        return f"{self.market.name}/{self.data_type.name}"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both inclusive; empty if `last` lies before `first`."""

    first: Day
    last: Day

    def __str__(self) -> str:
        return f"{to_date(self.first)}..{to_date(self.last)}"


def parse_market(value: Any) -> OptionMarket:
    """Return the market that `value` means: a member, its name in any case, or its protocol number.

    Raises
    ------
    InvalidRequest
        Naming the valid ones.
    """
    return _parse_member(OptionMarket, value, "market")


def parse_data_type(value: Any) -> OptionStatisticDataType:
    """Return the data type that `value` means: a member, its name in any case, or its protocol number.

    Raises
    ------
    InvalidRequest
        Naming the valid ones.
    """
    return _parse_member(OptionStatisticDataType, value, "data_type")


def name_or_number(text: str) -> str | int:
    """Return what is typed where Python's types cannot be: digits are the protocol's number.

    Examples
    --------
    >>> name_or_number("US_INDEX"), name_or_number("2")
    ('US_INDEX', 2)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text


def _parse_member(kind: type[_Member], value: Any, argument: str) -> _Member:
    if isinstance(value, str):
        # Other alphabets have letters whose capitals are ours.
        found = kind.__members__.get(value.strip().upper()) if value.isascii() else None
        if found is not None:
            return found
    elif not isinstance(value, bool) and (not isinstance(value, IntEnum) or isinstance(value, kind)):
        # Another enumeration's member is refused although it is a number: it would be a mix-up of arguments.
        try:
            return kind(operator.index(value))
        except (TypeError, ValueError):
            pass
    valid = ", ".join(f"{member.name} ({member.value})" for member in kind)
    near = did_you_mean(value, kind.__members__) if isinstance(value, str) else ""
    raise InvalidRequest(f"{argument}={value!r} is not known.{near} Valid: {valid}.")


def parse_date(value: Any, argument: str, exchange: Exchange) -> date:
    """Return the trading day that `value` means.

    A full ISO date (``"2026-06-12"``), also with a time behind it; a `date`, `datetime` or
    `Timestamp`. A moment with a time zone is converted to the exchange's clock first, so
    ``2026-06-12T23:00Z`` is 12 June in New York and 13 June in Hong Kong.

    Raises
    ------
    InvalidRequest
        If it is no date, or lies before 1973, when listed options began.
    """
    day = _to_datetime_or_date(value, argument)
    if isinstance(day, datetime):
        if day.tzinfo is not None:
            day = day.astimezone(ZoneInfo(exchange.zone))
        day = day.date()
    if day < FIRST_SESSION_KNOWN:
        raise InvalidRequest(
            f"{argument}={value!r} lies before {FIRST_SESSION_KNOWN}, when listed options did not exist yet. "
            f"Ask for a later {argument}."
        )
    return day


def _to_datetime_or_date(value: Any, argument: str) -> date:
    hint = (
        f"{argument}={value!r} is not a date. "
        "Give a full ISO date such as '2026-06-12', a date, a datetime or a Timestamp."
    )
    if isinstance(value, np.datetime64):
        unit = np.datetime_data(value.dtype)[0]
        if unit in ("generic", "Y", "M", "W"):
            raise InvalidRequest(hint)
        value = value.astype("datetime64[D]" if unit == "D" else "datetime64[us]").item()
    if isinstance(value, str):
        if not _FULL_DATE.match(value.strip()):
            raise InvalidRequest(hint)
        try:
            return datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise InvalidRequest(f"{hint} ({error})") from None
    if not isinstance(value, date) or value != value:  # NaT is a datetime that differs from itself
        raise InvalidRequest(hint)
    return value


def parse_moment(value: Any, argument: str = "as_of") -> datetime:
    """Return the moment, in UTC, that `value` means; without a zone UTC; a bare date is the end of that day.

    Raises
    ------
    InvalidRequest
        If it is no moment.
    """
    bare = isinstance(value, str) and _FULL_DATE.fullmatch(value.strip()) is not None
    moment = _to_datetime_or_date(value, argument)
    if bare or not isinstance(moment, datetime):
        return datetime.combine(moment, time.max, tzinfo=UTC)
    if hasattr(moment, "to_pydatetime"):
        stamp: Any = moment
        moment = stamp.to_pydatetime(warn=False)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def parse_span(start: Any, end: Any, exchange: Exchange, now: float) -> Span:
    """Return the days asked for, with the end clipped to the exchange's today.

    Raises
    ------
    InvalidRequest
        If a date is none, or the start lies after the end.
    """
    current = today(exchange, now)
    asked = current if end is None else to_day(parse_date(end, "end", exchange))
    last = min(asked, current)
    if start is None:
        return Span(to_day(max(to_date(last) - timedelta(days=DEFAULT_DAYS), FIRST_SESSION_KNOWN)), last)
    first = to_day(parse_date(start, "start", exchange))
    if end is not None and first > asked:
        raise InvalidRequest(f"start={start!r} lies after end={end!r}. Swap them?")
    if first > last:
        raise InvalidRequest(f"start={start!r} lies in the future: today is {to_date(current)} at {exchange.calendar}.")
    return Span(first, last)
