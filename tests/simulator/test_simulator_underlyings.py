"""Protocols 3302 and 3304 of the simulator, on both ports, in both formats, with clients that share no code with it."""

from __future__ import annotations

import math
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import numpy as np
import pytest
from support.raw_clients import (
    JSON,
    PROTOBUF,
    STATISTIC,
    UNDERLYING_STATISTIC,
    UNDERLYING_VOLATILITY,
    Client,
    Clock,
    WebSocketClient,
    client,
    rsa_pem,
    websocket,
)
from websockets.exceptions import WebSocketException

from pd_optstat.core.calendars import midnights, published_calendar
from pd_optstat.core.dates import to_date, to_day
from pd_optstat.core.markets import EXCHANGES
from pd_optstat.core.underlying import Underlying, parse_underlying
from pd_optstat.simulator.faults import faults_of
from pd_optstat.simulator.server import SimulatorServer
from pd_optstat.simulator.universe import UNIVERSE

UNTIL = date(2026, 6, 12)
YEAR = (date(2025, 6, 13), UNTIL)  # 364 days
BOTH = (UNDERLYING_STATISTIC, UNDERLYING_VOLATILITY)
LISTS = {UNDERLYING_STATISTIC: "statisticList", UNDERLYING_VOLATILITY: "volatilityList"}
TRANSPORTS = ("protobuf", "json", "websocket", "encrypted")
PEM = rsa_pem()

both = pytest.mark.parametrize("proto_id", BOTH)


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=UNTIL, page_size=100, rate_limit=False, ws_port=0) as running:
        yield running


@pytest.fixture(scope="module")
def encrypted() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=UNTIL, page_size=100, rate_limit=False, rsa_key=PEM) as running:
        yield running


@pytest.fixture(autouse=True)
def no_faults(server: SimulatorServer) -> Iterator[None]:
    yield
    server.faults = []


@contextmanager
def opened(transport: str, server: SimulatorServer, encrypted: SimulatorServer) -> Iterator[Client]:
    if transport == "websocket":
        with websocket(server) as one:
            yield one
    elif transport == "encrypted":
        with client(encrypted, rsa_key=PEM, algorithm=2) as one:
            yield one
    else:
        with client(server, JSON if transport == "json" else PROTOBUF) as one:
            yield one


def pages_of(one: Client, proto_id: int, code: str, begin: Any, end: Any, kind: int | None = 1) -> list[Any]:
    """Return the content of every page."""
    pages, key = [], b""
    while not pages or key:
        reply = one.underlying(proto_id, code, begin, end, key, kind)
        assert (reply["retType"], reply["retMsg"], reply["errCode"]) == (0, "", 0)
        pages.append(reply["s2c"])
        key = reply["s2c"].get("nextPageKey", b"")
    return pages


def expected(server: SimulatorServer, proto_id: int, one: Underlying, begin: date, end: date) -> list[dict[str, Any]]:
    """Return the rows of the dataset as a reply has them, newest first, computed anew."""
    rows = server.service.underlyings.rows(one, to_day(begin), to_day(end))
    found = []
    for at, day in enumerate(rows.days.tolist()):
        item: dict[str, Any] = {"time": str(to_date(day))}
        item["timestamp"] = float(midnights(np.array([day]), one.exchange)[0])
        if proto_id == UNDERLYING_STATISTIC:
            (calls, puts), (open_calls, open_puts) = rows.volumes[at].tolist(), rows.interests[at].tolist()
            item |= {"optionVolume": calls + puts, "callVolume": calls, "putVolume": puts}
            item |= {"putCallVolumeRatio": puts / calls, "optionOpenInterest": open_calls + open_puts}
            item |= {"callOpenInterest": open_calls, "putOpenInterest": open_puts}
            item |= {"putCallOpenInterestRatio": open_puts / open_calls}
        else:
            item |= {name: value for name, value in (("iv", rows.ivs[at]), ("hv", rows.hvs[at])) if not np.isnan(value)}
        found.append({**item, "underlyingPrice": rows.prices[at]})
    return found[::-1]


# -- Answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("code", ["US.AAPL", "US.BRK.B", "US..SPX", "HK.00700", "HK.800000"])
@both
def test_pages_have_the_datasets_rows(proto_id: int, code: str, transport: str, server: Any, encrypted: Any) -> None:
    underlying = parse_underlying(code)
    with opened(transport, server, encrypted) as one:
        pages = pages_of(one, proto_id, code, *YEAR)
    assert [len(page[LISTS[proto_id]]) for page in pages[:-1]] == [100, 100]
    rows = [row for page in pages for row in page[LISTS[proto_id]]]
    assert rows == expected(server, proto_id, underlying, *YEAR)
    market, ticker = code.split(".", 1)
    for page in pages:
        assert page["owner"] == {"market": {"US": 11, "HK": 1}[market], "code": ticker}
        assert (page["code"], page["name"]) == (code, UNIVERSE[underlying].name)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_documented_rows(transport: str, server: Any, encrypted: Any) -> None:
    with opened(transport, server, encrypted) as one:
        [volatility] = pages_of(one, UNDERLYING_VOLATILITY, "US.AAPL", "2026-06-11 00:00:00", "2026-06-12 00:00:00")
        [statistic] = pages_of(one, UNDERLYING_STATISTIC, "US.AAPL", "2026-06-11", "2026-06-12")
    assert volatility["volatilityList"] == [
        {"time": "2026-06-12", "timestamp": 1781236800.0, "iv": 25.126, "hv": 23.324, "underlyingPrice": 291.13},
        {"time": "2026-06-11", "timestamp": 1781150400.0, "iv": 25.617, "hv": 23.270, "underlyingPrice": 295.63},
    ]
    assert [row["underlyingPrice"] for row in statistic["statisticList"]] == [291.13, 295.63]


def test_numbers_that_do_not_exist_are_absent(server: SimulatorServer) -> None:
    first = to_date(UNIVERSE[parse_underlying("US.ARM")].first)
    with client(server) as one, client(server, JSON) as other:
        replies = [pages_of(each, UNDERLYING_VOLATILITY, "US.ARM", first, "2023-11-30") for each in (one, other)]
    assert replies[0] == replies[1]
    rows = replies[0][0]["volatilityList"]
    assert rows[-1] == {"time": str(first), "timestamp": rows[-1]["timestamp"], "underlyingPrice": 63.6}
    assert [("iv" in row, "hv" in row) for row in rows[:5]] == [(True, True)] * 5
    assert ("iv" in rows[-10], "hv" in rows[-10]) == (True, False)


@both
def test_nothing_before_the_listing_and_after_the_end(proto_id: int, server: SimulatorServer) -> None:
    with client(server) as one:
        for begin, end in (("2022-01-03", "2022-12-30"), ("2026-06-13", "2026-12-31"), ("1999-01-01", "1999-12-31")):
            [page] = pages_of(one, proto_id, "US.ARM", begin, end)
            assert LISTS[proto_id] not in page
            assert page["owner"] == {"market": 11, "code": "ARM"}


@both
def test_small_options_of_an_index(proto_id: int, server: SimulatorServer) -> None:
    with client(server) as one:
        normal, absent, small = (pages_of(one, proto_id, "HK.800000", *YEAR, kind) for kind in (1, None, 2))
    for page in (*normal, *absent, *small):
        page.pop("nextPageKey", None)
    assert normal == absent
    assert (normal == small) == (proto_id == UNDERLYING_VOLATILITY)


def test_a_session_that_has_not_closed_is_left_out() -> None:
    close = published_calendar(EXCHANGES["US"]).close(to_day(UNTIL))
    clock = Clock(close - 1)
    with SimulatorServer(clock=clock) as server, client(server) as one:
        for seconds, newest in ((-1, "2026-06-11"), (0, "2026-06-12")):
            clock.now = close + seconds
            for proto_id in BOTH:
                [page] = pages_of(one, proto_id, "US.AAPL", "2026-06-01", "2026-06-30")
                assert page[LISTS[proto_id]][0]["time"] == newest


def test_requests_in_flight(server: SimulatorServer) -> None:
    with client(server) as one:
        sent = [BOTH[number % 2] for number in range(40)]
        for proto_id in sent:
            one.underlying_later(proto_id, "US.SPY", *YEAR)
        replies = [one.receive() for _ in sent]
    assert [proto_id for proto_id, *_ in replies] == sent
    # Page keys are the same, too, so each protocol has one reply.
    assert len({body for *_, body in replies}) == 2


# -- Limits and refusals ----------------------------------------------------------------------------------------------


def refusal(one: Client, proto_id: int, **changes: Any) -> str:
    c2s: dict[str, Any] = {"owner": {"market": 11, "code": "AAPL"}, "indexOptionType": 1}
    c2s |= {"beginTime": "2026-06-01", "endTime": "2026-06-12"}
    reply = one.ask(proto_id, **{name: value for name, value in {**c2s, **changes}.items() if value is not None})
    assert reply["retType"] == -1
    assert "s2c" not in reply
    assert one.is_alive()
    text: str = reply["retMsg"]
    return text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"owner": {"market": 11, "code": "NOSUCH"}}, "unknown security US.NOSUCH"),
        ({"owner": {"market": 1, "code": "AAPL"}}, "unknown security HK.AAPL"),
        ({"owner": {"market": 11, "code": "aapl"}}, "unknown security US.aapl"),
        ({"owner": {"market": 1, "code": "700"}}, "unknown security HK.700"),
        ({"owner": {"market": 11, "code": "x" * 300}}, f"unknown security US.{'x' * 40}"),
        ({"owner": {"market": 11, "code": "a\0é"}}, "unknown security US.a\0é"),
        ({"owner": {"market": 11}}, "unknown security US."),
        ({"owner": {"market": 21, "code": "600000"}}, "unknown owner.market 21"),
        ({"owner": {"code": "AAPL"}}, "unknown owner.market (absent)"),
        ({"owner": None}, "unknown owner.market (absent)"),
        ({"indexOptionType": 0}, "unknown indexOptionType 0"),
        ({"indexOptionType": 3}, "unknown indexOptionType 3"),
        ({"indexOptionType": -1}, "unknown indexOptionType -1"),
        ({"beginTime": "2026-06-13"}, "beginTime 2026-06-13 is later than endTime 2026-06-12"),
        ({"beginTime": None}, "beginTime '' is not a date YYYY-MM-DD"),
        ({"endTime": "2026-13-01"}, "endTime '2026-13-01' is not a date YYYY-MM-DD"),
        ({"beginTime": "2025-06-12"}, "the span from beginTime to endTime is 365 days; it must not exceed 364"),
        ({"nextPageKey": b"not a key of yours"}, "nextPageKey does not belong to this request"),
        ({"nextPageKey": bytes(20)}, "nextPageKey does not belong to this request"),
    ],
)
@pytest.mark.parametrize("transport", ["protobuf", "json", "websocket"])
@both
def test_refusals(proto_id: int, transport: str, changes: Any, text: str, server: Any, encrypted: Any) -> None:
    with opened(transport, server, encrypted) as one:
        assert refusal(one, proto_id, **changes) == text


@both
def test_the_span_may_be_limited_further_or_not_at_all(proto_id: int) -> None:
    with SimulatorServer(until=UNTIL, max_span_days=30) as server, client(server) as one:
        assert "is 31 days; it must not exceed 30" in refusal(one, proto_id, beginTime="2026-05-12")
    with SimulatorServer(until=UNTIL, max_span_days=1000) as server, client(server) as one:
        assert "is 365 days; it must not exceed 364" in refusal(one, proto_id, beginTime="2025-06-12")
    with SimulatorServer(until=UNTIL, max_span_days=0) as server, client(server) as one:
        rows = [
            row for page in pages_of(one, proto_id, "US.AAPL", "2012-01-01", UNTIL) for row in page[LISTS[proto_id]]
        ]
        assert rows == expected(server, proto_id, parse_underlying("US.AAPL"), date(2012, 1, 1), UNTIL)


@both
def test_a_page_key_is_bound_to_its_request(proto_id: int, server: SimulatorServer) -> None:
    foreign = "nextPageKey does not belong to this request"
    c2s = {"beginTime": str(YEAR[0]), "endTime": str(YEAR[1])}
    with client(server) as one:
        key = one.underlying(proto_id, "US.AAPL", *YEAR)["s2c"]["nextPageKey"]
        (other,) = set(BOTH) - {proto_id}
        assert refusal(one, other, nextPageKey=key, **c2s) == foreign
        assert refusal(one, proto_id, nextPageKey=key, owner={"market": 11, "code": "MSFT"}, **c2s) == foreign
        assert refusal(one, proto_id, nextPageKey=key, indexOptionType=2, **c2s) == foreign
        assert refusal(one, proto_id, nextPageKey=key, **{**c2s, "endTime": "2026-06-11"}) == foreign
        assert refusal(one, proto_id, nextPageKey=key[:-1] + bytes([key[-1] ^ 1]), **c2s) == foreign
        assert one.statistic(*YEAR, key)["retMsg"] == foreign
        assert one.underlying(proto_id, "US.AAPL", *YEAR, key)["retType"] == 0
        server.service.forget_page_keys()
        assert refusal(one, proto_id, nextPageKey=key, **c2s) == foreign


def test_each_protocol_has_a_rate_limit_of_its_own() -> None:
    clock = Clock()
    with SimulatorServer(until=UNTIL, page_size=6, clock=clock) as server, client(server) as one:
        days = ("2026-06-01", "2026-06-12")
        for proto_id in BOTH:
            key = one.underlying(proto_id, "US.AAPL", *days)["s2c"]["nextPageKey"]
            assert [one.underlying(proto_id, "US.AAPL", *days)["retType"] for _ in range(60)] == [0] * 59 + [-1]
            assert "too high: at most 60 requests in 30 seconds" in refusal(one, proto_id)
            assert one.underlying(proto_id, "US.AAPL", *days, key)["retType"] == 0  # only first pages count
        assert one.statistic(*days)["retType"] == 0
        assert server.service.first_pages_served == 121
        clock.now += 30
        assert [one.underlying(proto_id, "US.AAPL", *days)["retType"] for proto_id in BOTH] == [0, 0]


# -- Faults -----------------------------------------------------------------------------------------------------------

DAYS = ("2026-06-01", "2026-06-12")
#: These need several replies, or take long, and treat all pages alike: `test_simulator_faults` checks them.
TOGETHER = ("merged", "reordered", "trickle", "slow")
#: With these the right reply arrives all the same, and with these nothing that ends a wait for it.
UNHARMED = ("split", "close-after", "duplicated")
SILENT = ("no-answer", "stall", "gigabyte", "garbage")


@pytest.mark.parametrize(
    ("proto_id", "name", "transport"),
    [
        (proto_id, name, transport)
        for proto_id in BOTH
        for name, fault in faults_of(proto_id).items()
        if fault.events == ("page",) and name not in TOGETHER
        for transport in ({"tcp": "protobuf", "ws": "websocket"}[one] for one in fault.transports)
    ],
)
def test_faults_strike(proto_id: int, name: str, transport: str, server: Any, encrypted: Any) -> None:
    with opened(transport, server, encrypted) as one:
        right = one.underlying(proto_id, "US.AAPL", *DAYS)
        one.underlying_later(proto_id, "US.AAPL", *DAYS)
        body = one.receive()[3]
        server.faults = [name]
        one.underlying_later(proto_id, "US.AAPL", *DAYS)
        wait_for(lambda: server.faults_struck[name])
        assert (answer(one, proto_id, 0.2 if name in SILENT else 5.0) == body) == (name in UNHARMED)
        assert server.faults_struck == {name: 1}
    server.faults = []
    with opened(transport, server, encrypted) as another:
        again = another.underlying(proto_id, "US.AAPL", *DAYS)
        assert again["s2c"][LISTS[proto_id]] == right["s2c"][LISTS[proto_id]]


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def answer(one: Client, proto_id: int, seconds: float) -> bytes | None:
    """Return the body of the next packet, None if that is no reply to the last request."""
    try:
        if isinstance(one, WebSocketClient):
            data = one.websocket.recv(timeout=seconds)
            magic, command, section = struct.unpack(">8sIQ", data[:20])
            return data[44:] if (magic, command, section) == (b"ft-v1.0\0", proto_id, one.serial) else None
        one.socket.settimeout(seconds)
        answered, serial, form, body = one.receive()
        assert form == PROTOBUF
    except (OSError, EOFError, AssertionError, TypeError, WebSocketException):
        return None
    return body if (answered, serial) == (proto_id, one.serial) else None


def row_faults() -> Iterator[tuple[int, str, dict[str, Any]]]:
    counts = {"callVolume": None, "optionVolume": None, "putCallVolumeRatio": None}
    large = {"callVolume": 2**62 + 1, "putVolume": 2**62 + 1}
    for proto_id in BOTH:
        yield proto_id, "rows-after", {"time": "2026-06-13"}
        yield proto_id, "wrong-timestamp", {"timestamp": 1781236800.0 + 86400}
        yield proto_id, "bad-date", {"time": "2026-13-45"}
        yield proto_id, "no-date", {"time": None}
        yield proto_id, "odd-date", {"time": "２０２６-０６-１２"}
        yield proto_id, "negative-price", {"underlyingPrice": -1.0}
        yield proto_id, "infinite-price", {"underlyingPrice": math.inf}
    yield UNDERLYING_STATISTIC, "negative-counts", {**counts, "callVolume": -1}
    yield UNDERLYING_STATISTIC, "overflow", {**large, "optionVolume": None, "putCallVolumeRatio": 1.0}
    yield UNDERLYING_STATISTIC, "no-counts", {"callVolume": None}
    interest = {"putOpenInterest": -1, "optionOpenInterest": None, "putCallOpenInterestRatio": None}
    yield UNDERLYING_STATISTIC, "negative-interest", interest
    yield UNDERLYING_VOLATILITY, "infinite-volatility", {"iv": math.inf}


@pytest.mark.parametrize("form", [PROTOBUF, JSON], ids=["protobuf", "json"])
@pytest.mark.parametrize(("proto_id", "name", "changes"), list(row_faults()))
def test_faults_of_a_row(proto_id: int, name: str, changes: dict[str, Any], form: int, server: Any) -> None:
    with client(server, form) as one:
        first, *right = one.underlying(proto_id, "US.AAPL", *DAYS)["s2c"][LISTS[proto_id]]
        server.faults = [name]
        changed, *rest = one.underlying(proto_id, "US.AAPL", *DAYS)["s2c"][LISTS[proto_id]]
    assert rest == right
    merged = {field: value for field, value in {**first, **changes}.items() if value is not None}
    assert changed == merged


@pytest.mark.parametrize(
    ("name", "field", "by"),
    [
        ("wrong-total", "optionVolume", -1),
        ("larger-total", "optionVolume", 1),
        ("wrong-interest", "optionOpenInterest", 1),
        ("wrong-ratio", "putCallVolumeRatio", 1),
    ],
)
def test_faults_of_totals(name: str, field: str, by: int, server: SimulatorServer) -> None:
    with client(server) as one:
        first = one.underlying(UNDERLYING_STATISTIC, "US.AAPL", *DAYS)["s2c"]["statisticList"][0]
        server.faults = [name]
        changed = one.underlying(UNDERLYING_STATISTIC, "US.AAPL", *DAYS)["s2c"]["statisticList"][0]
    assert changed == {**first, field: first[field] + by}


@both
def test_faults_of_the_owner_and_of_days(proto_id: int, server: SimulatorServer) -> None:
    rows_of = LISTS[proto_id]
    with client(server) as one:
        right = one.underlying(proto_id, "US.AAPL", *DAYS)["s2c"]
        server.faults = ["foreign-market"]
        assert one.underlying(proto_id, "US.AAPL", *DAYS)["s2c"] == {**right, "owner": {"market": 1, "code": "AAPL"}}
        server.faults = ["foreign-code"]
        assert one.underlying(proto_id, "US.AAPL", *DAYS)["s2c"]["owner"] == {"market": 11, "code": "MSFT"}
        assert one.underlying(proto_id, "US.MSFT", *DAYS)["s2c"]["owner"] == {"market": 11, "code": "AAPL"}
        server.faults = ["duplicate-day"]
        *rows, again = one.underlying(proto_id, "US.AAPL", *DAYS)["s2c"][rows_of]
        assert rows == right[rows_of]
        assert again["time"] == rows[0]["time"]
        assert again != rows[0]
        server.faults = ["too-many-rows"]
        assert len(one.underlying(proto_id, "US.AAPL", *DAYS)["s2c"][rows_of]) == 15_000


@pytest.mark.parametrize("form", [PROTOBUF, JSON], ids=["protobuf", "json"])
@both
def test_faults_of_page_keys(proto_id: int, form: int) -> None:
    with SimulatorServer(until=UNTIL, page_size=6, rate_limit=False) as server, client(server, form) as one:
        for name in ("endless-keys", "empty-pages", "huge-key", "repeating-key"):
            server.faults = [name]
            key, seen, times = b"", set(), []
            for _ in range(4):
                s2c = one.underlying(proto_id, "US.AAPL", *DAYS, key)["s2c"]
                key = s2c["nextPageKey"]
                seen.add(key)
                times.append([row["time"] for row in s2c.get(LISTS[proto_id], [])])
            assert len(seen) == {"repeating-key": 1, "huge-key": 2}.get(name, 4)
            assert (len(key) > 100_000) == (name == "huge-key")
            assert (times == [[]] * 4) == (name == "empty-pages")
            assert (times[1] == times[0]) == (name in ("repeating-key", "empty-pages"))


def test_faults_of_another_protocol_do_not_strike(server: SimulatorServer) -> None:
    with client(server) as one:
        server.faults = ["infinite-volatility", "larger-total", "foreign-type"]
        assert one.statistic(*DAYS)["s2c"]["dataType"] == 1
        one.underlying(UNDERLYING_STATISTIC, "US.AAPL", *DAYS)
        one.underlying(UNDERLYING_VOLATILITY, "US.AAPL", *DAYS)
        one.underlying(UNDERLYING_VOLATILITY, "US.AAPL", *DAYS)
    assert server.faults_struck == {"infinite-volatility": 2, "larger-total": 1, "foreign-type": 1}


def test_pages_are_counted_over_all_protocols(server: SimulatorServer) -> None:
    server.faults = ["rejected:3"]
    with client(server) as one:
        replies = [one.statistic(*DAYS), *(one.underlying(proto_id, "US.AAPL", *DAYS) for proto_id in BOTH)]
    assert [reply["retType"] for reply in replies] == [0, 0, -1]
    assert STATISTIC not in BOTH
