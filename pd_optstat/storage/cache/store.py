"""The store behind `po.Cache`: reads and records histories in a cache folder. Private to this package."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..._util.warn import warn
from ...config import freshness_rules
from ...core import history as histories
from ...core import observations
from ...core.calendar_history import read_by_calendar
from ...core.dates import Day
from ...core.history import EMPTY, Answer, History
from ...core.series import SeriesKey
from ...errors import CacheError, CacheWarning
from .records import (
    ChunkKey,
    DamagedRecord,
    MisfiledRecord,
    NewerRecord,
    RecordSummary,
    chunk_keys,
    decode,
    encode,
    is_sound,
    parse_key,
    summarize,
)
from .sqlite import DATABASE

if TYPE_CHECKING:
    from .database import Database

__all__ = ["CacheStore", "shared_store"]

_T = TypeVar("_T")

#: Decoded chunks that are kept in memory, so that a warm load only compares bytes: about 5 MB.
MEMO_CHUNKS = 128
#: Histories joined from several chunks, kept for the same reason.
MEMO_JOINS = 16

#: Prefix of the keys that remember which endpoints lead to a simulator.
_ENDPOINT = "endpoint|"
_SIMULATOR = re.compile(rb"simulator:\d{1,10}")


@dataclass(frozen=True, slots=True)
class SeriesSummary:
    """What is shown of a cached series: its sound records, ascending, and the bytes of all."""

    origin: str
    series: SeriesKey
    records: Sequence[RecordSummary]
    size: int


class CacheStore:
    """Histories of series by origin, in the database of one cache folder; a `HistoryStore`.

    Any number of threads and processes may use one folder, each with stores of their own.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._memo: dict[ChunkKey, tuple[bytes, History]] = {}
        self._joins: dict[tuple[int, ...], tuple[list[History], History]] = {}

    @property
    def writable(self) -> bool:
        """Whether the folder can be written; one that cannot is still read."""
        return self._database().writable

    def read(self, origin: str, series: SeriesKey, first: Day, last: Day) -> History:
        """Return what is known of the years of ``first..last``; damaged chunks are left out, with a `CacheWarning`."""
        return self._healed(lambda database: self._read(database, origin, series, first, last))

    def record(
        self, origin: str, answers: Mapping[SeriesKey, Sequence[Answer]], *, simulator: str | None = None
    ) -> None:
        """Add all of `answers` to their series, or none if an error is raised.

        With them, remember that the endpoint `simulator`, if given, leads to the simulator of that origin.
        """

        def record_all(database: Database) -> None:
            for series, of_series in answers.items():
                self._record(database, origin, series, of_series)
            if simulator is not None:
                database.set(_ENDPOINT + simulator, origin.encode())

        self._healed(lambda database: database.transact(lambda: record_all(database)))

    def exclusive(self, series: Sequence[SeriesKey]) -> AbstractContextManager[object]:
        """Keep every other thread and process from fetching these series into this folder."""
        return self._database().exclusive([f"fetch-{key.request_name}" for key in series])

    def origin_of(self, endpoint: str) -> str | None:
        """Return the simulator's origin if `endpoint` led to a simulator when it was last used, else None."""
        value = self._database().get(_ENDPOINT + endpoint)
        return value.decode("ascii") if value is not None and _SIMULATOR.fullmatch(value) else None

    def remember_origin(self, endpoint: str, origin: str | None) -> None:
        """Remember that `endpoint` leads to a simulator of that origin, or (None) that it does not."""
        if origin is not None:
            self._database().set(_ENDPOINT + endpoint, origin.encode())
        else:
            self._database().delete(_ENDPOINT + endpoint)

    def list_series(self, series: SeriesKey | None = None, origin: str | None = None) -> list[tuple[str, SeriesKey]]:
        """Return the cached origins and series, sorted; only those of `series` and `origin` if given."""
        return [pair for pair, _ in self._keys_by_series(series, origin)]

    def read_all(self, origin: str, series: SeriesKey) -> History:
        """Return all that is known of a series."""
        keys = sorted((key for key in self._list_keys() if (key.origin, key.series) == (origin, series)), key=_year)
        return self._read_keys(keys)

    def read_each(
        self, series: SeriesKey | None = None, origin: str | None = None
    ) -> Iterator[tuple[str, SeriesKey, History]]:
        """Yield all that is known of each cached series, sorted; only those of `series` and `origin` if given.

        One series at a time is in memory, and the keys are listed once.
        """
        for (found, one), keys in self._keys_by_series(series, origin):
            yield found, one, self._read_keys(keys)

    def summaries(self) -> list[SeriesSummary]:
        """Return what is shown of each cached series; damaged records are left out, with a `CacheWarning`."""
        summaries = []
        for (origin, series), keys in self._keys_by_series():
            texts = [key.text for key in keys]
            values = self._healed(lambda database, texts=texts: database.get_each(texts))  # type: ignore[misc]
            records = [self._summary(key, value) for key, value in zip(keys, values, strict=True) if value is not None]
            found = [record for record in records if record is not None]
            summaries.append(SeriesSummary(origin, series, found, sum(len(value or b"") for value in values)))
        return summaries

    def delete(self, wanted: Callable[[str, SeriesKey], bool]) -> int:
        """Delete the series of which `wanted` is true; return how many there were."""
        if not any(wanted(key.origin, key.series) for key in self._list_keys()):
            return 0  # nothing is written, so that this also works on a folder that cannot be written
        return self._healed(lambda database: self._delete(database, wanted))

    def delete_damaged(self) -> list[tuple[str, str]]:
        """Delete every damaged record; return the key of each, and what is wrong with it."""
        if not self._exists():
            return []
        damaged = []
        database = self._database()
        for text in database.list_keys():
            key, value = parse_key(text), database.get(text)
            if key is None or value is None:
                continue  # not a series, or of a later version, or deleted by another process since
            try:
                decode(key, value)
            except NewerRecord:
                continue
            except DamagedRecord as error:
                database.delete(text)
                damaged.append((text, str(error)))
        return damaged

    def unfinished(self) -> list[tuple[str, SeriesKey, Day]]:
        """Return each cached origin and series, with the first day whose values may still change."""
        known = (
            (origin, series, read_by_calendar(history, series, freshness_rules()))
            for origin, series, history in self.read_each()
        )
        return [
            (origin, series, histories.unfinished_from(history))
            for origin, series, history in known
            if len(history.span_last)  # a series whose records are all damaged has no days
        ]

    def _database(self) -> Database:
        # Not kept: the next call must notice if the database was moved away or replaced.
        from .database import open_database

        return open_database(self.folder, _is_worth_saving)

    def _exists(self) -> bool:
        return (self.folder / DATABASE).exists()

    def _healed(self, action: Callable[[Database], _T]) -> _T:
        """Return what `action` returns; if the database turns out to be bad, run it on the one that replaces it."""
        database = self._database()
        try:
            return action(database)
        except CacheError:
            if not database.suspect:
                raise
            # Opening a suspect database inspects all of it, sets it aside, and saves its sound records.
            return action(self._database())

    def _read(self, database: Database, origin: str, series: SeriesKey, first: Day, last: Day) -> History:
        return self._joined(self._chunks(database, list(chunk_keys(origin, series, first, last))))

    def _record(self, database: Database, origin: str, series: SeriesKey, answers: Sequence[Answer]) -> None:
        """Add answers to a series, within a transaction: another process may have recorded since the load looked."""
        first = min(answer.covers[0] for answer in answers)
        last = max(answer.covers[1] for answer in answers)
        after = self._read(database, origin, series, first, last)
        for answer in answers:
            after, _ = observations.record(after, answer)
        for key in chunk_keys(origin, series, first, last):
            database.set(key.text, encode(key, histories.cut(after, key.first, key.last)))

    def _delete(self, database: Database, wanted: Callable[[str, SeriesKey], bool]) -> int:
        """Delete the series of which `wanted` is true within one transaction, and return how many there were."""

        def delete() -> int:
            keys = [key for key in map(parse_key, database.list_keys()) if key and wanted(key.origin, key.series)]
            for key in keys:
                database.delete(key.text)
            return len({(key.origin, key.series) for key in keys})

        return database.transact(delete)

    def _chunks(self, database: Database, keys: Sequence[ChunkKey]) -> list[History]:
        values = database.get_each([key.text for key in keys])
        return [self._chunk(database, key, value) for key, value in zip(keys, values, strict=True)]

    def _chunk(self, database: Database, key: ChunkKey, value: bytes | None) -> History:
        if value is None:
            return EMPTY
        decoded = self._memo.get(key)
        if decoded is not None and decoded[0] == value:
            return decoded[1]
        try:
            history = decode(key, value)
        except DamagedRecord as error:
            if isinstance(error, MisfiledRecord) and not database.thorough:
                # A damaged index leads to other rows: more than this record may be wrong.
                database.suspect = True
                raise CacheError(f"The cache in {self.folder} returned one record for another. Load again.") from None
            _warn_of_damage(key, error)
            history = EMPTY  # kept, so that a load that reads the record several times warns once
        except NewerRecord:
            raise self._newer() from None
        if len(self._memo) >= MEMO_CHUNKS:
            self._memo.clear()
        self._memo[key] = (value, history)
        return history

    def _summary(self, key: ChunkKey, value: bytes) -> RecordSummary | None:
        """Return what is shown of a record, or None if it is damaged."""
        try:
            return summarize(key, value)
        except DamagedRecord as error:
            _warn_of_damage(key, error)
            return None
        except NewerRecord:
            raise self._newer() from None

    def _newer(self) -> CacheError:
        return CacheError(
            f"The cache in {self.folder} was written by a newer version of pd_optstat. Upgrade (pip install -U "
            "pd-optstat), or use another folder: cache='PATH' or $PD_OPTSTAT_CACHE_DIR."
        )

    def _joined(self, chunks: list[History]) -> History:
        """Return `chunks` as one history; the one built before if they are still the very same objects."""
        # The memo holds the chunks as well, so that no other object can get the id of one of them.
        key = tuple(map(id, chunks))
        found = self._joins.get(key)
        if found is None:
            if len(self._joins) >= MEMO_JOINS:
                self._joins.clear()
            found = self._joins[key] = (chunks, histories.concat(chunks))
        return found[1]

    def _list_keys(self) -> list[ChunkKey]:
        """Return the key of every record of a series; none, and create nothing, where there is no database."""
        if not self._exists():
            return []
        keys = map(parse_key, self._healed(lambda database: database.list_keys()))
        return [key for key in keys if key is not None]

    def _keys_by_series(
        self, series: SeriesKey | None = None, origin: str | None = None
    ) -> list[tuple[tuple[str, SeriesKey], list[ChunkKey]]]:
        """Return the cached origins and series, sorted, with the keys of each, from the first year to the last."""
        found: dict[tuple[str, SeriesKey], list[ChunkKey]] = {}
        for key in self._list_keys():
            if origin in (None, key.origin) and series in (None, key.series):
                found.setdefault((key.origin, key.series), []).append(key)
        pairs = sorted(found, key=lambda pair: (pair[0], pair[1].order))
        return [(pair, sorted(found[pair], key=_year)) for pair in pairs]

    def _read_keys(self, keys: Sequence[ChunkKey]) -> History:
        return self._healed(lambda database: histories.concat(self._chunks(database, keys)))


def _year(key: ChunkKey) -> int:
    return key.first_year


def _warn_of_damage(key: ChunkKey, error: DamagedRecord) -> None:
    warn(
        f"The cache's record of {key.series} ({key.origin}, from {key.first_year}) is damaged ({error}) and "
        "is not used. Its days are requested again.",
        CacheWarning,
    )


@lru_cache(maxsize=64)
def shared_store(folder: Path) -> CacheStore:
    """Return one store per folder, so that loads share what one of them has decoded and verified."""
    return CacheStore(folder)


def _is_worth_saving(text: str, value: bytes) -> bool:
    """Return whether a record of a database that was set aside is what this package once wrote."""
    return is_sound(text, value) or (text.startswith(_ENDPOINT) and _SIMULATOR.fullmatch(value) is not None)
