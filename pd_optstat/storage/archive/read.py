"""Loads that are answered by an archive, and by nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from ...core import history as histories
from ...core.dates import format_days, to_date
from ...core.finality import Moment
from ...core.history import History
from ...core.intervals import subtract
from ...errors import InvalidData, InvalidRequest, OfflineMiss
from ...loading.engine import Task
from ...loading.planning import sessions_in
from . import manifest as manifests
from . import parquet_file
from .location import Location
from .manifest import Manifest, Part, PartKey, Version

__all__ = ["answer", "matching", "read_manifest"]

#: How often a reader begins again because an export replaced a file under it.
TRIES = 8


def answer(tasks: Sequence[Task], place: Location, named: str | None, by: Moment | None, now: Moment) -> str:
    """Let every task know what the archive says of its span, as of the moment `by`; return the origin of the rows.

    Raises
    ------
    OfflineMiss
        If it does not hold all sessions of a span; names them.
    InvalidData
        If a file is not as it was written.
    InvalidRequest
        If there is no archive, or it must be said which of its origins is meant.
    ConnectionFailed
        If it cannot be reached.
    """
    found, data = read_manifest(place)
    if found is None:
        raise InvalidRequest(
            f"There is no archive at {place.shown}: no manifest lies beside it. Write one with "
            "po.Cache().export(URL), or `pd-optstat cache export URL`, where OpenD is."
        )
    origin = _choose(found, named, place.shown)
    for attempt in range(TRIES):
        try:
            for task in tasks:
                task.known = _read(place, found, origin, task)
            break
        except _Changed as error:
            # An export may have replaced the file since the manifest was read; if so, the manifest is another one too.
            found, again = read_manifest(place)
            if found is None or again == data or attempt == TRIES - 1:
                raise InvalidData(
                    f"The archive {place.shown} is damaged: {error}. Export it anew, on the machine that has the cache."
                ) from None
            data = again
    for task in tasks:
        task.settled = histories.settled(task.known, task.span.first, task.span.last, now)
        _check_complete(task, found, origin, by, place.shown)
    return origin


def read_manifest(place: Location) -> tuple[Manifest | None, bytes | None]:
    """Return the manifest and its bytes; None twice if there is none."""
    data = place.read_manifest(manifests.MAX_BYTES)
    if data is None:
        return None, None
    if len(data) > manifests.MAX_BYTES:
        raise InvalidData(f"The manifest of the archive {place.shown} is larger than any can be. Restore it.")
    return manifests.parse(data, place.shown), data


def matching(part: Part, data: bytes) -> Version | None:
    """Return which of its versions the file `data` is; None if it is none of them."""
    checksum = hashlib.sha256(data).hexdigest()
    return next((one for one in part.versions if (one.size, one.sha256) == (len(data), checksum)), None)


class _Changed(Exception):
    """A file is not what the manifest says."""


def _choose(found: Manifest, origin: str | None, shown: str) -> str:
    """Return which origin is read: the one that was named, the only one there is, else ``"opend"``."""
    held = found.origins
    if origin is not None:
        if origin not in held:
            raise OfflineMiss(
                f"The archive {shown} holds nothing of {origin}; it holds {_listed(held)}. Name one of these, as in "
                "?origin=opend after its URL, or export that origin where its cache is."
            )
        return origin
    if len(held) == 1:
        return held[0]
    if "opend" in held:
        return "opend"
    raise InvalidRequest(f"The archive {shown} holds {_listed(held)}. Say which: ?origin=... after its URL.")


def _listed(origins: Iterable[str]) -> str:
    return ", ".join(origins) or "nothing"


def _read(place: Location, found: Manifest, origin: str, task: Task) -> History:
    span = task.span
    if span.first > span.last:
        return histories.EMPTY
    years = range(to_date(span.first).year, to_date(span.last).year + 1)
    keys = [key for key in (PartKey(origin, task.series, year) for year in years) if key in found.parts]
    wanted = [(key.path, max(version.size for version in found.parts[key].versions)) for key in keys]
    read = []
    for key, data in zip(keys, place.read_parts(wanted) if wanted else [], strict=True):
        if data is None:
            raise _Changed(f"{key.path} is missing")
        if matching(found.parts[key], data) is None:
            raise _Changed(f"{key.path} is not the file that was written")
        read.append(parquet_file.read(key, data, place.shown))
    return histories.concat(read)


def _check_complete(task: Task, found: Manifest, origin: str, by: Moment | None, shown: str) -> None:
    span = task.span
    if span.first > span.last:
        return
    sessions = sessions_in(subtract((span.first, span.last), histories.known(task.known, by)), task.calendar)
    if not len(sessions):
        return
    held = [f"{to_date(first)}..{to_date(last)}" for first, last in found.answered(origin, task.series)]
    answers = f"it answers for {', '.join(held[-3:])}" if held else "it holds nothing of that series"
    then = "" if by is None else " as of that moment"
    raise OfflineMiss(
        f"The archive {shown} does not hold{then} {task.series} of {span} ({origin}): "
        f"{format_days(sessions.tolist())}; {answers}, as exported at {found.written_at}. "
        "Export it again where OpenD is, or ask for a part of that."
    )
