"""Formulas on open interest, alone or beside the volume of the same market. Pure."""

# pyright: reportArgumentType=false
from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.arrays import BoolArray, Int64Array
from .counts import ColumnValues, Counts, NumberArray, as_column, total
from .trading_days import day_numbers
from .windows import quotient

__all__ = ["open_interest_change", "turnover"]


def turnover(volume: Counts, interest: Counts) -> pd.DataFrame:
    """Return volume / open interest on common days; NaN where the latter is 0 or a number is missing.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> turnover(read_counts(sample()), read_counts(sample() * 4)).total_turnover.tolist()
    [0.25, 0.25, 0.25, 0.25, 0.25]
    """
    position = _find_days(interest, volume)
    common, position = position >= 0, position[position >= 0]
    calls, puts, valid = volume.calls[common], volume.puts[common], volume.valid[common] & interest.valid[position]
    pairs = {
        "call": (calls, interest.calls[position]),
        "put": (puts, interest.puts[position]),
        "total": (total(calls, puts), total(interest.calls, interest.puts)[position]),
    }
    columns = {f"{name}_turnover": quotient(*pair, valid) for name, pair in pairs.items()}
    return pd.DataFrame(columns, index=volume.days[common])


def open_interest_change(
    interest: Counts, volume: Counts | None = None, sessions: Int64Array | None = None
) -> pd.DataFrame:
    """Return open interest less that of the row before, beside the volume of the day if it is given.

    Parameters
    ----------
    interest, volume : Counts
    sessions : ndarray of int64, optional
        The exchange's sessions from the first to the last day, counted from 1970-01-01.

    Returns
    -------
    DataFrame
        Columns ``call_change``, ``put_change``, ``total_change``, and with `volume` ``call_volume`` and so on. A change
        is missing where either row misses a number, and where a session or a day of volume lies between the two rows,
        as the difference is then the change of several days.

    Examples
    --------
    >>> from pd_optstat import sample
    >>> from pd_optstat.analysis.frames import read_counts
    >>> open_interest_change(read_counts(sample())).total_change.tolist()
    [<NA>, 150, -400, 450, -250]
    """
    known = np.zeros(len(interest.valid), dtype=np.bool_)
    known[1:] = interest.valid[1:] & interest.valid[:-1]
    days = day_numbers(interest.days)
    for between in (sessions, None if volume is None else day_numbers(volume.days)):
        if between is not None:
            until, since = np.searchsorted(between, days), np.searchsorted(between, days, side="right")
            known[1:] &= until[1:] == since[:-1]
    calls, puts = (total(part, -np.concatenate([part[:1], part[:-1]])) for part in (interest.calls, interest.puts))
    columns = _sides("change", calls, puts, known)
    if volume is not None:
        position = _find_days(volume, interest)
        traded = position >= 0
        traded[traded] = volume.valid[position[traded]]
        calls, puts = (_take(part, position, traded) for part in (volume.calls, volume.puts))
        columns |= _sides("volume", calls, puts, traded)
    return pd.DataFrame(columns, index=interest.days)


def _find_days(counts: Counts, other: Counts) -> Int64Array:
    """Return the row of `counts` for each day of `other`, -1 where it has none; whatever the time of day."""
    return pd.Index(day_numbers(counts.days)).get_indexer(pd.Index(day_numbers(other.days))).astype(np.int64)


def _take(values: NumberArray, position: Int64Array, known: BoolArray) -> NumberArray:
    """Return ``values[position]`` where it is known, else 0."""
    if not known.any():  # there may be no values to take from
        return np.zeros(len(position), dtype=np.int64)
    return np.where(known, values[position], 0)


def _sides(what: str, calls: NumberArray, puts: NumberArray, known: BoolArray) -> dict[str, ColumnValues]:
    sides = {"call": calls, "put": puts, "total": total(calls, puts)}
    return {f"{side}_{what}": as_column(values, known, nullable=True) for side, values in sides.items()}
