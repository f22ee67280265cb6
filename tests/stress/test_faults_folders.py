"""Cache folders on full or read-only disks, of other users and newer versions, and paths that are not folders."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.checked_loads import (
    MONTH,
    OTHER_MONTH,
    SOURCE,
    forget,
    needs_fork,
    reference,
    right_or_error,
    simulator,
    try_load,
    values,
)
from support.checked_loads import month as month
from support.checked_loads import shm as shm
from support.fork_server import fork_server as fork_server
from support.fork_server import process as process

import pd_optstat as po

pytestmark = [needs_fork, pytest.mark.slow]


# -- Space ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("connection", ["in process", "over TCP"])
def test_a_full_disk_is_a_warning_and_harms_nothing(fork_server, tmp_path, connection):
    """Limit the size of files, which SQLite sees as a full disk."""
    folder = tmp_path / "cache"
    with simulator() as server:
        source = server.url if connection == "over TCP" else SOURCE
        po.load(*MONTH, source=source, cache=folder)
        size = (folder / "cache.db").stat().st_size
        limits = [0, 1, 500, 512, 4096, 9000, size - 4096, size - 1, size, size + 1, size + 4096, size + 9000]
        outcomes = fork_server.run("load_with_little_space", folder=str(folder), source=source, free=limits)
    full = Counter()
    for number, (limited, before, after, again) in enumerate(outcomes):
        day = date(2014, 1, 1) + timedelta(days=40 * number)
        arguments = ("HK_INDEX", "VOLUME", day, day + timedelta(days=700))
        assert limited[:2] == ["frame", reference(*arguments)]
        # Over TCP, the file that shares the rate limit cannot be written either.
        assert [kind for kind in limited[2] if kind != "OptStatWarning"] in ([], ["CacheWarning"])
        # Unlike on a full disk, SQLite cannot restore pages beyond the limit, so reading may fail as well.
        right_or_error(before)
        assert after[:3] == ["frame", reference(*arguments), []]
        assert again[:3] == ["frame", reference(*MONTH), []]
        full.update([*limited[2], f"read {before[0]}"])
    # Again for each limit, as something was written in between.
    assert full["CacheWarning"] >= 8
    assert full["read frame"] >= 8


def mounted(folder: Path, options: str) -> Iterator[Path]:
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"cannot mount a tmpfs: {done.stderr.strip()}")
    yield folder
    forget()
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def small_disk(tmp_path):
    yield from mounted(tmp_path / "disk", "size=160k,mode=777")


def test_a_full_small_disk(small_disk):
    folder = small_disk / "cache"
    assert try_load(*MONTH, source=SOURCE, cache=folder)[0] == "frame"
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    long = ("HK_INDEX", "VOLUME", "2010-01-01", "2020-12-31")
    with pytest.warns(po.CacheWarning, match="not remembered.*disk space"):
        assert values(po.load(*long, source=SOURCE, cache=folder)) == reference(*long)
    assert try_load(*MONTH, source=SOURCE, cache=folder, offline=True)[:2] == ["frame", reference(*MONTH)]
    # No cache can be created on a full disk.
    other = {"source": SOURCE, "cache": small_disk / "another"}
    assert try_load(*MONTH, **other)[:3] == ["frame", reference(*MONTH), ["CacheWarning"]]
    assert try_load(*MONTH, **other)[:3] == ["frame", reference(*MONTH), []]
    assert try_load(*MONTH, **other, offline=True)[0] == "CacheError"
    filler.unlink()
    assert try_load(*long, source=SOURCE, cache=folder)[:2] == ["frame", reference(*long)]
    assert try_load(*MONTH, source=SOURCE, cache=folder)[:4] == ["frame", reference(*MONTH), [], 0]


# -- Folders that are not as they should be ------------------------------------------------------------------------


@pytest.fixture
def other_disk(tmp_path):
    yield from mounted(tmp_path / "disk", "size=2m,mode=777")


def check_read_only(folder: Path, outcome: list[Any]) -> None:
    warm_load, offline, asked, other, refreshed, missing = outcome
    assert warm_load[:4] == offline[:4] == ["frame", reference(*MONTH), [], 0]
    assert asked == 0
    assert other[:3] == ["frame", reference(*OTHER_MONTH), ["CacheWarning"]]
    assert refreshed[:3] == ["frame", reference(*MONTH), []]
    assert missing[0] == "OfflineMiss"


def test_a_read_only_disk_is_read(fork_server, other_disk):
    po.load(*MONTH, source=SOURCE, cache=other_disk)
    forget()
    subprocess.run(["mount", "-o", "remount,ro", other_disk], check=True)
    check_read_only(other_disk, fork_server.run("load_without_rights", folder=str(other_disk), uid=0))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("locks", [True, False], ids=["with lock files", "without"])
def test_a_folder_of_another_user_is_read(fork_server, month, locks):
    if not locks:
        for lock in month.glob("*.lock"):
            lock.unlink()
    month.parent.chmod(0o755)
    month.chmod(0o755)
    (month / "cache.db").chmod(0o644)
    fork_server.folder.chmod(0o777)
    for parent in fork_server.folder.parents:
        if Path(tempfile.gettempdir()) in parent.parents:
            parent.chmod(parent.stat().st_mode | 0o055)
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in month.iterdir()}
    check_read_only(month, fork_server.run("load_without_rights", folder=str(month), uid=65534))
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in month.iterdir()} == before


def test_a_cache_of_a_newer_version_is_left_alone(month):
    with contextlib.closing(sqlite3.connect(month / "cache.db")) as database, database:
        (key, value) = database.execute("SELECT key, value FROM Cache").fetchone()
        body = value[36:] + b"\xfa\x3f\x01x"  # an unknown field
        newer = b"POS2" + hashlib.sha256(b"POS2" + body).digest() + body
        database.execute("UPDATE Cache SET value = ? WHERE key = ?", (newer, key))
    for options in ({}, {"offline": True}, {"refresh": True}):
        outcome = try_load(*MONTH, source=SOURCE, cache=month, **options)
        assert outcome[0] == "CacheError"
        assert "Upgrade" in outcome[1]
    # Other series can be loaded, and `verify` removes nothing.
    assert try_load("HK_INDEX", *MONTH[1:], source=SOURCE, cache=month)[0] == "frame"
    assert len(po.Cache(month).verify()) == 0
    forget()
    with contextlib.closing(sqlite3.connect(month / "cache.db")) as database:
        assert database.execute("SELECT value FROM Cache WHERE key = ?", (key,)).fetchone() == (newer,)


@pytest.mark.parametrize("kind", ["file", "loop", "below a file"])
def test_something_else_in_place_of_the_folder(tmp_path, kind):
    place = tmp_path / "place"
    if kind == "loop":
        place.symlink_to(place)
    else:
        place.write_text("mine")
    outcome = try_load(*MONTH, source=SOURCE, cache=place / "cache" if kind == "below a file" else place)
    assert outcome[0] == "CacheError"
    assert "PD_OPTSTAT_CACHE_DIR" in outcome[1]
    assert kind == "loop" or place.read_text() == "mine"
