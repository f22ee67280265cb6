"""Where the numbers come from: one module for each scheme of a source URL.

`PagedSource.open` gives a session with a server; `RecordedSource.answer` reads a file. Imports `core`, `opend`,
`simulator` and `storage`.
"""

from __future__ import annotations

from collections.abc import Callable

from ..core.origins import vendor_brand
from ..core.urls import parse_url
from ..errors import InvalidRequest
from .archive import Parquet
from .opend import OpenD, OpenDWebSocket
from .pin_file import PinFileSource
from .protocols import PagedSource, RecordedSource, Session
from .simulator import Simulator
from .vendor_sdk import VendorContext

__all__ = ["OpenD", "OpenDWebSocket", "PagedSource", "Parquet", "RecordedSource", "Session", "resolve"]

_KINDS: dict[str, Callable[..., PagedSource | RecordedSource]] = {
    "opend": OpenD,
    "ws": OpenDWebSocket,
    "wss": OpenDWebSocket,
    "parquet": Parquet,
    "simulator": Simulator,
    "snapshot": PinFileSource,
}


def resolve(source: object) -> PagedSource | RecordedSource:
    """Return the source that `source`, a URL or an object, means.

    Raises
    ------
    InvalidRequest
        If it is neither a source URL, a source object nor an open context of a vendor's SDK.
    """
    if isinstance(source, PagedSource | RecordedSource):
        return source
    if isinstance(source, str):
        scheme, arguments = parse_url(source)
        return _KINDS[scheme](**arguments)
    if vendor_brand(source) is not None:
        return VendorContext(source)
    raise InvalidRequest(
        f"source of type {type(source).__name__} is not a source. Give a URL such as 'opend://127.0.0.1:11111' or "
        "'simulator:', a po.OpenD(...), or an open OpenQuoteContext of futu or moomoo."
    )
