"""Checks that no package here is older than in newest.txt: then something has begun to hold it back."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.version import Version

lines = Path(__file__).with_name("newest.txt").read_text().splitlines()
older = []
for name, _, pinned in (line.partition("==") for line in lines if not line.startswith("#")):
    try:
        here = version(name)
    except PackageNotFoundError:
        continue
    if Version(here) < Version(pinned):
        older.append(f"{name} is {here}, and was {pinned}")
print(*older, sep="\n")
sys.exit(bool(older))
