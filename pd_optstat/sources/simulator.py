"""The simulator's numbers without a socket, as a source."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ..core.origins import DEFAULT_SEED, check_seed, simulator_origin
from ..core.underlying_pages import AnyPage, AnyQuery, StatisticPage, UnderlyingQuery, VolatilityPage
from ..errors import RequestRejected
from .protocols import PagedSource

if TYPE_CHECKING:
    from ..simulator.dataset import Dataset
    from ..simulator.underlying_dataset import UnderlyingDataset

__all__ = ["Simulator"]


@cache
def _dataset(seed: int) -> Dataset:
    from ..simulator.dataset import Dataset

    return Dataset(seed)


@lru_cache(maxsize=2)  # one takes up to 50 MB
def _underlying_dataset(seed: int) -> UnderlyingDataset:
    from ..simulator.underlying_dataset import UnderlyingDataset

    return UnderlyingDataset(seed)


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

    def pages(
        self, queries: Sequence[AnyQuery], waiting: Callable[[float], None]
    ) -> Iterator[tuple[AnyQuery, AnyPage]]:
        """Yield one page a query, newest day first, up to the last session that has closed."""
        from ..simulator.dataset import closed_rows, to_page

        for query in queries:
            if isinstance(query, UnderlyingQuery):
                yield query, self._underlying_page(query)
            else:
                rows = closed_rows(_dataset(self.seed), query.series, query.first, query.last, time.time())
                yield query, to_page(query.series, rows[::-1])

    def _underlying_page(self, query: UnderlyingQuery) -> StatisticPage | VolatilityPage:
        from ..simulator.underlying_dataset import to_underlying_page

        try:
            rows = _underlying_dataset(self.seed).closed_rows(query.underlying, query.first, query.last, time.time())
        except KeyError:
            reason = f"unknown security {query.underlying.symbol}"
            raise RequestRejected(
                f"The simulator rejected {query}: {reason}. Check the code: "
                "pd_optstat.simulator.universe.UNIVERSE has those that it knows.",
                ret_type=-1,
                ret_msg=reason,
            ) from None
        return to_underlying_page(query, rows.take(slice(None, None, -1)))
