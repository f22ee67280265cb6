"""Loads of the simulator's numbers through a cache, and whether what they gave is right, whatever was done to it.

For the tests of faults: a load's outcome as something that JSON can hold, and the numbers that it should have had.
Modules that use the fixtures import each as its own name, which tells ruff that it is meant.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pd_optstat as po

SEED, SOURCE, ORIGIN = 7, "simulator:?seed=7", "simulator:7"
SERIES = [("US_SECURITY", "VOLUME"), ("HK_INDEX", "OPEN_INTEREST")]
MONTH = ("US_SECURITY", "VOLUME", "2024-01-02", "2024-01-31")
OTHER_MONTH = ("US_SECURITY", "VOLUME", "2023-05-02", "2023-05-31")
#: Where nothing waits for a disk; the tests that kill use a real one.
SHM = "/dev/shm" if Path("/dev/shm").is_dir() else None
#: No load here takes a tenth of it.
PATIENCE = 30

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def values(frame: Any) -> list[list[int]]:
    days = [int(f"{day:%Y%m%d}") for day in frame.index]
    return [list(row) for row in zip(days, frame["call_value"].tolist(), frame["put_value"].tolist(), strict=True)]


def try_load(*arguments: Any, **options: Any) -> list[Any]:
    """Return the kind of the outcome, and the rows or the message."""
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            frame = po.load(*arguments, progress=False, **options)
    except Exception as error:
        return [type(error).__name__, str(error), []]
    about = frame.attrs["optstat"]
    return ["frame", values(frame), [note.category.__name__ for note in told], about["requests"], about["source"]]


def forget() -> None:
    from pd_optstat.storage.cache import database
    from pd_optstat.storage.cache.store import shared_store

    database.close_databases()
    shared_store.cache_clear()


@pytest.fixture
def shm() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=SHM))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def month(shm: Path) -> Path:
    """A closed cache with one month in it."""
    po.load(*MONTH, source=SOURCE, cache=shm / "month")
    forget()
    return shm / "month"


_references: dict[tuple[Any, ...], Any] = {}


def reference(market: str, data_type: str, start: Any, end: Any, source: str = SOURCE) -> list[list[int]]:
    whole = _references.get((market, data_type, source))
    if whole is None:
        whole = po.load(market, data_type, "2008-01-01", "2026-06-30", source=source, cache=False, progress=False)
        _references[market, data_type, source] = whole
    return values(whole.loc[str(start) : str(end)])


def right_or_error(outcome: list[Any], arguments: tuple[Any, ...] = MONTH, *errors: str) -> None:
    """The one thing that holds whatever happened."""
    if outcome[0] == "frame":
        assert outcome[1] == reference(*arguments)
    else:
        assert outcome[0] in ("CacheError", *errors), outcome
        if outcome[0] == "CacheError":
            assert "cache=" in outcome[1]  # says how to go on


def sessions_in(market: str, first: Any, last: Any) -> list[str]:
    from pd_optstat.core.calendars import calendar
    from pd_optstat.core.dates import to_date, to_day
    from pd_optstat.core.markets import EXCHANGES

    found = calendar(EXCHANGES[market[:2]]).sessions(to_day(first), to_day(last))
    return [str(to_date(day)) for day in found.tolist()]


@contextlib.contextmanager
def simulator(**options: Any) -> Iterator[Any]:
    """Run a simulator without a rate limit."""
    from pd_optstat.simulator.server import SimulatorServer

    with SimulatorServer(**{"seed": SEED, "rate_limit": False} | options) as server:
        yield server
