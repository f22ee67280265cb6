"""The last trading days of monthly options. Pure, on the sessions of the exchange.

Sources:

- US: Cboe, "Equity Options Product Specifications" and "Index Options": the third Friday of the month, or the session
  before it if the exchange is closed then. (Until February 2015 equity options expired on the Saturday after it,
  but traded for the last time on the Friday.) Options on the S&P 500 that settle on the morning's prices, and those
  on the VIX, stop a day or more earlier; the week is the same for the former.
- Hong Kong: HKEX, contract summaries of Hang Seng Index options and of stock options: "the business day immediately
  preceding the last business day of the contract month"; HKEX's "Trading Calendar and Holiday Schedule" lists the
  days. A half day counts as a business day.

Days that the calendar does not know yet count as sessions if they are weekdays.
"""

from __future__ import annotations

import numpy as np

from ..core.arrays import Int64Array
from ..core.calendars import SessionCalendar, calendar
from ..core.markets import Exchange

__all__ = ["count_weeks", "monthly_expiries", "weeks_to_expiry"]

#: Days around the range whose sessions are needed: longer than any month, so that the next expiry is among them.
_MARGIN = 70


def monthly_expiries(calendar: SessionCalendar, first: int, last: int) -> Int64Array:
    """Return the last trading days of monthly options, from the one before `first` to the one after `last`.

    Days are counted from 1970-01-01.

    >>> from pd_optstat.core.calendars import calendar
    >>> from pd_optstat.core.markets import EXCHANGES
    >>> found = monthly_expiries(calendar(EXCHANGES["US"]), 20612, 20616)  # in June 2026, the 19th is a holiday
    >>> found.astype("datetime64[D]").astype(str).tolist()
    ['2026-05-15', '2026-06-18']
    """
    sessions = calendar.sessions(first - _MARGIN, last + _MARGIN)
    months = sessions.astype("datetime64[D]").astype("datetime64[M]")
    if calendar.exchange.calendar == "XHKG":
        ends = np.flatnonzero(months[1:] != months[:-1])  # of all months but the last, which is cut off
        found = sessions[ends[ends > 0] - 1]
    else:
        fifteenth = np.unique(months).astype("datetime64[D]").astype(np.int64) + 14
        fridays = fifteenth + (1 - fifteenth) % 7  # 1970-01-02 was one
        row = np.searchsorted(sessions, fridays, side="right") - 1
        found = sessions[row[(row >= 0) & (fridays <= last + _MARGIN)]]
    begin, end = np.searchsorted(found, first), np.searchsorted(found, last)
    return found[max(int(begin) - 1, 0) : int(end) + 1]


def weeks_to_expiry(days: Int64Array, expiries: Int64Array) -> Int64Array:
    """Return the calendar weeks from each day's week to that of the next expiry, which may be on the day itself.

    >>> weeks_to_expiry(np.array([20612, 20617, 20622, 20623]), np.array([20588, 20622, 20651]))
    array([1, 1, 0, 4])
    """
    following = expiries[np.searchsorted(expiries, days)]
    return (following + 3) // 7 - (days + 3) // 7  # 1970-01-01 was a Thursday


def count_weeks(days: Int64Array, exchange: Exchange) -> Int64Array:
    """Return the weeks from each of ascending `days` to the next monthly expiry of an exchange."""
    if not len(days):
        return days
    return weeks_to_expiry(days, monthly_expiries(calendar(exchange), int(days[0]), int(days[-1])))
