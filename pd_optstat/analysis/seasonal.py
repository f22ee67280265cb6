"""What the ratio is on weekdays and around monthly expiries, and the ratio less that. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from .._util.validation import check_int
from ..core.arrays import Float64Array, Int64Array
from ..core.frame import ordered_columns
from ..errors import InvalidRequest
from .windows import Window, rolling_means, running_sums, windowed

if TYPE_CHECKING:
    Series: TypeAlias = pd.Series[Any]

__all__ = ["EFFECTS", "LEAST_DAYS", "Weeks", "adjusted", "effects_of", "table"]

Ints = Int64Array
Floats = Float64Array

#: Gives each day's weeks to the next expiry; called only if the effect is asked for, as it needs a calendar.
Weeks: TypeAlias = Callable[[], Ints]

EFFECTS = ("weekday", "expiry")

#: What is usual is the mean of at least so many earlier days of the kind.
LEAST_DAYS = 4

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_COLUMNS = ("count", "mean", "median", "std", "difference")


def effects_of(by: Iterable[str] | str) -> tuple[str, ...]:
    """Return the effects asked for, in the order of `EFFECTS`."""
    asked = (by,) if isinstance(by, str) else tuple(by) if isinstance(by, Iterable) else ()
    if not asked or not set(asked) <= set(EFFECTS):
        raise InvalidRequest(f"by={by!r}: some of {', '.join(map(repr, EFFECTS))} are needed")
    return tuple(effect for effect in EFFECTS if effect in asked)


def _weekdays(days: Ints) -> Ints:
    return (days + 3) % 7  # 0 is Monday; 1970-01-01 was a Thursday


def table(ratio: Series, days: Ints, effects: tuple[str, ...], weeks: Weeks) -> pd.DataFrame:
    """Return count, mean, median, std of the ratio, and its mean less that of all days, by group of days."""
    values = ratio.to_numpy()
    there = np.isfinite(values)
    values, whole_mean = values[there], values[there].mean() if there.any() else np.nan
    lines: dict[tuple[str, Any], list[float]] = {}
    for effect in effects:
        kinds = (_weekdays(days) if effect == "weekday" else weeks())[there]
        for kind in np.unique(kinds).tolist():
            name = ("weekday", _WEEKDAYS[kind]) if effect == "weekday" else ("weeks_to_expiry", kind)
            lines[name] = _line(values[kinds == kind], whole_mean)
    index = ordered_columns(list(lines), ["effect", "group"])
    result = pd.DataFrame(list(lines.values()), index=index, columns=list(_COLUMNS), dtype=np.float64)
    return result.astype({"count": np.int64})


def _line(values: Floats, whole_mean: float) -> list[float]:
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else np.nan
    return [len(values), float(values.mean()), float(np.median(values)), spread, float(values.mean() - whole_mean)]


def adjusted(
    ratio: Series, days: Ints, effects: tuple[str, ...], weeks: Weeks, window: int | None, min_periods: int | None
) -> Series:
    """Return the ratio less the mean of the ratios of earlier days of its kind: the last `window` of them, or all.

    A kind is a weekday, whether it is in the week of the expiry, or both together.
    """
    size = None if window is None else check_int(window, "window")
    least = min(LEAST_DAYS, size or LEAST_DAYS) if min_periods is None else check_int(min_periods, "min_periods")
    if size is not None and least > size:
        raise InvalidRequest(f"min_periods={min_periods!r}: more than the {size} days of window")
    kinds = np.zeros(len(days), dtype=np.int64)
    if "weekday" in effects:
        kinds += _weekdays(days)
    if "expiry" in effects:
        kinds += 7 * (weeks() == 0)
    values = ratio.to_numpy()
    result = np.full(len(values), np.nan)
    for kind in np.unique(kinds):
        rows = np.flatnonzero((kinds == kind) & np.isfinite(values))
        result[rows] = values[rows] - _before(values[rows], size, least)
    result[~np.isfinite(result)] = np.nan
    return pd.Series(result, index=ratio.index, name="adjusted_ratio")


def _before(values: Floats, size: int | None, least: int) -> Floats:
    """Return the mean of the `size` values before each one, NaN where there are less than `least`."""
    result = np.full(len(values), np.nan)
    if len(values) > 1:
        there = np.ones(len(values), dtype=bool)
        window = Window(size or len(values), None, least, None)
        result[1:] = rolling_means(values, there, windowed(running_sums(there), window), window)[:-1]
    return result
