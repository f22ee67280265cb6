"""What may be called a signal, as a series of numbers by day: a metric's name, a Series, or a function. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._util.validation import did_you_mean
from ..core.markets import Exchange
from ..errors import InvalidData, InvalidRequest
from . import metrics
from .counts import Column, Counts, parse_counts
from .seasonal import Weeks, adjusted
from .trading_days import check_period_labels, day_numbers, list_dates, local_times, parse_times
from .windows import WindowLike

__all__ = ["SignalLike", "SignalSource", "read_by_day", "resolve_signal", "take_logarithm"]

#: A metric's name, a Series by day, or a function of the frame that returns one.
SignalLike: TypeAlias = "str | pd.Series[Any] | Callable[[pd.DataFrame], pd.Series[Any]]"

#: The names, each with an example of its parameters. "log_" may stand before those of `_LOGARITHMIC`.
_EXAMPLES = (
    "put_call_ratio", "put_share", "adjusted_ratio", "zscore", "zscore_126", "percentile", "percentile_126", "detrend",
    "detrend_10_127", "momentum", "momentum_10", "ratio_sum_5", "ratio_mean_10", "ratio_median_10", "ratio_ema_21",
    "log_put_call_ratio", "log_zscore", "log_momentum", "log_ratio_mean_10",
)  # fmt: skip
_NAME = re.compile(
    r"(?P<log>log_)?(?:(?P<plain>put_call_ratio|put_share|adjusted_ratio)|(?P<ranked>zscore|percentile)(?:_(?P<lookback>\d+D?))?"
    r"|detrend(?:_(?P<short>\d+)_(?P<long>\d+))?|(?P<momentum>momentum)(?:_(?P<periods>\d+))?"
    r"|ratio_(?P<how>sum|mean|median|ema)_(?P<window>\d+D?))"
)
_LOGARITHMIC = ("put_call_ratio", "zscore", "momentum", "ratio")
#: Rows from which on a function is also called on a part of the frame, to see whether it looks ahead.
_CHECKED_FROM = 8


class SignalSource(NamedTuple):
    """What signals are computed from.

    Attributes
    ----------
    read_ratios, read_counts : callable
        Return totals that have the frame's ratios, and its real totals, which a frame of ratios does not have.
    read_frame : callable
        Returns the frame that functions get: a copy by ascending day.
    weeks : callable
        Returns the weeks from each of the days of `read_ratios` to the next expiry.
    exchange : Exchange or None
        On whose clock moments of a Series are days.
    """

    read_ratios: Callable[[], Counts]
    read_counts: Callable[[], Counts]
    read_frame: Callable[[], pd.DataFrame]
    weeks: Weeks
    exchange: Exchange | None


def resolve_signal(signal: object, source: SignalSource, argument: str = "signal") -> Column:
    """Return a signal as float64 by the days of the frame, NaN where it is unknown.

    Raises
    ------
    InvalidRequest
        If the name is unknown, the Series has none of the frame's days, or a function looks ahead.
    InvalidData
        If values are not finite numbers, or differ within one day.
    """
    if isinstance(signal, str):
        return _compute(signal, source, argument)
    days = source.read_ratios().days
    if isinstance(signal, pd.Series):
        name = str(signal.name) if signal.name is not None else "signal"
        return _on_days(signal, days, source.exchange, argument).rename(name)
    if callable(signal):
        frame = source.read_frame()
        values = _call(signal, frame, days, source.exchange, argument)
        _check_no_look_ahead(signal, source, values, argument)
        return values.rename(getattr(signal, "__name__", "signal"))
    raise InvalidRequest(
        f"{argument}={type(signal).__name__} must be the name of a metric, such as 'zscore', a Series by day, or a "
        "function of the frame that returns one."
    )


def _compute(name: str, source: SignalSource, argument: str) -> Column:
    found = _NAME.fullmatch(name.strip())
    if found is None or (found["log"] and not name.strip()[4:].startswith(_LOGARITHMIC)):
        raise InvalidRequest(
            f"{argument}={name!r} is not a known signal.{did_you_mean(name, _EXAMPLES)} Valid: "
            f"{', '.join(_EXAMPLES)} (with any numbers), a Series by day, or a function of the frame."
        )
    if found["how"]:
        summed = found["how"] == "sum"
        counts = source.read_counts() if summed else source.read_ratios()
        ratio = metrics.put_call_ratio(counts)
        rolled = metrics.rolling_ratio(counts, ratio, _window(found["window"]), found["how"])
        return (take_logarithm(rolled) if found["log"] else rolled).rename(name)
    counts = source.read_ratios()
    if found["plain"] == "put_share":
        return metrics.put_share(counts)
    ratio = metrics.put_call_ratio(counts)
    ratio = take_logarithm(ratio) if found["log"] else ratio
    return _of_ratio(found, ratio, source).rename(name)


def _of_ratio(found: re.Match[str], ratio: Column, source: SignalSource) -> Column:
    if found["plain"] == "adjusted_ratio":
        days = day_numbers(pd.DatetimeIndex(ratio.index))
        return adjusted(ratio, days, ("weekday", "expiry"), source.weeks, None, None)
    if found["plain"]:
        return ratio
    if found["ranked"]:
        formula = metrics.zscore if found["ranked"] == "zscore" else metrics.percentile
        return formula(ratio, _window(found["lookback"] or "252"))
    if found["momentum"]:
        return metrics.momentum(ratio, int(found["periods"] or 5))
    return metrics.detrend(ratio, int(found["short"] or 10), int(found["long"] or 127))


def _window(text: str) -> WindowLike:
    return text if text.endswith("D") else int(text)


def take_logarithm(ratio: Column) -> Column:
    """Return the natural logarithm of ratios; NaN where the ratio is 0, whose logarithm is infinite.

    >>> take_logarithm(pd.Series([1.0, 0.0, None])).tolist()
    [0.0, nan, nan]
    """
    return ratio.where(ratio > 0).transform(np.log)


def read_by_day(
    values: pd.Series[Any], exchange: Exchange | None, argument: str
) -> tuple[pd.Series[Any], npt.NDArray[np.int64]]:
    """Return a user's Series by ascending day, and the numbers of the days; `InvalidData` if a day has two values."""
    if isinstance(values.index, pd.MultiIndex):
        raise InvalidRequest(f"{argument}: select one series; its index has the levels {list(values.index.names)}.")
    check_period_labels(values.index)
    name = f"the index of {argument}"
    times = local_times(parse_times(values.index, name, exchange), name, exchange)
    days = day_numbers(times)
    order = np.argsort(days, kind="stable")
    days = days[order]
    repeated = np.flatnonzero(np.diff(days) == 0)
    if len(repeated):
        raise InvalidData(f"{argument}: more than one value of a day: {list_dates(times[order][repeated])}.")
    return values.iloc[order], days


def _on_days(values: pd.Series[Any], days: pd.DatetimeIndex, exchange: Exchange | None, argument: str) -> Column:
    """Return the values of exactly the days of the frame, NaN on days that `values` does not have."""
    own, numbers = read_by_day(values, exchange, argument)
    parsed, known = parse_counts(own.astype("Int8") if own.dtype == np.bool_ else own, argument)
    result = pd.Series(np.where(known, parsed.astype(np.float64), np.nan), numbers)
    wanted = day_numbers(days)
    if len(days) and len(numbers) and not np.isin(numbers, wanted).any():
        raise InvalidRequest(
            f"{argument}: none of its {len(numbers)} days is a day of the frame. Compute it from the frame, or take "
            "for each day of the frame the last value known then, as in values.reindex(days, method='ffill')."
        )
    return result.reindex(wanted).set_axis(days)


def _call(
    function: Callable[[pd.DataFrame], object], frame: pd.DataFrame, days: pd.DatetimeIndex,
    exchange: Exchange | None, argument: str,
) -> Column:  # fmt: skip
    result = function(frame)
    if isinstance(result, np.ndarray) and result.shape == (len(days),):
        result = pd.Series(result, days)
    if not isinstance(result, pd.Series):
        raise InvalidRequest(
            f"{argument} returned {type(result).__name__}. It must return a Series with the frame's days, or an array "
            f"of as many numbers as the frame has rows ({len(days)})."
        )
    return _on_days(result, days, exchange, argument)


def _check_no_look_ahead(
    function: Callable[[pd.DataFrame], object], source: SignalSource, values: Column, argument: str
) -> None:
    """Raise `InvalidRequest` if a function gives earlier days other values once later rows are gone."""
    n = len(values)
    if n < _CHECKED_FROM:
        return
    days = pd.DatetimeIndex(values.index)
    for rows in (n - 1, n - n // 4):
        part = _call(function, source.read_frame().iloc[:rows], days[:rows], source.exchange, argument)
        before, after = part.to_numpy(), values.to_numpy()[:rows]
        differs = ~np.isclose(before, after, rtol=1e-9, atol=1e-12, equal_nan=True)
        if differs.any():
            day = days[int(np.argmax(differs))]
            raise InvalidRequest(
                f"{argument} looks ahead: without the last {n - rows} rows its value of {day:%Y-%m-%d} is "
                f"{before[differs][0]:.6g}, with them {after[differs][0]:.6g}. Use rolling or expanding windows "
                "instead of statistics of the whole frame."
            )
