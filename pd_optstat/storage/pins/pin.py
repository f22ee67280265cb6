"""Pins: files that record what a study loads, and replay it anywhere, without network or cache.

`loader` asks `Load.replayed` before it does anything else, and hands what it loaded to `Load.record`.

Which pin a load belongs to: the innermost ``with`` block of its own thread or task; else the newest block
that is open in this process, so that a pool of threads within a block belongs to it; else the bare pin.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NoReturn, get_args

import numpy as np
import pandas as pd

from ...config import default_source
from ...core import frame
from ...core.calendars import FIRST_SESSION_KNOWN
from ...core.dates import Day, to_date, to_day
from ...core.history import Rows
from ...core.intervals import Interval
from ...core.origins import is_synthetic
from ...core.request import DEFAULT_DAYS, SeriesKey, parse_date
from ...errors import InvalidRequest, OfflineMiss
from ...sources import Source, resolve
from ...sources.pin_file import PinFileSource
from . import file as pin_file
from . import format as pin_format
from .format import LoadRequest, PinFile, Recording

__all__ = ["Load", "Pin", "active", "own", "pin"]

Mode = Literal["auto", "record", "replay"]

#: What the fields of a recording say of a frame; other attributes are kept as JSON.
_ATTRS = (
    "market", "data_type", "start", "end", "source", "endpoint", "synthetic", "rows", "requests",
    "first_page_requests", "observed_at", "as_of", "provisional", "missing", "version", "digest", "pin",
)  # fmt: skip

_lock = threading.Lock()
_bare: Pin | None = None
_open_blocks: list[Pin] = []
_own_blocks: ContextVar[tuple[Pin, ...]] = ContextVar("pd_optstat.pins", default=())
#: The identities of the files that this process began, which `auto` goes on recording into.
_begun: set[bytes] = set()


def pin(path: str | os.PathLike[str], mode: Mode = "auto") -> Pin:
    """Record every load into a file on the first run, and replay it from there on later ones.

    Parameters
    ----------
    path : str or path
        The file. One that is recorded gets a companion ``PATH.lock``, which may be deleted at rest.
    mode : {"auto", "record", "replay"}
        ``"auto"`` records into a file that is new or that this process began, and replays any other;
        ``"record"`` extends a file or begins one, a load with the same arguments replacing the older one;
        ``"replay"`` never records.

    Returns
    -------
    Pin
        As a context manager it is active within the block. Called bare, at the top of a notebook, it is active
        until the process ends, the next bare pin, or its `close`. A block has precedence over a bare pin, an
        inner block over an outer one, and a thread's or task's own block over that of another.

    Raises
    ------
    PinMismatch
        If the file is damaged: any byte changed, missing or added.
    InvalidRequest
        If the mode is unknown, the path leads to no file, or there is nothing to replay.

    Notes
    -----
    While a pin replays, loads use neither network nor cache, and `offline`, `cache` and `progress` change
    nothing. A load is found by its arguments as given, so that ``start=None, end=None`` replays as recorded,
    even years later; or as a part of a recorded one of the same series, `as_of` and `include_open`. An ``end=None``
    means the recorded end. Of several, the newest is taken. Where the source is named, only numbers of its
    origin are given, or those that were recorded through that very address; where it is not, those that
    were loaded without naming one, or those of the origin that the default source has. So synthetic numbers
    never pass for real ones.

    A replayed frame is the recorded one, and so are its attrs, but for ``requests`` and ``first_page_requests``,
    which are 0, and ``pin``, the checksum of the file. Of a part, ``observed_at`` remains that of the whole.

    Examples
    --------
    >>> import os, tempfile, pd_optstat as po
    >>> path = os.path.join(tempfile.mkdtemp(), "study.optstat")
    >>> for mode in ("record", "replay"):
    ...     with po.pin(path, mode):
    ...         df = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=False)
    >>> df.attrs["optstat"]["requests"]
    0
    """
    global _bare
    made = Pin(path, mode)
    with _lock:
        made._replaces, _bare = _bare, made
    return made


class Pin:
    """A file that records or replays loads while it is active; made by `pd_optstat.pin`.

    Parameters
    ----------
    path : str or path
        The file.
    mode : {"auto", "record", "replay"}
        As in `pin`.

    Attributes
    ----------
    path : Path
        The file, absolute.
    mode : str
        As given.
    replaying : bool
        What `mode` came to when the pin was made.

    Examples
    --------
    >>> import os, tempfile, pd_optstat as po
    >>> with po.pin(os.path.join(tempfile.mkdtemp(), "study.optstat")) as pin:
    ...     pin.mode, pin.replaying
    ('auto', False)
    """

    def __init__(self, path: str | os.PathLike[str], mode: Mode) -> None:
        if mode not in get_args(Mode):
            raise InvalidRequest(f"mode={mode!r} is not known. Valid: {', '.join(get_args(Mode))}.")
        self.path = pin_file.to_file(path)
        self.mode = mode
        held = pin_file.read(self.path)
        if held is None and mode == "replay":
            raise pin_file.nothing_there(self.path)
        if held is None and not self.path.parent.is_dir():
            raise InvalidRequest(f"The pin {self.path} cannot be begun: {self.path.parent} is no folder.")
        self.replaying = mode == "replay" or (mode == "auto" and held is not None and held[0].id not in _begun)
        self._replaces: Pin | None = None
        self._entered = 0

    def __repr__(self) -> str:
        return f"<Pin {str(self.path)!r}: {'replaying' if self.replaying else 'recording'}>"

    def __enter__(self) -> Pin:
        global _bare
        with _lock:
            if _bare is self:
                # It was made for this block: the bare pin is the one before.
                _bare = self._replaces
            self._entered += 1
            _open_blocks.append(self)
        _own_blocks.set((*_own_blocks.get(), self))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with _lock:
            self._entered -= 1
            _remove_last(_open_blocks, self)
        own = list(_own_blocks.get())
        _remove_last(own, self)
        _own_blocks.set(tuple(own))

    def close(self) -> None:
        """End a bare pin: later loads are neither recorded nor replayed. The file is complete at any time.

        Examples
        --------
        >>> import os, tempfile, pd_optstat as po
        >>> pin = po.pin(os.path.join(tempfile.mkdtemp(), "study.optstat"))
        >>> pin.close()
        """
        global _bare
        with _lock:
            self._replaces = None
            if _bare is self:
                _bare = None

    @contextmanager
    def within(self) -> Iterator[None]:
        """Make the pin active in this context alone: not, as a block does, for threads and tasks without their own."""
        with _lock:
            self._entered += 1
        token = _own_blocks.set((*_own_blocks.get(), self))
        try:
            yield
        finally:
            _own_blocks.reset(token)
            with _lock:
                self._entered -= 1

    def _add(self, new: tuple[Recording, ...]) -> None:
        content, begun = pin_file.extend(self.path, new)
        if begun or self.mode == "auto":
            _begun.add(content.id)


def own() -> Pin | None:
    """Return the pin of the innermost block around the caller, if there is one."""
    return next((pin for pin in reversed(_own_blocks.get()) if pin._entered), None)


def active() -> Pin | None:
    """Return the pin that a load would use here."""
    if (innermost := own()) is not None:  # a task may outlive the block that it was started in
        return innermost
    with _lock:
        return _open_blocks[-1] if _open_blocks else _bare


def _remove_last(pins: list[Pin], one: Pin) -> None:
    for index in reversed(range(len(pins))):
        if pins[index] is one:
            del pins[index]
            return


@dataclass(frozen=True, slots=True)
class Load:
    """The arguments of one `load` or `load_panel` as given, and the pin that it belongs to."""

    series: Sequence[SeriesKey]
    start: Any
    end: Any
    source: Any
    as_of: datetime | None
    include_open: bool
    refresh: bool
    pin: Pin | None = field(default_factory=active)

    def replayed(self) -> list[pd.DataFrame] | None:
        """Return the frames if a pin serves this load, None if its source is to be asked.

        Raises
        ------
        OfflineMiss
            If the pin does not hold one of them.
        PinMismatch
            If the file is damaged.
        InvalidRequest
            If `refresh` is asked for.
        """
        if self.pin is not None and self.pin.replaying:
            return self._from_file(self.pin.path, self._pick)
        given = default_source() if self.source is None else self.source
        if not (isinstance(given, str) and given.lstrip()[:9].lower() == "snapshot:"):
            return None
        snapshot = resolve(given)
        assert isinstance(snapshot, PinFileSource)
        frames = self._from_file(pin_file.to_file(snapshot.path), _only_origin)
        self.record(frames)
        return frames

    def record(self, frames: Sequence[pd.DataFrame]) -> None:
        """Record the frames if a pin is recording.

        Raises
        ------
        CacheError
            If the file cannot be written.
        PinMismatch
            If it is damaged: it is never overwritten then.
        """
        if self.pin is None or self.pin.replaying:
            return
        now = int(time.time() * 1e6)
        named = None if self.source is None else resolve(self.source).endpoint
        pairs = zip(self.series, frames, strict=True)
        self.pin._add(tuple(_to_recording(self._asked(one, named), loaded, now) for one, loaded in pairs))

    def _asked(self, series: SeriesKey, source: str | None = None) -> LoadRequest:
        start, end = (
            None if given is None else to_day(parse_date(given, name, series.exchange))
            for name, given in (("start", self.start), ("end", self.end))
        )
        if start is not None and end is not None and start > end:
            raise InvalidRequest(f"start={self.start!r} lies after end={self.end!r}. Swap them?")
        as_of = None if self.as_of is None else pin_format.to_moment(self.as_of)
        return LoadRequest(series, start, end, source, as_of, self.include_open)

    def _from_file(self, path: Path, pick: _Picker) -> list[pd.DataFrame]:
        if self.refresh:
            raise InvalidRequest(
                f"refresh=True asks the source anew, and the pin {path} replays. Drop it, or record anew with "
                "po.pin(path, mode='record')."
            )
        held = pin_file.read(path)
        if held is None:
            raise pin_file.nothing_there(path)
        content, checksum = held
        frames = []
        for one in self.series:
            asked = self._asked(one)
            found = pick([part for recording in content.recordings for part in _parts(recording, asked)])
            if found is None:
                self._miss(path, asked, content)
            frames.append(_to_frame(found, checksum))
        return frames

    def _pick(self, found: list[_Part]) -> _Part | None:
        """Return the newest of the recorded parts that this load's source may give, those asked for as such first."""
        if self.source is not None:
            return _newest(_given_by(resolve(self.source), found))
        unnamed = [part for part in found if part.recording.asked.source is None]
        if len({part.recording.origin for part in unnamed}) == 1:
            return _newest(unnamed)  # the usual case needs no default source
        return _newest(_given_by(resolve(default_source()), unnamed or found) or unnamed)

    def _miss(self, path: Path, asked: LoadRequest, content: PinFile) -> NoReturn:
        options = "" if self.as_of is None else f", as_of={self.as_of.isoformat()}"
        options += ", include_open=True" if self.include_open else ""
        options += "" if self.source is None else f", source={resolve(self.source).endpoint!r}"
        held = [_describe(one) for one in reversed(content.recordings) if one.asked.series == asked.series]
        held = held or [_describe(one) for one in reversed(content.recordings)]
        more = f" and {len(held) - 5} more" if len(held) > 5 else ""
        raise OfflineMiss(
            f"The pin {path} does not hold {asked.series} of {_range(asked.start, asked.end)}{options}. It holds "
            f"{'; '.join(held[:5]) or 'nothing'}{more}. Ask for a part of that, or record it: "
            f"po.pin({str(path)!r}, mode='record')."
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """The days of a recording that answer a load; exact if it was recorded with the very same dates."""

    recording: Recording
    first: Day
    last: Day
    exact: bool


_Picker = Callable[[list[_Part]], _Part | None]


def _parts(recording: Recording, asked: LoadRequest) -> list[_Part]:
    """Return what of `recording` answers `asked`, whatever its source: nothing or one part."""
    known = recording.asked
    if (known.series, known.as_of, known.include_open) != (asked.series, asked.as_of, asked.include_open):
        return []
    if (known.start, known.end) == (asked.start, asked.end):
        return [_Part(recording, recording.first, recording.last, True)]
    last = asked.end
    if last is None or last > recording.last:
        # Beyond the recorded days only what was asked for in the same words: "today", or a day that had not come.
        # The default start counts back from a today that is not recorded.
        if asked.end != known.end or asked.start is None:
            return []
        last = recording.last
    first = asked.start
    if first is None:
        first = to_day(max(to_date(last) - timedelta(days=DEFAULT_DAYS), FIRST_SESSION_KNOWN))
    return [_Part(recording, first, last, False)] if recording.first <= first <= last + 1 else []


def _given_by(source: Source, found: list[_Part]) -> list[_Part]:
    """Return those of `found` that `source` may give: of its origin, or recorded through that very address."""
    if isinstance(source, PinFileSource):
        return [part for part in found if part.recording.asked.source == source.endpoint]
    same = [part for part in found if part.recording.endpoint == source.endpoint and not source.origin_is_certain]
    return same or [part for part in found if part.recording.origin == source.likely_origin]


def _newest(found: list[_Part]) -> _Part | None:
    chosen = [part for part in found if part.exact] or found
    return chosen[-1] if chosen else None


def _only_origin(found: list[_Part]) -> _Part | None:
    origins = sorted({part.recording.origin for part in found})
    if len(origins) > 1:
        raise InvalidRequest(
            f"The pin holds these days from {' and '.join(origins)}. Replay it with po.pin(path, mode='replay'), and "
            "name the source of the load."
        )
    return _newest(found)


def _to_recording(asked: LoadRequest, loaded: pd.DataFrame, now: int) -> Recording:
    attrs = loaded.attrs["optstat"]
    more = {name: value for name, value in attrs.items() if name not in _ATTRS}
    calls, puts = (loaded[name].to_numpy(dtype=np.int64) for name in ("call_value", "put_value"))
    return Recording(
        asked=asked,
        first=_day(attrs["start"]),
        last=_day(attrs["end"]),
        origin=attrs["source"],
        endpoint=attrs["endpoint"],
        observed_at=attrs["observed_at"] or "",
        version=attrs["version"],
        recorded_at=now,
        rows=Rows(_to_days(loaded.index), calls, puts),
        digest=attrs["digest"],
        provisional=_to_days(attrs["provisional"]),
        missing=_to_days(attrs["missing"]),
        more=json.dumps(more, sort_keys=True) if more else "",
    )


def _to_frame(part: _Part, checksum: str) -> pd.DataFrame:
    recording, span = part.recording, (part.first, part.last)
    chosen = _within(recording.rows.days, span)
    rows = Rows(recording.rows.days[chosen], recording.rows.calls[chosen], recording.rows.puts[chosen])
    series, as_of = recording.asked.series, recording.asked.as_of
    attrs = {
        "market": series.market.name,
        "data_type": series.data_type.name,
        "start": to_date(part.first).isoformat(),
        "end": to_date(part.last).isoformat(),
        "source": recording.origin,
        "endpoint": recording.endpoint,
        "synthetic": is_synthetic(recording.origin),
        "rows": len(rows),
        "requests": 0,
        "first_page_requests": 0,
        "observed_at": (recording.observed_at or None) if len(rows) else None,
        "as_of": None if as_of is None else pin_format.to_datetime(as_of).isoformat(),
        "provisional": _iso_dates(recording.provisional, span),
        "missing": _iso_dates(recording.missing, span),
        "version": recording.version,
        "digest": frame.digest(rows.days, rows.calls, rows.puts),
        **json.loads(recording.more or "{}"),
        "pin": checksum,
    }
    return frame.build_frame(rows.days, rows.calls, rows.puts, series.exchange, attrs)


def _within(days: Any, span: Interval) -> slice:
    return slice(*np.searchsorted(days, (span[0], span[1] + 1)).tolist())


def _iso_dates(days: Any, span: Interval) -> list[str]:
    return [to_date(day).isoformat() for day in days[_within(days, span)].tolist()]


def _to_days(dates: Any) -> Any:
    return pd.DatetimeIndex(dates).to_numpy().astype("datetime64[D]").astype(np.int64)


def _day(text: str) -> Day:
    return int(np.datetime64(text, "D").astype(np.int64))


def _range(first: Day | None, last: Day | None) -> str:
    return "..".join("(default)" if day is None else str(to_date(day)) for day in (first, last))


def _describe(recording: Recording) -> str:
    asked = recording.asked
    as_of = "" if asked.as_of is None else f" as of {pin_format.to_datetime(asked.as_of).isoformat()}"
    is_open = " with the open session" if asked.include_open else ""
    return f"{asked.series} of {_range(recording.first, recording.last)} ({recording.origin}){as_of}{is_open}"
