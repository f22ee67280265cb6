"""The simulator as a source in process: the pages that its server sends, without a connection."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import Any

import pytest
from support.quick import slow
from support.session_pages import MIXED, check_rows, check_same_page, collect, market, underlying

import pd_optstat as po
from pd_optstat.core.dates import to_date
from pd_optstat.core.underlying_pages import UnderlyingTable
from pd_optstat.simulator.server import SimulatorServer
from pd_optstat.simulator.universe import UNIVERSE
from pd_optstat.sources.simulator import Simulator

BOTH = pytest.mark.parametrize("table", list(UnderlyingTable), ids=lambda table: table.name)


def moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def check_same_pages(one: Any, other: Any) -> None:
    mine, theirs = dict(one.pages), dict(other.pages)
    assert list(mine) == list(one.rows)
    assert set(mine) == set(theirs)
    for query, page in mine.items():
        check_same_page(page, theirs[query])


@pytest.mark.parametrize("step", [40, slow(1)])
def test_its_pages_are_those_of_its_server(step: int) -> None:
    codes = list(UNIVERSE)[::step]
    with SimulatorServer(seed=7, rate_limit=False) as server:
        every = [underlying(code, table, "2026-05-18", "2026-06-12") for code in codes for table in UnderlyingTable]
        own = collect(Simulator(7), [*MIXED, *every])
        check_rows(server, own)
        check_same_pages(own, collect(po.OpenD(port=server.port), [*MIXED, *every]))
        assert own.notes == []


def test_the_seed_matters() -> None:
    one, other = (collect(Simulator(seed), [underlying()]).rows[underlying()] for seed in (7, 8))
    assert (one.call_volumes != other.call_volumes).all()


@pytest.mark.parametrize(
    ("now", "code", "last"),
    [
        ("2026-06-12T19:59:59", "US.AAPL", "2026-06-11"),  # New York closes at 20:00 UTC
        ("2026-06-12T20:00:00", "US.AAPL", "2026-06-12"),
        ("2026-06-13T12:00:00", "US.AAPL", "2026-06-12"),  # a Saturday
        ("2026-06-12T07:59:59", "HK.00700", "2026-06-11"),  # Hong Kong at 08:00 UTC
        ("2026-06-12T08:00:00", "HK.00700", "2026-06-12"),
        ("2026-07-04T12:00:00", "US.SPY", "2026-07-02"),  # Independence Day was kept on Friday
    ],
)
@BOTH
def test_rows_end_with_the_last_session_that_closed(
    table: UnderlyingTable, now: str, code: str, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the server's do."""
    monkeypatch.setattr(time, "time", lambda: moment(now))
    queries = [underlying(code, table, "2026-06-01", "2026-07-10"), market(first="2026-06-01", last="2026-07-10")]
    own = collect(Simulator(), queries)
    assert str(to_date(own.rows[queries[0]].days[-1])) == last
    with SimulatorServer(clock=lambda: moment(now), rate_limit=False) as server:
        check_same_pages(own, collect(po.OpenD(port=server.port), queries))


@BOTH
def test_rows_begin_with_the_listing(table: UnderlyingTable) -> None:
    early = underlying("US.ARM", table, "2022-01-01", "2022-12-31")
    across = underlying("US.ARM", table, "2023-01-01", "2023-12-31")
    rows = collect(Simulator(), [early, across]).rows
    assert len(rows[early].days) == 0
    assert to_date(rows[across].days[0]) == date(2023, 9, 14)


@BOTH
def test_an_unknown_code_is_refused_as_by_the_server(table: UnderlyingTable) -> None:
    query = underlying("US.NOSUCH", table)
    with pytest.raises(po.RequestRejected, match=r"rejected .* of US\.NOSUCH .*Check the code") as own:
        collect(Simulator(), [query])
    with SimulatorServer() as server, pytest.raises(po.RequestRejected) as sent:
        collect(po.OpenD(port=server.port), [query])
    assert (own.value.ret_type, own.value.ret_msg) == (sent.value.ret_type, sent.value.ret_msg)
