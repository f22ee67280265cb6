from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Chunk(_message.Message):
    __slots__ = ("origin", "market", "data_type", "first_day", "last_day", "row_day", "row_call", "row_put", "row_observed_at", "span_first", "span_last", "span_first_at", "span_last_at", "span_final_at", "absent_day", "absent_first_at", "absent_last_at", "answer", "underlying", "index_option_type", "row_price", "row_iv", "row_hv")
    class Answer(_message.Message):
        __slots__ = ("at", "endpoint")
        AT_FIELD_NUMBER: _ClassVar[int]
        ENDPOINT_FIELD_NUMBER: _ClassVar[int]
        at: int
        endpoint: str
        def __init__(self, at: _Optional[int] = ..., endpoint: _Optional[str] = ...) -> None: ...
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    MARKET_FIELD_NUMBER: _ClassVar[int]
    DATA_TYPE_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    ROW_DAY_FIELD_NUMBER: _ClassVar[int]
    ROW_CALL_FIELD_NUMBER: _ClassVar[int]
    ROW_PUT_FIELD_NUMBER: _ClassVar[int]
    ROW_OBSERVED_AT_FIELD_NUMBER: _ClassVar[int]
    SPAN_FIRST_FIELD_NUMBER: _ClassVar[int]
    SPAN_LAST_FIELD_NUMBER: _ClassVar[int]
    SPAN_FIRST_AT_FIELD_NUMBER: _ClassVar[int]
    SPAN_LAST_AT_FIELD_NUMBER: _ClassVar[int]
    SPAN_FINAL_AT_FIELD_NUMBER: _ClassVar[int]
    ABSENT_DAY_FIELD_NUMBER: _ClassVar[int]
    ABSENT_FIRST_AT_FIELD_NUMBER: _ClassVar[int]
    ABSENT_LAST_AT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    UNDERLYING_FIELD_NUMBER: _ClassVar[int]
    INDEX_OPTION_TYPE_FIELD_NUMBER: _ClassVar[int]
    ROW_PRICE_FIELD_NUMBER: _ClassVar[int]
    ROW_IV_FIELD_NUMBER: _ClassVar[int]
    ROW_HV_FIELD_NUMBER: _ClassVar[int]
    origin: str
    market: int
    data_type: int
    first_day: int
    last_day: int
    row_day: bytes
    row_call: bytes
    row_put: bytes
    row_observed_at: bytes
    span_first: bytes
    span_last: bytes
    span_first_at: bytes
    span_last_at: bytes
    span_final_at: bytes
    absent_day: bytes
    absent_first_at: bytes
    absent_last_at: bytes
    answer: _containers.RepeatedCompositeFieldContainer[Chunk.Answer]
    underlying: str
    index_option_type: int
    row_price: bytes
    row_iv: bytes
    row_hv: bytes
    def __init__(self, origin: _Optional[str] = ..., market: _Optional[int] = ..., data_type: _Optional[int] = ..., first_day: _Optional[int] = ..., last_day: _Optional[int] = ..., row_day: _Optional[bytes] = ..., row_call: _Optional[bytes] = ..., row_put: _Optional[bytes] = ..., row_observed_at: _Optional[bytes] = ..., span_first: _Optional[bytes] = ..., span_last: _Optional[bytes] = ..., span_first_at: _Optional[bytes] = ..., span_last_at: _Optional[bytes] = ..., span_final_at: _Optional[bytes] = ..., absent_day: _Optional[bytes] = ..., absent_first_at: _Optional[bytes] = ..., absent_last_at: _Optional[bytes] = ..., answer: _Optional[_Iterable[_Union[Chunk.Answer, _Mapping]]] = ..., underlying: _Optional[str] = ..., index_option_type: _Optional[int] = ..., row_price: _Optional[bytes] = ..., row_iv: _Optional[bytes] = ..., row_hv: _Optional[bytes] = ...) -> None: ...
