"""``po.explore(...)`` and ``df.optstat.explore(...)``: arguments checked, then the widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.request import LoadOptions
from ..storage.pins import pin as pins
from .data import door_of, loaded_of
from .state import make_view

if TYPE_CHECKING:
    import pandas as pd

    from .widget import Explorer

__all__ = ["explore", "explore_frame"]


def explore(
    markets: Any = "US_SECURITY",
    data_types: Any = "VOLUME",
    start: Any = None,
    end: Any = None,
    *,
    source: Any = None,
    cache: Any = None,
    offline: bool = False,
    as_of: Any = None,
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
) -> Explorer:
    """Open the explorer: a widget that loads, computes and draws, in JupyterLab, Notebook 7, VS Code and Voilà.

    For each market with each data type it shows, over the same days, call and put bars, the ratio with its means
    and band, extremes shaded, a metric, a gauge of the ratio's percentile, and a table of all rows. Everything can
    be chosen in the page; the arguments are what it begins with.

    Parameters
    ----------
    markets, data_types : one or several, as in `pd_optstat.load_panel`
        None: all of them.
    start, end : date-like, optional
        Inclusive. By default the last year.
    source, cache, offline, as_of, include_open
        As in `pd_optstat.load`. A source that holds a key is shown by its address alone.
    preset : {"1M", "3M", "YTD", "1Y", "5Y", "Max"}, optional
        A range up to the newest day, instead of `start`. "Max" begins where the source's numbers do.
    window, lookback : int
        Sessions of the rolling mean and the band; among which a day is compared. What is needed before `start` for
        that is loaded too.
    metric : str
        "zscore", "percentile", "rolling_ratio", "ema", "median", "detrend", "momentum" or "put_share".
    lower, upper, k : float
        The percentiles from which a day is extreme; the band's width in standard deviations.
    arrangement : {"side by side", "stacked"}
        Of several series. Stacked, they share one axis, and the values of all show at once under the pointer.
    theme : {"auto", "light", "dark"}
        By default what the page has.

    Returns
    -------
    Explorer
        An ipywidgets box. It loads on a thread of its own: `Explorer.wait` waits for it, `Explorer.frame` is what
        was loaded, `Explorer.code` the cell that shows the same, `Explorer.save` writes a file.

    Raises
    ------
    InvalidRequest
        If an argument means nothing; nothing is loaded then. What goes wrong later is said in the widget.

    Notes
    -----
    The plot is plotly's FigureWidget, as it replaces arrays in place, keeps a zoom, and needs nothing from
    elsewhere; the table is itables, which wraps DataTables.

    Examples
    --------
    >>> import pd_optstat as po
    >>> explorer = po.explore(start="2026-01-02", end="2026-06-12", source="simulator:", cache=False).wait()
    >>> len(explorer.frame) > 111  # also the sessions that the lookback needs
    True
    """
    looks = {"window": window, "lookback": lookback, "metric": metric, "lower": lower, "upper": upper, "k": k}
    view = make_view(markets, data_types, start, end, preset=preset, arrangement=arrangement, theme=theme, **looks)
    LoadOptions.check(refresh=False, offline=offline, as_of=as_of, include_open=include_open, cache=cache)
    options = {"cache": cache, "offline": offline, "as_of": as_of, "include_open": include_open}
    door = door_of(source, {name: value for name, value in options.items() if value not in (None, False)}, pins.own())
    if cache is False:
        door.options["cache"] = False
    from .widget import Explorer

    return Explorer(view, door=door)


def explore_frame(frame: pd.DataFrame, **options: Any) -> Explorer:
    """Open the explorer on a frame that is there; see `pd_optstat.OptStatAccessor.explore`."""
    loaded_of(frame)  # refuses what is no such frame
    options.setdefault("preset", None if options.get("start") is not None else "Max")
    start, end = options.pop("start", None), options.pop("end", None)
    view = make_view("US_SECURITY", "VOLUME", start, end, **options)
    from .widget import Explorer

    return Explorer(view, door=None, frame=frame)
