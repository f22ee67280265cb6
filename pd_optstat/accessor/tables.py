"""Whole frames: with metrics, resampled, summed up, checked, normalized."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from copy import deepcopy
from typing import Any

import numpy as np
import pandas as pd

from ..analysis import metrics as _m
from ..analysis.counts import as_column, parse_counts, total
from ..analysis.frames import (
    CALL,
    PUT,
    compute_digest,
    day_numbers,
    find_data_type,
    find_exchange,
    find_market,
    get_column,
    index_by_time,
    list_dates,
    parse_times,
    per_series,
    read_counts,
    read_info,
    require,
    sort_by_day,
)
from ..analysis.windows import WindowLike
from ..core.frame import COLUMNS, append_columns, date_unit
from ..core.markets import OptionStatisticDataType, exchange_of
from ..errors import InvalidData, InvalidRequest
from .base import Base, each, is_panel, stacked

__all__ = ["Frames"]


class Frames(Base):
    """Frames and what is known of them."""

    @each
    def metrics(
        self,
        windows: Iterable[int] = (5, 10, 21, 63),
        *,
        lookback: WindowLike = 252,
        lower: float = 0.1,
        upper: float = 0.9,
    ) -> pd.DataFrame:
        """Return the frame and its metrics as further columns, each as by the method of its name.

        ``put_call_ratio``, ``put_share``; for each window w ``ratio_sum_w``, ``ratio_mean_w``, ``ratio_ema_w``; for the
        lookback L ``zscore_L``, ``percentile_L``, ``extreme_L``.

        Parameters
        ----------
        windows : iterable of int
            Numbers of rows; by default a week, two, a month and a quarter.
        lookback : int or offset
            The window of z-score, percentile and extreme, by default a year.
        lower, upper : float
            The percentiles from which a day is extreme, as in `extremes`.

        Returns
        -------
        DataFrame
            By ascending days; a column of the frame that has one of these names is replaced. What the vendor's SDK
            writes as text becomes numbers, and an infinite ``ratio``, as others compute it where call is 0, NaN. On a
            panel, all that below each series' name.

        Raises
        ------
        InvalidRequest
            If an argument is none of these.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.metrics([2], lookback=4).columns[7:].tolist()
        ['ratio_sum_2', 'ratio_mean_2', 'ratio_ema_2', 'zscore_4', 'percentile_4', 'extreme_4']
        """
        if isinstance(windows, str) or not isinstance(windows, Iterable):
            raise InvalidRequest(f"windows={windows!r}: several numbers of rows are needed, as in (5, 21)")
        frame = sort_by_day(self._frame)
        counts = read_counts(frame)
        added = _m.table(counts, _m.put_call_ratio(counts), tuple(windows), lookback, lower, upper)
        own = frame.drop(columns=[name for name in added if name in frame.columns])
        return self._signed(append_columns(own.assign(**_as_numbers(own)), added))

    @each
    def resample(self, rule: str | pd.offsets.BaseOffset, *, data_type: object = None) -> pd.DataFrame:
        """Return the counts of each week, month or other period: volume summed, open interest the last.

        The ratio is that of the period's counts: Σput / Σcall of volume.

        Parameters
        ----------
        rule : str or offset
            A period of a day or longer, such as ``"W"``, ``"ME"`` or ``"QE"``.
        data_type : optional
            ``"VOLUME"`` or ``"OPEN_INTEREST"``; by default what the attributes say.

        Returns
        -------
        DataFrame
            Columns ``call_value``, ``put_value``, ``total_value`` (contracts) and ``ratio`` (NaN where call is 0). Rows
            that miss a number are passed over; a period without others gives no row. Labels are pandas' (weeks and
            months: their last day), so there is no ``timestamp``. The first and last period may be incomplete. The
            attributes gain ``resampled``. On a panel, below each series' name, each by its own data type.

        Raises
        ------
        InvalidRequest
            If `rule` is no such period, or the data type is not known.

        References
        ----------
        ``DataFrame.resample`` of pandas.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.resample("W")[["call_value", "put_value"]].values.tolist()
        [[950, 600]]
        """
        kind = require(find_data_type(self._frame, data_type), "data_type", "VOLUME")
        result = self._signed(_m.resample(self._read(), rule, kind is OptionStatisticDataType.VOLUME))
        result.attrs["optstat"] = {**read_info(result), "data_type": kind.name, "resampled": str(rule)}
        return result

    @stacked
    def summary(self, *, lookback: WindowLike = 252, market: object = None) -> pd.DataFrame:
        """Return one row that says how long the series is, and how the last day stands.

        Parameters
        ----------
        lookback : int or offset
            The window of z-score and percentile.
        market : optional
            The market whose sessions may be missing; by default what the attributes say.

        Returns
        -------
        DataFrame
            Columns ``first``, ``last`` (days), ``rows``, the last day's ``ratio``, ``zscore`` and ``percentile``, and
            ``missing_sessions``, their number, ``<NA>`` if the market is not known. On a panel, a row for each series.
            What an empty frame cannot have is missing (NaT, NaN).

        Raises
        ------
        InvalidRequest
            If an argument is none of these.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.summary().loc["US_SECURITY VOLUME", "ratio"].item()
        1.5
        """
        counts = self._read()
        ratio = _m.put_call_ratio(counts)
        known = find_exchange(self._frame, market)
        absent = None if known is None else len(self.missing_sessions(market=market))
        first, last = counts.days.min(), counts.days.max()
        row: dict[str, Any] = {"first": [first], "last": [last], "rows": [len(ratio)]}
        for column in (ratio.rename("ratio"), _m.zscore(ratio, lookback), _m.percentile(ratio, lookback)):
            row[str(column.name)] = [column.iloc[-1] if len(column) else np.nan]
        row["missing_sessions"] = pd.array([absent], dtype="Int64")
        return self._signed(pd.DataFrame(row, index=pd.Index([self._title()], name="series")))

    def missing_sessions(self, *, market: object = None) -> pd.DatetimeIndex:
        """Return the sessions of the exchange, between the first and the last row, that have no row.

        Parameters
        ----------
        market : optional
            The market whose calendar is looked at (XNYS or XHKG); by default what the attributes say.

        Returns
        -------
        DatetimeIndex
            Named ``time``, ascending, without a time zone; empty if the frame has fewer than two rows. A row that
            misses its numbers is not missing here.

        Raises
        ------
        InvalidRequest
            If the market is not known.

        References
        ----------
        The calendars of the package exchange_calendars.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().iloc[[0, 2]].optstat.missing_sessions().strftime("%Y-%m-%d").tolist()
        ['2026-06-09']
        """
        from ..core.calendars import calendar

        index = self._read().days
        known = require(find_exchange(self._frame, market), "market", "US_SECURITY")
        days = day_numbers(index)
        if len(days):
            sessions = calendar(known).sessions(int(days[0]), int(days[-1]))
            days = np.setdiff1d(sessions, days)
        return pd.DatetimeIndex(days.astype("datetime64[D]"), name="time").as_unit(index.unit)

    def validate(self) -> pd.DataFrame:
        """Return the frame itself if it is sound, else raise `InvalidData` naming the first five bad rows.

        Checked: days are unique; call and put are there, whole, finite, not negative; total, where there is one, is
        call + put; ratio, where there is one, is put / call to 1e-4 (samples are rounded), 0 or missing where call is
        0.

        Returns
        -------
        DataFrame
            The very frame, so that calls can be chained. On a panel, after each series was checked.

        Raises
        ------
        InvalidData
            With the first fault found, and the days where it is.

        Examples
        --------
        >>> import pd_optstat as po
        >>> df = po.sample()
        >>> df.optstat.validate() is df
        True
        >>> df.assign(put_value=-1).optstat.validate()  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        pd_optstat.errors.InvalidData: call or put is no whole number >= 0, in 5 of 5 rows: 2026-06-08, 2026-06-09, ...
        """
        for part in per_series(self._frame).values() if is_panel(self._frame) else [self._frame]:
            _validate(part)
        return self._frame

    def normalize(
        self, *, call: Hashable = CALL, put: Hashable = PUT, time: Hashable = None,
        market: object = None, data_type: object = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Return a new frame as `pd_optstat.load` gives them, from columns of any name.

        Parameters
        ----------
        call, put : hashable
            The columns of call and put totals: numbers of any dtype, or texts.
        time : hashable, optional
            The column or index level of days; by default a column ``time``, else the index. Moments become the day that
            they show on their own clock. ISO dates, as texts, are read; numbers are not.
        market, data_type : optional
            Go into the attributes, for the methods that need them; only with a market is there a ``timestamp``.

        Returns
        -------
        DataFrame
            Columns ``timestamp`` (if `market` is known), ``call_value``, ``put_value``, ``total_value`` and ``ratio``,
            indexed by ascending days named ``time``. Whole counts are int64, or Int64 where one is missing; others
            float64. Equal rows of a day are one row. Other columns are left out.

        Raises
        ------
        InvalidData
            If there is no such column, it holds no numbers or no days, or the rows of a day contradict each other.
        InvalidRequest
            If there is no such market or data type.

        Examples
        --------
        >>> import pandas as pd, pd_optstat as po
        >>> raw = pd.DataFrame({"day": ["2026-06-12"], "c": ["200"], "p": [100]})
        >>> raw.optstat.normalize(call="c", put="p", time="day").ratio.tolist()
        [0.5]
        """
        frame = self._frame
        picked = pd.DataFrame({CALL: get_column(frame, call), PUT: get_column(frame, put)})
        if time is not None and time in frame.index.names:
            picked.index = parse_times(frame.index.get_level_values(frame.index.names.index(time)), time)
        elif time is not None:
            picked.index = parse_times(get_column(frame, time), time)
        elif "time" in frame.columns:
            picked["time"] = frame["time"]
        timed = index_by_time(picked)
        days = pd.DatetimeIndex(timed.index).tz_localize(None).normalize().as_unit(date_unit())  # type: ignore[arg-type]
        timed = sort_by_day(timed[[CALL, PUT]].set_axis(days.rename("time"), axis=0))
        (calls, has_call), (puts, has_put) = (parse_counts(timed[n], n) for n in (CALL, PUT))
        result = pd.DataFrame({CALL: as_column(calls, has_call), PUT: as_column(puts, has_put)}, index=timed.index)
        result["total_value"] = as_column(total(calls, puts), has_call & has_put)
        result["ratio"] = _m.put_call_ratio(read_counts(timed)).to_numpy()
        known, kind = find_market(frame, market), find_data_type(frame, data_type)
        if known is not None:
            there = pd.DatetimeIndex(result.index).tz_localize(exchange_of(known).zone)
            result.insert(0, "timestamp", there.as_unit("s").asi8.astype(np.float64))
        names = {n: v.name for n, v in (("market", known), ("data_type", kind)) if v is not None}
        result.attrs = {**deepcopy(frame.attrs), "optstat": {**deepcopy(read_info(frame)), **names}}
        return result

    def digest(self) -> str:
        """Return a fingerprint of the numbers: the same for equal rows, whatever the dtypes and the order.

        ``"sha256:" + hex`` over the rows by ascending day, each as three little-endian int64: days since 1970-01-01,
        call, put. It is that of ``df.attrs["optstat"]["digest"]``, as `pd_optstat.load` gives it.

        Returns
        -------
        str
            ``"sha256:"`` and 64 hexadecimal digits.

        Raises
        ------
        InvalidData
            If a number is missing or not whole.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.digest()[:15]
        'sha256:47205e6a'
        """
        return compute_digest(self._read())


def _validate(frame: pd.DataFrame) -> None:
    timed = index_by_time(frame)
    columns = {n: parse_counts(timed[n], n) for n in COLUMNS[1:] if n in timed.columns}
    faults = {"more than one row of a day": timed.index.duplicated(keep=False), **_m.faults(columns)}
    for fault, rows in faults.items():
        if rows.any():
            raise InvalidData(f"{fault}, in {rows.sum()} of {len(rows)} rows: {list_dates(timed.index[rows])}")


def _as_numbers(frame: pd.DataFrame) -> dict[str, Any]:
    """Return those columns of `pd_optstat.load` that are texts, as a vendor's SDK has them, or infinite, as numbers."""
    found: dict[str, Any] = {}
    for name in [name for name in COLUMNS if name in frame.columns]:
        column = get_column(frame, name)
        if not pd.api.types.is_numeric_dtype(column.dtype):
            values, there = parse_counts(column, name)
            found[name] = values if there.all() else np.where(there, values, np.nan)
        elif isinstance(column.dtype, np.dtype) and column.dtype.kind == "f" and np.isinf(column.to_numpy()).any():
            found[name] = column.where(np.isfinite(column))  # put / 0 of somebody else's ratio
    return found
