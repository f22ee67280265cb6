"""What arguments may be: numbers, spans of time; and how messages name them. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

import numpy as np
import pandas as pd

from ..errors import InvalidRequest

__all__ = ["check_int", "check_number", "did_you_mean", "list_names", "parse_timedelta"]


def check_int(value: object, argument: str, least: int = 1) -> int:
    """Return `value` if it is a whole number of at least `least`, else raise `InvalidRequest`."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= least:
        return int(value)
    raise InvalidRequest(f"{argument}={value!r}: a whole number of at least {least} is needed")


def check_number(value: object, argument: str, low: float, high: float) -> float:
    """Return `value` if it is a finite number in ``low..high``, else raise `InvalidRequest`."""
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        result = float(value)
        if math.isfinite(result) and low <= result <= high:
            return result
    raise InvalidRequest(f"{argument}={value!r}: a number from {low:g} to {high:g} is needed")


def parse_timedelta(value: object, argument: str) -> pd.Timedelta:
    """Return a fixed offset ("30D", a timedelta, ``pd.offsets.Day(30)``) as a positive Timedelta."""
    try:
        offset = pd.tseries.frequencies.to_offset(value) if isinstance(value, str) else value
        if isinstance(offset, pd.offsets.Day):
            offset = timedelta(days=offset.n)  # no fixed tick any more in pandas 3, but here it is 24 hours
        span = pd.Timedelta(cast(Any, offset))
        if span > pd.Timedelta(0):  # False for NaT
            return span
    except (ValueError, TypeError, OverflowError):
        pass
    valid = 'a number of trading rows (whole, at least 1), or a positive span of fixed length such as "30D"'
    raise InvalidRequest(f"{argument}={value!r}: {valid}, is needed")


def list_names(items: Iterable[object], most: int = 5) -> str:
    """Return the first of `items`, for an error message."""
    listed = [str(item) for item in items]
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return the question whether one of `choices` was meant, to follow on a sentence; nothing if none is near.

    Examples
    --------
    >>> meant("us_securty", ["US_SECURITY", "HK_INDEX"]), meant("gold", ["US_SECURITY"])
    (' Did you mean US_SECURITY?', '')
    """
    import difflib

    by_capitals = {choice.upper(): choice for choice in choices}
    near = difflib.get_close_matches(word.strip().upper()[:64], by_capitals, n=1, cutoff=0.7)
    return f" Did you mean {by_capitals[near[0]]}?" if near else ""
