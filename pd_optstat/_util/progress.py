"""Progress of a load or a sweep: a bar, a callable of the user's, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

from ..errors import InvalidRequest

__all__ = ["Progress", "check_progress"]

#: Work that is over sooner shows no bar.
DELAY_SECONDS = 0.3


def check_progress(progress: Any) -> None:
    """Raise `InvalidRequest` if `progress` is none of the things that it may be."""
    if progress is not None and not isinstance(progress, bool) and not callable(progress):
        raise InvalidRequest(f"progress={progress!r} must be None, True, False or a callable (done, total).")


class Progress:
    """Counts units of work; a context manager.

    Parameters
    ----------
    progress : None, bool or callable
        None: a bar when there are several windows. A callable is called with (done, total).
    total : int
        How many windows, or other units of work, there are.
    name, unit : str
        What the bar says before its figures, and counts.
    """

    def __init__(
        self,
        progress: bool | Callable[[int, int], object] | None,
        total: int,
        name: str = "OpenD",
        unit: str = "window",
    ) -> None:
        self._name, self._unit = name, unit
        self._done = 0
        self._total = total
        self._call = progress if callable(progress) else None
        self._wants_bar = progress is True or progress is None
        self._bar: Any = None
        if progress is True or (progress is None and total > 1):
            self._show()

    def __enter__(self) -> Progress:
        self._tell()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def advance(self) -> None:
        """Say that one more unit is complete."""
        self._done += 1
        if self._bar is not None:
            self._bar.set_postfix_str("", refresh=False)
            self._bar.update()
        self._tell()

    def waiting(self, seconds: float) -> None:
        """Say that the rate limit makes the load wait for `seconds`; a wait is worth a bar even for one window."""
        if self._wants_bar and self._bar is None:
            self._show()
        if self._bar is not None:
            self._bar.set_postfix_str(f"rate limit: waiting {seconds:.0f} s")

    def _show(self) -> None:
        from tqdm.auto import tqdm

        self._bar = tqdm(total=self._total, desc=self._name, unit=self._unit, delay=DELAY_SECONDS, leave=False)

    def _tell(self) -> None:
        if self._call is not None:
            self._call(self._done, self._total)
