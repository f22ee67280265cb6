"""`po.walk_forward`: against loops in plain Python, against the future, without an effect and with one planted."""

from __future__ import annotations

import math

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.quick import slow

import pd_optstat as po
from pd_optstat.analysis.sharpe import describe_returns
from pd_optstat.analysis.splits import SplitSettings, split_sessions

GRID = {"windows": [1, 3], "lookbacks": [20, "60D"], "thresholds": [0.1, (0.1, 0.8)], "horizons": [1, 4]}
LABELS = ["series", "signal", "window", "lookback", "lower", "upper", "lag", "horizon", "direction", "side"]


def frame(n=500, seed=0, **info):
    counts = np.random.default_rng(seed).integers(500, 1500, (n, 2))
    index = pd.bdate_range("2024-01-02", periods=n, name="time").as_unit(po.sample().index.unit)
    df = pd.DataFrame(counts, index, ["call_value", "put_value"])
    df.attrs["optstat"] = {"market": "US_SECURITY", "data_type": "VOLUME", "source": "opend://x", **info}
    return df


def closes(n=520, seed=1, drift=0.0003):
    rng = np.random.default_rng(seed)
    return pd.Series(100 * np.exp(np.cumsum(rng.normal(drift, 0.01, n))), pd.bdate_range("2024-01-02", periods=n))


def run(df=None, close=None, grid=None, **options):
    df, close = frame() if df is None else df, closes() if close is None else close
    return po.walk_forward(df, close, GRID if grid is None else grid, **{"n_splits": 3, "progress": False} | options)


@pytest.fixture(scope="module")
def found():
    return run()


def same(left, right):
    for name in ("blocks", "returns", "rules", "trials"):
        pd.testing.assert_frame_equal(getattr(left, name), getattr(right, name), check_exact=True)
    pd.testing.assert_series_equal(left.latest, right.latest, check_exact=True)


def by_hand(df, close, rule, start, stop, *, cut, drift, cost):
    """Return positions and excess returns of one rule over the sessions from start to stop, with loops."""
    events = df.optstat.events(rule["lookback"], rule["lower"], rule["upper"], smooth=rule["window"])
    positions = np.zeros(stop - start)
    trades = 0
    for event in events.to_dict("records"):
        if rule["side"] != "both" and event["side"] != {"fear": 1, "greed": -1}[rule["side"]]:
            continue
        entry = close.index.searchsorted(event["start"], side="right") + rule["lag"] - 1
        if not start <= entry < stop - 1 or (not cut and entry + rule["horizon"] >= stop):
            continue
        trades += 1
        for row in range(entry, min(entry + rule["horizon"], stop - 1)):
            positions[row - start] = event["side"] * (1 if rule["direction"] == "contrarian" else -1)
    earned = np.zeros(stop - start)
    for row in range(stop - start):
        before = positions[row - 1] if row else 0
        change = close.iloc[start + row] / close.iloc[start + row - 1] - 1
        earned[row] = before * (change - drift) - cost * abs(positions[row] - before)
    return positions, earned, trades


def test_every_rule_and_block_against_loops(found):
    df, close = frame(), closes()
    year = found.info["sessions_per_year"]
    first = close.index.get_loc(found.blocks["train_start"][0])
    assert len(found.rules) == 2 * 2 * 2 * 2 * 2
    for number, rule in found.rules.iloc[::5].iterrows():
        for block, span in found.blocks.iterrows():
            test = close.index.get_loc(span["test_start"]), close.index.get_loc(span["test_end"]) + 1
            returns = close.pct_change().iloc[first : test[0]]
            drift = returns.mean()
            _, train, trades = by_hand(df, close, rule, first, test[0], cut=False, drift=drift, cost=0.0005)
            _, earned, tested = by_hand(df, close, rule, *test, cut=True, drift=drift, cost=0.0005)
            row = found.trials.loc[(number, block)]
            assert (row["train_trades"], row["test_trades"]) == (trades, tested)
            for name, part in (("train_sharpe", train), ("test_sharpe", earned)):
                sharpe = part.mean() / part.std(ddof=1) * math.sqrt(year) if part.any() else np.nan
                assert row[name] == pytest.approx(sharpe, rel=1e-9, nan_ok=True)


def test_the_best_of_the_training_is_traded(found):
    df, close = frame(), closes()
    for number, block in found.blocks.iterrows():
        trained = found.trials.xs(number, level="block")
        usable = trained["train_sharpe"].where(trained["train_trades"] >= 10)
        assert block["rule"] == usable.idxmax()
        assert block["train_sharpe"] == usable.max()
        assert block["trials"] == usable.notna().sum()
        rule = found.rules.loc[block["rule"]]
        assert block[LABELS].tolist() == rule[LABELS].tolist()
        start, stop = close.index.get_loc(block["test_start"]), close.index.get_loc(block["test_end"]) + 1
        own = found.returns[found.returns["block"] == number]
        positions, gross, _ = by_hand(df, close, rule, start, stop, cut=True, drift=0, cost=0)
        assert own["position"].tolist() == positions.tolist()
        np.testing.assert_allclose(own["gross"], gross, atol=1e-15)
        np.testing.assert_allclose(own["cost"], 0.0005 * np.abs(np.diff(positions, prepend=0)), atol=1e-15)
        assert own["position"].iloc[-1] == 0
        assert block["test_return"] == pytest.approx((1 + own["net"]).prod() - 1)
    np.testing.assert_allclose(found.returns["equity"], (1 + found.returns["net"]).cumprod(), rtol=1e-12)
    assert found.returns.index.equals(close.index[close.index >= found.blocks["test_start"][0]].as_unit("s"))


def test_summary_against_pandas(found):
    summary, returns, year = found.summary(), found.returns, found.info["sessions_per_year"]
    assert summary["sharpe"] == pytest.approx(returns["excess"].mean() / returns["excess"].std() * math.sqrt(year))
    assert summary["annual_return"] == pytest.approx(returns["equity"].iloc[-1] ** (year / len(returns)) - 1)
    assert summary["max_drawdown"] == pytest.approx((1 - returns["equity"] / returns["equity"].cummax().clip(1)).max())
    assert summary["turnover"] == pytest.approx(returns["position"].diff().abs().sum() * year / len(returns))
    assert summary["cost"] == pytest.approx(summary["turnover"] * 0.0005)
    assert summary["exposure"] == (returns["position"] != 0).mean()
    assert repr(found).startswith("WalkForward: 32 rules, 3 blocks\nsessions")


@pytest.mark.parametrize("embargo", [0, 7])
def test_the_future_changes_nothing(embargo):
    """Change every count and price from some day on: choices and returns before it stay as they are."""
    df, close, rng = frame(), closes(), np.random.default_rng(9)
    before = run(df, close, embargo=embargo)
    for cut in (0.45, 0.7, 0.9):
        day = close.index[int(len(close) * cut)]
        counts, changed = df.copy(), close.copy()
        later = counts.index >= day
        counts[later] = rng.integers(1, 5000, (later.sum(), 2))
        changed[changed.index >= day] = rng.uniform(50, 200, (changed.index >= day).sum())
        after = run(counts, changed, embargo=embargo)
        decided = before.blocks["test_start"] < day
        columns = ["rule", "trials", "train_sharpe", "train_trades", "deflated_sharpe", "p_adjusted"]
        pd.testing.assert_frame_equal(before.blocks.loc[decided, columns], after.blocks.loc[decided, columns])
        # Positions that are taken at the close before `day` are known then.
        known = before.returns.index < day
        for name in ("position", "net", "excess", "equity"):
            pd.testing.assert_series_equal(before.returns.loc[known, name], after.returns.loc[known, name])
        assert not before.returns["net"].equals(after.returns["net"])


def test_an_embargo_keeps_what_precedes_a_block_out_of_the_training():
    """A price within the embargo moves nothing but the test's own entries."""
    close = closes()
    before = run(close=close, embargo=10)
    start = close.index.get_loc(before.blocks["test_start"][1])
    changed = close.copy()
    changed.iloc[start - 10 : start] *= 1.5
    after = run(close=changed, embargo=10)
    assert before.blocks["train_sharpe"].tolist()[:2] == after.blocks["train_sharpe"].tolist()[:2]
    assert before.blocks["train_sharpe"][2] != after.blocks["train_sharpe"][2]
    assert close.index.get_loc(before.blocks["train_end"][1]) == start - 11


def test_a_trade_that_would_end_after_the_training_is_purged():
    """One event, four sessions before the end of the training: it counts if it is over by then."""
    n = 120
    counts = np.full((n, 2), 1000)
    counts[:, 1] += np.arange(n) % 2  # nothing extreme ...
    df = frame(n)
    df[["call_value", "put_value"]] = counts
    df.iloc[55, 1] = 2000  # ... but this
    close = closes(n)
    for horizon, trades in ((3, 1), (4, 0)):
        # entered at row 56; the training ends with row 59
        grid = {"lookbacks": [10], "thresholds": [(0.01, 0.95)], "horizons": [horizon], "sides": ["fear"]}
        found = run(df, close, grid, n_splits=1, test_size=60, min_trades=1)
        assert close.index.get_loc(found.blocks["train_end"][0]) == 59
        events = df.optstat.events(10, 0.01, 0.95)
        last = events["start"][(events["side"] == 1)].searchsorted(df.index[50])
        late = found.trials["train_trades"].iloc[0] - last
        assert late == trades


def test_costs_are_paid_and_drift_is_no_merit():
    close = pd.Series(100 * 1.001 ** np.arange(520.0), pd.bdate_range("2024-01-02", periods=520))
    long_only = {"lookbacks": [20], "horizons": [3], "sides": ["fear"], "directions": ["contrarian"]}
    free = run(close=close, grid=long_only, cost_bps=0)
    assert (free.returns["gross"].to_numpy()[free.returns["position"].shift(fill_value=0) == 1] > 0).all()
    np.testing.assert_allclose(free.returns["excess"], 0, atol=1e-12)
    kept = run(close=close, grid=long_only, cost_bps=0, benchmark="zero")
    np.testing.assert_allclose(kept.returns["excess"], kept.returns["gross"])
    assert kept.summary()["sharpe"] > 3
    dear = run(close=close, grid=long_only, cost_bps=100, benchmark="zero")
    np.testing.assert_allclose(dear.returns["gross"] - dear.returns["net"], dear.returns["cost"])
    assert dear.returns["cost"].sum() == pytest.approx(0.01 * dear.returns["position"].diff().abs().sum())
    assert dear.summary()["annual_return"] < kept.summary()["annual_return"]


def test_without_enough_trades_there_is_no_position():
    found = run(min_trades=10_000)
    assert found.blocks["rule"].isna().all()
    assert (found.returns["position"] == 0).all()
    assert (found.returns["equity"] == 1).all()
    assert found.latest["rule"] is None
    assert math.isnan(found.summary()["sharpe"])


def test_series_are_part_of_what_is_chosen():
    frames = {"volume": frame(), "interest": frame(seed=2, data_type="OPEN_INTEREST")}
    found = po.walk_forward(frames, closes(), {"lookbacks": [20], "horizons": [2]}, n_splits=2, progress=False)
    assert found.rules[["series", "lag"]].drop_duplicates().values.tolist() == [["volume", 1], ["interest", 2]]
    assert set(found.info["series"]) == {"volume", "interest"}
    assert not found.info["synthetic"]


def test_any_signal_can_be_chosen():
    """A Series that knows the prices' next move wins; the same as a name and as a function is the same rule."""
    df, close = frame(), closes()
    told = (close.shift(-3) / close.shift(-1) - 1).reindex(df.index).rename("told")
    grid = {"signals": ["put_call_ratio", "zscore_30", told], "windows": [1, 3], "lookbacks": [20], "horizons": [2]}
    found = run(df, close, grid)
    assert found.rules["signal"].value_counts().to_dict() == {"put_call_ratio": 4, "zscore_30": 2, "told": 2}
    assert (found.blocks["signal"] == "told").all()
    assert found.summary()["sharpe"] > 3
    by_name, by_call = (
        run(df, close, {"signals": [signal], "lookbacks": [20], "horizons": [2]})
        for signal in ("zscore_30", lambda frame: frame.optstat.zscore(30))
    )
    pd.testing.assert_frame_equal(by_name.returns, by_call.returns)


def test_no_position_across_a_hole():
    close = closes()
    holed = close.drop(close.index[300:330])
    grid = {"lookbacks": [20], "thresholds": [0.2], "horizons": [30], "directions": ["contrarian"]}
    found = run(close=holed, grid=grid, n_splits=2)
    after = found.returns.index.get_loc(close.index[330])
    assert found.returns["gross"].iloc[after] == 0
    assert found.returns["position"].iloc[after - 1] == 0
    assert (found.returns["position"].iloc[after - 10 : after - 1] != 0).any()


@pytest.mark.parametrize("backend", ["threading", slow("loky"), slow("multiprocessing")])
def test_the_same_on_all_cores(found, backend):
    seen = []
    with joblib.parallel_config(backend, n_jobs=2):
        same(found, run(progress=lambda done, total: seen.append((done, total))))
    assert seen[-1] == (8, 8)


@pytest.mark.clusters
def test_the_same_on_dask(found):
    import distributed

    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        same(found, run())


@pytest.mark.parametrize(
    ("grid", "options", "message"),
    [
        ({"direction": ["up"]}, {}, "directions='up' must be one of 'contrarian', 'momentum'"),
        ({"sides": ["both"], "side": ["fear"]}, {}, "Leave one of them out"),
        ({"sides": 3}, {}, "must be a list of"),
        ({"signals": []}, {}, "must be one list of names, Series or functions"),
        ({"signals": ["zscoer"]}, {}, "is not a known signal"),
        ([], {}, "must be a dict of lists"),
        ({"horizons": [0]}, {}, "horizons=0 must be an integer of at least 1"),
        ({"lookbacks": [20, 20]}, {}, "The grid holds this twice"),
        ({"lookbacks": [10_000]}, {}, "percentile"),
        ({}, {"benchmark": "index"}, "benchmark='index' must be one of 'drift', 'zero'"),
        ({}, {"n_splits": 0}, "n_splits=0 must be"),
        ({}, {"n_splits": 400}, "are too few"),
        ({}, {"embargo": 5000}, "are too few"),
        ({}, {"max_train_size": 1}, "max_train_size=1 must be"),
        ({}, {"cost_bps": -1}, "cost_bps=-1 must be a number"),
        ({}, {"min_trades": 0}, "min_trades=0 must be"),
        ({}, {"gap": -1}, "gap=-1 must be"),
    ],
)
def test_invalid_arguments(grid, options, message):
    with pytest.raises(po.InvalidRequest, match=message.replace("(", r"\(")):
        run(grid=grid, **options)


def test_other_refusals():
    with pytest.raises(po.InvalidRequest, match="trade the same thing"):
        run(close={"a": closes()})
    with pytest.raises(po.InvalidRequest, match="Test them apart"):
        run({"real": frame(), "not": frame(seed=4, source="simulator:", synthetic=True)})
    with pytest.raises(po.InvalidRequest, match="Give the lags in the grid"):
        run(frame(data_type=None))
    with pytest.raises(po.InvalidData, match="no time in common"):
        run(close=closes().set_axis(pd.bdate_range("1990-01-01", periods=520)))


# -- Splits ---------------------------------------------------------------------------------------------------------


def test_examples_of_scikit_learn():
    """The documentation of TimeSeriesSplit shows these."""
    plain = split_sessions(6, SplitSettings(2, None, 2, 0))
    assert [tuple(split) for split in plain] == [(0, 2, 2, 4), (0, 4, 4, 6)]
    fixed = split_sessions(12, SplitSettings(3, None, 2, 2))
    assert [tuple(split) for split in fixed] == [(0, 4, 6, 8), (0, 6, 8, 10), (0, 8, 10, 12)]


@pytest.mark.vendor
@given(
    st.integers(5, 300),
    st.integers(2, 9),
    st.one_of(st.none(), st.integers(2, 50)),
    st.one_of(st.none(), st.integers(2, 50)),
    st.integers(0, 20),
)
def test_splits_are_those_of_scikit_learn(count, n_splits, longest, size, embargo):
    from sklearn.model_selection import TimeSeriesSplit

    theirs = TimeSeriesSplit(n_splits, max_train_size=longest, test_size=size, gap=embargo)
    try:
        ours = split_sessions(count, SplitSettings(n_splits, longest, size, embargo))
    except po.InvalidRequest:
        tested = count // (n_splits + 1) if size is None else size
        assert tested < 2 or count - n_splits * tested - embargo < 2
        return
    expected = [(train[0], train[-1] + 1, test[0], test[-1] + 1) for train, test in theirs.split(np.zeros(count))]
    assert [tuple(split) for split in ours] == expected


# -- With and without an effect -------------------------------------------------------------------------------------

CHOICES = {"windows": [1, 3], "lookbacks": [60], "thresholds": [0.05, 0.1], "horizons": [1, 5]}


def simulate(seed, plant=0.0):
    df, rng = frame(1000, seed), np.random.default_rng([seed, 1])
    steps = rng.normal(0.0005, 0.01, 1000)
    if plant:
        events = df.optstat.events(60, 0.1, 0.9)
        for row in df.index.get_indexer(events["start"][events["side"] == 1]):
            steps[row + 2 : row + 7] += plant / 5
    close = pd.Series(100 * np.exp(steps.cumsum()), df.index)
    return po.walk_forward(df, close, CHOICES, cost_bps=0, progress=False)


@pytest.mark.parametrize("count", [6, slow(120)])
def test_without_an_effect_the_sharpe_ratio_is_centred_at_zero(count):
    found = [simulate(seed).summary() for seed in range(count)]
    sharpe = np.array([one["sharpe"] for one in found])
    assert abs(sharpe.mean()) < 3 * sharpe.std(ddof=1) / math.sqrt(count)
    likely = np.mean([one["p_value"] < 0.05 for one in found])
    assert likely < 0.05 + 3 * math.sqrt(0.05 * 0.95 / count)


def test_a_planted_effect_is_found_and_traded():
    found = simulate(3, plant=0.03)
    assert (found.blocks["direction"] == "contrarian").all()
    assert (found.blocks["horizon"] == 5).sum() >= 4
    summary = found.summary()
    assert summary["sharpe"] > 1.5
    assert summary["p_value"] < 0.01
    assert found.latest["p_adjusted"] < 0.001
    assert found.latest["train_sharpe"] > found.trials["test_sharpe"].median()


def test_moments_of_the_training_are_those_of_the_excess():
    """The deflated Sharpe ratio of a block, from the returns computed by hand."""
    found, df, close = run(), frame(), closes()
    block = found.blocks.iloc[-1]
    start, stop = (close.index.get_loc(block[name]) for name in ("train_start", "train_end"))
    drift = close.pct_change().iloc[start : stop + 1].mean()
    rule = found.rules.loc[block["rule"]]
    _, earned, _ = by_hand(df, close, rule, start, stop + 1, cut=False, drift=drift, cost=0.0005)
    moments = describe_returns(earned)
    year = found.info["sessions_per_year"]
    sharpes = found.trials.xs(2, level="block")["train_sharpe"][
        found.trials.xs(2, level="block")["train_trades"] >= 10
    ] / math.sqrt(year)
    from statistics import NormalDist

    phi, n = NormalDist(), len(sharpes)
    top = sharpes.std(ddof=1) * (0.4227843351 * phi.inv_cdf(1 - 1 / n) + 0.5772156649 * phi.inv_cdf(1 - 1 / n / math.e))
    spread = 1 - moments.skewness * moments.sharpe + (moments.kurtosis - 1) / 4 * moments.sharpe**2
    expected = phi.cdf((moments.sharpe - top) * math.sqrt((moments.length - 1) / spread))
    assert block["deflated_sharpe"] == pytest.approx(expected, rel=1e-8)
