"""``python -m benchmarks [--only NAME] [--out FILE] [--no-fail]``: measure, and write one Markdown table."""

from __future__ import annotations

import argparse
import importlib
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .measuring import Result

#: Each module's `run` returns its results.
TOPICS = ("import_cost", "metrics", "warm_load", "cache_peers", "cold_load", "doors")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; return 1 if a promised ratio does not hold, else 0."""
    options = _parser().parse_args(arguments)
    results: list[Result] = []
    for topic in options.only or TOPICS:
        results += importlib.import_module(f"{__package__}.{topic}").run()
    text = _table(results)
    print(text)
    if options.out is not None:
        options.out.write_text(f"{text}\n", encoding="utf-8")
    return 0 if options.no_fail or all(result.holds for result in results) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what the package promises.")
    parser.add_argument("--only", action="append", choices=TOPICS, help="run this one; may be given several times")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the table to this file as well")
    parser.add_argument("--no-fail", action="store_true", help="exit with 0 even if a promise does not hold")
    return parser


def _table(results: Sequence[Result]) -> str:
    lines = [
        "| measured | takes | compared with | takes | ratio | promised | holds |",
        "| --- | ---: | --- | ---: | ---: | ---: | --- |",
        *(_row(result) for result in results),
        "",
        f"Medians of runs in turn; of imports, the fastest. Rows without a promise are for comparison. {_machine()}.",
    ]
    return "\n".join(lines)


def _row(result: Result) -> str:
    ratio = f"{result.ratio:.2f}x as fast" if result.faster else f"{result.ratio:.2f}x"
    limit, holds = "", ""
    if result.limit is not None:
        limit = f"at least {result.limit:g}x as fast" if result.faster else f"at most {result.limit:g}x"
        holds = "yes" if result.holds else "**no**"
    ours, other = (_amount(value, result.unit) for value in (result.ours, result.other))
    return f"| {' | '.join((result.what, ours, result.against, other, ratio, limit, holds))} |"


def _amount(value: float, unit: str) -> str:
    if unit == "B":
        return f"{value / 1e6:.2f} MB"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1e3:.3g} ms"


def _machine() -> str:
    """Return what the figures depend on."""
    parts = [f"Python {platform.python_version()}"]
    for name in ("pandas", "numpy", "protobuf", "futu-api", "joblib", "pyarrow"):
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join([*parts, f"{platform.system()} {platform.machine()}"])


if __name__ == "__main__":
    sys.exit(main())
