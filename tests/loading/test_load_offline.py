"""What `load` gives without asking: offline, and as it was known at a moment."""

from __future__ import annotations

import pytest
from support.load_fixtures import ARGUMENTS, SOURCE, about, turned_clock, windows_asked  # noqa: F401  (fixtures)

import pd_optstat as po


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
