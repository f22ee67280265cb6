"""The explorer's widget without a browser: controls set as the page sets them, with real loads and files."""

from __future__ import annotations

import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.explorers import RANGE, opened, traces

import pd_optstat as po
from pd_optstat.explorer.worker import Worker


def test_it_opens_with_the_arguments_given() -> None:
    explorer = opened(window=7, lookback=63, metric="percentile")
    expected = po.load("US_SECURITY", "VOLUME", "2023-01-03", "2026-06-12", source="simulator:")
    shown = traces(explorer)["percentile"]
    np.testing.assert_array_equal(shown.y, expected.optstat.percentile(63).loc[slice(*RANGE)].to_numpy())
    assert "SYNTHETIC" in explorer.status.value
    assert not explorer.error.value
    assert "newest 2026-06-12" in explorer.status.value
    assert explorer.page.summary.startswith("US_SECURITY VOLUME")


@pytest.mark.parametrize(
    "argument", [{"metric": "rsi"}, {"window": 0}, {"preset": "2W"}, {"source": "sim:"}, {"start": "x"}]
)
def test_bad_arguments_are_refused_at_once(argument: dict[str, Any]) -> None:
    with pytest.raises(po.InvalidRequest):
        opened(**argument)


def test_sliders_redraw_without_loading_unless_the_lookback_needs_more() -> None:
    explorer = opened(lookback=63)
    before = explorer.frame
    explorer.controls.window.value = 21
    explorer.wait(60)
    assert explorer.frame is before
    np.testing.assert_array_equal(traces(explorer)["mean 21"].y, before.optstat.bands(21)["middle"].loc[slice(*RANGE)])
    explorer.controls.lookback.value = 500
    explorer.wait(60)
    assert len(explorer.frame) > len(before) + 400
    assert not np.isnan(np.asarray(traces(explorer)["z-score"].y)).any()


def test_a_burst_of_changes_is_drawn_once() -> None:
    explorer = opened()
    drawn: list[int] = []
    show = explorer.chart.show
    explorer.chart.show = lambda *args, **options: (drawn.append(args[1].window), show(*args, **options))
    barrier = threading.Event()
    explorer._redraws.run(lambda: barrier.wait(10))  # keep the worker busy during the drag
    for window in range(20, 60):
        explorer.controls.window.value = window
    barrier.set()
    explorer.wait(60)
    assert drawn == [59]


def test_markets_and_types_are_loaded_as_they_are_ticked() -> None:
    explorer = opened()
    tick = {check.description: check for check in (*explorer.controls.markets, *explorer.controls.data_types)}
    tick["HK_INDEX"].value = True
    tick["OPEN_INTEREST"].value = True
    explorer.wait(60)
    assert len(explorer.chart.figure.data) == 48
    assert explorer.frame.columns.nlevels == 3
    tick["US_SECURITY"].value = tick["HK_INDEX"].value = False
    explorer.wait(60)
    assert "at least one market" in explorer.error.value
    assert "last valid" in explorer.error.value
    assert len(explorer.chart.figure.data) == 24  # the last valid choice: HK_INDEX alone


def test_presets_and_dates_replace_each_other() -> None:
    explorer = opened()
    explorer.controls.preset.value = "1M"
    explorer.wait(60)
    assert explorer.controls.start.value is None
    assert explorer.view.preset == "1M"
    explorer.controls.start.value = date(2026, 1, 2)
    explorer.wait(60)
    assert explorer.controls.preset.value is None
    assert explorer.view.start == date(2026, 1, 2)
    explorer.controls.end.value = date(2025, 1, 2)
    explorer.wait(60)
    assert "Swap" in explorer.error.value
    assert explorer.view.end is None


def test_max_begins_with_the_first_row_of_the_source() -> None:
    explorer = opened(start=None, end="2026-06-12", preset="Max", cache=False)
    assert explorer.frame.index[0] == pd.Timestamp("2012-01-03")
    assert "missing" not in explorer.status.value
    assert len(traces(explorer)["z-score"].x) == len(explorer.frame)


def test_an_error_is_shown_and_the_last_valid_plot_stays() -> None:
    explorer = opened()
    before = np.array(traces(explorer)["z-score"].y)
    explorer.controls.source.value = "opend://127.0.0.1:9"
    explorer.wait(60)
    assert "ConnectionFailed" in explorer.error.value
    assert "simulator" in explorer.error.value
    np.testing.assert_array_equal(traces(explorer)["z-score"].y, before)
    assert explorer.code().count("simulator:") == 1  # of the view that is shown
    explorer.controls.source.value = "opned://x"
    assert "InvalidRequest" in explorer.error.value
    explorer.controls.source.value = "simulator:?seed=7"
    explorer.wait(60)
    assert not explorer.error.value
    assert "simulator:7" in explorer.status.value
    explorer.controls.metric.value = "detrend"
    explorer.controls.window.value = 126
    explorer.controls.lookback.value = 100
    explorer.wait(60)
    assert "Window 126 is not shorter than Lookback 100" in explorer.error.value


def test_a_load_can_be_cancelled_and_another_started(simulator: Any) -> None:
    from pd_optstat.simulator.server import SimulatorServer

    with SimulatorServer(until=date(2026, 6, 12), latency=30.0) as slow:
        explorer = po.explore(start=RANGE[0], end=RANGE[1], source=slow.url)
        explorer.controls.cancel.click()
        explorer.wait(20)
        assert explorer.frame is None
        assert explorer.controls.cancel.disabled
        assert "cancelled" in explorer.error.value.lower()
    explorer.controls.source.value = "simulator:"
    explorer.wait(60)
    assert explorer.frame is not None
    assert not explorer.error.value


def test_refresh_requests_again() -> None:
    explorer = opened()
    explorer.controls.refresh.click()
    explorer.wait(60)
    assert explorer.frame.attrs["optstat"]["requests"] > 0


def test_it_opens_on_frames_and_panels() -> None:
    frame = po.load("HK_SECURITY", "OPEN_INTEREST", "2025-06-12", "2026-06-12", source="simulator:", cache=False)
    explorer = frame.optstat.explore(window=5, lookback=20).wait(60)
    np.testing.assert_array_equal(traces(explorer)["z-score"].y, frame.optstat.zscore(20).to_numpy())
    explorer.controls.preset.value = "3M"
    explorer.wait(60)
    assert len(traces(explorer)["z-score"].y) == len(frame.loc["2026-03-12":])
    raw = pd.DataFrame(
        {
            "time": frame.index.strftime("%Y-%m-%d"),
            "call_value": frame["call_value"].to_numpy(),
            "put_value": frame["put_value"].to_numpy(),
        }
    )[::-1]
    assert "do not say" in raw.optstat.explore().wait(60).status.value
    panel = po.load_panel("HK_INDEX", None, "2026-01-02", "2026-06-12", source="simulator:", cache=False)
    both = panel.optstat.explore(lookback=20).wait(60)
    assert len(both.chart.figure.data) == 24
    both.controls.series[0].value = False
    both.wait(60)
    assert len(both.chart.figure.data) == 12
    with pytest.raises(po.InvalidData):
        pd.DataFrame({"a": [1]}).optstat.explore()


def test_a_worker_ends_one_load_before_the_next_and_waits_for_all() -> None:
    import asyncio

    worker, events = Worker(0.0), []

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
    explorer = frame.tz_localize("Asia/Hong_Kong").optstat.explore(window=2, lookback=3).wait(60)
    first, last = (np.datetime64(day, "ms").astype(float) for day in ("2026-01-05", "2026-01-09"))
    x = traces(explorer)["calls"].x
    assert (x[0], x[-1]) == (first, last)


def test_an_exponential_mean_does_not_depend_on_the_start_of_the_range() -> None:
    found = []
    for start in ("2026-06-01", "2023-06-01"):
        explorer = po.explore(
            "US_INDEX", start=start, end="2026-06-12", window=126, lookback=20, metric="ema", source="simulator:"
        ).wait(60)
        found.append(traces(explorer)["exponential mean"].y[-9:])
    np.testing.assert_allclose(*found, rtol=1e-5)


def test_cached_days_of_the_lookback_are_used(tmp_path: Path) -> None:
    kept: dict[str, Any] = {"source": "simulator:", "cache": tmp_path}
    po.load("HK_INDEX", "VOLUME", "2026-01-05", "2026-06-12", **kept)
    explorer = po.explore("HK_INDEX", "VOLUME", "2026-03-02", "2026-06-12", offline=True, **kept).wait(60)
    assert not explorer.error.value
    assert explorer.frame.index[0] == pd.Timestamp("2026-01-05")
    assert explorer.controls.refresh.disabled
    explorer.controls.lookback.value = 300
    explorer.wait(60)
    assert not explorer.error.value
    whole = po.explore("HK_INDEX", "VOLUME", end="2026-06-12", preset="Max", offline=True, **kept).wait(60)
    assert not whole.error.value
    assert whole.frame.index[0] == pd.Timestamp("2026-01-05")


@pytest.mark.parametrize(
    "options",
    [
        {"lower": 0.9, "upper": 0.1}, {"k": -1}, {"k": float("nan")}, {"as_of": "yesterday"}, {"offline": "no"},
        {"as_of": "2026-06-12", "cache": False}, {"preset": "1Y", "start": "2025-01-01"},
    ],
)  # fmt: skip
def test_invalid_options_are_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(po.InvalidRequest):
        po.explore(source="simulator:", **options)


def test_choices_that_leave_nothing_show_an_error() -> None:
    explorer = opened()
    for check in explorer.controls.markets:
        check.value = False
    explorer.controls.preset.value = "3M"
    explorer.wait(60)
    assert "at least one market" in explorer.error.value
    explorer.controls.markets[0].value = True
    explorer.controls.start.value = date(2026, 3, 2)
    explorer.controls.end.value = date(2026, 6, 12)
    explorer.wait(60)
    assert not explorer.error.value
    explorer.controls.start.value = explorer.controls.end.value = None
    explorer.wait(60)
    assert "From and To are empty" in explorer.error.value


def test_ranges_without_sessions_and_in_the_future_are_reported() -> None:
    weekend = po.explore(start="2026-06-06", end="2026-06-07", source="simulator:").wait(60)
    assert "no session in the range shown" in weekend.status.value
    later = po.explore(start="2100-01-01", end="2101-01-01", source="simulator:").wait(60)
    assert "From 2100-01-01 is in the future" in later.error.value


def test_a_zoom_is_within_what_is_shown() -> None:
    explorer = opened()
    first = explorer._shown_days()[0]
    explorer.chart.figure.layout.xaxis.range = ["2100-01-01", "1999-01-01"]
    explorer.wait(60)
    assert explorer._shown_days() == (first, date(2026, 6, 12))
    explorer.chart.figure.layout.xaxis.range = [np.datetime64("2026-06-01", "ms").astype(float).item()] * 2
    assert explorer._shown_days()[0] == date(2026, 6, 1)


def test_wait_ends_after_its_timeout() -> None:
    from pd_optstat.simulator.server import SimulatorServer

    with SimulatorServer(until=date(2026, 6, 12), latency=30.0) as slow:
        explorer = po.explore(start="2026-06-01", end="2026-06-12", source=slow.url)
        begin = time.monotonic()
        explorer.wait(0.4)
        assert time.monotonic() - begin < 10
        explorer.close()
