"""Checks what is in the wheel and the sdist of a folder: `python .ci/check_packages.py FOLDER`."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from email.parser import HeaderParser
from pathlib import Path

IN_WHEEL = [
    "py.typed",
    "explorer/static/widget.js",
    "explorer/static/page.js",
    "explorer/static/LICENSE.uplot.txt",
    "proto/opend_pb2.py",
    "proto/cache_pb2.py",
    "proto/pin_pb2.py",
]
IN_SDIST = [
    "pyproject.toml",
    "LICENSE",
    "README.md",
    "tests/conftest.py",
    "docs/conf.py",
    "js/package.json",
    "js/src/widget.js",
    "notebooks/quickstart.ipynb",
]
#: What building leaves behind and nobody wants.
LEFT_BEHIND = ("__pycache__", ".pyc", ".so", "optstat-demo", ".venv", "node_modules")


def main(folder: Path) -> None:
    """Exit with what is wrong, or say how large both are."""
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    wrong = [*_wheel(wheel), *_sdist(sdist)]
    if wrong:
        sys.exit("\n".join(wrong))
    print(*(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB" for path in (wheel, sdist)), sep="\n")


def _wheel(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        (info,) = {name.split("/")[0] for name in names if name.split("/")[0].endswith(".dist-info")}
        wanted = [f"pd_optstat/{name}" for name in IN_WHEEL] + [f"{info}/licenses/LICENSE", f"{info}/entry_points.txt"]
        fields = HeaderParser().parsestr(archive.read(f"{info}/METADATA").decode())
    wrong = [f"{path.name} lacks {name}" for name in wanted if name not in names]
    wrong += [f"{path.name} holds {name}" for name in names if name.split("/")[0] not in ("pd_optstat", info)]
    wrong += [f"{path.name} holds {name}" for name in names if any(one in name for one in LEFT_BEHIND)]
    needed = ("Name", "Version", "Summary", "Requires-Python", "License-Expression", "Description-Content-Type")
    return wrong + [f"{path.name}: its metadata lack {field}" for field in needed if not fields[field]]


def _sdist(path: Path) -> list[str]:
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = [*IN_SDIST, *(f"pd_optstat/{name}" for name in IN_WHEEL)]
    wrong = [f"{path.name} lacks {name}" for name in wanted if name not in names]
    return wrong + [f"{path.name} holds {name}" for name in names if any(one in name for one in LEFT_BEHIND)]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
