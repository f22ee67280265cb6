"""The result of a load for every fault of the simulator, over each transport where the fault exists."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.quick import slow
from support.raw_clients import rsa_pem

import pd_optstat as po
from pd_optstat.opend.packets import ProtoId
from pd_optstat.opend.retry import RECONNECT_TIMEOUTS, TRICKLE_TIMEOUTS
from pd_optstat.simulator.faults import FAULTS, faults_of
from pd_optstat.simulator.server import SimulatorServer

UNTIL = date(2026, 6, 12)
#: One window of three pages; the fault strikes at the second.
YEAR = ("US_SECURITY", "VOLUME", "2025-06-13", UNTIL)
PATIENT, HASTY = 3.0, 1.0
SLACK = 1.5
PEM = rsa_pem()

#: These strike every time: once, they mean nothing.
ALWAYS = ("hang-up", "silent", "http", "never-accept-init", "not-logged-in", "endless-keys", "empty-pages")
SILENT = ("silent", "no-answer", "stall", "trickle", "wrong-serial", "wrong-proto")
TRANSPORTS = ("protobuf", "json", "AES_CBC", "FTAES_ECB", "ws")
#: JSON cannot hold bytes that are not UTF-8: either error will do.
IN_JSON: dict[str, Any] = {"no-text": (po.ProtocolError, po.InvalidData)}
#: The answer starts like a frame of which the rest never arrives.
IN_WEBSOCKET: dict[str, Any] = {"http": (po.ProtocolError, po.ConnectionFailed)}


def test_every_fault_says_how_a_load_ends() -> None:
    assert all(
        fault.expected is None or issubclass(fault.expected, po.OptStatError | po.DataWarning)
        for fault in FAULTS.values()
    )


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[bool, SimulatorServer]]:
    """Serve with and without encryption."""
    options: dict[str, Any] = {"until": UNTIL, "page_size": 100, "rate_limit": False}
    with SimulatorServer(ws_port=0, **options) as plain, SimulatorServer(rsa_key=PEM, **options) as encrypted:
        yield {False: plain, True: encrypted}


@pytest.fixture(scope="module")
def right() -> pd.DataFrame:
    return po.load(*YEAR, source="simulator:", cache=False)


def source_at(transport: str, server: SimulatorServer, timeout: float) -> Any:
    if transport == "ws":
        assert server.ws_port is not None
        return po.OpenDWebSocket(port=server.ws_port, timeout=timeout)
    if transport in ("protobuf", "json"):
        return po.OpenD(port=server.port, timeout=timeout, format=transport)
    return po.OpenD(port=server.port, timeout=timeout, rsa_key=PEM, cipher=transport)


@pytest.mark.parametrize(
    ("name", "transport"),
    [
        (name, transport) if transport == "protobuf" or fault.transports == ("ws",) else slow(name, transport)
        for name, fault in faults_of(ProtoId.GET_OPTION_MARKET_STATISTIC).items()
        for transport in TRANSPORTS
        if ("ws" if transport == "ws" else "tcp") in fault.transports
    ],
)
def test_a_load_meets_the_fault(name: str, transport: str, servers: Any, right: pd.DataFrame, tmp_path: Path) -> None:
    server = servers[transport.isupper()]
    expected = {"json": IN_JSON, "ws": IN_WEBSOCKET}.get(transport, {}).get(name, FAULTS[name].expected)
    succeeds = expected in (None, po.DataWarning)
    timeout = HASTY if name in SILENT else PATIENT
    source = source_at(transport, server, timeout)
    server.faults = [name if name in ALWAYS else f"{name}:2"]
    # A reply may trickle in; silence, even in the middle of one, is waited for once.
    bound = (TRICKLE_TIMEOUTS if name == "trickle" else 2 if name in SILENT else RECONNECT_TIMEOUTS + 2) * timeout
    begun = time.monotonic()
    if succeeds:
        with contextlib.nullcontext() if expected is None else pytest.warns(po.DataWarning):
            frame = po.load(*YEAR, source=source, cache=tmp_path)
        pd.testing.assert_frame_equal(frame, right)
    else:
        with pytest.raises(expected) as caught:
            po.load(*YEAR, source=source, cache=tmp_path)
        assert len(str(caught.value)) < 2000
    assert time.monotonic() - begun < bound + SLACK
    assert server.faults_struck[name] > 0
    server.faults = []
    # Nothing bad was kept, and what was good is not asked for again.
    frame = po.load(*YEAR, source=source_at(transport, server, 30.0), cache=tmp_path)
    pd.testing.assert_frame_equal(frame, right)
    assert frame.attrs["optstat"]["requests"] == (0 if succeeds else 3)
