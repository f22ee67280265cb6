"""Weekdays and monthly expiries: what they do to the ratio, and the ratio without it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ..analysis import metrics as _m
from ..analysis.frames import day_numbers, find_exchange, require
from ..core.arrays import Int64Array
from .base import Base, each, stacked

__all__ = ["Seasons"]


class Seasons(Base):
    """What is usual for a day."""

    @stacked
    def seasonal(self, by: Iterable[str] | str = ("weekday", "expiry"), *, market: object = None) -> pd.DataFrame:
        """The put/call ratio by weekday, and by weeks to the monthly expiry; 0 is the week of the expiry.

        Weeks are calendar weeks; days after the expiry count to the next one. It describes the whole frame, so it
        looks ahead: for signals, `adjusted_ratio` does not. Expiries are the third Friday, or the session before;
        in Hong Kong, the business day before the last of the month.

        Parameters
        ----------
        by : str or iterable of str
            ``"weekday"``, ``"expiry"`` or both.
        market : optional
            Whose expiries, if the attributes do not say it; ``"weekday"`` does without.

        Returns
        -------
        DataFrame
            By ``effect`` ("weekday", "weeks_to_expiry") and ``group`` ("Monday" ..., 0 ...): ``count`` of the days
            with a ratio; ``mean``, ``median``, ``std`` (ddof 1); ``difference``: the mean less that of all days.

        Raises
        ------
        InvalidRequest
            If `by` or `market` is none of these, or nobody says the market whose expiries are asked for.

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
        from ..analysis import seasonal as _q

        effects, counts = _q.effects_of(by), self._read()
        days = day_numbers(counts.days)
        weeks = self._weeks(days, market)
        return self._signed(_q.table(_m.put_call_ratio(counts), days, effects, weeks))

    @each
    def adjusted_ratio(
        self,
        by: Iterable[str] | str = ("weekday", "expiry"),
        *,
        window: int | None = None,
        min_periods: int | None = None,
        market: object = None,
    ) -> pd.Series[Any]:
        """The ratio less what is usual for such a day so far: less the mean ratio of earlier days of its kind.

        A kind is, say, the Fridays of expiry weeks. Neither the day itself nor any later one has a part in what is
        usual. NaN where the ratio is, and before there are `min_periods` earlier days of the kind.

        Parameters
        ----------
        by : str or iterable of str
            What makes a kind: ``"weekday"``, ``"expiry"`` (in the week of the monthly expiry, up to its day, or
            not), or both.
        window : int, optional
            How many of the last days of the kind; None: all there were. The ratio's level drifts over the years, so
            a window of 52, say, takes out more than all of them would.
        min_periods : int, optional
            By default 4, or `window` if that is less.
        market : optional
            As for `seasonal`, which also says when expiries are.

        Returns
        -------
        Series
            float64, named ``adjusted_ratio``; on a panel, a column for each series.

        Raises
        ------
        InvalidRequest
            If an argument is none of these, or nobody says the market whose expiries are asked for.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.adjusted_ratio("expiry", min_periods=1).round(3).tolist()
        [nan, 0.3, nan, -0.4, 0.983]
        """
        from ..analysis import seasonal as _q

        effects, counts = _q.effects_of(by), self._read()
        days = day_numbers(counts.days)
        weeks = self._weeks(days, market)
        ratio = _m.put_call_ratio(counts)
        return self._signed(_q.adjusted(ratio, days, effects, weeks, window, min_periods))

    def _weeks(self, days: Int64Array, market: object) -> Any:
        def weeks() -> Int64Array:
            from ..analysis.expiries import monthly_expiries, weeks_to_expiry
            from ..core.calendars import calendar

            exchange = require(known, "market", "US_SECURITY")
            if not len(days):
                return days
            return weeks_to_expiry(days, monthly_expiries(calendar(exchange), int(days[0]), int(days[-1])))

        known = find_exchange(self._frame, market)  # a market that is none is refused even where none is needed
        return weeks
