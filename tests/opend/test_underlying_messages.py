"""Replies to 3302 and 3304: rows read a column at a time give what protobuf gives, and hostile bodies are refused."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pd_optstat.core.arrays import ABSENT
from pd_optstat.core.dates import to_day
from pd_optstat.core.underlying import Underlying
from pd_optstat.core.underlying_pages import StatisticPage, UnderlyingTable, VolatilityPage
from pd_optstat.errors import ProtocolError
from pd_optstat.opend import columns, messages, underlying_messages
from pd_optstat.opend.messages import MAX_ROWS, encode_body
from pd_optstat.opend.packets import BodyFormat
from pd_optstat.opend.underlying_messages import decode_underlying, underlying_request

STATISTIC, VOLATILITY = UnderlyingTable
MESSAGES: dict[UnderlyingTable, Any] = {
    STATISTIC: messages.GetOptionUnderlyingHisStatistic,
    VOLATILITY: messages.GetOptionUnderlyingHisVolatility,
}
ITEMS = {STATISTIC: MESSAGES[STATISTIC].DailyStatistic, VOLATILITY: MESSAGES[VOLATILITY].VolatilityItem}
LISTS = {STATISTIC: "statisticList", VOLATILITY: "volatilityList"}
FIELDS = {STATISTIC: underlying_messages._STATISTIC_FIELDS, VOLATILITY: underlying_messages._VOLATILITY_FIELDS}
READERS: dict[UnderlyingTable, Any] = {STATISTIC: columns.read_statistics, VOLATILITY: columns.read_volatilities}

DATES = st.dates().map(str)
TIMES = st.one_of(DATES, DATES.map(lambda day: f"{day} 00:00:00"), st.text(max_size=12))
COUNTS = st.one_of(st.integers(0, 300), st.integers(0, 2**40), st.integers(-(2**63), 2**63 - 1))

tables = pytest.mark.parametrize("table", list(UnderlyingTable), ids=lambda table: table.name)


def row_strategy(table: UnderlyingTable) -> st.SearchStrategy[dict[str, Any]]:
    kinds = {name: COUNTS if kind is int else st.floats() for name, kind in FIELDS[table].items()}
    return st.fixed_dictionaries({}, optional={"time": TIMES, **kinds})


def usual_rows(table: UnderlyingTable, count: int, clock: str = "") -> list[bytes]:
    make = random.Random(3302)
    rows = []
    for day in range(count):
        values = {
            name: make.randrange(2 ** make.randrange(1, 56)) if kind is int else make.random()
            for name, kind in FIELDS[table].items()
            if make.random() < 0.9
        }
        rows.append(ITEMS[table](time=f"{np.datetime64('2000-01-01') + day}{clock}", **values).SerializeToString())
    return rows


def by_protobuf(table: UnderlyingTable, items: list[bytes]) -> list[list[Any]]:
    """Return a column for each field after the day as protobuf reads it, None where it is absent."""
    read = [ITEMS[table].FromString(item) for item in items]
    return [[getattr(item, name) if item.HasField(name) else None for item in read] for name in FIELDS[table]]


def check(table: UnderlyingTable, items: list[bytes]) -> bool:
    """Compare where the columns were read; return whether they were."""
    found = READERS[table](items)
    if found is None:
        return False
    days, *values = found
    read = [ITEMS[table].FromString(item) for item in items]
    assert days.tolist() == [to_day(np.datetime64(item.time[:10]).item()) for item in read]
    for column, expected, kind in zip(values, by_protobuf(table, items), FIELDS[table].values(), strict=True):
        if kind is int:
            assert column.tolist() == [ABSENT if value is None else value for value in expected]
        else:
            numbers = [math.nan if value is None else math.inf if math.isnan(value) else value for value in expected]
            np.testing.assert_array_equal(column, np.array(numbers, dtype=np.float64))
    return True


# -- Rows as columns --------------------------------------------------------------------------------------------------


@tables
@given(data=st.data())
def test_columns_are_what_protobuf_reads(table: UnderlyingTable, data: st.DataObject) -> None:
    rows = data.draw(st.lists(row_strategy(table), max_size=6))
    check(table, [ITEMS[table](**row).SerializeToString() for row in rows])


@tables
@pytest.mark.parametrize("clock", ["", " 00:00:00"])
@pytest.mark.parametrize("count", [0, 1, 365, 2500])
def test_usual_rows_are_decoded_as_columns(table: UnderlyingTable, count: int, clock: str) -> None:
    """Otherwise nothing here would be faster than protobuf."""
    assert check(table, usual_rows(table, count, clock))


@tables
@given(data=st.data())
def test_changed_bytes_decode_as_in_protobuf_or_are_left_to_it(table: UnderlyingTable, data: st.DataObject) -> None:
    items = usual_rows(table, 5)
    row = data.draw(st.integers(0, 4))
    changed = bytearray(items[row])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(changed)))
        changed[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    items[row] = bytes(changed)
    try:
        by_protobuf(table, items)
    except Exception:
        # What protobuf cannot read, the columns must not read either.
        assert READERS[table](items) is None
        return
    check(table, items)


# -- Replies ----------------------------------------------------------------------------------------------------------


def reply(table: UnderlyingTable, rows: list[bytes], **s2c: Any) -> bytes:
    message = MESSAGES[table]
    content = message.RawS2C(owner={"market": 11, "code": "AAPL"}, **{LISTS[table]: rows}, nextPageKey=b"k", **s2c)
    return bytes(message.RawResponse(retType=0, retMsg="", errCode=0, s2c=content).SerializeToString())


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f")) and one.dtype == other.dtype
    if isinstance(one, tuple):
        return all(map(same, one, other))
    return bool(one == other)


@tables
@pytest.mark.parametrize("is_odd", [False, True], ids=["all usual", "one odd"])
def test_both_formats_and_both_ways_of_reading_give_the_same_page(table: UnderlyingTable, is_odd: bool) -> None:
    rows = usual_rows(table, 30)
    # A field that no version defines, at the end of a row, is left to protobuf.
    odd = [*rows[:-1], rows[-1] + b"\x7a\x01x"]
    assert READERS[table](odd) is None
    assert READERS[table](rows) is not None
    body = reply(table, odd if is_odd else rows)
    as_json = encode_body(MESSAGES[table].Response.FromString(reply(table, rows)), BodyFormat.JSON)
    pages = [
        decode_underlying(table, given, form).page
        for given, form in ((body, BodyFormat.PROTOBUF), (as_json, BodyFormat.JSON))
    ]
    one, other = pages
    assert isinstance(one, StatisticPage if table is STATISTIC else VolatilityPage)
    assert other is not None
    names = ("owner_market", "owner_code", "days", "timestamps", "prices", "next_key", "unreadable")
    more = ("volumes", "interests") if table is STATISTIC else ("ivs", "hvs")
    for name in (*names, *more):
        assert same(getattr(one, name), getattr(other, name)), name
    assert (one.owner_market, one.owner_code, one.next_key, one.unreadable) == (11, "AAPL", b"k", None)


def check_decoding(table: UnderlyingTable, body: bytes, form: BodyFormat) -> None:
    """Decode a body that may be anything; nothing but `ProtocolError` may be raised, in few words."""
    try:
        page = decode_underlying(table, body, form).page
    except ProtocolError as error:
        length = len(str(error))
    else:
        length = 0
        assert page is None or len(page.days) == len(page.timestamps) == len(page.prices)
    assert length < 1000


@tables
@given(body=st.binary(max_size=300), form=st.sampled_from(BodyFormat))
def test_arbitrary_bytes_are_a_reply_or_a_protocol_error(table: UnderlyingTable, body: bytes, form: BodyFormat) -> None:
    check_decoding(table, body, form)


@tables
@given(data=st.data())
def test_damaged_replies_are_read_or_refused(table: UnderlyingTable, data: st.DataObject) -> None:
    changed = bytearray(reply(table, usual_rows(table, 3)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed)))
        changed[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    check_decoding(table, bytes(changed), BodyFormat.PROTOBUF)


@tables
def test_what_is_absent_is_told(table: UnderlyingTable) -> None:
    empty = decode_underlying(table, b"", BodyFormat.PROTOBUF)
    assert (empty.ret_type, empty.ret_msg, empty.err_code, empty.page) == (-400, "", 0, None)
    message = MESSAGES[table]
    bare = message.Response(retType=0, s2c=message.S2C()).SerializeToString()
    page = decode_underlying(table, bare, BodyFormat.PROTOBUF).page
    assert page is not None
    assert (page.owner_market, page.owner_code, page.next_key, len(page.days)) == (None, None, b"", 0)
    refused = message.Response(retType=-1, retMsg="unknown security", errCode=7).SerializeToString()
    told = decode_underlying(table, refused, BodyFormat.PROTOBUF)
    assert (told.ret_type, told.ret_msg, told.err_code, told.page) == (-1, "unknown security", 7, None)


@tables
def test_rows_without_a_readable_day_keep_the_first_one(table: UnderlyingTable) -> None:
    for text in ("2026-13-45", "", "x" * 300, "２０２６-０６-１２"):
        body = reply(table, [*usual_rows(table, 2), ITEMS[table](time=text).SerializeToString()])
        page = decode_underlying(table, body, BodyFormat.PROTOBUF).page
        assert page is not None
        assert page.unreadable == text


@tables
def test_more_rows_than_any_reply_has_are_refused(table: UnderlyingTable) -> None:
    assert decode_underlying(table, reply(table, usual_rows(table, MAX_ROWS)), BodyFormat.PROTOBUF).page is not None
    with pytest.raises(ProtocolError, match=f"{MAX_ROWS + 1} rows"):
        decode_underlying(table, reply(table, [b""] * (MAX_ROWS + 1)), BodyFormat.PROTOBUF)
    rows = json.dumps({"retType": 0, "s2c": {LISTS[table]: [{}] * (MAX_ROWS + 1)}})
    with pytest.raises(ProtocolError, match=r"rows|objects"):
        decode_underlying(table, rows.encode(), BodyFormat.JSON)


@tables
@pytest.mark.parametrize(
    "body",
    [b"[]", b"5", b'{"s2c": 7}', b'{"s2c": ' + b"[" * 100_000, b'{"s2c": {"owner": 5}}', b'{"retType": "x"}', b"\xff"],
    ids=lambda body: repr(body[:20]),
)
def test_json_that_is_no_reply_is_refused(table: UnderlyingTable, body: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        decode_underlying(table, body, BodyFormat.JSON)
    assert len(str(caught.value)) < 1000


# -- Requests ---------------------------------------------------------------------------------------------------------


@tables
def test_requests(table: UnderlyingTable) -> None:
    asked = (to_day(np.datetime64("2026-06-01").item()), to_day(np.datetime64("2026-06-12").item()))
    first = underlying_request(table, Underlying("HK", "800000", "SMALL"), *asked).c2s
    assert (first.owner.market, first.owner.code, first.indexOptionType) == (1, "800000", 2)
    assert (first.beginTime, first.endTime, first.HasField("nextPageKey")) == ("2026-06-01", "2026-06-12", False)
    later = underlying_request(table, Underlying("US", "AAPL"), *asked, b"key").c2s
    assert (later.owner.market, later.owner.code, later.indexOptionType) == (11, "AAPL", 1)
    assert later.nextPageKey == b"key"
    assert isinstance(later, MESSAGES[table].C2S)
