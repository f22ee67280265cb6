"""Intervals and p-values for the mean after events, by resampling blocks of days.

Returns over several sessions overlap, and extremes come in clusters: days are not independent, so blocks of
consecutive days are drawn, each day with its return and with its mark (Künsch, "The jackknife and the bootstrap
for general stationary observations", Annals of Statistics, 1989), of random length so that the resampled series is
stationary (Politis & Romano, "The stationary bootstrap", JASA, 1994). `arch` draws them.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .._util.optional import import_optional
from .._util.validation import check_int, check_number
from ..core.arrays import BoolArray, Float64Array
from ..errors import InvalidRequest

__all__ = ["MOST_RESAMPLES", "Estimate", "ResamplingPlan", "block_length", "compare", "library"]

Floats = Float64Array
Bools = BoolArray

MOST_RESAMPLES = 1_000_000

#: Fewer events say nothing of how much their mean varies.
FEWEST_EVENTS = 2


class ResamplingPlan(NamedTuple):
    """How to resample: coverage of the interval, number of resamples, mean block in days, seed."""

    level: float = 0.95
    resamples: int = 1000
    block: int | None = None
    seed: int = 0

    def checked(self) -> ResamplingPlan:
        """Return the same, or raise `InvalidRequest` naming the argument that cannot be."""
        if not 0 < check_number(self.level, "level", 0, 1) < 1:
            raise InvalidRequest(f"level={self.level!r}: a number between 0 and 1 is needed, as 0.95")
        for name, value in (("resamples", self.resamples), ("seed", self.seed)):
            check_int(value, name, least=0)
        if self.resamples > MOST_RESAMPLES:
            raise InvalidRequest(f"resamples={self.resamples!r}: at most {MOST_RESAMPLES} are drawn")
        if self.block is not None:
            check_int(self.block, "block")
        return self


class Estimate(NamedTuple):
    """The mean's interval; the mean less that of all days, its interval; and how likely so much is by chance."""

    ci_low: float
    ci_high: float
    excess: float
    excess_low: float
    excess_high: float
    p_value: float


def block_length(n: int, horizon: int) -> int:
    """Return the mean block for n days: twice the overlap of the returns, at least n^(1/3).

    That is the rate at which the best block grows (Hall, Horowitz & Jing, Biometrika, 1995).

    >>> block_length(2520, 1), block_length(2520, 21)
    (14, 42)
    """
    return max(1, min(n, max(2 * horizon, math.ceil(math.cbrt(n)))))


def library() -> Any:
    """Return `arch.bootstrap`, or raise `InvalidRequest` saying what to install."""
    return import_optional("arch.bootstrap", "arch", "research", "intervals (resamples=0 does without)")


def _means(groups: npt.NDArray[Any], values: Floats) -> Floats:
    """Return each group's mean, then each one's less the mean of all."""
    with np.errstate(invalid="ignore"):
        own = (values @ groups) / groups.sum(axis=0)
    return np.concatenate([own, own - values.mean()])


def compare(groups: Bools, values: Floats, horizon: int, plan: ResamplingPlan) -> list[Estimate]:
    """Return what resampling says of the mean of each group of days.

    Parameters
    ----------
    groups : ndarray of bool, shape (k, n)
        Which days belong to each group.
    values : ndarray of float64, shape (n,)
        Each day's return over the next `horizon` sessions.
    horizon : int
        It sets the default block, and is part of the seed, so that no horizon depends on what else is asked.
    plan : Plan

    Notes
    -----
    Intervals are percentiles of the resampled means. With d the mean less that of all days, and d* the same in
    a resample, the two-sided p-value is (1 + #{|d* - d| >= |d|}) / (1 + resamples): resamples vary around d as d
    would around 0 if the group were no different (Davison & Hinkley, "Bootstrap Methods and their Application",
    1997, sections 4.4 and 5.2). Resamples in which the group has no day are left out; groups of fewer than 2 days, and
    ``resamples=0``, give NaN.

    Examples
    --------
    >>> values = np.random.default_rng(1).normal(size=500)
    >>> one = compare(values[None, :] > 1, values, 1, Plan(resamples=200))[0]
    >>> bool(one.ci_low < values[values > 1].mean() < one.ci_high), one.p_value < 0.01
    (True, True)
    """
    if plan.resamples:
        library()
    if not len(values):
        return [Estimate(*[math.nan] * 6) for _ in groups]
    found = _means(groups.T.astype(np.float64), values)
    k = len(groups)
    enough = groups.sum(axis=1) >= FEWEST_EVENTS
    drawn = _drawn(groups, values, horizon, plan) if plan.resamples and enough.any() else None
    return [
        _estimate(found[k + i], None if drawn is None or not enough[i] else drawn[:, [i, k + i]], plan.level)
        for i in range(k)
    ]


def _drawn(groups: Bools, values: Floats, horizon: int, plan: ResamplingPlan) -> npt.NDArray[Any]:
    block = min(plan.block or block_length(len(values), horizon), len(values))
    generator = np.random.default_rng(np.random.SeedSequence(plan.seed, spawn_key=(horizon,)))
    draws = library().StationaryBootstrap(block, groups.T.astype(np.float64), values, seed=generator)
    result: npt.NDArray[Any] = draws.apply(_means, plan.resamples)
    return result


def _estimate(excess: float, drawn: npt.NDArray[Any] | None, level: float) -> Estimate:
    kept = np.zeros((0, 2)) if drawn is None else drawn[~np.isnan(drawn[:, 0])]
    if not len(kept):
        return Estimate(math.nan, math.nan, float(excess), math.nan, math.nan, math.nan)
    (low, low_excess), (high, high_excess) = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2], axis=0)
    as_far = np.abs(kept[:, 1] - excess) >= abs(excess)
    p_value = (1 + as_far.sum()) / (1 + len(kept))
    return Estimate(float(low), float(high), float(excess), float(low_excess), float(high_excess), float(p_value))
