"""``df.optstat``: the methods of `pd_optstat.methods` put together. Importing this module registers them."""

from __future__ import annotations

import html

import pandas as pd

from .errors import InvalidData
from .methods.activity import Activity
from .methods.frames import Frames
from .methods.pictures import Pictures
from .methods.ratios import Ratios
from .methods.signals import Signals
from .reading import info_of

__all__ = ["OptStatAccessor"]


@pd.api.extensions.register_dataframe_accessor("optstat")
class OptStatAccessor(Ratios, Signals, Activity, Frames, Pictures):
    """Option-market sentiment from daily call and put totals (contracts), as ``df.optstat``.

    Works on the frame of `pd_optstat.load`, on the raw frame of a vendor's SDK, on any other after
    `normalize`, and on each series of `load_panel`. Results are indexed by trading day, ascending, and
    carry a copy of the frame's attributes. A ratio is missing (NaN) where call is 0 or a number is missing;
    nothing is ever infinite. A window is a number of rows, or a span of time such as ``"30D"``, open at its
    far end; its first result needs `min_periods` valid rows: by default the window, or 1 for spans.

    Examples
    --------
    >>> import pd_optstat as po
    >>> po.sample().optstat.put_call_ratio.tolist()
    [0.5, 0.8, nan, 0.25, 1.5]
    """

    def __repr__(self) -> str:
        return f"{self._overview()}\nMethods: {', '.join(n for n in dir(type(self)) if n[0] != '_')}"

    def _repr_html_(self) -> str:
        head, _, methods = repr(self).partition("\n")
        return f"<p><b>df.optstat</b> {html.escape(head)}<br><small>{html.escape(methods)}</small></p>"

    def _overview(self) -> str:
        if isinstance(self._frame.columns, pd.MultiIndex):
            return f"panel of {self._frame.columns.droplevel(-1).nunique()} series, {len(self._frame)} rows"
        try:
            counts = self._read()
        except InvalidData as error:
            return f"nothing to compute: {error}"
        days, source = counts.days, info_of(self._frame).get("source", "unknown source")
        span = f"{days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}" if len(days) else "no days"
        try:
            short = self.digest()[:19]
        except InvalidData:
            short = "none, as numbers are missing"
        made = " (synthetic)" if str(source).startswith("simulator:") else ""
        return f"{self._title()}: {len(days)} rows, {span}; source {source}{made}; digest {short}"
