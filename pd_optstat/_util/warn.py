"""Warnings that point at the line of the user's code, from whatever depth or thread they come."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from ..errors import one_line

__all__ = ["collect_warnings", "warn"]

_PACKAGE = str(Path(__file__).parents[1])

_collected: ContextVar[list[tuple[str, type[Warning]]] | None] = ContextVar("pd_optstat_warnings", default=None)


def warn(message: str, category: type[Warning]) -> None:
    """Issue a warning at the line that called the package, unless `collect_warnings` collects it."""
    message = one_line(message)
    collected = _collected.get()
    if collected is not None:
        collected.append((message, category))
        return
    # Find the outermost frame of the package: frames of contextlib and other libraries may lie between ours.
    level, outermost, frame = 1, 1, sys._getframe()
    while frame.f_back is not None:
        if frame.f_code.co_filename.startswith(_PACKAGE):
            outermost = level
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=outermost + 1)


@contextmanager
def collect_warnings() -> Iterator[list[tuple[str, type[Warning]]]]:
    """Collect the warnings of this context in a list, for another thread to issue."""
    collected: list[tuple[str, type[Warning]]] = []
    token = _collected.set(collected)
    try:
        yield collected
    finally:
        _collected.reset(token)
