"""The command `pd-optstat simulate`: its addresses, output and errors."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.quick import slow
from support.raw_clients import AES_CBC, INIT, INIT_WEBSOCKET, client, websocket
from support.simulator_fixtures import KEY, YEAR, all_pages, expected, own_pem  # noqa: F401  (fixtures)


@contextmanager
def start(*arguments: Any, **environment: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "pd_optstat", "simulate", "--port", "0", "--until", "2026-06-12"]
    with subprocess.Popen(
        [*command, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    ) as process:
        try:
            yield process
        finally:
            process.kill()  # a test that failed has not stopped it, and leaving the block waits for its end


class Address:
    """The addresses of a simulator in another process."""

    def __init__(self, process: subprocess.Popen[str], websocket_too: bool) -> None:
        assert process.stdout is not None
        first = process.stdout.readline().rstrip("\n")
        self.host, self.port = "127.0.0.1", int(first.removeprefix("opend://127.0.0.1:"))
        self.ws_url = process.stdout.readline().rstrip("\n") if websocket_too else None


def stop(process: subprocess.Popen[str]) -> str:
    """Stop the process, and return what it wrote to stderr."""
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, ""), err
    return err


@pytest.mark.parametrize("from_environment", [slow(True), False], ids=["environment", "argument"])
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


@pytest.mark.slow
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


def test_simulate_without_websocket_prints_one_line_and_ignores_the_environments_key() -> None:
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


@pytest.mark.slow
def test_bad_clients_cannot_fill_a_pipe_that_is_not_read() -> None:
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
        slow(["--ws-key", "x"], "--ws-port"),
        slow(["--ws-port", "0", "--ws-key", ""], "--ws-key is empty"),
        slow(["--rsa-key", "nowhere.pem"], "--rsa-key"),
        slow(["--ws-port", "0", "--ws-certificate", "nowhere.pem"], "--ws-certificate"),
        (["--fault", "nonsense"], "Valid: hang-up"),
        slow(["--host", "no.such.host.invalid"], "cannot listen"),
        slow(["--latency", "-1"], "--latency "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_simulate_reports_errors_in_one_line(arguments: list[str], text: str) -> None:
    with start(*arguments) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (1, "")
    assert text in err
    assert err.startswith("InvalidRequest: ")
    assert err.count("\n") == 1
