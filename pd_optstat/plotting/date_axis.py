"""The x axis: ticks on rows, labels that always show a year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import Formatter, Locator

from .slots import Slots

__all__ = ["RowFormatter", "RowLocator", "draw_dates"]


class RowLocator(Locator):
    """Ticks on the first rows of weeks, months or years: the shortest of them with at most `most` ticks.

    The first of a month may be a holiday or a weekend, where an exchange has no session.
    """

    def __init__(self, slots: Slots, most: int) -> None:
        self._slots = slots
        self._most = most
        days = slots.days.tz_localize(None).normalize()
        # A row begins a period if the row before it lies in another one; for the first row, a day shortly before it.
        before = days[:1] - pd.Timedelta(days=max(4, round(slots.right[0] - slots.left[0])))
        self._days = pd.DatetimeIndex(before.append(days))

    def __call__(self) -> Sequence[float]:
        """Return the ticks of the visible part of the axis."""
        low, high = sorted(self.axis.get_view_interval().tolist())  # type: ignore[union-attr]
        return self.tick_values(low, high)

    def tick_values(self, vmin: float, vmax: float) -> Sequence[float]:
        """Return the ticks from `vmin` to `vmax`."""
        centre = self._slots.centre
        visible = (centre >= vmin) & (centre <= vmax)
        rows = np.flatnonzero(visible)
        periods = _periods(self._days)
        while len(rows) > self._most:
            try:
                numbers = next(periods)
            except StopIteration:
                break
            rows = np.flatnonzero((np.diff(numbers) != 0) & visible)
        # The first row after a hole may be too close to the first one of the next period.
        steps = np.diff(centre[rows])
        keep = np.append(steps > 0.5 * np.median(steps), True) if len(steps) else np.ones(len(rows), dtype=bool)
        return list(map(float, centre[rows[keep]]))


def _periods(days: pd.DatetimeIndex) -> Iterator[npt.NDArray[np.integer]]:
    """Yield the number of the week, half month, months and years of each day."""
    yield days.to_period("W").asi8
    months = np.asarray(12 * days.year + days.month - 1)
    yield 2 * months + np.asarray(days.day >= 15)
    for count in (1, 2, 3, 6, 12, 24, 60, 120, 240, 600):
        yield months // count


class RowFormatter(Formatter):
    """Labels of rows: years, months or days, and below the first one of each year that year."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the date at `x`, as it is shown beside the mouse."""
        return f"{self._day(x):%Y-%m-%d}"

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return the labels of all ticks."""
        days = [self._day(value) for value in values]
        if len(days) < 2:
            return [f"{day:%Y-%m-%d}" for day in days]
        spacing = float(np.median(np.diff(np.asarray(values, dtype=np.float64))))
        if spacing > 300:
            return [f"{day:%Y}" for day in days]
        labels, year = [], None
        for day in days:
            label = f"{day:%b}" if spacing > 25 else f"{day:%b} {day.day}"
            labels.append(label if day.year == year else f"{label}\n{day.year}")
            year = day.year
        return labels

    def _day(self, x: float) -> pd.Timestamp:
        centre = self._slots.centre
        row = int(np.clip(np.searchsorted(centre, x), 1, max(len(centre) - 1, 1)))
        nearest = row - 1 if len(centre) == 1 or x - centre[row - 1] <= centre[row] - x else row
        return self._slots.days[nearest]


def draw_dates(ax: Axes, slots: Slots, limits: tuple[float, float], width: float) -> None:
    """Set the limits of the x axis, and label as many rows as there is room for in `width` inches."""
    margin = 0.01 * (limits[1] - limits[0])
    ax.xaxis_date()
    ax.set_xlim(limits[0] - margin, limits[1] + margin)
    most = int(np.clip(width * 1.1, 3, 9))
    ax.xaxis.set_major_locator(RowLocator(slots, most))
    ax.xaxis.set_major_formatter(RowFormatter(slots))
