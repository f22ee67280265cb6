"""Idle connections, kept from one load to the next: at most one for each endpoint."""

from __future__ import annotations

import atexit
import os
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .connection import Connection
    from .endpoint import Endpoint

__all__ = ["acquire", "close_idle", "release"]

_idle: dict[Endpoint, Connection] = {}
_lock = threading.Lock()


def acquire(endpoint: Endpoint) -> Connection | None:
    """Return the idle connection to `endpoint` and remove it from the pool; None if there is no live one."""
    with _lock:
        connection = _idle.pop(endpoint, None)
    if connection is None:
        return None
    # OpenD drops a client that sends nothing for longer than the keep-alive interval, and nothing is sent while idle.
    is_recent = time.monotonic() - connection.last_used < connection.keep_alive
    # A connection of the parent process must not be used: both would read each other's replies.
    if connection.pid == os.getpid() and is_recent and connection.is_alive():
        return connection
    connection.close()
    return None


def release(connection: Connection) -> None:
    """Keep `connection`, which must have no request in flight, for the next load."""
    with _lock:
        replaced = _idle.get(connection.endpoint)
        _idle[connection.endpoint] = connection
    if replaced is not None:
        replaced.close()


def close_idle() -> None:
    """Close all idle connections."""
    with _lock:
        connections = list(_idle.values())
        _idle.clear()
    for connection in connections:
        connection.close()


def _reset_after_fork() -> None:
    """Start with an empty pool in a forked child: the connections and a lock that may be held are the parent's."""
    global _lock
    _lock = threading.Lock()
    _idle.clear()


atexit.register(close_idle)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
