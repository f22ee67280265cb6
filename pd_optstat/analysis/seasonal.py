"""The put/call ratio by weekday and around monthly expiries, and the ratio adjusted for them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np
import pandas as pd

from .._util.validation import check_int
from ..core.arrays import Float64Array, Int64Array
from ..core.frame import ordered_columns
from ..errors import InvalidRequest
from .counts import Column
from .windows import Window, rolling_means, running_sums, window_sums

__all__ = ["EFFECTS", "LEAST_DAYS", "Weeks", "adjusted", "effects_of", "table"]


#: Returns the weeks from each day to the next expiry. Called only for the effect "expiry", as it needs a calendar.
Weeks: TypeAlias = Callable[[], Int64Array]

EFFECTS = ("weekday", "expiry")

#: The usual ratio is the mean of at least so many earlier days of the kind.
LEAST_DAYS = 4

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_COLUMNS = ("count", "mean", "median", "std", "difference")


def effects_of(by: Iterable[str] | str) -> tuple[str, ...]:
    """Return the effects that `by` names, in the order of `EFFECTS`."""
    names = (by,) if isinstance(by, str) else tuple(by) if isinstance(by, Iterable) else ()
    if not names or not set(names) <= set(EFFECTS):
        raise InvalidRequest(f"by={by!r} must be one or both of {', '.join(map(repr, EFFECTS))}.")
    return tuple(effect for effect in EFFECTS if effect in names)


def _weekdays(days: Int64Array) -> Int64Array:
    return (days + 3) % 7  # 0 is Monday; 1970-01-01 was a Thursday


def table(ratio: Column, days: Int64Array, effects: tuple[str, ...], weeks: Weeks) -> pd.DataFrame:
    """Return count, mean, median and std of the ratio by group of days, and the mean less that of all days."""
    values = ratio.to_numpy()
    known = np.isfinite(values)
    values, whole_mean = values[known], values[known].mean() if known.any() else np.nan
    rows: dict[tuple[str, str | int], list[float]] = {}
    for effect in effects:
        kinds = (_weekdays(days) if effect == "weekday" else weeks())[known]
        for kind in np.unique(kinds).tolist():
            key = ("weekday", _WEEKDAYS[kind]) if effect == "weekday" else ("weeks_to_expiry", kind)
            rows[key] = _describe(values[kinds == kind], whole_mean)
    index = ordered_columns(list(rows), ["effect", "group"])
    result = pd.DataFrame(list(rows.values()), index=index, columns=list(_COLUMNS), dtype=np.float64)
    return result.astype({"count": np.int64})


def _describe(values: Float64Array, whole_mean: float) -> list[float]:
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else np.nan
    return [len(values), float(values.mean()), float(np.median(values)), spread, float(values.mean() - whole_mean)]


def adjusted(
    ratio: Column, days: Int64Array, effects: tuple[str, ...], weeks: Weeks, window: int | None, min_periods: int | None
) -> Column:
    """Return the ratio less the mean of the ratios of earlier days of its kind: the last `window` of them, or all.

    The kind of a day is its weekday, whether it lies in the week of the expiry, or both together.
    """
    size = None if window is None else check_int(window, "window")
    least = min(LEAST_DAYS, size or LEAST_DAYS) if min_periods is None else check_int(min_periods, "min_periods")
    if size is not None and least > size:
        raise InvalidRequest(f"min_periods={min_periods!r} is more than the {size} days of window.")
    kinds = np.zeros(len(days), dtype=np.int64)
    if "weekday" in effects:
        kinds += _weekdays(days)
    if "expiry" in effects:
        kinds += 7 * (weeks() == 0)
    values = ratio.to_numpy()
    result = np.full(len(values), np.nan)
    for kind in np.unique(kinds):
        rows = np.flatnonzero((kinds == kind) & np.isfinite(values))
        result[rows] = values[rows] - _mean_before(values[rows], size, least)
    result[~np.isfinite(result)] = np.nan
    return pd.Series(result, index=ratio.index, name="adjusted_ratio")


def _mean_before(values: Float64Array, size: int | None, least: int) -> Float64Array:
    """Return the mean of the `size` values before each one, NaN where there are fewer than `least`."""
    result = np.full(len(values), np.nan)
    if len(values) > 1:
        valid = np.ones(len(values), dtype=np.bool_)
        rows = size or len(values)
        window = Window(rows, None, least, rows)
        result[1:] = rolling_means(values, valid, window_sums(running_sums(valid), window), window)[:-1]
    return result
