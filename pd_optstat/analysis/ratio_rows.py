"""Series of ratios, and the rows of them that a window counts. Pure.

A window of n rows is the last n rows that have a ratio, as ``ratio.dropna().rolling(n)`` of pandas, and a row without a
ratio has no result. So a day without a ratio changes nothing on other days, whether its row is there or not. A span of
time holds the ratios of its days, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.arrays import BoolArray, Float64Array
from .counts import Column, Counts
from .windows import Window, without_zone

__all__ = [
    "RatioSeries", "on_clock", "over_ratios", "rows_with_counts", "scatter", "split_missing", "to_series", "writeable",
]  # fmt: skip

#: float64
RatioSeries: TypeAlias = Column

_ArrayT = TypeVar("_ArrayT", bound=npt.NDArray[np.generic])


def split_missing(ratio: RatioSeries) -> tuple[Float64Array, BoolArray]:
    """Return the values of a series, and which of them are finite."""
    values = ratio.to_numpy(dtype=np.float64, na_value=np.nan)
    return values, np.isfinite(values)


def to_series(values: Float64Array, index: pd.Index, name: str) -> RatioSeries:
    """Return values as a series without copying them, unless they cannot be written to."""
    return pd.Series(writeable(values), index=index, name=name, copy=False)


def writeable(values: _ArrayT) -> _ArrayT:
    """Return an array that can be written to, as a result should be; those that pandas 3 hands out cannot."""
    return values if values.flags.writeable else values.copy()


def on_clock(ratio: RatioSeries) -> RatioSeries:
    """Return the series indexed without a zone, so that a span of pandas counts days of the clock, not of 24 hours."""
    index = ratio.index
    return (
        ratio.set_axis(without_zone(index)) if isinstance(index, pd.DatetimeIndex) and index.tz is not None else ratio
    )


def scatter(values: Float64Array, present: BoolArray) -> Float64Array:
    """Return the values in the rows that are present, NaN in the others; `values` itself if all are.

    >>> scatter(np.array([1.0, 2.0]), np.array([True, False, True])).tolist()
    [1.0, nan, 2.0]
    """
    if len(values) == len(present):
        return values
    result = np.full(len(present), np.nan)
    result[present] = values
    return result


def over_ratios(
    ratio: RatioSeries, window: Window, formula: Callable[[RatioSeries, Window], Float64Array]
) -> Float64Array:
    """Return ``formula(ratio, window)`` over the rows that the window counts, NaN in the others.

    >>> ratio = pd.Series([1.0, None, 2.0, 4.0])
    >>> over_ratios(ratio, Window(2, None, 2, 2), lambda part, window: part.rolling(window.raw).sum().to_numpy())
    array([nan, nan,  3.,  6.])
    """
    if window.size is None:
        return formula(ratio, window)
    present = split_missing(ratio)[1]
    return formula(ratio, window) if present.all() else scatter(formula(ratio[present], window), present)


def rows_with_counts(counts: Counts) -> Counts:
    """Return the rows that have both counts; `counts` itself if all have."""
    valid = counts.valid
    if valid.all():
        return counts
    return Counts(counts.days[valid], counts.calls[valid], counts.puts[valid], valid[valid])
