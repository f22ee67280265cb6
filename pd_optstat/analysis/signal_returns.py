"""A signal beside the returns after each of its days: what every test of a signal starts from. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from .._util.validation import check_int
from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..core.frame import ordered_columns
from ..errors import InvalidRequest
from .counts import Column
from .prices import Prices
from .regimes import Regimes
from .returns import check_overlap, entry_rows, forward_returns
from .trading_days import day_numbers

__all__ = ["Sample", "SignalReturns", "check_horizons", "enter_signal", "stack_regimes"]


class Sample(NamedTuple):
    """The days that have both a signal and a return over one horizon.

    Attributes
    ----------
    rows : ndarray of int64
        Which rows of the signal they are.
    signal, returns : ndarray of float64
    overlap : int
        The number of later days whose returns one return overlaps at most: h - 1 if there is a price each day.
    """

    rows: Int64Array
    signal: Float64Array
    returns: Float64Array
    overlap: int


class SignalReturns(NamedTuple):
    """A signal with the row of the price at which each of its days is entered.

    Attributes
    ----------
    days : DatetimeIndex
    values : ndarray of float64
        The signal, NaN where it is unknown.
    entry : ndarray of int64
        Rows of `prices`; -1 where there is no entry.
    prices : Prices
    lag : int
        Sessions from the signal's day to its entry.
    regimes : Regimes or None
        Which days are in which regime, as known on each day.
    """

    days: pd.DatetimeIndex
    values: Float64Array
    entry: Int64Array
    prices: Prices
    lag: int
    regimes: Regimes | None = None

    def sample(self, horizon: int, values: Float64Array | None = None) -> Sample:
        """Return the days that have a return over `horizon` sessions and a value, by default of the signal."""
        signal = self.values if values is None else values
        returns = forward_returns(self.entry, self.prices, horizon)
        rows = np.flatnonzero(~np.isnan(returns) & ~np.isnan(signal)).astype(np.int64)
        entry = self.entry[rows]
        end = np.searchsorted(entry, entry + min(horizon, len(self.prices.days)), side="left")
        overlap = int((end - np.arange(len(rows)) - 1).max(initial=0))
        return Sample(rows, signal[rows], returns[rows], overlap)

    def groups(self, rows: Int64Array) -> list[tuple[object, BoolArray]]:
        """Return the name of each regime and which of `rows` are in it; without regimes, all rows as None."""
        if self.regimes is None:
            return [(None, np.ones(len(rows), dtype=np.bool_))]
        codes = self.regimes.codes[rows]
        return [(name, codes == code) for code, name in enumerate(self.regimes.names)]


def enter_signal(
    signal: Column, prices: Prices, lag: int, earliest: Int64Array | None, regimes: Regimes | None = None
) -> SignalReturns:
    """Return a signal with its entries; `InvalidData` if the prices and the days have no time in common."""
    days = pd.DatetimeIndex(signal.index)
    check_overlap(days, prices)
    entry = entry_rows(day_numbers(days), prices, lag, earliest)
    return SignalReturns(days, signal.to_numpy(dtype=np.float64, na_value=np.nan), entry, prices, lag, regimes)


def check_horizons(values: Iterable[int] | int) -> tuple[int, ...]:
    """Return the horizons in the order given; `InvalidRequest` if there are none or one is repeated."""
    several = values if isinstance(values, Iterable) and not isinstance(values, str | bytes) else (values,)
    horizons = tuple(check_int(horizon, "horizons") for horizon in several)
    if not horizons or len(set(horizons)) < len(horizons):
        raise InvalidRequest(f"horizons={values!r} must be different numbers of sessions, such as (1, 5, 21).")
    return horizons


def stack_regimes(
    rows: list[dict[str, object]], levels: list[str], columns: dict[str, str], regimes: Regimes | None
) -> pd.DataFrame:
    """Return rows as a frame: `levels` in the index, after the regime if there are regimes; columns by dtype."""
    if regimes is not None:
        rows = [row for name in regimes.names for row in rows if row["regime"] == name]
    names = levels if regimes is None else ["regime", *levels]
    keys = [tuple(row[name] for name in names) for row in rows]
    data = {name: [row[name] for row in rows] for name in columns}
    return pd.DataFrame(data, index=ordered_columns(keys, list(names))).astype(columns)
