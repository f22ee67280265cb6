"""Pins: recorded once, replayed anywhere, and never a byte that was not recorded."""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import json
import os
import random
import socket
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat import frame as frames
from pd_optstat import pinfile, pins, pinstore
from pd_optstat.cli import main
from pd_optstat.history import Rows
from pd_optstat.markets import OptionMarket, OptionStatisticDataType
from pd_optstat.pinfile import Asked, Damaged, PinFile, Recording
from pd_optstat.request import Series

SOURCE = "simulator:?seed=7"
SERIES = ("US_SECURITY", "VOLUME")
RANGE = ("2026-06-01", "2026-06-12")
#: What a replay says otherwise than the recorded load.
OWN = ("requests", "first_page_requests", "pin")


@pytest.fixture(autouse=True)
def no_pin_from_another_test():
    yield
    pins._bare = None
    assert pins._open_blocks == []
    assert pins._own_blocks.get() == ()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "study.optstat"


@pytest.fixture
def offline(monkeypatch):
    """Forbid every socket and every source from now on."""

    def forbid():
        def refuse(*_, **__):
            raise AssertionError("the network was used")

        monkeypatch.setattr(socket, "socket", refuse)
        monkeypatch.setattr(socket, "create_connection", refuse)
        monkeypatch.setattr("pd_optstat.sources.simulator.Simulator.open", refuse)
        monkeypatch.setattr("pd_optstat.sources.opend.OpenD.open", refuse)
        monkeypatch.setattr("pd_optstat.loader._resolve_cache", refuse)
        monkeypatch.setattr("pd_optstat.loader.calendar", refuse)

    return forbid


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()

        def __call__(self, moment):
            self.now = pd.Timestamp(moment).timestamp()

    turned = Clock()
    monkeypatch.setattr(time, "time", lambda: turned.now)
    return turned


def about(frame):
    return frame.attrs["optstat"]


def load(*arguments, source=SOURCE, **options):
    return po.load(*(arguments or (*SERIES, *RANGE)), source=source, **options)


def assert_replayed(replayed, recorded):
    pd.testing.assert_frame_equal(replayed, recorded)
    assert about(replayed)["requests"] == about(replayed)["first_page_requests"] == 0
    assert about(replayed)["pin"].startswith("sha256:")
    assert {k: v for k, v in about(replayed).items() if k not in OWN} == {
        k: v for k, v in about(recorded).items() if k not in OWN
    }
    json.dumps(about(replayed))


def record(path, *arguments, **options):
    with po.pin(path, "record"):
        return load(*arguments, **options)


def replay(path, *arguments, **options):
    with po.pin(path, "replay"):
        return load(*arguments, **options)


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
    pinstore.extend(path, (recording,))
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
    assert len(pinstore.contents(path)) == 2


# Sources


def test_synthetic_numbers_never_pass_for_real(path, simulator):
    record(path)
    for source in ("opend://127.0.0.1:11111", "simulator:?seed=8", po.OpenD(namespace="paper")):
        with pytest.raises(po.OfflineMiss, match=r"simulator:7"):
            replay(path, source=source)
    with pytest.raises(po.OfflineMiss):  # the default source is OpenD
        replay(path, source=None)
    po.configure(source=SOURCE)
    assert about(replay(path, source=None))["synthetic"] is True


def test_a_source_left_to_its_default_replays_whatever_the_default_is(path, offline, monkeypatch):
    monkeypatch.setenv("PD_OPTSTAT_SOURCE", SOURCE)
    recorded = record(path, source=None)
    monkeypatch.delenv("PD_OPTSTAT_SOURCE")
    offline()
    assert_replayed(replay(path, source=None), recorded)
    assert_replayed(replay(path, source=SOURCE), recorded)


def test_two_default_sources_in_one_study(path):
    with po.pin(path, "record"):
        for seed in (7, 8):
            po.configure(source=f"simulator:?seed={seed}")
            po.load(*SERIES, *RANGE)
    assert about(replay(path, source=None))["source"] == "simulator:8"
    po.configure(source="simulator:?seed=7")
    assert about(replay(path, source=None))["source"] == "simulator:7"
    po.configure(source=None)
    assert about(replay(path, source=None))["source"] == "simulator:8"
    with pytest.raises(po.OfflineMiss):
        replay(path, source="simulator:?seed=9")


def test_an_address_that_led_to_a_simulator_replays_as_that(path, simulator, offline):
    recorded = record(path, source=simulator.url)
    assert about(recorded)["synthetic"]
    offline()
    assert_replayed(replay(path, source=simulator.url), recorded)
    assert_replayed(replay(path, source="simulator:"), recorded)
    with pytest.raises(po.OfflineMiss):
        replay(path, source="opend://127.0.0.1:1")


def test_real_numbers_replay_through_any_door_to_opend(path):
    pinstore.extend(path, (make([(20605, 5, 6)], origin="opend", endpoint="opend://10.0.0.5:11111"),))
    for source in ("opend://127.0.0.1:11111", None):
        replayed = replay(path, *SERIES, "2026-06-01", "2026-06-01", source=source)
        assert about(replayed)["source"] == "opend"
        assert about(replayed)["synthetic"] is False


def test_a_snapshot_is_a_source(path, offline, monkeypatch):
    recorded = record(path, *SERIES, "2025-01-01", "2026-06-12")
    offline()
    assert_replayed(load(*SERIES, "2025-01-01", "2026-06-12", source=f"snapshot:{path}"), recorded)
    assert len(load(source=f"snapshot:{path}")) == 10
    monkeypatch.chdir(path.parent)
    po.configure(source="snapshot:study.optstat")
    panel = po.load_panel("US_SECURITY", "VOLUME", *RANGE)
    assert panel.shape == (10, 5)
    with pytest.raises(po.OfflineMiss):
        po.load(*SERIES, "2020-01-01", "2026-06-12")
    with pytest.raises(po.InvalidRequest, match="refresh"):
        po.load(*SERIES, *RANGE, refresh=True)
    with pytest.raises(po.InvalidRequest, match="There is no pin"):
        load(source="snapshot:none.optstat")
    with pytest.raises(po.InvalidRequest, match="names no file"):
        load(source="snapshot:")
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(po.PinMismatch):
        po.load(*SERIES, *RANGE)


def test_a_snapshot_that_holds_several_origins_wants_a_pin(path):
    with po.pin(path, "record"):
        load(source="simulator:?seed=7")
        load(source="simulator:?seed=8")
    with pytest.raises(po.InvalidRequest, match="simulator:7 and simulator:8"):
        load(source=f"snapshot:{path}")


def test_loads_from_a_snapshot_are_recorded_under_its_name(path, tmp_path, offline):
    other = tmp_path / "other.optstat"
    recorded = record(other)
    copied = record(path, source=f"snapshot:{other}")
    os.remove(other)
    offline()
    assert_replayed(replay(path, source=f"snapshot:{other}"), recorded)
    assert "pin" in about(copied)
    with pytest.raises(po.OfflineMiss):
        replay(path, source="snapshot:elsewhere.optstat")


def test_panels_are_recorded_series_by_series(path, offline):
    arguments = (["US_SECURITY", "HK_INDEX"], None, "2026-06-25", "2026-07-10")
    with po.pin(path, "record"):
        panel = po.load_panel(*arguments, source=SOURCE)
    offline()
    with po.pin(path, "replay"):
        pd.testing.assert_frame_equal(po.load_panel(*arguments, source=SOURCE), panel)
        assert len(po.load("HK_INDEX", "VOLUME", "2026-06-25", "2026-07-10", source=SOURCE)) == 11
        with pytest.raises(po.OfflineMiss, match="US_INDEX"):
            po.load_panel(None, None, "2026-06-25", "2026-07-10", source=SOURCE)
    assert len(pinstore.contents(path)) == 4


# Modes and lifetimes


def test_auto_goes_on_recording_into_a_file_that_this_process_began(path):
    for day in ("2026-06-01", "2026-06-02", "2026-06-03"):
        with po.pin(path) as pin:
            assert not pin.replaying
            load(*SERIES, day, day)
    assert len(pinstore.contents(path)) == 3
    other = path.with_name("other.optstat")
    record(other)
    pins._begun.discard(pinstore.read(other)[0].id)  # another process's
    os.replace(other, path)
    with po.pin(path) as pin:
        assert pin.replaying


def test_record_extends_a_file_of_another_process_and_auto_replays_it(path):
    run(path, "record", "2026-06-01")
    record(path, *SERIES, "2026-06-02", "2026-06-02")
    assert len(pinstore.contents(path)) == 2
    with po.pin(path) as pin:
        assert pin.replaying


def test_a_bare_pin_lasts_until_the_next_one_or_its_close(path, tmp_path):
    other = tmp_path / "other.optstat"
    first = po.pin(path)
    load(*SERIES, "2026-06-01", "2026-06-01")
    with po.pin(tmp_path / "block.optstat"):
        load(*SERIES, "2026-06-02", "2026-06-02")
    load(*SERIES, "2026-06-03", "2026-06-03")
    second = po.pin(other)
    load(*SERIES, "2026-06-04", "2026-06-04")
    first.close()
    load(*SERIES, "2026-06-05", "2026-06-05")
    second.close()
    second.close()
    load(*SERIES, "2026-06-08", "2026-06-08")
    held = [pinstore.contents(one)["start"].str[-2:].tolist() for one in (path, tmp_path / "block.optstat", other)]
    assert held == [["01", "03"], ["02"], ["04", "05"]]


def test_the_innermost_block_counts_and_ends_also_after_an_error(path, tmp_path):
    inner = tmp_path / "inner.optstat"
    with po.pin(path):
        with pytest.raises(po.OfflineMiss), po.pin(inner):  # noqa: PT012
            load(*SERIES, "2026-06-01", "2026-06-01")
            load(*SERIES, "2020-06-01", "2020-06-01", offline=True)
        load(*SERIES, "2026-06-02", "2026-06-02")
    assert pins.active() is None
    assert len(pinstore.contents(inner)) == len(pinstore.contents(path)) == 1


def test_threads_within_a_block_belong_to_it_unless_they_have_their_own(path, tmp_path):
    days = [f"2026-06-{day:02}" for day in (1, 2, 3, 4, 5, 8, 9, 10)]
    with po.pin(path), ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda day: load(*SERIES, day, day), days))
    assert sorted(pinstore.contents(path)["start"]) == days

    def own(day):
        with po.pin(tmp_path / f"{day}.optstat"):
            barrier.wait(10)
            return load(*SERIES, day, day)

    barrier = threading.Barrier(8)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(own, days))
    assert [pinstore.contents(tmp_path / f"{day}.optstat")["start"].tolist() for day in days] == [[day] for day in days]


def test_tasks_have_blocks_of_their_own_and_do_not_outlive_them(path, tmp_path):
    async def study(day):
        with po.pin(tmp_path / f"{day}.optstat"):
            await asyncio.sleep(0)
            await asyncio.to_thread(load, *SERIES, day, day)

    async def both():
        await asyncio.gather(study("2026-06-01"), study("2026-06-02"))

    asyncio.run(both())
    for day in ("2026-06-01", "2026-06-02"):
        assert pinstore.contents(tmp_path / f"{day}.optstat")["start"].tolist() == [day]
    with po.pin(path):
        late = contextvars.copy_context()
    assert late.run(pins.active) is None


def test_what_a_replay_refuses(path, tmp_path):
    record(path)
    with pytest.raises(po.InvalidRequest, match="refresh=True"):
        replay(path, refresh=True)
    with pytest.raises(po.InvalidRequest, match="mode='later'"):
        po.pin(path, "later")
    with pytest.raises(po.InvalidRequest, match="There is no pin"):
        po.pin(tmp_path / "none", "replay")
    with pytest.raises(po.InvalidRequest, match="no folder"):
        po.pin(tmp_path / "no" / "folder" / "x")
    with pytest.raises(po.InvalidRequest, match="cannot be read"):
        po.pin(tmp_path)
    for nothing in ("", None, 3, b"x"):
        with pytest.raises(po.InvalidRequest, match="no path"):
            po.pin(nothing)
    assert pins.active() is None


def test_a_load_that_fails_records_nothing(path):
    with po.pin(path), pytest.raises(po.ConnectionFailed):
        load(source="opend://127.0.0.1:1")
    assert not path.exists()


# The file


def test_ten_years_of_a_series_take_less_than_60_kb(path):
    for market, data_type in (("US_SECURITY", "VOLUME"), ("US_SECURITY", "OPEN_INTEREST"), ("HK_INDEX", "VOLUME")):
        file = path.with_name(f"{market}-{data_type}")
        recorded = record(file, market, data_type, "2016-06-13", "2026-06-12")
        assert len(recorded) > 2400
        assert file.stat().st_size < 30_000


def test_every_changed_removed_or_added_byte_is_found(path):
    record(path)
    whole = path.read_bytes()
    assert pinfile.decode(whole).recordings
    damaged = [whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :] for at in range(len(whole)) for bit in (1, 0x80)]
    damaged += [whole[:at] + whole[at + 1 :] for at in range(len(whole))]
    damaged += [whole[:at] for at in range(len(whole))]
    damaged += [whole[:at] + b"\0" + whole[at:] for at in range(len(whole) + 1)]
    for data in damaged:
        if data == whole:
            continue  # a zero removed beside another, say
        with pytest.raises(Damaged):
            pinfile.decode(data)
    for data in (b"", whole[:-1], whole + b"\0", whole[:50] + b"\x99" + whole[51:], whole.replace(b"\0", b"\n", 1)):
        path.write_bytes(data)
        for mode in ("auto", "record", "replay"):
            with pytest.raises(po.PinMismatch, match="cannot be used"):
                po.pin(path, mode)
        assert path.read_bytes() == data


def test_damage_under_an_open_pin_is_found_and_never_overwritten(path):
    record(path)
    with po.pin(path, "replay"):
        load()
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(po.PinMismatch):
            load()
    with po.pin(path.with_name("new")) as pin:
        load()
        pin.path.write_bytes(b"not a pin")
        with pytest.raises(po.PinMismatch):
            load()
        assert pin.path.read_bytes() == b"not a pin"


def sealed(message):
    body = message.SerializeToString()
    return pinfile.MAGIC + hashlib.sha256(body).digest() + body


def forged(**changed):
    """Return a pin with a checksum that fits and one recording that is not as it should be."""
    from pd_optstat.proto import pin_pb2

    message = pin_pb2.PinFile.FromString(pinfile.encode(PinFile(bytes(16), (make([(20605, 5, 6)]),)))[40:])
    for name, value in changed.items():
        target = message if name in ("format", "id") else message.recordings[0]
        if isinstance(value, list):
            getattr(target, name)[:] = value
        else:
            setattr(target, name, value)
    return sealed(message)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"format": 2}, "format 2"),
        ({"id": b"short"}, "identity"),
        ({"market": 9}, "9 is not a valid"),
        ({"data_type": 2}, "2 is not a valid"),
        ({"calls": [5, 1]}, "differ in length"),
        ({"calls": [-1]}, "out of bounds"),
        ({"calls": [2**61 + 1]}, "out of bounds"),
        ({"days": [20605, 0], "calls": [5, 0], "puts": [6, 0]}, "out of order"),
        ({"days": [20604]}, "out of order"),
        ({"puts": [7]}, "digest"),
        ({"digest": b"x"}, "digest"),
        ({"first_day": -1}, "out of bounds"),
        ({"last_day": 2**31 - 1}, "out of bounds"),
        ({"last_day": 20603}, "out of bounds"),
        ({"asked_end": 2**31 - 1}, "asked for"),
        ({"as_of": 2**62}, "moment"),
        ({"provisional": [1] * 50_000}, "more values than there are days"),
        ({"missing": [20700]}, "out of order"),
        ({"more": "[]"}, "no JSON object"),
        ({"more": "[" * 60_000}, "no JSON object"),
        ({"endpoint": "x" * 70_000}, "too long"),
        ({"origin": ""}, "come from"),
    ],
)
def test_nothing_in_a_file_is_believed_even_with_a_checksum_that_fits(changed, said):
    pinfile.decode(forged())
    with pytest.raises(Damaged, match=said):
        pinfile.decode(forged(**changed))


def test_bytes_that_are_no_message_and_files_too_large(path, monkeypatch):
    body = b"\xff" * 100
    with pytest.raises(Damaged, match="no pin"):
        pinfile.decode(pinfile.MAGIC + hashlib.sha256(body).digest() + body)
    record(path)
    whole = path.read_bytes()
    monkeypatch.setattr(pinfile, "MAX_BYTES", len(whole))
    with po.pin(path, "record"), pytest.raises(po.CacheError, match="more than"):
        load(*SERIES, "2026-06-02", "2026-06-02")
    assert path.read_bytes() == whole
    path.write_bytes(whole + b"\0")
    with pytest.raises(po.PinMismatch, match="holds more than"):
        pinstore.verify(path)


def make(rows, **changed):
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    days, calls, puts = (np.ascontiguousarray(column) for column in table.T)
    none = np.empty(0, dtype=np.int64)
    first, last = (int(days[0]), int(days[-1])) if len(days) else (20605, 20604)
    first, last = changed.pop("first", first), changed.pop("last", last)
    values = {
        "asked": Asked(Series(OptionMarket(1), OptionStatisticDataType(0)), first, max(first, last), None, None, False),
        "first": first,
        "last": last,
        "origin": "simulator:7",
        "endpoint": "simulator:?seed=7",
        "observed_at": "2026-06-13T00:00:00+00:00",
        "version": "0",
        "recorded_at": 1,
        "rows": Rows(days, calls, puts),
        "digest": frames.digest(days, calls, puts),
        "provisional": none,
        "missing": none,
        "more": "",
    }
    return Recording(**values | changed)


counts = st.one_of(st.integers(0, 2**61), st.integers(0, 10**8))
tables = st.dictionaries(st.integers(1100, 49_499), st.tuples(counts, counts), max_size=60).map(
    lambda rows: [(day, *rows[day]) for day in sorted(rows)]
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(tables, max_size=4),
    texts,
    texts,
    st.booleans(),
    st.none() | st.integers(0, 2**50),
    st.binary(min_size=16, max_size=16),
)
def test_what_is_written_is_what_is_read(held, origin, endpoint, include_open, as_of, identity):
    recordings = []
    for number, rows in enumerate(held):
        one = make(rows, origin=origin or "opend", endpoint=endpoint, more=json.dumps({"x": origin}))
        asked = Asked(one.asked.series, number or None, one.asked.end, endpoint or None, as_of, include_open)
        recordings.append(make(rows, asked=asked, origin=one.origin, endpoint=endpoint, more=one.more))
    data = pinfile.encode(PinFile(identity, tuple(recordings)))
    read = pinfile.decode(data)
    assert read.id == identity
    assert [one.key for one in read.recordings] == [one.key for one in recordings]
    for one, other in zip(read.recordings, recordings, strict=True):
        for name in ("days", "calls", "puts"):
            np.testing.assert_array_equal(getattr(one.rows, name), getattr(other.rows, name))
        assert (one.first, one.last, one.endpoint, one.more) == (other.first, other.last, endpoint, other.more)
    assert pinfile.encode(read) == data


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 60)), min_size=1, max_size=6, unique=True), st.data())
def test_any_part_of_anything_recorded_replays_as_it_was_loaded(tmp_path_factory, ranges, data):
    file = tmp_path_factory.mktemp("pins") / "x"
    ranges = [(date.fromordinal(738_000 + at), date.fromordinal(738_000 + at + length)) for at, length in ranges]
    with po.pin(file):
        recorded = [load(*SERIES, *one, cache=False, progress=False) for one in ranges]
    first, last = data.draw(st.sampled_from(ranges))
    days = data.draw(st.lists(st.dates(first, last), min_size=2, max_size=2).map(sorted))
    with po.pin(file, "replay"):
        for arguments, frame in zip(ranges, recorded, strict=True):
            assert_replayed(load(*SERIES, *arguments), frame)
        part = load(*SERIES, *days)
    pd.testing.assert_frame_equal(part, load(*SERIES, *days, cache=False, progress=False))


def test_further_attrs_are_kept(path):
    pinstore.extend(path, (make([(20605, 5, 6)], more='{"licence": ["none"]}'),))
    first = replay(path, *SERIES, "2026-06-01", "2026-06-01")
    about(first)["licence"].append("changed by its owner")
    assert about(replay(path, *SERIES, "2026-06-01", "2026-06-01"))["licence"] == ["none"]


def test_a_replayed_frame_is_the_callers_to_change(path):
    recorded = record(path)
    frame = replay(path)
    frame["call_value"] = 0
    frame.iloc[:, 2] = 1
    frame["put_value"].to_numpy(copy=True)[:] = 3
    about(frame)["provisional"].append("x")
    assert_replayed(replay(path), recorded)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
def test_rights_follow_the_umask_and_are_kept(path):
    before = os.umask(0o027)
    try:
        record(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o600)
        record(path, *SERIES, "2026-06-01", "2026-06-02")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links")
def test_a_link_to_a_pin_stays_a_link(path, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(path)
    record(link)
    record(link, *SERIES, "2026-06-01", "2026-06-02")
    assert link.is_symlink()
    assert len(pinstore.contents(path)) == 2


def test_a_file_that_cannot_be_written_is_an_error_and_stays_whole(path, monkeypatch):
    record(path)
    whole = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with po.pin(path, "record"), pytest.raises(po.CacheError, match="No space left"):
        load(*SERIES, "2026-06-01", "2026-06-02")
    assert path.read_bytes() == whole
    assert sorted(one.name for one in path.parent.iterdir() if one.name.endswith(".new")) == []


# Many at once, and what dies


WRITER = """
import itertools, sys
import pd_optstat as po
path, mode, first, step = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
days = [str(day)[:10] for day in __import__("pandas").bdate_range("2020-01-02", periods=400)]
po.pin(path, mode)
po.load("US_SECURITY", "VOLUME", days[first], days[first], source="simulator:?seed=7", cache=False)
print("begun", flush=True)
for day in days[first + step:int(sys.argv[5]):step]:
    po.load("US_SECURITY", "VOLUME", day, day, source="simulator:?seed=7", cache=False)
"""


def writer(path, mode, first, step, until, **options):
    command = [sys.executable, "-c", WRITER, str(path), mode, str(first), str(step), str(until)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)


def run(path, mode, day):
    arguments = f"*{SERIES!r}, {day!r}, {day!r}, source={SOURCE!r}"
    code = f"import pd_optstat as po; po.pin({str(path)!r}, {mode!r}); po.load({arguments})"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_processes_that_record_into_one_file_lose_nothing(path):
    processes = [writer(path, "record", first, 4, 60) for first in range(4)]
    assert [process.wait(120) for process in processes] == [0] * 4
    for process in processes:
        process.stdout.close()
    assert pinstore.contents(path)["start"].nunique() == 60
    pinstore.verify(path)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_a_kill_at_any_moment_never_leaves_a_torn_file(path):
    chosen = random.Random(3301)
    held = 0
    for number in range(12):
        with writer(path, "record", number * 30, 1, 400) as process:
            assert process.stdout.readline() == "begun\n"
            time.sleep(chosen.uniform(0, 0.08))
            process.kill()
        now = len(pinstore.contents(path))
        assert now > held or number * 30 < held
        held = max(held, now)
    record(path)
    assert [one.name for one in path.parent.iterdir() if one.name.endswith(".new")] == []


@pytest.mark.parametrize("step", ["chmod", "fsync", "replace"])
def test_a_process_that_dies_while_it_writes_leaves_the_file_whole(path, step):
    record(path)
    whole = path.read_bytes()
    code = (
        f"import os, pd_optstat as po\npo.pin({str(path)!r}, 'record')\nos.{step} = lambda *_: os._exit(9)\n"
        f"po.load(*{SERIES!r}, '2026-06-03', '2026-06-04', source={SOURCE!r}, cache=False)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 9
    assert path.read_bytes() == whole
    assert len([one for one in path.parent.iterdir() if one.name.endswith(".new")]) == 1
    record(path, *SERIES, "2026-06-03", "2026-06-04")
    assert [one for one in path.parent.iterdir() if one.name.endswith(".new")] == []
    assert len(pinstore.contents(path)) == 2


# The command line


def test_show_and_verify(path, capsys, clock):
    with po.pin(path, "record"):
        recorded = load()
        po.load("HK_INDEX", "OPEN_INTEREST", *RANGE, source=SOURCE)
    assert main(["pin", "show", str(path)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].split() == ["series", "start", "end", "rows", "observed_at", "source", "as_of", "digest"]
    digest = about(recorded)["digest"]
    words = ["US_SECURITY/VOLUME", *RANGE, "10", "2026-11-22T12:00:00+00:00", "simulator:7", digest]
    assert shown[1].split()[1:] == words
    assert len(shown) == 3
    assert main(["pin", "verify", str(path)]) == 0
    assert "sha256:" + path.read_bytes()[8:40].hex() in capsys.readouterr().out
    path.write_bytes(path.read_bytes()[:-1])
    for action in ("show", "verify"):
        assert main(["pin", action, str(path)]) == 1
        assert capsys.readouterr().err.startswith("PinMismatch: ")
    assert main(["pin", "verify", str(path) + "-none"]) == 1
    assert capsys.readouterr().err.startswith("InvalidRequest: There is no pin")


def test_the_name_is_there():
    assert po.pin is pins.pin
    assert "pin" in po.__all__
