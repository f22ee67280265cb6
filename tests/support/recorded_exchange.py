"""Exchanges between the vendor's SDKs and the simulator, recorded packet by packet.

`python -m support.recorded_exchange`, run in `tests/` where both SDKs are installed, records them anew into
`interop/recorded/`: one packet a line, in hexadecimal, after `>` if the SDK sent it and `<` if the simulator did.
"""

from __future__ import annotations

import hashlib
import importlib
import socket
import struct
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pd_optstat.simulator.server import SimulatorServer
from support.raw_clients import INIT, NAMES, STATISTIC
from support.raw_messages import fields_of, from_protobuf, signed

BRANDS = ("futu", "moomoo")
FOLDER = Path(__file__).parents[1] / "interop" / "recorded"
HEADER = struct.Struct("<2sIBBII20s8s")
#: What differs from one connection to the next.
VOLATILE = {"connID", "connAESKey", "time"}

#: Who sent the packet, and its bytes.
Exchange = list[tuple[str, bytes]]


def simulator() -> SimulatorServer:
    """Return the simulator that the SDKs were recorded with: six rows per page, and no rate limit."""
    return SimulatorServer(until=date(2026, 6, 12), page_size=6, rate_limit=False)


def read_recorded(brand: str) -> Exchange:
    lines = (FOLDER / f"{brand}.txt").read_text("ascii").splitlines()
    return [(line[0], bytes.fromhex(line[2:])) for line in lines]


def record(brand: str) -> Exchange:
    """Run the SDK against a simulator, and return what went over the wire."""
    sdk: Any = importlib.import_module(brand)
    sdk.SysConfig.set_all_thread_daemon(True)
    with simulator() as server, socket.create_server(("127.0.0.1", 0)) as listener:
        exchange: Exchange = []
        threading.Thread(target=_relay, args=(listener, server.port, exchange), daemon=True).start()
        context = sdk.OpenQuoteContext(host="127.0.0.1", port=listener.getsockname()[1])
        try:
            _use(sdk, context)
        finally:
            context.close()
    return exchange


def _use(sdk: Any, context: Any) -> None:
    """Page through two weeks of every series, and make a mistake."""
    for market in ("US_SECURITY", "US_INDEX", "HK_SECURITY", "HK_INDEX"):
        for data_type in ("VOLUME", "OPEN_INTEREST"):
            key, pages = None, 0
            while pages == 0 or key:
                ret, data, key = context.get_option_market_statistic(
                    market, data_type, "2026-06-01", "2026-06-15", page_req_key=key
                )
                assert ret == sdk.RET_OK, data
                pages += 1
            assert pages == 2
    assert context.get_global_state()[0] == sdk.RET_OK
    assert context.get_option_market_statistic("US_SECURITY", "VOLUME", "2025-06-01", "2026-06-15")[0] == sdk.RET_ERROR


def _relay(listener: socket.socket, port: int, exchange: Exchange) -> None:
    """Pass the packets of one connection on, both ways. The SDK waits for each reply, so they alternate."""
    near, _ = listener.accept()
    with near, socket.create_connection(("127.0.0.1", port)) as far:
        while request := receive(near):
            exchange.append((">", request))
            far.sendall(request)
            reply = receive(far)
            exchange.append(("<", reply))
            near.sendall(reply)


def receive(connection: socket.socket) -> bytes:
    """Return the next packet, or nothing if the connection was closed."""
    data = _exactly(connection, HEADER.size)
    return data and data + _exactly(connection, HEADER.unpack(data)[5])


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            return b""
        data += more
    return data


def decode(exchange: Exchange) -> Iterator[tuple[str, int, int, dict[Any, Any]]]:
    """Yield sender, protocol, serial number counted from the first, and fields of each packet, without the volatile."""
    first = HEADER.unpack_from(exchange[0][1])[4]
    for sender, data in exchange:
        magic, proto_id, form, version, serial, length, digest, reserved = HEADER.unpack_from(data)
        body = data[HEADER.size :]
        assert (magic, form, version, length, reserved) == (b"FT", 0, 0, len(body), bytes(8))
        assert digest == hashlib.sha1(body).digest()
        yield sender, proto_id, serial - first, _request(proto_id, body) if sender == ">" else _reply(proto_id, body)


def _request(proto_id: int, body: bytes) -> dict[int, Any]:
    """Return the fields of a request by number, as the SDK may send some that the documentation does not have."""
    fields = dict(fields_of(next(fields_of(body))[1]))
    if proto_id == INIT:
        fields.pop(1)  # clientVer
    if proto_id == STATISTIC and 5 in fields:
        fields[5] = len(fields[5])
    return fields


def _reply(proto_id: int, body: bytes) -> dict[str, Any]:
    fields = dict(fields_of(body))
    s2c = from_protobuf(f"{NAMES[proto_id]} s2c", fields[4]) if 4 in fields else {}
    steady = {name: value for name, value in s2c.items() if name not in VOLATILE}
    if "nextPageKey" in steady:
        steady["nextPageKey"] = len(steady["nextPageKey"])
    return {"retType": signed(fields[1]), **steady}


def page_key(reply: bytes) -> bytes:
    """Return the page key in a reply, or nothing if it has none."""
    fields = dict(fields_of(reply[HEADER.size :]))
    if HEADER.unpack_from(reply)[1] != STATISTIC or 4 not in fields:
        return b""
    key: bytes = from_protobuf("statistic s2c", fields[4]).get("nextPageKey", b"")
    return key


def with_page_key(request: bytes, recorded: bytes, fresh: bytes) -> bytes:
    """Return the packet with another page key of the same length: each simulator signs its own."""
    head, body = list(HEADER.unpack_from(request)), request[HEADER.size :].replace(recorded, fresh)
    head[6] = hashlib.sha1(body).digest()
    return HEADER.pack(*head) + body


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for brand in BRANDS:
        lines = [f"{sender} {data.hex()}\n" for sender, data in record(brand)]
        (FOLDER / f"{brand}.txt").write_text("".join(lines), "ascii")


if __name__ == "__main__":
    main()
