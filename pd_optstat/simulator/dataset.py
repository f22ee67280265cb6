"""The simulator's rows: generated totals on the sessions of each exchange. No I/O."""

from __future__ import annotations

import threading

import numpy as np

from ..core.arrays import Int64Array
from ..core.calendars import midnights, published_calendar
from ..core.dates import Day
from ..core.markets import OptionMarket, OptionStatisticDataType, exchange_of
from ..core.origins import DEFAULT_SEED
from ..core.pages import Page
from ..core.series import MarketSeries
from .generator import FIRST_DAY, LAST_DAY, generate

__all__ = ["Dataset", "closed_rows", "to_page"]


class Dataset:
    """The totals of all markets for one seed.

    Parameters
    ----------
    seed : int
        Any integer. Different seeds give different numbers of the same character.
    """

    def __init__(self, seed: int = DEFAULT_SEED) -> None:
        self.seed = seed
        self._series: dict[tuple[OptionMarket, OptionStatisticDataType], Int64Array] = {}
        self._generating = threading.Lock()

    def rows(self, market: OptionMarket, data_type: OptionStatisticDataType, first: Day, last: Day) -> Int64Array:
        """Return the rows of ``first..last`` (both inclusive) on the sessions of the market's calendar.

        There are rows from `FIRST_DAY` to `LAST_DAY`, so also in the future: use `closed_rows` to leave them out.
        After the end of the calendar, every weekday is a session.

        Parameters
        ----------
        market : OptionMarket
        data_type : OptionStatisticDataType
        first, last : Day

        Returns
        -------
        ndarray of int64, shape (n, 3), read-only
            Day, call and put, ascending.
        """
        series = self._session_rows(market, data_type)
        begin = np.searchsorted(series[:, 0], first)
        end = np.searchsorted(series[:, 0], last, "right")
        return series[begin:end]

    def _session_rows(self, market: OptionMarket, data_type: OptionStatisticDataType) -> Int64Array:
        with self._generating:
            series = self._series.get((market, data_type))
            if series is None:
                every = generate(self.seed, market, data_type)
                sessions = published_calendar(exchange_of(market)).sessions(FIRST_DAY, LAST_DAY)
                series = every[np.isin(every[:, 0], sessions)]
                series.flags.writeable = False
                self._series[market, data_type] = series
            return series


def closed_rows(dataset: Dataset, series: MarketSeries, first: Day, last: Day, now: float) -> Int64Array:
    """Return the rows of ``first..last``, ascending, of the sessions that have closed by `now` (Unix seconds)."""
    rows = dataset.rows(series.market, series.data_type, first, last)
    closes = published_calendar(series.exchange).close
    end = len(rows)
    while end and closes(int(rows[end - 1, 0])) > now:
        end -= 1
    return rows[:end]


def to_page(series: MarketSeries, rows: Int64Array) -> Page:
    """Return `rows` (day, call, put), in their order, as a page that no other page follows."""
    days, calls, puts = (np.ascontiguousarray(rows[:, column]) for column in range(3))
    ratios = np.divide(puts, calls, out=np.full(len(calls), np.nan), where=calls != 0)
    timestamps = midnights(days, series.exchange)
    return Page(series.market.value, series.data_type.value, days, timestamps, calls, puts, calls + puts, ratios)
