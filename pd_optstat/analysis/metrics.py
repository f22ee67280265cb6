"""Formulas on counts and ratios, one function each. Pure; knows nothing of frames' attributes.

Each function computes what the method of ``df.optstat`` with its name returns; units, sources and edge cases are
documented there. In the formulas, C and P are the call and put totals of a day, and r = P / C. Windows of rows count
the rows that have a ratio; see `ratio_rows`.

Rolling sums, means and deviations come from `windows`, where no value outside a window affects its result. Ranks,
medians and exponential means are those of pandas: ranks and medians only compare, so pandas computes them exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from .._util.validation import check_int, check_number
from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..core.frame import PRICE_COLUMN
from ..errors import InvalidRequest
from .counts import RATIO_ATOL, RATIO_RTOL, Counts, NumberArray, max_count, total
from .ranks import MIN_RATIOS, RANKINGS, check_limits, check_lookback, extremes, mark_extremes, percentile, rank
from .ratio_rows import (
    RatioSeries,
    on_clock,
    over_ratios,
    rows_with_counts,
    scatter,
    split_missing,
    to_series,
    writeable,
)
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
)

__all__ = [
    "HOWS", "MIN_RATIOS", "RANKINGS", "bands", "detrend", "extremes", "find_faults", "metrics_columns", "momentum",
    "percentile", "put_call_ratio", "put_share", "resample", "rolling_ratio", "zscore",
]  # fmt: skip

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

#: A column of `metrics_columns`: float64, the marks of extremes Int8.
_MetricColumn: TypeAlias = Float64Array | pd.arrays.IntegerArray


def put_call_ratio(counts: Counts) -> RatioSeries:
    """Return P / C (Billingsley & Chance, 1988); NaN where C is 0 or either is missing.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> put_call_ratio(read_counts(sample())).tolist()
    [0.5, 0.8, nan, 0.25, 1.5]
    """
    return to_series(quotient(counts.puts, counts.calls, counts.valid), counts.days, "put_call_ratio")


def put_share(counts: Counts) -> RatioSeries:
    """Return P / (C + P) (Pan & Poteshman, 2006); NaN where the sum is 0 or either is missing.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> put_share(read_counts(sample())).round(3).tolist()
    [0.333, 0.444, 1.0, 0.2, 0.6]
    """
    return to_series(quotient(counts.puts, total(counts.calls, counts.puts), counts.valid), counts.days, "put_share")


class _WindowSums:
    """ΣP / ΣC over any number of windows, which share the running sums."""

    def __init__(self, counts: Counts) -> None:
        """Take all rows for spans of time, and those with both counts for windows of rows."""
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


def _ema(ratio: RatioSeries, window: Window) -> Float64Array:
    """Return e(t) = α r(t) + (1 − α) e(t − 1) with α = 2 / (n + 1) for a window of n rows."""
    return ratio.ewm(span=window.size, adjust=False, min_periods=window.min_periods).mean().to_numpy()


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
    if how == "sum":
        counted = counts if checked.size is None else rows_with_counts(counts)
        result = scatter(_WindowSums(counted).ratio(checked), counts.valid)
    elif how == "ema" and checked.size is None:
        raise InvalidRequest(f'window={window!r} must be a number of rows with how="ema", not a span of time.')
    else:
        formula = {"mean": _rolling_mean, "median": _rolling_median, "ema": _ema}[how]
        result = over_ratios(ratio, checked, formula)
    return to_series(result, ratio.index, f"ratio_{how}_{window_label(window, checked)}")


def _rolling_median(ratio: RatioSeries, window: Window) -> Float64Array:
    return on_clock(ratio).rolling(window.raw, min_periods=window.min_periods).median().to_numpy()


def _rolling_mean(ratio: RatioSeries, window: Window) -> Float64Array:
    values, valid = split_missing(ratio)
    return rolling_means(values, valid, window_sums(running_sums(valid), window), window)


def _standard_scores(ratio: RatioSeries, window: Window) -> Float64Array:
    values, valid = split_missing(ratio)
    count = window_sums(running_sums(valid), window)
    from_mean, squares = rolling_deviations(values, valid, window)
    sample_deviation = np.sqrt(squares / np.maximum(count - 1, 1))
    return quotient(from_mean, sample_deviation, valid & (count >= max(window.min_periods, 2)))


def _sample_deviations(ratio: RatioSeries, window: Window) -> Float64Array:
    values, valid = split_missing(ratio)
    count = window_sums(running_sums(valid), window)
    enough = count >= max(window.min_periods, 2)
    return np.sqrt(quotient(rolling_deviations(values, valid, window)[1], count - 1, enough))


def zscore(ratio: RatioSeries, window: WindowLike, min_periods: int | None = None) -> RatioSeries:
    """Return (r − x̄) / s, with the window's mean x̄ and sample deviation s (ddof 1); NaN where s is 0.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> zscore(ratio, 4, min_periods=2).round(3).tolist()
    [nan, 0.707, nan, -0.968, 1.364]
    """
    scores = over_ratios(ratio, check_window(window, ratio.index, min_periods), _standard_scores)
    return to_series(scores, ratio.index, "zscore")


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
    middle = over_ratios(ratio, checked, _rolling_mean)
    width = k * over_ratios(ratio, checked, _sample_deviations)
    result = pd.DataFrame({"middle": middle, "upper": middle + width, "lower": middle - width}, ratio.index)
    return result.where(np.isfinite(result))


def detrend(ratio: RatioSeries, short: WindowLike, long: WindowLike, min_periods: int | None = None) -> RatioSeries:
    """Return the short rolling mean / the long rolling mean − 1; NaN where the long one is 0.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> detrend(ratio, 1, 2).round(3).tolist()
    [nan, 0.231, nan, -0.524, 0.714]
    """
    slow = check_window(long, ratio.index, min_periods, "long")
    fast = check_window(short, ratio.index, min_periods, "short", cap=True)
    if not _may_be_shorter(fast.raw, slow.raw):
        raise InvalidRequest(f"short={short!r}, long={long!r}: short must be shorter than long.")
    short_mean, long_mean = (over_ratios(ratio, checked, _rolling_mean) for checked in (fast, slow))
    result = quotient(short_mean, long_mean) - 1.0
    return to_series(result, ratio.index, "detrend")


def _may_be_shorter(short: int | pd.Timedelta, long: int | pd.Timedelta) -> bool:
    if isinstance(short, int) and isinstance(long, int):
        return short < long
    if isinstance(short, int) or isinstance(long, int):
        return True  # rows and spans of time cannot be compared
    return bool(short < long)


def momentum(ratio: RatioSeries, periods: int) -> RatioSeries:
    """Return r(t) − r(t − periods), in rows that have a ratio.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> momentum(ratio, 1).round(3).tolist()
    [nan, 0.3, nan, -0.55, 1.25]
    """
    check_int(periods, "periods")
    values, valid = split_missing(ratio)
    known = values[valid]
    distance = min(periods, len(known))
    changes = np.full(len(known), np.nan)
    changes[distance:] = known[distance:] - known[: len(known) - distance]
    return to_series(scatter(changes, valid), ratio.index, "momentum")


def metrics_columns(
    counts: Counts,
    ratio: RatioSeries,
    windows: Iterable[int],
    lookback: WindowLike,
    lower: float = 0.1,
    upper: float = 0.9,
    ranking: str = "symmetric",
) -> dict[str, _MetricColumn]:
    """Return the columns that ``df.optstat.metrics`` adds, computing once what the windows have in common."""
    limits = check_limits(lower, upper, ranking)
    checked = [check_window(check_int(size, "windows"), ratio.index, None, "windows") for size in windows]
    back = check_window(lookback, ratio.index, None, "lookback")
    # The columns that need the most memory come first, while there are few results; they are put in order below.
    scores, ranks = over_ratios(ratio, back, _standard_scores), rank(ratio, back)
    percentiles = ranks.percentiles()
    least = check_lookback(lookback, ratio.index, None, "lookback").min_periods
    known = ranks.ranks if least == back.min_periods else np.where(ranks.sizes >= least, ranks.ranks, np.nan)
    extreme = mark_extremes(ranks._replace(ranks=known), limits).to_array()
    del ranks, known
    columns: dict[str, _MetricColumn] = {
        "put_call_ratio": writeable(ratio.to_numpy()),
        "put_share": writeable(put_share(counts).to_numpy()),
    }
    present = split_missing(ratio)[1]
    part, sums = ratio if present.all() else ratio[present], _WindowSums(rows_with_counts(counts))
    for window in checked:
        columns[f"ratio_sum_{window.size}"] = scatter(sums.ratio(window), counts.valid)
        columns[f"ratio_mean_{window.size}"] = scatter(_rolling_mean(part, window), present)
        columns[f"ratio_ema_{window.size}"] = writeable(scatter(_ema(part, window), present))
    label = window_label(lookback, back)
    columns[f"zscore_{label}"], columns[f"percentile_{label}"] = scores, percentiles
    columns[f"extreme_{label}"] = extreme
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
