"""What can be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..analysis.frames import per_series, read_info
from ..analysis.windows import WindowLike
from .base import Base, is_panel

if TYPE_CHECKING:
    from ..explorer.widget import Explorer
    from ..plotting.plot import Kind

__all__ = ["Pictures"]


class Pictures(Base):
    """Pictures of a frame."""

    def plot(
        self,
        kind: Kind | Iterable[int] = "overview",
        windows: Iterable[int] = (10, 63),
        *,
        lookback: WindowLike = 252,
        lower: float = 0.1,
        upper: float = 0.9,
        extremes: bool = True,
        window: WindowLike = 20,
        k: float = 2.0,
        start: Any = None,
        end: Any = None,
        ax: Any = None,
        title: str | None = None,
        theme: str | None = None,
    ) -> Any:
        """Draw a picture with matplotlib.

        ``"overview"``: call and put totals as bars, the ratio and its rolling means above them, extreme days shaded.
        ``"ratio"``: the ratio, its means, extreme days shaded. ``"volume"``: the bars. ``"bands"``: the ratio and the
        band around its rolling mean, days outside of it marked. ``"percentile"``: the ratio's percentile, extremes
        filled. ``"heatmap"``: the ratio of each month, a row a year (volume: Σput / Σcall; open interest: of the last
        day), blue below its median and vermillion above.

        Parameters
        ----------
        kind : str
            Which picture. Several numbers are taken for `windows`.
        windows : iterable of int
            Trading rows of the rolling means in "overview" and "ratio"; ``()`` for none.
        lookback : int or offset
            The window among whose ratios a day is extreme, and of the percentile.
        lower, upper : float
            The percentiles from which a day is extreme.
        extremes : bool
            Whether extreme days are shaded in "overview" and "ratio".
        window, k : int or offset, float
            Of the band: rolling mean ± `k` rolling standard deviations.
        start, end : date-like, optional
            The first and the last day to draw; means, bands, percentiles and extremes come from all days before too.
        ax : matplotlib Axes, optional
            Where to draw; by default a new figure of pyplot. For a panel as many as it has series.
        title : str, optional
            By default the series and what is drawn. Synthetic numbers are labelled on the picture itself too.
        theme : {"light", "dark"}, optional
            By default what matplotlib's style says: `matplotlib.pyplot.style.use("dark_background")` is followed.

        Returns
        -------
        matplotlib.axes.Axes
            In an overview that of the bars; its twin with the ratio is ``ax.figure.axes[-1]``. Of a panel, an array:
            one for each series, over the same days.

        Raises
        ------
        InvalidRequest
            If an argument is none of these; no figure is opened then.

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
        """
        from ..plotting.plot import Options, plot, plot_panel

        which: Any = kind
        if not isinstance(kind, str):
            which, windows = "overview", kind
        options = Options(which, windows, lookback, lower, upper, extremes, window, k, start, end, title, theme)
        if not is_panel(self._frame):
            return plot(self._read(), options, ax=ax, name=self._title(), info=read_info(self._frame))
        options.check()
        series = {}
        for key, part in per_series(self._frame).items():
            one = type(self)(part)
            name = " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
            series[key] = (one._read(), name, {**self._of_panel(), **read_info(part)})
        return plot_panel(series, options, ax=ax)

    def explore(
        self,
        start: Any = None,
        end: Any = None,
        *,
        preset: str | None = None,
        window: int = 10,
        lookback: int = 252,
        metric: str = "zscore",
        lower: float = 0.1,
        upper: float = 0.9,
        k: float = 2.0,
        arrangement: str = "side by side",
        theme: str = "auto",
    ) -> Explorer:
        """Open the explorer on this frame or panel: nothing is loaded, and ranges end with its last day.

        Parameters
        ----------
        start, end : date-like, optional
            The days to show at first; by default all.
        preset : {"1M", "3M", "YTD", "1Y", "5Y", "Max"}, optional
            A range up to the last day, instead of `start`.
        window, lookback : int
            Sessions of the rolling mean and the band; among which a day is compared.
        metric : str
            Of the lowest view, as in `pd_optstat.explore`.
        lower, upper, k : float
            The percentiles from which a day is extreme; the band's width in standard deviations.
        arrangement : {"side by side", "stacked"}
            Of several series.
        theme : {"auto", "light", "dark"}
            By default what the page has.

        Returns
        -------
        Explorer
            An ipywidgets box.

        Raises
        ------
        InvalidRequest
            If an argument means nothing.
        InvalidData
            If the frame has no call and put columns.

        Examples
        --------
        >>> import pd_optstat as po
        >>> explorer = po.sample().optstat.explore(window=2, lookback=3).wait()
        >>> print(explorer.code().splitlines()[2])
        # df is the frame on which the explorer was opened
        """
        from ..explorer.explore import explore_frame

        looks = {"window": window, "lookback": lookback, "metric": metric, "lower": lower, "upper": upper, "k": k}
        ranges = {"start": start, "end": end, **({} if preset is None else {"preset": preset})}
        return explore_frame(self._frame, **ranges, **looks, arrangement=arrangement, theme=theme)

    def _of_panel(self) -> Mapping[str, Any]:
        """Return what a panel says of all its series: whose they are, and whether they are synthetic."""
        info = read_info(self._frame)
        return {name: info[name] for name in ("source", "synthetic") if name in info}
