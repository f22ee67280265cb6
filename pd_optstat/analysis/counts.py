"""Users' columns of counts, read as arrays of numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from pandas.api import types

from .._util.validation import list_names
from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..core.frame import COLUMNS
from ..errors import InvalidData

__all__ = [
    "ABSENT_TEXTS", "GROUPED", "RATIO_ATOL", "RATIO_RTOL", "Column", "ColumnValues", "Counts", "NumberArray",
    "as_column", "have_same_meaning", "is_absent", "max_count", "parse_counts", "total",
]  # fmt: skip

#: A column of a user's frame, of any dtype.
Column: TypeAlias = "pd.Series[Any]"
#: int64 if all numbers are whole, else float64.
NumberArray: TypeAlias = Int64Array | Float64Array

#: Numbers of a column of a result.
ColumnValues: TypeAlias = NumberArray | pd.arrays.IntegerArray

#: How far a given ratio may be from put / call: the documented samples have six digits.
RATIO_RTOL, RATIO_ATOL = 1e-4, 1e-6

#: Texts that vendors' SDKs, spreadsheets and others write for a missing number, in lower case.
ABSENT_TEXTS = frozenset(
    {"", "-", "--", "\u2013", "\u2014", "n/a", "n.a.", "na", "#n/a", "nan", "<na>", "null", "none", "nil"}
)
#: Whole numbers in groups of three digits, with one separator throughout. Points are decimal unless there are two.
GROUPED = re.compile(
    r"[+-]?[1-9]\d{0,2}(?P<separator>[,'\u2019_ \u00a0\u2009\u202f])\d{3}(?:(?P=separator)\d{3})*(?:\.0*)?"
)

#: Columns that follow from the day and the counts: a row that lacks one says nothing else than a row that has it.
_DERIVED = ("timestamp", "total_value", "ratio")

_INT64_MAX = 2**63 - 1


class Counts(NamedTuple):
    """Call and put totals of ascending days, in contracts; 0 where `valid` is False."""

    days: pd.DatetimeIndex
    calls: NumberArray
    puts: NumberArray
    valid: BoolArray

    def as_integers(self) -> tuple[Int64Array, Int64Array] | None:
        """Return calls and puts if all are whole numbers that int64 holds, else None."""
        if self.calls.dtype.kind == "f" or self.puts.dtype.kind == "f":
            return None
        return self.calls.astype(np.int64, copy=False), self.puts.astype(np.int64, copy=False)


def parse_counts(column: Column, name: Hashable) -> tuple[NumberArray, BoolArray]:
    """Return the numbers of `column`, 0 where one is missing, and which are there.

    The numbers are int64 if all are whole, else float64, which also holds whole numbers beyond int64.

    Raises
    ------
    InvalidData
        If a number is infinite, or a value is not a number.
    """
    column = column if _is_number(column) else _parse_objects(column, name)
    valid = column.notna().to_numpy(dtype=bool)
    if types.is_integer_dtype(column.dtype):
        whole = column if valid.all() else column.fillna(0)
        beyond = types.is_unsigned_integer_dtype(column.dtype) and len(whole) and int(whole.max()) > _INT64_MAX
        return whole.to_numpy(dtype=np.float64 if beyond else np.int64), valid
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.isinf(values)
    if infinite.any():
        rows = column.index[infinite]
        shown = list_names(rows.strftime("%Y-%m-%d") if isinstance(rows, pd.DatetimeIndex) else rows)
        raise InvalidData(
            f"Column {name!r} is infinite in {infinite.sum()} of {len(values)} rows: {shown}. If these are unknown, "
            "make them missing with df.replace([np.inf, -np.inf], np.nan)."
        )
    valid = ~np.isnan(values)
    values = np.where(valid, values, 0.0)
    # Above 2**53 a float64 may stand for a neighbour of the number that was meant.
    exact = bool((np.trunc(values) == values).all() and (np.abs(values) <= 2.0**53).all())
    return (values.astype(np.int64) if exact else values), valid


def _is_number(column: Column) -> bool:
    dtype = column.dtype
    return types.is_numeric_dtype(dtype) and not types.is_bool_dtype(dtype) and not types.is_complex_dtype(dtype)


def is_absent(column: Column) -> BoolArray:
    """Return where a value is missing, or is a text such as "N/A" that stands for a missing one."""
    return np.array(
        [missing or _is_absent_text(value) for value, missing in zip(column, column.isna(), strict=True)], dtype=bool
    )


def _is_absent_text(value: object) -> bool:
    return isinstance(value, str) and value.strip().casefold() in ABSENT_TEXTS


def _parse_objects(column: Column, name: Hashable) -> Column:
    """Return texts and objects as numbers, missing where they say that there is none."""
    if types.is_bool_dtype(column.dtype) or types.is_complex_dtype(column.dtype):
        raise InvalidData(f"Column {name!r} holds {column.dtype}, not numbers.")
    values = [value.strip() if isinstance(value, str) else value for value in column.astype(object)]
    objects = pd.Series(values, index=column.index, dtype=object)
    parsed = pd.Series(pd.to_numeric(objects, errors="coerce"), index=column.index)
    is_bool = np.array([isinstance(value, bool | np.bool_) for value in values], dtype=bool)  # parsed as 1 or 0
    not_numbers = objects[((parsed.isna() & ~is_absent(objects)) | is_bool).to_numpy(dtype=bool)]
    if len(not_numbers):
        shown = list_names(dict.fromkeys(map(repr, not_numbers)))
        grouped = any(isinstance(value, str) and GROUPED.fullmatch(value) for value in not_numbers)
        advice = " df.optstat.normalize() reads separators of thousands." if grouped else ""
        raise InvalidData(f"Column {name!r} holds values that are not numbers: {shown}.{advice}")
    return parsed if _is_number(parsed) else parsed.astype(np.float64)


def max_count(values: NumberArray) -> int:
    """Return the largest magnitude among whole numbers, 0 if there are no numbers."""
    return max(int(values.max()), -int(values.min())) if len(values) else 0


@np.errstate(over="ignore", invalid="ignore")
def total(one: NumberArray, other: NumberArray) -> NumberArray:
    """Return the sums of two columns: int64 if both are, float64 where that would overflow, NaN instead of infinite.

    Examples
    --------
    >>> import numpy as np
    >>> total(np.array([2**62, 1]), np.array([2**62, 2])).tolist()
    [9.223372036854776e+18, 3.0]
    """
    if one.dtype.kind == other.dtype.kind == "i":
        if max_count(one) + max_count(other) <= _INT64_MAX:
            return np.asarray(one + other)  # pyright: ignore[reportReturnType]
        one = one.astype(np.float64)
    result = np.asarray(one + other)
    return np.where(np.isfinite(result), result, np.nan)


def as_column(values: NumberArray, valid: BoolArray, nullable: bool = False) -> ColumnValues:
    """Return numbers for a frame: int64, or Int64 if `nullable` or one is missing; float64 if they are not whole."""
    if values.dtype.kind == "f":
        return np.where(valid, values, np.nan)
    return values if valid.all() and not nullable else pd.arrays.IntegerArray(values.astype(np.int64), ~valid)


def have_same_meaning(left: Column, right: Column, name: Hashable) -> BoolArray:
    """Return where two rows of a day say the same in a column: as numbers where it holds some, "N/A" as missing."""
    if name in COLUMNS:
        if name in _DERIVED:  # an infinite ratio, as others compute it where call is 0, is missing, too
            left, right = (part.replace([np.inf, -np.inf], np.nan) for part in (left, right))
        (one, has_one), (other, has_other) = parse_counts(left, name), parse_counts(right, name)
        agree = np.isclose(one, other, RATIO_RTOL, RATIO_ATOL) if name == "ratio" else one == other
        either = ~(has_one & has_other)
        return np.where(either, (name in _DERIVED) | (has_one == has_other), agree)
    pairs = zip(left.astype(object), right.astype(object), is_absent(left), is_absent(right), strict=True)
    return np.array([a and b if a or b else _equal(one, other) for one, other, a, b in pairs], dtype=bool)


def _equal(one: object, other: object) -> bool:
    try:
        return bool(one == other)
    except (TypeError, ValueError):  # arrays and the like
        return repr(one) == repr(other)
