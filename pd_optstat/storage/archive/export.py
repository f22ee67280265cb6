"""`Cache.export`: brings an archive up to what a cache knows.

Readers may come at any moment, so the manifest is written first, with the old and the new checksum of each file
that will change, then the files, one by one, then the manifest with the new ones alone. Whenever it is cut
short, each file is whole, and the manifest knows it.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from ... import _version
from ..._util.warn import warn
from ...core import history as histories
from ...core.calendars import calendar
from ...core.dates import Day, to_date, to_day
from ...core.finality import Moment, to_moment
from ...core.history import History
from ...core.intervals import Interval
from ...core.series import SeriesKey
from ...errors import CacheError, CacheWarning, InvalidRequest
from . import parquet_file
from .location import Location
from .manifest import Manifest, Part, PartKey, Version, dump
from .read import matching_version, read_manifest

__all__ = ["export", "exportable"]

_FOREVER = 2**62


@dataclass(frozen=True, slots=True)
class _Change:
    key: PartKey
    part: Part
    data: bytes


def export(
    place: Location, held: Iterable[tuple[str, SeriesKey, History]], *, now: Callable[[], float] = time.time
) -> pd.DataFrame:
    """Write what is new of `held` into the archive at `place`; what only the archive knows stays there.

    Raises
    ------
    InvalidRequest
        If something else lies there.
    CacheError
        If it cannot be written, or somebody else exports into it at the same moment.
    """
    current, data = read_manifest(place)
    if current is None and not place.is_empty():
        raise InvalidRequest(
            f"{place.shown} is not empty and has no manifest of an archive beside it. Export into a new folder."
        )
    before = current or Manifest()
    changes: list[_Change] = []
    done: list[dict[str, Any]] = []
    at = to_moment(now())
    for origin, series, whole in held:
        years = dict(_years(origin, series, exportable(series, whole, at), at))
        # Also those without news are looked at, a series at once: nobody else would find out that they are damaged.
        there = _archived(place, before, years)
        for key, history in years.items():
            change = _change(before.parts.get(key), key, there.get(key), history, at)
            if change is not None:
                changes.append(change)
            version = (change.part if change else before.parts[key]).versions[-1]
            done.append(
                {
                    "source": origin,
                    "market": series.market.name,
                    "data_type": series.data_type.name,
                    "year": key.year,
                    "rows": version.rows,
                    "bytes": version.size,
                    "written": change is not None,
                }
            )
    if changes:
        _write(place, before, data, changes, now)
    columns = ["source", "market", "data_type", "year", "rows", "bytes", "written"]
    return pd.DataFrame(done, columns=columns)


def exportable(series: SeriesKey, whole: History, now: Moment) -> History:
    """Return the part of a history that holds no running totals: sessions that had closed when they were seen."""
    sessions = calendar(series.exchange)
    days = histories.answered(whole, now, ttl=_FOREVER, closes=lambda day: to_moment(sessions.close(day)))
    return histories.concat([histories.cut(whole, first, last) for first, last in days])


def _years(origin: str, series: SeriesKey, history: History, now: Moment) -> Iterable[tuple[PartKey, History]]:
    known = histories.known(history)
    if not known:
        return
    for year in range(to_date(known[0][0]).year, to_date(known[-1][1]).year + 1):
        part = histories.cut(history, *_days_of(year))
        if len(part.span_first):
            yield PartKey(origin, series, year), part


def _days_of(year: int) -> tuple[Day, Day]:
    return to_day(date(year, 1, 1)), to_day(date(year, 12, 31))


def _change(
    part: Part | None, key: PartKey, there: tuple[Version, History] | None, ours: History, now: Moment
) -> _Change | None:
    """Return what the file of `key` becomes; None if it stays as it is."""
    if there is not None:
        ours = histories.merge_histories(there[1], ours)
    record = parquet_file.record_of(key, ours)
    if there is not None and there[0].record_sha256 == _sha256(record) and part is not None and len(part.versions) == 1:
        return None
    data, new = parquet_file.write(key, ours, record)
    old = () if there is None else (there[0],)
    final = _within(key.year, histories.answered(ours, now, ttl=0))
    answered = _within(key.year, histories.known(ours))
    return _Change(key, Part((*(one for one in old if one != new), new), final, answered), data)


def _archived(place: Location, before: Manifest, keys: Iterable[PartKey]) -> dict[PartKey, tuple[Version, History]]:
    """Return what the archive has of `keys`; nothing, with a warning, of one whose file is damaged."""
    wanted = {key: before.parts[key] for key in keys if key in before.parts}
    sizes = [(key.path, max(version.size for version in part.versions)) for key, part in wanted.items()]
    found = {}
    for (key, part), data in zip(wanted.items(), place.read_parts(sizes) if sizes else [], strict=True):
        version = None if data is None else matching_version(part, data)
        if data is None or version is None:
            warn(
                f"The archive {place.shown} has a damaged or missing file, {key.path}. It is replaced by what this "
                "cache holds.",
                CacheWarning,
            )
        else:
            found[key] = version, parquet_file.read(key, data, place.shown)
    return found


def _within(year: int, intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    first, last = _days_of(year)
    cut = ((max(begin, first), min(end, last)) for begin, end in intervals)
    return tuple((begin, end) for begin, end in cut if begin <= end)


def _write(
    place: Location, before: Manifest, data: bytes | None, changes: list[_Change], now: Callable[[], float]
) -> None:
    writer = f"pd_optstat {_version.__version__}"
    at = datetime.fromtimestamp(now(), UTC).isoformat(timespec="seconds")
    begun = Manifest({**before.parts, **{one.key: one.part for one in changes}}, at)
    both = dump(begun, writer, uuid.uuid4().hex)
    _check_unchanged(place, data)
    place.write_manifest(both)
    for one in changes:
        place.write_part(one.key.path, one.data)
    _check_unchanged(place, both)
    only_new = {one.key: Part(one.part.versions[-1:], one.part.final, one.part.answered) for one in changes}
    place.write_manifest(dump(Manifest({**begun.parts, **only_new}, at), writer, uuid.uuid4().hex))


def _check_unchanged(place: Location, expected: bytes | None) -> None:
    if read_manifest(place)[1] != expected:
        raise CacheError(
            f"Somebody else exports into {place.shown} at the same moment. Export again when that is done."
        )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
