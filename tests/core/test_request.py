"""What may be asked: every bad argument is refused, by name, before anything else happens."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.core.dates import to_date, to_day
from pd_optstat.core.markets import EXCHANGES
from pd_optstat.core.request import parse_data_type, parse_date, parse_market, parse_moment, parse_span

US, HK = EXCHANGES["US"], EXCHANGES["HK"]
NOW = datetime(2026, 6, 15, 18, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("value", [po.OptionMarket.HK_INDEX, "HK_INDEX", "hk_index", " Hk_Index ", 4, np.int64(4)])
def test_a_market_by_member_name_or_number(value):
    assert parse_market(value) is po.OptionMarket.HK_INDEX


@pytest.mark.parametrize(
    "value", [0, 5, "US", "", None, True, 1.0, po.OptionStatisticDataType.OPEN_INTEREST, "N/A", []]
)
def test_an_unknown_market_is_refused_and_the_valid_ones_named(value):
    with pytest.raises(
        po.InvalidRequest, match=r"US_SECURITY \(1\), US_INDEX \(2\), HK_SECURITY \(3\), HK_INDEX \(4\)"
    ):
        parse_market(value)


@pytest.mark.parametrize("value", [po.OptionStatisticDataType.VOLUME, "volume", 0, np.int32(0)])
def test_a_data_type_by_member_name_or_number(value):
    assert parse_data_type(value) is po.OptionStatisticDataType.VOLUME


@pytest.mark.parametrize("value", [-1, 2, "OI", False, po.OptionMarket.US_SECURITY])
def test_an_unknown_data_type_is_refused(value):
    with pytest.raises(po.InvalidRequest, match=r"data_type=.*VOLUME \(0\), OPEN_INTEREST \(1\)"):
        parse_data_type(value)


@pytest.mark.vendor
def test_the_vendor_sdks_constants_are_understood():
    futu = importlib.import_module("futu")
    assert parse_market(futu.OptionMarket.US_INDEX) is po.OptionMarket.US_INDEX
    assert parse_data_type(futu.OptionStatisticDataType.OPEN_INTEREST) is po.OptionStatisticDataType.OPEN_INTEREST


@pytest.mark.parametrize(
    "value",
    [
        "2026-06-12",
        " 2026-06-12 ",
        "2026-06-12 00:00:00",
        "2026-06-12T23:59:59",
        date(2026, 6, 12),
        datetime(2026, 6, 12, 23, 59),
        pd.Timestamp("2026-06-12"),
        np.datetime64("2026-06-12"),
        np.datetime64("2026-06-12T05:00"),
    ],
)
def test_a_full_date_in_all_its_forms(value):
    assert parse_date(value, "start", US) == date(2026, 6, 12)


@pytest.mark.parametrize(
    "value",
    [
        "2026",
        "2026-06",
        "20260612",
        "2026-W24-5",
        "12/06/2026",
        "2026-13-01",
        "2026-02-30",
        "",
        "today",
        "2026-06-12x",
        pd.NaT,
        np.datetime64("NaT"),
        20260612,
        1.0,
        [],
        b"2026-06-12",
        True,
    ],
)
def test_what_is_no_date_is_refused(value):
    with pytest.raises(po.InvalidRequest, match="start="):
        parse_date(value, "start", US)


def test_a_moment_with_a_zone_is_the_date_on_the_exchanges_clock():
    late = pd.Timestamp("2026-06-12T23:00Z")
    assert parse_date(late, "start", US) == date(2026, 6, 12)
    assert parse_date(late, "start", HK) == date(2026, 6, 13)
    assert parse_date("2026-06-12T02:00:00+00:00", "start", US) == date(2026, 6, 11)


def test_before_listed_options_there_is_nothing_to_ask_for():
    with pytest.raises(po.InvalidRequest, match="1973"):
        parse_date("1972-12-31", "start", US)


def test_defaults_are_today_at_the_exchange_and_364_days_before():
    span = parse_span(None, None, US, NOW)
    assert (to_date(span.first), to_date(span.last)) == (date(2025, 6, 16), date(2026, 6, 15))
    # It is already tomorrow in Hong Kong.
    assert to_date(parse_span(None, None, HK, NOW + 3600).last) == date(2026, 6, 16)


def test_an_end_in_the_future_is_clipped_and_the_default_start_follows():
    span = parse_span(None, "2030-01-01", US, NOW)
    assert (to_date(span.first), to_date(span.last)) == (date(2025, 6, 16), date(2026, 6, 15))


def test_a_start_after_the_end_or_in_the_future_is_refused():
    with pytest.raises(po.InvalidRequest, match="after end='2026-01-01'"):
        parse_span("2026-01-02", "2026-01-01", US, NOW)
    with pytest.raises(po.InvalidRequest, match="in the future: today is 2026-06-15"):
        parse_span("2026-06-16", None, US, NOW)
    with pytest.raises(po.InvalidRequest, match="in the future: today is 2026-06-15 at XNYS"):
        parse_span("2030-01-01", "2030-02-01", US, NOW)


def test_as_of_moments():
    assert parse_moment("2026-06-12T10:00") == datetime(2026, 6, 12, 10, tzinfo=UTC)
    assert parse_moment("2026-06-12") == datetime(2026, 6, 12, 23, 59, 59, 999999, tzinfo=UTC)
    assert parse_moment(date(2026, 6, 12)) == datetime(2026, 6, 12, 23, 59, 59, 999999, tzinfo=UTC)
    assert parse_moment(pd.Timestamp("2026-06-12")) == datetime(2026, 6, 12, tzinfo=UTC)
    hong_kong = datetime(2026, 6, 12, 8, tzinfo=timezone(timedelta(hours=8)))
    assert parse_moment(hong_kong) == datetime(2026, 6, 12, tzinfo=UTC)
    with pytest.raises(po.InvalidRequest, match="as_of"):
        parse_moment("yesterday")


def test_days_count_from_1970():
    assert to_day(date(1970, 1, 1)) == 0
    assert to_date(to_day(date(2026, 6, 12))) == date(2026, 6, 12)
