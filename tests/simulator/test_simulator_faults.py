"""The simulator's faults do what the catalogue says, on each transport, and do not affect the next client."""

from __future__ import annotations

import re
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.fault_checks import CHECKS, DAYS, Case
from support.raw_clients import (
    AES_CBC,
    INIT,
    JSON,
    KEEP_ALIVE,
    STATE,
    STATISTIC,
    WebSocketClient,
    client,
    rsa_pem,
    statistic_body,
    websocket,
)
from websockets.exceptions import ConnectionClosed, WebSocketException

import pd_optstat as po
from pd_optstat.opend.packets import ProtoId
from pd_optstat.simulator.faults import FAULTS, ActiveFaults, faults_of, table
from pd_optstat.simulator.responses import Close, Fault, Pause, Send, SendRaw
from pd_optstat.simulator.server import SimulatorServer

UNTIL = date(2026, 6, 12)
#: The faults of 3301; `test_simulator_underlyings` has those of 3302 and 3304.
OF_MARKETS = faults_of(ProtoId.GET_OPTION_MARKET_STATISTIC)
CASES = [(name, transport) for name, fault in OF_MARKETS.items() for transport in fault.transports]


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=UNTIL, page_size=6, rate_limit=False, ws_port=0) as running:
        yield running


@pytest.fixture(autouse=True)
def no_faults(server: SimulatorServer) -> Iterator[None]:
    yield
    server.faults = []


def opened(server: SimulatorServer, transport: str) -> Any:
    return client(server) if transport == "tcp" else websocket(server)


ALWAYS = ("endless-keys", "empty-pages", "huge-key", "repeating-key", "merged", "reordered")


@contextmanager
def prepared(server: SimulatorServer, transport: str) -> Iterator[Case]:
    """Open a connection, with the right reply."""
    with opened(server, transport) as one:
        right = one.statistic(*DAYS)
        one.send(STATISTIC, statistic_body(*DAYS))
        one.right_body = one.receive()[3]
        yield Case(one, transport, right)


@pytest.mark.parametrize(
    ("name", "transport"),
    [(name, transport) for name, transport in CASES if FAULTS[name].events == ("page",) and name != "trickle"],
)
def test_a_fault_of_pages_does_what_the_catalogue_says(name: str, transport: str, server: SimulatorServer) -> None:
    always = name in ALWAYS
    with prepared(server, transport) as case:
        server.faults = [name] if always else [f"{name}:2"]
        if not always:
            assert case.reply() == case.right  # the fault only strikes at the second page
        CHECKS[name](case)
        assert server.faults_struck[name] >= 1 if always else server.faults_struck == {name: 1}
        server.faults = [] if always else server.faults
    with opened(server, transport) as another:
        reply = another.statistic(*DAYS)
        if name == "restart":
            reply["s2c"]["nextPageKey"] = case.right["s2c"]["nextPageKey"]  # earlier keys are invalid
        assert reply == case.right


@pytest.mark.parametrize("transport", ["tcp", "ws"])
def test_a_trickle_outlasts_every_timeout(transport: str, server: SimulatorServer) -> None:
    with prepared(server, transport) as case:
        server.faults = ["trickle"]
        case.one.send(STATISTIC, statistic_body(*DAYS))
        if transport == "ws":
            assert case.one.hears_nothing()
            case.one.websocket.socket.close()  # type: ignore[attr-defined]  # closing the WebSocket would wait for the rest
            return
        begin = time.monotonic()
        assert case.one.exactly(6) == b"FT" + struct.pack("<I", STATISTIC)
        assert time.monotonic() - begin > 0.4
    steps = FAULTS["trickle"].change_steps
    assert steps is not None
    assert steps([Send(b"x" * 1000)], SimpleNamespace(framing=SimpleNamespace(frame=bytes))) == [  # type: ignore[arg-type]
        *[SendRaw(b"x"), Pause(0.1)] * 600,
        Close(midway=True),
    ]


def test_every_fault_is_checked_here() -> None:
    assert set(OF_MARKETS) - set(CHECKS) == {
        "trickle",
        "hang-up",
        "silent",
        "http",
        "never-accept-init",
        "not-logged-in",
    }
    assert set(CHECKS) <= set(OF_MARKETS)


# -- Faults of other moments ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", ["tcp", "ws"])
def test_hang_up(transport: str, server: SimulatorServer) -> None:
    server.faults = ["hang-up:2"]
    with opened(server, transport) as one:
        with pytest.raises((EOFError, OSError, WebSocketException)), opened(server, transport):
            pass
        with opened(server, transport) as another:
            assert one.is_alive()
            assert another.is_alive()


@pytest.mark.parametrize("transport", ["tcp", "ws"])
def test_silent(transport: str, server: SimulatorServer) -> None:
    server.faults = ["silent"]
    with client(server, init=False) if transport == "tcp" else websocket(server, init=False) as one:
        one.send(one.OPENING, b"\x0a\x00")
        one.send(KEEP_ALIVE, b"\x0a\x02\x08\x05")
        one.send(STATISTIC, statistic_body(*DAYS))
        assert one.hears_nothing()
    assert server.faults_struck["silent"] >= 1


def test_http(server: SimulatorServer) -> None:
    server.faults = ["http"]
    with client(server, init=False) as one:
        one.send(INIT, b"\x0a\x00")
        assert one.exactly(8) == b"HTTP/1.1"
    with pytest.raises((EOFError, ConnectionClosed)), websocket(server):
        pass


@pytest.mark.parametrize("transport", ["tcp", "ws"])
def test_never_accept_init(transport: str, server: SimulatorServer) -> None:
    server.faults = ["never-accept-init"]
    with client(server, init=False) if transport == "tcp" else websocket(server, init=False) as one:
        reply = one.ask(one.OPENING)
        assert (reply["retType"], "s2c" in reply) == (-1, False)
        assert "no more clients" in reply["retMsg"]
        if isinstance(one, WebSocketClient):
            assert one.error == -1
        one.send(STATISTIC, statistic_body(*DAYS)) if transport == "tcp" else None
        assert one.is_closed()


@pytest.mark.parametrize("transport", ["tcp", "ws"])
def test_not_logged_in(transport: str, server: SimulatorServer) -> None:
    server.faults = ["not-logged-in"]
    with opened(server, transport) as one:
        assert one.ask(STATE, userID=0)["s2c"]["qotLogined"] == 0
        assert "not logged in" in one.refusal(*DAYS)
        server.faults = []
        assert one.ask(STATE, userID=0)["s2c"]["qotLogined"] == 1
        assert one.statistic(*DAYS)["retType"] == 0


# -- Together, encrypted, in JSON, on the command line -------------------------------------------------------------


@pytest.mark.parametrize("name", ["merged", "reordered"])
@pytest.mark.parametrize("transport", ["tcp", "ws"])
def test_few_replies_are_held_back(name: str, transport: str, server: SimulatorServer) -> None:
    server.faults = [name]
    with opened(server, transport) as one:
        serials = [one.send(STATISTIC, statistic_body(*DAYS)) for _ in range(100)]
        answered = [one.receive()[1] for _ in serials]
    assert sorted(answered) == serials
    assert (answered == serials) == (name == "merged")


def test_faults_act_in_order_and_count_separately(server: SimulatorServer) -> None:
    server.faults = ["wrong-total:1", "duplicate-day:1", "rejected:2", "wrong-serial:3", "duplicated:3"]
    with client(server) as one:
        rows = one.statistic(*DAYS)["s2c"]["statisticList"]
        assert rows[0]["totalValue"] == rows[0]["callValue"] + rows[0]["putValue"] + 1
        assert rows[-1]["totalValue"] == rows[0]["totalValue"] + 1
        one.refusal(*DAYS)
        serial = one.send(STATISTIC, statistic_body(*DAYS))
        assert [one.receive()[1] for _ in range(2)] == [serial + 1000] * 2
        assert one.statistic(*DAYS)["retType"] == 0
    assert server.faults_struck == {name: 1 for name in FAULTS if name in " ".join(server.faults)}


def test_faults_count_over_all_connections_until_they_are_set_again(server: SimulatorServer) -> None:
    for _ in range(2):
        server.faults = ["rejected:3"]
        for number in (1, 2, 3, 4):
            with opened(server, "tcp" if number % 2 else "ws") as one:
                assert (one.statistic(*DAYS)["retType"] == 0) == (number != 3)


@pytest.mark.parametrize("name", ["wrong-magic", "wrong-sha1", "wrong-serial", "deep-json", "foreign-market", "close"])
def test_faults_of_encrypted_connections(name: str) -> None:
    """The fault changes what the catalogue says, and leaves the encryption intact."""
    pem = rsa_pem()
    with (
        SimulatorServer(until=UNTIL, rsa_key=pem, faults=[f"{name}:2"]) as server,
        client(server, rsa_key=pem, algorithm=AES_CBC) as one,
    ):
        right = one.statistic(*DAYS)
        serial = one.send(STATISTIC, statistic_body(*DAYS))
        if name in ("wrong-magic", "wrong-sha1"):
            with pytest.raises(AssertionError):
                one.receive()
        elif name == "close":
            with pytest.raises(EOFError):
                one.receive()
        else:
            _, answered, form, body = one.receive()
            assert answered == serial + (1000 if name == "wrong-serial" else 0)
            assert (form == JSON) == (b"[[[[" in body) == (name == "deep-json")
        if name != "close":
            assert server.faults_struck == {name: 1}
        assert right["retType"] == 0


@pytest.mark.parametrize(
    "name", [name for name, fault in OF_MARKETS.items() if fault.change_response and fault.events == ("page",)]
)
def test_faults_of_responses_exist_in_json_too(name: str, server: SimulatorServer) -> None:
    with client(server, JSON) as one:
        one.send(
            STATISTIC,
            b'{"c2s": {"optionMarket": 1, "dataType": 0, "beginTime": "2026-06-01", "endTime": "2026-06-12"}}',
        )
        right = one.receive()[3]
        server.faults = [name]
        one.send(
            STATISTIC,
            b'{"c2s": {"optionMarket": 1, "dataType": 0, "beginTime": "2026-06-01", "endTime": "2026-06-12"}}',
        )
        _, _, form, body = one.receive()
        assert (form, body == right) == (JSON, False)


def test_names_with_and_without_numbers() -> None:
    faults = ActiveFaults(["close:3", "slow"])
    assert faults.texts == ("close:3", "slow")
    assert [[one.name for one in faults.strike("page", "ws")] for _ in range(4)] == [
        ["slow"],
        ["slow"],
        ["close", "slow"],
        ["slow"],
    ]
    assert faults.strike("login", "tcp") == []
    assert [one.name for one in ActiveFaults(["foreign-type", "slow"]).strike("page", "tcp", 3302)] == ["slow"]
    assert faults.struck == {"close": 1, "slow": 4}
    with pytest.raises(po.InvalidRequest, match="'close3' is not known"):
        ActiveFaults(["close3"])


def test_the_documentation_shows_the_catalogue() -> None:
    text = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text()
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| [^|]* \| (.*) \| ([^|]*) \|$", text, re.MULTILINE)
    assert rows == [(name, fault.description, ending(fault)) for name, fault in FAULTS.items()]
    assert [line.split("  ", 1)[0] for line in table().split("\n")] == list(FAULTS)
    assert all(fault.description.endswith(".") and len(fault.description) < 100 for fault in FAULTS.values())


def ending(fault: Fault) -> str:
    """Return how the documentation says that a load ends."""
    if fault.expected is None:
        return "the right rows"
    error = f"`{fault.expected.__name__}`"
    return f"the right rows, {error}" if fault.expected is po.DataWarning else error


def test_fault_list_is_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    from pd_optstat.cli import main

    assert main(["simulate", "--fault", "list"]) == 0
    assert capsys.readouterr().out == table() + "\n"
