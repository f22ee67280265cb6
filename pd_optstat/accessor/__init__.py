"""``df.optstat``: the methods of `pd_optstat.methods` put together. Importing this module registers them.

The package has the function `accessor` under this module's name: ``from pd_optstat.accessor import ...`` reaches the
module, and ``pd_optstat.accessor`` is the function.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import cast

import pandas as pd

from .overview import as_html, as_text, provenance_of
from .plots import Pictures
from .ratios import Ratios
from .seasonal import Seasons
from .signals import Signals
from .tables import Frames
from .turnover import Activity

__all__ = ["OptStatAccessor", "accessor"]


@pd.api.extensions.register_dataframe_accessor("optstat")
class OptStatAccessor(Ratios, Signals, Seasons, Activity, Frames, Pictures):
    """Option-market sentiment from daily call and put totals (contracts), as ``df.optstat``.

    Works on the frame of `pd_optstat.load`, on the raw frame of a vendor's SDK, on any other after
    `normalize`, and on each series of `load_panel`. Counts may have any dtype of numbers, or be texts; "N/A" and
    the like are missing. Rows may be in any order: a sorted copy is computed with, and equal rows of a day count
    once. What cannot be meant is `InvalidData`: infinite counts, texts, rows of a day that contradict each other.

    Results are new, indexed by trading day, ascending, and carry a copy of the frame's attributes. A ratio is
    missing (NaN) where call is 0 or a number is missing; nothing is ever infinite. A window is a number of rows,
    or a span of time such as ``"30D"``, open at its far end; its first result needs `min_periods` valid rows: by
    default the window, or 1 for spans. Rows are trading days: where a session has no row, a window of rows
    reaches further back, and a span does not.

    Parameters
    ----------
    frame : DataFrame
        What ``df.optstat`` is called on; it is never changed.

    Notes
    -----
    ``print(df.optstat)``, or ``df.optstat`` at the end of a cell, tells the series, the days, the source, when the
    numbers were observed, which are provisional or missing, the pin, and the digest: that of the rows that are there,
    compared with that of the load.

    Examples
    --------
    >>> import pd_optstat as po
    >>> po.sample().optstat.put_call_ratio.tolist()
    [0.5, 0.8, nan, 0.25, 1.5]
    """

    def __repr__(self) -> str:
        return as_text(provenance_of(self._frame), _methods())

    def _repr_html_(self) -> str:
        return as_html(provenance_of(self._frame), _calls())


def _methods() -> list[str]:
    return [name for name in dir(OptStatAccessor) if name[0] != "_"]


def _calls() -> Iterator[tuple[str, str]]:
    """Yield how each method is called, and the first line of what it does."""
    for name in _methods():
        member = getattr(OptStatAccessor, name)
        arguments = ""
        if not isinstance(member, property):
            own = list(inspect.signature(member).parameters.values())[1:]
            arguments = f"({', '.join(str(p.replace(annotation=p.empty)) for p in own if p.kind != p.KEYWORD_ONLY)})"
        yield name + arguments, (member.__doc__ or "").partition("\n")[0]


def accessor(df: pd.DataFrame) -> OptStatAccessor:
    """``df.optstat`` for type checkers and completion, which do not see accessors that are registered at run time.

    Parameters
    ----------
    df : pandas.DataFrame
        A frame that ``df.optstat`` takes.

    Returns
    -------
    OptStatAccessor
        The same as ``df.optstat``.

    Raises
    ------
    TypeError
        If ``df`` is not a DataFrame.
    OptStatError, AttributeError
        As ``df.optstat`` raises them.

    Examples
    --------
    >>> import pd_optstat as po
    >>> po.accessor(po.sample()).put_call_ratio.tolist()
    [0.5, 0.8, nan, 0.25, 1.5]
    """
    if not isinstance(df, pd.DataFrame):
        raise TypeError(f"accessor takes a pandas DataFrame, such as load gives, not a {type(df).__name__}")
    return cast(OptStatAccessor, df.optstat)  # pandas' stubs take an unknown attribute for a column
