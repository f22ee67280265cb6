"""Exports that are interrupted or meet other exports, and loads during exports."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest
from support.archive_fixtures import (  # noqa: F401  (fixtures)
    ASKED,
    SOURCE,
    VOLUME,
    archive_url,
    each_series,
    held_cache,
    observe,
)

import pd_optstat as po
from pd_optstat.storage.archive import export as exports
from pd_optstat.storage.archive.location import Location

MONTHS = ("2024-01-02", "2024-01-31"), ("2025-12-01", "2026-01-30")


class Interrupted(Exception):
    pass


def write_steps(monkeypatch, step):
    """Call `step` with the number of each file before an export writes it."""
    write, count = Location._write_file, [0]

    def counted(location, suffix, data, **options):
        count[0] += 1
        step(count[0])
        write(location, suffix, data, **options)

    monkeypatch.setattr(Location, "_write_file", counted)


def calls_of(url, first, last, series=VOLUME):
    loaded = po.load(series.name, "VOLUME", first, last, source=f"parquet:{url}")
    assert loaded.attrs["optstat"]["missing"] == []
    return set(loaded["call_value"])


@pytest.mark.parametrize("after", range(4))
def test_interrupted_export_leaves_all_files_readable(cache, url, monkeypatch, after):
    cache.export(url, SOURCE)
    before = po.load(*ASKED, source=f"parquet:{url}")
    po.load(*ASKED, source=SOURCE, cache=cache, refresh=True)  # every file changes, no value does
    write, left = Location.write_part, [after]

    def fail(location, path, data):
        if not left[0]:
            raise Interrupted
        left[0] -= 1
        write(location, path, data)

    monkeypatch.setattr(Location, "write_part", fail)
    if after < 3:
        with pytest.raises(Interrupted):
            cache.export(url, SOURCE)
    else:
        cache.export(url, SOURCE)
    pd.testing.assert_frame_equal(po.load(*ASKED, source=f"parquet:{url}"), before)
    assert len(pd.read_parquet(url)) == len(before) + 20
    monkeypatch.undo()
    cache.export(url, SOURCE)
    pd.testing.assert_frame_equal(po.load(*ASKED, source=f"parquet:{url}"), before)
    found = json.loads(Path(f"{url}.optstat.json").read_text())
    assert all(len(part["versions"]) == 1 and "pending" not in part for part in found["parts"])


@each_series
@pytest.mark.parametrize("url", ["memory://interrupted/archive", None])
def test_export_interrupted_at_any_step_leaves_the_old_archive_or_the_new_one(tmp_path, url, series, monkeypatch):
    url = url and f"{url}/{series.name}"
    step = 0
    while True:
        step += 1
        where = f"{url or tmp_path / 'archive'}{step}"
        cache = po.Cache(tmp_path / f"cache{step}")
        observe(cache, *MONTHS[0], 2, "2026-02-01T00:00", series=series)
        cache.export(where)
        observe(cache, *MONTHS[0], 4, "2026-02-02T00:00", series=series)
        observe(cache, *MONTHS[1], 4, "2026-02-02T00:00", series=series)  # new files, too

        def interrupt(number, step=step):
            if number == step:
                raise Interrupted

        with monkeypatch.context() as patch:
            write_steps(patch, interrupt)
            try:
                cache.export(where)
                break
            except Interrupted:
                pass
        try:
            assert calls_of(where, *MONTHS[1], series) == {4}
            assert calls_of(where, *MONTHS[0], series) == {4}
        except po.OfflineMiss:
            assert calls_of(where, *MONTHS[0], series) == {2}
        cache.export(where)
        assert calls_of(where, *MONTHS[0], series) == calls_of(where, *MONTHS[1], series) == {4}
    files = len({"US_SECURITY": (2024, 2025, 2026)}.get(series.name, (2020, 2025)))
    assert step == 2 * files + 4  # copies and files, a record, two manifests, and the end


@pytest.mark.slow
def test_loads_during_exports_see_whole_frames(tmp_path, url):
    """Every reader sees one of the values that an export wrote, on every day, and never an error."""
    cache = po.Cache(tmp_path / "real")
    observe(cache, "2026-06-01", "2026-06-30", 2, "2026-07-01T00:00")
    cache.export(url)
    stop, seen, failures = threading.Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                calls = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-30", source=f"parquet:{url}")[
                    "call_value"
                ]
                assert calls.nunique() == 1
                seen.add(int(calls.iloc[0]))
            except BaseException as error:
                failures.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for one in readers:
        one.start()
    for round_ in range(1, 25):
        observe(cache, "2026-06-01", "2026-06-30", 2 + 2 * round_, f"2026-07-01T00:{round_:02}")
        cache.export(url)
    stop.set()
    for one in readers:
        one.join()
    assert failures == []
    assert len(seen) > 1


@pytest.mark.parametrize("url", ["memory://snapshots/archive", None])
def test_a_load_sees_all_years_as_one_export_left_them(tmp_path, url, monkeypatch):
    """At every step of an export, a load over two years never mixes old values with new ones."""
    url = url or str(tmp_path / "archive")
    cache = po.Cache(tmp_path / "cache")
    observe(cache, *MONTHS[1], 2, "2026-02-01T00:00")
    cache.export(url)
    observe(cache, *MONTHS[1], 4, "2026-02-02T00:00")
    seen = []
    write_steps(monkeypatch, lambda number: seen.append(calls_of(url, *MONTHS[1])))
    cache.export(url)
    seen.append(calls_of(url, *MONTHS[1]))
    assert sorted(seen, key=str) == seen
    assert {frozenset(one) for one in seen} == {frozenset({2}), frozenset({4})}


@each_series
@pytest.mark.parametrize("step", range(1, 8))
@pytest.mark.parametrize("first_export", [False, True])
def test_concurrent_exports_without_locks_lose_nothing(tmp_path, step, first_export, series, monkeypatch):
    """Another cache is exported just before any step of an export; the archive then holds what both of them knew."""
    url = f"memory://meeting/{tmp_path.name}/{step}"
    if not first_export:  # what only the archive knows
        old = po.Cache(tmp_path / "old")
        observe(old, "2023-03-01", "2023-03-31", 2, "2026-02-01T00:00", series=series)
        observe(old, "2024-01-02", "2024-01-12", 2, "2026-02-01T00:00", series=series)
        old.export(url)
    ours, theirs = po.Cache(tmp_path / "ours"), po.Cache(tmp_path / "theirs")
    observe(ours, "2024-01-16", "2024-01-31", 4, "2026-02-02T00:00", series=series)
    observe(ours, "2025-03-03", "2025-03-31", 4, "2026-02-02T00:00", series=series)
    observe(theirs, "2024-02-01", "2024-02-29", 6, "2026-02-03T00:00", series=series)
    observe(theirs, "2026-01-02", "2026-01-30", 6, "2026-02-03T00:00", series=series)
    met = []

    def meet(number):
        if number == step and not met:
            met.append(True)
            theirs.export(url)
        elif met and not first_export:
            assert calls_of(url, "2024-01-02", "2024-01-12", series) == {2}

    write_steps(monkeypatch, meet)
    ours.export(url)
    monkeypatch.undo()
    assert calls_of(url, "2024-01-16", "2024-02-29", series) == {4, 6}
    assert calls_of(url, "2025-03-03", "2025-03-31", series) == {4}
    assert calls_of(url, "2026-01-02", "2026-01-30", series) == {6}
    if not first_export:
        assert calls_of(url, "2023-03-01", "2023-03-31", series) == {2}
        assert calls_of(url, "2024-01-02", "2024-01-12", series) == {2}
    # Engines find it as well, and exporting again has nothing to do.
    for one in (ours, theirs):
        assert not one.export(url)["written"].any()


EXPORTER = """
import sys, pd_optstat as po
cache = po.Cache(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
cache.export(sys.argv[2])
"""


@pytest.mark.slow
def test_concurrent_exports_of_processes_lose_nothing(tmp_path, url):
    months = [("2023-03-01", "2023-03-31"), ("2024-03-01", "2024-03-28"), ("2024-04-01", "2024-04-30")]
    for number, month in enumerate(months):
        observe(po.Cache(tmp_path / f"cache{number}"), *month, 2 * number, "2026-02-01T00:00")
    exporters = [
        subprocess.Popen(
            [sys.executable, "-c", EXPORTER, tmp_path / f"cache{number}", url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(len(months))
    ]
    for one in exporters:
        assert one.stdout.readline() == "ready\n"
    for one in exporters:
        one.stdin.write("\n")
        one.stdin.flush()
    assert [one.wait(60) for one in exporters] == [0] * len(months)
    for number, month in enumerate(months):
        assert calls_of(url, *month) == {2 * number}
    assert pd.read_parquet(url)["time"].is_unique


def test_copies_are_removed_a_day_after_they_were_replaced(tmp_path, url, monkeypatch):
    cache = po.Cache(tmp_path / "cache")
    for calls in (2, 4, 6):
        observe(cache, "2026-06-01", "2026-06-30", calls, f"2026-07-0{calls}T00:00")
        cache.export(url)
    copies = Path(f"{url}.optstat")
    (copies / "left-by-an-interrupted-export.tmp").touch()
    assert len(list(copies.glob("[0-9a-f]" * 64))) == 3
    monkeypatch.setattr(exports, "KEEP_COPIES", -60.0)
    observe(cache, "2026-06-01", "2026-06-30", 8, "2026-07-08T00:00")
    cache.export(url)
    current = json.loads(Path(f"{url}.optstat.json").read_text())["parts"][0]["versions"][0]["sha256"]
    assert {path.name for path in copies.iterdir()} - {"lock"} == {current}
    assert calls_of(url, "2026-06-01", "2026-06-30") == {8}


def test_a_damaged_file_is_restored_from_its_copy_even_by_a_cache_that_knows_less(cache, tmp_path, url):
    cache.export(url, SOURCE)
    path = next(Path(url).rglob("year=2025/data.parquet"))
    path.write_bytes(b"nothing")
    other = po.Cache(tmp_path / "other")
    po.load("US_SECURITY", "VOLUME", "2025-01-02", "2025-01-03", source=SOURCE, cache=other)
    with pytest.warns(po.CacheWarning, match="year=2025"):
        other.export(url, SOURCE)
    assert len(po.load(*ASKED, source=f"parquet:{url}")) == 509


def test_export_gives_up_if_the_archive_keeps_changing(cache, url, monkeypatch):
    cache.export(url, SOURCE)
    po.load(*ASKED, source=SOURCE, cache=cache, refresh=True)
    write = Location.write_part

    def meanwhile(location, path, data):
        write(location, path, data)
        beside = Path(f"{url}.optstat.json")
        beside.write_bytes(beside.read_bytes().replace(b'"export": "', b'"export": "another', 1))

    monkeypatch.setattr(Location, "write_part", meanwhile)
    with pytest.raises(po.CacheError, match="Other exports keep changing"):
        cache.export(url, SOURCE)


def test_export_times_out_waiting_for_the_lock(cache, url, monkeypatch):
    from pd_optstat.storage.archive import location

    monkeypatch.setattr(location, "LOCK_TIMEOUT", 0.2)
    with Location(url).lock(), pytest.raises(po.CacheError, match="Another export has been writing"):
        cache.export(url, SOURCE)
    assert cache.export(url, SOURCE)["written"].all()


def test_unwritable_location(cache, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises((po.CacheError, po.ConnectionFailed), match="cannot be"):
        cache.export(tmp_path / "file" / "archive", SOURCE)
