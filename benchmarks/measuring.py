"""What all benchmarks share: taking times in turn and in fresh interpreters, and what a promised ratio is."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pd_optstat

__all__ = ["Result", "in_fresh_interpreter", "in_turn", "median", "say", "seconds"]


@dataclass(frozen=True)
class Result:
    """One promise, and what was measured of it; or, without a `limit`, something that is worth knowing.

    Parameters
    ----------
    what : str
        What was measured.
    ours, other : float
        Seconds (or bytes, or requests) of this package, and of what it is compared with.
    against : str
        What it is compared with.
    limit : float, optional
        The promised ratio; None promises nothing.
    faster : bool
        True: the other takes at least `limit` times as long as we do. False: we take at most `limit` times as
        long as the other.
    unit : str
        What `ours` and `other` are: seconds, bytes or numbers of requests.
    """

    what: str
    ours: float
    against: str
    other: float
    limit: float | None
    faster: bool = False
    unit: Literal["s", "B", "requests"] = "s"

    @property
    def ratio(self) -> float:
        """How many times as fast we are, or how many times as long we take; see `faster`."""
        return self.other / self.ours if self.faster else self.ours / self.other

    @property
    def holds(self) -> bool:
        """Whether the promise, if it is one, holds."""
        if self.limit is None:
            return True
        return self.ratio >= self.limit if self.faster else self.ratio <= self.limit


def in_turn(ways: Sequence[Callable[[], Any]], repetitions: int, warm_up: int = 1) -> list[list[float]]:
    """Run `ways` in turn, first forwards, then backwards, and so on; return the seconds of each.

    What else the machine does meanwhile, and what one way leaves in its caches, then hits all of them alike.
    """
    for _ in range(warm_up):
        for way in ways:
            way()
    taken: list[list[float]] = [[] for _ in ways]
    for repetition in range(repetitions):
        order = range(len(ways)) if repetition % 2 == 0 else reversed(range(len(ways)))
        for number in order:
            taken[number].append(seconds(ways[number]))
    return taken


def seconds(way: Callable[[], Any]) -> float:
    """Return how long `way` takes; what it returns is kept until the clock has stopped."""
    begin = time.perf_counter()
    result = way()
    taken = time.perf_counter() - begin
    del result
    return taken


def in_fresh_interpreter(code: str) -> list[float]:
    """Run `code`, which finds the package where it was imported from here; return the numbers that it prints.

    It may write bytecode: without it, each import would compile this package anew, but not what pip installed.
    """
    package = str(Path(pd_optstat.__file__).parents[1])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": ""},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [float(number) for number in done.stdout.split()]


def median(taken: Sequence[float]) -> float:
    """Return the median of some seconds."""
    return statistics.median(taken)


def say(text: str) -> None:
    """Tell whoever waits what is being measured; the table alone goes to stdout."""
    print(text, file=sys.stderr, flush=True)
