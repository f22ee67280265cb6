"""The independent OpenD's protocol ids, requests and packets. Uses nothing of `pd_optstat`."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

INIT_CONNECT, GLOBAL_STATE, NOTIFY, KEEP_ALIVE, QUOTE_PUSH, STATISTIC = 1001, 1002, 1003, 1004, 3005, 3301


@dataclass
class Request:
    proto_id: int
    form: int
    serial: int
    body: bytes


def packet(
    proto_id: int,
    serial: int,
    body: bytes,
    form: int = 0,
    *,
    magic: bytes = b"FT",
    length: int = -1,
    plain: bytes | None = None,
) -> bytes:
    """Return the bytes of a packet. `length` overrides the body's own; `plain` is the body before encryption."""
    claimed = len(body) if length < 0 else length
    return (
        magic
        + struct.pack("<IBBII", proto_id, form, 0, serial, claimed)
        + hashlib.sha1(body if plain is None else plain).digest()
        + bytes(8)
        + body
    )
