"""Connections that stand idle between two loads."""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable

from .connection import Connection
from .endpoint import Endpoint

__all__ = ["borrow", "close_idle", "give_back"]

_idle: dict[Endpoint, Connection] = {}
_lock = threading.Lock()


def borrow(endpoint: Endpoint, connect: Callable[[Endpoint], Connection] = Connection) -> tuple[Connection, bool]:
    """Return a connection to `endpoint`, and whether it is an idle one from an earlier load."""
    with _lock:
        idle = _idle.pop(endpoint, None)
    if idle is not None:
        young = time.monotonic() - idle.last_used < idle.info.keep_alive
        if idle.pid == os.getpid() and young and idle.is_alive():
            return idle, True
        idle.close()
    return connect(endpoint), False


def give_back(connection: Connection) -> None:
    """Keep `connection`, which must have no request in flight, for the next load; at most one an endpoint."""
    with _lock:
        before, _idle[connection.endpoint] = _idle.get(connection.endpoint), connection
    if before is not None:
        before.close()


def close_idle() -> None:
    """Close all idle connections."""
    with _lock:
        connections = list(_idle.values())
        _idle.clear()
    for connection in connections:
        connection.close()


def _after_fork() -> None:
    """Begin anew in a child: the connections are the parent's, and the lock may be held for ever."""
    global _lock
    _lock = threading.Lock()
    _idle.clear()


atexit.register(close_idle)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
