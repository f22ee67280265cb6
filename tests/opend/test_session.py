"""The rules of a load's use of connections: what to ask for again, how long to wait, when to give up."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
import time
from collections import Counter, deque
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
from pd_optstat.core.series import Query, SeriesKey
from pd_optstat.core.stitching import Stitcher
from pd_optstat.errors import ConnectionFailed
from pd_optstat.opend import session
from pd_optstat.opend.connection import ConnectionLost, NotLoggedIn
from pd_optstat.opend.rate_limit import LIMIT
from pd_optstat.opend.session import (
    FIRST_DELAY,
    LONGEST_DELAY,
    MAX_FRUITLESS,
    RECONNECT_TIMEOUTS,
    TRICKLE_TIMEOUTS,
    Asking,
    _Losses,
    _ReplyClock,
    backoff,
)
from pd_optstat.simulator.server import SimulatorServer

SERIES = SeriesKey(OptionMarket.US_SECURITY, OptionStatisticDataType.VOLUME)
FIRST = to_day(date(2025, 6, 2))
UNTIL = date(2026, 6, 12)


# -- A window on its way ---------------------------------------------------------------------------------------------


class Server:
    """Pages of given days; its keys are void once it was started anew."""

    def __init__(self, days: list[int], size: int, descending: bool, empty_end: bool) -> None:
        self.days, self.size, self.descending, self.empty_end = days, size, descending, empty_end
        self.epoch = 0

    def answer(self, asking: Asking) -> Page | None:
        """Return the page that is asked for, None if its key is refused."""
        request = asking.request().c2s
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


#: What happens to a request: it is answered, or the connection is lost, or OpenD is started anew as well.
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
def test_losses_cost_no_row_and_no_needless_request(days, size, descending, empty_end, events):
    server = Server(sorted(days), size, descending, empty_end)
    query = Query(SERIES, FIRST, FIRST + 29)
    asking, stitcher = Asking(query), Stitcher(query, len(days) + 1)
    sent = sent_first = said = said_first = losses = refused = 0
    came: list[int] = []
    happen = itertools.chain(events, itertools.repeat("answer"))
    done = False

    def count(page: Page) -> None:
        nonlocal said, said_first
        said += 1 + page.lost
        said_first += (not stitcher.pages or page.restart) + page.lost_first

    while not done:
        if asking.is_over:
            page = asking.close()
            count(page)
            assert stitcher.add(page)
            break
        event = next(happen)
        sent += 1
        sent_first += asking.is_counted
        if event != "answer":
            server.epoch += event == "restart"
            losses += 1
            asking.lose()
            continue
        page = server.answer(asking)
        if page is None:
            assert asking.resumed  # a key is refused only on another connection than it came from
            refused += 1
            asking.refuse()
            continue
        before = len(set(came))
        came += page.days.tolist()
        page = asking.take(page)
        assert asking.progressed == (len(set(came)) > before or not page.next_key)
        count(page)
        done = stitcher.add(page)
    assert (said, said_first) == (sent, sent_first)
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
def test_a_key_that_is_still_good_goes_on_where_it_was(days, size, at):
    assume(len(days) > size * (at + 1))
    server, asking = Server(sorted(days), size, True, False), Asking(Query(SERIES, FIRST, FIRST + 29))
    for _ in range(at):
        asking.take(server.answer(asking))
    key = asking.key
    asking.lose()
    assert (asking.key, asking.resumed, asking.is_counted) == (key, True, False)
    page = asking.take(server.answer(asking))
    assert (page.lost, page.lost_first, page.restart) == (1, 0, False)
    # A second loss in a row: the key may be what ends the connection.
    asking.lose()
    asking.lose()
    assert (asking.key, asking.is_counted, asking.restart) == (b"", True, True)
    assert asking.last == page.days.min() - 1


def test_pages_that_do_not_come_newest_first_come_again_as_a_whole():
    server, asking = Server(list(range(FIRST, FIRST + 20)), 5, False, False), Asking(Query(SERIES, FIRST, FIRST + 29))
    asking.take(server.answer(asking))
    asking.lose()
    asking.refuse()
    assert (asking.last, asking.key, asking.restart, asking.lost) == (FIRST + 29, b"", True, 2)
    asking.take(server.answer(asking))
    assert not asking.progressed


# -- Waiting and giving up -------------------------------------------------------------------------------------------


@given(attempt=st.integers(0, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_the_pause_grows_and_differs_between_clients_and_is_bounded(attempt, chance):
    pause = backoff(attempt, chance)
    assert FIRST_DELAY / 2 <= pause <= LONGEST_DELAY
    assert backoff(attempt, 0.0) <= pause <= 2 * backoff(attempt, 0.0)
    assert backoff(attempt + 1, chance) >= pause


class Clock:
    """A `time.monotonic`, and a sleep that moves it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.pauses: list[float] = []
        monkeypatch.setattr(session.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(session.interrupt, "sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += max(seconds, 0.0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_a_line_that_is_lost_again_and_again_is_given_up(clock):
    losses, lost = _Losses(5.0), ConnectionLost("gone.")
    for _ in range(MAX_FRUITLESS):
        losses.note(lost, at_once=False)
        losses.pause()
    with pytest.raises(ConnectionFailed, match=r"gone\. It was tried 5 times"):
        losses.note(lost, at_once=False)
    losses.forget()  # a page came
    losses.note(lost, at_once=False)
    assert losses.count == 1


def test_connecting_is_tried_for_the_documented_time_and_not_longer(clock):
    losses = _Losses(5.0)
    losses.note(ConnectionLost("gone."), at_once=False)

    def try_for_ever():
        while True:
            losses.pause()
            losses.note_attempt(ConnectionFailed("nobody"))

    with pytest.raises(ConnectionFailed, match=r"gone\. For 20 s it was tried to connect again: nobody"):
        try_for_ever()
    assert clock.now == pytest.approx(100.0 + RECONNECT_TIMEOUTS * 5.0)
    assert 10 < len(clock.pauses) < 50


def test_an_opend_that_is_not_logged_in_yet_has_as_long(clock):
    losses = _Losses(5.0)
    losses.note(ConnectionLost("gone."), at_once=False)

    def try_for_ever():
        while True:
            losses.pause()
            losses.note(NotLoggedIn("not logged in."), at_once=False)

    with pytest.raises(ConnectionFailed, match="not logged in"):
        try_for_ever()
    assert len(clock.pauses) > MAX_FRUITLESS


def test_an_idle_connection_that_was_closed_is_made_anew_at_once(clock):
    losses = _Losses(5.0)
    losses.note(ConnectionLost("gone."), at_once=True)
    losses.pause()
    assert clock.pauses == []
    losses.pause()
    assert len(clock.pauses) == 1


def test_a_reply_may_trickle_but_not_for_ever(clock):
    reply = _ReplyClock(5.0)
    assert reply.deadline == 105.0
    for _ in range(100):
        clock.now += 3.0
        reply.trickled()
    assert reply.deadline == 100.0 + TRICKLE_TIMEOUTS * 5.0
    reply.replied()
    assert reply.deadline == clock.now + 5.0


# -- Never beyond the rate limit -------------------------------------------------------------------------------------


class Counting:
    """A clock for the simulator, and for us the same time, which passes as fast as anybody wants to wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._skipped = 0.0
        self._lock = threading.Lock()
        real = time.monotonic
        self.real = real
        # The rate limiter's waits alone are skipped: everything that it counts by is this clock.
        monkeypatch.setattr(session, "time", self)
        slots_wait = session.slots_of

        def slots_of(host: str, port: int) -> Any:
            slots, waits = slots_wait(host, port), self

            class Skipping:
                take, give_back = slots.take, slots.give_back

                def wait(self, now: float) -> float:
                    left = slots.wait(now)
                    if left > 0.02:
                        waits.skip(left - 0.01)
                    return min(left, 0.01)

            return Skipping()

        monkeypatch.setattr(session, "slots_of", slots_of)

    def skip(self, seconds: float) -> None:
        with self._lock:
            self._skipped += seconds

    def monotonic(self) -> float:
        return self.real() + self._skipped

    def unix(self) -> float:
        return 1_800_000_000.0 + self.monotonic()


@pytest.mark.parametrize("faults", [[], ["close:30", "close:61", "close:90", "restart:120", "reset-before:125"]])
def test_losses_and_many_windows_are_never_refused_by_a_server_that_counts(faults, monkeypatch, tmp_path):
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


# -- What arrived is used --------------------------------------------------------------------------------------------


def test_replies_that_are_here_are_read_although_nothing_can_be_sent_any_more(monkeypatch, tmp_path):
    """The first of the next pages cannot be sent; the other first pages have arrived, and do not come twice."""
    sends = itertools.count()
    request = session.Connection.request

    def failing(self, proto_id, message):
        asked_for_a_page = proto_id == session.STATISTIC and bool(message.c2s.nextPageKey)
        if asked_for_a_page and not next(sends):
            time.sleep(0.3)  # until all replies are here
            raise self._lost("Broken pipe")
        return request(self, proto_id, message)

    monkeypatch.setattr(session.Connection, "request", failing)
    what = ("US_SECURITY", "VOLUME", "2016-06-13", UNTIL)
    with SimulatorServer(until=UNTIL, page_size=130) as server:
        frame = po.load(*what, source=po.OpenD(port=server.port), cache=tmp_path)
        said = frame.attrs["optstat"]
        assert server.connections_seen == 2
        # Ten windows of two pages: nothing was sent in vain, and nothing came twice.
        assert (said["requests"], said["first_page_requests"]) == (20, 10)
        assert (server.service.pages_served, server.service.first_pages_served) == (20, 10)
    assert frame.equals(po.load(*what, source="simulator:", cache=False))


def test_what_could_not_be_sent_is_asked_for_on_the_next_connection():
    """And holds no slot of the rate limit that it did not use."""

    class Broken:
        def request(self, proto_id, message):
            raise ConnectionLost("gone")

    one = session.OpenDSession.__new__(session.OpenDSession)
    one._connection, one._replied, one._in_flight, one._broken = Broken(), [], {}, None
    one._losses = _Losses(5.0)

    given_back: list[float] = []

    class Slots:
        def take(self, wanted, now):
            return wanted

        def give_back(self, moments):
            given_back.extend(moments)

    one._slots = Slots()
    asking = deque(Asking(Query(SERIES, FIRST + 100 * at, FIRST + 100 * at + 9)) for at in range(3))
    before = list(asking)
    one._send_next(asking, _ReplyClock(5.0))
    assert list(asking) == before
    assert (len(one._replied), given_back) == (3, [])
    assert isinstance(one._broken, ConnectionLost)
    assert one._room == 0
