"""Results of the benchmarks, and functions to measure time in turn and in new interpreters."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pd_optstat

__all__ = ["Result", "median", "print_progress", "run_in_new_interpreter", "time_call", "time_in_turn"]


@dataclass(frozen=True)
class Result:
    """A measurement of this package beside another, and the promise about it, if there is one.

    Parameters
    ----------
    what : str
        The name of the measurement.
    ours, other : float
        Seconds (or bytes, or requests) of this package, and of the comparison.
    against : str
        The comparison.
    limit : float, optional
        The promised ratio; None for a result without a promise.
    faster : bool
        True: this package is at least `limit` times as fast as the comparison. False: it takes at most `limit` times
        as long (as many bytes, as many requests).
    unit : str
        The unit of `ours` and `other`: seconds, bytes or requests.
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
        """How many times as fast this package is or, if not `faster`, how many times as long it takes."""
        return self.other / self.ours if self.faster else self.ours / self.other

    @property
    def holds(self) -> bool:
        """Whether the promise holds; True without a promise."""
        if self.limit is None:
            return True
        return self.ratio >= self.limit if self.faster else self.ratio <= self.limit


def time_in_turn(functions: Sequence[Callable[[], object]], repetitions: int, warm_up: int = 1) -> list[list[float]]:
    """Time `functions` in turn, in alternating order, and return the seconds of each.

    Other load on the machine, and what one function leaves in the processor's caches, then affects all alike.
    """
    for _ in range(warm_up):
        for function in functions:
            function()
    taken: list[list[float]] = [[] for _ in functions]
    for repetition in range(repetitions):
        order = range(len(functions)) if repetition % 2 == 0 else reversed(range(len(functions)))
        for number in order:
            taken[number].append(time_call(functions[number]))
    return taken


def time_call(function: Callable[[], object]) -> float:
    """Return the seconds that `function` takes, without those for freeing its result."""
    begin = time.perf_counter()
    result = function()
    taken = time.perf_counter() - begin
    del result
    return taken


def run_in_new_interpreter(code: str) -> list[float]:
    """Run `code` in a new interpreter with this same package, and return the numbers that it prints.

    The interpreter may write bytecode: otherwise each import would compile this package, but not installed ones.
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
    """Return the median of `taken`."""
    return statistics.median(taken)


def print_progress(text: str) -> None:
    """Print progress to stderr: only the table goes to stdout."""
    print(text, file=sys.stderr, flush=True)
