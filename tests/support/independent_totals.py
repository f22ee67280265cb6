"""The independent OpenD's numbers on all sessions since 2012, and comparisons of frames with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

import exchange_calendars
import pandas as pd

VOLUME, OPEN_INTEREST = 0, 1
US_SECURITY, US_INDEX, HK_SECURITY, HK_INDEX = 1, 2, 3, 4
#: More than two weeks ago, so that every row is final.
FIRST, LAST = date(2012, 1, 1), date(2026, 6, 12)


def totals_of(days: Iterable[date], salt: int = 0) -> dict[date, tuple[int, int]]:
    """Return a call and a put total for each of `days`: arbitrary numbers, the same for a day every time."""
    made = {}
    for day in days:
        word = hashlib.sha256(f"{salt} {day}".encode()).digest()
        made[day] = int.from_bytes(word[:3], "big") + 1, int.from_bytes(word[3:6], "big")
    return made


def sessions(code: str) -> list[date]:
    built = exchange_calendars.get_calendar(code, start=str(FIRST), end=str(LAST))
    return [session.date() for session in built.sessions]


SESSIONS = {"XNYS": sessions("XNYS"), "XHKG": sessions("XHKG")}
TOTALS = {
    (market, data_type): totals_of(SESSIONS["XNYS" if market <= 2 else "XHKG"], salt=2 * market + data_type)
    for market in (US_SECURITY, US_INDEX, HK_SECURITY, HK_INDEX)
    for data_type in (VOLUME, OPEN_INTEREST)
}
US = TOTALS[US_SECURITY, VOLUME]


def expected(totals: dict[date, tuple[int, int]], start: str | date, end: str | date) -> dict[date, tuple[int, int]]:
    first, last = date.fromisoformat(str(start)), date.fromisoformat(str(end))
    return {day: values for day, values in totals.items() if first <= day <= last}


def got(frame: pd.DataFrame) -> dict[date, tuple[int, int]]:
    assert frame.index.is_monotonic_increasing
    assert frame.index.is_unique
    assert (frame["total_value"] == frame["call_value"] + frame["put_value"]).all()
    counts = zip(frame["call_value"].tolist(), frame["put_value"].tolist(), strict=True)
    return dict(zip((moment.date() for moment in frame.index), counts, strict=True))
