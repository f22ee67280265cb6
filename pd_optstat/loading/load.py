"""`load` and `load_panel`: check the arguments, and let the engine answer them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, TypeVar

from .._types import CacheLike, DataTypeLike, DateLike, MarketLike, MomentLike, ProgressLike, SourceLike
from .._util.progress import check_progress
from .._util.validation import check_int
from ..config import cache_directory, default_source, default_stale_if_error, to_folder
from ..core.frame import join_frames
from ..core.markets import OptionMarket, OptionStatisticDataType
from ..core.request import LoadArguments, LoadOptions, parse_data_type, parse_instrument
from ..core.series import SeriesKey, series_of
from ..core.underlying import Underlying
from ..errors import InvalidRequest
from ..sources import resolve
from ..storage.cache.cache import Cache, store_of
from ..storage.cache.memory import Memory
from ..storage.cache.protocol import HistoryStore
from ..storage.cache.store import CacheStore, shared_store
from ..storage.cache.tolerant import TolerantStore
from . import engine
from .warmup import begin_earlier, cut_to_span

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["close", "load", "load_panel", "load_series", "resolve_store"]


def load(
    market: MarketLike,
    data_type: DataTypeLike = "VOLUME",
    start: DateLike | None = None,
    end: DateLike | None = None,
    *,
    source: SourceLike | None = None,
    cache: CacheLike | None = None,
    refresh: bool = False,
    offline: bool = False,
    as_of: MomentLike | None = None,
    include_open: bool = False,
    warmup: int = 0,
    stale_if_error: bool | None = None,
    progress: ProgressLike | None = None,
) -> pd.DataFrame:
    """Load the daily call and put totals of an option market or of one underlying, requesting only what is not cached.

    Parameters
    ----------
    market : OptionMarket, Underlying, str or int
        ``"US_SECURITY"``, ``"US_INDEX"``, ``"HK_SECURITY"``, ``"HK_INDEX"``, in any case, or 1 to 4; or an underlying
        such as ``"US.AAPL"`` or ``"HK.00700"``, in any case.
    data_type : OptionStatisticDataType, str or int
        ``"VOLUME"`` (contracts traded that day) or ``"OPEN_INTEREST"`` (contracts open after it), or 0, 1.
    start, end : str, date, datetime or Timestamp, optional
        Full ISO dates, both inclusive, any span. A moment with a time zone counts as the date on the
        exchange's clock. By default `end` is the exchange's today and `start` 364 days before the end.
    source : str or object, optional
        Where to load from: ``"opend://HOST:PORT"``, ``"ws://:KEY@HOST:PORT"``, ``"wss://…"``,
        ``"simulator:"``, ``"snapshot:PATH"``, ``"parquet:URL"``; a `po.OpenD`, `po.OpenDWebSocket` or `po.Parquet`;
        or an open ``OpenQuoteContext`` of the vendor's SDK. By default the configured one, else OpenD on this machine.
    cache : path, Cache or False, optional
        The cache folder; False to keep nothing.
    refresh : bool
        Request the whole range again.
    offline : bool
        Never use the network: serve the cache, or raise `OfflineMiss`.
    as_of : str, datetime or Timestamp, optional
        Return the values as this cache knew them at that moment, without any request. Without a time zone it is
        UTC; a date alone means the end of that day.
    include_open : bool
        Whether to include the running totals of a session that has not closed yet, as the last row.
    warmup : int
        How many sessions to load before `start` for the lookbacks of metrics, which the frame does not show: with 252,
        ``metrics()`` knows the z-score of the frame's first day. They are kept in ``attrs`` as long as the frame's rows
        are the loaded ones, or the first of them. For the cache, `offline`, `as_of` and pins, this is a load with an
        earlier start; in a pin, `start` must be given.
    stale_if_error : bool, optional
        If the source cannot be reached, return what the cache holds, up to the first session that it lacks, with a
        `StaleWarning` that says so, instead of raising `ConnectionFailed`. By default as configured with `configure`,
        else False.
    progress : bool or callable, optional
        By default a bar is shown when several requests are needed; a callable is called with (done, total).

    Returns
    -------
    DataFrame
        Indexed by trading day (``time``, ascending, unique, without time zone): ``timestamp`` (float64, Unix seconds
        of the day's midnight on the exchange's clock), ``call_value``, ``put_value``, ``total_value``
        (int64, contracts), ``ratio`` (float64, put / call, NaN where call is 0). Of an underlying also
        ``underlying_price`` (float64, the close; NaN where the server has none). ``attrs["optstat"]`` holds
        what was loaded, its source, when it was observed, what is provisional or missing, and a digest.

    Raises
    ------
    InvalidRequest
        If an argument is not valid; before anything is requested.
    ConnectionFailed, ProtocolError, RequestRejected, RateLimited
        If the source cannot be reached or does not reply as documented. Requests that were complete are cached.
    InvalidData
        If a reply contradicts the request or itself.
    OfflineMiss
        If `offline` or `as_of` needs sessions that the cache does not hold.
    CacheError
        If the cache folder was written by a newer version, or is not a folder, or its records cannot be trusted. If it
        is only unavailable (permissions, a full disk, a lock), and requests are allowed, a `CacheWarning` says so
        instead, once for each folder.

    Notes
    -----
    Source: protocol 3301, ``Qot_GetOptionMarketStatistic``, of Futu and moomoo OpenD; of an underlying 3302,
    ``Qot_GetOptionUnderlyingHisStatistic``, whose replies hold volume and open interest, so that loading the second
    type sends no request.

    Examples
    --------
    >>> import pd_optstat as po
    >>> df = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=False)
    >>> df["call_value"].iloc[-1]
    np.int64(45658870)
    """
    (frame,) = load_series(
        [series_of(parse_instrument(market), parse_data_type(data_type))],
        start,
        end,
        source=source,
        cache=cache,
        refresh=refresh,
        offline=offline,
        as_of=as_of,
        include_open=include_open,
        warmup=warmup,
        stale_if_error=stale_if_error,
        progress=progress,
    )
    return frame


def load_panel(
    markets: Iterable[MarketLike] | MarketLike | None = None,
    data_types: Iterable[DataTypeLike] | DataTypeLike | None = None,
    start: DateLike | None = None,
    end: DateLike | None = None,
    *,
    source: SourceLike | None = None,
    cache: CacheLike | None = None,
    refresh: bool = False,
    offline: bool = False,
    as_of: MomentLike | None = None,
    include_open: bool = False,
    warmup: int = 0,
    stale_if_error: bool | None = None,
    progress: ProgressLike | None = None,
) -> pd.DataFrame:
    """Load several series side by side.

    Parameters
    ----------
    markets, data_types : list or one of them, optional
        Markets and underlyings, as in `load`; by default the four markets, and both data types.
    start, end, source, cache, refresh, offline, as_of, include_open, warmup, stale_if_error, progress : as in `load`
        For all series alike.

    Returns
    -------
    DataFrame
        The days of all series, outer-joined; columns a MultiIndex ``market``, ``data_type``, ``field``. Counts are
        nullable ``Int64``, ``timestamp``, ``ratio`` and ``underlying_price`` float64; a day that a series lacks is
        ``<NA>`` or NaN.
        ``attrs["optstat"]["series"]`` holds what `load` would have put into each frame's attrs.

    Raises
    ------
    OptStatError
        As `load`; one series that fails fails the panel.

    Examples
    --------
    >>> import pd_optstat as po
    >>> panel = po.load_panel("US_SECURITY", None, "2026-06-01", "2026-06-12", source="simulator:", cache=False)
    >>> panel["US_SECURITY"]["VOLUME"].shape
    (10, 5)
    """
    wanted = itertools.product(
        _several(markets, OptionMarket, parse_instrument),
        _several(data_types, OptionStatisticDataType, parse_data_type),
    )
    frames = load_series(
        [series_of(instrument, data_type) for instrument, data_type in wanted],
        start,
        end,
        source=source,
        cache=cache,
        refresh=refresh,
        offline=offline,
        as_of=as_of,
        include_open=include_open,
        warmup=warmup,
        stale_if_error=stale_if_error,
        progress=progress,
    )
    return join_frames(frames)


def close() -> None:
    """Close idle connections and databases that loads keep open for the next one; they open again when needed.

    Examples
    --------
    >>> import pd_optstat as po
    >>> po.close()
    """
    from ..opend.pool import close_idle
    from ..storage.cache.database import close_databases

    close_idle()
    close_databases()


def load_series(
    series: Sequence[SeriesKey],
    start: DateLike | None,
    end: DateLike | None,
    *,
    source: SourceLike | None = None,
    cache: CacheLike | None = None,
    refresh: bool = False,
    offline: bool = False,
    as_of: MomentLike | None = None,
    include_open: bool = False,
    warmup: int = 0,
    stale_if_error: bool | None = None,
    progress: ProgressLike | None = None,
) -> list[pd.DataFrame]:
    """Return the frame of each series; the other arguments are those of `load`, and are checked here."""
    options = LoadOptions.check(
        refresh=refresh,
        offline=offline,
        as_of=as_of,
        include_open=include_open,
        stale_if_error=default_stale_if_error() if stale_if_error is None else stale_if_error,
        cache=cache,
    )
    check_progress(progress)
    warmup = check_int(warmup, "warmup", least=0)
    arguments = LoadArguments(tuple(series), start, end, options, time.time())
    given = None if source is None else resolve(source)
    # Where nothing may be requested, only the cache can answer.
    needs_cache = options.offline or options.as_of is not None
    store = resolve_store if needs_cache else _resolve_tolerantly
    wanted = begin_earlier(arguments, warmup)
    frames = engine.run(wanted, given, lambda: resolve(default_source()), lambda: store(cache), progress)
    return cut_to_span(frames, arguments) if warmup else frames


_Member = TypeVar("_Member", bound=IntEnum)
_Parsed = TypeVar("_Parsed")


def _several(given: object, kind: type[_Member], parse: Callable[[object], _Parsed]) -> list[_Member] | list[_Parsed]:
    """Return the members that an argument of `load_panel` means, without duplicates; all of them for None."""
    if given is None:
        return list(kind)
    values = [given] if isinstance(given, str | int | Underlying) or not isinstance(given, Iterable) else list(given)
    if not values:
        raise InvalidRequest(f"An empty list of {kind.__name__}s was given. Name at least one, or None for all.")
    return list(dict.fromkeys(parse(value) for value in values))


def resolve_store(cache: object) -> HistoryStore:
    """Return what `cache`, an argument of `load`, keeps histories in."""
    if isinstance(cache, Cache):
        return store_of(cache)
    if cache is False:
        return Memory()
    return shared_store(cache_directory() if cache is None else to_folder(cache))


def _resolve_tolerantly(cache: object) -> HistoryStore:
    """Return what `resolve_store` returns, for a load that can do without it."""
    store = resolve_store(cache)
    return TolerantStore(store, str(store.folder)) if isinstance(store, CacheStore) else store
