"""Pools of worker processes that inherit what this process has set by now."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.pool import Pool


def new_pool(method: str) -> Pool:
    """Return a pool of one worker. A fork server that another test has started would know nothing of later settings."""
    if method == "forkserver":
        forkserver._forkserver._stop()  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
    return multiprocessing.get_context(method).Pool(1)
