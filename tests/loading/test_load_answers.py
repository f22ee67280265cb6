"""Answers that are odd: what `load` warns of, keeps and asks for again."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from support.load_fixtures import (  # noqa: F401  (fixtures)
    ARGUMENTS,
    SOURCE,
    about,
    altered,
    turned_clock,
    windows_asked,
)

import pd_optstat as po
from pd_optstat.core.dates import to_day


def test_a_ratio_or_timestamp_that_does_not_fit_is_a_warning(clock, monkeypatch):
    altered(monkeypatch, lambda page: {"ratios": [9.0, *page.ratios[1:]]})
    with pytest.warns(po.DataWarning, match=r"2026-06-12 has ratio 9.0 for call/put 45658870/28723978"):
        frame = po.load(*ARGUMENTS, "2026-06-01", "2026-06-12", source=SOURCE)
    assert frame["ratio"].iloc[-1] == 28723978 / 45658870


def test_a_revised_final_value_is_a_warning_and_kept_beside_the_old(clock, monkeypatch):
    po.load(*ARGUMENTS, "2020-01-02", "2020-01-03", source=SOURCE)
    altered(monkeypatch, lambda page: {"calls": [5] * 2, "puts": [4] * 2, "totals": [9] * 2, "ratios": [np.nan] * 2})
    clock("2026-11-24T12:00Z")
    with pytest.warns(po.DataWarning, match="revised for 2020-01-02, 2020-01-03"):
        frame = po.load(*ARGUMENTS, "2020-01-02", "2020-01-03", source=SOURCE, refresh=True)
    assert frame["total_value"].tolist() == [9, 9]
    assert po.load(*ARGUMENTS, "2020-01-02", "2020-01-03", source=SOURCE, as_of="2026-11-23")["call_value"].min() > 5
    assert len(po.Cache().revisions(*ARGUMENTS)) == 4


def test_a_call_total_of_zero_has_no_ratio(clock, monkeypatch):
    altered(monkeypatch, lambda page: {"calls": [0], "puts": [4], "totals": [4], "ratios": [np.nan]})
    frame = po.load(*ARGUMENTS, "2020-01-02", "2020-01-02", source=SOURCE)
    assert frame["ratio"].isna().all()


def test_sessions_that_the_server_leaves_out_are_missing_and_asked_again_until_two_answers_agree(
    clock, asked, monkeypatch
):
    def without_the_newest(page):
        names = ("days", "timestamps", "calls", "puts", "totals", "ratios")
        return {name: getattr(page, name)[1:] for name in names}

    altered(monkeypatch, without_the_newest)
    arguments = (*ARGUMENTS, "2020-01-02", "2020-01-10")
    frame = po.load(*arguments, source=SOURCE)
    assert about(frame)["missing"] == ["2020-01-10"]
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 0
    clock("2026-11-22T13:00Z")
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 1
    assert asked[-1] == "2020-01-10..2020-01-10"
    clock("2026-11-24T13:00Z")
    assert about(po.load(*arguments, source=SOURCE))["requests"] == 1
    clock("2026-12-24T13:00Z")
    frame = po.load(*arguments, source=SOURCE)
    assert about(frame)["requests"] == 0
    assert about(frame)["missing"] == ["2020-01-10"]


def test_rows_on_days_that_the_calendar_does_not_know_are_accepted(clock, asked, monkeypatch):
    def on_a_saturday(page):
        names = ("timestamps", "calls", "puts", "totals", "ratios")
        return {name: [getattr(page, name)[0], *getattr(page, name)] for name in names} | {
            "days": [to_day(date(2020, 1, 4)), *page.days],
            "timestamps": [np.nan] * (len(page.days) + 1),
        }

    with monkeypatch.context() as patch:
        altered(patch, on_a_saturday)
        frame = po.load(*ARGUMENTS, "2020-01-02", "2020-01-06", source=SOURCE)
    assert frame.index.strftime("%d").tolist() == ["02", "03", "04", "06"]
    po.load(*ARGUMENTS, "2019-12-30", "2020-01-10", source=SOURCE)
    assert asked == ["2020-01-02..2020-01-06", "2019-12-30..2020-01-01", "2020-01-07..2020-01-10"]
