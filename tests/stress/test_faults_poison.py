"""Malicious or damaged rows in the cache: pickles, invalid text, a wrong index. Nothing of them is executed."""

from __future__ import annotations

import contextlib
import itertools
import os
import pickle
import sqlite3
import warnings
from pathlib import Path
from typing import Any

import pytest
from support.checked_loads import MONTH, SOURCE, forget, needs_fork, reference, right_or_error, try_load
from support.checked_loads import month as month
from support.checked_loads import shm as shm

import pd_optstat as po

pytestmark = [needs_fork, pytest.mark.slow]


class Bomb:
    """An object that creates a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> Any:
        return os.mkdir, (self.path,)


CACHE_COLUMNS = ["key", "raw", "store_time", "expire_time", "access_time", "access_count", "tag", "size", "mode"]
CACHE_COLUMNS += ["filename", "value"]


@pytest.mark.parametrize("opened", [False, True], ids=["closed", "open"])
@pytest.mark.parametrize(
    ("table", "column"),
    [("Cache", column) for column in CACHE_COLUMNS] + [("Settings", "key"), ("Settings", "value")],
)
def test_malicious_pickles_in_every_column_of_every_row(month, tmp_path, table, column, opened):
    """Also marked as pickles by the row, as text, and in a file that the row refers to."""
    bomb = pickle.dumps(Bomb(tmp_path / "exploded"), protocol=0)
    (month / "bomb.val").write_bytes(bomb)
    with contextlib.closing(sqlite3.connect(month / "cache.db")) as database:
        rows = [rowid for (rowid,) in database.execute(f"SELECT rowid FROM {table}")]
    assert rows
    sound = (month / "cache.db").read_bytes()
    poisons: list[Any] = [bomb, bomb.decode("latin-1"), "bomb.val", 4, "", None, 0]
    for rowid, poison in itertools.product(rows, poisons):
        for as_pickle in (False, True) if table == "Cache" else (False,):
            forget()
            (month / "cache.db").write_bytes(sound)
            if opened:
                assert try_load(*MONTH, source=SOURCE, cache=month)[:4] == ["frame", reference(*MONTH), [], 0]
            with contextlib.closing(sqlite3.connect(month / "cache.db")) as database, database:
                if as_pickle:
                    database.execute("UPDATE Cache SET mode = 4, raw = 0 WHERE rowid = ?", (rowid,))
                with contextlib.suppress(sqlite3.IntegrityError):  # a duplicate of a unique value
                    database.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (poison, rowid))
            for offline in (True, False):
                outcome = try_load(*MONTH, source=SOURCE, cache=month, offline=offline)
                right_or_error(outcome, MONTH, *(["OfflineMiss"] if offline else []))
            for ask in (lambda cache: cache.info(), lambda cache: cache.verify(), lambda cache: cache.clear()):
                with warnings.catch_warnings(), contextlib.suppress(po.CacheError):
                    warnings.simplefilter("ignore")
                    ask(po.Cache(month))
            assert not (tmp_path / "exploded").exists()
            assert (month / "bomb.val").read_bytes() == bomb
            for aside in month.glob("*set-aside*"):
                aside.unlink()


def test_text_that_is_not_utf_8_does_not_block_the_cache(month):
    """A single flipped bit of a key or a setting causes this."""
    po.load("HK_INDEX", "VOLUME", "2024-01-02", "2024-01-31", source=SOURCE, cache=month)
    forget()
    sound = (month / "cache.db").read_bytes()
    for table, where in (("Cache", "key LIKE '%US_SEC%'"), ("Settings", "key = 'cull_limit'")):
        (month / "cache.db").write_bytes(sound)
        with contextlib.closing(sqlite3.connect(month / "cache.db")) as database, database:
            database.execute(f"UPDATE {table} SET key = CAST(x'73ff' AS TEXT) WHERE {where}")
        assert try_load(*MONTH, source=SOURCE, cache=month)[:2] == ["frame", reference(*MONTH)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            cache = po.Cache(month)
            assert cache.info()["rows"].tolist() == [21, 22]
            assert cache.coverage("HK_INDEX", "VOLUME")
            cache.verify()
        forget()


def test_an_index_that_leads_to_another_row_is_detected_and_no_rows_are_lost(month):
    """A flipped bit of the index redirects reads and writes of one series to the row of another."""
    hong_kong = ("HK_INDEX", "VOLUME", "2024-01-02", "2024-01-31")
    po.load(*hong_kong, source=SOURCE, cache=month)
    forget()
    content = bytearray((month / "cache.db").read_bytes())
    key = b"series|simulator:7|HK_INDEX|VOLUME|2020"
    ends = [at + len(key) for at in range(len(content)) if content.startswith(key, at)]
    (rowid,) = [end for end in ends if content[end] == 2]  # in the table, other columns follow
    content[rowid] = 1
    (month / "cache.db").write_bytes(content)
    for arguments in (hong_kong, MONTH, hong_kong, MONTH):
        right_or_error(try_load(*arguments, source=SOURCE, cache=month), arguments)
    # The US rows were never damaged, and by now everything is repaired.
    for arguments in (hong_kong, MONTH):
        assert try_load(*arguments, source=SOURCE, cache=month)[:4] == ["frame", reference(*arguments), [], 0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(po.Cache(month).revisions("US_SECURITY", "VOLUME")) == 21
