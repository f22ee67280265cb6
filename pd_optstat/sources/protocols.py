"""What every way in to the numbers offers. `loader` knows no more of a source than this."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from ..core.pages import Page, Query

__all__ = ["Session", "Source"]


class Session(Protocol):
    """A source that is open."""

    @property
    def origin(self) -> str:
        """Under which name the rows of this session live in the cache; known for certain only now."""
        ...

    def pages(self, queries: Sequence[Query], waiting: Callable[[float], None]) -> Iterator[tuple[Query, Page]]:
        """Yield the pages of all queries, in any order between queries, in the server's order within one.

        `waiting` is called with the seconds of every wait that the rate limit imposes. Closing the
        iterator early gives up all that is in flight.
        """
        ...


class Source(Protocol):
    """A way in to the numbers."""

    @property
    def endpoint(self) -> str:
        """Where it leads, for people and records; never holds a key."""
        ...

    @property
    def likely_origin(self) -> str:
        """The origin that its sessions will most likely have."""
        ...

    @property
    def origin_is_certain(self) -> bool:
        """Whether `likely_origin` is known without opening a session."""
        ...

    def open(self) -> AbstractContextManager[Session]:
        """Open a session."""
        ...
