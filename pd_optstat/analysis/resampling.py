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
from types import ModuleType

import numpy as np

from .._util.optional import import_optional
from ..core.arrays import Float64Array, Int64Array
from .prices import Prices
from .returns import step_returns

__all__ = ["block_length", "import_arch", "resampled_paths"]

#: So many prices of resamples are in memory at a time (8 MB).
_CHUNK = 2**20

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
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    # Blocks wrap around, and a path may be longer than the pool, which lacks the sessions after holes.
    rows = np.arange(max(n - 1, len(pool)), dtype=np.int64) % len(pool)
    bootstrap = import_arch().StationaryBootstrap(min(block, len(pool)), rows, seed=generator)
    drawn = (data[0] for data, _ in bootstrap.bootstrap(resamples))
    size = max(1, _CHUNK // n)
    for begin in range(0, resamples, size):
        chosen: Int64Array = np.stack([next(drawn)[: n - 1] for _ in range(min(size, resamples - begin))], axis=1)
        path = np.ones((n, chosen.shape[1]))
        np.add(pool[chosen], 1.0, out=path[1:])
        with np.errstate(over="ignore", under="ignore"):
            yield np.multiply.accumulate(path, axis=0)
