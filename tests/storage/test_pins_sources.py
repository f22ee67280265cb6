"""Sources of a pin: whose numbers a replay gives, snapshots as sources, and never synthetic ones for real ones."""

from __future__ import annotations

import os

import pandas as pd
import pytest
from support.pin_fixtures import (  # noqa: F401  (fixtures)
    RANGE,
    SERIES,
    SOURCE,
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

import pd_optstat as po
from pd_optstat.storage.pins import file as pin_file


def test_synthetic_numbers_never_pass_for_real(path, simulator):
    record(path)
    for source in ("opend://127.0.0.1:11111", "simulator:?seed=8", po.OpenD(namespace="paper")):
        with pytest.raises(po.OfflineMiss, match=r"simulator:7"):
            replay(path, source=source)
    with pytest.raises(po.OfflineMiss):  # the default source is OpenD
        replay(path, source=None)
    po.configure(source=SOURCE)
    assert about(replay(path, source=None))["synthetic"] is True


def test_a_source_left_to_its_default_replays_whatever_the_default_is(path, offline, monkeypatch):
    monkeypatch.setenv("PD_OPTSTAT_SOURCE", SOURCE)
    recorded = record(path, source=None)
    monkeypatch.delenv("PD_OPTSTAT_SOURCE")
    offline()
    assert_replayed(replay(path, source=None), recorded)
    assert_replayed(replay(path, source=SOURCE), recorded)


def test_two_default_sources_in_one_study(path):
    with po.pin(path, "record"):
        for seed in (7, 8):
            po.configure(source=f"simulator:?seed={seed}")
            po.load(*SERIES, *RANGE)
    assert about(replay(path, source=None))["source"] == "simulator:8"
    po.configure(source="simulator:?seed=7")
    assert about(replay(path, source=None))["source"] == "simulator:7"
    po.configure(source=None)
    assert about(replay(path, source=None))["source"] == "simulator:8"
    with pytest.raises(po.OfflineMiss):
        replay(path, source="simulator:?seed=9")


def test_an_address_that_led_to_a_simulator_replays_as_that(path, simulator, offline):
    recorded = record(path, source=simulator.url)
    assert about(recorded)["synthetic"]
    offline()
    assert_replayed(replay(path, source=simulator.url), recorded)
    assert_replayed(replay(path, source="simulator:"), recorded)
    with pytest.raises(po.OfflineMiss):
        replay(path, source="opend://127.0.0.1:1")


def test_real_numbers_replay_through_any_door_to_opend(path):
    pin_file.extend(path, (make([(20605, 5, 6)], origin="opend", endpoint="opend://10.0.0.5:11111"),))
    for source in ("opend://127.0.0.1:11111", None):
        replayed = replay(path, *SERIES, "2026-06-01", "2026-06-01", source=source)
        assert about(replayed)["source"] == "opend"
        assert about(replayed)["synthetic"] is False


def test_a_snapshot_is_a_source(path, offline, monkeypatch):
    recorded = record(path, *SERIES, "2025-01-01", "2026-06-12")
    offline()
    assert_replayed(load(*SERIES, "2025-01-01", "2026-06-12", source=f"snapshot:{path}"), recorded)
    assert len(load(source=f"snapshot:{path}")) == 10
    monkeypatch.chdir(path.parent)
    po.configure(source="snapshot:study.optstat")
    panel = po.load_panel("US_SECURITY", "VOLUME", *RANGE)
    assert panel.shape == (10, 5)
    with pytest.raises(po.OfflineMiss):
        po.load(*SERIES, "2020-01-01", "2026-06-12")
    with pytest.raises(po.InvalidRequest, match="refresh"):
        po.load(*SERIES, *RANGE, refresh=True)
    with pytest.raises(po.InvalidRequest, match="There is no pin"):
        load(source="snapshot:none.optstat")
    with pytest.raises(po.InvalidRequest, match="has no file"):
        load(source="snapshot:")
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(po.PinMismatch):
        po.load(*SERIES, *RANGE)


def test_a_snapshot_that_holds_several_origins_wants_a_pin(path):
    with po.pin(path, "record"):
        load(source="simulator:?seed=7")
        load(source="simulator:?seed=8")
    with pytest.raises(po.InvalidRequest, match="simulator:7, simulator:8"):
        load(source=f"snapshot:{path}")


def test_loads_from_a_snapshot_are_recorded_under_its_name(path, tmp_path, offline):
    other = tmp_path / "other.optstat"
    recorded = record(other)
    copied = record(path, source=f"snapshot:{other}")
    os.remove(other)
    offline()
    assert_replayed(replay(path, source=f"snapshot:{other}"), recorded)
    assert "pin" in about(copied)
    with pytest.raises(po.OfflineMiss):
        replay(path, source="snapshot:elsewhere.optstat")


def test_panels_are_recorded_series_by_series(path, offline):
    arguments = (["US_SECURITY", "HK_INDEX"], None, "2026-06-25", "2026-07-10")
    with po.pin(path, "record"):
        panel = po.load_panel(*arguments, source=SOURCE)
    offline()
    with po.pin(path, "replay"):
        pd.testing.assert_frame_equal(po.load_panel(*arguments, source=SOURCE), panel)
        assert len(po.load("HK_INDEX", "VOLUME", "2026-06-25", "2026-07-10", source=SOURCE)) == 11
        with pytest.raises(po.OfflineMiss, match="US_INDEX"):
            po.load_panel(None, None, "2026-06-25", "2026-07-10", source=SOURCE)
    assert len(pin_file.contents(path)) == 4
