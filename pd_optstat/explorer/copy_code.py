"""The Python code that reproduces what an explorer shows. Pure; js/src/code.js writes the same in the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ..errors import printable
from .state import METRICS, View

__all__ = ["LoadCall", "code_comment", "code_head", "write_code"]


@dataclass(frozen=True, slots=True)
class LoadCall:
    """The arguments of ``load`` that loaded a view.

    Attributes
    ----------
    first, last : date
        The days loaded. `first` is before the first day shown, so that the lookback is full there. `last` is None if
        the load ends at the newest day, as a pin replays it.
    options : dict
        Other arguments of ``load``, as Python expressions.
    pin : str or None
        The path of the active pin.
    remarks : tuple of str
        Comments about arguments that have no Python expression, such as objects.
    """

    first: date
    last: date | None
    options: dict[str, str] = field(default_factory=dict)
    pin: str | None = None
    remarks: tuple[str, ...] = ()


def write_code(
    view: View,
    call: LoadCall | None,
    shown: tuple[date | None, date | None],
    *,
    theme: str,
    digests: dict[str, str],
    chosen: Sequence[tuple[str, ...]] | None = None,
    price: bool = False,
) -> str:
    """Return Python code that loads, computes and plots the view.

    Parameters
    ----------
    call : LoadCall or None
        None if the explorer was opened on a frame: the code then expects it as ``df``.
    shown : (date, date)
        The days to plot: the range or the zoom.
    theme : str
        "light" or "dark".
    digests : dict of str
        Digests by series, so that a reader can check that the numbers are the same.
    chosen : sequence of tuple, optional
        The keys of the series shown, if not all series of the panel are.
    price : bool
        Whether to draw the price of the underlying, which the frame then has.
    """
    lines = code_head(view, call)
    lines += [code_comment(name, digest) for name, digest in digests.items()]
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
    lines += [f'df.optstat.plot("price", {limits}, {drawn})'] if price else []
    return "\n".join(lines) + "\n"


def code_head(view: View, call: LoadCall | None) -> list[str]:
    """Return the first lines of the code: the import, the pin, and the load of the view's markets and data types."""
    lines = ["import pd_optstat as po", ""]
    if call is None:
        return [*lines, "# df is the frame on which the explorer was opened"]
    lines += [f"# {printable(remark)}" for remark in call.remarks]
    if call.pin is not None:
        lines += [f"po.pin({call.pin!r})"]
    return [*lines, _load(view, call)]


def code_comment(title: str, digest: str) -> str:
    """Return the comment with a series' digest. A title from outside cannot end it."""
    return f"# {printable(f'{title}: {digest}')}"


def _load(view: View, call: LoadCall) -> str:
    if len(view.keys) > 1:
        function, series = "load_panel", [repr(list(view.markets)), repr(list(view.data_types))]
    else:
        function, series = "load", [repr(view.markets[0]), repr(view.data_types[0])]
    days = [repr(day.isoformat()) for day in (call.first, call.last) if day is not None]
    options = [f"{name}={value}" for name, value in call.options.items()]
    return f"df = po.{function}({', '.join(series + days + options)})"


def _bound(day: str | None) -> str:
    return "" if day is None else f'"{day}"'
