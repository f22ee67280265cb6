"""Rolling windows: what may be one, and sums, means and deviations over it. Pure, on arrays.

These are not taken from pandas: its online algorithms subtract what leaves the window, so that a rest of a
huge value stays behind for ever (a mean of 1e-8 where all is 0, a deviation of 10 where all is equal). Here
nothing outside a window ever touches its result. Whole counts are summed as integers, exactly. Other numbers
are added up from the edges of blocks as long as the window: any window is the end of one block and the
beginning of the next, so two running sums per block give every window in one pass, without a subtraction
(van Herk 1992 did so for maxima). Deviations merge the two parts by the update of Welford (1962) and Chan,
Golub & LeVeque (1983), around a number of the part itself, so that a constant window deviates by exactly 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import check_int, parse_timedelta
from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..errors import InvalidRequest

__all__ = [
    "Window",
    "WindowLike",
    "clock_of",
    "label_of",
    "quotient",
    "rolling_deviations",
    "rolling_means",
    "rolling_sums",
    "running_sums",
    "window_of",
    "windowed",
]

Floats = Float64Array
Ints = Int64Array
Bools = BoolArray
WindowLike: TypeAlias = int | str | timedelta | pd.offsets.BaseOffset

#: Offset windows are laid out in full, about this many numbers at a time.
_CHUNK = 1 << 18

#: Windows of rows are computed about this many rows at a time.
_STRETCH = 1 << 14


class Window(NamedTuple):
    """A checked window: of `size` rows, or, if that is None, from the row `starts[i]` to row i."""

    size: int | None
    starts: Ints | None
    min_periods: int
    raw: Any  # what pandas' own rolling() takes, on a series indexed by `clock_of`


def clock_of(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return what the index's own clock shows, without a zone: spans count days, of which some have 23 or 25 hours."""
    if index.tz is None:
        return index
    # In the hour that autumn repeats the clock goes back; windows need moments in order.
    shown = np.maximum.accumulate(index.tz_localize(None).to_numpy())
    return pd.DatetimeIndex(shown).as_unit(index.unit)


def window_of(
    value: object, index: pd.Index[Any], min_periods: int | None, argument: str = "window", cap: bool = False
) -> Window:
    rows = isinstance(value, int | float | np.integer | np.floating)  # bool is an int
    size = check_int(value, argument) if rows else None
    span = None if rows else parse_timedelta(value, argument)
    least = (size or 1) if min_periods is None else check_int(min_periods, "min_periods")
    if size is not None and least > size:
        if not cap:
            raise InvalidRequest(f"min_periods={min_periods!r}: more than the {size} rows of {argument}")
        least = size
    if span is None:
        return Window(size, None, least, size)
    if not isinstance(index, pd.DatetimeIndex):
        raise InvalidRequest(f"{argument}={value!r}: a span of time needs a DatetimeIndex")
    moments = clock_of(index).asi8
    length = min(-(-span.as_unit("ns").value // pd.Timedelta(1, index.unit).as_unit("ns").value), 1 << 61)
    starts = np.searchsorted(moments, moments - length, side="right").astype(np.int64)
    return Window(None, starts, least, span)


def label_of(value: WindowLike, window: Window) -> str:
    """Return how columns name a checked window: its rows, the text that was given, or a span as such a text.

    >>> label_of(timedelta(days=30), window_of(timedelta(days=30), pd.DatetimeIndex([]), None))
    '30D'
    """
    if window.size is not None:
        return str(window.size)
    if isinstance(value, str):
        return value
    days, rest = divmod(window.raw, pd.Timedelta(1, "D"))
    return f"{window.raw / pd.Timedelta(1, 's'):.12g}s" if rest else f"{days}D"


def running_sums(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the sums of ``values[:i]`` for i in 0..n."""
    result = np.zeros(len(values) + 1, dtype=np.int64 if values.dtype.kind in "bi" else np.float64)
    np.cumsum(values, out=result[1:])
    return result


def windowed(running: Ints, window: Window) -> Ints:
    """Return the sum over each row's window, from whole running sums: their differences are exact."""
    if window.starts is not None:
        return running[1:] - running[window.starts]
    size = min(window.size or 1, len(running) - 1)
    result = running[1:].copy()
    result[size:] -= running[1 : len(running) - size]
    return result


def _blocks(values: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    """Return `values` in rows of `size`, the last one filled up with zeros."""
    padded = np.zeros(-(-len(values) // size) * size, dtype=values.dtype)
    padded[: len(values)] = values
    return padded.reshape(-1, size)


@np.errstate(over="ignore")
def rolling_sums(values: Floats, window: Window) -> Floats:
    """Return the sum over each row's window, never subtracting; missing numbers are 0."""
    n = len(values)
    if n == 0:
        return np.zeros(0)
    if window.starts is not None:
        result = np.empty(n)
        for rows, where, at, _ in _laid_out(window.starts):
            result[rows] = np.add.reduceat(values[where], at)
        return result
    size = min(window.size or 1, n)
    result = np.empty(n)
    for begin, low, high in _stretches(n, size):
        result[low:high] = _sums(values[begin:high], size)[low - begin :]
    return result


def _sums(values: Floats, size: int) -> Floats:
    """Return the sum over each row's `size` rows, of a stretch of rows."""
    n = len(values)
    blocks = _blocks(values, size)
    result = np.cumsum(blocks, axis=1).ravel()[:n]
    if size > 1:
        tails = np.cumsum(blocks[:, ::-1], axis=1)[:, ::-1]
        tails[:, 0] = 0.0  # a whole block is its own beginning already
        result[size - 1 :] += tails.ravel()[: n - size + 1]
    return result


def _stretches(n: int, size: int) -> Iterator[tuple[int, int, int]]:
    """Yield the first row that is needed, and the first and the last row (exclusive), of stretches of whole blocks.

    What is computed of a stretch fits in the processor's cache, and its memory is used again for the next one: in
    one piece, half a million rows take five times as long for each row as fifty thousand do.
    """
    length = -(-max(_STRETCH, 8 * size) // size) * size
    for low in range(0, n, length):
        yield max(low - size, 0), low, min(low + length, n)


def _laid_out(starts: Ints) -> Iterator[tuple[slice, Ints, Ints, Ints]]:
    """Yield rows, the positions in their windows one after the other, where each begins, and its length."""
    lengths = np.arange(1, len(starts) + 1) - starts
    ends = np.cumsum(lengths)
    first = 0
    while first < len(starts):
        done = ends[first - 1] if first else 0
        last = max(int(np.searchsorted(ends, done + _CHUNK, side="right")), first + 1)
        part = lengths[first:last]
        at = np.cumsum(part) - part
        yield slice(first, last), np.arange(part.sum()) + np.repeat(starts[first:last] - at, part), at, part
        first = last


def rolling_means(ratio: Floats, valid: Bools, count: Ints, window: Window) -> Floats:
    total = rolling_sums(ratio if valid.all() else np.where(valid, ratio, 0.0), window)
    return quotient(total, count, count >= window.min_periods)


def _pieces(blocks: Floats, there: Bools) -> tuple[Floats, Ints, Floats, Floats]:
    """Return a number of each block, and around it count, mean and squares of all the block's beginnings."""
    centre = np.take_along_axis(blocks, there.argmax(axis=1)[:, None], axis=1)  # the first number there is
    around = np.where(there, blocks - centre, 0.0)
    count = np.cumsum(there, axis=1, dtype=np.int64)
    mean = np.cumsum(around, axis=1) / np.maximum(count, 1)
    step = around.copy()
    step[:, 1:] -= mean[:, :-1]
    # Welford: each number adds its squared distance from the mean before, times (k - 1) / k; never negative.
    squares = np.cumsum(step * step * ((count - 1) * there / np.maximum(count, 1)), axis=1)
    return centre, count, mean, squares


@np.errstate(all="ignore")
def rolling_deviations(ratio: Floats, valid: Bools, window: Window) -> tuple[Floats, Floats]:
    """Return each ratio less its window's mean, and the sum of the squared deviations of the window."""
    n = len(ratio)
    if n == 0:
        return np.zeros(0), np.zeros(0)
    values = np.where(valid, ratio, 0.0)
    if window.starts is not None:
        return _deviations_in_spans(values, valid, window.starts)
    size = min(window.size or 1, n)
    own, squares = np.empty(n), np.empty(n)
    for begin, low, high in _stretches(n, size):
        parts = _deviations(values[begin:high], valid[begin:high], size)
        own[low:high], squares[low:high] = (part[low - begin :] for part in parts)
    return own, squares


def _deviations(values: Floats, valid: Bools, size: int) -> tuple[Floats, Floats]:
    """Return what `rolling_deviations` does, of a stretch of rows."""
    n = len(values)
    blocks, there = _blocks(values, size), _blocks(valid, size)
    centre, count, mean, squares = _pieces(blocks, there)
    own, squares = ((blocks - centre) - mean).ravel()[:n], squares.ravel()[:n]
    if size == 1 or n <= size:
        return own, squares
    # The ends of blocks are the beginnings of the reversed ones.
    ends = _pieces(blocks[:, ::-1], there[:, ::-1])
    far, far_count, far_mean, far_squares = (part[:, ::-1] for part in ends)
    far_count[:, 0] = 0  # a whole block is its own beginning already
    late = slice(size, n)  # rows of the second block and later; before, the beginning is the window
    early = slice(1, n - size + 1)  # where the rest of their windows begins, one block before
    a, b = far_count.ravel()[early], count.ravel()[late]
    gap = (np.repeat(centre[1:], size, axis=1) - np.repeat(far[:-1], size, axis=1)).ravel()[: n - size]
    gap += mean.ravel()[late] - far_mean.ravel()[early]
    share = np.where(b > 0, a / np.maximum(a + b, 1), 0.0)
    own[late] += gap * share
    squares[late] += far_squares.ravel()[early] * (a > 0) + gap * gap * share * b
    return own, squares


def _deviations_in_spans(values: Floats, valid: Bools, starts: Ints) -> tuple[Floats, Floats]:
    latest = np.maximum.accumulate(np.where(valid, np.arange(len(values)), 0))
    centre = values[latest]  # in the window of its row, if any number is
    own, squares = np.empty(len(values)), np.empty(len(values))
    for rows, where, at, lengths in _laid_out(starts):
        there = valid[where]
        around = np.where(there, values[where] - np.repeat(centre[rows], lengths), 0.0)
        mean = np.add.reduceat(around, at) / np.maximum(np.add.reduceat(there, at, dtype=np.int64), 1)
        own[rows] = values[rows] - centre[rows] - mean
        distance = np.where(there, around - np.repeat(mean, lengths), 0.0)
        squares[rows] = np.add.reduceat(distance * distance, at)
    return own, squares


@np.errstate(over="ignore", invalid="ignore")
def quotient(above: npt.NDArray[Any], below: npt.NDArray[Any], where: Bools | bool = True) -> Floats:
    """Return above / below, NaN where `below` is 0, where `where` is False, and instead of an infinity."""
    result = np.full(len(above), np.nan)
    np.divide(above, below, out=result, where=(below != 0) & where)
    if above.dtype.kind == "f" or below.dtype.kind == "f":
        result[np.isinf(result)] = np.nan
    return result
