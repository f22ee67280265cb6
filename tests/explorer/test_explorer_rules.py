"""The pure functions of the explorer: choices, plot data, figure, status line, code and files."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat.explorer import copy_code, save, status
from pd_optstat.explorer.data import make_data_source
from pd_optstat.explorer.state import METRICS, PRESETS, View, change_view, first_day_needed, make_view, shown_days

DAYS = st.dates(date(1990, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("preset", "today", "first"),
    [
        ("1M", date(2026, 3, 31), date(2026, 2, 28)),
        ("1M", date(2024, 3, 30), date(2024, 2, 29)),
        ("3M", date(2026, 1, 15), date(2025, 10, 15)),
        ("YTD", date(2026, 1, 1), date(2026, 1, 1)),
        ("1Y", date(2024, 2, 29), date(2023, 2, 28)),
        ("5Y", date(2026, 6, 12), date(2021, 6, 12)),
        ("Max", date(2026, 6, 12), None),
    ],
)
def test_presets_count_back_from_the_last_day(preset: str, today: date, first: date | None) -> None:
    assert shown_days(View(preset=preset), today) == (first, None)


@given(DAYS, st.sampled_from([p for p in PRESETS if p not in ("Max", "YTD")]))
def test_longer_presets_begin_earlier(today: date, preset: str) -> None:
    first, _ = shown_days(View(preset=preset), today)
    assert first is not None
    assert first < today
    shorter = [shown_days(View(preset=p), today)[0] for p in ("1M", "3M", "1Y", "5Y")]
    assert shorter == sorted(shorter, reverse=True)


@given(st.dates(date(1975, 1, 1), date(2026, 6, 1)), st.integers(2, 126), st.integers(2, 756))
def test_the_lookback_is_full_on_the_first_day_shown(first: date, window: int, lookback: int) -> None:
    """Every exchange has more sessions than nine tenths of the weekdays."""
    begin = first_day_needed(first, View(window=window, lookback=lookback))
    weekdays = int(np.busday_count(begin, first))
    assert weekdays * 0.93 >= max(window, lookback) - 1 or begin == date(1973, 1, 1)


@pytest.mark.parametrize(
    ("choice", "word"),
    [
        ({"markets": ()}, "market"),
        ({"data_types": ()}, "data type"),
        ({"metric": "rsi"}, "zscore"),
        ({"preset": "2W"}, "1M"),
        ({"preset": None, "start": date(2026, 2, 1), "end": date(2026, 1, 1)}, "Swap"),
        ({"window": 0}, "window"),
        ({"lookback": 1}, "lookback"),
        ({"upper": 1.5}, "upper"),
        ({"theme": "pink"}, "dark"),
        ({"arrangement": "round"}, "stacked"),
        ({"metric": "detrend", "window": 252}, "not shorter"),
    ],
)
def test_invalid_choices_are_refused(choice: dict[str, object], word: str) -> None:
    with pytest.raises(po.InvalidRequest, match=word):
        change_view(View(), **choice)


def test_arguments_are_parsed_as_in_load() -> None:
    view = make_view(po.OptionMarket.HK_INDEX, [0, "open_interest"], "2026-01-02", "2026-06-12", metric="ema")
    assert view.keys == (("HK_INDEX", "VOLUME"), ("HK_INDEX", "OPEN_INTEREST"))
    assert (view.preset, view.start, view.end) == (None, date(2026, 1, 2), date(2026, 6, 12))
    assert make_view(None, None, None, None).keys == tuple(
        (m.name, k.name) for m in po.OptionMarket for k in po.OptionStatisticDataType
    )
    with pytest.raises(po.InvalidRequest, match="2026-02-30"):
        make_view("US_SECURITY", "VOLUME", "2026-02-30", None)


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_is_a_call_on_the_accessor(metric: str) -> None:
    frame = po.sample()
    result = eval(f"frame.optstat.{METRICS[metric].code(View(window=2, lookback=3))}", {"frame": frame})
    assert len(result) == len(frame)


NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def test_the_status_line_names_source_age_and_provisional_days() -> None:
    info = {
        "rows": 10, "requests": 3, "source": "opend", "observed_at": "2026-06-15T09:00:00+00:00", "as_of": None,
        "provisional": ["2026-06-12"], "missing": [f"2026-05-{day:02}" for day in range(1, 9)],
    }  # fmt: skip

    def line(info: dict[str, object], **options: Any) -> str:
        return " | ".join(status.status_parts(status.status_content([info], 10, **options), date(2026, 6, 12), NOW))

    for part in (
        "3 requests",
        "source opend",
        "newest 2026-06-12 (3 days old)",
        "observed 3 h ago",
        "provisional: 2026-06-12",
        "and 5 before",
    ):
        assert part in line(info)
    assert "nothing requested" in line(info | {"requests": 0})
    assert "5 requests" in line(info, requests=2)
    assert "pin" in line(info | {"requests": 0, "pin": "sha256:1"})
    assert "10 rows of a frame | source opend" in line(info, given=True)
    assert "do not say" in line({})
    assert line(info, changed=True).endswith("these are not exactly the rows that were loaded")
    assert "no session" in status.status_parts(status.status_content([info], 10), None, NOW)[0]


@pytest.mark.parametrize("info", [{"rows": "<b>", "provisional": 7, "observed_at": 3}, {"source": 5, "missing": "x"}])
def test_malformed_attributes_are_tolerated(info: dict[str, object]) -> None:
    assert status.status_parts(status.status_content([info], 1), date(2026, 6, 12), NOW)


def test_bugs_are_labelled() -> None:
    assert status.error_text(po.OfflineMiss("nothing")) == "OfflineMiss: nothing"
    assert "bug" in status.error_text(RuntimeError("x"))


def test_code_names_every_argument() -> None:
    call = copy_code.LoadCall(
        date(2025, 1, 1), date(2026, 6, 12), {"source": "'simulator:'", "cache": "False"}, "a b.optstat"
    )
    text = copy_code.write_code(View(window=5), call, (date(2026, 1, 2), None), theme="dark", digests={"s": "sha256:0"})
    for part in ("po.pin('a b.optstat')", "'2025-01-01', '2026-06-12'", "cache=False", "# s: sha256:0", "theme='dark'"):
        assert part in text
    compile(text, "cell", "exec")
    assert "load_panel" in copy_code.write_code(
        View(markets=("US_INDEX", "HK_INDEX")), call, (None, None), theme="light", digests={}
    )


def test_only_the_address_of_a_source_with_a_key_is_shown() -> None:
    source = make_data_source("ws://:sesame@127.0.0.1:11112", {})
    texts, remarks = source.code()
    assert "sesame" not in f"{source.name} {texts} {remarks}"
    assert texts["source"] == "source"
    assert make_data_source("simulator:?seed=7", {}).code() == ({"source": "'simulator:?seed=7'"}, ())
    with pytest.raises(po.InvalidRequest):
        make_data_source("simulador:", {})


def test_files_stay_in_their_folder(tmp_path: Path) -> None:
    assert save.resolve_file("view", ".csv", tmp_path) == tmp_path / "view.csv"
    assert save.resolve_file("view.csv", ".csv", tmp_path) == tmp_path / "view.csv"
    for name in ("../view", "/tmp/view", "nowhere/view"):
        with pytest.raises(po.InvalidRequest, match="folder"):
            save.resolve_file(name, ".csv", tmp_path)
    (tmp_path / "out").symlink_to("/")
    with pytest.raises(po.InvalidRequest, match="outside"):
        save.resolve_file("out/view", ".csv", tmp_path)


SAVES = """
import sys
from pathlib import Path
import pandas as pd
from pd_optstat.explorer import save

print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    save.write(Path(sys.argv[1], "view.csv"), "CSV", pd.DataFrame({sys.argv[2]: [number]}), print)
"""


@pytest.mark.slow
def test_processes_that_save_the_same_name_lose_nothing(tmp_path: Path) -> None:
    (tmp_path / "view.csv").write_text("mine")
    (tmp_path / "view-2.csv").symlink_to(tmp_path / "nowhere")
    command = [sys.executable, "-c", SAVES, str(tmp_path)]
    both = [
        subprocess.Popen([*command, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for name in "ab"
    ]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in both:  # from here on, both write concurrently
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    assert [one.communicate(timeout=60) and one.returncode for one in both] == [0, 0]
    files = {path.name: path.read_text() for path in tmp_path.glob("*.csv") if path.exists()}
    assert files.pop("view.csv") == "mine"
    assert sorted(files) == sorted(f"view-{number}.csv" for number in range(3, 43))
    assert sorted(files.values()) == sorted(f",{name}\n0,{number}\n" for name in "ab" for number in range(20))
    assert not (tmp_path / "nowhere").exists()
    assert len(list(tmp_path.iterdir())) == 42
