"""Open contexts of the vendor's SDKs answer a session's queries of underlyings as a session with OpenD does."""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from support.session_pages import (
    MIXED,
    UNTIL,
    Pages,
    check_rows,
    check_same_page,
    collect,
    market,
    of_years,
    underlying,
)

import pd_optstat as po
from pd_optstat.core.series import Query
from pd_optstat.core.underlying import Underlying
from pd_optstat.core.underlying_pages import UnderlyingTable
from pd_optstat.opend.messages import synthetic_user_id
from pd_optstat.opend.page_requests import proto_id_of
from pd_optstat.opend.rate_limit import LIMIT, LIMITS, PERIOD, shared_slots
from pd_optstat.opend.underlying_messages import PROTO_IDS
from pd_optstat.simulator.faults import FAULTS, faults_of
from pd_optstat.simulator.server import SimulatorServer
from pd_optstat.sources.vendor_sdk import VendorContext
from pd_optstat.sources.vendor_tables import STATISTIC_COLUMNS, VOLATILITY_COLUMNS

pytestmark = pytest.mark.vendor

STATISTIC, VOLATILITY = UnderlyingTable.STATISTIC, UnderlyingTable.VOLATILITY
BOTH = pytest.mark.parametrize("table", list(UnderlyingTable), ids=lambda table: table.name)
SEED = 3301


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=UNTIL, page_size=37, rate_limit=False) as running:
        yield running


@pytest.fixture(autouse=True)
def unchanged(server: SimulatorServer) -> Iterator[None]:
    yield
    server.faults, server.service.page_size = [], 37


@pytest.fixture(scope="module", params=["futu", "moomoo"])
def sdk(request: pytest.FixtureRequest) -> ModuleType:
    return importlib.import_module(request.param)


@pytest.fixture(scope="module")
def context(sdk: Any, server: SimulatorServer) -> Iterator[Any]:
    """Connect as a user does. The SDK has threads that only `close` ends."""
    sdk.SysConfig.set_all_thread_daemon(True)
    opened = sdk.OpenQuoteContext(host="127.0.0.1", port=server.port)
    try:
        yield opened
    finally:
        opened.close()


# -- Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page_size", [7, 37, 100, 251, 400])
def test_its_pages_are_those_of_a_session_with_opend(page_size: int, context: Any, server: SimulatorServer) -> None:
    server.service.page_size = page_size
    theirs, direct = collect(VendorContext(context), MIXED), collect(po.OpenD(port=server.port), MIXED)
    check_rows(server, theirs)
    assert (theirs.requests, theirs.first_page_requests, theirs.notes) == (direct.requests, len(MIXED), [])
    for query in MIXED:
        one, other = ([page for asked, page in found.pages if asked == query] for found in (theirs, direct))
        for mine, right in zip(one, other, strict=True):
            check_same_page(mine, right)


def test_what_is_absent_is_absent(context: Any, server: SimulatorServer) -> None:
    """New options have no volatility yet, for which the SDK writes a text; before the listing there are no rows."""
    young = underlying("US.ARM", VOLATILITY, "2023-09-14", "2023-10-31")
    before = underlying("US.ARM", STATISTIC, "2022-01-01", "2022-12-31")
    found = collect(VendorContext(context), [young, before])
    check_rows(server, found)
    assert (pd.isna(found.rows[young].hvs[0]), len(found.rows[before].days)) == (True, 0)


def test_the_origin_is_the_simulators(context: Any) -> None:
    with VendorContext(context).open() as session:
        assert session.origin == f"simulator:{SEED}"


# -- The rate limits -------------------------------------------------------------------------------------------------


class Waited(Exception):
    """The session had to wait."""


def stop(seconds: float) -> None:
    raise Waited(seconds)


@pytest.mark.parametrize("full", list(LIMITS), ids=lambda full: str(int(full)))
def test_a_full_limit_holds_up_no_other_protocol(full: Any, context: Any, server: SimulatorServer) -> None:
    """Taken by a connection to the same login."""
    slots = shared_slots("localhost", synthetic_user_id(SEED), full)
    assert len(slots.acquire(LIMIT, time.monotonic())) == LIMIT
    queries = sorted(MIXED, key=lambda query: proto_id_of(query) != full)
    found = Pages()
    with pytest.raises(Waited) as waited:
        collect(VendorContext(context), queries, stop, found)
    assert set(found.rows) == {query for query in queries if proto_id_of(query) != full}
    assert 0 < waited.value.args[0] <= PERIOD


def test_each_protocol_is_counted_apart(context: Any) -> None:
    collect(VendorContext(context), MIXED)
    now = time.monotonic()
    free = [len(shared_slots("localhost", synthetic_user_id(SEED), one).acquire(LIMIT, now)) for one in LIMITS]
    assert free == [LIMIT - 2, LIMIT - 4, LIMIT - 2]


# -- Errors ----------------------------------------------------------------------------------------------------------


@BOTH
def test_an_unknown_code_is_the_servers_refusal(table: UnderlyingTable, context: Any) -> None:
    found, queries = Pages(), [underlying("US.SPY", table), underlying("US.NOSUCH", table)]
    wanted = r"failed on .* of US\.NOSUCH .*unknown security US\.NOSUCH\. Check the code"
    with pytest.raises(po.RequestRejected, match=wanted) as caught:
        collect(VendorContext(context), queries, found=found)
    assert not isinstance(caught.value, po.RateLimited)
    assert caught.value.ret_msg == "unknown security US.NOSUCH"
    assert list(found.rows) == queries[:1]


#: The SDK does not pass on the owner of a reply.
UNSEEN = ("foreign-code", "foreign-market")


@pytest.mark.parametrize(
    ("table", "name"),
    [
        (table, name)
        for table in UnderlyingTable
        for name, fault in faults_of(PROTO_IDS[table]).items()
        if fault.change_response and fault.events == ("page",) and name != "no-s2c"
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_reply_with_a_fault(table: UnderlyingTable, name: str, context: Any, server: SimulatorServer) -> None:
    """What a connection does, the SDK handles itself."""
    fault, query = FAULTS[name], underlying("US.AAPL", table)
    server.faults = [name if name in ("endless-keys", "empty-pages", "repeating-key", "huge-key") else f"{name}:2"]
    if fault.expected in (None, po.DataWarning) or name in UNSEEN:
        found = collect(VendorContext(context), [query])
        check_rows(server, found)
        assert bool(found.notes) == (fault.expected is po.DataWarning)
    else:
        # It does not check all that decoding checks, and has the same texts for its own connection.
        expected = po.InvalidData if fault.expected is po.ProtocolError else fault.expected
        with pytest.raises(po.ConnectionFailed if name in ("timed-out", "disconnected") else expected):
            collect(VendorContext(context), [query])
    server.faults = []
    check_rows(server, collect(VendorContext(context), [query]))


@BOTH
def test_a_reply_without_data_is_an_empty_page(table: UnderlyingTable, context: Any, server: SimulatorServer) -> None:
    """The SDK does not tell them apart. Of a window of several pages, the older rows are missing then."""
    server.faults = ["no-s2c:2"]
    query = underlying("US.AAPL", table)
    found = collect(VendorContext(context), [query])
    check_rows(server, collect(VendorContext(context), [query]))
    assert [len(page.days) for _, page in found.pages] == [37, 0]


# -- Stand-ins: other versions of the SDK, and other replies -----------------------------------------------------------

ROW = {
    **dict.fromkeys(STATISTIC_COLUMNS, 0),
    **{"code": "US.AAPL", "time": "2026-06-12", "timestamp": 1781236800.0, "underlying_price": 291.13},
    **{"option_volume": 6, "call_volume": 4, "put_volume": 2, "put_call_volume_ratio": 0.5},
    **{"option_open_interest": 3, "call_open_interest": 1, "put_open_interest": 2, "put_call_open_interest_ratio": 2.0},
    **{"iv": 25.126, "hv": 23.324},
}


def stand_in(brand: str = "futu", **methods: Any) -> VendorContext:
    """Return a context of a class with the name of the SDK's, and with some methods only."""
    kind = type("OpenQuoteContext", (), {"get_login_user_id": lambda self: 10_000_001, **methods})
    kind.__module__ = brand
    return VendorContext(kind())


def table_of(table: UnderlyingTable, rows: list[dict[str, Any]]) -> VendorContext:
    columns = list(STATISTIC_COLUMNS if table is STATISTIC else VOLATILITY_COLUMNS)
    data = pd.DataFrame([{name: row[name] for name in columns if name in row} for row in rows], columns=columns)
    names = {STATISTIC: "get_option_underlying_his_statistic", VOLATILITY: "get_option_underlying_his_volatility"}
    return stand_in(**{names[table]: lambda self, *args, **kwargs: (0, data, None)})


def two_days(table: UnderlyingTable, code: str = "US.AAPL") -> Any:
    return underlying(code, table, "2026-06-11", "2026-06-12")


@pytest.mark.parametrize("brand", ["futu", "moomoo"])
@BOTH
def test_an_sdk_without_the_method_is_too_old(table: UnderlyingTable, brand: str) -> None:
    """No request is made, not even for the markets that it can load."""
    asked: list[Any] = []
    old = stand_in(brand, get_option_market_statistic=lambda self, *args, **kwargs: asked.append(args))
    wanted = rf"no method get_option_underlying_his_.*{brand}-api 10\.11\.7108 has it: pip install"
    with pytest.raises(po.InvalidRequest, match=wanted):
        collect(old, [market(), underlying("US.AAPL", table)])
    assert asked == []


@BOTH
def test_an_old_sdk_still_loads_markets(table: UnderlyingTable, context: Any, server: SimulatorServer) -> None:
    old = stand_in(
        get_option_market_statistic=lambda self, *args, **kwargs: context.get_option_market_statistic(*args, **kwargs)
    )
    check_rows(server, collect(old, [market()]))


@pytest.mark.parametrize("code", ["US.AAPL", "AAPL", "N/A"])
@BOTH
def test_the_code_of_each_row_is_the_owner(table: UnderlyingTable, code: str) -> None:
    """With or without the market; a reply may lack it."""
    [(_, page)] = collect(table_of(table, [{**ROW, "code": code}]), [two_days(table)]).pages
    assert (page.owner_market, page.owner_code, len(page.days)) == (11, "AAPL", 1)


@pytest.mark.parametrize("code", ["US.MSFT", "HK.AAPL", "MSFT", "HK.00700", "", "US."])
@BOTH
def test_rows_of_another_code_are_invalid(table: UnderlyingTable, code: str) -> None:
    with pytest.raises(po.InvalidData, match="the reply is for"):
        collect(table_of(table, [{**ROW, "code": code}]), [two_days(table)])


@BOTH
def test_rows_of_several_codes_are_invalid(table: UnderlyingTable) -> None:
    rows = [ROW, {**ROW, "code": "US.MSFT", "time": "2026-06-11"}]
    with pytest.raises(po.InvalidData, match=r"documented table.*2 codes"):
        collect(table_of(table, rows), [two_days(table)])


@pytest.mark.parametrize("code", ["US.BRK.B", "US..SPX", "HK.00700", "HK.800000"])
@BOTH
def test_codes_with_dots_and_zeros(table: UnderlyingTable, code: str) -> None:
    rows = collect(table_of(table, [{**ROW, "code": code}]), [two_days(table, code)]).rows
    assert [len(found.days) for found in rows.values()] == [1]


@BOTH
def test_a_table_without_rows_is_of_the_underlying_asked_for(table: UnderlyingTable) -> None:
    rows = collect(table_of(table, []), [two_days(table)]).rows
    assert [len(found.days) for found in rows.values()] == [0]


def test_absent_numbers_are_the_sdks_text() -> None:
    optional = ("timestamp", "option_volume", "put_call_volume_ratio", "option_open_interest", "underlying_price")
    bare = {**ROW, **dict.fromkeys((*optional, "put_call_open_interest_ratio", "iv", "hv"), "N/A")}
    [statistic] = collect(table_of(STATISTIC, [bare]), [two_days(STATISTIC)]).rows.values()
    assert (statistic.call_volumes.tolist(), statistic.put_interests.tolist()) == ([4], [2])
    assert pd.isna(statistic.prices).all()
    [volatility] = collect(table_of(VOLATILITY, [bare]), [two_days(VOLATILITY)]).rows.values()
    assert len(volatility.days) == 1
    assert pd.isna([*volatility.ivs, *volatility.hvs, *volatility.prices]).all()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"call_volume": 0}, "has no call volume"),
        ({"put_open_interest": 0}, "has no put open interest"),
        ({"call_volume": 0, "option_volume": 2, "put_call_volume_ratio": "N/A"}, None),
        ({"call_volume": 0, "option_volume": 2, "put_call_volume_ratio": 0.0}, None),
        ({"put_volume": 0, "option_volume": 4, "put_call_volume_ratio": 0.0}, None),
    ],
)
def test_a_count_of_zero_with_a_ratio_is_absent(changed: dict[str, Any], error: str | None) -> None:
    """The SDK writes 0 for both."""
    context = table_of(STATISTIC, [{**ROW, **changed}])
    if error is None:
        [rows] = collect(context, [two_days(STATISTIC)]).rows.values()
        assert 0 in (rows.call_volumes[0], rows.put_volumes[0])
    else:
        with pytest.raises(po.InvalidData, match=error):
            collect(context, [two_days(STATISTIC)])


@pytest.mark.parametrize(
    "returned",
    [
        (0, pd.DataFrame({"time": ["2026-06-12"]}), None),
        (0, "no frame", None),
        (0, None, None),
        (0, pd.DataFrame([{**ROW, "call_volume": 1.5, "iv": "high"}]), None),
        (0, pd.DataFrame([{**ROW, "call_volume": 2**70, "iv": None, "hv": "N/A%"}]), None),
        (0, pd.DataFrame([{**ROW, "put_open_interest": "many", "hv": "many"}]), None),
        (0, pd.DataFrame([ROW] * 5000), None),
    ],
)
@BOTH
def test_what_is_not_the_documented_table_is_invalid(table: UnderlyingTable, returned: Any) -> None:
    names = ("get_option_underlying_his_statistic", "get_option_underlying_his_volatility")
    context = stand_in(**dict.fromkeys(names, lambda self, *args, **kwargs: returned))
    with pytest.raises(po.InvalidData, match="documented table"):
        collect(context, [two_days(table)])


@pytest.mark.parametrize(
    ("reason", "error", "words"),
    [
        ("获取期权统计频率太高", po.RateLimited, "Wait half a minute"),
        ("request frequency too high", po.RateLimited, "Wait half a minute"),
        ("Unknown stock. US.AAPL", po.RequestRejected, "Check the code: OpenD may not know US.AAPL"),
        ("No right to get the quote", po.RequestRejected, "quote rights"),
        ("Network disconnected", po.ConnectionFailed, "Check that OpenD runs"),
    ],
)
@BOTH
def test_its_texts_become_our_errors(table: UnderlyingTable, reason: str, error: Any, words: str) -> None:
    names = ("get_option_underlying_his_statistic", "get_option_underlying_his_volatility")
    context = stand_in(**dict.fromkeys(names, lambda self, *args, **kwargs: (-1, reason, None)))
    with pytest.raises(error, match=words) as caught:
        collect(context, [two_days(table)])
    assert type(caught.value) is error
    assert f"of US.AAPL 2026-06-11..2026-06-12: {reason}" in str(caught.value)


def test_the_methods_are_called_as_documented(sdk: Any) -> None:
    """With the SDK's own constants and the dates as ISO texts, by a query of each kind."""
    called: list[Any] = []

    def record(name: str) -> Any:
        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            called.append((name, args, kwargs))
            return -1, "enough", None

        return call

    names = ("get_option_underlying_his_statistic", "get_option_underlying_his_volatility")
    context = stand_in(sdk.__name__, **{name: record(name) for name in names})
    small = Underlying("HK", "800000", "SMALL")
    for name, table, which, kind in (
        (names[0], STATISTIC, small, sdk.IndexOptionType.SMALL),
        (names[1], VOLATILITY, Underlying("US", "AAPL"), sdk.IndexOptionType.NORMAL),
    ):
        with pytest.raises(po.RequestRejected):
            collect(context, [underlying(which, table, "2026-06-01", "2026-06-12")])
        dates = {"begin_time": "2026-06-01", "end_time": "2026-06-12", "page_req_key": None}
        assert called.pop() == (name, (which.symbol, kind), dates)


def test_many_queries_come_in_their_order(context: Any, server: SimulatorServer) -> None:
    server.service.page_size = 400
    queries = [*of_years(2020, 2026), *of_years(2020, 2026, "HK.00700", VOLATILITY)]
    found = collect(VendorContext(context), queries)
    check_rows(server, found)
    assert [query for query, _ in found.pages] == queries
    assert not any(isinstance(query, Query) for query in queries)
