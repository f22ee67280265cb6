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
TOPICS = ("import_cost", "metrics", "warm_load", "cold_load")


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
        f"Medians of runs in turn; of imports, the fastest. {_machine()}.",
    ]
    return "\n".join(lines)


def _row(result: Result) -> str:
    ratio = f"{result.ratio:.2f}x as fast" if result.faster else f"{result.ratio:.2f}x"
    limit = f"at least {result.limit:g}x as fast" if result.faster else f"at most {result.limit:g}x"
    cells = (result.what, _time(result.ours), result.against, _time(result.other), ratio, limit)
    return f"| {' | '.join(cells)} | {'yes' if result.holds else '**no**'} |"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def _machine() -> str:
    """Return what the figures depend on."""
    parts = [f"Python {platform.python_version()}"]
    for name in ("pandas", "numpy", "protobuf", "futu-api"):
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join([*parts, f"{platform.system()} {platform.machine()}"])


if __name__ == "__main__":
    sys.exit(main())
