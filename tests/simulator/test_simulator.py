"""The simulator's TCP port, tested with a client that shares no code with it."""

from __future__ import annotations

import random
import socket
import struct
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from support.raw_clients import (
    INIT,
    JSON,
    KEEP_ALIVE,
    PROTOBUF,
    STATE,
    STATISTIC,
    Clock,
    client,
    packet,
    statistic_body,
)

import pd_optstat as po
from pd_optstat.simulator.generator import DOCUMENTED
from pd_optstat.simulator.server import SimulatorServer

UNTIL = date(2026, 6, 12)
FORMATS = pytest.mark.parametrize("form", [PROTOBUF, JSON], ids=["protobuf", "json"])


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=UNTIL, page_size=100, rate_limit=False) as running:
        yield running


# -- Answers -------------------------------------------------------------------------------------------------------


@FORMATS
def test_init_connect_declares_synthetic_numbers(form: int) -> None:
    with SimulatorServer(seed=4_000_000_000) as server, client(server, form) as one, client(server, form) as other:
        assert one.login["synthetic"]["seed"] == 4_000_000_000
        assert "synthetic" in one.login["synthetic"]["software"]
        # For clients that cannot see that field: "SIM" in the upper half of the login's id.
        assert one.login["loginUserID"] == (0x53494D << 32) + 4_000_000_000
        assert one.login["keepAliveInterval"] == 10
        assert len(one.login["connAESKey"]) == 16
        assert "aesCBCiv" not in one.login  # the SDKs take its presence for CBC, which nobody asked for
        assert one.login["connID"] != other.login["connID"]


@FORMATS
def test_global_state_and_keep_alive(form: int) -> None:
    with SimulatorServer(clock=Clock(1_781_236_800.9)) as server, client(server, form) as one:
        state = one.ask(STATE, userID=one.login["loginUserID"])["s2c"]
        assert state["qotLogined"] == 1
        assert state["time"] == 1_781_236_800
        assert one.ask(KEEP_ALIVE, time=5)["s2c"] == {"time": 1_781_236_800}


@pytest.mark.parametrize("market", [1, 2, 3, 4])
@pytest.mark.parametrize("data_type", [0, 1])
def test_both_formats_have_the_same_content(market: int, data_type: int, server: SimulatorServer) -> None:
    replies = []
    for form in (PROTOBUF, JSON):
        with client(server, form) as one:
            first = one.statistic("2025-09-01", UNTIL, market=market, data_type=data_type)
            more = one.statistic("2025-09-01", UNTIL, first["s2c"]["nextPageKey"], market, data_type)
            replies.append([first, more])
    assert replies[0] == replies[1]
    for reply in replies[0]:
        assert (reply["retType"], reply["retMsg"], reply["errCode"]) == (0, "", 0)
        assert (reply["s2c"]["optionMarket"], reply["s2c"]["dataType"]) == (market, data_type)
        for item in reply["s2c"]["statisticList"]:
            assert item["totalValue"] == item["callValue"] + item["putValue"]
            assert item["ratio"] == item["putValue"] / item["callValue"]


@FORMATS
def test_the_documented_rows_newest_first(form: int, server: SimulatorServer) -> None:
    with client(server, form) as one:
        s2c = one.statistic("2026-06-01", "2026-06-15")["s2c"]
    rows = [(item["time"], item["callValue"], item["putValue"]) for item in s2c["statisticList"]]
    epoch = date(1970, 1, 1)
    assert rows == [(str(epoch + timedelta(days=day)), call, put) for day, call, put in DOCUMENTED[::-1]]
    assert rows[0] == ("2026-06-12", 45658870, 28723978)
    assert s2c["statisticList"][0]["timestamp"] == 1781236800.0
    assert "nextPageKey" not in s2c


@pytest.mark.parametrize("page_size", [1, 7, 10, 11])
def test_pages_join_without_gaps_or_repeats(page_size: int) -> None:
    with SimulatorServer(until=UNTIL, page_size=page_size) as server, client(server) as one:
        times, key, pages = [], b"", 0
        while pages == 0 or key:
            s2c = one.statistic("2026-06-01", "2026-06-15", key)["s2c"]
            pages, key = pages + 1, s2c.get("nextPageKey", b"")
            assert 1 <= len(s2c["statisticList"]) <= page_size
            times += [item["time"] for item in s2c["statisticList"]]
        assert times == sorted(set(times), reverse=True)
        assert (len(times), pages) == (10, -(-10 // page_size))
        assert (server.service.pages_served, server.service.first_pages_served) == (pages, 1)


@pytest.mark.parametrize("begin", ["2026-06-01", "2026-06-01 00:00:00"])
@pytest.mark.parametrize("end", ["2026-06-15", "2026-06-15 00:00:00"])
def test_dates_with_and_without_a_time(begin: str, end: str, server: SimulatorServer) -> None:
    with client(server) as one:
        assert len(one.statistic(begin, end)["s2c"]["statisticList"]) == 10


@pytest.mark.parametrize(
    ("begin", "end"), [("2026-06-06", "2026-06-07"), ("2026-06-13", "2027-06-13"), ("1999-01-01", "1999-12-31")]
)
def test_dates_without_a_session_give_an_empty_page(begin: str, end: str, server: SimulatorServer) -> None:
    with client(server) as one:
        reply = one.statistic(begin, end)
    assert (reply["retType"], reply["s2c"]) == (0, {"optionMarket": 1, "dataType": 0})


def test_until_is_the_last_day_with_numbers() -> None:
    with SimulatorServer(until=date(2026, 6, 10)) as server, client(server) as one:
        assert one.statistic("2026-06-01", "2026-06-15")["s2c"]["statisticList"][0]["time"] == "2026-06-10"


def test_without_until_a_session_has_numbers_after_its_close() -> None:
    clock = Clock(1_781_294_399.0)  # 2026-06-12, a second before New York's 16:00
    with SimulatorServer(clock=clock) as server, client(server) as one:
        assert one.statistic("2026-06-01", "2026-06-15")["s2c"]["statisticList"][0]["time"] == "2026-06-11"
        assert one.statistic("2026-06-01", "2026-06-15", market=3)["s2c"]["statisticList"][0]["time"] == "2026-06-12"
        clock.now += 1
        assert one.statistic("2026-06-01", "2026-06-15")["s2c"]["statisticList"][0]["time"] == "2026-06-12"


# -- Refusals: an error reply, and the connection stays ------------------------------------------------------------


@FORMATS
@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"begin": "2026-06-16"}, "beginTime 2026-06-16 is later than endTime 2026-06-15"),
        ({"begin": ""}, "beginTime '' is not a date"),
        ({"begin": "2026-13-01"}, "beginTime '2026-13-01' is not a date"),
        ({"begin": "2026-02-30"}, "beginTime '2026-02-30' is not a date"),
        ({"begin": "20260601"}, "beginTime '20260601' is not a date"),
        ({"end": "tomorrow"}, "endTime 'tomorrow' is not a date"),
        ({"end": "2026-06-15T00:00:00"}, "endTime '2026-06-15T00:00:00' is not a date"),
        ({"end": "x" * 100_000}, f"endTime '{'x' * 40}' is not a date"),
        ({"begin": "2025-06-14"}, "the span from beginTime to endTime is 366 days; it must not exceed 365"),
        ({"begin": "0001-01-01", "end": "9999-12-31"}, "must not exceed 365"),
        ({"market": 0}, "unknown optionMarket 0"),
        ({"market": 5}, "unknown optionMarket 5"),
        ({"market": -1}, "unknown optionMarket -1"),
        ({"data_type": 2}, "unknown dataType 2"),
        ({"data_type": -1}, "unknown dataType -1"),
        ({"key": b"garbage"}, "nextPageKey does not belong"),
        ({"key": bytes(20)}, "nextPageKey does not belong"),
        ({"key": b"\xff" * 100_000}, "nextPageKey does not belong"),
    ],
    ids=lambda value: repr(value)[:40] if isinstance(value, dict) else "",
)
def test_invalid_requests_are_refused(change: dict[str, Any], text: str, form: int, server: SimulatorServer) -> None:
    with client(server, form) as one:
        assert text in one.refusal(**{"begin": "2026-06-01", "end": "2026-06-15", **change})
        assert one.is_alive()


def test_the_longest_and_the_shortest_span(server: SimulatorServer) -> None:
    with client(server) as one:
        assert one.statistic("2025-06-12", UNTIL)["retType"] == 0
        assert len(one.statistic(UNTIL, UNTIL)["s2c"]["statisticList"]) == 1


@pytest.mark.parametrize(("limit", "days", "accepted"), [(0, 5000, True), (10, 10, True), (10, 11, False)])
def test_the_limit_of_spans(limit: int, days: int, accepted: bool) -> None:
    with SimulatorServer(until=UNTIL, max_span_days=limit) as server, client(server) as one:
        assert (one.statistic(UNTIL - timedelta(days=days), UNTIL)["retType"] == 0) == accepted


@FORMATS
def test_fields_that_are_absent(form: int, server: SimulatorServer) -> None:
    complete = {"optionMarket": 1, "dataType": 0, "beginTime": "2026-06-01", "endTime": "2026-06-15"}
    with client(server, form) as one:
        for name in complete:
            reply = one.ask(STATISTIC, **{key: value for key, value in complete.items() if key != name})
            assert reply["retType"] == -1, name
            assert name in reply["retMsg"]
        one.send(STATISTIC, b"{}" if form == JSON else b"")
        assert one.read(STATISTIC)["retType"] == -1
        assert one.is_alive()


@FORMATS
def test_a_page_key_is_bound_to_its_request(form: int, server: SimulatorServer) -> None:
    year = ("2025-07-01", "2026-06-12")
    with client(server, form) as one, client(server, form) as other:
        key = one.statistic(*year)["s2c"]["nextPageKey"]
        again = other.statistic(*year, key)["s2c"]["statisticList"][0]["time"]
        assert one.statistic(*year, key)["s2c"]["statisticList"][0]["time"] == again
        refused = "nextPageKey does not belong to this request"
        assert one.refusal(*year, key, market=2) == refused
        assert one.refusal(*year, key, data_type=1) == refused
        assert one.refusal("2025-07-02", "2026-06-12", key) == refused
        assert one.refusal("2025-07-01", "2026-06-11", key) == refused
        for bit in range(8 * len(key)):
            flipped = bytearray(key)
            flipped[bit // 8] ^= 1 << bit % 8
            assert one.refusal(*year, bytes(flipped)) == refused
        assert one.refusal(*year, key[:-1]) == refused
        assert one.refusal(*year, key + b"\0") == refused
        assert one.is_alive()


def test_page_keys_of_another_server_are_refused(server: SimulatorServer) -> None:
    year = ("2025-07-01", "2026-06-12")
    with SimulatorServer(until=UNTIL, page_size=100) as twin, client(twin) as one, client(server) as other:
        assert "does not belong" in other.refusal(*year, one.statistic(*year)["s2c"]["nextPageKey"])


# -- The rate limit ------------------------------------------------------------------------------------------------


def test_the_61st_first_page_within_30_seconds_is_refused_and_further_pages_never_are() -> None:
    clock = Clock()
    days = ("2026-06-01", "2026-06-12")
    with SimulatorServer(until=UNTIL, page_size=1, clock=clock) as server, client(server) as one, client(server) as two:
        key = one.statistic(*days)["s2c"]["nextPageKey"]
        clock.now += 10
        for _ in range(59):
            assert one.statistic(*days)["retType"] == 0
        assert "at most 60 requests in 30 seconds" in one.refusal(*days)
        assert "frequency" in two.refusal(*days, market=3)  # one limit for all connections and series
        for _ in range(70):
            assert one.statistic(*days, key)["retType"] == 0
        clock.now += 19.9
        one.refusal(*days)
        clock.now += 0.1  # 30 s after the first one, which thus counts no longer; those that were refused never did
        assert one.statistic(*days)["retType"] == 0
        one.refusal(*days)
        clock.now += 10  # 30 s after the other 59
        assert [one.statistic(*days)["retType"] for _ in range(60)] == [0] * 59 + [-1]


def test_invalid_requests_do_not_count_for_the_rate_limit() -> None:
    with SimulatorServer(until=UNTIL, clock=Clock()) as server, client(server) as one:
        for _ in range(70):
            one.refusal("2026-06-02", "2026-06-01")
        assert one.statistic("2026-06-01", "2026-06-02")["retType"] == 0


def test_without_a_rate_limit_no_first_page_is_refused() -> None:
    with SimulatorServer(until=UNTIL, clock=Clock(), rate_limit=False) as server, client(server) as one:
        assert [one.statistic("2026-06-01", "2026-06-02")["retType"] for _ in range(70)] == [0] * 70


# -- Connections ---------------------------------------------------------------------------------------------------


def test_requests_in_one_piece_and_in_single_bytes(server: SimulatorServer) -> None:
    body = statistic_body()
    requests = b"".join(packet(STATISTIC, serial, PROTOBUF, body) for serial in range(100, 140))
    with client(server) as one:
        one.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        one.socket.sendall(requests)
        assert sorted(one.receive()[1] for _ in range(40)) == list(range(100, 140))
        single = packet(STATISTIC, 7, PROTOBUF, body)
        for at in range(len(single)):
            one.socket.sendall(single[at : at + 1])
        assert one.receive()[1] == 7


def test_other_protocols_are_refused_with_a_reason(server: SimulatorServer) -> None:
    with client(server) as one:
        for proto_id in (0, 1003, 3001, 2**32 - 1):
            serial = one.send(proto_id, b"whatever")
            answered, replied, _, body = one.receive()
            assert (answered, replied) == (proto_id, serial)
            assert f"protocol {proto_id} is not simulated".encode() in body
        assert one.is_alive()


@FORMATS
@pytest.mark.parametrize("proto_id", [INIT, STATE, KEEP_ALIVE, STATISTIC])
@pytest.mark.parametrize("body", [b"\xff" * 9, b"{", b"[[]", b'{"c2s": 7}', b"\x0a\x7f"], ids=repr)
def test_a_body_that_cannot_be_decoded_gives_an_error_reply(
    body: bytes, proto_id: int, form: int, server: SimulatorServer
) -> None:
    with client(server, form) as one:
        one.send(proto_id, body)
        assert one.read(proto_id)["retType"] == -1
        assert one.is_alive()


@pytest.mark.parametrize("name", ["beginTime", "endTime"])
def test_a_date_that_is_not_text_gives_an_error_reply(name: str, server: SimulatorServer) -> None:
    body = statistic_body(**{name: "#" * 10}).replace(b"#" * 10, b"\xff" * 10)
    with client(server) as one:
        one.send(STATISTIC, body)
        assert one.read(STATISTIC)["retType"] == -1
        assert one.is_alive()


def wrong_sha1(form: int) -> bytes:
    data = bytearray(packet(STATISTIC, 5, form, b"body"))
    data[16] ^= 1
    return bytes(data)


def longer_than_allowed(form: int) -> bytes:
    return struct.pack("<2sIBBII", b"FT", STATISTIC, form, 0, 5, 2**31) + bytes(28)


@pytest.mark.parametrize(
    "garbage",
    [
        lambda: b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        lambda: random.Random(1).randbytes(100_000),
        lambda: wrong_sha1(PROTOBUF),
        lambda: longer_than_allowed(JSON),
        lambda: packet(STATISTIC, 5, 9, b"body"),
    ],
    ids=["http", "noise", "sha-1", "length", "format"],
)
def test_garbage_closes_only_its_own_connection(garbage: Callable[[], bytes], server: SimulatorServer) -> None:
    with client(server) as one, client(server) as other, client(server, init=False) as third:
        one.socket.sendall(garbage())
        third.socket.sendall(garbage())
        assert one.is_closed()
        assert third.is_closed()
        assert other.is_alive()
    assert len(po.load("HK_INDEX", "VOLUME", "2026-06-01", "2026-06-12", source=server.url, cache=False)) == 10


def test_no_request_is_answered_before_init_connect(server: SimulatorServer) -> None:
    with client(server, init=False) as one:
        one.send(KEEP_ALIVE, b"\x0a\x02\x08\x05")
        assert one.is_closed()


def test_a_client_that_closes_its_sending_side_gets_its_replies(server: SimulatorServer) -> None:
    with client(server) as one:
        one.send(KEEP_ALIVE, b"\x0a\x02\x08\x05")
        one.socket.shutdown(socket.SHUT_WR)
        assert one.read(KEEP_ALIVE)["retType"] == 0
        assert one.is_closed()


def test_a_client_that_never_reads_does_not_block_others(server: SimulatorServer) -> None:
    request = packet(STATISTIC, 1, PROTOBUF, statistic_body("2025-07-01", str(UNTIL)))
    with client(server) as deaf, client(server) as other:
        deaf.socket.settimeout(0.2)
        with pytest.raises(TimeoutError):  # there is an end to what the server takes in without its answers being read
            deaf.socket.sendall(request * 200_000)
        assert other.is_alive()


def test_mutated_packets_never_stop_the_server(server: SimulatorServer) -> None:
    draw = random.Random(3301)
    body = statistic_body(nextPageKey=bytes(20))
    with client(server) as one:
        for _ in range(300):
            changed = bytearray(body)
            for _ in range(draw.randrange(1, 4)):
                changed[draw.randrange(len(changed))] = draw.randrange(256)
            one.send(STATISTIC, bytes(changed))
            assert one.read(STATISTIC)["retType"] in (0, -1)
    for _ in range(100):
        data = bytearray(packet(STATISTIC, 1, PROTOBUF, body))
        data[draw.randrange(len(data))] ^= draw.randrange(1, 256)
        with client(server, init=False) as one:
            one.socket.sendall(bytes(data))
            one.socket.shutdown(socket.SHUT_WR)
            assert one.is_closed()  # never a reply: it did not begin with InitConnect
    with client(server) as one:
        assert one.is_alive()


def test_a_port_in_use_is_an_error_at_once(server: SimulatorServer) -> None:
    with pytest.raises(OSError, match="in use"):
        SimulatorServer(port=server.port).start()


def test_an_invalid_port_is_an_error_at_once() -> None:
    with pytest.raises((po.InvalidRequest, OSError)):
        SimulatorServer(port=70_000).start()


def test_the_url_of_an_ipv6_address_is_a_valid_source() -> None:
    assert SimulatorServer(host="::1", port=11111).url == "opend://[::1]:11111"


def test_stopping_closes_the_port_and_every_connection() -> None:
    running = SimulatorServer(until=UNTIL).start()
    with client(running) as one:
        running.stop()
        assert one.is_closed()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((running.host, running.port), timeout=5)


def test_seeds_differ_except_on_the_documented_rows() -> None:
    with (
        SimulatorServer(seed=1, until=UNTIL) as first,
        SimulatorServer(seed=2, until=UNTIL) as second,
        client(first) as one,
        client(second) as two,
    ):
        assert one.statistic("2026-06-01", UNTIL) == two.statistic("2026-06-01", UNTIL)
        assert one.statistic("2026-05-01", "2026-05-29") != two.statistic("2026-05-01", "2026-05-29")
        assert one.statistic("2026-06-01", UNTIL, market=2) != two.statistic("2026-06-01", UNTIL, market=2)


@pytest.mark.parametrize(
    "options", [{"page_size": 0}, {"max_span_days": -1}, {"latency": -1.0}, {"seed": -1}, {"seed": 2**32}], ids=str
)
def test_invalid_options(options: dict[str, Any]) -> None:
    with pytest.raises(po.InvalidRequest, match=next(iter(options))):
        SimulatorServer(**options)


def test_loads_over_tcp_and_in_process_are_equal(simulator: SimulatorServer) -> None:
    wanted = ("US_INDEX", "OPEN_INTEREST", "2024-01-01", "2026-06-12")
    over_tcp = po.load(*wanted, source=simulator.url, cache=False)
    inside = po.load(*wanted, source="simulator:", cache=False)
    assert over_tcp.equals(inside)
    assert over_tcp.attrs["optstat"]["source"] == inside.attrs["optstat"]["source"] == "simulator:3301"
    assert over_tcp.attrs["optstat"]["digest"] == inside.attrs["optstat"]["digest"]
