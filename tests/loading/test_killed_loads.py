"""Loads that are killed, and loads beside a process that clears the cache: real processes, really killed."""

from __future__ import annotations

import subprocess
import sys
import time

import pandas as pd
import pytest

import pd_optstat as po

ARGUMENTS = ("US_SECURITY", "VOLUME", "2016-01-04", "2025-12-31")
SOURCE = "simulator:?seed=7"

STUCK = """
import sys, pd_optstat as po
from pd_optstat._util import cancellation
from pd_optstat.sources.simulator import Simulator

complete = Simulator.pages

def all_but_one(self, queries, waiting):
    yield from complete(self, queries[:-1], waiting)
    print("waiting", flush=True)
    cancellation.sleep(600)

Simulator.pages = all_but_one
po.load(*{arguments!r}, source={source!r}, cache=sys.argv[1])
"""

CLEARING = """
import sys, pd_optstat as po
cache = po.Cache(sys.argv[1])
print("ready", flush=True)
while True:
    cache.clear()
"""


def start(script, folder):
    command = [sys.executable, "-c", script, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() in ("waiting", "ready")
    return process


def stop(process):
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.slow
def test_a_killed_load_keeps_all_complete_requests_while_one_is_stuck(tmp_path):
    process = start(STUCK.format(arguments=ARGUMENTS, source=SOURCE), tmp_path)
    try:
        deadline = time.monotonic() + 60.0
        while po.Cache(tmp_path).info()["rows"].sum() < 9 * 250:
            assert time.monotonic() < deadline, "complete requests are not written while the load waits"
            time.sleep(0.05)
    finally:
        stop(process)
    frame = po.load(*ARGUMENTS, source=SOURCE, cache=tmp_path)
    assert frame.attrs["optstat"]["requests"] == 1
    pd.testing.assert_frame_equal(frame, po.load(*ARGUMENTS, source=SOURCE, cache=False))


@pytest.mark.slow
def test_a_process_that_clears_the_cache_leaves_every_frame_whole(tmp_path):
    right = po.load(*ARGUMENTS, source=SOURCE, cache=False)
    panel = po.load_panel("US_SECURITY", None, *ARGUMENTS[2:], source=SOURCE, cache=False)
    process = start(CLEARING, tmp_path)
    try:
        for _ in range(40):
            frame = po.load(*ARGUMENTS, source=SOURCE, cache=tmp_path)
            pd.testing.assert_frame_equal(frame, right)
            assert frame.attrs["optstat"]["missing"] == []
        for _ in range(10):
            loaded = po.load_panel("US_SECURITY", None, *ARGUMENTS[2:], source=SOURCE, cache=tmp_path)
            pd.testing.assert_frame_equal(loaded, panel)
    finally:
        stop(process)
