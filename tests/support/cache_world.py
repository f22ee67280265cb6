"""A cache folder, an archive, a server and clocks for the scheduler: what they tell the ledger, and where points are.

The package's own code runs, on a real SQLite database with real locks. Replaced are only clocks, the lengths of waits,
and the source. Wherever the package would wait for somebody else, the scheduler lets that somebody run.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import shutil
import tempfile
import threading
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pd_optstat as po
from pd_optstat._util import cancellation
from pd_optstat.core.pages import Page
from pd_optstat.loading import engine
from pd_optstat.sources.simulator import Simulator
from pd_optstat.storage.archive import export as exports
from pd_optstat.storage.cache import backend, database, locks, sqlite, store
from support.cache_ledger import SECOND, Answer, Ledger, RunningLoad, Series
from support.checked_loads import SHM, forget
from support.interleaving import Child, Scheduler, ThreadActor, current, emit, patch_clocks, point

SERIES: list[Series] = [("US_SECURITY", "VOLUME"), ("US_SECURITY", "OPEN_INTEREST"), ("HK_INDEX", "OPEN_INTEREST")]
SOURCE, ORIGIN = "simulator:?seed=7", "simulator:7"
#: The records of the cache are of five years each, so that loads of the months before have rows of two of them.
BEGIN = datetime(2025, 1, 20, 15, tzinfo=UTC)
UNIVERSE = date(2023, 6, 1), date(2026, 12, 1)
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
#: A count of calls tells the answer that it came with.
PER_VERSION = 1_000_000

#: What the transaction that this thread is about to begin does.
_transaction: ContextVar[tuple[tuple[Any, ...], ...]] = ContextVar("transaction", default=())
#: The random choices of a child.
_its_random: random.Random | None = None


class World:
    """Everything that a scenario consists of, beside what its actors do."""

    def __init__(self, seed: int, patch: pytest.MonkeyPatch) -> None:
        self.scheduler = Scheduler(seed, self.receive, "version commits failing set_back")
        self.numbers = self.scheduler.numbers
        self.numbers["true"] = round(BEGIN.timestamp()) * SECOND
        self.numbers["version"] = 1
        self.scratch = Path(tempfile.mkdtemp(dir=SHM))
        self.folder, self.archive = self.scratch / "cache", self.scratch / "archive"
        self.ledger = Ledger(SERIES, *UNIVERSE, self.numbers["true"])
        self._patch(patch)

    def close(self) -> None:
        forget()
        shutil.rmtree(self.scratch)

    @property
    def random(self) -> random.Random:
        """The choices of whoever has the turn."""
        return _its_random or self.scheduler.random

    # -- What the package meets ---------------------------------------------------------------------------------

    def _patch(self, patch: pytest.MonkeyPatch) -> None:
        patch_clocks(patch, self.scheduler)
        patch.setattr(exports.export, "__kwdefaults__", {"now": self.scheduler.clock})
        patch.setattr(exports, "KEEP_COPIES", 1e12)  # files have real times
        check = cancellation.check
        patch.setattr(cancellation, "check", lambda: (point("waits", True), check()))
        patch.setattr(backend, "BUSY_SLICE", 0.0)
        patch.setattr(sqlite, "BUSY_SLICE", 0.0)
        patch.setattr(database, "CANCELLATION_INTERVAL", 0.001)
        patch.setattr(locks, "CANCELLATION_INTERVAL", 0.0)  # filelock tries once, and does not look at a clock
        patch.setattr(database, "_file_state", self._file_state)
        patch.setattr(Simulator, "pages", lambda source, queries, waiting: self._pages(queries))
        self._patch_locks(patch, check)
        self._patch_transactions(patch)
        run = engine.run
        patch.setattr(engine, "run", lambda *arguments, **options: self._run(run, *arguments, **options))

    def _file_state(self, folder: Path) -> tuple[int, ...] | None:
        """Return what `database._file_state` does, with the number of transactions instead of the file's time.

        That time has steps of milliseconds, in which one load may or may not see what another one wrote.
        """
        try:
            status = os.stat(folder / "cache.db")
        except OSError:
            return None
        return status.st_dev, status.st_ino, self.numbers["commits"], status.st_size

    def _patch_locks(self, patch: pytest.MonkeyPatch, check: Any) -> None:
        start, wait = locks._Keeper.start, locks._Keeper.wait

        def start_when_free(keeper: Any) -> None:
            while any(map(_is_locked, keeper._paths)):
                point("waits for a lock", True)
                check()
            start(keeper)

        def wait_for_free_locks(keeper: Any) -> None:
            if current() is not None:
                assert keeper._ready.wait(30), f"{keeper._paths} stay locked, and nobody holds them"
            wait(keeper)

        patch.setattr(locks._Keeper, "start", start_when_free)
        patch.setattr(locks._Keeper, "wait", wait_for_free_locks)

    def _patch_transactions(self, patch: pytest.MonkeyPatch) -> None:
        """Tell the ledger of each transaction as soon as it is committed, before anybody else can run."""
        transact, record, delete = backend.DiskBackend.transact, store.CacheStore.record, store.CacheStore._delete

        def transact_and_tell(self_: Any, action: Any) -> Any:
            outer = not self_._cache._con.in_transaction
            point("before a transaction")
            result = transact(self_, action)
            if outer:
                self.numbers["commits"] += 1
                for about in _transaction.get():
                    emit(*about)
            return result

        def record_and_tell(self_: Any, origin: str, answers: Any, **options: Any) -> Any:
            with _telling(*(("recorded", *_describe(key, of_series)) for key, of_series in answers.items())):
                return record(self_, origin, answers, **options)

        def delete_and_tell(self_: Any, opened: Any, wanted: Any) -> Any:
            gone = [one for one in SERIES if wanted(ORIGIN, _key(one))]
            with _telling(("cleared", gone)):
                return delete(self_, opened, wanted)

        patch.setattr(backend.DiskBackend, "transact", transact_and_tell)
        patch.setattr(store.CacheStore, "record", record_and_tell)
        patch.setattr(store.CacheStore, "_delete", delete_and_tell)

    def _pages(self, queries: Any) -> Any:
        """Answer like a server whose every number changes with its version; sometimes fail."""
        for query in queries:
            series = (query.series.market.name, query.series.data_type.name)
            emit("asked", series, query.first, query.last)
        for query in queries:
            point("request")
            if self.numbers["failing"] and not self.random.randrange(3):
                raise po.ConnectionFailed("the server does not answer")
            actor = current()
            if actor is not None and not self.random.randrange(4):
                actor.slowness += SECOND // 4  # longer than complete answers may wait to be written
            series = (query.series.market.name, query.series.data_type.name)
            sessions, version = self.ledger.sessions[series], self.numbers["version"]
            days = sessions.days[sessions.within(query.first, query.last)][::-1]
            middle = len(days) // 2 if len(days) > 1 and not self.random.randrange(3) else len(days)
            for part, key in ((days[:middle], b"more"), (days[middle:], b"")) if middle < len(days) else ((days, b""),):
                yield query, _page(query, part, version, key)
                point("page")
            if len(days):
                emit("answered", series, query.first, query.last, version)

    def _run(self, run: Any, arguments: Any, source: Any, *rest: Any, **more: Any) -> Any:
        if current() is None:
            return run(arguments, source, *rest, **more)
        options = {"refresh": arguments.options.refresh, "offline": arguments.options.offline}
        options["archive"] = str(getattr(source, "endpoint", source)).startswith("parquet:")
        named = [(key.market.name, key.data_type.name) for key in arguments.series]
        emit("begin", named, arguments.start, arguments.end, options)
        try:
            frames = run(arguments, source, *rest, **more)
        except BaseException as error:
            _wait_for_threads()
            emit("end", type(error).__name__, str(error))
            raise
        emit("end", "frames", [_decode(frame) for frame in frames])
        return frames

    # -- What the ledger is told --------------------------------------------------------------------------------

    def receive(self, actor: Any, kind: str, *about: Any) -> None:
        """Take what an actor, or the scheduler, tells."""
        try:
            problem = getattr(self, f"_on_{kind}")(actor, *about)
        except AssertionError as error:
            problem = str(error)
        if problem:
            self.scheduler.fail(f"{actor.name}: {problem}")

    def _on_step(self, actor: Any, what: str) -> None:
        self.step(f"{actor.name}: {what}")

    def step(self, text: str) -> None:
        """Count a step of the scenario."""
        self.scheduler.counts["steps"] += 1
        self.scheduler.counts[text.rpartition(": ")[2].split()[0]] += 1
        self.scheduler.note(text)
        for actor in self.scheduler.actors:
            if text.startswith(actor.name):
                actor.turns = 0

    def _on_begin(self, actor: Any, series: Any, start: date, end: date, options: dict[str, Any]) -> None:
        load = actor.state["load"] = self.ledger.begin(series, start, end, options)
        actor.state["floor"] = dict(self.ledger.exported)
        self.scheduler.counts["load"] += 1
        self.scheduler.note(f"{actor.name}  loads {load.series} {start}..{end} {options}")

    def _on_asked(self, actor: Any, series: Series, first: int, last: int) -> None:
        actor.state["load"].asked.append((series, first, last))

    def _on_answered(self, actor: Any, *answer: Any) -> None:
        actor.state["load"].answered.append(answer)

    def _on_recorded(self, actor: Any, series: Series, answers: list[Answer], years: tuple[int, int]) -> None:
        shown = ", ".join(f"version {one.version}" for one in answers)
        self.scheduler.note(f"{actor.name}  commits {series} {shown}")
        self.scheduler.counts["commit"] += 1
        self.ledger.recorded(series, answers, years)
        load: RunningLoad | None = actor.state.get("load")
        if load is not None:
            load.committed |= {(series, one.first, one.last, one.version) for one in answers}

    def _on_cleared(self, actor: Any, gone: list[Series]) -> None:
        self.scheduler.note(f"{actor.name}  commits that {gone} are cleared")
        for series in gone:
            self.ledger.cleared(series)

    def _on_end(self, actor: Any, outcome: str, frames: Any) -> str:
        load = actor.state.pop("load")
        self.scheduler.counts[f"load: {outcome}"] += 1
        self.scheduler.note(f"{actor.name}  its load ends: {outcome} {frames if isinstance(frames, str) else ''}")
        if load.options["archive"]:
            return self.ledger.check_archive(load, actor.state["floor"], outcome, frames)
        self.scheduler.counts["fetched" if load.asked else "served"] += 1
        return self.ledger.check(load, outcome, frames)

    def _on_begin_export(self, actor: Any) -> None:
        actor.state["export"] = self.ledger.begin_export()

    def _on_end_export(self, actor: Any) -> None:
        self.ledger.end_export(actor.state.pop("export"))

    def _on_killed(self, actor: Any) -> None:
        actor.state.clear()

    # -- What happens by itself ---------------------------------------------------------------------------------

    def set_clock(self, *, true: int = 0, offset: int | None = None) -> None:
        """Let time pass, or set the machine's clock right or wrong."""
        self.numbers["true"] += true
        if offset is not None:
            self.numbers["set_back"] += offset < self.numbers["offset"]
            self.numbers["offset"] = offset
        self.ledger.clock_changed(self.numbers["true"] + self.numbers["offset"], right=not self.numbers["offset"])


def in_child(at_random: random.Random) -> None:
    """Give a forked child choices of its own."""
    global _its_random
    _its_random = at_random


def patch_child(child: Child) -> None:
    """Let the threads of a forked child give up their turn when they end."""
    database.call_uninterrupted = child.wrap_uninterrupted(database.call_uninterrupted)  # type: ignore[assignment]


def _wait_for_threads() -> None:
    """Wait in a child until the threads have ended that an interrupt left behind."""
    if isinstance(current(), ThreadActor):
        return
    own = threading.current_thread()
    while any(t is not own and t.name not in ("orders", "pd_optstat-locks") for t in threading.enumerate()):
        point("waits for a thread", True)


@contextlib.contextmanager
def _telling(*events: tuple[Any, ...]) -> Any:
    token = _transaction.set(events)
    try:
        yield
    finally:
        _transaction.reset(token)


def _is_locked(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _key(series: Series) -> Any:
    from pd_optstat.core.series import MarketSeries

    return MarketSeries(po.OptionMarket[series[0]], po.OptionStatisticDataType[series[1]])


def _describe(key: Any, answers: Any) -> tuple[Any, ...]:
    """Return what the ledger is to know of answers that are about to be recorded."""
    told, years = [], []
    for answer in answers:
        versions = set((answer.rows.calls // PER_VERSION).tolist()) or {0}
        assert len(versions) == 1
        begun_at = answer.at if answer.begun_at is None else answer.begun_at
        told.append(Answer(answer.first, answer.last, versions.pop(), answer.at, begun_at))
        years += [date.fromordinal(int(day) + date(1970, 1, 1).toordinal()).year // 5 * 5 for day in answer.covers]
    return (key.market.name, key.data_type.name), told, (min(years), max(years) + 4)


def _page(query: Any, days: Any, version: int, next_key: bytes) -> Page:
    calls, nothing = version * PER_VERSION + days, np.full(len(days), np.nan)
    return Page(query.series.market.value, query.series.data_type.value, days.copy(), nothing, calls, days.copy(),
                calls + days, nothing, next_key)  # fmt: skip


def _decode(frame: Any) -> tuple[Any, Any]:
    """Return the days and versions of a frame, each of whose rows must be of one answer."""
    days = frame.index.to_numpy().astype("datetime64[D]").astype(np.int64)
    calls, puts = frame["call_value"].to_numpy(), frame["put_value"].to_numpy()
    assert (calls % PER_VERSION == days).all()
    assert (puts == days).all()
    assert (frame["total_value"].to_numpy() == calls + puts).all()
    return days, calls // PER_VERSION


__all__ = ["DAY", "HOUR", "MINUTE", "SERIES", "SOURCE", "World", "in_child", "patch_child"]
