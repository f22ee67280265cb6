"""How a reply is sent, with or without faults: from message to packets to the steps of a connection. No I/O."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from ..errors import DataWarning, OptStatError, ProtocolError
from ..opend.messages import (
    GetOptionMarketStatistic,
    GetOptionUnderlyingHisStatistic,
    GetOptionUnderlyingHisVolatility,
    decode_body,
    encode_body,
)
from ..opend.packets import Packet, ProtoId
from ..opend.websocket_messages import ReplyStatus

if TYPE_CHECKING:
    from .service import Message, Reply, Service

__all__ = [
    "PAGED",
    "Close",
    "Event",
    "Fault",
    "FaultContext",
    "Framing",
    "Hold",
    "Pause",
    "Restart",
    "Send",
    "SendRaw",
    "Step",
    "TransportName",
    "event_of",
    "plan_reply",
]

TransportName: TypeAlias = Literal["tcp", "ws"]


class Framing(Protocol):
    """How a transport turns packets into bytes."""

    transport: str

    def encode(self, packet: Packet, status: ReplyStatus | None = None) -> bytes:
        """Return the transport's message for `packet`."""
        ...

    def frame(self, message: bytes) -> bytes:
        """Return the bytes that transport `message`."""
        ...

    def split(self, message: bytes, size: int) -> list[bytes]:
        """Return those bytes in pieces, each with `size` bytes of `message`."""
        ...


# -- Steps: what a connection does to send a reply -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Send:
    """Send a message of `Framing.encode`."""

    message: bytes


@dataclass(frozen=True, slots=True)
class SendRaw:
    """Send bytes without framing."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Hold a message back for those that follow soon; then send them in one piece, or one by one in reverse order."""

    message: bytes
    reverse: bool


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection, with RST if `reset`; `midway` through a message, without WebSocket's closing handshake."""

    reset: bool = False
    midway: bool = False


@dataclass(frozen=True, slots=True)
class Restart:
    """Close all connections and invalidate all page keys."""


Step: TypeAlias = Send | SendRaw | Pause | Hold | Close | Restart


# -- Faults --------------------------------------------------------------------------------------------------------

#: The protocols whose replies are pages, and their messages.
PAGED: dict[int, Message] = {
    ProtoId.GET_OPTION_MARKET_STATISTIC: GetOptionMarketStatistic,
    ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC: GetOptionUnderlyingHisStatistic,
    ProtoId.GET_OPTION_UNDERLYING_HIS_VOLATILITY: GetOptionUnderlyingHisVolatility,
}

#: What faults can affect: a new connection, or the reply to a first request, to 1002, to a request for a page or to
#: another one.
Event: TypeAlias = Literal["connection", "login", "state", "page", "other"]

_EVENTS: dict[int, Event] = {
    ProtoId.INIT_CONNECT: "login",
    ProtoId.INIT_WEBSOCKET: "login",
    ProtoId.GET_GLOBAL_STATE: "state",
    **dict.fromkeys(PAGED, "page"),
}


def event_of(packet: Packet) -> Event:
    """Return which event the reply to `packet` is."""
    return _EVENTS.get(packet.proto_id, "other")


@dataclass(frozen=True, slots=True)
class FaultContext:
    """The reply that a fault affects.

    Attributes
    ----------
    packet : Packet
        The request.
    c2s : message or None
        The decoded request's content; None if it could not be decoded.
    framing : Framing
    service : Service
    random : Random
        For made-up bytes, which differ between pages and are the same in every run.
    """

    packet: Packet
    c2s: Message
    framing: Framing
    service: Service
    random: random.Random


@dataclass(frozen=True)
class Fault:
    """Something that can go wrong, and what a client must do about it.

    Attributes
    ----------
    name : str
    description : str
        One sentence.
    expected : type or None
        How a load must end if it meets the fault once: with this error, or with this warning and the right rows.
        None: with the right rows.
    events : tuple of str
        The events that it affects.
    transports : tuple of str
        The transports on which it exists.
    protocols : tuple of int
        The protocols whose pages it affects.
    change_request, change_response, change_packets, change_steps : callable, optional
        How it changes a reply at each stage of `plan_reply`. None leaves that stage as it is.
    """

    name: str
    description: str
    expected: type[OptStatError] | type[DataWarning] | None
    events: tuple[Event, ...] = ("page",)
    transports: tuple[TransportName, ...] = ("tcp", "ws")
    protocols: tuple[int, ...] = tuple(PAGED)
    change_request: Callable[[Message], None] | None = None
    change_response: Callable[[Message, FaultContext], Message | None] | None = None
    change_packets: Callable[[list[Packet], FaultContext], list[Packet]] | None = None
    change_steps: Callable[[list[Step], FaultContext], list[Step]] | None = None


def plan_reply(
    packet: Packet,
    framing: Framing,
    faults: Sequence[Fault],
    service: Service,
    respond: Callable[[Packet], Reply],
    before_encoding: Callable[[Reply], None],
) -> list[Step]:
    """Return the steps that answer `packet`, with `faults` applied in their order.

    `respond` returns the right reply. `before_encoding` is called with the final one: the reply to InitConnect
    decides how it and later packets are encrypted.
    """
    reply = respond(_change_request(packet, faults))
    c2s = reply.request.c2s if reply.request is not None else None
    context = FaultContext(packet, c2s, framing, service, random.Random(f"{packet.serial} {service.pages_served}"))
    for fault in faults:
        if fault.change_response is not None and reply.succeeded:
            reply.response = fault.change_response(reply.response, context) or reply.response
    before_encoding(reply)
    packets = [reply.to_packet()]
    for fault in faults:
        packets = fault.change_packets(packets, context) if fault.change_packets else packets
    steps: list[Step] = [Send(framing.encode(sent, reply.status)) for sent in packets]
    for fault in faults:
        steps = fault.change_steps(steps, context) if fault.change_steps else steps
    return steps


def _change_request(packet: Packet, faults: Sequence[Fault]) -> Packet:
    """Return `packet` with the service's own page key where an earlier fault has changed it."""
    changes = [fault.change_request for fault in faults if fault.change_request is not None]
    if not changes:
        return packet
    try:
        request = decode_body(PAGED[packet.proto_id].Request, packet.body, packet.body_format)
    except ProtocolError:
        return packet
    for change in changes:
        change(request.c2s)
    return replace(packet, body=encode_body(request, packet.body_format))
