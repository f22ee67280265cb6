"""OpenD over TCP as a source: all windows in flight on one connection, within the rate limit."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..errors import ConnectionFailed, InvalidRequest, ProtocolError, RateLimited, RequestRejected
from .url import DEFAULT_PORT, check_namespace, check_port, simulator_origin

# The protocol's modules need protobuf, so they are imported when a session opens: `po.OpenD(...)` is cheap.

__all__ = ["OpenD"]

#: Windows in flight at once. OpenD works them off one after the other; more would only lengthen each one's wait.
MAX_IN_FLIGHT = 16
#: A reply may trickle in for this many timeouts, as long as none passes without a byte of it.
TRICKLE_TIMEOUTS = 6

_BODY_FORMATS = ("protobuf", "json")
_FREQUENCY_WORDS = ("frequen", "too many", "rate limit", "频率", "頻率", "频繁", "頻繁")


class OpenD:
    """A Futu or moomoo OpenD gateway, as `source=` of `load`.

    Parameters
    ----------
    host : str
    port : int
        OpenD's API port.
    rsa_key : None
        Encryption is not supported yet.
    format : {"protobuf", "json"}
        How bodies are written on the wire.
    timeout : float
        Seconds, for connecting and for each reply.
    namespace : str, optional
        Keep the rows apart in the cache under this name, instead of under ``"opend"``, which all
        OpenD gateways share: their numbers are the exchange's.

    Raises
    ------
    InvalidRequest
        If an argument cannot be.

    Examples
    --------
    >>> OpenD(port=11112, timeout=10)
    OpenD(host='127.0.0.1', port=11112, format='protobuf', timeout=10.0)
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = DEFAULT_PORT,
        *,
        rsa_key: None = None,
        format: str = "protobuf",
        timeout: float = 5.0,
        namespace: str | None = None,
    ) -> None:
        if rsa_key is not None:
            raise InvalidRequest("rsa_key: encryption is not supported yet. Switch it off in OpenD, on loopback.")
        if not isinstance(host, str) or not host or any(letter.isspace() for letter in host):
            raise InvalidRequest(f"host={host!r} is no host name or address.")
        if format not in _BODY_FORMATS:
            raise InvalidRequest(f"format={format!r} is not known. Valid: {', '.join(_BODY_FORMATS)}.")
        if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout <= 3600:
            raise InvalidRequest(f"timeout={timeout!r} must be a number of seconds between 0 and 3600.")
        self.host = host
        self.port = check_port(port)
        self.format = format
        self.timeout = float(timeout)
        self.namespace = check_namespace(namespace)

    def __repr__(self) -> str:
        extra = f", namespace={self.namespace!r}" if self.namespace else ""
        return f"OpenD(host={self.host!r}, port={self.port}, format={self.format!r}, timeout={self.timeout!r}{extra})"

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return str(self._endpoint())

    @property
    def likely_origin(self) -> str:
        """``"opend"`` or the namespace: a simulator says only after connecting that it is one."""
        return self.namespace or "opend"

    @property
    def origin_is_certain(self) -> bool:
        """False: a simulator may listen there."""
        return False

    @contextmanager
    def open(self) -> Iterator[_Session]:
        """Connect, or take the idle connection of the last load."""
        from ..opend.client import borrow

        connection, reused = borrow(self._endpoint())
        session = _Session(self, connection, reused)
        try:
            yield session
        finally:
            session.close()

    def _endpoint(self) -> Any:
        from ..opend.client import Endpoint
        from ..opend.protocol import BodyFormat

        return Endpoint(self.host, self.port, BodyFormat[self.format.upper()], self.timeout)


@dataclass(slots=True)
class _Request:
    """A request in flight: which query it is for, and whether it holds a slot of the rate limit."""

    query: Any
    counted: bool


_slots: dict[tuple[str, int], Any] = {}


def _slots_of(host: str, port: int) -> Any:
    from ..opend.ratelimit import SharedSlots

    return _slots.setdefault((host, port), SharedSlots(host, port))


class _Session:
    """One load's use of a connection."""

    def __init__(self, source: OpenD, connection: Any, reused: bool) -> None:
        self._source = source
        self._connection = connection
        self._reused = reused
        self._slots = _slots_of(*connection.peer)
        #: When requests that hold a slot were replied to; told to the other processes in batches.
        self._replied: list[float] = []
        self._in_flight: dict[int, _Request] = {}
        self._login: int | None = None
        self._failed = False

    @property
    def origin(self) -> str:
        """The simulator's origin if the server said that it is one, else the likely one."""
        seed = self._connection.info.seed
        return self._source.likely_origin if seed is None else simulator_origin(seed)

    def close(self) -> None:
        """Keep the connection for the next load if it is clean, else close it."""
        from ..opend.client import give_back

        clean = not self._failed and not self._in_flight and self._connection.partial is None
        self._give_up()
        if clean:
            give_back(self._connection)
        else:
            self._connection.close()

    def pages(self, queries: Sequence[Any], waiting: Callable[[float], None]) -> Iterator[tuple[Any, Any]]:
        """Yield the pages of all queries as they arrive."""
        first = True
        try:
            for query, page in self._exchange(deque(queries), waiting):
                first = False
                yield query, page
        except ConnectionFailed:
            # An idle connection may have died without a sign. Nothing was answered on it, so begin again.
            self._failed = True
            if not (first and self._reused) or self._connection.is_alive():
                raise
            self._reconnect()
            yield from self._exchange(deque(queries), waiting)
        except BaseException:
            self._failed = True
            raise

    def _reconnect(self) -> None:
        from ..opend.client import Connection

        origin = self.origin
        self._give_up()
        self._connection.close()
        self._connection = Connection(self._connection.endpoint)
        self._reused = self._failed = False
        if self.origin != origin:
            raise ConnectionFailed(
                f"Another server ({self.origin} instead of {origin}) answers at {self._source.endpoint} now. "
                "Load again."
            )

    def _exchange(self, queries: deque[Any], waiting: Callable[[float], None]) -> Iterator[tuple[Any, Any]]:
        self._login = self._connection.ask_login()
        clock = _ReplyClock(self._source.timeout)
        while queries or self._in_flight:
            self._send_first_pages(queries, clock)
            if not self._in_flight:
                self._tell_replied()
                waiting(self._slots.wait(time.monotonic()))
            for packet in self._receive(clock, bool(queries)):
                if self._is_login_reply(packet):
                    self._connection.check_login(packet)
                elif (answered := self._settle(packet)) is not None:
                    clock.replied()
                    yield answered

    def _is_login_reply(self, packet: Any) -> bool:
        from ..opend.protocol import ProtoId

        return bool((packet.proto_id, packet.serial) == (ProtoId.GET_GLOBAL_STATE, self._login))

    def _send_first_pages(self, queries: deque[Any], clock: _ReplyClock) -> None:
        wanted = min(len(queries), MAX_IN_FLIGHT - len(self._in_flight))
        if wanted <= 0:
            return
        self._tell_replied()
        had = self._slots.take(wanted, time.monotonic())
        if had and not self._in_flight:
            clock.replied()
        for sent in range(had):
            try:
                self._send(queries.popleft(), key=b"", counted=True)
            except BaseException:
                self._replied += [time.monotonic()] * (had - sent)
                raise

    def _tell_replied(self) -> None:
        moments, self._replied = self._replied, []
        self._slots.give_back(moments)

    def _send(self, query: Any, key: bytes, counted: bool) -> None:
        from ..days import to_date
        from ..opend.messages import GetOptionMarketStatistic as Message
        from ..opend.protocol import ProtoId

        c2s = Message.C2S(
            optionMarket=query.series.market.value,
            dataType=query.series.data_type.value,
            beginTime=to_date(query.first).isoformat(),
            endTime=to_date(query.last).isoformat(),
        )
        if key:
            c2s.nextPageKey = key
        serial = self._connection.request(ProtoId.GET_OPTION_MARKET_STATISTIC, Message.Request(c2s=c2s))
        self._in_flight[serial] = _Request(query, counted)

    def _receive(self, clock: _ReplyClock, more_to_send: bool) -> list[Any]:
        now = time.monotonic()
        waits = [clock.deadline - now] if self._in_flight else []
        if more_to_send and len(self._in_flight) < MAX_IN_FLIGHT:
            # At most a second, so that whoever waits sees the time go by.
            waits.append(min(self._slots.wait(now), 1.0))
        packets: list[Any] = self._connection.receive(max(min(waits), 0.001))
        partial = self._connection.partial
        if partial is not None and partial[1] in self._in_flight:
            clock.trickled()
        answers = any(packet.serial in self._in_flight for packet in packets)  # a flood of pushes is no answer
        if not answers and self._in_flight and time.monotonic() >= clock.deadline:
            some = next(iter(self._in_flight.values())).query
            raise ConnectionFailed(
                f"OpenD at {self._source.endpoint} did not answer the request for {some} within "
                f"{self._source.timeout:g} s. Load again (what was complete is cached), or with more patience: "
                "po.OpenD(..., timeout=SECONDS)."
            )
        return packets

    def _settle(self, packet: Any) -> tuple[Any, Any] | None:
        """Return the query and page that `packet` answers, having asked for the next page; None for a push."""
        from ..opend.messages import decode_statistic
        from ..opend.protocol import ProtoId

        if packet.proto_id != ProtoId.GET_OPTION_MARKET_STATISTIC:
            return None
        request = self._in_flight.pop(packet.serial, None)
        if request is None:
            return None
        if request.counted:
            self._replied.append(time.monotonic())
        reply = decode_statistic(packet.body, packet.body_format)
        if reply.ret_type != 0:
            raise self._rejection(request.query, reply)
        page = reply.page
        if page is None:
            raise ProtocolError(f"OpenD at {self._source.endpoint} says it succeeded, but sends no data.")
        if page.next_key:
            self._send(request.query, page.next_key, counted=False)
        return request.query, page

    def _rejection(self, query: Any, reply: Any) -> RequestRejected:
        reason = reply.ret_msg or "no reason given"
        details = {"ret_type": reply.ret_type, "ret_msg": reply.ret_msg, "err_code": reply.err_code}
        told = f"OpenD at {self._source.endpoint} rejected {query}: {reason} (retType {reply.ret_type})."
        if any(word in reason.lower() for word in _FREQUENCY_WORDS):
            return RateLimited(
                f"{told} It allows 60 requests in 30 s, and other programs use them too. Wait half a minute and load "
                "again: what was complete is cached.",
                **details,
            )
        return RequestRejected(f"{told} Check OpenD's window for its login and your quote rights.", **details)

    def _give_up(self) -> None:
        self._replied += [time.monotonic() for request in self._in_flight.values() if request.counted]
        self._in_flight.clear()
        self._tell_replied()


class _ReplyClock:
    """When to stop waiting: a timeout after the last reply, or after the last byte of one that trickles in."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self.replied()

    def replied(self) -> None:
        """Say that a reply came, or that the first request went out."""
        self._reply_at = self._byte_at = time.monotonic()

    def trickled(self) -> None:
        """Say that bytes of a reply came."""
        self._byte_at = time.monotonic()

    @property
    def deadline(self) -> float:
        """When to give up, in `time.monotonic` seconds."""
        return min(self._byte_at + self._timeout, self._reply_at + TRICKLE_TIMEOUTS * self._timeout)
