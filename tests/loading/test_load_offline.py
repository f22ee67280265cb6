"""What `load` gives without asking: offline, and as it was known at a moment."""

from __future__ import annotations

from datetime import date

import pytest
from support.load_fixtures import ARGUMENTS, SOURCE, about, turned_clock, windows_asked  # noqa: F401  (fixtures)

import pd_optstat as po
from pd_optstat.simulator.server import SimulatorServer


def test_offline_serves_what_is_there_and_names_what_is_not(clock, asked):
    with pytest.raises(po.OfflineMiss, match="2020-01-02, 2020-01-03"):
        po.load(*ARGUMENTS, "2020-01-01", "2020-01-04", source=SOURCE, offline=True)
    po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE)
    asked.clear()
    assert len(po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE, offline=True)) == 21
    with pytest.raises(po.OfflineMiss, match=r"2020-02-03, .* and 14 more, up to 2020-02-28"):
        po.load(*ARGUMENTS, "2020-01-01", "2020-02-29", source=SOURCE, offline=True)
    assert len(po.load(*ARGUMENTS, "2020-02-01", "2020-02-02", source=SOURCE, offline=True)) == 0
    assert asked == []


def test_offline_says_when_numbers_are_past_their_time(clock):
    clock("2026-06-12T23:00Z")
    fresh = po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE)
    assert po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE, offline=True).equals(fresh)
    clock("2026-06-13T23:00Z")
    with pytest.warns(po.StaleWarning, match="2026-06-12T23:00:00"):
        stale = po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE, offline=True)
    assert stale.equals(fresh)
    assert about(stale)["provisional"][-1] == "2026-06-12"


def test_what_is_final_in_the_future_is_provisional(clock, tmp_path):
    clock("2026-06-20T12:00Z")  # a day ahead
    whole = po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE)
    assert about(whole)["provisional"] == []
    po.Cache().export(tmp_path / "archive", "simulator:7")
    clock("2026-06-19T12:00Z")
    days = [str(day)[:10] for day in whole.index]
    with pytest.warns(po.StaleWarning):
        offline = po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE, offline=True)
    archived = po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=f"parquet:{tmp_path / 'archive'}")
    for frame in (offline, archived):
        assert frame.equals(whole)
        assert about(frame)["provisional"] == days
    clock("2026-06-20T12:00Z")
    assert about(po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE, offline=True))["provisional"] == []


def test_as_of_gives_what_was_known_then(clock, asked):
    po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE)
    clock("2026-11-25T12:00Z")
    po.load(*ARGUMENTS, "2020-01-01", "2020-12-31", source=SOURCE)
    asked.clear()
    january = po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE, as_of="2026-11-22")
    assert len(january) == 21
    assert about(january)["as_of"] == "2026-11-22T23:59:59.999999+00:00"
    assert about(january)["observed_at"] == "2026-11-22T12:00:00+00:00"
    with pytest.raises(po.OfflineMiss, match=r"As of 2026-11-22.* did not know .*2020-02-03.*first observed them"):
        po.load(*ARGUMENTS, "2020-01-01", "2020-12-31", source=SOURCE, as_of="2026-11-22")
    with pytest.raises(po.OfflineMiss, match="first observed them at 2026-11-22T12:00:00"):
        po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE, as_of="2026-11-22T11:00")
    assert len(po.load(*ARGUMENTS, "2020-01-01", "2020-12-31", source=SOURCE, as_of="2026-11-26")) == 253
    assert asked == []


def test_a_frames_own_moment_gives_that_frame_again(clock):
    clock("2026-11-22T12:00:00.654321Z")
    frame = po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE)
    moment = about(frame)["observed_at"]
    assert moment == "2026-11-22T12:00:00.654321+00:00"
    clock("2026-11-23T12:00Z")
    assert po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE, as_of=moment).equals(frame)


def test_as_of_before_the_start_is_a_miss_that_says_so(clock):
    po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE)
    with pytest.raises(po.OfflineMiss, match=r"As of 2019-06-01.*in the future"):
        po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE, as_of="2019-06-01")


@pytest.fixture
def unreachable(clock):
    """Return the URL of a simulator that has ended, after 1 to 12 June were loaded from it."""
    clock("2026-06-12T23:00Z")
    with SimulatorServer(until=date(2026, 6, 12), rate_limit=False) as server:
        url = server.url
        po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=url)
    po.close()
    clock("2026-06-17T23:00Z")
    return url


def test_stale_if_error_serves_the_cache(unreachable, clock):
    with pytest.raises(po.ConnectionFailed, match=r"offline=True or stale_if_error=True"):
        po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=unreachable)
    with pytest.warns(po.StaleWarning, match="What the cache holds is returned, though some of it is not final"):
        frame = po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=unreachable, stale_if_error=True)
    assert len(frame) == 10
    assert about(frame)["provisional"] == ["2026-06-12"]
    po.configure(stale_if_error=True)
    with pytest.warns(po.StaleWarning):
        assert po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=unreachable, refresh=True).equals(frame)
    with pytest.raises(po.ConnectionFailed):
        po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=unreachable, stale_if_error=False)


def test_stale_if_error_ends_before_the_first_session_that_is_not_cached(unreachable):
    with pytest.warns(po.StaleWarning, match=r"without US_SECURITY/VOLUME 2026-06-15, 2026-06-16, 2026-06-17\."):
        frame = po.load(*ARGUMENTS, "2026-06-01", source=unreachable, stale_if_error=True)
    assert [str(frame.index[0])[:10], str(frame.index[-1])[:10]] == ["2026-06-01", "2026-06-12"]
    assert about(frame)["end"] == "2026-06-14"
    assert about(frame)["missing"] == []
    with pytest.warns(po.StaleWarning):
        panel = po.load_panel(*ARGUMENTS, "2026-06-01", source=unreachable, stale_if_error=True)
    assert panel.shape == (10, 5)


@pytest.mark.parametrize("start", ["2026-05-01", "2026-06-15"])
def test_stale_if_error_leaves_out_nothing_older_and_returns_no_empty_frame(unreachable, start):
    with pytest.raises(po.ConnectionFailed):
        po.load(*ARGUMENTS, start, "2026-06-16", source=unreachable, stale_if_error=True)


@pytest.mark.parametrize("value", ["yes", 2])
def test_stale_if_error_is_true_or_false(value):
    with pytest.raises(po.InvalidRequest, match="stale_if_error"):
        po.load(*ARGUMENTS, source=SOURCE, stale_if_error=value)
    with pytest.raises(po.InvalidRequest, match="stale_if_error"):
        po.configure(stale_if_error=value)
