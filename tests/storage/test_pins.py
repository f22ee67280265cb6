"""Pins: recorded once, replayed anywhere, whole or in part, and never a byte that was not recorded."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from support.pin_fixtures import (  # noqa: F401  (fixtures)
    RANGE,
    SERIES,
    SOURCE,
    about,
    assert_replayed,
    going_offline,
    load,
    make,
    no_pin_from_another_test,
    pin_path,
    record,
    replay,
    turned_clock,
)

import pd_optstat as po
from pd_optstat.storage.pins import file as pin_file
from pd_optstat.storage.pins import pin as pins

# Recording and replaying


def test_the_first_run_records_and_later_ones_replay(path, offline):
    record(path)
    pins._begun.clear()  # as in a new process
    with po.pin(path) as pin:
        assert pin.replaying
        recorded = load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12")
        offline()
        assert_replayed(load(), recorded)
        assert about(load())["digest"] == load().optstat.digest()
    assert "replaying" in repr(pin)


def test_a_replay_equals_the_recording_in_every_dtype_and_attr(path, offline, clock):
    clock("2026-06-13T01:00Z")
    recorded = record(path, *SERIES, "2026-05-01", "2026-06-12", include_open=True)
    empty = record(path, *SERIES, "2026-06-06", "2026-06-07")
    assert about(recorded)["provisional"]
    offline()
    clock("2031-01-01T00:00Z")
    assert_replayed(replay(path, *SERIES, "2026-05-01", "2026-06-12", include_open=True), recorded)
    assert_replayed(replay(path, *SERIES, "2026-06-06", "2026-06-07"), empty)


def test_a_fresh_process_replays_without_cache_and_network(path, tmp_path):
    recorded = record(path, *SERIES, "2016-06-13", "2026-06-12")
    code = f"""
import socket, sys
def refuse(*_, **__): raise AssertionError("the network was used")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import pd_optstat as po
po.pin({str(path)!r})
df = po.load("US_SECURITY", "VOLUME", "2016-06-13", "2026-06-12", source={SOURCE!r})
assert df.attrs["optstat"]["requests"] == 0
for heavy in ("diskcache", "exchange_calendars", "filelock"):
    assert heavy not in sys.modules, heavy
try:
    po.load("US_SECURITY", "VOLUME", "2010-01-04", "2010-01-05")
except po.OfflineMiss as error:
    print(len(df), df.attrs["optstat"]["digest"], "|", error)
"""
    folder, home = tmp_path / "elsewhere", tmp_path / "nobody"
    environment = {**os.environ, "HOME": str(home), "PD_OPTSTAT_CACHE_DIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{len(recorded)} {about(recorded)['digest']} | The pin {path} does not hold")
    assert not folder.exists()
    assert not home.exists()
    assert not os.path.exists(f"{path}.lock") or os.path.getsize(f"{path}.lock") == 0


def test_defaults_replay_as_recorded_even_years_later(path, clock, offline):
    recorded = record(path, *SERIES)
    since = record(path, *SERIES, "2020-01-01")
    offline()
    clock("2036-01-01T00:00Z")
    assert_replayed(replay(path, *SERIES), recorded)
    assert_replayed(replay(path, *SERIES, "2020-01-01"), since)
    assert about(replay(path, *SERIES))["end"] == "2026-11-22"
    part = replay(path, *SERIES, "2025-01-01")
    pd.testing.assert_frame_equal(part, since.loc["2025-01-01":])
    with pytest.raises(po.OfflineMiss):
        replay(path, *SERIES, "2019-01-01")


def test_dates_may_be_given_in_any_form(path):
    recorded = record(path)
    same = replay(path, "us_security", 0, pd.Timestamp("2026-06-01"), datetime(2026, 6, 12, 9))
    assert_replayed(same, recorded)
    with pytest.raises(po.InvalidRequest, match="Swap them"):
        replay(path, *SERIES, "2026-06-12", "2026-06-01")


def test_an_end_that_had_not_come_replays_as_it_was_given(path, clock, offline):
    recorded = record(path, *SERIES, "2026-01-02", "2027-06-30")
    assert about(recorded)["end"] == "2026-11-22"
    offline()
    clock("2036-01-01T00:00Z")
    assert_replayed(replay(path, *SERIES, "2026-01-02", "2027-06-30"), recorded)
    assert replay(path, *SERIES, "2026-03-02", "2027-06-30").equals(recorded.loc["2026-03-02":])
    with pytest.raises(po.OfflineMiss):
        replay(path, *SERIES, "2026-01-02", "2027-06-29")
    with pytest.raises(po.OfflineMiss):
        replay(path, *SERIES, None, "2027-06-30")


# Parts


def test_a_part_of_a_recording_has_attrs_of_its_own(path, clock, offline):
    clock("2026-06-13T01:00Z")
    whole = record(path, *SERIES, "2025-01-01", "2026-06-12")
    live = load(*SERIES, "2026-06-03", "2026-06-12")
    offline()
    part = replay(path, *SERIES, "2026-06-03", "2026-06-12")
    assert_replayed(part, live)
    assert about(part)["provisional"] == about(whole)["provisional"] == ["2026-06-12"]
    assert about(part)["digest"] == part.optstat.digest()
    earlier = replay(path, *SERIES, "2026-06-06", "2026-06-07")
    assert (len(earlier), about(earlier)["observed_at"], about(earlier)["provisional"]) == (0, None, [])
    year = replay(path, *SERIES, None, "2026-06-05")
    assert about(year)["start"] == "2025-06-06"
    for beyond in (("2024-12-31", "2026-06-12"), ("2026-06-01", "2026-06-13"), (None, "2025-06-01"), (None, None)):
        with pytest.raises(po.OfflineMiss, match="It holds US_SECURITY/VOLUME of 2025-01-01"):
            replay(path, *SERIES, *beyond)


def test_missing_sessions_of_a_part(path):
    days = np.array([20600, 20601], dtype=np.int64)
    recording = make([(20600, 1, 2)], first=20599, last=20603, missing=days + 2)
    pin_file.extend(path, (recording,))
    part = replay(path, *SERIES, date(2026, 5, 28), date(2026, 5, 29))
    assert about(part)["missing"] == ["2026-05-29"]
    assert about(part)["rows"] == 0


def test_other_series_options_and_moments_are_not_held(path, clock):
    with po.pin(path, "record"):
        load()
        load(as_of="2026-11-22T13:00Z")
    for series in (("US_SECURITY", "OPEN_INTEREST"), ("HK_SECURITY", "VOLUME")):
        with pytest.raises(po.OfflineMiss, match="does not hold"):
            replay(path, *series, *RANGE)
    with pytest.raises(po.OfflineMiss, match="include_open=True"):
        replay(path, *SERIES, *RANGE, include_open=True)
    with pytest.raises(po.OfflineMiss, match="as_of=2026-11-22T14"):
        replay(path, *SERIES, *RANGE, as_of="2026-11-22T14:00Z")
    part = replay(path, *SERIES, "2026-06-03", "2026-06-04", as_of="2026-11-22T13:00Z")
    assert about(part)["as_of"] == "2026-11-22T13:00:00+00:00"


def test_the_newest_recording_of_the_same_arguments_replaces_the_older(path, clock):
    with po.pin(path, "record"):
        load(*SERIES)
        clock("2026-12-22T12:00Z")
        load(*SERIES)
        newest = load(*SERIES, "2026-06-01")
    assert about(replay(path, *SERIES))["end"] == "2026-12-21"
    assert about(replay(path, *SERIES, "2026-07-01"))["end"] == about(newest)["end"]
    assert len(pin_file.contents(path)) == 2


def test_the_name_is_there():
    assert po.pin is pins.pin
    assert "pin" in po.__all__
