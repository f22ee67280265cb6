"""Whole frames: with metrics, resampled, summarized, checked, normalized."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._types import DataTypeLike, MarketLike
from ..analysis import metrics
from ..analysis.counts import NumberArray, parse_counts
from ..analysis.frames import (
    CALL,
    PUT,
    any_synthetic,
    compute_digest,
    find_data_type,
    find_exchange,
    get_column,
    index_by_time,
    is_synthetic_series,
    per_series,
    read_counts,
    read_info,
    require,
    sort_by_day,
)
from ..analysis.history_rows import with_rows_before
from ..analysis.price_column import is_volatility_frame, price_values
from ..analysis.trading_days import day_numbers, list_dates
from ..analysis.windows import WindowLike
from ..core.arrays import BoolArray
from ..core.frame import COLUMNS, PRICE_COLUMN, append_columns, is_panel
from ..core.markets import OptionStatisticDataType
from ..errors import InvalidData, InvalidRequest
from .base import AccessorBase, join_columns, per_series_columns, per_series_rows
from .lookbacks import warn_if_short
from .normalization import Layout, check_labels, normalize_series, split_long, underlying_layout
from .ratio_frames import is_ratio_frame
from .volatility_frames import read_volatilities, volatility_digest

__all__ = ["TableMethods"]


class TableMethods(AccessorBase):
    """Methods that return whole frames, or describe the frame."""

    @per_series_columns
    def metrics(
        self,
        windows: Iterable[int] = (5, 10, 21, 63),
        *,
        lookback: WindowLike = 252,
        lower: float = 0.1,
        upper: float = 0.9,
        ranking: Literal["symmetric", "pct"] = "symmetric",
    ) -> pd.DataFrame:
        """Return the frame with its metrics as further columns, each computed as by the method of its name.

        The columns are ``put_call_ratio``, ``put_share``; for each window w ``ratio_sum_w``, ``ratio_mean_w`` and
        ``ratio_ema_w``; for the lookback L ``zscore_L``, ``percentile_L`` and ``extreme_L``.

        Parameters
        ----------
        windows : iterable of int
            Numbers of rows with a ratio (for sums: with both counts); by default those of a week, two weeks, a month
            and a quarter.
        lookback : int or offset
            The window of z-score, percentile and extreme; by default the rows of a year.
        lower, upper, ranking : as in `extremes`
            The percentiles from which a day is extreme.

        Returns
        -------
        DataFrame
            The frame's rows by ascending day; columns of the frame that have one of these names are replaced. Strings
            that the vendor's SDK writes become numbers, and an infinite ``ratio``, which some sources compute where
            call is 0, becomes NaN. ``extreme_L`` is Int8, ``<NA>`` where ``percentile_L`` is unknown; with an offset,
            also where it is one among fewer than 20 ratios. For a panel, under each series' key.

        Raises
        ------
        InvalidRequest
            If an argument is not valid.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.metrics([2], lookback=4).columns[7:].tolist()
        ['ratio_sum_2', 'ratio_mean_2', 'ratio_ema_2', 'zscore_4', 'percentile_4', 'extreme_4']
        """
        if isinstance(windows, str) or not isinstance(windows, Iterable):
            raise InvalidRequest(f"windows={windows!r} must be numbers of rows, such as (5, 21).")
        frame = sort_by_day(self._frame)
        counts = read_counts(frame)
        windows, longer = tuple(windows), with_rows_before(counts, read_info(self._frame))
        for window in (*windows, lookback):
            warn_if_short(self._title(), longer, window)
        ratio = metrics.put_call_ratio(longer)
        added = metrics.metrics_columns(longer, ratio, windows, lookback, lower, upper, ranking)
        if longer is not counts:
            hidden = len(longer.days) - len(counts.days)
            added = {name: values[hidden:].copy() for name, values in added.items()}
        own = frame.drop(columns=[name for name in added if name in frame.columns])
        return self._with_attrs(append_columns(own.assign(**_numeric_columns(own)), added))

    @per_series_columns
    def resample(self, rule: str | pd.offsets.BaseOffset, *, data_type: DataTypeLike | None = None) -> pd.DataFrame:
        """Return the counts of each week, month or other period: the sum of volume, the last open interest.

        The ratio is that of the period's counts, so for volume Σput / Σcall.

        Parameters
        ----------
        rule : str or offset
            A period of a day or longer, such as ``"W"``, ``"ME"`` or ``"QE"``.
        data_type : OptionStatisticDataType, str or int, optional
            ``"VOLUME"`` or ``"OPEN_INTEREST"``; by default that of the frame's attributes.

        Returns
        -------
        DataFrame
            Columns ``call_value``, ``put_value``, ``total_value`` (contracts) and ``ratio`` (float64; NaN where call
            is 0); of an underlying also ``underlying_price``, the last one of the period. Rows that lack a count are
            skipped, and a period without other rows has no row. The label of a period is that of pandas (for weeks and
            months: the last day), or its last day that has a row if that is later, as for ``"MS"`` and ``"7D"``, so it
            never comes before a day whose counts it sums up. There is no ``timestamp``. The first and last period may
            be incomplete. The attributes gain ``resampled``. For a panel, under each series' key, each series by its
            own data type.

        Raises
        ------
        InvalidRequest
            If `rule` is not such a period, or the data type is not known.

        References
        ----------
        ``DataFrame.resample`` of pandas.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.resample("W")[["call_value", "put_value"]].values.tolist()
        [[950, 600]]
        """
        counts = self._read_counts()
        kind = require(find_data_type(self._frame, data_type), "data_type", "VOLUME")
        sums, prices = kind is OptionStatisticDataType.VOLUME, price_values(sort_by_day(self._frame))
        result = self._with_attrs(metrics.resample(counts, rule, sums=sums, prices=prices))
        result.attrs["optstat"] = {**read_info(result), "data_type": kind.name, "resampled": str(rule)}
        if is_synthetic_series(counts, {}):  # sums have no check digits
            result.attrs["optstat"]["synthetic"] = True
        return result

    @per_series_rows
    def summary(self, *, lookback: WindowLike = 252, market: MarketLike | None = None) -> pd.DataFrame:
        """Return one row with the length of the series and where its last day stands.

        Parameters
        ----------
        lookback : int or offset
            The window of z-score and percentile.
        market : OptionMarket, str or int, optional
            The market whose sessions may be missing; by default that of the frame's attributes.

        Returns
        -------
        DataFrame
            Indexed by ``series``, with the columns ``first``, ``last`` (days); ``rows``; ``ratio``, ``zscore``,
            ``percentile`` of the last day (float64); ``missing_sessions``, their number (Int64), ``<NA>`` if the
            market is not known. Values that an empty frame does not have are NaT or NaN. For a panel, one row per
            series.

        Raises
        ------
        InvalidRequest
            If an argument is not valid.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.summary().loc["US_SECURITY VOLUME", "ratio"].item()
        1.5
        """
        counts = self._read_ratios()
        longer = with_rows_before(counts, read_info(self._frame))
        warn_if_short(self._title(), longer, lookback)
        ratio = metrics.put_call_ratio(longer)
        known = find_exchange(self._frame, market)
        missing = None if known is None else len(self.missing_sessions(market=market))
        row: dict[str, object] = {"first": [counts.days.min()], "last": [counts.days.max()], "rows": [len(counts.days)]}
        for column in (ratio.rename("ratio"), metrics.zscore(ratio, lookback), metrics.percentile(ratio, lookback)):
            row[str(column.name)] = [column.iloc[-1] if len(counts.days) else np.nan]
        row["missing_sessions"] = pd.array([missing], dtype="Int64")
        return self._with_attrs(pd.DataFrame(row, index=pd.Index([self._title()], name="series")))

    def missing_sessions(self, *, market: MarketLike | None = None) -> pd.DatetimeIndex:
        """Return the exchange's sessions between the first and the last row that have no row.

        Parameters
        ----------
        market : OptionMarket, str or int, optional
            The market whose calendar to use (XNYS or XHKG); by default that of the frame's attributes.

        Returns
        -------
        DatetimeIndex
            Named ``time``, ascending, without a time zone; empty if the frame has fewer than two rows. A row that
            lacks its counts is not missing here.

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

        volatilities = is_volatility_frame(self._frame)
        index = read_volatilities(self._frame).days if volatilities else self._read_ratios().days
        known = require(find_exchange(self._frame, market), "market", "US_SECURITY")
        days = day_numbers(index)
        if len(days):
            sessions = calendar(known).sessions(int(days[0]), int(days[-1]))
            days = np.setdiff1d(sessions, days)
        return pd.DatetimeIndex(days.astype("datetime64[D]"), name="time").as_unit(index.unit)

    def validate(self) -> pd.DataFrame:
        """Return the frame itself if its data is consistent, else raise `InvalidData` naming the first five bad rows.

        Each day must have one row. Call and put must be present, whole, finite and not negative. If there is a total,
        it must be call + put; if there is a ratio, it must be put / call to 1e-4, as the documented samples are
        rounded, and 0 or missing where call is 0. Prices of an underlying, and volatilities, may be missing, but not
        infinite or negative.

        Returns
        -------
        DataFrame
            The same object, so that calls can be chained. Each series of a panel is checked.

        Raises
        ------
        InvalidData
            Naming the first fault found and its days.

        Examples
        --------
        >>> import pd_optstat as po
        >>> df = po.sample()
        >>> df.optstat.validate() is df
        True
        >>> df.assign(put_value=-1).optstat.validate()  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        pd_optstat.errors.InvalidData: Call or put is not a whole number >= 0, in 5 of 5 rows: 2026-06-08, ...
        """
        for part in per_series(self._frame).values() if is_panel(self._frame) else [self._frame]:
            _validate(part)
        return self._frame

    def normalize(
        self, *, call: Hashable = CALL, put: Hashable = PUT, time: Hashable = None,
        market: MarketLike | None = None, data_type: DataTypeLike | None = None,
        intraday: Literal["last"] | None = None, ratio: Hashable = None,
        side: Hashable = None, value: Hashable = None, by: Hashable | Sequence[Hashable] = None,
        source: str | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Return a new frame in the format of `pd_optstat.load`, or of `load_panel`, from columns of any name.

        Parameters
        ----------
        call, put : hashable
            The columns of call and put totals: numbers of any dtype, or strings, also with separators of thousands
            ("1,401,036"). "N/A", "-", "null" and similar strings are missing.
        time : hashable, optional
            The column or index level that holds the days; by default the column ``time``, or else the index. Moments
            with a time zone become the day on the exchange's clock; midnights and moments without a zone, the day that
            they show, unless it is unclear (then `InvalidData` says what to do). Strings must be ISO dates; numbers
            are refused, as their unit is not known.
        market, data_type : optional
            As in `pd_optstat.load`; by default those of the frame's attributes. They become attributes of the result,
            for the methods that need them. Without a market there is no ``timestamp``. The raw frames of the SDKs'
            ``get_option_underlying_his_statistic`` need `data_type`, as their rows hold volume and open interest;
            their market is the ``code``. What contradicts the rows' own market, code or data type, or the SDKs' names
            of columns, is refused.
        intraday : {None, "last"}
            What to do with several moments of one day: raise `InvalidData`, or keep the last one.
        ratio : hashable, optional
            The column of put/call ratios of a series that has no totals. `call` and `put` are not read then.
        side, value : hashable, optional
            For long tables whose rows hold either calls or puts: the column that says which (C, P, call or put), and
            the column of totals. By default a column such as OCC's ``porc``, if there are no columns `call` and `put`;
            and the only column with a name such as ``quantity`` or ``volume``.
        by : hashable or list of hashable, optional
            For long tables of several series: the columns or index levels that tell them apart. The result is a panel.
            By default the columns ``market`` and ``data_type`` or ``kind``, if all their values are markets or data
            types; in the SDKs' frames of underlyings, the ``code``.
        source : str, optional
            Where the data comes from, such as "OCC". Without it, repr and pictures say "source unknown".

        Returns
        -------
        DataFrame
            Columns ``timestamp`` (float64, if the market is known), ``call_value``, ``put_value``, ``total_value`` and
            ``ratio`` (float64), indexed by ascending days named ``time``. Whole counts are int64, or Int64 if some
            are missing; other counts are float64. A column ``underlying_price`` follows as float64. Equal rows of a day
            become one. Other columns are left out. With
            `ratio`, only ``timestamp`` and ``ratio``: methods that need totals then raise `InvalidData`. A panel has
            these columns under each series' labels.

        Raises
        ------
        InvalidData
            If a column does not exist or does not hold numbers or days, rows of a day differ, or there are several
            moments of one day and `intraday` is None.
        InvalidRequest
            If the market or the data type is not valid or contradicts the rows, or columns are ambiguous.

        Examples
        --------
        >>> import pandas as pd, pd_optstat as po
        >>> raw = pd.DataFrame({"day": ["2026-06-12"], "c": ["1,200"], "p": [600]})
        >>> raw.optstat.normalize(call="c", put="p", time="day").ratio.tolist()
        [0.5]
        >>> occ = pd.DataFrame({"time": ["2026-06-12"] * 2, "porc": ["C", "P"], "quantity": [200, 100]})
        >>> occ.optstat.normalize().ratio.tolist()
        [0.5]
        """
        asked = Layout(call, put, time, ratio, side, value)
        layout, kind, usual = underlying_layout(self._frame, asked, data_type)
        names, parts = split_long(self._frame, by, usual)
        labels = check_labels(names, parts, market, data_type)
        if source is not None and not isinstance(source, str):
            raise InvalidRequest(f"source={source!r} must be a text such as 'OCC'.")
        results = {
            labels[key]: normalize_series(part, layout, market=market, data_type=kind, intraday=intraday)
            for key, part in parts.items()
        }
        for result in results.values() if source is not None else ():
            result.attrs["optstat"]["source"] = source
        if by is None and len(results) == 1:
            return next(iter(results.values()))
        return self._joined_panel(results, names)

    def _joined_panel(self, results: Mapping[tuple[Hashable, ...], pd.DataFrame], names: list[str]) -> pd.DataFrame:
        """Return normalized series as a panel in the format of `pd_optstat.load_panel`."""
        plain = {key[0] if len(key) == 1 else key: _with_nullable_counts(result) for key, result in results.items()}
        panel = self._with_attrs(join_columns(plain, [*names, "field"]))
        infos = [read_info(result) for result in results.values()]
        panel.attrs["optstat"] = {**read_info(panel), "series": infos}
        if "source" in infos[0]:  # the same for all
            panel.attrs["optstat"]["source"] = infos[0]["source"]
        if any_synthetic(infos):
            panel.attrs["optstat"]["synthetic"] = True
        return panel

    def digest(self) -> str:
        """Return a fingerprint of the counts, equal for equal rows whatever their dtypes and order.

        It is ``"sha256:" + hex`` over the rows by ascending day, each as three little-endian int64: days since
        1970-01-01, call, put; of an underlying also the bits of the price, a little-endian float64 (absent: NaN with
        the bits 7FF8000000000000). The rows of a frame of volatilities are day, iv, hv, price. `pd_optstat.load`
        writes it to ``df.attrs["optstat"]["digest"]``.

        Returns
        -------
        str
            ``"sha256:"`` and 64 hexadecimal digits.

        Raises
        ------
        InvalidData
            If a count is missing or not whole.

        Examples
        --------
        >>> import pd_optstat as po
        >>> po.sample().optstat.digest()[:15]
        'sha256:47205e6a'
        """
        if is_volatility_frame(self._frame):
            return volatility_digest(read_volatilities(self._frame))
        if is_ratio_frame(self._frame):
            return compute_digest(self._read_counts())
        frame = sort_by_day(self._frame)
        return compute_digest(read_counts(frame), price_values(frame))


def _validate(frame: pd.DataFrame) -> None:
    """Raise `InvalidData` if a derived column of one series does not follow from its counts."""
    if is_volatility_frame(frame):
        read_volatilities(frame)
        return
    timed = index_by_time(frame)
    price_values(timed)
    faults = {"More than one row per day": timed.index.duplicated(keep=False)}
    for columns in _column_sets(timed):
        for fault, rows in metrics.find_faults(columns).items():
            faults[fault] = faults[fault] | rows if fault in faults else rows
    for fault, rows in faults.items():
        if rows.any():
            raise InvalidData(f"{fault}, in {rows.sum()} of {len(rows)} rows: {list_dates(timed.index[rows])}")


def _column_sets(timed: pd.DataFrame) -> Iterator[dict[str, tuple[NumberArray, BoolArray]]]:
    """Yield the columns to check together: several times if there are several columns of totals or ratios."""
    parsed = {
        name: [parse_counts(column, name) for _, column in timed.loc[:, timed.columns == name].items()]
        for name in COLUMNS[1:]
    }
    for number in range(max(map(len, parsed.values()))):
        yield {name: columns[min(number, len(columns) - 1)] for name, columns in parsed.items() if columns}


def _numeric_columns(frame: pd.DataFrame) -> dict[str, pd.Series[float] | npt.NDArray[np.number]]:
    """Return as numbers those columns of `pd_optstat.load` that are strings in `frame`, or infinite."""
    found: dict[str, pd.Series[float] | npt.NDArray[np.number]] = {}
    for name in [name for name in COLUMNS if name in frame.columns]:
        column = get_column(frame, name)
        if not pd.api.types.is_numeric_dtype(column.dtype):
            finite = column.replace([np.inf, -np.inf], np.nan) if name == "ratio" else column
            values, valid = parse_counts(finite, name)
            found[name] = values if valid.all() else np.where(valid, values, np.nan)
        elif isinstance(column.dtype, np.dtype) and column.dtype.kind == "f" and np.isinf(column.to_numpy()).any():
            found[name] = column.where(np.isfinite(column))  # a ratio that was computed elsewhere as put / 0
    prices = price_values(frame)
    return found if prices is None else {**found, PRICE_COLUMN: prices}


def _with_nullable_counts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a series for a panel, where days that only other series have will be missing."""
    return frame.astype({name: "Int64" for name in frame.columns if frame[name].dtype == np.int64})
