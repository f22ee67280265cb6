"""The vendor's own SDKs, in both brands, as clients of the simulator, and in one process with this package."""

from __future__ import annotations

import importlib
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.core.origins import DEFAULT_SEED
from pd_optstat.opend.messages import seed_of
from pd_optstat.simulator.server import SimulatorServer

pytestmark = pytest.mark.vendor

BRANDS = ("futu", "moomoo")
MARKETS = ("US_SECURITY", "US_INDEX", "HK_SECURITY", "HK_INDEX")
DATA_TYPES = ("VOLUME", "OPEN_INTEREST")
YEAR = ("2025-06-13", "2026-06-12")

#: The table of the interface's documentation, as it is printed there.
DOCUMENTED = """
2026-06-12 1.781237e+09 45658870 28723978 74382848 0.629100
2026-06-11 1.781150e+09 38303062 30520043 68823105 0.796804
2026-06-10 1.781064e+09 35371830 30180004 65551834 0.853221
2026-06-09 1.780978e+09 42880655 36646152 79526807 0.854608
2026-06-08 1.780891e+09 35442266 25811533 61253799 0.728270
2026-06-05 1.780632e+09 52362998 44023321 96386319 0.840733
2026-06-04 1.780546e+09 38082169 24572137 62654306 0.645240
2026-06-03 1.780459e+09 36858233 23035404 59893637 0.624973
2026-06-02 1.780373e+09 36822706 21026201 57848907 0.571012
2026-06-01 1.780286e+09 42932185 24084036 67016221 0.560979
"""


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=date(2026, 6, 12), page_size=37, rate_limit=False) as running:
        yield running


@pytest.fixture(scope="module", params=BRANDS)
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


def pages(context: Any, sdk: Any, *arguments: str) -> list[pd.DataFrame]:
    found, key = [], None
    while True:
        ret, data, key = context.get_option_market_statistic(*arguments, page_req_key=key)
        assert ret == sdk.RET_OK, data
        found.append(data)
        if key is None:
            return found


@pytest.mark.parametrize("data_type", DATA_TYPES)
@pytest.mark.parametrize("market", MARKETS)
def test_the_sdk_sees_what_load_sees(
    market: str, data_type: str, sdk: Any, context: Any, server: SimulatorServer
) -> None:
    by_sdk = pages(
        context, sdk, getattr(sdk.OptionMarket, market), getattr(sdk.OptionStatisticDataType, data_type), *YEAR
    )
    ours = po.load(market, data_type, *YEAR, source=server.url, cache=False)
    assert [len(page) for page in by_sdk[:-1]] == [37] * (len(by_sdk) - 1)
    assert len(by_sdk) == ours.attrs["optstat"]["requests"] == -(-len(ours) // 37)
    assert len(ours) > 240
    theirs = pd.concat(by_sdk, ignore_index=True)
    assert theirs["time"].is_monotonic_decreasing
    ascending = theirs[::-1].reset_index(drop=True)
    assert ascending["time"].tolist() == [str(moment.date()) for moment in ours.index]
    for name in ("timestamp", "call_value", "put_value", "total_value", "ratio"):
        assert ascending[name].tolist() == ours[name].tolist(), name


def test_the_documented_example_gives_the_documented_table(sdk: Any, context: Any) -> None:
    ret, data, key = context.get_option_market_statistic(
        sdk.OptionMarket.US_SECURITY,
        sdk.OptionStatisticDataType.VOLUME,
        begin_time="2026-06-01",
        end_time="2026-06-15",
    )
    assert (ret, key) == (sdk.RET_OK, None)
    assert list(data.columns) == ["time", "timestamp", "call_value", "put_value", "total_value", "ratio"]
    printed = [
        f"{row.time} {row.timestamp:.6e} {row.call_value} {row.put_value} {row.total_value} {row.ratio:.6f}"
        for row in data.itertuples()
    ]
    assert printed == DOCUMENTED.split("\n")[1:-1]
    assert data["timestamp"].iloc[0] == 1781236800.0


def test_the_vendors_constants_are_markets_of_ours(sdk: Any, server: SimulatorServer) -> None:
    frame = po.load(
        sdk.OptionMarket.HK_INDEX,
        sdk.OptionStatisticDataType.OPEN_INTEREST,
        "2026-06-01",
        "2026-06-12",
        source=server.url,
        cache=False,
    )
    assert (frame.attrs["optstat"]["market"], frame.attrs["optstat"]["data_type"]) == ("HK_INDEX", "OPEN_INTEREST")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        # The SDK's "N/A" is 0 and -1 on the wire: both reach the server, and are its to refuse.
        ({"option_market": "N/A"}, "unknown optionMarket 0"),
        ({"data_type": "N/A"}, "unknown dataType -1"),
        ({"page_req_key": b"not a key of yours"}, "nextPageKey does not belong to this request"),
        ({"begin_time": "2025-01-01"}, "the span from beginTime to endTime is 530 days; it must not exceed 365"),
        ({"begin_time": "2026-06-16"}, "beginTime 2026-06-16.* is later than endTime 2026-06-15"),
    ],
    ids=["market", "data type", "page key", "span", "order"],
)
def test_a_refusal_reaches_the_user(arguments: dict[str, Any], text: str, sdk: Any, context: Any) -> None:
    asked = {
        "option_market": sdk.OptionMarket.US_SECURITY,
        "data_type": sdk.OptionStatisticDataType.VOLUME,
        "begin_time": "2026-06-01",
        "end_time": "2026-06-15",
        **arguments,
    }
    ret, message, key = context.get_option_market_statistic(**asked)
    assert (ret, key) == (sdk.RET_ERROR, None)
    with pytest.raises(ValueError, match=text):
        raise ValueError(message)


def test_a_page_key_of_another_market_is_refused(sdk: Any, context: Any) -> None:
    _, _, key = context.get_option_market_statistic("US_SECURITY", "VOLUME", *YEAR)
    assert isinstance(key, bytes)
    ret, message, none = context.get_option_market_statistic("US_INDEX", "VOLUME", *YEAR, page_req_key=key)
    assert (ret, message, none) == (sdk.RET_ERROR, "nextPageKey does not belong to this request", None)


def test_without_dates_the_sdk_asks_for_no_more_than_a_year(sdk: Any, context: Any) -> None:
    ret, data, _ = context.get_option_market_statistic("US_SECURITY", "VOLUME")
    assert ret == sdk.RET_OK, data


def test_global_state(sdk: Any, context: Any) -> None:
    ret, state = context.get_global_state()
    assert ret == sdk.RET_OK
    assert state["qot_logined"] is True
    assert abs(int(state["timestamp"]) - time.time()) < 60


def test_the_login_says_that_it_is_a_simulator(context: Any) -> None:
    assert seed_of(context.get_login_user_id()) == DEFAULT_SEED


@pytest.mark.parametrize("order", list(itertools.permutations(["futu", "moomoo", "pd_optstat"])), ids="-".join)
def test_all_three_live_in_one_process_in_any_order(order: tuple[str, ...], tmp_path: Any) -> None:
    """protobuf's default pool is shared: a second definition under one name makes the later import fail."""
    imports = {
        "futu": "import futu; from futu.common.pb import Qot_GetOptionMarketStatistic_pb2 as theirs",
        "moomoo": "import moomoo; from moomoo.common.pb import Qot_GetOptionMarketStatistic_pb2 as theirs",
        "pd_optstat": "import pd_optstat; from pd_optstat.proto import opend_pb2, cache_pb2",
    }
    script = [
        *(imports[name] for name in order),
        "ours = opend_pb2.GetOptionMarketStatistic.Request()",
        "ours.c2s.optionMarket, ours.c2s.dataType, ours.c2s.beginTime, ours.c2s.endTime = 3, 1, 'b', 'e'",
        "ours.c2s.nextPageKey = b'key'",
        "read = theirs.Request.FromString(ours.SerializeToString())",
        "assert (read.c2s.optionMarket, read.c2s.endTime, read.c2s.nextPageKey) == (3, 'e', b'key')",
        "assert opend_pb2.GetOptionMarketStatistic.Request.FromString(read.SerializeToString()) == ours",
        "assert cache_pb2.Chunk(origin='opend').SerializeToString()",
        "print('well')",
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(script)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["well"]
