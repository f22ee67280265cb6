"""Every method of ``df.optstat`` on frames and panels of underlyings, and on frames of volatilities."""

from __future__ import annotations

import hashlib
import struct

import numpy as np
import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.accessor import VOLATILITY_METHODS, OptStatAccessor
from pd_optstat.core.dates import to_day
from pd_optstat.core.frame import PRICE_COLUMN

RANGE = ("2024-06-03", "2026-06-12")
OPTIONS = {"source": "simulator:", "cache": False, "progress": False}


@pytest.fixture(scope="module")
def apple():
    return po.load("US.AAPL", "VOLUME", *RANGE, **OPTIONS)


@pytest.fixture(scope="module")
def panel():
    return po.load_panel(["US.AAPL", "HK.00700", "US_SECURITY"], None, *RANGE, **OPTIONS)


@pytest.fixture(scope="module")
def volatility():
    return po.load_volatility("US.AAPL", *RANGE, **OPTIONS)


def sdk_frame(apple, interest, code="US.AAPL"):
    """Return the same days as ``get_option_underlying_his_statistic`` of a vendor's SDK does."""
    raw = pd.DataFrame({"code": code, "name": "Apple", "time": apple.index.strftime("%Y-%m-%d")})
    raw["timestamp"] = apple["timestamp"].to_numpy()
    for kind, frame in (("volume", apple), ("open_interest", interest)):
        raw[f"option_{kind}"] = frame["total_value"].to_numpy()
        raw[f"call_{kind}"] = frame["call_value"].to_numpy()
        raw[f"put_{kind}"] = frame["put_value"].to_numpy()
        raw[f"put_call_{kind}_ratio"] = frame["ratio"].to_numpy()
    raw[PRICE_COLUMN] = apple[PRICE_COLUMN].to_numpy()
    raw = raw.astype({PRICE_COLUMN: object})
    raw.loc[0, PRICE_COLUMN] = "N/A"
    return raw[::-1].reset_index(drop=True)


def test_the_digest_covers_prices(apple):
    assert apple.optstat.digest() == apple.attrs["optstat"]["digest"]
    changed = apple.copy()
    changed.loc[changed.index[5], PRICE_COLUMN] += 0.01
    assert changed.optstat.digest() != apple.optstat.digest()
    absent = apple.iloc[:1].assign(**{PRICE_COLUMN: [np.nan]})
    day, row = to_day(absent.index[0].date()), absent.iloc[0]
    rows = struct.pack("<qqqQ", day, int(row.call_value), int(row.put_value), 0x7FF8000000000000)
    assert absent.optstat.digest() == "sha256:" + hashlib.sha256(rows).hexdigest()
    assert "as loaded" in repr(apple.optstat)
    assert "not the rows that were loaded" in " ".join(repr(changed.optstat).split())


def test_metrics_keep_the_price(apple):
    metrics = apple.optstat.metrics((5,))
    assert [*metrics.columns[:6]] == [*apple.columns]
    pd.testing.assert_series_equal(metrics[PRICE_COLUMN], apple[PRICE_COLUMN])
    texts = apple.astype({PRICE_COLUMN: object})
    texts.iloc[0, 5] = "N/A"
    assert metrics[PRICE_COLUMN].dtype == texts.optstat.metrics((5,))[PRICE_COLUMN].dtype == np.float64


def test_resample_takes_the_last_price(apple):
    weeks = apple.optstat.resample("W")
    assert [*weeks.columns] == ["call_value", "put_value", "total_value", "ratio", PRICE_COLUMN]
    expected = apple[PRICE_COLUMN].resample("W").last()
    np.testing.assert_array_equal(weeks[PRICE_COLUMN], expected[expected.notna()])
    assert weeks["call_value"].sum() == apple["call_value"].sum()
    last = apple.copy()
    last.loc[apple.index[-1], PRICE_COLUMN] = np.nan
    assert last.optstat.resample("W")[PRICE_COLUMN].iloc[-1] == apple[PRICE_COLUMN].iloc[-2]


@pytest.mark.parametrize("price", [np.inf, -np.inf, -1.0, "much"])
def test_impossible_prices_are_refused(apple, price):
    bad = apple.astype({PRICE_COLUMN: object})
    bad.iloc[3, 5] = price
    for call in (
        lambda o: o.validate(),
        lambda o: o.normalize(),
        lambda o: o.digest(),
        lambda o: o.resample("W"),
        lambda o: o.metrics(),
    ):
        with pytest.raises(po.InvalidData, match="underlying_price"):
            call(bad.optstat)
    assert apple.optstat.validate() is apple


def test_methods_find_market_and_exchange(apple):
    hong_kong = po.load("HK.00700", "VOLUME", *RANGE, **OPTIONS)
    for frame, like, title in ((apple, "US_SECURITY", "US.AAPL"), (hong_kong, "HK_SECURITY", "HK.00700")):
        seasonal = frame.optstat.seasonal()
        pd.testing.assert_frame_equal(seasonal, frame.optstat.seasonal(market=like))
        pd.testing.assert_series_equal(frame.optstat.adjusted_ratio(), frame.optstat.adjusted_ratio(market=like))
        summary = frame.optstat.summary()
        assert summary.index[0] == f"{title} VOLUME"
        assert summary["missing_sessions"].iloc[0] == len(frame.optstat.missing_sessions(market=like))
        assert title in repr(frame.optstat)
        assert "SYNTHETIC" in repr(frame.optstat)
        assert title in frame.optstat._repr_html_()


def test_turnover_and_open_interest_change(apple):
    interest = po.load("US.AAPL", "OPEN_INTEREST", *RANGE, **OPTIONS)
    turnover = apple.optstat.turnover(interest)
    assert (turnover.dropna() > 0).all().all()
    assert len(interest.optstat.open_interest_change(apple)) == len(interest)
    with pytest.raises(po.InvalidRequest, match=r"US\.AAPL and HK\.00700"):
        apple.optstat.turnover(po.load("HK.00700", "OPEN_INTEREST", *RANGE, **OPTIONS))


def test_panels_hold_markets_and_underlyings(panel, apple):
    assert PRICE_COLUMN in panel["US.AAPL"]["VOLUME"]
    assert PRICE_COLUMN not in panel["US_SECURITY"]["VOLUME"]
    assert panel.optstat.validate() is panel
    ratio = panel.optstat.put_call_ratio
    own = apple.optstat.put_call_ratio
    np.testing.assert_array_equal(ratio["US.AAPL"]["VOLUME"].reindex(own.index), own)
    assert [*panel.optstat.turnover().columns.get_level_values(0).unique()] == ["US.AAPL", "HK.00700", "US_SECURITY"]
    assert len(panel.optstat.summary()) == 6
    assert panel.optstat.summary()["missing_sessions"].notna().all()
    assert PRICE_COLUMN in panel.optstat.resample("ME")["HK.00700"]["OPEN_INTEREST"]
    assert len(panel.optstat.seasonal()) > 6
    told = repr(panel.optstat)
    assert told.count("as loaded") == 6
    part = panel["US.AAPL"]["VOLUME"]
    assert "US.AAPL VOLUME" in repr(part.optstat)
    assert "as loaded" in repr(part.optstat)
    assert part.optstat.digest() if not part["call_value"].isna().any() else True


def test_rows_kept_for_lookbacks_leave_digest_and_prices_as_they_are():
    asked = ("US.AAPL", "VOLUME", "2026-01-02", "2026-06-12")
    plain, warm = po.load(*asked, **OPTIONS), po.load(*asked, warmup=252, **OPTIONS)
    assert warm.attrs["optstat"]["digest"] == plain.attrs["optstat"]["digest"] == warm.optstat.digest()
    assert "as loaded" in repr(warm.optstat)
    assert warm.optstat.zscore().notna().all()
    panel = po.load_panel(["US.AAPL"], *asked[1:], warmup=252, **OPTIONS)
    assert repr(panel.optstat).count("as loaded") == 1


def test_rows_stay_recognisable_without_their_attributes(apple):
    bare = pd.DataFrame(apple.to_dict("list"), index=apple.index)
    assert "SYNTHETIC" in repr(bare.optstat)
    assert bare.optstat.normalize(market="US.AAPL", data_type="VOLUME").attrs["optstat"]["synthetic"]


RULE = {"window": 60, "resamples": 0}


class TestForward:
    def test_the_frame_has_its_own_prices(self, apple):
        own = apple.optstat.forward(**RULE)
        close = apple[PRICE_COLUMN].tz_localize("America/New_York")
        pd.testing.assert_frame_equal(own, apple.optstat.forward(close, **RULE))
        pd.testing.assert_frame_equal(own, apple.optstat.forward(apple[[PRICE_COLUMN]], **RULE))
        assert own["count"].sum() > 20

    def test_entries_follow_the_lag(self, apple):
        interest = po.load("US.AAPL", "OPEN_INTEREST", *RANGE, **OPTIONS)
        for frame, lag in ((apple, 1), (interest, 2)):
            rows = frame.optstat.forward(horizons=5, detail=True, **RULE)
            days = frame.index
            for row in rows.dropna().itertuples():
                entered = days.get_loc(row.start) + lag
                assert row.entry == days[entered]
                assert row.price == frame[PRICE_COLUMN].iloc[entered]
                expected = frame[PRICE_COLUMN].iloc[entered + 5] / row.price - 1
                assert row.return_5 == pytest.approx(expected, rel=1e-12)

    def test_later_prices_change_nothing_before_them(self, apple):
        changed = apple.copy()
        changed.loc["2026-01-02":, PRICE_COLUMN] *= np.linspace(1, 3, len(changed.loc["2026-01-02":]))
        before, after = (one.optstat.forward(horizons=5, detail=True, **RULE) for one in (apple, changed))
        known = before["entry"] < pd.Timestamp("2025-12-19")
        pd.testing.assert_frame_equal(before[known], after[known])

    def test_absent_prices_are_no_sessions(self, apple):
        gaps = apple.copy()
        gaps.iloc[::7, 5] = np.nan
        entries = gaps.optstat.forward(horizons=1, detail=True, **RULE)["entry"].dropna()
        assert gaps.loc[entries, PRICE_COLUMN].notna().all()

    def test_panels_use_the_price_of_each_series(self, panel, apple):
        both = panel[["US.AAPL", "HK.00700"]].optstat.forward(**RULE)
        own = both.loc["US.AAPL", "VOLUME"]
        pd.testing.assert_frame_equal(own, apple.optstat.forward(**RULE), check_like=True)
        with pytest.raises(po.InvalidRequest, match="underlying_price"):
            panel.optstat.forward(**RULE)

    def test_markets_have_no_price(self):
        with pytest.raises(po.InvalidRequest, match="prices=None"):
            po.sample().optstat.forward()

    def test_resampled_frames_enter_a_period_later(self, apple):
        weeks = apple.optstat.resample("W")
        rows = weeks.optstat.forward(horizons=1, window=20, resamples=0, detail=True).dropna()
        assert ((rows["entry"] - rows["start"]).dt.days == 7).all()
        assert len(rows)


class TestNormalize:
    def test_raw_frames_of_the_sdks(self, apple):
        interest = po.load("US.AAPL", "OPEN_INTEREST", *RANGE, **OPTIONS)
        common = apple.index.intersection(interest.index)
        raw = sdk_frame(apple.loc[common], interest.loc[common])
        for kind, frame in (("VOLUME", apple.loc[common]), ("OPEN_INTEREST", interest.loc[common])):
            found = raw.optstat.normalize(data_type=kind)
            assert (found.attrs["optstat"]["market"], found.attrs["optstat"]["data_type"]) == ("US.AAPL", kind)
            assert np.isnan(found[PRICE_COLUMN].iloc[0])
            expected = frame.copy()
            expected.iloc[0, 5] = np.nan
            pd.testing.assert_frame_equal(found, expected, check_freq=False)
        assert raw.columns[0] == "code"
        with pytest.raises(po.InvalidRequest, match="data_type='VOLUME'"):
            raw.optstat.normalize()

    def test_several_codes_become_a_panel(self, apple):
        raw = pd.concat([sdk_frame(apple, apple), sdk_frame(apple, apple, "HK.00700")])
        panel = raw.optstat.normalize(data_type="VOLUME")
        assert [*panel.columns.get_level_values("market").unique()] == ["US.AAPL", "HK.00700"]
        assert PRICE_COLUMN in panel["HK.00700"]

    @pytest.fixture
    def raw(self, apple):
        return pd.concat([sdk_frame(apple, apple), sdk_frame(apple, apple, "US.SPY")])

    def test_the_code_tells_series_apart_also_by_name(self, apple, raw):
        panel = raw.optstat.normalize(data_type="VOLUME", by="code")
        pd.testing.assert_frame_equal(panel, raw.optstat.normalize(data_type="VOLUME"))
        assert panel.attrs == raw.optstat.normalize(data_type="VOLUME").attrs
        pd.testing.assert_frame_equal(panel, raw.optstat.normalize(data_type="VOLUME", by="market"))
        one = sdk_frame(apple, apple).optstat.normalize(data_type="VOLUME", by="code")
        assert [*one.columns.get_level_values("market").unique()] == ["US.AAPL"]

    @pytest.mark.parametrize("by", [None, "code"])
    @pytest.mark.parametrize("market", ["HK.00700", "US_SECURITY", "US.AAPL"])
    def test_a_market_that_contradicts_the_code_is_refused(self, raw, market, by):
        with pytest.raises(po.InvalidRequest, match=rf"market='{market}' contradicts rows of .*US\.SPY"):
            raw.optstat.normalize(data_type="VOLUME", market=market, by=by)
        alone = raw[raw["code"] == "US.AAPL"]
        if market == "US.AAPL":
            found = alone.optstat.normalize(data_type="VOLUME", market=market, by=by)
            assert found.attrs["optstat"].get("market", "US.AAPL") == "US.AAPL"
        else:
            with pytest.raises(po.InvalidRequest, match=r"rows of US\.AAPL"):
                alone.optstat.normalize(data_type="VOLUME", market=market, by=by)

    def test_columns_named_as_labels_are_not_overruled_either(self, apple):
        table = apple.reset_index().assign(market="US.AAPL", data_type="VOLUME")
        with pytest.raises(po.InvalidRequest, match=r"market='US_INDEX' contradicts rows of US\.AAPL"):
            table.optstat.normalize(market="US_INDEX")
        with pytest.raises(po.InvalidRequest, match="data_type='OPEN_INTEREST' contradicts rows"):
            table.optstat.normalize(data_type="OPEN_INTEREST")
        assert table.optstat.normalize(market="us.aapl", data_type="VOLUME").attrs["optstat"]["market"] == "US.AAPL"
        mine = table.assign(market="mine")
        assert "mine" in mine.optstat.normalize(by="market", market="US_SECURITY").columns.get_level_values(0)

    def test_small_options_of_an_index_have_its_code(self, apple):
        small = po.Underlying("HK", "800000", index_option_type="SMALL")
        raw = sdk_frame(apple, apple, "HK.800000")
        found = raw.optstat.normalize(data_type="VOLUME", market=small)
        assert found.attrs["optstat"]["market"] == "HK.800000 (SMALL)"
        panel = raw.optstat.normalize(data_type="VOLUME", market=small, by="code")
        assert [*panel.columns.get_level_values("market").unique()] == ["HK.800000 (SMALL)"]
        with pytest.raises(po.InvalidRequest, match="contradicts"):
            found.reset_index().assign(market=str(small)).optstat.normalize(market="HK.800000")

    def test_columns_of_the_sdks_say_their_type(self, raw):
        names = {"call": "call_open_interest", "put": "put_open_interest"}
        panel = raw.optstat.normalize(**names)
        pd.testing.assert_frame_equal(panel, raw.optstat.normalize(data_type="OPEN_INTEREST"))
        assert panel.attrs == raw.optstat.normalize(data_type="OPEN_INTEREST").attrs
        ratios = raw.optstat.normalize(ratio="put_call_open_interest_ratio")
        assert ratios.attrs["optstat"]["series"][0]["data_type"] == "OPEN_INTEREST"
        for wrong in (
            {**names, "data_type": "VOLUME"},
            {"call": "call_volume", "put": "put_open_interest"},
            {"ratio": "put_call_volume_ratio", "data_type": "OPEN_INTEREST"},
        ):
            with pytest.raises(po.InvalidRequest, match="data_type='VOLUME' or data_type='OPEN_INTEREST'"):
                raw.optstat.normalize(**wrong)
        with pytest.raises(po.InvalidRequest, match="call='put_volume' is the column of the puts"):
            raw.optstat.normalize(call="put_volume", put="call_volume")

    def test_other_methods_say_how_to_read_a_raw_frame(self, raw):
        for use in (
            lambda: raw.optstat.metrics(),
            lambda: raw.optstat.plot(),
            lambda: raw.optstat.validate(),
            lambda: raw.optstat.explore(),
            lambda: raw.optstat.put_call_ratio,
            lambda: raw.optstat.summary(),
        ):
            with pytest.raises(po.InvalidData, match=r"normalize\(data_type='VOLUME'\)") as caught:
                use()
            assert "call=" not in str(caught.value)
        assert "normalize(data_type='VOLUME')" in repr(raw.optstat)

    def test_frames_keep_their_price(self, apple):
        again = apple.iloc[::-1].reset_index().optstat.normalize()
        pd.testing.assert_frame_equal(again, apple)
        assert again.optstat.digest() == apple.optstat.digest()

    def test_rows_of_a_day_with_different_prices_are_refused(self, apple):
        twice = pd.concat([apple, apple.iloc[:1].assign(**{PRICE_COLUMN: 1.0})])
        with pytest.raises(po.InvalidData, match="underlying_price"):
            twice.optstat.normalize()

    def test_codes_with_dashes_are_kept(self, apple):
        table = apple.reset_index().assign(market="US.BRK-B")
        assert table.optstat.normalize().attrs["optstat"]["market"] == "US.BRK-B"


def test_loads_below_each_other_are_no_series(apple, panel):
    spy = po.load("US.SPY", "VOLUME", *RANGE, **OPTIONS)
    both = pd.concat([apple, spy])
    for use in (lambda: both.optstat.metrics(), lambda: both.optstat.normalize(), lambda: both.optstat.plot()):
        with pytest.raises(
            po.InvalidData, match=r"po\.load_panel.*pd\.concat\({name: frame, \.\.\.}, axis=1\)"
        ) as caught:
            use()
        assert "by='underlying_price'" not in str(caught.value)
    columns = pd.concat({"US.AAPL": apple, "US.SPY": spy}, axis=1)
    assert [*columns.optstat.put_call_ratio.columns] == ["US.AAPL", "US.SPY"]
    with pytest.raises(po.InvalidData, match=r"normalize\(by='symbol'\)"):
        pd.concat([apple.assign(symbol="AAPL"), spy.assign(symbol="SPY")]).optstat.metrics()


class TestVolatility:
    def test_methods_that_need_counts_name_what_is_missing(self, volatility):
        optstat = volatility.optstat
        calls = [
            lambda: optstat.put_call_ratio,
            lambda: optstat.put_share,
            lambda: optstat.rolling_ratio(),
            lambda: optstat.zscore(),
            lambda: optstat.percentile(),
            lambda: optstat.bands(),
            lambda: optstat.detrend(),
            lambda: optstat.momentum(),
            lambda: optstat.extremes(),
            lambda: optstat.metrics(),
            lambda: optstat.resample("W"),
            lambda: optstat.summary(),
            lambda: optstat.seasonal(),
            lambda: optstat.adjusted_ratio(),
            lambda: optstat.events(),
            lambda: optstat.forward(volatility[PRICE_COLUMN]),
            lambda: optstat.turnover(volatility),
            lambda: optstat.open_interest_change(),
            lambda: optstat.normalize(),
            lambda: optstat.plot(),
            lambda: optstat.explore(),
        ]
        for call in calls:
            with pytest.raises(po.InvalidData, match="no column 'call_value'") as caught:
                call()
            assert "volatilities" in str(caught.value)

    def test_what_is_known_of_them_is_shown(self, volatility):
        told = repr(volatility.optstat)
        assert "US.AAPL VOLATILITY" in told
        bare = pd.DataFrame(volatility.to_dict("list"), index=volatility.index)
        assert "SYNTHETIC" in repr(bare.optstat)
        assert "SYNTHETIC" not in repr((bare + 0.001).optstat)
        assert "SYNTHETIC" in told
        assert "as loaded" in told
        assert volatility.optstat.digest() == volatility.attrs["optstat"]["digest"]
        assert volatility.iloc[::-1].optstat.digest() == volatility.optstat.digest()
        assert len(volatility.drop(volatility.index[5]).optstat.missing_sessions()) == 1
        assert volatility.optstat.validate() is volatility

    def test_only_methods_that_apply_are_listed(self, volatility, apple):
        for told in (repr(volatility.optstat), volatility.optstat._repr_html_()):
            assert "need the calls and puts" in told
            assert "zscore" not in told
            assert "put_call_ratio" not in told
            for name in VOLATILITY_METHODS:
                assert name in told
        for name in VOLATILITY_METHODS:
            assert getattr(volatility.optstat, name)() is not None
        assert "need the calls and puts" not in repr(apple.optstat) + apple.optstat._repr_html_()
        others = {name for name in dir(OptStatAccessor) if name[0] != "_"} - {*VOLATILITY_METHODS}
        for name in others:
            with pytest.raises((po.InvalidData, po.InvalidRequest, TypeError)):
                getattr(volatility.optstat, name)()

    @pytest.mark.parametrize("column", ["iv", "hv", PRICE_COLUMN])
    @pytest.mark.parametrize("value", [np.inf, -1.0])
    def test_impossible_numbers_are_refused(self, volatility, column, value):
        bad = volatility.copy()
        bad.loc[bad.index[2], column] = value
        with pytest.raises(po.InvalidData, match=column):
            bad.optstat.validate()
