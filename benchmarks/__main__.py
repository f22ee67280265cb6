"""``python -m benchmarks [--only NAME] [--out FILE] [--write] [--no-fail]``: measure, and write one Markdown table."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from .measurement import Result
from .report import table, write

#: Modules of this package whose `run` returns results, in the order of the table.
TOPICS = (
    "cold_load",
    "protocol",
    "warm_load",
    "cache_peers",
    "http_cache",
    "scale",
    "metrics",
    "sweep_grid",
    "explorer",
    "import_cost",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks and return the exit code: 1 if a promise does not hold, else 0."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.only and options.write:
        parser.error("--write publishes all results, so it cannot be combined with --only")
    results: list[Result] = []
    for topic in options.only or TOPICS:
        results += importlib.import_module(f"{__package__}.{topic}").run()
    today = datetime.now(UTC).date()
    text = table(results, today)
    print(text)
    if options.out is not None:
        options.out.write_text(f"{text}\n", encoding="utf-8")
    if options.write:
        write(results, today)
    return 0 if options.no_fail or all(result.holds for result in results) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what the package promises.")
    parser.add_argument("--only", action="append", choices=TOPICS, help="run only this topic; repeatable")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the table to this file")
    parser.add_argument("--write", action="store_true", help="update the table and the picture in README.md and docs/")
    parser.add_argument("--no-fail", action="store_true", help="exit with 0 even if a promise does not hold")
    return parser


if __name__ == "__main__":
    sys.exit(main())
