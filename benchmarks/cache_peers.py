"""A load from the cache, compared with other ways to store a frame, and the cost of eight long series.

The peers do less: none can serve a part of its data, knows when a number was observed, or detects damaged bytes. They
are:

- joblib.Memory around a function with the same four arguments, which returns the frame of a load;
- `pd.read_parquet` and `pd.read_feather` of that frame, with pandas' defaults; Feather has no index, so it is stored as
  a column and set again;
- exact keys, as in requests-cache: a SQLite table of reply bodies by request (market, data type, first and last day,
  page key), decoded and checked by our own code. (requests-cache itself is for HTTP.)

Each is measured in turn with our load alone, so that both find the processor's caches in the same state.
"""

from __future__ import annotations

import importlib
import itertools
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import pd_optstat as po
from pd_optstat.core import frame, history
from pd_optstat.core.dates import to_day
from pd_optstat.core.finality import DAY, Moment
from pd_optstat.core.history import Answer, History, Rows
from pd_optstat.core.markets import OptionMarket, OptionStatisticDataType
from pd_optstat.core.origins import DEFAULT_SEED
from pd_optstat.core.series import MarketSeries, Query, SeriesKey
from pd_optstat.core.stitching import Stitcher
from pd_optstat.opend.messages import GetOptionMarketStatistic, decode_body, decode_statistic, encode_body
from pd_optstat.opend.packets import BodyFormat, Packet, ProtoId
from pd_optstat.simulator.dataset import Dataset
from pd_optstat.simulator.service import Service
from pd_optstat.storage.cache import database
from pd_optstat.storage.cache.cache import store_of

from .cold_load import FIRST, LAST, PAGE_SIZE, WINDOW_DAYS
from .measurement import Result, median, print_progress, run_in_new_interpreter, time_in_turn
from .warm_load import Floor

__all__ = ["run"]

MARKET, DATA_TYPE = "US_SECURITY", "VOLUME"
ORIGIN = f"simulator:{DEFAULT_SEED}"
#: Fourteen years of every series.
FIRST_OF_ALL = date(2012, 6, 13)
MONTH = date(2026, 5, 13)
#: Another ten years, in other records.
FORMER = (FIRST_OF_ALL, date(2022, 6, 12))

#: How many times as fast as joblib and Parquet a load is promised to be.
FASTER_THAN_JOBLIB, FASTER_THAN_PARQUET = 1.0, 4.0
#: A month from a cache of eight series takes no longer than from one of a single series, with 15 % for noise.
NO_SLOWER = 1.15
#: The most bytes of eight series on disk.
MOST_BYTES = 20e6

REPETITIONS = 200
FRESH_REPETITIONS = 15
OPENED_REPETITIONS = 200
#: Sessions of a year in which every session is revised.
REVISED_DAYS = 250
#: Revisions written in one transaction; the result is the same as one by one.
WRITTEN_TOGETHER = 25
YEARS = 14

Load = Callable[[], pd.DataFrame]
Range = tuple[date, date]


def run() -> list[Result]:
    """Return the results."""
    with tempfile.TemporaryDirectory(prefix="pd_optstat-benchmark-") as scratch:
        one, all_of_them = Path(scratch, "one"), Path(scratch, "all")
        _load(one, FIRST_OF_ALL)
        po.load_panel(start=FIRST_OF_ALL, end=LAST, source="simulator:", cache=all_of_them, progress=False)
        return [
            *_against_peers(one, Path(scratch)),
            *_other_ranges(one),
            *_fresh(one, Path(scratch)),
            *_month(all_of_them, one),
            *_on_disk(all_of_them),
        ]


def _load(cache: Any, first: date = FIRST, last: date = LAST) -> pd.DataFrame:
    return po.load(MARKET, DATA_TYPE, first, last, source="simulator:", cache=cache, progress=False)


def _load_from_source(market: str, data_type: str, first: date, last: date) -> pd.DataFrame:
    """Load without our cache, for joblib to cache."""
    return po.load(market, data_type, first, last, source="simulator:", cache=False, progress=False)


def _against_peers(folder: Path, scratch: Path) -> list[Result]:
    ours = partial(_load, folder)
    loaded = ours()
    with closing(_ExactKeys(scratch / "replies.db")) as replies:
        peers: dict[str, tuple[Load, float | None]] = {
            "joblib.Memory": (_joblib(scratch / "joblib"), FASTER_THAN_JOBLIB),
            "pd.read_parquet": (_parquet(scratch / "frame.parquet", loaded), FASTER_THAN_PARQUET),
            "pd.read_feather": (_feather(scratch / "frame.feather", loaded), None),
            "reply pages under exact keys": (replies.load, None),
        }
        for load, _ in peers.values():
            pd.testing.assert_frame_equal(load(), loaded)
        return [_compare(ours, name, load, limit) for name, (load, limit) in peers.items()]


def _compare(ours: Load, name: str, peer: Load, limit: float | None) -> Result:
    mine, other = map(median, time_in_turn([ours, peer], REPETITIONS, warm_up=10))
    print_progress(f"warm load: {mine * 1e6:.0f} us, {name} {other * 1e6:.0f} us")
    return Result("load of ten years from the cache", mine, name, other, limit, True)


def _joblib(folder: Path) -> Load:
    try:
        joblib: Any = importlib.import_module("joblib")
    except ImportError:
        raise SystemExit("The comparison needs joblib: pip install joblib") from None
    cached = joblib.Memory(folder, verbose=0).cache(_load_from_source)
    return partial(cached, MARKET, DATA_TYPE, FIRST, LAST)


def _parquet(file: Path, loaded: pd.DataFrame) -> Load:
    loaded.to_parquet(file)
    return partial(pd.read_parquet, file)


def _feather(file: Path, loaded: pd.DataFrame) -> Load:
    loaded.reset_index().to_feather(file)
    return lambda: pd.read_feather(file).set_index("time")


class _ExactKeys:
    """Every page of ten years as the server sent it, by request."""

    def __init__(self, database: Path) -> None:
        self._series = MarketSeries(OptionMarket[MARKET], OptionStatisticDataType[DATA_TYPE])
        self._connection = sqlite3.connect(database)
        self._connection.execute(
            "CREATE TABLE Replies (market TEXT, data_type TEXT, first TEXT, last TEXT, page_key BLOB, body BLOB,"
            " PRIMARY KEY (market, data_type, first, last, page_key))"
        )
        service = Service(Dataset(DEFAULT_SEED), page_size=PAGE_SIZE, until=LAST)
        with self._connection:
            for first, last in _windows():
                self._store(service, first, last)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def load(self) -> pd.DataFrame:
        """Read the replies page by page, check and stitch them, and build the frame."""
        parts = [self._window(first, last) for first, last in _windows()]
        days = np.concatenate([part.days for part in parts])
        calls = np.concatenate([part.calls for part in parts])
        puts = np.concatenate([part.puts for part in parts])
        return frame.build_frame(days, calls, puts, self._series.exchange, {})

    def _window(self, first: date, last: date) -> Rows:
        stitcher = Stitcher(Query(self._series, to_day(first), to_day(last)), WINDOW_DAYS)
        query = "SELECT body FROM Replies WHERE (market, data_type, first, last, page_key) = (?, ?, ?, ?, ?)"
        key = b""
        while True:
            columns = (MARKET, DATA_TYPE, first.isoformat(), last.isoformat(), key)
            (body,) = self._connection.execute(query, columns).fetchone()
            page = decode_statistic(body, BodyFormat.PROTOBUF).page
            assert page is not None
            if stitcher.add(page):
                return stitcher.rows()
            key = page.next_key

    def _store(self, service: Service, first: date, last: date) -> None:
        key: bytes | None = b""
        while key is not None:
            request = GetOptionMarketStatistic.Request()
            request.c2s.optionMarket, request.c2s.dataType = self._series.market, self._series.data_type
            request.c2s.beginTime, request.c2s.endTime = first.isoformat(), last.isoformat()
            if key:
                request.c2s.nextPageKey = key
            body = encode_body(request, BodyFormat.PROTOBUF)
            reply = service.answer(Packet(ProtoId.GET_OPTION_MARKET_STATISTIC, 0, BodyFormat.PROTOBUF, body))
            assert reply is not None
            row = (MARKET, DATA_TYPE, first.isoformat(), last.isoformat(), key, reply.body)
            self._connection.execute("INSERT INTO Replies VALUES (?, ?, ?, ?, ?, ?)", row)
            response = decode_body(GetOptionMarketStatistic.Response, reply.body, BodyFormat.PROTOBUF)
            key = response.s2c.nextPageKey or None


def _windows() -> Iterator[tuple[date, date]]:
    first = FIRST
    while first <= LAST:
        last = min(first + timedelta(days=WINDOW_DAYS - 1), LAST)
        yield first, last
        first = last + timedelta(days=1)


def _other_ranges(folder: Path) -> list[Result]:
    """Measure loads of ranges other than the last one.

    Two decades in turn are in different records. Of decades that were never loaded before, each beginning a day
    earlier, only the records may be in memory.
    """
    known = ((FIRST, LAST), FORMER)
    never = [(FIRST - timedelta(days), LAST - timedelta(days)) for days in range(1, 2 * REPETITIONS)]
    return [
        _against_floors(folder, "load of ten years, two in turn", known, known),
        _against_floors(folder, "load of ten years, each for the first time", never, known[:1]),
    ]


def _against_floors(folder: Path, what: str, ranges: Sequence[Range], floors: Sequence[Range]) -> Result:
    with ExitStack() as stack:
        least = []
        for first, last in floors:
            loaded = _load(folder, first, last)
            floor = stack.enter_context(closing(Floor(folder / "cache.db", loaded)))
            assert floor.load().equals(loaded)
            least.append(floor.load)
        mine, theirs = itertools.cycle([partial(_load, folder, *one) for one in ranges]), itertools.cycle(least)
        taken = time_in_turn([lambda: next(mine)(), lambda: next(theirs)()], REPETITIONS, warm_up=10)
    ours, other = map(median, taken)
    print_progress(f"{what}: {ours * 1e6:.0f} us, the floor {other * 1e6:.0f} us")
    return Result(what, ours, "bare SQLite and pandas", other, None)


_FRESH = """
import time
begin = time.perf_counter()
import {modules}
imported = time.perf_counter()
loaded = {load}
print(imported - begin, time.perf_counter() - imported)
"""


def _fresh(folder: Path, scratch: Path) -> list[Result]:
    """Measure the first load of a process, with its imports."""
    arguments = (MARKET, DATA_TYPE, FIRST.isoformat(), LAST.isoformat())
    options = {"source": "simulator:", "cache": str(folder), "progress": False}
    scripts = [
        _FRESH.format(modules="pandas, pd_optstat", load=f"pd_optstat.load(*{arguments!r}, **{options!r})"),
        _FRESH.format(modules="pandas", load=f"pandas.read_parquet({str(scratch / 'frame.parquet')!r})"),
    ]
    taken: list[list[list[float]]] = [[], []]
    for repetition in range(-1, FRESH_REPETITIONS):  # the first one only warms up
        for number in (0, 1) if repetition % 2 == 0 else (1, 0):
            pair = run_in_new_interpreter(scripts[number])
            if repetition >= 0:
                taken[number].append(pair)
    (importing, loading), (importing_pandas, reading) = (map(median, zip(*pairs, strict=True)) for pairs in taken)
    ours, other = (median([sum(pair) for pair in pairs]) for pairs in taken)
    print_progress(f"new process: import {importing * 1e3:.0f} ms, first load {loading * 1e3:.0f} ms")
    print_progress(f"new process: import pandas {importing_pandas * 1e3:.0f} ms, read_parquet {reading * 1e3:.0f} ms")
    return [
        Result("first load of a process, from the cache", loading, "import pandas, pd_optstat", importing, None),
        Result("first load of a process and its imports", ours, "import pandas, pd.read_parquet", other, None, True),
    ]


def _month(eight: Path, one: Path) -> list[Result]:
    """Measure loads of a month, then with the cache reopened each time, as in a new process."""
    known = time_in_turn([partial(_load, folder, MONTH) for folder in (eight, one)], REPETITIONS, warm_up=10)

    def reopened(folder: Path) -> pd.DataFrame:
        database.close_databases()
        return _load(po.Cache(folder), MONTH)

    pd.testing.assert_frame_equal(reopened(eight), reopened(one))
    opened = time_in_turn([partial(reopened, folder) for folder in (eight, one)], OPENED_REPETITIONS, warm_up=3)
    results = []
    for how, taken in (("", known), (", reopened", opened)):
        of_eight, of_one = map(median, taken)
        print_progress(f"a month{how}: of eight series {of_eight * 1e6:.0f} us, of one {of_one * 1e6:.0f} us")
        what = f"a month from a cache of 8 series{how}"
        results.append(Result(what, of_eight, "from a cache of one series", of_one, NO_SLOWER))
    return results


def _on_disk(folder: Path) -> list[Result]:
    """Measure the folder's size after a year in which every day of every series was revised separately."""
    before = _size(folder)
    cache = po.Cache(folder)
    for market, data_type in itertools.product(OptionMarket, OptionStatisticDataType):
        _revise(cache, MarketSeries(market, data_type))
    after = _size(folder)
    extrapolated = before + YEARS * (after - before)
    print_progress(f"on disk: {before / 1e6:.2f} MB, {after / 1e6:.2f} MB with a year of revisions")
    what = f"8 series x {YEARS} years on disk"
    return [
        Result(f"{what}, a year revised daily", after, "20 MB", MOST_BYTES, 1.0, unit="B"),
        Result(f"{what}, every year revised daily (extrapolated)", extrapolated, "20 MB", MOST_BYTES, None, unit="B"),
    ]


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def _known(cache: po.Cache, series: SeriesKey) -> History:
    return store_of(cache).read(ORIGIN, series, to_day(FIRST_OF_ALL), to_day(LAST))


def _revise(cache: po.Cache, series: SeriesKey) -> None:
    """Record a year of revisions, one a day, each of one session."""
    known = _known(cache, series)
    at = int(known.span_last_at.max())
    rows = history.rows(known, to_day(FIRST_OF_ALL), to_day(LAST))
    answers = []
    for number in range(len(rows) - REVISED_DAYS, len(rows)):
        at += DAY
        row = slice(number, number + 1)
        answers.append(_answer(Rows.of(rows.days[row], rows.calls[row] + 1, rows.puts[row]), at))
        if len(answers) == WRITTEN_TOGETHER or number == len(rows) - 1:
            store_of(cache).record(ORIGIN, {series: answers})
            answers = []
    assert len(_known(cache, series).row_day) == len(rows) + REVISED_DAYS


def _answer(rows: Rows, at: Moment) -> Answer:
    day = int(rows.days[0])
    return Answer(
        first=day,
        last=day,
        covers=(day, day),
        rows=rows,
        sessions=rows.days,
        at=at,
        final_until=day,
        endpoint="opend://127.0.0.1:11111",
    )
