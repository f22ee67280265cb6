"""The code that the explorer copies, also under a pin, and the files that it saves."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.explorers import RANGE, opened

import pd_optstat as po

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("markets", [("US_SECURITY",), ("US_SECURITY", "HK_INDEX")])
def test_the_copied_code_reproduces_the_view(markets: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_the_code_and_the_table_follow_the_zoom() -> None:
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


def test_another_arrangement_or_series_keeps_the_zoom() -> None:
    explorer = opened("US_SECURITY", "HK_INDEX")
    with explorer.chart.figure.batch_update():
        explorer.chart.figure.layout.xaxis.range = ["2025-03-03 07:12", "2025-04-04 05:00"]
    kept = tuple(explorer.chart.figure.layout.xaxis.range)
    explorer.controls.arrangement.value = "stacked"
    explorer.wait(60)
    assert explorer.chart.figure.layout.xaxis.range == kept
    explorer.controls.arrangement.value = "side by side"
    explorer.controls.data_types[1].value = True
    explorer.wait(60)
    assert explorer.error.value == ""
    assert {one.range for one in explorer.chart.figure.select_xaxes()} == {kept}
    assert explorer.chart.zoom == (date(2025, 3, 4), date(2025, 4, 4))
    assert len(explorer.chart.figure.data) == 4 * 12


def test_it_uses_an_active_pin_and_names_it_in_the_code(tmp_path: Path) -> None:
    path = tmp_path / "study.optstat"
    with po.pin(path):
        explorer = opened()
    digest = explorer.frame.attrs["optstat"]["digest"]
    assert f"po.pin({str(path)!r})" in explorer.code()
    explorer.controls.lookback.value = 400  # the explorer still records after the block
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


@pytest.mark.slow
def test_saved_pictures_and_names_outside_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(code, names)
    return names


def test_limits_reach_the_file_and_the_code(tmp_path: Path) -> None:
    explorer = po.explore(start="2026-01-02", end="2026-06-12", source="simulator:", lower=0.3, upper=0.7).wait(60)
    marked = explorer._plots[0].extreme
    saved = pd.read_csv(explorer.save("x", folder=tmp_path))
    np.testing.assert_array_equal(saved["extreme_252"], marked)
    np.testing.assert_array_equal(run(explorer.code())["metrics"]["extreme_252"], marked)


def test_the_code_has_only_the_ticked_series() -> None:
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


def test_a_changed_frame_is_not_described_as_that_of_the_load() -> None:
    frame = po.load("US_SECURITY", start="2026-01-02", end="2026-06-12", source="simulator:").iloc[10:60]
    explorer = frame.optstat.explore(window=2, lookback=20).wait(60)
    assert "50 rows" in explorer.status.value
    assert "not exactly the rows that were loaded" in explorer.status.value
    assert frame.optstat.digest() in explorer.code()
    assert frame.attrs["optstat"]["digest"] not in explorer.code()


@pytest.mark.parametrize("name", ["a\0b", "x\ny", "..", "n" * 300, 5])
def test_invalid_file_names_are_refused(name: Any, tmp_path: Path) -> None:
    with pytest.raises(po.InvalidRequest, match="is not valid"):
        opened().save(name, folder=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} <= {"cache"}
