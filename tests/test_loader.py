"""`load` from argument to frame, on the simulator without a socket, with real caches and a clock that can be turned."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat import calendars
from pd_optstat.days import to_day
from pd_optstat.markets import EXCHANGES
from pd_optstat.sources.simulator import Simulator

SOURCE = "simulator:?seed=7"
ARGUMENTS = ("US_SECURITY", "VOLUME")


@pytest.fixture
def clock(monkeypatch):
    """Turn the time: `clock("2026-06-12T21:00Z")`; it begins in November 2026."""

    class Clock:
        now = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()

        def __call__(self, moment):
            self.now = pd.Timestamp(moment).timestamp()

    turned = Clock()
    monkeypatch.setattr(time, "time", lambda: turned.now)
    return turned


@pytest.fixture
def asked(monkeypatch):
    """The windows that are asked for, as pairs of dates."""
    log = []
    pages = Simulator.pages

    def noting(self, queries, waiting):
        log.extend((str(query).split()[1]) for query in queries)
        yield from pages(self, queries, waiting)

    monkeypatch.setattr(Simulator, "pages", noting)
    return log


def about(frame):
    return frame.attrs["optstat"]


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


def test_only_what_is_missing_is_asked_for(clock, asked):
    po.load(*ARGUMENTS, "2020-01-01", "2020-12-31", source=SOURCE)
    assert asked == ["2020-01-02..2020-12-31"]  # 366 days, of which the first holds no session
    asked.clear()
    for start, end in [("2020-01-01", "2020-12-31"), ("2020-03-01", "2020-04-05"), ("2020-05-02", "2020-05-03")]:
        assert about(po.load(*ARGUMENTS, start, end, source=SOURCE))["requests"] == 0
    assert asked == []
    po.load(*ARGUMENTS, "2019-12-20", "2021-01-10", source=SOURCE)
    assert asked == ["2019-12-20..2019-12-31", "2021-01-01..2021-01-10"]
    asked.clear()
    po.load("US_INDEX", "VOLUME", "2020-01-02", "2020-01-02", source=SOURCE)
    po.load("US_SECURITY", "OPEN_INTEREST", "2020-01-02", "2020-01-02", source=SOURCE)
    po.load(*ARGUMENTS, "2020-01-02", "2020-01-02", source="simulator:?seed=8")
    assert asked == ["2020-01-02..2020-01-02"] * 3


def test_a_repeated_load_builds_no_calendar(clock, monkeypatch):
    # 2024-12-25 and the weekend of 2025-03-29 hold no session; that is remembered.
    arguments = (*ARGUMENTS, "2024-12-25", "2025-03-30")
    first = po.load(*arguments, source=SOURCE)
    holiday = po.load(*ARGUMENTS, "2024-07-04", "2024-07-04", source=SOURCE)
    assert len(holiday) == 0

    def refuse(exchange):
        raise AssertionError("a calendar was built")

    monkeypatch.setattr(calendars, "_build", refuse)
    assert po.load(*arguments, source=SOURCE).equals(first)
    assert len(po.load(*ARGUMENTS, "2024-07-04", "2024-07-04", source=SOURCE)) == 0
    with pytest.raises(AssertionError, match="calendar"):
        po.load(*ARGUMENTS, "2023-12-25", "2025-03-30", source=SOURCE)


def test_a_repeated_load_in_a_new_process_imports_no_calendar(tmp_path):
    code = (
        "import sys, pd_optstat as po\n"
        "df = po.load('US_SECURITY', 'VOLUME', '2020-01-01', '2021-12-31',\n"
        f"             source='simulator:', cache={str(tmp_path)!r})\n"
        "print(df.attrs['optstat']['requests'], 'exchange_calendars' in sys.modules, 'tqdm' in sys.modules)"
    )
    run = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    assert [one.stdout.split() for one in run] == [["2", "True", "True"], ["0", "False", "False"]]


def test_what_is_not_final_is_asked_again_after_15_minutes(clock, asked):
    clock("2026-06-12T23:00Z")  # three hours after Friday's close
    arguments = (*ARGUMENTS, "2026-05-20", "2026-06-12")
    frame = po.load(*arguments, source=SOURCE)
    assert about(frame)["provisional"] == ["2026-06-12"]
    clock("2026-06-12T23:14:59Z")
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 0
    clock("2026-06-12T23:15Z")
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 1
    assert asked[-1] == "2026-06-12..2026-06-12"
    # Years later: what was last seen when it was young is asked for once more, then never again.
    clock("2029-06-12T12:00Z")
    assert about(po.load(*arguments, source=SOURCE))["provisional"] == []
    assert asked[-1] == "2026-06-12..2026-06-12"
    clock("2031-06-12T12:00Z")
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 0


def test_open_interest_is_final_when_the_next_session_opens(clock, asked):
    clock("2026-06-15T13:00Z")  # half an hour before Monday's open
    arguments = ("US_SECURITY", "OPEN_INTEREST", "2026-06-08", "2026-06-14")
    assert about(po.load(*arguments, source=SOURCE))["provisional"] == ["2026-06-12"]
    clock("2026-06-15T13:30Z")
    assert about(po.load(*arguments, source=SOURCE))["provisional"] == []
    assert asked == ["2026-06-08..2026-06-14", "2026-06-12..2026-06-14"]


def test_the_delays_can_be_configured(clock, asked):
    po.configure(volume_final_after="2h", provisional_ttl=60)
    clock("2026-06-12T21:59:59Z")
    arguments = (*ARGUMENTS, "2026-06-08", "2026-06-12")
    assert about(po.load(*arguments, source=SOURCE))["provisional"] == ["2026-06-12"]
    clock("2026-06-12T22:00:58Z")
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 0
    clock("2026-06-12T22:00:59Z")
    assert about(po.load(*arguments, source=SOURCE))["provisional"] == []
    assert len(asked) == 2
    for bad in ("soon", -1, "31D", True, float("nan"), []):
        with pytest.raises(po.InvalidRequest, match="provisional_ttl"):
            po.configure(provisional_ttl=bad)
    po.configure(volume_final_after=None, provisional_ttl=None)


def test_an_open_session_is_left_out_unless_asked_for(clock, asked):
    clock("2026-06-12T18:00Z")  # 14:00 in New York, two hours before the close
    frame = po.load(*ARGUMENTS, "2026-06-10", source=SOURCE)
    assert about(frame)["end"] == "2026-06-11"
    assert frame.index[-1] == pd.Timestamp("2026-06-11")
    assert about(po.load(*ARGUMENTS, "2026-06-10", source=SOURCE, include_open=True))["end"] == "2026-06-12"
    clock("2026-06-12T20:01Z")
    # The answer with the running totals is two hours old; another from just before the close would not do either.
    assert po.load(*ARGUMENTS, "2026-06-10", source=SOURCE).index[-1] == pd.Timestamp("2026-06-12")
    assert asked[-1].endswith("..2026-06-12")


def test_an_answer_from_before_the_close_is_not_served_after_it(clock, asked):
    clock("2026-06-12T19:55Z")
    po.load(*ARGUMENTS, "2026-06-12", "2026-06-12", source=SOURCE, include_open=True)
    clock("2026-06-12T20:01Z")  # within the 15 minutes
    frame = po.load(*ARGUMENTS, "2026-06-12", "2026-06-12", source=SOURCE)
    assert about(frame)["requests"] == 1
    assert len(frame) == 1


def test_the_end_is_the_exchanges_today(clock):
    clock("2026-06-12T17:00Z")  # 01:00 on Saturday in Hong Kong
    assert about(po.load("HK_INDEX", "VOLUME", source=SOURCE))["end"] == "2026-06-13"
    assert about(po.load("HK_INDEX", "VOLUME", source=SOURCE))["start"] == "2025-06-14"
    assert about(po.load("US_INDEX", "VOLUME", "2026-06-01", "2027-01-01", source=SOURCE))["end"] == "2026-06-11"


def test_refresh_asks_for_everything_anew(clock, asked):
    po.load(*ARGUMENTS, "2020-01-02", "2020-03-31", source=SOURCE)
    clock("2026-11-23T12:00Z")
    frame = po.load(*ARGUMENTS, "2020-02-01", "2020-02-29", source=SOURCE, refresh=True)
    assert asked[-1] == "2020-02-01..2020-02-29"
    assert about(frame)["requests"] == 1
    assert about(frame)["observed_at"] == "2026-11-23T12:00:00+00:00"
    assert about(po.load(*ARGUMENTS, "2020-01-02", "2020-01-31", source=SOURCE))["observed_at"].startswith("2026-11-22")


def test_offline_serves_what_is_there_and_names_what_is_not(clock, asked):
    with pytest.raises(po.OfflineMiss, match="2020-01-02, 2020-01-03"):
        po.load(*ARGUMENTS, "2020-01-01", "2020-01-04", source=SOURCE, offline=True)
    po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE)
    asked.clear()
    assert len(po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE, offline=True)) == 21
    with pytest.raises(po.OfflineMiss, match=r"2020-02-03, .* and 14 more, up to 2020-02-28"):
        po.load(*ARGUMENTS, "2020-01-01", "2020-02-29", source=SOURCE, offline=True)
    assert len(po.load(*ARGUMENTS, "2020-02-01", "2020-02-02", source=SOURCE, offline=True)) == 0
    assert asked == []


def test_offline_says_when_numbers_are_past_their_time(clock):
    clock("2026-06-12T23:00Z")
    fresh = po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE)
    assert po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE, offline=True).equals(fresh)
    clock("2026-06-13T23:00Z")
    with pytest.warns(po.StaleWarning, match="2026-06-12T23:00:00"):
        stale = po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE, offline=True)
    assert stale.equals(fresh)
    assert about(stale)["provisional"][-1] == "2026-06-12"


def test_as_of_gives_what_was_known_then(clock, asked):
    po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE)
    clock("2026-11-25T12:00Z")
    po.load(*ARGUMENTS, "2020-01-01", "2020-12-31", source=SOURCE)
    asked.clear()
    january = po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE, as_of="2026-11-22")
    assert len(january) == 21
    assert about(january)["as_of"] == "2026-11-22T23:59:59.999999+00:00"
    assert about(january)["observed_at"] == "2026-11-22T12:00:00+00:00"
    with pytest.raises(po.OfflineMiss, match=r"As of 2026-11-22.* did not know .*2020-02-03.*first observation"):
        po.load(*ARGUMENTS, "2020-01-01", "2020-12-31", source=SOURCE, as_of="2026-11-22")
    with pytest.raises(po.OfflineMiss, match="first observation is of 2026-11-22T12:00:00"):
        po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE, as_of="2026-11-22T11:00")
    assert len(po.load(*ARGUMENTS, "2020-01-01", "2020-12-31", source=SOURCE, as_of="2026-11-26")) == 253
    assert asked == []


def test_a_frames_own_moment_gives_that_frame_again(clock):
    clock("2026-11-22T12:00:00.654321Z")
    frame = po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE)
    moment = about(frame)["observed_at"]
    assert moment == "2026-11-22T12:00:00.654321+00:00"
    clock("2026-11-23T12:00Z")
    assert po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE, as_of=moment).equals(frame)


def test_as_of_before_the_start_is_a_miss_that_says_so(clock):
    po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE)
    with pytest.raises(po.OfflineMiss, match=r"As of 2019-06-01.*still to come"):
        po.load(*ARGUMENTS, "2020-01-01", "2020-01-31", source=SOURCE, as_of="2019-06-01")


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
        ({"cache": ""}, "no path"),
        ({"cache": "a\0b"}, "no path"),
        ({"market": "US"}, "US_SECURITY"),
        ({"data_type": "OI"}, "OPEN_INTEREST"),
        ({"start": "2026-06-13", "end": "2026-06-12"}, "after end"),
        ({"start": "June"}, "not a date"),
        ({"source": "http://localhost"}, "opend://HOST:PORT"),
        ({"source": "opend://"}, "names no host"),
        ({"source": "opend://localhost:99999"}, "no URL"),
        ({"source": "opend://localhost:11111/path"}, "path"),
        ({"source": "opend://:KEY@localhost"}, "key"),
        ({"source": "opend://localhost?namespace=a:b"}, "namespace"),
        ({"source": "opend://localhost?speed=1"}, "speed"),
        ({"source": "opend://h:1?orgin=x"}, "'orgin' means nothing here. Valid: namespace, rsa_key"),
        ({"source": "ws://h:1?certificate=x"}, "'certificate' means nothing here. Valid: namespace"),
        ({"source": "wss://h:1?certificate=x"}, "Valid: namespace, certificates"),
        ({"source": "simulator:?sed=7"}, "'sed' means nothing here. Valid: seed"),
        ({"source": "parquet:here?orgin=x"}, "'orgin' means nothing after the address. Valid: origin"),
        ({"source": "parquet:s3://b/a?orgin=x"}, "Valid: origin"),
        ({"source": "parquet:here?origin="}, "no origin"),
        ({"source": "parquet:here?origin=a&speed=1"}, "no origin"),
        ({"source": "simulator:?seed=-1"}, "seed"),
        ({"source": "simulator://localhost"}, "no address"),
        ({"source": object()}, "no source"),
        ({"cache": True}, "cache=True"),
        ({"cache": 5}, "no path"),
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


def test_a_failed_load_keeps_what_was_complete(clock, asked, monkeypatch):
    pages = Simulator.pages

    def failing(self, queries, waiting):
        for number, answered in enumerate(pages(self, queries, waiting)):
            if number == 2:
                raise po.ConnectionFailed("gone")
            yield answered

    with monkeypatch.context() as patch:
        patch.setattr(Simulator, "pages", failing)
        with pytest.raises(po.ConnectionFailed, match="gone"):
            po.load(*ARGUMENTS, "2016-01-01", "2020-12-31", source=SOURCE)
    asked.clear()
    assert len(po.load(*ARGUMENTS, "2016-01-01", "2020-12-31", source=SOURCE)) == 1259
    assert asked == ["2018-01-03..2019-01-02", "2019-01-03..2020-01-02", "2020-01-03..2020-12-31"]


def test_an_interrupt_keeps_what_was_complete(clock, asked):
    def interrupt(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        po.load(*ARGUMENTS, "2016-01-01", "2020-12-31", source=SOURCE, progress=interrupt)
    asked.clear()
    po.load(*ARGUMENTS, "2016-01-01", "2020-12-31", source=SOURCE)
    assert len(asked) == 3


def altered(monkeypatch, change):
    """Make the simulator answer with `change(columns)`."""
    from dataclasses import replace

    pages = Simulator.pages

    def changed(self, queries, waiting):
        for query, page in pages(self, queries, waiting):
            yield query, replace(page, **{name: np.array(values) for name, values in change(page).items()})

    monkeypatch.setattr(Simulator, "pages", changed)


def test_a_ratio_or_timestamp_that_does_not_fit_is_a_warning(clock, monkeypatch):
    altered(monkeypatch, lambda page: {"ratios": [9.0, *page.ratios[1:]]})
    with pytest.warns(po.DataWarning, match=r"2026-06-12 has ratio 9.0 for call/put 45658870/28723978"):
        frame = po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE)
    assert frame["ratio"].iloc[-1] == 28723978 / 45658870


def test_a_revised_final_value_is_a_warning_and_kept_beside_the_old(clock, monkeypatch):
    po.load(*ARGUMENTS, "2020-01-02", "2020-01-03", source=SOURCE)
    altered(monkeypatch, lambda page: {"calls": [5] * 2, "puts": [4] * 2, "totals": [9] * 2, "ratios": [np.nan] * 2})
    clock("2026-11-24T12:00Z")
    with pytest.warns(po.DataWarning, match="revised for 2020-01-02, 2020-01-03"):
        frame = po.load(*ARGUMENTS, "2020-01-02", "2020-01-03", source=SOURCE, refresh=True)
    assert frame["total_value"].tolist() == [9, 9]
    assert po.load(*ARGUMENTS, "2020-01-02", "2020-01-03", source=SOURCE, as_of="2026-11-23")["call_value"].min() > 5
    assert len(po.Cache().revisions(*ARGUMENTS)) == 4


def test_a_call_total_of_zero_has_no_ratio(clock, monkeypatch):
    altered(monkeypatch, lambda page: {"calls": [0], "puts": [4], "totals": [4], "ratios": [np.nan]})
    frame = po.load(*ARGUMENTS, "2020-01-02", "2020-01-02", source=SOURCE)
    assert frame["ratio"].isna().all()


def test_sessions_that_the_server_leaves_out_are_missing_and_asked_again_until_two_answers_agree(
    clock, asked, monkeypatch
):
    def without_the_newest(page):
        names = ("days", "timestamps", "calls", "puts", "totals", "ratios")
        return {name: getattr(page, name)[1:] for name in names}

    altered(monkeypatch, without_the_newest)
    arguments = (*ARGUMENTS, "2020-01-02", "2020-01-10")
    frame = po.load(*arguments, source=SOURCE)
    assert about(frame)["missing"] == ["2020-01-10"]
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 0
    clock("2026-11-22T13:00Z")
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 1
    assert asked[-1] == "2020-01-10..2020-01-10"
    clock("2026-11-24T13:00Z")
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 1
    clock("2026-12-24T13:00Z")
    frame = po.load(*arguments, source=SOURCE)
    assert about(frame)["requests"] == 0
    assert about(frame)["missing"] == ["2020-01-10"]


def test_rows_on_days_that_the_calendar_does_not_know_are_accepted(clock, asked, monkeypatch):
    def on_a_saturday(page):
        names = ("timestamps", "calls", "puts", "totals", "ratios")
        return {name: [getattr(page, name)[0], *getattr(page, name)] for name in names} | {
            "days": [to_day(date(2020, 1, 4)), *page.days],
            "timestamps": [np.nan] * (len(page.days) + 1),
        }

    with monkeypatch.context() as patch:
        altered(patch, on_a_saturday)
        frame = po.load(*ARGUMENTS, "2020-01-02", "2020-01-06", source=SOURCE)
    assert frame.index.strftime("%d").tolist() == ["02", "03", "04", "06"]
    po.load(*ARGUMENTS, "2019-12-30", "2020-01-10", source=SOURCE)
    assert asked == ["2020-01-02..2020-01-06", "2019-12-30..2020-01-01", "2020-01-07..2020-01-10"]


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


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=12))
def test_any_loads_in_any_order_give_the_same_rows_and_ask_no_session_twice(ranges):
    """Against one load of everything; the cache is new for every example."""
    whole = reference()
    asked = []
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        pages = Simulator.pages

        def noting(self, queries, waiting):
            asked.extend(queries)
            return pages(self, queries, waiting)

        patch.setattr(Simulator, "pages", noting)
        for one, other in ranges:
            first, last = (date.fromordinal(735_600 + day) for day in sorted((one, other)))
            frame = po.load(*ARGUMENTS, first, last, source=SOURCE, cache=folder, progress=False)
            pd.testing.assert_frame_equal(frame, whole.loc[str(first) : str(last)])
    times_asked = Counter(day for query in asked for day in range(query.first, query.last + 1))
    sessions = calendars.calendar(EXCHANGES["US"]).sessions(16_000, 18_000).tolist()
    assert not [day for day in sessions if times_asked[day] > 1]
    assert all(query.last - query.first < 365 for query in asked)


def reference():
    if not hasattr(reference, "frame"):
        reference.frame = po.load(*ARGUMENTS, "2014-01-01", "2018-01-01", source=SOURCE, cache=False, progress=False)
    return reference.frame


def test_no_warning_in_ordinary_use(clock):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        po.load(*ARGUMENTS, "2024-01-01", source=SOURCE).optstat.metrics()
        po.load_panel(start="2026-01-01", source=SOURCE)
