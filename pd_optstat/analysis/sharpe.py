"""Sharpe ratios, and how likely they are to be luck. Pure.

All ratios here are per period, as the returns are: multiply by the square root of the periods per year to annualise.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from ..core.arrays import Float64Array

__all__ = [
    "ReturnMoments", "best_of_luck", "deflated_sharpe", "describe_returns", "expected_maximum_sharpe", "max_drawdown",
    "probabilistic_sharpe", "sharpe_p_value",
]  # fmt: skip

_NORMAL = NormalDist()
_EULER_MASCHERONI = 0.5772156649015329


class ReturnMoments(NamedTuple):
    """What the tests of a Sharpe ratio need to know of the returns.

    Attributes
    ----------
    length : int
        The number of returns.
    sharpe : float
        Mean / sample standard deviation (ddof 1); NaN with fewer than two returns, or if they are all the same.
    skewness, kurtosis : float
        Of the sample; the kurtosis of a normal distribution is 3.
    """

    length: int
    sharpe: float
    skewness: float
    kurtosis: float


def describe_returns(returns: Float64Array) -> ReturnMoments:
    """Return the moments of `returns`, which are finite.

    Examples
    --------
    >>> describe_returns(np.array([0.01, -0.01, 0.02, 0.0])).sharpe
    0.3872983346207417
    """
    count = len(returns)
    if count < 2 or returns.min() == returns.max():  # rounding would leave a standard deviation above 0
        return ReturnMoments(count, math.nan, math.nan, math.nan)
    deviations = returns - returns.mean()
    squares = deviations**2
    variance = float(squares.mean())
    skewness = float((squares * deviations).mean()) / variance**1.5
    kurtosis = float((squares * squares).mean()) / variance**2
    sharpe = float(returns.mean()) / math.sqrt(variance * count / (count - 1))
    return ReturnMoments(count, sharpe, skewness, kurtosis)


def probabilistic_sharpe(moments: ReturnMoments, benchmark: float = 0.0) -> float:
    """Return the probability that the true Sharpe ratio is above `benchmark`.

    Φ((SR − SR*) √(T − 1) / √(1 − γ₃ SR + (γ₄ − 1)/4 SR²)), with γ₃ the skewness and γ₄ the kurtosis of T returns that
    are independent of each other.

    References
    ----------
    D. H. Bailey, M. López de Prado, "The Sharpe ratio efficient frontier", Journal of Risk 15(2), 2012.

    Examples
    --------
    >>> round(probabilistic_sharpe(ReturnMoments(250, 0.1, 0.0, 3.0)), 3)
    0.942
    """
    length, sharpe, skewness, kurtosis = moments
    if not math.isfinite(sharpe) or not math.isfinite(benchmark):
        return math.nan
    variance = 1.0 - skewness * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2
    # At least 0, as kurtosis >= 1 + skewness²; exactly 0 only where the returns have two values.
    if variance <= 0.0:
        return math.nan
    return _NORMAL.cdf((sharpe - benchmark) * math.sqrt(length - 1) / math.sqrt(variance))


def sharpe_p_value(moments: ReturnMoments) -> float:
    """Return how likely returns without merit are to show a Sharpe ratio this high: Φ(−SR √(T − 1)).

    The variance is that of returns whose true Sharpe ratio is 0, as in any test of that. `probabilistic_sharpe` takes
    it from the estimate, which is too confident where a few trades make the returns: with 10 in 560 sessions it is
    above 95 % in 12 % of simulations without merit, and this p-value is below 5 % in 5 %.

    Examples
    --------
    >>> round(sharpe_p_value(ReturnMoments(250, 0.1, 0.0, 3.0)), 4)
    0.0573
    """
    if not math.isfinite(moments.sharpe):
        return math.nan
    return _NORMAL.cdf(-moments.sharpe * math.sqrt(moments.length - 1))


def best_of_luck(moments: ReturnMoments, trials: int) -> float:
    """Return how likely the best of `trials` independent rules without merit is to show a Sharpe ratio this high.

    It is the `sharpe_p_value`, adjusted after Šidák (Journal of the American Statistical Association 62, 1967).

    Examples
    --------
    >>> found = ReturnMoments(250, 0.2, 0.0, 3.0)
    >>> round(best_of_luck(found, 1), 4), round(best_of_luck(found, 20), 4)
    (0.0008, 0.0159)
    """
    single = sharpe_p_value(moments)
    # log1p and expm1 keep what 1 - (1 - p)**n would lose for small p.
    return math.nan if math.isnan(single) else -math.expm1(trials * math.log1p(-min(single, 1 - 1e-16)))


def expected_maximum_sharpe(variance: float, trials: int) -> float:
    """Return the Sharpe ratio that the best of `trials` rules without any merit is expected to show.

    √V ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))), with γ the Euler–Mascheroni constant and V the variance of the
    Sharpe ratios of the N rules, which are taken to be independent: for rules that resemble each other it is too high.

    Examples
    --------
    >>> round(expected_maximum_sharpe(0.5 / 250, 100), 4)  # the example of Bailey & López de Prado (2014)
    0.1132
    """
    if trials < 2:
        return 0.0
    if not math.isfinite(variance):
        return math.nan
    quantile = _NORMAL.inv_cdf(1 - 1 / trials), _NORMAL.inv_cdf(1 - 1 / (trials * math.e))
    return math.sqrt(variance) * ((1 - _EULER_MASCHERONI) * quantile[0] + _EULER_MASCHERONI * quantile[1])


def deflated_sharpe(moments: ReturnMoments, variance: float, trials: int) -> float:
    """Return the probability that the true Sharpe ratio of the best of `trials` rules is above 0.

    It is the probabilistic Sharpe ratio with the `expected_maximum_sharpe` as its benchmark.

    References
    ----------
    D. H. Bailey, M. López de Prado, "The deflated Sharpe ratio: correcting for selection bias, backtest overfitting,
    and non-normality", Journal of Portfolio Management 40(5), 2014.

    Examples
    --------
    >>> found = ReturnMoments(1250, 2.5 / 250**0.5, -3.0, 10.0)  # the paper's example
    >>> round(deflated_sharpe(found, 0.5 / 250, 100), 4), round(deflated_sharpe(found, 0.5 / 250, 46), 4)
    (0.9004, 0.9505)
    """
    return probabilistic_sharpe(moments, expected_maximum_sharpe(variance, trials))


def max_drawdown(equity: Float64Array) -> float:
    """Return the largest fall of `equity` below its highest value so far, as a fraction of that; 0 if it never falls.

    Examples
    --------
    >>> max_drawdown(np.array([1.0, 1.2, 0.9, 1.3]))
    0.25
    """
    if not len(equity):
        return 0.0
    # The start, at 1, counts as a high.
    highest = np.maximum.accumulate(np.maximum(equity, 1.0))
    return round(float((1.0 - equity / highest).max()), 15)
