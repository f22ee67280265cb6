"""What the simulator's faults do to a reply: functions for the four ``change_…`` fields of a `Fault`. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeAlias

from ..core.dates import to_day
from ..core.underlying import SECURITY_MARKETS
from ..opend.packets import HEADER_BYTES, BodyFormat, Packet, ProtoId
from ..opend.websocket_messages import ReplyStatus
from .responses import Close, FaultContext, Hold, Pause, Send, SendRaw, Step
from .service import PAGE_KEY_BYTES, Message, refuse

StepsEffect: TypeAlias = Callable[[list[Step], FaultContext], list[Step]]
PacketsEffect: TypeAlias = Callable[[list[Packet], FaultContext], list[Packet]]
ResponseEffect: TypeAlias = Callable[[Message, FaultContext], Message | None]
RowEffect: TypeAlias = Callable[[Message, FaultContext], None]

GIBIBYTE = 2**30
SLOW_PIECES, SLOW_SECONDS = 20, 1.0
TRICKLE_BYTES, TRICKLE_SECONDS = 600, 0.1
SMALL_PIECE = 7
MANY_ROWS, MANY_EMPTY_ROWS = 15_000, 300_000
HUGE_REPLY_BYTES, HUGE_KEY_BYTES = 8 * 1024 * 1024, 100_000
#: Protocol ids of pushes: Notify, quotes, and one that no version defines.
NOTIFY, QUOTES, UNKNOWN = 1003, 3005, 9999
_EVENT = b"\x08\x01\x12\x0fnothing of note"
_NOTIFY = b"\x08\x00\x22" + bytes([len(_EVENT) + 4]) + b"\x08\x01\x12" + bytes([len(_EVENT)]) + _EVENT
_NO_QUOTES = b"\x08\x00\x22\x00"
#: Stands for a day until the body is encoded, when `invalid_utf8` replaces it.
PLACEHOLDER = "##########"


# -- The connection ------------------------------------------------------------------------------------------------


def _sent(steps: list[Step], context: FaultContext) -> bytes:
    """Return the bytes that `steps` would send."""
    return b"".join(context.framing.frame(step.message) for step in steps if isinstance(step, Send))


def instead(*steps: Step) -> StepsEffect:
    """Run `steps` instead."""
    return lambda before, context: list(steps)


def close_after(steps: list[Step], context: FaultContext) -> list[Step]:
    """Close the connection after the reply."""
    return [*steps, Close()]


def send_half(*then: Step) -> StepsEffect:
    """Send the first half of the bytes, and then run the steps `then`."""

    def change(steps: list[Step], context: FaultContext) -> list[Step]:
        data = _sent(steps, context)
        return [SendRaw(data[: len(data) // 2]), *then]

    return change


def cut_in_header(steps: list[Step], context: FaultContext) -> list[Step]:
    """Send 20 bytes, less than a header, and close the connection."""
    return [SendRaw(_sent(steps, context)[:20]), Close(midway=True)]


def slow(steps: list[Step], context: FaultContext) -> list[Step]:
    """Send the bytes in pieces, with pauses."""
    data = _sent(steps, context)
    size = len(data) // SLOW_PIECES + 1
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    return [step for piece in pieces for step in (SendRaw(piece), Pause(SLOW_SECONDS / SLOW_PIECES))]


def trickle(steps: list[Step], context: FaultContext) -> list[Step]:
    """Send single bytes for a minute, with pauses, and close the connection."""
    data = _sent(steps, context)[:TRICKLE_BYTES]
    sent = [step for at in range(len(data)) for step in (SendRaw(data[at : at + 1]), Pause(TRICKLE_SECONDS))]
    return [*sent, Close(midway=True)]


def split(steps: list[Step], context: FaultContext) -> list[Step]:
    """Send the bytes in small pieces."""
    messages = [step.message for step in steps if isinstance(step, Send)]
    return [SendRaw(piece) for message in messages for piece in context.framing.split(message, SMALL_PIECE)]


def hold(*, reverse: bool) -> StepsEffect:
    """Hold replies back until others can be sent with them."""
    return lambda steps, context: [Hold(step.message, reverse) if isinstance(step, Send) else step for step in steps]


# -- Packets -------------------------------------------------------------------------------------------------------


def overwrite(offset: int, *values: int) -> StepsEffect:
    """Write the bytes `values` over each message, from byte `offset` on."""

    def change(steps: list[Step], context: FaultContext) -> list[Step]:
        messages = [step.message for step in steps if isinstance(step, Send)]
        return [Send(message[:offset] + bytes(values) + message[offset + len(values) :]) for message in messages]

    return change


def wrong_sha1(steps: list[Step], context: FaultContext) -> list[Step]:
    """Flip a bit of the SHA-1 in each packet's header."""
    messages = [step.message for step in steps if isinstance(step, Send)]
    return [Send(message[:16] + bytes([message[16] ^ 1]) + message[17:]) for message in messages]


def garbage(steps: list[Step], context: FaultContext) -> list[Step]:
    """Send a message of random bytes instead."""
    return [Send(b"?" + context.random.randbytes(5000))]


def gigabyte(steps: list[Step], context: FaultContext) -> list[Step]:
    """Send a header that announces 1 GiB, and 64 KiB."""
    if context.framing.transport == "ws":
        header = b"\x82\x7f" + GIBIBYTE.to_bytes(8, "big")
    else:
        data = _sent(steps, context)
        header = data[:12] + GIBIBYTE.to_bytes(4, "little") + data[16:HEADER_BYTES]
    return [SendRaw(header + bytes(64 * 1024))]


def set_fields(**changes: Any) -> PacketsEffect:
    """Replace fields of each packet."""
    return lambda packets, context: [replace(packet, **changes) for packet in packets]


def wrong_serial(packets: list[Packet], context: FaultContext) -> list[Packet]:
    """Add 1,000 to each packet's serial number."""
    return [replace(packet, serial=(packet.serial + 1000) % 2**32) for packet in packets]


def wrong_proto(packets: list[Packet], context: FaultContext) -> list[Packet]:
    """Give each packet the id of another protocol that exists."""
    statistic, volatility = ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC, ProtoId.GET_OPTION_UNDERLYING_HIS_VOLATILITY
    return [replace(packet, proto_id=volatility if packet.proto_id == statistic else statistic) for packet in packets]


def twice(packets: list[Packet], context: FaultContext) -> list[Packet]:
    """Send the packets twice."""
    return packets * 2


def add_pushes(packets: list[Packet], context: FaultContext) -> list[Packet]:
    """Send pushes before and after the packets.

    On TCP pushes have serial numbers of their own, which may equal that of a request. On WebSocket they have none,
    because the npm client tells pushes from replies by their serial number alone.
    """
    serial = context.packet.serial if context.framing.transport == "tcp" else 0
    pushes = [
        Packet(UNKNOWN, 0, BodyFormat.PROTOBUF, b"an unknown protocol"),
        Packet(NOTIFY, 0, BodyFormat.PROTOBUF, _NOTIFY),
        Packet(QUOTES, serial, BodyFormat.PROTOBUF, _NO_QUOTES),
    ]
    return [*pushes, *packets, *pushes]


def add_huge_field(packets: list[Packet], context: FaultContext) -> list[Packet]:
    """Add an unknown field, number 15, of several MiB to each body."""
    value = b"x" * HUGE_REPLY_BYTES
    add: dict[BodyFormat, Callable[[bytes], bytes]] = {
        BodyFormat.PROTOBUF: lambda body: body + b"\x7a" + _varint(HUGE_REPLY_BYTES) + value,
        BodyFormat.JSON: lambda body: body[:-1] + b', "more": "' + value + b'"}',
    }
    return [replace(packet, body=add[packet.body_format](packet.body)) for packet in packets]


def _varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + _varint(value >> 7)


def header_error(steps: list[Step], context: FaultContext) -> list[Step]:
    """Send a WebSocket reply with an error in its header, and no body."""
    return [Send(context.framing.encode(replace(context.packet, body=b""), ReplyStatus(2, "OpenD timed out")))]


# -- Responses -----------------------------------------------------------------------------------------------------


def refused(reason: str) -> ResponseEffect:
    """Refuse the request."""
    return lambda response, context: refuse(type(response), reason)


def ret_type(value: int, reason: str) -> ResponseEffect:
    """Send only ``retType`` and ``retMsg``."""
    return lambda response, context: type(response)(retType=value, retMsg=reason, errCode=0)


def not_logged_in(response: Message, context: FaultContext) -> Message:
    """Report in the reply to 1002 that OpenD is not logged in; refuse other requests."""
    if "qotLogined" not in response.s2c.DESCRIPTOR.fields_by_name:
        return refuse(type(response), "OpenD is not logged in to the quote server")
    response.s2c.qotLogined = False
    return response


def without(name: str) -> ResponseEffect:
    """Remove a field."""
    return lambda response, context: response.ClearField(name)


# -- Rows ----------------------------------------------------------------------------------------------------------

#: The fields of 3302 that stand for those of 3301 of which the faults speak.
_NAMES_OF_3302 = {
    "callValue": "callVolume",
    "putValue": "putVolume",
    "totalValue": "optionVolume",
    "ratio": "putCallVolumeRatio",
}


def _rows(response: Message) -> Message:
    s2c = response.s2c
    return s2c.volatilityList if "volatilityList" in s2c.DESCRIPTOR.fields_by_name else s2c.statisticList


def _name(item: Message, name: str) -> str:
    """Return what the field `name` is called in the rows of this protocol."""
    return name if name in item.DESCRIPTOR.fields_by_name else _NAMES_OF_3302[name]


def row(change: RowEffect, index: int = 0) -> ResponseEffect:
    """Change the row at `index`, if there are rows."""

    def change_response(response: Message, context: FaultContext) -> None:
        if rows := _rows(response):
            change(rows[index], context)

    return change_response


def set_values(**values: object) -> ResponseEffect:
    """Set fields of the first row; None removes one."""

    def change(item: Message, context: FaultContext) -> None:
        for given, value in values.items():
            name = _name(item, given)
            item.ClearField(name) if value is None else setattr(item, name, value)

    return row(change)


def add_to(name: str, value: int) -> ResponseEffect:
    """Add `value` to a field of the first row."""

    def change(item: Message, context: FaultContext) -> None:
        field = _name(item, name)
        setattr(item, field, getattr(item, field) + value)

    return row(change)


def wrong_total(response: Message, context: FaultContext) -> None:
    """Change the first row's total to one that it cannot be: in 3302 it may be more than call + put, but not less."""
    is_underlying = context.packet.proto_id == ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC
    add_to("totalValue", -1 if is_underlying else 1)(response, context)


def move_to(bound: str, days: int) -> RowEffect:
    """Move a row to `days` after the requested ``beginTime`` or ``endTime``."""

    def change(item: Message, context: FaultContext) -> None:
        requested = date.fromisoformat(getattr(context.c2s, bound)[:10])
        item.time = str(requested + timedelta(days=days))

    return change


def repeat_day(response: Message, context: FaultContext) -> None:
    """Add the first row again, with other values."""
    rows = _rows(response)
    if rows:
        again = rows.add()
        again.CopyFrom(rows[0])
        fields = ("iv",) if "iv" in again.DESCRIPTOR.fields_by_name else ("callValue", "totalValue")
        for name in (_name(again, field) for field in fields):
            setattr(again, name, getattr(again, name) + 1)


def next_of(name: str, values: tuple[int, ...]) -> ResponseEffect:
    """Replace the value of a field by the one after it in `values`."""

    def change(response: Message, context: FaultContext) -> None:
        index = values.index(getattr(response.s2c, name))
        setattr(response.s2c, name, values[(index + 1) % len(values)])

    return change


def foreign_market(response: Message, context: FaultContext) -> None:
    """Replace the reply's market by another one."""
    if "owner" in response.s2c.DESCRIPTOR.fields_by_name:
        owner = response.s2c.owner
        owner.market = next(number for number in SECURITY_MARKETS.values() if number != owner.market)
    else:
        next_of("optionMarket", (1, 2, 3, 4))(response, context)


def foreign_code(response: Message, context: FaultContext) -> None:
    """Replace the code of the reply's underlying by another one."""
    owner = response.s2c.owner
    owner.code = "MSFT" if owner.code != "MSFT" else "AAPL"


def many_rows(response: Message, context: FaultContext) -> None:
    """Repeat the first row thousands of times."""
    rows = _rows(response)
    if rows:
        rows.extend([rows[0]] * (MANY_ROWS - len(rows)))


def many_empty_rows(response: Message, context: FaultContext) -> None:
    """Add hundreds of thousands of empty rows."""
    rows = _rows(response)
    empty_row = rows.add()
    rows.extend([empty_row] * (MANY_EMPTY_ROWS - 1))


def invalid_utf8(packets: list[Packet], context: FaultContext) -> list[Packet]:
    """Replace `PLACEHOLDER` by bytes that are not UTF-8."""
    invalid = b"\xff" * len(PLACEHOLDER)
    return [replace(packet, body=packet.body.replace(PLACEHOLDER.encode(), invalid)) for packet in packets]


# -- Page keys -----------------------------------------------------------------------------------------------------


def restore_key(c2s: Message) -> None:
    """Remove from a request's page key what `endless` or `huge_key` appended to the service's own."""
    c2s.nextPageKey = c2s.nextPageKey[:PAGE_KEY_BYTES]


def _key_of_first_page(context: FaultContext) -> bytes:
    end = date.fromisoformat(context.c2s.endTime[:10])
    return context.service.page_key(context.c2s, to_day(end) + 1)


def endless(response: Message, context: FaultContext) -> None:
    """Give every page a new key; that of the last one leads to the first page."""
    key = response.s2c.nextPageKey or _key_of_first_page(context)
    response.s2c.nextPageKey = key + context.random.randbytes(8)


def repeating(response: Message, context: FaultContext) -> None:
    """Give every page the key of the first page."""
    response.s2c.nextPageKey = _key_of_first_page(context)


def empty(response: Message, context: FaultContext) -> None:
    """Remove all rows, and give every page a new key."""
    del _rows(response)[:]
    endless(response, context)


def huge_key(response: Message, context: FaultContext) -> None:
    """Append zeros to the key."""
    key = response.s2c.nextPageKey or _key_of_first_page(context)
    response.s2c.nextPageKey = key + bytes(HUGE_KEY_BYTES)
