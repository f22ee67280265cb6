"""A stored history as it is to be read with the calendar in force, which releases and overrides may have changed."""

from __future__ import annotations

import numpy as np

from . import observations
from .calendar_overrides import overrides_of
from .calendars import calendar
from .dates import Day
from .finality import Moment, Rules, final_until
from .history import History
from .series import SeriesKey

__all__ = ["read_by_calendar"]

_DEFAULT_RULES = Rules()


def read_by_calendar(history: History, series: SeriesKey, rules: Rules = _DEFAULT_RULES) -> History:
    """Return `history` as the calendar of its exchange, with the user's overrides, shows it to be.

    The calendar is built only if the history holds an absence, or an overridden day was answered soon after it.
    """
    if len(history.absent_day):
        first, last = int(history.absent_day[0]), int(history.absent_day[-1])
        is_session = np.isin(history.absent_day, calendar(series.exchange).sessions(first, last))
        history = observations.with_absences(history, is_session)
    overrides = overrides_of(series.exchange)
    if overrides is None:
        return history

    def previous_session(day: Day) -> Day:
        return calendar(series.exchange).last_session(day - 1)

    def last_final(at: Moment) -> Day:
        return final_until(series.data_type, calendar(series.exchange), at, rules)

    return observations.with_overrides(history, overrides, previous_session, last_final)
