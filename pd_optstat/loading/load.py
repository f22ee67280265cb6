"""`load` and `load_panel`: the only place where request, cache, sources, stitching and frame meet."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from .._util.progress import check_progress
from .._util.warn import warn
from ..config import cache_directory, default_source, freshness_rules, to_folder
from ..core import frame, history
from ..core.calendars import calendar, sessions_in, today
from ..core.dates import format_days, to_date
from ..core.finality import Moment, to_moment
from ..core.history import Answer, Rows
from ..core.intervals import subtract
from ..core.markets import OptionMarket, OptionStatisticDataType
from ..core.request import SeriesKey, Span, parse_data_type, parse_market, parse_moment, parse_span
from ..errors import CacheError, ConnectionFailed, InvalidRequest, OfflineMiss, StaleWarning
from ..sources import Parquet, Source, resolve
from ..storage.archive import read
from ..storage.cache.cache import Cache, store_of
from ..storage.cache.memory import Memory
from ..storage.cache.protocol import HistoryStore
from ..storage.cache.store import shared_store
from ..storage.pins import pin as pins
from .engine import Task
from .fetch import fetch
from .planning import Plan, closed_span, plan
from .result import iso, to_frame

__all__ = ["close", "load", "load_panel"]

_log = logging.getLogger("pd_optstat")


def load(
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
    progress: bool | Callable[[int, int], object] | None = None,
) -> pd.DataFrame:
    """Load the daily call and put totals of an option market; only what the cache lacks is requested.

    Parameters
    ----------
    market : OptionMarket, str or int
        ``"US_SECURITY"``, ``"US_INDEX"``, ``"HK_SECURITY"``, ``"HK_INDEX"``, in any case, or 1 to 4.
    data_type : OptionStatisticDataType, str or int
        ``"VOLUME"`` (contracts traded that day) or ``"OPEN_INTEREST"`` (contracts open after it), or 0, 1.
    start, end : str, date, datetime or Timestamp, optional
        Full ISO dates, both inclusive, any span. A moment with a time zone counts as the date on the
        exchange's clock. By default `end` is the exchange's today and `start` 364 days before the end.
    source : str or object, optional
        Where the numbers come from: ``"opend://HOST:PORT"``, ``"ws://:KEY@HOST:PORT"``, ``"wss://…"``,
        ``"simulator:"``, ``"snapshot:PATH"``, ``"parquet:URL"``; a `po.OpenD`, `po.OpenDWebSocket` or `po.Parquet`;
        or an open ``OpenQuoteContext`` of the vendor's SDK. By default the configured one, else OpenD on this machine.
    cache : path, Cache or False, optional
        Where they are kept; False for nowhere.
    refresh : bool
        Ask for the whole range anew.
    offline : bool
        Never use the network.
    as_of : str, datetime or Timestamp, optional
        The values as this cache knew them at that moment, without any request. Without a zone: UTC; a bare
        date: the end of that day.
    include_open : bool
        Whether the running totals of a session that has not closed yet are the last row.
    progress : bool or callable, optional
        By default a bar when several windows are needed; a callable gets (done, total) windows.

    Returns
    -------
    DataFrame
        Indexed by trading day (``time``, ascending, unique, without zone): ``timestamp`` (float64, Unix seconds
        of the day's midnight on the exchange's clock), ``call_value``, ``put_value``, ``total_value``
        (int64, contracts), ``ratio`` (float64, put / call, NaN where call is 0). ``attrs["optstat"]`` says
        what was loaded, from where, when it was observed, what is provisional or missing, and a digest.

    Raises
    ------
    InvalidRequest
        Before anything is requested, if an argument cannot be.
    ConnectionFailed, ProtocolError, RequestRejected, RateLimited
        If the source cannot be reached or does not answer as it should. What was complete is cached.
    InvalidData
        If what it answers contradicts the request or itself.
    OfflineMiss
        If `offline` or `as_of` needs what the cache does not hold.
    CacheError
        If the cache folder cannot be used.

    Notes
    -----
    Source: protocol 3301, ``Qot_GetOptionMarketStatistic``, of Futu and moomoo OpenD.

    Examples
    --------
    >>> import pd_optstat as po
    >>> df = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=False)
    >>> df["call_value"].iloc[-1]
    np.int64(45658870)
    """
    series = SeriesKey(parse_market(market), parse_data_type(data_type))
    options = _Options.check(refresh=refresh, offline=offline, as_of=as_of, include_open=include_open, cache=cache)
    (loaded,) = _load([series], start, end, source, cache, options, progress)
    return loaded


def load_panel(
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
    progress: bool | Callable[[int, int], object] | None = None,
) -> pd.DataFrame:
    """Load several series side by side.

    Parameters
    ----------
    markets, data_types : list or one of them, optional
        By default all markets, and both data types.
    start, end, source, cache, refresh, offline, as_of, include_open, progress : as in `load`
        For all series alike.

    Returns
    -------
    DataFrame
        The days of all series, outer-joined; columns a MultiIndex ``market``, ``data_type``, ``field``. Counts are
        nullable ``Int64``, ``timestamp`` and ``ratio`` float64; a day that a series lacks is ``<NA>`` or NaN.
        ``attrs["optstat"]["series"]`` holds what `load` would have put into each frame's attrs.

    Raises
    ------
    OptStatError
        As `load`; one series that fails fails the panel.

    Examples
    --------
    >>> import pd_optstat as po
    >>> panel = po.load_panel("US_SECURITY", None, "2026-06-01", "2026-06-12", source="simulator:", cache=False)
    >>> panel["US_SECURITY"]["VOLUME"].shape
    (10, 5)
    """
    wanted = itertools.product(
        _several(markets, OptionMarket, parse_market),
        _several(data_types, OptionStatisticDataType, parse_data_type),
    )
    series = [SeriesKey(market, data_type) for market, data_type in wanted]
    options = _Options.check(refresh=refresh, offline=offline, as_of=as_of, include_open=include_open, cache=cache)
    return frame.join_frames(_load(series, start, end, source, cache, options, progress))


def close() -> None:
    """Close what loads keep open for the next one: idle connections and databases. They open again when needed.

    Examples
    --------
    >>> import pd_optstat as po
    >>> po.close()
    """
    from ..opend.pool import close_idle
    from ..storage.cache.database import close_databases

    close_idle()
    close_databases()


@dataclass(frozen=True, slots=True)
class _Options:
    refresh: bool
    offline: bool
    as_of: datetime | None
    include_open: bool

    @classmethod
    def check(cls, *, refresh: Any, offline: Any, as_of: Any, include_open: Any, cache: Any) -> _Options:
        for name, value in (("refresh", refresh), ("offline", offline), ("include_open", include_open)):
            if not isinstance(value, bool | np.bool_):
                raise InvalidRequest(f"{name}={value!r} must be True or False.")
        if refresh and offline:
            raise InvalidRequest("refresh=True asks the source, offline=True forbids it. Drop one of them.")
        known_at = None if as_of is None else parse_moment(as_of)
        if known_at is not None and refresh:
            raise InvalidRequest("as_of reads what was known then, refresh=True asks anew. Drop one of them.")
        if known_at is not None and cache is False:
            raise InvalidRequest("as_of reads from the cache, and cache=False means none. Drop one of them.")
        if offline and cache is False:
            raise InvalidRequest("offline=True reads from the cache, and cache=False means none. Drop one of them.")
        return cls(bool(refresh), bool(offline), known_at, bool(include_open))

    @property
    def known_by(self) -> Moment | None:
        return None if self.as_of is None else to_moment(self.as_of.timestamp())


def check_options(*, offline: Any, as_of: Any, include_open: Any, cache: Any) -> None:
    """Refuse options that mean nothing, or not with each other, as `load` does."""
    _Options.check(refresh=False, offline=offline, as_of=as_of, include_open=include_open, cache=cache)


def _load(
    series: Sequence[SeriesKey],
    start: Any,
    end: Any,
    source: Any,
    cache: Any,
    options: _Options,
    progress: bool | Callable[[int, int], object] | None,
) -> list[pd.DataFrame]:
    """Check what was asked, answer it by a pin, an archive or cache and source, and let a pin record the frames."""
    check_progress(progress)
    asked = pins.Load(series, start, end, source, options.as_of, options.include_open, options.refresh)
    if (replayed := asked.replayed()) is not None:
        _log.debug("load %s: from the pin", ", ".join(map(str, series)))
        return replayed
    way_in = resolve(default_source() if source is None else source)
    store = _resolve_cache(cache)
    now = time.time()
    tasks = [Task(one, _span(one, start, end, options, now)) for one in series]
    if isinstance(way_in, Parquet):
        origin = _answer_from_archive(tasks, way_in, options, now)
    else:
        origin = _answer_all(tasks, way_in, store, options, now, progress)
    frames = [to_frame(task, origin, way_in.endpoint, options.as_of) for task in tasks]
    for task, one in zip(tasks, frames, strict=True):
        _log.debug("load %s %s: %d rows of %s, %d requests", task.series, task.span, len(one), origin, task.requests)
    asked.record(frames)
    return frames


def _span(series: SeriesKey, start: Any, end: Any, options: _Options, now: float) -> Span:
    """Return the days to answer for; `as_of` a moment, those that could be asked for at that moment."""
    span = parse_span(start, end, series.exchange, now)
    if options.as_of is not None and options.as_of.timestamp() < now:
        now = options.as_of.timestamp()
        if to_date(span.first) > to_date(today(series.exchange, now)):
            raise OfflineMiss(
                f"As of {options.as_of.isoformat()} nothing was known of {series} from {to_date(span.first)} on: these "
                "days were still to come. Take a later as_of, or an earlier start."
            )
        span = parse_span(start if start is None else to_date(span.first), end, series.exchange, now)
    if options.include_open:
        return span
    return closed_span(span, today(series.exchange, now), lambda: calendar(series.exchange), now)


def _answer_all(
    tasks: Sequence[Task],
    source: Source,
    store: HistoryStore,
    options: _Options,
    now: float,
    progress: bool | Callable[[int, int], object] | None,
) -> str:
    """Make every task's history hold an answer for all of its span; return the origin of the rows."""
    remembered = None if source.origin_is_certain else store.origin_of(source.endpoint)
    origin = remembered or source.likely_origin
    _plan_all(tasks, store, origin, options, now)
    if options.as_of is not None or options.offline:
        for task in tasks:
            _check_offline(task, origin, options)
        return origin
    complete = not any(task.plan.windows for task in tasks)
    if not complete or remembered is not None:
        lacking = [task for task in tasks if task.plan.windows]
        with store.exclusive([task.series for task in lacking]):
            if not complete:
                # Somebody else may have fetched just that while we waited for our turn; or even before we looked, but
                # after this load began, so that the answer was of the future. (What was complete stays so: if it has
                # grown old while we waited, it is not for us, without its lock, to ask for it.)
                now = time.time()
                _plan_all(lacking, store, origin, options, now)
                complete = not any(task.plan.windows for task in tasks)
            if not complete or remembered is not None:
                origin = _ask(tasks, source, store, options, now, progress, origin, remembered)
        for task in tasks:
            task.known = store.read(origin, task.series, task.span.first, task.span.last)
            _check_answered(task, origin)
    _record_idle(tasks, store, origin, now)
    return origin


def _answer_from_archive(tasks: Sequence[Task], source: Parquet, options: _Options, now: float) -> str:
    """Make every task's history hold what an archive answers for all of its span; return the origin of the rows."""
    if options.refresh:
        raise InvalidRequest(f"refresh=True asks a server anew, and source={source.endpoint!r} only reads. Drop one.")
    if options.offline and not source.place.is_local:
        raise InvalidRequest(
            f"offline=True never uses the network, and source={source.endpoint!r} is reached over it. Drop one of them."
        )
    wanted = [(task.series, task.span) for task in tasks]
    answer = read.answer(source.place, wanted, source.origin, options.known_by)
    for task, known in zip(tasks, answer.histories, strict=True):
        task.known = known
        task.settled = history.settled(known, task.span.first, task.span.last, to_moment(now))
    return answer.origin


def _check_answered(task: Task, origin: str) -> None:
    """Raise `CacheError` if what was just fetched is not there: somebody cleared or damaged the cache meanwhile."""
    known = history.known(task.known)
    for window in task.plan.windows:
        if subtract((window.query.first, window.query.last), known):
            raise CacheError(
                f"What was just loaded of {window.query} ({origin}) is no longer in the cache: it was cleared or "
                "damaged by somebody else at the same moment. Load again."
            )


def _ask(
    tasks: Sequence[Task],
    source: Source,
    store: HistoryStore,
    options: _Options,
    now: float,
    progress: bool | Callable[[int, int], object] | None,
    origin: str,
    remembered: str | None,
) -> str:
    """Open the source, learn the origin of its rows, and fetch what is planned; return the origin."""
    opened = False
    try:
        with source.open() as session:
            opened = True
            if session.origin != origin:
                origin = session.origin
                _plan_all(tasks, store, origin, options, now)
            if not source.origin_is_certain:
                _remember(store, source, remembered, origin)
            fetch(tasks, session, source, store, progress, freshness_rules())
    except ConnectionFailed as error:
        if not opened and not any(task.plan.windows for task in tasks):
            # A simulator was last seen there, and its rows are all here: it need not run for them to be served.
            return origin
        hinted = _with_offline_hint(error, tasks)
        if hinted is error:
            raise  # `from error` would make it its own cause: whoever walks the chain would never arrive
        raise hinted from error
    return origin


def _plan_all(tasks: Sequence[Task], store: HistoryStore, origin: str, options: _Options, now: float) -> None:
    """Read what the cache knows of each task under `origin`, and plan the windows that are to be asked for."""
    for task in tasks:
        if task.span.first > task.span.last:
            continue
        task.known = store.read(origin, task.series, task.span.first, task.span.last)
        task.settled = history.settled(task.known, task.span.first, task.span.last, to_moment(now))
        if task.settled and not options.refresh:
            task.plan = Plan()
            continue
        task.plan = plan(
            task.series,
            task.span,
            task.known,
            task.calendar,
            to_moment(now),
            rules=freshness_rules(),
            refresh=options.refresh,
            include_open=options.include_open,
        )


def _remember(store: HistoryStore, source: Source, remembered: str | None, origin: str) -> None:
    """Remember whether a simulator answered at the source's address, if that is news: the next load plans by it."""
    simulated = None if origin == source.likely_origin else origin
    if simulated != remembered and store.writable:
        store.remember_origin(source.endpoint, simulated)


def _record_idle(tasks: Sequence[Task], store: HistoryStore, origin: str, now: float) -> None:
    """Record spans without any session as answered: nobody need be asked for them, now or later."""
    none = np.empty(0, dtype=np.int64)
    for task in tasks:
        answers = [
            Answer(first, last, (first, last), Rows(none, none, none), none, to_moment(now), last, "")
            for first, last in task.plan.idle
        ]
        if answers and store.writable:
            store.record(origin, task.series, answers)


def _check_offline(task: Task, origin: str, options: _Options) -> None:
    """Raise `OfflineMiss` if sessions were never answered for; warn if what there is would be asked for again."""
    if task.span.first > task.span.last:
        return
    unknown = subtract((task.span.first, task.span.last), history.known(task.known, options.known_by))
    sessions = sessions_in(unknown, task.calendar)
    if len(sessions):
        raise OfflineMiss(_miss(task, origin, sessions, options))
    if options.as_of is None and task.plan.windows:
        newest = history.observed_at(task.known, task.span.first, task.span.last)
        warn(
            f"{task.series}: numbers that are not final are served past their time (newest observation: "
            f"{iso(newest)}). Load without offline=True to ask for them anew.",
            StaleWarning,
        )


def _miss(task: Task, origin: str, sessions: Any, options: _Options) -> str:
    what = f"{task.series} of {task.span} ({origin}): {format_days(sessions.tolist())}"
    if options.as_of is None:
        return f"Not in the cache: {what}. Load the range once without offline=True."
    moments = task.known.span_first_at
    first = f"its first observation is of {iso(int(moments.min()))}" if len(moments) else "it has never observed them"
    return (
        f"As of {iso(options.known_by)} this cache did not know {what}; {first}. "
        "Take a later as_of, or a shorter range."
    )


def _with_offline_hint(error: ConnectionFailed, tasks: Sequence[Task]) -> ConnectionFailed:
    """Return `error` with the advice to load offline, if the cache has all that was asked for."""
    for task in tasks:
        if task.plan.windows and subtract((task.span.first, task.span.last), history.known(task.known)):
            return error
    hint = "All that was asked for is in the cache, though not final or to be refreshed: offline=True serves it."
    return ConnectionFailed(f"{error} {hint}")


def _several(given: Any, kind: Any, parse: Callable[[Any], Any]) -> list[Any]:
    if given is None:
        return list(kind)
    several = [given] if isinstance(given, str | int) or not isinstance(given, Iterable) else list(given)
    if not several:
        raise InvalidRequest(f"An empty list of {kind.__name__}s was given. Name at least one, or None for all.")
    return list(dict.fromkeys(parse(one) for one in several))


def _resolve_cache(cache: Any) -> HistoryStore:
    if isinstance(cache, Cache):
        return store_of(cache)
    if cache is False:
        return Memory()
    if cache is True:
        raise InvalidRequest("cache=True means nothing. Leave it out for the default folder, or give a path.")
    return shared_store(cache_directory() if cache is None else to_folder(cache))
