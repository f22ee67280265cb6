"""Extremes, and what follows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ..analysis import metrics as _m
from ..analysis.frames import find_data_type
from ..analysis.windows import WindowLike
from .base import Base, each, stacked

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

    @stacked
    def events(
        self,
        window: WindowLike = 252,
        lower: float = 0.1,
        upper: float = 0.9,
        *,
        min_periods: int | None = None,
        smooth: int = 1,
        gap: int = 0,
    ) -> pd.DataFrame:
        """List the runs of extremes: rows of the frame, one after the other, that are all +1, or all -1.

        A run is over at the first row that is no such extreme; a row without a ratio is none, as nobody knows.
        What has no row at all (a weekend, a session that is missing) neither ends a run nor counts.

        Parameters
        ----------
        window, lower, upper, min_periods : as for `extremes`
            When a day is extreme.
        smooth : int
            Rows of the put/call ratio that is judged, ``rolling_ratio(smooth)``; 1: the daily ratio.
        gap : int
            So many rows that are no extreme do not end a run (an extreme of the other side does): one spell that
            touches its threshold a few times is one event. `length` counts them too.

        Returns
        -------
        DataFrame
            By ``event`` (0, 1, ...): ``side`` +1 or -1 (int8); ``start``, ``end``: its first and last extreme day;
            ``length`` in rows; ``peak``: its highest ratio, for -1 its lowest, and the first day that had it,
            ``peak_time``; ``ongoing``: the frame ends before the run is known to be over. Side and start are known
            on the first day; the rest when the run is over. A panel's events stand one series after the other.

        Raises
        ------
        InvalidRequest
            If an argument is none of these.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.events(4, 0.4, min_periods=2)[["side", "length", "peak", "ongoing"]]
               side  length  peak  ongoing
        event
        0         1       1  0.80    False
        1        -1       1  0.25    False
        2         1       1  1.50     True
        """
        from ..analysis import extremes as _s

        rule = _s.ExtremeRule(window, lower, upper, min_periods, smooth, gap)
        return self._signed(_s.list_events(_s.mark_days(self._read(), rule)))

    @stacked
    def forward(
        self,
        prices: Any,
        horizons: Iterable[int] | int = (1, 5, 21),
        lag: int | None = None,
        *,
        window: WindowLike = 252,
        lower: float = 0.1,
        upper: float = 0.9,
        min_periods: int | None = None,
        smooth: int = 1,
        gap: int = 0,
        each: str = "run",
        data_type: object = None,
        level: float = 0.95,
        resamples: int = 1000,
        block: int | None = None,
        seed: int = 0,
        detail: bool = False,
    ) -> pd.DataFrame:
        """Returns after each run of extremes: P[entry + h] / P[entry] - 1, entered `lag` sessions after its first day.

        Sessions are the rows of `prices` that have a price: entry is the `lag`-th of them after the event's day,
        exit the h-th after entry. Nothing that is known later has a part in it. There is no entry before the first
        price, after the last, or where none follows within 14 days; such returns are NaN and are not counted.

        Parameters
        ----------
        prices : Series
            Closing prices by day, in any order, unit or zone; a moment counts as the day on its own clock.
        horizons : int or iterable of int
            Sessions from entry to exit.
        lag : int, optional
            By default 1 for volume, which is known after the close, and 2 for open interest, which is known only
            the next morning. At least 1.
        window, lower, upper, min_periods, smooth, gap : as for `events`
            When a day is extreme, and when a run of them is over.
        each : {"run", "day"}
            Enter once a run, after its first day, or after every extreme day.
        data_type : as in `load`, optional
            What the frame holds, if its attributes do not say it.
        level, resamples, block, seed : float, int, int or None, int
            Coverage of the intervals; number of resamples (0: none, and no need of `arch`); mean length of a block
            in days (default: twice the horizon, at least the cube root of the number of days); seed: the same one
            gives the same result.
        detail : bool
            Give a row per event instead: ``side, start, entry, price``, and a ``return_h`` for each horizon.

        Returns
        -------
        DataFrame
            A row per ``side`` and ``horizon``: ``count``; ``mean``, ``median`` of the returns; ``hit_rate``: the share
            that went the contrarian's way, up for +1, down for -1; ``ci_low``, ``ci_high``: interval of the mean;
            ``all_count`` to ``all_hit_rate``: the same of every day that had a percentile, entered likewise;
            ``excess``: mean less all_mean, with ``excess_low``, ``excess_high`` and the two-sided ``p_value``.

        Raises
        ------
        InvalidRequest
            If an argument cannot be, or `arch` is not installed.
        InvalidData
            If prices are infinite, not above 0, twice and different on a day, or have no time in common with the
            frame; the message names the first five.

        Notes
        -----
        Days are resampled in blocks of random length, each with its return and its mark, so overlapping returns and
        clustered events stay together. The p-value is ``(1 + #{|d* - d| >= |d|}) / (1 + resamples)``, where d is the
        excess, and d* that of a resample. With few events (below 20, say) intervals are too narrow.

        References
        ----------
        D. N. Politis, J. P. Romano, "The stationary bootstrap", Journal of the American Statistical Association
        89(428), 1994. H. R. Künsch, "The jackknife and the bootstrap for general stationary observations", Annals of
        Statistics 17(3), 1989.

        Examples
        --------
        >>> import pandas as pd, pd_optstat as po
        >>> close = pd.Series([100.0, 101.0, 100.0, 98.0, 80.0, 100.0], pd.bdate_range("2026-06-08", periods=6))
        >>> rule = {"window": 4, "lower": 0.4, "min_periods": 2}
        >>> po.sample().optstat.forward(close, 1, **rule, detail=True)
               side      start      entry  price  return_1
        event
        0         1 2026-06-09 2026-06-10  100.0     -0.02
        1        -1 2026-06-11 2026-06-12   80.0      0.25
        2         1 2026-06-12 2026-06-15  100.0       NaN
        """
        from ..analysis import extremes as _s
        from ..analysis.prices import read_prices

        given = _s.resolve_lag(lag, find_data_type(self._frame, data_type))
        settings = _s.ForwardSettings(given, horizons, each, level, resamples, block, seed).checked()  # type: ignore[arg-type]
        rule = _s.ExtremeRule(window, lower, upper, min_periods, smooth, gap)
        marked, closes = _s.mark_days(self._read(), rule), read_prices(prices)
        return self._signed((_s.list_returns if detail else _s.summarize_returns)(marked, closes, settings))
