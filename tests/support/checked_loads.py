"""Loads of synthetic numbers through a damaged or contended cache, compared with the right numbers.

Outcomes are values that JSON can represent, for loads in child processes. Modules that use the fixtures import each
``as`` its own name, so that ruff does not report an unused import.
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
#: In memory, so that tests do not wait for a disk. Tests that kill processes use a real one.
SHM = "/dev/shm" if Path("/dev/shm").is_dir() else None
#: Seconds, ten times as long as any load in these tests takes.
PATIENCE = 30

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def values(frame: Any) -> list[list[int]]:
    days = [int(f"{day:%Y%m%d}") for day in frame.index]
    return [list(row) for row in zip(days, frame["call_value"].tolist(), frame["put_value"].tolist(), strict=True)]


def try_load(*arguments: Any, **options: Any) -> list[Any]:
    """Load, and return "frame" with rows, warnings and attrs, or the error's type with its message."""
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            # Python 3.13 names connections to SQLite that are closed by being freed; nobody sees that by default.
            warnings.simplefilter("ignore", ResourceWarning)
            frame = po.load(*arguments, progress=False, **options)
    except Exception as error:
        return [type(error).__name__, str(error), []]
    about = frame.attrs["optstat"]
    return ["frame", values(frame), [note.category.__name__ for note in warned], about["requests"], about["source"]]


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
    """Return a closed cache that holds one month."""
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
    """Check that a load returned the right rows or raised one of the allowed errors."""
    if outcome[0] == "frame":
        assert outcome[1] == reference(*arguments)
    else:
        assert outcome[0] in ("CacheError", *errors), outcome
        if outcome[0] == "CacheError":
            assert "cache=" in outcome[1]  # the message names the argument to change


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
