"""Intervals of days, and the request windows that cover them. Pure; days are integers since 1970-01-01.

An interval is ``(first, last)``, both inclusive. A list of intervals is normalised if they are ascending and disjoint,
with at least one day between neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from .arrays import Int64Array
from .dates import Day

__all__ = ["MAX_REQUEST_DAYS", "Interval", "merge", "request_windows", "subtract"]

Interval = tuple[Day, Day]

#: The most dates that one request may cover. OpenD refuses, or pages through, more than a year.
MAX_REQUEST_DAYS = 365


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the days in any of `intervals`, normalised; an interval that ends before it begins is empty.

    Examples
    --------
    >>> merge([(5, 6), (1, 2), (3, 4), (9, 8)])
    [(1, 6)]
    """
    merged: list[Interval] = []
    for first, last in sorted(intervals):
        if last < first:
            continue
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def subtract(whole: Interval, parts: Sequence[Interval]) -> list[Interval]:
    """Return the days of `whole` that are not in `parts`, which are normalised.

    Examples
    --------
    >>> subtract((1, 10), [(0, 2), (5, 5)])
    [(3, 4), (6, 10)]
    """
    left: list[Interval] = []
    first, end = whole
    for part_first, part_last in parts:
        if part_last < first:
            continue
        if part_first > end:
            break
        if part_first > first:
            left.append((first, part_first - 1))
        first = part_last + 1
    if first <= end:
        left.append((first, end))
    return left


def request_windows(needed: Int64Array, known: Int64Array, limit: int = MAX_REQUEST_DAYS) -> list[Interval]:
    """Return the fewest windows that contain every needed session and no known one, of at most `limit` dates each.

    Parameters
    ----------
    needed : ndarray
        Sessions to request, ascending.
    known : ndarray
        Sessions that must not be requested again, ascending.
    limit : int
        The most dates that a window may cover.

    Returns
    -------
    list of (first, last)
        Each begins and ends on a needed session. Filling each window from the left is optimal, as moving the start
        of a window to the right never lets an earlier one end later.

    Examples
    --------
    >>> request_windows(np.array([1, 2, 5, 6, 9]), np.array([4]), limit=5)
    [(1, 2), (5, 9)]
    """
    found: list[Interval] = []
    at = 0
    while at < len(needed):
        first = int(needed[at])
        wall = int(np.searchsorted(known, first))
        end = first + limit - 1
        if wall < len(known):
            end = min(end, int(known[wall]) - 1)
        at = int(np.searchsorted(needed, end, side="right"))
        found.append((first, int(needed[at - 1])))
    return found
