"""``po.show_versions()``: versions and settings for a bug report, without keys."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from importlib.metadata import PackageNotFoundError, version

from . import OpenD, OpenDWebSocket
from ._util.validation import check_bool
from ._version import __version__
from .config import CACHE_VARIABLE, SOURCE_VARIABLE, cache_directory, default_source, origin_of_setting
from .core.calendar_overrides import overrides_of
from .core.markets import EXCHANGES
from .core.urls import parse_url
from .errors import InvalidRequest, printable

__all__ = ["show_versions"]

#: Distributions as pip names them: required, for notebooks and plots, the vendor's SDKs, for optional features.
PACKAGES = (
    "pandas", "numpy", "protobuf", "diskcache", "filelock", "platformdirs", "exchange-calendars", "tqdm",
    "ipython", "ipykernel", "ipywidgets", "anywidget", "matplotlib",
    "jupyterlab", "notebook", "voila",
    "futu-api", "moomoo-api",
    "cryptography", "websockets", "arch", "joblib", "scipy", "statsmodels", "jinja2", "pyarrow", "fsspec", "s3fs",
)  # fmt: skip


def show_versions(as_dict: bool = False) -> dict[str, str | None] | None:
    """Print versions, platform, default source and cache folder, for a bug report.

    Packages are looked up but not imported. Keys are left out, and the home folder is written as ``~``.

    Parameters
    ----------
    as_dict : bool
        Return the values instead of printing them.

    Returns
    -------
    dict of str or None
        Strings by name, JSON-serialisable, and None for a package that is not installed. Nothing is returned if
        ``as_dict=False``.

    Examples
    --------
    >>> import pd_optstat as po
    >>> po.show_versions(as_dict=True)["pd_optstat"] == po.__version__
    True
    """
    values = _values()
    if check_bool(as_dict, "as_dict"):
        return values
    width = max(map(len, values))
    print("\n".join(f"{name:<{width}}  {value or 'not installed'}" for name, value in values.items()))
    return None


def _values() -> dict[str, str | None]:
    return {
        "pd_optstat": __version__,
        "python": f"{platform.python_version()} ({platform.python_implementation()})",
        "platform": platform.platform(),
        **{name: _installed_version(name) for name in PACKAGES},
        "sqlite": sqlite3.sqlite_version,
        "source": f"{_without_secrets(default_source())} ({origin_of_setting('source', SOURCE_VARIABLE)})",
        "calendar_overrides": _calendar_overrides(),
        "cache": f"{_cache_folder()} ({origin_of_setting('cache_dir', CACHE_VARIABLE)})",
    }


def _installed_version(name: str) -> str | None:
    try:
        return version(name) or None
    except (PackageNotFoundError, KeyError):  # not installed, or installed without a version
        return None


def _calendar_overrides() -> str:
    """Return how many days of each exchange `po.configure` overrides."""
    overrides = {exchange.calendar: overrides_of(exchange) for exchange in EXCHANGES.values()}
    return (
        ", ".join(
            f"{name}: {len(one.closed)} closed, {len(one.sessions)} sessions" for name, one in overrides.items() if one
        )
        or "none"
    )


def _cache_folder() -> str:
    try:
        return _with_tilde(str(cache_directory()))
    except (ImportError, InvalidRequest) as error:  # the report may be about this very error
        return f"none: {printable(str(error))}"


def _without_secrets(source: object) -> str:
    """Return a source in words, with only those parts that are known not to be secret."""
    if not isinstance(source, str):
        repr_hides_keys = isinstance(source, OpenD | OpenDWebSocket)
        return _with_tilde(repr(source)) if repr_hides_keys else type(source).__name__
    try:
        scheme, arguments = parse_url(source)
    except InvalidRequest:
        return "not a valid source"
    if scheme == "parquet":
        protocol = re.match(r"[a-z0-9+]{1,16}(?=://)", arguments["url"])
        return f"parquet:{protocol[0]}://..." if protocol else "parquet:..."
    if scheme == "snapshot":
        return f"snapshot:{_with_tilde(os.path.expanduser(arguments['path']))}"
    if scheme == "simulator":
        return f"simulator:?seed={arguments['seed']}"
    given = [name for name in ("key", "rsa_key", "certificates", "namespace") if arguments.get(name)]
    return f"{scheme}://{arguments['host']}:{arguments['port']}" + (f" with {', '.join(given)}" if given else "")


def _with_tilde(text: str) -> str:
    """Return `text` with the user's home folder, also if it is behind a symbolic link, as ``~``."""
    home = os.path.expanduser("~")
    for folder in {home, os.path.realpath(home)}:
        if len(folder) > 1:
            text = re.sub(rf"{re.escape(folder)}(?=[/\\'\"]|$)", "~", text)
    return text
