"""``po.explore(...)`` and ``df.optstat.explore(...)``: check the arguments, then open the widget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Unpack

from .._types import CacheLike, DataTypeLike, DateLike, MarketLike, MomentLike, SourceLike
from ..core.request import LoadOptions
from ..errors import InvalidRequest
from ..storage.pins import pin as pins
from .content import counts_by_series
from .data import SourceOptions, make_data_source
from .price_columns import read_price_columns
from .state import ViewOptions, make_view

if TYPE_CHECKING:
    import pandas as pd

    from .widget import Explorer

__all__ = ["explore", "explore_frame"]


def explore(
    markets: MarketLike | Iterable[MarketLike] | None = "US_SECURITY",
    data_types: DataTypeLike | Iterable[DataTypeLike] | None = "VOLUME",
    start: DateLike | None = None,
    end: DateLike | None = None,
    *,
    source: SourceLike | None = None,
    cache: CacheLike | None = None,
    offline: bool = False,
    as_of: MomentLike | None = None,
    include_open: bool = False,
    preset: str | None = None,
    window: int = 10,
    lookback: int = 252,
    metric: str = "zscore",
    lower: float = 0.1,
    upper: float = 0.9,
    k: float = 2.0,
    arrangement: str = "side by side",
    theme: str = "auto",
    prices: pd.Series[float] | pd.DataFrame | None = None,
    auto_refresh: bool = False,
) -> Explorer:
    """Open the explorer: a widget that loads, computes and draws, in JupyterLab, Notebook 7, VS Code and Voilà.

    For each combination of market and data type it shows, over the same sessions, the latest ratio and how unusual it
    is, calls and puts, the ratio with its means and band, shaded extremes, a metric, and a table of the visible rows.
    The arguments are the initial choices, which can be changed in the page.

    Parameters
    ----------
    markets, data_types : one or several, as in `pd_optstat.load_panel`
        Markets and codes of underlyings; None stands for all markets, and for both data types.
    start, end : date-like, optional
        Inclusive. By default the last year.
    source, cache, offline, as_of, include_open : as in `pd_optstat.load`
        Of a source with a key, only the address is shown.
    preset : {"1M", "3M", "YTD", "1Y", "5Y", "Max"}, optional
        A range up to the newest day, instead of `start`. "Max" begins with the first row of the source.
    window, lookback : int
        Sessions of the rolling mean and the band, and sessions that a day is compared with. The days before `start`
        that these need are loaded too.
    metric : str
        "zscore", "percentile", "rolling_ratio", "ema", "median", "detrend", "momentum" or "put_share".
    lower, upper, k : float
        The percentiles at and beyond which a day is extreme; the band's width in standard deviations.
    arrangement : {"side by side", "stacked", "compare"}
        How several series are arranged; "compare" draws the metric of all on one axis. The pointer shows the values of
        all series.
    theme : {"auto", "light", "dark"}
        By default the theme of the page.
    prices : Series or DataFrame, optional
        Closing prices by day, drawn below each series with its extremes marked. Of several columns, each series has the
        one that is named like its market. By default series of an underlying have its price.
    auto_refresh : bool
        Whether to request what is provisional again after each open and each close of the exchanges.

    Returns
    -------
    Explorer
        An anywidget. It loads in another thread: `Explorer.wait` waits until it has loaded, `Explorer.frame` is the
        loaded frame, `Explorer.code` returns code that reproduces the view, `Explorer.save` and `Explorer.to_html`
        write files.

    Raises
    ------
    InvalidRequest
        If an argument is not valid. Errors of a load are shown in the widget instead.
    InvalidData
        If `prices` cannot be read.

    Notes
    -----
    The counts are sent to the page once per load; it computes and draws everything from them, with uPlot, and asks the
    kernel only for other series or days. Saved with the notebook, the widget also works without a kernel.

    Examples
    --------
    >>> import pd_optstat as po
    >>> explorer = po.explore(start="2026-01-02", end="2026-06-12", source="simulator:", cache=False).wait()
    >>> len(explorer.frame) > 111  # with the sessions that the lookback needs
    True
    """
    view = make_view(
        markets, data_types, start, end, preset=preset, window=window, lookback=lookback, metric=metric,
        lower=lower, upper=upper, k=k, arrangement=arrangement, theme=theme,
    )  # fmt: skip
    LoadOptions.check(refresh=False, offline=offline, as_of=as_of, include_open=include_open, cache=cache)
    options: SourceOptions = {"cache": cache, "offline": offline, "as_of": as_of, "include_open": include_open}
    if not isinstance(auto_refresh, bool):
        raise InvalidRequest(f"auto_refresh={auto_refresh!r} must be True or False.")
    data_source = make_data_source(source, options, pins.own())
    columns = read_price_columns(prices)
    from .widget import Explorer

    return Explorer(view, data_source=data_source, prices=columns, auto_refresh=auto_refresh)


def explore_frame(
    frame: pd.DataFrame,
    *,
    start: DateLike | None = None,
    end: DateLike | None = None,
    prices: pd.Series[float] | pd.DataFrame | None = None,
    **options: Unpack[ViewOptions],
) -> Explorer:
    """Open the explorer on a frame that is already loaded; see `pd_optstat.OptStatAccessor.explore`."""
    counts_by_series(frame)  # raises InvalidData before a widget is made
    options["preset"] = options.get("preset") or (None if start is not None else "Max")
    view = make_view("US_SECURITY", "VOLUME", start, end, **options)
    columns = read_price_columns(prices)
    from .widget import Explorer

    return Explorer(view, data_source=None, frame=frame, prices=columns)
