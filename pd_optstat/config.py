"""Defaults of this process, from `configure` or the environment: source, cache folder, delays, calendar overrides."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import cast

from ._types import CalendarOverridesLike, PathLike, SourceLike
from ._util.files import expand_user
from ._util.inheritance import inherited, publish
from .core.calendar_arguments import parse_calendar_overrides
from .core.calendar_overrides import use_overrides
from .core.finality import Rules
from .core.origins import vendor_brand
from .core.urls import parse_url
from .errors import InvalidRequest

__all__ = ["cache_directory", "configure", "default_source"]

SOURCE_VARIABLE = "PD_OPTSTAT_SOURCE"
CACHE_VARIABLE = "PD_OPTSTAT_CACHE_DIR"
BUILT_IN_SOURCE = "opend://127.0.0.1:11111"

LONGEST_DELAY = timedelta(days=30)


class _Unset(Enum):
    """The value of an argument that was not given: None already means the built-in default."""

    UNSET = 0


_UNSET = _Unset.UNSET


_configured: dict[str, object] = {}
#: A delay as given: text such as "12h", a timedelta, or seconds.
_Delay = str | timedelta | float


def configure(
    *,
    source: SourceLike | _Unset | None = _UNSET,
    cache_dir: PathLike | _Unset | None = _UNSET,
    volume_final_after: _Delay | _Unset | None = _UNSET,
    open_interest_final_after: _Delay | _Unset | None = _UNSET,
    provisional_ttl: _Delay | _Unset | None = _UNSET,
    calendar_overrides: CalendarOverridesLike | _Unset | None = _UNSET,
    stale_if_error: bool | _Unset | None = _UNSET,
) -> None:
    """Set defaults for this process, and for worker processes that it starts later. None restores a default.

    Parameters
    ----------
    source : str or object, optional
        What ``source=None`` means, instead of ``$PD_OPTSTAT_SOURCE`` or ``opend://127.0.0.1:11111``.
    cache_dir : str or path, optional
        What ``cache=None`` means, instead of ``$PD_OPTSTAT_CACHE_DIR`` or the platform's user cache folder.
    volume_final_after : str, timedelta or number of seconds, optional
        How long after a session's close its volume is final; by default ``"12h"``. This and the next delay apply
        to replies when they are cached.
    open_interest_final_after : str, timedelta or number of seconds, optional
        How long after the next session's open a session's open interest is final; by default ``"0h"``.
    provisional_ttl : str, timedelta or number of seconds, optional
        How long a provisional value is served from the cache before it is requested again; by default ``"15min"``.
    calendar_overrides : dict, optional
        Sessions that the exchange calendars lack or wrongly have, by exchange (``"XNYS"``, ``"XHKG"``) or market. Of
        each, ``"closed"`` lists dates without a session, and ``"sessions"`` dates with one: as a dict from the date
        to its closing time on the exchange's clock (``"13:00"``), to an (opening, closing) pair, or to None for
        regular hours; or as a list, for regular hours. They replace all earlier overrides.
    stale_if_error : bool, optional
        What ``stale_if_error=None`` of a load means: whether it returns what the cache holds, with a `StaleWarning`,
        if the source cannot be reached. By default it raises `ConnectionFailed`.

    Raises
    ------
    InvalidRequest
        If the source or the folder is not valid, a delay is not between 0 and 30 days, or overrides name no exchange,
        date or time, or contradict each other. No setting is changed then.

    Notes
    -----
    Overrides decide which days are requested, which are missing, when a session closes and its values are final, and
    the sessions that methods of ``df.optstat`` count. A day that is added is requested with the next load of it, even
    if the cache had it as closed; one that is closed is no longer missing. A row that a server gives is used whatever
    the overrides say. Simulators and pins keep to their own days.

    Examples
    --------
    >>> configure(source="simulator:?seed=7")
    >>> configure(source=None)
    >>> configure(calendar_overrides={"XNYS": {"closed": ["2026-07-03"], "sessions": {"2026-07-04": "13:00"}}})
    >>> configure(calendar_overrides=None)
    """
    changed: dict[str, object] = {}
    if source is not _UNSET:
        _check_source(source)
        changed |= {"source": source, "source_not_inherited": None}
    if cache_dir is not _UNSET:
        changed["cache_dir"] = None if cache_dir is None else to_folder(cache_dir)
    delays = {
        "volume_final_after": volume_final_after,
        "open_interest_final_after": open_interest_final_after,
        "provisional_ttl": provisional_ttl,
    }
    changed |= {
        name: None if value is None else _delay(name, value) for name, value in delays.items() if value is not _UNSET
    }
    if stale_if_error is not _UNSET:
        if not isinstance(stale_if_error, bool | None):
            raise InvalidRequest(f"stale_if_error={stale_if_error!r} must be True, False or None.")
        changed["stale_if_error"] = stale_if_error
    if calendar_overrides is not _UNSET:
        overrides = {} if calendar_overrides is None else parse_calendar_overrides(calendar_overrides)
        use_overrides(overrides)
        publish("calendar_overrides", {name: one.to_json() for name, one in overrides.items()} or None)
    _configured.update(changed)
    freshness_rules.cache_clear()
    publish("configure", _to_inherit(_configured))


def _check_source(source: object) -> None:
    """Raise `InvalidRequest` if `source` is not None, a valid URL or a source object."""
    if isinstance(source, str):
        _, arguments = parse_url(source)
        for name in ("rsa_key", "certificates"):
            path = arguments.get(name)
            if isinstance(path, str) and not os.path.isfile(os.path.expanduser(path)):
                raise InvalidRequest(f"{name} in the source URL is not a file. Give the path of a PEM file.")
    elif source is not None and vendor_brand(source) is None and not hasattr(source, "endpoint"):
        raise InvalidRequest(
            f"source of type {type(source).__name__} is not a source. Give a URL, a po.OpenD(...), or an open "
            "OpenQuoteContext of futu or moomoo."
        )


def _to_inherit(settings: Mapping[str, object]) -> dict[str, object] | None:
    """Return the settings that worker processes inherit, as JSON; a source that may hold a key is only named."""
    given = {name: value for name, value in settings.items() if value is not None}
    source = given.pop("source", None)
    inheritable: dict[str, object] = {
        name: str(value) if isinstance(value, Path) else value for name, value in given.items()
    }
    if isinstance(source, str) and "@" not in source:
        inheritable["source"] = source
    elif source is not None:
        inheritable["source_not_inherited"] = "a URL with a key" if isinstance(source, str) else type(source).__name__
    return inheritable or None


def _from_parent() -> dict[str, object]:
    """Return the settings that this process inherits, if a process that was configured started it."""
    found = inherited("configure")
    settings: dict[str, object] = {}
    if isinstance(found, dict):
        settings.update({name: found[name] for name in ("source", "source_not_inherited") if name in found})
        settings.update({name: found[name] for name in Rules.__dataclass_fields__ if isinstance(found.get(name), int)})
        if isinstance(found.get("stale_if_error"), bool):
            settings["stale_if_error"] = found["stale_if_error"]
        if isinstance(found.get("cache_dir"), str):
            settings["cache_dir"] = Path(found["cache_dir"])
    return settings


def _delay(name: str, value: _Delay) -> int:
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
    delays = (_configured.get(name) for name in Rules.__dataclass_fields__)
    named = zip(Rules.__dataclass_fields__, delays, strict=True)
    return Rules(**{name: delay for name, delay in named if isinstance(delay, int)})


def default_source() -> SourceLike:
    """Return the source that ``source=None`` means."""
    configured = cast("SourceLike | None", _configured.get("source"))
    if configured is None and (hidden := _configured.get("source_not_inherited")) is not None:
        raise InvalidRequest(
            f"The process that started this one configured {hidden} as its source, which a worker process does not "
            "inherit. Call po.configure(source=...) in the worker, or give source= to the load."
        )
    return configured if configured is not None else os.environ.get(SOURCE_VARIABLE) or BUILT_IN_SOURCE


def default_stale_if_error() -> bool:
    """Return what ``stale_if_error=None`` means."""
    return _configured.get("stale_if_error") is True


def origin_of_setting(setting: str, variable: str) -> str:
    """Return how a default was set: ``"by po.configure"``, ``"by $VARIABLE"`` or ``"built in"``."""
    if _configured.get(setting) is not None:
        return "by po.configure"
    return f"by ${variable}" if os.environ.get(variable) else "built in"


def cache_directory() -> Path:
    """Return the folder that ``cache=None`` means."""
    configured = _configured.get("cache_dir")
    if isinstance(configured, Path):
        return configured
    if os.environ.get(CACHE_VARIABLE):
        return to_folder(os.environ[CACHE_VARIABLE])
    from platformdirs import user_cache_path

    return user_cache_path("pd_optstat", appauthor=False)


def to_folder(folder: object) -> Path:
    """Return `folder` as an absolute path, ``~`` expanded."""
    try:
        path = os.fspath(folder) if isinstance(folder, str | os.PathLike) else None
        if not isinstance(path, str) or not path or "\0" in path:
            raise ValueError
        return Path(os.path.abspath(expand_user(path)))
    except (TypeError, ValueError) as error:
        reason = f": {error}" if str(error) else ""
        raise InvalidRequest(f"cache_dir={folder!r} is not a valid path{reason}.") from None


_configured.update(_from_parent())
