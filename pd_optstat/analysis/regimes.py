"""Regimes of the market, such as terciles of a volatility index, as they were known on each day. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import list_names
from ..core.arrays import Float64Array, Int64Array
from ..core.markets import Exchange
from ..errors import InvalidRequest
from .counts import Column, parse_counts
from .ranks import rank
from .signal_series import read_by_day
from .trading_days import day_numbers
from .windows import check_window

__all__ = ["LONGEST_VALID", "Regimes", "align_backwards", "read_controls", "read_regimes"]

#: A value counts until the next one, but for no more days than this: those of a quarter, and its publication.
LONGEST_VALID = 100
#: More different values than this are numbers to be divided into terciles.
_MOST_REGIMES = 12
#: The rows among which a value's tercile is found, and the fewest of them.
_LOOKBACK, _LEAST = 252, 63
_TERCILES = ("low", "middle", "high")


class Regimes(NamedTuple):
    """The names of the regimes, and the number of each day's regime: -1 where none is known."""

    names: list[Hashable]
    codes: npt.NDArray[np.int64]


def read_regimes(by: object, days: pd.DatetimeIndex, exchange: Exchange | None) -> Regimes | None:
    """Return the regime of each of `days`: the last value at or before it, at most `LONGEST_VALID` days old.

    Numbers of more than `_MOST_REGIMES` different values become terciles: where each ranks among the last 252.

    Raises
    ------
    InvalidRequest
        If it is not a Series, or has too many different values that are not numbers.
    """
    if by is None:
        return None
    if not isinstance(by, pd.Series):
        raise InvalidRequest(f"by={type(by).__name__} must be a Series of regimes by day, or None.")
    values, numbers = read_by_day(by, exchange, "by")
    known = values.notna().to_numpy(dtype=bool)
    values, numbers = values[known], numbers[known]
    distinct = list(values.cat.categories) if isinstance(values.dtype, pd.CategoricalDtype) else _sorted(values)
    if len(distinct) > _MOST_REGIMES:
        return Regimes(list(_TERCILES), _as_codes(_tercile_codes(values), numbers, days))
    places = {name: code for code, name in enumerate(distinct)}
    codes = np.array([places[value] for value in values], dtype=np.float64)
    return Regimes(distinct, _as_codes(codes, numbers, days))


def _sorted(values: pd.Series[Any]) -> list[Hashable]:
    distinct = list(values.unique())
    try:
        return sorted(distinct)
    except TypeError:  # of different types
        return distinct


def _tercile_codes(values: pd.Series[Any]) -> Float64Array:
    if not pd.api.types.is_numeric_dtype(values.dtype):
        shown = list_names(map(repr, values.unique()))
        raise InvalidRequest(
            f"by= has more than {_MOST_REGIMES} different values that are not numbers: {shown}. Give each regime one."
        )
    numbers, _ = parse_counts(values, "by")
    ratio = pd.Series(numbers.astype(np.float64))
    window = check_window(_LOOKBACK, ratio.index, _LEAST)
    percentiles = rank(ratio, window).percentiles("symmetric")
    return np.where(np.isnan(percentiles), np.nan, np.minimum(np.floor(percentiles * 3), 2))


def _as_codes(values: Float64Array, numbers: Int64Array, days: pd.DatetimeIndex) -> npt.NDArray[np.int64]:
    aligned = align_backwards(values, numbers, day_numbers(days))
    return np.where(np.isnan(aligned), -1, aligned).astype(np.int64)


def align_backwards(values: Float64Array, numbers: Int64Array, days: Int64Array) -> Float64Array:
    """Return for each of `days` the last of `values`, whose ascending days are `numbers`, at or before it.

    >>> align_backwards(np.array([1.0, 2.0]), np.array([10, 20]), np.array([9, 10, 19, 20, 500])).tolist()
    [nan, 1.0, 1.0, 2.0, nan]
    """
    at = np.searchsorted(numbers, days, side="right") - 1
    result = np.full(len(days), np.nan)
    found = at >= 0
    found[found] = days[found] - numbers[at[found]] <= LONGEST_VALID
    result[found] = values[at[found]]
    return result


def read_controls(controls: object, days: pd.DatetimeIndex, exchange: Exchange | None) -> dict[str, Column]:
    """Return control variables by name, each as the last value known at or before each of `days`.

    Raises
    ------
    InvalidRequest
        If it is neither a Series nor a DataFrame, or a name is repeated.
    """
    if controls is None:
        return {}
    if isinstance(controls, pd.Series):
        controls = controls.to_frame(controls.name if controls.name is not None else "control")
    if not isinstance(controls, pd.DataFrame):
        raise InvalidRequest(f"controls={type(controls).__name__} must be a Series or a DataFrame by day.")
    names = [str(name) for name in controls.columns]
    if len(set(names)) < len(names) or {"const", "signal"} & set(names):
        raise InvalidRequest(f"controls: names must be unique, and not 'const' or 'signal': {list_names(names)}.")
    found = {}
    for position, name in enumerate(names):
        values, numbers = read_by_day(controls.iloc[:, position], exchange, f"controls[{name!r}]")
        parsed, known = parse_counts(values, name)
        aligned = align_backwards(parsed[known].astype(np.float64), numbers[known], day_numbers(days))
        found[name] = pd.Series(aligned, days, name=name)
    return found
