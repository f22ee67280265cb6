"""Mean returns after events against a baseline: t-statistics, and p-values and intervals that agree with each other.

The statistic is t = excess / s: the mean return after the events less that of the baseline, over the standard error of
the events' mean, which allows for returns that overlap and for events that cluster. Its distribution if the signal
said nothing comes from `resampling`. The p-value is the share of resamples whose |t| is as large; the interval holds
the values of the excess that the same test would not reject. So an interval excludes 0 if and only if the p-value is
at most 1 - level.

Every sum here is `np.add.reduce`, `np.add.accumulate` or an element-wise operation, whose order of additions is fixed.
A matrix product would go through BLAS, which adds in an order that depends on the processor, so that the last bits of
the results would, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .._util.validation import check_int, check_number
from ..core.arrays import Float64Array, Int64Array
from ..errors import InvalidRequest
from .prices import Prices
from .resampling import block_length, import_arch, resampled_paths
from .returns import forward_returns

__all__ = ["MOST_RESAMPLES", "BootstrapSettings", "Comparison", "Contrast", "compare", "count_apart"]

MOST_RESAMPLES = 1_000_000

#: Enough for the p-value of a single test: its standard error at 0.05 is 0.007.
FEWEST_RESAMPLES = 1000

#: The mean of fewer events has no variance to estimate.
FEWEST_EVENTS = 2

#: Differences below this part of the largest return are rounding errors.
_ROUNDING = 1e-12


class BootstrapSettings(NamedTuple):
    """How to resample: coverage of the interval, number of resamples, mean block length in sessions, seed."""

    level: float = 0.95
    resamples: int | None = None
    block: int | None = None
    seed: int = 0

    def checked(self) -> BootstrapSettings:
        """Return these settings, or raise `InvalidRequest` naming the invalid argument."""
        if not 0 < check_number(self.level, "level", 0, 1) < 1:
            raise InvalidRequest(f"level={self.level!r} must be a number between 0 and 1, such as 0.95.")
        check_int(self.seed, "seed", least=0)
        if self.resamples is not None and check_int(self.resamples, "resamples", least=0) > MOST_RESAMPLES:
            raise InvalidRequest(f"resamples={self.resamples!r} must be at most {MOST_RESAMPLES}.")
        if self.block is not None:
            check_int(self.block, "block")
        return self


class Contrast(NamedTuple):
    """What is compared: returns over `horizon` sessions, entered at the events and at the baseline's days.

    Attributes
    ----------
    events, baseline : ndarray of int64
        Ascending rows of the prices that have such a return. A row may be there more than once.
    horizon : int
        Sessions held.
    """

    events: Int64Array
    baseline: Int64Array
    horizon: int


class Comparison(NamedTuple):
    """Interval of the events' mean; their excess over the baseline, with its interval and two-sided p-value.

    ``statistic`` is |t|, ``null`` that of each resample, and ``block`` the mean length of the blocks in sessions.
    """

    ci_low: float
    ci_high: float
    excess: float
    excess_low: float
    excess_high: float
    p_value: float
    statistic: float
    null: Float64Array
    block: int


class _Group(NamedTuple):
    """Rows of a group, and the rows in between if these are fewer, so that a sum costs as little as it can."""

    rows: Int64Array
    others: Int64Array | None

    @classmethod
    def of(cls, rows: Int64Array) -> _Group:
        if not len(rows) or len(rows) * 2 < rows[-1] + 1 - rows[0] or (np.diff(rows) < 1).any():
            return cls(rows, None)
        between = np.ones(rows[-1] + 1 - rows[0], dtype=bool)
        between[rows - rows[0]] = False
        return cls(rows, np.flatnonzero(between) + rows[0])

    def mean(self, returns: Float64Array, totals: dict[tuple[int, int], Float64Array]) -> Float64Array:
        """Return the mean of each column; `totals` keeps the sums of consecutive rows, which groups have in common."""
        if self.others is None:
            total: Float64Array = np.add.reduce(returns[self.rows], axis=0)
        else:
            ends = int(self.rows[0]), int(self.rows[-1]) + 1
            if ends not in totals:
                totals[ends] = np.add.reduce(returns[slice(*ends)], axis=0)
            total = totals[ends] - np.add.reduce(returns[self.others], axis=0)
        return total / len(self.rows)


class _Windows(NamedTuple):
    """Windows of consecutive sessions that hold the same events: the first and last one of each, and how many."""

    first: Int64Array
    stop: Int64Array
    weight: Float64Array

    @classmethod
    def of(cls, rows: Int64Array, length: int) -> _Windows:
        starts = np.unique(np.concatenate([rows - length + 1, rows + 1]))
        first = np.searchsorted(rows, starts[:-1]).astype(np.int64)
        stop = np.searchsorted(rows, starts[:-1] + length).astype(np.int64)
        return cls(first, stop, np.diff(starts) / length)

    def standard_error(self, deviations: Float64Array) -> Float64Array:
        """Return the standard error of the mean of each column, by Newey & West with Bartlett's weights.

        The mean square of the sums over all windows of `length` sessions is the sum of all products of two events
        `d` sessions apart, each times ``1 - d / length``, which cannot be negative.
        """
        n = len(deviations)
        running = np.zeros((n + 1, deviations.shape[1]))
        np.add.accumulate(deviations, axis=0, out=running[1:])
        sums = running[self.stop] - running[self.first]
        result: Float64Array = np.sqrt(np.add.reduce(sums * sums * self.weight[:, None], axis=0)) / n
        return result


class _Plan(NamedTuple):
    """A contrast, with everything about it that is the same for all resamples."""

    contrast: Contrast
    baseline: _Group
    windows: _Windows
    center: float

    def evaluate(self, returns: Float64Array, baseline: Float64Array) -> tuple[Float64Array, Float64Array]:
        """Return |t| of the excess, and |t| of the mean less `center`, of each column."""
        own = returns[self.contrast.events]
        mean = np.add.reduce(own, axis=0) / len(own)
        error = self.windows.standard_error(own - mean)
        tiny = _ROUNDING * np.maximum.reduce(np.abs(own), axis=0)
        return _divide(mean - baseline, error, tiny), _divide(mean - self.center, error, tiny)


def _divide(difference: Float64Array, error: Float64Array, tiny: Float64Array) -> Float64Array:
    """Return ``|difference| / error``: 0 where there is no difference, infinite where there is only no error.

    Values up to `tiny` are rounding errors and count as 0.
    """
    size = np.abs(difference)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = size / np.where(error <= tiny, 0.0, error)
    return np.where(size <= tiny, 0.0, quotient)


def count_apart(rows: Int64Array, horizon: int) -> int:
    """Return how many of the ascending `rows` have returns that do not overlap, taking each as early as possible.

    >>> count_apart(np.array([3, 4, 8, 9]), 5)
    2
    """
    count, at = 0, 0
    while at < len(rows):
        count, at = count + 1, int(np.searchsorted(rows, rows[at] + horizon))
    return count


def compare(prices: Prices, contrasts: Sequence[Contrast], settings: BootstrapSettings) -> list[Comparison]:
    """Return each contrast with its interval and p-value, all of them on the same resamples of `prices`.

    Parameters
    ----------
    prices : Prices
        What is entered and left at, all of whose sessions are resampled.
    contrasts : sequence of Contrast
    settings : BootstrapSettings
        By default 1000 resamples, and blocks as long as `block_length` of the prices, at least the contrast's horizon.

    Returns
    -------
    list of Comparison
        One per contrast. Fewer than two events, no baseline, and ``resamples=0`` give NaN for all but the excess.

    Notes
    -----
    With e_i the returns of the m events less their mean, at the sessions s_i, the standard error is the root of
    ``sum_ij max(0, 1 - |s_i - s_j| / 2h) e_i e_j / m²`` (Newey & West, Econometrica, 1987, in sessions, not in events).
    It is the events' alone: that the baseline's mean is estimated, too, is in the resamples as it is in the data. The
    p-value is ``(1 + #{|t*| >= |t|}) / (1 + resamples)``. With c the largest |t*| of which the p-value would be above
    1 - level, the interval is excess ± c s. That of the mean is built alike, with t* = (mean* - mean of all) / s*.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> prices = Prices(np.arange(600), 100 * np.cumprod(1 + rng.normal(0, 0.01, 600)))
    >>> rows = np.arange(599)
    >>> rose = prices.values[1:] > prices.values[:-1]
    >>> found = compare(prices, [Contrast(rows[rose], rows[~rose], 1)], BootstrapSettings(resamples=100))[0]
    >>> found.excess_low > 0, round(found.p_value, 4)
    (True, 0.0099)
    """
    resamples = FEWEST_RESAMPLES if settings.resamples is None else settings.resamples
    if resamples:
        import_arch()
    least = block_length(prices) if resamples and settings.block is None else 1
    blocks = [settings.block or min(max(least, one.horizon), max(1, len(prices.days) - 1)) for one in contrasts]
    plans = [_plan(prices, one) for one in contrasts]
    nulls = np.full((2, len(contrasts), resamples), np.nan)
    for block in sorted(set(blocks)):
        own = [i for i, plan in enumerate(plans) if plan is not None and blocks[i] == block]
        if own:
            nulls[:, own] = _evaluate_resamples(prices, [plans[i] for i in own], block, resamples, settings.seed)  # type: ignore[misc]
    return [
        _conclude(prices, contrasts[i], plan, nulls[:, i], settings.level, blocks[i]) for i, plan in enumerate(plans)
    ]


def _plan(prices: Prices, contrast: Contrast) -> _Plan | None:
    """Return what resamples of a contrast need, or None if it has no test."""
    if len(contrast.events) < FEWEST_EVENTS or not len(contrast.baseline):
        return None
    every = forward_returns(np.arange(len(prices.days), dtype=np.int64), prices, contrast.horizon)
    center = _mean(every[np.isfinite(every)])
    windows = _Windows.of(contrast.events, 2 * contrast.horizon)
    return _Plan(contrast, _Group.of(contrast.baseline), windows, center)


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def _evaluate_resamples(prices: Prices, plans: Sequence[_Plan], block: int, resamples: int, seed: int) -> Float64Array:
    """Return both statistics of each contrast in each resample, shape (2, contrasts, resamples)."""
    result = np.full((2, len(plans), resamples), np.nan)
    begin = 0
    for path in resampled_paths(prices, block, resamples, seed):
        part = slice(begin, begin + path.shape[1])
        for horizon in sorted({plan.contrast.horizon for plan in plans}):
            returns = path[horizon:] / path[:-horizon] - 1.0
            totals: dict[tuple[int, int], Float64Array] = {}
            means: dict[int, Float64Array] = {}  # contrasts share the array of their baseline
            for i, plan in enumerate(plans):
                if plan.contrast.horizon == horizon:
                    key = id(plan.contrast.baseline)
                    if key not in means:
                        means[key] = plan.baseline.mean(returns, totals)
                    result[0, i, part], result[1, i, part] = plan.evaluate(returns, means[key])
        begin = part.stop
    return result


def _conclude(
    prices: Prices, contrast: Contrast, plan: _Plan | None, nulls: Float64Array, level: float, block: int
) -> Comparison:
    """Return what the statistics of the data and of the resamples say about one contrast."""
    own, other = (forward_returns(rows, prices, contrast.horizon) for rows in (contrast.events, contrast.baseline))
    mean, excess = _mean(own), _mean(own) - _mean(other)
    if plan is None or not nulls.shape[1]:
        nan = math.nan
        return Comparison(nan, nan, excess, nan, nan, nan, nan, nulls[0], block)
    error = plan.windows.standard_error((own - mean)[:, None])
    tiny = _ROUNDING * np.abs(own).max(keepdims=True)
    s = 0.0 if error[0] <= tiny[0] else float(error[0])
    statistic = float(_divide(np.array([excess]), error, tiny)[0])
    excess = 0.0 if abs(excess) <= tiny[0] else excess
    # A resample without a statistic, as after an overflow, counts as one that is as extreme.
    p_value = (1 + int((~(nulls[0] < statistic)).sum())) / (1 + nulls.shape[1])
    reach, mean_reach = (_critical(null, level) * s if s else 0.0 for null in nulls)
    if not s and statistic and p_value > 1 - level + _ROUNDING:
        reach = math.inf
    low, high = _bounds(mean, mean_reach)
    return Comparison(low, high, excess, *_bounds(excess, reach), p_value, statistic, nulls[0], block)


def _critical(null: Float64Array, level: float) -> float:
    """Return the statistic above which the p-value is at most 1 - level; infinite if there are too few resamples."""
    allowed = math.floor((1 - level) * (1 + len(null)) + _ROUNDING) - 1
    if allowed < 0:
        return math.inf
    ranked = np.sort(np.where(np.isnan(null), math.inf, null))
    return float(ranked[len(null) - 1 - allowed]) if allowed < len(null) else 0.0


def _bounds(center: float, reach: float) -> tuple[float, float]:
    return (center - reach, center + reach) if math.isfinite(reach) else (math.nan, math.nan)


def _mean(values: Float64Array) -> float:
    """Return the mean of a contiguous array, NaN if it is empty; equal arrays give equal bits on any processor."""
    return float(np.add.reduce(values)) / len(values) if len(values) else math.nan
