"""The bytes under one key of the cache: a checksummed `Chunk` of `cache.proto`, one series over five years. Pure.

Nothing found on disk is believed: the checksum finds damage, the identity inside finds a value under
the wrong key, and the shape of the arrays is checked before anything is computed from them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ...core.arrays import Int64Array, from_bits
from ...core.dates import FIRST_YEAR, LAST_YEAR, Day, to_date, to_day
from ...core.finality import DAY
from ...core.history import TABLES, History
from ...core.markets import OptionMarket, OptionStatisticDataType, VolatilityDataType
from ...core.observations import mend
from ...core.origins import is_origin
from ...core.reply_checks import MAX_PRICE, MAX_VOLATILITY
from ...core.series import MarketSeries, SeriesDataType, SeriesKey, UnderlyingSeries
from ...core.underlying import Underlying

__all__ = [
    "MAGIC",
    "ChunkKey",
    "DamagedRecord",
    "MisfiledRecord",
    "NewerRecord",
    "RecordSummary",
    "chunk_keys",
    "decode",
    "encode",
    "is_sound",
    "parse_key",
    "summarize",
]

#: Begins every value; a change of the format changes the digit.
MAGIC = b"POS1"
CHECKSUM_BYTES = 32

#: Few enough chunks that ten years are three reads, small enough that damage costs five years at most.
CHUNK_YEARS = 5

#: More characters than any address that this package accepts.
MAX_ENDPOINT = 2**12
#: The columns that hold moments, and the last moment that one may have: a year that any calendar can show.
MOMENTS = [name for table in TABLES for name in table if name.endswith("_at")]
LAST_MOMENT = to_day(date(LAST_YEAR, 1, 1)) * DAY

#: Fields of a record: one for each moment at which a server answered, and a dozen more. An hour's answers for five
#: years are half as many.
MAX_FIELDS = 2**16

#: How wide each array is stored; days fit into 32 bits. `row_values` is stored as an array for each column.
WIDTHS = {
    name: "<i4" if name in ("row_day", "span_first", "span_last", "absent_day") else "<i8"
    for table in TABLES
    for name in table
    if name != "row_values"
}
#: The largest value of each column; the smallest is 0. Of floats, NaN stands for none.
MOST = {"call": 2**61, "put": 2**61, "price": MAX_PRICE, "iv": MAX_VOLATILITY, "hv": MAX_VOLATILITY}


class DamagedRecord(Exception):
    """A stored value is not what was once written under its key."""


class MisfiledRecord(DamagedRecord):
    """A stored value is sound, but was written under another key."""


class NewerRecord(Exception):
    """A stored value is sound, but in a format of a later version of this package."""


@dataclass(frozen=True)
class ChunkKey:
    """Which part of which series: origin, market, data type, and the years from `first_year` on."""

    origin: str
    series: SeriesKey
    first_year: int

    @cached_property
    def first(self) -> Day:
        """The first day of the chunk."""
        return to_day(date(self.first_year, 1, 1))

    @cached_property
    def last(self) -> Day:
        """The last day of the chunk."""
        return to_day(date(self.first_year + CHUNK_YEARS, 1, 1)) - 1

    @cached_property
    def text(self) -> str:
        """The key as the database has it."""
        return f"{_subject(self.series)[0]}|{self.origin}|{_subject(self.series)[1]}|{self.first_year}"


def _subject(series: SeriesKey) -> tuple[str, str]:
    """Return the kind of a series, and what its keys say of it."""
    if isinstance(series, UnderlyingSeries):
        underlying = series.underlying
        return "underlying", f"{underlying.symbol}|{underlying.index_option_type.value}|{series.data_type.name}"
    return "series", f"{series.name}|{series.data_type.name}"


def chunk_keys(origin: str, series: SeriesKey, first: Day, last: Day) -> Iterator[ChunkKey]:
    """Yield the keys of the chunks that hold days of ``first..last``, ascending."""
    start = to_date(first).year // CHUNK_YEARS * CHUNK_YEARS
    for year in range(start, to_date(last).year + 1, CHUNK_YEARS):
        yield _chunk_key(origin, series, year)


@lru_cache(maxsize=1024)
def _chunk_key(origin: str, series: SeriesKey, year: int) -> ChunkKey:
    return ChunkKey(origin, series, year)


def parse_key(text: str) -> ChunkKey | None:
    """Return the key that `text` is, or None."""
    try:
        kind, origin, *subject, year = text.split("|")
        key = ChunkKey(origin, _parse_subject(kind, *subject), int(year))
        within = FIRST_YEAR <= key.first_year < LAST_YEAR and not key.first_year % CHUNK_YEARS
    except (ValueError, KeyError):
        return None
    return key if within and key.text == text and is_origin(origin) else None


@lru_cache(maxsize=4096)
def _parse_subject(kind: str, *subject: str) -> SeriesKey:
    """Return the series that the parts of a key name; raise ValueError or KeyError if they name none."""
    if kind == "series":
        market, data_type = subject
        return MarketSeries(OptionMarket[market], OptionStatisticDataType[data_type])
    if kind != "underlying":
        raise ValueError(kind)
    symbol, index_option_type, data_type = subject
    market, _, code = symbol.partition(".")
    types: dict[str, SeriesDataType] = {one.name: one for one in (*OptionStatisticDataType, *VolatilityDataType)}
    return UnderlyingSeries(Underlying(market, code, int(index_option_type)), types[data_type])


def is_sound(text: str, value: bytes) -> bool:
    """Return whether `value` is a record that was once written under the key `text`."""
    key = parse_key(text)
    try:
        return key is not None and decode(key, value) is not None
    except NewerRecord:
        return True
    except DamagedRecord:
        return False


def encode(key: ChunkKey, history: History) -> bytes:
    """Return the value to store under `key` for `history`, which must lie within the chunk's years."""
    chunk_type = _chunk_type()
    chunk = chunk_type(
        origin=key.origin,
        **_identity(key.series),
        first_day=key.first,
        last_day=key.last,
        # The newest ones, if there are more than a record may have: where a value came from is for people only.
        answer=[
            chunk_type.Answer(at=at, endpoint=endpoint)
            for at, endpoint in sorted(history.endpoints.items())[-MAX_FIELDS // 2 :]
        ],
        **{name: getattr(history, name).astype(width).tobytes() for name, width in WIDTHS.items()},
        **{f"row_{name}": values.astype("<i8").tobytes() for name, values in _columns(key, history).items()},
    )
    body: bytes = chunk.SerializeToString(deterministic=True)
    return MAGIC + hashlib.sha256(MAGIC + body).digest() + body


def _identity(series: SeriesKey) -> dict[str, Any]:
    """Return the fields of a chunk that name its series."""
    if isinstance(series, MarketSeries):
        return {"market": series.market.value, "data_type": series.data_type.value}
    assert isinstance(series, UnderlyingSeries)
    underlying = series.underlying
    return {
        "underlying": underlying.symbol,
        "index_option_type": underlying.index_option_type.value,
        "data_type": series.data_type.value,
    }


def _columns(key: ChunkKey, history: History) -> dict[str, Int64Array]:
    """Return the columns of the rows of a history, which has no lines for them if it has no rows."""
    values = history.row_values if len(history.row_day) else np.empty((len(key.series.columns), 0), dtype=np.int64)
    return dict(zip(key.series.columns, values, strict=True))


def decode(key: ChunkKey, value: bytes) -> History:
    """Return the history stored as `value` under `key`.

    Raises
    ------
    Damaged
        If any byte changed since it was written, or it was written under another key.
    Newer
        If a later version of this package wrote it.
    """
    chunk = _parse_chunk(key, value)
    history = History(**_arrays(key, chunk), endpoints={answer.at: answer.endpoint for answer in chunk.answer})
    _check(key, history)
    return mend(history)


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """What is shown of a record: the days that have a row, and when the newest answer was received."""

    rows: int
    first: Day | None
    last: Day | None
    newest_answer: int | None


def summarize(key: ChunkKey, value: bytes) -> RecordSummary:
    """Return the summary of the record stored as `value` under `key`, for a tenth of the time that `decode` takes.

    Raises as `decode` does, but for errors in arrays that it does not read.
    """
    chunk = _parse_chunk(key, value)
    days, moments = (_array(chunk, name) for name in ("row_day", "span_last_at"))
    if len(days) and (days[0] < key.first or days[-1] > key.last or (days[1:] < days[:-1]).any()):
        raise DamagedRecord("row_day out of order")
    if len(moments) and (moments.min() < 0 or moments.max() > LAST_MOMENT):
        raise DamagedRecord("span_last_at out of bounds")
    newest = int(moments.max()) if len(moments) else None
    if not len(days):
        return RecordSummary(0, None, None, newest)
    return RecordSummary(1 + int((days[1:] != days[:-1]).sum()), int(days[0]), int(days[-1]), newest)


def _parse_chunk(key: ChunkKey, value: bytes) -> Any:
    """Return the chunk stored as `value` under `key`, whose arrays are not checked yet."""
    from google.protobuf.message import DecodeError

    magic, body = value[: len(MAGIC)], memoryview(value)[len(MAGIC) + CHECKSUM_BYTES :]
    checksum = hashlib.sha256(magic)
    checksum.update(body)
    if checksum.digest() != value[len(MAGIC) : len(MAGIC) + CHECKSUM_BYTES]:
        raise DamagedRecord("checksum")
    if magic != MAGIC:
        raise NewerRecord
    if len(body) > 2 * MAX_FIELDS:  # a field takes two bytes at least
        _check_fields(body)
    try:
        chunk = _chunk_type().FromString(bytes(body))
    except DecodeError:
        raise DamagedRecord("not a record") from None
    expected = {"market": 0, "underlying": "", "index_option_type": 0} | _identity(key.series)
    expected |= {"origin": key.origin, "first_day": key.first, "last_day": key.last}
    if any(getattr(chunk, name) != value for name, value in expected.items()):
        raise MisfiledRecord("belongs under another key")
    return chunk


def _check_fields(body: memoryview) -> None:
    """Raise `DamagedRecord` if there are more fields than ours have; each costs protobuf far more than its bytes."""
    at = count = 0
    try:
        while at < len(body):
            count += 1
            if count > MAX_FIELDS:
                raise DamagedRecord("too many fields")
            tag, at = _varint(body, at)
            kind = tag & 7
            if kind == 0:
                _, at = _varint(body, at)
            elif kind == 2:
                size, at = _varint(body, at)
                at += size
            elif kind in (1, 5):
                at += 8 if kind == 1 else 4
            else:
                raise DamagedRecord("not a record")
    except IndexError:
        raise DamagedRecord("not a record") from None


def _varint(body: memoryview, at: int) -> tuple[int, int]:
    """Return the number that begins at a byte of `body`, and where it ends."""
    value = body[at]
    if value < 0x80:
        return value, at + 1
    value &= 0x7F
    for length in range(1, 10):
        byte = body[at + length]
        value |= (byte & 0x7F) << (7 * length)
        if byte < 0x80:
            return value, at + length + 1
    raise DamagedRecord("not a record")


def _chunk_type() -> Any:
    # Generated at run time, so the type checker cannot see it.
    from ...proto import cache_pb2

    module: Any = cache_pb2
    return module.Chunk


def _array(chunk: Any, name: str, width: str | None = None) -> Int64Array:
    """Return an array of a stored chunk."""
    stored, width = getattr(chunk, name), width or WIDTHS[name]
    if len(stored) % int(width[2:]):
        raise DamagedRecord(f"{name} is cut off")
    return np.frombuffer(stored, dtype=width).astype(np.int64)


def _arrays(key: ChunkKey, chunk: Any) -> dict[str, Any]:
    """Return the arrays of a stored chunk by name."""
    columns = [f"row_{name}" for name in key.series.columns]
    arrays = {}
    for name, width in [*WIDTHS.items(), *((name, "<i8") for name in columns)]:
        arrays[name] = _array(chunk, name, width)
    values = [arrays.pop(name) for name in columns]
    if len({len(column) for column in values}) > 1:
        raise DamagedRecord(f"{columns[0]} and its columns differ in length")
    arrays["row_values"] = np.stack(values)
    return arrays


def _check(key: ChunkKey, history: History) -> None:
    """Check what the rules rely on: equal lengths, days in order and within the chunk, no negative counts."""
    for table in TABLES:
        if len({getattr(history, name).shape[-1] for name in table}) > 1:
            raise DamagedRecord(f"{table[0]} and its columns differ in length")
        days = getattr(history, table[0])
        if len(days) and (days[0] < key.first or days[-1] > key.last or (days[1:] < days[:-1]).any()):
            raise DamagedRecord(f"{table[0]} out of order")
    for name, values in _columns(key, history).items():
        given = values if name in ("call", "put") else from_bits(values)
        if (given < 0).any():
            raise DamagedRecord(f"negative {name}")
        if (given > MOST[name]).any():
            raise DamagedRecord(f"{name} too large")
    for name in MOMENTS:
        moments = getattr(history, name)
        if len(moments) and (moments.min() < 0 or moments.max() > LAST_MOMENT):
            raise DamagedRecord(f"{name} out of bounds")
    if (history.span_last < history.span_first).any() or (history.span_first[1:] <= history.span_last[:-1]).any():
        raise DamagedRecord("spans overlap")
    if len(history.span_last) and history.span_last[-1] > key.last:
        raise DamagedRecord("spans out of order")
    if not all(map(_is_endpoint, set(history.endpoints.values()))):
        raise DamagedRecord("an endpoint is not an address")


def _is_endpoint(text: str) -> bool:
    """Return whether a text can be the address of a server: it is shown in terminals, and saved as CSV by users."""
    return not text or (text.isprintable() and text[0].isalnum() and len(text) <= MAX_ENDPOINT)
