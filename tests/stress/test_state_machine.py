"""The cache compared with plain dictionaries, through loads, interruptions, deletions and revisions in any order.

The dictionary is in `cache_model`, the server and its clock are in `cache_machine`.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test
from support.cache_machine import ORIGIN, SOURCE, CacheMachine, Named
from support.cache_model import ABSENCE_AGREES, EXCHANGES, ONE_DAY, SERIES, TTL, VOLUME_FINAL, Modelled

import pd_optstat as po

pytestmark = pytest.mark.slow

#: The least numbers of steps; fewer fail the test.
STEPS = 10_000
EXAMPLES, STEPS_EACH = 300, 50

#: Start times of examples: around daylight-saving changes, holidays, half-days and the turn of a year.
BEGINNINGS = [
    "2019-12-23T15:00",
    "2020-03-06T20:30",
    "2020-07-02T22:00",
    "2021-10-31T03:00",
    "2022-01-30T08:30",
    "2022-11-04T21:00",
    "2023-03-10T22:00",
    "2023-11-22T16:00",
    "2024-02-08T03:00",
    "2024-03-29T12:00",
    "2024-11-28T14:29",
    "2024-12-31T20:59",
]


steps: Counter[str] = Counter()


class Loads(CacheMachine):
    @initialize(
        beginning=st.sampled_from(BEGINNINGS),
        page_rows=st.sampled_from([10_000, 100, 30]),
        ticks=st.sampled_from([0.0, 0.0, 1.0, 61.0]),
        focus=st.sampled_from(SERIES),
        calm=st.booleans(),
    )
    def begin(self, beginning: str, page_rows: int, ticks: float, focus: tuple[str, str], calm: bool) -> None:
        self.focus, self.calm = focus, calm
        self.clock.now = datetime.fromisoformat(beginning).replace(tzinfo=UTC).timestamp()
        self.server.page_rows, self.server.ticks = page_rows, ticks

    @invariant()
    def count(self) -> None:
        steps["all"] += 1

    #: None is the series on which this example focuses.
    series = st.sampled_from([None, None, None, *SERIES])

    # -- What happens meanwhile -------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 5, 14, 15, 16, 60, 240, 600]))
    def minutes_pass(self, minutes: int) -> None:
        self._forward(minutes * 60)

    @rule(days=st.sampled_from([1, 1, 1, 2, 3, 5, 8, 30, 95]), hours=st.integers(-6, 6))
    def days_pass(self, days: int, hours: int) -> None:
        self._forward((min(days, 2) if self.calm else days) * 86_400 + hours * 3600)

    @rule(
        which=st.sampled_from(["US", "HK"]),
        kind=st.sampled_from(["opens", "closes", "final"]),
        offset=st.sampled_from([-1.0, 0.0, 1.0, 0.0]),
    )
    def time_passes_to_an_edge(self, which: str, kind: str, offset: float) -> None:
        """Go to a moment at which something changes by the rules, or to a second before or after it."""
        exchange = EXCHANGES[which]
        moments = exchange.opens if kind == "opens" else exchange.closes
        more = VOLUME_FINAL if kind == "final" else 0
        days = exchange.between(
            exchange.today(self.clock.now) - 5 * ONE_DAY, exchange.today(self.clock.now) + 9 * ONE_DAY
        )
        later = [at for day in days if (at := moments[day] + more + offset) > self.clock.now]
        self._forward(min(later) - self.clock.now)

    @rule(series=series, back=st.integers(0, 12), many=st.sampled_from([1, 1, 3, 40]))
    def server_revises(self, series: Named, back: int, many: int) -> None:
        series = series or self.focus
        for day in self._recent(series, back, many):
            self.server.revisions[(*series, day)] += 1

    @rule(series=series, back=st.integers(0, 4), many=st.sampled_from([1, 2, 5, 30]))
    def server_drops(self, series: Named, back: int, many: int) -> None:
        series = series or self.focus
        self.server.dropped |= {(*series, day) for day in self._recent(series, back, many)}

    @rule()
    def server_gives_all_again(self) -> None:
        self.server.dropped.clear()

    @rule()
    def reopen(self) -> None:
        self._reopen()

    # -- Loads ------------------------------------------------------------------------------------------------

    #: A new range, by its days back from today and its length; or, more often, one that was loaded before.
    span = st.one_of(
        st.integers(0, 1000),
        st.integers(0, 1000),
        st.tuples(st.integers(-1, 8), st.integers(0, 8)),
        st.tuples(st.integers(-2, 20), st.integers(0, 40)),
        st.tuples(st.integers(0, 1200), st.integers(0, 900)),
    )

    @rule(
        series=series,
        span=span,
        include_open=st.sampled_from([False, False, True]),
        refresh=st.sampled_from([False, False, False, True]),
    )
    def load(self, series: Named, span: Any, include_open: bool, refresh: bool) -> None:
        series = series or self.focus
        self._load(series, span, include_open=include_open, refresh=refresh)

    @rule(series=series, span=span, include_open=st.booleans())
    def load_twice(self, series: Named, span: Any, include_open: bool) -> None:
        series = series or self.focus
        self._load(series, span, include_open=include_open)
        self._load(series, span, include_open=include_open)

    @rule(
        series=series,
        back=st.integers(0, 4),
        length=st.integers(0, 3),
        wait=st.sampled_from([TTL - 1, TTL, ABSENCE_AGREES - 1, ABSENCE_AGREES, ABSENCE_AGREES - 3600, 7 * 86_400]),
        refresh=st.booleans(),
        drop=st.booleans(),
    )
    def load_wait_load_and_look_back(
        self, series: Named, back: int, length: int, wait: int, refresh: bool, drop: bool
    ) -> None:
        series = series or self.focus
        if drop:
            self.server_drops(series, back, 2)
        self._load(series, (back, length), refresh=refresh)
        first, (start, end) = self.clock.now, self.ranges[-1]
        for again in range(3):
            self._forward(wait)
            self._load(series, len(self.ranges) - 1, refresh=refresh and not again)
            self._as_of(self.model[series], start, min(end, start), first, False)

    @rule(
        series=series,
        kind=st.sampled_from(["opens", "closes", "final"]),
        before=st.sampled_from([1, 60, 600]),
        after=st.sampled_from([-1, 0, 1, 60]),
        length=st.integers(0, 2),
    )
    def load_on_both_sides_of_an_edge(self, series: Named, kind: str, before: int, after: int, length: int) -> None:
        series = series or self.focus
        self.time_passes_to_an_edge(series[0][:2], kind, -float(before))
        self._load(series, (0, length), include_open=True)
        self._forward(before + after)
        self._load(series, (0, length + 1))
        self._load(series, (0, length + 1), include_open=True)

    @rule(series=series, span=span, pages=st.integers(0, 5), refresh=st.booleans())
    def load_loses_the_server(self, series: Named, span: Any, pages: int, refresh: bool) -> None:
        series = series or self.focus
        self._load(series, span, refresh=refresh, fail_after=pages)

    @rule(series=series, span=span, windows=st.integers(0, 4), refresh=st.booleans())
    def load_is_interrupted(self, series: Named, span: Any, windows: int, refresh: bool) -> None:
        series = series or self.focus
        self._load(series, span, refresh=refresh, interrupt_at=windows)

    @rule(series=series, span=span, include_open=st.booleans())
    def load_offline(self, series: Named, span: Any, include_open: bool) -> None:
        series = series or self.focus
        model, start, end, last = self._span(series, span, self.clock.now, include_open)
        sessions = model.exchange.between(start, last)
        unknown = [day for day in sessions if day not in model.answers]
        due = [day for day in sessions if model.must_ask(day, self.clock.now, include_open)]
        frame, warned = self._without_requests(series, start, end, unknown, include_open=include_open, offline=True)
        if frame is not None:
            assert warned == [po.StaleWarning] * bool(due)
            self._check(frame, model, start, last, self.clock.now, requests=0)

    @rule(
        series=series,
        span=span,
        include_open=st.booleans(),
        ago=st.one_of(st.integers(-60, 3600), st.integers(0, 20 * 86_400)),
    )
    def load_as_of(self, series: Named, span: Any, include_open: bool, ago: int) -> None:
        series = series or self.focus
        at = self.clock.now - ago
        model, start, end, _ = self._span(series, span, at, include_open)
        self._as_of(model, start, end, at, include_open)

    @rule(
        series=series,
        day=st.integers(1, 20),
        answer=st.integers(0, 50),
        offset=st.sampled_from([-1, 0, 0, 0, 1, 3600]),
        before=st.integers(0, 3),
        include_open=st.booleans(),
    )
    def load_as_of_an_answer(
        self, series: Named, day: int, answer: int, offset: int, before: int, include_open: bool
    ) -> None:
        """Load as of the moment of an answer, or just before or after it, days that it may have covered."""
        series = series or self.focus
        model = self.model[series]
        if model.answers:
            days = sorted(model.answers)[-day:]
            moments = model.arrived[days[0]]
            at = moments[answer % len(moments)] + offset
            self._as_of(model, days[0] - before * ONE_DAY, days[0], at, include_open)

    @rule(which=st.sampled_from([None, *SERIES]))
    def clear(self, which: tuple[str, str] | None) -> None:
        known = [series for series, model in self.model.items() if model.answers and which in (None, series)]
        po.Cache(self.folder).clear(*(which or ()))
        for series in known:
            self.model[series] = Modelled(*series)

    @rule(series=series)
    def cache_tells_the_truth(self, series: Named) -> None:
        series = series or self.focus
        model, cache = self.model[series], po.Cache(self.folder)
        covered = cache.coverage(*series, ORIGIN)
        sessions = {day for first, last in covered for day in model.exchange.between(first, last)}
        # Only sessions are compared: days between them do not matter.
        assert {day for day in sessions if day in model.answers} == sessions
        assert sessions == {day for day in model.answers if model.never_again(day, self.clock.now)}
        revisions = cache.revisions(*series)
        warned = zip(
            (time.date() for time in revisions["time"]),
            (at.timestamp() for at in revisions["observed_at"]),
            revisions["call_value"].tolist(),
            revisions["put_value"].tolist(),
            strict=True,
        )
        assert list(warned) == [(day, *values) for day in sorted(model.seen) for values in model.seen[day]]
        assert set(revisions["endpoint"]) <= {SOURCE}
        assert len(cache.verify()) == 0

    # -- Their parts ------------------------------------------------------------------------------------------

    def _as_of(self, model: Modelled, start: date, end: date, at: float, include_open: bool) -> None:
        last = model.exchange.last_asked_for(end, min(at, self.clock.now), include_open)
        sessions = model.exchange.between(start, last)
        unknown = [day for day in sessions if not any(moment <= at for moment in model.arrived.get(day, ()))]
        as_of = datetime.fromtimestamp(at, UTC)
        series = (model.market, model.data_type)
        frame, warned = self._without_requests(series, start, end, unknown, include_open=include_open, as_of=as_of)
        if frame is not None:
            assert not warned
            assert pd.Timestamp(frame.attrs["optstat"]["as_of"]) == pd.Timestamp(as_of)
            self._check(frame, model, start, last, at, requests=0)
            steps["as of"] += 1

    def _without_requests(
        self, series: tuple[str, str], start: date, end: date, unknown: list[date], **options: Any
    ) -> tuple[pd.DataFrame | None, list[type]]:
        """Load without requests; return the frame, None after an OfflineMiss, and the warnings' categories."""
        by = options["as_of"].timestamp() if "as_of" in options else self.clock.now
        today = EXCHANGES[series[0][:2]].today
        expected: type[Exception] | None = None
        words = ""
        if start > today(self.clock.now):
            expected, words = po.InvalidRequest, "future"
        elif start > today(min(by, self.clock.now)):
            expected, words = po.OfflineMiss, str(start)
        elif unknown:
            expected, words = po.OfflineMiss, str(unknown[0])
        with self._answers() as warned:
            if expected is None:
                frame = self._call(series, start, end, **options)
            else:
                frame = None
                with pytest.raises(expected, match=words):
                    self._call(series, start, end, **options)
        assert not self.server.asked
        return frame, [note.category for note in warned]

    def _load(
        self,
        series: tuple[str, str],
        span: Any,
        *,
        include_open: bool = False,
        refresh: bool = False,
        fail_after: int | None = None,
        interrupt_at: int | None = None,
    ) -> None:
        before = self.clock.now
        model, start, end, last = self._span(series, span, before, include_open)
        sessions = model.exchange.between(start, last)
        needed = [day for day in sessions if refresh or model.must_ask(day, before, include_open)]
        # A refresh also requests days that the calendar takes for closed: the calendar may be wrong.
        sends = bool(needed) or (refresh and start <= last)

        def interrupt(done: int, total: int) -> None:
            if done == interrupt_at:
                raise KeyboardInterrupt

        progress: Any = False if interrupt_at is None else interrupt
        outcome: Any = None
        with self._answers(fail_after) as warned:
            try:
                outcome = self._call(series, start, end, include_open=include_open, refresh=refresh, progress=progress)
            except po.InvalidRequest:
                assert start > model.exchange.today(before)
                assert not self.server.asked
                return
            except KeyboardInterrupt:
                assert interrupt_at is not None
                assert sends
                steps["interrupted"] += 1
            except po.ConnectionFailed:
                assert fail_after == self.server.pages_given
                steps["lost"] += 1

        # Exactly the sessions that the model expects were requested, once each, in windows of a year at most.
        asked = [day for *_, first, final in self.server.asked for day in model.exchange.between(first, final)]
        if interrupt_at == 0 and needed:
            assert not asked
        else:
            assert sorted(asked) == needed
        assert all(final - first < timedelta(days=365) for *_, first, final in self.server.asked)
        assert {asked[:2] for asked in self.server.asked} <= {series}
        if not refresh:
            assert not [day for day in asked if model.never_again(day, before)]

        revised, vanished = set(), set()
        for *_, first, final, rows, begun, at in self.server.answered:
            changed, gone = model.answer(first, final, rows, begun, at)
            revised |= changed
            vanished |= gone
        if outcome is None:
            assert not warned
            return
        assert (interrupt_at is None or interrupt_at > len(self.server.answered)) or not sends
        assert {note.category for note in warned} <= {po.DataWarning}
        text = " ".join(str(note.message) for note in warned)
        assert ("were revised" in text) == bool(revised)
        assert ("no longer gives" in text) == bool(vanished)
        self._check(outcome, model, start, last, self.clock.now, requests=self.server.pages_given)
        assert outcome.attrs["optstat"]["first_page_requests"] == len(self.server.asked)
        steps["asked" if asked else "served"] += 1

    def _check(
        self, frame: pd.DataFrame, model: Modelled, start: date, last: date, by: float, *, requests: int
    ) -> None:
        """Compare the frame and its attributes with the model as of the moment `by`."""
        expected = model.values(start, last, by)
        assert [day.date() for day in frame.index] == list(expected)
        counts = np.array(list(expected.values()), dtype=np.int64).reshape(-1, 2)
        assert frame["call_value"].tolist() == counts[:, 0].tolist()
        assert frame["put_value"].tolist() == counts[:, 1].tolist()
        assert frame["total_value"].tolist() == counts.sum(axis=1).tolist()
        assert frame["ratio"].tolist() == [put / call for call, put in counts.tolist()]
        midnights = [datetime.combine(day, datetime.min.time(), model.exchange.zone).timestamp() for day in expected]
        assert frame["timestamp"].tolist() == midnights
        about = frame.attrs["optstat"]
        assert about["rows"] == len(expected)
        assert about["requests"] == requests
        assert about["source"] == ORIGIN
        assert about["provisional"] == [str(day) for day in expected if not model.is_final(day, by)]
        absent = [day for day in model.exchange.between(start, last) if day not in expected]
        assert about["missing"] == [str(day) for day in absent]
        if expected:
            moment = pd.Timestamp(about["observed_at"]).timestamp()
            newest = max(values[0] for day in expected for values in model.seen[day] if values[0] <= by)
            assert newest <= moment <= by
            observed = (*model.answers.values(), *model.arrived.values())
            assert moment in {at for answers in observed for at in answers}
        else:
            assert about["observed_at"] is None


def test_the_cache_equals_the_model_after_any_order_of_events():
    steps.clear()
    run_state_machine_as_test(
        Loads,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS_EACH,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert steps["all"] >= STEPS
    # The steps covered the interesting cases.
    assert steps["asked"] >= STEPS / 20
    assert steps["served"] >= STEPS / 20
    assert steps["interrupted"] >= STEPS / 200
    assert steps["lost"] >= STEPS / 200
    assert steps["as of"] >= STEPS / 50
