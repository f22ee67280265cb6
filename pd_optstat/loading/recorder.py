"""Takes complete answers to the cache while a load goes on, so that a load that is killed loses little."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import TracebackType

from .._util.cancellation import Cancellation, Cancelled, postponed
from .._util.warn import warn
from ..core.calendars import SessionCalendar
from ..core.dates import format_days
from ..core.finality import Rules, final_until, row_due, running_from, to_moment
from ..core.history import Answer, Changes, Rows
from ..core.markets import OptionStatisticDataType
from ..core.published import published
from ..core.series import SeriesKey, UnderlyingSeries
from ..errors import DataWarning
from ..storage.cache.protocol import HistoryStore
from .planning import PlannedRequest

__all__ = ["WRITE_INTERVAL", "Recorder"]

#: Complete answers are written at least this often, in seconds. Each write is a transaction that waits for the disk.
WRITE_INTERVAL = 0.2
#: How long a load that was cancelled waits for others to write before it gives up what is complete, in seconds.
GRACE = 1.0
#: A warning repeats at most this many notes.
MAX_NOTES = 3


class Recorder:
    """Writes answers of one source to a store, several at once when they come fast; a context manager.

    Parameters
    ----------
    store : HistoryStore
    origin, endpoint : str
        Where the answers come from.
    simulator : bool
        Whether to remember with the first answers that the endpoint leads to a simulator.
    rules : Rules
        When an answer is final.
    """

    def __init__(self, store: HistoryStore, origin: str, endpoint: str, rules: Rules, *, simulator: bool) -> None:
        self._store = store
        self._origin = origin
        self._endpoint = endpoint
        self._rules = rules
        self._simulator = endpoint if simulator else None
        self._begun_at = to_moment(time.time())
        self._pending: dict[SeriesKey, list[Answer]] = {}
        self._written_at = time.monotonic()
        self._notes: list[str] = []

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # After an error, too: what is complete is kept, also if another process writes just now.
        try:
            with postponed(GRACE):
                self.flush()
        except KeyboardInterrupt:
            # One interrupt more or less must not cost it, nor take long; recording it twice changes nothing.
            with Cancellation() as given_up, given_up.active(), postponed(GRACE), suppress(Cancelled):
                given_up.set()
                self.flush()
            raise

    def answer(self, series: SeriesKey, request: PlannedRequest, rows: Rows, calendar: SessionCalendar) -> Answer:
        """Return the answer that the `rows` of a series, those of the last reply to `request`, are."""
        # By the time before anything was requested: the server may have read its numbers well before they arrive.
        last_final = final_until(series.data_type, calendar, self._begun_at, self._rules)
        if isinstance(series, UnderlyingSeries) and series.data_type is OptionStatisticDataType.OPEN_INTEREST:
            rows, unpublished = published(rows, calendar, self._begun_at)
            last_final = last_final if unpublished is None else min(last_final, unpublished - 1)
        return Answer(
            first=request.query.first,
            last=request.query.last,
            covers=request.covers,
            rows=rows,
            sessions=request.sessions,
            at=to_moment(time.time()),
            final_until=last_final,
            endpoint=self._endpoint,
            begun_at=self._begun_at,
            running_from=running_from(calendar, self._begun_at),
            row_due=partial(row_due, series.data_type, calendar),
        )

    def note(self, notes: Sequence[str]) -> None:
        """Take what did not fit in a reply, to warn of it."""
        self._notes += notes

    def note_changes(self, series: SeriesKey, changes: Changes) -> None:
        """Take what an answer changed of what the load knew, to warn of it."""
        if changes.revised:
            self._notes.append(f"{series}: values taken for final were revised for {format_days(changes.revised)}")
        if changes.vanished:
            self._notes.append(
                f"{series}: the server no longer gives {format_days(changes.vanished)}; the earlier values were kept"
            )

    def add(self, answers: Mapping[SeriesKey, Answer]) -> None:
        """Take the answers that one reply completes. They are written together."""
        for series, answer in answers.items():
            self._pending.setdefault(series, []).append(answer)
        if time.monotonic() - self._written_at >= WRITE_INTERVAL:
            self.flush()

    def flush(self) -> None:
        """Write the answers that are pending."""
        if self._pending:
            # Recording an answer twice changes nothing, and an interrupt may come before it is taken off the list.
            self._store.record(self._origin, self._pending, simulator=self._simulator)
            self._simulator = None
            self._pending = {}
        self._written_at = time.monotonic()

    def warn(self) -> None:
        """Give one `DataWarning` for everything that did not fit."""
        if self._notes:
            more = f" (and {len(self._notes) - MAX_NOTES} more)" if len(self._notes) > MAX_NOTES else ""
            warn(f"{'; '.join(self._notes[:MAX_NOTES])}{more}.", DataWarning)
