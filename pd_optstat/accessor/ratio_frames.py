"""Frames that have put/call ratios but no totals, as published for 1995 to 2003. Pure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..analysis.counts import Column, Counts, parse_counts
from ..analysis.frames import CALL, PUT, get_column, read_counts, sort_by_day
from ..errors import InvalidData

__all__ = ["RATIO", "is_ratio_frame", "parse_ratios", "read_ratios"]

RATIO = "ratio"


def is_ratio_frame(frame: pd.DataFrame) -> bool:
    """Return whether the frame has a ``ratio`` and neither call nor put totals."""
    columns = frame.columns
    return not isinstance(columns, pd.MultiIndex) and RATIO in columns and CALL not in columns and PUT not in columns


def read_ratios(frame: pd.DataFrame) -> Counts:
    """Return totals that have the frame's ratios: its own, or in a frame of ratios 1 call and as many puts a day.

    The latter serve daily ratios and their means only: sums over days would weight all days alike.
    """
    if is_ratio_frame(frame):
        ratios = parse_ratios(get_column(frame, RATIO))
        calls = np.where(ratios.notna(), 1.0, np.nan)
        frame = frame.assign(**{CALL: calls, PUT: ratios.to_numpy()})
    return read_counts(sort_by_day(frame))


def parse_ratios(column: Column) -> Column:
    """Return ratios as float64, NaN where one is missing or infinite; `InvalidData` if one is negative."""
    values, valid = parse_counts(column.replace([np.inf, -np.inf], np.nan), RATIO)
    if (values < 0).any():
        raise InvalidData(f"Column {RATIO!r} is negative in {(values < 0).sum()} of {len(values)} rows.")
    return pd.Series(np.where(valid, values.astype(np.float64), np.nan), index=column.index, name=RATIO)
