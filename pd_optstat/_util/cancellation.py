"""How a load in another thread is told to stop: `aload` sets it, every wait of the load heeds it.

A load that runs in the caller's own thread has none: there KeyboardInterrupt ends a wait.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["Cancellation", "Cancelled", "check", "current", "sleep", "wait_for"]


class Cancelled(BaseException):
    """The load was told to stop. No `Exception`, so that nothing takes it for a failure of its own."""


class Cancellation:
    """A signal from any thread to one load; a context manager that frees its two descriptors."""

    def __init__(self) -> None:
        self._heard, self._told = socket.socketpair()
        self.is_set = False

    def __enter__(self) -> Cancellation:
        return self

    def __exit__(self, *error: object) -> None:
        self._heard.close()
        self._told.close()

    def fileno(self) -> int:
        """Return what becomes readable when it is set."""
        return self._heard.fileno()

    def set(self) -> None:
        """Tell the load to stop, also one that waits."""
        if not self.is_set:
            self.is_set = True
            self._told.send(b"!")

    @contextmanager
    def active(self) -> Iterator[None]:
        """Let waits in this context heed it."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)


_current: ContextVar[Cancellation | None] = ContextVar("pd_optstat_interrupt", default=None)


def current() -> Cancellation | None:
    """Return the interrupt of this load, None if it has none."""
    return _current.get()


def check() -> None:
    """Raise `Cancelled` if the load was told to stop."""
    interrupt = _current.get()
    if interrupt is not None and interrupt.is_set:
        raise Cancelled


def wait_for(what: socket.socket, timeout: float, *, write: bool = False) -> bool:
    """Wait until `what` can be read, or written, for at most `timeout` seconds; return whether it can.

    Raises
    ------
    Interrupted
        If the load is told to stop meanwhile.
    """
    interrupt = _current.get()
    with selectors.DefaultSelector() as selector:
        selector.register(what, selectors.EVENT_WRITE if write else selectors.EVENT_READ)
        if interrupt is not None:
            selector.register(interrupt.fileno(), selectors.EVENT_READ)
        ready = selector.select(max(timeout, 0.0))
    check()
    return bool(ready)


def sleep(seconds: float) -> None:
    """Sleep, unless the load is told to stop."""
    interrupt = _current.get()
    if interrupt is None:
        time.sleep(max(seconds, 0.0))
        return
    with selectors.DefaultSelector() as selector:
        selector.register(interrupt.fileno(), selectors.EVENT_READ)
        selector.select(max(seconds, 0.0))
    check()
