"""Forks, interrupts and stopped processes: no lock outlives its use, and who holds one for long is named."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
import warnings
from pathlib import Path

import pytest
from support.checked_loads import MONTH, OTHER_MONTH, PATIENCE, SOURCE, needs_fork, reference, try_load, values
from support.checked_loads import month as month
from support.checked_loads import shm as shm

import pd_optstat as po
from pd_optstat.storage.cache import process
from pd_optstat.storage.cache.database import open_database
from pd_optstat.storage.cache.locks import describe_holder, hold

pytestmark = [needs_fork, pytest.mark.slow]


def run(code: str, *arguments: object, timeout: float = PATIENCE) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a script that prints a line once it is ready, and wait for that line."""
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    child.stdout.readline()
    return child


LOAD = """
    import sys, pd_optstat as po
    frame = po.load(*sys.argv[2:6], source=sys.argv[6], cache=sys.argv[1], refresh=True)
    print(len(frame))
"""


def another_process_can_write(folder: Path) -> None:
    done = run(LOAD, folder, *OTHER_MONTH, SOURCE)
    assert (done.returncode, done.stdout) == (0, "21\n"), done.stderr


# -- Forks ---------------------------------------------------------------------------------------------------------


def test_a_child_does_not_keep_its_parents_locks(month):
    """The parent is killed while it fetches; a worker that it had forked lives on."""
    code = """
        import os, sys, time
        from pathlib import Path
        from pd_optstat.storage.cache.locks import hold
        held = hold([Path(sys.argv[1]) / "fetch-US_SECURITY-VOLUME.lock"])
        if os.fork():
            print("ready", flush=True)
            time.sleep(60)
        else:
            os.close(1)
            time.sleep(20)
    """
    parent = start(code, month)
    parent.kill()
    parent.wait()
    begun = time.monotonic()
    another_process_can_write(month)
    assert time.monotonic() - begun < 15


def test_a_fork_waits_for_other_threads_to_leave_sqlite(month):
    inside, leave, forked = threading.Event(), threading.Event(), []

    def use() -> None:
        with process.without_fork():
            inside.set()
            leave.wait()

    thread = threading.Thread(target=use)
    thread.start()
    inside.wait()
    threading.Timer(0.5, leave.set).start()
    begun = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks with threads, from Python 3.12 on
        pid = os.fork()
    if not pid:
        os._exit(0)
    forked.append(time.monotonic() - begun)
    os.waitpid(pid, 0)
    thread.join()
    assert forked[0] >= 0.4


# -- Interrupts ----------------------------------------------------------------------------------------------------


def test_an_interrupt_while_waiting_for_another_process_gives_way_at_once(month):
    code = """
        import signal, sys, time, pd_optstat as po
        signal.signal(signal.SIGALRM, lambda *ignored: (_ for _ in ()).throw(KeyboardInterrupt))
        signal.setitimer(signal.ITIMER_REAL, 2)
        begun = time.monotonic()
        try:
            po.load(*sys.argv[2:6], source=sys.argv[6], cache=sys.argv[1], refresh=True)
        except KeyboardInterrupt:
            print(f"{time.monotonic() - begun:.2f}")
    """
    with hold([month / "fetch-US_SECURITY-VOLUME.lock"]):
        waited = float(run(code, month, *MONTH, SOURCE).stdout)
    assert waited < 4
    with contextlib.closing(sqlite3.connect(month / "cache.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert float(run(code, month, *MONTH, SOURCE).stdout) < 4
    another_process_can_write(month)


# -- Threads -------------------------------------------------------------------------------------------------------


def test_clear_beside_close_waits_for_nothing(month):
    stop = threading.Event()

    def keep_closing() -> None:
        while not stop.is_set():
            po.close()

    thread = threading.Thread(target=keep_closing)
    thread.start()
    begun = time.monotonic()
    try:
        for _ in range(10):
            assert try_load(*MONTH, source=SOURCE, cache=month)[:2] == ["frame", reference(*MONTH)]
            assert po.Cache(month).clear() == 1
    finally:
        stop.set()
        thread.join()
    assert time.monotonic() - begun < PATIENCE


def test_a_folder_that_is_locked_holds_up_no_other_one(month, tmp_path):
    outcomes = []
    with contextlib.closing(sqlite3.connect(month / "cache.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        arguments = {"source": SOURCE, "cache": month}
        thread = threading.Thread(target=lambda: outcomes.append(try_load(*MONTH, **arguments)))
        thread.start()
        time.sleep(0.3)
        begun = time.monotonic()
        assert try_load(*MONTH, source=SOURCE, cache=tmp_path / "other")[0] == "frame"
        assert time.monotonic() - begun < 10
        assert not outcomes
    thread.join(PATIENCE)
    assert outcomes[0][:2] == ["frame", reference(*MONTH)]


def test_a_commit_that_readers_hold_up_for_too_long_leaves_no_transaction_open(month, monkeypatch):
    from pd_optstat.storage.cache import backend

    monkeypatch.setattr(process, "BUSY_TIMEOUT", 1.0)
    monkeypatch.setattr(backend, "BUSY_TIMEOUT", 1.0)
    with contextlib.closing(sqlite3.connect(month / "cache.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM Cache").fetchone()
        with pytest.raises(po.CacheError, match="has had it locked"):
            open_database(month).set("k", b"1")
    another_process_can_write(month)
    assert open_database(month).get("k") is None


# -- Stopped processes ---------------------------------------------------------------------------------------------

HOLD = """
    import sys, time
    from pathlib import Path
    from pd_optstat.storage.cache.locks import hold
    with hold([Path(sys.argv[1])]):
        print("ready", flush=True)
        time.sleep(60)
"""

needs_proc = pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux lists who holds a lock")


@needs_proc
def test_a_stopped_process_that_is_waited_for_is_named(month):
    holder = start(HOLD, month / "fetch-US_SECURITY-VOLUME.lock")
    try:
        holder.send_signal(signal.SIGSTOP)
        threading.Timer(6, holder.kill).start()
        with pytest.warns(po.CacheWarning, match=rf"process {holder.pid} .*stopped \(kill -CONT {holder.pid}"):
            po.load(*MONTH, source=SOURCE, cache=month, refresh=True)
    finally:
        holder.kill()
        holder.wait()


@needs_proc
def test_a_stopped_process_that_has_the_database_locked_is_named(month, monkeypatch):
    code = """
        import sqlite3, sys, time
        opened = sqlite3.connect(sys.argv[1] + "/cache.db", isolation_level=None)
        opened.execute("BEGIN IMMEDIATE")
        print("ready", flush=True)
        time.sleep(60)
    """
    monkeypatch.setattr(process, "BUSY_TIMEOUT", 1.0)
    holder = start(code, month)
    try:
        holder.send_signal(signal.SIGSTOP)
        with pytest.warns(po.CacheWarning, match=f"not remembered.*process {holder.pid} .*stopped"):
            frame = po.load(*MONTH, source=SOURCE, cache=month, refresh=True)
        assert values(frame) == reference(*MONTH)
    finally:
        holder.kill()
        holder.wait()


@needs_proc
def test_who_holds_a_lock_is_said_as_far_as_it_is_known(tmp_path):
    path = tmp_path / "some.lock"
    assert describe_holder(path) == "another process"
    with hold([path]):
        assert describe_holder(path) == "another thread of this process"
    holder = start(HOLD, path)
    try:
        assert describe_holder(path).startswith(f"process {holder.pid} (python")
    finally:
        holder.kill()
        holder.wait()


def test_a_lock_is_held_within_its_context_and_taken_once_by_a_thread(tmp_path):
    path, order = tmp_path / "some.lock", []

    def other() -> None:
        with hold([path]):
            order.append("other")

    with hold([path]), hold([path, tmp_path / "more.lock"]):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        order.append("this")
    thread.join(PATIENCE)
    assert order == ["this", "other"]
