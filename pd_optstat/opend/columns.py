"""Rows of a reply, all at once: `StatisticItem` messages as numpy columns, without a Python object a row. Pure.

Encoders write the fields of a message in the order of their numbers, so all rows can be walked in step: where each
row has the next field's tag, its value is taken, and the row moves on. What is written otherwise, as the format
allows (another order, unknown fields, longer encodings), is not read here but left to protobuf.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..core.arrays import BoolArray, Float64Array, Int64Array
from ..core.pages import ABSENT

__all__ = ["Columns", "read_items"]

_Words = npt.NDArray[np.uint64]

# Tags: field number * 8 + wire type (0 varint, 1 eight bytes, 2 length and bytes).
_TIME, _TIMESTAMP, _CALL, _PUT, _TOTAL, _RATIO = 0x0A, 0x11, 0x18, 0x20, 0x28, 0x31
_DIGITS, _DASHES = [0, 1, 2, 3, 5, 6, 8, 9], [4, 7]
#: What each character of a date counts in its year, its month and its day.
_PLACES = np.zeros((10, 3))
_PLACES[:4, 0] = 1000, 100, 10, 1
_PLACES[5:7, 1] = _PLACES[8:, 2] = 10, 1
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
#: The first day of every month.
_MONTHS = (
    np.arange(f"{_FIRST_YEAR}-01", f"{_LAST_YEAR}-02", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)
)
#: Bytes behind the last row, so that a step may look beyond it.
_PADDING = bytes(64)
_MIDNIGHT = b" 00:00:00"
_DATE_BYTES = 10
_ONE = np.uint64(1)
_CONTINUES = np.uint64(0x8080808080808080)


class Columns(NamedTuple):
    """Columns as `stitching.Page` has them."""

    days: Int64Array
    timestamps: Float64Array
    calls: Int64Array
    puts: Int64Array
    totals: Int64Array
    ratios: Float64Array


def read_items(items: Sequence[bytes]) -> Columns | None:
    """Return the rows that `items`, encoded ``StatisticItem`` messages, hold; None if protobuf has to read them.

    Never raises, and never gives anything else than protobuf would.
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
    if calls is None or puts is None or totals is None or not rows.ended:
        return None
    return Columns(days, timestamps, calls, puts, totals, ratios)


class _Rows:
    """All rows, and where in each one the walk is: at most one field beyond its end, from where it moves no more."""

    def __init__(self, items: Sequence[bytes]) -> None:
        self._bytes = np.frombuffer(b"".join((*items, _PADDING)), dtype=np.uint8)
        lengths = np.fromiter(map(len, items), dtype=np.int64, count=len(items))
        self._ends = np.cumsum(lengths)
        self._at = self._ends - lengths

    @property
    def ended(self) -> bool:
        """Whether every row was read to its very end."""
        return bool((self._at == self._ends).all())

    def days(self) -> Int64Array | None:
        """Take the day of each row; all are written alike, ``YYYY-MM-DD``, with or without ``00:00:00``."""
        if not len(self._at):
            return np.empty(0, dtype=np.int64)
        length = int(self._bytes[self._at[0] + 1])
        if length not in (_DATE_BYTES, _DATE_BYTES + len(_MIDNIGHT)):
            return None
        if not ((self._bytes[self._at] == _TIME) & (self._bytes[self._at + 1] == length)).all():
            return None
        begin = self._at + 2
        self._at = begin + length
        if length > _DATE_BYTES and self._strings(begin + _DATE_BYTES, len(_MIDNIGHT)).tobytes() != _MIDNIGHT * len(
            begin
        ):
            return None
        return _to_days(self._strings(begin, _DATE_BYTES).view(np.uint8).reshape(-1, _DATE_BYTES))

    def doubles(self, tag: int) -> Float64Array:
        """Take a field of eight bytes where a row has it; NaN where not, and infinite where that is given."""
        present, everywhere = self._has(tag)
        values = self._strings(self._at + 1, 8).view("<f8").astype(np.float64)
        values[np.isnan(values)] = np.inf
        if not everywhere:
            values[~present] = np.nan
        self._at = self._at + 9 * present
        return values

    def varints(self, tag: int) -> Int64Array | None:
        """Take a number of up to 56 bits where a row has it; `ABSENT` where not; None if any is longer."""
        present, everywhere = self._has(tag)
        words = self._strings(self._at + 1, 8).view("<u8").astype(np.uint64)
        stops = ~words & _CONTINUES
        if not (stops if everywhere else stops[present]).all():
            return None
        last = stops & -stops  # the highest bit of the number's last byte
        values = _join_sevens(words & (last | (last - _ONE))).astype(np.int64)
        if not everywhere:
            values[~present] = ABSENT
        lengths = np.frexp(last.astype(np.float64))[1] // 8
        self._at = self._at + (1 + lengths) * present
        return values

    def _has(self, tag: int) -> tuple[BoolArray, bool]:
        """Return which rows have the field `tag` next, and whether all do."""
        present = (self._bytes[self._at] == tag) & (self._at < self._ends)
        return present, bool(present.all())

    def _strings(self, at: Int64Array, length: int) -> npt.NDArray[np.void]:
        """Return the `length` bytes at each of `at`."""
        places = len(self._bytes) - length + 1
        return np.ndarray((places,), dtype=f"V{length}", buffer=self._bytes, strides=(1,))[at]


def _join_sevens(words: _Words) -> _Words:
    """Return the numbers of which `words` hold seven bits in each byte, the lowest first."""
    words = words & np.uint64(0x7F7F7F7F7F7F7F7F)
    words = (words & np.uint64(0x007F007F007F007F)) | ((words & np.uint64(0x7F007F007F007F00)) >> np.uint64(1))
    words = (words & np.uint64(0x00003FFF00003FFF)) | ((words & np.uint64(0x3FFF00003FFF0000)) >> np.uint64(2))
    return (words & np.uint64(0x0FFFFFFF)) | ((words & np.uint64(0x0FFFFFFF00000000)) >> np.uint64(4))


def _to_days(text: npt.NDArray[np.uint8]) -> Int64Array | None:
    """Return ``YYYY-MM-DD`` as days since 1970-01-01; None if any is no date of these centuries."""
    digits = text - np.uint8(ord("0"))  # what is smaller becomes a large number
    if not (digits[:, _DIGITS] <= 9).all() or not (text[:, _DASHES] == ord("-")).all():
        return None
    numbers = (digits.astype(np.float64) @ _PLACES).astype(np.int64)  # whole and small, so exact, and BLAS is fast
    year, month, day = numbers[:, 0], numbers[:, 1], numbers[:, 2]
    if not ((year >= _FIRST_YEAR) & (year < _LAST_YEAR) & (month >= 1) & (month <= 12)).all():
        return None
    months = (year - _FIRST_YEAR) * 12 + month - 1
    found: Int64Array = _MONTHS[months] + day - 1
    return found if ((day >= 1) & (found < _MONTHS[months + 1])).all() else None
