"""Fixtures for tests of pins: a file, a clock, a disabled network, and loads that record and replay."""

from __future__ import annotations

import json
import socket

import numpy as np
import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.core import frame as frames
from pd_optstat.core.history import Rows
from pd_optstat.core.markets import OptionMarket, OptionStatisticDataType
from pd_optstat.core.series import MarketSeries
from pd_optstat.storage.pins import pin
from pd_optstat.storage.pins.format import LoadRequest, Recording
from support.load_fixtures import turned_clock as turned_clock

SOURCE = "simulator:?seed=7"
SERIES = ("US_SECURITY", "VOLUME")
RANGE = ("2026-06-01", "2026-06-12")
#: Attributes that differ between a replay and the recorded load.
OWN = ("requests", "first_page_requests", "pin")


@pytest.fixture(autouse=True)
def no_pin_from_another_test():
    yield
    pin._bare = None
    assert pin._open_blocks == []
    assert pin._own_blocks.get() == ()


@pytest.fixture(name="path")
def pin_path(tmp_path):
    return tmp_path / "study.optstat"


@pytest.fixture(name="offline")
def going_offline(monkeypatch):
    """Return a function that makes every socket and every source raise."""

    def forbid():
        def refuse(*_, **__):
            raise AssertionError("the network was used")

        monkeypatch.setattr(socket, "socket", refuse)
        monkeypatch.setattr(socket, "create_connection", refuse)
        monkeypatch.setattr("pd_optstat.sources.simulator.Simulator.open", refuse)
        monkeypatch.setattr("pd_optstat.sources.opend.OpenD.open", refuse)
        monkeypatch.setattr("pd_optstat.loading.load.resolve_store", refuse)
        monkeypatch.setattr("pd_optstat.loading.engine.calendar", refuse)

    return forbid


def about(frame):
    return frame.attrs["optstat"]


def load(*arguments, source=SOURCE, **options):
    return po.load(*(arguments or (*SERIES, *RANGE)), source=source, **options)


def assert_replayed(replayed, recorded):
    pd.testing.assert_frame_equal(replayed, recorded)
    assert about(replayed)["requests"] == about(replayed)["first_page_requests"] == 0
    assert about(replayed)["pin"].startswith("sha256:")
    assert {k: v for k, v in about(replayed).items() if k not in OWN} == {
        k: v for k, v in about(recorded).items() if k not in OWN
    }
    json.dumps(about(replayed))


def record(path, *arguments, **options):
    with po.pin(path, "record"):
        return load(*arguments, **options)


def replay(path, *arguments, **options):
    with po.pin(path, "replay"):
        return load(*arguments, **options)


def make(rows, **changed):
    """Return a recording of `rows`: day, calls and puts."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    days, calls, puts = (np.ascontiguousarray(column) for column in table.T)
    none = np.empty(0, dtype=np.int64)
    first, last = (int(days[0]), int(days[-1])) if len(days) else (20605, 20604)
    first, last = changed.pop("first", first), changed.pop("last", last)
    values = {
        "request": LoadRequest(
            MarketSeries(OptionMarket(1), OptionStatisticDataType(0)), first, max(first, last), None, None, False
        ),
        "first": first,
        "last": last,
        "origin": "simulator:7",
        "endpoint": "simulator:?seed=7",
        "observed_at": "2026-06-13T00:00:00+00:00",
        "version": "0",
        "recorded_at": 1,
        "rows": Rows.of(days, calls, puts),
        "digest": frames.digest(days, calls, puts),
        "provisional": none,
        "missing": none,
        "more": "",
    }
    return Recording(**values | changed)
