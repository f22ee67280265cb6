"""The sections of a report, in words, tables and pictures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .caveats import list_caveats, list_references
from .cells import (
    Columns,
    Table,
    format_count,
    format_day,
    format_number,
    format_p,
    format_percent,
    make_table,
)
from .evidence import event_study_section, joint_column, quantile_section, returns_section, walk_forward_section
from .findings import Findings
from .parts import Code, Items, Part, Section, TablePart, Text
from .pictures import draw_overview

__all__ = ["Highlights", "Section", "find_highlights", "list_sections"]

_NAMES = {1: "Fear (+1)", -1: "Greed (−1)"}
_STATES = {1: "fear", -1: "greed", 0: "neither fear nor greed"}
_LAST_RUNS = 6


class Highlights(NamedTuple):
    """What stands on top of the report."""

    subtitle: str
    sentences: list[str]


def list_sections(findings: Findings) -> list[Section]:
    """Return the sections that the findings allow, in their order."""
    sections = [_data_section(findings), _ratio_section(findings), _seasonal_section(findings)]
    if findings.prices is not None:
        made = (quantile_section, event_study_section, returns_section, walk_forward_section)
        sections += [make(findings) for make in made]
    return [*sections, _caveat_section(findings), _reproduction_section(findings)]


def find_highlights(findings: Findings) -> Highlights:
    """Return the subtitle and the main findings, each in one sentence."""
    days = findings.series.counts.days
    subtitle = f"{format_count(len(days))} trading days"
    if len(days):
        subtitle += f", {format_day(days[0])} to {format_day(days[-1])}"
    if findings.prices is not None:
        subtitle += f"; returns of {findings.prices.name}"
    sentences = [_where_it_stands(findings)]
    if findings.prices is None:
        sentences.append(
            "No prices were given, so this report says nothing about returns. Quantiles, event study, forward returns "
            "and walk-forward test are left out."
        )
    else:
        sentences += [_joint_finding(findings), _out_of_sample_finding(findings)]
    return Highlights(subtitle, [sentence for sentence in sentences if sentence])


def _where_it_stands(findings: Findings) -> str:
    row = findings.tables["summary"].iloc[0]
    if pd.isna(row["ratio"]):
        return "The last day has no put/call ratio."
    text = f"On {format_day(row['last'])} the put/call ratio was {format_number(row['ratio'], 3)}"
    if pd.isna(row["percentile"]):
        return f"{text}; too few days before it to say whether that is extreme."
    share, window = format_percent(row["percentile"], 0), _window(findings.settings.lookback)
    state = "unknown" if findings.last_mark is None else _STATES[findings.last_mark]
    zscore = format_number(row["zscore"])
    return f"{text}: at least as high as on {share} of the last {window}, {state} (z-score {zscore})."


def _window(lookback: object) -> str:
    return f"{lookback} days" if isinstance(lookback, int | np.integer) else f"{lookback}"


def _joint_finding(findings: Findings) -> str:
    table = findings.tables.get("sweep")
    if table is None:
        return ""
    known = table.dropna(subset=["p_value"])
    if known.empty:
        return "No rule has enough events for a test."
    column = joint_column(known)
    single, joint = int((known["p_value"] < 0.05).sum()), int((known[column] < 0.05).sum())
    return (
        f"Of {len(known)} tests of returns after extremes, {single} have a p-value below 5 % by themselves, and "
        f"{joint} after the adjustment for the number of tests (the smallest is {format_p(known[column].min())})."
    )


def _out_of_sample_finding(findings: Findings) -> str:
    found = findings.walk_forward
    if found is None:
        return ""
    summary = found.summary()
    return (
        "Chosen on the past and judged on what came next, the rules earned "
        f"{format_percent(summary['annual_return'], 1)} a year after costs, with a Sharpe ratio of "
        f"{format_number(summary['sharpe'])} (drift of the price left out). Rules without merit show one this high "
        f"with a probability of {format_percent(summary['p_value'], 0)}."
    )


def _data_section(findings: Findings) -> Section:
    parts: list[Part] = [TablePart(Table("The counts", [], findings.facts, 1))]
    prices = findings.prices
    if prices is not None:
        rows = [
            ("Series", prices.name),
            ("Range", f"{format_day(prices.first)} to {format_day(prices.last)}"),
            ("Rows", format_count(prices.rows)),
            ("Digest", prices.digest),
        ]
        parts.append(TablePart(Table("The prices, as they were given", [], rows, 1)))
        parts.append(
            Text(
                "The digest of prices is the SHA-256 of each row as a little-endian int64 (days since 1970-01-01) and "
                "a float64 (the price).",
                note=True,
            )
        )
    return Section("data", "Data", parts)


def _ratio_section(findings: Findings) -> Section:
    settings = findings.settings
    window = _window(settings.lookback)
    parts: list[Part] = [
        Text(
            "The put/call ratio is the put total divided by the call total of a day. A day is one of fear if the ratio "
            f"is in the top {format_percent(1 - settings.upper, 0)} of its last {window}, and one of greed if it is in "
            f"the bottom {format_percent(settings.lower, 0)}. Each day is judged by itself and the days before it."
        ),
        draw_overview(findings),
    ]
    events = findings.tables["events"]
    if len(events):
        parts += [TablePart(_sides_table(events)), TablePart(_last_runs(events))]
    else:
        parts.append(Text("No day is extreme, or too few days precede each."))
    return Section("ratio", "The ratio and its extremes", parts)


def _sides_table(events: pd.DataFrame) -> Table:
    rows = []
    for side, name in _NAMES.items():
        own = events[events["side"] == side]
        length = own["length"]
        last = format_day(own["start"].max()) if len(own) else "\u2013"
        row = [name, format_count(len(own)), format_count(length.sum())]
        row += [format_number(length.median(), 1), format_count(length.max()) if len(own) else "\u2013", last]
        rows.append(row)
    columns = ["", "Runs", "Days", "Median length", "Longest", "Last begins"]
    return Table("Runs of extreme days; lengths in trading days", columns, rows)


def _last_runs(events: pd.DataFrame) -> Table:
    last = events.tail(_LAST_RUNS).iloc[::-1].assign(side=lambda table: table["side"].map(_NAMES))
    columns: Columns = {
        "side": ("", str),
        "start": ("First day", format_day),
        "end": ("Last day", format_day),
        "length": ("Length", format_count),
        "peak": ("Peak", lambda value: format_number(value, 3)),
        "ongoing": ("", lambda value: "may go on" if value else ""),
    }
    return make_table("The latest runs", last, columns)


def _seasonal_section(findings: Findings) -> Section:
    table = findings.tables.get("seasonal")
    if table is None:
        reason = findings.left_out.get("seasonal", "")
        return Section("seasonality", "Seasonality", [Text(f"Left out: {reason}")])
    names = {"weekday": "Weekday", "weeks_to_expiry": "Weeks to the monthly expiry"}
    shown = table.reset_index()
    shown["effect"] = shown["effect"].map(names).where(~shown["effect"].duplicated(), "")
    shown["error"] = shown["std"] / np.sqrt(shown["count"])
    columns: Columns = {
        "effect": ("", str),
        "group": ("", str),
        "count": ("Days", format_count),
        "mean": ("Mean", lambda value: format_number(value, 3)),
        "median": ("Median", lambda value: format_number(value, 3)),
        "difference": ("Mean less that of all days", lambda value: format_number(value, 3)),
        "error": ("Std. error", lambda value: format_number(value, 3)),
    }
    parts: list[Part] = [
        Text("The ratio by weekday, and by calendar weeks until the next monthly expiry (0: the week of the expiry)."),
        TablePart(make_table("The put/call ratio, by kind of day", shown, columns, words=2)),
        Text(
            "The standard errors take the days for independent, which they are not: ratios of neighbouring days "
            "resemble each other. The table looks at all days at once and is not a signal.",
            note=True,
        ),
    ]
    return Section("seasonality", "Seasonality", parts)


def _caveat_section(findings: Findings) -> Section:
    return Section("caveats", "Caveats", [Items(list_caveats(findings))])


def _reproduction_section(findings: Findings) -> Section:
    parts: list[Part] = [
        Text("This code makes the report again, to the same bytes if data, prices and versions are the same."),
        Code(findings.code),
        TablePart(Table("Versions", [], findings.versions, 1)),
        Text("References"),
        Items(list_references(findings)),
    ]
    return Section("reproduction", "Reproduction", parts)
