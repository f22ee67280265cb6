"""Load what a view needs: enough days for the lookback, and for "Max" as far back as the source has rows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

import pandas as pd

from .._types import CacheLike, MomentLike, SourceLike
from ..analysis.frames import read_info, series_infos
from ..config import default_source
from ..core.request import parse_instrument
from ..core.series import instrument_exchange
from ..errors import InvalidRequest, OfflineMiss
from ..loading.aload import aload, aload_panel
from ..sources import resolve
from ..storage.pins import pin as pins
from .copy_code import LoadCall
from .state import EARLIEST, View, first_day_needed, shown_days

__all__ = [
    "DataSource",
    "LoadedFrame",
    "SourceOptions",
    "fetch",
    "latest_today",
    "make_data_source",
]

#: "Max" goes back in steps of ten years, until a step begins with a year without rows.
_STEP, _LONGEST_GAP = timedelta(days=3650), timedelta(days=365)


class SourceOptions(TypedDict, total=False):
    """The arguments of ``explore`` that are passed on to ``load``."""

    cache: CacheLike | None
    offline: bool
    as_of: MomentLike | None
    include_open: bool


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where an explorer loads from.

    Attributes
    ----------
    source : str, object or None
        As given to ``load``.
    name : str
        What the page shows of the source: its URL, or the address alone if the URL has a key.
    options : SourceOptions
        Other arguments of ``load``.
    pin : Pin or None
        The pin that was active when the explorer was opened.
    """

    source: SourceLike | None
    name: str
    options: SourceOptions = field(default_factory=SourceOptions)
    pin: pins.Pin | None = None

    def code(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """Return the arguments of ``load`` as Python expressions, and comments about those that have none."""
        expressions, remarks = {}, []
        source = self.name if self.source is None else self.source
        for name, value in {"source": source, **self.options}.items():
            if value is None or (value is False and name != "cache"):
                continue
            has_literal = isinstance(value, str | bool) or hasattr(value, "__fspath__")
            if has_literal and (name != "source" or value == self.name):
                expressions[name] = repr(str(value) if hasattr(value, "__fspath__") else value)
            else:
                expressions[name] = name
                shown = self.name if name == "source" else type(value).__name__
                remarks.append(f"{name}: the {name} that the explorer was opened with ({shown})")
        return expressions, tuple(remarks)


@dataclass(frozen=True, slots=True)
class LoadedFrame:
    """A frame, and the load that returned it.

    Attributes
    ----------
    frame : DataFrame
    call : LoadCall
    first : date or None
        The first day to show: earlier rows are for the lookback. None shows all rows.
    wanted : date
        The first day that the view needs. The frame begins later if a pin, a file or a cache does.
    requests : int
        Requests of a refresh, besides those that the frame's attributes count.
    """

    frame: pd.DataFrame
    call: LoadCall
    first: date | None
    wanted: date
    requests: int = 0


def make_data_source(source: SourceLike | None, options: SourceOptions, pin: pins.Pin | None = None) -> DataSource:
    """Return the data source for `source`, with a name that holds no key.

    Raises
    ------
    InvalidRequest
        If `source` is not valid.
    """
    given = default_source() if source is None else source
    resolved = resolve(given)
    name = getattr(resolved, "endpoint", "")
    if isinstance(given, str) and "@" not in given and not (given[:8].lower() == "parquet:" and "?" in given):
        name = given
    return DataSource(source, str(name or type(given).__name__), options, pin)


def latest_today(view: View, now: datetime) -> date:
    """Return today's date at the exchange where it is latest."""
    zones = {instrument_exchange(parse_instrument(market)).zone for market in view.markets}
    return max(now.astimezone(ZoneInfo(zone)).date() for zone in zones)


async def fetch(
    view: View,
    source: DataSource,
    today: date,
    progress: Callable[[int, int], None],
    *,
    refresh_from: date | None = None,
) -> LoadedFrame:
    """Load what `view` needs; `progress` is called with (done, total).

    With `refresh_from`, the days from then on are requested again first, also those that the cache holds.

    Raises
    ------
    OptStatError
        As `pd_optstat.load`.
    """
    first, last = shown_days(view, today)
    with nullcontext() if source.pin is None else source.pin.within():
        loader = _Loader(view, source, last, progress)
        requests = 0 if refresh_from is None else await loader.refresh(refresh_from)
        if first is None:
            return replace(await loader.load_all(today), requests=requests)
        if first > today:
            raise InvalidRequest(f"From {first} is in the future: today is {today}. Choose an earlier day.")
        try:
            return replace(await loader.load(first_day_needed(first, view), first), requests=requests)
        except OfflineMiss:
            # A pin, a file or a cache may begin where the view does: the first averages are then missing.
            return await loader.load_earliest(first_day_needed(first, view), first)


class _Loader:
    """Loads of one view, up to `last`; None stands for the newest day."""

    def __init__(self, view: View, source: DataSource, last: date | None, progress: Callable[[int, int], None]) -> None:
        self._view, self._source, self._last, self._progress = view, source, last, progress

    async def refresh(self, first: date) -> int:
        """Request the days from `first` on again, and return the number of requests. Without a cache, do nothing."""
        if self._source.options.get("cache") is False:  # the load that follows requests everything
            return 0
        if self._last is not None and self._last < first:
            return 0
        frame = await self._request(first, refresh=True)
        return sum(count for info in series_infos(frame.attrs) if isinstance(count := info.get("requests"), int))

    async def _request(self, first: date, *, refresh: bool = False) -> pd.DataFrame:
        view, source = self._view, self._source
        days = (first.isoformat(), None if self._last is None else self._last.isoformat())
        if len(view.keys) > 1:
            return await aload_panel(
                view.markets, view.data_types, *days,
                source=source.source, refresh=refresh, progress=self._progress, **source.options,
            )  # fmt: skip
        return await aload(
            view.markets[0], view.data_types[0], *days,
            source=source.source, refresh=refresh, progress=self._progress, **source.options,
        )  # fmt: skip

    async def load(self, first: date, shown: date | None) -> LoadedFrame:
        """Load the view's series from `first` on; `shown` is the first day to show, None shows all rows."""
        source = self._source
        frame = await self._request(first)
        expressions, remarks = source.code()
        pin = source.pin or pins.active()
        # The same code must load the same days tomorrow. A pin replays a load without an end as it was recorded.
        last = _last_day(frame, self._last) if pin is None or self._last is not None else None
        path = None if pin is None else str(pin.path)
        return LoadedFrame(frame, LoadCall(first, last, expressions, path, remarks), shown, first)

    async def load_all(self, today: date) -> LoadedFrame:
        """Load every row of the source, the cache or the pin, going back until there are none for a year."""
        first = max((self._last or today) - _STEP, EARLIEST)
        while True:
            try:
                loaded = await self.load(first, None)
            except OfflineMiss:
                loaded = await self.load_earliest(first, self._last or today, shown=False)
                return await self.load(loaded.frame.index[0].date(), None) if len(loaded.frame) else loaded
            begin = loaded.frame.index[0].date() if len(loaded.frame) else None
            if begin is None or first == EARLIEST or begin - first > _LONGEST_GAP:
                break
            first = max(first - _STEP, EARLIEST)
        return loaded if begin is None else await self.load(begin, None)

    async def load_earliest(self, missing: date, available: date, *, shown: bool = True) -> LoadedFrame:
        """Load from the earliest day without an `OfflineMiss`, by bisection between `missing` and `available`."""
        first_shown, wanted = available if shown else None, missing
        loaded = await self.load(available, first_shown)
        while available - missing > timedelta(days=1):
            middle = missing + (available - missing) // 2
            try:
                loaded = await self.load(middle, first_shown)
                available = middle
            except OfflineMiss:
                missing = middle
        return replace(loaded, wanted=wanted)


def _last_day(frame: pd.DataFrame, last: date | None) -> date:
    """Return the last day of the load, as its attributes give it."""
    info = read_info(frame)
    series = info.get("series")
    ends = [one.get("end") for one in series] if isinstance(series, list) else [info.get("end")]
    known = [date.fromisoformat(end) for end in ends if isinstance(end, str)]
    return max(known) if known else last or frame.index[-1].date()
