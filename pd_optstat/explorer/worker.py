"""A thread with an event loop, on which explorers load and redraw, so that neither they nor the kernel's cells wait."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

__all__ = ["Worker"]

_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}


def _loop() -> asyncio.AbstractEventLoop:
    """Return the loop of this process; after a fork, a new one."""
    with _lock:
        if os.getpid() not in _loops:
            _loops.clear()
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="pd_optstat-explorer", daemon=True).start()
            _loops[os.getpid()] = loop
        return _loops[os.getpid()]


class Worker:
    """What one explorer has to do, in turn: at most one load, and one redraw for a burst of changes.

    Every method may be called from any thread; what they run, runs on the worker's thread.

    Parameters
    ----------
    delay : float
        Seconds after the last of a burst of changes.
    """

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._context = contextvars.copy_context()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._idle = threading.Condition()
        self._open = 0

    def soon(self, work: Callable[[], None]) -> None:
        """Run `work` after the delay, unless it is asked for again within it."""
        self._begin()
        self._call(self._restart, work)

    def now(self, work: Callable[[], None]) -> None:
        """Run `work` as soon as the worker is free."""
        self._begin()
        self._call(self._run, work)

    def load(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run the coroutine that `work` makes, after cancelling the one before."""
        self._begin()
        self._call(self._start, work)

    def cancel(self) -> None:
        """Cancel the load that is running, if one is."""
        self._call(self._cancel)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is to be done; return whether that is so."""
        with self._idle:
            return self._idle.wait_for(lambda: self._open == 0, timeout)

    def _call(self, work: Callable[..., object], *arguments: Any) -> None:
        _loop().call_soon_threadsafe(work, *arguments, context=self._context)

    def _begin(self) -> None:
        with self._idle:
            self._open += 1

    def _end(self) -> None:
        with self._idle:
            self._open -= 1
            self._idle.notify_all()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            self._end()

    def _restart(self, work: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._end()
        self._timer = asyncio.get_running_loop().call_later(self._delay, self._due, work, context=self._context)

    def _due(self, work: Callable[[], None]) -> None:
        self._timer = None
        self._run(work)

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._cancel()
        before = self._task
        self._task = asyncio.get_running_loop().create_task(self._after(before, work), context=self._context)
        self._task.add_done_callback(lambda _: self._end())  # also of one that is cancelled before it begins

    async def _after(self, before: asyncio.Task[None] | None, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        with suppress(asyncio.CancelledError):  # by the next load, or by the user, who knows
            if before is not None:
                await asyncio.wait([before])
            await work()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
