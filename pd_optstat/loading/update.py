"""`update`: brings every series that a cache holds up to date, and so gives `as_of` its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..config import default_source
from ..core.dates import to_date
from ..core.origins import simulator_seed
from ..errors import InvalidRequest
from ..sources import PagedSource, Parquet, resolve
from ..sources.pin_file import PinFileSource
from ..sources.simulator import Simulator
from ..storage.cache.cache import Cache, store_of
from ..storage.cache.protocol import HistoryStore
from .load import load

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["update"]


def update(source: Any = None, cache: Any = None) -> pd.DataFrame:
    """Load what the cache lacks of each of its series, from the oldest day that is not final to today.

    One line for cron: every value that changes is kept with the moment it was seen, which is what
    ``load(as_of=…)`` and `Cache.revisions` read.

    Parameters
    ----------
    source : str or object, optional
        Where to ask, as in `load`; only series of that origin are updated. By default, series of OpenD
        are asked of the configured source, those of a simulator of the simulator with their seed.
    cache : path or Cache, optional
        By default the configured folder.

    Returns
    -------
    DataFrame
        A row per series: ``source`` (its origin), ``market``, ``data_type``, ``start`` (from where it was
        looked at), ``end``, ``requests``, ``rows`` (in that range) and ``provisional`` (how many of them).

    Raises
    ------
    OptStatError
        As `load`. What was complete by then is kept.

    Examples
    --------
    >>> import tempfile
    >>> update(cache=tempfile.mkdtemp())
    Empty DataFrame
    Columns: [source, market, data_type, start, end, requests, rows, provisional]
    Index: []
    """
    import pandas as pd

    if cache is False:
        raise InvalidRequest(
            "update brings a cache up to date, and cache=False means none. Give a path, or leave it out."
        )
    given = None if source is None else resolve(source)
    if isinstance(given, Parquet | PinFileSource):
        raise InvalidRequest(f"source={given.endpoint!r} is a recording, and cannot update a cache. Name a server.")
    held = cache if isinstance(cache, Cache) else Cache(cache)
    done = []
    store = store_of(held)
    for origin, series, since in store.unfinished():
        chosen = _source_for(origin, given, store)
        if chosen is None:
            continue
        frame = load(series.market, series.data_type, to_date(since), source=chosen, cache=held, progress=False)
        about = frame.attrs["optstat"]
        done.append(
            {
                "source": about["source"],
                **{name: about[name] for name in ("market", "data_type", "start", "end", "requests", "rows")},
                "provisional": len(about["provisional"]),
            }
        )
    columns = ["source", "market", "data_type", "start", "end", "requests", "rows", "provisional"]
    return pd.DataFrame(done, columns=columns)


def _source_for(origin: str, given: PagedSource | None, store: HistoryStore) -> PagedSource | None:
    """Return the source to ask for rows of `origin`; None if that cannot be told, or another one was asked for."""
    if given is not None:
        return given if origin in (given.likely_origin, store.origin_of(given.endpoint)) else None
    seed = simulator_seed(origin)
    if seed is not None:
        return Simulator(seed)
    configured = resolve(default_source())
    if isinstance(configured, Parquet | PinFileSource):
        return None
    return configured if configured.likely_origin == origin else None
