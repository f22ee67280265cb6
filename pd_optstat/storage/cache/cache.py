"""The cache: histories of series by origin, in a folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..._util.warn import warn
from ...config import cache_directory, to_folder
from ...core import history as histories
from ...core.dates import Day, to_date, to_day
from ...core.finality import SECOND
from ...core.history import EMPTY, Answer, Changes, History, cut
from ...core.intervals import merge
from ...core.request import SeriesKey, parse_data_type, parse_market
from ...errors import CacheError, CacheWarning, InvalidRequest
from .inspection import DATABASE
from .memory import HistoryStore, Memory
from .records import (
    FIRST_YEAR,
    LAST_YEAR,
    ChunkKey,
    DamagedRecord,
    MisfiledRecord,
    NewerRecord,
    chunk_keys,
    decode,
    encode,
    is_sound,
    parse_key,
)

if TYPE_CHECKING:
    import pandas as pd

    from .database import Store

__all__ = ["Cache", "HistoryStore", "Memory"]

_T = TypeVar("_T")

#: Chunks that stay decoded in memory, so that a warm load only compares bytes: about 5 MB.
MEMO_CHUNKS = 128
#: Chunks that were joined into one history, likewise.
MEMO_JOINS = 16


#: Prefix of the keys that remember which endpoints lead to a simulator.
_ENDPOINT = "endpoint|"
_SIMULATOR = re.compile(rb"simulator:\d{1,10}")


class Cache:
    """Everything ever loaded, in a folder.

    Any number of processes may use one folder. Nothing is ever evicted: all series for all time are a
    few megabytes. Nothing in it is ever unpickled.

    Parameters
    ----------
    directory : str or path, optional
        The folder; created, for its owner only, when first needed. By default the configured one.

    Raises
    ------
    InvalidRequest
        If `directory` is no path.
    CacheError
        From any method, if the folder cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> cache = Cache(tempfile.mkdtemp())
    >>> len(cache.info()), len(cache.verify()), cache.clear()
    (0, 0, 0)
    """

    def __init__(self, directory: Any = None) -> None:
        self._path = cache_directory() if directory is None else to_folder(directory)
        self._memo: dict[ChunkKey, tuple[bytes, History]] = {}
        self._joins: dict[tuple[int, ...], tuple[list[History], History]] = {}

    def __repr__(self) -> str:
        return f"Cache({str(self._path)!r})"

    @property
    def path(self) -> Path:
        """The folder."""
        return self._path

    def info(self) -> pd.DataFrame:
        """Return what the cache holds.

        Returns
        -------
        DataFrame
            A row per source and series: ``source``, ``market``, ``data_type``, ``rows`` (days), ``first``,
            ``last`` (dates), ``observed_at`` (UTC, the newest answer) and ``bytes`` on disk.

        Examples
        --------
        >>> import tempfile, pd_optstat as po
        >>> cache = po.Cache(tempfile.mkdtemp())
        >>> df = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=cache)
        >>> cache.info()[["market", "data_type", "rows"]].values.tolist()
        [['US_SECURITY', 'VOLUME', 10]]
        """
        import pandas as pd

        records = []
        for origin, series in self._held():
            history = self._whole(origin, series)
            values = histories.rows(history, *_all_days())
            size = sum(len(self._store().get(key.text) or b"") for key in self._keys(origin, series))
            records.append(
                {
                    "source": origin,
                    "market": series.market.name,
                    "data_type": series.data_type.name,
                    "rows": len(values),
                    "first": pd.Timestamp(to_date(values.days[0])) if len(values) else pd.NaT,
                    "last": pd.Timestamp(to_date(values.days[-1])) if len(values) else pd.NaT,
                    "observed_at": _utc(int(history.span_last_at.max())) if len(history.span_last_at) else pd.NaT,
                    "bytes": size,
                }
            )
        columns = ["source", "market", "data_type", "rows", "first", "last", "observed_at", "bytes"]
        return pd.DataFrame(records, columns=columns)

    def coverage(self, market: Any, data_type: Any, source: str | None = None) -> list[tuple[date, date]]:
        """Return the dates that were answered for and are final: a load never asks for them again.

        Parameters
        ----------
        market, data_type : as in `load`
            Which series.
        source : str, optional
            An origin such as ``"opend"`` or ``"simulator:7"``; by default all of them together.

        Returns
        -------
        list of (date, date)
            Both inclusive, ascending, disjoint.

        Examples
        --------
        >>> import tempfile, pd_optstat as po
        >>> cache = po.Cache(tempfile.mkdtemp())
        >>> df = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=cache)
        >>> [(str(first), str(last)) for first, last in cache.coverage("US_SECURITY", "VOLUME")]
        [('2026-06-01', '2026-06-12')]
        """
        series = SeriesKey(parse_market(market), parse_data_type(data_type))
        now = _now()
        intervals = [
            interval
            for origin, held in self._held(series, source)
            for interval in histories.answered(self._whole(origin, held), now, ttl=0)
        ]
        return [(to_date(first), to_date(last)) for first, last in merge(intervals)]

    def revisions(self, market: Any, data_type: Any, source: str | None = None) -> pd.DataFrame:
        """Return every value ever observed of a series, with the moment it was first seen.

        Parameters
        ----------
        market, data_type, source : as in `coverage`
            Which series.

        Returns
        -------
        DataFrame
            A row per change, ascending: ``time`` (trading day), ``observed_at`` (UTC), ``call_value``,
            ``put_value``, ``total_value``, ``source`` and the ``endpoint`` it came from.

        Examples
        --------
        >>> import tempfile, pd_optstat as po
        >>> cache = po.Cache(tempfile.mkdtemp())
        >>> df = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=cache)
        >>> cache.revisions("US_SECURITY", "VOLUME")["total_value"].tolist() == df["total_value"].tolist()
        True
        """
        import pandas as pd

        from ...core.frame import to_index

        series = SeriesKey(parse_market(market), parse_data_type(data_type))
        parts = []
        for origin, held in self._held(series, source):
            history = self._whole(origin, held)
            moments = history.row_observed_at
            parts.append(
                pd.DataFrame(
                    {
                        "time": to_index(history.row_day),
                        "observed_at": pd.DatetimeIndex(moments.astype("datetime64[us]")).tz_localize("UTC"),
                        "call_value": history.row_call,
                        "put_value": history.row_put,
                        "total_value": history.row_call + history.row_put,
                        "source": origin,
                        "endpoint": [history.endpoints.get(at, "") for at in moments.tolist()],
                    }
                )
            )
        columns = ["time", "observed_at", "call_value", "put_value", "total_value", "source", "endpoint"]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    def verify(self) -> pd.DataFrame:
        """Check every record, and forget the damaged ones, so that they are asked for again.

        Returns
        -------
        DataFrame
            A row per damaged record: ``key`` and ``reason``; empty if all is well.
        """
        import pandas as pd

        if not (self._path / DATABASE).exists():
            return pd.DataFrame(columns=["key", "reason"])
        damaged = []
        store = self._store()
        for text in store.list_keys():
            key, value = parse_key(text), store.get(text)
            if key is None or value is None:
                continue  # not a series, or of a later version, or cleared just now
            try:
                decode(key, value)
            except NewerRecord:
                continue
            except DamagedRecord as error:
                store.delete(text)
                damaged.append({"key": text, "reason": str(error)})
        return pd.DataFrame(damaged, columns=["key", "reason"])

    def clear(self, market: Any = None, data_type: Any = None, source: str | None = None) -> int:
        """Forget series: all of them, or those of a market, a data type, an origin.

        Parameters
        ----------
        market, data_type, source : as in `coverage`
            Which series; by default all of them.

        Returns
        -------
        int
            How many series were forgotten.
        """
        wanted_market = None if market is None else parse_market(market)
        wanted_type = None if data_type is None else parse_data_type(data_type)
        forgotten = 0
        if not self._held(source=source):
            return 0
        with self._store().transaction():
            for origin, series in self._held(source=source):
                if wanted_market in (None, series.market) and wanted_type in (None, series.data_type):
                    forgotten += 1
                    for key in self._keys(origin, series):
                        self._store().delete(key.text)
        return forgotten

    def export(
        self, url: Any, source: str | None = "opend", *, storage_options: Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Write what the cache holds of an origin as a Parquet dataset, which any engine reads and `load` too.

        A team shares such an archive while one machine has OpenD: the others load with ``source="parquet:URL"``.
        Exported again it is brought up to date: files that stay the same are not touched, what only the archive
        knows stays in it, and whoever reads meanwhile sees each file whole, before or after.

        Parameters
        ----------
        url : str or path
            The folder to write to, new or an archive: a path, or any address of fsspec (``"s3://bucket/archive"``).
        source : str, optional
            The origin to export, as in `coverage`; None for all of them. Synthetic rows are in folders of their own,
            and each has ``synthetic`` set.
        storage_options : mapping, optional
            What fsspec's file system needs to know, such as credentials.

        Returns
        -------
        DataFrame
            A row per file: ``source``, ``market``, ``data_type``, ``year``, ``rows`` (days), ``bytes``, ``written``
            (False if it was up to date).

        Raises
        ------
        InvalidRequest
            If the cache holds nothing of that origin, or something else lies at `url`.
        CacheError, ConnectionFailed
            If the archive cannot be written, or read.
        InvalidData
            If it is damaged, or was written by a later version of this package.

        Notes
        -----
        Sessions that had not closed when they were last seen are left out. Layout and manifest: ``docs/archive.md``.

        Examples
        --------
        >>> import tempfile, pd_optstat as po
        >>> cache = Cache(tempfile.mkdtemp())
        >>> asked = "US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12"
        >>> df = po.load(*asked, source="simulator:", cache=cache)
        >>> archive = tempfile.mkdtemp() + "/archive"
        >>> cache.export(archive, source="simulator:").rows.tolist()
        [10]
        >>> po.load(*asked, source=f"parquet:{archive}").equals(df)
        True
        """
        from ...sources import Parquet
        from ..archive.export import export

        named = Parquet(url, storage_options=storage_options)
        if named.origin is not None:
            raise InvalidRequest(f"The URL names an origin. Whose rows to export says source={named.origin!r}.")
        held = self._held(source=source)
        if not held:
            there = ", ".join(sorted({origin for origin, _ in self._held()}))
            if not there:
                raise InvalidRequest(f"The cache in {self._path} is empty: there is nothing to export. Load first.")
            raise InvalidRequest(
                f"The cache in {self._path} holds nothing of source={source!r} to export, but {there}. Load first, or "
                "name one of these."
            )
        return export(named.place, ((origin, series, self._whole(origin, series)) for origin, series in held))

    def unfinished(self) -> list[tuple[str, SeriesKey, date]]:
        """Return each origin and series held, with the first day from which on something may be new."""
        whole = ((origin, series, self._whole(origin, series)) for origin, series in self._held())
        return [
            (origin, series, to_date(histories.unfinished_from(history)))
            for origin, series, history in whole
            if len(history.span_last)  # a damaged record is as good as none
        ]

    def read(self, origin: str, series: SeriesKey, first: Day, last: Day) -> History:
        """Return what is known of the years of ``first..last``; damaged parts are unknown, with a `CacheWarning`."""
        return self._healed(lambda store: self._read(store, origin, series, first, last))

    def record(self, origin: str, series: SeriesKey, answers: Sequence[Answer]) -> list[Changes]:
        """Add `answers`, all of them or on an error none; return what each changed."""
        return self._healed(lambda store: self._record(store, origin, series, answers))

    @property
    def writable(self) -> bool:
        """Whether the folder can be written; if not, what it holds is served all the same."""
        return self._store().writable

    def exclusive(self, series: Sequence[SeriesKey]) -> AbstractContextManager[None]:
        """Let nobody else, in any process, fetch these series into this folder meanwhile."""
        return self._store().exclusive([f"fetch-{one.market.name}-{one.data_type.name}" for one in series])

    def origin_of(self, endpoint: str) -> str | None:
        value = self._store().get(_ENDPOINT + endpoint)
        return value.decode("ascii", "replace") if value is not None and _SIMULATOR.fullmatch(value) else None

    def remember_origin(self, endpoint: str, origin: str | None) -> None:
        """Remember that `endpoint` leads to a simulator of that origin, or (None) that it does not."""
        if origin is not None:
            self._store().set(_ENDPOINT + endpoint, origin.encode())
        else:
            self._store().delete(_ENDPOINT + endpoint)

    def _store(self) -> Store:
        from .database import open_store

        return open_store(self._path, _is_worth_saving)

    def _healed(self, action: Callable[[Store], _T]) -> _T:
        """Return what `action` returns; if the database turns out bad under us, that of the one that replaces it."""
        store = self._store()
        try:
            return action(store)
        except CacheError:
            if not store.suspect:
                raise
            # A thorough look sets the database aside, with what is sound in it saved.
            return action(self._store())

    def _read(self, store: Store, origin: str, series: SeriesKey, first: Day, last: Day) -> History:
        return self._joined([self._chunk(store, key) for key in chunk_keys(origin, series, first, last)])

    def _record(self, store: Store, origin: str, series: SeriesKey, answers: Sequence[Answer]) -> list[Changes]:
        first = min(answer.covers[0] for answer in answers)
        last = max(answer.covers[1] for answer in answers)
        changes = []
        with store.transaction():
            after = self._read(store, origin, series, first, last)
            for answer in answers:
                after, change = histories.record(after, answer)
                changes.append(change)
            for key in chunk_keys(origin, series, first, last):
                store.set(key.text, encode(key, cut(after, key.first, key.last)))
        return changes

    def _chunk(self, store: Store, key: ChunkKey) -> History:
        value = store.get(key.text)
        if value is None:
            return EMPTY
        verified = self._memo.get(key)
        if verified is not None and verified[0] == value:
            return verified[1]
        try:
            history = decode(key, value)
        except DamagedRecord as error:
            if isinstance(error, MisfiledRecord) and not store.thorough:
                store.suspect = True  # the index may lead astray, for more than this record
                raise CacheError(f"The cache in {self._path} mixes up its records. Load again.") from None
            warn(
                f"The cache's record of {key.series} ({key.origin}, from {key.first_year}) is damaged ({error}) and "
                "is not used: its days are asked for again.",
                CacheWarning,
            )
            return EMPTY
        except NewerRecord:
            raise CacheError(
                f"The cache in {self._path} was written by a newer version of pd_optstat. Upgrade (pip install -U "
                "pd-optstat), or use another folder: cache='PATH' or $PD_OPTSTAT_CACHE_DIR."
            ) from None
        if len(self._memo) >= MEMO_CHUNKS:
            self._memo.clear()
        self._memo[key] = (value, history)
        return history

    def _joined(self, chunks: list[History]) -> History:
        """Return `chunks` as one history; the one from before if they are still the very same objects."""
        key = tuple(map(id, chunks))
        found = self._joins.get(key)
        if found is None:
            if len(self._joins) >= MEMO_JOINS:
                self._joins.clear()
            found = self._joins[key] = (chunks, histories.concat(chunks))
        return found[1]

    def _keys(self, origin: str, series: SeriesKey) -> Iterator[ChunkKey]:
        for text in self._healed(lambda store: store.list_keys()):
            key = parse_key(text)
            if key is not None and (key.origin, key.series) == (origin, series):
                yield key

    def _held(self, series: SeriesKey | None = None, source: str | None = None) -> list[tuple[str, SeriesKey]]:
        """Return the origins and series in the cache, those that are asked for."""
        wanted = None if source is None else _check_origin(source)
        if not (self._path / DATABASE).exists():
            return []  # a look does not create anything
        keys = (parse_key(text) for text in self._healed(lambda store: store.list_keys()))
        found = {(key.origin, key.series) for key in keys if key is not None}
        return sorted(
            ((origin, held) for origin, held in found if series in (None, held) and wanted in (None, origin)),
            key=lambda item: (item[0], item[1].market, item[1].data_type),
        )

    def _whole(self, origin: str, series: SeriesKey) -> History:
        keys: Iterable[ChunkKey] = sorted(self._keys(origin, series), key=lambda key: key.first_year)
        in_order = list(keys)
        return self._healed(lambda store: histories.concat([self._chunk(store, key) for key in in_order]))


def _is_worth_saving(text: str, value: bytes) -> bool:
    return is_sound(text, value) or (text.startswith(_ENDPOINT) and _SIMULATOR.fullmatch(value) is not None)


def _check_origin(source: Any) -> str:
    from ...sources import resolve

    if isinstance(source, str) and source.strip()[:8].lower() == "parquet:":
        raise InvalidRequest(
            "An archive is no origin of rows in a cache: nothing that is loaded from one is kept there."
        )
    if isinstance(source, str) and ("://" in source or (source.startswith("simulator:") and not _is_origin(source))):
        return resolve(source).likely_origin
    if not isinstance(source, str) or not source:
        raise InvalidRequest(f"source={source!r} is no origin such as 'opend' or 'simulator:7', nor a source URL.")
    return source


def _is_origin(source: str) -> bool:
    return _SIMULATOR.fullmatch(source.encode()) is not None


def _all_days() -> tuple[Day, Day]:
    return to_day(date(FIRST_YEAR, 1, 1)), to_day(date(LAST_YEAR, 12, 31))


def _utc(at: int) -> Any:
    import pandas as pd

    return pd.Timestamp(at, unit="us", tz="UTC")


def _now() -> int:
    return round(datetime.now(UTC).timestamp() * SECOND)
