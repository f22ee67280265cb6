"""OpenD's messages over WebSocket, byte by byte, and whatever bytes arrive."""

from __future__ import annotations

import hashlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pd_optstat.errors import ProtocolError
from pd_optstat.opend.packets import BodyFormat, Packet, ProtoId
from pd_optstat.opend.websocket_messages import (
    DISCONNECT_PUSH,
    ReplyStatus,
    decode_reply,
    decode_request,
    encode_reply,
    encode_request,
    hash_websocket_key,
)

PACKETS = st.builds(
    Packet,
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**64 - 1),
    st.just(BodyFormat.PROTOBUF),
    st.binary(max_size=100),
)
FAILURES = st.builds(ReplyStatus, st.integers(-(2**31), 2**31 - 1), st.text(max_size=30))


def test_a_request_byte_by_byte() -> None:
    packet = Packet(3301, 0x0102030405060708, BodyFormat.PROTOBUF, b"body")
    by_hand = b"ft-v1.0\0" + b"\x00\x00\x0c\xe5" + b"\x01\x02\x03\x04\x05\x06\x07\x08" + b"body"
    assert encode_request(packet) == by_hand
    assert decode_request(by_hand) == packet


def test_a_reply_byte_by_byte() -> None:
    packet = Packet(3301, 2, BodyFormat.PROTOBUF, b"body")
    by_hand = (
        b"ft-v1.0\0" + b"\x00\x00\x0c\xe5" + bytes(7) + b"\x02" + b"\xff\xff\xff\xff" + b"timeout" + bytes(13) + b"body"
    )
    assert len(by_hand) == 44 + len(b"body")
    assert encode_reply(packet, ReplyStatus(-1, "timeout")) == by_hand
    assert decode_reply(by_hand) == (packet, ReplyStatus(-1, "timeout"))


def test_the_commands_that_only_websocket_has() -> None:
    assert (ProtoId.INIT_WEBSOCKET.value, DISCONNECT_PUSH) == (1, 2)


@given(PACKETS)
def test_a_request_survives_encoding(packet: Packet) -> None:
    assert decode_request(encode_request(packet)) == packet


@given(PACKETS, st.none() | FAILURES)
def test_a_reply_survives_encoding_except_the_end_of_a_long_text(packet: Packet, failure: ReplyStatus | None) -> None:
    data = encode_reply(packet, failure)
    assert len(data) == 44 + len(packet.body)
    found, status = decode_reply(data)
    assert found == packet
    assert status.code == (failure.code if failure else 0)
    text = (failure.text if failure else "").rstrip("\0")
    if len(text.encode()) <= 20:
        assert status.text == text
    else:
        assert status.text.encode()[:17] == text.encode()[:17] or "\ufffd" in status.text


@given(st.binary(max_size=80) | st.binary(max_size=60).map(lambda data: b"ft-v1.0\0" + data))
def test_any_bytes_are_a_message_or_an_error(data: bytes) -> None:
    for decode, size in ((decode_request, 20), (decode_reply, 44)):
        right = len(data) >= size and data.startswith(b"ft-v1.0\0")
        try:
            found = decode(data)
        except ProtocolError:
            assert not right
            continue
        assert right
        packet = found if isinstance(found, Packet) else found[0]
        assert (packet.proto_id, packet.serial) == struct.unpack_from(">IQ", data, 8)
        assert packet.body == data[size:]


@pytest.mark.parametrize("size", [0, 1, 8, 19])
def test_a_message_shorter_than_its_header_is_refused(size: int) -> None:
    for decode in (decode_request, decode_reply):
        with pytest.raises(ProtocolError, match=f"{size} bytes"):
            decode((b"ft-v1.0\0" + bytes(40))[:size])


def test_a_key_is_sent_as_its_md5() -> None:
    assert hash_websocket_key("sesame") == hashlib.md5(b"sesame").hexdigest()
    assert hash_websocket_key("é") == hashlib.md5("é".encode()).hexdigest()
    assert hash_websocket_key("") == ""


def test_invalid_utf8_in_a_replys_text_is_replaced() -> None:
    data = b"ft-v1.0\0" + struct.pack(">IQi20s", 3301, 1, 7, b"\xff\xfe")
    assert decode_reply(data)[1] == ReplyStatus(7, "\ufffd\ufffd")
