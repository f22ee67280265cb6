"""The store of a load with ``cache=False``: nothing outlives the load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from ...core import observations
from ...core.dates import Day
from ...core.history import EMPTY, Answer, History
from ...core.series import SeriesKey

__all__ = ["Memory"]


class Memory:
    """A `HistoryStore` that keeps histories for the length of one load."""

    writable = True

    def __init__(self) -> None:
        self._histories: dict[tuple[str, SeriesKey], History] = {}

    def read(self, origin: str, series: SeriesKey, first: Day, last: Day) -> History:
        return self._histories.get((origin, series), EMPTY)

    def record(
        self, origin: str, answers: Mapping[SeriesKey, Sequence[Answer]], *, simulator: str | None = None
    ) -> None:
        for series, of_series in answers.items():
            for answer in of_series:
                known = self.read(origin, series, answer.first, answer.last)
                self._histories[origin, series], _ = observations.record(known, answer)

    def exclusive(self, series: Sequence[SeriesKey]) -> AbstractContextManager[object]:
        return nullcontext()

    def origin_of(self, endpoint: str) -> str | None:
        return None

    def remember_origin(self, endpoint: str, origin: str | None) -> None:
        """Remember nothing: the next load begins with an empty store."""
