"""When a signal is extreme: by its percentile in a window, or by levels of its own. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import check_int, check_number
from ..core.arrays import BoolArray
from ..errors import InvalidRequest
from .counts import Column
from .extremes import MarkedDays
from .ranks import check_limits, check_lookback, mark_extremes, rank
from .windows import WindowLike

__all__ = ["SignalRule", "mark_levels", "mark_signal"]


class SignalRule(NamedTuple):
    """When a signal is extreme and when a run of extremes is over.

    Attributes
    ----------
    window, lower, upper, min_periods
        The limits of the symmetric percentile, as in ``df.optstat.extremes``.
    gap : int
        The number of rows without an extreme that do not end a run.
    levels : tuple of float, optional
        Values of the signal from which on it is extreme, instead of the percentile.
    ranking : str
        Which percentile is compared.
    """

    window: WindowLike = 252
    lower: float = 0.1
    upper: float = 0.9
    min_periods: int | None = None
    gap: int = 0
    levels: tuple[float, float] | None = None
    ranking: str = "symmetric"


def mark_signal(values: Column, rule: SignalRule) -> MarkedDays:
    """Return which days of a signal are extreme, each judged by its own value and those before it."""
    if rule.levels is None:
        limits = check_limits(rule.lower, rule.upper, rule.ranking)
        window = check_lookback(rule.window, values.index, rule.min_periods)
        marks, known = mark_extremes(rank(values, window), limits)
    else:
        marks, known = mark_levels(values, rule.levels)
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return MarkedDays(pd.DatetimeIndex(values.index), numbers, marks, known, check_int(rule.gap, "gap", least=0))


def mark_levels(values: Column, levels: object) -> tuple[npt.NDArray[np.int8], BoolArray]:
    """Return +1 where a signal is at least the upper level, −1 where at most the lower one, else 0; and where known.

    >>> mark_levels(pd.Series([2.5, None, -3.0, 0.0]), (-2, 2))[0].tolist()
    [1, 0, -1, 0]
    """
    pair = list(levels) if isinstance(levels, tuple | list) else []
    if len(pair) != 2:
        raise InvalidRequest(
            f"levels={levels!r} must be a pair of values of the signal (lower, upper), such as (-2, 2)."
        )
    low, high = (check_number(level, "levels", -1e300, 1e300) for level in pair)
    if low >= high:
        raise InvalidRequest(f"levels={levels!r}: the lower level must be below the upper one.")
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return (numbers >= high).astype(np.int8) - (numbers <= low).astype(np.int8), np.isfinite(numbers)
