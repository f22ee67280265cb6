"""The vendor's SDKs for Python and Node page through the simulator's underlyings, and see what the dataset has."""

from __future__ import annotations

import importlib
import json
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.external_tools import futu_npm_package

from pd_optstat.core.calendars import midnights
from pd_optstat.core.dates import to_date, to_day
from pd_optstat.core.underlying import Underlying, parse_underlying
from pd_optstat.simulator.server import SimulatorServer
from pd_optstat.simulator.universe import UNIVERSE

pytestmark = pytest.mark.vendor

UNTIL = date(2026, 6, 12)
YEAR = ("2025-06-13", "2026-06-12")
PAGE_SIZE = 37
CODES = ("US.AAPL", "US.BRK.B", "US..SPX", "US.RDDT", "HK.00700", "HK.800000")
METHODS = {"statistic": "get_option_underlying_his_statistic", "volatility": "get_option_underlying_his_volatility"}
COLUMNS = {
    "statistic": [
        *("code", "name", "time", "timestamp", "option_volume", "call_volume", "put_volume", "put_call_volume_ratio"),
        *("option_open_interest", "call_open_interest", "put_open_interest", "put_call_open_interest_ratio"),
        "underlying_price",
    ],
    "volatility": ["code", "name", "time", "timestamp", "iv", "hv", "underlying_price"],
}
NPM_READER = Path(__file__).with_name("read_underlyings.mjs")


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=UNTIL, page_size=PAGE_SIZE, rate_limit=False, ws_port=0) as running:
        yield running


@pytest.fixture(scope="module", params=["futu", "moomoo"])
def sdk(request: pytest.FixtureRequest) -> ModuleType:
    return importlib.import_module(request.param)


@pytest.fixture(scope="module")
def context(sdk: Any, server: SimulatorServer) -> Iterator[Any]:
    """Connect as a user does. The SDK has threads that only `close` ends; it would retry for ever without a server."""
    sdk.SysConfig.set_all_thread_daemon(True)
    opened = sdk.OpenQuoteContext(host="127.0.0.1", port=server.port)
    try:
        yield opened
    finally:
        opened.close()


def expected(server: SimulatorServer, kind: str, underlying: Underlying, begin: str, end: str) -> pd.DataFrame:
    """Return the dataset's rows as the SDK names and orders them, with its text for what is absent."""
    first, last = (to_day(date.fromisoformat(text)) for text in (begin, end))
    rows = server.service.underlyings.rows(underlying, first, last)
    frame = pd.DataFrame({"time": [str(to_date(day)) for day in rows.days]})
    frame.insert(0, "name", UNIVERSE[Underlying(underlying.market, underlying.code)].name)
    frame.insert(0, "code", underlying.symbol)
    frame["timestamp"] = midnights(rows.days, underlying.exchange)
    if kind == "statistic":
        for name, counts in (("volume", rows.volumes), ("open_interest", rows.interests)):
            frame[f"option_{name}"] = counts.sum(axis=1)
            frame[f"call_{name}"], frame[f"put_{name}"] = counts.T
            frame[f"put_call_{name}_ratio"] = counts[:, 1] / counts[:, 0]
    else:
        frame["iv"], frame["hv"] = rows.ivs, rows.hvs
    frame["underlying_price"] = rows.prices
    return frame[::-1].reset_index(drop=True).astype(object).fillna("N/A")[COLUMNS[kind]]


def pages_of(context: Any, sdk: Any, kind: str, code: str, begin: str, end: str, **more: Any) -> list[pd.DataFrame]:
    found, key = [], None
    while not found or key is not None:
        ret, data, key = getattr(context, METHODS[kind])(code, begin_time=begin, end_time=end, page_req_key=key, **more)
        assert ret == sdk.RET_OK, data
        found.append(data)
    return found


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("kind", METHODS)
def test_the_sdk_sees_what_the_dataset_has(kind: str, code: str, sdk: Any, context: Any, server: Any) -> None:
    right = expected(server, kind, parse_underlying(code), *YEAR)
    pages = pages_of(context, sdk, kind, code, *YEAR)
    assert [len(page) for page in pages[:-1]] == [PAGE_SIZE] * 6
    theirs = pd.concat(pages, ignore_index=True)
    assert list(theirs.columns) == COLUMNS[kind]
    assert theirs.values.tolist() == right.values.tolist()


def test_the_sdk_sees_every_underlying(sdk: Any, context: Any, server: SimulatorServer) -> None:
    for underlying in UNIVERSE:
        for kind in METHODS:
            [page] = pages_of(context, sdk, kind, underlying.symbol, "2026-05-18", "2026-06-12")
            right = expected(server, kind, underlying, "2026-05-18", "2026-06-12")
            assert page.values.tolist() == right.values.tolist(), underlying


def test_what_is_absent_is_their_text(sdk: Any, context: Any, server: SimulatorServer) -> None:
    days = ("2023-09-14", "2023-10-31")
    [page] = pages_of(context, sdk, "volatility", "US.ARM", *days)
    assert page["hv"].tolist()[-1] == page["iv"].tolist()[-1] == "N/A"
    right = expected(server, "volatility", parse_underlying("US.ARM"), *days)
    assert page.values.tolist() == right.values.tolist()


@pytest.mark.parametrize("kind", METHODS)
def test_small_options(kind: str, sdk: Any, context: Any, server: SimulatorServer) -> None:
    small = pages_of(context, sdk, kind, "HK.800100", *YEAR, index_option_type=sdk.IndexOptionType.SMALL)
    right = expected(server, kind, Underlying("HK", "800100", sdk.IndexOptionType.SMALL), *YEAR)
    assert pd.concat(small).values.tolist() == right.values.tolist()


def test_the_documented_sample(sdk: Any, context: Any) -> None:
    [page] = pages_of(context, sdk, "volatility", "US.AAPL", "2026-06-11", "2026-06-12")
    rows = page[["time", "iv", "hv", "underlying_price"]].values.tolist()
    assert rows == [["2026-06-12", 25.126, 23.324, 291.13], ["2026-06-11", 25.617, 23.270, 295.63]]


@pytest.mark.parametrize("kind", METHODS)
def test_without_dates_the_sdk_asks_for_no_more_than_is_allowed(kind: str, sdk: Any, context: Any) -> None:
    ret, data, _ = getattr(context, METHODS[kind])("US.AAPL")
    assert ret == sdk.RET_OK, data
    ret, data, _ = getattr(context, METHODS[kind])("US.AAPL", end_time="2026-06-12")
    assert ret == sdk.RET_OK, data


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"code": "US.NOSUCH"}, "unknown security US.NOSUCH"),
        ({"code": "SH.600000"}, "unknown owner.market 21"),
        ({"begin_time": "2025-06-12"}, "the span from beginTime to endTime is 365 days; it must not exceed 364"),
        ({"begin_time": "2026-06-13"}, "beginTime 2026-06-13.* is later than endTime 2026-06-12"),
        ({"page_req_key": b"not a key of yours"}, "nextPageKey does not belong to this request"),
        ({"index_option_type": "N/A"}, "unknown indexOptionType 0"),
    ],
    ids=["code", "market", "span", "order", "page key", "type"],
)
@pytest.mark.parametrize("kind", METHODS)
def test_a_refusal_reaches_the_user(kind: str, arguments: dict[str, Any], text: str, sdk: Any, context: Any) -> None:
    asked = {"code": "US.AAPL", "begin_time": "2026-06-01", "end_time": "2026-06-12", **arguments}
    ret, message, key = getattr(context, METHODS[kind])(**asked)
    assert (ret, key) == (sdk.RET_ERROR, None)
    with pytest.raises(ValueError, match=text):
        raise ValueError(message)


def test_our_code_of_every_underlying_is_the_sdks(sdk: Any) -> None:
    split = importlib.import_module(f"{sdk.__name__}.common.utils").split_stock_str
    for underlying in UNIVERSE:
        assert split(underlying.symbol) == (sdk.RET_OK, (underlying.security_market, underlying.code))


def test_the_npm_client_sees_what_the_dataset_has(
    server: SimulatorServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    package = futu_npm_package(tmp_path_factory.mktemp("npm"))
    command = ["node", "--experimental-websocket", NPM_READER, str(server.ws_port), *YEAR, *CODES]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, cwd=package)
    *found, refused = map(json.loads, done.stdout.splitlines())
    assert [(one["code"], one["kind"]) for one in found] == [(code, kind) for code in CODES for kind in METHODS]
    for one in found:
        right = expected(server, one["kind"], parse_underlying(one["code"]), *YEAR)
        names = (
            ["time", "call_volume", "put_volume", "call_open_interest", "put_open_interest", "underlying_price"]
            if one["kind"] == "statistic"
            else ["time", "iv", "hv", "underlying_price"]
        )
        assert [row for page in one["pages"] for row in page] == right[names].values.tolist()
        assert [len(page) for page in one["pages"][:-1]] == [PAGE_SIZE] * 6
        assert one["name"] == right["name"][0]
    assert refused == {"error": "unknown security US.NOSUCH"}
    assert np.isfinite(found[0]["pages"][0][0][-1])
