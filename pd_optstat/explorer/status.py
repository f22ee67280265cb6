"""The status line of an explorer: the source of its numbers, their age, and whether they are final. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from ..errors import OptStatError
from .plot_data import PlotData
from .state import METRICS, View

__all__ = ["describe_figure", "error_html", "message_html", "status_html", "status_parts"]


def status_parts(infos: Sequence[Mapping[str, object]], plots: Sequence[PlotData], now: datetime) -> list[str]:
    """Return the parts of the status line, given the ``attrs["optstat"]`` of each series.

    Examples
    --------
    >>> info = {"rows": 9, "requests": 0, "source": "opend", "observed_at": "2026-06-12T21:00:00+00:00"}
    >>> status_parts([info], [], datetime(2026, 6, 12, 21, 30, tzinfo=UTC))
    ['9 rows from the cache, nothing requested', 'source opend', 'observed 30 min ago']
    """
    if not infos:
        return [
            f"{sum(len(plot.days) for plot in plots)} rows of a frame whose attributes do not say where they come from"
        ]
    rows, requests = (sum(_to_int(info.get(name)) for info in infos) for name in ("rows", "requests"))
    if not requests:
        parts = [f"{rows} rows from the {_storage_name(infos)}, nothing requested"]
    else:
        word = "request" if requests == 1 else "requests"
        parts = [f"{rows} rows: {requests} {word}, the rest from the cache"]
    parts.append("source " + ", ".join(dict.fromkeys(str(info.get("source", "unknown")) for info in infos)))
    if plots and not any(len(plot.days) for plot in plots):
        parts.insert(0, "no session in the range shown")
    days = [plot.days[-1] for plot in plots if len(plot.days)]
    if days:
        newest = max(days).astype("datetime64[D]").astype(date)
        parts.append(f"newest {newest} ({_days_old((now.date() - newest).days)})")
    observed = [moment for info in infos if (moment := _to_moment(info.get("observed_at"))) is not None]
    if observed:
        parts.append(f"observed {_ago((now - max(observed)).total_seconds())}")
    return parts + _warnings(infos)


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


def status_html(parts: Sequence[str], synthetic: bool, notes: Sequence[str] = ()) -> str:
    """Return the status line as HTML that screen readers announce when it changes."""
    label = '<b class="optstat-synthetic">SYNTHETIC</b> · ' if synthetic else ""
    line = " · ".join(html.escape(part) for part in parts)
    more = "".join(f'<div class="optstat-note">{html.escape(note)}</div>' for note in notes)
    return f'<div role="status" aria-live="polite" class="optstat-status">{label}{line}{more}</div>'


def error_html(error: BaseException, kept: bool) -> str:
    """Return an error as HTML; `kept` adds that the previous view is still shown."""
    kind = type(error).__name__
    message = str(error) or kind
    if not isinstance(error, OptStatError):
        message += " (This is a bug in pd_optstat. Please report it with the output of po.show_versions().)"
    note = "<div>The plot below is the last valid one.</div>" if kept else ""
    return f'<div role="alert" class="optstat-error"><b>{html.escape(kind)}</b>: {html.escape(message)}{note}</div>'


def message_html(text: str) -> str:
    """Return a message that is not an error as HTML."""
    return f'<div role="status" class="optstat-error">{html.escape(text)}</div>'


def describe_figure(plots: Sequence[PlotData], view: View) -> str:
    """Describe the figure for screen readers, in one sentence per series.

    Examples
    --------
    >>> describe_figure([], View())
    'No rows.'
    """
    sentences = []
    for plot in plots:
        if not len(plot.days):
            sentences.append(f"{plot.title}: no rows.")
            continue
        day = plot.days[-1].astype("datetime64[D]")
        title = METRICS[view.metric].title
        sentences.append(
            f"{plot.title}: {len(plot.days)} sessions until {day}; put/call ratio {plot.ratio[-1]:.2f}, "
            f"mean of {view.window} {plot.mean[-1]:.2f}, "
            f"percentile of {view.lookback} {100 * plot.percentile[-1]:.0f}, {title} {plot.metric[-1]:.2f}."
        )
    return " ".join(sentences) or "No rows."


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


def _to_int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _to_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
