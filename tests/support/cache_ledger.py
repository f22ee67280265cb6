"""What a cache must hold after each transaction, and what a load may return that ran beside others.

The ledger is told of every transaction as it is committed, of what each load asks for and gets, and of the clock. It
keeps the state of each series after each transaction. A load is right if there is one state, and one reading of the
clock, of the time while it ran, that explain both what it asked for and every row of its frame. It shares no code with
the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from support.cache_model import EXCHANGES, TTL, Modelled

Series = tuple[str, str]
Days = Any  # an array of days since 1970
EPOCH = date(1970, 1, 1).toordinal()
SECOND = 1_000_000


class Sessions:
    """The sessions of one series, and when their numbers become final; moments in microseconds."""

    def __init__(self, series: Series, first: date, last: date) -> None:
        self.exchange = EXCHANGES[series[0][:2]]
        days = self.exchange.between(first, last)
        rules = Modelled(*series)
        self.days = np.array([day.toordinal() - EPOCH for day in days])
        self.years = np.array([day.year for day in days])
        self.closes = np.array([round(self.exchange.closes[day] * SECOND) for day in days])
        self.final_from = np.array([round(rules.final_from(day) * SECOND) for day in days])

    def within(self, first: int, last: int) -> Any:
        """Return a mask of the sessions in ``first..last``."""
        return (self.days >= first) & (self.days <= last)


@dataclass(frozen=True)
class State:
    """A series after one transaction, an entry for each session.

    Attributes
    ----------
    version : ndarray of int64
        The number of the newest answer; 0 if there was none.
    newest, final : ndarray of int64
        When it was given, and when the first final one was; 0 if there was none.
    since : ndarray of int64
        When this version was first given.
    """

    since: Any
    version: Any
    newest: Any
    final: Any

    def must_ask(self, sessions: Sessions, now: int) -> Any:
        """Return a mask of the sessions that a load at the moment `now` must ask for."""
        final = (self.final > 0) & (self.final <= now)
        fresh = (self.newest > 0) & (self.newest <= now) & (now - self.newest < TTL * SECOND)
        return ~final & ~(fresh & (sessions.closes <= self.newest))


@dataclass
class Answer:
    """An answer of the server as a load records it; days since 1970, microseconds."""

    first: int
    last: int
    version: int
    at: int
    begun_at: int


@dataclass
class RunningLoad:
    """A load that has begun."""

    series: list[Series]
    start: date
    end: date
    options: dict[str, Any]
    #: The sizes of the ledger's logs when it began.
    since: dict[Series, int]
    clock_since: int
    #: For each series what was asked for, and the answers that came whole: first and last day, and version.
    asked: list[tuple[Series, int, int]] = field(default_factory=list)
    answered: list[tuple[Series, int, int, int]] = field(default_factory=list)
    committed: set[tuple[Series, int, int, int]] = field(default_factory=set)


class Ledger:
    """States of all series of one cache, and the readings of the clock, in the order in which they came."""

    def __init__(self, every: Sequence[Series], first: date, last: date, clock: int) -> None:
        self.sessions = {series: Sessions(series, first, last) for series in every}
        self.states = {series: [self._empty(series)] for series in every}
        self.clocks = [clock]
        self.clock_is_right, self.right_clocks = True, {clock}
        #: For each session, the newest version that an export that is complete took with it.
        self.exported = {series: self._empty(series).version for series in every}
        #: The sessions of which some answer was stamped by a clock that was wrong. A cache that was cleared and an
        #: archive cannot always tell the order of such answers any more.
        self.doubtful = {series: self._empty(series).version > 0 for series in every}
        #: For each session, the latest moment of what was cleared, which an archive may still have.
        self.cleared_at = {series: self._empty(series).version for series in every}

    def _empty(self, series: Series) -> State:
        zeros = np.zeros(len(self.sessions[series].days), dtype=np.int64)
        return State(zeros, zeros, zeros, zeros)

    # -- What happens -------------------------------------------------------------------------------------------

    def clock_changed(self, clock: int, *, right: bool) -> None:
        self.clocks.append(clock)
        self.clock_is_right = right
        if right:
            self.right_clocks.add(clock)

    def recorded(self, series: Series, answers: Sequence[Answer], years: tuple[int, int]) -> None:
        """Apply a transaction that recorded `answers`, and touched the records of `years`."""
        sessions, before = self.sessions[series], self.states[series][-1]
        version, newest, final, since = (
            one.copy() for one in (before.version, before.newest, before.final, before.since)
        )
        touched = (sessions.years >= years[0]) & (sessions.years <= years[1])
        for answer in answers:
            # Who finds answers of the future knows that the clock had been ahead.
            final[touched & (final > answer.at)] = 0
            inside = sessions.within(answer.first, answer.last)
            if not answer.version:
                continue  # days without a session, for which no server was asked
            assert (version[inside] <= answer.version).all(), f"{series}: an older answer replaced a newer one"
            if not self.clock_is_right or answer.at not in self.right_clocks:
                self.doubtful[series] = self.doubtful[series] | inside
            since[inside & (version != answer.version)] = answer.at
            since[inside] = np.minimum(since[inside], answer.at)  # a later moment is of a clock that had been ahead
            version[inside] = answer.version
            newest[inside] = np.where(answer.begun_at < sessions.closes, answer.begun_at, answer.at)[inside]
            final[inside & (sessions.final_from <= answer.begun_at) & (final == 0)] = answer.at
        self.states[series].append(State(since, version, newest, final))

    def cleared(self, series: Series) -> None:
        # What an archive has from before may have been stamped by a clock that was ahead, and seem newer. Only the
        # moments tell, as the cache no longer knows that it was observed before.
        for state in self.states[series]:
            self.cleared_at[series] = np.maximum(self.cleared_at[series], np.maximum(state.since, state.newest))
        self.states[series].append(self._empty(series))
        self.exported[series] = np.minimum(self.exported[series], 1)

    # -- Loads --------------------------------------------------------------------------------------------------

    def begin(self, series: list[Series], start: date, end: date | None, options: dict[str, Any]) -> RunningLoad:
        end = end or date.max  # of an update
        since = {one: len(self.states[one]) - 1 for one in self.states}
        return RunningLoad(series, start, end, options, since, len(self.clocks) - 1)

    def check(self, load: RunningLoad, outcome: str, frames: Any) -> str:
        """Return what the outcome of a load shows to be wrong, or an empty text.

        Parameters
        ----------
        load : RunningLoad
        outcome : str
            ``"frames"``, or the name of the exception.
        frames : list of (days, versions)
            Arrays of each series' frame; for an exception its text.
        """
        if outcome in ("Cancelled", "KeyboardInterrupt", "ConnectionFailed"):
            return self._check_nothing_lost(load)
        if outcome == "InvalidRequest" and "in the future" in frames:
            exchanges = [self.sessions[series].exchange for series in load.series]
            todays = [one.today(now / SECOND) for one in exchanges for now in self.clocks[load.clock_since :]]
            return "" if load.start > min(todays) else f"{load.start} is not in the future"
        if outcome == "OfflineMiss" and load.options["offline"]:
            return self._check_miss(load)
        if outcome != "frames":
            return f"{outcome}: {frames}"
        for series, (days, versions) in zip(load.series, frames, strict=True):
            if not self._explained(load, series, days, versions):
                return self._describe(load, series, days, versions)
        return self._check_nothing_lost(load)

    def _first_clock(self, load: RunningLoad) -> int:
        return self.clocks[load.clock_since]

    def _spans(self, load: RunningLoad, series: Series) -> list[tuple[int, Any]]:
        """Return each reading of the clock while the load ran, with a mask of the sessions that it then returns."""
        sessions, spans = self.sessions[series], []
        for now in dict.fromkeys(self.clocks[load.clock_since :]):
            last = sessions.exchange.last_asked_for(load.end, now / SECOND, False)
            spans.append((now, sessions.within(load.start.toordinal() - EPOCH, last.toordinal() - EPOCH)))
        return spans

    def _states(self, load: RunningLoad, series: Series) -> list[State]:
        return self.states[series][load.since[series] :]

    def _explained(self, load: RunningLoad, series: Series, days: Days, versions: Any) -> bool:
        sessions = self.sessions[series]
        asked, own = np.zeros(len(sessions.days), dtype=bool), np.zeros(len(sessions.days), dtype=np.int64)
        for name, first, last in load.asked:
            if name == series:
                asked |= sessions.within(first, last)
        for name, first, last, version in load.answered:
            if name == series:
                own[sessions.within(first, last)] = version
        shown = np.zeros(len(sessions.days), dtype=np.int64)
        places = np.searchsorted(sessions.days, days)
        if len(days) and not (sessions.days[places] == days).all():
            return False
        shown[places] = versions
        spans = self._spans(load, series)
        for state in self._states(load, series):
            for _, span in spans:
                right = np.where(span, np.where(asked, own, state.version), 0)
                if not (right == shown).all() or not right[span].all():
                    continue
                for now, _ in spans:
                    need = span if load.options["refresh"] else span & state.must_ask(sessions, now)
                    if load.options["offline"] or (need == asked).all():
                        return True
        return False

    def _describe(self, load: RunningLoad, series: Series, days: Days, versions: Any) -> str:
        sessions, lines = self.sessions[series], []
        states = self._states(load, series)
        clocks = [str(datetime.fromtimestamp(now / SECOND, UTC)) for now, _ in self._spans(load, series)]
        lines.append(
            f"{series} {load.start}..{load.end} {load.options}: no state explains this load. Clocks: {clocks}."
        )
        lines.append(f"Asked: {[(one, show(first), show(last)) for one, first, last in load.asked]}.")
        lines.append(f"Answered: {[(one, show(first), show(last), v) for one, first, last, v in load.answered]}.")
        lines.append(f"Frame: {runs(days, versions)}")
        inside = self._spans(load, series)[0][1]
        for state in states[-3:]:
            must = inside & state.must_ask(sessions, self._first_clock(load))
            lines.append(f"A state: {runs(sessions.days[inside], state.version[inside])}")
            lines.append(f"  must ask for {[show(day) for day in sessions.days[must]][:8]}")
        return "\n".join(lines)

    def _check_miss(self, load: RunningLoad) -> str:
        for series in load.series:
            for state in self._states(load, series):
                if any((span & (state.version == 0)).any() for _, span in self._spans(load, series)):
                    return ""
        return f"{load.series} {load.start}..{load.end}: a load offline missed something, and nothing was missing"

    def _check_nothing_lost(self, load: RunningLoad) -> str:
        lost = [answer for answer in load.answered if answer not in load.committed]
        return f"Complete answers were not recorded: {lost}" if lost else ""

    # -- Archives -----------------------------------------------------------------------------------------------

    def begin_export(self) -> tuple[dict[Series, int], int]:
        """Return the sizes of the logs, for `end_export`."""
        self._doubt_later_than(self.clocks[-1])  # it may be killed once it has written
        return {series: len(states) - 1 for series, states in self.states.items()}, len(self.clocks) - 1

    def end_export(self, since: tuple[dict[Series, int], int]) -> None:
        """Note what an export took with it at the least: what was there when it began, and not of the future."""
        places, clock_since = since
        now = min(self.clocks[clock_since:])
        self._doubt_later_than(now)
        for series, states in self.states.items():
            state = states[places[series]]
            closed = self.sessions[series].closes <= state.newest
            versions = np.where(closed & (state.newest <= now), state.version, 0)
            if any(not later.version.any() for later in states[places[series] :]):
                continue  # it was cleared, perhaps before the export read it
            certain = state.since > self._latest_moment(series, state, states[: places[series]])
            least = np.where(certain, versions, np.minimum(versions, 1))
            self.exported[series] = np.maximum(self.exported[series], least)

    def _doubt_later_than(self, now: int) -> None:
        """To an exporter whose clock is behind, what has a later moment seems to be of a clock that was ahead."""
        for series, states in self.states.items():
            moments = [np.maximum(one.since, one.newest) for one in states]
            later = np.max([self.cleared_at[series], *moments], axis=0) > now
            self.exported[series] = np.where(later, np.minimum(self.exported[series], 1), self.exported[series])

    def _latest_moment(self, series: Series, state: State, before: Sequence[State]) -> Any:
        """Return the latest moment that an earlier answer was stamped with, for each session.

        Where a clock had been ahead, that is later than the moment of the newest answer, and only tests of merging say
        when the order can be told all the same.
        """
        latest = self.cleared_at[series]
        for one in before:
            moments = np.maximum(one.since, one.newest)
            latest = np.maximum(latest, np.where(one.version != state.version, moments, 0))
        return latest

    def check_archive(self, load: RunningLoad, floor: Any, outcome: str, frames: Any) -> str:
        """Return what a load from the archive shows to be wrong; `floor` is `exported` from when it began."""
        (series,) = load.series
        sessions = self.sessions[series]
        least = np.minimum(floor[series], self.exported[series])  # another export may have ended since
        least = np.where(self.doubtful[series], np.minimum(least, 1), least)
        if outcome == "InvalidRequest" and ("There is no archive" in frames or "future" in frames):
            return "" if not any(one.any() for one in floor.values()) or "future" in frames else "the archive is lost"
        spans = self._spans(load, series)
        if outcome == "OfflineMiss":
            known = any((span & (least == 0)).any() for _, span in spans)
            return "" if known else f"{series} {load.start}..{load.end}: the archive lost something: {frames}"
        if outcome != "frames":
            return f"{outcome}: {frames}"
        days, versions = frames[0]
        for _, span in spans:
            if len(days) == span.sum() and (sessions.days[span] == days).all():
                highest = np.max([state.version for state in self.states[series]], axis=0)
                if (least[span] <= versions).all() and (versions <= highest[span]).all():
                    return ""
        return f"{series}: an archive gave {runs(days, versions)}; it had {runs(sessions.days, least)}"


def show(day: int) -> str:
    return str(date.fromordinal(int(day) + EPOCH))


def runs(days: Days, versions: Any) -> list[str]:
    """Return days with the same version as ``first..last: version``."""
    found: list[list[Any]] = []
    for day, version in zip(days.tolist(), versions.tolist(), strict=True):
        if found and found[-1][2] == version:
            found[-1][1] = day
        else:
            found.append([day, day, version])
    return [f"{show(first)}..{show(last)}: {version}" for first, last, version in found]
