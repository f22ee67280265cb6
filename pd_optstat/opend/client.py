"""A connection to an OpenD over TCP: blocking, for one thread at a time, without a thread of its own."""

from __future__ import annotations

import atexit
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import ConnectionFailed, ProtocolError, RequestRejected
from .messages import GetGlobalState, InitConnect, KeepAlive, decode_body, encode_body, ret_type_of, seed_of
from .protocol import BodyFormat, Packet, PacketReader, ProtoId, encode_packet

__all__ = ["Connection", "Endpoint", "ServerInfo", "borrow", "close_idle", "give_back"]

#: The version of the vendor's interface that this client was written for: 10.11, as its SDKs say it.
CLIENT_VERSION = 1011
NO_ENCRYPTION = -1
RECEIVE_BYTES = 64 * 1024

#: OpenD names an interval of about 10 s. What a server says beyond these bounds is not believed.
KEEP_ALIVE_BOUNDS = (1, 300)
#: The vendor's SDK sends a keep-alive when 4/5 of the interval are over.
KEEP_ALIVE_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an OpenD is, and how to talk to it. `timeout` is in seconds, for connecting and for each reply."""

    host: str
    port: int
    body_format: BodyFormat = BodyFormat.PROTOBUF
    timeout: float = 5.0

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"opend://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What an OpenD said of itself. `seed` is the simulator's, None for a real OpenD."""

    seed: int | None
    keep_alive: float


class Connection:
    """An initialised connection: requests out, packets in.

    Raises
    ------
    ConnectionFailed
        If nobody answers there, or not in time; the message says what to do.
    ProtocolError
        If what answers is no OpenD.
    RequestRejected
        If OpenD refuses the connection.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.pid = os.getpid()
        self._reader = PacketReader()
        self._serial = 0
        self._socket = self._connect()
        try:
            self.info = self._init_connect()
        except BaseException:
            self.close()
            raise
        self.last_used = time.monotonic()
        self._keep_alive_at = self.last_used + self.info.keep_alive * KEEP_ALIVE_SHARE

    @property
    def peer(self) -> tuple[str, int]:
        """The address and port at the other end, whatever name it was reached by."""
        address, port = self._socket.getpeername()[:2]
        return address, port

    def request(self, proto_id: ProtoId, message: Any) -> int:
        """Send `message` and return its serial number."""
        self._serial = self._serial % 0xFFFFFFFF + 1
        body = encode_body(message, self.endpoint.body_format)
        self.last_used = time.monotonic()
        try:
            self._socket.settimeout(self.endpoint.timeout)
            self._socket.sendall(encode_packet(Packet(proto_id, self._serial, self.endpoint.body_format, body)))
        except OSError as error:
            raise self._lost(error) from error
        return self._serial

    def receive(self, timeout: float) -> list[Packet]:
        """Return the packets that arrive next; none if nothing arrives, or no packet ends, within `timeout` seconds.

        Sends the keep-alive that OpenD wants, if one is due.
        """
        now = time.monotonic()
        if now >= self._keep_alive_at:
            self._keep_alive_at = now + self.info.keep_alive * KEEP_ALIVE_SHARE
            self.request(ProtoId.KEEP_ALIVE, KeepAlive.Request(c2s=KeepAlive.C2S(time=int(time.time()))))
        return self._receive(min(timeout, self._keep_alive_at - now))

    @property
    def partial(self) -> tuple[int, int] | None:
        """Protocol id and serial number of the packet that is arriving just now."""
        return self._reader.partial

    def ask_login(self) -> int:
        """Ask whether OpenD is logged in to the quote server; return the serial number of the request."""
        return self.request(ProtoId.GET_GLOBAL_STATE, GetGlobalState.Request(c2s=GetGlobalState.C2S(userID=0)))

    def check_login(self, packet: Packet) -> None:
        """Raise `ConnectionFailed` if the reply `packet` says that OpenD is not logged in."""
        reply = decode_body(GetGlobalState.Response, packet.body, packet.body_format)
        if ret_type_of(reply) == 0 and reply.s2c.HasField("qotLogined") and not reply.s2c.qotLogined:
            raise ConnectionFailed(
                f"OpenD at {self.endpoint} runs, but is not logged in to the quote server. Log in in its window, or "
                "with its login_account and login_pwd settings, and wait until it says that it is connected."
            )

    def is_alive(self) -> bool:
        """Return whether the connection still stands, as far as can be told without sending."""
        try:
            self._receive(0.0)
        except (ConnectionFailed, ProtocolError):
            return False
        return True

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _connect(self) -> socket.socket:
        try:
            connected = socket.create_connection((self.endpoint.host, self.endpoint.port), self.endpoint.timeout)
        except (OSError, UnicodeError) as error:
            raise ConnectionFailed(
                f"No OpenD answers at {self.endpoint} ({str(error) or type(error).__name__}). Start Futu OpenD or "
                "moomoo OpenD there, log in, and compare its API port (11111 unless changed). For another address "
                "give source='opend://HOST:PORT' or set $PD_OPTSTAT_SOURCE. To try the package without OpenD, on "
                "synthetic numbers: source='simulator:'."
            ) from error
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def _init_connect(self) -> ServerInfo:
        serial = self.request(
            ProtoId.INIT_CONNECT,
            InitConnect.Request(
                c2s=InitConnect.C2S(
                    clientVer=CLIENT_VERSION,
                    clientID=f"pd_optstat-{self.pid}-{os.urandom(4).hex()}",
                    recvNotify=False,
                    packetEncAlgo=NO_ENCRYPTION,
                    pushProtoFmt=self.endpoint.body_format.value,
                    programmingLanguage="Python",
                )
            ),
        )
        reply = self._await_init(serial)
        if ret_type_of(reply) != 0:
            raise RequestRejected(
                f"OpenD at {self.endpoint} refused the connection: {reply.retMsg or 'no reason given'} "
                f"(retType {ret_type_of(reply)}). If it has an RSA key configured, this version cannot talk to it yet.",
                ret_type=ret_type_of(reply),
                ret_msg=reply.retMsg,
                err_code=reply.errCode,
            )
        s2c = reply.s2c
        low, high = KEEP_ALIVE_BOUNDS
        seed = s2c.synthetic.seed if s2c.HasField("synthetic") else seed_of(s2c.loginUserID)
        return ServerInfo(seed=seed, keep_alive=float(min(max(s2c.keepAliveInterval, low), high)))

    def _await_init(self, serial: int) -> Any:
        deadline = time.monotonic() + self.endpoint.timeout
        while (left := deadline - time.monotonic()) > 0:
            try:
                packets = self._receive(left)
            except ProtocolError as error:
                raise ProtocolError(
                    f"What answers at {self.endpoint} is not OpenD's TCP port: {error}. Compare the port with OpenD's "
                    "settings (api_port, 11111 unless changed; its WebSocket and telnet ports speak otherwise)."
                ) from None
            except ConnectionFailed as error:
                raise ConnectionFailed(
                    f"{self.endpoint} accepted the connection and closed it before any answer. Is it OpenD's API port "
                    "(api_port, 11111 unless changed), and is encryption switched off there (no RSA key)?"
                ) from error
            for packet in packets:
                if (packet.proto_id, packet.serial) == (ProtoId.INIT_CONNECT, serial):
                    return decode_body(InitConnect.Response, packet.body, packet.body_format)
        raise ConnectionFailed(
            f"{self.endpoint} accepted the connection, but did not answer within {self.endpoint.timeout:g} s. "
            "Is it OpenD's API port, and is OpenD responding? A longer wait: po.OpenD(..., timeout=SECONDS)."
        )

    def _receive(self, timeout: float) -> list[Packet]:
        self._reader.feed(b"")  # raises what the last bytes were wrong with, once the good packets before are used
        try:
            # A timeout of 0 would mean non-blocking to the socket, which is what is wanted then.
            self._socket.settimeout(max(timeout, 0.0))
            data = self._socket.recv(RECEIVE_BYTES)
        except (TimeoutError, BlockingIOError):
            return []
        except OSError as error:
            raise self._lost(error) from error
        if not data:
            raise self._lost(None)
        return self._reader.feed(data)

    def _lost(self, error: OSError | None) -> ConnectionFailed:
        reason = f" ({error})" if error is not None else ""
        return ConnectionFailed(
            f"OpenD at {self.endpoint} closed the connection{reason}. Look at OpenD's window or log, then load again: "
            "what was complete is cached and is not asked for twice."
        )


_idle: dict[Endpoint, Connection] = {}
_lock = threading.Lock()


def borrow(endpoint: Endpoint, connect: Callable[[Endpoint], Connection] = Connection) -> tuple[Connection, bool]:
    """Return a connection to `endpoint`, and whether it is an idle one from an earlier load."""
    with _lock:
        idle = _idle.pop(endpoint, None)
    if idle is not None:
        young = time.monotonic() - idle.last_used < idle.info.keep_alive
        if idle.pid == os.getpid() and young and idle.is_alive():
            return idle, True
        idle.close()
    return connect(endpoint), False


def give_back(connection: Connection) -> None:
    """Keep `connection`, which must have no request in flight, for the next load; at most one an endpoint."""
    with _lock:
        before, _idle[connection.endpoint] = _idle.get(connection.endpoint), connection
    if before is not None:
        before.close()


def close_idle() -> None:
    """Close all idle connections."""
    with _lock:
        connections = list(_idle.values())
        _idle.clear()
    for connection in connections:
        connection.close()


def _after_fork() -> None:
    """Begin anew in a child: the connections are the parent's, and the lock may be held for ever."""
    global _lock
    _lock = threading.Lock()
    _idle.clear()


atexit.register(close_idle)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
