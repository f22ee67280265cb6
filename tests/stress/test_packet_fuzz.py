"""A million packets, intact and damaged, in random pieces, plain and encrypted, in TCP's and WebSocket's framing.

What is right is said by readers of our own, below: struct and hashlib, straight from the documentation.
"""

from __future__ import annotations

import hashlib
import random
import struct
from collections.abc import Callable, Iterator

import pytest

from pd_optstat.errors import ProtocolError
from pd_optstat.opend.encryption import BodyCipher, Encryption, RsaKey
from pd_optstat.opend.packets import HEADER_BYTES, BodyFormat, Packet, PacketReader, encode_packet
from pd_optstat.opend.websocket_messages import ReplyStatus, decode_reply, decode_request, encode_reply, encode_request

pytestmark = pytest.mark.slow

SEED = 3301
PLAIN, ENCRYPTED, MESSAGES = 750_000, 100_000, 150_000
#: Small, so that random lengths are sometimes within it.
MAX_BODY = 2000
IDS = (1001, 1002, 1003, 1004, 3301, 0, 2**32 - 1)

Events = tuple[list[tuple[int, int, int, bytes]], bool]


def test_there_are_a_million_packets() -> None:
    assert PLAIN + ENCRYPTED + MESSAGES >= 1_000_000


# -- What is right -------------------------------------------------------------------------------------------------


def reference(data: bytes) -> Events:
    """Return the packets of a plain stream, and whether it ends in an error."""
    found, at = [], 0
    while True:
        rest = len(data) - at
        if data[at : at + 2] != b"FT"[: min(2, rest)]:
            return found, True
        if rest < 44:
            return found, False
        proto_id, form, _, serial, length = struct.unpack_from("<IBBII", data, at + 2)
        if length > MAX_BODY or form > 1:
            return found, True
        if rest < 44 + length:
            return found, False
        body = data[at + 44 : at + 44 + length]
        if hashlib.sha1(body).digest() != data[at + 16 : at + 36]:
            return found, True
        found.append((proto_id, serial, form, body))
        at += 44 + length


# -- What is tried -------------------------------------------------------------------------------------------------


def packets(draw: random.Random, count: int) -> list[Packet]:
    """Return `count` packets, many of them small, some empty, a few of the greatest size."""
    made = []
    for _ in range(count):
        size = draw.choice((0, 1, 15, 16, 17, draw.randrange(60), draw.randrange(300)))
        body = draw.randbytes(MAX_BODY if draw.random() < 0.002 else size)
        made.append(Packet(draw.choice(IDS), draw.getrandbits(32), BodyFormat(draw.getrandbits(1)), body))
    return made


def damaged(draw: random.Random, data: bytes) -> tuple[bytes, int]:
    """Return `data` with one change, and the offset of the first byte that differs."""
    at = draw.randrange(len(data)) if data else 0
    if data and draw.random() < 0.3:  # in a header, where most fields are
        at = min(at - at % 44 + draw.randrange(HEADER_BYTES), len(data) - 1)
    kind = draw.randrange(6)
    if kind == 0:
        return data[:at] + bytes([draw.getrandbits(8)]) + data[at + 1 :], at
    if kind == 1:
        return data[:at] + data[at + draw.randrange(1, 50) :], at
    if kind == 2:
        return data[:at] + draw.randbytes(draw.randrange(1, 50)) + data[at:], at
    if kind == 3:
        return data[:at], at
    if kind == 4:
        return data[:at] + data[max(0, at - 60) : at] + data[at:], at
    return data[:at] + struct.pack("<I", draw.choice((0, 1, 2**31, 2**32 - 1, MAX_BODY, MAX_BODY + 1))) + data[
        at + 4 :
    ], at


def pieces(draw: random.Random, data: bytes) -> Iterator[bytes]:
    """Yield `data` in pieces of random sizes, from zero bytes to many packets."""
    largest = draw.choice((1, 7) if draw.random() < 0.05 else (44, 100, 400, 1500, 65536))
    at = 0
    while at < len(data):
        size = draw.randrange(largest + 1)
        yield data[at : at + size]
        at += size


def read(parts: Iterator[bytes], decrypt: Callable[[int, bytes], bytes] | None = None) -> Events:
    """Return what a reader decodes from `parts`, and check that it buffers at most a packet and a piece."""
    reader, found = PacketReader(MAX_BODY, decrypt), []
    wrong = False
    for part in parts:
        try:
            found += reader.feed(part)
        except ProtocolError:
            wrong = True
        assert len(reader._buffer) <= MAX_BODY + HEADER_BYTES or wrong
        if wrong:
            with pytest.raises(ProtocolError):
                reader.feed(b"FT")
            assert not reader._buffer
            break
    else:
        try:
            reader.feed(b"")  # complete packets are returned first; the next call raises
        except ProtocolError:
            wrong = True
    return [(one.proto_id, one.serial, int(one.body_format), one.body) for one in found], wrong


def test_plain_streams() -> None:
    draw = random.Random(SEED)
    tried = whole = broken = given = 0
    while tried < PLAIN:
        sent = packets(draw, draw.randrange(1, 60))
        data = b"".join(map(encode_packet, sent))
        tried += len(sent)
        if harmed := draw.random() < 0.5:
            data, _ = damaged(draw, data)
        right = reference(data)
        assert read(pieces(draw, data)) == right
        if not harmed:
            assert right == ([(one.proto_id, one.serial, int(one.body_format), one.body) for one in sent], False)
        whole += not right[1]
        broken += right[1]
        given += len(right[0])
    assert tried >= PLAIN
    assert min(whole, broken) > tried / 200, "both must happen often"
    assert given > tried / 2


@pytest.fixture(scope="module")
def rsa_key() -> RsaKey:
    from support.raw_clients import rsa_pem

    return RsaKey(rsa_pem())


@pytest.mark.parametrize("encryption", [Encryption.AES_CBC, Encryption.FTAES_ECB])
def test_encrypted_streams(encryption: Encryption, rsa_key: RsaKey) -> None:
    draw = random.Random(SEED + encryption)
    cipher = BodyCipher(rsa_key)
    cipher.set_key(encryption, "0123456789abcdef", "fedcba9876543210")
    tried = broken = 0
    while tried < ENCRYPTED // 2:
        sent = [
            one
            for one in packets(draw, draw.randrange(1, 40))
            if one.proto_id != 1001 and len(one.body) < MAX_BODY - 32
        ]
        encoded = [encode_packet(one, cipher.encrypt) for one in sent]
        data, changed_at = b"".join(encoded), None
        tried += len(sent)
        if draw.random() < 0.5:
            data, changed_at = damaged(draw, data)
        at_once = read(iter([data]), cipher.decrypt)
        assert read(pieces(draw, data), cipher.decrypt) == at_once
        right = [(one.proto_id, one.serial, int(one.body_format), one.body) for one in sent]
        if changed_at is None:
            assert at_once == (right, False)
            continue
        # Packets before the damage are decoded. After it, every decoded body is one that was sent.
        whole, end = 0, 0
        while whole < len(encoded) and (end := end + len(encoded[whole])) <= changed_at:
            whole += 1
        assert at_once[0][:whole] == right[:whole]
        assert {body for *_, body in at_once[0]} <= {body for *_, body in right}
        broken += at_once[1]
    assert tried >= ENCRYPTED // 2
    assert broken > tried / 200


def test_messages_of_websocket() -> None:
    draw = random.Random(SEED)
    tried = broken = 0
    while tried < MESSAGES:
        for one in packets(draw, 50):
            tried += 1
            packet = Packet(one.proto_id, draw.getrandbits(64), BodyFormat.PROTOBUF, one.body)
            failure = ReplyStatus(draw.randrange(-3, 4), draw.choice(("", "timeout", "x" * 20)))
            request, reply = encode_request(packet), encode_reply(packet, failure)
            assert decode_request(request) == packet
            assert decode_reply(reply) == (packet, failure)
            assert request == struct.pack(">8sIQ", b"ft-v1.0\0", packet.proto_id, packet.serial) + packet.body
            changed, _ = damaged(draw, reply)
            right = len(changed) >= 44 and changed.startswith(b"ft-v1.0\0")
            try:
                read_packet, read_failure = decode_reply(changed)
            except ProtocolError:
                assert not right
                broken += 1
                continue
            assert right
            command, section, code = struct.unpack_from(">IQi", changed, 8)
            assert read_packet == Packet(command, section, BodyFormat.PROTOBUF, changed[44:])
            assert read_failure.code == code
            assert isinstance(read_failure.text, str)
    assert tried >= MESSAGES
    assert tried / 20 < broken < tried
