"""The argument ``calendar_overrides`` of `pd_optstat.configure`, checked before anything else happens. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

import numpy as np

from .._util.validation import did_you_mean, shorten
from ..errors import InvalidRequest
from .calendar_overrides import LAST_DAY, MAX_DAYS, REGULAR_CLOSE, REGULAR_OPEN, CalendarOverrides, SessionHours
from .dates import Day, to_date, to_day
from .markets import EXCHANGES, Exchange, exchange_of
from .request import parse_date, parse_market

__all__ = ["parse_calendar_overrides"]

_NAMES = ("closed", "sessions")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_EXAMPLE = "{'XNYS': {'closed': ['2026-07-03'], 'sessions': {'2026-07-04': '13:00'}}}"


def parse_calendar_overrides(value: object) -> dict[str, CalendarOverrides]:
    """Return the overrides by the code of their calendar.

    Raises
    ------
    InvalidRequest
        If an exchange, a date or a time is not valid, or a day is both closed and a session.
    """
    if not isinstance(value, Mapping):
        raise InvalidRequest(f"calendar_overrides={shorten(value)} must be a dict by exchange, such as {_EXAMPLE}.")
    closed: dict[str, set[Day]] = {}
    sessions: dict[str, dict[Day, SessionHours]] = {}
    for name, given in value.items():
        exchange = _parse_exchange(name)
        where = f"calendar_overrides[{shorten(name)}]"
        if not isinstance(given, Mapping):
            raise InvalidRequest(f"{where}={shorten(given)} must be a dict with 'closed' or 'sessions', as {_EXAMPLE}.")
        for part in given:
            if part not in _NAMES:
                raise InvalidRequest(
                    f"{where} has no {shorten(part)}.{did_you_mean(str(part), _NAMES)} Valid: {_NAMES}."
                )
        closed.setdefault(exchange.calendar, set()).update(
            _parse_day(day, f"{where}['closed']", exchange) for day in _list(given.get("closed"), f"{where}['closed']")
        )
        _add_sessions(sessions.setdefault(exchange.calendar, {}), given.get("sessions"), where, exchange)
    for code, days in closed.items():
        _check(code, days, sessions[code])
    return {
        code: CalendarOverrides(tuple(sorted(days)), tuple(sessions[code][day] for day in sorted(sessions[code])))
        for code, days in closed.items()
        if days or sessions[code]
    }


def _check(code: str, closed: set[Day], sessions: Mapping[Day, SessionHours]) -> None:
    """Raise `InvalidRequest` if the overrides of one calendar contradict each other, or are too many."""
    both = sorted(closed & sessions.keys())
    if both:
        raise InvalidRequest(
            f"calendar_overrides give {to_date(both[0])} at {code} as closed and as a session. Drop one of them."
        )
    if len(closed) + len(sessions) > MAX_DAYS:
        raise InvalidRequest(
            f"calendar_overrides name {len(closed) + len(sessions)} days at {code}. At most {MAX_DAYS} are accepted."
        )


def _parse_exchange(name: object) -> Exchange:
    """Return the exchange for the code of its calendar, or for a market."""
    codes = {exchange.calendar: exchange for exchange in EXCHANGES.values()}
    if isinstance(name, str) and name.strip().upper() in codes:
        return codes[name.strip().upper()]
    try:
        return exchange_of(parse_market(name))
    except InvalidRequest:
        raise InvalidRequest(
            f"calendar_overrides has the key {shorten(name)}, which is not an exchange. Use {' or '.join(codes)}, or "
            "the name of a market, such as 'US_SECURITY'."
        ) from None


def _list(value: object, argument: str) -> Iterable[object]:
    """Return `value` as an iterable of dates: one date, several, or None for none."""
    if value is None:
        return ()
    if isinstance(value, str | date | np.datetime64):
        return (value,)
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return value
    raise InvalidRequest(f"{argument}={shorten(value)} must be a list of dates, such as ['2026-07-03'].")


def _add_sessions(found: dict[Day, SessionHours], given: object, where: str, exchange: Exchange) -> None:
    """Add the sessions of one key to those `found` of its exchange."""
    argument = f"{where}['sessions']"
    pairs = given.items() if isinstance(given, Mapping) else ((day, None) for day in _list(given, argument))
    for day, hours in pairs:
        session = _parse_hours(_parse_day(day, argument, exchange), hours, f"{argument}[{shorten(day)}]")
        if found.setdefault(session.day, session) != session:
            raise InvalidRequest(f"calendar_overrides give {to_date(session.day)} at {exchange.calendar} two closes.")


def _parse_day(value: object, argument: str, exchange: Exchange) -> Day:
    """Return a date as a day; `InvalidRequest` for times."""
    is_moment = isinstance(value, datetime) and value == value and value.time() != time()
    if is_moment or (isinstance(value, str) and len(value.strip()) > 10):
        raise InvalidRequest(f"{argument} names {shorten(value)}, a time. Give a date such as '2026-07-03'.")
    if isinstance(value, datetime) and value == value:
        value = value.date()  # a midnight is a date, whatever its zone
    day = to_day(parse_date(value, argument, exchange))
    if day > LAST_DAY:
        raise InvalidRequest(f"{argument} names {shorten(value)}. Dates up to {to_date(LAST_DAY)} are accepted.")
    return day


def _parse_hours(day: Day, value: object, argument: str) -> SessionHours:
    """Return the hours that `value` means: a closing time, (opening time, closing time), or None for a regular day."""
    if value is None:
        return SessionHours(day, REGULAR_OPEN, REGULAR_CLOSE)
    if isinstance(value, list | tuple) and len(value) == 2:
        opens, closes = (_parse_clock(one, argument) for one in value)
    else:
        opens, closes = None, _parse_clock(value, argument)
    if closes <= (REGULAR_OPEN if opens is None else opens):
        raise InvalidRequest(
            f"{argument}={shorten(value)} closes before it opens. Give the opening and the closing time on the "
            "exchange's clock, such as ('09:30', '13:00')."
        )
    return SessionHours(day, opens, closes)


def _parse_clock(value: object, argument: str) -> int:
    """Return a time of day in seconds after midnight."""
    if isinstance(value, time) and value.tzinfo is None:
        return value.hour * 3_600 + value.minute * 60 + value.second
    matched = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if matched is None:
        raise InvalidRequest(
            f"{argument}={shorten(value)} is not a time of day. Give the closing time on the exchange's clock, such as "
            "'13:00', or None for regular hours."
        )
    hours, minutes, seconds = (int(group or 0) for group in matched.groups())
    return hours * 3_600 + minutes * 60 + seconds
