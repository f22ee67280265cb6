"""What an explorer sends to the page: each series once, as bytes, and what is said about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

import numpy as np
import pandas as pd

from ..analysis.counts import Counts
from ..analysis.frames import any_synthetic, per_series, read_counts, read_info, series_title, sort_by_day
from ..analysis.price_column import price_values
from ..analysis.trading_days import day_numbers
from ..core.arrays import Float64Array
from ..core.frame import is_panel
from ..core.markets import OptionMarket, OptionStatisticDataType
from .copy_code import code_comment
from .price_columns import PriceColumns
from .state import ARRANGEMENTS, CODES, LOOKBACKS, METRICS, PRESETS, THEMES, WINDOWS, View

__all__ = [
    "FORMATS",
    "Content",
    "Loaded",
    "NamedCounts",
    "build_content",
    "counts_by_series",
    "loaded_view",
    "make_vocabulary",
    "series_info",
]

#: The formats that the page offers. CSV and PNG it writes by itself.
FORMATS = ("CSV", "PNG", "Parquet", "HTML")

Key = tuple[str, ...]
Info = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NamedCounts:
    """The counts of a series, with its title, and the prices that the frame has of an underlying."""

    title: str
    counts: Counts
    prices: Float64Array | None = None

    @property
    def has_prices(self) -> bool:
        """Whether the frame has a price of any day."""
        return self.prices is not None and bool((self.prices > 0).any())


class SeriesContent(TypedDict, total=False):
    """One series as the page reads it: little-endian arrays of int32 days since 1970-01-01 and of float64 counts."""

    title: str
    literal: str
    source: str
    synthetic: bool
    comment: str | None
    provisional: list[int]
    days: bytes
    call: bytes
    put: bytes
    price: bytes
    priceName: str
    ownPrice: bool


class Loaded(TypedDict):
    """Which days and series are loaded.

    `given` is True for a frame, which has all its days. `first` and `last` are the days that can be shown, with a full
    lookback before them; None stands for the first and the newest row of the source. `view` has the choices with which
    they were loaded, and `today` is the day from which presets count back.
    """

    given: bool
    first: str | None
    last: str | None
    view: dict[str, object]
    today: str
    source: str
    refreshable: bool


class Content(TypedDict):
    """All that the page draws, apart from the choices."""

    series: list[SeriesContent]
    loaded: Loaded
    status: dict[str, object]
    notes: list[str]
    code: dict[str, object]


def make_vocabulary() -> dict[str, object]:
    """Return the names that the page offers: one list for Python and the page."""
    return {
        "markets": [market.name for market in OptionMarket],
        "codes": list(CODES),
        "data_types": [kind.name for kind in OptionStatisticDataType],
        "presets": list(PRESETS),
        "arrangements": list(ARRANGEMENTS),
        "themes": list(THEMES),
        "formats": list(FORMATS),
        "windows": list(WINDOWS),
        "lookbacks": list(LOOKBACKS),
        "metrics": {
            name: {"title": metric.title, "expression": metric.expression, "marks": list(metric.marks)}
            for name, metric in METRICS.items()
        },
    }


def series_info(key: Key, infos: Sequence[Info]) -> Info:
    """Return the attributes of one series: the only ones, or those that name its market and data type."""
    if len(infos) == 1:
        return infos[0]
    return next((one for one in infos if (one.get("market"), one.get("data_type")) == (key[0], key[-1])), {})


def counts_by_series(frame: pd.DataFrame) -> dict[tuple[str, ...], NamedCounts]:
    """Return the counts of each series of a frame or panel, by key.

    Raises
    ------
    InvalidData
        If the frame has no call and put columns.
    """
    if not is_panel(frame):
        info = read_info(frame)
        key = (str(info.get("market", "series")), str(info.get("data_type", "")))
        return {key: _read_series(series_title(frame), frame)}
    series = {}
    for labels, part in per_series(frame).items():
        names = tuple(map(str, labels)) if isinstance(labels, tuple) else (str(labels),)
        series[names] = _read_series(" ".join(names), part)
    return series


def _read_series(title: str, frame: pd.DataFrame) -> NamedCounts:
    ordered = sort_by_day(frame)
    return NamedCounts(title, read_counts(ordered), price_values(ordered))


def build_content(
    series: Mapping[Key, NamedCounts],
    infos: Sequence[Info],
    loaded: Loaded,
    *,
    digests: Mapping[Key, str | None],
    status: dict[str, object],
    notes: Sequence[str],
    head: Sequence[str],
    prices: PriceColumns | None = None,
) -> Content:
    """Return what the page needs to draw the series.

    Parameters
    ----------
    series : mapping of NamedCounts
        By key, as `counts_by_series` returns them.
    infos : sequence of mapping
        ``attrs["optstat"]`` of each series.
    loaded : Loaded
    digests : mapping of str
        By key; None if the counts have none.
    status : dict
        As `status.status_content` returns it.
    notes, head : sequence of str
        Warnings of the load; the first lines of the copied code.
    prices : PriceColumns, optional
        Those that were given; by default each series has the prices of its own frame.
    """
    parts = []
    for key, one in series.items():
        part = _series_content(key, one, infos, digests.get(key))
        price = None if prices is None else prices.of(key)
        if price is not None:
            part["priceName"] = price.name
            part["price"] = _float64(price.on(day_numbers(one.counts.days)))
        elif one.has_prices:
            part["priceName"], part["ownPrice"] = f"Price of {key[0]}", True
            part["price"] = _float64(one.prices)
        parts.append(part)
    return {
        "series": parts,
        "loaded": loaded,
        "status": status,
        "notes": list(notes),
        "code": {"head": list(head), "series": len(parts)},
    }


def loaded_view(view: View) -> dict[str, object]:
    """Return the choices of a view that decide what is loaded."""
    return {
        "markets": list(view.markets),
        "data_types": list(view.data_types),
        "preset": view.preset,
        "start": _iso(view.start),
        "end": _iso(view.end),
    }


def _series_content(key: Key, series: NamedCounts, infos: Sequence[Info], digest: str | None) -> SeriesContent:
    info, counts = series_info(key, infos), series.counts
    provisional = info.get("provisional")
    return {
        "title": series.title,
        "literal": repr(key if len(key) > 1 else "".join(key)),
        "source": str(info.get("source", "unknown")),
        "synthetic": any_synthetic([info]),
        "comment": None if digest is None else code_comment(series.title, digest),
        "provisional": _day_numbers(provisional if isinstance(provisional, list) else []),
        "days": day_numbers(counts.days).astype("<i4").tobytes(),
        "call": _float64(np.where(counts.valid, counts.calls, np.nan)),
        "put": _float64(np.where(counts.valid, counts.puts, np.nan)),
    }


def _float64(values: object) -> bytes:
    return np.asarray(values, dtype="<f8").tobytes()


def _day_numbers(days: Sequence[object]) -> list[int]:
    """Return days of attributes, which others may have written, as numbers since 1970-01-01."""
    parsed = pd.to_datetime(pd.Series(list(days), dtype=object).astype(str), errors="coerce", format="ISO8601").dropna()
    return [] if parsed.empty else day_numbers(pd.DatetimeIndex(parsed)).tolist()


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
