"""Which schemas of a cache database are accepted: those of diskcache, of any version, and nothing else."""

from __future__ import annotations

import pickle
import sqlite3
import warnings
from contextlib import closing

import pytest

import pd_optstat as po
from pd_optstat.storage.cache import backend, database
from pd_optstat.storage.cache.inspection import inspect
from pd_optstat.storage.cache.schema import STATEMENTS, find_foreign, normalise
from pd_optstat.storage.cache.sqlite import ForeignDatabase

ASKED = ("US_SECURITY", "VOLUME", "2024-01-02", "2024-01-31")

CACHE = STATEMENTS["Cache"]


def definitions(**changed):
    """Return what diskcache 5.6 defines, with other statements under some names, and none where one is None."""
    found = STATEMENTS | changed
    kinds = {name: statement.split()[1].replace("UNIQUE", "INDEX").lower() for name, statement in found.items()}
    rows = [(kinds[name], name, statement) for name, statement in found.items()]
    return [("index", "sqlite_autoindex_Settings_1", None), *rows]


def known():
    return definitions()


HARMLESS = {
    "white space": {
        "Cache": CACHE.replace(", ", ",\n    "),
        "Cache_key_raw": "CREATE  UNIQUE INDEX Cache_key_raw ON Cache ( key , raw )",
    },
    "case and quotes": {
        "Settings": 'create table "Settings" ("key" text not null unique, [value])',
        "Settings_count_insert": STATEMENTS["Settings_count_insert"].replace('"count"', "'count'"),
    },
    "another default": {"Cache": CACHE.replace("access_count INTEGER DEFAULT 0", "access_count INTEGER DEFAULT 1")},
    "one more default": {"Cache": CACHE.replace("tag BLOB", "tag BLOB DEFAULT NULL")},
    "no default": {"Cache": CACHE.replace(" DEFAULT 0", "")},
    "a negative and a text default": {"Cache": CACHE.replace("size INTEGER DEFAULT 0", "size INTEGER DEFAULT -1")},
    "one more index": {"Cache_store_time": "CREATE INDEX Cache_store_time ON Cache (store_time DESC, key)"},
    "an index of some rows": {
        "Cache_expire_time": "CREATE INDEX Cache_expire_time ON Cache (expire_time) WHERE expire_time IS NOT NULL"
    },
    "every row, which is the default": {
        name: statement.replace(" FOR EACH ROW", "") for name, statement in STATEMENTS.items()
    },
}


@pytest.mark.parametrize("change", HARMLESS)
def test_harmless_differences_are_accepted(change):
    assert find_foreign(definitions(**HARMLESS[change]), known) is None


FOREIGN = {
    "an index on an expression": {"i": "CREATE INDEX i ON Cache (size + 1)"},
    "an index on a function": {"i": "CREATE INDEX i ON Cache (randomblob(1000000000))"},
    "an index on another table": {"i": "CREATE INDEX i ON Settings (value)"},
    "an index on a column that does not exist": {"i": "CREATE INDEX i ON Cache (nothing)"},
    "a unique index": {"i": "CREATE UNIQUE INDEX i ON Cache (size)"},
    "an index with a condition": {"i": "CREATE INDEX i ON Cache (size) WHERE randomblob(9) IS NOT NULL"},
    "keys that are no longer unique": {"Cache_key_raw": "CREATE INDEX Cache_key_raw ON Cache (key, raw)"},
    "a default that is computed": {"Cache": CACHE.replace("tag BLOB", "tag BLOB DEFAULT (randomblob(1000000000))")},
    "a default of the clock": {"Cache": CACHE.replace("tag BLOB", "tag BLOB DEFAULT CURRENT_TIMESTAMP")},
    "a check": {"Cache": CACHE.replace("tag BLOB", "tag BLOB CHECK (length(randomblob(1000000000)) > 0)")},
    "a collation": {"Cache": CACHE.replace("key BLOB", "key BLOB COLLATE NOCASE")},
    "a computed column": {"Cache": CACHE.replace("value BLOB)", "value BLOB GENERATED ALWAYS AS (key))")},
    "a reference": {"Cache": CACHE.replace("tag BLOB", "tag BLOB REFERENCES Settings (key)")},
    "a table constraint": {"Cache": CACHE.replace("value BLOB)", "value BLOB, UNIQUE (size))")},
    "a unique value": {"Cache": CACHE.replace("value BLOB)", "value BLOB UNIQUE)")},
    "another type": {"Cache": CACHE.replace("filename TEXT", "filename BLOB")},
    "one more column": {"Cache": CACHE.replace("value BLOB)", "value BLOB, more BLOB)")},
    "one column less": {"Cache": CACHE.replace(" tag BLOB,", "")},
    "columns in another order": {"Settings": "CREATE TABLE Settings (value, key TEXT NOT NULL UNIQUE)"},
    "settings that may repeat": {"Settings": "CREATE TABLE Settings (key TEXT NOT NULL, value)"},
    "no rowid": {"Cache": CACHE.replace("value BLOB)", "value BLOB) WITHOUT ROWID")},
    "a table that selects": {"Cache": "CREATE TABLE Cache AS SELECT 1"},
    "a view": {"Cache": "CREATE VIEW Cache AS SELECT 1"},
    "one more table": {"t": "CREATE TABLE t (a)"},
    "one more trigger": {"t": "CREATE TRIGGER t AFTER INSERT ON Cache BEGIN DELETE FROM Cache; END"},
    "a trigger that does more": {
        "Settings_count_insert": STATEMENTS["Settings_count_insert"].replace("END", "DELETE FROM Cache; END")
    },
    "a virtual table": {"Cache": "CREATE VIRTUAL TABLE Cache USING fts5(key)"},
    "nothing": {"Cache": "CREATE TABLE"},
}


@pytest.mark.parametrize("change", FOREIGN)
def test_anything_else_is_refused(change):
    assert find_foreign(definitions(**FOREIGN[change]), known)


@pytest.mark.parametrize("name", STATEMENTS)
def test_nothing_may_be_missing(name):
    found = [definition for definition in definitions() if definition[1] != name]
    assert find_foreign(found, known) == f"{name!r} is missing"


def test_what_the_installed_diskcache_creates_is_accepted():
    """A later version may do without a trigger, have another, and add a table."""
    later = definitions(
        Settings_size_update="CREATE TRIGGER Settings_size_update AFTER UPDATE OF size ON Cache BEGIN SELECT 1; END",
        Tags="CREATE TABLE Tags (name TEXT)",
    )
    later = [definition for definition in later if definition[1] != "Settings_count_delete"]
    assert find_foreign(later, lambda: later) is None
    assert find_foreign(later, known)


def test_statements_that_mean_something_else_differ():
    assert normalise("SELECT a FROM b") != normalise("SELECT ab FROM b")
    assert normalise("SELECT 'a b'") != normalise("SELECT 'ab'")
    assert normalise("SELECT 'A'") != normalise("SELECT 'a'")


@pytest.fixture
def later_diskcache(monkeypatch):
    """A diskcache as a later version might be: another setting, another index, another default, fewer triggers."""
    import diskcache

    settings = diskcache.core.DEFAULT_SETTINGS | {"sqlite_temp_store": 2, "checksums": 1}
    create = backend._SettledCache._sql_retry.fget

    def sql_retry(self):
        execute = create(self)

        def run(statement, *arguments):
            if "Settings_size_update" in statement:
                statement = statement.replace("FOR EACH ROW ", "")
            statement = statement.replace("mode INTEGER DEFAULT 0", "mode INTEGER DEFAULT 1")
            statement = statement.replace(
                "ON Cache (expire_time)", "ON Cache (expire_time) WHERE expire_time IS NOT NULL"
            )
            return execute(statement, *arguments)

        return run

    def run_with_it(function):
        with monkeypatch.context() as patch:
            patch.setattr(diskcache.core, "DEFAULT_SETTINGS", settings)
            patch.setattr(backend._SettledCache, "_sql_retry", property(sql_retry))
            patch.setattr(backend, "_empty", [])
            return function()

    return run_with_it


def test_a_later_diskcache_and_this_one_share_a_folder(later_diskcache, tmp_path):
    """Each opens what the other wrote, and nothing is set aside."""
    folder = tmp_path / "cache"

    def load():
        po.close()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return po.load(*ASKED, source="simulator:", cache=folder).attrs["optstat"]["requests"]

    assert later_diskcache(load) == 1
    with closing(sqlite3.connect(folder / "cache.db")) as opened:
        assert "DEFAULT 1" in opened.execute("SELECT sql FROM sqlite_master WHERE name = 'Cache'").fetchone()[0]
    assert load() == 0
    assert later_diskcache(load) == 0
    assert load() == 0
    assert not list(folder.glob("*set-aside*"))


def test_a_database_of_a_later_diskcache_is_looked_at_all_the_same(later_diskcache, tmp_path):
    folder = tmp_path / "cache"
    later_diskcache(lambda: database.open_database(folder).set("k", b"1"))
    database.close_databases()
    with closing(sqlite3.connect(folder / "cache.db")) as opened, opened:
        opened.execute("UPDATE Cache SET mode = 4, value = ?", (pickle.dumps(1),))
    with pytest.raises(ForeignDatabase, match="not plain bytes"):
        inspect(folder / "cache.db")
