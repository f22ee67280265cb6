"""The command line: ``pd-optstat``, also ``python -m pd_optstat``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ._util.files import replace_file
from ._util.option_names import name_options
from ._version import __version__
from .core.markets import OptionMarket, OptionStatisticDataType
from .core.origins import is_synthetic
from .core.request import name_or_number
from .errors import InvalidRequest, OptStatError
from .simulator.cli import add_simulate

if TYPE_CHECKING:
    import pandas as pd

    from . import Cache

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

__all__ = ["main"]

_T = TypeVar("_T")

#: Arguments without dashes: error messages call all others by their option.
_POSITIONAL = {"market", "data_type", "url", "file"}
_MARKETS = ", ".join(OptionMarket.__members__)
_DATA_TYPES = ", ".join(OptionStatisticDataType.__members__)
#: The content that `load --out` writes for a frame, by the file's suffix.
_WRITERS: dict[str, Callable[[pd.DataFrame], bytes]] = {
    ".csv": lambda frame: frame.to_csv().encode(),
    ".parquet": lambda frame: frame.to_parquet(),
    ".json": lambda frame: (
        frame.reset_index().to_json(orient="records", date_format="iso", double_precision=15).encode()
    ),
}
#: The suffixes that `demo --picture` accepts.
_PICTURES = (".png", ".pdf", ".svg")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, or 1 after an error that was printed.

    Examples
    --------
    >>> main(["cache", "path", "--cache-dir", "/tmp/optstat"])
    /tmp/optstat
    0
    """
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except OptStatError as error:
        names = [f"--{name}".replace("_", "-") for name in vars(options).keys() - _POSITIONAL]
        print(f"{type(error).__name__}: {name_options(str(error), names)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader has closed our output, as `head` does
        return 0
    except OSError as error:
        print(f"Cannot write the output: {error}", file=sys.stderr)
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
    versions = commands.add_parser("versions", help="print what a bug report needs")
    versions.set_defaults(run=_versions)
    return parser


def _add_demo(commands: Commands) -> None:
    demo = commands.add_parser("demo", help="try the package offline, on synthetic numbers")
    demo.add_argument("--picture", type=Path, default=Path("optstat-demo.png"), help="where to save the picture")
    demo.set_defaults(run=_demo)


def _add_load(commands: Commands) -> None:
    load = commands.add_parser("load", help="load a series, and print or save it")
    load.add_argument("market", help=_MARKETS)
    load.add_argument("data_type", nargs="?", default="VOLUME", help=f"{_DATA_TYPES} (default: VOLUME)")
    load.add_argument("--start", help="first day, YYYY-MM-DD (default: 364 days before the end)")
    load.add_argument("--end", help="last day, YYYY-MM-DD (default: today)")
    load.add_argument(
        "--source", help="opend://HOST:PORT, ws://HOST:PORT, simulator:, parquet:URL, ... (default: the configured one)"
    )
    load.add_argument("--as-of", help="the values as the cache knew them at that moment")
    load.add_argument("--offline", action="store_true", help="never use the network")
    load.add_argument("--refresh", action="store_true", help="request the whole range again")
    load.add_argument("--include-open", action="store_true", help="include the running totals of an open session")
    where = load.add_mutually_exclusive_group()
    _add_cache_dir(where)
    where.add_argument("--no-cache", action="store_true", help="do not use a cache")
    load.add_argument("--out", type=Path, metavar="FILE", help="save as .csv, .parquet or .json instead of printing")
    load.set_defaults(run=_load)


def _add_update(commands: Commands) -> None:
    update = commands.add_parser("update", help="bring every series in the cache up to date, for example from cron")
    update.add_argument("--source", help="update only the series of this source (default: every source)")
    _add_cache_dir(update)
    update.set_defaults(run=_update)


def _add_cache(commands: Commands) -> None:
    cache = commands.add_parser("cache", help="inspect, check, clear or export the cache")
    actions = cache.add_subparsers(required=True, metavar="ACTION")
    for name, explanation, run, series in (
        ("path", "print the folder", _cache_path, None),
        ("info", "list the series in the cache", _cache_info, None),
        ("coverage", "print the ranges of final dates of a series", _cache_coverage, "required"),
        ("revisions", "print every value observed of a series", _cache_revisions, "required"),
        ("verify", "check every record, and remove damaged ones", _cache_verify, None),
        ("clear", "remove series", _cache_clear, "optional"),
        ("export", "write a Parquet dataset that a team can share", _cache_export, None),
    ):
        action = actions.add_parser(name, help=explanation)
        if series is not None:
            count = None if series == "required" else "?"
            action.add_argument("market", nargs=count, help=_MARKETS)
            action.add_argument("data_type", nargs=count, help=_DATA_TYPES)
            action.add_argument("--source", help="an origin such as opend or simulator:7 (default: all)")
        if name == "export":
            action.add_argument("url", metavar="URL", help="a folder, or an fsspec URL such as s3://bucket/archive")
            action.add_argument("--source", default="opend", help="the origin to export (default: %(default)s)")
        if name == "clear":
            action.add_argument("--all", action="store_true", help="remove everything")
        _add_cache_dir(action)
        action.set_defaults(run=run)


def _add_pin(commands: Commands) -> None:
    pin = commands.add_parser("pin", help="inspect or check a pin file")
    actions = pin.add_subparsers(required=True, metavar="ACTION")
    for name, explanation, run in (
        ("show", "list the loads in the file", _pin_show),
        ("verify", "check every byte of the file", _pin_verify),
    ):
        action = actions.add_parser(name, help=explanation)
        action.add_argument("file", type=Path, metavar="FILE")
        action.set_defaults(run=run)


def _add_cache_dir(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--cache-dir", metavar="DIR", help="the cache folder (default: the configured one)")


def _load(options: argparse.Namespace) -> None:
    from . import load

    if options.out is not None and options.out.suffix.lower() not in _WRITERS:
        raise InvalidRequest(f"--out {options.out} must end in {', '.join(_WRITERS)}.")
    frame = load(
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
    info = frame.attrs["optstat"]
    if info["synthetic"]:
        print(f"SYNTHETIC data, from {info['source']}", file=sys.stderr)
    if options.out is None:
        _print_frame(frame)
        return
    try:
        _save(options.out, _WRITERS[options.out.suffix.lower()](frame))
    except ImportError:
        raise InvalidRequest(f"--out {options.out} needs pyarrow. pip install 'pd-optstat[parquet]'") from None
    except OSError as error:
        raise InvalidRequest(f"--out {options.out} cannot be written: {error}") from None
    print(f"{len(frame)}{' synthetic' if info['synthetic'] else ''} rows written to {options.out}")


def _save(path: Path, data: bytes) -> None:
    """Write a file in one step, so that a full disk leaves what was there before."""
    if path.exists() and not path.is_file():  # such as a pipe, which cannot be replaced
        path.write_bytes(data)
    else:
        replace_file(Path(os.path.realpath(path)), data)


def _update(options: argparse.Namespace) -> None:
    from . import update

    _print_frame(update(options.source, options.cache_dir))


def _print_frame(frame: pd.DataFrame) -> None:
    formats = {"timestamp": "{:.0f}".format, "ratio": "{:.6f}".format}
    print(frame.to_string(formatters=formats) if len(frame) else "no rows")


def _open_cache(options: argparse.Namespace) -> Cache:
    from . import Cache

    return Cache(options.cache_dir)


def _cache_path(options: argparse.Namespace) -> None:
    print(_open_cache(options).path)


def _cache_info(options: argparse.Namespace) -> None:
    _print_frame(_open_cache(options).info())


def _cache_coverage(options: argparse.Namespace) -> None:
    for first, last in _open_cache(options).coverage(options.market, options.data_type, options.source):
        print(f"{first} {last}")


def _cache_revisions(options: argparse.Namespace) -> None:
    _print_frame(_open_cache(options).revisions(options.market, options.data_type, options.source))


def _cache_verify(options: argparse.Namespace) -> None:
    damaged = _open_cache(options).verify()
    print(damaged.to_string(index=False) if len(damaged) else "no damaged records")


def _cache_clear(options: argparse.Namespace) -> None:
    if not options.all and options.market is None and options.source is None:
        raise InvalidRequest("cache clear needs a market, a data type or --source. Use --all to remove everything.")
    count = _open_cache(options).clear(options.market, options.data_type, options.source)
    print(f"{count} series removed")


def _cache_export(options: argparse.Namespace) -> None:
    files = _open_cache(options).export(options.url, options.source)
    synthetic = files["source"].map(is_synthetic).any()
    rows = f"{files['rows'].sum()}{' SYNTHETIC' if synthetic else ''} rows"
    print(f"{rows} in {len(files)} files, {files['written'].sum()} of them new or changed")


def _pin_show(options: argparse.Namespace) -> None:
    from .storage.pins.file import contents

    _print_frame(contents(options.file))


def _pin_verify(options: argparse.Namespace) -> None:
    from .storage.pins.file import verify

    print(f"{options.file} is undamaged: {verify(options.file)}")


def _versions(options: argparse.Namespace) -> None:
    from . import show_versions

    show_versions()


def _demo(options: argparse.Namespace) -> None:
    from . import load
    from .simulator.server import SimulatorServer

    if options.picture.suffix.lower() not in _PICTURES or not options.picture.absolute().parent.is_dir():
        raise InvalidRequest(
            f"--picture {options.picture} must end in {', '.join(_PICTURES)}, and be in a folder that exists."
        )
    print("pd_optstat demo: ten years of US single-stock option volume, SYNTHETIC data, no network.\n")
    with SimulatorServer(until=date(2026, 6, 12)) as server, tempfile.TemporaryDirectory() as folder:
        print(f"1. A simulator of OpenD listens at {server.url}.")
        series = ("US_SECURITY", "VOLUME")
        # Import and connect first, so that the times below are those of the load.
        load(*series, "2026-06-12", "2026-06-12", source=server.url, cache=False)

        def load_decade() -> pd.DataFrame:
            return load(*series, "2016-06-13", "2026-06-12", source=server.url, cache=folder)

        cold, first = _timed(load_decade)
        info = first.attrs["optstat"]
        print(f"2. Loaded over TCP:       {len(first)} sessions, {info['requests']} requests, {cold * 1e3:.1f} ms")
        warm, second = _timed(load_decade)
        info = second.attrs["optstat"]
        print(f"3. Loaded from the cache: {len(second)} sessions, {info['requests']} requests, {warm * 1e3:.1f} ms")
        if not first.equals(second) or info["digest"] != first.attrs["optstat"]["digest"]:
            raise OptStatError("The cache returned other numbers than the simulator. Please report this.")
        print(f"   The same numbers: {info['digest'][:23]}...\n")
    _show_metrics(second)
    _save_picture(second, options.picture)
    print(
        "\nNext, in Python:\n"
        "    import pd_optstat as po\n"
        '    df = po.load("US_SECURITY", "VOLUME", "2016-01-01", source="simulator:")   # synthetic\n'
        '    df = po.load("US_SECURITY", "VOLUME", "2016-01-01")                        # your OpenD on port 11111\n'
        "    df.optstat.metrics(); df.optstat.plot()\n"
        "or open notebooks/quickstart.ipynb. The README explains how to connect to a real OpenD."
    )


def _show_metrics(frame: pd.DataFrame) -> None:
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


def _save_picture(frame: pd.DataFrame, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    axes = frame.optstat.plot(start="2025-06-01")
    try:
        axes.figure.savefig(path, dpi=120, bbox_inches="tight")  # type: ignore[union-attr]
    except OSError as error:
        raise InvalidRequest(f"--picture {path} cannot be written: {error}") from None
    print(f"\n5. df.optstat.plot() of the last year: saved as {path}")


def _timed(function: Callable[[], _T]) -> tuple[float, _T]:
    begin = time.perf_counter()
    result = function()
    return time.perf_counter() - begin, result
