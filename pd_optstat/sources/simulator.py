"""The simulator's numbers without a socket, as a source."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from ..core.origins import DEFAULT_SEED, check_seed, simulator_origin
from ..core.pages import Page
from ..core.series import Query
from .protocols import PagedSource

if TYPE_CHECKING:
    from ..simulator.dataset import Dataset

__all__ = ["Simulator"]


@cache
def _dataset(seed: int) -> Dataset:
    from ..simulator.dataset import Dataset

    return Dataset(seed)


class Simulator(PagedSource):
    """Synthetic numbers for trying the package out, deterministic for a seed, made in this process.

    Parameters
    ----------
    seed : int
        From 0 to 2**32 - 1.
    """

    def __init__(self, seed: int = DEFAULT_SEED) -> None:
        self.seed = check_seed(seed)

    def __repr__(self) -> str:
        return f"Simulator(seed={self.seed})"

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"simulator:?seed={self.seed}"

    @property
    def likely_origin(self) -> str:
        """``"simulator:SEED"``."""
        return simulator_origin(self.seed)

    @property
    def origin_is_certain(self) -> bool:
        """True."""
        return True

    @contextmanager
    def open(self) -> Iterator[Simulator]:
        """Open a session: there is nothing to connect to."""
        yield self

    @property
    def origin(self) -> str:
        """``"simulator:SEED"``."""
        return self.likely_origin

    def pages(self, queries: Sequence[Query], waiting: Callable[[float], None]) -> Iterator[tuple[Query, Page]]:
        """Yield one page a query, newest day first, up to the last session that has closed."""
        from ..simulator.dataset import closed_rows, to_page

        for query in queries:
            rows = closed_rows(_dataset(self.seed), query.series, query.first, query.last, time.time())
            yield query, to_page(query.series, rows[::-1])
