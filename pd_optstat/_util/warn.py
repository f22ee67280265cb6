"""Warnings that point at the caller's line, whatever lies between, and in whatever thread they arise."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

__all__ = ["collected", "warn"]

_PACKAGE = str(Path(__file__).parents[1])

_collecting: ContextVar[list[tuple[str, type[Warning]]] | None] = ContextVar("pd_optstat_notices", default=None)


def warn(message: str, category: type[Warning]) -> None:
    """Warn the caller of the package, or whoever collects."""
    collecting = _collecting.get()
    if collecting is not None:
        collecting.append((message, category))
        return
    # The outermost frame of ours: contextlib's and other people's lie between.
    level, outermost, frame = 1, 1, sys._getframe()
    while frame.f_back is not None:
        if frame.f_code.co_filename.startswith(_PACKAGE):
            outermost = level
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=outermost + 1)


@contextmanager
def collected() -> Iterator[list[tuple[str, type[Warning]]]]:
    """Collect the warnings of this context instead, for another thread to give."""
    found: list[tuple[str, type[Warning]]] = []
    token = _collecting.set(found)
    try:
        yield found
    finally:
        _collecting.reset(token)
