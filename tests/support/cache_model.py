"""Model of a cache as plain dictionaries, which the state machine's loads are compared with.

It shares no code with the package. For each session it stores every value that the server returned, with its moment,
and the moments of all answers. What is final and what must be requested follows from `exchange_calendars`.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import exchange_calendars

TTL, ABSENCE_AGREES, VOLUME_FINAL = 15 * 60, 24 * 3600, 12 * 3600
ONE_DAY = timedelta(days=1)


class Exchange:
    """Sessions of one exchange: when they open and close, in Unix seconds."""

    def __init__(self, code: str, zone: str) -> None:
        built = exchange_calendars.get_calendar(code, start="2014-01-01", end="2026-12-31")
        self.zone = ZoneInfo(zone)
        self.days: list[date] = [day.date() for day in built.sessions]
        self.opens = dict(zip(self.days, (at.timestamp() for at in built.opens), strict=True))
        self.closes = dict(zip(self.days, (at.timestamp() for at in built.closes), strict=True))

    def between(self, first: date, last: date) -> list[date]:
        return self.days[bisect.bisect_left(self.days, first) : bisect.bisect_right(self.days, last)]

    def after(self, day: date) -> date:
        return self.days[bisect.bisect_right(self.days, day)]

    def today(self, now: float) -> date:
        return datetime.fromtimestamp(now, self.zone).date()

    def last_asked_for(self, end: date, now: float, include_open: bool) -> date:
        """Return the last day that a load up to `end` requests: none in the future, and no open session."""
        today = self.today(now)
        if end < today:
            return end
        closed = today not in self.closes or self.closes[today] <= now
        return today if include_open or closed else today - ONE_DAY


EXCHANGES = {"US": Exchange("XNYS", "America/New_York"), "HK": Exchange("XHKG", "Asia/Hong_Kong")}
SERIES = [("US_SECURITY", "VOLUME"), ("HK_INDEX", "OPEN_INTEREST"), ("HK_SECURITY", "VOLUME")]


@dataclass
class Modelled:
    """Expected content of a cache for one series."""

    market: str
    data_type: str
    #: For each session, the values that the server returned: moment, calls and puts.
    seen: dict[date, list[tuple[float, int, int]]] = field(default_factory=dict)
    #: For each session, the moments of all answers.
    answers: dict[date, list[float]] = field(default_factory=dict)
    #: For each session, the moments at which its answers arrived: from the first one on, it is known.
    arrived: dict[date, list[float]] = field(default_factory=dict)
    #: For each session, the moments of answers to loads that began when its numbers were final.
    final: dict[date, list[float]] = field(default_factory=dict)
    #: For each session without a value, the moments of answers to requests that began when its row was due.
    left_out: dict[date, list[float]] = field(default_factory=dict)

    @property
    def exchange(self) -> Exchange:
        return EXCHANGES[self.market[:2]]

    def final_from(self, day: date) -> float:
        """Return the moment from which an answer for `day` is final."""
        if self.data_type == "VOLUME":
            return self.exchange.closes[day] + VOLUME_FINAL
        return self.exchange.opens[self.exchange.after(day)]

    def row_due(self, day: date) -> float:
        """Return the moment from which an answer without `day` means something."""
        return self.exchange.closes[day] if self.data_type == "VOLUME" else self.final_from(day)

    def is_final(self, day: date, by: float) -> bool:
        return any(at <= by for at in self.final.get(day, ()))

    def never_again(self, day: date, now: float) -> bool:
        """Return whether only a refresh may request `day` again."""
        if not self.is_final(day, now):
            return False
        left_out = self.left_out.get(day)
        return day in self.seen or (bool(left_out) and left_out[-1] - left_out[0] >= ABSENCE_AGREES)

    def must_ask(self, day: date, now: float, include_open: bool) -> bool:
        if day not in self.answers:
            return True
        if self.never_again(day, now):
            return False
        newest = self.answers[day][-1]
        if now - newest >= TTL:
            return True
        running = newest < self.exchange.closes[day] and not self.is_final(day, now)
        return running and not include_open

    def answer(
        self, first: date, last: date, rows: dict[date, tuple[int, int]], begun: float, at: float
    ) -> tuple[set, set]:
        """Record an answer to a load that began at `begun`.

        Return the days whose final values it revises, and those whose values it lacks.
        """
        revised, vanished = set(), set()
        for day in self.exchange.between(first, last):
            if day in rows:
                values = self.seen.setdefault(day, [])
                if not values or values[-1][1:] != rows[day]:
                    if values and self.is_final(day, at):
                        revised.add(day)
                    values.append((at, *rows[day]))
                self.left_out.pop(day, None)
            elif day in self.seen:
                vanished.add(day)
            elif self.row_due(day) <= begun:
                self.left_out.setdefault(day, []).append(at)
            self.arrived.setdefault(day, []).append(at)
            # What was requested before the close may hold running totals, whenever it came.
            self.answers.setdefault(day, []).append(begun if begun < self.exchange.closes[day] else at)
            if self.final_from(day) <= begun:
                self.final.setdefault(day, []).append(at)
        return revised, vanished

    def values(self, first: date, last: date, by: float) -> dict[date, tuple[int, int]]:
        found = {}
        for day in self.exchange.between(first, last):
            known = [values for values in self.seen.get(day, ()) if values[0] <= by]
            if known:
                found[day] = known[-1][1:]
        return found
