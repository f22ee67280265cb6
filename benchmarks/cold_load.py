"""A first load of ten years, against the paging loop around the vendor's SDK that it replaces.

Both ask the same simulator, in a process of its own, which gives 100 rows a page and takes its time for each page.
Before the clock starts, both have imported what they need, have connected, and have asked for one day. Within it we
also fill a new cache folder; the vendor's loop keeps nothing. Each repetition has a simulator, and so a rate limit,
of its own: OpenD answers 60 first pages in 30 s, and a repetition needs about 20.
"""

from __future__ import annotations

import atexit
import importlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

import pd_optstat as po

from .measuring import Result, median, say, seconds

__all__ = ["FIRST", "LAST", "all_pages", "run", "sdk", "sdk_context", "simulator"]

FIRST, LAST = date(2016, 6, 13), date(2026, 6, 12)
SERIES = ("US_SECURITY", "VOLUME")
REPETITIONS = 7
PAGE_SIZE = 100
#: Seconds that a page takes, and how many times as fast as the vendor's loop we promise to be then.
PROMISES = ((0.05, 5.0), (0.0, 1.5))
#: What one request may cover.
WINDOW_DAYS = 365


def run() -> list[Result]:
    """Measure, and return a result for each latency."""
    return [_measure(latency, limit) for latency, limit in PROMISES]


def _measure(latency: float, limit: float) -> Result:
    taken: list[tuple[float, float]] = []
    for repetition in range(-1, REPETITIONS):  # the first one only warms up
        pair = _repetition(latency, ours_first=repetition % 2 == 0)
        ours, other = (f"{one * 1e3:.0f} ms" for one in pair)
        say(f"cold load, {latency * 1e3:.0f} ms a page: {ours}, the vendor's loop {other}")
        if repetition >= 0:
            taken.append(pair)
    mine, theirs = zip(*taken, strict=True)
    pages = f"{latency * 1e3:.0f} ms a page" if latency else "pages at once"
    return Result(f"first load of ten years, {pages}", median(mine), "loop around the SDK", median(theirs), limit, True)


def _repetition(latency: float, ours_first: bool) -> tuple[float, float]:
    """Return the seconds that we and the vendor's loop take, having compared what they loaded."""
    loaded: dict[str, pd.DataFrame] = {}
    taken: dict[str, float] = {}
    with ExitStack() as stack:
        (url,) = stack.enter_context(simulator(latency))
        ways = {"ours": stack.enter_context(_ours(url)), "vendor's": stack.enter_context(_vendors(url))}
        for name in ways if ours_first else reversed(ways):

            def load(name: str = name) -> None:
                loaded[name] = ways[name](FIRST, LAST)

            taken[name] = seconds(load)
    _compare(loaded["ours"], loaded["vendor's"])
    return taken["ours"], taken["vendor's"]


@contextmanager
def simulator(latency: float, *more: str) -> Iterator[tuple[str, ...]]:
    """Run the simulator in a process of its own; give its URLs: TCP, and WebSocket if `more` asks for it."""
    package = str(Path(po.__file__).parents[1])
    options = ["--port", "0", "--page-size", str(PAGE_SIZE), "--latency", str(latency), *more]
    process = subprocess.Popen(
        [sys.executable, "-m", "pd_optstat", "simulate", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))},
    )
    with process:
        assert process.stdout is not None
        try:
            urls = tuple(process.stdout.readline().strip() for _ in range(1 + ("--ws-port" in more)))
            if not all(urls):
                raise RuntimeError("the simulator did not start")
            yield urls
        finally:
            process.terminate()


@contextmanager
def _ours(url: str) -> Iterator[Callable[[date, date], pd.DataFrame]]:
    """Give our load, connected, with an empty cache folder."""
    with tempfile.TemporaryDirectory(prefix="pd_optstat-benchmark-") as folder:

        def load(first: date, last: date, cache: Any = folder) -> pd.DataFrame:
            return po.load(*SERIES, first, last, source=url, cache=cache, progress=False)

        load(LAST, LAST, False)
        try:
            yield load
        finally:
            po.close()


@contextmanager
def _vendors(url: str) -> Iterator[Callable[[date, date], pd.DataFrame]]:
    """Give the loop that the vendor's SDK needs, connected."""
    with sdk_context(url) as context:

        def load(first: date, last: date) -> pd.DataFrame:
            return pd.concat(list(all_pages(context, SERIES, first, last)), ignore_index=True)

        load(LAST, LAST)
        yield load


@contextmanager
def sdk_context(url: str) -> Iterator[Any]:
    """Give an open context of the vendor's SDK."""
    host, _, port = url.removeprefix("opend://").rpartition(":")
    context = sdk().OpenQuoteContext(host=host, port=int(port))
    try:
        yield context
    finally:
        context.close()


def all_pages(context: Any, series: tuple[str, str], first: date, last: date) -> Iterator[pd.DataFrame]:
    """Yield what the SDK gives, as its documentation shows; where OpenD says it was asked too often, wait for it."""
    while first <= last:
        end = min(first + timedelta(days=WINDOW_DAYS - 1), last)
        window = {"begin_time": first.isoformat(), "end_time": end.isoformat()}
        key = None
        while True:
            code, page, after = context.get_option_market_statistic(*series, **window, page_req_key=key)
            if code != 0 and "frequency" in str(page):
                time.sleep(0.25)
                continue
            if code != 0:
                raise RuntimeError(f"the vendor's SDK says: {page}")
            yield page
            key = after
            if key is None:
                break
        first = end + timedelta(days=1)


def sdk() -> Any:
    """Import the vendor's SDK, which opens a log in the home folder: in another one; and which talks on stdout."""
    if "futu" not in sys.modules:
        home = os.environ.get("HOME")
        os.environ["HOME"] = scratch = tempfile.mkdtemp(prefix="pd_optstat-benchmark-home-")
        atexit.register(shutil.rmtree, scratch, ignore_errors=True)
        try:
            importlib.import_module("futu")
        except ImportError:
            raise SystemExit("The vendor's SDK is needed for comparison: pip install futu-api") from None
        finally:
            if home is None:
                del os.environ["HOME"]
            else:
                os.environ["HOME"] = home
        logging.getLogger("FTConsoleLog").setLevel(logging.CRITICAL)
    return sys.modules["futu"]


def _compare(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Make sure that the loop loaded what we loaded: a faster load of less would be no news."""
    counts = ["call_value", "put_value"]
    theirs = theirs.set_index(pd.to_datetime(theirs["time"])).sort_index()
    same = ours.index.equals(theirs.index) and (ours[counts].to_numpy() == theirs[counts].to_numpy()).all()
    if not same or len(ours) != 2515:
        raise AssertionError(f"we loaded {len(ours)} rows, the vendor's loop {len(theirs)}, or other numbers")
