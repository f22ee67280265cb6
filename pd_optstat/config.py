"""Defaults: which source and which cache folder, from `configure`, the environment, or built in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from .errors import InvalidRequest

__all__ = ["cache_directory", "configure", "default_source"]

SOURCE_VARIABLE = "PD_OPTSTAT_SOURCE"
CACHE_VARIABLE = "PD_OPTSTAT_CACHE_DIR"
BUILT_IN_SOURCE = "opend://127.0.0.1:11111"

_UNSET: Any = object()
_configured: dict[str, Any] = {}


def configure(*, source: Any = _UNSET, cache_dir: Any = _UNSET) -> None:
    """Set defaults for this process; None takes one back.

    Parameters
    ----------
    source : str or object, optional
        What ``source=None`` means, instead of ``$PD_OPTSTAT_SOURCE`` or ``opend://127.0.0.1:11111``.
    cache_dir : str or path, optional
        What ``cache=None`` means, instead of ``$PD_OPTSTAT_CACHE_DIR`` or the platform's user cache folder.

    Raises
    ------
    InvalidRequest
        If the source is none, or the folder no path.

    Examples
    --------
    >>> configure(source="simulator:?seed=7")
    >>> configure(source=None)
    """
    if source is not _UNSET:
        if source is not None:
            from .sources import resolve

            resolve(source)
        _configured["source"] = source
    if cache_dir is not _UNSET:
        _configured["cache_dir"] = None if cache_dir is None else to_path(cache_dir)


def default_source() -> Any:
    """Return the source that ``source=None`` means."""
    configured = _configured.get("source")
    return configured if configured is not None else os.environ.get(SOURCE_VARIABLE) or BUILT_IN_SOURCE


def cache_directory() -> Path:
    """Return the folder that ``cache=None`` means."""
    configured: Path | None = _configured.get("cache_dir")
    if configured is not None:
        return configured
    if os.environ.get(CACHE_VARIABLE):
        return to_path(os.environ[CACHE_VARIABLE])
    from platformdirs import user_cache_path

    return user_cache_path("pd_optstat", appauthor=False)


def to_path(folder: Any) -> Path:
    """Return `folder` as an absolute path, ``~`` expanded."""
    try:
        return Path(os.path.abspath(os.path.expanduser(os.fspath(folder))))
    except (TypeError, ValueError):
        raise InvalidRequest(f"{folder!r} is no path of a cache folder.") from None
