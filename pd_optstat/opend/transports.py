"""Client side of OpenD's two transports, TCP and WebSocket, sans-I/O: bytes from and to the socket, packets on top."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Container
from typing import TYPE_CHECKING, Protocol

from ..errors import InvalidRequest, ProtocolError, printable
from .packets import MAX_BODY_BYTES, BodyFormat, Packet, PacketReader, encode_packet
from .websocket_messages import DISCONNECT_PUSH, REPLY_HEADER_BYTES, ReplyStatus, decode_reply, encode_request

if TYPE_CHECKING:
    from websockets.frames import Frame
    from websockets.protocol import Event

    from .encryption import BodyCipher

__all__ = ["TcpTransport", "Transport", "WebSocketTransport"]

#: OpenD's ``RetType`` for the error codes in the header of a WebSocket reply: 1 and 2 are timeouts, 3 is a lost
#: connection; any other code is a plain failure.
_TIMED_OUT, _DISCONNECTED, _FAILED = -100, -200, -1
_RET_TYPES = {1: _TIMED_OUT, 2: _TIMED_OUT, 3: _DISCONNECTED}


class Transport(Protocol):
    """Packets over a byte stream, without I/O."""

    @property
    def is_open(self) -> bool:
        """Whether packets can be sent: after the handshake, and before a close frame."""
        ...

    @property
    def has_partial(self) -> bool:
        """Whether the beginning of a packet was received without its end."""
        ...

    def encode(self, packet: Packet) -> bytes:
        """Return the bytes to send for `packet`."""
        ...

    def receive(self, data: bytes) -> None:
        """Buffer `data` from the socket for `next_packet`."""

    def next_packet(self) -> Packet | None:
        """Return the next complete packet, or None if more data is needed. Raises `ProtocolError` on bad bytes."""

    def data_to_send(self) -> bytes:
        """Return the bytes that the transport itself wants to send: handshakes, pongs, close frames."""
        ...

    def may_answer(self, serials: Container[int]) -> bool:
        """Return whether the packet that has arrived in part may be the reply to one of `serials`."""
        ...


class TcpTransport:
    """OpenD's own packets over TCP.

    Parameters
    ----------
    cipher : BodyCipher
        Encrypts and decrypts bodies.
    """

    is_open = True

    def __init__(self, cipher: BodyCipher) -> None:
        self._cipher = cipher
        self._reader = PacketReader(decrypt=cipher.decrypt)

    @property
    def has_partial(self) -> bool:
        return self._reader.has_partial

    def encode(self, packet: Packet) -> bytes:
        return encode_packet(packet, self._cipher.encrypt)

    def receive(self, data: bytes) -> None:
        self._reader.receive(data)

    def next_packet(self) -> Packet | None:
        return self._reader.next_packet()

    def data_to_send(self) -> bytes:
        return b""

    def may_answer(self, serials: Container[int]) -> bool:
        partial = self._reader.partial
        return partial is not None and partial[1] in serials


class WebSocketTransport:
    """Packets as binary WebSocket messages. The websockets package implements handshake and framing.

    Parameters
    ----------
    url : str
        ``ws://HOST:PORT`` or ``wss://HOST:PORT``, without the key.
    """

    def __init__(self, url: str) -> None:
        try:
            from websockets import client, frames, uri
        except ImportError:
            raise InvalidRequest(
                "ws:// and wss:// need the package websockets, which is not installed: pip install "
                "'pd_optstat[websocket]'."
            ) from None
        self._frame_type, self._opcodes = frames.Frame, frames.Opcode
        # A logger without handlers or parents: at debug level websockets logs whole messages, and one holds the key.
        silent = logging.Logger("pd_optstat.silent", level=logging.CRITICAL)
        # The limit is enforced on a message's announced length, before its bytes are buffered.
        max_size = MAX_BODY_BYTES + REPLY_HEADER_BYTES
        self._protocol = client.ClientProtocol(uri.parse_uri(url), max_size=max_size, logger=silent)
        self._protocol.send_request(self._protocol.connect())
        self._fragments = bytearray()
        # A deque, because one recv() of 64 kB may hold tens of thousands of empty frames.
        self._events: deque[Event] = deque()
        self._bytes_since_message = 0

    @property
    def is_open(self) -> bool:
        return self._protocol.state.name == "OPEN"

    @property
    def has_partial(self) -> bool:
        return bool(self._fragments or self._events or self._bytes_since_message)

    def encode(self, packet: Packet) -> bytes:
        self._protocol.send_binary(encode_request(packet))
        return self.data_to_send()

    def receive(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        self._events += self._protocol.events_received()
        self._bytes_since_message += len(data)

    def next_packet(self) -> Packet | None:
        while self._events:
            event = self._events.popleft()
            if isinstance(event, self._frame_type) and (message := self._complete(event)) is not None:
                self._bytes_since_message = 0
                return _to_packet(message)
        for error in (self._protocol.handshake_exc, self._protocol.parser_exc):
            if error is not None:
                raise ProtocolError(f"the WebSocket failed: {printable(str(error) or type(error).__name__)}")
        return None

    def data_to_send(self) -> bytes:
        return b"".join(self._protocol.data_to_send())

    def may_answer(self, serials: Container[int]) -> bool:
        # websockets buffers an incomplete frame itself, so its section cannot be read yet.
        return self.has_partial

    def _complete(self, frame: Frame) -> bytes | None:
        """Return the message that `frame` completes; None for a control frame, or if fragments are missing."""
        if frame.opcode is self._opcodes.TEXT:
            raise ProtocolError("received a WebSocket text message; OpenD's messages are binary")
        if frame.opcode not in (self._opcodes.BINARY, self._opcodes.CONT):
            if not self._fragments:
                self._bytes_since_message = 0
            return None
        self._fragments += frame.data
        if not frame.fin:
            return None
        message, self._fragments = bytes(self._fragments), bytearray()
        return message


def _to_packet(message: bytes) -> Packet:
    packet, status = decode_reply(message)
    if packet.proto_id == DISCONNECT_PUSH or not status.code:
        return packet
    return Packet(packet.proto_id, packet.serial, BodyFormat.PROTOBUF, _error_body(status))


def _error_body(status: ReplyStatus) -> bytes:
    """Return a response body that reports `status`. All of OpenD's responses start with the same three fields."""
    # Imported here, so that this module needs no protobuf: every reply but a failed one is passed on as it came.
    from ..proto.opend_pb2 import KeepAlive

    response = KeepAlive.Response(
        retType=_RET_TYPES.get(status.code, _FAILED),
        retMsg=f"the WebSocket port reports error {status.code} ({status.text or 'no text'})",
        errCode=status.code,
    )
    return bytes(response.SerializeToString())
