"""The store that a load reads from and records in: the cache folder, or memory for ``cache=False``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from ...core.dates import Day
from ...core.history import Answer, History
from ...core.series import SeriesKey

__all__ = ["HistoryStore"]


class HistoryStore(Protocol):
    """Histories of series by origin, as a load needs them."""

    @property
    def writable(self) -> bool:
        """Whether answers can be recorded."""
        ...

    def read(self, origin: str, series: SeriesKey, first: Day, last: Day) -> History:
        """Return what is known of ``first..last``, and possibly of days around it."""
        ...

    def record(
        self, origin: str, answers: Mapping[SeriesKey, Sequence[Answer]], *, simulator: str | None = None
    ) -> None:
        """Add all of `answers` to their series, or none if an error is raised.

        With them, remember that the endpoint `simulator`, if given, leads to the simulator of that origin.
        """
        ...

    def exclusive(self, series: Sequence[SeriesKey]) -> AbstractContextManager[object]:
        """Keep every other thread and process from fetching these series into the same cache."""
        ...

    def origin_of(self, endpoint: str) -> str | None:
        """Return the simulator's origin if `endpoint` led to a simulator when it was last used, else None."""
        ...

    def remember_origin(self, endpoint: str, origin: str | None) -> None:
        """Remember that `endpoint` leads to a simulator of that origin, or (None) that it does not."""
        ...
