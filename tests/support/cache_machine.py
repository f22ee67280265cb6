"""Base of the state machine that tests the cache: a clock, a server with changing numbers, a folder, and a model."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
import warnings
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis.stateful import RuleBasedStateMachine

import pd_optstat as po
from pd_optstat.core.pages import Page
from pd_optstat.sources.simulator import Simulator
from pd_optstat.storage.cache import database as databases
from pd_optstat.storage.cache.store import shared_store
from support.cache_model import EXCHANGES, ONE_DAY, SERIES, Modelled

SOURCE, ORIGIN = "simulator:?seed=7", "simulator:7"
#: The clock stops here: other tests cover what happens after the end of the calendar.
END_OF_TIME = datetime(2026, 6, 1, tzinfo=UTC).timestamp()

Named = tuple[str, str] | None


class Server:
    """A server whose numbers change, with a log of the requests."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.revisions: Counter[tuple[str, str, date]] = Counter()
        self.dropped: set[tuple[str, str, date]] = set()
        self.page_rows = 10_000
        self.ticks = 0.0
        self.fail_after: int | None = None
        self.pages_given = 0
        #: Requests, and those answered completely: series, first, last, rows, begin and end.
        self.asked: list[tuple[str, str, date, date]] = []
        self.answered: list[tuple[str, str, date, date, dict, float, float]] = []

    def rows(self, market: str, data_type: str, first: date, last: date) -> dict[date, tuple[int, int]]:
        """Return the rows of sessions that have opened, with running totals for an open one."""
        exchange, found = EXCHANGES[market[:2]], {}
        for day in exchange.between(first, last):
            key = (market, data_type, day)
            if exchange.opens[day] > self.clock.now or key in self.dropped:
                continue
            running = int(min(self.clock.now, exchange.closes[day]) - exchange.opens[day])
            call = day.toordinal() * 7 + running + 1_000_000 * self.revisions[key]
            found[day] = (call, call // 2 + day.day * len(market) - (data_type == "VOLUME"))
        return found

    def pages(self, queries: Any, waiting: Any) -> Any:
        self.asked += [self._named(query) for query in queries]
        begun = self.clock.now
        for query in queries:
            market, data_type, first, last = self._named(query)
            rows = self.rows(market, data_type, first, last)
            days = sorted(rows, reverse=True)
            pages = [days[at : at + self.page_rows] for at in range(0, len(days), self.page_rows)] or [[]]
            for number, page in enumerate(pages, 1):
                if self.fail_after is not None and self.pages_given >= self.fail_after:
                    raise po.ConnectionFailed("the server went away")
                self.pages_given += 1
                self.clock.now += self.ticks
                if number == len(pages):
                    self.answered.append((market, data_type, first, last, rows, begun, self.clock.now))
                yield query, self._page(query, page, rows, number, len(pages))

    def _named(self, query: Any) -> tuple[str, str, date, date]:
        first, last = (date(1970, 1, 1) + timedelta(days=day) for day in (query.first, query.last))
        return query.series.market.name, query.series.data_type.name, first, last

    @staticmethod
    def _page(query: Any, days: list[date], rows: dict, number: int, total: int) -> Page:
        return Page.of(
            market=query.series.market.value,
            data_type=query.series.data_type.value,
            times=[str(day) for day in days],
            timestamps=[None] * len(days),
            calls=[rows[day][0] for day in days],
            puts=[rows[day][1] for day in days],
            totals=[sum(rows[day]) for day in days],
            ratios=[None] * len(days),
            next_key=b"" if number == total else str(number).encode(),
        )


class Clock:
    now = 0.0


class CacheMachine(RuleBasedStateMachine):
    """State machine with a cache folder, a clock, a server and a model. Subclasses add the rules."""

    focus: tuple[str, str]
    calm: bool

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.clock = Clock()
        self.server = Server(self.clock)
        self.folder = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.ranges: list[tuple[date, date]] = []
        self.model = {series: Modelled(*series) for series in SERIES}
        self.patch.setattr(time, "time", lambda: self.clock.now)
        self.patch.setattr(Simulator, "pages", lambda source, *arguments: self.server.pages(*arguments))

    def teardown(self) -> None:
        self.patch.undo()
        self._reopen()
        shutil.rmtree(self.folder)

    def _span(
        self, series: tuple[str, str], span: Any, now: float, include_open: bool
    ) -> tuple[Modelled, date, date, date]:
        """Return the model, a load's start and end, and the last day that it can return."""
        model = self.model[series]
        if isinstance(span, tuple) or not self.ranges:
            back, length = span if isinstance(span, tuple) else (span, span // 7)
            if self.calm:
                back, length = back % 4, length % 6
            end = model.exchange.today(self.clock.now) - back * ONE_DAY
            self.ranges.append((end - length * ONE_DAY, end))
            span = -1
        start, end = self.ranges[span % len(self.ranges)]
        return model, start, end, model.exchange.last_asked_for(end, now, include_open)

    def _call(self, series: tuple[str, str], start: date, end: date, **options: Any) -> pd.DataFrame:
        return po.load(*series, start, end, source=SOURCE, cache=self.folder, **options)

    @contextlib.contextmanager
    def _answers(self, fail_after: int | None = None) -> Any:
        """Record the requests and warnings of one call."""
        self.server.asked, self.server.answered = [], []
        self.server.pages_given, self.server.fail_after = 0, fail_after
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield warned
        warned[:] = [note for note in warned if issubclass(note.category, UserWarning)]

    def _forward(self, seconds: float) -> None:
        self.clock.now = min(self.clock.now + max(seconds, 0), END_OF_TIME)

    def _recent(self, series: Named, back: int, many: int) -> list[date]:
        exchange = EXCHANGES[series[0][:2]]
        today = exchange.today(self.clock.now)
        days = exchange.between(today - (back + 2 * many + 20) * ONE_DAY, today)
        return days[: len(days) - back][-many:]

    def _reopen(self) -> None:
        databases.close_databases()
        shared_store.cache_clear()
