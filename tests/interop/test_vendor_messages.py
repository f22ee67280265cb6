"""The messages of `proto/opend.proto` have the fields, numbers and types of the vendor's own definitions."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from pd_optstat.proto import opend_pb2

pytestmark = pytest.mark.vendor

#: Our message and the vendor's module for each protocol that we speak, apart from InitWebSocket, which has none.
MODULES = {
    "InitConnect": "InitConnect_pb2",
    "GetGlobalState": "GetGlobalState_pb2",
    "KeepAlive": "KeepAlive_pb2",
    "GetOptionMarketStatistic": "Qot_GetOptionMarketStatistic_pb2",
    "GetOptionUnderlyingHisStatistic": "Qot_GetOptionUnderlyingHisStatistic_pb2",
    "GetOptionUnderlyingHisVolatility": "Qot_GetOptionUnderlyingHisVolatility_pb2",
}
#: Ours alone, with numbers far from the vendor's: what says that numbers are synthetic.
OWN = 1001


def fields(descriptor: Any, kinds: dict[int, int]) -> dict[str, Any]:
    """Return name, number and type of each field; for a message those of its fields. Enumerations are numbers to us."""
    return {
        field.name: (field.number, fields(field.message_type, kinds))
        if field.message_type
        else (field.number, kinds.get(field.type, field.type))
        for field in descriptor.fields
        if field.number < OWN
    }


@pytest.mark.parametrize("brand", ["futu", "moomoo"])
@pytest.mark.parametrize("name", MODULES)
def test_fields_are_the_vendors(name: str, brand: str) -> None:
    theirs = importlib.import_module(f"{brand}.common.pb.{MODULES[name]}").Request.DESCRIPTOR.file
    ours = getattr(opend_pb2, name)
    enumeration, int32 = 14, 5
    for part in ("Request", "Response"):
        mine = fields(getattr(ours, part).DESCRIPTOR, {})
        vendors = fields(theirs.message_types_by_name[part], {enumeration: int32})
        assert mine == subset(vendors, mine)


def subset(values: Any, like: Any) -> Any:
    """Return `values` without the fields that `like` does not have: we leave out what we do not use."""
    if not isinstance(values, dict):
        return values if not isinstance(values, tuple) else (values[0], subset(values[1], like[1]))
    return {name: subset(value, like[name]) for name, value in values.items() if name in like}


@pytest.mark.parametrize("name", ["GetOptionUnderlyingHisStatistic", "GetOptionUnderlyingHisVolatility"])
def test_underlyings_lack_no_field(name: str) -> None:
    theirs = importlib.import_module(f"futu.common.pb.{MODULES[name]}").Request.DESCRIPTOR.file
    for part in ("Request", "Response"):
        ours = getattr(getattr(opend_pb2, name), part).DESCRIPTOR
        assert fields(ours, {}) == fields(theirs.message_types_by_name[part], {})


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("GetOptionMarketStatistic", "statisticList"),
        ("GetOptionUnderlyingHisStatistic", "statisticList"),
        ("GetOptionUnderlyingHisVolatility", "volatilityList"),
    ],
)
def test_raw_replies_differ_in_their_rows_alone(name: str, rows: str) -> None:
    message = getattr(opend_pb2, name)
    bytes_type = 12
    expected = fields(message.S2C.DESCRIPTOR, {})
    expected[rows] = (expected[rows][0], bytes_type)
    assert fields(message.RawS2C.DESCRIPTOR, {}) == expected
    assert message.RawResponse.DESCRIPTOR.fields_by_name.keys() == message.Response.DESCRIPTOR.fields_by_name.keys()
