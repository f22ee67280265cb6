"""Columns of counts as users have them, read as arrays of numbers. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import list_names
from ..core.arrays import BoolArray
from ..errors import InvalidData

__all__ = ["Counts", "as_column", "max_count", "parse_counts", "total"]

Bools = BoolArray

#: What the vendor's SDK and others write where there is no number.
_ABSENT = ("N/A", "", "NaN", "nan", "--", "None", "<NA>")

_MOST = 2**63 - 1  # of an int64


class Counts(NamedTuple):
    """Call and put totals of ascending days, as int64 if whole, else float64; 0 where `valid` is False."""

    days: pd.DatetimeIndex
    calls: npt.NDArray[Any]
    puts: npt.NDArray[Any]
    valid: Bools


def parse_counts(column: pd.Series[Any], name: Hashable) -> tuple[npt.NDArray[Any], Bools]:
    """Return the numbers of `column`, 0 where there is none, int64 if all are whole; and where one is.

    Whole numbers beyond int64 become float64. An infinite number, or what is no number at all, is `InvalidData`.
    """
    column = column if _is_number(column.dtype) else _parsed(column, name)
    valid = column.notna().to_numpy(dtype=bool)
    if pd.api.types.is_integer_dtype(column.dtype):
        whole = column if valid.all() else column.fillna(0)
        beyond = pd.api.types.is_unsigned_integer_dtype(column.dtype) and len(whole) and int(whole.max()) > _MOST
        return whole.to_numpy(dtype=np.float64 if beyond else np.int64), valid
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.isinf(values)
    if infinite.any():
        rows = column.index[infinite]
        shown = list_names(rows.strftime("%Y-%m-%d") if isinstance(rows, pd.DatetimeIndex) else rows)
        raise InvalidData(
            f"column {name!r} is infinite in {infinite.sum()} of {len(values)} rows: {shown}; if these are unknown, "
            "make them missing: df.replace([np.inf, -np.inf], np.nan)"
        )
    valid = ~np.isnan(values)
    values = np.where(valid, values, 0.0)
    exact = bool((np.trunc(values) == values).all() and (np.abs(values) <= 2.0**53).all())
    return (values.astype(np.int64) if exact else values), valid


def _is_number(dtype: Any) -> bool:
    is_a = pd.api.types
    return is_a.is_numeric_dtype(dtype) and not is_a.is_bool_dtype(dtype) and not is_a.is_complex_dtype(dtype)


def _parsed(column: pd.Series[Any], name: Hashable) -> pd.Series[Any]:
    """Return texts and objects as numbers; missing where they say that there is none."""
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_complex_dtype(column.dtype):
        raise InvalidData(f"column {name!r} holds {column.dtype}, not numbers")
    found = [value.strip() if isinstance(value, str) else value for value in column.astype(object)]
    texts = pd.Series(found, index=column.index, dtype=object)
    parsed = pd.Series(pd.to_numeric(texts, errors="coerce"), index=column.index)
    absent = texts.isna() | np.array([isinstance(value, str) and value in _ABSENT for value in found], dtype=bool)
    truth = np.array([isinstance(value, bool | np.bool_) for value in found], dtype=bool)  # would be read as 1 or 0
    strange = texts[((parsed.isna() & ~absent) | truth).to_numpy(dtype=bool)]
    if len(strange):
        raise InvalidData(f"column {name!r} holds what is no number: {list_names(dict.fromkeys(map(repr, strange)))}")
    return parsed if _is_number(parsed.dtype) else parsed.astype(np.float64)


def max_count(values: npt.NDArray[Any]) -> int:
    """Return the largest magnitude among whole numbers, 0 if there are none."""
    return max(int(values.max()), -int(values.min())) if len(values) else 0


@np.errstate(over="ignore", invalid="ignore")
def total(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the sums of two columns of numbers: whole if both are; float64 where int64 would overflow; never infinite.

    Examples
    --------
    >>> import numpy as np
    >>> total(np.array([2**62, 1]), np.array([2**62, 2])).tolist()
    [9.223372036854776e+18, 3.0]
    """
    if one.dtype.kind == other.dtype.kind == "i":
        if max_count(one) + max_count(other) <= _MOST:
            return np.asarray(one + other)
        one = one.astype(np.float64)
    result = np.asarray(one + other)
    return np.where(np.isfinite(result), result, np.nan)


def as_column(values: npt.NDArray[Any], valid: Bools, nullable: bool = False) -> Any:
    """Return numbers for a frame: int64, or Int64 if `nullable` or one is missing; float64 if they are not whole."""
    if values.dtype.kind == "f":
        return np.where(valid, values, np.nan)
    return values if valid.all() and not nullable else pd.arrays.IntegerArray(values.copy(), ~valid)
