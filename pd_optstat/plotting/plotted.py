"""What a figure shows of a series: the arguments of ``df.optstat.plot``, checked, and the numbers to draw."""

# pyright: reportArgumentType=false
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import pandas as pd

from .._types import DateLike
from .._util.validation import check_bool, check_int, check_number
from ..analysis import metrics
from ..analysis.counts import Column, Counts
from ..analysis.windows import WindowLike
from ..core.arrays import BoolArray, Float64Array
from ..core.markets import Exchange
from ..errors import InvalidRequest
from .slots import Slots, make_slots
from .strip import Marks
from .style import check_theme

__all__ = [
    "PlotData",
    "PlotKind",
    "PlotSettings",
    "PlottedSeries",
    "check_figsize",
    "compute",
    "compute_means",
    "describe_window",
]

PlotKind: TypeAlias = Literal["overview", "ratio", "volume", "bands", "percentile", "heatmap", "price"]

#: Rolling means by default, for each unit of rows: of two weeks and a quarter; of a quarter and a year if a line of the
#: shorter one would be narrower than `_LEAST_WINDOW` pixels per window.
_WINDOWS: dict[str, tuple[int, ...]] = {
    "day": (10, 63),
    "week": (4, 13),
    "month": (3, 12),
    "quarter": (4,),
    "year": (3,),
}
_LONG_WINDOWS = (63, 252)
_LEAST_WINDOW = 6.0


@dataclass(frozen=True, slots=True)
class PlotSettings:
    """What a figure shows and how: the arguments of ``df.optstat.plot``."""

    kind: PlotKind = "overview"
    windows: Iterable[int] | None = None
    lookback: WindowLike = 252
    lower: float = 0.1
    upper: float = 0.9
    extremes: bool = True
    window: WindowLike = 20
    k: float = 2.0
    start: DateLike | None = None
    end: DateLike | None = None
    title: str | None = None
    theme: str | None = None
    figsize: tuple[float, float] | None = None

    def checked(self) -> PlotSettings:
        """Return these settings with listed windows, or raise `InvalidRequest` naming the invalid argument."""
        if not isinstance(self.kind, str) or self.kind not in get_args(PlotKind):
            raise InvalidRequest(f"kind={self.kind!r} is not known. Valid: {', '.join(get_args(PlotKind))}.")
        check_theme(self.theme)
        check_bool(self.extremes, "extremes")
        if self.title is not None and not isinstance(self.title, str):
            raise InvalidRequest(f"title={self.title!r} must be a text, or None for the series' name.")
        figsize = check_figsize(self.figsize)
        if self.windows is None:
            return replace(self, figsize=figsize)
        if isinstance(self.windows, str) or not isinstance(self.windows, Iterable):
            raise InvalidRequest(f"windows={self.windows!r} must be several numbers of rows, such as (10, 63).")
        windows = [check_int(window, "windows") for window in self.windows]
        return replace(self, windows=windows, figsize=figsize)


def check_figsize(figsize: object) -> tuple[float, float] | None:
    """Return width and height in inches, or raise `InvalidRequest`."""
    if figsize is None:
        return None
    sizes = list(figsize) if isinstance(figsize, Sequence | np.ndarray) and not isinstance(figsize, str) else []
    if len(sizes) != 2:
        raise InvalidRequest(f"figsize={figsize!r} must be width and height in inches, such as (10, 5).")
    return check_number(sizes[0], "figsize", 0.5, 100), check_number(sizes[1], "figsize", 0.5, 100)


class PlottedSeries(NamedTuple):
    """A series to draw.

    Attributes
    ----------
    counts : Counts
    name : str
        The series' name in the title, if `info` has no market.
    info : mapping
        The frame's ``attrs["optstat"]``.
    notes : sequence of str
        What the figure must say about its data, whatever its title.
    exchange : Exchange or None
        The exchange whose sessions a whole month has, if it is known.
    prices : ndarray of float64 or None
        The price of the underlying on the days of `counts`; None if the frame has none.
    hidden : int
        How many of the first rows are for lookbacks, and are not drawn.
    """

    counts: Counts
    name: str
    info: Mapping[str, object]
    notes: Sequence[str]
    exchange: Exchange | None = None
    prices: Float64Array | None = None
    hidden: int = 0

    @property
    def synthetic(self) -> bool:
        """Whether the notes say that the data is synthetic."""
        return "synthetic data" in self.notes


@dataclass(frozen=True, slots=True)
class PlotData:
    """What is drawn of a series: computed from all its days, then cut to those that are shown.

    `everything` are the counts and ratios of all days, from which the means are computed once their windows are known.
    """

    counts: Counts
    ratio: Column
    marks: Marks | None
    percentile: Column | None
    bands: pd.DataFrame | None
    prices: Float64Array
    everything: tuple[Counts, Column]
    shown: BoolArray
    slots: Slots


def compute(series: PlottedSeries, settings: PlotSettings) -> PlotData:
    kind, counts = settings.kind, series.counts
    ratio = metrics.put_call_ratio(counts)
    shown = _select_days(counts.days, settings.start, settings.end)
    shown[: series.hidden] = False
    slots = make_slots(counts.days[shown], resampled=series.info.get("resampled") is not None)
    marks = percentile = bands = None
    if kind == "percentile" or (kind in ("overview", "ratio", "price") and check_bool(settings.extremes, "extremes")):
        marks = _mark(ratio, shown, settings, slots)
    if kind == "percentile":
        percentile = metrics.percentile(ratio, settings.lookback)
    if kind == "bands":
        bands = metrics.bands(ratio, settings.window, settings.k)
    prices = np.full(len(counts.days), np.nan) if series.prices is None else series.prices
    return PlotData(
        Counts(counts.days[shown], counts.calls[shown], counts.puts[shown], counts.valid[shown]),
        ratio[shown],
        marks,
        None if percentile is None else percentile[shown],
        None if bands is None else bands[shown],
        prices[shown],
        (counts, ratio),
        shown,
        slots,
    )


def _mark(ratio: Column, shown: BoolArray, settings: PlotSettings, slots: Slots) -> Marks:
    lookback, lower, upper = settings.lookback, settings.lower, settings.upper
    marks = metrics.extremes(ratio, lookback, lower, upper)[shown]
    rows = isinstance(lookback, int | np.integer)
    length = describe_window(lookback, slots) if rows else f"{metrics.MIN_RATIOS} {slots.unit.many} in {lookback}"
    lacks_ratio, unknown = ratio[shown].isna(), marks.isna()
    reasons = [
        *(["no ratio"] if lacks_ratio.any() else []),
        *([f"fewer than {length}"] if (unknown & ~lacks_ratio).any() else []),
    ]
    return Marks(marks, lower, upper, f"unknown: {', or '.join(reasons)}")


def compute_means(data: PlotData, pixels: float, windows: Iterable[int] | None) -> dict[int, Column]:
    """Return the rolling means to draw; by default those that the axes have pixels for."""
    chosen = windows
    if chosen is None:
        usual = _WINDOWS.get(data.slots.unit.one, (10,))
        too_narrow = data.slots.unit.one == "day" and usual[0] * pixels < _LEAST_WINDOW
        chosen = _LONG_WINDOWS if too_narrow else usual
    counts, ratio = data.everything
    return {window: metrics.rolling_ratio(counts, ratio, window, "mean")[data.shown] for window in chosen}


def _select_days(days: pd.DatetimeIndex, start: DateLike | None, end: DateLike | None) -> BoolArray:
    """Return which days lie between `start` and `end`."""
    first, last = _parse_limit("start", start), _parse_limit("end", end)
    if first is not None and last is not None and first > last:
        raise InvalidRequest(f"start={start!r} is after end={end!r}. Exchange them.")
    shown = np.ones(len(days), dtype=np.bool_)
    days = days.tz_localize(None).normalize()
    if first is not None:
        shown &= np.asarray(days >= first)
    if last is not None:
        shown &= np.asarray(days <= last)
    return shown


def _parse_limit(name: str, value: DateLike | None) -> pd.Timestamp | None:
    """Return the day that `value` shows on its own clock."""
    if value is None:
        return None
    try:
        return pd.Timestamp(value).tz_localize(None).normalize()
    except (ValueError, TypeError, AttributeError) as error:  # NaT has no normalize()
        raise InvalidRequest(f"{name}={value!r} is not a date such as '2026-06-12': {error}.") from None


def describe_window(window: WindowLike, slots: Slots) -> str:
    """Return a window in words."""
    return f"{window} {slots.unit.many}" if isinstance(window, int | np.integer) else str(window)
