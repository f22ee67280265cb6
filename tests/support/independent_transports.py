"""The independent OpenD's encryption, with pycryptodome as in the vendor's SDK, and its WebSocket port.

Uses neither `pd_optstat` nor the library that it encrypts with.
"""

from __future__ import annotations

import hashlib
import os
import random
import struct
import threading
from typing import Any

from Crypto.Cipher import AES, PKCS1_v1_5
from Crypto.PublicKey import RSA
from Crypto.Util.Padding import pad, unpad
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from support.independent_opend import IndependentOpenD, _Connection
from support.independent_packets import Request

INIT_CONNECT, INIT_WEBSOCKET, DISCONNECTED = 1001, 1, 2
AES_CBC, FTAES_ECB = 2, 0
MAGIC = b"ft-v1.0\0"


class PycryptodomeSeal:
    """Encryption of one connection's bodies; see `independent_opend.Seal`."""

    def __init__(self, pem: bytes) -> None:
        self._rsa = RSA.import_key(pem)
        self._algorithm: int | None = None
        self._key = self._iv = b""

    def agree(self, algorithm: int, s2c: Any) -> None:
        """Choose a key for later bodies, and put it into the reply to InitConnect."""
        self._algorithm = algorithm
        self._key, self._iv = os.urandom(8).hex().encode(), os.urandom(8).hex().encode()
        s2c.connAESKey = self._key.decode()
        if algorithm == AES_CBC:
            s2c.aesCBCiv = self._iv.decode()

    def open(self, proto_id: int, body: bytes) -> bytes:
        if proto_id == INIT_CONNECT:
            size, cipher = self._rsa.size_in_bytes(), PKCS1_v1_5.new(self._rsa)
            pieces = [cipher.decrypt(body[at : at + size], b"") for at in range(0, len(body), size)]
            return b"".join(pieces)
        if self._algorithm == AES_CBC:
            return bytes(unpad(AES.new(self._key, AES.MODE_CBC, self._iv).decrypt(body), 16))
        if self._algorithm == FTAES_ECB:
            plain, used = AES.new(self._key, AES.MODE_ECB).decrypt(body[:-16]), body[-1]
            return bytes(plain[: len(plain) - (16 - used if used else 0)])
        return body

    def close(self, proto_id: int, body: bytes) -> bytes:
        if proto_id == INIT_CONNECT:
            cipher = PKCS1_v1_5.new(self._rsa.public_key())
            return b"".join(cipher.encrypt(body[at : at + 100]) for at in range(0, len(body), 100))
        if self._algorithm == AES_CBC:
            return bytes(AES.new(self._key, AES.MODE_CBC, self._iv).encrypt(pad(body, 16)))
        if self._algorithm == FTAES_ECB:
            blocks = AES.new(self._key, AES.MODE_ECB).encrypt(body + bytes(-len(body) % 16))
            return bytes(blocks) + bytes(15) + bytes([len(body) % 16])
        return body


class IndependentWebSocket:
    """WebSocket port of an `IndependentOpenD`, with a key. A context manager."""

    def __init__(self, opend: IndependentOpenD, key: str = "") -> None:
        self.opend = opend
        self.key = hashlib.md5(key.encode()).hexdigest() if key else ""
        self._server = serve(self._talk, "127.0.0.1", 0, compression=None, close_timeout=0.2)
        self.port: int = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> IndependentWebSocket:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._server.shutdown()
        self._thread.join()

    def _talk(self, websocket: ServerConnection) -> None:
        connection = _WebSocketConnection(self, websocket)
        try:
            for message in websocket:
                if connection.take(message) is False:
                    return
        except ConnectionClosed:
            pass


class _WebSocketConnection(_Connection):
    def __init__(self, listener: IndependentWebSocket, websocket: ServerConnection) -> None:
        self.listener, self.opend, self.websocket = listener, listener.opend, websocket
        self.random = random.Random(3301)
        with self.opend.lock:
            self.opend.connections += 1

    def take(self, message: Any) -> bool | None:
        assert isinstance(message, bytes)
        magic, command, section = struct.unpack_from(">8sIQ", message)
        assert magic == MAGIC
        request = Request(command, 0, section, message[20:])
        return self.init_websocket(request) if command == INIT_WEBSOCKET else self.answer(request)

    def init_websocket(self, request: Request) -> bool | None:
        fields = _fields(_fields(request.body)[1])
        if self.listener.key and fields.get(4, b"").decode() != self.listener.key:
            # retType, retMsg
            self.send(INIT_WEBSOCKET, request.serial, b"\x08" + b"\xff" * 9 + b"\x01" + b"\x12\x09wrong key")
            return False
        # retType 0, s2c: serverTime, connID
        self.send(INIT_WEBSOCKET, request.serial, b"\x08\x00\x22\x04\x08\x01\x10\x07")
        return None

    def send(self, proto_id: int, serial: int, body: bytes, form: int = 0) -> None:
        self.websocket.send(struct.pack(">8sIQi20s", MAGIC, proto_id, serial, 0, b"") + body)


def _fields(body: bytes) -> dict[int, Any]:
    """Return the values of a protobuf message shorter than 128 bytes by field number: integers and bytes."""
    found: dict[int, Any] = {}
    at = 0
    while at < len(body):
        number, wire, at = body[at] >> 3, body[at] & 7, at + 1
        length, at = body[at], at + 1
        assert length < 128
        found[number] = body[at : at + length] if wire == 2 else length
        at += length if wire == 2 else 0
    return found
