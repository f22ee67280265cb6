"""Types of public arguments, under one name each."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import pandas as pd

from .core.markets import OptionMarket, OptionStatisticDataType
from .core.underlying import Underlying

if TYPE_CHECKING:
    from .sources.protocols import PagedSource, QuoteContext, RecordedSource
    from .storage.cache.cache import Cache

__all__ = [
    "CacheLike",
    "CalendarOverridesLike",
    "DataTypeLike",
    "DateLike",
    "MarketLike",
    "MomentLike",
    "PathLike",
    "PricesLike",
    "ProgressLike",
    "SourceLike",
    "UnderlyingLike",
]

#: A member, its name in any case, or the protocol's number; or an underlying.
MarketLike: TypeAlias = OptionMarket | Underlying | str | int
#: An underlying, or its code with the market in front: "US.AAPL".
UnderlyingLike: TypeAlias = Underlying | str
DataTypeLike: TypeAlias = OptionStatisticDataType | str | int
#: A full ISO date, or something that has one.
DateLike: TypeAlias = str | date | datetime | pd.Timestamp | np.datetime64
#: An ISO date or time; without a time zone: UTC.
MomentLike: TypeAlias = str | date | datetime | pd.Timestamp | np.datetime64
PathLike: TypeAlias = str | os.PathLike[str]
#: Closing prices by day: a Series, or a frame of one column.
PricesLike: TypeAlias = "pd.Series[float] | pd.DataFrame"
#: By exchange or market: dates that hold no session, and dates that do, with their hours.
CalendarOverridesLike: TypeAlias = Mapping[str, Mapping[str, object]] | Mapping[OptionMarket, Mapping[str, object]]
#: A source URL, a source object, or an open context of a vendor's SDK.
SourceLike: TypeAlias = "str | PagedSource | RecordedSource | QuoteContext"
#: A folder, a `Cache`, or False for no cache.
CacheLike: TypeAlias = "PathLike | Cache | Literal[False]"
#: None: a bar when several requests are needed; a callable gets (done, total).
ProgressLike: TypeAlias = bool | Callable[[int, int], object] | None
