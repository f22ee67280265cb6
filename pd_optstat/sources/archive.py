"""A Parquet archive as a source."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from .._util.cancellation import call_abandonable
from ..core import history as histories
from ..core.calendar_history import read_by_calendar
from ..core.finality import to_moment
from ..core.request import LoadArguments
from ..core.result import SeriesResult, result_from_history
from ..errors import InvalidRequest
from ..storage.archive.location import parse_location
from .protocols import RecordedSource

__all__ = ["Parquet"]


class Parquet(RecordedSource):
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

    def answer(self, arguments: LoadArguments) -> list[SeriesResult]:
        """Return what the archive holds of each series.

        Raises
        ------
        OfflineMiss
            If it lacks a session of one of them.
        InvalidData
            If a file of it is damaged.
        InvalidRequest
            If there is no archive, it holds several origins and none was named, or the options do not go with it.
        ConnectionFailed
            If it cannot be reached.
        """
        from ..storage.archive import read

        options = arguments.options
        if options.refresh:
            raise InvalidRequest(
                f"refresh=True requests the range again, and source={self.endpoint!r} is a recording. Drop one."
            )
        if options.offline and not self.place.is_local:
            raise InvalidRequest(
                f"offline=True never uses the network, and source={self.endpoint!r} needs it. Drop one of them."
            )
        wanted = [(series, arguments.span(series)) for series in arguments.series]
        # Some file systems, FTP for one, wait for the network where nothing can end the wait.
        found = call_abandonable(lambda: read.answer(self.place, wanted, self.origin, options.known_by))
        now = to_moment(arguments.now)
        histories_read = [
            read_by_calendar(known, series) for (series, _), known in zip(wanted, found.histories, strict=True)
        ]
        return [
            result_from_history(
                series,
                span,
                known,
                origin=found.origin,
                endpoint=self.endpoint,
                as_of=options.as_of,
                now=now,
                settled=histories.settled(known, span.first, span.last, now),
            )
            for (series, span), known in zip(wanted, histories_read, strict=True)
        ]
