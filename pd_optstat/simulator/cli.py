"""``pd-optstat simulate``: the simulator as a program, for other programs to be tested against."""

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

#: Where the WebSocket key may come from: other users of the machine can see arguments.
WS_KEY_VARIABLE = "PD_OPTSTAT_WS_KEY"
#: So many log lines are shown; a pipe that nobody reads has room for them, and a flood of bad clients fills no disk.
SHOWN_LINES = 100


def add_simulate(commands: Any) -> None:
    """Add the command to argparse's `commands`."""
    simulate = commands.add_parser("simulate", help="serve OpenD's protocol with synthetic numbers on loopback")
    numbers = simulate.add_argument_group("what it serves")
    numbers.add_argument("--page-size", type=int, default=400, metavar="N", help="rows a page (default: %(default)s)")
    numbers.add_argument(
        "--max-span-days", type=int, default=365, metavar="N", help="days from begin to end, 0 for any (default: 365)"
    )
    numbers.add_argument("--seed", type=int, default=None, help="of the numbers (default: the package's)")
    numbers.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="the last day that has numbers")
    doors = simulate.add_argument_group("where, and to whom")
    doors.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    doors.add_argument("--port", type=int, default=11111, help="TCP port, 0 for a free one (default: %(default)s)")
    doors.add_argument("--rsa-key", metavar="FILE", help="encrypt TCP with this RSA private key, as OpenD does")
    doors.add_argument("--ws-port", type=int, metavar="PORT", help="WebSocket port, 0 for a free one (default: none)")
    doors.add_argument("--ws-key", metavar="KEY", help=f"that WebSocket clients need; better in ${WS_KEY_VARIABLE}")
    doors.add_argument("--ws-certificate", metavar="FILE", help="PEM certificate, for wss://")
    doors.add_argument("--ws-certificate-key", metavar="FILE", help="its private key, if it is in another file")
    wrong = simulate.add_argument_group("what goes wrong")
    wrong.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="that every page takes")
    wrong.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[:N]",
        help="always, or at the N-th reply; may be given several times; 'list' prints all of them",
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
            f"The simulator cannot listen ({error}). Is an OpenD or another simulator running? "
            "--port 0 takes a free port."
        ) from None
    try:
        for url in server.urls:  # the keys are not in them
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
    lines = [f"Synthetic numbers, seed {server.service.dataset.seed}. Ctrl-C ends it."]
    if options.rsa_key is not None:
        lines.append("Clients of the TCP port need the same RSA key.")
    else:
        lines.append(f"Try: pd-optstat load US_SECURITY VOLUME --source {server.url}")
    if _ws_key(options) is not None:
        lines.append("Clients of the WebSocket port need the key.")
    if server.faults:
        lines.append(f"Faults: {', '.join(server.faults)}.")
    return "\n".join(lines)


def _show_log() -> None:
    """Show on stderr what the simulator has to say: whom it turned away, and why."""
    handler = logging.StreamHandler()
    left = iter(range(SHOWN_LINES))
    handler.addFilter(lambda record: next(left, None) is not None)
    logging.getLogger("pd_optstat").setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)  # of the root: asyncio, too, has warnings of clients that go away
