"""A frame that is small enough to check by hand, for the documentation's examples."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.frame import build_frame
from ..core.markets import EXCHANGES

__all__ = ["sample"]

#: From Monday, 2026-06-08 to Friday, 2026-06-12. On Wednesday no calls were traded, so its ratio is NaN.
_DAYS = (20612, 20613, 20614, 20615, 20616)
_CALLS = (200, 250, 0, 400, 100)
_PUTS = (100, 200, 50, 100, 150)


def sample() -> pd.DataFrame:
    """Return five invented days of US_SECURITY VOLUME as a frame such as `load` returns.

    Returns
    -------
    DataFrame
        As from `pd_optstat.load`, with ``synthetic`` in its attributes. The third day has no calls, so no ratio.

    Examples
    --------
    >>> import pd_optstat as po
    >>> po.sample()[["call_value", "put_value", "ratio"]]  # doctest: +NORMALIZE_WHITESPACE
                call_value  put_value  ratio
    time
    2026-06-08         200        100   0.50
    2026-06-09         250        200   0.80
    2026-06-10           0         50    NaN
    2026-06-11         400        100   0.25
    2026-06-12         100        150   1.50
    """
    days, calls, puts = (np.array(part, dtype=np.int64) for part in (_DAYS, _CALLS, _PUTS))
    attrs = {"market": "US_SECURITY", "data_type": "VOLUME", "source": "sample", "synthetic": True}
    return build_frame(days, calls, puts, EXCHANGES["US"], attrs)
