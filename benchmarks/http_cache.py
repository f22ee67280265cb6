"""A load from the cache and a longer load, compared with requests-cache, which caches HTTP replies.

OpenD has no HTTP interface, so a server on loopback serves the simulator's pages as JSON, as OpenD formats them. Two
things are measured: a load that is cached, and the requests for a range that begins a month earlier than before.
requests-cache has its default settings (SQLite, pickle), and replies never expire. Requests of a year are counted from
the first day of the range, as in the loop around the vendor's SDK: with calendar years, requests-cache would also
repeat only the first.
"""

from __future__ import annotations

import base64
import importlib
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd

import pd_optstat as po
from pd_optstat.core.markets import OptionMarket, OptionStatisticDataType
from pd_optstat.core.origins import DEFAULT_SEED
from pd_optstat.opend.messages import GetOptionMarketStatistic, encode_body
from pd_optstat.opend.packets import BodyFormat, Packet, ProtoId
from pd_optstat.simulator.dataset import Dataset
from pd_optstat.simulator.service import Service

from .cold_load import FIRST, LAST, PAGE_SIZE, SERIES, WINDOW_DAYS, simulator
from .measurement import Result, median, print_progress, time_in_turn

__all__ = ["run"]

REPETITIONS = 50
EARLIER = FIRST - timedelta(days=31)


def run() -> list[Result]:
    """Return the results for a cached load and for a longer one."""
    with (
        tempfile.TemporaryDirectory(prefix="pd_optstat-benchmark-") as scratch,
        _http_server() as server,
        closing(_session(Path(scratch, "replies.sqlite"))) as session,
    ):
        theirs = partial(_load_over_http, session, server)
        warm = _warm(Path(scratch, "ours"), theirs)
        before = server.served
        theirs(EARLIER, LAST)
        return [warm, *_earlier(Path(scratch, "other"), server.served - before)]


def _warm(folder: Path, theirs: Any) -> Result:
    def ours() -> pd.DataFrame:
        return po.load(*SERIES, FIRST, LAST, source="simulator:", cache=folder, progress=False)

    columns = ["call_value", "put_value", "ratio"]
    pd.testing.assert_frame_equal(theirs(FIRST, LAST)[columns], ours()[columns], check_freq=False)
    mine, other = map(median, time_in_turn([ours, lambda: theirs(FIRST, LAST)], REPETITIONS, warm_up=3))
    print_progress(f"warm load: {mine * 1e6:.0f} us, requests-cache {other * 1e6:.0f} us")
    return Result("load of ten years from the cache", mine, "requests-cache, pages as JSON", other, None, True)


def _earlier(folder: Path, theirs: int) -> list[Result]:
    """Count the requests for ten years and a month, if ten years are cached."""
    with simulator(0) as (url,):
        load = partial(po.load, *SERIES, source=url, progress=False)
        load(FIRST, LAST, cache=folder)
        ours = load(EARLIER, LAST, cache=folder).attrs["optstat"]["requests"]
        cached = _joblib(folder / "joblib", partial(load, cache=False))
        cached(FIRST, LAST)
        whole = cached(EARLIER, LAST).attrs["optstat"]["requests"]
        po.close()
    print_progress(f"a month more: {ours} requests, requests-cache {theirs}, joblib {whole}")
    what = "requests for a month before ten cached years"
    others = (("requests-cache, other windows", theirs), ("joblib.Memory, other arguments", whole))
    return [Result(what, ours, name, count, None, unit="requests") for name, count in others]


def _joblib(folder: Path, load: Any) -> Any:
    def load_from_source(first: date, last: date) -> pd.DataFrame:
        frame: pd.DataFrame = load(first, last)
        return frame

    return importlib.import_module("joblib").Memory(folder, verbose=0).cache(load_from_source)


def _session(database: Path) -> Any:
    try:
        requests_cache: Any = importlib.import_module("requests_cache")
    except ImportError:
        raise SystemExit("The comparison needs requests-cache: pip install requests-cache") from None
    session = requests_cache.CachedSession(str(database), backend="sqlite", expire_after=requests_cache.NEVER_EXPIRE)
    session.trust_env = False  # no proxy for loopback
    return session


def _load_over_http(session: Any, server: _Server, first: date, last: date) -> pd.DataFrame:
    """Load with `requests`, year by year and page by page."""
    rows: list[dict[str, Any]] = []
    while first <= last:
        end = min(first + timedelta(days=WINDOW_DAYS - 1), last)
        key = ""
        while True:
            parameters = {"begin": first.isoformat(), "end": end.isoformat(), "key": key}
            s2c = session.get(server.url, params=parameters).json()["s2c"]
            rows += s2c["statisticList"]
            key = s2c.get("nextPageKey", "")
            if not key:
                break
        first = end + timedelta(days=1)
    days = pd.to_datetime([row["time"] for row in rows])
    counts = {
        ours: np.array([int(row[theirs]) for row in rows])
        for ours, theirs in (("call_value", "callValue"), ("put_value", "putValue"))
    }
    loaded = pd.DataFrame(counts, pd.DatetimeIndex(days, name="time")).sort_index()
    loaded["ratio"] = loaded["put_value"] / loaded["call_value"]
    return loaded


class _Server(ThreadingHTTPServer):
    """The simulator's pages over HTTP, on loopback."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service = Service(Dataset(DEFAULT_SEED), page_size=PAGE_SIZE, until=LAST)
        self.url = f"http://127.0.0.1:{self.server_port}/statistic"
        self.served = 0

    def page(self, begin: str, end: str, key: str) -> bytes:
        """Return one page as OpenD's JSON."""
        request = GetOptionMarketStatistic.Request()
        request.c2s.optionMarket = OptionMarket[SERIES[0]]
        request.c2s.dataType = OptionStatisticDataType[SERIES[1]]
        request.c2s.beginTime, request.c2s.endTime = begin, end
        if key:
            request.c2s.nextPageKey = base64.b64decode(key)
        body = encode_body(request, BodyFormat.JSON)
        reply = self.service.answer(Packet(ProtoId.GET_OPTION_MARKET_STATISTIC, 0, BodyFormat.JSON, body))
        assert reply is not None
        self.served += 1
        return reply.body


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        body = self.server.page(query["begin"], query["end"], query.get("key", ""))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@contextmanager
def _http_server() -> Iterator[_Server]:
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
