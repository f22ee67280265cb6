"""Requests for pages and their replies, for queries of each protocol. No I/O."""

from __future__ import annotations

from typing import TypeAlias

from ..core.dates import Day, to_date
from ..core.pages import Page, to_floats, to_integers
from ..core.series import Query
from ..core.underlying_pages import (
    AnyPage,
    AnyQuery,
    Counts,
    StatisticPage,
    UnderlyingQuery,
    UnderlyingTable,
    VolatilityPage,
)
from .messages import GetOptionMarketStatistic, Request, StatisticReply, decode_statistic
from .packets import BodyFormat, ProtoId
from .underlying_messages import PROTO_IDS, UnderlyingReply, decode_underlying, underlying_request

__all__ = ["PageReply", "decode_page", "empty_page", "page_request", "proto_id_of", "refusal_advice"]

PageReply: TypeAlias = StatisticReply | UnderlyingReply

#: The protocol's ``retType`` if OpenD's own server did not answer, or OpenD has lost it.
_NOT_ANSWERED = (-100, -200)


def proto_id_of(query: AnyQuery) -> ProtoId:
    """Return the protocol that answers `query`."""
    return PROTO_IDS[query.table] if isinstance(query, UnderlyingQuery) else ProtoId.GET_OPTION_MARKET_STATISTIC


def page_request(query: AnyQuery, last: Day, key: bytes = b"") -> Request:
    """Return the request for a page of `query`, up to the day `last`; the first one without a `key`."""
    if isinstance(query, UnderlyingQuery):
        return underlying_request(query.table, query.underlying, query.first, last, key)
    c2s = GetOptionMarketStatistic.C2S(
        optionMarket=query.series.market.value,
        dataType=query.series.data_type.value,
        beginTime=to_date(query.first).isoformat(),
        endTime=to_date(last).isoformat(),
        nextPageKey=key or None,
    )
    return GetOptionMarketStatistic.Request(c2s=c2s)


def decode_page(query: AnyQuery, body: bytes, body_format: BodyFormat) -> PageReply:
    """Return the reply to a request for a page of `query`.

    Raises
    ------
    ProtocolError
        If `body` cannot be decoded, or has too many rows.
    """
    if isinstance(query, UnderlyingQuery):
        return decode_underlying(query.table, body, body_format)
    return decode_statistic(body, body_format)


def empty_page(query: AnyQuery) -> AnyPage:
    """Return a last page of `query` without rows."""
    if isinstance(query, Query):
        return Page.of(query.series.market.value, query.series.data_type.value, [], [], [], [], [], [])
    owner, integers, floats = query.underlying, to_integers([]), to_floats([])
    if query.table is UnderlyingTable.VOLATILITY:
        return VolatilityPage(
            owner_market=owner.security_market,
            owner_code=owner.code,
            days=integers,
            timestamps=floats,
            prices=floats,
            ivs=floats,
            hvs=floats,
        )
    counts = Counts(integers, integers, integers, floats)
    return StatisticPage(
        owner_market=owner.security_market,
        owner_code=owner.code,
        days=integers,
        timestamps=floats,
        prices=floats,
        volumes=counts,
        interests=counts,
    )


def refusal_advice(query: AnyQuery, ret_type: int = -1) -> str:
    """Return what to do if OpenD refuses `query`. Its reasons are texts for people, in several languages."""
    if ret_type in _NOT_ANSWERED:
        return "OpenD got no answer from its server. Load again later; complete windows are cached."
    if isinstance(query, UnderlyingQuery):
        return (
            f"Check the code: OpenD may not know {query.underlying.symbol}. If it does, check the login and the quote "
            "rights in OpenD's window."
        )
    return "Check the login and the quote rights in OpenD's window."
