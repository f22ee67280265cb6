"""The ways in to the numbers: one module each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.urls import parse_url
from ..errors import InvalidRequest
from .archive import Parquet
from .opend import OpenD, OpenDWebSocket
from .pin_file import PinFileSource
from .protocols import Session, Source
from .simulator import Simulator
from .vendor_sdk import VendorContext, brand_of

__all__ = ["OpenD", "OpenDWebSocket", "Parquet", "Session", "Source", "resolve"]

_KINDS: dict[str, Callable[..., Source]] = {
    "opend": OpenD,
    "ws": OpenDWebSocket,
    "wss": OpenDWebSocket,
    "parquet": Parquet,
    "simulator": Simulator,
    "snapshot": PinFileSource,
}


def resolve(source: Any) -> Source:
    """Return the source that `source`, a URL or an object, means.

    Raises
    ------
    InvalidRequest
        If it means none.
    """
    if isinstance(source, OpenD | OpenDWebSocket | Parquet | Simulator | PinFileSource | VendorContext):
        return source
    if isinstance(source, str):
        scheme, arguments = parse_url(source)
        return _KINDS[scheme](**arguments)
    if brand_of(source) is not None:
        return VendorContext(source)
    raise InvalidRequest(
        f"source={type(source).__name__} object is no source. Give a URL such as 'opend://127.0.0.1:11111' or "
        "'simulator:', a po.OpenD(...), or an open OpenQuoteContext of futu or moomoo."
    )
