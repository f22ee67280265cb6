"""An independent implementation of OpenD, with faults.

Written with the vendor's own message classes, and on purpose without anything of `pd_optstat`: a mistake in our
packets, our message definitions or our reading of the documentation cannot be in here too.
"""

from __future__ import annotations

import hashlib
import random
import select
import socketserver
import struct
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from futu.common.pb import (
    GetGlobalState_pb2,
    InitConnect_pb2,
    KeepAlive_pb2,
    Notify_pb2,
    Qot_GetOptionMarketStatistic_pb2,
    Qot_UpdateBasicQot_pb2,
)
from google.protobuf import json_format

from support.independent_faults import FAULTS
from support.independent_packets import (
    GLOBAL_STATE,
    INIT_CONNECT,
    KEEP_ALIVE,
    NOTIFY,
    QUOTE_PUSH,
    STATISTIC,
    Request,
    packet,
)

REQUESTS = {
    INIT_CONNECT: InitConnect_pb2,
    GLOBAL_STATE: GetGlobalState_pb2,
    KEEP_ALIVE: KeepAlive_pb2,
    STATISTIC: Qot_GetOptionMarketStatistic_pb2,
}

#: Call and put totals by day, for each market and data type.
Totals = Mapping[tuple[int, int], Mapping[date, tuple[int, int]]]


@dataclass(frozen=True)
class Asked:
    """A request of 3301."""

    market: int
    data_type: int
    begin: date
    end: date
    first_page: bool


@dataclass
class Options:
    """Variations in behaviour. The protocol allows all of them, except for `fault`."""

    page_size: int = 400
    bare: bool = False
    """Leave out the optional fields: timestamp, totalValue, ratio."""
    push: bool = False
    """Send pushes before and between replies."""
    trickle: bool = False
    """Send replies in pieces of seven bytes."""
    clock_times: bool = False
    """Write days as ``YYYY-MM-DD 00:00:00``."""
    shuffle: bool = False
    """Answer requests in flight in random order."""
    silent_state: bool = False
    """Never answer 1002."""
    logged_in: bool = True
    refuse: tuple[int, str, int] | None = None
    """Answer 3301 with this retType, retMsg and errCode."""
    fault: str | None = None
    """The name of a fault in `FAULTS`, which strikes at every request of 3301 after the first `honest` ones."""
    honest: int = 0
    fault_series: tuple[int, int] | None = None
    """Limit the fault to this market and data type."""


class Seal(Protocol):
    """Encryption of bodies; `independent_transports` implements it."""

    def agree(self, algorithm: int, s2c: Any) -> None:
        """Choose a key for later bodies, and put it into the reply to InitConnect."""

    def open(self, proto_id: int, body: bytes) -> bytes: ...

    def close(self, proto_id: int, body: bytes) -> bytes: ...


class IndependentOpenD:
    """A server on a free port of loopback, with a thread for each connection. A context manager.

    `seal` returns the encryption of a new connection; None for plain connections.
    """

    def __init__(self, totals: Totals, seal: Callable[[], Seal] | None = None, **options: Any) -> None:
        self.totals = totals
        self.seal = seal
        self.not_understood = 0
        self.options = Options(**options)
        self.asked: list[Asked] = []
        self.connections = 0
        self.keep_alives = 0
        self.reordered = 0
        self.mistakes: list[str] = []
        """Tracebacks of unexpected exceptions. Leaving the context fails if there are any."""
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Connection)
        self._server.opend = self
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"opend://127.0.0.1:{self.port}"

    @property
    def first_pages(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.first_page]

    def __enter__(self) -> IndependentOpenD:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        assert not self.mistakes, self.mistakes


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    opend: IndependentOpenD

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that close the connection, as they should after a fault."""
        if not isinstance(sys.exc_info()[1], OSError):
            self.opend.mistakes.append(traceback.format_exc())


class _Connection(socketserver.BaseRequestHandler):
    server: _Server

    def setup(self) -> None:
        self.opend = self.server.opend
        self.buffer = b""
        self.random = random.Random(3301)
        self.seal = None if self.opend.seal is None else self.opend.seal()
        with self.opend.lock:
            self.opend.connections += 1

    def handle(self) -> None:
        while requests := self.receive():
            for request in requests:
                if self.answer(request) is False:
                    return

    # -- Bytes ------------------------------------------------------------------------------------------------

    def receive(self) -> list[Request]:
        """Return the requests received, in random order with `shuffle`; an empty list at the end of the connection."""
        requests: list[Request] = []
        while not requests or (self.opend.options.shuffle and self.readable(0.02)):
            requests += self.whole()
            if requests and not self.readable(0.0):
                continue
            data = self.request.recv(65536)
            if not data:
                return []
            self.buffer += data
        requests += self.whole()
        if self.opend.options.shuffle and len(requests) > 1:
            before = list(requests)
            self.random.shuffle(requests)
            self.opend.reordered += before != requests
        return requests

    def readable(self, seconds: float) -> bool:
        return bool(select.select([self.request], [], [], seconds)[0])

    def whole(self) -> list[Request]:
        found = []
        while len(self.buffer) >= 44:
            assert self.buffer[:2] == b"FT"
            proto_id, form, version, serial, length = struct.unpack("<IBBII", self.buffer[2:16])
            if len(self.buffer) < 44 + length:
                break
            body = self.buffer[44 : 44 + length]
            assert version == 0
            assert self.buffer[36:44] == bytes(8)
            if self.seal is not None:
                try:
                    body = self.seal.open(proto_id, body)
                except ValueError:  # a length that no body encrypted with this key has
                    body = b""
            if self.buffer[16:36] != hashlib.sha1(body).digest():
                assert self.seal is not None
                self.opend.not_understood += 1
                raise ConnectionResetError  # the client has another key
            self.buffer = self.buffer[44 + length :]
            found.append(Request(proto_id, form, serial, body))
        return found

    def send(self, proto_id: int, serial: int, body: bytes, form: int = 0) -> None:
        sent = body if self.seal is None else self.seal.close(proto_id, body)
        self.raw(packet(proto_id, serial, sent, form, plain=body))

    def raw(self, data: bytes) -> None:
        step = 7 if self.opend.options.trickle else len(data)
        for at in range(0, len(data), max(step, 1)):
            self.request.sendall(data[at : at + step])

    def push(self) -> None:
        self.send(9999, 1, b"a protocol that nobody knows yet")
        notify = Notify_pb2.Response(retType=0)
        notify.s2c.type = 1
        notify.s2c.event.eventType, notify.s2c.event.desc = 1, "nothing of note"
        self.send(NOTIFY, 0, notify.SerializeToString())
        quotes = Qot_UpdateBasicQot_pb2.Response(retType=0, s2c=Qot_UpdateBasicQot_pb2.S2C())
        # Pushes have serial numbers of their own, which may equal that of a request in flight.
        self.send(QUOTE_PUSH, self.random.randrange(6), quotes.SerializeToString())

    # -- Messages ---------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> bool | None:
        """Answer `request`; return False to close the connection."""
        if self.opend.options.push:
            self.push()
        message = REQUESTS[request.proto_id].Request()
        if request.form == 1:
            json_format.Parse(request.body.decode(), message)
        else:
            message.ParseFromString(request.body)  # refuses a message without its required fields
        return {
            INIT_CONNECT: self.init_connect,
            GLOBAL_STATE: self.global_state,
            KEEP_ALIVE: self.keep_alive,
            STATISTIC: self.statistic,
        }[request.proto_id](request, message.c2s)

    def reply(self, request: Request, response: Any, serial: int | None = None) -> None:
        body = response.SerializeToString()
        if request.form == 1:
            body = json_format.MessageToJson(response, indent=None).encode()
        self.send(request.proto_id, request.serial if serial is None else serial, body, request.form)

    def init_connect(self, request: Request, c2s: Any) -> None:
        assert c2s.clientVer > 0
        assert (c2s.packetEncAlgo == -1) == (self.seal is None)
        response = InitConnect_pb2.Response(retType=0)
        response.s2c.serverVer = 1011
        response.s2c.loginUserID = 12345678
        response.s2c.connID = 7
        response.s2c.connAESKey = "0123456789abcdef"
        response.s2c.keepAliveInterval = 10
        if self.seal is not None:
            self.seal.agree(c2s.packetEncAlgo, response.s2c)
        self.reply(request, response)

    def global_state(self, request: Request, c2s: Any) -> None:
        if self.opend.options.silent_state:
            return
        response = GetGlobalState_pb2.Response(retType=0)
        for name in ("marketHK", "marketUS", "marketSH", "marketSZ", "marketHKFuture"):
            setattr(response.s2c, name, 0)
        response.s2c.qotLogined = response.s2c.trdLogined = self.opend.options.logged_in
        response.s2c.serverVer, response.s2c.serverBuildNo, response.s2c.time = 1011, 7108, 1_781_236_800
        self.reply(request, response)

    def keep_alive(self, request: Request, c2s: Any) -> None:
        with self.opend.lock:
            self.opend.keep_alives += 1
        response = KeepAlive_pb2.Response(retType=0)
        response.s2c.time = c2s.time
        self.reply(request, response)

    def statistic(self, request: Request, c2s: Any) -> bool | None:
        begin, end = (date.fromisoformat(text[:10]) for text in (c2s.beginTime, c2s.endTime))
        key = c2s.nextPageKey.decode()
        options = self.opend.options
        with self.opend.lock:
            number = len(self.opend.asked)
            self.opend.asked.append(Asked(c2s.optionMarket, c2s.dataType, begin, end, not key))
        if options.refuse is not None:
            response = Qot_GetOptionMarketStatistic_pb2.Response()
            response.retType, response.retMsg, response.errCode = options.refuse
            self.reply(request, response)
            return None
        if begin > end or end - begin > timedelta(days=365):
            self.reply(request, Qot_GetOptionMarketStatistic_pb2.Response(retType=-1, retMsg="bad span"))
            return None
        faulty = options.fault_series in (None, (c2s.optionMarket, c2s.dataType))
        if options.fault is not None and faulty and number >= options.honest:
            return FAULTS[options.fault](self, request, c2s, self.page(c2s, begin, end, key))
        self.reply(request, self.page(c2s, begin, end, key))
        return None

    def page(self, c2s: Any, begin: date, end: date, key: str) -> Any:
        totals = self.opend.totals.get((c2s.optionMarket, c2s.dataType), {})
        stop = date.fromisoformat(key.partition("<")[2]) - timedelta(days=1) if key.startswith("page<") else end
        # Enough days for a page, newest first. (Looking through 15 years for every page would take long.)
        days = [
            day for day in (stop - timedelta(days=back) for back in range((stop - begin).days + 1)) if day in totals
        ]
        response = Qot_GetOptionMarketStatistic_pb2.Response(retType=0, retMsg="", errCode=0)
        response.s2c.optionMarket, response.s2c.dataType = c2s.optionMarket, c2s.dataType
        for day in days[: self.opend.options.page_size]:
            self.item(response, day, *totals[day])
        if len(days) > self.opend.options.page_size:
            response.s2c.nextPageKey = f"page<{days[self.opend.options.page_size - 1]}".encode()
        return response

    def item(self, response: Any, day: date, call: int, put: int) -> Any:
        options, item = self.opend.options, response.s2c.statisticList.add()
        item.time = f"{day} 00:00:00" if options.clock_times else str(day)
        item.callValue, item.putValue = call, put
        if not options.bare:
            zone = "America/New_York" if response.s2c.optionMarket <= 2 else "Asia/Hong_Kong"
            item.timestamp = _midnight(day, zone)
            item.totalValue = call + put
            if call:
                item.ratio = round(put / call, 6)
        return item


def _midnight(day: date, zone: str) -> float:
    from datetime import datetime

    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()
