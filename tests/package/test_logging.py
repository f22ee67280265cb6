"""One logger, silent by default; at DEBUG level it logs requests, but no keys."""

from __future__ import annotations

import ast
import logging
import subprocess
import sys
from pathlib import Path

import pytest

import pd_optstat as po

KEY = "s3same-open"
RANGE = ("US_SECURITY", "VOLUME", "2025-06-01", "2026-06-12")


@pytest.fixture
def server(simulator):
    pytest.importorskip("websockets")
    from datetime import date

    from pd_optstat.simulator.server import SimulatorServer

    with SimulatorServer(until=date(2026, 6, 12), ws_port=0, ws_key=KEY, page_size=100) as server:
        yield server


def test_logging_is_off_by_default():
    """A load over TCP, one that fails, and a client that the server turns away; in a process that set up no logging."""
    code = """
import logging, socket, sys, warnings
from datetime import date
import pd_optstat as po
from pd_optstat.simulator.server import SimulatorServer
with SimulatorServer(until=date(2026, 6, 12)) as server:
    with socket.create_connection(("127.0.0.1", server.port)) as stranger:
        stranger.sendall(b"GET / HTTP/1.1" * 10)
        assert stranger.recv(10) == b""
    po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source=server.url, cache=False, progress=False)
    po.close()
try:
    po.load("US_SECURITY", source=server.url, cache=False)
except po.ConnectionFailed:
    logging.getLogger("pd_optstat").error("what would be printed if nobody listened")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_logger_has_no_level_or_visible_handler():
    logger = logging.getLogger("pd_optstat")
    assert [type(handler) for handler in logger.handlers] == [logging.NullHandler]
    assert (logger.level, logger.propagate, logger.disabled) == (logging.NOTSET, True, False)


def test_only_one_logger_is_used():
    asked = set()
    for path in Path(po.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "logging.getLogger":
                asked.add(ast.unparse(node.args[0]) if node.args else "")
    assert asked == {
        "'pd_optstat'",
        "__name__",
        "",
    }  # __name__ is the package's own; the root is the simulator's command's


def test_debug_logs_requests_without_keys(server, caplog, tmp_path):
    from pd_optstat.opend.websocket_messages import hash_websocket_key

    caplog.set_level(logging.DEBUG, "pd_optstat")
    url = f"ws://:{KEY}@127.0.0.1:{server.ws_port}"
    frame = po.load(*RANGE, source=url, cache=tmp_path / "cache", progress=False)
    with pytest.raises(po.OptStatError):
        po.load(*RANGE, source=url.replace(KEY, f"wrong-{KEY}"), cache=False)
    shown = f"ws://127.0.0.1:{server.ws_port}"
    ours = [one.getMessage() for one in caplog.records if one.name == "pd_optstat"]
    assert f"connected to {shown}" in ours
    asked = [one for one in ours if one.startswith("request US_SECURITY/VOLUME ")]
    sent = [one for one in ours if one.startswith("sent #")]
    replies = [one for one in ours if one.startswith("reply US_SECURITY/VOLUME ")]
    assert len(sent) == len(replies) == frame.attrs["optstat"]["requests"] > len(asked) == 2
    assert sum(int(one.split(": ")[1].split(" rows")[0]) for one in replies) == len(frame)
    assert any(one.endswith(", more follow") for one in replies)
    assert not any(secret in caplog.text for secret in (KEY, "s3same", hash_websocket_key(KEY)))
    caplog.clear()
    po.load(*RANGE, source=url, cache=tmp_path / "cache")
    said = [one.getMessage() for one in caplog.records]
    assert [one for one in said if "request" in one and not one.startswith("load ")] == []
    assert any(one.startswith("load US_SECURITY/VOLUME 2025-06-01..2026-06-12: ") for one in said)
    assert any(one.endswith("0 requests") for one in said)


def test_debug_logs_replays(caplog, tmp_path):
    with po.pin(tmp_path / "study.optstat", "record"):
        po.load(*RANGE, source="simulator:", cache=False)
    caplog.set_level(logging.DEBUG, "pd_optstat")
    with po.pin(tmp_path / "study.optstat", "replay"):
        po.load(*RANGE, source="simulator:")
    assert [one.getMessage() for one in caplog.records] == ["load US_SECURITY/VOLUME: from the pin"]
