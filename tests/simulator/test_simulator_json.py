"""The simulator with JSON bodies: 64-bit numbers, page keys, and deeply nested requests."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from support.raw_clients import JSON, KEEP_ALIVE, STATE, STATISTIC, Client, client
from support.simulator_fixtures import plain_server  # noqa: F401  (fixtures)

from pd_optstat.simulator.server import SimulatorServer


def json_request(one: Client, proto_id: int, text: str) -> dict[str, Any]:
    one.send(proto_id, text.encode(), JSON)
    answered, _, form, body = one.receive()
    assert (answered, form) == (proto_id, JSON)
    reply: dict[str, Any] = json.loads(body)
    return reply


def test_json_has_numbers_of_64_bits_as_text_and_enumerations_as_numbers(plain: SimulatorServer) -> None:
    c2s = '"optionMarket": 4, "dataType": 1, "beginTime": "2026-06-01", "endTime": "2026-06-12"'
    with client(plain, JSON) as one:
        reply = json_request(one, STATISTIC, f'{{"c2s": {{{c2s}}}}}')
    assert (reply["retType"], reply["s2c"]["optionMarket"], reply["s2c"]["dataType"]) == (0, 4, 1)
    item = reply["s2c"]["statisticList"][0]
    assert [type(item[name]) for name in ("time", "timestamp", "callValue", "ratio")] == [str, float, str, float]
    assert int(item["callValue"]) + int(item["putValue"]) == int(item["totalValue"])


@pytest.mark.parametrize("time", ["5", '"5"'], ids=["number", "text"])
def test_numbers_of_64_bits_may_be_sent_as_text_or_number(time: str, plain: SimulatorServer) -> None:
    with client(plain, JSON) as one:
        assert json_request(one, KEEP_ALIVE, f'{{"c2s": {{"time": {time}}}}}')["retType"] == 0
        assert json_request(one, STATE, f'{{"c2s": {{"userID": {time}}}}}')["s2c"]["qotLogined"] is True


def test_json_page_keys_are_base64_of_either_alphabet(plain: SimulatorServer) -> None:
    form = '{"c2s": {"optionMarket": 1, "dataType": 0, "beginTime": "2025-06-13", "endTime": "2026-06-12"%s}}'
    with client(plain, JSON) as one:
        first = json_request(one, STATISTIC, form % "")["s2c"]
        key = base64.b64decode(first["nextPageKey"], validate=True)
        second = [
            json_request(one, STATISTIC, form % f', "nextPageKey": "{text}"')["s2c"]["statisticList"][0]["time"]
            for text in (first["nextPageKey"], base64.urlsafe_b64encode(key).decode())
        ]
        assert second[0] == second[1] < first["statisticList"][-1]["time"]
        refused = json_request(one, STATISTIC, form % ', "nextPageKey": "not base64!"')
        assert refused["retType"] == -1


@pytest.mark.parametrize(
    "text",
    [
        '{"c2s": {"optionMarket": "US_Security"}}',
        '{"c2s": {"optionMarket": 1.5}}',
        '{"c2s": {"optionMarket": 99999999999}}',
        '{"c2s": {"beginTime": "\\ud800"}}',
        '{"c2s": {"optionMarket": ' + "9" * 5000 + "}}",
        '{"c2s": ' + '{"a":' * 50_000,
        '{"\\ud800": 1, "c2s": 7}',
        "[" * 100_000,
        '"' + "x" * 200_000 + '"',
        '{"c2s": {"beginTime": "' + "\\u0000" * 30_000 + '"}}',
    ],
    ids=lambda text: text[:30],
)
def test_json_bombs_are_refused_with_a_short_reason(text: str, plain: SimulatorServer) -> None:
    with client(plain, JSON) as one:
        reply = json_request(one, STATISTIC, text)
        assert reply["retType"] == -1
        assert 0 < len(reply["retMsg"]) <= 300
        assert one.is_alive()
