"""The bytes of a record: every flipped bit is found, and a record under another key is none."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pytest

from pd_optstat.core import observations
from pd_optstat.core.finality import DAY
from pd_optstat.core.history import EMPTY, TABLES, Answer, Rows
from pd_optstat.core.request import parse_data_type, parse_market
from pd_optstat.core.series import MarketSeries
from pd_optstat.proto import cache_pb2
from pd_optstat.storage.cache.records import (
    MAGIC,
    ChunkKey,
    DamagedRecord,
    NewerRecord,
    chunk_keys,
    decode,
    encode,
    is_sound,
    parse_key,
    summarize,
)

SERIES = MarketSeries(parse_market(1), parse_data_type(0))
KEY = ChunkKey("opend", SERIES, 2020)


def sample():
    days = np.arange(KEY.first, KEY.first + 5)
    rows = Rows.of(days, days * 1000, days * 900)
    days_asked = (KEY.first, KEY.first + 6)
    answer = Answer(*days_asked, days_asked, rows, days + 1, 30_000 * DAY, KEY.first + 6, "opend://h:1")
    kept, _ = observations.record(EMPTY, answer)
    return kept


def test_what_goes_in_comes_out():
    kept = decode(KEY, encode(KEY, sample()))
    for table in TABLES:
        for name in table:
            assert getattr(kept, name).tolist() == getattr(sample(), name).tolist(), name
    assert kept.endpoints == {30_000 * DAY: "opend://h:1"}
    assert decode(KEY, encode(KEY, EMPTY)).row_day.tolist() == []


def test_every_bit_counts():
    value = encode(KEY, sample())
    for index in range(len(value)):
        for bit in range(8):
            flipped = bytearray(value)
            flipped[index] ^= 1 << bit
            with pytest.raises(DamagedRecord):
                decode(KEY, bytes(flipped))
    for length in range(0, len(value), 7):
        with pytest.raises(DamagedRecord):
            decode(KEY, value[:length])


@pytest.mark.parametrize(
    "other",
    [
        ChunkKey("simulator:7", SERIES, 2020),
        ChunkKey("opend", SERIES, 2015),
        ChunkKey("opend", MarketSeries(parse_market(2), parse_data_type(0)), 2020),
        ChunkKey("opend", MarketSeries(parse_market(1), parse_data_type(1)), 2020),
    ],
)
def test_a_record_under_another_key_is_damage(other):
    with pytest.raises(DamagedRecord, match="another key"):
        decode(other, encode(KEY, sample()))


def signed(**fields):
    """Return a record whose checksum is right and whose content is not ours."""
    chunk = cache_pb2.Chunk.FromString(encode(KEY, sample())[len(MAGIC) + 32 :])
    for name, value in fields.items():
        setattr(chunk, name, value)
    body = chunk.SerializeToString()
    return MAGIC + hashlib.sha256(MAGIC + body).digest() + body


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"row_day": b"\x00" * 3}, "cut off"),
        ({"row_day": b"\x00" * 20}, "out of order"),
        ({"row_call": b""}, "differ in length"),
        ({"row_call": np.full(5, -1, "<i8").tobytes()}, "negative"),
        ({"row_put": np.full(5, 2**62, "<i8").tobytes()}, "too large"),
        ({"span_last": np.array([0], "<i4").tobytes()}, "overlap"),
        ({"span_last": np.array([KEY.last + 1], "<i4").tobytes()}, "out of order"),
    ],
)
def test_a_forged_record_is_refused(fields, reason):
    with pytest.raises(DamagedRecord, match=reason):
        decode(KEY, signed(**fields))
    if "row_day" in fields:  # what a summary reads
        with pytest.raises(DamagedRecord, match=reason):
            summarize(KEY, signed(**fields))


def test_a_summary_says_what_the_whole_record_holds():
    days = np.arange(KEY.first + 2, KEY.first + 4)
    asked = (KEY.first, KEY.first + 6)
    revised, _ = observations.record(
        sample(), Answer(*asked, asked, Rows.of(days, days, days), days, 30_001 * DAY, KEY.first, "opend://h:1")
    )
    assert len(revised.row_day) == 7
    found = summarize(KEY, encode(KEY, revised))
    assert (found.rows, found.first, found.last, found.newest_answer) == (5, KEY.first, KEY.first + 4, 30_001 * DAY)
    nothing = summarize(KEY, encode(KEY, EMPTY))
    assert (nothing.rows, nothing.first, nothing.last, nothing.newest_answer) == (0, None, None, None)
    with pytest.raises(DamagedRecord, match="another key"):
        summarize(ChunkKey("opend", SERIES, 2015), encode(KEY, revised))
    with pytest.raises(DamagedRecord, match="checksum"):
        summarize(KEY, encode(KEY, revised)[:-1])


@pytest.mark.parametrize("text", ["opend://\x1b[31mhost", "=HYPERLINK(1)", "host\n", "x" * 5000])
def test_an_endpoint_that_is_not_an_address_is_refused(text):
    chunk = cache_pb2.Chunk.FromString(encode(KEY, sample())[len(MAGIC) + 32 :])
    chunk.answer[0].endpoint = text
    body = chunk.SerializeToString()
    with pytest.raises(DamagedRecord, match="not an address"):
        decode(KEY, MAGIC + hashlib.sha256(MAGIC + body).digest() + body)


def test_garbage_with_a_right_checksum():
    body = b"\xff" * 40
    with pytest.raises(DamagedRecord, match="not a record"):
        decode(KEY, MAGIC + hashlib.sha256(MAGIC + body).digest() + body)


def test_chunks_are_five_years():
    keys = list(chunk_keys("opend", SERIES, KEY.first - 1, KEY.last + 1))
    assert [key.first_year for key in keys] == [2015, 2020, 2025]
    assert all(before.last + 1 == after.first for before, after in itertools.pairwise(keys))
    assert keys[1].text == "series|opend|US_SECURITY|VOLUME|2020"


def test_a_later_format_is_told_from_damage():
    body = b"of the future"
    with pytest.raises(NewerRecord):
        decode(KEY, b"POS2" + hashlib.sha256(b"POS2" + body).digest() + body)
    with pytest.raises(DamagedRecord, match="checksum"):
        decode(KEY, b"POS2" + encode(KEY, sample())[4:])


def test_keys_read_back():
    assert parse_key(KEY.text) == KEY
    for text in ("", "series|opend|US_SECURITY|VOLUME|2021", "series|opend|US_SECURITY|VOLUME|9995", "x" + KEY.text):
        assert parse_key(text) is None
    for origin in ("=HYPERLINK(1)", "\x1b[31m", "", "simulator:x"):
        text = f"series|{origin}|US_SECURITY|VOLUME|2020"
        assert parse_key(text) is None
    assert is_sound(KEY.text, encode(KEY, sample()))
    assert not is_sound(KEY.text, b"")
    assert not is_sound("other", encode(KEY, sample()))
