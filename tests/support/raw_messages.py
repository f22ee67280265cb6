"""A minimal codec of OpenD's messages in protobuf and JSON, for `raw_clients`.

It shares no code with the package, so that both cannot contain the same misreading of the documentation.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from typing import Any

#: What a request of 3302 or 3304 consists of.
_OF_UNDERLYINGS: dict[str, tuple[int, Any]] = {
    "owner": (1, "security"),
    "indexOptionType": (2, int),
    "beginTime": (3, str),
    "endTime": (4, str),
    "nextPageKey": (5, bytes),
}

#: Name, number and type of every field of each message.
FIELDS: dict[str, dict[str, tuple[int, Any]]] = {
    "init c2s": {
        "clientVer": (1, int),
        "clientID": (2, str),
        "recvNotify": (3, int),
        "packetEncAlgo": (4, int),
        "pushProtoFmt": (5, int),
        "programmingLanguage": (6, str),
    },
    "init s2c": {
        "serverVer": (1, int),
        "loginUserID": (2, int),
        "connID": (3, int),
        "connAESKey": (4, str),
        "keepAliveInterval": (5, int),
        "aesCBCiv": (6, str),
        "userAttribution": (7, int),
        "synthetic": (1001, "synthetic"),
    },
    "synthetic": {"seed": (1, int), "software": (2, str)},
    "init websocket c2s": {"websocketKey": (4, str), "clientID": (5, str), "programmingLanguage": (6, str)},
    "init websocket s2c": {"serverTime": (1, int), "connID": (2, int), "synthetic": (1001, "synthetic")},
    "state c2s": {"userID": (1, int)},
    "state s2c": {
        "marketHK": (1, int),
        "marketUS": (2, int),
        "marketSH": (3, int),
        "marketSZ": (4, int),
        "marketHKFuture": (5, int),
        "qotLogined": (6, int),
        "trdLogined": (7, int),
        "serverVer": (8, int),
        "serverBuildNo": (9, int),
        "time": (10, int),
    },
    "alive c2s": {"time": (1, int)},
    "alive s2c": {"time": (1, int)},
    "statistic c2s": {
        "optionMarket": (1, int),
        "dataType": (2, int),
        "beginTime": (3, str),
        "endTime": (4, str),
        "nextPageKey": (5, bytes),
    },
    "statistic s2c": {
        "optionMarket": (1, int),
        "dataType": (2, int),
        "statisticList": (3, ["item"]),
        "nextPageKey": (4, bytes),
    },
    "security": {"market": (1, int), "code": (2, str)},
    "underlying statistic c2s": _OF_UNDERLYINGS,
    "underlying statistic s2c": {
        "owner": (1, "security"),
        "code": (2, str),
        "name": (3, str),
        "statisticList": (4, ["daily statistic"]),
        "nextPageKey": (5, bytes),
    },
    "daily statistic": {
        "time": (1, str),
        "timestamp": (2, float),
        "optionVolume": (3, int),
        "callVolume": (4, int),
        "putVolume": (5, int),
        "putCallVolumeRatio": (6, float),
        "optionOpenInterest": (7, int),
        "callOpenInterest": (8, int),
        "putOpenInterest": (9, int),
        "putCallOpenInterestRatio": (10, float),
        "underlyingPrice": (11, float),
    },
    "underlying volatility c2s": _OF_UNDERLYINGS,
    "underlying volatility s2c": {
        "owner": (1, "security"),
        "code": (2, str),
        "name": (3, str),
        "volatilityList": (4, ["volatility item"]),
        "nextPageKey": (5, bytes),
    },
    "volatility item": {
        "time": (1, str),
        "timestamp": (2, float),
        "iv": (3, float),
        "hv": (4, float),
        "underlyingPrice": (5, float),
    },
    "item": {
        "time": (1, str),
        "timestamp": (2, float),
        "callValue": (3, int),
        "putValue": (4, int),
        "totalValue": (5, int),
        "ratio": (6, float),
    },
}


def varint(value: int) -> bytes:
    value, out = value % 2**64, b""
    while value > 127:
        value, out = value >> 7, out + bytes([value & 127 | 128])
    return out + bytes([value])


def to_protobuf(table: str, values: dict[str, Any]) -> bytes:
    out = b""
    for name, value in values.items():
        number, kind = FIELDS[table][name]
        if kind is int:
            out += varint(number << 3) + varint(value)
        else:
            data = value.encode() if kind is str else to_protobuf(kind, value) if kind in FIELDS else value
            out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


def fields_of(data: bytes) -> Iterator[tuple[int, Any]]:
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = number()
        if tag & 7 == 0:
            value: Any = number()
        elif tag & 7 == 1:
            (value,) = struct.unpack("<d", data[at : at + 8])
            at += 8
        else:
            assert tag & 7 == 2
            length = number()
            value = data[at : at + length]
            assert len(value) == length
            at += length
        yield tag >> 3, value


def from_protobuf(table: str, data: bytes) -> dict[str, Any]:
    names = {number: (name, kind) for name, (number, kind) in FIELDS[table].items()}
    out: dict[str, Any] = {}
    for number, value in fields_of(data):
        name, kind = names[number]
        if isinstance(kind, list):
            out.setdefault(name, []).append(from_protobuf(kind[0], value))
        elif kind in FIELDS:
            out[name] = from_protobuf(kind, value)
        else:
            out[name] = value.decode() if kind is str else signed(value) if kind is int else value
    return out


def signed(value: int) -> int:
    """Return an unsigned 64-bit number as a signed one. (Unsigned fields of these messages hold small numbers only.)"""
    return value - 2**64 if value >= 2**63 else value


def from_json(table: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values as in protobuf: JSON has 64-bit numbers as text, and bytes in base64."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        _, kind = FIELDS[table][name]
        if isinstance(kind, list):
            out[name] = [from_json(kind[0], one) for one in value]
        elif kind in FIELDS:
            out[name] = from_json(kind, value)
        else:
            out[name] = base64.b64decode(value) if kind is bytes else kind(value)
    return out
