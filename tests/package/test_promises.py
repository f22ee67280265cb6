"""Promises of the README and the documentation that no other test holds; `docs/promises.md` lists all of them."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import pd_optstat as po
from pd_optstat.core.dates import to_day
from pd_optstat.sources.simulator import Simulator

ROOT = Path(__file__).parents[2]
SERIES = ("US_SECURITY", "VOLUME")
RANGE = ("2026-06-01", "2026-06-12")

EVERYTHING = """
import pd_optstat as po
series = "US_SECURITY", "VOLUME", "2026-01-02", "2026-06-12"
from pd_optstat.simulator.server import SimulatorServer
with SimulatorServer() as server:
    frame = po.load(*series, source=server.url)
po.load_panel("HK_INDEX", start="2026-06-01", end="2026-06-12", source="simulator:")
po.update()
with po.pin("study.optstat"):
    po.load(*series, source="simulator:")
po.Cache().export("archive", source=None)
po.load(*series, source="parquet:archive")
frame.optstat.metrics(windows=(5,), lookback=20)
po.Cache().verify()
"""


@pytest.mark.slow
def test_only_the_cache_is_written_to_the_home_folder(tmp_path):
    home, work = tmp_path / "user", tmp_path / "work"
    for folder in (home, work):
        folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PD_OPTSTAT", "XDG"))}
    subprocess.run(
        [sys.executable, "-c", EVERYTHING], cwd=work, env=environment | {"HOME": str(home)}, check=True, timeout=120
    )
    cache = home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "pd_optstat"
    written = [path for path in home.rglob("*") if path.is_file()]
    assert cache / "cache.db" in written
    assert [path for path in written if not path.is_relative_to(cache)] == []


def test_the_cache_evicts_nothing(tmp_path):
    po.load(*SERIES, *RANGE, source="simulator:", cache=tmp_path / "cache")
    with sqlite3.connect(tmp_path / "cache" / "cache.db") as database:
        settings = dict(database.execute("SELECT key, value FROM Settings").fetchall())
    database.close()
    assert (settings["eviction_policy"], settings["cull_limit"]) == ("none", 0)
    assert settings["size_limit"] >= 2**60


def test_no_load_falls_back_to_synthetic_data(tmp_path):
    po.load(*SERIES, *RANGE, source="simulator:", cache=tmp_path)
    with pytest.raises(po.ConnectionFailed, match="No OpenD answers"):
        po.load(*SERIES, *RANGE, source="opend://127.0.0.1:1", cache=tmp_path)
    with pytest.raises(po.OfflineMiss):
        po.load(*SERIES, *RANGE, source="opend://127.0.0.1:1", cache=tmp_path, offline=True)


def test_a_row_that_the_server_no_longer_gives_is_kept_with_a_warning(tmp_path, monkeypatch):
    before = po.load(*SERIES, *RANGE, source="simulator:", cache=tmp_path)
    pages = Simulator.pages

    def without(self, queries, waiting):
        names = ("days", "timestamps", "calls", "puts", "totals", "ratios")
        for query, page in pages(self, queries, waiting):
            keep = page.days != to_day(date(2026, 6, 9))
            yield query, replace(page, **{name: np.asarray(getattr(page, name))[keep] for name in names})

    monkeypatch.setattr(Simulator, "pages", without)
    with pytest.warns(po.DataWarning, match="no longer gives 2026-06-09; the earlier values were kept"):
        after = po.load(*SERIES, *RANGE, source="simulator:", cache=tmp_path, refresh=True)
    assert after.equals(before)


def test_ten_years_in_a_pin_take_about_20_kb(tmp_path):
    path = tmp_path / "study.optstat"
    with po.pin(path):
        recorded = po.load(*SERIES, "2016-06-13", "2026-06-12", source="simulator:", cache=False)
    assert 15_000 < path.stat().st_size < 25_000
    path.with_name("study.optstat.lock").unlink()
    with po.pin(path, "replay"):
        assert po.load(*SERIES, "2016-06-13", "2026-06-12", source="simulator:").equals(recorded)


def test_key_files_are_at_most_64_kib(tmp_path):
    key = tmp_path / "key.pem"
    key.write_text("-----BEGIN RSA PRIVATE KEY-----\n" + "A" * 2**16)
    with pytest.raises(po.InvalidRequest, match="more than 64 kB"):
        po.OpenD("gateway", rsa_key=key)


def test_the_messages_that_the_page_of_opend_explains_exist():
    """Each text between dots of the first column is part of a message of the package."""
    page = (ROOT / "docs" / "opend.md").read_text("utf-8")
    messages = re.findall(r"^\| `(\w+): ([^`]+)` \|", page, re.MULTILINE)
    assert len(messages) == 7
    source = " ".join(path.read_text("utf-8") for path in (ROOT / "pd_optstat" / "opend").glob("*.py"))
    source = re.sub(r'"\s+f?"', "", source)
    for error, text in messages:
        assert error in po.__all__
        for part in filter(None, (one.strip() for one in text.replace(" 5 s", "").split("…"))):
            assert part in source


def test_the_second_type_of_an_underlying_costs_no_request(tmp_path):
    asked = {"start": "2026-01-02", "end": "2026-06-12", "source": "simulator:", "cache": tmp_path}
    assert po.load("US.AAPL", "VOLUME", **asked).attrs["optstat"]["requests"] == 1
    assert po.load("US.AAPL", "OPEN_INTEREST", **asked).attrs["optstat"]["requests"] == 0
