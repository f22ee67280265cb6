"""Where rows lie on the x axis, where rows are missing between them, and which of them share a bin. No drawing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import dates as mdates

from ..analysis.counts import Counts
from ..core.arrays import BoolArray, Float64Array

__all__ = [
    "UNITS",
    "Bins",
    "Slots",
    "Unit",
    "bin_counts",
    "bin_means",
    "bin_ranges",
    "break_lines",
    "choose_bins",
    "make_slots",
]

IndexArray = npt.NDArray[np.intp]

#: More days without a row than these are a hole: New York and Hong Kong were never closed for longer than a week.
_HOLE = 10
#: A bar of fewer pixels than this would be blurred into its neighbours.
_LEAST_PIXELS = 2.0


class Unit(NamedTuple):
    """What a row or a bin stands for, as words for captions."""

    one: str
    many: str


UNITS = {name: Unit(name, f"{name}s") for name in ("day", "week", "month", "quarter", "year", "row", "period")}
#: The spacings of rows, in days, that belong to a unit.
_SPACINGS = {"week": (6, 8), "month": (28, 31), "quarter": (89, 93), "year": (364, 367)}
#: pandas' names of the periods of bins, from short to long.
_PERIODS = {"week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}


class Slots(NamedTuple):
    """The part of the x axis that each row takes, in matplotlib's days.

    Attributes
    ----------
    days : DatetimeIndex
        The rows' labels.
    left, right, centre : ndarray of float64
        A day takes the 24 hours around its midnight; a resampled row takes its period.
    holes : ndarray of int
        Rows before which more than 10 days have no row: nothing is drawn across.
    unit : Unit
        What a row is.
    """

    days: pd.DatetimeIndex
    left: Float64Array
    right: Float64Array
    centre: Float64Array
    holes: IndexArray
    unit: Unit

    @property
    def span(self) -> float:
        """Days from the first row's beginning to the last row's end."""
        return float(self.right[-1] - self.left[0])

    def runs(self, inside: BoolArray) -> tuple[Float64Array, Float64Array]:
        """Return where each run of True begins and ends; a hole ends a run."""
        first, last = _run_ends(inside, self.holes)
        return self.left[first], self.right[last]


class Bins(NamedTuple):
    """Weeks, months, quarters or years of rows: `slots` of the bins, and the row with which each begins."""

    slots: Slots
    starts: IndexArray


def make_slots(days: pd.DatetimeIndex, *, resampled: bool) -> Slots:
    """Return where rows lie; `resampled` rows are labelled with the end of their period, as `resample` does it."""
    numbers = _date_numbers(days)
    steps = np.diff(numbers)
    usual = float(np.median(steps)) if len(steps) else 1.0
    regular = len(steps) > 1 and bool((steps >= 0.5 * usual).all())
    unit = _unit_of(usual if regular or resampled else 1.0, resampled=resampled)
    left, right = numbers - 0.5, numbers + 0.5
    if len(steps) and unit is not UNITS["day"]:
        if resampled:  # each period begins where the one before it ends, if that has a row
            left = right - np.append(usual, np.where(steps <= 1.5 * usual, steps, usual))
        else:
            left, right = numbers - usual / 2, numbers + usual / 2
    centre = numbers if unit is UNITS["day"] else (left + right) / 2
    return Slots(days, left, right, centre, _find_holes(left, right), unit)


def _unit_of(spacing: float, *, resampled: bool) -> Unit:
    if spacing <= 4 and not resampled:
        return UNITS["day"]
    if not resampled:
        return UNITS["row"]
    return next((UNITS[name] for name, (low, high) in _SPACINGS.items() if low <= spacing <= high), UNITS["period"])


def choose_bins(slots: Slots, pixels: float) -> Bins | None:
    """Return the shortest bins that are wide enough on an axis of so many pixels; None if each row is."""
    rows = len(slots.days)
    if rows * _LEAST_PIXELS <= pixels or slots.unit is not UNITS["day"]:
        return None
    days = slots.days.tz_localize(None)
    periods, starts, unit = days.to_period("D"), np.arange(rows), slots.unit
    for name, frequency in _PERIODS.items():
        periods, unit = days.to_period(frequency), UNITS[name]
        starts = np.flatnonzero(np.diff(periods.asi8, prepend=periods.asi8[0] - 1))
        if len(starts) * _LEAST_PIXELS <= pixels:
            break
    return _make_bins(slots, periods[starts], starts, unit)


def _make_bins(slots: Slots, first: pd.PeriodIndex, starts: IndexArray, unit: Unit) -> Bins:
    """Return bins of whole periods; the first and the last one only as far as there are rows."""
    left = np.maximum(_date_numbers(first.start_time) - 0.5, slots.left[0])
    right = np.minimum(_date_numbers(first.end_time.normalize()) + 0.5, slots.right[-1])
    centre = (left + right) / 2
    return Bins(Slots(slots.days[starts], left, right, centre, _find_holes(left, right), unit), starts)


def bin_means(values: Float64Array, starts: IndexArray) -> Float64Array:
    """Return the mean of the finite values of each bin; NaN if it has none."""
    finite = np.isfinite(values)
    count = np.add.reduceat(finite.astype(np.float64), starts)
    sums = np.add.reduceat(np.where(finite, values, 0.0), starts)
    result = np.full(len(starts), np.nan)
    np.divide(sums, count, out=result, where=count > 0)
    return result


def bin_ranges(values: Float64Array, starts: IndexArray) -> tuple[Float64Array, Float64Array]:
    """Return the lowest and the highest finite value of each bin; NaN if it has none."""
    low, high = np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
    return np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan)


def bin_counts(counts: Counts, starts: IndexArray) -> tuple[Float64Array, Float64Array, Float64Array]:
    """Return the mean calls and puts of the days of each bin, and its highest total; NaN if no day is valid."""
    calls, puts = (np.where(counts.valid, part, np.nan).astype(np.float64) for part in (counts.calls, counts.puts))
    return bin_means(calls, starts), bin_means(puts, starts), bin_ranges(calls + puts, starts)[1]


def break_lines(slots: Slots, *columns: Float64Array) -> list[Float64Array]:
    """Return the centres of the rows and their values, with a NaN in each hole, which ends a line or an area."""
    return [np.insert(part, slots.holes, np.nan) for part in (slots.centre, *columns)]


def _find_holes(left: Float64Array, right: Float64Array) -> IndexArray:
    return np.flatnonzero(left[1:] - right[:-1] > _HOLE) + 1


def _run_ends(inside: BoolArray, holes: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Return the first and the last row of each run of True."""
    before, after = np.append(False, inside[:-1]), np.append(inside[1:], False)
    before[holes] = False
    after[holes - 1] = False
    return np.flatnonzero(inside & ~before), np.flatnonzero(inside & ~after)


def _date_numbers(days: pd.Index) -> Float64Array:
    moments = pd.DatetimeIndex(days).tz_localize(None).normalize().to_numpy()
    return np.asarray(mdates.date2num(moments), dtype=np.float64)
