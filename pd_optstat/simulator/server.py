"""The simulator on ports of this machine, for any client that speaks OpenD's protocol."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from types import TracebackType
from typing import NoReturn, TypeAlias

from .._util.optional import import_optional
from ..core.origins import DEFAULT_SEED, check_seed
from ..core.urls import check_port
from ..errors import InvalidRequest
from ..opend.encryption import RsaKey
from ..opend.websocket_messages import hash_websocket_key
from .connections import Listener, ServerState
from .dataset import Dataset
from .faults import ActiveFaults
from .service import Service
from .tcp import TcpListener

__all__ = ["SimulatorServer"]

_Path: TypeAlias = "str | os.PathLike[str]"

_log = logging.getLogger("pd_optstat")


class SimulatorServer:
    """Serve OpenD's protocol on loopback, from a background thread. A context manager.

    Parameters
    ----------
    port : int
        The TCP port; 0 for a free one.
    seed : int
        Random seed of the numbers.
    page_size : int
        Rows per page.
    max_span_days : int
        Most days from the begin to the end of a request; 0 for any number. For underlyings at most 364.
    until : date, optional
        The last day with numbers. None for the last session that has closed.
    latency : float
        Seconds before each page is sent, independent of other requests. Can be changed while the server runs.
    host : str
        The address to listen on. A warning is logged if other machines can reach it.
    clock : callable
        Returns the time in Unix seconds.
    rate_limit : bool
        Whether to refuse first pages beyond OpenD's 60 in 30 seconds for each protocol, as OpenD does.
    rsa_key : path, str or bytes, optional
        An RSA private key, as OpenD uses it. The TCP port then only accepts clients with the same key.
    ws_port : int, optional
        The WebSocket port; 0 for a free one, None for no WebSocket.
    ws_key : str, optional
        The key required from WebSocket clients. None accepts any key, and none.
    ws_certificate, ws_certificate_key : path, optional
        PEM files, for ``wss://``. The key may be in the certificate's file.
    faults : sequence of str
        Faults to inject, as ``NAME`` or ``NAME:N``; `pd_optstat.simulator.faults.FAULTS` lists them.

    Raises
    ------
    InvalidRequest
        If an argument is not valid.

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
        rate_limit: bool = True,
        rsa_key: _Path | bytes | None = None,
        ws_port: int | None = None,
        ws_key: str | None = None,
        ws_certificate: _Path | None = None,
        ws_certificate_key: _Path | None = None,
        faults: Sequence[str] = (),
    ) -> None:
        if page_size < 1:
            raise InvalidRequest(f"page_size={page_size!r} must be at least 1.")
        if max_span_days < 0:
            raise InvalidRequest(f"max_span_days={max_span_days!r} must be 0 (any span) or more.")
        if not host:
            raise InvalidRequest("host must be an address of this machine. Example: 127.0.0.1.")
        for number in (port, ws_port):
            if number:
                check_port(number)
        if ws_port is None and any(option is not None for option in (ws_key, ws_certificate, ws_certificate_key)):
            raise InvalidRequest("ws_key and ws_certificate need ws_port. Use ws_port=0 for a free port.")
        if ws_key == "":
            raise InvalidRequest("ws_key is empty. Leave it out to accept every client.")
        if ws_port is not None:
            import_optional("websockets", "websockets", "websocket", "WebSocket ports")
        self._state = ServerState(
            Service(Dataset(check_seed(seed)), page_size, max_span_days, until, clock, rate_limit),
            check_latency(latency),
            None if rsa_key is None else RsaKey(rsa_key),
            _key_check(ws_key),
        )
        self.faults = faults
        self.host = host
        self.port = port
        self.ws_port = ws_port
        self._context = _tls_context(ws_certificate, ws_certificate_key)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="pd_optstat-simulator", daemon=True)
        self._started = threading.Event()
        self._failure: Exception | None = None
        self._stop: asyncio.Event | None = None

    def __repr__(self) -> str:
        return f"<SimulatorServer {' '.join(self.urls)}>"

    @property
    def url(self) -> str:
        """URL of the TCP port, for ``source=``."""
        return _url("opend", self.host, self.port)

    @property
    def ws_url(self) -> str | None:
        """URL of the WebSocket port, without the key; None if there is no such port."""
        if self.ws_port is None:
            return None
        return _url("ws" if self._context is None else "wss", self.host, self.ws_port)

    @property
    def urls(self) -> tuple[str, ...]:
        """URLs of all ports, TCP first."""
        return (self.url,) if self.ws_url is None else (self.url, self.ws_url)

    @property
    def service(self) -> Service:
        """What replies to requests. Its ``pages_served`` and ``first_pages_served`` are counters."""
        return self._state.service

    @property
    def connections_seen(self) -> int:
        """Number of connections accepted since the start."""
        return self._state.connections_seen

    @property
    def connections(self) -> int:
        """Number of open connections."""
        return len(self._state.connections)

    @property
    def latency(self) -> float:
        """Seconds before each page is sent."""
        return self._state.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._state.latency = check_latency(seconds)

    @property
    def faults(self) -> tuple[str, ...]:
        """Faults to inject. Any thread may set it, which resets the counts."""
        return tuple(self._state.faults.texts)

    @faults.setter
    def faults(self, texts: Sequence[str]) -> None:
        self._state.faults = ActiveFaults(texts)

    @property
    def faults_struck(self) -> dict[str, int]:
        """How often each of `faults` has struck, by name."""
        return self._state.faults.struck

    def start(self) -> SimulatorServer:
        """Open the ports, and return the server itself.

        Raises
        ------
        OSError
            If a port cannot be opened.
        """
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            raise self._failure
        if not _is_loopback(self.host):
            _log.warning(
                "The simulator listens on %s, which other machines can reach: they can use it, mistake its numbers for "
                "real ones, and read what is not encrypted. Listen on 127.0.0.1, unless you trust your network.",
                self.host,
            )
        return self

    def stop(self) -> None:
        """Close the ports and all connections."""
        if self._stop is not None and self._call(self._stop.set):
            self._thread.join()

    def restart(self) -> None:
        """Close all connections and invalidate all page keys, as a restart of OpenD does. Any thread may call it."""
        done = threading.Event()

        def restart() -> None:
            self._state.restart()
            done.set()

        if self._call(restart):
            while not done.wait(0.1) and self._thread.is_alive():
                pass

    def _call(self, function: Callable[[], object]) -> bool:
        """Have the server's thread call `function`; return False if another thread has stopped the server."""
        if self._loop is None or not self._thread.is_alive():
            return False
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError:  # the loop is closed
            return False
        return True

    def __enter__(self) -> SimulatorServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:  # cancels all tasks at its end
                self._loop = runner.get_loop()
                runner.run(self._serve())
        except Exception as error:
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        listeners: list[Listener] = []
        watch = asyncio.create_task(self._state.watch())
        try:
            await self._listen(listeners)
            self._started.set()
            await self._stop.wait()
        finally:
            watch.cancel()
            for listener in listeners:
                await listener.stop()
            self._state.rsa_executor.shutdown(wait=False)

    async def _listen(self, listeners: list[Listener]) -> None:
        # Only the first address of a name: with port 0, each address would get another port.
        try:
            addresses = await asyncio.get_running_loop().getaddrinfo(self.host, None, type=socket.SOCK_STREAM)
        except UnicodeError:
            raise OSError(f"{self.host!r} is not a valid host name") from None
        address = str(addresses[0][4][0])
        tcp = TcpListener(self._state)
        await tcp.start(address, self.port)
        listeners.append(tcp)
        self.port = tcp.port
        if self.ws_port is not None:
            from .websocket import WebSocketListener

            websocket = WebSocketListener(self._state, self._context)
            await websocket.start(address, self.ws_port)
            listeners.append(websocket)
            self.ws_port = websocket.port


def check_latency(latency: float) -> float:
    """Return `latency` if it is a valid number of seconds."""
    if not 0 <= latency <= 3600:
        raise InvalidRequest(f"latency={latency!r} must be from 0 to 3600 seconds.")
    return latency


def _url(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _key_check(key: str | None) -> Callable[[str], bool]:
    if key is None:
        return lambda md5: True
    expected = hash_websocket_key(key).encode()
    return lambda md5: hmac.compare_digest(md5.lower().encode(), expected)


def _tls_context(certificate: _Path | None, key: _Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        if key is not None:
            raise InvalidRequest("ws_certificate_key needs ws_certificate.")
        return None

    def no_password() -> NoReturn:
        raise InvalidRequest("ws_certificate_key is protected by a password. Use a key without one.")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, no_password)
    except OSError as error:  # includes ssl.SSLError
        raise InvalidRequest(
            f"ws_certificate={os.fspath(certificate)!r} or its key cannot be loaded ({error}). Use PEM files."
        ) from None
    return context
