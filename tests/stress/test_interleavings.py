"""Loads, refreshes, clears, exports, updates, forks, kills, interrupts and clock steps, interleaved by a scheduler.

What each load asks for and returns is compared with `cache_ledger`. A failure names its seed; the test with that
parameter replays it, step by step.
"""

from __future__ import annotations

import random
import warnings
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.cache_world import DAY, HOUR, MINUTE, SERIES, SOURCE, World, in_child, patch_child
from support.checked_loads import forget, needs_fork
from support.interleaving import Child, ThreadActor, emit

import pd_optstat as po
from pd_optstat._util.cancellation import Cancellation, Cancelled

pytestmark = [needs_fork, pytest.mark.slow]

SCENARIOS, STEPS_EACH = 16, 1_300
THREADS, MAX_CHILDREN = 4, 2

#: The operations of a thread, and how often each comes; a child does the first ones only.
OPERATIONS = {"load": 30, "load_long": 8, "refresh": 8, "panel": 5, "offline": 6, "clear": 3, "update": 2, "export": 2}
THREAD_OPERATIONS = OPERATIONS | {"archive": 4, "info": 2, "cancelled": 5, "close": 1, "fork": 3}


class Operations:
    """What the actors of a scenario do."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.arguments = {"source": SOURCE, "cache": world.folder, "progress": False}

    def choose(self, operations: dict[str, int]) -> None:
        """Do one operation at random."""
        (name,) = self.world.random.choices(list(operations), list(operations.values()))
        emit("step", name)
        getattr(self, name)()

    def span(self, length: int = 12) -> tuple[Any, Any]:
        today = datetime.fromtimestamp(self.world.scheduler.clock()).date()
        end = today - timedelta(days=self.world.random.choice([0, 0, 0, 1, 2, 5, 20]))
        return end - timedelta(days=self.world.random.randrange(length)), end

    def series(self) -> tuple[str, str]:
        return self.world.random.choice(SERIES)

    def _load(self, *series: Any, length: int = 12, **options: Any) -> None:
        """Load; what comes of it is checked where the loading engine is called."""
        try:
            if series:
                po.load_panel(*series, *self.span(length), **self.arguments | options)
            else:
                po.load(*self.series(), *self.span(length), **self.arguments | options)
        except (po.InvalidRequest, po.ConnectionFailed, po.OfflineMiss, KeyboardInterrupt, Cancelled):
            pass

    def load(self) -> None:
        self._load()

    def load_long(self) -> None:
        self._load(length=500)

    def refresh(self) -> None:
        self._load(refresh=True, length=self.world.random.choice([5, 30]))

    def panel(self) -> None:
        self._load("US_SECURITY", None, length=30)

    def offline(self) -> None:
        self._load(offline=True, length=30)

    def archive(self) -> None:
        self._load(source=f"parquet:{self.world.archive}", length=30)

    def cancelled(self) -> None:
        with Cancellation() as cancellation, cancellation.active():
            self.world.cancellations.append(cancellation)
            self._load(length=200)
            self.world.cancellations.remove(cancellation)

    def clear(self) -> None:
        series = self.series() if self.world.random.randrange(3) else (None, None)
        po.Cache(self.world.folder).clear(*series)

    def update(self) -> None:
        set_back = self.world.numbers["set_back"]
        try:
            po.update(SOURCE, self.world.folder)
        except (po.ConnectionFailed, KeyboardInterrupt):
            pass
        except po.InvalidRequest:  # what was today is in the future
            assert self.world.numbers["set_back"] > set_back

    def export(self) -> None:
        emit("begin_export")
        try:
            po.Cache(self.world.folder).export(self.world.archive, source=None)
        except po.InvalidRequest:
            pass  # the cache is empty
        else:
            emit("end_export")

    def info(self) -> None:
        cache = po.Cache(self.world.folder)
        cache.info()
        cache.coverage(*self.series())
        assert len(cache.verify()) == 0

    def close(self) -> None:
        po.close()

    def fork(self) -> None:
        if self.world.children() < MAX_CHILDREN:
            self.world.scheduler.fork(self._in_child, patch_child)

    def _in_child(self, child: Child, at_random: random.Random) -> None:
        in_child(at_random)
        for _ in range(at_random.randrange(1, 6)):
            self.choose(OPERATIONS)


class Scenario(World):
    """A world in which things happen at random."""

    def __init__(self, seed: int, patch: pytest.MonkeyPatch, steps: int) -> None:
        super().__init__(seed, patch)
        self.steps = steps
        self.cancellations: list[Cancellation] = []

    def children(self) -> int:
        return sum(not isinstance(actor, ThreadActor) for actor in self.scheduler.actors)

    def run(self) -> None:
        operations = Operations(self)

        def work(actor: ThreadActor) -> None:
            while self.scheduler.counts["steps"] < self.steps:
                operations.choose(THREAD_OPERATIONS)

        for number in range(THREADS):
            self.scheduler.start(f"thread {number}", work)
        self.scheduler.run(self.happen)

    def happen(self) -> None:
        """Let something happen between two turns, seldom."""
        choose = self.scheduler.random
        chance = choose.random()
        if chance < 0.010:
            self.step("time passes")
            self.set_clock(true=choose.choice([MINUTE, 10 * MINUTE, 16 * MINUTE, HOUR, 5 * HOUR, *[HOUR] * 6, DAY]))
        elif chance < 0.014:
            offset = choose.choice([0, 0, 0, 8 * HOUR, DAY, 2 * DAY, -2 * HOUR])
            self.step(f"clock is {offset / HOUR:+.0f} h off")
            self.set_clock(offset=offset)
        elif chance < 0.030:
            self.step("server has new numbers")
            self.numbers["version"] += 1
        elif chance < 0.033:
            self.numbers["failing"] = not self.numbers["failing"]
            self.step("server fails" if self.numbers["failing"] else "server works")
        elif chance < 0.06 and self.cancellations:
            self.step("cancel")
            choose.choice(self.cancellations).set()

    def check_afterwards(self) -> None:
        """Compare what the cache holds at the end with the ledger."""
        assert not list(self.folder.glob("*set-aside*"))
        forget()
        cache = po.Cache(self.folder)
        for series, states in self.ledger.states.items():
            held = cache.revisions(*series).groupby("time").last()["call_value"] // 1_000_000
            sessions = self.ledger.sessions[series]
            has = states[-1].version > 0
            days = held.index.to_numpy().astype("datetime64[D]").astype("int64")
            assert days.tolist() == sessions.days[has].tolist()
            assert held.tolist() == states[-1].version[has].tolist()
        assert len(cache.verify()) == 0


@pytest.fixture(scope="module", autouse=True)
def first_uses(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Do once what the first load and export of a process do, so that a scenario is the same in every process."""
    scratch = tmp_path_factory.mktemp("first")
    for series in SERIES:
        po.load(*series, "2026-06-01", "2026-06-12", source=SOURCE, cache=scratch / "cache")
    po.Cache(scratch / "cache").export(scratch / "archive", source=None)
    po.load(*SERIES[0], "2026-06-01", "2026-06-12", source=f"parquet:{scratch / 'archive'}")
    forget()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(SCENARIOS))
def test_every_load_is_explained_by_what_was_committed(seed, monkeypatch):
    counts = run(seed, monkeypatch)
    assert counts["steps"] >= STEPS_EACH
    for kind in ("kill", "interrupt", "fork", "clear", "export", "update", "clock", "cancel"):
        assert counts[kind], f"no step of the kind {kind!r}"


def run(seed: int, patch: pytest.MonkeyPatch, steps: int = STEPS_EACH) -> Counter[str]:
    """Run a scenario; return how many steps of each kind it had."""
    scenario = Scenario(seed, patch, steps)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scenario.run()
            if scenario.scheduler.failures:
                pytest.fail(f"Seed {seed}: {scenario.scheduler.failures[0]}", pytrace=False)
            patch.undo()
            scenario.check_afterwards()
    finally:
        patch.undo()
        scenario.close()
    return scenario.scheduler.counts
