"""Loads of single underlyings: volume and open interest from the same replies, prices, volatilities."""

from __future__ import annotations

import hashlib
import random
import struct
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from subprocess import PIPE

import numpy as np
import pandas as pd
import pytest
from support.load_fixtures import SOURCE, about, altered, turned_clock, windows_asked  # noqa: F401  (fixtures)
from support.quick import slow

import pd_optstat as po
from pd_optstat.core import calendars
from pd_optstat.core.dates import to_date
from pd_optstat.core.markets import EXCHANGES
from pd_optstat.core.underlying_pages import Counts, UnderlyingQuery
from pd_optstat.simulator.server import SimulatorServer
from pd_optstat.sources.simulator import Simulator
from pd_optstat.storage.cache.cache import store_of

SPAN = ("2024-01-02", "2024-12-31")
COUNTS = ["timestamp", "call_value", "put_value", "total_value", "ratio", "underlying_price"]


# -- Frames ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data_type", ["VOLUME", "OPEN_INTEREST"])
def test_a_frame_is_that_of_a_market_with_the_price(clock, data_type):
    frame = po.load("US.AAPL", data_type, *SPAN, source=SOURCE)
    market = po.load("US_SECURITY", data_type, *SPAN, source=SOURCE)
    assert list(frame.columns) == COUNTS
    assert frame.dtypes[:5].equals(market.dtypes)
    assert frame["underlying_price"].dtype == np.float64
    assert frame.index.equals(market.index)
    assert frame.index.dtype == market.index.dtype
    pd.testing.assert_series_equal(frame["timestamp"], market["timestamp"])
    assert (frame["total_value"] == frame["call_value"] + frame["put_value"]).all()
    np.testing.assert_array_equal(frame["ratio"], frame["put_value"] / frame["call_value"])
    assert about(frame)["market"] == "US.AAPL"
    assert about(frame)["synthetic"]
    assert list(about(frame)) == list(about(market))


def test_the_documented_rows_are_exact(clock):
    clock("2026-06-16T12:00Z")
    volatility = po.load_volatility("US.AAPL", "2026-06-11", "2026-06-12", source=SOURCE)
    assert list(volatility.columns) == ["iv", "hv", "underlying_price"]
    assert volatility.values.tolist() == [[25.617, 23.270, 295.63], [25.126, 23.324, 291.13]]
    assert about(volatility)["data_type"] == "VOLATILITY"
    prices = po.load("US.AAPL", "VOLUME", "2026-06-11", "2026-06-12", source=SOURCE)["underlying_price"]
    pd.testing.assert_series_equal(prices, volatility["underlying_price"])


def test_the_digest_is_that_of_days_counts_and_prices(clock):
    frame = po.load("HK.00700", "VOLUME", *SPAN, source=SOURCE)
    days = (frame.index - pd.Timestamp(0)).days
    rows = zip(days, frame["call_value"], frame["put_value"], frame["underlying_price"], strict=True)
    expected = hashlib.sha256(b"".join(struct.pack("<qqqd", *row) for row in rows)).hexdigest()
    assert about(frame)["digest"] == f"sha256:{expected}"


def test_an_empty_range_has_the_same_dtypes(clock):
    for load in (lambda *span: po.load("US.AAPL", "VOLUME", *span, source=SOURCE), volatilities):
        empty, whole = load("2024-07-04", "2024-07-04"), load(*SPAN)
        assert len(empty) == 0
        assert empty.dtypes.equals(whole.dtypes)


def volatilities(*span):
    return po.load_volatility("US.AAPL", *span, source=SOURCE)


def test_before_its_listing_an_underlying_has_no_rows(clock):
    frame = po.load("US.RDDT", "VOLUME", "2024-03-01", "2024-04-30", source=SOURCE)
    assert 0 < len(frame) < 42
    assert about(frame)["missing"][0] == "2024-03-01"
    assert set(about(frame)["missing"]).isdisjoint(frame.index.strftime("%Y-%m-%d"))


def test_absent_numbers_are_nan_and_their_rows_stay(clock, monkeypatch):
    def without(page):
        gone = np.where(np.arange(len(page.days)) % 3 == 0, np.nan, page.prices)
        changed = {"prices": gone}
        if hasattr(page, "ivs"):
            changed |= {"ivs": np.full(len(page.days), np.nan), "hvs": gone}
        return changed

    altered(monkeypatch, without)
    frame = po.load("US.AAPL", "VOLUME", *SPAN, source=SOURCE)
    assert frame["underlying_price"].isna().sum() == 84
    assert frame["call_value"].notna().all()
    found = po.load_volatility("US.AAPL", *SPAN, source=SOURCE)
    assert len(found) == len(frame)
    assert found["iv"].isna().all()
    assert found["hv"].isna().sum() == 84
    again = po.load_volatility("US.AAPL", *SPAN, source=SOURCE)
    assert about(again)["requests"] == 0
    pd.testing.assert_frame_equal(again, found)


# -- What is asked for -------------------------------------------------------------------------------------------------


def test_one_request_fills_volume_and_open_interest(clock, asked):
    volume = po.load("US.AAPL", "VOLUME", *SPAN, source=SOURCE)
    assert about(volume)["requests"] == about(volume)["first_page_requests"] == 1
    interest = po.load("us.aapl", "open_interest", *SPAN, source=SOURCE)
    assert about(interest)["requests"] == 0
    panel = po.load_panel(["US.AAPL"], None, *SPAN, source=SOURCE)
    assert about(panel)["requests"] == 0
    assert len(asked) == 1
    assert not volume["call_value"].equals(interest["call_value"])
    pd.testing.assert_series_equal(volume["underlying_price"], interest["underlying_price"])
    new = po.load_panel("US.MSFT", None, *SPAN, source=SOURCE)
    assert about(new)["requests"] == 1
    assert len(asked) == 2


def test_volatilities_are_requested_by_themselves(clock, asked):
    po.load("US.AAPL", "VOLUME", *SPAN, source=SOURCE)
    assert about(volatilities(*SPAN))["requests"] == 1
    assert about(volatilities("2024-02-01", "2024-03-01"))["requests"] == 0


@pytest.mark.parametrize("code", ["US.AAPL", "us.aapl", " Us.Aapl ", po.Underlying("us", "aapl")])
def test_every_spelling_is_the_same_series(clock, asked, code):
    po.load("US.AAPL", "VOLUME", *SPAN, source=SOURCE)
    assert about(po.load(code, "VOLUME", *SPAN, source=SOURCE))["requests"] == 0


def test_small_index_options_are_a_series_of_their_own(clock, asked):
    small = po.Underlying("HK", "800000", index_option_type="SMALL")
    normal = po.load("HK.800000", "VOLUME", *SPAN, source=SOURCE)
    other = po.load(small, "VOLUME", *SPAN, source=SOURCE)
    assert len(asked) == 2
    assert not other["call_value"].equals(normal["call_value"])
    named = po.load(about(other)["market"], "VOLUME", *SPAN, source=SOURCE)
    pd.testing.assert_frame_equal(named, other)
    assert len(asked) == 2
    assert po.Cache().info()["market"].unique().tolist() == ["HK.800000", "HK.800000 (SMALL)"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("AAPL", r"Did you mean US\.AAPL\?"),
        ("00700", r"Did you mean HK\.00700\?"),
        ("HK.700", r"Did you mean HK\.00700\?"),
        ("SH.600519", "markets HK and US only"),
        ("US.", "is not a code of market US"),
        ("US.A APL", "is not a code of market US"),
        ("US.ÄPL", "is not a code of market US"),
        ("US." + "A" * 21, "is not a code of market US"),
        ("US.AAPL|1|VOLUME", "is not a code of market US"),
        ("US.../x", "is not a code of market US"),
    ],
)
def test_what_is_no_code_is_refused_before_any_request(asked, code, reason):
    with pytest.raises(po.InvalidRequest, match=reason):
        po.load(code, "VOLUME", *SPAN, source=SOURCE)
    with pytest.raises(po.InvalidRequest, match=reason):
        po.load_volatility(code, *SPAN, source=SOURCE)
    with pytest.raises(po.InvalidRequest, match=reason):
        po.load_many(["US.AAPL", code], source=SOURCE)
    assert asked == []


def test_an_unknown_code_is_the_servers_refusal_and_nothing_is_cached(clock):
    for load in (po.load, po.load_volatility, po.load_panel, po.load_many):
        with pytest.raises(po.RequestRejected, match=r"US\.ZZZZ"):
            load("US.ZZZZ", source=SOURCE)
    assert len(po.Cache().info()) == 0


CODES = ["US.AAPL", "US.SPY", "US..SPX", "HK.00700", "HK.800000"]


@pytest.mark.parametrize("seed", [0, *map(slow, range(1, 6))])
def test_overlapping_loads_send_the_fewest_requests_and_ask_for_nothing_twice(seed):
    """150 loads of five names and both types, against the fewest requests that can cover what is not known yet."""
    at_random = random.Random(seed)
    whole = {code: po.load_panel(code, None, "2014-01-01", "2019-12-31", source=SOURCE, cache=False) for code in CODES}
    known: dict[str, set[int]] = {code: set() for code in CODES}
    asked: list[UnderlyingQuery] = []
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        pages = Simulator.pages

        def noting(self, queries, waiting):
            asked.extend(queries)
            return pages(self, queries, waiting)

        patch.setattr(Simulator, "pages", noting)
        for _ in range(150):
            code, data_type = at_random.choice(CODES), at_random.choice(["VOLUME", "OPEN_INTEREST"])
            first, last = sorted(at_random.choices(range(16_100, 18_250), k=2))
            asked.clear()
            frame = po.load(code, data_type, to_date(first), to_date(last), source=SOURCE, cache=folder, progress=False)
            expected = whole[code][code][data_type].loc[str(to_date(first)) : str(to_date(last))]
            np.testing.assert_array_equal(frame[COUNTS[1]], expected[COUNTS[1]].to_numpy(np.int64))
            np.testing.assert_array_equal(frame[COUNTS[5]], expected[COUNTS[5]].to_numpy(np.float64))
            sessions = calendars.calendar(EXCHANGES[code[:2]]).sessions(first, last).tolist()
            assert len(asked) == about(frame)["requests"] == fewest(sessions, known[code])
            requested = [day for query in asked for day in sessions if query.first <= day <= query.last]
            assert not [day for day, times in Counter(requested).items() if times > 1 or day in known[code]]
            known[code].update(sessions)


def fewest(sessions, known):
    """Return how many intervals of 365 dates cover those of `sessions` that are not known, and none that is."""
    count, until = 0, -1
    for day in sessions:
        if day in known:
            until = -1
        elif day > until:
            count, until = count + 1, day + 364
    return count


# -- Finality ----------------------------------------------------------------------------------------------------------


def unpublished_from(monkeypatch, text):
    """Make the simulator give 0 contracts of open interest from that day on."""
    day = int(np.datetime64(text, "D").astype(int))
    pages = Simulator.pages

    def changed(self, queries, waiting):
        for query, page in pages(self, queries, waiting):
            late, interests = page.days >= day, page.interests
            counts = (np.where(late, 0, column) for column in interests[:3])
            yield query, replace(page, interests=Counts(*counts, np.where(late, np.nan, interests.ratios)))

    monkeypatch.setattr(Simulator, "pages", changed)


def test_open_interest_that_is_not_published_is_no_row_and_comes_later(clock, asked, monkeypatch):
    clock("2026-06-12T23:00Z")  # Friday, after the close
    span = ("2026-06-08", "2026-06-14")
    with monkeypatch.context() as patch:
        unpublished_from(patch, "2026-06-12")
        volume = po.load("US.AAPL", "VOLUME", *span, source=SOURCE)
        interest = po.load("US.AAPL", "OPEN_INTEREST", *span, source=SOURCE)
        assert volume.index[-1] == pd.Timestamp("2026-06-12")
        assert about(volume)["provisional"] == ["2026-06-12"]
        assert interest.index[-1] == pd.Timestamp("2026-06-11")
        assert about(interest)["missing"] == ["2026-06-12"]
        assert about(interest)["requests"] == 0
        clock("2026-06-15T14:00Z")  # the next session is open, and it is late
        assert len(po.load("US.AAPL", "OPEN_INTEREST", *span, source=SOURCE)) == 4
    clock("2026-06-15T14:14Z")
    assert len(po.load("US.AAPL", "OPEN_INTEREST", *span, source=SOURCE)) == 4  # within the 15 minutes
    clock("2026-06-15T14:15Z")
    late = po.load("US.AAPL", "OPEN_INTEREST", *span, source=SOURCE)
    assert late.index[-1] == pd.Timestamp("2026-06-12")
    assert about(late)["provisional"] == about(late)["missing"] == []
    clock("2027-06-15T14:15Z")
    assert about(po.load("US.AAPL", "OPEN_INTEREST", *span, source=SOURCE))["requests"] == 0


def test_open_interest_before_the_next_open_is_provisional(clock):
    clock("2026-06-15T13:29Z")
    frame = po.load("US.AAPL", "OPEN_INTEREST", "2026-06-08", "2026-06-14", source=SOURCE)
    assert about(frame)["provisional"] == ([] if frame.index[-1] < pd.Timestamp("2026-06-12") else ["2026-06-12"])
    clock("2026-06-15T13:45Z")
    frame = po.load("US.AAPL", "OPEN_INTEREST", "2026-06-08", "2026-06-14", source=SOURCE)
    assert about(frame)["provisional"] == about(frame)["missing"] == []


def test_old_open_interest_of_no_contracts_is_a_value(clock, monkeypatch):
    unpublished_from(monkeypatch, "2024-12-30")
    frame = po.load("US.AAPL", "OPEN_INTEREST", *SPAN, source=SOURCE)
    assert frame["total_value"].iloc[-2:].tolist() == [0, 0]
    assert frame["ratio"].iloc[-2:].isna().all()
    assert about(frame)["missing"] == about(frame)["provisional"] == []


def test_a_price_that_changes_is_a_revision(clock, monkeypatch):
    clock("2026-06-12T21:00Z")
    span = ("2026-06-08", "2026-06-12")
    with monkeypatch.context() as patch:
        altered(patch, lambda page: {"prices": np.where(page.days == page.days.max(), 300.5, page.prices)})
        first = po.load("US.AAPL", "VOLUME", *span, source=SOURCE)
    clock("2026-06-13T12:00Z")
    second = po.load("US.AAPL", "VOLUME", *span, source=SOURCE)
    assert first["underlying_price"].iloc[-1] == 300.5 != second["underlying_price"].iloc[-1]
    assert first["call_value"].equals(second["call_value"])
    then = po.load("US.AAPL", "VOLUME", *span, source=SOURCE, as_of="2026-06-12T22:00Z")
    pd.testing.assert_frame_equal(then, first)
    revised = po.Cache().revisions("US.AAPL", "VOLUME")
    assert revised["underlying_price"].tolist()[-2:] == [300.5, second["underlying_price"].iloc[-1]]
    assert po.Cache().revisions("US.AAPL", "VOLATILITY").columns.tolist()[2:5] == ["iv", "hv", "underlying_price"]


# -- Cache, panels, updates --------------------------------------------------------------------------------------------


def test_the_same_numbers_offline_and_in_a_panel(clock, asked):
    frames = {
        ("US.AAPL", "VOLUME"): po.load("US.AAPL", "VOLUME", *SPAN, source=SOURCE),
        ("US_SECURITY", "VOLUME"): po.load("US_SECURITY", "VOLUME", *SPAN, source=SOURCE),
    }
    asked.clear()
    panel = po.load_panel(["US_SECURITY", "US.AAPL"], "VOLUME", *SPAN, source=SOURCE, offline=True)
    assert asked == []
    assert panel.columns.get_level_values("market").unique().tolist() == ["US_SECURITY", "US.AAPL"]
    for key, frame in frames.items():
        part = panel[key]
        assert part.columns.tolist() == frame.columns.tolist()
        np.testing.assert_array_equal(part["put_value"].to_numpy(np.int64), frame["put_value"])
    np.testing.assert_array_equal(
        panel["US.AAPL", "VOLUME", "underlying_price"], frames["US.AAPL", "VOLUME"].iloc[:, 5]
    )
    with pytest.raises(po.OfflineMiss, match=r"US\.SPY/VOLUME"):
        po.load("US.SPY", "VOLUME", *SPAN, source=SOURCE, offline=True)


def test_coverage_and_clear_know_underlyings(clock):
    po.load("US.AAPL", "VOLUME", *SPAN, source=SOURCE)
    volatilities(*SPAN)
    cache = po.Cache()
    for data_type in ("VOLUME", "OPEN_INTEREST", "VOLATILITY"):
        assert [tuple(map(str, one)) for one in cache.coverage("US.AAPL", data_type)] == [SPAN]
    assert len(cache.verify()) == 0
    assert cache.clear("US.AAPL", "OPEN_INTEREST") == 1
    assert cache.info()["data_type"].tolist() == ["VOLUME", "VOLATILITY"]
    assert cache.clear("us.aapl") == 2
    assert len(cache.info()) == 0
    with pytest.raises(po.InvalidRequest, match="US_SECURITY is a market"):
        cache.coverage("US_SECURITY", "VOLATILITY")


def test_update_brings_both_types_up_to_date_with_one_request(clock, asked):
    clock("2026-06-12T23:00Z")
    po.load("US.AAPL", "VOLUME", "2026-06-01", source=SOURCE)
    volatilities("2026-06-01", None)
    clock("2026-06-22T12:00Z")
    asked.clear()
    updated = po.update(source=SOURCE)
    assert updated["data_type"].tolist() == ["VOLUME", "OPEN_INTEREST", "VOLATILITY"]
    assert updated["requests"].sum() == len(asked) == 2
    assert po.update(source=SOURCE)["requests"].sum() == 0
    assert po.load("US.AAPL", "VOLUME", "2026-06-01", source=SOURCE).index[-1] == pd.Timestamp("2026-06-18")


def test_a_delisted_underlying_keeps_no_other_from_being_updated(clock, monkeypatch):
    clock("2026-06-12T23:00Z")
    for code in ("US.AAPL", "US.ARM", "US.SPY"):
        po.load(code, "VOLUME", "2026-06-01", source=SOURCE)
    clock("2026-06-22T12:00Z")
    pages = Simulator.pages

    def delisted(self, queries, waiting):
        for query, page in pages(self, queries, waiting):
            if "ARM" in str(query):
                raise po.RequestRejected("unknown security US.ARM", ret_type=-1, ret_msg="unknown")
            yield query, page

    monkeypatch.setattr(Simulator, "pages", delisted)
    with pytest.warns(po.DataWarning, match=r"US\.ARM could not be updated"):
        updated = po.update(source=SOURCE)
    assert updated["market"].tolist() == ["US.AAPL"] * 2 + ["US.ARM"] * 2 + ["US.SPY"] * 2
    assert updated["error"].notna().tolist() == [False, False, True, True, False, False]
    assert updated["rows"].tolist() == [5, 5, 0, 0, 5, 5]
    po.Cache().clear("US.AAPL")
    po.Cache().clear("US.SPY")
    with pytest.raises(po.RequestRejected, match=r"US\.ARM"):
        po.update(source=SOURCE)


def test_a_damaged_record_is_forgotten_alone(clock, tmp_path):
    cache = po.Cache(tmp_path)
    right = po.load_panel(["US.AAPL", "US.SPY"], None, *SPAN, source=SOURCE, cache=cache)
    database = store_of(cache)._database()
    key = next(one for one in database.list_keys() if "US.AAPL|1|VOLUME" in one)
    value = database.get(key)
    database.set(key, value[:-9] + b"\x00" * 9)
    with pytest.warns(po.CacheWarning, match=r"US\.AAPL/VOLUME"):
        again = po.load_panel(["US.AAPL", "US.SPY"], None, *SPAN, source=SOURCE, cache=cache)
    pd.testing.assert_frame_equal(again, right)
    assert about(again)["requests"] == 1
    other = next(one for one in database.list_keys() if "US.SPY|1|VOLUME" in one)
    database.set(key, database.get(other))
    assert cache.verify()["reason"].tolist() == ["belongs under another key"]


@pytest.mark.parametrize(
    ("column", "value"), [("prices", -1.0), ("prices", np.inf), ("prices", 1e13), ("ivs", -0.5), ("hvs", np.inf)]
)
def test_impossible_floats_are_refused(clock, monkeypatch, column, value):
    def wrong(page):
        return {column: np.where(np.arange(len(page.days)) == 3, value, getattr(page, column))}

    altered(monkeypatch, wrong)
    load = (
        volatilities if column in ("ivs", "hvs") else lambda *span: po.load("US.AAPL", "VOLUME", *span, source=SOURCE)
    )
    with pytest.raises(po.InvalidData, match="No row of it was used"):
        load(*SPAN)
    assert len(po.Cache().info()) == 0


def test_a_larger_total_of_volume_is_noted_once_and_not_used(clock, monkeypatch):
    pages = Simulator.pages

    def changed(self, queries, waiting):
        for query, page in pages(self, queries, waiting):
            yield query, replace(page, volumes=page.volumes._replace(totals=page.volumes.totals + 7))

    monkeypatch.setattr(Simulator, "pages", changed)
    with pytest.warns(po.DataWarning) as caught:
        frame = po.load("US.AAPL", "VOLUME", "2016-01-01", "2024-12-31", source=SOURCE, progress=False)
    assert len(caught) == 1
    assert str(caught[0].message).count("more than call") == 1
    assert (frame["total_value"] == frame["call_value"] + frame["put_value"]).all()


def test_requests_span_at_most_a_year(clock, asked):
    po.load("US.AAPL", "VOLUME", "2016-01-01", "2024-12-31", source=SOURCE, progress=False)
    days = [[np.datetime64(day) for day in window.split("..")] for window in asked]
    assert all((last - first).astype(int) <= 364 for first, last in days)
    assert all(before[1] < after[0] for before, after in pairwise(sorted(days)))


AT_ONCE = """
import sys, pd_optstat as po
data_type, url, folder = sys.argv[1:]
sys.stdin.readline()
frame = po.load("US.AAPL", data_type, "2014-01-01", "2023-12-31", source=url, cache=folder, progress=False)
print(frame.attrs["optstat"]["requests"], frame.attrs["optstat"]["digest"])
"""


@pytest.mark.slow
def test_processes_that_load_both_types_at_once_ask_for_each_window_once(tmp_path):
    with SimulatorServer(seed=7, rate_limit=False) as server:
        url = f"opend://127.0.0.1:{server.port}"
        commands = [
            [sys.executable, "-c", AT_ONCE, kind, url, str(tmp_path)] for kind in 3 * ["VOLUME", "OPEN_INTEREST"]
        ]
        running = [subprocess.Popen(one, stdin=PIPE, stdout=PIPE, text=True) for one in commands]
        for process in running:
            process.stdin.write("go\n")
            process.stdin.flush()
        told = [process.communicate()[0].split() for process in running]
    assert sorted(int(requests) for requests, _ in told) == [0] * 5 + [10]
    for place, kind in enumerate(["VOLUME", "OPEN_INTEREST"]):
        right = po.load("US.AAPL", kind, "2014-01-01", "2023-12-31", source=SOURCE, cache=False, progress=False)
        assert {digest for _, digest in told[place::2]} == {about(right)["digest"]}
