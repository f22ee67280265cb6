"""Rolling windows, and sums, means and deviations over them. Pure, on arrays.

The online algorithms of pandas subtract what leaves the window, so rounding errors of a huge value stay behind for good
(a mean of 1e-8 where all values are 0, a deviation of 10 where all are equal). Here no value outside a window affects
its result:

- Whole counts are summed as integers, exactly.
- Other numbers are summed from the edges of blocks that are as long as the window. Any window is the end of one block
  and the beginning of the next, so two running sums per block give every window in one pass, without a subtraction
  (M. van Herk, "A fast algorithm for local minimum and maximum filters", Pattern Recognition Letters 13, 1992, does
  this for maxima).
- Deviations merge the two parts by the updates of B. P. Welford (Technometrics 4(3), 1962) and of T. F. Chan, G. H.
  Golub and R. J. LeVeque (The American Statistician 37(3), 1983), computed relative to a value of the part itself, so
  that a constant window has a deviation of exactly 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import check_int, parse_timedelta
from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..errors import InvalidRequest

__all__ = [
    "Window",
    "WindowLike",
    "check_window",
    "quotient",
    "rolling_deviations",
    "rolling_means",
    "rolling_sums",
    "running_sums",
    "window_label",
    "window_sums",
    "without_zone",
]

_ScalarT = TypeVar("_ScalarT", bound=np.generic)

#: A number of rows, or a span of time of fixed length.
WindowLike: TypeAlias = int | str | timedelta | pd.offsets.BaseOffset

#: Spans of time are laid out value by value, about this many values at a time.
_CHUNK_VALUES = 1 << 18

#: Windows of rows are computed for about this many rows at a time.
_STRETCH_ROWS = 1 << 14


#: More rows than any series has. Larger windows mean the same.
_MOST_ROWS = 2**31 - 1


class Window(NamedTuple):
    """A checked window.

    Attributes
    ----------
    size : int or None
        Number of rows, None for a span of time.
    starts : ndarray of int64 or None
        The first row of each row's window, for a span of time.
    min_periods : int
        How many valid values a window needs.
    raw : int or Timedelta
        The argument for `Series.rolling`, on a series indexed by `without_zone`.
    """

    size: int | None
    starts: Int64Array | None
    min_periods: int
    raw: int | pd.Timedelta


def without_zone(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return the times that the index shows on its own clock, so that spans of days hold days of 23 or 25 hours."""
    if index.tz is None:
        return index
    # The clock goes back in the hour that autumn repeats, but windows need ascending times.
    shown = np.maximum.accumulate(index.tz_localize(None).to_numpy())
    return pd.DatetimeIndex(shown).as_unit(index.unit)


def check_window(
    value: object, index: pd.Index, min_periods: int | None, argument: str = "window", cap: bool = False
) -> Window:
    """Return a number of rows or a span of time as a window over `index`; `InvalidRequest` if it is neither.

    With `cap`, a window shorter than `min_periods` rows is allowed and needs all of its rows.
    """
    is_number = isinstance(value, int | float | np.integer | np.floating)
    size = min(check_int(value, argument), _MOST_ROWS) if is_number else None
    least = (size or 1) if min_periods is None else check_int(min_periods, "min_periods")
    if size is not None and least > size:
        if not cap:
            raise InvalidRequest(f"min_periods={min_periods!r} is more than the {size} rows of {argument}.")
        least = size
    if size is not None:
        return Window(size, None, least, size)
    span = parse_timedelta(value, argument)
    if not isinstance(index, pd.DatetimeIndex):
        raise InvalidRequest(f"{argument}={value!r} is a span of time, which needs a DatetimeIndex.")
    moments = without_zone(index).asi8
    length = min(-(-span.as_unit("ns").value // pd.Timedelta(1, index.unit).as_unit("ns").value), 1 << 61)
    starts = np.searchsorted(moments, moments - length, side="right").astype(np.int64)
    return Window(None, starts, least, span)


def window_label(value: WindowLike, window: Window) -> str:
    """Return the window in the name of a column: its rows, the text that was given, or a span in days or seconds.

    >>> window_label(timedelta(days=30), check_window(timedelta(days=30), pd.DatetimeIndex([]), None))
    '30D'
    """
    if isinstance(window.raw, int):
        return str(window.raw)
    if isinstance(value, str):
        return value
    days, rest = divmod(window.raw, pd.Timedelta(1, "D"))
    return f"{window.raw / pd.Timedelta(1, 's'):.12g}s" if rest else f"{days}D"


def running_sums(values: Int64Array | BoolArray) -> Int64Array:
    """Return the sums of ``values[:i]`` for i in 0..n, exactly."""
    result = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=result[1:])
    return result


def window_sums(running: Int64Array, window: Window) -> Int64Array:
    """Return the sum over the window of each row, from the running sums of whole numbers."""
    if window.starts is not None:
        return running[1:] - running[window.starts]
    size = min(window.size or 1, len(running) - 1)
    result = running[1:].copy()
    result[size:] -= running[1 : len(running) - size]
    return result


def _blocks(values: npt.NDArray[_ScalarT], size: int) -> npt.NDArray[_ScalarT]:
    """Return `values` in rows of `size`, the last one padded with zeros."""
    padded = np.zeros(-(-len(values) // size) * size, dtype=values.dtype)
    padded[: len(values)] = values
    return padded.reshape(-1, size)


@np.errstate(over="ignore")
def rolling_sums(values: Float64Array, window: Window) -> Float64Array:
    """Return the sum over the window of each row, without subtractions; missing values must be 0."""
    n = len(values)
    if n == 0:
        return np.zeros(0)
    if window.starts is not None:
        result = np.empty(n)
        for rows, positions, begins, _ in _lay_out_spans(window.starts):
            result[rows] = np.add.reduceat(values[positions], begins)
        return result
    size = min(window.size or 1, n)
    result = np.empty(n)
    for begin, low, high in _stretches(n, size):
        result[low:high] = _block_sums(values[begin:high], size)[low - begin :]
    return result


def _block_sums(values: Float64Array, size: int) -> Float64Array:
    """Return the sum over the window of each row, within one stretch of rows."""
    n = len(values)
    blocks = _blocks(values, size)
    result = np.cumsum(blocks, axis=1).ravel()[:n]
    if size > 1:
        tails = np.cumsum(blocks[:, ::-1], axis=1)[:, ::-1]
        tails[:, 0] = 0.0  # a window that is a whole block is in `result` already
        result[size - 1 :] += tails.ravel()[: n - size + 1]
    return result


def _stretches(n: int, size: int) -> Iterator[tuple[int, int, int]]:
    """Yield stretches of whole blocks: the first row that their windows need, their first row, and the row after.

    Intermediate results of a stretch fit into the processor's cache, and their memory is used again for the next one.
    In one piece, half a million rows take five times as long per row as fifty thousand.
    """
    length = -(-max(_STRETCH_ROWS, 8 * size) // size) * size
    for low in range(0, n, length):
        yield max(low - size, 0), low, min(low + length, n)


def _lay_out_spans(starts: Int64Array) -> Iterator[tuple[slice, Int64Array, Int64Array, Int64Array]]:
    """Yield some rows, the positions in their windows one after the other, where each begins, and each one's length."""
    lengths = np.arange(1, len(starts) + 1) - starts
    ends = np.cumsum(lengths)
    first = 0
    while first < len(starts):
        done = ends[first - 1] if first else 0
        last = max(int(np.searchsorted(ends, done + _CHUNK_VALUES, side="right")), first + 1)
        part = lengths[first:last]
        begins = np.cumsum(part) - part
        positions = np.arange(part.sum()) + np.repeat(starts[first:last] - begins, part)
        yield slice(first, last), positions, begins, part
        first = last


def rolling_means(ratio: Float64Array, valid: BoolArray, count: Int64Array, window: Window) -> Float64Array:
    """Return the mean over the window of each row, NaN where fewer than `min_periods` values are valid."""
    total = rolling_sums(ratio if valid.all() else np.where(valid, ratio, 0.0), window)
    return quotient(total, count, count >= window.min_periods)


def _prefix_moments(
    blocks: Float64Array, valid: BoolArray
) -> tuple[Float64Array, Int64Array, Float64Array, Float64Array]:
    """Return a value of each block; and count, mean and squared deviations, relative to it, of all its beginnings."""
    centre = np.take_along_axis(blocks, valid.argmax(axis=1)[:, None], axis=1)  # the first valid one
    centred = np.where(valid, blocks - centre, 0.0)
    count = np.cumsum(valid, axis=1, dtype=np.int64)
    mean = np.cumsum(centred, axis=1) / np.maximum(count, 1)
    step = centred.copy()
    step[:, 1:] -= mean[:, :-1]
    # Welford: the k-th value adds its squared distance from the mean before it, times (k - 1) / k; never negative.
    squares = np.cumsum(step * step * ((count - 1) * valid / np.maximum(count, 1)), axis=1)
    return centre, count, mean, squares


@np.errstate(all="ignore")
def rolling_deviations(ratio: Float64Array, valid: BoolArray, window: Window) -> tuple[Float64Array, Float64Array]:
    """Return each ratio less the mean of its window, and the sum of squared deviations over the window."""
    n = len(ratio)
    if n == 0:
        return np.zeros(0), np.zeros(0)
    values = np.where(valid, ratio, 0.0)
    if window.starts is not None:
        return _deviations_in_spans(values, valid, window.starts)
    size = min(window.size or 1, n)
    from_mean, squares = np.empty(n), np.empty(n)
    for begin, low, high in _stretches(n, size):
        parts = _deviations(values[begin:high], valid[begin:high], size)
        from_mean[low:high], squares[low:high] = (part[low - begin :] for part in parts)
    return from_mean, squares


def _deviations(values: Float64Array, valid: BoolArray, size: int) -> tuple[Float64Array, Float64Array]:
    """Return the result of `rolling_deviations` within one stretch of rows."""
    n = len(values)
    blocks, valid_blocks = _blocks(values, size), _blocks(valid, size)
    centre, count, mean, squares = _prefix_moments(blocks, valid_blocks)
    from_mean, squares = ((blocks - centre) - mean).ravel()[:n], squares.ravel()[:n]
    if size == 1 or n <= size:
        return from_mean, squares
    # The ends of blocks are the beginnings of reversed blocks.
    ends = _prefix_moments(blocks[:, ::-1], valid_blocks[:, ::-1])
    end_centre, end_count, end_mean, end_squares = (part[:, ::-1] for part in ends)
    end_count[:, 0] = 0  # a window that is a whole block is complete already
    late = slice(size, n)  # rows from the second block on; in the first, the beginning of the block is the window
    early = slice(1, n - size + 1)  # where the windows of these rows begin, in the block before
    # Chan, Golub & LeVeque: merge the parts of a and b values, whose means differ by `gap`.
    a, b = end_count.ravel()[early], count.ravel()[late]
    gap = (np.repeat(centre[1:], size, axis=1) - np.repeat(end_centre[:-1], size, axis=1)).ravel()[: n - size]
    gap += mean.ravel()[late] - end_mean.ravel()[early]
    gap[a == 0] = 0.0  # a whole block has nothing of the one before, whose values may be as large as to overflow
    share = np.where(b > 0, a / np.maximum(a + b, 1), 0.0)
    from_mean[late] += gap * share
    squares[late] += np.where(a > 0, end_squares.ravel()[early], 0.0) + gap * gap * share * b
    return from_mean, squares


def _deviations_in_spans(
    values: Float64Array, valid: BoolArray, starts: Int64Array
) -> tuple[Float64Array, Float64Array]:
    """Return the result of `rolling_deviations` for spans of time, which are computed value by value."""
    latest = np.maximum.accumulate(np.where(valid, np.arange(len(values)), 0))
    centre = values[latest]  # lies in the window of its row if that has any valid value
    from_mean, squares = np.empty(len(values)), np.empty(len(values))
    for rows, positions, begins, lengths in _lay_out_spans(starts):
        is_valid = valid[positions]
        centred = np.where(is_valid, values[positions] - np.repeat(centre[rows], lengths), 0.0)
        mean = np.add.reduceat(centred, begins) / np.maximum(np.add.reduceat(is_valid, begins, dtype=np.int64), 1)
        from_mean[rows] = values[rows] - centre[rows] - mean
        distance = np.where(is_valid, centred - np.repeat(mean, lengths), 0.0)
        squares[rows] = np.add.reduceat(distance * distance, begins)
    return from_mean, squares


@np.errstate(over="ignore", invalid="ignore")
def quotient(
    dividend: Int64Array | Float64Array, divisor: Int64Array | Float64Array, where: BoolArray | bool = True
) -> Float64Array:
    """Return dividend / divisor; NaN where the divisor is 0, where `where` is False, and instead of infinity."""
    result = np.full(len(dividend), np.nan)
    np.divide(dividend, divisor, out=result, where=(divisor != 0) & where)
    if dividend.dtype.kind == "f" or divisor.dtype.kind == "f":
        result[np.isinf(result)] = np.nan
    return result
