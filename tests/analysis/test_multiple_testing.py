"""Joint p-values: against loops and arch's StepM; a lone rule is found, and chance is not."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from arch.bootstrap import SPA, StepM
from hypothesis import given
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat.analysis.multiple_testing import adjust_rates, choose_resamples, step_down, student_p_values


@given(st.integers(0, 10**6), st.integers(1, 7), st.integers(1, 30))
def test_the_step_down_against_a_loop(seed, tests, resamples):
    rng = np.random.default_rng(seed)
    observed = rng.integers(0, 12, tests).astype(np.float32) / 12
    observed[rng.random(tests) < 0.2] = np.nan
    nulls = rng.integers(0, 12, (tests, resamples)).astype(np.float32) / 12
    found = step_down(observed, nulls)
    left = sorted((i for i in range(tests) if not np.isnan(observed[i])), key=lambda i: (observed[i], i))
    least = 0.0
    while left:
        below = sum(min(nulls[i, r] for i in left) <= observed[left[0]] for r in range(resamples))
        least = max(least, (1 + below) / (1 + resamples))
        assert found[left.pop(0)] == least
    assert np.isnan(found).tolist() == np.isnan(observed).tolist()


def test_too_few_resamples_are_said_with_the_number_that_would_do():
    with pytest.warns(po.ResampleWarning, match=r"1000 resamples are too few for 108 tests.*resamples=2159 would do"):
        assert choose_resamples(1000, 108, 0.95, "bh") == 1000
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert choose_resamples(2159, 108, 0.95, "bh") == 2159
        assert choose_resamples(None, 108, 0.95, "bh") == 4318
        assert choose_resamples(None, 6, 0.95, "bh") == 1000
        assert choose_resamples(0, 108, 0.95, "bh") == 0
    lone = np.full(108, 0.9)
    lone[0] = 1 / 2160
    assert adjust_rates(lone, "bh")[0] == pytest.approx(0.05)
    needed = math.ceil(20 * 108 * sum(1 / rank for rank in range(1, 109))) - 1
    with pytest.warns(po.ResampleWarning, match=f"resamples={needed} would do"):
        choose_resamples(2159, 108, 0.95, "by")
    lone[0] = 1 / (1 + needed)
    assert adjust_rates(lone, "by")[0] <= 0.05


def test_p_values_of_student():
    assert student_p_values(np.array([0.0, 12.706, np.nan, np.inf]), 1).tolist() == pytest.approx(
        [1, 0.05, 0, 0], abs=1e-5
    )


RULES = {"windows": [1, 5], "lookbacks": [126], "thresholds": [0.05, 0.1, 0.2], "horizons": [1]}


def study(seed, n=1000, effect=0.0):
    """Return a frame, and prices that rise by `effect` after the runs of one rule: greed at 0.05, over 5 rows."""
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2015-01-05", periods=n, name="time")
    mood = pd.Series(rng.normal(size=n)).ewm(span=4).mean().to_numpy()
    calls = rng.integers(50_000, 90_000, n)
    df = pd.DataFrame({"call_value": calls, "put_value": (calls * np.exp(0.4 * mood)).astype(np.int64)}, days)
    df.attrs["optstat"] = {"market": "US_SECURITY", "data_type": "VOLUME"}
    events = df.optstat.events(126, 0.05, 0.95, smooth=5)
    rows = days.get_indexer(events.loc[events["side"] == -1, "start"]) + 2
    moves = rng.normal(0.0003, 0.01, n)
    moves[rows[rows < n]] += effect
    return df, pd.Series(100 * np.cumprod(1 + moves), days)


def test_a_planted_lone_rule_is_found_at_the_defaults():
    grid = {"windows": [1, 5, 10], "lookbacks": [126, 252], "thresholds": [0.05, 0.1, 0.2]}
    df, close = study(3, 1500, 0.03)
    found = po.sweep(df, close, grid, progress=False)
    assert len(found) == 108
    row = found[(found["window"] == 5) & (found["lower"] == 0.05) & (found["lookback"] == 126) & (found["side"] == -1)]
    best = row[row["horizon"] == 1].iloc[0]
    assert best["p_romano_wolf"] < 0.01
    assert best["p_adjusted"] < 0.05
    assert (found["p_romano_wolf"] >= found["p_value"] - 1e-3).all()


@pytest.mark.slow
def test_false_discoveries_are_rare():
    """In at most one of twenty studies without any effect is any rule significant after Romano & Wolf."""
    false = 0
    for seed in range(100):
        df, close = study(seed, 700)
        found = po.sweep(df, close, RULES, resamples=399, progress=False)
        false += (found["p_romano_wolf"] <= 0.05).any()
    assert false <= 11  # 5 expected; more than 11 in one of 100 such tests


@pytest.mark.slow
def test_the_same_rules_as_stepm_of_arch():
    """StepM and SPA on the daily profits of each rule find the planted rule, and nothing where there is nothing."""
    for effect in (0.03, 0.0):
        df, close = study(5, 1000, effect)
        found = po.sweep(df, close, RULES, resamples=999, progress=False)
        ahead = (close.shift(-2) / close.shift(-1) - 1).iloc[125:-2]
        gains, names = [], []
        for row in found.itertuples():
            marks = df.optstat.events(row.lookback, row.lower, row.upper, smooth=row.window)
            starts = marks.loc[marks["side"] == row.side, "start"]
            for sign in (1, -1):
                gains.append(sign * (ahead - row.baseline_mean).where(ahead.index.isin(starts), 0.0))
                names.append((row.Index, sign))
        losses = -np.column_stack(gains)
        step = StepM(np.zeros(len(ahead)), losses, size=0.05, block_size=10, reps=500, seed=1)
        step.compute()
        superior = {names[i][0] for i in step.superior_models}
        spa = SPA(np.zeros(len(ahead)), losses, block_size=10, reps=500, seed=1)
        spa.compute()
        own = set(found.index[found["p_romano_wolf"] <= 0.05])
        assert superior == own
        assert (spa.pvalues["consistent"] <= 0.05) == bool(own) == bool(effect)
