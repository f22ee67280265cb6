"""Positions that follow a rule's events, and what they earn session by session. Pure.

A position of row t is held from the close of session t to the close of session t + 1. Trades are made at closes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..core.arrays import Float64Array, Int64Array
from .extremes import LONGEST_CLOSURE
from .prices import Prices

__all__ = ["Trades", "earn", "hold", "last_reachable_rows", "session_returns"]

Int8Array = npt.NDArray[np.int8]


class Trades(NamedTuple):
    """Trades in the order of their entries: rows of the prices, and +1 for a long or -1 for a short position."""

    entry: Int64Array
    exit: Int64Array
    side: Int8Array


def session_returns(prices: Prices) -> Float64Array:
    """Return each session's return since the one before; 0 for the first, and after a hole, over which nobody trades.

    >>> session_returns(Prices(np.array([0, 1, 40]), np.array([100.0, 125.0, 90.0]))).tolist()
    [0.0, 0.25, 0.0]
    """
    result = np.zeros(len(prices.values))
    result[1:] = prices.values[1:] / prices.values[:-1] - 1.0
    result[1:][np.diff(prices.days) > LONGEST_CLOSURE] = 0.0
    return result


def last_reachable_rows(prices: Prices) -> Int64Array:
    """Return for each row the last one before the next hole in the prices: a position must be closed there."""
    n = len(prices.days)
    ends = np.append(np.flatnonzero(np.diff(prices.days) > LONGEST_CLOSURE), n - 1)
    return ends[np.searchsorted(ends, np.arange(n))].astype(np.int64)


def hold(trades: Trades, first: int, stop: int, *, cut: bool) -> tuple[Int8Array, int]:
    """Return the positions of the rows from `first` to `stop`, and how many trades were entered.

    Only trades that are entered within these rows count, so every path begins and ends without a position. A later
    trade replaces an earlier one that is still open.

    Parameters
    ----------
    trades : Trades
    first, stop : int
        Rows of prices, `stop` excluded.
    cut : bool
        What becomes of trades that would end after the last row: True closes them there, False leaves them out, so
        that nothing after the last row decides what happens before it.

    Examples
    --------
    >>> trades = Trades(np.array([0, 3]), np.array([2, 6]), np.array([1, -1], dtype=np.int8))
    >>> [hold(trades, 0, 6, cut=cut)[0].tolist() for cut in (True, False)]
    [[1, 1, 0, -1, -1, 0], [1, 1, 0, 0, 0, 0]]
    """
    positions = np.zeros(max(stop - first, 0), dtype=np.int8)
    inside = (trades.entry >= first) & (trades.entry < stop - 1)
    if not cut:
        inside &= trades.exit < stop
    for entry, end, side in zip(trades.entry[inside], trades.exit[inside], trades.side[inside], strict=True):
        positions[entry - first : min(end, stop - 1) - first] = side
    return positions, int(inside.sum())


class Earned(NamedTuple):
    """What positions earned, session by session."""

    gross: Float64Array
    cost: Float64Array
    excess: Float64Array


def earn(positions: Int8Array, returns: Float64Array, drift: float, cost: float) -> Earned:
    """Return what `positions` earn on sessions that have these `returns`.

    Parameters
    ----------
    positions : ndarray of int8
        After each session's close; there is none before the first session.
    returns : ndarray of float64
        Of the same sessions.
    drift : float
        What the price is expected to gain in a session without any signal. Being long earns it, being short pays it,
        and neither is the signal's merit: `excess` is without it.
    cost : float
        Of a trade, as a fraction of what is traded. From long to short two units are traded.

    Examples
    --------
    >>> one = np.array([1, 0, 0], dtype=np.int8)
    >>> earned = earn(one, np.array([0.5, 0.01, 0.02]), drift=0.004, cost=0.001)
    >>> earned.gross.tolist(), earned.cost.tolist(), earned.excess.round(4).tolist()
    ([0.0, 0.01, 0.0], [0.001, 0.001, 0.0], [-0.001, 0.005, 0.0])
    """
    after = positions.astype(np.float64)
    before = np.concatenate([[0.0], after[:-1]]) if len(after) else after
    gross = before * returns
    paid = cost * np.abs(after - before)
    return Earned(gross, paid, gross - before * drift - paid)
