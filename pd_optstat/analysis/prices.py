"""Prices as users have them, read as ascending days and positive numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .._util.validation import list_names
from ..core.arrays import Float64Array, Int64Array
from ..errors import InvalidData, InvalidRequest
from .counts import parse_counts
from .frames import day_numbers, list_dates, parse_times

__all__ = ["Prices", "read_prices"]


class Prices(NamedTuple):
    """Ascending, unique days (since 1970-01-01) that have a price, and the prices: finite, above 0."""

    days: Int64Array
    values: Float64Array


def read_prices(prices: object, argument: str = "prices") -> Prices:
    """Return the closing prices of a Series, or of a frame of one column, indexed by day.

    A moment counts as the day on its own clock, whatever the unit. Rows without a price are no sessions and
    are passed over, so that a frame of several exchanges, joined outer, gives each exchange's own days. Rows
    may be in any order; a row that is there twice counts once.

    Raises
    ------
    InvalidRequest
        If it is neither a Series nor a frame of one column.
    InvalidData
        If the index holds no days, or moments in UTC (whose day depends on the exchange); if a day has two
        prices; if a price is infinite or not above 0. The message names the first five.

    Examples
    --------
    >>> close = pd.Series([101.0, None, 100.0], ["2026-06-12", "2026-06-11", "2026-06-10"])
    >>> read_prices(close).values.tolist()
    [100.0, 101.0]
    """
    column = _column(prices, argument)
    times = _times(column.index, argument)
    values, there = parse_counts(column.set_axis(times), argument)
    values = values.astype(np.float64)
    _refuse(times, there & (values <= 0), f"{argument}: not above 0")
    days, values = day_numbers(times[there]), values[there]
    order = np.lexsort((values, days))
    days, values = days[order], values[order]
    again = np.zeros(len(days), dtype=bool)
    again[1:] = days[1:] == days[:-1]
    twice = again.copy()
    twice[1:] &= values[1:] != values[:-1]
    _refuse(_index(days), twice, f"{argument}: more than one price, and different ones, of a day")
    return Prices(days[~again], values[~again])


def _column(prices: object, argument: str) -> pd.Series[Any]:
    if isinstance(prices, pd.DataFrame):
        if len(prices.columns) != 1:
            has = list_names(map(repr, prices.columns)) or "none"
            raise InvalidRequest(f"{argument}: select one column, as in prices['Close'] (columns: {has})")
        prices = prices.iloc[:, 0]
    if not isinstance(prices, pd.Series):
        raise InvalidRequest(f"{argument}={type(prices).__name__}: a Series of closing prices by day is needed")
    return prices


def _times(index: pd.Index[Any], argument: str) -> pd.DatetimeIndex:
    if isinstance(index, pd.MultiIndex):
        raise InvalidRequest(f"{argument}: select one series; its index has the levels {list(index.names)}")
    times = parse_times(index, f"the index of {argument}")
    if times.tz is not None and _in_utc(times) and (times != times.normalize()).any():
        raise InvalidData(
            f"{argument}: moments in UTC, such as {times[0]}, are a different day on some exchanges: "
            "tz_convert to the exchange's zone first, as in prices.tz_convert('America/New_York')"
        )
    return times


def _in_utc(times: pd.DatetimeIndex) -> bool:
    return str(times.tz) in ("UTC", "Etc/UTC", "GMT", "Etc/GMT", "UTC+00:00", "Zulu")


def _index(days: Int64Array) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(days.astype("datetime64[D]").astype("datetime64[s]"))


def _refuse(times: pd.DatetimeIndex, bad: Iterable[bool], fault: str) -> None:
    rows = np.asarray(bad, dtype=bool)
    if rows.any():
        raise InvalidData(f"{fault}, in {rows.sum()} of {len(rows)} rows: {list_dates(times[rows])}")
