"""The explorer's widget without a browser: controls set as a page would set them, real loads, real files."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from plotly.basedatatypes import Undefined

import pd_optstat as po
from pd_optstat.explorer.worker import Worker

RANGE = ("2024-06-12", "2026-06-12")


def opened(*markets: str, **options: Any) -> Any:
    settings = {"start": RANGE[0], "end": RANGE[1], "source": "simulator:", **options}
    return po.explore(list(markets) or "US_SECURITY", "VOLUME", **settings).wait(60)


def traces(explorer: Any) -> dict[str, Any]:
    return {trace.name: trace for trace in explorer.chart.figure.data[:12]}


def test_it_opens_with_what_was_asked_for() -> None:
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
    explorer._redraws.now(lambda: barrier.wait(10))  # the drag goes on while the worker is busy
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
    assert "last good" in explorer.error.value
    assert len(explorer.chart.figure.data) == 24  # HK_INDEX alone was the last choice that could be


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


def test_max_begins_where_the_numbers_do() -> None:
    explorer = opened(start=None, end="2026-06-12", preset="Max", cache=False)
    assert explorer.frame.index[0] == pd.Timestamp("2012-01-03")
    assert "missing" not in explorer.status.value
    assert len(traces(explorer)["z-score"].x) == len(explorer.frame)


def test_what_goes_wrong_is_said_and_the_last_good_view_stays() -> None:
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


def test_a_load_can_be_cancelled_and_another_begun(simulator: Any) -> None:
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


def test_refresh_asks_again() -> None:
    explorer = opened()
    explorer.controls.refresh.click()
    explorer.wait(60)
    assert explorer.frame.attrs["optstat"]["requests"] > 0


@pytest.mark.parametrize("markets", [("US_SECURITY",), ("US_SECURITY", "HK_INDEX")])
def test_the_copied_code_shows_the_same(markets: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    explorer = opened(*markets, window=7, lookback=63, metric="detrend")
    explorer.controls.copy.click()
    text = explorer.controls.code.value
    assert text == explorer.code() == explorer.page.request["text"]
    names: dict[str, Any] = {}
    exec(text, names)
    assert names["df"].equals(explorer.frame)
    shown = [trace for trace in explorer.chart.figure.data if trace.name == "detrended"]
    columns = names["detrend"] if len(markets) > 1 else names["detrend"].to_frame()
    for trace, name in zip(shown, columns, strict=True):
        np.testing.assert_array_equal(trace.y, columns[name].dropna() if len(markets) > 1 else columns[name])
    if len(markets) == 1:
        digest = explorer.frame.attrs["optstat"]["digest"]
        assert digest in text
        assert names["df"].optstat.digest() == digest


def test_the_zoom_is_what_the_code_draws_and_the_table_shows() -> None:
    explorer = opened()
    with explorer.chart.figure.batch_update():
        explorer.chart.figure.layout.xaxis.range = ["2025-03-03 07:12", "2025-04-04 05:00"]
    explorer.wait(60)
    assert explorer.chart.zoom == (date(2025, 3, 4), date(2025, 4, 4))
    assert "start='2025-03-04', end='2025-04-04'" in explorer.code()
    assert explorer._table.df["Day"].min() == "2025-03-04"
    explorer.controls.window.value = 30
    explorer.wait(60)
    assert explorer.chart.zoom is not None
    explorer.controls.preset.value = "3M"
    explorer.wait(60)
    assert explorer.chart.zoom is None


def test_it_follows_a_pin_and_names_it(tmp_path: Path) -> None:
    path = tmp_path / "study.optstat"
    with po.pin(path):
        explorer = opened()
    digest = explorer.frame.attrs["optstat"]["digest"]
    assert f"po.pin({str(path)!r})" in explorer.code()
    explorer.controls.lookback.value = 400  # after the block the explorer still records
    explorer.wait(60)
    longer = explorer.frame.attrs["optstat"]["digest"]
    assert po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=False).size
    with po.pin(path, "replay"):
        again = opened(offline=True)
        assert again.frame.attrs["optstat"]["digest"] == digest
        assert "from the pin" in again.status.value
        assert opened(lookback=400).frame.attrs["optstat"]["digest"] == longer
        with pytest.raises(po.OfflineMiss):
            po.load("HK_INDEX", source="simulator:")


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
    assert "does not say" in raw.optstat.explore().wait(60).status.value
    panel = po.load_panel("HK_INDEX", None, "2026-01-02", "2026-06-12", source="simulator:", cache=False)
    both = panel.optstat.explore(lookback=20).wait(60)
    assert len(both.chart.figure.data) == 24
    both.controls.series[0].value = False
    both.wait(60)
    assert len(both.chart.figure.data) == 12
    with pytest.raises(po.InvalidData):
        pd.DataFrame({"a": [1]}).optstat.explore()


@pytest.mark.parametrize("markets", [("US_SECURITY",), ("US_SECURITY", "HK_INDEX")])
@pytest.mark.parametrize(("kind", "read"), [("CSV", pd.read_csv), ("Parquet", pd.read_parquet)])
def test_saved_numbers_are_those_of_the_view(
    markets: tuple[str, ...],
    kind: str,
    read: Callable[[Path], pd.DataFrame],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    monkeypatch.chdir(folder)
    explorer = opened(*markets, window=7, lookback=63)
    explorer.controls.format.value = kind
    explorer.controls.save.click()
    explorer.wait(60)
    (path,) = folder.iterdir()
    assert str(path) in explorer.status.value
    assert "synthetic" in path.name
    saved = read(path)
    assert set(saved["source"]) == {"simulator:3301"}
    assert set(saved["market"]) == set(markets)
    whole = (
        explorer.frame
        if len(markets) == 1
        else po.load("US_SECURITY", "VOLUME", "2023-01-03", RANGE[1], source="simulator:")
    )
    expected = whole.optstat.metrics((7, 63), lookback=63).loc[slice(*RANGE)]
    own = saved[saved["market"] == "US_SECURITY"]
    np.testing.assert_allclose(own["zscore_63"], expected["zscore_63"], rtol=1e-12)
    assert len(own) == len(expected)


def test_saved_pictures_and_names_that_lead_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    explorer = opened("US_SECURITY", "HK_INDEX")
    explorer.controls.format.value = "PNG"
    explorer.controls.name.value = "mine"
    explorer.controls.save.click()
    explorer.wait(60)
    assert (tmp_path / "mine.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    explorer.controls.name.value = "../other"
    explorer.controls.save.click()
    explorer.wait(60)
    assert "outside" in explorer.error.value
    assert os.listdir(tmp_path.parent).count("other.png") == 0
    with pytest.raises(po.InvalidRequest, match="CSV"):
        explorer.save("x", "XLSX")


def test_keys_stay_out_of_the_page() -> None:
    explorer = po.explore(start="2026-06-01", end="2026-06-12", source="ws://:sesame@127.0.0.1:9").wait(60)
    assert "ConnectionFailed" in explorer.error.value
    explorer.controls.source.value = "ws://:sesame@127.0.0.1:10"
    explorer.wait(60)
    for widget in po_widgets(explorer):
        assert "sesame" not in str(widget.get_state())
    assert "sesame" not in repr(explorer)
    with pytest.raises(po.InvalidRequest, match="Nothing is loaded yet"):
        explorer.code()
    explorer.controls.copy.click()
    assert "Nothing is loaded yet" in explorer.error.value


def po_widgets(widget: Any) -> list[Any]:
    return [widget, *(one for child in getattr(widget, "children", ()) for one in po_widgets(child))]


def test_every_control_has_a_label() -> None:
    import ipywidgets as w

    controls = [
        one
        for one in po_widgets(opened())
        if isinstance(
            one,
            w.Button
            | w.IntSlider
            | w.Dropdown
            | w.Text
            | w.Checkbox
            | w.DatePicker
            | w.ToggleButtons
            | w.Combobox
            | w.Textarea,
        )
    ]
    assert len(controls) > 20
    for control in controls:
        assert control.description, control


def test_the_theme_follows_the_page() -> None:
    explorer = opened()
    explorer.page.dark = True
    explorer.wait(60)
    assert explorer.chart.figure.layout.paper_bgcolor == "#15181C"
    assert "theme='dark'" in explorer.code()
    explorer.controls.theme.value = "light"
    explorer.wait(60)
    assert explorer.chart.figure.layout.paper_bgcolor == "#FFFFFF"


def test_the_page_tells_whether_it_copied() -> None:
    explorer = opened()
    explorer.controls.copy.click()
    explorer.page.answer = {"number": 1, "done": True}
    assert "Copied" in explorer.status.value
    explorer.controls.copy.click()
    explorer.page.answer = {"number": 2, "done": False}
    assert re.search("select it", explorer.status.value)


def test_a_worker_ends_one_load_before_the_next_and_waits_for_all() -> None:
    import asyncio

    worker, told = Worker(0.0), []

    async def load(number: int) -> None:
        told.append(("begin", number))
        try:
            await asyncio.sleep(0 if number == 2 else 60)
        finally:
            told.append(("end", number))

    started = threading.Event()
    worker.load(lambda: load(1))
    worker.now(started.set)
    assert started.wait(10)
    worker.load(lambda: load(2))
    assert worker.wait(10)
    assert told in ([("begin", 1), ("end", 1), ("begin", 2), ("end", 2)], [("begin", 2), ("end", 2)])
    worker.cancel()
    assert worker.wait(1)


def test_what_is_sent_to_the_page_is_whole() -> None:
    """Where a page keeps what it was sent for its next view, plotly's "leave this as it is" would become a value."""
    explorer = opened()
    sent: list[dict[str, Any]] = []
    explorer.chart.figure.observe(lambda change: sent.append(change["new"]), "_py2js_update")
    explorer.controls.window.value = 21
    explorer.wait(60)
    explorer.controls.lookback.value = 63
    explorer.wait(60)
    explorer.controls.theme.value = "dark"
    explorer.wait(60)
    messages = [message for message in sent if message]
    assert len(messages) >= 3
    data = explorer.chart.figure.data
    for message in messages:
        for name, values in message["style_data"].items():
            assert len(values) == len(message["style_traces"]), name
            assert not any(value is Undefined for value in values), name
    for number, name in zip(messages[0]["style_traces"], messages[0]["style_data"]["name"], strict=True):
        assert name == data[number].name


def run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(code, names)
    return names


def test_a_frame_with_a_time_zone_is_drawn_on_its_own_days() -> None:
    frame = po.load("HK_SECURITY", start="2026-01-05", end="2026-01-09", source="simulator:")
    explorer = frame.tz_localize("Asia/Hong_Kong").optstat.explore(window=2, lookback=3).wait(60)
    first, last = (np.datetime64(day, "ms").astype(float) for day in ("2026-01-05", "2026-01-09"))
    x = traces(explorer)["calls"].x
    assert (x[0], x[-1]) == (first, last)


def test_limits_reach_the_file_and_the_code(tmp_path: Path) -> None:
    explorer = po.explore(start="2026-01-02", end="2026-06-12", source="simulator:", lower=0.3, upper=0.7).wait(60)
    marked = explorer._contents[0].extreme
    saved = pd.read_csv(explorer.save("x", folder=tmp_path))
    np.testing.assert_array_equal(saved["extreme_252"], marked)
    np.testing.assert_array_equal(run(explorer.code())["metrics"]["extreme_252"], marked)


def test_code_is_of_the_series_that_are_ticked() -> None:
    panel = po.load_panel(["US_SECURITY", "HK_INDEX"], "VOLUME", "2026-01-02", "2026-03-12", source="simulator:")
    explorer = panel.optstat.explore(window=2, lookback=20).wait(60)
    assert explorer.code().count("sha256:") == 2
    explorer.controls.series[0].value = False
    explorer.wait(60)
    code = explorer.code()
    assert code.count("sha256:") == 1
    names = {"df": panel}
    exec(code, names)
    assert {key[0] for key in names["metrics"].columns} == {"HK_INDEX"}
    explorer.controls.series[1].value = False
    explorer.wait(60)
    assert "Choose at least one series" in explorer.error.value


def test_code_under_a_pin_replays_markets_that_ended_on_other_days(tmp_path: Path) -> None:
    with po.pin(tmp_path / "q.optstat"):
        explorer = po.explore(["US_SECURITY", "HK_INDEX"], preset="1M", source="simulator:").wait(60)
    code = explorer.code()
    assert "q.optstat" in code
    call = next(line for line in code.splitlines() if line.startswith("df ="))
    with po.pin(tmp_path / "q.optstat", mode="replay"):
        again = eval(call.removeprefix("df ="), {"po": po})
    pd.testing.assert_frame_equal(again, explorer.frame)


def test_an_exponential_mean_does_not_depend_on_where_the_range_begins() -> None:
    found = []
    for start in ("2026-06-01", "2023-06-01"):
        explorer = po.explore(
            "US_INDEX", start=start, end="2026-06-12", window=126, lookback=20, metric="ema", source="simulator:"
        ).wait(60)
        found.append(traces(explorer)["exponential mean"].y[-9:])
    np.testing.assert_allclose(*found, rtol=1e-5)


def test_a_frame_that_was_changed_is_not_called_that_of_the_load() -> None:
    frame = po.load("US_SECURITY", start="2026-01-02", end="2026-06-12", source="simulator:").iloc[10:60]
    explorer = frame.optstat.explore(window=2, lookback=20).wait(60)
    assert "50 rows" in explorer.status.value
    assert "not, or not all, the rows that were loaded" in explorer.status.value
    assert frame.optstat.digest() in explorer.code()
    assert frame.attrs["optstat"]["digest"] not in explorer.code()


def test_what_is_held_of_the_lookback_is_used(tmp_path: Path) -> None:
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
def test_what_means_nothing_is_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(po.InvalidRequest):
        po.explore(source="simulator:", **options)


def test_choices_that_leave_nothing_are_said() -> None:
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


def test_days_without_sessions_and_days_to_come_are_said() -> None:
    weekend = po.explore(start="2026-06-06", end="2026-06-07", source="simulator:").wait(60)
    assert "no session in the range shown" in weekend.status.value
    later = po.explore(start="2100-01-01", end="2101-01-01", source="simulator:").wait(60)
    assert "From 2100-01-01 lies in the future" in later.error.value


def test_a_zoom_is_within_what_is_shown() -> None:
    explorer = opened()
    first = explorer._shown()[0]
    explorer.chart.figure.layout.xaxis.range = ["2100-01-01", "1999-01-01"]
    explorer.wait(60)
    assert explorer._shown() == (first, date(2026, 6, 12))
    explorer.chart.figure.layout.xaxis.range = [np.datetime64("2026-06-01", "ms").astype(float).item()] * 2
    assert explorer._shown()[0] == date(2026, 6, 1)


@pytest.mark.parametrize("name", ["a\0b", "x\ny", "..", "n" * 300, 5])
def test_names_that_are_none_are_refused(name: Any, tmp_path: Path) -> None:
    with pytest.raises(po.InvalidRequest, match="is no name"):
        opened().save(name, folder=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} <= {"cache"}


def test_a_closed_explorer_leaves_no_widgets() -> None:
    import ipywidgets as w

    before = set(w.Widget.get_manager_state(drop_defaults=True)["state"])
    explorer = opened()
    explorer.wait(60)
    explorer.close()
    left = {
        one["model_name"]
        for key, one in w.Widget.get_manager_state(drop_defaults=True)["state"].items()
        if key not in before
    }
    assert all(name == "LayoutModel" or "Style" in name for name in left), left  # what they look like is shared


def test_waiting_ends_when_it_said() -> None:
    from pd_optstat.simulator.server import SimulatorServer

    with SimulatorServer(until=date(2026, 6, 12), latency=30.0) as slow:
        explorer = po.explore(start="2026-06-01", end="2026-06-12", source=slow.url)
        begin = time.monotonic()
        explorer.wait(0.4)
        assert time.monotonic() - begin < 0.8
        explorer.close()
