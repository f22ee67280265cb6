"""The rows of a recording as `pin.proto` stores them: delta-coded counts and plain floats, within bounds. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core import frame
from ...core.arrays import Int64Array, from_bits, to_bits
from ...core.history import Rows
from ...core.reply_checks import MAX_PRICE, MAX_VOLATILITY
from ...core.series import SeriesKey

if TYPE_CHECKING:
    from ...proto import pin_pb2

__all__ = ["LAST_DAY", "DamagedPin", "check_rows", "from_columns", "from_deltas", "to_columns", "to_deltas"]

MAX_COUNT = 2**61
#: The days of frames: 1970 to 2105.
LAST_DAY = 49_499
#: The field of a message that holds each column of a series, and the largest number in it. The smallest is 0.
_COUNTS = {"call": "calls", "put": "puts"}
_FLOATS = {"price": ("prices", MAX_PRICE), "iv": ("ivs", MAX_VOLATILITY), "hv": ("hvs", MAX_VOLATILITY)}
#: Without values, shared by all recordings.
_NONE = np.empty(0, dtype=np.int64)


class DamagedPin(Exception):
    """The bytes are not a whole pin, or hold impossible values."""


def to_columns(series: SeriesKey, rows: Rows) -> dict[str, Any]:
    """Return the fields of a message that hold rows."""
    fields: dict[str, Any] = {"days": to_deltas(rows.days)}
    for name, values in zip(series.columns, _lines(series, rows), strict=True):
        if name in _COUNTS:
            fields[_COUNTS[name]] = to_deltas(values)
        else:
            fields[_FLOATS[name][0]] = from_bits(values).tolist()
    return fields


def from_columns(series: SeriesKey, message: pin_pb2.Recording) -> Rows:
    """Return the rows in a message.

    Raises
    ------
    DamagedPin
        If its columns are not those of the series, differ in length or hold numbers out of bounds.
    """
    days = from_deltas(message.days, "days")
    held = {"days"}
    lines = []
    for name in series.columns:
        field = _COUNTS[name] if name in _COUNTS else _FLOATS[name][0]
        held.add(field)
        values = getattr(message, field)
        if len(values) != len(days):
            raise DamagedPin("the columns of a recording differ in length")
        lines.append(from_deltas(values, field) if name in _COUNTS else _bits(values))
    fields = {*_COUNTS.values(), *(field for field, _ in _FLOATS.values())}
    if any(len(getattr(message, field)) for field in fields - held):
        raise DamagedPin(f"a recording holds columns that {series} does not have")
    values = np.stack(lines)
    values.setflags(write=False)  # shared by all frames that are made of it
    return Rows(days, values)


def _bits(values: Sequence[float]) -> Int64Array:
    return to_bits(np.fromiter(values, dtype=np.float64, count=len(values)))


def to_deltas(values: Int64Array) -> list[int]:
    """Return the differences of each value from the one before, of the first one from 0."""
    deltas: list[int] = np.diff(values, prepend=np.int64(0)).tolist()
    return deltas


def from_deltas(deltas: Sequence[int], name: str) -> Int64Array:
    """Return the values whose differences are stored, within bounds."""
    if len(deltas) > LAST_DAY + 1:
        raise DamagedPin(f"{name} has more values than there are days")
    if not deltas:
        return _NONE
    steps = np.fromiter(deltas, dtype=np.int64, count=len(deltas))
    # With steps so bounded, the first sum that is out of bounds cannot have wrapped around, so that checks find it.
    if len(steps) and (steps.min() < -MAX_COUNT or steps.max() > MAX_COUNT):
        raise DamagedPin(f"{name} has values out of bounds")
    sums = np.cumsum(steps)
    sums.setflags(write=False)  # shared by all frames that are made of it
    return sums


def _lines(series: SeriesKey, rows: Rows) -> Int64Array:
    """Return the columns of rows. An answer without rows may have any number of lines."""
    return rows.values if len(rows) else np.empty((len(series.columns), 0), dtype=np.int64)


def check_rows(series: SeriesKey, rows: Rows, digest: str) -> None:
    """Raise `DamagedPin` unless the values are possible and the digest is that of the rows."""
    lines = _lines(series, rows)
    if lines.shape != (len(series.columns), len(rows.days)):
        raise DamagedPin("the columns of a recording differ in length")
    for name, values in zip(series.columns, lines, strict=True):
        if name in _COUNTS:
            if len(values) and (values.min() < 0 or values.max() > MAX_COUNT):
                raise DamagedPin("counts are out of bounds")
            continue
        field, most = _FLOATS[name]
        numbers = from_bits(values)
        if (numbers < 0).any() or (numbers > most).any():
            raise DamagedPin(f"{field} are out of bounds")
        if (to_bits(numbers) != values).any():
            raise DamagedPin(f"{field} hold a number that is not written in one way only")
    if digest != frame.digest(rows.days, *lines):
        raise DamagedPin(f"the digest of {series} differs from that of its rows")
