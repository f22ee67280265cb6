"""Frames of results: each is its own, however often the same rows are asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import pd_optstat as po

ARGUMENTS = ("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12")


@pytest.fixture
def load(tmp_path):
    return lambda: po.load(*ARGUMENTS, source="simulator:", cache=tmp_path)


def write_everywhere(frame):
    """Change all that a frame lets its owner change in place."""
    frame.columns.name = "field"
    frame.index.name = "day"
    frame.attrs["optstat"]["missing"].append("2026-06-01")
    frame.attrs["optstat"]["digest"] = ""
    for name in frame.columns:
        frame[name] = 0
    for array in (frame.index.values, frame.columns.values, frame.index.asi8):
        if getattr(getattr(array, "flags", None), "writeable", False):
            array[:] = array[::-1].copy()


@pytest.mark.parametrize("times", [1, 2, 3])
def test_what_is_written_to_one_frame_reaches_no_other(load, times):
    right = po.load(*ARGUMENTS, source="simulator:", cache=False)
    for _ in range(times):
        write_everywhere(load())
    again = load()
    pd.testing.assert_frame_equal(again, right)
    assert (again.index.name, again.columns.name) == ("time", None)
    assert again.attrs["optstat"]["digest"] == again.optstat.digest()
    assert again.attrs["optstat"]["missing"] == []
    assert not any(np.shares_memory(again[name].to_numpy(), load()[name].to_numpy()) for name in again)
