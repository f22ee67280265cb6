"""Open interest of underlyings: which values are published already. Pure.

OpenD documents it as delayed by a day, and gives 0 calls and 0 puts for a session whose open interest is not published
yet. Whether the row of day t holds the open interest after t, published before the next session opens, or that after
the session before, published before t opens, is not documented. Both readings are served by the same rules: a value is
final from the next session's open on, `forward` enters two sessions later, and 0 contracts at the end of the newest
sessions are no value yet.
"""

from __future__ import annotations

import numpy as np

from .dates import Day
from .finality import DAY, Moment, SessionTimes
from .history import Rows

__all__ = ["UNPUBLISHED_SESSIONS", "published"]

#: No open interest is published later than this many sessions after its own. Older rows of 0 contracts are values, of
#: underlyings without open contracts.
UNPUBLISHED_SESSIONS = 5


def published(rows: Rows, sessions: SessionTimes, at: Moment) -> tuple[Rows, Day | None]:
    """Return the rows of open interest that a server had published at the moment `at`.

    Parameters
    ----------
    rows : Rows
        As a server gave them.
    sessions : SessionTimes
        The sessions of the exchange.
    at : int
        When they were requested.

    Returns
    -------
    Rows, int or None
        The rows that are published, and the first day whose row is not; None if all are.
    """
    has_interest = (rows.calls > 0) | (rows.puts > 0)
    last = int(np.flatnonzero(has_interest)[-1]) if has_interest.any() else -1
    doubtful = rows.days[last + 1 :]
    if not len(doubtful):
        return rows, None
    oldest = sessions.last_session(at // DAY + 1)
    for _ in range(UNPUBLISHED_SESSIONS - 1):
        oldest = sessions.last_session(oldest - 1)
    kept = last + 1 + int(np.searchsorted(doubtful, oldest))
    if kept == len(rows):
        return rows, None
    return Rows(rows.days[:kept], rows.values[:, :kept]), int(rows.days[kept])
