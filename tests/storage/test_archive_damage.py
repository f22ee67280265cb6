"""Damaged archives: a changed file or manifest never passes, and nothing that is no archive is touched."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.archives import ASKED, SOURCE, VOLUME, archive_url, held_cache  # noqa: F401  (fixtures)

import pd_optstat as po
from pd_optstat.storage.archive import manifest


def test_one_changed_byte_is_invalid_data(cache, url):
    cache.export(url, SOURCE)
    path = next(Path(url).rglob("year=2025/data.parquet"))
    sound = path.read_bytes()
    rng = np.random.default_rng(0)
    for place in [0, len(sound) - 1, *rng.integers(0, len(sound), 20).tolist()]:
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        with pytest.raises(po.InvalidData, match=r"the checksum of origin.*year=2025.* differs"):
            po.load(*ASKED, source=f"parquet:{url}")
        # Nobody is bothered who does not need that year.
        po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source=f"parquet:{url}")
    for wrong in (sound[:-1], sound + b"x", b""):
        path.write_bytes(wrong)
        with pytest.raises(po.InvalidData, match="differs from the manifest"):
            po.load(*ASKED, source=f"parquet:{url}")
    path.unlink()
    with pytest.raises(po.InvalidData, match="is missing"):
        po.load(*ASKED, source=f"parquet:{url}")


def test_a_file_written_by_an_engine_is_invalid_data_even_with_a_right_checksum(cache, url):
    import hashlib

    cache.export(url, SOURCE)
    path = next(Path(url).rglob("year=2025/data.parquet"))
    table = pd.read_parquet(path, partitioning=None)
    table.loc[5, "put_value"] += 1
    table.to_parquet(path)
    with pytest.raises(po.InvalidData):
        po.load(*ASKED, source=f"parquet:{url}")
    beside = Path(f"{url}.optstat.json")
    found = json.loads(beside.read_text())
    (version,) = next(part for part in found["parts"] if part["year"] == 2025)["versions"]
    version |= {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    beside.write_text(json.dumps(found))
    with pytest.raises(po.InvalidData, match="no part of an archive"):
        po.load(*ASKED, source=f"parquet:{url}")


@pytest.mark.parametrize("news", [False, True])
@pytest.mark.parametrize(
    "harm",
    [Path.unlink, lambda path: path.write_bytes(b"nothing"), lambda path: path.write_bytes(path.read_bytes()[:-1])],
)
def test_a_damaged_file_is_replaced_by_the_next_export(cache, url, harm, news):
    cache.export(url, SOURCE)
    harm(next(Path(url).rglob("year=2025/data.parquet")))
    if news:
        po.load("US_SECURITY", "VOLUME", "2025-01-02", "2025-01-03", source=SOURCE, cache=cache, refresh=True)
    with pytest.warns(po.CacheWarning, match="year=2025"):
        done = cache.export(url, SOURCE)
    assert done.loc[done["written"], "year"].tolist() == [2025]
    assert len(po.load(*ASKED, source=f"parquet:{url}")) == 509


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: found.update(format="else"), "no manifest"),
        (lambda found: found.update(format_version=2), "Upgrade"),
        (lambda found: found.update(parts={}), "lists no parts"),
        (lambda found: found["parts"].append(found["parts"][0]), "twice"),
        (lambda found: found["parts"][0].update(path="../../etc/passwd"), "unknown path"),
        (lambda found: found["parts"][0].update(origin="../x"), "unknown origin"),
        (lambda found: found["parts"][0].update(market=["US"]), "unknown series"),
        (lambda found: found["parts"][0].update(year=True), "unknown year"),
        (lambda found: found["parts"][0].update(final=[["2026-01-05", "2025-01-05"]]), "out of order"),
        (lambda found: found["parts"][0].update(answered="x"), "no coverage"),
        (lambda found: found["parts"][0].update(answered=[10**30]), "no list of dates"),
        (lambda found: found["parts"][0].update(versions=[]), "no versions"),
        (lambda found: found["parts"][0]["versions"][0].update(bytes=10**12), "impossible size"),
        (lambda found: found["parts"][0]["versions"][0].update(rows=367), "impossible number"),
        (lambda found: found["parts"][0]["versions"][0].update(sha256="x"), "no checksum"),
    ],
)  # fmt: skip
def test_a_manifest_that_is_none(cache, url, change, words):
    cache.export(url, SOURCE)
    beside = Path(f"{url}.optstat.json")
    found = json.loads(beside.read_text())
    change(found)
    beside.write_text(json.dumps(found))
    for use in (lambda: po.load(*ASKED, source=f"parquet:{url}"), lambda: cache.export(url, SOURCE)):
        with pytest.raises(po.InvalidData, match=words):
            use()


def test_the_way_out_of_a_manifest_that_was_cut(cache, url):
    cache.export(url, SOURCE)
    beside = Path(f"{url}.optstat.json")
    beside.write_bytes(beside.read_bytes()[:200])
    with pytest.raises(po.InvalidData, match="rename it and the archive's folder and export anew under the old name"):
        cache.export(url, SOURCE)
    beside.rename(f"{url}.bad.json")
    Path(url).rename(f"{url}.bad")
    cache.export(url, SOURCE)
    assert len(po.load(*ASKED, source=f"parquet:{url}")) == 509
    assert len(pd.read_parquet(f"{url}.bad", filters=[("market", "==", "US_SECURITY")])) == 509


@given(data=st.one_of(st.binary(max_size=50), st.sampled_from([b"[" * 100_000, b"null", b"{}", b"\xff\xfe{"])))
def test_noise_is_no_manifest(data):
    with pytest.raises(po.InvalidData):
        manifest.parse(data, "here")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300)
@given(st.data())
def test_a_manifest_with_anything_anywhere_is_parsed_or_refused(data):
    key = manifest.PartKey("opend", VOLUME, 2026)
    part = manifest.Part((manifest.Version(5, "0" * 64, 1, "1" * 64),), ((20454, 20455),), ((20454, 20455),))
    found = json.loads(manifest.dump(manifest.Manifest({key: part}, "now"), "me", "x"))
    assert manifest.parse(json.dumps(found).encode(), "here").parts == {key: part}
    where = data.draw(st.sampled_from([found, found["parts"][0], found["parts"][0]["versions"][0]]))
    where[data.draw(st.sampled_from(sorted(where)))] = data.draw(json_values)
    with contextlib.suppress(po.InvalidData):
        manifest.parse(json.dumps(found).encode(), "here")


def test_the_sizes_are_bounded(cache, url, monkeypatch):
    cache.export(url, SOURCE)
    with Path(f"{url}.optstat.json").open("ab") as beside:
        beside.write(b" " * manifest.MAX_BYTES)
    with pytest.raises(po.InvalidData, match="is larger than 16 MiB"):
        po.load(*ASKED, source=f"parquet:{url}")


def test_nothing_there(tmp_path, url):
    with pytest.raises(po.InvalidRequest, match=r"There is no archive at .*no manifest"):
        po.load(*ASKED, source=f"parquet:{url}")
    with pytest.raises(po.InvalidRequest, match=r"^url=None names no archive\. Give a path"):
        po.Cache(tmp_path / "empty").export(None)
    with pytest.raises(po.InvalidRequest, match="is empty"):
        po.Cache(tmp_path / "empty").export(url, None)
    with pytest.raises(po.InvalidRequest, match="'ret' means nothing"):
        po.load(*ASKED, source="parquet:s3://key:sec?wd=1@b/a?ret=1")
    with pytest.raises(po.InvalidRequest, match="names no archive"):
        po.load(*ASKED, source="parquet:")
    with pytest.raises(po.InvalidRequest, match="fsspec understands"):
        po.load(*ASKED, source="parquet:nosuch://x/y")


def test_a_folder_of_something_else_is_left_alone(cache, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(po.InvalidRequest, match="is not empty"):
        cache.export(tmp_path / "mine", SOURCE)
    assert os.listdir(tmp_path / "mine") == ["thesis.txt"]
