"""Days drawn in blocks, each with its signal and its returns, for bands and tests of order.

Where a test may hold the signal, `resampling` draws the returns alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .bootstrap import FEWEST_RESAMPLES, BootstrapSettings
from .prices import Prices
from .resampling import block_length, import_arch

__all__ = ["draw_rows"]


def draw_rows(n: int, overlap: int, prices: Prices, settings: BootstrapSettings) -> npt.NDArray[np.int32] | None:
    """Return rows of `n` days in stationary blocks, a resample per row; None without resamples or days.

    The mean length of the blocks is that of the prices, but at least twice that of the returns that overlap, and the
    cube root of `n`, as the signal is autocorrelated, too.
    """
    resamples = FEWEST_RESAMPLES if settings.resamples is None else settings.resamples
    if not resamples or n < 2:
        return None
    least = max(2 * (overlap + 1), round(n ** (1 / 3)))
    block = min(settings.block or max(block_length(prices), least), n)
    bootstrap = import_arch().StationaryBootstrap(block, np.arange(n), seed=np.random.default_rng(settings.seed))
    return np.array([data[0][0] for data in bootstrap.bootstrap(resamples)], dtype=np.int32)
