"""A load's session with an OpenD: all its windows in flight, over as many connections as it takes."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence

from .._util import cancellation
from ..core.pages import MAX_PAGE_KEY_BYTES
from ..core.underlying_pages import AnyPage, AnyQuery
from ..errors import ConnectionFailed, ProtocolError, RateLimited, RequestRejected, printable
from . import pool
from .connection import Connection, ConnectionLost, NotLoggedIn
from .endpoint import Endpoint
from .packets import Packet, ProtoId
from .page_requests import PageReply, decode_page, refusal_advice
from .rate_limit import RATE_LIMIT_ADVICE, is_rate_limit_message
from .retry import ReconnectPolicy, ReplyTimer
from .session_slots import HeldSlot, SessionSlots
from .window import WindowCursor, WindowQueue

__all__ = ["OpenDSession"]

_log = logging.getLogger("pd_optstat")

#: Requests in flight at once. OpenD answers one after the other, so more would not be faster, but each reply would
#: take longer and might time out.
MAX_IN_FLIGHT = 16
#: Seconds between reports to the caller while the rate limit makes a load wait.
WAIT_REPORT_INTERVAL = 1.0


class OpenDSession:
    """A `sources.protocols.Session` with the OpenD at `endpoint`.

    Parameters
    ----------
    endpoint : Endpoint
        Where to connect.
    origin : callable
        Returns the origin of rows from a simulator with the given seed, or, for None, from a real OpenD.

    Raises
    ------
    ConnectionFailed, ProtocolError, RequestRejected
        If no connection can be opened.
    """

    def __init__(self, endpoint: Endpoint, origin: Callable[[int | None], str]) -> None:
        self._endpoint = endpoint
        self._origin = origin
        idle = pool.acquire(endpoint)
        self._connection = idle or Connection(endpoint)
        #: Whether the connection was idle, and has not answered in this session yet.
        self._was_idle = idle is not None
        self._slots = SessionSlots(self._connection.host, self._connection.user_id, time.monotonic())
        #: Requests in flight by their serial numbers: the window, and the slot if it is counted.
        self._in_flight: dict[int, tuple[WindowCursor, HeldSlot | None]] = {}
        self._login_request: int | None = None
        self._failed = False
        #: Why nothing more can be sent. It is raised once the replies that have arrived are used.
        self._send_error: ConnectionLost | None = None
        self._policy = ReconnectPolicy(endpoint.timeout)

    @property
    def origin(self) -> str:
        """Origin of this session's rows: the simulator's if the server is one, else that of a real OpenD."""
        return self._origin(self._connection.simulator_seed)

    def close(self) -> None:
        """Return the connection to the pool if it can be used again, else close it."""
        reusable = not self._failed and not self._in_flight and not self._connection.has_partial
        try:
            self._abandon_requests()
        finally:  # a cancelled load may be cancelled again while it waits to release its slots
            if reusable:
                pool.release(self._connection)
            else:
                self._connection.close()

    def pages(
        self, queries: Sequence[AnyQuery], waiting: Callable[[float], None]
    ) -> Iterator[tuple[AnyQuery, AnyPage]]:
        """Yield the pages of all queries as they arrive; reconnect and repeat lost requests where that is needed."""
        pending = WindowQueue(WindowCursor(query) for query in queries)
        while True:
            try:
                yield from self._pages_of_connection(pending, waiting)
                return
            except (ConnectionLost, NotLoggedIn) as error:
                self._failed = True
                self._requeue_requests(pending)
                if isinstance(error, NotLoggedIn) and not self._policy.losses:
                    raise ConnectionFailed(str(error)) from error
                self._reconnect(error)
            except ConnectionFailed:
                # A reply timed out. An idle connection may have died without a sign, so a new one is tried at once.
                self._failed = True
                if not self._was_idle or self._connection.is_alive():
                    raise
                self._requeue_requests(pending)
                self._reconnect(None)
            except BaseException:
                self._failed = True
                raise

    # -- Connections -----------------------------------------------------------------------------------------------

    def _reconnect(self, error: ConnectionFailed | None) -> None:
        """Replace the connection. Without an `error` it was idle, and is replaced at once and only once."""
        origin = self.origin
        _log.debug("reconnecting to %s: %s", self._endpoint, error or "the idle connection does not answer")
        self._connection.close()
        if error is None:
            self._connection = Connection(self._endpoint)
        else:
            limited = not isinstance(error, NotLoggedIn)
            self._policy.record_loss(error, time.monotonic(), was_idle=self._was_idle, limited=limited)
            self._connection = self._connect_with_retries()
        self._was_idle = self._failed = False
        if self.origin != origin:
            raise ConnectionFailed(
                f"Another server ({self.origin} instead of {origin}) answers at {self._endpoint} now. Load again."
            )

    def _connect_with_retries(self) -> Connection:
        while True:
            cancellation.sleep(self._policy.next_delay(time.monotonic(), random.random()))
            try:
                return Connection(self._endpoint)
            except ConnectionFailed as error:
                self._policy.record_failure(error, time.monotonic())

    # -- One connection --------------------------------------------------------------------------------------------

    def _pages_of_connection(
        self, pending: WindowQueue, waiting: Callable[[float], None]
    ) -> Iterator[tuple[AnyQuery, AnyPage]]:
        """Yield pages until all windows are complete; raise `ConnectionLost` if the connection ends before."""
        self._send_error = None
        for complete in pending.pop_complete():  # by the loss of the last connection
            yield complete.query, complete.finish()
        self._login_request = self._connection.request_login_state()
        timer = ReplyTimer(self._endpoint.timeout, time.monotonic())
        while pending or self._in_flight:
            cancellation.check()
            self._send_pending(pending, timer)
            if not self._in_flight and pending:
                self._slots.release(time.monotonic())
                waiting(self._slots.seconds_until_free(pending.counted(), time.monotonic()))
            received = False
            for answer in self._handle_packets(self._receive(timer, pending.counted()), pending):
                timer.restart(time.monotonic())
                self._was_idle = False
                received = True
                yield answer
            if self._send_error is not None and not received:
                raise self._send_error

    def _send_pending(self, pending: WindowQueue, timer: ReplyTimer) -> None:
        """Send the requests that may be sent now: later pages at once, first pages as each protocol's limit allows."""
        for proto_id, windows in pending.lanes():
            slots: list[HeldSlot] = []
            wanted = free = min(self._capacity, windows)
            if wanted and proto_id is not None:
                slots = self._slots.acquire(proto_id, wanted, time.monotonic())
                free = len(slots)
            if free and not self._in_flight:
                timer.restart(time.monotonic())
            try:
                for _ in range(free):
                    cursor = pending.pop(proto_id)
                    if not self._send(cursor, slots.pop() if slots else None):
                        pending.push(cursor)
                        break
            finally:
                self._slots.answer(slots, time.monotonic())  # those that were not used

    @property
    def _capacity(self) -> int:
        """How many more requests may be sent: after a loss a single one, until a page shows that the server works."""
        if self._send_error is not None:
            return 0
        return max(0, (1 if self._policy.losses else MAX_IN_FLIGHT) - len(self._in_flight))

    def _send(self, cursor: WindowCursor, slot: HeldSlot | None) -> bool:
        """Request the next page, and return whether that could be sent. If not, there may still be replies to read."""
        try:
            serial = self._connection.request(cursor.proto_id, cursor.next_request())
        except BaseException as error:
            self._free_slot(slot)
            if not isinstance(error, ConnectionLost):
                raise
            self._send_error = error
            return False
        self._in_flight[serial] = cursor, slot
        page = "next" if cursor.key else "first"
        _log.debug("sent #%d to %s: %s, %s page", serial, self._endpoint, cursor.query, page)
        return True

    def _receive(self, timer: ReplyTimer, to_send: Sequence[ProtoId]) -> list[Packet]:
        """Return the packets that arrive next; wait no longer than until there is something else to do.

        `to_send` are the protocols with first pages to request.
        """
        now = time.monotonic()
        timeouts = []
        if self._in_flight and self._send_error is None:
            held = (slot for _, slot in self._in_flight.values() if slot is not None)
            timeouts = [timer.deadline - now, self._slots.renew(held, now)]
        if to_send and self._capacity:
            timeouts.append(min(self._slots.seconds_until_free(to_send, now), WAIT_REPORT_INTERVAL))
        bytes_before = self._connection.bytes_received
        packets = self._connection.receive(max(min(timeouts, default=0.0), 0.001))
        if self._connection.bytes_received > bytes_before and self._connection.may_answer(self._in_flight):
            timer.extend(time.monotonic())
        # A flood of packets that answer no request does not keep the load waiting.
        answered = any(map(self._is_answer, packets))
        if not answered and self._in_flight and time.monotonic() >= timer.deadline:
            cursor, _ = next(iter(self._in_flight.values()))
            raise ConnectionFailed(
                f"OpenD at {self._endpoint} did not answer the request for {cursor.query} within "
                f"{self._endpoint.timeout:g} s. Load again (complete windows are cached), or pass a longer timeout: "
                "po.OpenD(..., timeout=SECONDS)."
            )
        return packets

    def _is_answer(self, packet: Packet) -> bool:
        """Return whether `packet` answers a request in flight."""
        cursor, _ = self._in_flight.get(packet.serial, (None, None))
        return cursor is not None and cursor.proto_id == packet.proto_id

    def _handle_packets(self, packets: list[Packet], pending: WindowQueue) -> Iterator[tuple[AnyQuery, AnyPage]]:
        """Yield the pages in `packets` once the next page of each of their windows is requested; then any error.

        The server works on the next pages while these are checked and recorded.
        """
        answers: list[tuple[AnyQuery, AnyPage]] = []
        failure: Exception | None = None
        for packet in packets:
            try:
                if (packet.proto_id, packet.serial) == (ProtoId.GET_GLOBAL_STATE, self._login_request):
                    self._connection.check_login_state(packet)
                elif (answer := self._handle_reply(packet, pending)) is not None:
                    answers.append(answer)
            except Exception as error:
                failure = error
                break
        yield from answers
        if failure is not None:
            raise failure

    def _handle_reply(self, packet: Packet, pending: WindowQueue) -> tuple[AnyQuery, AnyPage] | None:
        """Return the page in `packet` with its query, after requesting the next page; None if it holds no page."""
        if not self._is_answer(packet):
            return None
        cursor, slot = self._in_flight.pop(packet.serial)
        self._free_slot(slot)
        reply = decode_page(cursor.query, packet.body, packet.body_format)
        if reply.ret_type != 0:
            error = self._rejection(cursor.query, reply)
            if not cursor.key_is_foreign or isinstance(error, RateLimited):
                raise error
            cursor.refuse_key()
            if cursor.is_complete:
                return cursor.query, cursor.finish()
            pending.push(cursor)
            return None
        if reply.page is None:
            raise ProtocolError(f"OpenD at {self._endpoint} reports success for {cursor.query}, but sent no data.")
        page = cursor.advance(reply.page)
        if cursor.progressed:
            self._policy.reset()
        # A longer key is not sent back: the stitching refuses its page anyway.
        if 0 < len(cursor.key) <= MAX_PAGE_KEY_BYTES and (
            self._send_error is not None or not self._send(cursor, slot=None)
        ):
            pending.push(cursor)
        return cursor.query, page

    def _rejection(self, query: AnyQuery, reply: PageReply) -> RequestRejected:
        kind, advice = RequestRejected, refusal_advice(query, reply.ret_type)
        if is_rate_limit_message(reply.ret_msg):
            kind, advice = RateLimited, RATE_LIMIT_ADVICE
        return kind(
            f"OpenD at {self._endpoint} rejected {query}: {printable(reply.ret_msg)} (retType {reply.ret_type}). "
            f"{advice}",
            ret_type=reply.ret_type,
            ret_msg=reply.ret_msg,
            err_code=reply.err_code,
        )

    def _requeue_requests(self, pending: WindowQueue) -> None:
        """Put the windows with a request in flight back in front of `pending`: the connection is lost."""
        for cursor in pending:
            cursor.lose_connection()
        for cursor in reversed(self._abandon_requests()):
            cursor.lose_request()
            pending.push(cursor)

    def _abandon_requests(self) -> list[WindowCursor]:
        """Stop waiting for replies, and return the windows that had a request in flight."""
        abandoned = list(self._in_flight.values())
        self._in_flight.clear()
        self._slots.answer((slot for _, slot in abandoned if slot is not None), time.monotonic())
        self._slots.release(time.monotonic())
        return [cursor for cursor, _ in abandoned]

    def _free_slot(self, slot: HeldSlot | None) -> None:
        """Record that a request was answered or given up; it holds a slot if it is counted."""
        if slot is not None:
            self._slots.answer([slot], time.monotonic())
