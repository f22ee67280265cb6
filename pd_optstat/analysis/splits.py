"""Splits of sessions into a past on which a rule is chosen and a block on which it is judged. Pure."""

from __future__ import annotations

from typing import NamedTuple

from .._util.validation import check_int
from ..errors import InvalidRequest

__all__ = ["Split", "SplitSettings", "split_sessions"]


class Split(NamedTuple):
    """Rows of sessions, each range including its first and excluding its last row."""

    train_start: int
    train_stop: int
    test_start: int
    test_stop: int


class SplitSettings(NamedTuple):
    """How sessions are split: the arguments of ``TimeSeriesSplit`` of scikit-learn, whose `gap` is `embargo` here."""

    n_splits: int = 5
    max_train_size: int | None = None
    test_size: int | None = None
    embargo: int = 0

    def checked(self) -> SplitSettings:
        """Return these settings with plain numbers, or raise `InvalidRequest` naming the invalid argument."""
        sizes = (self.max_train_size, self.test_size)
        names = ("max_train_size", "test_size")
        train, test = (None if s is None else check_int(s, n, least=2) for s, n in zip(sizes, names, strict=True))
        return SplitSettings(check_int(self.n_splits, "n_splits"), train, test, check_int(self.embargo, "embargo", 0))


def split_sessions(count: int, settings: SplitSettings) -> list[Split]:
    """Return the splits of `count` sessions, those of ``sklearn.model_selection.TimeSeriesSplit``.

    The last `n_splits` blocks of `test_size` sessions are tested, each after all sessions before it less the embargo.
    Only the arithmetic is needed, so scikit-learn is not.

    Parameters
    ----------
    count : int
    settings : SplitSettings
        Checked. By default `test_size` is ``count // (n_splits + 1)``.

    Raises
    ------
    InvalidRequest
        If there are too few sessions.

    Examples
    --------
    >>> [tuple(split) for split in split_sessions(12, SplitSettings(2, None, 4, 1))]
    [(0, 3, 4, 8), (0, 7, 8, 12)]
    """
    n_splits, longest, test_size, embargo = settings
    size = count // (n_splits + 1) if test_size is None else test_size
    first = count - n_splits * size
    if size < 2 or first - embargo < 2:
        raise InvalidRequest(
            f"n_splits={n_splits}, test_size={test_size}, embargo={embargo}: {count} sessions, counted from the first "
            "on which every rule is known, are too few. Use fewer or shorter blocks, shorter lookbacks, or more prices."
        )
    splits = []
    for start in range(first, count, size):
        stop = start - embargo
        splits.append(Split(0 if longest is None else max(stop - longest, 0), stop, start, start + size))
    return splits
