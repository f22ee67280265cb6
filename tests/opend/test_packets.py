"""OpenD's packets and their bodies, whatever bytes arrive; and the limit on how often we ask."""

from __future__ import annotations

import contextlib
import hashlib
import json
import struct
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pd_optstat.core.arrays import ABSENT
from pd_optstat.errors import ProtocolError
from pd_optstat.opend import messages
from pd_optstat.opend.messages import decode_body, decode_statistic, encode_body, seed_of, synthetic_user_id
from pd_optstat.opend.packets import (
    HEADER_BYTES,
    MAX_BODY_BYTES,
    BodyFormat,
    Packet,
    PacketReader,
    ProtoId,
    encode_packet,
)

U32 = st.integers(0, 2**32 - 1)
PACKETS = st.builds(Packet, U32, U32, st.sampled_from(BodyFormat), st.binary(max_size=300))
SHA1_OF_ABC = bytes.fromhex("a9993e364706816aba3e25717850c26c9cd0d89d")  # the example of FIPS 180
SHA1_OF_NOTHING = bytes.fromhex("da39a3ee5e6b4b0d3255bfef95601890afd80709")


# -- The header ------------------------------------------------------------------------------------------------------


def test_the_header_byte_by_byte() -> None:
    by_hand = (
        b"FT"
        + b"\xe5\x0c\x00\x00"  # 3301, little-endian
        + b"\x01"  # JSON
        + b"\x00"  # version
        + b"\x04\x03\x02\x01"  # serial number 0x01020304
        + b"\x03\x00\x00\x00"  # length
        + SHA1_OF_ABC
        + b"\x00\x00\x00\x00\x00\x00\x00\x00"
    )
    packet = Packet(ProtoId.GET_OPTION_MARKET_STATISTIC, 0x01020304, BodyFormat.JSON, b"abc")
    assert len(by_hand) == 44 == HEADER_BYTES
    assert encode_packet(packet) == by_hand + b"abc"
    assert PacketReader().feed(by_hand + b"abc") == [packet]


def test_an_empty_body() -> None:
    data = b"FT" + struct.pack("<IBBII", 1004, 0, 0, 0xFFFFFFFF, 0) + SHA1_OF_NOTHING + bytes(8)
    assert PacketReader().feed(data) == [Packet(1004, 0xFFFFFFFF, BodyFormat.PROTOBUF, b"")]


def test_protocol_ids() -> None:
    assert [id_.value for id_ in ProtoId] == [1, 1001, 1002, 1004, 3301, 3302, 3304]


def test_version_and_reserved_bytes_are_ignored() -> None:
    """They may mean something some day; the SDKs do not look at them either."""
    data = bytearray(encode_packet(Packet(1, 2, BodyFormat.PROTOBUF, b"x")))
    data[7] = 9
    data[36:44] = b"reserved"
    assert PacketReader().feed(bytes(data)) == [Packet(1, 2, BodyFormat.PROTOBUF, b"x")]


# -- A stream, however it is split -----------------------------------------------------------------------------------


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    bounds = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    return [data[begin:end] for begin, end in pairwise(bounds)]


def read(parts: list[bytes], **options: Any) -> tuple[list[Packet], bool]:
    """Return the packets in a stream, and whether it went wrong."""
    reader, found = PacketReader(**options), []
    for part in parts:
        try:
            found += reader.feed(part)
        except ProtocolError:
            return found, True
    return found, False


@given(st.lists(PACKETS, max_size=5), st.lists(st.integers(0, 2000), max_size=12))
def test_any_split_of_a_stream_gives_its_packets(packets: list[Packet], cuts: list[int]) -> None:
    data = b"".join(map(encode_packet, packets))
    assert read(pieces(data, cuts)) == (packets, False)


@given(st.lists(PACKETS, max_size=3))
def test_byte_by_byte(packets: list[Packet]) -> None:
    data = b"".join(map(encode_packet, packets))
    assert read([data[at : at + 1] for at in range(len(data))]) == (packets, False)


@given(st.lists(PACKETS, max_size=3), st.binary(max_size=100), st.lists(st.integers(0, 1500), max_size=8))
def test_any_split_of_packets_followed_by_arbitrary_bytes(packets: list[Packet], rest: bytes, cuts: list[int]) -> None:
    """What came whole before the stream went wrong counts, in whatever pieces it came."""
    data = b"".join(map(encode_packet, packets)) + rest
    found, wrong = read([data[at : at + 1] for at in range(len(data))])
    assert found[: len(packets)] == packets
    # A reader may say what is wrong only when it is asked again.
    assert read([*pieces(data, cuts), b""]) == (found, wrong)


@given(st.binary(max_size=200))
def test_any_bytes_are_packets_or_an_error(data: bytes) -> None:
    found, wrong = read([data])
    assert not found or data.startswith(b"FT")
    assert wrong == (not b"FT".startswith(data[:2])) or len(data) >= HEADER_BYTES


@given(PACKETS, st.integers(0), st.integers(1, 255))
def test_a_changed_byte_is_detected_in_every_field_with_a_meaning(packet: Packet, where: int, change: int) -> None:
    data = bytearray(encode_packet(packet))
    at = where % len(data)
    data[at] ^= change
    found, wrong = read([bytes(data)])
    if at == 7 or 36 <= at < 44:  # version, reserved
        assert (found, wrong) == ([packet], False)
    elif at < 2 or 16 <= at < 36 or at >= 44:  # magic, SHA-1, body
        assert (found, wrong) == ([], True)
    elif at == 6:  # format: the other one, or none
        other = Packet(packet.proto_id, packet.serial, BodyFormat(1 - packet.body_format), packet.body)
        assert (found, wrong) == (([other], False) if data[6] < 2 else ([], True))
    elif at >= 12:  # length: too short, so that the SHA-1 does not fit; too long; or more is to come
        assert found == []
        length = int.from_bytes(data[12:16], "little")
        assert wrong == (length < len(packet.body) or length > MAX_BODY_BYTES)
    else:  # protocol id, serial number: nothing protects these
        assert [one.body for one in found] == [packet.body]


@given(st.lists(PACKETS, min_size=1, max_size=3), st.data())
def test_a_reader_accepts_nothing_after_an_error(packets: list[Packet], data: st.DataObject) -> None:
    reader = PacketReader()
    with pytest.raises(ProtocolError) as first:
        reader.feed(b"GET / HTTP/1.1\r\n")
    with pytest.raises(ProtocolError) as again:
        reader.feed(encode_packet(data.draw(st.sampled_from(packets))))
    assert str(again.value) == str(first.value)


def test_a_wrong_magic_is_detected_at_its_first_byte() -> None:
    assert read([b"F"]) == ([], False)
    assert read([b"X"]) == ([], True)
    assert read([b"F", b"X"]) == ([], True)


# -- Sealed bodies ---------------------------------------------------------------------------------------------------


def shifted(by: int) -> Callable[[int, bytes], bytes]:
    """Return a cipher that a test can see through: every byte a little larger, and one byte more behind them."""
    return lambda proto_id, body: bytes((byte + by) % 256 for byte in body) + b"!"


def unshifted(by: int) -> Callable[[int, bytes], bytes]:
    def decrypt(proto_id: int, body: bytes) -> bytes:
        if not body.endswith(b"!"):
            raise ProtocolError("not encrypted")
        return bytes((byte - by) % 256 for byte in body[:-1])

    return decrypt


@given(st.lists(PACKETS, max_size=5), st.lists(st.integers(0, 2000), max_size=12))
def test_any_split_of_an_encrypted_stream_gives_its_packets(packets: list[Packet], cuts: list[int]) -> None:
    data = b"".join(encode_packet(packet, shifted(3)) for packet in packets)
    assert read(pieces(data, cuts), decrypt=unshifted(3)) == (packets, False)


@given(st.lists(PACKETS, max_size=3), st.binary(max_size=200), st.lists(st.integers(0, 1500), max_size=8))
def test_any_split_of_encrypted_packets_followed_by_arbitrary_bytes(
    packets: list[Packet], rest: bytes, cuts: list[int]
) -> None:
    data = b"".join(encode_packet(packet, shifted(3)) for packet in packets) + rest
    at_once = read([data, b""], decrypt=unshifted(3))
    assert at_once[0][: len(packets)] == packets
    assert read([*pieces(data, cuts), b""], decrypt=unshifted(3)) == at_once


@given(PACKETS, st.integers(1, 255))
def test_a_body_encrypted_with_another_key_is_detected_by_its_digest(packet: Packet, by: int) -> None:
    found, wrong = read([encode_packet(packet, shifted(by))], decrypt=unshifted(0))
    assert (found, wrong) == (([packet], False) if not packet.body else ([], True))


@given(st.lists(PACKETS, min_size=2, max_size=6), st.lists(st.integers(0, 2000), max_size=12))
def test_the_cipher_may_change_between_two_packets(packets: list[Packet], cuts: list[int]) -> None:
    """As InitConnect does it, also where both packets come in one piece."""
    data = b"".join(encode_packet(packet, shifted(number)) for number, packet in enumerate(packets))
    number, found = 0, []
    reader = PacketReader(decrypt=lambda proto_id, body: unshifted(number)(proto_id, body))
    for part in pieces(data, cuts):
        reader.receive(part)
        while (packet := reader.next_packet()) is not None:
            found.append(packet)
            number += 1
    assert found == packets


def test_a_cipher_that_refuses_ends_the_stream() -> None:
    reader = PacketReader(decrypt=unshifted(0))
    packet = Packet(3301, 1, BodyFormat.PROTOBUF, b"body")
    assert reader.feed(encode_packet(packet, shifted(0)) + encode_packet(packet)) == [packet]
    for _ in range(2):
        with pytest.raises(ProtocolError, match="not encrypted"):
            reader.feed(encode_packet(packet, shifted(0)))
    assert len(reader._buffer) == 0


# -- Memory ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [MAX_BODY_BYTES + 1, 2**30, 2**32 - 1])
def test_a_body_that_is_too_long_is_refused_before_it_is_buffered(length: int) -> None:
    header = b"FT" + struct.pack("<IBBII", 3301, 0, 0, 1, length) + SHA1_OF_NOTHING + bytes(8)
    reader = PacketReader()
    assert reader.feed(header[:-1]) == []
    with pytest.raises(ProtocolError, match=str(length)):
        reader.feed(header[-1:])


def test_the_longest_body_is_accepted() -> None:
    body = bytes(1000)
    packet = Packet(3301, 1, BodyFormat.PROTOBUF, body)
    assert PacketReader(max_body=1000).feed(encode_packet(packet)) == [packet]
    with pytest.raises(ProtocolError):
        PacketReader(max_body=999).feed(encode_packet(packet))


@given(st.lists(PACKETS | st.just(None), max_size=20), st.integers(1, 700))
def test_memory_stays_within_a_packet_and_a_piece(packets: list[Packet | None], size: int) -> None:
    stream = b"".join(b"?" if packet is None else encode_packet(packet) for packet in packets)
    reader = PacketReader(max_body=200)
    for at in range(0, len(stream), size):
        try:
            reader.feed(stream[at : at + size])
        except ProtocolError:
            assert len(reader._buffer) == 0
            break
        assert len(reader._buffer) < 200 + HEADER_BYTES


def test_an_incomplete_packet_is_known_by_its_header() -> None:
    data = encode_packet(Packet(3301, 77, BodyFormat.PROTOBUF, b"abc"))
    reader = PacketReader()
    assert reader.partial is None
    reader.feed(data + data[:43])
    assert reader.partial is None
    reader.feed(data[43:44])
    assert reader.partial == (3301, 77)
    reader.feed(data[44:])
    assert reader.partial is None


# -- Bodies ----------------------------------------------------------------------------------------------------------

TEXT = st.text(max_size=20)
INT64 = st.integers(-(2**63), 2**63 - 1)
INT32 = st.integers(-(2**31), 2**31 - 1)
ITEMS = st.fixed_dictionaries(
    {"time": TEXT},
    optional={
        "timestamp": st.floats(allow_nan=False),
        "callValue": INT64,
        "putValue": INT64,
        "totalValue": INT64,
        "ratio": st.floats(allow_nan=False),
    },
)
RESPONSES = st.fixed_dictionaries(
    {},
    optional={
        "retType": INT32,
        "retMsg": TEXT,
        "errCode": INT32,
        "s2c": st.fixed_dictionaries(
            {"statisticList": st.lists(ITEMS, max_size=4)},
            optional={"optionMarket": INT32, "dataType": INT32, "nextPageKey": st.binary(max_size=40)},
        ),
    },
)
FORMATS = pytest.mark.parametrize("body_format", list(BodyFormat), ids=lambda body_format: body_format.name)
KINDS = (messages.InitConnect, messages.GetGlobalState, messages.KeepAlive, messages.GetOptionMarketStatistic)


@FORMATS
@given(RESPONSES)
def test_a_response_survives_the_wire(body_format: BodyFormat, fields: dict[str, Any]) -> None:
    message = messages.GetOptionMarketStatistic.Response(**fields)
    kind = type(message)
    assert decode_body(kind, encode_body(message, body_format), body_format) == message


@given(RESPONSES)
def test_json_bodies_are_json_with_the_protocols_names(fields: dict[str, Any]) -> None:
    body = json.loads(encode_body(messages.GetOptionMarketStatistic.Response(**fields), BodyFormat.JSON))
    assert set(body) == set(fields)
    # Numbers of 64 bits are text in protobuf's JSON; a reader must take both.
    for item, given_item in zip(
        body.get("s2c", {}).get("statisticList", []), fields.get("s2c", {}).get("statisticList", []), strict=True
    ):
        assert set(item) == set(given_item)


def test_the_vendors_field_numbers() -> None:
    """Written by hand: field 1 of Request is c2s; 1, 2 are numbers, 3, 4 text, 5 the key."""
    c2s = messages.GetOptionMarketStatistic.C2S(
        optionMarket=4, dataType=1, beginTime="b", endTime="e", nextPageKey=b"k"
    )
    body = encode_body(messages.GetOptionMarketStatistic.Request(c2s=c2s), BodyFormat.PROTOBUF)
    assert body == b"\x0a\x0d\x08\x04\x10\x01\x1a\x01b\x22\x01e\x2a\x01k"
    reply = b"\x08\x00\x22\x1a\x08\x04\x10\x01\x1a\x10\x0a\x0a1970-01-03\x18\x05\x20\x06\x22\x02ky"
    page = decode_statistic(reply, BodyFormat.PROTOBUF).page
    assert page is not None
    assert (page.market, page.data_type, page.next_key) == (4, 1, b"ky")
    assert (page.days.tolist(), page.calls.tolist(), page.puts.tolist()) == ([2], [5], [6])
    assert page.totals.tolist() == [ABSENT]
    assert np.isnan([*page.timestamps, *page.ratios]).all()


def test_an_absent_ret_type_is_not_success() -> None:
    response = messages.GetOptionMarketStatistic.Response
    assert messages.ret_type_of(decode_body(response, b"", BodyFormat.PROTOBUF)) == -400
    assert messages.ret_type_of(decode_body(response, b"{}", BodyFormat.JSON)) == -400


@FORMATS
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.DESCRIPTOR.name)
@given(st.binary(max_size=100))
def test_any_body_is_a_message_or_an_error(kind: Any, body_format: BodyFormat, body: bytes) -> None:
    for one in (kind.Request, kind.Response):
        with contextlib.suppress(ProtocolError):
            assert isinstance(decode_body(one, body, body_format), one)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"7",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"s2c": {"statisticList": 7}}',
        b'{"s2c": {"statisticList": [7]}}',
        b'{"s2c": {"statisticList": [{"callValue": 1.5}]}}',
        b'{"s2c": {"statisticList": [{"callValue": "many"}]}}',
        b'{"s2c": {"statisticList": [{"time": "\\ud800"}]}}',
        b'{"retType": 1e400}',
        b'{"retType": 1, "retType": 2}',
    ],
    ids=lambda body: repr(body[:50]),
)
def test_json_that_is_not_a_response(body: bytes) -> None:
    with pytest.raises(ProtocolError, match=r"GetOptionMarketStatistic\.Response"):
        decode_body(messages.GetOptionMarketStatistic.Response, body, BodyFormat.JSON)


def test_unknown_json_fields_are_ignored() -> None:
    body = b'{"retType": 0, "s2c": {"optionMarket": 1, "news": [1, {"x": null}]}, "more": "y"}'
    message = decode_body(messages.GetOptionMarketStatistic.Response, body, BodyFormat.JSON)
    assert (message.retType, message.s2c.optionMarket) == (0, 1)


@pytest.mark.parametrize(
    "body",
    [b"\x12\x02\xff\xfe", b"\x08\x00\x22\x06\x1a\x04\x0a\x02\xff\xfe"],
    ids=["retMsg", "time"],
)
def test_text_that_is_not_utf8_never_becomes_bytes(body: bytes) -> None:
    """Python's protobuf hands out `bytes` for such a string of proto2, which nothing after it expects."""
    with pytest.raises(ProtocolError, match=r"GetOptionMarketStatistic\."):
        decode_statistic(body, BodyFormat.PROTOBUF)


@given(st.integers(0, 2**64 - 1))
def test_only_reserved_logins_are_simulators(user: int) -> None:
    seed = seed_of(user)
    assert seed is None or synthetic_user_id(seed) == user


@given(st.integers(0, 2**32 - 1))
def test_every_seed_has_a_login(seed: int) -> None:
    assert seed_of(synthetic_user_id(seed)) == seed
    assert seed_of(seed) is None  # the ids of people are small


def test_the_checksum_is_of_the_plain_body() -> None:
    data = encode_packet(Packet(1, 1, BodyFormat.PROTOBUF, b"body"))
    assert data[16:36] == hashlib.sha1(b"body").digest()
