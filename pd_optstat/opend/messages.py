"""Bodies of packets: protobuf messages as protobuf or JSON bytes, and what the loader needs of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from ..core.pages import Page
from ..errors import ProtocolError, printable
from ..proto import opend_pb2
from .columns import read_items
from .packets import BodyFormat

__all__ = [
    "GetGlobalState",
    "GetOptionMarketStatistic",
    "InitConnect",
    "InitWebSocket",
    "KeepAlive",
    "Reply",
    "decode_body",
    "decode_statistic",
    "encode_body",
    "ret_type_of",
    "seed_of",
    "synthetic_user_id",
]

# The generated module defines its messages at run time, so the type checker cannot see them.
_messages: Any = opend_pb2
InitConnect = _messages.InitConnect
InitWebSocket = _messages.InitWebSocket
GetGlobalState = _messages.GetGlobalState
KeepAlive = _messages.KeepAlive
GetOptionMarketStatistic = _messages.GetOptionMarketStatistic

#: The protocol's default of a response that does not say whether it succeeded.
UNKNOWN_RET_TYPE = -400

#: A body of the longest size may claim half a million rows of nothing. Ten years are 2,520 sessions; no reply has more.
MAX_ROWS = 4096

#: JSON of so many objects or lists is not parsed: a row is one, and one of three bytes costs a hundred times that.
MAX_JSON_NESTS = MAX_ROWS + 64

#: What decoding one reply may allocate at its peak, in bytes, whatever it holds: `MAX_BODY_BYTES` of the worst that
#: is known take half of that. `tests/test_memory.py` measures it.
MAX_DECODING_BYTES = 32 * 1024 * 1024


#: loginUserIDs from here on, for 2**32 seeds, are the simulator's: "SIM" in the upper half. Real ids are far smaller.
SYNTHETIC_USER_IDS = 0x0053494D_00000000


def encode_body(message: Any, body_format: BodyFormat) -> bytes:
    """Return `message` as the bytes of a body."""
    if body_format is BodyFormat.PROTOBUF:
        binary: bytes = message.SerializeToString()
        return binary
    from google.protobuf import json_format

    text: str = json_format.MessageToJson(message, indent=None)
    return text.encode()


def decode_body(kind: Any, body: bytes, body_format: BodyFormat) -> Any:
    """Return the message of type `kind` that `body` holds; fields that we do not know are skipped.

    Raises
    ------
    ProtocolError
        If it holds none.
    """
    try:
        if body_format is BodyFormat.PROTOBUF:
            return kind.FromString(body)
        from google.protobuf import json_format

        if max(body.count(b"{"), body.count(b"[")) > MAX_JSON_NESTS:
            raise ValueError(f"more than {MAX_JSON_NESTS} objects or lists")
        if not body.lstrip().startswith(b"{"):
            raise ValueError("no JSON object")  # protobuf takes an empty list, say, for an empty message
        return json_format.Parse(body.decode(), kind(), ignore_unknown_fields=True)
    except Exception as error:
        # Whatever the parsers raise (DecodeError, ParseError, and less expected things on hostile bytes).
        why = printable(str(error))  # which may quote all of the body
        raise ProtocolError(f"a body cannot be read as {kind.DESCRIPTOR.full_name}: {why}") from None


def ret_type_of(response: Any) -> int:
    """Return a response's ``retType``, which is -400 where it says none."""
    return int(response.retType) if response.HasField("retType") else UNKNOWN_RET_TYPE


def synthetic_user_id(seed: int) -> int:
    """Return the loginUserID by which a simulator with `seed` says that it is one."""
    return SYNTHETIC_USER_IDS + seed


def seed_of(login_user_id: int) -> int | None:
    """Return the simulator's seed if `login_user_id` is reserved for one, else None."""
    seed = login_user_id - SYNTHETIC_USER_IDS
    return seed if 0 <= seed < 2**32 else None


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply to 3301: OpenD's own words, and the page, None if it sent none."""

    ret_type: int
    ret_msg: str
    err_code: int
    page: Page | None


def decode_statistic(body: bytes, body_format: BodyFormat) -> Reply:
    """Return the reply to 3301 that `body` holds.

    Raises
    ------
    ProtocolError
        If it holds none, or more rows than any reply can have.
    """
    if body_format is BodyFormat.PROTOBUF:
        raw = decode_body(GetOptionMarketStatistic.RawResponse, body, body_format)
        _check_size(raw)
        columns = read_items(list(raw.s2c.statisticList))
        if columns is not None:
            return _reply(raw, lambda s2c: Page(*_identity(s2c), **columns._asdict(), next_key=s2c.nextPageKey))
    response = decode_body(GetOptionMarketStatistic.Response, body, body_format)
    _check_size(response)
    return _reply(response, _to_page)


def _check_size(response: Any) -> None:
    rows = len(response.s2c.statisticList)
    if rows > MAX_ROWS:
        raise ProtocolError(f"a reply has {rows} rows; a request covers at most 365 dates, so {MAX_ROWS} are too many")


def _reply(response: Any, to_page: Callable[[Any], Page]) -> Reply:
    page = to_page(response.s2c) if response.HasField("s2c") else None
    return Reply(ret_type_of(response), response.retMsg, response.errCode, page)


def _identity(s2c: Any) -> tuple[int | None, int | None]:
    return (
        s2c.optionMarket if s2c.HasField("optionMarket") else None,
        s2c.dataType if s2c.HasField("dataType") else None,
    )


def _to_page(s2c: Any) -> Page:
    items = s2c.statisticList

    def column(name: str) -> Sequence[Any]:
        values = list(map(attrgetter(name), items))
        if 0 in values:  # only there may it be absent: that reads as 0
            return [value if value or item.HasField(name) else None for value, item in zip(values, items, strict=True)]
        return values

    return Page.of(
        *_identity(s2c),
        times=list(map(attrgetter("time"), items)),
        timestamps=column("timestamp"),
        calls=column("callValue"),
        puts=column("putValue"),
        totals=column("totalValue"),
        ratios=column("ratio"),
        next_key=s2c.nextPageKey,
    )
