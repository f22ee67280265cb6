"""Optional dependencies, imported where they are used."""

from __future__ import annotations

import importlib
from types import ModuleType

from ..errors import InvalidRequest

__all__ = ["how_to_install", "import_optional"]


def import_optional(module: str, package: str, extra: str, purpose: str) -> ModuleType:
    """Return an optional module, or raise `InvalidRequest` naming the extra that installs it.

    Parameters
    ----------
    module, package : str
        The module to import, and the package that contains it.
    extra : str
        The extra of pd-optstat that installs the package.
    purpose : str
        What needs it, in the plural, as the subject of the message.

    Examples
    --------
    >>> import_optional("math", "math", "research", "sums").fsum([1, 2])
    3.0
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module.partition(".")[0]:
            raise  # the package is installed, but one of its own dependencies is not
        subject = purpose[:1].upper() + purpose[1:]
        raise InvalidRequest(f"{subject} need {package}: {how_to_install(extra)}.") from None


def how_to_install(extra: str) -> str:
    """Return the command that installs an extra.

    Examples
    --------
    >>> how_to_install("research")
    "pip install 'pd-optstat[research]', or '.[research]' in a clone"
    """
    return f"pip install 'pd-optstat[{extra}]', or '.[{extra}]' in a clone"
