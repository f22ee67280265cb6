"""Returns after each quantile of a signal. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from .._util.validation import check_bool, check_int
from ..core.arrays import BoolArray, Float64Array
from ..errors import InvalidRequest
from .counts import Column
from .hac import fit_hac
from .ranks import MIN_RATIOS, rank
from .signal_returns import Sample, SignalReturns, stack_regimes
from .windows import Window, WindowLike, check_window

__all__ = ["QuantileSettings", "bucket_days", "summarize_quantiles"]

#: The columns of `summarize_quantiles`, after the index (horizon, bucket).
_COLUMNS = {
    "count": "int64", "mean": "float64", "median": "float64", "std_error": "float64", "t": "float64",
    "p_value": "float64", "hit_rate": "float64", "excess": "float64", "excess_t": "float64", "excess_p": "float64",
    "spread": "float64", "spread_t": "float64", "spread_p": "float64", "p_increasing": "float64",
    "p_decreasing": "float64",
}  # fmt: skip
_MOST_BUCKETS = 100

#: Returns resamples of so many rows, whose mean block length is at least that of the overlap.
Resampler = Callable[[int, int], "np.ndarray[tuple[int, int], np.dtype[np.int32]] | None"]


class QuantileSettings(NamedTuple):
    """How days are sorted into buckets: the arguments of ``df.optstat.quantiles``."""

    q: int = 5
    window: WindowLike = 252
    min_periods: int | None = None
    look_ahead: bool = False

    def checked(self) -> QuantileSettings:
        """Return these settings, or raise `InvalidRequest` naming the invalid argument."""
        if not 2 <= check_int(self.q, "q", least=2) <= _MOST_BUCKETS:
            raise InvalidRequest(f"q={self.q!r} must be at most {_MOST_BUCKETS}.")
        check_bool(self.look_ahead, "look_ahead")
        return self


def bucket_days(signal: Column, settings: QuantileSettings) -> Float64Array:
    """Return the bucket of each day, from 1 (lowest) to q, NaN where it is unknown.

    A day's bucket follows from its percentile (rank - 1/2) / n among the values of its window.

    >>> days = pd.date_range("2026-06-08", periods=5)
    >>> bucket_days(pd.Series([3.0, 1.0, 2.0, 5.0, 4.0], days), QuantileSettings(2, 3)).tolist()
    [nan, nan, 2.0, 2.0, 2.0]
    """
    q, window = settings.q, settings.window
    rows = max(len(signal), 1)
    if settings.look_ahead:
        known = signal.to_numpy(dtype=np.float64, na_value=np.nan)
        ranks = pd.Series(known).rank().to_numpy()
        percentiles = (ranks - 0.5) / max(int(np.isfinite(known).sum()), 1)
    else:
        if isinstance(window, str) and window == "expanding":
            least = 252 if settings.min_periods is None else check_int(settings.min_periods, "min_periods")
            checked = Window(max(rows, least), None, least, max(rows, least))
        else:
            checked = check_window(window, signal.index, settings.min_periods)
            if checked.size is None and settings.min_periods is None:
                checked = checked._replace(min_periods=MIN_RATIOS)
        percentiles = rank(signal, checked).percentiles("symmetric")
    return np.where(np.isnan(percentiles), np.nan, np.minimum(np.floor(percentiles * q), q - 1) + 1)


def summarize_quantiles(
    entered: SignalReturns, horizons: tuple[int, ...], settings: QuantileSettings, resample: Resampler
) -> pd.DataFrame:
    """Return the returns after each bucket, a row per horizon and bucket (after the regime, if there are regimes)."""
    index = entered.days
    buckets = bucket_days(pd.Series(entered.values, index), settings)
    rows: list[dict[str, object]] = []
    for horizon in horizons:
        sample = entered.sample(horizon, buckets)
        for regime, inside in entered.groups(sample.rows):
            for row in _summarize(sample, inside, settings.q, resample):
                rows.append({"regime": regime, "horizon": horizon, **row})
    return stack_regimes(rows, ["horizon", "bucket"], _COLUMNS, entered.regimes)


def _summarize(sample: Sample, inside: BoolArray, q: int, resample: Resampler) -> list[dict[str, object]]:
    """Return a row per bucket of one horizon and regime."""
    member = np.stack([(sample.signal == bucket) & inside for bucket in range(1, q + 1)], axis=1)
    counts = member.sum(axis=0)
    filled = counts > 0
    fit = fit_hac(sample.returns, member[:, filled].astype(np.float64), sample.overlap)
    shares = counts[filled] / max(counts.sum(), 1)
    both_ends = bool(filled[0] and filled[-1])
    spread = fit.test(np.eye(filled.sum())[-1] - np.eye(filled.sum())[0]) if both_ends and q > 1 else None
    increasing, decreasing = _monotonic(sample, member, resample) if filled.all() else (np.nan, np.nan)
    rows: list[dict[str, object]] = []
    for bucket in range(1, q + 1):
        own = sample.returns[member[:, bucket - 1]]
        row: dict[str, object] = {**dict.fromkeys(_COLUMNS, np.nan), "bucket": bucket, "count": len(own)}
        if len(own):
            unit = np.eye(len(shares))[filled[: bucket - 1].sum()]
            test, excess = fit.test(unit), fit.test(unit - shares)
            row |= {
                "mean": float(own.mean()), "median": float(np.median(own)), "hit_rate": float(np.mean(own > 0)),
                "std_error": test.std_error, "t": test.t, "p_value": test.p_value,
                "excess": float(own.mean() - sample.returns[inside].mean()),
                "excess_t": excess.t, "excess_p": excess.p_value,
            }  # fmt: skip
        if spread is not None:
            row |= {"spread": spread.estimate, "spread_t": spread.t, "spread_p": spread.p_value}
        rows.append(row | {"p_increasing": increasing, "p_decreasing": decreasing})
    return rows


def _monotonic(sample: Sample, member: BoolArray, resample: Resampler) -> tuple[float, float]:
    """Return the p-values that the means rise, or fall, from each bucket to the next (Patton & Timmermann, 2010).

    The statistic is the least step; in resamples, less the steps of the sample, as if all means were equal.
    """
    drawn = resample(len(sample.returns), sample.overlap)
    if drawn is None:
        return np.nan, np.nan
    q = member.shape[1]
    codes = np.where(member.any(axis=1), member.argmax(axis=1), q)  # q: another regime
    steps = np.diff(_bucket_means(codes, sample.returns, q))
    smallest = np.empty((len(drawn), 2))
    for number, rows in enumerate(drawn):
        apart = np.diff(_bucket_means(codes[rows], sample.returns[rows], q)) - steps
        smallest[number] = apart.min(), (-apart).min()
    smallest = smallest[~np.isnan(smallest).any(axis=1)]
    beyond = (smallest >= np.array([steps.min(), (-steps).min()])).sum(axis=0)
    increasing, decreasing = ((1 + beyond) / (1 + len(smallest))).tolist()
    return increasing, decreasing


def _bucket_means(codes: np.ndarray[tuple[int], np.dtype[np.int64]], returns: Float64Array, q: int) -> Float64Array:
    counts = np.bincount(codes, minlength=q + 1)[:q]
    sums = np.bincount(codes, weights=returns, minlength=q + 1)[:q]
    result = np.full(q, np.nan)
    np.divide(sums, counts, out=result, where=counts > 0)
    return result
