"""Fixtures for tests of `load`: an adjustable clock, the requested windows, and changed answers."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from pd_optstat.sources.simulator import Simulator

SOURCE = "simulator:?seed=7"
ARGUMENTS = ("US_SECURITY", "VOLUME")


@pytest.fixture(name="clock")
def turned_clock(monkeypatch):
    """Set the time with ``clock("2026-06-12T21:00Z")``; it starts in November 2026."""

    class Clock:
        now = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()

        def __call__(self, moment):
            self.now = pd.Timestamp(moment).timestamp()

    turned = Clock()
    monkeypatch.setattr(time, "time", lambda: turned.now)
    return turned


@pytest.fixture(name="asked")
def windows_asked(monkeypatch):
    """Return the list of requested windows, each as the text ``FIRST..LAST``."""
    log = []
    pages = Simulator.pages

    def record(self, queries, waiting):
        log.extend(str(query).split()[-1] for query in queries)
        yield from pages(self, queries, waiting)

    monkeypatch.setattr(Simulator, "pages", record)
    return log


def about(frame):
    return frame.attrs["optstat"]


def altered(monkeypatch, change):
    """Make the simulator replace columns of each page by those that `change(page)` returns."""
    from dataclasses import replace

    pages = Simulator.pages

    def changed(self, queries, waiting):
        for query, page in pages(self, queries, waiting):
            yield query, replace(page, **{name: np.array(values) for name, values in change(page).items()})

    monkeypatch.setattr(Simulator, "pages", changed)
