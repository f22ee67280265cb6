"""What the simulator answers: OpenD's rules for requests, over the synthetic numbers. No sockets here."""

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
from typing import Any

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

__all__ = ["RequestReply", "Service", "refusal"]

SUCCESS, FAILED = 0, -1
SERVER_VERSION, BUILD_NUMBER = 1011, 7108
KEEP_ALIVE_SECONDS = 10
SOFTWARE = "pd_optstat simulator: synthetic numbers"
#: What is wrong with a request may quote it; a reply does not send all of it back.
LONGEST_REASON = 300

#: A page key is the last day that was given (int32) and a signature that binds it to its request.
_KEY = struct.Struct("<i16s")
KEY_BYTES = _KEY.size


class Refused(Exception):
    """The request cannot be answered; the text is the reply's ``retMsg``."""


@dataclass
class RequestReply:
    """A request and what is answered to it, both as messages; `request` is None if it cannot be read."""

    packet: Packet
    request: Any | None
    response: Any

    @property
    def succeeded(self) -> bool:
        """Whether the response says so."""
        return ret_type_of(self.response) == SUCCESS

    @property
    def failure(self) -> ReplyStatus | None:
        """What the header of a WebSocket reply says of it: the npm client looks at nothing else in a login."""
        if self.packet.proto_id != ProtoId.INIT_WEBSOCKET or self.succeeded:
            return None
        return ReplyStatus(ret_type_of(self.response), self.response.retMsg.partition(":")[0])

    def reply(self) -> Packet:
        """Return the response as a packet, in the body format of the request."""
        asked = self.packet
        return Packet(asked.proto_id, asked.serial, asked.body_format, encode_body(self.response, asked.body_format))


def refusal(kind: Any, why: str) -> Any:
    """Return the response of type `kind` that says that the request failed, and why."""
    # Whatever the text quotes, it can be sent: a lone surrogate of a JSON body, for one, is no UTF-8.
    reason = why[:LONGEST_REASON].encode(errors="replace").decode()
    return kind(retType=FAILED, retMsg=reason, errCode=0)


@dataclass
class Service:
    """Answers packets.

    Parameters
    ----------
    dataset : Dataset
    page_size : int
        Rows a page.
    max_span_days : int
        How many days the end of a request may lie after its begin; 0 for any.
    until : date, optional
        The last day that has numbers, instead of the last closed session.
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
    #: How many requests of 3301 were answered with numbers: all pages, and first pages alone.
    pages_served: int = 0
    first_pages_served: int = 0
    _counted: deque[float] = field(default_factory=deque)
    _secret: bytes = field(default_factory=lambda: os.urandom(32))

    def respond(self, packet: Packet) -> RequestReply:
        """Return what is answered to `packet`; an error to a protocol that is not simulated."""
        handlers: dict[int, tuple[Any, Callable[[Any], Any]]] = {
            ProtoId.INIT_CONNECT: (InitConnect, self._init_connect),
            ProtoId.GET_GLOBAL_STATE: (GetGlobalState, self._global_state),
            ProtoId.KEEP_ALIVE: (KeepAlive, self._keep_alive),
            ProtoId.GET_OPTION_MARKET_STATISTIC: (GetOptionMarketStatistic, self._statistic),
        }
        if packet.proto_id not in handlers:
            simulated = ", ".join(map(str, map(int, handlers)))
            # All responses of OpenD begin alike, so any message's will do to say no.
            why = f"protocol {packet.proto_id} is not simulated; only {simulated} are"
            return RequestReply(packet, None, refusal(KeepAlive.Response, why))
        return self.exchange(packet, *handlers[packet.proto_id])

    def init_websocket(self, packet: Packet, check_key: Callable[[str], bool]) -> RequestReply:
        """Return what is answered to the WebSocket door's first command, whose key `check_key` knows."""

        def handle(c2s: Any) -> Any:
            if not check_key(c2s.websocketKey):
                raise Refused(
                    "wrong WebSocket key: send the MD5 of this simulator's key, in hexadecimal, as websocketKey"
                )
            synthetic = InitConnect.Synthetic(seed=self.dataset.seed, software=SOFTWARE)
            return InitWebSocket.S2C(serverTime=int(self.clock()), connID=_connection_id(), synthetic=synthetic)

        return self.exchange(packet, InitWebSocket, handle)

    def exchange(self, packet: Packet, messages: Any, handle: Callable[[Any], Any]) -> RequestReply:
        """Return what `handle` makes of the request in `packet`, or why it cannot be answered."""
        request = None
        try:
            request = decode_body(messages.Request, packet.body, packet.body_format)
            response = messages.Response(retType=SUCCESS, retMsg="", errCode=0, s2c=handle(request.c2s))
        except (Refused, ProtocolError) as error:
            response = refusal(messages.Response, str(error))
        return RequestReply(packet, request, response)

    def answer(self, packet: Packet) -> Packet:
        """Return the reply to `packet`, in its body format."""
        return self.respond(packet).reply()

    def forget_page_keys(self) -> None:
        """Know none of the page keys that were given any more, as an OpenD that was started anew."""
        self._secret = os.urandom(32)

    def _init_connect(self, c2s: Any) -> Any:
        try:
            encryption = Encryption(c2s.packetEncAlgo)
        except ValueError:
            known = ", ".join(f"{one.value} ({one.name})" for one in Encryption)
            raise Refused(f"packetEncAlgo {c2s.packetEncAlgo} is not simulated; only {known} are") from None
        s2c = InitConnect.S2C(
            serverVer=SERVER_VERSION,
            loginUserID=synthetic_user_id(self.dataset.seed),
            connID=_connection_id(),
            connAESKey=os.urandom(8).hex(),
            keepAliveInterval=KEEP_ALIVE_SECONDS,
            userAttribution=1,
            synthetic=InitConnect.Synthetic(seed=self.dataset.seed, software=SOFTWARE),
        )
        if encryption is Encryption.AES_CBC:  # the SDKs take its presence for CBC
            s2c.aesCBCiv = os.urandom(8).hex()
        return s2c

    def _global_state(self, c2s: Any) -> Any:
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

    def _keep_alive(self, c2s: Any) -> Any:
        return KeepAlive.S2C(time=int(self.clock()))

    def _statistic(self, c2s: Any) -> Any:
        series = _series(c2s)
        first, last = _day(c2s, "beginTime"), _day(c2s, "endTime")
        if first > last:
            raise Refused(f"beginTime {c2s.beginTime} is later than endTime {c2s.endTime}")
        if self.max_span_days and last - first > self.max_span_days:
            raise Refused(
                f"the span from beginTime to endTime is {last - first} days; it must not exceed {self.max_span_days}"
            )
        key = c2s.nextPageKey
        end = self._resume(c2s, key) - 1 if key else last
        if not key and self.rate_limit:
            self._count()
        rows = self._rows(series, first, end)
        page, more = rows[: self.page_size], len(rows) > self.page_size
        self.pages_served += 1
        self.first_pages_served += not key
        return _to_s2c(to_page(series, page), self.key_after(c2s, int(page[-1, 0])) if more else b"")

    def _rows(self, series: SeriesKey, first: Day, last: Day) -> Int64Array:
        """Return the rows of ``first..last``, newest first."""
        if self.until is not None:
            return self.dataset.rows(series.market, series.data_type, first, min(last, to_day(self.until)))[::-1]
        return closed_rows(self.dataset, series, first, last, self.clock())[::-1]

    def _count(self) -> None:
        now = self.clock()
        while self._counted and self._counted[0] <= now - PERIOD:
            self._counted.popleft()
        if len(self._counted) >= LIMIT:
            raise Refused(f"request frequency too high: at most {LIMIT} requests in {PERIOD:g} seconds")
        self._counted.append(now)

    def key_after(self, c2s: Any, day: Day) -> bytes:
        """Return the page key of the request `c2s` that goes on with the days before `day`."""
        asked = f"{c2s.optionMarket}|{c2s.dataType}|{c2s.beginTime}|{c2s.endTime}|{day}".encode()
        return _KEY.pack(day, hmac.new(self._secret, asked, hashlib.sha256).digest()[:16])

    def _resume(self, c2s: Any, key: bytes) -> Day:
        """Return the last day that was given before `key`."""
        if len(key) == _KEY.size:
            day: Day = _KEY.unpack(key)[0]
            if hmac.compare_digest(self.key_after(c2s, day), key):
                return day
        raise Refused("nextPageKey does not belong to this request")


def _connection_id() -> int:
    return int.from_bytes(os.urandom(7), "little")


def _series(c2s: Any) -> SeriesKey:
    try:
        market = OptionMarket(c2s.optionMarket)
    except ValueError:
        raise Refused(f"unknown optionMarket {c2s.optionMarket}") from None
    try:
        if not c2s.HasField("dataType"):
            raise ValueError
        return SeriesKey(market, OptionStatisticDataType(c2s.dataType))
    except ValueError:
        raise Refused(f"unknown dataType {c2s.dataType if c2s.HasField('dataType') else '(absent)'}") from None


def _day(c2s: Any, name: str) -> Day:
    text = getattr(c2s, name)
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):
        try:
            return to_day(datetime.strptime(text, form).date())
        except ValueError:
            continue
    raise Refused(f"{name} {text[:40]!r} is not a date YYYY-MM-DD")


def _to_s2c(page: Page, next_key: bytes) -> Any:
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
            for day, timestamp, call, put, total, ratio in zip(*(one.tolist() for one in columns), strict=True)
        ],
    )
    if next_key:
        s2c.nextPageKey = next_key
    return s2c
