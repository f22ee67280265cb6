"""`load_volatility`: the implied and historical volatility of one underlying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._types import CacheLike, DateLike, MomentLike, ProgressLike, SourceLike, UnderlyingLike
from ..core.markets import VolatilityDataType
from ..core.series import UnderlyingSeries
from ..core.underlying import parse_underlying
from .load import load_series

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["load_volatility"]


def load_volatility(
    underlying: UnderlyingLike,
    start: DateLike | None = None,
    end: DateLike | None = None,
    *,
    source: SourceLike | None = None,
    cache: CacheLike | None = None,
    refresh: bool = False,
    offline: bool = False,
    as_of: MomentLike | None = None,
    include_open: bool = False,
    stale_if_error: bool | None = None,
    progress: ProgressLike | None = None,
) -> pd.DataFrame:
    """Load the daily implied and historical volatility of an underlying, requesting only dates that are not cached.

    Parameters
    ----------
    underlying : Underlying or str
        ``"US.AAPL"``, ``"HK.00700"``, in any case.
    start, end, source, cache, refresh, offline, as_of, include_open, stale_if_error, progress : as in `load`
        The days, and where they come from.

    Returns
    -------
    DataFrame
        Indexed by trading day (``time``, ascending, unique, without time zone): ``iv`` and ``hv`` (float64, percent a
        year: 20 means 20 %), ``underlying_price`` (float64, the close; of a session that has not closed the mark
        price). NaN where the server has no number; a row without any stays. ``attrs["optstat"]`` as in `load`, with
        the data type ``"VOLATILITY"``.

    Raises
    ------
    OptStatError
        As `load`.

    Notes
    -----
    Source: protocol 3304, ``Qot_GetOptionUnderlyingHisVolatility``, of Futu and moomoo OpenD. Values are final by the
    rules of volume.

    Examples
    --------
    >>> import pd_optstat as po
    >>> po.load_volatility("US.AAPL", "2026-06-11", "2026-06-12", source="simulator:", cache=False)
                    iv      hv  underlying_price
    time
    2026-06-11  25.617  23.270            295.63
    2026-06-12  25.126  23.324            291.13
    """
    series = UnderlyingSeries(parse_underlying(underlying, "underlying"), VolatilityDataType.VOLATILITY)
    (frame,) = load_series(
        [series],
        start,
        end,
        source=source,
        cache=cache,
        refresh=refresh,
        offline=offline,
        as_of=as_of,
        include_open=include_open,
        stale_if_error=stale_if_error,
        progress=progress,
    )
    return frame
