"""Progress of a load or a sweep: a bar, a callable of the user's, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..errors import InvalidRequest

__all__ = ["Progress", "check_progress"]

#: Work that is done sooner shows no bar.
DELAY_SECONDS = 0.3


def check_progress(progress: object) -> None:
    """Raise `InvalidRequest` unless `progress` is None, a bool or a callable."""
    if progress is not None and not isinstance(progress, bool) and not callable(progress):
        raise InvalidRequest(f"progress={progress!r} must be None, True, False or a callable (done, total).")


class _Bar(Protocol):
    """What is used of tqdm, which has no type annotations."""

    def update(self) -> object: ...
    def close(self) -> object: ...
    def set_postfix_str(self, s: str, refresh: bool = True) -> object: ...


class Progress:
    """Report units of work as they complete; a context manager.

    Parameters
    ----------
    progress : None, bool or callable
        None: a bar when there are several units. A callable is called with (done, total).
    total : int
        The number of units.
    name, unit : str
        The bar's description, and what it counts.
    time_left : callable, optional
        Returns the seconds that are left at least, of those until the next unit may start and the units to do. The
        bar's own estimate would know nothing of the waits that are still to come.
    """

    def __init__(
        self,
        progress: bool | Callable[[int, int], object] | None,
        total: int,
        name: str = "OpenD",
        unit: str = "window",
        time_left: Callable[[float, int], float] | None = None,
    ) -> None:
        self._name, self._unit = name, unit
        self._time_left = time_left
        self._done = 0
        self._total = total
        self._callback = progress if callable(progress) else None
        self._wants_bar = progress is True or progress is None
        self._bar: _Bar | None = None
        if progress is True or (progress is None and total > 1):
            self._open_bar()

    def __enter__(self) -> Progress:
        self._call_back()
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def advance(self) -> None:
        """Count one more unit as complete."""
        self._done += 1
        if self._bar is not None:
            self._bar.set_postfix_str("", refresh=False)
            self._bar.update()
        self._call_back()

    def waiting(self, seconds: float) -> None:
        """Show that the rate limit delays the load by `seconds`, opening a bar even for a single unit."""
        if self._wants_bar and self._bar is None:
            self._open_bar()
        if self._bar is not None:
            left = "" if self._time_left is None else _at_least(self._time_left(seconds, self._total - self._done))
            self._bar.set_postfix_str(f"rate limit: waiting {seconds:.0f} s{left}")

    def _open_bar(self) -> None:
        from tqdm.auto import tqdm

        self._bar = tqdm(total=self._total, desc=self._name, unit=self._unit, delay=DELAY_SECONDS, leave=False)

    def _call_back(self) -> None:
        if self._callback is not None:
            self._callback(self._done, self._total)


def _at_least(seconds: float) -> str:
    """Return how long it takes at least, as ", at least … left", in minutes if it is long."""
    return f", at least {f'{seconds / 60:.0f} min' if seconds >= 120 else f'{seconds:.0f} s'} left"
