"""The protocol: decoding a reply, the cost of encryption and other transports, and loading all series at once.

A reply of 2,500 rows is decoded into columns; the SDK decodes it into a message, a list of dicts and a DataFrame. Each
transport loads ten years, within OpenD's rate limit of 60 first pages in 30 s. Eight series of ten years are 80 first
pages, so that both we and the loop around the SDK have to wait for the limit.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

import pd_optstat as po
from pd_optstat.opend.messages import GetOptionMarketStatistic, decode_statistic, encode_body
from pd_optstat.opend.packets import BodyFormat, Packet, ProtoId
from pd_optstat.opend.rate_limit import LIMIT
from pd_optstat.simulator.dataset import Dataset
from pd_optstat.simulator.service import Service

from .cold_load import FIRST, LAST, all_pages, new_rate_limit, sdk, sdk_context, simulator
from .measurement import Result, median, print_progress, time_call, time_in_turn

__all__ = ["run"]

ROWS = 2500
DECODE_REPETITIONS = 60
#: Each load requests ten first pages, and a simulator answers 60 in 30 s.
TRANSPORT_REPETITIONS = 4
LATENCY = 0.05
COLUMNS = ["time", "timestamp", "call_value", "put_value", "total_value", "ratio"]


def run() -> list[Result]:
    """Return the results of decoding, of the transports and of all series."""
    return [_decoding(), *_transports(), _panel(["VOLUME"]), _panel(["VOLUME", "OPEN_INTEREST"])]


def _decoding() -> Result:
    sdk()
    from futu.common.pb.Qot_GetOptionMarketStatistic_pb2 import Response
    from futu.quote.quote_query import GetOptionMarketStatistic as Query

    body = _reply()

    def vendors() -> pd.DataFrame:
        response = Response()
        response.ParseFromString(body)
        _, _, (rows, _, _) = Query.unpack_rsp(response)
        return pd.DataFrame(rows, columns=COLUMNS)

    def ours() -> Any:
        return decode_statistic(body, BodyFormat.PROTOBUF).page

    theirs, mine = vendors(), ours()
    if not (theirs["put_value"].to_numpy() == mine.puts).all() or len(mine.days) != ROWS:
        raise AssertionError("The two decoders return different numbers.")
    fast, slow = time_in_turn([ours, vendors], DECODE_REPETITIONS)
    what = f"decoding a reply of {ROWS:,} rows into columns"
    return Result(what, median(fast), "the SDK: dicts, then a DataFrame", median(slow), 5.0, True)


def _reply() -> bytes:
    """Return a simulated reply with more rows than OpenD sends in one."""
    service = Service(Dataset(3301), page_size=ROWS, max_span_days=0, until=LAST)
    first = LAST - timedelta(days=int(ROWS * 1.5))
    c2s = GetOptionMarketStatistic.C2S(optionMarket=1, dataType=0, beginTime=str(first), endTime=str(LAST))
    body = encode_body(GetOptionMarketStatistic.Request(c2s=c2s), BodyFormat.PROTOBUF)
    return service.answer(Packet(ProtoId.GET_OPTION_MARKET_STATISTIC, 1, BodyFormat.PROTOBUF, body)).body


def _transports() -> list[Result]:
    """Measure a load of ten years over each transport, compared with plain TCP."""
    taken: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="pd_optstat-benchmark-") as folder:
        key = Path(folder) / "key.pem"
        key.write_bytes(_private_key())
        for repetition in range(-1, TRANSPORT_REPETITIONS):
            with simulator(0.0, "--ws-port", "0") as (tcp, ws), simulator(0.0, "--rsa-key", str(key)) as (encrypted,):
                port, encrypted_port = (int(url.rpartition(":")[2]) for url in (tcp, encrypted))
                sources = {
                    "plain TCP": po.OpenD(port=port),
                    "AES-CBC": po.OpenD(port=encrypted_port, rsa_key=key),
                    "FTAES-ECB": po.OpenD(port=encrypted_port, rsa_key=key, cipher="FTAES_ECB"),
                    "JSON bodies": po.OpenD(port=port, format="json"),
                    "WebSocket": ws,
                }
                order = list(sources) if repetition % 2 else list(reversed(sources))
                for name in order:
                    new_rate_limit()
                    _ten_years(sources[name], LAST)
                    elapsed = time_call(lambda source=sources[name]: _ten_years(source, FIRST))
                    if repetition >= 0:
                        taken.setdefault(name, []).append(elapsed)
                po.close()
    print_progress("transports: " + ", ".join(f"{name} {median(times) * 1e3:.0f} ms" for name, times in taken.items()))
    plain = median(taken.pop("plain TCP"))
    return [Result(f"ten years, {name}", median(times), "plain TCP", plain, None) for name, times in taken.items()]


def _ten_years(source: Any, first: date) -> pd.DataFrame:
    return po.load("US_SECURITY", "VOLUME", first, LAST, source=source, cache=False, progress=False)


def _private_key() -> bytes:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def _panel(data_types: Sequence[str]) -> Result:
    """Measure a load of all markets at once, each with its own simulator, and so its own rate limit."""
    series = [(market.name, data_type) for market in po.OptionMarket for data_type in data_types]

    def ours(url: str) -> list[pd.DataFrame]:
        with tempfile.TemporaryDirectory(prefix="pd_optstat-benchmark-") as folder:
            panel = po.load_panel(None, data_types, FIRST, LAST, source=url, cache=folder, progress=False)
            po.close()
            return [panel[one] for one in series]

    def vendors(url: str) -> list[pd.DataFrame]:
        with sdk_context(url) as context:
            return [pd.concat(list(all_pages(context, one, FIRST, LAST))) for one in series]

    # Import everything before the clock starts, and build the calendars of both exchanges.
    sdk()
    po.load_panel(None, data_types, FIRST, LAST, source="simulator:", cache=False, progress=False)
    taken, rows = [], []
    for load in (ours, vendors):
        with simulator(LATENCY) as (url,):
            loaded: list[pd.DataFrame] = []
            taken.append(time_call(lambda load=load, url=url, loaded=loaded: loaded.extend(load(url))))
            rows.append([len(one["call_value"].dropna()) for one in loaded])
    if rows[0] != rows[1]:
        raise AssertionError(f"We loaded {rows[0]} rows, the vendor's loop {rows[1]}.")
    print_progress(f"{len(series)} series of ten years: {taken[0]:.1f} s, the vendor's loop {taken[1]:.1f} s")
    what = f"{len(series)} series of ten years, first time, {LATENCY * 1e3:.0f} ms a page"
    what += ", within OpenD's limit of 60 first pages in 30 s" if len(series) * 10 > LIMIT else ""
    return Result(what, taken[0], "loop around the SDK", taken[1], None, True)
