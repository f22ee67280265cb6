"""What a load found out about one series, whatever answered it, and the frame made of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd

from .._version import __version__
from . import history as histories
from .arrays import Int64Array, from_bits
from .attrs import format_moment, series_attrs
from .dates import Day
from .finality import Moment, to_moment
from .frame import (
    COLUMNS,
    PRICE_COLUMN,
    SHARES_INDEXES,
    VOLATILITY_COLUMNS,
    build_frame,
    build_volatility_frame,
    digest,
    new_columns,
    to_index,
)
from .history import History, Rows
from .series import SeriesKey, Span

__all__ = ["SeriesResult", "SeriesRows", "result_from_history"]

_NO_DAYS: Int64Array = np.empty(0, dtype=np.int64)


@dataclass(slots=True)
class SeriesRows:
    """The rows of a result, with the index and the digest that follow from them."""

    rows: Rows
    index: pd.DatetimeIndex
    digest: str
    _frames_built: int = 0
    _template: pd.DataFrame | None = None

    @classmethod
    def of(cls, rows: Rows) -> SeriesRows:
        """Compute index and digest of `rows`."""
        return cls(rows, to_index(rows.days), digest(rows.days, *rows.values))

    def to_frame(self, series: SeriesKey) -> pd.DataFrame:
        """Return a new frame without attrs; it shares no writable memory with any other.

        Most rows are asked for once. For those that are asked for again a consolidated frame is kept: copying its two
        blocks is a quarter of the work of building five columns.
        """
        index = self.index.view() if SHARES_INDEXES else self.index.copy(deep=True)
        if self._template is not None:
            frame = self._template.copy()  # copies the values, and makes new index objects on the same arrays
            if not SHARES_INDEXES:
                frame.index, frame.columns = index, new_columns(_column_names(series))
            return frame
        built = _build_frame(series, self.rows, index)
        self._frames_built += 1
        if self._frames_built > 1:
            self._template = built.copy()
        return built


def _column_names(series: SeriesKey) -> tuple[str, ...]:
    """Return the labels of the frame of a series. Those of a frame may have been written to."""
    if "call" not in series.columns:
        return VOLATILITY_COLUMNS
    return (*COLUMNS, PRICE_COLUMN) if "price" in series.columns else COLUMNS


def _build_frame(series: SeriesKey, rows: Rows, index: pd.DatetimeIndex) -> pd.DataFrame:
    """Return the frame of a series without attrs."""
    values = rows.values if len(rows) else np.empty((len(series.columns), 0), dtype=np.int64)
    columns = dict(zip(series.columns, values, strict=True))
    prices = from_bits(columns["price"]) if "price" in columns else None
    if "call" in columns:
        return build_frame(rows.days, columns["call"], columns["put"], series.exchange, index=index, prices=prices)
    assert prices is not None
    return build_volatility_frame(from_bits(columns["iv"]), from_bits(columns["hv"]), prices, index)


@dataclass(frozen=True, slots=True)
class SeriesResult:
    """One series as a load returns it, before it becomes a frame.

    Attributes
    ----------
    series : SeriesKey
    span : Span
        The days answered for.
    values : SeriesRows
    origin, endpoint : str
        Where the rows come from, as in ``attrs["optstat"]["source"]`` and ``["endpoint"]``.
    observed_at : str or None
        The newest observation, ISO 8601.
    provisional, missing : ndarray of int64
        Days with a row that is not final, and sessions without a row.
    as_of : datetime or None
    requests, first_page_requests : int
    version : str
        The version of this package that loaded the rows.
    extra : mapping
        Further attributes: those of a recording by a later version under names that this one does not know, and the
        checksum of a pin.
    """

    series: SeriesKey
    span: Span
    values: SeriesRows
    origin: str
    endpoint: str
    observed_at: str | None
    provisional: Int64Array
    missing: Int64Array
    as_of: datetime | None
    requests: int = 0
    first_page_requests: int = 0
    version: str = __version__
    extra: Mapping[str, object] = field(default_factory=dict)

    def to_frame(self) -> pd.DataFrame:
        """Return the frame of `pd_optstat.load`."""
        attrs = series_attrs(
            self.series,
            self.span,
            origin=self.origin,
            endpoint=self.endpoint,
            rows=len(self.values.rows),
            observed_at=self.observed_at,
            as_of=self.as_of,
            provisional=self.provisional,
            missing=self.missing,
            digest=self.values.digest,
            requests=self.requests,
            first_page_requests=self.first_page_requests,
            version=self.version,
        )
        frame = self.values.to_frame(self.series)
        frame.attrs["optstat"] = attrs | {name: value for name, value in self.extra.items() if name not in attrs}
        return frame


def result_from_history(
    series: SeriesKey,
    span: Span,
    known: History,
    *,
    origin: str,
    endpoint: str,
    as_of: datetime | None,
    now: Moment,
    settled: bool = False,
    requests: int = 0,
    first_page_requests: int = 0,
) -> SeriesResult:
    """Return what `known` says of `span`, as of a moment.

    What is final by a moment after `now` was answered by a clock that was ahead, and is provisional. `settled` spares
    the search for provisional days: every day of the span is known to be final.
    """
    first, last, by = span.first, span.last, None if as_of is None else to_moment(as_of.timestamp())
    values = _rows_of(known, first, last, by)
    days = values.rows.days
    final_by = now if by is None else min(by, now)
    provisional = _NO_DAYS if settled and by is None else days[~histories.final_days(known, days, final_by)]
    return SeriesResult(
        series,
        span,
        values,
        origin,
        endpoint,
        format_moment(histories.observed_at(known, first, last, by)),
        provisional,
        histories.missing(known, first, last, by),
        as_of,
        requests,
        first_page_requests,
    )


@dataclass(frozen=True, slots=True)
class _Memo:
    """Rows cut from a history. It holds on to the history, so that no other history gets its id."""

    known: History
    values: SeriesRows


#: The rows that were cut last: a notebook cell that is run again asks for the very same ones.
_memo: dict[tuple[int, Day, Day, Moment | None], _Memo] = {}
MEMO_SIZE = 16


def _rows_of(known: History, first: Day, last: Day, by: Moment | None) -> SeriesRows:
    """Return the rows of ``first..last``, the same object again if they were cut from the same history."""
    key = (id(known), first, last, by)
    found = _memo.get(key)
    if found is None:
        found = _Memo(known, SeriesRows.of(histories.rows(known, first, last, by)))
        if len(_memo) >= MEMO_SIZE:
            _memo.clear()
        _memo[key] = found
    return found.values
