"""Frames of any layout, read into the format of `pd_optstat.load`: wide or long, with totals or ratios only. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .._util.validation import list_names, shorten
from ..analysis import metrics
from ..analysis.counts import ABSENT_TEXTS, GROUPED, Column, as_column, parse_counts, total
from ..analysis.frames import (
    CALL,
    PUT,
    check_columns,
    check_names,
    find_data_type,
    find_exchange,
    find_market,
    get_column,
    is_synthetic_series,
    read_counts,
    read_info,
    require,
    select_counts,
)
from ..analysis.price_column import price_values
from ..analysis.sdk_frames import SDK_COLUMNS, find_named_type, is_sdk_frame
from ..core.frame import PRICE_COLUMN, date_unit
from ..core.request import parse_data_type, parse_instrument
from ..core.series import instrument_name
from ..core.underlying import Underlying, is_code
from ..errors import InvalidData, InvalidRequest
from .ratio_frames import RATIO, is_ratio_frame, parse_ratios

__all__ = ["Layout", "check_labels", "normalize_series", "split_long", "underlying_layout"]

_POINTS = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+")

#: Names of columns, in lower case, that are found without being named: as OCC and logs of OpenD call them.
_SIDE_NAMES = ("porc", "put_call", "call_put", "right", "side")
_VALUE_NAMES = ("quantity", "volume", "open_interest", "contracts", "total", "value")
_SIDES = {"c": CALL, "call": CALL, "calls": CALL, "p": PUT, "put": PUT, "puts": PUT}


@dataclass(frozen=True)
class Layout:
    """Which columns hold what: the arguments of ``df.optstat.normalize``."""

    call: Hashable = CALL
    put: Hashable = PUT
    time: Hashable = None
    ratio: Hashable = None
    side: Hashable = None
    value: Hashable = None


def normalize_series(
    frame: pd.DataFrame, layout: Layout, *, market: object, data_type: object, intraday: object
) -> pd.DataFrame:
    """Return one series in the format of `pd_optstat.load`."""
    check_names([layout.call, layout.put, layout.time, layout.ratio, layout.side, layout.value])
    exchange = find_exchange(frame, market)
    if layout.ratio is None and is_ratio_frame(frame) and (layout.call, layout.put) == (CALL, PUT):
        layout = Layout(ratio=RATIO, time=layout.time)
    elif layout.ratio is None:
        layout, frame = _pivot_sides(frame, layout)
    call, put = (layout.call, layout.put) if layout.ratio is None else (layout.ratio, layout.ratio)
    check_columns(frame, [call, put])
    has_prices = layout.ratio is None and PRICE_COLUMN in frame.columns
    cleaned = frame.copy(deep=False)
    for name in (call, put):
        cleaned[name] = _clean(frame[name], grouped=layout.ratio is None)
    timed = select_counts(cleaned, call, put, layout.time, exchange=exchange, intraday=intraday, prices=has_prices)
    timed = timed.set_axis(pd.DatetimeIndex(timed.index).as_unit(date_unit()), axis=0)  # type: ignore[arg-type]
    result = _ratio_columns(timed) if layout.ratio is not None else _count_columns(timed)
    info = deepcopy(read_info(frame))
    known, kind = find_market(frame, market), find_data_type(frame, data_type)
    if known is not None and exchange is not None:
        midnights = pd.DatetimeIndex(result.index).tz_localize(exchange.zone)
        result.insert(0, "timestamp", midnights.as_unit("s").asi8.astype(np.float64))
    info |= {} if known is None else {"market": instrument_name(known)}
    info |= {} if kind is None else {"data_type": kind.name}
    if layout.ratio is None and is_synthetic_series(read_counts(timed), {}):
        info["synthetic"] = True
    result.attrs = {**deepcopy(frame.attrs), "optstat": info}
    return result


def underlying_layout(frame: pd.DataFrame, layout: Layout, data_type: object) -> tuple[Layout, object, Hashable | None]:
    """Return how to read the raw frame that a vendor's SDK returns for an underlying, which has counts of both types.

    Returns
    -------
    layout : Layout
        With the columns of counts of the data type, unless columns are named.
    data_type : object
        As it was given, or that of the columns named.
    by : hashable or None
        The column ``code`` of such a frame, which tells its series apart if nothing else is named. Other frames have
        None, and are read as `layout` says.
    """
    check_names([layout.call, layout.put, layout.ratio])
    given = None if data_type is None else parse_data_type(data_type)
    named: dict[str, Hashable] = {"call": layout.call, "put": layout.put}
    if layout.ratio is not None:
        named = {"ratio": layout.ratio}
    kind = find_named_type(named, given)
    if not is_sdk_frame(frame):
        return layout, kind, None
    if layout == replace(Layout(), time=layout.time):
        kind = require(find_data_type(frame, kind), "data_type", "VOLUME")
        call, put = SDK_COLUMNS[kind]
        layout = replace(layout, call=call, put=put)
    return layout, kind, "code" if "code" in frame.columns and "market" not in frame.columns else None


def _count_columns(timed: pd.DataFrame) -> pd.DataFrame:
    (calls, has_call), (puts, has_put) = (parse_counts(timed[name], name) for name in (CALL, PUT))
    result = pd.DataFrame({CALL: as_column(calls, has_call), PUT: as_column(puts, has_put)}, index=timed.index)
    result["total_value"] = as_column(total(calls, puts), has_call & has_put)
    result[RATIO] = metrics.put_call_ratio(read_counts(timed)).to_numpy()
    prices = price_values(timed)
    return result if prices is None else result.assign(**{PRICE_COLUMN: prices})


def _ratio_columns(timed: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({RATIO: parse_ratios(timed[PUT])}, index=timed.index)


def _clean(column: Column, grouped: bool) -> Column:
    """Return a column with missing texts as None and, if `grouped`, without the separators of thousands."""
    if not (pd.api.types.is_object_dtype(column.dtype) or pd.api.types.is_string_dtype(column.dtype)):
        return column
    values = [_without_absent(value) for value in column.astype(object)]
    if grouped:
        points = any(isinstance(value, str) and _is_grouped_by_points(value) for value in values)
        values = [_without_separators(value, points) if isinstance(value, str) else value for value in values]
    return pd.Series(values, index=column.index, dtype=object)


def _without_absent(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.strip()
    return None if text.casefold() in ABSENT_TEXTS else text


def _is_grouped_by_points(text: str) -> bool:
    """Return whether points must be separators of thousands, as a number has only one decimal point."""
    return text.count(".") > 1 and _POINTS.fullmatch(text) is not None


def _without_separators(text: str, points: bool) -> str:
    match = GROUPED.fullmatch(text)
    if match:
        return text.replace(match["separator"], "")
    return text.replace(".", "") if points and _POINTS.fullmatch(text) else text


def _pivot_sides(frame: pd.DataFrame, layout: Layout) -> tuple[Layout, pd.DataFrame]:
    """Return a frame with one column of calls and one of puts, from one whose rows are either (OCC's ``porc``)."""
    side = layout.side if layout.side is not None else _find_side(frame, layout)
    if side is None:
        return layout, frame
    value = layout.value if layout.value is not None else _find_value(frame)
    time = layout.time if layout.time is not None else "time" if "time" in frame.columns else None
    sides = _parse_sides(get_column(frame, side), side)
    times: Column | pd.Index = frame.index
    if time is not None and (time in frame.columns or time not in frame.index.names):
        times = get_column(frame, time)
    elif time is not None:
        times = frame.index.get_level_values(frame.index.names.index(time))
    long = pd.DataFrame({"time": np.asarray(times), "side": sides, "value": _clean(get_column(frame, value), True)})
    if isinstance(times.dtype, pd.DatetimeTZDtype):
        long["time"] = pd.DatetimeIndex(times)
    _check_one_value(long, frame, value)
    wide = long.groupby(["time", "side"], sort=False, dropna=False)["value"].first().unstack("side")
    wide = wide.reindex(columns=[CALL, PUT]).reset_index().rename_axis(columns=None)
    wide.attrs = frame.attrs
    return Layout(time="time"), wide


def _find_side(frame: pd.DataFrame, layout: Layout) -> Hashable:
    """Return the column that says call or put, if the frame has no columns of calls and puts; None if there is none."""
    if isinstance(frame.columns, pd.MultiIndex) or layout.call in frame.columns or layout.put in frame.columns:
        return None
    for name in frame.columns:
        if str(name).casefold() in _SIDE_NAMES and not isinstance(frame[name], pd.DataFrame):
            with suppress(InvalidData):
                _parse_sides(frame[name], name)
                return name
    return None


def _find_value(frame: pd.DataFrame) -> Hashable:
    """Return the only column with a usual name of totals."""
    found = [name for name in frame.columns if str(name).casefold() in _VALUE_NAMES]
    if len(found) != 1:
        names = list_names(map(repr, found)) or "no column with a usual name"
        raise InvalidRequest(f"value=None must be the column of totals. The frame has {names}.")
    return found[0]


def _parse_sides(column: Column, name: Hashable) -> list[str]:
    """Return for each row the name of the column that its total belongs to."""
    sides = [_SIDES.get(str(value).strip().casefold()) for value in column]
    unknown = [value for value, side in zip(column, sides, strict=True) if side is None]
    if unknown:
        shown = list_names(dict.fromkeys(map(repr, unknown)))
        raise InvalidData(f"Column {name!r} must say call or put (C, P, call, put) in every row, not {shown}.")
    return [side for side in sides if side is not None]


def _check_one_value(long: pd.DataFrame, frame: pd.DataFrame, value: Hashable) -> None:
    """Raise `InvalidData` if a side of a time has several values."""
    several = long.drop_duplicates().duplicated(["time", "side"])
    if several.any():
        times = list_names(dict.fromkeys(map(str, long.loc[several[several].index, "time"])))
        raise InvalidData(
            f"There are several values of {value!r} for one side of a time, for {times}. Select one series with "
            "by=..., or sum what belongs together with df.groupby([...])."
        )


def split_long(
    frame: pd.DataFrame, by: Hashable | Sequence[Hashable], usual: Hashable = None
) -> tuple[list[str], dict[tuple[Hashable, ...], pd.DataFrame]]:
    """Return the names of the columns (or index levels) that tell series apart, and the rows of each by their values.

    Without `by`, this is the column `usual`, or else columns named ``market``, ``data_type`` or ``kind``, if all their
    values are markets or data types. Values that are markets or data types get the names that `pd_optstat.load_panel`
    uses.
    """
    if isinstance(frame.columns, pd.MultiIndex):
        return [], {(): frame}
    if by is None:
        columns = _find_series_columns(frame) if usual is None else [usual]
    else:
        columns = list(by) if isinstance(by, list | tuple) else [by]
        if usual is not None:  # the code is the market of the SDKs' frames, so either name will do
            columns = [usual if isinstance(name, str) and name == "market" else name for name in columns]
    check_names(columns)
    if by is not None and not columns:
        raise InvalidRequest(f"by={by!r} names no column. Name those that tell series apart, or leave it out.")
    levels_named = [name for name in columns if name not in frame.columns and name in frame.index.names]
    frame = frame.reset_index(level=levels_named) if levels_named else frame
    check_columns(frame, columns)
    for name in columns:
        if frame[name].isna().any():
            raise InvalidData(f"Column {name!r} names no series in {frame[name].isna().sum()} of {len(frame)} rows.")
    levels = [_parse_level(name, frame[name]) for name in columns]
    if not levels:
        return [], {(): frame}
    names = [name for name, _ in levels]
    if len(set(names)) < len(names):
        raise InvalidRequest(f"by={by!r} names {list_names(names)}, which must be different.")
    if not len(frame):
        if by is None:
            return [], {(): frame}
        raise InvalidData(f"The frame has no rows, so by={by!r} names no series.")
    keys = list(zip(*(values for _, values in levels), strict=True))
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    groups = frame.drop(columns=columns).groupby([numbers[key] for key in keys])
    parts = {}
    for key, (_, part) in zip(numbers, groups, strict=True):
        labels = {name: label for name, label in zip(names, key, strict=True) if name in ("market", "data_type")}
        part.attrs = {**deepcopy(frame.attrs), "optstat": {**deepcopy(read_info(frame)), **labels}}
        parts[key] = part
    return names, parts


def check_labels(
    names: Sequence[str], keys: Iterable[tuple[Hashable, ...]], market: object, data_type: object
) -> dict[tuple[Hashable, ...], tuple[Hashable, ...]]:
    """Return the labels that series have in the result: those of their rows, or `market` for the same code.

    Parameters
    ----------
    names : sequence of str
        The names of the labels.
    keys : iterable of tuple
        The labels of each series, as its rows say.
    market, data_type : object
        What was given for all series; None if nothing was.

    Raises
    ------
    InvalidRequest
        If `market` or `data_type` is another one than the rows say.
    """
    given = {
        "market": None if market is None else parse_instrument(market),
        "data_type": None if data_type is None else parse_data_type(data_type),
    }
    parsers: dict[str, Callable[[object], object]] = {"market": parse_instrument, "data_type": parse_data_type}
    result, others = {key: key for key in keys}, dict[str, dict[Hashable, None]]()
    for key in result:
        for position, name in enumerate(names):
            if given.get(name) is None:
                continue
            with suppress(InvalidRequest):  # texts that are no market, such as those of a user's own
                stated = parsers[name](key[position])
                if not _is_same_series(given[name], stated):
                    others.setdefault(name, {})[key[position]] = None
                elif stated != given[name]:
                    result[key] = (*key[:position], str(given[name]), *key[position + 1 :])
    for name, labels in others.items():
        value = market if name == "market" else data_type
        raise InvalidRequest(
            f"{name}={shorten(value)} contradicts rows of {list_names(map(str, labels))}. Leave {name} "
            "out, or select the rows first."
        )
    return result


def _is_same_series(given: object, stated: object) -> bool:
    """Return whether the rows' own label may be `given`: codes do not say whether options of an index are small."""
    if isinstance(given, Underlying) and isinstance(stated, Underlying):
        return given == stated or (stated.symbol == given.symbol and stated == Underlying(stated.market, stated.code))
    return given == stated


def _find_series_columns(frame: pd.DataFrame) -> list[Hashable]:
    """Return the columns named as markets or data types whose values all are such."""
    found: dict[str, Hashable] = {}
    for name in frame.columns:
        lower = str(name).casefold()
        if lower in ("market", "data_type", "kind") and not isinstance(frame[name], pd.DataFrame):
            level, _ = _parse_level(name, frame[name])
            if level in ("market", "data_type"):
                found.setdefault(level, name)
    return [found[level] for level in ("market", "data_type") if level in found]


def _parse_level(name: Hashable, column: Column) -> tuple[str, list[Hashable]]:
    """Return the name and the labels of a column level: markets and data types under the protocol's names."""
    lower = str(name).casefold()
    levels: list[tuple[str, Callable[[object], str]]]
    if lower == "market":
        levels = [("market", _market_label)]
    elif lower in ("data_type", "kind"):
        levels = [("data_type", _data_type_label)]
    elif pd.api.types.is_numeric_dtype(column.dtype):  # 1 is a market only in a column of markets
        levels = []
    else:
        levels = [("market", _market_label), ("data_type", _data_type_label)]
    for level, parse in levels:
        with suppress(InvalidRequest):
            labels = {value: parse(_as_member(value)) for value in column.unique()}
            return level, [labels[value] for value in column]
    return str(name), list(column)


def _market_label(value: object) -> str:
    return instrument_name(parse_instrument(value))


def _data_type_label(value: object) -> str:
    return parse_data_type(value).name


def _as_member(value: object) -> object:
    """Return a value as `parse_instrument` and `parse_data_type` take it: "Open interest" is OPEN_INTEREST."""
    if isinstance(value, str) and not is_code(value):
        return re.sub(r"[\s-]+", "_", value.strip())
    return int(value) if isinstance(value, np.integer) else value
