"""``df.optstat.metrics()`` on half a million rows, against the same columns written out in pandas.

Ours are exact where pandas' running sums leave rests behind, find missing and impossible numbers, and never divide
by zero; this shows what that costs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import pd_optstat  # noqa: F401  (registers df.optstat)

from .measuring import Result, in_turn, median, say

__all__ = ["run"]

LIMIT = 1.3
ROWS = 500_000
REPETITIONS = 9
WINDOWS = (5, 10, 21, 63)
LOOKBACK = 252


def run() -> list[Result]:
    """Measure, and return the result."""
    frame = _frame()
    pd.testing.assert_frame_equal(frame.optstat.metrics(), _bare(frame), check_exact=False, rtol=1e-6, atol=1e-6)
    ours, bare = map(median, in_turn([frame.optstat.metrics, lambda: _bare(frame)], REPETITIONS))
    say(f"metrics: {ours * 1e3:.0f} ms, bare pandas {bare * 1e3:.0f} ms")
    return [Result(f"metrics() of {ROWS:,} rows", ours, "bare pandas", bare, LIMIT)]


def _frame() -> pd.DataFrame:
    """Return invented rows; an hour apart, since that many days would end after the year that pandas 2 can name."""
    random = np.random.default_rng(7)
    calls = random.integers(20_000_000, 40_000_000, ROWS)
    puts = (calls * random.lognormal(-0.4, 0.2, ROWS)).astype(np.int64)
    index = pd.date_range("1970-01-01", periods=ROWS, freq="h", name="time")
    counts = {"call_value": calls, "put_value": puts, "total_value": calls + puts, "ratio": puts / calls}
    return pd.DataFrame(counts, pd.DatetimeIndex(index.to_numpy(), name="time"))


def _bare(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what `metrics` returns, as one would write it in pandas."""
    calls, puts = frame["call_value"], frame["put_value"]
    ratio = puts / calls
    columns = {"put_call_ratio": ratio, "put_share": puts / (calls + puts)}
    for window in WINDOWS:
        columns[f"ratio_sum_{window}"] = puts.rolling(window).sum() / calls.rolling(window).sum()
        columns[f"ratio_mean_{window}"] = ratio.rolling(window).mean()
        smooth = ratio.ewm(span=window, adjust=False, ignore_na=True, min_periods=window)
        columns[f"ratio_ema_{window}"] = smooth.mean()
    lookback = ratio.rolling(LOOKBACK)
    rank = lookback.rank(pct=True)
    columns[f"zscore_{LOOKBACK}"] = (ratio - lookback.mean()) / lookback.std()
    columns[f"percentile_{LOOKBACK}"] = rank
    columns[f"extreme_{LOOKBACK}"] = (rank >= 0.9).astype(np.int8) - (rank <= 0.1).astype(np.int8)
    return pd.concat([frame, pd.DataFrame(columns)], axis=1)
