"""Regressions of returns on a signal known before them, with a slope corrected for its bias. Pure.

A regression on a persistent signal whose innovations are correlated with the returns is biased in finite samples
(Stambaugh, "Predictive regressions", Journal of Financial Economics, 1999). With x(t) = θ + ρ x(t - 1) + v(t)
and the return of a session r(t) = ... + φ v(t) + e(t), only the part φ v is to blame. The return from t + l to
t + l + h then has the slope that φ Σ v(t + l + j), j = 1..h, has on x(t), where v(s) = x(s) - ρ x(s - 1). The slope
of x(t + j) on x(t), which is ρ^j, is estimated with the bias B(j) = -((1 + ρ)(1 - ρ^j) / (1 - ρ) + 2 j ρ^j) / n
(M. G. Kendall, "Note on bias in the estimation of autocorrelation", Biometrika, 1954). So the slope's bias is
φ Σ (B(l + j) - ρ B(l + j - 1)), and for l = 0, h = 1 Stambaugh's -φ (1 + 3ρ) / n.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.arrays import Float64Array
from .counts import Column
from .hac import fit_hac
from .returns import forward_returns
from .signal_returns import SignalReturns, stack_regimes
from .trading_days import day_numbers

__all__ = ["regress", "slope_bias"]

_COLUMNS = {
    "count": "int64", "coefficient": "float64", "std_error": "float64", "t": "float64", "p_value": "float64",
    "low": "float64", "high": "float64", "corrected": "float64", "r_squared": "float64",
}  # fmt: skip
#: The share of rows that must follow each other session by session for the correction.
_LEAST_DAILY = 0.9
#: A correction for a signal that is nearly a random walk would be without limit.
_MOST_PERSISTENT = 0.999
_FEWEST = 30


def regress(
    entered: SignalReturns, controls: dict[str, Column], horizons: tuple[int, ...], level: float
) -> pd.DataFrame:
    """Return a row per horizon and term (constant, signal, controls), after the regime if there are regimes."""
    terms = ["const", "signal", *controls]
    extra = np.column_stack(
        [np.zeros((len(entered.days), 0)), *(c.to_numpy(dtype=np.float64) for c in controls.values())]
    )
    complete = np.where(np.isnan(extra).any(axis=1), np.nan, entered.values)
    rows: list[dict[str, object]] = []
    for horizon in horizons:
        sample = entered.sample(horizon, complete)
        for regime, inside in entered.groups(sample.rows):
            own = np.column_stack([np.ones(len(sample.rows)), sample.signal, extra[sample.rows]])
            fit = fit_hac(sample.returns, own * inside[:, None], sample.overlap)
            bias = slope_bias(entered, sample.rows, extra, horizon) if regime is None else np.nan
            for place, term in enumerate(terms):
                test = fit.test(np.eye(len(terms))[place], level)
                row: dict[str, object] = {"regime": regime, "horizon": horizon, "term": term}
                row |= {
                    "count": int(inside.sum()), "coefficient": test.estimate, "std_error": test.std_error, "t": test.t,
                    "p_value": test.p_value, "low": test.estimate - test.margin, "high": test.estimate + test.margin,
                    "corrected": test.estimate - bias if term == "signal" else np.nan, "r_squared": fit.r_squared,
                }  # fmt: skip
                rows.append(row)
    return stack_regimes(rows, ["horizon", "term"], _COLUMNS, entered.regimes)


def slope_bias(
    entered: SignalReturns, rows: np.ndarray[tuple[int], np.dtype[np.int64]], extra: Float64Array, horizon: int
) -> float:
    """Return the bias of the slope on the signal; NaN if it cannot be estimated.

    With controls, that of the part of the signal that they do not explain, which has the same slope.
    """
    if len(rows) < _FEWEST:
        return np.nan
    design = np.column_stack([np.ones(len(rows)), extra[rows]])
    signal = np.full(len(entered.days), np.nan)
    signal[rows] = entered.values[rows] - design @ np.linalg.lstsq(design, entered.values[rows], rcond=None)[0]
    session = np.searchsorted(entered.prices.days, day_numbers(entered.days), side="right") - 1
    # The return of the session that ends on the signal's day: its innovation moves with this one.
    before = session - 1
    same_day = forward_returns(np.where(before >= 0, before, -1), entered.prices, 1)
    follows = np.zeros(len(signal), dtype=np.bool_)
    follows[1:] = np.diff(session) == 1
    if follows[rows[1:]].mean() < _LEAST_DAILY:
        return np.nan
    previous = np.append(np.nan, signal[:-1])
    used = follows & ~np.isnan(signal) & ~np.isnan(previous) & ~np.isnan(same_day)
    return _bias(signal[used], previous[used], same_day[used], entered.lag, horizon, len(rows))


def _bias(x: Float64Array, previous: Float64Array, returns: Float64Array, lag: int, horizon: int, n: int) -> float:
    if len(x) < _FEWEST or not np.ptp(previous) > 0:
        return np.nan
    rho = float(np.sum((previous - previous.mean()) * (x - x.mean())) / np.sum((previous - previous.mean()) ** 2))
    rho = min(rho + (1 + 3 * rho) / n, _MOST_PERSISTENT)  # Kendall's correction for j = 1
    innovation = x - rho * previous
    design = np.column_stack([np.ones(len(x)), previous, innovation])
    phi = float(np.linalg.lstsq(design, returns, rcond=None)[0][2])  # Amihud & Hurvich, 2004
    steps = np.arange(lag + 1, lag + horizon + 1)
    return phi * float(np.sum(_lag_bias(steps, rho, n) - rho * _lag_bias(steps - 1, rho, n)))


def _lag_bias(steps: np.ndarray[tuple[int], np.dtype[np.int64]], rho: float, n: int) -> Float64Array:
    """Return the bias of the slope of x(t + j) on x(t) for each j.

    >>> _lag_bias(np.array([0, 1]), 0.9, 100).round(4).tolist()
    [0.0, -0.037]
    """
    power = rho**steps
    return np.where(steps == 0, 0.0, -((1 + rho) * (1 - power) / (1 - rho) + 2 * steps * power) / n)
