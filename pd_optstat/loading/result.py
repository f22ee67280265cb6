"""Answers as frames: a part of a history as the frame of `load`, with what its attrs say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from .. import _version
from ..core import frame, history
from ..core.dates import Day, to_date
from ..core.finality import Moment, to_moment
from ..core.history import History, Rows
from ..core.origins import is_synthetic
from ..core.request import SeriesKey
from .engine import Task

__all__ = ["iso", "to_frame"]


def to_frame(task: Task, origin: str, endpoint: str, as_of: datetime | None) -> pd.DataFrame:
    """Return what is known of a task's span, `as_of` a moment, as the frame of `pd_optstat.load`."""
    first, last, by = task.span.first, task.span.last, None if as_of is None else to_moment(as_of.timestamp())
    part = _part(task.known, first, last, by)
    values = part.rows
    settled = by is None and task.settled
    provisional = () if settled else values.days[~history.final_days(task.known, values.days, by)]
    attrs = {
        "market": task.series.market.name,
        "data_type": task.series.data_type.name,
        "start": to_date(first).isoformat(),
        "end": to_date(last).isoformat(),
        "source": origin,
        "endpoint": endpoint,
        "synthetic": is_synthetic(origin),
        "rows": len(values),
        "requests": task.requests,
        "first_page_requests": task.first_page_requests,
        "observed_at": iso(history.observed_at(task.known, first, last, by)) if len(values) else None,
        "as_of": None if as_of is None else as_of.isoformat(),
        "provisional": _iso_dates(provisional),
        "missing": _iso_dates(history.missing(task.known, first, last, by)),
        "version": _version.__version__,
        "digest": part.digest,
    }
    made = part.to_frame(task.series)
    made.attrs["optstat"] = attrs
    return made


@dataclass(slots=True)
class _Part:
    """A part of a history as frames need it. It holds on to the history, so that no other gets its id."""

    known: History
    rows: Rows
    index: pd.DatetimeIndex
    digest: str
    _built: int = 0
    _template: pd.DataFrame | None = None

    def to_frame(self, series: SeriesKey) -> pd.DataFrame:
        """Return a frame that is the caller's to change, without attrs.

        Most parts are asked for once. Of one that is asked for again a consolidated frame is kept: copying
        its two blocks is a quarter of the work of building five columns.
        """
        if self._template is not None:
            return self._template.copy()
        rows = self.rows
        built = frame.build_frame(rows.days, rows.calls, rows.puts, series.exchange, index=self.index.view())
        self._built += 1
        if self._built > 1:
            self._template = built.copy()
        return built


#: The parts that were read last: a notebook cell that is run again reads the very same one.
_parts: dict[tuple[int, Day, Day, Moment | None], _Part] = {}
MEMO_PARTS = 16


def _part(known: History, first: Day, last: Day, by: Moment | None) -> _Part:
    key = (id(known), first, last, by)
    part = _parts.get(key)
    if part is None:
        values = history.rows(known, first, last, by)
        digest = frame.digest(values.days, values.calls, values.puts)
        part = _Part(known, values, frame.to_index(values.days), digest)
        if len(_parts) >= MEMO_PARTS:
            _parts.clear()
        _parts[key] = part
    return part


def _iso_dates(days: Any) -> list[str]:
    return np.datetime_as_string(days.astype("datetime64[D]")).tolist() if len(days) else []


def iso(at: Moment | None) -> str | None:
    """Return a moment as ISO 8601, UTC."""
    return None if at is None else datetime.fromtimestamp(at / 1e6, UTC).isoformat()
