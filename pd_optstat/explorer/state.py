"""The choices of an explorer as plain data, and the days that they need. Pure: today's date is an argument.

js/src/state.js has the same rules for the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from typing import TypedDict, Unpack

from .._types import DataTypeLike, DateLike, MarketLike
from .._util.validation import check_choice, check_int, check_number
from ..core.markets import OptionMarket, OptionStatisticDataType
from ..core.request import parse_data_type, parse_date, parse_instrument
from ..core.series import instrument_exchange, instrument_name
from ..errors import InvalidRequest

__all__ = [
    "ARRANGEMENTS",
    "CODES",
    "LOOKBACKS",
    "METRICS",
    "NOTHING_CHOSEN",
    "PRESETS",
    "THEMES",
    "WINDOWS",
    "Metric",
    "View",
    "ViewOptions",
    "change_view",
    "first_day_needed",
    "is_covered",
    "make_view",
    "one_range",
    "range_choices",
    "shown_days",
]

#: Months back from the last day; "YTD" and "Max" have rules of their own.
_MONTHS_BACK = {"1M": 1, "3M": 3, "1Y": 12, "5Y": 60}
PRESETS = ("1M", "3M", "YTD", "1Y", "5Y", "Max")
ARRANGEMENTS = ("side by side", "stacked", "compare")
THEMES = ("auto", "light", "dark")
#: Underlyings that the page offers, of those whose options are traded most. Any other code can be typed.
CODES = (
    "US.SPY", "US.QQQ", "US.IWM", "US.AAPL", "US.NVDA", "US.TSLA", "US.AMZN", "US.MSFT", "US.META", "US.AMD",
    "HK.00700", "HK.09988", "HK.03690", "HK.01810", "HK.00388", "HK.800000",
)  # fmt: skip
#: The limits of the sliders, in sessions.
WINDOWS = (2, 126)
LOOKBACKS = (20, 756)
#: "Max" goes back to the first row of the source, but not further than this: options were first listed in 1973.
EARLIEST = date(1973, 1, 1)
NOTHING_CHOSEN = "Choose at least one market and one data type."


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric that the lowest plot can show.

    Attributes
    ----------
    title : str
    expression : str
        The call on ``df.optstat``, with placeholders for window and lookback.
    marks : tuple of float
        Where horizontal lines are drawn.
    """

    title: str
    expression: str
    marks: tuple[float, ...] = ()

    def code(self, view: View) -> str:
        """Return the call on ``df.optstat`` with the view's window and lookback."""
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
    """The choices that decide what an explorer shows.

    Attributes
    ----------
    markets, data_types : tuple of str
        Names of markets, codes of underlyings, and names of data types; each combination is one series.
    preset : str or None
        One of `PRESETS`; None if `start` and `end` were chosen.
    start, end : date or None
        Inclusive. None stands for the first and the newest row.
    window, lookback : int
        Sessions.
    metric : str
        A key of `METRICS`.
    lower, upper, k : float
        The percentiles of extremes; the width of the band in standard deviations.
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


class ViewOptions(TypedDict, total=False):
    """The arguments of ``explore`` that are choices of the view."""

    preset: str | None
    window: int
    lookback: int
    metric: str
    lower: float
    upper: float
    k: float
    arrangement: str
    theme: str


def make_view(
    markets: MarketLike | Iterable[MarketLike] | None,
    data_types: DataTypeLike | Iterable[DataTypeLike] | None,
    start: DateLike | None,
    end: DateLike | None,
    **options: Unpack[ViewOptions],
) -> View:
    """Return the view for the arguments of ``explore``.

    Raises
    ------
    InvalidRequest
        If an argument is not valid.

    Examples
    --------
    >>> make_view("us_security", "VOLUME", "2026-01-02", None, window=5).start
    datetime.date(2026, 1, 2)
    """
    instruments = [parse_instrument(market) for market in _as_list(markets, OptionMarket)]
    kinds = [parse_data_type(kind).name for kind in _as_list(data_types, OptionStatisticDataType)]
    if not instruments or not kinds:
        raise InvalidRequest(NOTHING_CHOSEN)
    names, exchange = [instrument_name(one) for one in instruments], instrument_exchange(instruments[0])
    first, last = (
        None if day is None else parse_date(day, name, exchange) for name, day in (("start", start), ("end", end))
    )
    if first is not None and options.get("preset") is not None:
        raise InvalidRequest(f"preset={options['preset']!r} and start={start!r} exclude each other. Drop one of them.")
    options["preset"] = options.get("preset") or (None if first is not None else "1Y")
    return change_view(View(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(kinds)), start=first, end=last), **options)


def change_view(view: View, **choices: object) -> View:
    """Return `view` with new values for some choices.

    Raises
    ------
    InvalidRequest
        If a choice is not valid.

    Examples
    --------
    >>> change_view(View(), window=21).window
    21
    """
    new = replace(view, **choices)  # type: ignore[arg-type]  # checked below
    if not new.markets or not new.data_types:
        raise InvalidRequest(NOTHING_CHOSEN)
    names = dict.fromkeys(instrument_name(parse_instrument(market)) for market in new.markets)
    new = replace(new, markets=tuple(names))
    check_choice(new.metric, "metric", METRICS)
    check_choice(new.arrangement, "arrangement", ARRANGEMENTS)
    check_choice(new.theme, "theme", THEMES)
    if new.preset is not None:
        check_choice(new.preset, "preset", PRESETS)
    elif new.start is not None and new.end is not None and new.start > new.end:
        raise InvalidRequest(f"From {new.start} is after To {new.end}. Swap them?")
    check_int(new.window, "window")
    check_int(new.lookback, "lookback", 2)
    check_number(new.lower, "lower", 0.0, 1.0)
    check_number(new.upper, "upper", 0.0, 1.0)
    if new.lower >= new.upper:
        raise InvalidRequest(f"lower={new.lower!r}, upper={new.upper!r}: lower must be below upper.")
    check_number(new.k, "k", 0.0, 100.0)
    if new.metric == "detrend" and new.window >= new.lookback:
        raise InvalidRequest(
            f"Window {new.window} is not shorter than Lookback {new.lookback}, as the detrended ratio requires. "
            "Move one of the sliders, or choose another metric."
        )
    return new


def shown_days(view: View, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day to show; None stands for the first and the newest row.

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


def is_covered(wanted: tuple[date | None, date | None], shown: tuple[date | None, date | None]) -> bool:
    """Return whether a range lies within the range `shown` of a load; None stands for the first and the newest row.

    Examples
    --------
    >>> is_covered((date(2026, 1, 2), None), (date(2025, 1, 2), None))
    True
    >>> is_covered((None, None), (date(2025, 1, 2), None))
    False
    """
    (first, last), (begin, end) = wanted, shown
    return (begin is None or (first is not None and first >= begin)) and (
        end is None or (last is not None and last <= end)
    )


def one_range(view: View, old: View) -> View:
    """Return the view with a preset or with dates: the one that was chosen last replaces the other."""
    if view.preset is None or (view.start is None and view.end is None):
        return view
    if view.preset != old.preset or (view.start, view.end) == (old.start, old.end):
        return replace(view, start=None, end=view.end if view.end == old.end and old.preset else None)
    return replace(view, preset=None)


def range_choices(view: View) -> tuple[object, ...]:
    """Return the choices that decide the range."""
    return view.preset, view.start, view.end


def first_day_needed(first: date, view: View) -> date:
    """Return the day from which to load, so that the lookback is full at `first`.

    There are about five sessions in seven days, so half as many days again suffice, and 12 days for holidays.

    Examples
    --------
    >>> first_day_needed(date(2026, 1, 2), View(window=10, lookback=20))
    datetime.date(2025, 11, 21)
    """
    # After seven times its window, the seed of an exponential mean weighs less than a millionth.
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


def _as_list(given: object, members: type[IntEnum]) -> list[object]:
    """Return one or several names or numbers as a list; None stands for all `members`."""
    if given is None:
        return list(members)
    return [given] if isinstance(given, str | int) or not isinstance(given, Iterable) else list(given)
