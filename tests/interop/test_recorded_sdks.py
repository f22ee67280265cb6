"""What the vendor's SDKs sent to the simulator once, in both brands, gets the replies again that they understood then.

The quick suite runs this in place of `test_vendor_sdks.py`, which needs the SDKs. With them, the recording is checked.
"""

from __future__ import annotations

import socket

import pytest
from support.raw_clients import INIT, STATE, STATISTIC
from support.recorded_exchange import BRANDS, decode, page_key, read_recorded, receive, record, simulator, with_page_key

import pd_optstat as po


@pytest.mark.parametrize("brand", BRANDS)
def test_recorded_requests_get_the_recorded_replies(brand: str) -> None:
    recorded = read_recorded(brand)
    replayed, old_key, new_key = [], b"", b""
    with simulator() as server, socket.create_connection((server.host, server.port), timeout=5) as connection:
        for (_, request), (_, reply) in zip(recorded[::2], recorded[1::2], strict=True):
            sent = with_page_key(request, old_key, new_key) if old_key else request
            connection.sendall(sent)
            answered = receive(connection)
            replayed += [(">", sent), ("<", answered)]
            old_key, new_key = page_key(reply), page_key(answered)
    assert list(decode(replayed)) == list(decode(recorded))


@pytest.mark.parametrize("brand", BRANDS)
def test_the_recording_has_what_load_gives(brand: str) -> None:
    """Two pages of each series, which `load` must give too, the login, the state and a refusal."""
    replies = [(proto_id, fields) for sender, proto_id, _, fields in decode(read_recorded(brand)) if sender == "<"]
    assert [proto_id for proto_id, _ in replies] == [INIT, *[STATISTIC] * 16, STATE, STATISTIC]
    assert [fields["retType"] for _, fields in replies] == [0] * 18 + [-1]
    for first, second in zip(replies[1:17:2], replies[2:17:2], strict=True):
        rows = [*first[1]["statisticList"], *second[1]["statisticList"]][::-1]
        series = first[1]["optionMarket"], first[1]["dataType"]
        frame = po.load(*series, "2026-06-01", "2026-06-12", source="simulator:", cache=False)
        assert [row["time"] for row in rows] == [str(moment.date()) for moment in frame.index]
        for name, field in (("call_value", "callValue"), ("put_value", "putValue"), ("ratio", "ratio")):
            assert frame[name].tolist() == [row[field] for row in rows]


@pytest.mark.vendor
@pytest.mark.parametrize("brand", BRANDS)
def test_the_sdk_still_sends_what_was_recorded(brand: str) -> None:
    assert list(decode(record(brand))) == list(decode(read_recorded(brand)))
