"""The content of the simulator's replies: rows as the messages of each protocol. No I/O."""

from __future__ import annotations

import math

import numpy as np

from ..core.arrays import Float64Array, Int64Array
from ..core.calendars import midnights
from ..core.dates import to_date
from ..core.pages import Page
from ..opend.messages import (
    GetOptionMarketStatistic,
    GetOptionUnderlyingHisStatistic,
    GetOptionUnderlyingHisVolatility,
    Security,
)
from .underlying_generator import Rows
from .universe import Listing

__all__ = ["market_statistic", "underlying_statistic", "underlying_volatility"]


def market_statistic(page: Page, next_key: bytes) -> GetOptionMarketStatistic.S2C:
    """Return the content of a reply to 3301; an empty key means that no page follows."""
    message = GetOptionMarketStatistic
    columns = (page.days, page.timestamps, page.calls, page.puts, page.totals, page.ratios)
    return message.S2C(
        optionMarket=page.market,
        dataType=page.data_type,
        statisticList=[
            message.StatisticItem(
                time=to_date(day).isoformat(),
                timestamp=timestamp,
                callValue=call,
                putValue=put,
                totalValue=total,
                ratio=ratio if call else None,
            )
            for day, timestamp, call, put, total, ratio in zip(*(column.tolist() for column in columns), strict=True)
        ],
        nextPageKey=next_key or None,
    )


def underlying_statistic(listing: Listing, rows: Rows, next_key: bytes) -> GetOptionUnderlyingHisStatistic.S2C:
    """Return the content of a reply to 3302 with `rows`, in their order."""
    message = GetOptionUnderlyingHisStatistic
    timestamps = midnights(rows.days, listing.underlying.exchange)
    columns = (rows.days, timestamps, *_counted(rows.volumes), *_counted(rows.interests), rows.prices)
    return message.S2C(
        owner=_owner(listing),
        code=listing.underlying.symbol,
        name=listing.name,
        statisticList=[
            message.DailyStatistic(
                time=to_date(day).isoformat(),
                timestamp=timestamp,
                optionVolume=calls + puts,
                callVolume=calls,
                putVolume=puts,
                putCallVolumeRatio=ratio if calls else None,
                optionOpenInterest=open_calls + open_puts,
                callOpenInterest=open_calls,
                putOpenInterest=open_puts,
                putCallOpenInterestRatio=open_ratio if open_calls else None,
                underlyingPrice=_present(price),
            )
            for day, timestamp, calls, puts, ratio, open_calls, open_puts, open_ratio, price in zip(
                *(column.tolist() for column in columns), strict=True
            )
        ],
        nextPageKey=next_key or None,
    )


def underlying_volatility(listing: Listing, rows: Rows, next_key: bytes) -> GetOptionUnderlyingHisVolatility.S2C:
    """Return the content of a reply to 3304 with `rows`, in their order."""
    message = GetOptionUnderlyingHisVolatility
    timestamps = midnights(rows.days, listing.underlying.exchange)
    columns = (rows.days, timestamps, rows.ivs, rows.hvs, rows.prices)
    return message.S2C(
        owner=_owner(listing),
        code=listing.underlying.symbol,
        name=listing.name,
        volatilityList=[
            message.VolatilityItem(
                time=to_date(day).isoformat(),
                timestamp=timestamp,
                iv=_present(iv),
                hv=_present(hv),
                underlyingPrice=_present(price),
            )
            for day, timestamp, iv, hv, price in zip(*(column.tolist() for column in columns), strict=True)
        ],
        nextPageKey=next_key or None,
    )


def _owner(listing: Listing) -> Security:
    return Security(market=listing.underlying.security_market, code=listing.underlying.code)


def _counted(counts: Int64Array) -> tuple[Int64Array, Int64Array, Float64Array]:
    """Return calls, puts and their ratio."""
    calls, puts = counts[:, 0], counts[:, 1]
    return calls, puts, np.divide(puts, calls, out=np.full(len(calls), np.nan), where=calls != 0)


def _present(value: float) -> float | None:
    return None if math.isnan(value) else value
