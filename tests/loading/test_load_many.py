"""`load_many`: many series in one run that can be interrupted, killed and started again."""

from __future__ import annotations

import subprocess
import sys
import time

import pandas as pd
import pytest
from support.load_fixtures import SOURCE, turned_clock, windows_asked  # noqa: F401  (fixtures)

import pd_optstat as po
from pd_optstat.loading import load_many as load_many_module
from pd_optstat.simulator.universe import UNIVERSE
from pd_optstat.sources.simulator import Simulator

SPAN = ("2022-01-01", "2024-12-31")
CODES = ["US.AAPL", "US.MSFT", "HK.00700"]


def failing(monkeypatch, error, on):
    """Make the simulator raise `error` for requests whose text holds `on`."""
    pages = Simulator.pages

    def fail(self, queries, waiting):
        for query, page in pages(self, queries, waiting):
            if on in str(query):
                raise error
            yield query, page

    monkeypatch.setattr(Simulator, "pages", fail)


def test_it_fills_the_cache_with_both_types(clock, asked):
    loaded = po.load_many(CODES, None, *SPAN, source=SOURCE, progress=False)
    assert loaded["market"].tolist() == [code for code in CODES for _ in range(2)]
    assert loaded["data_type"].tolist() == ["VOLUME", "OPEN_INTEREST"] * 3
    assert loaded["requests"].sum() == len(asked) == 9
    assert loaded["error"].isna().all()
    assert (loaded["rows"] > 700).all()
    assert (loaded["source"] == "simulator:7").all()
    asked.clear()
    panel = po.load_panel(CODES, None, *SPAN, source=SOURCE)
    assert asked == []
    counts = panel.xs("call_value", axis=1, level="field").notna().sum().tolist()
    assert counts == loaded["rows"].tolist()
    again = po.load_many(CODES, None, *SPAN, source=SOURCE, progress=False)
    assert again["requests"].sum() == 0


def test_markets_and_volatilities_can_be_among_them(clock):
    loaded = po.load_many(["US_INDEX", "US.AAPL"], ["VOLUME", "VOLATILITY"], *SPAN, source=SOURCE, progress=False)
    assert list(zip(loaded["market"], loaded["data_type"], strict=True)) == [
        ("US_INDEX", "VOLUME"),
        ("US.AAPL", "VOLUME"),
        ("US.AAPL", "VOLATILITY"),
    ]
    assert po.load_volatility("US.AAPL", *SPAN, source=SOURCE, offline=True).shape[1] == 3


def test_what_the_server_rejects_costs_the_others_nothing(clock):
    with pytest.warns(po.DataWarning, match=r"2 of 4 codes were not loaded: US\.NOPE, HK\.04444"):
        loaded = po.load_many(["US.AAPL", "US.NOPE", "HK.00700", "HK.04444"], None, *SPAN, source=SOURCE)
    failed = loaded[loaded["error"].notna()]
    assert failed["market"].unique().tolist() == ["US.NOPE", "HK.04444"]
    assert failed["error"].str.contains("unknown security").all()
    assert po.Cache().info()["market"].unique().tolist() == ["HK.00700", "US.AAPL"]


def test_what_concerns_every_code_is_raised(clock, monkeypatch):
    failing(monkeypatch, po.RequestRejected("no quote right", ret_type=-1, ret_msg="no"), "US.")
    with pytest.raises(po.RequestRejected, match="no quote right"):
        po.load_many(["US.AAPL", "US.MSFT"], None, *SPAN, source=SOURCE)


def test_a_lost_connection_is_raised_and_the_next_run_goes_on(clock, asked, monkeypatch):
    monkeypatch.setattr(load_many_module, "BATCH", 1)
    with monkeypatch.context() as patch:
        failing(patch, po.ConnectionFailed("gone"), "HK.00700 2023")
        with pytest.raises(po.ConnectionFailed, match="gone"):
            po.load_many(CODES, None, *SPAN, source=SOURCE)
    asked.clear()
    loaded = po.load_many(CODES, None, *SPAN, source=SOURCE)
    assert loaded["requests"].tolist()[:4] == [0] * 4
    assert 0 < len(asked) == loaded["requests"].sum() < 4


def test_the_servers_own_rate_limit_is_waited_for(clock, monkeypatch):
    waits = []
    monkeypatch.setattr(load_many_module.cancellation, "sleep", waits.append)
    refusals = iter([True, False, True, False])
    pages = Simulator.pages

    def refuse(self, queries, waiting):
        for query, page in pages(self, queries, waiting):
            if "MSFT" in str(query) and next(refusals, False):
                raise po.RateLimited("too frequent", ret_type=-1, ret_msg="too frequent")
            yield query, page

    monkeypatch.setattr(Simulator, "pages", refuse)
    loaded = po.load_many(CODES, None, *SPAN, source=SOURCE, progress=False)
    assert loaded["error"].isna().all()
    assert waits == [30.0, 30.0]


def test_a_rate_limit_that_does_not_end_is_raised(clock, monkeypatch):
    monkeypatch.setattr(load_many_module.cancellation, "sleep", lambda seconds: None)
    failing(monkeypatch, po.RateLimited("too frequent", ret_type=-1, ret_msg="x"), "MSFT")
    with pytest.raises(po.RateLimited):
        po.load_many(CODES, None, *SPAN, source=SOURCE, progress=False)


def test_progress_counts_the_requests_of_all_batches(clock, monkeypatch):
    monkeypatch.setattr(load_many_module, "BATCH", 2)
    told = []
    po.load_many(CODES, None, *SPAN, source=SOURCE, progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 9) for done in range(10)]
    told.clear()
    po.load_many(CODES, None, "2021-01-01", SPAN[1], source=SOURCE, progress=lambda *both: told.append(both))
    assert told[-1] == (3, 3)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"codes": []}, "codes is empty"),
        ({"codes": ["US.AAPL"], "data_types": []}, "data_types is empty"),
        ({"codes": ["US.AAPL"], "data_types": "PRICE"}, "data_type='PRICE' is not known"),
        ({"codes": ["US_INDEX"], "data_types": "VOLATILITY"}, "only underlyings have volatilities"),
        ({"codes": ["US.AAPL"], "cache": False}, "load_many is to fill"),
        ({"codes": ["US.AAPL"], "start": "2025-01-02", "end": "2025-01-01"}, "Swap them"),
        ({"codes": ["US.AAPL"], "progress": "yes"}, "progress="),
    ],
)
def test_arguments_are_checked_before_any_request(asked, arguments, reason):
    with pytest.raises(po.InvalidRequest, match=reason):
        po.load_many(**{"source": SOURCE, **arguments})
    assert asked == []


YEARS = ("2016-01-01", "2025-12-31")
KILLED = """
import sys, pd_optstat as po
codes = sys.argv[2].split()
po.load_many(codes, None, "2016-01-01", "2025-12-31", source=sys.argv[1], cache=sys.argv[3], progress=False)
"""


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was(tmp_path):
    """kill -9 in the middle of 50 names, twice: what was complete is not requested again, and all of it is right."""
    codes = [str(underlying) for underlying in UNIVERSE][:50]
    arguments = [sys.executable, "-c", KILLED, SOURCE, " ".join(codes), str(tmp_path)]
    known = 0
    for goal in (20_000, 60_000):
        with subprocess.Popen(arguments) as run:
            deadline = time.monotonic() + 120
            while po.Cache(tmp_path).info()["rows"].sum() < goal:
                assert run.poll() is None, "the run ended before it could be killed"
                assert time.monotonic() < deadline
                time.sleep(0.02)
            run.kill()
        known = po.Cache(tmp_path).info()["rows"].sum()
        assert known >= goal
    loaded = po.load_many(codes, None, *YEARS, source=SOURCE, cache=tmp_path, progress=False)
    lacking = (loaded["rows"].sum() - known) / 2
    assert loaded["requests"].sum() <= lacking / 245 + 2 * len(codes)  # years before a listing hold no rows
    assert loaded["requests"].sum() < 10 * len(codes) - known / 2 / 262
    for code in (codes[0], codes[-1]):
        kept = po.load(code, "OPEN_INTEREST", *YEARS, source=SOURCE, cache=tmp_path, offline=True)
        pd.testing.assert_frame_equal(
            kept, po.load(code, "OPEN_INTEREST", *YEARS, source=SOURCE, cache=False, progress=False)
        )
