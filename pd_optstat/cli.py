"""The command line: ``pd-optstat``, also ``python -m pd_optstat``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from . import __version__
from .core.origins import is_synthetic
from .core.request import name_or_number
from .errors import InvalidRequest, OptStatError
from .simulator.cli import add_simulate

__all__ = ["main"]

#: What `load --out` writes, by the ending of the file's name.
_WRITERS: dict[str, Callable[[Any, Path], None]] = {
    ".csv": lambda frame, path: frame.to_csv(path),
    ".parquet": lambda frame, path: frame.to_parquet(path),
    ".json": lambda frame, path: frame.reset_index().to_json(
        path, orient="records", date_format="iso", double_precision=15
    ),
}


#: What `demo --picture` saves, by the ending of the file's name.
_PICTURES = (".png", ".pdf", ".svg")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, or 1 after an error that was printed.

    Examples
    --------
    >>> main(["cache", "path", "--cache-dir", "/tmp/held"])
    /tmp/held
    0
    """
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except OptStatError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has seen enough
        return 0
    except OSError as error:
        print(f"The output cannot be written: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pd-optstat", description="Daily call and put totals of option markets.")
    parser.add_argument("--version", action="version", version=f"pd-optstat {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_demo(commands)
    add_simulate(commands)
    _add_load(commands)
    _add_update(commands)
    _add_cache(commands)
    _add_pin(commands)
    versions = commands.add_parser("versions", help="what a bug report needs to say")
    versions.set_defaults(run=_versions)
    return parser


def _add_demo(commands: Any) -> None:
    demo = commands.add_parser("demo", help="see it work, offline, on synthetic numbers")
    demo.add_argument("--picture", type=Path, default=Path("optstat-demo.png"), help="where to save the picture")
    demo.set_defaults(run=_demo)


def _add_load(commands: Any) -> None:
    load = commands.add_parser("load", help="load a series, and print or save it")
    load.add_argument("market", help="US_SECURITY, US_INDEX, HK_SECURITY or HK_INDEX")
    load.add_argument("data_type", nargs="?", default="VOLUME", help="VOLUME (default) or OPEN_INTEREST")
    load.add_argument("--start", help="first day, YYYY-MM-DD (default: 364 days before the end)")
    load.add_argument("--end", help="last day, YYYY-MM-DD (default: today)")
    load.add_argument(
        "--source", help="opend://HOST:PORT, ws://HOST:PORT, simulator:, parquet:URL, ... (default: the configured one)"
    )
    load.add_argument("--as-of", help="the values as the cache knew them at that moment")
    load.add_argument("--offline", action="store_true", help="never use the network")
    load.add_argument("--refresh", action="store_true", help="ask for the whole range anew")
    load.add_argument("--include-open", action="store_true", help="with the running totals of an open session")
    where = load.add_mutually_exclusive_group()
    _add_cache_options(where)
    where.add_argument("--no-cache", action="store_true", help="keep nothing")
    load.add_argument("--out", type=Path, metavar="FILE", help="save as .csv, .parquet or .json instead of printing")
    load.set_defaults(run=_load)


def _add_update(commands: Any) -> None:
    update = commands.add_parser("update", help="bring every series in the cache up to date: one line for cron")
    update.add_argument("--source", help="only series of this source (default: all that can be told)")
    _add_cache_options(update)
    update.set_defaults(run=_update)


def _add_cache(commands: Any) -> None:
    cache = commands.add_parser("cache", help="look into the cache, check it, clear it")
    actions = cache.add_subparsers(required=True, metavar="ACTION")
    for name, explanation, run, needs_series in (
        ("path", "print the folder", _cache_path, None),
        ("info", "what it holds", _cache_info, None),
        ("coverage", "the dates of a series that are final", _cache_coverage, True),
        ("revisions", "every value ever observed of a series", _cache_revisions, True),
        ("verify", "check every record, forget the damaged ones", _cache_verify, None),
        ("clear", "forget series", _cache_clear, False),
        ("export", "write it as a Parquet dataset that a team shares", _cache_export, None),
    ):
        action = actions.add_parser(name, help=explanation)
        if needs_series is not None:
            many = {} if needs_series else {"nargs": "?"}
            action.add_argument("market", **many)
            action.add_argument("data_type", **many)
            action.add_argument("--source", help="an origin such as opend or simulator:7 (default: all)")
        if name == "export":
            action.add_argument(
                "url", metavar="URL", help="a folder, or any address of fsspec such as s3://bucket/archive"
            )
            action.add_argument("--source", default="opend", help="the origin to export (default: %(default)s)")
        if name == "clear":
            action.add_argument("--all", action="store_true", help="forget everything")
        _add_cache_options(action)
        action.set_defaults(run=run)


def _add_pin(commands: Any) -> None:
    pin = commands.add_parser("pin", help="look into a pin file, check it")
    actions = pin.add_subparsers(required=True, metavar="ACTION")
    for name, explanation, run in (
        ("show", "what it holds", _pin_show),
        ("verify", "check every byte of it", _pin_verify),
    ):
        action = actions.add_parser(name, help=explanation)
        action.add_argument("file", type=Path, metavar="FILE")
        action.set_defaults(run=run)


def _add_cache_options(parser: Any) -> None:
    parser.add_argument("--cache-dir", metavar="DIR", help="the cache folder (default: the configured one)")


def _load(options: argparse.Namespace) -> None:
    from . import load

    if options.out is not None and options.out.suffix.lower() not in _WRITERS:
        raise InvalidRequest(f"--out {options.out}: its name must end in {', '.join(_WRITERS)}.")
    loaded = load(
        name_or_number(options.market),
        name_or_number(options.data_type),
        options.start,
        options.end,
        source=options.source,
        cache=False if options.no_cache else options.cache_dir,
        refresh=options.refresh,
        offline=options.offline,
        as_of=options.as_of,
        include_open=options.include_open,
    )
    about = loaded.attrs["optstat"]
    if about["synthetic"]:
        print(f"SYNTHETIC numbers, from {about['source']}", file=sys.stderr)
    if options.out is None:
        _print_frame(loaded)
        return
    try:
        _WRITERS[options.out.suffix.lower()](loaded, options.out)
    except ImportError:
        raise InvalidRequest(f"--out {options.out}: Parquet needs pyarrow. pip install 'pd-optstat[all]'") from None
    except OSError as error:
        raise InvalidRequest(f"--out {options.out} cannot be written: {error}") from None
    print(f"{len(loaded)}{' synthetic' if about['synthetic'] else ''} rows written to {options.out}")


def _update(options: argparse.Namespace) -> None:
    from . import update

    _print_frame(update(options.source, options.cache_dir))


def _print_frame(frame: Any) -> None:
    formats = {"timestamp": "{:.0f}".format, "ratio": "{:.6f}".format}
    print(frame.to_string(formatters=formats) if len(frame) else "no rows")


def _cache_of(options: argparse.Namespace) -> Any:
    from . import Cache

    return Cache(options.cache_dir)


def _cache_path(options: argparse.Namespace) -> None:
    print(_cache_of(options).path)


def _cache_info(options: argparse.Namespace) -> None:
    _print_frame(_cache_of(options).info())


def _cache_coverage(options: argparse.Namespace) -> None:
    for first, last in _cache_of(options).coverage(options.market, options.data_type, options.source):
        print(f"{first} {last}")


def _cache_revisions(options: argparse.Namespace) -> None:
    _print_frame(_cache_of(options).revisions(options.market, options.data_type, options.source))


def _cache_verify(options: argparse.Namespace) -> None:
    damaged = _cache_of(options).verify()
    print("every record is sound" if not len(damaged) else damaged.to_string(index=False))


def _cache_clear(options: argparse.Namespace) -> None:
    if not options.all and options.market is None and options.source is None:
        raise InvalidRequest("cache clear: name a market, a data type or a --source, or say --all.")
    print(f"{_cache_of(options).clear(options.market, options.data_type, options.source)} series forgotten")


def _cache_export(options: argparse.Namespace) -> None:
    done = _cache_of(options).export(options.url, options.source)
    synthetic = done["source"].map(is_synthetic).any()
    rows = f"{done['rows'].sum()}{' SYNTHETIC' if synthetic else ''} rows"
    print(f"{rows} in {len(done)} files, {done['written'].sum()} of them written anew")


def _pin_show(options: argparse.Namespace) -> None:
    from .storage.pins.file import contents

    _print_frame(contents(options.file))


def _pin_verify(options: argparse.Namespace) -> None:
    from .storage.pins.file import verify

    print(f"{options.file} is as it was written: {verify(options.file)}")


def _versions(options: argparse.Namespace) -> None:
    from . import show_versions

    show_versions()


def _demo(options: argparse.Namespace) -> None:
    from . import load
    from .simulator.server import SimulatorServer

    if options.picture.suffix.lower() not in _PICTURES or not options.picture.absolute().parent.is_dir():
        raise InvalidRequest(
            f"--picture {options.picture}: a name ending in {', '.join(_PICTURES)}, in a folder that exists."
        )
    print("pd_optstat demo: ten years of US single-stock option volume, SYNTHETIC numbers, no network.\n")
    with SimulatorServer(until=date(2026, 6, 12)) as server, tempfile.TemporaryDirectory() as folder:
        print(f"1. A simulator of OpenD listens at {server.url}.")
        asked: dict[str, Any] = {"start": "2016-06-13", "end": "2026-06-12", "source": server.url, "cache": folder}
        load(
            "US_SECURITY", "VOLUME", "2026-06-12", "2026-06-12", source=server.url, cache=False
        )  # imports and connects
        cold, first = _timed(lambda: load("US_SECURITY", "VOLUME", **asked))
        about = first.attrs["optstat"]
        print(f"2. Loaded over TCP:       {len(first)} sessions, {about['requests']} requests, {cold * 1e3:.1f} ms")
        warm, second = _timed(lambda: load("US_SECURITY", "VOLUME", **asked))
        about = second.attrs["optstat"]
        print(f"3. Loaded from the cache: {len(second)} sessions, {about['requests']} requests, {warm * 1e3:.1f} ms")
        if not first.equals(second) or about["digest"] != first.attrs["optstat"]["digest"]:
            raise OptStatError("The cache gave other numbers than the simulator. Please report this.")
        print(f"   The same numbers: {about['digest'][:23]}...\n")
    _show(second, options.picture)


def _show(frame: Any, picture: Path) -> None:
    columns = [
        "call_value",
        "put_value",
        "put_call_ratio",
        "ratio_sum_10",
        "zscore_252",
        "percentile_252",
        "extreme_252",
    ]
    print("4. df.optstat.metrics(windows=(10,)).tail():")
    print(frame.optstat.metrics(windows=(10,))[columns].tail().to_string(float_format=lambda value: f"{value:.3f}"))
    import matplotlib

    matplotlib.use("Agg")
    axes = frame.optstat.plot(start="2025-06-01")
    try:
        axes.figure.savefig(picture, dpi=120, bbox_inches="tight")
    except OSError as error:
        raise InvalidRequest(f"--picture {picture} cannot be written: {error}") from None
    print(f"\n5. df.optstat.plot() of the last year: saved as {picture}")
    print(
        "\nNext, in Python:\n"
        "    import pd_optstat as po\n"
        '    df = po.load("US_SECURITY", "VOLUME", "2016-01-01", source="simulator:")   # synthetic\n'
        '    df = po.load("US_SECURITY", "VOLUME", "2016-01-01")                        # your OpenD on port 11111\n'
        "    df.optstat.metrics(); df.optstat.plot()\n"
        "or open notebooks/quickstart.ipynb; the README says how to point it at a real OpenD."
    )


def _timed(do: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    result = do()
    return time.perf_counter() - begin, result
