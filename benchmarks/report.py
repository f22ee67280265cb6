"""What was measured, as a Markdown table and a picture; and both put into the pages that show them."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .measuring import Result

__all__ = ["PAGES", "PICTURE", "block", "draw", "table", "write"]

ROOT = Path(__file__).parents[1]
#: The pages that show the table, between the two marks.
PAGES = (ROOT / "README.md", ROOT / "docs" / "benchmarks.md")
PICTURE = ROOT / "docs" / "benchmarks.svg"
BEGIN, END = "<!-- python -m benchmarks --write: begin -->", "<!-- python -m benchmarks --write: end -->"

PACKAGES = ("pandas", "numpy", "protobuf", "futu-api", "joblib", "requests-cache", "pyarrow")
#: Readable on white and on black: greys and hues of middling lightness (Okabe & Ito's blue and vermillion).
INK, OURS_FASTER, OURS_SLOWER = "#767676", "#1f83c4", "#d55e00"


def table(results: Sequence[Result], day: date) -> str:
    """Return the table and below it on what machine it was measured.

    Examples
    --------
    >>> print(table([Result("a load", 0.002, "a loop", 0.01, 2.0, True)], date(2026, 11, 25)).splitlines()[2])
    | a load | 2 ms | a loop | 10 ms | 5x as fast | at least 2x as fast |
    """
    lines = [
        "| measured | takes | compared with | takes | ratio | promised |",
        "| --- | ---: | --- | ---: | ---: | ---: |",
        *(_row(result) for result in results),
        "",
        f"`python -m benchmarks`, {day:%Y-%m-%d}, {_machine()}. Medians of runs in turn; of imports, the fastest. Rows "
        "without a promise are for comparison.",
    ]
    return "\n".join(lines)


def draw(results: Sequence[Result], path: Path) -> None:
    """Draw, of everything that is measured in seconds, how many times as fast as the other this package is."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    shown = [result for result in results if result.unit == "s"][::-1]
    times = [result.other / result.ours for result in shown]
    # The same numbers give the same file: no date in it, no random names.
    settings = {"svg.hashsalt": "pd_optstat", "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK}
    with matplotlib.rc_context({**settings, "xtick.color": INK, "ytick.color": INK, "font.size": 10}):
        figure, axes = pyplot.subplots(figsize=(10, 1.2 + 0.36 * len(shown)), layout="constrained")
        colours = [OURS_FASTER if one >= 1 else OURS_SLOWER for one in times]
        axes.hlines(range(len(shown)), 1, times, color=colours, linewidth=5)
        for row, one in enumerate(times):
            side, offset = ("left", 4) if one >= 1 else ("right", -4)
            axes.annotate(
                f"{one:.2g}x", (one, row), (offset, 0), textcoords="offset points", ha=side, va="center", color=INK
            )
        axes.axvline(1, color=INK, linewidth=1)
        axes.set_xscale("log")
        axes.set_xlim(min(0.1, *times) / 2, 2 * max(10, *times))
        axes.set_yticks(range(len(shown)), [f"{one.what}\nvs. {one.against}" for one in shown], fontsize=8)
        axes.set_xlabel("times as fast as what it is compared with (right of 1: faster)")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(left=False)
        figure.savefig(path, format="svg", transparent=True, metadata={"Date": None})
        pyplot.close(figure)


def write(results: Sequence[Result], day: date) -> None:
    """Put table and picture where README and the page show them."""
    new = f"{BEGIN}\n\n{table(results, day)}\n\n{END}"
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}
    old = {page: block(text) for page, text in texts.items()}
    draw(results, PICTURE)
    for page, text in texts.items():
        page.write_text(text.replace(old[page], new), encoding="utf-8")


def block(text: str) -> str:
    """Return the part of a page that `write` replaces, marks included.

    Examples
    --------
    >>> block(f"before {BEGIN} table {END} after") == f"{BEGIN} table {END}"
    True
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"the page needs the marks {BEGIN!r} and {END!r}, once each and in this order")
    return text[text.index(BEGIN) : text.index(END) + len(END)]


def _row(result: Result) -> str:
    if result.faster:
        ratio = f"{_figure(result.ratio)}x as fast"
    else:
        ratio = f"{_figure(result.ratio)}x" if result.unit != "requests" else f"{_figure(1 / result.ratio)}x fewer"
    promised = ""
    if result.limit is not None:
        promised = f"at least {result.limit:g}x as fast" if result.faster else f"at most {result.limit:g}x"
        promised += "" if result.holds else ": **no**"
    ours, other = (_amount(value, result.unit) for value in (result.ours, result.other))
    return f"| {' | '.join((result.what, ours, result.against, other, ratio, promised))} |"


def _figure(ratio: float) -> str:
    """Return so many digits that a promise that is just missed does not look kept."""
    return f"{ratio:.3g}"


def _amount(value: float, unit: str) -> str:
    if unit == "requests":
        return f"{value:.0f}"
    if unit == "B":
        return f"{value / 1e6:.2f} MB"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1e3:.3g} ms"


def _machine() -> str:
    """Return what the figures depend on; the machine's kind, never its name."""
    parts = [f"{os.cpu_count()} cores ({_processor()})", f"{platform.system()} {platform.machine()}"]
    parts.append(f"Python {platform.python_version()}")
    for name in PACKAGES:
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(parts)


def _processor() -> str:
    """Return the processor's class; Linux says more than Python knows."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
