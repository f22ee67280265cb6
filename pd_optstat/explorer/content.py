"""The numbers behind an explorer's views: computed from all days loaded, cut to those that are shown. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..analysis import metrics as _m
from ..analysis.counts import Counts
from ..core.arrays import Float64Array
from ..errors import InvalidRequest
from .state import METRICS, View

__all__ = ["Content", "Loaded", "compute", "table_of"]

Floats = Float64Array

#: How each metric is computed; `METRICS` says how a user writes the same.
_COMPUTE: dict[str, Callable[[Counts, Any, View], Any]] = {
    "zscore": lambda counts, ratio, view: _m.zscore(ratio, view.lookback),
    "percentile": lambda counts, ratio, view: _m.percentile(ratio, view.lookback),
    "rolling_ratio": lambda counts, ratio, view: _m.rolling_ratio(counts, ratio, view.window, "sum"),
    "ema": lambda counts, ratio, view: _m.rolling_ratio(counts, ratio, view.window, "ema"),
    "median": lambda counts, ratio, view: _m.rolling_ratio(counts, ratio, view.window, "median"),
    "detrend": lambda counts, ratio, view: _m.detrend(ratio, view.window, view.lookback),
    "momentum": lambda counts, ratio, view: _m.momentum(ratio, view.window),
    "put_share": lambda counts, ratio, view: _m.put_share(counts),
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A series as it was loaded or given: what it is called, and its counts."""

    title: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Content:
    """What the views of one series show: arrays over the days shown; NaN where there is nothing.

    Attributes
    ----------
    days : array of datetime64[ns]
    call, put : float arrays, contracts
    ratio, mean, slow_mean, upper, lower, metric, percentile : float arrays
        The ratio, its means over window and lookback, the band around the former, the chosen metric, the
        ratio's percentile among the lookback.
    extreme : int8 array
        +1 fear, -1 greed.
    """

    title: str
    days: npt.NDArray[np.datetime64]
    call: Floats
    put: Floats
    ratio: Floats
    mean: Floats
    slow_mean: Floats
    upper: Floats
    lower: Floats
    metric: Floats
    percentile: Floats
    extreme: npt.NDArray[np.int8]


def compute(loaded: Loaded, view: View, first: date | None, last: date | None) -> Content:
    """Return what the views show of a series from `first` to `last`, both inclusive.

    Raises
    ------
    InvalidRequest
        If window and lookback do not fit the metric, as in `pd_optstat.metrics`.
    """
    if view.metric == "detrend" and view.window >= view.lookback:
        raise InvalidRequest(
            f"Window {view.window} is not shorter than Lookback {view.lookback}, as the detrended ratio needs. "
            "Move one of the sliders, or choose another metric."
        )
    counts = loaded.counts
    ratio = _m.put_call_ratio(counts)
    bands = _m.bands(ratio, view.window, view.k)
    extreme = _m.extremes(ratio, view.lookback, view.lower, view.upper)
    metric = _COMPUTE[view.metric](counts, ratio, view)
    shown = within(counts.days, first, last)

    def cut(values: Any) -> Floats:
        return np.asarray(values, dtype=np.float64)[shown]

    return Content(
        title=loaded.title,
        days=counts.days.tz_localize(None).to_numpy().astype("datetime64[ns]")[shown],  # the dates on its own clock
        call=cut(np.where(counts.valid, counts.calls, np.nan)),
        put=cut(np.where(counts.valid, counts.puts, np.nan)),
        ratio=cut(ratio),
        mean=cut(bands["middle"]),
        slow_mean=cut(_m.rolling_ratio(counts, ratio, view.lookback, "mean")),
        upper=cut(bands["upper"]),
        lower=cut(bands["lower"]),
        metric=cut(metric),
        percentile=cut(_m.percentile(ratio, view.lookback)),
        extreme=np.asarray(extreme, dtype=np.int8)[shown],
    )


def within(days: pd.DatetimeIndex, first: date | None, last: date | None) -> slice:
    """Return where the days from `first` to `last` are among the ascending `days`."""
    plain = days.tz_localize(None)
    begin = 0 if first is None else int(plain.searchsorted(pd.Timestamp(first)))
    end = len(days) if last is None else int(plain.searchsorted(pd.Timestamp(last) + pd.Timedelta(days=1)))
    return slice(begin, end)


def table_of(contents: list[Content], view: View) -> pd.DataFrame:
    """Return the rows of all series, newest first, for a table that can be sorted; numbers are rounded for the eye."""
    title = METRICS[view.metric].title
    parts = []
    for content in contents:
        columns: dict[str, Any] = {
            "Series": content.title,
            "Day": np.datetime_as_string(content.days, unit="D"),
            "Calls": content.call,
            "Puts": content.put,
            "Put/call": content.ratio.round(4),
            f"Mean {view.window}": content.mean.round(4),
            f"Percentile {view.lookback}": content.percentile.round(3),
        }
        if view.metric != "percentile":
            columns[title[:1].upper() + title[1:]] = content.metric.round(4)
        columns["Extreme"] = np.array(["greed", "", "fear"])[content.extreme + 1]
        parts.append(pd.DataFrame(columns))
    table = pd.concat(parts, ignore_index=True)
    if len(parts) == 1:
        table = table.drop(columns="Series")
    counts = ["Calls", "Puts"]
    if not table[counts].isna().to_numpy().any():
        table[counts] = table[counts].astype("int64")
    return table.sort_values("Day", ascending=False, kind="stable", ignore_index=True)
