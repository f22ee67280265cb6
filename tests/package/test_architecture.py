"""Which room may import which, and which modules are pure. Read from the source, so imports in functions count too.

`docs/architecture.md` shows the same table.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import pd_optstat

PACKAGE = "pd_optstat"
ROOT = Path(pd_optstat.__file__).parent
LONGEST = 500

#: What each room may import besides itself. A room is a package, or a module at the top.
ROOMS = {
    "errors": set(),
    "_version": set(),
    "proto": set(),
    "_util": {"errors"},
    "core": {"errors", "_util", "_version"},
    "_types": {"core"},
    "config": {"errors", "_util", "core", "_types"},
    "analysis": {"errors", "_util", "core", "_types", "_version"},
    "opend": {"errors", "_util", "core", "proto"},
    "simulator": {"errors", "_util", "core", "opend"},
    "storage": {"errors", "_util", "core", "config", "proto", "_types", "_version"},
    "sources": {"errors", "_util", "core", "opend", "simulator", "storage", "_types"},
    "loading": {"errors", "_util", "core", "config", "opend", "simulator", "storage", "sources", "_types", "_version"},
    "plotting": {"errors", "_util", "core", "analysis", "_types"},
    "explorer": {
        "errors",
        "_util",
        "core",
        "config",
        "analysis",
        "loading",
        "sources",
        "storage",
        "plotting",
        "_types",
    },
    "report": {"errors", "_util", "_version", "analysis", "plotting"},
    "accessor": {"errors", "_util", "_version", "core", "analysis", "plotting", "explorer", "report", "_types"},
    # These use the package as its users do: through the public names.
    "versions": {"", "errors", "_util", "core", "config", "_version"},
    "cli": {"", "errors", "_util", "core", "simulator", "storage", "_types", "_version"},
    "magics": {"", "errors", "_util", "core", "explorer", "_types"},
    "__main__": {"cli"},
}
#: The libraries that few modules may know, and which. A name that ends in a dot means all modules below it.
CONFINED = {
    "diskcache": {"storage.cache.backend"},
    "exchange_calendars": {"core.calendars"},
    "cryptography": {"opend.encryption"},
    "fsspec": {"storage.archive.location"},
    "pyarrow": {"storage.archive.parquet_file"},
    "sqlite3": {"storage.cache.", "versions"},
    "filelock": {"storage.archive.location", "storage.cache.locks", "storage.pins.file"},
    "tqdm": {"_util.progress"},
    # The command line chooses a backend without a window; the explorer saves what it shows as a picture.
    "matplotlib": {"plotting.", "cli", "explorer.save"},
    "jinja2": {"report.document"},
    "anywidget": {"explorer."},
    "traitlets": {"explorer."},
    "IPython": {"explorer.", "magics"},
    "google": {"proto.", "storage.cache.records", "storage.pins.format", "opend.messages"},
}
#: Modules without I/O and without a clock of their own.
PURE = {
    "core.arrays", "core.check_digits", "core.dates",
    "core.finality", "core.frame", "core.history", "core.intervals", "core.markets",
    "core.observations", "core.origins", "core.pages", "core.reply_checks", "core.request", "core.stitching",
    "core.underlying", "core.underlying_pages", "core.underlying_stitching", "core.urls",
    "_util.validation",
    "analysis.backtest", "analysis.bootstrap", "analysis.counts", "analysis.expiries", "analysis.extremes",
    "analysis.frames", "analysis.metrics", "analysis.multiple_testing", "analysis.open_interest", "analysis.prices",
    "analysis.resampling", "analysis.returns", "analysis.seasonal",
    "analysis.sharpe", "analysis.splits", "analysis.trades", "analysis.trading_days", "analysis.walk_forward_result",
    "analysis.windows",
    "analysis.event_study", "analysis.hac", "analysis.information_coefficient", "analysis.lead_lag",
    "analysis.quantiles", "analysis.regimes", "analysis.regression", "analysis.signal_marks",
    "analysis.signal_returns", "analysis.signal_series",
    "loading.planning",
    "storage.archive.manifest", "storage.cache.records", "storage.cache.schema", "storage.pins.format",
    "opend.columns", "opend.messages", "opend.packets", "opend.page_requests", "opend.retry", "opend.transports",
    "opend.underlying_messages", "opend.websocket_messages", "opend.window",
    "simulator.effects", "simulator.faults", "simulator.generator", "simulator.responses",
    "simulator.replies", "simulator.requests", "simulator.underlying_faults", "simulator.underlying_generator",
    "simulator.universe",
    "sources.vendor_tables",
    "plotting.palettes", "accessor.normalization", "accessor.overview", "accessor.ratio_frames",
    "report.caveats", "report.cells", "report.findings", "report.parts", "report.reproduction",
    "explorer.content", "explorer.copy_code", "explorer.price_columns", "explorer.state", "explorer.status",
}  # fmt: skip
#: The standard library's ways out of a process.
OUTSIDE = {
    "os", "io", "pathlib", "socket", "ssl", "sqlite3", "tempfile", "shutil", "threading", "asyncio",
    "subprocess", "time", "urllib.request",
}  # fmt: skip
#: What a newcomer sees first: about as many entries as httpx has.
MOST_ENTRIES = 24
LONGEST_CHAIN = 16


@cache
def sources() -> dict[str, Path]:
    """Return each module's file by its name below the package; that of the package itself is empty."""
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(module: str) -> frozenset[str]:
    """Return all that a module imports, anywhere in it: ``pd_optstat.x`` of its own, the others by their full name."""
    path = sources()[module]
    package = [PACKAGE, *filter(None, module.split("."))]
    if path.name != "__init__.py":
        package.pop()
    return frozenset(name for node in ast.walk(ast.parse(path.read_text("utf-8"))) for name in _imported(node, package))


def _imported(node: ast.AST, package: list[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package[: len(package) + 1 - node.level] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            # `from . import metrics` is the module, not the package.
            full = f"{base}.{alias.name}"
            yield full if full.removeprefix(f"{PACKAGE}.") in sources() and full.startswith(PACKAGE) else base


def own(module: str) -> set[str]:
    """Return the modules of the package that a module imports."""
    names = {name for name in imports(module) if name == PACKAGE or name.startswith(f"{PACKAGE}.")}
    return {name.removeprefix(PACKAGE).removeprefix(".") for name in names}


def allowed(module: str, rule: set[str]) -> bool:
    return module in rule or any(one.endswith(".") and module.startswith(one) for one in rule)


def room(module: str) -> str:
    return module.partition(".")[0]


def test_import_finder_sees_every_kind_of_import():
    """The finder of imports itself is tested on known cases."""
    assert "core.history" in own("loading.engine")  # from ..core import history
    assert "core.dates" in own("loading.engine")  # from ..core.dates import format_days
    assert "opend.pool" in own("loading.load")  # in a function
    assert "_version" in own("storage.archive.export")  # from ... import _version
    assert "diskcache" in imports("storage.cache.backend")
    assert "" in own("cli")  # import pd_optstat as po


def test_no_import_cycles():
    """Imports within functions count: a reader follows them all the same. Those of `_types` are for type checkers."""
    graph = {module: own(module) - {""} for module in sources() if module not in ("", "_types")}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail("imports in a circle: " + " ← ".join(error.args[1]))


@pytest.mark.parametrize("name", sorted({room(module) for module in sources() if module}))
def test_room_imports_only_what_its_row_allows(name):
    inside = [module for module in sources() if room(module) == name and module != "_types"]
    used = {room(one) for module in inside for one in own(module)}
    assert used - {name} - ROOMS[name] == set()


def test_every_module_has_a_docstring():
    for module, path in sources().items():
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), module or "the package"


def test_top_level_has_few_entries():
    assert len([path for path in ROOT.iterdir() if path.name != "__pycache__"]) <= MOST_ENTRIES


def test_module_names_are_unique():
    """Two modules of one name are told apart by their room only: in a traceback or an editor's tab they are not."""
    stems = [path.stem for name, path in sources().items() if room(name) not in ("accessor", "proto")]
    assert {stem for stem in stems if stems.count(stem) > 1} <= {"__init__", "cli"}


@pytest.mark.parametrize("library", sorted(CONFINED))
def test_library_is_imported_only_by_its_modules(library):
    users = {
        module
        for module in sources()
        if any(name == library or name.startswith(f"{library}.") for name in imports(module))
    }
    assert {module for module in users if not allowed(module, CONFINED[library])} == set()


@pytest.mark.parametrize("module", sorted(PURE))
def test_pure_module_does_no_io(module):
    assert imports(module) & OUTSIDE == set()


def test_modules_are_at_most_500_lines_long():
    lengths = {name: len(path.read_text("utf-8").splitlines()) for name, path in sources().items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
