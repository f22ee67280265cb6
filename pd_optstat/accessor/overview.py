"""What ``df.optstat`` says of itself: which series, which days, from where, how fresh, which digest, which pin. Pure.

A frame's attributes are what others wrote, and pandas carries them on to frames that they do not describe. So nothing
of them is believed to be of some type or length, and their digest is compared with that of the rows that are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from .._util.validation import list_names
from ..analysis.counts import Counts
from ..analysis.frames import (
    any_synthetic,
    compute_digest,
    per_series,
    read_counts,
    read_info,
    series_infos,
    sort_by_day,
)
from ..errors import InvalidData, OptStatError, printable
from .base import is_panel

__all__ = ["Provenance", "as_html", "as_text", "provenance_of"]

#: How many characters of a text, how many days of a list are looked at, and how many series of a panel.
_MOST_TEXT, _MOST_DAYS, _MOST_SERIES = 160, 100_000, 24
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WIDTH = 100
UNKNOWN = "unknown: the frame's attributes do not say"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of a frame, in words.

    Attributes
    ----------
    title : str
    synthetic : bool
        Whether any of its numbers are.
    facts : tuple of (str, str)
        Each with its name.
    series : tuple of Provenance
        Those of a panel.
    """

    title: str
    synthetic: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    series: tuple[Provenance, ...] = ()


def provenance_of(frame: pd.DataFrame) -> Provenance:
    """Return what is known of any frame; of one that is none of ours, why.

    Examples
    --------
    >>> import pd_optstat as po
    >>> found = provenance_of(po.sample())
    >>> found.title, found.synthetic, dict(found.facts)["Range"]
    ('US_SECURITY VOLUME, 5 rows', True, '2026-06-08 to 2026-06-12')
    """
    try:
        if is_panel(frame):
            return _of_panel(frame)
        return _of_series(read_counts(sort_by_day(frame)), read_info(frame))
    except OptStatError as error:
        return Provenance(f"nothing to compute: {printable(str(error))}", any_synthetic(series_infos(frame.attrs)))


def _of_panel(frame: pd.DataFrame) -> Provenance:
    parts = per_series(frame)
    infos = series_infos(frame.attrs)
    shown = []
    for key, part in list(parts.items())[:_MOST_SERIES]:
        name = _text(" ".join(map(str, key)) if isinstance(key, tuple) else str(key))
        try:
            shown.append(_of_series(read_counts(sort_by_day(part)), _info_for(part, infos), name))
        except InvalidData as error:
            shown.append(Provenance(f"{name}: nothing to compute: {printable(str(error))}"))
    facts = [("Rows", str(len(frame)))]
    if len(parts) > len(shown):
        facts.append(("Not shown", f"{len(parts) - len(shown)} more series"))
    synthetic = any_synthetic(infos) or any(one.synthetic for one in shown)
    return Provenance(f"panel of {len(parts)} series, {len(frame)} rows", synthetic, tuple(facts), tuple(shown))


def _info_for(part: pd.DataFrame, infos: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what a panel's attributes say of one of its series; the columns say which that is."""
    known = read_info(part)
    wanted = (known.get("market"), known.get("data_type"))
    # A value of a hostile type could answer a comparison with anything.
    texts = [(info, (info.get("market"), info.get("data_type"))) for info in infos]
    found = (info for info, two in texts if all(isinstance(one, str) for one in two) and two == wanted)
    return next(found, known)


def _of_series(counts: Counts, info: Mapping[str, Any], name: str | None = None) -> Provenance:
    days = counts.days
    title = (
        name or " ".join(_text(info[n]) for n in ("market", "data_type") if isinstance(info.get(n), str)) or "series"
    )
    span = (f"{days[0]:%Y-%m-%d}", f"{days[-1]:%Y-%m-%d}") if len(days) else None
    digest, note = _digest(counts, info)
    synthetic = any_synthetic([info])
    facts = [
        ("Series", title),
        ("Range", " to ".join(span) if span else "no days"),
        ("Rows", str(len(days))),
        ("Source", _source(info, synthetic)),
        ("Observed", _observed(info)),
        *([("As of", _moment(info["as_of"]))] if info.get("as_of") is not None else []),
        ("Provisional", _days(info.get("provisional"), span if note else None)),
        ("Missing", _days(info.get("missing"), span if note else None)),
        ("Digest", digest),
        *([("Pin", _text(info["pin"]))] if info.get("pin") is not None else []),
        *([("Note", note)] if note else []),
    ]
    return Provenance(f"{title}, {len(days)} rows", synthetic, tuple(facts))


def _digest(counts: Counts, info: Mapping[str, Any]) -> tuple[str, str]:
    """Return the digest of the rows, and a note if it is not that of the load."""
    said = info.get("digest")
    known = _text(said) if isinstance(said, str) else None
    try:
        own = compute_digest(counts)
    except InvalidData:
        own = None
    if own is not None and known is not None and own == said:
        return f"{own} (that of the load)", ""
    shown = "none, as numbers are missing" if own is None else own
    if known is None:
        return shown if own is None else f"{shown} (computed from these rows)", ""
    rows = info.get("rows")
    loaded = f"{rows} rows, " if isinstance(rows, int) and not isinstance(rows, bool) and 0 <= rows < 10**9 else ""
    note = (
        f"These are not the rows that were loaded ({loaded}{known}): rows were selected, changed or computed since. "
        "Source, observation and pin are those of the load."
    )
    return f"{shown}, not that of the load" if own is not None else shown, note


def _source(info: Mapping[str, Any], synthetic: bool) -> str:
    source, endpoint = info.get("source"), info.get("endpoint")
    said = UNKNOWN if source is None else _text(source)
    if isinstance(endpoint, str) and endpoint and endpoint != source:
        said += f", at {_text(endpoint)}"
    return said + (" (SYNTHETIC numbers)" if synthetic else "")


def _observed(info: Mapping[str, Any]) -> str:
    if info.get("observed_at") is not None:
        return _moment(info["observed_at"])
    return "nothing yet" if "observed_at" in info else UNKNOWN


def _moment(value: Any) -> str:
    """Return a moment in UTC to the second, or what else stands there."""
    try:
        moment = datetime.fromisoformat(value)
        return f"{(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (TypeError, ValueError, OverflowError):
        return _text(value)


def _days(value: Any, within: tuple[str, str] | None) -> str:
    """Return a list of days in words: those `within` the rows that are there, if these are others than the load's."""
    if value is None:
        return UNKNOWN
    if not isinstance(value, list | tuple):
        return f"unreadable: {_text(value)}"
    days = value[:_MOST_DAYS]
    if not all(isinstance(day, str) and _DAY.fullmatch(day) for day in days):
        return "unreadable: not all are days"
    if within is not None:
        days = [day for day in days if within[0] <= day <= within[1]]
    return f"{len(days)}: {list_names(days)}" if days else "none"


def _text(value: Any) -> str:
    """Return a value on one line of some length, with nothing that a terminal obeys; of odd ones only the type."""
    if isinstance(value, str):
        said = printable(value) if value else "''"
        return said if len(said) <= _MOST_TEXT else f"{said[:_MOST_TEXT]}…"
    if isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 10**18):
        return str(value)
    return f"a {printable(type(value).__name__)[:_MOST_TEXT]}"


def as_text(found: Provenance, methods: Iterable[str]) -> str:
    """Return the overview for a terminal."""
    import textwrap

    lines = [f"df.optstat: {_headline(found)}"]
    for part in (found, *found.series):
        if part is not found:
            lines.append(f"  {_headline(part)}")
        indent = "  " if part is found else "    "
        for name, value in _shown(part, part is not found):
            begin = f"{indent}{name:<12} "
            lines += textwrap.wrap(value, _WIDTH, initial_indent=begin, subsequent_indent=" " * len(begin)) or [begin]
    return "\n".join([*lines, f"Methods: {', '.join(methods)}"])


def as_html(found: Provenance, methods: Iterable[tuple[str, str]]) -> str:
    """Return the overview for a notebook. It has no colours of its own, so that it is readable in every theme."""
    rows = "".join(_row(name, value) for name, value in found.facts)
    for part in found.series:
        rows += f'<tr><th scope="rowgroup" colspan="2" {_LEFT}>{_escaped(_headline(part))}</th></tr>'
        rows += "".join(_row(name, value) for name, value in _shown(part, True))
    caption = f"<caption {_LEFT}><b>df.optstat</b>: {_escaped(_headline(found))}</caption>"
    table = f"<table>{caption}<tbody>{rows}</tbody></table>"
    calls = "".join(_row(call, does) for call, does in methods)
    return f"<div>{table}<details><summary>methods</summary><table><tbody>{calls}</tbody></table></details></div>"


_LEFT = 'style="text-align: left"'


def _headline(found: Provenance) -> str:
    return found.title + (", SYNTHETIC" if found.synthetic else "")


def _shown(part: Provenance, below_its_name: bool) -> Iterable[tuple[str, str]]:
    return (fact for fact in part.facts if not (below_its_name and fact[0] == "Series"))


def _row(name: str, value: str) -> str:
    return f'<tr><th scope="row" {_LEFT}>{_escaped(name)}</th><td {_LEFT}>{_escaped(value)}</td></tr>'


def _escaped(text: str) -> str:
    import html  # its table of entities would be a sixth of what importing this package takes

    return html.escape(text)
