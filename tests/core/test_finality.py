"""Finality by the exchange's clock: literal moments of real sessions, and what holds for any moment."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pd_optstat.core.calendars import calendar
from pd_optstat.core.dates import to_date, to_day
from pd_optstat.core.finality import DAY, HOUR, Rules, final_until, to_moment
from pd_optstat.core.markets import EXCHANGES, OptionStatisticDataType

VOLUME, OPEN_INTEREST = OptionStatisticDataType.VOLUME, OptionStatisticDataType.OPEN_INTEREST
DEFAULT = Rules()


def final(exchange, data_type, at, rules=DEFAULT):
    """Return the last final day at `at`, in ISO."""
    stamp = to_moment(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp())
    return to_date(final_until(data_type, calendar(EXCHANGES[exchange]), stamp, rules)).isoformat()


@pytest.mark.parametrize(
    ("exchange", "data_type", "at", "until"),
    [
        # New York closes at 20:00 UTC in summer: volume is final twelve hours later.
        ("US", VOLUME, "2026-06-10T07:59:59", "2026-06-08"),
        ("US", VOLUME, "2026-06-10T08:00:00", "2026-06-09"),
        # ... and the weekend after Friday with it.
        ("US", VOLUME, "2026-06-13T08:00:00", "2026-06-14"),
        # At 21:00 UTC in winter.
        ("US", VOLUME, "2026-01-07T08:59:59", "2026-01-05"),
        ("US", VOLUME, "2026-01-07T09:00:00", "2026-01-06"),
        # The day after Thanksgiving closes at 18:00 UTC.
        ("US", VOLUME, "2026-11-28T06:00:00", "2026-11-29"),
        # Hong Kong closes at 08:00 UTC, on Christmas Eve at 04:00.
        ("HK", VOLUME, "2026-06-09T19:59:59", "2026-06-08"),
        ("HK", VOLUME, "2026-06-09T20:00:00", "2026-06-09"),
        ("HK", VOLUME, "2025-12-24T15:59:59", "2025-12-23"),
        ("HK", VOLUME, "2025-12-24T16:00:00", "2025-12-24"),
        # Then it is closed for two days, of which the calendar may be wrong: each ends at 16:00 UTC.
        ("HK", VOLUME, "2025-12-26T03:59:59", "2025-12-24"),
        ("HK", VOLUME, "2025-12-26T04:00:00", "2025-12-25"),
        ("HK", VOLUME, "2025-12-27T04:00:00", "2025-12-28"),
        # Open interest of Thursday is final at Friday's open, of Friday at Monday's.
        ("US", OPEN_INTEREST, "2026-06-12T13:29:59", "2026-06-10"),
        ("US", OPEN_INTEREST, "2026-06-12T13:30:00", "2026-06-11"),
        ("US", OPEN_INTEREST, "2026-06-15T13:29:59", "2026-06-11"),
        ("US", OPEN_INTEREST, "2026-06-15T13:30:00", "2026-06-14"),
        # Lunar New Year: from Monday 16 February (a half day) to Friday 20.
        ("HK", OPEN_INTEREST, "2026-02-20T01:29:59", "2026-02-15"),
        ("HK", OPEN_INTEREST, "2026-02-20T01:30:00", "2026-02-19"),
    ],
)
def test_literal_moments(exchange, data_type, at, until):
    assert final(exchange, data_type, at) == until


def test_the_delays_can_be_set():
    rules = Rules(volume_final_after=0, open_interest_final_after=2 * HOUR)
    assert final("US", VOLUME, "2026-06-09T20:00:00", rules) == "2026-06-09"
    assert final("US", OPEN_INTEREST, "2026-06-12T15:29:59", rules) == "2026-06-10"
    assert final("US", OPEN_INTEREST, "2026-06-12T15:30:00", rules) == "2026-06-11"


moments = st.integers(to_day(date(2012, 1, 10)) * DAY, to_day(date(2026, 11, 1)) * DAY)


@given(st.sampled_from(["US", "HK"]), st.sampled_from([VOLUME, OPEN_INTEREST]), moments, st.integers(0, 40 * DAY))
def test_time_only_adds_final_days_and_never_the_present(exchange, data_type, at, later):
    sessions = calendar(EXCHANGES[exchange])
    now, then = (final_until(data_type, sessions, when, DEFAULT) for when in (at, at + later))
    assert now <= then
    delay = 12 * HOUR if data_type is VOLUME else 0
    assert sessions.close(sessions.last_session(now)) * 1_000_000 + delay <= at
    today = to_day(datetime.fromtimestamp(at / 1e6, UTC).date())
    assert today - 10 <= now < sessions.next_session(today)
