"""Pins: which file records or replays the loads of a study.

A load belongs to the innermost ``with`` block of its own thread or task; else to the newest block that is open in
this process, so that a pool of threads started within a block belongs to it; else to the bare pin; else, in a worker
process, to the pin that was active where the worker was started. Recording and replaying themselves are in
`pd_optstat.loading.replay`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Literal, get_args

from ..._util.inheritance import inherited, publish
from ...errors import InvalidRequest
from . import file as pin_file
from .format import Recording

__all__ = ["Pin", "active", "own", "pin"]

Mode = Literal["auto", "record", "replay"]

_lock = threading.Lock()
_bare: Pin | None = None
_open_blocks: list[Pin] = []
_own_blocks: ContextVar[tuple[Pin, ...]] = ContextVar("pd_optstat.pins", default=())
#: The identities of the files that this process created; mode "auto" continues to record into them.
_begun: set[bytes] = set()


def pin(path: str | os.PathLike[str], mode: Mode = "auto") -> Pin:
    """Record every load into a file, and replay the loads from it in every later process.

    Parameters
    ----------
    path : str or path
        The file. Recording creates ``PATH.lock`` beside it, which may be deleted when nothing records.
    mode : {"auto", "record", "replay"}
        ``"auto"`` records into a file that is new or that this process created, until the process ends (a notebook:
        until its kernel restarts), and replays any other;
        ``"record"`` creates or extends a file, where a load replaces an older one with the same arguments;
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
        If any byte of the file was changed, removed or added.
    InvalidRequest
        If the mode or the path is not valid, or there is nothing to replay.

    Notes
    -----
    While a pin replays, loads use neither network nor cache, and `offline`, `cache` and `progress` have no effect. A
    load is found by its arguments as given, so ``start=None, end=None`` replays as recorded, even years later; or as
    part of a recorded load with the same series, `as_of` and `include_open`. ``end=None`` means the recorded end. If
    several loads match, the newest is used. If the load names a source, only rows of its origin are returned, or
    those recorded from a simulator at the same address; if it does not, those that were loaded without naming one,
    or those of the default source's origin. Synthetic rows are therefore never returned for real ones.

    Worker processes (spawn, forkserver, loky, Dask, Ray) that are started while a pin is active inherit it. Those that
    were started before do not.

    A replayed frame equals the recorded one, and so do its attrs, except ``requests`` and ``first_page_requests``,
    which are 0, and ``pin``, the checksum of the file. For a part of a load, ``observed_at`` is that of the whole.

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
        _publish()
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
        Whether the pin replays or records, decided when it was made.

    Examples
    --------
    >>> import os, tempfile, pd_optstat as po
    >>> with po.pin(os.path.join(tempfile.mkdtemp(), "study.optstat")) as pin:
    ...     pin.mode, pin.replaying
    ('auto', False)
    """

    def __init__(self, path: str | os.PathLike[str], mode: Mode) -> None:
        if not isinstance(mode, str) or mode not in get_args(Mode):
            raise InvalidRequest(f"mode={mode!r} is not valid. Valid: {', '.join(get_args(Mode))}.")
        self.path = pin_file.to_path(path)
        self.mode = mode
        held = pin_file.read(self.path)
        if held is None and mode == "replay":
            raise pin_file.missing_pin(self.path)
        if held is None and not self.path.parent.is_dir():
            raise InvalidRequest(f"The pin {self.path} cannot be created: {self.path.parent} is not a folder.")
        self.replaying = mode == "replay" or (mode == "auto" and held is not None and held[0].id not in _begun)
        self._replaces: Pin | None = None
        self._entered = 0

    def __repr__(self) -> str:
        what = "replaying" if self.replaying else "recording"
        if self.mode == "auto" and not self.replaying:
            what += "; later processes replay, this one with mode='replay'"
        return f"<Pin {str(self.path)!r}: {what}>"

    def __enter__(self) -> Pin:
        global _bare
        with _lock:
            if _bare is self:
                # It was made for this block, so the previous bare pin is the bare one again.
                _bare = self._replaces
            self._entered += 1
            _open_blocks.append(self)
            _publish()
        _own_blocks.set((*_own_blocks.get(), self))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with _lock:
            self._entered -= 1
            _remove_last(_open_blocks, self)
            _publish()
        own = list(_own_blocks.get())
        _remove_last(own, self)
        _own_blocks.set(tuple(own))

    def close(self) -> None:
        """End a bare pin: later loads are neither recorded nor replayed. The file is always complete.

        Examples
        --------
        >>> import os, tempfile, pd_optstat as po
        >>> pin = po.pin(os.path.join(tempfile.mkdtemp(), "study.optstat"))
        >>> pin.close()
        """
        global _bare, _from_parent
        with _lock:
            self._replaces = None
            if _bare is self:
                _bare, _from_parent = None, None
                _publish()

    @contextmanager
    def within(self) -> Iterator[None]:
        """Make the pin active in this context only; a ``with`` block applies to other threads, too."""
        with _lock:
            self._entered += 1
        token = _own_blocks.set((*_own_blocks.get(), self))
        try:
            yield
        finally:
            _own_blocks.reset(token)
            with _lock:
                self._entered -= 1

    def add(self, new: tuple[Recording, ...]) -> None:
        """Write `new` recordings to the file, at once."""
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
    global _bare, _from_parent
    with _lock:
        if _open_blocks:
            return _open_blocks[-1]
        if _bare is None and _from_parent is not None:
            (path, mode), _from_parent = _from_parent, None
            _bare = Pin(path, mode)
        return _bare


def _publish() -> None:
    """Let worker processes inherit the pin that a load in a new thread would use now."""
    newest = _open_blocks[-1] if _open_blocks else _bare
    if newest is not None:
        publish("pin", [str(newest.path), "replay" if newest.replaying else "record"])
    else:
        publish("pin", _from_parent)


def _inherited_pin() -> tuple[str, Mode] | None:
    match inherited("pin"):
        case [str(path), ("record" | "replay") as mode]:
            return path, mode
        case _:
            return None


#: Path and mode of the pin that was active in the process that started this one; opened by the first load.
_from_parent: tuple[str, Mode] | None = _inherited_pin()


def _remove_last(pins: list[Pin], one: Pin) -> None:
    for index in reversed(range(len(pins))):
        if pins[index] is one:
            del pins[index]
            return
