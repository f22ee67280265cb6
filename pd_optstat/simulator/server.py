"""The simulator on a TCP port of this machine, for any client that speaks OpenD's protocol."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from datetime import date
from types import TracebackType

from ..errors import InvalidRequest, ProtocolError
from ..opend.endpoint import Endpoint
from ..opend.protocol import Packet, PacketReader, ProtoId, encode_packet
from ..sources.url import DEFAULT_SEED, check_port, check_seed
from .dataset import Dataset
from .service import Service

__all__ = ["SimulatorServer"]

_log = logging.getLogger("pd_optstat")

RECEIVE_BYTES = 64 * 1024
#: Requests that one connection may have in work; beyond that it is not read from until some are answered.
MAX_IN_WORK = 128


class SimulatorServer:
    """Serves OpenD's protocol on loopback, from a thread of its own; a context manager.

    Parameters
    ----------
    port : int
        0 for a free one.
    seed : int
    page_size : int
        Rows a page.
    max_span_days : int
        How many days the end of a request may lie after its begin; 0 for any.
    until : date, optional
        The last day that has numbers, instead of the last closed session.
    latency : float
        Seconds that every page takes, whatever else is asked meanwhile.
    host : str
        Where to listen.
    clock : callable
        Returns the time in Unix seconds.

    Examples
    --------
    >>> with SimulatorServer(until=date(2026, 6, 12)) as server:
    ...     server.url.rpartition(":")[0]
    'opend://127.0.0.1'
    """

    def __init__(
        self,
        port: int = 0,
        *,
        seed: int = DEFAULT_SEED,
        page_size: int = 400,
        max_span_days: int = 365,
        until: date | None = None,
        latency: float = 0.0,
        host: str = "127.0.0.1",
        clock: Callable[[], float] = time.time,
    ) -> None:
        if page_size < 1:
            raise InvalidRequest(f"page_size={page_size!r} must be at least 1.")
        if max_span_days < 0:
            raise InvalidRequest(f"max_span_days={max_span_days!r} must be 0 (any span) or more.")
        if not 0 <= latency <= 3600:
            raise InvalidRequest(f"latency={latency!r} must be from 0 to 3600 seconds.")
        if port:
            check_port(port)
        self.service = Service(Dataset(check_seed(seed)), page_size, max_span_days, until, clock)
        self.host = host
        self.port = port
        self._latency = latency
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="pd_optstat-simulator", daemon=True)
        self._started = threading.Event()
        self._failure: OSError | None = None
        self._stop: asyncio.Event | None = None

    @property
    def url(self) -> str:
        """Its address, as ``source=`` takes it."""
        return str(Endpoint(self.host, self.port))

    def start(self) -> SimulatorServer:
        """Listen.

        Raises
        ------
        OSError
            If the port cannot be had.
        """
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        """Close the port and all connections."""
        if self._thread.is_alive() and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def __enter__(self) -> SimulatorServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()
            self._started.set()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        connections: set[asyncio.Task[None]] = set()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            connections.add(task)
            try:
                await self._talk(reader, writer)
            except (ConnectionError, ProtocolError) as error:
                _log.info("simulator: connection closed: %s", error)
            except asyncio.CancelledError:
                pass
            finally:
                connections.discard(task)
                writer.transport.abort() if writer.transport.is_closing() else writer.close()

        try:
            server = await asyncio.start_server(connected, self.host, self.port)
        except OSError as error:
            self._failure = error
            return
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stop.wait()
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        packets = PacketReader()
        in_work = asyncio.Semaphore(MAX_IN_WORK)
        replies: set[asyncio.Task[None]] = set()
        initialised = False
        try:
            while data := await reader.read(RECEIVE_BYTES):
                for packet in packets.feed(data):
                    if not initialised and packet.proto_id != ProtoId.INIT_CONNECT:
                        raise ProtocolError(f"protocol {packet.proto_id} before InitConnect")
                    initialised = True
                    await in_work.acquire()
                    reply = asyncio.create_task(self._reply(packet, writer, in_work))
                    replies.add(reply)
                    reply.add_done_callback(replies.discard)
            await asyncio.gather(*replies)  # a client that only closed its sending side still gets its answers
        finally:
            for reply in replies:
                reply.cancel()

    async def _reply(self, packet: Packet, writer: asyncio.StreamWriter, in_work: asyncio.Semaphore) -> None:
        try:
            if self._latency and packet.proto_id == ProtoId.GET_OPTION_MARKET_STATISTIC:
                await asyncio.sleep(self._latency)
            reply = self.service.answer(packet)
            if not writer.is_closing():
                writer.write(encode_packet(reply))
                await writer.drain()
        except ConnectionError:
            pass  # the client went away; reading from it ends too
        finally:
            in_work.release()
