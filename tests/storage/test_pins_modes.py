"""Modes and lifetimes of pins: what records and what replays, in which block, thread and task, until when."""

from __future__ import annotations

import asyncio
import contextvars
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.pin_fixtures import (  # noqa: F401  (fixtures)
    SERIES,
    SOURCE,
    load,
    no_pin_from_another_test,
    pin_path,
    record,
    replay,
)

import pd_optstat as po
from pd_optstat.storage.pins import file as pin_file
from pd_optstat.storage.pins import pin as pins


def run(path, mode, day):
    arguments = f"*{SERIES!r}, {day!r}, {day!r}, source={SOURCE!r}"
    code = f"import pd_optstat as po; po.pin({str(path)!r}, {mode!r}); po.load({arguments})"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_auto_goes_on_recording_into_a_file_that_this_process_began(path):
    for day in ("2026-06-01", "2026-06-02", "2026-06-03"):
        with po.pin(path) as pin:
            assert not pin.replaying
            assert repr(pin).endswith("recording; later processes replay, this one with mode='replay'>")
            load(*SERIES, day, day)
    assert len(pin_file.contents(path)) == 3
    other = path.with_name("other.optstat")
    record(other)
    pins._begun.discard(pin_file.read(other)[0].id)  # another process's
    os.replace(other, path)
    with po.pin(path) as pin:
        assert pin.replaying


def test_record_extends_a_file_of_another_process_and_auto_replays_it(path):
    run(path, "record", "2026-06-01")
    record(path, *SERIES, "2026-06-02", "2026-06-02")
    assert len(pin_file.contents(path)) == 2
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
    held = [pin_file.contents(one)["start"].str[-2:].tolist() for one in (path, tmp_path / "block.optstat", other)]
    assert held == [["01", "03"], ["02"], ["04", "05"]]


def test_the_innermost_block_counts_and_ends_also_after_an_error(path, tmp_path):
    inner = tmp_path / "inner.optstat"
    with po.pin(path):
        with pytest.raises(po.OfflineMiss), po.pin(inner):  # noqa: PT012
            load(*SERIES, "2026-06-01", "2026-06-01")
            load(*SERIES, "2020-06-01", "2020-06-01", offline=True)
        load(*SERIES, "2026-06-02", "2026-06-02")
    assert pins.active() is None
    assert len(pin_file.contents(inner)) == len(pin_file.contents(path)) == 1


def test_threads_within_a_block_belong_to_it_unless_they_have_their_own(path, tmp_path):
    days = [f"2026-06-{day:02}" for day in (1, 2, 3, 4, 5, 8, 9, 10)]
    with po.pin(path), ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda day: load(*SERIES, day, day), days))
    assert sorted(pin_file.contents(path)["start"]) == days

    def own(day):
        with po.pin(tmp_path / f"{day}.optstat"):
            barrier.wait(10)
            return load(*SERIES, day, day)

    barrier = threading.Barrier(8)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(own, days))
    assert [pin_file.contents(tmp_path / f"{day}.optstat")["start"].tolist() for day in days] == [[day] for day in days]


def test_tasks_have_blocks_of_their_own_and_do_not_outlive_them(path, tmp_path):
    async def study(day):
        with po.pin(tmp_path / f"{day}.optstat"):
            await asyncio.sleep(0)
            await asyncio.to_thread(load, *SERIES, day, day)

    async def both():
        await asyncio.gather(study("2026-06-01"), study("2026-06-02"))

    asyncio.run(both())
    for day in ("2026-06-01", "2026-06-02"):
        assert pin_file.contents(tmp_path / f"{day}.optstat")["start"].tolist() == [day]
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
    with pytest.raises(po.InvalidRequest, match="not a folder"):
        po.pin(tmp_path / "no" / "folder" / "x")
    with pytest.raises(po.InvalidRequest, match="cannot be read"):
        po.pin(tmp_path)
    for nothing in ("", None, 3, b"x"):
        with pytest.raises(po.InvalidRequest, match="not the path of a pin file"):
            po.pin(nothing)
    assert pins.active() is None


def test_a_load_that_fails_records_nothing(path):
    with po.pin(path), pytest.raises(po.ConnectionFailed):
        load(source="opend://127.0.0.1:1")
    assert not path.exists()
