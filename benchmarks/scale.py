"""What 500 underlyings with ten years of volume and open interest cost: loads, `Cache.info`, disk, exports and memory.

The cache is written through the store with synthetic counts, as loading it would take 42 minutes by the rate limit.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from string import ascii_uppercase

import numpy as np
import pandas as pd

import pd_optstat as po
from pd_optstat.core.arrays import to_bits
from pd_optstat.core.calendars import calendar
from pd_optstat.core.dates import to_day
from pd_optstat.core.finality import to_moment
from pd_optstat.core.history import Answer, Rows
from pd_optstat.core.markets import OptionStatisticDataType
from pd_optstat.core.series import SeriesKey, UnderlyingSeries
from pd_optstat.core.underlying import Underlying
from pd_optstat.storage.archive import parquet_file
from pd_optstat.storage.cache.cache import store_of

from .cold_load import FIRST, LAST
from .measurement import Result, median, print_progress, run_in_new_interpreter, time_call, time_in_turn

__all__ = ["code_of", "fill", "run"]

NAMES, FEW = 500, 100
ORIGIN = "scale"
#: Its rows are of an origin of their own, and nothing listens there.
NOWHERE = f"opend://127.0.0.1:1?namespace={ORIGIN}"
REPETITIONS = 300

#: Prints the peak of the resident memory in bytes, after what is formatted in. (getrusage counts that of the parent.)
_PEAK = """
import pd_optstat as po
{}
(line,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(line.split()[1]) * 1024)
"""


def run() -> list[Result]:
    """Return the results, each beside its limit or beside the same with fewer names."""
    with tempfile.TemporaryDirectory(prefix="pd_optstat-benchmark-") as name:
        folder = Path(name)
        for number in (1, FEW, NAMES):
            fill(folder / f"{number}", number)
        print_progress(f"scale: a cache of {NAMES} names was written")
        return [*_loads(folder), *_disk(folder), *_exports(folder), *_memory(folder)]


def code_of(number: int) -> str:
    """Return a code that no exchange has given, as codes in the US have five letters at most.

    Examples
    --------
    >>> code_of(0), code_of(499)
    ('US.SYNAAA', 'US.SYNATF')
    """
    first, rest = divmod(number, 26 * 26)
    return f"US.SYN{ascii_uppercase[first]}{ascii_uppercase[rest // 26]}{ascii_uppercase[rest % 26]}"


def fill(folder: Path, names: int) -> po.Cache:
    """Fill a cache with ten years of volume and open interest of synthetic underlyings."""
    cache = po.Cache(folder)
    first, last = to_day(FIRST), to_day(LAST)
    at = to_moment(datetime(2026, 6, 15, 12, tzinfo=UTC).timestamp())
    random = np.random.default_rng(7)
    for number in range(names):
        underlying = Underlying(*code_of(number).split("."))
        days = calendar(underlying.exchange).sessions(first, last)
        prices = to_bits(np.round(100 * np.exp(np.cumsum(random.normal(0, 0.01, len(days)))), 2))
        answers: dict[SeriesKey, list[Answer]] = {}
        for data_type in OptionStatisticDataType:
            calls, puts = random.integers(1_000, 900_000, (2, len(days)))
            rows = Rows.of(days, calls, puts, prices)
            series = UnderlyingSeries(underlying, data_type)
            answers[series] = [Answer(first, last, (first, last), rows, days, at, last, NOWHERE)]
        store_of(cache).record(ORIGIN, answers)
    return cache


def _loads(folder: Path) -> list[Result]:
    def load(names: int) -> pd.DataFrame:
        return po.load(code_of(0), "VOLUME", FIRST, LAST, source=NOWHERE, cache=folder / f"{names}", progress=False)

    assert load(NAMES).equals(load(1))
    assert len(load(1)) > 2_500
    many, one = map(median, time_in_turn([lambda: load(NAMES), lambda: load(1)], REPETITIONS, warm_up=20))
    print_progress(f"scale: a load takes {many * 1e6:.0f} us, from a cache of one name {one * 1e6:.0f} us")
    return [Result(f"ten years of one of {NAMES} underlyings, from the cache", many, "from a cache of one", one, 1.1)]


def _disk(folder: Path) -> list[Result]:
    cache = po.Cache(folder / f"{NAMES}")
    found = cache.info()
    assert len(found) == 2 * NAMES
    (taken,) = time_in_turn([cache.info], 5)
    size = sum(path.stat().st_size for path in cache.path.iterdir())
    print_progress(f"scale: info() takes {median(taken):.2f} s, {size / 1e6:.0f} MB on disk")
    what = f"{NAMES} underlyings x ten years x 2 data types"
    return [
        Result(f"Cache.info() of {what}", median(taken), "1 s", 1.0, 1.0),
        Result(f"{what} on disk", size, "120 MB", 120e6, 1.0, unit="B"),
    ]


def _exports(folder: Path) -> list[Result]:
    cache, url = po.Cache(folder / f"{NAMES}"), str(folder / "archive")

    def export() -> pd.DataFrame:
        return cache.export(url, ORIGIN)

    first = time_call(export)
    again = time_call(export)
    assert not export()["written"].any()
    assert len(po.load(code_of(7), "VOLUME", FIRST, LAST, source=f"parquet:{url}")) > 2_500
    po.Cache(folder / f"{FEW}").export(f"{url}-of-few", ORIGIN)
    many, few = (median(_time_first_loads(one)) for one in (url, f"{url}-of-few"))
    print_progress(f"scale: export takes {first:.1f} s, again {again:.1f} s; a load {many * 1e3:.1f} ms")
    shutil.rmtree(url + ".underlyings.optstat")  # disk space for the rest
    return [
        Result(f"export of {NAMES} underlyings x ten years x 2 data types", first, "60 s", 60.0, 1.0),
        Result(f"the same export again, of {NAMES} underlyings without changes", again, "the first one", first, None),
        Result(f"ten years of one of {NAMES} underlyings, from an archive", many, f"from one of {FEW}", few, None),
    ]


def _time_first_loads(url: str) -> list[float]:
    """Return the seconds of loads of names of which no file was read before."""
    parquet_file._decoded.clear()  # both archives have the same files
    return [
        time_call(partial(po.load, code_of(number), "VOLUME", FIRST, LAST, source=f"parquet:{url}", progress=False))
        for number in range(50)
    ]


def _memory(folder: Path) -> list[Result]:
    results = []
    for what, code in (
        ("export", "po.Cache({cache!r}).export({url!r}, {origin!r})"),
        (
            "load_many from the cache",
            "po.load_many({codes!r}, None, {first!r}, {last!r}, source={source!r}, cache={cache!r}, progress=False)",
        ),
    ):
        peaks = []
        for names in (NAMES, FEW):
            filled = code.format(
                cache=str(folder / f"{names}"),
                url=str(folder / f"memory-{names}"),
                origin=ORIGIN,
                codes=[code_of(number) for number in range(names)],
                first=FIRST.isoformat(),
                last=LAST.isoformat(),
                source=NOWHERE,
            )
            (peak,) = run_in_new_interpreter(_PEAK.format(filled))
            peaks.append(peak)
        print_progress(f"scale: {what} peaks at {peaks[0] / 1e6:.0f} MB, of {FEW} names at {peaks[1] / 1e6:.0f} MB")
        results.append(
            Result(
                f"peak memory of {what}, {NAMES} underlyings", peaks[0], f"{FEW} underlyings", peaks[1], 1.25, unit="B"
            )
        )
    return results
