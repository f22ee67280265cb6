"""Everything that `fault_proxy` can do wrong to a packet, and what a client makes of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import struct
from collections.abc import Callable

from support.fault_proxy import C2S, S2C, Fault, Link, Run, is_page, tcp_packet, ws_frame, ws_payload

UNKNOWN = 9999

FAULTS: dict[str, Fault] = {}


def fault(c2s: str | None, s2c: str | None, *doors: str) -> Callable[[Run], Run]:
    """Register a fault by what it is in each direction: "loss", "silence", "nothing", "bytes" (that are wrong), …"""

    def register(run: Run) -> Run:
        kinds = {direction: kind for direction, kind in ((C2S, c2s), (S2C, s2c)) if kind is not None}
        FAULTS[run.__name__] = Fault(run.__name__, run, kinds, doors or ("tcp", "ws"))
        return run

    return register


@fault("loss", "loss")
async def closes(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    link.close()


@fault("loss", "loss")
async def closes_after(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data)
    await to.drain()
    if to is link.client_writer and is_page(link.proxy.door, data):
        link.proxy.replies.append(data)
    link.close()


@fault("reset", "reset")
async def resets(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    link.reset()


@fault("reset", "reset")
async def resets_after(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data)
    await to.drain()
    link.reset()


@fault("loss", "loss")
async def half_closes(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    link.stalled.add(link.direction_of(to))
    to.write_eof()


@fault("loss", "loss")
async def truncates(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data[: len(data) // 2])
    await to.drain()
    link.close()


@fault("loss", "loss")
async def truncates_the_header(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data[:1])
    await to.drain()
    link.close()


@fault("loss", "loss")
async def refuses_for_a_while(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    await link.proxy.refuse()
    link.close()

    async def come_back() -> None:
        await asyncio.sleep(0.25)
        if link.proxy.fault is not None:
            await link.proxy.listen()

    link.proxy.later = asyncio.create_task(come_back())  # type: ignore[attr-defined]


@fault("down", "down")
async def goes_away(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    await link.proxy.refuse()
    link.reset()


@fault("down", "down")
async def is_deaf_afterwards(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    link.proxy.silent = True
    link.close()


@fault("skipped", "skipped")
async def drops(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    pass


@fault("silence", "silence")
async def stalls(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    link.stalled.add(link.direction_of(to))


@fault("silence", "silence")
async def stalls_midway(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data[: len(data) // 2])
    link.stalled.add(link.direction_of(to))


@fault("nothing", "nothing")
async def delays(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    await asyncio.sleep(0.2)
    to.write(data)


@fault("nothing", "nothing")
async def dribbles(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    for at in range(len(data)):
        to.write(data[at : at + 1])
        await asyncio.sleep(0)


@fault("nothing", "nothing", "tcp")
async def duplicates(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data * 2)


@fault("nothing", "nothing", "tcp")
async def swaps_with_the_next(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    direction = link.direction_of(to)
    link.held[direction] = data

    async def let_go() -> None:
        await asyncio.sleep(0.1)
        if link.held.pop(direction, None) is not None and not link.ended:
            to.write(data)

    link.later = asyncio.create_task(let_go())  # type: ignore[attr-defined]


@fault("nothing", "nothing")
async def replays_an_older_packet(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    older = [one for one in link.passed[link.direction_of(to)] if is_page(link.proxy.door, one)]
    to.write(b"".join(older[:2]) + data)


@fault(None, "nothing")
async def inserts_a_push(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    if link.proxy.door == "tcp":
        serial = struct.unpack_from("<I", data, 8)[0]
        to.write(tcp_packet(UNKNOWN, serial, b"nobody knows") + data + tcp_packet(1003, 0, b""))
    elif data[:3] == b"HTT":
        to.write(data)
    else:
        push = b"ft-v1.0\0" + struct.pack(">IQi20s", UNKNOWN, 1, 0, b"") + b"nobody knows"
        to.write(ws_frame(push) + b"\x89\x02hi" + data + ws_frame(push))


@fault(None, "silence", "tcp")
async def floods_with_pushes(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    await _flood(link, to, tcp_packet(UNKNOWN, 1, b"x" * 500))


@fault(None, "silence", "tcp")
async def floods_with_the_right_serial(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    await _flood(link, to, tcp_packet(UNKNOWN, struct.unpack_from("<I", data, 8)[0], b"x" * 500))


@fault(None, "silence", "ws")
async def floods_with_pings(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    await _flood(link, to, b"\x89\x02hi")


async def _flood(link: Link, to: asyncio.StreamWriter, packet: bytes) -> None:
    """Send thousands a second; not more, as each answer to a ping comes back through the loop of all proxies."""
    with contextlib.suppress(OSError):
        while not to.is_closing():
            to.write(packet * 20)
            await to.drain()
            await asyncio.sleep(0.01)


@fault("loss", "bytes")
async def sends_garbage(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(b"\xff?" + os.urandom(200))


@fault("loss", "bytes", "tcp")
async def inserts_garbage(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(b"?" + data)


@fault("loss", "bytes", "tcp")
async def claims_a_gigabyte(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data[:12] + struct.pack("<I", 2**30) + data[16:] + bytes(64 * 1024))


@fault(None, "bytes", "ws")
async def claims_a_gigabyte_frame(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(b"\x82\x7f" + struct.pack(">Q", 2**30) + bytes(64 * 1024))


@fault("loss", "bytes", "tcp")
async def corrupts_the_magic(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 1))


@fault("skipped", "skipped", "tcp")
async def corrupts_the_id(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 4))


@fault("loss", "bytes", "tcp")
async def corrupts_the_format(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 6, 6))


@fault("skipped", "skipped", "tcp")
async def corrupts_the_serial(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 10))


@fault("loss or silence", "bytes or silence", "tcp")
async def corrupts_the_length(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 12))


@fault("loss", "bytes", "tcp")
async def corrupts_the_sha1(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 20))


@fault("loss", "bytes", "tcp")
async def corrupts_the_body(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, -1))


@fault(None, "bytes", "ws")
async def corrupts_the_first_byte(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 0, 0x70))


@fault(None, "bytes", "ws")
async def corrupts_the_magic_of_a_message(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 1 if data[:3] == b"HTT" else ws_payload(data)[0] + 1))


@fault(None, "skipped", "ws")
async def corrupts_the_section_of_a_message(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 1 if data[:3] == b"HTT" else ws_payload(data)[0] + 13))


@fault(None, "loss", "ws")
async def says_goodbye(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    """A close frame behind the packet, and the socket stays open."""
    to.write(data + b"\x88\x02\x03\xe9")


@fault(None, "loss", "ws")
async def has_lost_opend(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data + ws_frame(b"ft-v1.0\0" + struct.pack(">IQi20s", 2, 0, 0, b"")))


def _flipped(data: bytes, at: int, mask: int = 1) -> bytes:
    changed = bytearray(data)
    changed[at] ^= mask
    return bytes(changed)
