"""A proxy on loopback that injects a fault into one packet between a client and an OpenD.

It finds the boundaries of packets (44-byte headers; for WebSocket, the handshake and frames) with code of its own, and
records what the client requests. The faults are in `proxy_faults`.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pd_optstat as po
from support.raw_clients import STATISTIC

Address = tuple[str, int]
C2S, S2C = "c2s", "s2c"
#: Seconds for a client to close its side of a connection that the proxy closed.
LEAVE_SECONDS = 1.0


def split_tcp(buffer: bytes) -> int:
    """Return the length of the first packet in `buffer`, 0 if it is incomplete."""
    if len(buffer) < 44:
        return 0
    length = 44 + struct.unpack_from("<I", buffer, 12)[0]
    return length if len(buffer) >= length else 0


def split_ws(buffer: bytes) -> int:
    """Return the length of the first handshake or frame in `buffer`, 0 if it is incomplete."""
    if buffer[:3] in (b"GET", b"HTT"):
        return buffer.find(b"\r\n\r\n") + 4 if b"\r\n\r\n" in buffer else 0
    if len(buffer) < 2:
        return 0
    short, masked = buffer[1] & 127, 4 * (buffer[1] >> 7)
    extra = {126: 2, 127: 8}.get(short, 0)
    if len(buffer) < 2 + extra:
        return 0
    length = 2 + extra + masked + (int.from_bytes(buffer[2 : 2 + extra], "big") if extra else short)
    return length if len(buffer) >= length else 0


def ws_payload(frame: bytes) -> tuple[int, bytes, bytes]:
    """Return the offset of a frame's payload, its mask, and the unmasked payload."""
    extra = {126: 2, 127: 8}.get(frame[1] & 127, 0)
    at = 2 + extra
    mask = frame[at : at + 4] if frame[1] >> 7 else b""
    at += len(mask)
    payload = frame[at:]
    if mask:
        payload = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
    return at, mask, payload


def ws_frame(payload: bytes, mask: bytes = b"") -> bytes:
    length = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + struct.pack(">H", len(payload))
    head = b"\x82" + bytes([length[0] | (128 if mask else 0)]) + length[1:]
    body = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload)) if mask else payload
    return head + mask + body


class Proxy:
    """A proxy on a free port. A context manager.

    `fault` strikes at packet number `at`, counted from 1, of `direction`.
    """

    def __init__(
        self,
        upstream: Address,
        transport: str = "tcp",
        fault: ProxyFault | None = None,
        direction: str = S2C,
        at: int = 0,
    ) -> None:
        self.upstream = upstream
        self.transport = transport
        self.fault, self.direction, self.at = fault, direction, at
        self.struck = False
        self.counts = {C2S: 0, S2C: 0}
        self.connections = 0
        #: Requests of 3301 as the client sent them, and the replies that were passed on unchanged.
        self.requests: list[bytes] = []
        self.replies: list[bytes] = []
        #: Accept connections, and never answer.
        self.silent = False
        self.links: set[Link] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def address(self) -> Address:
        return "127.0.0.1", self.port

    def __enter__(self) -> Proxy:
        call(self.listen())
        return self

    def __exit__(self, *failure: object) -> None:
        call(self.stop())

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def stop(self) -> None:
        await self.refuse()
        for link in list(self.links):
            link.abort()
        while self.links:
            await asyncio.sleep(0.002)

    def heal(self) -> None:
        """Remove the fault, close all connections, listen again, and clear the records."""

        async def again() -> None:
            self.fault, self.silent = None, False
            for link in list(self.links):
                link.abort()
            if self._server is None:
                await self.listen()

        call(again())
        self.requests, self.replies = [], []

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        link = Link(self, reader, writer)
        self.links.add(link)
        try:
            await link.run()
        finally:
            self.links.discard(link)

    async def packet(self, link: Link, direction: str, data: bytes) -> None:
        """Pass the packet `data` on, or inject the fault."""
        self.counts[direction] += 1
        page = is_page(self.transport, data)
        if page and direction == C2S:
            self.requests.append(data)
        if link.ended or direction in link.stalled:
            return
        writer = link.writers[direction]
        if (
            self.fault is not None
            and not self.struck
            and (direction, self.counts[direction]) == (self.direction, self.at)
        ):
            self.struck = True
            await self.fault.run(link, writer, data)
        else:
            writer.write(data)
            if page and direction == S2C:
                self.replies.append(data)
        link.passed[direction].append(data)
        if (held := link.held.pop(direction, None)) is not None and held is not data:
            writer.write(held)
        elif held is not None:
            link.held[direction] = held


def is_page(transport: str, data: bytes) -> bool:
    if transport == "tcp":
        return bool(struct.unpack_from("<I", data, 2)[0] == STATISTIC)
    if data[:3] in (b"GET", b"HTT"):
        return False
    return ws_payload(data)[2][8:12] == struct.pack(">I", STATISTIC)


class Link:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.proxy = proxy
        self.client_reader, self.client_writer = reader, writer
        self.server_writer: asyncio.StreamWriter | None = None
        self.ended = False
        self.stalled: set[str] = set()
        self.passed: dict[str, list[bytes]] = {C2S: [], S2C: []}
        self.held: dict[str, bytes] = {}

    async def run(self) -> None:
        try:
            if self.proxy.silent:
                while await self.client_reader.read(65536):
                    pass
                return
            reader, self.server_writer = await asyncio.open_connection(*self.proxy.upstream)
            self.writers = {C2S: self.server_writer, S2C: self.client_writer}
            up = asyncio.create_task(self.pump(C2S, self.client_reader))
            down = asyncio.create_task(self.pump(S2C, reader))
            done, _ = await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            if down in done and not up.done():
                # Requests that the client sends before it notices the end are recorded too.
                await asyncio.wait({up}, timeout=LEAVE_SECONDS)
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
        except OSError:
            pass
        finally:
            for writer in (self.client_writer, self.server_writer):
                if writer is not None:
                    writer.close()

    async def pump(self, direction: str, reader: asyncio.StreamReader) -> None:
        split = split_tcp if self.proxy.transport == "tcp" else split_ws
        buffer = b""
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                buffer += data
                while length := split(buffer):
                    packet, buffer = buffer[:length], buffer[length:]
                    await self.proxy.packet(self, direction, packet)
        if direction == S2C and not self.ended and S2C not in self.stalled:
            self.end_client()

    def end_client(self) -> None:
        """Close the connection to the client, and continue to read what it sends."""
        self.ended = True
        with contextlib.suppress(OSError):
            self.client_writer.write_eof()

    def close(self) -> None:
        """Close both sides with FIN."""
        self.end_client()
        assert self.server_writer is not None
        self.server_writer.close()

    def reset(self) -> None:
        """Close both sides with RST."""
        self.ended = True
        for writer in (self.client_writer, self.server_writer):
            assert writer is not None
            one = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def abort(self) -> None:
        self.ended = True
        for writer in (self.client_writer, self.server_writer):
            if writer is not None:
                writer.transport.abort()

    def direction_of(self, writer: asyncio.StreamWriter) -> str:
        return C2S if writer is self.server_writer else S2C


# -- The loop ------------------------------------------------------------------------------------------------------

_loop: asyncio.AbstractEventLoop | None = None
_begin = threading.Lock()


def call(work: Awaitable[None]) -> None:
    """Run `work` on the event loop of all proxies, in its own thread, and wait for it."""
    global _loop
    with _begin:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="fault-proxies", daemon=True).start()
    asyncio.run_coroutine_threadsafe(work, _loop).result(30)  # type: ignore[arg-type]


# -- A fault -------------------------------------------------------------------------------------------------------

Run = Callable[[Link, asyncio.StreamWriter, bytes], Awaitable[None]]


@dataclass(frozen=True)
class ProxyFault:
    """A fault of `fault_catalogue` as the proxy injects it.

    Attributes
    ----------
    name : str
    run : coroutine function
        Called with the connection, the writer towards the receiver, and the packet in place of which it acts.
    kinds : dict
        What it does to the connection, for each direction in which it makes sense: a key of `EXPECTED`.
    """

    name: str
    run: Run
    kinds: dict[str, str]


#: What a fault in a server's packet does to the connection, and what a load then ends with, as in the catalogue.
EXPECTED: dict[str, type[po.OptStatError] | None] = {
    "nothing": None,
    "loss": None,
    "reset": None,  # a loss that takes with it what was not read yet
    "restart": None,
    "late": None,  # a restart, after which OpenD logs in late
    "other": po.ConnectionFailed,  # another OpenD answers after a loss
    "down": po.ConnectionFailed,  # a loss for good
    "silence": po.ConnectionFailed,
    "skipped": po.ConnectionFailed,  # a single packet is missing
    "bytes": po.ProtocolError,
    "bytes or silence": po.OptStatError,
}
