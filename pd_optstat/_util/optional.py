"""What an optional feature needs, imported where it is used; if it is not there, the error says what to install."""

from __future__ import annotations

import importlib
from typing import Any

from ..errors import InvalidRequest

__all__ = ["import_optional"]


def import_optional(module: str, package: str, extra: str, purpose: str) -> Any:
    """Return `module`, or raise `InvalidRequest` saying which extra brings it.

    >>> needed("math", "math", "research", "sums").fsum([1, 2])
    3.0
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module.partition(".")[0]:
            raise  # it is there, but something of its own is not
        raise InvalidRequest(f"{purpose} need {package}: pip install 'pd-optstat[{extra}]'") from None
