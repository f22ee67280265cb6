"""What can go wrong between a client and OpenD, by name, for programs to be tested against. No I/O.

A fault changes the message, the packets that carry it, or the steps that send those; `plans` says in which order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from ..errors import InvalidRequest
from ..opend.messages import GetOptionMarketStatistic
from ..opend.packets import HEADER_BYTES, BodyFormat, Packet
from ..opend.rate_limit import LIMIT, PERIOD
from ..opend.websocket_messages import DISCONNECT_PUSH, ReplyStatus
from .responses import Event, Fault, Hold, Pause, Raw, Restart, Send, Shut, Step
from .service import KEY_BYTES, refusal

__all__ = ["FAULTS", "Faults", "table"]

ANY = ("login", "state", "page", "other")
TCP, WS = ("tcp",), ("ws",)
GIBIBYTE = 2**30
SLOW_PIECES, SLOW_SECONDS = 20, 1.0
TRICKLE_BYTES, TRICKLE_SECONDS = 600, 0.1
SMALL_PIECE = 7
MANY_ROWS, MANY_EMPTY_ROWS = 15_000, 300_000
HUGE_REPLY_BYTES, HUGE_KEY_BYTES = 8 * 1024 * 1024, 100_000
#: Ids of pushes: Notify, quotes, and one that no version knows.
NOTIFY, QUOTES, UNKNOWN = 1003, 3005, 9999
_EVENT = b"\x08\x01\x12\x0fnothing of note"
_NOTIFY = b"\x08\x00\x22" + bytes([len(_EVENT) + 4]) + b"\x08\x01\x12" + bytes([len(_EVENT)]) + _EVENT
_NO_QUOTES = b"\x08\x00\x22\x00"
_NO_TEXT = "##########"

#: Every fault, by its name.
FAULTS: dict[str, Fault] = {}


def _fault(name: str, says: str, **more: Any) -> None:
    FAULTS[name] = Fault(name, says, **more)


# -- The connection ------------------------------------------------------------------------------------------------


def _wire(steps: list[Step], moment: Event) -> bytes:
    """Return the bytes that `steps` would send."""
    return b"".join(moment.door.frame(step.data) for step in steps if isinstance(step, Send))


def _instead(*steps: Step) -> Callable[[list[Step], Event], list[Step]]:
    return lambda before, moment: list(steps)


def _part(share: float, *then: Step) -> Callable[[list[Step], Event], list[Step]]:
    """Return the fault that sends only the first `share` of the bytes, and goes on with `then`."""

    def steps(before: list[Step], moment: Event) -> list[Step]:
        data = _wire(before, moment)
        return [Raw(data[: int(len(data) * share)]), *then]

    return steps


def _in_header(steps: list[Step], moment: Event) -> list[Step]:
    return [Raw(_wire(steps, moment)[:20]), Shut(midway=True)]


def _slow(steps: list[Step], moment: Event) -> list[Step]:
    data = _wire(steps, moment)
    size = len(data) // SLOW_PIECES + 1
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return [step for piece in pieces for step in (Raw(piece), Pause(SLOW_SECONDS / SLOW_PIECES))]


def _trickle(steps: list[Step], moment: Event) -> list[Step]:
    data = _wire(steps, moment)[:TRICKLE_BYTES]
    drops = [step for at in range(len(data)) for step in (Raw(data[at : at + 1]), Pause(TRICKLE_SECONDS))]
    return [*drops, Shut(midway=True)]


def _split(steps: list[Step], moment: Event) -> list[Step]:
    sent = [step for step in steps if isinstance(step, Send)]
    return [Raw(piece) for step in sent for piece in moment.door.split(step.data, SMALL_PIECE)]


def _hold(reverse: bool) -> Callable[[list[Step], Event], list[Step]]:
    return lambda before, moment: [Hold(step.data, reverse) if isinstance(step, Send) else step for step in before]


_fault("hang-up", "Every connection is closed at once.", at=("connection",))
_fault("silent", "Connections are accepted, and nothing is ever answered.", at=ANY, steps=_instead())
_fault(
    "http",
    "A web server answers the first request.",
    at=("login",),
    steps=_instead(Raw(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), Shut(midway=True)),
)
_fault("close", "The connection ends well in the middle of a page.", steps=_part(0.5, Shut(midway=True)))
_fault("close-before", "The connection ends well instead of a page.", steps=_instead(Shut()))
_fault("close-after", "The connection ends well after a page.", steps=lambda before, moment: [*before, Shut()])
_fault("reset", "The connection is reset in the middle of a page.", steps=_part(0.5, Shut(reset=True)))
_fault("reset-before", "The connection is reset instead of a page.", steps=_instead(Shut(reset=True)))
_fault("truncated", "A page ends within its header, and so does the connection.", steps=_in_header)
_fault("restart", "OpenD restarts: all connections end, all page keys are forgotten.", steps=_instead(Restart()))
_fault("no-answer", "A page is never sent; all else is answered.", steps=_instead())
_fault("stall", "Half of a page is sent, and then nothing more.", steps=_part(0.5))
_fault("slow", f"A page takes {SLOW_SECONDS:g} s, in {SLOW_PIECES} pieces.", steps=_slow)
_fault("trickle", f"A byte of a page every {TRICKLE_SECONDS:g} s, for a minute, and then the end.", steps=_trickle)
_fault("split", f"A page comes in pieces of {SMALL_PIECE} bytes (of WebSocket: in as many fragments).", steps=_split)
_fault("merged", "Pages that are asked for together come in one piece.", steps=_hold(reverse=False))
_fault("reordered", "Pages that are asked for together come in reverse order.", steps=_hold(reverse=True))


# -- Packets -------------------------------------------------------------------------------------------------------


def _patched(at: int, *new: int) -> Callable[[list[Step], Event], list[Step]]:
    """Return the fault that writes `new` over every message from its byte `at` on."""

    def steps(before: list[Step], moment: Event) -> list[Step]:
        sent = [step.data for step in before if isinstance(step, Send)]
        return [Send(data[:at] + bytes(new) + data[at + len(new) :]) for data in sent]

    return steps


def _wrong_digest(steps: list[Step], moment: Event) -> list[Step]:
    sent = [step.data for step in steps if isinstance(step, Send)]
    return [Send(data[:16] + bytes([data[16] ^ 1]) + data[17:]) for data in sent]


def _garbage(steps: list[Step], moment: Event) -> list[Step]:
    return [Send(b"?" + moment.random.randbytes(5000))]


def _gigabyte(steps: list[Step], moment: Event) -> list[Step]:
    if moment.door.name == "ws":
        header = b"\x82\x7f" + GIBIBYTE.to_bytes(8, "big")
    else:
        data = _wire(steps, moment)
        header = data[:12] + GIBIBYTE.to_bytes(4, "little") + data[16:HEADER_BYTES]
    return [Raw(header + bytes(64 * 1024))]


def _each(**changes: Any) -> Callable[[list[Packet], Event], list[Packet]]:
    return lambda packets, moment: [replace(packet, **changes) for packet in packets]


def _wrong_serial(packets: list[Packet], moment: Event) -> list[Packet]:
    return [replace(packet, serial=(packet.serial + 1000) % 2**32) for packet in packets]


def _pushes(packets: list[Packet], moment: Event) -> list[Packet]:
    """Return `packets` between pushes.

    On TCP these count for themselves, and a number may well be that of a request. The npm client tells a push from a
    reply by its number alone, so on WebSocket they have none.
    """
    serial = moment.request.serial if moment.door.name == "tcp" else 0
    push = [
        Packet(UNKNOWN, 0, BodyFormat.PROTOBUF, b"a protocol that nobody knows yet"),
        Packet(NOTIFY, 0, BodyFormat.PROTOBUF, _NOTIFY),
        Packet(QUOTES, serial, BodyFormat.PROTOBUF, _NO_QUOTES),
    ]
    return [*push, *packets, *push]


def _huge(packets: list[Packet], moment: Event) -> list[Packet]:
    """Return `packets` with a field 15 that nobody knows."""
    more = b"x" * HUGE_REPLY_BYTES
    ends: dict[BodyFormat, Callable[[bytes], bytes]] = {
        BodyFormat.PROTOBUF: lambda body: body + b"\x7a" + _varint(HUGE_REPLY_BYTES) + more,
        BodyFormat.JSON: lambda body: body[:-1] + b', "more": "' + more + b'"}',
    }
    return [replace(packet, body=ends[packet.body_format](packet.body)) for packet in packets]


def _varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + _varint(value >> 7)


def _header_error(steps: list[Step], moment: Event) -> list[Step]:
    asked = replace(moment.request, body=b"")
    return [Send(moment.door.encode(asked, ReplyStatus(2, "OpenD timed out")))]


_fault("wrong-magic", "A page does not begin as OpenD's packets do.", steps=_patched(0, *b"XX"))
_fault("wrong-sha1", "The SHA-1 of a page does not fit.", doors=TCP, steps=_wrong_digest)
_fault("wrong-format", "A page has body format 7.", doors=TCP, steps=_patched(6, 7))
_fault("wrong-serial", "A page has the serial number of another request.", packets=_wrong_serial)
_fault("wrong-proto", "A page has another protocol id, 3302.", packets=_each(proto_id=3302))
_fault("garbage", "5,000 random bytes come instead of a page.", steps=_garbage)
_fault("garbage-body", "The body of a page is no message.", packets=_each(body=b"\xff" * 50))
_fault(
    "deep-json",
    "The body of a page is JSON, 100,000 brackets deep.",
    packets=_each(body_format=BodyFormat.JSON, body=b'{"s2c": ' + b"[" * 100_000),
)
_fault("gigabyte", "A page claims to have a gibibyte, of which 64 KiB come.", steps=_gigabyte)
_fault("huge-reply", "A page has 8 MiB, most of them in a field that nobody knows.", packets=_huge)
_fault("duplicated", "Every page comes twice.", packets=lambda packets, moment: packets * 2)
_fault("extra-push", "Notifications and unknown pushes come before and after a page.", packets=_pushes)
_fault(
    "ws-disconnected",
    "Instead of a page comes command 2: OpenD is gone from behind the door.",
    doors=WS,
    packets=_each(proto_id=DISCONNECT_PUSH, serial=0, body=b""),
)
_fault("ws-error", "The WebSocket header of a page says error 2, and there is no body.", doors=WS, steps=_header_error)
_fault("ws-text", "A text message comes instead of a page.", doors=WS, steps=_instead(Raw(b"\x81\x05hello")))


# -- Answers -------------------------------------------------------------------------------------------------------


def _refused(why: str) -> Callable[[Any, Event], Any]:
    return lambda response, moment: refusal(type(response), why)


def _ret_type(value: int, why: str) -> Callable[[Any, Event], Any]:
    return lambda response, moment: type(response)(retType=value, retMsg=why, errCode=0)


def _not_logged_in(response: Any, moment: Event) -> Any:
    if "qotLogined" not in response.s2c.DESCRIPTOR.fields_by_name:
        return refusal(type(response), "OpenD is not logged in to the quote server")
    response.s2c.qotLogined = False
    return response


def _without(name: str) -> Callable[[Any, Event], Any]:
    return lambda response, moment: response.ClearField(name)


_fault(
    "never-accept-init",
    "InitConnect and InitWebSocket are refused.",
    at=("login",),
    content=_refused("the connection is refused: no more clients"),
)
_fault(
    "not-logged-in",
    "OpenD says that it is not logged in, and refuses pages.",
    at=("state", "page"),
    content=_not_logged_in,
)
_fault(
    "rate-limited",
    "A page is refused for asking too often.",
    content=_refused(f"request frequency too high: at most {LIMIT} requests in {PERIOD:g} seconds"),
)
_fault("rejected", "A page is refused for want of a quote right.", content=_refused("no quote right for this market"))
_fault("timed-out", "A page has retType -100: OpenD's own server did not answer.", content=_ret_type(-100, "timeout"))
_fault(
    "disconnected", "A page has retType -200: OpenD has lost its own server.", content=_ret_type(-200, "disconnected")
)
_fault("no-ret-type", "A page does not say whether it succeeded.", content=_without("retType"))
_fault("no-s2c", "A page says that it succeeded, and holds nothing.", content=_without("s2c"))


# -- Rows ----------------------------------------------------------------------------------------------------------


def _row(change: Callable[[Any, Event], None], index: int = 0) -> Callable[[Any, Event], None]:
    """Return the fault that changes one row of a page that has rows."""

    def content(response: Any, moment: Event) -> None:
        if rows := response.s2c.statisticList:
            change(rows[index], moment)

    return content


def _set(**values: Any) -> Callable[[Any, Event], None]:
    """Return the fault that sets fields of the first row; None clears one."""

    def change(row: Any, moment: Event) -> None:
        for name, value in values.items():
            row.ClearField(name) if value is None else setattr(row, name, value)

    return _row(change)


def _more(name: str, value: int) -> Callable[[Any, Event], None]:
    return _row(lambda row, moment: setattr(row, name, getattr(row, name) + value))


def _to(bound: str, days: int) -> Callable[[Any, Event], None]:
    def change(row: Any, moment: Event) -> None:
        asked = date.fromisoformat(getattr(moment.c2s, bound)[:10])
        row.time = str(asked + timedelta(days=days))

    return change


def _again(response: Any, moment: Event) -> None:
    rows = response.s2c.statisticList
    if rows:
        again = rows.add()
        again.CopyFrom(rows[0])
        again.callValue += 1
        again.totalValue += 1


def _foreign(name: str, values: tuple[int, ...]) -> Callable[[Any, Event], None]:
    """Return the fault that changes a field of the reply to the next of its `values`."""

    def content(response: Any, moment: Event) -> None:
        at = values.index(getattr(response.s2c, name))
        setattr(response.s2c, name, values[(at + 1) % len(values)])

    return content


def _many(response: Any, moment: Event) -> None:
    rows = response.s2c.statisticList
    if rows:
        rows.extend([rows[0]] * (MANY_ROWS - len(rows)))


def _many_empty(response: Any, moment: Event) -> None:
    response.s2c.statisticList.extend([GetOptionMarketStatistic.StatisticItem()] * MANY_EMPTY_ROWS)


def _no_text(packets: list[Packet], moment: Event) -> list[Packet]:
    bad = b"\xff" * len(_NO_TEXT)
    return [replace(packet, body=packet.body.replace(_NO_TEXT.encode(), bad)) for packet in packets]


_fault("foreign-market", "A page is of another market.", content=_foreign("optionMarket", (1, 2, 3, 4)))
_fault("foreign-type", "A page is of the other data type.", content=_foreign("dataType", (0, 1)))
_fault(
    "rows-outside",
    "The last row of a page is of the day before those asked for.",
    content=_row(_to("beginTime", -1), -1),
)
_fault("rows-after", "The first row of a page is of the day after those asked for.", content=_row(_to("endTime", 1)))
_fault("wrong-total", "A row's total is not call + put.", content=_more("totalValue", 1))
_fault("wrong-ratio", "A row's ratio is not put / call.", content=_more("ratio", 1))
_fault("wrong-timestamp", "A row's timestamp is of the next day.", content=_more("timestamp", 86400))
_fault("negative-counts", "A row has fewer than no calls.", content=_set(callValue=-1, totalValue=None, ratio=None))
_fault(
    "overflow",
    "A row's counts fit into 64 bits, their sum does not.",
    content=_set(callValue=2**62 + 1, putValue=2**62 + 1, totalValue=None, ratio=1.0),
)
_fault("no-counts", "A row does not say how many calls.", content=_set(callValue=None))
_fault("duplicate-day", "A day comes twice, with other values.", content=_again)
_fault("bad-date", "A row's day is 2026-13-45.", content=_set(time="2026-13-45"))
_fault("no-date", "A row has no day.", content=_set(time=None))
_fault("odd-date", "A row's day is written in other digits than 0 to 9.", content=_set(time="２０２６-０６-１２"))
_fault("no-text", "A row's day is not UTF-8.", content=_set(time=_NO_TEXT), packets=_no_text)
_fault("too-many-rows", f"A page has {MANY_ROWS:,} rows, of the same day.", content=_many)
_fault("empty-rows", f"A page has {MANY_EMPTY_ROWS:,} rows that hold nothing.", content=_many_empty)


# -- Page keys -----------------------------------------------------------------------------------------------------


def _own_key(c2s: Any) -> None:
    """Leave of a page key what the service gave out; what faults put behind it is gone."""
    c2s.nextPageKey = c2s.nextPageKey[:KEY_BYTES]


def _first_again(moment: Event) -> bytes:
    """Return the key that leads to the first page."""
    end = date.fromisoformat(moment.c2s.endTime[:10])
    return moment.service.key_after(moment.c2s, (end - date(1970, 1, 1)).days + 1)


def _endless(response: Any, moment: Event) -> None:
    key = response.s2c.nextPageKey or _first_again(moment)
    response.s2c.nextPageKey = key + moment.random.randbytes(8)


def _repeating(response: Any, moment: Event) -> None:
    response.s2c.nextPageKey = _first_again(moment)


def _empty(response: Any, moment: Event) -> None:
    del response.s2c.statisticList[:]
    _endless(response, moment)


def _huge_key(response: Any, moment: Event) -> None:
    key = response.s2c.nextPageKey or _first_again(moment)
    response.s2c.nextPageKey = key + bytes(HUGE_KEY_BYTES)


_fault(
    "endless-keys",
    "Every page, and the last one too, has a key to another; they go round for ever.",
    request=_own_key,
    content=_endless,
)
_fault("repeating-key", "Every page has the key to the first one.", content=_repeating)
_fault("empty-pages", "Every page is empty, and has a key to another.", request=_own_key, content=_empty)
_fault("huge-key", f"A page has a key of {HUGE_KEY_BYTES:,} bytes.", request=_own_key, content=_huge_key)


# -- Which are on --------------------------------------------------------------------------------------------------


@dataclass
class Faults:
    """The faults that are asked for, and how often each could have struck.

    Parameters
    ----------
    texts : sequence of str
        ``NAME``: every time. ``NAME:N``: at the N-th time alone, counted from 1, over all connections.

    Raises
    ------
    InvalidRequest
        If there is no such fault.

    Examples
    --------
    >>> faults = Faults(["close:2"])
    >>> [[fault.name for fault in faults.strike("page", "tcp")] for _ in range(3)]
    [[], ['close'], []]
    """

    texts: Sequence[str] = ()
    struck: dict[str, int] = field(default_factory=dict, init=False)
    _armed: list[tuple[Fault, int | None]] = field(default_factory=list, init=False)
    _events: Counter[int] = field(default_factory=Counter, init=False)

    def __post_init__(self) -> None:
        if isinstance(self.texts, str):
            raise InvalidRequest(f"faults={self.texts!r} must be a sequence of names. Example: ['close:3'].")
        self.texts = tuple(self.texts)
        self._armed = [_parse(text) for text in self.texts]
        self.struck = {fault.name: 0 for fault, _ in self._armed}

    def strike(self, event: str, door: str) -> list[Fault]:
        """Count `event` and return the faults that strike at it."""
        found = []
        for index, (fault, number) in enumerate(self._armed):
            if event not in fault.at or door not in fault.doors:
                continue
            self._events[index] += 1
            if number is None or self._events[index] == number:
                self.struck[fault.name] += 1
                found.append(fault)
        return found


def table() -> str:
    """Return all faults, a line each."""
    width = max(map(len, FAULTS))
    return "\n".join(f"{fault.name:{width}}  {fault.says}" for fault in FAULTS.values())


def _parse(text: str) -> tuple[Fault, int | None]:
    name, colon, number = str(text).partition(":")
    if name not in FAULTS:
        raise InvalidRequest(f"fault {name!r} is not known. Valid: {', '.join(FAULTS)}.")
    if colon and not re.fullmatch(r"[1-9]\d{0,8}", number):
        raise InvalidRequest(f"fault {text!r}: behind the colon belongs a number from 1 on. Example: {name}:3.")
    return FAULTS[name], int(number) if colon else None
