"""``pd-optstat simulate``: run the simulator as a program, to test other programs against."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from datetime import date
from typing import TYPE_CHECKING, Any

from ..errors import InvalidRequest

if TYPE_CHECKING:
    from .server import SimulatorServer

__all__ = ["add_simulate"]

#: Holds the WebSocket key if --ws-key is not given: other users of the machine can see a process's arguments.
WS_KEY_VARIABLE = "PD_OPTSTAT_WS_KEY"
#: Log lines shown at most, so that bad clients can fill neither a pipe that is not read nor a disk.
SHOWN_LINES = 100


def add_simulate(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command ``simulate`` to `commands`."""
    simulate = commands.add_parser("simulate", help="serve synthetic numbers over OpenD's protocol on loopback")
    data = simulate.add_argument_group("data")
    data.add_argument("--page-size", type=int, default=400, metavar="N", help="rows per page (default: %(default)s)")
    data.add_argument(
        "--max-span-days",
        type=int,
        default=365,
        metavar="N",
        help="most days per request, 0 for any number (default: %(default)s)",
    )
    data.add_argument(
        "--seed",
        type=int,
        default=None,
        metavar="N",
        help="random seed of the numbers (default: the seed of simulator:)",
    )
    data.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="last day with numbers (default: today)")
    network = simulate.add_argument_group("network")
    network.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    network.add_argument("--port", type=int, default=11111, help="TCP port, 0 for a free one (default: %(default)s)")
    network.add_argument(
        "--rsa-key", metavar="FILE", help="encrypt TCP connections with this RSA private key, as OpenD does"
    )
    network.add_argument("--ws-port", type=int, metavar="PORT", help="WebSocket port, 0 for a free one (default: none)")
    network.add_argument(
        "--ws-key", metavar="KEY", help=f"key required from WebSocket clients; ${WS_KEY_VARIABLE} is safer"
    )
    network.add_argument("--ws-certificate", metavar="FILE", help="PEM certificate, for wss://")
    network.add_argument(
        "--ws-certificate-key", metavar="FILE", help="private key of the certificate, if in a separate file"
    )
    faults = simulate.add_argument_group("faults")
    faults.add_argument(
        "--latency", type=float, default=0.0, metavar="SECONDS", help="delay of every page (default: 0)"
    )
    faults.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[:N]",
        help="inject a fault into every reply, or into the N-th; repeatable; 'list' prints all faults",
    )
    simulate.set_defaults(run=_simulate)


def _simulate(options: argparse.Namespace) -> None:
    if "list" in options.fault:
        from .faults import table

        print(table())
        return
    _show_log()
    server = _server(options)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        server.start()
    except OSError as error:
        raise InvalidRequest(
            f"The simulator cannot listen ({error}). If OpenD or another simulator is running, use --port 0 for a free "
            "port."
        ) from None
    try:
        for url in server.urls:  # without keys
            print(url, flush=True)
        print(_greeting(server, options), file=sys.stderr, flush=True)
        stop.wait()
    finally:
        server.stop()


def _server(options: argparse.Namespace) -> SimulatorServer:
    from ..core.origins import DEFAULT_SEED
    from .server import SimulatorServer

    return SimulatorServer(
        options.port,
        seed=DEFAULT_SEED if options.seed is None else options.seed,
        page_size=options.page_size,
        max_span_days=options.max_span_days,
        until=options.until,
        latency=options.latency,
        host=options.host,
        rsa_key=options.rsa_key,
        ws_port=options.ws_port,
        ws_key=_ws_key(options),
        ws_certificate=options.ws_certificate,
        ws_certificate_key=options.ws_certificate_key,
        faults=options.fault,
    )


def _ws_key(options: argparse.Namespace) -> str | None:
    if options.ws_key is None and options.ws_port is not None:
        return os.environ.get(WS_KEY_VARIABLE) or None
    key: str | None = options.ws_key
    return key


def _greeting(server: SimulatorServer, options: argparse.Namespace) -> str:
    lines = [f"Synthetic numbers, seed {server.service.dataset.seed}. Press Ctrl-C to stop."]
    if options.rsa_key is not None:
        lines.append("TCP clients need the same RSA key.")
    else:
        lines.append(f"Try: pd-optstat load US_SECURITY VOLUME --source {server.url}")
    if _ws_key(options) is not None:
        lines.append("WebSocket clients need the key.")
    if server.faults:
        lines.append(f"Faults: {', '.join(server.faults)}.")
    return "\n".join(lines)


def _show_log() -> None:
    """Print the simulator's log on stderr: which connections it refused, and why."""
    handler = logging.StreamHandler()
    left = iter(range(SHOWN_LINES))
    handler.addFilter(lambda record: next(left, None) is not None)
    logging.getLogger("pd_optstat").setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)  # the root logger, for asyncio's warnings too
