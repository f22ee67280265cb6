"""Tables that a vendor's SDK returns, as pages. Pure; the tables are pandas frames, but pandas is not imported."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.arrays import ABSENT, Float64Array, Int64Array
from ..core.pages import Page, parse_days, to_floats, to_integers
from ..core.series import Query
from ..core.underlying import SECURITY_MARKETS, Underlying
from ..core.underlying_pages import (
    AnyPage,
    AnyQuery,
    Counts,
    StatisticPage,
    UnderlyingQuery,
    UnderlyingTable,
    VolatilityPage,
)
from ..errors import InvalidData

__all__ = ["MARKET_COLUMNS", "STATISTIC_COLUMNS", "VOLATILITY_COLUMNS", "read_page"]

#: Columns that are read of the table of each protocol; names are not.
MARKET_COLUMNS = ("time", "timestamp", "call_value", "put_value", "total_value", "ratio")
STATISTIC_COLUMNS = (
    *("code", "time", "timestamp"),
    *("option_volume", "call_volume", "put_volume", "put_call_volume_ratio"),
    *("option_open_interest", "call_open_interest", "put_open_interest", "put_call_open_interest_ratio"),
    "underlying_price",
)
VOLATILITY_COLUMNS = ("code", "time", "timestamp", "iv", "hv", "underlying_price")

#: A reply of OpenD has at most a year's rows.
MAX_ROWS = 4096
#: What the SDK writes for an absent value.
_NO_VALUE = "N/A"


def read_page(data: Any, query: AnyQuery, key: Any) -> AnyPage:
    """Return the table `data` and the page key that came with it as a page of `query`.

    Raises
    ------
    InvalidData
        If it is not the documented table.
    """
    try:
        if len(data) > MAX_ROWS:
            raise ValueError(f"{len(data)} rows")
        next_key = key.encode() if isinstance(key, str) else bytes(key or b"")
        if isinstance(query, UnderlyingQuery):
            return _underlying_page(data, query, next_key)
        return _market_page(data, query, next_key)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InvalidData(
            f"What the SDK returned for {query} is not the documented table ({error!r}). No row of it was used."
        ) from None


def _market_page(data: Any, query: Query, next_key: bytes) -> Page:
    columns = {name: list(data[name]) for name in MARKET_COLUMNS}
    return Page.of(
        query.series.market.value,
        query.series.data_type.value,
        [str(text) for text in columns["time"]],
        [_float(value) for value in columns["timestamp"]],
        [_int(value) for value in columns["call_value"]],
        [_int(value) for value in columns["put_value"]],
        [_int(value) for value in columns["total_value"]],
        [_float(value) for value in columns["ratio"]],
        next_key,
    )


def _underlying_page(data: Any, query: UnderlyingQuery, next_key: bytes) -> StatisticPage | VolatilityPage:
    is_statistic = query.table is UnderlyingTable.STATISTIC
    columns = {name: list(data[name]) for name in (STATISTIC_COLUMNS if is_statistic else VOLATILITY_COLUMNS)}
    market, code = _owner(columns["code"], query.underlying)
    days, unreadable = parse_days([str(text) for text in columns["time"]])
    common: dict[str, Any] = {
        "owner_market": market,
        "owner_code": code,
        "days": days,
        "timestamps": _floats(columns["timestamp"]),
        "prices": _floats(columns["underlying_price"]),
        "next_key": next_key,
        "unreadable": unreadable,
    }
    if is_statistic:
        return StatisticPage(volumes=_counts(columns, "volume"), interests=_counts(columns, "open_interest"), **common)
    return VolatilityPage(ivs=_floats(columns["iv"]), hvs=_floats(columns["hv"]), **common)


def _owner(codes: list[Any], underlying: Underlying) -> tuple[int, str]:
    """Return the market and the code that the rows are of: the ones asked for, where the SDK does not tell.

    It passes on the reply's optional ``code`` in each row, but not its ``owner``, so an empty page tells nothing.
    """
    told = {str(code) for code in codes}
    if len(told) > 1:
        raise ValueError(f"rows of {len(told)} codes")
    code = told.pop() if told else _NO_VALUE
    if code == _NO_VALUE:
        return underlying.security_market, underlying.code
    market, dot, ticker = code.partition(".")
    if dot and market in SECURITY_MARKETS:
        return SECURITY_MARKETS[market], ticker
    return underlying.security_market, code


def _counts(columns: dict[str, list[Any]], kind: str) -> Counts:
    calls, puts, totals = (_ints(columns[f"{what}_{kind}"]) for what in ("call", "put", "option"))
    ratios = _floats(columns[f"put_call_{kind}_ratio"])
    # The SDK writes 0 for an absent count, too. With a ratio, which is absent or 0 if one is 0, it must have been that.
    for counts in (calls, puts):
        counts[(counts == 0) & ~np.isnan(ratios) & (ratios != 0)] = ABSENT
    return Counts(calls, puts, totals, ratios)


def _ints(values: list[Any]) -> Int64Array:
    return to_integers([_int(value) for value in values])


def _floats(values: list[Any]) -> Float64Array:
    return to_floats([_float(value) for value in values])


def _int(value: Any) -> int | None:
    if isinstance(value, str):
        return None if value == _NO_VALUE else int(value)
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(f"{value!r} is not a whole number")
    return int(value)


def _float(value: Any) -> float | None:
    found = None if isinstance(value, str) and value == _NO_VALUE else float(value)
    return None if found is None or math.isnan(found) else found
