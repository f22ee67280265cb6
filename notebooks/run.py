"""Run notebooks from top to bottom in a kernel of this interpreter, skipping cells that need an OpenD.

    python notebooks/run.py notebooks/*.ipynb --out executed

Cells tagged ``needs-opend`` connect to a real OpenD. They are skipped, with the reason as their output, unless
``--with-opend`` is options. They also have the tag ``skip-execution``, which nbclient, nbconvert and myst-nb obey;
JupyterLab runs them like any other cell. The notebook files are not changed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

#: What a cell with this tag needs, for the output of a skipped cell.
NEEDS = {"needs-opend": "an OpenD that is running and logged in"}

CELL_SECONDS = 120


def skip_reason(cell: Any, available: frozenset[str] = frozenset()) -> str | None:
    """Return why a cell cannot run if only the tags in `available` are provided, or None if it can."""
    missing = [NEEDS[tag] for tag in cell.metadata.get("tags", ()) if tag in NEEDS and tag not in available]
    if cell.cell_type != "code" or not missing:
        return None
    return f"Skipped: this cell needs {' and '.join(missing)}."


def execute(notebook: Any, folder: Path, *, with_opend: bool = False, timeout: float = CELL_SECONDS) -> list[str]:
    """Run `notebook` in `folder`, store the outputs in it, and return the ids of the skipped cells.

    Raises `CellExecutionError`, with the cell and its traceback, if a cell fails.
    """
    available = frozenset({"needs-opend"} if with_opend else ())
    client = _Client(notebook, available, folder, timeout)
    client.execute()
    return client.skipped


class _Client(NotebookClient):
    """A client that skips cells that cannot run, with the reason as their output."""

    def __init__(self, notebook: Any, available: frozenset[str], folder: Path, timeout: float) -> None:
        super().__init__(notebook, km=_own_kernel(), timeout=timeout, resources={"metadata": {"path": str(folder)}})
        self.skip_cells_with_tag = ""  # decided in `async_execute_cell` instead
        self.available = available
        self.skipped: list[str] = []

    async def async_execute_cell(self, cell: Any, cell_index: int, *args: Any, **kwargs: Any) -> Any:
        reason = skip_reason(cell, self.available)
        if reason is None:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        cell.execution_count = None
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=reason + "\n")]  # type: ignore[no-untyped-call]
        self.skipped.append(cell.id)
        return cell


def _own_kernel() -> AsyncKernelManager:
    """Return a manager of this interpreter's kernel, not of the user's kernel named "python3"."""
    specs = KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True)
    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)


def run(paths: Sequence[Path], out: Path | None, *, with_opend: bool) -> Mapping[Path, list[str]]:
    """Run notebook files, each in its own folder, and save the results under the same names in `out`."""
    skipped = {}
    for path in paths:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        skipped[path] = execute(notebook, path.resolve().parent, with_opend=with_opend)
        print(f"{path}: ran{', but skipped ' + ', '.join(skipped[path]) if skipped[path] else ''}")
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, out / path.name)  # type: ignore[no-untyped-call]
    return skipped


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run notebooks from top to bottom; the files are not changed.")
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="save the notebooks with their outputs here")
    parser.add_argument("--with-opend", action="store_true", help="also run the cells that need a real OpenD")
    options = parser.parse_args(arguments)
    if options.out is not None and any(options.out.resolve() == path.resolve().parent for path in options.notebooks):
        parser.error(f"--out {options.out} is the folder of the notebooks, which would be overwritten")
    try:
        run(options.notebooks, options.out, with_opend=options.with_opend)
    except (CellExecutionError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
