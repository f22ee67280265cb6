"""Every fault of the simulator's rows, replies and page keys, as the checks of replies to 3302 and 3304 see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest
from support.raw_clients import JSON, PROTOBUF, client

import pd_optstat as po
from pd_optstat.core.dates import to_day
from pd_optstat.core.underlying import parse_underlying
from pd_optstat.core.underlying_pages import UnderlyingQuery, UnderlyingTable
from pd_optstat.core.underlying_stitching import StatisticStitcher, VolatilityStitcher
from pd_optstat.opend.messages import encode_body
from pd_optstat.opend.packets import BodyFormat
from pd_optstat.opend.rate_limit import is_rate_limit_message
from pd_optstat.opend.underlying_messages import PROTO_IDS, decode_underlying, underlying_request
from pd_optstat.simulator.faults import FAULTS, faults_of
from pd_optstat.simulator.server import SimulatorServer

UNTIL = date(2026, 6, 12)
FIRST, LAST = to_day(date(2026, 4, 1)), to_day(UNTIL)
SESSIONS = 51
AAPL = parse_underlying("US.AAPL")
#: JSON cannot hold bytes that are not UTF-8: either error will do.
IN_JSON: dict[str, Any] = {"no-text": (po.ProtocolError, po.InvalidData)}
#: These strike every time: once, they mean nothing.
ALWAYS = ("endless-keys", "empty-pages", "repeating-key", "huge-key")


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=UNTIL, page_size=20, rate_limit=False) as running:
        yield running


class Refused(Exception):
    """The server refused the request."""


def load(server: SimulatorServer, table: UnderlyingTable, form: int) -> tuple[Any, list[str], int]:
    """Return the rows of all pages, the notes and the number of pages, as a session and a stitcher would."""
    made: Any = StatisticStitcher if table is UnderlyingTable.STATISTIC else VolatilityStitcher
    stitcher = made(UnderlyingQuery(AAPL, table, FIRST, LAST), SESSIONS)
    body_format = BodyFormat.JSON if form == JSON else BodyFormat.PROTOBUF
    with client(server, form) as one:
        key, is_last = b"", False
        while not is_last:
            request = underlying_request(table, AAPL, FIRST, LAST, key)
            one.send(PROTO_IDS[table], encode_body(request, body_format))
            *_, answered, body = one.receive()
            reply = decode_underlying(table, body, BodyFormat(answered))
            if reply.ret_type != 0:
                raise Refused(reply.ret_type, reply.ret_msg)
            if reply.page is None:
                raise po.ProtocolError("no data")
            key, is_last = reply.page.next_key, stitcher.add(reply.page)
    return stitcher.rows(), stitcher.notes, stitcher.pages


def check_rows(server: SimulatorServer, rows: Any) -> None:
    right = server.service.underlyings.rows(AAPL, FIRST, LAST)
    assert len(rows.days) == SESSIONS
    np.testing.assert_array_equal(rows.days, right.days)
    np.testing.assert_array_equal(rows.prices, right.prices)
    if hasattr(rows, "ivs"):
        np.testing.assert_array_equal(rows.ivs, right.ivs)
        np.testing.assert_array_equal(rows.hvs, right.hvs)
    else:
        np.testing.assert_array_equal(np.stack([rows.call_volumes, rows.put_volumes], axis=1), right.volumes)
        np.testing.assert_array_equal(np.stack([rows.call_interests, rows.put_interests], axis=1), right.interests)


@pytest.mark.parametrize("form", [PROTOBUF, JSON], ids=["protobuf", "json"])
@pytest.mark.parametrize("table", list(UnderlyingTable), ids=lambda table: table.name)
def test_without_faults_the_rows_are_the_datasets(table: UnderlyingTable, form: int, server: SimulatorServer) -> None:
    rows, notes, pages = load(server, table, form)
    check_rows(server, rows)
    assert (notes, pages) == ([], 3)


@pytest.mark.parametrize("form", [PROTOBUF, JSON], ids=["protobuf", "json"])
@pytest.mark.parametrize(
    ("table", "name"),
    [
        (table, name)
        for table in UnderlyingTable
        for name, fault in faults_of(PROTO_IDS[table]).items()
        if fault.events == ("page",) and (fault.change_response or name in ("garbage-body", "deep-json"))
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_reply_with_a_fault(table: UnderlyingTable, name: str, form: int, server: SimulatorServer) -> None:
    expected = IN_JSON.get(name, FAULTS[name].expected) if form == JSON else FAULTS[name].expected
    server.faults = [name if name in ALWAYS else f"{name}:2"]
    try:
        if expected in (po.RequestRejected, po.RateLimited):
            with pytest.raises(Refused) as refused:
                load(server, table, form)
            assert is_rate_limit_message(refused.value.args[1]) == (expected is po.RateLimited)
        elif expected is po.DataWarning:
            rows, notes, _ = load(server, table, form)
            check_rows(server, rows)
            assert len(notes) == 1
        else:
            assert expected is not None
            with pytest.raises(expected) as caught:
                load(server, table, form)
            assert len(str(caught.value)) < 1000
        assert server.faults_struck[name] >= 1
    finally:
        server.faults = []


def test_open_interest_that_is_not_published_yet_is_told(server: SimulatorServer) -> None:
    """Other clients of OpenD take 0 on the newest day for that."""
    table = UnderlyingTable.STATISTIC
    with client(server) as one:
        one.send(PROTO_IDS[table], encode_body(underlying_request(table, AAPL, LAST - 4, LAST), BodyFormat.PROTOBUF))
        body = one.receive()[3]
    page = decode_underlying(table, body, BodyFormat.PROTOBUF).page
    stitcher = StatisticStitcher(UnderlyingQuery(AAPL, table, LAST - 4, LAST), 5)
    for column in page.interests:  # type: ignore[union-attr]
        column[0] = 0
    stitcher.add(page)  # type: ignore[arg-type]
    assert stitcher.rows().has_interest.tolist() == [True, True, True, True, False]
