"""The frame of a series, and the panel of several: dtypes, index, attributes, digest. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .arrays import Float64Array, Int64Array, from_bits
from .attrs import panel_attrs
from .calendars import midnights
from .markets import Exchange

__all__ = [
    "COLUMNS",
    "PRICE_COLUMN",
    "SHARES_INDEXES",
    "VOLATILITY_COLUMNS",
    "append_columns",
    "build_frame",
    "build_volatility_frame",
    "date_unit",
    "digest",
    "is_panel",
    "join_frames",
    "new_columns",
    "ordered_columns",
    "revision_columns",
    "to_index",
]

COLUMNS = ("timestamp", "call_value", "put_value", "total_value", "ratio")
#: What frames of an underlying have after these, and what frames of its volatilities have alone.
PRICE_COLUMN = "underlying_price"
VOLATILITY_COLUMNS = ("iv", "hv", PRICE_COLUMN)

#: pandas 3 copies columns on write; pandas 2 copies them when frames are combined.
_COPY_ON_WRITE = int(pd.__version__.split(".")[0]) >= 3
#: Whether frames may share the arrays of their indexes. pandas 3 reads read-only ones everywhere, pandas 2 does not.
SHARES_INDEXES = _COPY_ON_WRITE


@cache
def date_unit() -> str:
    """Return the unit of ``pd.to_datetime``: ``"ns"`` in pandas 2, ``"us"`` in pandas 3.

    Frames are indexed in it, so that they join with frames made elsewhere: ``merge_asof`` refuses to mix units.
    """
    return str(pd.to_datetime(["2026-06-12"]).unit)


@cache
def _shared_columns(names: tuple[str, ...]) -> pd.Index:
    return pd.Index(names)


def new_columns(names: tuple[str, ...] = COLUMNS) -> pd.Index:
    """Return the column labels as an object of its own: what is written to it reaches no other frame.

    Making an index of strings from scratch costs a third of the frame.
    """
    # The strings of pandas 3 are immutable, so sharing them is enough; those of pandas 2 are a writable array.
    return _shared_columns(names).view() if SHARES_INDEXES else _shared_columns(names).copy(deep=True)


def to_index(days: Int64Array) -> pd.DatetimeIndex:
    """Return `days` (since 1970-01-01) as the frame's index; with pandas 3, its array cannot be written to."""
    moments = days * _units_a_day()
    moments.flags.writeable = not SHARES_INDEXES
    return pd.DatetimeIndex(moments.view(f"datetime64[{date_unit()}]"), name="time", copy=False)


@cache
def _units_a_day() -> int:
    return int(np.timedelta64(1, "D").astype(f"timedelta64[{date_unit()}]").astype(np.int64))


def digest(days: Int64Array, *columns: Int64Array) -> str:
    """Return ``"sha256:" + hex`` of the rows, each as little-endian int64: day, call, put.

    The rows of underlyings also have the bits of their floats (`arrays.to_bits`): day, call, put, price of 3302, and
    day, iv, hv, price of 3304.
    """
    rows = np.empty((len(days), 1 + len(columns)), dtype="<i8")
    rows[:, 0] = days
    for place, column in enumerate(columns):
        rows[:, 1 + place] = column
    return "sha256:" + hashlib.sha256(rows.data).hexdigest()


def build_frame(
    days: Int64Array,
    calls: Int64Array,
    puts: Int64Array,
    exchange: Exchange,
    attrs: Mapping[str, object] | None = None,
    index: pd.DatetimeIndex | None = None,
    prices: Float64Array | None = None,
) -> pd.DataFrame:
    """Build the frame of `pd_optstat.load` from ascending, unique days and their call and put totals.

    The ratio is NaN where the call total is 0. `attrs` becomes ``frame.attrs["optstat"]``. `index`, if given, is the
    index of `days`, which is then not built again. `prices` of the underlying, if given, are the last column.
    """
    ratio = np.full(len(days), np.nan)
    np.divide(puts, calls, out=ratio, where=calls != 0)
    arrays = (midnights(days, exchange), calls.astype(np.int64), puts.astype(np.int64), calls + puts, ratio)
    index = to_index(days) if index is None else index
    if prices is None:
        frame = _assemble(index, COLUMNS, arrays)
    else:
        frame = _assemble(index, (*COLUMNS, PRICE_COLUMN), (*arrays, prices.copy()))
    if attrs is not None:
        frame.attrs["optstat"] = attrs
    return frame


def build_volatility_frame(
    ivs: Float64Array, hvs: Float64Array, prices: Float64Array, index: pd.DatetimeIndex
) -> pd.DataFrame:
    """Build the frame of `pd_optstat.load_volatility`."""
    return _assemble(index, VOLATILITY_COLUMNS, (ivs.copy(), hvs.copy(), prices.copy()))


def revision_columns(series_columns: tuple[str, ...], values: Int64Array) -> dict[str, Int64Array | Float64Array]:
    """Return the values of a history by the names of a frame's columns, with the total of counts."""
    columns = dict(zip(series_columns, values, strict=True))
    named: dict[str, Int64Array | Float64Array] = {}
    if "call" in columns:
        call, put = columns.pop("call"), columns.pop("put")
        named = {"call_value": call, "put_value": put, "total_value": call + put}
    return named | {PRICE_COLUMN if name == "price" else name: from_bits(bits) for name, bits in columns.items()}


def _assemble(
    index: pd.DatetimeIndex, names: tuple[str, ...], arrays: tuple[Int64Array | Float64Array, ...]
) -> pd.DataFrame:
    """Return a frame of these columns, which are not copied."""
    frame = pd.DataFrame(dict(enumerate(arrays)), index=index, copy=False)
    frame.columns = new_columns(names)
    return frame


def is_panel(frame: pd.DataFrame) -> bool:
    """Return whether the frame holds several series, as that of `pd_optstat.load_panel` does."""
    return isinstance(frame.columns, pd.MultiIndex)


def join_frames(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the panel of `pd_optstat.load_panel`: the outer join of the frames of several series."""
    index = pd.DatetimeIndex([], name="time").astype(f"datetime64[{date_unit()}]")
    for one in frames:
        index = index.union(one.index)
    columns: dict[tuple[str, str, str], pd.Series] = {}
    parts = [one.attrs["optstat"] for one in frames]
    for part, one in zip(parts, frames, strict=True):
        for name in one.columns:
            values = one[name].astype("Int64") if name.endswith("_value") else one[name]
            columns[part["market"], part["data_type"], name] = values.reindex(index)
    panel = pd.DataFrame(columns, index=index.rename("time"))
    panel.columns = ordered_columns(list(columns), ["market", "data_type", "field"])
    panel.attrs["optstat"] = panel_attrs(parts)
    return panel


def ordered_columns(keys: Sequence[tuple[Hashable, ...]], names: list[Hashable]) -> pd.MultiIndex:
    """Return `keys` as a MultiIndex whose levels keep the order of `keys`.

    pandas then takes the index for sorted. Sorting by name would reorder the series, and selecting from an unsorted
    MultiIndex warns.
    """
    levels = [list(dict.fromkeys(level)) for level in zip(*keys, strict=True)] or [[] for _ in names]
    places = [{label: place for place, label in enumerate(level)} for level in levels]
    codes = [[place[key[depth]] for key in keys] for depth, place in enumerate(places)]
    return pd.MultiIndex(levels=levels, codes=codes, names=names)


def append_columns(
    frame: pd.DataFrame, columns: Mapping[str, npt.NDArray[Any] | pd.api.extensions.ExtensionArray]
) -> pd.DataFrame:
    """Return `frame` with `columns` appended; these are not copied but become part of the result."""
    added = pd.DataFrame(dict(columns), index=frame.index, copy=False)
    if _COPY_ON_WRITE:
        return pd.concat([frame, added], axis=1)
    older: Any = pd.concat  # takes `copy`, which pandas 3 gives up
    result: pd.DataFrame = older([frame.copy(), added], axis=1, copy=False)
    return result
