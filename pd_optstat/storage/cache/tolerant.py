"""A cache that loads can do without: where it can be neither read nor written, a warning takes the error's place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from ..._util.warn import warn
from ...core.dates import Day
from ...core.history import EMPTY, Answer, History
from ...core.series import SeriesKey
from ...errors import CacheError, CacheWarning
from .protocol import HistoryStore

__all__ = ["TolerantStore"]

_T = TypeVar("_T")

#: Places that were warned about, so that each is once, until something can be recorded there again.
_warned: set[str] = set()


class TolerantStore:
    """A `HistoryStore` for one load that gives up another one as soon as that is unavailable.

    Only what concerns the folder is tolerated (permissions, a full disk, a lock). What concerns its content is raised,
    since the rows that are served from it could be wrong.

    Parameters
    ----------
    store : HistoryStore
    place : str
        The folder of `store`, for the warning.
    """

    def __init__(self, store: HistoryStore, place: str) -> None:
        self._store = store
        self._place = place
        self._given_up = False

    @property
    def writable(self) -> bool:
        return self._try(lambda: self._store.writable, False)

    def read(self, origin: str, series: SeriesKey, first: Day, last: Day) -> History:
        return self._try(lambda: self._store.read(origin, series, first, last), EMPTY)

    def record(
        self, origin: str, answers: Mapping[SeriesKey, Sequence[Answer]], *, simulator: str | None = None
    ) -> None:
        self._try(lambda: self._store.record(origin, answers, simulator=simulator), None)
        if not self._given_up:
            _warned.discard(self._place)

    @contextmanager
    def exclusive(self, series: Sequence[SeriesKey]) -> Iterator[None]:
        with ExitStack() as held:
            self._try(lambda: held.enter_context(self._store.exclusive(series)), None)
            yield

    def origin_of(self, endpoint: str) -> str | None:
        return self._try(lambda: self._store.origin_of(endpoint), None)

    def remember_origin(self, endpoint: str, origin: str | None) -> None:
        self._try(lambda: self._store.remember_origin(endpoint, origin), None)

    def _try(self, action: Callable[[], _T], otherwise: _T) -> _T:
        """Return what `action` returns, or `otherwise` if the store is or was unavailable."""
        # Not tried again in this load, as each try may wait for a minute until a lock is released.
        if self._given_up:
            return otherwise
        try:
            return action()
        except CacheError as error:
            if not error.unavailable:
                raise
            self._given_up = True
            if self._place not in _warned:
                _warned.add(self._place)
                warn(f"What is loaded now is not remembered, and will be requested again. {error}", CacheWarning)
            return otherwise
