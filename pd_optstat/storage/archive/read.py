"""Load from an archive."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..._util.validation import list_names
from ...core import history as histories
from ...core.calendars import calendar, sessions_in
from ...core.dates import format_days, to_date
from ...core.finality import Moment
from ...core.history import History
from ...core.intervals import subtract
from ...core.series import SeriesKey, Span
from ...errors import InvalidData, InvalidRequest, OfflineMiss
from . import manifest as manifest_format
from . import parquet_file
from .datasets import DATASETS, Dataset, PartKey, dataset_of, years_of
from .location import Location
from .manifest import MAX_PART_BYTES, Manifest, Part, Version

__all__ = ["ArchiveAnswer", "StoredPart", "answer", "read_manifest", "read_stored"]

#: How often a load starts again because an export replaced what it was reading.
MAX_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class ArchiveAnswer:
    """What an archive holds of the requested series, in the order of the request."""

    origin: str
    histories: tuple[History, ...]


@dataclass(frozen=True, slots=True)
class StoredPart:
    """The bytes of a file as the manifest has them.

    Attributes
    ----------
    data : bytes
    version : Version
    in_place : bool
        Whether the dataset's file has these bytes. Otherwise they come from a copy, because an export is under way
        or was interrupted.
    damaged : bool
        Whether the dataset's file has bytes that no export wrote, or is missing.
    """

    data: bytes
    version: Version
    in_place: bool
    damaged: bool


def answer(
    location: Location, wanted: Sequence[tuple[SeriesKey, Span]], origin: str | None, as_of: Moment | None
) -> ArchiveAnswer:
    """Return the histories of the wanted series and spans, and the origin of their rows.

    All of a dataset come from one manifest, so that they are what one export left, even if others follow meanwhile.

    Parameters
    ----------
    location : Location
    wanted : sequence of (SeriesKey, Span)
    origin : str or None
        Whose rows to read; None for the only origin in the archive, else ``"opend"``.
    as_of : int or None
        Every session of the spans must have been answered by this moment; None for by now.

    Raises
    ------
    OfflineMiss
        If the archive lacks a session of a span.
    InvalidData
        If the manifest or a file is damaged.
    InvalidRequest
        If there is no archive at `location`, or it holds several origins and none was chosen.
    ConnectionFailed
        If it cannot be reached.
    """
    datasets = [one for one in DATASETS if one in {dataset_of(series) for series, _ in wanted}]
    previous: list[bytes | None] = []
    for _ in range(MAX_ATTEMPTS):
        read = [read_manifest(location.of_dataset(one.suffix), one) for one in datasets]
        if all(manifest is None for manifest, _ in read):
            _check_exists(location)
        manifests = {one: read[at][0] or Manifest(dataset=one) for at, one in enumerate(datasets)}
        chosen = _choose_origin(manifests.values(), origin, location.shown)
        try:
            found = tuple(
                _read_span(location, manifests[dataset_of(series)], chosen, series, span) for series, span in wanted
            )
        except _Unreadable as error:
            # Exports remove copies that have been out of use for a day. If so, the manifest has changed as well.
            if [data for _, data in read] != previous:
                previous = [data for _, data in read]
                continue
            raise InvalidData(
                f"The archive {location.shown} is damaged: {error}. Export it again on the machine that has the cache."
            ) from None
        for (series, span), history in zip(wanted, found, strict=True):
            _check_complete(history, series, span, as_of, manifests[dataset_of(series)], chosen, location.shown)
        return ArchiveAnswer(chosen, found)
    raise InvalidData(f"The archive {location.shown} changed {MAX_ATTEMPTS} times while it was read. Load again.")


def _check_exists(location: Location) -> None:
    """Raise `InvalidRequest` if there is no dataset of an archive at all."""
    if all(read_manifest(location.of_dataset(one.suffix), one)[0] is None for one in DATASETS):
        raise InvalidRequest(
            f"There is no archive at {location.shown}: it has no manifest. Write one with po.Cache().export(URL) "
            "or `pd-optstat cache export URL` on the machine that has the cache."
        )


def read_manifest(location: Location, dataset: Dataset) -> tuple[Manifest | None, bytes | None]:
    """Return the manifest of a dataset and its bytes, or None and None if there is none."""
    limit = dataset.max_manifest_bytes
    data = location.read_manifest(limit)
    if data is None:
        return None, None
    if len(data) > limit:
        raise InvalidData(
            f"The manifest of the archive {location.shown} is larger than {limit // 2**20} MiB. Restore it from a copy."
        )
    return _parse(data, location.shown, dataset), data


#: The newest manifest of each of the datasets that were read last. To parse that of thousands of underlyings takes
#: longer than all else in a load of one.
_parsed: OrderedDict[tuple[str, Dataset], tuple[bytes, Manifest]] = OrderedDict()
MAX_PARSED = 4


def _parse(data: bytes, shown: str, dataset: Dataset) -> Manifest:
    known = _parsed.pop((shown, dataset), None)
    manifest = known[1] if known and known[0] == data else manifest_format.parse(data, shown, dataset)
    while len(_parsed) >= MAX_PARSED:
        _parsed.popitem(last=False)
    _parsed[shown, dataset] = data, manifest
    return manifest


def read_stored(location: Location, parts: Sequence[tuple[PartKey, Part]]) -> list[StoredPart | None]:
    """Return the bytes of several files as the manifest has them; None for one that is lost."""
    files = location.read_parts([(key.path, max(one.size for one in part.versions)) for key, part in parts])
    return [_find_bytes(location, key, part, data) for (key, part), data in zip(parts, files, strict=True)]


def _find_bytes(location: Location, key: PartKey, part: Part, data: bytes | None) -> StoredPart | None:
    """Return the bytes of one file as the manifest has them, from the dataset or from a copy."""
    if data is not None and len(data) > part.current.size:  # it was read only to there
        (data,) = location.read_parts([(key.path, MAX_PART_BYTES)])
    checksum = None if data is None else hashlib.sha256(data).hexdigest()
    if data is not None and checksum == part.current.sha256:
        return StoredPart(data, part.current, in_place=True, damaged=False)
    copy = location.read_copy(part.current.sha256, part.current.size)
    if copy is not None:
        # Exports replace files after they wrote the manifest, or, where stores have no locks, over each other's.
        expected = part.pending or (checksum is not None and location.has_copy(checksum))
        return StoredPart(copy, part.current, in_place=False, damaged=not expected)
    # pd_optstat 0.1.0 kept no copies: while it exported, either version was valid.
    for version in part.versions:
        if data is not None and version.sha256 == checksum:
            return StoredPart(data, version, in_place=False, damaged=False)
    return None


class _Unreadable(Exception):
    """A file is damaged or missing, or has just been replaced."""


def _choose_origin(manifests: Iterable[Manifest], origin: str | None, shown: str) -> str:
    """Return `origin` if the datasets hold it; by default their only origin, else ``"opend"``."""
    available = sorted({one for manifest in manifests for one in manifest.origins})
    listed = list_names(available) or "nothing"
    if origin is not None:
        if origin not in available:
            raise OfflineMiss(
                f"The archive {shown} holds no rows of {origin}; it holds {listed}. Choose one of these by appending "
                "for example ?origin=opend to the URL, or export that origin from its cache."
            )
        return origin
    if len(available) == 1:
        return available[0]
    if "opend" in available or not available:
        return "opend"
    raise InvalidRequest(
        f"The archive {shown} holds several origins: {listed}. Choose one by appending ?origin=... to the URL."
    )


def _read_span(location: Location, manifest: Manifest, origin: str, series: SeriesKey, span: Span) -> History:
    """Return the history of a series in the years of `span`."""
    if span.first > span.last:
        return histories.EMPTY
    location = location.of_dataset(manifest.dataset.suffix)
    years = years_of(manifest.dataset, to_date(span.first).year, to_date(span.last).year)
    keys = [PartKey(origin, series, year) for year in years]
    parts = [(key, manifest.parts[key]) for key in keys if key in manifest.parts]
    read = []
    for (key, _), stored in zip(parts, read_stored(location, parts), strict=True):
        if stored is None or stored.damaged:
            raise _Unreadable(f"{key.path} is missing or differs from the manifest")
        read.append(parquet_file.read(key, stored.data, location.shown))
    return histories.concat(read)


def _check_complete(
    history: History, series: SeriesKey, span: Span, as_of: Moment | None, manifest: Manifest, origin: str, shown: str
) -> None:
    """Raise `OfflineMiss` if the archive had no answer for some session of the span."""
    if span.first > span.last:
        return
    unknown = subtract((span.first, span.last), histories.known(history, as_of))
    sessions = sessions_in(unknown, lambda: calendar(series.exchange))
    if not len(sessions):
        return
    covered = [f"{to_date(first)}..{to_date(last)}" for first, last in manifest.answered(origin, series)]
    coverage = f"it covers {', '.join(covered[-3:])}" if covered else "it holds nothing of this series"
    coverage += f", exported at {manifest.written_at}" if manifest.written_at else ""
    then = "" if as_of is None else " as of that moment"
    raise OfflineMiss(
        f"The archive {shown} does not hold{then} {series} of {span} ({origin}): {format_days(sessions.tolist())}; "
        f"{coverage}. Export again on the machine that has the cache, or load a "
        "shorter range."
    )
