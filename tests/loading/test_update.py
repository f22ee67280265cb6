"""`update` keeps every series in a cache up to date, each from its own source."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.cli import main


@pytest.fixture
def turn(monkeypatch):
    """Turn the clock; it begins on Friday, 2026-06-12, three hours after the close in New York."""
    clock = [datetime(2026, 6, 12, 23, tzinfo=UTC).timestamp()]
    monkeypatch.setattr(time, "time", lambda: clock[0])

    def turn_to(moment):
        clock[0] = pd.Timestamp(moment).timestamp()

    return turn_to


def test_update_loads_every_series_up_to_today(turn, tmp_path):
    po.load("US_SECURITY", "VOLUME", "2026-01-01", source="simulator:?seed=7", cache=tmp_path)
    po.load("HK_INDEX", "OPEN_INTEREST", "2026-05-01", "2026-05-29", source="simulator:?seed=8", cache=tmp_path)
    turn("2026-06-18T12:00Z")
    done = po.update(cache=tmp_path)
    assert done[["source", "market", "start", "requests", "provisional"]].to_numpy().tolist() == [
        ["simulator:7", "US_SECURITY", "2026-06-12", 1, 0],
        ["simulator:8", "HK_INDEX", "2026-05-29", 1, 1],
    ]
    for seed, market, data_type, start in (
        (7, "US_SECURITY", "VOLUME", "2026-01-01"),
        (8, "HK_INDEX", 1, "2026-05-01"),
    ):
        frame = po.load(market, data_type, start, "2026-06-17", source=f"simulator:?seed={seed}", cache=tmp_path)
        assert frame.attrs["optstat"]["requests"] == 0
        assert frame.index[-1] == pd.Timestamp("2026-06-17")


def test_update_adds_to_the_history(turn, tmp_path, monkeypatch):
    from dataclasses import replace

    from pd_optstat.sources.simulator import Simulator

    po.load("US_SECURITY", "VOLUME", "2026-06-08", source="simulator:", cache=tmp_path)
    pages = Simulator.pages

    def revised(self, queries, waiting):
        for query, page in pages(self, queries, waiting):
            more = np.arange(len(page.calls)) == 0
            ratios = np.full(len(more), np.nan)
            yield query, replace(page, calls=page.calls + more, totals=page.totals + more, ratios=ratios)

    monkeypatch.setattr(Simulator, "pages", revised)
    turn("2026-06-13T12:00Z")
    po.update(cache=tmp_path)
    revisions = po.Cache(tmp_path).revisions("US_SECURITY", "VOLUME")
    assert revisions["time"].duplicated().sum() == 1
    friday = {"start": "2026-06-12", "end": "2026-06-12", "source": "simulator:", "cache": tmp_path}
    before = po.load("US_SECURITY", as_of="2026-06-12", **friday)
    after = po.load("US_SECURITY", **friday)
    assert (after["call_value"] - before["call_value"]).tolist() == [1]


def test_update_of_one_source(turn, tmp_path):
    for seed in (7, 8):
        po.load("US_SECURITY", "VOLUME", "2026-06-08", source=f"simulator:?seed={seed}", cache=tmp_path)
    assert po.update("simulator:?seed=8", tmp_path)["source"].tolist() == ["simulator:8"]
    assert len(po.update("simulator:?seed=9", tmp_path)) == 0
    with pytest.raises(po.InvalidRequest, match="cache=False"):
        po.update(cache=False)


def test_simulator_over_tcp_is_updated_from_where_it_answered(simulator, tmp_path):
    po.load("US_SECURITY", "VOLUME", "2026-06-08", "2026-06-10", source=simulator.url, cache=tmp_path)
    assert po.update(simulator.url, tmp_path)["source"].tolist() == ["simulator:3301"]


def test_the_command_line(turn, tmp_path, capsys):
    assert main(["update", "--cache-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "no rows\n"
    po.load("US_SECURITY", "VOLUME", "2026-06-08", source="simulator:", cache=tmp_path)
    assert main(["update", "--cache-dir", str(tmp_path)]) == 0
    assert "US_SECURITY" in capsys.readouterr().out
