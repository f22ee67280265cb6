"""Formulas on counts and ratios, one function each. Pure; knows nothing of frames' attributes.

Each function computes what the method of ``df.optstat`` with its name returns; units, sources and edge cases are
documented there. In the formulas, C and P are the call and put totals of a day, and r = P / C.

Rolling sums, means and deviations come from `windows`, where no value outside a window affects its result. Ranks,
medians and exponential means are those of pandas: ranks and medians only compare, so pandas computes them exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import check_int, check_number
from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..core.frame import PRICE_COLUMN
from ..errors import InvalidRequest
from .counts import RATIO_ATOL, RATIO_RTOL, Column, Counts, NumberArray, max_count, total
from .trading_days import day_numbers
from .windows import (
    Window,
    WindowLike,
    check_window,
    quotient,
    rolling_deviations,
    rolling_means,
    rolling_sums,
    running_sums,
    window_label,
    window_sums,
    without_zone,
)

#: float64, and the marks of extremes int8.
RatioSeries: TypeAlias = Column
MarkSeries: TypeAlias = Column

__all__ = [
    "HOWS", "MIN_RATIOS", "bands", "detrend", "extremes", "find_faults", "metrics_columns", "momentum", "percentile",
    "put_call_ratio", "put_share", "resample", "rolling_ratio", "zscore",
]  # fmt: skip

_ArrayT = TypeVar("_ArrayT", bound=npt.NDArray[np.generic])

#: Words for periods, and pandas' names of the offsets that they mean.
_RULES = {
    word: offset
    for offset, words in {
        "D": "day daily",
        "W": "week weekly",
        "ME": "m month monthly",
        "QE": "q quarter quarterly",
        "YE": "y a year yearly annual annually",
    }.items()
    for word in words.split()
}
HOWS = ("sum", "mean", "median", "ema")

#: A span of time may hold very few days. Among fewer ratios than this, no percentile is called extreme.
MIN_RATIOS = 20


def _split_missing(ratio: RatioSeries) -> tuple[Float64Array, BoolArray]:
    """Return the values of a series, and which of them are finite."""
    values = ratio.to_numpy(dtype=np.float64, na_value=np.nan)
    return values, np.isfinite(values)


def _to_series(values: Float64Array, index: pd.Index, name: str) -> RatioSeries:
    return pd.Series(_writeable(values), index=index, name=name, copy=False)


def _writeable(values: _ArrayT) -> _ArrayT:
    """Return an array that can be written to, as a result should be; those that pandas 3 hands out cannot."""
    return values if values.flags.writeable else values.copy()


def put_call_ratio(counts: Counts) -> RatioSeries:
    """Return P / C (Billingsley & Chance, 1988); NaN where C is 0 or either is missing.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> put_call_ratio(read_counts(sample())).tolist()
    [0.5, 0.8, nan, 0.25, 1.5]
    """
    return _to_series(quotient(counts.puts, counts.calls, counts.valid), counts.days, "put_call_ratio")


def put_share(counts: Counts) -> RatioSeries:
    """Return P / (C + P) (Pan & Poteshman, 2006); NaN where the sum is 0 or either is missing.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> put_share(read_counts(sample())).round(3).tolist()
    [0.333, 0.444, 1.0, 0.2, 0.6]
    """
    return _to_series(quotient(counts.puts, total(counts.calls, counts.puts), counts.valid), counts.days, "put_share")


class _WindowSums:
    """ΣP / ΣC over any number of windows, which share the running sums."""

    def __init__(self, counts: Counts) -> None:
        n = len(counts.valid)
        self._counts = counts
        self._valid = np.arange(n + 1, dtype=np.int64) if counts.valid.all() else running_sums(counts.valid)
        # Sums of integers are exact, so the sum over a window is the difference of two running sums.
        whole = counts.as_integers()
        self._running: list[Int64Array] = []
        if whole is not None and all(max_count(part) * n < 1 << 62 for part in whole):
            self._running = [running_sums(part) for part in whole]

    def ratio(self, window: Window) -> Float64Array:
        """Return ΣP / ΣC over the window of each row."""
        enough = window_sums(self._valid, window) >= window.min_periods
        if self._running:
            calls, puts = (window_sums(part, window) for part in self._running)
            return quotient(puts, calls, enough)
        floats = (part.astype(np.float64) for part in (self._counts.calls, self._counts.puts))
        call_sums, put_sums = (rolling_sums(part, window) for part in floats)
        return quotient(put_sums, call_sums, enough)


def _ema(ratio: RatioSeries, window: Window) -> RatioSeries:
    """Return e(t) = α r(t) + (1 − α) e(t − 1) with α = 2 / (n + 1) for a window of n rows, over the valid ratios."""
    return ratio.ewm(span=window.size, adjust=False, ignore_na=True, min_periods=window.min_periods).mean()


def rolling_ratio(
    counts: Counts, ratio: RatioSeries, window: WindowLike, how: str, min_periods: int | None = None
) -> RatioSeries:
    """Return ΣP / ΣC over the window, or the mean, median or exponential mean of r.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> counts = read_counts(sample())
    >>> rolling_ratio(counts, put_call_ratio(counts), 2, "sum").round(3).tolist()
    [nan, 0.667, 1.0, 0.375, 0.5]
    """
    if not isinstance(how, str) or how not in HOWS:
        raise InvalidRequest(f"how={how!r} must be one of {', '.join(map(repr, HOWS))}.")
    checked = check_window(window, ratio.index, min_periods)
    if how == "ema":
        if checked.size is None:
            raise InvalidRequest(f'window={window!r} must be a number of rows with how="ema", not a span of time.')
        result = _ema(ratio, checked).to_numpy()
    elif how == "median":
        result = _on_clock(ratio).rolling(checked.raw, min_periods=checked.min_periods).median().to_numpy()
    elif how == "sum":
        result = _WindowSums(counts).ratio(checked)
    else:
        result = _rolling_mean(ratio, checked)
    return _to_series(result, ratio.index, f"ratio_{how}_{window_label(window, checked)}")


def _rolling_mean(ratio: RatioSeries, window: Window) -> Float64Array:
    values, valid = _split_missing(ratio)
    return rolling_means(values, valid, window_sums(running_sums(valid), window), window)


def _standard_scores(ratio: RatioSeries, window: Window) -> Float64Array:
    values, valid = _split_missing(ratio)
    count = window_sums(running_sums(valid), window)
    from_mean, squares = rolling_deviations(values, valid, window)
    sample_deviation = np.sqrt(squares / np.maximum(count - 1, 1))
    return quotient(from_mean, sample_deviation, valid & (count >= max(window.min_periods, 2)))


def zscore(ratio: RatioSeries, window: WindowLike, min_periods: int | None = None) -> RatioSeries:
    """Return (r − x̄) / s, with the window's mean x̄ and sample deviation s (ddof 1); NaN where s is 0.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> zscore(ratio, 4, min_periods=2).round(3).tolist()
    [nan, 0.707, nan, -0.968, 1.038]
    """
    return _to_series(_standard_scores(ratio, check_window(window, ratio.index, min_periods)), ratio.index, "zscore")


def _ranks(ratio: RatioSeries, window: Window) -> RatioSeries:
    ranks = _on_clock(ratio).rolling(window.raw, min_periods=window.min_periods).rank(pct=True)
    return ranks.set_axis(ratio.index)


def _on_clock(ratio: RatioSeries) -> RatioSeries:
    """Return the series indexed without a zone, so that a span of pandas counts days of the clock, not of 24 hours."""
    index = ratio.index
    return (
        ratio.set_axis(without_zone(index)) if isinstance(index, pd.DatetimeIndex) and index.tz is not None else ratio
    )


def percentile(ratio: RatioSeries, window: WindowLike, min_periods: int | None = None) -> RatioSeries:
    """Return rank / n of r among the n ratios of its window, ties averaged.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> percentile(ratio, "4D").round(3).tolist()
    [1.0, 1.0, nan, 0.333, 1.0]
    """
    return _ranks(ratio, check_window(window, ratio.index, min_periods)).rename("percentile")


@np.errstate(over="ignore", invalid="ignore")
def bands(ratio: RatioSeries, window: WindowLike, k: float, min_periods: int | None = None) -> pd.DataFrame:
    """Return x̄ ± k s, with the window's mean x̄ and sample deviation s (Bollinger, 2001).

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> bands(ratio, 2, k=2.0).iloc[-1].round(3).tolist()
    [0.875, 2.643, -0.893]
    """
    checked = check_window(window, ratio.index, min_periods)
    if not (check_number(k, "k", 0, 1e9) > 0):
        raise InvalidRequest(f"k={k!r} must be a number above 0.")
    values, valid = _split_missing(ratio)
    count = window_sums(running_sums(valid), checked)
    middle = rolling_means(values, valid, count, checked)
    enough = count >= max(checked.min_periods, 2)
    width = k * np.sqrt(quotient(rolling_deviations(values, valid, checked)[1], count - 1, enough))
    result = pd.DataFrame({"middle": middle, "upper": middle + width, "lower": middle - width}, ratio.index)
    return result.where(np.isfinite(result))


def detrend(ratio: RatioSeries, short: WindowLike, long: WindowLike, min_periods: int | None = None) -> RatioSeries:
    """Return the short rolling mean / the long rolling mean − 1; NaN where the long one is 0.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> detrend(ratio, 1, 2).round(3).tolist()
    [nan, 0.231, nan, nan, 0.714]
    """
    slow = check_window(long, ratio.index, min_periods, "long")
    fast = check_window(short, ratio.index, min_periods, "short", cap=True)
    if not _may_be_shorter(fast.raw, slow.raw):
        raise InvalidRequest(f"short={short!r}, long={long!r}: short must be shorter than long.")
    result = quotient(_rolling_mean(ratio, fast), _rolling_mean(ratio, slow)) - 1.0
    return _to_series(result, ratio.index, "detrend")


def _may_be_shorter(short: int | pd.Timedelta, long: int | pd.Timedelta) -> bool:
    if isinstance(short, int) and isinstance(long, int):
        return short < long
    if isinstance(short, int) or isinstance(long, int):
        return True  # rows and spans of time cannot be compared
    return bool(short < long)


def momentum(ratio: RatioSeries, periods: int) -> RatioSeries:
    """Return r(t) − r(t − periods), in rows.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> momentum(ratio, 1).round(3).tolist()
    [nan, 0.3, nan, nan, 1.25]
    """
    return ratio.diff(min(check_int(periods, "periods"), len(ratio))).rename("momentum")


def _mark(percentiles: Float64Array, lower: float, upper: float) -> npt.NDArray[np.int8]:
    # NaN compares as False on both sides, so it is not an extreme.
    return (percentiles >= upper).astype(np.int8) - (percentiles <= lower).astype(np.int8)


def _check_limits(lower: float, upper: float) -> tuple[float, float]:
    low, high = check_number(lower, "lower", 0, 1), check_number(upper, "upper", 0, 1)
    if low >= high:
        raise InvalidRequest(f"lower={lower!r}, upper={upper!r}: lower must be below upper.")
    return low, high


def extremes(
    ratio: RatioSeries, window: WindowLike, lower: float, upper: float, min_periods: int | None = None
) -> MarkSeries:
    """Return +1 where the percentile ≥ upper, −1 where ≤ lower, else 0 (Simon & Wiggins, 2001).

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> extremes(ratio, 4, 0.4, 0.9, min_periods=2).tolist()
    [0, 1, 0, -1, 1]
    """
    low, high = _check_limits(lower, upper)
    checked = check_window(window, ratio.index, min_periods)
    if checked.size is None and min_periods is None:
        checked = checked._replace(min_periods=MIN_RATIOS)
    marks = _mark(_ranks(ratio, checked).to_numpy(), low, high)
    return pd.Series(marks, index=ratio.index, name="extreme", copy=False)


def metrics_columns(
    counts: Counts,
    ratio: RatioSeries,
    windows: Iterable[int],
    lookback: WindowLike,
    lower: float = 0.1,
    upper: float = 0.9,
) -> dict[str, npt.NDArray[np.float64] | npt.NDArray[np.int8]]:
    """Return the columns that ``df.optstat.metrics`` adds, computing once what the windows have in common."""
    low, high = _check_limits(lower, upper)
    checked = [check_window(check_int(size, "windows"), ratio.index, None, "windows") for size in windows]
    back = check_window(lookback, ratio.index, None, "lookback")
    values, valid = _split_missing(ratio)
    valid_before = running_sums(valid)
    # The columns that need the most memory come first, while there are few results; they are put in order below.
    scores, percentiles = _standard_scores(ratio, back), _writeable(_ranks(ratio, back).to_numpy())
    sums = _WindowSums(counts)
    columns: dict[str, npt.NDArray[np.float64] | npt.NDArray[np.int8]] = {
        "put_call_ratio": _writeable(values),
        "put_share": _writeable(put_share(counts).to_numpy()),
    }
    for window in checked:
        columns[f"ratio_sum_{window.size}"] = sums.ratio(window)
        columns[f"ratio_mean_{window.size}"] = rolling_means(values, valid, window_sums(valid_before, window), window)
        columns[f"ratio_ema_{window.size}"] = _writeable(_ema(ratio, window).to_numpy())
    label = window_label(lookback, back)
    columns[f"zscore_{label}"], columns[f"percentile_{label}"] = scores, percentiles
    enough = window_sums(valid_before, back) >= (MIN_RATIOS if back.size is None else 1)
    columns[f"extreme_{label}"] = _mark(np.where(enough, percentiles, np.nan), low, high)
    return columns


def resample(
    counts: Counts, rule: str | pd.offsets.BaseOffset, *, sums: bool, prices: Float64Array | None = None
) -> pd.DataFrame:
    """Return the sums, or the last counts, of each period that has a row with both; their ratio; and the last price.

    A period is labelled as pandas labels it, or with the last day that it holds if that is later. So the label of a
    period is never before a day whose counts it sums up.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> resample(read_counts(sample()), "W", sums=True)[["call_value", "put_value"]].values.tolist()
    [[950, 600]]
    """
    parts: dict[str, NumberArray] = {"call_value": counts.calls, "put_value": counts.puts}
    if sums:  # integers stay integers only if the sum of all fits
        parts = {n: p if max_count(p) * len(p) < 1 << 62 else p.astype(np.float64) for n, p in parts.items()}
    rows = pd.DataFrame(parts, counts.days)[counts.valid]
    try:
        offset = pd.tseries.frequencies.to_offset(rule)
        is_short = isinstance(offset, pd.offsets.Tick) and offset.nanos < 86_400 * 10**9
        if offset is None or offset.n < 1 or is_short:
            raise ValueError("it is shorter than a day")
        periods = rows.resample(offset)
        has_rows = periods.size().to_numpy() > 0
        result = (periods.sum() if sums else periods.last())[has_rows].astype(rows.dtypes)
        last_days = pd.DatetimeIndex(rows.index.to_series().resample(offset).last()[has_rows])
    except (ValueError, TypeError, AttributeError) as error:
        meant = _RULES.get(str(rule).lower())
        hint = f'Did you mean "{meant}"?' if meant else f"({str(error).partition('. Failed')[0]})"
        raise InvalidRequest(f'rule={rule!r} must be a period such as "W" or "ME". {hint}') from error
    result.index = _latest(pd.DatetimeIndex(result.index), last_days)
    calls, puts = (result[name].to_numpy() for name in parts)
    result["total_value"], result["ratio"] = total(calls, puts), quotient(puts, calls)
    if prices is not None:
        closes = pd.Series(prices, counts.days)[counts.valid]
        result[PRICE_COLUMN] = closes.resample(offset).last()[has_rows].to_numpy()
    return result


def _latest(labels: pd.DatetimeIndex, last_days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return the later day of both, label by label."""
    is_early = day_numbers(labels) < day_numbers(last_days)
    if not is_early.any():
        return labels
    found = pd.DatetimeIndex(labels.where(~is_early, last_days), name=labels.name)
    # pandas 2 keeps the frequency of the labels. It can be set, whatever pandas' stubs say.
    found.freq = None  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
    return found


def find_faults(columns: Mapping[str, tuple[NumberArray, BoolArray]]) -> dict[str, BoolArray]:
    """Return what may be wrong with call_value, put_value, total_value and ratio, and in which rows it is."""
    (calls, has_call), (puts, has_put) = columns["call_value"], columns["put_value"]
    valid = has_call & has_put
    not_counts = [(part < 0) | (np.trunc(part) != part) for part in (calls, puts)]
    faults = {
        "Call or put is missing": ~valid,
        "Call or put is not a whole number >= 0": not_counts[0] | not_counts[1],
    }
    if "total_value" in columns:
        totals, known = columns["total_value"]
        faults["Total is not call + put"] = valid & known & (totals != total(calls, puts))
    if "ratio" in columns:
        ratio, known = columns["ratio"]
        expected = np.nan_to_num(quotient(puts, calls))
        faults["Ratio is not put / call"] = valid & known & ~np.isclose(ratio, expected, RATIO_RTOL, RATIO_ATOL)
    return faults
