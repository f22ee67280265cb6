"""The vendor's own contexts, in both brands, as sources of `load`."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.core.origins import BRANDS, DEFAULT_SEED, vendor_brand
from pd_optstat.opend.messages import synthetic_user_id
from pd_optstat.opend.rate_limit import LIMIT, shared_slots
from pd_optstat.simulator.server import SimulatorServer
from pd_optstat.sources import vendor_sdk
from pd_optstat.sources.vendor_tables import MARKET_COLUMNS

pytestmark = pytest.mark.vendor

YEAR = ("US_SECURITY", "VOLUME", "2025-06-13", "2026-06-12")
PAGE_SIZE = 37


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=date(2026, 6, 12), page_size=PAGE_SIZE, rate_limit=False) as running:
        yield running


@pytest.fixture(scope="module", params=BRANDS)
def sdk(request: pytest.FixtureRequest) -> ModuleType:
    return importlib.import_module(request.param)


@pytest.fixture(scope="module")
def shared(sdk: Any, server: SimulatorServer) -> Iterator[Any]:
    sdk.SysConfig.set_all_thread_daemon(True)
    opened = sdk.OpenQuoteContext(host="127.0.0.1", port=server.port)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def context(shared: Any, server: SimulatorServer) -> Iterator[Any]:
    """Give the context, and take back what a test made go wrong."""
    yield shared
    server.faults, server.latency = [], 0


@pytest.mark.parametrize("data_type", ["VOLUME", "OPEN_INTEREST"])
@pytest.mark.parametrize("market", ["US_SECURITY", "US_INDEX", "HK_SECURITY", "HK_INDEX"])
def test_a_context_gives_what_load_gives(market: str, data_type: str, context: Any) -> None:
    wanted = (market, data_type, "2023-03-01", "2026-06-12")  # four windows
    frame = po.load(*wanted, source=context, cache=False)
    direct = po.load(*wanted, source="simulator:", cache=False)
    pd.testing.assert_frame_equal(frame, direct)
    about = frame.attrs["optstat"]
    # It is a simulator's login: its numbers never pass for real ones.
    assert (about["source"], about["synthetic"]) == ("simulator:3301", True)
    assert about["digest"] == direct.attrs["optstat"]["digest"]
    assert about["first_page_requests"] == 4
    assert about["requests"] > 20


def test_the_cache_is_that_of_all_doors(context: Any, sdk: Any, server: SimulatorServer, tmp_path: Path) -> None:
    first = po.load(*YEAR, source=context, cache=tmp_path)
    assert first.attrs["optstat"]["endpoint"] == f"{sdk.__name__}:OpenQuoteContext"
    for source in (context, server.url, "simulator:"):
        again = po.load(*YEAR, source=source, cache=tmp_path)
        assert again.attrs["optstat"]["requests"] == 0
    assert po.Cache(tmp_path).info()["source"].tolist() == ["simulator:3301"]


def test_the_rate_limit_is_shared_with_connections_to_the_same_login(context: Any) -> None:
    frame = po.load("US_SECURITY", "VOLUME", "2020-01-01", "2022-12-31", source=context, cache=False)
    windows = frame.attrs["optstat"]["first_page_requests"]
    assert windows > 1
    slots = shared_slots("localhost", synthetic_user_id(DEFAULT_SEED))
    assert len(slots.acquire(LIMIT, time.monotonic())) == LIMIT - windows


def test_the_context_stays_open_and_the_callers(context: Any, sdk: Any) -> None:
    po.load(*YEAR, source=context, cache=False)
    po.close()
    assert context.status == "READY"
    ret, data, _ = context.get_option_market_statistic("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12")
    assert (ret, len(data)) == (sdk.RET_OK, 10)


def test_only_public_methods_are_used(context: Any) -> None:
    """A stand-in that has nothing else, and is one by its class's name and module alone."""
    used: list[str] = []

    def public(name: str) -> Any:
        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            used.append(name)
            return getattr(context, name)(*args, **kwargs)

        return call

    names = ("get_option_market_statistic", "get_login_user_id")
    kind = type("OpenQuoteContext", (), {name: public(name) for name in names})
    kind.__module__ = "futu.quote.open_quote_context"
    frame = po.load(*YEAR, source=kind(), cache=False)
    assert set(used) == set(names)
    assert len(frame) == 251


def test_a_subclass_is_one_too(sdk: Any) -> None:
    class Mine(sdk.OpenQuoteContext):
        def __init__(self) -> None:
            """Connect nowhere."""

    assert vendor_brand(Mine()) == sdk.__name__
    assert vendor_brand(sdk.OpenQuoteContext) is None  # the class, not a context
    assert vendor_brand(object()) is None


def test_other_objects_are_refused(sdk: Any) -> None:
    for other in (sdk.OpenQuoteContext, sdk.SysConfig(), object(), 7, ["simulator:"]):
        with pytest.raises(po.InvalidRequest, match="OpenQuoteContext"):
            po.load(*YEAR, source=other)


def test_configure_takes_a_context(context: Any) -> None:
    po.configure(source=context)
    assert len(po.load(*YEAR, cache=False)) == 251


def test_a_pin_of_a_context_replays_without_it(context: Any, tmp_path: Path) -> None:
    with po.pin(tmp_path / "study.optstat", "record"):
        recorded = po.load(*YEAR, source=context, cache=False)
    with po.pin(tmp_path / "study.optstat", "replay"):
        replayed = po.load(*YEAR, source=context)
    pd.testing.assert_frame_equal(recorded, replayed)


def test_aload_drives_a_context_too(context: Any) -> None:
    assert len(asyncio.run(po.aload(*YEAR, source=context, cache=False))) == 251


def test_aload_of_a_slow_context_is_cancelled_at_once(context: Any, server: SimulatorServer) -> None:
    server.latency, served = 3, server.service.pages_served

    async def impatient() -> float:
        task = asyncio.create_task(po.aload(*YEAR, source=context, cache=False))
        await asyncio.sleep(0.3)
        begun = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - begun

    assert asyncio.run(impatient()) < 1
    deadline = time.monotonic() + 30
    while server.service.pages_served == served and time.monotonic() < deadline:
        time.sleep(0.05)  # the SDK's request is still under way: it is not to be a later test's
    assert server.service.pages_served == served + 1


# -- Errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("rejected", po.RequestRejected, "quote right"),
        ("rate-limited", po.RateLimited, "frequency too high"),
        ("not-logged-in", po.ConnectionFailed, "not logged in"),
        ("disconnected", po.ConnectionFailed, "disconnected"),
        ("rows-outside", po.InvalidData, "outside the dates"),
        ("wrong-total", po.InvalidData, "total"),
        ("bad-date", po.InvalidData, "2026-13-45"),
        ("negative-counts", po.InvalidData, "call total -1"),
        ("duplicate-day", po.InvalidData, "on one page"),
        ("repeating-key", po.InvalidData, "was given before"),
        ("endless-keys", po.InvalidData, "."),
    ],
)
def test_its_errors_become_ours(
    fault: str, error: type[Exception], words: str, context: Any, server: SimulatorServer, tmp_path: Path
) -> None:
    server.faults = [fault]
    with pytest.raises(error, match=words):
        po.load(*YEAR, source=context, cache=tmp_path)
    assert po.Cache(tmp_path).coverage(*YEAR[:2], source="simulator:3301") == []
    server.faults = []
    assert len(po.load(*YEAR, source=context, cache=tmp_path)) == 251


def test_windows_before_the_error_are_kept(context: Any, server: SimulatorServer, tmp_path: Path) -> None:
    server.faults = ["rejected:12"]  # of the second window
    with pytest.raises(po.RequestRejected):
        po.load("US_SECURITY", "VOLUME", "2024-06-13", "2026-06-12", source=context, cache=tmp_path)
    assert po.Cache(tmp_path).coverage("US_SECURITY", "VOLUME")


def test_a_context_that_was_closed(sdk: Any, server: SimulatorServer) -> None:
    opened = sdk.OpenQuoteContext(host="127.0.0.1", port=server.port)
    opened.close()
    with pytest.raises(po.ConnectionFailed, match=r"not connected.*CLOS"):
        po.load(*YEAR, source=opened, cache=False)


def test_a_context_without_opend_does_not_hang(sdk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK itself would wait for ever."""
    monkeypatch.setattr(vendor_sdk, "TIMEOUT", 1.0)
    opened = sdk.OpenQuoteContext(host="127.0.0.1", port=1, is_async_connect=True)
    try:
        begun = time.monotonic()
        with pytest.raises(po.ConnectionFailed, match="not connected"):
            po.load(*YEAR, source=opened, cache=False)
        assert time.monotonic() - begun < 5
    finally:
        opened.close()


def test_opend_that_goes_away_in_the_middle(sdk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor_sdk, "TIMEOUT", 2.0)
    with SimulatorServer(until=date(2026, 6, 12), page_size=PAGE_SIZE, rate_limit=False) as server:
        opened = sdk.OpenQuoteContext(host="127.0.0.1", port=server.port)
        server.latency = 0.2
        threading.Timer(0.5, server.stop).start()
        begun = time.monotonic()
        with pytest.raises(po.ConnectionFailed):
            po.load(*YEAR, source=opened, cache=tmp_path)
        assert time.monotonic() - begun < 10
        opened.close()
    assert po.Cache(tmp_path).coverage(*YEAR[:2]) == []


@pytest.mark.parametrize(
    "returned",
    [
        (0, pd.DataFrame({"time": ["2026-06-12"]}), None),
        (0, "no frame", None),
        (0, None, None),
        (0, pd.DataFrame({**{name: [1.5] for name in MARKET_COLUMNS}, "time": ["2026-06-12"]}), None),
        (0, pd.DataFrame({**{name: [2**70] for name in MARKET_COLUMNS}, "time": ["2026-06-12"]}), None),
        (0, pd.DataFrame({**{name: ["many"] for name in MARKET_COLUMNS}, "time": ["2026-06-12"]}), None),
        (0, pd.DataFrame({name: [1] * 5000 for name in MARKET_COLUMNS}), None),
    ],
)
def test_what_is_no_table_is_invalid(returned: Any) -> None:
    kind = type(
        "OpenQuoteContext",
        (),
        {"get_option_market_statistic": lambda *args, **kwargs: returned, "get_login_user_id": lambda self: 1},
    )
    kind.__module__ = "moomoo"
    with pytest.raises(po.InvalidData, match="documented table"):
        po.load(*YEAR, source=kind(), cache=False)


def test_an_exception_of_the_sdk_is_ours() -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("inside")

    kind = type(
        "OpenQuoteContext", (), {"get_option_market_statistic": fail, "get_login_user_id": lambda self: 10_000_001}
    )
    kind.__module__ = "futu"
    with pytest.raises(po.RequestRejected, match="RuntimeError: inside"):
        po.load(*YEAR, source=kind(), cache=False)


def test_a_real_login_is_opend(tmp_path: Path) -> None:
    """The simulator alone has reserved ids."""
    table = pd.DataFrame([["2026-06-12", 1781236800.0, 4, 2, 6, 0.5]], columns=list(MARKET_COLUMNS))
    kind = type(
        "OpenQuoteContext",
        (),
        {
            "get_option_market_statistic": lambda *args, **kwargs: (0, table, None),
            "get_login_user_id": lambda self: 10_000_001,
        },
    )
    kind.__module__ = "futu"
    frame = po.load("US_SECURITY", "VOLUME", "2026-06-12", "2026-06-12", source=kind(), cache=tmp_path)
    assert (frame.attrs["optstat"]["source"], frame.attrs["optstat"]["synthetic"]) == ("opend", False)
    assert po.Cache(tmp_path).info()["source"].tolist() == ["opend"]


def test_neither_sdk_is_imported_unless_passed_in() -> None:
    code = (
        "import sys, pd_optstat as po\n"
        "po.load('US_SECURITY', 'VOLUME', '2026-06-01', '2026-06-12', source='simulator:', cache=False)\n"
        "from pd_optstat.sources import resolve\n"
        "try: resolve(object())\n"
        "except po.InvalidRequest: pass\n"
        "assert not {'futu', 'moomoo'} & set(sys.modules), 'imported'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
