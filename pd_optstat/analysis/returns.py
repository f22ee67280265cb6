"""Returns after the days of a signal: where they are entered, and what they are. Pure; works on days and numbers.

Every method that takes ``prices`` enters and leaves by these functions, so that one rule decides what was known.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .._util.validation import check_int
from ..core.arrays import Float64Array, Int64Array
from ..core.markets import OptionStatisticDataType
from ..errors import InvalidData, InvalidRequest
from .prices import Prices
from .trading_days import day_numbers, list_dates

__all__ = ["LONGEST_CLOSURE", "check_overlap", "entry_rows", "forward_returns", "resolve_lag", "step_returns"]

#: Prices more than this many days apart have a hole between them, and no return is computed across it. Longer than
#: exchanges close for holidays: Tokyo for 10 days in 2019, Shanghai for 10 in 2020.
LONGEST_CLOSURE = 14


def resolve_lag(lag: object, data_type: OptionStatisticDataType | None) -> int:
    """Return the sessions from signal to entry: `lag`, or if it is None the lag of `data_type`.

    Volume is known after the close, so the next close is the first to enter at. Open interest is known on the next
    morning; the close of that day would do, but entering one later leaves a day to those who get it late.
    """
    if isinstance(lag, int | np.integer) and lag == 0:
        raise InvalidRequest("lag=0: a day's totals are not known at its own close. Use a lag of at least 1.")
    if lag is not None:
        return check_int(lag, "lag")
    if data_type is None:
        raise InvalidRequest(
            "lag=None: the frame's attributes do not say whether it holds volume (lag 1) or open interest (lag 2). "
            "Pass lag=1, or data_type='VOLUME'."
        )
    return 1 if data_type is OptionStatisticDataType.VOLUME else 2


def _holes_before(prices: Prices) -> Int64Array:
    """Return how many holes longer than `LONGEST_CLOSURE` days lie before each price."""
    is_hole = np.diff(prices.days, prepend=prices.days[:1]) > LONGEST_CLOSURE
    return np.cumsum(is_hole, dtype=np.int64)


def entry_rows(days: Int64Array, prices: Prices, lag: int, earliest: Int64Array | None = None) -> Int64Array:
    """Return the row of the `lag`-th price after each day, -1 where there is no entry.

    There is no entry before the first price, as the number of sessions in between is unknown; after the last price;
    and across a hole: where the day and the prices up to the entry do not follow each other within `LONGEST_CLOSURE`
    days. `earliest` is the first price of each day that was made after the day's number was published
    (`clocks.earliest_rows`): where the `lag`-th price comes before it, that one is the entry.
    """
    n = len(prices.days)
    if n == 0:
        return np.full(len(days), -1, dtype=np.int64)
    after = np.searchsorted(prices.days, days, side="right").astype(np.int64)
    entry = after - 1 + min(lag, n + 1)
    if earliest is not None:
        entry = np.maximum(entry, earliest)
    # Rows beyond the last price are refused below; here they only must not be out of bounds.
    next_price, entry_price = np.minimum(after, n - 1), np.minimum(entry, n - 1)
    holes = _holes_before(prices)
    across = (prices.days[next_price] - days > LONGEST_CLOSURE) | (holes[entry_price] > holes[next_price])
    return np.where((days < prices.days[0]) | (entry >= n) | across, -1, entry)


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def forward_returns(entry: Int64Array, prices: Prices, horizon: int) -> Float64Array:
    """Return P[entry + horizon] / P[entry] - 1; NaN without an entry, beyond the last price, and across a hole."""
    leave = entry + min(horizon, len(prices.days))  # any larger horizon is beyond the last price too, and may overflow
    known = (entry >= 0) & (leave < len(prices.days))
    holes = _holes_before(prices)
    known[known] = holes[leave[known]] == holes[entry[known]]
    result = np.full(len(entry), np.nan)
    result[known] = prices.values[leave[known]] / prices.values[entry[known]] - 1.0
    result[np.isinf(result)] = np.nan
    return result


def step_returns(prices: Prices) -> Float64Array:
    """Return the return of each session, from the price before to its own; NaN across a hole. One less than prices."""
    return forward_returns(np.arange(len(prices.days), dtype=np.int64), prices, 1)[:-1]


def check_overlap(days: pd.DatetimeIndex, prices: Prices) -> None:
    """Raise `InvalidData` if the prices and the days have no time in common."""
    numbers = day_numbers(days)
    if len(numbers) and len(prices.days) and (numbers[-1] < prices.days[0] or numbers[0] > prices.days[-1]):
        price_ends = pd.DatetimeIndex(prices.days[[0, -1]].astype("datetime64[D]").astype("datetime64[s]"))
        raise InvalidData(
            f"The prices ({list_dates(price_ends)}) and the frame ({list_dates(days[[0, -1]])}) have no time in common."
        )
