"""Cache folders from elsewhere: looking at one deletes nothing, ends soon, and is done again when the file changed."""

from __future__ import annotations

import os
import sqlite3
import struct
import subprocess
import sys
import textwrap
import time
import warnings
from contextlib import closing

import pytest

import pd_optstat as po
from pd_optstat.storage.cache import database as databases
from pd_optstat.storage.cache.inspection import inspect
from pd_optstat.storage.cache.sqlite import ForeignDatabase

ASKED = ("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12")
SOURCE = "simulator:?seed=7"
MAGIC = bytes.fromhex("d9d505f920a163d7")
#: No look here takes a tenth of it.
PATIENCE = 60


@pytest.fixture
def folder(tmp_path):
    """A closed cache with two weeks in it."""
    po.load(*ASKED, source=SOURCE, cache=tmp_path / "cache")
    databases.close_databases()
    return tmp_path / "cache"


def page_size(data):
    return struct.unpack(">H", data[16:18])[0] or 65536


def journal_of(data, *, pages=None, names=None):
    """Return a journal that restores the first page as it is, and names another file to delete."""
    size, nonce, sector = page_size(data), 0x1234, 512
    first = data[:size]
    checksum = nonce + sum(first[index] for index in range(size - 200, 0, -200))
    header = MAGIC + struct.pack(">IIIII", 1, nonce, pages or len(data) // size, sector, size)
    journal = header.ljust(sector, b"\0") + struct.pack(">I", 1) + first + struct.pack(">I", checksum & 0xFFFFFFFF)
    if names is not None:
        name = os.fsencode(names)
        journal += struct.pack(">I", 0x40000000 // size + 1) + name
        journal += struct.pack(">II", len(name), sum(name) & 0xFFFFFFFF) + MAGIC
    return journal


LOOKS = {
    "load": lambda cache: po.load(*ASKED, source=SOURCE, cache=cache),
    "offline": lambda cache: po.load(*ASKED, source=SOURCE, cache=cache, offline=True),
    "info": lambda cache: po.Cache(cache).info(),
    "coverage": lambda cache: po.Cache(cache).coverage(*ASKED[:2]),
    "verify": lambda cache: po.Cache(cache).verify(),
    "clear": lambda cache: po.Cache(cache).clear(),
    "update": lambda cache: po.update(SOURCE, cache),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_journal_that_names_another_file_deletes_nothing(folder, tmp_path, look):
    victim = tmp_path / "thesis.docx"
    victim.write_bytes(b"three years of work")
    data = (folder / "cache.db").read_bytes()
    (folder / "cache.db-journal").write_bytes(journal_of(data, names=victim))
    with pytest.warns(po.CacheWarning, match="names another file"):
        LOOKS[look](folder)
    assert victim.read_bytes() == b"three years of work"
    # Nor when somebody examines what was set aside.
    (aside,) = [path for path in folder.glob("cache.db.set-aside-*") if "odd" not in path.name]
    with closing(sqlite3.connect(aside)) as opened:
        assert opened.execute("SELECT count(*) FROM Cache").fetchone() == (1,)
    assert victim.exists()


@pytest.mark.parametrize("look", LOOKS)
def test_a_journal_that_is_planted_while_the_database_is_open_deletes_nothing(folder, tmp_path, look):
    victim = tmp_path / "thesis.docx"
    victim.write_bytes(b"three years of work")
    data = (folder / "cache.db").read_bytes()
    LOOKS["load"](folder)  # opens the database
    assert databases._open
    (folder / "cache.db-journal").write_bytes(journal_of(data, names=victim))
    with pytest.warns(po.CacheWarning, match="names another file"):
        LOOKS[look](folder)
    assert victim.read_bytes() == b"three years of work"


def test_sqlite_would_have_deleted_it(folder, tmp_path):
    """The journal is a real one: this is what the look must not do."""
    victim = tmp_path / "thesis.docx"
    victim.write_bytes(b"three years of work")
    (folder / "cache.db-journal").write_bytes(journal_of((folder / "cache.db").read_bytes(), names=victim))
    with closing(sqlite3.connect(folder / "cache.db")) as opened:
        opened.execute("SELECT count(*) FROM Cache").fetchone()
    assert not victim.exists()


def test_a_journal_of_ours_is_rolled_back_without_a_word(folder):
    (folder / "cache.db-journal").write_bytes(journal_of((folder / "cache.db").read_bytes()))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(LOOKS["offline"](folder)) == 10
    assert not (folder / "cache.db-journal").exists()


def test_a_journal_cannot_make_the_database_grow(folder):
    data = (folder / "cache.db").read_bytes()
    (folder / "cache.db-journal").write_bytes(journal_of(data, pages=2**31))
    with pytest.warns(po.CacheWarning, match="bytes long"):
        LOOKS["load"](folder)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 10 * len(data)


def bomb(data, root, kind, cell):
    """Return the database with a tree of pages in which every page leads to one and the same, many times over."""
    size, depth, fan = page_size(data), 6, 300 if kind == 5 else 40
    data, count = bytearray(data), len(data) // page_size(data)

    def interior(child):
        page, at, pointers = bytearray(size), size, []
        for index in range(fan):
            content = struct.pack(">I", child) + cell(index)
            at -= len(content)
            page[at : at + len(content)] = content
            pointers.append(at)
        page[:12] = struct.pack(">BHHHBI", kind, 0, fan, at, 0, child)
        page[12 : 12 + 2 * fan] = struct.pack(f">{fan}H", *pointers)
        return bytes(page)

    leaf = bytes(data[(root - 1) * size : root * size])
    data[(root - 1) * size : root * size] = interior(count + 1)
    data += b"".join(interior(count + step + 2) for step in range(depth)) + leaf
    data[28:32] = struct.pack(">I", len(data) // size)
    return bytes(data)


def index_cell(index):
    """A key and a raw of an index: text, 1, and a row."""
    payload = bytes([4, 13 + 2 * 20, 9, 1]) + b"series|%013d" % index + bytes([1])
    return bytes([len(payload)]) + payload


@pytest.mark.parametrize("name", ["Cache", "Cache_key_raw"])
def test_a_tree_of_pages_without_end_is_looked_at_for_seconds(folder, name):
    """In a process of its own: a hang must not be ours."""
    with closing(sqlite3.connect(folder / "cache.db")) as opened:
        (root,) = opened.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    data = (folder / "cache.db").read_bytes()
    kind, cell = (5, lambda index: bytes([index % 120 + 1])) if name == "Cache" else (2, index_cell)
    (folder / "cache.db").write_bytes(bomb(data, root, kind, cell))
    code = textwrap.dedent("""
        import sys, time, warnings, pd_optstat as po
        warnings.simplefilter("ignore")
        for look in (po.Cache(sys.argv[1]).info, po.Cache(sys.argv[1]).verify):
            print(len(look()))
    """)
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert list(folder.glob("cache.db.set-aside-*"))


#: What diskcache would execute on opening.
PRAGMA = "INSERT INTO Settings VALUES ('sqlite_user_version', 77)"


def test_a_database_that_is_overwritten_in_place_is_looked_at_again(folder):
    LOOKS["load"](folder)
    time.sleep(0.02)  # longer than a file system's clock ticks
    with closing(sqlite3.connect(folder / "cache.db")) as opened, opened:
        opened.execute(PRAGMA)
    with pytest.warns(po.CacheWarning, match="sqlite_user_version"):
        assert len(LOOKS["offline"](folder)) == 10


def test_a_database_that_is_swapped_all_the_time_is_never_obeyed(folder, tmp_path):
    """A process puts a poisoned database in the place of the sound one, and back, as fast as it can."""
    sound = (folder / "cache.db").read_bytes()
    with closing(sqlite3.connect(folder / "cache.db")) as opened, opened:
        opened.execute(PRAGMA)
        opened.execute("UPDATE Settings SET value = 0 WHERE key = 'disk_min_file_size'")
    poisoned = (folder / "cache.db").read_bytes()
    code = textwrap.dedent("""
        import os, sys, time
        folder, databases = sys.argv[1], [open(path, "rb").read() for path in sys.argv[2:]]
        for number in range(10**9):
            with open(folder + "/swap", "wb") as file:
                file.write(databases[number % 2])
            os.replace(folder + "/swap", folder + "/cache.db")
            time.sleep(0.0003)
    """)
    for name, data in (("sound", sound), ("poisoned", poisoned)):
        (tmp_path / name).write_bytes(data)
    arguments = [sys.executable, "-c", code, folder, tmp_path / "poisoned", tmp_path / "sound"]
    expected = po.load(*ASKED, source=SOURCE, cache=False)
    swapping = subprocess.Popen(arguments)
    try:
        deadline, loads = time.monotonic() + 8, 0
        while time.monotonic() < deadline:
            databases.close_databases()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    assert LOOKS["load"](folder).equals(expected)
                except po.CacheError:
                    continue  # it was replaced in the middle of a transaction
                loads += 1
            for path in folder.glob("*set-aside*"):
                path.unlink()
            with closing(sqlite3.connect(folder / "cache.db")) as opened:
                assert opened.execute("PRAGMA user_version").fetchone() == (0,)
    finally:
        swapping.kill()
        swapping.wait()
    assert loads >= 10
    assert not [path for path in folder.iterdir() if path.suffix == ".val"]


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_write_ahead_log_is_not_read(folder, suffix):
    (folder / f"cache.db{suffix}").write_bytes(bytes(5000))
    with pytest.raises(ForeignDatabase, match="never makes"):
        inspect(folder / "cache.db")


def test_a_look_writes_nothing(folder):
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}
    inspect(folder / "cache.db", thorough=True)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()} == before


def test_a_value_of_a_gigabyte_is_not_read(folder):
    with closing(sqlite3.connect(folder / "cache.db")) as opened, opened:
        opened.execute("UPDATE Cache SET value = zeroblob(40000000)")
    with pytest.raises(po.CacheError):
        databases.open_database(folder).get("series|simulator:7|US_SECURITY|VOLUME|2025")
