"""The cell that shows again what an explorer shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .state import METRICS, View

__all__ = ["Call", "code_of"]


@dataclass(frozen=True, slots=True)
class Call:
    """The load behind a view.

    Attributes
    ----------
    first, last : date
        What was loaded: from before the first day shown, so that the lookback is full there. No `last`: up to the
        newest day, as a pin replays it.
    options : dict
        Other arguments of ``load`` that were given, as texts of Python.
    pin : str or None
        The path of the pin that was active.
    remarks : tuple of str
        What a text cannot say, such as objects that were given.
    """

    first: date
    last: date | None
    options: dict[str, str] = field(default_factory=dict)
    pin: str | None = None
    remarks: tuple[str, ...] = ()


def code_of(
    view: View,
    call: Call | None,
    shown: tuple[date | None, date | None],
    *,
    theme: str,
    digests: dict[str, str],
    chosen: Sequence[tuple[str, ...]] | None = None,
) -> str:
    """Return Python that loads, computes and draws the view; with no `call`, on a frame ``df`` that is there.

    Parameters
    ----------
    shown : (date, date)
        The days to draw: the range, or what was zoomed to.
    theme : str
        "light" or "dark".
    digests : dict of str
        By series, for whoever wants to know whether the numbers are still the same.
    chosen : sequence of tuple, optional
        The series of the panel that are shown, if not all are.
    """
    lines = ["import pd_optstat as po", ""]
    if call is not None:
        lines += [f"# {remark}" for remark in call.remarks]
        if call.pin is not None:
            lines += [f"po.pin({call.pin!r})"]
        lines += [_load(view, call)]
    else:
        lines += ["# df is the frame on which the explorer was opened"]
    lines += [f"# {name}: {digest}" for name, digest in digests.items()]
    if chosen is not None:
        names = [key if len(key) > 1 else "".join(key) for key in chosen]
        lines += [f"df = df.loc[:, df.columns.droplevel(-1).isin({names!r})]"]
    first, last = shown
    begin, end = (None if day is None else day.isoformat() for day in (first, last))
    cut = "" if first is None and last is None else f".loc[{_bound(begin)}:{_bound(end)}]"
    limits = f"lookback={view.lookback}, lower={view.lower!r}, upper={view.upper!r}"
    windows = tuple(dict.fromkeys((view.window, view.lookback)))
    lines += [
        f"metrics = df.optstat.metrics(windows={windows!r}, {limits}){cut}",
        f"{view.metric} = df.optstat.{METRICS[view.metric].code(view)}{cut}",
    ]
    drawn = f"start={begin!r}, end={end!r}, theme={theme!r}"
    lines += [
        f'df.optstat.plot("overview", windows={windows!r}, {limits}, {drawn})',
        f'df.optstat.plot("bands", window={view.window}, k={view.k!r}, {drawn})',
    ]
    return "\n".join(lines) + "\n"


def _load(view: View, call: Call) -> str:
    several = len(view.keys) > 1
    series: tuple[Any, ...] = (view.markets[0], view.data_types[0])
    if several:
        series = (list(view.markets), list(view.data_types))
    named = [repr(series[0]), repr(series[1]), repr(call.first.isoformat())]
    named += [] if call.last is None else [repr(call.last.isoformat())]
    given = [f"{name}={value}" for name, value in call.options.items()]
    return f"df = po.{'load_panel' if several else 'load'}({', '.join(named + given)})"


def _bound(day: str | None) -> str:
    return "" if day is None else f'"{day}"'
