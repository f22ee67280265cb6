"""When a number was published and when a price was made, by the clocks of their exchanges.

Within one exchange the lag says it all. Between exchanges it does not: New York publishes Friday's open interest on
Monday morning, which is Monday evening in Hong Kong; if Monday is a holiday in New York only, the second close in Hong
Kong after that Friday comes before the number. A return is therefore entered at no price that was made before.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.arrays import BoolArray, Int64Array
from ..core.calendars import SessionCalendar, calendar
from ..core.dates import is_weekend
from ..core.finality import OPEN_INTEREST_FINAL_AFTER, SECOND, VOLUME_FINAL_AFTER
from ..core.markets import EXCHANGES, Exchange, OptionStatisticDataType
from .prices import Prices
from .trading_days import day_numbers

__all__ = ["earliest_rows", "price_moments", "published_at"]

_DAY, _HOUR = 86_400, 3_600

#: Prices further apart than over a long weekend, in the median, are not one per session.
_DAILY_GAP = 3

#: Daily prices on fewer days without a session do not show that another exchange made them: calendars can be wrong.
_FEWEST_STRANGERS = 3


def earliest_rows(
    days: pd.DatetimeIndex, prices: Prices, exchange: Exchange | None, data_type: OptionStatisticDataType | None
) -> Int64Array | None:
    """Return the row of the first price that was made after the number of each day was published.

    Parameters
    ----------
    days : DatetimeIndex
        Days of the options' numbers, or labels of periods, which are the last days of these or later.
    prices : Prices
    exchange : Exchange, optional
        That of the options. If it is not known, there is no clock, and the result is None.
    data_type : OptionStatisticDataType, optional
        If it is not known, the later of both rules holds.
    """
    if exchange is None or not len(prices.days) or not len(days):
        return None
    made = price_moments(prices, exchange)
    return np.searchsorted(made, published_at(day_numbers(days), exchange, data_type), side="right").astype(np.int64)


def published_at(days: Int64Array, exchange: Exchange, data_type: OptionStatisticDataType | None = None) -> Int64Array:
    """Return when the number of each day is final, in Unix seconds, as `core.finality` has it by default.

    Volume: 12 hours after the close. Open interest: when the next session opens.
    """
    sessions = calendar(exchange)
    rules = {OptionStatisticDataType.VOLUME: _volume_at, OptionStatisticDataType.OPEN_INTEREST: _open_interest_at}
    chosen = list(rules.values()) if data_type is None else [rules[data_type]]
    return np.array([max(rule(sessions, int(day)) for rule in chosen) for day in days], dtype=np.int64)


def _volume_at(sessions: SessionCalendar, day: int) -> int:
    """Return when the volume of a day is final. At weekends, where labels of periods may be, that of the day before."""
    while is_weekend(day):
        day -= 1
    return int(sessions.close(day)) + VOLUME_FINAL_AFTER // SECOND


def _open_interest_at(sessions: SessionCalendar, day: int) -> int:
    """Return when the open interest of a day is final."""
    return int(sessions.open(sessions.next_session(day))) + OPEN_INTEREST_FINAL_AFTER // SECOND


def price_moments(prices: Prices, exchange: Exchange) -> Int64Array:
    """Return the earliest moment at which each price can have been made, in Unix seconds, ascending.

    That is the close of its day or of the last session before it, as labels of weeks and months need not be sessions,
    and prices that were carried forward to weekends are old. A weekday among daily prices counts as a session, whatever
    the calendar says.

    The exchange is that of the prices' time zone; without one, that whose sessions the days are. If the days do not
    tell, as those of weekly prices, it is the earliest close of all exchanges. Prices in another time zone may have
    been made at any time of their day.
    """
    zones = {one.zone: one for one in EXCHANGES.values()}
    if prices.zone in zones:
        return _closes(prices.days, zones[prices.zone])
    if prices.zone is not None:
        return _midnights(prices.days, prices.zone)
    closes = [_closes(prices.days, one) for one in _candidates(prices.days, exchange)]
    earliest: Int64Array = np.minimum.reduce(closes)
    return earliest


def _midnights(days: Int64Array, zone: str) -> Int64Array:
    """Return when each day begins in a time zone, or anywhere if the zone has no name that pandas knows."""
    shown = pd.DatetimeIndex(days.astype("datetime64[D]").astype("datetime64[s]"))
    try:
        local = shown.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    except (KeyError, ValueError, TypeError):
        return days * _DAY - 14 * _HOUR
    moments: Int64Array = local.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return moments


def _candidates(days: Int64Array, exchange: Exchange) -> list[Exchange]:
    """Return the exchanges whose prices these may be, by the days; `exchange` is that of the options."""
    first, last = int(days[0]), int(days[-1])
    sessions = {one: calendar(one).sessions(first, last) for one in EXCHANGES.values()}
    if _is_daily(days):
        strange = {one: len(np.setdiff1d(days, held)) for one, held in sessions.items()}
        other = min(sessions, key=strange.__getitem__)
        return [other if strange[exchange] >= max(_FEWEST_STRANGERS, 4 * strange[other]) else exchange]
    fits = [one for one, held in sessions.items() if np.isin(days, held).all()]
    return fits if len(fits) == 1 else list(sessions)


def _is_daily(days: Int64Array) -> bool:
    return len(days) < 2 or bool(np.median(np.diff(days)) <= _DAILY_GAP)


def _closes(days: Int64Array, exchange: Exchange) -> Int64Array:
    """Return the close of each day, or of the last session before it; before all sessions the start of the day."""
    sessions = calendar(exchange)
    held = sessions.sessions(int(days[0]) - 30, int(days[-1]))
    if _is_daily(days):
        held = np.union1d(held, days[(days + 3) % 7 < 5])
    at = np.searchsorted(held, days, side="right") - 1
    known: BoolArray = at >= 0
    closes = np.array([_close(sessions, int(day)) for day in held], dtype=np.int64)
    result = days * _DAY
    result[known] = closes[at[known]]
    return result


def _close(sessions: SessionCalendar, day: int) -> int:
    """Return the close of a day, for one that is not in the calendar as on other days."""
    opens, closes = int(sessions.open(day)), int(sessions.close(day))
    # For such a day the calendar gives noon and the midnight that ends the day. Both exchanges close at 16:00.
    return closes - 8 * _HOUR if closes - opens > 10 * _HOUR else closes
