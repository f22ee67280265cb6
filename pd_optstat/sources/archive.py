"""An archive as a source. Its loads are answered by `pd_optstat.archive`, before anything asks it for pages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from ..errors import InvalidRequest
from ..storage.archive.location import parse_location
from .protocols import Session

__all__ = ["Parquet"]


class Parquet:
    """A dataset that `Cache.export` wrote, as a source: ``source="parquet:URL"`` with options.

    Parameters
    ----------
    url : str or path
        A path, or an address of fsspec such as ``"s3://bucket/archive"``. Credentials belong into the environment or
        into `storage_options`; those in the URL are used, and never shown.
    origin : str, optional
        Whose rows: ``"opend"``, a namespace, ``"simulator:SEED"``. By default the only ones there are, else those of
        ``"opend"``.
    storage_options : mapping, optional
        What fsspec's file system needs to know.

    Examples
    --------
    >>> Parquet("s3://key:secret@bucket/archive")
    Parquet('s3://bucket/archive')
    """

    def __init__(
        self,
        url: str | os.PathLike[str],
        *,
        origin: str | None = None,
        storage_options: Mapping[str, Any] | None = None,
    ) -> None:
        self.place, self.origin = parse_location(url, origin, storage_options)

    def __repr__(self) -> str:
        origin = "" if self.origin is None else f", origin={self.origin!r}"
        return f"Parquet({self.place.shown!r}{origin})"

    @property
    def endpoint(self) -> str:
        """Its URL, without credentials."""
        return f"parquet:{self.place.shown}" + ("" if self.origin is None else f"?origin={self.origin}")

    @property
    def likely_origin(self) -> str:
        """The origin whose rows it most likely gives; the frames say which it was."""
        return self.origin or "opend"

    @property
    def origin_is_certain(self) -> bool:
        """Whether it was named; if not, the archive tells."""
        return self.origin is not None

    def open(self) -> AbstractContextManager[Session]:
        """Refuse: an archive is read by files, not by the pages of a server."""
        raise InvalidRequest(f"source={self.endpoint!r} can be loaded from, and nothing else. Name another source.")
