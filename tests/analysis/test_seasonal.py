"""Expiries against the exchanges' publications, seasonal effects against loops, and no look-ahead."""

from __future__ import annotations

import statistics
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat.analysis.expiries import monthly_expiries, weeks_to_expiry
from pd_optstat.core.calendars import calendar
from pd_optstat.core.dates import to_date, to_day
from pd_optstat.core.markets import EXCHANGES

US, HK = (EXCHANGES[name] for name in ("US", "HK"))


def frame(n=300, seed=0, market="US_SECURITY", start="2025-01-02"):
    rng = np.random.default_rng(seed)
    days = calendar(EXCHANGES[market[:2]]).sessions(to_day(date.fromisoformat(start)), to_day(date(2027, 6, 1)))[:n]
    index = pd.DatetimeIndex(days.astype("datetime64[D]"), name="time").as_unit(po.sample().index.unit)
    counts = rng.integers(500, 1500, (n, 2))
    df = pd.DataFrame({"call_value": counts[:, 0], "put_value": counts[:, 1]}, index)
    df.attrs["optstat"] = {"market": market, "data_type": "VOLUME"}
    return df


def expiries(exchange, first, last):
    days = monthly_expiries(calendar(exchange), to_day(date.fromisoformat(first)), to_day(date.fromisoformat(last)))
    return [str(to_date(day)) for day in days[1:-1]]  # without the ones before and after


class TestExpiries:
    def test_third_fridays_but_on_holidays_the_day_before(self):
        # Good Fridays of 2008, 2019, 2022 and 2025; Juneteenth of 2026.
        for day in ("2008-03-20", "2019-04-18", "2022-04-14", "2025-04-17", "2026-06-18"):
            month = day[:8]
            assert expiries(US, month + "01", month + "28") == [day]
        assert expiries(US, "2024-01-01", "2024-12-31") == [
            "2024-01-19", "2024-02-16", "2024-03-15", "2024-04-19", "2024-05-17", "2024-06-21",
            "2024-07-19", "2024-08-16", "2024-09-20", "2024-10-18", "2024-11-15", "2024-12-20",
        ]  # fmt: skip

    def test_hong_kong_is_the_last_business_day_but_one(self):
        # HKEX, "Trading Calendar and Holiday Schedule": Hang Seng Index options, stock options, 2018 and 2019.
        published = {
            "2018": "01-30 02-27 03-28 04-27 05-30 06-28 07-30 08-30 09-27 10-30 11-29 12-28",
            "2019": "01-30 02-27 03-28 04-29 05-30 06-27 07-30 08-29 09-27 10-30 11-28 12-30",
        }
        for year, days in published.items():
            assert expiries(HK, f"{year}-01-01", f"{year}-12-31") == [f"{year}-{day}" for day in days.split()]

    @pytest.mark.parametrize("exchange", [US, HK])
    def test_against_a_loop_over_the_days_of_each_month(self, exchange):
        sessions = calendar(exchange).sessions(to_day(date(2010, 1, 1)), to_day(date(2026, 2, 28)))
        days = [to_date(day) for day in sessions]
        expected = []
        for year, month in [(y, m) for y in range(2010, 2026) for m in range(1, 13)]:
            own = [day for day in days if (day.year, day.month) == (year, month)]
            if exchange is HK:
                expected.append(str(own[-2]))
                continue
            third = next(d for d in (date(year, month, 15) + timedelta(i) for i in range(7)) if d.weekday() == 4)
            expected.append(str([day for day in own if day <= third][-1]))
        assert expiries(exchange, "2010-01-01", "2025-12-31") == expected

    @pytest.mark.parametrize("exchange", [US, HK])
    def test_every_span_has_one_before_and_one_after(self, exchange):
        whole = monthly_expiries(calendar(exchange), to_day(date(2024, 1, 1)), to_day(date(2024, 12, 31)))
        for first in range(to_day(date(2024, 3, 1)), to_day(date(2024, 5, 31))):
            for length in (0, 1, 40):
                found = monthly_expiries(calendar(exchange), first, first + length)
                assert found[0] < first
                assert found[-1] >= first + length
                assert set(found) <= set(whole)

    def test_the_future_beyond_the_calendar(self):
        assert expiries(US, "2035-06-01", "2035-06-30") == ["2035-06-15"]
        assert expiries(HK, "2035-05-01", "2035-05-31") == ["2035-05-30"]

    def test_weeks(self):
        ends = monthly_expiries(calendar(US), to_day(date(2026, 5, 1)), to_day(date(2026, 7, 31)))
        cases = {"2026-06-12": 1, "2026-06-15": 0, "2026-06-18": 0, "2026-06-19": 4, "2026-06-22": 3, "2026-07-17": 0}
        days = np.array([to_day(date.fromisoformat(day)) for day in cases])
        assert weeks_to_expiry(days, ends).tolist() == list(cases.values())


def kinds(df, effects, exchange=US):
    """Return the kind of each day, by a loop over dates."""
    days = [day.date() for day in df.index]
    ends = [date.fromisoformat(e) for e in expiries(exchange, "2024-11-01", "2027-12-31")]
    found = []
    for day in days:
        end = next(end for end in ends if end >= day)
        weeks = (end - timedelta(end.weekday()) - (day - timedelta(day.weekday()))).days // 7
        found.append(tuple({"weekday": day.weekday(), "expiry": weeks == 0, "weeks": weeks}[e] for e in effects))
    return found


class TestSeasonal:
    @pytest.mark.parametrize(("market", "exchange"), [("US_SECURITY", US), ("HK_INDEX", HK)])
    def test_against_a_loop(self, market, exchange):
        df = frame(market=market)
        df.iloc[7, 0] = 0
        ratio = df.optstat.put_call_ratio
        table = df.optstat.seasonal()
        assert table.index.names == ["effect", "group"]
        assert table.columns.tolist() == ["count", "mean", "median", "std", "difference"]
        days = {"weekday": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]}
        for effect, name in (("weekday", "weekday"), ("weeks_to_expiry", "weeks")):
            groups = [kind for (kind,) in kinds(df, [name], exchange)]
            assert table.loc[effect].index.tolist() == days.get(effect, sorted(set(groups)))
            for group in set(groups):
                values = [v for v, g in zip(ratio, groups, strict=True) if g == group and v == v]
                row = table.loc[(effect, days[effect][group] if effect in days else group)]
                expected = [len(values), statistics.fmean(values), statistics.median(values), statistics.stdev(values)]
                assert row.tolist()[:4] == pytest.approx(expected)
                assert row["difference"] == pytest.approx(statistics.fmean(values) - ratio.mean())

    def test_by(self):
        df = frame()
        both = df.optstat.seasonal()
        pd.testing.assert_frame_equal(df.optstat.seasonal(["expiry", "weekday"]), both)
        for name, effect in (("weekday", "weekday"), ("expiry", "weeks_to_expiry")):
            one = df.optstat.seasonal(name)
            assert one.index.get_level_values(0).unique().tolist() == [effect]
            pd.testing.assert_frame_equal(one.loc[effect], both.loc[effect], check_index_type=False)

    def test_the_market(self):
        df = frame()
        hong_kong = df.optstat.seasonal(market="HK_INDEX")
        assert not hong_kong.loc["weeks_to_expiry"].equals(df.optstat.seasonal().loc["weeks_to_expiry"])
        df.attrs.clear()
        assert len(df.optstat.seasonal("weekday")) == 5
        assert len(df.optstat.adjusted_ratio("weekday")) == len(df)
        for method in (df.optstat.seasonal, df.optstat.adjusted_ratio):
            with pytest.raises(po.InvalidRequest, match="Pass market='US_SECURITY'"):
                method()
            with pytest.raises(po.InvalidRequest, match="market='XX'"):
                method("weekday", market="XX")
        pd.testing.assert_frame_equal(df.optstat.seasonal(market=1), frame().optstat.seasonal())

    @pytest.mark.parametrize("n", [0, 1])
    def test_small_frames(self, n):
        df = frame(n)
        table = df.optstat.seasonal()
        assert table["count"].tolist() == [1, 1][: 2 * n]
        assert table.dtypes.tolist() == frame().optstat.seasonal().dtypes.tolist()
        assert table["std"].isna().all()
        adjusted = df.optstat.adjusted_ratio()
        assert (len(adjusted), adjusted.dtype, adjusted.name) == (n, np.float64, "adjusted_ratio")

    def test_a_planted_effect_is_found_and_removed(self):
        df = frame(600)
        friday = df.index.day_of_week == 4
        df.loc[friday, "put_value"] *= 2
        assert df.optstat.seasonal("weekday").loc[("weekday", "Friday"), "difference"] > 0.5
        assert df.optstat.seasonal("weekday")["difference"].idxmax() == ("weekday", "Friday")
        left = df.optstat.adjusted_ratio()[100:]
        assert abs(left[friday[100:]].mean()) < 0.15
        assert abs(left[~friday[100:]].mean()) < 0.15

    def test_panels(self):
        one, two = frame(), frame(market="HK_INDEX", seed=4)
        keys = [("US_SECURITY", "VOLUME"), ("HK_INDEX", "VOLUME")]
        panel = pd.concat([one, two], axis=1, keys=keys, names=["market", "data_type", "field"], sort=True)
        adjusted = panel.optstat.adjusted_ratio()
        for key, df in zip(keys, (one, two), strict=True):
            np.testing.assert_array_equal(adjusted[key].loc[df.index], df.optstat.adjusted_ratio())
        assert panel.optstat.seasonal().index.names == ["market", "data_type", "effect", "group"]

    def test_bad_arguments(self):
        for df in (frame(30), frame(0)):
            for by in ((), "month", ["weekday", "month"], 5, None):
                with pytest.raises(po.InvalidRequest, match="'weekday', 'expiry'"):
                    df.optstat.seasonal(by)
                with pytest.raises(po.InvalidRequest, match="'weekday', 'expiry'"):
                    df.optstat.adjusted_ratio(by)
            for arguments in ({"window": 0}, {"window": 2.5}, {"min_periods": 0}, {"window": 3, "min_periods": 4}):
                with pytest.raises(po.InvalidRequest, match=r"(window|min_periods)="):
                    df.optstat.adjusted_ratio(**arguments)


class TestAdjustedRatio:
    @pytest.mark.parametrize("by", [("weekday",), ("expiry",), ("weekday", "expiry")])
    @pytest.mark.parametrize(("window", "least"), [(None, None), (None, 1), (6, None), (6, 2), (1, 1)])
    def test_against_a_loop(self, by, window, least):
        df = frame()
        df.iloc[20:25, 0] = 0
        df.iloc[50, 1] *= 10**6  # and nothing of it stays behind
        ratio, groups = df.optstat.put_call_ratio.tolist(), kinds(df, by)
        result = df.optstat.adjusted_ratio(by, window=window, min_periods=least)
        for i, own in enumerate(ratio):
            past = [ratio[j] for j in range(i) if groups[j] == groups[i] and ratio[j] == ratio[j]]
            past = past[-window:] if window else past
            if own == own and len(past) >= (least or min(4, window or 4)):
                assert result.iloc[i] == pytest.approx(own - statistics.fmean(past), rel=1e-12, abs=1e-12)
            else:
                assert np.isnan(result.iloc[i])

    DF = frame(120)

    @given(st.integers(0, 119), st.integers(0, 10**7), st.integers(0, 10**7), st.sampled_from([None, 5]))
    def test_no_look_ahead(self, day, call, put, window):
        changed = self.DF.copy()
        changed.iloc[day + 1 :] = [call, put]
        before, after = (df.optstat.adjusted_ratio(window=window) for df in (self.DF, changed))
        pd.testing.assert_series_equal(before[: day + 1], after[: day + 1])

    @given(st.integers(0, 119), st.integers(1, 10**7), st.integers(0, 10**7))
    def test_a_day_does_not_affect_its_own_mean(self, day, call, put):
        changed = self.DF.copy()
        changed.iloc[day] = [call, put]
        usual = [(df.optstat.put_call_ratio - df.optstat.adjusted_ratio()).iloc[day] for df in (self.DF, changed)]
        np.testing.assert_allclose(*usual, rtol=1e-9, atol=1e-9 * (1 + put / call))

    def test_inputs_are_unchanged_and_attributes_are_kept(self):
        df = frame()
        before = df.copy(deep=True)
        result = df[::-1].optstat.adjusted_ratio()
        pd.testing.assert_series_equal(result, df.optstat.adjusted_ratio())
        assert result.attrs == df.attrs
        assert result.index.dtype == df.index.dtype
        result.iloc[:] = 0
        pd.testing.assert_frame_equal(df, before)
