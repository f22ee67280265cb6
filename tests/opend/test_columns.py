"""Rows read a column at a time give what protobuf gives, or leave it to protobuf."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pd_optstat.core.arrays import ABSENT
from pd_optstat.core.pages import Page
from pd_optstat.errors import ProtocolError
from pd_optstat.opend import messages
from pd_optstat.opend.columns import read_items
from pd_optstat.opend.messages import MAX_ROWS, decode_statistic
from pd_optstat.opend.packets import BodyFormat

Item = messages.GetOptionMarketStatistic.StatisticItem

DATES = st.dates().map(str)
TIMES = st.one_of(DATES, DATES.map(lambda day: f"{day} 00:00:00"), st.text(max_size=12))
COUNTS = st.one_of(st.integers(0, 300), st.integers(0, 2**40), st.integers(-(2**63), 2**63 - 1))
FLOATS = st.floats()
FIELDS = st.fixed_dictionaries(
    {"time": TIMES},
    optional={"timestamp": FLOATS, "callValue": COUNTS, "putValue": COUNTS, "totalValue": COUNTS, "ratio": FLOATS},
)


def by_protobuf(items: list[bytes]) -> Page:
    """Return what protobuf reads, field by field."""
    read = [Item.FromString(item) for item in items]

    def column(name: str) -> list[Any]:
        return [getattr(item, name) if item.HasField(name) else None for item in read]

    return Page.of(
        1,
        0,
        [item.time for item in read],
        column("timestamp"),
        column("callValue"),
        column("putValue"),
        column("totalValue"),
        column("ratio"),
    )


def check(items: list[bytes]) -> bool:
    """Compare where the columns were read; return whether they were."""
    columns = read_items(items)
    if columns is None:
        return False
    expected = by_protobuf(items)
    assert expected.unreadable is None
    for name, values in columns._asdict().items():
        np.testing.assert_array_equal(values, getattr(expected, name), err_msg=name)
        assert values.dtype == getattr(expected, name).dtype
    return True


@pytest.mark.slow
@given(st.lists(FIELDS, max_size=6))
def test_columns_are_what_protobuf_reads(rows: list[dict[str, Any]]) -> None:
    check([Item(**row).SerializeToString() for row in rows])


def usual_rows(count: int, clock: str = "") -> list[bytes]:
    make = random.Random(3301)
    rows = []
    for day in range(count):
        call, put = make.randrange(2 ** make.randrange(1, 56)), make.randrange(2 ** make.randrange(1, 50))
        text = f"{np.datetime64('2000-01-01') + day}{clock}"
        whole = {"time": text, "timestamp": float(day), "callValue": call, "putValue": put}
        some = {} if day % 7 == 0 else {"totalValue": call + put, "ratio": make.random()}
        rows.append(Item(**whole, **some).SerializeToString())
    return rows


@pytest.mark.parametrize("clock", ["", " 00:00:00"])
@pytest.mark.parametrize("count", [0, 1, 2, 365, 2500])
def test_usual_rows_are_decoded_as_columns(count: int, clock: str) -> None:
    """Otherwise nothing here would be faster than protobuf."""
    assert check(usual_rows(count, clock))


@given(st.data())
def test_changed_bytes_decode_as_in_protobuf_or_are_left_to_it(data: st.DataObject) -> None:
    items = usual_rows(8)
    row = data.draw(st.integers(0, 7))
    changed = bytearray(items[row])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
        if not changed:
            break
    items[row] = bytes(changed)
    try:
        by_protobuf(items)
    except Exception:
        # What protobuf cannot read, the columns must not read either.
        assert read_items(items) is None
        return
    check(items)


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_arbitrary_bytes_decode_as_in_protobuf_or_are_left_to_it(items: list[bytes]) -> None:
    read_items(items)
    if read_items(items) is not None:
        check(items)


@pytest.mark.parametrize(
    "odd",
    [
        b"\x18\x05" + b"\x0a\x0a2026-06-12",  # another order
        b"\x0a\x0a2026-06-12\x18\x05\x18\x06",  # twice: the last one counts
        b"\x0a\x0a2026-06-12\x18\x85\x80\x00",  # longer than need be
        b"\x0a\x0a2026-06-12\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  # -1
        b"\x0a\x0a2026-06-12\x3a\x01x",  # a field that we do not know
        b"\x0a\x0a2026-06-31\x18\x05",  # no date
        b"\x0a\x0a2026/06/12\x18\x05",
        b"\x0a\x132026-06-12 16:00:00\x18\x05",
        b"\x0a\x0a2026-06-12\x18",  # cut off
        b"\x0a\x0a2026-06-12\x11\x00\x00",
        b"\x0a\x0a2026-06",
        b"\x0a",
        b"",
    ],
)
def test_unusual_encodings_are_left_to_protobuf(odd: bytes) -> None:
    for items in ([odd], [*usual_rows(3), odd], [odd, *usual_rows(3)]):
        try:
            by_protobuf(items)
        except Exception:
            assert read_items(items) is None
            continue
        if read_items(items) is not None:
            check(items)


def reply_of(items: list[bytes]) -> bytes:
    message = messages.GetOptionMarketStatistic
    s2c = message.RawS2C(optionMarket=1, dataType=0, statisticList=items, nextPageKey=b"k")
    return bytes(message.RawResponse(retType=0, s2c=s2c).SerializeToString())


def test_a_reply_with_an_odd_row_is_read_by_protobuf() -> None:
    items = [*usual_rows(2), Item(time="2026-06-12", callValue=-1, putValue=2).SerializeToString()]
    assert read_items(items) is None
    page = decode_statistic(reply_of(items), BodyFormat.PROTOBUF).page
    assert page is not None
    assert (page.calls[-1], page.puts[-1], page.totals[-1], page.next_key) == (-1, 2, ABSENT, b"k")


def test_more_rows_than_any_reply_has_are_refused() -> None:
    assert decode_statistic(reply_of(usual_rows(MAX_ROWS)), BodyFormat.PROTOBUF).page is not None
    with pytest.raises(ProtocolError, match=f"{MAX_ROWS + 1} rows"):
        decode_statistic(reply_of([b""] * (MAX_ROWS + 1)), BodyFormat.PROTOBUF)
