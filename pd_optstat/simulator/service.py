"""The simulator's replies: OpenD's rules for requests, applied to the synthetic numbers. No sockets."""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from ..core.arrays import Int64Array
from ..core.dates import Day, to_day
from ..errors import ProtocolError
from ..opend.encryption import Encryption
from ..opend.messages import (
    GetGlobalState,
    GetOptionMarketStatistic,
    GetOptionUnderlyingHisStatistic,
    GetOptionUnderlyingHisVolatility,
    InitConnect,
    InitWebSocket,
    KeepAlive,
    decode_body,
    encode_body,
    ret_type_of,
    synthetic_user_id,
)
from ..opend.packets import Packet, ProtoId
from ..opend.rate_limit import LIMITS, PERIOD
from ..opend.websocket_messages import ReplyStatus
from .dataset import Dataset, closed_rows, to_page
from .replies import market_statistic, underlying_statistic, underlying_volatility
from .requests import (
    MAX_UNDERLYING_SPAN_DAYS,
    Message,
    Refusal,
    describe_request,
    parse_series,
    parse_span,
    parse_underlying,
)
from .underlying_dataset import UnderlyingDataset
from .underlying_generator import Rows
from .universe import Listing

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
        Most days from the begin to the end of a request; 0 for any number. For underlyings at most 364.
    until : date, optional
        The last day with numbers. None for the last session that has closed.
    clock : callable
        Returns the time in Unix seconds.
    rate_limit : bool
        Whether first pages are refused beyond OpenD's 60 in 30 seconds, for each protocol.
    """

    dataset: Dataset
    page_size: int = 400
    max_span_days: int = 365
    until: date | None = None
    clock: Callable[[], float] = time.time
    rate_limit: bool = True
    #: Replies with numbers: all pages, and first pages only.
    pages_served: int = 0
    first_pages_served: int = 0
    _first_page_times: defaultdict[ProtoId, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _secret: bytes = field(default_factory=lambda: os.urandom(32))

    def __post_init__(self) -> None:
        #: The numbers of single underlyings, of the same seed.
        self.underlyings = UnderlyingDataset(self.dataset.seed)

    def respond(self, packet: Packet) -> Reply:
        """Return the reply to `packet`. Protocols that are not simulated are refused."""
        handlers: dict[int, tuple[Message, Callable[[Message], Message]]] = {
            ProtoId.INIT_CONNECT: (InitConnect, self._init_connect),
            ProtoId.GET_GLOBAL_STATE: (GetGlobalState, self._global_state),
            ProtoId.KEEP_ALIVE: (KeepAlive, self._keep_alive),
            ProtoId.GET_OPTION_MARKET_STATISTIC: (GetOptionMarketStatistic, self._statistic),
            ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC: (GetOptionUnderlyingHisStatistic, self._underlying_statistic),
            ProtoId.GET_OPTION_UNDERLYING_HIS_VOLATILITY: (
                GetOptionUnderlyingHisVolatility,
                self._underlying_volatility,
            ),
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
                raise Refusal(
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
        except (Refusal, ProtocolError) as error:
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
            raise Refusal(f"packetEncAlgo {c2s.packetEncAlgo} is not simulated; only {known} are") from None
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

    # -- Pages ---------------------------------------------------------------------------------------------------------

    def _statistic(self, c2s: GetOptionMarketStatistic.C2S) -> GetOptionMarketStatistic.S2C:
        series = parse_series(c2s)
        first, last = self._begin_page(c2s, ProtoId.GET_OPTION_MARKET_STATISTIC, self.max_span_days)
        if self.until is None:
            rows = closed_rows(self.dataset, series, first, last, self.clock())
        else:
            rows = self.dataset.rows(series.market, series.data_type, first, last)
        begin = self._end_page(c2s, len(rows))
        return market_statistic(to_page(series, rows[begin:][::-1]), self._next_key(c2s, rows[:, 0], begin))

    def _underlying_statistic(self, c2s: GetOptionUnderlyingHisStatistic.C2S) -> GetOptionUnderlyingHisStatistic.S2C:
        return underlying_statistic(*self._underlying_page(c2s, ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC))

    def _underlying_volatility(self, c2s: GetOptionUnderlyingHisVolatility.C2S) -> GetOptionUnderlyingHisVolatility.S2C:
        return underlying_volatility(*self._underlying_page(c2s, ProtoId.GET_OPTION_UNDERLYING_HIS_VOLATILITY))

    def _underlying_page(self, c2s: Message, proto_id: ProtoId) -> tuple[Listing, Rows, bytes]:
        """Return a page of 3302 or 3304: the listing, its rows, newest first, and the key of the next page."""
        underlying, listing = parse_underlying(c2s)
        most_days = min(self.max_span_days, MAX_UNDERLYING_SPAN_DAYS)
        first, last = self._begin_page(c2s, proto_id, most_days)
        dataset = self.underlyings
        if self.until is None:
            rows = dataset.closed_rows(underlying, first, last, self.clock())
        else:
            rows = dataset.rows(underlying, first, last)
        begin = self._end_page(c2s, len(rows.days))
        return listing, rows.take(slice(begin, None)).take(slice(None, None, -1)), self._next_key(c2s, rows.days, begin)

    def _begin_page(self, c2s: Message, proto_id: ProtoId, most_days: int) -> tuple[Day, Day]:
        """Return the first and the last day of the rows that are left of a request, after checking and counting it."""
        first, last = parse_span(c2s, most_days)
        key = c2s.nextPageKey
        if key:
            last = self._day_of_key(c2s, key) - 1
        elif self.rate_limit:
            self._count_first_page(proto_id)
        return first, last if self.until is None else min(last, to_day(self.until))

    def _end_page(self, c2s: Message, rows: int) -> int:
        """Return the position of the oldest row of the page among `rows` ascending ones, and count the page."""
        self.pages_served += 1
        self.first_pages_served += not c2s.nextPageKey
        return max(0, rows - self.page_size)

    def _next_key(self, c2s: Message, days: Int64Array, begin: int) -> bytes:
        """Return the key of the page after the one whose oldest row is at `begin`; an empty one if there is none."""
        return self.page_key(c2s, int(days[begin])) if begin else b""

    def _count_first_page(self, proto_id: ProtoId) -> None:
        now, times, limit = self.clock(), self._first_page_times[proto_id], LIMITS[proto_id]
        while times and times[0] <= now - PERIOD:
            times.popleft()
        if len(times) >= limit:
            raise Refusal(f"request frequency too high: at most {limit} requests in {PERIOD:g} seconds")
        times.append(now)

    def page_key(self, c2s: Message, day: Day) -> bytes:
        """Return the page key with which the request `c2s` continues before `day`."""
        signed = f"{describe_request(c2s)}|{day}".encode()
        return _PAGE_KEY.pack(day, hmac.new(self._secret, signed, hashlib.sha256).digest()[:16])

    def _day_of_key(self, c2s: Message, key: bytes) -> Day:
        """Return the last day of the pages before `key`, the inverse of `page_key`."""
        if len(key) == PAGE_KEY_BYTES:
            day: Day = _PAGE_KEY.unpack(key)[0]
            if hmac.compare_digest(self.page_key(c2s, day), key):
                return day
        raise Refusal("nextPageKey does not belong to this request")


def _connection_id() -> int:
    return int.from_bytes(os.urandom(7), "little")
