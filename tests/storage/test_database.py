"""The folder on disk: nothing in it is believed, nothing of it is run."""

from __future__ import annotations

import os
import pickle
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
import warnings

import diskcache
import pytest

import pd_optstat as po
from pd_optstat.storage.cache import database as databases
from pd_optstat.storage.cache import salvage
from pd_optstat.storage.cache.database import open_database
from pd_optstat.storage.cache.inspection import inspect
from pd_optstat.storage.cache.sqlite import COUNTERS, SETTINGS


@pytest.fixture
def folder(tmp_path):
    """A cache folder with one value in it, closed again."""
    open_database(tmp_path / "cache").set("series|a", b"1")
    databases.close_databases()
    return tmp_path / "cache"


def alter(folder, *statements):
    with sqlite3.connect(folder / "cache.db") as database:
        for statement in statements:
            database.execute(*statement) if isinstance(statement, tuple) else database.execute(statement)
    database.close()


class Bomb:
    """Unpickling this makes a file."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_values_come_back_and_the_folder_is_the_owners(folder):
    assert open_database(folder).get("series|a") == b"1"
    assert open_database(folder).get("series|b") is None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "cache.db").stat().st_mode) == 0o600


def test_our_own_database_passes(folder):
    inspect(folder / "cache.db")


def test_only_text_and_bytes_go_in(folder):
    for key, value in ((1, b""), (b"k", b""), ("k", "text"), ("k", 1), ("k", None), (("k",), b"")):
        with pytest.raises(po.CacheError):
            open_database(folder).set(key, value)
    assert open_database(folder).list_keys() == ["series|a"]


POISONS = {
    "pickled value": ("UPDATE Cache SET mode = 4, value = ?", "bomb"),
    "pickled key": ("UPDATE Cache SET raw = 0, key = ?", "bomb"),
    "value in a file": ("UPDATE Cache SET mode = 4, value = NULL, filename = 'bomb.val', size = 9", None),
    "bytes in a file": ("UPDATE Cache SET mode = 2, value = NULL, filename = '/etc/passwd'", None),
    "a file to delete": ("UPDATE Cache SET filename = '../victim'", None),
    "text value": ("UPDATE Cache SET value = 'text'", None),
    "expired": ("UPDATE Cache SET expire_time = 1.0", None),
    "eviction": ("UPDATE Settings SET value = 'least-recently-used' WHERE key = 'eviction_policy'", None),
    "size limit": ("UPDATE Settings SET value = 1 WHERE key = 'size_limit'", None),
    "cull limit": ("UPDATE Settings SET value = 1000 WHERE key = 'cull_limit'", None),
    "file size": ("UPDATE Settings SET value = 0 WHERE key = 'disk_min_file_size'", None),
    "float setting": ("UPDATE Settings SET value = 0.0 WHERE key = 'cull_limit'", None),
    "unknown pragma": ("INSERT INTO Settings VALUES ('sqlite_writable_schema', 1)", None),
    "unknown disk setting": ("INSERT INTO Settings VALUES ('disk_compress_level', 1)", None),
    "counter": ("UPDATE Settings SET value = 'x' WHERE key = 'count'", None),
    "extra trigger": ("CREATE TRIGGER t AFTER INSERT ON Cache BEGIN DELETE FROM Cache; END", None),
    "extra table": ("CREATE TABLE t (a)", None),
    "extra view": ("CREATE VIEW v AS SELECT * FROM Cache", None),
    "extra index": ("CREATE INDEX i ON Cache (size + 1)", None),
    "missing index": ("DROP INDEX Cache_key_raw", None),
    "missing trigger": ("DROP TRIGGER Settings_size_update", None),
}


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_database_is_set_aside_unopened(folder, tmp_path, poison):
    statement, argument = POISONS[poison]
    bomb = pickle.dumps(Bomb(tmp_path / "exploded"))
    (folder / "bomb.val").write_bytes(bomb)
    (tmp_path / "victim").write_text("keep me")
    alter(folder, (statement, (bomb,)) if argument else statement)
    with pytest.warns(po.CacheWarning, match="set aside as cache.db.set-aside-"):
        store = open_database(folder)
    assert store.list_keys() == []
    store.set("series|a", b"2")
    assert store.get("series|a") == b"2"
    assert not (tmp_path / "exploded").exists()
    assert (tmp_path / "victim").read_text() == "keep me"
    assert len(list(folder.glob("cache.db.set-aside-*"))) == 1


def test_poison_that_comes_while_we_are_open_is_not_run_either(folder, tmp_path):
    store = open_database(folder)
    alter(folder, ("UPDATE Cache SET mode = 4, value = ?", (pickle.dumps(Bomb(tmp_path / "exploded")),)))
    with pytest.raises(po.CacheError, match="not plain bytes"):
        store.get("series|a")
    alter(folder, ("UPDATE Cache SET raw = 0, mode = 1, key = ?", (pickle.dumps(Bomb(tmp_path / "exploded")),)))
    with pytest.raises(po.CacheError, match="not text"):
        store.list_keys()
    alter(folder, "UPDATE Cache SET raw = 1, key = 'series|a', filename = '../victim'")
    (tmp_path / "victim").write_text("keep me")
    store.set("series|a", b"3")
    assert (tmp_path / "victim").read_text() == "keep me"
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + b"\xff" * 4096])
def test_what_is_no_database_is_set_aside(tmp_path, content):
    (tmp_path / "cache.db").write_bytes(content)
    with pytest.warns(po.CacheWarning):
        open_database(tmp_path).set("series|a", b"1")
    assert next(tmp_path.glob("cache.db.set-aside-*")).read_bytes() == content


def test_what_is_sound_is_restored_in_batches(folder, monkeypatch):
    values = {f"key-{number:03}": bytes([number]) * 100 for number in range(100)}
    open_database(folder).set_all(values)
    alter(folder, "CREATE TABLE t (a)")
    monkeypatch.setattr(salvage, "BATCH_BYTES", 1_000)
    with pytest.warns(po.CacheWarning, match="with the 50 records of it that are sound"):
        restored = open_database(folder, lambda key, value: value == values.get(key) and value[0] % 2 == 0)
    assert restored.list_keys() == sorted(values)[::2]
    assert restored.get("key-042") == values["key-042"]


def test_a_link_is_not_followed(folder, tmp_path):
    (tmp_path / "elsewhere.db").write_bytes((folder / "cache.db").read_bytes())
    (folder / "cache.db").unlink()
    (folder / "cache.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.warns(po.CacheWarning, match="not a plain file"):
        assert open_database(folder).list_keys() == []


def test_another_diskcache_in_the_folder_is_set_aside(tmp_path):
    other = diskcache.Cache(str(tmp_path / "cache"))
    other["pickled"] = {"a": 1}
    other.close()
    with pytest.warns(po.CacheWarning):
        assert open_database(tmp_path / "cache").list_keys() == []


def test_a_file_in_the_folders_place_is_an_error_that_says_what_to_do(tmp_path):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(po.CacheError, match="PD_OPTSTAT_CACHE_DIR"):
        open_database(tmp_path / "cache")
    assert (tmp_path / "cache").read_text() == "a file"


def test_a_deleted_folder_is_made_anew(folder):
    import shutil

    assert open_database(folder).list_keys() == ["series|a"]
    shutil.rmtree(folder)
    assert open_database(folder).list_keys() == []


def test_the_settings_list_is_all_that_diskcache_knows():
    assert set(SETTINGS) == set(diskcache.DEFAULT_SETTINGS)
    assert set(COUNTERS) == set(diskcache.core.METADATA)


def test_a_transaction_is_all_or_nothing(folder):
    store = open_database(folder)

    def fail():
        store.set("series|a", b"changed")
        store.set("series|b", b"new")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.transact(fail)
    assert {key: store.get(key) for key in store.list_keys()} == {"series|a": b"1"}


def test_threads_that_open_at_once_share_one(tmp_path):
    found = []
    threads = [threading.Thread(target=lambda: found.append(open_database(tmp_path / "cache"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


@pytest.mark.slow
def test_processes_that_open_at_once_lose_nothing(tmp_path):
    """Eight processes begin on a folder that does not exist, each adds a value; all are there, nothing is set aside."""
    code = textwrap.dedent("""
        import sys, warnings
        from pathlib import Path
        warnings.simplefilter("error")
        from pd_optstat.storage.cache.database import open_database
        open_database(Path(sys.argv[1])).set(sys.argv[2], b"1")
    """)
    processes = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "cache"), f"k{n}"]) for n in range(8)]
    assert [process.wait(60) for process in processes] == [0] * 8
    assert open_database(tmp_path / "cache").list_keys() == [f"k{n}" for n in range(8)]
    assert not list((tmp_path / "cache").glob("*set-aside*"))


def test_a_journal_left_by_a_killed_writer_is_rolled_back(folder):
    """A writer is killed in the middle of a transaction whose pages are on disk already."""
    code = textwrap.dedent("""
        import os, signal, sqlite3, sys
        database = sqlite3.connect(sys.argv[1] + "/cache.db", isolation_level=None)
        database.execute("PRAGMA cache_size = 1")  # spills to the file before the commit
        database.execute("BEGIN IMMEDIATE")
        for n in range(2000):
            database.execute("INSERT INTO Cache (key, raw, mode, value) VALUES (?, 1, 1, ?)", (f"k{n}", b"x" * 500))
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    assert subprocess.run([sys.executable, "-c", code, str(folder)]).returncode == -9
    assert (folder / "cache.db-journal").stat().st_size > 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert open_database(folder).list_keys() == ["series|a"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_opens_its_own(folder):
    open_database(folder).get("series|a")
    pid = os.fork()
    if not pid:
        os._exit(0 if open_database(folder).get("series|a") == b"1" and os.getpid() != os.getppid() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_reading_several_values_warns_of_nothing(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Python 3.12 and later warn of numbered placeholders, which 3.14 refuses
        found = open_database(folder).get_each(["series|b", "series|a"])
    assert found[0] is None
    assert found[1] is not None
