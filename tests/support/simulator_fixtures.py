"""Fixtures of two simulators: `server` with an RSA key and a WebSocket key, `plain` with neither.

Modules that use them import the functions that define them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

import pd_optstat as po
from pd_optstat.simulator.server import SimulatorServer
from support.raw_clients import Client, rsa_pem

UNTIL = date(2026, 6, 12)
YEAR = ("2025-06-13", "2026-06-12")
KEY = "open sesame"


@pytest.fixture(scope="module", name="pem")
def own_pem() -> bytes:
    return rsa_pem()


@pytest.fixture(scope="module", name="server")
def keyed_server(pem: bytes) -> Iterator[SimulatorServer]:
    """Run a simulator with encrypted TCP, and WebSocket with a key."""
    with SimulatorServer(until=UNTIL, page_size=100, rate_limit=False, rsa_key=pem, ws_port=0, ws_key=KEY) as running:
        yield running


@pytest.fixture(scope="module", name="plain")
def plain_server() -> Iterator[SimulatorServer]:
    """Run a simulator with plain TCP, and WebSocket without a key."""
    with SimulatorServer(until=UNTIL, page_size=100, rate_limit=False, ws_port=0) as running:
        yield running


def all_pages(one: Client, market: int = 1, data_type: int = 0) -> list[tuple[str, int, int]]:
    rows, key, pages = [], b"", 0
    while pages == 0 or key:
        s2c = one.statistic(*YEAR, key, market, data_type)["s2c"]
        assert (s2c["optionMarket"], s2c["dataType"]) == (market, data_type)
        rows += [(item["time"], item["callValue"], item["putValue"]) for item in s2c["statisticList"]]
        pages, key = pages + 1, s2c.get("nextPageKey", b"")
    assert pages == 3
    return rows


def expected(market: int = 1, data_type: int = 0) -> list[tuple[str, int, int]]:
    frame = po.load(market, data_type, *YEAR, source="simulator:", cache=False)[::-1]
    return list(zip(frame.index.strftime("%Y-%m-%d"), frame["call_value"], frame["put_value"], strict=True))
