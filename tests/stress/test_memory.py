"""Memory that a hostile server can make the client allocate, measured as the peak growth of a process."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.fault_proxy import S2C, Link, Proxy, ProxyFault, ws_frame
from support.hostile_bodies import BODIES
from support.raw_clients import PROTOBUF, packet

import pd_optstat as po
from pd_optstat.opend.messages import MAX_DECODING_BYTES
from pd_optstat.opend.packets import MAX_BODY_BYTES
from pd_optstat.simulator import effects
from pd_optstat.simulator.server import SimulatorServer

SCRIPT = Path(__file__).parents[1] / "support" / "hostile_bodies.py"
#: The bound of a whole load in docs/protocol.md, in bytes: decoding and buffers.
MAX_CLIENT_BYTES = 64 * 1024 * 1024
UNTIL = date(2026, 6, 12)

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux reports the peak"),
    pytest.mark.slow,
]


@pytest.fixture(autouse=True)
def own_rate_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give the processes started here a rate limit of their own: all simulators have the same login."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def run(*arguments: str, stdin: str = "") -> tuple[int, str]:
    """Return by how many bytes a process grew, and its output."""
    command = [sys.executable, str(SCRIPT), *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    grown, output = done.stdout.strip().split(" ", 1)
    return int(grown), output


@pytest.mark.parametrize("name", BODIES)
def test_no_reply_costs_more_than_is_documented(name: str) -> None:
    assert len(BODIES[name][1]()) <= MAX_BODY_BYTES
    grown, output = run(name)
    assert grown < MAX_DECODING_BYTES, f"{grown / 2**20:.1f} MiB: {output}"


def test_the_measurement_is_accurate() -> None:
    from support.hostile_bodies import grown

    assert 0.9 < grown(lambda: bytes(range(256)) * 2**18) / 2**26 < 1.5


# -- A whole load ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=UNTIL, ws_port=0, rate_limit=False) as running:
        yield running


async def send_for_ever(to: Any, data: bytes) -> None:
    with contextlib.suppress(OSError):
        while not to.is_closing():
            to.write(data)
            await to.drain()


async def long_pushes(link: Link, to: Any, data: bytes) -> None:
    await send_for_ever(to, packet(9999, 1, PROTOBUF, bytes(MAX_BODY_BYTES)))


async def short_pushes(link: Link, to: Any, data: bytes) -> None:
    await send_for_ever(to, packet(9999, 1, PROTOBUF, b"") * 10_000)


async def empty_fragments(link: Link, to: Any, data: bytes) -> None:
    to.write(b"\x02\x00")
    await send_for_ever(to, b"\x00\x00" * 100_000)


async def long_fragments(link: Link, to: Any, data: bytes) -> None:
    to.write(b"\x02\x00")
    await send_for_ever(to, b"\x00\x7e\xff\xff" + bytes(65_535))


async def pings(link: Link, to: Any, data: bytes) -> None:
    await send_for_ever(to, b"\x89\x7d" + bytes(125))


async def long_messages(link: Link, to: Any, data: bytes) -> None:
    await send_for_ever(to, ws_frame(b"ft-v1.0\0" + bytes(60_000)))


@pytest.mark.parametrize(
    ("attack", "transport"),
    [
        (long_pushes, "tcp"),
        (short_pushes, "tcp"),
        (empty_fragments, "ws"),
        (long_fragments, "ws"),
        (pings, "ws"),
        (long_messages, "ws"),
    ],
)
def test_no_flood_costs_more_than_is_documented(attack: Any, transport: str, server: SimulatorServer) -> None:
    port = server.ws_port if transport == "ws" else server.port
    assert port is not None
    # Packet 4 is the first page, or comes just before or after it.
    fault = ProxyFault(attack.__name__, attack, {S2C: "silence"})
    with Proxy(("127.0.0.1", port), transport, fault, S2C, 4) as proxy:
        grown, output = run("load", transport, str(proxy.port), "1", stdin=f"{server.port} {server.ws_port}\n")
        assert proxy.struck
    assert output in ("ConnectionFailed", "ProtocolError")
    assert grown < MAX_CLIENT_BYTES, f"{grown / 2**20:.1f} MiB"


def test_long_page_keys_are_not_kept(monkeypatch: pytest.MonkeyPatch, server: SimulatorServer) -> None:
    """Ten windows with a row per page, without end: up to 2,500 keys of 64,000 bytes, 160 MB, before it is detected."""
    monkeypatch.setattr(effects, "HUGE_KEY_BYTES", 64_000)
    with SimulatorServer(until=UNTIL, page_size=1, rate_limit=False, faults=["huge-key"]) as hostile:
        grown, output = run("load", "tcp", str(hostile.port), "20", stdin=f"{server.port} {server.ws_port}\n")
        assert hostile.service.pages_served > 1500
    assert output == "InvalidData"
    assert grown < MAX_CLIENT_BYTES, f"{grown / 2**20:.1f} MiB"


# -- Records of a cache ------------------------------------------------------------------------------------------------

#: Far more than 4 MiB of a sound record costs, and far less than objects for each of its bytes would.
MAX_RECORD_COST = 48 * 1024 * 1024
RECORD = """
import hashlib, sys
import numpy as np
from support.hostile_bodies import grown
from pd_optstat.core.history import History
from pd_optstat.core.markets import OptionMarket, OptionStatisticDataType
from pd_optstat.core.series import MarketSeries
from pd_optstat.storage.cache.records import MAGIC, ChunkKey, DamagedRecord, decode, encode

key = ChunkKey("opend", MarketSeries(OptionMarket.US_SECURITY, OptionStatisticDataType.VOLUME), 2020)
size = 4 * 2**20
days = np.arange(key.first, key.last + 1)
if sys.argv[1] == "answers":  # two million empty messages
    extra = b"\\x8a\\x01\\x00" * (size // 3)
    history = History()
elif sys.argv[1] == "unknown fields":
    extra = b"\\xa0\\x06\\x01" * (size // 3)
    history = History()
else:  # every day is a span of its own, and has the same value again and again
    extra, rows = b"", np.repeat(days, 75)
    ones = np.ones(len(rows), dtype=np.int64)
    spans = {name: days for name in ("span_first", "span_last", "span_first_at", "span_last_at", "span_final_at")}
    history = History(row_day=rows, row_values=np.stack([ones, ones]), row_observed_at=ones * 10**6, **spans)
body = encode(key, history)[36:] + extra
value = MAGIC + hashlib.sha256(MAGIC + body).digest() + body
decode(key, encode(key, History()))  # imports, which must not be measured
said = []
def work():
    try:
        said.append(len(decode(key, value).row_day))
    except DamagedRecord as error:
        said.append(str(error).replace(" ", "-"))
print(grown(work), said[0], len(value))
"""


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("answers", "too-many-fields"), ("unknown fields", "too-many-fields"), ("repeated values", "1827")],
)
def test_no_record_costs_more_than_its_bytes_are_worth(kind: str, outcome: str) -> None:
    command = [sys.executable, "-c", RECORD, kind]
    path = os.pathsep.join([str(SCRIPT.parents[1]), str(Path(po.__file__).parents[1])])
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 0, done.stderr
    grown, said, size = done.stdout.split()
    assert int(size) > 3.5 * 2**20
    assert said == outcome
    assert int(grown) < MAX_RECORD_COST, f"{int(grown) / 2**20:.1f} MiB"
