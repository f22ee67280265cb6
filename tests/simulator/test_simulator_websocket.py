"""The simulator's WebSocket port: with and without a key, with TLS, and refused clients."""

from __future__ import annotations

import hashlib
import logging
import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest
from support.raw_clients import (
    INIT,
    INIT_WEBSOCKET,
    KEEP_ALIVE,
    STATE,
    STATISTIC,
    client,
    message,
    packet,
    statistic_body,
    websocket,
)
from support.raw_messages import varint
from support.simulator_fixtures import (  # noqa: F401  (fixtures)
    KEY,
    UNTIL,
    all_pages,
    expected,
    keyed_server,
    own_pem,
    plain_server,
)
from websockets.exceptions import ConnectionClosedError

import pd_optstat as po
from pd_optstat.simulator.server import SimulatorServer


@pytest.mark.parametrize("market", [1, 2, 3, 4])
def test_a_websocket_client_sees_every_page(market: int, server: SimulatorServer) -> None:
    with websocket(server, KEY) as one:
        assert one.login["synthetic"]["seed"] == 3301
        assert abs(one.login["serverTime"] - time.time()) < 60
        assert all_pages(one, market) == expected(market)
        assert (one.error, one.text) == (0, "")


def test_init_connect_works_on_websocket_too(server: SimulatorServer) -> None:
    with websocket(server, KEY) as one:
        s2c = one.ask(INIT, clientVer=1011, clientID="test", packetEncAlgo=-1)["s2c"]
        assert s2c["synthetic"]["seed"] == 3301
        assert one.ask(STATE, userID=0)["s2c"]["qotLogined"] == 1
        assert one.is_alive()


def test_a_section_is_a_number_of_64_bits(server: SimulatorServer) -> None:
    with websocket(server, KEY) as one:
        one.serial = 2**64 - 2
        assert one.is_alive()


def test_requests_in_flight_on_a_websocket(server: SimulatorServer) -> None:
    with websocket(server, KEY) as one:
        serials = [one.send(STATISTIC, statistic_body()) for _ in range(100)]
        assert sorted(one.receive()[1] for _ in serials) == serials


@pytest.mark.parametrize("key", [None, "", "open sesame ", "é", "x" * 10_000])
def test_a_wrong_key_is_reported_in_header_and_body_and_closes_the_connection(
    key: str | None, server: SimulatorServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "pd_optstat")
    with websocket(server, key, init=False) as one:
        md5 = hashlib.md5(key.encode()).hexdigest() if key else ""
        reply = one.ask(INIT_WEBSOCKET, websocketKey=md5)
        assert reply["retType"] == one.error == -1
        assert "s2c" not in reply
        assert reply["retMsg"].startswith("wrong WebSocket key: ")
        assert one.text == "wrong WebSocket key"
        assert one.is_closed()
    assert "INIT_WEBSOCKET was refused" in caplog.text


@pytest.mark.parametrize("said", [b"\xff" * 16, b"x" * 100_000], ids=["no text", "long"])
def test_a_key_that_is_not_an_md5(said: bytes, server: SimulatorServer) -> None:
    inner = b"\x22" + varint(len(said)) + said
    with websocket(server, init=False) as one:
        one.send(INIT_WEBSOCKET, b"\x0a" + varint(len(inner)) + inner)
        assert one.read(INIT_WEBSOCKET)["retType"] == -1
        assert one.is_closed()


def test_the_md5_of_a_key_may_be_upper_case(server: SimulatorServer) -> None:
    with websocket(server, init=False) as one:
        md5 = hashlib.md5(KEY.encode()).hexdigest().upper()
        assert one.ask(INIT_WEBSOCKET, websocketKey=md5)["retType"] == 0


@pytest.mark.parametrize("key", [None, "any"])
def test_a_server_without_a_key_accepts_any(key: str | None, plain: SimulatorServer) -> None:
    with websocket(plain, key) as one:
        assert one.is_alive()


def test_no_request_is_answered_before_init_websocket(server: SimulatorServer) -> None:
    for proto_id in (INIT, STATISTIC, KEEP_ALIVE, 2):
        with websocket(server, KEY, init=False) as one:
            one.send(proto_id, b"")
            assert one.is_closed()


def test_init_websocket_is_refused_on_tcp(plain: SimulatorServer) -> None:
    with client(plain) as one:
        one.send(INIT_WEBSOCKET, b"")
        assert b"protocol 1 is not simulated" in one.receive()[3]


@pytest.mark.parametrize(
    "data",
    ["text", b"", b"short", message(STATISTIC, 1, b"").replace(b"ft-v1.0", b"ft-v2.0"), packet(STATISTIC, 1, 0, b"")],
    ids=["text", "empty", "short", "magic", "tcp packet"],
)
def test_foreign_messages_close_only_their_own_connection(data: Any, server: SimulatorServer) -> None:
    with websocket(server, KEY) as one, websocket(server, KEY) as other:
        one.send_bytes(data)
        with pytest.raises(ConnectionClosedError) as closed:
            one.websocket.recv(timeout=5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
        assert other.is_alive()


def test_a_body_that_cannot_be_decoded_gives_an_error_reply_on_websocket(server: SimulatorServer) -> None:
    with websocket(server, KEY) as one:
        one.send(STATISTIC, b"\xff" * 9)
        assert one.read(STATISTIC)["retType"] == -1
        assert one.error == 0
        assert one.is_alive()


def test_fragments_and_pings_are_handled(server: SimulatorServer) -> None:
    with websocket(server, KEY) as one:
        data = message(STATISTIC, 77, statistic_body())
        one.websocket.send([data[at : at + 3] for at in range(0, len(data), 3)])
        assert one.receive()[1] == 77
        assert one.websocket.ping().wait(5)


def test_a_message_that_is_too_long_is_refused(server: SimulatorServer) -> None:
    with websocket(server, KEY) as one:
        one.send_bytes(message(STATISTIC, 1, bytes(300 * 1024)))
        with pytest.raises(ConnectionClosedError) as closed:
            one.websocket.recv(timeout=5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        packet(INIT, 1, 0, b"\x0a\x00"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 10_000,
        b"GET " + b"/" * 100_000,
        b"",
    ],
    ids=["no upgrade", "tcp packet", "tls", "headers", "path", "nothing"],
)
def test_invalid_handshakes_are_logged_in_one_line(
    data: bytes, server: SimulatorServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    assert server.ws_port is not None
    with socket.create_connection((server.host, server.ws_port), timeout=5) as one:
        one.sendall(data)
        one.shutdown(socket.SHUT_WR)
        try:
            while one.recv(65536):
                pass
        except ConnectionResetError:
            pass
    with websocket(server, KEY) as other:
        assert other.is_alive()
    assert not [record for record in caplog.records if record.exc_info or record.levelno > logging.INFO]
    assert capfd.readouterr() == ("", "")


# -- TLS -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [("cert.pem", "key.pem"), ("both.pem", None)], ids=["two files", "one file"])
def test_wss(files: tuple[str, str | None], certificate: tuple[Path, Path]) -> None:
    folder = certificate[0].parent
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    with SimulatorServer(
        until=UNTIL,
        page_size=100,
        ws_port=0,
        ws_key=KEY,
        ws_certificate=folder / files[0],
        ws_certificate_key=None if files[1] is None else str(folder / files[1]),
    ) as server:
        assert server.urls[1] == f"wss://127.0.0.1:{server.ws_port}"
        with websocket(server, KEY, tls=trusting) as one:
            assert all_pages(one) == expected()
        with pytest.raises(ssl.SSLCertVerificationError):
            websocket(server, KEY, tls=ssl.create_default_context()).__enter__()
        assert server.ws_port is not None
        with socket.create_connection((server.host, server.ws_port), timeout=5) as one_without:
            one_without.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert b"HTTP" not in one_without.recv(100)
        with websocket(server, KEY, tls=trusting) as one:
            assert one.is_alive()


@pytest.mark.parametrize(
    ("files", "text"),
    [
        (("nowhere.pem", None), "ws_certificate=.*nowhere.pem"),
        (("key.pem", None), "ws_certificate="),
        (("cert.pem", None), "ws_certificate="),
        (("cert.pem", "locked.pem"), "password"),
        ((None, "key.pem"), "ws_certificate_key needs ws_certificate"),
    ],
    ids=["no file", "no certificate", "no key", "password", "key alone"],
)
def test_certificates_that_cannot_be_used(
    files: tuple[str | None, str | None], text: str, certificate: tuple[Path, Path]
) -> None:
    given = [None if name is None else certificate[0].parent / name for name in files]
    with pytest.raises(po.InvalidRequest, match=text):
        SimulatorServer(ws_port=0, ws_certificate=given[0], ws_certificate_key=given[1])
