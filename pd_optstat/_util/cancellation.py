"""Cancellation of a load that runs in another thread: `aload` sets it, and every wait of the load checks it.

A load that runs in the caller's own thread has no `Cancellation`: there, KeyboardInterrupt ends a wait.
"""

from __future__ import annotations

import contextvars
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

__all__ = [
    "Cancellation",
    "Cancelled",
    "call_abandonable",
    "check",
    "current",
    "postponed",
    "sleep",
    "wait_for",
    "wait_for_event",
    "while_waiting",
]

_T = TypeVar("_T")

EVENT_POLL_SECONDS = 0.05


class Cancelled(BaseException):
    """The load was cancelled. Not an `Exception`, so that no handler mistakes it for a failed load."""


class Cancellation:
    """A signal that any thread can send to one load; as a context manager, it closes its two sockets.

    Attributes
    ----------
    is_set : bool
        Whether the load was cancelled.
    """

    def __init__(self) -> None:
        # A socket, not an Event: a wait for the network can select on both at once.
        self._receiver, self._sender = socket.socketpair()
        self.is_set = False

    def __enter__(self) -> Cancellation:
        return self

    def __exit__(self, *error: object) -> None:
        self._receiver.close()
        self._sender.close()

    def fileno(self) -> int:
        """Return the file descriptor that becomes readable when the load is cancelled."""
        return self._receiver.fileno()

    def set(self) -> None:
        """Cancel the load, and wake it if it waits."""
        if not self.is_set:
            self.is_set = True
            self._sender.send(b"!")

    @contextmanager
    def active(self) -> Iterator[None]:
        """Make this the `current` cancellation of the context."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)


_current: ContextVar[Cancellation | None] = ContextVar("pd_optstat_cancellation", default=None)


def current() -> Cancellation | None:
    """Return the cancellation of this load, or None if it cannot be cancelled."""
    return _current.get()


def check() -> None:
    """Raise `Cancelled` if the load was cancelled."""
    cancellation = _current.get()
    if cancellation is not None and cancellation.is_set and time.monotonic() >= _postponed_until.get():
        raise Cancelled


@contextmanager
def postponed(seconds: float) -> Iterator[None]:
    """Let `check` not raise in this context within the next `seconds`: a load that ends may keep what is complete."""
    token = _postponed_until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _postponed_until.reset(token)


_postponed_until: ContextVar[float] = ContextVar("pd_optstat_postponed_until", default=0.0)


@contextmanager
def while_waiting(action: Callable[[], None], after: float) -> Iterator[None]:
    """Call `action` in every wait of this context that lasts longer than `after` seconds, once per wait."""
    token = _idle_action.set((action, after))
    try:
        yield
    finally:
        _idle_action.reset(token)


_idle_action: ContextVar[tuple[Callable[[], None], float] | None] = ContextVar("pd_optstat_idle_action", default=None)


def wait_for(connection: socket.socket, timeout: float, *, write: bool = False) -> bool:
    """Wait at most `timeout` seconds until a socket is readable (or writable), and return whether it is.

    Raises
    ------
    Cancelled
        If the load is cancelled meanwhile.
    """
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_WRITE if write else selectors.EVENT_READ)
        ready = _select(selector, timeout)
    check()
    return ready


def sleep(seconds: float) -> None:
    """Sleep; raise `Cancelled` at once if the load is cancelled meanwhile."""
    with selectors.DefaultSelector() as selector:
        _select(selector, seconds)
    check()


def wait_for_event(event: threading.Event, timeout: float) -> bool:
    """Wait at most `timeout` seconds until `event` is set, and return whether it is.

    Raises
    ------
    Cancelled
        If the load is cancelled meanwhile.
    """
    started, idle = time.monotonic(), _idle_action.get()
    # One cannot select on an event and a socket at once, so the event is polled.
    while not event.wait(EVENT_POLL_SECONDS) and (waited := time.monotonic() - started) < timeout:
        check()
        if idle is not None and waited > idle[1]:
            _act(idle[0])
            idle = None
    return event.is_set()


def call_abandonable(function: Callable[[], _T]) -> _T:
    """Return what `function`, which waits for what cannot be selected on, returns.

    Raises
    ------
    Cancelled
        If the load is cancelled meanwhile. The function is then left to a thread of its own, and its result is dropped.
    """
    if _current.get() is None:
        return function()
    results: list[_T] = []
    failures: list[BaseException] = []
    ended = threading.Event()

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:
            failures.append(error)
        finally:
            ended.set()

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run,), name="pd_optstat-abandonable", daemon=True).start()
    while not wait_for_event(ended, threading.TIMEOUT_MAX):
        pass
    if failures:
        raise failures[0]
    return results[0]


def _select(selector: selectors.BaseSelector, timeout: float) -> bool:
    """Wait for what is registered, or for the cancellation; do the idle action if that takes long."""
    cancellation, idle = _current.get(), _idle_action.get()
    if cancellation is not None:
        selector.register(cancellation.fileno(), selectors.EVENT_READ)
    timeout = max(timeout, 0.0)
    if idle is not None and timeout > idle[1]:
        if selector.select(idle[1]):
            return True
        _act(idle[0])
        timeout -= idle[1]
    return bool(selector.select(timeout))


def _act(action: Callable[[], None]) -> None:
    """Do the idle action; waits within it do not do it again."""
    token = _idle_action.set(None)
    try:
        action()
    finally:
        _idle_action.reset(token)
