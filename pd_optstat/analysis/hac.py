"""Least squares whose errors may be heteroskedastic and autocorrelated, as those of overlapping returns are. Pure.

The covariance is that of Newey & West ("A simple, positive semi-definite, heteroskedasticity and autocorrelation
consistent covariance matrix", Econometrica, 1987) as statsmodels computes it, with Parzen's weights: with Bartlett's,
the usual ones, the error of the sum of h overlapping returns is underestimated more, and more tests of a true null
reject. Tests count the smoothing that the bandwidth brings ("fixed-b": Kiefer & Vogelsang, "A new asymptotic theory for
heteroskedasticity-autocorrelation robust tests", Econometric Theory, 2005) by the approximation of Sun ("Let's fix it:
fixed-b asymptotics versus small-b asymptotics in heteroskedasticity and autocorrelation robust inference", Journal of
Econometrics, 2014): with b the bandwidth as a share of the rows, exp(-c1 b / 2) t has Student's distribution with
1 / (c2 b) degrees of freedom.
"""

from __future__ import annotations

import math
from types import ModuleType
from typing import NamedTuple

import numpy as np

from .._util.optional import import_optional
from ..core.arrays import Float64Array

__all__ = ["HacFit", "HacTest", "bandwidth", "fit_hac", "import_statsmodels", "parzen_weights"]

#: The integrals of Parzen's kernel and of its square.
_C1, _C2 = 0.75, 151 / 280
#: Lags for each row that one return overlaps: Parzen's weights fall slowly enough then.
_PER_OVERLAP = 4


class HacTest(NamedTuple):
    """An estimate, its standard error, t, the two-sided p-value, and the half width of the confidence interval."""

    estimate: float
    std_error: float
    t: float
    p_value: float
    margin: float


class HacFit(NamedTuple):
    """Coefficients of a regression.

    Attributes
    ----------
    coefficients : ndarray, shape (k,)
    covariance : ndarray, shape (k, k)
        NaN if there are too few rows for the bandwidth, or the columns depend on each other.
    rows : int
        All rows, including those of other regimes.
    lags : int
        The highest lag with a weight.
    r_squared : float
    """

    coefficients: Float64Array
    covariance: Float64Array
    rows: int
    lags: int
    r_squared: float

    def test(self, contrast: Float64Array, level: float = 0.95) -> HacTest:
        """Test whether a combination of the coefficients is 0."""
        estimate = float(np.sum(contrast * self.coefficients))
        variance = float(contrast @ self.covariance @ contrast)
        if not variance > 0 or not math.isfinite(estimate):
            return HacTest(estimate, math.nan, math.nan, math.nan, math.nan)
        student = import_optional("scipy.stats", "scipy", "research", "tests of regressions").t
        share, error = (self.lags + 1) / self.rows, math.sqrt(variance)
        scale, freedom = math.exp(_C1 * share / 2), 1 / (_C2 * share)
        t = estimate / error
        p_value = 2 * float(student.sf(abs(t) / scale, freedom))
        margin = error * scale * float(student.ppf((1 + level) / 2, freedom))
        return HacTest(estimate, error, t, p_value, margin)


def import_statsmodels(name: str) -> ModuleType:
    """Return a module of statsmodels; `InvalidRequest` says what to install if it is missing."""
    module: ModuleType = import_optional(f"statsmodels.{name}", "statsmodels", "research", "regressions")
    return module


def bandwidth(rows: int, overlap: int) -> int:
    """Return the highest lag for `rows` returns, each of which overlaps up to `overlap` later ones.

    >>> bandwidth(2500, 0), bandwidth(2500, 20)
    (46, 84)
    """
    return max(math.ceil(2 * math.pow(rows, 0.4)), _PER_OVERLAP * (overlap + 1))


def parzen_weights(lags: int) -> Float64Array:
    """Return Parzen's weights of the lags from 0 to `lags`, as statsmodels takes them for `weights_func`.

    >>> parzen_weights(3).round(3).tolist()
    [1.0, 0.719, 0.25, 0.031]
    """
    x = np.arange(lags + 1) / (lags + 1)
    return np.where(x <= 0.5, 1 - 6 * x**2 + 6 * x**3, 2 * (1 - x) ** 3)


def fit_hac(y: Float64Array, x: Float64Array, overlap: int) -> HacFit:
    """Regress `y` on the columns of `x`.

    A row of zeros in `x` belongs to no regime: it adds nothing to the sums, but keeps the distance of the others.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Returns in the order of time.
    x : ndarray, shape (n, k)
        Includes a column of ones if there is a constant.
    overlap : int
        The number of later rows that one return overlaps at most.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> x = np.column_stack([np.ones(500), rng.normal(size=500)])
    >>> test = fit_hac(x[:, 1] / 5 + rng.normal(size=500), x, 0).test(np.array([0.0, 1.0]))
    >>> round(test.estimate, 2), test.p_value < 0.05
    (0.11, True)
    """
    used = np.any(x != 0, axis=1)
    rows, columns, lags = len(y), x.shape[1], bandwidth(max(len(y), 1), overlap)
    missing = np.full(columns, np.nan)
    if used.sum() <= columns or np.linalg.matrix_rank(x) < columns:
        return HacFit(missing, np.full((columns, columns), np.nan), rows, lags, np.nan)
    model = import_statsmodels("regression.linear_model").OLS(np.where(used, y, 0.0), x)
    result = model.fit()
    own, residuals = y[used], result.resid[used]
    spread = float(np.sum((own - own.mean()) ** 2))
    r_squared = 1 - float(np.sum(residuals**2)) / spread if spread > 0 else np.nan
    covariance = np.full((columns, columns), np.nan)
    if 2 * (lags + 1) <= rows:  # fewer rows say nothing about the sum of the autocovariances
        sandwich = import_statsmodels("stats.sandwich_covariance")
        covariance = sandwich.cov_hac_simple(result, nlags=lags, weights_func=parzen_weights, use_correction=False)
        covariance = covariance * used.sum() / (used.sum() - columns)
    return HacFit(np.asarray(result.params), np.asarray(covariance), rows, lags, r_squared)
