"""What keeps SQLite and lock files sound in a process that forks, or is interrupted at any moment."""

from __future__ import annotations

import contextvars
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from ..._util import cancellation
from ..._util.warn import collect_warnings, warn
from .sqlite import BUSY_TIMEOUT, is_busy

__all__ = ["call_uninterrupted", "retry_while_locked", "without_fork"]

_T = TypeVar("_T")

#: How long a fork waits for other threads to leave SQLite, in seconds. They stay a few milliseconds.
LONGEST_WAIT = 5.0
_POLL_INTERVAL = 0.0005

#: How often each thread is inside `without_fork`. Entries of dicts are set and deleted atomically, so that an
#: interrupt at any moment leaves at most an entry that the same thread's next call mends.
_inside: dict[int, int] = {}
_forking = False


@contextmanager
def without_fork() -> Iterator[None]:
    """Let no other thread fork meanwhile.

    A child inherits SQLite's memory of the locks that its parent's threads held, but not the threads: it would
    wait for these locks for ever, and closing its copy of a connection would undo the parent's transaction.
    """
    thread = threading.get_ident()
    depth = _inside.get(thread, 0)
    while True:
        # Noted before looking: then either the fork sees this thread inside, or this thread sees the fork.
        _inside[thread] = depth + 1
        if depth or not _forking:
            break
        del _inside[thread]
        time.sleep(_POLL_INTERVAL)
    try:
        yield
    finally:
        if depth:
            _inside[thread] = depth
        else:
            _inside.pop(thread, None)


def retry_while_locked(function: Callable[[], _T]) -> _T:
    """Return what `function`, which uses SQLite, returns; repeat it while another process has the database locked.

    SQLite waits for a moment only, so that a fork, a cancellation or an interrupt need not wait for it.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            with without_fork():
                return function()
        except Exception as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
        cancellation.check()


def call_uninterrupted(function: Callable[[], _T]) -> _T:
    """Return what `function` returns; KeyboardInterrupt cannot strike within it.

    In the main thread, which alone executes signal handlers, it runs in a thread of its own: an interrupt ends the
    wait for it, and it comes to its own end. An exception between any two instructions could otherwise leave a
    transaction open, or a file locked, for as long as the process or only the traceback lives.
    """
    if threading.current_thread() is not threading.main_thread():
        return function()
    results: list[_T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:
            failures.append(error)

    with collect_warnings() as notes:
        # Daemon: the end of the process need not wait. What it cuts off is undone like after a kill.
        thread = threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True)
        thread.start()
        thread.join()
    for message, category in notes:
        warn(message, category)
    if failures:
        raise failures[0]
    return results[0]


def _before_fork() -> None:
    global _forking
    _forking = True
    deadline = time.monotonic() + LONGEST_WAIT
    # A thread that forks within `without_fork` itself cannot be waited for.
    while set(_inside) - {threading.get_ident()} and time.monotonic() < deadline:
        time.sleep(_POLL_INTERVAL)


def _after_fork_in_parent() -> None:
    global _forking
    _forking = False


def _after_fork_in_child() -> None:
    global _forking
    _forking = False
    _inside.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
