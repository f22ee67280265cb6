"""A stored history as it is to be read with the calendar overrides in force."""

from __future__ import annotations

from . import observations
from .calendar_overrides import overrides_of
from .calendars import calendar
from .dates import Day
from .finality import Moment, Rules, final_until
from .history import History
from .series import SeriesKey

__all__ = ["read_with_overrides"]

_DEFAULT_RULES = Rules()


def read_with_overrides(history: History, series: SeriesKey, rules: Rules = _DEFAULT_RULES) -> History:
    """Return `history` as the user's overrides of its exchange's calendar show it to be; usually there are none.

    The calendar is built only if an overridden day was answered soon after it.
    """
    overrides = overrides_of(series.exchange)
    if overrides is None:
        return history

    def previous_session(day: Day) -> Day:
        return calendar(series.exchange).last_session(day - 1)

    def last_final(at: Moment) -> Day:
        return final_until(series.data_type, calendar(series.exchange), at, rules)

    return observations.with_overrides(history, overrides, previous_session, last_final)
