"""``po.show_versions()``: what a bug report needs to say of the place where it happened, and nothing that is secret."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from . import __version__
from .config import CACHE_VARIABLE, SOURCE_VARIABLE, cache_directory, default_source, origin_of_setting
from .core.urls import parse_url
from .errors import InvalidRequest, printable
from .sources import OpenD, OpenDWebSocket

__all__ = ["show_versions"]

#: By the names that pip knows: what every load needs, what shows it, the vendor's SDKs, what optional features need.
PACKAGES = (
    "pandas", "numpy", "protobuf", "diskcache", "filelock", "platformdirs", "exchange-calendars", "tqdm",
    "ipython", "ipykernel", "ipywidgets", "plotly", "anywidget", "itables", "matplotlib",
    "jupyterlab", "notebook", "voila",
    "futu-api", "moomoo-api",
    "cryptography", "websockets", "arch", "joblib", "scipy", "pyarrow", "fsspec", "s3fs",
)  # fmt: skip


def show_versions(as_dict: bool = False) -> dict[str, str | None] | None:
    """Print what a bug report needs: versions, platform, the default source and the cache folder.

    Packages are looked up and not imported. Keys are left out, and the home folder is written ``~``.

    Parameters
    ----------
    as_dict : bool
        Return it instead of printing it.

    Returns
    -------
    dict of str or None
        Texts by name, fit for JSON; None for a package that is not installed. With ``as_dict=False`` nothing.

    Examples
    --------
    >>> import pd_optstat as po
    >>> po.show_versions(as_dict=True)["pd_optstat"] == po.__version__
    True
    """
    found = _found()
    if as_dict:
        return found
    width = max(map(len, found))
    print("\n".join(f"{name:<{width}}  {value or 'not installed'}" for name, value in found.items()))
    return None


def _found() -> dict[str, str | None]:
    return {
        "pd_optstat": __version__,
        "python": f"{platform.python_version()} ({platform.python_implementation()})",
        "platform": platform.platform(),
        **{name: _installed(name) for name in PACKAGES},
        "sqlite": sqlite3.sqlite_version,
        "source": f"{_shown(default_source())} ({origin_of_setting('source', SOURCE_VARIABLE)})",
        "cache": f"{_cache()} ({origin_of_setting('cache_dir', CACHE_VARIABLE)})",
    }


def _installed(name: str) -> str | None:
    try:
        return version(name) or None
    except (PackageNotFoundError, KeyError):  # not there, or without a version in its metadata
        return None


def _cache() -> str:
    try:
        return _with_tilde(str(cache_directory()))
    except (ImportError, InvalidRequest) as error:  # what a report is about, perhaps
        return f"none: {printable(str(error))}"


def _shown(source: Any) -> str:
    """Return a source as far as everybody may know it: only what is known to be no secret."""
    if not isinstance(source, str):
        hides_keys = isinstance(source, OpenD | OpenDWebSocket)  # in its repr
        return _with_tilde(repr(source)) if hides_keys else type(source).__name__
    try:
        scheme, said = parse_url(source)
    except InvalidRequest:
        return "a text that is no source"
    if scheme == "parquet":
        protocol = re.match(r"[a-z0-9+]{1,16}(?=://)", said["url"])
        return f"parquet:{protocol[0]}://..." if protocol else "parquet:..."
    if scheme == "snapshot":
        return f"snapshot:{_with_tilde(os.path.expanduser(said['path']))}"
    if scheme == "simulator":
        return f"simulator:?seed={said['seed']}"
    more = [name for name in ("key", "rsa_key", "certificates", "namespace") if said.get(name)]
    return f"{scheme}://{said['host']}:{said['port']}" + (f" with {', '.join(more)}" if more else "")


def _with_tilde(text: str) -> str:
    """Return `text` with the user's home folder, by any of its names, as ``~``."""
    home = os.path.expanduser("~")
    for folder in {home, os.path.realpath(home)}:
        if len(folder) > 1:
            text = re.sub(rf"{re.escape(folder)}(?=[/\\'\"]|$)", "~", text)
    return text
