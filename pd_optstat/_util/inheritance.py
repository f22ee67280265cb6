"""Settings that worker processes inherit from the process that starts them, in an environment variable.

A forked child has its parent's memory. One that is spawned (multiprocessing's ``spawn`` and ``forkserver``, loky, Dask,
Ray) begins empty: without this, a worker of a study that replays a pin would silently go to the network.
"""

from __future__ import annotations

import json
import os
from typing import Any

__all__ = ["VARIABLE", "inherited", "publish"]

VARIABLE = "PD_OPTSTAT_INHERIT"


def publish(name: str, value: object) -> None:
    """Let processes that are started from now on inherit `value`, which must be JSON; None withdraws it."""
    settings = _read()
    settings.pop(name, None)
    if value is not None:
        settings[name] = value
    if settings:
        os.environ[VARIABLE] = json.dumps({"process": os.getpid(), "settings": settings})
    else:
        os.environ.pop(VARIABLE, None)


def inherited(name: str) -> Any:
    """Return what a parent process published under `name`; None if it published nothing."""
    return _read().get(name)


def _read() -> dict[str, Any]:
    """Return the settings in the environment variable, empty if it has none of this package."""
    try:
        settings = json.loads(os.environ.get(VARIABLE) or "{}").get("settings", {})
    except (ValueError, AttributeError):
        return {}  # not ours
    return settings if isinstance(settings, dict) else {}
