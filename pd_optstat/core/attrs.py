"""``frame.attrs["optstat"]``: the one place that lists its fields and builds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypedDict

import numpy as np

from .._version import __version__
from .arrays import Int64Array
from .dates import to_date
from .finality import Moment
from .origins import is_synthetic
from .series import SeriesKey, Span

__all__ = ["DERIVED_NAMES", "PanelAttrs", "SeriesAttrs", "format_moment", "panel_attrs", "series_attrs"]


class SeriesAttrs(TypedDict):
    """What a frame of `pd_optstat.load` says of itself; dates are ISO 8601, moments are in UTC.

    `start` and `end` are the dates answered for; `source` is the origin of the rows; `provisional` lists the dates in
    the frame that are not final, `missing` the sessions in the range that have no row.
    """

    market: str
    data_type: str
    start: str
    end: str
    source: str
    endpoint: str
    synthetic: bool
    rows: int
    requests: int
    first_page_requests: int
    observed_at: str | None
    as_of: str | None
    provisional: list[str]
    missing: list[str]
    version: str
    digest: str


class PanelAttrs(TypedDict):
    """What a panel of `pd_optstat.load_panel` says of itself."""

    series: list[SeriesAttrs]
    source: str
    synthetic: bool
    requests: int
    first_page_requests: int
    version: str


#: Attributes that this package gives or reads: what a file says under these names is not used.
DERIVED_NAMES = frozenset(
    {
        *SeriesAttrs.__annotations__,
        *PanelAttrs.__annotations__,
        "pin",
        "origin",
        "resampled",
        "exchange",
        "product",
        "warmup",
    }
)


def series_attrs(
    series: SeriesKey,
    span: Span,
    *,
    origin: str,
    endpoint: str,
    rows: int,
    observed_at: str | None,
    as_of: datetime | None,
    provisional: Int64Array,
    missing: Int64Array,
    digest: str,
    requests: int = 0,
    first_page_requests: int = 0,
    version: str = __version__,
) -> SeriesAttrs:
    """Return the attributes of one series' frame."""
    return {
        "market": series.name,
        "data_type": series.data_type.name,
        "start": to_date(span.first).isoformat(),
        "end": to_date(span.last).isoformat(),
        "source": origin,
        "endpoint": endpoint,
        "synthetic": is_synthetic(origin),
        "rows": rows,
        "requests": requests,
        "first_page_requests": first_page_requests,
        "observed_at": observed_at if rows else None,
        "as_of": None if as_of is None else as_of.isoformat(),
        "provisional": _iso_dates(provisional),
        "missing": _iso_dates(missing),
        "version": version,
        "digest": digest,
    }


def panel_attrs(parts: Sequence[SeriesAttrs]) -> PanelAttrs:
    """Return the attributes of the panel that joins frames with attributes `parts`."""
    return {
        "series": list(parts),
        "source": parts[0]["source"],
        "synthetic": any(part["synthetic"] for part in parts),
        "requests": sum(part["requests"] for part in parts),
        "first_page_requests": sum(part["first_page_requests"] for part in parts),
        "version": parts[0]["version"],
    }


def format_moment(moment: Moment | None) -> str | None:
    """Return a moment as ISO 8601 in UTC; None for None."""
    return None if moment is None else datetime.fromtimestamp(moment / 1e6, UTC).isoformat()


def _iso_dates(days: Int64Array) -> list[str]:
    if not len(days):
        return []
    dates: list[str] = np.datetime_as_string(days.astype("datetime64[D]")).tolist()
    return dates
