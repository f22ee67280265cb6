"""Encrypted bodies: RSA for InitConnect, then AES with the key that it agreed on. The same for both ends.

Both ends hold the same RSA private key. The algorithms are OpenD's, which are not ours to choose: PKCS#1 v1.5,
and AES without authentication. The SHA-1 of the plain body, in the packet's header, is what finds a wrong key.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from ..errors import InvalidRequest, ProtocolError
from .packets import ProtoId

__all__ = ["Encryption", "RsaKey", "Seal"]

#: OpenD encrypts InitConnect in pieces of this size, whatever the size of the key.
RSA_CHUNK_BYTES = 100
#: PKCS#1 v1.5 needs 11 bytes of padding in each piece.
SMALLEST_KEY_BYTES = RSA_CHUNK_BYTES + 11
#: InitConnect takes three pieces, as JSON five. Each costs a private-key operation, so nobody may ask for thousands.
MAX_RSA_PIECES = 16
AES_BLOCK_BYTES = 16
#: A key file is about 1 kB; larger ones are not read.
MAX_KEY_FILE_BYTES = 64 * 1024

_PEM_MARK = "-----BEGIN"


class Encryption(IntEnum):
    """How bodies after InitConnect are encrypted, with the protocol's numbers (``Common.PacketEncAlgo``)."""

    NONE = -1
    FTAES_ECB = 0
    AES_CBC = 2


class RsaKey:
    """An RSA private key, from a file or from its PEM text. It shows itself to nobody.

    Parameters
    ----------
    key : path, str or bytes
        PKCS#1 (``-----BEGIN RSA PRIVATE KEY-----``) or PKCS#8, without a password: the same file that OpenD has.

    Raises
    ------
    InvalidRequest
        If it is none, or too small for OpenD's pieces of 100 bytes.
    """

    def __init__(self, key: Any) -> None:
        _need_cryptography()
        from cryptography.hazmat.primitives.asymmetric import padding, rsa
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        pem = _pem_of(key)
        try:
            private: Any = load_pem_private_key(pem, password=None)
        except TypeError:
            raise InvalidRequest("rsa_key is protected by a password. OpenD's key file has none: give that.") from None
        except Exception as error:
            # What the parser says of a key is not for messages.
            why = "is a public key" if b"PUBLIC KEY" in pem else f"cannot be read ({type(error).__name__})"
            raise InvalidRequest(
                f"rsa_key {why}. Give the path or the text of the RSA private key that OpenD has (rsa_private_key)."
            ) from None
        if not isinstance(private, rsa.RSAPrivateKey):
            raise InvalidRequest("rsa_key is a private key, but no RSA key. Give the one that OpenD has.")
        self._bytes = private.key_size // 8
        if self._bytes < SMALLEST_KEY_BYTES:
            raise InvalidRequest(f"rsa_key has {private.key_size} bits. OpenD's is to have 1024 or more.")
        self._private, self._public, self._padding = private, private.public_key(), padding.PKCS1v15()
        numbers = private.public_key().public_numbers()
        self._id = hashlib.sha256(f"{numbers.n}:{numbers.e}".encode()).digest()

    def __repr__(self) -> str:
        return "<RSA private key>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RsaKey) and self._id == other._id

    def __hash__(self) -> int:
        return hash(self._id)

    def __reduce__(self) -> Any:
        raise TypeError("a private key is not to be pickled: give its path where it is needed")

    def encrypt(self, body: bytes) -> bytes:
        """Return `body` encrypted, in pieces."""
        pieces = [body[at : at + RSA_CHUNK_BYTES] for at in range(0, len(body), RSA_CHUNK_BYTES)]
        return b"".join(self._public.encrypt(piece, self._padding) for piece in pieces)

    def decrypt(self, body: bytes) -> bytes:
        """Return the plain body; of what was encrypted with another key, nonsense or a `ProtocolError`."""
        if len(body) % self._bytes or len(body) > MAX_RSA_PIECES * self._bytes:
            raise ProtocolError("a body is not encrypted with this RSA key")
        pieces = [body[at : at + self._bytes] for at in range(0, len(body), self._bytes)]
        try:
            return b"".join(self._private.decrypt(piece, self._padding) for piece in pieces)
        except ValueError:
            raise ProtocolError("a body is not encrypted with this RSA key") from None


class Seal:
    """How the bodies of one connection are encrypted: not at all, or, with a key, as OpenD does.

    Parameters
    ----------
    rsa : RsaKey, optional
        Without one, bodies are sent as they are.
    """

    def __init__(self, rsa: RsaKey | None = None) -> None:
        self.rsa = rsa
        self._aes: _Aes | None = None

    def __repr__(self) -> str:
        return f"<Seal: {'plain' if self.rsa is None else 'encrypted'}>"

    def agree(self, encryption: Encryption, key: str, iv: str) -> None:
        """Encrypt from now on as InitConnect agreed.

        Raises
        ------
        ProtocolError
            If the key or the initialisation vector has not 16 characters.
        """
        if self.rsa is not None and encryption is not Encryption.NONE:
            self._aes = _Aes(key.encode(), iv.encode() if encryption is Encryption.AES_CBC else None)

    def seal(self, proto_id: int, body: bytes) -> bytes:
        """Return `body` as it is sent."""
        if self.rsa is not None and proto_id == ProtoId.INIT_CONNECT:
            return self.rsa.encrypt(body)
        return body if self._aes is None else self._aes.encrypt(body)

    def unseal(self, proto_id: int, body: bytes) -> bytes:
        """Return the plain body of one as it was sent; `ProtocolError` if it cannot be."""
        if self.rsa is not None and proto_id == ProtoId.INIT_CONNECT:
            return self.rsa.decrypt(body)
        return body if self._aes is None else self._aes.decrypt(body)


class _Aes:
    """AES-128 in OpenD's two ways: CBC with PKCS#7 padding, or, without `iv`, its own ``FTAES_ECB``."""

    def __init__(self, key: bytes, iv: bytes | None) -> None:
        if len(key) != AES_BLOCK_BYTES or (iv is not None and len(iv) != AES_BLOCK_BYTES):
            raise ProtocolError("InitConnect gave an AES key or initialisation vector that has not 16 characters")
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        # ECB is what the protocol has for clients that do not know CBC.
        self._cipher = Cipher(algorithms.AES(key), modes.ECB() if iv is None else modes.CBC(iv))
        self._pad, self._strip = (_pad_zeros, _strip_zeros) if iv is None else (_pad_pkcs7, _strip_pkcs7)

    def encrypt(self, body: bytes) -> bytes:
        padded, tail = self._pad(body)
        encryptor = self._cipher.encryptor()
        return encryptor.update(padded) + encryptor.finalize() + tail

    def decrypt(self, body: bytes) -> bytes:
        if len(body) % AES_BLOCK_BYTES or not body:
            raise ProtocolError(f"an encrypted body of {len(body)} bytes is not made of whole blocks")
        return self._strip(body, self._decrypt)

    def _decrypt(self, blocks: bytes) -> bytes:
        decryptor = self._cipher.decryptor()
        return decryptor.update(blocks) + decryptor.finalize()


def _pad_pkcs7(body: bytes) -> tuple[bytes, bytes]:
    count = AES_BLOCK_BYTES - len(body) % AES_BLOCK_BYTES
    return body + bytes([count]) * count, b""


def _strip_pkcs7(body: bytes, decrypt: Callable[[bytes], bytes]) -> bytes:
    plain = decrypt(body)
    count = plain[-1]
    if not 1 <= count <= AES_BLOCK_BYTES or plain[-count:] != bytes([count]) * count:
        raise ProtocolError("an encrypted body has no proper padding: it is damaged, or made with another key")
    return plain[:-count]


def _pad_zeros(body: bytes) -> tuple[bytes, bytes]:
    """Return `body` filled up with zeros, and the block behind it, whose last byte is the last real block's length."""
    used = len(body) % AES_BLOCK_BYTES
    return body + bytes(-len(body) % AES_BLOCK_BYTES), bytes(AES_BLOCK_BYTES - 1) + bytes([used])


def _strip_zeros(body: bytes, decrypt: Callable[[bytes], bytes]) -> bytes:
    blocks, used = body[:-AES_BLOCK_BYTES], body[-1]
    if used >= AES_BLOCK_BYTES or (used and not blocks):
        raise ProtocolError("an encrypted body has no proper last block: it is damaged, or made with another key")
    plain = decrypt(blocks)
    return plain[: len(plain) - AES_BLOCK_BYTES + used] if used else plain


def _pem_of(key: Any) -> bytes:
    """Return the PEM text that `key`, a text or a path, means."""
    if isinstance(key, bytes) and _PEM_MARK.encode() in key:
        return key
    if isinstance(key, str) and _PEM_MARK in key:
        return key.strip().encode()
    try:
        with open(os.path.expanduser(os.fspath(key)), "rb") as file:
            content = file.read(MAX_KEY_FILE_BYTES + 1)
    except OSError as error:
        raise InvalidRequest(
            f"rsa_key: no key file can be read there ({error.strerror or type(error).__name__}). "
            "Give the path or the PEM text of the RSA private key that OpenD has (rsa_private_key)."
        ) from None
    except (TypeError, ValueError):
        raise InvalidRequest("rsa_key must be a path or the PEM text of an RSA private key.") from None
    if len(content) > MAX_KEY_FILE_BYTES:
        raise InvalidRequest("rsa_key: that file is far too large to be a key.")
    return content


def _need_cryptography() -> None:
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise InvalidRequest(
            "rsa_key needs the package cryptography, which is not installed: pip install 'pd_optstat[encryption]'."
        ) from None
