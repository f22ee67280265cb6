"""Put/call ratios, and each among its neighbours."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .. import metrics as _m
from ..windows import WindowLike
from .base import Base, each

__all__ = ["Ratios"]


class Ratios(Base):
    """Ratios of a day and of windows."""

    @property
    @each
    def put_call_ratio(self) -> pd.Series[Any]:
        """Put / call, in full precision; NaN where call is 0. The vendor's and Cboe's "put/call ratio".

        Billingsley & Chance, "Put-call ratios and market timing effectiveness", J. Portfolio Mgmt, 1988.

        >>> import pd_optstat as po
        >>> po.sample().optstat.put_call_ratio.iloc[-1].item()
        1.5
        """
        return self._signed(_m.put_call_ratio(self._read()))

    @property
    @each
    def put_share(self) -> pd.Series[Any]:
        """Put / (call + put), from 0 to 1; NaN where both are 0.

        Pan & Poteshman, "The information in option volume for future stock prices", RFS, 2006.

        >>> import pd_optstat as po
        >>> po.sample().optstat.put_share.iloc[-1].item()
        0.6
        """
        return self._signed(_m.put_share(self._read()))

    @each
    def rolling_ratio(
        self, window: WindowLike = 10, how: str = "sum", *, min_periods: int | None = None
    ) -> pd.Series[Any]:
        """Put/call ratio over a window.

        ``how="sum"``: Σput / Σcall of the rows that have both, NaN where Σcall is 0. ``"mean"``,
        ``"median"``: of the daily ratios there are. ``"ema"``: y += 2/(window+1)·(ratio − y), windows of
        rows only; a day without a ratio keeps the value before.

        >>> import pd_optstat as po
        >>> po.sample().optstat.rolling_ratio(2).round(3).tolist()
        [nan, 0.667, 1.0, 0.375, 0.5]
        """
        counts = self._read()
        return self._signed(_m.rolling_ratio(counts, _m.put_call_ratio(counts), window, how, min_periods))

    @each
    def zscore(self, window: WindowLike = 252, *, min_periods: int | None = None) -> pd.Series[Any]:
        """(ratio − rolling mean) / rolling sample deviation (ddof 1), today included; NaN where that is 0.

        >>> import pd_optstat as po
        >>> po.sample().optstat.zscore(4, min_periods=2).round(3).tolist()
        [nan, 0.707, nan, -0.968, 1.038]
        """
        return self._signed(_m.zscore(_m.put_call_ratio(self._read()), window, min_periods))

    @each
    def percentile(self, window: WindowLike = 252, *, min_periods: int | None = None) -> pd.Series[Any]:
        """Share (above 0, to 1) of the window's ratios ≤ today's, ties averaged: ``rolling.rank(pct=True)``.

        >>> import pd_optstat as po
        >>> po.sample().optstat.percentile("4D").tolist()
        [1.0, 1.0, nan, 0.3333333333333333, 1.0]
        """
        return self._signed(_m.percentile(_m.put_call_ratio(self._read()), window, min_periods))

    @each
    def bands(self, window: WindowLike = 20, k: float = 2.0, *, min_periods: int | None = None) -> pd.DataFrame:
        """Columns middle, upper, lower: rolling mean of the ratio ± `k` · rolling sample deviation.

        J. Bollinger, "Bollinger on Bollinger Bands", 2001 (who divides by n; here ddof is 1).

        >>> import pd_optstat as po
        >>> po.sample().optstat.bands(2).iloc[-1].round(3).tolist()
        [0.875, 2.643, -0.893]
        """
        return self._signed(_m.bands(_m.put_call_ratio(self._read()), window, k, min_periods))

    @each
    def detrend(
        self, short: WindowLike = 10, long: WindowLike = 127, *, min_periods: int | None = None
    ) -> pd.Series[Any]:
        """Short rolling mean / long rolling mean − 1; NaN where the long one is 0.

        `min_periods` holds for both windows, for the short one up to its own rows.

        >>> import pd_optstat as po
        >>> po.sample().optstat.detrend(1, 2).round(3).tolist()
        [nan, 0.231, nan, nan, 0.714]
        """
        return self._signed(_m.detrend(_m.put_call_ratio(self._read()), short, long, min_periods))

    @each
    def momentum(self, periods: int = 5) -> pd.Series[Any]:
        """Ratio − ratio `periods` rows before; NaN in the first `periods` rows.

        >>> import pd_optstat as po
        >>> po.sample().optstat.momentum(1).tolist()
        [nan, 0.30000000000000004, nan, nan, 1.25]
        """
        return self._signed(_m.momentum(_m.put_call_ratio(self._read()), periods))
