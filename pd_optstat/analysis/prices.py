"""Users' prices, read as ascending days and positive numbers. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .._util.validation import list_names
from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..core.markets import EXCHANGES, Exchange
from ..errors import InvalidData, InvalidRequest
from .counts import Column, parse_counts
from .trading_days import check_not_utc, day_numbers, is_midnight, is_utc, is_utc_name, list_dates, parse_times

__all__ = ["Prices", "read_prices"]

#: Other names of the exchanges' time zones, and their offsets in winter and summer.
_ALIASES = {"US/Eastern": "America/New_York", "EST5EDT": "America/New_York", "Hongkong": "Asia/Hong_Kong"}
_OFFSETS = {"America/New_York": ("-05:00", "-04:00"), "Asia/Hong_Kong": ("+08:00",)}


class Prices(NamedTuple):
    """Ascending, unique days (since 1970-01-01) that have a price, and the prices: finite, above 0.

    ``zone`` is the time zone of their index, if it says one: that of an exchange, or another.
    """

    days: Int64Array
    values: Float64Array
    zone: str | None = None


def read_prices(prices: object, argument: str = "prices", exchange: Exchange | None = None) -> Prices:
    """Return the closing prices of a Series, or of a frame of one column, indexed by day.

    A moment counts as the day on its own clock, since the prices may be those of another exchange than the options.
    Rows without a price are not sessions and are left out, so that a frame of several exchanges, joined outer, gives
    each exchange's own days. Rows may be in any order; equal prices of a day count once.

    Parameters
    ----------
    prices : Series or DataFrame
    argument : str
        What messages call it.
    exchange : Exchange, optional
        That of the options: a moment that is another day on its clock must be clear by itself.

    Raises
    ------
    InvalidRequest
        If it is neither a Series nor a frame of one column.
    InvalidData
        If the index holds no days, or moments whose day is unclear; if a day has two prices; if a price is infinite
        or not above 0. The message names the first five.

    Examples
    --------
    >>> close = pd.Series([101.0, None, 100.0], ["2026-06-12", "2026-06-11", "2026-06-10"])
    >>> read_prices(close).values.tolist()
    [100.0, 101.0]
    """
    column = _select_column(prices, argument)
    times = _read_times(column.index, argument, exchange)
    values, known = parse_counts(column.set_axis(times), argument)
    values = values.astype(np.float64)
    _refuse(times, known & (values <= 0), f"{argument}: not above 0")
    days, values = day_numbers(times[known]), values[known]
    order = np.lexsort((values, days))
    days, values = days[order], values[order]
    repeated = np.zeros(len(days), dtype=np.bool_)
    repeated[1:] = days[1:] == days[:-1]
    contradicts = repeated.copy()
    contradicts[1:] &= values[1:] != values[:-1]
    times = pd.DatetimeIndex(days.astype("datetime64[D]").astype("datetime64[s]"))
    _refuse(times, contradicts, f"{argument}: more than one price of a day, and different ones")
    return Prices(days[~repeated], values[~repeated], _read_zone(column.index))


def _read_zone(index: pd.Index) -> str | None:
    """Return the time zone of an index, by the exchange's name if it is another name of that, or None."""
    zone = str(getattr(index, "tz", None) or "UTC")
    if zone.startswith("UTC") and zone != "UTC":  # an offset, as texts have it
        return next((name for name, offsets in _OFFSETS.items() if zone[3:] in offsets), zone)
    return None if is_utc_name(zone) else _ALIASES.get(zone, zone)


def _select_column(prices: object, argument: str) -> Column:
    """Return the only column of `prices`, or the Series itself."""
    if isinstance(prices, pd.DataFrame):
        if len(prices.columns) != 1:
            existing = list_names(map(repr, prices.columns)) or "none"
            raise InvalidRequest(f"{argument}: select one column, as in prices['Close'] (its columns: {existing}).")
        prices = prices.iloc[:, 0]
    if not isinstance(prices, pd.Series):
        raise InvalidRequest(f"{argument}={type(prices).__name__} must be a Series of closing prices by day.")
    return prices


def _read_times(index: pd.Index, argument: str, exchange: Exchange | None) -> pd.DatetimeIndex:
    """Return the days of prices, each as its own clock shows it; `InvalidData` if one is unclear."""
    if isinstance(index, pd.MultiIndex):
        raise InvalidRequest(f"{argument}: select one series; its index has the levels {list(index.names)}.")
    name = f"the index of {argument}"
    times = parse_times(index, name)
    if is_midnight(times).all():
        return times
    if times.tz is None:
        check_not_utc(times, name, exchange)
    elif is_utc(times):
        raise InvalidData(
            f"{argument}: moments in UTC, such as {times[0]}, are a different day on some exchanges. Convert them with "
            "tz_convert to the exchange's zone first, as in prices.tz_convert('America/New_York')."
        )
    elif exchange is not None:
        _check_own_clock(times, argument, exchange)
    return times


def _check_own_clock(times: pd.DatetimeIndex, argument: str, exchange: Exchange) -> None:
    """Raise `InvalidData` if moments are another day for the options, and not within hours of their own exchange."""
    there = times.tz_convert(exchange.zone)
    differs = day_numbers(there) != day_numbers(times)
    has_clock = str(times.tz) in {other.zone for other in EXCHANGES.values()}
    by_day = has_clock and bool(((times.hour >= 9) & (times.hour < 18)).all())
    if differs.any() and not by_day:
        row = int(np.argmax(differs))
        raise InvalidData(
            f"{argument}: the day of moments such as {times[row]} is unclear, as that is {there[row]} on the clock of "
            f"the options. Convert them with tz_convert to the zone of the prices' exchange; or, if the days shown are "
            "right, drop the zone and the time of day."
        )


def _refuse(times: pd.DatetimeIndex, is_bad: BoolArray, fault: str) -> None:
    if is_bad.any():
        raise InvalidData(f"{fault}, in {is_bad.sum()} of {len(is_bad)} rows: {list_dates(times[is_bad])}.")
