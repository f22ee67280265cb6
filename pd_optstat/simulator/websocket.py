"""The simulator's WebSocket door: one binary message a packet, behind an optional key and optional TLS."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from ..errors import ProtocolError
from ..opend.packets import Packet, ProtoId
from ..opend.websocket_messages import ReplyStatus, decode_request, encode_reply
from .connections import GOODBYE_SECONDS, MAX_REQUEST_BYTES, OPENING_SECONDS, ClientSession, Hub
from .responses import Shut
from .service import RequestReply
from .tcp import NO_LINGER

__all__ = ["WebSocketListener", "WebSocketSession"]

_log = logging.getLogger("pd_optstat")

#: Messages that have come and wait to be read; then the client has to wait.
MAX_QUEUE = 4
#: Answers to pings that a client has not taken.
MAX_UNREAD_BYTES = 1024 * 1024
#: RFC 6455's codes for a client that breaks the rules, and for a server that leaves.
POLICY_VIOLATION, GOING_AWAY = 1008, 1001


class WebSocketDoor:
    """How packets are put into messages, and those into bytes."""

    name = "ws"

    def encode(self, packet: Packet, failure: ReplyStatus | None = None) -> bytes:
        """Return the message that is `packet`, with `failure` in its header."""
        return encode_reply(packet, failure)

    def frame(self, data: bytes) -> bytes:
        """Return the bytes of the message `data` on the wire."""
        return Frame(Opcode.BINARY, data).serialize(mask=False)

    def split(self, data: bytes, size: int) -> list[bytes]:
        """Return `data` as a message of many fragments."""
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        kinds = [Opcode.BINARY] + [Opcode.CONT] * (len(pieces) - 1)
        last = len(pieces) - 1
        return [
            Frame(kind, piece, fin=index == last).serialize(mask=False)
            for index, (kind, piece) in enumerate(zip(kinds, pieces, strict=True))
        ]


class WebSocketSession(ClientSession):
    """One WebSocket connection."""

    opening = ProtoId.INIT_WEBSOCKET
    door = WebSocketDoor()

    def __init__(self, hub: Hub, connection: ServerConnection) -> None:
        super().__init__(hub)
        self._connection = connection

    async def talk(self) -> None:
        """Serve the client until it leaves, or does what is not to be done."""
        try:
            async for message in self._connection:
                self.alive()
                if isinstance(message, str):
                    raise ProtocolError("a text message came; OpenD's are binary")
                await self.take(decode_request(message))
                if not self.initialised:
                    raise ProtocolError(f"{self.opening.name} was refused")
        except ProtocolError as error:
            self.closed(error)
            self.cancel()
            # No reason: the close frame has room for a few bytes, and the reply before has said it.
            await self._connection.close(POLICY_VIOLATION)
        except ConnectionClosed as error:
            self.closed(error)
        finally:
            self.cancel()

    async def send(self, data: bytes) -> None:
        """Send the message `data`."""
        try:
            await self._connection.send(data)
        except ConnectionClosed:
            raise ConnectionResetError from None

    async def send_raw(self, data: bytes) -> None:
        """Send bytes that may be no frame."""
        self._connection.transport.write(data)
        await self._connection.drain()

    async def shut(self, step: Shut) -> None:
        """End the connection: with RST, in the middle of a frame, or as the protocol has it."""
        transport = self._connection.transport
        if step.reset:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            transport.abort()
        elif step.midway:
            transport.close()
        else:
            await self._connection.close(GOING_AWAY)

    def cut(self) -> None:
        """End the connection at once."""
        self._connection.transport.abort()

    def respond(self, packet: Packet) -> RequestReply:
        """Return what is answered to `packet`; the first command is this door's own."""
        if packet.proto_id == self.opening:
            return self.hub.service.init_websocket(packet, self.hub.check_websocket_key)
        return super().respond(packet)

    def overdue(self, now: float, latency: float) -> str:
        """Return why it is to be closed, if it is: later the WebSocket protocol's own pings find out who is there."""
        return "" if self.initialised else super().overdue(now, latency)


class WebSocketListener:
    """A WebSocket port that is served; with `context`, over TLS."""

    def __init__(self, hub: Hub, context: ssl.SSLContext | None) -> None:
        self._hub = hub
        self._context = context
        self._talks: set[asyncio.Task[None]] = set()
        self._server: Server | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; `OSError` if the port cannot be had."""
        hub = self._hub

        class Connection(ServerConnection):
            """Counted from the first byte on, not only from the end of the handshake."""

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                super().connection_made(transport)
                self.unread = 0
                self.session = WebSocketSession(hub, self)
                if not hub.admit(self.session):
                    self.transport.abort()

            def data_received(self, data: bytes) -> None:
                before = self.transport.get_write_buffer_size()
                super().data_received(data)
                waiting = self.transport.get_write_buffer_size()
                # The library answers pings at once, whether or not the answers are taken.
                self.unread = self.unread + waiting - before if before else waiting
                if self.unread > MAX_UNREAD_BYTES:
                    self.session.abort("it sends pings, and does not take the answers")

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                hub.discard(self.session)

        async def handle(connection: ServerConnection) -> None:
            assert isinstance(connection, Connection)
            await self._talk(connection.session)

        tls: dict[str, Any] = {"ssl_handshake_timeout": OPENING_SECONDS} if self._context is not None else {}
        self._server = await serve(
            handle,
            host,
            port,
            ssl=self._context,
            create_connection=Connection,
            compression=None,  # a small message cannot become a large one
            max_size=MAX_REQUEST_BYTES,
            max_queue=MAX_QUEUE,
            open_timeout=OPENING_SECONDS,
            close_timeout=GOODBYE_SECONDS,
            server_header=None,
            logger=_quiet_logger(),
            **tls,
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Close the port and its connections."""
        assert self._server is not None
        self._server.close()
        if self._talks:
            await asyncio.wait(self._talks, timeout=GOODBYE_SECONDS)
        for talk in self._talks:
            talk.cancel()
        await self._server.wait_closed()

    async def _talk(self, session: WebSocketSession) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            await session.talk()
        except asyncio.CancelledError:
            session.cut()  # the simulator stops
        finally:
            self._talks.discard(task)


def _quiet_logger() -> logging.Logger:
    """Return a logger that tells in one line of ours what the library would report as an error of the server."""
    logger = logging.Logger("pd_optstat.simulator.websockets", logging.WARNING)
    logger.addHandler(_OneLine())
    return logger


class _OneLine(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        _log.info("simulator: ws connection closed: %s%s", record.getMessage(), f" ({error})" if error else "")
