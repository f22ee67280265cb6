"""Rows that a load keeps for lookbacks and does not show. Pure.

They travel in ``attrs["optstat"]["warmup"]`` as a text that says which rows they are, so the attributes stay what JSON
can hold; the numbers are attributes of that text. It is never changed, so copies of the frame share it. Where only the
text is left, as in a Parquet file that pandas wrote, there are no such rows any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import SupportsIndex

import numpy as np

from .arrays import Int64Array
from .dates import to_date
from .frame import digest

__all__ = ["LoadedRows"]


class LoadedRows(str):
    """The rows of a load, the first of which the frame does not show.

    Attributes
    ----------
    days, calls, puts : ndarray of int64
        All rows, those before the frame's first day too; read-only. Days are counted from 1970-01-01.
    hidden : int
        How many rows come before the frame's first day.
    """

    __slots__ = ("calls", "days", "hidden", "puts")

    days: Int64Array
    calls: Int64Array
    puts: Int64Array
    hidden: int

    @classmethod
    def of(cls, days: Int64Array, calls: Int64Array, puts: Int64Array, hidden: int) -> LoadedRows:
        """Keep the rows, whose arrays nobody may change.

        >>> rows = LoadedRows.of(*np.array([[20612, 20613], [4, 5], [2, 1]]), hidden=1)
        >>> rows.split(": ")[0]
        '1 row from 2026-06-08 to 2026-06-08, not shown'
        """
        before = slice(0, hidden)
        span = f" from {to_date(int(days[0]))} to {to_date(int(days[hidden - 1]))}, not shown" if hidden else ""
        text = f"{hidden} {'row' if hidden == 1 else 'rows'}{span}: {digest(days[before], calls[before], puts[before])}"
        self = cls(text)
        self.days, self.calls, self.puts, self.hidden = days, calls, puts, hidden
        for array in (days, calls, puts):
            array.flags.writeable = False
        return self

    def matches(self, days: Int64Array, calls: Int64Array, puts: Int64Array) -> bool:
        """Return whether rows are those that the frame of the load shows, or the first of them."""
        shown = slice(self.hidden, self.hidden + len(days))
        pairs = ((self.days, days), (self.calls, calls), (self.puts, puts))
        return len(days) > 0 and all(np.array_equal(own[shown], other) for own, other in pairs)

    def __copy__(self) -> LoadedRows:
        return self

    def __deepcopy__(self, memo: object) -> LoadedRows:
        return self

    def __reduce_ex__(
        self, protocol: SupportsIndex
    ) -> tuple[Callable[..., LoadedRows], tuple[Int64Array, Int64Array, Int64Array, int]]:
        return LoadedRows.of, (self.days, self.calls, self.puts, self.hidden)
