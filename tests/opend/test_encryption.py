"""OpenD's encryption, against ciphers written by hand from the documentation."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from support.quick import slow
from support.raw_clients import Cbc, FtEcb, RawRsa, rsa_pem

import pd_optstat as po
from pd_optstat.errors import ProtocolError
from pd_optstat.opend.encryption import BodyCipher, Encryption, RsaKey

KEY, IV = "0123456789abcdef", "fedcba9876543210"
BODIES = st.binary(max_size=200) | st.sampled_from([b"", b"x" * 15, b"x" * 16, b"x" * 17, bytes(16), bytes(32)])
AES = pytest.mark.parametrize("encryption", [Encryption.AES_CBC, Encryption.FTAES_ECB], ids=lambda one: one.name)
STATISTIC, INIT = 3301, 1001

#: Made here, and used by every test: making one takes a while.
PEM = rsa_pem()


def by_hand(encryption: Encryption, key: str = KEY) -> Any:
    return Cbc(key.encode(), IV.encode()) if encryption is Encryption.AES_CBC else FtEcb(key.encode())


def cipher_with(encryption: Encryption, key: str = KEY) -> BodyCipher:
    cipher = BodyCipher(RsaKey(PEM))
    cipher.set_key(encryption, key, IV)
    return cipher


# -- AES -------------------------------------------------------------------------------------------------------------


@AES
@given(BODIES)
def test_both_ends_understand_the_documentation(encryption: Encryption, body: bytes) -> None:
    other, cipher = by_hand(encryption), cipher_with(encryption)
    encrypted = cipher.encrypt(STATISTIC, body)
    assert encrypted == other.encrypt(body)  # neither has a random part
    assert other.decrypt(encrypted) == body
    assert cipher.decrypt(STATISTIC, other.encrypt(body)) == body
    assert len(encrypted) % 16 == 0
    assert not encrypted.startswith(body) or len(body) < 8


def test_the_length_of_bodies_on_the_wire() -> None:
    """PKCS#7 always adds something; FTAES_ECB fills up, and adds a block."""
    lengths = {
        encryption: [len(cipher_with(encryption).encrypt(STATISTIC, bytes(size))) for size in (0, 1, 15, 16, 17)]
        for encryption in (Encryption.AES_CBC, Encryption.FTAES_ECB)
    }
    assert lengths == {Encryption.AES_CBC: [16, 16, 16, 32, 32], Encryption.FTAES_ECB: [16, 32, 32, 32, 48]}


@AES
@given(st.binary(max_size=200))
def test_any_bytes_are_a_body_or_an_error(encryption: Encryption, data: bytes) -> None:
    try:
        body = cipher_with(encryption).decrypt(STATISTIC, data)
    except ProtocolError:
        return
    assert len(data) % 16 == 0
    assert 0 < len(data) - len(body) <= 32


@AES
@given(BODIES, st.data())
def test_a_damaged_body_is_an_error_or_another_body(encryption: Encryption, body: bytes, data: st.DataObject) -> None:
    """AES has no authentication here: the SHA-1 in the header is what finds the other body."""
    cipher = cipher_with(encryption)
    encrypted = bytearray(cipher.encrypt(STATISTIC, body))
    at = data.draw(st.integers(0, len(encrypted) - 1))
    encrypted[at] ^= data.draw(st.integers(1, 255))
    try:
        found = cipher.decrypt(STATISTIC, bytes(encrypted))
    except ProtocolError:
        return
    # Of FTAES_ECB's last block only its last byte means anything, and what it fills up with means nothing.
    in_filling = encryption is Encryption.FTAES_ECB
    assert found != body or in_filling


@pytest.mark.parametrize(
    "tail", [bytes(15) + b"\x10", bytes(15) + b"\xff", bytes(15) + b"\x01"], ids=["16", "255", "of no block"]
)
def test_an_invalid_last_block_is_refused(tail: bytes) -> None:
    with pytest.raises(ProtocolError, match="last block"):
        cipher_with(Encryption.FTAES_ECB).decrypt(STATISTIC, tail)


@pytest.mark.parametrize("count", [0, 17, 255])
def test_an_invalid_padding_is_refused(count: int) -> None:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    raw = Cipher(algorithms.AES(KEY.encode()), modes.CBC(IV.encode())).encryptor()
    encrypted = raw.update(bytes(15) + bytes([count])) + raw.finalize()
    with pytest.raises(ProtocolError, match="padding"):
        cipher_with(Encryption.AES_CBC).decrypt(STATISTIC, encrypted)


@pytest.mark.parametrize(("key", "iv"), [("short", IV), (KEY, "short"), ("é" * 16, IV), ("", ""), (KEY, "")])
def test_keys_must_have_16_characters(key: str, iv: str) -> None:
    with pytest.raises(ProtocolError, match="16 characters"):
        BodyCipher(RsaKey(PEM)).set_key(Encryption.AES_CBC, key, iv)


def test_ecb_needs_no_iv() -> None:
    cipher = BodyCipher(RsaKey(PEM))
    cipher.set_key(Encryption.FTAES_ECB, KEY, "")
    assert cipher.decrypt(STATISTIC, cipher.encrypt(STATISTIC, b"body")) == b"body"


# -- When what is encrypted ------------------------------------------------------------------------------------------


@given(BODIES)
def test_without_a_key_bodies_are_not_encrypted(body: bytes) -> None:
    cipher = BodyCipher()
    cipher.set_key(Encryption.AES_CBC, KEY, IV)
    for proto_id in (INIT, STATISTIC):
        assert cipher.encrypt(proto_id, body) == cipher.decrypt(proto_id, body) == body


@given(BODIES)
def test_init_connect_is_always_rsa(body: bytes) -> None:
    other = RawRsa(PEM)
    for cipher in (BodyCipher(RsaKey(PEM)), cipher_with(Encryption.AES_CBC), cipher_with(Encryption.NONE)):
        assert other.decrypt(cipher.encrypt(INIT, body)) == body
        assert cipher.decrypt(INIT, other.encrypt(body)) == body


@given(BODIES)
def test_a_key_without_aes_encrypts_init_connect_only(body: bytes) -> None:
    assert cipher_with(Encryption.NONE).encrypt(STATISTIC, body) == body


def test_the_protocols_numbers() -> None:
    assert {one.name: one.value for one in Encryption} == {"NONE": -1, "FTAES_ECB": 0, "AES_CBC": 2}


# -- RSA -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [1024, slow(2048), slow(3072)])
@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 1000])
def test_rsa_uses_chunks_of_100_bytes_whatever_the_key(bits: int, size: int) -> None:
    pem = PEM if bits == 1024 else rsa_pem(bits)
    body = bytes(range(256)) * 4
    ours, other = RsaKey(pem), RawRsa(pem)
    encrypted = ours.encrypt(body[:size])
    assert len(encrypted) == -(-size // 100) * bits // 8
    assert other.decrypt(encrypted) == ours.decrypt(other.encrypt(body[:size])) == body[:size]


@given(st.binary(max_size=300))
def test_any_bytes_are_an_rsa_body_or_an_error(data: bytes) -> None:
    try:
        RsaKey(PEM).decrypt(data)
    except ProtocolError:
        return
    assert len(data) % 128 == 0


def test_too_many_rsa_chunks_are_refused_before_decrypting() -> None:
    with pytest.raises(ProtocolError, match="not encrypted with this RSA key"):
        RsaKey(PEM).decrypt(bytes(128 * 17))


def test_another_key_gives_random_bytes_or_an_error() -> None:
    body = b"x" * 300
    other = RsaKey(rsa_pem())
    with contextlib.suppress(ProtocolError):
        assert RsaKey(PEM).decrypt(other.encrypt(body)) != body


# -- Key files -------------------------------------------------------------------------------------------------------


def pem_of(key: Any, form: Any, lock: Any = None) -> bytes:
    lock = lock or serialization.NoEncryption()
    text: bytes = key.private_bytes(serialization.Encoding.PEM, form, lock)
    return text


@pytest.mark.parametrize("given_as", ["path", "str path", "text", "bytes", "with blanks", "home"])
def test_keys_are_paths_or_texts(given_as: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / "key.pem"
    path.write_bytes(PEM)
    key = {
        "path": path,
        "str path": str(path),
        "text": PEM.decode(),
        "bytes": PEM,
        "with blanks": f"\n  {PEM.decode()}\n",
        "home": "~/key.pem",
    }[given_as]
    assert RsaKey(key) == RsaKey(PEM)
    assert hash(RsaKey(key)) == hash(RsaKey(PEM))
    assert RsaKey(key) != RsaKey(rsa_pem())


def bad_keys() -> dict[str, Any]:
    key = rsa.generate_private_key(65537, 1024)
    pkcs8 = serialization.PrivateFormat.PKCS8
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "password": (pem_of(key, pkcs8, serialization.BestAvailableEncryption(b"x")), "password"),
        "public": (public, "public key"),
        "elliptic": (pem_of(ec.generate_private_key(ec.SECP256R1()), pkcs8), "not an RSA key"),
        "cut": (PEM[:300] + b"\n-----END RSA PRIVATE KEY-----\n", "cannot be read"),
        "no file": ("/no/such/key.pem", "No such file"),
        "folder": ("/", "directory"),
        "endless": ("/dev/zero", "too large"),
        "none": (None, "path or the PEM"),
        "number": (3, r"path or the PEM|cannot be read from that path"),
        "nul": ("a\0b", "path or the PEM"),
    }


@pytest.mark.parametrize("name", list(bad_keys()))
def test_invalid_keys_are_refused_without_quoting_them(name: str) -> None:
    key, text = bad_keys()[name]
    with pytest.raises(po.InvalidRequest, match=text) as refused:
        RsaKey(key)
    assert "rsa_key" in str(refused.value)
    assert "MII" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_key_that_is_too_small() -> None:
    if sys.platform == "win32":
        pytest.skip("no openssl")
    done = subprocess.run(["openssl", "genrsa", "-traditional", "512"], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no openssl that makes such keys")
    with pytest.raises(po.InvalidRequest, match=r"512 bits|cannot be read"):
        RsaKey(done.stdout)


def test_keys_are_hidden_and_cannot_be_pickled() -> None:
    key = RsaKey(PEM)
    cipher = cipher_with(Encryption.AES_CBC)
    assert repr(key) == "<RSA private key>"
    assert repr(cipher) == "<BodyCipher: encrypted>"
    assert repr(BodyCipher()) == "<BodyCipher: plain>"
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(key)
    with pytest.raises(TypeError, match="cannot be pickled"):
        copy.copy(key)


def test_without_cryptography_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(po.InvalidRequest, match=r"pip install 'pd_optstat\[encryption\]'"):
        RsaKey(PEM)


def test_the_digest_in_the_header_is_of_the_plain_body() -> None:
    from pd_optstat.opend.packets import BodyFormat, Packet, encode_packet

    cipher = cipher_with(Encryption.AES_CBC)
    data = encode_packet(Packet(STATISTIC, 1, BodyFormat.PROTOBUF, b"body"), cipher.encrypt)
    assert data[16:36] == hashlib.sha1(b"body").digest()
    assert data[44:] == by_hand(Encryption.AES_CBC).encrypt(b"body")
