"""Frames of `pd_optstat.load_volatility`, which have no counts. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..analysis.counts import Counts
from ..analysis.frames import get_column
from ..analysis.price_column import parse_price_column
from ..analysis.trading_days import day_numbers, list_dates
from ..core.arrays import Float64Array, to_bits
from ..core.frame import VOLATILITY_COLUMNS, digest
from ..errors import InvalidData

__all__ = ["Volatilities", "read_volatilities", "volatility_digest"]


class Volatilities(NamedTuple):
    """Ascending days, and the columns of a frame of volatilities, NaN where a number is absent."""

    days: pd.DatetimeIndex
    values: tuple[Float64Array, ...]

    def thousandths(self) -> Counts:
        """Return the volatilities as whole numbers, in which the check digits of synthetic ones are."""
        known = ~(np.isnan(self.values[0]) | np.isnan(self.values[1]))
        iv, hv = (np.rint(np.where(known, part, 0.0) * 1000.0).astype(np.int64) for part in self.values[:2])
        return Counts(self.days, iv, hv, known)


def read_volatilities(frame: pd.DataFrame) -> Volatilities:
    """Return the columns of a frame of volatilities by ascending day.

    Raises
    ------
    InvalidData
        If a number is infinite or negative, or days are not unique.
    """
    if not isinstance(frame.index, pd.DatetimeIndex):
        raise InvalidData("The frame of volatilities has no DatetimeIndex. Set one with df.set_index('time').")
    ordered = frame.sort_index(kind="stable")
    days = pd.DatetimeIndex(ordered.index)
    repeated = days.duplicated(keep=False)
    if repeated.any():
        raise InvalidData(f"More than one row per day, in {repeated.sum()} rows: {list_dates(days[repeated])}")
    columns = (parse_price_column(get_column(ordered, name), name) for name in VOLATILITY_COLUMNS)
    return Volatilities(days, tuple(columns))


def volatility_digest(found: Volatilities) -> str:
    """Return the digest that `pd_optstat.load_volatility` writes to the attributes."""
    return digest(day_numbers(found.days), *map(to_bits, found.values))
