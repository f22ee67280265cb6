"""The arrays that an explorer plots: computed from all loaded days, then cut to the days shown. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..analysis import metrics
from ..analysis.counts import Counts
from ..core.arrays import Float64Array
from ..errors import InvalidRequest
from .state import METRICS, View

__all__ = ["NamedCounts", "PlotData", "build_table", "compute_plot_data"]

_Series: TypeAlias = "pd.Series[float]"

#: The formula of each of `METRICS`, whose `expression` is the same in the user's code.
_FORMULAS: dict[str, Callable[[Counts, _Series, View], _Series]] = {
    "zscore": lambda counts, ratio, view: metrics.zscore(ratio, view.lookback),
    "percentile": lambda counts, ratio, view: metrics.percentile(ratio, view.lookback),
    "rolling_ratio": lambda counts, ratio, view: metrics.rolling_ratio(counts, ratio, view.window, "sum"),
    "ema": lambda counts, ratio, view: metrics.rolling_ratio(counts, ratio, view.window, "ema"),
    "median": lambda counts, ratio, view: metrics.rolling_ratio(counts, ratio, view.window, "median"),
    "detrend": lambda counts, ratio, view: metrics.detrend(ratio, view.window, view.lookback),
    "momentum": lambda counts, ratio, view: metrics.momentum(ratio, view.window),
    "put_share": lambda counts, ratio, view: metrics.put_share(counts),
}


@dataclass(frozen=True, slots=True)
class NamedCounts:
    """The counts of a series, with its title."""

    title: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class PlotData:
    """The arrays plotted for one series, one element a day; NaN where there is no value.

    Attributes
    ----------
    title : str
    days : array of datetime64[ns]
    call, put : float arrays
        Contracts.
    ratio, mean, slow_mean, upper, lower, metric, percentile : float arrays
        The put/call ratio, its means over the window and over the lookback, the band around the former, the chosen
        metric, and the ratio's percentile among the lookback.
    extreme : int8 array
        +1 for fear, -1 for greed.
    """

    title: str
    days: npt.NDArray[np.datetime64]
    call: Float64Array
    put: Float64Array
    ratio: Float64Array
    mean: Float64Array
    slow_mean: Float64Array
    upper: Float64Array
    lower: Float64Array
    metric: Float64Array
    percentile: Float64Array
    extreme: npt.NDArray[np.int8]


def compute_plot_data(series: NamedCounts, view: View, first: date | None, last: date | None) -> PlotData:
    """Return the arrays to plot for a series from `first` to `last`, both inclusive.

    Raises
    ------
    InvalidRequest
        If the metric needs a window that is shorter than the lookback.
    """
    if view.metric == "detrend" and view.window >= view.lookback:
        raise InvalidRequest(
            f"Window {view.window} is not shorter than Lookback {view.lookback}, as the detrended ratio requires. "
            "Move one of the sliders, or choose another metric."
        )
    counts = series.counts
    ratio = metrics.put_call_ratio(counts)
    bands = metrics.bands(ratio, view.window, view.k)
    extreme = metrics.extremes(ratio, view.lookback, view.lower, view.upper)
    metric = _FORMULAS[view.metric](counts, ratio, view)
    shown = slice_days(counts.days, first, last)

    def cut(values: npt.ArrayLike) -> Float64Array:
        return np.asarray(values, dtype=np.float64)[shown]

    return PlotData(
        title=series.title,
        days=counts.days.tz_localize(None).to_numpy().astype("datetime64[ns]")[shown],  # days in their own time zone
        call=cut(np.where(counts.valid, counts.calls, np.nan)),
        put=cut(np.where(counts.valid, counts.puts, np.nan)),
        ratio=cut(ratio),
        mean=cut(bands["middle"]),
        slow_mean=cut(metrics.rolling_ratio(counts, ratio, view.lookback, "mean")),
        upper=cut(bands["upper"]),
        lower=cut(bands["lower"]),
        metric=cut(metric),
        percentile=cut(metrics.percentile(ratio, view.lookback)),
        extreme=np.asarray(extreme, dtype=np.int8)[shown],
    )


def slice_days(days: pd.DatetimeIndex, first: date | None, last: date | None) -> slice:
    """Return the slice of the ascending `days` that holds those from `first` to `last`."""
    plain = days.tz_localize(None)
    begin = 0 if first is None else int(plain.searchsorted(pd.Timestamp(first)))
    end = len(days) if last is None else int(plain.searchsorted(pd.Timestamp(last) + pd.Timedelta(days=1)))
    return slice(begin, end)


def build_table(plots: list[PlotData], view: View) -> pd.DataFrame:
    """Return the rows of all series, newest first, with rounded numbers."""
    title = METRICS[view.metric].title
    parts = []
    for plot in plots:
        columns: dict[str, object] = {
            "Series": plot.title,
            "Day": np.datetime_as_string(plot.days, unit="D"),
            "Calls": plot.call,
            "Puts": plot.put,
            "Put/call": plot.ratio.round(4),
            f"Mean {view.window}": plot.mean.round(4),
            f"Percentile {view.lookback}": plot.percentile.round(3),
        }
        if view.metric != "percentile":
            columns[title[:1].upper() + title[1:]] = plot.metric.round(4)
        columns["Extreme"] = np.array(["greed", "", "fear"])[plot.extreme + 1]
        parts.append(pd.DataFrame(columns))
    table = pd.concat(parts, ignore_index=True)
    if len(parts) == 1:
        table = table.drop(columns="Series")
    counts = ["Calls", "Puts"]
    if not table[counts].isna().to_numpy().any():
        table[counts] = table[counts].astype("int64")
    return table.sort_values("Day", ascending=False, kind="stable", ignore_index=True)
