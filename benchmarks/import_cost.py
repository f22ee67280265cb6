"""What ``import pd_optstat`` adds to ``import pandas``, which everybody who uses it has paid already."""

from __future__ import annotations

from .measuring import Result, in_fresh_interpreter, median, say

__all__ = ["run"]

#: At most 15 % more than pandas alone.
LIMIT = 1.15
REPETITIONS = 15

_TIMED = "import time; begin = time.perf_counter(); import {}; print(time.perf_counter() - begin)"


def run() -> list[Result]:
    """Measure in fresh interpreters, and return the result."""
    alone, both = ("pandas", "pandas, pd_optstat")
    for modules in (alone, both):
        _seconds(modules)  # writes what bytecode is lacking
    taken: dict[str, list[float]] = {alone: [], both: []}
    for repetition in range(REPETITIONS):
        for modules in (alone, both) if repetition % 2 == 0 else (both, alone):
            taken[modules].append(_seconds(modules))
    # Whatever else the machine does can only make an import slower, and there are few: the fastest says most.
    ours, least = min(taken[both]), min(taken[alone])
    medians = (f"{median(taken[modules]) * 1e3:.0f} ms" for modules in (alone, both))
    say(f"import: pandas {least * 1e3:.0f} ms, with pd_optstat {ours * 1e3:.0f} ms; medians {', '.join(medians)}")
    return [Result("import pandas, pd_optstat", ours, "import pandas", least, LIMIT)]


def _seconds(modules: str) -> float:
    (taken,) = in_fresh_interpreter(_TIMED.format(modules))
    return taken
