"""The simulator's rows of underlyings, on the sessions of their exchanges. No I/O."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

import numpy as np

from ..core.arrays import Int64Array
from ..core.calendars import midnights, published_calendar
from ..core.dates import Day
from ..core.underlying import IndexOptionType, Underlying
from ..core.underlying_pages import Counts, StatisticPage, UnderlyingQuery, UnderlyingTable, VolatilityPage
from .generator import LAST_DAY
from .underlying_generator import Rows, generate_underlying
from .universe import SMALL_INDICES, Listing, listing_of

__all__ = ["UnderlyingDataset", "to_underlying_page"]

#: Underlyings whose rows are kept; each takes about 0.4 MB. More than the universe has.
MAX_KEPT = 128


class UnderlyingDataset:
    """The numbers of all underlyings for one seed.

    Parameters
    ----------
    seed : int
        Any integer. Different seeds give different numbers of the same character.

    Examples
    --------
    >>> rows = UnderlyingDataset(7).rows(Underlying("US", "AAPL"), 20615, 20616)  # the documented sample
    >>> rows.ivs.tolist(), rows.hvs.tolist(), rows.prices.tolist()
    ([25.617, 25.126], [23.27, 23.324], [295.63, 291.13])
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._kept: OrderedDict[tuple[Listing, IndexOptionType], Rows] = OrderedDict()
        self._generating = threading.Lock()

    def rows(self, underlying: Underlying, first: Day, last: Day) -> Rows:
        """Return the rows of ``first..last`` (both inclusive) on the sessions since the listing, ascending, read-only.

        There are rows up to `generator.LAST_DAY`, so also in the future.

        Raises
        ------
        KeyError
            If the underlying is not one of `universe.UNIVERSE`.
        """
        rows = self._session_rows(underlying)
        begin, end = np.searchsorted(rows.days, first), np.searchsorted(rows.days, last, "right")
        return rows.take(slice(begin, end))

    def closed_rows(self, underlying: Underlying, first: Day, last: Day, now: float) -> Rows:
        """Return the rows of ``first..last`` of the sessions that have closed by `now` (Unix seconds)."""
        rows = self.rows(underlying, first, last)
        closes = published_calendar(underlying.exchange).close
        end = len(rows.days)
        while end and closes(int(rows.days[end - 1])) > now:
            end -= 1
        return rows.take(slice(end))

    def _session_rows(self, underlying: Underlying) -> Rows:
        listing = listing_of(underlying)
        if listing is None:
            raise KeyError(underlying)
        # OpenD ignores the type where there are no small options.
        kind = underlying.index_option_type if listing.underlying in SMALL_INDICES else IndexOptionType.NORMAL
        with self._generating:
            rows = self._kept.pop((listing, kind), None)
            if rows is None:
                every = generate_underlying(self.seed, listing, kind)
                sessions = published_calendar(underlying.exchange).sessions(listing.first, LAST_DAY)
                rows = every.take(np.flatnonzero(np.isin(every.days, sessions)))
                for column in (rows.days, rows.volumes, rows.interests, rows.prices, rows.ivs, rows.hvs):
                    column.flags.writeable = False
            self._kept[listing, kind] = rows
            if len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
            return rows


def to_underlying_page(query: UnderlyingQuery, rows: Rows) -> StatisticPage | VolatilityPage:
    """Return `rows`, in their order, as the page that answers `query`, which no other page follows."""
    underlying = query.underlying
    common: dict[str, Any] = {
        "owner_market": underlying.security_market,
        "owner_code": underlying.code,
        "days": rows.days,
        "timestamps": midnights(rows.days, underlying.exchange),
        "prices": rows.prices,
    }
    if query.table is UnderlyingTable.VOLATILITY:
        return VolatilityPage(ivs=rows.ivs, hvs=rows.hvs, **common)
    return StatisticPage(volumes=_counts(rows.volumes), interests=_counts(rows.interests), **common)


def _counts(counts: Int64Array) -> Counts:
    calls, puts = np.ascontiguousarray(counts[:, 0]), np.ascontiguousarray(counts[:, 1])
    return Counts(calls, puts, calls + puts, np.divide(puts, calls, out=np.full(len(calls), np.nan), where=calls != 0))
