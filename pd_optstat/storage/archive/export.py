"""`Cache.export`: bring an archive up to date with a cache.

Readers and other exports may come at any moment, and an export may be interrupted at any moment. So an export
first writes the new files as copies named by their checksums, which no reader uses yet; then the manifest, which
makes them valid all at once; then the files of the dataset, one by one, for query engines; and last the manifest
again, without the mark that files are pending.

On a local disk a lock admits one export at a time. Other stores have no locks, so one export's manifest may replace
another's. Therefore each export leaves a record of what it changed before it writes the manifest, and afterwards looks
for records that the manifest does not name. Whoever writes the manifest last finds those of all others, and merges
their changes from the copies. Nothing is lost: merging histories gives the same result in any order, and records and
copies are kept for a day.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pandas as pd

from ... import _version
from ..._util.warn import warn
from ...core import history as histories
from ...core import observations
from ...core.calendars import calendar
from ...core.dates import to_date
from ...core.finality import Moment, to_moment
from ...core.history import History
from ...core.intervals import Interval
from ...core.series import SeriesKey
from ...errors import CacheError, CacheWarning, InvalidRequest
from . import parquet_file
from .datasets import MARKETS, Dataset, PartKey, dataset_of, years_of
from .location import Location
from .manifest import Manifest, Part, Version, dump, parse
from .read import StoredPart, read_manifest, read_stored

__all__ = ["export", "exportable"]

#: How often an export starts again because another one changed the archive.
MAX_ATTEMPTS = 20
#: How long copies are kept after they were replaced, in seconds: far longer than any export takes.
KEEP_COPIES = 86_400.0
#: How many rows of underlyings are exported in one step, which takes up to 300 bytes of memory for each.
STEP_ROWS = 200_000
#: A time to live that no answer outlives.
_FOREVER = 2**62


@dataclass(frozen=True, slots=True)
class _Change:
    """A file to write: its bytes and entry in the manifest, and the bytes that it replaces."""

    key: PartKey
    part: Part
    data: bytes
    before: StoredPart | None


@dataclass(slots=True)
class _Plan:
    """What an export finds in the archive and is going to change.

    Attributes
    ----------
    manifest, manifest_data : Manifest, bytes or None
        As they were read.
    exports : frozenset of str
        The exports whose changes the archive then contains.
    changes : list of _Change
    damaged : list of PartKey
        The files that are damaged or missing.
    """

    manifest: Manifest
    manifest_data: bytes | None
    exports: frozenset[str]
    changes: list[_Change] = field(default_factory=list)
    damaged: list[PartKey] = field(default_factory=list)

    def current(self) -> Mapping[PartKey, Version]:
        """Return the version of each file after the changes."""
        parts = {**self.manifest.parts, **{change.key: change.part for change in self.changes}}
        return {key: part.current for key, part in parts.items()}


def export(
    location: Location,
    cached: Iterable[tuple[str, SeriesKey, History]],
    *,
    now: Callable[[], float] = time.time,
) -> pd.DataFrame:
    """Write what is new in a cache into an archive, and return a row per file; nothing is taken away.

    Underlyings are written in steps, each of them an export of its own, so that memory does not grow with their number
    and an interrupted export has not been in vain.

    Parameters
    ----------
    location : Location
    cached : iterable of (origin, SeriesKey, History)
        All that the cache knows of the series to export.
    now : callable
        The clock.

    Raises
    ------
    InvalidRequest
        If there is something else at `location`.
    CacheError
        If it cannot be written, or other exports keep changing it.
    InvalidData
        If its manifest is damaged.
    """
    at = to_moment(now())
    rows: list[dict[str, object]] = []
    written: set[Dataset] = set()
    for dataset, histories_by_key in _steps(cached, at):
        done = _export_step(location.of_dataset(dataset.suffix), dataset, histories_by_key, at, now)
        if any(row["written"] for row in done):
            written.add(dataset)
        rows += done
    for dataset in written:
        _remove_copies(location.of_dataset(dataset.suffix), dataset, now())
    columns = ["source", "market", "data_type", "year", "rows", "bytes", "written"]
    return pd.DataFrame(rows, columns=columns)


def _steps(
    cached: Iterable[tuple[str, SeriesKey, History]], at: Moment
) -> Iterator[tuple[Dataset, dict[PartKey, History]]]:
    """Yield what to export at once: all markets, and the underlyings of a dataset in steps of bounded size."""
    collected: dict[Dataset, dict[PartKey, History]] = {}
    rows: Counter[Dataset] = Counter()
    for origin, series, whole in cached:
        dataset = dataset_of(series)
        collected.setdefault(dataset, {}).update(_split_years(origin, series, exportable(series, whole, at)))
        rows[dataset] += len(whole.row_day)
        # A load reads all series of a dataset from one manifest. Of the few markets it sees what one export left.
        if dataset is not MARKETS and rows[dataset] >= STEP_ROWS:
            yield dataset, collected.pop(dataset)
            del rows[dataset]
    yield from collected.items()


def _export_step(
    location: Location, dataset: Dataset, years: Mapping[PartKey, History], at: Moment, now: Callable[[], float]
) -> list[dict[str, object]]:
    """Bring files of a dataset up to date, and return a row for each."""
    written: set[PartKey] = set()
    for _ in range(MAX_ATTEMPTS):
        plan = _make_plan(location, dataset, years, lambda: max(at, to_moment(now())))
        if not plan.changes:
            break
        written |= {change.key for change in plan.changes}
        with location.lock():
            complete = _write(location, plan, now())
        if complete:
            break
    else:
        raise CacheError(f"Other exports keep changing {location.shown}. Export again when they are done.")
    for key in plan.damaged:
        warn(f"The archive {location.shown} had a damaged or missing file, {key.path}. It was replaced.", CacheWarning)
    return _summarize(years, plan, written)


def exportable(series: SeriesKey, whole: History, now: Moment) -> History:
    """Return the part of a history that holds no running totals: sessions that had closed when they were seen."""
    sessions = calendar(series.exchange)
    days = histories.answered(whole, now, ttl=_FOREVER, closes=lambda day: to_moment(sessions.close(day)))
    return histories.concat([histories.cut(whole, first, last) for first, last in days])


def _split_years(origin: str, series: SeriesKey, history: History) -> Iterator[tuple[PartKey, History]]:
    """Yield the part of a history for each file that it concerns."""
    known = histories.known(history)
    if not known:
        return
    for year in years_of(dataset_of(series), to_date(known[0][0]).year, to_date(known[-1][1]).year):
        key = PartKey(origin, series, year)
        part = histories.cut(history, key.first, key.last)
        if len(part.span_first):
            yield key, part


def _make_plan(
    location: Location, dataset: Dataset, years: Mapping[PartKey, History], clock: Callable[[], Moment]
) -> _Plan:
    """Compare the archive with the years of a cache. Files without changes are read as well, to find damage."""
    manifest, manifest_data = read_manifest(location, dataset)
    if manifest is None and not location.is_empty():
        # An export may have begun the archive since; if so, it wrote the manifest before any file.
        manifest, manifest_data = read_manifest(location, dataset)
        if manifest is None:
            raise InvalidRequest(
                f"{location.shown} is not empty and is not an archive: it has no manifest. Export into a new folder."
            )
    manifest = manifest or Manifest(dataset=dataset)
    missed = location.list_records() - manifest.exports
    years = _merge_missed(location, dataset, missed, years, clock)
    plan = _Plan(manifest, manifest_data, manifest.exports | missed)
    parts = [(key, manifest.parts[key]) for key in years if key in manifest.parts]
    stored = {key: found for (key, _), found in zip(parts, read_stored(location, parts), strict=True)}
    now = clock()  # after everything was read, so that nothing of it is of the future
    plan.damaged = [key for key, found in stored.items() if found is None or found.damaged]
    for key, history in years.items():
        change = _make_change(key, manifest.parts.get(key), stored.get(key), history, location.shown, now)
        if change is not None:
            plan.changes.append(change)
    return plan


def _merge_missed(
    location: Location,
    dataset: Dataset,
    missed: Iterable[str],
    years: Mapping[PartKey, History],
    clock: Callable[[], Moment],
) -> Mapping[PartKey, History]:
    """Return `years` with the changes of exports whose manifest was replaced by another export's."""
    merged = dict(years)
    for export_name in missed:
        data = location.read_record(export_name, dataset.max_manifest_bytes)
        for key, part in (parse(data, location.shown, dataset).parts if data else {}).items():
            copy = location.read_copy(part.current.sha256, part.current.size)
            if copy is not None:
                theirs = parquet_file.read(key, copy, location.shown)
                ours = merged.get(key, histories.EMPTY)
                merged[key] = observations.merge_histories(ours, theirs, clock())
    return merged


def _make_change(
    key: PartKey, part: Part | None, stored: StoredPart | None, ours: History, shown: str, now: Moment
) -> _Change | None:
    """Return what becomes of a file, or None if it stays as it is."""
    if stored is not None and not _holds_exactly(key, part, stored, ours, now):
        ours = observations.merge_histories(parquet_file.read(key, stored.data, shown), ours, now)
    record = parquet_file.encode_record(key, ours)
    if stored is not None and stored.version.record_sha256 == hashlib.sha256(record).hexdigest():
        if stored.in_place and part is not None and not part.pending:
            return None
        data, version = stored.data, stored.version  # only to be put in place
    else:
        data, version = parquet_file.write(key, ours, record)
    final = _within(key, histories.answered(ours, now, ttl=0))
    answered = _within(key, histories.known(ours))
    return _Change(key, Part((version,), final, answered), data, stored)


def _holds_exactly(key: PartKey, part: Part | None, stored: StoredPart, ours: History, now: Moment) -> bool:
    """Return whether a file holds what is to be exported and nothing else, so that it need not be decoded."""
    if not key.dataset.compressed or not stored.in_place or part is None or part.pending:
        return False
    # What is stamped with the future may be put in another order when it is merged.
    moments = (ours.row_observed_at, ours.span_last_at, ours.span_final_at, ours.absent_last_at)
    if any(len(one) and one.max() > now for one in moments):
        return False
    return stored.version.record_sha256 == hashlib.sha256(parquet_file.encode_record(key, ours)).hexdigest()


def _write(location: Location, plan: _Plan, now: float) -> bool:
    """Write a plan; return False if another export came between, so that a new plan is needed."""
    dataset = plan.manifest.dataset
    if location.read_manifest(dataset.max_manifest_bytes) != plan.manifest_data:
        return False
    export_name = uuid.uuid4().hex
    written_at = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")

    def dump_with(parts: Mapping[PartKey, Part]) -> bytes:
        whole = Manifest(parts, written_at, plan.exports | {export_name}, dataset)
        return dump(whole, f"pd_optstat {_version.__version__}", export_name)

    def write_copies(change: _Change) -> None:
        location.write_copy(change.part.current.sha256, change.data)
        if change.before is not None and not location.has_copy(change.before.version.sha256):
            location.write_copy(change.before.version.sha256, change.before.data)  # pd_optstat 0.1.0 kept no copies

    location.for_each(write_copies, plan.changes)
    changed = {change.key: change.part for change in plan.changes}
    location.write_record(export_name, dump_with(changed))
    pending = {change.key: _as_pending(change) for change in plan.changes}
    marked = dump_with({**plan.manifest.parts, **pending})
    location.write_manifest(marked)
    location.for_each(lambda change: location.write_part(change.key.path, change.data), plan.changes)
    if location.read_manifest(dataset.max_manifest_bytes) != marked:
        return False
    location.write_manifest(dump_with({**plan.manifest.parts, **changed}))
    return _contains(location, dataset, export_name)


def _remove_copies(location: Location, dataset: Dataset, now: float) -> None:
    """Remove copies that have been out of use for long."""
    manifest, _ = read_manifest(location, dataset)
    if manifest is not None:
        in_use = {version.sha256 for part in manifest.parts.values() for version in part.versions}
        location.remove_copies(in_use, before=now - KEEP_COPIES)


def _contains(location: Location, dataset: Dataset, export_name: str) -> bool:
    """Return whether the manifest contains an export's changes and those of all others that have a record."""
    manifest, _ = read_manifest(location, dataset)
    return manifest is not None and {*location.list_records(), export_name} <= manifest.exports


def _as_pending(change: _Change) -> Part:
    """Return the entry of a file that is about to be replaced. Readers of 0.1.0 accept both versions meanwhile."""
    versions = change.part.versions
    if change.before is not None and change.before.version not in versions:
        versions = (change.before.version, *versions)
    return replace(change.part, versions=versions, pending=True)


def _within(key: PartKey, intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    cut = ((max(begin, key.first), min(end, key.last)) for begin, end in intervals)
    return tuple((begin, end) for begin, end in cut if begin <= end)


def _summarize(keys: Iterable[PartKey], plan: _Plan, written: set[PartKey]) -> list[dict[str, object]]:
    """Return the rows of the frame of `Cache.export`."""
    current = plan.current()
    return [
        {
            "source": key.origin,
            "market": key.series.name,
            "data_type": key.series.data_type.name,
            "year": key.year,
            "rows": current[key].rows,
            "bytes": current[key].size,
            "written": key in written,
        }
        for key in keys
    ]
