"""`load` from argument to frame, on the simulator without a socket, with real caches and a clock that can be turned."""

from __future__ import annotations

import hashlib
import json
import os
import warnings

import numpy as np
import pandas as pd
import pytest
from support.load_fixtures import ARGUMENTS, SOURCE, about, turned_clock, windows_asked  # noqa: F401  (fixtures)

import pd_optstat as po


def test_the_frame_is_as_the_contract_says(clock):
    frame = po.load(*ARGUMENTS, "2026-06-01", "2026-06-15", source=SOURCE)
    assert frame.index.name == "time"
    assert frame.index.tz is None
    assert frame.index.dtype == pd.to_datetime(["2026-06-12"]).dtype
    assert frame.index.is_monotonic_increasing
    assert frame.index.is_unique
    assert list(frame.columns) == ["timestamp", "call_value", "put_value", "total_value", "ratio"]
    assert frame.dtypes.astype(str).tolist() == ["float64", "int64", "int64", "int64", "float64"]
    assert frame.loc["2026-06-12"].to_dict() == {
        "timestamp": 1781236800.0,
        "call_value": 45658870.0,
        "put_value": 28723978.0,
        "total_value": 74382848.0,
        "ratio": 28723978 / 45658870,
    }


def test_attrs_say_what_was_loaded_and_survive_json(clock):
    frame = po.load("us_security", 0, "2026-06-01", "2026-06-15", source=SOURCE)
    told = json.loads(json.dumps(about(frame)))
    digest = told.pop("digest")
    assert told == {
        "market": "US_SECURITY",
        "data_type": "VOLUME",
        "start": "2026-06-01",
        "end": "2026-06-15",
        "source": "simulator:7",
        "endpoint": "simulator:?seed=7",
        "synthetic": True,
        "rows": 11,
        "requests": 1,
        "first_page_requests": 1,
        "observed_at": "2026-11-22T12:00:00+00:00",
        "as_of": None,
        "provisional": [],
        "missing": [],
        "version": po.__version__,
    }
    days = (frame.index - pd.Timestamp("1970-01-01")).days
    rows = np.column_stack([days, frame["call_value"], frame["put_value"]]).astype("<i8")
    assert digest == "sha256:" + hashlib.sha256(rows.tobytes()).hexdigest() == frame.optstat.digest()


def test_an_empty_range_has_the_same_dtypes(clock, asked):
    empty = po.load(*ARGUMENTS, "2026-06-13", "2026-06-14", source=SOURCE)
    full = po.load(*ARGUMENTS, "2026-06-12", "2026-06-14", source=SOURCE)
    assert len(empty) == 0
    assert empty.dtypes.equals(full.dtypes)
    assert empty.index.dtype == full.index.dtype
    assert about(empty)["observed_at"] is None
    assert asked == ["2026-06-12..2026-06-14"]  # the weekend alone is not worth a request


def test_the_frame_is_the_callers_to_change(clock):
    first = po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE)
    first["call_value"] = 0
    first.loc[:, "put_value"] = -1
    first.iloc[0, 0] = 5.0
    first.attrs["optstat"]["missing"].append("x")
    again = po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE)
    assert (again["put_value"] > 0).all()
    assert about(again)["missing"] == []


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc to count open files")
def test_many_folders_do_not_keep_as_many_files_open(clock, tmp_path):
    before = len(os.listdir("/proc/self/fd"))
    for number in range(40):
        po.load(*ARGUMENTS, "2020-01-02", "2020-01-03", source=SOURCE, cache=tmp_path / str(number))
    assert len(os.listdir("/proc/self/fd")) <= before + 16
    po.close()
    assert len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"market": "us_\u0131ndex"}, "US_INDEX"),
        ({"end": np.datetime64("2026-06")}, "not a date"),
        ({"source": "simulator:?seed=1&seed=2"}, "twice"),
        ({"cache": ""}, "not a valid path"),
        ({"cache": "a\0b"}, "not a valid path"),
        ({"market": "US"}, "US_SECURITY"),
        ({"data_type": "OI"}, "OPEN_INTEREST"),
        ({"start": "2026-06-13", "end": "2026-06-12"}, "after end"),
        ({"start": "June"}, "not a date"),
        ({"source": "http://localhost"}, "opend://HOST:PORT"),
        ({"source": "opend://"}, "has no host"),
        ({"source": "opend://localhost:99999"}, "not a URL"),
        ({"source": "opend://localhost:11111/path"}, "path"),
        ({"source": "opend://:KEY@localhost"}, "key"),
        ({"source": "opend://localhost?namespace=a:b"}, "namespace"),
        ({"source": "opend://localhost?speed=1"}, "speed"),
        ({"source": "opend://h:1?orgin=x"}, "'orgin' is not a known argument. Valid: namespace, rsa_key"),
        ({"source": "ws://h:1?certificate=x"}, "'certificate' is not a known argument. Valid: namespace"),
        ({"source": "wss://h:1?certificate=x"}, "Valid: namespace, certificates"),
        ({"source": "simulator:?sed=7"}, "'sed' is not a known argument. Valid: seed"),
        ({"source": "parquet:here?orgin=x"}, "'orgin' is not a known argument. Valid: origin"),
        ({"source": "parquet:s3://b/a?orgin=x"}, "Valid: origin"),
        ({"source": "parquet:here?origin="}, "not an origin"),
        ({"source": "parquet:here?origin=a&speed=1"}, "not an origin"),
        ({"source": "simulator:?seed=-1"}, "seed"),
        ({"source": "simulator://localhost"}, "no address"),
        ({"source": object()}, "not a source"),
        ({"cache": True}, "cache=True"),
        ({"cache": 5}, "not a valid path"),
        ({"refresh": True, "offline": True}, "offline"),
        ({"as_of": "2026-06-12", "refresh": True}, "as_of"),
        ({"as_of": "2026-06-12", "cache": False}, "as_of"),
        ({"as_of": "now"}, "as_of"),
        ({"refresh": "yes"}, "refresh"),
        ({"progress": "bar"}, "progress"),
    ],
)
def test_bad_input_is_refused_before_any_request(asked, arguments, words):
    good = {
        "market": "US_SECURITY",
        "start": "2026-06-01",
        "end": "2026-06-12",
        "source": SOURCE,
    }
    with pytest.raises(po.InvalidRequest, match=words) as caught:
        po.load(**good | arguments)
    assert isinstance(caught.value, ValueError)
    assert "KEY" not in str(caught.value)
    assert asked == []


def test_no_cache_keeps_nothing(clock, asked, tmp_path, monkeypatch):
    monkeypatch.setenv("PD_OPTSTAT_CACHE_DIR", str(tmp_path / "never"))
    for _ in range(2):
        assert about(po.load(*ARGUMENTS, "2020-01-02", "2020-01-31", source=SOURCE, cache=False))["requests"] == 1
    assert not (tmp_path / "never").exists()
    with pytest.raises(po.InvalidRequest, match="cache=False"):
        po.load(*ARGUMENTS, "2020-01-02", "2020-01-31", source=SOURCE, cache=False, offline=True)


def test_progress_counts_windows(clock):
    seen = []
    po.load(
        *ARGUMENTS, "2018-01-01", "2020-12-31", source=SOURCE, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_panel_joins_series_and_invents_nothing(clock):
    panel = po.load_panel(["US_SECURITY", "HK_INDEX"], ["VOLUME"], "2026-06-25", "2026-07-10", source=SOURCE)
    assert panel.columns.names == ["market", "data_type", "field"]
    assert panel.index.name == "time"
    assert panel.index.dtype == pd.to_datetime(["2026-06-12"]).dtype
    # Establishment Day closes Hong Kong, Independence Day New York.
    assert panel.loc["2026-07-01", "HK_INDEX"].isna().all()
    assert panel.loc["2026-07-01", "US_SECURITY"].notna().all()
    assert panel.loc["2026-07-03", "US_SECURITY"].isna().all()
    assert panel.loc["2026-07-03", "HK_INDEX"].notna().all()
    counts = panel.xs("call_value", axis=1, level="field")
    assert set(counts.dtypes.astype(str)) == {"Int64"}
    single = po.load("HK_INDEX", "VOLUME", "2026-06-25", "2026-07-10", source=SOURCE)
    same = panel["HK_INDEX"]["VOLUME"].dropna()
    assert (same["put_value"].astype("int64") == single["put_value"]).all()
    assert [part["market"] for part in about(panel)["series"]] == ["US_SECURITY", "HK_INDEX"]
    assert about(panel)["series"][1]["digest"] == about(single)["digest"]


def test_a_panel_of_everything_and_of_one_and_of_nothing(clock):
    everything = po.load_panel(start="2026-06-01", end="2026-06-12", source=SOURCE)
    assert everything.shape == (10, 40)
    assert po.load_panel("us_index", 1, "2026-06-01", "2026-06-12", source=SOURCE).shape == (10, 5)
    empty = po.load_panel("us_index", 1, "2026-06-13", "2026-06-14", source=SOURCE)
    assert empty.shape == (0, 5)
    assert empty.dtypes.astype(str).tolist() == ["float64", "Int64", "Int64", "Int64", "float64"]
    with pytest.raises(po.InvalidRequest, match="empty list"):
        po.load_panel([], source=SOURCE)
    with pytest.raises(po.InvalidRequest, match="market='nowhere'"):
        po.load_panel(["US_INDEX", "nowhere"], source=SOURCE)


def test_defaults_come_from_configure_then_the_environment(clock, monkeypatch, tmp_path):
    monkeypatch.setenv("PD_OPTSTAT_SOURCE", "simulator:?seed=9")
    assert about(po.load(*ARGUMENTS, "2020-01-02", "2020-01-02"))["source"] == "simulator:9"
    po.configure(source=SOURCE, cache_dir=tmp_path / "mine")
    assert about(po.load(*ARGUMENTS, "2020-01-02", "2020-01-02"))["source"] == "simulator:7"
    assert (tmp_path / "mine" / "cache.db").exists()
    po.configure(source=None, cache_dir=None)
    assert about(po.load(*ARGUMENTS, "2020-01-02", "2020-01-02"))["requests"] == 0
    with pytest.raises(po.InvalidRequest):
        po.configure(source="ftp://x")


def test_no_warning_in_ordinary_use(clock):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        po.load(*ARGUMENTS, "2024-01-01", source=SOURCE).optstat.metrics()
        po.load_panel(start="2026-01-01", source=SOURCE)
