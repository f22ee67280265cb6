"""One client of the simulator, whatever door it came through, and what all clients share."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, Protocol

from ..errors import ProtocolError
from ..opend.encryption import RsaKey
from ..opend.packets import Packet, ProtoId
from .faults import Faults
from .responses import ClientTransport, Hold, Pause, Raw, Restart, Send, Shut, Step, event_of, plan
from .service import KEEP_ALIVE_SECONDS, RequestReply, Service

__all__ = ["MAX_REQUEST_BYTES", "ClientSession", "Hub", "Listener"]

_log = logging.getLogger("pd_optstat")

#: Connections at a time, of all doors together. OpenD has a limit too; each of ours may cost about 3 MiB.
MAX_CONNECTIONS = 128
#: Seconds from the connection to its InitConnect or InitWebSocket.
OPENING_SECONDS = 10.0
#: A client that neither sends nor takes a byte for so many keep-alive intervals is taken for dead. The SDKs send in
#: every one.
IDLE_INTERVALS = 6
#: How often connections are looked at for that, in seconds.
WATCH_SECONDS = 1.0
#: Requests that one connection may have in work; beyond that it is not read from until some are answered.
MAX_IN_WORK = 128
#: No request that can be answered with a page is longer. What is longer waits for nothing, so it is never piled up.
LONGEST_WAITING_BYTES = 4 * 1024
#: The longest body of a request. Ours are about 100 bytes.
MAX_REQUEST_BYTES = 256 * 1024
#: How long replies are held back for others to come, by the faults that merge and reorder them.
HOLD_SECONDS = 0.05
#: Of replies that are held back; with so many they are sent.
MAX_HELD = 64
#: A client that was told goodbye has so long to leave.
GOODBYE_SECONDS = 1.0


class Hub:
    """What the connections of one simulator share. Used on the event loop's thread alone, but for `faults`, `latency`.

    Parameters
    ----------
    service : Service
    latency : float
        Seconds that every page takes, whatever else is asked meanwhile.
    rsa_key : RsaKey, optional
        Without one, the TCP door is not encrypted.
    check_websocket_key : callable
        Returns whether what InitWebSocket says is the MD5 of the WebSocket door's key.
    """

    def __init__(
        self, service: Service, latency: float, rsa_key: RsaKey | None, check_websocket_key: Callable[[str], bool]
    ) -> None:
        self.service = service
        self.latency = latency
        self.rsa_key = rsa_key
        self.check_websocket_key = check_websocket_key
        self.faults = Faults()
        self.connections_seen = 0
        #: In the order in which they came.
        self.sessions: dict[ClientSession, None] = {}
        # RSA takes long enough to be no business of the event loop's. One thread: a flood of it fills no machine.
        self.ciphers = ThreadPoolExecutor(1, "pd_optstat-simulator-rsa")

    def admit(self, session: ClientSession) -> bool:
        """Take `session` in, if there is room; whoever has not introduced itself makes way."""
        self.connections_seen += 1
        if len(self.sessions) >= MAX_CONNECTIONS:
            strangers = (one for one in self.sessions if not one.initialised)
            if (stranger := next(strangers, None)) is None:
                _log.info("simulator: connection refused: there are %d already", MAX_CONNECTIONS)
                return False
            stranger.abort("it made way for a newer one before it said anything")
            self.discard(stranger)
        self.sessions[session] = None
        return not self.faults.strike("connection", session.door.name)

    def discard(self, session: ClientSession) -> None:
        """Forget `session`, which has ended."""
        self.sessions.pop(session, None)

    def restart(self) -> None:
        """Be as an OpenD that was started anew: without connections, and without memory of page keys."""
        self.service.forget_page_keys()
        for session in list(self.sessions):
            session.abort("the simulator plays a restart")

    async def watch(self) -> None:
        """Close connections that are silent for too long."""
        now = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for session in list(self.sessions):
                if why := session.overdue(now(), self.latency):
                    session.abort(why)


class Listener(Protocol):
    """A port that is served."""

    port: int

    async def stop(self) -> None:
        """Close the port and its connections."""


class ClientSession(ABC):
    """One connection: takes requests in their order, answers them as they get ready, with the faults asked for.

    A door's own class reads and writes. What is kept for one connection is bounded: requests in work in their number
    and size, replies by making them one at a time, each when the one before has left.
    """

    #: What a client must send first.
    opening: ClassVar[ProtoId]
    door: ClientTransport

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.initialised = False
        self.ended = False
        self._time = asyncio.get_running_loop().time
        self._born = self._moved = self._time()
        self._in_work = asyncio.Semaphore(MAX_IN_WORK)
        self._sending = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[Hold] = []

    # -- What a door does in its own way ---------------------------------------------------------------------------

    @abstractmethod
    async def send(self, data: bytes) -> None:
        """Send `data`, a message of the door's `encode`, and wait while the client does not read."""

    @abstractmethod
    async def send_raw(self, data: bytes) -> None:
        """Send `data` past the door's framing."""

    @abstractmethod
    async def shut(self, step: Shut) -> None:
        """End the connection as `step` says."""

    @abstractmethod
    def cut(self) -> None:
        """End the connection at once, without a word."""

    def respond(self, packet: Packet) -> RequestReply:
        """Return what is answered to `packet`."""
        return self.hub.service.respond(packet)

    def alive(self) -> None:
        """Note that bytes have come, or have been taken."""
        self._moved = self._time()

    def overdue(self, now: float, latency: float) -> str:
        """Return why the connection is to be closed at `now`, if it is silent for too long."""
        if not self.initialised:
            return f"no {self.opening.name} came in {OPENING_SECONDS:g} s" if now - self._born > OPENING_SECONDS else ""
        limit = KEEP_ALIVE_SECONDS * IDLE_INTERVALS
        return f"not a byte came or was taken in {limit:g} s" if now - self._moved > limit + latency else ""

    def opened(self, exchange: RequestReply) -> None:
        """Note that the client's first request was answered well."""
        self.initialised = True

    # -- What all do alike -----------------------------------------------------------------------------------------

    async def take(self, packet: Packet) -> None:
        """Answer `packet` now or soon; `ProtocolError` if it may not come yet."""
        if self.ended:
            return
        if packet.proto_id == self.opening:
            await self._answer(packet)  # what comes behind may be encrypted as this one agrees
        elif not self.initialised:
            raise ProtocolError(f"protocol {packet.proto_id} came before {self.opening.name}")
        elif len(packet.body) > LONGEST_WAITING_BYTES:
            await self._answer(packet)
        else:
            await self._in_work.acquire()
            self._spawn(self._work(packet))

    async def finish(self) -> None:
        """Wait for the replies in work: a client that only closed its sending side still gets them."""
        while self._tasks and not self.ended:
            await asyncio.wait(self._tasks)

    def cancel(self) -> None:
        """Give up the replies in work."""
        self.ended = True
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()

    def abort(self, why: str) -> None:
        """End the connection at once, for a reason that is logged."""
        self.closed(why)
        self.cancel()
        self.cut()

    def closed(self, why: object) -> None:
        """Log why the connection was closed."""
        _log.info("simulator: %s connection closed: %s", self.door.name, why)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, packet: Packet) -> None:
        try:
            if self.hub.latency and packet.proto_id == ProtoId.GET_OPTION_MARKET_STATISTIC:
                await asyncio.sleep(self.hub.latency)
            await self._answer(packet)
        finally:
            self._in_work.release()

    async def _answer(self, packet: Packet) -> None:
        async with self._sending:
            if self.ended:
                return
            try:
                for step in self._plan(packet):
                    await self._do(step)
            except OSError:
                self.ended = True  # the client went away; reading from it ends too
            except Exception:
                # A fault of ours: it costs the client that met it its connection, and nobody else anything.
                _log.exception("simulator: protocol %d cannot be answered", packet.proto_id)
                self.abort("the simulator failed")

    def _plan(self, packet: Packet) -> list[Step]:
        def answered(exchange: RequestReply) -> None:
            if packet.proto_id == self.opening and exchange.succeeded:
                self.opened(exchange)

        struck = self.hub.faults.strike(event_of(packet), self.door.name)
        return plan(packet, self.door, struck, self.hub.service, self.respond, answered)

    async def _do(self, step: Step) -> None:
        if self.ended:
            return
        match step:
            case Send(data):
                await self.send(data)
                self.alive()
            case Raw(data):
                await self.send_raw(data)
                self.alive()
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Hold():
                await self._hold(step)
            case Shut():
                self.ended = True
                await self.shut(step)
            case Restart():
                self.hub.restart()

    async def _hold(self, held: Hold) -> None:
        self._held.append(held)
        if len(self._held) >= MAX_HELD:
            await self._let_go()
        elif len(self._held) == 1:
            self._spawn(self._let_go_soon())

    async def _let_go_soon(self) -> None:
        await asyncio.sleep(HOLD_SECONDS)
        async with self._sending:
            try:
                await self._let_go()
            except OSError:
                self.ended = True

    async def _let_go(self) -> None:
        held, self._held = self._held, []
        if any(one.reverse for one in held):
            for one in reversed(held):
                await self._do(Send(one.data))
        else:
            await self._do(Raw(b"".join(self.door.frame(one.data) for one in held)))
