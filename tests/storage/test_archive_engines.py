"""pandas, DuckDB, Dask, Polars and Spark read an archive without this package."""

from __future__ import annotations

import importlib
import os
import sys
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


# Underlyings, in datasets of their own

NAMES = ("US.AAPL", "US.SPY", "HK.00700")
SPAN = "2024-06-03", "2026-06-12"
#: What engines are asked about each name and data type.
SUMS = ["rows", "calls", "price", "ratio"]


@pytest.fixture(name="shared", scope="module")
def exported_underlyings(tmp_path_factory):
    """Return the URL of an archive with two years of three underlyings and of a market, and their sums."""
    folder = tmp_path_factory.mktemp("underlyings")
    cache, url = po.Cache(folder / "cache"), str(folder / "archive")
    frames = {
        (name, data_type): po.load(name, data_type, *SPAN, source=SOURCE, cache=cache)
        for name in (*NAMES, "US_SECURITY")
        for data_type in ("VOLUME", "OPEN_INTEREST")
    }
    for name in NAMES:
        po.load_volatility(name, *SPAN, source=SOURCE, cache=cache)
    cache.export(url, SOURCE)
    sums = {key: _sums(frame) for key, frame in frames.items() if key[0] in NAMES}
    return url, pd.DataFrame.from_dict(sums, orient="index", columns=SUMS)


def _sums(frame):
    return len(frame), frame["call_value"].sum(), frame["underlying_price"].sum(), frame["ratio"].sum()


def compare(rows, expected):
    """Check rows of an engine: name, data type, and the sums."""
    found = pd.DataFrame([tuple(row)[2:] for row in rows], [tuple(row)[:2] for row in rows], SUMS)
    assert len(found) == len(expected) == 6
    found = found.reindex([tuple(key) for key in expected.index])
    np.testing.assert_allclose(found.to_numpy(float), expected.to_numpy(float), rtol=1e-12)


def test_pandas_reads_underlyings(shared):
    url, expected = shared
    table = pd.read_parquet(f"{url}.underlyings")
    groups = table.groupby(["underlying", "data_type"], observed=True)
    compare([(*key, *_sums(one)) for key, one in groups], expected)
    one = pd.read_parquet(
        f"{url}.underlyings", filters=[("underlying", "==", "US.AAPL"), ("data_type", "==", "VOLUME")]
    )
    direct = po.load("US.AAPL", "VOLUME", *SPAN, source=f"parquet:{url}")
    np.testing.assert_array_equal(one.optstat.rolling_ratio(10), direct.optstat.rolling_ratio(10))
    volatility = pd.read_parquet(f"{url}.volatility")
    direct = po.load_volatility("HK.00700", *SPAN, source=f"parquet:{url}")
    one = volatility[volatility["underlying"] == "HK.00700"].set_index("time")[direct.columns]
    np.testing.assert_array_equal(one, direct)


@pytest.mark.cloud
def test_duckdb_reads_underlyings(shared):
    duckdb = importlib.import_module("duckdb")
    url, expected = shared
    with duckdb.connect() as database:
        rows = database.sql(
            "select underlying, data_type, count(*), sum(call_value), sum(underlying_price), sum(ratio) "
            f"from read_parquet('{url}.underlyings/**/*.parquet', hive_partitioning=true) group by all"
        ).fetchall()
        ((volatility,),) = database.sql(f"select count(iv) from '{url}.volatility/**/*.parquet'").fetchall()
    compare(rows, expected)
    assert volatility > 1_000


@pytest.mark.cloud
def test_polars_reads_underlyings(shared):
    pl = importlib.import_module("polars")
    url, expected = shared
    table = pl.scan_parquet(f"{url}.underlyings", hive_partitioning=True)
    columns = [pl.len(), pl.col("call_value").sum(), pl.col("underlying_price").sum(), pl.col("ratio").sum()]
    columns = [column.alias(name) for column, name in zip(columns, SUMS, strict=True)]
    compare(table.group_by("underlying", "data_type").agg(columns).collect().rows(), expected)
    one = table.filter(pl.col("underlying") == "US.AAPL").collect()
    assert one["underlying"].unique().to_list() == ["US.AAPL"]


@pytest.mark.cloud
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
def test_spark_reads_markets_and_underlyings(shared, monkeypatch):
    sql = pytest.importorskip("pyspark.sql")
    url, expected = shared
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    builder = sql.SparkSession.builder.master("local[1]")
    options = {"spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.memory": "1g"}
    for name, value in options.items():
        builder = builder.config(name, value)
    spark = builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()
    try:
        table = spark.read.parquet(f"{url}.underlyings")
        assert dict(table.dtypes)["time"] == "timestamp_ntz"
        rows = table.groupBy("underlying", "data_type").agg(
            *(sql.functions.expr(one) for one in ("count(*)", "sum(call_value)", "sum(underlying_price)", "sum(ratio)"))
        )
        compare(rows.collect(), expected)
        one = table.where("underlying = 'HK.00700' and data_type = 'VOLUME'").orderBy("time").select("time").collect()
        direct = po.load("HK.00700", "VOLUME", *SPAN, source=f"parquet:{url}")
        assert [row.time for row in one] == direct.index.to_pydatetime().tolist()
        market = spark.read.parquet(url)
        assert market.select("market").distinct().collect() == [("US_SECURITY",)]
        assert market.where("synthetic").count() == market.count() > 1_000
        assert spark.read.parquet(f"{url}.volatility").where("iv is not null").count() > 1_000
    finally:
        spark.stop()


def metrics_of(source, name):
    """Return the metrics of a name, and the process that computed them. Run by workers."""
    import pd_optstat as optstat

    return os.getpid(), optstat.load(name, "VOLUME", *SPAN, source=source).optstat.metrics()


@pytest.mark.clusters
def test_a_dask_cluster_computes_the_metrics_of_all_names(shared):
    distributed, dask = importlib.import_module("distributed"), importlib.import_module("dask")
    url, _ = shared
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        tasks = [dask.delayed(metrics_of)(f"parquet:{url}", name) for name in NAMES * 4]
        results = [one.result() for one in client.compute(tasks)]
        # The table as it is, without this package's loads.
        table = importlib.import_module("dask.dataframe").read_parquet(f"{url}.underlyings")
        rows = table.groupby("underlying", observed=True)["call_value"].sum().compute()
    assert os.getpid() not in {process for process, _ in results}
    for name, (_, metrics) in zip(NAMES * 4, results, strict=True):
        direct = po.load(name, "VOLUME", *SPAN, source=f"parquet:{url}")
        pd.testing.assert_frame_equal(metrics, direct.optstat.metrics())
    calls = pd.read_parquet(f"{url}.underlyings").groupby("underlying", observed=True)["call_value"].sum()
    assert rows.to_dict() == calls.to_dict()
