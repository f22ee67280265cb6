"""Requests and replies of the protocols 3302 and 3304, of one underlying. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeAlias, cast

from ..core.arrays import Float64Array, Int64Array
from ..core.dates import Day, to_date
from ..core.pages import parse_days, to_floats, to_integers
from ..core.underlying import Underlying
from ..core.underlying_pages import Counts, StatisticPage, UnderlyingTable, VolatilityPage
from ..errors import ProtocolError
from .columns import read_statistics, read_volatilities
from .messages import (
    MAX_ROWS,
    GetOptionUnderlyingHisStatistic,
    GetOptionUnderlyingHisVolatility,
    Response,
    Security,
    decode_body,
    ret_type_of,
)
from .packets import BodyFormat, ProtoId

__all__ = ["PROTO_IDS", "UnderlyingReply", "decode_underlying", "underlying_request"]

#: The protocol of each table.
PROTO_IDS = {
    UnderlyingTable.STATISTIC: ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC,
    UnderlyingTable.VOLATILITY: ProtoId.GET_OPTION_UNDERLYING_HIS_VOLATILITY,
}

_Request: TypeAlias = "GetOptionUnderlyingHisStatistic.Request | GetOptionUnderlyingHisVolatility.Request"
_Column: TypeAlias = Int64Array | Float64Array

#: Fields of a row after its day, in the order of their numbers, and the type of each.
_STATISTIC_FIELDS: dict[str, type] = {
    "timestamp": float,
    "optionVolume": int,
    "callVolume": int,
    "putVolume": int,
    "putCallVolumeRatio": float,
    "optionOpenInterest": int,
    "callOpenInterest": int,
    "putOpenInterest": int,
    "putCallOpenInterestRatio": float,
    "underlyingPrice": float,
}
_VOLATILITY_FIELDS: dict[str, type] = {"timestamp": float, "iv": float, "hv": float, "underlyingPrice": float}


@dataclass(frozen=True, slots=True)
class UnderlyingReply:
    """A decoded reply to 3302 or 3304. `page` is None if the server sent no data."""

    ret_type: int
    ret_msg: str
    err_code: int
    page: StatisticPage | VolatilityPage | None


def underlying_request(
    table: UnderlyingTable, underlying: Underlying, first: Day, last: Day, key: bytes = b""
) -> _Request:
    """Return the request for a page of ``first..last``, the first one without a `key`."""
    is_statistic = table is UnderlyingTable.STATISTIC
    message: Any = GetOptionUnderlyingHisStatistic if is_statistic else GetOptionUnderlyingHisVolatility
    c2s = message.C2S(
        owner=Security(market=underlying.security_market, code=underlying.code),
        indexOptionType=underlying.index_option_type.value,
        beginTime=to_date(first).isoformat(),
        endTime=to_date(last).isoformat(),
        nextPageKey=key or None,
    )
    return cast(_Request, message.Request(c2s=c2s))


def decode_underlying(table: UnderlyingTable, body: bytes, body_format: BodyFormat) -> UnderlyingReply:
    """Return the reply to 3302 or 3304 in `body`.

    Raises
    ------
    ProtocolError
        If `body` cannot be decoded, or has more than `messages.MAX_ROWS` rows.
    """
    is_statistic = table is UnderlyingTable.STATISTIC
    message: Any = GetOptionUnderlyingHisStatistic if is_statistic else GetOptionUnderlyingHisVolatility
    if body_format is BodyFormat.PROTOBUF:
        # `RawResponse` leaves the rows as bytes, to be decoded without a Python object per row.
        raw = decode_body(message.RawResponse, body, body_format)
        items = _rows(raw.s2c, is_statistic)
        columns = (read_statistics if is_statistic else read_volatilities)(list(items))
        if columns is not None:
            return _to_reply(raw, is_statistic, columns, None)
    response = decode_body(message.Response, body, body_format)
    items = _rows(response.s2c, is_statistic)
    days, unreadable = parse_days(list(map(attrgetter("time"), items)))
    fields = _STATISTIC_FIELDS if is_statistic else _VOLATILITY_FIELDS
    read: list[_Column] = [
        (to_floats if kind is float else to_integers)(_field(items, name)) for name, kind in fields.items()
    ]
    return _to_reply(response, is_statistic, [days, *read], unreadable)


def _rows(s2c: Any, is_statistic: bool) -> Any:
    items = s2c.statisticList if is_statistic else s2c.volatilityList
    if len(items) > MAX_ROWS:
        raise ProtocolError(
            f"a reply has {len(items)} rows; the limit is {MAX_ROWS}, as a request covers at most 365 dates"
        )
    return items


def _field(items: Any, name: str) -> list[Any]:
    """Return a field of all rows, None where it is absent."""
    values: list[Any] = list(map(attrgetter(name), items))
    if 0 in values:  # an absent field reads as 0, so only zeros need the slow check
        return [value if value or item.HasField(name) else None for value, item in zip(values, items, strict=True)]
    return values


def _to_reply(response: Any, is_statistic: bool, columns: list[_Column], unreadable: str | None) -> UnderlyingReply:
    page = _to_page(response.s2c, is_statistic, cast("list[Any]", columns), unreadable)
    checked: Response = response
    sent = page if checked.HasField("s2c") else None
    return UnderlyingReply(ret_type_of(checked), checked.retMsg, checked.errCode, sent)


def _to_page(
    s2c: Any, is_statistic: bool, columns: list[Any], unreadable: str | None
) -> StatisticPage | VolatilityPage:
    days, timestamps, *values, prices = columns
    owner = s2c.owner if s2c.HasField("owner") else Security()
    common: dict[str, Any] = {
        "owner_market": owner.market if owner.HasField("market") else None,
        "owner_code": owner.code if owner.HasField("code") else None,
        "days": days,
        "timestamps": timestamps,
        "prices": prices,
        "next_key": s2c.nextPageKey,
        "unreadable": unreadable,
    }
    if not is_statistic:
        ivs, hvs = values
        return VolatilityPage(ivs=ivs, hvs=hvs, **common)
    totals, calls, puts, ratios, open_totals, open_calls, open_puts, open_ratios = values
    return StatisticPage(
        volumes=Counts(calls, puts, totals, ratios),
        interests=Counts(open_calls, open_puts, open_totals, open_ratios),
        **common,
    )
