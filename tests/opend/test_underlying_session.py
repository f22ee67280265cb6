"""Sessions that are asked for markets and underlyings together: each transport, faults, lost connections, limits."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.quick import slow
from support.raw_clients import rsa_pem
from support.session_pages import (
    MIXED,
    UNTIL,
    Pages,
    check_rows,
    collect,
    market,
    of_years,
    stitcher_of,
    underlying,
)

import pd_optstat as po
from pd_optstat.core.pages import to_integers
from pd_optstat.core.series import Query
from pd_optstat.core.underlying import Underlying
from pd_optstat.core.underlying_pages import StatisticPage, UnderlyingTable, VolatilityPage
from pd_optstat.opend import session, session_slots
from pd_optstat.opend.endpoint import Endpoint
from pd_optstat.opend.messages import GetOptionUnderlyingHisStatistic, synthetic_user_id
from pd_optstat.opend.packets import BodyFormat, Packet, ProtoId
from pd_optstat.opend.page_requests import empty_page, proto_id_of
from pd_optstat.opend.rate_limit import LIMIT, LIMITS, PERIOD, shared_slots
from pd_optstat.opend.retry import RECONNECT_TIMEOUTS, TRICKLE_TIMEOUTS
from pd_optstat.opend.underlying_messages import PROTO_IDS
from pd_optstat.opend.window import WindowCursor, WindowQueue
from pd_optstat.simulator import service
from pd_optstat.simulator.faults import FAULTS, faults_of
from pd_optstat.simulator.server import SimulatorServer

PEM = rsa_pem()
TRANSPORTS = ("protobuf", "json", "AES_CBC", "FTAES_ECB", "ws")
PATIENT, HASTY, SLACK = 3.0, 1.0, 1.5
#: The simulator takes seconds to write 15,000 rows as JSON.
HEAVY = 20.0
#: These strike every time: once, they mean nothing.
ALWAYS = ("hang-up", "silent", "http", "never-accept-init", "not-logged-in", "endless-keys", "empty-pages")
SILENT = ("silent", "no-answer", "stall", "trickle", "wrong-serial", "wrong-proto")
#: JSON cannot hold bytes that are not UTF-8: either error will do.
IN_JSON: dict[str, Any] = {"no-text": (po.ProtocolError, po.InvalidData)}
#: The answer starts like a frame of which the rest never arrives.
IN_WEBSOCKET: dict[str, Any] = {"http": (po.ProtocolError, po.ConnectionFailed)}


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[bool, SimulatorServer]]:
    """Serve with and without encryption."""
    options: dict[str, Any] = {"until": UNTIL, "page_size": 100, "rate_limit": False}
    with SimulatorServer(ws_port=0, **options) as plain, SimulatorServer(rsa_key=PEM, **options) as encrypted:
        yield {False: plain, True: encrypted}


@pytest.fixture(autouse=True)
def unchanged(servers: Any) -> Iterator[None]:
    yield
    for server in servers.values():
        server.faults, server.service.page_size = [], 100


def source_at(transport: str, server: SimulatorServer, timeout: float = PATIENT) -> Any:
    if transport == "ws":
        assert server.ws_port is not None
        return po.OpenDWebSocket(port=server.ws_port, timeout=timeout)
    if transport in ("protobuf", "json"):
        return po.OpenD(port=server.port, timeout=timeout, format=transport)
    return po.OpenD(port=server.port, timeout=timeout, rsa_key=PEM, cipher=transport)


# -- Every transport, every page size --------------------------------------------------------------------------------


@pytest.mark.parametrize("page_size", [7, 37, 100, 251, 252, 400])
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_session_answers_markets_and_underlyings_together(transport: str, page_size: int, servers: Any) -> None:
    server = servers[transport.isupper()]
    server.service.page_size = page_size
    served = server.service.pages_served
    found = collect(source_at(transport, server), MIXED)
    check_rows(server, found)
    assert (found.notes, set(found.rows)) == ([], set(MIXED))
    expected = sum(max(1, -(-len(rows.days) // page_size)) for rows in found.rows.values())
    assert found.requests == len(found.pages) == expected == server.service.pages_served - served
    assert found.first_page_requests == len(MIXED)
    kinds = {query: type(page).__name__ for query, page in found.pages}
    assert kinds[MIXED[0]] == "Page"
    assert (kinds[MIXED[1]], kinds[MIXED[2]]) == ("StatisticPage", "VolatilityPage")


def test_small_options_are_other_rows(servers: Any) -> None:
    small, normal = underlying(Underlying("HK", "800000", "SMALL")), underlying("HK.800000")
    rows = collect(source_at("protobuf", servers[False]), [small, normal]).rows
    assert (rows[small].call_volumes != rows[normal].call_volumes).mean() > 0.9


def test_rows_begin_with_the_listing(servers: Any) -> None:
    early, across = (underlying("US.ARM", table, *dates) for table, dates in _LISTING)
    found = collect(source_at("protobuf", servers[False]), [early, across])
    check_rows(servers[False], found)
    assert len(found.rows[early].days) == 0
    assert found.rows[across].days[0] > across.first


_LISTING = (
    (UnderlyingTable.STATISTIC, ("2022-01-01", "2022-12-31")),
    (UnderlyingTable.VOLATILITY, ("2023-06-01", "2024-05-29")),
)


def test_ten_years_of_many_underlyings_on_one_connection(servers: Any) -> None:
    server = servers[False]
    seen = server.connections_seen
    queries = [query for code in ("US.AAPL", "US.SPY", "HK.00700") for query in of_years(2017, 2018, code)]
    found = collect(source_at("protobuf", server), queries)
    check_rows(server, found)
    assert server.connections_seen - seen == 1


@pytest.mark.parametrize("faults", [[], ["restart:2"], ["close:3"]], ids=lambda faults: faults[0] if faults else "none")
@pytest.mark.parametrize("transport", ["protobuf", "json", "ws"])
@pytest.mark.parametrize("table", list(UnderlyingTable), ids=lambda table: table.name)
def test_sparse_replies_with_rows_in_any_order(
    table: UnderlyingTable, transport: str, faults: list[str], servers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what is required is there. After a lost connection, all days are requested again if the key is refused."""
    draw = random.Random(5)

    def sparse(make: Any) -> Any:
        def reply(listing: Any, rows: Any, key: bytes) -> Any:
            s2c = make(listing, rows.take(np.array(draw.sample(range(len(rows.days)), len(rows.days)))), key)
            for name in ("code", "name"):
                s2c.ClearField(name)
            for row in getattr(s2c, "statisticList", None) or s2c.volatilityList:
                for name in ("timestamp", "optionVolume", "putCallVolumeRatio", "optionOpenInterest"):
                    if name in row.DESCRIPTOR.fields_by_name:
                        row.ClearField(name)
            return s2c

        return reply

    for name in ("underlying_statistic", "underlying_volatility"):
        monkeypatch.setattr(service, name, sparse(getattr(service, name)))
    query = underlying("HK.00700", table)
    servers[False].faults = faults
    found = collect(source_at(transport, servers[False]), [query])
    check_rows(servers[False], found)
    assert found.notes == []
    assert found.first_page_requests == (2 if faults == ["restart:2"] else 1)


# -- Faults ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "table", "transport"),
    [
        values if transport == "protobuf" and table is UnderlyingTable.STATISTIC else slow(*values)
        for table in UnderlyingTable
        for name, fault in faults_of(PROTO_IDS[table]).items()
        for transport in TRANSPORTS
        for values in [(name, table, transport)]
        if ("ws" if transport == "ws" else "tcp") in fault.transports
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_session_meets_the_fault(name: str, table: UnderlyingTable, transport: str, servers: Any) -> None:
    """One window of three pages; the fault strikes at the second."""
    server, query = servers[transport.isupper()], underlying("US.AAPL", table)
    expected = {"json": IN_JSON, "ws": IN_WEBSOCKET}.get(transport, {}).get(name, FAULTS[name].expected)
    timeout = HASTY if name in SILENT else HEAVY if name in ("too-many-rows", "empty-rows") else PATIENT
    server.faults = [name if name in ALWAYS else f"{name}:2"]
    bound = (TRICKLE_TIMEOUTS if name == "trickle" else 2 if name in SILENT else RECONNECT_TIMEOUTS + 2) * timeout
    begun = time.monotonic()
    if expected in (None, po.DataWarning):
        found = collect(source_at(transport, server, timeout), [query])
        check_rows(server, found)
        assert len(found.notes) == (expected is po.DataWarning)
    else:
        with pytest.raises(expected) as caught:
            collect(source_at(transport, server, timeout), [query])
        assert len(str(caught.value)) < 2000
    assert time.monotonic() - begun < bound + SLACK
    assert server.faults_struck[name] > 0
    server.faults = []
    po.close()
    check_rows(server, collect(source_at(transport, server, 30.0), [query]))


@pytest.mark.parametrize("fault", ["close", "reset", "close-before", "restart", "close-after"])
@pytest.mark.parametrize("transport", ["protobuf", slow("json"), slow("AES_CBC"), "ws"])
@pytest.mark.parametrize("table", list(UnderlyingTable), ids=lambda table: table.name)
def test_connections_lost_in_mid_window(table: UnderlyingTable, transport: str, fault: str, servers: Any) -> None:
    """Each of the queries goes on where it was, and the requests without a reply are told."""
    server = servers[transport.isupper()]
    server.service.page_size = 37
    served = server.service.pages_served
    server.faults = [f"{fault}:3", f"{fault}:9", f"{fault}:20"]
    queries = [query for query in MIXED if isinstance(query, Query) or query.table is table]
    found = collect(source_at(transport, server), queries)
    check_rows(server, found)
    assert set(found.rows) == set(queries)
    assert server.faults_struck[fault] == 3
    # Of a page that was lost on its way, the server may or may not have counted the request.
    assert server.service.pages_served - served <= found.requests <= server.service.pages_served - served + 3 * 16


def test_a_window_whose_key_is_refused_when_it_is_complete_is_not_requested_again() -> None:
    """The server gave a key behind the last row of each of several windows, and restarted: nothing is left of them."""
    queries = [underlying(code) for code in ("US.AAPL", "US.SPY", "US.QQQ")]
    cursors = [WindowCursor(query) for query in queries]
    for cursor in cursors:
        days = to_integers([cursor.query.last, cursor.query.first])
        cursor.advance(replace(empty_page(cursor.query), days=days, next_key=b"behind"))
        cursor.lose_connection()
    queue = WindowQueue(cursors)
    one = session.OpenDSession.__new__(session.OpenDSession)
    one._slots, one._endpoint = session_slots.SessionSlots(None, None, 0.0), Endpoint("127.0.0.1", 1)
    one._in_flight = {serial: (queue.pop(None), None) for serial in (7, 8)}
    response = GetOptionUnderlyingHisStatistic.Response(retType=-1, retMsg="unknown nextPageKey", errCode=0)
    body, proto_id = response.SerializeToString(), ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC
    for serial, query in ((8, queries[1]), (7, queries[0])):
        answer = one._handle_reply(Packet(proto_id, serial, BodyFormat.PROTOBUF, body), queue)
        assert answer is not None
        # The refused request is that of this page, so none was lost.
        assert (answer[0], len(answer[1].days), answer[1].next_key, answer[1].lost) == (query, 0, b"", 0)
    assert list(queue) == cursors[2:]
    cursors[2].refuse_key()
    assert (queue.pop_complete(), len(queue)) == (cursors[2:], 0)


# -- Codes that OpenD does not know ----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", list(UnderlyingTable), ids=lambda table: table.name)
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_an_unknown_code_is_the_servers_refusal(transport: str, table: UnderlyingTable, servers: Any) -> None:
    wanted = r"rejected .* of US\.NOSUCH 2025-06-13\.\.2026-06-12: unknown security US\.NOSUCH .*Check the code"
    with pytest.raises(po.RequestRejected, match=wanted) as caught:
        collect(source_at(transport, servers[transport.isupper()]), [underlying("US.NOSUCH", table)])
    assert not isinstance(caught.value, po.RateLimited)
    assert (caught.value.ret_type, caught.value.ret_msg) == (-1, "unknown security US.NOSUCH")


def test_what_came_before_an_unknown_code_was_yielded(servers: Any) -> None:
    """16 requests are in flight at once: those before the unknown one are answered first."""
    found = Pages()
    queries = [*of_years(2007, 2026), underlying("US.NOSUCH"), *of_years(2007, 2026, "US.SPY")]
    servers[False].service.page_size = 400
    with pytest.raises(po.RequestRejected, match=r"US\.NOSUCH"):
        collect(source_at("protobuf", servers[False]), queries, found=found)
    assert set(queries[:20]) <= set(found.rows)
    check_rows(servers[False], found)


def test_the_servers_too_frequent_is_the_rate_limit(servers: Any) -> None:
    servers[False].faults = ["rate-limited:2"]
    with pytest.raises(po.RateLimited, match=r"statistics of US\.AAPL .*frequency too high.*Wait half a minute"):
        collect(source_at("protobuf", servers[False]), [underlying()])


# -- The rate limits -------------------------------------------------------------------------------------------------


def fill(proto_id: ProtoId, seed: int = 3301) -> None:
    """Take all slots of a protocol, as another process might have."""
    assert len(shared_slots("localhost", synthetic_user_id(seed), proto_id).acquire(LIMIT, time.monotonic())) == LIMIT


class Waited(Exception):
    """The session had to wait."""


def stop(seconds: float) -> None:
    raise Waited(seconds)


@pytest.mark.parametrize("full", list(LIMITS), ids=lambda full: str(int(full)))
def test_a_full_limit_holds_up_no_other_protocol(full: ProtoId, servers: Any) -> None:
    """All other pages come first, although the queries of the full protocol stand before them."""
    fill(full)
    queries = sorted(MIXED, key=lambda query: proto_id_of(query) != full)
    queries += [*of_years(2007, 2025), *of_years(2007, 2025, table=UnderlyingTable.VOLATILITY)]
    found = Pages()
    with pytest.raises(Waited) as waited:
        collect(source_at("protobuf", servers[False]), queries, stop, found)
    assert set(found.rows) == {query for query in queries if proto_id_of(query) != full}
    check_rows(servers[False], found)
    assert 0 < waited.value.args[0] <= PERIOD


def test_a_session_counts_for_each_protocol_apart(servers: Any) -> None:
    collect(source_at("protobuf", servers[False]), MIXED)
    now = time.monotonic()
    free = [
        len(shared_slots("localhost", synthetic_user_id(3301), proto_id).acquire(LIMIT, now)) for proto_id in LIMITS
    ]
    assert free == [LIMIT - 2, LIMIT - 4, LIMIT - 2]


def test_a_server_that_counts_refuses_none_of_a_mixed_load() -> None:
    """As many first pages of each protocol as are allowed, in a row."""
    queries = [
        *(query for code in ("US.AAPL", "US.SPY", "HK.00700") for query in of_years(2007, 2026, code)),
        *of_years(2007, 2026, "US.QQQ", UnderlyingTable.VOLATILITY),
        *(market(first=f"{year - 1}-06-13", last=f"{year}-06-12") for year in range(2007, 2027)),
    ]
    with SimulatorServer(until=UNTIL) as server:
        found = collect(source_at("protobuf", server), queries)
        check_rows(server, found)
        assert (server.service.first_pages_served, found.waits) == (100, [])
        with pytest.raises(Waited):
            collect(source_at("protobuf", server), [underlying()], stop)
        check_rows(server, collect(source_at("protobuf", server), [market(), MIXED[2]], stop))


def test_slots_in_flight_are_renewed_for_every_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    from pd_optstat.opend import rate_limit

    monkeypatch.setattr(rate_limit, "LEASE", 0.6)
    monkeypatch.setattr(session_slots, "RENEWAL_INTERVAL", 0.1)
    counts: dict[ProtoId, list[int]] = {proto_id: [] for proto_id in LIMITS}
    with SimulatorServer(until=UNTIL, latency=1.5) as server:
        source = po.OpenD(port=server.port, timeout=20.0)
        load = threading.Thread(target=lambda: collect(source, [market(), underlying(), MIXED[2]]))
        load.start()
        while load.is_alive():
            time.sleep(0.1)
            for proto_id, seen in counts.items():
                slots = shared_slots("localhost", synthetic_user_id(3301), proto_id)
                seen.append(slots._update(lambda found: (found, len(found)), time.monotonic()))
        load.join()
    assert all(seen.count(1) >= 10 for seen in counts.values()), counts


# -- Windows that wait -----------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(range(len(MIXED))), st.booleans()), max_size=12), st.data())
def test_the_queue_keeps_the_order_within_each_lane(windows: list[tuple[int, bool]], data: Any) -> None:
    cursors = [WindowCursor(MIXED[at]) for at, _ in windows]
    for cursor, (_, is_later) in zip(cursors, windows, strict=True):
        cursor.key = b"key" if is_later else b""
    queue = WindowQueue(cursors)
    lane = {id(cursor): None if cursor.key else proto_id_of(cursor.query) for cursor in cursors}
    left = list(cursors)
    for _ in range(data.draw(st.integers(0, 20))):
        lanes = queue.lanes()
        assert sum(count for _, count in lanes) == len(queue) == len(left)
        assert queue.counted() == [name for name, _ in lanes if name is not None]
        assert lanes[0][0] is None or all(not cursor.key for cursor in left) if lanes else not left
        if not lanes:
            break
        name = data.draw(st.sampled_from([name for name, _ in lanes]))
        cursor = queue.pop(name)
        assert cursor is next(one for one in left if lane[id(one)] == name)
        if data.draw(st.booleans()):
            queue.push(cursor)  # in front again
        else:
            left.remove(cursor)
    assert sorted(map(id, queue)) == sorted(map(id, left))


@pytest.mark.parametrize("query", MIXED, ids=str)
def test_an_empty_last_page_is_of_the_queries_type(query: Any) -> None:
    cursor = WindowCursor(query)
    cursor.lose_request()
    page = cursor.finish()
    assert (page.lost, page.lost_first) == (0, 1)
    stitcher = stitcher_of(query)
    assert stitcher.add(page)
    assert len(stitcher.rows().days) == 0
    expected = {ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC: StatisticPage}
    expected[ProtoId.GET_OPTION_UNDERLYING_HIS_VOLATILITY] = VolatilityPage
    assert type(page).__name__ == "Page" if isinstance(query, Query) else type(page) is expected[cursor.proto_id]
