"""Where a day's ratio ranks in its window: percentiles, and the extremes that they mark. Pure."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import check_number
from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..errors import InvalidRequest
from .counts import Column
from .ratio_rows import RatioSeries, on_clock, scatter, split_missing, to_series
from .windows import Window, WindowLike, check_window, running_sums, window_sums

__all__ = [
    "MIN_RATIOS", "RANKINGS", "ExtremeLimits", "ExtremeMarks", "MarkSeries", "Ranks", "check_limits", "check_lookback",
    "extremes", "mark_extremes", "percentile", "rank",
]  # fmt: skip

#: Int8, missing where the percentile is unknown.
MarkSeries: TypeAlias = Column

#: A span of time may hold very few days. Among fewer ratios than this, no percentile is called extreme.
MIN_RATIOS = 20

#: Which percentile `extremes` compares. The symmetric one of the k-th of n ratios, (k - 1/2) / n, mirrors itself where
#: the order is reversed. k / n, the "pct" of pandas, does not: the lowest of ten has 0.1 and the highest 1.0, so with
#: limits of 0.1 and 0.9 two of ten independent days are fear, and one is greed.
RANKINGS = ("symmetric", "pct")


class ExtremeLimits(NamedTuple):
    """From which percentiles a day is extreme: the arguments of ``df.optstat.extremes``, checked."""

    lower: float
    upper: float
    ranking: str


class Ranks(NamedTuple):
    """The rank of each ratio in its window, from 1 with ties averaged, NaN where unknown; and their number."""

    ranks: Float64Array
    sizes: Int64Array

    def percentiles(self, ranking: str = "pct") -> Float64Array:
        """Return the percentiles of a ranking."""
        shifted = self.ranks - 0.5 if ranking == "symmetric" else self.ranks
        return shifted / np.maximum(self.sizes, 1)


class ExtremeMarks(NamedTuple):
    """+1, -1 or 0 for each day (int8), and whether its percentile is known; where it is not, the mark is 0."""

    values: npt.NDArray[np.int8]
    known: BoolArray

    def to_array(self) -> pd.arrays.IntegerArray:
        """Return the marks as a nullable array, missing where nothing is known."""
        return pd.arrays.IntegerArray(self.values, ~self.known)


def check_limits(lower: float, upper: float, ranking: str = "symmetric") -> ExtremeLimits:
    """Return the limits of extremes, or raise `InvalidRequest` naming the invalid one."""
    low, high = check_number(lower, "lower", 0, 1), check_number(upper, "upper", 0, 1)
    if low >= high:
        raise InvalidRequest(f"lower={lower!r}, upper={upper!r}: lower must be below upper.")
    if not isinstance(ranking, str) or ranking not in RANKINGS:
        raise InvalidRequest(f"ranking={ranking!r} must be one of {', '.join(map(repr, RANKINGS))}.")
    return ExtremeLimits(low, high, ranking)


def check_lookback(
    value: WindowLike, index: pd.Index, min_periods: int | None = None, argument: str = "window"
) -> Window:
    """Return the window of extremes: as `check_window`, but a span of time needs `MIN_RATIOS` ratios by default."""
    checked = check_window(value, index, min_periods, argument)
    return checked._replace(min_periods=MIN_RATIOS) if checked.size is None and min_periods is None else checked


def rank(ratio: RatioSeries, window: Window) -> Ranks:
    """Return the rank of r among the ratios of its window."""
    valid = split_missing(ratio)[1]
    if window.size is not None and not valid.all():
        ranks, sizes = rank(ratio[valid], window)
        spread = np.zeros(len(valid), dtype=np.int64)
        spread[valid] = sizes
        return Ranks(scatter(ranks, valid), spread)
    ranks = on_clock(ratio).rolling(window.raw, min_periods=window.min_periods).rank().to_numpy()
    return Ranks(ranks, window_sums(running_sums(valid), window))


def percentile(ratio: RatioSeries, window: WindowLike, min_periods: int | None = None) -> RatioSeries:
    """Return rank / n of r among the n ratios of its window, ties averaged.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> percentile(ratio, "4D").round(3).tolist()
    [1.0, 1.0, nan, 0.333, 1.0]
    """
    ranks = rank(ratio, check_window(window, ratio.index, min_periods))
    return to_series(ranks.percentiles(), ratio.index, "percentile")


def mark_extremes(ranks: Ranks, limits: ExtremeLimits) -> ExtremeMarks:
    """Return +1 where the percentile of the ranking ≥ upper, −1 where ≤ lower, else 0."""
    percentiles = ranks.percentiles(limits.ranking)
    # NaN compares as False on both sides, so it is not an extreme.
    marks = (percentiles >= limits.upper).astype(np.int8) - (percentiles <= limits.lower).astype(np.int8)
    return ExtremeMarks(marks, ~np.isnan(percentiles))


def extremes(
    ratio: RatioSeries,
    window: WindowLike,
    lower: float,
    upper: float,
    min_periods: int | None = None,
    ranking: str = "symmetric",
) -> MarkSeries:
    """Return +1 where the percentile ≥ upper, −1 where ≤ lower, else 0 (Simon & Wiggins, 2001); missing if unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> extremes(ratio, 4, 0.2, 0.7, min_periods=2).tolist()
    [<NA>, 1, <NA>, -1, 1]
    """
    limits = check_limits(lower, upper, ranking)
    marks = mark_extremes(rank(ratio, check_lookback(window, ratio.index, min_periods)), limits)
    return pd.Series(marks.to_array(), index=ratio.index, name="extreme", copy=False)
