"""aload: the same load beside an event loop; cancelled, it leaves nothing behind but what was complete."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Coroutine, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from filelock import FileLock

import pd_optstat as po
from pd_optstat.simulator.server import SimulatorServer

YEAR = ("US_SECURITY", "VOLUME", "2025-06-13", "2026-06-12")
SERIES = ("US_SECURITY", "VOLUME")
#: 15 windows; the numbers begin in 2012.
LONG = (*SERIES, "2012-01-01", "2026-06-12")


@pytest.fixture
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(until=date(2026, 6, 12), page_size=100, rate_limit=False) as running:
        yield running


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def left() -> tuple[int, set[str]]:
    """Return how many descriptors are open, and which threads of ours run."""
    po.close()
    names = {thread.name for thread in threading.enumerate()}
    return len(os.listdir("/proc/self/fd")), {name for name in names if name.startswith("pd_optstat-aload")}


def assert_left(before: tuple[int, set[str]]) -> None:
    """Assert that nothing more is left than `before`; the simulator, in this process too, may need a moment."""
    deadline = time.monotonic() + 5
    while (left()[0] > before[0] or left()[1] - before[1]) and time.monotonic() < deadline:
        time.sleep(0.01)
    descriptors, names = left()
    assert descriptors <= before[0]  # fewer, if something from before was still closing
    assert names <= before[1]


# -- The same as load ------------------------------------------------------------------------------------------------


def test_the_signatures_are_those_of_load() -> None:
    for beside, plain in ((po.aload, po.load), (po.aload_panel, po.load_panel)):
        assert inspect.iscoroutinefunction(beside)
        ours, theirs = inspect.signature(beside).parameters, inspect.signature(plain).parameters
        assert {name: (one.kind, one.default) for name, one in ours.items()} == {
            name: (one.kind, one.default) for name, one in theirs.items()
        }


def test_the_frame_is_that_of_load(server: SimulatorServer, tmp_path: Path) -> None:
    there = run(po.aload(*YEAR, source=server.url, cache=tmp_path))
    here = po.load(*YEAR, source=server.url, cache=tmp_path)
    pd.testing.assert_frame_equal(there, here)
    assert here.attrs["optstat"] == there.attrs["optstat"] | {"requests": 0, "first_page_requests": 0}
    panel = run(po.aload_panel("US_SECURITY", None, *YEAR[2:], source=server.url, cache=tmp_path))
    expected = po.load_panel("US_SECURITY", None, *YEAR[2:], source=server.url, cache=tmp_path)
    pd.testing.assert_frame_equal(panel, expected)


def test_load_works_inside_a_running_loop(server: SimulatorServer) -> None:
    async def cell() -> pd.DataFrame:
        return po.load(*YEAR, source=server.url, cache=False)

    assert len(run(cell())) == 251


def test_the_loop_goes_on_meanwhile(server: SimulatorServer) -> None:
    server.latency = 0.3

    async def count() -> int:
        load = asyncio.create_task(po.aload(*YEAR, source=server.url, cache=False))
        ticks = 0
        while not load.done():
            await asyncio.sleep(0.01)
            ticks += 1
        await load
        return ticks

    assert run(count()) > 20  # three pages of 0.3 s each


def test_many_at_once_fetch_once(server: SimulatorServer, tmp_path: Path) -> None:
    po.load("HK_INDEX", "VOLUME", "2026-06-01", "2026-06-05", source=server.url, cache=tmp_path)  # who is there
    server.latency = 0.05

    async def several() -> list[pd.DataFrame]:
        loads = [po.aload(*YEAR, source=server.url, cache=tmp_path) for _ in range(12)]
        return await asyncio.gather(*loads)

    frames = run(several())
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame, frames[0])
    assert sorted(frame.attrs["optstat"]["requests"] for frame in frames) == [0] * 11 + [3]


def test_errors_are_those_of_load() -> None:
    with pytest.raises(po.InvalidRequest, match="market"):
        run(po.aload("NOWHERE"))
    with pytest.raises(po.InvalidRequest, match="progress"):
        run(po.aload(*YEAR, progress="bar"))  # type: ignore[arg-type]
    with pytest.raises(po.OfflineMiss):
        run(po.aload(*YEAR, offline=True))
    with pytest.raises(po.ConnectionFailed):
        run(po.aload(*YEAR, source="opend://127.0.0.1:1"))


def test_pins_of_the_task_hold(server: SimulatorServer, tmp_path: Path) -> None:
    async def study(mode: str) -> pd.DataFrame:
        with po.pin(tmp_path / "study.optstat", mode):  # type: ignore[arg-type]
            return await po.aload(*YEAR, source=server.url, cache=False)

    recorded = run(study("record"))
    server.stop()
    replayed = run(study("replay"))
    pd.testing.assert_frame_equal(recorded, replayed)
    assert replayed.attrs["optstat"]["requests"] == 0


def test_warnings_point_at_the_line_that_awaits(server: SimulatorServer) -> None:
    server.faults = ["wrong-ratio"]

    async def cell() -> None:
        await po.aload(*YEAR, source=server.url, cache=False)

    with pytest.warns(po.DataWarning) as caught:
        run(cell())
    line = inspect.getsourcelines(cell)[1] + 1
    assert [(one.filename, one.lineno) for one in caught] == [(__file__, line)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(po.DataWarning):
            run(cell())


def test_progress_is_told_in_the_loop(server: SimulatorServer) -> None:
    told: list[tuple[int, int, int]] = []

    async def cell() -> None:
        here = threading.get_ident()

        def show(done: int, total: int) -> None:
            asyncio.get_running_loop()
            told.append((done, total, threading.get_ident() - here))

        await po.aload(*SERIES, "2024-01-01", "2026-06-12", source=server.url, cache=False, progress=show)

    run(cell())
    assert told == [(done, 3, 0) for done in range(4)]


def test_what_a_progress_callable_raises_ends_the_load(server: SimulatorServer, tmp_path: Path) -> None:
    server.latency = 0.05

    def show(done: int, total: int) -> None:
        if done == 2:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        run(po.aload(*LONG, source=server.url, cache=tmp_path, progress=show))


# -- Cancelled -------------------------------------------------------------------------------------------------------


async def cancelled_after(start: Callable[[], bool], work: Coroutine[Any, Any, Any]) -> float:
    """Cancel `work` once `start` says so; return how long it took to end."""
    task = asyncio.create_task(work)
    while not start():
        assert not task.done()
        await asyncio.sleep(0.005)
    begun = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return time.monotonic() - begun


def test_cancelled_in_the_middle(server: SimulatorServer, tmp_path: Path) -> None:
    """What was complete is cached, and nothing else; nothing is left open; the next load asks for the rest alone."""
    po.load(*SERIES, "2026-06-01", "2026-06-12", source=server.url, cache=tmp_path)
    before, server.latency = left(), 0.15
    told: list[int] = []
    work = po.aload(*LONG, source=server.url, cache=tmp_path, progress=lambda done, total: told.append(done))
    assert run(cancelled_after(lambda: told[-1:] >= [3], work)) < 1
    assert_left(before)
    held = po.Cache(tmp_path).coverage(*SERIES)
    assert held
    server.latency = 0
    served = server.service.pages_served
    frame = po.load(*LONG, source=server.url, cache=tmp_path)
    pd.testing.assert_frame_equal(frame, po.load(*LONG, source="simulator:", cache=False))
    assert server.service.pages_served - served == frame.attrs["optstat"]["requests"] < 15 * 3


@pytest.mark.parametrize("fault", ["silent", "trickle", "never-answers"])
def test_cancelled_while_the_server_is_silent(fault: str, server: SimulatorServer) -> None:
    if fault == "never-answers":  # nobody reads what we send, and nothing ever comes
        listening = socket.create_server(("127.0.0.1", 0))
        url = f"opend://127.0.0.1:{listening.getsockname()[1]}"
    else:
        server.faults = [fault]
        url = server.url
    before = left()
    begun = time.monotonic()
    work = po.aload(*YEAR, source=po.OpenD(port=int(url.rpartition(":")[2]), timeout=60), cache=False)
    assert run(cancelled_after(lambda: time.monotonic() - begun > 0.2, work)) < 1
    assert_left(before)


def test_cancelled_while_it_waits_to_connect_again(server: SimulatorServer, tmp_path: Path) -> None:
    server.faults, server.latency = ["close:2"], 0.05
    port, seen = server.port, server.connections_seen

    def lost() -> bool:
        if server.service.pages_served and server.connections_seen > seen:
            server.stop()
            return True
        return False

    begun = time.monotonic()
    work = po.aload(*YEAR, source=po.OpenD(port=port, timeout=30), cache=tmp_path)
    assert run(cancelled_after(lambda: lost() or time.monotonic() - begun > 5, work)) < 1


@pytest.mark.slow
def test_cancelled_while_another_process_fetches(server: SimulatorServer, tmp_path: Path) -> None:
    po.load(*SERIES, "2026-06-01", "2026-06-12", source=server.url, cache=tmp_path)
    server.latency = 2
    code = (
        "import pd_optstat as po\n"
        "def tell(*counts): print(counts, flush=True)\n"
        f"po.load(*{YEAR!r}, source={server.url!r}, cache={str(tmp_path)!r}, progress=tell)"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "(0, 1)"  # it has the lock now
        begun = time.monotonic()
        work = po.aload(*YEAR, source=server.url, cache=tmp_path)
        assert run(cancelled_after(lambda: time.monotonic() - begun > 0.3, work)) < 1
    finally:
        other.kill()
        other.wait()
        assert other.stdout is not None
        other.stdout.close()


def test_cancelled_while_it_waits_for_the_rate_limit(server: SimulatorServer) -> None:
    from pd_optstat.opend.messages import synthetic_user_id
    from pd_optstat.opend.rate_limit import shared_slots

    shared_slots("localhost", synthetic_user_id(3301)).acquire(60, time.monotonic())
    begun = time.monotonic()
    work = po.aload(*YEAR, source=server.url, cache=False, progress=False)
    assert run(cancelled_after(lambda: time.monotonic() - begun > 0.3, work)) < 1


def waits(work: Coroutine[Any, Any, Any]) -> float:
    """Cancel `work` while it waits; return how long it took to end."""
    begun = time.monotonic()
    return float(run(cancelled_after(lambda: time.monotonic() - begun > 0.3, work)))


@pytest.mark.parametrize("mode", ["EXCLUSIVE", "IMMEDIATE"])
def test_cancelled_while_another_process_has_the_database_locked(tmp_path: Path, mode: str) -> None:
    po.load(*YEAR, source="simulator:", cache=tmp_path)
    po.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "cache.db", isolation_level=None)) as other:
        other.execute(f"BEGIN {mode}")
        took = waits(po.aload(*YEAR, source="simulator:", cache=tmp_path, refresh=True))
    # What is complete may still be written within a second.
    assert took < 2


def test_cancelled_while_another_process_opens_the_database(tmp_path: Path) -> None:
    po.load(*YEAR, source="simulator:", cache=tmp_path)
    po.close()
    with FileLock(tmp_path / "open.lock"):
        assert waits(po.aload(*YEAR, source="simulator:", cache=tmp_path)) < 1


def test_cancelled_while_another_process_writes_the_pin(tmp_path: Path) -> None:
    with po.pin(tmp_path / "study.optstat", "record"), FileLock(tmp_path / "study.optstat.lock"):
        assert waits(po.aload(*YEAR, source="simulator:", cache=False)) < 1
    assert not (tmp_path / "study.optstat").exists()


def test_cancelled_while_the_server_of_an_archive_is_silent() -> None:
    pytest.importorskip("fsspec")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"parquet:ftp://127.0.0.1:{silent.getsockname()[1]}/archive"
        assert waits(po.aload(*YEAR, source=url)) < 1


def test_cancelled_twice_and_in_a_timeout(server: SimulatorServer) -> None:
    server.faults = ["silent"]
    before = left()

    async def impatient() -> None:
        task = asyncio.create_task(po.aload(*YEAR, source=po.OpenD(port=server.port, timeout=60), cache=False))
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await po.aload(*YEAR, source=po.OpenD(port=server.port, timeout=60), cache=False)

    run(impatient())
    assert_left(before)


def test_cancelled_before_it_begins(server: SimulatorServer) -> None:
    async def at_once() -> None:
        task = asyncio.create_task(po.aload(*YEAR, source=server.url, cache=False))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(at_once())
    assert server.connections_seen == 0
