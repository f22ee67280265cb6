"""A first load of ten years, compared with the paging loop around the vendor's SDK that it replaces.

Both load from the same simulator, in another process, with 100 rows a page and a delay for each page. Before the
clock starts, both have imported what they need, have connected, and have loaded one day. We also fill a new cache
folder in that time. Each repetition has its own simulator and rate limit: OpenD answers 60 first pages in 30 s, and a
repetition needs about 20.
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
from pd_optstat.opend import rate_limit

from .measurement import Result, median, print_progress, time_call

__all__ = ["FIRST", "LAST", "all_pages", "new_rate_limit", "run", "sdk", "sdk_context", "simulator"]

FIRST, LAST = date(2016, 6, 13), date(2026, 6, 12)
SERIES = ("US_SECURITY", "VOLUME")
REPETITIONS = 7
PAGE_SIZE = 100
#: Delay of a page in seconds, and how many times as fast as the vendor's loop the load is promised to be.
PROMISES = ((0.05, 5.0), (0.0, 1.5))
#: The most days of one request.
WINDOW_DAYS = 365


def run() -> list[Result]:
    """Return a result for each latency."""
    return [_measure(latency, limit) for latency, limit in PROMISES]


def _measure(latency: float, limit: float) -> Result:
    taken: list[tuple[float, float]] = []
    for repetition in range(-1, REPETITIONS):  # the first one only warms up
        pair = _repetition(latency, ours_first=repetition % 2 == 0)
        ours, other = (f"{elapsed * 1e3:.0f} ms" for elapsed in pair)
        print_progress(f"cold load, {latency * 1e3:.0f} ms a page: {ours}, the vendor's loop {other}")
        if repetition >= 0:
            taken.append(pair)
    mine, theirs = zip(*taken, strict=True)
    pages = f"{latency * 1e3:.0f} ms a page" if latency else "pages at once"
    return Result(f"first load of ten years, {pages}", median(mine), "loop around the SDK", median(theirs), limit, True)


def _repetition(latency: float, ours_first: bool) -> tuple[float, float]:
    """Return the seconds of our load and of the vendor's loop, after comparing their rows."""
    loaded: dict[str, pd.DataFrame] = {}
    taken: dict[str, float] = {}
    with ExitStack() as stack:
        (url,) = stack.enter_context(simulator(latency))
        loads = {"ours": stack.enter_context(_ours(url)), "vendor's": stack.enter_context(_vendors(url))}
        for name in loads if ours_first else reversed(loads):

            def load(name: str = name) -> None:
                loaded[name] = loads[name](FIRST, LAST)

            taken[name] = time_call(load)
    _compare(loaded["ours"], loaded["vendor's"])
    return taken["ours"], taken["vendor's"]


@contextmanager
def simulator(latency: float, *more: str) -> Iterator[tuple[str, ...]]:
    """Run a simulator in another process, and yield its URLs: TCP, and WebSocket if `more` has a port for it."""
    new_rate_limit()
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
                raise RuntimeError("The simulator did not start.")
            yield urls
        finally:
            process.terminate()


def new_rate_limit() -> None:
    """Start counting first pages anew: otherwise all simulators, and a real OpenD on this host, share one limit."""
    folder = tempfile.mkdtemp(prefix="pd_optstat-benchmark-slots-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    rate_limit._own_folder = lambda: Path(folder)
    rate_limit._shared.clear()


@contextmanager
def _ours(url: str) -> Iterator[Callable[[date, date], pd.DataFrame]]:
    """Yield our load, connected, with an empty cache folder."""
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
    """Yield the loop around the vendor's SDK, connected."""
    with sdk_context(url) as context:

        def load(first: date, last: date) -> pd.DataFrame:
            return pd.concat(list(all_pages(context, SERIES, first, last)), ignore_index=True)

        load(LAST, LAST)
        yield load


@contextmanager
def sdk_context(url: str) -> Iterator[Any]:
    """Yield an open context of the vendor's SDK."""
    host, _, port = url.removeprefix("opend://").rpartition(":")
    context = sdk().OpenQuoteContext(host=host, port=int(port))
    try:
        yield context
    finally:
        context.close()


def all_pages(context: Any, series: tuple[str, str], first: date, last: date) -> Iterator[pd.DataFrame]:
    """Yield the SDK's pages as its documentation shows, retrying after OpenD's rate limit."""
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
                raise RuntimeError(f"The vendor's SDK failed: {page}")
            yield page
            key = after
            if key is None:
                break
        first = end + timedelta(days=1)


def sdk() -> Any:
    """Import the vendor's SDK without its console log, and with a temporary home folder, where it opens a log."""
    if "futu" not in sys.modules:
        home = os.environ.get("HOME")
        os.environ["HOME"] = scratch = tempfile.mkdtemp(prefix="pd_optstat-benchmark-home-")
        atexit.register(shutil.rmtree, scratch, ignore_errors=True)
        try:
            importlib.import_module("futu")
        except ImportError:
            raise SystemExit("The comparison needs the vendor's SDK: pip install futu-api") from None
        finally:
            if home is None:
                del os.environ["HOME"]
            else:
                os.environ["HOME"] = home
        logging.getLogger("FTConsoleLog").setLevel(logging.CRITICAL)
    return sys.modules["futu"]


def _compare(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Raise an error unless both loaded the same rows."""
    counts = ["call_value", "put_value"]
    theirs = theirs.set_index(pd.to_datetime(theirs["time"])).sort_index()
    same = ours.index.equals(theirs.index) and (ours[counts].to_numpy() == theirs[counts].to_numpy()).all()
    if not same or len(ours) != 2515:
        raise AssertionError(f"We loaded {len(ours)} rows, the vendor's loop {len(theirs)}, or their numbers differ.")
