"""Volume and open interest together."""

from __future__ import annotations

import pandas as pd

from .. import metrics as _m
from ..errors import InvalidData, InvalidRequest
from ..reading import by_day, counts_of, data_type_of, market_of
from .base import Base

__all__ = ["Activity"]


class Activity(Base):
    """How much of the open interest is traded."""

    def turnover(self, open_interest: pd.DataFrame) -> pd.DataFrame:
        """Daily volume / open interest of calls, puts and both, on the days that both frames have.

        NaN where the open interest is 0 or a number is missing. On a frame of volume only.

        >>> import pd_optstat as po
        >>> open_interest = (po.sample() * 4).iloc[-2:]
        >>> open_interest.attrs.clear()
        >>> po.sample().optstat.turnover(open_interest).total_turnover.tolist()
        [0.25, 0.25]
        """
        if not isinstance(open_interest, pd.DataFrame):
            raise InvalidRequest(f"open_interest={type(open_interest).__name__}: a DataFrame is needed")
        for frame, kind in ((self._frame, "VOLUME"), (open_interest, "OPEN_INTEREST")):
            known = data_type_of(frame)
            if known is not None and known.name != kind:
                raise InvalidRequest(f"open_interest=...: a frame of {kind} is needed, not of {known.name}")
        ours, theirs = market_of(self._frame, None), market_of(open_interest, None)
        if ours is not None and theirs is not None and ours is not theirs:
            raise InvalidRequest(f"open_interest=...: a frame of {ours.name} is needed, not of {theirs.name}")
        volume, interest = self._read(), counts_of(by_day(open_interest))
        if (volume.days.tz is None) != (interest.days.tz is None):
            raise InvalidData("one frame's days have a time zone and the other's have none: df.tz_localize(None) first")
        return self._signed(_m.turnover(volume, interest))
