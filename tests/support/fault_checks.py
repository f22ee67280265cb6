"""Checks of the simulator's faults by name: which bytes or rows a client receives."""

from __future__ import annotations

import hashlib
import json
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from support.raw_clients import JSON, KEEP_ALIVE, STATISTIC, Client, WebSocketClient, statistic_body

DAYS = ("2026-06-01", "2026-06-12")


@dataclass
class Case:
    """A client that meets a fault, with the right reply."""

    one: Client
    transport: str
    right: dict[str, Any]
    form: int = 0

    def reply(self) -> dict[str, Any]:
        """Request a page, and return the reply."""
        return self.one.statistic(*DAYS)

    def rows(self) -> list[dict[str, Any]]:
        reply = self.reply()
        assert reply["retType"] == 0
        rows: list[dict[str, Any]] = reply["s2c"]["statisticList"]
        return rows

    def packets(self, count: int = 1) -> tuple[list[int], list[tuple[int, int, int, bytes]]]:
        """Request pages and then a KeepAlive; return the requests' serial numbers, and all packets before its reply."""
        serials = [self.one.send(STATISTIC, statistic_body(*DAYS)) for _ in range(count)]
        fence = self.one.send(KEEP_ALIVE, b"\x0a\x02\x08\x05")
        found = []
        while (packet := self.one.receive())[:2] != (KEEP_ALIVE, fence):
            found.append(packet)
        return serials, found

    def raw(self, count: int) -> bytes:
        """Request a page and return the first bytes of the TCP stream, or of the WebSocket message."""
        self.one.send(STATISTIC, statistic_body(*DAYS))
        if isinstance(self.one, WebSocketClient):
            data = self.one.websocket.recv(timeout=5)
            assert isinstance(data, bytes)
            return data[:count]
        return self.one.exactly(count)

    def end(self) -> tuple[int, str]:
        """Request a page and read to the end; return the number of bytes (TCP only) and how the connection ended."""
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
        """Length of the right reply in bytes."""
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
    if case.transport == "tcp":
        assert how == ("reset" if name == "reset" else "closed")
        least, most = {"truncated": (20, 20)}.get(name, (44, case.right_length - 1))
        if name != "reset":  # a reset discards bytes that were not read yet
            assert least <= count <= most
    else:
        assert how == "cut"


@check("close-before", "reset-before", "restart")
def ends_before(case: Case, name: str) -> None:
    count, how = case.end()
    assert count == 0
    if case.transport == "tcp":
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
    if name == "extra-push":  # on TCP, the last push has the request's own serial number
        assert [packet[1] for packet in found[:3]] == [0, 0, serial if case.transport == "tcp" else 0]


@check("wrong-serial", "wrong-proto", "wrong-format", "garbage-body", "deep-json")
def packet_is_another(case: Case, name: str) -> None:
    if name == "wrong-format":
        assert case.raw(7)[6] == 7
        return
    [serial], [(proto_id, answered, form, body)] = case.packets()
    assert proto_id == (3302 if name == "wrong-proto" else STATISTIC)
    assert answered == serial + (1000 if name == "wrong-serial" else 0)
    assert form == (JSON if name == "deep-json" and case.transport == "tcp" else 0)
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
        assert how.startswith("c")  # the client's library closes: the frame is longer than its limit
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
