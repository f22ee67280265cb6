"""``df.optstat``: the accessor's methods, one module per group. Importing this package registers the accessor.

May import `analysis` and `core`; `plotting` and `explorer` only when a method needs them.

`pd_optstat.accessor` is also the name of a public function: ``from pd_optstat.accessor import ...`` imports from this
package, and ``pd_optstat.accessor(df)`` calls the function.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import cast

import pandas as pd

from .overview import as_html, as_text, provenance_of
from .plots import PlotMethods
from .ratios import RatioMethods
from .seasonal import SeasonalMethods
from .signals import SignalMethods
from .tables import TableMethods
from .turnover import TurnoverMethods

__all__ = ["OptStatAccessor", "accessor"]


@pd.api.extensions.register_dataframe_accessor("optstat")
class OptStatAccessor(RatioMethods, SignalMethods, SeasonalMethods, TurnoverMethods, TableMethods, PlotMethods):
    """Option market sentiment from daily call and put totals (in contracts), as ``df.optstat``.

    Works on the frame of `pd_optstat.load`, on each series of the panel of `pd_optstat.load_panel`, on the raw frame
    of a vendor's SDK, and on any other frame after `normalize`. Counts may have any numeric dtype or be strings;
    "N/A" and similar strings are missing values. Rows may be in any order, and equal rows of one day count once.
    Infinite counts, other strings, and differing rows of one day raise `pd_optstat.InvalidData`. A frame that has a
    column ``ratio`` and no totals will do for the methods that need daily ratios only.

    Results are new objects, indexed by ascending trading day, with a copy of the frame's ``attrs``. A ratio is NaN
    where call is 0 or a count is missing; no result is ever infinite.

    A window is a number of rows, or an offset such as ``"30D"``, which excludes its far end. The first result needs
    `min_periods` valid rows: by default the whole window, or 1 for offsets. Rows are trading days, so where a session
    has no row, a window of rows reaches further back; an offset does not.

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

    def __repr__(self) -> str:
        return as_text(provenance_of(self._frame), _names(is_property=False), _names(is_property=True))

    def _repr_html_(self) -> str:
        return as_html(provenance_of(self._frame), _signatures())


def _names(*, is_property: bool) -> list[str]:
    """Return the names of the public properties, or of the public methods."""
    public = (name for name in dir(OptStatAccessor) if name[0] != "_")
    return [name for name in public if isinstance(getattr(OptStatAccessor, name), property) == is_property]


def _signatures() -> Iterator[tuple[str, str]]:
    """Yield each property, and the call of each method without its keyword-only arguments, with a summary."""
    for name in sorted(_names(is_property=True) + _names(is_property=False)):
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
