"""A cancelled load stops within moments, whatever its connection waits for."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import pd_optstat as po
from pd_optstat.opend.messages import synthetic_user_id
from pd_optstat.opend.rate_limit import LIMIT, shared_slots
from pd_optstat.opend.retry import TRICKLE_TIMEOUTS
from pd_optstat.simulator.server import SimulatorServer

WEEK = ("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-05")
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def seconds_to_cancel(source: Any, when: Callable[[], bool], **arguments: Any) -> float:
    """Start a load, cancel it `when` that is true, and return how long it takes to end."""

    async def run() -> float:
        task = asyncio.create_task(po.aload(*WEEK, source=source, cache=False, progress=False, **arguments))
        deadline = time.monotonic() + 20
        while not when() and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert not task.done()
        begun = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - begun

    return asyncio.run(run())


@pytest.fixture
def silent_server() -> Iterator[tuple[int, Callable[[], bool]]]:
    """Accept connections and never answer; yield the port, and a function that tells whether somebody connected."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        accepted: list[socket.socket] = []

        def connected() -> bool:
            with contextlib.suppress(BlockingIOError):
                accepted.append(listening.accept()[0])
            return bool(accepted)

        yield listening.getsockname()[1], connected
        for one in accepted:
            one.close()


@pytest.mark.parametrize("scheme", ["opend", "ws", "wss"])
def test_while_the_server_says_nothing(scheme: str, silent_server: tuple[int, Callable[[], bool]]) -> None:
    """In TCP's InitConnect, in the WebSocket handshake, and in the TLS handshake."""
    port, connected = silent_server
    source = (
        po.OpenD(port=port, timeout=60)
        if scheme == "opend"
        else po.OpenDWebSocket(port=port, tls=scheme == "wss", timeout=60)
    )
    assert seconds_to_cancel(source, connected) < 1


def test_the_tls_handshake_keeps_to_the_timeout(silent_server: tuple[int, Callable[[], bool]]) -> None:
    port, _ = silent_server
    begun = time.monotonic()
    with pytest.raises(po.ConnectionFailed, match="TLS handshake timed out"):
        po.load(*WEEK, source=po.OpenDWebSocket(port=port, tls=True, timeout=0.5), cache=False)
    assert time.monotonic() - begun < 2


def test_while_a_tls_handshake_makes_no_progress() -> None:
    """A server that sends the beginning of a record, a byte at a time, never ends the handshake."""
    import threading

    stop = threading.Event()
    connections: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def trickle() -> None:
            connected = listening.accept()[0]
            connections.append(connected)
            with connected:
                connected.sendall(b"\x16\x03\x03\x40\x00")  # a handshake record of 16 kB
                while not stop.wait(0.02):
                    connected.sendall(b"\x02")

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        source = po.OpenDWebSocket(port=listening.getsockname()[1], tls=True, timeout=60)
        try:
            assert seconds_to_cancel(source, lambda: bool(connections)) < 1
        finally:
            stop.set()
            thread.join(5)


@pytest.fixture
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer() as running:
        yield running


def test_while_it_waits_for_a_slot_of_the_rate_limit(server: SimulatorServer) -> None:
    shared_slots("localhost", synthetic_user_id(3301)).acquire(LIMIT, time.monotonic())
    assert seconds_to_cancel(server.url, lambda: server.connections > 0) < 1
    assert server.service.first_pages_served == 0


def test_a_slow_but_steady_server_has_the_documented_time_for_every_page() -> None:
    """So the time of a load is bounded by the number of its pages, not by one reply's bound."""
    latency, timeout, pages = 0.25, 0.6, 15
    until = date(2026, 6, 12)
    with SimulatorServer(until=until, page_size=1, latency=latency) as slow:
        source = po.OpenD(port=slow.port, timeout=timeout)
        begun = time.monotonic()
        frame = po.load("US_SECURITY", "VOLUME", "2026-05-22", until, source=source, cache=False)
        took = time.monotonic() - begun
    assert (len(frame), frame.attrs["optstat"]["requests"]) == (pages, pages)
    assert TRICKLE_TIMEOUTS * timeout < took < pages * TRICKLE_TIMEOUTS * timeout


@needs_posix
def test_while_another_process_holds_the_lock_of_the_rate_limit(
    server: SimulatorServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pd_optstat.opend import rate_limit

    monkeypatch.setattr(rate_limit, "_LOCK_TIMEOUT", 60.0)
    shared_slots("localhost", synthetic_user_id(3301)).acquire(1, time.monotonic())
    file = next(tmp_path.glob("*.slots"))
    code = textwrap.dedent("""
        import fcntl, sys, time
        file = open(sys.argv[1])
        fcntl.flock(file, fcntl.LOCK_EX)
        print("locked", flush=True)
        time.sleep(60)
    """)
    holder = subprocess.Popen([sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        assert seconds_to_cancel(server.url, lambda: server.connections > 0) < 1
    finally:
        holder.kill()
        holder.communicate()
