"""The ways in to the numbers: one module each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import InvalidRequest
from .base import Session, Source
from .opend import OpenD
from .parquet import Parquet
from .simulator import Simulator
from .snapshot import Snapshot
from .url import parse_url

__all__ = ["OpenD", "Parquet", "Session", "Source", "resolve"]


def resolve(source: Any) -> Source:
    """Return the source that `source`, a URL or an object, means.

    Raises
    ------
    InvalidRequest
        If it means none.
    """
    if isinstance(source, OpenD | Parquet | Simulator | Snapshot):
        return source
    if isinstance(source, str):
        scheme, arguments = parse_url(source)
        kinds: dict[str, Callable[..., Source]] = {
            "opend": OpenD,
            "parquet": Parquet,
            "simulator": Simulator,
            "snapshot": Snapshot,
        }
        return kinds[scheme](**arguments)
    raise InvalidRequest(
        f"source={type(source).__name__} object is no source. Give a URL such as 'opend://127.0.0.1:11111' or "
        "'simulator:', or a po.OpenD(...)."
    )
