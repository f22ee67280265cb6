"""The simulator's catalogue of faults: what can go wrong between a client and OpenD, and what a client must make of it.

`FAULTS` describes each fault once; `effects` implements them, and `ActiveFaults` decides when they strike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import (
    ConnectionFailed,
    DataWarning,
    InvalidData,
    InvalidRequest,
    ProtocolError,
    RateLimited,
    RequestRejected,
)
from ..opend.packets import BodyFormat, ProtoId
from ..opend.rate_limit import LIMIT, PERIOD
from ..opend.websocket_messages import DISCONNECT_PUSH
from . import effects
from .responses import Close, Event, Fault, Restart, SendRaw
from .underlying_faults import UNDERLYING_FAULTS

__all__ = ["FAULTS", "ActiveFaults", "faults_of", "table"]

#: The protocols whose rows have what some of the faults change.
_OF_MARKETS = (ProtoId.GET_OPTION_MARKET_STATISTIC,)
_WITH_COUNTS = (ProtoId.GET_OPTION_MARKET_STATISTIC, ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC)

_CONNECTION = [
    Fault("hang-up", "Every connection is closed as soon as it is accepted.", ConnectionFailed, events=("connection",)),
    Fault(
        "silent",
        "Connections are accepted, but nothing is ever answered.",
        ConnectionFailed,
        events=("login", "state", "page", "other"),
        change_steps=effects.instead(),
    ),
    Fault(
        "http",
        "A web server answers instead of OpenD.",
        ProtocolError,
        events=("login",),
        change_steps=effects.instead(
            SendRaw(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), Close(midway=True)
        ),
    ),
    Fault(
        "close",
        "The connection is closed in the middle of a page.",
        None,
        change_steps=effects.send_half(Close(midway=True)),
    ),
    Fault("close-before", "The connection is closed instead of a page.", None, change_steps=effects.instead(Close())),
    Fault("close-after", "The connection is closed after a page.", None, change_steps=effects.close_after),
    Fault(
        "reset",
        "The connection is reset in the middle of a page.",
        None,
        change_steps=effects.send_half(Close(reset=True)),
    ),
    Fault(
        "reset-before",
        "The connection is reset instead of a page.",
        None,
        change_steps=effects.instead(Close(reset=True)),
    ),
    Fault(
        "truncated",
        "The connection is closed in the middle of a page's header.",
        None,
        change_steps=effects.cut_in_header,
    ),
    Fault(
        "restart",
        "OpenD restarts: all connections are closed, and all page keys become invalid.",
        None,
        change_steps=effects.instead(Restart()),
    ),
    Fault(
        "no-answer",
        "A page is never sent; other requests are answered.",
        ConnectionFailed,
        change_steps=effects.instead(),
    ),
    Fault(
        "stall", "Half of a page is sent, and then nothing more.", ConnectionFailed, change_steps=effects.send_half()
    ),
    Fault(
        "slow",
        f"A page takes {effects.SLOW_SECONDS:g} s, in {effects.SLOW_PIECES} pieces.",
        None,
        change_steps=effects.slow,
    ),
    Fault(
        "trickle",
        f"A byte of a page is sent every {effects.TRICKLE_SECONDS:g} s for a minute; then the connection is closed.",
        ConnectionFailed,
        change_steps=effects.trickle,
    ),
    Fault(
        "split",
        f"A page is sent in pieces of {effects.SMALL_PIECE} bytes (on WebSocket: in as many fragments).",
        None,
        change_steps=effects.split,
    ),
    Fault("merged", "Pages requested together are sent in one piece.", None, change_steps=effects.hold(reverse=False)),
    Fault(
        "reordered",
        "Pages requested together are sent in reverse order.",
        None,
        change_steps=effects.hold(reverse=True),
    ),
]

_PACKETS = [
    Fault(
        "wrong-magic",
        "A page does not start with OpenD's magic bytes.",
        ProtocolError,
        change_steps=effects.overwrite(0, *b"XX"),
    ),
    Fault(
        "wrong-sha1",
        "The SHA-1 of a page does not match its body.",
        ProtocolError,
        transports=("tcp",),
        change_steps=effects.wrong_sha1,
    ),
    Fault(
        "wrong-format",
        "A page has body format 7, which does not exist.",
        ProtocolError,
        transports=("tcp",),
        change_steps=effects.overwrite(6, 7),
    ),
    Fault(
        "wrong-serial",
        "A page has the serial number of another request.",
        ConnectionFailed,
        change_packets=effects.wrong_serial,
    ),
    Fault(
        "wrong-proto",
        "A page has the id of another protocol.",
        ConnectionFailed,
        change_packets=effects.wrong_proto,
    ),
    Fault("garbage", "Random bytes are sent instead of a page.", ProtocolError, change_steps=effects.garbage),
    Fault(
        "garbage-body",
        "The body of a page cannot be decoded.",
        ProtocolError,
        change_packets=effects.set_fields(body=b"\xff" * 50),
    ),
    Fault(
        "deep-json",
        "The body of a page is JSON, nested 100,000 levels deep.",
        ProtocolError,
        change_packets=effects.set_fields(body_format=BodyFormat.JSON, body=b'{"s2c": ' + b"[" * 100_000),
    ),
    Fault(
        "gigabyte",
        "The header of a page announces 1 GiB, of which 64 KiB are sent.",
        ProtocolError,
        change_steps=effects.gigabyte,
    ),
    Fault(
        "huge-reply",
        "A page has 8 MiB, most of it in an unknown field.",
        ProtocolError,
        change_packets=effects.add_huge_field,
    ),
    Fault("duplicated", "Every page is sent twice.", None, change_packets=effects.twice),
    Fault(
        "extra-push",
        "Notifications and unknown pushes are sent before and after a page.",
        None,
        change_packets=effects.add_pushes,
    ),
    Fault(
        "ws-disconnected",
        "Command 2 reports that the WebSocket port has lost OpenD.",
        None,
        transports=("ws",),
        change_packets=effects.set_fields(proto_id=DISCONNECT_PUSH, serial=0, body=b""),
    ),
    Fault(
        "ws-error",
        "The WebSocket header of a page reports error 2, and the body is empty.",
        RequestRejected,
        transports=("ws",),
        change_steps=effects.header_error,
    ),
    Fault(
        "ws-text",
        "A text message is sent instead of a page.",
        ProtocolError,
        transports=("ws",),
        change_steps=effects.instead(SendRaw(b"\x81\x05hello")),
    ),
]

_RESPONSES = [
    Fault(
        "never-accept-init",
        "InitConnect and InitWebSocket are refused.",
        RequestRejected,
        events=("login",),
        change_response=effects.refused("the connection is refused: no more clients"),
    ),
    Fault(
        "not-logged-in",
        "OpenD reports that it is not logged in, and refuses pages.",
        ConnectionFailed,
        events=("state", "page"),
        change_response=effects.not_logged_in,
    ),
    Fault(
        "rate-limited",
        "A page is refused because of too many requests.",
        RateLimited,
        change_response=effects.refused(f"request frequency too high: at most {LIMIT} requests in {PERIOD:g} seconds"),
    ),
    Fault(
        "rejected",
        "A page is refused because the account has no quote right.",
        RequestRejected,
        change_response=effects.refused("no quote right for this market"),
    ),
    Fault(
        "timed-out",
        "A page has retType -100: OpenD's own server did not answer.",
        RequestRejected,
        change_response=effects.ret_type(-100, "timeout"),
    ),
    Fault(
        "disconnected",
        "A page has retType -200: OpenD has lost its own server.",
        RequestRejected,
        change_response=effects.ret_type(-200, "disconnected"),
    ),
    Fault("no-ret-type", "A page has no retType.", RequestRejected, change_response=effects.without("retType")),
    Fault(
        "no-s2c",
        "A page reports success but has no data.",
        ProtocolError,
        change_response=effects.without("s2c"),
    ),
]

_ROWS = [
    Fault(
        "foreign-market",
        "A page is of another market.",
        InvalidData,
        change_response=effects.foreign_market,
    ),
    Fault(
        "foreign-type",
        "A page is of the other data type.",
        InvalidData,
        protocols=_OF_MARKETS,
        change_response=effects.next_of("dataType", (0, 1)),
    ),
    Fault(
        "rows-outside",
        "A row of a page is before the requested range.",
        InvalidData,
        change_response=effects.row(effects.move_to("beginTime", -1), -1),
    ),
    Fault(
        "rows-after",
        "A row of a page is after the requested range.",
        InvalidData,
        change_response=effects.row(effects.move_to("endTime", 1)),
    ),
    Fault(
        "wrong-total",
        "A row's total is not call + put.",
        InvalidData,
        protocols=_WITH_COUNTS,
        change_response=effects.wrong_total,
    ),
    Fault(
        "wrong-ratio",
        "A row's ratio is not put / call.",
        DataWarning,
        protocols=_WITH_COUNTS,
        change_response=effects.add_to("ratio", 1),
    ),
    Fault(
        "wrong-timestamp",
        "A row's timestamp is that of the next day.",
        DataWarning,
        change_response=effects.add_to("timestamp", 86400),
    ),
    Fault(
        "negative-counts",
        "A row has a negative number of calls.",
        InvalidData,
        protocols=_WITH_COUNTS,
        change_response=effects.set_values(callValue=-1, totalValue=None, ratio=None),
    ),
    Fault(
        "overflow",
        "A row's counts fit into 64 bits, but their sum does not.",
        InvalidData,
        protocols=_WITH_COUNTS,
        change_response=effects.set_values(callValue=2**62 + 1, putValue=2**62 + 1, totalValue=None, ratio=1.0),
    ),
    Fault(
        "no-counts",
        "A row has no number of calls.",
        InvalidData,
        protocols=_WITH_COUNTS,
        change_response=effects.set_values(callValue=None),
    ),
    Fault(
        "duplicate-day",
        "A day appears twice, with different values.",
        InvalidData,
        change_response=effects.repeat_day,
    ),
    Fault(
        "bad-date",
        "A row's day is in month 13.",
        InvalidData,
        change_response=effects.set_values(time="2026-13-45"),
    ),
    Fault("no-date", "A row has no day.", InvalidData, change_response=effects.set_values(time=None)),
    Fault(
        "odd-date",
        "A row's day is written in digits other than 0 to 9.",
        InvalidData,
        change_response=effects.set_values(time="２０２６-０６-１２"),
    ),
    Fault(
        "no-text",
        "A row's day is not UTF-8.",
        ProtocolError,
        change_response=effects.set_values(time=effects.PLACEHOLDER),
        change_packets=effects.invalid_utf8,
    ),
    Fault(
        "too-many-rows",
        f"A page has {effects.MANY_ROWS:,} rows, all of the same day.",
        ProtocolError,
        change_response=effects.many_rows,
    ),
    Fault(
        "empty-rows",
        f"A page has {effects.MANY_EMPTY_ROWS:,} empty rows.",
        ProtocolError,
        change_response=effects.many_empty_rows,
    ),
]

_PAGE_KEYS = [
    Fault(
        "endless-keys",
        "Every page, even the last one, has a key to another, in an endless cycle.",
        InvalidData,
        change_request=effects.restore_key,
        change_response=effects.endless,
    ),
    Fault(
        "repeating-key",
        "Every page has the same key.",
        InvalidData,
        change_response=effects.repeating,
    ),
    Fault(
        "empty-pages",
        "Every page is empty, and has a key to another.",
        InvalidData,
        change_request=effects.restore_key,
        change_response=effects.empty,
    ),
    Fault(
        "huge-key",
        f"A page has a key of {effects.HUGE_KEY_BYTES:,} bytes.",
        InvalidData,
        change_request=effects.restore_key,
        change_response=effects.huge_key,
    ),
]

#: Every fault, by its name.
FAULTS: dict[str, Fault] = {
    fault.name: fault for fault in (*_CONNECTION, *_PACKETS, *_RESPONSES, *_ROWS, *UNDERLYING_FAULTS, *_PAGE_KEYS)
}


def faults_of(proto_id: int) -> dict[str, Fault]:
    """Return the faults that can affect a load by the protocol `proto_id`, by their names."""
    return {name: fault for name, fault in FAULTS.items() if proto_id in fault.protocols}


@dataclass
class ActiveFaults:
    """The faults that a simulator is asked to inject, with counts of the events that they affect.

    Parameters
    ----------
    texts : sequence of str
        ``NAME`` for a fault that strikes at every event, or ``NAME:N`` for one that strikes only at the N-th event,
        counted from 1 over all connections.

    Raises
    ------
    InvalidRequest
        If a fault is not known.

    Examples
    --------
    >>> faults = ActiveFaults(["close:2"])
    >>> [[fault.name for fault in faults.strike("page", "tcp")] for _ in range(3)]
    [[], ['close'], []]
    """

    texts: Sequence[str] = ()
    struck: dict[str, int] = field(default_factory=dict, init=False)
    _faults: list[tuple[Fault, int | None]] = field(default_factory=list, init=False)
    _events: Counter[int] = field(default_factory=Counter, init=False)

    def __post_init__(self) -> None:
        if isinstance(self.texts, str):
            raise InvalidRequest(f"faults={self.texts!r} must be a sequence of names. Example: ['close:3'].")
        self.texts = tuple(self.texts)
        self._faults = [_parse(text) for text in self.texts]
        self.struck = {fault.name: 0 for fault, _ in self._faults}

    def strike(self, event: Event, transport: str, proto_id: int = ProtoId.GET_OPTION_MARKET_STATISTIC) -> list[Fault]:
        """Count `event` and return the faults that strike at it; of a page, `proto_id` is its protocol."""
        found = []
        for index, (fault, number) in enumerate(self._faults):
            if event not in fault.events or transport not in fault.transports:
                continue
            if event == "page" and proto_id not in fault.protocols:
                continue
            self._events[index] += 1
            if number is None or self._events[index] == number:
                self.struck[fault.name] += 1
                found.append(fault)
        return found


def table() -> str:
    """Return a line for each fault: its name and description."""
    width = max(map(len, FAULTS))
    return "\n".join(f"{fault.name:{width}}  {fault.description}" for fault in FAULTS.values())


def _parse(text: str) -> tuple[Fault, int | None]:
    name, colon, number = str(text).partition(":")
    if name not in FAULTS:
        raise InvalidRequest(f"fault {name!r} is not known. Valid: {', '.join(FAULTS)}.")
    if colon and not re.fullmatch(r"[1-9]\d{0,8}", number):
        raise InvalidRequest(f"fault {text!r} must have a number from 1 on after the colon. Example: {name}:3.")
    return FAULTS[name], int(number) if colon else None
