"""A text that shows itself to nobody: not in reprs, and so not in logs, tracebacks with locals, or debuggers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Secret"]


@dataclass(frozen=True, slots=True)
class Secret:
    """A key.

    Examples
    --------
    >>> Secret("sesame"), bool(Secret("")), Secret("sesame").text
    (<hidden>, False, 'sesame')
    """

    text: str

    def __repr__(self) -> str:
        return "<hidden>"

    def __bool__(self) -> bool:
        return bool(self.text)

    def __reduce__(self) -> Any:
        if self.text:
            raise TypeError("a key is not to be pickled: give it where it is needed")
        return type(self), ("",)
