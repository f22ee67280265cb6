"""Users' frames, read as ordered counts of calls and puts, with what their attributes say. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

import numpy as np
import pandas as pd

from .._util.validation import list_names
from ..core.arrays import BoolArray, Float64Array, to_bits
from ..core.check_digits import have_check_digits
from ..core.frame import COLUMNS, PRICE_COLUMN, VOLATILITY_COLUMNS, digest, is_panel
from ..core.markets import EXCHANGES, Exchange, OptionMarket, OptionStatisticDataType
from ..core.origins import is_synthetic
from ..core.request import parse_data_type, parse_instrument
from ..core.series import instrument_exchange, instrument_name
from ..core.underlying import Underlying
from ..errors import InvalidData, InvalidRequest
from .counts import Column, Counts, NumberArray, have_same_meaning, parse_counts
from .history_rows import rows_kept
from .price_column import is_volatility_frame, price_values
from .sdk_frames import SDK_ADVICE, is_sdk_frame
from .trading_days import day_numbers, is_midnight, list_dates, local_times, parse_times

__all__ = [
    "CALL",
    "PUT",
    "any_synthetic",
    "check_columns",
    "check_names",
    "compute_digest",
    "find_data_type",
    "find_exchange",
    "find_market",
    "get_column",
    "index_by_time",
    "is_synthetic_series",
    "known_exchange",
    "per_series",
    "read_counts",
    "read_info",
    "require",
    "select_counts",
    "series_infos",
    "series_title",
    "sort_by_day",
    "split_by_market",
]  # fmt: skip

CALL, PUT = "call_value", "put_value"

_RENAME = (
    "Name yours with df.optstat.normalize(call=..., put=..., time=...), or with ratio=... if there are only ratios, or "
    "side=... and value=... if each row holds calls or puts."
)

_VOLATILITY = (
    "It holds volatilities, and this needs the calls and puts of the underlying: load them with "
    "po.load(code, 'VOLUME', ...)."
)

_T = TypeVar("_T")


def check_names(names: Iterable[object]) -> None:
    """Raise `InvalidRequest` unless each of `names` may be the name of a column."""
    for name in names:
        if not isinstance(name, Hashable) or name is pd.NA:
            raise InvalidRequest(f"{name!r} is not the name of one column.")


def check_columns(frame: pd.DataFrame, names: Sequence[Hashable]) -> None:
    """Raise `InvalidData`, naming all that are missing, unless the frame has exactly one column of each name."""
    if isinstance(frame.columns, pd.MultiIndex):
        raise InvalidData('The frame holds several series. Select one, as in df["US_SECURITY"]["VOLUME"].')
    check_names(names)
    missing = [name for name in names if name not in frame.columns]
    if missing:
        lacks = f"The frame has no column {' and no column '.join(map(repr, missing))}"
        if {CALL, PUT} & {*missing} and is_sdk_frame(frame):
            raise InvalidData(f"{lacks}: {SDK_ADVICE}")
        existing = list_names(map(repr, frame.columns), 10) or "none"
        raise InvalidData(
            f"{lacks} (its columns: {existing}). {_VOLATILITY if is_volatility_frame(frame) else _RENAME}"
        )
    for name in names:
        if isinstance(frame[name], pd.DataFrame):
            raise InvalidData(f"The frame has several columns named {name!r}. Keep one of them.")


def get_column(frame: pd.DataFrame, name: Hashable) -> Column:
    """Return the one column called `name`, or raise `InvalidData`."""
    check_columns(frame, [name])
    return frame[name]


def index_by_time(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame indexed by trading day, its rows in their own order.

    The days are those of the column ``time`` if there is one, else of the index. Moments with a time zone become the
    day on the clock of the exchange that the attributes name; see `trading_days`.

    Raises
    ------
    InvalidData
        If the columns or the days cannot be read, or there are several moments of one day.
    """
    check_columns(frame, [CALL, PUT])
    exchange = known_exchange(frame)
    times, name = _find_times(frame, None, exchange)
    timed = frame.drop(columns="time") if "time" in frame.columns else frame
    timed = timed if times is frame.index else timed.set_axis(times, axis=0)
    if frame.columns.name == "field":  # one series selected from a panel: only its own rows
        timed = timed[(timed[CALL].notna() | timed[PUT].notna()).to_numpy(dtype=bool)]
    return _index_by_day(timed, name, exchange, None)


def select_counts(
    frame: pd.DataFrame,
    call: Hashable,
    put: Hashable,
    time: Hashable = None,
    *,
    exchange: Exchange | None = None,
    intraday: object = None,
    prices: bool = False,
) -> pd.DataFrame:
    """Return two columns of a frame as ``call_value`` and ``put_value``, by ascending, unique days without a zone.

    Parameters
    ----------
    frame : DataFrame
    call, put : hashable
        Names of the columns.
    time : hashable, optional
        A column or an index level of days; by default the column ``time`` if there is one, else the index.
    exchange : Exchange, optional
        Whose clock decides the day of a moment with a time zone; by default what the attributes say.
    intraday : {None, "last"}
        "last" keeps the last moment of each day; by default several moments of one day are `InvalidData`.
    prices : bool
        Whether to return the column ``underlying_price`` as well.
    """
    if intraday is not None and not (isinstance(intraday, str) and intraday == "last"):
        raise InvalidRequest(f"intraday={intraday!r} must be None or 'last'.")
    check_columns(frame, [call, put])
    exchange = known_exchange(frame) if exchange is None else exchange
    times, name = _find_times(frame, time, exchange)
    columns = {CALL: frame[call], PUT: frame[put]} | ({PRICE_COLUMN: frame[PRICE_COLUMN]} if prices else {})
    timed = pd.DataFrame(columns).set_axis(times, axis=0)
    timed = _index_by_day(timed, name, exchange, intraday)
    return _sort_unique(timed.set_axis(_naive_days(pd.DatetimeIndex(timed.index)).rename("time"), axis=0))


def _naive_days(times: pd.DatetimeIndex) -> pd.DatetimeIndex:
    # Through an array, as the index of `load` has no frequency and pandas infers one for days without gaps.
    return pd.DatetimeIndex(times.tz_localize(None).normalize().to_numpy())


def _find_times(frame: pd.DataFrame, time: Hashable, exchange: Exchange | None) -> tuple[pd.DatetimeIndex, Hashable]:
    """Return the times of the rows, and what messages call them."""
    if time is None and "time" in frame.columns:
        time = "time"
    if time is not None and (time in frame.columns or time not in frame.index.names):
        return parse_times(get_column(frame, time), time, exchange), time
    index = frame.index if time is None else frame.index.get_level_values(frame.index.names.index(time))
    name = "the index" if time is None else time
    if isinstance(index, pd.DatetimeIndex) and not index.hasnans:
        return index, name
    if isinstance(index, pd.MultiIndex):
        levels = list_names(map(repr, index.names))
        raise InvalidData(
            f"The rows have several levels ({levels}). Select one series, as in df.xs('US', level=0), or make a "
            "panel with df.optstat.normalize(by=..., time=...), naming the levels."
        )
    is_number = pd.api.types.is_numeric_dtype(index.dtype)
    if isinstance(index, pd.RangeIndex) or (is_number and not len(index)):
        raise InvalidData(
            "The frame has neither a DatetimeIndex nor a column 'time'. Name the column of days with "
            "df.optstat.normalize(time=...)."
        )
    if is_number:
        raise InvalidData(
            f"The index holds numbers, such as {index[0]}, and there is no column 'time'. Make days of them, as in "
            "df.set_index(pd.to_datetime(df.index, format='%Y%m%d')) or, for Unix seconds, with unit='s' and utc=True; "
            "or name the column of days with df.optstat.normalize(time=...)."
        )
    return parse_times(index, name, exchange), name


def _index_by_day(timed: pd.DataFrame, name: Hashable, exchange: Exchange | None, intraday: object) -> pd.DataFrame:
    """Return a frame indexed by times with at most one moment of each day, on the clock that shows trading days."""
    times = pd.DatetimeIndex(timed.index)
    if is_midnight(times).all():
        return timed
    local = local_times(times, name, exchange)
    kept = _one_moment_a_day(local, intraday)
    if local is not times:
        timed = timed.set_axis(_naive_days(local).rename(times.name), axis=0)
    return timed if kept.all() else timed[kept]


def _one_moment_a_day(local: pd.DatetimeIndex, intraday: object) -> BoolArray:
    """Return which rows to keep: all if each day has one moment, else those of the last moment, if asked for."""
    days = day_numbers(local)
    moments = pd.Series(local.asi8)
    last = moments.groupby(days).transform("max").to_numpy()
    several = pd.Index(days[moments.to_numpy() != last]).unique()
    if len(several) and intraday is None:
        shown = pd.DatetimeIndex(several.to_numpy().astype("datetime64[D]").astype("datetime64[s]"))
        raise InvalidData(
            f"There are several moments of one day, for {list_dates(shown)}, and days must be unique. "
            'Keep the last of each day with df.optstat.normalize(intraday="last").'
        )
    kept: BoolArray = moments.to_numpy() == last
    return kept


def known_exchange(frame: pd.DataFrame) -> Exchange | None:
    """Return the exchange that the attributes name, None if they name none or none that is known."""
    with suppress(InvalidRequest):  # attributes that others wrote
        return find_exchange(frame, None)
    return None


def sort_by_day(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame by ascending, unique days; the frame itself if it is in that order."""
    return _sort_unique(index_by_time(frame))


def _sort_unique(timed: pd.DataFrame) -> pd.DataFrame:
    if (np.diff(pd.DatetimeIndex(timed.index).asi8) > 0).all():
        return timed
    timed = timed.sort_index(kind="stable")
    return timed if timed.index.is_unique else _drop_repeated(timed)


def _drop_repeated(timed: pd.DataFrame) -> pd.DataFrame:
    """Return a sorted frame with one row a day; `InvalidData`, naming the columns, if rows of a day contradict."""
    is_first = ~timed.index.duplicated()
    later = np.flatnonzero(~is_first)
    first = np.flatnonzero(is_first)[np.cumsum(is_first)[later] - 1]
    contradicts, columns = np.zeros(len(later), dtype=bool), []
    for position, name in enumerate(timed.columns):
        column = timed.iloc[:, position]
        differs = ~have_same_meaning(column.iloc[first], column.iloc[later], name)
        if differs.any():
            contradicts |= differs
            columns.append(repr(name))
    if columns:
        days = timed.index[later[contradicts]]
        known = {*COLUMNS, *VOLATILITY_COLUMNS}
        labels = [repr(name) for name in timed.columns if repr(name) in columns and name not in known]
        raise InvalidData(
            f"There is more than one row, with different values in {list_names(columns)}, for {list_dates(days)}. If "
            f"these are several series, {_how_to_join(labels)}; "
            "else keep one row a day, as in df[~df.index.duplicated(keep='last')]."
        )
    return timed[is_first]


def _how_to_join(labels: Sequence[str]) -> str:
    """Return how to make a panel of several series in one table; `labels` are the columns that may tell them apart."""
    if labels:
        by = labels[0] if len(labels) == 1 else f"[{', '.join(labels)}]"
        return f"make a panel with df.optstat.normalize(by={by})"
    return (
        "load them with po.load_panel([...], ...), join their frames as columns with pd.concat({name: frame, ...}, "
        "axis=1), or name the column that tells them apart with df.optstat.normalize(by=...)"
    )


def read_counts(frame: pd.DataFrame) -> Counts:
    """Return the counts of a frame sorted by day. A row that misses call or put has neither.

    Raises
    ------
    InvalidData
        If a count is negative, infinite or not a number.
    """
    (calls, has_call), (puts, has_put) = (_parse_positive(frame[name], name) for name in (CALL, PUT))
    valid = has_call & has_put
    if not valid.all():
        calls, puts = np.where(valid, calls, 0), np.where(valid, puts, 0)
    return Counts(pd.DatetimeIndex(frame.index), calls, puts, valid)


def _parse_positive(column: Column, name: str) -> tuple[NumberArray, BoolArray]:
    """Return the numbers of a column and which are there; `InvalidData` if one is negative."""
    values, known = parse_counts(column, name)
    negative = values < 0
    if negative.any():
        raise InvalidData(
            f"Column {name!r} is negative in {negative.sum()} of {len(values)} rows: "
            f"{list_dates(column.index[negative])}. Numbers of contracts are 0 or more."
        )
    return values, known


def compute_digest(counts: Counts, prices: Float64Array | None = None) -> str:
    """Return the digest of counts, and of prices if there are any; `InvalidData` if a count is missing or not whole."""
    whole = counts.as_integers()
    if whole is None or not counts.valid.all():
        raise InvalidData("A digest needs whole numbers in every row. df.optstat.validate() names the rows without.")
    more = () if prices is None else (to_bits(prices),)
    return digest(day_numbers(counts.days), *whole, *more)


def read_info(frame: pd.DataFrame) -> dict[str, object]:
    """Return ``attrs["optstat"]`` of a frame, empty if there is none.

    A series that was selected from a panel has the panel's attributes: its own are found by the digest of its rows.
    """
    info = frame.attrs.get("optstat")
    if not isinstance(info, dict):
        return {}
    if isinstance(info.get("series"), list) and not is_panel(frame):
        digest_of_rows = _digest_or_none(frame)
        shared = {name: value for name, value in info.items() if name != "series"}
        same = [part for part in series_infos(frame.attrs) if part.get("digest") == digest_of_rows]
        return {**shared, **same[0]} if len(same) == 1 else info
    return info


def _digest_or_none(frame: pd.DataFrame) -> str:
    """Return the digest of the rows that have counts; an empty string if there is none."""
    if not isinstance(frame.index, pd.DatetimeIndex) or not {CALL, PUT} <= {*frame.columns}:
        return ""
    ordered = frame.sort_index()
    try:
        counts, prices = read_counts(ordered), price_values(ordered)
        whole = counts.as_integers()
    except InvalidData:
        return ""
    if whole is None:
        return ""
    valid = counts.valid
    more = () if prices is None else (to_bits(prices)[valid],)
    return digest(day_numbers(counts.days)[valid], whole[0][valid], whole[1][valid], *more)


def series_infos(attrs: Mapping[Hashable, object]) -> list[Mapping[str, object]]:
    """Return ``attrs["optstat"]`` of each series of a frame or panel."""
    info = attrs.get("optstat")
    if not isinstance(info, Mapping):
        return []
    series = info.get("series")
    return [part for part in series if isinstance(part, Mapping)] if isinstance(series, list) else [info]


def any_synthetic(infos: Iterable[Mapping[str, object]]) -> bool:
    """Return whether the attributes say of any series that it is synthetic; what cannot be read counts as yes."""
    return any(map(_maybe_synthetic, infos))


def is_synthetic_series(counts: Counts, info: Mapping[str, object]) -> bool:
    """Return whether the attributes say that rows are synthetic, or their counts have the simulator's check digits."""
    if any_synthetic([info]):
        return True
    whole = counts.as_integers()
    if whole is None:
        return False
    valid = counts.valid
    return have_check_digits(day_numbers(counts.days)[valid], whole[0][valid], whole[1][valid])


def _maybe_synthetic(info: Mapping[str, object]) -> bool:
    """Return whether the attributes of one series say, or may say, that it is synthetic."""
    origins = (info.get("source"), info.get("origin"))
    if any(isinstance(origin, str) and is_synthetic(origin) for origin in origins):
        return True
    try:
        return bool(info.get("synthetic"))
    except (TypeError, ValueError):  # an array or pd.NA, which no load writes
        return True


def series_title(frame: pd.DataFrame) -> str:
    """Return the market and data type that the attributes name, as in "US_SECURITY VOLUME"; "series" without any."""
    info = read_info(frame)
    values = (info.get(name) for name in ("market", "data_type"))
    return " ".join(value for value in values if isinstance(value, str)) or "series"


def find_market(frame: pd.DataFrame, given: object) -> OptionMarket | Underlying | None:
    """Return the market or underlying: `given`, or else what the attributes say."""
    known = read_info(frame).get("market") if given is None else given
    return None if given is None and not isinstance(known, str) else parse_instrument(known)


def find_exchange(frame: pd.DataFrame, market: object) -> Exchange | None:
    """Return the exchange of `market`, or else of the market or exchange that the attributes name."""
    known = find_market(frame, market)
    if known is not None:
        return instrument_exchange(known)
    named = read_info(frame).get("exchange")
    return next((exchange for exchange in EXCHANGES.values() if exchange.calendar == named), None)


def find_data_type(frame: pd.DataFrame, given: object = None) -> OptionStatisticDataType | None:
    """Return the data type: `given`, or else what the attributes say."""
    known = read_info(frame).get("data_type") if given is None else given
    if given is None and known == "VOLATILITY":  # only methods that need counts ask
        check_columns(frame, [CALL, PUT])
        return None
    return None if given is None and not isinstance(known, str) else parse_data_type(known)


def require(value: _T | None, argument: str, example: str) -> _T:
    """Return `value`; if it is None, raise `InvalidRequest` naming the argument and an example."""
    if value is None:
        raise InvalidRequest(f"The frame's attributes do not say its {argument}. Pass {argument}={example!r}.")
    return value


def per_series(frame: pd.DataFrame) -> dict[Hashable, pd.DataFrame]:
    """Return the series of a panel by key, each with its own rows and the labels of its columns as attributes."""
    keys: list[tuple[Hashable, ...]] = [tuple(name)[:-1] for name in frame.columns]
    parts: dict[Hashable, pd.DataFrame] = {}
    for key in dict.fromkeys(keys):
        part = frame.loc[:, [other == key for other in keys]].droplevel(list(range(len(key))), axis=1)
        missing = [name for name in (CALL, PUT) if name not in part.columns]
        if missing:
            raise InvalidData(f"The series {key!r} has no column {' and no column '.join(map(repr, missing))}.")
        part = part[(part[CALL].notna() | part[PUT].notna()).to_numpy(dtype=bool)]
        labels = _parse_labels(frame.columns.names, key)
        part.attrs = {"optstat": labels | rows_kept(labels, series_infos(frame.attrs))}
        parts[key if len(key) > 1 else key[0]] = part  # pyright: ignore[reportGeneralTypeIssues]
    if not parts:
        raise InvalidData(f"The frame has no columns {CALL!r} and {PUT!r}: it is empty.")
    return parts


def _parse_labels(levels: Iterable[Hashable], key: tuple[Hashable, ...]) -> dict[str, str]:
    """Return the market and data type that a panel's columns name, as far as they are OpenD's."""
    labels: dict[str, str] = {}
    for level, value in zip(levels, key, strict=False):
        with suppress(InvalidRequest):
            if level == "market":
                labels["market"] = instrument_name(parse_instrument(value))
            elif level == "data_type":
                labels["data_type"] = parse_data_type(value).name
    return labels


def split_by_market(frame: pd.DataFrame) -> dict[tuple[Hashable, ...], dict[str, pd.DataFrame]]:
    """Return the series of a panel by market, then by data type; the market is all that the columns say besides it."""
    labels = list(frame.columns.names)
    position = labels.index("data_type") if "data_type" in labels else len(labels) - 2
    markets: dict[tuple[Hashable, ...], dict[str, pd.DataFrame]] = {}
    for key, part in per_series(frame).items():
        levels = key if isinstance(key, tuple) else (key,)
        try:
            data_type = parse_data_type(levels[position])
        except InvalidRequest as error:
            raise InvalidData(
                f"The columns do not say which series is volume and which open interest: {error}"
            ) from None
        markets.setdefault(levels[:position] + levels[position + 1 :], {})[data_type.name] = part
    return markets
