"""Paging across connections, reconnecting, and the rate limit of a session."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat.core.dates import to_day
from pd_optstat.core.markets import OptionMarket, OptionStatisticDataType
from pd_optstat.core.pages import Page
from pd_optstat.core.series import MarketSeries, Query
from pd_optstat.core.stitching import Stitcher
from pd_optstat.errors import ConnectionFailed
from pd_optstat.opend import session, session_slots
from pd_optstat.opend.connection import ConnectionLost, NotLoggedIn
from pd_optstat.opend.packets import ProtoId
from pd_optstat.opend.rate_limit import LIMIT, PERIOD
from pd_optstat.opend.retry import (
    FIRST_DELAY,
    LONGEST_DELAY,
    MAX_FRUITLESS,
    RECONNECT_TIMEOUTS,
    TRICKLE_TIMEOUTS,
    ReconnectPolicy,
    ReplyTimer,
    backoff,
)
from pd_optstat.opend.session_slots import SessionSlots
from pd_optstat.opend.window import WindowCursor, WindowQueue
from pd_optstat.simulator.server import SimulatorServer

SERIES = MarketSeries(OptionMarket.US_SECURITY, OptionStatisticDataType.VOLUME)
FIRST = to_day(date(2025, 6, 2))
UNTIL = date(2026, 6, 12)


# -- Paging through a window -----------------------------------------------------------------------------------------


class Server:
    """Pages of given days; a restart makes its page keys invalid."""

    def __init__(self, days: list[int], size: int, descending: bool, empty_end: bool) -> None:
        self.days, self.size, self.descending, self.empty_end = days, size, descending, empty_end
        self.epoch = 0

    def answer(self, cursor: WindowCursor) -> Page | None:
        """Return the requested page, or None if the page key is refused."""
        request = cursor.next_request().c2s
        first, last = (to_day(date.fromisoformat(text)) for text in (request.beginTime, request.endTime))
        begin = 0
        if request.nextPageKey:
            epoch, end, place = request.nextPageKey.decode().split("|")
            if (int(epoch), end) != (self.epoch, request.endTime):
                return None
            begin = int(place)
        days = [day for day in sorted(self.days, reverse=self.descending) if first <= day <= last]
        page = days[begin : begin + self.size]
        more = begin + self.size < len(days) or (self.empty_end and bool(page))
        key = f"{self.epoch}|{request.endTime}|{begin + self.size}".encode() if more else b""
        counts = [1000 + day % 7 for day in page]
        absent = [None] * len(page)
        return Page.of(
            *(SERIES.market.value, SERIES.data_type.value),
            *([str(np.datetime64(day, "D")) for day in page], absent, counts, counts, absent, absent),
            next_key=key,
        )


#: What happens to a request: it is answered, or the connection is lost, or OpenD restarts as well.
EVENTS = st.lists(st.sampled_from(["answer", "answer", "lose", "restart"]), max_size=30)


@example(days={FIRST, FIRST + 1}, size=1, descending=False, empty_end=False, events=["answer", "restart"])
@example(days={FIRST, FIRST + 1}, size=1, descending=False, empty_end=False, events=["answer", "restart"] * 3)
@given(
    days=st.sets(st.integers(FIRST, FIRST + 29), min_size=0),
    size=st.integers(1, 12),
    descending=st.booleans(),
    empty_end=st.booleans(),
    events=EVENTS,
)
def test_lost_connections_lose_no_rows_and_repeat_few_requests(days, size, descending, empty_end, events):
    server = Server(sorted(days), size, descending, empty_end)
    query = Query(SERIES, FIRST, FIRST + 29)
    cursor, stitcher = WindowCursor(query), Stitcher(query, len(days) + 1)
    sent = sent_first = reported = reported_first = losses = refused = 0
    came: list[int] = []
    happen = itertools.chain(events, itertools.repeat("answer"))
    done = False

    def count(page: Page) -> None:
        nonlocal reported, reported_first
        reported += 1 + page.lost
        reported_first += (not stitcher.pages or page.restart) + page.lost_first

    while not done:
        if cursor.is_complete:
            page = cursor.finish()
            count(page)
            assert stitcher.add(page)
            break
        event = next(happen)
        sent += 1
        sent_first += cursor.is_counted
        if event != "answer":
            server.epoch += event == "restart"
            losses += 1
            cursor.lose_request()
            continue
        page = server.answer(cursor)
        if page is None:
            assert cursor.key_is_foreign  # a key is refused only on another connection than it came from
            refused += 1
            cursor.refuse_key()
            continue
        before = len(set(came))
        came += page.days.tolist()
        page = cursor.advance(page)
        assert cursor.progressed == (len(set(came)) > before or not page.next_key)
        count(page)
        done = stitcher.add(page)
    assert (reported, reported_first) == (sent, sent_first)
    assert stitcher.rows().days.tolist() == sorted(days)
    assert refused <= losses
    again = [day for day, times in Counter(came).items() if times > 1]
    if descending:
        # One row alone does not tell that the newest come first.
        assert again in ([], [max(days, default=None)])
    if not losses:
        assert sent == max(1, -(-len(days) // size) + (empty_end and bool(days)))
        assert sent_first == 1
    if losses == 1 and descending:
        # One more for the request that was lost; where the key was refused, one more for that; no page twice.
        assert sent <= max(1, -(-len(days) // size) + (empty_end and bool(days))) + 1 + refused + len(again)


@given(days=st.sets(st.integers(FIRST, FIRST + 29), min_size=8), size=st.integers(1, 5), at=st.integers(1, 4))
def test_a_key_that_the_server_still_accepts_is_used(days, size, at):
    assume(len(days) > size * (at + 1))
    server, cursor = Server(sorted(days), size, True, False), WindowCursor(Query(SERIES, FIRST, FIRST + 29))
    for _ in range(at):
        cursor.advance(server.answer(cursor))
    key = cursor.key
    cursor.lose_request()
    assert (cursor.key, cursor.key_is_foreign, cursor.is_counted) == (key, True, False)
    page = cursor.advance(server.answer(cursor))
    assert (page.lost, page.lost_first, page.restart) == (1, 0, False)
    # A second loss in a row: the key may be what ends the connection.
    cursor.lose_request()
    cursor.lose_request()
    assert (cursor.key, cursor.is_counted, cursor.starts_remainder) == (b"", True, True)
    assert cursor.last == page.days.min() - 1


def test_a_window_whose_pages_are_not_newest_first_is_requested_again():
    server, cursor = (
        Server(list(range(FIRST, FIRST + 20)), 5, False, False),
        WindowCursor(Query(SERIES, FIRST, FIRST + 29)),
    )
    cursor.advance(server.answer(cursor))
    cursor.lose_request()
    cursor.refuse_key()
    assert (cursor.last, cursor.key, cursor.starts_remainder, cursor.lost) == (FIRST + 29, b"", True, 2)
    cursor.advance(server.answer(cursor))
    assert not cursor.progressed


# -- Reconnecting ----------------------------------------------------------------------------------------------------


@given(attempt=st.integers(0, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_the_pause_grows_and_differs_between_clients_and_is_bounded(attempt, chance):
    pause = backoff(attempt, chance)
    assert FIRST_DELAY / 2 <= pause <= LONGEST_DELAY
    assert backoff(attempt, 0.0) <= pause <= 2 * backoff(attempt, 0.0)
    assert backoff(attempt + 1, chance) >= pause


class Clock:
    """A clock that only moves when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def wait(self, policy: ReconnectPolicy) -> None:
        """Wait as long as `policy` says."""
        seconds = policy.next_delay(self.now, 0.5)
        self.now += seconds
        if seconds:
            self.pauses.append(seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_repeated_losses_end_the_load(clock):
    policy, lost = ReconnectPolicy(5.0), ConnectionLost("gone.")
    for _ in range(MAX_FRUITLESS):
        policy.record_loss(lost, clock.now)
        clock.wait(policy)
    with pytest.raises(ConnectionFailed, match=r"gone\. Gave up after 5 lost connections without new data"):
        policy.record_loss(lost, clock.now)
    policy.reset()  # a page came
    policy.record_loss(lost, clock.now)
    assert policy.losses == 1


def test_reconnecting_is_tried_for_the_documented_time(clock):
    policy = ReconnectPolicy(5.0)
    policy.record_loss(ConnectionLost("gone."), clock.now)

    def try_for_ever():
        while True:
            clock.wait(policy)
            policy.record_failure(ConnectionFailed("nobody"), clock.now)

    with pytest.raises(ConnectionFailed, match=r"gone\. Gave up reconnecting after 20 s: nobody"):
        try_for_ever()
    assert clock.now == pytest.approx(100.0 + RECONNECT_TIMEOUTS * 5.0)
    assert 10 < len(clock.pauses) < 50


def test_an_opend_that_is_not_logged_in_yet_gets_the_same_time(clock):
    policy = ReconnectPolicy(5.0)
    policy.record_loss(ConnectionLost("gone."), clock.now)

    def try_for_ever():
        while True:
            clock.wait(policy)
            policy.record_loss(NotLoggedIn("not logged in."), clock.now, limited=False)

    with pytest.raises(ConnectionFailed, match="not logged in"):
        try_for_ever()
    assert len(clock.pauses) > MAX_FRUITLESS


def test_an_idle_connection_that_was_closed_is_replaced_at_once(clock):
    policy = ReconnectPolicy(5.0)
    policy.record_loss(ConnectionLost("gone."), clock.now, was_idle=True)
    clock.wait(policy)
    assert clock.pauses == []
    clock.wait(policy)
    assert len(clock.pauses) == 1


def test_a_slow_reply_extends_the_deadline_up_to_a_limit(clock):
    timer = ReplyTimer(5.0, clock.now)
    assert timer.deadline == 105.0
    for _ in range(100):
        clock.now += 3.0
        timer.extend(clock.now)
    assert timer.deadline == 100.0 + TRICKLE_TIMEOUTS * 5.0
    timer.restart(clock.now)
    assert timer.deadline == clock.now + 5.0


# -- The rate limit --------------------------------------------------------------------------------------------------


class Counting:
    """A clock for the simulator, and for us the same time, which passes as fast as anybody wants to wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._skipped = 0.0
        self._lock = threading.Lock()
        real = time.monotonic
        self.real = real
        # The rate limiter's waits alone are skipped: everything that it counts by is this clock.
        monkeypatch.setattr(session, "time", self)
        shared_slots = session_slots.shared_slots

        def skipping_slots(*account: Any) -> Any:
            slots, waits = shared_slots(*account), self

            class Skipping:
                acquire, renew, release = slots.acquire, slots.renew, slots.release

                def seconds_until_free(self, now: float) -> float:
                    left = slots.seconds_until_free(now)
                    if left > 0.02:
                        waits.skip(left - 0.01)
                    return min(left, 0.01)

            return Skipping()

        monkeypatch.setattr(session_slots, "shared_slots", skipping_slots)

    def skip(self, seconds: float) -> None:
        with self._lock:
            self._skipped += seconds

    def monotonic(self) -> float:
        return self.real() + self._skipped

    def unix(self) -> float:
        return 1_800_000_000.0 + self.monotonic()


@pytest.mark.slow
@pytest.mark.parametrize("faults", [[], ["close:30", "close:61", "close:90", "restart:120", "reset-before:125"]])
def test_a_server_that_counts_never_refuses_many_windows_and_losses(faults, monkeypatch, tmp_path):
    """150 windows, more than twice the limit; each loss of a first page costs one more slot."""
    clock = Counting(monkeypatch)
    with SimulatorServer(until=UNTIL, clock=clock.unix, faults=faults) as server:
        source = po.OpenD(port=server.port, timeout=200.0)
        panel = po.load_panel(None, None, "2007-09-01", UNTIL, source=source, cache=tmp_path)
        assert server.service.first_pages_served >= 150 > 2 * LIMIT
        assert all(server.faults_struck.values())
    right = po.load_panel(None, None, "2007-09-01", UNTIL, source="simulator:", cache=False)
    assert panel.equals(right)


def load_in_a_process(port: int, folder: str, market: str, outcome: Any) -> None:
    from pd_optstat.opend import rate_limit

    rate_limit._own_folder = lambda: Path(folder)
    try:
        frame = po.load(market, "VOLUME", "2006-06-13", UNTIL, source=po.OpenD(port=port, timeout=20.0), cache=False)
        outcome.put(len(frame))
    except po.OptStatError as error:
        outcome.put(repr(error))


@pytest.mark.slow
def test_several_processes_that_lose_connections_stay_within_the_limit_together(tmp_path):
    """Three times 20 windows, in real time, and a loss for each: the last few have to wait for half a minute."""
    faults = ["close:5", "reset:20", "close-before:40"]
    context = multiprocessing.get_context("spawn")
    with SimulatorServer(until=UNTIL, faults=faults) as server:
        outcome = context.Queue()
        markets = ("US_SECURITY", "US_INDEX", "US_SECURITY")
        processes = [
            context.Process(target=load_in_a_process, args=(server.port, str(tmp_path), market, outcome))
            for market in markets
        ]
        begun = time.monotonic()
        for process in processes:
            process.start()
        found = [outcome.get(timeout=100) for _ in processes]
        for process in processes:
            process.join()
        sent = server.service.first_pages_served
        assert all(server.faults_struck.values())
        assert sent > LIMIT
        assert time.monotonic() - begun > 25
    whole = len(po.load("US_SECURITY", "VOLUME", "2006-06-13", UNTIL, source="simulator:", cache=False))
    assert found == [whole] * 3


# -- Replies that have arrived are used ------------------------------------------------------------------------------


def test_replies_are_read_after_sending_has_failed(monkeypatch, tmp_path):
    """The first of the next pages cannot be sent; the other first pages have arrived, and do not come twice."""
    sends = itertools.count()
    request = session.Connection.request

    def failing(self, proto_id, message):
        asked_for_a_page = proto_id == ProtoId.GET_OPTION_MARKET_STATISTIC and bool(message.c2s.nextPageKey)
        if asked_for_a_page and not next(sends):
            time.sleep(0.3)  # until all replies are here
            raise self._lost("Broken pipe")
        return request(self, proto_id, message)

    monkeypatch.setattr(session.Connection, "request", failing)
    what = ("US_SECURITY", "VOLUME", "2016-06-13", UNTIL)
    with SimulatorServer(until=UNTIL, page_size=130) as server:
        frame = po.load(*what, source=po.OpenD(port=server.port), cache=tmp_path)
        provenance = frame.attrs["optstat"]
        assert server.connections_seen == 2
        # Ten windows of two pages: nothing was sent in vain, and nothing came twice.
        assert (provenance["requests"], provenance["first_page_requests"]) == (20, 10)
        assert (server.service.pages_served, server.service.first_pages_served) == (20, 10)
    assert frame.equals(po.load(*what, source="simulator:", cache=False))


def test_unsent_requests_are_kept_for_the_next_connection():
    """And holds no slot of the rate limit that it did not use."""

    class Broken:
        def request(self, proto_id, message):
            raise ConnectionLost("gone")

    broken = session.OpenDSession.__new__(session.OpenDSession)
    broken._connection, broken._in_flight, broken._send_error = Broken(), {}, None
    broken._policy, broken._slots = ReconnectPolicy(5.0), SessionSlots("localhost", 1, 0.0)
    pending = WindowQueue(WindowCursor(Query(SERIES, FIRST + 100 * at, FIRST + 100 * at + 9)) for at in range(3))
    before = list(pending)
    broken._send_pending(pending, ReplyTimer(5.0, 0.0))
    assert list(pending) == before
    now = time.monotonic()
    slots = session_slots.shared_slots("localhost", 1)
    assert len(slots.acquire(LIMIT, now)) == LIMIT - 3
    broken._slots.release(now)
    assert len(slots.acquire(LIMIT, now + PERIOD)) == 3
    assert isinstance(broken._send_error, ConnectionLost)
    assert broken._capacity == 0
