"""Pin files: format, size, permissions, detection of damage, and the command line."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import sys
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pin_fixtures import (  # noqa: F401  (fixtures)
    RANGE,
    SERIES,
    SOURCE,
    about,
    assert_replayed,
    load,
    make,
    no_pin_from_another_test,
    pin_path,
    record,
    replay,
    turned_clock,
)
from support.quick import examples

import pd_optstat as po
from pd_optstat.cli import main
from pd_optstat.core.attrs import DERIVED_NAMES, SeriesAttrs
from pd_optstat.storage.pins import file as pin_file
from pd_optstat.storage.pins import format as pin_format
from pd_optstat.storage.pins.format import DamagedPin, LoadRequest, PinFile


def test_ten_years_of_a_series_take_less_than_60_kb(path):
    for market, data_type in (("US_SECURITY", "VOLUME"), ("US_SECURITY", "OPEN_INTEREST"), ("HK_INDEX", "VOLUME")):
        file = path.with_name(f"{market}-{data_type}")
        recorded = record(file, market, data_type, "2016-06-13", "2026-06-12")
        assert len(recorded) > 2400
        assert file.stat().st_size < 30_000


def test_every_changed_removed_or_added_byte_is_found(path):
    record(path)
    whole = path.read_bytes()
    assert pin_format.decode(whole).recordings
    damaged = [whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :] for at in range(len(whole)) for bit in (1, 0x80)]
    damaged += [whole[:at] + whole[at + 1 :] for at in range(len(whole))]
    damaged += [whole[:at] for at in range(len(whole))]
    damaged += [whole[:at] + b"\0" + whole[at:] for at in range(len(whole) + 1)]
    for data in damaged:
        if data == whole:
            continue  # a zero removed beside another, say
        with pytest.raises(DamagedPin):
            pin_format.decode(data)
    for data in (b"", whole[:-1], whole + b"\0", whole[:50] + b"\x99" + whole[51:], whole.replace(b"\0", b"\n", 1)):
        path.write_bytes(data)
        for mode in ("auto", "record", "replay"):
            with pytest.raises(po.PinMismatch, match="cannot be used"):
                po.pin(path, mode)
        assert path.read_bytes() == data


def test_file_damaged_while_its_pin_is_active_is_never_overwritten(path):
    record(path)
    with po.pin(path, "replay"):
        load()
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(po.PinMismatch):
            load()
    with po.pin(path.with_name("new")) as pin:
        load()
        pin.path.write_bytes(b"not a pin")
        with pytest.raises(po.PinMismatch):
            load()
        assert pin.path.read_bytes() == b"not a pin"


def sealed(message):
    body = message.SerializeToString()
    return pin_format.MAGIC + hashlib.sha256(body).digest() + body


def forged(**changed):
    """Return a pin with a checksum that fits and one recording that is not as it should be."""
    from pd_optstat.proto import pin_pb2

    message = pin_pb2.PinFile.FromString(pin_format.encode(PinFile(bytes(16), (make([(20605, 5, 6)]),)))[40:])
    for name, value in changed.items():
        target = message if name in ("format", "id", "writer") else message.recordings[0]
        if isinstance(value, list):
            getattr(target, name)[:] = value
        else:
            setattr(target, name, value)
    return sealed(message)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"format": 3}, "format 3"),
        ({"id": b"short"}, "identity"),
        ({"market": 9}, "9 is not a valid"),
        ({"data_type": 2}, "2 is not a valid"),
        ({"underlying": "US.AAPL"}, "names another series"),
        ({"index_option_type": 1}, "names another series"),
        ({"prices": [1.0]}, "does not have"),
        ({"calls": [5, 1]}, "differ in length"),
        ({"calls": [-1]}, "out of bounds"),
        ({"calls": [2**61 + 1]}, "out of bounds"),
        ({"days": [20605, 0], "calls": [5, 0], "puts": [6, 0]}, "out of order"),
        ({"days": [20604]}, "out of order"),
        ({"puts": [7]}, "digest"),
        ({"digest": b"x"}, "digest"),
        ({"first_day": -1}, "out of bounds"),
        ({"last_day": 2**31 - 1}, "out of bounds"),
        ({"last_day": 20603}, "out of bounds"),
        ({"asked_end": 2**31 - 1}, "requested"),
        ({"as_of": 2**62}, "moment"),
        ({"provisional": [1] * 50_000}, "more values than there are days"),
        ({"missing": [20700]}, "out of order"),
        ({"more": "[]"}, "not a JSON object"),
        ({"more": "[" * 60_000}, "not a JSON object"),
        ({"endpoint": "x" * 70_000}, "too long"),
        ({"origin": ""}, "not an origin"),
        ({"origin": "=HYPERLINK(1)"}, "not an origin"),
        ({"endpoint": "opend://\x1b[31mhost"}, "control characters"),
        ({"endpoint": "opend://host\n"}, "control characters"),
        ({"asked_source": "opend://\u202ehost"}, "control characters"),
        ({"version": "1\x9b2J"}, "control characters"),
        ({"observed_at": "\x1b[31m"}, "not a moment"),
        ({"observed_at": "2026-06-13T00:00:00"}, "not a moment"),
        ({"observed_at": "2026-06-13\x1b00:00:00+00:00"}, "not a moment"),
        ({"observed_at": "2026-06-13\n00:00:00+00:00"}, "not a moment"),
        ({"endpoint": "=HYPERLINK(1)"}, "a formula in a spreadsheet"),
        ({"asked_source": "@SUM(A1)"}, "a formula in a spreadsheet"),
        ({"more": '{"a": ' + "[" * 400 + "]" * 400 + "}"}, "nested too deeply"),
        ({"more": '{"a": ' * 17 + "1" + "}" * 17}, "nested too deeply"),
        ({"observed_at": "2026-06-13T00:00:00+08:00"}, "not a moment"),
        ({"writer": "x" * 5000}, "too much besides"),
    ],
)
def test_invalid_fields_are_refused_even_with_a_matching_checksum(changed, said):
    pin_format.decode(forged())
    with pytest.raises(DamagedPin, match=said):
        pin_format.decode(forged(**changed))


def test_bytes_that_are_not_a_message_and_files_that_are_too_large(path, monkeypatch):
    body = b"\xff" * 100
    with pytest.raises(DamagedPin, match="not a pin"):
        pin_format.decode(pin_format.MAGIC + hashlib.sha256(body).digest() + body)
    record(path)
    whole = path.read_bytes()
    monkeypatch.setattr(pin_format, "MAX_BYTES", len(whole))
    with po.pin(path, "record"), pytest.raises(po.CacheError, match="more than"):
        load(*SERIES, "2026-06-02", "2026-06-02")
    assert path.read_bytes() == whole
    path.write_bytes(whole + b"\0")
    with pytest.raises(po.PinMismatch, match="holds more than"):
        pin_file.verify(path)


def test_too_many_or_too_large_recordings_are_refused_before_parsing(monkeypatch):
    from pd_optstat.proto import pin_pb2

    parsed = []
    monkeypatch.setattr(pin_format, "_from_message", parsed.append)
    tiny = pin_pb2.PinFile(format=1, id=bytes(16), recordings=[pin_pb2.Recording()] * (2**14 + 1))
    huge = pin_pb2.PinFile(format=1, id=bytes(16), recordings=[pin_pb2.Recording(calls=[0] * (2**21 + 1))])
    for message, problem in ((tiny, "more than 16384 recordings"), (huge, "more than 2097152 bytes")):
        with pytest.raises(DamagedPin, match=problem):
            pin_format.decode(sealed(message))
    assert parsed == []


@given(st.binary(max_size=60))
def test_random_bytes_with_a_matching_checksum_are_decoded_or_refused(body):
    with contextlib.suppress(DamagedPin):
        pin_format.decode(pin_format.MAGIC + hashlib.sha256(body).digest() + body)


@given(st.data())
def test_random_changes_with_a_matching_checksum_are_decoded_or_refused(data):
    body = pin_format.encode(PinFile(bytes(16), (make([(20605, 5, 6)], more='{"x": 1}'),)))[40:]
    at = data.draw(st.integers(0, len(body)))
    changed = body[:at] + data.draw(st.binary(max_size=5)) + body[at + data.draw(st.integers(0, 5)) :]
    with contextlib.suppress(DamagedPin):
        for one in pin_format.decode(pin_format.MAGIC + hashlib.sha256(changed).digest() + changed).recordings:
            assert str(pin_format.to_datetime(one.recorded_at))
            assert "\x1b" not in one.origin + one.endpoint + one.version + one.observed_at


counts = st.one_of(st.integers(0, 2**61), st.integers(0, 10**8))
tables = st.dictionaries(st.integers(1100, 49_499), st.tuples(counts, counts), max_size=60).map(
    lambda rows: [(day, *rows[day]) for day in sorted(rows)]
)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=40).filter(
    lambda text: not text.startswith(("=", "+", "-", "@"))  # as a formula in a spreadsheet does
)
origins = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}|simulator:[0-9]{1,10}", fullmatch=True)


@examples(150)
@given(
    st.lists(tables, max_size=4),
    origins,
    texts,
    st.booleans(),
    st.none() | st.integers(0, 2**50),
    st.binary(min_size=16, max_size=16),
)
def test_what_is_written_is_what_is_read(held, origin, endpoint, include_open, as_of, identity):
    recordings = []
    for number, rows in enumerate(held):
        one = make(rows, origin=origin, endpoint=endpoint, more=json.dumps({"x": origin}))
        request = LoadRequest(
            one.request.series, number or None, one.request.end, endpoint or None, as_of, include_open
        )
        recordings.append(make(rows, request=request, origin=one.origin, endpoint=endpoint, more=one.more))
    data = pin_format.encode(PinFile(identity, tuple(recordings)))
    read = pin_format.decode(data)
    assert read.id == identity
    assert [one.key for one in read.recordings] == [one.key for one in recordings]
    for one, other in zip(read.recordings, recordings, strict=True):
        for name in ("days", "calls", "puts"):
            np.testing.assert_array_equal(getattr(one.rows, name), getattr(other.rows, name))
        assert (one.first, one.last, one.endpoint, one.more) == (other.first, other.last, endpoint, other.more)
    assert pin_format.encode(read) == data


@examples(40)
@given(st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 60)), min_size=1, max_size=6, unique=True), st.data())
def test_any_part_of_a_recorded_range_replays_as_it_was_loaded(tmp_path_factory, ranges, data):
    file = tmp_path_factory.mktemp("pins") / "x"
    ranges = [(date.fromordinal(738_000 + at), date.fromordinal(738_000 + at + length)) for at, length in ranges]
    with po.pin(file):
        recorded = [load(*SERIES, *one, cache=False, progress=False) for one in ranges]
    first, last = data.draw(st.sampled_from(ranges))
    days = data.draw(st.lists(st.dates(first, last), min_size=2, max_size=2).map(sorted))
    with po.pin(file, "replay"):
        for arguments, frame in zip(ranges, recorded, strict=True):
            assert_replayed(load(*SERIES, *arguments), frame)
        part = load(*SERIES, *days)
    pd.testing.assert_frame_equal(part, load(*SERIES, *days, cache=False, progress=False))


def test_further_attrs_are_kept(path):
    pin_file.extend(path, (make([(20605, 5, 6)], more='{"licence": ["none"]}'),))
    first = replay(path, *SERIES, "2026-06-01", "2026-06-01")
    about(first)["licence"].append("changed by its owner")
    assert about(replay(path, *SERIES, "2026-06-01", "2026-06-01"))["licence"] == ["none"]


def test_further_attrs_cannot_replace_those_that_describe_the_rows(path):
    mine = dict.fromkeys((*DERIVED_NAMES, "licence"), "x")
    more = json.dumps(
        mine | {"synthetic": False, "source": "opend", "series": [{"source": "opend"}], "licence": "mine"}
    )
    pin_file.extend(path, (make([(20605, 5, 6)], more=more),))
    frame = replay(path, *SERIES, "2026-06-01", "2026-06-01")
    told = about(frame)
    assert set(told) == {*SeriesAttrs.__annotations__, "pin", "licence"}
    assert "SYNTHETIC" in repr(frame.optstat)
    assert (told["synthetic"], told["source"], told["licence"]) == (True, "simulator:7", "mine")
    assert told["digest"].startswith("sha256:")


def test_a_replayed_frame_is_the_callers_to_change(path):
    recorded = record(path)
    frame = replay(path)
    frame["call_value"] = 0
    frame.iloc[:, 2] = 1
    frame["put_value"].to_numpy(copy=True)[:] = 3
    about(frame)["provisional"].append("x")
    assert_replayed(replay(path), recorded)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
def test_permissions_follow_the_umask_and_are_kept(path):
    before = os.umask(0o027)
    try:
        record(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o600)
        record(path, *SERIES, "2026-06-01", "2026-06-02")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links")
def test_symbolic_link_to_a_pin_stays_a_link(path, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(path)
    record(link)
    record(link, *SERIES, "2026-06-01", "2026-06-02")
    assert link.is_symlink()
    assert len(pin_file.contents(path)) == 2


def test_failed_write_raises_and_leaves_the_file_unchanged(path, monkeypatch):
    record(path)
    whole = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with po.pin(path, "record"), pytest.raises(po.CacheError, match="No space left"):
        load(*SERIES, "2026-06-01", "2026-06-02")
    assert path.read_bytes() == whole
    assert sorted(one.name for one in path.parent.iterdir() if one.name.endswith(".new")) == []


# The command line


def test_show_and_verify(path, capsys, clock):
    with po.pin(path, "record"):
        recorded = load()
        po.load("HK_INDEX", "OPEN_INTEREST", *RANGE, source=SOURCE)
    assert main(["pin", "show", str(path)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].split() == ["series", "start", "end", "rows", "observed_at", "source", "as_of", "digest"]
    digest = about(recorded)["digest"]
    words = ["US_SECURITY/VOLUME", *RANGE, "10", "2026-11-22T12:00:00+00:00", "simulator:7", digest]
    assert shown[1].split()[1:] == words
    assert len(shown) == 3
    assert main(["pin", "verify", str(path)]) == 0
    assert "sha256:" + path.read_bytes()[8:40].hex() in capsys.readouterr().out
    path.write_bytes(path.read_bytes()[:-1])
    for action in ("show", "verify"):
        assert main(["pin", action, str(path)]) == 1
        assert capsys.readouterr().err.startswith("PinMismatch: ")
    assert main(["pin", "verify", str(path) + "-none"]) == 1
    assert capsys.readouterr().err.startswith("InvalidRequest: There is no pin")
