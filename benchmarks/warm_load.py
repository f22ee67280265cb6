"""A load from the cache, compared with the least it could do: read the same bytes and build the same frame.

The floor keeps its SQLite connection open, selects the records that the load reads, and builds the frame from arrays
prepared beforehand: it checks no arguments, decodes, verifies and digests nothing, and sets no attrs.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import pd_optstat as po
from pd_optstat.core import history
from pd_optstat.core.dates import to_day
from pd_optstat.core.markets import OptionMarket, OptionStatisticDataType
from pd_optstat.core.series import MarketSeries
from pd_optstat.storage.cache.cache import store_of
from pd_optstat.storage.cache.records import chunk_keys

from .cold_load import FIRST, LAST
from .measurement import Result, median, print_progress, time_in_turn

__all__ = ["Floor", "run"]

LIMIT = 2.0
REPETITIONS = 500
MARKET, DATA_TYPE = "US_SECURITY", "VOLUME"
#: Nothing listens there, and a load from the cache must not notice.
NOWHERE = "opend://127.0.0.1:1"


def run() -> list[Result]:
    """Return one result for the simulator's cached rows, and one for OpenD's."""
    with tempfile.TemporaryDirectory(prefix="pd_optstat-benchmark-") as folder:
        cache = po.Cache(folder)
        frame = po.load(MARKET, DATA_TYPE, FIRST, LAST, source="simulator:", cache=cache, progress=False)
        _record_as_opend(cache, frame.attrs["optstat"]["source"])
        return [_measure(folder, source) for source in ("simulator:", NOWHERE)]


def _measure(folder: str, source: str) -> Result:
    def load() -> pd.DataFrame:
        return po.load(MARKET, DATA_TYPE, FIRST, LAST, source=source, cache=folder, progress=False)

    loaded = load()
    assert loaded.attrs["optstat"]["requests"] == 0
    with closing(Floor(Path(folder) / "cache.db", loaded)) as floor:
        assert floor.load().equals(loaded)
        ours, least = map(median, time_in_turn([load, floor.load], REPETITIONS, warm_up=20))
    kind = source.partition(":")[0]
    print_progress(f"warm load, {kind}: {ours * 1e6:.0f} us, the floor {least * 1e6:.0f} us")
    return Result(f"load of ten years from the cache ({kind})", ours, "bare SQLite and pandas", least, LIMIT)


def _record_as_opend(cache: po.Cache, origin: str) -> None:
    """Record the simulator's rows as if they came from OpenD, which only a real one could provide."""
    series = MarketSeries(OptionMarket[MARKET], OptionStatisticDataType[DATA_TYPE])
    first, last = to_day(FIRST), to_day(LAST)
    known = store_of(cache).read(origin, series, first, last)
    rows = history.rows(known, first, last)
    at = int(known.span_last_at.max())
    answer = history.Answer(
        first=first,
        last=last,
        covers=(first, last),
        rows=rows,
        sessions=rows.days,
        at=at,
        final_until=last,
        endpoint=NOWHERE,
    )
    store_of(cache).record("opend", {series: [answer]})


class Floor:
    """The least work of a load from the cache."""

    def __init__(self, database: Path, frame: pd.DataFrame) -> None:
        self._connection = sqlite3.connect(database)
        self._keys = list(_keys(frame))
        self._days = _plain(frame.index.to_numpy())
        self._columns = {name: _plain(frame[name].to_numpy()) for name in frame.columns}

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def load(self) -> pd.DataFrame:
        """Read the records, and build the frame from prepared arrays."""
        for key in self._keys:
            self._connection.execute("SELECT value FROM Cache WHERE key = ? AND raw = 1", (key,)).fetchone()
        arrays = {name: np.frombuffer(*column) for name, column in self._columns.items()}
        return pd.DataFrame(arrays, pd.DatetimeIndex(np.frombuffer(*self._days), name="time"))


def _keys(frame: pd.DataFrame) -> Iterator[str]:
    """Yield the keys of the records that a load of `frame` reads."""
    loaded = frame.attrs["optstat"]
    series = MarketSeries(OptionMarket[loaded["market"]], OptionStatisticDataType[loaded["data_type"]])
    first, last = (to_day(date.fromisoformat(loaded[end])) for end in ("start", "end"))
    for key in chunk_keys(loaded["source"], series, first, last):
        yield key.text


def _plain(values: npt.NDArray[Any]) -> tuple[bytes, np.dtype[Any]]:
    return values.tobytes(), values.dtype
