"""Put/call ratios, and each among its neighbours."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..analysis import metrics as _m
from ..analysis.windows import WindowLike
from .base import Base, each

__all__ = ["Ratios"]


class Ratios(Base):
    """Ratios of a day and of windows."""

    @property
    @each
    def put_call_ratio(self) -> pd.Series[Any]:
        """Put / call of each day, in full precision: the vendor's and Cboe's "put/call ratio".

        ``ratio = put / call``, puts for each call: 0 without puts, 1 if there are as many, without an upper end.

        Returns
        -------
        Series
            float64, indexed by day; on a panel, a column for each series. NaN where call is 0 (there the vendor's SDK
            says "N/A"), and where call or put is missing.

        Raises
        ------
        InvalidData
            If the frame cannot be read: no such columns, no days, no numbers, infinite ones, or several rows of a day
            that contradict each other. So does every method here.

        References
        ----------
        R. S. Billingsley, D. M. Chance, "Put-call ratios and market timing effectiveness", Journal of Portfolio
        Management 15(1), 1988.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.put_call_ratio.tolist()
        [0.5, 0.8, nan, 0.25, 1.5]
        """
        return self._signed(_m.put_call_ratio(self._read()))

    @property
    @each
    def put_share(self) -> pd.Series[Any]:
        """Put / (call + put) of each day: the part of all contracts that are puts.

        ``share = put / (call + put)``, from 0 to 1; it is ratio / (1 + ratio), and also known where call is 0.

        Returns
        -------
        Series
            float64, indexed by day; on a panel, a column for each series. NaN where both are 0, and where call or put
            is missing.

        References
        ----------
        J. Pan, A. M. Poteshman, "The information in option volume for future stock prices", Review of Financial
        Studies 19(3), 2006 (there of contracts bought to open).

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.put_share.round(3).tolist()
        [0.333, 0.444, 1.0, 0.2, 0.6]
        """
        return self._signed(_m.put_share(self._read()))

    @each
    def rolling_ratio(
        self, window: WindowLike = 10, how: str = "sum", *, min_periods: int | None = None
    ) -> pd.Series[Any]:
        """Put/call ratio over a window of days, today included.

        ``"sum"``: Σput / Σcall of the rows that have both, so that days count by their contracts. ``"mean"``,
        ``"median"``: of the daily ratios that there are, so that days count alike. ``"ema"``: the exponential mean
        y ← y + 2 / (window + 1) · (ratio − y) of the daily ratios, which begins with the first of them.

        Parameters
        ----------
        window : int or offset
            So many rows, or a span of time such as ``"30D"`` (open at its far end).
        how : {"sum", "mean", "median", "ema"}
            ``"ema"`` takes a number of rows only.
        min_periods : int, optional
            How many rows with a ratio (``"sum"``: with both counts) are needed; by default `window`, or 1 for spans.

        Returns
        -------
        Series
            float64, puts for each call, named ``ratio_HOW_WINDOW``; on a panel, a column for each series. NaN in the
            first rows, until there are `min_periods`. ``"sum"`` is NaN where Σcall is 0; it counts the puts of a day
            without calls, which the others pass over, as they do with missing numbers; ``"ema"`` then keeps its value.

        Raises
        ------
        InvalidRequest
            If an argument is none of these.

        References
        ----------
        Cboe, U.S. options market statistics: its ratios are of the sums of a day. ``"ema"`` is
        ``Series.ewm(span=window, adjust=False, ignore_na=True)`` of pandas.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.rolling_ratio(2).round(3).tolist()
        [nan, 0.667, 1.0, 0.375, 0.5]
        >>> po.sample().optstat.rolling_ratio("3D", "mean").round(3).tolist()
        [0.5, 0.65, 0.65, 0.525, 0.875]
        """
        counts = self._read()
        return self._signed(_m.rolling_ratio(counts, _m.put_call_ratio(counts), window, how, min_periods))

    @each
    def zscore(self, window: WindowLike = 252, *, min_periods: int | None = None) -> pd.Series[Any]:
        """How many standard deviations today's ratio is above the mean of its window, today included.

        ``z = (ratio − rolling mean) / rolling sample standard deviation`` (ddof 1), a number without a unit.

        Parameters
        ----------
        window : int or offset
            So many rows, or a span of time such as ``"365D"``.
        min_periods : int, optional
            How many ratios are needed, at least 2; by default `window`, or for spans as few as can be.

        Returns
        -------
        Series
            float64; on a panel, a column for each series. NaN in the first rows, where today has no ratio, and where
            the deviation is 0, as all ratios of the window are equal. Missing ratios are passed over.

        Raises
        ------
        InvalidRequest
            If an argument is none of these.

        References
        ----------
        The standard score, as ``scipy.stats.zscore(window, ddof=1)[-1]``; the sums by B. P. Welford, "Note on a
        method for calculating corrected sums of squares and products", Technometrics 4(3), 1962.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.zscore(4, min_periods=2).round(3).tolist()
        [nan, 0.707, nan, -0.968, 1.038]
        """
        return self._signed(_m.zscore(_m.put_call_ratio(self._read()), window, min_periods))

    @each
    def percentile(self, window: WindowLike = 252, *, min_periods: int | None = None) -> pd.Series[Any]:
        """Rank of today's ratio among those of its window, today included: which share of them is no higher.

        ``percentile = (number below + (number equal + 1) / 2) / number``, above 0, up to 1: the highest of 252 is 1,
        the lowest 1/252; equal ones get the mean of their ranks.

        Parameters
        ----------
        window : int or offset
            So many rows, or a span of time such as ``"365D"``.
        min_periods : int, optional
            How many ratios are needed; by default `window`, or 1 for spans.

        Returns
        -------
        Series
            float64; on a panel, a column for each series. NaN in the first rows, and where today has no ratio.
            Missing ratios are passed over.

        Raises
        ------
        InvalidRequest
            If an argument is none of these.

        References
        ----------
        ``Series.rolling(window).rank(pct=True)`` of pandas; a hundredth of ``scipy.stats.percentileofscore`` with
        ``kind="rank"``.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.percentile("4D").round(3).tolist()
        [1.0, 1.0, nan, 0.333, 1.0]
        """
        return self._signed(_m.percentile(_m.put_call_ratio(self._read()), window, min_periods))

    @each
    def bands(self, window: WindowLike = 20, k: float = 2.0, *, min_periods: int | None = None) -> pd.DataFrame:
        """Bollinger bands of the ratio: its rolling mean, and `k` rolling standard deviations above and below.

        ``middle = rolling mean``, ``upper, lower = middle ± k · rolling sample standard deviation`` (ddof 1), all in
        puts for each call. Bollinger divides by n, not n − 1: his bands, and TA-Lib's, are √((n − 1)/n) as wide.

        Parameters
        ----------
        window : int or offset
            So many rows, today's included, or a span of time such as ``"30D"``.
        k : float
            How many deviations, above 0.
        min_periods : int, optional
            How many ratios are needed (at least 2 for upper and lower); by default `window`, or 1 for spans.

        Returns
        -------
        DataFrame
            Columns ``middle``, ``upper``, ``lower``, float64; on a panel, below each series' name. NaN in the first
            rows. Missing ratios are passed over. Where all ratios are equal, so are the three; `lower` may be below 0.

        Raises
        ------
        InvalidRequest
            If an argument is none of these.

        References
        ----------
        J. Bollinger, "Bollinger on Bollinger Bands", McGraw-Hill, 2001.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.bands(2).iloc[-1].round(3).tolist()
        [0.875, 2.643, -0.893]
        """
        return self._signed(_m.bands(_m.put_call_ratio(self._read()), window, k, min_periods))

    @each
    def detrend(
        self, short: WindowLike = 10, long: WindowLike = 127, *, min_periods: int | None = None
    ) -> pd.Series[Any]:
        """By how much the ratio's short rolling mean is above its long one, which takes the slow drift out.

        ``detrend = mean over short / mean over long − 1``: 0.1 is ten percent above the usual.

        Parameters
        ----------
        short, long : int or offset
            So many rows, today's included, or spans of time; 127 rows are half a year. Two of a kind: short < long.
        min_periods : int, optional
            How many ratios each window needs (the short one at most its own rows); by default all rows, or 1 for spans.

        Returns
        -------
        Series
            float64, from −1 up; on a panel, a column for each series. NaN in the first rows (of the long window), and
            where the long mean is 0. Missing ratios are passed over.

        Raises
        ------
        InvalidRequest
            If an argument is none of these, or short is not shorter than long.

        References
        ----------
        "Put/Call Ratio De-Trended", a script at TradingView, with means of 10 and 127 days. A hundredth of the
        percentage price oscillator, with simple means.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.detrend(1, 2).round(3).tolist()
        [nan, 0.231, nan, nan, 0.714]
        """
        return self._signed(_m.detrend(_m.put_call_ratio(self._read()), short, long, min_periods))

    @each
    def momentum(self, periods: int = 5) -> pd.Series[Any]:
        """Today's ratio less that of some rows before.

        ``momentum = ratio − ratio periods rows before``, in puts for each call.

        Parameters
        ----------
        periods : int
            How many rows before, at least 1; 5 is a week without holidays.

        Returns
        -------
        Series
            float64; on a panel, a column for each series. NaN in the first `periods` rows, and where either day has
            no ratio.

        Raises
        ------
        InvalidRequest
            If `periods` is no whole number of at least 1.

        References
        ----------
        MOM of TA-Lib; ``Series.diff(periods)`` of pandas.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.momentum(1).round(3).tolist()
        [nan, 0.3, nan, nan, 1.25]
        """
        return self._signed(_m.momentum(_m.put_call_ratio(self._read()), periods))
