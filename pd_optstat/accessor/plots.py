"""Plotting methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .._types import DateLike
from .._util.validation import list_names
from ..analysis.frames import any_synthetic, known_exchange, per_series, read_info, series_infos, sort_by_day
from ..analysis.history_rows import with_rows_before
from ..analysis.price_column import price_values
from ..analysis.windows import WindowLike
from ..core.frame import PRICE_COLUMN, is_panel
from ..errors import InvalidData
from .base import AccessorBase
from .lookbacks import warn_if_short
from .overview import picture_notes, provenance_of, series_info

if TYPE_CHECKING:
    from ..plotting.plot import PlotKind, PlotSettings, PlottedSeries

__all__ = ["PlotMethods"]

_NO_PRICE = (
    "The frame has no column 'underlying_price', which frames of an underlying have, as those of "
    "po.load('US.AAPL', 'VOLUME', ...)."
)


class PlotMethods(AccessorBase):
    """Methods that draw the frame."""

    def plot(
        self,
        kind: PlotKind | Iterable[int] = "overview",
        windows: Iterable[int] | None = None,
        *,
        lookback: WindowLike = 252,
        lower: float = 0.1,
        upper: float = 0.9,
        extremes: bool = True,
        window: WindowLike = 20,
        k: float = 2.0,
        start: DateLike | None = None,
        end: DateLike | None = None,
        ax: Any = None,
        title: str | None = None,
        theme: str | None = None,
        figsize: tuple[float, float] | None = None,
    ) -> Any:
        """Draw the frame with matplotlib.

        Each `kind` is one picture. ``"overview"``: call and put totals as bars, above them the ratio and its rolling
        means, and a strip with the extreme days. ``"ratio"``: the ratio, its means and the strip. ``"volume"``: the
        bars. ``"bands"``: the ratio and the band around its rolling mean, with the days outside of it marked.
        ``"percentile"``: the percentile of the ratio, extremes filled. ``"heatmap"``: the ratio by month, one row
        per year (volume: Σput / Σcall; open interest: the last day's), blue below its median and vermillion above; a
        month that lacks sessions has a dashed frame and an asterisk. ``"price"``: the price of an underlying, with the
        extreme days of its ratio marked on it, and the strip; the axis names the currency, for indices none.

        Fear is vermillion and greed is blue in every kind. Days without a percentile, such as those before the
        lookback is full, are hatched: whether they are extreme is unknown. Where rows are missing for more than 10
        days, nothing is drawn. Where a day has fewer than 2 pixels, the means of weeks, months, quarters or years are
        drawn, with the highest day or the range of days, and in the strip their shares of extreme days; a note says so.

        Parameters
        ----------
        kind : {"overview", "ratio", "volume", "bands", "percentile", "heatmap", "price"}
            Which picture to draw. An iterable of integers is taken for `windows`.
        windows : iterable of int
            Numbers of rows of the rolling means in "overview" and "ratio"; ``()`` for none. By default 10 and 63
            days (63 and 252 in long ranges), 4 and 13 weeks, or 3 and 12 months.
        lookback : int or offset
            The window of the percentile, by which a day is extreme.
        lower, upper : float
            The percentiles from which a day is extreme, as in `extremes`.
        extremes : bool
            Whether to show extreme days in "overview", "ratio" and "price".
        window, k : int or offset, float
            The band is the rolling mean over `window` ± `k` rolling standard deviations, as in `bands`.
        start, end : str, date, datetime or Timestamp, optional
            The first and the last day to draw. Means, bands, percentiles and extremes use earlier days, too.
        ax : matplotlib Axes, optional
            Where to draw; by default a new figure of pyplot. For a panel, as many Axes as it has series. Axes of a
            figure without a layout engine are made smaller if title and legend need the room.
        title : str, optional
            By default the series and what is drawn. Synthetic data is labelled inside the axes, too.
        theme : {"light", "dark"}, optional
            By default that of matplotlib's style, such as `matplotlib.pyplot.style.use("dark_background")`.
        figsize : (float, float), optional
            Width and height of the new figure in inches; not with `ax`.

        Returns
        -------
        matplotlib.axes.Axes
            In an overview that of the bars; the ratio's twin is ``ax.figure.axes[-1]``. For a panel, an array with
            one Axes per series, all over the same days, with one legend above the first. "price" leaves out series
            without one, and a note names them.

        Raises
        ------
        InvalidRequest
            If an argument is not valid. No figure is opened then.
        InvalidData
            If the frame lacks the counts, or for "price" a price.

        Notes
        -----
        A notebook shows the figure below the cell. A script does not show it: call ``matplotlib.pyplot.show()``, or
        ``ax.figure.savefig("optstat.png")``.

        References
        ----------
        Colours: M. Okabe & K. Ito, "Color Universal Design", 2008.

        Examples
        --------
        >>> import matplotlib; matplotlib.use("Agg")
        >>> import pd_optstat as po
        >>> ax = po.sample().optstat.plot("ratio", windows=[2], theme="dark")
        >>> ax.get_ylabel()
        'Put/call ratio'
        >>> ax.figure.savefig("optstat.png")  # doctest: +SKIP
        """
        from ..plotting.plot import PlotSettings, plot, plot_panel

        name: Any = kind  # checked by PlotSettings
        if not isinstance(kind, str):
            name, windows = "overview", kind
        settings = PlotSettings(
            name, windows, lookback, lower, upper, extremes, window, k, start, end, title, theme, figsize
        ).checked()
        if not is_panel(self._frame):
            alone = self._plotted(self._title(), read_info(self._frame), settings)
            if settings.kind == "price" and alone.prices is None:
                raise InvalidData(_NO_PRICE)
            return plot(alone, settings, ax=ax)
        series, left_out = [], []
        for key, part in per_series(self._frame).items():
            label = " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
            if settings.kind == "price" and PRICE_COLUMN not in part.columns:
                left_out.append(label)
                continue
            series.append(type(self)(part)._plotted(label, series_info(part, self._frame), settings))
        if not series:
            raise InvalidData(_NO_PRICE)
        if left_out:
            series[0] = series[0]._replace(notes=[*series[0].notes, f"without a price: {list_names(left_out)}"])
        return plot_panel(series, settings, ax=ax)

    def _labelled_frame(self) -> pd.DataFrame:
        """Return the frame; a copy that is marked as synthetic if only its counts say so, as attributes can be lost."""
        info = read_info(self._frame)
        if not provenance_of(self._frame).synthetic or any_synthetic(series_infos(self._frame.attrs)):
            return self._frame
        frame = self._frame.copy(deep=False)
        frame.attrs["optstat"] = {name: info[name] for name in info if name != "series"} | {"synthetic": True}
        return frame

    def _plotted(self, name: str, info: Mapping[str, object], settings: PlotSettings) -> PlottedSeries:
        from ..plotting.plot import PlottedSeries

        counts = self._read_ratios() if settings.kind in ("ratio", "bands", "percentile") else self._read_counts()
        prices = price_values(sort_by_day(self._frame)) if settings.kind == "price" else None
        longer = with_rows_before(counts, info)
        if settings.kind == "percentile" or (settings.kind in ("overview", "ratio", "price") and settings.extremes):
            warn_if_short(self._title(), longer, settings.lookback)
        hidden = len(longer.days) - len(counts.days)
        if hidden and prices is not None:
            prices = np.concatenate([np.full(hidden, np.nan), prices])
        notes, exchange = picture_notes(counts, info), known_exchange(self._frame)
        return PlottedSeries(longer, name, info, notes, exchange, prices, hidden)
