"""Which of a signal and the returns of single sessions comes first. Pure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.arrays import Float64Array
from .hac import fit_hac, import_statsmodels
from .prices import Prices
from .returns import check_overlap, forward_returns
from .trading_days import day_numbers

__all__ = ["lead_lag"]


def lead_lag(
    days: pd.DatetimeIndex, signal: Float64Array, prices: Prices, lag: int, lags: int, level: float
) -> pd.DataFrame:
    """Return correlations of the signal of a session with the return `k` sessions later, for k from -lags to lags."""
    check_overlap(days, prices)
    x, returns = by_session(days, signal, prices)
    rows = [_correlate(x, returns, k, level) for k in range(-lags, lags + 1)]
    result = pd.DataFrame(rows, index=pd.RangeIndex(-lags, lags + 1, name="lag"))
    granger = [_granger(x, returns, k) for k in range(-lags, lags + 1)]
    result["granger_f"], result["granger_p"] = (np.array(column) for column in zip(*granger, strict=True))
    result["tradable"] = result.index > lag
    return result.astype({"count": np.int64})


def by_session(days: pd.DatetimeIndex, signal: Float64Array, prices: Prices) -> tuple[Float64Array, Float64Array]:
    """Return for each session the last signal since the session before, and the return that ends with it."""
    numbers = day_numbers(days)
    known = ~np.isnan(signal)
    numbers, values = numbers[known], signal[known]
    at = np.searchsorted(numbers, prices.days, side="right") - 1
    before = np.append(prices.days[:1] - 1, prices.days[:-1])
    x = np.full(len(prices.days), np.nan)
    found = at >= 0
    found[found] = numbers[at[found]] > before[found]
    x[found] = values[at[found]]
    returns = forward_returns(np.arange(-1, len(prices.days) - 1), prices, 1)
    return x, returns


def _correlate(x: Float64Array, returns: Float64Array, k: int, level: float) -> dict[str, float]:
    """Return the correlation of x(t) with r(t + k), and the band in which it would lie without any."""
    n = len(x)
    if abs(k) >= n:
        first, second = x[:0], returns[:0]
    else:
        first, second = (x[: n - k], returns[k:]) if k >= 0 else (x[-k:], returns[: n + k])
    both = ~np.isnan(first) & ~np.isnan(second)
    first, second = first[both], second[both]
    row = {"count": float(len(first)), **dict.fromkeys(("correlation", "std_error", "t", "p_value", "band"), np.nan)}
    if len(first) < 3 or not np.ptp(first) > 0 or not np.ptp(second) > 0:
        return row
    first, second = ((values - values.mean()) / values.std() for values in (first, second))
    test = fit_hac(second, np.column_stack([np.ones(len(first)), first]), 0).test(np.array([0.0, 1.0]), level)
    return row | {
        "correlation": test.estimate, "std_error": test.std_error, "t": test.t, "p_value": test.p_value,
        "band": test.margin,
    }  # fmt: skip


def _granger(x: Float64Array, returns: Float64Array, k: int) -> tuple[float, float]:
    """Return F and p of the hypothesis that k lags of the signal add nothing to k lags of the returns.

    For a negative k, that |k| lags of the returns add nothing to those of the signal. The errors may be
    heteroskedastic (White, 1980, with the correction of MacKinnon & White, 1985, that is called HC1).
    """
    order = abs(k)
    target, cause = (returns, x) if k > 0 else (x, returns)
    n = len(target)
    if not order or n <= 4 * order:
        return np.nan, np.nan
    lagged = [part[order - j : n - j] for part in (target, cause) for j in range(1, order + 1)]
    design = np.column_stack([np.ones(n - order), *lagged])
    complete = ~np.isnan(design).any(axis=1) & ~np.isnan(target[order:])
    design, y = design[complete], target[order:][complete]
    if len(y) <= 2 * design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        return np.nan, np.nan
    result = import_statsmodels("regression.linear_model").OLS(y, design).fit(cov_type="HC1", use_t=True)
    test = result.f_test(np.eye(design.shape[1])[1 + order :])
    return float(np.squeeze(test.fvalue)), float(np.squeeze(test.pvalue))
