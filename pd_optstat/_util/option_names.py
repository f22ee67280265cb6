"""Error messages for command lines: keyword arguments written as options."""

from __future__ import annotations

import re
from collections.abc import Collection

__all__ = ["name_options"]

#: An argument with its ``=``, but not the first one of a call such as ``po.configure(cache_dir='PATH')``.
_ARGUMENT = re.compile(r"(?<!\w)(?<!\w\()([a-z]\w*)=(True\b|False\b)?|\b(as_of|include_open)\b")


def name_options(message: str, options: Collection[str]) -> str:
    """Return `message` with the keyword arguments that are `options` written as the user types them.

    Examples
    --------
    >>> name_options("offline=True, start='2026': as_of is set.", ["--offline", "--start", "--as-of"])
    "--offline, --start '2026': --as-of is set."
    >>> name_options("Use cache='PATH' or cache=False.", ["--cache-dir", "--no-cache"])
    "Use --cache-dir 'PATH' or --no-cache."
    """

    def replace(found: re.Match[str]) -> str:
        name, value = found[1] or found[3], found[2]
        option = f"--{'no_' if value == 'False' else ''}{name}".replace("_", "-")
        if option == "--cache" and option not in options:
            option = "--cache-dir"
        if option not in options:
            return found[0]
        return option if value or found[3] else f"{option} "

    return _ARGUMENT.sub(replace, message)
