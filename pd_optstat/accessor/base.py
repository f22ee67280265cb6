"""What all methods share: reading the frame, running on each series of a panel, signing results."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from ..analysis.counts import Counts
from ..analysis.frames import per_series, read_counts, series_title, sort_by_day
from ..core.frame import ordered_columns

__all__ = ["Base", "each", "is_panel", "side_by_side", "stacked"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
_B = TypeVar("_B", bound="Base")


class Base:
    """A frame, and how its methods read it and sign what they return."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def _read(self) -> Counts:
        return read_counts(sort_by_day(self._frame))

    def _signed(self, result: _T) -> _T:
        result.attrs = deepcopy(self._frame.attrs)  # type: ignore[attr-defined]
        return result

    def _title(self) -> str:
        return series_title(self._frame)


def is_panel(frame: pd.DataFrame) -> bool:
    """Return whether the frame holds several series, as that of `pd_optstat.load_panel` does."""
    return isinstance(frame.columns, pd.MultiIndex)


def side_by_side(results: Mapping[Any, Any], names: list[Any]) -> pd.DataFrame:
    """Return Series or frames in one frame, outer-joined by day, below their keys; `names` are those of all levels."""
    joined: pd.DataFrame = pd.concat(results, axis=1, sort=True)
    if isinstance(joined.columns, pd.MultiIndex):
        joined.columns = ordered_columns(list(joined.columns), names)
    else:
        joined.columns.name = names[0]
    return joined


def each(method: Callable[Concatenate[_B, _P], _T]) -> Callable[Concatenate[_B, _P], _T]:
    """Make a method work on each series of a panel: results side by side, keyed as in the panel."""

    @functools.wraps(method)
    def run(self: _B, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        if not is_panel(self._frame):
            return method(self, *args, **kwargs)
        results: dict[Any, Any] = {}
        result: Any = None
        for key, part in per_series(self._frame).items():
            result = method(type(self)(part), *args, **kwargs)
            # A day that the series lacks is missing, which int8 could not say.
            results[key] = result.astype("Int8") if getattr(result, "dtype", None) == np.int8 else result
        labels = list(self._frame.columns.names)
        joined: Any = side_by_side(results, labels if result.ndim == 2 else labels[:-1])
        return self._signed(joined)  # type: ignore[no-any-return]

    return run


def stacked(method: Callable[Concatenate[_B, _P], pd.DataFrame]) -> Callable[Concatenate[_B, _P], pd.DataFrame]:
    """Make a method work on each series of a panel: results one below the other, the series' key before their index.

    An index named ``series`` only says which series it is; the key then stands instead of it.
    """

    @functools.wraps(method)
    def run(self: _B, /, *args: _P.args, **kwargs: _P.kwargs) -> pd.DataFrame:
        if not is_panel(self._frame):
            return method(self, *args, **kwargs)
        results = {key: method(type(self)(part), *args, **kwargs) for key, part in per_series(self._frame).items()}
        joined: pd.DataFrame = pd.concat(results, names=self._frame.columns.names[:-1])
        joined = joined.droplevel("series") if "series" in joined.index.names else joined
        if isinstance(joined.index, pd.MultiIndex):
            joined.index = ordered_columns(joined.index.tolist(), list(joined.index.names))
        return self._signed(joined)

    return run
