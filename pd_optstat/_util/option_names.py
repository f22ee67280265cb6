"""Error messages for command lines: keyword arguments written as options."""

from __future__ import annotations

import re
from collections.abc import Collection

__all__ = ["name_options"]

#: A word, with "=True", "=False" or "=" after it; not the first argument of a call such as po.configure(cache_dir=...).
_WORD = re.compile(r"(?<![\w.$])(?<!\w\()([a-z]\w*)(=(True\b|False\b)?)?")


def name_options(message: str, options: Collection[str]) -> str:
    """Return `message` with the keyword arguments that are `options` written as the user types them.

    Examples
    --------
    >>> name_options("offline=True, start='2026': as_of is set.", ["--offline", "--start", "--as-of"])
    "--offline, --start '2026': --as-of is set."
    >>> name_options("Use cache='PATH' or cache=False.", ["--cache-dir", "--no-cache"])
    "Use --cache-dir 'PATH' or --no-cache."
    """

    def replace(word: re.Match[str]) -> str:
        name, equals, flag = word.groups()
        if not equals and "_" not in name:  # an English word such as "start"
            return word[0]
        option = f"--{'no_' if flag == 'False' else ''}{name}".replace("_", "-")
        if option == "--cache" and option not in options:
            option = "--cache-dir"
        if option not in options:
            return word[0]
        return f"{option} " if equals and not flag else option

    return _WORD.sub(replace, message)
