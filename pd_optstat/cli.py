"""The command line: ``pd-optstat``, also ``python -m pd_optstat``."""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, TypeVar

from ._util.files import replace_file
from ._util.option_names import name_options
from ._util.optional import how_to_install
from ._version import __version__
from .core.markets import OptionMarket, OptionStatisticDataType
from .core.origins import is_synthetic
from .core.request import name_or_number
from .errors import InvalidRequest, OptStatError
from .simulator.cli import add_simulate

if TYPE_CHECKING:
    import pandas as pd

    from . import Cache

    Commands: TypeAlias = argparse._SubParsersAction[Any]

__all__ = ["main"]

_T = TypeVar("_T")

#: Arguments without dashes: error messages call all others by their option.
_POSITIONAL = {"market", "data_type", "first", "last", "url", "file"}
#: What looks like a date, valid or not, where a data type may be left out.
_DATE_LIKE = re.compile(r"\d{2,}.*")
_MARKETS = f"{', '.join(OptionMarket.__members__)}, or the code of an underlying: US.AAPL, HK.00700"
_DATA_TYPES = f"{', '.join(OptionStatisticDataType.__members__)}; of underlyings also VOLATILITY"
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
        if sys.stdout is not None:  # closed by the caller, as `pd-optstat … >&-` does
            sys.stdout.flush()
    except OptStatError as error:
        named = vars(options).keys() - _POSITIONAL - {*options.typed_as_words}
        names = [f"--{name}".replace("_", "-") for name in named]
        print(f"{type(error).__name__}: {name_options(str(error), names)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        if sys.stderr is not None:
            sys.stderr.close()  # the reader has closed our output, as `head` does
        return 0
    except OSError as error:
        print(f"Cannot write the output: {error}", file=sys.stderr)
        return 1
    return 0


class _Parser(argparse.ArgumentParser):
    """A parser that shows all commands when none is given, and the usage of the command after an argument too many."""

    def error(self, message: str) -> NoReturn:
        if self._subparsers is not None and message.startswith("the following arguments are required"):
            self.print_help(sys.stderr)
            sys.exit(2)
        super().error(message)

    def parse_known_args(  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        found, rest = super().parse_known_args(args, namespace)
        if rest and self._subparsers is None:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return found, rest  # pyright: ignore[reportReturnType]: only without arguments is it None


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="pd-optstat", description="Daily call and put totals of option markets and of underlyings.")
    parser.add_argument("--version", action="version", version=f"pd-optstat {__version__}")
    parser.set_defaults(typed_as_words=())
    commands: Commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_demo(commands)
    add_simulate(commands)
    _add_load(commands)
    _add_plot(commands)
    _add_report(commands)
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
    _add_series(load)
    load.add_argument("--out", type=Path, metavar="FILE", help="save as .csv, .parquet or .json instead of printing")
    load.set_defaults(run=_load)


def _add_plot(commands: Commands) -> None:
    plot = commands.add_parser("plot", help="load a series, and save a picture of it")
    _add_series(plot)
    plot.add_argument("--kind", default="overview", help="overview, ratio, volume, bands, percentile, heatmap or price")
    plot.add_argument("--theme", default="light", help="light or dark (default: %(default)s)")
    plot.add_argument("--out", type=Path, required=True, metavar="FILE", help="save as .png, .pdf or .svg")
    plot.set_defaults(run=_plot)


def _add_report(commands: Commands) -> None:
    report = commands.add_parser("report", help="load a series, and write a report on it and its prices")
    _add_series(report)
    report.add_argument(
        "--prices", type=Path, metavar="FILE", help="closing prices as CSV, the day in the first column"
    )
    report.add_argument("--column", help="the column of --prices (default: the only one, or Close)")
    report.add_argument("--out", type=Path, default=Path("report.html"), metavar="FILE", help="default: %(default)s")
    report.set_defaults(run=_report)


def _add_series(load: argparse.ArgumentParser) -> None:
    """Add the arguments of `pd_optstat.load`."""
    load.add_argument("market", help=_MARKETS)
    load.add_argument("data_type", nargs="?", help=f"{_DATA_TYPES}; may be left out before dates (default: VOLUME)")
    load.add_argument("first", nargs="?", metavar="start", help="first day, YYYY-MM-DD (default: 364 days before end)")
    load.add_argument("last", nargs="?", metavar="end", help="last day, YYYY-MM-DD (default: today)")
    load.add_argument("--start", help="the same as an option")
    load.add_argument("--end", help="the same as an option")
    load.add_argument(
        "--source", help="opend://HOST:PORT, ws://HOST:PORT, simulator:, parquet:URL, ... (default: the configured one)"
    )
    load.add_argument("--as-of", help="the values as the cache knew them at that moment")
    load.add_argument("--offline", action="store_true", help="never use the network")
    load.add_argument("--refresh", action="store_true", help="request the whole range again")
    load.add_argument("--include-open", action="store_true", help="include the running totals of an open session")
    load.add_argument(
        "--warmup", metavar="N", type=name_or_number, default=0,
        help="load N earlier sessions, too, for the lookbacks of metrics",
    )  # fmt: skip
    where = load.add_mutually_exclusive_group()
    _add_cache_dir(where)
    where.add_argument("--no-cache", action="store_true", help="do not use a cache")


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


def _data_type_and_dates(options: argparse.Namespace) -> tuple[str, str | None, str | None]:
    """Return data type, start and end, each of which may be a word or, the dates, an option."""
    words = [word for word in (options.data_type, options.first, options.last) if word is not None]
    data_type = "VOLUME" if not words or _DATE_LIKE.match(words[0]) else words.pop(0)
    if len(words) > 2:
        raise InvalidRequest(f"{words[2]!r} is one word too many. Give MARKET [DATA_TYPE] [START [END]].")
    options.typed_as_words = ("start", "end")[: len(words)]
    for name, word in zip(("start", "end"), words, strict=False):
        given = getattr(options, name)
        if given is not None:
            raise InvalidRequest(f"The {name} is given twice, as {word!r} and as --{name} {given!r}. Drop one.")
        setattr(options, name, word)
    return data_type, options.start, options.end


def _load_series(options: argparse.Namespace) -> pd.DataFrame:
    """Load what the arguments name; say on stderr if it is synthetic."""
    from . import load, load_volatility

    data_type, start, end = _data_type_and_dates(options)
    if data_type.strip().upper() == "VOLATILITY":
        if options.warmup:
            raise InvalidRequest("--warmup is for lookbacks of volume and open interest. Drop it, or load more days.")
        chosen: Callable[..., pd.DataFrame] = partial(load_volatility, options.market)
    else:
        chosen = partial(load, name_or_number(options.market), name_or_number(data_type), warmup=options.warmup)
    frame = chosen(
        start,
        end,
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
    return frame


def _load(options: argparse.Namespace) -> None:
    if options.out is not None and options.out.suffix.lower() not in _WRITERS:
        raise InvalidRequest(f"--out {options.out} must end in {', '.join(_WRITERS)}.")
    frame = _load_series(options)
    if options.out is None:
        _print_frame(frame)
        return
    try:
        _save(options.out, _WRITERS[options.out.suffix.lower()](frame))
    except ImportError:
        raise InvalidRequest(f"--out {options.out} needs pyarrow: {how_to_install('parquet')}.") from None
    except OSError as error:
        raise InvalidRequest(f"--out {options.out} cannot be written: {error.strerror or error}.") from None
    synthetic = " synthetic" if frame.attrs["optstat"]["synthetic"] else ""
    print(f"{len(frame)}{synthetic} rows written to {options.out}")


def _plot(options: argparse.Namespace) -> None:
    from . import OptStatAccessor

    _check_picture("--out", options.out)
    frame = _load_series(options)
    _save_picture("--out", options.out, lambda: OptStatAccessor(frame).plot(options.kind, theme=options.theme))
    print(f"saved as {options.out}")


def _report(options: argparse.Namespace) -> None:
    from . import OptStatAccessor

    if options.column is not None and options.prices is None:
        raise InvalidRequest(f"--column {options.column} needs --prices FILE.")
    prices = None if options.prices is None else _read_prices(options.prices, options.column)
    OptStatAccessor(_load_series(options)).report(prices, options.out)
    print(f"saved as {options.out}")


def _read_prices(path: Path, column: str | None) -> pd.Series[Any]:
    """Return a column of prices by day."""
    import pandas as pd

    try:
        table = pd.read_csv(path, index_col=0)
    except (OSError, ValueError) as error:  # pandas' own errors are ValueErrors
        raise InvalidRequest(f"--prices {path} cannot be read: {error}.") from None
    by_name = {str(name).strip().lower(): name for name in table.columns}
    wanted = column or (str(table.columns[0]) if len(table.columns) == 1 else "Close")
    if wanted.strip().lower() not in by_name:
        named = ", ".join(map(repr, table.columns)) or "none"
        raise InvalidRequest(f"--prices {path} has no column {wanted!r}, only {named}. Choose one with --column.")
    found = table[by_name[wanted.strip().lower()]]
    return found.rename(f"{path.stem} {found.name}" if len(table.columns) > 1 else path.stem)


def _check_picture(option: str, path: Path) -> None:
    if path.suffix.lower() not in _PICTURES or not path.absolute().parent.is_dir():
        raise InvalidRequest(f"{option} {path} must end in {', '.join(_PICTURES)}, and be in a folder that exists.")


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
    from . import OptStatAccessor, load
    from .simulator.server import SimulatorServer

    _check_picture("--picture", options.picture)
    print("pd_optstat demo: ten years of US single-stock option volume, SYNTHETIC data, no network.\n")
    with SimulatorServer(until=date(2026, 6, 12)) as server, tempfile.TemporaryDirectory() as folder:
        print(f"1. A simulator of OpenD listens at {server.url}.")
        series = ("US_SECURITY", "VOLUME")
        # Import and connect first, so that the times below are those of the load.
        load(*series, "2026-06-12", "2026-06-12", source=server.url, cache=False)

        def load_decade() -> pd.DataFrame:
            return load(*series, "2016-06-13", "2026-06-12", source=server.url, cache=folder, progress=False)

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
    _save_picture("--picture", options.picture, lambda: OptStatAccessor(second).plot(start="2025-06-01"))
    print(f"\n5. df.optstat.plot() of the last year: saved as {options.picture}")
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


def _save_picture(option: str, path: Path, draw: Callable[[], Any]) -> None:
    """Save the figure of the axes that `draw` returns."""
    import matplotlib

    matplotlib.use("Agg")
    axes = draw()
    try:
        axes.figure.savefig(path, dpi=120, bbox_inches="tight")
    except OSError as error:
        raise InvalidRequest(f"{option} {path} cannot be written: {error.strerror or error}.") from None


def _timed(function: Callable[[], _T]) -> tuple[float, _T]:
    begin = time.perf_counter()
    result = function()
    return time.perf_counter() - begin, result
