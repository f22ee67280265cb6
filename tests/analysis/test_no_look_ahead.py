"""Attacks on every method that takes prices: what happens later must change nothing that was known before.

Each attack sorts days into the regimes "past" and "later", changes what the past could not know, and compares the rows
of the past: buckets, entries, returns and everything computed from them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.analysis.lead_lag import by_session
from pd_optstat.analysis.prices import read_prices
from pd_optstat.analysis.quantiles import QuantileSettings, bucket_days
from pd_optstat.analysis.regimes import read_regimes
from pd_optstat.analysis.signal_marks import SignalRule, mark_signal
from pd_optstat.core.calendars import calendar
from pd_optstat.core.markets import EXCHANGES

SPAN = ("2024-01-02", "2025-06-30")
SIGNALS = [
    "put_call_ratio", "zscore_40", "percentile_40", "detrend_5_30", "momentum", "adjusted_ratio", "put_share",
    "ratio_sum_5", "ratio_mean_5", "ratio_median_5", "ratio_ema_5", "log_zscore_40",
]  # fmt: skip


def sessions(exchange):
    first, last = (pd.Timestamp(day).to_numpy().astype("datetime64[D]").astype(int) for day in SPAN)
    numbers = calendar(EXCHANGES[exchange]).sessions(int(first), int(last))
    return pd.DatetimeIndex(
        numbers.astype("datetime64[D]").astype(f"datetime64[{po.sample().index.unit}]"), name="time"
    )


def frame(exchange, data_type, seed=0):
    days, rng = sessions(exchange), np.random.default_rng(seed)
    calls = rng.integers(500, 1500, len(days))
    puts = (calls * np.exp(np.convolve(rng.normal(size=len(days) + 4), np.ones(5), "valid") / 3)).astype(np.int64)
    result = pd.DataFrame({"call_value": calls, "put_value": puts}, days)
    result.attrs["optstat"] = {"market": f"{exchange}_SECURITY", "data_type": data_type}
    return result


def closes(exchange, rule=None):
    days = sessions(exchange)
    close = pd.Series(100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.01, len(days)))), days)
    return close if rule is None else close.resample(rule).last()


def perturb(frame, after):
    """Return the frame with other counts after a day."""
    changed, rng = frame.copy(), np.random.default_rng(99)
    later = changed.index > after
    for name in ("call_value", "put_value"):
        changed.loc[later, name] = rng.integers(1, 5000, later.sum())
    return changed


#: The frame, the prices, and how rows are made of the frame.
WORLDS = {
    "daily": (("US", "VOLUME"), ("US", None), None),
    "open interest": (("US", "OPEN_INTEREST"), ("US", None), None),
    "weekly prices": (("US", "VOLUME"), ("US", "W-FRI"), None),
    "US options, HK prices": (("US", "VOLUME"), ("HK", None), None),
    "HK options, US prices": (("HK", "VOLUME"), ("US", None), None),
    "US open interest, HK prices": (("US", "OPEN_INTEREST"), ("HK", None), None),
    "resampled to weeks": (("US", "VOLUME"), ("US", None), "W"),
    "resampled to weeks, weekly HK prices": (("US", "VOLUME"), ("HK", "W-FRI"), "W"),
    "resampled to 3 days": (("HK", "VOLUME"), ("HK", None), "3D"),
}
METHODS = {
    "quantiles": lambda o, p, s, by: o.quantiles(p, s, 2, (1, 3), window=20, by=by, resamples=0),
    "ic": lambda o, p, s, by: o.ic(p, s, (1, 3), by=by),
    "regress": lambda o, p, s, by: o.regress(p, s, None, (1, 3), by=by),
}
HORIZON = 3


@pytest.fixture(scope="module", params=WORLDS, ids=lambda name: name.replace(" ", "-"))
def world(request):
    (exchange, data_type), (where, rule), resampled = WORLDS[request.param]
    return frame(exchange, data_type), closes(where, rule), resampled


def rows_of(df, resampled):
    return df if resampled is None else df.optstat.resample(resampled)


def split(days, cut):
    """Return the regime of each day, so that rows can be told apart in a table."""
    return pd.Series(np.where(days <= cut, "past", "later"), days)


def statistics(table):
    """Return what depends on the rows of a regime only; the bandwidth of errors depends on the number of all rows."""
    names = [name for name in ("count", "mean", "median", "hit_rate", "ic", "coefficient") if name in table]
    return table.loc["past", names]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("signal", ["put_call_ratio", "zscore_15", lambda f: f["put_value"].diff()])
def test_later_counts_and_prices_change_nothing_of_the_past(world, method, signal):
    df, prices, resampled = world
    rows = rows_of(df, resampled)
    cut = rows.index[2 * len(rows) // 3]
    # Returns of the past end by the price that is `lag` + the horizon after it, with a reserve for clocks and holidays.
    known = prices.index[prices.index > cut][: 2 + HORIZON + 2]
    changed_prices = prices.copy()
    changed_prices[changed_prices.index > known[-1]] *= np.random.default_rng(5).uniform(
        0.5, 2, (changed_prices.index > known[-1]).sum()
    )
    changed = rows_of(perturb(df, cut), resampled)
    by = split(rows.index, cut)
    tables = [
        METHODS[method](rows.optstat, prices, signal, by),
        METHODS[method](changed.optstat, changed_prices, signal, by),
    ]
    before, after = (statistics(table) for table in tables)
    assert before["count"].max() >= 10
    pd.testing.assert_frame_equal(before, after, rtol=1e-9)
    later = [table.loc["later"].iloc[:, 1] for table in tables]
    assert not np.allclose(*later)  # the attack changed something


@pytest.mark.parametrize("method", METHODS)
def test_prices_up_to_the_publication_change_nothing(world, method):
    """Nobody could buy at a price that was made before the number was known."""
    df, prices, resampled = world
    rows = rows_of(df, resampled)
    cut = rows.index[len(rows) // 3]
    by = split(rows.index, cut)
    late = prices.copy()
    # The first later row is known after its day's close, so all prices up to that day may be others.
    first = rows.index[rows.index > cut][0]
    earlier = late.index <= first
    late[earlier] *= np.random.default_rng(6).uniform(0.5, 2, earlier.sum())
    before, after = (METHODS[method](rows.optstat, p, "put_call_ratio", by).loc["later"] for p in (prices, late))
    names = [name for name in ("count", "mean", "median", "hit_rate", "ic", "coefficient") if name in before]
    pd.testing.assert_frame_equal(before[names], after[names], rtol=1e-9)


@pytest.mark.parametrize("signal", SIGNALS)
@pytest.mark.parametrize("share", [0.4, 0.8])
def test_signals_buckets_and_flags_do_not_know_later_counts(world, signal, share):
    df, _, resampled = world
    rows = rows_of(df, resampled)
    cut = rows.index[int(share * len(rows))]
    changed = rows_of(perturb(df, cut), resampled)
    before, after = (part.optstat._resolve_signal(signal) for part in (rows, changed))
    past = before.index <= cut
    pd.testing.assert_series_equal(before[past], after[past], rtol=1e-9)
    assert not before[~past].equals(after[~past])
    for settings in (QuantileSettings(4, 20), QuantileSettings(4, "60D"), QuantileSettings(4, "expanding", 10)):
        one, other = (bucket_days(part, settings)[past] for part in (before, after))
        np.testing.assert_array_equal(one, other)
    for rule in (SignalRule(20), SignalRule("60D", 0.2, 0.8), SignalRule(levels=(-0.5, 0.5))):
        one, other = (mark_signal(part, rule) for part in (before, after))
        np.testing.assert_array_equal(one.marks[past], other.marks[past])
        np.testing.assert_array_equal(one.known[past], other.known[past])


def test_event_studies_do_not_know_prices_before_the_entry(world):
    df, prices, resampled = world
    rows = rows_of(df, resampled)
    last = mark_signal(rows.optstat._resolve_signal("put_call_ratio"), SignalRule(20, 0.2, 0.8))
    # One event only, as a flag of its own: all prices up to its day may be others, and the path from the entry stays.
    event = rows.index[len(rows) // 2]
    flag = pd.Series(0.0, rows.index)
    flag[event] = 1.0
    changed = prices.copy()
    earlier = changed.index <= event
    changed[earlier] *= np.random.default_rng(7).uniform(0.5, 2, earlier.sum())
    one, other = (
        rows.optstat.event_study(p, flag, 3, 5, levels=(-1, 1), resamples=0).loc[1, "mean"] for p in (prices, changed)
    )
    pd.testing.assert_series_equal(one.loc[0:], other.loc[0:], rtol=1e-12)
    assert one.loc[-3] != other.loc[-3]
    assert last.known.any()


def test_event_studies_do_not_know_later_counts(world):
    df, prices, resampled = world
    rows = rows_of(df, resampled)
    cut = rows.index[len(rows) // 2]
    changed = rows_of(perturb(df, cut), resampled)
    rule = SignalRule(20, 0.2, 0.8)
    one, other = (mark_signal(part.optstat._resolve_signal("put_call_ratio"), rule).marks for part in (rows, changed))
    past = np.asarray(rows.index <= cut)
    flags = []
    for marks in (one, other):  # the events of the past only
        flags.append(pd.Series(np.where(past, marks, 0).astype(float), rows.index))
    tables = [
        part.optstat.event_study(prices, flag, 2, 4, levels=(-1, 1), resamples=0)
        for part, flag in zip((rows, changed), flags, strict=True)
    ]
    pd.testing.assert_frame_equal(*tables)


def test_lead_and_lag_use_the_signal_of_the_session_or_before(world):
    df, prices, resampled = world
    rows = rows_of(df, resampled)
    cut = rows.index[len(rows) // 2]
    read = read_prices(prices)
    changed = rows_of(perturb(df, cut), resampled)
    one, other = (by_session(part.index, part.optstat.put_call_ratio.to_numpy(), read)[0] for part in (rows, changed))
    past = read.days <= cut.to_numpy().astype("datetime64[D]").astype(int)
    np.testing.assert_array_equal(one[past], other[past])
    for day, value in zip(read.days.tolist(), one, strict=True):
        if not np.isnan(value):
            at = rows.optstat.put_call_ratio.index.to_numpy().astype("datetime64[D]").astype(int)
            assert value == rows.optstat.put_call_ratio.to_numpy()[at <= day][-1]
            break


def test_regimes_do_not_know_later_values():
    days = sessions("US")
    vix = pd.Series(np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.1, len(days)))), days)
    cut = days[200]
    changed = vix.where(vix.index <= cut, 1000.0)
    one, other = (read_regimes(series, days, None) for series in (vix, changed))
    past = np.asarray(days <= cut)
    np.testing.assert_array_equal(one.codes[past], other.codes[past])
    assert (one.codes[~past] != other.codes[~past]).any()
    # A value of tomorrow says nothing about today, wherever its Series ends.
    shifted = pd.Series(["x"], [cut + pd.Timedelta(days=1)])
    assert (read_regimes(shifted, days, None).codes[past] == -1).all()


def test_a_function_that_looks_ahead_is_refused_in_every_method():
    df, prices = frame("US", "VOLUME"), closes("US")

    def whole(f):
        return (f["put_value"] - f["put_value"].mean()) / f["put_value"].std()

    for call in (
        lambda o: o.quantiles(prices, whole, resamples=0), lambda o: o.ic(prices, whole),
        lambda o: o.regress(prices, whole),
        lambda o: o.lead_lag(prices, whole), lambda o: o.event_study(prices, whole, resamples=0),
    ):  # fmt: skip
        with pytest.raises(po.InvalidRequest, match="signal looks ahead"):
            call(df.optstat)


@pytest.mark.parametrize("rule", [None, "W-FRI"])
@pytest.mark.parametrize(("exchange", "where"), [("US", "HK"), ("HK", "US"), ("US", "US")])
def test_entries_come_after_the_publication_on_the_clocks_of_both_exchanges(exchange, where, rule):
    """Open interest is published when the next session opens; what is entered at closes on the prices' own clock."""
    df, prices = frame(exchange, "OPEN_INTEREST"), closes(where, rule)
    entered = df.optstat._enter(prices, "put_call_ratio", 2, None)
    own, other = calendar(EXCHANGES[exchange]), calendar(EXCHANGES[where])
    numbers = df.index.to_numpy().astype("datetime64[D]").astype(int).tolist()
    held = other.sessions(numbers[0] - 30, numbers[-1] + 30)
    compared = 0
    for day, entry in zip(numbers, entered.entry.tolist(), strict=True):
        if entry < 0:
            continue
        label = int(entered.prices.days[entry])
        session = int(held[np.searchsorted(held, label, side="right") - 1])  # a week's label need not be a session
        assert other.close(session) > own.open(own.next_session(day))
        compared += 1
    assert compared > 300
