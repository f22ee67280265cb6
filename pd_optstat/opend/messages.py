"""Bodies of packets: protobuf messages as protobuf or JSON bytes, and what the loader needs of them."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from ..errors import ProtocolError
from ..proto import opend_pb2
from ..stitching import Page
from .protocol import BodyFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "GetGlobalState",
    "GetOptionMarketStatistic",
    "InitConnect",
    "InitWebSocket",
    "KeepAlive",
    "decode_body",
    "encode_body",
    "ret_type_of",
    "seed_of",
    "synthetic_user_id",
    "to_page",
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

        if not body.lstrip().startswith(b"{"):
            raise ValueError("no JSON object")  # protobuf takes an empty list, say, for an empty message
        return json_format.Parse(body.decode(), kind(), ignore_unknown_fields=True)
    except Exception as error:
        # Whatever the parsers raise (DecodeError, ParseError, and less expected things on hostile bytes).
        raise ProtocolError(f"a body cannot be read as {kind.DESCRIPTOR.full_name}: {error}") from None


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


def to_page(response: Any) -> Page:
    """Return the columns of a `GetOptionMarketStatistic.Response` that says it succeeded."""
    s2c = response.s2c
    items = s2c.statisticList

    def column(name: str) -> Sequence[Any]:
        values = list(map(attrgetter(name), items))
        if 0 in values:  # only there may it be absent: that reads as 0
            return [value if value or item.HasField(name) else None for value, item in zip(values, items, strict=True)]
        return values

    return Page(
        market=s2c.optionMarket if s2c.HasField("optionMarket") else None,
        data_type=s2c.dataType if s2c.HasField("dataType") else None,
        times=list(map(attrgetter("time"), items)),
        timestamps=column("timestamp"),
        calls=column("callValue"),
        puts=column("putValue"),
        totals=column("totalValue"),
        ratios=column("ratio"),
        next_key=s2c.nextPageKey,
    )
