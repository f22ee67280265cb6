"""The other OpenD's faults: what a broken, hijacked or foreign server might do in place of a reply of 3301.

Nothing of `pd_optstat` is in here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from support.other_packets import QUOTE_PUSH, STATISTIC, Request, packet

if TYPE_CHECKING:
    from support.other_opend import _Connection


Fault = Callable[["_Connection", Request, Any, Any], bool | None]
FAULTS: dict[str, Fault] = {}
#: Which of them are wrong packets, wrong content, or silence.
KINDS: dict[str, str] = {}


def fault(kind: str) -> Callable[[Fault], Fault]:
    def register(function: Fault) -> Fault:
        FAULTS[function.__name__] = function
        KINDS[function.__name__] = kind
        return function

    return register


def _content(name: str, change: Callable[[Any], None]) -> None:
    """Register a fault that changes the message before it is sent."""

    def changed(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
        change(response.s2c)
        here.reply(request, response)

    FAULTS[name], KINDS[name] = changed, "content"


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
    """Each fits into 64 bits, their sum does not."""
    item = s2c.statisticList[0]
    item.callValue = item.putValue = 2**62 + 1
    item.ratio = 1.0
    item.ClearField("totalValue")


def _foreign_market(s2c: Any) -> None:
    s2c.optionMarket = s2c.optionMarket % 4 + 1


def _foreign_data_type(s2c: Any) -> None:
    s2c.dataType = 1 - s2c.dataType


_content("foreign_market", _foreign_market)
_content("foreign_data_type", _foreign_data_type)
_content("row_before_the_window", _set_first(time="1999-12-31"))
_content("row_after_the_window", _set_first(time="2031-01-02"))
_content("time_is_no_date", _set_first(time="2024-13-45"))
_content("time_is_empty", _set_first(time=""))
_content("time_in_other_digits", _set_first(time="２０２４-０１-０２"))
_content("negative_call", _set_first(callValue=-1, totalValue=0))
_content("negative_put", _set_first(putValue=-5))
_content("total_differs", _set_first(totalValue=1))
_content("counts_overflow", _overflowing)
_content("same_day_other_values", _again(1))


@fault("content")
def repeated_key(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    response.s2c.nextPageKey = b"always the same"
    here.reply(request, response)


@fault("content")
def endless_same_rows(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    response.s2c.nextPageKey = f"another key {request.serial}".encode()
    here.reply(request, response)


@fault("content")
def endless_empty_pages(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    del response.s2c.statisticList[:]
    response.s2c.nextPageKey = f"another key {request.serial}".encode()
    here.reply(request, response)


@fault("content")
def giant_key(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    response.s2c.nextPageKey = bytes(100_000)
    here.reply(request, response)


@fault("content or packet")
def text_that_is_no_text(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    """A time that is not UTF-8: some runtimes hand out bytes for it."""
    response.s2c.statisticList[0].time = "##########"
    here.send(request.proto_id, request.serial, response.SerializeToString().replace(b"#" * 10, b"\xff" * 10))


@fault("packet")
def wrong_sha1(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    data = bytearray(packet(STATISTIC, request.serial, response.SerializeToString()))
    data[20] ^= 1
    here.raw(bytes(data))


@fault("packet")
def changed_body(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    data = bytearray(packet(STATISTIC, request.serial, response.SerializeToString()))
    data[-1] ^= 1
    here.raw(bytes(data))


@fault("packet")
def wrong_magic(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.raw(packet(STATISTIC, request.serial, response.SerializeToString(), magic=b"FX"))


@fault("packet")
def gigabyte_length(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.raw(packet(STATISTIC, request.serial, b"", length=2**30))


@fault("packet")
def unknown_format(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.raw(packet(STATISTIC, request.serial, response.SerializeToString(), form=7))


@fault("packet")
def garbage(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.raw(here.random.randbytes(5000))


@fault("packet")
def web_server(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.raw(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


@fault("packet")
def garbage_body(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.send(STATISTIC, request.serial, b"\xff" * 50)


@fault("packet")
def json_garbage(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.send(STATISTIC, request.serial, b'{"retType": 0, "s2c": [[', form=1)


@fault("packet")
def json_of_another_shape(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.send(STATISTIC, request.serial, b'{"retType": 0, "s2c": {"statisticList": 7}}', form=1)


@fault("packet")
def success_without_data(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    response.ClearField("s2c")
    here.reply(request, response)


@fault("silence")
def never_answers(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    """Read on, say nothing."""


@fault("silence")
def wrong_serial(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.reply(request, response, serial=request.serial + 1000)


@fault("silence")
def closes(here: _Connection, request: Request, c2s: Any, response: Any) -> bool:
    return False


@fault("silence")
def truncated_then_closes(here: _Connection, request: Request, c2s: Any, response: Any) -> bool:
    data = packet(STATISTIC, request.serial, response.SerializeToString())
    here.raw(data[: len(data) // 2])
    return False


@fault("silence")
def half_a_header_then_silence(here: _Connection, request: Request, c2s: Any, response: Any) -> None:
    here.raw(packet(STATISTIC, request.serial, response.SerializeToString())[:20])


@fault("silence")
def trickles_for_ever(here: _Connection, request: Request, c2s: Any, response: Any) -> bool:
    """A byte of one reply now and then: never silent, never done."""
    data = packet(STATISTIC, request.serial, bytes(1_000_000))
    with contextlib.suppress(OSError):
        here.request.sendall(data[:44])
        for at in range(44, len(data)):
            here.request.sendall(data[at : at + 1])
            if here.opend.stopping.wait(0.05):
                break
    return False


@fault("silence")
def pushes_for_ever(here: _Connection, request: Request, c2s: Any, response: Any) -> bool:
    """A flood of pushes, and never the reply."""
    flood = packet(QUOTE_PUSH, 0, b"") * 100
    with contextlib.suppress(OSError):
        while not here.opend.stopping.is_set():
            here.request.sendall(flood)
    return False
