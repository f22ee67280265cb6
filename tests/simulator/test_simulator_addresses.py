"""The simulator's addresses and options, stopping it, and restarts."""

from __future__ import annotations

import re
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from support.raw_clients import STATISTIC, client, statistic_body, websocket
from support.simulator_fixtures import UNTIL, YEAR, all_pages, plain_server  # noqa: F401  (fixtures)

import pd_optstat as po
from pd_optstat.simulator.server import SimulatorServer


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"ws_key": "x"}, "need ws_port"),
        ({"ws_certificate": "x"}, "need ws_port"),
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
def test_invalid_options(options: dict[str, Any], text: str) -> None:
    with pytest.raises(po.InvalidRequest, match=re.escape(text)):
        SimulatorServer(**options)


def test_without_websockets_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "websockets", None)
    with pytest.raises(po.InvalidRequest, match=r"pip install 'pd-optstat\[websocket\]'"):
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


def test_a_host_that_is_not_loopback_logs_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with SimulatorServer(until=UNTIL, host="0.0.0.0") as server, client(server) as one:
        assert one.is_alive()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "0.0.0.0" in caplog.text
    assert "other machines can reach" in caplog.text


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7", "x" * 300])
def test_a_foreign_host_is_an_error_at_once(host: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        SimulatorServer(host=host).start()


def test_a_websocket_port_in_use_leaves_no_tcp_port_open(plain: SimulatorServer) -> None:
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


def test_a_restart_closes_connections_and_invalidates_page_keys() -> None:
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


def test_several_threads_may_stop_it_at_once() -> None:
    """The server's loop may be closed between a thread's check and its call."""
    for _ in range(20):
        server = SimulatorServer(until=UNTIL).start()
        with ThreadPoolExecutor(8) as pool:
            told = [pool.submit(server.stop if number % 4 else server.restart) for number in range(16)]
        assert [one.result() for one in told] == [None] * 16
