"""Quantiles, information coefficient, regression and lead and lag of a signal, recomputed by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.sandwich_covariance import cov_hac_simple

import pd_optstat as po
from pd_optstat.analysis.hac import bandwidth, fit_hac, parzen_weights

N = 400


def frame(n=N, seed=0, start="2024-01-02", **info):
    """Return weekdays with persistent ratios, as `load` does."""
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


DF = frame()
CLOSE = closes(DF.index)
REGIME = pd.Series(np.where(np.arange(N) // 37 % 2 == 0, "calm", "wild"), DF.index)


def ahead(horizon, lag=1):
    """Return the returns that are entered `lag` rows later, by pandas."""
    return CLOSE.shift(-lag - horizon) / CLOSE.shift(-lag) - 1


def by_hand(y, x, horizon):
    """Return coefficients, HAC errors and p-values, from statsmodels and the formula of Sun (2014)."""
    n = len(x)
    lags = max(math.ceil(2 * n**0.4), 4 * horizon)
    u = np.arange(lags + 1) / (lags + 1)
    weights = np.where(u <= 0.5, 1 - 6 * u**2 + 6 * u**3, 2 * (1 - u) ** 3)
    result = sm.OLS(y, x).fit()
    covariance = cov_hac_simple(result, lags, lambda _: weights, use_correction=True)
    t = result.params / np.sqrt(np.diag(covariance))
    share = (lags + 1) / n
    p = 2 * stats.t.sf(np.abs(t) / np.exp(0.375 * share), 1 / (151 / 280 * share))
    return result.params, covariance, t, p


class TestHac:
    def test_without_lags_beyond_the_bandwidth_it_is_white(self):
        assert parzen_weights(0).tolist() == [1.0]
        assert bandwidth(10_000, 0) == math.ceil(2 * 10_000**0.4)
        assert [bandwidth(100, overlap) for overlap in (4, 20)] == [20, 84]

    def test_a_regime_in_one_piece_is_a_regression_of_its_own_rows(self):
        rng = np.random.default_rng(0)
        x = np.column_stack([np.ones(300), rng.normal(size=300)])
        y = rng.normal(size=300)
        inside = np.arange(300) < 200
        part = fit_hac(y, x * inside[:, None], 0)
        own = sm.OLS(y[:200], x[:200]).fit()
        covariance = cov_hac_simple(own, part.lags, parzen_weights, use_correction=True)
        np.testing.assert_allclose(part.coefficients, own.params)
        np.testing.assert_allclose(part.covariance, covariance)
        assert part.r_squared == pytest.approx(own.rsquared)

    def test_too_few_rows_for_the_bandwidth_give_no_test(self):
        x = np.column_stack([np.ones(60), np.arange(60.0)])
        fit = fit_hac(np.arange(60.0) % 7, x, 20)
        assert np.isfinite(fit.coefficients).all()
        assert math.isnan(fit.test(np.array([0.0, 1.0])).p_value)

    def test_columns_that_depend_on_each_other_give_nothing(self):
        fit = fit_hac(np.arange(50.0), np.ones((50, 2)), 0)
        assert np.isnan(fit.coefficients).all()

    @pytest.mark.slow
    def test_fixed_b_critical_values(self):
        """The approximation against the quantiles of the statistic that it approximates."""
        rng = np.random.default_rng(5)
        n, lags, t = 400, 79, []
        weights = parzen_weights(lags)
        for _ in range(4000):
            e = rng.normal(size=n)
            u = e - e.mean()
            gamma = np.correlate(u, u, "full")[n - 1 : n + lags]
            t.append(e.sum() / math.sqrt(gamma[0] + 2 * np.sum(weights[1:] * gamma[1:])))
        share = (lags + 1) / n
        for level in (0.9, 0.95, 0.99):
            critical = math.exp(0.375 * share) * stats.t.ppf((1 + level) / 2, 1 / (151 / 280 * share))
            assert np.mean(np.abs(t) > critical) == pytest.approx(
                1 - level, abs=3 * math.sqrt(level * (1 - level) / 4000) + 0.004
            )


class TestQuantiles:
    @pytest.mark.parametrize("horizon", [1, 5, 21])
    def test_against_statsmodels(self, horizon):
        table = DF.optstat.quantiles(CLOSE, horizons=horizon, window=60, q=3, resamples=0).loc[horizon]
        ratio = DF.optstat.put_call_ratio
        percentile = ratio.rolling(60).apply(lambda w: ((w < w.iloc[-1]).sum() + (w == w.iloc[-1]).sum() / 2) / 60)
        bucket = np.minimum(np.floor(percentile * 3), 2) + 1
        y = ahead(horizon)
        used = y.notna() & bucket.notna()
        y, bucket = y[used].to_numpy(), bucket[used].to_numpy()
        x = np.stack([bucket == b for b in (1, 2, 3)], axis=1).astype(float)
        mean, covariance, t, p = by_hand(y, x, horizon)
        assert table["count"].tolist() == x.sum(axis=0).tolist()
        np.testing.assert_allclose(table["mean"], mean)
        np.testing.assert_allclose(table["mean"], [y[bucket == b].mean() for b in (1, 2, 3)])
        np.testing.assert_allclose(table["median"], [np.median(y[bucket == b]) for b in (1, 2, 3)])
        np.testing.assert_allclose(table["hit_rate"], [(y[bucket == b] > 0).mean() for b in (1, 2, 3)])
        np.testing.assert_allclose(table["t"], t)
        np.testing.assert_allclose(table["p_value"], p)
        np.testing.assert_allclose(table["excess"], mean - y.mean())
        assert table["spread"].unique() == pytest.approx([mean[2] - mean[0]])
        error = math.sqrt(covariance[2, 2] + covariance[0, 0] - 2 * covariance[0, 2])
        assert table["spread_t"].iloc[0] == pytest.approx((mean[2] - mean[0]) / error)
        weights = np.array([1.0, 0, 0]) - x.mean(axis=0)
        assert table["excess_t"].iloc[0] == pytest.approx(weights @ mean / math.sqrt(weights @ covariance @ weights))

    def test_buckets_of_the_whole_sample_look_ahead_and_say_so(self):
        ahead_of_time = DF.optstat.quantiles(CLOSE, horizons=1, q=4, look_ahead=True, resamples=0)
        assert ahead_of_time.attrs["optstat"]["look_ahead"] is True
        ratio, y = DF.optstat.put_call_ratio, ahead(1)
        bucket = pd.qcut(ratio, 4, labels=False)
        expected = [y[bucket == b].dropna().mean() for b in range(4)]
        np.testing.assert_allclose(ahead_of_time.loc[1, "mean"], expected, atol=2e-4)
        assert ahead_of_time["count"].sum() == N - 2
        assert "look_ahead" not in DF.optstat.quantiles(CLOSE, horizons=1, resamples=0).attrs["optstat"]

    def test_expanding_windows(self):
        table = DF.optstat.quantiles(CLOSE, horizons=1, q=2, window="expanding", min_periods=30, resamples=0)
        ratio = DF.optstat.put_call_ratio
        percentile = (ratio.expanding(30).rank() - 0.5) / np.arange(1, N + 1)
        upper = (percentile >= 0.5)[percentile.notna() & ahead(1).notna()]
        assert table["count"].tolist() == [(~upper).sum(), upper.sum()]

    @pytest.mark.parametrize("sign", [1, -1])
    def test_means_that_rise_are_found(self, sign):
        ratio = DF.optstat.put_call_ratio
        returns = 0.001 * sign * ratio.shift(2).rank().fillna(0) / N * 20 + CLOSE.pct_change().fillna(0)
        close = 100 * (1 + returns).cumprod()
        row = DF.optstat.quantiles(close, horizons=1, q=3, window=60, resamples=400).iloc[0]
        found, other = ("p_increasing", "p_decreasing")[::sign]
        assert row[found] < 0.01
        assert row[other] > 0.5
        assert np.sign(row["spread_t"]) == sign
        assert row["spread_p"] < 0.001

    def test_the_test_of_monotonic_means_against_a_loop(self):
        from pd_optstat.analysis.bootstrap import BootstrapSettings
        from pd_optstat.analysis.prices import read_prices
        from pd_optstat.analysis.quantiles import QuantileSettings, bucket_days
        from pd_optstat.analysis.resampled_days import draw_rows

        row = DF.optstat.quantiles(CLOSE, horizons=5, q=3, window=60, resamples=50, seed=4).iloc[0]
        bucket = bucket_days(DF.optstat.put_call_ratio, QuantileSettings(3, 60))
        y = ahead(5).to_numpy()
        used = ~np.isnan(bucket) & ~np.isnan(y)
        bucket, y = bucket[used], y[used]
        steps = np.diff([y[bucket == b].mean() for b in (1, 2, 3)])
        beyond = 0
        for rows in draw_rows(len(y), 4, read_prices(CLOSE), BootstrapSettings(resamples=50, seed=4)):
            own, values = bucket[rows], y[rows]
            apart = np.diff([values[own == b].mean() for b in (1, 2, 3)]) - steps
            beyond += apart.min() >= steps.min()
        assert row["p_increasing"] == (1 + beyond) / 51

    def test_regimes(self):
        table = DF.optstat.quantiles(CLOSE, horizons=(1, 5), q=2, window=60, by=REGIME, resamples=0)
        assert table.index.names == ["regime", "horizon", "bucket"]
        assert table.index.levels[0].tolist() == ["calm", "wild"]
        whole = DF.optstat.quantiles(CLOSE, horizons=(1, 5), q=2, window=60, resamples=0)
        summed = table["count"].groupby(["horizon", "bucket"]).sum()
        assert summed.tolist() == whole["count"].tolist()
        weighted = (table["count"] * table["mean"]).groupby(["horizon", "bucket"]).sum() / summed
        np.testing.assert_allclose(weighted, whole["mean"])

    def test_an_empty_bucket(self):
        constant = pd.Series(1.0, DF.index)
        table = DF.optstat.quantiles(CLOSE, constant, 3, 1, window=20, resamples=20)
        assert (table["count"] > 0).tolist() == [False, True, False]
        assert table["mean"].notna().tolist() == [False, True, False]
        assert table[["spread", "p_increasing"]].isna().all().all()

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"q": 1}, "q=1"), ({"q": 101}, "at most 100"), ({"q": 2.5}, r"q=2\.5"), ({"window": "x"}, "window='x'"),
            ({"look_ahead": 1}, "look_ahead=1"), ({"horizons": (1, 1)}, "different numbers"), ({"lag": 0}, "lag=0"),
            ({"by": [1]}, "by=list"), ({"resamples": -1}, "resamples=-1"),
            ({"signal": "zscroe"}, "Did you mean zscore"),
        ],
    )  # fmt: skip
    def test_bad_arguments(self, arguments, words):
        with pytest.raises(po.InvalidRequest, match=words):
            DF.optstat.quantiles(CLOSE, **arguments)


class TestIc:
    @pytest.mark.parametrize("horizon", [1, 21])
    def test_against_scipy_and_statsmodels(self, horizon):
        table = DF.optstat.ic(CLOSE, "zscore_60", horizon)
        x, y = DF.optstat.zscore(60), ahead(horizon)
        used = x.notna() & y.notna()
        for period, row in table.loc[horizon].iterrows():
            within = used if period == "all" else used & (DF.index.year == int(period))
            a, b = x[within].to_numpy(), y[within].to_numpy()
            assert row["count"] == len(a)
            assert row["ic"] == pytest.approx(stats.spearmanr(a, b)[0])
            ranks = [stats.zscore(stats.rankdata(part)) for part in (a, b)]
            _, covariance, t, p = by_hand(ranks[1], np.column_stack([np.ones(len(a)), ranks[0]]), horizon)
            if len(a) > 10 * horizon:
                assert (row["t"], row["p_value"]) == pytest.approx((t[1], p[1]))
                assert row["std_error"] == pytest.approx(math.sqrt(covariance[1, 1]))
        assert table.loc[horizon].index.tolist() == ["all", "2024", "2025"]

    def test_the_interval_holds_0_where_p_says_so(self):
        for seed in range(5):
            table = DF.optstat.ic(closes(DF.index, seed), "put_call_ratio", (1, 5)).dropna()
            assert ((table["low"] <= 0) & (table["high"] >= 0)).tolist() == (table["p_value"] >= 0.05).tolist()

    def test_regimes(self):
        table = DF.optstat.ic(CLOSE, "put_call_ratio", 1, by=REGIME).xs("all", level="period")["ic"]
        x, y = DF.optstat.put_call_ratio, ahead(1)
        for name, ic in table.droplevel("horizon").items():
            own = (name == REGIME) & y.notna()
            assert ic == pytest.approx(stats.spearmanr(x[own], y[own])[0])


class TestRegress:
    @pytest.mark.parametrize("horizon", [1, 5])
    def test_against_statsmodels(self, horizon):
        momentum = CLOSE.pct_change(5).rename("momentum")
        table = DF.optstat.regress(CLOSE, "zscore_60", momentum, horizon).loc[horizon]
        data = pd.concat([ahead(horizon), DF.optstat.zscore(60), momentum], axis=1).dropna().to_numpy()
        x = np.column_stack([np.ones(len(data)), data[:, 1:]])
        coefficients, _, t, p = by_hand(data[:, 0], x, horizon)
        assert table.index.tolist() == ["const", "signal", "momentum"]
        np.testing.assert_allclose(table["coefficient"], coefficients)
        np.testing.assert_allclose(table["t"], t)
        np.testing.assert_allclose(table["p_value"], p)
        assert table["r_squared"].iloc[0] == pytest.approx(sm.OLS(data[:, 0], x).fit().rsquared)
        assert table["corrected"].notna().tolist() == [False, True, False]

    def test_regimes_are_regressions_of_their_own(self):
        table = DF.optstat.regress(CLOSE, "put_call_ratio", horizons=1, by=REGIME)
        x, y = DF.optstat.put_call_ratio, ahead(1)
        for name in ("calm", "wild"):
            own = (name == REGIME) & y.notna()
            expected = sm.OLS(y[own].to_numpy(), sm.add_constant(x[own].to_numpy())).fit()
            np.testing.assert_allclose(table.loc[name, "coefficient"], expected.params)
        assert table["corrected"].isna().all()

    def test_controls_are_aligned_backwards(self):
        monthly = CLOSE.resample("ME").last().rename("level")
        table = DF.optstat.regress(CLOSE, "put_call_ratio", monthly, 1).loc[1]
        known = monthly.reindex(DF.index, method="ffill")
        data = pd.concat([ahead(1), DF.optstat.put_call_ratio, known], axis=1).dropna().to_numpy()
        expected = sm.OLS(data[:, 0], sm.add_constant(data[:, 1:])).fit()
        np.testing.assert_allclose(table["coefficient"], expected.params)
        with pytest.raises(po.InvalidData, match="labels such periods by their first days"):
            DF.optstat.regress(CLOSE, "put_call_ratio", CLOSE.resample("MS").last(), 1)

    @pytest.mark.slow
    @pytest.mark.parametrize(("lag", "horizon"), [(1, 1), (2, 5)])
    def test_the_correction_removes_the_bias(self, lag, horizon):
        """Returns fall when the signal rises on the same day, and nothing follows: the slope should be 0."""
        rng = np.random.default_rng(8)
        n, rho, slopes = 250, 0.95, []
        days = pd.bdate_range("2024-01-02", periods=n)
        calls = pd.DataFrame({"call_value": 100, "put_value": 100}, days)
        calls.attrs["optstat"] = {"market": "US_SECURITY", "data_type": "VOLUME"}
        for _ in range(300):
            v = rng.normal(size=n)
            x = np.empty(n)
            x[0] = v[0] / math.sqrt(1 - rho**2)
            for row in range(1, n):
                x[row] = rho * x[row - 1] + v[row]
            close = pd.Series(100 * np.cumprod(1 + 0.01 * (-0.9 * v + 0.4 * rng.normal(size=n))), days)
            row = calls.optstat.regress(close, pd.Series(x, days), horizons=horizon, lag=lag).loc[(horizon, "signal")]
            slopes.append((row["coefficient"], row["corrected"]))
        raw, corrected = np.mean(slopes, axis=0)
        error = np.std(slopes, axis=0)[0] / math.sqrt(len(slopes))
        assert raw > 6 * error
        assert abs(corrected) < 0.35 * raw

    def test_stambaughs_own_case(self):
        """One session, entered at once: φ (1 + 3ρ) / n."""
        from pd_optstat.analysis.regression import _lag_bias

        assert _lag_bias(np.array([1]), 0.9, 200)[0] == pytest.approx(-(1 + 2.7) / 200)

    @pytest.mark.parametrize(
        ("controls", "words"),
        [([1], "controls=list"), (CLOSE.rename("signal"), "not 'const' or 'signal'"),
         (pd.concat([CLOSE, CLOSE], axis=1), "unique")],
    )  # fmt: skip
    def test_bad_controls(self, controls, words):
        with pytest.raises(po.InvalidRequest, match=words):
            DF.optstat.regress(CLOSE, controls=controls)


class TestLeadLag:
    TABLE = DF.optstat.lead_lag(CLOSE, "put_call_ratio", 3)

    def test_correlations_against_pandas(self):
        x, r = DF.optstat.put_call_ratio, CLOSE.pct_change()
        for k, row in self.TABLE.iterrows():
            assert row["correlation"] == pytest.approx(x.corr(r.shift(-k)))
            assert (abs(row["correlation"]) > row["band"]) == (row["p_value"] < 0.05)
        assert self.TABLE.index.tolist() == [-3, -2, -1, 0, 1, 2, 3]
        assert self.TABLE["tradable"].tolist() == [False] * 5 + [True] * 2

    @pytest.mark.parametrize("k", [-2, 1, 3])
    def test_grangers_test_against_statsmodels(self, k):
        x, r = DF.optstat.put_call_ratio.to_numpy()[1:], CLOSE.pct_change().to_numpy()[1:]
        target, cause = (r, x) if k > 0 else (x, r)
        order = abs(k)
        lagged = sm.tsa.lagmat2ds(np.column_stack([target, cause]), order, trim="both", dropex=1)
        design = sm.add_constant(lagged[:, 1:])
        result = sm.OLS(lagged[:, 0], design).fit(cov_type="HC1", use_t=True)
        test = result.f_test(np.eye(2 * order + 1)[1 + order :])
        row = self.TABLE.loc[k]
        assert (row["granger_f"], row["granger_p"]) == pytest.approx((float(test.fvalue), float(test.pvalue)))

    def test_a_planted_lead_is_found_where_it_is(self):
        x = DF.optstat.put_call_ratio
        close = 100 * (1 + 0.01 * (x.shift(3) - x.mean()).fillna(0) + CLOSE.pct_change().fillna(0) / 3).cumprod()
        table = DF.optstat.lead_lag(close, pd.Series(np.random.default_rng(3).normal(size=N), DF.index), 2)
        assert (table["p_value"] > 0.01).all()
        table = DF.optstat.lead_lag(close, "put_call_ratio", 4)
        assert table["correlation"].idxmax() == 3
        assert table.loc[3, "granger_p"] < 1e-6

    def test_weekly_prices(self):
        weekly = CLOSE.resample("W-FRI").last()
        table = DF.optstat.lead_lag(weekly, "put_call_ratio", 1)
        x = DF.optstat.put_call_ratio.resample("W-FRI").last()
        assert table.loc[1, "correlation"] == pytest.approx(x.corr(weekly.pct_change().shift(-1)))


def test_names_give_what_their_methods_give():
    o = DF.optstat
    r = o.put_call_ratio
    for name, expected in {
        "put_call_ratio": r, "zscore": o.zscore(), "zscore_60": o.zscore(60), "percentile_90D": o.percentile("90D"),
        "adjusted_ratio": o.adjusted_ratio(), "detrend": o.detrend(), "detrend_5_20": o.detrend(5, 20),
        "momentum": o.momentum(), "momentum_3": o.momentum(3), "ratio_mean_10": o.rolling_ratio(10, "mean"),
        "ratio_sum_5": o.rolling_ratio(5, "sum"), "ratio_ema_21": o.rolling_ratio(21, "ema"), "put_share": o.put_share,
        "log_put_call_ratio": np.log(r), "log_momentum": np.log(r).diff(5),
        "log_zscore_60": (np.log(r) - np.log(r).rolling(60).mean()) / np.log(r).rolling(60).std(),
    }.items():  # fmt: skip
        found = o._resolve_signal(name)
        pd.testing.assert_series_equal(found, expected, check_names=False, check_freq=False)


@pytest.mark.parametrize(
    ("signal", "words"),
    [
        ("zscroe", "Did you mean zscore"), ("ratio_max_5", "not a known signal"), ("log_percentile", "not a known"),
        ("momentum_", "not a known"), (5, "signal=int"), (None, "signal=NoneType"),
        (lambda f: 3, "signal returned int"), (lambda f: np.ones(3), "returned ndarray"),
        (pd.Series([1.0], [pd.Timestamp("1999-01-04")]), "none of its 1 days"),
        (lambda f: f["put_value"] / f["put_value"].mean(), r"looks ahead: without the last 1 rows"),
        (lambda f: f["put_value"].shift(-1), "looks ahead"),
    ],
)  # fmt: skip
def test_signals_that_are_refused(signal, words):
    with pytest.raises(po.InvalidRequest, match=words):
        DF.optstat.ic(CLOSE, signal)


def test_bad_values_of_a_signal():
    with pytest.raises(po.InvalidData, match="more than one value of a day: 2024-01-02"):
        DF.optstat.ic(CLOSE, pd.Series([1.0, 2.0], DF.index[[0, 0]]))
    with pytest.raises(po.InvalidData, match="inf"):
        DF.optstat.ic(CLOSE, pd.Series([np.inf, 2.0], DF.index[:2]))


def test_functions_and_series_give_the_same():
    own = DF["put_value"].rolling(5).mean()
    by_series = DF.optstat.ic(CLOSE, own[::-1], (1, 5))
    by_function = DF.optstat.ic(CLOSE, lambda f: f["put_value"].rolling(5).mean(), (1, 5))
    pd.testing.assert_frame_equal(by_series, by_function)


class TestRegimes:
    def test_many_numbers_become_terciles_of_what_was_known(self):
        vix = closes(DF.index, 9)
        table = DF.optstat.ic(CLOSE, "put_call_ratio", 1, by=vix).xs("all", level="period")
        assert table.index.get_level_values("regime").tolist() == ["low", "middle", "high"]
        rank = vix.rolling(252, min_periods=63).rank()
        size = vix.rolling(252, min_periods=1).count()
        tercile = np.minimum(np.floor((rank - 0.5) / size * 3), 2)
        assert table["count"].tolist() == [((tercile == k) & ahead(1).notna()).sum() for k in range(3)]

    def test_values_count_from_their_day_on_for_a_hundred_days(self):
        by = pd.Series(["a", "b"], [DF.index[10], DF.index[50]])
        counts = DF.optstat.ic(CLOSE, "put_call_ratio", 1, by=by).xs("all", level="period")["count"]
        until = DF.index <= DF.index[50] + pd.Timedelta(days=100)
        assert counts.droplevel("horizon").to_dict() == {"a": 40, "b": int(until.sum()) - 50}

    def test_many_names_are_refused(self):
        with pytest.raises(po.InvalidRequest, match="more than 12 different values"):
            DF.optstat.ic(CLOSE, by=pd.Series(DF.index.strftime("%F"), DF.index))


def test_spread():
    one, other = frame(seed=1), frame(seed=2)[5:]
    keys = {("US_INDEX", "VOLUME"): one, ("US_SECURITY", "VOLUME"): other}
    panel = pd.concat(keys, axis=1, names=["market", "data_type", "field"])
    found = panel.optstat.spread("US_INDEX", ("US_SECURITY", "VOLUME"))
    expected = (one.optstat.put_call_ratio - other.optstat.put_call_ratio).dropna()
    pd.testing.assert_series_equal(found, expected, check_names=False, check_freq=False)
    logs = panel.optstat.spread("US_INDEX", "US_SECURITY", log=True)
    expected = np.log(one.optstat.put_call_ratio / other.optstat.put_call_ratio).dropna()
    pd.testing.assert_series_equal(logs, expected, check_names=False, check_freq=False)
    assert one.optstat.ic(CLOSE, found, 1).loc[(1, "all"), "count"] == N - 7
    with pytest.raises(po.InvalidRequest, match="second='HK_INDEX' names no series"):
        panel.optstat.spread("US_INDEX", "HK_INDEX")
    with pytest.raises(po.InvalidRequest, match="needs a panel"):
        one.optstat.spread("US_INDEX", "US_SECURITY")


@pytest.mark.parametrize("package", ["statsmodels", "scipy"])
def test_without_the_extra_it_says_what_to_install(monkeypatch, package):
    import sys

    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(po.InvalidRequest, match=rf"{package}.*pip install 'pd-optstat\[research\]'"):
        DF.optstat.ic(CLOSE, "put_call_ratio", 1)
