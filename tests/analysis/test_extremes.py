"""Runs of extremes and the returns after them, against loops; and that they use nothing that is known later."""

from __future__ import annotations

import itertools
import math
import statistics
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat.analysis.extremes import LONGEST_CLOSURE, entry_rows, find_runs, forward_returns
from pd_optstat.analysis.frames import day_numbers
from pd_optstat.analysis.prices import Prices, read_prices

NAN = math.nan
RULE = {"window": 20, "lower": 0.2, "upper": 0.8, "min_periods": 5}


def frame(n=120, seed=0, start="2026-01-05", **info):
    """Return a frame of weekdays as `load` does, with persistent ratios, so that extremes come in runs."""
    rng = np.random.default_rng(seed)
    walk = np.convolve(rng.normal(size=n + 4), np.ones(5), "valid")[:n]
    days = pd.bdate_range(start, periods=n, name="time").as_unit(po.sample().index.unit)
    calls = rng.integers(500, 1500, n)
    result = pd.DataFrame({"call_value": calls, "put_value": (calls * np.exp(walk / 3)).astype(np.int64)}, days)
    result.attrs["optstat"] = {"market": "US_SECURITY", "data_type": "VOLUME"} | info
    return result


def closes(index, seed=1):
    rng = np.random.default_rng(seed)
    return pd.Series(100 * np.exp(np.cumsum(rng.normal(0, 0.01, len(index)))), index, name="close")


def loop_runs(marks, gap):
    """Return (first, last, side) of every run, from the definition."""
    found = []
    for row, mark in enumerate(marks):
        if not mark:
            continue
        if found and found[-1][2] == mark and row - found[-1][1] <= gap + 1:
            found[-1] = (found[-1][0], row, mark)
        else:
            found.append((row, row, mark))
    return found


class TestEvents:
    @given(st.lists(st.sampled_from([-1, 0, 1]), max_size=30), st.integers(0, 4))
    def test_runs_against_a_loop(self, marks, gap):
        first, last = find_runs(np.array(marks, dtype=np.int8), gap)
        expected = loop_runs(marks, gap)
        assert list(zip(first, last, strict=True)) == [(a, b) for a, b, _ in expected]

    @pytest.mark.parametrize("gap", [0, 2])
    def test_rows(self, gap):
        df = frame()
        marks, ratio = df.optstat.extremes(**RULE).fillna(0).tolist(), df.optstat.put_call_ratio.tolist()
        result = df.optstat.events(**RULE, gap=gap)
        assert len(result) > 5
        for row, (first, last, side) in zip(result.itertuples(), loop_runs(marks, gap), strict=True):
            rows = [i for i in range(first, last + 1) if marks[i]]
            best = max(rows, key=lambda i: (side * ratio[i], -i))
            assert (row.side, row.length) == (side, last - first + 1)
            assert (row.start, row.end, row.peak_time) == (df.index[first], df.index[last], df.index[best])
            assert row.peak == ratio[best]
            assert row.ongoing == (last >= len(df) - 1 - gap and not any(marks[last + 1 :]))

    def test_events_give_the_extremes_back(self):
        df = frame(seed=3)
        marks = pd.Series(0, df.index, dtype="Int8").where(df.optstat.percentile(20, min_periods=5).notna())
        for row in df.optstat.events(**RULE).itertuples():
            marks[row.start : row.end] = row.side
        assert marks.tolist() == df.optstat.extremes(**RULE).tolist()

    def test_days_without_a_ratio_neither_end_a_run_nor_count_and_neither_do_absent_days(self):
        calls = [10, 10, 10, 10, 10, 10]
        df = pd.DataFrame(
            {"call_value": calls, "put_value": [5, 6, 7, 8, 9, 10]}, pd.bdate_range("2026-06-01", periods=6)
        )
        rule = {"window": 3, "lower": 0.1, "upper": 0.5, "min_periods": 1}
        assert df.optstat.events(**rule)["length"].tolist() == [6]
        absent = df.drop(df.index[3]).optstat.events(**rule)
        assert absent["length"].tolist() == [5]
        broken = df.assign(call_value=[10, 10, 10, 0, 10, 10])
        for gap in (0, 1):
            pd.testing.assert_frame_equal(broken.optstat.events(**rule, gap=gap), absent)
        late = df.assign(call_value=[10, 10, 10, 10, 10, 0]).optstat.events(**rule)
        assert late[["length", "ongoing"]].to_numpy().tolist() == [[5, True]]

    def test_days_whose_percentile_is_unknown_end_a_run(self):
        df = frame(60).drop(frame(60).index[25:45])
        marks = df.optstat.extremes("30D", 0.2, 0.8, min_periods=10)
        assert marks.iloc[25:34].isna().all()
        events = df.optstat.events("30D", 0.2, 0.8, min_periods=10)
        assert len(events) == len(loop_runs(marks.fillna(0).tolist(), 0))

    def test_the_ranking_decides_what_is_extreme(self):
        df = frame()
        for ranking in ("symmetric", "pct"):
            marks = df.optstat.extremes(10, ranking=ranking)
            events = df.optstat.events(10, ranking=ranking)
            assert len(events) == len(loop_runs(marks.fillna(0).tolist(), 0))
            detail = df.optstat.forward(closes(df.index), 1, window=10, ranking=ranking, detail=True)
            assert detail["start"].tolist() == events["start"].tolist()
        assert len(df.optstat.events(10)) < len(df.optstat.events(10, ranking="pct"))

    def test_a_run_at_the_end_is_ongoing(self):
        df = po.sample()
        result = df.optstat.events(4, 0.2, 0.7, min_periods=2)
        assert result["ongoing"].tolist() == [False, False, True]
        assert df.iloc[:-1].optstat.events(4, 0.2, 0.7, min_periods=2)["ongoing"].tolist() == [False, True]

    def test_a_run_that_the_other_side_ended_is_over(self):
        calls, puts = [10] * 6, [5, 6, 7, 8, 9, 1]
        df = pd.DataFrame({"call_value": calls, "put_value": puts}, pd.bdate_range("2026-06-01", periods=6))
        result = df.optstat.events(3, 0.3, 0.7, min_periods=2, gap=5)
        assert result["side"].tolist() == [1, -1]
        assert result["ongoing"].tolist() == [False, True]

    @pytest.mark.parametrize("n", [0, 1])
    def test_small_frames_keep_the_types(self, n):
        full, small = frame().optstat.events(**RULE), frame(n).optstat.events(**RULE)
        assert len(small) == 0
        assert small.dtypes.tolist() == full.dtypes.tolist()

    def test_smoothed(self):
        df = frame()
        ratio = df.optstat.rolling_ratio(5)
        result = df.optstat.events(**RULE, smooth=5)
        assert len(result) > 1
        assert result["peak"].tolist() == ratio[result["peak_time"]].tolist()
        ranks = ratio.dropna().rolling(20, min_periods=5).rank()
        share = ((ranks - 0.5) / np.minimum(np.arange(1, len(ranks) + 1), 20)).reindex(df.index)
        assert set(result["start"]) <= set(df.index[(share >= 0.8) | (share <= 0.2)])

    def test_spans_of_time_need_twenty_ratios(self):
        df = frame()
        result = df.optstat.events("60D", 0.2, 0.8)
        assert result["start"].min() >= df.index[19]
        marks = df.optstat.extremes("60D", 0.2, 0.8).fillna(0).tolist()
        assert len(result) == len(loop_runs(marks, 0))

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [({"gap": -1}, "gap=-1"), ({"gap": True}, "gap=True"), ({"smooth": 0}, "smooth=0"), ({"lower": 2}, "lower=2"),
         ({"lower": 0.9, "upper": 0.1}, "below upper"), ({"window": "x"}, "window='x'"),
         ({"ranking": "weak"}, "ranking='weak' must be one of 'symmetric', 'pct'")],
    )  # fmt: skip
    def test_bad_arguments(self, arguments, words):
        for df in (frame(), frame(0)):
            with pytest.raises(po.InvalidRequest, match=words):
                df.optstat.events(**arguments)


def loop_entry(day, days, lag):
    """Return the row of the lag-th price after the day, from the definition."""
    later = [row for row, other in enumerate(days) if other > day]
    if not days or day < days[0] or len(later) < lag:
        return -1
    path = [day, *(days[row] for row in later[:lag])]
    return -1 if any(b - a > LONGEST_CLOSURE for a, b in itertools.pairwise(path)) else later[lag - 1]


def loop_return(entry, days, horizon):
    """Return the days from entry to exit, if no hole lies between, from the definition."""
    path = days[entry : entry + horizon + 1]
    if entry < 0 or len(path) <= horizon or any(b - a > LONGEST_CLOSURE for a, b in itertools.pairwise(path)):
        return None
    return path[-1] - path[0]


@given(
    st.lists(st.integers(0, 60), unique=True, max_size=25).map(sorted),
    st.lists(st.integers(-3, 63), max_size=10),
    st.integers(1, 4),
)
def test_entries_against_a_loop(days, signals, lag):
    prices = Prices(np.array(days, dtype=np.int64), np.ones(len(days)))
    found = entry_rows(np.array(signals, dtype=np.int64), prices, lag)
    assert found.tolist() == [loop_entry(day, days, lag) for day in signals]


@given(
    st.lists(st.integers(0, 90), unique=True, max_size=25).map(sorted),
    st.lists(st.integers(-3, 93), max_size=10),
    st.integers(1, 6),
)
def test_returns_against_a_loop(days, signals, horizon):
    prices = Prices(np.array(days, dtype=np.int64), np.exp2(np.array(days, dtype=np.float64)))
    entry = entry_rows(np.array(signals, dtype=np.int64), prices, 1)
    found = forward_returns(entry, prices, horizon)
    expected = [loop_return(row, days, horizon) for row in entry.tolist()]
    assert [None if np.isnan(value) else round(np.log2(value + 1)) for value in found] == expected


class TestForward:
    @pytest.mark.parametrize("each", ["run", "day"])
    @pytest.mark.parametrize("lag", [1, 3])
    def test_against_a_loop(self, each, lag):
        df = frame(150)
        # The prices miss some of the frame's days, have others, and end before it.
        days = pd.date_range("2025-12-01", periods=200)
        prices = closes(days[(days.day_of_year % 4 != 0) & (days.day_of_week < 5)])
        marks = df.optstat.extremes(**RULE).fillna(0).tolist()
        known = df.optstat.percentile(20, min_periods=5).notna().tolist()
        first = [row for row, *_ in loop_runs(marks, 0)] if each == "run" else np.flatnonzero(marks).tolist()
        table = df.optstat.forward(prices, (1, 7), lag, **RULE, each=each, resamples=0)
        assert table.index.tolist() == [(1, 1), (1, 7), (-1, 1), (-1, 7)]
        for (side, horizon), row in table.iterrows():

            def returns(rows, horizon=horizon):
                for at in rows:
                    later = prices[prices.index > df.index[at]].tolist()
                    if len(later) >= lag + horizon:
                        yield later[lag - 1 + horizon] / later[lag - 1] - 1

            own = list(returns(at for at in first if marks[at] == side))
            every = list(returns(at for at in range(len(df)) if known[at]))
            neutral = list(returns(at for at in range(len(df)) if known[at] and not marks[at]))
            assert len(own) > 3
            for values, prefix in ((own, ""), (every, "all_")):
                assert row[f"{prefix}count"] == len(values)
                assert row[f"{prefix}mean"] == pytest.approx(statistics.fmean(values), abs=1e-15)
                assert row[f"{prefix}median"] == pytest.approx(statistics.median(values), abs=1e-15)
                assert row[f"{prefix}hit_rate"] == sum(v * side > 0 for v in values) / len(values)
            assert row["baseline_count"] == len(neutral)
            assert row["baseline_mean"] == pytest.approx(statistics.fmean(neutral), abs=1e-15)
            assert row["excess"] == pytest.approx(statistics.fmean(own) - statistics.fmean(neutral), abs=1e-15)
            everything = df.optstat.forward(prices, horizon, lag, **RULE, each=each, resamples=0, baseline="all")
            expected = statistics.fmean(own) - statistics.fmean(every)
            assert everything.loc[(side, horizon), "excess"] == pytest.approx(expected, abs=1e-15)
            assert row[["ci_low", "ci_high", "p_value"]].isna().all()

    def test_detail_sums_up_to_the_table(self):
        df, prices = frame(150), closes(frame(150).index)
        rows = df.optstat.forward(prices, (1, 5), **RULE, detail=True)
        table = df.optstat.forward(prices, (1, 5), **RULE, resamples=0)
        assert rows.columns.tolist() == ["side", "start", "entry", "price", "return_1", "return_5"]
        assert rows["start"].tolist() == df.optstat.events(**RULE)["start"].tolist()
        for (side, horizon), row in table.iterrows():
            values = rows.loc[rows["side"] == side, f"return_{horizon}"].dropna()
            assert (len(values), values.mean(), values.median()) == pytest.approx(row[["count", "mean", "median"]])
        there = rows.dropna()
        assert (there["price"].to_numpy() == prices[there["entry"]].to_numpy()).all()

    def test_the_same_as_shift_of_pandas_where_the_days_are_equal(self):
        df, prices = frame(150), closes(frame(150).index)
        ahead = prices.shift(-1 - 5) / prices.shift(-1) - 1
        mark = df.optstat.extremes(**RULE)
        table = df.optstat.forward(prices, 5, 1, **RULE, each="day", resamples=0)
        assert table["mean"].tolist() == pytest.approx([ahead[mark == side].mean() for side in (1, -1)])

    def test_the_default_lag_is_when_totals_are_known(self):
        prices = closes(frame().index)
        for kind, lag in (("VOLUME", 1), ("OPEN_INTEREST", 2)):
            df = frame(data_type=kind)
            rows = df.optstat.forward(prices, 1, **RULE, detail=True).dropna()
            at = df.index.get_indexer(rows["entry"]) - df.index.get_indexer(rows["start"])
            assert set(at) == {lag}
        df.attrs.clear()
        with pytest.raises(po.InvalidRequest, match="volume \\(lag 1\\) or open interest \\(lag 2\\)"):
            df.optstat.forward(prices)
        assert len(df.optstat.forward(prices, 1, 1, resamples=0)) == 2
        assert len(df.optstat.forward(prices, 1, data_type="open_interest", resamples=0)) == 2
        with pytest.raises(po.InvalidRequest, match="not known at its own close"):
            df.optstat.forward(prices, lag=0)

    def test_no_entry_before_the_first_price_nor_across_a_hole(self):
        df = frame()
        late = closes(df.index)[60:]
        rows = df.optstat.forward(late, 1, **RULE, detail=True)
        early = rows["start"] < late.index[0]
        assert early.any()
        assert rows.loc[early, "entry"].isna().all()
        assert rows.loc[~early, "return_1"].notna().any()
        hole = closes(df.index).drop(df.index[40:70])
        rows = df.optstat.forward(hole, 1, **RULE, detail=True)
        inside = rows["start"].isin(df.index[44:55])  # more than 14 days before prices go on
        assert inside.any()
        assert rows.loc[inside, "entry"].isna().all()

    def test_neither_entry_nor_exit_lies_across_a_hole(self):
        """Every price from the event's day to the exit follows the one before it within 14 days."""
        df = frame()
        gone = df.index[40:55]  # 15 sessions, three weeks
        prices = closes(df.index).drop(gone)
        rows = df.optstat.forward(prices, (1, 5), 2, **RULE, each="day", detail=True)
        numbers = day_numbers(prices.index).tolist()
        entries = [loop_entry(day, numbers, 2) for day in day_numbers(pd.DatetimeIndex(rows["start"]))]
        assert rows["entry"].notna().tolist() == [entry >= 0 for entry in entries]
        for horizon in (1, 5):
            expected = [loop_return(entry, numbers, horizon) is not None for entry in entries]
            assert rows[f"return_{horizon}"].notna().tolist() == expected
        ends_in_hole = rows["entry"].notna() & rows["return_5"].isna() & (rows["start"] < gone[0])
        assert ends_in_hole.any()
        last_before = rows[rows["start"] < gone[0]].iloc[-1]
        assert last_before["start"] >= df.index[38]
        assert pd.isna(last_before["entry"])  # its second price is the one after the hole

    def test_huge_horizons_and_lags_give_no_returns(self):
        df, prices = frame(), closes(frame().index)
        for horizon, lag in ((10**30, 1), (1, 10**30), (10**30, 10**30)):
            assert df.optstat.forward(prices, horizon, lag, **RULE)["all_count"].tolist() == [0, 0]

    def test_rows_without_a_price_are_no_sessions(self):
        df, prices = frame(), closes(frame().index)
        some = prices.where(np.arange(len(prices)) % 7 != 3)
        pd.testing.assert_frame_equal(
            df.optstat.forward(some, **RULE, resamples=20), df.optstat.forward(some.dropna(), **RULE, resamples=20)
        )

    @pytest.mark.parametrize("n", [0, 1])
    def test_small_frames(self, n):
        df, prices = frame(n), closes(frame(9).index)
        table = df.optstat.forward(prices, **RULE)
        assert table["count"].tolist() == [0] * 6
        assert table.dtypes.tolist() == frame().optstat.forward(closes(frame().index), **RULE).dtypes.tolist()
        assert table["mean"].isna().all()
        assert len(df.optstat.forward(prices[:0], **RULE)) == 6
        full = frame().optstat.forward(closes(frame().index), **RULE, detail=True)
        small = df.optstat.forward(prices, **RULE, detail=True)
        assert small.dtypes.tolist() == full.dtypes.tolist()

    def test_no_time_in_common(self):
        with pytest.raises(po.InvalidData, match=r"2020-01-01.*2026-01-05.*no time in common"):
            frame().optstat.forward(closes(pd.bdate_range("2020-01-01", periods=50)))

    def test_inputs_are_unchanged_and_attributes_are_kept(self):
        df = frame(source="simulator:", synthetic=True)
        prices = closes(df.index)[::-1]
        before = df.copy(deep=True), prices.copy(deep=True)
        for detail in (True, False):
            result = df.optstat.forward(prices, **RULE, detail=detail, resamples=9)
            assert result.attrs == df.attrs
            result.attrs["optstat"]["market"] = "changed"
        assert df.attrs["optstat"]["market"] == "US_SECURITY"
        pd.testing.assert_frame_equal(df, before[0])
        pd.testing.assert_series_equal(prices, before[1])

    def test_panels(self):
        one, two = frame(), frame(seed=7, data_type="OPEN_INTEREST")
        keys = [("US_SECURITY", "VOLUME"), ("US_SECURITY", "OPEN_INTEREST")]
        panel = pd.concat([one, two], axis=1, keys=keys, names=["market", "data_type", "field"])
        prices = closes(one.index)
        table = panel.optstat.forward(prices, (1, 5), **RULE, resamples=50)
        assert table.index.names == ["market", "data_type", "side", "horizon"]
        for key, df in zip(keys, (one, two), strict=True):
            single = df.optstat.forward(prices, (1, 5), **RULE, resamples=50)
            pd.testing.assert_frame_equal(table.loc[key], single)
        events = panel.optstat.events(**RULE)
        assert len(events.loc[keys[1]]) == len(two.optstat.events(**RULE))

    def test_a_vendors_frame_gives_the_same(self):
        df, prices = frame(), closes(frame().index)
        df.iloc[50, 0] = 0
        vendor = df.astype(object).assign(time=df.index.strftime("%Y-%m-%d"), ratio="N/A")[::-1].reset_index(drop=True)
        for call in (
            lambda o: o.events(**RULE),
            lambda o: o.forward(prices, 1, data_type="VOLUME", **RULE, resamples=9),
            lambda o: o.forward(prices, 1, 1, **RULE, detail=True),
        ):
            pd.testing.assert_frame_equal(call(vendor.optstat), call(df.optstat))

    def test_the_same_seed_gives_the_same_and_no_horizon_depends_on_another(self):
        df, prices = frame(), closes(frame().index)
        first = df.optstat.forward(prices, (1, 5), **RULE, resamples=100, seed=3)
        again = df.optstat.forward(prices, (5, 9, 1), **RULE, resamples=100, seed=3)
        pd.testing.assert_frame_equal(first, again.loc[first.index])
        other = df.optstat.forward(prices, (1, 5), **RULE, resamples=100, seed=4)
        assert not first["ci_low"].equals(other["ci_low"])
        assert first["mean"].equals(other["mean"])

    def test_without_arch_it_says_what_to_install(self, monkeypatch):
        for name in [name for name in sys.modules if name.partition(".")[0] == "arch"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "arch", None)
        df, prices = frame(), closes(frame().index)
        with pytest.raises(po.InvalidRequest, match=r"arch.*pip install 'pd-optstat\[research\]'"):
            df.optstat.forward(prices, **RULE)
        assert df.optstat.forward(prices, **RULE, resamples=0)["count"].sum() > 0

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"horizons": ()}, r"horizons=\(\)"),
            ({"horizons": (1, 1)}, "different numbers"),
            ({"horizons": (1, 0)}, "horizons=0"),
            ({"horizons": "5"}, "horizons='5'"),
            ({"horizons": 1.5}, "horizons=1.5"),
            ({"lag": -1}, "lag=-1"),
            ({"lag": True}, "lag=True"),
            ({"lag": "1"}, "lag='1'"),
            ({"each": "week"}, "each='week'"),
            ({"baseline": "fear"}, "baseline='fear'"),
            ({"level": 1}, "level=1"),
            ({"level": 95}, "level=95"),
            ({"resamples": -1}, "resamples=-1"),
            ({"resamples": 10**9}, "at most 1000000"),
            ({"block": 0}, "block=0"),
            ({"seed": None}, "seed=None"),
            ({"seed": -1}, "seed=-1"),
            ({"data_type": "PRICE"}, "data_type='PRICE'"),
            ({"window": 0}, "window=0"),
        ],
    )
    def test_bad_arguments(self, arguments, words):
        for df in (frame(), frame(0)):
            with pytest.raises(po.InvalidRequest, match=words):
                df.optstat.forward(closes(frame().index), **arguments)


class TestNoLookAhead:
    """What happens after a number is known does not change it."""

    DF = frame(90)
    PRICES = closes(DF.index)

    @pytest.mark.slow
    @given(st.integers(0, 89), st.integers(0, 10**6), st.integers(0, 10**6), st.booleans())
    def test_signals_do_not_know_later_totals(self, day, call, put, all_later):
        changed = self.DF.copy()
        rows = slice(day + 1, None) if all_later else slice(day + 1, day + 2)
        changed.iloc[rows] = [call, put]
        for smooth in (1, 3):
            before, after = (df.optstat.events(**RULE, smooth=smooth) for df in (self.DF, changed))
            known = [events.loc[events["start"] <= self.DF.index[day], ["side", "start"]] for events in (before, after)]
            pd.testing.assert_frame_equal(*known)
            over = [e[(e["end"] < self.DF.index[day])] for e in (before, after)]
            pd.testing.assert_frame_equal(*over)  # what is over is known as a whole

    @given(st.integers(0, 89), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 4))
    def test_entries_do_not_know_later_totals(self, day, call, put, lag):
        changed = self.DF.copy()
        changed.iloc[day + 1 :] = [call, put]
        before, after = (df.optstat.forward(self.PRICES, (1, 5), lag, **RULE, detail=True) for df in (self.DF, changed))
        known = [rows[rows["start"] <= self.DF.index[day]] for rows in (before, after)]
        pd.testing.assert_frame_equal(*known)

    @given(st.integers(0, 89), st.floats(0.01, 1e6), st.integers(1, 4), st.booleans())
    def test_returns_know_the_prices_at_entry_and_exit_only(self, row, price, lag, later_too):
        changed = self.PRICES.copy()
        changed.iloc[row : None if later_too else row + 1] = price
        before, after = (
            self.DF.optstat.forward(prices, (1, 5), lag, **RULE, detail=True) for prices in (self.PRICES, changed)
        )
        entry = self.DF.index.get_indexer(before["entry"])  # -1 where there is none
        last = len(self.PRICES) if later_too else row + 1
        for horizon in (1, 5):
            touched = [any(row <= at < last for at in (e, e + horizon)) for e in entry]
            same = ~np.array(touched) | (entry < 0)
            name = f"return_{horizon}"
            pd.testing.assert_series_equal(before.loc[same, name], after.loc[same, name])
        assert before[["side", "start", "entry"]].equals(after[["side", "start", "entry"]])

    @pytest.mark.parametrize(("kind", "lag"), [("VOLUME", 1), ("OPEN_INTEREST", 2)])
    def test_prices_before_the_entry_do_not_matter(self, kind, lag):
        """The return of an event does not change with the prices before its entry."""
        df = frame(90, data_type=kind)
        rows = df.optstat.forward(self.PRICES, 3, **RULE, detail=True).dropna()
        assert len(rows) > 5
        for event in rows.itertuples():
            known = df.index.get_loc(event.start) + lag - 1  # the last close that is not entered at
            changed = self.PRICES.copy()
            changed.iloc[: known + 1] *= np.random.default_rng(0).uniform(0.5, 2, known + 1)
            after = df.optstat.forward(changed, 3, **RULE, detail=True)
            assert after.loc[event.Index, "return_3"] == event.return_3

    def test_a_truncated_frame_gives_the_same_returns(self):
        rows = self.DF.optstat.forward(self.PRICES, 5, **RULE, detail=True)
        for event in rows.dropna().itertuples():
            leave = self.DF.index.get_loc(event.entry) + 5
            cut = self.DF[: event.start].optstat.forward(self.PRICES.iloc[: leave + 1], 5, **RULE, detail=True)
            assert cut.iloc[-1].tolist() == rows.loc[event.Index].tolist()


@pytest.mark.parametrize("rule", ["MS", "BMS", "QS", "YS", "SMS", "7D", "2D"])
def test_labels_at_the_start_of_periods_are_refused(rule):
    days = pd.bdate_range("2024-01-01", periods=500)
    daily = pd.DataFrame({"call_value": 5_000 + np.arange(500), "put_value": 4_000}, days)
    close = pd.Series(np.arange(1.0, 601.0), pd.bdate_range("2024-01-01", periods=600))
    periods = daily.resample(rule).sum()
    periods = periods[periods["call_value"] > 0] if rule == "2D" else periods
    periods = periods.asfreq(rule) if rule == "2D" else periods
    for call in (
        lambda: periods.optstat.forward(close, 1, 1, window=4, resamples=0),
        lambda: po.sweep({"a": periods}, close, {"lags": [1], "horizons": [1], "lookbacks": [4]}, resamples=0),
    ):
        with pytest.raises(po.InvalidData, match=r"labels such periods by their first days.*df\.optstat\.resample"):
            call()
    without = periods.set_axis(pd.DatetimeIndex(periods.index, freq=None))  # as the message advises
    without.optstat.forward(close, 1, 1, window=4, resamples=0)
    for known in (daily.resample("ME").sum(), daily.optstat.resample(rule, data_type="VOLUME")):
        known.optstat.forward(close, 1, 1, window=4, resamples=0)


@pytest.mark.parametrize("rule", ["7D", "14D", "MS", "BMS", "QS", "SMS", "W", "ME", "W-WED", "D", "B", "YS-JUL"])
def test_resampled_periods_are_labelled_no_earlier_than_they_are_known(rule):
    """The label is the last day of the period that has a row, or later, so that no return begins within it."""
    df = frame(500)
    df.index += pd.Timedelta("16h")
    for frames in (df, df.tz_localize("America/New_York")):
        found = frames.optstat.resample(rule)
        assert found["call_value"].sum() == df["call_value"].sum()
        assert found.index.is_monotonic_increasing
        assert found.index.is_unique
        begin = 0
        for label, calls in found["call_value"].items():  # the rows up to the label are those of the periods so far
            rows = frames.iloc[begin:]
            end = begin + int(np.searchsorted(rows["call_value"].cumsum(), calls)) + 1
            assert frames["call_value"].iloc[begin:end].sum() == calls
            assert df.index[end - 1].normalize() <= label.tz_localize(None).normalize()
            begin = end
        assert begin == len(df)


@pytest.mark.slow
def test_an_effect_of_fear_alone_is_not_one_of_greed():
    """With neutral days as baseline, greed rejects in one run of twenty; with all days, in many more."""
    rejected = {"neutral": 0, "all": 0}
    for seed in range(60):
        df = frame(700, seed, start="2015-01-05")
        fear = (df.optstat.extremes(**RULE) == 1).to_numpy(bool, na_value=False)
        moves = np.random.default_rng([seed, 1]).normal(0, 0.01, len(df)) + 0.02 * np.roll(fear, 2)
        close = pd.Series(100 * np.exp(np.cumsum(moves)), df.index)
        for baseline in rejected:
            row = df.optstat.forward(close, 1, **RULE, each="day", resamples=199, baseline=baseline).loc[(-1, 1)]
            rejected[baseline] += row["p_value"] <= 0.05
    assert rejected["neutral"] <= 8
    assert rejected["all"] >= 30


def test_a_signal_with_an_effect_is_found_and_one_without_is_not():
    """Interval and p-value find prices that rise after fear, and find nothing in noise."""
    df = frame(1500, start="2015-01-05")
    fear = (df.optstat.extremes(**RULE) == 1).to_numpy(dtype=bool, na_value=False)
    onset = fear & ~np.roll(fear, 1)
    noise = np.random.default_rng(5).normal(0, 0.01, len(df))
    for effect, found in ((0.01, True), (0.0, False)):
        moves = noise + effect * np.roll(onset, 2)
        row = df.optstat.forward(pd.Series(100 * np.exp(np.cumsum(moves)), df.index), 1, **RULE, resamples=500).loc[
            1, 1
        ]
        assert (row["p_value"] < 0.01) == found
        assert (row["excess_low"] > 0) == found


CLOSE = pd.Series([100.0, 101.0, 99.0, 98.5], pd.to_datetime(["2026-06-09", "2026-06-10", "2026-06-11", "2026-06-12"]))
DAYS = [20613, 20614, 20615, 20616]


class TestPrices:
    @pytest.mark.parametrize(
        "given",
        [
            CLOSE,
            CLOSE[::-1],
            CLOSE.to_frame("Close"),
            pd.concat([CLOSE, CLOSE.iloc[1:2]]),
            CLOSE.set_axis(CLOSE.index.as_unit("s")),
            CLOSE.set_axis(CLOSE.index.as_unit("ns")),
            CLOSE.set_axis(CLOSE.index.as_unit("ms")),
            CLOSE.tz_localize("America/New_York"),
            CLOSE.tz_localize("Asia/Hong_Kong"),
            CLOSE.tz_localize("UTC"),
            CLOSE.set_axis(CLOSE.index + pd.Timedelta("16h")).tz_localize("America/New_York"),
            CLOSE.set_axis(CLOSE.index.strftime("%Y-%m-%d")),
            CLOSE.set_axis([day.date() for day in CLOSE.index]),
            CLOSE.set_axis(CLOSE.index.to_period("D")),
            CLOSE.astype("Float64"),
            CLOSE.astype("float64[pyarrow]"),
            CLOSE.astype(object),
            CLOSE.astype(str),
            pd.concat([CLOSE, pd.Series([NAN, None], pd.to_datetime(["2026-06-08", "2026-06-13"]))]),
        ],
        ids=lambda given: f"{given.index.dtype} {len(given)}",
    )
    def test_every_kind_is_read_the_same(self, given):
        read = read_prices(given)
        assert read.days.tolist() == DAYS
        assert read.values.tolist() == CLOSE.tolist()

    @pytest.mark.parametrize(
        ("given", "kind", "words"),
        [
            (CLOSE.replace(99.0, -1.0), po.InvalidData, "not above 0, in 1 of 4 rows: 2026-06-11"),
            (CLOSE.replace(99.0, 0.0), po.InvalidData, "2026-06-11"),
            (CLOSE.replace(99.0, math.inf), po.InvalidData, "infinite.*2026-06-11"),
            (pd.concat([CLOSE, CLOSE.iloc[1:2] + 1]), po.InvalidData, "more than one price.*2026-06-10"),
            (CLOSE.astype(object).replace(99.0, "dear"), po.InvalidData, "'dear'"),
            (CLOSE > 100, po.InvalidData, "bool"),
            (CLOSE.reset_index(drop=True), po.InvalidData, "does not hold days"),
            (CLOSE.set_axis([pd.NaT, *CLOSE.index[1:]]), po.InvalidData, "no day in rows 0"),
            (CLOSE.tz_localize("Asia/Hong_Kong").tz_convert("UTC"), po.InvalidData, "UTC.*tz_convert"),
            (pd.concat([CLOSE, CLOSE], axis=1, keys=["Open", "Close"]), po.InvalidRequest, "'Open', 'Close'"),
            (pd.concat([CLOSE], keys=["SPX"]), po.InvalidRequest, "select one series"),
            (CLOSE.to_numpy(), po.InvalidRequest, "ndarray must be a Series"),
            (None, po.InvalidRequest, "prices=None: the frame has no column"),
        ],
    )
    def test_invalid_prices_are_named(self, given, kind, words):
        with pytest.raises(kind, match=words):
            frame().optstat.forward(given)

    def test_five_bad_rows_are_named_and_the_rest_counted(self):
        prices = -closes(frame(20).index)
        with pytest.raises(po.InvalidData, match=r"in 20 of 20 rows: 2026-01-05, .* and 15 more"):
            read_prices(prices)

    def test_extreme_prices_give_no_infinity(self):
        df = frame()
        prices = pd.Series(list(itertools.islice(itertools.cycle([5e-324, 1e308]), len(df))), df.index)
        rows = df.optstat.forward(prices, 1, **RULE, detail=True)
        assert not np.isinf(rows["return_1"]).any()
