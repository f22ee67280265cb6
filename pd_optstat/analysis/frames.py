"""Frames as users have them, read as ordered counts of calls and puts. Pure; `accessor` hands these to the formulas."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from .._util.validation import list_names
from ..core.arrays import BoolArray, Int64Array
from ..core.frame import date_unit, digest
from ..core.markets import EXCHANGES, Exchange, OptionMarket, OptionStatisticDataType, exchange_of
from ..core.origins import is_synthetic
from ..core.request import parse_data_type, parse_market
from ..errors import InvalidData, InvalidRequest
from .counts import Counts, parse_counts

CALL, PUT = "call_value", "put_value"
_OFFSET = r"(?<=:\d\d)(Z|[+-]\d\d:?\d\d)$"
_HINT = "name yours with df.optstat.normalize(call=..., put=..., time=...)"

_T = TypeVar("_T")


def list_dates(days: pd.Index[Any]) -> str:
    """Return `days` in words, for messages."""
    return list_names(f"{day:%Y-%m-%d}" for day in days.unique())


def parse_times(column: pd.Series[Any] | pd.Index[Any], name: Hashable) -> pd.DatetimeIndex:
    """Return `column` as a DatetimeIndex: times in their own unit, texts and dates in the unit of `date_unit`."""
    if isinstance(column.dtype, pd.PeriodDtype):
        column = pd.PeriodIndex(column).to_timestamp()
    try:
        if pd.api.types.is_numeric_dtype(column.dtype) and len(column):  # would be read as nanoseconds
            raise ValueError("they are numbers; pd.to_datetime(..., unit=...) or format=... knows which")
        text = pd.api.types.is_object_dtype(column.dtype) or pd.api.types.is_string_dtype(column.dtype)
        if text:
            column = _without_offsets(column)
        times = pd.DatetimeIndex(pd.to_datetime(column, format="ISO8601") if text else pd.to_datetime(column))
    except (ValueError, TypeError) as error:
        why = str(error).partition("\n")[0].partition(" You might")[0]
        raise InvalidData(f"{name!r} does not hold days such as '2026-06-12': {why}") from error
    if times.hasnans:
        raise InvalidData(f"{name!r} holds no day in rows {list_names(np.flatnonzero(times.isna()))}")
    moments = not text and column.dtype.kind == "M" and not str(column.dtype).startswith("date32")
    return (times if moments and len(times) else times.as_unit(date_unit())).rename("time")  # type: ignore[arg-type]


def _without_offsets(texts: pd.Series[Any] | pd.Index[Any]) -> pd.Series[Any] | pd.Index[Any]:
    """Return ISO texts as they are; without their UTC offsets if these differ, as winter's and summer's do."""
    column = pd.Series(texts, dtype=object)
    offsets = column.astype(str).str.extract(_OFFSET, expand=False)
    if offsets.nunique(dropna=False) < 2:
        return texts
    return column.where(offsets.isna(), column.astype(str).str.replace(_OFFSET, "", regex=True))


def get_column(frame: pd.DataFrame, name: Hashable) -> pd.Series[Any]:
    """Return the one column called `name`; `InvalidData`, naming what there is, if it cannot be told."""
    if isinstance(frame.columns, pd.MultiIndex):
        raise InvalidData('the frame holds several series: select one, as in df["US_SECURITY"]["VOLUME"]')
    if not isinstance(name, Hashable):
        raise InvalidRequest(f"{name!r} is not the name of one column")
    if name not in frame.columns:
        has = list_names(map(repr, frame.columns), 10) or "none"
        raise InvalidData(f"the frame has no column {name!r} (its columns: {has}); {_HINT}")
    column = frame[name]
    if isinstance(column, pd.DataFrame):
        raise InvalidData(f"the frame has several columns named {name!r}")
    return column


def index_by_time(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame indexed by time, in its own order."""
    for name in (CALL, PUT):
        get_column(frame, name)
    if isinstance(frame.index, pd.DatetimeIndex) and not frame.index.hasnans:
        timed = frame
    elif "time" in frame.columns:
        timed = frame.drop(columns="time").set_axis(parse_times(get_column(frame, "time"), "time"), axis=0)
    elif isinstance(frame.index, pd.MultiIndex):
        levels = list_names(map(repr, frame.index.names))
        raise InvalidData(f"the rows have several levels ({levels}): select one series, as in df.xs('US', level=0)")
    elif pd.api.types.is_numeric_dtype(frame.index.dtype):
        raise InvalidData(f"the frame has neither a DatetimeIndex nor a column 'time'; {_HINT}")
    else:
        timed = frame.set_axis(parse_times(frame.index, "the index"), axis=0)
    if frame.columns.name == "field":  # one series selected from a panel: only its own rows
        timed = timed[(timed[CALL].notna() | timed[PUT].notna()).to_numpy(dtype=bool)]
    return timed


def sort_by_day(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame by ascending, unique days; the frame itself if it is in that order."""
    timed = index_by_time(frame)
    if (np.diff(pd.DatetimeIndex(timed.index).asi8) > 0).all():
        return timed
    timed = timed.sort_index(kind="stable")
    if not timed.index.is_unique:
        timed = timed[~_repeated(timed)]
        if timed.index.has_duplicates:
            days = timed.index[timed.index.duplicated()]
            raise InvalidData(f"more than one row, with different values, for {list_dates(days)}")
    return timed


def _repeated(timed: pd.DataFrame) -> BoolArray:
    """Return which rows say of their time what a row before said."""
    plain = timed.astype(object).where(timed.notna(), None)
    plain.insert(0, "\0day", timed.index)
    try:
        return plain.duplicated().to_numpy()
    except TypeError:  # lists and the like cannot be hashed
        return plain.map(repr).duplicated().to_numpy()


def read_counts(frame: pd.DataFrame) -> Counts:
    """Return the counts of an ordered frame. A row that misses one of them has none."""
    calls, there = parse_counts(frame[CALL], CALL)
    puts, also = parse_counts(frame[PUT], PUT)
    valid = there & also
    if not valid.all():
        calls, puts = np.where(valid, calls, 0), np.where(valid, puts, 0)
    return Counts(pd.DatetimeIndex(frame.index), calls, puts, valid)


def day_numbers(index: pd.DatetimeIndex) -> Int64Array:
    """Return the days of `index`, counted from 1970-01-01."""
    return index.tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)


def compute_digest(counts: Counts) -> str:
    """Return the fingerprint of counts; `InvalidData` if one of them is missing or not whole."""
    if not counts.valid.all() or counts.calls.dtype.kind == "f" or counts.puts.dtype.kind == "f":
        raise InvalidData("a digest needs whole numbers in every row; validate() says where none is")
    return digest(day_numbers(counts.days), counts.calls, counts.puts)


def read_info(frame: pd.DataFrame) -> dict[str, Any]:
    """Return what `pd_optstat.load` said of the frame, as far as it is there."""
    info = frame.attrs.get("optstat")
    return info if isinstance(info, dict) else {}


def series_infos(attrs: Mapping[Any, Any]) -> list[Mapping[str, Any]]:
    """Return what ``attrs["optstat"]`` says of each series of a frame or panel."""
    info = attrs.get("optstat")
    if not isinstance(info, Mapping):
        return []
    series = info.get("series")
    return [one for one in series if isinstance(one, Mapping)] if isinstance(series, list) else [info]


def any_synthetic(infos: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether the attributes say of any series that it is synthetic; what cannot be read counts as yes."""
    return any(map(_maybe_synthetic, infos))


def _maybe_synthetic(info: Mapping[str, Any]) -> bool:
    origins = (info.get("source"), info.get("origin"))
    if any(isinstance(origin, str) and is_synthetic(origin) for origin in origins):
        return True
    try:
        return bool(info.get("synthetic"))
    except (TypeError, ValueError):  # an array or pd.NA, which no load writes
        return True


def series_title(frame: pd.DataFrame) -> str:
    """Return the frame's market and data type in words, as far as its attributes say them."""
    info = read_info(frame)
    return " ".join(info[n] for n in ("market", "data_type") if isinstance(info.get(n), str)) or "series"


def find_market(frame: pd.DataFrame, given: object) -> OptionMarket | None:
    """Return the market, as given, or else as the attributes say."""
    known = read_info(frame).get("market") if given is None else given
    return None if given is None and not isinstance(known, str) else parse_market(known)


def find_exchange(frame: pd.DataFrame, market: object) -> Exchange | None:
    """Return whose sessions the frame follows: its market's, as given or told, else the exchange that it names."""
    known = find_market(frame, market)
    if known is not None:
        return exchange_of(known)
    named = read_info(frame).get("exchange")
    return next((exchange for exchange in EXCHANGES.values() if exchange.calendar == named), None)


def find_data_type(frame: pd.DataFrame, given: object = None) -> OptionStatisticDataType | None:
    """Return the data type, as given, or else as the attributes say."""
    known = read_info(frame).get("data_type") if given is None else given
    return None if given is None and not isinstance(known, str) else parse_data_type(known)


def require(value: _T | None, argument: str, example: str) -> _T:
    """Return `value`; `InvalidRequest`, naming the argument and an example, if there is none."""
    if value is None:
        raise InvalidRequest(f"the frame's attributes do not say its {argument}: give {argument}={example!r}")
    return value


def per_series(frame: pd.DataFrame) -> dict[Any, pd.DataFrame]:
    """Return the series of a panel by key; each with its own rows and names."""
    keys, parts = [name[:-1] for name in frame.columns], {}
    for key in dict.fromkeys(keys):
        part = frame.loc[:, [k == key for k in keys]].droplevel(list(range(len(key))), axis=1)
        if not {CALL, PUT} <= set(part.columns):
            raise InvalidData(f"the series {key!r} has no columns {CALL!r} and {PUT!r}")
        part = part[(part[CALL].notna() | part[PUT].notna()).to_numpy(dtype=bool)]
        part.attrs = {"optstat": _labels(frame.columns.names, tuple(key))}
        parts[key if len(key) > 1 else key[0]] = part
    if not parts:
        raise InvalidData(f"the frame has no columns {CALL!r} and {PUT!r}: it is empty")
    return parts


def _labels(levels: Iterable[Hashable], key: tuple[Any, ...]) -> dict[str, str]:
    """Return the market and data type that a panel's columns name, as far as they are OpenD's."""
    known: dict[Hashable, Callable[[Any], Any]] = {"market": parse_market, "data_type": parse_data_type}
    found: dict[str, str] = {}
    for level, value in zip(levels, key, strict=False):
        if level in known:
            with suppress(InvalidRequest):
                found[str(level)] = known[level](value).name
    return found


def split_by_market(frame: pd.DataFrame) -> dict[Any, dict[str, pd.DataFrame]]:
    """Return the series of a panel by market (whatever its columns say beside the data type), then data type."""
    labels = list(frame.columns.names)
    at = labels.index("data_type") if "data_type" in labels else len(labels) - 2
    markets: dict[Any, dict[str, pd.DataFrame]] = {}
    for key, part in per_series(frame).items():
        levels = key if isinstance(key, tuple) else (key,)
        try:
            kind = parse_data_type(levels[at])
        except InvalidRequest as error:
            raise InvalidData(f"the columns do not say what is volume and what open interest: {error}") from None
        markets.setdefault(levels[:at] + levels[at + 1 :], {})[kind.name] = part
    return markets
