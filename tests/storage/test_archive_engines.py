"""pandas, DuckDB, Dask and Polars read an archive without this package."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.archive_fixtures import ASKED, SOURCE, archive_url, check, held_cache, observe  # noqa: F401  (fixtures)

import pd_optstat as po
from pd_optstat.core import frame as frames

COLUMNS = ["time", "call_value", "put_value", "ratio", "origin", "market", "data_type", "year"]


def test_pandas_reads_an_archive(cache, url):
    cache.export(url, SOURCE)
    table = pd.read_parquet(url)
    check(table, cache)
    one = table[table["market"] == "US_SECURITY"]
    direct = po.load(*ASKED, source=SOURCE, cache=cache)
    assert one["time"].tolist() == direct.index.tolist()
    for name in frames.COLUMNS:
        np.testing.assert_array_equal(one[name], direct[name])
    # The accessor takes it as it is.
    metrics = one.optstat.rolling_ratio(10)
    np.testing.assert_array_equal(metrics, direct.optstat.rolling_ratio(10))
    some = pd.read_parquet(url, filters=[("market", "==", "HK_INDEX")], columns=["call_value"])
    assert some.shape == (20, 1)


@pytest.mark.cloud
def test_duckdb_reads_an_archive(cache, url):
    duckdb = importlib.import_module("duckdb")
    cache.export(url, SOURCE)
    with duckdb.connect() as database:
        check(database.sql(f"select * from read_parquet('{url}/**/*.parquet', hive_partitioning=true)").df(), cache)
        total = database.sql(
            f"select sum(put_value) / sum(call_value) from '{url}/**/*.parquet' "
            "where market = 'US_SECURITY' and year = 2025"
        ).fetchall()
    one = po.load("US_SECURITY", "VOLUME", "2025-01-01", "2025-12-31", source=f"parquet:{url}")
    assert total[0][0] == pytest.approx(one["put_value"].sum() / one["call_value"].sum())


@pytest.mark.cloud
def test_dask_reads_an_archive(cache, url):
    dask = importlib.import_module("dask.dataframe")
    cache.export(url, SOURCE)
    check(dask.read_parquet(url).compute(scheduler="sync"), cache)
    by_year = dask.read_parquet(url).groupby("year", observed=True)["call_value"].sum().compute(scheduler="sync")
    assert sorted(by_year.index.astype(int)) == [2024, 2025, 2026]


@pytest.mark.cloud
def test_polars_reads_an_archive(cache, url):
    polars = importlib.import_module("polars")
    cache.export(url, SOURCE)
    table = polars.scan_parquet(url, hive_partitioning=True).collect()
    check(pd.DataFrame(table.to_dict(as_series=False)), cache)
    assert str(table.schema["time"]) == "Datetime(time_unit='us', time_zone=None)"


def test_ratio_of_a_day_without_calls_is_null(tmp_path, url):
    cache = po.Cache(tmp_path / "real")
    observe(cache, "2026-06-01", "2026-06-02", 0, "2026-06-08T21:00")
    cache.export(url)
    import pyarrow.parquet

    path = next(Path(url).rglob("*.parquet"))
    assert pyarrow.parquet.read_table(path, partitioning=None)["ratio"].null_count == 2
