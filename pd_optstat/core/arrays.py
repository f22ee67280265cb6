"""Types of the arrays that pass between modules, and the number that stands for a missing integer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["ABSENT", "BoolArray", "Float64Array", "Int64Array"]

Int64Array = npt.NDArray[np.int64]
Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

#: The value of a missing integer: a count cannot be negative, and int64 has no NaN.
ABSENT = -(2**63)
