"""Days as integers counted from 1970-01-01, which compare, add and store as they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

__all__ = ["EPOCH", "FIRST_YEAR", "LAST_YEAR", "Day", "format_days", "is_weekend", "to_date", "to_day"]

#: A day as the number of days since 1970-01-01, the form of ``numpy.datetime64[D]``.
Day = int

EPOCH = date(1970, 1, 1).toordinal()

#: The years that keys and files of a cache or an archive may name: listed options begin in 1973.
FIRST_YEAR, LAST_YEAR = 1970, 2200


def to_day(value: date) -> Day:
    """Return `value` as days since 1970-01-01.

    Examples
    --------
    >>> from datetime import date
    >>> to_day(date(1970, 1, 2))
    1
    """
    return value.toordinal() - EPOCH


def to_date(day: Day) -> date:
    """Return the date of `day`, the inverse of `to_day`."""
    return date.fromordinal(int(day) + EPOCH)


def is_weekend(day: Day) -> bool:
    """Return whether `day` is a Saturday or a Sunday."""
    return (day + 3) % 7 >= 5  # 1970-01-01 was a Thursday


def format_days(days: Sequence[Day]) -> str:
    """Return `days` for a message: the first five, and how many more there are."""
    shown = ", ".join(str(to_date(day)) for day in days[:5])
    return f"{shown} and {len(days) - 5} more, up to {to_date(days[-1])}" if len(days) > 5 else shown
