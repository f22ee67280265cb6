"""``python -m benchmarks [--only NAME] [--out FILE] [--write] [--no-fail]``: measure, and write one Markdown table."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from .measuring import Result
from .report import table, write

#: Each is a module beside this one, whose `run` returns its results; the table has them in this order.
TOPICS = ("cold_load", "doors", "warm_load", "cache_peers", "http_cache", "metrics", "explorer", "import_cost")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; return 1 if a promised ratio does not hold, else 0."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.only and options.write:
        parser.error("--write needs all of them, so not --only")
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
    parser.add_argument("--only", action="append", choices=TOPICS, help="run this one; may be given several times")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the table to this file as well")
    parser.add_argument("--write", action="store_true", help="put table and picture into README.md and docs/")
    parser.add_argument("--no-fail", action="store_true", help="exit with 0 even if a promise does not hold")
    return parser


if __name__ == "__main__":
    sys.exit(main())
