"""The content of the simulator's replies: pages as the messages of each protocol. No I/O."""

from __future__ import annotations

import math

from ..core.dates import to_date
from ..core.pages import Page
from ..core.underlying_pages import StatisticPage, VolatilityPage
from ..opend.messages import (
    GetOptionMarketStatistic,
    GetOptionUnderlyingHisStatistic,
    GetOptionUnderlyingHisVolatility,
    Security,
)
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


def underlying_statistic(page: StatisticPage, listing: Listing, next_key: bytes) -> GetOptionUnderlyingHisStatistic.S2C:
    """Return the content of a reply to 3302; an empty key means that no page follows."""
    message = GetOptionUnderlyingHisStatistic
    columns = (page.days, page.timestamps, *page.volumes, *page.interests, page.prices)
    return message.S2C(
        owner=Security(market=page.owner_market, code=page.owner_code),
        code=listing.underlying.symbol,
        name=listing.name,
        statisticList=[
            message.DailyStatistic(
                time=to_date(day).isoformat(),
                timestamp=timestamp,
                optionVolume=total,
                callVolume=calls,
                putVolume=puts,
                putCallVolumeRatio=_present(ratio),
                optionOpenInterest=open_total,
                callOpenInterest=open_calls,
                putOpenInterest=open_puts,
                putCallOpenInterestRatio=_present(open_ratio),
                underlyingPrice=_present(price),
            )
            for day, timestamp, calls, puts, total, ratio, open_calls, open_puts, open_total, open_ratio, price in zip(
                *(column.tolist() for column in columns), strict=True
            )
        ],
        nextPageKey=next_key or None,
    )


def underlying_volatility(
    page: VolatilityPage, listing: Listing, next_key: bytes
) -> GetOptionUnderlyingHisVolatility.S2C:
    """Return the content of a reply to 3304; an empty key means that no page follows."""
    message = GetOptionUnderlyingHisVolatility
    columns = (page.days, page.timestamps, page.ivs, page.hvs, page.prices)
    return message.S2C(
        owner=Security(market=page.owner_market, code=page.owner_code),
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


def _present(value: float) -> float | None:
    return None if math.isnan(value) else value
