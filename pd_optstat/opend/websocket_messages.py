"""OpenD's WebSocket messages, sans-I/O: one binary message for each packet, big-endian.

A request is ``"ft-v1.0\\0"``, command u32, section u64 and a protobuf body. A reply has an error i32 and a text of
20 bytes between section and body. Commands are the protocol ids of `packets.ProtoId`, sections are serial numbers.
`ProtoId.INIT_WEBSOCKET` must be the first command of a connection.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from ..errors import ProtocolError
from .packets import BodyFormat, Packet

__all__ = [
    "DISCONNECT_PUSH",
    "REPLY_HEADER_BYTES",
    "ReplyStatus",
    "decode_reply",
    "decode_request",
    "encode_reply",
    "encode_request",
    "hash_websocket_key",
]

#: The command of the push by which the WebSocket port reports that it lost its own connection to OpenD.
DISCONNECT_PUSH = 2

_MAGIC = b"ft-v1.0\0"
_REQUEST = struct.Struct(">8sIQ")
_REPLY = struct.Struct(">8sIQi20s")
REPLY_HEADER_BYTES = _REPLY.size
_TEXT_BYTES = 20


@dataclass(frozen=True, slots=True)
class ReplyStatus:
    """The error field of a reply's header: `code` is 0 for success."""

    code: int = 0
    text: str = ""


def encode_request(packet: Packet) -> bytes:
    """Return the message for a request."""
    return _REQUEST.pack(_MAGIC, packet.proto_id, packet.serial) + packet.body


def decode_request(message: bytes) -> Packet:
    """Return the packet in a request.

    Raises
    ------
    ProtocolError
        If `message` is too short or does not start with OpenD's magic bytes.
    """
    _check_header(_REQUEST, message)
    _, command, section = _REQUEST.unpack_from(message)
    return Packet(command, section, BodyFormat.PROTOBUF, message[_REQUEST.size :])


def encode_reply(packet: Packet, status: ReplyStatus | None = None) -> bytes:
    """Return the message for a reply; a text of more than 20 bytes is cut."""
    status = status or ReplyStatus()
    text = status.text.encode()[:_TEXT_BYTES]
    return _REPLY.pack(_MAGIC, packet.proto_id, packet.serial, status.code, text) + packet.body


def decode_reply(message: bytes) -> tuple[Packet, ReplyStatus]:
    """Return the packet in a reply, and the status in its header.

    Raises
    ------
    ProtocolError
        If `message` is too short or does not start with OpenD's magic bytes.
    """
    _check_header(_REPLY, message)
    _, command, section, code, text = _REPLY.unpack_from(message)
    packet = Packet(command, section, BodyFormat.PROTOBUF, message[_REPLY.size :])
    return packet, ReplyStatus(code, text.rstrip(b"\0").decode(errors="replace"))


def hash_websocket_key(key: str) -> str:
    """Return a WebSocket key as it is sent: its MD5 in hexadecimal, or the empty string for no key."""
    return hashlib.md5(key.encode(), usedforsecurity=False).hexdigest() if key else ""


def _check_header(header: struct.Struct, message: bytes) -> None:
    if len(message) < header.size:
        raise ProtocolError(f"a WebSocket message of {len(message)} bytes is shorter than OpenD's header")
    if not message.startswith(_MAGIC):
        raise ProtocolError(
            f"an OpenD WebSocket message starts with {_MAGIC!r}, but received {message[: len(_MAGIC)]!r}"
        )
