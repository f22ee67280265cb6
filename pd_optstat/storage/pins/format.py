"""The bytes of a pin: recorded loads behind one checksum, as `proto/pd_optstat/proto/pin.proto` documents it. Pure.

Nothing in a file is believed: the checksum finds every changed, missing or added byte, and sizes, days and
counts are bounded before anything is computed from them. The same checks run before a file is written.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from ... import _version
from ...core import frame
from ...core.arrays import Int64Array
from ...core.dates import Day, to_day
from ...core.finality import Moment
from ...core.history import Rows
from ...core.markets import OptionMarket, OptionStatisticDataType
from ...core.series import SeriesKey

__all__ = [
    "MAGIC",
    "MAX_BYTES",
    "DamagedPin",
    "LoadRequest",
    "PinFile",
    "Recording",
    "checksum",
    "decode",
    "encode",
    "to_datetime",
    "to_moment",
]

#: The zero byte tells git and others that the file is no text, whose line ends they might change.
MAGIC = b"PDOSPIN\0"
HEADER_BYTES = len(MAGIC) + hashlib.sha256().digest_size
FORMAT = 1
ID_BYTES = 16

#: More than a thousand times ten years; reading one takes some ten times that in memory.
MAX_BYTES = 32 * 2**20
MAX_TEXT = 2**16
MAX_COUNT = 2**61
#: The days of frames: 1970 to 2105.
LAST_DAY = 49_499
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: What may be asked for lies within Python's dates.
_LAST_DATE = to_day(date.max)


class DamagedPin(Exception):
    """The bytes are no whole pin, or do not hold what they say."""


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """The arguments of a load as given, for one series.

    Attributes
    ----------
    series : Series
    start, end : int or None
        None where they were left to their defaults.
    source : str or None
        The URL of the source, None where it was left to its default.
    as_of : int or None
    include_open : bool
    """

    series: SeriesKey
    start: Day | None
    end: Day | None
    source: str | None
    as_of: Moment | None
    include_open: bool


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One series as one load gave it; `pin.proto` documents the fields."""

    asked: LoadRequest
    first: Day
    last: Day
    origin: str
    endpoint: str
    observed_at: str
    version: str
    recorded_at: Moment
    rows: Rows
    digest: str
    provisional: Int64Array
    missing: Int64Array
    more: str

    @property
    def key(self) -> tuple[LoadRequest, str]:
        """What a later recording replaces it by: the same arguments, and numbers of the same origin."""
        return self.asked, self.origin


@dataclass(frozen=True, slots=True, eq=False)
class PinFile:
    """The content of a pin: its identity, which it keeps as it grows, and its recordings, oldest first."""

    id: bytes
    recordings: tuple[Recording, ...] = ()

    def merged(self, new: tuple[Recording, ...]) -> PinFile:
        """Return the file with `new` recordings at its end, in place of those of the same key."""
        last = {one.key: one for one in new}
        kept = (one for one in self.recordings if one.key not in last)
        return PinFile(self.id, (*kept, *last.values()))


def checksum(data: bytes) -> str:
    """Return the checksum of a pin's bytes as it is written in them: ``"sha256:" + hex``."""
    return "sha256:" + data[len(MAGIC) : HEADER_BYTES].hex()


def encode(content: PinFile) -> bytes:
    """Return the bytes of a pin.

    Raises
    ------
    Damaged
        If they could not be read back: too many, or with values that no load gives.
    """
    module = _messages()
    message = module.PinFile(format=FORMAT, id=content.id, writer=f"pd_optstat {_version.__version__}")
    try:
        for recording in content.recordings:
            _check(recording)
            message.recordings.append(_to_message(recording, module))
    except (ValueError, TypeError) as error:  # what protobuf says of a number or text that does not fit
        raise DamagedPin(str(error)) from None
    body: bytes = message.SerializeToString(deterministic=True)
    if HEADER_BYTES + len(body) > MAX_BYTES:
        raise DamagedPin(f"it would hold more than {MAX_BYTES} bytes")
    return MAGIC + hashlib.sha256(body).digest() + body


def decode(data: bytes) -> PinFile:
    """Return what the bytes of a pin hold.

    Raises
    ------
    Damaged
        If any byte was changed, is missing or was added since they were written.
    """
    from google.protobuf.message import DecodeError

    if len(data) > MAX_BYTES:
        raise DamagedPin(f"it holds more than {MAX_BYTES} bytes")
    if data[: len(MAGIC)] != MAGIC:
        raise DamagedPin("it does not begin as a pin does")
    body = data[HEADER_BYTES:]
    if hashlib.sha256(body).digest() != data[len(MAGIC) : HEADER_BYTES]:
        raise DamagedPin("its checksum does not fit its bytes: it was changed, cut off or appended to")
    try:
        message = _messages().PinFile.FromString(body)
    except DecodeError:
        raise DamagedPin("its content is no pin") from None
    if message.format != FORMAT:
        raise DamagedPin(f"it has format {message.format}, this version of pd_optstat reads format {FORMAT}")
    if len(message.id) != ID_BYTES:
        raise DamagedPin("its identity is cut off")
    return PinFile(message.id, tuple(_from_message(one) for one in message.recordings))


def _messages() -> Any:
    # Generated at run time, so the type checker cannot see it; protobuf is imported on first use.
    from ...proto import pin_pb2

    module: Any = pin_pb2
    return module


def _to_message(recording: Recording, module: Any) -> Any:
    asked, rows = recording.asked, recording.rows
    return module.Recording(
        market=asked.series.market.value,
        data_type=asked.series.data_type.value,
        asked_start=asked.start,
        asked_end=asked.end,
        asked_source=asked.source,
        as_of=asked.as_of,
        include_open=asked.include_open,
        first_day=recording.first,
        last_day=recording.last,
        origin=recording.origin,
        endpoint=recording.endpoint,
        observed_at=recording.observed_at,
        version=recording.version,
        recorded_at=recording.recorded_at,
        days=_deltas(rows.days),
        calls=_deltas(rows.calls),
        puts=_deltas(rows.puts),
        digest=bytes.fromhex(recording.digest.removeprefix("sha256:")),
        provisional=_deltas(recording.provisional),
        missing=_deltas(recording.missing),
        more=recording.more,
    )


def _from_message(message: Any) -> Recording:
    try:
        series = SeriesKey(OptionMarket(message.market), OptionStatisticDataType(message.data_type))
    except ValueError as error:
        raise DamagedPin(str(error)) from None

    def given(name: str) -> Any:
        return getattr(message, name) if message.HasField(name) else None

    columns = {
        name: _sums(getattr(message, name), name) for name in ("days", "calls", "puts", "provisional", "missing")
    }
    recording = Recording(
        asked=LoadRequest(
            series,
            given("asked_start"),
            given("asked_end"),
            given("asked_source"),
            given("as_of"),
            message.include_open,
        ),
        first=message.first_day,
        last=message.last_day,
        origin=message.origin,
        endpoint=message.endpoint,
        observed_at=message.observed_at,
        version=message.version,
        recorded_at=message.recorded_at,
        rows=Rows(columns["days"], columns["calls"], columns["puts"]),
        digest="sha256:" + message.digest.hex(),
        provisional=columns["provisional"],
        missing=columns["missing"],
        more=message.more,
    )
    _check(recording)
    return recording


def _deltas(values: Int64Array) -> list[int]:
    deltas: list[int] = np.diff(values, prepend=np.int64(0)).tolist()
    return deltas


def _sums(deltas: Any, name: str) -> Int64Array:
    if len(deltas) > LAST_DAY + 1:
        raise DamagedPin(f"{name} has more values than there are days")
    steps = np.fromiter(deltas, dtype=np.int64, count=len(deltas))
    # So bounded, the first sum that leaves the bounds of counts cannot have wrapped around, and `_check` finds it.
    if len(steps) and (steps.min() < -MAX_COUNT or steps.max() > MAX_COUNT):
        raise DamagedPin(f"{name} has values out of bounds")
    sums = np.cumsum(steps)
    sums.setflags(write=False)  # shared by all frames that are cut from it
    return sums


def _check(recording: Recording) -> None:
    """Check what a replay relies on: bounds, order, lengths, and that the digest is the rows' own."""
    rows, asked = recording.rows, recording.asked
    if not 0 <= recording.first <= LAST_DAY or not recording.first - 1 <= recording.last <= LAST_DAY:
        raise DamagedPin("the days of a recording are out of bounds")
    if any(day is not None and not 0 <= day <= _LAST_DATE for day in (asked.start, asked.end)):
        raise DamagedPin("the days asked for are out of bounds")
    last_moment = to_moment(datetime.max.replace(tzinfo=UTC))
    if any(at is not None and not 0 <= at <= last_moment for at in (asked.as_of, recording.recorded_at)):
        raise DamagedPin("a moment is out of bounds")
    if not len(rows.days) == len(rows.calls) == len(rows.puts):
        raise DamagedPin("the columns of a recording differ in length")
    for name, days in (("days", rows.days), ("provisional", recording.provisional), ("missing", recording.missing)):
        _check_days(name, days, recording)
    for counts in (rows.calls, rows.puts):
        if len(counts) and (counts.min() < 0 or counts.max() > MAX_COUNT):
            raise DamagedPin("counts are out of bounds")
    if recording.digest != frame.digest(rows.days, rows.calls, rows.puts):
        raise DamagedPin(f"the rows of {asked.series} are not those of their digest")
    _check_texts(recording)


def _check_days(name: str, days: Int64Array, recording: Recording) -> None:
    if len(days) and (days[0] < recording.first or days[-1] > recording.last or (np.diff(days) <= 0).any()):
        raise DamagedPin(f"{name} of a recording are out of order")


def _check_texts(recording: Recording) -> None:
    texts = (recording.asked.source or "", recording.origin, recording.endpoint, recording.observed_at)
    if any(len(text) > MAX_TEXT for text in (*texts, recording.version, recording.more)):
        raise DamagedPin("a text is too long")
    if not recording.origin:
        raise DamagedPin("a recording does not say where its rows come from")
    try:
        more = json.loads(recording.more or "{}")
    except (ValueError, RecursionError):
        more = None
    if not isinstance(more, dict):
        raise DamagedPin("the further attributes of a recording are no JSON object")


def to_moment(value: datetime) -> Moment:
    """Return `value`, which has a zone, in microseconds since 1970-01-01 UTC, exactly."""
    return (value - _EPOCH) // timedelta(microseconds=1)


def to_datetime(at: Moment) -> datetime:
    """Return the moment `at` in UTC, the inverse of `to_moment`."""
    return _EPOCH + timedelta(microseconds=at)
