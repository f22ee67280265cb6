"""Connections of every kind to the simulator: encrypted, WebSocket, TLS, JSON; and that keys are never shown."""

from __future__ import annotations

import gc
import io
import logging
import pickle
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.quick import slow
from support.raw_clients import packet, rsa_pem
from support.raw_messages import varint

import pd_optstat as po
from pd_optstat.opend import connect
from pd_optstat.simulator.server import SimulatorServer

KEY = "s3same & cö/@:%"
YEAR = ("US_SECURITY", "VOLUME", "2025-06-13", "2026-06-12")
#: 37 rows a page: seven pages.
PAGE_SIZE = 37


@pytest.fixture(scope="module")
def pem() -> bytes:
    return rsa_pem()


@pytest.fixture(scope="module")
def server(pem: bytes) -> Iterator[SimulatorServer]:
    with SimulatorServer(
        until=date(2026, 6, 12), page_size=PAGE_SIZE, rate_limit=False, rsa_key=pem, ws_port=0, ws_key=KEY
    ) as running:
        yield running


@pytest.fixture(scope="module")
def plain() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=date(2026, 6, 12), page_size=PAGE_SIZE, rate_limit=False, ws_port=0) as running:
        yield running


@pytest.fixture(scope="module")
def right() -> pd.DataFrame:
    return po.load(*YEAR, source="simulator:", cache=False)


def websocket_url(server: SimulatorServer) -> str:
    return f"ws://:s3same%20%26%20c%C3%B6%2F%40%3A%25@127.0.0.1:{server.ws_port}"


# -- Every transport gives the same frame ----------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["protobuf", "json"])
@pytest.mark.parametrize("cipher", ["AES_CBC", "FTAES_ECB"])
@pytest.mark.parametrize("bits", [1024, slow(2048), slow(4096)])
def test_encrypted(bits: int, cipher: str, format: str, right: pd.DataFrame) -> None:
    key = rsa_pem(bits, pkcs8=bits == 2048)
    with SimulatorServer(until=date(2026, 6, 12), page_size=PAGE_SIZE, rate_limit=False, rsa_key=key) as server:
        source = po.OpenD(port=server.port, rsa_key=key, cipher=cipher, format=format, timeout=20)
        frame = po.load(*YEAR, source=source, cache=False)
    pd.testing.assert_frame_equal(frame, right)
    assert frame.attrs["optstat"]["requests"] == 7
    assert frame.attrs["optstat"]["source"] == "simulator:3301"


@pytest.mark.parametrize("form", ["path", "str", "bytes", "home", "url"])
def test_a_key_by_path_or_text(
    form: str, pem: bytes, server: SimulatorServer, right: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "key.pem").write_bytes(pem)
    key = {"path": tmp_path / "key.pem", "str": pem.decode(), "bytes": pem}.get(form, "~/key.pem")
    source = f"{server.url}?rsa_key={tmp_path}/key.pem" if form == "url" else po.OpenD(port=server.port, rsa_key=key)
    frame = po.load(*YEAR, source=source, cache=False)
    pd.testing.assert_frame_equal(frame, right)
    assert frame.attrs["optstat"]["endpoint"] == server.url


def test_websocket_with_a_key_and_without(server: SimulatorServer, plain: SimulatorServer, right: pd.DataFrame) -> None:
    for url in (websocket_url(server), f"ws://127.0.0.1:{plain.ws_port}", f"ws://localhost:{plain.ws_port}/"):
        frame = po.load(*YEAR, source=url, cache=False)
        pd.testing.assert_frame_equal(frame, right)
        about = frame.attrs["optstat"]
        assert (about["requests"], about["source"], about["synthetic"]) == (7, "simulator:3301", True)
        assert about["endpoint"] in (f"ws://127.0.0.1:{server.ws_port}", url.rstrip("/"))


def test_wss_checks_the_certificate(right: pd.DataFrame, certificate: tuple[Path, Path]) -> None:
    with SimulatorServer(
        until=date(2026, 6, 12),
        rate_limit=False,
        ws_port=0,
        ws_key=KEY,
        ws_certificate=certificate[0],
        ws_certificate_key=certificate[1],
    ) as server:
        source = po.OpenDWebSocket(port=server.ws_port, key=KEY, tls=True, certificates=certificate[0])
        pd.testing.assert_frame_equal(po.load(*YEAR, source=source, cache=False), right)
        url = f"wss://:s3same%20%26%20c%C3%B6%2F%40%3A%25@127.0.0.1:{server.ws_port}?certificates={certificate[0]}"
        pd.testing.assert_frame_equal(po.load(*YEAR, source=url, cache=False), right)
        with pytest.raises(po.ConnectionFailed, match=r"certificate.*not trusted.*certificates="):
            po.load(*YEAR, source=po.OpenDWebSocket(port=server.ws_port, key=KEY, tls=True), cache=False)
        # The right authority, but another name than the certificate's.
        named = po.OpenDWebSocket("localhost", server.ws_port, key=KEY, tls=True, certificates=certificate[0])
        with pytest.raises(po.ConnectionFailed, match="is not trusted"):
            po.load(*YEAR, source=named, cache=False)


def test_all_transports_share_one_cache(server: SimulatorServer, pem: bytes, tmp_path: Path) -> None:
    """The origin is the simulator's, whatever the transport."""
    sources: list[Any] = [po.OpenD(port=server.port, rsa_key=pem), websocket_url(server), "simulator:"]
    for year, source in zip((2023, 2024, 2025), sources, strict=True):
        po.load("US_SECURITY", "VOLUME", f"{year}-01-01", f"{year}-12-31", source=source, cache=tmp_path)
    for source in sources:
        frame = po.load("US_SECURITY", "VOLUME", "2023-01-01", "2025-12-31", source=source, cache=tmp_path)
        assert frame.attrs["optstat"]["requests"] == 0
    assert po.Cache(tmp_path).info()["source"].tolist() == ["simulator:3301"]


def test_idle_connections_are_kept_apart_by_key(server: SimulatorServer, pem: bytes) -> None:
    """A source without the key must not get an idle encrypted connection."""
    po.load(*YEAR, source=po.OpenD(port=server.port, rsa_key=pem), cache=False)
    with pytest.raises(po.OptStatError):
        po.load(*YEAR, source=po.OpenD(port=server.port, rsa_key=rsa_pem()), cache=False)
    po.load(*YEAR, source=websocket_url(server), cache=False)
    with pytest.raises(po.RequestRejected):
        po.load(*YEAR, source=f"ws://127.0.0.1:{server.ws_port}", cache=False)
    before = server.connections_seen
    po.load(*YEAR, source=po.OpenD(port=server.port, rsa_key=pem.decode()), cache=False)
    assert server.connections_seen == before  # the same key, given otherwise


# -- Wrong keys ------------------------------------------------------------------------------------------------------


def test_a_wrong_key_or_port_fails_at_once_with_advice(
    server: SimulatorServer, plain: SimulatorServer, pem: bytes
) -> None:
    cases: list[tuple[Any, type[Exception], str]] = [
        (po.OpenD(port=server.port), po.ConnectionFailed, "rsa_key"),
        (po.OpenD(port=server.port, rsa_key=rsa_pem()), po.OptStatError, "rsa_key"),
        (po.OpenD(port=plain.port, rsa_key=pem), po.OptStatError, "rsa_key"),
        (f"ws://:wrong@127.0.0.1:{server.ws_port}", po.RequestRejected, "WebSocket key"),
        (f"ws://127.0.0.1:{server.ws_port}", po.RequestRejected, "WebSocket key"),
        (f"ws://127.0.0.1:{plain.port}", po.OptStatError, "WebSocket port"),
        (f"wss://127.0.0.1:{plain.ws_port}", po.ConnectionFailed, "ws://"),
        (po.OpenD(port=plain.ws_port), po.OptStatError, "api_port"),
    ]
    for source, kind, words in cases:
        begun = time.monotonic()
        with pytest.raises(kind, match=words):
            po.load(*YEAR, source=source, cache=False)
        assert time.monotonic() - begun < 5


def answering(reply: Callable[[bytes], bytes]) -> tuple[socket.socket, int]:
    """Listen, and answer the first bytes of every connection with those of `reply`."""
    import threading

    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connected, _ = listening.accept()
            except OSError:
                return
            with connected:
                connected.sendall(reply(connected.recv(65536)))
                connected.recv(65536)

    threading.Thread(target=serve, daemon=True).start()
    return listening, listening.getsockname()[1]


def test_a_reply_without_encryption_or_with_another_key_is_about_the_key(pem: bytes) -> None:
    """How OpenD answers a wrong key is not documented; in every case the error must name the key."""
    from pd_optstat.opend.encryption import BodyCipher, RsaKey
    from pd_optstat.opend.messages import InitConnect
    from pd_optstat.opend.packets import BodyFormat, Packet, encode_packet

    body = InitConnect.Response(retType=-1, retMsg="no").SerializeToString()
    for cipher in (None, BodyCipher(RsaKey(rsa_pem())), BodyCipher(RsaKey(rsa_pem(2048)))):

        def reply(request: bytes, cipher: Any = cipher) -> bytes:
            packet = Packet(1001, int.from_bytes(request[8:12], "little"), BodyFormat.PROTOBUF, body)
            return encode_packet(packet, None if cipher is None else cipher.encrypt)

        listening, port = answering(reply)
        with listening, pytest.raises(po.ProtocolError, match=r"does not answer with this RSA key.*same key"):
            po.load(*YEAR, source=po.OpenD(port=port, rsa_key=pem, timeout=2), cache=False)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("nowhere.pem", "cannot be read from that path"),
        ("", "cannot be read from that path"),
        (7, "path or the PEM text"),
        ("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", "cannot be read"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "public key"),
    ],
)
def test_an_unreadable_key_is_refused_before_connecting(key: Any, words: str) -> None:
    with pytest.raises(po.InvalidRequest, match=words):
        po.OpenD(rsa_key=key)


def test_other_kinds_of_keys_are_refused(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption
    from cryptography.hazmat.primitives.serialization import PrivateFormat as Format

    made = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    locked = made.private_bytes(Encoding.PEM, Format.PKCS8, BestAvailableEncryption(b"word"))
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, Format.PKCS8, NoEncryption())
    (tmp_path / "large").write_bytes(b"-" * 100_000)
    (tmp_path / "empty").touch()
    for key, words in (
        (locked, "password"),
        (other, "not an RSA key"),
        (tmp_path / "large", "too large for a key"),
        (tmp_path / "empty", "cannot be read"),
        (tmp_path, "cannot be read from that path"),
    ):
        with pytest.raises(po.InvalidRequest, match=words):
            po.OpenD(rsa_key=key)


@pytest.mark.parametrize(
    "make",
    [
        lambda: po.OpenD(cipher="ROT13"),
        lambda: po.OpenD("with space"),
        lambda: po.OpenD("user@host"),
        lambda: po.OpenDWebSocket(key=7),  # type: ignore[arg-type]
        lambda: po.OpenDWebSocket(certificates="x.pem"),
        lambda: po.OpenDWebSocket(tls=True, certificates="nowhere.pem"),
        lambda: po.OpenDWebSocket(port=0),
        lambda: po.configure(source="opend://host?rsa_key=-----BEGIN k3y"),
        lambda: po.configure(source="opend://host?rsa_key=nowhere.pem"),
        lambda: po.configure(source="ws://user:k3y@host"),
        lambda: po.configure(source="ws://host?certificates=x.pem"),
        lambda: po.configure(source="ws://host/path"),
        lambda: po.configure(source="wss://"),
        lambda: po.configure(source="ws://:k3y@host?format=json"),
    ],
)
def test_invalid_arguments_are_refused_without_repeating_keys(make: Callable[[], object]) -> None:
    with pytest.raises(po.InvalidRequest) as caught:
        make()
    assert "k3y" not in str(caught.value)


def test_a_file_without_certificates_is_refused(tmp_path: Path, plain: SimulatorServer) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    source = po.OpenDWebSocket(port=plain.ws_port, tls=True, certificates=tmp_path / "no.pem")
    with pytest.raises(po.InvalidRequest, match=r"no\.pem.*PEM certificates"):
        po.load(*YEAR, source=source, cache=False)


# -- What is never shown ---------------------------------------------------------------------------------------------


def secrets(pem: bytes) -> list[str]:
    """Return what must not appear anywhere: keys, parts of them, and the hash that works as a key."""
    from pd_optstat.opend.websocket_messages import hash_websocket_key

    return [KEY, "s3same", hash_websocket_key(KEY), pem.decode().splitlines()[3], pem.decode().splitlines()[5]]


def test_keys_are_in_no_log_repr_attrs_cache_pin_or_error(
    pem: bytes, server: SimulatorServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    root = logging.getLogger()
    monkeypatch.setattr(root, "level", logging.DEBUG)
    root.addHandler(handler)
    file = tmp_path / "key.pem"
    file.write_bytes(pem)
    try:
        for source in (
            po.OpenD(port=server.port, rsa_key=file),
            po.OpenD(port=server.port, rsa_key=pem.decode()),
            po.OpenDWebSocket(port=server.ws_port, key=KEY),
            websocket_url(server),
        ):
            with po.pin(tmp_path / "study.optstat", "record"):
                frame = po.load(*YEAR, source=source, cache=tmp_path / "cache", refresh=True)
            print(repr(frame.attrs), frame.attrs["optstat"]["digest"], file=output)
            if not isinstance(source, str):
                print(repr(source), str(source), vars(source).keys(), file=output)
                print(repr(source._endpoint()), repr(vars(source)), file=output)
        for wrong in (
            po.OpenD(port=server.port + 1 if server.port < 65535 else 1, rsa_key=pem),
            websocket_url(server).replace(str(server.ws_port), "1"),
            websocket_url(server) + "/path",
            websocket_url(server) + "?x=1",
            websocket_url(server).replace("ws://", "gs://"),
            websocket_url(server).replace("127.0.0.1", "127.0.0.1:x"),
            "ws://:s3same/s3same@host",
            "ws:s3same@host",
            "ws://:s3same@[::1",
            websocket_url(server).replace(":s3same", "s3same:s3same"),
            websocket_url(server).replace("s3same", "wrong-s3same"),
        ):
            with pytest.raises(po.OptStatError) as caught:
                po.load(*YEAR, source=wrong, cache=False)
            print(caught.value, repr(caught.value), file=output)
    finally:
        root.removeHandler(handler)
    po.close()
    gc.collect()
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path != file)
    for secret in secrets(pem):
        assert secret not in output.getvalue()
        assert secret.encode() not in stored


def test_keys_cannot_be_pickled(pem: bytes) -> None:
    with pytest.raises(TypeError, match="private key"):
        pickle.dumps(po.OpenD(rsa_key=pem))
    with pytest.raises(TypeError, match="a WebSocket key cannot be pickled"):
        pickle.dumps(po.OpenDWebSocket(key=KEY))
    assert repr(pickle.loads(pickle.dumps(po.OpenDWebSocket(port=5)))) == repr(po.OpenDWebSocket(port=5))  # noqa: S301


@pytest.mark.parametrize(
    "make",
    [
        lambda: po.OpenD(rsa_key="no-such-file.pem"),
        lambda: po.OpenD(port=0),
        lambda: po.OpenD(""),
        lambda: po.OpenD(cipher="DES"),
        lambda: po.OpenDWebSocket(port=0, key=KEY),
        lambda: po.OpenDWebSocket(key=KEY, certificates="authority.pem"),
    ],
)
def test_a_source_with_invalid_arguments_has_a_repr_without_keys(make: Callable[[], object]) -> None:
    with pytest.raises(po.InvalidRequest) as caught:
        make()
    halves = [entry.frame.f_locals["self"] for entry in caught.traceback if "self" in entry.frame.f_locals]
    assert halves
    for half in halves:
        assert KEY not in repr(half)


@pytest.mark.parametrize(
    "url",
    [
        "ws://127.0.0.1:1?key=s3same",
        "wss://127.0.0.1:1?namespace=a&Key=s3same",
        "opend://127.0.0.1:1?rsakey=-----BEGIN%20RSA%20PRIVATE%20KEY-----%0As3same",
        "opend://127.0.0.1:1?key=s3same&key=s3same",
    ],
)
def test_a_key_under_a_wrong_name_is_masked_in_the_error(url: str) -> None:
    with pytest.raises(po.InvalidRequest, match=r"=\*\*\*") as caught:
        po.load(*YEAR, source=url, cache=False)
    assert "s3same" not in str(caught.value)


def test_a_servers_message_is_one_line_without_control_characters() -> None:
    words = b"go\x1b[2J away\r\n" + b"x" * 100_000
    refusal = b"\x08" + varint(2**64 - 1) + b"\x12" + varint(len(words)) + words
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection = listening.accept()[0]
        with connection:
            serial = int.from_bytes(connection.recv(65536)[8:12], "little")
            connection.sendall(packet(1001, serial, 0, refusal))
            connection.recv(1)

    answering = threading.Thread(target=serve)
    answering.start()
    try:
        with pytest.raises(po.RequestRejected, match=r"go\?\[2J away x{10,300}… \(retType -1\)") as caught:
            po.load(*YEAR, source=po.OpenD(port=listening.getsockname()[1]), cache=False)
    finally:
        answering.join(10)
        listening.close()
    assert "\n" not in str(caught.value)
    assert caught.value.ret_msg.encode() == words


def test_the_chain_of_causes_has_no_cycle() -> None:
    with pytest.raises(po.ConnectionFailed) as caught:
        po.load(*YEAR, source="opend://127.0.0.1:1", cache=False)
    seen: list[BaseException] = []
    error: BaseException | None = caught.value
    while error is not None:
        assert error not in seen
        seen.append(error)
        error = error.__cause__ or error.__context__


def test_the_endpoint_in_the_cache_has_no_key(server: SimulatorServer, tmp_path: Path) -> None:
    po.load(*YEAR, source=websocket_url(server), cache=tmp_path)
    endpoints = set(po.Cache(tmp_path).revisions("US_SECURITY", "VOLUME")["endpoint"])
    assert endpoints == {f"ws://127.0.0.1:{server.ws_port}"}


# -- Security warnings -----------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the simulator's address look like one of another machine."""
    monkeypatch.setattr(connect, "_warned", set())
    monkeypatch.setattr(connect, "_is_loopback", lambda address: False)


@pytest.mark.usefixtures("elsewhere")
def test_an_unencrypted_connection_to_another_machine_warns_once(plain: SimulatorServer) -> None:
    for url in (plain.url, f"ws://:k3y@127.0.0.1:{plain.ws_port}"):
        with pytest.warns(po.SecurityWarning, match=r"not encrypted.*change the numbers") as caught:
            po.load(*YEAR, source=url, cache=False)
        assert "k3y" not in str(caught[0].message)
        assert caught[0].filename == __file__
        po.close()
        po.load(*YEAR, source=url, cache=False)  # a second warning would be an error


@pytest.mark.usefixtures("elsewhere")
def test_an_encrypted_connection_does_not_warn(
    server: SimulatorServer, pem: bytes, certificate: tuple[Path, Path]
) -> None:
    po.load(*YEAR, source=po.OpenD(port=server.port, rsa_key=pem), cache=False)
    with SimulatorServer(ws_port=0, ws_certificate=certificate[0], ws_certificate_key=certificate[1]) as tls:
        source = po.OpenDWebSocket(port=tls.ws_port, tls=True, certificates=certificate[0])
        po.load(*YEAR[:2], "2026-06-01", "2026-06-12", source=source, cache=False)


def test_the_warning_comes_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is reserved for documentation (RFC 5737)."""
    monkeypatch.setattr(connect, "_warned", set())
    with pytest.warns(po.SecurityWarning, match=r"opend://192\.0\.2\.1:11111"), pytest.raises(po.ConnectionFailed):
        po.load(*YEAR, source=po.OpenD("192.0.2.1", timeout=0.2), cache=False)


@pytest.mark.parametrize(
    ("address", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", True),
        ("192.168.0.7", False),
        ("::ffff:10.0.0.1", False),
        ("fe80::1%eth0", False),
    ],
)
def test_loopback_addresses(address: str, is_loopback: bool) -> None:
    assert connect._is_loopback((address, 1)) is is_loopback


def test_a_silent_resolver_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: release.wait(20) and [])
    begun = time.monotonic()
    with pytest.raises(po.ConnectionFailed, match="not resolved within"):
        po.load(*YEAR, source=po.OpenD("some.host", timeout=0.3), cache=False)
    release.set()
    assert time.monotonic() - begun < 2


def test_without_the_extras_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(po.InvalidRequest, match=r"pip install 'pd_optstat\[encryption\]'"):
        po.OpenD(rsa_key="key.pem")
    monkeypatch.setitem(sys.modules, "websockets", None)
    with pytest.raises(po.InvalidRequest, match=r"pip install 'pd_optstat\[websocket\]'"):
        po.load(*YEAR, source="ws://127.0.0.1:1", cache=False)
