"""What a source offers. The loading engine knows nothing else of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import ClassVar, Protocol

from ..core.request import LoadArguments
from ..core.result import SeriesResult
from ..core.underlying_pages import AnyPage, AnyQuery

__all__ = ["PagedSource", "QuoteContext", "RecordedSource", "Session", "Source"]


class Session(Protocol):
    """An open paged source."""

    @property
    def origin(self) -> str:
        """Origin of the rows of this session: the name that they are cached under."""
        ...

    def pages(
        self, queries: Sequence[AnyQuery], waiting: Callable[[float], None]
    ) -> Iterator[tuple[AnyQuery, AnyPage]]:
        """Yield the pages of all queries, in any order between queries, in the server's order within one.

        Queries of markets and of underlyings may be mixed; each is answered by pages of its own type.

        `waiting` is called with the seconds of every wait that the rate limit imposes. Closing the iterator early
        gives up all requests in flight.
        """
        ...


class Source(ABC):
    """Where a load gets its rows."""

    #: Whether its rows have `likely_origin` or a simulator's; a pin file's have the origins that were recorded.
    origin_is_own: ClassVar[bool] = True
    #: Whether no other source has the same `endpoint`.
    endpoint_is_unique: ClassVar[bool] = True

    @property
    @abstractmethod
    def endpoint(self) -> str:
        """Its URL or name, for people and records; never holds a key."""

    @property
    @abstractmethod
    def likely_origin(self) -> str:
        """The origin that its rows most likely have."""

    @property
    @abstractmethod
    def origin_is_certain(self) -> bool:
        """Whether `likely_origin` is known without opening the source."""


class PagedSource(Source):
    """A server, or what stands in for one: it answers requests for dates with pages of rows, which are cached."""

    @abstractmethod
    def open(self) -> AbstractContextManager[Session]:
        """Open a session."""


class RecordedSource(Source):
    """A file that holds what was loaded before: it answers a load whole or not at all, and is never cached."""

    @abstractmethod
    def answer(self, arguments: LoadArguments) -> list[SeriesResult]:
        """Return a result for each series of a load.

        Raises
        ------
        OfflineMiss
            If it does not hold all of them.
        InvalidRequest
            If the arguments do not go with it.
        """


class QuoteContext(Protocol):
    """An ``OpenQuoteContext`` of a vendor's SDK, as far as a load uses it."""

    def get_login_user_id(self) -> object:
        """Return the user that OpenD is logged in as."""
        ...

    def get_option_market_statistic(
        self, market: str, data_type: str, *, begin_time: str, end_time: str, page_req_key: object
    ) -> tuple[int, object, object]:
        """Return (0, rows, next page key), or (an error code, its text, None)."""
        ...

    def get_option_underlying_his_statistic(
        self, code: str, index_option_type: str, *, begin_time: str, end_time: str, page_req_key: object
    ) -> tuple[int, object, object]:
        """Return (0, rows, next page key), or (an error code, its text, None). Needed for loads of underlyings."""
        ...

    def get_option_underlying_his_volatility(
        self, code: str, index_option_type: str, *, begin_time: str, end_time: str, page_req_key: object
    ) -> tuple[int, object, object]:
        """Return (0, rows, next page key), or (an error code, its text, None). Needed for loads of volatilities."""
        ...
