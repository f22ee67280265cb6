"""Arguments of a load: each is checked here, once, before anything else happens. Pure."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import SupportsIndex, TypeVar, cast
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from .._util.validation import shorten
from ..errors import InvalidRequest, OfflineMiss
from .calendars import FIRST_SESSION_KNOWN, calendar, only_weekend, today
from .dates import to_date, to_day
from .finality import Moment, check_clock, to_moment
from .hints import data_type_hint, market_hint
from .markets import Exchange, OptionMarket, OptionStatisticDataType, VolatilityDataType
from .series import SeriesDataType, SeriesKey, Span, series_of
from .underlying import Underlying, is_code, parse_underlying

__all__ = [
    "LoadArguments",
    "LoadOptions",
    "name_or_number",
    "parse_data_type",
    "parse_date",
    "parse_instrument",
    "parse_market",
    "parse_moment",
    "parse_series",
    "parse_series_data_type",
    "parse_span",
]

#: `start=None` means this many days before the end, as in the vendor's SDK.
DEFAULT_DAYS = 364

_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_Member = TypeVar("_Member", bound=IntEnum)


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """The options of a load, checked on their own and against each other."""

    refresh: bool = False
    offline: bool = False
    as_of: datetime | None = None
    include_open: bool = False
    stale_if_error: bool = False

    @classmethod
    def check(
        cls,
        *,
        refresh: object,
        offline: object,
        as_of: object,
        include_open: object,
        cache: object,
        stale_if_error: object = False,
    ) -> LoadOptions:
        """Return the options that these arguments of `load` mean.

        Raises
        ------
        InvalidRequest
            If one is not valid, or two exclude each other.
        """
        switches = {
            "refresh": refresh,
            "offline": offline,
            "include_open": include_open,
            "stale_if_error": stale_if_error,
        }
        for name, value in switches.items():
            if not isinstance(value, bool | np.bool_):
                raise InvalidRequest(f"{name}={value!r} must be True or False.")
        if cache is True:
            raise InvalidRequest("cache=True is not valid. Leave it out for the default folder, or give a path.")
        if refresh and offline:
            raise InvalidRequest("refresh=True requests the range again, and offline=True forbids it. Drop one.")
        known_at = None if as_of is None else parse_moment(as_of)
        if known_at is not None and refresh:
            raise InvalidRequest("as_of reads past observations, and refresh=True requests new ones. Drop one.")
        for name, given in (("as_of", known_at is not None), ("offline=True", offline)):
            if given and cache is False:
                raise InvalidRequest(f"{name} reads from the cache, and cache=False disables it. Drop one.")
        return cls(bool(refresh), bool(offline), known_at, bool(include_open), bool(stale_if_error))

    @property
    def known_by(self) -> Moment | None:
        """`as_of` in microseconds."""
        return None if self.as_of is None else to_moment(self.as_of.timestamp())


@dataclass(frozen=True, slots=True)
class LoadArguments:
    """What one call of `load` or `load_panel` asks for, and when (Unix seconds)."""

    series: tuple[SeriesKey, ...]
    start: object
    end: object
    options: LoadOptions
    now: float

    def span(self, series: SeriesKey) -> Span:
        """Return the days to answer for; with `as_of`, those that could be asked for at that moment.

        Raises
        ------
        InvalidRequest
            If a date is not valid, the start is after the end, or the system clock cannot be right.
        OfflineMiss
            If all of them were still to come at `as_of`.
        """
        options, now, exchange = self.options, self.now, series.exchange
        check_clock(now)
        span = parse_span(self.start, self.end, exchange, now)
        if options.as_of is not None and options.as_of.timestamp() < now:
            now = options.as_of.timestamp()
            if span.first > today(exchange, now):
                raise OfflineMiss(
                    f"As of {options.as_of.isoformat()}, {to_date(span.first)} was in the future, so nothing was known "
                    f"of {series} from that day on. Use a later as_of, or an earlier start."
                )
            start = self.start if self.start is None else to_date(span.first)
            span = parse_span(start, self.end, exchange, now)
        if options.include_open:
            return span
        return _without_open_session(span, exchange, now)


def _without_open_session(span: Span, exchange: Exchange, now: float) -> Span:
    """Return `span` without today's session if that has not closed yet."""
    current = today(exchange, now)
    # The calendar is slow to build, so ask it only about a weekday that is today.
    if span.last < current or only_weekend((current, current)) or calendar(exchange).close(current) <= now:
        return span
    return Span(span.first, current - 1)


def parse_market(value: object) -> OptionMarket:
    """Return the market for a member, its name in any case, or its protocol number.

    Raises
    ------
    InvalidRequest
        If there is no such market; the message lists the valid ones.
    """
    return _parse_member(OptionMarket, value, "market")


def parse_instrument(value: object) -> OptionMarket | Underlying:
    """Return the market for what `parse_market` accepts, or the underlying for what `parse_underlying` accepts.

    Raises
    ------
    InvalidRequest
        If it is neither; the message lists the markets, and says which underlying may be meant.
    """
    if isinstance(value, Underlying) or is_code(value):
        return parse_underlying(value)
    return _parse_member(OptionMarket, value, "market", ", or the code of an underlying such as 'US.AAPL'")


def parse_series(market: object, data_type: object) -> SeriesKey:
    """Return the series of a market or of an underlying, also that of its volatilities.

    Raises
    ------
    InvalidRequest
        If there is no such market or underlying, or no such data type of it.
    """
    instrument, parsed = parse_instrument(market), parse_series_data_type(data_type)
    if isinstance(instrument, Underlying) or isinstance(parsed, OptionStatisticDataType):
        return series_of(instrument, parsed)
    raise InvalidRequest(
        f"data_type={data_type!r} is one of underlyings, and {instrument.name} is a market. Give the code of an "
        "underlying such as 'US.AAPL', or 'VOLUME' or 'OPEN_INTEREST'."
    )


def parse_data_type(value: object) -> OptionStatisticDataType:
    """Return the data type for a member, its name in any case, or its protocol number.

    Raises
    ------
    InvalidRequest
        If there is no such data type; the message lists the valid ones.
    """
    return _parse_member(OptionStatisticDataType, value, "data_type")


def parse_series_data_type(value: object) -> SeriesDataType:
    """Return the data type as `parse_data_type` does, also ``"VOLATILITY"``, which only underlyings have."""
    if isinstance(value, VolatilityDataType) or (isinstance(value, str) and value.strip().upper() == "VOLATILITY"):
        return VolatilityDataType.VOLATILITY
    return _parse_member(OptionStatisticDataType, value, "data_type", " and, of an underlying, VOLATILITY")


def name_or_number(text: str) -> str | int:
    """Return text from a command line as a name, or as a number if it consists of digits.

    Examples
    --------
    >>> name_or_number("US_INDEX"), name_or_number("2"), name_or_number("00700")
    ('US_INDEX', 2, '00700')
    """
    # Codes of Hong Kong have five digits or more, and often zeros in front.
    is_number = text.isascii() and text.isdecimal() and len(text) < 10 and (len(text) < 2 or text[0] != "0")
    return int(text) if is_number else text


def _parse_member(kind: type[_Member], value: object, argument: str, more: str = "") -> _Member:
    """Return the member of an enumeration for a member, its name in any case, or its number."""
    if isinstance(value, str):
        # Other alphabets have lowercase letters whose uppercase form is ASCII.
        found = kind.__members__.get(value.strip().upper()) if value.isascii() else None
        if found is not None:
            return found
    elif not isinstance(value, bool) and (not isinstance(value, IntEnum) or isinstance(value, kind)):
        # A member of another enumeration is a number, too, but here it means that arguments were mixed up.
        try:
            return kind(operator.index(cast(SupportsIndex, value)))
        except (TypeError, ValueError):
            pass
    valid = ", ".join(f"{member.name} ({member.value})" for member in kind)
    meant = market_hint(value) if kind is OptionMarket else data_type_hint(value)
    raise InvalidRequest(f"{argument}={shorten(value, most=80)} is not known.{meant} Valid: {valid}{more}.")


def parse_date(value: object, argument: str, exchange: Exchange) -> date:
    """Return the trading day for a full ISO date, a `date`, `datetime` or `Timestamp`.

    A moment with a time zone is converted to the exchange's clock first, so ``2026-06-12T23:00Z`` is 12 June in New
    York and 13 June in Hong Kong.

    Raises
    ------
    InvalidRequest
        If it is not a date, or is before 1973, when listed options began.
    """
    day = _to_datetime_or_date(value, argument)
    if isinstance(day, datetime):
        if day.tzinfo is not None:
            day = day.astimezone(ZoneInfo(exchange.zone))
        day = day.date()
    if day < FIRST_SESSION_KNOWN:
        raise InvalidRequest(
            f"{argument}={value!r} is before {FIRST_SESSION_KNOWN}, when there were no listed options. Use a later "
            "date."
        )
    return day


def _to_datetime_or_date(value: object, argument: str) -> date:
    """Return an argument as a datetime or a date, whatever it was given as."""
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


def parse_moment(value: object, argument: str = "as_of") -> datetime:
    """Return a moment in UTC. Without a time zone it is taken for UTC; a date alone means the end of that day.

    Raises
    ------
    InvalidRequest
        If it is neither a date nor a moment.
    """
    bare = isinstance(value, str) and _FULL_DATE.fullmatch(value.strip()) is not None
    moment = _to_datetime_or_date(value, argument)
    if bare or not isinstance(moment, datetime):
        return datetime.combine(moment, time.max, tzinfo=UTC)
    if isinstance(moment, pd.Timestamp):
        moment = moment.to_pydatetime(warn=False)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def parse_span(start: object, end: object, exchange: Exchange, now: float) -> Span:
    """Return the days asked for, with the end clipped to the exchange's today.

    Raises
    ------
    InvalidRequest
        If a date is not valid, the start is after the end, or it is in the future.
    """
    current = today(exchange, now)
    asked = current if end is None else to_day(parse_date(end, "end", exchange))
    last = min(asked, current)
    if start is None:
        return Span(to_day(max(to_date(last) - timedelta(days=DEFAULT_DAYS), FIRST_SESSION_KNOWN)), last)
    first = to_day(parse_date(start, "start", exchange))
    if end is not None and first > asked:
        raise InvalidRequest(f"start={start!r} is after end={end!r}. Swap them?")
    if first > last:
        raise InvalidRequest(f"start={start!r} is in the future: today is {to_date(current)} at {exchange.calendar}.")
    return Span(first, last)
