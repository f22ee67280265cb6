"""Times as users have them, read as trading days. Pure.

A time is one of three things. Midnights are dates, whatever their zone: the day that they show is meant. Other times
with a zone are moments, and belong to the day on the exchange's clock. Other times without a zone belong to the day
that they show, unless they look like the UTC times that ``pd.to_datetime(..., unit="s")`` makes of Unix seconds: in
Hong Kong these show the day before.
"""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from .._util.validation import list_names
from ..core.arrays import BoolArray, Int64Array
from ..core.frame import date_unit
from ..core.markets import EXCHANGES, Exchange
from ..errors import InvalidData
from .counts import Column

__all__ = [
    "check_not_utc",
    "check_period_labels",
    "day_numbers",
    "is_midnight",
    "is_utc",
    "is_utc_name",
    "list_dates",
    "local_times",
    "parse_times",
]

_OFFSET = r"(?<=:\d\d)(Z|[+-]\d\d:?\d\d)$"
#: Offsets whose periods pandas labels by their first days.
_PERIOD_STARTS = (
    pd.offsets.MonthBegin, pd.offsets.BMonthBegin, pd.offsets.SemiMonthBegin, pd.offsets.QuarterBegin,
    pd.offsets.BQuarterBegin, pd.offsets.YearBegin, pd.offsets.BYearBegin,
)  # fmt: skip
_UTC_NAMES = ("UTC", "Etc/UTC", "GMT", "Etc/GMT", "UTC+00:00", "Zulu")


def list_dates(days: pd.Index) -> str:
    """Return the first of `days` as ISO dates, for an error message."""
    return list_names(f"{day:%Y-%m-%d}" for day in days.unique())


def day_numbers(index: pd.DatetimeIndex) -> Int64Array:
    """Return the days that `index` shows on its own clock, counted from 1970-01-01."""
    return index.tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)


def is_midnight(times: pd.DatetimeIndex) -> BoolArray:
    """Return which times are midnight on their own clock."""
    day = np.timedelta64(1, "D").astype(f"timedelta64[{times.unit}]").astype(np.int64)
    return np.asarray(times.tz_localize(None).asi8 % day == 0, dtype=np.bool_)


def is_utc(times: pd.DatetimeIndex) -> bool:
    """Return whether the times are in UTC."""
    return is_utc_name(str(times.tz))


def is_utc_name(zone: str) -> bool:
    """Return whether a time zone of this name is UTC."""
    return zone in _UTC_NAMES


def parse_times(column: Column | pd.Index, name: Hashable, exchange: Exchange | None = None) -> pd.DatetimeIndex:
    """Return a column or an index as a DatetimeIndex named ``time``.

    Times keep their own unit; texts and dates get the unit of `date_unit`. Texts whose UTC offsets differ, as those
    of winter and summer do, become moments in UTC if the exchange is known, so that `local_times` can find their
    days; else each is taken as its own clock shows it.
    """
    if isinstance(column.dtype, pd.PeriodDtype):
        column = _last_days(pd.PeriodIndex(column))
    is_text = pd.api.types.is_object_dtype(column.dtype) or pd.api.types.is_string_dtype(column.dtype)
    try:
        if pd.api.types.is_numeric_dtype(column.dtype) and len(column):  # pandas would read them as nanoseconds
            raise ValueError("they are numbers. Convert Unix seconds with pd.to_datetime(..., unit='s', utc=True)")
        times = _parse_texts(column, exchange) if is_text else pd.DatetimeIndex(pd.to_datetime(column))
    except (ValueError, TypeError) as error:
        reason = str(error).partition("\n")[0].partition(" You might")[0]
        advice = ". Convert it with pd.to_datetime(..., format=...)" if is_text else ""
        raise InvalidData(f"{name!r} does not hold days such as '2026-06-12': {reason.rstrip('.')}{advice}.") from error
    if times.hasnans:
        raise InvalidData(f"{name!r} holds no day in rows {list_names(np.flatnonzero(times.isna()))}.")
    has_unit = not is_text and column.dtype.kind == "M" and not str(column.dtype).startswith("date32")
    return (times if has_unit and len(times) else times.as_unit(date_unit())).rename("time")  # type: ignore[arg-type]


def _last_days(periods: pd.PeriodIndex) -> pd.DatetimeIndex:
    """Return the last day of each period, when its counts are known; periods within a day keep their start."""
    starts, ends = periods.to_timestamp(), periods.to_timestamp(how="end").normalize()
    return starts if (ends <= starts).all() else pd.DatetimeIndex(ends.as_unit(starts.unit).to_numpy())


def check_period_labels(index: pd.Index) -> None:
    """Raise `InvalidData` if an index says that its days are the first ones of periods, as pandas labels them.

    What a period sums up is known after its last day, so returns after its label would be entered within it.
    """
    frequency = getattr(index, "freq", None)
    if frequency is None:
        return
    if isinstance(frequency, _PERIOD_STARTS) or (isinstance(frequency, pd.offsets.Day) and frequency.n > 1):
        raise InvalidData(
            f"The index has the frequency {frequency.freqstr!r}: pandas labels such periods by their first days, when "
            "their counts are not known yet. Use df.optstat.resample(rule) on the daily frame; or, if the labels come "
            "after the periods, drop the frequency with df.set_axis(pd.DatetimeIndex(df.index, freq=None))."
        )


def _parse_texts(column: Column | pd.Index, exchange: Exchange | None) -> pd.DatetimeIndex:
    """Return texts as times; those with different UTC offsets as moments if the exchange is known."""
    texts = pd.Series(column, dtype=object)
    offsets = texts.astype(str).str.extract(_OFFSET, expand=False)
    if offsets.nunique(dropna=False) < 2:
        return pd.DatetimeIndex(pd.to_datetime(column, format="ISO8601"))
    without = texts.where(offsets.isna(), texts.astype(str).str.replace(_OFFSET, "", regex=True))
    shown = pd.DatetimeIndex(pd.to_datetime(without, format="ISO8601"))
    if exchange is None or offsets.isna().any() or is_midnight(shown).all():
        return shown
    return pd.DatetimeIndex(pd.to_datetime(texts, format="ISO8601", utc=True))


def local_times(times: pd.DatetimeIndex, name: Hashable, exchange: Exchange | None) -> pd.DatetimeIndex:
    """Return `times` on the clock that shows their trading days: the exchange's, or else their own.

    Raises
    ------
    InvalidData
        If the day is unclear: moments in UTC if the exchange is not known, or times without a zone that look like UTC.
    """
    if is_midnight(times).all():
        return times
    if times.tz is None:
        check_not_utc(times, name, exchange)
        return times
    if exchange is not None:
        return times.tz_convert(exchange.zone)
    if is_utc(times):
        raise InvalidData(
            f"{name!r} holds moments in UTC, such as {times[0]}, whose trading day depends on the exchange. Name it "
            "with df.optstat.normalize(market=...), or convert them with tz_convert('America/New_York')."
        )
    _check_weekends(times, name)
    return times


def _check_weekends(times: pd.DatetimeIndex, name: Hashable) -> None:
    """Raise `InvalidData` if moments are at weekends on their own clock, and on that of an exchange none is."""
    at_weekend = times.day_of_week >= 5
    if not at_weekend.any():
        return
    for candidate in EXCHANGES.values():
        there = times.tz_convert(candidate.zone)
        if not (there.day_of_week >= 5).any():
            row = int(np.argmax(at_weekend))
            raise InvalidData(
                f"{name!r} holds moments at weekends: {times[row]}, which is {there[row]:%Y-%m-%d} on the clock "
                f"of {candidate.zone}. Name the market with df.optstat.normalize(market=...), or convert them with "
                f"tz_convert({candidate.zone!r})."
            )


def check_not_utc(times: pd.DatetimeIndex, name: Hashable, exchange: Exchange | None) -> None:
    """Raise `InvalidData` if times without a zone would be other days in UTC, and weekends do not decide for theirs."""
    shown = times.normalize()
    for candidate in EXCHANGES.values() if exchange is None else [exchange]:
        in_utc = times.tz_localize("UTC").tz_convert(candidate.zone).tz_localize(None)
        differs = in_utc.normalize() != shown
        shows_weekend, utc_has_weekend = ((days.day_of_week >= 5).any() for days in (shown, in_utc))
        # Exchanges do not trade at weekends, so days that include some were read on the wrong clock. Where neither
        # reading includes any (a few days only), nothing decides.
        unclear = shows_weekend or exchange is not None
        if differs.any() and not utc_has_weekend and unclear:
            row = int(np.argmax(differs & (shown.day_of_week >= 5))) if shows_weekend else int(np.argmax(differs))
            raise InvalidData(
                f"{name!r} holds times without a zone, such as {times[row]}, whose trading day is unclear: in UTC that "
                f"is {in_utc[row]:%Y-%m-%d} on the clock of {candidate.zone}. If they are in UTC, use "
                "pd.to_datetime(..., utc=True); if the days shown are right, drop the time of day with normalize()."
            )
