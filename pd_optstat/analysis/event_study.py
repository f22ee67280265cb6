"""The mean path of prices around the days on which a signal becomes extreme. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import check_choice, check_int
from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..core.frame import ordered_columns
from .bootstrap import BootstrapSettings
from .extremes import SIDES, MarkedDays, event_rows
from .prices import Prices
from .resampled_days import draw_rows
from .returns import check_overlap, entry_rows, forward_returns
from .trading_days import day_numbers

__all__ = ["BANDS", "StudySettings", "mean_paths", "study_events"]

#: A band for each session alone, or one that holds the whole path.
BANDS = ("pointwise", "uniform")

_COLUMNS = ("count", "mean", "low", "high", "all_mean", "excess", "excess_low", "excess_high")


class StudySettings(NamedTuple):
    """Which sessions are shown and how their band is computed: the arguments of ``df.optstat.event_study``."""

    lag: int
    before: int = 20
    after: int = 60
    each: str = "run"
    band: str = "pointwise"
    bootstrap: BootstrapSettings = BootstrapSettings()

    def checked(self) -> StudySettings:
        """Return these settings, or raise `InvalidRequest` naming the invalid argument."""
        check_int(self.before, "before", least=0)
        check_int(self.after, "after")
        check_choice(self.each, "each", ("run", "day"))
        check_choice(self.band, "band", BANDS)
        self.bootstrap.checked()
        return self


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def mean_paths(entry: Int64Array, prices: Prices, before: int, after: int) -> Float64Array:
    """Return P[entry + k] / P[entry] - 1 for k from -before to after, a row per entry; NaN beyond prices and holes.

    >>> prices = Prices(np.arange(5), np.array([1.0, 2.0, 4.0, 2.0, 1.0]))
    >>> mean_paths(np.array([2]), prices, 1, 2).tolist()
    [[-0.5, 0.0, -0.5, -0.75]]
    """
    columns = []
    for k in range(-before, after + 1):
        if k >= 0:
            columns.append(forward_returns(entry, prices, k))
        else:
            columns.append(1 / (1 + forward_returns(np.where(entry >= -k, entry + k, -1), prices, -k)) - 1)
    paths = np.stack(columns, axis=1)
    paths[np.isinf(paths)] = np.nan
    return paths


def study_events(
    marked: MarkedDays, prices: Prices, settings: StudySettings, earliest: Int64Array | None = None
) -> pd.DataFrame:
    """Return the mean path around the events of each side, a row per side and session."""
    check_overlap(marked.days, prices)
    before, after = settings.before, settings.after
    entry = entry_rows(day_numbers(marked.days), prices, settings.lag, earliest)
    rows = np.flatnonzero(marked.known & (entry >= 0))
    paths = mean_paths(entry[rows], prices, before, after)
    is_event = np.zeros(len(marked.marks), dtype=np.bool_)
    is_event[event_rows(marked, settings.each)] = True
    groups = [is_event[rows] & (marked.marks[rows] == side) for side in SIDES]
    drawn = draw_rows(len(rows), after - 1, prices, settings.bootstrap)
    sessions = np.arange(-before, after + 1)
    tables = [_describe(paths, group, drawn, settings) for group in groups]
    keys = [(side, int(k)) for side in SIDES for k in sessions]
    result = pd.DataFrame(np.concatenate(tables), ordered_columns(keys, ["side", "session"]), list(_COLUMNS))
    return result.astype({"count": np.int64})


class _Moments(NamedTuple):
    """The mean of each session, and its standard error as if events were independent."""

    mean: Float64Array
    error: Float64Array


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def _moments(paths: Float64Array, weights: Float64Array) -> _Moments:
    """Return the weighted moments of each column over the rows that have a value; NaN where there are none."""
    weighted = ~np.isnan(paths) * weights[:, None]
    filled = np.nan_to_num(paths, nan=0.0)
    total = np.add.reduce(weighted, axis=0)
    mean = np.add.reduce(filled * weighted, axis=0) / total
    variance = np.add.reduce((filled - mean) ** 2 * weighted, axis=0) / (total - 1)
    mean[~np.isfinite(mean)] = np.nan
    error = np.sqrt(variance / total)
    error[~np.isfinite(error)] = np.nan
    return _Moments(mean, error)


def _describe(
    paths: Float64Array, group: BoolArray, drawn: npt.NDArray[np.int32] | None, settings: StudySettings
) -> Float64Array:
    """Return the columns of one side."""
    ones = np.ones(len(paths))
    own, every = _moments(paths[group], ones[group]), _moments(paths, ones).mean
    result = np.full((paths.shape[1], len(_COLUMNS)), np.nan)
    result[:, 0] = (~np.isnan(paths[group])).sum(axis=0)
    result[:, 1], result[:, 4], result[:, 5] = own.mean, every, own.mean - every
    if drawn is None or group.sum() < 2:
        return result
    scaled = np.empty((2, len(drawn), paths.shape[1]))
    for number, rows in enumerate(drawn):
        weights = np.bincount(rows, minlength=len(paths)).astype(np.float64)
        one = _moments(paths[group], weights[group])
        apart = one.mean - own.mean, (one.mean - _moments(paths, weights).mean) - (own.mean - every)
        scaled[:, number] = [_studentize(values, one.error) for values in apart]
    for place, estimate, values in ((2, own.mean, scaled[0]), (6, own.mean - every, scaled[1])):
        width = _critical(values, settings) * own.error
        result[:, place], result[:, place + 1] = estimate - width, estimate + width
    return result


def _studentize(apart: Float64Array, error: Float64Array) -> Float64Array:
    """Return how many standard errors a resample lies apart: 0 at the entry, where all paths are 0."""
    result = np.where(apart == 0, 0.0, np.nan)
    np.divide(np.abs(apart), error, out=result, where=error > 0)
    return result


def _critical(scaled: Float64Array, settings: StudySettings) -> Float64Array | float:
    """Return the number of standard errors that a band needs: for each session, or for all at once."""
    kept = scaled[~np.isnan(scaled).any(axis=1)]
    if len(kept) < 2:
        return np.nan
    level = settings.bootstrap.level
    if settings.band == "uniform":
        return float(np.quantile(kept.max(axis=1), level))
    critical: Float64Array = np.quantile(kept, level, axis=0)
    return critical
