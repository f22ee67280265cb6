"""Warns, once, that a frame is too short for a window."""

from __future__ import annotations

import numpy as np

from .._util.validation import check_int
from .._util.warn import warn
from ..analysis.counts import Counts
from ..analysis.metrics import put_call_ratio
from ..analysis.windows import WindowLike
from ..errors import LookbackWarning

__all__ = ["warn_if_short"]

#: The series and windows of which a warning was issued in this process.
_warned: set[tuple[str, int]] = set()


def warn_if_short(title: str, counts: Counts, window: WindowLike | None, min_periods: int | None = None) -> None:
    """Warn if a window of rows needs more ratios than there are, once for each series and number of rows."""
    if not isinstance(window, int | np.integer) or isinstance(window, bool):
        return
    least = int(window if min_periods is None else check_int(min_periods, "min_periods"))
    if len(counts.days) >= least and counts.valid.all():  # the usual case, which needs no ratios
        return
    known = int(put_call_ratio(counts).notna().sum())
    if not 0 < known < least or (title, least) in _warned:
        return
    _warned.add((title, least))
    warn(
        f"A window of {least} rows has no value on any day, as {title} has {known} with a ratio. Load earlier ones, "
        f"which are not shown, with po.load(..., warmup={least}), or choose a shorter window.",
        LookbackWarning,
    )
