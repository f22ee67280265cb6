"""P-values of many tests on the same resamples, adjusted for their number. Pure.

Romano & Wolf's step-down ("Exact and approximate stepdown methods for multiple hypothesis testing", Journal of the
American Statistical Association, 2005; the steps are those of Westfall & Young, 1993) controls the probability of any
false discovery. It needs resamples that all tests have in common, and uses how the tests depend on each other: a
hundred rules that mark nearly the same days count as few. It orders tests by p-values of Student's t-distribution,
so that a rule with few events, whose t is often large by chance, does not decide for all. Whether these p-values are
right does not matter for its validity: the resamples calibrate them.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .._util.optional import import_optional
from .._util.warn import warn
from ..core.arrays import Float64Array
from ..errors import ResampleWarning
from .bootstrap import FEWEST_RESAMPLES

__all__ = ["CORRECTIONS", "Float32Array", "adjust_rates", "choose_resamples", "step_down", "student_p_values"]

Float32Array = npt.NDArray[np.float32]

#: Benjamini & Hochberg, and Benjamini & Yekutieli.
CORRECTIONS = ("bh", "by")

#: More are not chosen unasked: a grid of 1,000 rules would take ten minutes.
_MOST_UNASKED = 10_000


def choose_resamples(given: int | None, tests: int, level: float, fdr: str) -> int:
    """Return the number of resamples: `given`, or what `tests` tests need; warn if that is too small.

    The least p-value is 1 / (1 + resamples), and the false discovery rate multiplies it by the number of tests if only
    one is so small. By default twice the resamples are taken with which it is 1 - level then, at least 1000.

    >>> choose_resamples(None, 108, 0.95, "bh")
    4318
    """
    factor = tests * (sum(1 / rank for rank in range(1, tests + 1)) if fdr == "by" else 1.0)
    needed = math.ceil(factor / (1 - level) - 1e-6) - 1
    chosen = min(max(FEWEST_RESAMPLES, 2 * needed), _MOST_UNASKED) if given is None else given
    if 0 < chosen < needed:
        warn(
            f"{chosen} resamples are too few for {tests} tests: p_adjusted of a single significant row is at least "
            f"{factor / (1 + chosen):.2g}. resamples={needed} would do; p_romano_wolf can be as small as "
            f"{1 / (1 + chosen):.2g}.",
            ResampleWarning,
        )
    return chosen


def adjust_rates(p_values: Float64Array, fdr: str) -> Float64Array:
    """Return p-values adjusted for the false discovery rate; those that are NaN stay so, and do not count."""
    known = np.isfinite(p_values)
    adjusted = np.full(len(p_values), np.nan)
    if known.any():
        stats = import_optional("scipy.stats", "scipy", "research", "adjusted p-values")
        adjusted[known] = stats.false_discovery_control(p_values[known], method=fdr)
    return adjusted


def student_p_values(statistics: Float64Array, groups: int) -> Float32Array:
    """Return two-sided p-values of |t| for `groups` independent returns, those of NaN as 0.

    >>> student_p_values(np.array([0.0, 2.228, np.inf]), 11).round(3).tolist()
    [1.0, 0.05000000074505806, 0.0]
    """
    special = import_optional("scipy.special", "scipy", "research", "adjusted p-values")
    size = np.where(np.isnan(statistics), np.inf, statistics)
    result: Float32Array = (2.0 * special.stdtr(max(1, groups - 1), -size)).astype(np.float32)
    return result


def step_down(observed: Float32Array, nulls: Float32Array) -> Float64Array:
    """Return p-values adjusted by Romano & Wolf's step-down.

    Parameters
    ----------
    observed : ndarray of float32, shape (k,)
        What orders the tests, small if significant; NaN where there is no test.
    nulls : ndarray of float32, shape (k, resamples)
        The same in each resample.

    Notes
    -----
    Of the ordered tests, the j-th is compared with the least of the j-th to the last in each resample:
    ``(1 + #{min(nulls[j:]) <= observed[j]}) / (1 + resamples)``, and no less than that of the test before.

    Examples
    --------
    >>> step_down(np.float32([0.01, 0.5]), np.float32([[0.2, 0.9, 0.7], [0.6, 0.3, 0.8]])).tolist()
    [0.25, 0.5]
    """
    adjusted = np.full(len(observed), np.nan)
    order = np.argsort(observed, kind="stable")[: np.isfinite(observed).sum()]
    least = np.full(nulls.shape[1], np.inf, dtype=np.float32)
    for test in order[::-1]:
        np.minimum(least, nulls[test], out=least)
        adjusted[test] = (1 + int((least <= observed[test]).sum())) / (1 + nulls.shape[1])
    adjusted[order] = np.maximum.accumulate(adjusted[order])
    return adjusted
