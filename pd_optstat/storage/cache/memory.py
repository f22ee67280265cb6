"""What the loader needs of a cache, and that in memory, for ``cache=False``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from ...core import history as histories
from ...core.dates import Day
from ...core.history import EMPTY, Answer, Changes, History
from ...core.request import SeriesKey

__all__ = ["HistoryStore", "Memory"]


class HistoryStore(Protocol):
    """What the loader needs of a cache: read a part of a history, and record answers."""

    def read(self, origin: str, series: SeriesKey, first: Day, last: Day) -> History:
        """Return what is known of ``first..last`` (and perhaps of days around)."""
        ...

    def record(self, origin: str, series: SeriesKey, answers: Sequence[Answer]) -> list[Changes]:
        """Add `answers`, all of them or on an error none; return what each changed."""
        ...

    @property
    def writable(self) -> bool:
        """Whether anything can be recorded."""
        ...

    def exclusive(self, series: Sequence[SeriesKey]) -> AbstractContextManager[None]:
        """Let nobody else, in any process, fetch these series into the same cache meanwhile."""
        ...

    def origin_of(self, endpoint: str) -> str | None:
        """Return the simulator's origin if `endpoint` led to a simulator when last used."""

    def remember_origin(self, endpoint: str, origin: str | None) -> None:
        """Remember that `endpoint` leads to a simulator of that origin, or (None) that it does not."""


class Memory:
    """Keeps nothing beyond one load."""

    def __init__(self) -> None:
        self._histories: dict[tuple[str, SeriesKey], History] = {}

    def read(self, origin: str, series: SeriesKey, first: Day, last: Day) -> History:
        return self._histories.get((origin, series), EMPTY)

    def record(self, origin: str, series: SeriesKey, answers: Sequence[Answer]) -> list[Changes]:
        changes = []
        for answer in answers:
            history, change = histories.record(self.read(origin, series, answer.first, answer.last), answer)
            self._histories[origin, series] = history
            changes.append(change)
        return changes

    writable = True

    def exclusive(self, series: Sequence[SeriesKey]) -> AbstractContextManager[None]:
        return nullcontext()

    def origin_of(self, endpoint: str) -> str | None:
        return None

    def remember_origin(self, endpoint: str, origin: str | None) -> None:
        """Remember nothing."""
