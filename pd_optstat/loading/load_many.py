"""`load_many`: bring many series into the cache, a batch at a time, and go on where an earlier run ended."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from .._types import CacheLike, DataTypeLike, DateLike, MarketLike, ProgressLike, SourceLike
from .._util import cancellation
from .._util.progress import Progress, check_progress
from .._util.validation import list_names
from .._util.warn import warn
from ..config import default_source
from ..core.attrs import SeriesAttrs
from ..core.request import LoadArguments, LoadOptions, parse_instrument, parse_series_data_type
from ..core.series import SeriesKey, series_of
from ..core.underlying import Underlying
from ..errors import DataWarning, InvalidData, InvalidRequest, RateLimited, RequestRejected
from ..sources import resolve
from ..sources.protocols import PagedSource, Source
from ..storage.cache.protocol import HistoryStore
from . import engine
from .load import resolve_store

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["load_many"]

#: Codes that are loaded together: enough to keep a connection busy, few enough for little memory and few locks.
BATCH = 16
#: How often a batch that the server's rate limit refuses is tried again, each time after `PERIOD`.
MAX_REFUSALS = 3

_COLUMNS = ["source", "market", "data_type", "start", "end", "rows", "missing", "provisional", "requests", "error"]


def load_many(
    codes: Iterable[MarketLike] | MarketLike,
    data_types: Iterable[DataTypeLike] | DataTypeLike | None = None,
    start: DateLike | None = None,
    end: DateLike | None = None,
    *,
    source: SourceLike | None = None,
    cache: CacheLike | None = None,
    refresh: bool = False,
    include_open: bool = False,
    progress: ProgressLike | None = None,
) -> pd.DataFrame:
    """Load many underlyings or markets into the cache, and return what was loaded, not the rows.

    Every complete request is cached at once. A run that was interrupted or killed is simply started again: it requests
    only what is lacking still. Memory does not grow with the number of codes. Then `load` and `load_panel` serve each
    of them from the cache, and `Cache.export` writes them for other programs.

    Parameters
    ----------
    codes : list of Underlying, str or OptionMarket
        As the `market` of `load`: ``["US.AAPL", "HK.00700", "US_INDEX"]``.
    data_types : list or one of them, optional
        ``"VOLUME"``, ``"OPEN_INTEREST"`` or, of underlyings, ``"VOLATILITY"``. By default volume and open interest,
        which of underlyings come with the same requests.
    start, end : str, date, datetime or Timestamp, optional
        As in `load`.
    source, cache, refresh, include_open : as in `load`
        For all series alike; ``cache=False`` is not valid.
    progress : bool or callable, optional
        As in `load`, of the requests of all series. The bar tells the time that the rate limit takes at least.

    Returns
    -------
    DataFrame
        A row per series: ``source`` (its origin), ``market``, ``data_type``, ``start`` and ``end`` (of the days
        answered for), ``rows``, ``missing`` and ``provisional`` (numbers of days), ``requests``, and ``error``: why it
        was not loaded, missing if it was.

    Raises
    ------
    InvalidRequest
        If an argument is not valid, before anything is requested.
    RequestRejected, InvalidData
        If the first batch fails entirely.
    OptStatError
        As `load`. What was complete is cached.

    Warns
    -----
    DataWarning
        If some series were not loaded because the server rejects them, such as unknown codes, or gives invalid data.

    Notes
    -----
    OpenD allows 60 first pages in 30 seconds. Ten years of 500 underlyings are 5,000: about 42 minutes.

    Examples
    --------
    >>> import tempfile
    >>> cache = tempfile.mkdtemp()
    >>> loaded = load_many(["US.AAPL", "HK.00700"], None, "2026-01-01", "2026-06-12", source="simulator:", cache=cache)
    >>> loaded[["market", "data_type", "rows", "requests"]].values.tolist()[:2]
    [['US.AAPL', 'VOLUME', 112, 1], ['US.AAPL', 'OPEN_INTEREST', 112, 0]]
    """
    import pandas as pd

    if cache is False:
        raise InvalidRequest(
            "cache=False disables the cache, which load_many is to fill. Give a path, or leave it out."
        )
    options = LoadOptions.check(
        refresh=refresh, offline=False, as_of=None, include_open=include_open, stale_if_error=False, cache=cache
    )
    check_progress(progress)
    wanted = _parse(codes, data_types)
    for series in wanted:  # all of them, before anything is requested
        LoadArguments((series[0],), start, end, options, time.time()).span(series[0])
    chosen: Source = resolve(default_source() if source is None else source)
    store = resolve_store(cache)
    run = _Run(start, end, options, chosen, store)
    batches = [wanted[at : at + BATCH] for at in range(0, len(wanted), BATCH)]
    with Progress(
        progress, run.count(wanted), time_left=engine.time_left(series for code in wanted for series in code)
    ) as bar:
        rows = list(
            itertools.chain.from_iterable(run.batch(batch, bar, is_first=batch is batches[0]) for batch in batches)
        )
    failed = list(dict.fromkeys(str(row["market"]) for row in rows if row["error"] is not None))
    if failed:
        warn(
            f"{len(failed)} of {len(wanted)} codes were not loaded: {list_names(failed)}. The column 'error' says why; "
            "the others are complete.",
            DataWarning,
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


def _parse(codes: object, data_types: object) -> list[tuple[SeriesKey, ...]]:
    """Return the series of each code, without duplicates.

    Raises
    ------
    InvalidRequest
        If a code or a data type is not valid, or there is none.
    """
    instruments = list(dict.fromkeys(parse_instrument(code) for code in _several(codes, "codes")))
    given = ("VOLUME", "OPEN_INTEREST") if data_types is None else _several(data_types, "data_types")
    types = list(dict.fromkeys(parse_series_data_type(value) for value in given))
    wanted = []
    for instrument in instruments:
        of_it = [one for one in types if isinstance(instrument, Underlying) or one.name != "VOLATILITY"]
        if not of_it:
            raise InvalidRequest(f"{instrument.name} is a market, and only underlyings have volatilities. Drop it.")  # type: ignore[union-attr]
        wanted.append(tuple(series_of(instrument, one) for one in of_it))
    return wanted


def _several(given: object, name: str) -> list[object]:
    if isinstance(given, str | int | Underlying) or not isinstance(given, Iterable):
        return [given]
    values = list(given)
    if not values:
        raise InvalidRequest(f"{name} is empty. Name at least one.")
    return values


class _Run:
    """One call of `load_many`: its arguments, and the ways to load with them."""

    def __init__(
        self, start: DateLike | None, end: DateLike | None, options: LoadOptions, source: Source, store: HistoryStore
    ) -> None:
        self._start, self._end = start, end
        self._options = options
        self._source = source
        self._store = store

    def count(self, wanted: Sequence[tuple[SeriesKey, ...]]) -> int:
        """Return how many requests are lacking."""
        if not isinstance(self._source, PagedSource):
            return 0
        return sum(engine.count_requests(self._arguments(series), self._source, self._store) for series in wanted)

    def batch(
        self, codes: Sequence[tuple[SeriesKey, ...]], bar: Progress, *, is_first: bool
    ) -> Iterator[dict[str, object]]:
        """Load a batch, and yield a row for each of its series; if it fails, load its codes one by one."""
        try:
            yield from self._load([series for code in codes for series in code], bar)
            return
        except (RequestRejected, InvalidData) as error:
            if isinstance(error, RateLimited) or len(codes) == 1 == is_first:
                raise
        rows: list[dict[str, object]] = []
        failures: list[RequestRejected | InvalidData] = []
        for code in codes:
            try:
                rows += self._load(code, bar)
            except (RequestRejected, InvalidData) as error:
                if isinstance(error, RateLimited):
                    raise
                failures.append(error)
                rows += [_failure(series, error) for series in code]
        if is_first and len(failures) == len(codes):
            raise failures[0]  # it is not the codes: the login, or the rights
        yield from rows

    def _load(self, series: Sequence[SeriesKey], bar: Progress) -> list[dict[str, object]]:
        """Load series, and wait where the server's own rate limit refuses a request."""
        from ..opend.rate_limit import PERIOD

        for refusals in itertools.count(1):
            try:
                frames = engine.run(
                    self._arguments(series), self._source, lambda: self._source, lambda: self._store, bar
                )
                return [_summary(frame.attrs["optstat"]) for frame in frames]
            except RateLimited:
                if refusals > MAX_REFUSALS:
                    raise
                bar.waiting(PERIOD)
                cancellation.sleep(PERIOD)
        raise AssertionError("unreachable")

    def _arguments(self, series: Sequence[SeriesKey]) -> LoadArguments:
        return LoadArguments(tuple(series), self._start, self._end, self._options, time.time())


def _summary(about: SeriesAttrs) -> dict[str, object]:
    """Return the row of a series that was loaded."""
    return {
        "source": about["source"],
        "market": about["market"],
        "data_type": about["data_type"],
        "start": about["start"],
        "end": about["end"],
        "rows": about["rows"],
        "missing": len(about["missing"]),
        "provisional": len(about["provisional"]),
        "requests": about["requests"],
        "error": None,
    }


def _failure(series: SeriesKey, error: Exception) -> dict[str, object]:
    """Return the row of a series that was not loaded."""
    return dict.fromkeys(_COLUMNS) | {
        "market": series.name,
        "data_type": series.data_type.name,
        "rows": 0,
        "missing": 0,
        "provisional": 0,
        "requests": 0,
        "error": str(error),
    }
