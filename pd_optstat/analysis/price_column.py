"""The column of prices that frames of an underlying hold beside their counts. Pure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.arrays import Float64Array
from ..core.frame import PRICE_COLUMN, VOLATILITY_COLUMNS, is_panel
from ..core.markets import Exchange
from ..errors import InvalidData, InvalidRequest
from .counts import Column, parse_counts
from .trading_days import list_dates

__all__ = ["is_volatility_frame", "own_prices", "parse_price_column", "price_values"]

_COUNTS = {"call_value", "put_value"}


def is_volatility_frame(frame: pd.DataFrame) -> bool:
    """Return whether the frame has the columns of `pd_optstat.load_volatility` and no counts."""
    return not is_panel(frame) and {*VOLATILITY_COLUMNS} <= {*frame.columns} and not _COUNTS & {*frame.columns}


def price_values(frame: pd.DataFrame) -> Float64Array | None:
    """Return the column ``underlying_price`` as float64, NaN where a price is absent; None without such a column.

    Raises
    ------
    InvalidData
        If there are several such columns, or a price is infinite, negative or not a number.

    Examples
    --------
    >>> price_values(pd.DataFrame({"underlying_price": ["291.13", "N/A"]})).tolist()
    [291.13, nan]
    """
    if isinstance(frame.columns, pd.MultiIndex) or PRICE_COLUMN not in frame.columns:
        return None
    column = frame[PRICE_COLUMN]
    if isinstance(column, pd.DataFrame):
        raise InvalidData(f"The frame has several columns named {PRICE_COLUMN!r}. Keep one of them.")
    return parse_price_column(column, PRICE_COLUMN)


def own_prices(frame: pd.DataFrame, exchange: Exchange | None) -> pd.Series[float]:
    """Return the prices above 0 that a frame by trading day has of its underlying, as closes of its exchange.

    Raises
    ------
    InvalidRequest
        If it has none.
    """
    values = price_values(frame)
    if values is None:
        raise InvalidRequest(
            f"prices=None: the frame has no column {PRICE_COLUMN!r}, which frames of single underlyings have. Pass "
            "closing prices by day, such as those of an index or a fund."
        )
    days = pd.DatetimeIndex(frame.index)
    if days.tz is None and exchange is not None:  # midnights there, so that nobody has to guess who made the prices
        days = days.tz_localize(exchange.zone)
    return pd.Series(values, days, name=PRICE_COLUMN)[values > 0]


def parse_price_column(column: Column, name: str) -> Float64Array:
    """Return a column of prices or volatilities as float64; `InvalidData` if one is infinite or negative."""
    values, known = parse_counts(column, name)
    negative = values < 0
    if negative.any():
        days = column.index[negative]
        shown = list_dates(days) if isinstance(days, pd.DatetimeIndex) else ", ".join(map(str, days[:5]))
        raise InvalidData(f"Column {name!r} is negative in {negative.sum()} of {len(values)} rows: {shown}.")
    return np.where(known, values.astype(np.float64), np.nan)
