"""The prices that an explorer shows under its series. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .._util.validation import list_names
from ..analysis.prices import Prices, read_prices
from ..core.arrays import Float64Array, Int64Array
from ..core.markets import OptionMarket
from ..core.underlying import is_code
from ..errors import InvalidRequest

__all__ = ["PriceColumn", "PriceColumns", "read_price_columns"]


@dataclass(frozen=True, slots=True)
class PriceColumn:
    """Closing prices with a name."""

    name: str
    prices: Prices

    def on(self, days: Int64Array) -> Float64Array:
        """Return the prices of `days`, NaN where there is none."""
        known, values = self.prices.days, self.prices.values
        if not len(known):
            return np.full(len(days), np.nan)
        rows = np.minimum(np.searchsorted(known, days), len(known) - 1)
        return np.where(known[rows] == days, values[rows], np.nan)


@dataclass(frozen=True, slots=True)
class PriceColumns:
    """Prices for all series (`common`), or by market or key."""

    common: PriceColumn | None
    by_name: Mapping[object, PriceColumn]

    def of(self, key: tuple[str, ...]) -> PriceColumn | None:
        """Return the prices of a series, None if there are none for it."""
        return self.common or self.by_name.get(key) or self.by_name.get(key[0])


def read_price_columns(prices: object) -> PriceColumns | None:
    """Return prices for the panels of an explorer.

    A Series, or a frame of one column, is shown under every series. Of a frame with several columns, each series has
    the one that is named like its market or underlying, as in "US_SECURITY" and "US.AAPL".

    Raises
    ------
    InvalidRequest, InvalidData
        As `pd_optstat.analysis.prices.read_prices`; also if none of several columns is named like a market.

    Examples
    --------
    >>> import pandas as pd
    >>> close = pd.Series([100.0, 101.0], ["2026-06-11", "2026-06-12"], name="SPY")
    >>> columns = read_price_columns(close)
    >>> columns.of(("US_SECURITY", "VOLUME")).name
    'SPY'
    """
    if prices is None:
        return None
    if not isinstance(prices, pd.DataFrame):
        return PriceColumns(_column(getattr(prices, "name", None), prices), {})
    if len(prices.columns) == 1:
        return PriceColumns(_column(prices.columns[0], prices), {})
    chosen = [name for name in prices.columns if _is_market(name[0] if isinstance(name, tuple) else name)]
    if not chosen:
        existing = list_names(map(repr, prices.columns)) or "none"
        raise InvalidRequest(
            f"prices: no column is named like a market, such as 'US_SECURITY' (its columns: {existing}). Pass one "
            "column, as in prices['Close'], to show it under every series."
        )
    return PriceColumns(None, {name: PriceColumn("Price", read_prices(prices[name])) for name in chosen})


def _is_market(name: object) -> bool:
    return name in OptionMarket.__members__ or is_code(name)


def _column(name: object, prices: object) -> PriceColumn:
    return PriceColumn("Price" if name is None else str(name), read_prices(prices))
