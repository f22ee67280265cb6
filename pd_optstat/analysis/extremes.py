"""Runs of extreme days, and the returns after them. Pure; works on numbers and days.

What matters here is what was known when. The first day of a run is known on that day, since percentiles look back
only; its length, end and peak are known when the run is over. Returns are therefore entered after the first day, and
nothing that is known later enters their computation.
"""

# pyright: reportReturnType=false
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import check_int
from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..core.frame import ordered_columns
from ..core.markets import OptionStatisticDataType
from ..errors import InvalidData, InvalidRequest
from .bootstrap import BootstrapSettings, compare_means
from .counts import Counts
from .metrics import MIN_RATIOS, extremes, percentile, put_call_ratio, rolling_ratio
from .prices import Prices
from .trading_days import day_numbers, list_dates
from .windows import WindowLike

__all__ = [
    "EVENT_UNITS", "LONGEST_CLOSURE", "SIDES", "ExtremeRule", "ForwardSettings", "MarkedDays", "check_overlap",
    "entry_rows", "event_rows", "find_runs", "forward_returns", "list_events", "list_returns", "mark_days",
    "resolve_lag", "summarize_returns",
]  # fmt: skip

Int8Array = npt.NDArray[np.int8]

#: +1: fear, after which a contrarian expects prices to rise; -1: greed, after which they should fall.
SIDES = (1, -1)

#: What counts as one event: a run of extreme days, or every extreme day.
EVENT_UNITS = ("run", "day")

#: Prices more than this many days apart have a hole between them, and no return is computed across it. Exchanges were
#: never closed for longer since options have been listed (10 days in Tokyo in 2019, 11 in Shanghai in 2020).
LONGEST_CLOSURE = 14


class ExtremeRule(NamedTuple):
    """When a day is extreme and when a run is over: the arguments of ``df.optstat.events``."""

    window: WindowLike = 252
    lower: float = 0.1
    upper: float = 0.9
    min_periods: int | None = None
    smooth: int = 1
    gap: int = 0


class MarkedDays(NamedTuple):
    """Days of a series, each with its ratio and its mark.

    Attributes
    ----------
    days : DatetimeIndex
    ratio : ndarray of float64
        The put/call ratio that was ranked, smoothed if the rule says so.
    marks : ndarray of int8
        +1, -1, or 0 where the day is not extreme.
    known : ndarray of bool
        Whether the day has a percentile.
    gap : int
        How many rows that are not extreme do not end a run.
    """

    days: pd.DatetimeIndex
    ratio: Float64Array
    marks: Int8Array
    known: BoolArray
    gap: int


class ForwardSettings(NamedTuple):
    """How returns are entered, held and summarized: the arguments of ``df.optstat.forward``."""

    lag: int
    horizons: tuple[int, ...] = (1, 5, 21)
    each: str = "run"
    level: float = 0.95
    resamples: int = 1000
    block: int | None = None
    seed: int = 0

    @property
    def bootstrap(self) -> BootstrapSettings:
        """How the returns are resampled."""
        return BootstrapSettings(self.level, self.resamples, self.block, self.seed)

    def checked(self) -> ForwardSettings:
        """Return these settings with plain numbers, or raise `InvalidRequest` naming the invalid argument."""
        if not isinstance(self.each, str) or self.each not in EVENT_UNITS:
            raise InvalidRequest(f"each={self.each!r} must be one of {', '.join(map(repr, EVENT_UNITS))}.")
        self.bootstrap.checked()
        return self._replace(horizons=_check_horizons(self.horizons))


def resolve_lag(lag: object, data_type: OptionStatisticDataType | None) -> int:
    """Return the sessions from signal to entry: `lag`, or if it is None the lag of `data_type`.

    Volume is known after the close, so the next close is the first to enter at. Open interest is known on the next
    morning; the close of that day would do, but entering one later leaves a day to those who get it late.
    """
    if isinstance(lag, int | np.integer) and lag == 0:
        raise InvalidRequest("lag=0: a day's totals are not known at its own close. Use a lag of at least 1.")
    if lag is not None:
        return check_int(lag, "lag")
    if data_type is None:
        raise InvalidRequest(
            "lag=None: the frame's attributes do not say whether it holds volume (lag 1) or open interest (lag 2). "
            "Pass lag=1, or data_type='VOLUME'."
        )
    return 1 if data_type is OptionStatisticDataType.VOLUME else 2


def _check_horizons(values: Iterable[int] | int) -> tuple[int, ...]:
    """Return the horizons in the order given; `InvalidRequest` if there are none or one is repeated."""
    several = values if isinstance(values, Iterable) and not isinstance(values, str | bytes) else (values,)
    horizons = tuple(check_int(horizon, "horizons") for horizon in several)
    if not horizons or len(set(horizons)) < len(horizons):
        raise InvalidRequest(f"horizons={values!r} must be different numbers of sessions, such as (1, 5, 21).")
    return horizons


def mark_days(counts: Counts, rule: ExtremeRule) -> MarkedDays:
    """Return which days are extreme, each judged by its own row and the rows before it."""
    ratio = put_call_ratio(counts)
    if check_int(rule.smooth, "smooth") > 1:
        ratio = rolling_ratio(counts, ratio, rule.smooth, "sum")
    min_periods = rule.min_periods
    if min_periods is None and not isinstance(rule.window, int | np.integer):
        min_periods = MIN_RATIOS
    marks = extremes(ratio, rule.window, rule.lower, rule.upper, min_periods).to_numpy()
    known = percentile(ratio, rule.window, min_periods).notna().to_numpy()
    return MarkedDays(counts.days, ratio.to_numpy(), marks, known, check_int(rule.gap, "gap", least=0))


def find_runs(marks: Int8Array, gap: int = 0) -> tuple[Int64Array, Int64Array]:
    """Return the first and the last row of every run of equal marks other than 0.

    Up to `gap` rows of 0 do not end a run; a mark of the other side always does.

    >>> find_runs(np.array([0, 1, 1, 0, 1, -1, -1], dtype=np.int8))
    (array([1, 4, 5]), array([2, 4, 6]))
    >>> find_runs(np.array([0, 1, 1, 0, 1, -1, -1], dtype=np.int8), gap=1)
    (array([1, 5]), array([4, 6]))
    """
    rows = np.flatnonzero(marks)
    is_first = np.ones(len(rows), dtype=bool)
    is_first[1:] = (np.diff(marks[rows]) != 0) | (np.diff(rows) > gap + 1)
    is_last = np.roll(is_first, -1)
    return rows[is_first], rows[is_last]


def event_rows(marked: MarkedDays, each: str) -> Int64Array:
    """Return the rows of the events: the first of each run, or every extreme one if `each` is "day"."""
    return find_runs(marked.marks, marked.gap)[0] if each == "run" else np.flatnonzero(marked.marks)


def list_events(marked: MarkedDays) -> pd.DataFrame:
    """Return a row per run of extreme days: side, start, end, length, peak, peak_time, ongoing."""
    first, last = find_runs(marked.marks, marked.gap)
    peak = _peak_rows(marked, first)
    # Only the last run can go on: every other one was ended by `gap` rows, or by an extreme of the other side.
    ongoing = np.zeros(len(first), dtype=bool)
    ongoing[-1:] = len(marked.marks) - 1 - last[-1:] <= marked.gap
    return pd.DataFrame(
        {
            "side": marked.marks[first],
            "start": marked.days[first],
            "end": marked.days[last],
            "length": last - first + 1,
            "peak": marked.ratio[peak],
            "peak_time": marked.days[peak],
            "ongoing": ongoing,
        },
        index=pd.RangeIndex(len(first), name="event"),
    )


def _peak_rows(marked: MarkedDays, first: Int64Array) -> Int64Array:
    """Return the first row of each run that has its highest ratio, or its lowest if the run is one of greed."""
    if not len(first):
        return first
    rows = np.flatnonzero(marked.marks)
    run_starts = np.searchsorted(rows, first)
    strength = marked.marks[rows] * marked.ratio[rows]
    strongest = np.maximum.reduceat(strength, run_starts)
    peaks = np.flatnonzero(strength == np.repeat(strongest, np.diff(np.append(run_starts, len(rows)))))
    return rows[peaks[np.searchsorted(peaks, run_starts)]]


def _holes_before(prices: Prices) -> Int64Array:
    """Return how many holes longer than `LONGEST_CLOSURE` days lie before each price."""
    return np.cumsum(np.diff(prices.days, prepend=prices.days[:1]) > LONGEST_CLOSURE)


def entry_rows(days: Int64Array, prices: Prices, lag: int) -> Int64Array:
    """Return the row of the `lag`-th price after each day, -1 where there is no entry.

    There is no entry before the first price, as the number of sessions in between is unknown; after the last price;
    and across a hole: where the day and the prices up to the entry do not follow each other within `LONGEST_CLOSURE`
    days.
    """
    n = len(prices.days)
    if n == 0:
        return np.full(len(days), -1, dtype=np.int64)
    after = np.searchsorted(prices.days, days, side="right").astype(np.int64)
    entry = after - 1 + min(lag, n + 1)
    # Rows beyond the last price are refused below; here they only must not be out of bounds.
    next_price, entry_price = np.minimum(after, n - 1), np.minimum(entry, n - 1)
    holes = _holes_before(prices)
    across = (prices.days[next_price] - days > LONGEST_CLOSURE) | (holes[entry_price] > holes[next_price])
    return np.where((days < prices.days[0]) | (entry >= n) | across, -1, entry)


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def forward_returns(entry: Int64Array, prices: Prices, horizon: int) -> Float64Array:
    """Return P[entry + horizon] / P[entry] - 1; NaN without an entry, beyond the last price, and across a hole."""
    leave = entry + min(horizon, len(prices.days))  # any larger horizon is beyond the last price too, and may overflow
    known = (entry >= 0) & (leave < len(prices.days))
    holes = _holes_before(prices)
    known[known] = holes[leave[known]] == holes[entry[known]]
    result = np.full(len(entry), np.nan)
    result[known] = prices.values[leave[known]] / prices.values[entry[known]] - 1.0
    result[np.isinf(result)] = np.nan
    return result


def list_returns(marked: MarkedDays, prices: Prices, settings: ForwardSettings) -> pd.DataFrame:
    """Return a row per event: its side and day, the day and price of the entry, and the returns."""
    rows = event_rows(marked, settings.each)
    entry = entry_rows(day_numbers(marked.days[rows]), prices, settings.lag)
    entered = entry >= 0
    days = np.full(len(rows), np.datetime64("NaT"), dtype=f"datetime64[{marked.days.unit}]")
    days[entered] = prices.days[entry[entered]].astype("datetime64[D]").astype(days.dtype)
    price = np.full(len(rows), np.nan)
    price[entered] = prices.values[entry[entered]]
    columns = {"side": marked.marks[rows], "start": marked.days[rows], "entry": days, "price": price}
    returns = {f"return_{h}": forward_returns(entry, prices, h) for h in settings.horizons}
    return pd.DataFrame(columns | returns, index=pd.RangeIndex(len(rows), name="event"))


#: The columns of `summarize_returns`, after the index (side, horizon).
COLUMNS = (
    "count", "mean", "median", "hit_rate", "ci_low", "ci_high",
    "all_count", "all_mean", "all_median", "all_hit_rate", "excess", "excess_low", "excess_high", "p_value",
)  # fmt: skip


def summarize_returns(marked: MarkedDays, prices: Prices, settings: ForwardSettings) -> pd.DataFrame:
    """Return the returns after events, a row per side and horizon, compared with those after all days."""
    check_overlap(marked.days, prices)
    known = np.flatnonzero(marked.known)
    event_marks = np.zeros(len(marked.marks), dtype=np.int8)
    events = event_rows(marked, settings.each)
    event_marks[events] = marked.marks[events]
    entry = entry_rows(day_numbers(marked.days[known]), prices, settings.lag)
    rows: dict[tuple[int, int], dict[str, float]] = {}
    for horizon in settings.horizons:
        returns = forward_returns(entry, prices, horizon)
        priced = ~np.isnan(returns)
        for side, row in _summarize_sides(event_marks[known][priced], returns[priced], horizon, settings):
            rows[side, horizon] = row
    keys = [(side, horizon) for side in SIDES for horizon in settings.horizons]
    index = ordered_columns(keys, ["side", "horizon"])
    result = pd.DataFrame([rows[key] for key in keys], index=index, columns=list(COLUMNS))
    return result.astype({"count": np.int64, "all_count": np.int64})


def _summarize_sides(
    marks: Int8Array, returns: Float64Array, horizon: int, settings: ForwardSettings
) -> Iterator[tuple[int, dict[str, float]]]:
    groups = np.stack([marks == side for side in SIDES])
    estimates = compare_means(groups, returns, horizon, settings.bootstrap)
    for side, group, estimate in zip(SIDES, groups, estimates, strict=True):
        all_days = {f"all_{name}": value for name, value in _describe(returns, side).items()}
        yield side, _describe(returns[group], side) | all_days | estimate._asdict()


def _describe(returns: Float64Array, side: int) -> dict[str, float]:
    """Return count, mean and median of returns, and the share of them that went the contrarian's way."""
    if not len(returns):
        return {"count": 0, "mean": np.nan, "median": np.nan, "hit_rate": np.nan}
    hits = float(np.mean(returns * side > 0))
    mean, median = float(returns.mean()), float(np.median(returns))
    return {"count": len(returns), "mean": mean, "median": median, "hit_rate": hits}


def check_overlap(days: pd.DatetimeIndex, prices: Prices) -> None:
    """Raise `InvalidData` if the prices and the days have no time in common."""
    numbers = day_numbers(days)
    if len(numbers) and len(prices.days) and (numbers[-1] < prices.days[0] or numbers[0] > prices.days[-1]):
        price_ends = pd.DatetimeIndex(prices.days[[0, -1]].astype("datetime64[D]").astype("datetime64[s]"))
        raise InvalidData(
            f"The prices ({list_dates(price_ends)}) and the frame ({list_dates(days[[0, -1]])}) have no time in common."
        )
