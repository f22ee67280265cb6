"""Volume and open interest together."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeAlias

import pandas as pd

from ..analysis import open_interest as formulas
from ..analysis.counts import Counts
from ..analysis.frames import (
    find_data_type,
    find_market,
    known_exchange,
    read_counts,
    read_info,
    sort_by_day,
    split_by_market,
)
from ..analysis.trading_days import day_numbers
from ..core.arrays import Int64Array
from ..core.frame import is_panel
from ..core.series import instrument_name
from ..errors import InvalidData, InvalidRequest
from .base import AccessorBase, join_columns

__all__ = ["TurnoverMethods"]

#: Computes a market's result from the frames of its volume (None if there is none) and open interest.
_Formula: TypeAlias = Callable[[pd.DataFrame | None, pd.DataFrame], pd.DataFrame]


class TurnoverMethods(AccessorBase):
    """Methods that relate volume to open interest."""

    def turnover(self, open_interest: pd.DataFrame | None = None) -> pd.DataFrame:
        """Daily volume / open interest, of calls, puts and both: how often open contracts change hands.

        ``call_turnover = call volume / call open interest`` of the same day, and likewise for puts and totals. The
        unit is 1/day: 0.25 means that a quarter as many contracts were traded as were open at the end of the day.

        Parameters
        ----------
        open_interest : DataFrame, optional
            The open interest of the market whose volume this frame is. Not needed for a panel that holds both: the
            result then has every market that has both. Two panels are matched by market.

        Returns
        -------
        DataFrame
            Columns ``call_turnover``, ``put_turnover``, ``total_turnover``, float64, indexed by the days that both
            have; for a panel, under each market's name. NaN where the open interest is 0, and where a count is
            missing.

        Raises
        ------
        InvalidRequest
            If `open_interest` is needed and not given, or the attributes name other data types or different markets.
        InvalidData
            If a frame cannot be read, or only one of them has a time zone.

        Notes
        -----
        Open interest is counted at the end of the day, and published only the next morning (in the US by the Options
        Clearing Corporation), so a day's turnover is known one session later.

        Examples
        --------
        >>> import pd_optstat as po
        >>> open_interest = (po.sample() * 4).iloc[-2:]
        >>> open_interest.attrs["optstat"]["data_type"] = "OPEN_INTEREST"
        >>> po.sample().optstat.turnover(open_interest).total_turnover.tolist()
        [0.25, 0.25]
        """
        if open_interest is None and not is_panel(self._frame):
            raise InvalidRequest("open_interest=None must be the frame of the same market's open interest.")

        def formula(volume: pd.DataFrame | None, interest: pd.DataFrame) -> pd.DataFrame:
            assert volume is not None  # _per_market leaves out markets without volume
            return formulas.turnover(*_read_pair(volume, interest))

        return self._per_market(self._frame, open_interest, formula)

    def open_interest_change(self, volume: pd.DataFrame | None = None) -> pd.DataFrame:
        """Change of the open interest from the row before, in contracts, and the day's volume if it is known.

        ``call_change = call open interest − call open interest of the row before``, and likewise for puts and totals.
        Trades that open a position on both sides add to the open interest; those that close one on both sides,
        exercise and expiry reduce it.

        Parameters
        ----------
        volume : DataFrame, optional
            The volume of the market whose open interest this frame is. Not needed for a panel that holds both. Two
            panels are matched by market.

        Returns
        -------
        DataFrame
            Columns ``call_change``, ``put_change``, ``total_change``, and with volume ``call_volume``,
            ``put_volume``, ``total_volume``; Int64, or float64 if counts are not whole; indexed by the days of the
            open interest; for a panel, under the name of each market that has open interest. ``<NA>`` in the first
            row, where either row lacks a count, and where a session of the exchange (if the attributes name it) or of
            the volume lies between the two rows, since the change is then that of several days.

        Raises
        ------
        InvalidRequest
            If the attributes name other data types or different markets.
        InvalidData
            If a frame cannot be read, or only one of them has a time zone.

        Notes
        -----
        The change belongs to the day whose trades caused it, but is published only the next morning. To test it as a
        signal, enter at the close two sessions later, or shift it with ``.shift(1)`` and enter at the next close.

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

        def formula(volume: pd.DataFrame | None, interest: pd.DataFrame) -> pd.DataFrame:
            if volume is None:
                _check_data_type(interest, "OPEN_INTEREST")
                held = read_counts(sort_by_day(interest))
                return formulas.open_interest_change(held, None, self._sessions(interest, held))
            traded, held = _read_pair(volume, interest)
            return formulas.open_interest_change(held, traded, self._sessions(interest, held))

        return self._per_market(volume, self._frame, formula, volume_optional=True)

    def _sessions(self, interest: pd.DataFrame, held: Counts) -> Int64Array | None:
        """Return the sessions from the first to the last day, None if they are unknown or rows are longer periods."""
        from ..core.calendars import calendar

        exchange = known_exchange(interest)
        if exchange is None or len(held.days) == 0 or "resampled" in {*read_info(interest), *read_info(self._frame)}:
            return None
        days = day_numbers(held.days)
        return calendar(exchange).sessions(int(days[0]), int(days[-1]))

    def _per_market(
        self,
        volume: pd.DataFrame | None,
        interest: pd.DataFrame | None,
        formula: _Formula,
        volume_optional: bool = False,
    ) -> pd.DataFrame:
        """Return `formula` of volume and open interest; for a panel, of each market.

        For a panel, the frame that is not given is the accessor's own panel.
        """
        for name, frame in (("volume", volume), ("open_interest", interest)):
            if not isinstance(frame, pd.DataFrame | None):
                raise InvalidRequest(f"{name}={type(frame).__name__} must be a DataFrame.")
            if frame is not None and is_panel(frame) != is_panel(self._frame):
                raise InvalidRequest(
                    f"Only one of the frame and {name}=... is a panel. Select its series, as in df['US_SECURITY']."
                )
        if not is_panel(self._frame):
            assert interest is not None
            return self._with_attrs(formula(volume, interest))
        traded, held = (split_by_market(self._frame if frame is None else frame) for frame in (volume, interest))
        results = {
            key: formula(traded.get(key, {}).get("VOLUME"), kinds["OPEN_INTEREST"])
            for key, kinds in held.items()
            if "OPEN_INTEREST" in kinds and (volume_optional or "VOLUME" in traded.get(key, {}))
        }
        if not results:
            wanted = "OPEN_INTEREST" if volume_optional else "both VOLUME and OPEN_INTEREST"
            raise InvalidRequest(f"No market of the panel has {wanted}. Load both with load_panel().")
        if list(results) == [()]:  # the panel's columns name data types only
            return self._with_attrs(results[()])
        names = [name for name in self._frame.columns.names if name != "data_type"]
        plain: dict[Hashable, pd.DataFrame] = {
            key[0] if len(key) == 1 else key: result for key, result in results.items()
        }
        return self._with_attrs(join_columns(plain, names[: len(next(iter(results)))] + names[-1:]))


def _read_pair(volume: pd.DataFrame, interest: pd.DataFrame) -> tuple[Counts, Counts]:
    """Return the counts of one market's volume and open interest, checked against the frames' attributes."""
    _check_data_type(volume, "VOLUME")
    _check_data_type(interest, "OPEN_INTEREST")
    markets = find_market(volume, None), find_market(interest, None)
    if None not in markets and markets[0] != markets[1]:
        names = " and ".join(instrument_name(market) for market in markets if market)
        raise InvalidRequest(f"Both frames must be of one market, not of {names}.")
    traded, held = read_counts(sort_by_day(volume)), read_counts(sort_by_day(interest))
    if (traded.days.tz is None) != (held.days.tz is None):
        raise InvalidData("Only one of the frames has a time zone. Remove it with df.tz_localize(None).")
    return traded, held


def _check_data_type(frame: pd.DataFrame, expected: str) -> None:
    known = find_data_type(frame)
    if known is not None and known.name != expected:
        raise InvalidRequest(f"The frame must hold {expected}, not {known.name}.")
