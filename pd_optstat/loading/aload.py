"""`aload` and `aload_panel`: loading beside a running event loop, such as Jupyter's. All below is that of `load`."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from .._util.cancellation import Cancellation
from .._util.progress import check_progress
from .._util.warn import collect_warnings, warn
from ..core.markets import OptionMarket, OptionStatisticDataType
from .load import load, load_panel

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["aload", "aload_panel"]

_Progress = bool | Callable[[int, int], object] | None


async def aload(
    market: OptionMarket | str | int,
    data_type: OptionStatisticDataType | str | int = "VOLUME",
    start: Any = None,
    end: Any = None,
    *,
    source: Any = None,
    cache: Any = None,
    refresh: bool = False,
    offline: bool = False,
    as_of: Any = None,
    include_open: bool = False,
    progress: _Progress = None,
) -> pd.DataFrame:
    """Load as `load` does, without holding up the event loop.

    Parameters
    ----------
    market, data_type, start, end, source, cache, refresh, offline, as_of, include_open, progress : as in `load`
        A `progress` callable is called in the event loop; what it raises ends the load.

    Returns
    -------
    DataFrame
        As `load`.

    Raises
    ------
    OptStatError
        As `load`.
    asyncio.CancelledError
        If it is cancelled, within moments: nothing is left running or open, and what was complete is cached.

    Examples
    --------
    In a notebook ``df = await po.aload(...)``; several at once with ``asyncio.gather``. Elsewhere:

    >>> import asyncio
    >>> df = asyncio.run(aload("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=False))
    >>> len(df)
    10
    """
    arguments = (market, data_type, start, end)
    options = _options(source, cache, refresh, offline, as_of, include_open)
    return await _beside(load, arguments, options, progress)


async def aload_panel(
    markets: Iterable[Any] | Any = None,
    data_types: Iterable[Any] | Any = None,
    start: Any = None,
    end: Any = None,
    *,
    source: Any = None,
    cache: Any = None,
    refresh: bool = False,
    offline: bool = False,
    as_of: Any = None,
    include_open: bool = False,
    progress: _Progress = None,
) -> pd.DataFrame:
    """Load several series side by side, as `load_panel` does, without holding up the event loop; see `aload`.

    Parameters
    ----------
    markets, data_types : list or one of them, optional
        As in `load_panel`: by default all markets, and both data types.
    start, end, source, cache, refresh, offline, as_of, include_open, progress : as in `aload`
        For all series alike.

    Returns
    -------
    DataFrame
        As `load_panel`.

    Raises
    ------
    OptStatError, asyncio.CancelledError
        As `aload`.

    Examples
    --------
    >>> import asyncio
    >>> panel = asyncio.run(aload_panel("HK_INDEX", None, "2026-06-01", "2026-06-12", source="simulator:", cache=False))
    >>> panel.shape
    (10, 10)
    """
    arguments = (markets, data_types, start, end)
    options = _options(source, cache, refresh, offline, as_of, include_open)
    return await _beside(load_panel, arguments, options, progress)


def _options(*values: Any) -> dict[str, Any]:
    names = ("source", "cache", "refresh", "offline", "as_of", "include_open")
    return dict(zip(names, values, strict=True))


async def _beside(
    work: Callable[..., pd.DataFrame], arguments: tuple[Any, ...], options: dict[str, Any], progress: _Progress
) -> pd.DataFrame:
    """Run `work` in a thread of its own, that ends when it is cancelled, before this does."""
    check_progress(progress)
    loop = asyncio.get_running_loop()
    finished = asyncio.Event()
    outcome: list[pd.DataFrame] = []
    failures: list[BaseException] = []

    with Cancellation() as interrupt, collect_warnings() as notes:

        def tell(call: Callable[[int, int], object], done: int, total: int) -> None:
            if not interrupt.is_set:
                try:
                    call(done, total)
                except BaseException as error:
                    failures.append(error)
                    interrupt.set()

        def tell_there(call: Callable[[int, int], object], done: int, total: int) -> None:
            loop.call_soon_threadsafe(tell, call, done, total)

        def run() -> None:
            shown = partial(tell_there, progress) if callable(progress) else progress
            try:
                with interrupt.active():
                    outcome.append(work(*arguments, **options, progress=shown))
            except BaseException as error:
                failures.append(error)
            finally:
                _close_thread()
                loop.call_soon_threadsafe(finished.set)

        # The pins and the notes of this task are those of the thread as well.
        here = contextvars.copy_context()
        thread = threading.Thread(target=here.run, args=(run,), name="pd_optstat-aload", daemon=True)
        thread.start()
        cancelled = await _until(finished, interrupt)
        thread.join()  # its last act was to say so
    for message, category in notes:
        warn(message, category)
    if cancelled is not None:
        raise cancelled
    if failures:
        raise failures[0]
    return outcome[0]


async def _until(finished: asyncio.Event, interrupt: Cancellation) -> asyncio.CancelledError | None:
    """Wait until the thread has ended, also after being cancelled: that only tells it to end."""
    cancelled = None
    while not finished.is_set():
        try:
            await finished.wait()
        except asyncio.CancelledError as error:
            cancelled = error
            interrupt.set()
    return cancelled


def _close_thread() -> None:
    from ..storage.cache.database import close_thread_connections

    close_thread_connections()
