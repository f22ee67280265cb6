"""The independent OpenD's faults, in place of replies to 3301.

Uses nothing of `pd_optstat`; `fault_catalogue` describes the faults of these names.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from support.independent_packets import QUOTE_PUSH, STATISTIC, Request, packet

if TYPE_CHECKING:
    from support.independent_opend import _Connection


#: Sends what is wrong, given the connection, the request, its c2s and the right response; False closes the connection.
Injector = Callable[["_Connection", Request, Any, Any], bool | None]
#: By the faults' names in the catalogue.
FAULTS: dict[str, Injector] = {}


def injects(name: str) -> Callable[[Injector], Injector]:
    def register(function: Injector) -> Injector:
        FAULTS[name] = function
        return function

    return register


def _content(name: str, change: Callable[[Any], None]) -> None:
    """Register a fault that changes the message before it is sent."""

    @injects(name)
    def changed(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
        change(response.s2c)
        here.reply(request, response)


def _set_first(**values: Any) -> Callable[[Any], None]:
    def change(s2c: Any) -> None:
        for name, value in values.items():
            setattr(s2c.statisticList[0], name, value)

    return change


def _again(call: int) -> Callable[[Any], None]:
    def change(s2c: Any) -> None:
        again = s2c.statisticList.add()
        again.CopyFrom(s2c.statisticList[0])
        again.callValue += call
        again.ClearField("totalValue")
        again.ClearField("ratio")

    return change


def _overflowing(s2c: Any) -> None:
    item = s2c.statisticList[0]
    item.callValue = item.putValue = 2**62 + 1
    item.ratio = 1.0
    item.ClearField("totalValue")


def _foreign_market(s2c: Any) -> None:
    s2c.optionMarket = s2c.optionMarket % 4 + 1


def _foreign_data_type(s2c: Any) -> None:
    s2c.dataType = 1 - s2c.dataType


_content("foreign-market", _foreign_market)
_content("foreign-type", _foreign_data_type)
_content("rows-outside", _set_first(time="1999-12-31"))
_content("rows-after", _set_first(time="2031-01-02"))
_content("bad-date", _set_first(time="2024-13-45"))
_content("empty-date", _set_first(time=""))
_content("odd-date", _set_first(time="２０２４-０１-０２"))
_content("negative-counts", _set_first(callValue=-1, totalValue=0))
_content("negative-puts", _set_first(putValue=-5))
_content("wrong-total", _set_first(totalValue=1))
_content("overflow", _overflowing)
_content("duplicate-day", _again(1))


@injects("repeating-key")
def repeat_key(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    response.s2c.nextPageKey = b"always the same"
    here.reply(request, response)


@injects("endless-keys")
def endless_keys(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    response.s2c.nextPageKey = f"another key {request.serial}".encode()
    here.reply(request, response)


@injects("empty-pages")
def empty_pages(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    del response.s2c.statisticList[:]
    response.s2c.nextPageKey = f"another key {request.serial}".encode()
    here.reply(request, response)


@injects("huge-key")
def huge_key(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    response.s2c.nextPageKey = bytes(100_000)
    here.reply(request, response)


@injects("no-text")
def not_utf8(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    response.s2c.statisticList[0].time = "##########"
    here.send(request.proto_id, request.serial, response.SerializeToString().replace(b"#" * 10, b"\xff" * 10))


@injects("wrong-sha1")
def wrong_sha1(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    data = bytearray(packet(STATISTIC, request.serial, response.SerializeToString()))
    data[20] ^= 1
    here.raw(bytes(data))


@injects("changed-body")
def change_body(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    data = bytearray(packet(STATISTIC, request.serial, response.SerializeToString()))
    data[-1] ^= 1
    here.raw(bytes(data))


@injects("wrong-magic")
def wrong_magic(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.raw(packet(STATISTIC, request.serial, response.SerializeToString(), magic=b"FX"))


@injects("gigabyte")
def announce_gigabyte(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.raw(packet(STATISTIC, request.serial, bytes(64 * 1024), length=2**30))


@injects("wrong-format")
def wrong_format(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.raw(packet(STATISTIC, request.serial, response.SerializeToString(), form=7))


@injects("garbage")
def garbage(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.raw(here.random.randbytes(5000))


@injects("http")
def web_server(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.raw(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


@injects("garbage-body")
def garbage_body(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.send(STATISTIC, request.serial, b"\xff" * 50)


@injects("broken-json")
def broken_json(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.send(STATISTIC, request.serial, b'{"retType": 0, "s2c": [[', form=1)


@injects("json-shape")
def json_shape(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.send(STATISTIC, request.serial, b'{"retType": 0, "s2c": {"statisticList": 7}}', form=1)


@injects("no-s2c")
def no_s2c(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    response.ClearField("s2c")
    here.reply(request, response)


@injects("no-answer")
def no_answer(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    """Read on, and send nothing."""


@injects("wrong-serial")
def wrong_serial(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.reply(request, response, serial=request.serial + 1000)


@injects("close-before")
def close(here: _Connection, request: Request, c2s: Any, response: Any) -> bool:
    return False


@injects("close")
def close_midway(here: _Connection, request: Request, c2s: Any, response: Any) -> bool:
    data = packet(STATISTIC, request.serial, response.SerializeToString())
    here.raw(data[: len(data) // 2])
    return False


@injects("stall-in-header")
def stall_in_header(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.raw(packet(STATISTIC, request.serial, response.SerializeToString())[:20])


@injects("trickle")
def trickle(here: _Connection, request: Request, c2s: Any, response: Any) -> bool:
    """Send the header at once, and then a byte of the body every 0.05 s."""
    data = packet(STATISTIC, request.serial, bytes(1_000_000))
    with contextlib.suppress(OSError):
        here.request.sendall(data[:44])
        for at in range(44, len(data)):
            here.request.sendall(data[at : at + 1])
            if here.opend.stopping.wait(0.05):
                break
    return False


@injects("push-flood")
def push_flood(here: _Connection, request: Request, c2s: Any, response: Any) -> bool:
    flood = packet(QUOTE_PUSH, 0, b"") * 100
    with contextlib.suppress(OSError):
        while not here.opend.stopping.is_set():
            here.request.sendall(flood)
    return False
