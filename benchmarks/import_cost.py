"""The time that ``import pd_optstat`` adds to ``import pandas``, which its users need anyway."""

from __future__ import annotations

from .measurement import Result, median, print_progress, run_in_new_interpreter

__all__ = ["run"]

#: At most 15 % more than pandas alone.
LIMIT = 1.15
REPETITIONS = 15

_TIMED = "import time; begin = time.perf_counter(); import {}; print(time.perf_counter() - begin)"


def run() -> list[Result]:
    """Return the result of imports in new interpreters."""
    alone, both = ("pandas", "pandas, pd_optstat")
    for modules in (alone, both):
        _seconds(modules)  # writes missing bytecode
    taken: dict[str, list[float]] = {alone: [], both: []}
    for repetition in range(REPETITIONS):
        for modules in (alone, both) if repetition % 2 == 0 else (both, alone):
            taken[modules].append(_seconds(modules))
    # Other load on the machine can only slow an import down, so the fastest of a few is the best estimate.
    ours, least = min(taken[both]), min(taken[alone])
    medians = (f"{median(taken[modules]) * 1e3:.0f} ms" for modules in (alone, both))
    print_progress(
        f"import: pandas {least * 1e3:.0f} ms, with pd_optstat {ours * 1e3:.0f} ms; medians {', '.join(medians)}"
    )
    return [Result("import pandas, pd_optstat", ours, "import pandas", least, LIMIT)]


def _seconds(modules: str) -> float:
    (taken,) = run_in_new_interpreter(_TIMED.format(modules))
    return taken
