"""The simulator's TCP port: packets, encrypted if the simulator has an RSA key."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from ..errors import ProtocolError
from ..opend.encryption import BodyCipher, Encryption
from ..opend.packets import Packet, PacketReader, ProtoId, encode_packet
from ..opend.websocket_messages import ReplyStatus
from .connections import CLOSE_SECONDS, MAX_REQUEST_BYTES, RESET_ON_CLOSE, ClientConnection, ServerState
from .responses import Close
from .service import Reply

__all__ = ["TcpConnection", "TcpListener"]

RECEIVE_BYTES = 64 * 1024


class TcpFraming:
    """Packets as bytes of a TCP stream, encrypted as the connection agreed."""

    transport = "tcp"

    def __init__(self, cipher: BodyCipher) -> None:
        self._cipher = cipher

    def encode(self, packet: Packet, status: ReplyStatus | None = None) -> bytes:
        """Return the bytes of `packet`. A TCP header has no field for `status`."""
        return encode_packet(packet, self._cipher.encrypt)

    def frame(self, message: bytes) -> bytes:
        """Return `message` itself: packets follow each other without further framing."""
        return message

    def split(self, message: bytes, size: int) -> list[bytes]:
        """Return `message` in pieces of `size` bytes."""
        return [message[start : start + size] for start in range(0, len(message), size)]


class TcpConnection(ClientConnection):
    """A client's TCP connection."""

    first_request = ProtoId.INIT_CONNECT

    def __init__(self, state: ServerState, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(state)
        self._cipher = BodyCipher(state.rsa_key)
        self._packets = PacketReader(MAX_REQUEST_BYTES, self._cipher.decrypt)
        self._reader, self._writer = reader, writer
        self.framing = TcpFraming(self._cipher)

    async def serve(self) -> None:
        """Answer requests until the client closes the connection or breaks the protocol."""
        try:
            while data := await self._reader.read(RECEIVE_BYTES):
                self.note_received()
                self._packets.receive(data)
                while (packet := await self._next_packet()) is not None:
                    await self.handle(packet)
            await self.finish_replies()
        except ProtocolError as error:
            self.log_closed(f"{error}{self._hint()}")
        except OSError:
            pass  # the client reset the connection
        finally:
            self.cancel_replies()
            self._writer.transport.abort() if self._writer.is_closing() else self._writer.close()

    async def send(self, message: bytes) -> None:
        """Send a packet, and wait while the client does not read."""
        if self._writer.is_closing():
            raise ConnectionResetError
        self._writer.write(message)
        await self._writer.drain()

    async def send_raw(self, data: bytes) -> None:
        """Send any bytes."""
        await self.send(data)

    async def close(self, step: Close) -> None:
        """Close the connection with RST, or with FIN and then entirely once the client had time to close its side."""
        if step.reset:
            self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self._writer.transport.abort()
            return
        # Closing a socket with unread bytes sends RST, so reading goes on for a while after the FIN.
        with contextlib.suppress(OSError):
            self._writer.write_eof()
        asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._writer.transport.abort)

    def abort_transport(self) -> None:
        """Close the connection at once."""
        self._writer.transport.abort()

    def log_in(self, reply: Reply) -> None:
        """Encrypt later packets as InitConnect requested."""
        super().log_in(reply)
        s2c = reply.response.s2c
        assert reply.request is not None
        self._cipher.set_key(Encryption(reply.request.c2s.packetEncAlgo), s2c.connAESKey, s2c.aesCBCiv)

    async def _next_packet(self) -> Packet | None:
        partial = self._packets.partial
        if self._cipher.rsa is None or partial is None or partial[0] != ProtoId.INIT_CONNECT:
            return self._packets.next_packet()
        # Decrypting InitConnect takes long enough to delay other connections.
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.state.rsa_executor, self._packets.next_packet)

    def _hint(self) -> str:
        if self.initialised:
            return ""
        if self._cipher.rsa is None:
            return ". (Does the client encrypt? This simulator has no RSA key.)"
        return ". (This simulator has an RSA key: does the client have the same one?)"


class TcpListener:
    """A listening TCP port."""

    def __init__(self, state: ServerState) -> None:
        self._state = state
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen on `port`, 0 for a free one.

        Raises
        ------
        OSError
            If the port cannot be opened.
        """
        self._server = await asyncio.start_server(self._serve, host, port, limit=RECEIVE_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and its connections."""
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = TcpConnection(self._state, reader, writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if self._state.admit(connection):
                await connection.serve()
            else:
                connection.abort_transport()
        except asyncio.CancelledError:
            pass  # the simulator is stopping
        finally:
            self._tasks.discard(task)
            self._state.discard(connection)
