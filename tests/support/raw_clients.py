"""Clients of OpenD's protocol that share no code with the package, with packets and encryption of their own.

Written from the interface's documentation with struct, hashlib and cryptography, so that a mistake in the package's
reading of it cannot be in here too. The messages are those of `raw_messages`.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import ipaddress
import json
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.x509.oid import NameOID

from pd_optstat.simulator.server import SimulatorServer
from support.raw_messages import fields_of, from_json, from_protobuf, signed, to_protobuf, varint

PROTOBUF, JSON = 0, 1
INIT_WEBSOCKET, INIT, STATE, KEEP_ALIVE, STATISTIC = 1, 1001, 1002, 1004, 3301
UNDERLYING_STATISTIC, UNDERLYING_VOLATILITY = 3302, 3304
NO_ENCRYPTION, FTAES_ECB, AES_CBC = -1, 0, 2
NAMES = {
    INIT_WEBSOCKET: "init websocket",
    INIT: "init",
    STATE: "state",
    KEEP_ALIVE: "alive",
    STATISTIC: "statistic",
    UNDERLYING_STATISTIC: "underlying statistic",
    UNDERLYING_VOLATILITY: "underlying volatility",
}
#: The protocol's numbers of the markets in a code.
SECURITY_MARKETS = {"HK": 1, "US": 11}


# -- A client ------------------------------------------------------------------------------------------------------


def statistic_body(begin: str = "2026-06-01", end: str = "2026-06-15", **more: Any) -> bytes:
    values = {"optionMarket": 1, "dataType": 0, "beginTime": begin, "endTime": end, **more}
    inner = to_protobuf("statistic c2s", values)
    return b"\x0a" + varint(len(inner)) + inner


def packet(proto_id: int, serial: int, form: int, body: bytes, sealed: bytes | None = None) -> bytes:
    """Return the packet for `body`; `sealed` is the encrypted body, if it is encrypted."""
    sent = body if sealed is None else sealed
    head = struct.pack("<2sIBBII", b"FT", proto_id, form, 0, serial, len(sent))
    return head + hashlib.sha1(body).digest() + bytes(8) + sent


# -- Encryption ----------------------------------------------------------------------------------------------------


def rsa_pem(bits: int = 1024, pkcs8: bool = False) -> bytes:
    """Return a new RSA private key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    form = serialization.PrivateFormat.PKCS8 if pkcs8 else serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a self-signed certificate of 127.0.0.1 and its key into `folder`, also in one file and with a password."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    for file, lock in (
        ("key.pem", serialization.NoEncryption()),
        ("locked.pem", serialization.BestAvailableEncryption(b"secret")),
    ):
        (folder / file).write_bytes(key.private_bytes(serialization.Encoding.PEM, form, lock))
    (folder / "both.pem").write_bytes((folder / "cert.pem").read_bytes() + (folder / "key.pem").read_bytes())
    return folder / "cert.pem", folder / "key.pem"


class RawRsa:
    def __init__(self, pem: bytes) -> None:
        self.key: Any = serialization.load_pem_private_key(pem, None)

    def encrypt(self, body: bytes) -> bytes:
        pieces = [body[at : at + 100] for at in range(0, len(body), 100)]
        return b"".join(self.key.public_key().encrypt(piece, padding.PKCS1v15()) for piece in pieces)

    def decrypt(self, body: bytes) -> bytes:
        size = self.key.key_size // 8
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        return b"".join(self.key.decrypt(piece, padding.PKCS1v15()) for piece in pieces)


class Cbc:
    def __init__(self, key: bytes, iv: bytes) -> None:
        assert len(key) == len(iv) == 16
        self.cipher = Cipher(algorithms.AES(key), modes.CBC(iv))

    def encrypt(self, body: bytes) -> bytes:
        count = 16 - len(body) % 16
        one = self.cipher.encryptor()
        return one.update(body + bytes([count] * count)) + one.finalize()

    def decrypt(self, body: bytes) -> bytes:
        one = self.cipher.decryptor()
        plain = one.update(body) + one.finalize()
        assert plain.endswith(bytes([plain[-1]] * plain[-1]))
        return plain[: -plain[-1]]


class FtEcb:
    def __init__(self, key: bytes) -> None:
        assert len(key) == 16
        self.cipher = Cipher(algorithms.AES(key), modes.ECB())

    def encrypt(self, body: bytes) -> bytes:
        one = self.cipher.encryptor()
        return one.update(body + bytes(-len(body) % 16)) + one.finalize() + bytes([0] * 15 + [len(body) % 16])

    def decrypt(self, body: bytes) -> bytes:
        blocks, tail = body[:-16], body[-16:]
        assert tail[:15] == bytes(15)
        one = self.cipher.decryptor()
        plain = one.update(blocks) + one.finalize()
        if not tail[15]:
            return plain
        used = len(plain) - 16 + tail[15]
        assert not any(plain[used:])
        return plain[:used]


class Client:
    """A TCP connection, encrypted if an RSA key is given as PEM."""

    OPENING = INIT

    def __init__(
        self,
        server: SimulatorServer,
        form: int = PROTOBUF,
        *,
        init: bool = True,
        rsa_key: bytes | None = None,
        algorithm: int = NO_ENCRYPTION,
    ) -> None:
        self.form, self.serial = form, 0
        self.rsa = None if rsa_key is None else RawRsa(rsa_key)
        self.aes: Cbc | FtEcb | None = None
        self.connect(server)
        if init:
            self.log_in(algorithm)

    def connect(self, server: SimulatorServer) -> None:
        self.socket = socket.create_connection((server.host, server.port), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_in(self, algorithm: int) -> None:
        self.login = self.ask(INIT, clientVer=1011, clientID="test", packetEncAlgo=algorithm, pushProtoFmt=self.form)[
            "s2c"
        ]
        if self.rsa is not None and algorithm != NO_ENCRYPTION:
            key = self.login["connAESKey"].encode()
            self.aes = Cbc(key, self.login["aesCBCiv"].encode()) if algorithm == AES_CBC else FtEcb(key)

    def close(self) -> None:
        self.socket.close()

    def send(self, proto_id: int, body: bytes, form: int | None = None) -> int:
        self.serial += 1
        form = self.form if form is None else form
        self.send_bytes(packet(proto_id, self.serial, form, body, self.sealed(proto_id, body)))
        return self.serial

    def send_bytes(self, data: bytes) -> None:
        self.socket.sendall(data)

    def sealed(self, proto_id: int, body: bytes) -> bytes:
        if proto_id == INIT:
            return body if self.rsa is None else self.rsa.encrypt(body)
        return body if self.aes is None else self.aes.encrypt(body)

    def unsealed(self, proto_id: int, body: bytes) -> bytes:
        if proto_id == INIT:
            return body if self.rsa is None else self.rsa.decrypt(body)
        return body if self.aes is None else self.aes.decrypt(body)

    def exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def receive(self) -> tuple[int, int, int, bytes]:
        magic, proto_id, form, version, serial, length = struct.unpack("<2sIBBII", self.exactly(16))
        digest, reserved, body = self.exactly(20), self.exactly(8), self.unsealed(proto_id, self.exactly(length))
        assert (magic, version, reserved) == (b"FT", 0, bytes(8))
        assert hashlib.sha1(body).digest() == digest
        return proto_id, serial, form, body

    def read(self, proto_id: int) -> dict[str, Any]:
        """Return the next reply, which must answer the last request."""
        answered, serial, form, body = self.receive()
        assert (answered, serial, form) == (proto_id, self.serial, self.form)
        table = f"{NAMES[proto_id]} s2c"
        if form == JSON:
            reply = json.loads(body)
            return {**reply, "s2c": from_json(table, reply["s2c"])} if "s2c" in reply else reply
        reply = {}
        for number, value in fields_of(body):
            name = {1: "retType", 2: "retMsg", 3: "errCode", 4: "s2c"}[number]
            reply[name] = (
                from_protobuf(table, value) if name == "s2c" else value.decode() if name == "retMsg" else value
            )
        reply["retType"] = signed(reply["retType"])
        return reply

    def ask(self, proto_id: int, **c2s: Any) -> dict[str, Any]:
        self.request(proto_id, **c2s)
        return self.read(proto_id)

    def request(self, proto_id: int, **c2s: Any) -> None:
        if self.form == JSON:
            texts = {name: base64.b64encode(value).decode() for name, value in c2s.items() if isinstance(value, bytes)}
            values = {**c2s, **texts}
            self.send(proto_id, json.dumps({"c2s": values}).encode())
        else:
            inner = to_protobuf(f"{NAMES[proto_id]} c2s", c2s)
            self.send(proto_id, b"\x0a" + varint(len(inner)) + inner)

    def statistic(self, begin: Any, end: Any, key: bytes = b"", market: int = 1, data_type: int = 0) -> dict[str, Any]:
        c2s = {"optionMarket": market, "dataType": data_type, "beginTime": str(begin), "endTime": str(end)}
        return self.ask(STATISTIC, **c2s, **({"nextPageKey": key} if key else {}))

    def underlying(
        self, proto_id: int, code: str, begin: Any, end: Any, key: bytes = b"", kind: int | None = 1
    ) -> dict[str, Any]:
        """Return the reply of 3302 or 3304 for a code such as ``US.AAPL``; `kind` is the type of index options."""
        self.underlying_later(proto_id, code, begin, end, key, kind)
        return self.read(proto_id)

    def underlying_later(
        self, proto_id: int, code: str, begin: Any, end: Any, key: bytes = b"", kind: int | None = 1
    ) -> None:
        """Request it, and leave the reply to be read."""
        market, _, ticker = code.partition(".")
        c2s: dict[str, Any] = {"owner": {"market": SECURITY_MARKETS[market], "code": ticker}}
        c2s |= {} if kind is None else {"indexOptionType": kind}
        c2s |= {"beginTime": str(begin), "endTime": str(end)}
        self.request(proto_id, **c2s, **({"nextPageKey": key} if key else {}))

    def refusal(self, *arguments: Any, **more: Any) -> str:
        reply = self.statistic(*arguments, **more)
        assert reply["retType"] == -1
        assert "s2c" not in reply
        text: str = reply["retMsg"]
        return text

    def is_alive(self) -> bool:
        return self.ask(KEEP_ALIVE, time=5)["retType"] == 0

    def hears_nothing(self, seconds: float = 0.3) -> bool:
        self.socket.settimeout(seconds)
        try:
            self.socket.recv(1)
        except TimeoutError:
            return True
        return False

    def is_closed(self) -> bool:
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


class WebSocketClient(Client):
    """A WebSocket connection: the same bodies, with another header, in big-endian order."""

    OPENING = INIT_WEBSOCKET

    def __init__(self, server: SimulatorServer, key: str | None = None, *, init: bool = True, tls: Any = None) -> None:
        self.key, self.tls = key, tls
        super().__init__(server, init=init)

    def connect(self, server: SimulatorServer) -> None:
        from websockets.sync.client import connect

        assert server.ws_url is not None
        self.stack = ExitStack()
        self.websocket = self.stack.enter_context(
            connect(server.ws_url, compression=None, ssl=self.tls, max_size=2**24, open_timeout=30, close_timeout=2)
        )

    def log_in(self, algorithm: int) -> None:
        md5 = "" if self.key is None else hashlib.md5(self.key.encode()).hexdigest()
        reply = self.ask(INIT_WEBSOCKET, websocketKey=md5, programmingLanguage="Python")
        assert reply["retType"] == 0, reply
        self.login = reply["s2c"]

    def close(self) -> None:
        self.stack.close()

    def send(self, proto_id: int, body: bytes, form: int | None = None) -> int:
        self.serial += 1
        self.send_bytes(message(proto_id, self.serial, body))
        return self.serial

    def send_bytes(self, data: bytes) -> None:
        self.websocket.send(data)

    def receive(self) -> tuple[int, int, int, bytes]:
        data = self.websocket.recv(timeout=5)
        assert isinstance(data, bytes)
        magic, command, section, self.error, text = struct.unpack(">8sIQi20s", data[:44])
        assert magic == b"ft-v1.0\0"
        self.text = text.rstrip(b"\0").decode()
        return command, section, PROTOBUF, data[44:]

    def hears_nothing(self, seconds: float = 0.3) -> bool:
        try:
            self.websocket.recv(timeout=seconds)
        except TimeoutError:
            return True
        return False

    def is_closed(self) -> bool:
        from websockets.exceptions import ConnectionClosed

        try:
            self.websocket.recv(timeout=5)
        except ConnectionClosed:
            return True
        return False


def message(command: int, section: int, body: bytes) -> bytes:
    """Return the WebSocket message for a request."""
    return struct.pack(">8sIQ", b"ft-v1.0\0", command, section) + body


@contextmanager
def client(server: SimulatorServer, form: int = PROTOBUF, **options: Any) -> Iterator[Client]:
    """Open a TCP connection."""
    opened = Client(server, form, **options)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def websocket(server: SimulatorServer, key: str | None = None, **options: Any) -> Iterator[WebSocketClient]:
    """Open a WebSocket connection."""
    opened = WebSocketClient(server, key, **options)
    try:
        yield opened
    finally:
        opened.close()


class Clock:
    """A clock that only moves when `now` is set."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
