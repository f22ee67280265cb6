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

from ...core.dates import FIRST_YEAR, LAST_YEAR, Day, to_date, to_day
from ...core.finality import DAY
from ...core.history import TABLES, History
from ...core.markets import OptionMarket, OptionStatisticDataType
from ...core.observations import mend
from ...core.origins import is_origin
from ...core.series import SeriesKey

__all__ = [
    "MAGIC",
    "ChunkKey",
    "DamagedRecord",
    "MisfiledRecord",
    "NewerRecord",
    "chunk_keys",
    "decode",
    "encode",
    "is_sound",
    "parse_key",
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

#: How wide each array is stored; days fit into 32 bits.
WIDTHS = {
    name: "<i4" if name in ("row_day", "span_first", "span_last", "absent_day") else "<i8"
    for table in TABLES
    for name in table
}


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
        return f"series|{self.origin}|{self.series.market.name}|{self.series.data_type.name}|{self.first_year}"


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
        kind, origin, market, data_type, year = text.split("|")
        key = ChunkKey(origin, SeriesKey(OptionMarket[market], OptionStatisticDataType[data_type]), int(year))
        within = FIRST_YEAR <= key.first_year < LAST_YEAR and not key.first_year % CHUNK_YEARS
    except (ValueError, KeyError):
        return None
    return key if within and kind == "series" and key.text == text and is_origin(origin) else None


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
        market=key.series.market.value,
        data_type=key.series.data_type.value,
        first_day=key.first,
        last_day=key.last,
        # The newest ones, if there are more than a record may have: where a value came from is for people only.
        answer=[
            chunk_type.Answer(at=at, endpoint=endpoint)
            for at, endpoint in sorted(history.endpoints.items())[-MAX_FIELDS // 2 :]
        ],
        **{name: getattr(history, name).astype(width).tobytes() for name, width in WIDTHS.items()},
    )
    body: bytes = chunk.SerializeToString(deterministic=True)
    return MAGIC + hashlib.sha256(MAGIC + body).digest() + body


def decode(key: ChunkKey, value: bytes) -> History:
    """Return the history stored as `value` under `key`.

    Raises
    ------
    Damaged
        If any byte changed since it was written, or it was written under another key.
    Newer
        If a later version of this package wrote it.
    """
    from google.protobuf.message import DecodeError

    magic, body = value[: len(MAGIC)], memoryview(value)[len(MAGIC) + CHECKSUM_BYTES :]
    checksum = hashlib.sha256(magic)
    checksum.update(body)
    if checksum.digest() != value[len(MAGIC) : len(MAGIC) + CHECKSUM_BYTES]:
        raise DamagedRecord("checksum")
    if magic != MAGIC:
        raise NewerRecord
    _check_fields(body)
    try:
        chunk = _chunk_type().FromString(bytes(body))
    except DecodeError:
        raise DamagedRecord("not a record") from None
    identity = (chunk.origin, chunk.market, chunk.data_type, chunk.first_day, chunk.last_day)
    if identity != (key.origin, key.series.market, key.series.data_type, key.first, key.last):
        raise MisfiledRecord("belongs under another key")
    history = History(**_arrays(chunk), endpoints={answer.at: answer.endpoint for answer in chunk.answer})
    _check(key, history)
    return mend(history)


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


def _arrays(chunk: Any) -> dict[str, Any]:
    """Return the arrays of a stored chunk by name."""
    arrays = {}
    for name, width in WIDTHS.items():
        stored = getattr(chunk, name)
        if len(stored) % int(width[2:]):
            raise DamagedRecord(f"{name} is cut off")
        arrays[name] = np.frombuffer(stored, dtype=width).astype(np.int64)
    return arrays


def _check(key: ChunkKey, history: History) -> None:
    """Check what the rules rely on: equal lengths, days in order and within the chunk, no negative counts."""
    for table in TABLES:
        if len({len(getattr(history, name)) for name in table}) > 1:
            raise DamagedRecord(f"{table[0]} and its columns differ in length")
        days = getattr(history, table[0])
        if len(days) and (days[0] < key.first or days[-1] > key.last or (days[1:] < days[:-1]).any()):
            raise DamagedRecord(f"{table[0]} out of order")
    if len(history.row_day) and (history.row_call.min() < 0 or history.row_put.min() < 0):
        raise DamagedRecord("negative counts")
    if len(history.row_day) and (history.row_call.max() > 2**61 or history.row_put.max() > 2**61):
        raise DamagedRecord("counts too large")
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
