"""The map of the house: which module may import which. Read from the source, so that imports in functions count too.

The README draws the map; what stands here is what must stay true of it.
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

#: The libraries that few modules may know, and which. A name that ends in a dot means all modules below it.
CONFINED = {
    "diskcache": {"store"},
    "exchange_calendars": {"calendars"},
    "cryptography": {"opend.ciphers"},
    "fsspec": {"archive.place"},
    "pyarrow": {"archive.parts"},
    "sqlite3": {"vetting", "store", "versions"},
    "filelock": {"store", "pinstore", "opend.ratelimit"},
    "tqdm": {"progress"},
    # The command line chooses a backend without a window; the explorer saves what it shows as a picture.
    "matplotlib": {"plotting", "drawing", "heatmap", "themes", "cli", "explorer.saving"},
    "plotly": {"explorer.", "explorer"},
    "ipywidgets": {"explorer.", "explorer", "magics"},
    "IPython": {"explorer.", "explorer", "magics"},
    "google": {"proto.", "records", "pinfile", "opend.messages"},
}
#: The last doors, and who alone may open them. The package itself names the public ones.
DOORS = {
    "accessor": {""},
    "magics": {""},
    "cli": {"__main__"},
    "__main__": set(),
    "explorer": {"", "accessor", "magics", "magic_line", "methods."},
}
#: Modules without I/O and without a clock of their own, as the README names them.
PURE = {
    "request", "coverage", "freshness", "history", "planning", "task", "records", "stitching", "frame", "days",
    "markets", "checks", "counts", "reading", "windows", "metrics", "prices", "signals", "bootstrap",
    "seasonal", "expiries", "pinfile", "archive.manifest", "opend.protocol", "opend.websocket", "opend.wires",
    "opend.columns", "opend.messages",
    "palettes", "magic_line", "provenance",
    "explorer.state", "explorer.content", "explorer.figure", "explorer.code", "explorer.status",
}  # fmt: skip
#: The standard library's ways out of a process.
OUTSIDE = {
    "os", "io", "pathlib", "socket", "ssl", "sqlite3", "tempfile", "shutil", "threading", "asyncio",
    "subprocess", "time", "urllib.request",
}  # fmt: skip


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


def test_what_is_read_is_what_python_imports():
    """The reader of imports itself: every kind of import in the package is found."""
    assert "cache" in own("loader")  # from .cache import Cache
    assert {"frame", "history", "pins"} <= own("loader")  # from . import frame, history, pins
    assert {"store", "opend.pool"} <= own("loader")  # in a function
    assert "sources.base" in own("sources.opend")  # for type checkers only
    assert "_version" in own("archive.exporting")  # from .. import _version
    assert "diskcache" in imports("store")
    assert "" in own("cli")  # import pd_optstat as po


def test_the_arrows_go_one_way():
    """Imports within functions and those for type checkers count: a reader follows them all the same."""
    # The package itself names everything public, lazily; only the command line uses it as its users do.
    graph = {module: own(module) - {""} for module in sources() if module}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail("a circle of imports: " + " ← ".join(error.args[1]))


@pytest.mark.parametrize("library", sorted(CONFINED))
def test_few_modules_know_a_library(library):
    users = {
        module
        for module in sources()
        if any(name == library or name.startswith(f"{library}.") for name in imports(module))
    }
    assert {module for module in users if not allowed(module, CONFINED[library])} == set()


@pytest.mark.parametrize("door", sorted(DOORS))
def test_nothing_imports_a_last_door(door):
    users = {
        module
        for module in sources()
        if any(name == door or name.startswith(f"{door}.") for name in own(module))
        and module != door
        and not module.startswith(f"{door}.")
    }
    assert {module for module in users if not allowed(module, DOORS[door])} == set()


@pytest.mark.parametrize("module", sorted(PURE))
def test_the_pure_modules_touch_nothing_outside(module):
    assert imports(module) & OUTSIDE == set()


def test_no_module_is_longer_than_a_reader_keeps_in_mind():
    lengths = {name: len(path.read_text("utf-8").splitlines()) for name, path in sources().items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
