"""Check digits, by which synthetic counts are recognised wherever they come from. Pure.

A frame's attributes say that its rows are synthetic, but ``merge``, ``concat`` and text files lose attributes. So every
count that the simulator generates is a number that has a certain remainder, which depends on its day. The rows of the
interface's documentation are exceptions: the simulator serves them as documented.
"""

from __future__ import annotations

import numpy as np

from .arrays import Int64Array

__all__ = ["add_check_digits", "have_check_digits"]

_MODULUS = 97
#: Factor of the day and constant of the remainder, for call and for put.
_CALL, _PUT = (31, 17), (57, 41)

#: Rows that must have check digits before a frame counts as synthetic, and their least share in it. A real row has
#: them with a probability of 1/9409, so frames of real rows are taken for synthetic about once in 10**10 cases.
_LEAST_ROWS, _LEAST_SHARE = 3, 0.01


def _remainders(days: Int64Array) -> Int64Array:
    """Return the remainders of call and put, two columns."""
    return np.column_stack([(factor * days + constant) % _MODULUS for factor, constant in (_CALL, _PUT)])


def add_check_digits(days: Int64Array, counts: Int64Array) -> Int64Array:
    """Return counts (columns call and put) moved by at most 48, or up where they are small, to have check digits.

    Examples
    --------
    >>> import numpy as np
    >>> add_check_digits(np.array([20612]), np.array([[35442266, 25811533]])).tolist()
    [[35442298, 25811567]]
    """
    excess = (counts - _remainders(days)) % _MODULUS
    below = counts - excess
    return np.where((excess > _MODULUS // 2) | (below < 0), below + _MODULUS, below)


def have_check_digits(days: Int64Array, calls: Int64Array, puts: Int64Array) -> bool:
    """Return whether rows are synthetic, at least some of them: three or more, and at least one percent.

    Examples
    --------
    >>> import numpy as np
    >>> days = np.arange(20612, 20617)
    >>> calls, puts = add_check_digits(days, np.full((5, 2), 1_000_000)).T
    >>> have_check_digits(days, calls, puts), have_check_digits(days, calls + 1, puts)
    (True, False)
    """
    matches = int((np.column_stack([calls, puts]) % _MODULUS == _remainders(days)).all(axis=1).sum())
    return matches >= max(1, min(_LEAST_ROWS, len(days)), _LEAST_SHARE * len(days))
