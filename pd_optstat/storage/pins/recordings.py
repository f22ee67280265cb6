"""Recordings of a pin: which of them answers a load, and the conversion to and from results. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from ...core.arrays import Int64Array
from ...core.attrs import DERIVED_NAMES
from ...core.calendars import FIRST_SESSION_KNOWN
from ...core.dates import Day, to_date, to_day
from ...core.finality import Moment
from ...core.history import Rows
from ...core.request import DEFAULT_DAYS, LoadArguments, parse_date
from ...core.result import SeriesResult, SeriesRows
from ...core.series import SeriesKey, Span
from ...errors import InvalidRequest
from .format import LoadRequest, PinFile, Recording, to_datetime, to_moment

__all__ = [
    "RecordedPart",
    "describe_miss",
    "load_request",
    "newest",
    "recorded_parts",
    "to_recording",
    "to_result",
]


@dataclass(frozen=True, slots=True)
class RecordedPart:
    """The days of a recording that answer a load; `exact` if it was recorded with the very same dates."""

    recording: Recording
    first: Day
    last: Day
    exact: bool


def load_request(arguments: LoadArguments, series: SeriesKey, source: str | None = None) -> LoadRequest:
    """Return the arguments of a load as they are recorded, for one series.

    Raises
    ------
    InvalidRequest
        If a date is not valid, or the start is after the end.
    """
    start, end = (
        None if given is None else to_day(parse_date(given, name, series.exchange))
        for name, given in (("start", arguments.start), ("end", arguments.end))
    )
    if start is not None and end is not None and start > end:
        raise InvalidRequest(f"start={arguments.start!r} is after end={arguments.end!r}. Swap them?")
    options = arguments.options
    as_of = None if options.as_of is None else to_moment(options.as_of)
    return LoadRequest(series, start, end, source, as_of, options.include_open)


def recorded_parts(content: PinFile, request: LoadRequest) -> list[RecordedPart]:
    """Return the parts of recordings that answer `request`, whatever their source, oldest first."""
    found = (_part(recording, request) for recording in content.recordings)
    return [part for part in found if part is not None]


def _part(recording: Recording, request: LoadRequest) -> RecordedPart | None:
    """Return the days of a recording that answer `request`; None if it does not."""
    known = recording.request
    if (known.series, known.as_of, known.include_open) != (request.series, request.as_of, request.include_open):
        return None
    if (known.start, known.end) == (request.start, request.end):
        return RecordedPart(recording, recording.first, recording.last, exact=True)
    last = request.end
    if last is None or last > recording.last:
        # Days after the recorded ones are answered only if they were asked for in the same words: by default, or by
        # a date that was still to come. The default start counts back from a today that is not recorded.
        if request.end != known.end or request.start is None:
            return None
        last = recording.last
    first = request.start
    if first is None:
        first = to_day(max(to_date(last) - timedelta(days=DEFAULT_DAYS), FIRST_SESSION_KNOWN))
    return RecordedPart(recording, first, last, exact=False) if recording.first <= first <= last + 1 else None


def newest(parts: Sequence[RecordedPart]) -> RecordedPart | None:
    """Return the part that was recorded last, an exact one if there is one; None if there are none."""
    chosen = [part for part in parts if part.exact] or parts
    return chosen[-1] if chosen else None


def to_result(part: RecordedPart, checksum: str) -> SeriesResult:
    """Return the result that a load gets from `part` of a pin with that checksum."""
    recording = part.recording
    rows = _within(recording.rows.days, part)
    request = recording.request
    more = json.loads(recording.more) if recording.more else {}
    extra = {name: value for name, value in more.items() if name not in DERIVED_NAMES}
    return SeriesResult(
        series=request.series,
        span=Span(part.first, part.last),
        values=SeriesRows.of(Rows(recording.rows.days[rows], recording.rows.values[:, rows])),
        origin=recording.origin,
        endpoint=recording.endpoint,
        observed_at=recording.observed_at or None,
        provisional=recording.provisional[_within(recording.provisional, part)],
        missing=recording.missing[_within(recording.missing, part)],
        as_of=None if request.as_of is None else to_datetime(request.as_of),
        version=recording.version,
        extra={**extra, "pin": checksum},
    )


def _within(days: Int64Array, part: RecordedPart) -> slice:
    return slice(*np.searchsorted(days, (part.first, part.last + 1)).tolist())


def to_recording(request: LoadRequest, result: SeriesResult, now: Moment) -> Recording:
    """Return `result` as it is recorded at the moment `now`."""
    extra = {name: value for name, value in result.extra.items() if name != "pin"}
    rows = result.values.rows
    return Recording(
        request=request,
        first=result.span.first,
        last=result.span.last,
        origin=result.origin,
        endpoint=result.endpoint,
        observed_at=(result.observed_at or "") if len(rows) else "",
        version=result.version,
        recorded_at=now,
        rows=rows,
        digest=result.values.digest,
        provisional=result.provisional,
        missing=result.missing,
        more=json.dumps(extra, sort_keys=True) if extra else "",
    )


def describe_miss(path: str, request: LoadRequest, content: PinFile, source: str | None) -> str:
    """Return the message for a load that the pin at `path` does not hold."""
    options = "" if request.as_of is None else f", as_of={to_datetime(request.as_of).isoformat()}"
    options += ", include_open=True" if request.include_open else ""
    options += "" if source is None else f", source={source!r}"
    held = [_describe(one) for one in reversed(content.recordings) if one.request.series == request.series]
    held = held or [_describe(one) for one in reversed(content.recordings)]
    more = f" and {len(held) - 5} more" if len(held) > 5 else ""
    return (
        f"The pin {path} does not hold {request.series} of {_range(request.start, request.end)}{options}. It holds "
        f"{'; '.join(held[:5]) or 'nothing'}{more}. Load a part of that, or record it: "
        f"po.pin({path!r}, mode='record')."
    )


def _range(first: Day | None, last: Day | None) -> str:
    return "..".join("(default)" if day is None else str(to_date(day)) for day in (first, last))


def _describe(recording: Recording) -> str:
    request = recording.request
    as_of = "" if request.as_of is None else f" as of {to_datetime(request.as_of).isoformat()}"
    is_open = " with the open session" if request.include_open else ""
    return f"{request.series} of {_range(recording.first, recording.last)} ({recording.origin}){as_of}{is_open}"
