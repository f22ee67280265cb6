"""A scheduler that owns the interleaving of threads and forked processes, so that a seed replays it.

One thread, or one child process, runs at a time. It runs until it comes to a *point*: a clock read, a wait, a page of
the server, the begin of a transaction. There the scheduler chooses at random, by its seed, who runs next. A child can
be killed or interrupted at a point. Time is virtual: nobody sleeps, and no wait ends because a machine is slow.
"""

from __future__ import annotations

import contextlib
import mmap
import multiprocessing
import os
import queue
import random
import signal
import sys
import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

REAL_SLEEP, REAL_TIME, REAL_MONOTONIC = time.sleep, time.time, time.monotonic
#: Real seconds that a turn may take: some hundred times what the slowest does.
PATIENCE = 60.0
#: Turns that one operation may take. More means that somebody waits for what never comes.
MAX_TURNS = 50_000
#: Virtual microseconds by which each read of the monotonic clock moves it.
TICK = 100
#: Threads of the package and of this module that run beside the others, and never wait at a point.
_FREE_THREADS = ("pd_optstat-locks", "orders")


class Abandoned(BaseException):
    """Ends a thread of a scenario that has failed."""


class SharedNumbers:
    """Integers that forked processes share."""

    def __init__(self, names: str) -> None:
        self._memory = mmap.mmap(-1, 4096)
        self._numbers = memoryview(self._memory).cast("q")
        self._places = {name: place for place, name in enumerate(names.split())}

    def __getitem__(self, name: str) -> int:
        return self._numbers[self._places[name]]

    def __setitem__(self, name: str, value: int) -> None:
        self._numbers[self._places[name]] = value


class Actor:
    """A thread, or a child process, that takes turns."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.place = "begin"
        self.turns = 0
        #: Microseconds that its monotonic clock is ahead of everybody's: it was slow where it waits for nobody.
        self.slowness = 0
        self.ended = False
        #: What is going on in it, for the model: set when a load begins.
        self.state: dict[str, Any] = {}


class ThreadActor(Actor):
    """A thread of this process."""

    def __init__(self, name: str, scheduler: Scheduler, work: Callable[[ThreadActor], None]) -> None:
        super().__init__(name)
        self._scheduler = scheduler
        self._go = threading.Semaphore(0)
        self.thread = threading.Thread(target=self._run, args=(work,), name=name, daemon=True)
        self.thread.start()

    def _run(self, work: Callable[[ThreadActor], None]) -> None:
        _here.actor = self
        self._go.acquire()
        try:
            work(self)
        except Abandoned:
            pass
        except BaseException:
            self._scheduler.fail(f"{self.name}:\n{traceback.format_exc()}")
        finally:
            _here.actor = None
            self.ended = True
            self._scheduler.idle.release()

    def point(self, place: str, must_leave: bool) -> None:
        if self._scheduler.failures:
            raise Abandoned
        self.place = place
        self._scheduler.count_turn(self)
        if must_leave or self._scheduler.random.random() < self._scheduler.switching:
            self._scheduler.idle.release()
            self._go.acquire()
        if self._scheduler.failures:
            raise Abandoned

    def resume(self) -> None:
        self._go.release()
        if not self._scheduler.idle.acquire(timeout=PATIENCE):
            frame = sys._current_frames().get(self.thread.ident or 0)
            where = "".join(traceback.format_stack(frame)) if frame else ""
            self._scheduler.fail(f"{self.name} does not come to another point:\n{where}")

    def emit(self, kind: str, *about: Any) -> None:
        self._scheduler.receive(self, kind, *about)


class ChildActor(Actor):
    """The parent's side of a forked process."""

    def __init__(self, name: str, scheduler: Scheduler, pid: int, pipe: Any) -> None:
        super().__init__(name)
        self._scheduler, self.pid, self._pipe = scheduler, pid, pipe
        self._listen()

    def resume(self) -> None:
        """Let it run to its next point; sometimes interrupt or kill it there."""
        chance, number = self._scheduler.random.random(), self._scheduler.random.randrange(1000)
        self._scheduler.count_turn(self)
        if chance < self._scheduler.killing:
            self._scheduler.note(f"{self.name} is killed at {self.place}")
            self.kill()
            self._scheduler.counts["kill"] += 1
            self._scheduler.receive(self, "killed")
            return
        if chance < 2 * self._scheduler.killing and "load" in self.state and not self.state.get("interrupted"):
            self.state["interrupted"] = True
            self._scheduler.note(f"{self.name} is interrupted at {self.place}")
            self._scheduler.counts["interrupt"] += 1
            self._pipe.send(("interrupt", number))
        else:
            self._pipe.send(("go", number))
        self._listen()

    def _listen(self) -> None:
        while True:
            try:
                if not self._pipe.poll(PATIENCE):
                    self._scheduler.fail(f"{self.name} does not come to another point after {self.place}")
                    self.kill()
                    return
                kind, *about = self._pipe.recv()
            except (EOFError, ConnectionError):
                self._scheduler.fail(f"{self.name} died after {self.place}")
                self.kill()
                return
            if kind == "pause":
                self.place = about[0]
                return
            if kind == "ended":
                if about[0]:
                    self._scheduler.fail(f"{self.name}:\n{about[0]}")
                self._wait()
                return
            self._scheduler.receive(self, kind, *about)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._wait()

    def _wait(self) -> None:
        os.waitpid(self.pid, 0)
        self._pipe.close()
        self.ended = True


class Child:
    """The child's side: all its threads together are one actor."""

    def __init__(self, pipe: Any) -> None:
        self.slowness = 0
        self._pipe = pipe
        self._guard = threading.Lock()
        self._waiting: list[tuple[threading.Thread, queue.SimpleQueue[str]]] = []
        self._sending = threading.Lock()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Thread(target=self._take_orders, name="orders", daemon=True).start()

    def point(self, place: str, must_leave: bool) -> None:
        order: queue.SimpleQueue[str] = queue.SimpleQueue()
        with self._guard:
            self._waiting.append((threading.current_thread(), order))
        self.emit("pause", place)
        if order.get() == "interrupt":
            signal.raise_signal(signal.SIGINT)

    def emit(self, kind: str, *about: Any) -> None:
        with self._sending:
            self._pipe.send((kind, *about))

    def _take_orders(self) -> None:
        main, parent = threading.main_thread(), os.getppid()
        while True:
            # Its brothers have copies of the other end of the pipe, which therefore has no end when the parent dies.
            while not self._pipe.poll(1.0):
                if os.getppid() != parent:
                    os._exit(1)
            try:
                kind, number = self._pipe.recv()
            except (EOFError, ConnectionError):
                os._exit(1)
            with self._guard:
                if kind == "interrupt":
                    of_main = [index for index, (thread, _) in enumerate(self._waiting) if thread is main]
                    if not of_main:
                        # It waits for a thread of its own, which stays at its point.
                        signal.pthread_kill(main.ident or 0, signal.SIGINT)
                        continue
                    _, order = self._waiting.pop(of_main[0])
                else:
                    _, order = self._waiting.pop(number % len(self._waiting))
            order.put(kind)

    def wrap_uninterrupted(self, original: Callable[[Callable[[], Any]], Any]) -> Callable[[Callable[[], Any]], Any]:
        """Return `call_uninterrupted`, whose thread gives up its turn at its end if nobody waits for it any more."""

        def call(function: Callable[[], Any]) -> Any:
            abandoned: list[bool] = []

            def run() -> Any:
                try:
                    return function()
                finally:
                    if abandoned:
                        self.emit("pause", "end of a thread")

            try:
                return original(run)
            except KeyboardInterrupt:
                abandoned.append(True)
                raise

        return call


class Scheduler:
    """Chooses who runs, by a seed.

    Attributes
    ----------
    random : Random
        The source of all choices. Only who has the turn uses it.
    numbers : SharedNumbers
        The clocks, and what else parent and children share.
    failures : list of str
        What went wrong; the scenario ends with the first.
    """

    #: How likely a thread gives up its turn at a point, and how likely a child is killed, or interrupted, at one.
    switching, killing = 0.5, 0.02

    def __init__(self, seed: int, receive: Callable[..., None], names: str = "") -> None:
        self.random = random.Random(seed)
        self.numbers = SharedNumbers(f"true offset monotonic {names}")
        self.receive = receive
        self.actors: list[Actor] = []
        self.idle = threading.Semaphore(0)
        self.failures: list[str] = []
        self.counts: Counter[str] = Counter()
        self._notes: deque[str] = deque(maxlen=80)
        self._children = 0

    def note(self, text: str) -> None:
        """Add a line to the log of the last steps."""
        self._notes.append(f"{self.counts['turns']:>7} {text}")

    def fail(self, text: str) -> None:
        places = [f"  {actor.name}: {actor.place}" for actor in self.actors]
        self.failures.append("\n".join(["The last steps:", *self._notes, "Where everybody is:", *places, text]))

    def count_turn(self, actor: Actor) -> None:
        self.counts["turns"] += 1
        actor.turns += 1
        if actor.turns > MAX_TURNS:
            self.fail(f"{actor.name} has been waiting at {actor.place} for {MAX_TURNS} turns")

    def start(self, name: str, work: Callable[[ThreadActor], None]) -> None:
        """Add a thread."""
        self.actors.append(ThreadActor(name, self, work))

    def fork(self, work: Callable[[Child, random.Random], None], patch: Callable[[Child], None]) -> str:
        """Fork in the thread that has the turn; the child executes `work` and ends. Return its name."""
        mine, its = multiprocessing.Pipe()
        self._children += 1
        name, seed = f"child {self._children}", self.random.randrange(2**32)
        pid = os.fork()
        if not pid:
            global _child
            error = ""
            try:
                mine.close()
                _here.actor = None
                _child = Child(its)
                patch(_child)
                _child.point("begin", True)
                work(_child, random.Random(seed))
            except BaseException:
                error = traceback.format_exc()
            finally:
                with contextlib.suppress(BaseException):
                    its.send(("ended", error))
                os._exit(0)
        its.close()
        self.actors.append(ChildActor(name, self, pid, mine))
        return name

    def run(self, between: Callable[[], None]) -> None:
        """Let everybody take turns until all have ended; call `between` before each turn."""
        try:
            while self.actors and not self.failures:
                between()
                actor = self.random.choice(self.actors)
                actor.resume()
                self.actors = [one for one in self.actors if not one.ended]
        finally:
            for actor in self.actors:
                if isinstance(actor, ChildActor):
                    if not actor.ended:
                        actor.kill()
                elif not actor.ended:
                    self.failures or self.failures.append("interrupted")
                    actor.resume()

    def clock(self) -> float:
        """Return what the machine's clock says, which is right or wrong."""
        return (self.numbers["true"] + self.numbers["offset"]) / 1e6


_here = threading.local()
_child: Child | None = None


def current() -> ThreadActor | Child | None:
    """Return who the calling thread is; None for one that takes no part."""
    if _child is not None:
        return None if threading.current_thread().name in _FREE_THREADS else _child
    actor: ThreadActor | None = getattr(_here, "actor", None)
    return actor


def point(place: str, must_leave: bool = False) -> None:
    """Let others run, perhaps; with `must_leave` certainly, as the caller waits for something."""
    actor = current()
    if actor is not None:
        actor.point(place, must_leave)


def emit(kind: str, *about: Any) -> None:
    """Tell the model that something has happened."""
    actor = current()
    if actor is not None:
        actor.emit(kind, *about)


def patch_clocks(patch: Any, scheduler: Scheduler) -> None:
    """Make clocks virtual, and every read of one and every sleep a point."""

    def read_time() -> float:
        point("clock")
        return scheduler.clock()

    def read_monotonic() -> float:
        actor = current()
        if actor is None:
            return REAL_MONOTONIC()
        point("monotonic clock")
        scheduler.numbers["monotonic"] += TICK
        return (scheduler.numbers["monotonic"] + actor.slowness) / 1e6

    def sleep(seconds: float) -> None:
        if current() is None:
            REAL_SLEEP(seconds)
        else:
            point("sleep", True)
            scheduler.numbers["monotonic"] += TICK

    patch.setattr(time, "time", read_time)
    patch.setattr(time, "monotonic", read_monotonic)
    patch.setattr(time, "sleep", sleep)
