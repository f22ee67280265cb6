"""Arguments of the public functions and methods with values that they cannot have: errors of the package, or none."""

from __future__ import annotations

import inspect
import warnings

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import pd_optstat as po

pytestmark = pytest.mark.slow
matplotlib.use("Agg")

ODD = {
    "none": None,
    "bool": True,
    "negative": -1,
    "huge": 10**30,
    "nan": float("nan"),
    "nul": "\0",
    "escape": "\x1b[31m\n",
    "long": "x" * 100_000,
    "bytes": b"x",
    "empty": [],
    "dict": {"a": 1},
    "na": pd.NA,
    "array": np.array([1, 2]),
    "series": pd.Series([1.0, 2.0]),
    "object": object(),
}
CLOSE = pd.Series(np.arange(100.0, 110.0), pd.bdate_range("2026-06-08", periods=10))
RANGE = {"start": "2026-06-08", "end": "2026-06-12", "source": "simulator:", "cache": False}

#: What is called, and the arguments without which it cannot be.
FUNCTIONS = {
    "load": {"market": "US_SECURITY", "data_type": "VOLUME", **RANGE},
    "load_panel": {"markets": "US_SECURITY", "data_types": "VOLUME", **RANGE},
    "configure": {},
    "read_cboe": {"path_or_buffer": "missing.csv"},
    "Cache": {},
    "OpenD": {},
    "OpenDWebSocket": {},
    "Parquet": {"url": "x"},
    "show_versions": {"as_dict": True},
    "sweep": {"frames": po.sample(), "prices": CLOSE, "grid": {"lookbacks": [2], "horizons": [1]}, "resamples": 0},
}
METHODS = {
    name: {"forward": {"prices": CLOSE, "resamples": 0}, "turnover": {"open_interest": po.sample()}}.get(name, {})
    for name, method in inspect.getmembers(po.OptStatAccessor, inspect.isfunction)
    if not name.startswith("_") and name not in ("explore", "spread")  # what is for panels is called on one below
}
METHODS["resample"] = {"rule": "W"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield
    plt.close("all")


def fault_of(call, arguments, name, value):
    """Return what is wrong with the error for one replaced argument: it must be the package's, with one short line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call(**{**arguments, name: value})
    except po.OptStatError as error:
        message = str(error)
        return None if message.isprintable() and len(message) < 5_000 else message[:200]
    except Exception as error:
        return repr(error)
    return None


def faults_of(call, arguments):
    """Return the faults of each argument with each value."""
    parameters = inspect.signature(call).parameters.values()
    names = [one.name for one in parameters if one.name != "self" and one.kind is not one.VAR_KEYWORD]
    found = {(name, odd): fault_of(call, arguments, name, ODD[odd]) for name in names for odd in ODD}
    return {key: fault for key, fault in found.items() if fault is not None}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions(function):
    assert faults_of(getattr(po, function), FUNCTIONS[function]) == {}


@pytest.mark.parametrize("method", METHODS)
def test_methods_of_frames(method):
    assert faults_of(getattr(po.sample().optstat, method), METHODS[method]) == {}
    plt.close("all")


def test_methods_of_panels():
    panel = pd.concat({"A": po.sample(), "B": po.sample()}, axis=1, names=["name"])
    assert faults_of(panel.optstat.spread, {"first": "A", "second": "B"}) == {}


def test_caches_and_pins(tmp_path):
    cache = po.Cache(tmp_path / "cache")
    po.load("US_SECURITY", "VOLUME", "2026-06-08", "2026-06-12", source="simulator:", cache=cache)
    series = {"market": "US_SECURITY", "data_type": "VOLUME"}
    assert faults_of(cache.coverage, series) == {}
    assert faults_of(cache.revisions, series) == {}
    assert faults_of(cache.export, {"url": str(tmp_path / "archive"), "source": "simulator:"}) == {}
    assert faults_of(cache.clear, series) == {}
    assert faults_of(lambda path: po.pin(path).close(), {}) == {}
    assert faults_of(lambda mode: po.pin(tmp_path / "study", mode).close(), {}) == {}
