"""Sessions that an answer left out, and days that the calendar takes for closed: neither is believed too early."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from support.load_fixtures import about
from support.load_fixtures import turned_clock as turned_clock
from support.load_fixtures import windows_asked as windows_asked

import pd_optstat as po
from pd_optstat.core import calendars
from pd_optstat.core.calendars import SessionCalendar
from pd_optstat.core.dates import to_day
from pd_optstat.sources.simulator import Simulator

SOURCE = "simulator:?seed=7"
TUESDAY = "2026-03-17"


@pytest.fixture
def hidden(monkeypatch):
    """Days that the simulator leaves out."""
    days: set[str] = set()
    pages = Simulator.pages

    def without(self, queries, waiting):
        for query, page in pages(self, queries, waiting):
            keep = ~np.isin(page.days, [to_day(date.fromisoformat(day)) for day in days])
            names = ("days", "timestamps", "calls", "puts", "totals", "ratios")
            yield query, replace(page, **{name: getattr(page, name)[keep] for name in names})

    monkeypatch.setattr(Simulator, "pages", without)
    return days


@pytest.fixture
def change_calendar(monkeypatch):
    """Take days out of an exchange's calendar, or (with nothing) put them back."""
    build = calendars._build

    def change(*closed):
        def built(exchange):
            whole = build(exchange)
            keep = ~np.isin(whole._sessions, [to_day(date.fromisoformat(day)) for day in closed])
            return SessionCalendar(exchange, whole._sessions[keep], whole._opens[keep], whole._closes[keep])

        monkeypatch.setattr(calendars, "_build", built)

    return change


#: An answer from before a row was due, and one a day later that wrongly leaves it out.
EARLY = [
    ("US_SECURITY", "VOLUME", "2026-03-17T12:00Z", "2026-03-18T12:01Z"),  # before the session opened
    ("US_SECURITY", "VOLUME", "2026-03-17T19:59Z", "2026-03-18T20:01Z"),  # before it closed
    ("HK_SECURITY", "VOLUME", "2026-03-17T01:29Z", "2026-03-18T01:30Z"),
    ("HK_SECURITY", "OPEN_INTEREST", "2026-03-17T09:00Z", "2026-03-18T09:05Z"),  # computed overnight
    ("US_SECURITY", "OPEN_INTEREST", "2026-03-18T13:29Z", "2026-03-19T13:30Z"),
]


@pytest.mark.parametrize(("market", "data_type", "early", "wrong"), EARLY)
def test_an_answer_from_before_a_row_was_due_does_not_count_as_the_first_that_lacks_it(
    clock, hidden, tmp_path, market, data_type, early, wrong
):
    asked = (market, data_type, "2026-03-02", TUESDAY)
    hidden.add(TUESDAY)
    for moment in (early, wrong):
        clock(moment)
        frame = po.load(*asked, source=SOURCE, cache=tmp_path, include_open=moment == early)
        assert about(frame)["missing"] == [TUESDAY]
    hidden.clear()
    clock(later(wrong))
    frame = po.load(*asked, source=SOURCE, cache=tmp_path)
    assert str(frame.index[-1].date()) == TUESDAY
    assert about(frame)["missing"] == []


def later(moment, **delta):
    return (pd.Timestamp(moment) + pd.Timedelta(**(delta or {"minutes": 20}))).isoformat()


@pytest.mark.parametrize(("market", "data_type", "early", "wrong"), EARLY)
def test_two_answers_that_were_due_are_believed(clock, hidden, asked, tmp_path, market, data_type, early, wrong):
    load = (market, data_type, "2026-03-02", TUESDAY)
    hidden.add(TUESDAY)
    for moment in (early, wrong, later(wrong, hours=24)):
        clock(moment)
        po.load(*load, source=SOURCE, cache=tmp_path)
    asked.clear()
    clock(later(wrong, days=30))
    assert about(po.load(*load, source=SOURCE, cache=tmp_path))["missing"] == [TUESDAY]
    assert asked == []


def test_a_day_that_the_calendar_wrongly_takes_for_closed_is_had_by_a_refresh(clock, change_calendar, tmp_path):
    change_calendar(TUESDAY)
    clock("2026-03-17T23:00Z")
    asked = ("US_SECURITY", "VOLUME", TUESDAY, TUESDAY)
    assert len(po.load(*asked, source=SOURCE, cache=tmp_path)) == 0
    clock("2026-06-01T12:00Z")
    frame = po.load(*asked, source=SOURCE, cache=tmp_path, refresh=True)
    assert about(frame)["requests"] == 1
    assert len(frame) == 1
    assert po.load(*asked, source=SOURCE, cache=tmp_path).equals(frame)


@pytest.mark.parametrize("start", ["2026-03-02", TUESDAY])
def test_a_day_that_the_calendar_wrongly_took_for_closed_is_requested_once_it_is_right(
    clock, change_calendar, tmp_path, start
):
    """Asked on that day's morning, and again with the calendar's next release."""
    asked = ("US_SECURITY", "VOLUME", start, TUESDAY)
    change_calendar(TUESDAY)
    clock("2026-03-17T12:00Z")
    po.load(*asked, source=SOURCE, cache=tmp_path)
    change_calendar()
    clock("2026-06-01T12:00Z")
    frame = po.load(*asked, source=SOURCE, cache=tmp_path)
    assert str(frame.index[-1].date()) == TUESDAY


def test_a_session_that_the_calendar_wrongly_expects_is_asked_for_twice(clock, hidden, asked, tmp_path):
    """The exchange was closed by a storm."""
    hidden.add(TUESDAY)
    for moment in ("2026-03-18T12:00Z", "2026-03-19T12:00Z", "2026-06-01T12:00Z"):
        clock(moment)
        po.load("US_SECURITY", "VOLUME", "2026-03-02", TUESDAY, source=SOURCE, cache=tmp_path)
    assert asked == ["2026-03-02..2026-03-17", "2026-03-17..2026-03-17"]


def test_running_totals_that_were_requested_before_the_close_do_not_count_as_after_it(clock, monkeypatch, tmp_path):
    """The pages took three minutes, and the session closed meanwhile."""
    pages = Simulator.pages
    closing = [0]

    def straddle(self, queries, waiting):
        clock("2026-03-17T20:05Z")  # it closed at 20:00
        for query, page in pages(self, queries, waiting):
            calls = page.calls - closing[0]
            yield query, replace(page, calls=calls, totals=calls + page.puts, ratios=page.puts / calls)

    monkeypatch.setattr(Simulator, "pages", straddle)
    held = po.Cache(tmp_path / "cache")
    asked = ("US_SECURITY", "VOLUME", "2026-03-02", TUESDAY)
    clock("2026-03-17T19:59:57Z")
    closing[0] = 1000
    running = po.load(*asked, source=SOURCE, cache=held, include_open=True)
    table = held.export(tmp_path / "archive", source=SOURCE)
    assert table["rows"].sum() == len(running) - 1
    closing[0] = 0
    clock("2026-03-17T20:06Z")
    closed = po.load(*asked, source=SOURCE, cache=held)
    assert closed["call_value"].iloc[-1] == running["call_value"].iloc[-1] + 1000
