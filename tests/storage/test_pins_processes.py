"""Pins of several processes: many that record into one file, and those that die while they write."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
from support.pin_fixtures import SERIES, SOURCE, no_pin_from_another_test, pin_path, record  # noqa: F401  (fixtures)

from pd_optstat.storage.pins import file as pin_file

pytestmark = pytest.mark.slow

WRITER = """
import itertools, sys
import pd_optstat as po
path, mode, first, step = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
days = [str(day)[:10] for day in __import__("pandas").bdate_range("2020-01-02", periods=400)]
po.pin(path, mode)
po.load("US_SECURITY", "VOLUME", days[first], days[first], source="simulator:?seed=7", cache=False)
print("begun", flush=True)
for day in days[first + step:int(sys.argv[5]):step]:
    po.load("US_SECURITY", "VOLUME", day, day, source="simulator:?seed=7", cache=False)
"""


def writer(path, mode, first, step, until, **options):
    command = [sys.executable, "-c", WRITER, str(path), mode, str(first), str(step), str(until)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)


def test_processes_that_record_into_one_file_lose_nothing(path):
    processes = [writer(path, "record", first, 4, 60) for first in range(4)]
    assert [process.wait(120) for process in processes] == [0] * 4
    for process in processes:
        process.stdout.close()
    assert pin_file.contents(path)["start"].nunique() == 60
    pin_file.verify(path)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_a_kill_at_any_moment_never_leaves_a_torn_file(path):
    chosen = random.Random(3301)
    held = 0
    for number in range(12):
        with writer(path, "record", number * 30, 1, 400) as process:
            assert process.stdout.readline() == "begun\n"
            time.sleep(chosen.uniform(0, 0.08))
            process.kill()
        now = len(pin_file.contents(path))
        assert now > held or number * 30 < held
        held = max(held, now)
    record(path)
    assert [one.name for one in path.parent.iterdir() if one.name.endswith(".new")] == []


@pytest.mark.parametrize("step", ["chmod", "fsync", "replace"])
def test_a_process_that_dies_while_it_writes_leaves_the_file_whole(path, step):
    record(path)
    whole = path.read_bytes()
    code = (
        f"import os, pd_optstat as po\npo.pin({str(path)!r}, 'record')\nos.{step} = lambda *_: os._exit(9)\n"
        f"po.load(*{SERIES!r}, '2026-06-03', '2026-06-04', source={SOURCE!r}, cache=False)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 9
    assert path.read_bytes() == whole
    assert len([one for one in path.parent.iterdir() if one.name.endswith(".new")]) == 1
    record(path, *SERIES, "2026-06-03", "2026-06-04")
    assert [one for one in path.parent.iterdir() if one.name.endswith(".new")] == []
    assert len(pin_file.contents(path)) == 2
