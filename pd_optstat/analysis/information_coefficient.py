"""Rank correlation of a signal with the returns after it. Pure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.arrays import BoolArray, Float64Array
from .hac import HacTest, fit_hac
from .signal_returns import Sample, SignalReturns, stack_regimes

__all__ = ["summarize_ic"]

_COLUMNS = {
    "count": "int64", "ic": "float64", "std_error": "float64", "t": "float64", "p_value": "float64", "low": "float64",
    "high": "float64",
}  # fmt: skip


def summarize_ic(entered: SignalReturns, horizons: tuple[int, ...], level: float) -> pd.DataFrame:
    """Return the information coefficient of all days and of each year, a row per horizon and period."""
    rows: list[dict[str, object]] = []
    for horizon in horizons:
        sample = entered.sample(horizon)
        years = entered.days.year.to_numpy()[sample.rows]
        for regime, inside in entered.groups(sample.rows):
            periods: list[tuple[str, BoolArray]] = [("all", np.ones(len(years), dtype=np.bool_))]
            periods += [(str(year), years == year) for year in np.unique(years).tolist()]
            for period, within in periods:
                row = _row(_part(sample, within), inside[within], level)
                rows.append({"regime": regime, "horizon": horizon, "period": period, **row})
    return stack_regimes(rows, ["horizon", "period"], _COLUMNS, entered.regimes)


def _part(sample: Sample, within: BoolArray) -> Sample:
    return Sample(sample.rows[within], sample.signal[within], sample.returns[within], sample.overlap)


def _row(sample: Sample, inside: BoolArray, level: float) -> dict[str, object]:
    test = rank_correlation(sample.signal, sample.returns, inside, sample.overlap, level)
    return {
        "count": int(inside.sum()), "ic": test.estimate, "std_error": test.std_error, "t": test.t,
        "p_value": test.p_value, "low": test.estimate - test.margin, "high": test.estimate + test.margin,
    }  # fmt: skip


def rank_correlation(
    signal: Float64Array, returns: Float64Array, inside: BoolArray, overlap: int, level: float
) -> HacTest:
    """Return Spearman's correlation of the rows inside, as the slope of standardized ranks, with its test.

    >>> x = np.random.default_rng(1).normal(size=300)
    >>> rank_correlation(x, np.exp(x), np.ones(300, dtype=bool), 0, 0.95).estimate
    1.0
    """
    x, y = (_standardized_ranks(values, inside) for values in (signal, returns))
    if not np.any(x) or not np.any(y):
        return HacTest(*[np.nan] * 5)
    design = np.column_stack([inside.astype(np.float64), x])
    test = fit_hac(y, design, overlap).test(np.array([0.0, 1.0]), level)
    return test._replace(estimate=round(test.estimate, 15))


def _standardized_ranks(values: Float64Array, inside: BoolArray) -> Float64Array:
    """Return the ranks of the rows inside with mean 0 and variance 1, 0 outside."""
    result = np.zeros(len(values))
    if inside.sum() > 1:
        ranks = pd.Series(values[inside]).rank().to_numpy()
        spread = ranks.std()
        result[inside] = (ranks - ranks.mean()) / spread if spread > 0 else 0.0
    return result
