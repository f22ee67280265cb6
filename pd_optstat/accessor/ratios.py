"""Put/call ratios of a day and of windows, and where a day's ratio stands among its neighbours."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .._util.validation import check_bool
from ..analysis import metrics
from ..analysis.counts import Column
from ..analysis.windows import WindowLike
from .base import AccessorBase, per_series_columns, without_parentheses

__all__ = ["RatioMethods"]


class RatioMethods(AccessorBase):
    """Methods that return ratios."""

    @property
    @without_parentheses
    @per_series_columns
    def put_call_ratio(self) -> pd.Series[float]:
        """Put / call of each day in full precision: the "put/call ratio" of Cboe and of the vendor.

        ``ratio = put / call``, puts per call: 0 without puts, 1 if both are equal, without an upper limit.

        Returns
        -------
        Series
            float64, indexed by day; for a panel, one column per series. NaN where call is 0 (the vendor's SDK
            writes "N/A" there) and where call or put is missing.

        Raises
        ------
        InvalidData
            If the frame cannot be read: it has no call and put columns or no days, its counts are not numbers or are
            infinite, or rows of one day differ. This holds for all methods.

        References
        ----------
        R. S. Billingsley, D. M. Chance, "Put-call ratios and market timing effectiveness", Journal of Portfolio
        Management 15(1), 1988.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.put_call_ratio.tolist()  # a property: without parentheses
        [0.5, 0.8, nan, 0.25, 1.5]
        """
        return self._with_attrs(metrics.put_call_ratio(self._read_ratios()))

    @property
    @without_parentheses
    @per_series_columns
    def put_share(self) -> pd.Series[float]:
        """Put / (call + put) of each day: the share of puts among all contracts.

        ``share = put / (call + put)``, from 0 to 1. It equals ratio / (1 + ratio), and is known where call is 0, too.

        Returns
        -------
        Series
            float64, indexed by day; for a panel, one column per series. NaN where both counts are 0, and where call
            or put is missing.

        References
        ----------
        J. Pan, A. M. Poteshman, "The information in option volume for future stock prices", Review of Financial
        Studies 19(3), 2006 (there for contracts bought to open).

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.put_share.round(3).tolist()
        [0.333, 0.444, 1.0, 0.2, 0.6]
        """
        return self._with_attrs(metrics.put_share(self._read_ratios()))

    @per_series_columns
    def rolling_ratio(
        self, window: WindowLike = 10, how: str = "sum", *, min_periods: int | None = None
    ) -> pd.Series[float]:
        """Put/call ratio over a window of days, including the current day.

        ``"sum"``: Σput / Σcall over the rows that have both, which weights days by their contracts. ``"mean"``,
        ``"median"``: of the daily ratios in the window, which weights days equally. ``"ema"``: the exponential mean
        y ← y + 2 / (window + 1) · (ratio − y) of the daily ratios, starting with the first one.

        Parameters
        ----------
        window : int or offset
            A number of rows with a ratio (for ``"sum"``: with both counts), or an offset such as ``"30D"``, which
            excludes its far end.
        how : {"sum", "mean", "median", "ema"}
            ``"ema"`` needs a number of rows.
        min_periods : int, optional
            The number of rows with a ratio (for ``"sum"``: with both counts) that a result needs; by default
            `window`, or 1 for offsets.

        Returns
        -------
        Series
            float64, puts per call, named ``ratio_HOW_WINDOW``; for a panel, one column per series. NaN until there
            are `min_periods` rows, and for ``"sum"`` where Σcall is 0. With a number of rows, a row without a ratio
            is NaN. A day without calls has no ratio, but ``"sum"`` has its puts.

        Raises
        ------
        InvalidRequest
            If an argument is not valid.

        References
        ----------
        Cboe, U.S. options market statistics, whose ratios are those of a day's sums. ``"ema"`` is
        ``ratio.dropna().ewm(span=window, adjust=False)`` of pandas.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.rolling_ratio(2).round(3).tolist()
        [nan, 0.667, 1.0, 0.375, 0.5]
        >>> po.sample().optstat.rolling_ratio(2, "mean").round(3).tolist()
        [nan, 0.65, nan, 0.525, 0.875]
        >>> po.sample().optstat.rolling_ratio("3D", "mean").round(3).tolist()
        [0.5, 0.65, 0.65, 0.525, 0.875]
        """
        counts = self._read_counts() if isinstance(how, str) and how == "sum" else self._read_ratios()
        return self._over_history(
            counts,
            lambda rows: metrics.rolling_ratio(rows, metrics.put_call_ratio(rows), window, how, min_periods),
            # Sums need both counts, which days without calls have, too.
            window if not isinstance(how, str) or how != "sum" else None,
            min_periods,
        )

    @per_series_columns
    def zscore(
        self, window: WindowLike = 252, *, min_periods: int | None = None, log: bool = False
    ) -> pd.Series[float]:
        """Number of standard deviations by which a day's ratio exceeds the mean of its window.

        ``z = (ratio − rolling mean) / rolling sample standard deviation`` (ddof 1), without a unit. The window
        includes the current day.

        Parameters
        ----------
        window : int or offset
            A number of rows with a ratio, or an offset such as ``"365D"``.
        min_periods : int, optional
            The number of ratios that a result needs, at least 2; by default `window`, or 2 for offsets.
        log : bool
            If True, of the logarithm of the ratio, which is less skewed. A ratio of 0 then counts as missing.

        Returns
        -------
        Series
            float64, indexed by day; for a panel, one column per series. NaN until there are `min_periods` ratios,
            where the day has no ratio, and where the deviation is 0 because all ratios of the window are equal.

        Raises
        ------
        InvalidRequest
            If an argument is not valid.

        References
        ----------
        The standard score, as ``scipy.stats.zscore(window, ddof=1)[-1]``. The sums follow B. P. Welford, "Note on a
        method for calculating corrected sums of squares and products", Technometrics 4(3), 1962.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.zscore(4, min_periods=2).round(3).tolist()
        [nan, 0.707, nan, -0.968, 1.364]
        """
        return self._ratio_over_history(
            lambda ratio: metrics.zscore(_scaled(ratio, log), window, min_periods), window, min_periods
        )

    @per_series_columns
    def percentile(self, window: WindowLike = 252, *, min_periods: int | None = None) -> pd.Series[float]:
        """Rank of a day's ratio in its window, as the share of the window's ratios that are not higher.

        ``percentile = (number below + (number equal + 1) / 2) / number``, above 0 and at most 1: the highest of 252
        ratios has 1, the lowest 1/252, and equal ones share the mean of their ranks. The window includes the current
        day.

        Parameters
        ----------
        window : int or offset
            A number of rows with a ratio, or an offset such as ``"365D"``.
        min_periods : int, optional
            The number of ratios that a result needs; by default `window`, or 1 for offsets.

        Returns
        -------
        Series
            float64, indexed by day; for a panel, one column per series. NaN until there are `min_periods` ratios,
            and where the day has no ratio. `extremes` compares another percentile, (rank − ½) / number.

        Raises
        ------
        InvalidRequest
            If an argument is not valid.

        References
        ----------
        ``ratio.dropna().rolling(window).rank(pct=True)`` of pandas; ``scipy.stats.percentileofscore`` with
        ``kind="rank"``, divided by 100.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.percentile("4D").round(3).tolist()
        [1.0, 1.0, nan, 0.333, 1.0]
        """
        return self._ratio_over_history(
            lambda ratio: metrics.percentile(ratio, window, min_periods), window, min_periods
        )

    @per_series_columns
    def bands(
        self, window: WindowLike = 20, k: float = 2.0, *, min_periods: int | None = None, log: bool = False
    ) -> pd.DataFrame:
        """Bollinger bands of the ratio: its rolling mean ± `k` rolling standard deviations.

        ``middle = rolling mean``, ``upper, lower = middle ± k · rolling sample standard deviation`` (ddof 1), in puts
        per call. Bollinger divides by n instead of n − 1, so his bands, and those of TA-Lib, are √((n − 1)/n) times
        as wide.

        Parameters
        ----------
        window : int or offset
            A number of rows with a ratio, including the current day, or an offset such as ``"30D"``.
        k : float
            The number of deviations, above 0.
        min_periods : int, optional
            The number of ratios that a result needs (`upper` and `lower`: at least 2); by default `window`, or 1 for
            offsets.
        log : bool
            If True, the exponentials of the bands of the logarithm of the ratio: `middle` is the geometric mean, and
            `lower` is above 0. A ratio of 0 then counts as missing.

        Returns
        -------
        DataFrame
            Columns ``middle``, ``upper``, ``lower``, float64, indexed by day; for a panel, under each series' key.
            NaN until there are `min_periods` ratios, and with a number of rows where the day has no ratio. The three
            are equal where all ratios of the window are, and `lower` can be negative.

        Raises
        ------
        InvalidRequest
            If an argument is not valid.

        References
        ----------
        J. Bollinger, "Bollinger on Bollinger Bands", McGraw-Hill, 2001.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.bands(2).iloc[-1].round(3).tolist()
        [0.875, 2.643, -0.893]
        """

        def compute(ratio: Column) -> pd.DataFrame:
            bands = metrics.bands(_scaled(ratio, log), window, k, min_periods)
            return bands.transform(np.exp).replace(np.inf, np.nan) if log else bands

        return self._ratio_over_history(compute, window, min_periods)

    @per_series_columns
    def detrend(
        self, short: WindowLike = 10, long: WindowLike = 127, *, min_periods: int | None = None
    ) -> pd.Series[float]:
        """Short rolling mean of the ratio relative to its long rolling mean, which removes the slow drift.

        ``detrend = short rolling mean / long rolling mean − 1``: 0.1 means ten percent above the long mean.

        Parameters
        ----------
        short, long : int or offset
            Numbers of rows with a ratio, including the current day, or offsets; 127 rows are half a year. If both are
            of one kind, `short` must be the shorter one.
        min_periods : int, optional
            The number of ratios that each window needs (the short one at most all its rows); by default all rows,
            or 1 for offsets.

        Returns
        -------
        Series
            float64, at least −1, indexed by day; for a panel, one column per series. NaN until the long window has
            `min_periods` ratios, with numbers of rows where the day has no ratio, and where the long mean is 0.

        Raises
        ------
        InvalidRequest
            If an argument is not valid, or `short` is not shorter than `long`.

        References
        ----------
        "Put/Call Ratio De-Trended", a script at TradingView, with means of 10 and 127 days. It is the percentage
        price oscillator with simple means, divided by 100.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.detrend(1, 2).round(3).tolist()
        [nan, 0.231, nan, -0.524, 0.714]
        """
        return self._ratio_over_history(
            lambda ratio: metrics.detrend(ratio, short, long, min_periods), long, min_periods
        )

    @per_series_columns
    def momentum(self, periods: int = 5) -> pd.Series[float]:
        """Change of the ratio over a number of rows.

        ``momentum = ratio − ratio periods rows before``, in puts per call. Rows without a ratio are not counted.

        Parameters
        ----------
        periods : int
            The number of rows, at least 1; 5 rows are a week without holidays.

        Returns
        -------
        Series
            float64, indexed by day; for a panel, one column per series. NaN in the first `periods` rows that have a
            ratio, and where the day has none.

        Raises
        ------
        InvalidRequest
            If `periods` is not an integer of at least 1.

        References
        ----------
        MOM of TA-Lib; ``ratio.dropna().diff(periods)`` of pandas.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.momentum(1).round(3).tolist()
        [nan, 0.3, nan, -0.55, 1.25]
        """
        return self._ratio_over_history(lambda ratio: metrics.momentum(ratio, periods))


def _scaled(ratio: Column, log: bool) -> Column:
    """Return the ratio, or its logarithm."""
    from ..analysis.signal_series import take_logarithm

    return take_logarithm(ratio) if check_bool(log, "log") else ratio
