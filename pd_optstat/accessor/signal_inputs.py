"""What methods that test signals have in common: reading signal, prices, regimes and the lag of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .._types import DataTypeLike, PricesLike
from ..analysis import metrics
from ..analysis.counts import Column, Counts
from ..analysis.frames import find_data_type, known_exchange, read_info, sort_by_day
from ..analysis.history_rows import with_rows_before
from ..analysis.trading_days import check_period_labels, day_numbers
from ..core.arrays import BoolArray, Int64Array
from ..errors import InvalidRequest
from .base import AccessorBase
from .ratio_frames import is_ratio_frame
from .seasonal import weeks_to_expiry_of

if TYPE_CHECKING:
    from ..analysis.extremes import MarkedDays
    from ..analysis.signal_returns import SignalReturns
    from ..analysis.signal_series import SignalLike

__all__ = ["SignalInputs"]


class SignalInputs(AccessorBase):
    """The helpers of methods that test signals."""

    def _resolve_signal(self, signal: SignalLike) -> Column:
        """Return a signal by day, float64 with NaN where it is unknown.

        That of a name also has the days that the load kept before those of the frame, for windows to look back on.
        """
        from ..analysis.signal_series import SignalSource, resolve_signal

        def read(counts: Counts) -> Counts:
            return with_rows_before(counts, read_info(self._frame)) if isinstance(signal, str) else counts

        source = SignalSource(
            lambda: read(self._read_ratios()), lambda: read(self._read_counts()), self._by_day,
            lambda: self._weeks(read(self._read_ratios())), known_exchange(self._frame),
        )  # fmt: skip
        return resolve_signal(signal, source)

    def _is_history(self, days: pd.DatetimeIndex) -> BoolArray:
        """Return which days come before those of the frame: they only serve windows that look back."""
        own = self._read_ratios().days
        return np.asarray(days < own[0]) if len(own) else np.zeros(len(days), dtype=np.bool_)

    def _since_start(self, marked: MarkedDays) -> MarkedDays:
        """Return the marks of the frame's own days."""
        history = self._is_history(marked.days)
        return marked.since(marked.days[int(history.sum())]) if history.any() else marked

    def _weeks(self, counts: Counts) -> Int64Array:
        if known_exchange(self._frame) is None:
            raise InvalidRequest(
                "signal='adjusted_ratio' needs the market's expiries, and the frame's attributes do not name the "
                "market. Name it with df.optstat.normalize(market='US_SECURITY')."
            )
        return weeks_to_expiry_of(self._frame, day_numbers(counts.days), None)()

    def _by_day(self) -> pd.DataFrame:
        """Return a copy of the frame by ascending day, as functions get it."""
        if not is_ratio_frame(self._frame):
            return self._with_attrs(sort_by_day(self._frame).copy())
        ratio = metrics.put_call_ratio(self._read_ratios())
        return self._with_attrs(pd.DataFrame({"ratio": ratio}))

    def _entry_lag(self, lag: int | None, data_type: DataTypeLike | None) -> int:
        """Return the sessions until entry, after refusing labels at the start of periods."""
        from ..analysis.returns import resolve_lag

        check_period_labels(self._frame.index)
        return resolve_lag(lag, find_data_type(self._frame, data_type))

    def _enter(
        self, prices: PricesLike | None, signal: SignalLike, lag: int | None, data_type: DataTypeLike | None,
        by: pd.Series[Any] | None = None,
    ) -> SignalReturns:  # fmt: skip
        """Return the signal with its entries into the prices, and the regimes of its days."""
        from ..analysis.clocks import earliest_rows
        from ..analysis.regimes import read_regimes
        from ..analysis.signal_returns import enter_signal

        entry_lag = self._entry_lag(lag, data_type)
        exchange = known_exchange(self._frame)
        values = self._resolve_signal(signal)
        days, closes = pd.DatetimeIndex(values.index), self._read_prices(prices)
        earliest = earliest_rows(days, closes, exchange, find_data_type(self._frame, data_type))
        entered = enter_signal(values, closes, entry_lag, earliest, read_regimes(by, days, exchange))
        entered.entry[self._is_history(days)] = -1
        return entered
