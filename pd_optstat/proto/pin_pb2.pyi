from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PinFile(_message.Message):
    __slots__ = ("format", "id", "writer", "recordings")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    WRITER_FIELD_NUMBER: _ClassVar[int]
    RECORDINGS_FIELD_NUMBER: _ClassVar[int]
    format: int
    id: bytes
    writer: str
    recordings: _containers.RepeatedCompositeFieldContainer[Recording]
    def __init__(self, format: _Optional[int] = ..., id: _Optional[bytes] = ..., writer: _Optional[str] = ..., recordings: _Optional[_Iterable[_Union[Recording, _Mapping]]] = ...) -> None: ...

class Recording(_message.Message):
    __slots__ = ("market", "data_type", "asked_start", "asked_end", "asked_source", "as_of", "include_open", "first_day", "last_day", "origin", "endpoint", "observed_at", "version", "recorded_at", "days", "calls", "puts", "digest", "provisional", "missing", "more", "underlying", "index_option_type", "prices", "ivs", "hvs")
    MARKET_FIELD_NUMBER: _ClassVar[int]
    DATA_TYPE_FIELD_NUMBER: _ClassVar[int]
    ASKED_START_FIELD_NUMBER: _ClassVar[int]
    ASKED_END_FIELD_NUMBER: _ClassVar[int]
    ASKED_SOURCE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_OPEN_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    PUTS_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    PROVISIONAL_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    UNDERLYING_FIELD_NUMBER: _ClassVar[int]
    INDEX_OPTION_TYPE_FIELD_NUMBER: _ClassVar[int]
    PRICES_FIELD_NUMBER: _ClassVar[int]
    IVS_FIELD_NUMBER: _ClassVar[int]
    HVS_FIELD_NUMBER: _ClassVar[int]
    market: int
    data_type: int
    asked_start: int
    asked_end: int
    asked_source: str
    as_of: int
    include_open: bool
    first_day: int
    last_day: int
    origin: str
    endpoint: str
    observed_at: str
    version: str
    recorded_at: int
    days: _containers.RepeatedScalarFieldContainer[int]
    calls: _containers.RepeatedScalarFieldContainer[int]
    puts: _containers.RepeatedScalarFieldContainer[int]
    digest: bytes
    provisional: _containers.RepeatedScalarFieldContainer[int]
    missing: _containers.RepeatedScalarFieldContainer[int]
    more: str
    underlying: str
    index_option_type: int
    prices: _containers.RepeatedScalarFieldContainer[float]
    ivs: _containers.RepeatedScalarFieldContainer[float]
    hvs: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, market: _Optional[int] = ..., data_type: _Optional[int] = ..., asked_start: _Optional[int] = ..., asked_end: _Optional[int] = ..., asked_source: _Optional[str] = ..., as_of: _Optional[int] = ..., include_open: bool = ..., first_day: _Optional[int] = ..., last_day: _Optional[int] = ..., origin: _Optional[str] = ..., endpoint: _Optional[str] = ..., observed_at: _Optional[str] = ..., version: _Optional[str] = ..., recorded_at: _Optional[int] = ..., days: _Optional[_Iterable[int]] = ..., calls: _Optional[_Iterable[int]] = ..., puts: _Optional[_Iterable[int]] = ..., digest: _Optional[bytes] = ..., provisional: _Optional[_Iterable[int]] = ..., missing: _Optional[_Iterable[int]] = ..., more: _Optional[str] = ..., underlying: _Optional[str] = ..., index_option_type: _Optional[int] = ..., prices: _Optional[_Iterable[float]] = ..., ivs: _Optional[_Iterable[float]] = ..., hvs: _Optional[_Iterable[float]] = ...) -> None: ...
