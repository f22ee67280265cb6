"""OpenD's packets, sans-I/O: bytes in, packets out, the same for both ends of a connection.

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

#: A page of 365 rows is about 25 kB, or 90 kB as JSON. What claims more than this is not for us, and is never
#: buffered. It also bounds what a body can make us allocate: see `messages.MAX_ROWS`.
MAX_BODY_BYTES = 1024 * 1024


class ProtoId(IntEnum):
    """The protocol ids that this package sends. The first is a command of the WebSocket door alone."""

    INIT_WEBSOCKET = 1
    INIT_CONNECT = 1001
    GET_GLOBAL_STATE = 1002
    KEEP_ALIVE = 1004
    GET_OPTION_MARKET_STATISTIC = 3301


class BodyFormat(IntEnum):
    """How a body is written."""

    PROTOBUF = 0
    JSON = 1


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet. `proto_id` is a plain number: a server may push ids that we do not know."""

    proto_id: int
    serial: int
    body_format: BodyFormat
    body: bytes


def encode_packet(packet: Packet, seal: Callable[[int, bytes], bytes] | None = None) -> bytes:
    """Return the bytes of `packet`, its body sealed if `seal` says how; the SHA-1 is of the plain body."""
    digest = hashlib.sha1(packet.body, usedforsecurity=False).digest()
    sent = packet.body if seal is None else seal(packet.proto_id, packet.body)
    header = _HEADER.pack(_MAGIC, packet.proto_id, packet.body_format, 0, packet.serial, len(sent), digest, _RESERVED)
    return header + sent


class PacketReader:
    """Turns a stream of bytes, however it is split, into packets.

    Parameters
    ----------
    max_body : int
        The longest body to accept, in bytes. Memory stays within this, a header, and one `feed`.
    unseal : callable, optional
        Returns the plain body of (protocol id, body as sent), or raises `ProtocolError`; the SHA-1 is of the plain
        one. What it says may change between two packets: InitConnect agrees on the key of those behind it.
    """

    def __init__(self, max_body: int = MAX_BODY_BYTES, unseal: Callable[[int, bytes], bytes] | None = None) -> None:
        self._max_body = max_body
        self._unseal = unseal
        self._buffer = bytearray()
        self._error: str | None = None

    @property
    def arriving(self) -> bool:
        """Whether a packet has begun but not ended."""
        return bool(self._buffer)

    @property
    def partial(self) -> tuple[int, int] | None:
        """Protocol id and serial number of the packet that has begun but not ended, if its header is there."""
        if len(self._buffer) < HEADER_BYTES:
            return None
        _, proto_id, _, _, serial, *_ = _HEADER.unpack_from(self._buffer)
        return proto_id, serial

    def feed(self, data: bytes) -> list[Packet]:
        """Take in `data` and return the packets that are now complete.

        Raises
        ------
        ProtocolError
            If the bytes are not OpenD's; the reader then accepts nothing more. Where good packets came
            before the bad bytes, they are returned first, and the next call raises.
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
        """Take in `data`, for `next_packet` to read."""
        if self._error is None:
            self._buffer += data

    def next_packet(self) -> Packet | None:
        """Return the next complete packet, None if there is none yet.

        Raises
        ------
        ProtocolError
            As `feed`.
        """
        if self._error is not None:
            raise ProtocolError(self._error)
        try:
            return self._take()
        except ProtocolError as error:
            self._error = str(error)
            self._buffer.clear()
            raise

    def _take(self) -> Packet | None:
        begin = bytes(self._buffer[: len(_MAGIC)])
        if not _MAGIC.startswith(begin):
            raise ProtocolError(f"expected a packet of OpenD, which begins with {_MAGIC!r}, but got {begin!r}")
        if len(self._buffer) < HEADER_BYTES:
            return None
        _, proto_id, body_format, _, serial, length, digest, _ = _HEADER.unpack_from(self._buffer)
        if length > self._max_body:
            raise ProtocolError(f"a packet claims a body of {length} bytes; at most {self._max_body} are accepted")
        if body_format not in BodyFormat.__members__.values():
            raise ProtocolError(f"a packet has body format {body_format}, which is neither protobuf (0) nor JSON (1)")
        if len(self._buffer) < HEADER_BYTES + length:
            return None
        body = bytes(memoryview(self._buffer)[HEADER_BYTES : HEADER_BYTES + length])
        # Cutting off the front of a bytearray moves no bytes.
        del self._buffer[: HEADER_BYTES + length]
        if self._unseal is not None:
            body = self._unseal(proto_id, body)
        if hashlib.sha1(body, usedforsecurity=False).digest() != digest:
            raise ProtocolError(f"the SHA-1 of packet {serial} (protocol {proto_id}) does not fit its body")
        return Packet(proto_id, serial, BodyFormat(body_format), body)
