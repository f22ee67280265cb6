"""Underlyings in an archive: in datasets of their own, beside that of the markets."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.archive_fixtures import (  # noqa: F401  (fixtures)
    APPLE,
    VOLATILITY,
    VOLUME,
    archive_url,
    day,
    files,
    observe,
)

import pd_optstat as po
from pd_optstat.core import history as histories
from pd_optstat.core.markets import OptionStatisticDataType
from pd_optstat.core.series import Span, UnderlyingSeries
from pd_optstat.core.underlying import Underlying
from pd_optstat.storage.archive import export as exports
from pd_optstat.storage.archive import parquet_file, read
from pd_optstat.storage.archive.location import Location, parse_location
from pd_optstat.storage.cache.cache import store_of

SOURCE = "simulator:?seed=7"
DAYS = "2024-06-03", "2026-06-12"
SMALL = UnderlyingSeries(Underlying("HK", "800000", "SMALL"), OptionStatisticDataType.OPEN_INTEREST)
FOLDER = "origin=opend/underlying=US.AAPL/data_type=VOLUME/first_year={}/data.parquet"


@pytest.fixture(name="cache")
def cache_of_both(tmp_path):
    """Return a cache with five months of a market and of two underlyings, in two periods of five years."""
    cache = po.Cache(tmp_path / "held")
    for series in (VOLUME, APPLE, VOLATILITY, SMALL):
        for month in (("2024-12-02", "2024-12-31"), ("2026-03-02", "2026-06-12")):
            observe(cache, *month, 100, "2026-06-15T21:00", series=series)
    return cache


def read_history(url, series, first, last):
    location, _ = parse_location(url)
    return read.answer(location, [(series, Span(day(first), day(last)))], None, None).histories[0]


@pytest.mark.parametrize("data_type", ["VOLUME", "OPEN_INTEREST"])
def test_load_returns_what_was_exported(tmp_path, url, data_type):
    cache = po.Cache(tmp_path / "simulated")
    for code in ("US.AAPL", "HK.00700"):
        direct = po.load(code, data_type, *DAYS, source=SOURCE, cache=cache)
        cache.export(url, SOURCE)
        shared = po.load(code, data_type, *DAYS, source=f"parquet:{url}", offline=True)
        pd.testing.assert_frame_equal(shared, direct)
        ours, theirs = direct.attrs["optstat"], shared.attrs["optstat"]
        assert theirs["digest"] == ours["digest"]
        same = set(ours) - {"endpoint", "requests", "first_page_requests", "observed_at"}
        assert {name: theirs[name] for name in same} == {name: ours[name] for name in same}
        assert theirs["requests"] == 0


def test_a_panel_of_markets_and_underlyings(tmp_path, url):
    cache = po.Cache(tmp_path / "simulated")
    asked = ["US_SECURITY", "US.AAPL", "HK.00700"], None, "2026-01-05", "2026-01-30"
    direct = po.load_panel(*asked, source=SOURCE, cache=cache)
    cache.export(url, SOURCE)
    pd.testing.assert_frame_equal(po.load_panel(*asked, source=f"parquet:{url}"), direct)


def test_volatility_is_read_back_with_every_observation(cache, url):
    observe(cache, "2026-06-01", "2026-06-12", 120, "2026-06-16T21:00", series=VOLATILITY)
    cache.export(url)
    kept = store_of(cache).read_all("opend", VOLATILITY)
    shared = read_history(url, VOLATILITY, "2026-03-02", "2026-06-12")
    cut = histories.cut(kept, day("2025-01-01"), day("2029-12-31"))
    for table in histories.TABLES:
        for name in table:
            np.testing.assert_array_equal(getattr(shared, name), getattr(cut, name))
    table = pd.read_parquet(f"{url}.volatility")
    assert table["iv"].max() == 120
    assert table["iv"].tolist() == (table["hv"] * 2).tolist()


def test_layout(cache, url):
    done = cache.export(url)
    assert done["year"].tolist() == [2024, 2026, *[2020, 2025] * 3]
    assert done["market"].unique().tolist() == ["US_SECURITY", "HK.800000 (SMALL)", "US.AAPL"]
    assert sorted(path.name for path in Path(url).parent.iterdir()) == sorted(
        f"archive{dataset}{kind}"
        for dataset in ("", ".underlyings", ".volatility")
        for kind in ("", ".optstat", ".optstat.json")
    )
    small = "origin=opend/underlying=HK.800000%20%28SMALL%29/data_type=OPEN_INTEREST/first_year={}/data.parquet"
    assert sorted(files(f"{url}.underlyings")) == [one.format(year) for one in (small, FOLDER) for year in (2020, 2025)]
    found = json.loads(Path(f"{url}.underlyings.optstat.json").read_text())
    assert (found["format_version"], found["dataset"]) == (2, "underlyings")
    part = found["parts"][-1]
    assert part["path"] == FOLDER.format(2025)
    assert (part["underlying"], part["first_year"]) == ("US.AAPL", 2025)
    assert part["answered"] == [["2026-03-01", "2026-06-12"]] or part["answered"] == [["2026-03-02", "2026-06-12"]]
    table = pd.read_parquet(f"{url}.underlyings")
    assert table.columns.tolist() == [
        "time", "timestamp", "call_value", "put_value", "total_value", "ratio", "underlying_price", "observed_at",
        "final", "synthetic", "origin", "underlying", "data_type", "first_year",
    ]  # fmt: skip
    assert set(table["underlying"]) == {"US.AAPL", "HK.800000 (SMALL)"}
    prices = table.sort_values("time").loc[table["underlying"] == "US.AAPL", "underlying_price"]
    assert prices.isna().sum() == 2  # null, not a number that is none
    assert prices.sum() == 50 * (len(prices) - 2)


def test_what_version_0_1_reads_is_not_changed_by_underlyings(cache, tmp_path, url):
    markets = po.Cache(tmp_path / "markets")
    observe(markets, "2024-12-02", "2024-12-31", 100, "2026-06-15T21:00")
    observe(markets, "2026-03-02", "2026-06-12", 100, "2026-06-15T21:00")
    markets.export(url)
    before = {path: path.read_bytes() for path in Path(url).parent.rglob("*") if path.is_file()}
    cache.export(url)
    assert {path: path.read_bytes() for path in before} == before
    parts = json.loads(before[Path(f"{url}.optstat.json")])["parts"]
    assert {part["market"] for part in parts} == {"US_SECURITY"}


def test_an_export_again_writes_only_what_changed(cache, url):
    cache.export(url)
    before = {path: path.stat().st_mtime_ns for path in Path(url).parent.rglob("*")}
    assert not cache.export(url)["written"].any()
    assert {path: path.stat().st_mtime_ns for path in Path(url).parent.rglob("*")} == before
    observe(cache, "2026-06-15", "2026-06-16", 7, "2026-06-18T21:00", series=APPLE)
    held = files(f"{url}.underlyings")
    done = cache.export(url)
    assert done.loc[done["written"], ["market", "data_type", "year"]].to_numpy().tolist() == [
        ["US.AAPL", "VOLUME", 2025]
    ]
    assert [name for name, data in files(f"{url}.underlyings").items() if held[name] != data] == [FOLDER.format(2025)]


@pytest.mark.parametrize("url", ["memory://steps/archive", None])
def test_an_interrupted_export_goes_on_where_it_was(tmp_path, url, monkeypatch):
    url = url or str(tmp_path / "archive")
    cache = po.Cache(tmp_path / "cache")
    names = [UnderlyingSeries(Underlying("US", f"A{number}"), APPLE.data_type) for number in range(6)]
    for series in names:
        observe(cache, "2026-06-01", "2026-06-12", 100, "2026-06-15T21:00", series=series)
    monkeypatch.setattr(exports, "STEP_ROWS", 20)  # two names
    write, written = Location.write_part, []

    def interrupt(location, path, data):
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(path)
        write(location, path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Location, "write_part", interrupt)
        with pytest.raises(KeyboardInterrupt):
            cache.export(url)
    asked = "VOLUME", "2026-06-01", "2026-06-12"
    for series in names[:4]:  # the manifest of the second step was written
        assert len(po.load(series.name, *asked, source=f"parquet:{url}")) == 10
    with pytest.raises(po.OfflineMiss, match="holds nothing of this series"):
        po.load(names[4].name, *asked, source=f"parquet:{url}")
    done = cache.export(url)
    assert done.loc[done["written"], "market"].tolist() == ["US.A2", "US.A3", "US.A4", "US.A5"]
    for series in names:
        assert len(po.load(series.name, *asked, source=f"parquet:{url}")) == 10


def test_many_files_are_written_at_a_time(tmp_path, url, monkeypatch):
    cache = po.Cache(tmp_path / "cache")
    names = [UnderlyingSeries(Underlying("US", f"A{number}"), APPLE.data_type) for number in range(40)]
    for series in names:
        observe(cache, "2026-06-01", "2026-06-02", 100, "2026-06-15T21:00", series=series)
    write = Location.write_part

    def fail(location, path, data):
        if "US.A7/" in path:
            raise OSError("no space")
        write(location, path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Location, "write_part", fail)
        with pytest.raises(OSError, match="no space"):
            cache.export(url)
    cache.export(url)
    assert len(pd.read_parquet(f"{url}.underlyings")) == 80
    assert not cache.export(url)["written"].any()


def test_an_archive_of_underlyings_alone(cache, tmp_path, url):
    alone = po.Cache(tmp_path / "alone")
    observe(alone, "2026-06-01", "2026-06-12", 100, "2026-06-15T21:00", series=APPLE)
    alone.export(url)
    asked = "VOLUME", "2026-06-01", "2026-06-12"
    assert len(po.load("US.AAPL", *asked, source=f"parquet:{url}")) == 10
    for name in ("US_SECURITY", "US.MSFT"):
        with pytest.raises(po.OfflineMiss, match="it holds nothing of this series"):
            po.load(name, *asked, source=f"parquet:{url}")
    with pytest.raises(po.InvalidRequest, match="There is no archive"):
        po.load("US.AAPL", *asked, source=f"parquet:{url}2")
    with pytest.raises(po.InvalidData, match="one of the datasets of an archive"):
        po.load("US_SECURITY", *asked, source=f"parquet:{url}.underlyings")


def test_origins_are_chosen_among_those_of_the_datasets_that_are_read(cache, url):
    cache.export(url)
    po.load("US.AAPL", "VOLUME", *DAYS, source=SOURCE, cache=cache)
    cache.export(url, SOURCE)
    asked = "VOLUME", "2026-06-01", "2026-06-12"
    assert po.load("US.AAPL", *asked, source=f"parquet:{url}").attrs["optstat"]["source"] == "opend"
    made = po.load("US.AAPL", *asked, source=f"parquet:{url}?origin=simulator:7").attrs["optstat"]
    assert (made["source"], made["synthetic"]) == ("simulator:7", True)
    with pytest.raises(po.OfflineMiss, match="no rows of simulator:7"):
        po.load("US_SECURITY", *asked, source=f"parquet:{url}?origin=simulator:7")


def bombs(record):
    """Yield compressed records that are not what was written, or far larger than a record is."""
    yield zlib.compress(bytes(64 * 2**20))
    yield zlib.compress(record)[:-1]
    yield zlib.compress(record) + b"more"
    yield record


@pytest.mark.parametrize("number", range(4))
def test_records_that_expand_are_refused(cache, url, number):
    import pyarrow.parquet

    cache.export(url)
    path = Path(f"{url}.underlyings") / FOLDER.format(2025)
    whole = pyarrow.parquet.ParquetFile(path)
    table, metadata = whole.read(), whole.metadata.metadata
    record = zlib.decompress(base64.b64decode(metadata[parquet_file.COMPRESSED_KEY]))
    with pyarrow.parquet.ParquetWriter(path, table.schema, compression="snappy", store_schema=False) as writer:
        writer.write_table(table)
        bomb = base64.b64encode(list(bombs(record))[number])
        writer.add_key_value_metadata({parquet_file.COMPRESSED_KEY: bomb})
    beside = Path(f"{url}.underlyings.optstat.json")
    found = json.loads(beside.read_text())
    data = path.read_bytes()
    found["parts"][-1]["versions"][0] |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    beside.write_text(json.dumps(found))
    with pytest.raises(po.InvalidData, match=r"too large|cut off|cannot be decompressed"):
        po.load("US.AAPL", "VOLUME", "2026-06-01", "2026-06-12", source=f"parquet:{url}")


@pytest.mark.parametrize(
    "change",
    [
        {"underlying": "US_SECURITY"},
        {"underlying": "us.aapl"},
        {"underlying": "AAPL"},
        {"underlying": None},
        {"data_type": "VOLATILITY"},
        {"first_year": 2026},
        {"first_year": "2025"},
        {"answered": [["2024-12-31", "2025-01-02"]]},
    ],
    ids=str,
)
def test_manifest_with_an_invalid_field(cache, url, change):
    cache.export(url)
    beside = Path(f"{url}.underlyings.optstat.json")
    found = json.loads(beside.read_text())
    found["parts"][-1] |= change
    beside.write_text(json.dumps(found))
    for use in (
        lambda: po.load("US.AAPL", "VOLUME", "2026-06-01", "2026-06-12", source=f"parquet:{url}"),
        lambda: cache.export(url),
    ):
        with pytest.raises(po.InvalidData, match="is damaged: invalid"):
            use()
    # The markets have a manifest of their own.
    assert len(po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source=f"parquet:{url}")) == 10
