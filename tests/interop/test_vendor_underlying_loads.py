"""`load` of single underlyings with an open context of each vendor's SDK as its source."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.simulator.server import SimulatorServer

pytestmark = pytest.mark.vendor

UNTIL = date(2026, 6, 12)
DATES = ("2024-06-13", "2026-06-12")


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


@pytest.mark.parametrize("data_type", ["VOLUME", "OPEN_INTEREST"])
@pytest.mark.parametrize("page_size", [7, 400])
@pytest.mark.parametrize("code", ["US.AAPL", "US.BRK.B", "US..SPX", "US.RDDT", "HK.00700", "HK.800000"])
def test_a_context_gives_what_load_gives(
    code: str, page_size: int, data_type: str, context: Any, server: SimulatorServer
) -> None:
    server.service.page_size = page_size
    theirs = po.load(code, data_type, *DATES, source=context, cache=False)
    direct = po.load(code, data_type, *DATES, source=server.url, cache=False)
    pd.testing.assert_frame_equal(theirs, direct)
    pd.testing.assert_frame_equal(theirs, po.load(code, data_type, *DATES, source="simulator:", cache=False))
    mine, right = theirs.attrs["optstat"], direct.attrs["optstat"]
    same = (
        "market",
        "data_type",
        "source",
        "synthetic",
        "rows",
        "requests",
        "first_page_requests",
        "missing",
        "digest",
    )
    assert {name: mine[name] for name in same} == {name: right[name] for name in same}


def test_one_request_fills_volume_and_open_interest(context: Any, server: SimulatorServer, tmp_path: Path) -> None:
    first = po.load("US.SPY", "VOLUME", *DATES, source=context, cache=tmp_path)
    assert first.attrs["optstat"]["first_page_requests"] == 2
    served = server.service.pages_served
    for data_type in ("OPEN_INTEREST", "VOLUME"):
        for source in (context, server.url, "simulator:"):
            again = po.load("US.SPY", data_type, *DATES, source=source, cache=tmp_path)
            assert again.attrs["optstat"]["requests"] == 0
    assert server.service.pages_served == served
    assert set(po.Cache(tmp_path).info()["source"]) == {"simulator:3301"}


def test_the_sdks_own_spelling(sdk: Any, context: Any) -> None:
    frame = po.load("hk.00700", sdk.OptionStatisticDataType.OPEN_INTEREST, *DATES, source=context, cache=False)
    assert frame.attrs["optstat"]["market"] == "HK.00700"
    assert frame["underlying_price"].gt(0).all()


def test_a_panel_of_markets_and_underlyings(context: Any, server: SimulatorServer) -> None:
    what = (["US_SECURITY", "US.AAPL", "HK.00700"], None, *DATES)
    theirs = po.load_panel(*what, source=context, cache=False)
    pd.testing.assert_frame_equal(theirs, po.load_panel(*what, source=server.url, cache=False))
    again = asyncio.run(po.aload_panel(*what, source=context, cache=False))
    pd.testing.assert_frame_equal(theirs, again)


def test_nothing_is_cached_for_an_unknown_code(context: Any, server: SimulatorServer, tmp_path: Path) -> None:
    with pytest.raises(po.RequestRejected, match=r"US\.NOSUCH.*Check the code"):
        po.load("US.NOSUCH", "VOLUME", *DATES, source=context, cache=tmp_path)
    assert po.Cache(tmp_path).info().empty


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("rejected", po.RequestRejected, "quote right"),
        ("rate-limited", po.RateLimited, "frequency too high"),
        ("disconnected", po.ConnectionFailed, "disconnected"),
        ("rows-outside", po.InvalidData, "outside the dates"),
        ("negative-price", po.InvalidData, "price"),
        ("wrong-interest", po.InvalidData, "open interest"),
        ("no-counts", po.InvalidData, "no call volume"),
        ("repeating-key", po.InvalidData, "was given before"),
    ],
)
def test_its_errors_become_ours(
    fault: str, error: type[Exception], words: str, context: Any, server: SimulatorServer, tmp_path: Path
) -> None:
    what = ("US.AAPL", "VOLUME", "2025-06-13", "2026-06-12")
    server.faults = [fault]
    with pytest.raises(error, match=words):
        po.load(*what, source=context, cache=tmp_path)
    assert po.Cache(tmp_path).coverage("US.AAPL", "VOLUME", source="simulator:3301") == []
    server.faults = []
    assert len(po.load(*what, source=context, cache=tmp_path)) == 251


def test_a_larger_total_warns(context: Any, server: SimulatorServer) -> None:
    server.faults = ["larger-total"]
    with pytest.warns(po.DataWarning, match="more than call"):
        frame = po.load("US.AAPL", "VOLUME", "2026-06-01", "2026-06-12", source=context, cache=False)
    server.faults = []
    direct = po.load("US.AAPL", "VOLUME", "2026-06-01", "2026-06-12", source=server.url, cache=False)
    pd.testing.assert_frame_equal(frame, direct)


@pytest.mark.parametrize("code", ["US.ARM", "HK.00700"])
def test_volatilities_of_a_context(code: str, context: Any, server: SimulatorServer, tmp_path: Path) -> None:
    """The rows of new options without numbers stay."""
    dates = ("2023-06-01", "2026-06-12")
    theirs = po.load_volatility(code, *dates, source=context, cache=tmp_path)
    assert list(theirs.columns) == ["iv", "hv", "underlying_price"]
    pd.testing.assert_frame_equal(theirs, po.load_volatility(code, *dates, source=server.url, cache=False))
    assert theirs["hv"].isna().any() == (code == "US.ARM")
    again = po.load_volatility(code, *dates, source=server.url, cache=tmp_path)
    assert again.attrs["optstat"]["requests"] == 0


def test_small_options_of_a_context(context: Any, server: SimulatorServer) -> None:
    small = po.Underlying("HK", "800000", index_option_type="SMALL")
    theirs = po.load(small, "VOLUME", *DATES, source=context, cache=False)
    pd.testing.assert_frame_equal(theirs, po.load(small, "VOLUME", *DATES, source=server.url, cache=False))
    assert not theirs.equals(po.load("HK.800000", "VOLUME", *DATES, source=context, cache=False))


def test_a_pin_of_a_context_replays_without_it(context: Any, tmp_path: Path) -> None:
    what = ("US.AAPL", "OPEN_INTEREST", *DATES)
    with po.pin(tmp_path / "study.optstat", "record"):
        recorded = po.load(*what, source=context, cache=False)
    with po.pin(tmp_path / "study.optstat", "replay"):
        replayed = po.load(*what, source=context)
    pd.testing.assert_frame_equal(recorded, replayed)
