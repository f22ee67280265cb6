"""``df.optstat``: reads a frame of call and put totals, checks it, and hands on to the formulas.

Importing this module registers the accessor. It keeps no state: every call reads the frame as it is then.
The examples use `sample`, a frame of five invented days.
"""

from __future__ import annotations

import functools
import html
from collections.abc import Callable, Hashable, Iterable
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from . import metrics as _m
from .errors import InvalidData, InvalidRequest
from .frame import COLUMNS, build, date_unit, digest
from .markets import EXCHANGES, OptionStatisticDataType, exchange_of
from .reading import (
    CALL,
    PUT,
    by_day,
    by_time,
    column_of,
    counts_of,
    data_type_of,
    day_numbers,
    info_of,
    market_of,
    name_dates,
    required,
    series_of,
    times_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["OptStatAccessor", "sample"]

_W: TypeAlias = _m.WindowLike
_N: TypeAlias = int | None
_P = ParamSpec("_P")
_T = TypeVar("_T")


def sample() -> pd.DataFrame:
    """Return five invented days of US_SECURITY VOLUME, as `pd_optstat.load` would."""
    days = np.array([20612, 20613, 20614, 20615, 20616], dtype=np.int64)  # to 2026-06-12
    calls = np.array([200, 250, 0, 400, 100], dtype=np.int64)
    puts = np.array([100, 200, 50, 100, 150], dtype=np.int64)
    return build(days, calls, puts, EXCHANGES["US"], {"market": "US_SECURITY", "data_type": "VOLUME"})


def _each(
    method: Callable[Concatenate[OptStatAccessor, _P], _T],
) -> Callable[Concatenate[OptStatAccessor, _P], _T]:
    """Make a method work on each series of a panel: results side by side, keyed as in the panel."""

    @functools.wraps(method)
    def run(self: OptStatAccessor, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        frame = self._frame
        if not isinstance(frame.columns, pd.MultiIndex):
            return method(self, *args, **kwargs)
        results: dict[Any, Any] = {}
        for key, part in series_of(frame).items():
            result: Any = method(OptStatAccessor(part), *args, **kwargs)
            # A day that the series lacks is missing, which int8 could not say.
            results[key] = result.astype("Int8") if getattr(result, "dtype", None) == np.int8 else result
        flat, names = method.__name__ == "summary", frame.columns.names[:-1]
        joined = pd.concat(results, axis=0 if flat else 1, names=names, sort=not flat)
        joined = joined.droplevel(-1) if flat else joined
        joined.attrs = deepcopy(frame.attrs)
        return frame if method.__name__ == "validate" else joined  # type: ignore[return-value]

    return run


@pd.api.extensions.register_dataframe_accessor("optstat")
class OptStatAccessor:
    """Option-market sentiment from daily call and put totals (contracts), as ``df.optstat``.

    Works on the frame of `pd_optstat.load`, on the raw frame of a vendor's SDK, on any other after
    `normalize`, and on each series of `load_panel`. Results are indexed by trading day, ascending, and
    carry a copy of the frame's attributes. A ratio is missing (NaN) where call is 0 or a number is missing;
    nothing is ever infinite. A window is a number of rows, or a span of time such as ``"30D"``, open at its
    far end; its first result needs `min_periods` valid rows: by default the window, or 1 for spans.

    Examples
    --------
    >>> sample().optstat.put_call_ratio.tolist()
    [0.5, 0.8, nan, 0.25, 1.5]
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def _read(self) -> _m.Counts:
        return counts_of(by_day(self._frame))

    def _signed(self, result: _T) -> _T:
        result.attrs = deepcopy(self._frame.attrs)  # type: ignore[attr-defined]
        return result

    @property
    @_each
    def put_call_ratio(self) -> pd.Series[Any]:
        """Put / call, in full precision; NaN where call is 0. The vendor's and Cboe's "put/call ratio".

        Billingsley & Chance, "Put-call ratios and market timing effectiveness", J. Portfolio Mgmt, 1988.

        >>> sample().optstat.put_call_ratio.iloc[-1].item()
        1.5
        """
        return self._signed(_m.put_call_ratio(self._read()))

    @property
    @_each
    def put_share(self) -> pd.Series[Any]:
        """Put / (call + put), from 0 to 1; NaN where both are 0.

        Pan & Poteshman, "The information in option volume for future stock prices", RFS, 2006.

        >>> sample().optstat.put_share.iloc[-1].item()
        0.6
        """
        return self._signed(_m.put_share(self._read()))

    @_each
    def rolling_ratio(self, window: _W = 10, how: str = "sum", *, min_periods: _N = None) -> pd.Series[Any]:
        """Put/call ratio over a window.

        ``how="sum"``: Σput / Σcall of the rows that have both, NaN where Σcall is 0. ``"mean"``,
        ``"median"``: of the daily ratios there are. ``"ema"``: y += 2/(window+1)·(ratio − y), windows of
        rows only; a day without a ratio keeps the value before.

        >>> sample().optstat.rolling_ratio(2).round(3).tolist()
        [nan, 0.667, 1.0, 0.375, 0.5]
        """
        counts = self._read()
        return self._signed(_m.rolling_ratio(counts, _m.put_call_ratio(counts), window, how, min_periods))

    @_each
    def zscore(self, window: _W = 252, *, min_periods: _N = None) -> pd.Series[Any]:
        """(ratio − rolling mean) / rolling sample deviation (ddof 1), today included; NaN where that is 0.

        >>> sample().optstat.zscore(4, min_periods=2).round(3).tolist()
        [nan, 0.707, nan, -0.968, 1.038]
        """
        return self._signed(_m.zscore(_m.put_call_ratio(self._read()), window, min_periods))

    @_each
    def percentile(self, window: _W = 252, *, min_periods: _N = None) -> pd.Series[Any]:
        """Share (above 0, to 1) of the window's ratios ≤ today's, ties averaged: ``rolling.rank(pct=True)``.

        >>> sample().optstat.percentile("4D").tolist()
        [1.0, 1.0, nan, 0.3333333333333333, 1.0]
        """
        return self._signed(_m.percentile(_m.put_call_ratio(self._read()), window, min_periods))

    @_each
    def bands(self, window: _W = 20, k: float = 2.0, *, min_periods: _N = None) -> pd.DataFrame:
        """Columns middle, upper, lower: rolling mean of the ratio ± `k` · rolling sample deviation.

        J. Bollinger, "Bollinger on Bollinger Bands", 2001 (who divides by n; here ddof is 1).

        >>> sample().optstat.bands(2).iloc[-1].round(3).tolist()
        [0.875, 2.643, -0.893]
        """
        return self._signed(_m.bands(_m.put_call_ratio(self._read()), window, k, min_periods))

    @_each
    def detrend(self, short: _W = 10, long: _W = 127, *, min_periods: _N = None) -> pd.Series[Any]:
        """Short rolling mean / long rolling mean − 1; NaN where the long one is 0.

        `min_periods` holds for both windows, for the short one up to its own rows.

        >>> sample().optstat.detrend(1, 2).round(3).tolist()
        [nan, 0.231, nan, nan, 0.714]
        """
        return self._signed(_m.detrend(_m.put_call_ratio(self._read()), short, long, min_periods))

    @_each
    def momentum(self, periods: int = 5) -> pd.Series[Any]:
        """Ratio − ratio `periods` rows before; NaN in the first `periods` rows.

        >>> sample().optstat.momentum(1).tolist()
        [nan, 0.30000000000000004, nan, nan, 1.25]
        """
        return self._signed(_m.momentum(_m.put_call_ratio(self._read()), periods))

    @_each
    def extremes(
        self, window: _W = 252, lower: float = 0.1, upper: float = 0.9, *, min_periods: _N = None
    ) -> pd.Series[Any]:
        """+1 where the percentile ≥ `upper` (fear: contrarian bullish), −1 where ≤ `lower`, else 0 (int8).

        A day without a percentile is 0. Spans of time need 20 ratios, unless `min_periods` says otherwise.
        Simon & Wiggins, "S&P futures returns and contrary sentiment indicators", J. Futures Markets, 2001.

        >>> sample().optstat.extremes(4, 0.4, min_periods=2).tolist()
        [0, 1, 0, -1, 1]
        """
        return self._signed(_m.extremes(_m.put_call_ratio(self._read()), window, lower, upper, min_periods))

    def turnover(self, open_interest: pd.DataFrame) -> pd.DataFrame:
        """Daily volume / open interest of calls, puts and both, on the days that both frames have.

        NaN where the open interest is 0 or a number is missing. On a frame of volume only.

        >>> open_interest = (sample() * 4).iloc[-2:]
        >>> open_interest.attrs.clear()
        >>> sample().optstat.turnover(open_interest).total_turnover.tolist()
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
        volume, interest = self._read(), OptStatAccessor(open_interest)._read()
        if (volume.days.tz is None) != (interest.days.tz is None):
            raise InvalidData("one frame's days have a time zone and the other's have none: df.tz_localize(None) first")
        return self._signed(_m.turnover(volume, interest))

    @_each
    def metrics(self, windows: Iterable[int] = (5, 10, 21, 63), *, lookback: _W = 252) -> pd.DataFrame:
        """The frame and put_call_ratio, put_share, for each window w ratio_sum_w, ratio_mean_w, ratio_ema_w,
        and for the lookback L zscore_L, percentile_L, extreme_L; each as by the method of its name.

        >>> sample().optstat.metrics([2], lookback=4).columns[7:].tolist()
        ['ratio_sum_2', 'ratio_mean_2', 'ratio_ema_2', 'zscore_4', 'percentile_4', 'extreme_4']
        """
        if isinstance(windows, str) or not isinstance(windows, Iterable):
            raise InvalidRequest(f"windows={windows!r}: several numbers of rows are needed, as in (5, 21)")
        frame = by_day(self._frame)
        counts = counts_of(frame)
        added = _m.table(counts, _m.put_call_ratio(counts), tuple(windows), lookback)
        own = frame.drop(columns=[name for name in added if name in frame.columns])
        for name in [n for n in COLUMNS if n in own and not pd.api.types.is_numeric_dtype(own[n].dtype)]:
            values, there = _m.numbers(own[name], name)  # the "N/A" of a vendor's SDK
            own = own.assign(**{name: values if there.all() else np.where(there, values, np.nan)})
        return self._signed(pd.concat([own, pd.DataFrame(added, own.index)], axis=1))

    @_each
    def resample(self, rule: str | pd.offsets.BaseOffset, *, data_type: object = None) -> pd.DataFrame:
        """Counts per period of a day or longer (``"W"``, ``"ME"``): volume summed, open interest the last.

        Rows that miss a number are passed over, and a period without others gives no row. Labels are pandas'
        (weeks and months: their last day), so there is no ``timestamp``. The attributes gain ``resampled``.

        >>> sample().optstat.resample("W")[["call_value", "put_value"]].values.tolist()
        [[950, 600]]
        """
        kind = required(data_type_of(self._frame, data_type), "data_type", "VOLUME")
        result = self._signed(_m.resample(self._read(), rule, kind is OptionStatisticDataType.VOLUME))
        result.attrs["optstat"] = {**info_of(result), "data_type": kind.name, "resampled": str(rule)}
        return result

    @_each
    def summary(self, *, lookback: _W = 252, market: object = None) -> pd.DataFrame:
        """One row per series: first, last, rows; the last row's ratio, zscore, percentile; missing_sessions.

        ``missing_sessions`` is their number, ``<NA>`` if the market is not known.

        >>> sample().optstat.summary().loc["US_SECURITY VOLUME", "ratio"].item()
        1.5
        """
        counts = self._read()
        ratio = _m.put_call_ratio(counts)
        known = market_of(self._frame, market)
        absent = None if known is None else len(self.missing_sessions(market=known))
        first, last = counts.days.min(), counts.days.max()
        row: dict[str, Any] = {"first": [first], "last": [last], "rows": [len(ratio)]}
        for column in (ratio.rename("ratio"), _m.zscore(ratio, lookback), _m.percentile(ratio, lookback)):
            row[str(column.name)] = [column.iloc[-1] if len(column) else np.nan]
        row["missing_sessions"] = pd.array([absent], dtype="Int64")
        return pd.DataFrame(row, index=pd.Index([self._title()], name="series"))

    def missing_sessions(self, *, market: object = None) -> pd.DatetimeIndex:
        """Sessions of the exchange, between the first and the last row, that have no row.

        >>> sample().iloc[[0, 2]].optstat.missing_sessions().strftime("%Y-%m-%d").tolist()
        ['2026-06-09']
        """
        from .calendars import calendar

        index = self._read().days
        known = required(market_of(self._frame, market), "market", "US_SECURITY")
        days = day_numbers(index)
        if len(days):
            sessions = calendar(exchange_of(known)).sessions(int(days[0]), int(days[-1]))
            days = np.setdiff1d(sessions, days)
        return pd.DatetimeIndex(days.astype("datetime64[D]"), name="time").as_unit(index.unit)

    @_each
    def validate(self) -> pd.DataFrame:
        """Return the frame itself if it is sound, else raise `InvalidData` naming the first five bad rows.

        Checked: days are unique; call and put are there, whole, not negative; total, where there is one, is
        call + put; ratio, where there is one, put / call to 1e-4 (samples are rounded), 0 where call is 0.

        >>> sample().optstat.validate() is not None
        True
        """
        timed = by_time(self._frame)
        columns = {n: _m.numbers(timed[n], n) for n in COLUMNS[1:] if n in timed.columns}
        faults = {"more than one row of a day": timed.index.duplicated(keep=False), **_m.faults(columns)}
        for fault, rows in faults.items():
            if rows.any():
                raise InvalidData(f"{fault}, in {rows.sum()} of {len(rows)} rows: {name_dates(timed.index[rows])}")
        return self._frame

    def normalize(
        self, *, call: Hashable = CALL, put: Hashable = PUT, time: Hashable = None,
        market: object = None, data_type: object = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Return a new frame as `pd_optstat.load` gives them, from columns of any name.

        `time` names a column or the index; None: a column ``time``, else the index. Times become their day
        on their own clock. `market`, `data_type` go into the attributes; only with a market is there a
        ``timestamp``. Whole counts are int64, or Int64 where one is missing; others are float64.

        >>> raw = pd.DataFrame({"day": ["2026-06-12"], "c": ["200"], "p": [100]})
        >>> raw.optstat.normalize(call="c", put="p", time="day").ratio.tolist()
        [0.5]
        """
        frame = self._frame
        picked = pd.DataFrame({CALL: column_of(frame, call), PUT: column_of(frame, put)})
        if time is not None and time not in frame.index.names:
            picked.index = times_of(column_of(frame, time), time)
        elif time is None and "time" in frame.columns:
            picked["time"] = frame["time"]
        timed = by_time(picked)
        days = pd.DatetimeIndex(timed.index).tz_localize(None).normalize().as_unit(date_unit())  # type: ignore[arg-type]
        timed = by_day(timed[[CALL, PUT]].set_axis(days.rename("time"), axis=0))
        columns = {n: _m.as_column(*_m.numbers(timed[n], n)) for n in (CALL, PUT)}
        result = pd.DataFrame(columns, index=timed.index)
        result["total_value"] = result[CALL] + result[PUT]
        result["ratio"] = _m.put_call_ratio(counts_of(timed)).to_numpy()
        known, kind = market_of(frame, market), data_type_of(frame, data_type)
        if known is not None:
            there = pd.DatetimeIndex(result.index).tz_localize(exchange_of(known).zone)
            result.insert(0, "timestamp", there.as_unit("s").asi8.astype(np.float64))
        names = {n: v.name for n, v in (("market", known), ("data_type", kind)) if v is not None}
        result.attrs = {**deepcopy(frame.attrs), "optstat": {**deepcopy(info_of(frame)), **names}}
        return result

    def digest(self) -> str:
        """``"sha256:" + hex`` over the rows, by day: days since 1970-01-01, call, put; little-endian int64.

        >>> sample().optstat.digest()[:15]
        'sha256:47205e6a'
        """
        counts = self._read()
        if not counts.valid.all() or counts.calls.dtype.kind == "f" or counts.puts.dtype.kind == "f":
            raise InvalidData("a digest needs whole numbers in every row; validate() says where none is")
        return digest(day_numbers(counts.days), counts.calls, counts.puts)

    def plot(
        self,
        windows: Iterable[int] = (10, 63),
        *,
        lookback: _W = 252,
        lower: float = 0.1,
        upper: float = 0.9,
        extremes: bool = True,
        start: Any = None,
        end: Any = None,
        ax: Axes | None = None,
        title: str | None = None,
    ) -> Axes:
        """Draw call and put totals as bars, the ratio and its rolling means above them, extremes shaded.

        `start` and `end` limit what is drawn, not what the means and extremes are computed from. The
        other arguments are those of `pd_optstat.plotting.plot`; the result is its matplotlib Axes.
        """
        from .plotting import plot

        return plot(
            self._read(), windows, lookback=lookback, lower=lower, upper=upper, extremes=extremes, start=start,
            end=end, ax=ax, title=title, name=self._title(), info=info_of(self._frame),
        )  # fmt: skip

    def _title(self) -> str:
        info = info_of(self._frame)
        return " ".join(info[n] for n in ("market", "data_type") if isinstance(info.get(n), str)) or "series"

    def __repr__(self) -> str:
        return f"{self._overview()}\nMethods: {', '.join(n for n in dir(type(self)) if n[0] != '_')}"

    def _repr_html_(self) -> str:
        head, _, methods = repr(self).partition("\n")
        return f"<p><b>df.optstat</b> {html.escape(head)}<br><small>{html.escape(methods)}</small></p>"

    def _overview(self) -> str:
        if isinstance(self._frame.columns, pd.MultiIndex):
            return f"panel of {self._frame.columns.droplevel(-1).nunique()} series, {len(self._frame)} rows"
        try:
            counts = self._read()
        except InvalidData as error:
            return f"nothing to compute: {error}"
        days, source = counts.days, info_of(self._frame).get("source", "unknown source")
        span = f"{days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}" if len(days) else "no days"
        try:
            short = self.digest()[:19]
        except InvalidData:
            short = "none, as numbers are missing"
        made = " (synthetic)" if str(source).startswith("simulator:") else ""
        return f"{self._title()}: {len(days)} rows, {span}; source {source}{made}; digest {short}"
