"""OpenD's TCP packets, sans-I/O: encode and decode them, as client or as server.

A packet is a 44-byte little-endian header and a body: ``"FT"``, protocol id u32, body format u8,
version u8, serial number u32, body length u32, SHA-1 of the plain body (20 bytes), 8 reserved bytes.
A reply carries the protocol id and the serial number of its request.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from ..errors import ProtocolError

__all__ = ["HEADER_BYTES", "MAX_BODY_BYTES", "BodyFormat", "Packet", "PacketReader", "ProtoId", "encode_packet"]

_HEADER = struct.Struct("<2sIBBII20s8s")
HEADER_BYTES = _HEADER.size
_MAGIC = b"FT"
_RESERVED = bytes(8)

#: A page of 365 rows is about 25 kB, or 90 kB as JSON. A longer body cannot be a reply to our requests, so it is
#: refused before it is buffered. This also bounds what decoding can allocate: see `messages.MAX_DECODING_BYTES`.
MAX_BODY_BYTES = 1024 * 1024


class ProtoId(IntEnum):
    """Protocol ids that this package sends. `INIT_WEBSOCKET` exists on OpenD's WebSocket port only."""

    INIT_WEBSOCKET = 1
    INIT_CONNECT = 1001
    GET_GLOBAL_STATE = 1002
    KEEP_ALIVE = 1004
    GET_OPTION_MARKET_STATISTIC = 3301
    GET_OPTION_UNDERLYING_HIS_STATISTIC = 3302
    GET_OPTION_UNDERLYING_HIS_VOLATILITY = 3304


class BodyFormat(IntEnum):
    """Encoding of a body, with the protocol's numbers."""

    PROTOBUF = 0
    JSON = 1


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet with its plain body. `proto_id` is an `int`, as a server may push ids that `ProtoId` does not list."""

    proto_id: int
    serial: int
    body_format: BodyFormat
    body: bytes


def encode_packet(packet: Packet, encrypt: Callable[[int, bytes], bytes] | None = None) -> bytes:
    """Return the bytes of `packet`.

    `encrypt`, if given, returns the body to send for (protocol id, plain body); the SHA-1 in the header is always
    that of the plain body.
    """
    digest = hashlib.sha1(packet.body, usedforsecurity=False).digest()
    sent = packet.body if encrypt is None else encrypt(packet.proto_id, packet.body)
    header = _HEADER.pack(_MAGIC, packet.proto_id, packet.body_format, 0, packet.serial, len(sent), digest, _RESERVED)
    return header + sent


class PacketReader:
    """Incremental decoder of packets.

    Parameters
    ----------
    max_body : int
        The longest body to accept, in bytes. The buffer never exceeds this, a header, and one `feed`.
    decrypt : callable, optional
        Returns the plain body for (protocol id, body as sent), or raises `ProtocolError`. It is called once per
        packet, in order, because the reply to InitConnect sets the key for the packets that follow it.
    """

    def __init__(self, max_body: int = MAX_BODY_BYTES, decrypt: Callable[[int, bytes], bytes] | None = None) -> None:
        self._max_body = max_body
        self._decrypt = decrypt
        self._buffer = bytearray()
        self._error: str | None = None

    @property
    def has_partial(self) -> bool:
        """Whether the buffer holds the beginning of a packet."""
        return bool(self._buffer)

    @property
    def partial(self) -> tuple[int, int] | None:
        """Protocol id and serial number of the incomplete packet in the buffer; None without a whole header."""
        if len(self._buffer) < HEADER_BYTES:
            return None
        _, proto_id, _, _, serial, *_ = _HEADER.unpack_from(self._buffer)
        return proto_id, serial

    def feed(self, data: bytes) -> list[Packet]:
        """Buffer `data` and return the packets that are now complete.

        Raises
        ------
        ProtocolError
            If the bytes are not OpenD's protocol; the reader then accepts no more data. Packets that were complete
            before the bad bytes are returned first, and the next call raises.
        """
        self.receive(data)
        packets: list[Packet] = []
        try:
            while (packet := self.next_packet()) is not None:
                packets.append(packet)
        except ProtocolError:
            if not packets:
                raise
        return packets

    def receive(self, data: bytes) -> None:
        """Buffer `data` for `next_packet`."""
        if self._error is None:
            self._buffer += data

    def next_packet(self) -> Packet | None:
        """Return the next complete packet, or None if more data is needed.

        Raises
        ------
        ProtocolError
            If the bytes are not OpenD's protocol, now or in an earlier call.
        """
        if self._error is not None:
            raise ProtocolError(self._error)
        try:
            return self._decode_next()
        except ProtocolError as error:
            self._error = str(error)
            self._buffer.clear()
            raise

    def _decode_next(self) -> Packet | None:
        start = bytes(self._buffer[: len(_MAGIC)])
        # Checked byte by byte: a server of another protocol may send fewer bytes than a header, and then wait.
        if not _MAGIC.startswith(start):
            raise ProtocolError(f"an OpenD packet starts with {_MAGIC!r}, but received {start!r}")
        if len(self._buffer) < HEADER_BYTES:
            return None
        _, proto_id, body_format, _, serial, length, digest, _ = _HEADER.unpack_from(self._buffer)
        if length > self._max_body:
            raise ProtocolError(f"a packet header announces a body of {length} bytes; the limit is {self._max_body}")
        if body_format not in BodyFormat.__members__.values():
            raise ProtocolError(f"a packet has body format {body_format}; only 0 (protobuf) and 1 (JSON) exist")
        if len(self._buffer) < HEADER_BYTES + length:
            return None
        body = bytes(memoryview(self._buffer)[HEADER_BYTES : HEADER_BYTES + length])
        # Deleting from the front of a bytearray only moves its start: no bytes are copied.
        del self._buffer[: HEADER_BYTES + length]
        if self._decrypt is not None:
            body = self._decrypt(proto_id, body)
        if hashlib.sha1(body, usedforsecurity=False).digest() != digest:
            raise ProtocolError(f"the SHA-1 of packet {serial} (protocol {proto_id}) does not match its body")
        return Packet(proto_id, serial, BodyFormat(body_format), body)
