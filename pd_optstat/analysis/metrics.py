"""The formulas, one function each: pure, on numbers and Series, knowing nothing of frames' attributes.

Each is what the method of ``df.optstat`` with its name computes; there are the units, the sources, and what happens at
the edges.

Rolling sums, means and deviations come from `windows`, where nothing outside a window touches its result. Ranks,
medians and exponential means are pandas' own: the first two compare only, so there pandas is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import check_int, check_number
from ..core.arrays import BoolArray, Float64Array
from ..errors import InvalidRequest
from .counts import Counts, as_column, max_count, total
from .windows import (
    Window,
    WindowLike,
    clock_of,
    label_of,
    quotient,
    rolling_deviations,
    rolling_means,
    rolling_sums,
    running_sums,
    window_of,
    windowed,
)

__all__ = [
    "HOWS", "MIN_RATIOS", "bands", "detrend", "extremes", "faults", "momentum", "open_interest_change", "percentile",
    "put_call_ratio", "put_share", "resample", "rolling_ratio", "table", "turnover", "zscore",
]  # fmt: skip

if TYPE_CHECKING:
    Series: TypeAlias = pd.Series[Any]

Floats = Float64Array
Bools = BoolArray

#: How far a given ratio may be from put / call: the documented samples are rounded to six digits.
_RATIO_RTOL, _RATIO_ATOL = 1e-4, 1e-6

HOWS = ("sum", "mean", "median", "ema")

#: An offset window may hold very few days; a percentile among fewer ratios than this is no extreme.
MIN_RATIOS = 20


def _values(ratio: Series) -> tuple[Floats, Bools]:
    values = ratio.to_numpy(dtype=np.float64, na_value=np.nan)
    return values, np.isfinite(values)


def _named(values: npt.NDArray[Any], index: pd.Index[Any], name: str) -> Series:
    return pd.Series(_own(values), index=index, name=name, copy=False)


def _own(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    # pandas 3 gives out arrays that cannot be written to, but a result can.
    return values if values.flags.writeable else values.copy()


def put_call_ratio(counts: Counts) -> Series:
    """Return put / call; NaN where call is 0 or either is missing.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> put_call_ratio(read_counts(sample())).tolist()
    [0.5, 0.8, nan, 0.25, 1.5]
    """
    return _named(quotient(counts.puts, counts.calls, counts.valid), counts.days, "put_call_ratio")


def put_share(counts: Counts) -> Series:
    """Return put / (call + put); NaN where that is 0 or either is missing.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> put_share(read_counts(sample())).round(3).tolist()
    [0.333, 0.444, 1.0, 0.2, 0.6]
    """
    return _named(quotient(counts.puts, total(counts.calls, counts.puts), counts.valid), counts.days, "put_share")


class _WindowSums:
    """Sums of puts over sums of calls, for any number of windows: what they share is computed once."""

    def __init__(self, counts: Counts) -> None:
        self._calls, self._puts, n = counts.calls, counts.puts, len(counts.valid)
        self._exact = all(
            part.dtype.kind == "i" and max_count(part) * n < 1 << 62 for part in (counts.calls, counts.puts)
        )
        self._valid = np.arange(n + 1) if counts.valid.all() else running_sums(counts.valid)
        if self._exact:
            self._calls, self._puts = running_sums(counts.calls), running_sums(counts.puts)

    def ratio(self, window: Window) -> Floats:
        enough = windowed(self._valid, window) >= window.min_periods
        if self._exact:
            return quotient(windowed(self._puts, window), windowed(self._calls, window), enough)
        calls, puts = (rolling_sums(part.astype(np.float64), window) for part in (self._calls, self._puts))
        return quotient(puts, calls, enough)


def _ema(ratio: Series, window: Window) -> Series:
    return ratio.ewm(span=window.size, adjust=False, ignore_na=True, min_periods=window.min_periods).mean()


def rolling_ratio(
    counts: Counts, ratio: Series, window: WindowLike, how: str, min_periods: int | None = None
) -> Series:
    """Return Σput/Σcall over the window, or the mean, median or exponential mean of the daily ratios.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> counts = read_counts(sample())
    >>> rolling_ratio(counts, put_call_ratio(counts), 2, "sum").round(3).tolist()
    [nan, 0.667, 1.0, 0.375, 0.5]
    """
    if how not in HOWS:
        raise InvalidRequest(f"how={how!r}: one of {', '.join(map(repr, HOWS))} is needed")
    checked = window_of(window, ratio.index, min_periods)
    if how == "ema":
        if checked.size is None:
            raise InvalidRequest(f'window={window!r}: how="ema" takes a number of trading rows, not a span of time')
        result = _ema(ratio, checked).to_numpy()
    elif how == "median":
        result = _on_clock(ratio).rolling(checked.raw, min_periods=checked.min_periods).median().to_numpy()
    elif how == "sum":
        result = _WindowSums(counts).ratio(checked)
    else:
        result = _rolling_mean(ratio, checked)
    return _named(result, ratio.index, f"ratio_{how}_{label_of(window, checked)}")


def _rolling_mean(ratio: Series, window: Window) -> Floats:
    values, valid = _values(ratio)
    return rolling_means(values, valid, windowed(running_sums(valid), window), window)


def _scores(ratio: Series, window: Window) -> Floats:
    values, valid = _values(ratio)
    count = windowed(running_sums(valid), window)
    own, squares = rolling_deviations(values, valid, window)
    deviation = np.sqrt(squares / np.maximum(count - 1, 1))
    return quotient(own, deviation, valid & (count >= max(window.min_periods, 2)))


def zscore(ratio: Series, window: WindowLike, min_periods: int | None = None) -> Series:
    """Return (ratio − rolling mean) / rolling sample deviation (ddof 1); NaN where that is 0.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> zscore(ratio, 4, min_periods=2).round(3).tolist()
    [nan, 0.707, nan, -0.968, 1.038]
    """
    return _named(_scores(ratio, window_of(window, ratio.index, min_periods)), ratio.index, "zscore")


def _ranks(ratio: Series, window: Window) -> Series:
    ranks = _on_clock(ratio).rolling(window.raw, min_periods=window.min_periods).rank(pct=True)
    return ranks.set_axis(ratio.index)


def _on_clock(ratio: Series) -> Series:
    """Return the series as pandas may roll over it: by the days that its clock shows, whatever their hours."""
    index = ratio.index
    return ratio.set_axis(clock_of(index)) if isinstance(index, pd.DatetimeIndex) and index.tz is not None else ratio


def percentile(ratio: Series, window: WindowLike, min_periods: int | None = None) -> Series:
    """Return the share of the window's ratios ≤ this one, ties averaged.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> percentile(ratio, "4D").round(3).tolist()
    [1.0, 1.0, nan, 0.333, 1.0]
    """
    return _ranks(ratio, window_of(window, ratio.index, min_periods)).rename("percentile")


@np.errstate(over="ignore", invalid="ignore")
def bands(ratio: Series, window: WindowLike, k: float, min_periods: int | None = None) -> pd.DataFrame:
    """Return rolling mean ± k · rolling sample deviation (Bollinger).

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> bands(ratio, 2, k=2.0).iloc[-1].round(3).tolist()
    [0.875, 2.643, -0.893]
    """
    checked = window_of(window, ratio.index, min_periods)
    if not (check_number(k, "k", 0, 1e9) > 0):
        raise InvalidRequest(f"k={k!r}: a number above 0 is needed")
    values, valid = _values(ratio)
    count = windowed(running_sums(valid), checked)
    middle = rolling_means(values, valid, count, checked)
    enough = count >= max(checked.min_periods, 2)
    width = k * np.sqrt(quotient(rolling_deviations(values, valid, checked)[1], count - 1, enough))
    result = pd.DataFrame({"middle": middle, "upper": middle + width, "lower": middle - width}, ratio.index)
    return result.where(np.isfinite(result))


def detrend(ratio: Series, short: WindowLike, long: WindowLike, min_periods: int | None = None) -> Series:
    """Return short rolling mean / long rolling mean − 1; NaN where the long one is 0.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> detrend(ratio, 1, 2).round(3).tolist()
    [nan, 0.231, nan, nan, 0.714]
    """
    slow = window_of(long, ratio.index, min_periods, "long")
    fast = window_of(short, ratio.index, min_periods, "short", cap=True)
    if (fast.size is None) == (slow.size is None) and not fast.raw < slow.raw:
        raise InvalidRequest(f"short={short!r}, long={long!r}: short must be shorter than long")
    result = quotient(_rolling_mean(ratio, fast), _rolling_mean(ratio, slow)) - 1.0
    return _named(result, ratio.index, "detrend")


def momentum(ratio: Series, periods: int) -> Series:
    """Return ratio − ratio `periods` rows before.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> momentum(ratio, 1).round(3).tolist()
    [nan, 0.3, nan, nan, 1.25]
    """
    return ratio.diff(check_int(periods, "periods")).rename("momentum")


def _marks(share: npt.NDArray[Any], lower: float, upper: float) -> npt.NDArray[np.int8]:
    # NaN compares as False on both sides: no extreme.
    return (share >= upper).astype(np.int8) - (share <= lower).astype(np.int8)


def _limits(lower: float, upper: float) -> tuple[float, float]:
    low, high = check_number(lower, "lower", 0, 1), check_number(upper, "upper", 0, 1)
    if low >= high:
        raise InvalidRequest(f"lower={lower!r}, upper={upper!r}: lower must be below upper")
    return low, high


def extremes(ratio: Series, window: WindowLike, lower: float, upper: float, min_periods: int | None = None) -> Series:
    """Return +1 where the percentile ≥ upper, −1 where ≤ lower, else 0.

    Examples
    --------
    >>> import pandas as pd
    >>> ratio = pd.Series([0.5, 0.8, None, 0.25, 1.5], pd.date_range("2026-06-08", periods=5))
    >>> extremes(ratio, 4, 0.4, 0.9, min_periods=2).tolist()
    [0, 1, 0, -1, 1]
    """
    low, high = _limits(lower, upper)
    checked = window_of(window, ratio.index, min_periods)
    if checked.size is None and min_periods is None:
        checked = checked._replace(min_periods=MIN_RATIOS)
    return _named(_marks(_ranks(ratio, checked).to_numpy(), low, high), ratio.index, "extreme")


def table(
    counts: Counts,
    ratio: Series,
    windows: tuple[int, ...],
    lookback: WindowLike,
    lower: float = 0.1,
    upper: float = 0.9,
) -> dict[str, npt.NDArray[Any]]:
    """Return the columns that ``metrics`` adds, sharing what the windows have in common."""
    low, high = _limits(lower, upper)
    checked = [window_of(check_int(w, "windows"), ratio.index, None, "windows") for w in windows]
    back = window_of(lookback, ratio.index, None, "lookback")
    values, valid = _values(ratio)
    valid_before = running_sums(valid)
    # What needs the most memory on the way comes first, while there are few results; the order is made below.
    score, share = _scores(ratio, back), _own(_ranks(ratio, back).to_numpy())
    sums = _WindowSums(counts)
    columns = {"put_call_ratio": _own(values), "put_share": _own(put_share(counts).to_numpy())}
    for w in checked:
        columns[f"ratio_sum_{w.size}"] = sums.ratio(w)
        columns[f"ratio_mean_{w.size}"] = rolling_means(values, valid, windowed(valid_before, w), w)
        columns[f"ratio_ema_{w.size}"] = _own(_ema(ratio, w).to_numpy())
    label = label_of(lookback, back)
    columns[f"zscore_{label}"], columns[f"percentile_{label}"] = score, share
    enough = windowed(valid_before, back) >= (MIN_RATIOS if back.size is None else 1)
    columns[f"extreme_{label}"] = _marks(np.where(enough, share, np.nan), low, high)
    return columns


def turnover(volume: Counts, interest: Counts) -> pd.DataFrame:
    """Return volume / open interest on common days; NaN where the latter is 0 or a number is missing.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> turnover(read_counts(sample()), read_counts(sample() * 4)).total_turnover.tolist()
    [0.25, 0.25, 0.25, 0.25, 0.25]
    """
    at = interest.days.get_indexer(volume.days)
    own, at = at >= 0, at[at >= 0]
    calls, puts, valid = volume.calls[own], volume.puts[own], volume.valid[own] & interest.valid[at]
    pairs = {"call": (calls, interest.calls[at]), "put": (puts, interest.puts[at])}
    pairs["total"] = (total(calls, puts), total(interest.calls, interest.puts)[at])
    columns = {f"{name}_turnover": quotient(*pair, valid) for name, pair in pairs.items()}
    return pd.DataFrame(columns, index=volume.days[own])


def open_interest_change(interest: Counts, volume: Counts | None = None) -> pd.DataFrame:
    """Return open interest less that of the row before; and beside it the day's volume, if it is given.

    A change is missing where either row misses a number, and where a day of volume lies between the two.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> open_interest_change(read_counts(sample())).total_change.tolist()
    [<NA>, 150, -400, 450, -250]
    """
    known = interest.valid[1:] & interest.valid[:-1]
    if volume is not None:
        until, since = (volume.days.searchsorted(interest.days, side) for side in ("left", "right"))
        known = known & (until[1:] == since[:-1])
    known = np.concatenate([np.zeros(min(1, len(interest.days)), dtype=np.bool_), known])
    calls, puts = (total(part, -np.concatenate([part[:1], part[:-1]])) for part in (interest.calls, interest.puts))
    columns = _sides("change", calls, puts, known)
    if volume is not None:
        at = volume.days.get_indexer(interest.days)
        there = at >= 0
        there[there] = volume.valid[at[there]]
        calls, puts = (np.zeros(len(at), dtype=part.dtype) for part in (volume.calls, volume.puts))
        calls[there], puts[there] = volume.calls[at[there]], volume.puts[at[there]]
        columns |= _sides("volume", calls, puts, there)
    return pd.DataFrame(columns, index=interest.days)


def _sides(what: str, calls: npt.NDArray[Any], puts: npt.NDArray[Any], there: Bools) -> dict[str, Any]:
    sides = {"call": calls, "put": puts, "total": total(calls, puts)}
    return {f"{side}_{what}": as_column(values, there, nullable=True) for side, values in sides.items()}


def resample(counts: Counts, rule: Any, sums: bool) -> pd.DataFrame:
    """Return the sums, or the last counts, of each period that has a row with both; and their ratio.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> resample(read_counts(sample()), "W", sums=True)[["call_value", "put_value"]].values.tolist()
    [[950, 600]]
    """
    parts = {"call_value": counts.calls, "put_value": counts.puts}
    if sums:  # as integers only if these hold the sum of all
        parts = {n: p if max_count(p) * len(p) < 1 << 62 else p.astype(np.float64) for n, p in parts.items()}
    rows = pd.DataFrame(parts, counts.days)[counts.valid]
    try:
        offset = pd.tseries.frequencies.to_offset(rule)
        short = isinstance(offset, pd.offsets.Tick) and offset.nanos < 86_400 * 10**9
        if offset is None or offset.n < 1 or short:
            raise ValueError("it is shorter than a day")
        groups = rows.resample(offset)
        result = (groups.sum() if sums else groups.last())[groups.size().to_numpy() > 0].astype(rows.dtypes)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidRequest(f'rule={rule!r}: a period such as "W" or "ME" is needed ({error})') from error
    calls, puts = (result[name].to_numpy() for name in parts)
    result["total_value"], result["ratio"] = total(calls, puts), quotient(puts, calls)
    return result


def faults(columns: dict[Any, tuple[npt.NDArray[Any], Bools]]) -> dict[str, Bools]:
    """Return what may be wrong with call_value, put_value, total_value and ratio; and in which rows it is."""
    (calls, there), (puts, also) = columns["call_value"], columns["put_value"]
    valid = there & also
    broken = [(part < 0) | (np.trunc(part) != part) for part in (calls, puts)]
    found = {"call or put is missing": ~valid, "call or put is no whole number >= 0": broken[0] | broken[1]}
    if "total_value" in columns:
        both, known = columns["total_value"]
        found["total is not call + put"] = valid & known & (both != total(calls, puts))
    if "ratio" in columns:
        ratio, known = columns["ratio"]
        right = np.nan_to_num(quotient(puts, calls))
        found["ratio is not put / call"] = valid & known & ~np.isclose(ratio, right, _RATIO_RTOL, _RATIO_ATOL)
    return found
