"""Effects of the weekday and of monthly expiries on the ratio, and the ratio without them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from .._types import MarketLike
from ..analysis import metrics
from ..analysis.counts import Counts
from ..analysis.frames import find_exchange, require
from ..analysis.trading_days import day_numbers
from ..core.arrays import Int64Array
from .base import AccessorBase, per_series_columns, per_series_rows

__all__ = ["SeasonalMethods", "weeks_to_expiry_of"]


class SeasonalMethods(AccessorBase):
    """Methods that compare a day with similar days."""

    @per_series_rows
    def seasonal(
        self, by: Iterable[str] | str = ("weekday", "expiry"), *, market: MarketLike | None = None
    ) -> pd.DataFrame:
        """The put/call ratio by weekday, and by weeks to the next monthly expiry (0: the week of the expiry).

        Weeks are calendar weeks, and days after an expiry belong to the next one. The table describes the whole
        frame and so looks ahead; for signals, use `adjusted_ratio`, which does not. Expiries are the third Friday, or
        the session before if that is a holiday; in Hong Kong, the last business day but one of the month.

        Parameters
        ----------
        by : str or iterable of str
            ``"weekday"``, ``"expiry"`` or both.
        market : OptionMarket, str or int, optional
            The market whose expiries count; by default that of the frame's attributes. ``"weekday"`` needs none.

        Returns
        -------
        DataFrame
            Indexed by ``effect`` ("weekday", "weeks_to_expiry") and ``group`` ("Monday" ..., 0 ...), with the columns
            ``count`` (int64): days with a ratio; ``mean``, ``median``, ``std`` (ddof 1): of their ratios;
            ``difference``: the mean less the mean of all days. For a panel, stacked under each series' key.

        Raises
        ------
        InvalidRequest
            If `by` or `market` is not valid, or the expiries of an unknown market are needed.

        References
        ----------
        Cboe, "Equity Options Product Specifications". HKEX, contract summaries of Hang Seng Index options and of stock
        options. H. R. Stoll, R. E. Whaley, "Expiration-day effects: what has changed?", Financial Analysts Journal
        47(1), 1991.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.seasonal("expiry")[["count", "mean"]]
                               count    mean
        effect          group
        weeks_to_expiry 1          4  0.7625
        """
        from ..analysis import seasonal

        effects, counts = seasonal.effects_of(by), self._read_ratios()
        days = day_numbers(counts.days)
        weeks = weeks_to_expiry_of(self._frame, days, market)
        return self._with_attrs(seasonal.table(metrics.put_call_ratio(counts), days, effects, weeks))

    @per_series_columns
    def adjusted_ratio(
        self,
        by: Iterable[str] | str = ("weekday", "expiry"),
        *,
        window: int | None = None,
        min_periods: int | None = None,
        market: MarketLike | None = None,
    ) -> pd.Series[float]:
        """The ratio less the mean ratio of earlier days of the same kind, such as Fridays of expiry weeks.

        The mean includes neither the day itself nor later days, so it does not look ahead.

        Parameters
        ----------
        by : str or iterable of str
            What defines a kind: ``"weekday"``, ``"expiry"`` (whether the day lies in the week of the monthly expiry,
            up to the expiry), or both.
        window : int, optional
            How many of the latest days of the kind to average; by default all. Since the level of the ratio drifts
            over the years, a window such as 52 removes more of the effect.
        min_periods : int, optional
            The number of earlier days that a result needs; by default 4, or `window` if that is less.
        market : OptionMarket, str or int, optional
            As in `seasonal`, which also defines the expiries.

        Returns
        -------
        Series
            float64, puts per call, named ``adjusted_ratio``, indexed by day; for a panel, one column per series. NaN
            where the day has no ratio, and where there are fewer than `min_periods` earlier days of its kind.

        Raises
        ------
        InvalidRequest
            If an argument is not valid, or the expiries of an unknown market are needed.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.adjusted_ratio("expiry", min_periods=1).round(3).tolist()
        [nan, 0.3, nan, -0.4, 0.983]
        """
        from ..analysis import seasonal

        effects = seasonal.effects_of(by)

        def compute(counts: Counts) -> pd.Series[float]:
            days = day_numbers(counts.days)
            weeks, ratio = weeks_to_expiry_of(self._frame, days, market), metrics.put_call_ratio(counts)
            return seasonal.adjusted(ratio, days, effects, weeks, window, min_periods)

        return self._over_history(self._read_ratios(), compute)


def weeks_to_expiry_of(frame: pd.DataFrame, days: Int64Array, market: MarketLike | None) -> Callable[[], Int64Array]:
    """Return a function that computes the weeks, as only some effects need them and their calendar is slow."""
    known = find_exchange(frame, market)  # here, so that an invalid market is refused in any case

    def weeks() -> Int64Array:
        from ..analysis.expiries import count_weeks

        return count_weeks(days, require(known, "market", "US_SECURITY"))

    return weeks
