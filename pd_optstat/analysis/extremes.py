"""Runs of extremes, and the returns after them: pure, on numbers and days, knowing nothing of frames' attributes.

What is known when is the point of this module. A run's first day is known on that day, as percentiles look back
only; its length, end and peak are known when it is over. So returns are entered after the first day, and nothing
that is known later has a part in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import check_int
from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..core.frame import ordered_columns
from ..core.markets import OptionStatisticDataType
from ..errors import InvalidData, InvalidRequest
from . import bootstrap as _b
from . import metrics as _m
from .counts import Counts
from .frames import day_numbers, name_dates
from .prices import Prices
from .windows import WindowLike

if TYPE_CHECKING:
    Series: TypeAlias = pd.Series[Any]

__all__ = ["EACH", "SIDES", "Rule", "Study", "after", "detail", "entries", "events", "judge", "onsets", "runs", "table"]

Floats = Float64Array
Ints = Int64Array
Bools = BoolArray
Marks = npt.NDArray[np.int8]

#: +1: fear, from which a contrarian expects a rise; -1: greed, from which he expects a fall.
SIDES = (1, -1)

EACH = ("run", "day")

#: A signal is entered at prices that follow it within this many days, or not at all: exchanges were never closed
#: for longer in the years that options have been listed (10 days in Tokyo in 2019, 11 in Shanghai in 2020).
LONGEST_WAIT = 14


class Rule(NamedTuple):
    """When a day is extreme, as the arguments of ``df.optstat.events``."""

    window: WindowLike = 252
    lower: float = 0.1
    upper: float = 0.9
    min_periods: int | None = None
    smooth: int = 1
    gap: int = 0


class Judged(NamedTuple):
    """Days, the ratio that was judged, +1, -1 or 0 for each day, where there was a percentile to judge by, and the gap
    that ends no run."""

    days: pd.DatetimeIndex
    ratio: Floats
    marks: Marks
    known: Bools
    gap: int


class Study(NamedTuple):
    """How returns are taken and summed up, as the arguments of ``df.optstat.forward``."""

    lag: int
    horizons: tuple[int, ...] = (1, 5, 21)
    each: str = "run"
    level: float = 0.95
    resamples: int = 1000
    block: int | None = None
    seed: int = 0

    @property
    def plan(self) -> _b.ResamplingPlan:
        """How the returns are resampled."""
        return _b.ResamplingPlan(self.level, self.resamples, self.block, self.seed)

    def checked(self) -> Study:
        """Return the same, or raise `InvalidRequest` naming the argument that cannot be."""
        if isinstance(self.lag, int | np.integer) and self.lag == 0:
            raise InvalidRequest("lag=0: a day's totals are not known at its own close; enter at least 1 session later")
        if self.each not in EACH:
            raise InvalidRequest(f"each={self.each!r}: one of {', '.join(map(repr, EACH))} is needed")
        self.plan.checked()
        return self._replace(lag=check_int(self.lag, "lag"), horizons=horizons_of(self.horizons))


def lag_of(lag: object, data_type: OptionStatisticDataType | None) -> int:
    """Return the sessions from signal to entry: as given, or by when the totals of a day are known.

    Volume is known after the close, so the next close is the first to enter at. Open interest is known the next
    morning; the close of that day would do, the one after it leaves a day to those who get it late.
    """
    if lag is not None:
        return lag  # type: ignore[return-value]  # Study.checked() looks at it
    if data_type is None:
        raise InvalidRequest(
            "lag=None: the frame's attributes do not say whether it holds volume (lag 1) or open interest (lag 2): "
            "give lag=1, or data_type='VOLUME'"
        )
    return 1 if data_type is OptionStatisticDataType.VOLUME else 2


def horizons_of(values: Iterable[int] | int) -> tuple[int, ...]:
    """Return distinct horizons, in the order given."""
    several = isinstance(values, Iterable) and not isinstance(values, str | bytes)
    listed = tuple(check_int(h, "horizons") for h in (values if several else (values,)))  # type: ignore[union-attr]
    if not listed or len(set(listed)) < len(listed):
        raise InvalidRequest(f"horizons={values!r}: different numbers of sessions are needed, as in (1, 5, 21)")
    return listed


def judge(counts: Counts, rule: Rule) -> Judged:
    """Return which days are extreme; each judged by its own row and those before it."""
    ratio = _m.put_call_ratio(counts)
    if check_int(rule.smooth, "smooth") > 1:
        ratio = _m.rolling_ratio(counts, ratio, rule.smooth, "sum")
    least = rule.min_periods
    if least is None and not isinstance(rule.window, int | np.integer):
        least = _m.MIN_RATIOS
    marks = _m.extremes(ratio, rule.window, rule.lower, rule.upper, least).to_numpy()
    known = _m.percentile(ratio, rule.window, least).notna().to_numpy()
    return Judged(counts.days, ratio.to_numpy(), marks, known, check_int(rule.gap, "gap", least=0))


def runs(marks: Marks, gap: int = 0) -> tuple[Ints, Ints]:
    """Return the first and the last row of every run of equal marks that are not 0.

    Up to `gap` rows of 0 do not end a run; a mark of the other side always does.

    >>> runs(np.array([0, 1, 1, 0, 1, -1, -1], dtype=np.int8))
    (array([1, 4, 5]), array([2, 4, 6]))
    >>> runs(np.array([0, 1, 1, 0, 1, -1, -1], dtype=np.int8), gap=1)
    (array([1, 5]), array([4, 6]))
    """
    rows = np.flatnonzero(marks)
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = (np.diff(marks[rows]) != 0) | (np.diff(rows) > gap + 1)
    ends = np.roll(begins, -1)
    return rows[begins], rows[ends]


def onsets(judged: Judged, each: str) -> Ints:
    """Return the rows of the events: each run's first, or every extreme one."""
    return runs(judged.marks, judged.gap)[0] if each == "run" else np.flatnonzero(judged.marks)


def events(judged: Judged) -> pd.DataFrame:
    """Return the runs of extremes as rows: side, start, end, length, peak, peak_time, ongoing."""
    first, last = runs(judged.marks, judged.gap)
    side = judged.marks[first]
    rows = np.flatnonzero(judged.marks)
    at = np.searchsorted(rows, first)
    strength = judged.marks[rows] * judged.ratio[rows]
    best = np.maximum.reduceat(strength, at) if len(at) else np.zeros(0)
    hits = np.flatnonzero(strength == np.repeat(best, np.diff(np.append(at, len(rows)))))
    peak = rows[hits[np.searchsorted(hits, at)]] if len(at) else rows
    return pd.DataFrame(
        {
            "side": side,
            "start": judged.days[first],
            "end": judged.days[last],
            "length": last - first + 1,
            "peak": judged.ratio[peak],
            "peak_time": judged.days[peak],
            "ongoing": len(judged.marks) - 1 - last <= judged.gap,
        },
        index=pd.RangeIndex(len(first), name="event"),
    )


def entries(days: Ints, prices: Prices, lag: int) -> Ints:
    """Return the row of `prices` that is the `lag`-th after each day; -1 where there is none to enter at.

    There is none before the first price, as nobody knows how many sessions lie between; where no price follows
    within `LONGEST_WAIT` days; and beyond the last price.
    """
    n = len(prices.days)
    after = np.searchsorted(prices.days, days, side="right").astype(np.int64)
    entry = after - 1 + min(lag, n + 1)
    if n == 0:
        return np.full(len(days), -1, dtype=np.int64)
    late = prices.days[np.minimum(after, n - 1)] - days > LONGEST_WAIT
    return np.where((days < prices.days[0]) | (entry >= n) | late, -1, entry)


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def after(entry: Ints, prices: Prices, horizon: int) -> Floats:
    """Return P[entry + horizon] / P[entry] - 1; NaN where there is no entry, or no price so late."""
    leave = entry + min(horizon, len(prices.days))  # beyond the last, and no overflow
    there = (entry >= 0) & (leave < len(prices.days))
    result = np.full(len(entry), np.nan)
    result[there] = prices.values[leave[there]] / prices.values[entry[there]] - 1.0
    result[np.isinf(result)] = np.nan
    return result


def detail(judged: Judged, prices: Prices, study: Study) -> pd.DataFrame:
    """Return a row per event: its side and day, when and at what it was entered, and the returns."""
    rows = onsets(judged, study.each)
    entry = entries(day_numbers(judged.days[rows]), prices, study.lag)
    there = entry >= 0
    unit = judged.days.unit
    days = np.full(len(rows), np.datetime64("NaT"), dtype=f"datetime64[{unit}]")
    days[there] = prices.days[entry[there]].astype("datetime64[D]").astype(days.dtype)
    at = np.full(len(rows), np.nan)
    at[there] = prices.values[entry[there]]
    columns: dict[str, Any] = {"side": judged.marks[rows], "start": judged.days[rows], "entry": days, "price": at}
    columns |= {f"return_{h}": after(entry, prices, h) for h in study.horizons}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows), name="event"))


#: The columns of `table`, in order, behind the index (side, horizon).
COLUMNS = (
    "count", "mean", "median", "hit_rate", "ci_low", "ci_high",
    "all_count", "all_mean", "all_median", "all_hit_rate", "excess", "excess_low", "excess_high", "p_value",
)  # fmt: skip


def table(judged: Judged, prices: Prices, study: Study) -> pd.DataFrame:
    """Return the events' returns summed up, a row per side and horizon, beside those of all days judged."""
    overlap(judged.days, prices)
    rows = np.flatnonzero(judged.known)
    marked = np.zeros(len(judged.marks), dtype=np.int8)
    first = onsets(judged, study.each)
    marked[first] = judged.marks[first]
    entry = entries(day_numbers(judged.days[rows]), prices, study.lag)
    lines: dict[tuple[int, int], dict[str, float]] = {}
    for horizon in study.horizons:
        returns = after(entry, prices, horizon)
        there = ~np.isnan(returns)
        lines |= {(side, horizon): line for side, line in _lines(marked[rows][there], returns[there], horizon, study)}
    keys = [(side, horizon) for side in SIDES for horizon in study.horizons]
    index = ordered_columns(keys, ["side", "horizon"])
    result = pd.DataFrame([lines[key] for key in keys], index=index, columns=list(COLUMNS))
    return result.astype({"count": np.int64, "all_count": np.int64})


def _lines(marks: Marks, returns: Floats, horizon: int, study: Study) -> Iterator[tuple[int, dict[str, float]]]:
    groups = np.stack([marks == side for side in SIDES])
    estimates = _b.compare(groups, returns, horizon, study.plan)
    for side, own, estimate in zip(SIDES, groups, estimates, strict=True):
        every = {f"all_{name}": value for name, value in _shape(returns, side).items()}
        yield side, _shape(returns[own], side) | every | estimate._asdict()


def _shape(returns: Floats, side: int) -> dict[str, float]:
    if not len(returns):
        return {"count": 0, "mean": np.nan, "median": np.nan, "hit_rate": np.nan}
    hits = float(np.mean(returns * side > 0))
    mean, median = float(returns.mean()), float(np.median(returns))
    return {"count": len(returns), "mean": mean, "median": median, "hit_rate": hits}


def overlap(days: pd.DatetimeIndex, prices: Prices) -> None:
    """Raise `InvalidData` if prices and days have no time in common."""
    own = day_numbers(days)
    if len(own) and len(prices.days) and (own[-1] < prices.days[0] or own[0] > prices.days[-1]):
        theirs = pd.DatetimeIndex(prices.days[[0, -1]].astype("datetime64[D]").astype("datetime64[s]"))
        ours = days[[0, -1]]
        raise InvalidData(
            f"the prices ({name_dates(theirs)}) and the frame ({name_dates(ours)}) have no time in common"
        )
