"""Reply bodies of the greatest length that cost the most memory to decode, and a measurement of that memory.

Run as a program with the name of a body, or with "load", a transport, a port and a timeout: prints by how many bytes
the process grew at its peak, and the outcome.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

MAX_BODY = 1024 * 1024
BODIES: dict[str, tuple[int, Callable[[], bytes]]] = {}
_PROTOBUF, _JSON = 0, 1


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        value, out = value >> 7, out + bytes([value & 127 | 128])
    return out + bytes([value])


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _filled(piece: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    return before + piece * ((MAX_BODY - 200 - len(before) - len(after)) // len(piece)) + after


def _protobuf(name: str, make: Callable[[], bytes]) -> None:
    BODIES[name] = _PROTOBUF, make


def _json(name: str, before: str, piece: str, after: str) -> None:
    # The last piece ends with a comma, so an empty value is appended.
    BODIES[name] = _JSON, lambda: _filled(piece.encode(), before.encode(), after.encode())


_ITEM = _field(1, b"2026-06-12") + b"\x18\x01\x20\x01"
_protobuf("empty rows", lambda: _field(4, _filled(b"\x1a\x00")))
_protobuf("rows of one byte each", lambda: _field(4, _filled(_field(3, b"\x00"))))
_protobuf("short rows", lambda: _field(4, _filled(_field(3, _ITEM))))
_protobuf("many replies in one", lambda: _filled(b"\x22\x02\x1a\x00"))
_protobuf("rows of long texts", lambda: _field(4, _filled(_field(3, _field(1, b"x" * 300)))))
_protobuf("4,000 rows of long texts", lambda: _field(4, _field(3, _field(1, b"9" * 240)) * 4000))
_protobuf("4,000 rows of odd texts", lambda: _field(4, _field(3, _field(1, "\U0001f600".encode() * 60)) * 4000))
_protobuf("one long text", lambda: b"\x08\x00" + _field(2, _filled(b"x")))
_protobuf("one long text of odd letters", lambda: b"\x08\x00" + _field(2, _filled(b"x", after="\U0001f600".encode())))
_protobuf("one long key", lambda: b"\x08\x00" + _field(4, b"\x08\x01\x10\x00" + _field(4, _filled(b"x"))))
_protobuf("unknown numbers", lambda: _filled(b"\x78\x01"))
_protobuf("unknown texts", lambda: _filled(_field(15, b"")))
_protobuf("unknown fields in rows", lambda: _field(4, _field(3, _filled(b"\x78\x01"))))
_protobuf("deep groups", lambda: _filled(b"\x7b"))
_protobuf("deep messages", lambda: _filled(b"\x22\x7f"))
_protobuf("endless number", lambda: b"\x08" + _filled(b"\xff"))
_json("empty lists", '{"s2c": {"more": [', "[],", "[]]}}")
_json("empty objects", '{"s2c": {"more": [', "{},", "{}]}}")
_json("small objects", '{"s2c": {"more": [', '{"":0},', "0]}}")
_json("empty rows as JSON", '{"retType":0,"s2c": {"statisticList": [', "{},", "{}]}}")
_json("rows with a number", '{"retType":0,"s2c": {"statisticList": [', '{"callValue":1},', "{}]}}")
_json("rows with a day", '{"retType":0,"s2c": {"statisticList": [', '{"time":"2026-06-12"},', "{}]}}")
_json("numbers", '{"more": [', "1,", "1]}")
_json("fractions", '{"more": [', ".5,".replace(".", "0."), "1]}")
_json("one long number", '{"more": ', "9", "}")
_json("exponents", '{"more": [', "1e9,", "1]}")
_json("escapes", '{"retMsg": "', "\\u0000", '"}')
_json("odd letters", '{"retMsg": "', "\U0001f600", '"}')
_json("one odd letter", '{"retMsg": "\U0001f600', "x", '"}')
_json("short texts", '{"more": [', '"ab\U0001f600",', "0]}")
_json("deep lists", '{"s2c": ', "[", "")
_json("deep objects", '{"s2c": ', '{"s2c":', "")

# -- Replies to 3302 and 3304, whose rows have another number ---------------------------------------------------------

#: The table that a body is decoded as, by the name of the body; those of 3301 are not in it.
TABLES: dict[str, str] = {}
_WHOLE_ROWS = {
    # Every field that a row can have, in the order that is decoded a column at a time.
    "STATISTIC": _field(1, b"2026-06-12")
    + b"".join(
        bytes([number << 3 | 1]) + bytes(8) if number in (2, 6, 10, 11) else bytes([number << 3, 1])
        for number in range(2, 12)
    ),
    "VOLATILITY": _field(1, b"2026-06-12") + b"".join(bytes([number << 3 | 1]) + bytes(8) for number in range(2, 6)),
}
for _table, _row in _WHOLE_ROWS.items():
    _text = _field(1, b"9" * 240)
    for _name, _make in {
        "empty rows": lambda: _field(4, _filled(b"\x22\x00")),
        "whole rows": lambda row=_row: _field(4, _filled(_field(4, row))),
        "4,000 whole rows": lambda row=_row: _field(4, _field(4, row) * 4000),
        "4,000 odd rows": lambda row=_row: _field(4, _field(4, row + b"\x7a\x01x") * 4000),
        "4,000 rows of long texts": lambda text=_text: _field(4, _field(4, text) * 4000),
        "a long owner": lambda: _field(4, _field(1, _field(2, _filled(b"x")))),
        "long names": lambda: _field(4, _field(2, _filled(b"x", after="\U0001f600".encode()))),
    }.items():
        TABLES[f"{_table.lower()}: {_name}"] = _table
        _protobuf(f"{_table.lower()}: {_name}", _make)
    _list = f"{_table.lower()}List"
    TABLES[f"{_table.lower()}: rows as JSON"] = _table
    _json(f"{_table.lower()}: rows as JSON", f'{{"retType":0,"s2c": {{"{_list}": [', '{"time":"2026-06-12"},', "{}]}}")

BODIES["many names"] = (
    _JSON,
    lambda: json.dumps({f"{index:x}": 0 for index in range(MAX_BODY // 12)}, separators=(",", ":")).encode(),
)


def status(name: str) -> int:
    """Return a figure of ``/proc/self/status`` in bytes."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name))


def grown(work: Callable[[], object]) -> int:
    """Return by how many bytes this process grew at its peak during `work`."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # resets the peak
    before = status("VmRSS")
    work()
    return status("VmHWM") - before


def decode(form: int, body: bytes, table: str | None = None) -> str:
    from pd_optstat.core.underlying_pages import UnderlyingTable
    from pd_optstat.errors import ProtocolError
    from pd_optstat.opend.messages import decode_statistic
    from pd_optstat.opend.packets import BodyFormat
    from pd_optstat.opend.underlying_messages import decode_underlying

    try:
        if table is None:
            decode_statistic(body, BodyFormat(form))
        else:
            decode_underlying(UnderlyingTable[table], body, BodyFormat(form))
    except ProtocolError as error:
        return f"{str(error)[:60]}"
    return "read"


def load(transport: str, port: str, timeout: str, start: str = "2016-06-13") -> str:
    import pd_optstat as po

    source = (po.OpenDWebSocket if transport == "ws" else po.OpenD)(port=int(port), timeout=float(timeout))
    try:
        po.load("US_SECURITY", "VOLUME", start, "2026-06-12", source=source, cache=False, progress=False)
    except po.OptStatError as error:
        return type(error).__name__
    return "right"


def main() -> None:
    if sys.argv[1] == "load":
        transport, port, timeout = sys.argv[2:]
        sound = sys.stdin.readline().split()
        for one in ("tcp", "ws"):  # imports and fills caches, which must not be measured
            load(one, sound[one == "ws"], "20", "2026-01-01")
        outcome: list[str] = []
        print(grown(lambda: outcome.append(load(transport, port, timeout))), outcome[0])
        return
    table = TABLES.get(sys.argv[1])
    for form, body in ((0, b"\x08\x00" + _field(4, _field(3, _ITEM))), (1, b'{"retType": 0, "s2c": {}}'), (1, b"[")):
        decode(form, body, table)  # imports and fills caches, which must not be measured
    form, make = BODIES[sys.argv[1]]
    body = make()
    assert len(body) <= MAX_BODY, len(body)
    said: list[str] = []
    print(grown(lambda: said.append(decode(form, body, table))), said[0])


if __name__ == "__main__":
    main()
