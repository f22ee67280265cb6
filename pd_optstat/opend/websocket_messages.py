"""OpenD's messages over WebSocket, sans-I/O: one binary message a packet, big-endian. Pure.

A request is ``"ft-v1.0\\0"``, command u32, section u64 and a protobuf body; a reply has, between section and body,
an error i32 and a text of 20 bytes. The commands are the protocol ids, but for `ProtoId.INIT_WEBSOCKET`, which
comes first, and `DISCONNECTED`, which OpenD's WebSocket door sends when it has lost OpenD.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Any

from ..errors import ProtocolError
from .packets import BodyFormat, Packet

__all__ = ["DISCONNECTED", "Failure", "decode_reply", "decode_request", "encode_reply", "encode_request", "hashed"]

#: The command of the push that says that OpenD is gone from behind its WebSocket door.
DISCONNECTED = 2

_MAGIC = b"ft-v1.0\0"
_REQUEST = struct.Struct(">8sIQ")
_REPLY = struct.Struct(">8sIQi20s")


@dataclass(frozen=True, slots=True)
class Failure:
    """What a reply says went wrong on its way: `code` 0 is nothing."""

    code: int = 0
    text: str = ""


def encode_request(packet: Packet) -> bytes:
    """Return the message that is the request `packet`."""
    return _REQUEST.pack(_MAGIC, packet.proto_id, packet.serial) + packet.body


def decode_request(message: bytes) -> Packet:
    """Return the packet that a request is; `ProtocolError` if it is none."""
    magic, command, section = _unpack(_REQUEST, message)
    return _packet(magic, command, section, message[_REQUEST.size :])


def encode_reply(packet: Packet, failure: Failure | None = None) -> bytes:
    """Return the message that is the reply `packet`."""
    failed = failure or Failure()
    text = failed.text.encode()[:20]
    return _REPLY.pack(_MAGIC, packet.proto_id, packet.serial, failed.code, text) + packet.body


def decode_reply(message: bytes) -> tuple[Packet, Failure]:
    """Return the packet that a reply is, and what went wrong; `ProtocolError` if it is none."""
    magic, command, section, code, text = _unpack(_REPLY, message)
    packet = _packet(magic, command, section, message[_REPLY.size :])
    return packet, Failure(code, text.rstrip(b"\0").decode(errors="replace"))


def hashed(key: str) -> str:
    """Return how a WebSocket key is sent: its MD5 in hexadecimal, nothing for none."""
    return hashlib.md5(key.encode(), usedforsecurity=False).hexdigest() if key else ""


def _unpack(form: struct.Struct, message: bytes) -> tuple[Any, ...]:
    if len(message) < form.size:
        raise ProtocolError(f"a WebSocket message of {len(message)} bytes is shorter than OpenD's header")
    return form.unpack_from(message)


def _packet(magic: bytes, command: int, section: int, body: bytes) -> Packet:
    if magic != _MAGIC:
        raise ProtocolError(f"expected a message of OpenD, which begins with {_MAGIC!r}, but got {magic!r}")
    return Packet(command, section, BodyFormat.PROTOBUF, body)
