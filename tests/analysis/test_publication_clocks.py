"""Entries by the exchanges' clocks: no price is entered at before the number was published, on any exchange."""

from __future__ import annotations

import itertools
import warnings

import exchange_calendars
import numpy as np
import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.analysis.clocks import earliest_rows, price_moments, published_at
from pd_optstat.analysis.prices import Prices, read_prices
from pd_optstat.analysis.trading_days import day_numbers
from pd_optstat.core.markets import EXCHANGES, OptionStatisticDataType

CODES = {"US": "XNYS", "HK": "XHKG"}
with warnings.catch_warnings():  # exchange_calendars uses functions that pandas 3.1 deprecates
    warnings.simplefilter("ignore", DeprecationWarning)
    CALENDARS = {name: exchange_calendars.get_calendar(code, start="2021-01-01") for name, code in CODES.items()}
START, END = "2021-03-01", "2024-12-31"
RULE = {"window": 20, "lower": 0.2, "upper": 0.8, "min_periods": 5}


def sessions(name, start=START, end=END):
    return CALENDARS[name].sessions_in_range(start, end).tz_localize(None)


def frame(name, kind, seed=0):
    days = sessions(name)
    rng = np.random.default_rng(seed)
    calls, puts = rng.integers(5_000, 15_000, (2, len(days)))
    result = pd.DataFrame({"call_value": calls, "put_value": puts}, days.rename("time"))
    result.attrs["optstat"] = {"market": f"{name}_SECURITY", "data_type": kind}
    return result


def closes(name, every="daily"):
    days = sessions(name)
    moves = np.random.default_rng(9).normal(0, 0.01, len(days))
    daily = pd.Series(100 * np.exp(np.cumsum(moves)), days)
    if every == "daily":
        return daily
    if every == "last session":
        return daily.groupby(daily.index.to_period("W")).tail(1)
    return daily.resample({"friday": "W-FRI", "sunday": "W"}[every]).last()


def published(name, kind, day):
    """Return when a session's number is published, from the calendar."""
    calendar = CALENDARS[name]
    last = calendar.date_to_session(day, "previous")
    if kind == "VOLUME":
        return calendar.session_close(last) + pd.Timedelta("12h")
    return calendar.session_open(calendar.next_session(last))


def made(name, label):
    """Return when the price with this label was made: at the last close up to it."""
    calendar = CALENDARS[name]
    return calendar.session_close(calendar.date_to_session(label, "previous"))


PAIRS = [("US", "VOLUME"), ("US", "OPEN_INTEREST"), ("HK", "VOLUME"), ("HK", "OPEN_INTEREST")]
COMBINATIONS = list(
    itertools.product(
        ["US", "HK"], ["VOLUME", "OPEN_INTEREST"], ["US", "HK"], ["daily", "last session", "friday", "sunday"],
        [None, "W", "W-FRI"],
    )
)  # fmt: skip


@pytest.mark.parametrize(("market", "kind", "priced", "every", "rule"), COMBINATIONS)
def test_no_entry_before_the_number_is_published(market, kind, priced, every, rule):
    df, prices = frame(market, kind), closes(priced, every)
    if rule is not None:
        df = df.optstat.resample(rule)
    rows = df.optstat.forward(prices, 1, **RULE, each="day", detail=True).dropna()
    assert len(rows) > 30
    for start, entry in zip(rows["start"], rows["entry"], strict=True):
        assert made(priced, entry) > published(market, kind, start)


@pytest.mark.parametrize(("market", "kind"), PAIRS)
@pytest.mark.parametrize("priced", ["US", "HK"])
def test_the_entry_is_the_first_that_lag_and_clock_allow(market, kind, priced):
    df, prices = frame(market, kind), closes(priced)
    lag = 1 if kind == "VOLUME" else 2
    rows = df.optstat.forward(prices, 1, **RULE, each="day", detail=True).dropna()
    for start, entry in zip(rows["start"], rows["entry"], strict=True):
        later = prices.index[prices.index > start][lag - 1 :]
        assert entry == next(day for day in later if made(priced, day) > published(market, kind, start))
    if market == priced:
        shifted = [prices.index[prices.index > start][lag - 1] for start in rows["start"]]
        assert rows["entry"].tolist() == shifted  # within one exchange the lag decides


def test_open_interest_of_new_york_was_entered_too_early_in_hong_kong():
    """The second close in Hong Kong comes before the number where New York alone has a holiday."""
    df, prices = frame("US", "OPEN_INTEREST"), closes("HK")
    friday, monday, tuesday, wednesday = pd.to_datetime(["2024-01-12", "2024-01-15", "2024-01-16", "2024-01-17"])
    assert monday not in df.index
    assert monday in prices.index
    rows = df.optstat.forward(prices, 1, **RULE, each="day", detail=True)
    days = day_numbers(pd.DatetimeIndex([friday]))
    us, kind = EXCHANGES["US"], OptionStatisticDataType.OPEN_INTEREST
    row = earliest_rows(pd.DatetimeIndex([friday]), read_prices(prices), us, kind)
    assert prices.index[row[0]] == wednesday
    assert pd.Timestamp(published_at(days, us, kind)[0], unit="s") == pd.Timestamp("2024-01-16 14:30")
    early = [made("HK", prices.index[prices.index > day][1]) <= published("US", "OPEN_INTEREST", day)
             for day in rows["start"][:-3]]  # fmt: skip
    assert 0.005 < np.mean(early) < 0.06
    assert tuesday < wednesday


@pytest.mark.slow
@pytest.mark.parametrize("every", ["daily", "last session"])
@pytest.mark.parametrize(("market", "kind"), PAIRS)
@pytest.mark.parametrize("priced", ["US", "HK"])
def test_later_numbers_and_prices_do_not_change_what_was_known(market, kind, priced, every):
    """Every count published after an entry, and every price made before one, is changed: signal and return stay."""
    df, prices = frame(market, kind), closes(priced, every)
    rows = df.optstat.forward(prices, 1, **RULE, detail=True)
    known = rows.dropna()
    rng = np.random.default_rng(0)
    for event in known.iloc[:: max(1, len(known) // 6)].itertuples():
        at = made(priced, event.entry)
        changed = df.copy()
        late = [published(market, kind, day) >= at for day in df.index]
        changed.loc[late, ["call_value", "put_value"]] = rng.integers(1, 10**6, (sum(late), 2))
        moved = prices.copy()
        moved[prices.index < event.entry] *= rng.uniform(0.5, 2, (prices.index < event.entry).sum())
        after = changed.optstat.forward(moved, 1, **RULE, detail=True)
        assert after.loc[event.Index].tolist() == rows.loc[event.Index].tolist()


@pytest.mark.parametrize("name", ["US", "HK"])
@pytest.mark.parametrize("market", ["US", "HK"])
def test_the_exchange_of_prices_is_found_by_zone_or_by_days(name, market):
    prices = closes(name)
    expected = [CALENDARS[name].session_close(day).timestamp() for day in prices.index]
    zone = EXCHANGES[name].zone
    at_close = prices.set_axis(prices.index + pd.Timedelta("16h")).tz_localize(zone)
    as_text = prices.set_axis([moment.isoformat() for moment in at_close.index])
    for given in (prices, prices.tz_localize(zone), prices.tz_localize("UTC"), at_close, as_text):
        read = read_prices(given, exchange=EXCHANGES[market])
        assert price_moments(read, EXCHANGES[market]).tolist() == expected


def test_prices_of_other_zones_may_have_been_made_at_any_time_of_their_day():
    days = day_numbers(pd.bdate_range("2024-01-02", periods=30))
    values = np.ones(30)
    tokyo = price_moments(Prices(days, values, "Asia/Tokyo"), EXCHANGES["US"])
    assert tokyo.tolist() == (days * 86_400 - 9 * 3_600).tolist()
    anywhere = price_moments(Prices(days, values, "nowhere"), EXCHANGES["US"])
    assert anywhere.tolist() == (days * 86_400 - 14 * 3_600).tolist()


def test_weekdays_among_daily_prices_count_as_sessions():
    """A made-up index of weekdays, which holds holidays, is entered as the lag says."""
    days = pd.bdate_range("2022-01-03", periods=400)
    df = frame("US", "VOLUME").iloc[:400].set_axis(days)
    prices = pd.Series(np.arange(1.0, 421.0), pd.bdate_range("2022-01-03", periods=420))
    rows = df.optstat.forward(prices, 1, **RULE, each="day", detail=True)
    assert rows["entry"].tolist() == [prices.index[prices.index > day][0] for day in rows["start"]]


def test_days_long_before_the_calendars():
    old = Prices(day_numbers(pd.bdate_range("1928-01-02", periods=50)), np.ones(50))
    assert (np.diff(price_moments(old, EXCHANGES["US"])) >= 0).all()


def test_without_a_market_only_the_lag_decides():
    df, prices = frame("US", "VOLUME"), closes("HK")
    df.attrs.clear()
    rows = df.optstat.forward(prices, 1, 1, **RULE, each="day", detail=True).dropna()
    assert rows["entry"].tolist() == [prices.index[prices.index > day][0] for day in rows["start"]]
    assert len(po.sweep({"a": df}, prices, {"lags": [1], "lookbacks": [20]}, resamples=0)) == 6
