"""The explorer's widget without a browser: choices set as code and pages set them, with real loads."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import ipywidgets
import numpy as np
import pandas as pd
import pytest
from support.explorers import RANGE, Page, opened, sent

import pd_optstat as po
from pd_optstat.explorer.refresh_times import next_refresh
from pd_optstat.explorer.worker import Worker


def test_it_opens_with_the_arguments_given() -> None:
    explorer = opened(window=7, lookback=63, metric="percentile")
    assert (explorer.window, explorer.lookback, explorer.metric) == (7, 63, "percentile")
    assert (explorer.start, explorer.end, explorer.preset) == (*RANGE, None)
    assert explorer.status.startswith("SYNTHETIC")
    assert "newest 2026-06-12" in explorer.status
    assert explorer.error == ""
    assert repr(explorer) == (
        "<Explorer of US_SECURITY VOLUME, a widget for notebooks; to_html('page.html') writes it as a page>"
    )
    rows = sent(explorer)
    assert rows.index.equals(explorer.frame.index.astype(rows.index.dtype))
    np.testing.assert_array_equal(rows["call"], explorer.frame["call_value"])
    np.testing.assert_array_equal(rows["put"], explorer.frame["put_value"])
    assert rows.index[0] < pd.Timestamp(RANGE[0]) - pd.Timedelta(days=63)


@pytest.mark.parametrize(
    "argument",
    [
        {"metric": "rsi"}, {"window": 0}, {"preset": "2W"}, {"source": "sim:"}, {"start": "x"}, {"k": -1},
        {"lower": 0.9, "upper": 0.1}, {"k": float("nan")}, {"as_of": "yesterday"}, {"offline": "no"}, {"prices": 7},
        {"as_of": "2026-06-12", "cache": False}, {"preset": "1Y"}, {"metric": "detrend", "window": 300},
        {"auto_refresh": "yes"},
    ],
)  # fmt: skip
def test_bad_arguments_are_refused_at_once(argument: dict[str, Any]) -> None:
    with pytest.raises(po.InvalidRequest):
        opened(**argument)


def test_nothing_is_sent_for_a_step_of_a_slider_and_only_a_longer_lookback_loads() -> None:
    explorer = opened(lookback=63)
    content, frame = explorer.content, explorer.frame
    for window in range(11, 60):
        explorer.window = window
    explorer.lookback = 21
    explorer.metric = "put_share"
    explorer.wait(60)
    assert explorer.content is content
    assert explorer.view.window == 59
    explorer.lookback = 500
    explorer.wait(60)
    assert explorer.frame is not frame
    assert len(explorer.frame) > len(frame) + 400


def test_a_choice_that_is_not_valid_is_undone_and_says_why() -> None:
    explorer = opened()
    for name, value, word in [
        ("window", 0, "at least 1"), ("metric", "zscor", "Did you mean zscore"), ("start", "2026-13-01", "not a day"),
        ("start", "0002-01-01", "1973"), ("markets", [], "at least one market"), ("lower", 0.95, "below upper"),
        ("end", "2020-01-01", "Swap them?"), ("theme", "pink", "dark"),
    ]:  # fmt: skip
        before = getattr(explorer, name)
        setattr(explorer, name, value)
        assert explorer.error.startswith("InvalidRequest: "), name
        assert word in explorer.error
        assert getattr(explorer, name) == before
    explorer.window = 12
    assert explorer.error == ""


def test_markets_and_types_are_loaded_as_they_are_chosen_and_kept() -> None:
    explorer = opened()
    explorer.markets = ["US_SECURITY", "HK_INDEX"]
    explorer.data_types = ["VOLUME", "OPEN_INTEREST"]
    explorer.wait(60)
    assert [one["title"] for one in explorer.content["series"]] == [
        "US_SECURITY VOLUME", "US_SECURITY OPEN_INTEREST", "HK_INDEX VOLUME", "HK_INDEX OPEN_INTEREST"
    ]  # fmt: skip
    content = explorer.content
    explorer.markets = ["HK_INDEX"]
    explorer.wait(60)
    assert explorer.content is content  # what is loaded already is not loaded again
    assert "US_SECURITY" not in explorer.code().partition("isin")[2]


def test_presets_and_dates_replace_each_other() -> None:
    explorer = opened()
    explorer.preset = "1M"
    explorer.wait(60)
    assert (explorer.start, explorer.end, explorer.view.preset) == (None, None, "1M")
    explorer.start = "2026-01-02"
    explorer.wait(60)
    assert (explorer.preset, explorer.view.start) == (None, date(2026, 1, 2))
    Page(explorer).choose(preset="3M", start=None, end=None, zoom=None)
    assert explorer.view.preset == "3M"
    assert explorer.error == ""


def test_a_range_within_what_is_loaded_loads_nothing() -> None:
    explorer = opened()
    content = explorer.content
    Page(explorer).choose(start="2025-01-02", end="2025-06-30")
    assert explorer.content is content
    assert "start='2025-01-02', end='2025-06-30'" in explorer.code()
    explorer.start = "2020-01-02"
    explorer.wait(60)
    assert explorer.content is not content
    assert explorer.frame.index[0] < pd.Timestamp("2020-01-02")


def test_max_begins_with_the_first_row_of_the_source() -> None:
    explorer = opened(start=None, end="2026-06-12", preset="Max", cache=False)
    assert explorer.frame.index[0] == pd.Timestamp("2012-01-03")
    assert "missing" not in explorer.status
    assert explorer.content["loaded"]["first"] is None


def test_a_failed_load_keeps_what_is_shown_and_can_be_tried_again() -> None:
    explorer = opened()
    page = Page(explorer)
    before, code = explorer.content, explorer.code()
    page.ask("source", value="opend://127.0.0.1:9")
    assert explorer.error.startswith("ConnectionFailed")
    assert "simulator" in explorer.error
    assert explorer.retryable
    assert explorer.content is before
    assert explorer.code() == code
    page.ask("retry")
    assert explorer.error.startswith("ConnectionFailed")
    assert "known scheme" in page.ask("source", value="opned://x")["refused"]
    page.ask("source", value="simulator:?seed=7")
    assert explorer.error == ""
    assert "simulator:7" in explorer.status
    assert explorer.content["loaded"]["source"] == "simulator:?seed=7"


def test_cancel_restores_the_choices_that_are_shown() -> None:
    from pd_optstat.simulator.server import SimulatorServer

    explorer = opened(cache=False)
    page = Page(explorer)
    with SimulatorServer(until=date(2026, 6, 12), latency=30.0) as slow:
        explorer._data_source = po.explore(source=slow.url, cache=False)._data_source
        explorer.markets = ["US_SECURITY", "HK_INDEX"]
        explorer.window = 33
        assert page.ask("cancel")["note"] == "Loading was cancelled."
        assert explorer.markets == ["US_SECURITY"]
        assert explorer.window == 33
        assert not explorer.busy["loading"]
        assert explorer.error == ""
        first = po.explore(start=RANGE[0], end=RANGE[1], source=slow.url)
        Page(first).ask("cancel")
        assert first.frame is None
        assert "cancelled" in first.error
        assert first.retryable


def test_refresh_requests_only_what_is_provisional(tmp_path: Path) -> None:
    explorer = opened(cache=tmp_path)
    assert explorer.frame.attrs["optstat"]["requests"] > 1
    Page(explorer).ask("refresh")
    assert "nothing requested" in explorer.status
    assert not explorer.error
    explorer.frame.attrs["optstat"]["provisional"] = ["2026-06-11", "2026-06-12"]
    Page(explorer).ask("refresh")
    assert explorer._loaded.requests == 1  # of two days, where the range of two years needs more
    assert ": 1 request, the rest from the cache" in explorer.status


def test_the_moments_of_refreshes_follow_the_exchanges() -> None:
    def at(*parts: int) -> float:
        return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[misc]

    assert next_refresh(["US_SECURITY"], at(2026, 6, 12, 10, 0)) == at(2026, 6, 12, 13, 31)
    assert next_refresh(["US_SECURITY"], at(2026, 6, 12, 14, 0)) == at(2026, 6, 12, 20, 15)
    assert next_refresh(["US_SECURITY"], at(2026, 6, 12, 20, 15)) == at(2026, 6, 15, 13, 31)  # a weekend
    assert next_refresh(["US_SECURITY", "HK_INDEX"], at(2026, 6, 12, 20, 15)) == at(2026, 6, 15, 1, 31)
    assert next_refresh(["US_INDEX"], at(2026, 11, 26, 12, 0)) == at(2026, 11, 27, 14, 31)  # Thanksgiving


def test_auto_refresh_waits_until_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    from pd_optstat.explorer import widget

    moments = iter([time.time() + 0.2, time.time() + 3600])
    monkeypatch.setattr(widget, "next_refresh", lambda markets, now: next(moments))
    refreshed = threading.Event()
    monkeypatch.setattr(widget.Explorer, "_refresh", lambda self, message: refreshed.set())
    explorer = opened(auto_refresh=True)
    assert refreshed.wait(20)
    explorer.close()


def test_it_opens_on_frames_and_panels() -> None:
    frame = po.load("HK_SECURITY", "OPEN_INTEREST", "2025-06-12", "2026-06-12", source="simulator:", cache=False)
    explorer = frame.optstat.explore(window=5, lookback=20)
    assert explorer.status.startswith(f"SYNTHETIC · {len(frame)} rows of a frame · source simulator")
    assert explorer.content["loaded"]["given"]
    explorer.preset = "3M"
    assert "start='2026-03-12', end=None" in explorer.code()
    raw = pd.DataFrame(
        {
            "time": frame.index.strftime("%Y-%m-%d"),
            "call_value": frame["call_value"].to_numpy(),
            "put_value": frame["put_value"].to_numpy(),
        }
    )[::-1]
    assert "do not say" in raw.optstat.explore().status
    panel = po.load_panel("HK_INDEX", None, "2026-01-02", "2026-06-12", source="simulator:", cache=False)
    both = panel.optstat.explore(lookback=20)
    assert len(both.content["series"]) == 2
    both.series = ["HK_INDEX OPEN_INTEREST"]
    assert both.code().count("sha256:") == 1
    with pytest.raises(po.InvalidData):
        pd.DataFrame({"a": [1]}).optstat.explore()


def test_a_file_of_cboe_is_not_from_the_cache(tmp_path: Path) -> None:
    file = tmp_path / "spx.csv"
    file.write_text("DATE,CALL,PUT,TOTAL,P/C Ratio\n06/11/2026,100,150,250,1.5\n06/12/2026,100,50,150,0.5\n")
    explorer = po.read_cboe(file, product="SPX").optstat.explore(window=2, lookback=2)
    assert explorer.status.startswith("2 rows of a frame · source cboe · newest 2026-06-12")
    assert "cache" not in explorer.status


@pytest.mark.parametrize("rows", [0, 1])
def test_no_row_and_one_row_can_be_explored(rows: int) -> None:
    frame = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:").iloc[:rows]
    explorer = frame.optstat.explore()
    assert len(sent(explorer)) == rows
    assert ("no session in the range shown" in explorer.status) == (rows == 0)


def test_missing_counts_are_nan_and_prices_are_on_the_days_of_the_series() -> None:
    frame = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:")
    holed = frame[["call_value", "put_value"]].astype("Int64")
    holed.iloc[5] = pd.NA
    closes = pd.DataFrame({"US_SECURITY": np.arange(3.0) + 1}, ["2026-06-02", "2026-06-06", "2026-06-09"])
    rows = sent(holed.optstat.explore(prices=closes))
    assert np.isnan(rows[["call", "put"]].iloc[5]).all()
    assert rows["call"].notna().sum() == len(frame) - 1
    assert rows["price"].dropna().to_dict() == {pd.Timestamp("2026-06-02"): 1.0, pd.Timestamp("2026-06-09"): 3.0}
    both = closes.assign(HK_INDEX=9.0)
    assert sent(frame.optstat.explore(prices=both))["price"].max() == 3.0
    assert "price" not in sent(frame.optstat.explore(prices=both.rename(columns={"US_SECURITY": "US_INDEX"})))
    with pytest.raises(po.InvalidRequest, match="no column is named like a market"):
        frame.optstat.explore(prices=pd.DataFrame({"a": [1.0], "b": [2.0]}, ["2026-06-02"]))


def test_a_worker_ends_one_load_before_the_next_and_waits_for_all() -> None:
    import asyncio

    worker, events = Worker(), []

    async def load(number: int) -> None:
        events.append(("begin", number))
        try:
            await asyncio.sleep(0 if number == 2 else 60)
        finally:
            events.append(("end", number))

    started = threading.Event()
    worker.load(lambda: load(1))
    worker.run(started.set)
    assert started.wait(10)
    worker.load(lambda: load(2))
    assert worker.wait(10)
    assert events in ([("begin", 1), ("end", 1), ("begin", 2), ("end", 2)], [("begin", 2), ("end", 2)])
    worker.cancel()
    assert worker.wait(1)


def test_a_frame_with_a_time_zone_is_drawn_on_its_own_days() -> None:
    frame = po.load("HK_SECURITY", start="2026-01-05", end="2026-01-09", source="simulator:")
    explorer = frame.tz_localize("Asia/Hong_Kong").optstat.explore(window=2, lookback=3)
    days = sent(explorer).index
    assert (days[0], days[-1]) == (pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-09"))


def test_cached_days_of_the_lookback_are_used(tmp_path: Path) -> None:
    kept: dict[str, Any] = {"source": "simulator:", "cache": tmp_path}
    po.load("HK_INDEX", "VOLUME", "2026-01-05", "2026-06-12", **kept)
    explorer = po.explore("HK_INDEX", "VOLUME", "2026-03-02", "2026-06-12", offline=True, **kept).wait(60)
    assert not explorer.error
    assert explorer.frame.index[0] == pd.Timestamp("2026-01-05")
    assert not explorer.content["loaded"]["refreshable"]
    explorer.lookback = 300
    explorer.wait(60)
    assert not explorer.error
    whole = po.explore("HK_INDEX", "VOLUME", end="2026-06-12", preset="Max", offline=True, **kept).wait(60)
    assert not whole.error
    assert whole.frame.index[0] == pd.Timestamp("2026-01-05")


def test_ranges_without_sessions_and_in_the_future_are_reported() -> None:
    weekend = po.explore(start="2026-06-06", end="2026-06-07", source="simulator:").wait(60)
    assert "no session in the range shown" in weekend.status
    later = po.explore(start="2100-01-01", end="2101-01-01", source="simulator:").wait(60)
    assert "From 2100-01-01 is in the future" in later.error
    with pytest.raises(po.InvalidRequest, match="Nothing is loaded: InvalidRequest: From 2100-01-01 is in the future"):
        later.to_html()


def test_wait_ends_after_its_timeout() -> None:
    from pd_optstat.simulator.server import SimulatorServer

    with SimulatorServer(until=date(2026, 6, 12), latency=30.0) as slow:
        explorer = po.explore(start="2026-06-01", end="2026-06-12", source=slow.url)
        begin = time.monotonic()
        explorer.wait(0.4)
        assert time.monotonic() - begin < 10
        explorer.close()


@pytest.mark.parametrize(
    "use",
    [
        lambda explorer, folder: explorer.to_html(folder / "p.html").read_text("utf-8"),
        lambda explorer, folder: explorer.to_html(),
        lambda explorer, folder: explorer.save("p", folder=folder).read_text("utf-8"),
        lambda explorer, folder: explorer.code(),
    ],
)
def test_files_and_code_wait_for_the_load(use: Any, tmp_path: Path) -> None:
    def shown(text: str) -> bool:
        return "US_SECURITY" in text and "2026-06-12" in text

    explorer = po.explore(start="2026-06-01", end="2026-06-12", source="simulator:", cache=False)
    assert shown(use(explorer, tmp_path))
    explorer.start = "2019-01-02"
    assert "2019-01-02" in use(explorer, tmp_path)
    assert explorer.frame.index[0] < pd.Timestamp("2019-01-02")


def test_files_are_refused_while_a_load_takes_too_long_and_after_it_was_cancelled(tmp_path: Path) -> None:
    from pd_optstat.simulator.server import SimulatorServer

    with SimulatorServer(until=date(2026, 6, 12), latency=30.0) as slow:
        explorer = po.explore(start="2026-06-01", end="2026-06-12", source=slow.url, cache=False)
        for use in (explorer.to_html, explorer.code, explorer.save):
            with pytest.raises(
                po.InvalidRequest, match=r"Still loading after timeout=0\.2 seconds\. Call explorer\.wait"
            ):
                use(timeout=0.2)
            with pytest.raises(po.InvalidRequest, match="timeout="):
                use(timeout="long")
        explorer.close()
        with pytest.raises(po.InvalidRequest, match="Nothing is loaded: the load was cancelled"):
            explorer.to_html(tmp_path / "p.html")
        assert not (tmp_path / "p.html").exists()


def test_the_page_saves_what_it_shows_while_a_load_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = Page(opened())
    for kind in ("CSV", "HTML"):
        assert page.ask("save", name="p", format=kind)["note"].startswith("Saved")


def test_a_key_is_in_no_state_that_a_notebook_saves() -> None:
    explorer = po.explore(start="2026-06-01", end="2026-06-12", source="ws://:sesame@127.0.0.1:9").wait(60)
    assert "ConnectionFailed" in explorer.error
    assert explorer.content == {"source": "ws://127.0.0.1:9"}
    page = Page(explorer)
    for typed in ("ws://:sesame@127.0.0.1:10", "sesame", "parquet:https://127.0.0.1:9/x?signature=sesame"):
        page.ask("source", value=typed)
        assert "sesame" not in str(explorer.get_state())
        assert "sesame" not in str(ipywidgets.Widget.get_manager_state())
    assert "sesame" not in repr(explorer)
    with pytest.raises(po.InvalidRequest, match="Nothing is loaded: "):
        explorer.code()


def test_a_closed_explorer_leaves_no_widgets() -> None:
    before = set(ipywidgets.Widget.get_manager_state(drop_defaults=True)["state"])
    explorer = opened()
    explorer.close()
    state = ipywidgets.Widget.get_manager_state(drop_defaults=True)["state"]
    left = {one["model_name"] for key, one in state.items() if key not in before}
    assert all(name == "LayoutModel" for name in left), left  # layouts are shared


def test_another_widget_can_be_linked_to_a_choice() -> None:
    explorer, slider = opened(), ipywidgets.IntSlider(10, 2, 126)
    ipywidgets.link((slider, "value"), (explorer, "window"))
    slider.value = 21
    assert explorer.view.window == 21
    explorer.window = 33
    assert slider.value == 33
