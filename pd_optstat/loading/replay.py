"""Pins in a load: serve it from a pin that replays, or add it to one that records."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from .._util.validation import list_names
from ..core.origins import is_synthetic
from ..core.request import LoadArguments
from ..core.result import SeriesResult
from ..errors import InvalidRequest, OfflineMiss
from ..sources.protocols import Source
from ..storage.pins import file as pin_file
from ..storage.pins.pin import Pin
from ..storage.pins.recordings import (
    RecordedPart,
    describe_miss,
    load_request,
    newest,
    recorded_parts,
    to_recording,
    to_result,
)

__all__ = ["record", "replay"]


def replay(
    pin: Pin, arguments: LoadArguments, source: Source | None, default: Callable[[], Source]
) -> list[SeriesResult]:
    """Return what `pin` holds of a load from `source`, or, where the load names none, perhaps from the default one.

    Raises
    ------
    OfflineMiss
        If it does not hold one of the series as asked for.
    PinMismatch
        If the file is damaged.
    InvalidRequest
        If `refresh` is asked for.
    """
    if arguments.options.refresh:
        raise InvalidRequest(
            f"refresh=True requests the range again, and the pin {pin.path} replays. Drop it, or record again with "
            "po.pin(path, mode='record')."
        )
    content, checksum = pin_file.read_existing(pin.path)
    results = []
    for series in arguments.series:
        request = load_request(arguments, series)
        part = _choose(recorded_parts(content, request), source, default)
        if part is None:
            endpoint = None if source is None else source.endpoint
            raise OfflineMiss(describe_miss(str(pin.path), request, content, endpoint))
        results.append(to_result(part, checksum))
    return results


def record(pin: Pin, arguments: LoadArguments, source: Source | None, results: Sequence[SeriesResult]) -> None:
    """Add the results of a load to `pin`, at once.

    Raises
    ------
    CacheError
        If the file cannot be written.
    PinMismatch
        If it is damaged: it is never overwritten then.
    """
    now = round(time.time() * 1e6)
    endpoint = None if source is None else source.endpoint
    pin.add(tuple(to_recording(load_request(arguments, one.series, endpoint), one, now) for one in results))


def _choose(parts: list[RecordedPart], source: Source | None, default: Callable[[], Source]) -> RecordedPart | None:
    """Return the newest of `parts` that the load's source may give, those recorded without naming a source first."""
    if source is not None:
        return newest(_given_by(source, parts))
    unnamed = [part for part in parts if part.recording.request.source is None]
    if len({part.recording.origin for part in unnamed}) == 1:
        return newest(unnamed)  # the usual case needs no default source
    return newest(_given_by(default(), unnamed or parts) or unnamed)


def _given_by(source: Source, parts: list[RecordedPart]) -> list[RecordedPart]:
    """Return those of `parts` that `source` may give: of its own origin, or of a simulator at its very address.

    Raises
    ------
    InvalidRequest
        If the source is a context of a vendor's SDK, whose address is not known, and the pin holds the same days from
        several contexts.
    """
    if not source.origin_is_own:
        return [part for part in parts if part.recording.request.source == source.endpoint]
    own_origin = [part for part in parts if part.recording.origin == source.likely_origin]
    if source.origin_is_certain:
        return own_origin
    same = [
        part
        for part in parts
        if part.recording.endpoint == source.endpoint and (part in own_origin or is_synthetic(part.recording.origin))
    ]
    origins = sorted({part.recording.origin for part in same})
    if not source.endpoint_is_unique and len(origins) > 1:
        raise InvalidRequest(
            f"The pin holds these days from several contexts of the SDK ({list_names(origins)}), which cannot be "
            "told apart. Record each study into a pin of its own, or load from URLs."
        )
    return same or own_origin
