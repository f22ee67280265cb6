"""Extremes of the ratio, and the returns that follow them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from .._types import DataTypeLike, PricesLike
from .._util.validation import check_bool, check_int
from ..analysis import metrics
from ..analysis.counts import Counts
from ..analysis.frames import find_data_type, known_exchange, read_info
from ..analysis.history_rows import with_rows_before
from ..analysis.trading_days import check_period_labels
from ..analysis.windows import WindowLike
from ..errors import InvalidRequest
from .base import per_series_columns, per_series_rows
from .lookbacks import warn_if_short
from .signal_inputs import SignalInputs

if TYPE_CHECKING:
    from ..analysis.extremes import ExtremeRule, ForwardSettings, MarkedDays
    from ..analysis.prices import Prices
    from ..analysis.regimes import Regimes
    from ..analysis.signal_series import SignalLike
    from ..core.arrays import Int64Array

__all__ = ["SignalMethods"]


class SignalMethods(SignalInputs):
    """Methods that return signals, and tests of them."""

    @per_series_columns
    def extremes(
        self,
        window: WindowLike = 252,
        lower: float = 0.1,
        upper: float = 0.9,
        *,
        min_periods: int | None = None,
        ranking: Literal["symmetric", "pct"] = "symmetric",
    ) -> pd.Series[int]:
        """Mark the days whose ratio is among the highest or lowest of its window.

        +1 where the percentile is at least `upper` (many puts: fear, which contrarians read as bullish), −1 where it
        is at most `lower` (greed), 0 in between, and ``<NA>`` where it is unknown.

        Parameters
        ----------
        window : int or offset
            A number of rows with a ratio, including the current day, or an offset such as ``"365D"``.
        lower, upper : float
            Percentiles from 0 to 1, `lower` below `upper`. A percentile equal to one of them is extreme.
        min_periods : int, optional
            The number of ratios that a result needs; by default `window`, or 20 for offsets.
        ranking : {"symmetric", "pct"}
            The percentile that is compared, of the ratio with rank k among n, ties averaged. ``"symmetric"``:
            (k − ½) / n, from 1/2n to 1 − 1/2n. On independent days, fear and greed are then equally frequent.
            ``"pct"``: k / n, that of `percentile`, from 1/n to 1. It makes fear the more frequent one, by one day in
            n: with a window of 10, 2 of 10 independent days are fear and 1 is greed.

        Returns
        -------
        Series
            Int8, named ``extreme``, indexed by day; for a panel, one column per series. ``<NA>`` until there are
            `min_periods` ratios, and where the day has no ratio.

        Raises
        ------
        InvalidRequest
            If an argument is not valid.

        Notes
        -----
        A window of n rows has extremes only if 1/2n is at most `lower`: from 5 rows on for the limits 0.1 and 0.9.

        References
        ----------
        D. P. Simon, R. A. Wiggins, "S&P futures returns and contrary sentiment indicators", Journal of Futures
        Markets 21(5), 2001: high ratios come before rising index futures, as contrarians say. J. Pan, A. M. Poteshman,
        "The information in option volume for future stock prices", Review of Financial Studies 19(3), 2006, find the
        opposite sign for single stocks: those with much buying of new puts fall in the days after. Their data tell
        opening buys from all other trades, which daily totals do not; which sign holds is for `forward` to say. The
        symmetric percentile is the plotting position of A. Hazen, "Storage to be provided in impounding reservoirs",
        Transactions of the ASCE 77, 1914; ``scipy.stats.percentileofscore`` with ``kind="mean"``, divided by 100.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.extremes(4, 0.2, 0.7, min_periods=2).tolist()
        [<NA>, 1, <NA>, -1, 1]
        """
        return self._ratio_over_history(
            lambda ratio: metrics.extremes(ratio, window, lower, upper, min_periods, ranking), window, min_periods
        )

    @per_series_rows
    def events(
        self,
        window: WindowLike = 252,
        lower: float = 0.1,
        upper: float = 0.9,
        *,
        min_periods: int | None = None,
        smooth: int = 1,
        gap: int = 0,
        ranking: Literal["symmetric", "pct"] = "symmetric",
        signal: SignalLike | None = None,
        levels: tuple[float, float] | None = None,
    ) -> pd.DataFrame:
        """List the runs of extremes: consecutive rows of the frame that are all +1, or all −1.

        A run ends at the first row that has a ratio and is not extreme on its side. Rows without a ratio, and days
        without a row, such as weekends and missing sessions, neither end a run nor count.

        Parameters
        ----------
        window, lower, upper, min_periods : as in `extremes`
            When a day is extreme, as in `extremes`.
        smooth : int
            If above 1, judge ``rolling_ratio(smooth)`` instead of the daily ratio.
        gap : int
            The number of rows without an extreme that do not end a run, so that a spell that crosses its threshold
            several times is one event. An extreme of the other side always ends it. `length` includes these rows.
        ranking : as in `extremes`
            Which percentile is compared, as in `extremes`.
        signal : str, Series or callable, optional
            What is judged instead of the put/call ratio, as in `quantiles`: ``"zscore"``, a Series, a function. Not
            with `smooth`.
        levels : (float, float), optional
            Values of the signal at or beyond which a day is extreme, instead of percentiles: ``(-2, 2)`` for a z-score.

        Returns
        -------
        DataFrame
            Indexed by ``event`` (0, 1, ...), with the columns ``side``: +1 or −1 (int8); ``start``, ``end``: the first
            and last extreme day; ``length``: in rows with a ratio; ``peak``: the highest ratio (or signal) of the run
            (for −1 the lowest), and ``peak_time``, the first day that had it; ``ongoing``: whether the frame ends
            before the run is known to be over. Side and start are known on the first day, the rest when the run is
            over. For a panel, stacked under each series' key.

        Raises
        ------
        InvalidRequest
            If an argument is not valid.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.events(4, 0.2, 0.7, min_periods=2)[["side", "length", "peak", "ongoing"]]
               side  length  peak  ongoing
        event
        0         1       1  0.80    False
        1        -1       1  0.25    False
        2         1       1  1.50     True
        """
        from ..analysis import extremes

        rule = extremes.ExtremeRule(window, lower, upper, min_periods, smooth, gap, ranking)
        return self._with_attrs(extremes.list_events(self._mark(rule, signal, levels)))

    @per_series_rows
    def forward(
        self,
        prices: PricesLike | None = None,
        horizons: Iterable[int] | int = (1, 5, 21),
        lag: int | None = None,
        *,
        window: WindowLike = 252,
        lower: float = 0.1,
        upper: float = 0.9,
        min_periods: int | None = None,
        smooth: int = 1,
        gap: int = 0,
        ranking: Literal["symmetric", "pct"] = "symmetric",
        each: str = "run",
        baseline: str = "neutral",
        data_type: DataTypeLike | None = None,
        level: float = 0.95,
        resamples: int | None = None,
        block: int | None = None,
        seed: int = 0,
        detail: bool = False,
        signal: SignalLike | None = None,
        levels: tuple[float, float] | None = None,
        by: pd.Series[Any] | None = None,
    ) -> pd.DataFrame:
        """Returns after each run of extremes: P[entry + h] / P[entry] − 1, entered `lag` sessions after its first day.

        Sessions are the rows of `prices` that have a price: the entry is the `lag`-th of them after the event's day,
        and the exit is the h-th after the entry. Nothing that is known later is used: if that price was made before the
        number was published, as can be on another exchange, the entry is the first price after that. There is no entry
        before the first price or after the last one, and no return across a hole in the prices: every price from the
        event's day to the exit must follow the one before it within 14 days. Such returns are NaN and not counted.

        Parameters
        ----------
        prices : Series, optional
            Closing prices by day, in any order, unit or time zone. A moment counts as the day on its own clock. The
            exchange that made them is that of the index's time zone; without one, that whose sessions the days are. By
            default the frame's own ``underlying_price``, which frames of a single underlying have: the close of each
            of its days, of the same exchange.
        horizons : int or iterable of int
            Sessions from entry to exit.
        lag : int, optional
            At least 1; by default 1 for volume, which is known after the close, and 2 for open interest, which is
            published only the next morning.
        window, lower, upper, min_periods, smooth, gap, ranking : as in `events`
            When a day is extreme, and when a run is over, as in `events`.
        each : {"run", "day"}
            Enter once per run, after its first day, or after every extreme day.
        baseline : {"neutral", "all"}
            What events are compared with: the days that are not extreme, or every day that has a percentile. The
            latter holds the events of both sides, so that an effect of fear alone lets greed look like one, too.
        data_type : OptionStatisticDataType, str or int, optional
            The frame's data type; by default that of its attributes.
        level : float
            Coverage of the intervals.
        resamples : int, optional
            The number of bootstrap resamples, by default 1000; 0 leaves out intervals and p-values, and does not need
            `arch`.
        block : int, optional
            Mean length of a bootstrap block in sessions; by default chosen from the data, and at least the horizon.
        seed : int
            Seed of the resampling: equal seeds give equal results.
        detail : bool
            If True, return one row per event instead: ``side``, ``start``, ``entry``, ``price``, and a ``return_h``
            for each horizon.
        signal, levels : as in `events`
            What is judged instead of the put/call ratio, and by which values, as in `events`.
        by : Series, optional
            Regimes by day, as in `quantiles`: events and baseline are then those of each regime, and the ``regime`` is
            the first level of the index (a column if `detail`). A run belongs to the regime of its first day.

        Returns
        -------
        DataFrame
            One row per ``side`` and ``horizon``, with the columns ``count``: events with a return; ``mean``,
            ``median``: of the returns; ``hit_rate``: the share that went the contrarian's way (up for +1, down for
            −1); ``ci_low``, ``ci_high``: the confidence interval of the mean; ``all_count`` to ``all_hit_rate``: the
            same for every day that has a percentile, entered alike; ``baseline_count``, ``baseline_mean``: of what the
            events are compared with; ``excess``: mean less baseline_mean, with ``excess_low``, ``excess_high`` and the
            two-sided ``p_value``: the interval excludes 0 if and only if the p-value is at most 1 − level. Returns are
            fractions: 0.01 is one percent. For a panel, stacked under each series' key.

        Raises
        ------
        InvalidRequest
            If an argument is not valid, `prices` is needed, or `arch` is needed and not installed.
        InvalidData
            If prices are infinite, not above 0, differ within one day, or share no time with the frame; the message
            names the first five days.

        Notes
        -----
        The test holds the signal and resamples the sessions' returns in blocks of random length, on which the returns
        over each horizon are computed anew. The statistic is t = excess / s, with s the standard error of the events'
        mean after Newey & West over 2h sessions; the p-value is ``(1 + #{|t*| >= |t|}) / (1 + resamples)``, and the
        interval holds the values that the test would not reject. The block length is the optimal one for the returns or
        for their squares, whichever is longer, by `arch.bootstrap.optimal_block_length`.

        References
        ----------
        D. N. Politis, J. P. Romano, "The stationary bootstrap", Journal of the American Statistical Association
        89(428), 1994. W. K. Newey, K. D. West, "A simple, positive semi-definite, heteroskedasticity and
        autocorrelation consistent covariance matrix", Econometrica 55(3), 1987. D. N. Politis, H. White, "Automatic
        block-length selection for the dependent bootstrap", Econometric Reviews 23(1), 2004; with A. Patton,
        "Correction", 28(4), 2009. C. J. DiCiccio, J. P. Romano, "Robust permutation tests for correlation and
        regression coefficients", Journal of the American Statistical Association 112(519), 2017: why t is
        resampled and not the excess.

        Examples
        --------
        >>> import pandas as pd, pd_optstat as po
        >>> close = pd.Series([100.0, 101.0, 100.0, 98.0, 80.0, 100.0], pd.bdate_range("2026-06-08", periods=6))
        >>> rule = {"window": 4, "lower": 0.2, "upper": 0.7, "min_periods": 2}
        >>> po.sample().optstat.forward(close, 1, **rule, detail=True)
               side      start      entry  price  return_1
        event
        0         1 2026-06-09 2026-06-10  100.0     -0.02
        1        -1 2026-06-11 2026-06-12   80.0      0.25
        2         1 2026-06-12 2026-06-15  100.0       NaN
        """
        from ..analysis import extremes
        from ..analysis.clocks import earliest_rows
        from ..analysis.regimes import read_regimes

        check_period_labels(self._frame.index)
        kind, exchange = find_data_type(self._frame, data_type), known_exchange(self._frame)
        entry_lag = extremes.resolve_lag(lag, kind)
        chosen = (entry_lag, horizons, each, level, resamples, block, seed, baseline)
        settings = extremes.ForwardSettings(*chosen).checked()  # type: ignore[arg-type]
        rule = extremes.ExtremeRule(window, lower, upper, min_periods, smooth, gap, ranking)
        marked = self._mark(rule, signal, levels)
        closes = self._read_prices(prices)
        earliest = earliest_rows(marked.days, closes, exchange, kind)
        regimes = read_regimes(by, marked.days, exchange)
        table = _list_entries if check_bool(detail, "detail") else _summarize
        return self._with_attrs(table(marked, closes, settings, earliest, regimes))

    def _mark(self, rule: ExtremeRule, signal: SignalLike | None, levels: tuple[float, float] | None) -> MarkedDays:
        """Return which days are extreme: by the ratio and its percentile, or by another signal or given levels."""
        from ..analysis.signal_marks import SignalRule, mark_signal

        if signal is None and levels is None:
            return self._mark_days(rule)
        smooth = check_int(rule.smooth, "smooth")
        if signal is not None and smooth > 1:
            raise InvalidRequest(
                f"smooth={smooth} is the window of the put/call ratio, and signal= is judged instead of it. Leave one "
                f"out, or smooth the signal itself, as in signal='ratio_mean_{smooth}'."
            )
        name = "put_call_ratio" if smooth == 1 else f"ratio_sum_{smooth}"
        values = self._resolve_signal(name if signal is None else signal)
        limits = SignalRule(rule.window, rule.lower, rule.upper, rule.min_periods, rule.gap, levels, rule.ranking)
        return self._since_start(mark_signal(values, limits))

    def _mark_days(self, rule: ExtremeRule) -> MarkedDays:
        """Return which days of the frame are extreme, judged also by the rows that its load kept before them."""
        from ..analysis.extremes import mark_days

        counts = self._read_smoothable(rule.smooth)
        longer = with_rows_before(counts, read_info(self._frame))
        warn_if_short(self._title(), longer, rule.window, rule.min_periods)
        marked = mark_days(longer, rule)
        return marked if longer is counts else marked.since(counts.days[0])

    def _read_smoothable(self, smooth: int) -> Counts:
        """Return totals for ratios over `smooth` rows, which for several rows cannot be those of a frame of ratios."""
        return self._read_ratios() if check_int(smooth, "smooth") == 1 else self._read_counts()


def _list_entries(
    marked: MarkedDays,
    closes: Prices,
    settings: ForwardSettings,
    earliest: Int64Array | None,
    regimes: Regimes | None,
) -> pd.DataFrame:
    """Return a row for each event and horizon, with the regime of its day."""
    from ..analysis import extremes

    listed = extremes.list_returns(marked, closes, settings, earliest)
    if regimes is not None:
        codes = regimes.codes[extremes.event_rows(marked, settings.each)]
        listed["regime"] = [regimes.names[code] if code >= 0 else None for code in codes.tolist()]
    return listed


def _summarize(
    marked: MarkedDays,
    closes: Prices,
    settings: ForwardSettings,
    earliest: Int64Array | None,
    regimes: Regimes | None,
) -> pd.DataFrame:
    """Return a row for each side and horizon, of each regime if there are any."""
    from ..analysis.extremes import summarize_returns

    if regimes is None:
        return summarize_returns(marked, closes, settings, earliest)
    parts = {
        name: summarize_returns(
            marked._replace(known=marked.known & (regimes.codes == code)), closes, settings, earliest
        )
        for code, name in enumerate(regimes.names)
    }
    return pd.concat(parts, names=["regime"])
