"""Days as integers: counted from 1970-01-01, so that they compare, add and store as they are."""

from __future__ import annotations

from datetime import date

__all__ = ["EPOCH", "Day", "to_date", "to_day"]

#: A day as the number of days since 1970-01-01, the form of ``numpy.datetime64[D]``.
Day = int

EPOCH = date(1970, 1, 1).toordinal()


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
