"""From planned windows to recorded answers: asks a session for pages, stitches them, writes what is complete."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import closing

from .._util.progress import Progress
from .._util.warn import warn
from ..core.dates import format_days
from ..core.finality import Rules, final_until, to_moment
from ..core.history import Answer, Changes
from ..core.request import SeriesKey
from ..core.stitching import Stitcher
from ..errors import DataWarning
from ..sources import Session, Source
from ..storage.cache.protocol import HistoryStore
from .engine import Task
from .planning import PlannedRequest

__all__ = ["fetch"]

_log = logging.getLogger("pd_optstat")

#: Complete windows are written at least this often, so that a killed load loses little; seconds.
WRITE_INTERVAL = 0.2


def fetch(
    tasks: Sequence[Task],
    session: Session,
    source: Source,
    store: HistoryStore,
    progress: bool | Callable[[int, int], object] | None,
    rules: Rules,
) -> None:
    """Ask `session` for the windows of all tasks, and record each answer in `store` once it is complete.

    Raises
    ------
    OptStatError
        If a window cannot be had. What was complete by then is recorded all the same.
    """
    jobs = {window.query: (task, window) for task in tasks for window in task.plan.windows}
    if not jobs:
        return
    stitchers = {query: Stitcher(query, len(window.sessions)) for query, (_, window) in jobs.items()}
    writer = _Writer(store, session.origin, source.endpoint, rules)
    for query in jobs:
        _log.debug("request %s from %s", query, source.endpoint)
    with Progress(progress, len(jobs)) as shown:

        def waiting(seconds: float) -> None:
            writer.write()
            shown.waiting(seconds)

        try:
            with closing(session.pages(list(jobs), waiting)) as pages:  # type: ignore[type-var]
                for query, page in pages:
                    task, window = jobs[query]
                    _log.debug("reply %s: %d rows%s", query, len(page.days), ", more follow" if page.next_key else "")
                    begins = not stitchers[query].pages or page.restart
                    task.requests += 1 + page.lost
                    task.first_page_requests += begins + page.lost_first
                    if stitchers[query].add(page):
                        writer.add(task, window, stitchers.pop(query))
                        shown.advance()
        finally:
            # Also after an error: what was completely fetched stays.
            writer.write()
    if stitchers:
        raise AssertionError(f"the source ended without an answer to {next(iter(stitchers))}")
    writer.warn()


class _Writer:
    """Takes complete windows to the cache, several at once when they come fast."""

    def __init__(self, store: HistoryStore, origin: str, endpoint: str, rules: Rules) -> None:
        self._store = store
        self._origin = origin
        self._endpoint = endpoint
        self._rules = rules
        self._begun_at = to_moment(time.time())
        self._waiting: dict[SeriesKey, list[Answer]] = {}
        self._written_at = time.monotonic()
        self._notes: list[str] = []

    def add(self, task: Task, window: PlannedRequest, stitcher: Stitcher) -> None:
        """Take the complete answer to `window`."""
        self._notes += stitcher.notes
        at = to_moment(time.time())
        answer = Answer(
            first=window.query.first,
            last=window.query.last,
            covers=window.covers,
            rows=stitcher.rows(),
            sessions=window.sessions,
            at=at,
            # By the time before anything was asked: the server may have read its numbers well before they arrive.
            final_until=final_until(task.series.data_type, task.calendar(), self._begun_at, self._rules),
            endpoint=self._endpoint,
        )
        self._waiting.setdefault(task.series, []).append(answer)
        if time.monotonic() - self._written_at >= WRITE_INTERVAL:
            self.write()

    def write(self) -> None:
        """Write what is waiting."""
        while self._waiting:
            series, answers = self._waiting.popitem()
            for change in self._store.record(self._origin, series, answers):
                self._note(series, change)
        self._written_at = time.monotonic()

    def warn(self) -> None:
        """Warn of what did not fit, once."""
        if self._notes:
            more = f" (and {len(self._notes) - 3} more)" if len(self._notes) > 3 else ""
            warn(f"{'; '.join(self._notes[:3])}{more}.", DataWarning)

    def _note(self, series: SeriesKey, change: Changes) -> None:
        if change.revised:
            self._notes.append(f"{series}: values taken for final were revised for {format_days(change.revised)}")
        if change.vanished:
            self._notes.append(
                f"{series}: the server no longer gives {format_days(change.vanished)}; what it gave before was kept"
            )
