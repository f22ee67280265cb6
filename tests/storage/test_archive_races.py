"""Archives in the making: exports that are cut short or meet, readers meanwhile, and a disk that refuses."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pandas as pd
import pytest
from support.archives import ASKED, SOURCE, archive_url, held_cache, observe  # noqa: F401  (fixtures)

import pd_optstat as po
from pd_optstat.storage.archive.location import Location


class Stop(Exception):
    pass


@pytest.mark.parametrize("after", range(4))
def test_an_export_that_is_cut_short_leaves_all_files_readable(cache, url, monkeypatch, after):
    cache.export(url, SOURCE)
    before = po.load(*ASKED, source=f"parquet:{url}")
    po.load(*ASKED, source=SOURCE, cache=cache, refresh=True)  # every file changes, no value does
    write, left = Location.write_part, [after]

    def fail(place, path, data):
        if not left[0]:
            raise Stop
        left[0] -= 1
        write(place, path, data)

    monkeypatch.setattr(Location, "write_part", fail)
    if after < 3:
        with pytest.raises(Stop):
            cache.export(url, SOURCE)
    else:
        cache.export(url, SOURCE)
    pd.testing.assert_frame_equal(po.load(*ASKED, source=f"parquet:{url}"), before)
    assert len(pd.read_parquet(url)) == len(before) + 20
    monkeypatch.undo()
    cache.export(url, SOURCE)
    pd.testing.assert_frame_equal(po.load(*ASKED, source=f"parquet:{url}"), before)
    found = json.loads(Path(f"{url}.optstat.json").read_text())
    assert all(len(part["versions"]) == 1 for part in found["parts"])


def test_readers_during_exports_see_whole_frames(tmp_path, url):
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


def test_two_exporters_at_once_are_told(cache, url, monkeypatch):
    cache.export(url, SOURCE)
    po.load(*ASKED, source=SOURCE, cache=cache, refresh=True)
    write = Location.write_part

    def meanwhile(place, path, data):
        write(place, path, data)
        beside = Path(f"{url}.optstat.json")
        beside.write_bytes(beside.read_bytes().replace(b'"export": "', b'"export": "another', 1))

    monkeypatch.setattr(Location, "write_part", meanwhile)
    with pytest.raises(po.CacheError, match="Somebody else"):
        cache.export(url, SOURCE)


def test_a_disk_that_cannot_be_written(cache, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises((po.CacheError, po.ConnectionFailed), match="cannot be"):
        cache.export(tmp_path / "file" / "archive", SOURCE)
