"""What the proxy can do to a packet: the faults of `fault_catalogue`, and what they do to a connection."""

from __future__ import annotations

import asyncio
import contextlib
import os
import struct
from collections.abc import Callable

from support.fault_proxy import C2S, S2C, Link, ProxyFault, Run, is_page, ws_frame, ws_payload
from support.raw_clients import PROTOBUF, packet

UNKNOWN = 9999

#: The faults on each transport, by their names in the catalogue.
FAULTS: dict[str, dict[str, ProxyFault]] = {"tcp": {}, "ws": {}}


def injects(
    name: str, *, c2s: str | None = None, s2c: str | None = None, transport: str | None = None
) -> Callable[[Run], Run]:
    """Register how the proxy injects a fault, with its `ProxyFault.kinds` for the client's and the server's packets."""

    def register(run: Run) -> Run:
        kinds = {direction: kind for direction, kind in ((C2S, c2s), (S2C, s2c)) if kind is not None}
        for each in (transport,) if transport else ("tcp", "ws"):
            assert name not in FAULTS[each]
            FAULTS[each][name] = ProxyFault(name, run, kinds)
        return run

    return register


@injects("close-before", c2s="loss", s2c="loss")
async def close_before(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    link.close()


@injects("close-after", c2s="loss", s2c="loss")
async def close_after(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data)
    await to.drain()
    if to is link.client_writer and is_page(link.proxy.transport, data):
        link.proxy.replies.append(data)
    link.close()


@injects("reset-before", c2s="reset", s2c="reset")
async def reset_before(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    link.reset()


@injects("reset-after", c2s="reset", s2c="reset")
async def reset_after(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data)
    await to.drain()
    link.reset()


@injects("half-close", c2s="loss", s2c="loss")
async def half_close(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    link.stalled.add(link.direction_of(to))
    to.write_eof()


@injects("close", c2s="loss", s2c="loss")
async def close_midway(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data[: len(data) // 2])
    await to.drain()
    link.close()


@injects("truncated", c2s="loss", s2c="loss")
async def truncate(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data[:1])
    await to.drain()
    link.close()


@injects("refuse-briefly", c2s="loss", s2c="loss")
async def refuse_briefly(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    await link.proxy.refuse()
    link.close()

    async def come_back() -> None:
        await asyncio.sleep(0.25)
        if link.proxy.fault is not None:
            await link.proxy.listen()

    link.proxy.later = asyncio.create_task(come_back())  # type: ignore[attr-defined]


@injects("gone", c2s="down", s2c="down")
async def go_away(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    await link.proxy.refuse()
    link.reset()


@injects("deaf", c2s="down", s2c="down")
async def go_deaf(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    link.proxy.silent = True
    link.close()


@injects("no-answer", c2s="skipped", s2c="skipped")
async def drop(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    pass


@injects("stall-before", c2s="silence", s2c="silence")
async def stall_before(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    link.stalled.add(link.direction_of(to))


@injects("stall", c2s="silence", s2c="silence")
async def stall(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data[: len(data) // 2])
    link.stalled.add(link.direction_of(to))


@injects("delay", c2s="nothing", s2c="nothing")
async def delay(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    await asyncio.sleep(0.2)
    to.write(data)


@injects("dribble", c2s="nothing", s2c="nothing")
async def dribble(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    for at in range(len(data)):
        to.write(data[at : at + 1])
        await asyncio.sleep(0)


@injects("duplicated", c2s="nothing", s2c="nothing", transport="tcp")
async def duplicate(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data * 2)


@injects("reordered", c2s="nothing", s2c="nothing", transport="tcp")
async def swap_with_next(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    direction = link.direction_of(to)
    link.held[direction] = data

    async def release() -> None:
        await asyncio.sleep(0.1)
        if link.held.pop(direction, None) is not None and not link.ended:
            to.write(data)

    link.later = asyncio.create_task(release())  # type: ignore[attr-defined]


@injects("replay", c2s="nothing", s2c="nothing")
async def replay(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    older = [one for one in link.passed[link.direction_of(to)] if is_page(link.proxy.transport, one)]
    to.write(b"".join(older[:2]) + data)


@injects("extra-push", s2c="nothing")
async def insert_pushes(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    if link.proxy.transport == "tcp":
        serial = struct.unpack_from("<I", data, 8)[0]
        to.write(packet(UNKNOWN, serial, PROTOBUF, b"nobody knows") + data + packet(1003, 0, PROTOBUF, b""))
    elif data[:3] == b"HTT":
        to.write(data)
    else:
        push = b"ft-v1.0\0" + struct.pack(">IQi20s", UNKNOWN, 1, 0, b"") + b"nobody knows"
        to.write(ws_frame(push) + b"\x89\x02hi" + data + ws_frame(push))


@injects("push-flood", s2c="silence", transport="tcp")
async def push_flood(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    await _flood(link, to, packet(UNKNOWN, 1, PROTOBUF, b"x" * 500))


@injects("push-flood-serial", s2c="silence", transport="tcp")
async def push_flood_with_serial(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    await _flood(link, to, packet(UNKNOWN, struct.unpack_from("<I", data, 8)[0], PROTOBUF, b"x" * 500))


@injects("ping-flood", s2c="silence", transport="ws")
async def ping_flood(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    await _flood(link, to, b"\x89\x02hi")


async def _flood(link: Link, to: asyncio.StreamWriter, packet: bytes) -> None:
    """Send thousands of packets per second. More would keep the loop of all proxies busy with answers to pings."""
    with contextlib.suppress(OSError):
        while not to.is_closing():
            to.write(packet * 20)
            await to.drain()
            await asyncio.sleep(0.01)


@injects("garbage", c2s="loss", s2c="bytes")
async def send_garbage(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(b"\xff?" + os.urandom(200))


@injects("garbage-before", c2s="loss", s2c="bytes", transport="tcp")
async def insert_garbage(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(b"?" + data)


@injects("gigabyte", c2s="loss", s2c="bytes", transport="tcp")
async def announce_gigabyte(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data[:12] + struct.pack("<I", 2**30) + data[16:] + bytes(64 * 1024))


@injects("gigabyte", s2c="bytes", transport="ws")
async def announce_gigabyte_frame(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(b"\x82\x7f" + struct.pack(">Q", 2**30) + bytes(64 * 1024))


@injects("wrong-magic", c2s="loss", s2c="bytes", transport="tcp")
async def change_magic(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 1))


@injects("wrong-proto", c2s="skipped", s2c="skipped", transport="tcp")
async def change_protocol_id(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 4))


@injects("wrong-format", c2s="loss", s2c="bytes", transport="tcp")
async def change_format(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 6, 6))


@injects("wrong-serial", c2s="skipped", s2c="skipped", transport="tcp")
async def change_serial(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 10))


@injects("wrong-length", c2s="loss or silence", s2c="bytes or silence", transport="tcp")
async def change_length(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 12))


@injects("wrong-sha1", c2s="loss", s2c="bytes", transport="tcp")
async def change_sha1(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 20))


@injects("changed-body", c2s="loss", s2c="bytes", transport="tcp")
async def change_body(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, -1))


@injects("wrong-frame", s2c="bytes", transport="ws")
async def change_frame(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 0, 0x70))


@injects("wrong-magic", s2c="bytes", transport="ws")
async def change_message_magic(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 1 if data[:3] == b"HTT" else ws_payload(data)[0] + 1))


@injects("wrong-serial", s2c="skipped", transport="ws")
async def change_section(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(_flipped(data, 1 if data[:3] == b"HTT" else ws_payload(data)[0] + 13))


@injects("close-frame", s2c="loss", transport="ws")
async def send_close_frame(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data + b"\x88\x02\x03\xe9")


@injects("ws-disconnected", s2c="loss", transport="ws")
async def report_disconnect(link: Link, to: asyncio.StreamWriter, data: bytes) -> None:
    to.write(data + ws_frame(b"ft-v1.0\0" + struct.pack(">IQi20s", 2, 0, 0, b"")))


def _flipped(data: bytes, at: int, mask: int = 1) -> bytes:
    changed = bytearray(data)
    changed[at] ^= mask
    return bytes(changed)
