"""Fixtures for tests of archives: a cache to export, a URL to export to, and a check of what is read back.

Test modules that import this one are skipped if pyarrow or fsspec is not installed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

import pd_optstat as po
from pd_optstat.core.arrays import to_bits
from pd_optstat.core.calendars import calendar
from pd_optstat.core.dates import to_day
from pd_optstat.core.finality import to_moment
from pd_optstat.core.history import Answer, Rows
from pd_optstat.core.markets import OptionMarket, OptionStatisticDataType, VolatilityDataType
from pd_optstat.core.series import MarketSeries, UnderlyingSeries
from pd_optstat.core.underlying import Underlying
from pd_optstat.storage.archive import parquet_file
from pd_optstat.storage.archive.datasets import dataset_of
from pd_optstat.storage.cache.cache import store_of

pytest.importorskip("pyarrow")
pytest.importorskip("fsspec")

SOURCE = "simulator:?seed=7"
ORIGIN = "simulator:7"
ASKED = "US_SECURITY", "VOLUME", "2024-06-03", "2026-06-12"
VOLUME = MarketSeries(OptionMarket.US_SECURITY, OptionStatisticDataType.VOLUME)
APPLE = UnderlyingSeries(Underlying("US", "AAPL"), OptionStatisticDataType.VOLUME)
VOLATILITY = UnderlyingSeries(Underlying("US", "AAPL"), VolatilityDataType.VOLATILITY)
#: A series of a market, and one of an underlying: the rules are the same for both.
each_series = pytest.mark.parametrize("series", [VOLUME, APPLE], ids=str)


@pytest.fixture(name="cache")
def held_cache(tmp_path):
    """Return a cache with two years of one synthetic series and four weeks of another."""
    held = po.Cache(tmp_path / "held")
    po.load(*ASKED, source=SOURCE, cache=held)
    po.load("HK_INDEX", "OPEN_INTEREST", "2026-01-05", "2026-01-30", source=SOURCE, cache=held)
    return held


@pytest.fixture(name="url")
def archive_url(tmp_path):
    """Return a URL for a new archive."""
    return str(tmp_path / "shared" / "archive")


def dataset(url, series):
    """Return the URL of the dataset that holds a series."""
    return f"{url}{dataset_of(series).suffix}"


def files(url):
    return {str(path.relative_to(url)): path.read_bytes() for path in Path(url).rglob("*") if path.is_file()}


def day(text):
    return to_day(date.fromisoformat(text))


def at(text):
    return to_moment(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def observe(cache, first, last, calls, observed, final_until=None, origin="opend", series=VOLUME):
    """Store an observation in `cache`: `calls` calls and half as many puts on each session of a range.

    The price of an underlying is 50, and unknown on the first session. Its volatilities are `calls` and half of that.
    """
    first, last = day(first), day(last)
    sessions = calendar(series.exchange).sessions(first, last)
    counts = np.full(len(sessions), calls)
    prices = to_bits(np.where(sessions == sessions[0], np.nan, 50.0))
    measured = {"call": counts, "put": counts // 2, "price": prices}
    measured |= {"iv": to_bits(counts.astype(float)), "hv": to_bits(counts / 2)}
    rows = Rows.of(sessions, *(measured[name] for name in series.columns))
    final = last if final_until is None else day(final_until)
    answer = Answer(first, last, (first, last), rows, sessions, at(observed), final, "opend://127.0.0.1:11111")
    store_of(cache).record(origin, {series: [answer]})


def expected_table(cache):
    one = po.load(*ASKED, source=SOURCE, cache=cache)
    return one["call_value"].sum(), len(one), one["ratio"].mean()


def in_series(table):
    table = table[table["market"] == "US_SECURITY"].sort_values("time")
    return int(table["call_value"].sum()), len(table), float(table["ratio"].mean())


def check(table, cache):
    """Check that an engine read what `cache` exported."""
    assert set(table.columns) == {*parquet_file.schema().names, "origin", "market", "data_type", "year"}
    calls, rows, ratio = in_series(table)
    expected = expected_table(cache)
    assert (calls, rows) == expected[:2]
    assert ratio == pytest.approx(expected[2], rel=1e-12)
    assert set(table["origin"]) == {ORIGIN}
    assert set(table["year"].astype(int)) == {2024, 2025, 2026}
    assert table["synthetic"].all()
