"""A session's pages of any queries, put together as a load does, and what they must be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any

import numpy as np

from pd_optstat.core.calendars import published_calendar
from pd_optstat.core.dates import to_day
from pd_optstat.core.markets import OptionMarket, OptionStatisticDataType
from pd_optstat.core.series import MarketSeries, Query
from pd_optstat.core.stitching import Stitcher
from pd_optstat.core.underlying import Underlying, parse_underlying
from pd_optstat.core.underlying_pages import AnyQuery, UnderlyingQuery, UnderlyingTable
from pd_optstat.core.underlying_stitching import StatisticStitcher, VolatilityStitcher
from pd_optstat.simulator.server import SimulatorServer

UNTIL = date(2026, 6, 12)
YEAR = ("2025-06-13", "2026-06-12")


def market(name: str = "US_SECURITY", data_type: str = "VOLUME", first: str = YEAR[0], last: str = YEAR[1]) -> Query:
    series = MarketSeries(OptionMarket[name], OptionStatisticDataType[data_type])
    return Query(series, *(to_day(date.fromisoformat(text)) for text in (first, last)))


def underlying(
    code: str | Underlying = "US.AAPL",
    table: UnderlyingTable = UnderlyingTable.STATISTIC,
    first: str = YEAR[0],
    last: str = YEAR[1],
) -> UnderlyingQuery:
    days = (to_day(date.fromisoformat(text)) for text in (first, last))
    return UnderlyingQuery(parse_underlying(code), table, *days)


def of_years(first: int, last: int, code: str = "US.AAPL", table: UnderlyingTable = UnderlyingTable.STATISTIC) -> Any:
    """Return a query for each of the years, of 365 days up to June 12th."""
    ends = [date(year, 6, 12) for year in range(first, last + 1)]
    return [underlying(code, table, str(end - timedelta(days=364)), str(end)) for end in ends]


#: A year of each protocol and of both exchanges, small options among them.
MIXED: list[AnyQuery] = [
    market(),
    underlying(),
    underlying("US.BRK.B", UnderlyingTable.VOLATILITY),
    market("HK_INDEX", "OPEN_INTEREST"),
    underlying("HK.00700"),
    underlying(Underlying("HK", "800000", "SMALL")),
    underlying("HK.800000"),
    underlying("US.AAPL", UnderlyingTable.VOLATILITY),
]


@dataclass
class Pages:
    """What a session yielded.

    Attributes
    ----------
    rows : dict
        The rows of each query, once it was complete.
    pages : list
        All pages in order, with their queries.
    """

    rows: dict[AnyQuery, Any] = field(default_factory=dict)
    pages: list[tuple[AnyQuery, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    requests: int = 0
    first_page_requests: int = 0
    waits: list[float] = field(default_factory=list)


def stitcher_of(query: AnyQuery) -> Any:
    if isinstance(query, Query):
        return Stitcher(query, _sessions(query.series.exchange, query))
    sessions = _sessions(query.underlying.exchange, query)
    is_statistic = query.table is UnderlyingTable.STATISTIC
    return (StatisticStitcher if is_statistic else VolatilityStitcher)(query, sessions)


def _sessions(exchange: Any, query: AnyQuery) -> int:
    return len(published_calendar(exchange).sessions(query.first, query.last))


def collect(
    source: Any,
    queries: Sequence[AnyQuery],
    waiting: Callable[[float], None] | None = None,
    found: Pages | None = None,
) -> Pages:
    """Return all pages of `queries`; each query must be answered once, and completely."""
    found = Pages() if found is None else found
    stitchers = {query: stitcher_of(query) for query in queries}
    with source.open() as session, closing(session.pages(queries, waiting or found.waits.append)) as pages:
        for query, page in pages:
            stitcher = stitchers[query]
            found.pages.append((query, page))
            found.requests += 1 + page.lost
            found.first_page_requests += (not stitcher.pages or page.restart) + page.lost_first
            if stitcher.add(page):
                found.rows[query] = stitchers.pop(query).rows()
                found.notes += stitcher.notes
    assert not stitchers
    return found


def check_rows(server: SimulatorServer, found: Pages) -> None:
    """Assert that the rows are those of the simulator's dataset."""
    for query, rows in found.rows.items():
        if isinstance(query, Query):
            series = query.series
            right = server.service.dataset.rows(series.market, series.data_type, query.first, query.last)
            np.testing.assert_array_equal(np.stack([rows.days, rows.calls, rows.puts], axis=1), right)
            continue
        dataset = server.service.underlyings.rows(query.underlying, query.first, query.last)
        np.testing.assert_array_equal(rows.days, dataset.days)
        np.testing.assert_array_equal(rows.prices, dataset.prices)
        if query.table is UnderlyingTable.VOLATILITY:
            np.testing.assert_array_equal(rows.ivs, dataset.ivs)
            np.testing.assert_array_equal(rows.hvs, dataset.hvs)
        else:
            np.testing.assert_array_equal(np.stack([rows.call_volumes, rows.put_volumes], axis=1), dataset.volumes)
            interests = np.stack([rows.call_interests, rows.put_interests], axis=1)
            np.testing.assert_array_equal(interests, dataset.interests)


def check_same_page(one: Any, other: Any) -> None:
    """Assert that two pages have the same type and content, whatever their page keys are."""
    assert type(one) is type(other)
    for name in {each.name for each in fields(one)} - {"next_key"}:
        mine, theirs = getattr(one, name), getattr(other, name)
        for left, right in zip(mine, theirs, strict=True) if name in ("volumes", "interests") else [(mine, theirs)]:
            np.testing.assert_array_equal(left, right, err_msg=name)
            assert getattr(left, "dtype", None) == getattr(right, "dtype", None), name
    assert bool(one.next_key) == bool(other.next_key)
