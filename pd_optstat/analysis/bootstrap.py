"""Confidence intervals and p-values of mean returns after events, by the stationary bootstrap.

Returns over several sessions overlap and extremes cluster, so days are not independent. The bootstrap therefore draws
blocks of consecutive days, each day with its return and its mark (Künsch, "The jackknife and the bootstrap for general
stationary observations", Annals of Statistics, 1989). The blocks have random lengths, which keeps the resampled series
stationary (Politis & Romano, "The stationary bootstrap", JASA, 1994). The package `arch` draws them.

Every mean here is `np.add.reduce` of a contiguous array, divided by its length: the order of the additions is fixed.
A matrix product would go through BLAS, which adds in an order that depends on the processor, so that the last bits of
the results would, too.
"""

from __future__ import annotations

import math
from types import ModuleType
from typing import NamedTuple

import numpy as np

from .._util.optional import import_optional
from .._util.validation import check_int, check_number
from ..core.arrays import BoolArray, Float64Array
from ..errors import InvalidRequest

__all__ = ["MOST_RESAMPLES", "BootstrapSettings", "Estimate", "block_length", "compare_means", "import_arch"]

MOST_RESAMPLES = 1_000_000

#: The mean of fewer events has no variance to estimate.
FEWEST_EVENTS = 2


class BootstrapSettings(NamedTuple):
    """How to resample: coverage of the interval, number of resamples, mean block length in days, seed."""

    level: float = 0.95
    resamples: int = 1000
    block: int | None = None
    seed: int = 0

    def checked(self) -> BootstrapSettings:
        """Return these settings, or raise `InvalidRequest` naming the invalid argument."""
        if not 0 < check_number(self.level, "level", 0, 1) < 1:
            raise InvalidRequest(f"level={self.level!r} must be a number between 0 and 1, such as 0.95.")
        for name, value in (("resamples", self.resamples), ("seed", self.seed)):
            check_int(value, name, least=0)
        if self.resamples > MOST_RESAMPLES:
            raise InvalidRequest(f"resamples={self.resamples!r} must be at most {MOST_RESAMPLES}.")
        if self.block is not None:
            check_int(self.block, "block")
        return self


class Estimate(NamedTuple):
    """Interval of a group's mean; excess over the mean of all days, with its interval and two-sided p-value."""

    ci_low: float
    ci_high: float
    excess: float
    excess_low: float
    excess_high: float
    p_value: float


def block_length(n: int, horizon: int) -> int:
    """Return the default mean block length for `n` days: twice the overlap of the returns, at least n^(1/3).

    The optimal block length grows like n^(1/3) (Hall, Horowitz & Jing, Biometrika, 1995).

    >>> block_length(2520, 1), block_length(2520, 21)
    (14, 42)
    """
    return max(1, min(n, max(2 * horizon, math.ceil(math.cbrt(n)))))


def import_arch() -> ModuleType:
    """Return the module `arch.bootstrap`; `InvalidRequest` says what to install if it is missing."""
    module: ModuleType = import_optional(
        "arch.bootstrap", "arch", "research", "confidence intervals (resamples=0 does without)"
    )
    return module


def _mean(values: Float64Array) -> float:
    """Return the mean of a contiguous array, NaN if it is empty; equal arrays give equal bits on any processor."""
    return float(np.add.reduce(values)) / len(values) if len(values) else math.nan


def _means_and_excesses(groups: BoolArray, values: Float64Array) -> Float64Array:
    """Return the mean of each column of `groups`, then each of these less the mean of all values."""
    # Compressing first makes the mean of a group of all days the very sum that the mean of all days is.
    means = np.array([_mean(values[group]) for group in groups.T])
    return np.concatenate([means, means - _mean(values)])


def compare_means(groups: BoolArray, values: Float64Array, horizon: int, settings: BootstrapSettings) -> list[Estimate]:
    """Return the mean of each group of days, compared with the mean of all days.

    Parameters
    ----------
    groups : ndarray of bool, shape (k, n)
        Which days belong to each group.
    values : ndarray of float64, shape (n,)
        Return of each day over the next `horizon` sessions.
    horizon : int
        Sessions held. Sets the default block length, and is part of the seed, so that the result for one horizon does
        not depend on which other horizons are computed.
    settings : BootstrapSettings

    Returns
    -------
    list of Estimate
        One per group. Groups of fewer than two days and ``resamples=0`` give NaN for everything but the excess.

    Notes
    -----
    Intervals are percentiles of the resampled means (Davison & Hinkley, "Bootstrap Methods and their Application",
    1997, section 5.3). With d the excess and d* the excess in a resample, the two-sided p-value is
    ``(1 + #{|d* - d| >= |d|}) / (1 + resamples)``: resamples vary around d as d would vary around 0 if the group were
    no different (sections 4.4 and 5.2). Resamples in which the group has no day are left out.

    Examples
    --------
    >>> values = np.random.default_rng(1).normal(size=500)
    >>> estimate = compare_means(values[None, :] > 1, values, 1, BootstrapSettings(resamples=200))[0]
    >>> bool(estimate.ci_low < values[values > 1].mean() < estimate.ci_high), estimate.p_value < 0.01
    (True, True)
    """
    if settings.resamples:
        import_arch()
    if not len(values):
        return [Estimate(*[math.nan] * 6) for _ in groups]
    k = len(groups)
    excesses = _means_and_excesses(groups.T, values)[k:]
    enough = groups.sum(axis=1) >= FEWEST_EVENTS
    if not settings.resamples or not enough.any():
        return [_estimate(excess, None, settings.level) for excess in excesses]
    resampled = _resample(groups, values, horizon, settings)
    return [_estimate(excesses[i], resampled[:, [i, k + i]] if enough[i] else None, settings.level) for i in range(k)]


def _resample(groups: BoolArray, values: Float64Array, horizon: int, settings: BootstrapSettings) -> Float64Array:
    """Return the means and excesses of each resample, shape (resamples, 2 k)."""
    block = min(settings.block or block_length(len(values), horizon), len(values))
    generator = np.random.default_rng(np.random.SeedSequence(settings.seed, spawn_key=(horizon,)))
    bootstrap = import_arch().StationaryBootstrap(block, groups.T, values, seed=generator)
    result: Float64Array = bootstrap.apply(_means_and_excesses, settings.resamples)
    return result


def _estimate(excess: float, resampled: Float64Array | None, level: float) -> Estimate:
    """Return the estimate of one group from its resampled means and excesses, shape (resamples, 2)."""
    kept = np.zeros((0, 2)) if resampled is None else resampled[~np.isnan(resampled[:, 0])]
    if not len(kept):
        return Estimate(math.nan, math.nan, float(excess), math.nan, math.nan, math.nan)
    (low, excess_low), (high, excess_high) = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2], axis=0)
    as_far = np.abs(kept[:, 1] - excess) >= abs(excess)
    p_value = (1 + as_far.sum()) / (1 + len(kept))
    return Estimate(float(low), float(high), float(excess), float(excess_low), float(excess_high), float(p_value))
