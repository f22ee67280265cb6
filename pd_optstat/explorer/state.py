"""What an explorer shows, as plain data; what may be chosen, and what that asks for. Pure: today is passed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from .._util.validation import check_int, check_number, did_you_mean
from ..core.markets import OptionMarket, OptionStatisticDataType, exchange_of
from ..core.request import parse_data_type, parse_date, parse_market
from ..errors import InvalidRequest

__all__ = [
    "ARRANGEMENTS",
    "LOOKBACKS",
    "METRICS",
    "PRESETS",
    "THEMES",
    "WINDOWS",
    "Metric",
    "View",
    "changed",
    "first_needed",
    "make_view",
    "shown_days",
]

#: Ranges by name: years, months back from the last day; the others have rules of their own.
_MONTHS_BACK = {"1M": 1, "3M": 3, "1Y": 12, "5Y": 60}
PRESETS = ("1M", "3M", "YTD", "1Y", "5Y", "Max")
ARRANGEMENTS = ("side by side", "stacked")
THEMES = ("auto", "light", "dark")
#: The least and the most sessions that the sliders give.
WINDOWS = (2, 126)
LOOKBACKS = (20, 756)
#: Options were first listed in 1973; "Max" walks back to where the source's numbers begin, not further than this.
EARLIEST = date(1973, 1, 1)


@dataclass(frozen=True, slots=True)
class Metric:
    """A choice of the lowest view: what it is called, and how ``df.optstat`` computes it."""

    title: str
    expression: str
    #: Horizontal lines worth seeing.
    marks: tuple[float, ...] = ()

    def code(self, view: View) -> str:
        """Return the call on ``df.optstat``."""
        return self.expression.format(window=view.window, lookback=view.lookback)


METRICS = {
    "zscore": Metric("z-score", "zscore({lookback})", (-2.0, 0.0, 2.0)),
    "percentile": Metric("percentile", "percentile({lookback})", (0.1, 0.9)),
    "rolling_ratio": Metric("rolling ratio Σput/Σcall", "rolling_ratio({window})"),
    "ema": Metric("exponential mean", 'rolling_ratio({window}, "ema")'),
    "median": Metric("rolling median", 'rolling_ratio({window}, "median")'),
    "detrend": Metric("detrended", "detrend({window}, {lookback})", (0.0,)),
    "momentum": Metric("momentum", "momentum({window})", (0.0,)),
    "put_share": Metric("put share", "put_share", (0.5,)),
}


@dataclass(frozen=True, slots=True)
class View:
    """All that decides what an explorer shows.

    Attributes
    ----------
    markets, data_types : tuple of str
        Names; each market with each data type is one series.
    preset : str or None
        One of `PRESETS`, or None: `start` and `end` were chosen.
    start, end : date or None
        Inclusive. None: where the numbers begin, the newest there is.
    window, lookback : int
        Sessions.
    metric : str
        A key of `METRICS`.
    lower, upper, k : float
        The percentiles of extremes, and the width of the band in standard deviations.
    arrangement, theme : str
    """

    markets: tuple[str, ...] = ("US_SECURITY",)
    data_types: tuple[str, ...] = ("VOLUME",)
    preset: str | None = "1Y"
    start: date | None = None
    end: date | None = None
    window: int = 10
    lookback: int = 252
    metric: str = "zscore"
    lower: float = 0.1
    upper: float = 0.9
    k: float = 2.0
    arrangement: str = "side by side"
    theme: str = "auto"

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Market and data type of each series."""
        return tuple((market, kind) for market in self.markets for kind in self.data_types)


def make_view(markets: Any, data_types: Any, start: Any, end: Any, **options: Any) -> View:
    """Return the view that the arguments of ``explore`` mean.

    Raises
    ------
    InvalidRequest
        If one of them means nothing.

    Examples
    --------
    >>> make_view("us_security", "VOLUME", "2026-01-02", None, window=5).start
    datetime.date(2026, 1, 2)
    """
    parsed = tuple(dict.fromkeys(parse_market(one).name for one in _several(markets, OptionMarket)))
    kinds = tuple(dict.fromkeys(parse_data_type(one).name for one in _several(data_types, OptionStatisticDataType)))
    if not parsed or not kinds:
        raise InvalidRequest("Choose at least one market and one data type.")
    exchange = exchange_of(OptionMarket[parsed[0]])
    first, last = (
        None if day is None else parse_date(day, name, exchange) for name, day in (("start", start), ("end", end))
    )
    if first is not None and options.get("preset") is not None:
        raise InvalidRequest(f"preset={options['preset']!r} is a range instead of start={start!r}. Drop one of them.")
    preset = options.pop("preset", None) or (None if first is not None else "1Y")
    return changed(View(parsed, kinds), preset=preset, start=first, end=last, **options)


def changed(view: View, **choices: Any) -> View:
    """Return `view` with some choices made anew, checked.

    Raises
    ------
    InvalidRequest
        Naming the choice, and what is possible.

    Examples
    --------
    >>> changed(View(), window=21).window
    21
    """
    new = replace(view, **choices)
    if not new.markets or not new.data_types:
        raise InvalidRequest("Choose at least one market and one data type.")
    _one_of("metric", new.metric, METRICS)
    _one_of("arrangement", new.arrangement, ARRANGEMENTS)
    _one_of("theme", new.theme, THEMES)
    if new.preset is not None:
        _one_of("preset", new.preset, PRESETS)
    elif new.start is not None and new.end is not None and new.start > new.end:
        raise InvalidRequest(f"From {new.start} lies after To {new.end}. Swap them?")
    check_int(new.window, "window")
    check_int(new.lookback, "lookback", 2)
    check_number(new.lower, "lower", 0.0, 1.0)
    check_number(new.upper, "upper", 0.0, 1.0)
    if new.lower >= new.upper:
        raise InvalidRequest(f"lower={new.lower!r}, upper={new.upper!r}: lower must be below upper.")
    check_number(new.k, "k", 0.0, 100.0)
    return new


def shown_days(view: View, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day to show; None: as far as the numbers go.

    Examples
    --------
    >>> shown_days(View(preset="1M"), date(2026, 3, 31))
    (datetime.date(2026, 2, 28), None)
    >>> shown_days(View(preset="YTD"), date(2026, 3, 31))
    (datetime.date(2026, 1, 1), None)
    >>> shown_days(View(preset="Max"), date(2026, 3, 31))
    (None, None)
    """
    if view.preset is None:
        return view.start, view.end
    last = view.end or today
    if view.preset == "Max":
        return None, view.end
    if view.preset == "YTD":
        return date(last.year, 1, 1), view.end
    return _months_before(last, _MONTHS_BACK[view.preset]), view.end


def first_needed(first: date, view: View) -> date:
    """Return the day from which to load so that the lookback is full at `first`.

    A lookback of sessions is at most half as many days again: five a week, and no fortnight without any.

    Examples
    --------
    >>> first_needed(date(2026, 1, 2), View(window=10, lookback=20))
    datetime.date(2025, 11, 21)
    """
    # What an exponential mean was seeded with weighs less than a millionth after seven times its window.
    sessions = max(7 * view.window if view.metric == "ema" else view.window, view.lookback)
    return max(first - timedelta(days=12 + sessions + sessions // 2), EARLIEST)


def _months_before(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)  # every month has 28 days


def _several(given: Any, kind: type) -> list[Any]:
    if given is None:
        return list(kind)  # type: ignore[call-overload,no-any-return]
    if isinstance(given, str | int) or not isinstance(given, Iterable):
        return [given]
    return list(given)


def _one_of(name: str, value: Any, choices: Iterable[str]) -> None:
    if not isinstance(value, str) or value not in choices:
        near = did_you_mean(value, choices) if isinstance(value, str) else ""
        raise InvalidRequest(f"{name}={value!r} is not known.{near} Valid: {', '.join(choices)}.")
