"""``po.configure(calendar_overrides=…)``: sessions that users add or take out, and all that follows from them."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, date, datetime, time

import numpy as np
import pandas as pd
import pytest
from support.load_fixtures import about
from support.load_fixtures import turned_clock as turned_clock
from support.load_fixtures import windows_asked as windows_asked
from support.workers import new_pool

import pd_optstat as po
from pd_optstat.core.calendars import calendar, published_calendar
from pd_optstat.core.dates import to_date, to_day
from pd_optstat.core.markets import EXCHANGES
from pd_optstat.sources.simulator import Simulator

SOURCE = "simulator:?seed=7"
US = EXCHANGES["US"]
TUESDAY, SATURDAY = "2026-03-17", "2026-03-21"


def day(text):
    return to_day(date.fromisoformat(text))


def override(**parts):
    po.configure(calendar_overrides={"XNYS": parts})


def sessions(first, last, exchange=US):
    return [str(to_date(found)) for found in calendar(exchange).sessions(day(first), day(last))]


def load(first, last, market="US_SECURITY", data_type="VOLUME", **options):
    return po.load(market, data_type, first, last, source=SOURCE, **options)


@pytest.fixture
def served(monkeypatch):
    """Change the days that the simulator serves: ``hidden`` leaves days out, ``shown`` copies the row of Monday 16."""
    days = {"hidden": set(), "shown": set()}
    pages = Simulator.pages

    def changed(self, queries, waiting):
        names = ("days", "timestamps", "calls", "puts", "totals", "ratios")
        for query, page in pages(self, queries, waiting):
            keep = ~np.isin(page.days, [day(one) for one in days["hidden"]])
            parts = {name: getattr(page, name)[keep] for name in names}
            for one in map(day, days["shown"]):
                if query.first <= one <= query.last and one not in parts["days"]:
                    at = int(np.searchsorted(-parts["days"], -one))
                    values = [one, calendar(US)._midnight(one), 300, 150, 450, 0.5]
                    parts = {n: np.insert(parts[n], at, value) for n, value in zip(names, values, strict=True)}
            yield query, replace(page, **parts)

    monkeypatch.setattr(Simulator, "pages", changed)
    return days


# --- The calendar ---


def test_sessions_are_added_and_taken_out_and_put_back():
    before = sessions("2026-07-01", "2026-07-07")
    assert before == ["2026-07-01", "2026-07-02", "2026-07-06", "2026-07-07"]  # 3 July is the holiday observed
    override(closed=["2026-07-06"], sessions={"2026-07-03": "13:00", "2026-07-04": ("10:00", "12:30")})
    assert sessions("2026-07-01", "2026-07-07") == [
        "2026-07-01",
        "2026-07-02",
        "2026-07-03",
        "2026-07-04",
        "2026-07-07",
    ]
    moments = calendar(US).open(day("2026-07-03")), calendar(US).close(day("2026-07-03"))
    assert [datetime.fromtimestamp(at, UTC).strftime("%H:%M") for at in moments] == ["13:30", "17:00"]
    moments = calendar(US).open(day("2026-07-04")), calendar(US).close(day("2026-07-04"))
    assert [datetime.fromtimestamp(at, UTC).strftime("%H:%M") for at in moments] == ["14:00", "16:30"]
    po.configure(calendar_overrides=None)
    assert calendar(US) is published_calendar(US)
    assert sessions("2026-07-01", "2026-07-07") == before


def test_every_kind_of_date_and_time_means_the_same():
    expected = {"closed": ["2026-07-06"], "sessions": {"2026-07-03": "13:00"}}
    override(**expected)
    known = sessions("2026-06-01", "2026-08-01"), calendar(US).close(day("2026-07-03"))
    utc = pd.Timestamp("2026-07-06", tz="UTC")
    for closed in ("2026-07-06", date(2026, 7, 6), pd.Timestamp("2026-07-06"), pd.to_datetime(["2026-07-06"]), [utc]):
        for session in ("2026-07-03", date(2026, 7, 3), np.datetime64("2026-07-03")):
            for hours in ("13:00", time(13), ("09:30", "13:00"), [time(9, 30), "13:00:00"]):
                for name in ("XNYS", "xnys", "US_INDEX", po.OptionMarket.US_SECURITY):
                    po.configure(calendar_overrides={name: {"closed": closed, "sessions": {session: hours}}})
                    assert (sessions("2026-06-01", "2026-08-01"), calendar(US).close(day("2026-07-03"))) == known


def test_two_markets_of_one_exchange_are_joined():
    po.configure(calendar_overrides={"US_INDEX": {"closed": "2026-07-06"}, "US_SECURITY": {"sessions": ["2026-07-03"]}})
    assert sessions("2026-07-01", "2026-07-07") == ["2026-07-01", "2026-07-02", "2026-07-03", "2026-07-07"]
    assert calendar(US).close(day("2026-07-03")) - calendar(US).open(day("2026-07-03")) == 6.5 * 3600
    assert sessions("2026-07-06", "2026-07-06", EXCHANGES["HK"]) == ["2026-07-06"]


def test_an_early_close_of_a_regular_session_keeps_its_open():
    regular = published_calendar(US)
    override(sessions={TUESDAY: "11:00"})
    assert calendar(US).open(day(TUESDAY)) == regular.open(day(TUESDAY))
    assert regular.close(day(TUESDAY)) - calendar(US).close(day(TUESDAY)) == 5 * 3600


def test_days_after_the_end_of_the_calendar_and_closures_of_any_length():
    override(closed=["2099-03-02"], sessions=["2099-03-07"])  # a Monday and a Saturday
    week = ["2099-03-03", "2099-03-04", "2099-03-05", "2099-03-06", "2099-03-07", "2099-03-09"]
    assert sessions("2099-03-01", "2099-03-09") == week
    assert calendar(US).last_session(day("2099-03-02")) == day("2099-02-27")
    override(closed=pd.date_range("2026-03-01", "2026-06-30"))
    assert calendar(US).next_session(day("2026-02-27")) == day("2026-07-01")
    assert calendar(US).last_session(day("2026-06-30")) == day("2026-02-27")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ("XNYS", "must be a dict by exchange, such as"),
        ({"NYSE": {}}, "'NYSE', which is not an exchange. Use XNYS or XHKG, or the name of a market"),
        ({"XNYS": ["2026-07-03"]}, "must be a dict with 'closed' or 'sessions'"),
        ({"XNYS": {"close": ["2026-07-03"]}}, "has no 'close'. Did you mean closed?"),
        ({"XNYS": {"closed": 20260703}}, "must be a list of dates"),
        ({"XNYS": {"closed": ["07/03/2026"]}}, "'07/03/2026' is not a date"),
        ({"XNYS": {"closed": ["2026-07-03T16:00"]}}, "a time. Give a date such as"),
        ({"XNYS": {"closed": [pd.Timestamp("2026-07-03 16:00")]}}, "a time. Give a date such as"),
        ({"XNYS": {"closed": [pd.NaT]}}, "is not a date"),
        ({"XNYS": {"closed": ["1972-07-03"]}}, "before 1973-01-01"),
        ({"XNYS": {"closed": ["9999-07-03"]}}, "Dates up to 2105-01-01 are accepted"),
        ({"XNYS": {"sessions": {"2026-07-03": "1 pm"}}}, "is not a time of day"),
        ({"XNYS": {"sessions": {"2026-07-03": "25:00"}}}, "is not a time of day"),
        ({"XNYS": {"sessions": {"2026-07-03": 13}}}, "is not a time of day"),
        ({"XNYS": {"sessions": {"2026-07-03": "09:00"}}}, "closes before it opens"),
        ({"XNYS": {"sessions": {"2026-07-03": ("13:00", "09:30")}}}, "closes before it opens"),
        ({"XNYS": {"closed": ["2026-07-03"], "sessions": ["2026-07-03"]}}, "as closed and as a session"),
        ({"XNYS": {"closed": ["2026-07-03"]}, "US_INDEX": {"sessions": ["2026-07-03"]}}, "as closed and as a session"),
        (
            {"US_INDEX": {"sessions": {"2026-07-03": "13:00"}}, "XNYS": {"sessions": {"2026-07-03": "14:00"}}},
            "two closes",
        ),
        ({"XNYS": {"closed": pd.date_range("2020-01-01", periods=1_001)}}, "At most 1000 are accepted"),
    ],
)
def test_what_is_not_valid_changes_no_setting(overrides, message):
    override(closed=[TUESDAY])
    with pytest.raises(po.InvalidRequest) as caught:
        po.configure(source="simulator:?seed=3", calendar_overrides=overrides)
    assert message in str(caught.value)
    assert TUESDAY not in sessions("2026-03-16", "2026-03-18")
    assert "seed=3" not in str(po.show_versions(as_dict=True))
    with pytest.raises(po.InvalidRequest):
        po.configure(calendar_overrides=None, provisional_ttl="soon")
    assert TUESDAY not in sessions("2026-03-16", "2026-03-18")


# --- Loads ---


def test_a_closed_day_is_neither_requested_nor_missing(clock, asked, served, tmp_path):
    served["hidden"].add(TUESDAY)
    assert about(load("2026-03-16", "2026-03-18", cache=tmp_path))["missing"] == [TUESDAY]
    override(closed=[TUESDAY])
    clock("2026-11-22T13:00Z")  # its absence is not final yet, so without the override it is requested again
    asked.clear()
    frame = load("2026-03-16", "2026-03-18", cache=tmp_path)
    assert (about(frame)["missing"], asked, len(frame)) == ([], [], 2)
    assert len(load(TUESDAY, TUESDAY, cache=tmp_path / "new")) == 0
    assert asked == []
    assert list(frame.optstat.missing_sessions()) == []
    po.configure(calendar_overrides=None)
    assert about(load("2026-03-16", "2026-03-18", cache=tmp_path))["missing"] == [TUESDAY]
    assert len(asked) == 1


def test_a_row_on_a_closed_day_is_used(tmp_path):
    override(closed=[TUESDAY])
    frame = load("2026-03-16", "2026-03-18", cache=tmp_path)
    assert frame.index.strftime("%F").tolist() == ["2026-03-16", TUESDAY, "2026-03-18"]
    assert about(load(TUESDAY, TUESDAY, cache=tmp_path / "new", refresh=True))["rows"] == 1


@pytest.mark.parametrize("start", ["2026-03-16", SATURDAY])
def test_an_added_session_is_requested_although_the_cache_had_it_as_closed(clock, asked, served, tmp_path, start):
    end = "2026-03-24" if start != SATURDAY else SATURDAY
    assert SATURDAY not in load(start, end, cache=tmp_path).index
    override(sessions={SATURDAY: "13:00"})
    with pytest.warns(po.StaleWarning) if start != SATURDAY else pytest.raises(po.OfflineMiss):
        offline = load(start, end, cache=tmp_path, offline=True)
        assert about(offline)["missing"] == [SATURDAY]
    asked.clear()
    assert about(load(start, end, cache=tmp_path))["missing"] == [SATURDAY]  # the server does not have it
    assert asked == [f"{SATURDAY}..{SATURDAY}"]
    clock("2026-11-22T12:10Z")
    load(start, end, cache=tmp_path)
    assert len(asked) == 1  # as any session without a row, requested again after 15 minutes
    served["shown"].add(SATURDAY)
    clock("2026-11-22T12:20Z")
    frame = load(start, end, cache=tmp_path)
    assert len(asked) == 2
    assert (about(frame)["missing"], about(frame)["provisional"]) == ([], [])
    assert frame.loc[SATURDAY, ["call_value", "put_value"]].tolist() == [300, 150]
    clock("2026-12-22T12:20Z")
    assert load(start, end, cache=tmp_path).equals(frame)
    assert len(asked) == 2
    assert SATURDAY not in sessions("2026-03-21", "2026-03-22", EXCHANGES["HK"])


def test_a_session_that_is_withdrawn_is_no_longer_missing(tmp_path, asked):
    override(sessions=[SATURDAY])
    assert about(load("2026-03-16", "2026-03-24", cache=tmp_path))["missing"] == [SATURDAY]
    po.configure(calendar_overrides=None)
    asked.clear()
    frame = load("2026-03-16", "2026-03-24", cache=tmp_path)
    assert (about(frame)["missing"], asked) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_any_overrides_in_any_order(clock, tmp_path, seed):
    """What is missing is always what the calendar has and the frame has not, and requests come to an end."""
    choose, dates = random.Random(seed), pd.date_range("2026-03-01", "2026-06-14")
    clock(f"2026-05-{10 + seed}T12:00Z")
    for _ in range(60):
        clock.now += choose.choice([60, 1_200, 86_400 * choose.random() * 3])
        if choose.random() < 0.4:
            named = choose.sample(list(dates), choose.randint(1, 12))
            split = choose.randint(0, len(named))
            hours = [choose.choice([None, "13:00", ("10:00", "18:00")]) for _ in named[split:]]
            override(closed=named[:split], sessions=dict(zip(named[split:], hours, strict=True)))
        kind = choose.choice(["US_SECURITY", "HK_INDEX"]), choose.choice(["VOLUME", "OPEN_INTEREST"])
        first, last = (str(one.date()) for one in sorted(choose.sample(list(dates), 2)))
        if pd.Timestamp(first).timestamp() + 86_400 > clock.now:
            continue
        frame = po.load(*kind, first, last, source=SOURCE, cache=tmp_path, refresh=choose.random() < 0.1)
        expected = sessions(first, about(frame)["end"], EXCHANGES[kind[0][:2]])
        present = frame.index.strftime("%F").tolist()
        assert about(frame)["missing"] == [one for one in expected if one not in present]
        published = published_calendar(EXCHANGES[kind[0][:2]])
        closed = [one for one in expected if published.close(day(one)) <= clock.now]
        regular = [str(to_date(one)) for one in published.sessions(day(first), day(about(frame)["end"]))]
        assert set(closed) & set(regular) <= set(present)
    for market, data_type in itertools.product(["US_SECURITY", "HK_INDEX"], ["VOLUME", "OPEN_INTEREST"]):
        requests = []
        for _ in range(5):
            clock.now += 2 * 86_400
            frame = load("2026-03-01", "2026-04-30", market, data_type, cache=tmp_path)
            requests.append(about(frame)["requests"])
        assert requests[-1] == 0


def test_update_and_coverage_know_of_added_sessions(clock, asked, served, tmp_path):
    load("2026-03-16", "2026-03-24", cache=tmp_path)
    cache = po.Cache(tmp_path)
    assert len(cache.coverage("US_SECURITY", "VOLUME")) == 1
    override(sessions=[SATURDAY])
    spans = [(str(first), str(last)) for first, last in cache.coverage("US_SECURITY", "VOLUME")]
    assert spans == [("2026-03-16", "2026-03-20"), ("2026-03-22", "2026-03-24")]
    served["shown"].add(SATURDAY)
    assert po.update(cache=cache)["start"].tolist() == [SATURDAY]
    assert SATURDAY in load("2026-03-16", "2026-03-24", cache=tmp_path).index


def test_refresh_requests_added_sessions_and_panels_show_them_as_missing(asked, tmp_path):
    override(sessions=[SATURDAY])
    load(SATURDAY, SATURDAY, cache=tmp_path, refresh=True)
    assert asked == [f"{SATURDAY}..{SATURDAY}"]
    panel = po.load_panel("US_SECURITY", start="2026-03-20", end=SATURDAY, source=SOURCE, cache=tmp_path)
    assert [one["missing"] for one in about(panel)["series"]] == [[SATURDAY], [SATURDAY]]


def test_todays_session_is_left_out_until_its_overridden_close(clock, tmp_path, served):
    served["shown"].add(SATURDAY)
    override(sessions={SATURDAY: "13:00"})
    clock("2026-03-21T16:59Z")
    assert SATURDAY not in load("2026-03-19", SATURDAY, cache=tmp_path).index
    clock("2026-03-21T17:01Z")
    frame = load("2026-03-19", SATURDAY, cache=tmp_path)
    assert about(frame)["provisional"][-1] == SATURDAY
    clock("2026-03-22T05:00Z")  # twelve hours after the close
    assert about(load("2026-03-19", SATURDAY, cache=tmp_path))["provisional"] == []


def test_open_interest_that_was_final_at_the_open_of_a_day_without_a_session_is_requested_again(clock, asked, tmp_path):
    """The exchange closed on Wednesday 18 March without notice, so Tuesday's figures came out on Thursday."""
    clock("2026-03-18T13:31Z")
    arguments = {"data_type": "OPEN_INTEREST", "cache": tmp_path}
    assert about(load("2026-03-16", TUESDAY, **arguments))["provisional"] == []
    override(closed=["2026-03-18"])
    assert about(load("2026-03-16", TUESDAY, **arguments))["provisional"] == [TUESDAY]
    asked.clear()
    clock("2026-03-19T13:29Z")
    assert about(load("2026-03-16", TUESDAY, **arguments))["provisional"] == [TUESDAY]
    clock("2026-03-19T13:45Z")
    assert about(load("2026-03-16", TUESDAY, **arguments))["provisional"] == []
    assert asked == [f"{TUESDAY}..{TUESDAY}"] * 2
    clock("2026-05-19T13:45Z")
    load("2026-03-16", TUESDAY, **arguments)
    assert len(asked) == 2


def test_archives_follow_the_overrides_and_pins_keep_what_they_recorded(served, tmp_path):
    served["hidden"].add(TUESDAY)
    load("2026-03-16", "2026-03-24", cache=tmp_path / "cache")
    po.Cache(tmp_path / "cache").export(tmp_path / "archive", source="simulator:7")
    with po.pin(tmp_path / "study.optstat"):
        load("2026-03-16", "2026-03-24", cache=False)
    override(closed=[TUESDAY], sessions=[SATURDAY])
    archived = po.load("US_SECURITY", "VOLUME", "2026-03-16", "2026-03-24", source=f"parquet:{tmp_path / 'archive'}")
    assert about(archived)["missing"] == [SATURDAY]
    with po.pin(tmp_path / "study.optstat", "replay"):
        assert about(load("2026-03-16", "2026-03-24"))["missing"] == [TUESDAY]


# --- Everything else ---


def test_the_simulator_keeps_its_own_days():
    before = load("2026-06-01", "2026-07-10", cache=False)
    override(closed=["2026-07-06"], sessions=["2026-07-03"])
    assert about(load("2026-06-01", "2026-07-10", cache=False))["digest"] == about(before)["digest"]


def test_methods_of_frames_follow_the_overrides():
    frame = load("2026-03-09", "2026-03-24", data_type="OPEN_INTEREST", cache=False)
    holidays = frame.drop(pd.Timestamp(TUESDAY))
    assert holidays.optstat.missing_sessions().strftime("%F").tolist() == [TUESDAY]
    assert pd.Timestamp("2026-03-18") not in holidays.optstat.open_interest_change().dropna().index
    override(closed=[TUESDAY])
    assert list(holidays.optstat.missing_sessions()) == []
    assert pd.Timestamp("2026-03-18") in holidays.optstat.open_interest_change().dropna().index


def _in_worker(_):
    missing = po.sample().optstat.missing_sessions  # uses the calendar without any setting being read
    return sessions("2026-07-01", "2026-07-07"), callable(missing)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_worker_processes_inherit_the_overrides(method):
    override(closed=["2026-07-06"], sessions={"2026-07-04": "13:00"})
    with new_pool(method) as pool:
        ((found, _),) = pool.map(_in_worker, [0])
    assert found == ["2026-07-01", "2026-07-02", "2026-07-04", "2026-07-07"]


@pytest.mark.parametrize(
    "inherited",
    [
        "{}",
        '{"XNYS": 3}',
        '{"XNYS": {"closed": ["x"], "sessions": []}}',
        '{"XNYS": {"closed": [1e400], "sessions": []}}',
    ],
)
def test_an_environment_that_this_package_did_not_write_overrides_nothing(inherited, monkeypatch):
    from pd_optstat.core import calendar_overrides

    monkeypatch.setenv("PD_OPTSTAT_INHERIT", f'{{"settings": {{"calendar_overrides": {inherited}}}}}')
    assert calendar_overrides._from_parent() == {}


def test_a_bug_report_counts_the_overrides():
    assert po.show_versions(as_dict=True)["calendar_overrides"] == "none"
    override(closed=[TUESDAY, "2026-03-18"], sessions=[SATURDAY])
    assert po.show_versions(as_dict=True)["calendar_overrides"] == "XNYS: 2 closed, 1 sessions"
