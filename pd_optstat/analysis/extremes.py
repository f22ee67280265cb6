"""Runs of extreme days, and the returns after them. Pure; works on numbers and days.

What matters here is what was known when. The first day of a run is known on that day, since percentiles look back
only; its length, end and peak are known when the run is over. Returns are therefore entered after the first day, and
nothing that is known later enters their computation.
"""

# pyright: reportReturnType=false
from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import check_int
from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..core.frame import ordered_columns
from ..errors import InvalidRequest
from .bootstrap import BootstrapSettings, Comparison, Contrast, compare
from .counts import Counts
from .metrics import put_call_ratio, rolling_ratio
from .prices import Prices
from .ranks import check_limits, check_lookback, mark_extremes, rank
from .returns import LONGEST_CLOSURE, check_overlap, entry_rows, forward_returns, resolve_lag
from .trading_days import day_numbers
from .windows import WindowLike

__all__ = [
    "BASELINES", "EVENT_UNITS", "LONGEST_CLOSURE", "SIDES", "ExtremeRule", "ForwardSettings", "MarkedDays",
    "check_overlap", "contrast_days", "describe_contrasts", "entry_rows", "event_rows", "find_runs", "forward_returns",
    "list_events",
    "list_returns", "mark_days", "resolve_lag", "summarize_returns",
]  # fmt: skip

Int8Array = npt.NDArray[np.int8]

#: +1: fear, after which a contrarian expects prices to rise; -1: greed, after which they should fall.
SIDES = (1, -1)

#: What counts as one event: a run of extreme days, or every extreme day.
EVENT_UNITS = ("run", "day")

#: What events are compared with: days that are not extreme, or every day that has a percentile.
BASELINES = ("neutral", "all")


class ExtremeRule(NamedTuple):
    """When a day is extreme and when a run is over: the arguments of ``df.optstat.events``."""

    window: WindowLike = 252
    lower: float = 0.1
    upper: float = 0.9
    min_periods: int | None = None
    smooth: int = 1
    gap: int = 0
    ranking: str = "symmetric"


class MarkedDays(NamedTuple):
    """Days of a series, each with its ratio and its mark.

    Attributes
    ----------
    days : DatetimeIndex
    ratio : ndarray of float64
        The put/call ratio that was ranked, smoothed if the rule says so.
    marks : ndarray of int8
        +1, -1, or 0 where the day is not extreme or its percentile is unknown.
    known : ndarray of bool
        Whether the day has a percentile.
    gap : int
        How many rows that have a ratio and are not extreme do not end a run.
    """

    days: pd.DatetimeIndex
    ratio: Float64Array
    marks: Int8Array
    known: BoolArray
    gap: int

    def with_ratio(self) -> MarkedDays:
        """Return the days that have a ratio: others neither end a run nor count, as days that have no row."""
        present = np.isfinite(self.ratio)
        if present.all():
            return self
        return MarkedDays(self.days[present], self.ratio[present], self.marks[present], self.known[present], self.gap)

    def since(self, day: pd.Timestamp) -> MarkedDays:
        """Return the days from one on; a run that goes on begins with it."""
        rows = slice(int(self.days.searchsorted(day)), None)
        return MarkedDays(self.days[rows], self.ratio[rows], self.marks[rows], self.known[rows], self.gap)


class ForwardSettings(NamedTuple):
    """How returns are entered, held and summarized: the arguments of ``df.optstat.forward``."""

    lag: int
    horizons: tuple[int, ...] = (1, 5, 21)
    each: str = "run"
    level: float = 0.95
    resamples: int | None = None
    block: int | None = None
    seed: int = 0
    baseline: str = "neutral"

    @property
    def bootstrap(self) -> BootstrapSettings:
        """How the returns are resampled."""
        return BootstrapSettings(self.level, self.resamples, self.block, self.seed)

    def checked(self) -> ForwardSettings:
        """Return these settings with plain numbers, or raise `InvalidRequest` naming the invalid argument."""
        if not isinstance(self.each, str) or self.each not in EVENT_UNITS:
            raise InvalidRequest(f"each={self.each!r} must be one of {', '.join(map(repr, EVENT_UNITS))}.")
        if not isinstance(self.baseline, str) or self.baseline not in BASELINES:
            raise InvalidRequest(f"baseline={self.baseline!r} must be one of {', '.join(map(repr, BASELINES))}.")
        self.bootstrap.checked()
        return self._replace(horizons=_check_horizons(self.horizons))


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
    limits, gap = check_limits(rule.lower, rule.upper, rule.ranking), check_int(rule.gap, "gap", least=0)
    marks, known = mark_extremes(rank(ratio, check_lookback(rule.window, ratio.index, rule.min_periods)), limits)
    return MarkedDays(counts.days, ratio.to_numpy(), marks, known, gap)


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
    if each != "run":
        return np.flatnonzero(marked.marks)
    counted = np.flatnonzero(np.isfinite(marked.ratio))
    return counted[find_runs(marked.marks[counted], marked.gap)[0]]


def list_events(marked: MarkedDays) -> pd.DataFrame:
    """Return a row per run of extreme days: side, start, end, length, peak, peak_time, ongoing."""
    marked = marked.with_ratio()
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


def list_returns(
    marked: MarkedDays, prices: Prices, settings: ForwardSettings, earliest: Int64Array | None = None
) -> pd.DataFrame:
    """Return a row per event: its side and day, the day and price of the entry, and the returns."""
    rows = event_rows(marked, settings.each)
    entry = _enter(marked, rows, prices, settings, earliest)
    entered = entry >= 0
    days = np.full(len(rows), np.datetime64("NaT"), dtype=f"datetime64[{marked.days.unit}]")
    days[entered] = prices.days[entry[entered]].astype("datetime64[D]").astype(days.dtype)
    price = np.full(len(rows), np.nan)
    price[entered] = prices.values[entry[entered]]
    columns = {"side": marked.marks[rows], "start": marked.days[rows], "entry": days, "price": price}
    returns = {f"return_{h}": forward_returns(entry, prices, h) for h in settings.horizons}
    return pd.DataFrame(columns | returns, index=pd.RangeIndex(len(rows), name="event"))


def _enter(
    marked: MarkedDays, rows: Int64Array, prices: Prices, settings: ForwardSettings, earliest: Int64Array | None
) -> Int64Array:
    """Return the row of the price at which each of some rows of the frame is entered, -1 where it is not."""
    days = day_numbers(marked.days[rows])
    return entry_rows(days, prices, settings.lag, None if earliest is None else earliest[rows])


#: The columns of `summarize_returns`, after the index (side, horizon).
COLUMNS = (
    "count", "mean", "median", "hit_rate", "ci_low", "ci_high",
    "all_count", "all_mean", "all_median", "all_hit_rate", "baseline_count", "baseline_mean",
    "excess", "excess_low", "excess_high", "p_value",
)  # fmt: skip


def contrast_days(
    marked: MarkedDays, prices: Prices, settings: ForwardSettings, earliest: Int64Array | None = None
) -> list[Contrast]:
    """Return what `summarize_returns` compares: the events of each side with the baseline, for each horizon."""
    known = np.flatnonzero(marked.known)
    entry = _enter(marked, known, prices, settings, earliest)
    is_event = np.isin(known, event_rows(marked, settings.each))
    marks = marked.marks[known]
    is_base = marks == 0 if settings.baseline == "neutral" else np.ones(len(known), dtype=bool)
    contrasts: list[Contrast] = []
    for side in SIDES:
        for horizon in settings.horizons:
            priced = ~np.isnan(forward_returns(entry, prices, horizon))
            own = np.sort(entry[priced & is_event & (marks == side)])
            # One array for both sides, so that its mean is computed once in each resample.
            shared = next((one.baseline for one in contrasts if one.horizon == horizon), None)
            baseline = np.sort(entry[priced & is_base]) if shared is None else shared
            contrasts.append(Contrast(own, baseline, horizon))
    return contrasts


def summarize_returns(
    marked: MarkedDays, prices: Prices, settings: ForwardSettings, earliest: Int64Array | None = None
) -> pd.DataFrame:
    """Return the returns after events, a row per side and horizon, compared with those of the baseline."""
    check_overlap(marked.days, prices)
    contrasts = contrast_days(marked, prices, settings, earliest)
    compared = compare(prices, contrasts, settings.bootstrap)
    rows = describe_contrasts(marked, prices, settings, contrasts, compared, earliest)
    keys = [(side, horizon) for side in SIDES for horizon in settings.horizons]
    result = pd.DataFrame(rows, index=ordered_columns(keys, ["side", "horizon"]), columns=list(COLUMNS))
    return result.astype({"count": np.int64, "all_count": np.int64, "baseline_count": np.int64})


def describe_contrasts(
    marked: MarkedDays, prices: Prices, settings: ForwardSettings, contrasts: Iterable[Contrast],
    compared: Iterable[Comparison], earliest: Int64Array | None = None,
) -> list[dict[str, float]]:  # fmt: skip
    """Return the columns of `summarize_returns` for each contrast of `contrast_days`."""
    known = np.flatnonzero(marked.known)
    entry = _enter(marked, known, prices, settings, earliest)
    sides = [side for side in SIDES for _ in settings.horizons]
    rows = []
    for side, contrast, found in zip(sides, contrasts, compared, strict=True):
        own, base, every = (
            forward_returns(part, prices, contrast.horizon) for part in (contrast.events, contrast.baseline, entry)
        )
        all_days = {f"all_{name}": value for name, value in _describe(every[~np.isnan(every)], side).items()}
        rest = {"baseline_count": len(base), "baseline_mean": float(base.mean()) if len(base) else np.nan}
        rows.append(_describe(own, side) | all_days | rest | found._asdict())
    return rows


def _describe(returns: Float64Array, side: int) -> dict[str, float]:
    """Return count, mean and median of returns, and the share of them that went the contrarian's way."""
    if not len(returns):
        return {"count": 0, "mean": np.nan, "median": np.nan, "hit_rate": np.nan}
    hits = float(np.mean(returns * side > 0))
    mean, median = float(returns.mean()), float(np.median(returns))
    return {"count": len(returns), "mean": mean, "median": median, "hit_rate": hits}
