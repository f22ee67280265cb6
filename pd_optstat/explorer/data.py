"""How an explorer loads what a view needs: with room for the lookback, and as far back as there is anything."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from ..analysis.frames import per_series, read_counts, read_info, series_title
from ..config import default_source
from ..core.frame import is_panel
from ..core.markets import OptionMarket, exchange_of
from ..errors import InvalidRequest, OfflineMiss
from ..loading.aload import aload, aload_panel
from ..sources import resolve
from ..storage.pins import pin as pins
from .content import Loaded
from .copy_code import Call
from .state import EARLIEST, View, first_needed, shown_days

__all__ = ["DataSource", "Fetched", "door_of", "fetch", "loaded_of", "today_of"]

#: How far "Max" goes back at a time, and how long the source must have had nothing before.
_STRIDE, _SILENCE = timedelta(days=3650), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where an explorer loads from.

    Attributes
    ----------
    source : object
        As given to ``load``; a URL with a key, or an object, is known to the page by `name` alone.
    name : str
        What may be shown.
    options : dict
        Other arguments of ``load``.
    pin : Pin or None
        The one that was active when the explorer was opened.
    """

    source: Any
    name: str
    options: dict[str, Any] = field(default_factory=dict)
    pin: Any = None

    def code(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """Return the options as Python, and remarks on what cannot be written down."""
        texts, remarks = {}, []
        source = self.name if self.source is None else self.source
        for name, value in {"source": source, **self.options}.items():
            if value is None or (value is False and name != "cache"):
                continue
            plain = isinstance(value, str | bool) or hasattr(value, "__fspath__")
            if plain and (name != "source" or value == self.name):
                texts[name] = repr(str(value) if hasattr(value, "__fspath__") else value)
            else:
                texts[name] = name
                shown = self.name if name == "source" else type(value).__name__
                remarks.append(f"{name}: the one that the explorer was opened with ({shown})")
        return texts, tuple(remarks)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A frame, and the load that brought it.

    Attributes
    ----------
    frame : DataFrame
    call : Call
    first : date or None
        The first day to show; the rows before it are there for the lookback.
    wanted : date
        From when on it would have been loaded, if all were held.
    """

    frame: pd.DataFrame
    call: Call
    first: date | None
    wanted: date


def door_of(source: Any, options: dict[str, Any], pin: Any = None) -> DataSource:
    """Return the door that `source` means, by a name that holds no key.

    Raises
    ------
    InvalidRequest
        If it means none.
    """
    given = default_source() if source is None else source
    way_in = resolve(given)
    named = given if isinstance(given, str) and "@" not in given else getattr(way_in, "endpoint", "")
    return DataSource(source, str(named or type(given).__name__), options, pin)


def today_of(view: View, now: datetime) -> date:
    """Return the date on the clock of the exchange that is furthest."""
    return max(now.astimezone(ZoneInfo(exchange_of(OptionMarket[market]).zone)).date() for market in view.markets)


async def fetch(
    view: View, door: DataSource, today: date, progress: Callable[[int, int], None], *, refresh: bool = False
) -> Fetched:
    """Load what `view` needs; `progress` is called with (done, total).

    Raises
    ------
    OptStatError
        As `pd_optstat.load`.
    """
    first, last = shown_days(view, today)
    with nullcontext() if door.pin is None else door.pin.within():
        loader = _Loader(view, door, last, progress)
        if first is None:
            return await loader.from_the_beginning(today, refresh)
        if first > today:
            raise InvalidRequest(f"From {first} lies in the future: today is {today}. Choose an earlier day.")
        try:
            return await loader.load(first_needed(first, view), first, refresh)
        except OfflineMiss:
            # A pin, a file or a cache may begin where the view does: its averages then begin later.
            return await loader.as_early_as_held(first_needed(first, view), first)


class _Loader:
    def __init__(self, view: View, door: DataSource, last: date | None, progress: Callable[[int, int], None]) -> None:
        self._view, self._door, self._last, self._progress = view, door, last, progress

    async def load(self, first: date, shown: date | None, refresh: bool) -> Fetched:
        """Load the series of the view from `first` to the last day; `shown` is the first day to show, None: all."""
        view, door = self._view, self._door
        end = None if self._last is None else self._last.isoformat()
        options: dict[str, Any] = {"source": door.source, **door.options, "progress": self._progress}
        if refresh:
            options["refresh"] = True
        if len(view.keys) > 1:
            frame = await aload_panel(list(view.markets), list(view.data_types), first.isoformat(), end, **options)
        else:
            frame = await aload(view.markets[0], view.data_types[0], first.isoformat(), end, **options)
        texts, remarks = door.code()
        pin = _pin_path(door)
        # A pin replays "until now" as it was, and knows no later day of an exchange that was not so far.
        last = _end_of(frame, self._last) if pin is None or self._last is not None else None
        return Fetched(frame, Call(first, last, texts, pin, remarks), shown, first)

    async def from_the_beginning(self, today: date, refresh: bool) -> Fetched:
        """Load all that the source, the cache or the pin has, walking back until there is nothing for a year."""
        first = max((self._last or today) - _STRIDE, EARLIEST)
        while True:
            try:
                found = await self.load(first, None, refresh)
            except OfflineMiss:
                held = await self.as_early_as_held(first, self._last or today, shown=False)
                return held if not len(held.frame) else await self.load(held.frame.index[0].date(), None, False)
            begins = found.frame.index[0].date() if len(found.frame) else None
            if begins is None or first == EARLIEST or begins - first > _SILENCE:
                break
            first = max(first - _STRIDE, EARLIEST)
        return found if begins is None else await self.load(begins, None, False)

    async def as_early_as_held(self, missed: date, least: date, *, shown: bool = True) -> Fetched:
        """Load from the earliest day that a pin, a file or a cache holds, after `missed` and not after `least`."""
        found = await self.load(least, least if shown else None, False)
        held, wanted = least, missed
        while held - missed > timedelta(days=1):
            middle = missed + (held - missed) // 2
            try:
                found = await self.load(middle, least if shown else None, False)
                held = middle
            except OfflineMiss:
                missed = middle
        return replace(found, wanted=wanted)


def loaded_of(frame: pd.DataFrame) -> dict[tuple[str, ...], Loaded]:
    """Return the series of a frame or panel by key, with their titles.

    Raises
    ------
    InvalidData
        If it has no call and put columns.
    """
    from ..analysis.frames import sort_by_day

    if not is_panel(frame):
        info = read_info(frame)
        key = (str(info.get("market", "series")), str(info.get("data_type", "")))
        return {key: Loaded(series_title(frame), read_counts(sort_by_day(frame)))}
    found = {}
    for labels, part in per_series(frame).items():
        names = tuple(map(str, labels)) if isinstance(labels, tuple) else (str(labels),)
        found[names] = Loaded(" ".join(names), read_counts(sort_by_day(part)))
    return found


def _end_of(frame: pd.DataFrame, last: date | None) -> date:
    """Return the last day asked for, as the load understood it: code must not mean another day tomorrow."""
    info = read_info(frame)
    series = info.get("series")
    ends = [one.get("end") for one in series] if isinstance(series, list) else [info.get("end")]
    known = [date.fromisoformat(end) for end in ends if isinstance(end, str)]
    return max(known) if known else last or frame.index[-1].date()


def _pin_path(door: DataSource) -> str | None:
    pin = door.pin or pins.active()
    return None if pin is None else str(pin.path)
