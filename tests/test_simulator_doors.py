"""The simulator's other doors: encrypted, WebSocket, TLS, JSON, IPv6; and whom they turn away."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import os
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from by_hand import (
    AES_CBC,
    FTAES_ECB,
    INIT,
    INIT_WEBSOCKET,
    JSON,
    KEEP_ALIVE,
    NO_ENCRYPTION,
    STATE,
    STATISTIC,
    Client,
    client,
    message,
    packet,
    rsa_pem,
    statistic_body,
    varint,
    websocket,
)
from websockets.exceptions import ConnectionClosedError

import pd_optstat as po
from pd_optstat.simulator.server import SimulatorServer

UNTIL = date(2026, 6, 12)
YEAR = ("2025-06-13", "2026-06-12")
KEY = "open sesame"
ALGORITHMS = pytest.mark.parametrize(
    "algorithm", [AES_CBC, FTAES_ECB, NO_ENCRYPTION], ids=["AES_CBC", "FTAES_ECB", "NONE"]
)


@pytest.fixture(scope="module")
def pem() -> bytes:
    return rsa_pem()


def fast_clock() -> Any:
    """Return a clock that is too fast for the rate limit."""
    ticks = iter(range(1_800_000_000, 2_000_000_000, 31))
    return lambda: float(next(ticks))


@pytest.fixture(scope="module")
def server(pem: bytes) -> Iterator[SimulatorServer]:
    """Serve encrypted TCP, and WebSocket with a key."""
    with SimulatorServer(until=UNTIL, page_size=100, clock=fast_clock(), rsa_key=pem, ws_port=0, ws_key=KEY) as running:
        yield running


@pytest.fixture(scope="module")
def plain() -> Iterator[SimulatorServer]:
    """Serve plain TCP, and WebSocket without a key."""
    with SimulatorServer(until=UNTIL, page_size=100, clock=fast_clock(), ws_port=0) as running:
        yield running


def all_pages(one: Client, market: int = 1, data_type: int = 0) -> list[tuple[str, int, int]]:
    rows, key, pages = [], b"", 0
    while pages == 0 or key:
        s2c = one.statistic(*YEAR, key, market, data_type)["s2c"]
        assert (s2c["optionMarket"], s2c["dataType"]) == (market, data_type)
        rows += [(item["time"], item["callValue"], item["putValue"]) for item in s2c["statisticList"]]
        pages, key = pages + 1, s2c.get("nextPageKey", b"")
    assert pages == 3
    return rows


def expected(market: int = 1, data_type: int = 0) -> list[tuple[str, int, int]]:
    frame = po.load(market, data_type, *YEAR, source="simulator:", cache=False)[::-1]
    return list(zip(frame.index.strftime("%Y-%m-%d"), frame["call_value"], frame["put_value"], strict=True))


# -- RSA and AES ---------------------------------------------------------------------------------------------------


@ALGORITHMS
@pytest.mark.parametrize("form", [0, 1], ids=["protobuf", "json"])
def test_an_encrypted_client_sees_every_page(form: int, algorithm: int, pem: bytes, server: SimulatorServer) -> None:
    with client(server, form, rsa_key=pem, algorithm=algorithm) as one:
        # The vendor's SDK takes the presence of aesCBCiv for CBC.
        assert ("aesCBCiv" in one.login) == (algorithm == AES_CBC)
        assert one.login["synthetic"]["seed"] == 3301
        assert all_pages(one) == expected()
        assert one.is_alive()


@ALGORITHMS
def test_bodies_are_encrypted_on_the_wire(algorithm: int, pem: bytes, server: SimulatorServer) -> None:
    with client(server, rsa_key=pem, algorithm=algorithm) as one:
        one.send(STATISTIC, statistic_body())
        header = one.exactly(44)
        (length,) = struct.unpack("<I", header[12:16])
        sent = one.exactly(length)
        assert (b"2026-06-12" in sent) == (algorithm == NO_ENCRYPTION)
        assert hashlib.sha1(one.unsealed(STATISTIC, sent)).digest() == header[16:36]


def test_aes_is_made_of_the_key_and_iv_that_the_reply_gave(pem: bytes, server: SimulatorServer) -> None:
    with client(server, rsa_key=pem, algorithm=AES_CBC) as one, client(server, rsa_key=pem, algorithm=AES_CBC) as two:
        assert one.login["connAESKey"] != two.login["connAESKey"]
        assert one.login["aesCBCiv"] != two.login["aesCBCiv"]
        one.aes = two.aes
        one.send(KEEP_ALIVE, b"\x0a\x02\x08\x05")
        assert one.is_closed()
        assert two.is_alive()


@pytest.mark.parametrize("bits", [1024, 2048, 4096])
def test_keys_of_any_size_and_either_form(bits: int, tmp_path: Path) -> None:
    pem = rsa_pem(bits, pkcs8=bits > 1024)
    (tmp_path / "key.pem").write_bytes(pem)
    with (
        SimulatorServer(until=UNTIL, page_size=100, rsa_key=tmp_path / "key.pem") as server,
        client(server, rsa_key=pem, algorithm=AES_CBC) as one,
    ):
        assert all_pages(one) == expected()


def test_a_packet_behind_init_connect_is_read_as_that_agreed(pem: bytes, server: SimulatorServer) -> None:
    """Without encryption of bodies a client may send on at once; both come in one piece."""
    with client(server, rsa_key=pem, init=False) as one:
        assert one.rsa is not None
        inner = b"\x08\xf3\x07\x12\x01x\x20" + varint(-1)
        body = b"\x0a" + varint(len(inner)) + inner
        one.send_bytes(packet(INIT, 1, 0, body, one.rsa.encrypt(body)) + packet(STATISTIC, 2, 0, statistic_body()))
        assert [one.receive()[1] for _ in range(2)] == [1, 2]


def test_requests_in_flight_are_answered_encrypted(pem: bytes, server: SimulatorServer) -> None:
    with client(server, rsa_key=pem, algorithm=FTAES_ECB) as one:
        serials = [one.send(STATISTIC, statistic_body()) for _ in range(100)]
        assert sorted(one.receive()[1] for _ in serials) == serials


def test_who_has_no_key_or_another_one_is_closed_and_the_log_says_why(
    pem: bytes, server: SimulatorServer, plain: SimulatorServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "pd_optstat")
    with client(server, init=False) as one:
        one.send(INIT, b"\x0a\x00")
        assert one.is_closed()
    assert "not encrypted with this RSA key" in caplog.text
    assert "has an RSA key: does the client have the same one?" in caplog.text
    caplog.clear()
    with client(server, init=False, rsa_key=rsa_pem()) as one:
        one.send(INIT, b"\x0a\x00")
        assert one.is_closed()
    assert "has an RSA key: does the client have the same one?" in caplog.text
    caplog.clear()
    with client(plain, init=False, rsa_key=pem) as one:
        one.send(INIT, b"\x0a\x00")
        assert one.is_closed()
    assert "Does the client encrypt? This simulator has no RSA key." in caplog.text
    assert "PRIVATE" not in caplog.text


def test_plain_bodies_after_an_encrypted_login_are_not_taken(pem: bytes, server: SimulatorServer) -> None:
    with client(server, rsa_key=pem, algorithm=AES_CBC) as one:
        one.send_bytes(packet(STATISTIC, 9, 0, statistic_body()))
        assert one.is_closed()


def test_an_algorithm_that_is_not_simulated_is_refused_and_another_may_follow(
    pem: bytes, server: SimulatorServer
) -> None:
    with client(server, rsa_key=pem, init=False) as one:
        refused = one.ask(INIT, clientVer=1011, clientID="test", packetEncAlgo=1)
        assert refused["retType"] == -1
        assert "packetEncAlgo 1 is not simulated" in refused["retMsg"]
        one.introduce(AES_CBC)
        assert one.is_alive()


def test_after_a_refused_login_nothing_else_is_answered(pem: bytes, server: SimulatorServer) -> None:
    with client(server, rsa_key=pem, init=False) as one:
        assert one.ask(INIT, clientVer=1011, clientID="test", packetEncAlgo=1)["retType"] == -1
        one.send(STATISTIC, statistic_body())
        assert one.is_closed()


def test_an_absent_algorithm_is_0_as_protobuf_has_it(pem: bytes, server: SimulatorServer) -> None:
    with client(server, rsa_key=pem, init=False) as one:
        login = one.ask(INIT, clientVer=1011, clientID="test")["s2c"]
        assert "aesCBCiv" not in login
        from by_hand import FtEcb

        one.aes = FtEcb(login["connAESKey"].encode())
        assert one.is_alive()


def test_a_second_login_agrees_anew(pem: bytes, server: SimulatorServer) -> None:
    with client(server, rsa_key=pem, algorithm=AES_CBC) as one:
        before = one.login["connAESKey"]
        one.introduce(FTAES_ECB)
        assert one.login["connAESKey"] != before
        assert one.is_alive()


@pytest.mark.parametrize(
    "key",
    [
        b"-----BEGIN RSA PRIVATE KEY-----\nnot base64\n-----END RSA PRIVATE KEY-----\n",
        "no/such/file.pem",
        b"",
        7,
    ],
    ids=["garbage", "no file", "empty", "number"],
)
def test_a_key_that_is_none_is_refused_before_anything_listens(key: Any) -> None:
    with pytest.raises(po.InvalidRequest, match="rsa_key"):
        SimulatorServer(rsa_key=key)


def test_keys_show_themselves_to_nobody(pem: bytes, server: SimulatorServer) -> None:
    secrets = (KEY, hashlib.md5(KEY.encode()).hexdigest(), pem.decode().split("\n")[1])
    texts = [repr(server), str(server.urls), repr(server._hub.rsa_key), repr(server._hub.service)]
    assert not [secret for secret in secrets for text in texts if secret in text]
    assert repr(server) == f"<SimulatorServer {server.url} {server.ws_url}>"


# -- JSON ----------------------------------------------------------------------------------------------------------


def json_request(one: Client, proto_id: int, text: str) -> dict[str, Any]:
    one.send(proto_id, text.encode(), JSON)
    answered, _, form, body = one.receive()
    assert (answered, form) == (proto_id, JSON)
    reply: dict[str, Any] = json.loads(body)
    return reply


def test_json_has_numbers_of_64_bits_as_text_and_enumerations_as_numbers(plain: SimulatorServer) -> None:
    c2s = '"optionMarket": 4, "dataType": 1, "beginTime": "2026-06-01", "endTime": "2026-06-12"'
    with client(plain, JSON) as one:
        reply = json_request(one, STATISTIC, f'{{"c2s": {{{c2s}}}}}')
    assert (reply["retType"], reply["s2c"]["optionMarket"], reply["s2c"]["dataType"]) == (0, 4, 1)
    item = reply["s2c"]["statisticList"][0]
    assert [type(item[name]) for name in ("time", "timestamp", "callValue", "ratio")] == [str, float, str, float]
    assert int(item["callValue"]) + int(item["putValue"]) == int(item["totalValue"])


@pytest.mark.parametrize("time", ["5", '"5"'], ids=["number", "text"])
def test_numbers_of_64_bits_may_come_as_text_or_number(time: str, plain: SimulatorServer) -> None:
    with client(plain, JSON) as one:
        assert json_request(one, KEEP_ALIVE, f'{{"c2s": {{"time": {time}}}}}')["retType"] == 0
        assert json_request(one, STATE, f'{{"c2s": {{"userID": {time}}}}}')["s2c"]["qotLogined"] is True


def test_json_page_keys_are_base64_of_either_alphabet(plain: SimulatorServer) -> None:
    form = '{"c2s": {"optionMarket": 1, "dataType": 0, "beginTime": "2025-06-13", "endTime": "2026-06-12"%s}}'
    with client(plain, JSON) as one:
        first = json_request(one, STATISTIC, form % "")["s2c"]
        key = base64.b64decode(first["nextPageKey"], validate=True)
        second = [
            json_request(one, STATISTIC, form % f', "nextPageKey": "{text}"')["s2c"]["statisticList"][0]["time"]
            for text in (first["nextPageKey"], base64.urlsafe_b64encode(key).decode())
        ]
        assert second[0] == second[1] < first["statisticList"][-1]["time"]
        refused = json_request(one, STATISTIC, form % ', "nextPageKey": "not base64!"')
        assert refused["retType"] == -1


@pytest.mark.parametrize(
    "text",
    [
        '{"c2s": {"optionMarket": "US_Security"}}',
        '{"c2s": {"optionMarket": 1.5}}',
        '{"c2s": {"optionMarket": 99999999999}}',
        '{"c2s": {"beginTime": "\\ud800"}}',
        '{"c2s": {"optionMarket": ' + "9" * 5000 + "}}",
        '{"c2s": ' + '{"a":' * 50_000,
        '{"\\ud800": 1, "c2s": 7}',
        "[" * 100_000,
        '"' + "x" * 200_000 + '"',
        '{"c2s": {"beginTime": "' + "\\u0000" * 30_000 + '"}}',
    ],
    ids=lambda text: text[:30],
)
def test_json_bombs_are_refused_in_a_few_words(text: str, plain: SimulatorServer) -> None:
    with client(plain, JSON) as one:
        reply = json_request(one, STATISTIC, text)
        assert reply["retType"] == -1
        assert 0 < len(reply["retMsg"]) <= 300
        assert one.is_alive()


# -- WebSocket -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("market", [1, 2, 3, 4])
def test_a_websocket_client_sees_every_page(market: int, server: SimulatorServer) -> None:
    with websocket(server, KEY) as one:
        assert one.login["synthetic"]["seed"] == 3301
        assert one.login["serverTime"] >= 1_800_000_000
        assert all_pages(one, market) == expected(market)
        assert (one.error, one.text) == (0, "")


def test_a_websocket_may_introduce_itself_as_on_tcp_too(server: SimulatorServer) -> None:
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
def test_a_wrong_key_is_told_in_header_and_body_and_then_the_connection_ends(
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
def test_a_key_that_is_no_md5(said: bytes, server: SimulatorServer) -> None:
    inner = b"\x22" + varint(len(said)) + said
    with websocket(server, init=False) as one:
        one.send(INIT_WEBSOCKET, b"\x0a" + varint(len(inner)) + inner)
        assert one.read(INIT_WEBSOCKET)["retType"] == -1
        assert one.is_closed()


def test_the_hex_of_a_key_may_be_upper_case(server: SimulatorServer) -> None:
    with websocket(server, init=False) as one:
        md5 = hashlib.md5(KEY.encode()).hexdigest().upper()
        assert one.ask(INIT_WEBSOCKET, websocketKey=md5)["retType"] == 0


@pytest.mark.parametrize("key", [None, "any"])
def test_without_a_key_of_its_own_any_will_do(key: str | None, plain: SimulatorServer) -> None:
    with websocket(plain, key) as one:
        assert one.is_alive()


def test_nothing_is_answered_before_init_websocket(server: SimulatorServer) -> None:
    for proto_id in (INIT, STATISTIC, KEEP_ALIVE, 2):
        with websocket(server, KEY, init=False) as one:
            one.send(proto_id, b"")
            assert one.is_closed()


def test_init_websocket_is_no_protocol_of_tcp(plain: SimulatorServer) -> None:
    with client(plain) as one:
        one.send(INIT_WEBSOCKET, b"")
        assert b"protocol 1 is not simulated" in one.receive()[3]


@pytest.mark.parametrize(
    "data",
    ["text", b"", b"short", message(STATISTIC, 1, b"").replace(b"ft-v1.0", b"ft-v2.0"), packet(STATISTIC, 1, 0, b"")],
    ids=["text", "empty", "short", "magic", "tcp packet"],
)
def test_messages_that_are_not_opends_close_their_connection_and_no_other(data: Any, server: SimulatorServer) -> None:
    with websocket(server, KEY) as one, websocket(server, KEY) as other:
        one.send_bytes(data)
        with pytest.raises(ConnectionClosedError) as closed:
            one.websocket.recv(timeout=5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
        assert other.is_alive()


def test_a_body_that_cannot_be_read_is_an_error_reply_on_a_websocket(server: SimulatorServer) -> None:
    with websocket(server, KEY) as one:
        one.send(STATISTIC, b"\xff" * 9)
        assert one.read(STATISTIC)["retType"] == -1
        assert one.error == 0
        assert one.is_alive()


def test_fragments_and_pings_are_the_librarys_business(server: SimulatorServer) -> None:
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
def test_handshakes_that_are_none_are_turned_away_in_one_line(
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
        ((None, "key.pem"), "ws_certificate_key means nothing without"),
    ],
    ids=["no file", "no certificate", "no key", "password", "key alone"],
)
def test_certificates_that_cannot_be_used(
    files: tuple[str | None, str | None], text: str, certificate: tuple[Path, Path]
) -> None:
    given = [None if name is None else certificate[0].parent / name for name in files]
    with pytest.raises(po.InvalidRequest, match=text):
        SimulatorServer(ws_port=0, ws_certificate=given[0], ws_certificate_key=given[1])


# -- Addresses and options -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"ws_key": "x"}, "mean nothing without ws_port"),
        ({"ws_certificate": "x"}, "mean nothing without ws_port"),
        ({"ws_port": 0, "ws_key": ""}, "ws_key is empty"),
        ({"ws_port": 70_000}, "port=70000"),
        ({"host": ""}, "host"),
        ({"faults": ["no-such"]}, "fault 'no-such' is not known. Valid: hang-up, "),
        ({"faults": ["close:0"]}, "from 1 on"),
        ({"faults": ["close:x"]}, "from 1 on"),
        ({"faults": ["close:"]}, "from 1 on"),
        ({"faults": "close"}, "sequence"),
        ({"latency": float("nan")}, "latency"),
    ],
    ids=str,
)
def test_options_that_cannot_be(options: dict[str, Any], text: str) -> None:
    with pytest.raises(po.InvalidRequest, match=re.escape(text)):
        SimulatorServer(**options)


def test_without_websockets_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "websockets", None)
    with pytest.raises(po.InvalidRequest, match=r"pip install 'pd_optstat\[websocket\]'"):
        SimulatorServer(ws_port=0)
    with SimulatorServer(until=UNTIL) as server, client(server) as one:
        assert one.is_alive()


@pytest.mark.parametrize("host", ["::1", "localhost"])
def test_other_names_of_loopback(host: str, caplog: pytest.LogCaptureFixture) -> None:
    with SimulatorServer(until=UNTIL, host=host, ws_port=0) as server, client(server) as one, websocket(server) as two:
        assert one.is_alive()
        assert two.is_alive()
        assert server.urls[0].startswith("opend://[::1]:" if host == "::1" else "opend://localhost:")
        assert server.urls[1].startswith("ws://[::1]:" if host == "::1" else "ws://localhost:")
    assert caplog.text == ""


def test_a_host_that_is_not_loopback_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with SimulatorServer(until=UNTIL, host="0.0.0.0") as server, client(server) as one:
        assert one.is_alive()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "0.0.0.0" in caplog.text
    assert "other machines can reach" in caplog.text


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7", "x" * 300])
def test_a_host_that_is_not_ours_is_an_error_at_once(host: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        SimulatorServer(host=host).start()


def test_a_taken_websocket_port_leaves_no_tcp_port_behind(plain: SimulatorServer) -> None:
    broken = SimulatorServer(ws_port=plain.ws_port)
    with pytest.raises(OSError, match="in use"):
        broken.start()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((broken.host, broken.port), timeout=5)


def test_stopping_closes_both_ports_and_every_connection() -> None:
    running = SimulatorServer(until=UNTIL, ws_port=0, latency=60.0).start()
    with client(running) as one, websocket(running) as two, websocket(running, init=False) as three:
        for _ in range(200):  # more than may be in work
            one.send(STATISTIC, statistic_body())
            two.send(STATISTIC, statistic_body())
        running.stop()
        assert one.is_closed()
        assert two.is_closed()
        assert three.is_closed()
    for port in (running.port, running.ws_port):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((running.host, port or 0), timeout=5)
    running.stop()


def test_a_restart_forgets_connections_and_page_keys() -> None:
    with SimulatorServer(until=UNTIL, page_size=100, ws_port=0) as server:
        with client(server) as one, websocket(server) as two:
            key = one.statistic(*YEAR)["s2c"]["nextPageKey"]
            server.restart()
            assert one.is_closed()
            assert two.is_closed()
        with client(server) as one:
            assert "does not belong" in one.refusal(*YEAR, key)
            assert len(all_pages(one)) > 200
        assert (server.connections_seen, server.service.pages_served) == (3, 4)


# -- The command line ----------------------------------------------------------------------------------------------


def start(*arguments: Any, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pd_optstat", "simulate", "--port", "0", "--until", "2026-06-12", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


class Address:
    """What clients need to know of a simulator in another process."""

    def __init__(self, process: subprocess.Popen[str], websocket_too: bool) -> None:
        assert process.stdout is not None
        first = process.stdout.readline().rstrip("\n")
        self.host, self.port = "127.0.0.1", int(first.removeprefix("opend://127.0.0.1:"))
        self.ws_url = process.stdout.readline().rstrip("\n") if websocket_too else None


def stop(process: subprocess.Popen[str]) -> str:
    """End it, and return what it said on stderr."""
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, ""), err
    return err


@pytest.mark.parametrize("from_environment", [True, False], ids=["environment", "argument"])
def test_simulate_encrypted_and_with_websocket(from_environment: bool, pem: bytes, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(pem)
    key = {"PD_OPTSTAT_WS_KEY": KEY} if from_environment else {}
    arguments = [] if from_environment else ["--ws-key", KEY]
    with start("--rsa-key", tmp_path / "key.pem", "--ws-port", 0, "--page-size", 100, *arguments, **key) as process:
        server: Any = Address(process, True)
        assert re.fullmatch(r"ws://127\.0\.0\.1:\d+", server.ws_url)
        with client(server, rsa_key=pem, algorithm=AES_CBC) as one, websocket(server, KEY) as two:
            assert all_pages(one) == all_pages(two) == expected()
        with client(server, init=False) as one:
            one.send(INIT, b"\x0a\x00")
            assert one.is_closed()
        with websocket(server, "wrong", init=False) as two:
            assert two.ask(INIT_WEBSOCKET, websocketKey="wrong")["retType"] == -1
        said = stop(process)
    assert "Synthetic numbers, seed 3301" in said
    assert "need the same RSA key" in said
    assert "need the key" in said
    assert "not encrypted with this RSA key" in said
    assert KEY not in said


def test_simulate_with_tls_and_a_fault(certificate: tuple[Path, Path]) -> None:
    files = ("--ws-certificate", certificate[0], "--ws-certificate-key", certificate[1])
    with start("--ws-port", 0, *files, "--fault", "wrong-total:1", "--fault", "rejected:2") as process:
        server: Any = Address(process, True)
        assert server.ws_url.startswith("wss://127.0.0.1:")
        with websocket(server, tls=ssl.create_default_context(cafile=str(certificate[0]))) as one:
            item = one.statistic(*YEAR)["s2c"]["statisticList"][0]
            assert item["totalValue"] == item["callValue"] + item["putValue"] + 1
            assert one.refusal(*YEAR) == "no quote right for this market"
            assert one.statistic(*YEAR)["retType"] == 0
        assert "Faults: wrong-total:1, rejected:2." in stop(process)


def test_simulate_without_extras_prints_one_line_and_ignores_the_environments_key() -> None:
    with start("--host", "127.0.0.1", PD_OPTSTAT_WS_KEY=KEY) as process:
        server: Any = Address(process, False)
        with client(server) as one:
            assert one.is_alive()
        stop(process)


def test_simulate_warns_of_a_host_that_is_not_loopback() -> None:
    with start("--host", "0.0.0.0") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("opend://0.0.0.0:")
        said = stop(process)
    assert said.count("other machines can reach") == 1


def test_bad_clients_fill_no_pipe_that_nobody_reads() -> None:
    with start() as process:
        server: Any = Address(process, False)
        for _ in range(1500):
            with socket.create_connection((server.host, server.port), timeout=5) as one:
                one.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
        with client(server) as one:
            assert one.is_alive()
        said = stop(process)
    assert 90 <= said.count("connection closed") <= 100


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--ws-key", "x"], "ws_port"),
        (["--ws-port", "0", "--ws-key", ""], "ws_key is empty"),
        (["--rsa-key", "nowhere.pem"], "rsa_key"),
        (["--ws-port", "0", "--ws-certificate", "nowhere.pem"], "ws_certificate"),
        (["--fault", "nonsense"], "Valid: hang-up"),
        (["--host", "no.such.host.invalid"], "cannot listen"),
        (["--latency", "-1"], "latency"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_simulate_refuses_in_one_line(arguments: list[str], text: str) -> None:
    with start(*arguments) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (1, "")
    assert text in err
    assert err.startswith("InvalidRequest: ")
    assert err.count("\n") == 1
