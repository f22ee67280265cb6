"""Run notebooks from top to bottom in a kernel of this interpreter, skipping cells that need an OpenD.

    pip install ".[notebooks]"
    python notebooks/run.py notebooks/*.ipynb                   # runs them; the files are not changed
    python notebooks/run.py notebooks/*.ipynb --out executed    # keeps the results in a folder
    python notebooks/run.py notebooks/*.ipynb --in-place        # renews the outputs that are committed

One that fails does not keep the others from running; the last lines say which failed and why.

Cells tagged ``needs-opend`` connect to a real OpenD. They are skipped, with the reason as their output, unless
``--with-opend`` is given. They also have the tag ``skip-execution``, which nbclient, nbconvert and myst-nb obey;
JupyterLab runs them like any other cell.

Outputs are kept without what differs from run to run (times, ports, temporary folders), and without widgets, of which a
picture is taken in Chromium if playwright is installed.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

try:
    import nbformat
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError
except ModuleNotFoundError as error:
    sys.exit(f'{error}. What the notebooks need is installed by: pip install ".[notebooks]"')

from outputs import is_explorer, keep_what_stays

#: What a cell with this tag needs, for the output of a skipped cell.
NEEDS = {"needs-opend": "an OpenD that is running and logged in"}

CELL_SECONDS = 120


def skip_reason(cell: Any, available: frozenset[str] = frozenset()) -> str | None:
    """Return why a cell cannot run if only the tags in `available` are provided, or None if it can."""
    missing = [NEEDS[tag] for tag in cell.metadata.get("tags", ()) if tag in NEEDS and tag not in available]
    if cell.cell_type != "code" or not missing:
        return None
    return f"Skipped: this cell needs {' and '.join(missing)}."


def execute(
    notebook: Any,
    folder: Path,
    *,
    with_opend: bool = False,
    timeout: float = CELL_SECONDS,
    checks: Mapping[str, str] | None = None,
) -> list[str]:
    """Run `notebook` in `folder`, store the outputs in it, and return the ids of the skipped cells.

    `checks` is code by the id of the cell after which it is run, without a trace in the notebook. Raises
    `CellExecutionError`, with the cell and its traceback, if a cell or a check fails.
    """
    available = frozenset({"needs-opend"} if with_opend else ())
    with tempfile.TemporaryDirectory() as pages:
        client = _Client(notebook, available, folder, timeout, checks or {}, Path(pages))
        client.execute()
        keep_what_stays(notebook, Path(pages))
    return client.skipped


class _Client(NotebookClient):
    """A client that skips cells that cannot run, runs checks, and writes a page of each widget that is shown."""

    def __init__(
        self,
        notebook: Any,
        available: frozenset[str],
        folder: Path,
        timeout: float,
        checks: Mapping[str, str],
        pages: Path,
    ) -> None:
        resources = {"metadata": {"path": str(folder)}}
        super().__init__(notebook, km=_own_kernel(), timeout=timeout, resources=resources)
        self.extra_arguments = ["--log-level=ERROR"]  # newer kernels warn about TCP, also on loopback
        self.skip_cells_with_tag = ""  # decided in `async_execute_cell` instead
        self.record_timing = False
        self.available = available
        self.checks = checks
        self.pages = pages
        self.skipped: list[str] = []

    async def async_execute_cell(self, cell: Any, cell_index: int, *args: Any, **kwargs: Any) -> Any:
        reason = skip_reason(cell, self.available)
        if reason is not None:
            cell.execution_count = None
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=reason + "\n")]  # type: ignore[no-untyped-call]
            self.skipped.append(cell.id)
            return cell
        done = await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        hidden = []
        if any(map(is_explorer, cell.get("outputs", ()))):
            shown = ast.unparse(ast.parse(cell.source).body[-1])
            hidden.append(f"({shown}).to_html({str(self.pages / f'{cell.id}.html')!r})")
        if cell.id in self.checks:
            hidden.append(self.checks[cell.id])
        for source in hidden:
            other = nbformat.v4.new_code_cell(source)  # type: ignore[no-untyped-call]
            await super().async_execute_cell(other, cell_index, store_history=False)
        self.nb.cells[cell_index] = done  # instead of the hidden ones
        return done


def _own_kernel() -> AsyncKernelManager:
    """Return a manager of this interpreter's kernel, not of the user's kernel named "python3"."""
    specs = KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True)
    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)


# -- The command ------------------------------------------------------------------------------------------------


def run(
    paths: Sequence[Path], out: Path | None, *, with_opend: bool = False, in_place: bool = False
) -> dict[Path, str | None]:
    """Run notebook files, each in its own folder, and save the results; return why each failed, or None."""
    failures: dict[Path, str | None] = {}
    for path in paths:
        try:
            notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
            skipped = execute(notebook, path.resolve().parent, with_opend=with_opend)
        except (CellExecutionError, DeadKernelError, OSError, TimeoutError, nbformat.reader.NotJSONError) as error:
            failures[path] = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
            print(f"{path}: FAILED\n{failures[path]}", file=sys.stderr, flush=True)
            continue
        failures[path] = None
        print(f"{path}: ran{', but skipped ' + ', '.join(skipped) if skipped else ''}", flush=True)
        if in_place or out is not None:
            target = path if out is None else out / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, target)  # type: ignore[no-untyped-call]
    return failures


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run notebooks from top to bottom.")
    parser.add_argument("notebooks", nargs="+", type=Path)
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--out", type=Path, metavar="FOLDER", help="save the notebooks with their outputs here")
    kept.add_argument("--in-place", action="store_true", help="save the outputs in the notebooks themselves")
    parser.add_argument("--with-opend", action="store_true", help="also run the cells that need a real OpenD")
    options = parser.parse_args(arguments)
    if options.out is not None and any(options.out.resolve() == path.resolve().parent for path in options.notebooks):
        parser.error(f"--out {options.out} is the folder of the notebooks, which would be overwritten")
    if options.in_place and options.with_opend:
        parser.error("--in-place keeps outputs for everyone, and --with-opend would put your own data there")
    failures = run(options.notebooks, options.out, with_opend=options.with_opend, in_place=options.in_place)
    failed = {path: why.splitlines()[-1] for path, why in failures.items() if why}
    print(f"{len(failures) - len(failed)} of {len(failures)} notebooks ran.")
    for path, reason in failed.items():
        print(f"  {path} failed: {reason}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
