"""`update`: bring every series in a cache up to date, which gives `as_of` its history."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .._types import CacheLike, SourceLike
from .._util.validation import list_names
from .._util.warn import warn
from ..config import default_source, default_stale_if_error
from ..core.attrs import SeriesAttrs
from ..core.calendars import today
from ..core.dates import Day, to_date
from ..core.origins import simulator_seed
from ..core.request import LoadArguments, LoadOptions
from ..core.series import SeriesKey
from ..errors import DataWarning, InvalidData, InvalidRequest, RateLimited, RequestRejected
from ..sources import resolve
from ..sources.protocols import PagedSource, RecordedSource, Source
from ..sources.simulator import Simulator
from ..storage.cache.cache import Cache, store_of
from ..storage.cache.protocol import HistoryStore
from . import engine

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["update"]

_COLUMNS = ["source", "market", "data_type", "start", "end", "requests", "rows", "provisional", "error"]


def update(source: SourceLike | None = None, cache: CacheLike | None = None) -> pd.DataFrame:
    """Load each series in a cache from its oldest day that is not final to today.

    Meant for cron. Every value that changes is kept with the moment it was observed, which is what ``load(as_of=…)``
    and `Cache.revisions` read.

    Parameters
    ----------
    source : str or object, optional
        As in `load`; only series of its origin are updated. By default, series of OpenD are loaded from the
        configured source, and those of a simulator from the simulator with their seed.
    cache : path or Cache, optional
        By default the configured folder.

    Returns
    -------
    DataFrame
        A row per series: ``source`` (its origin), ``market``, ``data_type``, ``start`` and ``end`` (of
        the range loaded), ``requests``, ``rows`` (in that range), ``provisional`` (how many of them) and
        ``error`` (why it could not be loaded; missing if it was).

    Raises
    ------
    OptStatError
        As `load`, and `CacheError` if the cache cannot be written; also if every series fails. Series that were
        complete are kept.

    Warns
    -----
    DataWarning
        If the server rejects some series, such as an underlying that was delisted, or gives invalid data; the others
        are updated.

    Examples
    --------
    >>> import tempfile
    >>> update(cache=tempfile.mkdtemp())
    Empty DataFrame
    Columns: [source, market, data_type, start, end, requests, rows, provisional, error]
    Index: []
    """
    import pandas as pd

    if cache is False:
        raise InvalidRequest(
            "cache=False disables the cache, which update is to bring up to date. Give a path, or leave it out."
        )
    given = None if source is None else resolve(source)
    if isinstance(given, RecordedSource):
        raise InvalidRequest(f"source={given.endpoint!r} is a recording, and cannot update a cache. Name a server.")
    kept = cache if isinstance(cache, Cache) else Cache(cache)
    done: list[dict[str, object]] = []
    failures: list[RequestRejected | InvalidData] = []
    store = store_of(kept)
    options = LoadOptions(stale_if_error=default_stale_if_error())
    for (origin, _), unfinished in itertools.groupby(
        store.unfinished(), key=lambda found: (found[0], found[1].request_name)
    ):
        chosen = _source_for(origin, given, store)
        if chosen is None:
            continue
        # Volume and open interest of an underlying come with the same requests.
        series, since = zip(*((one, first) for _, one, first in unfinished), strict=True)
        # A clock that was ahead may have left answers for days that are still to come.
        start = min(*since, today(series[0].exchange, time.time()))
        arguments = LoadArguments(series, to_date(start), None, options, time.time())
        try:
            # Not by `load`, which does without a cache that cannot be written.
            frames = engine.run(arguments, chosen, _default_source, lambda: store, progress=False)
        except (RequestRejected, InvalidData) as error:
            if isinstance(error, RateLimited):
                raise
            # An underlying that was delisted, for example, must not keep the others from being updated.
            failures.append(error)
            done += [_failure(origin, one, start, error) for one in series]
        else:
            done += [_summary(frame.attrs["optstat"]) for frame in frames]
    _report(failures, done)
    return pd.DataFrame(done, columns=_COLUMNS)


def _report(failures: Sequence[RequestRejected | InvalidData], done: Sequence[Mapping[str, object]]) -> None:
    """Warn of series that were not updated; raise the first error if none was."""
    failed = list(dict.fromkeys(str(row["market"]) for row in done if row["error"] is not None))
    if not failures:
        return
    if all(row["error"] is not None for row in done):
        raise failures[0]
    warn(
        f"{list_names(failed)} could not be updated; the column 'error' says why. The other series are up to date. "
        "Cache.clear(code) forgets one that the server does not know any more.",
        DataWarning,
    )


def _default_source() -> Source:
    return resolve(default_source())


def _summary(about: SeriesAttrs) -> dict[str, object]:
    """Return the row of a series that was loaded."""
    return {
        "source": about["source"],
        "market": about["market"],
        "data_type": about["data_type"],
        "start": about["start"],
        "end": about["end"],
        "requests": about["requests"],
        "rows": about["rows"],
        "provisional": len(about["provisional"]),
        "error": None,
    }


def _failure(origin: str, series: SeriesKey, start: Day, error: Exception) -> dict[str, object]:
    """Return the row of a series that could not be loaded."""
    return {
        "source": origin,
        "market": series.name,
        "data_type": series.data_type.name,
        "start": to_date(start).isoformat(),
        "end": None,
        "requests": 0,
        "rows": 0,
        "provisional": 0,
        "error": str(error),
    }


def _source_for(origin: str, given: PagedSource | None, store: HistoryStore) -> PagedSource | None:
    """Return the source to load rows of `origin` from; None if there is none, or another origin was asked for."""
    if given is not None:
        return given if origin in (given.likely_origin, store.origin_of(given.endpoint)) else None
    seed = simulator_seed(origin)
    if seed is not None:
        return Simulator(seed)
    configured = resolve(default_source())
    if isinstance(configured, RecordedSource):
        return None
    return configured if configured.likely_origin == origin else None
