"""The vendor's SDKs for Python, encrypted and plain, at the simulator. Encryption is a setting of the whole process."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.raw_clients import rsa_pem

import pd_optstat as po
from pd_optstat.simulator.server import SimulatorServer

pytestmark = pytest.mark.vendor

YEAR = ("2025-06-13", "2026-06-12")

#: Connects as a user does, and leaves what it got as JSON.
SCRIPT = """
import importlib, json, os, sys
brand, port, key, begin, end, background = sys.argv[1:]
sdk = importlib.import_module(brand)
sdk.SysConfig.set_all_thread_daemon(True)
if key:
    sdk.SysConfig.enable_proto_encrypt(True)
    sdk.SysConfig.set_init_rsa_file(key)
context = sdk.OpenQuoteContext(host="127.0.0.1", port=int(port), is_async_connect=background == "background")
found = []
if background:
    # Without a connection some calls answer with an error, and some never.
    import threading
    ask = lambda: found.append(context.get_option_market_statistic("US_SECURITY", "VOLUME", begin, end)[0])
    threading.Thread(target=ask, daemon=True).start()
    threading.Event().wait(3)
else:
    for market in ("US_SECURITY", "US_INDEX", "HK_SECURITY", "HK_INDEX"):
        for data_type in ("VOLUME", "OPEN_INTEREST"):
            key = None
            while True:
                ret, data, key = context.get_option_market_statistic(market, data_type, begin, end, page_req_key=key)
                assert ret == sdk.RET_OK, data
                rows = data[["time", "call_value", "put_value", "ratio"]].values.tolist()
                found.append([market, data_type, rows])
                if key is None:
                    break
    found.append(str(context.get_login_user_id()))
if not background:
    context.close()
with open("found.json", "w") as file:  # the SDK's threads write to stdout when they like
    json.dump(found, file)
os._exit(0)
"""


def found(brand: str, server: SimulatorServer, key: Path | None, home: Path, background: str = "") -> Any:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, brand, str(server.port), str(key or ""), *YEAR, background],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=home,
        env={**os.environ, "HOME": str(home)},
    )
    assert done.returncode == 0, done.stderr
    return json.loads((home / "found.json").read_text())


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("right.pem", "wrong.pem"):
        (folder / name).write_bytes(rsa_pem())
    return [folder / "right.pem", folder / "wrong.pem"]


def simulator(**options: Any) -> SimulatorServer:
    return SimulatorServer(until=date(2026, 6, 12), page_size=37, rate_limit=False, **options)


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "plain"])
@pytest.mark.parametrize("brand", ["futu", "moomoo"])
def test_the_sdk_sees_what_load_sees(brand: str, encrypted: bool, keys: list[Path], tmp_path: Path) -> None:
    key = keys[0] if encrypted else None
    with simulator(rsa_key=key) as server:
        *pages, user = found(brand, server, key, tmp_path)
    assert int(user) >> 32 == 0x53494D
    assert len(pages) == 8 * 7
    for market in ("US_SECURITY", "US_INDEX", "HK_SECURITY", "HK_INDEX"):
        for data_type in ("VOLUME", "OPEN_INTEREST"):
            rows = [row for page in pages if page[:2] == [market, data_type] for row in page[2]]
            frame = po.load(market, data_type, *YEAR, source="simulator:", cache=False)[::-1]
            days = frame.index.strftime("%Y-%m-%d")
            expected = zip(days, frame["call_value"], frame["put_value"], frame["ratio"], strict=True)
            assert rows == [list(row) for row in expected]


@pytest.mark.parametrize("which", ["wrong", "none", "not wanted"])
@pytest.mark.parametrize("brand", ["futu", "moomoo"])
def test_a_key_that_is_not_the_servers_ends_the_connection_at_once(
    brand: str, which: str, keys: list[Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The SDK goes on trying, as it does whenever it cannot connect; each try ends, and the log says why."""
    caplog.set_level(logging.INFO, "pd_optstat")
    theirs = {"wrong": keys[1], "none": None, "not wanted": keys[1]}[which]
    with simulator(rsa_key=None if which == "not wanted" else keys[0]) as server:
        answers = found(brand, server, theirs, tmp_path, "background")
        assert server.connections_seen >= 1
    assert answers in ([], [-1])
    assert ("has no RSA key" if which == "not wanted" else "does the client have the same one?") in caplog.text
    assert "PRIVATE" not in caplog.text
