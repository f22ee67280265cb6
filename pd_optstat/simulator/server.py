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
from typing import Any, NoReturn

from ..core.origins import DEFAULT_SEED, check_seed
from ..core.urls import check_port
from ..errors import InvalidRequest
from ..opend.encryption import RsaKey
from ..opend.websocket_messages import hash_websocket_key
from .connections import Hub, Listener
from .dataset import Dataset
from .faults import Faults
from .service import Service
from .tcp import TcpListener

__all__ = ["SimulatorServer"]

_log = logging.getLogger("pd_optstat")


class SimulatorServer:
    """Serves OpenD's protocol on loopback, from a thread of its own; a context manager.

    Parameters
    ----------
    port : int
        Of TCP; 0 for a free one.
    seed : int
    page_size : int
        Rows a page.
    max_span_days : int
        How many days the end of a request may lie after its begin; 0 for any.
    until : date, optional
        The last day that has numbers, instead of the last closed session.
    latency : float
        Seconds that every page takes, whatever else is asked meanwhile. May be set while it runs.
    host : str
        Where to listen. One that is not loopback lets others in, and is warned of.
    clock : callable
        Returns the time in Unix seconds.
    rate_limit : bool
        Whether to refuse first pages beyond OpenD's 60 in 30 seconds, as OpenD does.
    rsa_key : path, str or bytes, optional
        An RSA private key, as OpenD has it: then the TCP port serves clients that have the same key, and no others.
    ws_port : int, optional
        Of WebSocket; 0 for a free one. None: no WebSocket.
    ws_key : str, optional
        The key that WebSocket clients must have. None: any or none will do.
    ws_certificate, ws_certificate_key : path, optional
        PEM files, for ``wss://``. The key may be in the certificate's file.
    faults : sequence of str
        What goes wrong, as ``NAME`` or ``NAME:N``; see `pd_optstat.simulator.faults.FAULTS`.

    Raises
    ------
    InvalidRequest
        If one of these cannot be.

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
        rsa_key: Any = None,
        ws_port: int | None = None,
        ws_key: str | None = None,
        ws_certificate: str | os.PathLike[str] | None = None,
        ws_certificate_key: str | os.PathLike[str] | None = None,
        faults: Sequence[str] = (),
    ) -> None:
        if page_size < 1:
            raise InvalidRequest(f"page_size={page_size!r} must be at least 1.")
        if max_span_days < 0:
            raise InvalidRequest(f"max_span_days={max_span_days!r} must be 0 (any span) or more.")
        if not host:
            raise InvalidRequest("host must be an address of this machine. Example: 127.0.0.1.")
        for one in (port, ws_port):
            if one:
                check_port(one)
        if ws_port is None and any(one is not None for one in (ws_key, ws_certificate, ws_certificate_key)):
            raise InvalidRequest("ws_key and ws_certificate mean nothing without ws_port. ws_port=0 takes a free one.")
        if ws_key == "":
            raise InvalidRequest("ws_key is empty. None lets every client in.")
        if ws_port is not None:
            _need_websockets()
        self._hub = Hub(
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
        """The address of its TCP port, as ``source=`` takes it."""
        return _url("opend", self.host, self.port)

    @property
    def ws_url(self) -> str | None:
        """The address of its WebSocket port, without a key; None if it has none."""
        if self.ws_port is None:
            return None
        return _url("ws" if self._context is None else "wss", self.host, self.ws_port)

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses of its ports: TCP, then WebSocket if it has that."""
        return (self.url,) if self.ws_url is None else (self.url, self.ws_url)

    @property
    def service(self) -> Service:
        """What answers; its ``pages_served`` and ``first_pages_served`` count."""
        return self._hub.service

    @property
    def connections_seen(self) -> int:
        """How many connections were ever made."""
        return self._hub.connections_seen

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return len(self._hub.sessions)

    @property
    def latency(self) -> float:
        """Seconds that every page takes."""
        return self._hub.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._hub.latency = check_latency(seconds)

    @property
    def faults(self) -> tuple[str, ...]:
        """What goes wrong. Setting it, from any thread, begins to count anew."""
        return tuple(self._hub.faults.texts)

    @faults.setter
    def faults(self, texts: Sequence[str]) -> None:
        self._hub.faults = Faults(texts)

    @property
    def faults_struck(self) -> dict[str, int]:
        """How often each of `faults` has struck, by its name."""
        return self._hub.faults.struck

    def start(self) -> SimulatorServer:
        """Listen.

        Raises
        ------
        OSError
            If a port cannot be had.
        """
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            raise self._failure
        if not _is_loopback(self.host):
            _log.warning(
                "The simulator listens at %s, which other machines can reach: whoever does can use it, take its "
                "numbers for real ones, and listen in on what is not encrypted. Leave the host at 127.0.0.1, unless "
                "you know who is in your network.",
                self.host,
            )
        return self

    def stop(self) -> None:
        """Close the ports and all connections."""
        if self._stop is not None and self._tell(self._stop.set):
            self._thread.join()

    def restart(self) -> None:
        """Close all connections and forget all page keys, as an OpenD that is started anew; from any thread."""
        done = threading.Event()

        def now() -> None:
            self._hub.restart()
            done.set()

        if self._tell(now):
            while not done.wait(0.1) and self._thread.is_alive():
                pass

    def _tell(self, what: Callable[[], object]) -> bool:
        """Have the server's thread do something; return whether it runs: another thread may just have stopped it."""
        if self._loop is None or not self._thread.is_alive():
            return False
        try:
            self._loop.call_soon_threadsafe(what)
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
            with asyncio.Runner() as runner:  # which leaves no task behind
                self._loop = runner.get_loop()
                runner.run(self._serve())
        except Exception as error:
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        listeners: list[Listener] = []
        watch = asyncio.create_task(self._hub.watch())
        try:
            await self._listen(listeners)
            self._started.set()
            await self._stop.wait()
        finally:
            watch.cancel()
            for listener in listeners:
                await listener.stop()
            self._hub.ciphers.shutdown(wait=False)

    async def _listen(self, listeners: list[Listener]) -> None:
        # One address: a name may mean several, each of which would get a free port of its own.
        try:
            found = await asyncio.get_running_loop().getaddrinfo(self.host, None, type=socket.SOCK_STREAM)
        except UnicodeError:
            raise OSError(f"{self.host!r} is no name of a host") from None
        address = str(found[0][4][0])
        tcp = TcpListener(self._hub)
        await tcp.start(address, self.port)
        listeners.append(tcp)
        self.port = tcp.port
        if self.ws_port is not None:
            from .websocket import WebSocketListener

            websocket = WebSocketListener(self._hub, self._context)
            await websocket.start(address, self.ws_port)
            listeners.append(websocket)
            self.ws_port = websocket.port


def check_latency(latency: float) -> float:
    """Return `latency` if a page can take so many seconds."""
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
        return lambda said: True
    right = hash_websocket_key(key).encode()
    return lambda said: hmac.compare_digest(said.lower().encode(), right)


def _tls_context(certificate: Any, key: Any) -> ssl.SSLContext | None:
    if certificate is None:
        if key is not None:
            raise InvalidRequest("ws_certificate_key means nothing without ws_certificate.")
        return None

    def no_password() -> NoReturn:
        raise InvalidRequest("ws_certificate_key is protected by a password. Give one that is not.")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, no_password)
    except OSError as error:  # ssl.SSLError is one too
        raise InvalidRequest(
            f"ws_certificate={os.fspath(certificate)!r} and its key cannot be used ({error}). Give PEM files."
        ) from None
    return context


def _need_websockets() -> None:
    try:
        import websockets  # noqa: F401
    except ImportError:
        raise InvalidRequest(
            "ws_port needs the package websockets, which is not installed: pip install 'pd_optstat[websocket]'."
        ) from None
