"""Export to an archive and load from it: rows, origins, coverage and observation times."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.archive_fixtures import (  # noqa: F401  (fixtures)
    ASKED,
    ORIGIN,
    SOURCE,
    VOLUME,
    archive_url,
    at,
    dataset,
    day,
    each_series,
    files,
    held_cache,
    observe,
)

import pd_optstat as po
from pd_optstat.core import history as histories
from pd_optstat.core import observations
from pd_optstat.core.calendars import calendar
from pd_optstat.core.history import Answer, Rows
from pd_optstat.core.markets import EXCHANGES
from pd_optstat.storage.archive import export
from pd_optstat.storage.cache.cache import store_of


def test_load_returns_what_was_exported(cache, url):
    done = cache.export(url, SOURCE)
    assert done.columns.tolist() == ["source", "market", "data_type", "year", "rows", "bytes", "written"]
    assert done["year"].tolist() == [2024, 2025, 2026, 2026]
    assert done["written"].all()
    direct = po.load(*ASKED, source=SOURCE, cache=cache)
    shared = po.load(*ASKED, source=f"parquet:{url}", cache=False)
    pd.testing.assert_frame_equal(shared, direct)
    ours, theirs = direct.attrs["optstat"], shared.attrs["optstat"]
    assert theirs["endpoint"] == f"parquet:{url}"
    assert theirs["requests"] == 0
    for name in set(ours) - {"endpoint"}:
        assert theirs[name] == ours[name], name
    assert theirs["synthetic"] is True
    assert theirs["source"] == ORIGIN
    assert json.loads(json.dumps(theirs)) == theirs


def test_hive_layout_with_the_manifest_beside_it(cache, url):
    cache.export(url, SOURCE)
    assert sorted(files(url)) == [
        *(
            f"origin=simulator%3A7/market={market}/data_type={kind}/year={year}/data.parquet"
            for market, kind, year in (
                ("HK_INDEX", "OPEN_INTEREST", 2026),
                ("US_SECURITY", "VOLUME", 2024),
                ("US_SECURITY", "VOLUME", 2025),
                ("US_SECURITY", "VOLUME", 2026),
            )
        )
    ]
    assert sorted(os.listdir(Path(url).parent)) == ["archive", "archive.optstat", "archive.optstat.json"]
    found = json.loads(Path(f"{url}.optstat.json").read_text())
    assert (found["format"], found["format_version"]) == ("pd_optstat.archive", 1)
    part = found["parts"][-1]
    assert part["path"] == "origin=simulator%3A7/market=US_SECURITY/data_type=VOLUME/year=2026/data.parquet"
    assert part["final"] == part["answered"] == [["2026-01-01", "2026-06-12"]]
    assert part["synthetic"] is True
    assert part["versions"][0]["bytes"] == len(files(url)[part["path"]])


def test_export_without_changes_writes_nothing(cache, url):
    cache.export(url, SOURCE)
    before = {path: path.stat().st_mtime_ns for path in Path(url).parent.rglob("*")}
    assert not cache.export(url, SOURCE)["written"].any()
    assert {path: path.stat().st_mtime_ns for path in Path(url).parent.rglob("*")} == before


def test_export_writes_only_changed_files(cache, url):
    cache.export(url, SOURCE)
    before = files(url)
    po.load("US_SECURITY", "VOLUME", "2026-06-12", "2026-07-10", source=SOURCE, cache=cache)
    done = cache.export(url, SOURCE)
    assert done.loc[done["written"], ["market", "year"]].to_numpy().tolist() == [["US_SECURITY", 2026]]
    changed = [name for name, data in files(url).items() if before.get(name) != data]
    assert changed == ["origin=simulator%3A7/market=US_SECURITY/data_type=VOLUME/year=2026/data.parquet"]
    assert len(po.load("US_SECURITY", "VOLUME", "2024-06-03", "2026-07-10", source=f"parquet:{url}")) > 500


def test_offline_miss_names_the_sessions_beyond_the_coverage(cache, url):
    cache.export(url, SOURCE)
    with pytest.raises(po.OfflineMiss, match=r"2026-06-15, 2026-06-16; it covers 2024-06-03\.\.2026-06-12"):
        po.load("US_SECURITY", "VOLUME", "2026-06-10", "2026-06-16", source=f"parquet:{url}")
    with pytest.raises(po.OfflineMiss, match="it holds nothing of this series"):
        po.load("US_INDEX", "VOLUME", "2026-06-10", "2026-06-12", source=f"parquet:{url}")
    with pytest.raises(po.OfflineMiss, match="US_SECURITY/VOLUME"):  # today, by default
        po.load("US_SECURITY", source=f"parquet:{url}")
    # Days without a session need not be there.
    assert len(po.load("US_SECURITY", "VOLUME", "2026-06-12", "2026-06-14", source=f"parquet:{url}")) == 1


def test_a_panel(cache, url):
    po.load_panel("US_SECURITY", None, "2026-01-05", "2026-01-30", source=SOURCE, cache=cache)
    cache.export(url, SOURCE)
    asked = "US_SECURITY", None, "2026-01-05", "2026-01-30"
    panel = po.load_panel(*asked, source=f"parquet:{url}")
    pd.testing.assert_frame_equal(panel, po.load_panel(*asked, source=SOURCE, cache=cache))
    assert panel.attrs["optstat"]["synthetic"] is True


@each_series
def test_as_of_returns_the_values_of_that_moment(tmp_path, url, series):
    cache = po.Cache(tmp_path / "real")
    observe(cache, "2026-06-01", "2026-06-05", 100, "2026-06-05T21:00", final_until="2026-06-04", series=series)
    observe(cache, "2026-06-01", "2026-06-05", 200, "2026-06-08T21:00", series=series)
    cache.export(url)
    asked = series.name, "VOLUME", "2026-06-01", "2026-06-05"
    for as_of in (None, "2026-06-06", "2026-06-09"):
        shared = po.load(*asked, source=f"parquet:{url}", as_of=as_of)
        direct = po.load(*asked, source="opend://127.0.0.1:1", cache=cache, as_of=as_of)
        pd.testing.assert_frame_equal(shared, direct)
        for name in ("provisional", "observed_at", "as_of", "digest", "source"):
            assert shared.attrs["optstat"][name] == direct.attrs["optstat"][name]
    assert po.load(*asked, source=f"parquet:{url}", as_of="2026-06-06")["call_value"].tolist() == [100] * 5
    with pytest.raises(po.OfflineMiss, match="as of that moment"):
        po.load(*asked, source=f"parquet:{url}", as_of="2026-06-05T20:00")


@each_series
def test_provisional_rows_are_exported_and_running_totals_are_not(tmp_path, url, series):
    cache = po.Cache(tmp_path / "real")
    # Friday is seen an hour after its close (final 12 hours after it), Monday while it is open.
    observe(cache, "2026-06-01", "2026-06-05", 100, "2026-06-05T21:00", final_until="2026-06-04", series=series)
    observe(cache, "2026-06-08", "2026-06-08", 7, "2026-06-08T15:00", final_until="2026-06-05", series=series)
    cache.export(url)
    asked = series.name, "VOLUME", "2026-06-01"
    shared = po.load(*asked, "2026-06-05", source=f"parquet:{url}")
    assert shared.attrs["optstat"]["provisional"] == ["2026-06-05"]
    table = pd.read_parquet(dataset(url, series))
    assert table["final"].tolist() == [True] * 4 + [False]
    assert table["observed_at"].unique().tolist() == [pd.Timestamp("2026-06-05T21:00", tz="UTC")]
    with pytest.raises(po.OfflineMiss, match="2026-06-08"):
        po.load(*asked, "2026-06-08", source=f"parquet:{url}", include_open=True)


@each_series
def test_missing_sessions_are_exported(tmp_path, url, series):
    cache = po.Cache(tmp_path / "real")
    sessions = calendar(EXCHANGES["US"]).sessions(day("2026-06-01"), day("2026-06-05"))
    some = Rows.of(sessions[:-1], *np.full((len(series.columns), 4), 10))
    span = day("2026-06-01"), day("2026-06-05")
    store_of(cache).record(
        "opend", {series: [Answer(*span, span, some, sessions, at("2026-06-10"), span[1], "opend://h:1")]}
    )
    cache.export(url)
    shared = po.load(series.name, "VOLUME", "2026-06-01", "2026-06-05", source=f"parquet:{url}")
    assert shared.attrs["optstat"]["missing"] == ["2026-06-05"]


def test_origins_are_kept_apart(cache, url):
    observe(cache, "2026-06-01", "2026-06-05", 100, "2026-06-08T21:00")
    po.load(*ASKED, source="simulator:?seed=8", cache=cache)
    cache.export(url, SOURCE)
    cache.export(url, "simulator:8")
    asked = "US_SECURITY", "VOLUME", "2026-06-01", "2026-06-05"
    with pytest.raises(po.InvalidRequest, match=r"several origins: simulator:7, simulator:8\. Choose one"):
        po.load(*asked, source=f"parquet:{url}")
    assert cache.export(url)["source"].unique().tolist() == ["opend"]
    real = po.load(*asked, source=f"parquet:{url}").attrs["optstat"]
    assert (real["source"], real["synthetic"]) == ("opend", False)
    with pytest.raises(po.OfflineMiss):  # never filled up with synthetic rows
        po.load(*ASKED, source=f"parquet:{url}")
    for seed in (7, 8):
        made = po.load(*asked, source=f"parquet:{url}?origin=simulator:{seed}")
        assert made.attrs["optstat"]["source"] == f"simulator:{seed}"
        pd.testing.assert_frame_equal(made, po.load(*asked, source=f"simulator:?seed={seed}", cache=False))
    with pytest.raises(po.OfflineMiss, match="holds no rows of simulator:9; it holds opend, simulator:7, simulator:8"):
        po.load(*asked, source=po.Parquet(url, origin="simulator:9"))
    table = pd.read_parquet(url)
    assert (table["synthetic"] == (table["origin"] != "opend")).all()


def test_export_of_all_origins(cache, tmp_path, url):
    observe(cache, "2026-06-01", "2026-06-05", 100, "2026-06-08T21:00")
    assert set(cache.export(url, None)["source"]) == {"opend", ORIGIN}


def test_error_for_nothing_to_export_lists_what_is_cached(cache, url):
    with pytest.raises(po.InvalidRequest, match="holds no rows of source='opend', only of simulator:7"):
        cache.export(url)
    assert not os.path.exists(url)


def test_export_from_a_smaller_cache_removes_nothing(cache, tmp_path, url):
    cache.export(url, SOURCE)
    other = po.Cache(tmp_path / "other")
    po.load("US_SECURITY", "VOLUME", "2026-06-08", "2026-06-30", source=SOURCE, cache=other)
    other.export(url, SOURCE)
    whole = po.load("US_SECURITY", "VOLUME", "2024-06-03", "2026-06-30", source=f"parquet:{url}")
    assert whole.attrs["optstat"]["missing"] == []
    assert whole.equals(po.load("US_SECURITY", "VOLUME", "2024-06-03", "2026-06-30", source=SOURCE, cache=False))
    before = files(url)
    cache.export(url, SOURCE)
    assert files(url) == before


@pytest.mark.parametrize("name", ["refresh", "offline", "include_open"])
def test_refresh_offline_and_include_open(cache, url, name):
    cache.export(url, SOURCE)
    if name == "refresh":
        with pytest.raises(po.InvalidRequest, match="is a recording"):
            po.load(*ASKED, source=f"parquet:{url}", refresh=True)
    else:
        assert len(po.load(*ASKED, source=f"parquet:{url}", **{name: True})) == 509


@pytest.mark.cloud
def test_an_address_on_the_network_cannot_be_read_offline():
    with pytest.raises(po.InvalidRequest, match="needs it"):
        po.load(*ASKED, source="parquet:http://127.0.0.1:9/archive", offline=True)


def test_archive_loads_are_not_cached_and_update_refuses_archives(cache, tmp_path, url):
    cache.export(url, SOURCE)
    mine = tmp_path / "mine"
    po.load(*ASKED, source=f"parquet:{url}", cache=mine)
    assert not mine.exists()
    with pytest.raises(po.InvalidRequest, match="cannot update a cache"):
        po.update(f"parquet:{url}")
    with pytest.raises(po.InvalidRequest, match="is an archive"):
        cache.clear(source=f"parquet:{url}")
    po.configure(source=f"parquet:{url}")
    assert len(po.load(*ASKED)) == 509
    observe(cache, "2026-06-01", "2026-06-05", 100, "2026-06-08T21:00")
    assert "opend" not in po.update(cache=cache)["source"].tolist()


def test_pin_records_and_replays_archive_loads(cache, tmp_path, url):
    cache.export(url, SOURCE)
    with po.pin(tmp_path / "study.optstat", "record"):
        recorded = po.load(*ASKED, source=f"parquet:{url}")
    Path(f"{url}.optstat.json").unlink()
    with po.pin(tmp_path / "study.optstat", "replay"):
        replayed = po.load(*ASKED, source=f"parquet:{url}")
    pd.testing.assert_frame_equal(recorded, replayed)
    assert replayed.attrs["optstat"]["synthetic"] is True


# The command line


def test_the_command_line(cache, url, capsys):
    from pd_optstat.cli import main

    assert main(["cache", "export", url, "--source", ORIGIN, "--cache-dir", str(cache.path)]) == 0
    assert capsys.readouterr().out == "529 SYNTHETIC rows in 4 files, 4 of them new or changed\n"
    assert main(["cache", "export", url, "--source", ORIGIN, "--cache-dir", str(cache.path)]) == 0
    assert "0 of them" in capsys.readouterr().out
    assert main(["cache", "export", url, "--cache-dir", str(cache.path)]) == 1
    assert "InvalidRequest" in capsys.readouterr().err
    asked = ["US_SECURITY", "VOLUME", "--start", "2026-06-11", "--end", "2026-06-12"]
    assert main(["load", *asked, "--source", f"parquet:{url}"]) == 0
    told = capsys.readouterr()
    assert "SYNTHETIC" in told.err
    assert "2026-06-12" in told.out


def test_running_totals_of_a_past_session_are_left_out():
    cache_history = histories.EMPTY
    sessions = np.array([day("2026-06-05"), day("2026-06-08")])
    span = (day("2026-06-05"), day("2026-06-08"))
    answer = Answer(
        *span, span, Rows.of(sessions, sessions * 0 + 4, sessions * 0), sessions, at("2026-06-08T15:00"), span[0], "e"
    )
    cache_history, _ = observations.record(cache_history, answer)
    later = at("2026-07-01") + int(timedelta(1).total_seconds())
    kept = export.exportable(VOLUME, cache_history, later)
    assert kept.row_day.tolist() == [day("2026-06-05")]
    assert histories.known(kept) == [(day("2026-06-05"), day("2026-06-07"))]
