"""Loads go on without a cache that cannot be read or written, and say so once."""

from __future__ import annotations

import contextlib
import errno
import pickle
import resource
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.checked_loads import MONTH, OTHER_MONTH, SOURCE, forget, reference, try_load

import pd_optstat as po
from pd_optstat.storage.cache import backend, database, process

NOT_REMEMBERED = ["CacheWarning"]


@pytest.fixture
def month(tmp_path: Path) -> Path:
    """Return a closed cache that holds one month."""
    po.load(*MONTH, source=SOURCE, cache=tmp_path)
    forget()
    return tmp_path


@contextlib.contextmanager
def full_disk(limit: int = 100) -> Iterator[None]:
    """Limit the size of files of this process, which SQLite sees as a full disk.

    Not a fixture: pytest itself must be able to write before one is torn down.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def locked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lock the database as another process would, for longer than loads wait."""
    for module in (process, backend, database):
        monkeypatch.setattr(module, "BUSY_TIMEOUT", 0.2)
    with contextlib.closing(sqlite3.connect(folder / "cache.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


def test_the_folder_is_warned_about_once_until_it_can_be_written_again(tmp_path):
    options = {"source": SOURCE, "cache": tmp_path / "new", "refresh": True}
    for _ in range(2):
        with full_disk():
            with pytest.warns(po.CacheWarning, match=r"not remembered.*new cannot be used.*cache='PATH'"):
                assert len(po.load(*MONTH, **options))
            assert try_load(*MONTH, **options)[:3] == ["frame", reference(*MONTH), []]
            assert try_load(*MONTH, source=SOURCE, cache=tmp_path / "new")[3] == 1  # requested again
        assert try_load(*MONTH, **options)[:3] == ["frame", reference(*MONTH), []]
        assert try_load(*MONTH, source=SOURCE, cache=tmp_path / "new")[3] == 0  # remembered
        po.Cache(tmp_path / "new").clear()
        forget()
        (tmp_path / "new" / "cache.db").unlink()


def test_what_the_folder_holds_is_served_where_nothing_can_be_added(month):
    with full_disk():
        assert try_load(*MONTH, source=SOURCE, cache=month)[:4] == ["frame", reference(*MONTH), [], 0]
        other = try_load(*OTHER_MONTH, source=SOURCE, cache=month)
    assert other[:3] == ["frame", reference(*OTHER_MONTH), NOT_REMEMBERED]


def test_a_locked_database_costs_one_wait(month, monkeypatch):
    with locked(month, monkeypatch), pytest.warns(po.CacheWarning, match="has had it locked") as warned:
        frame = po.load(*MONTH, source=SOURCE, cache=month)
    assert len(warned) == 1
    assert frame.attrs["optstat"]["requests"] == 1


def test_offline_and_update_need_the_cache(month, monkeypatch):
    with locked(month, monkeypatch):
        for options in ({"offline": True}, {"as_of": "2030-01-01"}):
            assert try_load(*MONTH, source=SOURCE, cache=month, **options)[0] == "CacheError"
        with pytest.raises(po.CacheError, match="has had it locked"):
            po.update(cache=month)


def test_update_of_a_full_disk_is_an_error(month):
    with full_disk(), pytest.raises(po.CacheError, match="could not be written"):
        po.update(cache=month)


def test_what_is_wrong_with_the_content_is_an_error(tmp_path):
    (tmp_path / "file").write_text("mine")
    outcome = try_load(*MONTH, source=SOURCE, cache=tmp_path / "file")
    assert outcome[0] == "CacheError"
    with contextlib.closing(sqlite3.connect(tmp_path / "cache.db")) as other, other:
        other.execute("CREATE TABLE Mine (x)")
    assert try_load(*MONTH, source=SOURCE, cache=tmp_path)[:3] == ["frame", reference(*MONTH), ["CacheWarning"]]
    assert try_load(*MONTH, source=SOURCE, cache=tmp_path)[3] == 0  # set aside, and a new one begun


@pytest.mark.parametrize(
    ("error", "unavailable"),
    [
        (OSError(errno.EROFS, "read-only"), True),
        (OSError(errno.EACCES, "denied"), True),
        (OSError(errno.ENOSPC, "full"), True),
        (TimeoutError("locked"), True),
        (sqlite3.OperationalError("database or disk is full"), True),
        (sqlite3.OperationalError("attempt to write a readonly database"), True),
        (sqlite3.DatabaseError("file is not a database"), False),
        (sqlite3.OperationalError("no such table: Cache"), False),
        (OSError(errno.ENOTDIR, "not a directory"), False),
        (OSError(errno.EMFILE, "too many open files"), False),
        (ValueError("damaged"), False),
    ],
    ids=str,
)
def test_only_what_concerns_the_folder_is_tolerated(error, unavailable):
    raised = database._cache_error("It failed.", error)
    assert raised.unavailable == unavailable
    assert pickle.loads(pickle.dumps(raised)).unavailable == unavailable  # noqa: S301
