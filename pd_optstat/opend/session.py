"""One load's use of a connection: all windows in flight within the rate limit, and what to do when it is lost."""

from __future__ import annotations

import logging
import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from .._util import cancellation
from ..core.dates import Day, to_date
from ..core.pages import Page
from ..core.series import Query
from ..core.stitching import MAX_PAGE_KEY_BYTES
from ..errors import ConnectionFailed, ProtocolError, RateLimited, RequestRejected, printable
from . import pool
from .connection import Connection, ConnectionLost, NotLoggedIn
from .endpoint import Endpoint
from .messages import GetOptionMarketStatistic, StatisticReply, decode_statistic
from .packets import Packet, ProtoId
from .rate_limit import TOO_OFTEN, is_about_frequency, slots_of

__all__ = ["OpenDSession"]

_log = logging.getLogger("pd_optstat")

STATISTIC = ProtoId.GET_OPTION_MARKET_STATISTIC
#: Windows in flight at once. OpenD works them off one after the other; more would only lengthen each one's wait.
MAX_IN_FLIGHT = 16
#: A reply may trickle in for this many timeouts, as long as none passes without a byte of it.
TRICKLE_TIMEOUTS = 6
#: How often a connection may be lost, one after the other, without a page between, before the load gives up.
MAX_FRUITLESS = 4
#: And for how many timeouts it is tried to connect again: 20 s by default, in which OpenD can restart.
RECONNECT_TIMEOUTS = 4
#: Seconds before the first attempt to connect again, doubled for each further one up to the longest.
FIRST_DELAY, LONGEST_DELAY = 0.1, 2.0


def backoff(attempt: int, chance: float) -> float:
    """Return the seconds to wait before the `attempt`-th try, from 0; `chance`, below 1, sets clients apart.

    Examples
    --------
    >>> [backoff(attempt, 0.0) for attempt in (0, 1, 2, 9)]
    [0.05, 0.1, 0.2, 1.0]
    """
    return min(FIRST_DELAY * 2.0 ** min(attempt, 30), LONGEST_DELAY) * (0.5 + chance / 2)


@dataclass(slots=True)
class Asking:
    """A window on its way: what of it is still to be asked for, and how. Pure.

    A page key is worth something only to the server that gave it. When the connection is lost, the key is tried
    once on the next one; if it is not accepted, the days older than the oldest row so far are asked for as a window
    of their own: pages come newest first. Where they did not, or one row alone cannot tell, the whole window is asked
    for again.
    """

    query: Query
    last: Day = field(init=False)
    key: bytes = b""
    #: Whether the key is from another connection.
    resumed: bool = False
    #: Whether the next page begins the remainder of the window.
    restart: bool = False
    #: Requests that were sent for the next page in vain, and how many of them were for first pages.
    lost: int = 0
    lost_first: int = 0
    #: Whether the last page brought a day that was not there before, or was the last: what repeats is no progress.
    progressed: bool = True
    _oldest: Day | None = None
    _descending: bool = True
    _seen: set[Day] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.last = self.query.last

    @property
    def is_counted(self) -> bool:
        """Whether the next request counts for the rate limit: that for a first page does."""
        return not self.key

    @property
    def is_over(self) -> bool:
        """Whether no day is left to ask for."""
        return self.last < self.query.first

    def take(self, page: Page) -> Page:
        """Take in the next page; return it with what it cost."""
        given = replace(page, restart=self.restart, lost=self.lost, lost_first=self.lost_first)
        newest_first = bool((page.days[1:] < page.days[:-1]).all()) if len(page.days) else True
        if len(page.days):
            newest_first = newest_first and (self._oldest is None or int(page.days[0]) < self._oldest)
            oldest = int(page.days.min())
            self._oldest = oldest if self._oldest is None else min(oldest, self._oldest)
        self._descending = self._descending and newest_first
        before = len(self._seen)
        self._seen.update(page.days.tolist())
        self.progressed = len(self._seen) > before or not page.next_key
        self.key, self.resumed, self.restart, self.lost, self.lost_first = page.next_key, False, False, 0, 0
        return given

    def close(self) -> Page:
        """Return an empty page that ends the window, which is over; with what was sent for it in vain."""
        series, self.lost = self.query.series, self.lost - 1  # a page counts as a request, and this one was none
        nothing = Page.of(series.market.value, series.data_type.value, [], [], [], [], [], [])
        return replace(nothing, lost=self.lost, lost_first=self.lost_first)

    def lose(self) -> None:
        """Take note that the connection was lost with the request for the next page in flight."""
        self.lost += 1
        self.lost_first += self.is_counted
        if self.resumed:
            self._give_up_key()
        self.resumed = bool(self.key)

    def refuse(self) -> None:
        """Take note that the page key, which is from another connection, was not accepted."""
        self.lost += 1
        self._give_up_key()

    def _give_up_key(self) -> None:
        self.key, self.resumed, self.restart = b"", False, True
        if self._oldest is None or not self._descending or len(self._seen) < 2:
            self.last, self._oldest = self.query.last, None
        else:
            self.last = self._oldest - 1

    def request(self) -> GetOptionMarketStatistic.Request:
        """Return the request for the next page."""
        c2s = GetOptionMarketStatistic.C2S(
            optionMarket=self.query.series.market.value,
            dataType=self.query.series.data_type.value,
            beginTime=to_date(self.query.first).isoformat(),
            # A key belongs to the request that it came from.
            endTime=to_date(self.last).isoformat(),
        )
        if self.key:
            c2s.nextPageKey = self.key
        return GetOptionMarketStatistic.Request(c2s=c2s)


class OpenDSession:
    """An open session with the OpenD at `endpoint`; see `sources.base.Session`.

    Parameters
    ----------
    endpoint : Endpoint
    origin : callable
        Returns the origin of rows from the simulator's seed, None for a real OpenD.
    """

    def __init__(self, endpoint: Endpoint, origin: Callable[[int | None], str]) -> None:
        self._endpoint = endpoint
        self._origin = origin
        idle = pool.acquire(endpoint)
        self._connection, self._reused = idle or Connection(endpoint), idle is not None
        self._slots = slots_of(*self._connection.peer)
        #: When requests that hold a slot were replied to; told to the other processes in batches.
        self._replied: list[float] = []
        self._in_flight: dict[int, Asking] = {}
        self._login: int | None = None
        self._failed = False
        self._broken: ConnectionLost | None = None
        self._losses = _Losses(endpoint.timeout)

    @property
    def origin(self) -> str:
        """The simulator's origin if the server said that it is one, else the likely one."""
        return self._origin(self._connection.simulator_seed)

    def close(self) -> None:
        """Keep the connection for the next load if it is clean, else close it."""
        clean = not self._failed and not self._in_flight and not self._connection.has_partial
        self._give_up()
        if clean:
            pool.release(self._connection)
        else:
            self._connection.close()

    def pages(self, queries: Sequence[Query], waiting: Callable[[float], None]) -> Iterator[tuple[Query, Page]]:
        """Yield the pages of all queries as they arrive, over as many connections as it takes."""
        asking = deque(Asking(query) for query in queries)
        while True:
            try:
                yield from self._exchange(asking, waiting)
                return
            except (ConnectionLost, NotLoggedIn) as error:
                self._failed = True
                self._give_up(asking)
                if isinstance(error, NotLoggedIn) and not self._losses.count:
                    raise ConnectionFailed(str(error)) from error
                self._reconnect(error)
            except ConnectionFailed:
                # An idle connection may have died without a sign; nothing was answered on it then.
                self._failed = True
                if not self._reused or self._connection.is_alive():
                    raise
                self._give_up(asking)
                self._reconnect(None)
            except BaseException:
                self._failed = True
                raise

    def _reconnect(self, error: ConnectionFailed | None) -> None:
        """Connect again, with growing pauses, for as long as there is hope."""
        origin = self.origin
        _log.debug("connection to %s is gone, connecting again: %s", self._endpoint, error or "it was idle")
        self._connection.close()
        if error is None:
            self._connection = Connection(self._endpoint)
        else:
            self._losses.note(error, at_once=self._reused)
            self._connection = self._connect_patiently()
        self._reused = self._failed = False
        if self.origin != origin:
            raise ConnectionFailed(
                f"Another server ({self.origin} instead of {origin}) answers at {self._endpoint} now. Load again."
            )

    def _connect_patiently(self) -> Connection:
        while True:
            self._losses.pause()
            try:
                return Connection(self._endpoint)
            except ConnectionFailed as failure:
                self._losses.note_attempt(failure)

    def _exchange(self, asking: deque[Asking], waiting: Callable[[float], None]) -> Iterator[tuple[Query, Page]]:
        self._broken = None
        self._login = self._connection.request_login_state()
        clock = _ReplyClock(self._endpoint.timeout)
        while asking or self._in_flight:
            cancellation.check()
            while asking and asking[0].is_over:
                done = asking.popleft()
                yield done.query, done.close()
            self._send_next(asking, clock)
            if not self._in_flight and asking:
                self._tell_replied()
                waiting(self._slots.wait(time.monotonic()))
            answers = 0
            for packet in self._receive(clock, bool(asking)):
                if (packet.proto_id, packet.serial) == (ProtoId.GET_GLOBAL_STATE, self._login):
                    self._connection.check_login_state(packet)
                elif (answered := self._settle(packet, asking)) is not None:
                    clock.replied()
                    self._reused = False
                    yield answered
                    answers += 1
            if self._broken is not None and not answers:
                raise self._broken

    def _send_next(self, asking: deque[Asking], clock: _ReplyClock) -> None:
        """Send what may be sent: later pages at once, first pages as the rate limit allows."""
        batch = [asking.popleft() for _ in range(min(self._room, len(asking)))]
        counted = sum(one.is_counted for one in batch)
        had = 0
        if counted:
            self._tell_replied()
            had = self._slots.take(counted, time.monotonic())
        if batch and not self._in_flight and (had or counted < len(batch)):
            clock.replied()
        held: list[Asking] = []
        try:
            for one in batch:
                if self._broken is not None or (one.is_counted and not had):
                    held.append(one)
                    continue
                had -= one.is_counted
                if not self._send(one):
                    held.append(one)
        finally:
            self._replied += [time.monotonic()] * had
            asking.extendleft(reversed(held))

    @property
    def _room(self) -> int:
        """How many more requests may be in flight: after a loss one alone, until a page shows that the line holds."""
        if self._broken is not None:
            return 0
        return max(0, (1 if self._losses.count else MAX_IN_FLIGHT) - len(self._in_flight))

    def _tell_replied(self) -> None:
        moments, self._replied = self._replied, []
        self._slots.give_back(moments)

    def _send(self, one: Asking) -> bool:
        """Ask for the next page; return whether that could be sent. If not, there may still be replies to read."""
        try:
            serial = self._connection.request(STATISTIC, one.request())
        except BaseException as error:
            self._replied += [time.monotonic()] * one.is_counted
            if not isinstance(error, ConnectionLost):
                raise
            self._broken = error
            return False
        self._in_flight[serial] = one
        _log.debug("sent #%d to %s: %s, %s page", serial, self._endpoint, one.query, "next" if one.key else "first")
        return True

    def _receive(self, clock: _ReplyClock, more_to_send: bool) -> list[Packet]:
        now = time.monotonic()
        waits = [clock.deadline - now] if self._in_flight and self._broken is None else []
        if more_to_send and self._room:
            # At most a second, so that whoever waits sees the time go by.
            waits.append(min(self._slots.wait(now), 1.0))
        before = self._connection.bytes_received
        packets = self._connection.receive(max(min(waits, default=0.0), 0.001))
        if self._connection.bytes_received > before and self._connection.may_answer(self._in_flight):
            clock.trickled()
        # A flood of packets that nobody asked for is no answer.
        answers = any(packet.proto_id == STATISTIC and packet.serial in self._in_flight for packet in packets)
        if not answers and self._in_flight and time.monotonic() >= clock.deadline:
            some = next(iter(self._in_flight.values())).query
            raise ConnectionFailed(
                f"OpenD at {self._endpoint} did not answer the request for {some} within {self._endpoint.timeout:g} s. "
                "Load again (what was complete is cached), or with more patience: po.OpenD(..., timeout=SECONDS)."
            )
        return packets

    def _settle(self, packet: Packet, asking: deque[Asking]) -> tuple[Query, Page] | None:
        """Return the query and page that `packet` answers, having asked for the next page; None for a push."""
        if packet.proto_id != STATISTIC:
            return None
        one = self._in_flight.pop(packet.serial, None)
        if one is None:
            return None
        if one.is_counted:
            self._replied.append(time.monotonic())
        reply = decode_statistic(packet.body, packet.body_format)
        if reply.ret_type != 0:
            failure = self._rejection(one.query, reply)
            if not one.resumed or isinstance(failure, RateLimited):
                raise failure
            one.refuse()
            asking.appendleft(one)
            return None
        if reply.page is None:
            raise ProtocolError(f"OpenD at {self._endpoint} says it succeeded, but sends no data.")
        page = one.take(reply.page)
        if one.progressed:
            self._losses.forget()
        # A key that is too long is for `Stitcher` to refuse, not for us to send back.
        if 0 < len(one.key) <= MAX_PAGE_KEY_BYTES and (self._broken is not None or not self._send(one)):
            asking.appendleft(one)
        return one.query, page

    def _rejection(self, query: Query, reply: StatisticReply) -> RequestRejected:
        reason = reply.ret_msg
        told = f"OpenD at {self._endpoint} rejected {query}: {printable(reason)} (retType {reply.ret_type})."
        kind, advice = RequestRejected, "Check OpenD's window for its login and your quote rights."
        if is_about_frequency(reason):
            kind, advice = RateLimited, TOO_OFTEN
        return kind(f"{told} {advice}", ret_type=reply.ret_type, ret_msg=reply.ret_msg, err_code=reply.err_code)

    def _give_up(self, asking: deque[Asking] | None = None) -> None:
        """Give up what is in flight: for good, or, with `asking`, to be asked for again."""
        lost = list(self._in_flight.values())
        self._in_flight.clear()
        self._replied += [time.monotonic() for one in lost if one.is_counted]
        self._tell_replied()
        if asking is not None:
            for one in asking:
                one.resumed = one.resumed or bool(one.key)
            for one in reversed(lost):
                one.lose()
                asking.appendleft(one)


class _Losses:
    """How often the connection was lost since the last page, and how long ago the first time was."""

    def __init__(self, timeout: float) -> None:
        self._patience = RECONNECT_TIMEOUTS * timeout
        self.forget()

    def forget(self) -> None:
        """Begin anew: a page came."""
        self.count = self._attempts = 0
        self._since = 0.0

    def note(self, error: ConnectionFailed, *, at_once: bool) -> None:
        """Take note of a loss; raise it if it was one too many."""
        now = time.monotonic()
        if not self.count:
            self._since = now
        self.count += 1
        self._error = error
        # An idle connection that was closed meanwhile says nothing about the server: no pause.
        self._attempts = -1 if at_once else self._attempts
        if not isinstance(error, NotLoggedIn) and self.count > MAX_FRUITLESS:
            raise ConnectionFailed(f"{error} It was tried {self.count} times.") from error
        self._check_patience(error)

    def note_attempt(self, failure: ConnectionFailed) -> None:
        """Take note that nobody answered; raise the loss if it is time to give up."""
        self._check_patience(failure)

    def _check_patience(self, failure: ConnectionFailed) -> None:
        waited = time.monotonic() - self._since
        if waited >= self._patience:
            told = f"{self._error} For {waited:.0f} s it was tried to connect again"
            raise ConnectionFailed(f"{told}: {failure}" if failure is not self._error else f"{told}.") from failure

    def pause(self) -> None:
        """Wait a little, longer each time."""
        if self._attempts >= 0:
            left = self._since + self._patience - time.monotonic()
            cancellation.sleep(min(backoff(self._attempts, random.random()), left))
        self._attempts += 1


class _ReplyClock:
    """When to stop waiting: a timeout after the last reply, or after the last byte of one that trickles in."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self.replied()

    def replied(self) -> None:
        """Say that a reply came, or that the first request went out."""
        self._reply_at = self._byte_at = time.monotonic()

    def trickled(self) -> None:
        """Say that bytes of a reply came."""
        self._byte_at = time.monotonic()

    @property
    def deadline(self) -> float:
        """When to give up, in `time.monotonic` seconds."""
        return min(self._byte_at + self._timeout, self._reply_at + TRICKLE_TIMEOUTS * self._timeout)
