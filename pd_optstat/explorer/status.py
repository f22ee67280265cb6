"""What an explorer says of its numbers: where they come from, how old they are, whether they are final. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from ..errors import OptStatError
from .content import Content
from .state import METRICS, View

__all__ = ["error_html", "message_html", "said_of", "status_html", "summary_of"]


def said_of(infos: Sequence[Mapping[str, Any]], contents: Sequence[Content], now: datetime) -> list[str]:
    """Return the parts of the status line.

    Examples
    --------
    >>> info = {"rows": 9, "requests": 0, "source": "opend", "observed_at": "2026-06-12T21:00:00+00:00"}
    >>> said_of([info], [], datetime(2026, 6, 12, 21, 30, tzinfo=UTC))
    ['9 rows from the cache, nothing requested', 'source opend', 'observed 30 min ago']
    """
    if not infos:
        return [f"{sum(len(one.days) for one in contents)} rows of a frame that does not say where they come from"]
    rows, requests = (sum(_whole(info.get(name)) for info in infos) for name in ("rows", "requests"))
    if not requests:
        parts = [f"{rows} rows from the {_held_by(infos)}, nothing requested"]
    else:
        word = "request" if requests == 1 else "requests"
        parts = [f"{rows} rows: {requests} {word}, what they did not bring came from the cache"]
    parts.append("source " + ", ".join(dict.fromkeys(str(info.get("source", "unknown")) for info in infos)))
    if contents and not any(len(one.days) for one in contents):
        parts.insert(0, "no session in the range shown")
    days = [one.days[-1] for one in contents if len(one.days)]
    if days:
        newest = max(days).astype("datetime64[D]").astype(date)
        parts.append(f"newest {newest} ({_days_old((now.date() - newest).days)})")
    seen = [moment for info in infos if (moment := _moment(info.get("observed_at"))) is not None]
    if seen:
        parts.append(f"observed {_ago((now - max(seen)).total_seconds())}")
    return parts + _warnings(infos)


def _held_by(infos: Sequence[Mapping[str, Any]]) -> str:
    if any(info.get("pin") for info in infos):
        return "pin"
    endpoints = {str(info.get("endpoint", "")).partition(":")[0] for info in infos}
    return "archive" if endpoints == {"parquet"} else "pin" if endpoints == {"snapshot"} else "cache"


def _warnings(infos: Sequence[Mapping[str, Any]]) -> list[str]:
    parts = []
    as_of = next((info["as_of"] for info in infos if info.get("as_of")), None)
    if as_of:
        parts.append(f"as of {as_of}")
    for name, word in (("provisional", "provisional"), ("missing", "missing")):
        days = sorted({str(day) for info in infos for day in _list(info.get(name))})
        if days:
            parts.append(f"{word}: {', '.join(days[-3:])}" + (f" and {len(days) - 3} before" if len(days) > 3 else ""))
    return parts


def status_html(parts: Sequence[str], synthetic: bool, notes: Sequence[str] = ()) -> str:
    """Return the status line, which a screen reader reads when it changes."""
    label = '<b class="optstat-synthetic">SYNTHETIC</b> · ' if synthetic else ""
    line = " · ".join(html.escape(part) for part in parts)
    more = "".join(f'<div class="optstat-note">{html.escape(note)}</div>' for note in notes)
    return f'<div role="status" aria-live="polite" class="optstat-status">{label}{line}{more}</div>'


def error_html(error: BaseException, kept: bool) -> str:
    """Return what went wrong and what to do, as the error says it; and whether the view is still the one before."""
    kind = type(error).__name__
    said = str(error) or kind
    if not isinstance(error, OptStatError):
        said += " (This is a defect of pd_optstat: please report it, with po.show_versions().)"
    old = "<div>The view below is the last good one.</div>" if kept else ""
    return f'<div role="alert" class="optstat-error"><b>{html.escape(kind)}</b>: {html.escape(said)}{old}</div>'


def message_html(text: str) -> str:
    """Return what is no error, but has to be seen."""
    return f'<div role="status" class="optstat-error">{html.escape(text)}</div>'


def summary_of(contents: Sequence[Content], view: View) -> str:
    """Return the figure in one sentence a series, for those who cannot see it.

    Examples
    --------
    >>> summary_of([], View())
    'No rows.'
    """
    sentences = []
    for one in contents:
        if not len(one.days):
            sentences.append(f"{one.title}: no rows.")
            continue
        day = one.days[-1].astype("datetime64[D]")
        title = METRICS[view.metric].title
        sentences.append(
            f"{one.title}: {len(one.days)} sessions until {day}; put/call ratio {one.ratio[-1]:.2f}, "
            f"mean of {view.window} {one.mean[-1]:.2f}, percentile of {view.lookback} {100 * one.percentile[-1]:.0f}, "
            f"{title} {one.metric[-1]:.2f}."
        )
    return " ".join(sentences) or "No rows."


def _ago(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"


def _days_old(days: int) -> str:
    return "today" if days <= 0 else "1 day old" if days == 1 else f"{days} days old"


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
