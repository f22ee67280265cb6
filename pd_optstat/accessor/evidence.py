"""Tests of whether a signal says anything about later returns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from .._types import DataTypeLike, PricesLike
from .._util.validation import check_int
from ..analysis.bootstrap import BootstrapSettings
from ..analysis.frames import known_exchange
from ..analysis.windows import WindowLike
from .base import per_series_rows
from .signal_inputs import SignalInputs

if TYPE_CHECKING:
    from ..analysis.signal_series import SignalLike

__all__ = ["EvidenceMethods"]


class EvidenceMethods(SignalInputs):
    """Methods that test signals against prices."""

    @per_series_rows
    def quantiles(
        self,
        prices: PricesLike | None = None,
        signal: SignalLike = "put_call_ratio",
        q: int = 5,
        horizons: Iterable[int] | int = (1, 5, 21),
        *,
        window: WindowLike = 252,
        min_periods: int | None = None,
        look_ahead: bool = False,
        by: pd.Series[Any] | None = None,
        lag: int | None = None,
        data_type: DataTypeLike | None = None,
        resamples: int | None = None,
        block: int | None = None,
        seed: int = 0,
    ) -> pd.DataFrame:
        """Returns after each quantile of a signal: mean, t, hit rate, and whether they rise with the signal.

        Each day is sorted into one of `q` buckets by its percentile (rank − ½) / n among the last values of the
        signal, so that no later day decides on its bucket. Returns are entered as in `forward`.

        Parameters
        ----------
        prices : Series, optional
            Closing prices by day, as in `forward`; daily or weekly, of any exchange. By default those of the frame's
            underlying.
        signal : str, Series or callable
            A name: ``"put_call_ratio"``, ``"put_share"``, ``"adjusted_ratio"``, ``"zscore"``, ``"percentile"``,
            ``"detrend"``, ``"momentum"``, ``"ratio_mean_10"``, with other numbers as in ``"zscore_126"``,
            ``"detrend_10_127"``, ``"ratio_sum_5"``, ``"ratio_ema_21"``; ``"log_"`` before a ratio, z-score or momentum
            takes the logarithm of the ratio. A Series on the days of the frame. Or a function of the frame that
            returns one, which is called again without the last rows to see that it does not look ahead.
        q : int
            The number of buckets, at least 2. Bucket 1 holds the lowest values.
        horizons : int or iterable of int
            Sessions from entry to exit.
        window : int, offset or "expanding"
            The window of the percentile; ``"expanding"``: all rows so far.
        min_periods : int, optional
            The number of values that a bucket needs; by default `window`, 20 for offsets, 252 for ``"expanding"``.
        look_ahead : bool
            If True, the buckets are quantiles of the whole sample, `window` is not used, and the result looks ahead:
            no one knew these buckets then.
        by : Series, optional
            Regimes by day, such as a trend. A day belongs to the last value at or before it, at most 100 days old. More
            than 12 different numbers, such as those of a volatility index, become terciles (``"low"``, ``"middle"``,
            ``"high"``) among the last 252 of them.
        lag, data_type : as in `forward`
            Sessions until entry.
        resamples, block, seed : int, optional
            The bootstrap of the tests for monotonic means, as in `forward`; ``resamples=0`` leaves them out.

        Returns
        -------
        DataFrame
            One row per ``horizon`` and ``bucket`` (with `by` after the ``regime``), with the columns ``count``;
            ``mean``, ``median`` (returns; 0.01 is one percent); ``std_error``, ``t``, ``p_value`` of the mean, with HAC
            errors; ``hit_rate``: the share of returns above 0; ``excess``: mean less that of all buckets, with
            ``excess_t``, ``excess_p``. The same for all buckets of a horizon: ``spread``, ``spread_t``, ``spread_p``:
            mean of the highest bucket less that of the lowest; ``p_increasing``, ``p_decreasing``: p-values of the
            hypothesis of equal means, against means that rise, or fall, from each bucket to the next. For a panel,
            stacked under each series' key.

        Raises
        ------
        InvalidRequest
            If an argument is not valid, or statsmodels, scipy or arch is not installed.
        InvalidData
            As in `forward`.

        Notes
        -----
        Overlapping returns are not independent. The errors are those of Newey & West with Parzen's weights over
        ``max(⌈2 n^0.4⌉, 4 h)`` lags, and p-values follow fixed-b asymptotics (Sun, 2014); they are NaN if that is more
        than half of the n days.

        References
        ----------
        W. K. Newey, K. D. West, Econometrica 55(3), 1987. Y. Sun, Journal of Econometrics 178, 2014. A. J. Patton, A.
        Timmermann, "Monotonicity in asset returns", Journal of Financial Economics 98(3), 2010.

        Examples
        --------
        >>> import pandas as pd, pd_optstat as po
        >>> close = pd.Series([100.0, 101.0, 100.0, 98.0, 80.0, 100.0], pd.bdate_range("2026-06-08", periods=6))
        >>> table = po.sample().optstat.quantiles(close, q=2, horizons=1, window=2, resamples=0)
        >>> table["count"].tolist()
        [1, 1]
        """
        from ..analysis import quantiles
        from ..analysis.resampled_days import draw_rows
        from ..analysis.signal_returns import check_horizons

        settings = quantiles.QuantileSettings(q, window, min_periods, look_ahead).checked()
        bootstrap = BootstrapSettings(0.95, resamples, block, seed).checked()
        periods = check_horizons(horizons)
        entered = self._enter(prices, signal, lag, data_type, by)
        result = quantiles.summarize_quantiles(
            entered, periods, settings, lambda n, overlap: draw_rows(n, overlap, entered.prices, bootstrap)
        )
        result = self._with_attrs(result)
        if look_ahead:
            result.attrs.setdefault("optstat", {})["look_ahead"] = True
        return result

    @per_series_rows
    def ic(
        self,
        prices: PricesLike | None = None,
        signal: SignalLike = "zscore",
        horizons: Iterable[int] | int = (1, 5, 21),
        *,
        by: pd.Series[Any] | None = None,
        lag: int | None = None,
        data_type: DataTypeLike | None = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Information coefficient: rank correlation of the signal with later returns, of all days and by year.

        Parameters
        ----------
        prices, signal, horizons, by, lag, data_type : as in `quantiles`
            The signal and the returns after it, as in `quantiles`.
        level : float
            Coverage of the intervals.

        Returns
        -------
        DataFrame
            One row per ``horizon`` and ``period`` (with `by` after the ``regime``), which is ``"all"`` or a year,
            with the columns ``count``; ``ic``: Spearman's correlation, from −1 to 1; ``std_error``, ``t``,
            ``p_value``, ``low``, ``high``: its test and interval, with HAC errors as in `quantiles`. For a panel,
            stacked under each series' key.

        Raises
        ------
        InvalidRequest
            If an argument is not valid, or statsmodels or scipy is not installed.
        InvalidData
            As in `forward`.

        References
        ----------
        R. C. Grinold, R. N. Kahn, "Active Portfolio Management", 2nd edition, 2000.

        Examples
        --------
        >>> import pandas as pd, pd_optstat as po
        >>> close = pd.Series([100.0, 101.0, 100.0, 98.0, 80.0, 100.0], pd.bdate_range("2026-06-08", periods=6))
        >>> po.sample().optstat.ic(close, "put_call_ratio", 1)["ic"].tolist()
        [-1.0, -1.0]
        """
        from ..analysis.information_coefficient import summarize_ic
        from ..analysis.signal_returns import check_horizons

        BootstrapSettings(level).checked()
        periods = check_horizons(horizons)
        return self._with_attrs(summarize_ic(self._enter(prices, signal, lag, data_type, by), periods, level))

    @per_series_rows
    def lead_lag(
        self,
        prices: PricesLike | None = None,
        signal: SignalLike = "zscore",
        lags: int = 10,
        *,
        lag: int | None = None,
        data_type: DataTypeLike | None = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Correlation of the signal with returns of single sessions before and after it, and Granger's test.

        Parameters
        ----------
        prices, signal : as in `quantiles`
            The prices and the signal, as in `quantiles`.
        lags : int
            The number of sessions on either side.
        lag, data_type : as in `quantiles`
            Sessions until entry; they only decide what is ``tradable``.
        level : float
            Coverage of the band.

        Returns
        -------
        DataFrame
            Indexed by ``lag``, from −lags to lags: at k, the signal of a session and the return of the session k later
            (for k below 0, earlier). Columns ``count``; ``correlation`` (Pearson's); ``std_error``, ``t``,
            ``p_value`` with HAC errors; ``band``: without any correlation, it is between −band and band with
            probability `level`; ``granger_f``, ``granger_p``: for k above 0, of the hypothesis that the signals of the
            last k sessions do not help to predict returns, given the last k returns; for k below 0, that the last −k
            returns do not help to predict the signal; ``tradable``: whether the return comes after the first entry.
            For a panel, stacked under each series' key.

        Raises
        ------
        InvalidRequest
            If an argument is not valid, or statsmodels or scipy is not installed.
        InvalidData
            As in `forward`.

        Notes
        -----
        The signal of a session is the last one since the session before. Granger's F tests have errors that are robust
        to heteroskedasticity (HC1), and a band for each lag alone: of 20 correlations, one is outside of it by chance.

        References
        ----------
        C. W. J. Granger, "Investigating causal relations by econometric models and cross-spectral methods",
        Econometrica 37(3), 1969.

        Examples
        --------
        >>> import pandas as pd, pd_optstat as po
        >>> close = pd.Series([100.0, 101.0, 100.0, 98.0, 80.0, 100.0], pd.bdate_range("2026-06-08", periods=6))
        >>> po.sample().optstat.lead_lag(close, "put_call_ratio", 1)["correlation"].round(2).tolist()
        [nan, -0.83, 0.95]
        """
        from ..analysis.lead_lag import lead_lag

        BootstrapSettings(level).checked()
        sessions = check_int(lags, "lags")
        entry_lag = self._entry_lag(lag, data_type)
        values = self._resolve_signal(signal)
        closes = self._read_prices(prices)
        values = values[~self._is_history(pd.DatetimeIndex(values.index))]
        days = pd.DatetimeIndex(values.index)
        return self._with_attrs(lead_lag(days, values.to_numpy(dtype="float64"), closes, entry_lag, sessions, level))

    @per_series_rows
    def regress(
        self,
        prices: PricesLike | None = None,
        signal: SignalLike = "zscore",
        controls: pd.Series[float] | pd.DataFrame | None = None,
        horizons: Iterable[int] | int = (1, 5, 21),
        *,
        by: pd.Series[Any] | None = None,
        lag: int | None = None,
        data_type: DataTypeLike | None = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Regression of later returns on the signal and control variables, with HAC errors and a corrected slope.

        Parameters
        ----------
        prices, signal : as in `quantiles`
            The prices and the signal, as in `quantiles`.
        controls : Series or DataFrame, optional
            Further regressors by day. A day has the last value at or before it, at most 100 days old.
        horizons, by, lag, data_type : as in `quantiles`
            The returns after the signal, as in `quantiles`.
        level : float
            Coverage of the intervals.

        Returns
        -------
        DataFrame
            One row per ``horizon`` and ``term`` (``"const"``, ``"signal"``, then the controls; with `by` after the
            ``regime``), with the columns ``count``; ``coefficient``: return per unit of the regressor; ``std_error``,
            ``t``, ``p_value``, ``low``, ``high`` with HAC errors as in `quantiles`; ``corrected``: the slope of the
            signal less its bias in finite samples, NaN in regimes, and where prices and rows do not follow each other
            session by session; ``r_squared``. For a panel, stacked under each series' key.

        Raises
        ------
        InvalidRequest
            If an argument is not valid, or statsmodels or scipy is not installed.
        InvalidData
            As in `forward`, and if controls are not finite numbers.

        Notes
        -----
        The slope on a persistent signal is biased if its innovations move with returns. The correction is that of
        Stambaugh for `lag` 0 and one session, extended to later entries and longer returns by Kendall's bias of
        autocorrelations. With controls, it is that of the part of the signal that they do not explain.

        References
        ----------
        R. F. Stambaugh, "Predictive regressions", Journal of Financial Economics 54(3), 1999. M. G. Kendall, "Note on
        bias in the estimation of autocorrelation", Biometrika 41, 1954. Y. Amihud, C. M. Hurvich, "Predictive
        regressions: a reduced-bias estimation method", Journal of Financial and Quantitative Analysis 39(4), 2004.

        Examples
        --------
        >>> import pandas as pd, pd_optstat as po
        >>> close = pd.Series([100.0, 101.0, 100.0, 98.0, 80.0, 100.0], pd.bdate_range("2026-06-08", periods=6))
        >>> po.sample().optstat.regress(close, "put_call_ratio", horizons=1)["coefficient"].round(3).tolist()
        [0.319, -0.476]
        """
        from ..analysis.regimes import read_controls
        from ..analysis.regression import regress
        from ..analysis.signal_returns import check_horizons

        BootstrapSettings(level).checked()
        periods = check_horizons(horizons)
        entered = self._enter(prices, signal, lag, data_type, by)
        others = read_controls(controls, entered.days, known_exchange(self._frame))
        return self._with_attrs(regress(entered, others, periods, level))
