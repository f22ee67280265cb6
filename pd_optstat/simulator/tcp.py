"""The simulator's TCP door: packets, encrypted if the simulator has an RSA key."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

from ..errors import ProtocolError
from ..opend.encryption import BodyCipher, Encryption
from ..opend.packets import Packet, PacketReader, ProtoId, encode_packet
from ..opend.websocket_messages import ReplyStatus
from .connections import GOODBYE_SECONDS, MAX_REQUEST_BYTES, ClientSession, Hub
from .responses import Shut
from .service import RequestReply

__all__ = ["NO_LINGER", "TcpListener", "TcpSession"]

RECEIVE_BYTES = 64 * 1024
#: Close with RST: linger on, for 0 seconds.
NO_LINGER = struct.pack("ii", 1, 0)


class TcpDoor:
    """How packets are put into bytes on one TCP connection."""

    name = "tcp"

    def __init__(self, cipher: BodyCipher) -> None:
        self._cipher = cipher

    def encode(self, packet: Packet, failure: ReplyStatus | None = None) -> bytes:
        """Return the bytes of `packet`. Its header has no place for a failure."""
        return encode_packet(packet, self._cipher.encrypt)

    def frame(self, data: bytes) -> bytes:
        """Return `data`: nothing is around a packet."""
        return data

    def split(self, data: bytes, size: int) -> list[bytes]:
        """Return `data` in pieces."""
        return [data[at : at + size] for at in range(0, len(data), size)]


class TcpSession(ClientSession):
    """One TCP connection."""

    opening = ProtoId.INIT_CONNECT

    def __init__(self, hub: Hub, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(hub)
        self._cipher = BodyCipher(hub.rsa_key)
        self._packets = PacketReader(MAX_REQUEST_BYTES, self._cipher.decrypt)
        self._reader, self._writer = reader, writer
        self.door = TcpDoor(self._cipher)

    async def talk(self) -> None:
        """Serve the client until it leaves; `ProtocolError` if it cannot be understood."""
        try:
            while data := await self._reader.read(RECEIVE_BYTES):
                self.alive()
                self._packets.receive(data)
                while (packet := await self._next()) is not None:
                    await self.take(packet)
            await self.finish()
        except ProtocolError as error:
            self.closed(f"{error}{self._hint()}")
        except OSError:
            pass  # nothing to tell: clients may leave as they like
        finally:
            self.cancel()
            self._writer.transport.abort() if self._writer.is_closing() else self._writer.close()

    async def send(self, data: bytes) -> None:
        """Send `data`."""
        if self._writer.is_closing():
            raise ConnectionResetError
        self._writer.write(data)
        await self._writer.drain()

    async def send_raw(self, data: bytes) -> None:
        """Send `data`."""
        await self.send(data)

    async def shut(self, step: Shut) -> None:
        """End the connection: with RST, or with FIN, and then as soon as the client has left too."""
        if step.reset:
            self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            self._writer.transport.abort()
            return
        # What a closed socket has not read turns its FIN into RST, so we go on reading.
        with contextlib.suppress(OSError):
            self._writer.write_eof()
        asyncio.get_running_loop().call_later(GOODBYE_SECONDS, self._writer.transport.abort)

    def cut(self) -> None:
        """End the connection at once."""
        self._writer.transport.abort()

    def opened(self, exchange: RequestReply) -> None:
        """Encrypt from now on as the client asked."""
        super().opened(exchange)
        s2c = exchange.response.s2c
        assert exchange.request is not None
        self._cipher.set_key(Encryption(exchange.request.c2s.packetEncAlgo), s2c.connAESKey, s2c.aesCBCiv)

    async def _next(self) -> Packet | None:
        arriving = self._packets.partial
        if self._cipher.rsa is None or arriving is None or arriving[0] != ProtoId.INIT_CONNECT:
            return self._packets.next_packet()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.hub.ciphers, self._packets.next_packet)

    def _hint(self) -> str:
        if self.initialised:
            return ""
        if self._cipher.rsa is None:
            return ". (Does the client encrypt? This simulator has no RSA key.)"
        return ". (This simulator has an RSA key: does the client have the same one?)"


class TcpListener:
    """A TCP port that is served."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._talks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; `OSError` if the port cannot be had."""
        self._server = await asyncio.start_server(self._connected, host, port, limit=RECEIVE_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and its connections."""
        assert self._server is not None
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = TcpSession(self._hub, reader, writer)
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            if self._hub.admit(session):
                await session.talk()
            else:
                session.cut()
        except asyncio.CancelledError:
            pass  # the simulator stops
        finally:
            self._talks.discard(task)
            self._hub.discard(session)
