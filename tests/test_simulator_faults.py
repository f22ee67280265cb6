"""Every fault that the simulator plays does what its line says, at each door, and leaves the next client alone."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from by_hand import (
    AES_CBC,
    INIT,
    JSON,
    KEEP_ALIVE,
    STATE,
    STATISTIC,
    Client,
    WebSocketClient,
    client,
    rsa_pem,
    statistic_body,
    websocket,
)
from websockets.exceptions import ConnectionClosed, WebSocketException

import pd_optstat as po
from pd_optstat.simulator.faults import FAULTS, Faults, table
from pd_optstat.simulator.plans import Pause, Raw, Send, Shut
from pd_optstat.simulator.server import SimulatorServer

UNTIL = date(2026, 6, 12)
DAYS = ("2026-06-01", "2026-06-12")
CASES = [(name, door) for name, fault in FAULTS.items() for door in fault.doors]


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    ticks = itertools.count(1_800_000_000.0, 31.0)  # a clock too fast for the rate limit
    with SimulatorServer(until=UNTIL, page_size=6, clock=lambda: next(ticks), ws_port=0) as running:
        yield running


@pytest.fixture(autouse=True)
def no_faults(server: SimulatorServer) -> Iterator[None]:
    yield
    server.faults = []


def opened(server: SimulatorServer, door: str) -> Any:
    return client(server) if door == "tcp" else websocket(server)


@dataclass
class Case:
    """A client to which the fault happens, and what would have been right."""

    one: Client
    door: str
    right: dict[str, Any]
    form: int = 0

    def reply(self) -> dict[str, Any]:
        """Return the reply to a request for a page."""
        return self.one.statistic(*DAYS)

    def rows(self) -> list[dict[str, Any]]:
        reply = self.reply()
        assert reply["retType"] == 0
        rows: list[dict[str, Any]] = reply["s2c"]["statisticList"]
        return rows

    def packets(self, count: int = 1) -> tuple[list[int], list[tuple[int, int, int, bytes]]]:
        """Ask for pages, and for a sign of life behind them; return what was asked, and all that came before that."""
        serials = [self.one.send(STATISTIC, statistic_body(*DAYS)) for _ in range(count)]
        fence = self.one.send(KEEP_ALIVE, b"\x0a\x02\x08\x05")
        found = []
        while (packet := self.one.receive())[:2] != (KEEP_ALIVE, fence):
            found.append(packet)
        return serials, found

    def raw(self, count: int) -> bytes:
        """Ask for a page and return the first bytes that come, TCP's or, of WebSocket, those of a message."""
        self.one.send(STATISTIC, statistic_body(*DAYS))
        if isinstance(self.one, WebSocketClient):
            data = self.one.websocket.recv(timeout=5)
            assert isinstance(data, bytes)
            return data[:count]
        return self.one.exactly(count)

    def end(self) -> tuple[int, str]:
        """Ask for a page and read to the end; return how many bytes came (of TCP), and how it ended."""
        self.one.send(STATISTIC, statistic_body(*DAYS))
        if isinstance(self.one, WebSocketClient):
            try:
                data = self.one.websocket.recv(timeout=70)
                self.one.websocket.recv(timeout=70)
            except ConnectionClosed as closed:
                return 0, "cut" if closed.rcvd is None else f"closed {closed.rcvd.code}"
            raise AssertionError(data)
        count = 0
        try:
            while data := self.one.socket.recv(65536):
                count += len(data)
        except ConnectionResetError:
            return count, "reset"
        return count, "closed"

    @property
    def right_length(self) -> int:
        """How many bytes the right reply has."""
        return 44 + len(self.one.right_body)  # type: ignore[attr-defined]


CHECKS: dict[str, Callable[[Case], None]] = {}


def check(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def register(function: Callable[..., None]) -> Callable[..., None]:
        for name in names:
            CHECKS[name] = function if len(names) == 1 else lambda case, name=name: function(case, name)  # type: ignore[misc]
        return function

    return register


# -- The connection ------------------------------------------------------------------------------------------------


@check("close", "reset", "truncated")
def ends_midway(case: Case, name: str) -> None:
    count, how = case.end()
    if case.door == "tcp":
        assert how == ("reset" if name == "reset" else "closed")
        least, most = {"truncated": (20, 20)}.get(name, (44, case.right_length - 1))
        if name != "reset":  # which may take with it what was not read yet
            assert least <= count <= most
    else:
        assert how == "cut"


@check("close-before", "reset-before", "restart")
def ends_before(case: Case, name: str) -> None:
    count, how = case.end()
    assert count == 0
    if case.door == "tcp":
        assert how in {"close-before": ["closed"], "reset-before": ["reset"], "restart": ["closed", "reset"]}[name]
    else:
        assert how == ("closed 1001" if name == "close-before" else "cut")


@check("close-after")
def ends_after(case: Case) -> None:
    assert case.reply() == case.right
    assert case.one.is_closed()


@check("no-answer")
def page_never_comes(case: Case) -> None:
    assert case.packets()[1] == []


@check("stall")
def half_a_page(case: Case) -> None:
    case.one.send(STATISTIC, statistic_body(*DAYS))
    if isinstance(case.one, WebSocketClient):
        with pytest.raises(TimeoutError):
            case.one.websocket.recv(timeout=0.3)
        return
    assert case.one.exactly(2) == b"FT"
    case.one.socket.settimeout(0.3)
    with pytest.raises(TimeoutError):
        case.one.exactly(case.right_length - 2)


@check("slow")
def page_takes_a_second(case: Case) -> None:
    begin = time.monotonic()
    assert case.reply() == case.right
    assert time.monotonic() - begin > 0.8


@check("split", "duplicated", "extra-push")
def page_is_right_all_the_same(case: Case, name: str) -> None:
    [serial], found = case.packets()
    pages = [packet for packet in found if packet[0] == STATISTIC]
    assert {packet[1] for packet in pages} == {serial}
    assert {packet[3] for packet in pages} == {case.one.right_body}  # type: ignore[attr-defined]
    assert len(pages) == (2 if name == "duplicated" else 1)
    others = [packet[0] for packet in found if packet[0] != STATISTIC]
    assert others == ([9999, 1003, 3005] * 2 if name == "extra-push" else [])
    if name == "extra-push":  # on TCP with a number that is that of our request
        assert [packet[1] for packet in found[:3]] == [0, 0, serial if case.door == "tcp" else 0]


@check("wrong-serial", "wrong-proto", "wrong-format", "garbage-body", "deep-json")
def packet_is_another(case: Case, name: str) -> None:
    if name == "wrong-format":
        assert case.raw(7)[6] == 7
        return
    [serial], [(proto_id, answered, form, body)] = case.packets()
    assert proto_id == (3302 if name == "wrong-proto" else STATISTIC)
    assert answered == serial + (1000 if name == "wrong-serial" else 0)
    assert form == (JSON if name == "deep-json" and case.door == "tcp" else 0)
    if name == "garbage-body":
        assert body == b"\xff" * 50
    elif name == "deep-json":
        with pytest.raises(RecursionError):
            json.loads(body)
    else:
        assert body == case.one.right_body  # type: ignore[attr-defined]


@check("wrong-magic", "garbage")
def bytes_are_not_opends(case: Case, name: str) -> None:
    data = case.raw(5001)[:5001] if name == "garbage" else case.raw(8)
    assert not data.startswith((b"FT", b"ft"))
    if name == "wrong-magic":
        assert data[:2] == b"XX"
    else:
        assert len(data) == 5001


@check("wrong-sha1")
def digest_does_not_fit(case: Case) -> None:
    header = case.raw(44)
    (length,) = struct.unpack("<I", header[12:16])
    assert hashlib.sha1(case.one.exactly(length)).digest() != header[16:36]


@check("gigabyte")
def claims_a_gibibyte(case: Case) -> None:
    if isinstance(case.one, WebSocketClient):
        _, how = case.end()
        assert how.startswith("c")  # our library closes: the frame is longer than it takes
        return
    header = case.raw(44)
    assert struct.unpack("<I", header[12:16]) == (2**30,)
    assert case.one.exactly(64 * 1024) == bytes(64 * 1024)


@check("huge-reply")
def eight_mebibytes(case: Case) -> None:
    [_], [(_, _, _, body)] = case.packets()
    right = case.one.right_body  # type: ignore[attr-defined]
    assert body.startswith(right)
    assert len(body) == len(right) + 5 + 8 * 1024 * 1024
    assert body[len(right)] >> 3 == 15


@check("merged", "reordered")
def pages_wait_for_each_other(case: Case, name: str) -> None:
    serials = [case.one.send(STATISTIC, statistic_body(*DAYS)) for _ in range(5)]
    answered = [case.one.receive()[1] for _ in serials]
    if name == "merged":
        assert answered == serials
    else:
        assert answered == serials[::-1]


@check("ws-disconnected")
def command_2(case: Case) -> None:
    assert case.packets()[1] == [(2, 0, 0, b"")]


@check("ws-error")
def error_in_the_header(case: Case) -> None:
    case.one.send(STATISTIC, statistic_body(*DAYS))
    assert case.one.receive() == (STATISTIC, case.one.serial, 0, b"")
    assert (case.one.error, case.one.text) == (2, "OpenD timed out")  # type: ignore[attr-defined]


@check("ws-text")
def text_message(case: Case) -> None:
    assert isinstance(case.one, WebSocketClient)
    case.one.send(STATISTIC, statistic_body(*DAYS))
    assert case.one.websocket.recv(timeout=5) == "hello"


# -- Answers -------------------------------------------------------------------------------------------------------


@check("rate-limited", "rejected", "timed-out", "disconnected")
def page_is_refused(case: Case, name: str) -> None:
    reply = case.reply()
    ret_type, text = {
        "rate-limited": (-1, "request frequency too high: at most 60 requests in 30 seconds"),
        "rejected": (-1, "no quote right for this market"),
        "timed-out": (-100, "timeout"),
        "disconnected": (-200, "disconnected"),
    }[name]
    assert (reply["retType"], reply["retMsg"], "s2c" in reply) == (ret_type, text, False)


@check("no-ret-type")
def does_not_say_whether(case: Case) -> None:
    [_], [(_, _, _, body)] = case.packets()
    assert body + b"\x08\x00" == case.one.right_body[2:] + b"\x08\x00"  # type: ignore[attr-defined]


@check("no-s2c")
def success_and_nothing(case: Case) -> None:
    reply = case.reply()
    assert reply["retType"] == 0
    assert "s2c" not in reply


# -- Rows ----------------------------------------------------------------------------------------------------------


@check("foreign-market", "foreign-type")
def page_of_another_series(case: Case, name: str) -> None:
    s2c = case.reply()["s2c"]
    assert (s2c["optionMarket"], s2c["dataType"]) == ((2, 0) if name == "foreign-market" else (1, 1))
    assert s2c["statisticList"] == case.right["s2c"]["statisticList"]


@check("no-text")
def day_is_no_text(case: Case) -> None:
    [_], [(_, _, _, body)] = case.packets()
    assert body.count(b"\xff" * 10) == 1
    assert len(body) == len(case.one.right_body)  # type: ignore[attr-defined]


@check(
    "rows-outside",
    "rows-after",
    "wrong-total",
    "wrong-ratio",
    "wrong-timestamp",
    "negative-counts",
    "overflow",
    "no-counts",
    "bad-date",
    "no-date",
    "odd-date",
)
def one_row_is_wrong(case: Case, name: str) -> None:
    right, found = case.right["s2c"]["statisticList"], case.rows()
    index = -1 if name == "rows-outside" else 0
    row, good = found.pop(index), right[index]
    rest = list(right)
    rest.pop(index)
    assert found == rest
    changed = {key: row.get(key) for key in good if row.get(key) != good[key]}
    assert (
        changed
        == {
            "rows-outside": {"time": "2026-05-31"},
            "rows-after": {"time": "2026-06-13"},
            "wrong-total": {"totalValue": good["totalValue"] + 1},
            "wrong-ratio": {"ratio": good["ratio"] + 1},
            "wrong-timestamp": {"timestamp": good["timestamp"] + 86400},
            "negative-counts": {"callValue": -1, "totalValue": None, "ratio": None},
            "overflow": {"callValue": 2**62 + 1, "putValue": 2**62 + 1, "totalValue": None, "ratio": 1.0},
            "no-counts": {"callValue": None},
            "bad-date": {"time": "2026-13-45"},
            "no-date": {"time": None},
            "odd-date": {"time": "２０２６-０６-１２"},
        }[name]
    )


@check("duplicate-day")
def day_twice(case: Case) -> None:
    *rows, again = case.rows()
    assert rows == case.right["s2c"]["statisticList"]
    first = rows[0]
    assert again == {**first, "callValue": first["callValue"] + 1, "totalValue": first["totalValue"] + 1}


@check("too-many-rows")
def fifteen_thousand_rows(case: Case) -> None:
    rows = case.rows()
    assert len(rows) == 15_000
    assert len({row["time"] for row in rows}) == 6


@check("empty-rows")
def rows_that_hold_nothing(case: Case) -> None:
    [_], [(_, _, _, body)] = case.packets()
    assert b"\x1a\x00" * 300_000 in body
    assert len(body) < 1024 * 1024


# -- Page keys: always, not once -----------------------------------------------------------------------------------


@check("endless-keys", "empty-pages", "huge-key", "repeating-key")
def keys(case: Case, name: str) -> None:
    seen, key, times = set(), b"", []
    for _ in range(8):
        s2c = case.one.statistic(*DAYS, key)["s2c"]
        key = s2c["nextPageKey"]
        seen.add(key)
        times.append([row["time"] for row in s2c.get("statisticList", [])])
    assert len(seen) == {"repeating-key": 1, "huge-key": 2}.get(name, 8)
    assert (len(key) >= 100_000) == (name == "huge-key")
    first, second = times[0], times[1]
    if name == "empty-pages":
        assert times == [[]] * 8
    elif name == "repeating-key":
        assert times == [first] * 8
    else:
        assert times == [first, second] * 4
        assert len(first + second) == 10


ALWAYS = ("endless-keys", "empty-pages", "huge-key", "repeating-key", "merged", "reordered")


@contextmanager
def prepared(server: SimulatorServer, door: str) -> Iterator[Case]:
    """Open a connection, and let it see what is right."""
    with opened(server, door) as one:
        right = one.statistic(*DAYS)
        one.send(STATISTIC, statistic_body(*DAYS))
        one.right_body = one.receive()[3]
        yield Case(one, door, right)


@pytest.mark.parametrize(
    ("name", "door"), [(name, door) for name, door in CASES if FAULTS[name].at == ("page",) and name != "trickle"]
)
def test_a_fault_of_pages_does_what_its_line_says(name: str, door: str, server: SimulatorServer) -> None:
    always = name in ALWAYS
    with prepared(server, door) as case:
        server.faults = [name] if always else [f"{name}:2"]
        if not always:
            assert case.reply() == case.right  # the first is spared
        CHECKS[name](case)
        assert server.faults_struck[name] >= 1 if always else server.faults_struck == {name: 1}
        server.faults = [] if always else server.faults
    with opened(server, door) as another:
        reply = another.statistic(*DAYS)
        if name == "restart":
            reply["s2c"]["nextPageKey"] = case.right["s2c"]["nextPageKey"]  # the keys of before are forgotten
        assert reply == case.right


@pytest.mark.parametrize("door", ["tcp", "ws"])
def test_a_trickle_outlasts_every_patience(door: str, server: SimulatorServer) -> None:
    with prepared(server, door) as case:
        server.faults = ["trickle"]
        case.one.send(STATISTIC, statistic_body(*DAYS))
        if door == "ws":
            assert case.one.hears_nothing()
            case.one.websocket.socket.close()  # type: ignore[attr-defined]  # it would wait for the rest
            return
        begin = time.monotonic()
        assert case.one.exactly(6) == b"FT" + struct.pack("<I", STATISTIC)
        assert time.monotonic() - begin > 0.4
    steps = FAULTS["trickle"].steps
    assert steps is not None
    assert steps([Send(b"x" * 1000)], SimpleNamespace(door=SimpleNamespace(frame=bytes))) == [  # type: ignore[arg-type]
        *[Raw(b"x"), Pause(0.1)] * 600,
        Shut(midway=True),
    ]


def test_every_fault_is_checked_here() -> None:
    assert set(FAULTS) - set(CHECKS) == {"trickle", "hang-up", "silent", "http", "never-accept-init", "not-logged-in"}
    assert set(CHECKS) <= set(FAULTS)


# -- Faults of other moments ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["tcp", "ws"])
def test_hang_up(door: str, server: SimulatorServer) -> None:
    server.faults = ["hang-up:2"]
    with opened(server, door) as one:
        with pytest.raises((EOFError, OSError, WebSocketException)), opened(server, door):
            pass
        with opened(server, door) as another:
            assert one.is_alive()
            assert another.is_alive()


@pytest.mark.parametrize("door", ["tcp", "ws"])
def test_silent(door: str, server: SimulatorServer) -> None:
    server.faults = ["silent"]
    with client(server, init=False) if door == "tcp" else websocket(server, init=False) as one:
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


@pytest.mark.parametrize("door", ["tcp", "ws"])
def test_never_accept_init(door: str, server: SimulatorServer) -> None:
    server.faults = ["never-accept-init"]
    with client(server, init=False) if door == "tcp" else websocket(server, init=False) as one:
        reply = one.ask(one.OPENING)
        assert (reply["retType"], "s2c" in reply) == (-1, False)
        assert "no more clients" in reply["retMsg"]
        if isinstance(one, WebSocketClient):
            assert one.error == -1
        one.send(STATISTIC, statistic_body(*DAYS)) if door == "tcp" else None
        assert one.is_closed()


@pytest.mark.parametrize("door", ["tcp", "ws"])
def test_not_logged_in(door: str, server: SimulatorServer) -> None:
    server.faults = ["not-logged-in"]
    with opened(server, door) as one:
        assert one.ask(STATE, userID=0)["s2c"]["qotLogined"] == 0
        assert "not logged in" in one.refusal(*DAYS)
        server.faults = []
        assert one.ask(STATE, userID=0)["s2c"]["qotLogined"] == 1
        assert one.statistic(*DAYS)["retType"] == 0


# -- Together, encrypted, in JSON, on the command line -------------------------------------------------------------


@pytest.mark.parametrize("name", ["merged", "reordered"])
@pytest.mark.parametrize("door", ["tcp", "ws"])
def test_what_is_held_back_is_bounded(name: str, door: str, server: SimulatorServer) -> None:
    server.faults = [name]
    with opened(server, door) as one:
        serials = [one.send(STATISTIC, statistic_body(*DAYS)) for _ in range(100)]
        answered = [one.receive()[1] for _ in serials]
    assert sorted(answered) == serials
    assert (answered == serials) == (name == "merged")


def test_faults_act_in_their_order_and_count_for_themselves(server: SimulatorServer) -> None:
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


def test_faults_count_over_all_connections_and_anew_when_they_are_set(server: SimulatorServer) -> None:
    for _ in range(2):
        server.faults = ["rejected:3"]
        for number in (1, 2, 3, 4):
            with opened(server, "tcp" if number % 2 else "ws") as one:
                assert (one.statistic(*DAYS)["retType"] == 0) == (number != 3)


@pytest.mark.parametrize("name", ["wrong-magic", "wrong-sha1", "wrong-serial", "deep-json", "foreign-market", "close"])
def test_faults_of_encrypted_connections(name: str) -> None:
    """What is wrong is what the fault says, and not the encryption around it."""
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


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.content and fault.at == ("page",)])
def test_faults_of_content_are_there_in_json_too(name: str, server: SimulatorServer) -> None:
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


def test_a_parse_of_names() -> None:
    faults = Faults(["close:3", "slow"])
    assert faults.texts == ("close:3", "slow")
    assert [[one.name for one in faults.strike("page", "ws")] for _ in range(4)] == [
        ["slow"],
        ["slow"],
        ["close", "slow"],
        ["slow"],
    ]
    assert faults.strike("login", "tcp") == []
    assert faults.struck == {"close": 1, "slow": 4}
    with pytest.raises(po.InvalidRequest, match="'close3' is not known"):
        Faults(["close3"])


def test_the_lines_are_those_of_the_documentation() -> None:
    text = (Path(__file__).parents[1] / "docs" / "simulator.md").read_text()
    documented = dict(re.findall(r"^\| `([a-z0-9-]+)` \| [^|]* \| (.*) \|$", text, re.MULTILINE))
    assert documented == {name: fault.says for name, fault in FAULTS.items()}
    assert [line.split("  ", 1)[0] for line in table().split("\n")] == list(FAULTS)
    assert all(fault.says.endswith(".") and len(fault.says) < 100 for fault in FAULTS.values())


def test_fault_list_is_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    from pd_optstat.cli import main

    assert main(["simulate", "--fault", "list"]) == 0
    assert capsys.readouterr().out == table() + "\n"
