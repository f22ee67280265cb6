"""The simulator with an RSA key: clients that encrypt, and those that it refuses."""

from __future__ import annotations

import hashlib
import logging
import struct
from pathlib import Path
from typing import Any

import pytest
from support.quick import slow
from support.raw_clients import (
    AES_CBC,
    FTAES_ECB,
    INIT,
    KEEP_ALIVE,
    NO_ENCRYPTION,
    STATISTIC,
    client,
    packet,
    rsa_pem,
    statistic_body,
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

import pd_optstat as po
from pd_optstat.simulator.server import SimulatorServer

ALGORITHMS = pytest.mark.parametrize(
    "algorithm", [AES_CBC, FTAES_ECB, NO_ENCRYPTION], ids=["AES_CBC", "FTAES_ECB", "NONE"]
)


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


def test_aes_uses_the_key_and_iv_of_the_reply(pem: bytes, server: SimulatorServer) -> None:
    with client(server, rsa_key=pem, algorithm=AES_CBC) as one, client(server, rsa_key=pem, algorithm=AES_CBC) as two:
        assert one.login["connAESKey"] != two.login["connAESKey"]
        assert one.login["aesCBCiv"] != two.login["aesCBCiv"]
        one.aes = two.aes
        one.send(KEEP_ALIVE, b"\x0a\x02\x08\x05")
        assert one.is_closed()
        assert two.is_alive()


@pytest.mark.parametrize("bits", [1024, slow(2048), slow(4096)])
def test_keys_of_any_size_in_either_format(bits: int, tmp_path: Path) -> None:
    pem = rsa_pem(bits, pkcs8=bits > 1024)
    (tmp_path / "key.pem").write_bytes(pem)
    with (
        SimulatorServer(until=UNTIL, page_size=100, rsa_key=tmp_path / "key.pem") as server,
        client(server, rsa_key=pem, algorithm=AES_CBC) as one,
    ):
        assert all_pages(one) == expected()


def test_a_packet_right_after_init_connect_is_decrypted_as_agreed(pem: bytes, server: SimulatorServer) -> None:
    """A client that does not encrypt later bodies may send one together with InitConnect."""
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


def test_clients_without_the_key_are_closed_and_the_log_says_why(
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


def test_plain_bodies_after_an_encrypted_login_are_refused(pem: bytes, server: SimulatorServer) -> None:
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
        one.log_in(AES_CBC)
        assert one.is_alive()


def test_after_a_refused_login_nothing_else_is_answered(pem: bytes, server: SimulatorServer) -> None:
    with client(server, rsa_key=pem, init=False) as one:
        assert one.ask(INIT, clientVer=1011, clientID="test", packetEncAlgo=1)["retType"] == -1
        one.send(STATISTIC, statistic_body())
        assert one.is_closed()


def test_an_absent_algorithm_is_0(pem: bytes, server: SimulatorServer) -> None:
    with client(server, rsa_key=pem, init=False) as one:
        login = one.ask(INIT, clientVer=1011, clientID="test")["s2c"]
        assert "aesCBCiv" not in login
        from support.raw_clients import FtEcb

        one.aes = FtEcb(login["connAESKey"].encode())
        assert one.is_alive()


def test_a_second_login_changes_the_key(pem: bytes, server: SimulatorServer) -> None:
    with client(server, rsa_key=pem, algorithm=AES_CBC) as one:
        before = one.login["connAESKey"]
        one.log_in(FTAES_ECB)
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
def test_an_invalid_key_is_refused_before_listening(key: Any) -> None:
    with pytest.raises(po.InvalidRequest, match="rsa_key"):
        SimulatorServer(rsa_key=key)


def test_no_key_is_shown_or_logged(pem: bytes, server: SimulatorServer) -> None:
    secrets = (KEY, hashlib.md5(KEY.encode()).hexdigest(), pem.decode().split("\n")[1])
    texts = [repr(server), str(server.urls), repr(server._state.rsa_key), repr(server._state.service)]
    assert not [secret for secret in secrets for text in texts if secret in text]
    assert repr(server) == f"<SimulatorServer {server.url} {server.ws_url}>"
