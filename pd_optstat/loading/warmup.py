"""``load(warmup=n)``: load sessions before the first day asked for, and keep their rows where metrics find them.

The load itself, and so what the cache, a pin or ``as_of`` see of it, is one with an earlier start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import to_bits
from ..core.calendars import FIRST_SESSION_KNOWN, calendar
from ..core.dates import Day, to_date, to_day
from ..core.frame import PRICE_COLUMN, digest
from ..core.loaded_rows import LoadedRows
from ..core.markets import Exchange
from ..core.request import LoadArguments
from ..errors import InvalidRequest
from ..storage.pins.pin import active

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["begin_earlier", "cut_to_span"]

#: Exchanges have at least this many sessions in a year of 366 days.
_LEAST_SESSIONS = 235


def begin_earlier(arguments: LoadArguments, sessions: int) -> LoadArguments:
    """Return the arguments of a load that begins `sessions` sessions of each series' exchange earlier.

    Raises
    ------
    InvalidRequest
        If the start is not given and a pin is active.
    """
    if not sessions:
        return arguments
    if arguments.start is None and active() is not None:
        raise InvalidRequest(
            f"start=None, warmup={sessions}: the first day depends on today, so a pin could not replay the load. Give "
            "its start."
        )
    first = min(_sessions_before(one.exchange, arguments.span(one).first, sessions) for one in arguments.series)
    return replace(arguments, start=to_date(first))


def _sessions_before(exchange: Exchange, first: Day, sessions: int) -> Day:
    """Return the day of the session that lies so many sessions before `first`, or the first that is known."""
    earliest = to_day(FIRST_SESSION_KNOWN)
    begin = max(first - 366 * (sessions // _LEAST_SESSIONS + 1), earliest)
    found = calendar(exchange).sessions(begin, first - 1)
    return int(found[-sessions]) if len(found) >= sessions else earliest


def cut_to_span(frames: Sequence[pd.DataFrame], arguments: LoadArguments) -> list[pd.DataFrame]:
    """Return the frames from the first day of the span on, with all their rows in the attributes."""
    spans = (arguments.span(one) for one in arguments.series)
    return [_cut(frame, span.first) for frame, span in zip(frames, spans, strict=True)]


def _cut(frame: pd.DataFrame, first: Day) -> pd.DataFrame:
    days = frame.index.to_numpy().astype("datetime64[D]").astype(np.int64)
    calls, puts = (frame[name].to_numpy(dtype=np.int64, copy=True) for name in ("call_value", "put_value"))
    prices = [to_bits(frame[PRICE_COLUMN].to_numpy(dtype=np.float64))] if PRICE_COLUMN in frame.columns else []
    hidden = int(np.searchsorted(days, first))
    begin = to_date(first).isoformat()
    shown = frame.iloc[hidden:].copy()
    info = frame.attrs["optstat"]
    shown.attrs["optstat"] = info | {
        "start": begin,
        "rows": len(shown),
        "observed_at": info["observed_at"] if len(shown) else None,
        "provisional": [day for day in info["provisional"] if day >= begin],
        "missing": [day for day in info["missing"] if day >= begin],
        "digest": digest(days[hidden:], calls[hidden:], puts[hidden:], *(bits[hidden:] for bits in prices)),
        "warmup": LoadedRows.of(days, calls, puts, hidden),
    }
    return shown
