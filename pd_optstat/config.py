"""Defaults: which source and which cache folder, from `configure`, the environment, or built in."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from .core.finality import Rules
from .core.origins import vendor_brand
from .core.urls import parse_url
from .errors import InvalidRequest

__all__ = ["cache_directory", "configure", "default_source"]

SOURCE_VARIABLE = "PD_OPTSTAT_SOURCE"
CACHE_VARIABLE = "PD_OPTSTAT_CACHE_DIR"
BUILT_IN_SOURCE = "opend://127.0.0.1:11111"

LONGEST_DELAY = timedelta(days=30)

_UNSET: Any = object()
_configured: dict[str, Any] = {}


def configure(
    *,
    source: Any = _UNSET,
    cache_dir: Any = _UNSET,
    volume_final_after: Any = _UNSET,
    open_interest_final_after: Any = _UNSET,
    provisional_ttl: Any = _UNSET,
) -> None:
    """Set defaults for this process; None takes one back.

    Parameters
    ----------
    source : str or object, optional
        What ``source=None`` means, instead of ``$PD_OPTSTAT_SOURCE`` or ``opend://127.0.0.1:11111``.
    cache_dir : str or path, optional
        What ``cache=None`` means, instead of ``$PD_OPTSTAT_CACHE_DIR`` or the platform's user cache folder.
    volume_final_after : str, timedelta or number of seconds, optional
        How long after a session's close its volume is final; by default ``"12h"``. Like the next one, it is
        applied to answers when they are recorded.
    open_interest_final_after : str, timedelta or number of seconds, optional
        How long after the next session's open a session's open interest is final; by default ``"0h"``.
    provisional_ttl : str, timedelta or number of seconds, optional
        How long a number that is not final is served again before it is asked for anew; by default ``"15min"``.

    Raises
    ------
    InvalidRequest
        If the source is none, the folder no path, or a delay none from 0 to 30 days.

    Examples
    --------
    >>> configure(source="simulator:?seed=7")
    >>> configure(source=None)
    """
    if source is not _UNSET:
        if isinstance(source, str):
            parse_url(source)
        elif source is not None and vendor_brand(source) is None and not hasattr(source, "endpoint"):
            raise InvalidRequest(
                f"source of type {type(source).__name__} is not a source. Give a URL, a po.OpenD(...), or an open "
                "OpenQuoteContext of futu or moomoo."
            )
        _configured["source"] = source
    if cache_dir is not _UNSET:
        _configured["cache_dir"] = None if cache_dir is None else to_folder(cache_dir)
    delays = {
        "volume_final_after": volume_final_after,
        "open_interest_final_after": open_interest_final_after,
        "provisional_ttl": provisional_ttl,
    }
    checked = {
        name: None if value is None else _delay(name, value) for name, value in delays.items() if value is not _UNSET
    }
    _configured.update(checked)
    freshness_rules.cache_clear()


def _delay(name: str, value: Any) -> int:
    """Return `value` in microseconds."""
    import pandas as pd

    try:
        if isinstance(value, bool):
            raise ValueError
        number = isinstance(value, int | float)
        delay = pd.Timedelta(value, unit="s") if number else pd.Timedelta(value)
        if not pd.Timedelta(0) <= delay <= LONGEST_DELAY:  # NaT is neither
            raise ValueError
    except (ValueError, TypeError):
        raise InvalidRequest(f"{name}={value!r} must be a delay from 0 to 30 days, such as '12h'.") from None
    return round(delay.total_seconds() * 1_000_000)


@lru_cache(maxsize=1)
def freshness_rules() -> Rules:
    """Return the delays in force."""
    return Rules(**{name: delay for name in Rules.__dataclass_fields__ if (delay := _configured.get(name)) is not None})


def default_source() -> Any:
    """Return the source that ``source=None`` means."""
    configured = _configured.get("source")
    return configured if configured is not None else os.environ.get(SOURCE_VARIABLE) or BUILT_IN_SOURCE


def origin_of_setting(setting: str, variable: str) -> str:
    """Return in words what decides a default: `configure`, an environment variable, or nobody."""
    if _configured.get(setting) is not None:
        return "by po.configure"
    return f"by ${variable}" if os.environ.get(variable) else "built in"


def cache_directory() -> Path:
    """Return the folder that ``cache=None`` means."""
    configured: Path | None = _configured.get("cache_dir")
    if configured is not None:
        return configured
    if os.environ.get(CACHE_VARIABLE):
        return to_folder(os.environ[CACHE_VARIABLE])
    from platformdirs import user_cache_path

    return user_cache_path("pd_optstat", appauthor=False)


def to_folder(folder: Any) -> Path:
    """Return `folder` as an absolute path, ``~`` expanded."""
    try:
        path = os.fspath(folder)
        if not path or "\0" in path:
            raise ValueError
        return Path(os.path.abspath(os.path.expanduser(path)))
    except (TypeError, ValueError):
        raise InvalidRequest(f"{folder!r} is no path of a cache folder.") from None
