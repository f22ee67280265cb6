"""Paging through one window, across connections. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..core.dates import Day, to_date
from ..core.pages import Page
from ..core.series import Query
from .messages import GetOptionMarketStatistic

__all__ = ["WindowCursor"]


@dataclass(slots=True)
class WindowCursor:
    """The position in a window's pages: what to request next, and what was received.

    A page key is valid only at the server that gave it. After a lost connection the key is tried once on the next
    one. If it is refused, the days older than the oldest one received are requested as a window of their own, since
    pages come newest first. If this server sends them in another order, or a single row does not tell, the whole
    window is requested again.

    Attributes
    ----------
    last : int
        The last day to request: earlier than `query.last` once only the remainder is left.
    key : bytes
        The page key to send; empty for a first page.
    key_is_foreign : bool
        Whether the key comes from another connection.
    starts_remainder : bool
        Whether the next page is the first one of the remainder, or of the window requested again.
    lost, lost_first : int
        Requests for the next page that got no reply, and those of them that were for first pages.
    progressed : bool
        Whether the last page had a day not seen before, or was the window's last page.
    """

    query: Query
    last: Day = field(init=False)
    key: bytes = b""
    key_is_foreign: bool = False
    starts_remainder: bool = False
    lost: int = 0
    lost_first: int = 0
    progressed: bool = True
    _oldest: Day | None = None
    _newest_first: bool = True
    _days: set[Day] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.last = self.query.last

    @property
    def is_counted(self) -> bool:
        """Whether the next request counts for the rate limit: it does if it is for a first page."""
        return not self.key

    @property
    def is_complete(self) -> bool:
        """Whether no day is left to request."""
        return self.last < self.query.first

    def next_request(self) -> GetOptionMarketStatistic.Request:
        """Return the request for the next page."""
        c2s = GetOptionMarketStatistic.C2S(
            optionMarket=self.query.series.market.value,
            dataType=self.query.series.data_type.value,
            beginTime=to_date(self.query.first).isoformat(),
            # A page key is only valid with the dates of the request that it answered.
            endTime=to_date(self.last).isoformat(),
        )
        if self.key:
            c2s.nextPageKey = self.key
        return GetOptionMarketStatistic.Request(c2s=c2s)

    def advance(self, page: Page) -> Page:
        """Move on behind `page`, the next page; return it with the requests that it took."""
        counted = replace(page, restart=self.starts_remainder, lost=self.lost, lost_first=self.lost_first)
        known = len(self._days)
        if len(page.days):
            descending = bool((page.days[1:] < page.days[:-1]).all())
            if self._oldest is not None:
                descending = descending and int(page.days[0]) < self._oldest
            self._newest_first = self._newest_first and descending
            oldest = int(page.days.min())
            self._oldest = oldest if self._oldest is None else min(oldest, self._oldest)
            self._days.update(page.days.tolist())
        self.progressed = len(self._days) > known or not page.next_key
        self.key, self.key_is_foreign, self.starts_remainder = page.next_key, False, False
        self.lost = self.lost_first = 0
        return counted

    def finish(self) -> Page:
        """Return an empty last page for a complete window, with the lost requests that no other page accounts for."""
        series = self.query.series
        empty = Page.of(series.market.value, series.data_type.value, [], [], [], [], [], [])
        self.lost -= 1  # every page counts as one request, and this one took none
        return replace(empty, lost=self.lost, lost_first=self.lost_first)

    def lose_request(self) -> None:
        """Record that the connection was lost with the request for the next page in flight."""
        self.lost += 1
        self.lost_first += self.is_counted
        if self.key_is_foreign:
            # Lost twice with the same key: the key itself may be what ends the connection.
            self._drop_key()
        self.key_is_foreign = bool(self.key)

    def lose_connection(self) -> None:
        """Record that the connection was lost while no request for this window was in flight."""
        self.key_is_foreign = bool(self.key)

    def refuse_key(self) -> None:
        """Record that the server refused the page key, which comes from another connection."""
        self.lost += 1
        self._drop_key()

    def _drop_key(self) -> None:
        self.key, self.key_is_foreign, self.starts_remainder = b"", False, True
        if self._oldest is None or not self._newest_first or len(self._days) < 2:
            self.last, self._oldest = self.query.last, None
        else:
            self.last = self._oldest - 1
