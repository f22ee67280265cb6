"""The vendor's npm client under Node, at the simulator's WebSocket door."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.external_tools import futu_npm_package
from support.raw_clients import make_certificate

import pd_optstat as po
from pd_optstat.simulator.server import SimulatorServer

pytestmark = pytest.mark.vendor

READER = Path(__file__).with_name("read_series.mjs")
YEAR = ("2025-06-13", "2026-06-12")
KEY = "open sesame"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that has the vendor's package."""
    return futu_npm_package(tmp_path_factory.mktemp("npm"))


def server(**options: Any) -> SimulatorServer:
    return SimulatorServer(until=date(2026, 6, 12), page_size=37, rate_limit=False, ws_port=0, **options)


def said(package: Path, running: SimulatorServer, key: str, ssl: bool = False, **environment: str) -> Iterator[Any]:
    """Run the client, and yield what it said, in order."""
    command = ["node", "--experimental-websocket", str(READER), str(running.ws_port), str(ssl).lower(), key, *YEAR]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=package, env={**os.environ, **environment}
    )
    for line in done.stdout.splitlines():
        yield json.loads(line)


def check_pages(found: list[Any]) -> None:
    assert [(one["market"], one["dataType"]) for one in found] == [(m, t) for m in (1, 2, 3, 4) for t in (0, 1)]
    for one in found:
        frame = po.load(one["market"], one["dataType"], *YEAR, source="simulator:", cache=False)[::-1]
        rows = [row for page in one["pages"] for row in page]
        days, calls, puts = frame.index.strftime("%Y-%m-%d"), frame["call_value"], frame["put_value"]
        assert rows == [[day, str(call), str(put)] for day, call, put in zip(days, calls, puts, strict=True)]
        assert [len(page) for page in one["pages"][:-1]] == [37] * 6


@pytest.mark.parametrize(
    ("servers", "clients"), [(None, ""), (None, "any"), (KEY, KEY)], ids=["no key", "key not needed", "right key"]
)
def test_the_client_sees_what_load_sees(servers: str | None, clients: str, package: Path) -> None:
    with server(ws_key=servers) as running:
        login, *found = said(package, running, clients)
    assert login["login"] is login["qotLogined"] is True
    assert int(login["connID"]) > 0
    check_pages(found)


@pytest.mark.parametrize("key", ["", "open sesam", "x" * 1000], ids=["none", "wrong", "long"])
def test_a_wrong_key_is_a_clear_end(key: str, package: Path) -> None:
    """The client tells `onlogin` and does not come back; with a broken connection alone it would, for ever."""
    with server(ws_key=KEY) as running:
        assert list(said(package, running, key)) == [{"login": False, "error": -1}]
        assert running.connections_seen == 1


def test_over_tls(package: Path, tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    files = {"ws_certificate": certificate, "ws_certificate_key": key}
    with server(ws_key=KEY, **files) as running:
        trusted = {"NODE_EXTRA_CA_CERTS": str(certificate)}
        login, *found = said(package, running, KEY, True, **trusted)
    assert login["login"] is True
    check_pages(found)


@pytest.mark.parametrize("fault", ["split", "extra-push", "slow:2", "duplicated", "reordered", "merged"])
def test_what_the_protocol_allows_changes_nothing(fault: str, package: Path) -> None:
    with server(faults=[fault]) as running:
        login, *found = said(package, running, "")
        assert running.faults_struck[fault.partition(":")[0]] >= 1
    assert login["login"] is True
    check_pages([one for one in found if "push" not in one])
    # A reply that comes twice is a push to this client, the second time.
    pushes = {"extra-push": {1003, 3005}, "duplicated": {3301}}.get(fault, set())
    assert {one["push"] for one in found if "push" in one} == pushes


@pytest.mark.parametrize("fault", ["ws-disconnected:3", "rejected:3", "wrong-serial:3"])
def test_what_goes_wrong_reaches_the_client(fault: str, package: Path) -> None:
    with server(faults=[fault]) as running:
        login, *found = said(package, running, "")
    assert login["login"] is True
    assert found[-1].keys() == {"error"}
