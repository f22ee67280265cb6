"""Damage to the cache's files: flipped bits, truncation, foreign journals and logs, other files in their place."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from support.checked_loads import (
    MONTH,
    OTHER_MONTH,
    PATIENCE,
    SOURCE,
    forget,
    needs_fork,
    reference,
    right_or_error,
    try_load,
)
from support.checked_loads import month as month
from support.checked_loads import shm as shm
from support.fork_server import fork_server as fork_server
from support.fork_server import process as process

import pd_optstat as po

pytestmark = [needs_fork, pytest.mark.slow]


def test_every_byte_flipped_in_turn(fork_server, month, shm):
    """Flip one bit and all bits of every byte in use, and of every 64th unused byte."""
    content = (month / "cache.db").read_bytes()
    at_random = random.Random(3301)
    flips = []
    for offset, byte in enumerate(content):
        near = content[max(0, offset - 2) : offset + 3]
        if any(near):
            flips.append((offset, 0xFF if offset % 2 else 1 << at_random.randrange(8)))
        elif offset % 64 == 0:
            flips.append((offset, at_random.randrange(1, 256)))
        if offset < 100 or (byte and offset % 4096 < 16):
            flips += [(offset, 1 << bit) for bit in range(8)]  # every bit of the headers of the file and of its pages
    flips = sorted(set(flips))
    workers = 2 * len(os.sched_getaffinity(0))
    children = [
        fork_server.start(
            "flip_bytes",
            sound=str(month / "cache.db"),
            scratch=str(shm),
            offsets=[offset for offset, _ in flips[part::workers]],
            masks=[mask for _, mask in flips[part::workers]],
            noted=str(shm / f"noted-{part}"),
        )
        for part in range(workers)
    ]
    wrong, outcomes = [], Counter()
    for part, child in enumerate(children):
        try:
            found, counted = child.wait()
        except AssertionError as error:
            pytest.fail(f"hung or died at {(shm / f'noted-{part}').read_text()}: {error}")
        wrong += found
        outcomes.update(counted)
    print(len(content), len(flips), outcomes)
    assert not wrong, f"{len(wrong)} of {len(flips)}: {wrong[:20]}"
    assert len(flips) >= 4000
    # Most damage is repaired; an error is the exception.
    assert outcomes["CacheError online"] < len(flips) / 20


def test_a_truncated_file(month, shm):
    content = (month / "cache.db").read_bytes()
    for length in range(0, len(content), 512):
        for offline in (True, False):
            folder = shm / f"{length}-{offline}"
            folder.mkdir()
            (folder / "cache.db").write_bytes(content[:length])
            outcome = try_load(*MONTH, source=SOURCE, cache=folder, offline=offline)
            right_or_error(outcome, MONTH, *(["OfflineMiss"] if offline else []))
            assert offline or outcome[0] == "frame"
            forget()


def crashed(folder: Path, *statements: str) -> bytes:
    """Return the journal of a writer that was killed in a transaction on the database in `folder`."""
    code = (
        "import os, signal, sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1] + '/cache.db', isolation_level=None)\n"
        "database.execute('PRAGMA cache_size = 1')\n"
        "database.execute('BEGIN IMMEDIATE')\n"
        "for statement in sys.argv[2:]: database.execute(statement)\n"
        "for n in range(1000): database.execute("
        "'INSERT INTO Cache (key, raw, mode, value) VALUES (?, 1, 1, ?)', (f'k{n}', b'x' * 500))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, folder, *statements]).returncode == -signal.SIGKILL
    return (folder / "cache.db-journal").read_bytes()


#: A setting that diskcache would execute when it opens the database.
PRAGMA = "INSERT INTO Settings VALUES ('sqlite_user_version', 77)"
TOUCH_ALL = ("UPDATE Settings SET value = value", "UPDATE Cache SET access_count = 5, store_time = 1.0")


@pytest.fixture
def poisoned_journal(month, shm):
    """Return a journal that restores the pages of a malicious database."""
    shutil.copytree(month, shm / "poisoned")
    with contextlib.closing(sqlite3.connect(shm / "poisoned" / "cache.db")) as database, database:
        database.execute(PRAGMA)
    return crashed(shm / "poisoned", *TOUCH_ALL)


@pytest.mark.parametrize("kind", ["random", "zeros", "another database's", "poisoned", "cut off", "a directory"])
def test_a_journal_of_another_database(month, shm, kind, poisoned_journal):
    journal = month / "cache.db-journal"
    if kind == "random":
        journal.write_bytes(random.Random(1).randbytes(20_000))
    elif kind == "zeros":
        journal.write_bytes(bytes(20_000))
    elif kind == "another database's":
        other = shm / "other"
        po.load("HK_INDEX", "OPEN_INTEREST", "2010-01-01", "2014-12-31", source="simulator:?seed=8", cache=other)
        forget()
        journal.write_bytes(crashed(other, *TOUCH_ALL))
    elif kind == "poisoned":
        journal.write_bytes(poisoned_journal)
    elif kind == "cut off":
        journal.write_bytes(poisoned_journal[:3000])
    else:
        journal.mkdir()
    right_or_error(try_load(*MONTH, source=SOURCE, cache=month, offline=True), MONTH, "OfflineMiss")
    forget()
    right_or_error(try_load(*MONTH, source=SOURCE, cache=month))
    nothing_of_it_ran(month)


@pytest.mark.parametrize("suffix", ["-journal", "-wal", "-shm"])
def test_side_files_without_their_database_are_ignored(month, suffix, poisoned_journal):
    """As after a kill while a bad database was moved away, or after `cache.db` alone was moved as errors advise."""
    (month / "cache.db").unlink()
    (month / f"cache.db{suffix}").write_bytes(poisoned_journal)
    outcome = try_load(*MONTH, source=SOURCE, cache=month)
    right_or_error(outcome)
    nothing_of_it_ran(month)
    assert outcome[0] != "frame" or outcome[3] == 1  # nothing was read from the journal


def nothing_of_it_ran(folder: Path) -> None:
    forget()
    if (folder / "cache.db").is_file() and not (folder / "cache.db-journal").is_dir():
        with contextlib.closing(sqlite3.connect(folder / "cache.db")) as database:
            assert database.execute("PRAGMA user_version").fetchone() == (0,)
            settings = [key for (key,) in database.execute("SELECT key FROM Settings")]
            assert "sqlite_user_version" not in settings


@pytest.mark.parametrize("crash", [False, True], ids=["closed", "crashed"])
def test_an_unexpected_write_ahead_log(month, shm, crash):
    database = sqlite3.connect(month / "cache.db", isolation_level=None)
    assert database.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    database.execute("UPDATE Cache SET access_count = 3")
    if crash:
        shutil.copytree(month, shm / "crashed")  # with a log that is not merged
        assert (shm / "crashed" / "cache.db-wal").stat().st_size > 0
    database.close()
    folder = shm / "crashed" if crash else month
    assert try_load(*MONTH, source=SOURCE, cache=folder)[:2] == ["frame", reference(*MONTH)]
    forget()
    assert try_load(*MONTH, source=SOURCE, cache=folder)[:2] == ["frame", reference(*MONTH)]
    assert try_load(*OTHER_MONTH, source=SOURCE, cache=folder)[:2] == ["frame", reference(*OTHER_MONTH)]


NAMES = ["cache.db", "cache.db-journal", "cache.db-wal", "cache.db-shm", "open.lock", "fetch-US_SECURITY-VOLUME.lock"]


@pytest.mark.parametrize("kind", ["directory", "fifo", "loop", "dangling", "empty"])
@pytest.mark.parametrize("name", NAMES)
def test_something_else_in_place_of_a_file(fork_server, month, name, kind):
    """Load in child processes, as a load may hang."""
    (month / name).unlink(missing_ok=True)
    if kind == "directory":
        (month / name).mkdir()
    elif kind == "fifo":
        os.mkfifo(month / name)
    elif kind == "loop":
        (month / name).symlink_to(month / name)
    elif kind == "dangling":
        (month / name).symlink_to(month / "nowhere" / "at all")
    else:
        (month / name).touch()
    for arguments in (MONTH, OTHER_MONTH):
        child = fork_server.start("load", arguments=arguments, source=SOURCE, cache=str(month))
        killer = threading.Timer(PATIENCE / 3, os.kill, (child.pid, signal.SIGKILL))
        killer.start()
        try:
            outcome = child.wait()
        finally:
            killer.cancel()
        right_or_error(outcome, arguments)
        # A database can always be created again, and a lock file has no content.
        if name == "cache.db":
            assert outcome[0] == "frame"
