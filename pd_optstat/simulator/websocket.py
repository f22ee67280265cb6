"""The simulator's WebSocket port: one binary message for each packet, with an optional key and optional TLS."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from functools import partial
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from ..errors import ProtocolError
from ..opend.packets import Packet, ProtoId
from ..opend.websocket_messages import ReplyStatus, decode_request, encode_reply
from .connections import CLOSE_SECONDS, LOGIN_SECONDS, MAX_REQUEST_BYTES, RESET_ON_CLOSE, ClientConnection, ServerState
from .responses import Close
from .service import Reply

__all__ = ["WebSocketConnection", "WebSocketListener"]

_log = logging.getLogger("pd_optstat")

#: Received messages that are queued; with more, the client is not read from.
MAX_QUEUE = 4
#: Answers to pings that the client has not read.
MAX_UNREAD_BYTES = 1024 * 1024
#: RFC 6455's close codes for a client that breaks the rules, and for a server that shuts down.
POLICY_VIOLATION, GOING_AWAY = 1008, 1001


class WebSocketFraming:
    """Packets as WebSocket messages, and those as frames."""

    transport = "ws"

    def encode(self, packet: Packet, status: ReplyStatus | None = None) -> bytes:
        """Return the message for `packet`, with `status` in its header."""
        return encode_reply(packet, status)

    def frame(self, message: bytes) -> bytes:
        """Return `message` as one frame."""
        return Frame(Opcode.BINARY, message).serialize(mask=False)

    def split(self, message: bytes, size: int) -> list[bytes]:
        """Return `message` as a sequence of frames, each with `size` bytes of it."""
        pieces = [message[start : start + size] for start in range(0, len(message), size)]
        opcodes = [Opcode.BINARY] + [Opcode.CONT] * (len(pieces) - 1)
        last = len(pieces) - 1
        return [
            Frame(opcode, piece, fin=index == last).serialize(mask=False)
            for index, (opcode, piece) in enumerate(zip(opcodes, pieces, strict=True))
        ]


class WebSocketConnection(ClientConnection):
    """A client's WebSocket connection."""

    first_request = ProtoId.INIT_WEBSOCKET
    framing = WebSocketFraming()

    def __init__(self, state: ServerState, protocol: WebSocketProtocol) -> None:
        super().__init__(state)
        self._protocol = protocol

    async def serve(self) -> None:
        """Answer requests until the client closes the connection or breaks the protocol."""
        try:
            async for message in self._protocol:
                if isinstance(message, str):
                    raise ProtocolError("received a text message; OpenD's messages are binary")
                await self.handle(decode_request(message))
                if not self.initialised:
                    raise ProtocolError(f"{self.first_request.name} was refused")
        except ProtocolError as error:
            self.log_closed(error)
            self.cancel_replies()
            # Without a reason: the reply gave it, and a close frame has room for few bytes.
            await self._protocol.close(POLICY_VIOLATION)
        except ConnectionClosed as error:
            self.log_closed(error)
        finally:
            self.cancel_replies()

    async def send(self, message: bytes) -> None:
        """Send a message, and wait while the client does not read."""
        try:
            await self._protocol.send(message)
        except ConnectionClosed:
            raise ConnectionResetError from None

    async def send_raw(self, data: bytes) -> None:
        """Send bytes that need not be a frame."""
        self._protocol.transport.write(data)
        await self._protocol.drain()

    async def close(self, step: Close) -> None:
        """Close the connection with RST, in the middle of a frame, or with a closing handshake."""
        transport = self._protocol.transport
        if step.reset:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            transport.abort()
        elif step.midway:
            transport.close()
        else:
            await self._protocol.close(GOING_AWAY)

    def abort_transport(self) -> None:
        """Close the connection at once."""
        self._protocol.transport.abort()

    def respond(self, packet: Packet) -> Reply:
        """Return the reply to `packet`. InitWebSocket exists on this port only."""
        if packet.proto_id == self.first_request:
            return self.state.service.init_websocket(packet, self.state.check_websocket_key)
        return super().respond(packet)

    def timed_out(self, now: float, latency: float) -> str:
        """Return why the connection is to be closed. After the login, WebSocket's own pings detect dead clients."""
        return "" if self.initialised else super().timed_out(now, latency)


class WebSocketProtocol(ServerConnection):
    """The WebSocket library's connection, registered with the simulator as soon as it is accepted.

    The library and asyncio know a connection only after its TLS handshake, so that clients which never begin one
    could use up all file descriptors. TLS is therefore started here, on connections that are counted already.
    """

    def __init__(self, *arguments: Any, state: ServerState, context: ssl.SSLContext | None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.connection = WebSocketConnection(state, self)
        self._state, self._context = state, context
        self._handshake: asyncio.Task[None] | None = None
        self._opened = False
        self._early = b""
        self._unread = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register the connection, and begin the TLS or the WebSocket handshake."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if not self._state.admit(self.connection):
            transport.abort()
        elif self._context is None:
            self._open(transport)
        else:
            transport.pause_reading()  # until TLS reads: the first bytes are not for this protocol
            self._handshake = self.loop.create_task(self._start_tls(transport, self._context))

    def data_received(self, data: bytes) -> None:
        """Pass on what the client sent, unless it lets the answers to its pings pile up."""
        self.connection.note_received()
        if not self._opened:
            self._early += data  # arrived together with the end of the TLS handshake
            return
        before = self.transport.get_write_buffer_size()
        super().data_received(data)
        buffered = self.transport.get_write_buffer_size()
        # The library answers pings at once, without waiting for the client to read the answers.
        self._unread = self._unread + buffered - before if before else buffered
        if self._unread > MAX_UNREAD_BYTES:
            self.connection.abort("the client sends pings without reading the answers")

    def eof_received(self) -> None:
        """Pass on that the client closed its side."""
        if self._opened:
            super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Unregister the connection."""
        if self._opened:
            super().connection_lost(exc)
        self._state.discard(self.connection)

    def _open(self, transport: asyncio.Transport) -> None:
        self._opened = True
        super().connection_made(transport)
        if self._early:
            self.data_received(self._early)
            self._early = b""

    async def _start_tls(self, transport: asyncio.Transport, context: ssl.SSLContext) -> None:
        try:
            encrypted = await self.loop.start_tls(
                transport, self, context, server_side=True, ssl_handshake_timeout=LOGIN_SECONDS
            )
        except BaseException as error:
            self._state.discard(self.connection)
            transport.abort()
            if not isinstance(error, OSError):
                raise
            self.connection.log_closed(error)
            return
        if encrypted is not None and self.connection in self._state.connections:
            self._open(encrypted)


class WebSocketListener:
    """A listening WebSocket port; with `context`, over TLS."""

    def __init__(self, state: ServerState, context: ssl.SSLContext | None) -> None:
        self._state = state
        self._context = context
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: Server | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen on `port`, 0 for a free one.

        Raises
        ------
        OSError
            If the port cannot be opened.
        """
        self._server = await serve(
            self._serve,
            host,
            port,
            create_connection=partial(WebSocketProtocol, state=self._state, context=self._context),  # type: ignore[arg-type]
            compression=None,  # so that a short message cannot decompress to a long one
            max_size=MAX_REQUEST_BYTES,
            max_queue=MAX_QUEUE,
            open_timeout=LOGIN_SECONDS,
            close_timeout=CLOSE_SECONDS,
            server_header=None,
            logger=_quiet_logger(),
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Close the port and its connections."""
        assert self._server is not None
        self._server.close()
        for connection in list(self._state.connections):  # those that the library does not know yet
            if isinstance(connection, WebSocketConnection) and not connection.initialised:
                connection.abort_transport()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_SECONDS)
        for task in self._tasks:
            task.cancel()
        await self._server.wait_closed()

    async def _serve(self, protocol: ServerConnection) -> None:
        assert isinstance(protocol, WebSocketProtocol)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await protocol.connection.serve()
        except asyncio.CancelledError:
            protocol.connection.abort_transport()  # the simulator is stopping
        finally:
            self._tasks.discard(task)


def _quiet_logger() -> logging.Logger:
    """Return a logger for the WebSocket library that logs each failed connection as one line of ours."""
    logger = logging.Logger("pd_optstat.simulator.websockets", logging.WARNING)
    logger.addHandler(_OneLineHandler())
    return logger


class _OneLineHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        _log.info("simulator: ws connection closed: %s%s", record.getMessage(), f" ({error})" if error else "")
