"""``df.optstat.metrics()`` on half a million rows, compared with the same columns written in plain pandas.

Ours avoid the rounding errors of pandas' running sums, check for missing and impossible numbers, and never divide by
zero; this measures the cost. Also, the time must be linear in rows, and the temporary memory small compared with the
result.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import pd_optstat  # noqa: F401  (registers df.optstat)

from .measurement import Result, median, print_progress, run_in_new_interpreter, time_in_turn

__all__ = ["run"]

LIMIT = 1.3
GROWTH = 1.5  # not 1: a tenth of the rows fits in the processor's caches
MEMORY = 1.5
ROWS = 500_000
REPETITIONS = 9
WINDOWS = (5, 10, 21, 63)
LOOKBACK = 252

_PEAK = """
import gc, tracemalloc
from benchmarks.metrics import _frame
frame = _frame({rows})
frame.iloc[:2000].optstat.metrics()  # imports, and pandas' one-time setup
gc.collect()
tracemalloc.start()
result = frame.optstat.metrics()
print(tracemalloc.get_traced_memory()[1], result.memory_usage(index=True).sum())
"""

#: Resets the process's peak memory first, which Linux allows.
_GROWN = """
import gc
from benchmarks.metrics import _frame
frame = _frame({rows})
frame.iloc[:2000].optstat.metrics()
gc.collect()
def resident(which):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(which))
with open("/proc/self/clear_refs", "w") as reset:
    reset.write("5")
before = resident("VmRSS")
result = frame.optstat.metrics()
print(resident("VmHWM") - before, len(result))
"""


def run() -> list[Result]:
    """Return the results for time, growth and memory."""
    frame = _frame(ROWS)
    pd.testing.assert_frame_equal(frame.optstat.metrics(), _bare(frame), check_exact=False, rtol=1e-6, atol=1e-6)
    ours, bare = map(median, time_in_turn([frame.optstat.metrics, lambda: _bare(frame)], REPETITIONS))
    print_progress(f"metrics: {ours * 1e3:.0f} ms, bare pandas {bare * 1e3:.0f} ms")
    speed = Result(f"metrics() of {ROWS:,} rows", ours, "bare pandas", bare, LIMIT)
    return [speed, _growth(frame), *_memory()]


def _growth(frame: pd.DataFrame) -> Result:
    """Compare all rows with ten times a tenth of them: the time should be linear in rows.

    The fastest runs are compared, because other load on the machine slows down the larger frame more.
    """
    tenth = frame.iloc[: ROWS // 10]
    whole, part = map(min, time_in_turn([frame.optstat.metrics, tenth.optstat.metrics], REPETITIONS))
    print_progress(
        f"metrics: {whole * 1e3:.0f} ms for {ROWS:,} rows, {part * 1e3:.1f} ms for a tenth: {whole / part:.1f} times"
    )
    return Result(f"metrics() of {ROWS:,} rows", whole, f"ten times {ROWS // 10:,} rows", 10 * part, GROWTH)


def _memory() -> list[Result]:
    """Measure in new interpreters the peak that numpy allocates, and the growth of the process.

    The first is exact. The second is what the system sees, including allocations of pandas' C code and pages that are
    freed late.
    """
    peak, size = run_in_new_interpreter(_PEAK.format(rows=ROWS))
    grown, _ = run_in_new_interpreter(_GROWN.format(rows=ROWS))
    print_progress(
        f"metrics: result {size / 1e6:.0f} MB; allocated above the input {peak / 1e6:.0f}, resident {grown / 1e6:.0f}"
    )
    return [
        Result("metrics(): peak above the input, allocated", peak, "the result", size, MEMORY, unit="B"),
        Result("metrics(): peak above the input, resident", grown, "the result", size, MEMORY, unit="B"),
    ]


def _frame(rows: int) -> pd.DataFrame:
    """Return random rows of consecutive days, in seconds: in nanoseconds pandas could not name the last ones."""
    random = np.random.default_rng(7)
    calls = random.integers(20_000_000, 40_000_000, rows)
    puts = (calls * random.lognormal(-0.4, 0.2, rows)).astype(np.int64)
    index = pd.DatetimeIndex(np.arange(rows).astype("datetime64[D]").astype("datetime64[s]"), name="time")
    counts = {"call_value": calls, "put_value": puts, "total_value": calls + puts, "ratio": puts / calls}
    return pd.DataFrame(counts, index)


def _bare(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of `metrics`, written in plain pandas."""
    calls, puts = frame["call_value"], frame["put_value"]
    ratio = puts / calls
    columns = {"put_call_ratio": ratio, "put_share": puts / (calls + puts)}
    for window in WINDOWS:
        columns[f"ratio_sum_{window}"] = puts.rolling(window).sum() / calls.rolling(window).sum()
        columns[f"ratio_mean_{window}"] = ratio.rolling(window).mean()
        smooth = ratio.ewm(span=window, adjust=False, ignore_na=True, min_periods=window)
        columns[f"ratio_ema_{window}"] = smooth.mean()
    lookback = ratio.rolling(LOOKBACK)
    rank = lookback.rank()
    symmetric = (rank - 0.5) / LOOKBACK
    marks = (symmetric >= 0.9).astype("Int8") - (symmetric <= 0.1).astype("Int8")
    columns[f"zscore_{LOOKBACK}"] = (ratio - lookback.mean()) / lookback.std()
    columns[f"percentile_{LOOKBACK}"] = rank / LOOKBACK
    columns[f"extreme_{LOOKBACK}"] = marks.where(rank.notna())
    return pd.concat([frame, pd.DataFrame(columns)], axis=1)
