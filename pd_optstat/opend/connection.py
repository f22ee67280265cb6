"""A connection to an OpenD: blocking, for one thread at a time, without a thread of its own."""

from __future__ import annotations

import logging
import os
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .._util import cancellation
from ..errors import ConnectionFailed, ProtocolError, RequestRejected, printable
from .connect import open_socket
from .encryption import Encryption, Seal
from .endpoint import Endpoint
from .messages import (
    GetGlobalState,
    InitConnect,
    InitWebSocket,
    KeepAlive,
    decode_body,
    encode_body,
    ret_type_of,
    seed_of,
)
from .packets import Packet, ProtoId
from .transports import TcpTransport, Transport, WebSocketTransport
from .websocket_messages import DISCONNECTED, hashed

__all__ = ["Connection", "ConnectionLost", "ServerInfo"]

_log = logging.getLogger("pd_optstat")

#: The version of the vendor's interface that this client was written for: 10.11, as its SDKs say it.
CLIENT_VERSION = 1011
RECEIVE_BYTES = 64 * 1024

#: OpenD names an interval of about 10 s. What a server says beyond these bounds is not believed.
KEEP_ALIVE_BOUNDS = (1, 300)
KEEP_ALIVE_DEFAULT = 10
#: The vendor's SDK sends a keep-alive when 4/5 of the interval are over.
KEEP_ALIVE_SHARE = 0.8


class ConnectionLost(ConnectionFailed):
    """A connection that stood is gone, so that what was in flight on it may be asked for on another."""


class NotLoggedIn(ConnectionFailed):
    """OpenD runs, but is not logged in (yet)."""


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
        #: How many came, so that silence can be told from a trickle.
        self.bytes_received = 0
        # Random, so that a reply that strayed in from an earlier connection fits no request of this one.
        self._serial = int.from_bytes(os.urandom(3), "big") << 8
        self._seal = Seal(endpoint.rsa)
        self._wire: Transport = WebSocketTransport(str(endpoint)) if endpoint.is_websocket else TcpTransport(self._seal)
        deadline = time.monotonic() + endpoint.timeout
        self._socket = self._connect()
        try:
            self._send(self._wire.pending())
            self._await_open(deadline)
            self.info = self._init(deadline)
        except BaseException:
            self.close()
            raise
        _log.debug("connected to %s%s", endpoint, ", encrypted" if endpoint.is_private else "")
        self.last_used = time.monotonic()
        self._keep_alive_at = self.last_used + self.info.keep_alive * KEEP_ALIVE_SHARE

    def request(self, proto_id: ProtoId, message: Any) -> int:
        """Send `message` and return its serial number."""
        self._serial = self._serial % 0xFFFFFFFF + 1
        body = encode_body(message, self.endpoint.body_format)
        self._check_open()
        self.last_used = time.monotonic()
        self._send(self._wire.encode(Packet(proto_id, self._serial, self.endpoint.body_format, body)))
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
    def is_clean(self) -> bool:
        """Whether no part of a packet is waiting for its rest."""
        return not self._wire.arriving

    def may_bring(self, serials: Any) -> bool:
        """Return whether the packet that is arriving just now may be the reply to one of `serials`."""
        return self._wire.may_bring(serials)

    def ask_login(self) -> int:
        """Ask whether OpenD is logged in to the quote server; return the serial number of the request."""
        return self.request(ProtoId.GET_GLOBAL_STATE, GetGlobalState.Request(c2s=GetGlobalState.C2S(userID=0)))

    def check_login(self, packet: Packet) -> None:
        """Raise `ConnectionFailed` if the reply `packet` says that OpenD is not logged in."""
        reply = decode_body(GetGlobalState.Response, packet.body, packet.body_format)
        if ret_type_of(reply) == 0 and reply.s2c.HasField("qotLogined") and not reply.s2c.qotLogined:
            raise NotLoggedIn(
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
            connected = open_socket(self.endpoint)
            try:
                #: The address and port at the other end, whatever name it was reached by.
                self.peer: tuple[str, int] = connected.getpeername()[:2]
            except BaseException:
                connected.close()
                raise
            return connected
        except OSError as error:
            raise ConnectionFailed(_nobody(self.endpoint, error)) from error

    def _await_open(self, deadline: float) -> None:
        """Wait until packets can be sent: a WebSocket shakes hands first."""
        while not self._wire.is_open:
            # There is no packet before the client has spoken, only what is wrong with the handshake.
            self._next_in_time(deadline)

    def _init(self, deadline: float) -> ServerInfo:
        reply = self._init_websocket(deadline) if self.endpoint.is_websocket else self._init_connect(deadline)
        if ret_type_of(reply) != 0:
            raise RequestRejected(
                f"OpenD at {self.endpoint} refused the connection: {printable(reply.retMsg)} "
                f"(retType {ret_type_of(reply)}). {_remedy(self.endpoint)}",
                ret_type=ret_type_of(reply),
                ret_msg=reply.retMsg,
                err_code=reply.errCode,
            )
        s2c = reply.s2c
        if self.endpoint.is_websocket:
            return ServerInfo(s2c.synthetic.seed if s2c.HasField("synthetic") else None, KEEP_ALIVE_DEFAULT)
        self._agree(s2c)
        low, high = KEEP_ALIVE_BOUNDS
        seed = s2c.synthetic.seed if s2c.HasField("synthetic") else seed_of(s2c.loginUserID)
        return ServerInfo(seed=seed, keep_alive=float(min(max(s2c.keepAliveInterval, low), high)))

    def _init_connect(self, deadline: float) -> Any:
        c2s = InitConnect.C2S(
            clientVer=CLIENT_VERSION,
            clientID=self._client_id(),
            recvNotify=False,
            packetEncAlgo=Encryption.NONE if self.endpoint.encryption is None else self.endpoint.encryption,
            pushProtoFmt=self.endpoint.body_format.value,
            programmingLanguage="Python",
        )
        serial = self.request(ProtoId.INIT_CONNECT, InitConnect.Request(c2s=c2s))
        return self._await_reply(ProtoId.INIT_CONNECT, serial, InitConnect.Response, deadline)

    def _init_websocket(self, deadline: float) -> Any:
        c2s = InitWebSocket.C2S(
            websocketKey=hashed(self.endpoint.key.text), clientID=self._client_id(), programmingLanguage="Python"
        )
        serial = self.request(ProtoId.INIT_WEBSOCKET, InitWebSocket.Request(c2s=c2s))
        return self._await_reply(ProtoId.INIT_WEBSOCKET, serial, InitWebSocket.Response, deadline)

    def _client_id(self) -> str:
        return f"pd_optstat-{self.pid}-{os.urandom(4).hex()}"

    def _agree(self, s2c: Any) -> None:
        wanted = self.endpoint.encryption
        if wanted is not None:
            # An OpenD that knows no CBC gives no initialisation vector, and means its older way.
            agreed = Encryption.FTAES_ECB if not s2c.aesCBCiv else wanted
            self._seal.agree(agreed, s2c.connAESKey, s2c.aesCBCiv)

    def _await_reply(self, proto_id: ProtoId, serial: int, kind: Any, deadline: float) -> Any:
        """Return the reply to the first request. What comes behind it waits: it may be encrypted as that says."""
        while True:
            packet = self._next_in_time(deadline)
            if packet is not None and (packet.proto_id, packet.serial) == (proto_id, serial):
                return decode_body(kind, packet.body, packet.body_format)

    def _next_in_time(self, deadline: float) -> Packet | None:
        """Return the next packet; if there is none yet, take in what arrives before `deadline`, and return None."""
        try:
            packet = self._wire.next_packet()
        except ProtocolError as error:
            raise ProtocolError(_no_opend(self.endpoint, error)) from None
        if packet is None:
            self._packets_in_time(deadline)
        return packet

    def _packets_in_time(self, deadline: float) -> None:
        """Take in what arrives before `deadline`."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise ConnectionFailed(
                f"{self.endpoint} accepted the connection, but did not answer within {self.endpoint.timeout:g} s. "
                f"{_port(self.endpoint)} Is OpenD responding? A longer wait: po.OpenD(..., timeout=SECONDS). "
                f"{_remedy(self.endpoint)}"
            )
        try:
            self._take_in(left)
        except ConnectionLost as error:
            raise ConnectionFailed(
                f"{self.endpoint} accepted the connection and closed it before any answer. "
                f"{_port(self.endpoint)} {_remedy(self.endpoint)}"
            ) from error

    def _receive(self, timeout: float) -> list[Packet]:
        packets: list[Packet] = []
        try:
            # First what is here already; what went wrong with the last bytes is said once the good packets are used.
            self._drain(packets)
            if not packets:
                self._check_open()
                self._take_in(timeout)
                self._drain(packets)
            if not packets:
                self._check_open()
        except ProtocolError:
            if not packets:
                raise
        return packets

    def _drain(self, packets: list[Packet]) -> None:
        while (packet := self._wire.next_packet()) is not None:
            if packet.proto_id == DISCONNECTED and self.endpoint.is_websocket:
                raise self._lost("its WebSocket door has lost OpenD")
            packets.append(packet)

    def _check_open(self) -> None:
        """Raise `ConnectionLost` if the other end took leave, which it may do without closing the socket."""
        if not self._wire.is_open:
            raise self._lost("it closed the WebSocket")

    def _take_in(self, timeout: float) -> None:
        data = self._recv(timeout)
        if data is None:
            return
        if not data:
            raise self._lost("")
        self.bytes_received += len(data)
        self._wire.receive(data)
        with suppress(ConnectionLost):  # what came is used first: it may say why the connection ends
            self._send(self._wire.pending())

    def _recv(self, timeout: float) -> bytes | None:
        """Return the bytes that are there within `timeout` seconds, None if none, ``b""`` at the end."""
        try:
            if cancellation.current() is not None and not getattr(self._socket, "pending", int)():
                if not cancellation.wait_for(self._socket, timeout):
                    return None
                timeout = 0.0
            # A timeout of 0 would mean non-blocking to the socket, which is what is wanted then.
            self._socket.settimeout(max(timeout, 0.0))
            return self._socket.recv(RECEIVE_BYTES)
        except (TimeoutError, BlockingIOError):
            return None
        except OSError as error:
            if type(error).__name__ == "SSLWantReadError":  # half a record of TLS; naming its class imports ssl
                return None
            raise self._lost(str(error)) from error

    def _send(self, data: bytes) -> None:
        if data:
            try:
                self._socket.settimeout(self.endpoint.timeout)
                self._socket.sendall(data)
            except OSError as error:
                raise self._lost(str(error)) from error

    def _lost(self, reason: str) -> ConnectionLost:
        return ConnectionLost(
            f"OpenD at {self.endpoint} closed the connection{f' ({reason})' if reason else ''}. Look at OpenD's window "
            "or log, then load again: what was complete is cached and is not asked for twice."
        )


def _nobody(endpoint: Endpoint, error: OSError) -> str:
    why = str(error) or type(error).__name__
    if "certificate" in why.lower():
        return (
            f"The certificate of {endpoint} is not to be trusted ({why}). For a certificate of your own give the file "
            "of its authority: po.OpenDWebSocket(..., tls=True, certificates=FILE), or ?certificates=FILE in the URL."
        )
    if endpoint.is_websocket:
        return (
            f"No OpenD answers at {endpoint} ({why}). Start Futu OpenD or moomoo OpenD there with its WebSocket door "
            "(websocket_ip, websocket_port; 11112 unless changed), log in, and say ws:// or wss:// as it has it. To "
            "try the package without OpenD, on synthetic numbers: source='simulator:'."
        )
    return (
        f"No OpenD answers at {endpoint} ({why}). Start Futu OpenD or moomoo OpenD there, log in, and compare its API "
        "port (11111 unless changed). For another address give source='opend://HOST:PORT' or set $PD_OPTSTAT_SOURCE. "
        "To try the package without OpenD, on synthetic numbers: source='simulator:'."
    )


def _no_opend(endpoint: Endpoint, error: ProtocolError) -> str:
    if endpoint.is_websocket:
        return (
            f"What answers at {endpoint} is not OpenD's WebSocket door: {error}. Compare the port with OpenD's "
            "settings (websocket_port), and ws:// with wss://."
        )
    if endpoint.rsa is not None:
        return f"{endpoint} answers, but not with this RSA key: {error}. {_remedy(endpoint)}"
    return (
        f"What answers at {endpoint} is not OpenD's TCP port: {error}. Compare the port with OpenD's settings "
        "(api_port, 11111 unless changed; its WebSocket and telnet ports speak otherwise), and whether it has an RSA "
        "key (rsa_private_key): then give it as po.OpenD(..., rsa_key=FILE)."
    )


def _port(endpoint: Endpoint) -> str:
    if endpoint.is_websocket:
        return "Is it OpenD's WebSocket port (websocket_port, 11112 unless changed), with or without TLS as said here?"
    return "Is it OpenD's API port (api_port, 11111 unless changed)?"


def _remedy(endpoint: Endpoint) -> str:
    """Return what to look at where the keys of both ends may differ."""
    if endpoint.is_websocket:
        return "Compare the WebSocket key (ws://:<key>@HOST:PORT) with OpenD's (websocket_key_md5 is the MD5 of it)."
    if endpoint.rsa is not None:
        return "Compare rsa_key with OpenD's key (rsa_private_key): both need the same one, or neither has one."
    return "If OpenD has an RSA key configured (rsa_private_key), give it here too: po.OpenD(..., rsa_key=FILE)."
