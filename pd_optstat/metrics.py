"""The formulas, one function each: pure, on numbers and Series, knowing nothing of frames' attributes.

Rolling sums, means and deviations are not taken from pandas: its online algorithms subtract what leaves
the window, so that a rest of a huge value stays behind for ever (a mean of 1e-8 where all is 0, a deviation
of 10 where all is equal). Here nothing outside a window ever touches its result. Whole counts are summed as
integers, exactly. Other numbers are added up from the edges of blocks as long as the window: any window is
the end of one block and the beginning of the next, so two running sums per block give every window in one
pass, without a subtraction (van Herk 1992 did so for maxima). Deviations merge the two parts by the update of
Welford (1962) and Chan, Golub & LeVeque (1983), around a number of the part itself, so that a constant
window deviates by exactly 0. Ranks and medians compare only, so there pandas is exact.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from .errors import InvalidData, InvalidRequest

__all__ = [
    "HOWS", "MIN_RATIOS", "Counts", "WindowLike", "as_column", "bands", "detrend", "extremes", "faults",
    "momentum", "names", "numbers", "percentile", "put_call_ratio", "put_share", "resample", "rolling_ratio",
    "table", "turnover", "whole", "zscore",
]  # fmt: skip

if TYPE_CHECKING:
    Series: TypeAlias = pd.Series[Any]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
WindowLike: TypeAlias = int | str | timedelta | pd.offsets.BaseOffset

#: What the vendor's SDK and others write where there is no number.
_ABSENT = ("N/A", "", "NaN", "nan", "--", "None", "<NA>")

#: How far a given ratio may be from put / call: the documented samples are rounded to six digits.
_RATIO_RTOL, _RATIO_ATOL = 1e-4, 1e-6

HOWS = ("sum", "mean", "median", "ema")

#: An offset window may hold very few days; a percentile among fewer ratios than this is no extreme.
MIN_RATIOS = 20

#: Offset windows are laid out in full, this many numbers at a time.
_CHUNK = 1 << 21


class Counts(NamedTuple):
    """Call and put totals of ascending days, as int64 if whole, else float64; 0 where `valid` is False."""

    days: pd.DatetimeIndex
    calls: npt.NDArray[Any]
    puts: npt.NDArray[Any]
    valid: Bools


class _Window(NamedTuple):
    """A checked window: of `size` rows, or, if that is None, from the row `starts[i]` to row i."""

    size: int | None
    starts: Ints | None
    min_periods: int
    raw: Any  # what pandas' own rolling() takes


def whole(value: object, argument: str) -> int:
    """Return `value` if it is a whole number of at least 1, else raise `InvalidRequest`."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= 1:
        return int(value)
    raise InvalidRequest(f"{argument}={value!r}: a whole number of at least 1 is needed")


def number(value: object, argument: str, low: float, high: float) -> float:
    """Return `value` if it is a finite number in ``low..high``, else raise `InvalidRequest`."""
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        result = float(value)
        if math.isfinite(result) and low <= result <= high:
            return result
    raise InvalidRequest(f"{argument}={value!r}: a number from {low:g} to {high:g} is needed")


def span_of(value: object, argument: str) -> pd.Timedelta:
    """Return a fixed offset ("30D", a timedelta, ``pd.offsets.Day(30)``) as a positive Timedelta."""
    try:
        offset = pd.tseries.frequencies.to_offset(value) if isinstance(value, str) else value
        if isinstance(offset, pd.offsets.Day):
            offset = timedelta(days=offset.n)  # no fixed tick any more in pandas 3, but here it is 24 hours
        span = pd.Timedelta(cast(Any, offset))
        if span > pd.Timedelta(0):  # False for NaT
            return span
    except (ValueError, TypeError, OverflowError):
        pass
    valid = 'a number of trading rows (whole, at least 1), or a positive span of fixed length such as "30D"'
    raise InvalidRequest(f"{argument}={value!r}: {valid}, is needed")


def names(items: Iterable[object], most: int = 5) -> str:
    """Return the first of `items`, for an error message."""
    listed = [str(item) for item in items]
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")


def numbers(column: Series, name: Hashable) -> tuple[npt.NDArray[Any], Bools]:
    """Return the numbers of `column`, 0 where there is none, int64 if all are whole; and where one is."""
    if not pd.api.types.is_numeric_dtype(column.dtype):
        texts = column.astype(object)
        parsed = pd.Series(pd.to_numeric(texts, errors="coerce"), index=column.index)
        strange = texts[(parsed.isna() & texts.notna() & ~texts.isin(_ABSENT)).to_numpy(dtype=bool)]
        if len(strange):
            raise InvalidData(f"column {name!r} holds what is no number: {names(map(repr, strange.unique()))}")
        column = parsed.astype(np.float64) if parsed.dtype == object else parsed
    if pd.api.types.is_bool_dtype(column.dtype):
        raise InvalidData(f"column {name!r} holds {column.dtype}, not numbers")
    valid = column.notna().to_numpy(dtype=bool)
    if pd.api.types.is_integer_dtype(column.dtype):
        return (column if valid.all() else column.fillna(0)).to_numpy(dtype=np.int64), valid
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    valid = np.isfinite(values)
    values = np.where(valid, values, 0.0)
    exact = bool((np.trunc(values) == values).all() and (np.abs(values) <= 2.0**53).all())
    return (values.astype(np.int64) if exact else values), valid


def as_column(values: npt.NDArray[Any], valid: Bools) -> Any:
    """Return numbers for a frame: int64, or Int64 where one is missing; float64 if they are not whole."""
    if values.dtype.kind == "f":
        return np.where(valid, values, np.nan)
    return values if valid.all() else pd.arrays.IntegerArray(values.copy(), ~valid)


def _window(
    value: object, index: pd.Index[Any], min_periods: int | None, argument: str = "window", cap: bool = False
) -> _Window:
    rows = isinstance(value, int | float | np.integer | np.floating)  # bool is an int
    size = whole(value, argument) if rows else None
    span = None if rows else span_of(value, argument)
    least = (size or 1) if min_periods is None else whole(min_periods, "min_periods")
    if size is not None and least > size:
        if not cap:
            raise InvalidRequest(f"min_periods={min_periods!r}: more than the {size} rows of {argument}")
        least = size
    if span is None:
        return _Window(size, None, least, size)
    if not isinstance(index, pd.DatetimeIndex):
        raise InvalidRequest(f"{argument}={value!r}: a span of time needs a DatetimeIndex")
    moments = index.asi8
    length = min(-(-span.as_unit("ns").value // pd.Timedelta(1, index.unit).as_unit("ns").value), 1 << 61)
    starts = np.searchsorted(moments, moments - length, side="right").astype(np.int64)
    return _Window(None, starts, least, span)


def _running(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the sums of ``values[:i]`` for i in 0..n."""
    result = np.zeros(len(values) + 1, dtype=np.int64 if values.dtype.kind in "bi" else np.float64)
    np.cumsum(values, out=result[1:])
    return result


def _between(running: Ints, window: _Window) -> Ints:
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
def _sums(values: Floats, window: _Window) -> Floats:
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
    blocks = _blocks(values, size)
    result = np.cumsum(blocks, axis=1).ravel()[:n]
    if size > 1:
        tails = np.cumsum(blocks[:, ::-1], axis=1)[:, ::-1]
        tails[:, 0] = 0.0  # a whole block is its own beginning already
        result[size - 1 :] += tails.ravel()[: n - size + 1]
    return result


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


def _mean(ratio: Floats, valid: Bools, count: Ints, window: _Window) -> Floats:
    total = _sums(ratio if valid.all() else np.where(valid, ratio, 0.0), window)
    return _quotient(total, count, count >= window.min_periods)


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
def _deviations(ratio: Floats, valid: Bools, window: _Window) -> tuple[Floats, Floats]:
    """Return each ratio less its window's mean, and the sum of the squared deviations of the window."""
    n = len(ratio)
    if n == 0:
        return np.zeros(0), np.zeros(0)
    values = np.where(valid, ratio, 0.0)
    if window.starts is not None:
        return _deviations_in_spans(values, valid, window.starts)
    size = min(window.size or 1, n)
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
def _quotient(above: npt.NDArray[Any], below: npt.NDArray[Any], where: Bools | bool = True) -> Floats:
    """Return above / below, NaN where `below` is 0, where `where` is False, and instead of an infinity."""
    result = np.full(len(above), np.nan)
    np.divide(above, below, out=result, where=(below != 0) & where)
    if above.dtype.kind == "f" or below.dtype.kind == "f":
        result[np.isinf(result)] = np.nan
    return result


def _values(ratio: Series) -> tuple[Floats, Bools]:
    values = ratio.to_numpy(dtype=np.float64, na_value=np.nan)
    return values, np.isfinite(values)


def _named(values: npt.NDArray[Any], index: pd.Index[Any], name: str) -> Series:
    # pandas 3 gives out arrays that cannot be written to, but a result can.
    return pd.Series(values, index=index, name=name, copy=not values.flags.writeable)


def put_call_ratio(counts: Counts) -> Series:
    """Return put / call; NaN where call is 0 or either is missing."""
    return _named(_quotient(counts.puts, counts.calls, counts.valid), counts.days, "put_call_ratio")


def put_share(counts: Counts) -> Series:
    """Return put / (call + put); NaN where that is 0 or either is missing."""
    return _named(_quotient(counts.puts, counts.calls + counts.puts, counts.valid), counts.days, "put_share")


class _Running:
    """Sums of puts over sums of calls, for any number of windows: what they share is computed once."""

    def __init__(self, counts: Counts) -> None:
        self._calls, self._puts, n = counts.calls, counts.puts, len(counts.valid)
        self._exact = all(
            part.dtype.kind == "i" and (n == 0 or max(int(part.max()), -int(part.min())) < (1 << 62) // n)
            for part in (counts.calls, counts.puts)
        )
        self._valid = np.arange(n + 1) if counts.valid.all() else _running(counts.valid)
        if self._exact:
            self._calls, self._puts = _running(counts.calls), _running(counts.puts)

    def ratio(self, window: _Window) -> Floats:
        enough = _between(self._valid, window) >= window.min_periods
        if self._exact:
            return _quotient(_between(self._puts, window), _between(self._calls, window), enough)
        calls, puts = (_sums(part.astype(np.float64), window) for part in (self._calls, self._puts))
        return _quotient(puts, calls, enough)


def _ema(ratio: Series, window: _Window) -> Series:
    return ratio.ewm(span=window.size, adjust=False, ignore_na=True, min_periods=window.min_periods).mean()


def rolling_ratio(
    counts: Counts, ratio: Series, window: WindowLike, how: str, min_periods: int | None = None
) -> Series:
    """Return Σput/Σcall over the window, or the mean, median or exponential mean of the daily ratios."""
    if how not in HOWS:
        raise InvalidRequest(f"how={how!r}: one of {', '.join(map(repr, HOWS))} is needed")
    checked = _window(window, ratio.index, min_periods)
    if how == "ema":
        if checked.size is None:
            raise InvalidRequest(f'window={window!r}: how="ema" takes a number of trading rows, not a span of time')
        result = _ema(ratio, checked).to_numpy()
    elif how == "median":
        result = ratio.rolling(checked.raw, min_periods=checked.min_periods).median().to_numpy()
    elif how == "sum":
        result = _Running(counts).ratio(checked)
    else:
        result = _rolling_mean(ratio, checked)
    label = checked.size if checked.size is not None else window
    return _named(result, ratio.index, f"ratio_{how}_{label}")


def _rolling_mean(ratio: Series, window: _Window) -> Floats:
    values, valid = _values(ratio)
    return _mean(values, valid, _between(_running(valid), window), window)


def _scores(ratio: Series, window: _Window) -> Floats:
    values, valid = _values(ratio)
    count = _between(_running(valid), window)
    own, squares = _deviations(values, valid, window)
    deviation = np.sqrt(squares / np.maximum(count - 1, 1))
    return _quotient(own, deviation, valid & (count >= max(window.min_periods, 2)))


def zscore(ratio: Series, window: WindowLike, min_periods: int | None = None) -> Series:
    """Return (ratio − rolling mean) / rolling sample deviation (ddof 1); NaN where that is 0."""
    return _named(_scores(ratio, _window(window, ratio.index, min_periods)), ratio.index, "zscore")


def _ranks(ratio: Series, window: _Window) -> Series:
    return ratio.rolling(window.raw, min_periods=window.min_periods).rank(pct=True)


def percentile(ratio: Series, window: WindowLike, min_periods: int | None = None) -> Series:
    """Return the share of the window's ratios ≤ this one, ties averaged."""
    return _ranks(ratio, _window(window, ratio.index, min_periods)).rename("percentile")


@np.errstate(over="ignore", invalid="ignore")
def bands(ratio: Series, window: WindowLike, k: float, min_periods: int | None = None) -> pd.DataFrame:
    """Return rolling mean ± k · rolling sample deviation (Bollinger)."""
    checked = _window(window, ratio.index, min_periods)
    if not (number(k, "k", 0, 1e9) > 0):
        raise InvalidRequest(f"k={k!r}: a number above 0 is needed")
    values, valid = _values(ratio)
    count = _between(_running(valid), checked)
    middle = _mean(values, valid, count, checked)
    enough = count >= max(checked.min_periods, 2)
    width = k * np.sqrt(_quotient(_deviations(values, valid, checked)[1], count - 1, enough))
    result = pd.DataFrame({"middle": middle, "upper": middle + width, "lower": middle - width}, ratio.index)
    return result.where(np.isfinite(result))


def detrend(ratio: Series, short: WindowLike, long: WindowLike, min_periods: int | None = None) -> Series:
    """Return short rolling mean / long rolling mean − 1; NaN where the long one is 0."""
    slow = _window(long, ratio.index, min_periods, "long")
    fast = _window(short, ratio.index, min_periods, "short", cap=True)
    if (fast.size is None) == (slow.size is None) and not fast.raw < slow.raw:
        raise InvalidRequest(f"short={short!r}, long={long!r}: short must be shorter than long")
    result = _quotient(_rolling_mean(ratio, fast), _rolling_mean(ratio, slow)) - 1.0
    return _named(result, ratio.index, "detrend")


def momentum(ratio: Series, periods: int) -> Series:
    """Return ratio − ratio `periods` rows before."""
    return ratio.diff(whole(periods, "periods")).rename("momentum")


def _marks(share: npt.NDArray[Any], lower: float, upper: float) -> npt.NDArray[np.int8]:
    # NaN compares as False on both sides: no extreme.
    return (share >= upper).astype(np.int8) - (share <= lower).astype(np.int8)


def extremes(ratio: Series, window: WindowLike, lower: float, upper: float, min_periods: int | None = None) -> Series:
    """Return +1 where the percentile ≥ upper, −1 where ≤ lower, else 0."""
    low, high = number(lower, "lower", 0, 1), number(upper, "upper", 0, 1)
    if low >= high:
        raise InvalidRequest(f"lower={lower!r}, upper={upper!r}: lower must be below upper")
    checked = _window(window, ratio.index, min_periods)
    if checked.size is None and min_periods is None:
        checked = checked._replace(min_periods=MIN_RATIOS)
    return _named(_marks(_ranks(ratio, checked).to_numpy(), low, high), ratio.index, "extreme")


def table(counts: Counts, ratio: Series, windows: tuple[int, ...], lookback: WindowLike) -> dict[str, npt.NDArray[Any]]:
    """Return the columns that ``metrics`` adds, sharing what the windows have in common."""
    values, valid = _values(ratio)
    running, valid_before = _Running(counts), _running(valid)
    columns = {"put_call_ratio": values, "put_share": put_share(counts).to_numpy()}
    checked = [_window(whole(w, "windows"), ratio.index, None, "windows") for w in windows]
    back = _window(lookback, ratio.index, None, "lookback")
    for w in checked:
        columns[f"ratio_sum_{w.size}"] = running.ratio(w)
        columns[f"ratio_mean_{w.size}"] = _mean(values, valid, _between(valid_before, w), w)
        columns[f"ratio_ema_{w.size}"] = _ema(ratio, w).to_numpy()
    label = back.size if back.size is not None else lookback
    share = _ranks(ratio, back).to_numpy()
    columns[f"zscore_{label}"] = _scores(ratio, back)
    columns[f"percentile_{label}"] = share
    if back.size is None:
        share = np.where(_between(valid_before, back) >= MIN_RATIOS, share, np.nan)
    columns[f"extreme_{label}"] = _marks(share, 0.1, 0.9)
    return columns


def turnover(volume: Counts, interest: Counts) -> pd.DataFrame:
    """Return volume / open interest on common days; NaN where the latter is 0 or a number is missing."""
    at = interest.days.get_indexer(volume.days)
    own, at = at >= 0, at[at >= 0]
    calls, puts, valid = volume.calls[own], volume.puts[own], volume.valid[own] & interest.valid[at]
    pairs = {"call": (calls, interest.calls[at]), "put": (puts, interest.puts[at])}
    pairs["total"] = (calls + puts, (interest.calls + interest.puts)[at])
    columns = {f"{name}_turnover": _quotient(*pair, valid) for name, pair in pairs.items()}
    return pd.DataFrame(columns, index=volume.days[own])


def resample(counts: Counts, rule: Any, sums: bool) -> pd.DataFrame:
    """Return the sums, or the last counts, of each period that has a row with both; and their ratio."""
    rows = pd.DataFrame({"call_value": counts.calls, "put_value": counts.puts}, counts.days)[counts.valid]
    try:
        offset = pd.tseries.frequencies.to_offset(rule)
        short = isinstance(offset, pd.offsets.Tick) and offset.nanos < 86_400 * 10**9
        if offset is None or offset.n < 1 or short:
            raise ValueError("it is shorter than a day")
        groups = rows.resample(offset)
        result = (groups.sum() if sums else groups.last())[groups.size().to_numpy() > 0].astype(rows.dtypes)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidRequest(f'rule={rule!r}: a period such as "W" or "ME" is needed ({error})') from error
    result["total_value"] = result["call_value"] + result["put_value"]
    result["ratio"] = _quotient(result["put_value"].to_numpy(), result["call_value"].to_numpy())
    return result


def faults(columns: dict[Any, tuple[npt.NDArray[Any], Bools]]) -> dict[str, Bools]:
    """Return what may be wrong with call_value, put_value, total_value and ratio; and in which rows it is."""
    (calls, there), (puts, also) = columns["call_value"], columns["put_value"]
    valid = there & also
    broken = [(part < 0) | (np.trunc(part) != part) for part in (calls, puts)]
    found = {"call or put is missing": ~valid, "call or put is no whole number >= 0": broken[0] | broken[1]}
    if "total_value" in columns:
        total, known = columns["total_value"]
        found["total is not call + put"] = valid & known & (total != calls + puts)
    if "ratio" in columns:
        ratio, known = columns["ratio"]
        right = np.nan_to_num(_quotient(puts, calls))
        found["ratio is not put / call"] = valid & known & ~np.isclose(ratio, right, _RATIO_RTOL, _RATIO_ATOL)
    return found
