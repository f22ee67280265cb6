"""``df.optstat``: the accessor's methods, one module per group. Importing this package registers the accessor.

May import `analysis` and `core`; `plotting` and `explorer` only when a method needs them.

`pd_optstat.accessor` is also the name of a public function: ``from pd_optstat.accessor import ...`` imports from this
package, and ``pd_optstat.accessor(df)`` calls the function.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import pandas as pd

from .._types import DateLike
from ..analysis.price_column import is_volatility_frame
from .event_studies import EventStudyMethods
from .evidence import EvidenceMethods
from .overview import as_html, as_text, provenance_of
from .plots import PlotMethods
from .ratios import RatioMethods
from .report import ReportMethods
from .seasonal import SeasonalMethods
from .signals import SignalMethods
from .tables import TableMethods
from .turnover import TurnoverMethods

if TYPE_CHECKING:
    from ..explorer.widget import Explorer

__all__ = ["OptStatAccessor", "accessor"]

#: The methods for frames of `pd_optstat.load_volatility`.
VOLATILITY_METHODS = ("digest", "missing_sessions", "validate")
_NEED_COUNTS = (
    "The other methods need the calls and puts of the underlying: load them with po.load(code, 'VOLUME', ...)."
)


@pd.api.extensions.register_dataframe_accessor("optstat")
class OptStatAccessor(
    RatioMethods,
    SignalMethods,
    EvidenceMethods,
    EventStudyMethods,
    SeasonalMethods,
    TurnoverMethods,
    TableMethods,
    PlotMethods,
    ReportMethods,
):
    """Option market sentiment from daily call and put totals (in contracts), as ``df.optstat``.

    Works on the frame of `pd_optstat.load`, on each series of the panel of `pd_optstat.load_panel`, on the raw frame
    of a vendor's SDK, and on any other frame after `normalize`. Counts may have any numeric dtype or be strings;
    "N/A" and similar strings are missing values. Rows may be in any order, and equal rows of one day count once.
    Infinite counts, other strings, and differing rows of one day raise `pd_optstat.InvalidData`. A frame that has a
    column ``ratio`` and no totals will do for the methods that need daily ratios only.

    Results are new objects, indexed by ascending trading day, with a copy of the frame's ``attrs``. A ratio is NaN
    where call is 0 or a count is missing; no result is ever infinite.

    A window is a number of rows, or an offset such as ``"30D"``, which excludes its far end. A window of n rows is the
    last n rows that have a ratio (for ``rolling_ratio(how="sum")``: both counts), as ``ratio.dropna().rolling(n)``, and
    a row without one has no result itself. So a missing day, with a row or without one, changes no other day: windows
    of rows reach further back. An offset does not. The first result needs `min_periods` ratios: by default the whole
    window, or 1 for offsets.

    Parameters
    ----------
    frame : DataFrame
        The frame that ``df.optstat`` was called on. It is never changed.

    Notes
    -----
    ``print(df.optstat)``, or ``df.optstat`` at the end of a cell, shows the series, its days, its source, when it was
    observed, which days are provisional or missing, the pin, and the digest of the rows, compared with the digest of
    the rows that were loaded.

    Examples
    --------
    >>> import pd_optstat as po
    >>> po.sample().optstat.put_call_ratio.tolist()
    [0.5, 0.8, nan, 0.25, 1.5]
    """

    def explore(
        self,
        start: DateLike | None = None,
        end: DateLike | None = None,
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
        prices: pd.Series[float] | pd.DataFrame | None = None,
    ) -> Explorer:
        """Open the explorer, an interactive widget, on this frame or panel.

        It loads nothing, and its ranges end with the frame's last day.

        Parameters
        ----------
        start, end : str, date, datetime or Timestamp, optional
            The days to show at first; by default all.
        preset : {"1M", "3M", "YTD", "1Y", "5Y", "Max"}, optional
            A range up to the last day, instead of `start`.
        window : int
            The number of rows of the rolling mean and the band.
        lookback : int
            The number of rows of z-score, percentile and extremes.
        metric : str
            What the lowest chart shows, as in `pd_optstat.explore`.
        lower, upper : float
            The percentiles from which a day is extreme, as in `extremes`.
        k : float
            The width of the band in standard deviations.
        arrangement : {"side by side", "stacked", "compare"}
            How several series are arranged; "compare" draws the metric of all on one axis.
        theme : {"auto", "light", "dark"}
            By default that of the page.
        prices : Series or DataFrame, optional
            Closing prices by day, as in `pd_optstat.explore`.

        Returns
        -------
        Explorer
            An anywidget. `Explorer.to_html` writes it to a file that needs no Python.

        Raises
        ------
        InvalidRequest
            If an argument is not valid.
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

        frame = self._labelled_frame()
        return explore_frame(
            frame, start=start, end=end, preset=preset, window=window, lookback=lookback, metric=metric,
            lower=lower, upper=upper, k=k, arrangement=arrangement, theme=theme, prices=prices,
        )  # fmt: skip

    def __repr__(self) -> str:
        methods, properties = _names(is_property=False), _names(is_property=True)
        if is_volatility_frame(self._frame):
            methods, properties = [*VOLATILITY_METHODS], []
        return as_text(provenance_of(self._frame), methods, properties, _remark(self._frame))

    def _repr_html_(self) -> str:
        only = VOLATILITY_METHODS if is_volatility_frame(self._frame) else None
        return as_html(provenance_of(self._frame), _signatures(only), _remark(self._frame))


def _remark(frame: pd.DataFrame) -> str:
    """Return what the list of methods leaves out, and why; empty if it is complete."""
    return _NEED_COUNTS if is_volatility_frame(frame) else ""


def _names(*, is_property: bool) -> list[str]:
    """Return the names of the public properties, or of the public methods."""
    public = (name for name in dir(OptStatAccessor) if name[0] != "_")
    return [name for name in public if isinstance(getattr(OptStatAccessor, name), property) == is_property]


def _signatures(only: Sequence[str] | None = None) -> Iterator[tuple[str, str]]:
    """Yield each property, and the call of each method without its keyword-only arguments, with a summary."""
    for name in sorted(_names(is_property=True) + _names(is_property=False)) if only is None else only:
        member = getattr(OptStatAccessor, name)
        arguments = ""
        if not isinstance(member, property):
            parameters = list(inspect.signature(member).parameters.values())[1:]
            shown = [str(p.replace(annotation=p.empty)) for p in parameters if p.kind != p.KEYWORD_ONLY]
            arguments = f"({', '.join(shown)})"
        yield name + arguments, (member.__doc__ or "").partition("\n")[0]


def accessor(df: pd.DataFrame) -> OptStatAccessor:
    """Return ``df.optstat`` with its type, which type checkers and completion cannot infer from ``df.optstat``.

    Parameters
    ----------
    df : pandas.DataFrame
        Any frame that ``df.optstat`` accepts.

    Returns
    -------
    OptStatAccessor
        ``df.optstat``.

    Raises
    ------
    TypeError
        If `df` is not a DataFrame.

    Examples
    --------
    >>> import pd_optstat as po
    >>> po.accessor(po.sample()).put_call_ratio.tolist()
    [0.5, 0.8, nan, 0.25, 1.5]
    """
    if not isinstance(df, pd.DataFrame):
        raise TypeError(f"accessor() takes a pandas DataFrame, as load() returns it, not a {type(df).__name__}.")
    return cast(OptStatAccessor, df.optstat)  # pandas' stubs take an unknown attribute for a column
