"""Connections of the simulator's clients, over any transport, and the state that they share."""

from __future__ import annotations

import asyncio
import logging
import struct
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, Protocol

from ..errors import ProtocolError
from ..opend.encryption import RsaKey
from ..opend.packets import Packet, ProtoId
from .faults import ActiveFaults
from .responses import Close, Framing, Hold, Pause, Restart, Send, SendRaw, Step, event_of, plan_reply
from .service import KEEP_ALIVE_SECONDS, Reply, Service

__all__ = ["MAX_REQUEST_BYTES", "RESET_ON_CLOSE", "ClientConnection", "Listener", "ServerState"]

_log = logging.getLogger("pd_optstat")

#: Connections at a time, on all ports together. OpenD has a limit too; each of ours may use about 3 MiB.
MAX_CONNECTIONS = 128
#: Seconds from the connection to its InitConnect or InitWebSocket.
LOGIN_SECONDS = 10.0
#: A connection is closed after this many keep-alive intervals in which its client neither sent nor read a byte. The
#: vendor's SDKs send a KeepAlive in each.
IDLE_INTERVALS = 6
#: Seconds between two checks for connections that are idle or have not logged in.
WATCH_SECONDS = 1.0
#: Unanswered requests of one connection. With this many, it is not read from until some are answered.
MAX_PENDING = 128
#: Requests with longer bodies are answered at once instead of being queued: no valid request for a page is longer.
MAX_QUEUED_BYTES = 4 * 1024
#: The longest body of a request. Those of ordinary clients have about 100 bytes.
MAX_REQUEST_BYTES = 256 * 1024
#: How long the faults that merge and reorder replies wait for further ones.
HOLD_SECONDS = 0.05
#: Replies that those faults hold back at most.
MAX_HELD = 64
#: The value of SO_LINGER that makes closing send RST instead of FIN: linger, for 0 seconds.
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
#: How long a client may take to close its side of a connection that the simulator closes.
CLOSE_SECONDS = 1.0


class ServerState:
    """State that all connections of one simulator share.

    Only the event loop's thread uses it, except that any thread may set `faults` and `latency`.

    Parameters
    ----------
    service : Service
    latency : float
        Seconds before each page is sent, independent of other requests.
    rsa_key : RsaKey, optional
        Encrypts TCP connections; None for plain TCP.
    check_websocket_key : callable
        Returns whether InitWebSocket's ``websocketKey`` is the MD5 of the key.
    """

    def __init__(
        self, service: Service, latency: float, rsa_key: RsaKey | None, check_websocket_key: Callable[[str], bool]
    ) -> None:
        self.service = service
        self.latency = latency
        self.rsa_key = rsa_key
        self.check_websocket_key = check_websocket_key
        self.faults = ActiveFaults()
        self.connections_seen = 0
        #: A dict for its order, which is that of their beginnings.
        self.connections: dict[ClientConnection, None] = {}
        # RSA would block the event loop for milliseconds. One thread, so that a flood of it uses one processor at most.
        self.rsa_executor = ThreadPoolExecutor(1, "pd_optstat-simulator-rsa")

    def admit(self, connection: ClientConnection) -> bool:
        """Register `connection` and return whether it is to be served.

        If there are `MAX_CONNECTIONS` already, one that has not logged in is closed for it.
        """
        self.connections_seen += 1
        if len(self.connections) >= MAX_CONNECTIONS:
            evicted = self._least_wanted()
            if evicted is None:
                _log.info("simulator: connection refused: %d clients are connected already", MAX_CONNECTIONS)
                return False
            evicted.abort("it had not logged in, and a newer connection needed its place")
            self.discard(evicted)
        self.connections[connection] = None
        return not self.faults.strike("connection", connection.framing.transport)

    def _least_wanted(self) -> ClientConnection | None:
        """Return the connection to close if there are too many; None if all have logged in.

        It is of the port with the most connections that have not logged in: a flood of them on one port must not
        close those of the other port's clients. Of these, one that has not sent a byte, and then the oldest.
        """
        waiting = [one for one in self.connections if not one.initialised]
        if not waiting:
            return None
        counts = Counter(one.framing.transport for one in waiting)
        crowded = max(counts, key=counts.__getitem__)
        # `min` returns the first of equals, and they are in the order of their beginnings.
        return min((one for one in waiting if one.framing.transport == crowded), key=lambda one: one.has_received)

    def discard(self, connection: ClientConnection) -> None:
        """Forget `connection`, which has ended."""
        self.connections.pop(connection, None)

    def restart(self) -> None:
        """Close all connections and invalidate all page keys, as a restart of OpenD does."""
        self.service.forget_page_keys()
        for connection in list(self.connections):
            connection.abort("the simulator imitates a restart")

    async def watch(self) -> None:
        """Close connections that are idle, or have not logged in, for too long."""
        now = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for connection in list(self.connections):
                if reason := connection.timed_out(now(), self.latency):
                    connection.abort(reason)


class Listener(Protocol):
    """A listening port."""

    port: int

    async def stop(self) -> None:
        """Close the port and its connections."""


class ClientConnection(ABC):
    """A connection from a client. Reads its requests in order, and answers each as soon as its reply is ready.

    Subclasses read and write; one for each transport. The memory for one client is bounded: the number and size of
    its pending requests are limited, and a reply is only made after the one before has been written.
    """

    #: The request that must come first.
    first_request: ClassVar[ProtoId]
    framing: Framing

    def __init__(self, state: ServerState) -> None:
        self.state = state
        self.initialised = False
        self.has_received = False
        self.ended = False
        self._time = asyncio.get_running_loop().time
        self._connected_at = self._active_at = self._time()
        self._pending = asyncio.Semaphore(MAX_PENDING)
        self._sending = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[Hold] = []

    # -- Transports implement ----------------------------------------------------------------------------------------

    @abstractmethod
    async def send(self, message: bytes) -> None:
        """Send a message made by `framing.encode`, and wait while the client does not read."""

    @abstractmethod
    async def send_raw(self, data: bytes) -> None:
        """Send bytes without framing."""

    @abstractmethod
    async def close(self, step: Close) -> None:
        """Close the connection in the way that `step` says."""

    @abstractmethod
    def abort_transport(self) -> None:
        """Close the connection at once, without a closing handshake."""

    # -- Transports may override -------------------------------------------------------------------------------------

    def respond(self, packet: Packet) -> Reply:
        """Return the reply to `packet`."""
        return self.state.service.respond(packet)

    def timed_out(self, now: float, latency: float) -> str:
        """Return why the connection is to be closed at `now`; an empty string if it is not."""
        if not self.initialised:
            late = now - self._connected_at > LOGIN_SECONDS
            return f"no {self.first_request.name} within {LOGIN_SECONDS:g} s" if late else ""
        limit = KEEP_ALIVE_SECONDS * IDLE_INTERVALS
        return (
            f"the client neither sent nor read a byte for {limit:g} s"
            if now - self._active_at > limit + latency
            else ""
        )

    def log_in(self, reply: Reply) -> None:
        """Note that `reply` accepts the client's first request."""
        self.initialised = True

    # -- Common to all transports ------------------------------------------------------------------------------------

    def note_received(self) -> None:
        """Note that the client has sent bytes."""
        self.has_received = True
        self._active_at = self._time()

    async def handle(self, packet: Packet) -> None:
        """Answer `packet`, now or in a task.

        Raises
        ------
        ProtocolError
            If the client must log in first.
        """
        if self.ended:
            return
        if packet.proto_id == self.first_request:
            await self._answer(packet)  # before reading on: later packets may be encrypted as this one requests
        elif not self.initialised:
            raise ProtocolError(f"protocol {packet.proto_id} came before {self.first_request.name}")
        elif len(packet.body) > MAX_QUEUED_BYTES:
            await self._answer(packet)
        else:
            await self._pending.acquire()
            self._start(self._answer_later(packet))

    async def finish_replies(self) -> None:
        """Wait for the pending replies: a client that only closed its sending side still receives them."""
        while self._tasks and not self.ended:
            await asyncio.wait(self._tasks)

    def cancel_replies(self) -> None:
        """Cancel the pending replies."""
        self.ended = True
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()

    def abort(self, reason: str) -> None:
        """Log `reason` and close the connection at once."""
        self.log_closed(reason)
        self.cancel_replies()
        self.abort_transport()

    def log_closed(self, reason: object) -> None:
        """Log why the connection is closed."""
        _log.info("simulator: %s connection closed: %s", self.framing.transport, reason)

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer_later(self, packet: Packet) -> None:
        try:
            if self.state.latency and event_of(packet) == "page":
                await asyncio.sleep(self.state.latency)
            await self._answer(packet)
        finally:
            self._pending.release()

    async def _answer(self, packet: Packet) -> None:
        async with self._sending:
            if self.ended:
                return
            try:
                for step in self._plan(packet):
                    await self._run(step)
            except OSError:
                self.ended = True  # the client closed the connection, which ends reading from it too
            except Exception:
                # A bug in the simulator closes this connection and affects no other one.
                _log.exception("simulator: protocol %d could not be answered", packet.proto_id)
                self.abort("the simulator failed")

    def _plan(self, packet: Packet) -> list[Step]:
        def before_encoding(reply: Reply) -> None:
            if packet.proto_id == self.first_request and reply.succeeded:
                self.log_in(reply)

        faults = self.state.faults.strike(event_of(packet), self.framing.transport, packet.proto_id)
        return plan_reply(packet, self.framing, faults, self.state.service, self.respond, before_encoding)

    async def _run(self, step: Step) -> None:
        if self.ended:
            return
        match step:
            case Send(message):
                await self.send(message)
                self._active_at = self._time()  # the client has read what came before
            case SendRaw(data):
                await self.send_raw(data)
                self._active_at = self._time()
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Hold():
                await self._hold(step)
            case Close():
                self.ended = True
                await self.close(step)
            case Restart():
                self.state.restart()

    async def _hold(self, hold: Hold) -> None:
        self._held.append(hold)
        if len(self._held) >= MAX_HELD:
            await self._release()
        elif len(self._held) == 1:
            self._start(self._release_later())

    async def _release_later(self) -> None:
        await asyncio.sleep(HOLD_SECONDS)
        async with self._sending:
            try:
                await self._release()
            except OSError:
                self.ended = True

    async def _release(self) -> None:
        held, self._held = self._held, []
        if any(hold.reverse for hold in held):
            for hold in reversed(held):
                await self._run(Send(hold.message))
        else:
            await self._run(SendRaw(b"".join(self.framing.frame(hold.message) for hold in held)))
