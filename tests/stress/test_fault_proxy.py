"""Every fault at every packet between client and OpenD: the right frame or the right error, in time.

Each case is a load of ten pages through a proxy that injects one fault into one packet (`fault_proxy`). After a lost
connection the load must reconnect and return the right frame; otherwise it must raise the error of the catalogue. The
cache must hold only windows that were answered completely, the next load must request only the rest, and no descriptor
or thread may be left.
"""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.fault_catalogue import CATALOGUE
from support.fault_proxy import C2S, EXPECTED, S2C, Link, Proxy, ProxyFault, call
from support.proxy_faults import FAULTS
from support.raw_clients import rsa_pem

import pd_optstat as po
from pd_optstat.opend import rate_limit
from pd_optstat.opend.messages import GetOptionMarketStatistic
from pd_optstat.opend.retry import RECONNECT_TIMEOUTS, TRICKLE_TIMEOUTS
from pd_optstat.simulator.server import SimulatorServer
from pd_optstat.storage.cache.database import close_databases

pytestmark = pytest.mark.slow

UNTIL = date(2026, 6, 12)
#: One window of ten pages.
YEAR = ("US_SECURITY", "VOLUME", "2025-06-13", UNTIL)
PAGES, PAGE_SIZE = 10, 26
#: Three windows of two pages, for each of two series.
YEARS = ("HK_INDEX", None, "2023-06-13", UNTIL)
#: Timeouts in seconds: long where the load should succeed, as the machine may be busy; short where nothing will come.
PATIENT, HASTY = 3.0, 0.3
THREADS = 12
#: Seconds beyond the documented bound, for the work itself on a busy machine.
SLACK = 8.0


class Servers:
    """Four simulators: an OpenD, the same one after a restart, another one, and one that is not logged in."""

    def __init__(self, page_size: int, **options: Any) -> None:
        self.options = {"until": UNTIL, "page_size": page_size, "ws_port": 0, **options}
        self.opend, self.restarted = self._start(), self._start()
        self.other, self.asleep = self._start(seed=7), self._start(faults=["not-logged-in"])

    def _start(self, **options: Any) -> SimulatorServer:
        return SimulatorServer(**self.options, rate_limit=False, **options).start()

    def stop(self) -> None:
        for server in (self.opend, self.restarted, self.other, self.asleep):
            server.stop()

    def address(self, server: SimulatorServer, transport: str) -> tuple[str, int]:
        port = server.ws_port if transport == "ws" else server.port
        assert port is not None
        return "127.0.0.1", port

    def faults(self, transport: str) -> dict[str, ProxyFault]:
        """Return the faults that need several servers."""
        restarted, other, asleep = (self.address(one, transport) for one in (self.restarted, self.other, self.asleep))

        async def restart(link: Link, to: Any, data: bytes) -> None:
            link.proxy.upstream = restarted
            link.close()

        async def become_another(link: Link, to: Any, data: bytes) -> None:
            link.proxy.upstream = other
            link.close()

        async def restart_with_late_login(link: Link, to: Any, data: bytes) -> None:
            link.proxy.upstream = asleep
            link.close()

            async def log_in() -> None:
                await asyncio.sleep(0.25)
                link.proxy.upstream = restarted

            link.proxy.later = asyncio.create_task(log_in())  # type: ignore[attr-defined]

        several = {
            "restart": (restart, "restart"),
            "another-opend": (become_another, "other"),
            "late-login": (restart_with_late_login, "late"),
        }
        return {name: ProxyFault(name, run, {C2S: kind, S2C: kind}) for name, (run, kind) in several.items()}


@pytest.fixture(scope="module")
def ten_pages() -> Iterator[Servers]:
    servers = Servers(PAGE_SIZE)
    yield servers
    servers.stop()


@pytest.fixture(scope="module")
def two_pages() -> Iterator[Servers]:
    servers = Servers(130)
    yield servers
    servers.stop()


PEM = rsa_pem()


@pytest.fixture(scope="module")
def encrypted() -> Iterator[Servers]:
    servers = Servers(PAGE_SIZE, rsa_key=PEM)
    yield servers
    servers.stop()


def load(what: Sequence[Any], **options: Any) -> pd.DataFrame:
    return po.load_panel(*what, **options) if what[1] is None else po.load(*what, **options)


@pytest.fixture(scope="module")
def right() -> dict[Sequence[Any], pd.DataFrame]:
    return {what: load(what, source="simulator:", cache=False) for what in (YEAR, YEARS)}


@pytest.fixture(autouse=True)
def nothing_stays_open(right: Any, own_user: None) -> Iterator[None]:
    """Fail if a test leaves descriptors or threads."""
    po.load(*YEAR[:2], "2026-06-01", UNTIL, source="simulator:", cache=False)
    call(asyncio.sleep(0))
    close_databases()
    before = descriptors(), threads()
    yield
    po.close()
    gc.collect()
    settle(lambda: descriptors() <= before[0] and threads() <= before[1])
    assert (descriptors() - before[0], threads() - before[1]) == (set(), set())


def descriptors() -> set[tuple[int, str]]:
    """Return the open descriptors with their targets."""
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            found.add((int(name), os.readlink(f"/proc/self/fd/{name}")))
        except OSError:
            continue  # the descriptor of the listing itself
    return {one for one in found if "/fd" not in one[1]}


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("pd_optstat-resolver")}


def settle(done: Callable[[], bool]) -> None:
    """Wait until `done` returns True, for at most 5 s."""
    deadline = time.monotonic() + 5.0
    while not done() and time.monotonic() < deadline:
        time.sleep(0.01)


# -- One fault at one packet -----------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_rate_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Grant every slot: one test makes more loads in 30 s than the limit allows, and their time is bounded here."""
    monkeypatch.setattr(rate_limit.SharedSlots, "acquire", lambda self, wanted, now: list(range(1, wanted + 1)))
    monkeypatch.setattr(rate_limit.SharedSlots, "renew", lambda self, ids, now: None)
    monkeypatch.setattr(rate_limit.SharedSlots, "release", lambda self, moments, now: None)


class Case:
    """A load through a proxy, a second one after it, and the checks of both."""

    def __init__(
        self,
        servers: Servers,
        fault: ProxyFault,
        direction: str,
        at: int,
        folder: Path,
        what: Sequence[Any],
        right: pd.DataFrame,
        transport: str = "tcp",
        **options: Any,
    ) -> None:
        self.servers, self.fault, self.direction, self.at = servers, fault, direction, at
        self.kind = fault.kinds[direction]
        self.folder, self.what, self.right, self.transport, self.options = folder, what, right, transport, options
        self.readable = transport == "tcp" and not options
        hasty = self.kind in ("silence", "skipped", "down", "loss or silence", "bytes or silence")
        self.timeout = HASTY if hasty else PATIENT

    def __str__(self) -> str:
        return f"{self.fault.name} at {self.direction} packet {self.at} ({self.transport} {self.options.keys() or ''})"

    def attempt(self, patient: bool = False) -> str:
        """Return the outcome of the load; an empty string if it ended before the fault."""
        if patient:
            self.timeout, self.folder = PATIENT, self.folder.with_suffix(".again")
        upstream = self.servers.address(self.servers.opend, self.transport)
        with Proxy(upstream, self.transport, self.fault, self.direction, self.at) as proxy:
            source = self.source(proxy)
            begun = time.monotonic()
            try:
                frame = load(self.what, source=source, cache=self.folder)
            except po.OptStatError as error:
                outcome = "ConnectionFailed" if isinstance(error, po.ConnectionFailed) else type(error).__name__
                frame, told = None, str(error)
            else:
                outcome, told = "right", ""
            took = time.monotonic() - begun
            if not proxy.struck and not patient and outcome == "ConnectionFailed" and self.timeout == HASTY:
                return ""
            assert proxy.struck, f"{self}: there is no such packet, and the load ended with {outcome} {told}"
            assert outcome in self.allowed(), f"{self}: {outcome} {told}"
            assert len(told) < 2000, f"{self}: a message of {len(told)} characters"
            assert took < (RECONNECT_TIMEOUTS + 1 + TRICKLE_TIMEOUTS) * self.timeout + SLACK, f"{self}: {took:.1f} s"
            if frame is not None:
                pd.testing.assert_frame_equal(frame, self.right)
                self.check_counts(frame, proxy)
            covered = self.check_cache(frame is not None)
            proxy.upstream = upstream
            proxy.heal()
            self.check_next(source, proxy, covered)
        return outcome

    def source(self, proxy: Proxy) -> Any:
        if self.transport == "ws":
            return po.OpenDWebSocket(port=proxy.port, timeout=self.timeout)
        return po.OpenD(port=proxy.port, timeout=self.timeout, **self.options)

    def allowed(self) -> set[str]:
        opening = self.at <= (2 if self.transport == "ws" else 1)
        # A load does not wait for the reply to GetGlobalState.
        vital = opening or self.at > (4 if self.transport == "ws" else 3)
        if opening and self.kind in ("loss", "reset", "restart", "late", "other", "loss or silence"):
            return {
                "ConnectionFailed",
                "right",
            }  # a failed first connection is not retried; faults that strike after the reply lose an open one
        if opening and self.transport == "ws" and self.at == 1 and self.kind not in ("nothing", "down"):
            return {"ProtocolError", "ConnectionFailed"}
        if self.kind == "loss or silence":
            return {"ConnectionFailed", "right"}
        expected = EXPECTED[self.kind]
        if expected is po.OptStatError:
            return {"ProtocolError", "ConnectionFailed"}
        outcome = "right" if expected is None else expected.__name__
        return {outcome} if self.kind != "skipped" or vital else {outcome, "right"}

    def check_counts(self, frame: pd.DataFrame, proxy: Proxy) -> None:
        """Compare the requests that the load reports with those that the proxy saw."""
        if self.what[1] is None:
            return
        said = frame.attrs["optstat"]
        # A reset discards requests that the proxy had not read yet.
        unread = said["requests"] - len(proxy.requests)
        assert unread in ((0, 1) if self.kind == "reset" else (0,)), (
            f"{self}: {said['requests']}, {len(proxy.requests)}"
        )
        assert said["requests"] <= PAGES + {"restart": 2, "late": 3}.get(self.kind, 1), f"{self}: {said['requests']}"
        if not self.readable:
            return
        asked = [question(data) for data in proxy.requests]
        first = [one for one in asked if not one.nextPageKey]
        assert 0 <= said["first_page_requests"] - len(first) <= unread, f"{self}: {said}"
        days = [day for data in proxy.replies for day in days_of(data)]
        # Faults of kind "nothing" may duplicate requests themselves.
        assert len(days) == len(set(days)) or self.kind == "nothing", f"{self}: days came twice"
        # The rest of a window is requested up to the day before the oldest row received.
        for one in first[1:]:
            assert one.endTime <= first[0].endTime
            assert one.endTime == first[0].endTime or str(date.fromisoformat(one.endTime) + timedelta(days=1)) in days

    def check_cache(self, complete: bool) -> list[tuple[int, date, date]]:
        """Return the cache's coverage, after comparing all of its rows."""
        cache = po.Cache(self.folder)
        covered: list[tuple[int, date, date]] = []
        origin = f"simulator:{self.servers.opend.service.dataset.seed}"
        for kind in po.OptionStatisticDataType:
            if self.what[1] not in (None, kind.name):
                continue
            spans = cache.coverage(self.what[0], kind, origin)
            whole = self.right if self.what[1] else self.right[self.what[0]][kind.name]
            for first, last in spans:
                held = po.load(self.what[0], kind, first, last, source="simulator:", offline=True, cache=cache)
                part = whole.loc[str(first) : str(last)].dropna(how="all")
                for column in ("call_value", "put_value"):
                    assert held[column].tolist() == part[column].tolist(), f"{self}: {first}..{last}"
            covered += [(kind.value, *span) for span in spans]
            assert not complete or spans, f"{self}: nothing was kept"
            assert complete or self.what[1] is None or not spans, f"{self}: half a window was kept"
        return covered

    def check_next(self, source: Any, proxy: Proxy, covered: list[tuple[int, date, date]]) -> None:
        """Load again, and check that only missing days are requested."""
        source.timeout = 30.0
        frame = load(self.what, source=source, cache=self.folder)
        pd.testing.assert_frame_equal(frame, self.right)
        if self.what[1] is not None:
            assert len(proxy.requests) == (0 if covered else PAGES), f"{self}: {len(proxy.requests)} requests"
        if self.readable:
            for one in map(question, proxy.requests):
                for data_type, first, last in covered:
                    apart = one.dataType != data_type or str(last) < one.beginTime or one.endTime < str(first)
                    assert apart, f"{self}: {first}..{last} was asked for again"


def question(data: bytes) -> Any:
    return GetOptionMarketStatistic.Request.FromString(data[44:]).c2s


def days_of(data: bytes) -> list[str]:
    return [row.time[:10] for row in GetOptionMarketStatistic.Response.FromString(data[44:]).s2c.statisticList]


def run_all(cases: Sequence[Case]) -> dict[str, list[str]]:
    """Run the cases concurrently; return their outcomes by direction.

    Where the machine was too busy for a load to come to its fault in time, that case runs once more: alone, as the
    others' faults may be what kept it busy, and with patience.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(Case.attempt, cases))
    outcomes = [outcome or case.attempt(patient=True) for case, outcome in zip(cases, outcomes, strict=True)]
    found: dict[str, list[str]] = {}
    for case, outcome in zip(cases, outcomes, strict=True):
        found.setdefault(case.direction, []).append(outcome)
    return found


def several(
    servers: Servers, name: str, positions: int, folder: Path, what: Any, right: Any, **options: Any
) -> list[Case]:
    transport = options.get("transport", "tcp")
    fault = {**FAULTS[transport], **servers.faults(transport)}[name]
    return [
        Case(servers, fault, direction, at, folder / f"{name}-{direction}-{at}", what, right[what], **options)
        for direction in fault.kinds
        for at in range(1, positions + 1)
    ]


#: Faults of `Servers`, which need several servers.
SEVERAL = ["restart", "another-opend", "late-login"]
TCP = [*FAULTS["tcp"], *SEVERAL]
WS = [*FAULTS["ws"], *SEVERAL]


def test_the_proxys_faults_do_what_the_catalogue_says(ten_pages: Servers) -> None:
    for transport in ("tcp", "ws"):
        for name, fault in {**FAULTS[transport], **ten_pages.faults(transport)}.items():
            assert EXPECTED[fault.kinds[S2C]] is CATALOGUE[name].expected, name


@pytest.mark.parametrize("name", TCP)
def test_every_fault_at_every_packet_of_ten_pages(name: str, ten_pages: Servers, right: Any, tmp_path: Path) -> None:
    # Packets: InitConnect, GetGlobalState, and ten pages.
    run_all(several(ten_pages, name, 2 + PAGES, tmp_path, YEAR, right))


#: One or two faults of each kind, for other bodies.
FEW = [
    *("close-before", "reset-after", "close", "half-close", "restart", "late-login", "gone"),
    *("stall", "dribble", "delay", "changed-body", "wrong-length", "another-opend"),
]


@pytest.mark.parametrize(
    "options",
    [
        {"format": "json"},
        {"rsa_key": PEM},
        {"rsa_key": PEM, "cipher": "FTAES_ECB", "format": "json"},
    ],
    ids=["json", "AES_CBC", "FTAES_ECB"],
)
def test_faults_of_other_bodies(
    options: dict[str, Any], ten_pages: Servers, encrypted: Servers, right: Any, tmp_path: Path
) -> None:
    servers = encrypted if "rsa_key" in options else ten_pages
    cases = [
        case
        for name in FEW
        for case in several(servers, name, 2 + PAGES, tmp_path, YEAR, right, **options)
        if case.at in (1, 3, 7, 2 + PAGES)
    ]
    run_all(cases)


@pytest.mark.parametrize("name", WS)
def test_faults_of_a_websocket(name: str, ten_pages: Servers, right: Any, tmp_path: Path) -> None:
    # The handshake is one more packet.
    cases = several(ten_pages, name, 3 + PAGES, tmp_path, YEAR, right, transport="ws")
    run_all([case for case in cases if case.at in (1, 2, 3, 5, 3 + PAGES)])


@pytest.mark.parametrize("name", TCP)
def test_faults_of_several_windows(name: str, two_pages: Servers, right: Any, tmp_path: Path) -> None:
    """Six windows of two pages each are in flight together."""
    cases = several(two_pages, name, 2 + 12, tmp_path, YEARS, right)
    run_all([case for case in cases if case.at in (3, 8, 9, 14)])
