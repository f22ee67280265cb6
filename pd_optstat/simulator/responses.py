"""How a request is answered, with or without faults: message, packets, and the steps that send them. No I/O."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ..errors import ProtocolError
from ..opend.messages import GetOptionMarketStatistic, decode_body, encode_body
from ..opend.packets import Packet, ProtoId
from ..opend.websocket_messages import ReplyStatus
from .service import RequestReply, Service

__all__ = [
    "ClientTransport",
    "Event",
    "Fault",
    "Hold",
    "Pause",
    "Raw",
    "Restart",
    "Send",
    "Shut",
    "Step",
    "event_of",
    "plan",
]


class ClientTransport(Protocol):
    """How packets become bytes."""

    name: str

    def encode(self, packet: Packet, failure: ReplyStatus | None = None) -> bytes:
        """Return the door's message for `packet`."""
        ...

    def frame(self, data: bytes) -> bytes:
        """Return the bytes of a message on the wire."""
        ...

    def split(self, data: bytes, size: int) -> list[bytes]:
        """Return those bytes in pieces for `size` bytes of the message each."""
        ...


# -- Steps: what a connection does to answer -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Send:
    """Send a message of the door."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Raw:
    """Send bytes that may be no message."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep a message back for others that come soon; then send them in one piece, or, reversed, one by one."""

    data: bytes
    reverse: bool


@dataclass(frozen=True, slots=True)
class Shut:
    """End the connection: with RST, or well; `midway` through a message, or between two."""

    reset: bool = False
    midway: bool = False


@dataclass(frozen=True, slots=True)
class Restart:
    """Close all connections and forget all page keys."""


Step = Send | Raw | Pause | Hold | Shut | Restart


# -- Faults --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """Where a fault strikes: at what request, at which door."""

    request: Packet
    c2s: Any
    door: ClientTransport
    service: Service
    random: random.Random


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, in the request as it is understood, the message, the packets, or the steps.

    Attributes
    ----------
    name : str
    says : str
        What it does, in one line.
    at : tuple of str
        The events that it strikes at: "page" is a reply of 3301, "state" of 1002, "login" the first of a connection,
        "other" any other reply; "connection" the beginning of one.
    doors : tuple of str
        Where it makes sense: "tcp", "ws".
    """

    name: str
    says: str
    at: tuple[str, ...] = ("page",)
    doors: tuple[str, ...] = ("tcp", "ws")
    request: Callable[[Any], None] | None = None
    content: Callable[[Any, Event], Any] | None = None
    packets: Callable[[list[Packet], Event], list[Packet]] | None = None
    steps: Callable[[list[Step], Event], list[Step]] | None = None


_EVENTS: dict[int, str] = {
    ProtoId.INIT_CONNECT: "login",
    ProtoId.INIT_WEBSOCKET: "login",
    ProtoId.GET_GLOBAL_STATE: "state",
    ProtoId.GET_OPTION_MARKET_STATISTIC: "page",
}


def event_of(packet: Packet) -> str:
    """Return what kind of event the reply to `packet` is, for faults."""
    return _EVENTS.get(packet.proto_id, "other")


def plan(
    packet: Packet,
    door: ClientTransport,
    struck: Sequence[Fault],
    service: Service,
    respond: Callable[[Packet], RequestReply],
    answered: Callable[[RequestReply], None],
) -> list[Step]:
    """Return how `packet` is answered, with the faults that strike at it.

    `respond` says what is right to answer; `answered` is told what will be, before it is encoded.
    """
    exchange = respond(_amended(packet, struck))
    c2s = exchange.request.c2s if exchange.request is not None else None
    # Bytes that are made up differ from page to page, and are the same in every run.
    moment = Event(packet, c2s, door, service, random.Random(f"{packet.serial} {service.pages_served}"))
    for fault in struck:
        if fault.content is not None and exchange.succeeded:
            exchange.response = fault.content(exchange.response, moment) or exchange.response
    answered(exchange)
    packets = [exchange.reply()]
    for fault in struck:
        packets = fault.packets(packets, moment) if fault.packets else packets
    steps: list[Step] = [Send(door.encode(one, exchange.failure)) for one in packets]
    for fault in struck:
        steps = fault.steps(steps, moment) if fault.steps else steps
    return steps


def _amended(packet: Packet, struck: Sequence[Fault]) -> Packet:
    """Return `packet` with its page key as the service knows it, where faults gave out others."""
    changes = [fault.request for fault in struck if fault.request is not None]
    if not changes:
        return packet
    try:
        request = decode_body(GetOptionMarketStatistic.Request, packet.body, packet.body_format)
    except ProtocolError:
        return packet
    for change in changes:
        change(request.c2s)
    return replace(packet, body=encode_body(request, packet.body_format))
