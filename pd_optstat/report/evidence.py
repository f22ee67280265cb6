"""The sections about returns: quantiles, the event study, forward returns, and the walk-forward test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..analysis.walk_forward_result import WalkForward
from .cells import Columns, Table, format_count, format_day, format_number, format_p, format_percent, make_table
from .findings import Findings
from .parts import Part, Section, TablePart, Text
from .pictures import draw_equity_picture, draw_event_picture, draw_quantile_picture

__all__ = ["event_study_section", "joint_column", "quantile_section", "returns_section", "walk_forward_section"]

#: Sessions of the event study that its table shows.
_SESSIONS = (-20, -10, -5, -1, 1, 5, 10, 21, 42, 60)
_FEW_EVENTS = 20
_MOST_RULES = 12
_SIDES = {1: "fear", -1: "greed"}


def _signed(value: Any) -> str:
    return format_percent(value, signed=True)


def joint_column(table: pd.DataFrame) -> str:
    """Return the column of a sweep whose p-values hold for all its tests together."""
    return next(name for name in ("p_romano_wolf", "p_adjusted") if name in table)


def quantile_section(findings: Findings) -> Section:
    """Return the section on whether higher ratios precede other returns than lower ones."""
    section = Section("quantiles", "Returns by quantile of the ratio")
    table = findings.tables.get("quantiles")
    if table is None:
        return _left_out(section, findings, "quantiles")
    tests = table.groupby(level="horizon", sort=False).first()
    columns: Columns = {
        "horizon": ("Sessions", format_count),
        "bucket": ("Bucket", format_count),
        "count": ("Days", format_count),
        "mean": ("Mean", _signed),
        "median": ("Median", _signed),
        "hit_rate": ("Rises", lambda value: format_percent(value, 0)),
        "t": ("t", format_number),
        "excess": ("Less all days", _signed),
        "excess_p": ("p", format_p),
    }
    tested: Columns = {
        "horizon": ("Sessions", format_count),
        "spread": ("Highest less lowest bucket", _signed),
        "spread_t": ("t", format_number),
        "spread_p": ("p", format_p),
        "p_increasing": ("p, rising", format_p),
        "p_decreasing": ("p, falling", format_p),
    }
    section.parts.extend(
        [
            Text(
                "Each day is sorted into a bucket by the rank of its ratio among the last ratios, so that no later day "
                "decides on its bucket. Errors allow for overlapping returns (HAC). The p-values of this section are "
                "for each test by itself."
            ),
            draw_quantile_picture(table),
            TablePart(make_table("Returns after days of each bucket", table, columns, words=0)),
            TablePart(make_table("Spread and monotonicity (Patton and Timmermann, 2010)", tests, tested, words=0)),
        ]
    )
    ic = findings.tables.get("ic")
    if ic is not None:
        section.parts.append(TablePart(_ic_table(ic)))
    return section


def _ic_table(ic: pd.DataFrame) -> Table:
    shown = ic[ic.index.get_level_values("period") == "all"]
    columns: Columns = {
        "horizon": ("Sessions", format_count),
        "count": ("Days", format_count),
        "ic": ("Rank correlation", lambda value: format_number(value, 3)),
        "low": ("from", lambda value: format_number(value, 3)),
        "high": ("to", lambda value: format_number(value, 3)),
        "p_value": ("p", format_p),
    }
    return make_table("Information coefficient of the ratio, with a 95 % interval", shown, columns, words=0)


def event_study_section(findings: Findings) -> Section:
    """Return the section on the mean path around the beginnings of runs."""
    section = Section("event-study", "Event study")
    table = findings.tables.get("event_study")
    if table is None:
        return _left_out(section, findings, "event_study")
    kept = table[table.index.get_level_values("session").isin(_SESSIONS)].reset_index()
    kept["side"] = kept["side"].map(_SIDES).where(~kept["side"].duplicated(), "")
    columns: Columns = {
        "side": ("After", str),
        "session": ("Session", lambda value: format_number(value, 0)),
        "count": ("Events", format_count),
        "mean": ("Mean", _signed),
        "low": ("from", _signed),
        "high": ("to", _signed),
        "all_mean": ("All days", _signed),
        "excess": ("Difference", _signed),
        "excess_low": ("from", _signed),
        "excess_high": ("to", _signed),
    }
    section.parts.extend(
        [
            Text(
                "Session 0 is the entry: the first close at which the beginning of a run is known and can be traded. "
                "What lies before it explains the signal and cannot be earned."
            ),
            draw_event_picture(table, synthetic=findings.synthetic),
            TablePart(make_table("Mean return since the entry", kept, columns, words=1)),
        ]
    )
    return section


def returns_section(findings: Findings) -> Section:
    """Return the section on returns after extremes, with p-values for all tests together."""
    section = Section("returns", "Returns after extremes, with joint p-values")
    table = findings.tables.get("sweep")
    if table is None:
        return _left_out(section, findings, "sweep")
    joint = joint_column(table)
    known = table.dropna(subset=["p_value"])
    shown = known.sort_values([joint, "p_value"], kind="stable").head(_MOST_RULES)
    shown = shown.assign(
        side=shown["side"].map(_SIDES),
        rule=[_rule_name(row) for row in shown.to_dict("records")],
    )
    columns: Columns = {
        "rule": ("Rule", str),
        "side": ("After", str),
        "horizon": ("Sessions", format_count),
        "count": ("Events", format_count),
        "mean": ("Mean", _signed),
        "excess": ("Excess", _signed),
        "excess_low": ("from", _signed),
        "excess_high": ("to", _signed),
        "p_value": ("p", format_p),
        joint: ("p, joint", format_p),
        "p_adjusted": ("FDR", format_p),
    }
    marked = [row for row, p in enumerate(shown[joint]) if p < 0.05]
    single, significant = int((known["p_value"] < 0.05).sum()), int((known[joint] < 0.05).sum())
    section.parts.extend(
        [
            Text(
                "Every rule of the grid is a test: the mean return after the first days of its runs, less that of "
                "neutral days. With so many tests some look good by chance. The joint p-value (Romano and Wolf, 2005) "
                "is the one to read: the probability of any false discovery is at most that. FDR is the p-value "
                "adjusted for the share of false discoveries."
            ),
            Text(
                f"{len(known)} of {len(table)} tests have enough events. {single} of their p-values are below 5 % "
                f"({format_number(0.05 * len(known), 0)} are expected by chance), and {significant} of the joint ones."
            ),
            TablePart(
                make_table(f"The {len(shown)} tests with the smallest p-values", shown, columns, words=2, marked=marked)
            ),
        ]
    )
    few = int((known["count"] < _FEW_EVENTS).sum())
    if few:
        section.parts.append(
            Text(f"{few} tests have fewer than {_FEW_EVENTS} events; their intervals are less reliable.", note=True)
        )
    return section


def _sessions(horizon: Any) -> str:
    return f"{horizon} session{'' if horizon == 1 else 's'}"


def _rule_name(row: Mapping[Any, Any]) -> str:
    """Return the parameters of a rule in words."""
    window, signal = row.get("window"), row.get("signal", "put_call_ratio")
    smooth = "daily ratio" if window == 1 else f"ratio over {window} rows"
    smooth = smooth if signal == "put_call_ratio" else str(signal)
    lookback = row.get("lookback")
    unit = "" if isinstance(lookback, str) else " rows"
    limits = f"{float(row['lower']):g}/{float(row['upper']):g}"
    return f"{smooth}, {limits} of {lookback}{unit}"


def walk_forward_section(findings: Findings) -> Section:
    """Return the section on rules that were chosen on the past and judged on what came next."""
    section = Section("walk-forward", "Out of sample")
    found = findings.walk_forward
    if found is None:
        return _left_out(section, findings, "walk_forward")
    section.parts.extend(
        [
            Text(
                f"In each block the rule with the highest Sharpe ratio of the sessions before it is chosen among "
                f"{len(found.rules)}, each in both directions, and traded in the block at {found.info['cost_bps']:g} "
                "basis points per trade. Trades that reach into the block are left out of the choice. Sharpe ratios "
                "are annualised and leave the drift of the price out, so that being long in a rising market is no "
                "merit."
            ),
            draw_equity_picture(found),
            TablePart(_block_table(found)),
            TablePart(_summary_table(found)),
            Text(_latest(found)),
            Text(
                "“p, best” is the p-value of the chosen rule in its training, adjusted for the number tried as if the "
                "rules were independent (Šidák). “Deflated” is the deflated Sharpe ratio: the probability that the "
                "rule's true Sharpe ratio exceeds what the best of so many shows by luck. It takes the spread of the "
                "rules' Sharpe ratios for luck, and so is too strict where some rules have merit and their opposites "
                "are in the grid; with few trades, it and the probabilistic Sharpe ratio are too confident.",
                note=True,
            ),
        ]
    )
    return section


def _block_table(found: WalkForward) -> Table:
    rows = []
    for block in found.blocks.to_dict("records"):
        chosen = "none"
        if not pd.isna(block["rule"]):
            chosen = f"{_rule_name(block)}; {block['direction']}, {_sessions(block['horizon'])}"
        rows.append(
            [
                format_day(block["test_start"]),
                chosen,
                format_number(block["train_sharpe"]),
                format_p(block["p_adjusted"]),
                format_p(block["deflated_sharpe"]),
                format_number(block["test_sharpe"]),
                format_count(block["test_trades"]),
                _signed(block["test_return"]),
            ]
        )
    columns = ["Block from", "Chosen rule", "Sharpe before", "p, best", "Deflated", "Sharpe in it", "Trades", "Return"]
    return Table("What was chosen and what came of it", columns, rows, 2)


def _summary_table(found: WalkForward) -> Table:
    summary = found.summary()
    rows = [
        ("Return per year, after costs", _signed(summary["annual_return"])),
        ("Volatility per year", format_percent(summary["annual_volatility"])),
        ("Sharpe ratio, drift left out", format_number(summary["sharpe"])),
        ("p-value of no merit", format_p(summary["p_value"])),
        ("Probabilistic Sharpe ratio", format_percent(summary["probabilistic_sharpe"], 1)),
        ("Largest drawdown", format_percent(summary["max_drawdown"], 1)),
        ("Sessions with a position", format_percent(summary["exposure"], 0)),
        ("Trades", format_count(summary["trades"])),
        ("Turnover per year, in units of the equity", format_number(summary["turnover"], 1)),
        ("Costs per year", format_percent(summary["cost"])),
        ("Return per year of the price, held throughout", _signed(summary["market_return"])),
    ]
    return Table("All blocks together", ["", "Out of sample"], rows, 1)


def _latest(found: WalkForward) -> str:
    latest = found.latest
    if pd.isna(latest["rule"]):
        return "All sessions together choose no rule, as none has enough trades."
    return (
        f"All sessions together would choose: {_rule_name(latest.to_dict())}; {latest['direction']}, held for "
        f"{_sessions(latest['horizon'])}. On the sessions that chose it, its Sharpe ratio is "
        f"{format_number(latest['train_sharpe'])}. As the best of {latest['trials']} rules it has a p-value of "
        f"{format_p(latest['p_adjusted'])} and a deflated Sharpe ratio of {format_p(latest['deflated_sharpe'])}. It "
        "has not been judged on anything yet."
    )


def _left_out(section: Section, findings: Findings, name: str) -> Section:
    parts: list[Part] = [Text(f"Left out: {findings.left_out.get(name, 'not computed.')}")]
    section.parts.extend(parts)
    return section
