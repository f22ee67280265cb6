"""OpenD that restarts, is slow, or cannot be reached in one way or another: the right thing, in time."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.opend import connect
from pd_optstat.simulator.server import SimulatorServer

UNTIL = date(2026, 6, 12)
YEAR = ("US_SECURITY", "VOLUME", "2025-06-13", UNTIL)
SLACK = 2.0


def server(**options: Any) -> SimulatorServer:
    return SimulatorServer(until=UNTIL, page_size=26, rate_limit=False, **options)


def right() -> pd.DataFrame:
    return po.load(*YEAR, source="simulator:", cache=False)


def wait_for(done: Any) -> None:
    deadline = time.monotonic() + 20.0
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.mark.parametrize("door", ["tcp", "ws"])
def test_opend_is_stopped_and_started_in_the_middle_of_a_load(door, tmp_path):
    before = server(ws_port=0, latency=0.05).start()
    make = po.OpenDWebSocket if door == "ws" else po.OpenD
    source = make(port=before.ws_port if door == "ws" else before.port)
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(po.load, *YEAR, source=source, cache=tmp_path)
        wait_for(lambda: before.service.pages_served >= 4)
        before.stop()
        time.sleep(0.3)  # nobody listens meanwhile
        with server(port=before.port, ws_port=before.ws_port) as after:
            frame = loading.result(30)
            assert after.service.first_pages_served == 1
            assert before.service.pages_served + after.service.pages_served <= 11
    pd.testing.assert_frame_equal(frame, right())
    said = frame.attrs["optstat"]
    assert said["first_page_requests"] == 2
    assert said["requests"] <= 12


def test_another_simulator_in_its_place_is_an_error_and_nothing_is_mixed(tmp_path):
    before = server(latency=0.05).start()
    source = po.OpenD(port=before.port)
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(po.load, *YEAR, source=source, cache=tmp_path)
        wait_for(lambda: before.service.pages_served >= 4)
        before.stop()
        with server(port=before.port, seed=7):
            with pytest.raises(po.ConnectionFailed, match=r"simulator:7 instead of simulator:3301"):
                loading.result(30)
            assert po.Cache(tmp_path).info().empty
            frame = po.load(*YEAR, source=source, cache=tmp_path)
            assert frame.attrs["optstat"]["source"] == "simulator:7"
    assert not frame.equals(right())


def test_slow_but_within_the_timeout_is_good_enough():
    with server(latency=0.7) as slow:
        frame = po.load(*YEAR[:2], "2026-04-01", UNTIL, source=po.OpenD(port=slow.port, timeout=1.4), cache=False)
        assert slow.connections_seen == 1
    assert len(frame) > 26


def test_slower_than_the_timeout_is_an_error_in_time():
    with server(latency=3.0) as slow:
        begun = time.monotonic()
        with pytest.raises(po.ConnectionFailed, match=r"within 0\.5 s.*timeout=SECONDS"):
            po.load(*YEAR, source=po.OpenD(port=slow.port, timeout=0.5), cache=False)
        assert time.monotonic() - begun < 0.5 + SLACK


def test_a_resolver_that_never_answers_is_waited_for_no_longer_than_the_timeout(monkeypatch):
    released = threading.Event()
    monkeypatch.setattr(connect.socket, "getaddrinfo", lambda *_, **__: released.wait(30) and [])
    begun = time.monotonic()
    try:
        with pytest.raises(po.ConnectionFailed, match=r"nowhere\.example was not resolved within 0\.5 s"):
            po.load(*YEAR, source=po.OpenD("nowhere.example", timeout=0.5), cache=False)
        assert time.monotonic() - begun < 0.5 + SLACK
    finally:
        released.set()


def full() -> tuple[socket.socket, list[socket.socket]]:
    """Return a listening socket whose backlog is full: who connects now hears nothing."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(0)
    waiting = []
    for _ in range(8):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(listening.getsockname())
        waiting.append(one)
    return listening, waiting


def test_an_address_that_swallows_everything_is_an_error_in_time():
    listening, waiting = full()
    begun = time.monotonic()
    try:
        with pytest.raises(po.ConnectionFailed, match="timed out"):
            po.load(*YEAR, source=po.OpenD(port=listening.getsockname()[1], timeout=0.5), cache=False)
        assert time.monotonic() - begun < 0.5 + SLACK
    finally:
        for one in (listening, *waiting):
            one.close()


def test_the_next_address_of_a_name_is_tried_when_the_first_swallows_everything(monkeypatch):
    """And one of a family that this machine does not have costs nothing."""
    listening, waiting = full()
    with server() as sound:
        addresses = [
            (12345, socket.SOCK_STREAM, 6, "", ("127.0.0.9", 1)),  # no such family
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", listening.getsockname()),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", sound.port)),
        ]
        monkeypatch.setattr(connect.socket, "getaddrinfo", lambda *_, **__: addresses)
        frame = po.load(*YEAR, source=po.OpenD("several.example", sound.port, timeout=1.5), cache=False)
    for one in (listening, *waiting):
        one.close()
    pd.testing.assert_frame_equal(frame, right())


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize("door", ["tcp", "ws"])
def test_ipv6(door):
    with server(host="::1", ws_port=0, faults=["close:3"]) as sound:
        frame = po.load(*YEAR, source=sound.ws_url if door == "ws" else sound.url, cache=False)
        assert "[::1]" in frame.attrs["optstat"]["endpoint"]
    pd.testing.assert_frame_equal(frame, right())


def test_a_reset_right_after_the_greeting_is_one_of_our_errors(monkeypatch):
    """The address at the other end can then not be asked for any more."""
    monkeypatch.setattr(
        connect.socket.socket, "getpeername", lambda self: (_ for _ in ()).throw(OSError(107, "not connected"))
    )
    with server() as sound, pytest.raises(po.ConnectionFailed, match="not connected"):
        po.load(*YEAR, source=po.OpenD(port=sound.port), cache=False)
