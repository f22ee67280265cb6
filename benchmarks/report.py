"""Report the results as a Markdown table and a picture, and update the pages that show them."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .measurement import Result

__all__ = ["PAGES", "PICTURE", "block", "draw", "table", "write"]

ROOT = Path(__file__).parents[1]
#: The pages that show the table, between the marks `BEGIN` and `END`: the first one some rows, the other all.
PAGES = (ROOT / "README.md", ROOT / "docs" / "benchmarks.md")
#: What those rows measure, and what they compare it with.
README_ROWS = (
    ("first load of ten years, 50 ms a page", "loop around the SDK"),
    ("4 series of ten years, first time, 50 ms a page", "loop around the SDK"),
    ("decoding a reply of 2,500 rows into columns", "the SDK: dicts, then a DataFrame"),
    ("load of ten years from the cache", "pd.read_parquet"),
    ("load of ten years from the cache", "requests-cache, pages as JSON"),
)
PICTURE = ROOT / "docs" / "benchmarks.svg"
BEGIN, END = "<!-- python -m benchmarks --write: begin -->", "<!-- python -m benchmarks --write: end -->"

PACKAGES = ("pandas", "numpy", "protobuf", "futu-api", "joblib", "requests-cache", "pyarrow")
#: Legible on white and on black: grey, and Okabe & Ito's blue and vermillion.
INK, OURS_FASTER, OURS_SLOWER = "#767676", "#1f83c4", "#d55e00"


def table(results: Sequence[Result], day: date) -> str:
    """Return the table, with a line about the machine below it.

    Examples
    --------
    >>> print(table([Result("a load", 0.002, "a loop", 0.01, 2.0, True)], date(2026, 11, 25)).splitlines()[2])
    | a load | 2 ms | a loop | 10 ms | 5 times as fast | at least 2 times as fast |
    """
    lines = [
        "| measured | takes | compared with | takes | ratio | promised |",
        "| --- | ---: | --- | ---: | ---: | ---: |",
        *(_row(result) for result in results),
        "",
        f"`python -m benchmarks`, {day:%Y-%m-%d}, {_machine()}. Medians of runs in turn; of imports, the fastest. Rows "
        "without a promise are for information.",
    ]
    return "\n".join(lines)


def draw(results: Sequence[Result], path: Path) -> None:
    """Draw how many times as fast as the comparison this package is, for each result in seconds."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    shown = [result for result in results if result.unit == "s"][::-1]
    times = [result.other / result.ours for result in shown]
    # The same numbers give the same file, without a date or random names.
    settings = {"svg.hashsalt": "pd_optstat", "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK}
    with matplotlib.rc_context({**settings, "xtick.color": INK, "ytick.color": INK, "font.size": 10}):
        figure, axes = pyplot.subplots(figsize=(10, 1.2 + 0.36 * len(shown)), layout="constrained")
        colours = [OURS_FASTER if ratio >= 1 else OURS_SLOWER for ratio in times]
        axes.hlines(range(len(shown)), 1, times, color=colours, linewidth=5)
        for row, ratio in enumerate(times):
            side, offset = ("left", 4) if ratio >= 1 else ("right", -4)
            axes.annotate(
                f"{ratio:.2g} times",
                (ratio, row),
                (offset, 0),
                textcoords="offset points",
                ha=side,
                va="center",
                color=INK,
            )
        axes.axvline(1, color=INK, linewidth=1)
        axes.set_xscale("log")
        axes.set_xlim(min(0.1, *times) / 2, 2 * max(10, *times))
        axes.set_yticks(range(len(shown)), [f"{result.what}\nvs. {result.against}" for result in shown], fontsize=8)
        axes.set_xlabel("times as fast as the comparison (right of 1: faster)")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(left=False)
        figure.savefig(path, format="svg", transparent=True, metadata={"Date": None})
        pyplot.close(figure)


def write(results: Sequence[Result], day: date) -> None:
    """Write the table and the picture into README and docs."""
    chosen = [result for result in results if (result.what, result.against) in README_ROWS]
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}
    old = {page: block(text) for page, text in texts.items()}
    draw(results, PICTURE)
    for page, shown in zip(PAGES, (chosen, results), strict=True):
        new = f"{BEGIN}\n\n{table(shown, day)}\n\n{END}"
        page.write_text(texts[page].replace(old[page], new), encoding="utf-8")


def block(text: str) -> str:
    """Return the part of a page that `write` replaces, including its marks.

    Examples
    --------
    >>> block(f"before {BEGIN} table {END} after") == f"{BEGIN} table {END}"
    True
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"The page needs the marks {BEGIN!r} and {END!r}, once each and in this order.")
    return text[text.index(BEGIN) : text.index(END) + len(END)]


def _row(result: Result) -> str:
    comparative = "fast" if result.faster else {"s": "long", "B": "much", "requests": "many"}[result.unit]
    promised = ""
    if result.limit is not None:
        promised = f"{'at least' if result.faster else 'at most'} {result.limit:g} times as {comparative}"
        promised += "" if result.holds else ": **no**"
    ratio = f"{_figure(result.ratio)} times as {comparative}"
    ours, other = (_amount(value, result.unit) for value in (result.ours, result.other))
    return f"| {' | '.join((result.what, ours, result.against, other, ratio, promised))} |"


def _figure(ratio: float) -> str:
    """Return enough digits that a narrowly missed promise does not look kept."""
    return f"{ratio:.3g}"


def _amount(value: float, unit: str) -> str:
    if unit == "requests":
        return f"{value:.0f}"
    if unit == "B":
        return f"{value / 1e6:.2f} MB" if value >= 1e5 else f"{value / 1e3:.2f} kB"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1e3:.3g} ms"


def _machine() -> str:
    """Return what the results depend on: hardware and versions, without the machine's name."""
    parts = [f"{os.cpu_count()} cores ({_processor()})", f"{platform.system()} {platform.machine()}"]
    parts.append(f"Python {platform.python_version()}")
    for name in PACKAGES:
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(parts)


def _processor() -> str:
    """Return the processor's model, which Python does not know on Linux."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
