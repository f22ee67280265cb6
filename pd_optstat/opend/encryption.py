"""OpenD's encryption of bodies: RSA for InitConnect, then AES with the key in its reply.

Client and server hold the same RSA private key. The protocol prescribes the algorithms: PKCS#1 v1.5, and AES without
authentication. Bodies decrypted with a wrong key are detected by the SHA-1 of the plain body in the packet's header.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, NoReturn, cast

from ..errors import InvalidRequest, ProtocolError
from .packets import ProtoId

if TYPE_CHECKING:
    from os import PathLike

__all__ = ["BodyCipher", "Encryption", "RsaKey"]

#: OpenD encrypts InitConnect in chunks of this size, whatever the size of the key.
RSA_CHUNK_BYTES = 100
#: PKCS#1 v1.5 adds at least 11 bytes of padding to each chunk.
SMALLEST_KEY_BYTES = RSA_CHUNK_BYTES + 11
#: InitConnect takes three chunks, or five as JSON. Each costs a private-key operation, so longer bodies are refused.
MAX_RSA_CHUNKS = 16
AES_BLOCK_BYTES = 16
#: A key file has about 1 kB. The limit keeps a wrong path, such as /dev/zero, from being read for ever.
MAX_KEY_FILE_BYTES = 64 * 1024

_PEM_MARK = "-----BEGIN"


class Encryption(IntEnum):
    """Algorithm for the bodies after InitConnect, with the protocol's numbers (``Common.PacketEncAlgo``)."""

    NONE = -1
    FTAES_ECB = 0
    AES_CBC = 2


class RsaKey:
    """An RSA private key. Its repr does not show it, and it cannot be pickled.

    Parameters
    ----------
    key : path, str or bytes
        Path of OpenD's key file, or its PEM text: PKCS#1 (``-----BEGIN RSA PRIVATE KEY-----``) or PKCS#8, without a
        password.

    Raises
    ------
    InvalidRequest
        If the key cannot be read, is not an RSA private key, or is too small for OpenD's chunks of 100 bytes.
    """

    def __init__(self, key: str | bytes | PathLike[str]) -> None:
        _check_cryptography()
        from cryptography.hazmat.primitives.asymmetric import padding, rsa
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        pem = _pem_of(key)
        try:
            private = load_pem_private_key(pem, password=None)
        except TypeError:
            raise InvalidRequest("rsa_key is protected by a password. Pass a key without a password.") from None
        except Exception as error:
            # The parser's message may quote the key, so only its type is repeated.
            reason = "is a public key" if b"PUBLIC KEY" in pem else f"cannot be read ({type(error).__name__})"
            raise InvalidRequest(
                f"rsa_key {reason}. Pass the path or the PEM text of OpenD's RSA private key (rsa_private_key)."
            ) from None
        if not isinstance(private, rsa.RSAPrivateKey):
            raise InvalidRequest("rsa_key is a private key, but not an RSA key. Pass OpenD's (rsa_private_key).")
        self._bytes = private.key_size // 8
        if self._bytes < SMALLEST_KEY_BYTES:
            raise InvalidRequest(f"rsa_key has {private.key_size} bits. OpenD needs a key of 1024 bits or more.")
        self._private, self._public, self._padding = private, private.public_key(), padding.PKCS1v15()
        numbers = private.public_key().public_numbers()
        self._id = hashlib.sha256(f"{numbers.n}:{numbers.e}".encode()).digest()

    def __repr__(self) -> str:
        return "<RSA private key>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RsaKey) and self._id == other._id

    def __hash__(self) -> int:
        return hash(self._id)

    def __reduce__(self) -> NoReturn:
        raise TypeError("an RSA private key cannot be pickled; pass its path, and read it in the other process")

    def encrypt(self, body: bytes) -> bytes:
        """Return `body` encrypted, in chunks."""
        chunks = _split(body, RSA_CHUNK_BYTES)
        return b"".join(self._public.encrypt(chunk, self._padding) for chunk in chunks)

    def decrypt(self, body: bytes) -> bytes:
        """Return the plain body.

        A body that was encrypted with another key gives random bytes, or raises `ProtocolError`.
        """
        if len(body) % self._bytes or len(body) > MAX_RSA_CHUNKS * self._bytes:
            raise ProtocolError("a body is not encrypted with this RSA key")
        try:
            return b"".join(self._private.decrypt(chunk, self._padding) for chunk in _split(body, self._bytes))
        except ValueError:
            raise ProtocolError("a body is not encrypted with this RSA key") from None


class BodyCipher:
    """Encrypts and decrypts the bodies of one connection.

    Parameters
    ----------
    rsa : RsaKey, optional
        Without a key, bodies are sent as they are.
    """

    def __init__(self, rsa: RsaKey | None = None) -> None:
        self.rsa = rsa
        self._aes: _Aes | None = None

    def __repr__(self) -> str:
        return f"<BodyCipher: {'plain' if self.rsa is None else 'encrypted'}>"

    def set_key(self, encryption: Encryption, key: str, iv: str) -> None:
        """Use the AES key and the initialisation vector of InitConnect's reply from now on.

        Raises
        ------
        ProtocolError
            If the key or the initialisation vector does not have 16 characters.
        """
        if self.rsa is not None and encryption is not Encryption.NONE:
            self._aes = _Aes(key.encode(), iv.encode() if encryption is Encryption.AES_CBC else None)

    def encrypt(self, proto_id: int, body: bytes) -> bytes:
        """Return the body to send for a plain `body`."""
        if self.rsa is not None and proto_id == ProtoId.INIT_CONNECT:
            return self.rsa.encrypt(body)
        return body if self._aes is None else self._aes.encrypt(body)

    def decrypt(self, proto_id: int, body: bytes) -> bytes:
        """Return the plain body for a received `body`. Raises `ProtocolError` if it cannot be decrypted."""
        if self.rsa is not None and proto_id == ProtoId.INIT_CONNECT:
            return self.rsa.decrypt(body)
        return body if self._aes is None else self._aes.decrypt(body)


class _Aes:
    """AES-128 as OpenD uses it: CBC with PKCS#7 padding, or, without `iv`, its own ``FTAES_ECB``."""

    def __init__(self, key: bytes, iv: bytes | None) -> None:
        if len(key) != AES_BLOCK_BYTES or (iv is not None and len(iv) != AES_BLOCK_BYTES):
            raise ProtocolError("InitConnect sent an AES key or initialisation vector that does not have 16 characters")
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        # ECB is weak, but the only mode that older versions of OpenD have.
        self._cipher = Cipher(algorithms.AES(key), modes.ECB() if iv is None else modes.CBC(iv))
        self._pad, self._strip = (_pad_zeros, _strip_zeros) if iv is None else (_pad_pkcs7, _strip_pkcs7)

    def encrypt(self, body: bytes) -> bytes:
        padded, tail = self._pad(body)
        encryptor = self._cipher.encryptor()
        return encryptor.update(padded) + encryptor.finalize() + tail

    def decrypt(self, body: bytes) -> bytes:
        if len(body) % AES_BLOCK_BYTES or not body:
            raise ProtocolError(f"an encrypted body has {len(body)} bytes, which is not a whole number of blocks")
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
        raise ProtocolError("an encrypted body has invalid padding: it is damaged, or was encrypted with another key")
    return plain[:-count]


def _pad_zeros(body: bytes) -> tuple[bytes, bytes]:
    """Return `body` padded with zeros, and the extra block whose last byte is the length of the last real block."""
    used = len(body) % AES_BLOCK_BYTES
    return body + bytes(-len(body) % AES_BLOCK_BYTES), bytes(AES_BLOCK_BYTES - 1) + bytes([used])


def _strip_zeros(body: bytes, decrypt: Callable[[bytes], bytes]) -> bytes:
    blocks, used = body[:-AES_BLOCK_BYTES], body[-1]
    if used >= AES_BLOCK_BYTES or (used and not blocks):
        raise ProtocolError(
            "an encrypted body has an invalid last block: it is damaged, or was encrypted with another key"
        )
    plain = decrypt(blocks)
    return plain[: len(plain) - AES_BLOCK_BYTES + used] if used else plain


def _split(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


def _pem_of(key: object) -> bytes:
    """Return the PEM text of `key`, which is that text or the path of a file."""
    if isinstance(key, bytes) and _PEM_MARK.encode() in key:
        return key
    if isinstance(key, str) and _PEM_MARK in key:
        return key.strip().encode()
    try:
        with open(os.path.expanduser(os.fspath(cast("PathLike[str]", key))), "rb") as file:
            content = file.read(MAX_KEY_FILE_BYTES + 1)
    except OSError as error:
        raise InvalidRequest(
            f"rsa_key cannot be read from that path ({error.strerror or type(error).__name__}). "
            "Pass the path or the PEM text of OpenD's RSA private key (rsa_private_key)."
        ) from None
    except (TypeError, ValueError):
        raise InvalidRequest("rsa_key must be a path or the PEM text of an RSA private key.") from None
    if len(content) > MAX_KEY_FILE_BYTES:
        raise InvalidRequest("rsa_key is a file of more than 64 kB, which is too large for a key.")
    return content


def _check_cryptography() -> None:
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise InvalidRequest(
            "rsa_key needs the package cryptography, which is not installed: pip install 'pd_optstat[encryption]'."
        ) from None
