"""What can be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..reading import info_of
from ..windows import WindowLike
from .base import Base

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Pictures"]


class Pictures(Base):
    """Pictures of a frame."""

    def plot(
        self,
        windows: Iterable[int] = (10, 63),
        *,
        lookback: WindowLike = 252,
        lower: float = 0.1,
        upper: float = 0.9,
        extremes: bool = True,
        start: Any = None,
        end: Any = None,
        ax: Axes | None = None,
        title: str | None = None,
    ) -> Axes:
        """Draw call and put totals as bars, the ratio and its rolling means above them, extremes shaded.

        `start` and `end` limit what is drawn, not what the means and extremes are computed from. The
        other arguments are those of `pd_optstat.plotting.plot`; the result is its matplotlib Axes.
        """
        from ..plotting import plot

        return plot(
            self._read(), windows, lookback=lookback, lower=lower, upper=upper, extremes=extremes, start=start,
            end=end, ax=ax, title=title, name=self._title(), info=info_of(self._frame),
        )  # fmt: skip
