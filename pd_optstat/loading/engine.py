"""The loading engine: one load from checked arguments to frames, read from top to bottom.

A pin that replays, or a recorded source, answers a load whole. Otherwise each series goes through the same steps: read
what the cache holds, plan the requests that are missing, fetch them, record each complete answer, build the result.

The result is made of one value, the `History` that was read when the plan was made with the answers to that plan added
to it. What other processes do to the cache meanwhile can therefore not leave a hole in it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from .._types import ProgressLike
from .._util.cancellation import while_waiting
from .._util.progress import Progress
from .._util.warn import warn
from ..config import freshness_rules
from ..core import history as histories
from ..core import observations
from ..core.arrays import Int64Array
from ..core.attrs import format_moment
from ..core.calendar_history import read_by_calendar
from ..core.calendars import SessionCalendar, calendar, sessions_in
from ..core.dates import format_days
from ..core.finality import Moment, to_moment
from ..core.history import History, Rows
from ..core.intervals import subtract
from ..core.markets import VolatilityDataType
from ..core.request import LoadArguments, LoadOptions
from ..core.result import SeriesResult, result_from_history
from ..core.series import SeriesKey, Span
from ..errors import CacheError, ConnectionFailed, OfflineMiss, StaleWarning
from ..sources.protocols import PagedSource, RecordedSource, Session, Source
from ..storage.cache.protocol import HistoryStore
from ..storage.pins.pin import active
from . import replay
from .fetch import fetch
from .planning import Plan, PlannedRequest, plan
from .recorder import WRITE_INTERVAL, Recorder

__all__ = ["count_requests", "run", "time_left"]

_log = logging.getLogger("pd_optstat")

#: Why a load failed although the cache holds everything.
_STALE_ADVICE = (
    "The cache holds all that was asked for, though some of it is not final: load with offline=True or "
    "stale_if_error=True to use it."
)


def run(
    arguments: LoadArguments,
    source: Source | None,
    default: Callable[[], Source],
    store: Callable[[], HistoryStore],
    progress: ProgressLike | Progress | None,
) -> list[pd.DataFrame]:
    """Answer a load with a frame for each of its series.

    Parameters
    ----------
    arguments : LoadArguments
    source : Source or None
        None if the load names none.
    default : callable
        Returns the source of such a load.
    store : callable
        Returns the cache, or what stands in for it with ``cache=False``; called only for a server.
    progress : bool, callable, None or Progress
        A `Progress` counts the requests of several loads.
    """
    pin = active()
    if pin is not None and pin.replaying:
        results = replay.replay(pin, arguments, source, default)
        _log.debug("load %s: from the pin", ", ".join(map(str, arguments.series)))
    else:
        chosen = source or default()
        if isinstance(chosen, RecordedSource):
            results = chosen.answer(arguments)
        else:
            assert isinstance(chosen, PagedSource)
            results = _load(arguments, chosen, store(), progress)
        for one in results:
            count = len(one.values.rows)
            _log.debug("load %s %s: %d rows of %s, %d requests", one.series, one.span, count, one.origin, one.requests)
        if pin is not None:
            replay.record(pin, arguments, source, results)
    return [one.to_frame() for one in results]


@dataclass(slots=True, eq=False)
class _SeriesLoad:
    """State of one series during a load."""

    series: SeriesKey
    span: Span
    known: History = histories.EMPTY
    settled: bool = False
    requests: int = 0
    first_page_requests: int = 0

    def calendar(self) -> SessionCalendar:
        """Return the sessions of the series' exchange; slow the first time."""
        return calendar(self.series.exchange)


@dataclass(slots=True, eq=False)
class _Group:
    """The series of a load that the same requests fill: one, or volume and open interest of an underlying."""

    loads: list[_SeriesLoad]
    plan: Plan = field(default_factory=Plan)

    @property
    def lead(self) -> _SeriesLoad:
        """The first of them, to which requests are counted."""
        return self.loads[0]


def _grouped(loads: Sequence[_SeriesLoad]) -> list[_Group]:
    groups: dict[str, _Group] = {}
    for load in loads:
        groups.setdefault(load.series.request_name, _Group([])).loads.append(load)
    return list(groups.values())


def _load(
    arguments: LoadArguments, source: PagedSource, store: HistoryStore, progress: ProgressLike | Progress | None
) -> list[SeriesResult]:
    """Serve what the store holds, and fetch what it lacks."""
    options = arguments.options
    loads = [_SeriesLoad(series, arguments.span(series)) for series in arguments.series]
    groups = _grouped(loads)
    remembered = None if source.origin_is_certain else store.origin_of(source.endpoint)
    origin = remembered or source.likely_origin
    _read_and_plan(groups, store, origin, options, arguments.now)
    if options.offline or options.as_of is not None:
        for group in groups:
            for load in group.loads:
                _check_known(load, group.plan, origin, options)
        return _results(loads, origin, source, options)
    # A simulator may have been replaced by a real server at the same address, so its address is always visited.
    lacking = [group for group in groups if group.plan.requests]
    if lacking or remembered is not None:
        with store.exclusive([group.lead.series for group in lacking]):
            # Another process may have fetched the same while this one waited for the lock, or after this load began
            # but before it looked, so that the answer seemed to be from the future. A series that was complete stays
            # so even if it has grown old meanwhile: without its lock it may not be requested.
            _read_and_plan(lacking, store, origin, options, time.time())
            if any(group.plan.requests for group in lacking) or remembered is not None:
                origin = _fetch(groups, source, store, options, progress, origin, remembered)
    _record_closed_days(groups, store, origin, arguments.now)
    return _results(loads, origin, source, options)


def count_requests(arguments: LoadArguments, source: PagedSource, store: HistoryStore) -> int:
    """Return how many windows a load would request by what the store holds now."""
    groups = _grouped([_SeriesLoad(series, arguments.span(series)) for series in arguments.series])
    remembered = None if source.origin_is_certain else store.origin_of(source.endpoint)
    _read_and_plan(groups, store, remembered or source.likely_origin, arguments.options, arguments.now)
    return sum(len(group.plan.requests) for group in groups)


def _read_and_plan(
    groups: Sequence[_Group], store: HistoryStore, origin: str, options: LoadOptions, now: float
) -> None:
    """Read what the store holds of each series under `origin`, and plan the requests that are missing."""
    for group in groups:
        first, last = group.lead.span.first, group.lead.span.last
        if first > last:
            continue
        for load in group.loads:
            stored = store.read(origin, load.series, first, last)
            load.known = read_by_calendar(stored, load.series, freshness_rules())
            # The usual case, recognised without a calendar: every day is final, and every session has a row.
            load.settled = histories.settled(load.known, first, last, to_moment(now))
        if all(load.settled for load in group.loads) and not options.refresh:
            group.plan = Plan()
            continue
        group.plan = plan(
            {load.series: load.known for load in group.loads},
            group.lead.span,
            group.lead.calendar,
            to_moment(now),
            rules=freshness_rules(),
            refresh=options.refresh,
            include_open=options.include_open,
        )


def _fetch(
    groups: Sequence[_Group],
    source: PagedSource,
    store: HistoryStore,
    options: LoadOptions,
    progress: ProgressLike | Progress | None,
    origin: str,
    remembered: str | None,
) -> str:
    """Open the source, learn the origin of its rows, and fetch and record what is planned; return the origin."""
    is_open = False
    try:
        with source.open() as session:
            is_open = True
            if session.origin != origin:
                origin = session.origin
                _read_and_plan(groups, store, origin, options, time.time())
            simulated = None if source.origin_is_certain or origin == source.likely_origin else origin
            new_simulator = simulated != remembered and simulated is not None
            is_written_later = new_simulator and any(group.plan.requests for group in groups)
            if simulated != remembered and store.writable and not is_written_later:
                # The next load plans by it. A new simulator's is written with its first answers.
                store.remember_origin(source.endpoint, simulated)
            _fetch_planned(groups, session, source, store, progress, new_simulator=new_simulator)
    except ConnectionFailed as error:
        if not is_open and not any(group.plan.requests for group in groups):
            # A simulator was there when last seen, and all its rows are cached: it need not run to serve them.
            return origin
        loads = [load for group in groups for load in group.loads]
        if options.stale_if_error and (lacking := _cut_to_known(loads)) is not None:
            warn(f"What the cache holds is returned{lacking}. {error}", StaleWarning)
            return origin
        if any(len(_unknown_sessions(load)) for load in loads):
            raise
        raise ConnectionFailed(f"{error} {_STALE_ADVICE}") from error
    return origin


def _fetch_planned(
    groups: Sequence[_Group],
    session: Session,
    source: PagedSource,
    store: HistoryStore,
    progress: ProgressLike | Progress | None,
    *,
    new_simulator: bool,
) -> None:
    """Fetch all planned requests over one session, and record each answer once it is complete."""
    planned: dict[object, tuple[_Group, PlannedRequest]] = {
        request.query: (group, request) for group in groups for request in group.plan.requests
    }
    if not planned:
        return
    recorder = Recorder(store, session.origin, source.endpoint, freshness_rules(), simulator=new_simulator)
    shown = (
        nullcontext(progress)
        if isinstance(progress, Progress)
        else Progress(progress, len(planned), time_left=time_left(group.lead.series for group in groups))
    )
    with shown as bar, recorder, while_waiting(recorder.flush, WRITE_INTERVAL):
        requests = {request.query: request for _, request in planned.values()}
        for reply in fetch(requests, session, bar.waiting):
            group, request = planned[reply.query]
            group.lead.requests += reply.requests
            group.lead.first_page_requests += reply.first_page_requests
            if reply.rows is not None:
                recorder.note(reply.notes)
                _add_answers(group, request, reply.rows, recorder)
                bar.advance()
    for group in groups:
        for load in group.loads:
            _check_complete(load, group.plan)
    recorder.warn()


def _add_answers(group: _Group, request: PlannedRequest, rows: Mapping[SeriesKey, Rows], recorder: Recorder) -> None:
    """Add what a complete reply says of each series: those that were not asked for are only recorded."""
    answers = {
        series: recorder.answer(series, request, of_series, group.lead.calendar()) for series, of_series in rows.items()
    }
    for load in group.loads:
        load.known, changes = observations.record(load.known, answers[load.series])
        recorder.note_changes(load.series, changes)
    recorder.add(answers)


def time_left(series: Iterable[SeriesKey]) -> Callable[[float, int], float]:
    """Return what tells the seconds that the rate limits take at least for windows of `series`.

    It is called with the seconds until the next window, and the number of windows. Each protocol has a limit.
    """
    protocols = len({(type(one), isinstance(one.data_type, VolatilityDataType)) for one in series})

    def seconds(until_next: float, windows: int) -> float:
        from ..opend.rate_limit import LIMIT, PERIOD

        of_one = -(-windows // protocols)  # of the protocol that has most of them, at least
        return until_next + PERIOD * ((of_one - 1) // LIMIT)

    return seconds


def _check_complete(load: _SeriesLoad, plan: Plan) -> None:
    """Raise `CacheError` if a session that was asked for is neither known nor answered."""
    if plan.requests and len(sessions := _unknown_sessions(load)):
        raise CacheError(
            f"The load of {load.series} {load.span} is incomplete: {format_days(sessions.tolist())} has no answer. "
            "Load again, and report this: it is a fault of pd_optstat."
        )


def _record_closed_days(groups: Sequence[_Group], store: HistoryStore, origin: str, now: float) -> None:
    """Record days without a session as answered, so that no later load builds a calendar for them."""
    for group in groups:
        answers = [histories.closed_days_answer(interval, to_moment(now)) for interval in group.plan.closed_days]
        if answers and store.writable:
            store.record(origin, {load.series: answers for load in group.loads})


def _results(
    loads: Sequence[_SeriesLoad], origin: str, source: PagedSource, options: LoadOptions
) -> list[SeriesResult]:
    """Return the results of all series."""
    now = to_moment(time.time())
    return [
        result_from_history(
            load.series,
            load.span,
            load.known,
            origin=origin,
            endpoint=source.endpoint,
            as_of=options.as_of,
            now=now,
            settled=load.settled,
            requests=load.requests,
            first_page_requests=load.first_page_requests,
        )
        for load in loads
    ]


def _check_known(load: _SeriesLoad, plan: Plan, origin: str, options: LoadOptions) -> None:
    """Raise `OfflineMiss` if sessions were never answered; warn if some rows would be requested again."""
    span = load.span
    sessions = _unknown_sessions(load, options.known_by)
    if len(sessions):
        raise OfflineMiss(_miss(load, origin, format_days(sessions.tolist()), options))
    if options.as_of is None and plan.requests and not load.settled:
        newest = histories.observed_at(load.known, span.first, span.last)
        warn(
            f"{load.series}: some of these values are not final and are due to be requested again (newest "
            f"observation: {format_moment(newest)}). Load without offline=True to do so.",
            StaleWarning,
        )


def _miss(load: _SeriesLoad, origin: str, days: str, options: LoadOptions) -> str:
    """Return the message for sessions that the cache does not hold."""
    what = f"{load.series} {load.span} ({origin}): {days}"
    if options.as_of is None:
        return f"Not in the cache: {what}. Load the range once without offline=True."
    moments = load.known.span_first_at
    first = f"It first observed them at {format_moment(int(moments.min()))}" if len(moments) else "It never did"
    return (
        f"As of {format_moment(options.known_by)}, this cache did not know {what}. {first}. Use a later as_of, or a "
        "shorter range."
    )


def _unknown_sessions(load: _SeriesLoad, by: Moment | None = None) -> Int64Array:
    """Return the sessions of a load of which the cache knew nothing (at the moment `by`)."""
    span = load.span
    if span.first > span.last:
        return np.empty(0, dtype=np.int64)
    return sessions_in(subtract((span.first, span.last), histories.known(load.known, by)), load.calendar)


def _cut_to_known(loads: Sequence[_SeriesLoad]) -> str | None:
    """Let each load end before the first session that the cache does not know; return what that leaves out.

    None if some of them would have no session left, or would lack older ones.
    """
    unknown = {load: sessions for load in loads if len(sessions := _unknown_sessions(load))}
    for load, sessions in unknown.items():
        days = histories.rows(load.known, load.span.first, load.span.last).days
        if not len(days) or days[-1] > sessions[0]:
            return None
    for load, sessions in unknown.items():
        load.span = replace(load.span, last=int(sessions[0]) - 1)
    parts = [f"{load.series} {format_days(sessions.tolist())}" for load, sessions in unknown.items()]
    return f", without {'; '.join(parts)}" if parts else ", though some of it is not final"
