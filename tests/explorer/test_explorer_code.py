"""The code that the explorer copies, also under a pin, and the files that it saves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.explorers import RANGE, Page, opened

import pd_optstat as po
from pd_optstat.explorer.model import CHOICES

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("markets", [("US_SECURITY",), ("US_SECURITY", "HK_INDEX"), ("US.AAPL",)])
def test_the_code_reproduces_the_view(markets: tuple[str, ...]) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    explorer = opened(*markets, window=7, lookback=63, metric="detrend")
    text = explorer.code()
    names: dict[str, Any] = {}
    exec(text, names)
    assert names["df"].equals(explorer.frame)
    assert names["detrend"].index[0] == pd.Timestamp(RANGE[0])
    for info in explorer.frame.attrs["optstat"].get("series") or [explorer.frame.attrs["optstat"]]:
        assert info["digest"] in text
    if len(markets) == 1:
        assert names["df"].optstat.digest() in text


#: Prints the code of each view: `cases` are pairs of a view and a content, as the page has them.
SCRIPT = """
import { readFileSync } from "node:fs";
import { writeCode } from "./code.js";
import { drawnRange, drawnSeries } from "./state.js";
const { cases, metrics } = JSON.parse(readFileSync(0, "utf8"));
const iso = (day) => (Number.isFinite(day) ? new Date(day * 864e5).toISOString().slice(0, 10) : null);
console.log(JSON.stringify(cases.map(([view, content, theme]) => {
  const shown = view.zoom ?? drawnRange(view, content.loaded).map(iso);
  return writeCode(view, content, drawnSeries(view, content), shown, theme, metrics);
})));
"""
CASES: list[dict[str, Any]] = [
    {}, {"metric": "ema", "lookback": 10}, {"lower": 0.05, "upper": 0.95, "k": 1.5},
    {"zoom": ["2025-03-04", "2025-04-04"]}, {"markets": ["HK_INDEX"]}, {"markets": ["US.AAPL"]},
    {"start": "2025-01-02", "end": "2025-02-03"}, {"theme": "dark", "k": 3.0},
    {"series": ["HK_INDEX VOLUME"]}, {"preset": "3M", "start": None, "end": None},
]  # fmt: skip


@pytest.mark.parametrize("given", [False, True], ids=["loaded", "frame"])
def test_the_page_writes_the_same_code(given: bool) -> None:
    node = shutil.which("node")
    if node is None and not os.environ.get("CI"):
        pytest.skip("no node on the PATH")
    cases, expected = [], []
    for changes in CASES:
        explorer = opened("US_SECURITY", "HK_INDEX", "US.AAPL", lookback=20)
        if given:
            explorer = explorer.frame.optstat.explore(RANGE[0], RANGE[1], lookback=20)
        Page(explorer).choose(**changes)
        view = {name: getattr(explorer, name) for name in (*CHOICES, "series", "zoom", "hidden")}
        content = {**explorer.content, "series": [_texts(one) for one in explorer.content["series"]]}
        cases.append([view, content, "dark" if explorer.theme == "dark" else "light"])
        expected.append(explorer.code())
    source = Path(__file__).parents[2] / "js" / "src"
    given_to_node = json.dumps({"cases": cases, "metrics": explorer.vocabulary["metrics"]})
    done = subprocess.run(
        [str(node), "--input-type=module", "--eval", SCRIPT], input=given_to_node, cwd=source, capture_output=True,
        text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected
    assert len(set(expected)) >= len(CASES) - 2
    assert {'plot("price"' in code for code in expected} == {False, True}


def _texts(series: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in series.items() if not isinstance(value, bytes)}


def test_titles_cannot_add_lines_to_the_code() -> None:
    frame = opened().frame[["call_value", "put_value"]]
    explorer = pd.concat({"x\nimport os": frame}, axis=1).optstat.explore()
    lines = [one["comment"] for one in explorer.content["series"]]
    assert len(lines) == 1
    assert "\n" not in lines[0]
    assert lines[0] in explorer.code().splitlines()


def test_the_code_and_the_file_follow_the_zoom(tmp_path: Path) -> None:
    explorer = opened()
    Page(explorer).choose(zoom=["2025-03-04", "2025-04-04"])
    assert "start='2025-03-04', end='2025-04-04'" in explorer.code()
    saved = pd.read_csv(explorer.save("x", folder=tmp_path))
    assert (saved["time"].iloc[0], saved["time"].iloc[-1]) == ("2025-03-04", "2025-04-04")
    explorer.window = 30
    explorer.markets = ["US_SECURITY", "HK_INDEX"]
    explorer.wait(60)
    assert explorer.zoom == ["2025-03-04", "2025-04-04"]
    explorer.preset = "3M"
    explorer.wait(60)
    assert explorer.zoom is None


def test_it_uses_an_active_pin_and_names_it_in_the_code(tmp_path: Path) -> None:
    path = tmp_path / "study.optstat"
    with po.pin(path):
        explorer = opened()
    digest = explorer.frame.attrs["optstat"]["digest"]
    assert f"po.pin({str(path)!r})" in explorer.code()
    explorer.lookback = 400  # the explorer still records after the block
    explorer.wait(60)
    longer = explorer.frame.attrs["optstat"]["digest"]
    assert po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=False).size
    with po.pin(path, "replay"):
        again = opened(offline=True)
        assert again.frame.attrs["optstat"]["digest"] == digest
        assert "from the pin" in again.status
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
    explorer.save(kind=kind)
    (path,) = folder.iterdir()
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


def test_saved_pictures_and_pages_and_names_outside_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    explorer = opened("US_SECURITY", "HK_INDEX")
    page = Page(explorer)
    assert page.ask("save", format="PNG", name="mine")["note"] == f"Saved {tmp_path / 'mine.png'}"
    assert (tmp_path / "mine.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert page.ask("save", format="HTML", name="")["note"].endswith("-synthetic.html")
    assert "outside" in page.ask("save", format="HTML", name="../other")["refused"]
    assert os.listdir(tmp_path.parent).count("other.html") == 0
    with pytest.raises(po.InvalidRequest, match="CSV"):
        explorer.save("x", "XLSX")


def test_the_html_file_holds_no_more_than_the_page_shows(tmp_path: Path) -> None:
    explorer = opened("US_SECURITY", "HK_INDEX")
    explorer.markets = ["HK_INDEX"]
    path = explorer.to_html(tmp_path / "page.html")
    text = path.read_text("utf-8")
    assert text == explorer.to_html()
    state = json.loads(text.partition('id="optstat-state">')[2].partition("</script>")[0])
    assert state["series"] == ["HK_INDEX VOLUME"]
    assert (state["start"], state["end"]) == RANGE
    assert state["content"]["loaded"]["given"]
    assert state["content"]["loaded"]["today"] == RANGE[1]
    assert [one["title"] for one in state["content"]["series"]] == ["HK_INDEX VOLUME"]
    assert text.count("</script>") == 2
    assert "default-src 'none'" in text
    path.write_text("old")
    assert explorer.to_html(path).read_text("utf-8") == text
    with pytest.raises(po.InvalidRequest, match="cannot be written"):
        explorer.to_html(tmp_path / "nowhere" / "page.html")


def run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(code, names)
    return names


def test_limits_reach_the_file_and_the_code(tmp_path: Path) -> None:
    explorer = po.explore(start="2026-01-02", end="2026-06-12", source="simulator:", lower=0.3, upper=0.7).wait(60)
    marked = explorer.frame.optstat.extremes(252, 0.3, 0.7).loc["2026-01-02":]
    saved = pd.read_csv(explorer.save("x", folder=tmp_path))
    np.testing.assert_array_equal(saved["extreme_252"], marked)
    np.testing.assert_array_equal(run(explorer.code())["metrics"]["extreme_252"], marked)


def test_the_code_has_only_the_ticked_series() -> None:
    panel = po.load_panel(["US_SECURITY", "HK_INDEX"], "VOLUME", "2026-01-02", "2026-03-12", source="simulator:")
    explorer = panel.optstat.explore(window=2, lookback=20).wait(60)
    assert explorer.code().count("sha256:") == 2
    explorer.series = ["HK_INDEX VOLUME"]
    code = explorer.code()
    assert code.count("sha256:") == 1
    names = {"df": panel}
    exec(code, names)
    assert {key[0] for key in names["metrics"].columns} == {"HK_INDEX"}


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
    explorer = frame.optstat.explore(window=2, lookback=20)
    assert "50 rows" in explorer.status
    assert "not exactly the rows that were loaded" in explorer.status
    assert frame.optstat.digest() in explorer.code()
    assert frame.attrs["optstat"]["digest"] not in explorer.code()


@pytest.mark.parametrize("name", ["a\0b", "x\ny", "..", "n" * 300, 5])
def test_invalid_file_names_are_refused(name: Any, tmp_path: Path) -> None:
    with pytest.raises(po.InvalidRequest, match="is not valid"):
        opened().save(name, folder=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} <= {"cache"}
