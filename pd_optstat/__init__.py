"""Option market sentiment in pandas: daily call and put totals from OpenD, cached and reproducible.

>>> import pd_optstat as po
>>> df = po.load("US_SECURITY", "VOLUME", "2026-01-01", "2026-06-12", source="simulator:", cache=False)
>>> ratio = df.optstat.rolling_ratio(10)

Importing the package registers ``df.optstat``. Protobuf, diskcache, calendars and plotting are imported on first use.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING

from ._version import __version__
from .accessor import OptStatAccessor, accessor
from .core.markets import OptionMarket, OptionStatisticDataType
from .core.underlying import IndexOptionType, Underlying
from .errors import (
    CacheError,
    CacheWarning,
    ConnectionFailed,
    DataWarning,
    InvalidData,
    InvalidRequest,
    LookbackWarning,
    OfflineMiss,
    OptStatError,
    OptStatWarning,
    PinMismatch,
    ProtocolError,
    RateLimited,
    RequestRejected,
    ResampleWarning,
    SecurityWarning,
    StaleWarning,
)

if TYPE_CHECKING:
    from .accessor.sample import sample
    from .analysis.sweep import sweep
    from .analysis.walk_forward import walk_forward
    from .config import configure
    from .explorer.explore import explore
    from .loading.aload import aload, aload_panel, aload_volatility
    from .loading.cboe import read_cboe
    from .loading.load import close, load, load_panel
    from .loading.load_many import load_many
    from .loading.load_volatility import load_volatility
    from .loading.update import update
    from .sources import OpenD, OpenDWebSocket, Parquet
    from .storage.cache.cache import Cache
    from .storage.pins.pin import pin
    from .versions import show_versions

__all__ = [
    "Cache",
    "CacheError",
    "CacheWarning",
    "ConnectionFailed",
    "DataWarning",
    "IndexOptionType",
    "InvalidData",
    "InvalidRequest",
    "LookbackWarning",
    "OfflineMiss",
    "OpenD",
    "OpenDWebSocket",
    "OptStatAccessor",
    "OptStatError",
    "OptStatWarning",
    "OptionMarket",
    "OptionStatisticDataType",
    "Parquet",
    "PinMismatch",
    "ProtocolError",
    "RateLimited",
    "RequestRejected",
    "ResampleWarning",
    "SecurityWarning",
    "StaleWarning",
    "Underlying",
    "__version__",
    "accessor",
    "aload",
    "aload_panel",
    "aload_volatility",
    "close",
    "configure",
    "explore",
    "load",
    "load_many",
    "load_panel",
    "load_volatility",
    "pin",
    "read_cboe",
    "sample",
    "show_versions",
    "sweep",
    "update",
    "walk_forward",
]

#: The modules of the names that are imported on first use.
_LAZY = {
    "Cache": "storage.cache.cache",
    "OpenD": "sources",
    "OpenDWebSocket": "sources",
    "Parquet": "sources",
    "aload": "loading.aload",
    "aload_panel": "loading.aload",
    "aload_volatility": "loading.aload",
    "close": "loading.load",
    "configure": "config",
    "explore": "explorer.explore",
    "load": "loading.load",
    "load_many": "loading.load_many",
    "load_panel": "loading.load",
    "load_volatility": "loading.load_volatility",
    "pin": "storage.pins.pin",
    "read_cboe": "loading.cboe",
    "sample": "accessor.sample",
    "show_versions": "versions",
    "sweep": "analysis.sweep",
    "update": "loading.update",
    "walk_forward": "analysis.walk_forward",
}

#: The package's only logger. It is silent until a program calls ``logging.basicConfig(level=logging.DEBUG)``.
_log = logging.getLogger(__name__)
if not any(isinstance(handler, logging.NullHandler) for handler in _log.handlers):  # the module may be reloaded
    _log.addHandler(logging.NullHandler())


def __getattr__(name: str) -> object:
    if name in _LAZY:
        value: object = getattr(importlib.import_module(f".{_LAZY[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: object) -> None:
    """Register ``%optstat`` and ``%optstat_explore``; called by ``%load_ext pd_optstat``."""
    importlib.import_module(".magics", __name__).load(shell)


def unload_ipython_extension(shell: object) -> None:
    """Remove the magics; called by ``%unload_ext pd_optstat``."""
    importlib.import_module(".magics", __name__).unload(shell)


def __dir__() -> list[str]:
    return sorted(__all__)
