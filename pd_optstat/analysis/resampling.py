"""Common resamples of a price's sessions: the same for every rule, side and horizon that is tested on these prices.

What is resampled are the returns of single sessions, in blocks of random length that keep the series stationary
(Politis & Romano, "The stationary bootstrap", JASA, 1994). A resample chains them to a path of prices, on which the
returns over h sessions are computed anew, so that overlapping returns overlap in each resample as they do in the data,
whatever the length of the blocks. The signal keeps its days. Its own persistence, and how the signals of several rules
go together, are therefore exactly those of the data, while nothing in a resample can follow from the signal: that is
the hypothesis that is tested. The blocks keep what the returns have of their own: autocorrelation and clusters of
volatility.

Prices are chained by products, not by sums of logarithms: numpy takes logarithms by code that it chooses by processor,
whose last bits differ.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from types import ModuleType

import numpy as np
import numpy.typing as npt

from .._util.optional import import_optional
from ..core.arrays import Float64Array
from .prices import Prices
from .returns import step_returns

__all__ = ["block_length", "import_arch", "resampled_paths"]

Int32Array = npt.NDArray[np.int32]

#: So many prices of resamples are in memory at a time (8 MB).
_CHUNK = 2**20

#: Up to so many bytes of drawn rows are kept, four times.
_KEPT_BYTES = 32 * 2**20

#: Fewer sessions have no dependence to estimate.
_FEWEST_SESSIONS = 30


def import_arch() -> ModuleType:
    """Return the module `arch.bootstrap`; `InvalidRequest` says what to install if it is missing."""
    module: ModuleType = import_optional(
        "arch.bootstrap", "arch", "research", "confidence intervals (resamples=0 does without)"
    )
    return module


def _pool(prices: Prices) -> Float64Array:
    """Return the returns that resamples are drawn from: of every session that does not follow a hole."""
    returns = step_returns(prices) if len(prices.days) else np.zeros(0)
    return returns[np.isfinite(returns)]


def block_length(prices: Prices) -> int:
    """Return the mean block length for `prices`, in sessions, chosen from the data.

    The length is the optimal one for the stationary bootstrap (Politis & White, "Automatic block-length selection for
    the dependent bootstrap", Econometric Reviews, 2004, with the correction by Patton, Politis & White, 2009, as
    `arch.bootstrap.optimal_block_length` has it) of the sessions' returns or of their squares, whichever is longer:
    returns are hardly autocorrelated, their volatility is.

    >>> days = np.arange(500)
    >>> block_length(Prices(days, 100 * np.cumprod(1 + np.random.default_rng(1).normal(0, 0.01, 500))))
    3
    """
    pool = _pool(prices)
    if len(pool) < _FEWEST_SESSIONS or not np.ptp(pool):
        return 1
    with np.errstate(all="ignore"):  # returns that differ by rounding only have no length
        lengths = [
            float(import_arch().optimal_block_length(values)["stationary"].iloc[0])
            for values in (pool, (pool - pool.mean()) ** 2)
            if np.ptp(values) > 0
        ]
    longest = max((length for length in lengths if math.isfinite(length)), default=1.0)
    return max(1, min(round(longest), len(pool) // 4))


def resampled_paths(prices: Prices, block: int, resamples: int, seed: int) -> Iterator[Float64Array]:
    """Yield resampled paths of as many prices as `prices` has, shape (n, m) with the m of all parts adding up.

    The r-th path depends on `prices`, `block` and `seed` only, so whoever asks for it gets the same one.
    """
    pool, n = _pool(prices), len(prices.days)
    if not len(pool) or not resamples:
        return
    # Blocks wrap around, and a path may be longer than the pool, which lacks the sessions after holes.
    settings = (len(pool), n - 1, min(block, len(pool)), resamples, seed)
    keep = 4 * resamples * (n - 1) <= _KEPT_BYTES
    parts = _kept_rows(*settings) if keep else _draw_rows(*settings)
    for rows in parts:
        path = np.ones((n, rows.shape[1]))
        np.add(pool[rows], 1.0, out=path[1:])
        with np.errstate(over="ignore", under="ignore"):
            for row in range(1, n):  # what np.multiply.accumulate does, in less than half of the time
                np.multiply(path[row - 1], path[row], out=path[row])
        yield path


def _draw_rows(pool: int, length: int, block: int, resamples: int, seed: int) -> Iterator[Int32Array]:
    """Yield rows of the pool in blocks, shape (length, m)."""
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    rows = np.arange(max(length, pool), dtype=np.int32) % pool
    drawn = (data[0] for data, _ in import_arch().StationaryBootstrap(block, rows, seed=generator).bootstrap(resamples))
    size = max(1, _CHUNK // (length + 1))
    for begin in range(0, resamples, size):
        yield np.stack([next(drawn)[:length] for _ in range(min(size, resamples - begin))], axis=1)


@lru_cache(maxsize=4)
def _kept_rows(pool: int, length: int, block: int, resamples: int, seed: int) -> tuple[Int32Array, ...]:
    """Return the rows, kept for the next rules that a worker tests on the same prices."""
    return tuple(_draw_rows(pool, length, block, resamples, seed))
