"""A thread with an event loop in which explorers load, so that the kernel is not blocked."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeAlias, TypeVarTuple

__all__ = ["Worker", "is_worker_thread"]

_Arguments = TypeVarTuple("_Arguments")
_Load: TypeAlias = Callable[[], Coroutine[Any, Any, None]]

_THREAD_NAME = "pd_optstat-explorer"

_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}


def _loop() -> asyncio.AbstractEventLoop:
    """Return the event loop of this process; a forked process starts its own."""
    with _lock:
        if os.getpid() not in _loops:
            _loops.clear()
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name=_THREAD_NAME, daemon=True).start()
            _loops[os.getpid()] = loop
        return _loops[os.getpid()]


def is_worker_thread() -> bool:
    """Return whether the caller runs in the thread that loads, where waiting for a load would never end."""
    return threading.current_thread().name == _THREAD_NAME


class Worker:
    """The tasks of one explorer: at most one load at a time.

    All methods are thread-safe. The tasks run in the worker's thread.
    """

    def __init__(self) -> None:
        self._context = contextvars.copy_context()
        self._task: asyncio.Task[None] | None = None
        self._idle = threading.Condition()
        self._pending = 0

    def run(self, work: Callable[[], None]) -> None:
        """Run `work` as soon as possible."""
        self._begin()
        self._call(self._run, work)

    def load(self, work: _Load) -> None:
        """Run the coroutine that `work` returns, after cancelling the previous one."""
        self._begin()
        self._call(self._start_load, work)

    def cancel(self) -> None:
        """Cancel the current load, if there is one."""
        self._call(self._cancel)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until no task is pending; return False if the timeout ends first."""
        with self._idle:
            return self._idle.wait_for(lambda: self._pending == 0, timeout)

    def _call(self, function: Callable[[*_Arguments], object], *arguments: *_Arguments) -> None:
        _loop().call_soon_threadsafe(function, *arguments, context=self._context)

    def _begin(self) -> None:
        with self._idle:
            self._pending += 1

    def _end(self) -> None:
        with self._idle:
            self._pending -= 1
            self._idle.notify_all()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            self._end()

    def _start_load(self, work: _Load) -> None:
        self._cancel()
        previous = self._task
        self._task = asyncio.get_running_loop().create_task(self._run_after(previous, work), context=self._context)
        self._task.add_done_callback(lambda _: self._end())  # also if it is cancelled before it begins

    async def _run_after(self, previous: asyncio.Task[None] | None, work: _Load) -> None:
        with suppress(asyncio.CancelledError):  # by the next load, or by the user
            if previous is not None:
                await asyncio.wait([previous])
            await work()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
