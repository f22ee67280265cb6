"""``po.sweep`` over 1,000 rules, ten years and 2,000 common resamples, compared with a loop of pandas and arch.

Each rule has two sides and three horizons, so there are 6,000 tests. The promise is 60 seconds on two cores. The loop
does what researchers do without this package: pandas ranks the ratio, arch resamples returns and marks of days; it is
timed on a few rules, as all would take most of a day. It has no joint p-values, which need resamples in common.
"""

from __future__ import annotations

import resource
import time
import warnings

import joblib
import numpy as np
import pandas as pd
from arch.bootstrap import StationaryBootstrap

import pd_optstat as po

from .measurement import Result, print_progress

__all__ = ["run"]

SECONDS = 60.0
#: A worker may grow by so much: what it holds does not depend on the number of rules or of resamples.
MEMORY = 400e6
ROWS = 2520
RESAMPLES = 2000
HORIZONS = (1, 5, 21)
GRID = {
    "windows": range(1, 11),
    "lookbacks": [63, 84, 105, 126, 147, 168, 189, 210, 231, 252],
    "thresholds": [0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2],
    "horizons": HORIZONS,
}
RULES_OF_THE_LOOP = 2


def run() -> list[Result]:
    """Return the results for time and memory."""
    frame, close = _study()
    with joblib.parallel_config("loky", n_jobs=2), warnings.catch_warnings():
        warnings.simplefilter("ignore", po.ResampleWarning)  # Romano & Wolf's step-down needs no more
        po.sweep(frame, close, {"lags": [1, 2]}, resamples=100, progress=False)  # starts the workers
        before = max(joblib.Parallel()(joblib.delayed(_peak)() for _ in range(4)))
        begin = time.perf_counter()
        found = po.sweep(frame, close, GRID, resamples=RESAMPLES, progress=False)
        taken = time.perf_counter() - begin
        grown = max(joblib.Parallel()(joblib.delayed(_peak)() for _ in range(4))) - before
    begin = time.perf_counter()
    for smooth in range(1, 1 + RULES_OF_THE_LOOP):
        _loop(frame, close, smooth)
    loop = (time.perf_counter() - begin) / RULES_OF_THE_LOOP * len(found) / 6
    print_progress(
        f"sweep: {taken:.1f} s for {len(found):,} tests, a loop {loop:.0f} s; workers grew by {grown / 1e6:.0f} MB"
    )
    what = "sweep of 1,000 rules, ten years, 2,000 resamples"
    return [
        Result(what, taken, "60 s on two cores", SECONDS, 1.0),
        Result(what, taken, "a loop of pandas and arch", loop, None, True),
        Result("the same: growth of a worker", grown, "400 MB", MEMORY, 1.0, unit="B"),
    ]


def _peak() -> int:
    """Return the most memory that this process has used, in bytes."""
    time.sleep(0.05)  # so that every worker answers
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _study() -> tuple[pd.DataFrame, pd.Series]:
    """Return ten years of counts, and prices that have nothing to do with them."""
    rng = np.random.default_rng(5)
    days = pd.bdate_range("2016-01-04", periods=ROWS, name="time")
    mood = pd.Series(rng.normal(size=ROWS)).ewm(span=5).mean().to_numpy()
    calls = rng.integers(10**6, 2 * 10**6, ROWS)
    frame = pd.DataFrame({"call_value": calls, "put_value": (calls * np.exp(mood / 3)).astype(np.int64)}, days)
    frame.attrs["optstat"] = {"market": "US_SECURITY", "data_type": "VOLUME"}
    return frame, pd.Series(100 * np.cumprod(1 + rng.normal(0.0003, 0.01, ROWS)), days)


def _loop(frame: pd.DataFrame, close: pd.Series, smooth: int) -> None:
    """Evaluate one rule with pandas and arch: its two sides and three horizons."""
    ratio = frame["put_value"].rolling(smooth).sum() / frame["call_value"].rolling(smooth).sum()
    share = ratio.rolling(252).rank(pct=True)
    for mark in (share >= 0.9, share <= 0.1):
        first = mark & ~mark.shift(fill_value=False)
        for horizon in HORIZONS:
            ahead = close.shift(-1 - horizon) / close.shift(-1) - 1
            known = ahead.notna() & share.notna()
            drawn = StationaryBootstrap(max(14, 2 * horizon), ahead[known].to_numpy(), first[known].to_numpy(), seed=1)
            drawn.apply(lambda returns, own: returns[own].mean() - returns.mean(), RESAMPLES)
