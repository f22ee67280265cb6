"""Damaged and malicious archives are refused; other files are left alone."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.archive_fixtures import ASKED, SOURCE, VOLUME, archive_url, held_cache  # noqa: F401  (fixtures)
from support.quick import examples

import pd_optstat as po
from pd_optstat.storage.archive import datasets, manifest, parquet_file


def test_one_changed_byte_is_invalid_data(cache, url):
    cache.export(url, SOURCE)
    path = next(Path(url).rglob("year=2025/data.parquet"))
    sound = path.read_bytes()
    rng = np.random.default_rng(0)
    for place in [0, len(sound) - 1, *rng.integers(0, len(sound), 20).tolist()]:
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        with pytest.raises(po.InvalidData, match=r"year=2025.* differs from the manifest"):
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


def test_file_rewritten_by_an_engine_is_invalid_data_even_with_a_matching_checksum(cache, url):
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
    with pytest.raises(po.InvalidData, match="was not written by pd_optstat"):
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
        (lambda found: found.update(format="else"), "not the manifest"),
        (lambda found: found.update(format_version=2), "Upgrade"),
        (lambda found: found.update(written_at="2026-06-12\x1b10:00:00+00:00"), "invalid time of writing"),
        (lambda found: found.update(parts={}), "invalid list of parts"),
        (lambda found: found["parts"].append(found["parts"][0]), "twice"),
        (lambda found: found["parts"][0].update(path="../../etc/passwd"), "invalid path"),
        (lambda found: found["parts"][0].update(origin="../x"), "invalid origin"),
        (lambda found: found["parts"][0].update(market=["US"]), "invalid series"),
        (lambda found: found["parts"][0].update(year=True), "invalid year"),
        (lambda found: found["parts"][0].update(final=[["2026-01-05", "2025-01-05"]]), "invalid interval"),
        (lambda found: found["parts"][0].update(final=[["2026-01-05", "2026-01-04"]]), "out of order"),
        (lambda found: found["parts"][0].update(answered="x"), "invalid coverage"),
        (lambda found: found["parts"][0].update(answered=[10**30]), "invalid interval"),
        (lambda found: found["parts"][0].update(versions=[]), "lists no version"),
        (lambda found: found["parts"][0]["versions"][0].update(bytes=10**12), "invalid size"),
        (lambda found: found["parts"][0]["versions"][0].update(rows=367), "invalid number"),
        (lambda found: found["parts"][0]["versions"][0].update(sha256="x"), "invalid checksum"),
    ],
)  # fmt: skip
def test_manifest_with_an_invalid_field(cache, url, change, words):
    cache.export(url, SOURCE)
    beside = Path(f"{url}.optstat.json")
    found = json.loads(beside.read_text())
    change(found)
    beside.write_text(json.dumps(found))
    for use in (lambda: po.load(*ASKED, source=f"parquet:{url}"), lambda: cache.export(url, SOURCE)):
        with pytest.raises(po.InvalidData, match=words):
            use()


def test_recovery_from_a_truncated_manifest(cache, url):
    cache.export(url, SOURCE)
    beside = Path(f"{url}.optstat.json")
    beside.write_bytes(beside.read_bytes()[:200])
    with pytest.raises(po.InvalidData, match="rename it and the archive's folder and export again under the old name"):
        cache.export(url, SOURCE)
    beside.rename(f"{url}.bad.json")
    Path(url).rename(f"{url}.bad")
    cache.export(url, SOURCE)
    assert len(po.load(*ASKED, source=f"parquet:{url}")) == 509
    assert len(pd.read_parquet(f"{url}.bad", filters=[("market", "==", "US_SECURITY")])) == 509


@given(data=st.one_of(st.binary(max_size=50), st.sampled_from([b"[" * 100_000, b"null", b"{}", b"\xff\xfe{"])))
def test_random_bytes_are_not_a_manifest(data):
    with pytest.raises(po.InvalidData):
        manifest.parse(data, "here")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@examples(300)
@given(st.data())
def test_manifest_with_random_values_is_parsed_or_refused(data):
    key = manifest.PartKey("opend", VOLUME, 2026)
    part = manifest.Part((manifest.Version(5, "0" * 64, 1, "1" * 64),), ((20454, 20455),), ((20454, 20455),))
    found = json.loads(manifest.dump(manifest.Manifest({key: part}, "2026-06-13T06:00:00+00:00"), "me", "x"))
    assert manifest.parse(json.dumps(found).encode(), "here").parts == {key: part}
    where = data.draw(st.sampled_from([found, found["parts"][0], found["parts"][0]["versions"][0]]))
    where[data.draw(st.sampled_from(sorted(where)))] = data.draw(json_values)
    with contextlib.suppress(po.InvalidData):
        manifest.parse(json.dumps(found).encode(), "here")


@pytest.mark.parametrize(
    "change",
    [
        lambda found, long: found.update(format_version=long),
        lambda found, long: found.update(written_at=long),
        lambda found, long: found["parts"][0].update(origin=long),
        lambda found, long: found["parts"][0].update(market=long),
        lambda found, long: found["parts"][0].update(path=[long] * 10),
        lambda found, long: found["parts"][0].update(final=[[long, long]]),
        lambda found, long: found["parts"][0]["versions"][0].update(sha256={long: long}),
    ],
)
def test_errors_quote_a_manifest_shortened_and_escaped(cache, url, change):
    cache.export(url, SOURCE)
    beside = Path(f"{url}.optstat.json")
    found = json.loads(beside.read_text())
    change(found, "\x1b[31m\n" + "x" * 1_000_000)
    beside.write_text(json.dumps(found))
    with pytest.raises(po.InvalidData) as caught:
        po.load(*ASKED, source=f"parquet:{url}")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 2000


@pytest.mark.parametrize("origin", ["", "?origin=opend"])
def test_errors_name_a_few_of_many_origins(cache, url, origin):
    cache.export(url, SOURCE)
    beside = Path(f"{url}.optstat.json")
    found = json.loads(beside.read_text())
    (part, *_), named = found["parts"], [f"team-{number:058d}" for number in range(2_000)]
    folder = part["path"].partition("/")[2]
    found["parts"] = [part | {"origin": one, "path": f"origin={one}/{folder}", "synthetic": False} for one in named]
    beside.write_text(json.dumps(found))
    with pytest.raises(po.OptStatError, match=rf"{named[0]}, .* and 1995 more") as caught:
        po.load(*ASKED, source=f"parquet:{url}{origin}")
    assert len(str(caught.value)) < 1000


def replace_part(url, data):
    """Put `data` in the place of the file of 2025, with its right size and checksum in the manifest."""
    path = next(Path(url).rglob("year=2025/data.parquet"))
    path.write_bytes(data)
    beside = Path(f"{url}.optstat.json")
    found = json.loads(beside.read_text())
    (version,) = next(part for part in found["parts"] if part["year"] == 2025)["versions"]
    version |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    beside.write_text(json.dumps(found))


def rewrite(table, record, **options):
    """Return a Parquet file of `table` with `record` in its metadata."""
    import pyarrow.parquet

    sink = pyarrow.BufferOutputStream()
    rows = options.pop("row_group_size", None)
    with pyarrow.parquet.ParquetWriter(sink, table.schema, store_schema=False, **options) as writer:
        writer.write_table(table, row_group_size=rows)
        writer.add_key_value_metadata({parquet_file.METADATA_KEY: record})
    return sink.getvalue().to_pybytes()


def bombs(table, record):
    """Yield small files that are large, or expensive, once they are read, and what is said of them."""
    import pyarrow

    names, rows = table.column_names, table.num_rows
    long = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 300, pyarrow.int32()), [b"\0" * 2**20])
    text = pyarrow.table({name: long if name == "time" else [1.0] * 300 for name in names})
    yield rewrite(text, record, compression="zstd", use_dictionary=["time"]), "its compression is ZSTD"
    yield rewrite(text, record, use_dictionary=["time"]), "a column is too large"
    yield rewrite(table, record, compression="gzip"), "its compression is GZIP"
    yield rewrite(table, record, row_group_size=1), "cannot be read as Parquet"
    yield rewrite(table, record, row_group_size=100), "too many rows"
    yield rewrite(table.take([0] * 400), record), "too many rows"
    yield rewrite(pyarrow.table({f"column{n}": [1] for n in range(5000)}), record), "cannot be read as Parquet"
    yield rewrite(table.cast(table.schema.set(0, pyarrow.field("time", "string"))), record), "types differ"
    yield rewrite(table.select(names[:-1]), record), "types differ"
    yield rewrite(table, b"A" * (6 * 2**20)), "its record is too large"
    yield rewrite(table, b"?"), "not in base64"
    yield rewrite(table.take([0] * rows), record), "its rows differ"


def test_small_files_that_expand_are_refused_without_allocating(cache, url):
    import pyarrow.parquet

    cache.export(url, SOURCE)
    path = next(Path(url).rglob("year=2025/data.parquet"))
    table = pyarrow.parquet.read_table(path, partitioning=None)
    record = pyarrow.parquet.read_metadata(path).metadata[parquet_file.METADATA_KEY]
    replace_part(url, rewrite(table.replace_schema_metadata(None), record))
    po.load(*ASKED, source=f"parquet:{url}")
    default = pyarrow.default_memory_pool()
    for data, problem in bombs(table.replace_schema_metadata(None), record):
        replace_part(url, data)
        pool = pyarrow.proxy_memory_pool(default)
        pyarrow.set_memory_pool(pool)
        try:
            with pytest.raises(po.InvalidData, match=f"was not written by pd_optstat or is damaged: .*{problem}"):
                po.load(*ASKED, source=f"parquet:{url}")
        finally:
            pyarrow.set_memory_pool(default)
        assert pool.max_memory() < 2**20


def test_a_record_with_impossible_moments_is_invalid_data(cache, url):
    import base64

    import pyarrow.parquet

    cache.export(url, SOURCE)
    path = next(Path(url).rglob("year=2025/data.parquet"))
    table = pyarrow.parquet.read_table(path, partitioning=None).replace_schema_metadata(None)
    key = manifest.PartKey("simulator:7", VOLUME, 2025)
    whole = parquet_file.read(key, path.read_bytes(), "here")
    for name, moment in (("row_observed_at", 2**62), ("span_first_at", -(2**62)), ("span_last_at", 2**60)):
        forged = dataclasses.replace(whole, **{name: np.full_like(getattr(whole, name), moment)})
        record = parquet_file.encode_record(key, forged)
        replace_part(url, rewrite(table, base64.b64encode(record)))
        with pytest.raises(po.InvalidData, match=f"{name} out of bounds"):
            po.load(*ASKED, source=f"parquet:{url}")


def test_manifest_size_is_bounded(cache, url, monkeypatch):
    cache.export(url, SOURCE)
    with Path(f"{url}.optstat.json").open("ab") as beside:
        beside.write(b" " * datasets.MARKETS.max_manifest_bytes)
    with pytest.raises(po.InvalidData, match="is larger than 16 MiB"):
        po.load(*ASKED, source=f"parquet:{url}")


def test_missing_archives_and_invalid_addresses(tmp_path, url):
    with pytest.raises(po.InvalidRequest, match=r"There is no archive at .*no manifest"):
        po.load(*ASKED, source=f"parquet:{url}")
    with pytest.raises(po.InvalidRequest, match=r"^url=None does not name an archive\. Give a path"):
        po.Cache(tmp_path / "empty").export(None)
    with pytest.raises(po.InvalidRequest, match="is empty"):
        po.Cache(tmp_path / "empty").export(url, None)
    with pytest.raises(po.InvalidRequest, match="'ret' is not a known"):
        po.load(*ASKED, source="parquet:s3://key:sec?wd=1@b/a?ret=1")
    with pytest.raises(po.InvalidRequest, match="has no archive"):
        po.load(*ASKED, source="parquet:")
    with pytest.raises(po.InvalidRequest, match="fsspec knows"):
        po.load(*ASKED, source="parquet:nosuch://x/y")


def test_export_refuses_a_folder_with_other_files(cache, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(po.InvalidRequest, match="is not empty"):
        cache.export(tmp_path / "mine", SOURCE)
    assert os.listdir(tmp_path / "mine") == ["thesis.txt"]
