"""``python -m benchmarks.size_and_power [--quick] [--write]``: size and power of `forward` and `sweep`, by simulation.

Seeds are fixed, so anyone gets the same tables. Prices follow a GARCH(1, 1) process with Student's t (5 degrees of
freedom) and a volatility of 1 % a day. The signal is an autoregression, which either says nothing and knows nothing, or
says nothing but follows from past returns: falls make fear. Where there is power to show, a return is planted on the
first session after the entries of fear, and nowhere else.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import joblib
import numpy as np
import pandas as pd

import pd_optstat as po

PAGE = Path(__file__).parents[1] / "docs" / "signals.md"
BEGIN, END = "<!-- size and power: python -m benchmarks.size_and_power --write -->", "<!-- end of size and power -->"

HORIZONS = (1, 5, 21)
LOOKBACK = 126
LEVEL = 0.05

#: Rates by signal, number of events, planted effect and baseline.
Rates: TypeAlias = dict[tuple[str, int, float, str], pd.DataFrame]


class Scenario(NamedTuple):
    """How many events there are (about), and what makes them so many: sessions, persistence, threshold."""

    events: int
    sessions: int
    persistence: float
    threshold: float


SCENARIOS = (Scenario(20, 900, 0.9, 0.05), Scenario(60, 1300, 0.75, 0.1), Scenario(140, 2100, 0.5, 0.1))
SIGNALS = ("independent", "follows falls")


def simulate(scenario: Scenario, signal: str, seed: int, effect: float = 0.0) -> tuple[pd.DataFrame, pd.Series]:
    """Return a frame of counts and prices, which rise by `effect` on the session after each entry of fear."""
    rng = np.random.default_rng([seed, scenario.events, SIGNALS.index(signal)])
    n = scenario.sessions
    noise, shocks = rng.standard_t(5, n) / np.sqrt(5 / 3), rng.normal(size=n)
    moves, mood = np.empty(n), np.empty(n)
    variance, level = 1e-4, 0.0
    for i in range(n):
        moves[i] = np.sqrt(variance) * noise[i]
        variance = 3e-6 + 0.09 * moves[i] ** 2 + 0.88 * variance
        reaction = -moves[i] / 0.01 if signal == "follows falls" else 0.0
        level = scenario.persistence * level + shocks[i] + reaction
        mood[i] = level
    days = pd.bdate_range("2015-01-05", periods=n, name="time")
    calls = np.full(n, 10**6)
    df = pd.DataFrame({"call_value": calls, "put_value": (calls * np.exp(mood / 5)).astype(np.int64)}, days)
    moves += 0.0003
    if effect:
        events = df.optstat.events(LOOKBACK, scenario.threshold, 1 - scenario.threshold)
        rows = days.get_indexer(events.loc[events["side"] == 1, "start"]) + 2
        moves[rows[rows < n]] += effect
    return df, pd.Series(100 * np.cumprod(1 + moves), days)


def test(scenario: Scenario, signal: str, seed: int, effect: float, baseline: str) -> pd.DataFrame:
    """Return counts and p-values of one simulation, by side and horizon."""
    df, close = simulate(scenario, signal, seed, effect)
    limits = {"window": LOOKBACK, "lower": scenario.threshold, "upper": 1 - scenario.threshold}
    table = df.optstat.forward(close, HORIZONS, 1, **limits, resamples=299, baseline=baseline)
    return table[["count", "p_value"]]


def rates(runs: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the mean count and the share of small p-values, by side and horizon."""
    found = pd.concat(dict(enumerate(runs)), names=["run"])
    small = (found["p_value"] <= LEVEL).where(found["p_value"].notna())
    return pd.DataFrame({"count": found["count"], "rate": small}).astype(float).groupby(["side", "horizon"]).mean()


def simulate_all(count: int, jobs: int) -> Rates:
    """Return the rates of every scenario: under the hypothesis, and with planted effects."""
    cases = [(scenario, signal, 0.0, "neutral", count) for scenario in SCENARIOS for signal in SIGNALS]
    cases += [
        (scenario, "independent", effect, "neutral", count // 4) for scenario in SCENARIOS for effect in (0.01, 0.03)
    ]
    cases += [(SCENARIOS[2], "independent", 0.03, "all", count // 4)]
    result = {}
    for scenario, signal, effect, baseline, runs in cases:
        tasks = (joblib.delayed(test)(scenario, signal, seed, effect, baseline) for seed in range(runs))
        result[signal, scenario.events, effect, baseline] = rates(joblib.Parallel(jobs)(tasks))
        print(signal, scenario.events, effect, baseline, result[signal, scenario.events, effect, baseline], sep="\n")
    return result


GRID = {"windows": [1, 5, 10], "lookbacks": [126, 252], "thresholds": [0.05, 0.1, 0.2], "lags": [1]}


def sweep_once(seed: int, effect: float) -> tuple[bool, bool, bool, bool]:
    """Return whether the planted rule was found, by each adjustment, and whether any row was if nothing was planted."""
    scenario = Scenario(60, 1250, 0.75, 0.1)
    df, close = simulate(scenario, "independent", seed + 10_000, effect)
    found = po.sweep(df, close, GRID, progress=False)
    own = (found["window"] == 1) & (found["lookback"] == LOOKBACK) & (found["lower"] == 0.1) & (found["side"] == 1)
    small = found[["p_romano_wolf", "p_adjusted"]] <= LEVEL
    return (*map(bool, small[own & (found["horizon"] == 1)].iloc[0]), *map(bool, small.any()))


def describe(
    result: dict[tuple[str, int, float, str], pd.DataFrame], sweeps: dict[float, np.ndarray], count: int
) -> str:
    """Return the tables as Markdown."""
    return "\n".join([*_size(result, count), *_power(result, count // 4), *_joint(sweeps)])


def _size(result: Rates, count: int) -> list[str]:
    margin = 100 * np.sqrt(LEVEL * (1 - LEVEL) / (2 * count))
    lines = [
        f"Share of p-values up to 5 % where there is no effect ({count} simulations, both sides; standard error"
        f" {margin:.1f} %):",
        "",
        "| signal | events a side | h = 1 | h = 5 | h = 21 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for (signal, _, effect, _), table in result.items():
        if not effect:
            each = table["rate"].groupby("horizon").mean()
            cells = [f"{100 * each[h]:.1f} %" for h in HORIZONS]
            lines.append(f"| {signal} | {table['count'].groupby('horizon').mean()[5]:.0f} | {' | '.join(cells)} |")
    return lines


def _power(result: Rates, count: int) -> list[str]:
    lines = [
        "",
        f"Share of p-values up to 5 % for fear, with a return planted on the first session after its entries ({count}"
        " simulations), and for greed, after which there is none:",
        "",
        "| planted | events | baseline | h = 1 | h = 5 | h = 21 | greed, h = 1 | h = 5 | h = 21 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (_, _, effect, baseline), table in result.items():
        if effect:
            cells = [f"{100 * table.loc[(1, h), 'rate']:.0f} %" for h in HORIZONS]
            cells += [f"{100 * table.loc[(-1, h), 'rate']:.0f} %" for h in HORIZONS]
            lines.append(f"| +{effect:.0%} | {table.loc[(1, 5), 'count']:.0f} | {baseline} | {' | '.join(cells)} |")
    return lines


def _joint(sweeps: dict[float, np.ndarray]) -> list[str]:
    planted, null = (found.mean(axis=0) for found in (sweeps[0.03], sweeps[0.0]))
    return [
        "",
        f"`sweep` at its defaults, {len(sweeps[0.0])} grids of 108 tests: a lone rule with +3 % is found in"
        f" {planted[0]:.0%} (`p_romano_wolf`) and {planted[1]:.0%} (`p_adjusted`). Where nothing is planted,"
        f" {null[2]:.0%} and {null[3]:.0%} of the grids have any row up to 5 %.",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate, print the tables and write them on request."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.size_and_power", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the simulations, to see that it works")
    parser.add_argument("--write", action="store_true", help=f"write the tables into {PAGE.name}")
    parser.add_argument("--jobs", type=int, default=-1, help="processes (all cores)")
    options = parser.parse_args(arguments)
    count = 60 if options.quick else 600
    result = simulate_all(count, options.jobs)
    sweeps = {
        effect: np.array(
            joblib.Parallel(options.jobs)(
                joblib.delayed(sweep_once)(seed, effect) for seed in range(max(4, count // 12))
            )
        )
        for effect in (0.03, 0.0)
    }
    print({effect: found.mean(axis=0).round(3) for effect, found in sweeps.items()})
    text = describe(result, sweeps, count)
    print(text)
    if options.write:
        page = PAGE.read_text("utf-8")
        before, rest = page.split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}", "utf-8")
    return 0


if __name__ == "__main__":
    # Workers find functions by the name of their module, and import the package with it.
    sys.exit(importlib.import_module("benchmarks.size_and_power").main())
