"""Bodies of OpenD's packets: encode and decode protobuf messages, as protobuf or as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from ..core.pages import Page
from ..errors import ProtocolError, printable
from ..proto.opend_pb2 import (
    GetGlobalState,
    GetOptionMarketStatistic,
    GetOptionUnderlyingHisStatistic,
    GetOptionUnderlyingHisVolatility,
    InitConnect,
    InitWebSocket,
    KeepAlive,
    Security,
)
from .columns import read_items
from .packets import BodyFormat

if TYPE_CHECKING:
    from google.protobuf.message import Message

__all__ = [
    "GetGlobalState",
    "GetOptionMarketStatistic",
    "GetOptionUnderlyingHisStatistic",
    "GetOptionUnderlyingHisVolatility",
    "InitConnect",
    "InitWebSocket",
    "KeepAlive",
    "Request",
    "Response",
    "Security",
    "StatisticReply",
    "decode_body",
    "decode_statistic",
    "encode_body",
    "ret_type_of",
    "seed_of",
    "synthetic_user_id",
]

_MessageT = TypeVar("_MessageT", bound="Message")

#: The protocol's default for a response without ``retType``.
UNKNOWN_RET_TYPE = -400

#: A body within `packets.MAX_BODY_BYTES` may still hold half a million empty rows. A request covers at most 365
#: dates, but a server may answer longer spans: ten years are 2,520 sessions.
MAX_ROWS = 4096

#: JSON with more objects or lists than this is not parsed. Each row is one object, and protobuf's JSON parser needs
#: about a hundred times the three bytes of the shortest one.
MAX_JSON_NESTS = MAX_ROWS + 64

#: Upper bound of the bytes that decoding one reply allocates at its peak, whatever the reply holds. The worst known
#: body of `packets.MAX_BODY_BYTES` needs half of it; `tests/stress/test_memory.py` measures it.
MAX_DECODING_BYTES = 32 * 1024 * 1024

#: Simulators log in with ids from here on, one for each of the 2**32 seeds ("SIM" in the upper half). Real ids are
#: far smaller. A client that knows no `InitConnect.Synthetic`, such as a vendor SDK, can tell a simulator by this id.
SYNTHETIC_USER_IDS = 0x0053494D_00000000


Request: TypeAlias = (  # pyright: ignore[reportGeneralTypeIssues]
    "InitConnect.Request | InitWebSocket.Request | GetGlobalState.Request | KeepAlive.Request | "
    "GetOptionMarketStatistic.Request | GetOptionUnderlyingHisStatistic.Request | "
    "GetOptionUnderlyingHisVolatility.Request"
)


class Response(Protocol):
    """The fields that all of OpenD's responses start with."""

    retType: int
    retMsg: str
    errCode: int

    def HasField(self, field_name: str) -> bool: ...


def encode_body(message: Message, body_format: BodyFormat) -> bytes:
    """Return `message` as the bytes of a body."""
    if body_format is BodyFormat.PROTOBUF:
        binary: bytes = message.SerializeToString()
        return binary
    from google.protobuf import json_format

    text: str = json_format.MessageToJson(message, indent=None)
    return text.encode()


def decode_body(kind: type[_MessageT], body: bytes, body_format: BodyFormat) -> _MessageT:
    """Return the message of type `kind` in `body`. Unknown fields are ignored.

    Raises
    ------
    ProtocolError
        If `body` cannot be decoded as a `kind`.
    """
    message: _MessageT
    try:
        if body_format is BodyFormat.PROTOBUF:
            message = kind.FromString(body)
            return message
        from google.protobuf import json_format

        if max(body.count(b"{"), body.count(b"[")) > MAX_JSON_NESTS:
            raise ValueError(f"more than {MAX_JSON_NESTS} objects or lists")
        if not body.lstrip().startswith(b"{"):
            # json_format takes other JSON values, such as an empty list, for an empty message.
            raise ValueError("not a JSON object")
        message = kind()
        json_format.Parse(body.decode(), message, ignore_unknown_fields=True)
        return message
    except Exception as error:
        # On hostile bytes the parsers raise more than DecodeError and ParseError: RecursionError, for example.
        # Their texts may quote the whole body.
        reason = printable(str(error))
        raise ProtocolError(f"a body cannot be decoded as {kind.DESCRIPTOR.full_name}: {reason}") from None


def ret_type_of(response: Response) -> int:
    """Return the ``retType`` of a response, -400 if it has none."""
    return response.retType if response.HasField("retType") else UNKNOWN_RET_TYPE


def synthetic_user_id(seed: int) -> int:
    """Return the login user id of a simulator with `seed`."""
    return SYNTHETIC_USER_IDS + seed


def seed_of(user_id: int) -> int | None:
    """Return the seed of a simulator's login user id, the inverse of `synthetic_user_id`; None for other ids."""
    seed = user_id - SYNTHETIC_USER_IDS
    return seed if 0 <= seed < 2**32 else None


@dataclass(frozen=True, slots=True)
class StatisticReply:
    """A decoded reply to 3301. `page` is None if the server sent no data."""

    ret_type: int
    ret_msg: str
    err_code: int
    page: Page | None


def decode_statistic(body: bytes, body_format: BodyFormat) -> StatisticReply:
    """Return the reply to 3301 in `body`.

    Raises
    ------
    ProtocolError
        If `body` cannot be decoded, or has more than `MAX_ROWS` rows.
    """
    if body_format is BodyFormat.PROTOBUF:
        # `RawResponse` leaves the rows as bytes, for `read_items` to decode without a Python object per row.
        raw = decode_body(GetOptionMarketStatistic.RawResponse, body, body_format)
        items = raw.s2c.statisticList
        _check_row_count(len(items))
        columns = read_items(list(items))
        if columns is not None:
            page = Page(*_series_of(raw.s2c), **columns._asdict(), next_key=raw.s2c.nextPageKey)
            return _to_reply(raw, page)
    response = decode_body(GetOptionMarketStatistic.Response, body, body_format)
    _check_row_count(len(response.s2c.statisticList))
    return _to_reply(response, _to_page(response.s2c))


def _check_row_count(rows: int) -> None:
    if rows > MAX_ROWS:
        raise ProtocolError(f"a reply has {rows} rows; the limit is {MAX_ROWS}, as a request covers at most 365 dates")


def _to_reply(response: Response, page: Page) -> StatisticReply:
    sent = page if response.HasField("s2c") else None
    return StatisticReply(ret_type_of(response), response.retMsg, response.errCode, sent)


def _series_of(s2c: GetOptionMarketStatistic.S2C | GetOptionMarketStatistic.RawS2C) -> tuple[int | None, int | None]:
    """Return market and data type, None for each that is absent."""
    return (
        s2c.optionMarket if s2c.HasField("optionMarket") else None,
        s2c.dataType if s2c.HasField("dataType") else None,
    )


def _to_page(s2c: GetOptionMarketStatistic.S2C) -> Page:
    items = s2c.statisticList

    def column(name: str) -> list[Any]:
        values: list[Any] = list(map(attrgetter(name), items))
        if 0 in values:  # an absent field reads as 0, so only zeros need the slow check
            return [value if value or item.HasField(name) else None for value, item in zip(values, items, strict=True)]
        return values

    return Page.of(
        *_series_of(s2c),
        times=list(map(attrgetter("time"), items)),
        timestamps=column("timestamp"),
        calls=column("callValue"),
        puts=column("putValue"),
        totals=column("totalValue"),
        ratios=column("ratio"),
        next_key=s2c.nextPageKey,
    )
