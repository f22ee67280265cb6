"""The simulator's replies: OpenD's rules for requests, applied to the synthetic numbers. No sockets."""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

from ..core.arrays import Int64Array
from ..core.dates import Day, to_date, to_day
from ..core.markets import OptionMarket, OptionStatisticDataType
from ..core.pages import Page
from ..core.series import SeriesKey
from ..errors import ProtocolError
from ..opend.encryption import Encryption
from ..opend.messages import (
    GetGlobalState,
    GetOptionMarketStatistic,
    InitConnect,
    InitWebSocket,
    KeepAlive,
    decode_body,
    encode_body,
    ret_type_of,
    synthetic_user_id,
)
from ..opend.packets import Packet, ProtoId
from ..opend.rate_limit import LIMIT, PERIOD
from ..opend.websocket_messages import ReplyStatus
from .dataset import Dataset, closed_rows, to_page

__all__ = ["Message", "Reply", "Service", "refuse"]

SUCCESS, FAILED = 0, -1
SERVER_VERSION, BUILD_NUMBER = 1011, 7108
KEEP_ALIVE_SECONDS = 10
SOFTWARE = "pd_optstat simulator: synthetic numbers"
#: Reasons may quote the request, which can be long.
MAX_REASON_LENGTH = 300

#: A page key is the last day of the pages before it (int32) and a signature that binds it to its request.
_PAGE_KEY = struct.Struct("<i16s")
PAGE_KEY_BYTES = _PAGE_KEY.size

#: A protobuf message of any type. Faults and handlers know which, but the type checker cannot.
Message: TypeAlias = Any


class _Refusal(Exception):
    """The request cannot be answered; the text becomes the reply's ``retMsg``."""


@dataclass
class Reply:
    """A reply of the service, with the request that it answers.

    Attributes
    ----------
    packet : Packet
        The request as it was received.
    request : message or None
        The decoded request; None if it could not be decoded.
    response : message
        Faults may replace it before it is encoded.
    """

    packet: Packet
    request: Message | None
    response: Message

    @property
    def succeeded(self) -> bool:
        """Whether the response reports success."""
        return ret_type_of(self.response) == SUCCESS

    @property
    def status(self) -> ReplyStatus | None:
        """The error for the header of a WebSocket reply: of a refused login, the npm client reads nothing else."""
        if self.packet.proto_id != ProtoId.INIT_WEBSOCKET or self.succeeded:
            return None
        return ReplyStatus(ret_type_of(self.response), self.response.retMsg.partition(":")[0])

    def to_packet(self) -> Packet:
        """Return the response as a packet, in the body format of the request."""
        body = encode_body(self.response, self.packet.body_format)
        return Packet(self.packet.proto_id, self.packet.serial, self.packet.body_format, body)


def refuse(response_type: Message, reason: str) -> Message:
    """Return a response of type `response_type` that reports a failure for `reason`."""
    # A JSON body may contain lone surrogates, which cannot be encoded when the reason quotes them.
    text = reason[:MAX_REASON_LENGTH].encode(errors="replace").decode()
    return response_type(retType=FAILED, retMsg=text, errCode=0)


@dataclass
class Service:
    """Replies to requests.

    Parameters
    ----------
    dataset : Dataset
    page_size : int
        Rows per page.
    max_span_days : int
        Most days from the begin to the end of a request; 0 for any number.
    until : date, optional
        The last day with numbers. None for the last session that has closed.
    clock : callable
        Returns the time in Unix seconds.
    rate_limit : bool
        Whether first pages are refused beyond OpenD's 60 in 30 seconds.
    """

    dataset: Dataset
    page_size: int = 400
    max_span_days: int = 365
    until: date | None = None
    clock: Callable[[], float] = time.time
    rate_limit: bool = True
    #: Replies to 3301 with numbers: all pages, and first pages only.
    pages_served: int = 0
    first_pages_served: int = 0
    _first_page_times: deque[float] = field(default_factory=deque)
    _secret: bytes = field(default_factory=lambda: os.urandom(32))

    def respond(self, packet: Packet) -> Reply:
        """Return the reply to `packet`. Protocols that are not simulated are refused."""
        handlers: dict[int, tuple[Message, Callable[[Message], Message]]] = {
            ProtoId.INIT_CONNECT: (InitConnect, self._init_connect),
            ProtoId.GET_GLOBAL_STATE: (GetGlobalState, self._global_state),
            ProtoId.KEEP_ALIVE: (KeepAlive, self._keep_alive),
            ProtoId.GET_OPTION_MARKET_STATISTIC: (GetOptionMarketStatistic, self._statistic),
        }
        if packet.proto_id not in handlers:
            simulated = ", ".join(map(str, map(int, handlers)))
            # All of OpenD's responses start with the same fields, so any message can carry the refusal.
            reason = f"protocol {packet.proto_id} is not simulated; only {simulated} are"
            return Reply(packet, None, refuse(KeepAlive.Response, reason))
        return self._reply(packet, *handlers[packet.proto_id])

    def init_websocket(self, packet: Packet, check_key: Callable[[str], bool]) -> Reply:
        """Return the reply to InitWebSocket. It is refused unless `check_key` accepts its ``websocketKey``."""

        def handle(c2s: InitWebSocket.C2S) -> InitWebSocket.S2C:
            if not check_key(c2s.websocketKey):
                raise _Refusal(
                    "wrong WebSocket key: send the MD5 of this simulator's key, in hexadecimal, as websocketKey"
                )
            synthetic = InitConnect.Synthetic(seed=self.dataset.seed, software=SOFTWARE)
            return InitWebSocket.S2C(serverTime=int(self.clock()), connID=_connection_id(), synthetic=synthetic)

        return self._reply(packet, InitWebSocket, handle)

    def _reply(self, packet: Packet, messages: Message, handle: Callable[[Message], Message]) -> Reply:
        """Return the reply with the S2C that `handle` returns, or with the reason why there is none."""
        request = None
        try:
            request = decode_body(messages.Request, packet.body, packet.body_format)
            response = messages.Response(retType=SUCCESS, retMsg="", errCode=0, s2c=handle(request.c2s))
        except (_Refusal, ProtocolError) as error:
            response = refuse(messages.Response, str(error))
        return Reply(packet, request, response)

    def answer(self, packet: Packet) -> Packet:
        """Return the packet that answers `packet`."""
        return self.respond(packet).to_packet()

    def forget_page_keys(self) -> None:
        """Invalidate all page keys, as a restart of OpenD does."""
        self._secret = os.urandom(32)

    def _init_connect(self, c2s: InitConnect.C2S) -> InitConnect.S2C:
        try:
            encryption = Encryption(c2s.packetEncAlgo)
        except ValueError:
            known = ", ".join(f"{algorithm.value} ({algorithm.name})" for algorithm in Encryption)
            raise _Refusal(f"packetEncAlgo {c2s.packetEncAlgo} is not simulated; only {known} are") from None
        s2c = InitConnect.S2C(
            serverVer=SERVER_VERSION,
            loginUserID=synthetic_user_id(self.dataset.seed),
            connID=_connection_id(),
            connAESKey=os.urandom(8).hex(),
            keepAliveInterval=KEEP_ALIVE_SECONDS,
            userAttribution=1,
            synthetic=InitConnect.Synthetic(seed=self.dataset.seed, software=SOFTWARE),
        )
        if encryption is Encryption.AES_CBC:  # the vendor's SDKs use CBC whenever this field is present
            s2c.aesCBCiv = os.urandom(8).hex()
        return s2c

    def _global_state(self, c2s: GetGlobalState.C2S) -> GetGlobalState.S2C:
        return GetGlobalState.S2C(
            marketHK=0,
            marketUS=0,
            marketSH=0,
            marketSZ=0,
            marketHKFuture=0,
            qotLogined=True,
            trdLogined=False,
            serverVer=SERVER_VERSION,
            serverBuildNo=BUILD_NUMBER,
            time=int(self.clock()),
        )

    def _keep_alive(self, c2s: KeepAlive.C2S) -> KeepAlive.S2C:
        return KeepAlive.S2C(time=int(self.clock()))

    def _statistic(self, c2s: GetOptionMarketStatistic.C2S) -> GetOptionMarketStatistic.S2C:
        series = _series(c2s)
        first, last = _day(c2s, "beginTime"), _day(c2s, "endTime")
        if first > last:
            raise _Refusal(f"beginTime {c2s.beginTime} is later than endTime {c2s.endTime}")
        if self.max_span_days and last - first > self.max_span_days:
            raise _Refusal(
                f"the span from beginTime to endTime is {last - first} days; it must not exceed {self.max_span_days}"
            )
        key = c2s.nextPageKey
        end = self._day_of_key(c2s, key) - 1 if key else last
        if not key and self.rate_limit:
            self._count_first_page()
        rows = self._rows(series, first, end)
        page, more = rows[: self.page_size], len(rows) > self.page_size
        self.pages_served += 1
        self.first_pages_served += not key
        return _to_s2c(to_page(series, page), self.page_key(c2s, int(page[-1, 0])) if more else b"")

    def _rows(self, series: SeriesKey, first: Day, last: Day) -> Int64Array:
        """Return the rows of ``first..last``, newest first."""
        if self.until is not None:
            return self.dataset.rows(series.market, series.data_type, first, min(last, to_day(self.until)))[::-1]
        return closed_rows(self.dataset, series, first, last, self.clock())[::-1]

    def _count_first_page(self) -> None:
        now, times = self.clock(), self._first_page_times
        while times and times[0] <= now - PERIOD:
            times.popleft()
        if len(times) >= LIMIT:
            raise _Refusal(f"request frequency too high: at most {LIMIT} requests in {PERIOD:g} seconds")
        times.append(now)

    def page_key(self, c2s: GetOptionMarketStatistic.C2S, day: Day) -> bytes:
        """Return the page key with which the request `c2s` continues before `day`."""
        signed = f"{c2s.optionMarket}|{c2s.dataType}|{c2s.beginTime}|{c2s.endTime}|{day}".encode()
        return _PAGE_KEY.pack(day, hmac.new(self._secret, signed, hashlib.sha256).digest()[:16])

    def _day_of_key(self, c2s: GetOptionMarketStatistic.C2S, key: bytes) -> Day:
        """Return the last day of the pages before `key`, the inverse of `page_key`."""
        if len(key) == PAGE_KEY_BYTES:
            day: Day = _PAGE_KEY.unpack(key)[0]
            if hmac.compare_digest(self.page_key(c2s, day), key):
                return day
        raise _Refusal("nextPageKey does not belong to this request")


def _connection_id() -> int:
    return int.from_bytes(os.urandom(7), "little")


def _series(c2s: GetOptionMarketStatistic.C2S) -> SeriesKey:
    try:
        market = OptionMarket(c2s.optionMarket)
    except ValueError:
        raise _Refusal(f"unknown optionMarket {c2s.optionMarket}") from None
    try:
        if not c2s.HasField("dataType"):
            raise ValueError
        return SeriesKey(market, OptionStatisticDataType(c2s.dataType))
    except ValueError:
        raise _Refusal(f"unknown dataType {c2s.dataType if c2s.HasField('dataType') else '(absent)'}") from None


def _day(c2s: GetOptionMarketStatistic.C2S, name: str) -> Day:
    text: str = getattr(c2s, name)
    for format_ in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):
        try:
            return to_day(datetime.strptime(text, format_).date())
        except ValueError:
            continue
    raise _Refusal(f"{name} {text[:40]!r} is not a date YYYY-MM-DD")


def _to_s2c(page: Page, next_key: bytes) -> GetOptionMarketStatistic.S2C:
    message = GetOptionMarketStatistic
    columns = (page.days, page.timestamps, page.calls, page.puts, page.totals, page.ratios)
    s2c = message.S2C(
        optionMarket=page.market,
        dataType=page.data_type,
        statisticList=[
            message.StatisticItem(
                time=to_date(day).isoformat(),
                timestamp=timestamp,
                callValue=call,
                putValue=put,
                totalValue=total,
                ratio=ratio if call else None,
            )
            for day, timestamp, call, put, total, ratio in zip(*(column.tolist() for column in columns), strict=True)
        ],
    )
    if next_key:
        s2c.nextPageKey = next_key
    return s2c
