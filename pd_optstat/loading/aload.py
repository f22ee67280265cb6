"""`aload`, `aload_panel` and `aload_volatility`: loads for a running event loop, such as that of Jupyter."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from .._types import (
    CacheLike,
    DataTypeLike,
    DateLike,
    MarketLike,
    MomentLike,
    ProgressLike,
    SourceLike,
    UnderlyingLike,
)
from .._util.cancellation import Cancellation
from .._util.progress import check_progress
from .._util.warn import collect_warnings, warn
from .load import load, load_panel
from .load_volatility import load_volatility

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["aload", "aload_panel", "aload_volatility"]


async def aload(
    market: MarketLike,
    data_type: DataTypeLike = "VOLUME",
    start: DateLike | None = None,
    end: DateLike | None = None,
    *,
    source: SourceLike | None = None,
    cache: CacheLike | None = None,
    refresh: bool = False,
    offline: bool = False,
    as_of: MomentLike | None = None,
    include_open: bool = False,
    warmup: int = 0,
    stale_if_error: bool | None = None,
    progress: ProgressLike | None = None,
) -> pd.DataFrame:
    """Load as `load` does, without blocking the event loop.

    Parameters
    ----------
    market, data_type, start, end, source, cache, refresh, offline, as_of : as in `load`
        The series, its days and where they come from.
    include_open, warmup, stale_if_error, progress : as in `load`
        A `progress` callable is called in the event loop; an exception in it ends the load.

    Returns
    -------
    DataFrame
        As `load`.

    Raises
    ------
    OptStatError
        As `load`.
    asyncio.CancelledError
        If it is cancelled, within moments. Nothing is left running or open, and requests that were complete are
        cached.

    Examples
    --------
    In a notebook ``df = await po.aload(...)``; several at once with ``asyncio.gather``. Elsewhere:

    >>> import asyncio
    >>> df = asyncio.run(aload("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=False))
    >>> len(df)
    10
    """

    def work(progress: ProgressLike | None) -> pd.DataFrame:
        return load(
            market,
            data_type,
            start,
            end,
            source=source,
            cache=cache,
            refresh=refresh,
            offline=offline,
            as_of=as_of,
            include_open=include_open,
            warmup=warmup,
            stale_if_error=stale_if_error,
            progress=progress,
        )

    return await _in_thread(work, progress)


async def aload_panel(
    markets: Iterable[MarketLike] | MarketLike | None = None,
    data_types: Iterable[DataTypeLike] | DataTypeLike | None = None,
    start: DateLike | None = None,
    end: DateLike | None = None,
    *,
    source: SourceLike | None = None,
    cache: CacheLike | None = None,
    refresh: bool = False,
    offline: bool = False,
    as_of: MomentLike | None = None,
    include_open: bool = False,
    warmup: int = 0,
    stale_if_error: bool | None = None,
    progress: ProgressLike | None = None,
) -> pd.DataFrame:
    """Load several series as `load_panel` does, without blocking the event loop; see `aload`.

    Parameters
    ----------
    markets, data_types : list or one of them, optional
        As in `load_panel`: by default all markets, and both data types.
    start, end, source, cache, refresh, offline, as_of, include_open, warmup, stale_if_error, progress : as in `aload`
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

    def work(progress: ProgressLike | None) -> pd.DataFrame:
        return load_panel(
            markets,
            data_types,
            start,
            end,
            source=source,
            cache=cache,
            refresh=refresh,
            offline=offline,
            as_of=as_of,
            include_open=include_open,
            warmup=warmup,
            stale_if_error=stale_if_error,
            progress=progress,
        )

    return await _in_thread(work, progress)


async def aload_volatility(
    underlying: UnderlyingLike,
    start: DateLike | None = None,
    end: DateLike | None = None,
    *,
    source: SourceLike | None = None,
    cache: CacheLike | None = None,
    refresh: bool = False,
    offline: bool = False,
    as_of: MomentLike | None = None,
    include_open: bool = False,
    stale_if_error: bool | None = None,
    progress: ProgressLike | None = None,
) -> pd.DataFrame:
    """Load volatilities as `load_volatility` does, without blocking the event loop; see `aload`.

    Parameters
    ----------
    underlying : Underlying or str
        As in `load_volatility`.
    start, end, source, cache, refresh, offline, as_of, include_open, stale_if_error, progress : as in `aload`
        The days, and where they come from.

    Returns
    -------
    DataFrame
        As `load_volatility`.

    Raises
    ------
    OptStatError, asyncio.CancelledError
        As `aload`.

    Examples
    --------
    >>> import asyncio
    >>> df = asyncio.run(aload_volatility("US.AAPL", "2026-06-01", "2026-06-12", source="simulator:", cache=False))
    >>> df.shape
    (10, 3)
    """

    def work(progress: ProgressLike | None) -> pd.DataFrame:
        return load_volatility(
            underlying,
            start,
            end,
            source=source,
            cache=cache,
            refresh=refresh,
            offline=offline,
            as_of=as_of,
            include_open=include_open,
            stale_if_error=stale_if_error,
            progress=progress,
        )

    return await _in_thread(work, progress)


async def _in_thread(
    work: Callable[[ProgressLike | None], pd.DataFrame], progress: ProgressLike | None
) -> pd.DataFrame:
    """Run `work` in a new thread, which has ended by the time that this returns or raises, even if it is cancelled."""
    check_progress(progress)
    loop = asyncio.get_running_loop()
    finished = asyncio.Event()
    outcome: list[pd.DataFrame] = []
    failures: list[BaseException] = []

    with Cancellation() as cancellation, collect_warnings() as notes:

        def call_progress(call: Callable[[int, int], object], done: int, total: int) -> None:
            if not cancellation.is_set:
                try:
                    call(done, total)
                except BaseException as error:
                    failures.append(error)
                    cancellation.set()

        def schedule_progress(call: Callable[[int, int], object], done: int, total: int) -> None:
            loop.call_soon_threadsafe(call_progress, call, done, total)

        def run() -> None:
            shown = partial(schedule_progress, progress) if callable(progress) else progress
            try:
                with cancellation.active():
                    outcome.append(work(shown))
            except BaseException as error:
                failures.append(error)
            finally:
                _close_thread()
                loop.call_soon_threadsafe(finished.set)

        # The thread has the context of this task: its pins, and the warnings that it collects.
        here = contextvars.copy_context()
        thread = threading.Thread(target=here.run, args=(run,), name="pd_optstat-aload", daemon=True)
        thread.start()
        cancelled = await _until(finished, cancellation)
        thread.join()  # it set `finished` last
    for message, category in notes:
        warn(message, category)
    if cancelled is not None:
        raise cancelled
    if failures:
        raise failures[0]
    return outcome[0]


async def _until(finished: asyncio.Event, cancellation: Cancellation) -> asyncio.CancelledError | None:
    """Wait until the thread has ended; cancelling this only tells the thread to end."""
    cancelled = None
    while not finished.is_set():
        try:
            await finished.wait()
        except asyncio.CancelledError as error:
            cancelled = error
            cancellation.set()
    return cancelled


def _close_thread() -> None:
    from ..storage.cache.database import close_thread_connections

    close_thread_connections()
