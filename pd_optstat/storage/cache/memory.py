"""The store of a load with ``cache=False``: nothing outlives the load."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from ...core import observations
from ...core.dates import Day
from ...core.history import EMPTY, Answer, Changes, History
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
        self, origin: str, series: SeriesKey, answers: Sequence[Answer], *, simulator: str | None = None
    ) -> list[Changes]:
        changes = []
        for answer in answers:
            history, change = observations.record(self.read(origin, series, answer.first, answer.last), answer)
            self._histories[origin, series] = history
            changes.append(change)
        return changes

    def exclusive(self, series: Sequence[SeriesKey]) -> AbstractContextManager[object]:
        return nullcontext()

    def origin_of(self, endpoint: str) -> str | None:
        return None

    def remember_origin(self, endpoint: str, origin: str | None) -> None:
        """Remember nothing: the next load begins with an empty store."""
