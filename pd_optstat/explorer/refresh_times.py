"""When an explorer that refreshes by itself does so: after each open and each close of its exchanges."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.calendars import calendar
from ..core.request import parse_instrument
from ..core.series import instrument_exchange

__all__ = ["next_refresh"]

#: Seconds after the open, when the open interest of the day before is final; and after the close, when totals are in.
AFTER_OPEN, AFTER_CLOSE = 60.0, 900.0


def next_refresh(markets: Iterable[str], now: float) -> float:
    """Return the first moment after `now` at which to refresh, in Unix seconds.

    Examples
    --------
    >>> from datetime import datetime, UTC
    >>> friday_noon = datetime(2026, 6, 12, 16, 0, tzinfo=UTC).timestamp()
    >>> print(datetime.fromtimestamp(next_refresh(["US_SECURITY"], friday_noon), UTC))
    2026-06-12 20:15:00+00:00
    """
    moments = []
    yesterday = int(now // 86_400) - 1
    for exchange in {instrument_exchange(parse_instrument(market)) for market in markets}:
        sessions = calendar(exchange)
        days = [*sessions.sessions(yesterday, yesterday + 1).tolist(), sessions.next_session(yesterday + 1)]
        days.append(sessions.next_session(days[-1]))
        for day in days:
            moments += [sessions.open(day) + AFTER_OPEN, sessions.close(day) + AFTER_CLOSE]
    return min(moment for moment in moments if moment > now)
