"""The client's end of the two ways to carry packets, sans-I/O: bytes in and out, packets between."""

from __future__ import annotations

import logging
from collections import deque
from typing import Any, Protocol

from ..errors import InvalidRequest, ProtocolError, printable
from .encryption import Seal
from .messages import KeepAlive
from .packets import MAX_BODY_BYTES, BodyFormat, Packet, PacketReader, encode_packet
from .websocket_messages import DISCONNECTED, Failure, decode_reply, encode_request

__all__ = ["TcpTransport", "Transport", "WebSocketTransport"]

#: What a WebSocket reply carries in front of its body.
HEADER_BYTES = 44
#: ``RetType``: the request timed out, OpenD is disconnected, the request failed.
TIMED_OUT, DISCONNECTED_RESULT, FAILED = -100, -200, -1


class Transport(Protocol):
    """Packets over a stream of bytes."""

    @property
    def is_open(self) -> bool:
        """Whether packets can be sent."""
        ...

    def encode(self, packet: Packet) -> bytes:
        """Return the bytes that carry `packet`."""
        ...

    def receive(self, data: bytes) -> None:
        """Take in what arrived."""

    def next_packet(self) -> Packet | None:
        """Return the next packet that arrived whole; None if there is none. `ProtocolError` if there never will be."""

    def pending(self) -> bytes:
        """Return bytes that are to be sent though nobody asked for them."""
        ...

    @property
    def arriving(self) -> bool:
        """Whether a packet has begun to arrive, but not ended."""
        ...

    def may_bring(self, serials: Any) -> bool:
        """Return whether the packet that is arriving may be the reply to one of `serials`."""
        ...


class TcpTransport:
    """OpenD's own packets.

    Parameters
    ----------
    seal : Seal
        How bodies are encrypted.
    """

    is_open = True

    def __init__(self, seal: Seal) -> None:
        self.seal = seal
        self._reader = PacketReader(unseal=seal.unseal)

    def encode(self, packet: Packet) -> bytes:
        return encode_packet(packet, self.seal.seal)

    def receive(self, data: bytes) -> None:
        self._reader.receive(data)

    def next_packet(self) -> Packet | None:
        return self._reader.next_packet()

    def pending(self) -> bytes:
        return b""

    @property
    def arriving(self) -> bool:
        return self._reader.arriving

    def may_bring(self, serials: Any) -> bool:
        partial = self._reader.partial
        return partial is not None and partial[1] in serials


class WebSocketTransport:
    """Packets as binary messages of a WebSocket; the handshake and the frames are the library's business.

    Parameters
    ----------
    url : str
        ``ws://HOST:PORT`` or ``wss://HOST:PORT``, without a key.
    """

    def __init__(self, url: str) -> None:
        client, uri, frames = _websockets()
        self._opcodes = frames.Opcode
        self._frame = frames.Frame
        # A logger of nobody's: at its debug level the library writes whole messages, and one holds the key.
        quiet = logging.Logger("pd_optstat.quiet", level=logging.CRITICAL)
        limit = MAX_BODY_BYTES + HEADER_BYTES
        self._protocol = client.ClientProtocol(uri.parse_uri(url), max_size=limit, logger=quiet)
        self._protocol.send_request(self._protocol.connect())
        self._message = bytearray()
        self._events: deque[Any] = deque()  # one recv may bring tens of thousands
        self._bytes_since = 0

    @property
    def is_open(self) -> bool:
        return bool(self._protocol.state.name == "OPEN")

    def encode(self, packet: Packet) -> bytes:
        self._protocol.send_binary(encode_request(packet))
        return self.pending()

    def receive(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        self._events += self._protocol.events_received()
        self._bytes_since += len(data)

    def next_packet(self) -> Packet | None:
        while self._events:
            event = self._events.popleft()
            if isinstance(event, self._frame) and (message := self._take(event)) is not None:
                self._bytes_since = 0
                return _to_packet(message)
        for error in (self._protocol.handshake_exc, self._protocol.parser_exc):
            if error is not None:
                raise ProtocolError(f"no WebSocket of OpenD: {printable(str(error) or type(error).__name__)}")
        return None

    def pending(self) -> bytes:
        return b"".join(self._protocol.data_to_send())

    @property
    def arriving(self) -> bool:
        return bool(self._message or self._events or self._bytes_since)

    def may_bring(self, serials: Any) -> bool:
        # The library keeps half a message to itself.
        return self.arriving

    def _take(self, frame: Any) -> bytes | None:
        """Return the message that `frame` completes, None if it completes none."""
        if frame.opcode is self._opcodes.TEXT:
            raise ProtocolError("a WebSocket message is text, and OpenD's are binary")
        if frame.opcode not in (self._opcodes.BINARY, self._opcodes.CONT):
            if not self._message:
                self._bytes_since = 0
            return None
        self._message += frame.data
        if not frame.fin:
            return None
        message, self._message = bytes(self._message), bytearray()
        return message


def _to_packet(message: bytes) -> Packet:
    packet, failure = decode_reply(message)
    if packet.proto_id == DISCONNECTED or not failure.code:
        return packet
    return Packet(packet.proto_id, packet.serial, BodyFormat.PROTOBUF, _said(failure))


def _said(failure: Failure) -> bytes:
    """Return what the header says as the body of a response: all of OpenD's responses begin alike."""
    results = {1: TIMED_OUT, 2: TIMED_OUT, 3: DISCONNECTED_RESULT}
    words = f"the WebSocket door reports error {failure.code} ({failure.text or 'no text'})"
    response = KeepAlive.Response(retType=results.get(failure.code, FAILED), retMsg=words, errCode=failure.code)
    return bytes(response.SerializeToString())


def _websockets() -> tuple[Any, Any, Any]:
    try:
        from websockets import client, frames, uri
    except ImportError:
        raise InvalidRequest(
            "ws:// and wss:// need the package websockets, which is not installed: pip install 'pd_optstat[websocket]'."
        ) from None
    return client, uri, frames
