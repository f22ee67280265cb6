"""Pins and settings in worker processes that do not share their parent's memory, and pins of several namespaces."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from support.pin_fixtures import (  # noqa: F401  (fixtures)
    RANGE,
    SERIES,
    SOURCE,
    about,
    make,
    no_pin_from_another_test,
    pin_path,
    record,
)
from support.workers import new_pool

import pd_optstat as po
from pd_optstat.storage.pins import file as pin_file

pytestmark = pytest.mark.slow


def load_in_worker(market):
    """Return what a worker's load says of itself, or the name of its error."""
    try:
        frame = po.load(market, "VOLUME", *RANGE, source=SOURCE, cache=False)
    except po.OptStatError as error:
        return type(error).__name__
    return about(frame)["requests"], about(frame).get("pin"), about(frame)["digest"]


@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_workers_replay_the_pin_of_their_parent(path, method):
    recorded = record(path)
    checksum = pin_file.read(path)[1]
    with po.pin(path, "replay"), new_pool(method) as pool:
        answers = pool.map(load_in_worker, ["US_SECURITY", "HK_INDEX"])
    assert answers == [(0, checksum, about(recorded)["digest"]), "OfflineMiss"]


def test_workers_record_into_the_pin_of_their_parent(path):
    with po.pin(path), new_pool("spawn") as pool:
        ((requests, _, digest),) = pool.map(load_in_worker, ["HK_INDEX"])
    assert requests == 1
    with po.pin(path, "replay"):
        assert about(po.load("HK_INDEX", "VOLUME", *RANGE, source=SOURCE))["digest"] == digest


def test_a_worker_that_is_started_after_the_block_has_no_pin(path):
    record(path)
    with po.pin(path, "replay"):
        pass
    with new_pool("spawn") as pool:
        ((requests, checksum, _),) = pool.map(load_in_worker, ["HK_INDEX"])
    assert (requests, checksum) == (1, None)


def test_a_pin_of_the_worker_has_precedence_and_closing_it_ends_pinning(path, tmp_path):
    record(path)
    code = f"""
import json, pd_optstat as po
from pd_optstat.storage.pins.pin import active
seen = [str(active().path)]
with po.pin({str(tmp_path / "other")!r}):
    seen.append(str(active().path))
seen.append(str(active().path))
active().close()
print(json.dumps([*seen, active()]))
"""
    with po.pin(path, "replay"):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [str(path), str(tmp_path / "other"), str(path), None]


def settings_of_worker():
    code = """
import json, pd_optstat as po
from pd_optstat import config
try:
    source = config.default_source()
except po.InvalidRequest as error:
    source = str(error)
print(json.dumps([source, str(config.cache_directory()), config.freshness_rules().provisional_ttl]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_workers_inherit_what_was_configured(tmp_path):
    po.configure(source=SOURCE, cache_dir=tmp_path / "mine", provisional_ttl="2min")
    assert settings_of_worker() == [SOURCE, str(tmp_path / "mine"), 120_000_000]
    po.configure(source=None, cache_dir=None, provisional_ttl=None)
    assert settings_of_worker()[0] == "opend://127.0.0.1:11111"


def test_a_source_with_a_key_is_not_inherited_and_never_replaced_by_another():
    for source in ("ws://:hunter2@127.0.0.1:11112", po.OpenD(port=11113), po.OpenDWebSocket(key="hunter2")):
        po.configure(source=source)
        assert "hunter2" not in json.dumps(dict(os.environ))
        assert "does not inherit" in settings_of_worker()[0]


def test_what_stands_in_the_variable_without_being_ours_is_ignored(monkeypatch):
    for text in ("nonsense", "[]", '{"settings": 3}', '{"settings": {"pin": 5, "configure": [1]}}'):
        monkeypatch.setenv("PD_OPTSTAT_INHERIT", text)
        assert settings_of_worker()[0] == "opend://127.0.0.1:11111"


def test_each_namespace_gets_its_own_numbers(path):
    rows = {"paper": [[20605, 1, 2]], "live": [[20605, 3, 4]]}
    endpoint = "opend://127.0.0.1:11111"
    recordings = [make(values, origin=origin, endpoint=endpoint) for origin, values in rows.items()]
    pin_file.extend(path, tuple(recordings))
    day = "2026-06-01"
    with po.pin(path, "replay"):
        for namespace, values in rows.items():
            for source in (po.OpenD(namespace=namespace), f"{endpoint}?namespace={namespace}"):
                frame = po.load(*SERIES, day, day, source=source)
                assert about(frame)["source"] == namespace
                assert frame[["call_value", "put_value"]].to_numpy().tolist() == [values[0][1:]]
        for source in (endpoint, po.OpenD(namespace="third")):
            with pytest.raises(po.OfflineMiss, match="paper"):
                po.load(*SERIES, day, day, source=source)
