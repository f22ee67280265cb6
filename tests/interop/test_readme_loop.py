"""The README's loop around the vendor's SDK does what the line below it does."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from support.checked_loads import simulator

import pd_optstat as po

pytestmark = pytest.mark.vendor

README = Path(__file__).parents[2] / "README.md"


def test_both_halves_give_the_same_rows(tmp_path, monkeypatch):
    futu = pytest.importorskip("futu")
    (code,) = re.findall(r"```python\n(# Before: .*?)```", README.read_text("utf-8"), re.DOTALL)
    before, after = code.split("# After: ")
    names = {name: getattr(futu, name) for name in ("OptionMarket", "OptionStatisticDataType", "RET_OK")}
    monkeypatch.setenv("HOME", str(tmp_path))  # the SDK logs there
    futu.SysConfig.set_all_thread_daemon(True)
    with simulator(page_size=100) as server:
        context = futu.OpenQuoteContext(host="127.0.0.1", port=server.port)
        monkeypatch.setenv("PD_OPTSTAT_SOURCE", server.url)
        monkeypatch.setenv("PD_OPTSTAT_CACHE_DIR", str(tmp_path / "cache"))
        names |= {"context": context, "date": date, "timedelta": timedelta, "pd": pd, "po": po}
        try:
            exec(before, names)
            loop = names["df"]
            exec(f"# {after}", names)
        finally:
            context.close()
    load = names["df"]
    # Whether the session of today is over depends on the clock.
    loop = loop[loop["time"] <= f"{load.index[-1]:%Y-%m-%d}"]
    assert loop["time"].tolist() == [f"{day:%Y-%m-%d}" for day in load.index]
    for column in ("call_value", "put_value", "total_value"):
        assert loop[column].tolist() == load[column].tolist()
