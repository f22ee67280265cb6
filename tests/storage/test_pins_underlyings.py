"""Pins of single underlyings: file format 2, its checks, and replays."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import struct

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pin_fixtures import (  # noqa: F401  (fixtures)
    RANGE,
    SERIES,
    about,
    assert_replayed,
    going_offline,
    load,
    make,
    no_pin_from_another_test,
    pin_path,
    record,
    replay,
)
from support.quick import examples

import pd_optstat as po
from pd_optstat.cli import main
from pd_optstat.core.arrays import to_bits
from pd_optstat.core.dates import to_day
from pd_optstat.core.frame import digest
from pd_optstat.core.history import Rows
from pd_optstat.core.markets import OptionStatisticDataType, VolatilityDataType
from pd_optstat.core.series import UnderlyingSeries
from pd_optstat.core.underlying import Underlying
from pd_optstat.storage.pins import format as pin_format
from pd_optstat.storage.pins.format import DamagedPin, LoadRequest, PinFile

APPLE = UnderlyingSeries(Underlying("US", "AAPL"), OptionStatisticDataType.VOLUME)
SMALL = UnderlyingSeries(Underlying("HK", "800000", "SMALL"), OptionStatisticDataType.OPEN_INTEREST)
VOLATILITY = UnderlyingSeries(Underlying("US", "AAPL"), VolatilityDataType.VOLATILITY)
DAY = to_day(pd.Timestamp("2026-06-12").date())
NAN_BITS = 0x7FF8000000000000


def recording(series, days, *columns):
    """Return a recording of rows: integers for counts, floats for the rest."""
    lines = [
        np.array(values, dtype=np.int64) if name in ("call", "put") else to_bits(np.array(values, dtype=np.float64))
        for name, values in zip(series.columns, columns, strict=True)
    ]
    days = np.array(days, dtype=np.int64)
    request = LoadRequest(series, DAY, DAY + 9, None, None, False)
    rows = Rows.of(days, *lines)
    return dataclasses.replace(
        make([], first=DAY, last=DAY + 9), request=request, rows=rows, digest=digest(days, *lines)
    )


def sealed(message):
    body = message.SerializeToString()
    return pin_format.MAGIC + hashlib.sha256(body).digest() + body


def forged(series=APPLE, **changed):
    """Return a pin whose checksum fits, with one recording of an underlying that is not as it should be."""
    from pd_optstat.proto import pin_pb2

    floats = [[25.0], [23.0], [291.13]] if series is VOLATILITY else [[5], [6], [291.13]]
    whole = pin_format.encode(PinFile(bytes(16), (recording(series, [DAY], *floats),)))
    message = pin_pb2.PinFile.FromString(whole[40:])
    for name, value in changed.items():
        target = message if name == "format" else message.recordings[0]
        if isinstance(value, list):
            getattr(target, name)[:] = value
        else:
            setattr(target, name, value)
    return sealed(message)


def test_loads_of_underlyings_are_recorded_and_replayed(path, offline):
    with po.pin(path):
        frames = [load(name, kind, *RANGE) for name in ("US.AAPL", "HK.00700") for kind in ("VOLUME", "OPEN_INTEREST")]
        market = load()
    offline()
    with po.pin(path, "replay"):
        replayed = [
            load(name, kind, *RANGE) for name in ("us.aapl", "HK.00700") for kind in ("VOLUME", "OPEN_INTEREST")
        ]
        for again, frame in zip(replayed, frames, strict=True):
            assert_replayed(again, frame)
            assert [*again][-1] == "underlying_price"
        assert_replayed(load(), market)
        with pytest.raises(po.OfflineMiss, match=r"does not hold US.MSFT/VOLUME"):
            load("US.MSFT", "VOLUME", *RANGE)
    part = load("US.AAPL", "VOLUME", "2026-06-03", "2026-06-05", source=f"snapshot:{path}")
    pd.testing.assert_frame_equal(part, frames[0].loc["2026-06-03":"2026-06-05"])
    assert about(part)["market"] == "US.AAPL"
    assert about(part)["synthetic"]
    assert "SYNTHETIC" in repr(part.optstat)


def test_volatility_is_recorded_and_replayed(path, offline):
    with po.pin(path):
        frame = po.load_volatility("US.AAPL", *RANGE, source="simulator:?seed=7")
        start = po.load_volatility("US.ARM", "2023-09-01", "2023-10-31", source="simulator:?seed=7")
    assert start["iv"].isna().any()  # rows without numbers stay
    offline()
    with po.pin(path, "replay"):
        assert_replayed(po.load_volatility("us.aapl", *RANGE, source="simulator:?seed=7"), frame)
        assert_replayed(po.load_volatility("US.ARM", "2023-09-01", "2023-10-31", source="simulator:?seed=7"), start)
        with pytest.raises(po.OfflineMiss, match=r"US\.AAPL/VOLUME"):
            load("US.AAPL", "VOLUME", *RANGE)
    part = po.load_volatility("US.AAPL", "2026-06-11", "2026-06-12", source=f"snapshot:{path}")
    assert part[["iv", "hv"]].values.tolist() == [[25.617, 23.27], [25.126, 23.324]]
    assert part.optstat.digest() == about(part)["digest"]


def test_small_and_normal_options_of_an_index_are_different_series(path):
    record(path, Underlying("HK", "800000"), "VOLUME", *RANGE)
    with pytest.raises(po.OfflineMiss, match=r"HK.800000 \(SMALL\)"):
        replay(path, "HK.800000 (SMALL)", "VOLUME", *RANGE)


def test_a_file_of_markets_has_the_bytes_that_0_1_wrote(monkeypatch):
    monkeypatch.setattr("pd_optstat._version.__version__", "0")
    recordings = (make([(20605, 5, 6), (20606, 2**40, 0)], more='{"x": 1}'), make([]))
    whole = pin_format.encode(PinFile(bytes(16), recordings))
    assert hashlib.sha256(whole).hexdigest() == "63de553337a0e25b966138179022a08dd71e2e7c787a8852938b7e62520e501e"


def test_the_format_is_2_from_the_first_underlying_on(path):
    from pd_optstat.proto import pin_pb2

    record(path, *SERIES, *RANGE)
    body = path.read_bytes()[40:]
    first = pin_pb2.PinFile.FromString(body)
    assert first.format == 1
    named = {field.number for one in first.recordings for field, _ in one.ListFields()}
    assert max(named) <= 21  # what 0.1 knows
    record(path, "US.AAPL", "VOLUME", *RANGE)
    both = pin_pb2.PinFile.FromString(path.read_bytes()[40:])
    assert both.format == 2
    assert both.recordings[0] == first.recordings[0]


def test_the_digest_can_be_recomputed_from_the_documented_bytes(path):
    frame = record(path, "US.AAPL", "VOLUME", *RANGE)
    rows = b"".join(
        struct.pack("<qqqd", to_day(day.date()), row.call_value, row.put_value, row.underlying_price)
        for day, row in zip(frame.index, frame.itertuples(), strict=True)
    )
    assert about(frame)["digest"] == "sha256:" + hashlib.sha256(rows).hexdigest()
    absent = recording(APPLE, [DAY], [5], [6], [math.nan])
    assert absent.digest == "sha256:" + hashlib.sha256(struct.pack("<qqqQ", DAY, 5, 6, NAN_BITS)).hexdigest()


@pytest.mark.parametrize(
    ("series", "changed", "said"),
    [
        (APPLE, {"format": 1}, "0 is not a valid OptionMarket"),
        (APPLE, {"market": 1}, "names another series"),
        (APPLE, {"underlying": "us.aapl"}, "names another series"),
        (APPLE, {"underlying": "XX.AAPL"}, "market='XX'"),
        (APPLE, {"underlying": "US.\x1b[31m"}, "is not a code"),
        (APPLE, {"underlying": "HK.700"}, "5 digits"),
        (APPLE, {"index_option_type": 0}, "index_option_type=0"),
        (APPLE, {"index_option_type": 2}, "the Hang Seng indices, have small options"),
        (APPLE, {"data_type": 9}, "9 is not a valid"),
        (APPLE, {"data_type": 2}, "differ in length"),
        (APPLE, {"prices": []}, "differ in length"),
        (APPLE, {"prices": [1.0, 2.0]}, "differ in length"),
        (APPLE, {"prices": [math.inf]}, "out of bounds"),
        (APPLE, {"prices": [-1.0]}, "out of bounds"),
        (APPLE, {"prices": [1e13]}, "out of bounds"),
        (APPLE, {"prices": [291.14]}, "digest"),
        (APPLE, {"calls": [-1]}, "out of bounds"),
        (APPLE, {"ivs": [1.0]}, "does not have"),
        (VOLATILITY, {"calls": [1]}, "does not have"),
        (VOLATILITY, {"ivs": [-1.0]}, "out of bounds"),
        (VOLATILITY, {"hvs": [math.inf]}, "out of bounds"),
        (VOLATILITY, {"hvs": [1e7]}, "out of bounds"),
        (VOLATILITY, {"data_type": 0}, "differ in length"),
    ],
)
def test_impossible_values_are_refused_even_with_a_matching_checksum(series, changed, said):
    assert pin_format.decode(forged(series)).recordings[0].request.series == series
    with pytest.raises(DamagedPin, match=said):
        pin_format.decode(forged(series, **changed))


def test_impossible_values_are_never_written():
    for price in (-1.0, math.inf, 1e13):
        with pytest.raises(DamagedPin, match="out of bounds"):
            pin_format.encode(PinFile(bytes(16), (recording(APPLE, [DAY], [5], [6], [price]),)))


prices = st.one_of(st.just(math.nan), st.floats(0, 1e12, allow_nan=False))
tables = st.dictionaries(
    st.integers(DAY, DAY + 9), st.tuples(st.integers(0, 2**61), st.integers(0, 2**61), prices), max_size=10
)


@examples(100)
@given(st.sampled_from([APPLE, SMALL]), tables)
def test_what_is_written_is_what_is_read(series, table):
    days = sorted(table)
    one = recording(series, days, *([table[day][place] for day in days] for place in range(3)))
    data = pin_format.encode(PinFile(bytes(16), (one,)))
    (read,) = pin_format.decode(data).recordings
    assert read.request == one.request
    np.testing.assert_array_equal(read.rows.days, one.rows.days)
    np.testing.assert_array_equal(read.rows.values, one.rows.values)
    assert pin_format.encode(PinFile(bytes(16), (read,))) == data


@examples(100)
@given(st.data())
def test_random_changes_with_a_matching_checksum_are_decoded_or_refused(data):
    whole = pin_format.encode(PinFile(bytes(16), (recording(VOLATILITY, [DAY], [25.0], [23.0], [math.nan]),)))[40:]
    at = data.draw(st.integers(0, len(whole)))
    changed = whole[:at] + data.draw(st.binary(max_size=9)) + whole[at + data.draw(st.integers(0, 9)) :]
    try:
        read = pin_format.decode(pin_format.MAGIC + hashlib.sha256(changed).digest() + changed)
    except DamagedPin:
        return
    for one in read.recordings:
        assert "\x1b" not in str(one.request.series)


def test_ten_years_take_less_than_50_kb(path):
    frame = record(path, "US.AAPL", "VOLUME", "2016-06-13", "2026-06-12", progress=False)
    assert len(frame) > 2400
    assert path.stat().st_size < 50_000


def test_show_and_verify(path, capsys):
    frame = record(path, "US.AAPL", "OPEN_INTEREST", *RANGE)
    assert main(["pin", "show", str(path)]) == 0
    shown = capsys.readouterr().out.splitlines()[1].split()
    assert shown[1] == "US.AAPL/OPEN_INTEREST"
    assert shown[-1] == about(frame)["digest"]
    assert main(["pin", "verify", str(path)]) == 0
