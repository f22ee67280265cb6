"""Extremes, and what follows them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .. import metrics as _m
from ..windows import WindowLike
from .base import Base, each

__all__ = ["Signals"]


class Signals(Base):
    """Signals that a researcher can test."""

    @each
    def extremes(
        self, window: WindowLike = 252, lower: float = 0.1, upper: float = 0.9, *, min_periods: int | None = None
    ) -> pd.Series[Any]:
        """Mark the days whose ratio is among the highest or the lowest of its window.

        +1 where the percentile ≥ `upper`: many puts, fear, for a contrarian bullish; −1 where it is ≤ `lower`; else 0.

        Parameters
        ----------
        window : int or offset
            Among so many rows, today's included, or a span of time such as ``"365D"``.
        lower, upper : float
            Percentiles from 0 to 1, lower < upper; both count as extreme themselves.
        min_periods : int, optional
            How many ratios are needed; by default `window`, or 20 for spans: among fewer, none is extreme.

        Returns
        -------
        Series
            int8, named ``extreme``; on a panel Int8, a column for each series, missing where the series has no row.
            0 in the first rows, and where today has no ratio.

        Raises
        ------
        InvalidRequest
            If an argument is none of these.

        References
        ----------
        D. P. Simon, R. A. Wiggins, "S&P futures returns and contrary sentiment indicators", Journal of Futures
        Markets 21(5), 2001.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.extremes(4, 0.4, min_periods=2).tolist()
        [0, 1, 0, -1, 1]
        """
        return self._signed(_m.extremes(_m.put_call_ratio(self._read()), window, lower, upper, min_periods))
