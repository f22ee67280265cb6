"""Hostile and broken clients: whatever they do, honest ones get the right numbers."""

from __future__ import annotations

import contextlib
import os
import random
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.raw_clients import (
    AES_CBC,
    INIT,
    INIT_WEBSOCKET,
    JSON,
    KEEP_ALIVE,
    STATISTIC,
    Client,
    client,
    message,
    packet,
    rsa_pem,
    statistic_body,
    websocket,
)
from support.raw_messages import varint
from websockets.exceptions import WebSocketException

from pd_optstat.simulator import connections
from pd_optstat.simulator.server import SimulatorServer

UNTIL = date(2026, 6, 12)
YEAR = ("2025-06-13", "2026-06-12")
KEY = "open sesame"
PEM = rsa_pem()
SEED = 3301
HOSTILE = 400
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def running(**options: Any) -> SimulatorServer:
    return SimulatorServer(until=UNTIL, page_size=100, rate_limit=False, ws_port=0, **options)


@pytest.fixture(scope="module")
def encrypted() -> Iterator[SimulatorServer]:
    with running(rsa_key=PEM, ws_key=KEY) as server:
        yield server


@pytest.fixture(scope="module")
def plain() -> Iterator[SimulatorServer]:
    with running() as server:
        yield server


def good_client(server: SimulatorServer, transport: str) -> contextlib.AbstractContextManager[Client]:
    if transport == "ws":
        return websocket(server, KEY)
    if server._state.rsa_key is not None:
        return client(server, rsa_key=PEM, algorithm=AES_CBC)
    return client(server)


def year(one: Client) -> list[Any]:
    pages, key = [], b""
    while not pages or key:
        s2c = one.statistic(*YEAR, key)["s2c"]
        pages.append(s2c["statisticList"])
        key = s2c.get("nextPageKey", b"")
    return pages


def until(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Wait until `holds` returns True; return False after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


# -- A fuzz of clients ---------------------------------------------------------------------------------------------


def tcp(server: SimulatorServer) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=5)


def ws(server: SimulatorServer) -> socket.socket:
    return socket.create_connection((server.host, server.ws_port or 0), timeout=5)


def upgraded(server: SimulatorServer) -> socket.socket:
    """Return a connection after the WebSocket handshake."""
    one = ws(server)
    one.sendall(HANDSHAKE)
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += one.recv(1)
    return one


def frame(draw: random.Random, data: bytes, **changes: Any) -> bytes:
    """Return a client's frame, optionally with another first byte or length."""
    first, length = changes.get("first", 0x82), changes.get("length", len(data))
    mask = draw.randbytes(4)
    size = bytes([0x80 | length]) if length < 126 else b"\xff" + struct.pack(">Q", length)
    return bytes([first]) + size + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))


def mutated(draw: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.randrange(1, 5)):
        if changed:
            changed[draw.randrange(len(changed))] = draw.getrandbits(8)
    return bytes(changed[: draw.randrange(len(changed) + 1)] if draw.random() < 0.3 else changed)


def init_body(draw: random.Random) -> bytes:
    inner = b"\x08\xf3\x07\x12\x01x" + (
        b"\x20" + varint(draw.choice((-1, 0, 1, 2, 77))) if draw.random() < 0.8 else b""
    )
    return b"\x0a" + varint(len(inner)) + inner


def stream(draw: random.Random) -> bytes:
    """Return TCP packets, some of them damaged."""
    parts = [packet(INIT, 1, draw.choice((0, 0, 0, 1)), init_body(draw))]
    for serial in range(draw.randrange(20)):
        body = draw.choice((statistic_body(), statistic_body(*YEAR), draw.randbytes(100), b"{" * 100, b""))
        parts.append(packet(draw.choice((STATISTIC, KEEP_ALIVE, INIT, 9999)), serial, draw.getrandbits(1), body))
    return mutated(draw, b"".join(parts)) if draw.random() < 0.7 else b"".join(parts)


def messages(draw: random.Random) -> bytes:
    """Return WebSocket frames, some of them damaged."""
    parts = [frame(draw, message(INIT_WEBSOCKET, 1, draw.choice((b"", b"\x0a\x00", draw.randbytes(20)))))]
    for section in range(draw.randrange(20)):
        data = message(draw.choice((STATISTIC, KEEP_ALIVE, 1001, 2)), section, draw.choice((statistic_body(), b"\xff")))
        first = draw.choice((0x82, 0x82, 0x82, 0x81, 0x02, 0x00, 0x80, 0x88, 0x89, 0x8A, 0xF2, 0x8F))
        parts.append(frame(draw, data, first=first))
    return mutated(draw, b"".join(parts)) if draw.random() < 0.7 else b"".join(parts)


Hostile = Callable[[random.Random, SimulatorServer], socket.socket]


def says(connect: Callable[[SimulatorServer], socket.socket], make: Callable[[random.Random], bytes]) -> Hostile:
    def act(draw: random.Random, server: SimulatorServer) -> socket.socket:
        one = connect(server)
        one.sendall(make(draw))
        return one

    return act


def drips(draw: random.Random, server: SimulatorServer) -> socket.socket:
    one = draw.choice((tcp, ws, upgraded))(server)
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in stream(draw)[: draw.randrange(60)]:
        one.sendall(bytes([byte]))
    return one


def floods(draw: random.Random, server: SimulatorServer) -> socket.socket:
    """Send as many requests as possible, and read no replies."""
    one = tcp(server)
    one.setblocking(False)
    data = packet(INIT, 1, 0, init_body(draw)) + packet(STATISTIC, 2, 0, statistic_body(*YEAR)) * 2000
    with contextlib.suppress(BlockingIOError, ConnectionError):
        for _ in range(20):
            one.send(data)
    return one


def resets(draw: random.Random, server: SimulatorServer) -> socket.socket:
    one = draw.choice((tcp, ws, upgraded))(server)
    one.sendall(stream(draw)[: draw.randrange(500)])
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    one.close()
    return one


def bombs(draw: random.Random) -> bytes:
    body = draw.choice((b"[" * 100_000, b'{"c2s":' * 30_000, b'"' + b"\\u0041" * 30_000 + b'"', b"9" * 200_000))
    return packet(INIT, 1, JSON, b'{"c2s": {"packetEncAlgo": -1}}') + packet(STATISTIC, 2, JSON, body) * 5


HOSTILES: list[Hostile] = [
    says(tcp, stream),
    says(tcp, lambda draw: draw.randbytes(draw.randrange(5000))),
    says(tcp, lambda draw: packet(INIT, 1, 0, b"", draw.randbytes(128 * draw.randrange(1, 20)))),
    says(
        tcp,
        lambda draw: (
            struct.pack("<2sIBBII", b"FT", 1001, 0, 0, 1, draw.choice((2**18 - 1, 2**30, 2**32 - 1))) + bytes(20000)
        ),
    ),
    says(tcp, bombs),
    says(ws, lambda draw: draw.randbytes(draw.randrange(5000))),
    says(ws, lambda draw: mutated(draw, HANDSHAKE)),
    says(ws, lambda draw: HANDSHAKE[: draw.randrange(len(HANDSHAKE))]),
    says(ws, lambda draw: HANDSHAKE + messages(draw)),
    says(upgraded, messages),
    says(upgraded, lambda draw: frame(draw, b"x" * 100, length=draw.choice((2**18, 2**30, 2**62)))),
    says(upgraded, lambda draw: frame(draw, b"", first=0x02) + frame(draw, b"x", first=0x00) * 2000),
    says(upgraded, lambda draw: frame(draw, b"p" * 100, first=0x89) * 2000),
    drips,
    floods,
    resets,
]


@pytest.mark.slow
@pytest.mark.parametrize("which", ["encrypted", "plain"])
def test_after_many_hostile_clients_an_honest_one_gets_the_right_numbers(
    which: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    server: SimulatorServer = request.getfixturevalue(which)
    draw = random.Random(f"{SEED} {which}")
    open_still: list[socket.socket] = []
    with good_client(server, "tcp") as patient, good_client(server, "ws") as patient_too:
        right = year(patient)
        for number in range(HOSTILE):
            # Sockets may be closed on them at any moment; what they get to see of that is of no interest.
            with contextlib.suppress(OSError):
                open_still.append(draw.choice(HOSTILES)(draw, server))
            if len(open_still) > 60:
                open_still.pop(draw.randrange(len(open_still))).close()
            if number % 50 == 0:
                for transport in ("tcp", "ws"):
                    with good_client(server, transport) as one:
                        assert year(one) == right
        assert year(patient) == year(patient_too) == right
    for one in open_still:
        one.close()
    assert until(lambda: server.connections == 0, 20)
    for transport in ("tcp", "ws"):
        with good_client(server, transport) as one:
            assert year(one) == right
    # asyncio warns of a client that goes away while the WebSocket library answers its thousands of pings.
    assert not [one for one in caplog.records if one.levelname in ("WARNING", "ERROR") and one.name != "asyncio"]
    assert capfd.readouterr() == ("", "")


# -- Each bound by itself ------------------------------------------------------------------------------------------


def test_silent_connections_are_closed_for_new_ones() -> None:
    with running() as server:
        silent = [tcp(server) for _ in range(connections.MAX_CONNECTIONS)]
        assert until(lambda: server.connections == connections.MAX_CONNECTIONS)
        with good_client(server, "tcp") as one, good_client(server, "ws") as two:
            assert one.is_alive()
            assert two.is_alive()
            assert server.connections == connections.MAX_CONNECTIONS
            assert select.select(silent, [], [], 5)[0] == silent[:2]  # the oldest two were closed
        for each in silent:
            each.close()


@pytest.mark.slow
@pytest.mark.parametrize("tls", [False, True], ids=["ws", "wss"])
def test_a_flood_before_the_websocket_handshake_does_not_lock_out_honest_clients(
    tls: bool, certificate: tuple[Path, Path], caplog: pytest.LogCaptureFixture
) -> None:
    """The flood is counted from the first byte on, before TLS too, and only closes connections of its own port."""
    options = {"ws_certificate": certificate[0], "ws_certificate_key": certificate[1]} if tls else {}
    with running(**options) as server, contextlib.ExitStack() as stack:
        early = stack.enter_context(client(server, init=False))
        descriptors = open_descriptors()
        flood = [stack.enter_context(ws(server)) for _ in range(1024)]
        assert until(lambda: server.connections_seen == len(flood) + 1)
        assert server.connections == connections.MAX_CONNECTIONS
        # Those of the clients, of the server, and a few that were just closed.
        assert until(lambda: open_descriptors() <= descriptors + len(flood) + connections.MAX_CONNECTIONS)
        assert early.ask(INIT, clientVer=1011, clientID="test", packetEncAlgo=-1)["retType"] == 0
        right = year(early)
        context = ssl.create_default_context(cafile=certificate[0]) if tls else None
        with good_client(server, "tcp") as one, websocket(server, KEY, tls=context) as two:
            assert year(one) == year(two) == right
        flood += [stack.enter_context(ws(server)) for _ in range(1024)]
        assert year(early) == right
        for each in flood:
            each.close()
        assert until(lambda: server.connections == 1)
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_beyond_the_limit_of_logged_in_connections_the_newest_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 4)
    with running() as server, contextlib.ExitStack() as stack:
        known = [stack.enter_context(good_client(server, transport)) for transport in ("tcp", "ws", "tcp", "ws")]
        with client(server, init=False) as refused:
            assert refused.is_closed()
        with pytest.raises((OSError, EOFError, WebSocketException)), websocket(server):
            pass
        assert all(one.is_alive() for one in known)
        known[0].close()
        assert until(lambda: server.connections == 3)
        with good_client(server, "tcp") as one:
            assert one.is_alive()


@pytest.mark.parametrize("transport", ["tcp", "ws", "upgraded"])
def test_clients_that_do_not_log_in_in_time_are_closed(transport: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LOGIN_SECONDS", 0.2)
    monkeypatch.setattr(connections, "WATCH_SECONDS", 0.02)
    with running() as server, {"tcp": tcp, "ws": ws, "upgraded": upgraded}[transport](server) as one:
        one.sendall(b"F" if transport == "tcp" else b"\x82")  # a beginning is not enough
        one.settimeout(5)
        with contextlib.suppress(ConnectionResetError):
            while one.recv(1000):
                pass
        assert until(lambda: server.connections == 0)


def test_an_idle_client_is_closed_unless_it_sends_keep_alives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_INTERVALS", 0.06)  # of 10 s
    monkeypatch.setattr(connections, "WATCH_SECONDS", 0.02)
    with running() as server, good_client(server, "tcp") as idle, good_client(server, "tcp") as busy:
        closed = threading.Event()
        watching = threading.Thread(target=lambda: idle.is_closed() and closed.set())
        watching.start()
        while not closed.wait(0.1):
            assert busy.is_alive()
        watching.join()
        assert busy.is_alive()
        with good_client(server, "ws") as one:  # which has pings of its own
            time.sleep(0.8)
            assert one.is_alive()


def test_a_client_is_not_idle_during_a_long_latency(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_INTERVALS", 0.02)
    monkeypatch.setattr(connections, "WATCH_SECONDS", 0.02)
    with running(latency=0.8) as server, good_client(server, "tcp") as one:
        assert one.statistic(*YEAR)["retType"] == 0


@pytest.mark.parametrize("latency", [0.0, 0.05])
def test_memory_for_a_client_that_does_not_read_is_bounded(latency: float) -> None:
    with running(latency=latency) as server, client(server) as deaf, good_client(server, "tcp") as other:
        data = packet(STATISTIC, 2, 0, statistic_body(*YEAR)) * 1000
        deaf.socket.settimeout(0.3)
        sent = 0
        with contextlib.suppress(TimeoutError):  # at last nobody takes any more
            while sent < 10**9:
                sent += deaf.socket.send(data)
        [session] = [one for one in server._state.connections if one._pending.locked() or one._sending.locked()]
        assert len(session._tasks) <= connections.MAX_PENDING
        waiting = session._writer.transport.get_write_buffer_size()  # type: ignore[attr-defined]
        assert waiting < 64 * 1024 + 20_000  # asyncio's high-water mark, and a page
        assert other.is_alive()
        # What the kernel takes in for both ends is not ours; what was sent beyond that was read by us.
        assert sent < 30_000_000


@pytest.mark.slow
def test_a_client_that_floods_with_pings_without_reading_is_closed() -> None:
    with running() as server, upgraded(server) as one, good_client(server, "ws") as other:
        one.sendall(frame(random.Random(SEED), message(INIT_WEBSOCKET, 1, b"\x0a\x00")))
        pings = frame(random.Random(SEED), b"p" * 100, first=0x89) * 10_000
        sent = 0
        with contextlib.suppress(ConnectionError):
            for _ in range(200):  # 200 MB
                one.sendall(pings)
                sent += len(pings)
        assert sent < 50_000_000
        assert other.is_alive()


def test_long_requests_are_not_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are answered without latency, as none of them can be valid."""
    with running(latency=60.0) as server, client(server) as one:
        for _ in range(20):
            assert "not a date" in one.refusal("x" * 200_000, "2026-06-12")


@pytest.mark.slow
def test_a_flood_of_rsa_does_not_block_others() -> None:
    """Each of these costs 16 private-key operations of 4096 bits, about a tenth of a second."""
    pem = rsa_pem(4096)
    sealed = random.Random(SEED).randbytes(512 * 16)
    flood = packet(INIT, 1, 0, b"", b"\0" + sealed[1:])
    with running(rsa_key=pem) as server, contextlib.ExitStack() as stack, good_client(server, "ws") as other:
        for _ in range(30):
            stack.enter_context(tcp(server)).sendall(flood)
        begin = time.monotonic()
        for _ in range(20):
            assert other.is_alive()
        assert time.monotonic() - begin < 3, "the event loop was held up"


def test_slow_faults_do_not_block_other_connections() -> None:
    """Connections that a fault slows down do not affect others."""
    with (
        running(faults=["trickle"]) as server,
        good_client(server, "tcp") as held,
        good_client(server, "ws") as held_too,
    ):
        for one in (held, held_too):
            one.send(STATISTIC, statistic_body(*YEAR))
        server.faults = []
        for transport in ("tcp", "ws"):
            with good_client(server, transport) as one:
                assert len(year(one)) == 3
        held_too.websocket.socket.close()  # type: ignore[attr-defined]  # it would wait for the rest
