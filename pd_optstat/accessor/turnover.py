"""Volume and open interest together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ..analysis import metrics as _m
from ..analysis.counts import Counts
from ..analysis.frames import find_data_type, find_market, read_counts, sort_by_day, split_by_market
from ..errors import InvalidData, InvalidRequest
from .base import Base, is_panel, side_by_side

__all__ = ["Activity"]


class Activity(Base):
    """How much of the open interest is traded, and what trading adds to it."""

    def turnover(self, open_interest: pd.DataFrame | None = None) -> pd.DataFrame:
        """Daily volume / open interest, of calls, puts and both: how often the open contracts change hands.

        ``call_turnover = call volume / call open interest``, and so on, both of the same day. It is counted in
        parts of the open interest per day: 0.25 means that a quarter as many contracts were traded as were open
        at the day's end.

        Parameters
        ----------
        open_interest : DataFrame, optional
            The open interest of the same market, as `self` is its volume. Not needed on a panel that holds both:
            there it is computed for each market that has both. Two panels are matched by market.

        Returns
        -------
        DataFrame
            Columns ``call_turnover``, ``put_turnover``, ``total_turnover`` (float64), indexed by the days that
            both have. On a panel, each market's own columns below its name. NaN where the open interest is 0, and
            where call or put of either is missing.

        Raises
        ------
        InvalidRequest
            If `open_interest` is needed and not given, or the attributes tell of other data types or markets.
        InvalidData
            If a frame cannot be read, or only one of both has a time zone.

        Notes
        -----
        Open interest is counted at the end of the day, and is published on the next morning only (in the US by the
        Options Clearing Corporation), so the turnover of a day is known one session later.

        Examples
        --------
        >>> import pd_optstat as po
        >>> open_interest = (po.sample() * 4).iloc[-2:]
        >>> open_interest.attrs["optstat"]["data_type"] = "OPEN_INTEREST"
        >>> po.sample().optstat.turnover(open_interest).total_turnover.tolist()
        [0.25, 0.25]
        """
        if open_interest is None and not is_panel(self._frame):
            raise InvalidRequest("open_interest=None: the frame of the same market's open interest is needed")
        return self._paired(self._frame, open_interest, lambda volume, interest: _m.turnover(*_both(volume, interest)))

    def open_interest_change(self, volume: pd.DataFrame | None = None) -> pd.DataFrame:
        """Open interest less that of the day before, in contracts; beside it the day's volume, where it is known.

        ``call_change = call open interest − call open interest of the row before``, and so on. Trades in which both
        sides open a position add to the open interest; those in which both close one, exercise and expiry take
        from it.

        Parameters
        ----------
        volume : DataFrame, optional
            The volume of the same market, as `self` is its open interest. Not needed on a panel that holds both.
            Two panels are matched by market.

        Returns
        -------
        DataFrame
            Columns ``call_change``, ``put_change``, ``total_change``, and, with volume, ``call_volume``,
            ``put_volume``, ``total_volume``; Int64, or float64 if the counts are not whole; indexed by the days of
            the open interest. On a panel, each market that has open interest, with its columns below its name.
            Missing in the first row, where either row misses a number, and where the volume has a session between
            the two rows, since the change is then that of several days.

        Raises
        ------
        InvalidRequest
            If the attributes tell of other data types or markets.
        InvalidData
            If a frame cannot be read, or only one of both has a time zone.

        Notes
        -----
        The change stands at the day whose trades made it, but is published on the next morning only: whoever
        tests it as a signal enters at the close two sessions later, or at the next one with ``.shift(1)``.

        References
        ----------
        A. Fodor, K. Krieger, J. Doran, "Do option open-interest changes foreshadow future equity returns?", 2010,
        SSRN 1634065.

        Examples
        --------
        >>> import pd_optstat as po
        >>> open_interest = po.sample()
        >>> open_interest.attrs["optstat"]["data_type"] = "OPEN_INTEREST"
        >>> open_interest.optstat.open_interest_change().total_change.tolist()
        [<NA>, 150, -400, 450, -250]
        """

        def change(volume: pd.DataFrame | None, interest: pd.DataFrame) -> pd.DataFrame:
            if volume is None:
                _refuse_others(interest, "OPEN_INTEREST")
                return _m.open_interest_change(read_counts(sort_by_day(interest)))
            traded, held = _both(volume, interest)
            return _m.open_interest_change(held, traded)

        return self._paired(volume, self._frame, change, alone=True)

    def _paired(
        self,
        volume: pd.DataFrame | None,
        interest: pd.DataFrame | None,
        formula: Callable[[Any, Any], pd.DataFrame],
        alone: bool = False,
    ) -> pd.DataFrame:
        """Return `formula` of volume and open interest, for each market if the frame is a panel.

        The one that is not given is the other one's panel; `alone`: open interest without volume will do.
        """
        for name, frame in (("volume", volume), ("open_interest", interest)):
            if not isinstance(frame, pd.DataFrame | None):
                raise InvalidRequest(f"{name}={type(frame).__name__}: a DataFrame is needed")
            if frame is not None and is_panel(frame) != is_panel(self._frame):
                raise InvalidRequest(f'{name}=...: one is a panel, the other is not: select, as in df["US_SECURITY"]')
        if not is_panel(self._frame):
            return self._signed(formula(volume, interest))
        traded, held = (split_by_market(self._frame if frame is None else frame) for frame in (volume, interest))
        results = {
            key: formula(traded.get(key, {}).get("VOLUME"), kinds["OPEN_INTEREST"])
            for key, kinds in held.items()
            if "OPEN_INTEREST" in kinds and (alone or "VOLUME" in traded.get(key, {}))
        }
        if not results:
            raise InvalidRequest(
                f"no market has {'OPEN_INTEREST' if alone else 'both VOLUME and OPEN_INTEREST'}: load_panel gives both"
            )
        if list(results) == [()]:  # a panel of data types only
            return self._signed(results[()])
        labels = [name for name in self._frame.columns.names if name != "data_type"]
        plain = {key[0] if len(key) == 1 else key: result for key, result in results.items()}
        return self._signed(side_by_side(plain, labels[: len(next(iter(results)))] + labels[-1:]))


def _both(volume: pd.DataFrame, interest: pd.DataFrame) -> tuple[Counts, Counts]:
    """Return the counts of a market's volume and open interest, unless something says that they are not that."""
    _refuse_others(volume, "VOLUME")
    _refuse_others(interest, "OPEN_INTEREST")
    ours, theirs = find_market(volume, None), find_market(interest, None)
    if ours is not None and theirs is not None and ours is not theirs:
        raise InvalidRequest(f"both frames must be of one market, not {ours.name} and {theirs.name}")
    traded, held = read_counts(sort_by_day(volume)), read_counts(sort_by_day(interest))
    if (traded.days.tz is None) != (held.days.tz is None):
        raise InvalidData("one frame's days have a time zone and the other's have none: df.tz_localize(None) first")
    return traded, held


def _refuse_others(frame: pd.DataFrame, kind: str) -> None:
    known = find_data_type(frame)
    if known is not None and known.name != kind:
        raise InvalidRequest(f"a frame of {kind} is needed, not of {known.name}")
