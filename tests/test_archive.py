"""Archives: what is exported is what is loaded, by this package and by every engine; damage and races never pass."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat import frame as frames
from pd_optstat import history as histories
from pd_optstat.archive import exporting, manifest, parts, reading
from pd_optstat.archive.place import Place, redact
from pd_optstat.calendars import calendar
from pd_optstat.days import to_day
from pd_optstat.freshness import moment
from pd_optstat.history import Answer, Rows
from pd_optstat.markets import EXCHANGES, OptionMarket, OptionStatisticDataType
from pd_optstat.request import Series

pytest.importorskip("pyarrow")
pytest.importorskip("fsspec")

SOURCE = "simulator:?seed=7"
ORIGIN = "simulator:7"
ASKED = "US_SECURITY", "VOLUME", "2024-06-03", "2026-06-12"
VOLUME = Series(OptionMarket.US_SECURITY, OptionStatisticDataType.VOLUME)


@pytest.fixture
def cache(tmp_path):
    held = po.Cache(tmp_path / "held")
    po.load(*ASKED, source=SOURCE, cache=held)
    po.load("HK_INDEX", "OPEN_INTEREST", "2026-01-05", "2026-01-30", source=SOURCE, cache=held)
    return held


@pytest.fixture
def url(tmp_path):
    return str(tmp_path / "shared" / "archive")


def files(url):
    return {str(path.relative_to(url)): path.read_bytes() for path in Path(url).rglob("*") if path.is_file()}


def day(text):
    return to_day(date.fromisoformat(text))


def at(text):
    return moment(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def observe(cache, first, last, calls, observed, final_until=None, origin="opend", series=VOLUME):
    """Let `cache` observe, at a moment, `calls` calls and half as many puts on each session of a span."""
    first, last = day(first), day(last)
    sessions = calendar(series.exchange).sessions(first, last)
    counts = np.full(len(sessions), calls)
    rows = Rows(sessions, counts, counts // 2)
    final = last if final_until is None else day(final_until)
    answer = Answer(first, last, (first, last), rows, sessions, at(observed), final, "opend://127.0.0.1:11111")
    cache.record(origin, series, [answer])


def test_what_is_exported_is_what_is_loaded(cache, url):
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


def test_the_layout_is_hives_and_the_manifest_lies_beside_it(cache, url):
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
    assert sorted(os.listdir(Path(url).parent)) == ["archive", "archive.optstat.json"]
    found = json.loads(Path(f"{url}.optstat.json").read_text())
    assert (found["format"], found["format_version"]) == ("pd_optstat.archive", 1)
    part = found["parts"][-1]
    assert part["path"] == "origin=simulator%3A7/market=US_SECURITY/data_type=VOLUME/year=2026/data.parquet"
    assert part["final"] == part["answered"] == [["2026-01-01", "2026-06-12"]]
    assert part["synthetic"] is True
    assert part["versions"][0]["bytes"] == len(files(url)[part["path"]])


def test_an_export_without_news_touches_nothing(cache, url):
    cache.export(url, SOURCE)
    before = {path: path.stat().st_mtime_ns for path in Path(url).parent.rglob("*")}
    assert not cache.export(url, SOURCE)["written"].any()
    assert {path: path.stat().st_mtime_ns for path in Path(url).parent.rglob("*")} == before


def test_an_export_with_news_writes_only_what_changed(cache, url):
    cache.export(url, SOURCE)
    before = files(url)
    po.load("US_SECURITY", "VOLUME", "2026-06-12", "2026-07-10", source=SOURCE, cache=cache)
    done = cache.export(url, SOURCE)
    assert done.loc[done["written"], ["market", "year"]].to_numpy().tolist() == [["US_SECURITY", 2026]]
    changed = [name for name, data in files(url).items() if before.get(name) != data]
    assert changed == ["origin=simulator%3A7/market=US_SECURITY/data_type=VOLUME/year=2026/data.parquet"]
    assert len(po.load("US_SECURITY", "VOLUME", "2024-06-03", "2026-07-10", source=f"parquet:{url}")) > 500


def test_beyond_its_coverage_the_sessions_are_named(cache, url):
    cache.export(url, SOURCE)
    with pytest.raises(po.OfflineMiss, match=r"2026-06-15, 2026-06-16; it answers for 2024-06-03\.\.2026-06-12"):
        po.load("US_SECURITY", "VOLUME", "2026-06-10", "2026-06-16", source=f"parquet:{url}")
    with pytest.raises(po.OfflineMiss, match="it holds nothing of that series"):
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


def test_as_of_gives_the_values_of_that_moment(tmp_path, url):
    cache = po.Cache(tmp_path / "real")
    observe(cache, "2026-06-01", "2026-06-05", 100, "2026-06-05T21:00", final_until="2026-06-04")
    observe(cache, "2026-06-01", "2026-06-05", 200, "2026-06-08T21:00")
    cache.export(url)
    asked = "US_SECURITY", "VOLUME", "2026-06-01", "2026-06-05"
    for as_of in (None, "2026-06-06", "2026-06-09"):
        shared = po.load(*asked, source=f"parquet:{url}", as_of=as_of)
        direct = po.load(*asked, source="opend://127.0.0.1:1", cache=cache, as_of=as_of)
        pd.testing.assert_frame_equal(shared, direct)
        for name in ("provisional", "observed_at", "as_of", "digest", "source"):
            assert shared.attrs["optstat"][name] == direct.attrs["optstat"][name]
    assert po.load(*asked, source=f"parquet:{url}", as_of="2026-06-06")["call_value"].tolist() == [100] * 5
    with pytest.raises(po.OfflineMiss, match="as of that moment"):
        po.load(*asked, source=f"parquet:{url}", as_of="2026-06-05T20:00")


def test_provisional_rows_go_along_and_running_totals_do_not(tmp_path, url):
    cache = po.Cache(tmp_path / "real")
    # Friday is seen an hour after its close (final 12 hours after it), Monday while it is open.
    observe(cache, "2026-06-01", "2026-06-05", 100, "2026-06-05T21:00", final_until="2026-06-04")
    observe(cache, "2026-06-08", "2026-06-08", 7, "2026-06-08T15:00", final_until="2026-06-05")
    cache.export(url)
    asked = "US_SECURITY", "VOLUME", "2026-06-01"
    shared = po.load(*asked, "2026-06-05", source=f"parquet:{url}")
    assert shared.attrs["optstat"]["provisional"] == ["2026-06-05"]
    table = pd.read_parquet(url)
    assert table["final"].tolist() == [True] * 4 + [False]
    assert table["observed_at"].unique().tolist() == [pd.Timestamp("2026-06-05T21:00", tz="UTC")]
    with pytest.raises(po.OfflineMiss, match="2026-06-08"):
        po.load(*asked, "2026-06-08", source=f"parquet:{url}", include_open=True)


def test_missing_sessions_go_along(tmp_path, url):
    cache = po.Cache(tmp_path / "real")
    sessions = calendar(EXCHANGES["US"]).sessions(day("2026-06-01"), day("2026-06-05"))
    some = Rows(sessions[:-1], np.full(4, 10), np.full(4, 5))
    span = day("2026-06-01"), day("2026-06-05")
    cache.record("opend", VOLUME, [Answer(*span, span, some, sessions, at("2026-06-10"), span[1], "opend://h:1")])
    cache.export(url)
    shared = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-05", source=f"parquet:{url}")
    assert shared.attrs["optstat"]["missing"] == ["2026-06-05"]


def test_several_origins_never_mix(cache, url):
    observe(cache, "2026-06-01", "2026-06-05", 100, "2026-06-08T21:00")
    po.load(*ASKED, source="simulator:?seed=8", cache=cache)
    cache.export(url, SOURCE)
    cache.export(url, "simulator:8")
    asked = "US_SECURITY", "VOLUME", "2026-06-01", "2026-06-05"
    with pytest.raises(po.InvalidRequest, match=r"simulator:7, simulator:8\. Say which: \?origin="):
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
    with pytest.raises(po.OfflineMiss, match="holds nothing of simulator:9; it holds opend, simulator:7, simulator:8"):
        po.load(*asked, source=po.Parquet(url, origin="simulator:9"))
    table = pd.read_parquet(url)
    assert (table["synthetic"] == (table["origin"] != "opend")).all()


def test_all_origins_at_once(cache, tmp_path, url):
    observe(cache, "2026-06-01", "2026-06-05", 100, "2026-06-08T21:00")
    assert set(cache.export(url, None)["source"]) == {"opend", ORIGIN}


def test_nothing_to_export_says_what_there_is(cache, url):
    with pytest.raises(po.InvalidRequest, match="holds nothing of source='opend' to export, but simulator:7"):
        cache.export(url)
    assert not os.path.exists(url)


def test_a_cache_that_knows_less_takes_nothing_away(cache, tmp_path, url):
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
def test_options_that_ask_or_forbid(cache, url, name):
    cache.export(url, SOURCE)
    if name == "refresh":
        with pytest.raises(po.InvalidRequest, match="only reads"):
            po.load(*ASKED, source=f"parquet:{url}", refresh=True)
    else:
        assert len(po.load(*ASKED, source=f"parquet:{url}", **{name: True})) == 509
    with pytest.raises(po.InvalidRequest, match="reached over it"):
        po.load(*ASKED, source="parquet:http://127.0.0.1:9/archive", offline=True)


def test_nothing_is_cached_and_no_cache_is_updated_from_it(cache, tmp_path, url):
    cache.export(url, SOURCE)
    mine = tmp_path / "mine"
    po.load(*ASKED, source=f"parquet:{url}", cache=mine)
    assert not mine.exists()
    with pytest.raises(po.InvalidRequest, match="updates no cache"):
        po.update(f"parquet:{url}")
    with pytest.raises(po.InvalidRequest, match="no origin"):
        cache.clear(source=f"parquet:{url}")
    po.configure(source=f"parquet:{url}")
    assert len(po.load(*ASKED)) == 509
    observe(cache, "2026-06-01", "2026-06-05", 100, "2026-06-08T21:00")
    assert "opend" not in po.update(cache=cache)["source"].tolist()


def test_a_pin_records_and_replays_it(cache, tmp_path, url):
    cache.export(url, SOURCE)
    with po.pin(tmp_path / "study.optstat", "record"):
        recorded = po.load(*ASKED, source=f"parquet:{url}")
    Path(f"{url}.optstat.json").unlink()
    with po.pin(tmp_path / "study.optstat", "replay"):
        replayed = po.load(*ASKED, source=f"parquet:{url}")
    pd.testing.assert_frame_equal(recorded, replayed)
    assert replayed.attrs["optstat"]["synthetic"] is True


# Damage


def test_one_changed_byte_is_invalid_data(cache, url):
    cache.export(url, SOURCE)
    path = next(Path(url).rglob("year=2025/data.parquet"))
    sound = path.read_bytes()
    rng = np.random.default_rng(0)
    for place in [0, len(sound) - 1, *rng.integers(0, len(sound), 20).tolist()]:
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        with pytest.raises(po.InvalidData, match=r"year=2025.*is not the file that was written"):
            po.load(*ASKED, source=f"parquet:{url}")
        # Nobody is bothered who does not need that year.
        po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source=f"parquet:{url}")
    for wrong in (sound[:-1], sound + b"x", b""):
        path.write_bytes(wrong)
        with pytest.raises(po.InvalidData, match="is not the file"):
            po.load(*ASKED, source=f"parquet:{url}")
    path.unlink()
    with pytest.raises(po.InvalidData, match="is missing"):
        po.load(*ASKED, source=f"parquet:{url}")


def test_a_file_written_by_an_engine_is_invalid_data_even_with_a_right_checksum(cache, url):
    import hashlib

    cache.export(url, SOURCE)
    path = next(Path(url).rglob("year=2025/data.parquet"))
    table = pd.read_parquet(path, partitioning=None)
    table.loc[5, "put_value"] += 1
    table.to_parquet(path)
    with pytest.raises(po.InvalidData):
        po.load(*ASKED, source=f"parquet:{url}")
    beside = Path(f"{url}.optstat.json")
    found = json.loads(beside.read_text())
    (version,) = next(part for part in found["parts"] if part["year"] == 2025)["versions"]
    version |= {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    beside.write_text(json.dumps(found))
    with pytest.raises(po.InvalidData, match="no part of an archive"):
        po.load(*ASKED, source=f"parquet:{url}")


@pytest.mark.parametrize("news", [False, True])
@pytest.mark.parametrize(
    "harm",
    [Path.unlink, lambda path: path.write_bytes(b"nothing"), lambda path: path.write_bytes(path.read_bytes()[:-1])],
)
def test_a_damaged_file_is_replaced_by_the_next_export(cache, url, harm, news):
    cache.export(url, SOURCE)
    harm(next(Path(url).rglob("year=2025/data.parquet")))
    if news:
        po.load("US_SECURITY", "VOLUME", "2025-01-02", "2025-01-03", source=SOURCE, cache=cache, refresh=True)
    with pytest.warns(po.CacheWarning, match="year=2025"):
        done = cache.export(url, SOURCE)
    assert done.loc[done["written"], "year"].tolist() == [2025]
    assert len(po.load(*ASKED, source=f"parquet:{url}")) == 509


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: found.update(format="else"), "no manifest"),
        (lambda found: found.update(format_version=2), "Upgrade"),
        (lambda found: found.update(parts={}), "lists no parts"),
        (lambda found: found["parts"].append(found["parts"][0]), "twice"),
        (lambda found: found["parts"][0].update(path="../../etc/passwd"), "unknown path"),
        (lambda found: found["parts"][0].update(origin="../x"), "unknown origin"),
        (lambda found: found["parts"][0].update(market=["US"]), "unknown series"),
        (lambda found: found["parts"][0].update(year=True), "unknown year"),
        (lambda found: found["parts"][0].update(final=[["2026-01-05", "2025-01-05"]]), "out of order"),
        (lambda found: found["parts"][0].update(answered="x"), "no coverage"),
        (lambda found: found["parts"][0].update(answered=[10**30]), "no list of dates"),
        (lambda found: found["parts"][0].update(versions=[]), "no versions"),
        (lambda found: found["parts"][0]["versions"][0].update(bytes=10**12), "impossible size"),
        (lambda found: found["parts"][0]["versions"][0].update(rows=367), "impossible number"),
        (lambda found: found["parts"][0]["versions"][0].update(sha256="x"), "no checksum"),
    ],
)  # fmt: skip
def test_a_manifest_that_is_none(cache, url, change, words):
    cache.export(url, SOURCE)
    beside = Path(f"{url}.optstat.json")
    found = json.loads(beside.read_text())
    change(found)
    beside.write_text(json.dumps(found))
    for use in (lambda: po.load(*ASKED, source=f"parquet:{url}"), lambda: cache.export(url, SOURCE)):
        with pytest.raises(po.InvalidData, match=words):
            use()


def test_the_way_out_of_a_manifest_that_was_cut(cache, url):
    cache.export(url, SOURCE)
    beside = Path(f"{url}.optstat.json")
    beside.write_bytes(beside.read_bytes()[:200])
    with pytest.raises(po.InvalidData, match="rename it and the archive's folder and export anew under the old name"):
        cache.export(url, SOURCE)
    beside.rename(f"{url}.bad.json")
    Path(url).rename(f"{url}.bad")
    cache.export(url, SOURCE)
    assert len(po.load(*ASKED, source=f"parquet:{url}")) == 509
    assert len(pd.read_parquet(f"{url}.bad", filters=[("market", "==", "US_SECURITY")])) == 509


@given(data=st.one_of(st.binary(max_size=50), st.sampled_from([b"[" * 100_000, b"null", b"{}", b"\xff\xfe{"])))
def test_noise_is_no_manifest(data):
    with pytest.raises(po.InvalidData):
        manifest.parse(data, "here")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300)
@given(st.data())
def test_a_manifest_with_anything_anywhere_is_parsed_or_refused(data):
    key = manifest.PartKey("opend", VOLUME, 2026)
    part = manifest.Part((manifest.Version(5, "0" * 64, 1, "1" * 64),), ((20454, 20455),), ((20454, 20455),))
    found = json.loads(manifest.dump(manifest.Manifest({key: part}, "now"), "me", "x"))
    assert manifest.parse(json.dumps(found).encode(), "here").parts == {key: part}
    where = data.draw(st.sampled_from([found, found["parts"][0], found["parts"][0]["versions"][0]]))
    where[data.draw(st.sampled_from(sorted(where)))] = data.draw(json_values)
    with contextlib.suppress(po.InvalidData):
        manifest.parse(json.dumps(found).encode(), "here")


def test_the_sizes_are_bounded(cache, url, monkeypatch):
    cache.export(url, SOURCE)
    with Path(f"{url}.optstat.json").open("ab") as beside:
        beside.write(b" " * manifest.MAX_BYTES)
    with pytest.raises(po.InvalidData, match="larger than any"):
        po.load(*ASKED, source=f"parquet:{url}")


def test_nothing_there(tmp_path, url):
    with pytest.raises(po.InvalidRequest, match=r"There is no archive at .*no manifest"):
        po.load(*ASKED, source=f"parquet:{url}")
    with pytest.raises(po.InvalidRequest, match=r"^url=None names no archive\. Give a path"):
        po.Cache(tmp_path / "empty").export(None)
    with pytest.raises(po.InvalidRequest, match="is empty: there is nothing to export"):
        po.Cache(tmp_path / "empty").export(url, None)
    with pytest.raises(po.InvalidRequest, match="'ret' means nothing"):
        po.load(*ASKED, source="parquet:s3://key:sec?wd=1@b/a?ret=1")
    with pytest.raises(po.InvalidRequest, match="names no archive"):
        po.load(*ASKED, source="parquet:")
    with pytest.raises(po.InvalidRequest, match="fsspec understands"):
        po.load(*ASKED, source="parquet:nosuch://x/y")


def test_a_folder_of_something_else_is_left_alone(cache, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(po.InvalidRequest, match="is not empty"):
        cache.export(tmp_path / "mine", SOURCE)
    assert os.listdir(tmp_path / "mine") == ["thesis.txt"]


# Races


class Stop(Exception):
    pass


@pytest.mark.parametrize("after", range(4))
def test_an_export_that_is_cut_short_leaves_all_files_readable(cache, url, monkeypatch, after):
    cache.export(url, SOURCE)
    before = po.load(*ASKED, source=f"parquet:{url}")
    po.load(*ASKED, source=SOURCE, cache=cache, refresh=True)  # every file changes, no value does
    write, left = Place.write_part, [after]

    def fail(place, path, data):
        if not left[0]:
            raise Stop
        left[0] -= 1
        write(place, path, data)

    monkeypatch.setattr(Place, "write_part", fail)
    if after < 3:
        with pytest.raises(Stop):
            cache.export(url, SOURCE)
    else:
        cache.export(url, SOURCE)
    pd.testing.assert_frame_equal(po.load(*ASKED, source=f"parquet:{url}"), before)
    assert len(pd.read_parquet(url)) == len(before) + 20
    monkeypatch.undo()
    cache.export(url, SOURCE)
    pd.testing.assert_frame_equal(po.load(*ASKED, source=f"parquet:{url}"), before)
    found = json.loads(Path(f"{url}.optstat.json").read_text())
    assert all(len(part["versions"]) == 1 for part in found["parts"])


def test_readers_during_exports_see_whole_frames(tmp_path, url):
    """Every reader sees one of the values that an export wrote, on every day, and never an error."""
    cache = po.Cache(tmp_path / "real")
    observe(cache, "2026-06-01", "2026-06-30", 2, "2026-07-01T00:00")
    cache.export(url)
    stop, seen, failures = threading.Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                calls = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-30", source=f"parquet:{url}")[
                    "call_value"
                ]
                assert calls.nunique() == 1
                seen.add(int(calls.iloc[0]))
            except BaseException as error:
                failures.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for one in readers:
        one.start()
    for round_ in range(1, 25):
        observe(cache, "2026-06-01", "2026-06-30", 2 + 2 * round_, f"2026-07-01T00:{round_:02}")
        cache.export(url)
    stop.set()
    for one in readers:
        one.join()
    assert failures == []
    assert len(seen) > 1


def test_two_exporters_at_once_are_told(cache, url, monkeypatch):
    cache.export(url, SOURCE)
    po.load(*ASKED, source=SOURCE, cache=cache, refresh=True)
    write = Place.write_part

    def meanwhile(place, path, data):
        write(place, path, data)
        beside = Path(f"{url}.optstat.json")
        beside.write_bytes(beside.read_bytes().replace(b'"export": "', b'"export": "another', 1))

    monkeypatch.setattr(Place, "write_part", meanwhile)
    with pytest.raises(po.CacheError, match="Somebody else"):
        cache.export(url, SOURCE)


def test_a_disk_that_cannot_be_written(cache, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises((po.CacheError, po.ConnectionFailed), match="cannot be"):
        cache.export(tmp_path / "file" / "archive", SOURCE)


# Credentials


@pytest.mark.parametrize(
    ("url_", "shown"),
    [
        ("s3://key:secret@bucket/a", "s3://bucket/a"),
        ("s3://AKIA:se/cr+et@bucket/a", "s3://bucket/a"),
        ("sftp://me:secret@host:22/a@b", "sftp://host:22/a@b"),
        ("sftp://host:22/a@b", "sftp://host:22/a@b"),
        ("ftp://me@host/a", "ftp://host/a"),
        ("https://u:secr@et@host/a", "https://host/a"),
        ("/data/me:x@y/archive", "/data/me:x@y/archive"),
        ("simplecache::s3://key:secret@bucket/a", "simplecache::s3://bucket/a"),
    ],
)
def test_credentials_are_never_shown(url_, shown):
    assert redact(url_) == shown
    source = po.Parquet(url_)
    for text in (repr(source), source.endpoint, repr(source.place)):
        assert "secret" not in text
        assert shown in text


def test_a_server_that_is_not_there(cache):
    for use in (lambda url_: cache.export(url_, SOURCE), lambda url_: po.load(*ASKED, source=f"parquet:{url_}")):
        with pytest.raises(po.ConnectionFailed, match=r"ftp://127\.0\.0\.1:9/x cannot be reached"):
            use("ftp://me:secret@127.0.0.1:9/x")


def test_credentials_are_not_in_errors(cache):
    for url_ in (
        "s3://AKIAKEY:topsecret@bucket",
        "nosuch://AKIAKEY:topsecret@bucket/x",
        "ftp://AKIAKEY:topsecret@127.0.0.1:9/x",
    ):
        for use in (lambda: cache.export(url_, SOURCE), lambda: po.load(*ASKED, source=f"parquet:{url_}")):  # noqa: B023
            with pytest.raises(po.OptStatError) as caught:
                use()
            assert "topsecret" not in str(caught.value)
            assert "AKIAKEY" not in str(caught.value)
            assert caught.value.__context__ is None or caught.value.__suppress_context__
    with pytest.raises(po.OptStatError) as caught:
        po.load(*ASKED, source=po.Parquet("s3://bucket", storage_options={"secret": "topsecret"}))
    assert "topsecret" not in str(caught.value)


# What is known twice

moments = st.integers(1, 20)
observations = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 3), moments, st.booleans()),
    max_size=6,
    unique_by=lambda one: one[3],
)


def history_of(observed):
    history = histories.EMPTY
    for first, last, calls, at_, final in sorted(observed, key=lambda one: one[3]):
        first, last = min(first, last), max(first, last)
        days = np.arange(first, last + 1)
        rows = Rows(days[:-1], np.full(len(days) - 1, calls), np.full(len(days) - 1, 1))
        until = last if final else first - 1
        history, _ = histories.record(history, Answer(first, last, (first, last), rows, days, at_, until, f"e{at_}"))
    return history


def tables(history):
    return {name: getattr(history, name).tolist() for table in histories.TABLES for name in table} | {
        "endpoints": dict(history.endpoints)
    }


@given(observations, observations)
def test_merging_histories(one, other):
    a, b = history_of(one), history_of(other)
    both = histories.merge_histories(a, b)
    assert tables(both) == tables(histories.merge_histories(b, a))
    assert tables(histories.merge_histories(both, a)) == tables(both)
    assert tables(histories.merge_histories(a, histories.EMPTY)) == tables(a)
    days = np.arange(6)
    for number in range(6):
        known = [histories.known(part) for part in (a, b)]
        assert any(first <= number <= last for part in known for first, last in part) == any(
            first <= number <= last for first, last in histories.known(both)
        )
    expected = histories.final_days(a, days) | histories.final_days(b, days)
    assert histories.final_days(both, days).tolist() == expected.tolist()
    key = manifest.PartKey("opend", VOLUME, 1970)
    record = parts.record_of(key, both)  # what the cache's own checks accept
    data, version = parts.write(key, both, record)
    assert tables(parts.read(key, data, "here")) == tables(both)
    assert reading.matching(manifest.Part((version,), (), ()), data) == version


@given(observations)
def test_a_history_merged_with_a_part_of_itself_is_itself(observed):
    whole = history_of(observed)
    part = histories.cut(whole, 1, 3)
    merged = histories.merge_histories(whole, part)
    assert histories.rows(merged, 0, 5).calls.tolist() == histories.rows(whole, 0, 5).calls.tolist()
    assert histories.known(merged) == histories.known(whole)


# Engines

COLUMNS = ["time", "call_value", "put_value", "ratio", "origin", "market", "data_type", "year"]


def expected_table(cache):
    one = po.load(*ASKED, source=SOURCE, cache=cache)
    return one["call_value"].sum(), len(one), one["ratio"].mean()


def in_series(table):
    table = table[table["market"] == "US_SECURITY"].sort_values("time")
    return int(table["call_value"].sum()), len(table), float(table["ratio"].mean())


def check(table, cache):
    assert set(table.columns) == {*parts.COLUMNS, "origin", "market", "data_type", "year"}
    calls, rows, ratio = in_series(table)
    expected = expected_table(cache)
    assert (calls, rows) == expected[:2]
    assert ratio == pytest.approx(expected[2], rel=1e-12)
    assert set(table["origin"]) == {ORIGIN}
    assert set(table["year"].astype(int)) == {2024, 2025, 2026}
    assert table["synthetic"].all()


def test_pandas_reads_it(cache, url):
    cache.export(url, SOURCE)
    table = pd.read_parquet(url)
    check(table, cache)
    one = table[table["market"] == "US_SECURITY"]
    direct = po.load(*ASKED, source=SOURCE, cache=cache)
    assert one["time"].tolist() == direct.index.tolist()
    for name in frames.COLUMNS:
        np.testing.assert_array_equal(one[name], direct[name])
    # The accessor takes it as it is.
    metrics = one.optstat.rolling_ratio(10)
    np.testing.assert_array_equal(metrics, direct.optstat.rolling_ratio(10))
    some = pd.read_parquet(url, filters=[("market", "==", "HK_INDEX")], columns=["call_value"])
    assert some.shape == (20, 1)


def test_duckdb_reads_it(cache, url):
    duckdb = pytest.importorskip("duckdb")
    cache.export(url, SOURCE)
    with duckdb.connect() as database:
        check(database.sql(f"select * from read_parquet('{url}/**/*.parquet', hive_partitioning=true)").df(), cache)
        total = database.sql(
            f"select sum(put_value) / sum(call_value) from '{url}/**/*.parquet' "
            "where market = 'US_SECURITY' and year = 2025"
        ).fetchall()
    one = po.load("US_SECURITY", "VOLUME", "2025-01-01", "2025-12-31", source=f"parquet:{url}")
    assert total[0][0] == pytest.approx(one["put_value"].sum() / one["call_value"].sum())


def test_dask_reads_it(cache, url):
    dask = pytest.importorskip("dask.dataframe")
    cache.export(url, SOURCE)
    check(dask.read_parquet(url).compute(scheduler="sync"), cache)
    by_year = dask.read_parquet(url).groupby("year", observed=True)["call_value"].sum().compute(scheduler="sync")
    assert sorted(by_year.index.astype(int)) == [2024, 2025, 2026]


def test_polars_reads_it(cache, url):
    polars = pytest.importorskip("polars")
    cache.export(url, SOURCE)
    table = polars.scan_parquet(url, hive_partitioning=True).collect()
    check(pd.DataFrame(table.to_dict(as_series=False)), cache)
    assert str(table.schema["time"]) == "Datetime(time_unit='us', time_zone=None)"


def test_a_day_without_calls_has_no_ratio_in_any_engine(tmp_path, url):
    cache = po.Cache(tmp_path / "real")
    observe(cache, "2026-06-01", "2026-06-02", 0, "2026-06-08T21:00")
    cache.export(url)
    import pyarrow.parquet

    path = next(Path(url).rglob("*.parquet"))
    assert pyarrow.parquet.read_table(path, partitioning=None)["ratio"].null_count == 2


# Addresses


def test_memory(cache):
    url_ = "memory://archives/one"
    cache.export(url_, SOURCE)
    assert len(po.load(*ASKED, source=f"parquet:{url_}", offline=True)) == 509
    assert not cache.export(url_, SOURCE)["written"].any()


def test_relative_paths_and_file_urls(cache, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cache.export("here/archive", SOURCE)
    assert len(po.load(*ASKED, source="parquet:here/archive")) == 509
    assert len(po.load(*ASKED, source=f"parquet:file://{tmp_path}/here/archive/")) == 509
    assert len(po.load(*ASKED, source=po.Parquet(tmp_path / "here" / "archive"))) == 509
    assert not cache.export("parquet:here/archive/", SOURCE)["written"].any()
    for nothing in ("", "parquet:", None, "/"):
        with pytest.raises(po.InvalidRequest):
            cache.export(nothing, SOURCE)
    assert sorted(os.listdir("here")) == ["archive", "archive.optstat.json"]


def test_names_that_mean_something_in_urls(cache, tmp_path):
    odd = tmp_path / "a b" / "ü?x#y%20"
    cache.export(odd, SOURCE)
    for given_ in (f"parquet:{odd}", f"parquet:{odd}?origin=simulator:7", f"parquet:{odd}?origin=simulator%3A7"):
        assert len(po.load(*ASKED, source=given_)) == 509


def test_http_needs_no_listing(cache, tmp_path, url):
    pytest.importorskip("aiohttp")
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    cache.export(url, SOURCE)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(Path(url).parent))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_port}"
            assert len(po.load(*ASKED, source=f"parquet:{address}/archive")) == 509
            with pytest.raises(po.InvalidRequest, match="There is no archive"):
                po.load(*ASKED, source=f"parquet:{address}/nothing")
        finally:
            server.shutdown()
            thread.join()
    with pytest.raises(po.ConnectionFailed, match="cannot be read"):
        po.load(*ASKED, source=f"parquet:{address}/archive")


@pytest.fixture(scope="module")
def s3_server():
    pytest.importorskip("s3fs")
    server_module = pytest.importorskip("moto.server")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server, monkeypatch):
    import boto3
    import s3fs

    for name, value in (
        ("AWS_ENDPOINT_URL", s3_server), ("AWS_ACCESS_KEY_ID", "AKIAKEY"), ("AWS_SECRET_ACCESS_KEY", "topsecret"),
        ("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_CONFIG_FILE", os.devnull), ("NO_PROXY", "127.0.0.1"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    client = boto3.client("s3")
    client.create_bucket(Bucket="team")
    yield s3_server
    for one in client.list_objects_v2(Bucket="team").get("Contents", []):
        client.delete_object(Bucket="team", Key=one["Key"])
    client.delete_bucket(Bucket="team")
    s3fs.S3FileSystem.clear_instance_cache()


def test_s3(cache, s3):
    url_ = "s3://team/options/archive"
    assert cache.export(url_, SOURCE)["written"].all()
    assert not cache.export(url_, SOURCE)["written"].any()
    direct = po.load(*ASKED, source=SOURCE, cache=cache)
    shared = po.load(*ASKED, source=f"parquet:{url_}")
    pd.testing.assert_frame_equal(shared, direct)
    check(pd.read_parquet(url_), cache)
    dask = pytest.importorskip("dask.dataframe")
    check(dask.read_parquet(url_).compute(scheduler="sync"), cache)
    polars = pytest.importorskip("polars")
    table = polars.scan_parquet(url_ + "/", hive_partitioning=True, storage_options={"allow_http": "true"}).collect()
    check(pd.DataFrame(table.to_dict(as_series=False)), cache)
    po.load("US_SECURITY", "VOLUME", "2026-06-12", "2026-06-30", source=SOURCE, cache=cache)
    assert cache.export(url_, SOURCE)["written"].sum() == 1
    assert len(po.load("US_SECURITY", "VOLUME", "2026-06-12", "2026-06-30", source=f"parquet:{url_}")) == 12
    with pytest.raises(po.OfflineMiss, match="2026-07-01"):
        po.load("US_SECURITY", "VOLUME", "2026-06-12", "2026-07-01", source=f"parquet:{url_}")
    with pytest.raises(po.InvalidRequest, match="over it"):
        po.load(*ASKED, source=f"parquet:{url_}", offline=True)
    with pytest.raises(po.InvalidRequest, match="names no folder"):
        cache.export("s3://team", SOURCE)


def test_s3_with_credentials_in_the_url_or_in_options(cache, s3, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    keys = {"key": "AKIAKEY", "secret": "topsecret"}
    cache.export("s3://team/archive", SOURCE, storage_options=keys)
    loaded = po.load(*ASKED, source="parquet:s3://AKIAKEY:topsecret@team/archive")
    assert loaded.attrs["optstat"]["endpoint"] == "parquet:s3://team/archive"
    assert len(po.load(*ASKED, source=po.Parquet("s3://team/archive", storage_options=keys))) == 509
    with pytest.raises(po.OptStatError) as caught:
        cache.export("s3://AKIAKEY:topsecret@nobucket/archive", SOURCE)
    assert "topsecret" not in str(caught.value)


# The command line


def test_the_command_line(cache, url, capsys):
    from pd_optstat.cli import main

    assert main(["cache", "export", url, "--source", ORIGIN, "--cache-dir", str(cache.path)]) == 0
    assert capsys.readouterr().out == "529 SYNTHETIC rows in 4 files, 4 of them written anew\n"
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
        *span, span, Rows(sessions, sessions * 0 + 4, sessions * 0), sessions, at("2026-06-08T15:00"), span[0], "e"
    )
    cache_history, _ = histories.record(cache_history, answer)
    later = at("2026-07-01") + int(timedelta(1).total_seconds())
    kept = exporting.exportable(VOLUME, cache_history, later)
    assert kept.row_day.tolist() == [day("2026-06-05")]
    assert histories.known(kept) == [(day("2026-06-05"), day("2026-06-07"))]
