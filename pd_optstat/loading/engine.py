"""One series of a load on its way to a frame: what everything that answers a load takes and fills in."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..core import history
from ..core.calendars import SessionCalendar, calendar
from ..core.history import History
from ..core.request import SeriesKey, Span
from .planning import Plan

__all__ = ["Task"]


@dataclass(slots=True)
class Task:
    """One series of a load on its way to a frame."""

    series: SeriesKey
    span: Span
    known: History = history.EMPTY
    plan: Plan = field(default_factory=Plan)
    settled: bool = False
    requests: int = 0
    first_page_requests: int = 0

    def calendar(self) -> SessionCalendar:
        """Return the sessions of the series' exchange; slow the first time."""
        return calendar(self.series.exchange)
