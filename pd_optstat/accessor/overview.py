"""What ``df.optstat`` shows about its frame: series, days, source, freshness, digest and pin. Pure.

A frame's attributes may have been written by anybody, and pandas copies them to frames that they do not describe. So
no attribute is trusted to have a certain type or length, and their digest is compared with that of the frame's rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

import pandas as pd

from .._util.validation import list_names
from ..analysis.counts import Counts
from ..analysis.frames import (
    any_synthetic,
    compute_digest,
    is_synthetic_series,
    per_series,
    read_counts,
    read_info,
    series_infos,
    sort_by_day,
)
from ..analysis.history_rows import with_rows_before
from ..analysis.price_column import is_volatility_frame, price_values
from ..core.arrays import Float64Array
from ..core.frame import is_panel
from ..errors import InvalidData, OptStatError, printable
from .ratio_frames import is_ratio_frame, read_ratios
from .volatility_frames import read_volatilities, volatility_digest

__all__ = [
    "Provenance",
    "as_html",
    "as_text",
    "picture_notes",
    "provenance_of",
    "removed_rows",
    "series_info",
]

#: Limits on the characters of a string, the days of a list and the series of a panel that are read.
_MAX_TEXT, _MAX_DAYS, _MAX_SERIES = 160, 100_000, 24
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WIDTH = 100
UNKNOWN = "unknown: not in df.attrs"

#: The attributes of one series, ``df.attrs["optstat"]``.
_Info: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known about a frame, as text.

    Attributes
    ----------
    title : str
    synthetic : bool
        Whether any of its rows may be synthetic.
    source_known : bool
        Whether its attributes name the source of its rows.
    facts : tuple of (str, str)
        Names and values.
    series : tuple of Provenance
        Those of a panel's series.
    """

    title: str
    synthetic: bool = False
    source_known: bool = True
    facts: tuple[tuple[str, str], ...] = ()
    series: tuple[Provenance, ...] = ()


def provenance_of(frame: pd.DataFrame) -> Provenance:
    """Return what is known about any frame, or why its counts cannot be read.

    Examples
    --------
    >>> import pd_optstat as po
    >>> found = provenance_of(po.sample())
    >>> found.title, found.synthetic, dict(found.facts)["Range"]
    ('US_SECURITY VOLUME, 5 rows', True, '2026-06-08 to 2026-06-12')
    """
    try:
        if is_panel(frame):
            return _panel_provenance(frame)
        if is_volatility_frame(frame):
            found = read_volatilities(frame)
            return _series_provenance(found.thousandths(), read_info(frame), own=volatility_digest(found))
        if is_ratio_frame(frame):
            return _series_provenance(read_ratios(frame), read_info(frame), own="none: the frame has ratios only")
        return _count_provenance(frame, read_info(frame))
    except OptStatError as error:
        synthetic = any_synthetic(series_infos(frame.attrs))
        return Provenance(f"cannot be read: {printable(str(error))}", synthetic)


def _panel_provenance(frame: pd.DataFrame) -> Provenance:
    parts = per_series(frame)
    infos = series_infos(frame.attrs)
    shown = []
    for key, part in list(parts.items())[:_MAX_SERIES]:
        name = _text(" ".join(map(str, key)) if isinstance(key, tuple) else str(key))
        try:
            shown.append(_count_provenance(part, series_info(part, frame), name))
        except InvalidData as error:
            shown.append(Provenance(f"{name}: cannot be read: {printable(str(error))}"))
    facts = [("Rows", str(len(frame)))]
    if len(parts) > len(shown):
        facts.append(("Not shown", f"{len(parts) - len(shown)} more series"))
    synthetic = any_synthetic(infos) or any(part.synthetic for part in shown)
    known = all(part.source_known for part in shown)
    return Provenance(f"panel of {len(parts)} series, {len(frame)} rows", synthetic, known, tuple(facts), tuple(shown))


def series_info(part: pd.DataFrame, panel: pd.DataFrame) -> _Info:
    """Return the attributes of one series of a panel, found by its market and data type."""
    own, info = read_info(part), read_info(panel)
    shared: _Info = {name: info[name] for name in ("source", "synthetic") if name in info}
    wanted = _names(own)
    # Only strings are compared: an array, for instance, would not answer with a bool.
    found = (info for info in series_infos(panel.attrs) if any(wanted) and _names(info) == wanted)
    return {**shared, **next(found, own)}


def _names(info: _Info) -> tuple[str | None, str | None]:
    market, data_type = info.get("market"), info.get("data_type")
    return market if isinstance(market, str) else None, data_type if isinstance(data_type, str) else None


def _count_provenance(frame: pd.DataFrame, info: _Info, name: str | None = None) -> Provenance:
    """Return what is known about a frame of counts."""
    ordered = sort_by_day(frame)
    return _series_provenance(read_counts(ordered), info, name, prices=price_values(ordered))


def _series_provenance(
    counts: Counts,
    info: _Info,
    name: str | None = None,
    *,
    prices: Float64Array | None = None,
    own: str | None = None,
) -> Provenance:
    """Return what is known about rows; `own` is what stands for their digest if it is not that of the counts."""
    days = counts.days
    names = [_text(info[key]) for key in ("market", "data_type") if isinstance(info.get(key), str)]
    title = name or " ".join(names) or "series"
    span = (f"{days[0]:%Y-%m-%d}", f"{days[-1]:%Y-%m-%d}") if len(days) else None
    if own is None or own.startswith("sha256:"):
        digest, note = _digest(_own_digest(counts, prices) if own is None else own, info)
    else:
        digest, note = own, ""
    synthetic = is_synthetic_series(counts, info)
    removed = removed_rows(counts, info)
    facts = [
        ("Series", title),
        ("Range", " to ".join(span) if span else "no days"),
        ("Rows", str(len(days))),
        ("Source", _source(info, synthetic)),
        ("Observed", _observed(info)),
        *([("As of", _moment(info["as_of"]))] if info.get("as_of") is not None else []),
        ("Provisional", _days(info.get("provisional"), span if note else None)),
        ("Missing", _days(info.get("missing"), span if note else None)),
        *([("Removed", removed)] if removed else []),
        *([("Warm-up", _text(info["warmup"]))] if _has_warmup(counts, info) else []),
        *([("Resampled", _text(info["resampled"]))] if info.get("resampled") is not None else []),
        ("Digest", digest),
        *([("Pin", _text(info["pin"]))] if info.get("pin") is not None else []),
        *([("Note", note)] if note else []),
    ]
    return Provenance(f"{title}, {len(days)} rows", synthetic, info.get("source") is not None, tuple(facts))


def _has_warmup(counts: Counts, info: _Info) -> bool:
    return with_rows_before(counts, info) is not counts


def removed_rows(counts: Counts, info: _Info) -> str:
    """Return how many of the rows that were loaded are no longer there, as text; empty if none were removed."""
    loaded, present = info.get("rows"), len(counts.days)
    if not isinstance(loaded, int) or not present < loaded < 10**9 or info.get("resampled") is not None:
        return ""
    return f"{loaded - present} of {loaded} loaded rows"


def picture_notes(counts: Counts, info: _Info) -> list[str]:
    """Return what a picture of the rows must say about their source."""
    removed = removed_rows(counts, info)
    return [
        *(["synthetic data"] if is_synthetic_series(counts, info) else []),
        *(["source unknown"] if info.get("source") is None else []),
        *([f"{removed} removed"] if removed else []),
    ]


def _own_digest(counts: Counts, prices: Float64Array | None) -> str | None:
    try:
        return compute_digest(counts, prices)
    except InvalidData:
        return None


def _digest(own: str | None, info: _Info) -> tuple[str, str]:
    """Return the digest of the rows, and a note if the attributes have another one."""
    given = info.get("digest")
    loaded = _text(given) if isinstance(given, str) else None
    if own is not None and loaded is not None and own == given:
        return f"{own} (as loaded)", ""
    shown = "none: counts are missing or not whole" if own is None else own
    if loaded is None:
        return shown if own is None else f"{shown} (computed from these rows)", ""
    rows = info.get("rows")
    count = f"{rows} rows, " if isinstance(rows, int) and not isinstance(rows, bool) and 0 <= rows < 10**9 else ""
    note = (
        f"These are not the rows that were loaded ({count}{loaded}): rows were selected, changed or computed since. "
        "Source, observation time and pin are those of the load."
    )
    return f"{shown} (not as loaded)" if own is not None else shown, note


def _source(info: _Info, synthetic: bool) -> str:
    """Return the source and endpoint that the attributes name."""
    source, endpoint = info.get("source"), info.get("endpoint")
    shown = UNKNOWN if source is None else _text(source)
    if isinstance(endpoint, str) and endpoint and endpoint != source:
        shown += f", at {_text(endpoint)}"
    return shown + (" (SYNTHETIC data)" if synthetic else "")


def _observed(info: _Info) -> str:
    if info.get("observed_at") is not None:
        return _moment(info["observed_at"])
    return "nothing yet" if "observed_at" in info else UNKNOWN


def _moment(value: object) -> str:
    """Return a moment in UTC to the second, or whatever else the attribute holds."""
    try:
        moment = datetime.fromisoformat(value)  # type: ignore[arg-type]
        return f"{(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (TypeError, ValueError, OverflowError):
        return _text(value)


def _days(value: object, span: tuple[str, str] | None) -> str:
    """Return a list of days as text; with `span`, only the days in it."""
    if value is None:
        return UNKNOWN
    if not isinstance(value, list | tuple):
        return f"unreadable: {_text(value)}"
    days = value[:_MAX_DAYS]
    if not all(isinstance(day, str) and _DAY.fullmatch(day) for day in days):
        return "unreadable: not a list of days"
    if span is not None:
        days = [day for day in days if span[0] <= day <= span[1]]
    return f"{len(days)}: {list_names(days)}" if days else "none"


def _text(value: object) -> str:
    """Return a value as one short line without control characters; of unexpected types only the type's name."""
    if isinstance(value, str):
        shown = printable(value) if value else "''"
        return shown if len(shown) <= _MAX_TEXT else f"{shown[:_MAX_TEXT]}…"
    if isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 10**18):
        return str(value)
    return f"a {printable(type(value).__name__)[:_MAX_TEXT]}"


def as_text(found: Provenance, methods: Iterable[str], properties: Iterable[str], remark: str = "") -> str:
    """Return the overview for a terminal; `remark` is about the methods."""
    import textwrap

    lines = [f"df.optstat: {_headline(found)}"]
    for part in (found, *found.series):
        if part is not found:
            lines.append(f"  {_headline(part)}")
        indent = "  " if part is found else "    "
        for name, value in _shown_facts(part, titled=part is not found):
            begin = f"{indent}{name:<12} "
            lines += textwrap.wrap(value, _WIDTH, initial_indent=begin, subsequent_indent=" " * len(begin)) or [begin]
    for kind, names in (("Properties", [*properties]), ("Methods", [*methods])):
        lines += textwrap.wrap(f"{kind}: {', '.join(names)}", _WIDTH, subsequent_indent="  ") if names else []
    lines += textwrap.wrap(remark, _WIDTH, subsequent_indent="  ")
    return "\n".join(lines)


def as_html(found: Provenance, methods: Iterable[tuple[str, str]], remark: str = "") -> str:
    """Return the overview for a notebook, without colours of its own, so that it is readable in every theme.

    `remark` is about the methods.
    """
    rows = "".join(_row(name, value) for name, value in found.facts)
    for part in found.series:
        rows += f'<tr><th scope="rowgroup" colspan="2" {_LEFT}>{_escape(_headline(part))}</th></tr>'
        rows += "".join(_row(name, value) for name, value in _shown_facts(part, titled=True))
    caption = f"<caption {_LEFT}><b>df.optstat</b>: {_escape(_headline(found))}</caption>"
    table = f"<table>{caption}<tbody>{rows}</tbody></table>"
    calls = "".join(_row(call, summary) for call, summary in methods)
    calls = f"<table><tbody>{calls}</tbody></table>{_paragraph(remark)}"
    members = f"<details><summary>properties and methods</summary>{calls}</details>"
    return f"<div>{table}{members}</div>"


_LEFT = 'style="text-align: left"'


def _headline(found: Provenance) -> str:
    source = "" if found.source_known else ", source unknown"
    return found.title + (", SYNTHETIC" if found.synthetic else "") + source


def _shown_facts(part: Provenance, titled: bool) -> Iterable[tuple[str, str]]:
    """Return the facts, without the series' name if it is already the title above them."""
    return (fact for fact in part.facts if not (titled and fact[0] == "Series"))


def _paragraph(text: str) -> str:
    return f"<p>{_escape(text)}</p>" if text else ""


def _row(name: str, value: str) -> str:
    return f'<tr><th scope="row" {_LEFT}>{_escape(name)}</th><td {_LEFT}>{_escape(value)}</td></tr>'


def _escape(text: str) -> str:
    import html  # here, as its table of entities takes a sixth of the time to import the package

    return html.escape(text)
