"""Tools of other languages, for the tests that need them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Skip the test because a tool is missing; in CI, where all must be installed, fail."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


def run(*command: Any, **options: Any) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **options)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done


def unpack_debian(folder: Path, *packages: str) -> Path:
    """Unpack packages of Debian below `folder`, without installing them, and return the root of their files."""
    try:
        run("apt-get", "download", *packages, cwd=folder)
        for package in folder.glob("*.deb"):
            run("dpkg", "-x", package, folder / "root")
    except (OSError, AssertionError, subprocess.TimeoutExpired) as error:
        lacking(f"apt-get install {' '.join(packages)}: {error}")
    return folder / "root"


def npm_install(folder: Path, package: str) -> None:
    """Install an npm package into `folder`, without running its install scripts."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            lacking(f"no {tool}")
    options = ("--ignore-scripts", "--no-audit", "--no-fund")
    try:
        run("npm", "install", *options, "--prefix", folder, package, cwd=folder)
    except (AssertionError, subprocess.TimeoutExpired) as error:
        lacking(f"npm cannot install {package}: {error}")


def futu_npm_package(folder: Path) -> Path:
    """Install the vendor's npm client into `folder`, and return it."""
    npm_install(folder, "futu-api@10.11.7108")
    major = int(subprocess.run(["node", "--version"], capture_output=True, text=True).stdout[1:].split(".")[0])
    if major < 20:
        lacking(f"node {major} has no WebSocket")
    return folder
