"""What one rule earns on each split: in the training, from which it is chosen, and in the test. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..core.arrays import Float64Array, Int64Array
from .sharpe import ReturnMoments, describe_returns
from .splits import Split
from .trades import Earned, Int8Array, Trades, earn, hold

__all__ = ["BacktestSettings", "Entries", "Judged", "Variant", "earn_in_test", "judge", "make_trades"]

#: More sessions than anyone holds; larger numbers could overflow.
_LONGEST = 2**31


class Entries(NamedTuple):
    """Where the events of a rule would be entered, in rows of the prices.

    Attributes
    ----------
    first : int
        The row at which a position is possible for the first time, since the rule is known from there on.
    rows : ndarray of int64
        Of the entries, ascending.
    marks : ndarray of int8
        +1 after fear, -1 after greed.
    """

    first: int
    rows: Int64Array
    marks: Int8Array


class Variant(NamedTuple):
    """What is done after the events: the part of a rule that needs no counts."""

    horizon: int
    direction: str
    side: str


class BacktestSettings(NamedTuple):
    """What a trade costs (as a fraction), whether the drift of the price is left out, and the fewest trades."""

    cost: float
    without_drift: bool
    min_trades: int


class Judged(NamedTuple):
    """One rule on one split: the moments of its training, its positions in the test, and both numbers of trades."""

    train: ReturnMoments
    train_trades: int
    positions: Int8Array
    test: ReturnMoments
    test_trades: int


def make_trades(entries: Entries, variant: Variant, reachable: Int64Array) -> Trades:
    """Return the trades of a rule.

    Parameters
    ----------
    entries : Entries
    variant : Variant
    reachable : ndarray of int64
        For each row of the prices, the last one before the next hole, where a position is closed.

    Examples
    --------
    >>> entries = Entries(0, np.array([0, 4]), np.array([1, -1], dtype=np.int8))
    >>> trades = make_trades(entries, Variant(5, "contrarian", "both"), np.array([2, 2, 2, 5, 5, 5]))
    >>> trades.exit.tolist(), trades.side.tolist()  # the second one ends after the last price
    ([2, 9], [1, -1])
    """
    wanted = np.ones(len(entries.rows), dtype=np.bool_)
    if variant.side != "both":
        wanted = entries.marks == (1 if variant.side == "fear" else -1)
    rows, marks = entries.rows[wanted], entries.marks[wanted]
    exits, limit = rows + min(variant.horizon, _LONGEST), reachable[rows]
    # What follows the last price is unknown, so a trade that is open there has not ended.
    exits = np.where(limit < len(reachable) - 1, np.minimum(exits, limit), exits)
    return Trades(rows, exits, marks if variant.direction == "contrarian" else -marks)


def judge(trades: Trades, returns: Float64Array, splits: Sequence[Split], settings: BacktestSettings) -> list[Judged]:
    """Return what a rule did on each split.

    `trades` are in rows of `returns`, the returns of all sessions.
    """
    found = []
    for split in splits:
        start, stop = split.train_start, split.train_stop
        positions, count = hold(trades, start, stop, cut=False)
        drift = find_drift(returns, split, settings)
        train = describe_returns(earn(positions, returns[start:stop], drift, settings.cost).excess)
        tested, test_count = hold(trades, split.test_start, split.test_stop, cut=True)
        test = describe_returns(earn_in_test(tested, returns, split, settings).excess)
        found.append(Judged(train, count, tested, test, test_count))
    return found


def find_drift(returns: Float64Array, split: Split, settings: BacktestSettings) -> float:
    """Return the mean return of the training sessions, or 0 if the settings do not take it out."""
    return float(returns[split.train_start : split.train_stop].mean()) if settings.without_drift else 0.0


def earn_in_test(positions: Int8Array, returns: Float64Array, split: Split, settings: BacktestSettings) -> Earned:
    """Return what positions earn in the test, whose drift is that of the training."""
    drift = find_drift(returns, split, settings)
    return earn(positions, returns[split.test_start : split.test_stop], drift, settings.cost)
