"""The status line of an explorer: the source of its numbers, their age, and whether they are final. Pure.

The page composes the same line from `status_content`, as it shows ages at the time of reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from ..errors import OptStatError

__all__ = ["error_text", "one_sentence", "status_content", "status_parts"]


def one_sentence(titles: Sequence[str], loading: bool) -> str:
    """Return the text of an explorer where it cannot be shown, such as in a terminal.

    Examples
    --------
    >>> one_sentence(["US_SECURITY VOLUME"], loading=False)
    "<Explorer of US_SECURITY VOLUME, a widget for notebooks; to_html('page.html') writes it as a page>"
    """
    shown = f"of {', '.join(titles)}" if titles else "that is loading" if loading else "without data"
    return f"<Explorer {shown}, a widget for notebooks; to_html('page.html') writes it as a page>"


def status_content(
    infos: Sequence[Mapping[str, object]], rows: int, *, given: bool = False, changed: bool = False, requests: int = 0
) -> dict[str, object]:
    """Return what the status line says of the loaded rows, apart from their age.

    Parameters
    ----------
    infos : sequence of mapping
        ``attrs["optstat"]`` of each series; empty if there is none.
    rows : int
        All rows, with those of the lookback.
    given : bool
        Whether the rows are those of a frame that the explorer was opened on.
    changed : bool
        Whether the rows are not those that the attributes describe.
    requests : int
        Requests of a refresh, besides those that the attributes count.

    Examples
    --------
    >>> info = {"rows": 9, "requests": 0, "source": "opend", "observed_at": "2026-06-12T21:00:00+00:00"}
    >>> status_content([info], 9)["before"]
    ['9 rows from the cache, nothing requested', 'source opend']
    """
    described = [] if changed else infos
    observed = [text for info in described if isinstance(text := info.get("observed_at"), str) and _to_moment(text)]
    after = _warnings(described)
    if changed:
        after.append("these are not exactly the rows that were loaded")
    return {
        "before": _origin(described, rows, given, requests),
        "observed": max(observed, key=_sortable) if observed else None,
        "after": after,
    }


def status_parts(status: Mapping[str, object], newest: date | None, now: datetime) -> list[str]:
    """Return the parts of the status line at a moment; `newest` is the last day shown.

    Examples
    --------
    >>> status = {"before": ["9 rows"], "observed": "2026-06-12T21:00:00+00:00", "after": []}
    >>> status_parts(status, date(2026, 6, 12), datetime(2026, 6, 12, 21, 30, tzinfo=UTC))
    ['9 rows', 'newest 2026-06-12 (today)', 'observed 30 min ago']
    """
    parts = [str(part) for part in _to_list(status.get("before"))]
    if newest is None:
        parts.insert(0, "no session in the range shown")
    else:
        parts.append(f"newest {newest} ({_days_old((now.date() - newest).days)})")
    observed = _to_moment(status.get("observed"))
    if observed is not None:
        parts.append(f"observed {_ago((now - observed).total_seconds())}")
    return parts + [str(part) for part in _to_list(status.get("after"))]


def _origin(infos: Sequence[Mapping[str, object]], rows: int, given: bool, requests: int) -> list[str]:
    if not any("source" in info for info in infos):
        return [f"{rows} rows of a frame whose attributes do not say where they come from"]
    requests += sum(_to_int(info.get("requests")) for info in infos)
    source = "source " + ", ".join(dict.fromkeys(str(info.get("source", "unknown")) for info in infos))
    if given:
        return [f"{rows} rows of a frame", source]
    if not requests:
        return [f"{rows} rows from the {_storage_name(infos)}, nothing requested", source]
    word = "request" if requests == 1 else "requests"
    return [f"{rows} rows: {requests} {word}, the rest from the cache", source]


def _storage_name(infos: Sequence[Mapping[str, object]]) -> str:
    if any(info.get("pin") for info in infos):
        return "pin"
    endpoints = {str(info.get("endpoint", "")).partition(":")[0] for info in infos}
    return "archive" if endpoints == {"parquet"} else "pin" if endpoints == {"snapshot"} else "cache"


def _warnings(infos: Sequence[Mapping[str, object]]) -> list[str]:
    parts = []
    as_of = next((info["as_of"] for info in infos if info.get("as_of")), None)
    if as_of:
        parts.append(f"as of {as_of}")
    for name, word in (("provisional", "provisional"), ("missing", "missing")):
        days = sorted({str(day) for info in infos for day in _to_list(info.get(name))})
        if days:
            parts.append(f"{word}: {', '.join(days[-3:])}" + (f" and {len(days) - 3} before" if len(days) > 3 else ""))
    return parts


def error_text(error: BaseException) -> str:
    """Return an error as the page shows it."""
    kind = type(error).__name__
    message = f"{kind}: {str(error) or kind}"
    if not isinstance(error, OptStatError):
        message += " (This is a bug in pd_optstat. Please report it with the output of po.show_versions().)"
    return message


def _ago(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"


def _days_old(days: int) -> str:
    return "today" if days <= 0 else "1 day old" if days == 1 else f"{days} days old"


def _to_moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sortable(text: str) -> datetime:
    return _to_moment(text) or datetime.min.replace(tzinfo=UTC)


def _to_int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _to_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
