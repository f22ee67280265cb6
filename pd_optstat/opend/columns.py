"""Decode the rows of a reply, encoded `StatisticItem` messages, into numpy columns without a Python object per row.

Encoders write the fields of a message in the order of their numbers, so all rows can be decoded in parallel, one
field after the other: each row that has the field's tag at its position gives a value and moves on. Protobuf also
allows other orders, unknown fields and longer encodings; such rows are left to protobuf's own decoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..core.arrays import ABSENT, BoolArray, Float64Array, Int64Array

__all__ = ["Columns", "read_items", "read_statistics", "read_volatilities"]

_Words = npt.NDArray[np.uint64]

# Tags: field number * 8 + wire type (0 varint, 1 eight bytes, 2 length and bytes).
_TIME, _TIMESTAMP, _CALL, _PUT, _TOTAL, _RATIO = 0x0A, 0x11, 0x18, 0x20, 0x28, 0x31
_DIGITS, _DASHES = [0, 1, 2, 3, 5, 6, 8, 9], [4, 7]
#: The value of each character's digit in the year, the month and the day of ``YYYY-MM-DD``.
_PLACE_VALUES = np.zeros((10, 3))
_PLACE_VALUES[:4, 0] = 1000, 100, 10, 1
_PLACE_VALUES[5:7, 1] = _PLACE_VALUES[8:, 2] = 10, 1
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
#: The first day of each month in these centuries.
_MONTH_STARTS = (
    np.arange(f"{_FIRST_YEAR}-01", f"{_LAST_YEAR}-02", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)
)
#: Appended after the last row, because every row reads a whole field even where it has none left.
_PADDING = bytes(64)
_MIDNIGHT = b" 00:00:00"
_DATE_BYTES = 10
_ONE = np.uint64(1)
_CONTINUES = np.uint64(0x8080808080808080)


class Columns(NamedTuple):
    """Columns of a `core.pages.Page`, under the same names."""

    days: Int64Array
    timestamps: Float64Array
    calls: Int64Array
    puts: Int64Array
    totals: Int64Array
    ratios: Float64Array


def read_items(items: Sequence[bytes]) -> Columns | None:
    """Return the columns of `items`, encoded ``StatisticItem`` messages, or None if protobuf has to decode them.

    Never raises, whatever the bytes; where it returns columns, protobuf would give the same values.
    """
    rows = _Rows(items)
    days = rows.days()
    if days is None:
        return None
    timestamps, calls, puts, totals, ratios = (
        rows.doubles(_TIMESTAMP),
        rows.varints(_CALL),
        rows.varints(_PUT),
        rows.varints(_TOTAL),
        rows.doubles(_RATIO),
    )
    if calls is None or puts is None or totals is None or not rows.at_end:
        return None
    return Columns(days, timestamps, calls, puts, totals, ratios)


def read_statistics(items: Sequence[bytes]) -> list[Int64Array | Float64Array] | None:
    """Return the columns of encoded ``DailyStatistic`` messages of 3302, in the order of their fields; else None.

    As `read_items`: None if protobuf has to decode them.
    """
    return _read(items, (float, int, int, int, float, int, int, int, float, float))


def read_volatilities(items: Sequence[bytes]) -> list[Int64Array | Float64Array] | None:
    """Return the columns of encoded ``VolatilityItem`` messages of 3304, in the order of their fields; else None.

    As `read_items`: None if protobuf has to decode them.
    """
    return _read(items, (float, float, float, float))


def _read(items: Sequence[bytes], kinds: Sequence[type]) -> list[Int64Array | Float64Array] | None:
    """Return the days and a column for each of the fields from 2 on, whose types are `kinds`."""
    rows = _Rows(items)
    columns: list[Int64Array | Float64Array | None] = [rows.days()]
    for number, kind in enumerate(kinds, 2):
        if columns[-1] is None:
            return None
        columns.append(rows.doubles(number << 3 | 1) if kind is float else rows.varints(number << 3))
    found = [column for column in columns if column is not None]
    return found if len(found) == len(columns) and rows.at_end else None


class _Rows:
    """All rows of a reply, with a read position in each, which is at most one field beyond the row's end."""

    def __init__(self, items: Sequence[bytes]) -> None:
        self._bytes = np.frombuffer(b"".join((*items, _PADDING)), dtype=np.uint8)
        lengths = np.fromiter(map(len, items), dtype=np.int64, count=len(items))
        self._ends = np.cumsum(lengths)
        self._positions = self._ends - lengths

    @property
    def at_end(self) -> bool:
        """Whether every row was read exactly to its end."""
        return bool((self._positions == self._ends).all())

    def days(self) -> Int64Array | None:
        """Read ``time``, which must be ``YYYY-MM-DD`` in all rows, or ``YYYY-MM-DD 00:00:00`` in all; else None."""
        if not len(self._positions):
            return np.empty(0, dtype=np.int64)
        length = int(self._bytes[self._positions[0] + 1])
        if length not in (_DATE_BYTES, _DATE_BYTES + len(_MIDNIGHT)):
            return None
        if not ((self._bytes[self._positions] == _TIME) & (self._bytes[self._positions + 1] == length)).all():
            return None
        starts = self._positions + 2
        self._positions = starts + length
        if length > _DATE_BYTES:
            times = self._slices(starts + _DATE_BYTES, len(_MIDNIGHT))
            if times.tobytes() != _MIDNIGHT * len(starts):
                return None
        return _to_days(self._slices(starts, _DATE_BYTES).view(np.uint8).reshape(-1, _DATE_BYTES))

    def doubles(self, tag: int) -> Float64Array:
        """Read a double where a row has the field `tag`; NaN where it does not. NaN in a reply is read as infinity."""
        present, everywhere = self._has(tag)
        values = self._slices(self._positions + 1, 8).view("<f8").astype(np.float64)
        values[np.isnan(values)] = np.inf
        if not everywhere:
            values[~present] = np.nan
        self._positions = self._positions + 9 * present
        return values

    def varints(self, tag: int) -> Int64Array | None:
        """Read an integer where a row has the field `tag`; `ABSENT` where it does not; None if any exceeds 56 bits."""
        present, everywhere = self._has(tag)
        words = self._slices(self._positions + 1, 8).view("<u8").astype(np.uint64)
        stops = ~words & _CONTINUES
        if not (stops if everywhere else stops[present]).all():
            return None
        last = stops & -stops  # the lowest set bit: the continuation bit, inverted, of the number's last byte
        values = _join_sevens(words & (last | (last - _ONE))).astype(np.int64)
        if not everywhere:
            values[~present] = ABSENT
        lengths = np.frexp(last.astype(np.float64))[1] // 8
        self._positions = self._positions + (1 + lengths) * present
        return values

    def _has(self, tag: int) -> tuple[BoolArray, bool]:
        """Return which rows have the field `tag` at their position, and whether all do."""
        present = (self._bytes[self._positions] == tag) & (self._positions < self._ends)
        return present, bool(present.all())

    def _slices(self, positions: Int64Array, length: int) -> npt.NDArray[np.void]:
        """Return the `length` bytes from each of `positions`."""
        # A view with one overlapping element for each byte, so that one indexing copies all slices.
        count = len(self._bytes) - length + 1
        return np.ndarray((count,), dtype=f"V{length}", buffer=self._bytes, strides=(1,))[positions]


def _join_sevens(words: _Words) -> _Words:
    """Return the numbers of which `words` hold seven bits in each byte, the lowest first.

    Three steps join pairs of 7, 14 and 28 bits in all words at once.
    """
    words = words & np.uint64(0x7F7F7F7F7F7F7F7F)
    words = (words & np.uint64(0x007F007F007F007F)) | ((words & np.uint64(0x7F007F007F007F00)) >> np.uint64(1))
    words = (words & np.uint64(0x00003FFF00003FFF)) | ((words & np.uint64(0x3FFF00003FFF0000)) >> np.uint64(2))
    return (words & np.uint64(0x0FFFFFFF)) | ((words & np.uint64(0x0FFFFFFF00000000)) >> np.uint64(4))


def _to_days(text: npt.NDArray[np.uint8]) -> Int64Array | None:
    """Return ``YYYY-MM-DD`` as days since 1970-01-01; None if any is not a date from 1900 to 2199."""
    digits = text - np.uint8(ord("0"))  # characters below "0" wrap around to large numbers
    if not (digits[:, _DIGITS] <= 9).all() or not (text[:, _DASHES] == ord("-")).all():
        return None
    # Exact, as all values are small integers; in float64, because only there numpy's @ uses BLAS.
    numbers = (digits.astype(np.float64) @ _PLACE_VALUES).astype(np.int64)
    year, month, day = numbers[:, 0], numbers[:, 1], numbers[:, 2]
    if not ((year >= _FIRST_YEAR) & (year < _LAST_YEAR) & (month >= 1) & (month <= 12)).all():
        return None
    months = (year - _FIRST_YEAR) * 12 + month - 1
    found: Int64Array = _MONTH_STARTS[months] + day - 1
    return found if ((day >= 1) & (found < _MONTH_STARTS[months + 1])).all() else None
