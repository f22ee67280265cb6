"""A process that forks children on request, and the jobs that these run on a cache.

Tests use children for what must be killed, or must run with other rights or limits. They start within milliseconds, as
the process has imported everything, and safely, as it has no threads. Run as a program, this module is that process.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import pd_optstat as po
from support.checked_loads import MONTH, OTHER_MONTH, PATIENCE, SERIES, SOURCE, forget, try_load, values

# -- Jobs: each returns a value that JSON can represent ----------------------------------------------

JOBS: dict[str, Callable[..., Any]] = {}


def job(function: Callable[..., Any]) -> Callable[..., Any]:
    JOBS[function.__name__] = function
    return function


@job
def load(arguments: list[Any], **options: Any) -> list[Any]:
    return try_load(*arguments, **options)


@job
def load_until_killed(folder: str, url: str, log: str, number: int) -> None:
    """Load random ranges until killed; record each on disk once it is loaded."""
    at_random = random.Random(number)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while True:
        series = at_random.choice(SERIES)
        start = date(2012, 1, 2) + timedelta(days=at_random.randrange(4000))
        end = start + timedelta(days=at_random.choice([20, 300, 900]))
        po.load(*series, start, end, source=url, cache=folder, progress=False, refresh=not at_random.randrange(6))
        os.write(descriptor, f"{json.dumps([*series, str(start), str(end)])}\n".encode())
        os.fsync(descriptor)


@job
def load_with_little_space(folder: str, source: str, free: list[int]) -> list[Any]:
    """Load new ranges with files limited to each of the sizes `free`; after each, load what was cached before."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    outcomes = []
    for number, limit in enumerate(free):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        day = date(2014, 1, 1) + timedelta(days=40 * number)
        full = try_load("HK_INDEX", "VOLUME", day, day + timedelta(days=700), source=source, cache=folder)
        before = try_load(*MONTH, source=source, cache=folder, offline=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
        after = try_load("HK_INDEX", "VOLUME", day, day + timedelta(days=700), source=source, cache=folder)
        again = try_load(*MONTH, source=source, cache=folder, offline=True)
        outcomes.append([full, before, after, again])
    return outcomes


@job
def load_without_rights(folder: str, uid: int) -> list[Any]:
    """Load as another user, who can read the folder and not write to it."""
    from pd_optstat.sources.simulator import Simulator

    asked = []
    pages_of = Simulator.pages

    def pages(*arguments: Any) -> Any:
        asked.append(1)
        return pages_of(*arguments)

    Simulator.pages = pages  # type: ignore[method-assign]
    if uid:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    outcomes = [
        try_load(*MONTH, source=SOURCE, cache=folder),
        try_load(*MONTH, source=SOURCE, cache=folder, offline=True),
        len(asked),
        try_load(*OTHER_MONTH, source=SOURCE, cache=folder),
        try_load(*MONTH, source=SOURCE, cache=folder, refresh=True),
        try_load(*OTHER_MONTH, source=SOURCE, cache=folder, offline=True),
    ]
    return outcomes


@job
def flip_bytes(sound: str, scratch: str, offsets: list[int], masks: list[int], noted: str) -> list[Any]:
    """Flip bits of each byte and load from the cache, offline and online. Return wrong outcomes, and counts of all."""
    content = Path(sound).read_bytes()
    right = values(po.load(*MONTH, source=SOURCE, cache=False))
    wrong: list[Any] = []
    outcomes: Counter[str] = Counter()
    for offset, mask in zip(offsets, masks, strict=True):
        signal.alarm(PATIENCE)  # kills the process, as a hang inside SQLite cannot be interrupted otherwise
        Path(noted).write_text(f"{offset} ^ {mask}")
        changed = bytearray(content)
        changed[offset] ^= mask
        for offline in (True, False):
            folder = Path(scratch) / f"{offset}-{mask}-{offline:d}"
            folder.mkdir()
            (folder / "cache.db").write_bytes(changed)
            forget()
            outcome = try_load(*MONTH, source=SOURCE, cache=folder, offline=offline)
            allowed = ("frame", "CacheError", "OfflineMiss") if offline else ("frame", "CacheError")
            good = outcome[0] in allowed and (outcome[0] != "frame" or outcome[1] == right)
            outcomes[f"{outcome[0]} {'offline' if offline else 'online'}"] += 1
            if good and not offline:
                # A second load must be right as well.
                forget()
                again = try_load(*MONTH, source=SOURCE, cache=folder)
                good = again[0] in allowed and (again[0] != "frame" or again[1] == right)
                outcome = outcome if good else again
            if not good:
                wrong.append([offset, mask, offline, outcome[0], str(outcome[1])[:200]])
            forget()
            shutil.rmtree(folder)
    signal.alarm(0)
    return [wrong, outcomes]


@job
def load_many(loads: list[Any], source: str, cache: str) -> list[Any]:
    return [try_load(*arguments, source=source, cache=cache) for arguments in loads]


# -- The server ----------------------------------------------------------------------------------------------


def serve_forks() -> None:
    """Import and build everything that loads need, then fork a child for each line of stdin."""
    for series in SERIES:
        po.load(*series, "2020-01-01", "2024-01-31", source=SOURCE, cache=False, progress=False)
    po.load("US_SECURITY", "VOLUME", "2024-01-02", "2024-01-31", source="simulator:", cache=False)
    scratch = tempfile.mkdtemp()
    po.load(*MONTH, source=SOURCE, cache=scratch)
    import pd_optstat.opend.pool
    import pd_optstat.sources.opend  # noqa: F401

    forget()
    shutil.rmtree(scratch)
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            pid, status = os.waitpid(order["wait"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        pid = os.fork()
        if pid:
            print(pid, flush=True)
            continue
        code = 1
        try:
            tempfile.tempdir = order["temporary"]
            result = JOBS[order["job"]](**order["options"])
            Path(order["result"]).write_text(json.dumps(result))
            code = 0
        except BaseException:
            Path(order["result"] + ".failed").write_text(traceback.format_exc())
        finally:
            os._exit(code)


class Child:
    def __init__(self, server: ForkServer, pid: int, result: Path) -> None:
        self.server, self.pid, self.result = server, pid, result

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.server.request({"wait": self.pid})

    def wait(self) -> Any:
        code = int(self.server.request({"wait": self.pid}))
        failed = Path(f"{self.result}.failed")
        assert code == 0, failed.read_text() if failed.exists() else f"died with {code}"
        return json.loads(self.result.read_text())


class ForkServer:
    """Client of the process, for tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(po.__file__).parents[1]), *sys.path])}
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        assert self._process.stdout.readline() == "ready\n"

    def start(self, name: str, **options: Any) -> Child:
        result = self.folder / f"result-{next(self._numbers)}"
        temporary = self.folder / "temporary"
        temporary.mkdir(exist_ok=True)
        temporary.chmod(0o777)
        order = {"job": name, "options": options, "result": str(result), "temporary": str(temporary)}
        return Child(self, int(self.request(order)), result)

    def run(self, name: str, **options: Any) -> Any:
        return self.start(name, **options).wait()

    def request(self, order: dict[str, Any]) -> str:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    fork_server = ForkServer(tmp_path_factory.mktemp("forks"))
    yield fork_server
    fork_server.close()


@pytest.fixture
def fork_server(process: ForkServer, tmp_path: Path) -> ForkServer:
    """Return the process. Its children share rate limits within a test, and not between tests."""
    process.folder = tmp_path / "children"
    process.folder.mkdir()
    return process


if __name__ == "__main__":
    serve_forks()
