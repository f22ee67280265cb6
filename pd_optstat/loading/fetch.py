"""From planned requests to answers: request the pages of a session and stitch them together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.history import Rows
from ..core.series import Query, SeriesKey
from ..core.stitching import Stitcher
from ..core.underlying import Underlying
from ..core.underlying_pages import AnyQuery, UnderlyingTable
from ..core.underlying_stitching import StatisticStitcher, VolatilityStitcher
from .planning import PlannedRequest

if TYPE_CHECKING:
    from ..sources.protocols import Session

__all__ = ["Reply", "fetch"]

_log = logging.getLogger("pd_optstat")


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply to a planned request.

    Attributes
    ----------
    query : Query or UnderlyingQuery
        What was asked for.
    requests, first_page_requests : int
        The requests that it took, those that were lost on the way included.
    rows : mapping of SeriesKey to Rows, or None
        All rows of the request, checked, once this was its last page, for each series that it fills.
    notes : list of str
        What did not fit in fields that are derived from the counts; with the last page.
    """

    query: AnyQuery
    requests: int
    first_page_requests: int
    rows: Mapping[SeriesKey, Rows] | None = None
    notes: tuple[str, ...] = ()


def _stitcher(
    query: AnyQuery, sessions: int, noted: set[Underlying]
) -> Stitcher | StatisticStitcher | VolatilityStitcher:
    """Return what collects the pages of a request."""
    if isinstance(query, Query):
        return Stitcher(query, sessions)
    if query.table is UnderlyingTable.STATISTIC:
        return StatisticStitcher(query, sessions, noted)
    return VolatilityStitcher(query, sessions)


def fetch(
    planned: Mapping[AnyQuery, PlannedRequest], session: Session, waiting: Callable[[float], None]
) -> Iterator[Reply]:
    """Yield a `Reply` for each page that arrives, until every request in `planned` is complete.

    Parameters
    ----------
    planned : mapping of AnyQuery to PlannedRequest
    session : Session
    waiting : callable
        Called with the seconds of every wait that the rate limit imposes.

    Raises
    ------
    OptStatError
        If a request cannot be completed. Replies that were yielded before are not affected.
    """
    noted: set[Underlying] = set()
    stitchers = {query: _stitcher(query, len(request.sessions), noted) for query, request in planned.items()}
    for query in planned:
        _log.debug("request %s", query)
    with closing(session.pages(list(planned), waiting)) as pages:  # type: ignore[type-var]
        for query, page in pages:
            _log.debug("reply %s: %d rows%s", query, len(page.days), ", more follow" if page.next_key else "")
            stitcher = stitchers[query]
            is_first = not stitcher.pages or page.restart
            requests, first_page_requests = 1 + page.lost, is_first + page.lost_first
            if stitcher.add(page):  # type: ignore[arg-type]  # a session yields pages of the kind that was asked for
                del stitchers[query]
                yield Reply(query, requests, first_page_requests, stitcher.by_series(), tuple(stitcher.notes))
            else:
                yield Reply(query, requests, first_page_requests)
    if stitchers:
        raise AssertionError(f"the source ended without an answer to {next(iter(stitchers))}")
