"""Real forks beside threads that load, and real interrupts at any moment, in processes of their own with deadlines."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from support.checked_loads import MONTH, OTHER_MONTH, PATIENCE, SOURCE, needs_fork
from support.checked_loads import shm as shm

pytestmark = [needs_fork, pytest.mark.slow]

#: Defines `load`, and `right`, what it returns while all is well.
PRELUDE = f"""
    import json, os, random, signal, sys, threading, time, warnings
    warnings.simplefilter("ignore")
    import pd_optstat as po
    SOURCE, folder = {SOURCE!r}, sys.argv[1]
    def load(*asked, **options):
        frame = po.load(*asked or {MONTH!r}, source=SOURCE, cache=folder, progress=False, **options)
        return frame.attrs["optstat"]["digest"]
    right = load()
    other_right = load(*{OTHER_MONTH!r})
"""


def run(code: str, folder: Path, *, deadline: float) -> dict[str, object]:
    """Run a script in a process of its own, and return what it prints as JSON."""
    script = textwrap.dedent(PRELUDE) + textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, timeout=deadline, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def another_process_can_write(folder: Path) -> None:
    """Check that nobody has the database, or a lock of the series, any more."""
    with contextlib.closing(sqlite3.connect(folder / "cache.db", timeout=0, isolation_level=None)) as opened:
        opened.execute("BEGIN IMMEDIATE")
        opened.execute("ROLLBACK")
    code = "print(json.dumps({'took': -time.monotonic() + (load(refresh=True), time.monotonic())[1]}))"
    assert float(str(run(code, folder, deadline=PATIENCE)["took"])) < 10


FORKS = 60


def test_children_forked_beside_loading_threads_load_at_once_and_leave_no_lock(shm):
    """Four threads read and one fetches; a child must load within seconds, or fail clearly at once."""
    code = f"""
        stop, children, longest = threading.Event(), [], 0.0
        def keep(**options):
            while not stop.is_set():
                load(**options)
        def in_child(number):
            signal.alarm(20)  # kills a child that waits for a lock that nobody will release
            begun = time.monotonic()
            try:
                good = load() == right and load(*{OTHER_MONTH!r}, refresh=number % 3 == 0) == other_right
            except po.CacheError:
                good = time.monotonic() - begun < 2
            os._exit(0 if good else 1)
        threads = [threading.Thread(target=keep) for _ in range(4)]
        threads.append(threading.Thread(target=keep, kwargs={{"refresh": True}}))
        for thread in threads: thread.start()
        at_random = random.Random()
        for number in range({FORKS}):
            time.sleep(at_random.uniform(0, 0.02))
            begun = time.monotonic()
            pid = os.fork()
            if not pid: in_child(number)
            longest = max(longest, time.monotonic() - begun)
            children.append(pid)
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
        stop.set()
        for thread in threads: thread.join()
        print(json.dumps({{"codes": codes, "longest": longest, "right": load() == right}}))
    """
    told = run(code, shm / "cache", deadline=6 * PATIENCE)
    assert told["codes"] == [0] * FORKS
    assert told["right"]
    assert float(str(told["longest"])) < 5.0  # as long as a fork waits at most for threads to leave SQLite
    another_process_can_write(shm / "cache")


INTERRUPTS = 150


def test_interrupts_at_any_moment_leave_the_cache_writable_and_right(shm):
    """A process is interrupted at random moments of loads that write; then it, and all others, can write at once."""
    code = f"""
        armed, interrupted = False, 0
        def interrupt(*ignored):
            if armed: os.kill(os.getpid(), signal.SIGINT)
        signal.signal(signal.SIGALRM, interrupt)
        at_random = random.Random()
        begun = time.monotonic()
        for _ in range(5): load(refresh=True)
        usual = (time.monotonic() - begun) / 5
        for number in range({INTERRUPTS}):
            try:
                armed = True
                signal.setitimer(signal.ITIMER_REAL, 0.0001 + at_random.random() * usual)
                load(refresh=True)
                armed = False
            except KeyboardInterrupt:
                interrupted += 1
            finally:
                armed = False
            if number % 10 == 0:
                begun = time.monotonic()
                assert load(refresh=True) == right
                assert time.monotonic() - begun < 10
        print(json.dumps({{"interrupted": interrupted, "right": load() == right}}))
        sys.stdout.flush()
        sys.stdin.readline()  # still alive, with whatever it holds, while the others write
    """
    script = textwrap.dedent(PRELUDE) + textwrap.dedent(code)
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(shm / "cache")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        told = json.loads(child.stdout.readline())
        assert told["interrupted"] >= INTERRUPTS / 3
        assert told["right"]
        another_process_can_write(shm / "cache")
    finally:
        child.kill()
        child.communicate()


def test_an_interrupt_of_the_terminal_reaches_all_processes_and_leaves_nothing_locked(shm):
    """Ctrl-C in a terminal interrupts every process of the group at once, wherever each of them is."""
    code = """
        try:
            print("ready", flush=True)
            while True: load(refresh=True)
        except KeyboardInterrupt:
            pass
    """
    script = textwrap.dedent(PRELUDE) + textwrap.dedent(code)
    for _ in range(5):
        crowd = [
            subprocess.Popen([sys.executable, "-c", script, str(shm / "cache")], stdout=subprocess.PIPE)
            for _ in range(3)
        ]
        for one in crowd:
            assert one.stdout is not None
            one.stdout.readline()
        for one in crowd:
            one.send_signal(2)
        try:
            assert [one.wait(PATIENCE) for one in crowd] == [0, 0, 0]
        finally:
            for one in crowd:
                one.kill()
                one.communicate()
    another_process_can_write(shm / "cache")
