"""Paging through one window, across connections. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ..core.dates import Day
from ..core.underlying_pages import AnyPage, AnyQuery
from .messages import Request
from .packets import ProtoId
from .page_requests import empty_page, page_request, proto_id_of

__all__ = ["WindowCursor", "WindowQueue"]


@dataclass(slots=True)
class WindowCursor:
    """The position in a window's pages: what to request next, and what was received.

    A page key is valid only at the server that gave it. After a lost connection the key is tried once on the next
    one. If it is refused, the days older than the oldest one received are requested as a window of their own, since
    pages come newest first. If this server sends them in another order, or a single row does not tell, the whole
    window is requested again.

    Attributes
    ----------
    proto_id : ProtoId
        The protocol that its pages are requested by.
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

    query: AnyQuery
    proto_id: ProtoId = field(init=False)
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
        self.proto_id = proto_id_of(self.query)
        self.last = self.query.last

    @property
    def is_counted(self) -> bool:
        """Whether the next request counts for the rate limit: it does if it is for a first page."""
        return not self.key

    @property
    def is_complete(self) -> bool:
        """Whether no day is left to request."""
        return self.last < self.query.first

    def next_request(self) -> Request:
        """Return the request for the next page."""
        # A page key is only valid with the dates of the request that it answered.
        return page_request(self.query, self.last, self.key)

    def advance(self, page: AnyPage) -> AnyPage:
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

    def finish(self) -> AnyPage:
        """Return an empty last page for a complete window, with the lost requests that no other page accounts for."""
        self.lost -= 1  # every page counts as one request, and this one took none
        return replace(empty_page(self.query), lost=self.lost, lost_first=self.lost_first)

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


class WindowQueue:
    """Windows whose next pages are to be requested, in a lane for each limit, so that none holds up another.

    Parameters
    ----------
    cursors : iterable of WindowCursor
        In the order in which they are to be requested.
    """

    def __init__(self, cursors: Iterable[WindowCursor]) -> None:
        #: Lane None is that of later pages, which no limit counts. It comes first.
        self._lanes: dict[ProtoId | None, deque[WindowCursor]] = {None: deque()}
        for cursor in cursors:
            self._lane_of(cursor).append(cursor)

    def __len__(self) -> int:
        return sum(map(len, self._lanes.values()))

    def __iter__(self) -> Iterator[WindowCursor]:
        return (cursor for lane in self._lanes.values() for cursor in lane)

    def lanes(self) -> list[tuple[ProtoId | None, int]]:
        """Return each lane that is not empty, by the protocol whose limit counts its requests, and its length."""
        return [(name, len(lane)) for name, lane in self._lanes.items() if lane]

    def counted(self) -> list[ProtoId]:
        """Return the protocols with windows whose first pages are to be requested."""
        return [name for name, lane in self._lanes.items() if name is not None and lane]

    def pop(self, lane: ProtoId | None) -> WindowCursor:
        """Remove and return the next window of a lane."""
        return self._lanes[lane].popleft()

    def push(self, cursor: WindowCursor) -> None:
        """Put a window back in front of its lane, where all windows stand that have been requested before."""
        self._lane_of(cursor).appendleft(cursor)

    def pop_complete(self) -> list[WindowCursor]:
        """Remove and return the windows of which no day is left to request."""
        complete = [cursor for cursor in self if cursor.is_complete]
        if complete:
            self._lanes = {
                name: deque(cursor for cursor in lane if not cursor.is_complete) for name, lane in self._lanes.items()
            }
        return complete

    def _lane_of(self, cursor: WindowCursor) -> deque[WindowCursor]:
        return self._lanes.setdefault(cursor.proto_id if cursor.is_counted else None, deque())
