"""Checks of arguments, and helpers for error messages. Pure."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterable
from datetime import timedelta
from typing import cast

import numpy as np
import pandas as pd

from ..errors import InvalidRequest

__all__ = [
    "check_bool",
    "check_choice",
    "check_int",
    "check_number",
    "did_you_mean",
    "list_names",
    "parse_timedelta",
    "shorten",
]


def check_bool(value: object, argument: str) -> bool:
    """Return `value` as a bool, or raise `InvalidRequest` if it is not True or False."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise InvalidRequest(f"{argument}={value!r} must be True or False.")


def check_int(value: object, argument: str, least: int = 1) -> int:
    """Return `value` as an int, or raise `InvalidRequest` if it is not an integer of at least `least`."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= least:
        return int(value)
    raise InvalidRequest(f"{argument}={value!r} must be an integer of at least {least}.")


def check_number(value: object, argument: str, low: float, high: float) -> float:
    """Return `value` as a float, or raise `InvalidRequest` if it is not a number from `low` to `high`."""
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        result = float(value)
        if math.isfinite(result) and low <= result <= high:
            return result
    raise InvalidRequest(f"{argument}={value!r} must be a number from {low:g} to {high:g}.")


def check_choice(value: object, argument: str, choices: Iterable[str]) -> str:
    """Return `value`, or raise `InvalidRequest` listing `choices` if it is not one of them.

    Examples
    --------
    >>> check_choice("run", "each", ["run", "day"])
    'run'
    """
    valid = list(choices)
    if isinstance(value, str) and value in valid:
        return value
    meant = did_you_mean(value, valid) if isinstance(value, str) else ""
    raise InvalidRequest(f"{argument}={value!r} must be one of {', '.join(map(repr, valid))}.{meant}")


def parse_timedelta(value: object, argument: str) -> pd.Timedelta:
    """Return a fixed-length offset ("30D", a timedelta, ``pd.offsets.Day(30)``) as a positive Timedelta."""
    try:
        offset = pd.tseries.frequencies.to_offset(value) if isinstance(value, str) else value
        if isinstance(offset, pd.offsets.Day):
            offset = timedelta(days=offset.n)  # a calendar day in pandas 3, which Timedelta does not accept
        span = pd.Timedelta(cast("str | timedelta", offset))
        if span > pd.Timedelta(0):  # False for NaT
            return span
    except (ValueError, TypeError, OverflowError):
        pass
    valid = 'a number of rows (an integer of at least 1) or a positive offset of fixed length such as "30D"'
    raise InvalidRequest(f"{argument}={value!r} must be {valid}.")


def list_names(items: Iterable[object], most: int = 5) -> str:
    """Return the first items as text, and how many more there are.

    Examples
    --------
    >>> list_names("abcdefg", most=3)
    'a, b, c and 4 more'
    """
    listed = [str(item) for item in items]
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")


def shorten(value: object, most: int = 80) -> str:
    """Return the repr of a value that may come from a stranger: escaped, of about `most` characters at most.

    Examples
    --------
    >>> shorten("\\x1b[31m"), shorten("a" * 1000, most=5), shorten([1] * 10**6)
    ("'\\\\x1b[31m'", "'aaaaa...'", '[1, 1, 1, 1, 1, 1, ...]')
    """
    if isinstance(value, str):
        return repr(value[:most] + "..." if len(value) > most else value)
    shortener = reprlib.Repr()
    shortener.maxstring = shortener.maxlong = shortener.maxother = most
    return shortener.repr(value)[: 4 * most]


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return " Did you mean …?" if one of `choices` resembles `word`, else an empty string.

    Examples
    --------
    >>> did_you_mean("us_securty", ["US_SECURITY", "HK_INDEX"]), did_you_mean("gold", ["US_SECURITY"])
    (' Did you mean US_SECURITY?', '')
    """
    import difflib

    by_upper_case = {choice.upper(): choice for choice in choices}
    near = difflib.get_close_matches(word.strip().upper()[:64], by_upper_case, n=1, cutoff=0.7)
    return f" Did you mean {by_upper_case[near[0]]}?" if near else ""
