"""`po.Cache`: what it tells, what it forgets, and that damage is found and healed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import date, timedelta

import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.storage.cache.cache import store_of

SOURCE = "simulator:?seed=7"


@pytest.fixture
def cache(tmp_path):
    held = po.Cache(tmp_path / "held")
    po.load("US_SECURITY", "VOLUME", "2018-06-01", "2020-03-31", source=SOURCE, cache=held)
    po.load("HK_INDEX", "OPEN_INTEREST", "2020-01-01", "2020-01-31", source=SOURCE, cache=held)
    po.load("US_SECURITY", "VOLUME", "2020-01-01", "2020-02-15", source="simulator:?seed=8", cache=held)
    return held


def damage(cache, market="US_SECURITY", year=2020):
    with sqlite3.connect(cache.path / "cache.db") as database:
        key = f"series|simulator:7|{market}|{'VOLUME' if market.startswith('US') else 'OPEN_INTEREST'}|{year}"
        (value,) = database.execute("SELECT value FROM Cache WHERE key = ?", (key,)).fetchone()
        middle = len(value) // 2
        damaged = value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :]
        database.execute("UPDATE Cache SET value = ? WHERE key = ?", (damaged, key))
    database.close()
    return key


def test_info_has_a_row_per_source_and_series(cache):
    info = cache.info()
    assert info[["source", "market", "data_type", "rows"]].to_numpy().tolist() == [
        ["simulator:7", "US_SECURITY", "VOLUME", 461],
        ["simulator:7", "HK_INDEX", "OPEN_INTEREST", 20],
        ["simulator:8", "US_SECURITY", "VOLUME", 31],
    ]
    assert info["first"].tolist() == [
        pd.Timestamp("2018-06-01"),
        pd.Timestamp("2020-01-02"),
        pd.Timestamp("2020-01-02"),
    ]
    assert info["last"].iloc[1] == pd.Timestamp("2020-01-31")
    assert (info["bytes"] > 500).all()
    assert (pd.Timestamp.now("UTC") - info["observed_at"] < pd.Timedelta("5min")).all()


def test_coverage_is_what_was_answered_and_is_final(cache):
    assert cache.coverage("US_SECURITY", "VOLUME", "simulator:8") == [(date(2020, 1, 1), date(2020, 2, 15))]
    assert cache.coverage("us_security", 0) == [(date(2018, 6, 1), date(2020, 3, 31))]
    assert cache.coverage("US_INDEX", "VOLUME") == []
    po.load("US_SECURITY", "VOLUME", "2026-01-02", source=SOURCE, cache=cache)
    last = cache.coverage("US_SECURITY", "VOLUME", SOURCE)[-1][1]
    # Friday's volume is final on Saturday morning, and the weekend with it; no exchange closes for a week.
    assert date.today() - timedelta(days=7) <= last <= date.today()


def test_revisions_tell_when_and_from_where(cache):
    revisions = cache.revisions("US_SECURITY", "VOLUME")
    assert len(revisions) == 461 + 31
    assert revisions["endpoint"].unique().tolist() == ["simulator:?seed=7", "simulator:?seed=8"]
    assert str(revisions["observed_at"].dt.tz) == "UTC"
    assert (revisions["total_value"] == revisions["call_value"] + revisions["put_value"]).all()
    assert list(cache.revisions("US_INDEX", "VOLUME").columns) == list(revisions.columns)


def test_clear_forgets_what_is_named_and_nothing_else(cache):
    assert cache.clear(source="simulator:8") == 1
    assert cache.clear("HK_INDEX") == 1
    assert cache.info()["source"].tolist() == ["simulator:7"]
    assert cache.clear("US_SECURITY", "OPEN_INTEREST") == 0
    assert cache.clear() == 1
    assert len(cache.info()) == 0
    with pytest.raises(po.InvalidRequest):
        cache.clear("nowhere")
    with pytest.raises(po.InvalidRequest):
        cache.clear(source="ftp://x")


def test_damage_is_found_told_and_healed_by_asking_again(cache):
    arguments = ("US_SECURITY", "VOLUME", "2018-06-01", "2020-03-31")
    sound = po.load(*arguments, source=SOURCE, cache=cache)
    damage(cache)
    with pytest.warns(po.CacheWarning, match="from 2020.*damaged"):
        healed = po.load(*arguments, source=SOURCE, cache=cache)
    assert healed.equals(sound)
    assert healed.attrs["optstat"]["requests"] == 1  # 2018 and 2019 live in another record, which was sound
    assert po.load(*arguments, source=SOURCE, cache=cache).attrs["optstat"]["requests"] == 0


def test_damage_offline_is_a_miss_not_a_number(cache):
    damage(cache)
    with pytest.warns(po.CacheWarning), pytest.raises(po.OfflineMiss):
        po.load("US_SECURITY", "VOLUME", "2018-06-01", "2020-03-31", source=SOURCE, cache=cache, offline=True)


def test_verify_finds_and_forgets_damage(cache):
    assert len(cache.verify()) == 0
    keys = [damage(cache), damage(cache, "HK_INDEX")]
    assert sorted(cache.verify()["key"]) == sorted(keys)
    assert len(cache.verify()) == 0
    assert cache.info()["rows"].tolist() == [399, 31]


def test_a_value_under_anothers_key_is_not_served(cache):
    with sqlite3.connect(cache.path / "cache.db") as database:
        database.execute(
            "UPDATE Cache SET value = (SELECT value FROM Cache WHERE key LIKE '%:8|%') WHERE key LIKE '%:7|US%2020'"
        )
    database.close()
    with pytest.warns(po.CacheWarning, match="another key"):
        frame = po.load("US_SECURITY", "VOLUME", "2020-01-02", "2020-01-31", source=SOURCE, cache=cache)
    fresh = po.load("US_SECURITY", "VOLUME", "2020-01-02", "2020-01-31", source=SOURCE, cache=False)
    assert frame.equals(fresh)


@pytest.mark.parametrize(
    ("statement", "requests"),
    [
        ("UPDATE Cache SET mode = 4", 2),
        ("UPDATE Cache SET filename = 'x.val', value = NULL, mode = 2", 2),
        ("UPDATE Cache SET value = 'text'", 2),
        # What is sound is kept.
        ("UPDATE Cache SET value = 5 WHERE key LIKE '%:7|US%2020'", 1),
    ],
)
def test_poison_under_an_open_cache_is_set_aside_and_asked_for_again(cache, statement, requests):
    arguments = ("US_SECURITY", "VOLUME", "2018-06-01", "2020-03-31")
    sound = po.load(*arguments, source=SOURCE, cache=cache)
    with sqlite3.connect(cache.path / "cache.db") as database:
        database.executescript(statement)
    database.close()
    with pytest.warns(po.CacheWarning, match="set aside"):
        healed = po.load(*arguments, source=SOURCE, cache=cache)
    assert healed.equals(sound)
    assert healed.attrs["optstat"]["requests"] == requests
    assert po.load(*arguments, source=SOURCE, cache=cache).attrs["optstat"]["requests"] == 0


def test_damaged_pages_under_an_open_cache_are_set_aside(cache):
    arguments = ("US_SECURITY", "VOLUME", "2018-06-01", "2020-03-31")
    sound = po.load(*arguments, source=SOURCE, cache=cache)
    database = cache.path / "cache.db"
    content = bytearray(database.read_bytes())
    content[27] += 1  # the change counter: what SQLite holds in memory is out of date
    content[4096:] = b"\xa5" * (len(content) - 4096)  # the schema stays readable
    database.write_bytes(content)
    with pytest.warns(po.CacheWarning, match="set aside"):
        assert po.load(*arguments, source=SOURCE, cache=cache).equals(sound)


@pytest.mark.slow
def test_ten_processes_on_one_folder_lose_nothing(tmp_path):
    code = (
        "import sys, pd_optstat as po\n"
        "year = sys.argv[2]\n"
        "po.load('US_SECURITY', 'VOLUME', f'{year}-01-01', f'{year}-12-31', source='simulator:', cache=sys.argv[1])\n"
    )
    years = range(2015, 2025)
    processes = [subprocess.Popen([sys.executable, "-W", "error", "-c", code, tmp_path, str(year)]) for year in years]
    assert [process.wait(120) for process in processes] == [0] * len(years)
    whole = po.load("US_SECURITY", "VOLUME", "2015-01-01", "2024-12-31", source="simulator:", cache=tmp_path)
    assert whole.attrs["optstat"]["requests"] == 0
    assert whole.equals(po.load("US_SECURITY", "VOLUME", "2015-01-01", "2024-12-31", source="simulator:", cache=False))


class TestOrigins:
    """A simulator behind `opend://` never passes for real, and never mixes."""

    ARGUMENTS = ("US_SECURITY", "VOLUME", "2024-01-01", "2024-06-30")

    def test_tcp_and_in_process_share_rows(self, simulator, tmp_path):
        over_tcp = po.load(*self.ARGUMENTS, source=simulator.url, cache=tmp_path)
        in_process = po.load(*self.ARGUMENTS, source="simulator:", cache=tmp_path)
        assert over_tcp.equals(in_process)
        assert over_tcp.attrs["optstat"]["source"] == in_process.attrs["optstat"]["source"] == "simulator:3301"
        assert in_process.attrs["optstat"]["requests"] == 0

    def test_a_stopped_simulator_still_serves_what_it_gave(self, tmp_path):
        from pd_optstat.simulator.server import SimulatorServer

        with SimulatorServer(seed=5) as server:
            first = po.load(*self.ARGUMENTS, source=server.url, cache=tmp_path)
        po.close()
        again = po.load(*self.ARGUMENTS, source=server.url, cache=tmp_path)
        assert again.equals(first)
        assert again.attrs["optstat"]["source"] == "simulator:5"
        assert po.load(*self.ARGUMENTS, source=server.url, cache=tmp_path, offline=True).equals(first)
        with pytest.raises(po.ConnectionFailed):
            po.load("US_SECURITY", "VOLUME", "2023-01-01", "2024-06-30", source=server.url, cache=tmp_path)

    def test_another_seed_at_the_same_address_gives_its_own_numbers(self, tmp_path):
        from pd_optstat.simulator.server import SimulatorServer

        with SimulatorServer(seed=5) as server:
            port = server.port
            first = po.load(*self.ARGUMENTS, source=server.url, cache=tmp_path)
        with SimulatorServer(port, seed=6) as server:
            second = po.load(*self.ARGUMENTS, source=server.url, cache=tmp_path)
        assert second.attrs["optstat"]["source"] == "simulator:6"
        assert not (second["call_value"] == first["call_value"]).any()
        assert po.Cache(tmp_path).info()["source"].tolist() == ["simulator:5", "simulator:6"]

    def test_a_namespace_does_not_make_synthetic_numbers_real(self, simulator, tmp_path):
        frame = po.load(*self.ARGUMENTS, source=f"{simulator.url}?namespace=mine", cache=tmp_path)
        assert frame.attrs["optstat"]["source"] == "simulator:3301"
        assert frame.attrs["optstat"]["synthetic"] is True


def test_a_cache_cleared_in_the_middle_of_a_load_gives_the_whole_frame(tmp_path):
    """The frame is made of what was read with what was fetched, whatever becomes of the folder meanwhile."""
    arguments = "US_SECURITY", "VOLUME", "2018-06-01", "2020-03-31"
    held = po.Cache(tmp_path)
    po.load("US_SECURITY", "VOLUME", "2019-06-03", "2019-06-28", source=SOURCE, cache=held)
    store = store_of(held)
    record = store.record

    def record_and_lose(*arguments, **options):
        changes = record(*arguments, **options)
        held.clear()
        return changes

    store.record = record_and_lose
    loaded = po.load(*arguments, source=SOURCE, cache=held)
    pd.testing.assert_frame_equal(loaded, po.load(*arguments, source=SOURCE, cache=False))
    assert loaded.attrs["optstat"]["missing"] == []


def test_an_archive_is_named_to_export_as_it_is_to_load(tmp_path):
    held, archive = po.Cache(tmp_path / "cache"), f"parquet:{tmp_path / 'archive'}"
    df = po.load("US_SECURITY", "VOLUME", "2026-01-02", "2026-03-31", source="simulator:", cache=held)
    for wrong, told in (("?origin=simulator:3301", "source='simulator:3301'"), ("?x=1", "'x' is not a known")):
        with pytest.raises(po.InvalidRequest, match=told):
            held.export(archive + wrong, source="simulator:")
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    held.export(archive, source="simulator:")
    asked = "US_SECURITY", "VOLUME", "2026-01-02", "2026-03-31"
    for source in (archive, po.Parquet(archive), po.Parquet(archive + "?origin=simulator:3301")):
        pd.testing.assert_frame_equal(po.load(*asked, source=source, cache=False), df)
    with pytest.raises(po.InvalidRequest, match="one of the two"):
        po.Parquet(archive + "?origin=simulator:3301", origin="opend")


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "in part"])
def test_what_somebody_else_fetched_after_a_load_began_is_not_asked_for_again(tmp_path, warm):
    asked = "US_SECURITY", "VOLUME", "2018-06-01", "2020-03-31"
    held = po.Cache(tmp_path)
    store = store_of(held)
    read = store.read
    if warm:
        po.load(*asked[:2], "2019-01-02", "2019-03-29", source=SOURCE, cache=tmp_path)
    others = []

    def read_after_somebody_else(*arguments):
        store.read = read
        others.append(po.load(*asked, source=SOURCE, cache=po.Cache(tmp_path)))
        return read(*arguments)

    store.read = read_after_somebody_else
    frame = po.load(*asked, source=SOURCE, cache=held)
    pd.testing.assert_frame_equal(frame, others[0])
    assert others[0].attrs["optstat"]["requests"] > 0
    assert frame.attrs["optstat"]["requests"] == 0
