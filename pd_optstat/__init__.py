"""Option market sentiment in pandas: daily call and put totals of OpenD, cached and reproducible.

>>> import pd_optstat as po
>>> df = po.load("US_SECURITY", "VOLUME", "2026-01-01", "2026-06-12", source="simulator:", cache=False)
>>> ratio = df.optstat.rolling_ratio(10)

Importing registers ``df.optstat`` and nothing heavy: protobuf, diskcache, calendars and plotting are
imported when they are first needed.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

from ._version import __version__
from .accessor import OptStatAccessor, accessor
from .errors import (
    CacheError,
    CacheWarning,
    ConnectionFailed,
    DataWarning,
    InvalidData,
    InvalidRequest,
    OfflineMiss,
    OptStatError,
    OptStatWarning,
    PinMismatch,
    ProtocolError,
    RateLimited,
    RequestRejected,
    SecurityWarning,
    StaleWarning,
)
from .markets import OptionMarket, OptionStatisticDataType

if TYPE_CHECKING:
    from .aloading import aload, aload_panel
    from .cache import Cache
    from .cboe import read_cboe
    from .config import configure
    from .explorer.opening import explore
    from .loader import close, load, load_panel
    from .pins import pin
    from .sampling import sample
    from .sources import OpenD, OpenDWebSocket, Parquet
    from .sweeping import sweep
    from .updating import update
    from .versions import show_versions

__all__ = [
    "Cache",
    "CacheError",
    "CacheWarning",
    "ConnectionFailed",
    "DataWarning",
    "InvalidData",
    "InvalidRequest",
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
    "SecurityWarning",
    "StaleWarning",
    "__version__",
    "accessor",
    "aload",
    "aload_panel",
    "close",
    "configure",
    "explore",
    "load",
    "load_panel",
    "pin",
    "read_cboe",
    "sample",
    "show_versions",
    "sweep",
    "update",
]

#: Where the names live that are imported on first use.
_LAZY = {
    "Cache": "cache",
    "OpenD": "sources",
    "OpenDWebSocket": "sources",
    "Parquet": "sources",
    "aload": "aloading",
    "aload_panel": "aloading",
    "close": "loader",
    "configure": "config",
    "explore": "explorer.opening",
    "load": "loader",
    "load_panel": "loader",
    "pin": "pins",
    "read_cboe": "cboe",
    "sample": "sampling",
    "show_versions": "versions",
    "sweep": "sweeping",
    "update": "updating",
}


#: The one logger of the package. It is silent until a program asks: ``logging.basicConfig(level=logging.DEBUG)``.
_log = logging.getLogger(__name__)
if not any(isinstance(handler, logging.NullHandler) for handler in _log.handlers):  # a reload finds the first one's
    _log.addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        value = getattr(importlib.import_module(f".{_LAZY[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """Do what ``%load_ext pd_optstat`` does: register ``%optstat`` and ``%optstat_explore``."""
    importlib.import_module(".magics", __name__).load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Do what ``%unload_ext pd_optstat`` does."""
    importlib.import_module(".magics", __name__).unload(shell)


def __dir__() -> list[str]:
    return sorted(__all__)
