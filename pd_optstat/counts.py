"""Columns of counts as users have them, read as arrays of numbers. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from .checks import names
from .errors import InvalidData

__all__ = ["Counts", "as_column", "numbers"]

Bools = npt.NDArray[np.bool_]

#: What the vendor's SDK and others write where there is no number.
_ABSENT = ("N/A", "", "NaN", "nan", "--", "None", "<NA>")


class Counts(NamedTuple):
    """Call and put totals of ascending days, as int64 if whole, else float64; 0 where `valid` is False."""

    days: pd.DatetimeIndex
    calls: npt.NDArray[Any]
    puts: npt.NDArray[Any]
    valid: Bools


def numbers(column: pd.Series[Any], name: Hashable) -> tuple[npt.NDArray[Any], Bools]:
    """Return the numbers of `column`, 0 where there is none, int64 if all are whole; and where one is."""
    if not pd.api.types.is_numeric_dtype(column.dtype):
        texts = column.astype(object)
        parsed = pd.Series(pd.to_numeric(texts, errors="coerce"), index=column.index)
        strange = texts[(parsed.isna() & texts.notna() & ~texts.isin(_ABSENT)).to_numpy(dtype=bool)]
        if len(strange):
            raise InvalidData(f"column {name!r} holds what is no number: {names(map(repr, strange.unique()))}")
        column = parsed.astype(np.float64) if parsed.dtype == object else parsed
    if pd.api.types.is_bool_dtype(column.dtype):
        raise InvalidData(f"column {name!r} holds {column.dtype}, not numbers")
    valid = column.notna().to_numpy(dtype=bool)
    if pd.api.types.is_integer_dtype(column.dtype):
        return (column if valid.all() else column.fillna(0)).to_numpy(dtype=np.int64), valid
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    valid = np.isfinite(values)
    values = np.where(valid, values, 0.0)
    exact = bool((np.trunc(values) == values).all() and (np.abs(values) <= 2.0**53).all())
    return (values.astype(np.int64) if exact else values), valid


def as_column(values: npt.NDArray[Any], valid: Bools) -> Any:
    """Return numbers for a frame: int64, or Int64 where one is missing; float64 if they are not whole."""
    if values.dtype.kind == "f":
        return np.where(valid, values, np.nan)
    return values if valid.all() else pd.arrays.IntegerArray(values.copy(), ~valid)
