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
        """+1 where the percentile ≥ `upper` (fear: contrarian bullish), −1 where ≤ `lower`, else 0 (int8).

        A day without a percentile is 0. Spans of time need 20 ratios, unless `min_periods` says otherwise.
        Simon & Wiggins, "S&P futures returns and contrary sentiment indicators", J. Futures Markets, 2001.

        >>> import pd_optstat as po
        >>> po.sample().optstat.extremes(4, 0.4, min_periods=2).tolist()
        [0, 1, 0, -1, 1]
        """
        return self._signed(_m.extremes(_m.put_call_ratio(self._read()), window, lower, upper, min_periods))
