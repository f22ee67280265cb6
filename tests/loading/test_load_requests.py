"""What `load` asks for, and when again: nothing that is known and final, and nothing twice."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.load_fixtures import ARGUMENTS, SOURCE, about, turned_clock, windows_asked  # noqa: F401  (fixtures)
from support.quick import examples

import pd_optstat as po
from pd_optstat.core import calendars
from pd_optstat.core.markets import EXCHANGES
from pd_optstat.sources.simulator import Simulator
from pd_optstat.storage.cache.cache import store_of


def test_only_what_is_missing_is_asked_for(clock, asked):
    po.load(*ARGUMENTS, "2020-01-01", "2020-12-31", source=SOURCE)
    assert asked == ["2020-01-02..2020-12-31"]  # 366 days, of which the first holds no session
    asked.clear()
    for start, end in [("2020-01-01", "2020-12-31"), ("2020-03-01", "2020-04-05"), ("2020-05-02", "2020-05-03")]:
        assert about(po.load(*ARGUMENTS, start, end, source=SOURCE))["requests"] == 0
    assert asked == []
    po.load(*ARGUMENTS, "2019-12-20", "2021-01-10", source=SOURCE)
    assert asked == ["2019-12-20..2019-12-31", "2021-01-01..2021-01-10"]
    asked.clear()
    po.load("US_INDEX", "VOLUME", "2020-01-02", "2020-01-02", source=SOURCE)
    po.load("US_SECURITY", "OPEN_INTEREST", "2020-01-02", "2020-01-02", source=SOURCE)
    po.load(*ARGUMENTS, "2020-01-02", "2020-01-02", source="simulator:?seed=8")
    assert asked == ["2020-01-02..2020-01-02"] * 3


def test_a_repeated_load_builds_no_calendar(clock, monkeypatch):
    # 2024-12-25 and the weekend of 2025-03-29 hold no session; that is remembered.
    arguments = (*ARGUMENTS, "2024-12-25", "2025-03-30")
    first = po.load(*arguments, source=SOURCE)
    holiday = po.load(*ARGUMENTS, "2024-07-04", "2024-07-04", source=SOURCE)
    assert len(holiday) == 0

    def refuse(exchange):
        raise AssertionError("a calendar was built")

    monkeypatch.setattr(calendars, "_build", refuse)
    assert po.load(*arguments, source=SOURCE).equals(first)
    assert len(po.load(*ARGUMENTS, "2024-07-04", "2024-07-04", source=SOURCE)) == 0
    with pytest.raises(AssertionError, match="calendar"):
        po.load(*ARGUMENTS, "2023-12-25", "2025-03-30", source=SOURCE)


@pytest.mark.slow
def test_a_repeated_load_in_a_new_process_imports_no_calendar(tmp_path):
    code = (
        "import sys, pd_optstat as po\n"
        "df = po.load('US_SECURITY', 'VOLUME', '2020-01-01', '2021-12-31',\n"
        f"             source='simulator:', cache={str(tmp_path)!r})\n"
        "print(df.attrs['optstat']['requests'], 'exchange_calendars' in sys.modules, 'tqdm' in sys.modules)"
    )
    run = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    assert [one.stdout.split() for one in run] == [["2", "True", "True"], ["0", "False", "False"]]


def test_what_is_not_final_is_asked_again_after_15_minutes(clock, asked):
    clock("2026-06-12T23:00Z")  # three hours after Friday's close
    arguments = (*ARGUMENTS, "2026-05-20", "2026-06-12")
    frame = po.load(*arguments, source=SOURCE)
    assert about(frame)["provisional"] == ["2026-06-12"]
    clock("2026-06-12T23:14:59Z")
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 0
    clock("2026-06-12T23:15Z")
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 1
    assert asked[-1] == "2026-06-12..2026-06-12"
    # Years later: what was last seen when it was young is asked for once more, then never again.
    clock("2029-06-12T12:00Z")
    assert about(po.load(*arguments, source=SOURCE))["provisional"] == []
    assert asked[-1] == "2026-06-12..2026-06-12"
    clock("2031-06-12T12:00Z")
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 0


def test_open_interest_is_final_when_the_next_session_opens(clock, asked):
    clock("2026-06-15T13:00Z")  # half an hour before Monday's open
    arguments = ("US_SECURITY", "OPEN_INTEREST", "2026-06-08", "2026-06-14")
    assert about(po.load(*arguments, source=SOURCE))["provisional"] == ["2026-06-12"]
    clock("2026-06-15T13:30Z")
    assert about(po.load(*arguments, source=SOURCE))["provisional"] == []
    assert asked == ["2026-06-08..2026-06-14", "2026-06-12..2026-06-14"]


def test_the_delays_can_be_configured(clock, asked):
    po.configure(volume_final_after="2h", provisional_ttl=60)
    clock("2026-06-12T21:59:59Z")
    arguments = (*ARGUMENTS, "2026-06-08", "2026-06-12")
    assert about(po.load(*arguments, source=SOURCE))["provisional"] == ["2026-06-12"]
    clock("2026-06-12T22:00:58Z")
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 0
    clock("2026-06-12T22:00:59Z")
    assert about(po.load(*arguments, source=SOURCE))["provisional"] == []
    assert len(asked) == 2
    for bad in ("soon", -1, "31D", True, float("nan"), []):
        with pytest.raises(po.InvalidRequest, match="provisional_ttl"):
            po.configure(provisional_ttl=bad)
    po.configure(volume_final_after=None, provisional_ttl=None)


def test_an_open_session_is_left_out_unless_asked_for(clock, asked):
    clock("2026-06-12T18:00Z")  # 14:00 in New York, two hours before the close
    frame = po.load(*ARGUMENTS, "2026-06-10", source=SOURCE)
    assert about(frame)["end"] == "2026-06-11"
    assert frame.index[-1] == pd.Timestamp("2026-06-11")
    assert about(po.load(*ARGUMENTS, "2026-06-10", source=SOURCE, include_open=True))["end"] == "2026-06-12"
    clock("2026-06-12T20:01Z")
    # The answer with the running totals is two hours old; another from just before the close would not do either.
    assert po.load(*ARGUMENTS, "2026-06-10", source=SOURCE).index[-1] == pd.Timestamp("2026-06-12")
    assert asked[-1].endswith("..2026-06-12")


def test_an_answer_from_before_the_close_is_not_served_after_it(clock, asked):
    clock("2026-06-12T19:55Z")
    po.load(*ARGUMENTS, "2026-06-12", "2026-06-12", source=SOURCE, include_open=True)
    clock("2026-06-12T20:01Z")  # within the 15 minutes
    frame = po.load(*ARGUMENTS, "2026-06-12", "2026-06-12", source=SOURCE)
    assert about(frame)["requests"] == 1
    assert len(frame) == 1


def test_the_end_is_the_exchanges_today(clock):
    clock("2026-06-12T17:00Z")  # 01:00 on Saturday in Hong Kong
    assert about(po.load("HK_INDEX", "VOLUME", source=SOURCE))["end"] == "2026-06-13"
    assert about(po.load("HK_INDEX", "VOLUME", source=SOURCE))["start"] == "2025-06-14"
    assert about(po.load("US_INDEX", "VOLUME", "2026-06-01", "2027-01-01", source=SOURCE))["end"] == "2026-06-11"


def test_refresh_asks_for_everything_anew(clock, asked):
    po.load(*ARGUMENTS, "2020-01-02", "2020-03-31", source=SOURCE)
    clock("2026-11-23T12:00Z")
    frame = po.load(*ARGUMENTS, "2020-02-01", "2020-02-29", source=SOURCE, refresh=True)
    assert asked[-1] == "2020-02-01..2020-02-29"
    assert about(frame)["requests"] == 1
    assert about(frame)["observed_at"] == "2026-11-23T12:00:00+00:00"
    assert about(po.load(*ARGUMENTS, "2020-01-02", "2020-01-31", source=SOURCE))["observed_at"].startswith("2026-11-22")


def test_a_failed_load_keeps_what_was_complete(clock, asked, monkeypatch):
    pages = Simulator.pages

    def failing(self, queries, waiting):
        for number, answered in enumerate(pages(self, queries, waiting)):
            if number == 2:
                raise po.ConnectionFailed("gone")
            yield answered

    with monkeypatch.context() as patch:
        patch.setattr(Simulator, "pages", failing)
        with pytest.raises(po.ConnectionFailed, match="gone"):
            po.load(*ARGUMENTS, "2016-01-01", "2020-12-31", source=SOURCE)
    asked.clear()
    assert len(po.load(*ARGUMENTS, "2016-01-01", "2020-12-31", source=SOURCE)) == 1259
    assert asked == ["2018-01-03..2019-01-02", "2019-01-03..2020-01-02", "2020-01-03..2020-12-31"]


def test_an_interrupt_keeps_what_was_complete(clock, asked):
    def interrupt(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        po.load(*ARGUMENTS, "2016-01-01", "2020-12-31", source=SOURCE, progress=interrupt)
    asked.clear()
    po.load(*ARGUMENTS, "2016-01-01", "2020-12-31", source=SOURCE)
    assert len(asked) == 3


@examples(60)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=12))
def test_any_loads_in_any_order_give_the_same_rows_and_ask_no_session_twice(ranges):
    """Against one load of everything; the cache is new for every example."""
    whole = reference()
    asked = []
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        pages = Simulator.pages

        def noting(self, queries, waiting):
            asked.extend(queries)
            return pages(self, queries, waiting)

        patch.setattr(Simulator, "pages", noting)
        for one, other in ranges:
            first, last = (date.fromordinal(735_600 + day) for day in sorted((one, other)))
            frame = po.load(*ARGUMENTS, first, last, source=SOURCE, cache=folder, progress=False)
            pd.testing.assert_frame_equal(frame, whole.loc[str(first) : str(last)])
    times_asked = Counter(day for query in asked for day in range(query.first, query.last + 1))
    sessions = calendars.calendar(EXCHANGES["US"]).sessions(16_000, 18_000).tolist()
    assert not [day for day in sessions if times_asked[day] > 1]
    assert all(query.last - query.first < 365 for query in asked)


def reference():
    if not hasattr(reference, "frame"):
        reference.frame = po.load(*ARGUMENTS, "2014-01-01", "2018-01-01", source=SOURCE, cache=False, progress=False)
    return reference.frame


def test_a_panel_asks_for_no_series_that_it_does_not_hold_the_lock_of(clock, asked, tmp_path):
    """One is complete when the load begins, and provisional rows of it are too old when the others' turn has come."""
    clock("2026-11-24T01:00Z")
    held = po.Cache(tmp_path)
    po.load("US_SECURITY", "VOLUME", "2026-11-02", source=SOURCE, cache=held)
    asked.clear()
    exclusive, names = store_of(held).exclusive, []

    def waits(series):
        names.extend(one.market.name for one in series)
        clock("2026-11-24T05:00Z")
        return exclusive(series)

    store_of(held).exclusive = waits
    panel = po.load_panel(
        ["US_SECURITY", "HK_SECURITY"], ["VOLUME"], "2026-11-02", "2026-11-23", source=SOURCE, cache=held
    )
    assert names == ["HK_SECURITY"]
    assert len(asked) == 1
    assert panel["US_SECURITY"]["VOLUME"]["call_value"].notna().all()
    store_of(held).exclusive = exclusive
    asked.clear()
    po.load("US_SECURITY", "VOLUME", "2026-11-02", "2026-11-23", source=SOURCE, cache=held)
    assert len(asked) == 1  # the row was too old, then
