"""A connection to an OpenD: blocking, for one thread at a time, and without a thread of its own."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Container
from contextlib import suppress
from typing import TypeVar

from .._util import cancellation
from ..errors import ConnectionFailed, ProtocolError, RequestRejected, printable
from .connect import open_socket, server_address
from .encryption import BodyCipher, Encryption
from .endpoint import Endpoint
from .messages import (
    GetGlobalState,
    InitConnect,
    InitWebSocket,
    KeepAlive,
    Request,
    Response,
    decode_body,
    encode_body,
    ret_type_of,
    seed_of,
    synthetic_user_id,
)
from .packets import Packet, ProtoId
from .transports import TcpTransport, Transport, WebSocketTransport
from .websocket_messages import DISCONNECT_PUSH, hash_websocket_key

__all__ = ["Connection", "ConnectionLost", "NotLoggedIn"]

_ResponseT = TypeVar("_ResponseT", bound=Response)
_log = logging.getLogger("pd_optstat")

#: Version 10.11 of the vendor's interface, written as the SDKs send it.
CLIENT_VERSION = 1011
#: A page of 365 rows is about 25 kB, so most replies need one recv().
RECEIVE_BYTES = 64 * 1024

#: OpenD announces a keep-alive interval of about 10 s. Values outside these bounds are clipped: a hostile 0 would
#: make us send nothing but keep-alives, and a huge one would let idle connections look alive for days.
KEEP_ALIVE_BOUNDS = (1, 300)
#: InitWebSocket announces no interval.
KEEP_ALIVE_DEFAULT = 10
#: As the vendor's SDKs, send a keep-alive when 4/5 of the interval have passed.
KEEP_ALIVE_SHARE = 0.8


class ConnectionLost(ConnectionFailed):
    """An established connection ended; requests in flight may be repeated on another one."""


class NotLoggedIn(ConnectionFailed):
    """OpenD runs, but is not logged in to the quote server (yet)."""


class Connection:
    """An initialised connection: sends requests, receives packets.

    Attributes
    ----------
    simulator_seed : int or None
        The simulator's seed; None for a real OpenD.
    user_id : int or None
        The user that OpenD is logged in as; None if unknown, as over WebSocket, where only simulators tell.
    host : str
        The server's address, ``"localhost"`` for any address of this machine.
    keep_alive : float
        Seconds after which OpenD drops a client that sends nothing.
    bytes_received : int
        Counts up, so that callers can tell a slow reply from silence.

    Raises
    ------
    ConnectionFailed
        If the server cannot be reached, or does not answer in time.
    ProtocolError
        If the server is not an OpenD.
    RequestRejected
        If OpenD refuses the connection.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.pid = os.getpid()
        self.bytes_received = 0
        self.simulator_seed: int | None = None
        self.user_id: int | None = None
        self.keep_alive = float(KEEP_ALIVE_DEFAULT)
        # Serial numbers start at random, so that a stray reply to an earlier connection matches no request of this one.
        self._serial = int.from_bytes(os.urandom(3), "big") << 8
        self._cipher = BodyCipher(endpoint.rsa)
        self._transport: Transport = (
            WebSocketTransport(str(endpoint)) if endpoint.is_websocket else TcpTransport(self._cipher)
        )
        deadline = time.monotonic() + endpoint.timeout
        self._socket, self.host = self._connect()
        try:
            self._send(self._transport.data_to_send())
            while not self._transport.is_open:
                self._next_packet(deadline)  # the WebSocket handshake, during which no packet can arrive
            if endpoint.is_websocket:
                self._init_websocket(deadline)
            else:
                self._init_connect(deadline)
        except BaseException:
            self.close()
            raise
        _log.debug("connected to %s%s", endpoint, ", encrypted" if endpoint.is_encrypted else "")
        self.last_used = time.monotonic()
        self._keep_alive_at = self.last_used + self.keep_alive * KEEP_ALIVE_SHARE

    @property
    def has_partial(self) -> bool:
        """Whether the beginning of a packet was received without its end."""
        return self._transport.has_partial

    def may_answer(self, serials: Container[int]) -> bool:
        """Return whether the packet that has arrived in part may be the reply to one of `serials`."""
        return self._transport.may_answer(serials)

    def request(self, proto_id: ProtoId, message: Request) -> int:
        """Send `message` and return its serial number."""
        self._serial = self._serial % 0xFFFFFFFF + 1
        body = encode_body(message, self.endpoint.body_format)
        self._check_open()
        self.last_used = time.monotonic()
        self._send(self._transport.encode(Packet(proto_id, self._serial, self.endpoint.body_format, body)))
        return self._serial

    def receive(self, timeout: float) -> list[Packet]:
        """Return the next packets; an empty list if none is complete within `timeout` seconds.

        Sends a keep-alive if one is due.
        """
        now = time.monotonic()
        if now >= self._keep_alive_at:
            self._keep_alive_at = now + self.keep_alive * KEEP_ALIVE_SHARE
            self.request(ProtoId.KEEP_ALIVE, KeepAlive.Request(c2s=KeepAlive.C2S(time=int(time.time()))))
        return self._receive(min(timeout, self._keep_alive_at - now))

    def request_login_state(self) -> int:
        """Ask whether OpenD is logged in to the quote server, and return the request's serial number."""
        return self.request(ProtoId.GET_GLOBAL_STATE, GetGlobalState.Request(c2s=GetGlobalState.C2S(userID=0)))

    def check_login_state(self, packet: Packet) -> None:
        """Raise `NotLoggedIn` if `packet`, the reply to `request_login_state`, says so."""
        reply = decode_body(GetGlobalState.Response, packet.body, packet.body_format)
        if ret_type_of(reply) == 0 and reply.s2c.HasField("qotLogined") and not reply.s2c.qotLogined:
            raise NotLoggedIn(
                f"OpenD at {self.endpoint} is not logged in to the quote server. Log in in OpenD's window, or with its "
                "login_account and login_pwd settings, and wait until it reports that it is connected."
            )

    def is_alive(self) -> bool:
        """Return whether the connection looks open, without sending anything."""
        try:
            self._receive(0.0)
        except (ConnectionFailed, ProtocolError):
            return False
        return True

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    # -- Connecting ------------------------------------------------------------------------------------------------

    def _connect(self) -> tuple[socket.socket, str]:
        """Return the connected socket, and the server's address."""
        try:
            connected = open_socket(self.endpoint)
            try:
                return connected, server_address(connected)
            except BaseException:
                connected.close()
                raise
        except OSError as error:
            raise ConnectionFailed(_unreachable(self.endpoint, error)) from error

    def _init_connect(self, deadline: float) -> None:
        wanted = self.endpoint.encryption
        c2s = InitConnect.C2S(
            clientVer=CLIENT_VERSION,
            clientID=self._client_id(),
            recvNotify=False,
            packetEncAlgo=Encryption.NONE if wanted is None else wanted,
            pushProtoFmt=self.endpoint.body_format.value,
            programmingLanguage="Python",
        )
        serial = self.request(ProtoId.INIT_CONNECT, InitConnect.Request(c2s=c2s))
        reply = self._await_reply(ProtoId.INIT_CONNECT, serial, InitConnect.Response, deadline)
        self._check_accepted(reply)
        s2c = reply.s2c
        if wanted is not None:
            # A version of OpenD without CBC sends no initialisation vector, and uses FTAES_ECB whatever was asked for.
            used = wanted if s2c.aesCBCiv else Encryption.FTAES_ECB
            self._cipher.set_key(used, s2c.connAESKey, s2c.aesCBCiv)
        low, high = KEEP_ALIVE_BOUNDS
        self.keep_alive = float(min(max(s2c.keepAliveInterval, low), high))
        self.simulator_seed = s2c.synthetic.seed if s2c.HasField("synthetic") else seed_of(s2c.loginUserID)
        self.user_id = s2c.loginUserID or None

    def _init_websocket(self, deadline: float) -> None:
        c2s = InitWebSocket.C2S(
            websocketKey=hash_websocket_key(self.endpoint.key),
            clientID=self._client_id(),
            programmingLanguage="Python",
        )
        serial = self.request(ProtoId.INIT_WEBSOCKET, InitWebSocket.Request(c2s=c2s))
        reply = self._await_reply(ProtoId.INIT_WEBSOCKET, serial, InitWebSocket.Response, deadline)
        self._check_accepted(reply)
        if reply.s2c.HasField("synthetic"):
            self.simulator_seed = reply.s2c.synthetic.seed
            self.user_id = synthetic_user_id(self.simulator_seed)

    def _client_id(self) -> str:
        return f"pd_optstat-{self.pid}-{os.urandom(4).hex()}"

    def _check_accepted(self, reply: Response) -> None:
        if ret_type_of(reply) != 0:
            raise RequestRejected(
                f"OpenD at {self.endpoint} refused the connection: {printable(reply.retMsg)} "
                f"(retType {ret_type_of(reply)}). {_key_advice(self.endpoint)}",
                ret_type=ret_type_of(reply),
                ret_msg=reply.retMsg,
                err_code=reply.errCode,
            )

    def _await_reply(self, proto_id: ProtoId, serial: int, kind: type[_ResponseT], deadline: float) -> _ResponseT:
        """Return the reply to the first request.

        Packets are decoded one at a time here: those that follow the reply may be encrypted with the key in it.
        """
        while True:
            packet = self._next_packet(deadline)
            if packet is not None and (packet.proto_id, packet.serial) == (proto_id, serial):
                return decode_body(kind, packet.body, packet.body_format)  # pyright: ignore[reportArgumentType]

    def _next_packet(self, deadline: float) -> Packet | None:
        """Return the next packet; if none is complete, read once from the socket and return None."""
        try:
            packet = self._transport.next_packet()
        except ProtocolError as error:
            raise ProtocolError(_not_opend(self.endpoint, error)) from None
        if packet is not None:
            return packet
        left = deadline - time.monotonic()
        if left <= 0:
            raise ConnectionFailed(
                f"{self.endpoint} accepted the connection, but did not answer within {self.endpoint.timeout:g} s. "
                f"{_port_advice(self.endpoint)} If OpenD is slow, pass a longer timeout: po.OpenD(..., "
                f"timeout=SECONDS). {_key_advice(self.endpoint)}"
            )
        try:
            self._read(left)
        except ConnectionLost as error:
            raise ConnectionFailed(
                f"{self.endpoint} accepted the connection, and closed it without an answer. "
                f"{_port_advice(self.endpoint)} {_key_advice(self.endpoint)}"
            ) from error
        return None

    # -- Sending and receiving -------------------------------------------------------------------------------------

    def _receive(self, timeout: float) -> list[Packet]:
        packets: list[Packet] = []
        try:
            # Packets that are buffered come first. An error in the bytes after them is raised by the next call.
            self._decode_into(packets)
            if not packets:
                self._check_open()
                self._read(timeout)
                self._decode_into(packets)
            if not packets:
                self._check_open()
        except ProtocolError:
            if not packets:
                raise
        return packets

    def _decode_into(self, packets: list[Packet]) -> None:
        while (packet := self._transport.next_packet()) is not None:
            if packet.proto_id == DISCONNECT_PUSH and self.endpoint.is_websocket:
                raise self._lost("its WebSocket port lost the connection to OpenD")
            packets.append(packet)

    def _check_open(self) -> None:
        """Raise `ConnectionLost` after a WebSocket close frame, which may come long before the socket is closed."""
        if not self._transport.is_open:
            raise self._lost("it closed the WebSocket")

    def _read(self, timeout: float) -> None:
        """Pass the bytes that arrive within `timeout` seconds to the transport."""
        data = self._recv(timeout)
        if data is None:
            return
        if not data:
            raise self._lost("")
        self.bytes_received += len(data)
        self._transport.receive(data)
        # A failure to send, a pong for example, can wait: the packets just received may say why the connection ends.
        with suppress(ConnectionLost):
            self._send(self._transport.data_to_send())

    def _recv(self, timeout: float) -> bytes | None:
        """Return the bytes that arrive within `timeout` seconds, None if there are none, ``b""`` at the end."""
        try:
            if not self._has_decrypted_bytes() and not cancellation.wait_for(self._socket, timeout):
                return None
            self._socket.setblocking(False)
            return self._socket.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return None
        except OSError as error:
            # Part of a TLS record arrived. Compared by name, as importing ssl takes longer than most loads.
            if type(error).__name__ == "SSLWantReadError":
                return None
            raise self._lost(str(error)) from error

    def _has_decrypted_bytes(self) -> bool:
        """Return whether a TLS socket has buffered bytes, for which select() would wait in vain."""
        pending = getattr(self._socket, "pending", None)
        return pending is not None and pending() > 0

    def _send(self, data: bytes) -> None:
        if data:
            try:
                self._socket.settimeout(self.endpoint.timeout)
                self._socket.sendall(data)
            except OSError as error:
                raise self._lost(str(error)) from error

    def _lost(self, reason: str) -> ConnectionLost:
        return ConnectionLost(
            f"OpenD at {self.endpoint} closed the connection{f' ({reason})' if reason else ''}. Check OpenD's window "
            "or log, then load again; complete windows are cached and not requested again."
        )


def _unreachable(endpoint: Endpoint, error: OSError) -> str:
    """Return the message for an address at which nothing accepts a connection."""
    reason = str(error) or type(error).__name__
    if "certificate" in reason.lower():
        return (
            f"The certificate of {endpoint} is not trusted ({reason}). For a certificate of your own pass the file of "
            "its authority: po.OpenDWebSocket(..., tls=True, certificates=FILE), or ?certificates=FILE in the URL."
        )
    if endpoint.is_websocket:
        return (
            f"No OpenD answers at {endpoint} ({reason}). Start Futu OpenD or moomoo OpenD there with its WebSocket "
            "port (websocket_ip, websocket_port; 11112 by default), log in, and use ws:// or wss:// as configured "
            "there. To try the package without OpenD, on synthetic numbers: source='simulator:'."
        )
    return (
        f"No OpenD answers at {endpoint} ({reason}). Start Futu OpenD or moomoo OpenD there, log in, and compare its "
        "API port (11111 by default). For another address pass source='opend://HOST:PORT' or set $PD_OPTSTAT_SOURCE. "
        "To try the package without OpenD, on synthetic numbers: source='simulator:'."
    )


def _not_opend(endpoint: Endpoint, error: ProtocolError) -> str:
    """Return the message for bytes that are not OpenD's."""
    if endpoint.is_websocket:
        return (
            f"{endpoint} is not OpenD's WebSocket port: {error}. Compare the port with OpenD's settings "
            "(websocket_port), and ws:// with wss://."
        )
    if endpoint.rsa is not None:
        return f"{endpoint} does not answer with this RSA key: {error}. {_key_advice(endpoint)}"
    return (
        f"{endpoint} is not OpenD's API port: {error}. Compare the port with OpenD's settings (api_port, 11111 by "
        "default; its WebSocket and telnet ports use other protocols). If OpenD has an RSA key (rsa_private_key), "
        "pass it as po.OpenD(..., rsa_key=FILE)."
    )


def _port_advice(endpoint: Endpoint) -> str:
    if endpoint.is_websocket:
        return "Check that this is OpenD's WebSocket port (websocket_port, 11112 by default), and ws:// against wss://."
    return "Check that this is OpenD's API port (api_port, 11111 by default)."


def _key_advice(endpoint: Endpoint) -> str:
    """Return what to check where client and server may have different keys."""
    if endpoint.is_websocket:
        return "Compare the WebSocket key (ws://:<key>@HOST:PORT) with OpenD's (websocket_key_md5 is the MD5 of it)."
    if endpoint.rsa is not None:
        return "Compare rsa_key with OpenD's key (rsa_private_key): both need the same key, or neither has one."
    return "If OpenD has an RSA key (rsa_private_key), pass it here too: po.OpenD(..., rsa_key=FILE)."
