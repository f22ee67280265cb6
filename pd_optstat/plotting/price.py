"""The price of the underlying, with the extreme days marked on it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ..core.arrays import Float64Array
from .elements import View, draw_daily, fit_values
from .strip import Marks
from .style import COLOURS

__all__ = ["draw_price", "price_label"]

_CURRENCIES = {"US": "USD", "HK": "HKD"}
#: How codes of Hong Kong's indices begin, which have six digits, and those of its counters in renminbi.
_HK_OTHERS = "8"


def price_label(market: object, *, short: bool = False) -> str:
    """Return the label of the axis, with the currency of the exchange; indices have points instead of one.

    Examples
    --------
    >>> price_label("US.AAPL"), price_label("HK.00700", short=True), price_label("US..SPX")
    ('Price of the underlying (USD)', 'Price (HKD)', 'Price of the underlying')
    """
    country, _, code = market.partition(".") if isinstance(market, str) else ("", "", "")
    currency = _CURRENCIES.get(country)
    has_other = code.startswith("." if country == "US" else _HK_OTHERS)
    label = "Price" if short else "Price of the underlying"
    return label if currency is None or has_other else f"{label} ({currency})"


def draw_price(ax: Axes, prices: Float64Array, marks: Marks | None, view: View) -> None:
    """Draw prices as a line, with a point on each extreme day; of bins, their mean and the range of days.

    The points have no entry in the legend: the strip above has the same colours.
    """
    if not np.isfinite(prices).any():
        ax.text(
            0.5, 0.5, "no prices", transform=ax.transAxes, ha="center", va="center", fontsize=14,
            color=view.palette.muted,
        )  # fmt: skip
    draw_daily(ax, prices, view, "price", colour=view.palette.means[0])
    if marks is not None and view.bins is None:
        for sign, (name, _) in marks.labels.items():
            rows = np.flatnonzero((marks.values == sign) & np.isfinite(prices))
            ax.plot(
                view.slots.centre[rows], prices[rows], "o", color=COLOURS[name], markersize=3.5, linestyle="none",
                zorder=3,
            )  # fmt: skip
    fit_values(ax, prices, view, 0.05)
