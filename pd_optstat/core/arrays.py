"""Types of the arrays that pass between modules, and the number that stands for a missing integer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["ABSENT", "BoolArray", "Float64Array", "Int64Array", "from_bits", "to_bits"]

Int64Array = npt.NDArray[np.int64]
Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

#: The value of a missing integer: a count cannot be negative, and int64 has no NaN.
ABSENT = -(2**63)


def to_bits(values: Float64Array) -> Int64Array:
    """Return the bits of floats as integers, which compare, store and sort exactly; every NaN has the same bits."""
    bits: Int64Array = (np.where(np.isnan(values), np.nan, values) + 0.0).view(np.int64)  # + 0.0: no negative zero
    return bits


def from_bits(bits: Int64Array) -> Float64Array:
    """Return the floats whose bits are given: the inverse of `to_bits`."""
    floats: Float64Array = np.ascontiguousarray(bits).view(np.float64)
    return floats
