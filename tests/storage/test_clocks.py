"""Clocks that are wrong, and are set later: the newest answer is served, and none from "the future" is final."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.archive_fixtures import at, day
from support.load_fixtures import about
from support.load_fixtures import turned_clock as turned_clock

import pd_optstat as po
from pd_optstat.core import history as histories
from pd_optstat.core import observations
from pd_optstat.core.finality import DAY, HOUR, SECOND, check_clock
from pd_optstat.core.history import EMPTY, Answer, History, Rows
from pd_optstat.core.series import MarketSeries
from pd_optstat.sources.simulator import Simulator
from pd_optstat.storage.cache.records import ChunkKey, decode, encode

pytestmark = pytest.mark.filterwarnings("ignore:.*values taken for final were revised")

SOURCE = "simulator:?seed=7"
ASKED = ("US_SECURITY", "VOLUME", "2026-11-16", "2026-11-24")
MONDAY = day("2026-11-23")
KEY = ChunkKey("opend", MarketSeries(po.OptionMarket.US_SECURITY, po.OptionStatisticDataType.VOLUME), 2025)


@pytest.fixture
def server(monkeypatch):
    """Let the simulator add `server.more` to every count of calls."""
    pages = Simulator.pages

    class Server:
        more = 0
        requests = 0

    def changed(self, queries, waiting):
        for query, page in pages(self, queries, waiting):
            Server.requests += 1
            calls = page.calls + Server.more
            yield query, replace(page, calls=calls, totals=calls + page.puts, ratios=page.puts / calls)

    monkeypatch.setattr(Simulator, "pages", changed)
    return Server


def load(cache, **options):
    return po.load(*ASKED, source=SOURCE, cache=cache, **options)


@pytest.mark.parametrize("right", ["2026-11-25T01:30Z", "2026-11-25T08:59Z", "2026-11-25T09:05Z", "2026-11-25T09:29Z"])
def test_a_clock_that_was_ahead_for_eight_hours_freezes_nothing(clock, server, tmp_path, right):
    """Local time was taken for UTC: the evening's corrections are not in yet, and the stamp says that they are."""
    clock("2026-11-25T09:30Z")
    early = load(tmp_path)
    server.more = 5000
    clock(right)
    assert (load(tmp_path)["call_value"] == early["call_value"] + 5000).all()
    for later in ("2026-11-25T09:31Z", "2026-11-25T12:00Z", "2026-12-20T10:00Z"):
        clock(later)
        frame = load(tmp_path)
        assert (frame["call_value"] == early["call_value"] + 5000).all()
    assert about(frame)["provisional"] == []
    requests = server.requests
    load(tmp_path)
    assert server.requests == requests


def test_a_clock_that_was_a_year_ahead_is_forgotten(clock, server, tmp_path):
    clock("2027-11-25T12:00Z")
    early = load(tmp_path)
    clock("2026-11-26T12:00Z")
    for more in (1, 2, 3):
        server.more = more
        frame = load(tmp_path, refresh=True)
        assert (frame["call_value"] == early["call_value"] + more).all()
    revisions = po.Cache(tmp_path).revisions(*ASKED[:2])
    assert (revisions["observed_at"] <= "2026-11-26T12:00Z").all()
    assert revisions["endpoint"].unique().tolist() == [SOURCE]
    assert load(tmp_path, as_of="2026-11-26T12:00Z").equals(frame)
    with pytest.raises(po.OfflineMiss):
        load(tmp_path, as_of="2026-11-26T11:59Z")


def test_a_clock_that_is_behind_serves_what_it_was_just_told(clock, server, tmp_path):
    clock("2026-11-26T12:00Z")
    first = load(tmp_path)
    clock("2026-11-25T12:00Z")
    server.more = 7
    assert (load(tmp_path, refresh=True)["call_value"] == first["call_value"] + 7).all()
    clock("2026-11-27T12:00Z")
    assert (load(tmp_path)["call_value"] == first["call_value"] + 7).all()


def test_days_beside_those_that_show_that_a_clock_was_ahead_are_requested_again(clock, server, tmp_path):
    clock("2026-11-25T09:30Z")
    early = load(tmp_path)
    clock("2026-11-25T01:40Z")
    po.load(*ASKED[:2], "2026-11-16", "2026-11-16", source=SOURCE, cache=tmp_path, refresh=True)
    server.more = 5000
    clock("2026-12-20T10:00Z")  # by now the stamp is of the past
    frame = load(tmp_path)
    assert (frame["call_value"] == early["call_value"] + 5000).iloc[1:].all()


def test_two_answers_of_which_one_was_stamped_a_day_ahead_do_not_make_an_absence_final():
    sessions = np.array([MONDAY])
    nothing = Answer(MONDAY, MONDAY, (MONDAY, MONDAY), Rows.of(*[sessions[:0]] * 3), sessions, 0, MONDAY, "x")
    now = at("2026-11-25T12:00")
    history, _ = observations.record(EMPTY, replace(nothing, at=now - HOUR))
    history, _ = observations.record(history, replace(nothing, at=now + DAY))
    assert histories.gaps(history, MONDAY, MONDAY, now, ttl=0) == [(MONDAY, MONDAY)]
    history, _ = observations.record(history, replace(nothing, at=now))
    assert histories.gaps(history, MONDAY, MONDAY, now + 10 * DAY, ttl=0) == [(MONDAY, MONDAY)]


@pytest.mark.parametrize("seconds", [0.0, -1.0, 86_400.0, 1e9])
def test_a_clock_before_this_package_existed_is_an_error_that_says_so(monkeypatch, tmp_path, seconds):
    monkeypatch.setattr("time.time", lambda: seconds)
    for asked in (ASKED, ASKED[:2]):
        with pytest.raises(po.InvalidRequest, match=r"clock is wrong: it says (1970|2001)"):
            po.load(*asked, source=SOURCE, cache=tmp_path)
    check_clock(at("2026-11-25T12:00") / SECOND)


# -- Caches that 0.1.0 wrote, which sorted the values of a day by their moments ---------------------------------------


def stored(moments, calls, first_at, last_at, final_at):
    """Return what a cache reads where such values of one day were stored."""
    days = np.full(len(calls), MONDAY)
    history = History(
        row_day=days,
        row_values=np.stack([np.array(calls), np.full(len(calls), 1)]),
        row_observed_at=np.array(moments),
        span_first=np.array([MONDAY - 7]),
        span_last=np.array([MONDAY + 1]),
        span_first_at=np.array([first_at]),
        span_last_at=np.array([last_at]),
        span_final_at=np.array([final_at]),
    )
    return decode(KEY, encode(KEY, history))


AHEAD, RIGHT = at("2026-11-25T09:30"), at("2026-11-25T09:05")


@pytest.mark.parametrize(
    ("moments", "calls", "first_at"),
    [
        ([RIGHT, AHEAD], [2, 1], AHEAD),
        ([RIGHT - DAY, RIGHT, RIGHT + HOUR // 9, AHEAD], [0, 2, 2, 1], RIGHT - DAY),
    ],
    ids=["a value from before the first answer", "the same value twice"],
)
def test_values_that_0_1_0_froze_are_requested_again(moments, calls, first_at):
    history = stored(moments, calls, first_at, AHEAD, AHEAD)
    now = AHEAD + 30 * DAY
    assert histories.gaps(history, MONDAY - 7, MONDAY + 1, now) == [(MONDAY, MONDAY)]
    assert not histories.settled(history, MONDAY, MONDAY, now)
    day_, calls_ = np.array([MONDAY]), np.array([2])
    answer = Answer(MONDAY, MONDAY, (MONDAY, MONDAY), Rows.of(day_, calls_, np.array([1])), day_, now, MONDAY, "x")
    history = decode(KEY, encode(KEY, observations.record(history, answer)[0]))
    assert histories.rows(history, MONDAY, MONDAY).calls.tolist() == [2]
    assert histories.gaps(history, MONDAY - 7, MONDAY + 1, now + 1) == []


def test_values_that_0_1_0_wrote_with_a_right_clock_stay_as_they_are():
    history = stored([RIGHT, AHEAD], [1, 2], RIGHT, AHEAD, AHEAD)
    assert histories.settled(history, MONDAY, MONDAY, AHEAD)
    assert history.row_observed_at.tolist() == [RIGHT, AHEAD]


def test_sorting_by_moments_as_0_1_0_does_changes_no_order(clock, server, tmp_path):
    """Both versions may use one folder."""
    clock("2026-11-25T09:30Z")
    load(tmp_path)
    for hour, more in ((1, 10), (2, 5), (3, 7)):
        clock(f"2026-11-25T0{hour}:00Z")
        server.more = more
        load(tmp_path, refresh=True)
    revisions = po.Cache(tmp_path).revisions(*ASKED[:2])
    for _, values in revisions.groupby("time"):
        assert values["observed_at"].is_monotonic_increasing
        assert values["observed_at"].is_unique
