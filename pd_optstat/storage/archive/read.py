"""Answer loads from an archive."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ...core import history as histories
from ...core.calendars import calendar, sessions_in
from ...core.dates import format_days, to_date
from ...core.finality import Moment
from ...core.history import History
from ...core.intervals import subtract
from ...core.series import SeriesKey, Span
from ...errors import InvalidData, InvalidRequest, OfflineMiss
from . import manifest as manifests
from . import parquet_file
from .location import Location
from .manifest import Manifest, Part, PartKey, Version

__all__ = ["ArchiveAnswer", "answer", "matching_version", "read_manifest"]

#: How often a load starts again because an export replaced a file while it was being read.
MAX_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class ArchiveAnswer:
    """What an archive holds of the requested series, in the order of the request."""

    origin: str
    histories: tuple[History, ...]


def answer(
    location: Location, wanted: Sequence[tuple[SeriesKey, Span]], origin: str | None, as_of: Moment | None
) -> ArchiveAnswer:
    """Return the histories of the wanted series and spans, and the origin of their rows.

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
    manifest, data = read_manifest(location)
    if manifest is None:
        raise InvalidRequest(
            f"There is no archive at {location.shown}: it has no manifest. Write one with po.Cache().export(URL) or "
            "`pd-optstat cache export URL` on the machine that has the cache."
        )
    chosen = _choose_origin(manifest, origin, location.shown)
    for attempt in range(MAX_ATTEMPTS):
        try:
            found = tuple(_read_span(location, manifest, chosen, series, span) for series, span in wanted)
            break
        except _FileChanged as error:
            # An export may have replaced the file since we read the manifest. If so, the manifest has changed as well.
            manifest, newer = read_manifest(location)
            if manifest is None or newer == data or attempt == MAX_ATTEMPTS - 1:
                raise InvalidData(
                    f"The archive {location.shown} is damaged: {error}. Export it again on the machine that has the "
                    "cache."
                ) from None
            data = newer
    for (series, span), history in zip(wanted, found, strict=True):
        _check_complete(history, series, span, as_of, manifest, chosen, location.shown)
    return ArchiveAnswer(chosen, found)


def read_manifest(location: Location) -> tuple[Manifest | None, bytes | None]:
    """Return the manifest and its bytes, or None and None if there is none."""
    data = location.read_manifest(manifests.MAX_BYTES)
    if data is None:
        return None, None
    if len(data) > manifests.MAX_BYTES:
        raise InvalidData(
            f"The manifest of the archive {location.shown} is larger than {manifests.MAX_BYTES // 2**20} MiB. "
            "Restore it from a copy."
        )
    return manifests.parse(data, location.shown), data


def matching_version(part: Part, data: bytes) -> Version | None:
    """Return the version of `part` whose bytes are `data`, or None."""
    checksum = hashlib.sha256(data).hexdigest()
    return next((one for one in part.versions if (one.size, one.sha256) == (len(data), checksum)), None)


class _FileChanged(Exception):
    """A file differs from the manifest."""


def _choose_origin(manifest: Manifest, origin: str | None, shown: str) -> str:
    """Return `origin` if the archive holds it; by default its only origin, else ``"opend"``."""
    available = manifest.origins
    listed = ", ".join(available) or "nothing"
    if origin is not None:
        if origin not in available:
            raise OfflineMiss(
                f"The archive {shown} holds no rows of {origin}; it holds {listed}. Choose one of these by appending "
                "for example ?origin=opend to the URL, or export that origin from its cache."
            )
        return origin
    if len(available) == 1:
        return available[0]
    if "opend" in available:
        return "opend"
    raise InvalidRequest(
        f"The archive {shown} holds several origins: {listed}. Choose one by appending ?origin=... to the URL."
    )


def _read_span(location: Location, manifest: Manifest, origin: str, series: SeriesKey, span: Span) -> History:
    if span.first > span.last:
        return histories.EMPTY
    years = range(to_date(span.first).year, to_date(span.last).year + 1)
    keys = [key for key in (PartKey(origin, series, year) for year in years) if key in manifest.parts]
    sizes = [(key.path, max(version.size for version in manifest.parts[key].versions)) for key in keys]
    read = []
    for key, data in zip(keys, location.read_parts(sizes) if sizes else [], strict=True):
        if data is None:
            raise _FileChanged(f"{key.path} is missing")
        if matching_version(manifest.parts[key], data) is None:
            raise _FileChanged(f"the checksum of {key.path} differs from the manifest's")
        read.append(parquet_file.read(key, data, location.shown))
    return histories.concat(read)


def _check_complete(
    history: History, series: SeriesKey, span: Span, as_of: Moment | None, manifest: Manifest, origin: str, shown: str
) -> None:
    """Raise `OfflineMiss` if the archive never had an answer for some session of the span."""
    if span.first > span.last:
        return
    unknown = subtract((span.first, span.last), histories.known(history, as_of))
    sessions = sessions_in(unknown, lambda: calendar(series.exchange))
    if not len(sessions):
        return
    covered = [f"{to_date(first)}..{to_date(last)}" for first, last in manifest.answered(origin, series)]
    coverage = f"it covers {', '.join(covered[-3:])}" if covered else "it holds nothing of this series"
    then = "" if as_of is None else " as of that moment"
    raise OfflineMiss(
        f"The archive {shown} does not hold{then} {series} of {span} ({origin}): {format_days(sessions.tolist())}; "
        f"{coverage}, exported at {manifest.written_at}. Export again on the machine that has the cache, or load a "
        "shorter range."
    )
