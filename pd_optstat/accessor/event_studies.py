"""Paths of prices around the extremes of a signal, and signals from two series of a panel."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .._types import DataTypeLike, PricesLike
from .._util.validation import check_bool, list_names, shorten
from ..analysis.bootstrap import BootstrapSettings
from ..analysis.counts import Column
from ..analysis.frames import find_data_type, known_exchange, per_series, read_info
from ..analysis.windows import WindowLike
from ..core.frame import is_panel
from ..errors import InvalidRequest
from .base import per_series_rows
from .overview import picture_notes, series_info
from .signal_inputs import SignalInputs

if TYPE_CHECKING:
    from ..analysis.event_study import StudySettings
    from ..analysis.signal_marks import SignalRule
    from ..analysis.signal_series import SignalLike

__all__ = ["EventStudyMethods"]


class EventStudyMethods(SignalInputs):
    """Methods that follow prices around events, and combine series."""

    @per_series_rows
    def event_study(
        self,
        prices: PricesLike | None = None,
        signal: SignalLike = "put_call_ratio",
        before: int = 20,
        after: int = 60,
        *,
        window: WindowLike = 252,
        lower: float = 0.1,
        upper: float = 0.9,
        min_periods: int | None = None,
        levels: tuple[float, float] | None = None,
        gap: int = 0,
        each: str = "run",
        lag: int | None = None,
        data_type: DataTypeLike | None = None,
        band: str = "pointwise",
        level: float = 0.95,
        resamples: int | None = None,
        block: int | None = None,
        seed: int = 0,
    ) -> pd.DataFrame:
        """Mean path of prices from `before` sessions before to `after` sessions after the entries of extremes.

        Session 0 is the entry, `lag` sessions after the day on which the signal becomes extreme, so that everything
        to its right could have been earned.

        Parameters
        ----------
        prices, signal : as in `quantiles`
            Closing prices, and the signal whose extremes are the events.
        before, after : int
            Sessions before and after the entry.
        window, lower, upper, min_periods : as in `extremes`
            The symmetric percentile of the signal from which a day is extreme.
        levels : (float, float), optional
            Values of the signal at or beyond which a day is extreme, instead of percentiles: ``(-2, 2)`` for a z-score.
        gap, each : as in `events` and `forward`
            When a run is over, and whether each run or each day is an event.
        lag, data_type : as in `forward`
            Sessions until entry.
        band : {"pointwise", "uniform"}
            Whether the band covers the mean of each session with probability `level`, or the whole path at once.
        level, resamples, block, seed : as in `forward`
            How the bands are computed.

        Returns
        -------
        DataFrame
            One row per ``side`` (+1, −1) and ``session``, with the columns ``count``: events that have a price there;
            ``mean``: of P[entry + session] / P[entry] − 1 (0.01 is one percent); ``low``, ``high``: its band;
            ``all_mean``: the same after every day of which it is known whether it is extreme; ``excess``: mean less
            all_mean, with ``excess_low``, ``excess_high``. For a panel, stacked under each series' key.

        Raises
        ------
        InvalidRequest
            If an argument is not valid, or `arch` is needed and not installed.
        InvalidData
            As in `forward`.

        Notes
        -----
        The bands are those of the stationary bootstrap of days, studentized: the mean ± as many standard errors as
        resampled means lie apart from it, measured by their own errors. A uniform band takes the same number for all
        sessions.

        References
        ----------
        J. Y. Campbell, A. W. Lo, A. C. MacKinlay, "The Econometrics of Financial Markets", chapter 4, 1997. P. Hall,
        "Theoretical comparison of bootstrap confidence intervals", Annals of Statistics 16(3), 1988.

        Examples
        --------
        >>> import pandas as pd, pd_optstat as po
        >>> close = pd.Series([100.0, 101.0, 100.0, 98.0, 80.0, 100.0], pd.bdate_range("2026-06-08", periods=6))
        >>> study = po.sample().optstat.event_study(close, before=1, after=1, levels=(0.3, 0.6), resamples=0)
        >>> study.loc[1, "mean"].round(3).tolist()
        [-0.095, 0.0, -0.02]
        """
        from ..analysis.event_study import StudySettings
        from ..analysis.signal_marks import SignalRule

        bootstrap = BootstrapSettings(level, resamples, block, seed)
        entry_lag = self._entry_lag(lag, data_type)
        settings = StudySettings(entry_lag, before, after, each, band, bootstrap).checked()
        rule = SignalRule(window, lower, upper, min_periods, gap, levels)
        return self._study(prices, signal, rule, settings, data_type)

    def _study(
        self, prices: PricesLike | None, signal: SignalLike, rule: SignalRule, settings: StudySettings,
        data_type: DataTypeLike | None,
    ) -> pd.DataFrame:  # fmt: skip
        from ..analysis.clocks import earliest_rows
        from ..analysis.event_study import study_events
        from ..analysis.signal_marks import mark_signal

        marked = self._since_start(mark_signal(self._resolve_signal(signal), rule))
        exchange = known_exchange(self._frame)
        closes = self._read_prices(prices)
        earliest = earliest_rows(marked.days, closes, exchange, find_data_type(self._frame, data_type))
        return self._with_attrs(study_events(marked, closes, settings, earliest))

    def plot_event_study(
        self,
        prices: PricesLike | None = None,
        signal: SignalLike = "put_call_ratio",
        before: int = 20,
        after: int = 60,
        *,
        ax: Any = None,
        title: str | None = None,
        theme: str | None = None,
        figsize: tuple[float, float] | None = None,
        **settings: Any,
    ) -> Any:
        """Draw the mean path of prices around extremes, with its bands, as `event_study` computes them.

        Parameters
        ----------
        prices, signal, before, after : as in `event_study`
            What is computed, as in `event_study`.
        ax, title, theme, figsize : as in `plot`
            Where and how to draw, as in `plot`.
        **settings
            The other arguments of `event_study`, such as ``levels=(-2, 2)`` or ``band="uniform"``.

        Returns
        -------
        matplotlib.axes.Axes
            The axes of the picture. A panel is not drawn: select one of its series.

        Raises
        ------
        InvalidRequest
            If an argument is not valid, or the frame is a panel.
        InvalidData
            As in `forward`.

        Examples
        --------
        >>> import matplotlib; matplotlib.use("Agg")
        >>> import pandas as pd, pd_optstat as po
        >>> close = pd.Series([100.0, 101.0, 100.0, 98.0, 80.0, 100.0], pd.bdate_range("2026-06-08", periods=6))
        >>> ax = po.sample().optstat.plot_event_study(close, before=1, after=1, levels=(0.3, 0.6), resamples=50)
        >>> ax.get_ylabel()
        'Price relative to the entry'
        """
        from ..plotting.event_paths import PathPicture, draw_event_paths

        if is_panel(self._frame):
            raise InvalidRequest("plot_event_study() draws one series. Select it, as in df['US_SECURITY']['VOLUME'].")
        shown = f"{self._title()}: prices around extremes of {_describe(signal)}" if title is None else title
        level, band = settings.get("level", 0.95), settings.get("band", "pointwise")
        picture = PathPicture(shown, level, band, self._picture_notes(), theme, figsize).checked(ax)
        return draw_event_paths(self.event_study(prices, signal, before, after, **settings), picture, ax)

    def _picture_notes(self) -> list[str]:
        return list(picture_notes(self._read_ratios(), read_info(self._frame)))

    def spread(
        self, first: Hashable, second: Hashable, signal: SignalLike = "put_call_ratio", *, log: bool = False
    ) -> pd.Series[float]:
        """Difference between a signal of two series of a panel, such as index options less equity options.

        Parameters
        ----------
        first, second : hashable
            Keys of the series, as in ``("US_INDEX", "VOLUME")``; ``"US_INDEX"`` if no other series has this name.
        signal : str, Series or callable
            As in `quantiles`, computed from each of the two series.
        log : bool
            If True, the difference of the logarithms; unknown where a value is not above 0.

        Returns
        -------
        Series
            float64, ``first − second``, on the days that both have, with the attributes of the panel. NaN where either
            is unknown. Use it as `signal` of the frame of one of the two series.

        Raises
        ------
        InvalidRequest
            If the frame is not a panel, or a key is not that of one series.

        Notes
        -----
        The spread of a day is known when both series are: with open interest, on the next morning. So use it with the
        frame, or the `lag`, of the series that is known later.

        Examples
        --------
        >>> import pandas as pd, pd_optstat as po
        >>> names = ["market", "data_type", "field"]
        >>> parts = {("US_INDEX", "VOLUME"): po.sample(), ("US_SECURITY", "VOLUME"): po.sample() * 2}
        >>> panel = pd.concat(parts, axis=1, names=names)
        >>> panel.optstat.spread("US_INDEX", "US_SECURITY").tolist()
        [0.0, 0.0, nan, 0.0, 0.0]
        """
        from ..analysis.signal_series import take_logarithm

        if not is_panel(self._frame):
            raise InvalidRequest("spread() needs a panel of several series, as po.load_panel() returns it.")
        parts = per_series(self._frame)
        values: list[Column] = []
        for argument, key in (("first", first), ("second", second)):
            found = _find_key(parts, key, argument)
            part = parts[found]
            part.attrs["optstat"] = {**series_info(part, self._frame)}
            one = type(self)(part)
            resolved = one._resolve_signal(signal)
            values.append(resolved[~one._is_history(pd.DatetimeIndex(resolved.index))])
        if check_bool(log, "log"):
            values = [take_logarithm(part) for part in values]
        left, right = values[0].align(values[1], join="inner")
        return self._with_attrs((left - right).rename("spread").replace([np.inf, -np.inf], np.nan))


def _describe(signal: SignalLike) -> str:
    """Return what a title calls the signal."""
    name = signal if isinstance(signal, str) else getattr(signal, "name", None)
    if not isinstance(name, str):
        return "a signal"
    return (
        "the put/call ratio"
        if name == "put_call_ratio"
        else f"the {name.replace('_', ' ').replace('zscore', 'z-score')}"
    )


def _find_key(parts: dict[Hashable, pd.DataFrame], key: Hashable, argument: str) -> Hashable:
    """Return the key of the only series that `key` names."""
    if not isinstance(key, Hashable) or key is pd.NA:  # what compares element by element, or not at all
        raise InvalidRequest(f"{argument}={shorten(key)} must be the key of a series: {list_names(map(repr, parts))}.")
    near = [name for name in parts if name == key or (isinstance(name, tuple) and name[0] == key)]
    if len(near) != 1:
        what = "no series" if not near else "several series"
        raise InvalidRequest(f"{argument}={key!r} names {what} of the panel: {list_names(map(repr, parts))}.")
    return near[0]
