"""The format of pin files: recorded loads behind one checksum, as documented in `pin.proto`. Pure.

A file may come from a stranger. The checksum finds any accidental change; sizes and counts are bounded before memory
is allocated for them; and every value is checked before it is used. The same checks run before a file is written.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import _version
from ..._util.validation import shorten
from ...core.arrays import Int64Array
from ...core.dates import Day, to_day
from ...core.finality import Moment
from ...core.history import Rows
from ...core.markets import OptionMarket, OptionStatisticDataType, VolatilityDataType
from ...core.origins import is_origin
from ...core.series import MarketSeries, SeriesDataType, SeriesKey, UnderlyingSeries
from ...core.underlying import Underlying
from .recorded_rows import LAST_DAY, DamagedPin, check_rows, from_columns, from_deltas, to_columns, to_deltas

if TYPE_CHECKING:
    from ...proto import pin_pb2

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

#: The zero byte makes git and others treat the file as binary, whose line ends they must not change.
MAGIC = b"PDOSPIN\0"
HEADER_BYTES = len(MAGIC) + hashlib.sha256().digest_size
#: What a file of markets has, which 0.1 reads, and what one has that holds a series of an underlying.
FORMAT, UNDERLYING_FORMAT = 1, 2
ID_BYTES = 16

#: More than a thousand times ten years. Reading a file takes at most some ten times its size in memory.
MAX_BYTES = 32 * 2**20
#: A load of each series on every day of eight years. Each takes some 0.1 ms to check.
MAX_RECORDINGS = 2**14
#: Every day from 1970 to 2105 takes less.
MAX_RECORDING_BYTES = 2 * 2**20
#: Of what precedes and follows the recordings: identity, format and writer.
MAX_HEAD_BYTES = 2**12
#: Of a path or URL, and of the further attributes.
MAX_TEXT = 2**12
MAX_ATTRIBUTES_TEXT = 2**16
#: Of lists and objects within the further attributes: pandas copies attributes recursively.
MAX_ATTRIBUTES_DEPTH = 16
#: Python's last date. Requested days may lie after those of frames.
_LAST_DATE = to_day(date.max)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Control characters, line separators and marks of writing direction can change what a terminal shows.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
#: A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@")
#: Of protobuf's encoding: the number of the field `recordings`, and the bytes of values of fixed size by wire type.
_RECORDINGS_FIELD = 4
_FIXED_BYTES = {1: 8, 5: 4}
_VARINT, _LENGTH_DELIMITED = 0, 2


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """The arguments of a load as given, for one series.

    Attributes
    ----------
    series : SeriesKey
    start, end : int or None
        Days; None for the default.
    source : str or None
        The URL of the source; None for the default.
    as_of : int or None
        Moment; None for the newest values.
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
    """One series as one load returned it; `pin.proto` documents the fields."""

    request: LoadRequest
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
        """A later recording with the same key replaces this one."""
        return self.request, self.origin


@dataclass(frozen=True, slots=True, eq=False)
class PinFile:
    """The content of a pin: an identity, which it keeps as it grows, and its recordings, oldest first."""

    id: bytes
    recordings: tuple[Recording, ...] = ()

    def merged(self, new: tuple[Recording, ...]) -> PinFile:
        """Return the content with `new` recordings appended; they replace older ones with the same key."""
        added = {recording.key: recording for recording in new}
        kept = (recording for recording in self.recordings if recording.key not in added)
        return PinFile(self.id, (*kept, *added.values()))


def checksum(data: bytes) -> str:
    """Return the checksum that the bytes of a pin contain: ``"sha256:" + hex``."""
    return "sha256:" + data[len(MAGIC) : HEADER_BYTES].hex()


def encode(content: PinFile) -> bytes:
    """Return the bytes of a pin.

    Raises
    ------
    DamagedPin
        If `decode` would refuse them: too many recordings, or values that no load returns.
    """
    from ...proto import pin_pb2

    if len(content.recordings) > MAX_RECORDINGS:
        raise DamagedPin(f"it would hold more than {MAX_RECORDINGS} recordings")
    underlyings = any(isinstance(one.request.series, UnderlyingSeries) for one in content.recordings)
    number = UNDERLYING_FORMAT if underlyings else FORMAT
    message = pin_pb2.PinFile(format=number, id=content.id, writer=f"pd_optstat {_version.__version__}")
    try:
        for recording in content.recordings:
            _check(recording)
            message.recordings.append(_to_message(recording))
    except (ValueError, TypeError) as error:  # a number or text that protobuf cannot hold
        raise DamagedPin(str(error)) from None
    body: bytes = message.SerializeToString(deterministic=True)
    if HEADER_BYTES + len(body) > MAX_BYTES:
        raise DamagedPin(f"it would hold more than {MAX_BYTES} bytes")
    return MAGIC + hashlib.sha256(body).digest() + body


def decode(data: bytes) -> PinFile:
    """Return the content of a pin.

    Raises
    ------
    DamagedPin
        If any byte was changed, removed or added since it was written, or its values are impossible.
    """
    from google.protobuf.message import DecodeError

    from ...proto import pin_pb2

    if len(data) > MAX_BYTES:
        raise DamagedPin(f"it holds more than {MAX_BYTES} bytes")
    if data[: len(MAGIC)] != MAGIC:
        raise DamagedPin("it does not begin like a pin")
    body = data[HEADER_BYTES:]
    if hashlib.sha256(body).digest() != data[len(MAGIC) : HEADER_BYTES]:
        raise DamagedPin("its checksum differs: it was changed, cut off or appended to")
    head, recordings = _split(body)
    try:
        message = pin_pb2.PinFile.FromString(head)
        if message.format not in (FORMAT, UNDERLYING_FORMAT):
            raise DamagedPin(
                f"it has format {message.format}, and this version of pd_optstat reads formats {FORMAT} and "
                f"{UNDERLYING_FORMAT}"
            )
        if len(message.id) != ID_BYTES:
            raise DamagedPin("its identity is cut off")
        # One by one: a parsed message takes several times the memory of its bytes.
        decoded = tuple(_from_message(pin_pb2.Recording.FromString(one), message.format) for one in recordings)
    except DecodeError:
        raise DamagedPin("its content is not a pin") from None
    return PinFile(message.id, decoded)


def _split(body: bytes) -> tuple[bytes, list[bytes]]:
    """Return a serialized PinFile without its recordings, and the bytes of each of these, all within bounds."""
    head, recordings = bytearray(), []
    for field, start, begin, end in _fields(body):
        if field != _RECORDINGS_FIELD:
            head += body[start:end]
        elif end - begin > MAX_RECORDING_BYTES:
            raise DamagedPin(f"a recording has more than {MAX_RECORDING_BYTES} bytes")
        else:
            recordings.append(body[begin:end])
        if len(recordings) > MAX_RECORDINGS or len(head) > MAX_HEAD_BYTES:
            raise DamagedPin(f"it holds more than {MAX_RECORDINGS} recordings, or too much besides them")
    return bytes(head), recordings


def _fields(body: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield each field of a serialized message: its number, and where it, its value, and the next field begin."""
    start = 0
    while start < len(body):
        tag, value = _varint(body, start)
        wire_type = tag & 7
        if wire_type == _VARINT:
            end = _varint(body, value)[1]
        elif wire_type == _LENGTH_DELIMITED:
            length, value = _varint(body, value)
            end = value + length
        elif wire_type in _FIXED_BYTES:
            end = value + _FIXED_BYTES[wire_type]
        else:
            raise DamagedPin("its content is not a pin")
        if end > len(body):
            raise DamagedPin("its content is not a pin")
        yield tag >> 3, start, value, end
        start = end


def _varint(body: bytes, start: int) -> tuple[int, int]:
    """Return the number at `start` in protobuf's encoding, and where it ends."""
    number = 0
    for index, byte in enumerate(body[start : start + 10]):
        number |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return number, start + index + 1
    raise DamagedPin("its content is not a pin")


def _to_message(recording: Recording) -> pin_pb2.Recording:
    """Return a recording as the protobuf message of the file."""
    from ...proto import pin_pb2

    request, rows = recording.request, recording.rows
    return pin_pb2.Recording(
        **_identity(request.series),
        asked_start=request.start,
        asked_end=request.end,
        asked_source=request.source,
        as_of=request.as_of,
        include_open=request.include_open,
        first_day=recording.first,
        last_day=recording.last,
        origin=recording.origin,
        endpoint=recording.endpoint,
        observed_at=recording.observed_at,
        version=recording.version,
        recorded_at=recording.recorded_at,
        **to_columns(request.series, rows),
        digest=bytes.fromhex(recording.digest.removeprefix("sha256:")),
        provisional=to_deltas(recording.provisional),
        missing=to_deltas(recording.missing),
        more=recording.more,
    )


def _identity(series: SeriesKey) -> dict[str, Any]:
    """Return the fields of a message that name its series."""
    if isinstance(series, MarketSeries):
        return {"market": series.market.value, "data_type": series.data_type.value}
    assert isinstance(series, UnderlyingSeries)
    underlying = series.underlying
    return {
        "data_type": series.data_type.value,
        "underlying": underlying.symbol,
        "index_option_type": underlying.index_option_type.value,
    }


def _series(message: pin_pb2.Recording, number: int) -> SeriesKey:
    """Return the series that a message of a file in format `number` names."""
    try:
        if number == UNDERLYING_FORMAT and message.underlying:
            market, _, code = message.underlying.partition(".")
            kinds: tuple[type[SeriesDataType], ...] = (OptionStatisticDataType, VolatilityDataType)
            found = [kind(message.data_type) for kind in kinds if message.data_type in set(kind)]
            if not found:
                raise DamagedPin(f"{message.data_type} is not a valid data type of an underlying")
            series: SeriesKey = UnderlyingSeries(Underlying(market, code, message.index_option_type), found[0])
        else:
            series = MarketSeries(OptionMarket(message.market), OptionStatisticDataType(message.data_type))
    except ValueError as error:  # InvalidRequest is one
        raise DamagedPin(str(error)) from None
    named = {"market": 0, "underlying": "", "index_option_type": 0} | _identity(series)
    if any(getattr(message, name) != value for name, value in named.items()):
        raise DamagedPin(f"a recording of {series} names another series as well")
    return series


def _from_message(message: pin_pb2.Recording, number: int) -> Recording:
    """Return the recording in a message of a file in format `number`, checked."""
    series = _series(message, number)
    recording = Recording(
        request=LoadRequest(
            series,
            message.asked_start if message.HasField("asked_start") else None,
            message.asked_end if message.HasField("asked_end") else None,
            message.asked_source if message.HasField("asked_source") else None,
            message.as_of if message.HasField("as_of") else None,
            message.include_open,
        ),
        first=message.first_day,
        last=message.last_day,
        origin=message.origin,
        endpoint=message.endpoint,
        observed_at=message.observed_at,
        version=message.version,
        recorded_at=message.recorded_at,
        rows=from_columns(series, message),
        digest="sha256:" + message.digest.hex(),
        provisional=from_deltas(message.provisional, "provisional"),
        missing=from_deltas(message.missing, "missing"),
        more=message.more,
    )
    _check(recording)
    return recording


def _check(recording: Recording) -> None:
    """Check everything that a replay relies on."""
    _check_days(recording)
    _check_moments(recording)
    check_rows(recording.request.series, recording.rows, recording.digest)
    _check_texts(recording)


def _check_days(recording: Recording) -> None:
    """Raise unless all days are in order and within the recording."""
    if not 0 <= recording.first <= LAST_DAY or not recording.first - 1 <= recording.last <= LAST_DAY:
        raise DamagedPin("the days of a recording are out of bounds")
    request = recording.request
    if any(day is not None and not 0 <= day <= _LAST_DATE for day in (request.start, request.end)):
        raise DamagedPin("the requested days are out of bounds")
    columns = {"days": recording.rows.days, "provisional": recording.provisional, "missing": recording.missing}
    for name, days in columns.items():
        if len(days) and (days[0] < recording.first or days[-1] > recording.last or (np.diff(days) <= 0).any()):
            raise DamagedPin(f"{name} of a recording are out of order")


def _check_moments(recording: Recording) -> None:
    """Raise unless all moments are possible."""
    last = to_moment(datetime.max.replace(tzinfo=UTC))
    if any(
        moment is not None and not 0 <= moment <= last for moment in (recording.request.as_of, recording.recorded_at)
    ):
        raise DamagedPin("a moment is out of bounds")
    try:
        valid = not recording.observed_at or datetime.fromisoformat(recording.observed_at).utcoffset() == timedelta(0)
    except ValueError:
        valid = False
    valid = valid and not _UNSAFE.search(recording.observed_at)  # any character may stand between date and time
    if not valid:
        raise DamagedPin(f"{shorten(recording.observed_at)} is not a moment in UTC")


def _check_texts(recording: Recording) -> None:
    """Raise unless texts are short, printable, and what they stand for."""
    for text in (recording.request.source or "", recording.endpoint, recording.version):
        if len(text) > MAX_TEXT:
            raise DamagedPin("a text is too long")
        if _UNSAFE.search(text):
            raise DamagedPin(f"a text holds control characters: {shorten(text)}")
        if text.startswith(_FORMULA):
            raise DamagedPin(f"a text would be a formula in a spreadsheet: {shorten(text)}")
    if not is_origin(recording.origin):
        raise DamagedPin(f"{shorten(recording.origin)} is not an origin of rows")
    if len(recording.more) > MAX_ATTRIBUTES_TEXT:
        raise DamagedPin("a text is too long")
    try:
        more = json.loads(recording.more or "{}")
    except (ValueError, RecursionError):
        more = None
    if not isinstance(more, dict):
        raise DamagedPin("the further attributes of a recording are not a JSON object")
    if _depth(more) > MAX_ATTRIBUTES_DEPTH:
        raise DamagedPin("the further attributes of a recording are nested too deeply")


def _depth(value: object) -> int:
    """Return how many lists and objects of a JSON value lie within each other, at most one more than is allowed."""
    depth, level = 0, [value]
    while level and depth <= MAX_ATTRIBUTES_DEPTH:
        depth += 1
        parts = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [inner for part in parts for inner in part]
    return depth


def to_moment(value: datetime) -> Moment:
    """Return a datetime with a time zone as microseconds since 1970-01-01 UTC, exactly."""
    return (value - _EPOCH) // timedelta(microseconds=1)


def to_datetime(at: Moment) -> datetime:
    """Return a moment as a datetime in UTC, the inverse of `to_moment`."""
    return _EPOCH + timedelta(microseconds=at)
