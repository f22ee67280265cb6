"""What all methods share: reading the frame, running on each series of a panel, keeping its attributes."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

import pandas as pd

from .._util.calls import is_calling
from ..analysis.counts import Counts
from ..analysis.frames import CALL, PUT, known_exchange, per_series, read_counts, read_info, series_title, sort_by_day
from ..analysis.history_rows import with_rows_before
from ..analysis.metrics import put_call_ratio
from ..analysis.windows import WindowLike
from ..core.frame import PRICE_COLUMN, is_panel, ordered_columns
from ..errors import InvalidData
from .lookbacks import warn_if_short
from .ratio_frames import is_ratio_frame, read_ratios

if TYPE_CHECKING:
    from ..analysis.prices import Prices

__all__ = ["AccessorBase", "join_columns", "per_series_columns", "per_series_rows", "without_parentheses"]

_P = ParamSpec("_P")
_A = TypeVar("_A", bound="AccessorBase")
_R = TypeVar("_R", bound="pd.Series[float] | pd.Series[int] | pd.DataFrame")


class AccessorBase:
    """The frame of an accessor, and the helpers of all its methods."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def _read_counts(self) -> Counts:
        """Return the frame's call and put totals by ascending day."""
        if is_ratio_frame(self._frame):
            raise InvalidData(
                f"The frame has ratios only: no column {CALL!r} and no column {PUT!r}, which this needs. For windows "
                "of ratios, use rolling_ratio(how='mean'), 'median' or 'ema', and smooth=1."
            )
        return read_counts(sort_by_day(self._frame))

    def _read_ratios(self) -> Counts:
        """Return totals that have the frame's ratios, also if it has ratios only."""
        return read_ratios(self._frame)

    def _over_history(
        self,
        counts: Counts,
        compute: Callable[[Counts], _R],
        window: WindowLike | None = None,
        min_periods: int | None = None,
    ) -> _R:
        """Return what `compute` gives for the frame's rows, from these and those that its load kept before them.

        Warns if `window`, a number of rows, is longer than all of them.
        """
        longer = with_rows_before(counts, read_info(self._frame))
        warn_if_short(self._title(), longer, window, min_periods)
        result = compute(longer)
        if longer is not counts:
            result = cast("_R", result.iloc[len(longer.days) - len(counts.days) :].set_axis(counts.days, axis=0))
        return self._with_attrs(result)

    def _ratio_over_history(
        self,
        compute: Callable[[pd.Series[float]], _R],
        window: WindowLike | None = None,
        min_periods: int | None = None,
    ) -> _R:
        """Return what `compute` gives for the frame's ratios; see `_over_history`."""
        return self._over_history(
            self._read_ratios(), lambda counts: compute(put_call_ratio(counts)), window, min_periods
        )

    def _read_prices(self, given: object) -> Prices:
        """Return the prices that a method was given, or else those that the frame has of its underlying."""
        from ..analysis.price_column import own_prices, price_values
        from ..analysis.prices import read_prices

        exchange = known_exchange(self._frame)
        if given is not None:
            return read_prices(given, exchange=exchange)
        has_prices = price_values(self._frame) is not None
        own = own_prices(sort_by_day(self._frame) if has_prices else self._frame, exchange)
        return read_prices(own, PRICE_COLUMN, exchange)

    def _with_attrs(self, result: _R) -> _R:
        """Return `result` with a copy of the frame's attributes."""
        result.attrs = deepcopy(self._frame.attrs)
        return result

    def _title(self) -> str:
        return series_title(self._frame)


def join_columns(results: Mapping[Hashable, _R], names: Sequence[Hashable]) -> pd.DataFrame:
    """Return Series or frames as the columns of one frame, outer-joined by day, under their keys.

    `names` are the panel's column levels; results that are Series need one level fewer than it has.
    """
    joined: pd.DataFrame = pd.concat(results, axis=1, sort=True)
    if isinstance(joined.columns, pd.MultiIndex):
        joined.columns = ordered_columns(list(joined.columns), list(names[: joined.columns.nlevels]))
    else:
        joined.columns.name = names[0]
    return joined


def per_series_columns(method: Callable[Concatenate[_A, _P], _R]) -> Callable[Concatenate[_A, _P], _R]:
    """Let a method accept panels: run it on each series and join the results as columns.

    A panel's result is then a DataFrame even if the method returns a Series for one series. No annotation can say
    this, as the type of the frame is the same.
    """

    @functools.wraps(method)
    def run(self: _A, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        if not is_panel(self._frame):
            return method(self, *args, **kwargs)
        parts = per_series(self._frame)
        results = {key: method(type(self)(part), *args, **kwargs) for key, part in parts.items()}
        return cast("_R", self._with_attrs(join_columns(results, self._frame.columns.names)))

    return run


def without_parentheses(getter: Callable[[_A], _R]) -> Callable[[_A], _R]:
    """Let a property refuse to be called, as in ``df.optstat.put_share()``, with an error that says what to write.

    Its value stays an ordinary Series. One that could be called would be taken for a function by ``df.assign``,
    ``df[…]`` and ``df.where``.
    """

    @functools.wraps(getter)
    def get(self: _A, /) -> _R:
        if is_calling(sys._getframe(1)):
            name = getter.__name__
            raise TypeError(f"{name} is a property: write df.optstat.{name}, without parentheses.")
        return getter(self)

    return get


def per_series_rows(
    method: Callable[Concatenate[_A, _P], pd.DataFrame],
) -> Callable[Concatenate[_A, _P], pd.DataFrame]:
    """Let a method accept panels: run it on each series and stack the results, under the series' keys.

    An index named ``series`` only repeats which series it is, so the key replaces it.
    """

    @functools.wraps(method)
    def run(self: _A, /, *args: _P.args, **kwargs: _P.kwargs) -> pd.DataFrame:
        if not is_panel(self._frame):
            return method(self, *args, **kwargs)
        results = {key: method(type(self)(part), *args, **kwargs) for key, part in per_series(self._frame).items()}
        stacked: pd.DataFrame = pd.concat(results, names=self._frame.columns.names[:-1])
        stacked = stacked.droplevel("series") if "series" in stacked.index.names else stacked
        if isinstance(stacked.index, pd.MultiIndex):
            stacked.index = ordered_columns(stacked.index.tolist(), list(stacked.index.names))
        return self._with_attrs(stacked)

    return run
