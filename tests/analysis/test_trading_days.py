"""Moments become days on the exchange's clock, the same everywhere, or are refused with advice."""

from __future__ import annotations

import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.analysis.frames import sort_by_day
from pd_optstat.analysis.prices import read_prices
from pd_optstat.analysis.trading_days import day_numbers

DAYS = pd.DatetimeIndex(["2026-06-08", "2026-06-09", "2026-06-10", "2026-06-11", "2026-06-12"])
ZONES = {"US_SECURITY": "America/New_York", "HK_SECURITY": "Asia/Hong_Kong"}
RULE = {"window": 4, "lower": 0.2, "upper": 0.7, "min_periods": 2}


def frame(index, market=None):
    df = pd.DataFrame({"call_value": [200, 250, 0, 400, 100], "put_value": [100, 200, 50, 100, 150]}, index)
    df.attrs["optstat"] = {"data_type": "VOLUME"} | ({} if market is None else {"market": market})
    return df


def moments(market, hours, zone):
    """Return moments of the trading days, `hours` after midnight of the exchange, on the clock of `zone`."""
    return (DAYS.tz_localize(ZONES[market]) + pd.Timedelta(hours=hours)).tz_convert(zone)


@pytest.mark.parametrize("market", ZONES)
@pytest.mark.parametrize("hours", [0, 16])
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Hong_Kong", "Europe/Zurich"])
def test_moments_are_days_on_the_exchanges_clock_everywhere(market, hours, zone):
    unit = "s" if hours else "ns"
    index = moments(market, hours, zone).as_unit(unit)
    plain = frame(DAYS.as_unit(unit), market)
    close = pd.Series([1.0, 2, 4, 8, 16, 32], pd.bdate_range(DAYS[0], periods=6))
    for df in (frame(index, market), frame(range(5), market).assign(time=index), frame(index, market)[::-1]):
        for call in (
            lambda o: o.put_call_ratio,
            lambda o: o.extremes(**RULE),
            lambda o: o.events(**RULE).set_index("start"),
            lambda o: o.forward(close, 1, **RULE, detail=True).set_index("start"),
            lambda o: o.resample("W"),
        ):
            found, expected = call(df.optstat), call(plain.optstat)
            assert found.index.tz_localize(None).normalize().tolist() == expected.index.tolist()
            left, right = (pd.DataFrame(part).reset_index(drop=True) for part in (found, expected))
            left, right = (part.drop(columns=["end", "peak_time"], errors="ignore") for part in (left, right))
            pd.testing.assert_frame_equal(left, right)
        assert df.optstat.normalize().index.tolist() == DAYS.tolist()
        assert df.optstat.digest() == plain.optstat.digest()
    unknown = frame(range(5)).assign(day=index)
    assert unknown.optstat.normalize(time="day", market=market).index.tolist() == DAYS.tolist()


def test_unix_seconds_of_hong_kong():
    hk = po.load("HK_SECURITY", "VOLUME", "2026-06-08", "2026-06-12", source="simulator:", cache=False)
    raw = hk.reset_index(drop=True)
    raw["day"] = pd.to_datetime(raw["timestamp"], unit="s", utc=True)
    pd.testing.assert_frame_equal(raw.optstat.normalize(time="day"), hk)
    naive = pd.to_datetime(raw["timestamp"], unit="s")
    for df in (raw.assign(time=naive), hk.set_axis(pd.DatetimeIndex(naive), axis=0)):
        for call in (lambda o: o.put_call_ratio, lambda o: o.normalize(), lambda o: o.validate()):
            with pytest.raises(po.InvalidData, match=r"2026-06-07 16:00:00.*2026-06-08.*Asia/Hong_Kong.*utc=True"):
                call(df.optstat)


@pytest.mark.parametrize(
    ("days", "market", "clear"),
    [
        (DAYS, "HK_SECURITY", True),  # a Friday 16:00, which in UTC would be a Saturday's
        (DAYS[:4], "HK_SECURITY", False),  # Monday to Thursday, in UTC Tuesday to Friday
        (DAYS[:4], "US_SECURITY", True),  # the same day in New York
        (DAYS[:4], None, True),
        (DAYS - pd.Timedelta("1D"), "HK_SECURITY", False),  # Sunday to Thursday
        (DAYS - pd.Timedelta("1D"), None, False),
        (pd.date_range("2026-06-08", periods=14), None, True),  # a market that trades every day
    ],
)
def test_closing_times_without_a_zone(days, market, clear):
    df = pd.DataFrame({"call_value": 2, "put_value": range(len(days))}, days + pd.Timedelta("16h"))
    df.attrs["optstat"] = {"market": market}
    close = pd.Series(range(1, len(df) + 1), df.index)
    if clear:
        assert df.optstat.normalize().index.tolist() == days.tolist()
        assert len(df.optstat.forward(close, 1, 1, resamples=0)) == 2
        return
    with pytest.raises(po.InvalidData, match="utc=True"):
        df.optstat.normalize()
    midnights = df.set_axis(days, axis=0)
    with pytest.raises(po.InvalidData, match=r"the index of prices.*utc=True"):
        midnights.optstat.forward(close, 1, 1)


def test_moments_in_utc_need_an_exchange():
    df = frame(moments("HK_SECURITY", 0, "UTC"))
    for call in (lambda o: o.put_call_ratio, lambda o: o.normalize(), lambda o: o.validate()):
        with pytest.raises(po.InvalidData, match=r"moments in UTC.*market=.*tz_convert"):
            call(df.optstat)


def test_periods_are_their_last_days():
    df = frame(pd.period_range("2026-01", periods=5, freq="M"))
    ends = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    assert df.optstat.put_call_ratio.index.strftime("%F").tolist() == ends
    assert df.optstat.normalize().index.strftime("%F").tolist() == ends
    days = frame(pd.period_range("2026-06-08", periods=5, freq="D")).optstat.put_call_ratio.index
    assert days.strftime("%F").tolist() == [f"2026-06-{day:02}" for day in range(8, 13)]


def test_moments_at_weekends_are_on_a_clock_that_is_not_the_exchanges():
    df = frame(moments("HK_SECURITY", 0, "America/New_York"))
    df.attrs = {}
    for call in (lambda o: o.put_call_ratio, lambda o: o.normalize(), lambda o: o.validate()):
        with pytest.raises(po.InvalidData, match=r"moments at weekends.*market=.*tz_convert\('Asia/Hong_Kong'\)"):
            call(df.optstat)
    found = df.optstat.normalize(market="HK_SECURITY").index
    assert found.equals(
        frame(moments("HK_SECURITY", 0, "Asia/Hong_Kong")).optstat.normalize(market="HK_SECURITY").index
    )


def test_texts_with_the_offsets_of_summer_and_winter():
    texts = ["2026-03-06T16:00:00-05:00", "2026-03-09T16:00:00-04:00"]
    df = pd.DataFrame({"time": texts, "call_value": 2, "put_value": 1})
    days = ["2026-03-06", "2026-03-09"]
    assert df.optstat.normalize().index.strftime("%Y-%m-%d").tolist() == days
    assert df.optstat.normalize(market="US_INDEX").index.strftime("%Y-%m-%d").tolist() == days
    hong_kong = df.optstat.normalize(market="HK_INDEX").index
    assert hong_kong.strftime("%Y-%m-%d").tolist() == ["2026-03-07", "2026-03-10"]


class TestSeveralMomentsOfADay:
    TIMES = pd.to_datetime(["2023-12-29 14:30", "2023-12-29 15:00", "2023-12-29 15:15", "2024-01-02 15:15"])
    DF = pd.DataFrame(
        {"time": TIMES, "call_value": [3351827, 3716094, 3771817, 5], "put_value": [3224124, 3621127, 3725221, 6]}
    )

    @pytest.mark.parametrize("index", [False, True])
    @pytest.mark.parametrize("zone", [None, "America/New_York", "UTC"])
    @pytest.mark.parametrize(
        "call",
        [
            lambda o: o.validate(), lambda o: o.put_call_ratio, lambda o: o.resample("D"), lambda o: o.metrics(),
            lambda o: o.normalize(), lambda o: o.digest(), lambda o: o.summary(), lambda o: o.events(),
            lambda o: o.missing_sessions(),
        ],
    )  # fmt: skip
    def test_they_are_refused_everywhere(self, index, zone, call):
        df = self.DF.assign(time=self.TIMES if zone is None else self.TIMES.tz_localize("America/New_York"))
        if zone == "UTC":
            df["time"] = df["time"].dt.tz_convert("UTC")
        df = df.set_index("time") if index else df
        df.attrs["optstat"] = {"market": "US_INDEX", "data_type": "VOLUME"}
        with pytest.raises(po.InvalidData, match=r'2023-12-29, and.*normalize\(intraday="last"\)'):
            call(df.optstat)

    @pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
    @pytest.mark.parametrize("zone", [None, "America/New_York", "UTC"])
    def test_the_last_of_each_day_can_be_kept(self, order, zone):
        times = self.TIMES if zone is None else self.TIMES.tz_localize("America/New_York").tz_convert(zone)
        df = self.DF.assign(time=times)[order]
        for given, name in ((df, None), (df.set_index("time"), None), (df.rename(columns={"time": "at"}), "at")):
            kept = given.optstat.normalize(time=name, market="US_INDEX", intraday="last")
            assert kept.index.tolist() == [pd.Timestamp("2023-12-29"), pd.Timestamp("2024-01-02")]
            assert kept[["call_value", "put_value"]].to_numpy().tolist() == [[3771817, 3725221], [5, 6]]
        with pytest.raises(po.InvalidData, match=r"different values in 'put_value', for 2023-12-29"):
            pd.concat([df, df.assign(put_value=7)]).optstat.normalize(market="US_INDEX", intraday="last")
        with pytest.raises(po.InvalidRequest, match="intraday='first'"):
            df.optstat.normalize(intraday="first")

    def test_those_with_equal_counts_are_refused_too(self):
        with pytest.raises(po.InvalidData, match="several moments"):
            self.DF.assign(call_value=1, put_value=2).optstat.put_share  # noqa: B018

    def test_a_panels_series_are_refused_alike(self):
        panel = pd.concat({("US_INDEX", "VOLUME"): self.DF.set_index("time")}, axis=1)
        with pytest.raises(po.InvalidData, match="several moments"):
            panel.optstat.zscore()


def test_a_column_time_comes_before_the_index():
    index = pd.DatetimeIndex(["2026-06-11 08:00"])
    df = pd.DataFrame({"time": ["2026-06-10"], "call_value": [2], "put_value": [1]}, index)
    for found in (df.optstat.normalize(), df.optstat.put_call_ratio, sort_by_day(df)):
        assert found.index.strftime("%Y-%m-%d %H").tolist() == ["2026-06-10 00"]


class TestPrices:
    CLOSE = pd.Series([1.0, 2, 4, 8, 16], DAYS)

    def entries(self, close, market):
        return frame(DAYS, market).optstat.forward(close, 1, **RULE, detail=True)["entry"].tolist()

    @pytest.mark.parametrize("market", ZONES)
    @pytest.mark.parametrize("exchange", ZONES)
    @pytest.mark.parametrize("hours", [0, 16])
    def test_closes_are_days_of_their_own_exchange(self, market, exchange, hours):
        own = self.CLOSE.set_axis(moments(exchange, hours, ZONES[exchange]))
        assert read_prices(own).days.tolist() == day_numbers(self.CLOSE.index).tolist()
        late = exchange.startswith("HK") and market.startswith("US")  # volume that is final after the next close
        expected = pd.to_datetime(["2026-06-11", None] if late else ["2026-06-10", "2026-06-12"])
        assert self.entries(own, market)[:2] == expected.tolist()

    @pytest.mark.parametrize(
        ("market", "hours", "zone"),
        [
            ("US_SECURITY", 16, "Asia/Hong_Kong"),  # shows the day after: its close would be entered a day early
            ("US_SECURITY", 20, "Europe/Zurich"),
            ("HK_SECURITY", 0, "Europe/Zurich"),  # shows the day before
        ],
    )
    def test_an_unclear_day_is_refused(self, market, hours, zone):
        with pytest.raises(po.InvalidData, match=r"prices: the day of moments such as .* is unclear.*tz_convert"):
            self.entries(self.CLOSE.set_axis(moments(market, hours, zone)), market)
